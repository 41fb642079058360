// The two faces of the press, found only through a fontconfig configuration of our own, and the question whether a
// character can be drawn. Inside print only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "print/document.hpp"

typedef struct _PangoFontMap PangoFontMap;
typedef struct _PangoContext PangoContext;
typedef struct _PangoLayout PangoLayout;

namespace yakuba::print {

struct LayoutDeleter {
  void operator()(PangoLayout* layout) const;
};
using Layout = std::unique_ptr<PangoLayout, LayoutDeleter>;

struct TextStyle {
  Face face = Face::mincho;
  double size_pt = 10.5;
  double width_pt = 0;       // wraps at this width; 0: one line, however long
  double first_line_pt = 0;  // indent of the first line; negative: of all others
  Paragraph::Align align = Paragraph::Align::left;
  double line_spacing = 1.45;  // of the size, from base line to base line
};

class Fonts {
 public:
  static Result<std::unique_ptr<Fonts>> open(const FontFiles& files);
  ~Fonts();
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  // UTF-8, no control characters but '\n', and a glyph for each code point and each variation sequence.
  Result<> check(std::string_view text, std::string_view field, Face face) const;
  // Checks, then sets the text. The layout lives no longer than these fonts.
  Result<Layout> set(std::string_view text, std::string_view field, const TextStyle& style) const;
  Result<std::vector<std::uint32_t>> glyphs(std::string_view text, Face face) const;

 private:
  struct State;
  explicit Fonts(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yakuba::print
