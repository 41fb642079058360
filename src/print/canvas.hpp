// A page to draw on, in millimetres from its upper left corner, and the PDF that the pages become. Inside print only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "print/fonts.hpp"
#include "print/qr.hpp"

typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;

namespace yakuba::print {

inline constexpr double points_per_mm = 72.0 / 25.4;
inline constexpr double page_width_mm = 210;
inline constexpr double page_height_mm = 297;

struct Colour {
  double red = 0, green = 0, blue = 0;
};
inline constexpr Colour black{};
inline constexpr Colour vermilion{0.827, 0.212, 0.102};
inline constexpr Colour light_grey{0.94, 0.94, 0.94};
inline constexpr Colour pale_grey{0.87, 0.87, 0.87};

struct PdfWords {
  std::string title, author, subject;
  Date date;
};

class Canvas {
 public:
  explicit Canvas(const PdfWords& words);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void end_page();
  Result<Bytes> finish();

  // Structure of a tagged PDF (ISO 32000-1 §14.8.4): P, H1, H2, Table, TR, TH, TD, L, LI, Figure.
  void begin_tag(const char* name);
  void end_tag(const char* name);

  void text(PangoLayout* layout, double x_mm, double y_mm, Colour colour = black);
  void line_of(PangoLayout* layout, int line, double x_mm, double baseline_mm);
  void line(double x1_mm, double y1_mm, double x2_mm, double y2_mm, double width_pt = 0.5);
  void fill(double x_mm, double y_mm, double width_mm, double height_mm, Colour colour);
  void code(const QrMatrix& code, double x_mm, double y_mm, double size_mm);
  void seal(const Fonts& fonts, const Seal& seal, double x_mm, double y_mm);
  void watermark(PangoLayout* layout);

 private:
  void fit_outline(PangoLayout* layout, double x_pt, double y_pt, double width_pt, double height_pt);
  Bytes bytes_;
  cairo_surface_t* surface_ = nullptr;
  cairo_t* cairo_ = nullptr;
};

double height_mm(PangoLayout* layout);
double width_mm(PangoLayout* layout);
int line_count(PangoLayout* layout);
// From the top of the layout to the base line of that line.
double baseline_mm(PangoLayout* layout, int line);

}  // namespace yakuba::print
