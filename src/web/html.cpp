#include "web/html.hpp"

#include <bit>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace yakuba::web {

namespace {

constexpr bool is_special(unsigned char c) {
  return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c == '\0';
}
constexpr auto special = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) table[static_cast<std::size_t>(c)] = is_special(static_cast<unsigned char>(c));
  return table;
}();

#ifdef __SSE2__
// A bit for each of sixteen bytes that needs an entity.
int specials(__m128i bytes) {
  const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(_mm_or_si128(is('&'), is('<')), _mm_or_si128(is('>'), is('"'))),
                                        _mm_or_si128(is('\''), is('\0'))));
}
#endif

// The first character at or after `at` that needs an entity. Most text has none: sixteen bytes are looked at at once.
std::size_t next_special(std::string_view text, std::size_t at) {
#ifdef __SSE2__
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    if (const int mask = specials(bytes))
      return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
  }
  // What is left is looked at with bytes before it, some of them for the second time.
  const auto in_last = [&](std::size_t wide) {
    const auto* from = reinterpret_cast<const __m128i*>(text.data() + text.size() - wide);
    const int mask = specials(wide == 16 ? _mm_loadu_si128(from) : _mm_loadl_epi64(from)) & ((1 << wide) - 1);
    const unsigned left = static_cast<unsigned>(mask) >> (wide - (text.size() - at));
    return left == 0 ? text.size() : at + static_cast<std::size_t>(std::countr_zero(left));
  };
  if (text.size() >= 16) return at == text.size() ? at : in_last(16);
  if (text.size() - at >= 8) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(text.data() + at));
    if (const int mask = specials(bytes) & 0xFF)
      return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
    at += 8;
  }
  if (text.size() >= 8) return at == text.size() ? at : in_last(8);
#endif
  while (at < text.size() && !special[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "\xEF\xBF\xBD";  // NUL is U+FFFD, as a parser would read it
  }
}

}  // namespace

namespace {

constexpr std::size_t scratch_bytes_kept_max = 256 * 1024;

Writer& scratch_of_thread() {
  thread_local Writer writer;
  return writer;
}

}  // namespace

Scratch::Scratch()
    : writer_(scratch_of_thread()), begin_(writer_.text.size()), around_(std::exchange(writer_.icons, {})) {}

Scratch::~Scratch() {
  writer_.text.resize(begin_);
  writer_.icons = around_;
  if (begin_ == 0 && writer_.text.capacity() > scratch_bytes_kept_max) writer_.text = {};
}

namespace {

// A page is hundreds of short pieces: two copies of a fixed size, which may overlap, are cheaper than a call.
void copy_short(char* to, const char* from, std::size_t size) {
  const auto ends = [&]<std::size_t Bytes>(std::integral_constant<std::size_t, Bytes>) {
    std::array<char, Bytes> first, last;
    std::memcpy(first.data(), from, Bytes);
    std::memcpy(last.data(), from + size - Bytes, Bytes);
    std::memcpy(to, first.data(), Bytes);
    std::memcpy(to + size - Bytes, last.data(), Bytes);
  };
  if (size > 32) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {
    ends(std::integral_constant<std::size_t, 16>());
  } else if (size >= 8) {
    ends(std::integral_constant<std::size_t, 8>());
  } else if (size >= 4) {
    ends(std::integral_constant<std::size_t, 4>());
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}

}  // namespace

void Writer::literal(std::string_view markup) {
  const std::size_t before = text.size(), after = before + markup.size();
  if (after > text.capacity()) {
    text.append(markup);
    return;
  }
  text.resize_and_overwrite(after, [&](char* all, std::size_t) {
    copy_short(all + before, markup.data(), markup.size());
    return after;
  });
}

void Writer::escape(std::string_view plain) {
  for (std::size_t start = 0; start < plain.size();) {
    const auto found = next_special(plain, start);
    literal(plain.substr(start, found - start));
    if (found == plain.size()) return;
    literal(entity_of(plain[found]));
    start = found + 1;
  }
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
  out.literal("<svg class=\"i\" aria-hidden=\"true\"><use href=\"#");
  out.literal(icon_id(icon));
  out.literal("\"/></svg>");
}

}  // namespace yakuba::web
