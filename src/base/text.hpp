// Text is UTF-8 everywhere. This header holds what Unicode and Japanese need: validity, length, folding, bigrams.
//
//   fold("ﾅｷﾞ ﾁｮｳ") == fold("なぎちょう")            // NFKC, lower case, hiragana, no spaces, 髙→高 﨑→崎 𠮷→吉
//   bigrams("児童手当") == {"児童", "童手", "手当"}    // the words of the search index
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yakuba {

bool is_utf8(std::string_view text);
std::size_t length_in_code_points(std::string_view utf8);
std::size_t length_in_graphemes(std::string_view utf8);  // a variation sequence counts once
std::string_view trim(std::string_view text);            // ASCII and ideographic white space
std::string nfc(std::string_view utf8);
std::string nfkc(std::string_view utf8);
std::string to_hiragana(std::string_view utf8);
std::string upper_case(std::string_view utf8);  // Unicode default mapping, no locale
std::string lower_case(std::string_view utf8);
std::string to_katakana(std::string_view utf8);  // full width
// For finding, never for storing: NFKC, lower case, hiragana, old and variant name characters to their usual form,
// variation selectors and spaces dropped.
std::string fold(std::string_view utf8);
std::vector<std::string> bigrams(std::string_view utf8);  // of the folded text; a single character gives itself
bool has_control_characters(std::string_view utf8);       // anything below U+0020 but \t \n \r; U+007F–U+009F
std::vector<std::string_view> split(std::string_view text, char separator);
std::optional<std::int64_t> parse_integer(std::string_view text);  // whole text, optional '-', no overflow
std::string format_number(std::int64_t value);                     // "4,300,000"
// Furigana as packs write it: "{児童|じどう}{手当|てあて}を{受|う}ける" → plain text or kana only.
std::string without_ruby(std::string_view text);
std::string only_ruby(std::string_view text);

}  // namespace yakuba
