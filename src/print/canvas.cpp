#include "print/canvas.hpp"

#include <cmath>

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

namespace yakuba::print {

namespace {

cairo_status_t append(void* to, const unsigned char* data, unsigned int length) {
  auto& bytes = *static_cast<Bytes*>(to);
  bytes.insert(bytes.end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

void set_colour(cairo_t* cairo, Colour colour) {
  cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue);
}

double to_points(double millimetres) {
  return millimetres * points_per_mm;
}
double to_mm(double points) {
  return points / points_per_mm;
}

}  // namespace

Canvas::Canvas(const PdfWords& words) {
  surface_ = cairo_pdf_surface_create_for_stream(append, &bytes_, to_points(page_width_mm), to_points(page_height_mm));
  cairo_pdf_surface_restrict_to_version(surface_, CAIRO_PDF_VERSION_1_5);
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, words.title.c_str());
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_AUTHOR, words.author.c_str());
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_SUBJECT, words.subject.c_str());
  // Cairo would write the time of the machine; the same letter must give the same bytes.
  const std::string at = words.date.text() + "T00:00:00+09:00";
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATE_DATE, at.c_str());
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_MOD_DATE, at.c_str());
  cairo_ = cairo_create(surface_);
}

Canvas::~Canvas() {
  if (cairo_) cairo_destroy(cairo_);
  if (surface_) {
    cairo_surface_finish(surface_);
    cairo_surface_destroy(surface_);
  }
}

void Canvas::end_page() {
  cairo_show_page(cairo_);
}

Result<Bytes> Canvas::finish() {
  const cairo_status_t drawn = cairo_status(cairo_);
  cairo_destroy(cairo_);
  cairo_ = nullptr;
  cairo_surface_finish(surface_);
  const cairo_status_t written = cairo_surface_status(surface_);
  cairo_surface_destroy(surface_);
  surface_ = nullptr;
  for (auto status : {drawn, written})
    if (status != CAIRO_STATUS_SUCCESS) return fail(ErrorKind::internal, "print.cairo", cairo_status_to_string(status));
  return std::move(bytes_);
}

void Canvas::begin_tag(const char* name) {
  cairo_tag_begin(cairo_, name, nullptr);
}
void Canvas::end_tag(const char* name) {
  cairo_tag_end(cairo_, name);
}

void Canvas::text(PangoLayout* layout, double x_mm, double y_mm, Colour colour) {
  set_colour(cairo_, colour);
  cairo_move_to(cairo_, to_points(x_mm), to_points(y_mm));
  pango_cairo_show_layout(cairo_, layout);
}

void Canvas::line_of(PangoLayout* layout, int line, double x_mm, double baseline) {
  PangoLayoutLine* text_line = pango_layout_get_line_readonly(layout, line);
  PangoRectangle extents;
  pango_layout_line_get_extents(text_line, nullptr, &extents);
  // A line alone knows neither alignment nor indent; both are in the layout's own coordinates.
  PangoLayoutIter* iterator = pango_layout_get_iter(layout);
  for (int i = 0; i < line; ++i) pango_layout_iter_next_line(iterator);
  PangoRectangle placed;
  pango_layout_iter_get_line_extents(iterator, nullptr, &placed);
  pango_layout_iter_free(iterator);
  set_colour(cairo_, black);
  cairo_move_to(cairo_, to_points(x_mm) + static_cast<double>(placed.x - extents.x) / PANGO_SCALE, to_points(baseline));
  pango_cairo_show_layout_line(cairo_, text_line);
}

void Canvas::line(double x1_mm, double y1_mm, double x2_mm, double y2_mm, double width_pt) {
  set_colour(cairo_, black);
  cairo_set_line_width(cairo_, width_pt);
  cairo_move_to(cairo_, to_points(x1_mm), to_points(y1_mm));
  cairo_line_to(cairo_, to_points(x2_mm), to_points(y2_mm));
  cairo_stroke(cairo_);
}

void Canvas::fill(double x_mm, double y_mm, double width, double height, Colour colour) {
  set_colour(cairo_, colour);
  cairo_rectangle(cairo_, to_points(x_mm), to_points(y_mm), to_points(width), to_points(height));
  cairo_fill(cairo_);
}

void Canvas::code(const QrMatrix& code, double x_mm, double y_mm, double size_mm) {
  const double module = to_points(size_mm) / (code.width + 8);  // the quiet zone of 4 modules is inside the size
  set_colour(cairo_, black);
  for (int row = 0; row < code.height(); ++row) {
    for (int column = 0; column < code.width;) {
      int run = 0;
      while (column + run < code.width && code.at(column + run, row)) ++run;
      if (run > 0)
        cairo_rectangle(cairo_, to_points(x_mm) + (column + 4) * module, to_points(y_mm) + (row + 4) * module,
                        run * module, module);
      column += run > 0 ? run : 1;
    }
  }
  cairo_fill(cairo_);
}

// Fills the current path's box with the ink of one layout, stretched: seal characters fill their cells.
void Canvas::fit_outline(PangoLayout* layout, double x_pt, double y_pt, double width_pt, double height_pt) {
  PangoRectangle ink;
  pango_layout_get_extents(layout, &ink, nullptr);
  if (ink.width == 0 || ink.height == 0) return;
  cairo_save(cairo_);
  cairo_translate(cairo_, x_pt, y_pt);
  cairo_scale(cairo_, width_pt * PANGO_SCALE / ink.width, height_pt * PANGO_SCALE / ink.height);
  cairo_move_to(cairo_, -static_cast<double>(ink.x) / PANGO_SCALE, -static_cast<double>(ink.y) / PANGO_SCALE);
  pango_cairo_layout_path(cairo_, layout);
  cairo_restore(cairo_);
}

void Canvas::seal(const Fonts& fonts, const Seal& seal, double x_mm, double y_mm) {
  const double size = to_points(seal.size_mm), x = to_points(x_mm), y = to_points(y_mm);
  const double frame = size * 0.045, gap = size * 0.05;
  set_colour(cairo_, vermilion);
  cairo_set_line_width(cairo_, frame);
  cairo_set_line_join(cairo_, CAIRO_LINE_JOIN_ROUND);
  cairo_rectangle(cairo_, x + frame / 2, y + frame / 2, size - frame, size - frame);
  cairo_stroke(cairo_);
  const double inner = size - 2 * frame - 2 * gap;
  const double column_width = inner / static_cast<double>(seal.columns.size());
  for (std::size_t column = 0; column < seal.columns.size(); ++column) {
    const std::string& letters = seal.columns[column];
    std::vector<std::string> cells;
    for (unsigned char byte : letters) {
      if ((byte & 0xC0) != 0x80) cells.emplace_back();
      cells.back().push_back(static_cast<char>(byte));
    }
    const double cell_height = inner / static_cast<double>(cells.size());
    const double cell_x = x + size - frame - gap - column_width * static_cast<double>(column + 1);
    for (std::size_t row = 0; row < cells.size(); ++row) {
      auto layout = fonts.set(cells[row], "seal", {.size_pt = 100});
      if (!layout) continue;  // the columns were checked as a whole before
      const double pad = column_width * 0.06;
      fit_outline(layout->get(), cell_x + pad, y + frame + gap + cell_height * static_cast<double>(row) + pad,
                  column_width - 2 * pad, cell_height - 2 * pad);
    }
  }
  set_colour(cairo_, vermilion);
  cairo_fill(cairo_);
  if (seal.specimen.empty()) return;
  // 「見本」 on a white band across: nobody shall take a demo's seal for a real one.
  auto layout = fonts.set(seal.specimen, "seal", {.face = Face::gothic, .size_pt = 100});
  if (!layout) return;
  cairo_save(cairo_);
  cairo_translate(cairo_, x + size / 2, y + size / 2);
  cairo_rotate(cairo_, -M_PI / 8);
  cairo_rectangle(cairo_, -size * 0.44, -size * 0.14, size * 0.88, size * 0.28);
  cairo_set_source_rgb(cairo_, 1, 1, 1);
  cairo_fill_preserve(cairo_);
  set_colour(cairo_, vermilion);
  cairo_set_line_width(cairo_, frame * 0.6);
  cairo_stroke(cairo_);
  fit_outline(layout->get(), -size * 0.24, -size * 0.1, size * 0.48, size * 0.2);
  cairo_fill(cairo_);
  cairo_restore(cairo_);
}

void Canvas::watermark(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  cairo_save(cairo_);
  cairo_translate(cairo_, to_points(page_width_mm / 2), to_points(page_height_mm / 2));
  cairo_rotate(cairo_, -M_PI / 6);
  set_colour(cairo_, pale_grey);
  cairo_move_to(cairo_, -static_cast<double>(logical.width) / PANGO_SCALE / 2,
                -static_cast<double>(logical.height) / PANGO_SCALE / 2);
  pango_cairo_show_layout(cairo_, layout);
  cairo_restore(cairo_);
}

double height_mm(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return to_mm(static_cast<double>(logical.height) / PANGO_SCALE);
}

double width_mm(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return to_mm(static_cast<double>(logical.width) / PANGO_SCALE);
}

int line_count(PangoLayout* layout) {
  return pango_layout_get_line_count(layout);
}

double baseline_mm(PangoLayout* layout, int line) {
  PangoLayoutIter* iterator = pango_layout_get_iter(layout);
  for (int i = 0; i < line; ++i) pango_layout_iter_next_line(iterator);
  const double baseline = static_cast<double>(pango_layout_iter_get_baseline(iterator)) / PANGO_SCALE;
  pango_layout_iter_free(iterator);
  return to_mm(baseline);
}

}  // namespace yakuba::print
