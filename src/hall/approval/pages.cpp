// The approver's box and the sheet: what waits, stamp, object, send back, pull back, look afterwards.
#include "hall/approval/pages.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/approval/queries.hpp"
#include "hall/approval/texts.hpp"
#include "hall/page.hpp"

namespace yakuba::approval {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr int box_max = 100;
constexpr std::string_view box_path = "/approvals";

Act act_of(const hall::Call& call) {
  Act act{.actor = access::log_name(*call.actor), .channel = "web", .at = call.now};
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

std::string day_and_time(Instant at) {
  const JapanTime t = in_japan(at);
  return fmt::format("{}月{}日 {:02}:{:02}", t.date.month(), t.date.day(), t.hour, t.minute);
}

std::string path_of_subject(const hall::Hall& hall, const Sheet& sheet) {
  for (const hall::Module& module : *hall.modules)
    for (const hall::ApprovalSubject& subject : module.approvals)
      if (subject.kind == sheet.subject_kind) return subject.path(sheet.subject_id);
  return "";
}

std::string sheet_path(const Sheet& sheet) {
  return fmt::format("/approvals/{}", sheet.id.value);
}

Text kind_words(const Line& line) {
  if (line.daiketsu) return Text::daiketsu;
  switch (line.kind) {
    case LineKind::review:
      return Text::review;
    case LineKind::concurrence:
      return Text::concurrence;
    case LineKind::decision:
      return line.senketsu ? Text::senketsu : Text::kessai;
  }
  return Text::kessai;
}

// --- the box ---

Response get_box(hall::Call& call) {
  const access::Staff* staff = call.actor->staff();
  if (!staff) return hall::problem(call, {ErrorKind::forbidden, "approval.not_yours", {}, {}, {}});
  const auto waiting = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) { return waiting_for(call.hall, tx, *staff, call.today, box_max); });
  if (!waiting) return hall::problem(call, waiting.error());
  std::vector<web::Row> rows;
  const pack::Calendar* calendar = call.pack->calendar_of("");
  for (const Waiting& one : *waiting) {
    const Instant since = one.line.waiting_since.value_or(one.sheet.proposed_at);
    const int days = calendar ? calendar->open_days_between(date_in_japan(since), call.today) : 0;
    const Html kind = web::tag(call.words(one.review_after ? Text::koetsu : kind_words(one.line)),
                               one.for_absent || one.review_after ? web::Tone::warn : web::Tone::key);
    const Html whose =
        one.for_absent
            ? Html(call.words(Text::for_absent,
                              {{"name", one.line.holder_name.empty() ? one.line.title : one.line.holder_name}}))
            : Html(one.line.title);
    rows.push_back(
        {.cells = {Html(a(href(sheet_path(one.sheet)), one.sheet.title)), kind, whose, Html(one.sheet.drafter_name),
                   Html(group(day_and_time(since), " ",
                              span(cls("small muted"), call.words(Text::waited, {{"n", std::int64_t{days}}}))))}});
  }
  const Html table =
      rows.empty()
          ? web::empty_state({.title = call.words(Text::nothing_waits)})
          : web::table_of(call.words,
                          {.id = "box",
                           .caption = call.words(Text::box_count, {{"n", static_cast<std::int64_t>(rows.size())}}),
                           .columns = {{.title = call.words(Text::matter)},
                                       {.title = call.words(Text::kind)},
                                       {.title = call.words(Text::line)},
                                       {.title = call.words(Text::drafter)},
                                       {.title = call.words(Text::since)}},
                           .rows = std::move(rows),
                           .sticky = true});
  return hall::page(call, {.title = call.words(Text::box),
                           .content = Html(div(cls("wrap stack"), h1(call.words(Text::box)), table)),
                           .current_menu = std::string(box_path)});
}

// --- one sheet ---

struct Opened {
  Sheet sheet;
  std::optional<Line> mine;  // the line this staff member may stamp now
  bool for_absent = false;
  std::optional<Line> review;  // 後閲 that waits for him
  bool may_pull_back = false;
};
// A sheet is for those who take part in it and for those who may read the matter itself.
Result<> may_look(hall::Call& call, store::ReadTx& tx, const sql::SheetById::Row& row) {
  if (TRY(takes_part(tx, *call.actor->staff(), row.subject_kind, row.subject_id))) return {};
  access::Object matter{.kind = row.subject_kind, .procedure = row.procedure};
  if (const auto owner = TRY(section::section_by_code(tx, row.section, call.today))) matter.section = owner->id;
  const access::Decision decision = access::may(*call.actor, "read", matter);
  if (!decision) return fail(ErrorKind::forbidden, "approval.not_yours", decision.reason);
  return {};
}
Result<Opened> open_sheet(hall::Call& call) {
  const auto number = call.parameters.empty() ? std::nullopt : parse_integer(call.parameters.front().second);
  const access::Staff* staff = call.actor->staff();
  if (!number || !staff) return fail(ErrorKind::not_found, "approval.not_found");
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Opened> {
    const auto row = TRY(tx.one<sql::SheetById>({.id = *number}));
    const auto found = row ? TRY(sheet(tx, row->subject_kind, row->subject_id)) : std::nullopt;
    if (!found) return fail(ErrorKind::not_found, "approval.not_found");
    TRY(may_look(call, tx, *row));
    Opened opened{.sheet = *found, .may_pull_back = found->state == "open" && found->drafter == staff->id};
    for (const Waiting& one : TRY(waiting_for(call.hall, tx, *staff, call.today, box_max))) {
      if (one.sheet.id != found->id) continue;
      if (one.review_after) {
        opened.review = one.line;
      } else if (found->drafter != staff->id) {
        opened.mine = one.line;
        opened.for_absent = one.for_absent;
      }
    }
    return opened;
  });
}

Html lines_table(hall::Call& call, const Sheet& sheet) {
  std::vector<web::Row> rows;
  for (const Line& line : sheet.lines) {
    const Text state = line.state == LineState::done       ? Text::state_done
                       : line.state == LineState::objected ? Text::state_objected
                       : line.state == LineState::waiting  ? Text::state_waiting
                       : line.state == LineState::skipped  ? Text::state_skipped
                                                           : Text::state_later;
    const std::string who = line.acted_at ? line.acted_name : line.holder_name;
    Html note = Html(line.comment);
    if (line.daiketsu)
      note =
          Html(group(call.words(line.reviewed_at ? Text::reviewed : Text::review_waits, {{"name", line.holder_name}}),
                     " ", line.comment));
    rows.push_back(
        {.cells = {Html(call.words(kind_words(line))), Html(line.title), Html(who),
                   web::tag(call.words(state), line.state == LineState::waiting ? web::Tone::key : web::Tone::plain),
                   Html(line.acted_at ? day_and_time(*line.acted_at) : std::string()), note},
         .tone = line.state == LineState::waiting ? web::RowTone::fired : web::RowTone::plain});
  }
  return web::table_of(call.words, {.id = "lines",
                                    .caption = Html(sheet.rule),
                                    .columns = {{.title = call.words(Text::kind)},
                                                {.title = call.words(Text::line)},
                                                {.title = call.words(Text::who)},
                                                {.title = call.words(Text::state)},
                                                {.title = call.words(Text::when_title)},
                                                {.title = call.words(Text::comment)}},
                                    .rows = std::move(rows)});
}

Html hidden_of(hall::Call& call, const Sheet& sheet, const Line& line) {
  return Html(group(hall::form_fields(call),
                    input(type("hidden"), name("version"), value(std::to_string(sheet.version))),
                    input(type("hidden"), name("line"), value(std::to_string(line.order)))));
}

Html stamp_form(hall::Call& call, const Opened& opened, const web::Form& form) {
  if (!opened.mine) return Html();
  web::Area comment;
  comment.name = "comment";
  comment.label = call.words(Text::comment);
  comment.hint = call.words(Text::comment_hint);
  comment.value = std::string(form.typed("comment"));
  comment.error = web::error_for(form, "comment", call.words);
  const bool decides = opened.mine->kind == LineKind::decision;
  const Text yes = decides                                      ? Text::decide_now
                   : opened.mine->kind == LineKind::concurrence ? Text::agree_now
                                                                : Text::stamp_now;
  const std::string base = sheet_path(opened.sheet);
  return Html(web::html::section(
      cls("panel stack"), aria_labelledby("stamp"),
      h2(id("stamp"), call.words(kind_words(*opened.mine)), " ", opened.mine->title),
      when(opened.for_absent,
           [&] {
             return web::notice({.kind = web::Tone::warn,
                                 .title = call.words(Text::acting, {{"name", opened.mine->holder_name}}),
                                 .body = Html(p(call.words(Text::acting_hint))),
                                 .level = 3});
           }),
      web::html::form(method("post"), action(base + "/approve"), cls("stack-s"),
                      hidden_of(call, opened.sheet, *opened.mine), web::text_area(call.words, comment),
                      p(cls("row"), web::action_button({.text = call.words(yes)}),
                        when(opened.mine->kind == LineKind::concurrence,
                             [&] {
                               return button(cls("btn btn-warn"), type("submit"), formaction(base + "/object"),
                                             call.words(Text::object_now));
                             }),
                        web::link_button(base + "/return", call.words(Text::send_back))))));
}

// What he stamps: the draft as it was proposed, and the way to the file with its grounds.
Html matter_panel(hall::Call& call, const Sheet& sheet, const std::string& subject) {
  const Html link = subject.empty() ? Html() : Html(p(a(href(subject), call.words(Text::see_matter))));
  if (sheet.brief.empty()) return link;
  return Html(web::html::section(cls("panel stack-s"), aria_labelledby("draft"),
                                 h2(id("draft"), call.words(Text::brief)), p(cls("pre"), sheet.brief), link));
}

Response show_sheet(hall::Call& call, const Opened& opened, const web::Form& form, const Html& message, int status) {
  const Sheet& sheet = opened.sheet;
  const std::string subject = path_of_subject(call.hall, sheet), base = sheet_path(sheet);
  Html more;
  if (opened.review)
    more = Html(web::html::section(
        cls("panel stack-s"), h2(call.words(Text::koetsu)),
        p(call.words(Text::koetsu_hint, {{"name", opened.review->acted_name}})),
        web::html::form(method("post"), action(base + "/review"), hidden_of(call, sheet, *opened.review),
                        web::action_button({.text = call.words(Text::review_now)}))));
  if (opened.may_pull_back)
    more = Html(group(
        more,
        web::html::form(method("post"), action(base + "/pull-back"), cls("row"), hall::form_fields(call),
                        input(type("hidden"), name("version"), value(std::to_string(sheet.version))),
                        web::action_button({.text = call.words(Text::pull_back), .kind = web::ButtonKind::second}))));
  const Html content(div(cls("wrap stack"), web::back_link(box_path, call.words(Text::box)),
                         web::error_summary(form, call.words), message, h1(sheet.title),
                         p(cls("muted meta"), span(call.words(Text::drafted_by, {{"name", sheet.drafter_name}})),
                           span(day_and_time(sheet.proposed_at))),
                         matter_panel(call, sheet, subject), stamp_form(call, opened, form), more,
                         web::html::section(cls("panel"), aria_labelledby("way"),
                                            h2(id("way"), call.words(Text::route)), lines_table(call, sheet))));
  return hall::page(call, {.title = sheet.title,
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status,
                           .current_menu = std::string(box_path)});
}

Response get_sheet(hall::Call& call) {
  const auto opened = open_sheet(call);
  if (!opened) return hall::problem(call, opened.error());
  return show_sheet(call, *opened, web::Form(web::Fields{}), {}, 200);
}

Html error_notice(hall::Call& call, const Error& error) {
  const Text words = error.code == "approval.changed"                                 ? Text::error_changed
                     : error.code == "approval.not_waiting"                           ? Text::error_not_waiting
                     : error.detail == "own-draft"                                    ? Text::error_own_draft
                     : error.detail == "party-to-the-case"                            ? Text::error_party
                     : error.detail == "rank-too-low" || error.detail == "other-rank" ? Text::error_rank
                     : error.kind == ErrorKind::forbidden                             ? Text::error_not_yours
                                                                                      : Text::error_other;
  return web::notice({.kind = web::Tone::warn,
                      .title = call.words(words, {{"code", error.code}}),
                      .body = Html(p(call.words(Text::nothing_done)))});
}

template <class F>
Response act_on(hall::Call& call, F&& act) {
  const auto number = call.parameters.empty() ? std::nullopt : parse_integer(call.parameters.front().second);
  const auto version = parse_integer(call.request.form.first("version"));
  const auto line = parse_integer(call.request.form.first("line"));
  if (!number || !version) return hall::problem(call, {ErrorKind::not_found, "approval.not_found", {}, {}, {}});
  const On on{SheetId(*number), static_cast<int>(line.value_or(0)), *version};
  const std::string key(call.request.form.first(web::idempotency_field));
  const Result<> done =
      call.hall.store.change(call.town, store::ChangeKey{key.empty() ? "" : access::log_name(*call.actor) + ":" + key},
                             [&](store::Tx& tx) -> Result<> { return act(tx, on); });
  if (done) return Response::see_other(web::Path::to(box_path));
  if (done.error().kind == ErrorKind::unavailable || done.error().kind == ErrorKind::not_found)
    return hall::problem(call, done.error());
  const auto opened = open_sheet(call);
  if (!opened) return hall::problem(call, opened.error());
  return show_sheet(call, *opened, web::Form(call.request.form), error_notice(call, done.error()),
                    web::status_of(done.error().kind));
}

Response post_approve(hall::Call& call) {
  return act_on(call, [&](store::Tx& tx, const On& on) {
    return approve(call.hall, tx, call.town, *call.actor, act_of(call), on, call.request.form.first("comment"));
  });
}
Response post_object(hall::Call& call) {
  return act_on(call, [&](store::Tx& tx, const On& on) {
    return object(call.hall, tx, call.town, *call.actor, act_of(call), on, call.request.form.first("comment"));
  });
}
Response post_pull_back(hall::Call& call) {
  return act_on(call, [&](store::Tx& tx, const On& on) {
    return pull_back(call.hall, tx, call.town, act_of(call), on.sheet, on.version);
  });
}
Response post_review(hall::Call& call) {
  return act_on(call,
                [&](store::Tx& tx, const On& on) { return review_after(call.hall, tx, call.town, act_of(call), on); });
}

// --- sending back ---

// The reasons and steps of the matter's procedure, in the pack's words.
const pack::Procedure* procedure_of(const hall::Call& call, const Sheet& sheet) {
  const auto row = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) { return tx.one<sql::SheetById>({.id = sheet.id.value}); });
  return row && *row ? call.pack->procedure((*row)->procedure) : nullptr;
}

Response return_page(hall::Call& call, const Opened& opened, const web::Form& form, const Html& message, int status) {
  const pack::Procedure* procedure = procedure_of(call, opened.sheet);
  if (!opened.mine || !procedure) return Response::see_other(web::Path::to(box_path));
  const auto say = [&](const std::string& key) { return Html(without_ruby(procedure->texts.say(key, "ja").text)); };
  web::Choices step{.name = "to_step",
                    .legend = call.words(Text::return_step),
                    .error = web::error_for(form, "to_step", call.words),
                    .required = true,
                    .lines = true};
  for (const std::string& one : opened.sheet.return_steps)
    step.options.push_back({.value = one, .label = say("step." + one), .chosen = form.was_chosen("to_step", one)});
  web::Choices reason{.name = "reason",
                      .legend = call.words(Text::return_reason),
                      .error = web::error_for(form, "reason", call.words),
                      .required = true,
                      .lines = true};
  for (const pack::ReasonCode& one : procedure->reasons)
    if (one.use == "return")
      reason.options.push_back(
          {.value = one.code, .label = say("reason." + one.code), .chosen = form.was_chosen("reason", one.code)});
  web::Area comment;
  comment.name = "comment";
  comment.label = call.words(Text::comment);
  comment.value = std::string(form.typed("comment"));
  const std::string base = sheet_path(opened.sheet);
  const Html content(
      div(cls("wrap stack read"), web::back_link(base, Html(opened.sheet.title)), web::error_summary(form, call.words),
          message, h1(call.words(Text::send_back)),
          web::html::form(
              method("post"), action(base + "/return"), cls("stack"), novalidate(true),
              hidden_of(call, opened.sheet, *opened.mine), web::choice_field(call.words, step),
              web::choice_field(call.words, reason), web::text_area(call.words, comment),
              p(cls("row"), web::action_button({.text = call.words(Text::send_back), .kind = web::ButtonKind::warn}),
                web::link_button(base, call.words(Text::go_back))))));
  return hall::page(call, {.title = call.words(Text::send_back),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status,
                           .current_menu = std::string(box_path)});
}

Response get_return(hall::Call& call) {
  const auto opened = open_sheet(call);
  if (!opened) return hall::problem(call, opened.error());
  return return_page(call, *opened, web::Form(web::Fields{}), {}, 200);
}

Response post_return(hall::Call& call) {
  const auto opened = open_sheet(call);
  if (!opened) return hall::problem(call, opened.error());
  web::Form form(call.request);
  std::vector<std::string> codes;
  if (const pack::Procedure* procedure = procedure_of(call, opened->sheet))
    for (const pack::ReasonCode& one : procedure->reasons)
      if (one.use == "return") codes.push_back(one.code);
  const std::string step = form.choice(
      "to_step", {{.label = call.words(Text::return_step).plain(), .required = true}, opened->sheet.return_steps});
  const std::string reason =
      form.choice("reason", {{.label = call.words(Text::return_reason).plain(), .required = true}, codes});
  if (!form.ok()) return return_page(call, *opened, form, {}, 422);
  return act_on(call, [&](store::Tx& tx, const On& on) {
    return send_back(call.hall, tx, call.town, *call.actor, act_of(call), on, step, reason,
                     call.request.form.first("comment"));
  });
}

}  // namespace

std::vector<hall::Route> routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission approve_right("case.approve"), draft_right("case.draft"), staff(access::permission_staff);
  const auto sheet_fixture = Fixture::of("approver", {{"sheet", "approval-waiting"}});
  const auto writes = Fixture::none("writes");
  return {{Method::get, "/approvals", Side::office_side, approve_right, Fixture::of("approver"), get_box},
          {Method::get, "/approvals/{sheet}", Side::office_side, staff, sheet_fixture, get_sheet},
          {Method::post, "/approvals/{sheet}/approve", Side::office_side, approve_right, writes, post_approve},
          {Method::post, "/approvals/{sheet}/object", Side::office_side, approve_right, writes, post_object},
          {Method::get, "/approvals/{sheet}/return", Side::office_side, approve_right, sheet_fixture, get_return},
          {Method::post, "/approvals/{sheet}/return", Side::office_side, approve_right, writes, post_return},
          {Method::post, "/approvals/{sheet}/pull-back", Side::office_side, draft_right, writes, post_pull_back},
          {Method::post, "/approvals/{sheet}/review", Side::office_side, approve_right, writes, post_review}};
}

std::vector<hall::MenuEntry> menu() {
  return {{.order = 20,
           .label = [](hall::Call& call) { return call.words(Text::box).plain(); },
           .path = std::string(box_path),
           .permission = "case.approve",
           .count = [](hall::Call& call) -> std::optional<std::int64_t> {
             const access::Staff* staff = call.actor->staff();
             if (!staff) return std::nullopt;
             const auto n = call.hall.store.read(
                 call.town, [&](store::ReadTx& tx) { return count_waiting(call.hall, tx, *staff, call.today); });
             return n ? std::optional(*n) : std::nullopt;
           }}};
}

std::vector<hall::Fixture> fixtures() {
  return {{.name = "approval-waiting", .resolve = [](hall::Hall& hall, const store::Town& town) -> Result<std::string> {
             const auto row =
                 TRY(hall.store.read(town, [](store::ReadTx& tx) { return tx.one<sql::FirstOpenSheet>(); }));
             if (!row) return fail(ErrorKind::not_found, "demo.fixture", "approval-waiting");
             return std::to_string(row->id);
           }}};
}

}  // namespace yakuba::approval
