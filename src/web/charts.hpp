// Charts as drawings made by the server, each with its table beside it. No colours: classes of assets/yakuba.css.
//
//   bar_chart(words, {.id = "rank", .title = "だれの机で待っているか", .unit = "時間", .bars = {{"係長", 4.2},
//   {"課長", 11.6}}, .goal = 9})
//
// The drawing's <title> says every figure; one mark at most is emphasised. Numbers are given, never computed here but
// for placing. Threads: pure. Sources: WCAG 2.2 SC 1.1.1, 1.4.1; SVG 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "web/components.hpp"

namespace yakuba::web {

struct Bar {
  Plain name;
  double value = 0;
  bool emphasised = false;
  std::int64_t count = 0;
};
struct BarChart {
  std::string id;
  Plain title;
  Plain unit;
  std::vector<Bar> bars;
  std::optional<double> goal = {};
  Plain goal_name = {};
  Html name_column = {}, count_column = {};  // heads of the table; a column of counts only when named
};
Html bar_chart(const Words& words, const BarChart& chart);

// A trend as a small line with its target: for a figure's card. The values stand in the title.
struct TrendPoint {
  Plain name;
  double value = 0;
};
struct Trend {
  std::string id;
  Plain title;
  Plain unit;
  std::vector<TrendPoint> points;
  std::optional<double> goal = {};
  bool with_table = true;
};
Html trend_line(const Words& words, const Trend& trend);

// A figure of the board: name, number, judgement, trend, target.
struct Figure {
  Html name;
  Html number;
  Html unit;
  Html judgement = {};
  Html trend = {};
  Html note = {};
};
Html figure_cards(const std::vector<Figure>& figures);

// Before and after with their intervals.
struct Interval {
  Plain name;
  double low = 0, value = 0, high = 0;
  bool now = false;
};
struct IntervalChart {
  std::string id;
  Plain title;
  Plain unit;
  std::vector<Interval> rows;
};
Html interval_chart(const Words& words, const IntervalChart& chart);

// A process map: steps left to right in the order given, side steps below, edges with counts; returning edges dashed.
struct MapStep {
  std::string id;
  Plain name;
  std::int64_t count = 0;
  Plain duration = {};
  bool aside = false;
};
struct MapEdge {
  std::string from, to;
  std::int64_t count = 0;
  Plain duration = {};
};
struct ProcessMap {
  std::string id;
  Plain title;
  std::vector<MapStep> steps;
  std::vector<MapEdge> edges;
};
Html process_map(const Words& words, const ProcessMap& map);

}  // namespace yakuba::web
