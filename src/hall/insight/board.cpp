// The figures of the board, out of the rows that the log was read into.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "hall/insight/insight.hpp"
#include "hall/insight/queries.hpp"

namespace yakuba::insight {
namespace {

constexpr double microseconds_per_day = 86'400'000'000.0;
constexpr std::string_view step_of_return = "approve";      // 決裁: what comes back from it is a 差し戻し
constexpr std::string_view step_of_correction = "examine";  // 審査: what is asked of the applicant there is a 補正
constexpr std::size_t versions_shown = 2;

using CaseFound = sql::CasesBetween::Row;

// A scope's days as text must outlive the statement.
struct Bound {
  std::string from, until;
  const Scope& scope;
  explicit Bound(const Scope& s) : from(s.from.text()), until(s.until.text()), scope(s) {}
  template <class Q>
  typename Q::In input() const {
    typename Q::In in{};
    in.from_day = from;
    in.until_day = until;
    in.procedure_on = scope.procedure.empty() ? 0 : 1;
    in.procedure = scope.procedure;
    in.section_on = scope.section.empty() ? 0 : 1;
    in.section = scope.section;
    return in;
  }
};

CaseFigures figures_of(std::span<const CaseFound* const> cases) {
  std::int64_t online = 0, asked = 0, decided = 0, by_rule = 0, returned = 0, ended = 0;
  std::vector<double> days;
  for (const CaseFound* c : cases) {
    online += c->channel == "online";
    asked += c->asked > 0;
    returned += c->returned > 0;
    ended += c->returned > 0 || c->decided_at.has_value();
    if (!c->decided_at) continue;
    ++decided;
    by_rule += c->departed == 0;
    days.push_back(static_cast<double>(*c->decided_at - c->submitted_at) / microseconds_per_day);
  }
  const auto all = static_cast<std::int64_t>(cases.size());
  return {.cases = all,
          .online = mining::share(online, all),
          .asked = mining::share(asked, all),
          .returned = mining::share(returned, ended),
          .by_rule = mining::share(by_rule, decided),
          .decided_days = mining::spread(std::move(days))};
}

std::vector<const CaseFound*> all_of(const std::vector<CaseFound>& cases) {
  std::vector<const CaseFound*> found;
  for (const CaseFound& c : cases) found.push_back(&c);
  return found;
}

std::vector<MonthRow> months_of(const std::vector<const CaseFound*>& cases, const Scope& scope) {
  std::vector<MonthRow> months;
  for (Date month = scope.from.month_start(); month <= scope.until; month = month.plus_months(1)) {
    const std::string name = month.text().substr(0, 7);
    MonthRow row{.month = month};
    std::vector<const CaseFound*> submitted;
    for (const CaseFound* c : cases) {
      if (c->submitted_on.starts_with(name)) submitted.push_back(c);
      row.decided += c->decided_on.starts_with(name);
    }
    row.submitted = static_cast<std::int64_t>(submitted.size());
    row.figures = figures_of(submitted);
    months.push_back(std::move(row));
  }
  return months;
}

// Two versions of a pack beside each other: how many proposals came back under each.
std::vector<VersionRow> versions_of(const std::vector<CaseFound>& cases,
                                    const std::vector<mining::Interval>& intervals) {
  std::map<std::string, std::string> pack_of;
  std::vector<VersionRow> versions;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counted;  // pack → returned, proposed
  for (const CaseFound& c : cases) {
    pack_of[c.case_id] = c.pack;
    const Date day = Date::parse(c.submitted_on).value_or(Date{});
    const auto known = std::ranges::find(versions, c.pack, &VersionRow::pack);
    if (known == versions.end())
      versions.push_back({.pack = c.pack, .first = day, .last = day, .returned = {}});
    else
      known->last = day;
  }
  for (const mining::Interval& i : intervals) {
    if (i.step != step_of_return || !i.ended) continue;
    auto& [returned, proposed] = counted[pack_of[i.case_id]];
    ++proposed;
    returned += i.verb == "returned";
  }
  for (VersionRow& v : versions) v.returned = mining::share(counted[v.pack].first, counted[v.pack].second);
  std::erase_if(versions, [](const VersionRow& v) { return v.returned.of == 0; });
  if (versions.size() > versions_shown)
    versions.erase(versions.begin(), versions.end() - static_cast<std::ptrdiff_t>(versions_shown));
  return versions;
}

Result<std::vector<mining::Interval>> intervals_of(store::ReadTx& tx, const Bound& bound) {
  std::vector<mining::Interval> intervals;
  TRY(tx.each<sql::IntervalsBetween>(bound.input<sql::IntervalsBetween>(), [&](sql::IntervalsBetween::Row&& row) {
    mining::Interval i;
    i.case_id = std::move(row.case_id);
    i.place = row.place;
    i.step = std::move(row.step);
    i.offered = Instant{row.offered_at};
    if (row.taken_at) i.taken = Instant{*row.taken_at};
    if (row.ended_at) i.ended = Instant{*row.ended_at};
    i.verb = std::move(row.verb);
    i.to = std::move(row.to_step);
    i.reason = std::move(row.reason);
    i.waiting_minutes = row.waiting_minutes;
    i.working_minutes = row.working_minutes;
    intervals.push_back(std::move(i));
  }));
  return intervals;
}

Result<std::vector<RankRow>> ranks_of(store::ReadTx& tx, const Bound& bound) {
  std::map<std::string, std::vector<double>> minutes;
  TRY(tx.each<sql::StampsBetween>(bound.input<sql::StampsBetween>(), [&](sql::StampsBetween::Row&& row) {
    minutes[row.rank].push_back(static_cast<double>(row.minutes));
  }));
  std::vector<RankRow> ranks;
  for (auto& [rank, values] : minutes) ranks.push_back({rank, mining::spread(std::move(values))});
  std::ranges::stable_sort(ranks,
                           [](const RankRow& a, const RankRow& b) { return a.minutes.median > b.minutes.median; });
  return ranks;
}

}  // namespace

Result<Board> board(store::ReadTx& tx, const Scope& scope) {
  const Bound bound(scope);
  const auto cases = TRY(tx.all<sql::CasesBetween>(bound.input<sql::CasesBetween>()));
  Scope earlier = scope;
  earlier.until = scope.from.plus_days(-1);
  earlier.from = earlier.until.plus_days(-days_between(scope.from, scope.until));
  const Bound earlier_bound(earlier);
  const auto before = TRY(tx.all<sql::CasesBetween>(earlier_bound.input<sql::CasesBetween>()));

  Board board{.scope = scope, .now = figures_of(all_of(cases)), .before = figures_of(all_of(before))};
  board.months = months_of(all_of(cases), scope);
  std::map<std::string, std::string> procedure_of;
  std::map<std::string, std::vector<const CaseFound*>> cases_of;
  for (const CaseFound& c : cases) {
    ++board.ways[{c.procedure, c.channel}];
    procedure_of[c.case_id] = c.procedure;
    cases_of[c.procedure].push_back(&c);
  }
  for (const auto& [procedure, its] : cases_of) board.measured[procedure] = figures_of(its);
  const auto intervals = TRY(intervals_of(tx, bound));
  std::map<std::string, std::vector<mining::Interval>> by_procedure;
  for (const mining::Interval& i : intervals) by_procedure[procedure_of[i.case_id]].push_back(i);
  for (const auto& [procedure, its] : by_procedure) {
    board.graphs[procedure] = mining::graph(its);
    board.returns[procedure] = mining::reasons(its, step_of_return, "returned");
    board.corrections[procedure] = mining::reasons(its, step_of_correction, "asked");
  }
  board.ranks = TRY(ranks_of(tx, bound));
  if (!scope.procedure.empty()) board.versions = versions_of(cases, intervals);
  if (const auto cursor = TRY(tx.one<sql::Cursor>())) board.read_until = Instant{cursor->at};
  return board;
}

Result<CasePage> cases_behind(store::ReadTx& tx, const Scope& scope, const Behind& behind, std::string_view after,
                              int limit) {
  const Bound bound(scope);
  auto in = bound.input<sql::CasesBehind>();
  const auto narrow = [](std::int64_t& on, std::string_view& slot, const std::string& value) {
    on = value.empty() ? 0 : 1;
    slot = value;
  };
  narrow(in.channel_on, in.channel, behind.channel);
  narrow(in.pack_on, in.pack, behind.pack);
  narrow(in.month_on, in.month, behind.month);
  narrow(in.decided_month_on, in.decided_month, behind.decided_month);
  narrow(in.step_on, in.step, behind.step);
  narrow(in.verb_on, in.verb, behind.verb);
  narrow(in.to_on, in.to_step, behind.to);
  narrow(in.reason_on, in.reason, behind.reason);
  narrow(in.rank_on, in.rank, behind.rank);
  in.decided = behind.decided || behind.by_rule ? 1 : 0;
  in.asked = behind.asked ? 1 : 0;
  in.returned = behind.returned ? 1 : 0;
  in.by_rule = behind.by_rule ? 1 : 0;
  if (!after.empty()) {
    const auto dot = after.find('.');
    if (dot == std::string_view::npos || !Date::parse(after.substr(0, dot)) || !is_utf8(after))
      return fail(ErrorKind::invalid, "insight.after", "not a page of this list", Place{.field = "after"});
    in.after_on = 1;
    in.after_day = after.substr(0, dot);
    in.after_id = after.substr(dot + 1);
  }
  in.limit = limit + 1;  // one more than shown: is there a next page?
  CasePage page;
  for (auto& row : TRY(tx.all<sql::CasesBehind>(in)))
    page.rows.push_back({.case_id = std::move(row.case_id),
                         .number = std::move(row.number),
                         .procedure = std::move(row.procedure),
                         .channel = std::move(row.channel),
                         .submitted_on = std::move(row.submitted_on),
                         .decided_on = std::move(row.decided_on),
                         .outcome = std::move(row.outcome),
                         .asked = row.asked,
                         .returned = row.returned});
  if (std::cmp_greater(page.rows.size(), limit)) {
    page.rows.resize(static_cast<std::size_t>(limit));
    page.next = page.rows.back().submitted_on + "." + page.rows.back().case_id;
  }
  return page;
}

}  // namespace yakuba::insight
