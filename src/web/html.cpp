#include "web/html.hpp"

namespace yakuba::web {

void Writer::escape(std::string_view plain) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    std::string_view entity;
    switch (plain[i]) {
      case '&': entity = "&amp;"; break;
      case '<': entity = "&lt;"; break;
      case '>': entity = "&gt;"; break;
      case '"': entity = "&quot;"; break;
      case '\'': entity = "&#39;"; break;
      case '\0': entity = "\xEF\xBF\xBD"; break;  // U+FFFD, as a parser would read it
      default: continue;
    }
    text.append(plain.substr(start, i - start));
    text.append(entity);
    start = i + 1;
  }
  text.append(plain.substr(start));
}

void Writer::number(std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  text.append(digits, end);
}

std::string_view safe_address(std::string_view address) {
  constexpr std::string_view refused = "#refused";
  for (const unsigned char c : address)
    if (c < 0x20 || c == 0x7F || c == '\\') return refused;
  if (address.starts_with("//")) return refused;
  if (address.empty() || address[0] == '/' || address[0] == '#' || address[0] == '?') return address;
  for (const std::string_view scheme : {"https:", "http://", "tel:", "mailto:"})
    if (address.starts_with(scheme)) return address;
  // A relative reference has no colon in its first segment (RFC 3986 §4.2).
  const auto colon = address.find(':');
  return colon == std::string_view::npos || address.find_first_of("/?#") < colon ? address : refused;
}

void IconNode::write(Writer& out) const {
  if (icon == Icon::count_) return;
  out.icons.set(static_cast<std::size_t>(icon));
  out.literal("<svg class=\"i\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#");
  out.literal(icon_id(icon));
  out.literal("\"/></svg>");
}

}  // namespace yakuba::web
