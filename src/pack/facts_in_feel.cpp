#include "pack/facts_in_feel.hpp"

#include <algorithm>

#include "feel/decimal.hpp"

namespace yakuba::pack {
namespace {

feel::Value scalar(const JsonValue& json, TypeKind kind) {
  switch (kind) {
    case TypeKind::integer:
    case TypeKind::number:
    case TypeKind::yen:
      if (const JsonNumber* number = json.number())
        if (const auto decimal = feel::Decimal::parse(number->text)) return feel::Value::number(*decimal);
      return {};
    case TypeKind::date:
    case TypeKind::month:
      if (const std::string* text = json.string()) {
        const bool month_only = kind == TypeKind::month && text->size() == 7;
        if (const auto day = Date::parse(month_only ? *text + "-01" : *text)) return feel::Value::date(*day);
      }
      return {};
    case TypeKind::yes_no:
      if (const bool* truth = json.boolean()) return feel::Value::boolean(*truth);
      return {};
    default:
      if (const std::string* text = json.string()) return feel::Value::string(*text);
      return {};
  }
}

feel::Value record_value(const JsonValue& json, const Record& record, const FactSchema& schema) {
  if (!json.object()) return {};
  std::vector<feel::Entry> entries;
  for (const Fact& field : record.fields) {
    const JsonValue* value = json.find(field.key);
    if (!value) value = json.find(field.name);
    if (value && !value->is_null())
      entries.emplace_back(field.name, to_feel(*value, field.type, schema));
    else if (!field.otherwise.is_null())
      entries.emplace_back(field.name, to_feel(field.otherwise, field.type, schema));
    else if (field.optional)
      entries.emplace_back(field.name, feel::Value());
  }
  return feel::Value::context(std::move(entries));
}

feel::Value table_value(const Table& table, Date as_of) {
  std::vector<feel::Entry> entries;
  for (const std::string& name : table.names())
    if (const Parameter* row = table.as_of(name, as_of))
      if (const auto number = feel::Decimal::parse(row->value))
        entries.emplace_back(name, feel::Value::number(*number));
  return feel::Value::context(std::move(entries));
}

// Is a member path absent below a present root? Lists are not followed: their items are the expression's business.
bool absent(const feel::Value& root, const std::vector<std::string>& members) {
  const feel::Value* at = &root;
  for (const std::string& member : members) {
    if (at->kind() != feel::Kind::context) return at->is_null();
    at = at->find(member);
    if (!at) return true;
  }
  return false;
}

Result<feel::Value> run(const Expression& expression, std::span<const feel::Value> slots) {
  if (!expression.program)
    return fail(ErrorKind::internal, "pack.feel", "expression was not compiled", expression.place);
  thread_local feel::Machine machine;
  machine.reset();
  return machine.evaluate(expression.program->program, slots);
}

}  // namespace

feel::Value to_feel(const JsonValue& json, const Type& type, const FactSchema& schema) {
  if (type.list || type.kind == TypeKind::multi_choice) {
    const JsonArray* items = json.array();
    if (!items) return {};
    Type element = type;
    element.list = false;
    if (type.kind == TypeKind::multi_choice) element.kind = TypeKind::choice;
    std::vector<feel::Value> values;
    for (const JsonValue& item : *items) values.push_back(to_feel(item, element, schema));
    return feel::Value::list(std::move(values));
  }
  if (type.kind == TypeKind::record) {
    const Record* record = schema.record(type.record);
    return record ? record_value(json, *record, schema) : feel::Value();
  }
  return scalar(json, type.kind);
}

JsonValue from_feel(const feel::Value& value, const Type& type, const FactSchema& schema) {
  if (value.is_null()) return nullptr;
  if (type.list) {
    JsonArray out;
    Type element = type;
    element.list = false;
    for (const feel::Value& item : value.items()) out.push_back(from_feel(item, element, schema));
    return out;
  }
  const Record* record = type.kind == TypeKind::record ? schema.record(type.record) : nullptr;
  if (!record || value.kind() != feel::Kind::context) return feel::to_json(value);
  JsonObject out;
  for (const Fact& field : record->fields)
    if (const feel::Value* member = value.find(field.name); member && !member->is_null())
      out[field.key] = from_feel(*member, field.type, schema);
  return out;
}

FeelFacts::FeelFacts(const Pack& pack, const Facts& facts) : pack_(&pack), as_of_(facts.as_of) {
  const std::size_t count = pack.compiled->slot_names.size();
  const auto making = std::make_shared<Known>();
  making->slots.resize(count);
  making->present.assign(count, false);
  const auto put = [&](std::size_t slot, feel::Value value) {
    making->slots[slot] = std::move(value);
    making->present[slot] = true;
  };
  const auto& schema = pack.facts;
  for (std::size_t i = 0; i < schema.facts.size(); ++i) {
    const Fact& fact = schema.facts[i];
    auto known = facts.known.find(fact.key);
    if (known == facts.known.end()) known = facts.known.find(fact.name);
    if (known != facts.known.end() && !known->second.is_null())
      put(i, to_feel(known->second, fact.type, schema));
    else if (!fact.otherwise.is_null())
      put(i, to_feel(fact.otherwise, fact.type, schema));
    else if (fact.optional)
      making->present[i] = true;
  }
  for (std::size_t t = 0; t < pack.tables.size(); ++t)
    put(schema.facts.size() + t, table_value(pack.tables[t], as_of_));
  // Derived facts in order of the schema: each may use those before it.
  for (std::size_t i = 0; i < schema.facts.size(); ++i) {
    const Fact& fact = schema.facts[i];
    if (making->present[i] || !fact.derived || !all_present(*making, fact.derived)) continue;
    const auto value = run(fact.derived, making->slots);
    if (value && !value->is_null()) put(i, *value);
  }
  known_ = making;
}

bool FeelFacts::all_present(const Known& known, const Expression& expression) {
  if (!expression.program) return false;
  const std::vector<feel::Slot> used = expression.program->program.slots_used();
  return std::all_of(used.begin(), used.end(),
                     [&](feel::Slot slot) { return slot >= known.slots.size() || known.present[slot]; });
}

std::size_t FeelFacts::item_count(std::string_view fact_key) const {
  const auto& facts = pack_->facts.facts;
  for (std::size_t i = 0; i < facts.size(); ++i)
    if (facts[i].key == fact_key) return slots()[i].items().size();
  return 0;
}

FeelFacts FeelFacts::with_value(std::string_view name, feel::Value value) const {
  FeelFacts out = *this;
  out.extra_.emplace_back(name, std::move(value));
  return out;
}

FeelFacts FeelFacts::with_item(std::string_view name, std::string_view fact_key, std::size_t index) const {
  const auto& facts = pack_->facts.facts;
  for (std::size_t i = 0; i < facts.size(); ++i)
    if (facts[i].key == fact_key && index < slots()[i].items().size())
      return with_value(name, slots()[i].items()[index]);
  return with_value(name, {});
}

FeelFacts FeelFacts::with_answer(std::string_view fact_path, const JsonValue& answer) const {
  const std::size_t dot = fact_path.find('.');
  const Fact* fact = pack_->facts.by_key(fact_path.substr(0, dot));
  if (!fact) return with_value("値", {});
  if (dot == std::string_view::npos) return with_value("値", to_feel(answer, fact->type, pack_->facts));
  const Record* record = pack_->facts.record(fact->type.record);
  const Fact* field = record ? record->field_by_key(fact_path.substr(dot + 1)) : nullptr;
  return with_value("値", field ? to_feel(answer, field->type, pack_->facts) : feel::Value());
}

Result<feel::Value> FeelFacts::evaluate(const Expression& expression) const {
  if (!expression.program || expression.program->extra_names.empty()) return run(expression, slots());
  std::vector<feel::Value> with_extra = slots();
  for (const std::string& name : expression.program->extra_names) {
    const auto found =
        std::find_if(extra_.rbegin(), extra_.rend(), [&](const auto& extra) { return extra.first == name; });
    with_extra.push_back(found == extra_.rend() ? feel::Value() : found->second);
  }
  return run(expression, with_extra);
}

Result<std::optional<bool>> FeelFacts::holds(const Expression& expression) const {
  const feel::Value value = TRY(evaluate(expression));
  if (value.kind() != feel::Kind::boolean) return std::optional<bool>();
  for (const feel::PathUsed& path : expression.program->program.paths_used()) {
    if (path.slot >= slots().size()) {
      const std::string& name = expression.program->extra_names[path.slot - slots().size()];
      const auto found =
          std::find_if(extra_.rbegin(), extra_.rend(), [&](const auto& extra) { return extra.first == name; });
      if (found != extra_.rend() && absent(found->second, path.members)) return std::optional<bool>();
      continue;
    }
    // A missing fact that could not change a false `and` still counts as missing: what is not known is not asked.
    if (!present()[path.slot] || absent(slots()[path.slot], path.members)) return std::optional<bool>();
  }
  return std::optional<bool>(value.is_true());
}

Result<bool> FeelFacts::asked(const Expression& expression) const {
  if (!expression) return true;
  const std::optional<bool> result = TRY(holds(expression));
  return result.value_or(false);
}

feel::Value FeelFacts::context() const {
  std::vector<feel::Entry> entries;
  for (std::size_t i = 0; i < slots().size(); ++i)
    if (present()[i]) entries.emplace_back(pack_->compiled->slot_names[i], slots()[i]);
  for (const auto& [name, value] : extra_) entries.emplace_back(name, value);
  return feel::Value::context(std::move(entries));
}

feel::Value FeelFacts::tables() const {
  std::vector<feel::Entry> entries;
  for (std::size_t i = pack_->facts.facts.size(); i < slots().size(); ++i)
    entries.emplace_back(pack_->compiled->slot_names[i], slots()[i]);
  return feel::Value::context(std::move(entries));
}

}  // namespace yakuba::pack
