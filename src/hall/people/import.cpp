// A copy into the store: what is new is added, what differs gets a history row, what is missing is reported.
#include <algorithm>

#include "hall/people/copy.hpp"
#include "hall/people/rows.hpp"

namespace yakuba::people {
namespace {

// All that the copy says about one person.
struct Whole {
  const PersonRecord* person = nullptr;
  std::vector<const MemberRecord*> members;
  std::vector<const RelationRecord*> relations;
  std::vector<const StandingRecord*> standings;
};

std::vector<Whole> gathered(const RegisterCopy& copy) {
  std::vector<Whole> all(copy.persons.size());
  std::unordered_map<PartyNumber, std::size_t> at;
  at.reserve(copy.persons.size());
  for (std::size_t i = 0; i < copy.persons.size(); ++i) {
    all[i].person = &copy.persons[i];
    at.emplace(copy.persons[i].number, i);
  }
  for (const auto& row : copy.members) all[at.at(row.person)].members.push_back(&row);
  for (const auto& row : copy.relations) all[at.at(row.person)].relations.push_back(&row);
  for (const auto& row : copy.standings) all[at.at(row.person)].standings.push_back(&row);
  return all;
}

// --- the whole row as canonical JSON: members in the order of their keys, empty ones left out ---

class Body {
 public:
  Body& text(std::string_view key, std::string_view value) {
    if (!value.empty()) json_.member(key, value);
    return *this;
  }
  Body& day(std::string_view key, const std::optional<Date>& value) {
    return text(key, value ? value->text() : std::string());
  }
  JsonWriter& json() { return json_; }

 private:
  JsonWriter json_;
};

void write_addresses(Body& body, const PersonRecord& person) {
  if (person.addresses.empty()) return;
  body.json().key("addresses").array([&] {
    for (const Address& a : person.addresses)
      body.json().object([&] {
        body.text("area", a.area).text("building", a.building).day("from", a.valid.from).text("kind", code(a.kind));
        body.text("lot", a.lot).text("municipality", a.municipality).text("place", a.place);
        body.text("postal_code", a.postal_code).day("until", a.valid.until);
      });
  });
}
void write_contacts(Body& body, const PersonRecord& person) {
  if (person.contacts.empty()) return;
  body.json().key("contacts").array([&] {
    for (const Contact& c : person.contacts)
      body.json().object([&] {
        body.day("consented_on", c.consented_on).text("kind", code(c.kind)).text("value", c.value);
        body.day("withdrawn_on", c.withdrawn_on);
      });
  });
}
void write_members(Body& body, const Whole& whole) {
  if (whole.members.empty()) return;
  body.json().key("households").array([&] {
    for (const MemberRecord* m : whole.members)
      body.json().object([&] {
        body.day("from", m->valid.from).text("household", m->household.text()).text("relationship", m->relationship);
        body.day("until", m->valid.until);
      });
  });
}
void write_relations(Body& body, const Whole& whole) {
  if (whole.relations.empty()) return;
  body.json().key("relations").array([&] {
    for (const RelationRecord* r : whole.relations)
      body.json().object([&] {
        body.day("from", r->valid.from).text("kind", code(r->kind)).text("other", r->other.text());
        body.day("until", r->valid.until).text("words", r->words);
      });
  });
}
void write_standings(Body& body, const Whole& whole) {
  if (whole.standings.empty()) return;
  body.json().key("standings").array([&] {
    for (const StandingRecord* row : whole.standings) {
      const Standing& s = row->standing;
      body.json().object([&] {
        body.text("basis", s.basis).day("from", s.from).text("kind", code(s.kind)).text("level", code(s.level));
        body.day("lifted_on", s.lifted_on).text("process", code(s.process));
        body.json().member("provisional", s.provisional);
        body.json().key("sections").array([&] {
          for (const auto& section : s.sections) body.json().value(section);
        });
        body.day("until", s.until);
      });
    }
  });
}

std::string body_of(const Whole& whole) {
  const PersonRecord& p = *whole.person;
  const Residence residence = p.residence.value_or(Residence{});
  Body body;
  body.json().object([&] {
    write_addresses(body, p);
    body.text("birth", p.birth.text_western()).text("common_name", p.name.common_name);
    write_contacts(body, p);
    body.day("ended_on", p.ended_on).text("former_surname", p.name.former_surname);
    write_members(body, whole);
    body.text("kana", p.name.kana);
    body.json().member("kana_confirmed", p.name.kana_confirmed);
    body.text("name", p.name.registered).text("nationality", residence.nationality).text("number", p.number.text());
    write_relations(body, whole);
    body.text("residence_kind", residence.kind).text("residence_status", residence.residence_status);
    body.day("residence_until", residence.until).day("resident_since", p.resident_since);
    body.text("romanised", p.name.romanised).text("sex", code(p.sex));
    write_standings(body, whole);
    body.text("status", code(p.status));
  });
  return std::move(body.json()).text();
}

Result<std::string> changed_parts(std::string_view before, std::string_view after) {
  const JsonValue was = TRY(parse_json(before)), is = TRY(parse_json(after));
  std::set<std::string> parts;
  for (const auto& [key, value] : *is.object())
    if (const JsonValue* old = was.find(key); !old || !(*old == value)) parts.insert(key);
  for (const auto& [key, value] : *was.object())
    if (!is.find(key)) parts.insert(key);
  std::string words;
  for (const auto& part : parts) words += (words.empty() ? "" : " ") + part;
  return words;
}

// --- writing ---

struct Existing {
  PersonId id;
  std::int64_t history = 0;
  std::string hash;
  bool of_copy = false;
};

class Import {
 public:
  Import(rows::Writer& out, const Reader& by, const RegisterCopy& copy)
      : out_(out), tx_(out.tx()), by_(by), copy_(copy) {}

  Result<ImportReport> run() {
    TRY(load());
    const auto all = gathered(copy_);
    TRY(give_ids(all));
    for (const Whole& whole : all) TRY(put(whole));
    TRY(put_households());
    TRY(put_organisations());
    TRY(out_.flush());
    for (PersonId id : recount_) TRY(recount_standings(id));
    report_missing();
    TRY(close());
    return report_;
  }

 private:
  Result<> load() {
    for (auto& row : TRY(tx_.all<sql::AllPersonHashes>())) {
      auto number = TRY(rows::number_from(row.number));
      existing_.emplace(
          number, Existing{PersonId(row.id), row.history, std::move(row.source_hash), row.copied_as_of.has_value()});
      next_person_ = std::max(next_person_, row.id);
    }
    next_contact_ = TRY(tx_.one<sql::HighestContactId>())->id.value_or(0);
    next_relation_ = TRY(tx_.one<sql::HighestRelationId>())->id.value_or(0);
    next_standing_ = TRY(tx_.one<sql::HighestStandingId>())->id.value_or(0);
    return {};
  }

  // First every id, so that relations find both ends whatever the order of the rows.
  Result<> give_ids(const std::vector<Whole>& all) {
    ids_.reserve(all.size());
    for (const Whole& whole : all) {
      auto found = existing_.find(whole.person->number);
      if (found != existing_.end() && !found->second.of_copy)
        return fail(ErrorKind::conflict, "people.copy.number_taken", "the office gave this number to a 住登外 person",
                    Place{"persons.csv", 0, 0, whole.person->number.text()});
      ids_.emplace(whole.person->number, found != existing_.end() ? found->second.id : PersonId(++next_person_));
    }
    return {};
  }

  Result<> put(const Whole& whole) {
    const std::string body = body_of(whole);
    const std::string hash = hex(sha256(body));
    const PersonId id = ids_.at(whole.person->number);
    auto found = existing_.find(whole.person->number);
    if (found == existing_.end()) {
      report_.added += 1;
      TRY(put_person(whole, id, 1, hash, false));
      TRY(put_history(whole, id, 1, "", body));
    } else if (found->second.hash == hash) {
      report_.unchanged += 1;
      return {};
    } else {
      report_.changed += 1;
      const std::int64_t history = found->second.history + 1;
      auto before = TRY(tx_.one<sql::HistoryBody>({.person = id.value, .history = history - 1}));
      const std::string parts = before ? TRY(changed_parts(before->body, body)) : std::string();
      TRY(tx_.run<sql::DeleteAddresses>({.person = id.value}));
      TRY(tx_.run<sql::DeleteCopiedContacts>({.person = id.value}));
      TRY(tx_.run<sql::DeleteCopiedRelations>({.person = id.value}));
      TRY(tx_.run<sql::DeleteCopiedStandings>({.person = id.value}));
      TRY(put_person(whole, id, history, hash, true));
      TRY(put_history(whole, id, history, parts, body));
    }
    changed_.push_back(id);
    for (const MemberRecord* m : whole.members) touched_.insert(m->household);
    return put_parts(whole, id);
  }

  Result<> put_person(const Whole& whole, PersonId id, std::int64_t history, const std::string& hash, bool update) {
    const PersonRecord& p = *whole.person;
    auto address = rows::registered_on(p.addresses, copy_.as_of);
    rows::NewRow row{.id = id,
                     .number = p.number,
                     .name = p.name,
                     .birth = p.birth,
                     .sex = p.sex,
                     .status = p.status,
                     .resident_since = p.resident_since,
                     .ended_on = p.ended_on,
                     .copied_as_of = copy_.as_of,
                     .residence = p.residence,
                     .address = address ? address->local() : std::string(),
                     .standings = static_cast<std::int64_t>(whole.standings.size()),
                     .history = history,
                     .synthetic = copy_.synthetic,
                     .source_hash = hash};
    return update ? rows::update_person(out_, row) : rows::insert_person(out_, row);
  }

  Result<> put_history(const Whole& whole, PersonId id, std::int64_t history, const std::string& changed,
                       const std::string& body) {
    TRY(out_.put<sql::InsertHistory>({.person = id.value,
                                      .history = history,
                                      .reason = std::string(code(whole.person->last_reason)),
                                      .moved_on = rows::column_of(whole.person->last_moved_on),
                                      .reported_on = std::nullopt,
                                      .recorded_at = by_.at.microseconds,
                                      .changed = changed,
                                      .body = body}));
    return {};
  }

  Result<> put_parts(const Whole& whole, PersonId id) {
    std::int64_t position = 0;
    for (const Address& address : whole.person->addresses) TRY(rows::insert_address(out_, id, position++, address));
    for (Contact contact : whole.person->contacts) {
      contact.id = ContactId(++next_contact_);
      TRY(rows::insert_contact(out_, id, contact, true));
    }
    for (const RelationRecord* r : whole.relations)
      TRY(out_.put<sql::InsertRelation>({.id = ++next_relation_,
                                         .kind = std::string(code(r->kind)),
                                         .person = id.value,
                                         .other = ids_.at(r->other).value,
                                         .words = r->words,
                                         .valid_from = rows::from_column(r->valid.from),
                                         .valid_to = rows::until_column(r->valid.until),
                                         .of_copy = 1}));
    for (const StandingRecord* row : whole.standings) {
      Standing standing = row->standing;
      standing.id = StandingId(++next_standing_);
      TRY(rows::insert_standing(out_, id, standing, true));
    }
    if (existing_.contains(whole.person->number)) recount_.push_back(id);
    return {};
  }
  Result<> recount_standings(PersonId id) {
    auto counted = TRY(tx_.one<sql::CountStandings>({.person = id.value}));
    TRY(tx_.run<sql::SetStandings>({.id = id.value, .standings = counted->count}));
    return {};
  }

  // Households with a new or changed member, and those whose own row differs, are written anew.
  Result<> put_households() {
    std::unordered_map<PartyNumber, sql::AllHouseholds::Row> known;
    std::int64_t next = 0;
    for (auto& row : TRY(tx_.all<sql::AllHouseholds>())) {
      next = std::max(next, row.id);
      known.emplace(TRY(rows::number_from(row.number)), row);
    }
    std::unordered_map<PartyNumber, std::vector<const MemberRecord*>> members;
    for (const auto& m : copy_.members) members[m.household].push_back(&m);
    for (const HouseholdRecord& h : copy_.households) {
      const std::int64_t head = ids_.at(h.head).value;
      const std::int64_t from = rows::from_column(h.valid.from), until = rows::until_column(h.valid.until);
      auto found = known.find(h.number);
      std::int64_t id = found == known.end() ? ++next : found->second.id;
      if (found == known.end()) {
        TRY(out_.put<sql::InsertHousehold>({.id = id,
                                            .number = h.number.value(),
                                            .kind = std::string(code(h.kind)),
                                            .head = head,
                                            .valid_from = from,
                                            .valid_to = until}));
      } else {
        const auto& row = found->second;
        const bool same = row.head == head && row.valid_from == from && row.valid_to == until;
        if (same && !touched_.contains(h.number)) continue;
        TRY(tx_.run<sql::UpdateHousehold>({.id = id, .head = head, .valid_from = from, .valid_to = until}));
        TRY(tx_.run<sql::DeleteMembers>({.household = id}));
      }
      report_.households += 1;
      TRY(put_members(id, members[h.number]));
    }
    return {};
  }
  Result<> put_members(std::int64_t household, const std::vector<const MemberRecord*>& members) {
    std::int64_t position = 0;
    for (const MemberRecord* m : members)
      TRY(out_.put<sql::InsertMember>({.household = household,
                                       .person = ids_.at(m->person).value,
                                       .relationship = m->relationship,
                                       .position = position++,
                                       .valid_from = rows::from_column(m->valid.from),
                                       .valid_to = rows::until_column(m->valid.until)}));
    return {};
  }

  Result<> put_organisations() {
    std::unordered_map<PartyNumber, std::pair<std::int64_t, std::string>> known;
    std::int64_t next = 0;
    for (auto& row : TRY(tx_.all<sql::AllOrganisationHashes>())) {
      next = std::max(next, row.id);
      known.emplace(TRY(rows::number_from(row.number)), std::pair(row.id, std::move(row.source_hash)));
    }
    for (const OrganisationRecord& o : copy_.organisations) {
      std::string all;
      for (const auto& part : {o.number.text(), o.corporate_number.text(), o.name, o.kana, o.branch, o.telephone,
                               o.address.postal_code, o.address.text(), o.address.municipality})
        all += part + "\n";
      const std::string hash = hex(sha256(all));
      auto found = known.find(o.number);
      if (found != known.end() && found->second.second == hash) continue;
      report_.organisations += 1;
      const std::string corporate = o.corporate_number.text();
      if (found == known.end()) {
        TRY(tx_.run<sql::InsertOrganisation>(organisation_in<sql::InsertOrganisation>(o, ++next, corporate, hash)));
      } else {
        const std::int64_t id = found->second.first;
        TRY(tx_.run<sql::UpdateOrganisation>(organisation_in<sql::UpdateOrganisation>(o, id, corporate, hash)));
      }
    }
    return {};
  }
  // Views into the arguments: they outlive the statement.
  template <class Q>
  typename Q::In organisation_in(const OrganisationRecord& o, std::int64_t id, const std::string& corporate,
                                 const std::string& hash) const {
    typename Q::In in;
    in.id = id;
    if constexpr (requires { in.number; }) {
      in.number = o.number.value();
      in.synthetic = copy_.synthetic ? 1 : 0;
    }
    in.corporate_number = corporate;
    in.name = o.name;
    in.kana = o.kana;
    in.branch = o.branch;
    in.telephone = o.telephone;
    in.postal_code = o.address.postal_code;
    in.municipality = o.address.municipality;
    in.place = o.address.place;
    in.area = o.address.area;
    in.lot = o.address.lot;
    in.building = o.address.building;
    in.source_hash = hash;
    return in;
  }

  void report_missing() {
    for (const auto& [number, row] : existing_)
      if (row.of_copy && !ids_.contains(number)) report_.missing.push_back(number);
    std::ranges::sort(report_.missing);
  }

  Result<> close() {
    auto latest = TRY(tx_.one<sql::LatestCopy>());
    const std::int64_t id = latest ? latest->id + 1 : 1;
    const auto persons = static_cast<std::int64_t>(copy_.persons.size());
    TRY(tx_.run<sql::InsertCopy>({.id = id,
                                  .as_of = copy_.as_of.days,
                                  .imported_at = by_.at.microseconds,
                                  .persons = persons,
                                  .synthetic = copy_.synthetic ? 1 : 0}));
    log::Event event{.at = by_.at,
                     .verb = log::Verb::imported,
                     .object_kind = "register.people",
                     .object_id = std::to_string(id),
                     .actor = by_.actor,
                     .post = by_.post,
                     .rank = by_.rank,
                     .section = by_.section,
                     .channel = by_.channel,
                     .terminal = by_.terminal};
    if (changed_.size() <= log::refs_max)
      for (PersonId person : changed_) event.refs.push_back({"person", std::to_string(person.value)});
    event.payload =
        JsonObject{{"added", report_.added},       {"as_of", copy_.as_of.text()},
                   {"changed", report_.changed},   {"missing", static_cast<std::int64_t>(report_.missing.size())},
                   {"synthetic", copy_.synthetic}, {"unchanged", report_.unchanged}};
    return tx_.append(event);
  }

  rows::Writer& out_;
  store::Tx& tx_;
  const Reader& by_;
  const RegisterCopy& copy_;
  ImportReport report_;
  std::unordered_map<PartyNumber, Existing> existing_;
  std::unordered_map<PartyNumber, PersonId> ids_;
  std::set<PartyNumber> touched_;
  std::vector<PersonId> changed_, recount_;
  std::int64_t next_person_ = 0, next_contact_ = 0, next_relation_ = 0, next_standing_ = 0;
};

Result<> check_kind(store::Tx& tx, const RegisterCopy& copy, const ImportOptions& options) {
  if (copy.synthetic && !options.demo_town)
    return fail(ErrorKind::forbidden, "people.copy.synthetic_in_real_town",
                "invented people are refused in a real town");
  if (!copy.synthetic && options.demo_town)
    return fail(ErrorKind::forbidden, "people.copy.real_in_demo_town", "real people are refused in a demonstration");
  auto latest = TRY(tx.one<sql::LatestCopy>());
  if (!latest) return {};
  if ((latest->synthetic != 0) != copy.synthetic)
    return fail(ErrorKind::forbidden,
                copy.synthetic ? "people.copy.synthetic_in_real_town" : "people.copy.real_in_demo_town",
                "the register of this town was filled with the other kind of people");
  if (copy.as_of.days < latest->as_of)
    return fail(ErrorKind::conflict, "people.copy.older", "the register holds a newer copy");
  return {};
}

}  // namespace

Result<ImportReport> import(store::Tx& tx, const Reader& by, const RegisterCopy& copy, const ImportOptions& options) {
  TRY(check_kind(tx, copy, options));
  if (auto faults = check_copy(copy); !faults.empty())
    return fail(ErrorKind::invalid, "people.copy.faulty", faults.front().code,
                Place{faults.front().file, faults.front().line, 0, faults.front().column});
  rows::Writer out = TRY(rows::Writer::for_many(tx));
  return Import(out, by, copy).run();
}

Result<std::optional<CopyState>> latest_copy(store::ReadTx& tx) {
  auto row = TRY(tx.one<sql::LatestCopy>());
  if (!row) return std::optional<CopyState>();
  return std::optional(CopyState{.as_of = Date{static_cast<std::int32_t>(row->as_of)},
                                 .imported_at = Instant{row->imported_at},
                                 .persons = row->persons,
                                 .synthetic = row->synthetic != 0});
}

}  // namespace yakuba::people
