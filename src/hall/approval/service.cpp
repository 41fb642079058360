// 決裁: who is next, who may stamp, and what the end means.
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "hall/approval/approval.hpp"
#include "hall/approval/queries.hpp"

namespace yakuba::approval {
namespace {

constexpr std::size_t comment_code_points_max = 500;

std::string_view code(LineKind kind) {
  switch (kind) {
    case LineKind::review:
      return "review";
    case LineKind::concurrence:
      return "concurrence";
    case LineKind::decision:
      return "decision";
  }
  return "decision";
}
LineKind kind_from(std::string_view code) {
  return code == "review" ? LineKind::review : code == "concurrence" ? LineKind::concurrence : LineKind::decision;
}
LineState state_from(std::string_view code) {
  if (code == "waiting") return LineState::waiting;
  if (code == "done") return LineState::done;
  if (code == "objected") return LineState::objected;
  if (code == "skipped") return LineState::skipped;
  return LineState::later;
}

std::unexpected<Error> changed() {
  return fail(ErrorKind::conflict, "approval.changed", "somebody acted on the sheet after this page was shown");
}

struct Loaded {  // a sheet as the service needs it
  sql::SheetById::Row row;
  std::vector<sql::LinesOf::Row> lines;
  std::vector<std::int64_t> parties;
};

Result<Loaded> load(store::ReadTx& tx, SheetId id) {
  auto row = TRY(tx.one<sql::SheetById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "approval.not_found");
  Loaded loaded{.row = std::move(*row), .lines = TRY(tx.all<sql::LinesOf>({.sheet = id.value}))};
  for (const std::string_view party : split(loaded.row.parties, ' '))
    if (const auto person = parse_integer(party)) loaded.parties.push_back(*person);
  return loaded;
}

// Who holds a rank in a section (or above it, up to the top of the tree) on a day; the pack says which sections exist.
struct Seat {
  std::optional<section::StaffId> holder;
  bool absent = false;
};
Result<Seat> seat_of(store::ReadTx& tx, const pack::Pack& pack, std::string_view rank, std::string_view section,
                     Date day) {
  std::vector<section::StaffMember> holders;
  if (section.empty()) {
    holders = TRY(section::holders_anywhere(tx, rank, day));
  } else if (const auto where = TRY(section::section_by_code(tx, section, day))) {
    holders = TRY(section::holders(tx, rank, where->id, day));
  }
  (void)pack;
  Seat seat;
  for (const section::StaffMember& holder : holders) {
    const bool absent = TRY(section::is_absent(tx, holder.id, day));
    if (!seat.holder || (seat.absent && !absent)) seat = {holder.id, absent};
  }
  return seat;
}

// A rank at the top (mayor, deputy mayor) is held in no section of the matter.
std::string section_of_rank(const pack::Pack& pack, std::string_view rank, std::string_view section) {
  for (const pack::Post& post : pack.posts)
    if (post.rank == rank && post.section == section) return std::string(section);
  return "";
}

std::string title_of(const pack::Pack& pack, std::string_view rank, std::string_view section) {
  for (const pack::Post& post : pack.posts)
    if (post.rank == rank && (section.empty() || post.section == section)) return post.name;
  const pack::Rank* known = pack.rank(rank);
  return known ? known->name : std::string(rank);
}

log::Event event_of(const Act& act, const sql::SheetById::Row& sheet, log::Verb verb) {
  return {.at = act.at,
          .verb = verb,
          .object_kind = "approval",
          .object_id = std::to_string(sheet.id),
          .case_id = sheet.subject_kind == "case" ? sheet.subject_id : "",
          .actor = act.actor,
          .acting_for = act.acting_for,
          .post = act.post,
          .rank = act.rank,
          .section = act.section,
          .channel = act.channel,
          .step = "approve"};
}

// Wakes the next lines: all 合議 lines of one run together, any other line alone.
Result<> wake_next(store::Tx& tx, const pack::Pack& pack, SheetId id, Instant at) {
  const Loaded sheet = TRY(load(tx, id));
  for (const auto& line : sheet.lines)
    if (line.state == "waiting") return {};
  const Date day = date_in_japan(at);
  std::optional<LineKind> woken;
  for (const auto& line : sheet.lines) {
    if (line.state != "later") continue;
    const LineKind kind = kind_from(line.kind);
    if (woken && !(kind == LineKind::concurrence && *woken == LineKind::concurrence)) return {};
    const Seat seat = TRY(seat_of(tx, pack, line.rank, line.section, day));
    TRY(tx.run<sql::WakeLine>({.sheet = id.value,
                               .position = line.position,
                               .holder = seat.holder ? std::optional(seat.holder->value) : std::nullopt,
                               .waiting_since = at.microseconds}));
    woken = kind;
  }
  return {};
}

const hall::ApprovalSubject* subject_of(const hall::Hall& hall, std::string_view kind) {
  for (const hall::Module& module : *hall.modules)
    for (const hall::ApprovalSubject& subject : module.approvals)
      if (subject.kind == kind) return &subject;
  return nullptr;
}

Result<> settle(hall::Hall& hall, store::Tx& tx, const store::Town& town, const sql::SheetById::Row& sheet,
                hall::Settlement settlement) {
  const hall::ApprovalSubject* subject = subject_of(hall, sheet.subject_kind);
  if (!subject) return fail(ErrorKind::internal, "approval.subject", sheet.subject_kind);
  settlement.subject_id = sheet.subject_id;
  return subject->settled(hall, tx, town, settlement);
}

// The line that this act is about, when it waits and the actor may stamp it.
struct Stamp {
  Loaded sheet;
  sql::LinesOf::Row line;
  access::Decision right;
};
Result<Stamp> stamp_of(hall::Hall& hall, store::ReadTx& tx, const access::Actor& actor, const On& on) {
  (void)hall;
  Stamp stamp{.sheet = TRY(load(tx, on.sheet))};
  const auto& row = stamp.sheet.row;
  if (row.version != on.version) return changed();
  if (row.state != "open") return fail(ErrorKind::conflict, "approval.not_waiting", row.state);
  const auto line = std::ranges::find(stamp.sheet.lines, on.line, &sql::LinesOf::Row::position);
  if (line == stamp.sheet.lines.end() || line->state != "waiting")
    return fail(ErrorKind::conflict, "approval.not_waiting");
  stamp.line = *line;

  access::Object object{.kind = "case", .procedure = row.procedure, .drafter = section::StaffId(row.drafter)};
  object.parties = stamp.sheet.parties;
  const std::string_view section =
      line->section.empty() ? std::string_view(row.section) : std::string_view(line->section);
  if (const auto found = TRY(section::section_by_code(tx, section, date_in_japan(hall.clock.now()))))
    object.section = found->id;
  object.level_needed = static_cast<int>(std::max(line->level, line->kind == "decision" ? row.depart_level : 0));
  stamp.right = access::may(actor, "approve", object);
  if (!stamp.right.allowed) return fail(ErrorKind::forbidden, "approval.not_yours", stamp.right.reason);
  // A higher rank does not take another's line: the line's own rank, held or exercised for an absent colleague.
  if (stamp.right.rank != line->rank && !(actor.staff() && line->holder && *line->holder == actor.staff()->id.value))
    return fail(ErrorKind::forbidden, "approval.not_yours", "other-rank");
  return stamp;
}

Result<std::string> comment_of(std::string_view typed) {
  const std::string_view text = trim(typed);
  if (!is_utf8(text) || has_control_characters(text) || length_in_code_points(text) > comment_code_points_max)
    return fail(ErrorKind::invalid, "approval.comment", "at most 500 characters", Place{.field = "comment"});
  return std::string(text);
}

Result<> write_stamp(store::Tx& tx, const Stamp& stamp, const Act& act, std::string_view state,
                     std::string_view comment, log::Verb verb) {
  const bool daiketsu = stamp.right.acting_for.has_value();
  if (TRY(tx.run<sql::StampLine>({.sheet = stamp.sheet.row.id,
                                  .position = stamp.line.position,
                                  .state = state,
                                  .acted = act.staff.value,
                                  .acted_for = daiketsu ? std::optional(stamp.right.acting_for->value) : std::nullopt,
                                  .daiketsu = daiketsu ? 1 : 0,
                                  .acted_at = act.at.microseconds,
                                  .comment = comment})) == 0)
    return changed();
  log::Event event = event_of(act, stamp.sheet.row, verb);
  event.post = stamp.right.title;
  event.payload = JsonObject{{"line", stamp.line.position},
                             {"kind", stamp.line.kind},
                             {"rank", stamp.line.rank},
                             {"waiting_since", stamp.line.waiting_since.value_or(act.at.microseconds)}};
  if (daiketsu) event.acting_for = fmt::format("staff:{}", stamp.right.acting_for->value);
  TRY(tx.append(event));
  if (!daiketsu) return {};
  log::Event acted = event;
  acted.verb = log::Verb::acted_for;
  return tx.append(acted);
}

}  // namespace

Result<SheetId> propose(hall::Hall& hall, store::Tx& tx, const store::Town&, const Act& act, const pack::Pack& pack,
                        const Proposal& p) {
  (void)hall;
  const pack::RouteFound route = TRY(pack::find_route(pack, p.route, p.matter));
  const pack::Rank* decider = pack.rank(route.rank);
  if (!decider) return fail(ErrorKind::invalid, "approval.rank", route.rank);
  const SheetId id(TRY(tx.next_serial("approval_sheet", 0)));
  std::string parties;
  for (const std::int64_t party : p.parties) parties += fmt::format("{}{}", parties.empty() ? "" : " ", party);
  TRY(tx.run<sql::InsertSheet>({.id = id.value,
                                .subject_kind = p.subject_kind,
                                .subject_id = p.subject_id,
                                .title = p.title,
                                .procedure = p.procedure,
                                .section = p.section,
                                .rule = route.rule,
                                .drafter = p.drafter.value,
                                .drafter_actor = act.actor,
                                .proposed_at = act.at.microseconds,
                                .return_steps = p.return_steps,
                                .parties = parties,
                                .depart_level = p.matter.departs ? decider->level : 0,
                                .brief = p.brief}));
  int position = 0;
  const auto add = [&](LineKind kind, std::string_view rank_id, std::string_view section) -> Result<> {
    const pack::Rank* rank = pack.rank(rank_id);
    if (!rank) return fail(ErrorKind::invalid, "approval.rank", std::string(rank_id));
    const std::string seat = section_of_rank(pack, rank_id, section);
    TRY(tx.run<sql::InsertLine>({.sheet = id.value,
                                 .position = ++position,
                                 .kind = code(kind),
                                 .state = "later",
                                 .rank = rank_id,
                                 .level = rank->level,
                                 .section = seat,
                                 .title = title_of(pack, rank_id, seat),
                                 .holder = std::nullopt,
                                 .senketsu = kind == LineKind::decision && route.delegated ? 1 : 0,
                                 .waiting_since = std::nullopt}));
    return {};
  };
  // 回議 below the decider, then 合議 of the sections the rule names by their heads, then the decision.
  for (const std::string& rank : route.through)
    if (rank != route.rank) TRY(add(LineKind::review, rank, p.section));
  for (const std::string& section : route.consult) {
    const auto head = std::ranges::find_if(pack.posts, [&](const pack::Post& post) { return post.section == section; });
    if (head != pack.posts.end()) TRY(add(LineKind::concurrence, head->rank, section));
  }
  TRY(add(LineKind::decision, route.rank, p.section));
  TRY(wake_next(tx, pack, id, act.at));
  const auto row = TRY(tx.one<sql::SheetById>({.id = id.value}));
  log::Event event = event_of(act, *row, log::Verb::proposed);
  event.rule = {.id = p.route, .hash = hex(route.criterion_hash), .row = parse_integer(route.row).value_or(0)};
  event.payload = JsonObject{{"kind", p.matter.kind}, {"rank", route.rank}, {"amount", p.matter.amount_yen}};
  TRY(tx.append(event));
  return id;
}

Result<std::optional<Sheet>> sheet(store::ReadTx& tx, std::string_view subject_kind, std::string_view subject_id) {
  const auto found = TRY(tx.one<sql::SheetOf>({.subject_kind = subject_kind, .subject_id = subject_id}));
  if (!found) return std::optional<Sheet>();
  const Loaded loaded = TRY(load(tx, SheetId(found->id)));
  const auto& r = loaded.row;
  const auto name_of = [&](std::optional<std::int64_t> staff) -> Result<std::string> {
    if (!staff) return std::string();
    const auto member = TRY(section::staff_by_id(tx, section::StaffId(*staff)));
    return member ? member->name : std::string();
  };
  Sheet sheet{.id = SheetId(r.id),
              .subject_kind = r.subject_kind,
              .subject_id = r.subject_id,
              .title = r.title,
              .brief = r.brief,
              .rule = r.rule,
              .drafter_name = TRY(name_of(r.drafter)),
              .drafter = section::StaffId(r.drafter),
              .proposed_at = Instant{r.proposed_at},
              .state = r.state,
              .version = r.version};
  for (const std::string_view step : split(r.return_steps, ' '))
    if (!step.empty()) sheet.return_steps.emplace_back(step);
  const auto instant = [](std::optional<std::int64_t> at) { return at ? std::optional(Instant{*at}) : std::nullopt; };
  for (const auto& l : loaded.lines)
    sheet.lines.push_back({.order = static_cast<int>(l.position),
                           .kind = kind_from(l.kind),
                           .state = state_from(l.state),
                           .rank = l.rank,
                           .section = l.section,
                           .title = l.title,
                           .holder = l.holder ? std::optional(section::StaffId(*l.holder)) : std::nullopt,
                           .holder_name = TRY(name_of(l.holder)),
                           .acted = l.acted ? std::optional(section::StaffId(*l.acted)) : std::nullopt,
                           .acted_name = TRY(name_of(l.acted)),
                           .daiketsu = l.daiketsu != 0,
                           .senketsu = l.senketsu != 0,
                           .waiting_since = instant(l.waiting_since),
                           .acted_at = instant(l.acted_at),
                           .reviewed_at = instant(l.reviewed_at),
                           .comment = l.comment});
  return std::optional(std::move(sheet));
}

Result<> approve(hall::Hall& hall, store::Tx& tx, const store::Town& town, const access::Actor& actor, const Act& act,
                 const On& on, std::string_view comment) {
  const Stamp stamp = TRY(stamp_of(hall, tx, actor, on));
  const bool decides = stamp.line.kind == "decision";
  TRY(write_stamp(tx, stamp, act, "done", TRY(comment_of(comment)),
                  decides ? log::Verb::approved : log::Verb::consented));
  const auto& row = stamp.sheet.row;
  if (!decides) {
    if (TRY(tx.run<sql::TouchSheet>({.id = row.id, .version = row.version})) == 0) return changed();
    const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(act.at)));
    return wake_next(tx, *pack, on.sheet, act.at);
  }
  if (TRY(tx.run<sql::CloseSheet>({.id = row.id, .version = row.version, .state = "approved"})) == 0) return changed();
  return settle(hall, tx, town, row,
                {.result = hall::Settlement::Result::approved,
                 .decider = act.staff.value,
                 .decider_title = stamp.line.title,
                 .senketsu = stamp.line.senketsu != 0,
                 .daiketsu = stamp.right.acting_for.has_value(),
                 .at = act.at});
}

Result<> object(hall::Hall& hall, store::Tx& tx, const store::Town& town, const access::Actor& actor, const Act& act,
                const On& on, std::string_view comment) {
  const Stamp stamp = TRY(stamp_of(hall, tx, actor, on));
  if (stamp.line.kind != "concurrence")
    return fail(ErrorKind::conflict, "approval.not_waiting", "only 合議 may object");
  const std::string text = TRY(comment_of(comment));
  if (text.empty()) return fail(ErrorKind::invalid, "approval.reason", "say why", Place{.field = "comment"});
  TRY(write_stamp(tx, stamp, act, "objected", text, log::Verb::objected));
  const auto& row = stamp.sheet.row;
  if (TRY(tx.run<sql::TouchSheet>({.id = row.id, .version = row.version})) == 0) return changed();
  return wake_next(tx, *TRY(hall.packs.in_force(town, date_in_japan(act.at))), on.sheet, act.at);
}

Result<> send_back(hall::Hall& hall, store::Tx& tx, const store::Town& town, const access::Actor& actor, const Act& act,
                   const On& on, std::string_view to_step, std::string_view reason_code, std::string_view comment) {
  const Stamp stamp = TRY(stamp_of(hall, tx, actor, on));
  const auto& row = stamp.sheet.row;
  const auto steps = split(row.return_steps, ' ');
  if (to_step.empty() || std::ranges::find(steps, to_step) == steps.end())
    return fail(ErrorKind::invalid, "approval.step", std::string(to_step), Place{.field = "to_step"});
  if (reason_code.empty())
    return fail(ErrorKind::invalid, "approval.reason", "choose a reason", Place{.field = "reason"});
  const bool daiketsu = stamp.right.acting_for.has_value();
  if (TRY(tx.run<sql::StampLine>({.sheet = row.id,
                                  .position = stamp.line.position,
                                  .state = "objected",
                                  .acted = act.staff.value,
                                  .acted_for = daiketsu ? std::optional(stamp.right.acting_for->value) : std::nullopt,
                                  .daiketsu = 0,
                                  .acted_at = act.at.microseconds,
                                  .comment = TRY(comment_of(comment))})) == 0)
    return changed();
  TRY(tx.run<sql::SkipLines>({.sheet = row.id}));
  if (TRY(tx.run<sql::CloseSheet>({.id = row.id, .version = row.version, .state = "returned"})) == 0) return changed();
  log::Event event = event_of(act, row, log::Verb::returned);
  event.reason_code = reason_code;
  event.post = stamp.right.title;
  event.payload = JsonObject{{"to", to_step},
                             {"line", stamp.line.position},
                             {"kind", stamp.line.kind},
                             {"rank", stamp.line.rank},
                             {"waiting_since", stamp.line.waiting_since.value_or(act.at.microseconds)}};
  if (daiketsu) event.acting_for = fmt::format("staff:{}", stamp.right.acting_for->value);
  TRY(tx.append(event));
  return settle(hall, tx, town, row,
                {.result = hall::Settlement::Result::returned,
                 .to_step = std::string(to_step),
                 .reason_code = std::string(reason_code),
                 .decider = act.staff.value,
                 .decider_title = stamp.line.title,
                 .at = act.at});
}

Result<> pull_back(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, SheetId id,
                   std::int64_t version) {
  const Loaded sheet = TRY(load(tx, id));
  if (sheet.row.version != version) return changed();
  if (sheet.row.drafter != act.staff.value) return fail(ErrorKind::forbidden, "approval.not_yours", "not-drafter");
  TRY(tx.run<sql::SkipLines>({.sheet = id.value}));
  if (TRY(tx.run<sql::CloseSheet>({.id = id.value, .version = version, .state = "pulled-back"})) == 0) return changed();
  TRY(tx.append(event_of(act, sheet.row, log::Verb::pulled_back)));
  return settle(hall, tx, town, sheet.row,
                {.result = hall::Settlement::Result::pulled_back, .decider = act.staff.value, .at = act.at});
}

Result<bool> takes_part(store::ReadTx& tx, const access::Staff& staff, std::string_view subject_kind,
                        std::string_view subject_id) {
  const auto found = TRY(tx.one<sql::SheetOf>({.subject_kind = subject_kind, .subject_id = subject_id}));
  if (!found) return false;
  const Loaded sheet = TRY(load(tx, SheetId(found->id)));
  if (sheet.row.drafter == staff.id.value) return true;
  for (const auto& line : sheet.lines) {
    if (line.holder == staff.id.value || line.acted == staff.id.value) return true;
    for (const access::Standing& standing : staff.standings)
      if (standing.rank == line.rank && (line.section.empty() || standing.section_code == line.section)) return true;
  }
  return false;
}

Result<> review_after(hall::Hall&, store::Tx& tx, const store::Town&, const Act& act, const On& on) {
  const Loaded sheet = TRY(load(tx, on.sheet));
  const auto line = std::ranges::find(sheet.lines, on.line, &sql::LinesOf::Row::position);
  if (line == sheet.lines.end() || line->holder != act.staff.value)
    return fail(ErrorKind::forbidden, "approval.not_yours", "not-holder");
  if (TRY(tx.run<sql::MarkReviewed>(
          {.sheet = on.sheet.value, .position = on.line, .reviewed_at = act.at.microseconds})) == 0)
    return fail(ErrorKind::conflict, "approval.not_waiting");
  log::Event event = event_of(act, sheet.row, log::Verb::reviewed_after);
  event.payload = JsonObject{{"line", on.line}};
  return tx.append(event);
}

Result<std::vector<Waiting>> waiting_for(hall::Hall&, store::ReadTx& tx, const access::Staff& staff, Date, int limit) {
  std::vector<Waiting> out;
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  const auto add = [&](std::int64_t sheet_id, std::int64_t position, bool for_absent, bool review) -> Result<> {
    if (!seen.emplace(sheet_id, position).second) return {};
    const auto row = TRY(tx.one<sql::SheetById>({.id = sheet_id}));
    auto found = row ? TRY(sheet(tx, row->subject_kind, row->subject_id)) : std::nullopt;
    if (!found) return {};
    for (const Line& line : found->lines)
      if (line.order == position) {
        out.push_back({.sheet = *found, .line = line, .for_absent = for_absent, .review_after = review});
        break;
      }
    return {};
  };
  for (const access::Standing& standing : staff.standings)
    for (const auto& line :
         TRY(tx.all<sql::WaitingLines>({.rank = standing.rank, .section = standing.section_code, .limit = limit})))
      TRY(add(line.sheet, line.position, standing.acting_for.has_value(), false));
  for (const auto& line : TRY(tx.all<sql::LinesToReview>({.holder = staff.id.value, .limit = limit})))
    TRY(add(line.sheet, line.position, false, true));
  return out;
}

Result<std::int64_t> count_waiting(hall::Hall& hall, store::ReadTx& tx, const access::Staff& staff, Date today) {
  constexpr int count_max = 100;
  return static_cast<std::int64_t>(TRY(waiting_for(hall, tx, staff, today, count_max)).size());
}

}  // namespace yakuba::approval
