// What the office does to a case. Each act is one function on one transaction: check, write, event, copy for the
// resident.
#include <mutex>

#include "base/text.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/facts.hpp"
#include "hall/cases/rows.hpp"

namespace yakuba::cases {
namespace {

constexpr std::size_t note_code_points_max = 2'000;
constexpr std::size_t message_code_points_max = 1'000;

Result<std::string> words(std::string_view typed, std::size_t code_points_max, std::string_view field) {
  const std::string_view text = trim(typed);
  const Place place{.field = std::string(field)};
  if (text.empty()) return fail(ErrorKind::invalid, "case.words_missing", "write something", place);
  if (!is_utf8(text) || has_control_characters(text))
    return fail(ErrorKind::invalid, "case.words_bad", "not text", place);
  if (length_in_code_points(text) > code_points_max)
    return fail(ErrorKind::too_large, "case.words_long", "at most " + std::to_string(code_points_max) + " characters",
                place);
  return std::string(text);
}

// The case as the page showed it, or case.changed.
Result<Case> seen(store::ReadTx& tx, const On& on) {
  Case row = TRY(case_by_id(tx, on.id));
  if (row.version != on.version)
    return fail(ErrorKind::conflict, "case.changed", "somebody changed the case after this page was shown");
  return row;
}

Result<> touch(store::Tx& tx, const Case& row) {
  if (TRY(tx.run<sql::TouchCase>({.id = row.id.value, .version = row.version})) == 0)
    return fail(ErrorKind::conflict, "case.changed", "somebody changed the case after this page was shown");
  return {};
}

// Free text is provable without standing in the log: its HMAC under the case's own key.
Result<std::string> proof_of(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Case& row,
                             std::string_view text) {
  return hex(hmac_sha256(TRY(case_key(hall, tx, town, row)).reveal(), view(text)));
}

Result<> put_answers(store::Tx& tx, const Case& row, const std::vector<Answer>& answers, Instant at) {
  std::int64_t position = 0;
  for (const Answer& answer : answers)
    TRY(tx.run<sql::PutAnswer>({.case_id = row.id.value,
                                .position = position++,
                                .ask = answer.ask,
                                .value = answer.value.canonical(),
                                .source = answer.source,
                                .confirmed_by = "",
                                .at = at.microseconds}));
  return {};
}

Result<> put_attachments(store::Tx& tx, const Case& row, const std::vector<Attachment>& attachments, Instant at) {
  for (const Attachment& a : attachments) {
    store::BlobInfo blob{.id = a.blob, .bytes = a.bytes};
    const auto hash = from_hex(a.sha256);
    if (!hash || hash->size() != blob.sha256.size()) return fail(ErrorKind::invalid, "case.attachment", "no SHA-256");
    std::ranges::copy(*hash, blob.sha256.begin());
    TRY(tx.keep_blob(blob, "case", row.public_id.text()));
    TRY(tx.run<sql::InsertAttachment>({.case_id = row.id.value,
                                       .blob = a.blob,
                                       .need = a.need,
                                       .bytes = a.bytes,
                                       .sha256 = a.sha256,
                                       .file_name = a.file_name,
                                       .media_type = a.media_type,
                                       .at = at.microseconds}));
  }
  return {};
}

Result<> index_case(store::Tx& tx, const Case& row) {
  return tx.index("case", row.public_id.text(), row.number + " " + row.applicant_name, row.applicant_kana,
                  "section:" + row.section);
}

// 標準処理期間 from a day of arrival. It follows from pack, procedure and day alone, and many cases arrive on one day.
Result<Date> standard_due(const pack::Pack& pack, const pack::Procedure& procedure, Date received_on) {
  struct Known {
    Hash pack;
    Date received_on, due_on;
  };
  static std::mutex mutex;
  static std::map<std::string, Known, std::less<>> known;  // by procedure; the day asked last
  {
    const std::lock_guard lock(mutex);
    const auto found = known.find(procedure.id);
    if (found != known.end() && found->second.pack == pack.version && found->second.received_on == received_on)
      return found->second.due_on;
  }
  pack::Facts facts = pack::start(pack, received_on, &procedure);
  facts.known.insert_or_assign("received_on", received_on.text());
  const Date due_on = TRY(pack::due(pack, procedure, "standard", facts));
  const std::lock_guard lock(mutex);
  known.insert_or_assign(procedure.id, Known{pack.version, received_on, due_on});
  return due_on;
}

}  // namespace

Result<Key256> case_key(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Case& row) {
  const auto secrets = TRY(tx.one<sql::CaseSecrets>({.id = row.id.value}));
  if (!secrets) return fail(ErrorKind::not_found, "case.not_found");
  const Key256 wrapping = TRY(hall.keys.key(town, "case"));
  return Key256(TRY(unseal(wrapping, secrets->key_box, "case|" + row.public_id.text())));
}

Result<CaseId> receive(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Submission& s, const Act& act) {
  if (const auto known = TRY(find(tx, s.id))) return known->id;
  Case row{.public_id = s.id, .number = s.number, .procedure = s.procedure, .pack_hash = s.pack_hash};
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  const pack::Procedure* procedure = pack->procedure(s.procedure);
  if (!procedure || procedure->steps.empty()) return fail(ErrorKind::invalid, "case.procedure", s.procedure);

  row.id = CaseId(TRY(tx.next_serial("office_case", 0)));
  row.channel = s.channel;
  row.language = s.language;
  row.step = procedure->steps.front().id;
  row.step_since = act.at;
  row.section = procedure->section;
  row.submitted_at = s.submitted_at;
  // 到達 (行政手続法7条): the civil day in Japan on which it was written into our store, closed days too.
  row.received_on = date_in_japan(s.submitted_at);
  row.due_on = TRY(standard_due(*pack, *procedure, row.received_on));
  row.applicant_name = s.applicant.name;
  row.applicant_kana = s.applicant.kana;
  row.applicant_person = s.applicant.person;
  row.reference = s.applicant.reference;
  if (const auto reference = PublicId::parse(s.applicant.reference))
    row.applicant_person = TRY(access::person_of_reference(tx, *reference));
  row.version = 1;

  const Key256 wrapping = TRY(hall.keys.key(town, "case"));
  const Bytes box = TRY(seal(wrapping, hall.random, s.key, "case|" + s.id.text()));
  TRY(tx.run<sql::InsertCase>({.id = row.id.value,
                               .public_id = s.id.text(),
                               .number = row.number,
                               .procedure = row.procedure,
                               .pack_hash = row.pack_hash,
                               .channel = row.channel,
                               .language = row.language,
                               .step = row.step,
                               .step_since = row.step_since.microseconds,
                               .section = row.section,
                               .received_on = row.received_on.text(),
                               .submitted_at = row.submitted_at.microseconds,
                               .due_on = row.due_on.text(),
                               .applicant_name = row.applicant_name,
                               .applicant_kana = row.applicant_kana,
                               .applicant_person = row.applicant_person,
                               .reference = row.reference,
                               .account = s.applicant.account,
                               .secret_hash = s.secret_hash,
                               .key_box = box,
                               .expected = s.expected.canonical()}));
  TRY(tx.run<sql::InsertParty>({.case_id = row.id.value,
                                .role = "applicant",
                                .person = row.applicant_person,
                                .name = s.applicant.name,
                                .kana = s.applicant.kana,
                                .address = s.applicant.address,
                                .phone = s.applicant.phone,
                                .mail = s.applicant.mail,
                                .mail_consent = s.applicant.mail_consent ? 1 : 0}));
  TRY(put_answers(tx, row, s.answers, act.at));
  TRY(put_attachments(tx, row, s.attachments, act.at));
  log::Event event = event_of(act, row, log::Verb::submitted);
  event.at = s.submitted_at;
  event.channel = s.channel;
  event.payload = JsonObject{{"number", row.number}, {"procedure", row.procedure}, {"pack", row.pack_hash}};
  TRY(tx.append(event));
  TRY(index_case(tx, row));
  TRY(publish_new(hall, tx, town, *procedure, row, s, event));
  return row.id;
}

Result<> accept(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on) {
  TRY(move(hall, tx, town, act, TRY(seen(tx, on)), {.verb = log::Verb::received}));
  return {};
}

Result<> take(hall::Hall&, store::Tx& tx, const store::Town&, const Act& act, const On& on) {
  const Case row = TRY(seen(tx, on));
  if (row.closed) return fail(ErrorKind::conflict, "case.closed");
  if (TRY(tx.run<sql::TakeCase>({.id = row.id.value,
                                 .version = row.version,
                                 .owner = act.staff ? std::optional(act.staff->value) : std::nullopt,
                                 .taken_at = act.at.microseconds})) == 0)
    return fail(ErrorKind::conflict, "case.changed");
  return tx.append(event_of(act, row, log::Verb::taken));
}

Result<> assign(hall::Hall&, store::Tx& tx, const store::Town&, const Act& act, const On& on, section::StaffId to) {
  const Case row = TRY(seen(tx, on));
  if (row.closed) return fail(ErrorKind::conflict, "case.closed");
  if (TRY(tx.run<sql::TakeCase>(
          {.id = row.id.value, .version = row.version, .owner = to.value, .taken_at = std::nullopt})) == 0)
    return fail(ErrorKind::conflict, "case.changed");
  log::Event event = event_of(act, row, log::Verb::assigned);
  event.payload = JsonObject{{"to", to.value}};
  return tx.append(event);
}

Result<> note(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on,
              std::string_view body) {
  const Case row = TRY(case_by_id(tx, on.id));  // a note overwrites nothing: the version does not matter
  const std::string text = TRY(words(body, note_code_points_max, "note"));
  TRY(tx.run<sql::InsertNote>({.case_id = row.id.value,
                               .serial = TRY(tx.next_serial("case_note", 0)),
                               .author = act.actor,
                               .body = text,
                               .at = act.at.microseconds}));
  log::Event event = event_of(act, row, log::Verb::saved);
  event.payload = JsonObject{{"what", "note"}, {"hmac", TRY(proof_of(hall, tx, town, row, text))}};
  return tx.append(event);
}

Result<> confirm_fact(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on,
                      const Found& found) {
  const Case row = TRY(seen(tx, on));
  const File file = TRY(load(hall, tx, town, row));
  const pack::Step* step = file.procedure->step(row.step);
  if (row.closed || !step || step->criterion.empty())
    return fail(ErrorKind::conflict, row.closed ? "case.closed" : "case.step",
                "no criterion is applied in " + row.step);
  const std::vector<Findable> all = findable(file);
  const auto one = std::ranges::find(all, found.key, &Findable::key);
  if (one == all.end()) return fail(ErrorKind::invalid, "case.fact", found.key, Place{.field = "key"});
  TRY(fits(*one->fact, found.value));
  if (std::ranges::find(fact_sources, found.source) == fact_sources.end())
    return fail(ErrorKind::invalid, "case.fact_source", "say how it was found out", Place{.field = "source"});
  const std::string note = TRY(words(found.note, message_code_points_max, "note"));
  TRY(tx.run<sql::PutFact>({.case_id = row.id.value,
                            .key = found.key,
                            .value = found.value.canonical(),
                            .source = found.source,
                            .note = note,
                            .by = act.actor,
                            .at = act.at.microseconds}));
  TRY(touch(tx, row));
  log::Event event = event_of(act, row, log::Verb::recorded);
  const JsonValue said = JsonObject{{"value", found.value}, {"note", note}};
  event.payload = JsonObject{
      {"fact", found.key}, {"source", found.source}, {"hmac", TRY(proof_of(hall, tx, town, row, said.canonical()))}};
  return tx.append(event);
}

Result<JsonValue> reveal_answer(hall::Hall&, store::Tx& tx, const store::Town&, const Act& act, PublicId id,
                                std::string_view ask, std::string_view purpose) {
  const auto row = TRY(find(tx, id));
  if (!row) return fail(ErrorKind::not_found, "case.not_found");
  if (std::ranges::find(reveal_purposes, purpose) == reveal_purposes.end())
    return fail(ErrorKind::invalid, "case.purpose", "say for what it is looked at", Place{.field = "purpose"});
  for (const auto& answer : TRY(tx.all<sql::Answers>({.case_id = row->id.value}))) {
    if (answer.ask != ask) continue;
    log::Event event = event_of(act, *row, log::Verb::viewed);
    event.payload = JsonObject{{"what", "answer"}, {"ask", ask}, {"purpose", purpose}};
    TRY(tx.append(event));
    return parse_json(answer.value);
  }
  return fail(ErrorKind::not_found, "case.answer", std::string(ask));
}

Result<> ask_correction(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on,
                        const std::vector<std::string>& reasons, std::string_view message, Date due) {
  const Case row = TRY(seen(tx, on));
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  const pack::Procedure* procedure = pack->procedure(row.procedure);
  if (reasons.empty())
    return fail(ErrorKind::invalid, "case.reason", "choose at least one reason", Place{.field = "reason"});
  JsonArray codes;
  for (const std::string& code : reasons) {
    const pack::ReasonCode* known = procedure->reason(code);
    if (!known || known->use != "correction")
      return fail(ErrorKind::invalid, "case.reason", code, Place{.field = "reason"});
    codes.push_back(code);
  }
  if (due <= date_in_japan(act.at))
    return fail(ErrorKind::invalid, "case.due_past", "choose a later day", Place{.field = "due"});
  const std::string text = TRY(words(message, message_code_points_max, "message"));
  TRY(tx.run<sql::InsertCorrection>({.id = PublicId::random(hall.random).text(),
                                     .case_id = row.id.value,
                                     .reasons = JsonValue(codes).canonical(),
                                     .message = text,
                                     .due_on = due.text(),
                                     .asked_by = act.actor,
                                     .asked_at = act.at.microseconds}));
  const Case after = TRY(move(
      hall, tx, town, act, row,
      {.verb = log::Verb::asked,
       .reason_code = reasons.front(),
       .payload = JsonObject{
           {"reasons", std::move(codes)}, {"due", due.text()}, {"hmac", TRY(proof_of(hall, tx, town, row, text))}}}));
  return tell_correction(hall, tx, town, act, after);
}

Result<> corrected(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Corrected& answer) {
  const auto row = TRY(find(tx, answer.case_id));
  if (!row) return fail(ErrorKind::not_found, "case.not_found");
  if (TRY(tx.run<sql::AnswerCorrection>(
          {.id = answer.correction, .case_id = row->id.value, .answered_at = answer.at.microseconds})) == 0)
    return fail(ErrorKind::conflict, "case.correction_answered");
  TRY(put_answers(tx, *row, answer.answers, answer.at));
  TRY(put_attachments(tx, *row, answer.attachments, answer.at));
  TRY(move(hall, tx, town, act, *row, {.verb = log::Verb::corrected}));
  return {};
}

Result<> consult(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on,
                 std::string_view section, std::string_view question) {
  const Case row = TRY(seen(tx, on));
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  if (!pack->section(section))
    return fail(ErrorKind::invalid, "case.section", "no such section", Place{.field = "section"});
  const std::string text = TRY(words(question, message_code_points_max, "question"));
  TRY(tx.run<sql::InsertConsultation>({.id = PublicId::random(hall.random).text(),
                                       .case_id = row.id.value,
                                       .section = section,
                                       .question = text,
                                       .asked_by = act.actor,
                                       .asked_at = act.at.microseconds}));
  TRY(move(hall, tx, town, act, row,
           {.verb = log::Verb::consulted,
            .payload = JsonObject{{"section", section}, {"hmac", TRY(proof_of(hall, tx, town, row, text))}}}));
  return {};
}

Result<> answer_consultation(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on,
                             std::string_view answer, bool objected) {
  const Case row = TRY(seen(tx, on));
  const std::string text = TRY(words(answer, message_code_points_max, "answer"));
  bool found = false;
  for (const auto& open : TRY(tx.all<sql::Consultations>({.case_id = row.id.value})))
    if (!open.answered_at) {
      TRY(tx.run<sql::AnswerConsultation>({.id = open.id,
                                           .answer = text,
                                           .answered_by = act.actor,
                                           .answered_at = act.at.microseconds,
                                           .objected = objected ? 1 : 0}));
      found = true;
    }
  if (!found) return fail(ErrorKind::conflict, "case.no_consultation");
  TRY(move(hall, tx, town, act, row,
           {.verb = objected ? log::Verb::objected : log::Verb::consented,
            .payload = JsonObject{{"hmac", TRY(proof_of(hall, tx, town, row, text))}}}));
  return {};
}

Result<> withdraw(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, PublicId id,
                  std::string_view reason) {
  const auto row = TRY(find(tx, id));
  if (!row) return fail(ErrorKind::not_found, "case.not_found");
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, *row));
  const pack::Procedure* procedure = pack->procedure(row->procedure);
  const pack::ReasonCode* known = procedure->reason(reason);
  if (!known || known->use != "withdrawal")
    return fail(ErrorKind::invalid, "case.reason", std::string(reason), Place{.field = "reason"});
  const auto& until = procedure->withdrawal.until_steps;
  if (!procedure->withdrawal.allowed || std::ranges::find(until, row->step) == until.end())
    return fail(ErrorKind::conflict, "case.too_late", "the matter has gone too far to be withdrawn");
  TRY(move(hall, tx, town, act, *row,
           {.verb = log::Verb::withdrawn, .reason_code = std::string(reason), .outcome = "withdrawn"}));
  return {};
}

}  // namespace yakuba::cases
