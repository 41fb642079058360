// Facts for criteria, by the keys of packs/common/facts.toml; children and spouse from relations and 続柄.
#include <algorithm>

#include "hall/people/rows.hpp"

namespace yakuba::people {
namespace rows {
namespace {

bool holds(const std::vector<RelationRow>& all, RelationKind kind, PersonId person, PersonId other, Date day) {
  return std::ranges::any_of(all, [&](const RelationRow& row) {
    return row.kind == kind && row.person == person && row.other == other && row.valid.contains(day);
  });
}
bool makes_parent(RelationKind kind) {
  return kind == RelationKind::parent || kind == RelationKind::legal_guardian ||
         kind == RelationKind::named_by_parents || kind == RelationKind::looks_after;
}
const Member* find_member(const std::optional<Household>& household, PersonId id) {
  if (!household) return nullptr;
  auto found = std::ranges::find(household->members, id, &Member::person);
  return found == household->members.end() ? nullptr : &*found;
}

// Somebody else of the household, not the parent's spouse, whose children would carry the same 続柄.
bool another_could_be_parent(const Household& household, const Member& parent, std::string_view child_words) {
  return std::ranges::any_of(household.members, [&](const Member& m) {
    return m.person != parent.person && relationship_of_child(m.relationship) == child_words &&
           !is_spouse_of(parent.relationship, m.relationship);
  });
}

Child child_of(const Member& member, const std::vector<RelationRow>& parents_rows, PersonId parent, Date as_of,
               bool together, bool certain) {
  return Child{.member = member,
               .together = together,
               .looked_after = together || holds(parents_rows, RelationKind::looks_after, member.person, parent, as_of),
               .shares_livelihood =
                   together || holds(parents_rows, RelationKind::shares_livelihood, member.person, parent, as_of),
               .maintained = holds(parents_rows, RelationKind::maintains, member.person, parent, as_of),
               .certain = certain};
}

Result<Member> member_anywhere(store::ReadTx& tx, PersonId id, Date as_of) {
  Member member = member_of(TRY(person(tx, id)));
  auto household_id = TRY(household_of(tx, id, HouseholdKind::resident_register, as_of));
  if (!household_id) return member;
  auto theirs = TRY(household(tx, *household_id, as_of));
  for (const Member& m : theirs.members)
    if (m.person == id) return m;
  return member;
}

Result<std::optional<Household>> household_on(store::ReadTx& tx, PersonId id, Date as_of) {
  auto household_id = TRY(household_of(tx, id, HouseholdKind::resident_register, as_of));
  if (!household_id) return std::optional<Household>();
  return std::optional(TRY(household(tx, *household_id, as_of)));
}

}  // namespace

Result<std::vector<Child>> children(store::ReadTx& tx, PersonId parent, Date as_of) {
  const auto mine = TRY(relations(tx, parent));
  const auto home = TRY(household_on(tx, parent, as_of));
  std::vector<Child> found;
  auto known = [&](PersonId id) {
    return std::ranges::any_of(found, [&](const Child& c) { return c.member.person == id; });
  };
  for (const RelationRow& row : mine) {
    if (!makes_parent(row.kind) || row.other != parent || !row.valid.contains(as_of) || known(row.person)) continue;
    const Member* here = find_member(home, row.person);
    Member member = here ? *here : TRY(member_anywhere(tx, row.person, as_of));
    found.push_back(child_of(member, mine, parent, as_of, here != nullptr, true));
  }
  if (const Member* self = find_member(home, parent); self && relationship_rank(self->relationship) < 4) {
    const std::string words = relationship_of_child(self->relationship);
    for (const Member& m : home->members) {
      if (m.relationship != words || m.person == parent || known(m.person)) continue;
      const auto theirs = TRY(relations(tx, m.person));
      const bool has_parents = std::ranges::any_of(
          theirs, [&](const RelationRow& row) { return row.kind == RelationKind::parent && row.person == m.person; });
      if (has_parents) continue;  // the register says who they are, and it is not this person
      const bool certain = !another_could_be_parent(*home, *self, words);
      found.push_back(child_of(m, mine, parent, as_of, true, certain));
    }
  }
  std::ranges::stable_sort(found, {},
                           [](const Child& c) { return std::pair(c.member.birth.earliest(), c.member.number); });
  return found;
}

Result<std::optional<Member>> spouse(store::ReadTx& tx, PersonId id, const std::optional<Household>& household,
                                     Date as_of) {
  for (const RelationRow& row : TRY(relations(tx, id))) {
    if (row.kind != RelationKind::spouse || !row.valid.contains(as_of)) continue;
    return std::optional(TRY(member_anywhere(tx, row.person == id ? row.other : row.person, as_of)));
  }
  const Member* self = find_member(household, id);
  if (!self) return std::optional<Member>();
  for (const Member& m : household->members)
    if (m.person != id && is_spouse_of(self->relationship, m.relationship)) return std::optional(m);
  return std::optional<Member>();
}

}  // namespace rows

namespace {

struct Wanted {
  std::span<const std::string> keys;
  bool operator()(std::string_view key) const { return keys.empty() || std::ranges::find(keys, key) != keys.end(); }
};

// How a person's fact record says where he lives: seen from the town for grown-ups, from the country for children.
enum class Seen { from_town, from_country };
std::string residence_words(bool resident, const std::optional<Address>& address, Seen seen) {
  const bool in_japan = resident || (address && !address->municipality.empty());
  if (seen == Seen::from_country) return in_japan ? "国内" : "国外";
  return resident ? "町内" : in_japan ? "国内の町外" : "国外";
}

std::optional<Address> where_on(const std::vector<Address>& addresses, Date day) {
  if (auto registered = rows::registered_on(addresses, day)) return registered;
  for (const Address& address : addresses)
    if (address.kind == AddressKind::destination && address.valid.contains(day)) return address;
  return {};
}

// What decides about a person needs the facts even when inquiries are suppressed; where a protected person lives is
// told only to readers who may know it.
Result<JsonObject> record_of(store::ReadTx& tx, const Reader& reader, const Member& member, Date as_of, Seen seen,
                             bool together) {
  JsonObject record{{"person_id", member.number.text()},
                    {"name", std::string(member.name.shown())},
                    {"kana", member.name.kana},
                    {"together", together}};
  if (!member.relationship.empty()) record["relationship"] = member.relationship;
  if (auto day = member.birth.day()) {
    record["birth"] = day->text();
  } else {
    record["birth_words"] = member.birth.registered();
  }
  if (member.sex == Sex::male) record["sex"] = "男";
  if (member.sex == Sex::female) record["sex"] = "女";
  const Person person = TRY(rows::person(tx, member.person));
  const auto address = where_on(TRY(rows::addresses(tx, member.person)), as_of);
  const bool withheld = rows::sight(TRY(rows::standings(tx, member.person)), reader).withheld;
  if (address && !withheld) record["address"] = address->text();
  const bool known = address || rows::resident_on(person, as_of);
  if (known) record["residence"] = residence_words(rows::resident_on(person, as_of), address, seen);
  return record;
}

struct Gathered {
  JsonObject facts;
  std::vector<PersonId> persons;
};

Result<> add_children(store::ReadTx& tx, const Reader& reader, PersonId applicant, Date as_of, Gathered& out) {
  JsonArray list;
  for (const Child& child : TRY(rows::children(tx, applicant, as_of))) {
    JsonObject record = TRY(record_of(tx, reader, child.member, as_of, Seen::from_country, child.together));
    record["parenthood_certain"] = child.certain;
    list.push_back(std::move(record));
    out.persons.push_back(child.member.person);
  }
  out.facts["children"] = std::move(list);
  return {};
}

Result<> add_household(store::ReadTx& tx, const Reader& reader, PersonId applicant,
                       const std::optional<Household>& home, Date as_of, Gathered& out) {
  if (!home) return {};
  JsonArray list;
  for (const Member& member : home->members) {
    if (member.person == applicant) continue;
    list.push_back(TRY(record_of(tx, reader, member, as_of, Seen::from_town, true)));
    out.persons.push_back(member.person);
  }
  out.facts["household"] = std::move(list);
  return {};
}

Result<> add_spouse(store::ReadTx& tx, const Reader& reader, PersonId applicant, const std::optional<Household>& home,
                    Date as_of, const Wanted& wanted, Gathered& out) {
  auto spouse = TRY(rows::spouse(tx, applicant, home, as_of));
  if (!spouse) return {};  // the register cannot say that there is none: a spouse may live elsewhere
  if (wanted("has_spouse")) out.facts["has_spouse"] = true;
  const bool together =
      home && std::ranges::find(home->members, spouse->person, &Member::person) != home->members.end();
  if (wanted("spouse")) out.facts["spouse"] = TRY(record_of(tx, reader, *spouse, as_of, Seen::from_town, together));
  out.persons.push_back(spouse->person);
  return {};
}

Result<> add_guardians(store::ReadTx& tx, const Reader& reader, PersonId applicant, Date as_of, Gathered& out) {
  JsonArray list;
  for (const auto& row : TRY(rows::relations(tx, applicant))) {
    if (row.kind != RelationKind::legal_guardian || row.person != applicant || !row.valid.contains(as_of)) continue;
    Member guardian = rows::member_of(TRY(rows::person(tx, row.other)));
    list.push_back(TRY(record_of(tx, reader, guardian, as_of, Seen::from_town, false)));
    out.persons.push_back(row.other);
  }
  out.facts["guardians"] = std::move(list);
  return {};
}

Result<Gathered> gather(store::ReadTx& tx, const Reader& reader, PersonId applicant, Date as_of, const Wanted& wanted) {
  Gathered out{.facts = {}, .persons = {applicant}};
  const Person person = TRY(rows::person(tx, applicant));
  auto household_id = TRY(rows::household_of(tx, applicant, HouseholdKind::resident_register, as_of));
  std::optional<Household> home;
  if (household_id) home = TRY(rows::household(tx, *household_id, as_of));
  if (wanted("claimant")) {
    Member self = rows::member_of(person);
    if (home)
      for (const Member& member : home->members)
        if (member.person == applicant) self = member;
    out.facts["claimant"] = TRY(record_of(tx, reader, self, as_of, Seen::from_town, true));
  }
  if (wanted("household")) TRY(add_household(tx, reader, applicant, home, as_of, out));
  if (wanted("spouse") || wanted("has_spouse")) TRY(add_spouse(tx, reader, applicant, home, as_of, wanted, out));
  if (wanted("children")) TRY(add_children(tx, reader, applicant, as_of, out));
  if (wanted("guardians")) TRY(add_guardians(tx, reader, applicant, as_of, out));
  return out;
}

void add_new(std::vector<PersonId>& all, const std::vector<PersonId>& some) {
  for (PersonId id : some)
    if (std::ranges::find(all, id) == all.end()) all.push_back(id);
}

}  // namespace

Result<Sealed<JsonObject>> facts(store::ReadTx& tx, const Reader& reader, PersonId applicant, Date as_of,
                                 std::span<const std::string> keys) {
  Gathered gathered = TRY(gather(tx, reader, applicant, as_of, Wanted{keys}));
  Trace trace{.reader = reader, .persons = {}, .what = "facts"};
  add_new(trace.persons, gathered.persons);
  return Sealed<JsonObject>(std::move(gathered.facts), std::move(trace));
}

Result<Sealed<std::vector<JsonObject>>> facts_of(store::ReadTx& tx, const Reader& reader,
                                                 std::span<const PersonId> applicants, Date as_of,
                                                 std::span<const std::string> keys) {
  std::vector<JsonObject> all;
  std::set<PersonId> seen;
  for (PersonId applicant : applicants) {
    Gathered gathered = TRY(gather(tx, reader, applicant, as_of, Wanted{keys}));
    all.push_back(std::move(gathered.facts));
    seen.insert(gathered.persons.begin(), gathered.persons.end());
  }
  Trace trace{.reader = reader, .persons = {seen.begin(), seen.end()}, .what = "facts"};
  return Sealed<std::vector<JsonObject>>(std::move(all), std::move(trace));
}

}  // namespace yakuba::people
