// 長の計測板: the board itself.
#include "hall/insight/pages.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/insight/texts.hpp"
#include "web/charts.hpp"

namespace yakuba::insight {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::int64_t compared_min = 10;  // cases below which no period is compared with another
constexpr std::array<std::string_view, 5> channels{"online", "counter", "post", "telephone", "pittari"};

Html number_link(const web::Path& to, std::int64_t count) {
  return count == 0 ? Html("0") : Html(a(href(to.text()), format_number(count)));
}
std::string month_name(const hall::Call& call, Date month) {
  return call.words(Text::month_name, {{"year", std::int64_t{month.year()}}, {"month", std::int64_t{month.month()}}})
      .plain();
}
std::string day_name(const hall::Call& call, Date day) {
  return call
      .words(
          Text::day_name,
          {{"year", std::int64_t{day.year()}}, {"month", std::int64_t{day.month()}}, {"day", std::int64_t{day.day()}}})
      .plain();
}
web::Column number_column(Html title) {
  return {.title = std::move(title), .align = web::Align::number};
}
Html hours_cell(const hall::Call& call, const mining::Spread& s, double value) {
  if (s.count == 0) return Html(call.words(Text::none));
  return Html(call.words(Text::hours_of, {{"n", hours(value)}}));
}
std::string share_words(const mining::Share& s) {
  return fmt::format("{}%（{}–{}）", percent(s.value), percent(s.low), percent(s.high));
}

// --- the four figures ---

// The town's target for a measure (kpi.toml of its pack): that of the procedure shown, else of all. None: none shown.
std::optional<double> target(const hall::Call& call, const Board& board, std::string_view measure) {
  std::string procedure = board.scope.procedure;
  if (procedure.empty() && board.measured.size() == 1) procedure = board.measured.begin()->first;
  const pack::Target* found = nullptr;
  for (const pack::Target& one : call.pack->targets)
    if (one.measure == measure && (one.procedure.empty() || one.procedure == procedure))
      if (!found || !one.procedure.empty()) found = &one;
  return found ? std::optional(static_cast<double>(found->value)) : std::nullopt;
}

Html target_note(const hall::Call& call, std::optional<double> goal, double value, bool more_is_better, Text unit) {
  if (!goal) return {};
  const bool reached = more_is_better ? value >= *goal : value <= *goal;
  return Html(call.words(reached ? Text::target_reached : Text::target,
                         {{"n", one_decimal(*goal)}, {"unit", call.words(unit)}}));
}

// A change is praised or warned of only when chance hardly explains it.
Html change_of(const hall::Call& call, const mining::Share& before, const mining::Share& now, bool more_is_better) {
  if (before.of < compared_min || now.of < compared_min) return {};
  const mining::Difference d = mining::difference(before, now);
  if (!d.certain()) return web::tag(Html(call.words(Text::not_certain)));
  const bool up = d.value > 0;
  return web::tag(Html(call.words(up ? Text::points_up : Text::points_down, {{"n", percent(std::abs(d.value))}})),
                  up == more_is_better ? web::Tone::ok : web::Tone::warn, up ? web::Icon::up : web::Icon::down);
}

Html change_of_days(const hall::Call& call, const mining::Spread& before, const mining::Spread& now) {
  if (!before.between || !now.between) return {};
  const bool apart = before.between->first > now.between->second || before.between->second < now.between->first;
  if (!apart) return web::tag(Html(call.words(Text::not_certain)));
  const double d = now.median - before.median;
  return web::tag(Html(call.words(d > 0 ? Text::days_longer : Text::days_shorter, {{"n", one_decimal(std::abs(d))}})),
                  d > 0 ? web::Tone::warn : web::Tone::ok, d > 0 ? web::Icon::up : web::Icon::down);
}

Html trend_of(const hall::Call& call, std::string name, Text title, Text unit, const Board& board,
              std::optional<double> goal, const std::function<std::optional<double>(const CaseFigures&)>& value) {
  web::Trend trend{.id = std::move(name), .title = call.words(title), .unit = call.words(unit), .points = {}};
  trend.goal = goal;
  trend.with_table = false;  // the months' table below holds the numbers
  for (const MonthRow& month : board.months)
    if (const auto v = value(month.figures)) trend.points.push_back({month.month.text().substr(0, 7), *v});
  return web::trend_line(call.words, trend);
}

web::Figure share_figure(const hall::Call& call, const Asked& asked, const Board& board, std::string id, Text title,
                         mining::Share CaseFigures::* member, std::string_view narrowed, bool more_is_better) {
  const mining::Share& now = board.now.*member;
  const auto goal = target(call, board, id);
  const std::string_view wanted = narrowed == "channel" ? "online" : "1";
  return {.name = Html(a(href(link_to(asked, "/insight/cases", {{narrowed, wanted}}).text()), call.words(title))),
          .number = Html(percent(now.value)),
          .unit = Html(call.words(Text::percent)),
          .judgement = change_of(call, board.before.*member, now, more_is_better),
          .trend = trend_of(call, "trend-" + id, title, Text::percent, board, goal,
                            [&](const CaseFigures& f) -> std::optional<double> {
                              const mining::Share& s = f.*member;
                              return s.of == 0 ? std::nullopt : std::optional(s.value * 100);
                            }),
          .note = target_note(call, goal, now.value * 100, more_is_better, Text::percent)};
}

web::Figure days_figure(const hall::Call& call, const Asked& asked, const Board& board) {
  const mining::Spread& now = board.now.decided_days;
  const auto goal = target(call, board, "decision-days");
  const web::Path to = link_to(asked, "/insight/cases", {{"decided", "1"}});
  web::Figure figure{.name = Html(a(href(to.text()), call.words(Text::decided_days))),
                     .number = Html(now.count == 0 ? call.words(Text::none).plain() : one_decimal(now.median)),
                     .unit = Html(call.words(Text::days)),
                     .judgement = change_of_days(call, board.before.decided_days, now),
                     .trend = trend_of(call, "trend-days", Text::decided_days, Text::days, board, goal,
                                       [](const CaseFigures& f) -> std::optional<double> {
                                         return f.decided_days.count == 0 ? std::nullopt
                                                                          : std::optional(f.decided_days.median);
                                       }),
                     .note = now.count == 0 ? Html(call.words(Text::none_decided))
                                            : target_note(call, goal, now.median, false, Text::days)};
  return figure;
}

// --- targets ---

struct Measure {
  Text name, unit;
  std::function<std::optional<double>(const CaseFigures&)> value;
};
std::optional<Measure> measure_of(std::string_view id) {
  const auto share = [](Text name, mining::Share CaseFigures::* member) {
    return Measure{name, Text::percent, [member](const CaseFigures& f) {
                     const mining::Share& s = f.*member;
                     return s.of == 0 ? std::optional<double>() : std::optional(s.value * 100);
                   }};
  };
  if (id == "online") return share(Text::online, &CaseFigures::online);
  if (id == "corrections") return share(Text::asked, &CaseFigures::asked);
  if (id == "returns") return share(Text::returned, &CaseFigures::returned);
  if (id == "by-rule") return share(Text::by_rule, &CaseFigures::by_rule);
  if (id == "decision-days")
    return Measure{Text::decided_days, Text::days, [](const CaseFigures& f) {
                     return f.decided_days.count == 0 ? std::optional<double>() : std::optional(f.decided_days.median);
                   }};
  return std::nullopt;
}

web::Row target_row(const hall::Call& call, const pack::Target& target, const Measure& measure,
                    const CaseFigures& measured) {
  const auto now = measure.value(measured);
  const std::string unit = call.words(measure.unit).plain();
  const bool reached = now && (target.more_is_better() ? *now >= target.value : *now <= target.value);
  const Html judged =
      !now ? Html(call.words(Text::none))
           : web::tag(Html(call.words(reached ? Text::reached : Text::not_reached)),
                      reached ? web::Tone::ok : web::Tone::warn, reached ? web::Icon::check : web::Icon::alert);
  const Html value_cell(group(std::to_string(target.value), unit, when(!target.confirmed, [&] {
                                return group(br(), span(cls("small muted"), call.words(Text::target_sample)));
                              })));
  return {.cells = {Html(group(call.words(measure.name), when(!target.procedure.empty(),
                                                              [&] {
                                                                return group(
                                                                    br(), span(cls("small muted"),
                                                                               procedure_name(call, target.procedure)));
                                                              }))),
                    now ? Html(one_decimal(*now) + unit) : Html(call.words(Text::none)), value_cell,
                    Html(format_resident(target.by)), judged, Html(span(cls("small"), target.source))}};
}

// What the town means to reach, by when and by which source, beside what was measured in this period.
Html targets_panel(const hall::Call& call, const Asked& asked, const Board& board) {
  web::Table table{.id = "targets-table", .caption = Html(call.words(Text::targets)), .caption_hidden = true};
  table.columns = {
      {.title = Html(call.words(Text::target_what))},      number_column(Html(call.words(Text::target_now))),
      number_column(Html(call.words(Text::target_value))), {.title = Html(call.words(Text::target_by))},
      {.title = Html(call.words(Text::target_state))},     {.title = Html(call.words(Text::target_source))}};
  for (const pack::Target& target : call.pack->targets) {
    const auto measure = measure_of(target.measure);
    if (!measure) continue;
    if (!target.procedure.empty() && !asked.scope.procedure.empty() && target.procedure != asked.scope.procedure)
      continue;
    const auto own = board.measured.find(target.procedure);
    const CaseFigures figures = target.procedure.empty()      ? board.now
                                : own != board.measured.end() ? own->second
                                                              : CaseFigures{};
    table.rows.push_back(target_row(call, target, *measure, figures));
  }
  const Html body = table.rows.empty() ? Html(p(call.words(Text::no_targets))) : web::table_of(call.words, table);
  return web::panel({.id = "targets", .title = Html(call.words(Text::targets)), .body = body});
}

// --- tables ---

Html ways_panel(const hall::Call& call, const Asked& asked, const Board& board) {
  std::vector<std::string_view> used;
  for (const std::string_view channel : channels)
    if (std::ranges::any_of(board.ways, [&](const auto& way) { return way.first.second == channel; }))
      used.push_back(channel);
  web::Table table{.id = "ways-table", .caption = Html(call.words(Text::ways)), .caption_hidden = true};
  table.columns.push_back({.title = Html(call.words(Text::procedure))});
  for (const std::string_view channel : used) table.columns.push_back(number_column(Html(channel_name(call, channel))));
  table.columns.push_back(number_column(Html(call.words(Text::sum))));
  std::map<std::string, std::int64_t> sums;
  for (const auto& [way, count] : board.ways) sums[way.first] += count;
  for (const auto& [procedure, sum] : sums) {
    Asked narrowed = asked;
    narrowed.scope.procedure = procedure;
    web::Row row{.cells = {Html(procedure_name(call, procedure))}};
    for (const std::string_view channel : used) {
      const auto found = board.ways.find({procedure, std::string(channel)});
      row.cells.push_back(
          found == board.ways.end()
              ? Html("0")
              : number_link(link_to(narrowed, "/insight/cases", {{"channel", channel}}), found->second));
    }
    row.cells.push_back(number_link(link_to(narrowed, "/insight/cases"), sum));
    table.rows.push_back(std::move(row));
  }
  return web::panel({.id = "ways", .title = Html(call.words(Text::ways)), .body = web::table_of(call.words, table)});
}

Html months_panel(const hall::Call& call, const Asked& asked, const Board& board) {
  web::Table table{.id = "months-table", .caption = Html(call.words(Text::months)), .caption_hidden = true};
  table.columns = {{.title = Html(call.words(Text::month))}};
  for (const Text title :
       {Text::submitted, Text::decided, Text::decided_days, Text::online, Text::asked, Text::returned, Text::by_rule})
    table.columns.push_back(number_column(Html(call.words(title))));
  const auto share_cell = [&](const mining::Share& s) {
    return s.of == 0 ? Html(call.words(Text::none)) : Html(percent(s.value) + "%");
  };
  for (const MonthRow& m : board.months) {
    const std::string month = m.month.text().substr(0, 7);
    const mining::Spread& days = m.figures.decided_days;
    table.rows.push_back(
        {.cells = {Html(month_name(call, m.month)),
                   number_link(link_to(asked, "/insight/cases", {{"month", month}}), m.submitted),
                   number_link(link_to(asked, "/insight/cases", {{"decided_month", month}}), m.decided),
                   Html(days.count == 0 ? call.words(Text::none).plain() : one_decimal(days.median)),
                   share_cell(m.figures.online), share_cell(m.figures.asked), share_cell(m.figures.returned),
                   share_cell(m.figures.by_rule)}});
  }
  return web::panel(
      {.id = "months", .title = Html(call.words(Text::months)), .body = web::table_of(call.words, table)});
}

// A step beside the main way: whatever it leads to but the end lies before it (補正, 協議).
bool is_aside(const pack::Procedure& procedure, std::size_t at) {
  bool back = false;
  for (const auto& [verb, to] : procedure.steps[at].moves) {
    const auto target = std::ranges::find(procedure.steps, to, &pack::Step::id);
    if (target == procedure.steps.end() || target->terminal) continue;
    if (target - procedure.steps.begin() > static_cast<std::ptrdiff_t>(at)) return false;
    back = true;
  }
  return back;
}

// The edges in the order of the procedure's steps.
std::vector<mining::Edge> ways_of(const pack::Procedure& procedure, const mining::Graph& graph) {
  std::vector<mining::Edge> ways = graph.edges;
  const auto place = [&](const std::string& step) {
    return std::ranges::find(procedure.steps, step, &pack::Step::id) - procedure.steps.begin();
  };
  std::ranges::stable_sort(ways, {}, [&](const mining::Edge& e) { return std::pair(place(e.from), place(e.to)); });
  return ways;
}

Html map_links(const hall::Call& call, const Asked& asked, const std::string& procedure, const mining::Graph& graph,
               const pack::Procedure& known) {
  Html list;
  for (const mining::Edge& edge : ways_of(known, graph)) {
    std::string verb;
    if (const pack::Step* step = known.step(edge.from))
      for (const auto& [name, to] : step->moves)
        if (to == edge.to) verb += (verb.empty() ? "" : "、") + verb_name(call, name);
    list.add(li(a(href(link_to(asked, "/insight/cases", {{"step", edge.from}, {"to", edge.to}}).text()),
                  call.words(Text::map_way, {{"from", step_name(call, procedure, edge.from)},
                                             {"to", step_name(call, procedure, edge.to)},
                                             {"n", format_number(edge.count)},
                                             {"verb", verb}}))));
  }
  return Html(ul(list));
}

Html map_panel(const hall::Call& call, const Asked& asked, const std::string& procedure, const mining::Graph& graph) {
  const pack::Procedure* known = call.pack->procedure(procedure);
  if (!known) return {};
  web::ProcessMap map{.id = "map-" + procedure, .title = procedure_name(call, procedure), .steps = {}, .edges = {}};
  const auto words_of = [&](const mining::Spread& s) {
    return s.count == 0 ? std::string() : call.words(Text::hours_of, {{"n", hours(s.median)}}).plain();
  };
  for (std::size_t i = 0; i < known->steps.size(); ++i) {
    const pack::Step& step = known->steps[i];
    const mining::Node* node = graph.node(step.id);
    if (step.terminal || !node) continue;
    map.steps.push_back({.id = step.id,
                         .name = step_name(call, procedure, step.id),
                         .count = node->cases,
                         .duration = words_of(node->minutes),
                         .aside = is_aside(*known, i)});
  }
  for (const mining::Edge& edge : ways_of(*known, graph))
    map.edges.push_back({.from = edge.from, .to = edge.to, .count = edge.count, .duration = words_of(edge.minutes)});
  return web::panel(
      {.id = "map",
       .title = Html(group(call.words(Text::map), span(cls("who"), procedure_name(call, procedure)))),
       .body =
           Html(group(web::process_map(call.words, map),
                      p(cls("small"), a(href(link_to(asked, "/insight/ways").text()), call.words(Text::map_links)))))});
}

Html steps_panel(const hall::Call& call, const Asked& asked, const std::string& procedure, const mining::Graph& graph) {
  const pack::Procedure* known = call.pack->procedure(procedure);
  web::Table table{.id = "steps-table", .caption = Html(call.words(Text::steps)), .caption_hidden = true};
  table.columns = {{.title = Html(call.words(Text::step))},        number_column(Html(call.words(Text::visits))),
                   number_column(Html(call.words(Text::waiting))), number_column(Html(call.words(Text::working))),
                   number_column(Html(call.words(Text::whole))),   number_column(Html(call.words(Text::between))),
                   number_column(Html(call.words(Text::high)))};
  const auto add = [&](const std::string& step) {
    const mining::Node* node = graph.node(step);
    if (!node) return;
    const auto& between = node->minutes.between;
    table.rows.push_back({.cells = {Html(step_name(call, procedure, step)),
                                    number_link(link_to(asked, "/insight/cases", {{"step", step}}), node->cases),
                                    hours_cell(call, node->waiting, node->waiting.median),
                                    hours_cell(call, node->working, node->working.median),
                                    hours_cell(call, node->minutes, node->minutes.median),
                                    Html(between ? call.words(Text::between_of, {{"low", hours(between->first)},
                                                                                 {"high", hours(between->second)}})
                                                 : call.words(Text::none)),
                                    hours_cell(call, node->minutes, node->minutes.high)}});
  };
  if (known)
    for (const pack::Step& step : known->steps)
      if (!step.terminal) add(step.id);
  return web::panel(
      {.id = "steps",
       .title = Html(call.words(Text::steps)),
       .body = Html(group(web::table_of(call.words, table), p(cls("small muted"), call.words(Text::steps_note))))});
}

Html ranks_panel(const hall::Call& call, const Asked& asked, const Board& board) {
  if (board.ranks.empty())
    return web::panel(
        {.id = "ranks", .title = Html(call.words(Text::ranks)), .body = Html(p(call.words(Text::none_stamped)))});
  web::BarChart chart{.id = "ranks-chart",
                      .title = call.words(Text::ranks),
                      .unit = call.words(Text::hours),
                      .bars = {},
                      .name_column = Html(call.words(Text::rank)),
                      .count_column = Html(call.words(Text::count))};
  Html links;
  for (const RankRow& row : board.ranks) {
    chart.bars.push_back({.name = rank_name(call, row.rank),
                          .value = row.minutes.median / 60,
                          .emphasised = &row == board.ranks.data() && board.ranks.size() > 1,
                          .count = static_cast<std::int64_t>(row.minutes.count)});
    links.add(li(a(href(link_to(asked, "/insight/cases", {{"rank", row.rank}}).text()),
                   rank_name(call, row.rank) + " " + format_number(static_cast<std::int64_t>(row.minutes.count)))));
  }
  return web::panel({.id = "ranks",
                     .title = Html(call.words(Text::ranks)),
                     .body = Html(group(web::bar_chart(call.words, chart), ul(cls("row small"), links),
                                        p(cls("small muted"), call.words(Text::ranks_note))))});
}

Html reasons_panel(const hall::Call& call, const Asked& asked, const Board& board) {
  web::Table table{.id = "reasons-table", .caption = Html(call.words(Text::reasons)), .caption_hidden = true};
  table.columns = {{.title = Html(call.words(Text::kind))},
                   {.title = Html(call.words(Text::reason))},
                   number_column(Html(call.words(Text::count))),
                   number_column(Html(call.words(Text::share)))};
  const auto add = [&](Text kind, std::string_view step, std::string_view verb, const std::string& procedure,
                       const mining::Reasons& found) {
    if (found.all.hits == 0) return;
    Asked narrowed = asked;
    narrowed.scope.procedure = procedure;
    table.rows.push_back(
        {.cells = {
             Html(call.words(kind)),
             Html(group(call.words(Text::any_reason), " ", span(cls("small muted"), procedure_name(call, procedure)))),
             number_link(link_to(narrowed, "/insight/cases", {{"step", step}, {"verb", verb}}), found.all.hits),
             Html(share_words(found.all))}});
    for (const auto& [reason, share] : found.by_reason)
      table.rows.push_back({.cells = {Html(call.words(kind)), Html(reason_name(call, procedure, reason)),
                                      number_link(link_to(narrowed, "/insight/cases",
                                                          {{"step", step}, {"verb", verb}, {"reason", reason}}),
                                                  share.hits),
                                      Html(share_words(share))}});
  };
  for (const auto& [procedure, found] : board.returns) add(Text::kind_return, "approve", "returned", procedure, found);
  for (const auto& [procedure, found] : board.corrections)
    add(Text::kind_correction, "examine", "asked", procedure, found);
  const Html body =
      table.rows.empty()
          ? Html(p(call.words(Text::none_returned)))
          : Html(group(web::table_of(call.words, table), p(cls("small muted"), call.words(Text::reasons_note))));
  return web::panel({.id = "reasons", .title = Html(call.words(Text::reasons)), .body = body});
}

// Before and after a change of the pack, when the period saw two versions of it.
Html versions_panel(const hall::Call& call, const Asked& asked, const Board& board) {
  if (board.versions.size() != 2) return {};
  const VersionRow &before = board.versions[0], &now = board.versions[1];
  web::IntervalChart chart{
      .id = "versions-chart", .title = call.words(Text::returned_share), .unit = call.words(Text::percent), .rows = {}};
  web::Table table{.id = "versions-table", .caption = Html(call.words(Text::versions)), .caption_hidden = true};
  table.columns = {{.title = Html(call.words(Text::version))},
                   {.title = Html(call.words(Text::period))},
                   number_column(Html(call.words(Text::count))),
                   number_column(Html(call.words(Text::returned_share)))};
  for (const VersionRow* row : {&before, &now}) {
    const web::Phrase name = call.words(row == &now ? Text::versions_now : Text::versions_before);
    chart.rows.push_back({.name = name,
                          .low = row->returned.low * 100,
                          .value = row->returned.value * 100,
                          .high = row->returned.high * 100,
                          .now = row == &now});
    table.rows.push_back(
        {.cells = {
             Html(name), Html(row->first.text() + " – " + row->last.text()),
             Html(group(number_link(link_to(asked, "/insight/cases",
                                            {{"pack", row->pack}, {"step", "approve"}, {"verb", "returned"}}),
                                    row->returned.hits),
                        " / ", number_link(link_to(asked, "/insight/cases", {{"pack", row->pack}}), row->returned.of))),
             Html(share_words(row->returned))}});
  }
  const mining::Difference d = mining::difference(before.returned, now.returned);
  const Text told = !d.certain() ? Text::versions_same : d.value < 0 ? Text::versions_down : Text::versions_up;
  const bool down = d.certain() && d.value < 0;
  const web::Phrase sentence = call.words(told, {{"n", percent(d.certain() ? std::abs(d.value) : d.value)},
                                                 {"low", percent(down ? -d.high : d.low)},
                                                 {"high", percent(down ? -d.low : d.high)}});
  return web::panel(
      {.id = "versions",
       .title = Html(call.words(Text::versions)),
       .body = Html(group(web::interval_chart(call.words, chart), p(sentence), web::table_of(call.words, table),
                          p(cls("small muted"), call.words(Text::versions_note))))});
}

// --- the page ---

Html filters(const hall::Call& call, const Asked& asked) {
  web::Select procedure, period;
  procedure.name = "procedure";
  procedure.label = Html(call.words(Text::procedure));
  procedure.options = {{.value = "", .label = Html(call.words(Text::all_procedures))}};
  for (const pack::Procedure& p : call.pack->procedures)
    procedure.options.push_back(
        {.value = p.id, .label = Html(procedure_name(call, p.id)), .chosen = p.id == asked.scope.procedure});
  period.name = "period";
  period.label = Html(call.words(Text::period));
  const int year = fiscal_year(call.today);
  for (const int y : {year, year - 1, year - 2}) {
    const std::string value = fmt::format("fy{}", y);
    period.options.push_back({.value = value,
                              .label = Html(call.words(Text::period_year, {{"year", std::int64_t{y}}})),
                              .chosen = value == asked.period});
  }
  for (const int months : {6, 12}) {
    const std::string value = fmt::format("{}m", months);
    period.options.push_back({.value = value,
                              .label = Html(call.words(Text::period_months, {{"n", std::int64_t{months}}})),
                              .chosen = value == asked.period});
  }
  return web::filter_bar(
      call.words,
      {.label = call.words(Text::filter),
       .fields = Html(group(web::select_field(call.words, procedure), web::select_field(call.words, period))),
       .submit = Html(call.words(Text::filter_now)),
       .reset = "/insight"});
}

std::string read_until(const Board& board) {
  if (!board.read_until) return "—";
  const JapanTime t = in_japan(*board.read_until);
  return fmt::format("{} {:02}:{:02}", format_month_day(t.date), t.hour, t.minute);
}

// The procedure that a map is of: the chosen one, else the one with most cases.
std::string mapped(const Board& board) {
  std::map<std::string, std::int64_t> sums;
  for (const auto& [way, count] : board.ways) sums[way.first] += count;
  const auto most = std::ranges::max_element(sums, {}, [](const auto& sum) { return sum.second; });
  return most == sums.end() ? std::string() : most->first;
}

Html panels(const hall::Call& call, const Asked& asked, const Board& board) {
  std::vector<web::Figure> figures{
      share_figure(call, asked, board, "online", Text::online, &CaseFigures::online, "channel", true),
      days_figure(call, asked, board),
      share_figure(call, asked, board, "corrections", Text::asked, &CaseFigures::asked, "asked", false),
      share_figure(call, asked, board, "returns", Text::returned, &CaseFigures::returned, "returned", false),
      share_figure(call, asked, board, "by-rule", Text::by_rule, &CaseFigures::by_rule, "by_rule", true)};
  Html out(web::figure_cards(figures));
  out.add(targets_panel(call, asked, board));
  const std::string shown = mapped(board);
  if (const auto graph = board.graphs.find(shown); graph != board.graphs.end()) {
    Asked narrowed = asked;
    narrowed.scope.procedure = shown;
    out.add(map_panel(call, narrowed, shown, graph->second));
    out.add(steps_panel(call, narrowed, shown, graph->second));
  }
  out.add(div(cls("halves"), ranks_panel(call, asked, board), reasons_panel(call, asked, board)));
  out.add(versions_panel(call, asked, board));
  out.add(months_panel(call, asked, board));
  out.add(ways_panel(call, asked, board));
  out.add(web::fold({.summary = Html(call.words(Text::methods)), .body = Html(p(call.words(Text::methods_body)))}));
  return out;
}

// The cases behind each arrow of the map, on a page of its own: the board stays light.
Response get_ways(hall::Call& call) {
  Asked asked = asked_of(call);
  const auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return board(tx, asked.scope); });
  if (!found) return hall::problem(call, found.error());
  const web::Path back = link_to(asked, "/insight");
  const std::string procedure = mapped(*found);
  const pack::Procedure* known = call.pack->procedure(procedure);
  const auto graph = found->graphs.find(procedure);
  asked.scope.procedure = procedure;
  const Html list = known && graph != found->graphs.end()
                        ? map_links(call, asked, procedure, graph->second, *known)
                        : web::empty_state({.title = Html(call.words(Text::nothing))});
  const Html content(div(cls("wrap stack read"), web::back_link(back.text(), Html(call.words(Text::back))),
                         h1(call.words(Text::map_links)), p(cls("muted"), procedure_name(call, procedure)), list));
  return hall::page(call, {.title = call.words(Text::map_links), .content = content, .current_menu = "/insight"});
}

Response get_board(hall::Call& call) {
  const Asked asked = asked_of(call);
  const auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return board(tx, asked.scope); });
  if (!found) return hall::problem(call, found.error());
  // 「町長の計測板」: the highest rank of the town's pack.
  const std::string who = call.pack->ranks.empty() ? std::string() : call.pack->ranks.front().name;
  const web::Phrase title = call.words(Text::title, {{"who", who}});
  const Html content(
      div(cls("wrap stack"),
          div(cls("row row-between"), h1(title),
              p(cls("row small"), a(href(link_to(asked, "/insight/months.csv").text()), call.words(Text::csv_months)),
                a(href(link_to(asked, "/insight.csv").text()), call.words(Text::csv)))),
          filters(call, asked),
          p(cls("small muted"), call.words(Text::read_until, {{"time", read_until(*found)},
                                                              {"from", day_name(call, asked.scope.from)},
                                                              {"until", day_name(call, asked.scope.until)},
                                                              {"n", format_number(found->now.cases)}})),
          when(asked.own_section, [&] { return p(cls("small"), call.words(Text::own_section_only)); }),
          found->now.cases == 0 ? web::empty_state({.title = Html(call.words(Text::nothing)),
                                                    .body = Html(p(call.words(Text::nothing_body)))})
                                : panels(call, asked, *found)));
  return hall::page(call, {.title = title, .content = content, .current_menu = "/insight"});
}

}  // namespace

std::vector<hall::Route> routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission read("insight.read");
  return {{Method::get, "/insight", Side::office_side, read, Fixture::of("approver"), get_board},
          {Method::get, "/insight/ways", Side::office_side, read, Fixture::of("approver"), get_ways},
          {Method::get, "/insight/cases", Side::office_side, read, Fixture::of("approver"), get_cases},
          {Method::get, "/insight/months.csv", Side::office_side, read, Fixture::none("a CSV file"), get_months_csv},
          {Method::get, "/insight.csv", Side::office_side, read, Fixture::none("a CSV file"), get_csv}};
}

}  // namespace yakuba::insight
