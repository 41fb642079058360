// What the office itself keeps about people: 住登外, contacts, relations, standing.
#include <algorithm>

#include "base/text.hpp"
#include "hall/people/rows.hpp"

namespace yakuba::people {
namespace {

constexpr std::size_t basis_code_points_max = 200;
constexpr std::size_t words_code_points_max = 40;

log::Event event_by(const Reader& by, log::Verb verb, PersonId person, std::string_view what) {
  log::Event event{.at = by.at,
                   .verb = verb,
                   .object_kind = "person",
                   .object_id = std::to_string(person.value),
                   .case_id = by.case_id,
                   .actor = by.actor,
                   .acting_for = by.acting_for,
                   .post = by.post,
                   .rank = by.rank,
                   .section = by.section,
                   .channel = by.channel,
                   .terminal = by.terminal};
  event.payload = JsonObject{{"purpose", std::string(code(by.purpose))}, {"what", std::string(what)}};
  return event;
}

std::unexpected<Error> bad(std::string code, std::string_view field, std::string_view why) {
  return fail(ErrorKind::invalid, std::move(code), std::string(why), Place{.field = std::string(field)});
}

Result<> exists(store::ReadTx& tx, PersonId id) {
  TRY(rows::person(tx, id));
  return {};
}

// The next number after the highest given to anyone; a serial whose check digit would be 10 is skipped.
Result<PartyNumber> draw_number(store::ReadTx& tx) {
  auto highest = TRY(tx.one<sql::HighestNumber>());
  for (std::int64_t serial = highest->number.value_or(0) / 10 + 1;; ++serial) {
    if (auto number = PartyNumber::of_serial(serial)) return *number;
    if (serial > 999'999'999) return fail(ErrorKind::too_many, "people.numbers", "no 宛名番号 is left");
  }
}

bool is_mail(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos &&
         !text.ends_with('.') && text.find_first_of(" \t\r\n,;<>\"") == std::string_view::npos && text.rfind('@') == at;
}

Result<> check_contact(const Contact& contact) {
  const std::size_t length = length_in_code_points(contact.value);
  if (length == 0 || length > 254 || has_control_characters(contact.value))
    return bad("people.contact", "value", "a contact has 1 to 254 characters");
  if (contact.kind == ContactKind::mail && !is_mail(contact.value))
    return bad("people.contact", "value", "not a mail address");
  if (contact.kind == ContactKind::telephone || contact.kind == ContactKind::mobile) {
    const std::size_t digits = rows::telephone_key(contact.value).size();
    if (digits < 10 || digits > 11) return bad("people.contact", "value", "a telephone number has 10 or 11 digits");
  }
  return {};
}

Result<> check_standing(const Standing& standing) {
  if (standing.until && *standing.until < standing.from)
    return bad("people.standing.dates", "until", "the last day is before the first");
  if (standing.kind == StandingKind::support_measure) {
    // One year at a time: 2020-04-01 → 2021-03-31.
    const Date year_end = standing.from.plus_months(12).plus_days(-1);
    if (!standing.until || year_end < *standing.until)
      return bad("people.standing.dates", "until", "a support measure lasts at most one year");
  }
  if (trim(standing.basis).empty() || length_in_code_points(standing.basis) > basis_code_points_max)
    return bad("people.standing.basis", "basis", "a standing names its ground");
  for (const auto& section : standing.sections)
    if (section.empty() || section.find_first_of(" \t\r\n") != std::string::npos)
      return bad("people.standing.sections", "sections", "a section is named by its code");
  return {};
}

Result<> recount(store::Tx& tx, PersonId person) {
  auto counted = TRY(tx.one<sql::CountStandings>({.person = person.value}));
  TRY(tx.run<sql::SetStandings>({.id = person.value, .standings = counted->count}));
  return {};
}

struct Stored {
  PersonId person;
  Standing standing;
};
Result<Stored> stored_standing(store::ReadTx& tx, StandingId id) {
  auto row = TRY(tx.one<sql::StandingById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "people.not_found", "no such standing");
  // Both statements give the same columns; one reader of rows is enough.
  sql::StandingsOf::Row same;
  same.id = row->id;
  same.person = row->person;
  same.kind = row->kind;
  same.process = row->process;
  same.level = row->level;
  same.valid_from = row->valid_from;
  same.valid_to = row->valid_to;
  same.provisional = row->provisional;
  same.sections = row->sections;
  same.basis = row->basis;
  same.lifted_on = row->lifted_on;
  same.lifted_until = row->lifted_until;
  same.version = row->version;
  return Stored{PersonId(row->person), TRY(rows::standing_from(same))};
}

Result<> change_standing(store::Tx& tx, const Reader& by, const Stored& stored, std::int64_t version, log::Verb verb,
                         std::string_view what) {
  const Standing& s = stored.standing;
  auto changed = TRY(tx.run<sql::ChangeStanding>(
      {.id = s.id.value,
       .version = version,
       .valid_to = rows::until_column(s.until),
       .lifted_on = rows::column_of(s.lifted_on),
       .lifted_until = s.lifted_until ? std::optional(s.lifted_until->microseconds) : std::nullopt}));
  if (changed == 0) return fail(ErrorKind::conflict, "people.conflict", "somebody changed this standing first");
  TRY(recount(tx, stored.person));
  log::Event event = event_by(by, verb, stored.person, what);
  event.refs.push_back({"standing", std::to_string(s.id.value)});
  event.reason_code = std::string(code(s.kind));
  return tx.append(event);
}

}  // namespace

Result<PersonId> register_non_resident(store::Tx& tx, const Reader& by, const NewNonResident& person) {
  if (trim(person.name.registered).empty()) return bad("people.name", "name", "a name is needed");
  TRY(check_name(person.name.registered, "name"));
  TRY(check_name(person.name.kana, "kana"));
  const PersonId id(TRY(tx.one<sql::HighestPersonId>())->id.value_or(0) + 1);
  const PartyNumber number = TRY(draw_number(tx));
  rows::Writer out(tx);
  TRY(rows::insert_person(out, {.id = id,
                                .number = number,
                                .name = person.name,
                                .birth = person.birth,
                                .sex = person.sex,
                                .status = Status::non_resident,
                                .resident_since = {},
                                .ended_on = {},
                                .copied_as_of = {},
                                .residence = person.residence,
                                .address = person.address.text(),
                                .synthetic = person.synthetic,
                                .source_hash = {}}));
  TRY(rows::insert_address(out, id, 0, person.address));
  JsonObject body{{"address", person.address.text()},
                  {"birth", person.birth.text_western()},
                  {"name", person.name.registered},
                  {"number", number.text()},
                  {"status", std::string(code(Status::non_resident))}};
  TRY(tx.run<sql::InsertHistory>({.person = id.value,
                                  .history = 1,
                                  .reason = std::string(code(MoveReason::registered_as_non_resident)),
                                  .moved_on = {},
                                  .reported_on = date_in_japan(by.at).days,
                                  .recorded_at = by.at.microseconds,
                                  .changed = "",
                                  .body = JsonValue(std::move(body)).canonical()}));
  TRY(tx.append(event_by(by, log::Verb::recorded, id, "non_resident")));
  return id;
}

Result<ContactId> add_contact(store::Tx& tx, const Reader& by, PersonId person, const Contact& contact) {
  TRY(check_contact(contact));
  TRY(exists(tx, person));
  Contact row = contact;
  row.id = ContactId(TRY(tx.one<sql::HighestContactId>())->id.value_or(0) + 1);
  rows::Writer out(tx);
  TRY(rows::insert_contact(out, person, row, false));
  log::Event event = event_by(by, log::Verb::recorded, person, "contact");
  event.reason_code = std::string(code(contact.kind));
  TRY(tx.append(event));
  return row.id;
}

Result<> withdraw_consent(store::Tx& tx, const Reader& by, PersonId person, ContactId contact, Date on) {
  auto changed =
      TRY(tx.run<sql::WithdrawContact>({.id = contact.value, .person = person.value, .withdrawn_on = on.days}));
  if (changed == 0) return fail(ErrorKind::not_found, "people.not_found", "no such contact, or withdrawn before");
  return tx.append(event_by(by, log::Verb::amended, person, "consent"));
}

Result<RelationId> add_relation(store::Tx& tx, const Reader& by, const Relation& relation) {
  if (relation.person == relation.other) return bad("people.relation", "other", "nobody is related to himself");
  if (relation.valid.from && relation.valid.until && *relation.valid.until < *relation.valid.from)
    return bad("people.relation", "until", "the last day is before the first");
  if (length_in_code_points(relation.words) > words_code_points_max) return bad("people.relation", "words", "too long");
  TRY(exists(tx, relation.person));
  TRY(exists(tx, relation.other));
  const RelationId id(TRY(tx.one<sql::HighestRelationId>())->id.value_or(0) + 1);
  TRY(tx.run<sql::InsertRelation>({.id = id.value,
                                   .kind = std::string(code(relation.kind)),
                                   .person = relation.person.value,
                                   .other = relation.other.value,
                                   .words = relation.words,
                                   .valid_from = rows::from_column(relation.valid.from),
                                   .valid_to = rows::until_column(relation.valid.until),
                                   .of_copy = 0}));
  log::Event event = event_by(by, log::Verb::recorded, relation.person, "relation");
  event.reason_code = std::string(code(relation.kind));
  event.refs.push_back({"person", std::to_string(relation.other.value)});
  TRY(tx.append(event));
  return id;
}

Result<> end_relation(store::Tx& tx, const Reader& by, RelationId relation, Date until) {
  auto row = TRY(tx.one<sql::RelationById>({.id = relation.value}));
  if (!row) return fail(ErrorKind::not_found, "people.not_found", "no such relation");
  if (row->of_copy != 0)
    return fail(ErrorKind::conflict, "people.relation", "this relation comes with the copy and ends with the copy");
  if (until.days < row->valid_from) return bad("people.relation", "until", "the last day is before the first");
  TRY(tx.run<sql::EndRelation>({.id = relation.value, .valid_to = until.days}));
  log::Event event = event_by(by, log::Verb::amended, PersonId(row->person), "relation");
  event.reason_code = row->kind;
  event.refs.push_back({"person", std::to_string(row->other)});
  return tx.append(event);
}

Result<StandingId> set_standing(store::Tx& tx, const Reader& by, PersonId person, const Standing& standing) {
  TRY(check_standing(standing));
  TRY(exists(tx, person));
  Standing row = standing;
  row.id = StandingId(TRY(tx.one<sql::HighestStandingId>())->id.value_or(0) + 1);
  row.version = 1;
  rows::Writer out(tx);
  TRY(rows::insert_standing(out, person, row, false));
  TRY(recount(tx, person));
  log::Event event = event_by(by, log::Verb::suppressed, person, "standing");
  event.reason_code = std::string(code(row.kind));
  event.refs.push_back({"standing", std::to_string(row.id.value)});
  TRY(tx.append(event));
  return row.id;
}

Result<> extend_standing(store::Tx& tx, const Reader& by, StandingId id, std::int64_t version, Date until) {
  Stored stored = TRY(stored_standing(tx, id));
  Standing& s = stored.standing;
  if (s.until && until <= *s.until) return bad("people.standing.dates", "until", "an extension ends later than before");
  if (s.kind == StandingKind::support_measure && s.until && s.until->plus_days(1).plus_months(12) <= until)
    return bad("people.standing.dates", "until", "a support measure is extended by at most one year");
  s.until = until;
  return change_standing(tx, by, stored, version, log::Verb::suppressed, "standing_extended");
}

Result<> lift_standing(store::Tx& tx, const Reader& by, StandingId id, std::int64_t version, Date on) {
  Stored stored = TRY(stored_standing(tx, id));
  stored.standing.lifted_on = on;
  return change_standing(tx, by, stored, version, log::Verb::lifted, "standing");
}

Result<> lift_standing_until(store::Tx& tx, const Reader& by, StandingId id, std::int64_t version, Instant until) {
  if (until <= by.at) return bad("people.standing.dates", "until", "the moment has passed");
  Stored stored = TRY(stored_standing(tx, id));
  stored.standing.lifted_until = until;
  return change_standing(tx, by, stored, version, log::Verb::lifted, "standing_for_a_moment");
}

Result<> check_process(store::ReadTx& tx, const Reader& reader, PersonId person, Process process) {
  for (const Standing& s : TRY(rows::standings(tx, person))) {
    if (s.process != process || s.level != Level::error || !s.in_force(reader.at)) continue;
    const bool named = std::ranges::find(s.sections, reader.section) != s.sections.end();
    if (named && !reader.section.empty()) continue;
    return fail(ErrorKind::forbidden, "people.suppressed", "this process is suppressed for the person");
  }
  return {};
}

}  // namespace yakuba::people
