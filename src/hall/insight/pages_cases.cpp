// What stands behind a figure: the list of its cases, and the stays in steps as a file.
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "hall/insight/pages.hpp"
#include "hall/insight/queries.hpp"
#include "hall/insight/texts.hpp"

namespace yakuba::insight {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr int rows_shown = 50;

Behind behind_of(const web::Fields& query) {
  const auto text = [&](std::string_view name) { return std::string(query.first(name)); };
  return {.channel = text("channel"),
          .pack = text("pack"),
          .month = text("month"),
          .decided_month = text("decided_month"),
          .step = text("step"),
          .verb = text("verb"),
          .to = text("to"),
          .reason = text("reason"),
          .rank = text("rank"),
          .decided = query.first("decided") == "1",
          .asked = query.first("asked") == "1",
          .returned = query.first("returned") == "1",
          .by_rule = query.first("by_rule") == "1"};
}

// In the page's own words, so that the reader sees which figure he came from.
std::string narrowed_words(const hall::Call& call, const Asked& asked, const Behind& b) {
  std::vector<std::string> said;
  const std::string& procedure = asked.scope.procedure;
  if (!procedure.empty()) said.push_back(procedure_name(call, procedure));
  if (!b.channel.empty()) said.push_back(channel_name(call, b.channel));
  if (!b.month.empty()) said.push_back(b.month + " " + call.words(Text::submitted).plain());
  if (!b.decided_month.empty()) said.push_back(b.decided_month + " " + call.words(Text::decided).plain());
  if (!b.step.empty()) said.push_back(step_name(call, procedure, b.step));
  if (!b.to.empty()) said.push_back("→ " + step_name(call, procedure, b.to));
  if (!b.verb.empty()) said.push_back(verb_name(call, b.verb));
  if (!b.reason.empty()) said.push_back(reason_name(call, procedure, b.reason));
  if (!b.rank.empty()) said.push_back(rank_name(call, b.rank));
  if (b.asked) said.push_back(call.words(Text::kind_correction).plain());
  if (b.returned) said.push_back(call.words(Text::kind_return).plain());
  if (b.by_rule) said.push_back(call.words(Text::by_rule).plain());
  if (b.decided) said.push_back(call.words(Text::decided).plain());
  std::string out;
  for (const std::string& one : said) out += (out.empty() ? "" : "、") + one;
  return out;
}

web::Path page_after(const hall::Call& call, std::string_view after) {
  web::Path path = web::Path::to("/insight/cases");
  for (const auto& [name, value] : call.request.query.items)
    if (name != "after") path = path.with(name, value);
  return after.empty() ? path : path.with("after", after);
}

std::string moment(std::optional<std::int64_t> at) {
  if (!at) return "";
  const JapanTime t = in_japan(Instant{*at});
  return fmt::format("{} {:02}:{:02}", t.date.text(), t.hour, t.minute);
}

Result<> record_export(hall::Call& call, const Asked& asked) {
  return call.hall.store.append_read(call.town, {.at = call.now,
                                                 .verb = log::Verb::exported,
                                                 .object_kind = "insight",
                                                 .object_id = asked.period,
                                                 .actor = access::log_name(*call.actor),
                                                 .channel = "web"});
}

bool reaches_town(const access::Staff& staff) {
  for (const access::Standing& standing : staff.standings)
    for (const access::Grant& grant : standing.grants)
      if (grant.scope == access::Scope::town && (grant.permission == "insight.read" || grant.permission == "insight.*"))
        return true;
  return false;
}

std::string words_or(const hall::Call& call, const pack::Texts* texts, const std::string& key, std::string_view id) {
  const bool english = call.words.language() == web::Language::en;
  for (const pack::Texts* place : {texts, &call.pack->texts})
    if (place && place->has(key)) return without_ruby(place->say(key, english ? "en" : "ja").text);
  return std::string(id);
}

}  // namespace

Asked asked_of(const hall::Call& call) {
  const web::Fields& query = call.request.query;
  Asked asked;
  asked.period = query.first("period");
  const auto months = asked.period == "6m" ? 6 : asked.period == "12m" ? 12 : 0;
  if (months > 0) {
    asked.scope.from = call.today.plus_months(-months).plus_days(1);
    asked.scope.until = call.today;
  } else {
    int year = fiscal_year(call.today);
    const auto wanted = asked.period.starts_with("fy") ? parse_integer(asked.period.substr(2)) : std::nullopt;
    if (wanted && *wanted >= year - 9 && *wanted <= year) year = static_cast<int>(*wanted);
    asked.period = fmt::format("fy{}", year);
    asked.usual_period = year == fiscal_year(call.today);
    asked.scope.from = *Date::of(year, 4, 1);
    asked.scope.until = std::min(*Date::of(year + 1, 3, 31), call.today);
  }
  if (call.pack->procedure(query.first("procedure"))) asked.scope.procedure = query.first("procedure");
  if (const access::Staff* staff = call.actor->staff(); staff && !reaches_town(*staff)) {
    asked.own_section = true;
    const access::Standing* main = staff->main();
    asked.scope.section = main ? main->section_code : "-";
  }
  return asked;
}

web::Path link_to(const Asked& asked, std::string_view path,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> narrowed) {
  web::Path to = web::Path::to(path);
  if (!asked.usual_period) to = to.with("period", asked.period);
  if (!asked.scope.procedure.empty()) to = to.with("procedure", asked.scope.procedure);
  for (const auto& [name, value] : narrowed) to = to.with(name, value);
  return to;
}

std::string procedure_name(const hall::Call& call, std::string_view procedure) {
  const pack::Procedure* known = call.pack->procedure(procedure);
  return words_or(call, known ? &known->texts : nullptr, "formal_title", procedure);
}
std::string step_name(const hall::Call& call, std::string_view procedure, std::string_view step) {
  const std::string key = "step." + std::string(step);
  if (const pack::Procedure* known = call.pack->procedure(procedure)) return words_or(call, &known->texts, key, step);
  for (const pack::Procedure& p : call.pack->procedures)
    if (p.texts.has(key)) return words_or(call, &p.texts, key, step);
  return std::string(step);
}
std::string reason_name(const hall::Call& call, std::string_view procedure, std::string_view reason) {
  const pack::Procedure* known = call.pack->procedure(procedure);
  return words_or(call, known ? &known->texts : nullptr, "reason." + std::string(reason), reason);
}
std::string rank_name(const hall::Call& call, std::string_view rank) {
  const pack::Rank* known = call.pack->rank(rank);
  return known ? known->name : std::string(rank);
}
std::string channel_name(const hall::Call& call, std::string_view channel) {
  const auto words = call.words.find(catalogue(Text::channel_online), "channel_" + std::string(channel));
  return words ? words->plain() : std::string(channel);
}
std::string verb_name(const hall::Call& call, std::string_view verb) {
  const auto known = log::verb_from(verb);
  if (!known || call.words.language() == web::Language::en) return std::string(verb);
  return std::string(log::verb_entry(*known).japanese);
}

std::string one_decimal(double value) {
  const std::string text = fmt::format("{:.1f}", value);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}
std::string percent(double share) {
  return one_decimal(share * 100);
}
std::string hours(double minutes) {
  return one_decimal(minutes / 60);
}

Response get_cases(hall::Call& call) {
  const Asked asked = asked_of(call);
  const Behind behind = behind_of(call.request.query);
  const std::string_view after = call.request.query.first("after");
  const auto found = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) { return cases_behind(tx, asked.scope, behind, after, rows_shown); });
  if (!found) return hall::problem(call, found.error());
  web::Table table{
      .id = "cases",
      .caption = Html(call.words(Text::cases_count, {{"n", static_cast<std::int64_t>(found->rows.size())}})),
      .columns = {{.title = Html(call.words(Text::number))},
                  {.title = Html(call.words(Text::procedure))},
                  {.title = Html(call.words(Text::channel))},
                  {.title = Html(call.words(Text::submitted_on))},
                  {.title = Html(call.words(Text::decided_on))},
                  {.title = Html(call.words(Text::outcome))},
                  {.title = Html(call.words(Text::asked_count)), .align = web::Align::number},
                  {.title = Html(call.words(Text::returned_count)), .align = web::Align::number}},
      .rows = {}};
  for (const CaseRow& row : found->rows)
    table.rows.push_back({.cells = {Html(a(href("/cases/" + row.case_id), row.number)),
                                    Html(procedure_name(call, row.procedure)), Html(channel_name(call, row.channel)),
                                    Html(row.submitted_on), Html(row.decided_on.empty() ? "—" : row.decided_on),
                                    Html(row.outcome.empty() ? "—" : verb_name(call, row.outcome)), Html(row.asked),
                                    Html(row.returned)}});
  const std::string narrowed = narrowed_words(call, asked, behind);
  web::Pages pages;
  if (!after.empty()) pages.first = page_after(call, "").text();
  if (!found->next.empty()) pages.next = page_after(call, found->next).text();
  const Html content(
      div(cls("wrap stack"), web::back_link(link_to(asked, "/insight").text(), Html(call.words(Text::back))),
          h1(call.words(Text::cases)),
          p(cls("small muted"), asked.scope.from.text() + " – " + asked.scope.until.text(),
            when(!narrowed.empty(), [&] { return group("　", call.words(Text::narrowed, {{"what", narrowed}})); })),
          found->rows.empty() ? web::empty_state({.title = Html(call.words(Text::cases_none))})
                              : web::table_of(call.words, table),
          web::page_list(call.words, pages)));
  return hall::page(call, {.title = call.words(Text::cases), .content = content, .current_menu = "/insight"});
}

Response get_csv(hall::Call& call) {
  const Asked asked = asked_of(call);
  const std::string from = asked.scope.from.text(), until = asked.scope.until.text();
  const auto word = [&](Text text) { return csv_cell(call.words(text).plain()); };
  std::string csv(csv_begin);
  csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", word(Text::number), word(Text::step), word(Text::csv_offered),
                     word(Text::csv_taken), word(Text::csv_ended), word(Text::csv_verb), word(Text::csv_to),
                     word(Text::reason), word(Text::csv_waiting), word(Text::csv_working));
  const auto done = call.hall.store.read(call.town, [&](store::ReadTx& tx) {
    return tx.each<sql::IntervalsBetween>(
        {.from_day = from,
         .until_day = until,
         .procedure_on = asked.scope.procedure.empty() ? 0 : 1,
         .procedure = asked.scope.procedure,
         .section_on = asked.scope.section.empty() ? 0 : 1,
         .section = asked.scope.section},
        [&](sql::IntervalsBetween::Row&& row) {
          csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", csv_cell(row.number), csv_cell(row.step),
                             moment(row.offered_at), moment(row.taken_at), moment(row.ended_at), csv_cell(row.verb),
                             csv_cell(row.to_step), csv_cell(row.reason), row.waiting_minutes, row.working_minutes);
        });
  });
  if (!done) return hall::problem(call, done.error());
  // Numbers of cases leave the house: durable in the log before they do.
  if (const auto recorded = record_export(call, asked); !recorded) return hall::problem(call, recorded.error());
  return Response::attachment("insight.csv", "text/csv; charset=utf-8", std::move(csv));
}

Response get_months_csv(hall::Call& call) {
  const Asked asked = asked_of(call);
  const auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return board(tx, asked.scope); });
  if (!found) return hall::problem(call, found.error());
  const auto share = [](const mining::Share& s) { return s.of == 0 ? std::string() : percent(s.value); };
  std::string csv(csv_begin);
  for (const Text head : {Text::month, Text::submitted, Text::decided, Text::online, Text::decided_days, Text::asked,
                          Text::returned, Text::by_rule})
    csv += (head == Text::month ? "" : ",") + csv_cell(call.words(head).plain());
  csv += "\r\n";
  for (const MonthRow& m : found->months)
    csv += fmt::format("{},{},{},{},{},{},{},{}\r\n", m.month.text().substr(0, 7), m.submitted, m.decided,
                       share(m.figures.online),
                       m.figures.decided_days.count == 0 ? "" : one_decimal(m.figures.decided_days.median),
                       share(m.figures.asked), share(m.figures.returned), share(m.figures.by_rule));
  if (const auto recorded = record_export(call, asked); !recorded) return hall::problem(call, recorded.error());
  return Response::attachment("insight-months.csv", "text/csv; charset=utf-8", std::move(csv));
}

}  // namespace yakuba::insight
