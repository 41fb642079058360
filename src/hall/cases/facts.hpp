// Facts that the office finds out itself: which ones, of what form, and where they go among what is known. Pure; inside
// hall/cases only.
//
//   for (const Findable& one : findable(file)) …        // 留学の要件 of 美月, 資料の未提出 …
//   TRY(fits(*found.fact, value)); put_found(file.known.known, "children.1.study_abroad_meets", value);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hall/cases/cases.hpp"

namespace yakuba::cases {

struct Findable {
  std::string key;  // of the schema, with the item: "children.1.study_abroad_meets"
  const pack::Fact* fact = nullptr;
  std::string about;  // the item's name: 「有本　美月」; empty: the case itself
};
// What a clerk may find out for this case: facts that the procedure's criteria read and that have the clerk as source.
std::vector<Findable> findable(const File& file);

// A key path with or without items, in the schema: the fact or field; nothing when the schema has no such key.
const pack::Fact* fact_at(const pack::Pack& pack, std::string_view key);
// "children.1.study_abroad_meets" → "children.study_abroad_meets": one key for every item of a list.
std::string without_items(std::string_view key);
// "児童.留学の要件" of the pack, for people: 「留学の要件」.
std::string fact_name(const pack::Pack& pack, std::string_view key, std::string_view otherwise);
bool has_source(const pack::Fact& fact, pack::Source source);

// invalid "case.fact_value": not a value of this type.
Result<> fits(const pack::Fact& fact, const JsonValue& value);
// Writes it among the known facts; a record's field into the record, an item's field into the item. An item that is no
// longer there takes nothing.
void put_found(JsonObject& known, std::string_view key, const JsonValue& value);

// What is known under a key path now; nothing when it is missing.
const JsonValue* known_at(const JsonObject& known, std::string_view key);

}  // namespace yakuba::cases
