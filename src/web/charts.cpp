#include "web/charts.hpp"

#include <cmath>
#include <map>

#include "base/text.hpp"
#include "web/texts.hpp"

namespace yakuba::web {

using namespace html;

namespace {

// One decimal at most, thousands separated: "1,204", "6.2".
std::string decimal(double value) {
  const auto tenths = std::llround(value * 10);
  std::string text = format_number(tenths / 10);
  if (tenths < 0 && tenths > -10) text = "-" + text;
  return tenths % 10 == 0 ? text : text + "." + std::to_string(std::llabs(tenths % 10));
}

// Where a drawing's lines go: tenths of a unit are enough and the same everywhere.
std::string place(double at) {
  const auto tenths = std::llround(at * 10);
  std::string text = std::to_string(tenths / 10);
  if (tenths < 0 && tenths > -10) text = "-" + text;
  return tenths % 10 == 0 ? text : text + "." + std::to_string(std::llabs(tenths % 10));
}

// The next of 1, 2, 2.5, 5 × 10ⁿ that divides `largest` into at most five steps.
double step_of(double largest) {
  if (!(largest > 0)) return 1;
  const double raw = largest / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
    if (factor * power >= raw - 1e-9) return factor * power;
  return 10 * power;
}

// Widths of text at 14 px: a full-width character 14, a half-width one 8.
double text_width(std::string_view text) {
  double width = 0;
  for (const unsigned char c : text) width += c < 0x80 ? 8 : (c & 0xC0) == 0x80 ? 0 : 14;
  return width;
}

// The numbers of a drawing as a folded table beside it.
Html number_table(const Words& words, const std::string& table_id, const Plain& title_words,
                  std::vector<Column> columns, std::vector<Row> rows) {
  return fold({.summary = words(Text::as_table),
               .body = table_of(words, {.id = table_id + "-table",
                                        .caption = title_words.text,
                                        .caption_hidden = true,
                                        .columns = std::move(columns),
                                        .rows = std::move(rows)})});
}

Html scrolling(const Words& words, const Plain& title_words, const Html& drawing) {
  return div(cls("scroll"), role("region"), aria_label(title_words.text + " (" + words(Text::sideways).plain() + ")"),
             tabindex(0), drawing);
}

Column number_column(Html head) {
  return {.title = std::move(head), .align = Align::number};
}

}  // namespace

// --- bars ---

Html bar_chart(const Words& words, const BarChart& chart) {
  constexpr double row_height = 36, right_edge = 450, drawing_width = 540;
  double names_width = 60, largest = chart.goal.value_or(0);
  std::string told = chart.title.text;
  for (const auto& bar : chart.bars) {
    names_width = std::max(names_width, std::min(200.0, text_width(bar.name.text)));
    largest = std::max(largest, bar.value);
    told += (&bar == chart.bars.data() ? "。" : "、") +
            words(Text::chart_pair, {{"name", bar.name.text}, {"value", decimal(bar.value) + chart.unit.text}}).plain();
  }
  const double left = names_width + 20, step_width = step_of(largest), top = 6;
  const double scale = largest > 0 ? (right_edge - left) / largest : 0;
  const double bottom = top + row_height * static_cast<double>(chart.bars.size());
  Html grid, numbers, drawn, named;
  for (double at = 0; at <= largest + 1e-9 && step_width > 0; at += step_width) {
    const std::string x_of = place(left + at * scale);
    grid.add(path(cls("c-grid"), d("M" + x_of + " " + place(top) + "V" + place(bottom))));
    if (!chart.goal || std::abs(at - *chart.goal) * scale > 40)
      numbers.add(svg_text(cls("t2"), x(x_of), y(place(bottom + 16)), text_anchor("middle"), decimal(at)));
  }
  if (chart.goal) {
    const std::string x_of = place(left + *chart.goal * scale);
    grid.add(path(cls("c-goal"), d("M" + x_of + " " + place(top) + "V" + place(bottom))));
    const std::string goal_words = (chart.goal_name.empty() ? words(Text::chart_goal).plain() : chart.goal_name.text);
    numbers.add(svg_text(cls("t2"), x(x_of), y(place(bottom + 16)), text_anchor("middle"),
                         goal_words + " " + decimal(*chart.goal)));
  }
  double row_top = top + 6;
  for (const auto& bar : chart.bars) {
    const double bar_width = std::max(0.0, bar.value) * scale;
    drawn.add(rect(cls(bar.emphasised ? "c-accent" : "c-fill"), x(place(left)), y(place(row_top)),
                   width(place(bar_width)), height(20), rx(2)));
    named.add(svg_text(x(place(left - 10)), y(place(row_top + 15)), text_anchor("end"), bar.name.text));
    named.add(svg_text(cls("ta").only_if(bar.emphasised), x(place(left + bar_width + 8)), y(place(row_top + 15)),
                       decimal(bar.value) + chart.unit.text));
    row_top += row_height;
  }
  std::vector<Column> columns = {
      {.title = chart.name_column.empty() ? Html(words(Text::chart_name)) : chart.name_column},
      number_column(words(Text::chart_value))};
  if (!chart.count_column.empty()) columns.push_back(number_column(chart.count_column));
  std::vector<Row> rows_of_table;
  for (const auto& bar : chart.bars) {
    Row row{.cells = {bar.name.text, decimal(bar.value) + chart.unit.text}};
    if (!chart.count_column.empty()) row.cells.push_back(format_number(bar.count));
    rows_of_table.push_back(std::move(row));
  }
  const Html drawing =
      svg(cls("chart chart-mid"), view_box("0 0 " + place(drawing_width) + " " + place(bottom + 22)), role("img"),
          aria_labelledby(chart.id + "-t"), svg_title(id(chart.id + "-t"), told), grid, g(drawn), named, numbers);
  return group(scrolling(words, chart.title, drawing),
               number_table(words, chart.id, chart.title, std::move(columns), std::move(rows_of_table)));
}

// --- trend ---

Html trend_line(const Words& words, const Trend& trend) {
  if (trend.points.empty()) return {};
  double low = trend.points[0].value, high = low;
  std::string told = trend.title.text;
  for (const auto& point : trend.points) {
    low = std::min(low, point.value), high = std::max(high, point.value);
    told +=
        (&point == trend.points.data() ? "。" : "、") +
        words(Text::chart_pair, {{"name", point.name.text}, {"value", decimal(point.value) + trend.unit.text}}).plain();
  }
  if (trend.goal) low = std::min(low, *trend.goal), high = std::max(high, *trend.goal);
  const double range = high > low ? high - low : 1;
  const auto y_of = [&](double value_at) { return high > low ? 42 - (value_at - low) / range * 36 : 24; };
  const auto x_of = [&](std::size_t i) {
    return trend.points.size() > 1 ? 6 + 188.0 * static_cast<double>(i) / static_cast<double>(trend.points.size() - 1)
                                   : 100;
  };
  std::string line_points;
  for (std::size_t i = 0; i < trend.points.size(); ++i)
    line_points += (i ? " " : "") + place(x_of(i)) + "," + place(y_of(trend.points[i].value));
  const std::size_t last = trend.points.size() - 1;
  const Html drawing = svg(
      cls("chart"), view_box("0 0 200 48"), role("img"), aria_labelledby(trend.id + "-t"),
      svg_title(id(trend.id + "-t"), told),
      when(trend.goal.has_value(), [&] { return path(cls("c-goal"), d("M0 " + place(y_of(*trend.goal)) + "H200")); }),
      polyline(cls("c-line"), points(line_points)),
      circle(cls("c-fill"), cx(place(x_of(last))), cy(place(y_of(trend.points[last].value))), r(4)));
  if (!trend.with_table) return drawing;
  std::vector<Row> rows_of_table;
  for (const auto& point : trend.points)
    rows_of_table.push_back({.cells = {point.name.text, decimal(point.value) + trend.unit.text}});
  return group(drawing, number_table(words, trend.id, trend.title,
                                     {{.title = words(Text::chart_name)}, number_column(words(Text::chart_value))},
                                     std::move(rows_of_table)));
}

Html figure_cards(const std::vector<Figure>& figures) {
  return ul(cls("cols"), each(figures, [](const Figure& f) {
              return li(cls("panel kpi"), h2(cls("h"), f.name), p(cls("big"), f.number, small(f.unit)),
                        when(!f.judgement.empty(), [&] { return p(cls("small"), f.judgement); }), f.trend,
                        when(!f.note.empty(), [&] { return p(cls("small muted"), f.note); }));
            }));
}

// --- before and after ---

Html interval_chart(const Words& words, const IntervalChart& chart) {
  constexpr double left = 110, right_edge = 494, row_height = 60;
  double largest = 0;
  for (const auto& row : chart.rows) largest = std::max({largest, row.high, row.value});
  const double step_width = step_of(largest),
               end = std::max(step_width, std::ceil(largest / step_width - 1e-9) * step_width);
  const double scale = (right_edge - left) / end;
  const double bottom = 6 + row_height * static_cast<double>(chart.rows.size()) + 8;
  Html drawing_parts;
  for (double at = 0; at <= end + 1e-9; at += step_width) {
    const std::string x_of = place(left + at * scale);
    drawing_parts.add(path(cls("c-grid"), d("M" + x_of + " 6V" + place(bottom))));
    drawing_parts.add(
        svg_text(cls("t2"), x(x_of), y(place(bottom + 22)), text_anchor("middle"), decimal(at) + chart.unit.text));
  }
  std::string told = chart.title.text;
  std::vector<Row> rows_of_table;
  double middle = 34;
  for (const auto& row : chart.rows) {
    const std::string low = place(left + row.low * scale), high = place(left + row.high * scale), y_of = place(middle);
    drawing_parts.add(path(cls(row.now ? "c-line" : "c-axis"), stroke_width(2),
                           d("M" + low + " " + y_of + "H" + high + "M" + low + " " + place(middle - 7) + "v14M" + high +
                             " " + place(middle - 7) + "v14")));
    drawing_parts.add(circle(cls(row.now ? "c-fill" : "c-paper c-ring"), cx(place(left + row.value * scale)), cy(y_of),
                             r(row.now ? 7 : 6)));
    drawing_parts.add(svg_text(x(98), y(place(middle + 5)), text_anchor("end"), row.name.text));
    drawing_parts.add(svg_text(cls("tb").only_if(row.now), x(place(left + row.high * scale + 12)), y(place(middle + 5)),
                               decimal(row.value) + chart.unit.text));
    told += (&row == chart.rows.data() ? "。" : "、") +
            words(Text::chart_interval_pair, {{"name", row.name.text},
                                              {"value", decimal(row.value) + chart.unit.text},
                                              {"low", decimal(row.low)},
                                              {"high", decimal(row.high)}})
                .plain();
    rows_of_table.push_back({.cells = {row.name.text, decimal(row.value) + chart.unit.text + "（" + decimal(row.low) +
                                                          "–" + decimal(row.high) + "）"}});
    middle += row_height;
  }
  const Html drawing = svg(cls("chart chart-mid"), view_box("0 0 540 " + place(bottom + 32)), role("img"),
                           aria_labelledby(chart.id + "-t"), svg_title(id(chart.id + "-t"), told), drawing_parts);
  return group(scrolling(words, chart.title, drawing),
               number_table(words, chart.id, chart.title,
                            {{.title = words(Text::chart_name)}, number_column(words(Text::chart_interval))},
                            std::move(rows_of_table)));
}

// --- process map ---

namespace {

constexpr double box_width = 100, box_height = 68, column_width = 131, main_top = 116, aside_top = 250;

struct Place {
  std::size_t column = 0;
  bool aside = false;
  std::size_t origin = 0;  // of a side step: the column of the step that sends it most; going further right is going on
  double x() const { return 4 + column_width * static_cast<double>(column); }
  double y() const { return aside ? aside_top : main_top; }
  double center() const { return x() + box_width / 2; }
};
using Places = std::map<std::string, Place, std::less<>>;

// Main steps from left to right; a side step below the step that sends it most, or the next free column.
Places places_of(const ProcessMap& map) {
  Places places;
  std::size_t column = 0;
  for (const auto& s : map.steps)
    if (!s.aside) places[s.id] = {column, false, column}, ++column;
  std::vector<bool> taken(map.steps.size() + column + 1, false);
  for (const auto& s : map.steps) {
    if (!s.aside) continue;
    std::size_t wanted = 0;
    std::int64_t most = -1;
    for (const auto& e : map.edges)
      if (const auto from = places.find(e.from);
          e.to == s.id && from != places.end() && !from->second.aside && e.count > most)
        most = e.count, wanted = from->second.column;
    const std::size_t origin = wanted;
    while (taken[wanted]) ++wanted;
    taken[wanted] = true;
    places[s.id] = {wanted, true, origin};
  }
  return places;
}

struct Drawn {
  std::string line;
  bool back = false;
  std::optional<std::pair<double, double>> label;  // where a returning edge is named
};

// The line of an edge by how its two steps lie to each other.
Drawn line_of(const Place& from, const Place& to) {
  const auto at = [](double px, double py) { return place(px) + " " + place(py); };
  if (!from.aside && !to.aside) {
    if (to.column == from.column + 1)
      return {"M" + at(from.x() + box_width, main_top + 34) + "H" + place(to.x() - 2), false, {}};
    const bool back = to.column <= from.column;
    const double distance = std::abs(static_cast<double>(to.column) - static_cast<double>(from.column));
    const double high = std::max(8.0, main_top - 50 - 20 * distance);
    return {"M" + at(from.center(), main_top) + "C" + at(from.center(), high) + " " + at(to.center(), high) + " " +
                at(to.center(), main_top - 2),
            back, std::pair((from.center() + to.center()) / 2, (main_top + 3 * high) / 4 - 6)};
  }
  if (!from.aside) {  // down to a side step
    if (from.column == to.column)
      return {"M" + at(from.center() - 26, main_top + box_height) + "V" + place(aside_top - 2), false, {}};
    const double start = from.center() + (to.column > from.column ? 40 : -40);
    const double stop = to.column > from.column ? to.x() - 2 : to.x() + box_width + 2;
    return {"M" + at(start, main_top + box_height) + "C" + at(start, aside_top + 10) + " " + at(stop, aside_top + 20) +
                " " + at(stop, aside_top + 34),
            false,
            {}};
  }
  const bool back = to.column <= from.origin;
  if (!to.aside && from.column == to.column)
    return {"M" + at(from.center() + 26, aside_top) + "V" + place(main_top + box_height + 2), back,
            std::pair(from.center() + 36, aside_top - 26)};
  if (!to.aside)
    return {"M" + at(from.center(), aside_top) + "C" + at(from.center(), aside_top - 40) + " " +
                at(to.center(), aside_top - 30) + " " + at(to.center(), main_top + box_height + 2),
            back,
            {}};
  return {"M" + at(from.x() + box_width, aside_top + 34) + "H" + place(to.x() - 2), to.column < from.column, {}};
}

Html arrow_heads(const std::string& map_id) {
  const auto head = [](const std::string& marker_id, std::string_view look) {
    return Html(marker(id(marker_id), view_box("0 0 10 10"), ref_x(8), ref_y(5), marker_width(9), marker_height(9),
                       marker_units("userSpaceOnUse"), orient("auto"), path(cls(look), d("M0 0 10 5 0 10z"))));
  };
  return defs(head(map_id + "-on", "c-head"), head(map_id + "-back", "c-head-b"));
}

Html step_box(const Words& words, const MapStep& s, const Place& at, bool most_time) {
  const auto line = [&](double offset, std::string_view look, const std::string& text) {
    return svg_text(cls(look).only_if(!look.empty()), x(place(at.center())), y(place(at.y() + offset)),
                    text_anchor("middle"), text);
  };
  return group(rect(cls(most_time ? "c-node-b" : "c-node"), x(place(at.x())), y(place(at.y())), width(place(box_width)),
                    height(place(box_height)), rx(8)),
               line(21, "tb", s.name.text),
               line(40, "", words(Text::chart_cases, {{"count", format_number(s.count)}}).plain()),
               line(59, "t2", s.duration.empty() ? "—" : s.duration.text));
}

}  // namespace

Html process_map(const Words& words, const ProcessMap& map) {
  const Places places = places_of(map);
  std::map<std::string, std::string> names;
  std::size_t columns = 1;
  for (const auto& s : map.steps) names[s.id] = s.name.text, columns = std::max(columns, places.at(s.id).column + 1);
  std::int64_t most = 1;
  for (const auto& e : map.edges) most = std::max(most, e.count);

  Html lines, labels, boxes;
  std::string told;
  std::vector<Row> rows_of_table;
  bool has_aside = false;
  for (const auto& e : map.edges) {
    const auto from = places.find(e.from), to = places.find(e.to);
    if (from == places.end() || to == places.end()) continue;
    const auto drawn = line_of(from->second, to->second);
    const double thick = 1 + 4.0 * static_cast<double>(e.count) / static_cast<double>(most);
    lines.add(path(cls(drawn.back ? "c-back" : "c-edge"), stroke_width(place(thick)), d(drawn.line),
                   marker_end("url(#" + map.id + (drawn.back ? "-back)" : "-on)"))));
    if (drawn.back && drawn.label)
      labels.add(svg_text(cls("ta"), x(place(drawn.label->first)), y(place(drawn.label->second)),
                          text_anchor(from->second.aside ? "start" : "middle"),
                          words(Text::chart_edge_back_short, {{"count", format_number(e.count)}}).plain()));
    const std::string edge_words =
        words(drawn.back ? Text::chart_edge_back : Text::chart_edge, {{"from", names[e.from]}, {"to", names[e.to]}})
            .plain();
    const std::string count_words = words(Text::chart_cases, {{"count", format_number(e.count)}}).plain();
    told += (told.empty() ? "" : "、") + edge_words + " " + count_words;
    rows_of_table.push_back({.cells = {group(when(drawn.back, icon(Icon::returned)), edge_words),
                                       format_number(e.count), e.duration.empty() ? "—" : e.duration.text}});
  }
  for (const auto& s : map.steps) {
    const auto& at = places.at(s.id);
    has_aside = has_aside || at.aside;
    boxes.add(step_box(words, s, at, at.aside));
  }
  const std::string size_of_drawing = place(column_width * static_cast<double>(columns) - 22) + " " +
                                      place((has_aside ? aside_top : main_top) + box_height + 18);
  const Html drawing =
      svg(cls("chart chart-wide"), view_box("0 0 " + size_of_drawing), role("img"),
          aria_labelledby(map.id + "-t " + map.id + "-d"), svg_title(id(map.id + "-t"), map.title.text),
          desc(id(map.id + "-d"), told), arrow_heads(map.id), lines, boxes, labels);
  const Html table_beside = table_of(words, {.id = map.id + "-table",
                                             .caption = map.title.text,
                                             .columns = {{.title = words(Text::chart_from_to)},
                                                         number_column(words(Text::chart_count)),
                                                         number_column(words(Text::chart_duration))},
                                             .rows = std::move(rows_of_table)});
  return div(cls("map-and-table"),
             div(scrolling(words, map.title, drawing), p(cls("small muted"), words(Text::chart_map_key))),
             table_beside);
}

}  // namespace yakuba::web
