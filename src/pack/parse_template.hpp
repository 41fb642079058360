// Parsing of texts with holes (pack/template.hpp). Internal to src/pack.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pack/check.hpp"
#include "pack/template.hpp"

namespace yakuba::pack {

// `place` is that of the first character.
Template parse_template(std::string_view text, Place place, std::vector<Fault>& faults);
std::vector<TemplatePart> parse_parts(std::string_view line, const Place& place, std::vector<Fault>& faults);

struct Heading {
  int level = 0;
  std::string section;  // of "{#id}"
};
std::optional<Heading> heading_of(const TemplateLine& line);

// Kanji outside furigana marks and holes; gives the first, with its distance in code points from the beginning.
struct Bare {
  std::string character;
  int offset = 0;
};
std::optional<Bare> bare_kanji(std::string_view text);

bool is_kana(std::string_view text);  // hiragana, katakana, long mark, middle dot only

}  // namespace yakuba::pack
