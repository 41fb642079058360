// Rows into values; inside hall/cases only.
#pragma once

#include "hall/cases/cases.hpp"
#include "hall/cases/queries.hpp"

namespace yakuba::cases {

// Every statement that selects a whole case has the same columns.
template <class Row>
Case case_from(const Row& r) {
  Case c;
  c.id = CaseId(r.id);
  c.public_id = PublicId::parse(r.public_id).value_or(PublicId{});
  c.number = r.number;
  c.procedure = r.procedure;
  c.pack_hash = r.pack_hash;
  c.channel = r.channel;
  c.language = r.language;
  c.step = r.step;
  c.step_since = Instant{r.step_since};
  if (r.taken_at) c.taken_at = Instant{*r.taken_at};
  c.section = r.section;
  if (r.owner) c.owner = section::StaffId(*r.owner);
  c.received_on = Date::parse(r.received_on).value_or(Date{});
  c.submitted_at = Instant{r.submitted_at};
  c.due_on = Date::parse(r.due_on).value_or(Date{});
  c.outcome = r.outcome;
  c.closed = r.closed != 0;
  c.applicant_name = r.applicant_name;
  c.applicant_kana = r.applicant_kana;
  c.applicant_person = r.applicant_person;
  c.reference = r.reference;
  c.version = r.version;
  return c;
}

Result<Case> case_by_id(store::ReadTx& tx, CaseId id);  // case.not_found
Result<pack::PackPtr> pinned_pack(hall::Hall& hall, const store::Town& town, const Case& row);

// The event of an act on a case, without verb: who, in which place, in which step.
log::Event event_of(const Act& act, const Case& row, log::Verb verb);

// Moves the case along the pack's arrow for `verb`, appends the event, and tells the public side. The version is
// checked here: case.changed when somebody was faster, case.step when the step has no such arrow.
struct Move {
  log::Verb verb;
  std::string reason_code = {};
  JsonObject payload = {};
  std::optional<std::string> outcome = {};  // sets it
  std::string to_step = {};                 // another target than the arrow's: 差し戻し to a chosen step
};
Result<Case> move(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row,
                  const Move& move);

// Sends the case as it stands now to the public side.
Result<> publish(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Case& row);
// The same of a case that was made in this transaction, with its one event: nothing of it need be read.
Result<> publish_new(hall::Hall& hall, store::Tx& tx, const store::Town& town, const pack::Procedure& procedure,
                     const Case& row, const Submission& submission, const log::Event& event);

// The key that seals the case's attachments and proves its free texts.
Result<Key256> case_key(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Case& row);

// Orders the letter that asks for a correction, and the one that tells the decision (hall/notice).
Result<> tell_correction(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row);
Result<> tell_decision(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row);

// The watermarked letter that the drafted decision would become.
Result<Bytes> preview_of(hall::Hall& hall, const store::Town& town, const Act& act, const File& file);

// What the decision comes to, in the pack's own words for an expected result: 「1か月に25,000円」, from which month.
struct Expected {
  std::string main;
  std::vector<std::string> notes;
};
Expected expected_of(const File& file, const pack::Ruling& ruling);

// The office's own knowledge of a case as facts: pack constants, register, answers in order, facts found out.
Result<pack::Facts> facts_of(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const pack::Pack& pack,
                             const pack::Procedure& procedure, const Case& row, const JsonObject& register_facts);
// The register's facts of the applicant, with their read event; empty when no person is linked.
Result<JsonObject> register_facts(store::Tx& tx, const Act& act, const Case& row, const pack::Procedure& procedure);

}  // namespace yakuba::cases
