#include "feel/scanner.hpp"

#include <algorithm>
#include <array>

namespace yakuba::feel {
namespace {

bool word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::uint32_t> hex(std::string_view digits) {
  std::uint32_t value = 0;
  for (char c : digits) {
    int digit = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

}  // namespace

std::uint32_t Scanner::blank_length(std::string_view text) {
  if (text.empty()) return 0;
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  unsigned first = byte(0);
  if (first == ' ' || (first >= 0x09 && first <= 0x0d)) return 1;
  if (first == 0xc2 && (byte(1) == 0x85 || byte(1) == 0xa0)) return 2;
  if (first == 0xe1 && ((byte(1) == 0x9a && byte(2) == 0x80) || (byte(1) == 0xa0 && byte(2) == 0x8e))) return 3;
  if (first == 0xe2 && byte(1) == 0x80) {
    unsigned last = byte(2);
    if ((last >= 0x80 && last <= 0x8b) || last == 0xa8 || last == 0xa9 || last == 0xaf) return 3;
  }
  if (first == 0xe2 && byte(1) == 0x81 && byte(2) == 0x9f) return 3;
  if (first == 0xe3 && byte(1) == 0x80 && byte(2) == 0x80) return 3;  // ideographic space
  if (first == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return 3;
  return 0;
}

bool Scanner::skip() {
  while (!done()) {
    if (auto length = blank_length(rest())) {
      at_ += length;
    } else if (peek() == '/' && peek(1) == '/') {
      while (!done() && peek() != '\n' && peek() != '\r') ++at_;
    } else if (peek() == '/' && peek(1) == '*') {
      auto end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return false;
      at_ = static_cast<std::uint32_t>(end + 2);
    } else {
      break;
    }
  }
  return true;
}

bool Scanner::looking_at(std::string_view symbol) {
  skip();
  return rest().starts_with(symbol);
}
bool Scanner::take(std::string_view symbol) {
  if (!looking_at(symbol)) return false;
  at_ += static_cast<std::uint32_t>(symbol.size());
  return true;
}
bool Scanner::looking_at_word(std::string_view word) {
  return looking_at(word) && !word_byte(peek(static_cast<std::uint32_t>(word.size())));
}
bool Scanner::take_word(std::string_view word) {
  if (!looking_at_word(word)) return false;
  at_ += static_cast<std::uint32_t>(word.size());
  return true;
}

bool Scanner::at_name_start() const {
  return !done() && word_byte(peek()) && !is_digit(peek()) && blank_length(rest()) == 0;
}

std::string_view Scanner::word() {
  std::uint32_t begin = at_;
  while (!done() && word_byte(peek()) && blank_length(rest()) == 0) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::optional<std::string_view> Scanner::number() {
  std::uint32_t begin = at_, i = 0;
  while (is_digit(peek(i))) ++i;
  if (peek(i) == '.' && is_digit(peek(i + 1))) {
    ++i;
    while (is_digit(peek(i))) ++i;
  }
  if (i == 0) return std::nullopt;
  if (peek(i) == 'e' || peek(i) == 'E') {
    std::uint32_t j = i + 1;
    if (peek(j) == '+' || peek(j) == '-') ++j;
    if (is_digit(peek(j))) {
      while (is_digit(peek(j))) ++j;
      if (!word_byte(peek(j))) i = j;
    }
  }
  at_ += i;
  return text_.substr(begin, i);
}

std::optional<std::string> Scanner::string_body() {
  std::string out;
  while (!done()) {
    char c = peek();
    if (c == '"') {
      ++at_;
      return out;
    }
    if (c != '\\') {
      out += c;
      ++at_;
      continue;
    }
    char next = peek(1);
    switch (next) {
      case 'n':
        out += '\n';
        at_ += 2;
        continue;
      case 'r':
        out += '\r';
        at_ += 2;
        continue;
      case 't':
        out += '\t';
        at_ += 2;
        continue;
      case '"':
      case '\'':
      case '\\':
        out += next;
        at_ += 2;
        continue;
      default:
        break;
    }
    std::uint32_t digits = next == 'u' ? 4 : next == 'U' ? 6 : 0;
    auto code = digits != 0 && at_ + 2 + digits <= text_.size() ? hex(text_.substr(at_ + 2, digits)) : std::nullopt;
    if (!code) {  // not an escape: the backslash stands for itself
      out += c;
      ++at_;
      continue;
    }
    at_ += 2 + digits;
    if (*code >= 0xd800 && *code < 0xdc00 && peek() == '\\' && peek(1) == 'u' && at_ + 6 <= text_.size()) {
      auto low = hex(text_.substr(at_ + 2, 4));
      if (low && *low >= 0xdc00 && *low < 0xe000) {
        at_ += 6;
        code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
      }
    }
    append_utf8(out, *code);
  }
  return std::nullopt;
}

bool is_keyword(std::string_view word) {
  static constexpr std::array words{"and",    "or",        "in",       "between", "then",  "else",
                                    "return", "satisfies", "instance", "if",      "for",   "some",
                                    "every",  "function",  "external", "true",    "false", "null"};
  return std::ranges::find(words, word) != words.end();
}

std::string normal_name(std::string_view name) {
  std::string out;
  bool space = false;
  while (!name.empty()) {
    if (auto length = Scanner::blank_length(name)) {
      space = !out.empty();
      name.remove_prefix(length);
      continue;
    }
    if (space) out += ' ';
    space = false;
    out += name.front();
    name.remove_prefix(1);
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if ((c >= 0xd800 && c < 0xe000) || c > 0x10ffff) c = 0xfffd;  // a lone surrogate is no character
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

}  // namespace yakuba::feel
