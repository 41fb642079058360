#include "pack/template.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "pack/parse_template.hpp"

namespace yakuba::pack {
namespace {

constexpr std::array<std::string_view, 8> formats{"date", "era", "month", "yen", "number", "text", "masked", "kanji"};

Place plus_columns(Place place, std::string_view text) {
  place.column += static_cast<int>(length_in_code_points(text));
  return place;
}

// The end of a hole that begins at `at` ('{'): the index of its '}', minding nested braces and FEEL strings.
std::size_t hole_end(std::string_view line, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = at; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

// Position of a separator outside strings and brackets; npos when there is none.
std::size_t find_outside(std::string_view text, char separator) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '(' || c == '[') ++depth;
    if (c == '}' || c == ')' || c == ']') --depth;
    if (c == separator && depth == 0) return i;
  }
  return std::string_view::npos;
}

TemplatePart hole(std::string_view inside, const Place& place, std::vector<Fault>& faults) {
  TemplatePart part;
  part.kind = TemplatePart::Kind::hole;
  const std::size_t semicolon = find_outside(inside, ';');
  std::string_view feel = inside.substr(0, semicolon);
  if (semicolon != std::string_view::npos) {
    part.format = std::string(trim(inside.substr(semicolon + 1)));
    if (std::find(formats.begin(), formats.end(), part.format) == formats.end())
      faults.push_back({"pack.hole_format",
                        Severity::error,
                        plus_columns(place, inside.substr(0, semicolon + 1)),
                        {{"format", part.format}}});
  }
  const std::size_t lead = feel.find_first_not_of(' ');
  part.expression.place = plus_columns(place, feel.substr(0, lead == std::string_view::npos ? 0 : lead));
  part.expression.feel = std::string(trim(feel));
  if (part.expression.feel.empty()) faults.push_back({"pack.hole_empty", Severity::error, place, {}});
  return part;
}

// {漢字|かんじ}: a base, one bar, a reading in kana.
void check_ruby(std::string_view inside, const Place& place, std::vector<Fault>& faults) {
  const std::size_t bar = inside.find('|');
  const std::string_view base = inside.substr(0, bar), reading = inside.substr(bar + 1);
  if (base.empty() || reading.empty() || reading.find('|') != std::string_view::npos || !is_kana(reading))
    faults.push_back({"pack.ruby", Severity::error, place, {{"text", "{" + std::string(inside) + "}"}}});
}

bool is_kanji(char32_t c) {
  return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3005;
}

void push_text(std::vector<TemplatePart>& parts, std::string_view text) {
  if (text.empty()) return;
  if (parts.empty() || parts.back().kind != TemplatePart::Kind::text) parts.emplace_back();
  parts.back().text += text;
}

bool directive(std::string_view line, std::string_view word, std::string_view& rest) {
  if (!line.starts_with('{') || !line.ends_with('}')) return false;
  std::string_view inside = line.substr(1, line.size() - 2);
  if (!inside.starts_with(word)) return false;
  rest = inside.substr(word.size());
  if (!rest.empty() && rest.front() != ' ') return false;
  rest = trim(rest);
  return true;
}

}  // namespace

bool is_kana(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead != 0xE3 || i + 2 >= text.size()) return false;
    const unsigned point = ((lead & 0x0Fu) << 12) | ((static_cast<unsigned char>(text[i + 1]) & 0x3Fu) << 6) |
                           (static_cast<unsigned char>(text[i + 2]) & 0x3Fu);
    if (point < 0x3041 || point > 0x30FF) return false;
    i += 3;
  }
  return true;
}

std::optional<Bare> bare_kanji(std::string_view text) {
  int depth = 0, offset = 0;
  for (std::size_t i = 0; i < text.size(); ++offset) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    if (point == U'{') ++depth;
    if (point == U'}') --depth;
    if (depth == 0 && is_kanji(point)) return Bare{std::string(text.substr(i, length)), offset};
    i += length;
  }
  return std::nullopt;
}

std::vector<TemplatePart> parse_parts(std::string_view line, const Place& place, std::vector<Fault>& faults) {
  std::vector<TemplatePart> parts;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t brace = line.find_first_of("{}", at);
    push_text(parts, line.substr(at, brace - at));
    if (brace == std::string_view::npos) break;
    const Place here = plus_columns(place, line.substr(0, brace));
    if (brace + 1 < line.size() && line[brace + 1] == line[brace]) {
      push_text(parts, line.substr(brace, 1));
      at = brace + 2;
      continue;
    }
    const std::size_t end = line[brace] == '{' ? hole_end(line, brace) : std::string_view::npos;
    if (end == std::string_view::npos) {
      faults.push_back({"pack.brace", Severity::error, here, {}});
      push_text(parts, line.substr(brace));
      break;
    }
    const std::string_view inside = line.substr(brace + 1, end - brace - 1);
    Place inner = here;
    ++inner.column;
    if (inside.starts_with('#')) {
      push_text(parts, line.substr(brace, end - brace + 1));
    } else if (find_outside(inside, '|') != std::string_view::npos) {
      check_ruby(inside, here, faults);
      push_text(parts, line.substr(brace, end - brace + 1));
    } else {
      parts.push_back(hole(inside, inner, faults));
    }
    at = end + 1;
  }
  return parts;
}

Template parse_template(std::string_view text, Place place, std::vector<Fault>& faults) {
  Template out;
  std::vector<Place> open;
  for (std::string_view raw : split(text, '\n')) {
    if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
    const std::string_view line = trim(raw);
    const std::size_t indent = raw.size() - std::string_view(raw).substr(std::min(raw.find(line), raw.size())).size();
    TemplateLine made;
    made.place = place;
    std::string_view rest;
    const auto expression = [&](std::string_view feel) {
      made.expression.feel = std::string(feel);
      made.expression.place = place;
      made.expression.place.column =
          1 + static_cast<int>(length_in_code_points(raw.substr(0, indent)) +
                               length_in_code_points(line.substr(0, line.find(feel.empty() ? "}" : feel))));
    };
    if (directive(line, "each", rest)) {
      made.kind = TemplateLine::Kind::each;
      const std::size_t in = rest.find(" in ");
      if (in == std::string_view::npos) {
        faults.push_back({"pack.each", Severity::error, place, {}});
      } else {
        made.item = std::string(trim(rest.substr(0, in)));
        expression(trim(rest.substr(in + 4)));
      }
      open.push_back(place);
    } else if (directive(line, "if", rest)) {
      made.kind = TemplateLine::Kind::if_;
      expression(rest);
      if (rest.empty()) faults.push_back({"pack.hole_empty", Severity::error, place, {}});
      open.push_back(place);
    } else if (directive(line, "else", rest) && rest.empty()) {
      made.kind = TemplateLine::Kind::else_;
      if (open.empty()) faults.push_back({"pack.end_without_begin", Severity::error, place, {}});
    } else if (directive(line, "end", rest) && rest.empty()) {
      made.kind = TemplateLine::Kind::end;
      if (open.empty())
        faults.push_back({"pack.end_without_begin", Severity::error, place, {}});
      else
        open.pop_back();
    } else if (directive(line, "include", rest)) {
      made.kind = TemplateLine::Kind::include;
      made.item = std::string(rest);
    } else {
      made.parts = parse_parts(raw, place, faults);
    }
    out.lines.push_back(std::move(made));
    ++place.line;
    place.column = 1;
  }
  for (const Place& unclosed : open) faults.push_back({"pack.begin_without_end", Severity::error, unclosed, {}});
  return out;
}

std::optional<Heading> heading_of(const TemplateLine& line) {
  if (line.kind != TemplateLine::Kind::text || line.parts.empty() || line.parts[0].kind != TemplatePart::Kind::text)
    return std::nullopt;
  const std::string_view text = line.parts[0].text;
  Heading heading;
  while (heading.level < static_cast<int>(text.size()) && text[static_cast<std::size_t>(heading.level)] == '#')
    ++heading.level;
  if (heading.level == 0 || heading.level > 3) return std::nullopt;
  if (text.size() <= static_cast<std::size_t>(heading.level) || text[static_cast<std::size_t>(heading.level)] != ' ')
    return std::nullopt;
  const std::string_view last = line.parts.back().text;
  const std::size_t mark = last.rfind("{#");
  if (mark != std::string_view::npos && last.ends_with('}'))
    heading.section = std::string(last.substr(mark + 2, last.size() - mark - 3));
  return heading;
}

std::vector<std::string> Template::sections() const {
  std::vector<std::string> out;
  for (const TemplateLine& line : lines)
    if (const auto heading = heading_of(line); heading && !heading->section.empty()) out.push_back(heading->section);
  return out;
}

std::string Template::section_text(std::string_view id) const {
  std::string out;
  bool inside = false;
  for (const TemplateLine& line : lines) {
    if (const auto heading = heading_of(line)) {
      inside = heading->section == id;
      continue;
    }
    if (!inside) continue;
    for (const TemplatePart& part : line.parts)
      out += part.kind == TemplatePart::Kind::text ? part.text : "{" + part.expression.feel + "}";
    if (line.kind != TemplateLine::Kind::text) out += line.expression.feel;
    out += '\n';
  }
  return out;
}

}  // namespace yakuba::pack
