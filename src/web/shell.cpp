// The frames of pages: head, reading switches, footer, the icons that were used.
#include <cmath>

#include "base/text.hpp"
#include "web/assets.hpp"
#include "web/components.hpp"
#include "web/raw.hpp"
#include "web/texts.hpp"

namespace yakuba::web {

using namespace html;

namespace {

// Icons that a piece needs, without a mark of their own.
struct IconsOf {
  const IconSet& icons;
  void write(Writer& out) const { out.icons |= icons; }
};

bool is_reading_field(std::string_view field) {
  return field == "lang" || field == "easy" || field == "ruby";
}

struct Start {
  std::string_view town, stylesheet, title;
  bool has_errors;
  std::string_view script, nonce, body_class;
};
void write_start(Writer& out, const Words& words, const Start& start) {
  out.literal("<!doctype html>\n<html lang=\"");
  out.literal(html_lang(words.language()));
  out.literal(
      "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>");
  if (start.has_errors)
    out.escape(words(Text::error_title, {{"title", start.title}}).plain());
  else
    out.escape(start.title);
  out.literal(" - ");
  out.escape(start.town);
  out.literal("</title>\n<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"");
  out.escape(asset_href("yakuba.css"));
  out.literal("\">\n");
  if (!start.stylesheet.empty()) {
    out.literal("<link rel=\"stylesheet\" href=\"");
    out.escape(safe_address(start.stylesheet));
    out.literal("\">\n");
  }
  if (!start.script.empty() && !start.nonce.empty()) {
    out.literal("<script defer src=\"");
    out.escape(asset_href(start.script));
    out.literal("\" nonce=\"");
    out.escape(start.nonce);
    out.literal("\"></script>\n");
  }
  out.literal("</head>\n<body");
  if (!start.body_class.empty()) put(out, Raw(" class=\"")), out.escape(start.body_class), out.literal("\"");
  out.literal(">\n");
  put(out, a(cls("skip"), href("#main"), words(Text::skip)));
}

// The symbols that the page used, once each, and the end.
void write_end(Writer& out) {
  if (out.icons.any()) {
    out.literal("\n<svg width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\" class=\"vh\"><defs>");
    for (std::size_t i = 0; i < static_cast<std::size_t>(Icon::count_); ++i) {
      if (!out.icons.test(i)) continue;
      out.literal("<symbol id=\"");
      out.literal(icon_id(static_cast<Icon>(i)));
      out.literal("\" viewBox=\"0 0 24 24\">");
      out.literal(icon_shape(static_cast<Icon>(i)));
      out.literal("</symbol>");
    }
    out.literal("</defs></svg>");
  }
  out.literal("\n</body>\n</html>\n");
}

// --- the resident's head ---

std::string address_with(const Fields& query, std::string_view field, std::string_view field_value) {
  std::string address = "?";
  for (const auto& [key, kept] : query.items)
    if (!is_reading_field(key))
      address.append(percent_encode(key)).append("=").append(percent_encode(kept)).append("&");
  return address.append(field).append("=").append(percent_encode(field_value));
}

// Inside a form the switches are its buttons, else links and a form of their own.
struct Switches {
  const Words& words;
  const std::vector<LanguageChoice>& languages;
  const Fields& query;
  std::string_view form;
};

Html language_item(const Switches& s, const LanguageChoice& choice) {
  const auto primary = choice.tag == "ja-easy" ? std::string("ja") : choice.tag;
  const auto foreign =
      primary == html_lang(s.words.language()) ? std::optional<std::string>() : std::optional(primary);
  if (!s.form.empty())
    return li(button(cls("menu-item"), form_id(s.form), name("lang"), value(choice.tag), formnovalidate(true),
                     lang(foreign), aria_current("true").only_if(choice.current), choice.name));
  return li(a(href(address_with(s.query, "lang", choice.tag)), lang(foreign), hreflang(foreign),
              aria_current("true").only_if(choice.current), choice.name));
}

Html language_menu(const Switches& s) {
  if (s.languages.size() < 2) return {};
  return details(cls("menu"), summary(icon(Icon::globe), span(lang("en"), "Language"), icon(Icon::down)),
                 ul(each(s.languages, [&](const LanguageChoice& choice) { return language_item(s, choice); })));
}

Html toggle(const Switches& s, std::string_view field, bool on, const Phrase& words) {
  const bool in_form = !s.form.empty();
  return button(cls("toggle"), form_id(s.form).only_if(in_form), formnovalidate(in_form), name(field),
                value(on ? "0" : "1"), aria_pressed(on), together(words));
}

Html switches_of(const Switches& s) {
  const auto& words = s.words;
  const Html switches =
      group(language_menu(s), toggle(s, "easy", words.language() == Language::ja_easy, words(Text::easy)),
            toggle(s, "ruby", words.reader().furigana, words(Text::ruby)));
  // Inside a page's form the switches send what was typed. The first button of a form is what the Enter key presses
  // (HTML §4.10.21.2), so a hidden one that only sends the form comes before the switches.
  if (!s.form.empty())
    return div(cls("reading"), role("group"), aria_label(words(Text::reading)),
               button(form_id(s.form), hidden(true), words(Text::next_page)), borrowed(switches));
  return form(cls("reading"), method("get"), aria_label(words(Text::reading)),
              each(s.query.items,
                   [](const auto& item) {
                     return when(!is_reading_field(item.first),
                                 [&] { return input(type("hidden"), name(item.first), value(item.second)); });
                   }),
              borrowed(switches));
}

// The switches of a form whose id is not known yet, cut where it stands. No word of a page holds U+0001.
std::vector<Html> pieces_of_switches(const Words& words, const std::vector<LanguageChoice>& languages) {
  constexpr std::string_view hole = "\x01";
  const Html whole = switches_of({words, languages, {}, hole});
  std::vector<Html> pieces;
  for (const std::string_view piece : split(whole.markup(), hole.front())) pieces.emplace_back(Raw(piece));
  if (!pieces.empty()) pieces.front().add(IconsOf{whole.icons()});
  return pieces;
}

// Node: the reading switches of a page.
struct ReadingSwitches {
  const ResidentShell& shell;
  void write(Writer& out) const {
    const ResidentFrame& frame = *shell.frame;
    if (shell.reading_form.empty()) return put(out, switches_of({shell.words, frame.languages, shell.query, {}}));
    for (std::size_t i = 0; i < frame.switches.size(); ++i) {
      if (i > 0) out.escape(shell.reading_form);
      frame.switches[i].write(out);
    }
  }
};

Html person_link(const ResidentShell& shell) {
  if (shell.person) return a(cls("back"), href(shell.person->href), icon(Icon::person), borrowed(shell.person->text));
  if (!shell.can_log_in) return {};
  return a(cls("btn btn-2 btn-s"), href(shell.login_href), icon(Icon::person), shell.words(Text::log_in));
}

Html link_item(const Link& link) {
  return li(a(href(link.href.text), aria_current("page").only_if(link.current), borrowed(link.text)));
}

Html resident_foot(const TownFace& face, const Foot& foot) {
  return footer(
      cls("foot"),
      div(cls("wrap"),
          div(cls("cols"),
              section(
                  cls("stack-s"), h2(face.office.empty() ? face.name : face.office),
                  p(each(foot.office_lines,
                         [](const Html& line, std::size_t i) { return group(when(i > 0, br()), borrowed(line)); }))),
              each(foot.columns,
                   [](const FootColumn& column) {
                     return section(h2(borrowed(column.title)), ul(each(column.links, link_item)));
                   })),
          when(!foot.note.empty(), [&] { return p(cls("foot-end small muted"), borrowed(foot.note)); })));
}

Html menu_item(const Link& link) {
  return li(a(href(link.href.text), aria_current("page").only_if(link.current), borrowed(link.text),
              when(link.count.has_value(), [&] { return group(" ", span(cls("count"), *link.count)); })));
}

Html desk_person(const DeskShell& shell) {
  if (shell.person.empty()) return {};
  return div(cls("desk-me"),
             span(when(!shell.section.empty(), [&] { return span(cls("sec"), shell.section, " "); }), shell.person),
             form(method("post"), action(shell.leave_action), hidden_fields(shell.leave_token, ""),
                  button(cls("link"), shell.words(Text::leave_desk))));
}

bool is_path_data(std::string_view data) {
  return data.find_first_not_of("MmLlHhVvCcSsQqTtAaZz0123456789 ,.+-e") == std::string_view::npos;
}

// "1.8" for 1.8, without a locale.
std::string short_number(double number) {
  const auto tenths = static_cast<std::int64_t>(number * 10 + 0.5);
  return tenths % 10 == 0 ? std::to_string(tenths / 10)
                          : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

Html town_mark(const std::vector<MarkShape>& mark) {
  if (mark.empty()) return {};
  return svg(view_box("0 0 44 44"), aria_hidden(true), focusable(false), each(mark, [](const MarkShape& shape) {
               return when(is_path_data(shape.path), [&] {
                 return path(d(shape.path), fill(shape.filled ? "currentColor" : "none"),
                             stroke("currentColor").only_if(!shape.filled),
                             stroke_width(short_number(shape.stroke_width)).only_if(!shape.filled));
               });
             }));
}

Html brand(const TownFace& face, bool with_window) {
  if (!with_window) return a(cls("brand"), href(face.home), town_mark(face.mark), span(cls("brand-name"), face.name));
  return a(cls("brand"), href(face.home), town_mark(face.mark),
           span(span(cls("brand-name"), face.name),
                when(!face.window.empty(), [&] { return span(cls("brand-sub"), face.window); })));
}

std::shared_ptr<const ResidentFrame> resident_frame(const Words& words, const TownFace& face, const Foot& foot,
                                                    std::vector<LanguageChoice> languages) {
  std::vector<Html> switches = pieces_of_switches(words, languages);
  return std::make_shared<const ResidentFrame>(ResidentFrame{face.name, face.stylesheet, brand(face, true),
                                                             resident_foot(face, foot), std::move(languages),
                                                             std::move(switches)});
}

std::string resident_page(const ResidentShell& shell, const Html& main) {
  const ResidentFrame& frame = *shell.frame;
  Writer out;
  out.text.reserve(main.markup().size() + frame.brand.markup().size() + frame.foot.markup().size() + 6'144);
  write_start(out, shell.words,
              {.town = frame.name,
               .stylesheet = frame.stylesheet,
               .title = shell.title.text,
               .has_errors = shell.has_errors,
               .script = shell.script,
               .nonce = shell.nonce,
               .body_class = ""});
  put(out, header(cls("head"),
                  div(cls("wrap head-in"), borrowed(frame.brand), ReadingSwitches{shell}, person_link(shell))));
  put(out, main_element(id("main"), cls(shell.main_class).only_if(!shell.main_class.empty()), borrowed(main)));
  put(out, borrowed(frame.foot));
  write_end(out);
  return std::move(out.text);
}

std::string desk_page(const DeskShell& shell, const Html& main) {
  Writer out;
  out.text.reserve(main.markup().size() + 4'096);
  write_start(out, shell.words,
              {.town = shell.face.name,
               .stylesheet = shell.face.stylesheet,
               .title = shell.title.text,
               .has_errors = shell.has_errors,
               .script = shell.script,
               .nonce = shell.nonce,
               .body_class = "dense"});
  put(out, header(cls("desk"), div(cls("wrap desk-in"), brand(shell.face, false),
                                   when(!shell.menu.empty(),
                                        [&] {
                                          return nav(cls("desk-nav"), aria_label(shell.words(Text::desk_menu)),
                                                     ul(each(shell.menu, menu_item)));
                                        }),
                                   desk_person(shell))));
  put(out, main_element(id("main"), borrowed(main)));
  put(out, footer(cls("foot"), div(cls("wrap row row-between small muted"), p(borrowed(shell.foot_note)))));
  write_end(out);
  return std::move(out.text);
}

// --- a town's colours ---

namespace {

std::optional<std::array<double, 3>> channels(std::string_view colour) {
  if (colour.size() != 7 || colour[0] != '#') return {};
  const auto bytes = from_hex(std::string(colour.substr(1)));
  if (!bytes) return {};
  std::array<double, 3> linear{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double c = (*bytes)[i] / 255.0;
    linear[i] = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  }
  return linear;
}

std::optional<double> luminance(std::string_view colour) {
  const auto c = channels(colour);
  return c ? std::optional(0.2126 * (*c)[0] + 0.7152 * (*c)[1] + 0.0722 * (*c)[2]) : std::nullopt;
}

}  // namespace

// WCAG 2.2, definition of contrast ratio; 0 when one is no colour.
double contrast_ratio(std::string_view first_colour, std::string_view second_colour) {
  const auto a = luminance(first_colour), b = luminance(second_colour);
  if (!a || !b) return 0;
  return (std::max(*a, *b) + 0.05) / (std::min(*a, *b) + 0.05);
}

Result<std::string> town_stylesheet(const TownColours& colours) {
  for (const auto* colour : {&colours.town, &colours.weak, &colours.first, &colours.second})
    if (!luminance(*colour)) return fail(ErrorKind::invalid, "town.colour", "not #rrggbb: " + *colour);
  for (const std::string_view ground : {std::string_view("#ffffff"), std::string_view(colours.weak)})
    if (contrast_ratio(colours.town, ground) < 4.5)
      return fail(ErrorKind::invalid, "town.contrast", colours.town + " on " + std::string(ground) + " is below 4.5:1");
  return ":root{--town:" + colours.town + ";--town-weak:" + colours.weak + ";--town-1:" + colours.first +
         ";--town-2:" + colours.second + "}\n";
}

Html landscape() {
  return Html(Raw(
      R"(<svg class="hero-land" viewBox="0 0 1440 180" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">)"
      R"(<path class="a" d="M0 120 120 92l90 14 150-62 60 22 110-56 70 34 60-24 130 66 120-30 90 22 160-44 100 34 180-26v158H0z"/>)"
      R"(<path class="b" d="M0 146c120-30 200-8 320-34s180 12 300-6 190-22 320 6 250-24 500 10v58H0z"/>)"
      R"(<path class="c" d="M0 160c220-26 420 6 720-8s480-22 720 4v24H0z"/></svg>)"));
}

}  // namespace yakuba::web
