// 受付箱: the section's cases as views, filters and sorts; CSV.
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr int rows_shown = 50;
constexpr int csv_rows_max = 5'000;
constexpr std::array<std::string_view, 6> views{"section", "mine", "unowned", "consulted", "all", "closed"};

Text view_words(std::string_view view) {
  if (view == "mine") return Text::view_mine;
  if (view == "unowned") return Text::view_unowned;
  if (view == "consulted") return Text::view_consulted;
  if (view == "all") return Text::view_all;
  if (view == "closed") return Text::view_closed;
  return Text::view_section;
}

// The whole town only to whom a right reaches so far.
bool reads_town(const access::Staff& staff) {
  return std::ranges::any_of(staff.standings, [](const access::Standing& standing) {
    return std::ranges::any_of(standing.grants, [](const access::Grant& grant) {
      return grant.scope == access::Scope::town && (grant.permission == "case.read" || grant.permission == "case.*");
    });
  });
}

InboxQuery query_of(const hall::Call& call) {
  const web::Fields& asked = call.request.query;
  InboxQuery query;
  query.view =
      std::ranges::find(views, asked.first("view")) == views.end() ? "section" : std::string(asked.first("view"));
  query.procedure = asked.first("procedure");
  query.step = asked.first("step");
  query.sort =
      asked.first("sort") == "received" || asked.first("sort") == "number" ? std::string(asked.first("sort")) : "due";
  query.words = trim(asked.first("q"));
  query.after = asked.first("after");
  query.limit = rows_shown;
  if (const access::Staff* staff = call.actor->staff()) {
    query.staff = staff->id;
    if (const access::Standing* main = staff->main(); main && query.view != "all") query.section = main->section_code;
    if (query.view == "all" && !reads_town(*staff))
      query.view = "section", query.section = staff->main() ? staff->main()->section_code : "-";
    if (!query.section.empty() && query.view != "consulted") query.sections = {query.section};
    if (query.sections.empty())
      for (const pack::Section& section : call.pack->sections) query.sections.push_back(section.id);
  }
  return query;
}

web::Path address(const InboxQuery& query, std::string_view key = {}, std::string_view value = {}) {
  web::Path path = web::Path::to("/inbox");
  const auto add = [&](std::string_view name, std::string_view kept) {
    const std::string_view use = name == key ? value : kept;
    if (!use.empty()) path = path.with(name, use);
  };
  add("view", query.view);
  add("procedure", query.procedure);
  add("step", query.step);
  add("sort", query.sort == "due" ? "" : query.sort);
  add("q", query.words);
  add("after", key == "after" ? value : "");
  return path;
}

Html view_tabs(hall::Call& call, const InboxQuery& query) {
  std::vector<web::Link> tabs;
  const access::Staff* staff = call.actor->staff();
  for (const std::string_view view : views) {
    if (view == "all" && !(staff && reads_town(*staff))) continue;
    InboxQuery other = query;
    other.view = view;
    other.section = view == "all" || !staff || !staff->main() ? std::string() : staff->main()->section_code;
    const auto count = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return count_inbox(tx, other); });
    if (view == "consulted" && view != query.view && count && *count == 0) continue;
    tabs.push_back({.href = address(query, "view", view).text(),
                    .text = call.words(view_words(view)),
                    .current = view == query.view,
                    .count = count ? std::optional(std::min<std::int64_t>(*count, 1000)) : std::nullopt});
  }
  return web::tabs({.label = call.words(Text::views), .tabs = std::move(tabs)});
}

Html filters(hall::Call& call, const InboxQuery& query) {
  web::Select procedure;
  procedure.name = "procedure";
  procedure.label = call.words(Text::procedure);
  procedure.options = {{.value = "", .label = call.words(Text::any)}};
  web::Select step;
  step.name = "step";
  step.label = call.words(Text::step);
  step.options = {{.value = "", .label = call.words(Text::any)}};
  std::set<std::string> steps;
  for (const pack::Procedure& p : call.pack->procedures) {
    procedure.options.push_back({.value = p.id,
                                 .label = Html(without_ruby(p.texts.say("formal_title", "ja").text)),
                                 .chosen = p.id == query.procedure});
    for (const pack::Step& s : p.steps)
      if (!s.terminal && steps.insert(s.id).second)
        step.options.push_back({.value = s.id,
                                .label = Html(without_ruby(p.texts.say("step." + s.id, "ja").text)),
                                .chosen = s.id == query.step});
  }
  web::Field words{
      .name = "q", .label = call.words(Text::search), .hint = call.words(Text::search_hint), .value = query.words};
  words.type = "search";
  const Html hidden(group(input(type("hidden"), name("view"), value(query.view)), when(query.sort != "due", [&] {
                            return input(type("hidden"), name("sort"), value(query.sort));
                          })));
  return web::filter_bar(
      call.words, {.label = call.words(Text::filter),
                   .fields = Html(group(hidden, web::text_field(call.words, words), web::select_field(call.words, step),
                                        web::select_field(call.words, procedure))),
                   .submit = Html(call.words(Text::filter_now)),
                   .reset = address({.view = query.view}).text()});
}

Html step_tag(const InboxRow& row, const pack::Procedure* procedure) {
  const std::string words =
      procedure ? without_ruby(procedure->texts.say("step." + row.row.step, "ja").text) : row.row.step;
  const bool waiting_for_applicant = row.row.step == "correct";
  return web::tag(Html(words),
                  waiting_for_applicant ? web::Tone::warn
                  : row.row.closed      ? web::Tone::plain
                                        : web::Tone::key,
                  row.row.closed     ? web::Icon::state_4
                  : row.row.taken_at ? web::Icon::state_2
                                     : web::Icon::state_1);
}

Html inbox_table(hall::Call& call, const InboxQuery& query, const Inbox& inbox) {
  std::vector<web::Row> rows;
  for (const InboxRow& one : inbox.rows) {
    const pack::Procedure* procedure = call.pack->procedure(one.row.procedure);
    const pack::Calendar* calendar = call.pack->calendar_of(one.row.section);
    const std::int64_t waited = days_between(one.row.received_on, call.today);
    const std::int64_t standard = days_between(one.row.received_on, one.row.due_on);
    const int left =
        calendar ? calendar->open_days_between(call.today, one.row.due_on) : days_between(call.today, one.row.due_on);
    const bool late = one.row.due_on < call.today;
    const Html due =
        one.row.closed ? Html("—")
                       : Html(group(time(datetime(one.row.due_on.text()), format_month_day(one.row.due_on)), br(),
                                    late ? web::tag(Html(call.words(Text::overdue)), web::Tone::bad, web::Icon::alert)
                                         : Html(span(cls("small muted"),
                                                     call.words(Text::open_days_left, {{"n", std::int64_t{left}}})))));
    rows.push_back(
        {.cells = {Html(label(input(type("checkbox"), cls("check"), name("case"),
                                    value(one.row.public_id.text() + ":" + std::to_string(one.row.version))),
                              span(cls("vh"), call.words(Text::choose, {{"number", one.row.number}})))),
                   Html(group(a(href("/cases/" + one.row.public_id.text()), one.row.number), br(),
                              span(cls("small"), one.row.applicant_name))),
                   Html(procedure ? without_ruby(procedure->texts.say("formal_title", "ja").text) : one.row.procedure),
                   step_tag(one, procedure),
                   one.owner_name.empty() ? web::tag(Html(call.words(Text::nobody)), web::Tone::accent)
                                          : Html(one.owner_name),
                   due,
                   one.row.closed
                       ? Html("—")
                       : web::waiting_bar(call.words, {.days = waited,
                                                       .standard_days = standard,
                                                       .scale_days = std::max<std::int64_t>(standard * 2, 1)})}});
  }
  const auto sorted = [&](std::string_view sort) {
    return query.sort == sort ? (sort == "received" ? web::Sorted::descending : web::Sorted::ascending)
                              : web::Sorted::no;
  };
  return web::table_of(
      call.words, {.id = "cases",
                   .caption = Html(inbox.more_than_counted ? call.words(Text::thousand_or_more).plain()
                                                           : call.words(Text::count, {{"n", inbox.count}}).plain()),
                   .columns = {{.title = call.words(Text::choice)},
                               {.title = call.words(Text::number),
                                .sort_href = address(query, "sort", "number").text(),
                                .sorted = sorted("number")},
                               {.title = call.words(Text::procedure)},
                               {.title = call.words(Text::step)},
                               {.title = call.words(Text::owner)},
                               {.title = call.words(Text::due),
                                .sort_href = address(query, "sort", "").text(),
                                .sorted = sorted("due")},
                               {.title = call.words(Text::waiting),
                                .sort_href = address(query, "sort", "received").text(),
                                .sorted = sorted("received")}},
                   .rows = std::move(rows),
                   .sticky = true});
}

// A list that showed names is one event: who, what was searched (its HMAC), which cases.
Result<> record_list(hall::Call& call, const Inbox& inbox, const InboxQuery& query, std::string_view verb) {
  const Act act = act_of(call);
  log::Event event{.at = call.now,
                   .verb = verb == "exported" ? log::Verb::exported : log::Verb::viewed,
                   .object_kind = "inbox",
                   .object_id = query.view,
                   .actor = act.actor,
                   .post = act.post,
                   .rank = act.rank,
                   .section = act.section,
                   .channel = act.channel};
  for (const InboxRow& row : inbox.rows) event.refs.push_back({"case", row.row.public_id.text()});
  if (!query.words.empty()) {
    const Key256 key = TRY(call.hall.keys.key(call.town, "query"));
    event.payload = JsonObject{{"query", hex(hmac_sha256(key.reveal(), view(query.words)))}};
  }
  return call.hall.store.append_read(call.town, event);
}

Html bulk_bar(hall::Call& call) {
  const auto act = [&](Text words, std::string act_name) {
    return web::action_button(
        {.text = call.words(words), .kind = web::ButtonKind::second, .name = "do", .value = std::move(act_name)});
  };
  return Html(div(cls("bulk"), b(call.words(Text::bulk_chosen)), act(Text::act_accept, "accept"),
                  act(Text::bulk_take_short, "take"), span(cls("small muted"), call.words(Text::bulk_note))));
}

Response get_inbox(hall::Call& call) {
  const InboxQuery query = query_of(call);
  const auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return inbox(tx, query); });
  if (!found) return hall::problem(call, found.error());
  if (!found->rows.empty())
    if (const auto recorded = record_list(call, *found, query, "viewed"); !recorded)
      return hall::problem(call, recorded.error());
  const Html table =
      found->rows.empty()
          ? web::empty_state({.title = call.words(query.words.empty() ? Text::nothing_here : Text::nothing_found),
                              .action = Html(a(href("/inbox"), call.words(Text::view_section)))})
          : Html(web::html::form(method("post"), action("/inbox/bulk"), cls("panel stack-s"), hall::form_fields(call),
                                 bulk_bar(call), inbox_table(call, query, *found)));
  web::Pages pages;
  if (!query.after.empty()) pages.first = address(query).text();
  if (!found->next.empty()) pages.next = address(query, "after", found->next).text();
  const access::Staff* staff = call.actor->staff();
  const access::Standing* main = staff ? staff->main() : nullptr;
  const Html title(main ? call.words(Text::inbox_of, {{"section", main->section_name}}) : call.words(Text::inbox));
  const Html content(div(cls("wrap stack"),
                         div(cls("row row-between"), h1(title),
                             a(href("/inbox.csv" + address(query).text().substr(6)), call.words(Text::csv))),
                         view_tabs(call, query),
                         div(cls("cols-side"), filters(call, query),
                             div(cls("stack-s"), table,
                                 div(cls("row row-between"), web::page_list(call.words, pages), keys_line(call))))));
  return hall::page(call, {.title = call.words(Text::inbox),
                           .content = content,
                           .current_menu = "/inbox",
                           .script = std::string(keys_island)});
}

Response get_csv(hall::Call& call) {
  InboxQuery query = query_of(call);
  query.limit = csv_rows_max;
  const auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return inbox(tx, query); });
  if (!found) return hall::problem(call, found.error());
  if (const auto recorded = record_list(
          call,
          {.rows = {found->rows.begin(), found->rows.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                                   found->rows.size(), log::refs_max))}},
          query, "exported");
      !recorded)
    return hall::problem(call, recorded.error());
  std::string csv(csv_begin);
  csv += fmt::format("{},{},{},{},{},{},{}\r\n", csv_cell(call.words(Text::number).plain()),
                     csv_cell(call.words(Text::applicant).plain()), csv_cell(call.words(Text::procedure).plain()),
                     csv_cell(call.words(Text::step).plain()), csv_cell(call.words(Text::owner).plain()),
                     csv_cell(call.words(Text::received_on).plain()), csv_cell(call.words(Text::due).plain()));
  for (const InboxRow& one : found->rows)
    csv += fmt::format("{},{},{},{},{},{},{}\r\n", csv_cell(one.row.number), csv_cell(one.row.applicant_name),
                       csv_cell(one.row.procedure), csv_cell(one.row.step), csv_cell(one.owner_name),
                       csv_cell(one.row.received_on.text()), csv_cell(one.row.due_on.text()));
  return Response::attachment("inbox.csv", "text/csv; charset=utf-8", std::move(csv));
}

Response to_inbox(hall::Call&) {
  return Response::see_other(web::Path::to("/inbox"));
}

}  // namespace

std::vector<hall::Route> inbox_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission read("case.read");
  return {{Method::get, "/", Side::office_side, Permission(access::permission_staff),
           Fixture::none("leads on to the inbox"), to_inbox},
          {Method::get, "/inbox", Side::office_side, read, Fixture::of("clerk"), get_inbox},
          {Method::get, "/inbox.csv", Side::office_side, read, Fixture::none("a CSV file"), get_csv}};
}

std::vector<hall::MenuEntry> menu() {
  return {{.order = 10,
           .label = [](hall::Call& call) { return call.words(Text::inbox).plain(); },
           .path = "/inbox",
           .permission = "case.read",
           .count = [](hall::Call& call) -> std::optional<std::int64_t> {
             InboxQuery query = query_of(call);
             query = {.view = "mine", .section = query.section, .staff = query.staff};
             const auto count =
                 call.hall.store.read(call.town, [&](store::ReadTx& tx) { return count_inbox(tx, query); });
             return count ? std::optional(*count) : std::nullopt;
           }}};
}

}  // namespace yakuba::cases
