// facts.toml, tables/*.csv.
#include <array>

#include "base/text.hpp"
#include "feel/decimal.hpp"
#include "pack/read.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

struct KindName {
  std::string_view name;
  TypeKind kind;
};
constexpr std::array kinds{
    KindName{"text", TypeKind::text},
    KindName{"integer", TypeKind::integer},
    KindName{"number", TypeKind::number},
    KindName{"yen", TypeKind::yen},
    KindName{"date", TypeKind::date},
    KindName{"month", TypeKind::month},
    KindName{"yes-no", TypeKind::yes_no},
    KindName{"choice", TypeKind::choice},
    KindName{"multi-choice", TypeKind::multi_choice},
    KindName{"file", TypeKind::file},
};

struct SourceName {
  std::string_view name;
  Source source;
};
constexpr std::array source_names{
    SourceName{"applicant", Source::applicant}, SourceName{"register", Source::register_},
    SourceName{"parameter", Source::parameter}, SourceName{"calendar", Source::calendar},
    SourceName{"derived", Source::derived},     SourceName{"clerk", Source::clerk},
    SourceName{"decision", Source::decision},   SourceName{"case", Source::case_},
    SourceName{"town", Source::town},
};
constexpr std::array<std::string_view, 3> sensitivities{"public", "personal", "special"};
constexpr std::array<std::string_view, 2> statuses{"confirmed", "unconfirmed"};

void read_type(TableReader& in, const FactSchema& schema, Fact& fact) {
  std::string type;
  in.text("type", type, Need::yes);
  in.texts("choices", fact.type.choices);
  std::int64_t minimum = INT64_MIN, maximum = INT64_MAX;
  in.integer("min", minimum).integer("max", maximum);
  if (type.empty()) return;
  const auto parsed = parse_type(type, schema);
  const Place& place = in.node().find("type")->place;
  if (!parsed) {
    std::vector<std::string> known;
    for (const KindName& kind : kinds) known.emplace_back(kind.name);
    for (const Record& record : schema.records) known.push_back(record.name);
    in.fault("pack.unknown_type", place, {{"type", type}, {"near", nearest(type, known)}});
    return;
  }
  const std::vector<std::string> choices = std::move(fact.type.choices);
  fact.type = *parsed;
  fact.type.choices = choices;
  fact.type.minimum = minimum;
  fact.type.maximum = maximum;
  const bool chooses = fact.type.kind == TypeKind::choice || fact.type.kind == TypeKind::multi_choice;
  if (chooses && choices.empty()) in.fault("pack.missing_key", in.place(), {{"key", "choices"}});
  if (!chooses && !choices.empty()) in.fault("pack.choices_without_choice", place, {{"type", type}});
}

void read_sources(TableReader& in, Fact& fact) {
  std::vector<std::string> names;
  in.texts("source", names, Need::yes);
  for (const std::string& name : names) {
    const auto found =
        std::find_if(source_names.begin(), source_names.end(), [&](const SourceName& s) { return s.name == name; });
    if (found == source_names.end())
      in.fault("pack.unknown_word", in.node().find("source")->place,
               {{"key", "source"},
                {"word", name},
                {"allowed", "applicant, register, parameter, calendar, derived, clerk, decision, case, town"}});
    else
      fact.sources.push_back(found->source);
  }
}

JsonValue json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::string:
      return node.text;
    case Node::Kind::integer:
      return node.integer;
    case Node::Kind::boolean:
      return node.integer != 0;
    case Node::Kind::date:
      return node.date.text();
    default:
      return nullptr;
  }
}

Fact read_fact(const Node& node, const FactSchema& schema, std::vector<Fault>& faults) {
  Fact fact;
  fact.place = node.place;
  TableReader in(node, faults);
  in.text("key", fact.key, Need::yes).text("name", fact.name, Need::yes);
  read_type(in, schema, fact);
  read_sources(in, fact);
  std::string sensitivity = "personal";
  in.word("sensitivity", sensitivity, sensitivities);
  fact.sensitivity = sensitivity == "public"    ? Sensitivity::public_
                     : sensitivity == "special" ? Sensitivity::special
                                                : Sensitivity::personal;
  in.text("unit", fact.unit).text("law", fact.law).text("how", fact.how);
  in.expression("derived", fact.derived).boolean("optional", fact.optional);
  if (const Node* otherwise = in.take("default")) fact.otherwise = json_of(*otherwise);
  in.finish();
  const bool derives = std::find(fact.sources.begin(), fact.sources.end(), Source::derived) != fact.sources.end();
  if (fact.derived && !derives) in.fault("pack.derived_source", fact.place, {{"fact", fact.name}});
  return fact;
}

void unique(const std::vector<Fact>& facts, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < facts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (facts[i].key == facts[j].key || facts[i].name == facts[j].name)
        faults.push_back({"pack.duplicate",
                          Severity::error,
                          facts[i].place,
                          {{"id", facts[i].key == facts[j].key ? facts[i].key : facts[i].name}}});
}

}  // namespace

std::optional<Type> parse_type(const std::string& text, const FactSchema& schema) {
  Type type;
  std::string_view word = text;
  if (word.starts_with("list of ")) {
    type.list = true;
    word.remove_prefix(8);
  }
  for (const KindName& kind : kinds)
    if (kind.name == word) {
      type.kind = kind.kind;
      return type;
    }
  if (!schema.record(word)) return std::nullopt;
  type.kind = TypeKind::record;
  type.record = std::string(word);
  return type;
}

void read_facts(const Node& node, FactSchema& schema, std::vector<Fault>& faults) {
  TableReader in(node, faults);
  const auto records = in.tables("record");
  for (const Node* item : records)  // names first: records may hold each other
    if (const Node* name = item->find("name"); name && name->kind == Node::Kind::string)
      schema.records.push_back({"", name->text, {}, item->place});
  std::size_t at = 0;
  for (const Node* item : records) {
    TableReader record(*item, faults);
    std::string key, name, law;
    record.text("key", key, Need::yes).text("name", name, Need::yes).text("law", law);
    std::vector<Fact> fields;
    for (const Node* field : record.tables("field")) fields.push_back(read_fact(*field, schema, faults));
    record.finish();
    unique(fields, faults);
    if (fields.empty()) record.fault("pack.record_empty", item->place, {{"record", name}});
    if (name.empty()) continue;
    schema.records[at].key = key;
    schema.records[at++].fields = std::move(fields);
  }
  for (const Node* item : in.tables("fact")) schema.facts.push_back(read_fact(*item, schema, faults));
  in.finish();
  unique(schema.facts, faults);
}

namespace {

constexpr std::array<std::string_view, 8> table_columns{"name", "valid_from", "valid_to", "value",
                                                        "unit", "source",     "law",      "status"};

bool check_header(const Csv& csv, std::vector<Fault>& faults) {
  bool right = true;
  for (std::size_t i = 0; i < table_columns.size(); ++i) {
    if (i < csv.header.size() && trim(csv.header[i].text) == table_columns[i]) continue;
    const Place place = i < csv.header.size() ? csv.header[i].place
                        : csv.header.empty()  ? Place{}
                                              : csv.header.back().place;
    faults.push_back({"pack.csv_header",
                      Severity::error,
                      place,
                      {{"column", std::to_string(i + 1)}, {"expected", std::string(table_columns[i])}}});
    right = false;
    break;
  }
  if (right && csv.header.size() > table_columns.size())
    faults.push_back({"pack.csv_header",
                      Severity::error,
                      csv.header[table_columns.size()].place,
                      {{"column", std::to_string(table_columns.size() + 1)}, {"expected", ""}}});
  return right;
}

void cell_fault(std::vector<Fault>& faults, std::string code, const CsvCell& cell, std::string_view column) {
  Place place = cell.place;
  place.field = std::string(column);
  faults.push_back(
      {std::move(code), Severity::error, std::move(place), {{"column", std::string(column)}, {"text", cell.text}}});
}

void read_row(const std::vector<CsvCell>& row, Table& table, std::vector<Fault>& faults) {
  Parameter parameter;
  parameter.name = std::string(trim(row[0].text));
  parameter.place = row[0].place;
  if (parameter.name.empty()) cell_fault(faults, "pack.csv_cell", row[0], "name");
  if (const auto day = Date::parse(trim(row[1].text)))
    parameter.valid_from = *day;
  else
    cell_fault(faults, "pack.csv_date", row[1], "valid_from");
  if (!trim(row[2].text).empty()) {
    parameter.valid_to = Date::parse(trim(row[2].text));
    if (!parameter.valid_to)
      cell_fault(faults, "pack.csv_date", row[2], "valid_to");
    else if (*parameter.valid_to < parameter.valid_from)
      cell_fault(faults, "pack.csv_order", row[2], "valid_to");
  }
  parameter.value = std::string(trim(row[3].text));
  if (!feel::Decimal::parse(parameter.value)) cell_fault(faults, "pack.csv_number", row[3], "value");
  parameter.unit = std::string(trim(row[4].text));
  parameter.source = std::string(trim(row[5].text));
  parameter.law = std::string(trim(row[6].text));
  if (parameter.source.empty()) cell_fault(faults, "pack.csv_cell", row[5], "source");
  const std::string_view status = trim(row[7].text);
  if (std::find(statuses.begin(), statuses.end(), status) == statuses.end())
    cell_fault(faults, "pack.csv_status", row[7], "status");
  parameter.confirmed = status == "confirmed";
  table.rows.push_back(std::move(parameter));
}

void check_overlaps(const Table& table, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Parameter &a = table.rows[j], &b = table.rows[i];
      if (a.name != b.name) continue;
      const bool apart = (a.valid_to && *a.valid_to < b.valid_from) || (b.valid_to && *b.valid_to < a.valid_from);
      if (apart) continue;
      faults.push_back(
          {"pack.table_overlap", Severity::error, b.place, {{"name", b.name}, {"line", std::to_string(a.place.line)}}});
    }
}

}  // namespace

void read_tables(const Node& index, const Sources& sources, std::vector<Table>& tables, std::vector<Fault>& faults) {
  TableReader in(index, faults);
  for (const Node* item : in.tables("table")) {
    Table table;
    std::string file, title;
    TableReader one(*item, faults);
    one.text("id", table.id, Need::yes).text("name", table.name, Need::yes).text("file", file, Need::yes);
    one.text("title", title);
    one.finish();
    table.place = item->place;
    const auto found = sources.texts.find("tables/" + file);
    if (found == sources.texts.end()) {
      if (!file.empty()) one.fault("pack.no_file", item->find("file")->place, {{"file", "tables/" + file}});
      continue;
    }
    const Csv csv = read_csv(found->second.bytes, found->second.file, faults);
    if (!csv.header.empty() && check_header(csv, faults))
      for (const auto& row : csv.rows) read_row(row, table, faults);
    check_overlaps(table, faults);
    tables.push_back(std::move(table));
  }
  in.finish();
}

}  // namespace yakuba::pack
