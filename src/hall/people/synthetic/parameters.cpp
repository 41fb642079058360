// Parameters and demo persons out of the pack's TOML files. Every fault names file, line and key.
#include <limits>

#include <toml++/toml.h>

#include "hall/people/synthetic/generator.hpp"

namespace yakuba::people::synthetic {
namespace {

std::unexpected<Error> fault(const toml::node* node, std::string_view file, std::string_view key, std::string_view why,
                             std::string_view code) {
  Place place{.file = std::string(file), .field = std::string(key)};
  if (node) {
    place.line = static_cast<int>(node->source().begin.line);
    place.column = static_cast<int>(node->source().begin.column);
  }
  return fail(ErrorKind::invalid, std::string(code), std::string(why), std::move(place));
}

// One table of the file; reading a key marks it as known, so that a misspelt key is found at the end.
class Table {
 public:
  Table(const toml::table& table, std::string_view file, std::string_view code)
      : table_(table), file_(file), code_(code) {}

  std::unexpected<Error> bad(std::string_view key, std::string_view why) const {
    const toml::node* at = table_.get(key);
    return fault(at ? at : &table_, file_, key, why, code_);
  }
  const toml::node* node(std::string_view key) {
    known_.insert(std::string(key));
    return table_.get(key);
  }
  Result<std::string> text(std::string_view key) {
    const toml::node* at = node(key);
    if (!at || !at->is_string()) return bad(key, "a text is needed");
    return at->as_string()->get();
  }
  Result<std::string> text_or(std::string_view key, std::string_view otherwise) {
    if (!node(key)) return std::string(otherwise);
    return text(key);
  }
  Result<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most) {
    const toml::node* at = node(key);
    if (!at || !at->is_integer()) return bad(key, "a whole number is needed");
    const std::int64_t value = at->as_integer()->get();
    if (value < least || most < value) return bad(key, "the number is out of bounds");
    return value;
  }
  Result<std::optional<Date>> day_if_any(std::string_view key) {
    const toml::node* at = node(key);
    if (!at) return std::optional<Date>();
    if (const auto* date = at->as_date()) {
      auto day = Date::of(date->get().year, date->get().month, date->get().day);
      if (day) return day;
    }
    return bad(key, "a date is needed, as 2026-11-20");
  }
  Result<Date> day(std::string_view key) {
    auto found = TRY(day_if_any(key));
    if (!found) return bad(key, "a date is needed, as 2026-11-20");
    return *found;
  }
  template <class E>
  Result<E> word(std::string_view key, std::optional<E> (*parse)(std::string_view)) {
    auto value = parse(TRY(text(key)));
    if (!value) return bad(key, "not one of the known words");
    return *value;
  }
  // The tables of an array of tables; none when absent.
  Result<std::vector<const toml::table*>> tables(std::string_view key) {
    std::vector<const toml::table*> all;
    const toml::node* at = node(key);
    if (!at) return all;
    if (!at->is_array_of_tables()) return bad(key, "an array of tables is needed");
    for (const auto& item : *at->as_array()) all.push_back(item.as_table());
    return all;
  }
  Result<> nothing_else() const {
    for (const auto& [key, value] : table_)
      if (!known_.contains(std::string(key.str()))) return fault(&value, file_, key.str(), "an unknown key", code_);
    return {};
  }

 private:
  const toml::table& table_;
  std::string_view file_, code_;
  std::set<std::string> known_;
};

Result<toml::table> parsed(std::string_view toml, std::string_view file, std::string_view code) {
  try {
    return toml::parse(toml, std::string(file));
  } catch (const toml::parse_error& error) {
    Place place{.file = std::string(file),
                .line = static_cast<int>(error.source().begin.line),
                .column = static_cast<int>(error.source().begin.column)};
    return fail(ErrorKind::invalid, std::string(code), std::string(error.description()), std::move(place));
  }
}

constexpr std::string_view parameters_code = "people.synthetic.parameters";
constexpr std::string_view demo_code = "people.synthetic.demo";

Result<Shares> shares_from(const toml::table& toml, std::string_view file) {
  Shares shares;
  Table table(toml, file, parameters_code);
  const std::pair<std::string_view, int Shares::*> all[] = {
      {"variant_names", &Shares::variant_names},
      {"variation_sequences", &Shares::variation_sequences},
      {"foreigners", &Shares::foreigners},
      {"foreigners_with_common_name", &Shares::foreigners_with_common_name},
      {"former_surnames", &Shares::former_surnames},
      {"births_on_edge_days", &Shares::births_on_edge_days},
      {"twins", &Shares::twins},
      {"unclear_births", &Shares::unclear_births},
      {"two_households_in_a_house", &Shares::two_households_in_a_house},
      {"guardians_apart", &Shares::guardians_apart},
      {"support_measures", &Shares::support_measures},
      {"suppressions", &Shares::suppressions},
      {"moved_back", &Shares::moved_back},
      {"no_mail", &Shares::no_mail},
      {"no_telephone", &Shares::no_telephone},
      {"dead", &Shares::dead},
      {"moved_out", &Shares::moved_out},
      {"non_residents", &Shares::non_residents},
      {"organisations", &Shares::organisations},
  };
  for (const auto& [key, member] : all)
    if (table.node(key)) shares.*member = static_cast<int>(TRY(table.whole(key, 0, 1000)));
  TRY(table.nothing_else());
  return shares;
}

}  // namespace

Result<Parameters> parse_parameters(std::string_view text, std::string_view file) {
  const toml::table root = TRY(parsed(text, file, parameters_code));
  Table table(root, file, parameters_code);
  Parameters p;
  p.seed = static_cast<std::uint64_t>(TRY(table.whole("seed", 0, std::numeric_limits<std::int64_t>::max())));
  p.residents = static_cast<int>(TRY(table.whole("residents", 1, residents_max)));
  p.as_of = TRY(table.day("as_of"));
  p.municipality = TRY(table.text("municipality"));
  p.place = TRY(table.text("place"));
  p.telephone_prefix = TRY(table.text("telephone_prefix"));
  const toml::node* pyramid = table.node("pyramid");
  if (!pyramid || !pyramid->is_array() || pyramid->as_array()->size() != 21)
    return table.bad("pyramid", "21 weights, for the ages 0–4 to 100–104");
  for (const auto& weight : *pyramid->as_array()) {
    if (!weight.is_integer() || weight.as_integer()->get() < 0 || weight.as_integer()->get() > 1'000'000)
      return fault(&weight, file, "pyramid", "a weight is a whole number from 0 to 1,000,000", parameters_code);
    p.pyramid.push_back(static_cast<int>(weight.as_integer()->get()));
  }
  for (const toml::table* item : TRY(table.tables("area"))) {
    Table area(*item, file, parameters_code);
    p.areas.push_back({.name = TRY(area.text("name")),
                       .kana = TRY(area.text("kana")),
                       .postal_code = TRY(area.text("postal_code")),
                       .weight = static_cast<int>(TRY(area.whole("weight", 1, 10'000)))});
    TRY(area.nothing_else());
  }
  if (p.areas.empty()) return table.bad("area", "at least one 大字 is needed");
  for (const toml::table* item : TRY(table.tables("neighbour"))) {
    Table there(*item, file, parameters_code);
    p.neighbours.push_back({.place = TRY(there.text("place")), .municipality = TRY(there.text("municipality"))});
    TRY(there.nothing_else());
  }
  if (p.neighbours.empty()) return table.bad("neighbour", "at least one place elsewhere is needed");
  if (const toml::node* shares = table.node("shares")) {
    if (!shares->is_table()) return table.bad("shares", "a table is needed");
    p.shares = TRY(shares_from(*shares->as_table(), file));
  }
  TRY(table.nothing_else());
  return p;
}

namespace {

// --- demo persons ---

class DemoReader {
 public:
  DemoReader(std::string_view file, const Parameters& parameters) : file_(file), p_(parameters) {}

  Result<DemoPersons> read(const toml::table& root) {
    Table table(root, file_, demo_code);
    out_.copy.as_of = p_.as_of;
    out_.copy.synthetic = true;
    for (const toml::table* item : TRY(table.tables("household"))) TRY(household(*item));
    for (const toml::table* item : TRY(table.tables("elsewhere"))) TRY(elsewhere(*item));
    for (const toml::table* item : TRY(table.tables("relation"))) TRY(relation(*item));
    for (const toml::table* item : TRY(table.tables("standing"))) TRY(standing(*item));
    TRY(table.nothing_else());
    if (auto faults = check_copy(out_.copy); !faults.empty())
      return fault(nullptr, file_, faults.front().file + " " + faults.front().column, faults.front().code, demo_code);
    return std::move(out_);
  }

 private:
  Result<PartyNumber> number_of_serial(Table& table) {
    auto number = PartyNumber::of_serial(TRY(table.whole("serial", 1, 99'999)));
    if (!number) return table.bad("serial", "this serial has no check digit; take the next");
    return *number;
  }
  Result<PartyNumber> known(Table& table, std::string_view key) {
    auto found = out_.by_key.find(TRY(table.text(key)));
    if (found == out_.by_key.end()) return table.bad(key, "no person of this key stands before");
    return found->second;
  }

  Result<> household(const toml::table& toml) {
    Table table(toml, file_, demo_code);
    HouseholdRecord household{.number = TRY(number_of_serial(table))};
    Address address = TRY(address_here(table));
    const auto since = TRY(table.day_if_any("since"));
    const std::string from = TRY(table.text_or("from", ""));
    household.valid.from = since;
    for (const toml::table* item : TRY(table.tables("member"))) {
      Table member(*item, file_, demo_code);
      PersonRecord person = TRY(person_from(member));
      const Date born = person.birth.earliest();
      const bool came = since && born < *since;
      person.resident_since = came ? *since : born;
      person.last_reason = came ? MoveReason::moved_in : MoveReason::born;
      person.last_moved_on = person.resident_since;
      address.valid.from = person.resident_since;
      person.addresses.push_back(address);
      if (came && !from.empty()) person.addresses.push_back(TRY(previous_address(table, from, since->plus_days(-1))));
      const std::string relationship = TRY(member.text("relationship"));
      if (relationship == "世帯主") household.head = person.number;
      out_.copy.members.push_back({household.number, person.number, relationship, {person.resident_since, {}}});
      TRY(member.nothing_else());
      out_.copy.persons.push_back(std::move(person));
    }
    if (!household.head) return table.bad("member", "one member is 世帯主");
    out_.copy.households.push_back(std::move(household));
    return table.nothing_else();
  }

  Result<Address> address_here(Table& table) {
    Address address{.municipality = p_.municipality, .place = p_.place, .area = TRY(table.text("area"))};
    for (const Area& area : p_.areas)
      if (area.name == address.area) address.postal_code = area.postal_code;
    if (address.postal_code.empty()) return table.bad("area", "not a 大字 of synthetic.toml");
    address.lot = TRY(table.text("lot"));
    address.building = TRY(table.text_or("building", ""));
    return address;
  }
  Result<Address> previous_address(Table& table, const std::string& place, Date until) {
    for (const Neighbour& there : p_.neighbours)
      if (there.place == place)
        return Address{.kind = AddressKind::previous,
                       .municipality = there.municipality,
                       .place = place,
                       .area = "見本町",
                       .lot = "1番1号",
                       .valid = {{}, until}};
    return table.bad("from", "not a neighbour of synthetic.toml");
  }

  Result<PersonRecord> person_from(Table& table) {
    PersonRecord person;
    person.number = TRY(number_of_serial(table));
    person.name = {.registered = TRY(table.text("name")),
                   .kana = TRY(table.text("kana")),
                   .kana_confirmed = true,
                   .former_surname = TRY(table.text_or("former_surname", "")),
                   .common_name = TRY(table.text_or("common_name", "")),
                   .romanised = TRY(table.text_or("romanised", ""))};
    auto birth = parse_birth(TRY(table.text("birth")));
    if (!birth) return table.bad("birth", "not a birth");
    person.birth = *birth;
    const std::string sex = TRY(table.text("sex"));
    if (sex != "male" && sex != "female") return table.bad("sex", "male or female");
    person.sex = sex == "male" ? Sex::male : Sex::female;
    if (table.node("nationality"))
      person.residence = Residence{TRY(table.text("nationality")), "中長期在留者", TRY(table.text("residence_status")),
                                   TRY(table.day_if_any("residence_until"))};
    for (auto [key, kind] : {std::pair<std::string_view, ContactKind>{"mail", ContactKind::mail},
                             {"telephone", ContactKind::telephone},
                             {"mobile", ContactKind::mobile}})
      if (table.node(key))
        person.contacts.push_back(
            {.kind = kind, .value = TRY(table.text(key)), .consented_on = p_.as_of.plus_days(-30)});
    if (!out_.by_key.emplace(TRY(table.text("key")), person.number).second)
      return table.bad("key", "this key stands twice");
    return person;
  }

  // Persons who live elsewhere: 住登外, or moved out on a day.
  Result<> elsewhere(const toml::table& toml) {
    Table table(toml, file_, demo_code);
    PersonRecord person = TRY(person_from(table));
    const std::string place = TRY(table.text("place"));
    Address address = TRY(previous_address(table, place, p_.as_of));
    address.valid = {};
    const auto moved_out = TRY(table.day_if_any("moved_out"));
    person.status = moved_out ? Status::moved_out : Status::non_resident;
    person.ended_on = moved_out;
    person.last_moved_on = moved_out;
    person.last_reason = moved_out ? MoveReason::moved_out : MoveReason::registered_as_non_resident;
    address.kind = moved_out ? AddressKind::destination : AddressKind::registered;
    address.valid.from = moved_out;
    person.addresses.push_back(std::move(address));
    out_.copy.persons.push_back(std::move(person));
    return table.nothing_else();
  }

  Result<> relation(const toml::table& toml) {
    Table table(toml, file_, demo_code);
    RelationRecord relation{.kind = TRY(table.word("kind", parse_relation_kind)),
                            .person = TRY(known(table, "person")),
                            .other = TRY(known(table, "other")),
                            .words = TRY(table.text_or("words", "")),
                            .valid = {TRY(table.day_if_any("from")), TRY(table.day_if_any("until"))}};
    out_.copy.relations.push_back(std::move(relation));
    return table.nothing_else();
  }

  Result<> standing(const toml::table& toml) {
    Table table(toml, file_, demo_code);
    StandingRecord record{.person = TRY(known(table, "person")), .standing = {}};
    record.standing.kind = TRY(table.word("kind", parse_standing_kind));
    record.standing.process = TRY(table.word("process", parse_process));
    record.standing.level = TRY(table.word("level", parse_level));
    record.standing.from = TRY(table.day("from"));
    record.standing.until = TRY(table.day_if_any("until"));
    record.standing.basis = TRY(table.text("basis"));
    out_.copy.standings.push_back(std::move(record));
    return table.nothing_else();
  }

  std::string_view file_;
  const Parameters& p_;
  DemoPersons out_;
};

}  // namespace

Result<DemoPersons> parse_demo_persons(std::string_view text, std::string_view file, const Parameters& parameters) {
  const toml::table root = TRY(parsed(text, file, demo_code));
  return DemoReader(file, parameters).read(root);
}

}  // namespace yakuba::people::synthetic
