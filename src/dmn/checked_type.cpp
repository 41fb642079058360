#include "dmn/checked_type.hpp"

#include "base/text.hpp"
#include "dmn/evaluate.hpp"

namespace yakuba::dmn {
namespace {

constexpr int named_depth_max = 16;

feel::Type simple_type(Type::Base base) {
  switch (base) {
    case Type::Base::boolean:
      return feel::Type::boolean();
    case Type::Base::integer:
    case Type::Base::yen:
    case Type::Base::age:
    case Type::Base::number:
      return feel::Type::number();
    case Type::Base::string:
      return feel::Type::string();
    case Type::Base::date:
      return feel::Type::date();
    case Type::Base::time:
      return feel::Type::time();
    case Type::Base::date_and_time:
      return feel::Type::date_time();
    case Type::Base::days_duration:
      return feel::Type::days_duration();
    case Type::Base::months_duration:
      return feel::Type::months_duration();
    case Type::Base::context:
      return feel::Type::context();
    case Type::Base::any:
    case Type::Base::named:
      break;
  }
  return feel::Type::any();
}

}  // namespace

void TypeTable::add(std::span<const ItemDefinition> types) {
  for (const ItemDefinition& item : types) types_[item.name] = item;
}
const ItemDefinition* TypeTable::find(const std::string& name) const {
  const auto found = types_.find(name);
  return found == types_.end() ? nullptr : &found->second;
}

Type TypeTable::resolved(const Type& type, int depth) const {
  if (type.base != Type::Base::named || depth > named_depth_max) return type;
  const ItemDefinition* item = find(type.name);
  if (!item || !item->members.empty()) return type;
  Type inner = resolved(item->type, depth + 1);
  inner.list = inner.list || type.list;
  return inner;
}

Result<feel::Type> feel_type(const Type& type, const TypeTable& types, int depth) {
  feel::Type item = simple_type(type.base);
  if (type.base == Type::Base::named) {
    const ItemDefinition* found = types.find(type.name);
    if (!found) return fail(ErrorKind::invalid, "criterion.type_unknown", type.name);
    if (depth > named_depth_max) return fail(ErrorKind::invalid, "criterion.type_cycle", type.name);
    if (found->members.empty()) {
      item = TRY(feel_type(found->type, types, depth + 1));
    } else {
      std::vector<feel::Field> fields;
      for (const TypedName& member : found->members)
        fields.push_back({member.name, TRY(feel_type(member.type, types, depth + 1))});
      item = feel::Type::context(std::move(fields));
    }
  }
  return type.list ? feel::Type::list(item) : item;
}

Result<feel::Type> feel_type(const Type& type, std::span<const ItemDefinition> items) {
  TypeTable types;
  types.add(items);
  return feel_type(type, types);
}

CheckedType CheckedType::make(const Type& type, const TypeTable& types, const Place& place, Faults& faults) {
  CheckedType out;
  out.type_ = types.resolved(type);
  auto feel = feel_type(out.type_, types);
  if (!feel) {
    faults.push_back({Severity::error, feel.error().code, {{"type", feel.error().detail}}, place});
    return out;
  }
  out.feel_ = *feel;
  std::string constraint = out.type_.constraint;
  if (constraint.empty() && out.type_.base == Type::Base::age) constraint = ">= 0";
  if (!constraint.empty()) {
    feel::Scope scope;
    scope.add("?", out.type_.list ? out.feel_.element() : out.feel_);
    auto compiled = feel::compile_unary_tests(constraint, scope);
    for (const feel::Diagnostic& fault : compiled.faults)
      faults.push_back(
          {Severity::error, "compile.constraint", {{"type", print_type(type)}, {"cause", fault.detail}}, place});
    out.constraint_ = compiled.program;
    out.constrained_ = true;
    out.constraint_set_ = feel::as_test_set(compiled.program);
  }
  if (const ItemDefinition* item = types.find(out.type_.name); out.type_.base == Type::Base::named && item) {
    out.members_known_ = true;
    for (const TypedName& member : item->members)
      out.members_.emplace_back(member.name, std::make_shared<CheckedType>(make(member.type, types, place, faults)));
  }
  return out;
}

bool CheckedType::item_fits(const feel::Value& item, feel::Machine& machine) const {
  if (item.is_null()) return true;
  if (members_known_) {
    if (item.kind() != feel::Kind::context) return false;
    for (const auto& [name, member] : members_)
      if (const feel::Value* value = item.find(name); value && !member->take(*value, machine)) return false;
    return true;
  }
  if (type_.base != Type::Base::any && !(type_.list ? feel_.element() : feel_).accepts(item)) return false;
  if (type_.discrete() && !item.number().is_integer()) return false;
  if (!type_.values.empty() && std::find(type_.values.begin(), type_.values.end(), item.string()) == type_.values.end())
    return false;
  if (!constrained_) return true;
  const feel::Value slots[] = {item};
  return machine.evaluate(constraint_, slots).is_true();
}

std::optional<feel::Value> CheckedType::take(const feel::Value& value, feel::Machine& machine) const {
  if (value.is_null()) return value;
  if (!type_.list) {
    if (item_fits(value, machine)) return value;
    if (value.kind() == feel::Kind::list && value.items().size() == 1 && item_fits(value.items()[0], machine))
      return value.items()[0];
    const auto coerced = members_known_ ? std::nullopt : feel::coerce(value, feel_);
    return coerced && item_fits(*coerced, machine) ? coerced : std::nullopt;
  }
  if (value.kind() != feel::Kind::list) {
    if (!item_fits(value, machine)) return std::nullopt;
    return feel::Value::list({value});
  }
  for (const feel::Value& item : value.items())
    if (!item_fits(item, machine)) return std::nullopt;
  return value;
}

void FactTree::expand(FactNode& node, const TypeTable& types, int depth) {
  node.type = types.resolved(node.type);
  if (node.type.list || node.type.base != Type::Base::named || depth > named_depth_max) return;
  const ItemDefinition* item = types.find(node.type.name);
  if (!item) return;
  for (const TypedName& member : item->members) {
    FactNode& child = node.members[member.name];
    child.name = member.name;
    child.type = member.type;
    child.declared = true;
    expand(child, types, depth + 1);
  }
}

void FactTree::add(const TypedName& fact, const TypeTable& types) {
  const auto parts = split(fact.name, '.');
  if (!roots_.contains(std::string(parts[0]))) root_names_.emplace_back(parts[0]);
  auto* level = &roots_;
  FactNode* node = nullptr;
  for (const std::string_view part : parts) {
    node = &(*level)[std::string(part)];
    node->name = std::string(part);
    level = &node->members;
  }
  node->type = fact.type;
  node->declared = true;
  expand(*node, types, 0);
}

const FactNode* FactTree::find(const std::string& root, std::span<const std::string> members,
                               std::size_t& covered) const {
  covered = 0;
  const auto found = roots_.find(root);
  if (found == roots_.end()) return nullptr;
  const FactNode* node = &found->second;
  while (covered < members.size()) {
    const auto next = node->members.find(members[covered]);
    if (next == node->members.end()) break;
    node = &next->second;
    ++covered;
  }
  return node;
}

Result<feel::Type> feel_type(const FactNode& node, const TypeTable& types) {
  if (node.members.empty() || node.type.list) return feel_type(node.type, types);
  std::vector<feel::Field> fields;
  for (const auto& [name, member] : node.members) fields.push_back({name, TRY(feel_type(member, types))});
  return feel::Type::context(std::move(fields));
}

Result<feel::Type> feel_type(const FactSchema& schema) {
  TypeTable types;
  types.add(schema.types);
  FactTree tree;
  for (const TypedName& fact : schema.facts) tree.add(fact, types);
  std::vector<feel::Field> fields;
  for (const auto& [name, node] : tree.roots()) fields.push_back({name, TRY(feel_type(node, types))});
  return feel::Type::context(std::move(fields));
}

void add_facts(feel::Scope& scope, const FactSchema& schema) {
  TypeTable types;
  types.add(schema.types);
  FactTree tree;
  for (const TypedName& fact : schema.facts) tree.add(fact, types);
  for (const std::string& name : tree.root_names())
    scope.add(name, feel_type(tree.roots().at(name), types).value_or(feel::Type::any()));
  if (!schema.as_of_name.empty() && !scope.find(schema.as_of_name)) scope.add(schema.as_of_name, feel::Type::date());
}

}  // namespace yakuba::dmn
