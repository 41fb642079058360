#include "dmn/drg_types.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "dmn/program.hpp"

namespace yakuba::dmn::drg {
namespace {
constexpr std::size_t type_depth_max = 50;
}

void add_feel_faults(const std::vector<feel::Diagnostic>& diagnostics, const Text& text, Severity severity,
                     Faults& faults) {
  constexpr std::size_t faults_max = 1000;
  for (const feel::Diagnostic& diagnostic : diagnostics) {
    if (faults.size() >= faults_max) return;
    Place place = text.place;
    if (place.field.empty()) place.field = diagnostic.source;  // else the cell of a workbook
    faults.push_back(
        {severity,
         "feel." + std::string(feel::name_of(diagnostic.code)),
         {{"subject", diagnostic.subject},
          {"cause", diagnostic.detail},
          {"text", text.text},
          {"at", std::to_string(diagnostic.position.line) + ":" + std::to_string(diagnostic.position.column)}},
         std::move(place)});
  }
}

bool Constraint::holds(const feel::Value& value, feel::Machine& machine) const {
  if (set && value.kind() != feel::Kind::list) return in_set(*set, value).value_or(false);
  const feel::Value slots[] = {value};
  return machine.evaluate(tests, slots).is_true();
}

std::size_t Constraint::rank(const feel::Value& value) const {
  if (!set) return 0;
  for (std::size_t i = 0; i < set->intervals.size(); ++i) {
    const feel::TestSet one{.any = false, .negated = false, .includes_null = false, .intervals = {set->intervals[i]}};
    if (in_set(one, value).value_or(false)) return i;
  }
  return set->intervals.size();
}

std::optional<feel::Kind> ItemType::plain_kind() const {
  if (constrained_) return std::nullopt;
  switch (type_.kind()) {
    case feel::TypeKind::boolean:
      return feel::Kind::boolean;
    case feel::TypeKind::number:
      return feel::Kind::number;
    case feel::TypeKind::string:
      return feel::Kind::string;
    case feel::TypeKind::date:
      return feel::Kind::date;
    default:
      return std::nullopt;
  }
}

bool ItemType::item_allowed(const feel::Value& value, feel::Machine& machine) const {
  if (value.is_null()) return true;
  if (items_ && !items_->holds(value, machine)) return false;
  if (value.kind() != feel::Kind::context) return true;
  for (const auto& [name, member] : members_)
    if (const feel::Value* found = value.find(name); found && member->constrained_ && !member->allowed(*found, machine))
      return false;
  return true;
}

bool ItemType::allowed(const feel::Value& value, feel::Machine& machine) const {
  if (value.is_null() || !constrained_) return true;
  if (whole_ && !whole_->holds(value, machine)) return false;
  if (collection_ && value.kind() == feel::Kind::list)
    return std::ranges::all_of(value.items(), [&](const feel::Value& item) {
      return item_allowed(item, machine) && (!base_ || base_->allowed(item, machine));
    });
  return item_allowed(value, machine) && (!base_ || base_->allowed(value, machine));
}

std::optional<feel::Value> ItemType::take(const feel::Value& value, feel::Machine& machine) const {
  auto coerced = feel::coerce(value, type_);
  if (!coerced || !allowed(*coerced, machine)) return std::nullopt;
  return coerced;
}

void TypeCatalog::add(const Definitions& definitions, const std::string& prefix) {
  for (const ItemDefinition& item : definitions.items)
    sources_.insert_or_assign(prefix.empty() ? item.name : prefix + "." + item.name, Source{&item, prefix});
}

void TypeCatalog::compile(Faults& faults) {
  for (const auto& [name, source] : sources_) named(name, "", source.item->place, faults);
}

std::shared_ptr<const ItemType> TypeCatalog::named(std::string_view written, const std::string& prefix,
                                                   const Place& place, Faults& faults) {
  static const auto any = std::make_shared<const ItemType>();
  const std::string name(trim(written));
  if (name.empty()) return any;
  // A type of the model itself, of the import that is being read, or one of FEEL.
  for (const std::string& full : {prefix.empty() ? name : prefix + "." + name, name}) {
    if (const auto made = made_.find(full); made != made_.end()) return made->second;
    const auto source = sources_.find(full);
    if (source == sources_.end()) continue;
    if (std::ranges::find(open_, full) != open_.end() || open_.size() >= type_depth_max) {
      // A tree of its own kind: what lies below is not checked.
      faults.push_back({Severity::note, "dmn.type_circle", {{"type", full}}, place});
      return any;
    }
    open_.push_back(full);
    auto made = make(*source->second.item, source->second.prefix, faults);
    open_.pop_back();
    made_.emplace(full, made);
    return made;
  }
  if (const auto simple = feel::Type::named(name)) return std::make_shared<const ItemType>(*simple);
  if (name != "Undefined") faults.push_back({Severity::error, "dmn.type_unknown", {{"type", name}}, place});
  return any;
}

std::optional<Constraint> TypeCatalog::constraint(const Text& tests, const feel::Type& type, Faults& faults) const {
  if (trim(tests.text).empty()) return std::nullopt;
  feel::Scope scope;
  scope.add("?", type);
  std::optional<feel::Scope> held;
  feel::Compilation compiled =
      feel::compile_unary_tests(tests.text, scope_for(tests.text, scope, held), {.name = "allowed values"});
  add_feel_faults(compiled.faults, tests, Severity::error, faults);
  Constraint out{compiled.program, feel::as_test_set(compiled.program)};
  return out;
}

std::shared_ptr<const ItemType> TypeCatalog::make(const ItemDefinition& item, const std::string& prefix,
                                                  Faults& faults) {
  ItemType out;
  if (item.function) {
    std::vector<feel::Type> parameters;
    for (const Variable& parameter : item.function->parameters)
      parameters.push_back(named(parameter.type, prefix, parameter.place, faults)->type());
    out.type_ = feel::Type::function(std::move(parameters),
                                     named(item.function->output_type, prefix, item.place, faults)->type());
  } else if (!item.components.empty()) {
    std::vector<feel::Field> fields;
    for (const ItemDefinition& component : item.components) {
      auto member = make(component, prefix, faults);
      fields.push_back({component.name, member->type()});
      out.constrained_ = out.constrained_ || member->constrained_;
      out.members_.emplace_back(component.name, std::move(member));
    }
    out.type_ = feel::Type::context(std::move(fields));
  } else {
    out.base_ = named(item.type, prefix, item.place, faults);
    out.type_ = out.base_->type();
    out.constrained_ = out.base_->constrained_;
    if (!out.constrained_) out.base_ = nullptr;
  }
  out.items_ = constraint(item.allowed_values, out.type_, faults);
  if (item.collection) {
    out.collection_ = true;
    out.type_ = feel::Type::list(out.type_);
  }
  out.whole_ = constraint(item.type_constraint, out.type_, faults);
  out.constrained_ = out.constrained_ || out.items_ || out.whole_;
  return std::make_shared<const ItemType>(std::move(out));
}

std::shared_ptr<const ItemType> TypeCatalog::find(std::string_view name, const Place& place, Faults& faults) const {
  return const_cast<TypeCatalog*>(this)->named(name, "", place, faults);
}

const feel::Scope& TypeCatalog::scope_for(std::string_view text, const feel::Scope& scope,
                                          std::optional<feel::Scope>& held) const {
  if (text.find("instance") == std::string_view::npos && text.find("function") == std::string_view::npos) return scope;
  held = scope;
  for (const auto& [name, type] : made_) held->add_type(name, type->type());
  return *held;
}

}  // namespace yakuba::dmn::drg
