#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace yakuba {
namespace {

icu::UnicodeString to_utf16(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

std::string normalise(const icu::Normalizer2& form, std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  return to_utf8(form.normalize(to_utf16(utf8), status));
}

const icu::Normalizer2& nfc_form() {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2& form = *icu::Normalizer2::getNFCInstance(status);
  return form;
}
const icu::Normalizer2& nfkc_form() {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2& form = *icu::Normalizer2::getNFKCInstance(status);
  return form;
}

constexpr char32_t kana_distance = 0x60;  // katakana block minus hiragana block
constexpr bool is_hiragana(char32_t c) {
  return (c >= 0x3041 && c <= 0x3096) || c == 0x309D || c == 0x309E;
}
constexpr bool is_katakana(char32_t c) {
  return (c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE;
}
constexpr bool is_variation_selector(char32_t c) {
  return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0x180B && c <= 0x180D);
}

// Variant name characters and the form that people type for them. Facts of the MJ縮退マップ and the 戸籍統一文字 tables
// for characters common in names; folding is for finding only, the register keeps the exact character.
struct Variant {
  char32_t from, to;
};
constexpr auto variants_as_told = std::to_array<Variant>({
    {U'髙', U'高'}, {U'﨑', U'崎'}, {U'嵜', U'崎'}, {U'碕', U'崎'}, {U'𠮷', U'吉'}, {U'邊', U'辺'}, {U'邉', U'辺'},
    {U'齋', U'斎'}, {U'齊', U'斎'}, {U'斉', U'斎'}, {U'澤', U'沢'}, {U'濵', U'浜'}, {U'濱', U'浜'}, {U'廣', U'広'},
    {U'國', U'国'}, {U'德', U'徳'}, {U'惠', U'恵'}, {U'眞', U'真'}, {U'桒', U'桑'}, {U'𡈽', U'土'}, {U'圡', U'土'},
    {U'櫻', U'桜'}, {U'嶋', U'島'}, {U'嶌', U'島'}, {U'瀧', U'滝'}, {U'龍', U'竜'}, {U'彌', U'弥'}, {U'榮', U'栄'},
    {U'學', U'学'}, {U'實', U'実'}, {U'壽', U'寿'}, {U'條', U'条'}, {U'假', U'仮'}, {U'靜', U'静'}, {U'曾', U'曽'},
    {U'增', U'増'}, {U'冨', U'富'}, {U'峯', U'峰'}, {U'穗', U'穂'}, {U'莊', U'荘'}, {U'橫', U'横'}, {U'黑', U'黒'},
    {U'淺', U'浅'}, {U'晉', U'晋'}, {U'會', U'会'}, {U'與', U'与'}, {U'萬', U'万'}, {U'豐', U'豊'}, {U'藏', U'蔵'},
    {U'栁', U'柳'}, {U'舘', U'館'}, {U'埜', U'野'}, {U'裵', U'裴'}, {U'鐵', U'鉄'}, {U'關', U'関'}, {U'圓', U'円'},
    {U'寬', U'寛'}, {U'祿', U'禄'},
});

constexpr auto variants = [] {
  auto sorted = variants_as_told;
  std::ranges::sort(sorted, {}, &Variant::from);
  return sorted;
}();

char32_t usual_form(char32_t c) {
  if (c < variants.front().from) return c;
  const auto found = std::ranges::lower_bound(variants, c, {}, &Variant::from);
  return found != variants.end() && found->from == c ? found->to : c;
}

bool is_space(char32_t c) {
  return c == 0x20 || c == 0x3000 || c == 0x09 || c == 0x0A || c == 0x0D || c == 0xA0;
}

template <class F>
std::string map_code_points(std::string_view utf8, F&& map) {
  icu::UnicodeString out;
  const icu::UnicodeString in = to_utf16(utf8);
  for (int32_t i = 0; i < in.length(); i = in.moveIndex32(i, 1))
    if (const auto mapped = map(static_cast<char32_t>(in.char32At(i)))) out.append(static_cast<UChar32>(mapped));
  return to_utf8(out);
}

constexpr std::string_view ideographic_space = "\u3000";

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  for (std::size_t i = 0; i < size;) {
    // Addresses, headers and cookies are ASCII: eight bytes are looked at at once.
    for (std::uint64_t eight = 0; i + sizeof eight <= size; i += sizeof eight) {
      std::memcpy(&eight, bytes + i, sizeof eight);
      if ((eight & 0x8080'8080'8080'8080u) != 0) break;
    }
    if (i == size) break;
    const std::uint8_t lead = bytes[i];
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t more = lead >= 0xC2 && lead < 0xE0   ? 1
                             : (lead & 0xF0) == 0xE0       ? 2
                             : lead >= 0xF0 && lead < 0xF5 ? 3
                                                           : 0;
    if (more == 0 || i + more >= size) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((bytes[i + k] & 0xC0) != 0x80) return false;
    const std::uint8_t second = bytes[i + 1];
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F))
      return false;
    i += more + 1;
  }
  return true;
}

std::size_t length_in_code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::size_t length_in_graphemes(std::string_view utf8) {
  if (is_ascii(utf8)) return utf8.size();
  UErrorCode status = U_ZERO_ERROR;
  // Making one costs a hundred times what counting a name does.
  thread_local const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  if (!breaks) return length_in_code_points(utf8);
  const icu::UnicodeString text = to_utf16(utf8);
  breaks->setText(text);
  std::size_t count = 0;
  while (breaks->next() != icu::BreakIterator::DONE) ++count;
  breaks->setText(icu::UnicodeString());  // it must not point into `text` any more
  return count;
}

std::string_view trim(std::string_view text) {
  for (;;) {
    if (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    else if (text.starts_with(ideographic_space))
      text.remove_prefix(ideographic_space.size());
    else if (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
    else if (text.ends_with(ideographic_space))
      text.remove_suffix(ideographic_space.size());
    else
      return text;
  }
}

std::string nfc(std::string_view utf8) {
  return is_ascii(utf8) ? std::string(utf8) : normalise(nfc_form(), utf8);
}
std::string nfkc(std::string_view utf8) {
  return is_ascii(utf8) ? std::string(utf8) : normalise(nfkc_form(), utf8);
}

std::string to_hiragana(std::string_view utf8) {
  return map_code_points(utf8, [](char32_t c) { return is_katakana(c) ? c - kana_distance : c; });
}

std::string upper_case(std::string_view utf8) {
  return to_utf8(to_utf16(utf8).toUpper(icu::Locale::getRoot()));
}
std::string lower_case(std::string_view utf8) {
  return to_utf8(to_utf16(utf8).toLower(icu::Locale::getRoot()));
}

std::string to_katakana(std::string_view utf8) {
  return map_code_points(nfkc(utf8), [](char32_t c) { return is_hiragana(c) ? c + kana_distance : c; });
}

std::string fold(std::string_view utf8) {
  if (is_ascii(utf8)) {
    std::string out;
    for (const char c : utf8)
      if (!is_space(static_cast<unsigned char>(c))) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  // Variants first: NFKC would already turn compatibility ideographs (﨑 stays, 都 moves) into others.
  const std::string usual =
      map_code_points(utf8, [](char32_t c) { return is_variation_selector(c) ? 0 : usual_form(c); });
  return map_code_points(nfkc(usual), [](char32_t c) -> char32_t {
    if (is_space(c)) return 0;
    if (is_katakana(c)) return c - kana_distance;
    return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(usual_form(c)), U_FOLD_CASE_DEFAULT));
  });
}

std::vector<std::string> bigrams(std::string_view utf8) {
  const std::string folded = fold(utf8);
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < folded.size(); ++i)
    if ((static_cast<unsigned char>(folded[i]) & 0xC0) != 0x80) starts.push_back(i);
  starts.push_back(folded.size());
  std::vector<std::string> out;
  if (starts.size() == 2) out.push_back(folded);
  for (std::size_t i = 0; i + 2 < starts.size(); ++i)
    out.push_back(folded.substr(starts[i], starts[i + 2] - starts[i]));
  return out;
}

bool has_control_characters(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c >= 0x20 && c < 0x7F) continue;
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return true;
  }
  return false;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  out.reserve(static_cast<std::size_t>(std::ranges::count(text, separator)) + 1);
  for (;;) {
    const auto end = text.find(separator);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string format_number(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

namespace {
enum class Ruby { base, reading };

std::string pick_ruby(std::string_view text, Ruby wanted) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto bar = open == std::string_view::npos ? open : text.find('|', open);
    const auto close = bar == std::string_view::npos ? bar : text.find('}', bar);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    out += wanted == Ruby::base ? text.substr(open + 1, bar - open - 1) : text.substr(bar + 1, close - bar - 1);
    text.remove_prefix(close + 1);
  }
  return out += text;
}
}  // namespace

std::string without_ruby(std::string_view text) {
  return pick_ruby(text, Ruby::base);
}
std::string only_ruby(std::string_view text) {
  return pick_ruby(text, Ruby::reading);
}

}  // namespace yakuba
