// From the criterion to the decision: draft (起案), proposal (決裁へ), and what follows when it was approved or came
// back.
#include "base/text.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/rows.hpp"

namespace yakuba::cases {
namespace {

constexpr std::size_t reason_code_points_max = 2'000;
constexpr std::size_t expected_rows_shown = 2;  // the pack writes the whole before the parts

// The rulings as they were, in canonical JSON: replayable years later (pack version and criterion hash are inside).
std::string record_of(const pack::Ruling& ruling) {
  std::string out = "[";
  for (const pack::Decision& decision : ruling.decisions) {
    if (out.size() > 1) out += ',';
    out += decision.record;
  }
  return out + "]";
}

Result<std::int64_t> amount_of(const pack::Pack& pack, const pack::Outcome& outcome, const pack::Facts& facts) {
  if (!outcome.amount) return 0;
  const JsonValue value = TRY(pack::value(pack, outcome.amount, facts));
  const auto yen = value.number() ? parse_integer(value.number()->text) : std::nullopt;
  if (!yen) return fail(ErrorKind::invalid, "case.amount", "the outcome's amount is not a whole number of yen");
  return *yen;
}

Result<std::string> reason_text(std::string_view typed, const std::string& by_rule) {
  const std::string_view text = trim(typed);
  if (text.empty()) return by_rule;
  if (!is_utf8(text) || has_control_characters(text) || length_in_code_points(text) > reason_code_points_max)
    return fail(ErrorKind::invalid, "case.reason_text", "at most 2,000 characters", Place{.field = "reason"});
  return std::string(text);
}

// What the criterion says and why, in one text: the reasons of every stage that has one.
std::string reason_by_rule(const pack::Ruling& ruling) {
  std::string out;
  for (const pack::Decision& decision : ruling.decisions) {
    if (decision.reason.empty()) continue;
    if (!decision.about.empty()) out += decision.about + "さん: ";
    out += decision.reason;
    out += decision.reason.ends_with("。") ? "\n" : "。\n";
  }
  return std::string(trim(out));
}

struct Chosen {
  const pack::Outcome* outcome = nullptr;
  std::string reason;
  std::int64_t amount_yen = 0;
};

Result<Chosen> choose(const pack::Pack& pack, const pack::Procedure& procedure, const pack::Step& step,
                      const pack::Ruling& ruling, const Draft& draft) {
  Chosen chosen{.outcome = ruling.outcome};
  if (draft.departs) {
    if (step.depart.rank.empty())
      return fail(ErrorKind::conflict, "case.no_departure", "this step allows no departure");
    const pack::ReasonCode* code = procedure.reason(draft.depart_code);
    if (!code || code->use != "depart")
      return fail(ErrorKind::invalid, "case.reason", "choose a ground", Place{.field = "depart_code"});
    if (trim(draft.depart_ground).empty())
      return fail(ErrorKind::invalid, "case.ground_missing", "write the ground", Place{.field = "depart_ground"});
    chosen.outcome = procedure.outcome(draft.outcome);
    if (!chosen.outcome) return fail(ErrorKind::invalid, "case.outcome", draft.outcome, Place{.field = "outcome"});
  }
  if (!chosen.outcome)
    return fail(ErrorKind::conflict, "case.undecided",
                "the criterion cannot decide yet: facts that matter are missing");
  chosen.reason = TRY(reason_text(draft.reason, reason_by_rule(ruling)));
  chosen.amount_yen = TRY(amount_of(pack, *chosen.outcome, ruling.facts));
  return chosen;
}

// What the approvers stamp: the outcome, what it comes to, a departure with its ground, the reason for the notice.
std::string brief_of(const File& file, const pack::Outcome& outcome, const pack::Ruling& ruling) {
  const auto say = [&](const std::string& key) { return without_ruby(file.procedure->texts.say(key, "ja").text); };
  std::string brief = say("outcome." + outcome.id);
  if (!file.drafted->departs && ruling.outcome == &outcome) {
    const Expected expected = expected_of(file, ruling);
    if (!expected.main.empty()) brief += "　" + expected.main;
    for (const std::string& note : expected.notes) brief += "　" + note;
  }
  if (file.drafted->departs)
    brief += "\n" + say("reason." + file.drafted->depart_code) + "　" + file.drafted->depart_ground;
  return brief + "\n" + file.drafted->reason;
}

}  // namespace

Expected expected_of(const File& file, const pack::Ruling& ruling) {
  const pack::Notice* words = file.procedure->notice(file.procedure->expected_notice);
  const auto blocks = words ? pack::fill(*file.pack, words->body, "ja", ruling.facts)
                            : Result<std::vector<pack::Block>>(std::vector<pack::Block>());
  Expected out;
  if (!blocks) return out;
  using enum pack::Block::Kind;
  for (const pack::Block& block : *blocks) {
    if (block.kind == heading && out.main.empty() && !block.cells.empty()) out.main = without_ruby(block.cells.front());
    const bool row = (block.kind == table_head || block.kind == table_row) && block.cells.size() == 2;
    if (row && out.notes.size() < expected_rows_shown)
      out.notes.push_back(without_ruby(block.cells[0]) + " " + without_ruby(block.cells[1]));
  }
  return out;
}

Result<pack::Ruling> rule(const File& file) {
  return pack::rule(*file.pack, *file.procedure, file.known);
}

Result<> draft(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on, const Draft& d) {
  Case row = TRY(case_by_id(tx, on.id));
  if (row.version != on.version) return fail(ErrorKind::conflict, "case.changed");
  File file = TRY(load(hall, tx, town, row));
  const pack::Step* step = file.procedure->step(row.step);
  if (!step) return fail(ErrorKind::corrupt, "case.step", row.step);
  const JsonObject registered = TRY(register_facts(tx, act, row, *file.procedure));
  file.known = TRY(facts_of(hall, tx, town, *file.pack, *file.procedure, row, registered));
  const pack::Ruling ruling = TRY(rule(file));
  const Chosen chosen = TRY(choose(*file.pack, *file.procedure, *step, ruling, d));
  const std::string record = record_of(ruling);
  TRY(tx.run<sql::PutDraft>({.case_id = row.id.value,
                             .outcome = chosen.outcome->id,
                             .amount_yen = chosen.amount_yen,
                             .reason = chosen.reason,
                             .departs = d.departs ? 1 : 0,
                             .depart_code = d.depart_code,
                             .depart_ground = std::string(trim(d.depart_ground)),
                             .record = record,
                             .drafted_by = act.actor,
                             .drafter = act.staff ? std::optional(act.staff->value) : std::nullopt,
                             .drafted_at = act.at.microseconds}));
  log::Event event = event_of(act, row, d.departs ? log::Verb::departed : log::Verb::decided_by_rule);
  event.reason_code = d.depart_code;
  if (!ruling.decisions.empty()) {
    const pack::Decision& last = ruling.decisions.back();
    event.rule = {last.criterion, hex(last.criterion_hash), 0};
  }
  event.payload = JsonObject{{"outcome", chosen.outcome->id},
                             {"by_rule", ruling.outcome ? ruling.outcome->id : std::string()},
                             {"amount", chosen.amount_yen},
                             {"record", hex(sha256(record))}};
  TRY(tx.append(event));
  if (row.step == "examine")
    TRY(move(hall, tx, town, act, row, {.verb = log::Verb::examined}));
  else if (TRY(tx.run<sql::TouchCase>({.id = row.id.value, .version = row.version})) == 0)
    return fail(ErrorKind::conflict, "case.changed");
  return {};
}

Result<> propose(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const On& on) {
  const Case row = TRY(case_by_id(tx, on.id));
  if (row.version != on.version) return fail(ErrorKind::conflict, "case.changed");
  File file = TRY(load(hall, tx, town, row));
  if (!file.drafted) return fail(ErrorKind::conflict, "case.no_draft", "draft the decision first");
  const pack::Outcome* outcome = file.procedure->outcome(file.drafted->outcome);
  if (!outcome || !act.staff) return fail(ErrorKind::corrupt, "case.outcome", file.drafted->outcome);
  const JsonObject registered = TRY(register_facts(tx, act, row, *file.procedure));
  file.known = TRY(facts_of(hall, tx, town, *file.pack, *file.procedure, row, registered));
  const pack::Ruling ruling = TRY(rule(file));
  const Case after = TRY(move(hall, tx, town, act, row, {.verb = log::Verb::proposed}));
  const pack::Step* step = file.procedure->step(after.step);
  std::vector<std::int64_t> parties;
  TRY(object_of(hall, tx, row, parties));
  approval::Proposal proposal{
      .subject_kind = "case",
      .subject_id = row.public_id.text(),
      .title = without_ruby(file.procedure->texts.say("formal_title", "ja").text) + " " + row.number,
      .procedure = row.procedure,
      .route = step->route,
      .section = row.section,
      .drafter = *act.staff,
      .parties = std::move(parties),
      .return_steps = "draft examine",
      .brief = brief_of(file, *outcome, ruling)};
  proposal.matter = {.kind = outcome->kind,
                     .amount_yen = file.drafted->amount_yen,
                     .adverse = outcome->adverse,
                     .departs = file.drafted->departs};
  approval::Act approver{.actor = act.actor,
                         .staff = *act.staff,
                         .acting_for = act.acting_for,
                         .post = act.post,
                         .section = act.section,
                         .channel = act.channel,
                         .rank = act.rank,
                         .at = act.at};
  if (const access::Staff staff = TRY(access::staff_actor(tx, *file.pack, *act.staff, date_in_japan(act.at)));
      staff.main())
    proposal.matter.drafter_rank = staff.main()->rank;
  TRY(approval::propose(hall, tx, town, approver, *file.pack, proposal));
  return {};
}

Result<> settled(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Settlement& settlement) {
  const auto id = PublicId::parse(settlement.subject_id);
  const auto row = id ? TRY(find(tx, *id)) : std::nullopt;
  if (!row) return fail(ErrorKind::not_found, "case.not_found");
  Act act{
      .actor = "staff:" + std::to_string(settlement.decider), .post = settlement.decider_title, .at = settlement.at};
  act.staff = section::StaffId(settlement.decider);
  act.channel = "web";
  using How = hall::Settlement::Result;
  if (settlement.result == How::returned) {
    TRY(move(hall, tx, town, act, *row,
             {.verb = log::Verb::returned, .reason_code = settlement.reason_code, .to_step = settlement.to_step}));
    return {};
  }
  if (settlement.result == How::pulled_back) {
    TRY(move(hall, tx, town, act, *row, {.verb = log::Verb::pulled_back}));
    return {};
  }
  const auto drafted = TRY(tx.one<sql::DraftOf>({.case_id = row->id.value}));
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, *row));
  const pack::Procedure* procedure = pack->procedure(row->procedure);
  const pack::Outcome* outcome = drafted && procedure ? procedure->outcome(drafted->outcome) : nullptr;
  if (!outcome) return fail(ErrorKind::corrupt, "case.outcome");
  const auto verb = log::verb_from(outcome->verb);
  if (!verb) return fail(ErrorKind::corrupt, "case.outcome", outcome->verb);
  JsonObject how{{"senketsu", settlement.senketsu}, {"daiketsu", settlement.daiketsu}};
  const Case approved = TRY(move(hall, tx, town, act, *row, {.verb = log::Verb::approved, .payload = std::move(how)}));
  // The decision is made by the approval itself; the deciding step only carries it into the world.
  const Case decided = TRY(move(hall, tx, town, act, approved, {.verb = *verb, .outcome = outcome->id}));
  return tell_decision(hall, tx, town, act, decided);
}

Result<> notified(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, PublicId case_id) {
  const auto row = TRY(find(tx, case_id));
  if (!row) return fail(ErrorKind::not_found, "case.not_found");
  if (row->closed || row->step != "notify") return {};  // a letter in the middle of the matter moves nothing
  TRY(move(hall, tx, town, act, *row, {.verb = log::Verb::notified}));
  return {};
}

}  // namespace yakuba::cases
