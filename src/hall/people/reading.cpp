// Opening a person, a household, a list of names: what the reader may see, sealed until its trace is written.
#include <algorithm>

#include "hall/people/rows.hpp"

namespace yakuba::people {
namespace {

Result<std::vector<Relation>> shown_relations(store::ReadTx& tx, const Reader& reader, PersonId id, Trace& trace) {
  std::vector<Relation> shown;
  for (const auto& row : TRY(rows::relations(tx, id))) {
    const PersonId other = row.person == id ? row.other : row.person;
    Person person = TRY(rows::person(tx, other));
    const bool refused = rows::sight(TRY(rows::standings(tx, other)), reader).refused;
    shown.push_back({.id = row.id,
                     .kind = row.kind,
                     .person = row.person,
                     .other = row.other,
                     .other_number = refused ? PartyNumber() : person.number,
                     .other_name = refused ? std::string() : std::string(person.name.shown()),
                     .other_birth = refused ? BirthDate() : person.birth,
                     .words = row.words,
                     .valid = row.valid});
    if (!refused) trace.persons.push_back(other);
  }
  return shown;
}

void note_members(const Household& household, Trace& trace) {
  for (const Member& member : household.members) trace.persons.push_back(member.person);
}
// The person opened stays first: the event is about him.
void each_once(std::vector<PersonId>& persons) {
  std::vector<PersonId> kept;
  for (PersonId id : persons)
    if (std::ranges::find(kept, id) == kept.end()) kept.push_back(id);
  persons = std::move(kept);
}

// Members of a household, without those whom this reader may not see at all.
Result<Household> visible(store::ReadTx& tx, const Reader& reader, Household household) {
  std::vector<Member> members;
  for (Member& member : household.members)
    if (!rows::sight(TRY(rows::standings(tx, member.person)), reader).refused) members.push_back(std::move(member));
  household.members = std::move(members);
  return household;
}

Result<> add_households(store::ReadTx& tx, const Reader& reader, PersonFile& file, Trace& trace) {
  const Date today = date_in_japan(reader.at);
  auto current = TRY(rows::household_of(tx, file.person.id, HouseholdKind::resident_register, today));
  if (current) {
    file.household = TRY(visible(tx, reader, TRY(rows::household(tx, *current, today))));
    note_members(*file.household, trace);
  }
  for (const auto& row : TRY(tx.all<sql::HouseholdsOf>({.person = file.person.id.value}))) {
    if (current && current->value == row.id) continue;
    const Date last = Date{static_cast<std::int32_t>(std::min<std::int64_t>(row.valid_to, today.days))};
    Household former = TRY(visible(tx, reader, TRY(rows::household(tx, HouseholdId(row.id), last))));
    former.valid = rows::period_of(row.valid_from, row.valid_to);  // this person's part of it
    note_members(former, trace);
    file.former_households.push_back(std::move(former));
  }
  return {};
}

Result<Sealed<PersonFile>> open(store::ReadTx& tx, const Reader& reader, Person person) {
  const PersonId id = person.id;
  PersonFile file{.person = std::move(person)};
  Trace trace{.reader = reader, .persons = {id}, .what = "person"};
  auto standings = TRY(rows::standings(tx, id));
  const rows::Sight sight = rows::sight(standings, reader);
  if (sight.refused)
    return fail(ErrorKind::forbidden, "people.suppressed", "inquiries about this person are suppressed");
  file.withheld = sight.withheld;
  for (Standing& standing : standings) {
    if (!sight.all) standing.basis.clear(), standing.sections.clear();
    const bool over = standing.lifted_on && *standing.lifted_on <= date_in_japan(reader.at);
    if (!over) file.standings.push_back(std::move(standing));
  }
  file.history = TRY(rows::history(tx, id));
  if (!file.withheld) {
    file.addresses = TRY(rows::addresses(tx, id));
    file.contacts = TRY(rows::contacts(tx, id));
    file.relations = TRY(shown_relations(tx, reader, id, trace));
    TRY(add_households(tx, reader, file, trace));
  }
  each_once(trace.persons);
  return Sealed<PersonFile>(std::move(file), std::move(trace));
}

Result<> refuse_suppressed(store::ReadTx& tx, const Reader& reader, PersonId id) {
  const rows::Sight sight = rows::sight(TRY(rows::standings(tx, id)), reader);
  if (sight.refused)
    return fail(ErrorKind::forbidden, "people.suppressed", "inquiries about this person are suppressed");
  if (sight.withheld) return fail(ErrorKind::forbidden, "people.protected", "this person's household is not shown");
  return {};
}

}  // namespace

Result<Sealed<PersonFile>> person(store::ReadTx& tx, const Reader& reader, PersonId id) {
  return open(tx, reader, TRY(rows::person(tx, id)));
}
Result<Sealed<PersonFile>> person(store::ReadTx& tx, const Reader& reader, PartyNumber number) {
  auto id = TRY(id_of(tx, number));
  if (!id) return fail(ErrorKind::not_found, "people.not_found", "no such number");
  return person(tx, reader, *id);
}

Result<Sealed<Household>> household(store::ReadTx& tx, const Reader& reader, PersonId id, Date as_of) {
  TRY(refuse_suppressed(tx, reader, id));
  auto household = TRY(rows::household_of(tx, id, HouseholdKind::resident_register, as_of));
  if (!household) return fail(ErrorKind::not_found, "people.not_found", "in no household on that day");
  Household found = TRY(visible(tx, reader, TRY(rows::household(tx, *household, as_of))));
  Trace trace{.reader = reader, .persons = {id}, .what = "household"};
  note_members(found, trace);
  each_once(trace.persons);
  return Sealed<Household>(std::move(found), std::move(trace));
}

Result<Sealed<std::vector<Child>>> children(store::ReadTx& tx, const Reader& reader, PersonId parent, Date as_of) {
  TRY(refuse_suppressed(tx, reader, parent));
  auto found = TRY(rows::children(tx, parent, as_of));
  Trace trace{.reader = reader, .persons = {parent}, .what = "children"};
  for (const Child& child : found) trace.persons.push_back(child.member.person);
  return Sealed<std::vector<Child>>(std::move(found), std::move(trace));
}

Result<Sealed<std::vector<Brief>>> briefs(store::ReadTx& tx, const Reader& reader, std::span<const PersonId> ids) {
  std::vector<Brief> found;
  Trace trace{.reader = reader, .persons = {}, .what = "names"};
  for (PersonId id : ids) {
    auto row = TRY(tx.one<sql::PersonById>({.id = id.value}));
    if (!row) continue;
    rows::Sight sight;
    if (row->standings > 0) sight = rows::sight(TRY(rows::standings(tx, id)), reader);
    if (sight.refused) continue;
    found.push_back({.id = id,
                     .number = TRY(rows::number_from(row->number)),
                     .name = rows::name_from(*row),
                     .address = sight.withheld ? std::string() : row->address,
                     .withheld = sight.withheld});
    trace.persons.push_back(id);
  }
  return Sealed<std::vector<Brief>>(std::move(found), std::move(trace));
}

Result<Sealed<Organisation>> organisation(store::ReadTx& tx, const Reader& reader, OrganisationId id) {
  auto row = TRY(tx.one<sql::OrganisationById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "people.not_found", "no such organisation");
  Organisation organisation{
      .id = id,
      .number = TRY(rows::number_from(row->number)),
      .corporate_number = CorporateNumber::parse(row->corporate_number).value_or(CorporateNumber()),
      .name = row->name,
      .kana = row->kana,
      .branch = row->branch,
      .address = {.postal_code = row->postal_code,
                  .municipality = row->municipality,
                  .place = row->place,
                  .area = row->area,
                  .lot = row->lot,
                  .building = row->building},
      .telephone = row->telephone,
      .synthetic = row->synthetic != 0};
  return Sealed<Organisation>(std::move(organisation), Trace{.reader = reader, .persons = {}, .what = "organisation"});
}

Result<Sealed<JsonValue>> person_as_it_was(store::ReadTx& tx, const Reader& reader, PersonId id, std::int64_t history) {
  TRY(refuse_suppressed(tx, reader, id));
  auto row = TRY(tx.one<sql::HistoryBody>({.person = id.value, .history = history}));
  if (!row) return fail(ErrorKind::not_found, "people.not_found", "no such history row");
  JsonValue body = TRY(parse_json(row->body));
  return Sealed<JsonValue>(std::move(body), Trace{.reader = reader, .persons = {id}, .what = "history"});
}

Result<std::optional<PersonId>> id_of(store::ReadTx& tx, PartyNumber number) {
  auto row = TRY(tx.one<sql::IdByNumber>({.number = number.value()}));
  if (!row) return std::optional<PersonId>();
  return std::optional(PersonId(row->id));
}
Result<std::optional<PartyNumber>> number_of(store::ReadTx& tx, PersonId id) {
  auto row = TRY(tx.one<sql::PersonById>({.id = id.value}));
  if (!row) return std::optional<PartyNumber>();
  return std::optional(TRY(rows::number_from(row->number)));
}
Result<std::vector<PersonId>> persons_of(store::ReadTx& tx, HouseholdId household, Date as_of) {
  std::vector<PersonId> ids;
  for (const auto& row : TRY(tx.all<sql::MemberIdsOn>({.household = household.value, .day = as_of.days})))
    ids.push_back(PersonId(row.person));
  return ids;
}
Result<std::optional<HouseholdId>> household_id_of(store::ReadTx& tx, PersonId id, Date as_of) {
  return rows::household_of(tx, id, HouseholdKind::resident_register, as_of);
}
Result<bool> same_household(store::ReadTx& tx, PersonId one, PersonId other, Date as_of) {
  if (one == other) return true;
  auto first = TRY(household_id_of(tx, one, as_of));
  auto second = TRY(household_id_of(tx, other, as_of));
  return first && second && *first == *second;
}

}  // namespace yakuba::people
