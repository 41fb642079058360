// Item definitions made ready: their FEEL type and the check of values against what they allow. Inside the folder only.
// Source: DMN 1.5 §7.3.2 (item definitions), §10.3.2.9.4 (coercion).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/drg.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn::drg {

// Unary tests over one value: allowed values, a constraint, the values of a table's input or output.
struct Constraint {
  feel::Program tests;
  std::optional<feel::TestSet> set;
  bool holds(const feel::Value& value, feel::Machine& machine) const;
  // The place of the first test that the value meets; what meets none comes after all.
  std::size_t rank(const feel::Value& value) const;
};

class ItemType {
 public:
  ItemType() = default;
  explicit ItemType(feel::Type type) : type_(std::move(type)) {}
  const feel::Type& type() const { return type_; }
  bool any() const { return type_.is_any() && !constrained_; }
  // A value of this kind holds the type as it is; nothing when there is more to look at.
  std::optional<feel::Kind> plain_kind() const;
  // As the type holds it (DMN's coercion), or nothing when it does not conform or is not allowed. null fits every type.
  std::optional<feel::Value> take(const feel::Value& value, feel::Machine& machine) const;

 private:
  friend class TypeCatalog;
  bool allowed(const feel::Value& value, feel::Machine& machine) const;
  bool item_allowed(const feel::Value& value, feel::Machine& machine) const;

  feel::Type type_;
  bool constrained_ = false;  // it, its base or a member has a constraint
  bool collection_ = false;
  std::optional<Constraint> items_, whole_;
  std::shared_ptr<const ItemType> base_;
  std::vector<std::pair<std::string, std::shared_ptr<const ItemType>>> members_;
};

// The named types of a model, with those of its imports under the import's name.
class TypeCatalog {
 public:
  void add(const Definitions& definitions, const std::string& prefix);
  // Faults: dmn.type_unknown, dmn.type_circle, dmn.constraint.
  void compile(Faults& faults);
  // A type by the name that the model writes; Any for an empty name and, with a fault, for an unknown one.
  std::shared_ptr<const ItemType> find(std::string_view name, const Place& place, Faults& faults) const;
  // The scope in which a text is compiled: with the named types, when the text can name one at all. Models may hold
  // thousands of types and texts, and hardly a text asks for a type.
  const feel::Scope& scope_for(std::string_view text, const feel::Scope& scope, std::optional<feel::Scope>& held) const;
  std::optional<Constraint> constraint(const Text& tests, const feel::Type& type, Faults& faults) const;

 private:
  struct Source {
    const ItemDefinition* item;
    std::string prefix;  // of the import it came from: its types are looked up there first
  };
  std::shared_ptr<const ItemType> make(const ItemDefinition& item, const std::string& prefix, Faults& faults);
  std::shared_ptr<const ItemType> named(std::string_view name, const std::string& prefix, const Place& place,
                                        Faults& faults);
  std::map<std::string, Source, std::less<>> sources_;
  std::map<std::string, std::shared_ptr<const ItemType>, std::less<>> made_;
  std::vector<std::string> open_;  // being made: a type that uses itself
};

// A fault for each diagnostic of a compilation, placed in the text.
void add_feel_faults(const std::vector<feel::Diagnostic>& diagnostics, const Text& text, Severity severity,
                     Faults& faults);

}  // namespace yakuba::dmn::drg
