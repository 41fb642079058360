// Figures of a process: how long, how often, how sure. Everything the mayor's page shows is computed here, from stays
// in steps (course.hpp), never from a second measurement.
//
//   Spread s = spread({120, 60, 300});               // median 120, 90th percentile, 95 % interval of the median
//   Graph g = graph(intervals);                      // who follows whom, how often, how long it took
//   Share r = share(17, 409);                        // 4.2 %, Wilson's 95 % interval
//
// Methods. Median: the middle, or the mean of the two in the middle. Percentile: linear between neighbours (type 7 of
// Hyndman and Fan, The American Statistician 50, 1996). Interval of a median: order statistics by the binomial
// distribution, no assumption on the shape (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2); none below 6
// values, because then no pair reaches 95 %. Interval of a share: Wilson 1927; of a difference of shares: Newcombe's
// hybrid score (Statistics in Medicine 17, 1998, method 10).
// Pure. Threads: values. Units: as given, minutes for stays; shares from 0 to 1.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mining/course.hpp"

namespace yakuba::mining {

struct Spread {
  std::size_t count = 0;
  double median = 0;
  double high = 0;                                   // 90th percentile
  std::optional<std::pair<double, double>> between;  // 95 % interval of the median; none below 6 values
  bool operator==(const Spread&) const = default;
};
Spread spread(std::vector<double> values);
double percentile(std::span<const double> sorted, double part);  // part from 0 to 1; 0 for nothing

struct Share {
  std::int64_t hits = 0, of = 0;
  double value = 0, low = 0, high = 0;
  bool operator==(const Share&) const = default;
};
Share share(std::int64_t hits, std::int64_t of);
struct Difference {
  double value = 0, low = 0, high = 0;  // second − first
  bool certain() const { return low > 0 || high < 0; }
};
Difference difference(const Share& first, const Share& second);

// The directly-follows graph: from a step to the next one, over ended stays.
struct Edge {
  std::string from, to;
  std::int64_t count = 0;
  Spread minutes;  // in `from` before it went that way
};
struct Node {
  std::string step;
  std::int64_t visits = 0;  // stays
  std::int64_t cases = 0;   // different cases
  Spread minutes, waiting, working;
};
struct Graph {
  std::vector<Node> nodes;  // by step id
  std::vector<Edge> edges;  // by from, to
  const Node* node(std::string_view step) const;
};
Graph graph(std::span<const Interval> intervals);

// How often stays in `step` ended by `verb`, whole and by reason code; a share of all that ended there.
struct Reasons {
  Share all;
  std::vector<std::pair<std::string, Share>> by_reason;  // most frequent first
};
Reasons reasons(std::span<const Interval> intervals, std::string_view step, std::string_view verb);

// One figure per month: "2026-04" → how many.
struct Months {
  std::vector<std::pair<Date, std::vector<double>>> months;  // first day of month, values; no month is left out
};
Months by_month(std::span<const std::pair<Date, double>> values, Date from, Date until);

}  // namespace yakuba::mining
