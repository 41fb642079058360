#include "mining/figures.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

namespace yakuba::mining {
namespace {

constexpr double z95 = 1.959963984540054;  // two-sided 95 % of the normal distribution
constexpr std::size_t exact_max = 1000;  // beyond it 0.5ⁿ leaves the range of double; the normal limit is close enough

// The rank r (from 1) so that the r-th smallest and the r-th largest enclose the median with at least 95 %; 0: none.
std::size_t median_rank(std::size_t n) {
  if (n > exact_max) {
    const double rank = std::floor((static_cast<double>(n) - z95 * std::sqrt(static_cast<double>(n))) / 2);
    return static_cast<std::size_t>(rank);
  }
  double term = std::pow(0.5, static_cast<double>(n)), below = 0;
  std::size_t rank = 0;
  for (std::size_t k = 0; k < n; ++k) {
    below += term;
    if (below > 0.025) break;
    rank = k + 1;
    term *= static_cast<double>(n - k) / static_cast<double>(k + 1);
  }
  return rank;
}

struct Stay {
  std::vector<double> minutes, waiting, working;
  std::unordered_set<std::string_view> cases;
};

}  // namespace

double percentile(std::span<const double> sorted, double part) {
  if (sorted.empty()) return 0;
  const double at = std::clamp(part, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(at));
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - static_cast<double>(low));
}

Spread spread(std::vector<double> values) {
  std::ranges::sort(values);
  Spread s{.count = values.size(), .median = percentile(values, 0.5), .high = percentile(values, 0.9)};
  const std::size_t rank = median_rank(values.size());
  if (rank > 0) s.between = std::pair(values[rank - 1], values[values.size() - rank]);
  return s;
}

Share share(std::int64_t hits, std::int64_t of) {
  Share s{.hits = hits, .of = of};
  if (of <= 0) return s;
  const double n = static_cast<double>(of), p = static_cast<double>(hits) / n, z2 = z95 * z95;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = z95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  s.value = p;
  s.low = hits == 0 ? 0 : std::max(0.0, middle - half);
  s.high = hits == of ? 1 : std::min(1.0, middle + half);
  return s;
}

Difference difference(const Share& first, const Share& second) {
  const double value = second.value - first.value;
  const auto root = [](double a, double b) { return std::sqrt(a * a + b * b); };
  return {.value = value,
          .low = value - root(second.value - second.low, first.high - first.value),
          .high = value + root(second.high - second.value, first.value - first.low)};
}

const Node* Graph::node(std::string_view step) const {
  const auto found = std::ranges::find(nodes, step, &Node::step);
  return found == nodes.end() ? nullptr : &*found;
}

Graph graph(std::span<const Interval> intervals) {
  std::map<std::string_view, Stay> stays;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<double>> ways;
  for (const Interval& interval : intervals) {
    Stay& stay = stays[interval.step];
    stay.cases.emplace(interval.case_id);
    if (!interval.ended) continue;
    const auto minutes = static_cast<double>(interval.minutes());
    stay.minutes.push_back(minutes);
    stay.waiting.push_back(static_cast<double>(interval.waiting_minutes));
    stay.working.push_back(static_cast<double>(interval.working_minutes));
    if (!interval.to.empty()) ways[{interval.step, interval.to}].push_back(minutes);
  }
  Graph g;
  for (auto& [step, stay] : stays)
    g.nodes.push_back({.step = std::string(step),
                       .visits = static_cast<std::int64_t>(stay.minutes.size()),
                       .cases = static_cast<std::int64_t>(stay.cases.size()),
                       .minutes = spread(std::move(stay.minutes)),
                       .waiting = spread(std::move(stay.waiting)),
                       .working = spread(std::move(stay.working))});
  for (auto& [way, minutes] : ways) {
    const auto count = static_cast<std::int64_t>(minutes.size());
    g.edges.push_back({std::string(way.first), std::string(way.second), count, spread(std::move(minutes))});
  }
  return g;
}

Reasons reasons(std::span<const Interval> intervals, std::string_view step, std::string_view verb) {
  std::int64_t ended = 0, hits = 0;
  std::map<std::string, std::int64_t> counts;
  for (const Interval& interval : intervals) {
    if (interval.step != step || !interval.ended) continue;
    ++ended;
    if (interval.verb != verb) continue;
    ++hits;
    ++counts[interval.reason];
  }
  Reasons r{.all = share(hits, ended), .by_reason = {}};
  for (const auto& [reason, count] : counts) r.by_reason.emplace_back(reason, share(count, ended));
  std::ranges::stable_sort(r.by_reason, [](const auto& a, const auto& b) { return a.second.hits > b.second.hits; });
  return r;
}

Months by_month(std::span<const std::pair<Date, double>> values, Date from, Date until) {
  Months m;
  for (Date month = from.month_start(); month <= until; month = month.plus_months(1))
    m.months.emplace_back(month, std::vector<double>());
  for (const auto& [day, value] : values) {
    const auto found = std::ranges::find(m.months, day.month_start(), [](const auto& month) { return month.first; });
    if (found != m.months.end()) found->second.push_back(value);
  }
  return m;
}

}  // namespace yakuba::mining
