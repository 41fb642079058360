#include "print/fonts.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>
#include <hb-ot.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include "base/text.hpp"

namespace yakuba::print {

namespace {

struct Character {
  char32_t point = 0;
  std::size_t at = 0, bytes = 0;
};

// `text` is valid UTF-8 (checked before).
Character next_character(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t point = bytes == 1 ? lead : lead & (0x7F >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) point = (point << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  return {point, at, bytes};
}

bool is_variation_selector(char32_t point) {
  return (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF);
}

bool is_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F) ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
}

Error character_error(std::string code, std::string_view text, std::string_view field, const Character& first,
                      const Character* selector) {
  const std::size_t bytes = first.bytes + (selector ? selector->bytes : 0);
  std::string points = fmt::format("U+{:04X}", static_cast<std::uint32_t>(first.point));
  if (selector) points += fmt::format(" U+{:04X}", static_cast<std::uint32_t>(selector->point));
  Error error{ErrorKind::invalid, std::move(code), "", {}, {}};
  error.place.field = std::string(field);
  error.detail = fmt::format("{} in {}", points, field);
  error.arguments = {
      {"character", std::string(text.substr(first.at, bytes))}, {"code_points", points}, {"field", std::string(field)}};
  return error;
}

}  // namespace

void LayoutDeleter::operator()(PangoLayout* layout) const {
  g_object_unref(layout);
}

struct Fonts::State {
  FcConfig* config = nullptr;
  PangoFontMap* map = nullptr;
  PangoContext* context = nullptr;
  hb_font_t* faces[2] = {nullptr, nullptr};
  std::string families[2];

  ~State() {
    for (auto* face : faces)
      if (face) hb_font_destroy(face);
    if (context) g_object_unref(context);
    if (map) g_object_unref(map);
    if (config) FcConfigDestroy(config);
  }
};

Fonts::Fonts(std::unique_ptr<State> state) : state_(std::move(state)) {}
Fonts::~Fonts() = default;

namespace {

Result<hb_font_t*> open_face(const std::string& file) {
  hb_blob_t* blob = hb_blob_create_from_file_or_fail(file.c_str());
  if (!blob) return fail(ErrorKind::unavailable, "print.font", "cannot read the font " + file);
  hb_face_t* face = hb_face_create(blob, 0);
  hb_blob_destroy(blob);
  if (hb_face_get_glyph_count(face) == 0) {
    hb_face_destroy(face);
    return fail(ErrorKind::unavailable, "print.font", "not a font: " + file);
  }
  hb_font_t* font = hb_font_create(face);
  hb_face_destroy(face);
  return font;
}

// The family name that fontconfig read from the file, so that Pango asks for exactly that file.
std::string family_of(FcConfig* config, const std::string& file) {
  FcFontSet* set = FcConfigGetFonts(config, FcSetApplication);
  for (int i = 0; set && i < set->nfont; ++i) {
    FcChar8* name = nullptr;
    FcChar8* family = nullptr;
    if (FcPatternGetString(set->fonts[i], FC_FILE, 0, &name) == FcResultMatch &&
        file == reinterpret_cast<const char*>(name) &&
        FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &family) == FcResultMatch)
      return reinterpret_cast<const char*>(family);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Fonts>> Fonts::open(const FontFiles& files) {
  auto state = std::make_unique<State>();
  state->config = FcConfigCreate();
  const std::string* paths[2] = {&files.mincho, &files.gothic};
  for (int i = 0; i < 2; ++i) {
    const std::string& path = *paths[i];
    state->faces[i] = TRY(open_face(path));
    if (!FcConfigAppFontAddFile(state->config, reinterpret_cast<const FcChar8*>(path.c_str())))
      return fail(ErrorKind::unavailable, "print.font", "fontconfig refuses " + path);
    state->families[i] = family_of(state->config, path);
    if (state->families[i].empty()) return fail(ErrorKind::unavailable, "print.font", "no family name in " + path);
  }
  state->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  if (!state->map) return fail(ErrorKind::unavailable, "print.font", "cairo was built without FreeType");
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(state->map), state->config);
  state->context = pango_font_map_create_context(state->map);
  pango_context_set_language(state->context, pango_language_from_string("ja"));
  pango_context_set_round_glyph_positions(state->context, FALSE);
  // Positions on paper must not depend on a screen's pixels.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(state->context, options);
  cairo_font_options_destroy(options);
  return std::unique_ptr<Fonts>(new Fonts(std::move(state)));
}

Result<> Fonts::check(std::string_view text, std::string_view field, Face face) const {
  if (text.size() > text_bytes_max)
    return fail(ErrorKind::invalid, "print.too_long", "", {.field = std::string(field)});
  if (!is_utf8(text)) return fail(ErrorKind::invalid, "print.not_utf8", "", {.field = std::string(field)});
  hb_font_t* font = state_->faces[static_cast<int>(face)];
  for (std::size_t at = 0; at < text.size();) {
    const Character character = next_character(text, at);
    at += character.bytes;
    if (character.point == '\n') continue;
    if (is_control(character.point) || is_variation_selector(character.point))
      return std::unexpected(character_error("print.control_character", text, field, character, nullptr));
    hb_codepoint_t glyph = 0;
    if (at < text.size()) {
      const Character selector = next_character(text, at);
      if (is_variation_selector(selector.point)) {
        at += selector.bytes;
        // The question that must never be skipped: HarfBuzz itself falls back to the plain glyph without a word.
        if (!hb_font_get_variation_glyph(font, character.point, selector.point, &glyph) || glyph == 0)
          return std::unexpected(character_error("print.no_glyph", text, field, character, &selector));
        continue;
      }
    }
    if (!hb_font_get_nominal_glyph(font, character.point, &glyph) || glyph == 0)
      return std::unexpected(character_error("print.no_glyph", text, field, character, nullptr));
  }
  return {};
}

Result<Layout> Fonts::set(std::string_view text, std::string_view field, const TextStyle& style) const {
  TRY(check(text, field, style.face));
  Layout layout(pango_layout_new(state_->context));
  PangoFontDescription* description = pango_font_description_new();
  pango_font_description_set_family(description, state_->families[static_cast<int>(style.face)].c_str());
  pango_font_description_set_absolute_size(description, style.size_pt * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), description);
  pango_font_description_free(description);
  PangoAttrList* attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_fallback_new(FALSE));
  pango_layout_set_attributes(layout.get(), attributes);
  pango_attr_list_unref(attributes);
  if (style.width_pt > 0) {
    pango_layout_set_width(layout.get(), static_cast<int>(style.width_pt * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  }
  pango_layout_set_line_spacing(layout.get(), static_cast<float>(style.line_spacing));
  pango_layout_set_indent(layout.get(), static_cast<int>(style.first_line_pt * PANGO_SCALE));
  pango_layout_set_alignment(layout.get(), style.align == Paragraph::Align::right    ? PANGO_ALIGN_RIGHT
                                           : style.align == Paragraph::Align::centre ? PANGO_ALIGN_CENTER
                                                                                     : PANGO_ALIGN_LEFT);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  // A second look at what Pango really chose: belt and braces for "refuse, never substitute".
  if (pango_layout_get_unknown_glyphs_count(layout.get()) > 0)
    return fail(ErrorKind::invalid, "print.no_glyph", "Pango found no glyph", {.field = std::string(field)});
  return layout;
}

Result<std::vector<std::uint32_t>> Fonts::glyphs(std::string_view text, Face face) const {
  Layout layout = TRY(set(text, "text", {.face = face}));
  std::vector<std::uint32_t> result;
  PangoLayoutIter* iterator = pango_layout_get_iter(layout.get());
  do {
    if (PangoLayoutRun* run = pango_layout_iter_get_run_readonly(iterator))
      for (int i = 0; i < run->glyphs->num_glyphs; ++i)
        if (run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY) result.push_back(run->glyphs->glyphs[i].glyph);
  } while (pango_layout_iter_next_run(iterator));
  pango_layout_iter_free(iterator);
  return result;
}

}  // namespace yakuba::print
