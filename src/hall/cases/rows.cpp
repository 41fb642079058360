#include "hall/cases/rows.hpp"

#include "hall/cases/facts.hpp"
#include "hall/people/people.hpp"

namespace yakuba::cases {
namespace {

std::vector<std::string> words_of(std::string_view json) {
  std::vector<std::string> words;
  if (const auto list = parse_json(json); list && list->array())
    for (const JsonValue& word : *list->array())
      if (word.string()) words.push_back(*word.string());
  return words;
}

JsonValue value_of(std::string_view json) {
  return parse_json(json).value_or(JsonValue());
}

Result<Applicant> applicant_of(store::ReadTx& tx, const Case& row) {
  Applicant applicant{.name = row.applicant_name, .kana = row.applicant_kana, .reference = row.reference};
  for (const auto& party : TRY(tx.all<sql::Parties>({.case_id = row.id.value})))
    if (party.role == "applicant")
      applicant = {.name = party.name,
                   .kana = party.kana,
                   .address = party.address,
                   .phone = party.phone,
                   .mail = party.mail,
                   .mail_consent = party.mail_consent != 0,
                   .reference = row.reference,
                   .person = party.person};
  return applicant;
}

Result<> load_correspondence(store::ReadTx& tx, File& file) {
  const std::int64_t id = file.row.id.value;
  for (const auto& n : TRY(tx.all<sql::Notes>({.case_id = id})))
    file.notes.push_back({n.author, n.body, Instant{n.at}});
  for (const auto& c : TRY(tx.all<sql::Corrections>({.case_id = id})))
    file.corrections.push_back({c.id, words_of(c.reasons), c.message, Date::parse(c.due_on).value_or(Date{}),
                                c.asked_by, Instant{c.asked_at},
                                c.answered_at ? std::optional(Instant{*c.answered_at}) : std::nullopt});
  for (const auto& c : TRY(tx.all<sql::Consultations>({.case_id = id})))
    file.consultations.push_back({c.id, c.section, c.question, c.asked_by, c.answer, c.answered_by, Instant{c.asked_at},
                                  c.answered_at ? std::optional(Instant{*c.answered_at}) : std::nullopt,
                                  c.objected != 0});
  if (const auto d = TRY(tx.one<sql::DraftOf>({.case_id = id})))
    file.drafted = Drafted{d->outcome,       d->amount_yen, d->reason,     d->departs != 0,       d->depart_code,
                           d->depart_ground, d->record,     d->drafted_by, Instant{d->drafted_at}};
  return {};
}

people::Reader reader_of(const Act& act, const Case& row, const pack::Procedure& procedure, people::Purpose purpose) {
  people::Reader reader{.actor = act.actor, .acting_for = act.acting_for, .post = act.post};
  reader.section = act.section;
  reader.channel = act.channel;
  reader.purpose = purpose;
  if (!procedure.law.empty()) reader.law = procedure.law.front();
  reader.case_id = row.public_id.text();
  reader.at = act.at;
  return reader;
}

}  // namespace

Act act_of(const hall::Call& call) {
  Act act{.actor = access::log_name(*call.actor), .at = call.now};
  act.channel = "web";
  if (const access::Staff* staff = call.actor->staff()) {
    act.staff = staff->id;
    if (const access::Standing* main = staff->main()) {
      act.post = main->title;
      act.section = main->section_code;
      act.rank = main->level;
    }
  }
  return act;
}

Result<Case> case_by_id(store::ReadTx& tx, CaseId id) {
  const auto key = TRY(tx.one<sql::CaseById>({.id = id.value}));
  const auto row = key ? TRY(tx.one<sql::CaseByPublicId>({.public_id = key->public_id})) : std::nullopt;
  if (!row) return fail(ErrorKind::not_found, "case.not_found");
  return case_from(*row);
}

Result<std::optional<Case>> find(store::ReadTx& tx, PublicId id) {
  const auto row = TRY(tx.one<sql::CaseByPublicId>({.public_id = id.text()}));
  return row ? std::optional(case_from(*row)) : std::nullopt;
}

Result<std::optional<Case>> find_by_number(store::ReadTx& tx, std::string_view number) {
  const auto row = TRY(tx.one<sql::CaseByNumber>({.number = number}));
  const auto id = row ? PublicId::parse(row->public_id) : std::nullopt;
  if (!id) return std::optional<Case>();
  return find(tx, *id);
}

Result<pack::PackPtr> pinned_pack(hall::Hall& hall, const store::Town& town, const Case& row) {
  const auto bytes = from_hex(row.pack_hash);
  if (!bytes || bytes->size() != std::tuple_size_v<Hash>) return fail(ErrorKind::corrupt, "case.pack", row.pack_hash);
  Hash hash;
  std::ranges::copy(*bytes, hash.begin());
  return hall.packs.version(town, hash);
}

log::Event event_of(const Act& act, const Case& row, log::Verb verb) {
  return {.at = act.at,
          .verb = verb,
          .object_kind = "case",
          .object_id = row.public_id.text(),
          .case_id = row.public_id.text(),
          .actor = act.actor,
          .acting_for = act.acting_for,
          .post = act.post,
          .rank = act.rank,
          .section = act.section.empty() ? row.section : act.section,
          .channel = act.channel,
          .step = row.step};
}

Result<JsonObject> register_facts(store::Tx& tx, const Act& act, const Case& row, const pack::Procedure& procedure) {
  if (!row.applicant_person) return JsonObject();
  const auto reader = reader_of(act, row, procedure, people::Purpose::examination);
  return people::reveal(tx, TRY(people::facts(tx, reader, people::PersonId(*row.applicant_person), row.received_on)));
}

Result<pack::Facts> facts_of(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const pack::Pack& pack,
                             const pack::Procedure& procedure, const Case& row, const JsonObject& register_facts) {
  (void)hall, (void)town;
  pack::Facts facts = pack::start(pack, row.received_on, &procedure);
  for (const auto& [key, value] : register_facts) facts.known.insert_or_assign(key, value);
  facts.known.insert_or_assign("received_on", row.received_on.text());
  for (const auto& answer : TRY(tx.all<sql::Answers>({.case_id = row.id.value}))) {
    // An answer whose question is no longer asked stays in the file but is no fact any more.
    const std::vector<pack::Ask> asked = TRY(pack::asks(pack, procedure, facts));
    const auto ask = std::ranges::find(asked, answer.ask, &pack::Ask::id);
    if (ask != asked.end()) TRY(pack::put(pack, procedure, *ask, value_of(answer.value), facts));
  }
  for (const auto& fact : TRY(tx.all<sql::Facts>({.case_id = row.id.value})))
    put_found(facts.known, fact.key, value_of(fact.value));
  return facts;
}

Result<File> load(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Case& row) {
  File file{.row = row};
  file.pack = TRY(pinned_pack(hall, town, row));
  file.procedure = file.pack->procedure(row.procedure);
  if (!file.procedure) return fail(ErrorKind::corrupt, "case.procedure", row.procedure);
  file.applicant = TRY(applicant_of(tx, row));
  for (const auto& a : TRY(tx.all<sql::Answers>({.case_id = row.id.value})))
    file.answers.push_back({a.ask, value_of(a.value), a.source, a.confirmed_by, Instant{a.at}});
  for (const auto& f : TRY(tx.all<sql::Facts>({.case_id = row.id.value})))
    file.facts.push_back({{f.key, value_of(f.value), f.source, f.note}, f.by, Instant{f.at}});
  for (const auto& a : TRY(tx.all<sql::Attachments>({.case_id = row.id.value})))
    file.attachments.push_back({a.need, a.blob, a.bytes, a.sha256, a.file_name, a.media_type});
  TRY(load_correspondence(tx, file));
  file.events = TRY(tx.events_of_case(row.public_id.text())).events;
  file.known = TRY(facts_of(hall, tx, town, *file.pack, *file.procedure, row, {}));
  return file;
}

Result<File> open(hall::Hall& hall, const store::Town& town, const Act& act, PublicId id) {
  // One change: the reading is durable in the log before anything of it is shown.
  return hall.store.change(town, [&](store::Tx& tx) -> Result<File> {
    const auto row = TRY(find(tx, id));
    if (!row) return fail(ErrorKind::not_found, "case.not_found");
    File file = TRY(load(hall, tx, town, *row));
    const JsonObject registered = TRY(register_facts(tx, act, *row, *file.procedure));
    file.known = TRY(facts_of(hall, tx, town, *file.pack, *file.procedure, *row, registered));
    log::Event event = event_of(act, *row, log::Verb::viewed);
    event.payload = JsonObject{{"what", "case"}};
    TRY(tx.append(event));
    return file;
  });
}

Result<access::Object> object_of(hall::Hall& hall, store::ReadTx& tx, const Case& row,
                                 std::vector<std::int64_t>& parties) {
  parties.clear();
  for (const auto& party : TRY(tx.all<sql::Parties>({.case_id = row.id.value}))) {
    if (!party.person) continue;
    parties.push_back(*party.person);
    const Date today = date_in_japan(hall.clock.now());
    if (const auto household = TRY(people::household_id_of(tx, people::PersonId(*party.person), today)))
      for (const people::PersonId member : TRY(people::persons_of(tx, *household, today)))
        parties.push_back(member.value);
  }
  access::Object object{.kind = "case", .id = row.id.value};
  if (const auto section = TRY(section::section_by_code(tx, row.section, date_in_japan(hall.clock.now()))))
    object.section = section->id;
  object.procedure = row.procedure;
  object.owner = row.owner;
  if (const auto draft = TRY(tx.one<sql::DraftOf>({.case_id = row.id.value})); draft && draft->drafter)
    object.drafter = section::StaffId(*draft->drafter);
  object.parties = parties;
  return object;
}

}  // namespace yakuba::cases
