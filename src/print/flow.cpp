#include "print/flow.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "print/qr.hpp"

namespace yakuba::print {

namespace {

using SharedLayout = std::shared_ptr<PangoLayout>;
constexpr double line_pitch = 1.62;  // of the size; office letters are set wide
constexpr double cell_padding_mm = 1.4;
constexpr double row_height_max_mm = 220;

SharedLayout share(Layout layout) {
  return SharedLayout(layout.release(), LayoutDeleter{});
}

double pt_to_mm(double points) {
  return points / points_per_mm;
}

// Lines of one layout as pieces; `lead` is drawn left of the first line (the mark of a list item).
void add_lines(Flow& flow, SharedLayout layout, double size_pt, double indent_mm, double before_mm, int block,
               const char* tag, bool keep_with_next, SharedLayout lead = nullptr) {
  const double pitch_mm = pt_to_mm(size_pt * line_pitch);
  const double baseline = pitch_mm * 0.5 + pt_to_mm(size_pt) * 0.36;
  const int lines = line_count(layout.get());
  for (int line = 0; line < lines; ++line) {
    Piece piece{.height_mm = pitch_mm, .space_before_mm = line == 0 ? before_mm : 0, .block = block, .tag = tag};
    // No single line of a paragraph alone at the foot or head of a page.
    piece.keep_with_next = keep_with_next || (lines > 1 && (line == 0 || line == lines - 2));
    piece.draw = [layout, line, indent_mm, baseline, lead](Canvas& canvas, double x, double y) {
      if (lead && line == 0) canvas.line_of(lead.get(), 0, x, y + baseline);
      canvas.line_of(layout.get(), line, x + indent_mm, y + baseline);
    };
    flow.pieces.push_back(std::move(piece));
  }
}

Result<> add(Flow& flow, const Fonts& fonts, const Paragraph& block, const Frame& frame, int number,
             const std::string& field) {
  const double indent = block.indent_mm;
  Layout layout =
      TRY(fonts.set(block.text, field,
                    {.size_pt = block.size_pt,
                     .width_pt = (frame.width_mm - indent) * points_per_mm,
                     .first_line_pt = block.opening && block.align == Paragraph::Align::left ? block.size_pt : 0,
                     .align = block.align}));
  add_lines(flow, share(std::move(layout)), block.size_pt, indent, 1.0, number, "P", false);
  return {};
}

Result<> add(Flow& flow, const Fonts& fonts, const Heading& block, const Frame& frame, int number,
             const std::string& field) {
  Layout layout = TRY(
      fonts.set(block.text, field, {.face = Face::gothic, .size_pt = 11, .width_pt = frame.width_mm * points_per_mm}));
  add_lines(flow, share(std::move(layout)), 11, 0, 3.0, number, "H2", true);
  return {};
}

Result<> add(Flow& flow, const Fonts& fonts, const List& block, const Frame& frame, int number,
             const std::string& field) {
  constexpr double size_pt = 10.5, mark_mm = 8;
  int item = 0;
  for (const std::string& text : block.items) {
    ++item;
    const std::string where = fmt::format("{}, item {}", field, item);
    Layout mark = TRY(fonts.set(block.numbered ? fmt::format("（{}）", item) : "・", where, {.size_pt = size_pt}));
    Layout layout =
        TRY(fonts.set(text, where, {.size_pt = size_pt, .width_pt = (frame.width_mm - mark_mm) * points_per_mm}));
    add_lines(flow, share(std::move(layout)), size_pt, mark_mm, 0.4, number * 1000 + item, "LI", false,
              share(std::move(mark)));
  }
  return {};
}

struct Row {
  std::vector<SharedLayout> cells;
  double height_mm = 0;
};

Result<Row> set_row(const Fonts& fonts, const std::vector<std::string>& texts, const std::vector<double>& widths,
                    const Table& table, bool head, const std::string& field) {
  Row row;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    const std::string text = column < texts.size() ? texts[column] : std::string();
    const bool amount = !head && std::ranges::find(table.amounts, column) != table.amounts.end();
    const TextStyle style{.face = head ? Face::gothic : Face::mincho,
                          .size_pt = head ? 9.0 : 10.0,
                          .width_pt = (widths[column] - 2 * cell_padding_mm) * points_per_mm,
                          .align = head     ? Paragraph::Align::centre
                                   : amount ? Paragraph::Align::right
                                            : Paragraph::Align::left,
                          .line_spacing = 1.3};
    Layout layout = TRY(fonts.set(text, fmt::format("{}, column {}", field, column + 1), style));
    row.height_mm = std::max(row.height_mm, height_mm(layout.get()) + 2 * cell_padding_mm);
    row.cells.push_back(share(std::move(layout)));
  }
  return row;
}

Piece row_piece(Row row, std::vector<double> widths, bool head, bool first_is_head, int block) {
  Piece piece{.height_mm = row.height_mm, .block = block, .tag = "Table"};
  piece.draw = [row = std::move(row), widths = std::move(widths), head, first_is_head](Canvas& canvas, double x,
                                                                                       double y) {
    const double width = std::accumulate(widths.begin(), widths.end(), 0.0);
    if (head) canvas.fill(x, y, width, row.height_mm, light_grey);
    if (!head && first_is_head) canvas.fill(x, y, widths[0], row.height_mm, light_grey);
    canvas.line(x, y, x + width, y, 0.4);
    canvas.line(x, y + row.height_mm, x + width, y + row.height_mm, 0.4);
    canvas.begin_tag("TR");
    double cell_x = x;
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const char* tag = head || (first_is_head && column == 0) ? "TH" : "TD";
      canvas.line(cell_x, y, cell_x, y + row.height_mm, 0.4);
      canvas.begin_tag(tag);
      canvas.text(row.cells[column].get(), cell_x + cell_padding_mm,
                  y + (row.height_mm - height_mm(row.cells[column].get())) / 2);
      canvas.end_tag(tag);
      cell_x += widths[column];
    }
    canvas.end_tag("TR");
    canvas.line(cell_x, y, cell_x, y + row.height_mm, 0.4);
  };
  return piece;
}

Result<> add(Flow& flow, const Fonts& fonts, const Table& table, const Frame& frame, int number,
             const std::string& field) {
  std::size_t columns = table.head.size();
  for (const auto& row : table.rows) columns = std::max(columns, row.size());
  if (columns == 0) return {};
  std::vector<double> widths = table.widths;
  if (widths.size() != columns) widths.assign(columns, 1.0);
  const double total = std::accumulate(widths.begin(), widths.end(), 0.0);
  if (!(total > 0)) return fail(ErrorKind::invalid, "print.table_widths", "", {.field = field});
  for (double& width : widths) width *= frame.width_mm / total;

  int head_index = -1;
  if (!table.head.empty()) {
    Row head = TRY(set_row(fonts, table.head, widths, table, true, field + ", head"));
    Piece piece = row_piece(std::move(head), widths, true, false, number);
    head_index = static_cast<int>(flow.table_heads.size());
    flow.table_heads.push_back(piece);
    piece.space_before_mm = 2;
    piece.keep_with_next = true;
    flow.pieces.push_back(std::move(piece));
  }
  for (std::size_t index = 0; index < table.rows.size(); ++index) {
    const std::string where = fmt::format("{}, row {}", field, index + 1);
    Row row = TRY(set_row(fonts, table.rows[index], widths, table, false, where));
    if (row.height_mm > row_height_max_mm) return fail(ErrorKind::invalid, "print.row_too_tall", "", {.field = where});
    Piece piece = row_piece(std::move(row), widths, false, table.first_column_is_head, number);
    piece.space_before_mm = index == 0 && head_index < 0 ? 2 : 0;
    piece.head_of_table = head_index;
    flow.pieces.push_back(std::move(piece));
  }
  return {};
}

Result<> add(Flow& flow, const Fonts& fonts, const Code& block, const Frame& frame, int number,
             const std::string& field) {
  auto code = std::make_shared<QrMatrix>(TRY(encode_qr(block.text)));
  const double text_mm = frame.width_mm - block.size_mm - 3;
  auto caption = share(TRY(fonts.set(block.caption, field + ", caption",
                                     {.size_pt = 9.5, .width_pt = text_mm * points_per_mm, .line_spacing = 1.35})));
  auto shown = share(TRY(fonts.set(block.shown, field + ", shown",
                                   {.size_pt = 9, .width_pt = text_mm * points_per_mm, .line_spacing = 1.3})));
  const double words = height_mm(caption.get()) + (block.shown.empty() ? 0 : 1 + height_mm(shown.get()));
  Piece piece{.height_mm = std::max(block.size_mm, words), .space_before_mm = 2, .block = number, .tag = "Figure"};
  const double size = block.size_mm;
  piece.draw = [=, height = piece.height_mm](Canvas& canvas, double x, double y) {
    canvas.code(*code, x, y, size);
    const double top = y + std::max(0.0, (height - words) / 2);
    canvas.text(caption.get(), x + size + 3, top);
    canvas.text(shown.get(), x + size + 3, top + height_mm(caption.get()) + 1);
  };
  flow.pieces.push_back(std::move(piece));
  return {};
}

Result<> add(Flow& flow, const Fonts&, const PageBreak&, const Frame&, int number, const std::string&) {
  flow.pieces.push_back({.breaks_page = true, .block = number, .draw = [](Canvas&, double, double) {}});
  return {};
}

}  // namespace

Result<Flow> flow_of(const Fonts& fonts, const std::vector<Block>& blocks, const Frame& frame, int first_block,
                     std::string_view place) {
  Flow flow;
  int number = first_block;
  for (const Block& block : blocks) {
    const std::string field = fmt::format("{}, block {}", place, number - first_block + 1);
    TRY(std::visit([&](const auto& value) { return add(flow, fonts, value, frame, number, field); }, block));
    ++number;
  }
  return flow;
}

namespace {

struct Paginator {
  const Flow& flow;
  double top_mm, bottom_mm, y_mm;
  std::vector<PlacedPage> pages{1};

  double room() const { return bottom_mm - y_mm; }
  bool page_is_empty() const { return pages.back().empty(); }
  void new_page() {
    pages.emplace_back();
    y_mm = top_mm;
  }
  void place(const Piece& piece) {
    if (!page_is_empty()) y_mm += piece.space_before_mm;
    pages.back().push_back({&piece, y_mm});
    y_mm += piece.height_mm;
  }
};

// The height of a piece and of all that must stay with it.
double height_together(const std::vector<Piece>& pieces, std::size_t index) {
  double height = 0;
  for (std::size_t i = index; i < pieces.size(); ++i) {
    height += pieces[i].height_mm + (i == index ? 0 : pieces[i].space_before_mm);
    if (!pieces[i].keep_with_next) break;
  }
  return height;
}

}  // namespace

Result<std::vector<PlacedPage>> paginate(const Flow& body, const Flow& together, double first_top_mm, double top_mm,
                                         double bottom_mm) {
  Paginator at{body, top_mm, bottom_mm, first_top_mm};
  for (std::size_t i = 0; i < body.pieces.size(); ++i) {
    const Piece& piece = body.pieces[i];
    if (piece.breaks_page) {
      if (!at.page_is_empty()) at.new_page();
      continue;
    }
    const double before = at.page_is_empty() ? 0 : piece.space_before_mm;
    const bool chain_fits = before + height_together(body.pieces, i) <= at.room();
    const bool chain_can_fit = height_together(body.pieces, i) <= bottom_mm - top_mm;
    const bool fits = before + piece.height_mm <= at.room();
    if (!(chain_can_fit ? chain_fits : fits) && (!at.page_is_empty() || at.pages.size() == 1)) {
      // A rule that holds lines together starts a page once for a chain, never between its members.
      const bool inside_chain = i > 0 && body.pieces[i - 1].keep_with_next && fits;
      if (!inside_chain) {
        at.new_page();
        if (piece.head_of_table >= 0) at.place(body.table_heads[static_cast<std::size_t>(piece.head_of_table)]);
      }
    }
    at.place(piece);
    if (at.pages.size() > static_cast<std::size_t>(pages_max))
      return fail(ErrorKind::invalid, "print.too_many_pages", fmt::format("more than {}", pages_max));
  }
  double box = 0;
  for (const Piece& piece : together.pieces) box += piece.height_mm + piece.space_before_mm;
  if (!together.pieces.empty() && box + 4 > at.room()) at.new_page();
  if (!at.page_is_empty()) at.y_mm += 4;
  for (const Piece& piece : together.pieces) at.place(piece);
  return at.pages;
}

void draw_page(Canvas& canvas, const PlacedPage& page, double left_mm) {
  const Piece* before = nullptr;
  for (const PlacedPiece& placed : page) {
    const bool same = before && before->block == placed.piece->block;
    if (before && !same) canvas.end_tag(before->tag);
    if (!same) canvas.begin_tag(placed.piece->tag);
    placed.piece->draw(canvas, left_mm, placed.y_mm);
    before = placed.piece;
  }
  if (before) canvas.end_tag(before->tag);
}

}  // namespace yakuba::print
