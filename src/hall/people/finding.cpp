// Finding a person: one criterion leads, the others filter; pages by key.
#include <algorithm>
#include <unordered_set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "hall/people/rows.hpp"

namespace yakuba::people {
namespace {

std::unexpected<Error> bad(std::string_view code, std::string_view field) {
  return fail(ErrorKind::invalid, "people.query." + std::string(code), "a search field cannot be read",
              Place{.field = std::string(field)});
}

struct Days {
  Date from, until;
};

// "平成20年", "H20", "2008" and "2008年" mean the whole year; everything else is a day.
std::optional<Days> birth_days(std::string_view typed) {
  if (auto day = parse_any_date(typed)) return Days{*day, *day};
  std::string text = nfkc(trim(typed));
  if (text.ends_with("年")) text.resize(text.size() - std::string_view("年").size());
  auto first = parse_any_date(text + "-12-31");  // the last day of a year lies in the era that gives the year its name
  if (!first) first = parse_any_date(text + "-1-1");
  if (!first || text.empty()) return {};
  return Days{*Date::of(first->year(), 1, 1), *Date::of(first->year(), 12, 31)};
}

// What was typed, read and folded.
struct Criteria {
  std::optional<PartyNumber> number;
  Bytes name, name_end, address, address_end, telephone;  // keys; empty when not used
  std::optional<Days> birth;
  bool former = false;
  Bytes after_key;
  std::int64_t after_person = -1;
};

Result<> read_after(std::string_view after, Criteria& criteria) {
  if (after.empty()) return {};
  auto dot = after.find('.');
  auto key = from_base64url(after.substr(0, dot));
  auto person = dot == std::string_view::npos ? std::nullopt : parse_integer(after.substr(dot + 1));
  if (!key || !person) return bad("after", "after");
  criteria.after_key = std::move(*key);
  criteria.after_person = *person;
  return {};
}

Result<Criteria> read(const Query& query) {
  if (query.empty()) return bad("empty", "name");
  for (auto [field, text] : {std::pair<std::string_view, std::string_view>{"name", query.name},
                             {"birth", query.birth},
                             {"address", query.address},
                             {"number", query.number},
                             {"telephone", query.telephone}})
    if (!is_utf8(text) || length_in_code_points(text) > query_code_points_max) return bad("too_long", field);
  Criteria criteria{.former = query.also_former};
  if (!query.number.empty()) {
    criteria.number = PartyNumber::parse(query.number);
    if (!criteria.number) return bad("number", "number");
  }
  if (!query.birth.empty()) {
    criteria.birth = birth_days(query.birth);
    if (!criteria.birth) return bad("birth", "birth");
  }
  if (!query.telephone.empty()) {
    criteria.telephone = rows::key_bytes(rows::telephone_key(query.telephone));
    if (criteria.telephone.size() < 4) return bad("telephone", "telephone");
  }
  const std::string name = fold(query.name), address = rows::address_key(query.address);
  criteria.name = rows::key_bytes(name);
  criteria.name_end = rows::after_prefix(name);
  criteria.address = rows::key_bytes(address);
  criteria.address_end = rows::after_prefix(address);
  if (!query.name.empty() && criteria.name.empty()) return bad("empty", "name");
  if (!query.address.empty() && criteria.address.empty()) return bad("empty", "address");
  TRY(read_after(query.after, criteria));
  return criteria;
}

enum class Lead { birth, address, telephone, name, name_and_address };

Lead lead_of(const Criteria& criteria) {
  if (!criteria.telephone.empty()) return Lead::telephone;
  if (criteria.birth && criteria.birth->from == criteria.birth->until) return Lead::birth;
  if (!criteria.name.empty() && !criteria.address.empty() && !criteria.birth) return Lead::name_and_address;
  if (!criteria.name.empty()) return Lead::name;
  return criteria.address.empty() ? Lead::birth : Lead::address;
}

// The members of In that every finding statement has. In holds views: `criteria` outlives it.
template <class In>
void fill(In& in, const Criteria& criteria) {
  in.name_lo = criteria.name;
  in.name_hi = criteria.name_end;
  in.name_on = criteria.name.empty() ? 0 : 1;
  in.birth_on = criteria.birth ? 1 : 0;
  in.birth_lo = criteria.birth ? criteria.birth->from.days : 0;
  in.birth_hi = criteria.birth ? criteria.birth->until.days : 0;
  in.address_on = criteria.address.empty() ? 0 : 1;
  in.address_lo = criteria.address;
  in.address_hi = criteria.address_end;
  in.telephone_on = criteria.telephone.empty() ? 0 : 1;
  in.telephone = criteria.telephone;
  in.former = criteria.former ? 1 : 0;
}

struct Candidate {
  FoundPerson person;
  Bytes key;
  bool has_standing = false;
};

template <class Row>
Result<Candidate> candidate_from(const Row& row) {
  Person person = TRY(rows::person_from(row));
  Candidate candidate{.person = {.id = person.id,
                                 .number = person.number,
                                 .name = std::move(person.name),
                                 .birth = person.birth,
                                 .sex = person.sex,
                                 .status = person.status,
                                 .address = row.address},
                      .key = row.kana_key,
                      .has_standing = row.standings > 0};
  if constexpr (requires { row.found_key; }) candidate.key = row.found_key;
  return candidate;
}

std::string place_after(const Bytes& key, PersonId person) {
  return base64url(key) + "." + std::to_string(person.value);
}

struct Candidates {
  std::vector<Candidate> rows;
  std::int64_t count = 0;
  std::string resume;  // where to go on when the rows were cut off before they were sifted
};

template <class Find>
Result<std::vector<Candidate>> rows_of(store::ReadTx& tx, const Criteria& criteria, std::int64_t most) {
  typename Find::In in;
  fill(in, criteria);
  in.after_key = criteria.after_key;
  in.after_person = criteria.after_person;
  in.most = most;
  std::vector<Candidate> found;
  for (const auto& row : TRY(tx.all<Find>(in))) found.push_back(TRY(candidate_from(row)));
  return found;
}
template <class Count>
Result<std::int64_t> count_of(store::ReadTx& tx, const Criteria& criteria) {
  typename Count::In in;
  fill(in, criteria);
  return TRY(tx.one<Count>(in))->count;
}
template <class Find, class Count>
Result<Candidates> ask(store::ReadTx& tx, const Criteria& criteria, std::int64_t most) {
  return Candidates{TRY(rows_of<Find>(tx, criteria, most)), TRY(count_of<Count>(tx, criteria)), {}};
}

// A person may match with family name and given name; he stands where his first matching key does.
bool is_first_match(const Candidate& candidate, const Criteria& criteria) {
  for (const std::string& key : rows::name_keys(candidate.person.name)) {
    const Bytes bytes = rows::key_bytes(key);
    if (bytes >= criteria.name && bytes < criteria.name_end) return bytes == candidate.key;
  }
  return true;
}
Result<Candidates> by_name(store::ReadTx& tx, const Criteria& criteria, std::int64_t most) {
  // The double ones take rows of the page, hence twice as many; should even that not do, the next page goes on there.
  auto all = TRY(rows_of<sql::FindByName>(tx, criteria, most * 2));
  std::string resume;
  if (std::cmp_equal(all.size(), most * 2)) resume = place_after(all.back().key, all.back().person.id);
  std::erase_if(all, [&](const Candidate& candidate) { return !is_first_match(candidate, criteria); });
  const bool alone = !criteria.birth && criteria.address.empty() && criteria.telephone.empty();
  if (!alone) return Candidates{std::move(all), TRY(count_of<sql::CountByName>(tx, criteria)), resume};
  auto counted = TRY(tx.one<sql::CountNames>(
      {.name_lo = criteria.name, .name_hi = criteria.name_end, .former = criteria.former ? 1 : 0}));
  return Candidates{std::move(all), counted->count, resume};
}

// Both may fit thousands (a common surname, a large 大字). Two runs through an index and a set cost the same on both
// databases, whatever the planner knows of the tables.
Result<Candidates> by_name_and_address(store::ReadTx& tx, const Criteria& criteria, std::int64_t most) {
  std::unordered_set<std::int64_t> here, seen;
  TRY(tx.each<sql::AddressRange>({.address_lo = criteria.address, .address_hi = criteria.address_end},
                                 [&](sql::AddressRange::Row&& row) { here.insert(row.person); }));
  std::vector<std::pair<Bytes, std::int64_t>> page;
  TRY(tx.each<sql::NameRange>(
      {.name_lo = criteria.name, .name_hi = criteria.name_end, .former = criteria.former ? 1 : 0},
      [&](sql::NameRange::Row&& row) {
        if (!here.contains(row.person) || !seen.insert(row.person).second) return;
        const bool after = std::tie(criteria.after_key, criteria.after_person) < std::tie(row.key, row.person);
        if (after && std::cmp_less(page.size(), most)) page.emplace_back(std::move(row.key), row.person);
      }));
  Candidates found{.rows = {}, .count = static_cast<std::int64_t>(seen.size()), .resume = {}};
  for (auto& [key, person] : page) {
    auto row = TRY(tx.one<sql::PersonById>({.id = person}));
    if (!row) continue;
    found.rows.push_back(TRY(candidate_from(*row)));
    found.rows.back().key = std::move(key);
  }
  return found;
}

Result<Candidates> by_number(store::ReadTx& tx, const Criteria& criteria) {
  Candidates found;
  auto row = TRY(tx.one<sql::PersonByNumber>({.number = criteria.number->value()}));
  if (!row) return found;
  found.rows.push_back(TRY(candidate_from(*row)));
  found.count = 1;
  return found;
}

Result<Candidates> candidates(store::ReadTx& tx, const Criteria& criteria, std::int64_t most) {
  if (criteria.number) return by_number(tx, criteria);
  switch (lead_of(criteria)) {
    case Lead::telephone:
      return ask<sql::FindByTelephone, sql::CountByTelephone>(tx, criteria, most);
    case Lead::birth:
      return ask<sql::FindByBirth, sql::CountByBirth>(tx, criteria, most);
    case Lead::address:
      return ask<sql::FindByAddress, sql::CountByAddress>(tx, criteria, most);
    case Lead::name_and_address:
      return by_name_and_address(tx, criteria, most);
    case Lead::name:
      break;
  }
  return by_name(tx, criteria, most);
}

// Takes away what this reader may not see; a suppressed person is not found at all.
Result<bool> fit_to_sight(store::ReadTx& tx, const Reader& reader, Candidate& candidate) {
  if (!candidate.has_standing) return true;
  rows::Sight sight = rows::sight(TRY(rows::standings(tx, candidate.person.id)), reader);
  candidate.person.warn = sight.warn;
  candidate.person.withheld = sight.withheld;
  if (sight.withheld) candidate.person.address.clear();
  return !sight.refused;
}

std::vector<std::string> fields_of(const Query& query) {
  std::vector<std::string> fields;
  if (!query.name.empty()) fields.push_back("name");
  if (!query.birth.empty()) fields.push_back("birth");
  if (!query.address.empty()) fields.push_back("address");
  if (!query.number.empty()) fields.push_back("number");
  if (!query.telephone.empty()) fields.push_back("telephone");
  return fields;
}
std::string typed_text(const Query& query) {
  JsonObject typed;
  if (!query.name.empty()) typed["name"] = query.name;
  if (!query.birth.empty()) typed["birth"] = query.birth;
  if (!query.address.empty()) typed["address"] = query.address;
  if (!query.number.empty()) typed["number"] = query.number;
  if (!query.telephone.empty()) typed["telephone"] = query.telephone;
  return JsonValue(std::move(typed)).canonical();
}

struct Reading {
  Found found;
  Trace trace;
};
Result<Reading> find(store::ReadTx& tx, const Reader& reader, const Query& query, const Bytes& query_key,
                     std::size_t rows_max) {
  const Criteria criteria = TRY(read(query));
  Candidates all = TRY(candidates(tx, criteria, static_cast<std::int64_t>(rows_max) + 1));
  Found found{.rows = {},
              .count = static_cast<int>(std::min<std::int64_t>(all.count, found_count_max)),
              .more_than_counted = all.count > found_count_max,
              .next = {}};
  Trace trace{.reader = reader,
              .persons = {},
              .what = "search",
              .query = typed_text(query),
              .query_fields = fields_of(query),
              .query_key = query_key};
  for (std::size_t i = 0; i < std::min(all.rows.size(), rows_max); ++i) {
    Candidate& candidate = all.rows[i];
    if (!TRY(fit_to_sight(tx, reader, candidate))) {
      found.count -= 1;
      continue;
    }
    trace.persons.push_back(candidate.person.id);
    found.rows.push_back(candidate.person);
  }
  found.next = all.resume;
  if (all.rows.size() > rows_max) {
    const Candidate& last = all.rows[rows_max - 1];
    found.next = place_after(last.key, last.person.id);
  }
  return Reading{std::move(found), std::move(trace)};
}

}  // namespace

Result<Sealed<Found>> search(store::ReadTx& tx, const Reader& reader, const Query& query, const Bytes& query_key) {
  Reading reading = TRY(find(tx, reader, query, query_key, found_rows_max));
  return Sealed<Found>(std::move(reading.found), std::move(reading.trace));
}

Result<Sealed<std::string>> search_csv(store::ReadTx& tx, const Reader& reader, const Query& query,
                                       const Bytes& query_key) {
  if (trim(reader.law).empty() && reader.case_id.empty())
    return fail(ErrorKind::invalid, "people.export.purpose", "an export needs its legal ground or its case",
                Place{.field = "law"});
  auto [found, trace] = TRY(find(tx, reader, query, query_key, found_count_max));
  trace.verb = log::Verb::exported;
  std::string csv = std::string(csv_begin) + "宛名番号,氏名,フリガナ,生年月日,性別,住所\r\n";
  for (const FoundPerson& person : found.rows) {
    constexpr std::array<std::string_view, 4> sexes{"不明", "男", "女", ""};
    csv += person.number.text() + "," + csv_cell(person.name.shown()) + "," + csv_cell(person.name.kana) + "," +
           csv_cell(person.birth.text_western()) + "," + std::string(sexes[static_cast<std::size_t>(person.sex)]) +
           "," + csv_cell(person.address) + "\r\n";
  }
  return Sealed<std::string>(std::move(csv), std::move(trace));
}

}  // namespace yakuba::people
