#include "hall/cases/facts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace yakuba::cases {
namespace {

constexpr std::size_t text_code_points_max = 400;

bool is_index(std::string_view part) {
  return parse_integer(part).has_value();
}

bool one_of(const pack::Type& type, const JsonValue& value) {
  return value.string() && std::ranges::find(type.choices, *value.string()) != type.choices.end();
}

bool in_range(const pack::Type& type, const JsonValue& value) {
  const auto number = value.number() ? parse_integer(value.number()->text) : std::nullopt;
  return number && *number >= type.minimum && *number <= type.maximum;
}

// What a form took for a number is one only when it reads as one.
bool is_decimal(const JsonValue& value) {
  const auto read = value.number() ? parse_json(value.number()->text) : Result<JsonValue>(JsonValue());
  return read && read->number();
}

bool is_text(const JsonValue& value) {
  return value.string() && is_utf8(*value.string()) && !has_control_characters(*value.string()) &&
         length_in_code_points(*value.string()) <= text_code_points_max;
}

bool is_value(const pack::Type& type, const JsonValue& value) {
  using enum pack::TypeKind;
  if (type.list && type.kind != multi_choice) return false;
  switch (type.kind) {
    case text:
      return is_text(value);
    case integer:
    case yen:
      return in_range(type, value);
    case number:
      return is_decimal(value);
    case date:
      return value.string() && Date::parse(*value.string());
    case month:
      return value.string() && Date::parse(*value.string() + "-01");
    case yes_no:
      return value.boolean() != nullptr;
    case choice:
      return one_of(type, value);
    case multi_choice:
      return value.array() &&
             std::ranges::all_of(*value.array(), [&](const JsonValue& one) { return one_of(type, one); });
    case record:
    case file:
      return false;
  }
  return false;
}

// Can one form ask for it? Lists of records and files come from the applicant.
bool has_form(const pack::Type& type) {
  return type.kind != pack::TypeKind::record && type.kind != pack::TypeKind::file &&
         (!type.list || type.kind == pack::TypeKind::multi_choice);
}

// Every item of a list that is known; a record by itself.
void add_fields(const File& file, const pack::Fact& root, const pack::Fact& field, std::vector<Findable>& out) {
  const auto known = file.known.known.find(root.key);
  if (!root.type.list) {
    if (known != file.known.known.end() && known->second.object())
      out.push_back({root.key + "." + field.key, &field, std::string(known->second.text_or("name", ""))});
    return;
  }
  const JsonArray* items = known == file.known.known.end() ? nullptr : known->second.array();
  for (std::size_t i = 0; items && i < items->size(); ++i)
    out.push_back(
        {fmt::format("{}.{}.{}", root.key, i, field.key), &field, std::string((*items)[i].text_or("name", ""))});
}

}  // namespace

bool has_source(const pack::Fact& fact, pack::Source source) {
  return std::ranges::find(fact.sources, source) != fact.sources.end();
}

std::vector<Findable> findable(const File& file) {
  std::vector<Findable> out;
  for (const std::string& key : pack::facts_read(*file.pack, *file.procedure)) {
    const pack::Fact* fact = fact_at(*file.pack, key);
    if (!fact || !has_source(*fact, pack::Source::clerk) || !has_form(fact->type)) continue;
    const auto dot = key.find('.');
    if (dot == std::string::npos)
      out.push_back({key, fact, {}});
    else
      add_fields(file, *file.pack->facts.by_key(key.substr(0, dot)), *fact, out);
  }
  return out;
}

std::string without_items(std::string_view key) {
  std::string out;
  for (const std::string_view part : split(key, '.'))
    if (!is_index(part)) out += (out.empty() ? "" : ".") + std::string(part);
  return out;
}

const pack::Fact* fact_at(const pack::Pack& pack, std::string_view key) {
  const std::string path = without_items(key);
  const auto dot = path.find('.');
  const pack::Fact* root = pack.facts.by_key(path.substr(0, dot));
  if (!root || dot == std::string::npos) return root;
  const pack::Record* record = pack.facts.record(root->type.record);
  return record ? record->field_by_key(path.substr(dot + 1)) : nullptr;
}

std::string fact_name(const pack::Pack& pack, std::string_view key, std::string_view otherwise) {
  const pack::Fact* fact = fact_at(pack, key);
  if (!fact) return std::string(otherwise);
  const std::string path = without_items(key);
  const auto dot = path.find('.');
  const pack::Fact* root = dot == std::string::npos ? nullptr : pack.facts.by_key(path.substr(0, dot));
  // An item is named beside the fact; a record's field says whose it is: 「申請者の所得」.
  return root && !root->type.list ? root->name + "の" + fact->name : fact->name;
}

Result<> fits(const pack::Fact& fact, const JsonValue& value) {
  if (is_value(fact.type, value)) return {};
  return fail(ErrorKind::invalid, "case.fact_value", "not a value of " + fact.name, Place{.field = "value"});
}

void put_found(JsonObject& known, std::string_view key, const JsonValue& value) {
  const std::vector<std::string_view> parts = split(key, '.');
  const std::string root(parts.front());
  if (parts.size() == 1) {
    known.insert_or_assign(root, value);
    return;
  }
  const auto found = known.find(root);
  if (parts.size() == 2) {  // of a record
    JsonValue& record = found == known.end() ? known[root] : found->second;
    if (record.is_null()) record = JsonObject{};
    if (JsonObject* members = record.object()) members->insert_or_assign(std::string(parts[1]), value);
    return;
  }
  JsonArray* items = found == known.end() ? nullptr : found->second.array();
  const auto index = parse_integer(parts[1]);
  if (!items || !index || *index < 0 || std::cmp_greater_equal(*index, items->size())) return;
  if (JsonObject* item = (*items)[static_cast<std::size_t>(*index)].object())
    item->insert_or_assign(std::string(parts[2]), value);
}

const JsonValue* known_at(const JsonObject& known, std::string_view key) {
  const std::vector<std::string_view> parts = split(key, '.');
  const auto found = known.find(parts.front());
  const JsonValue* at = found == known.end() ? nullptr : &found->second;
  for (std::size_t i = 1; at && i < parts.size(); ++i) {
    const auto index = parse_integer(parts[i]);
    const JsonArray* items = at->array();
    if (items && index && *index >= 0 && std::cmp_less(*index, items->size()))
      at = &(*items)[static_cast<std::size_t>(*index)];
    else
      at = items ? nullptr : at->find(parts[i]);
  }
  return at && !at->is_null() ? at : nullptr;
}

}  // namespace yakuba::cases
