// One step of a case: along an arrow of the pack, with its event, its new version and the copy for the resident.
#include "hall/cases/rows.hpp"

namespace yakuba::cases {
namespace {

std::unexpected<Error> changed() {
  return fail(ErrorKind::conflict, "case.changed", "somebody changed the case after this page was shown");
}

// Verbs that a resident may see of his case; the rest is the office's own work.
bool is_public(log::Verb verb) {
  using enum log::Verb;
  constexpr std::array shown{submitted, received, asked,     corrected, granted,
                             rejected,  notified, delivered, withdrawn, closed};
  return std::ranges::find(shown, verb) != shown.end();
}

// What the row itself says.
Published published_of(const pack::Procedure& procedure, const Case& row) {
  Published p{.id = row.public_id,
              .version = row.version,
              .number = row.number,
              .procedure = row.procedure,
              .pack_hash = row.pack_hash,
              .step = row.step,
              .outcome = row.closed || row.step == "notify" ? row.outcome : std::string(),
              .closed = row.closed,
              .received_on = row.received_on,
              .due_on = row.due_on,
              .section = row.section,
              .reference = row.reference,
              .applicant_name = row.applicant_name};
  const auto& until = procedure.withdrawal.until_steps;
  p.may_withdraw = procedure.withdrawal.allowed && std::ranges::find(until, row.step) != until.end();
  return p;
}

PublishedMoment moment_of(const log::Event& event) {
  return {event.at, std::string(log::verb_name(event.verb)), event.step};
}

Result<Published> published_of(store::ReadTx& tx, const pack::Procedure& procedure, const Case& row) {
  Published p = published_of(procedure, row);
  if (const auto secrets = TRY(tx.one<sql::CaseSecrets>({.id = row.id.value}))) {
    p.secret_hash = secrets->secret_hash;
    p.account = secrets->account;
  }
  for (const log::Event& event : TRY(tx.events_of_case(row.public_id.text())).events)
    if (event.object_kind == "case" && is_public(event.verb)) p.moments.push_back(moment_of(event));
  for (const auto& c : TRY(tx.all<sql::Corrections>({.case_id = row.id.value}))) {
    PublishedCorrection correction{.id = c.id, .message = c.message, .due = Date::parse(c.due_on).value_or(Date{})};
    if (const auto reasons = parse_json(c.reasons); reasons && reasons->array())
      for (const JsonValue& reason : *reasons->array())
        if (reason.string()) correction.reasons.push_back(*reason.string());
    correction.answered = c.answered_at.has_value();
    p.corrections.push_back(std::move(correction));
  }
  return p;
}

Result<> send_published(hall::Hall& hall, store::Tx& tx, const store::Town& town, Published published) {
  std::string key = published.id.text() + ":" + std::to_string(published.version);
  return hall.exchange.send(tx, town,
                            hall::message_of(hall.exchange, published_message, std::move(key),
                                             std::make_shared<const Published>(std::move(published))));
}

}  // namespace

Result<> publish(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Case& row) {
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  const pack::Procedure* procedure = pack->procedure(row.procedure);
  if (!procedure) return fail(ErrorKind::corrupt, "case.procedure", row.procedure);
  return send_published(hall, tx, town, TRY(published_of(tx, *procedure, row)));
}

Result<> publish_new(hall::Hall& hall, store::Tx& tx, const store::Town& town, const pack::Procedure& procedure,
                     const Case& row, const Submission& submission, const log::Event& event) {
  Published published = published_of(procedure, row);
  published.secret_hash = submission.secret_hash;
  published.account = submission.applicant.account;
  published.moments = {moment_of(event)};
  return send_published(hall, tx, town, std::move(published));
}

Result<Case> move(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row,
                  const Move& move) {
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  const pack::Procedure* procedure = pack->procedure(row.procedure);
  const pack::Step* step = procedure ? procedure->step(row.step) : nullptr;
  if (!step) return fail(ErrorKind::corrupt, "case.step", row.step);
  const std::string verb(log::verb_name(move.verb));
  const auto arrow = step->moves.find(verb);
  const std::string target = !move.to_step.empty() ? move.to_step : arrow == step->moves.end() ? "" : arrow->second;
  const pack::Step* next = procedure->step(target);
  if (row.closed || arrow == step->moves.end() || !next)
    return fail(ErrorKind::conflict, row.closed ? "case.closed" : "case.step",
                "the step " + row.step + " has no way on by " + verb);

  Case after = row;
  after.step = next->id;
  after.step_since = act.at;
  after.taken_at.reset();
  if (move.outcome) after.outcome = *move.outcome;
  after.closed = next->terminal;
  const std::int64_t moved =
      TRY(tx.run<sql::MoveCase>({.id = row.id.value,
                                 .version = row.version,
                                 .step = after.step,
                                 .step_since = act.at.microseconds,
                                 .owner = after.owner ? std::optional(after.owner->value) : std::nullopt,
                                 .outcome = after.outcome,
                                 .closed = after.closed ? 1 : 0}));
  if (moved == 0) return changed();
  ++after.version;

  log::Event event = event_of(act, row, move.verb);
  event.reason_code = move.reason_code;
  JsonObject payload = move.payload;
  payload.insert_or_assign("to", after.step);
  event.payload = std::move(payload);
  TRY(tx.append(event));
  if (after.closed && move.verb != log::Verb::closed) TRY(tx.append(event_of(act, after, log::Verb::closed)));
  TRY(publish(hall, tx, town, after));
  return after;
}

}  // namespace yakuba::cases
