#include "web/components.hpp"
#include "web/texts.hpp"

namespace yakuba::web {

using namespace html;

namespace {

std::string column_class(const Column& column) {
  std::string look = column.align == Align::number ? "num" : column.align == Align::middle ? "mid" : "";
  if (column.group_start) look += look.empty() ? "grp" : " grp";
  return look;
}

Html column_head(const Column& column) {
  const std::string look = column_class(column);
  const Icon arrow = column.sorted == Sorted::ascending    ? Icon::up
                     : column.sorted == Sorted::descending ? Icon::decrease
                                                           : Icon::sort;
  return th(
      scope("col"), cls(look).only_if(!look.empty()),
      aria_sort("ascending").only_if(column.sorted == Sorted::ascending),
      aria_sort("descending").only_if(column.sorted == Sorted::descending),
      when(
          !column.sort_href.empty(), [&] { return Html(a(href(column.sort_href.text), column.title, icon(arrow))); },
          [&] { return column.title; }));
}

std::string_view row_class(RowTone tone) {
  switch (tone) {
    case RowTone::fired:
      return "fired";
    case RowTone::idle:
      return "idle";
    case RowTone::proposed:
      return "proposed";
    case RowTone::selected:
      return "sel";
    case RowTone::plain:
      break;
  }
  return "";
}

Html row_of(const Row& row, const std::vector<Column>& columns) {
  const auto look = row_class(row.tone);
  return tr(id(row.id).only_if(!row.id.empty()), cls(look).only_if(!look.empty()),
            each(row.cells, [&](const Html& cell, std::size_t index) -> Html {
              const std::string cell_class = index < columns.size() ? column_class(columns[index]) : "";
              if (index == 0) return th(scope("row"), cls(cell_class).only_if(!cell_class.empty()), cell);
              return td(cls(cell_class).only_if(!cell_class.empty()), cell);
            }));
}

}  // namespace

Html table_of(const Words&, const Table& t) {
  const Html table_itself =
      table(cls(t.sticky ? "table sticky" : "table"), caption(id(t.id), cls("vh").only_if(t.caption_hidden), t.caption),
            thead(when(
                !t.head.empty(), [&] { return t.head; }, [&] { return Html(tr(each(t.columns, column_head))); })),
            tbody(each(t.rows, [&](const Row& row) { return row_of(row, t.columns); })));
  if (!t.scrolls) return table_itself;
  // A group, not a region: the panel around it is a landmark of the same name already.
  return div(cls("scroll"), role("group"), aria_labelledby(t.id), tabindex(0), table_itself);
}

Html judged(const Words& words, bool fits) {
  return span(cls(fits ? "yes" : "no"), icon(fits ? Icon::check : Icon::cross),
              span(cls("vh"), words(fits ? Text::fits : Text::fits_not)));
}

Html waiting_bar(const Words& words, const Waiting& w) {
  constexpr std::int64_t width_of_bar = 96;
  const std::int64_t scale = w.scale_days > 0 ? w.scale_days : 40;
  const auto place = [&](std::int64_t days) {
    return std::clamp<std::int64_t>(days * width_of_bar / scale, 0, width_of_bar);
  };
  const bool late = w.standard_days > 0 && w.days > w.standard_days;
  return span(
      cls("wait"),
      svg(view_box("0 0 96 14"), aria_hidden(true), focusable(false),
          rect(cls("bar-bg"), y(4), width(width_of_bar), height(6), rx(3)),
          rect(cls(late ? "bar-late" : "bar-in"), y(4), width(place(w.days)), height(6), rx(3)),
          when(w.standard_days > 0,
               [&] { return path(cls("bar-mark"), d("M" + std::to_string(place(w.standard_days)) + " 0v14")); })),
      when(
          late,
          [&] {
            return Html(
                group(span(cls("late"), aria_hidden(true), words(Text::days, {{"count", w.days}})),
                      span(cls("vh"), words(Text::late_days, {{"count", w.days}, {"standard", w.standard_days}}))));
          },
          [&] { return Html(span(words(Text::days, {{"count", w.days}}))); }));
}

}  // namespace yakuba::web
