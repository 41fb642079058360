// Facts of a case as FEEL sees them: slots of the pack's scope filled from JSON by the schema, derived facts computed,
// defaults and optional facts put in. Internal to src/pack.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feel/feel.hpp"
#include "pack/compile.hpp"
#include "pack/evaluation.hpp"

namespace yakuba::pack {

// Copies share the slots: binding an item or an answer costs no copy of the facts.
class FeelFacts {
 public:
  FeelFacts(const Pack& pack, const Facts& facts);

  std::size_t item_count(std::string_view fact_key) const;
  // The same facts with one item of a list bound to a name, or the answer being checked bound to 値.
  FeelFacts with_item(std::string_view name, std::string_view fact_key, std::size_t index) const;
  FeelFacts with_answer(std::string_view fact_path, const JsonValue& answer) const;
  FeelFacts with_value(std::string_view name, feel::Value value) const;

  // Errors: pack.feel when the expression was never compiled.
  Result<feel::Value> evaluate(const Expression& expression) const;
  // Nothing when a fact that it read is missing, or the result is no boolean.
  Result<std::optional<bool>> holds(const Expression& expression) const;
  // An empty expression is true; missing facts count as not (yet).
  Result<bool> asked(const Expression& expression) const;

  // All facts as one context for a criterion; absent keys are missing.
  feel::Value context() const;
  feel::Value tables() const;  // the parameter tables alone, as of the day
  const feel::Value& slot(std::size_t index) const { return slots()[index]; }
  Date as_of() const { return as_of_; }

 private:
  struct Known {
    std::vector<feel::Value> slots;
    std::vector<bool> present;  // false: the fact is missing
  };
  static bool all_present(const Known& known, const Expression& expression);  // every fact it reads is known
  const std::vector<feel::Value>& slots() const { return known_->slots; }
  const std::vector<bool>& present() const { return known_->present; }

  const Pack* pack_;
  Date as_of_;
  std::shared_ptr<const Known> known_;
  std::vector<std::pair<std::string, feel::Value>> extra_;  // the last of equal names wins
};

// By the schema: keys (or Japanese names) of records become members, dates and months dates. Unfit values become null.
feel::Value to_feel(const JsonValue& json, const Type& type, const FactSchema& schema);
// Back: members named in Japanese become keys.
JsonValue from_feel(const feel::Value& value, const Type& type, const FactSchema& schema);

}  // namespace yakuba::pack
