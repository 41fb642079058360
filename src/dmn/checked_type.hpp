// Declared types made ready: their FEEL type, and a check of values against enumerations and constraints. Inside the
// folder only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dmn/fault.hpp"
#include "dmn/model.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn {

class TypeTable {  // named types by name; later ones win
 public:
  void add(std::span<const ItemDefinition> types);
  const ItemDefinition* find(const std::string& name) const;
  // A named type that is another type with a constraint is replaced by it; contexts stay named.
  Type resolved(const Type& type, int depth = 0) const;

 private:
  std::map<std::string, ItemDefinition> types_;
};

Result<feel::Type> feel_type(const Type& type, const TypeTable& types, int depth = 0);

// Checks values of one declared type.
class CheckedType {
 public:
  CheckedType() = default;
  // Faults of the constraint's FEEL are added at `place`.
  static CheckedType make(const Type& type, const TypeTable& types, const Place& place, Faults& faults);

  const Type& declared() const { return type_; }  // resolved
  const feel::Type& feel() const { return feel_; }
  const std::optional<feel::TestSet>& constraint_set() const { return constraint_set_; }
  // The value as the type holds it (single item of a list unwrapped and the like, DMN coercion), or nothing when it
  // does not fit. null fits every type.
  std::optional<feel::Value> take(const feel::Value& value, feel::Machine& machine) const;

 private:
  bool item_fits(const feel::Value& item, feel::Machine& machine) const;

  Type type_;
  feel::Type feel_;
  feel::Program constraint_;
  bool constrained_ = false;
  std::optional<feel::TestSet> constraint_set_;
  bool members_known_ = false;
  std::vector<std::pair<std::string, std::shared_ptr<const CheckedType>>> members_;
};

// The facts of a schema and of Inputs blocks as a tree of names.
struct FactNode {
  std::string name;
  Type type;              // any for a context made by dotted names
  bool declared = false;  // of its own, not only by its members
  std::map<std::string, FactNode> members;
};
class FactTree {
 public:
  void add(const TypedName& fact, const TypeTable& types);
  const std::map<std::string, FactNode>& roots() const { return roots_; }
  const std::vector<std::string>& root_names() const { return root_names_; }  // in order of declaration
  // The declared fact that a path reads: members behind a list or a simple value belong to FEEL, not to the fact.
  // Gives the node and how many members of the path it covers.
  const FactNode* find(const std::string& root, std::span<const std::string> members, std::size_t& covered) const;

 private:
  static void expand(FactNode& node, const TypeTable& types, int depth);
  std::map<std::string, FactNode> roots_;
  std::vector<std::string> root_names_;
};
Result<feel::Type> feel_type(const FactNode& node, const TypeTable& types);

}  // namespace yakuba::dmn
