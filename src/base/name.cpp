#include "base/name.hpp"

#include "base/text.hpp"

namespace yakuba {

namespace {
constexpr std::size_t name_graphemes_max = 100;
constexpr std::size_t name_bytes_max = 1600;  // a grapheme may carry an 8-byte selector pair

// U+E0100–U+E01EF in UTF-8: F3 A0 84 80 … F3 A0 87 AF
bool is_selector_at(std::string_view text, std::size_t i) {
  return text.substr(i).starts_with("\xF3\xA0") && i + 3 < text.size();
}
bool is_ideograph_before(std::string_view text, std::size_t i) {
  if (i == 0) return false;
  std::size_t start = i - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
  const auto lead = static_cast<unsigned char>(text[start]);
  return i - start >= 3 && !is_selector_at(text, start) && (lead >= 0xE3 || lead >= 0xF0);
}
}  // namespace

Result<> check_name(std::string_view registered, std::string_view field) {
  const Place place{.field = std::string(field)};
  if (!is_utf8(registered)) return fail(ErrorKind::invalid, "name.not_utf8", "the name is not valid UTF-8", place);
  if (has_control_characters(registered) || registered.find_first_of("\t\r\n") != std::string_view::npos)
    return fail(ErrorKind::invalid, "name.control_character", "the name holds a control character", place);
  if (registered.size() > name_bytes_max || length_in_graphemes(registered) > name_graphemes_max)
    return fail(ErrorKind::too_large, "name.too_long", "a name has at most 100 characters", place);
  for (std::size_t i = 0; i < registered.size(); ++i)
    if (is_selector_at(registered, i) && !is_ideograph_before(registered, i))
      return fail(ErrorKind::invalid, "name.stray_selector", "a variation selector must follow an ideograph", place);
  return {};
}

}  // namespace yakuba
