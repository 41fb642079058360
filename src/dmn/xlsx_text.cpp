#include "dmn/xlsx_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "base/date.hpp"

namespace yakuba::dmn::drg {
namespace {

constexpr std::size_t escape_bytes = 7;  // _x000D_

// The character that the escape at the beginning of the text means.
std::optional<unsigned> escaped(std::string_view text) {
  if (text.size() < escape_bytes || !text.starts_with("_x") || text[6] != '_') return std::nullopt;
  unsigned out = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, out, 16);
  if (error != std::errc() || end != text.data() + 6) return std::nullopt;
  return out;
}

void append_utf8(std::string& out, unsigned c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::optional<double> number_of(std::string_view text) {
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(out)) return std::nullopt;
  return out;
}

}  // namespace

std::string escape_xlsx(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 && c != '\n' && c != '\t')
      out += fmt::format("_x{:04X}_", c);
    else if (c == '_' && escaped(text.substr(at)))
      out += "_x005F_";
    else
      out += text[at];
  }
  return out;
}

std::string unescape_xlsx(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = text[at] == '_' ? escaped(text.substr(at)) : std::nullopt;
    if (c && *c != 0 && (*c < 0xD800 || *c > 0xDFFF)) {
      append_utf8(out, *c);
      at += escape_bytes;
    } else {
      out += text[at++];
    }
  }
  return out;
}

std::optional<std::string> plain_number(std::string_view written) {
  const auto number = number_of(written);
  if (!number) return std::nullopt;
  std::string out = fmt::format("{:.15g}", *number);
  return out == "-0" ? "0" : out;
}

bool is_plain_number(std::string_view text) {
  if (text.empty() || text.size() > 16 || text.find_first_not_of("-.0123456789") != std::string_view::npos)
    return false;
  return plain_number(text) == text;
}

DateFormat date_format(std::string_view code) {
  bool day = false, clock = false, month = false, quoted = false;  // an m is a month or a minute
  code = code.substr(0, code.find(';'));                           // of positive numbers
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '"') quoted = !quoted;
    if (quoted || c == '"') continue;
    if (c == '\\' || c == '_' || c == '*') {
      ++at;
    } else if (c == '[') {
      // Colours, conditions and languages stand in brackets; [h] and [mm] are times that go on.
      const auto close = code.find(']', at);
      const std::string_view inside = code.substr(at + 1, close == std::string_view::npos ? 0 : close - at - 1);
      clock = clock || (!inside.empty() && inside.find_first_not_of("hmsHMS") == std::string_view::npos);
      if (close != std::string_view::npos) at = close;
    } else if (code.substr(at).starts_with("General")) {
      return DateFormat::none;
    } else {
      day = day || c == 'y' || c == 'Y' || c == 'd' || c == 'D' || c == 'e' || c == 'g';
      clock = clock || c == 'h' || c == 'H' || c == 's' || c == 'S';
      month = month || c == 'm' || c == 'M';
    }
  }
  // An exponent (0.00E+00) is no era: its letter stands behind a digit.
  if (code.find("E+") != std::string_view::npos || code.find("e+") != std::string_view::npos) return DateFormat::none;
  if (day && clock) return DateFormat::date_time;
  if (clock) return DateFormat::time;
  return day || month ? DateFormat::date : DateFormat::none;
}

DateFormat date_format(int builtin) {
  if ((builtin >= 14 && builtin <= 17) || (builtin >= 27 && builtin <= 31) || builtin == 36 ||
      (builtin >= 50 && builtin <= 54) || builtin == 57 || builtin == 58)
    return DateFormat::date;
  if ((builtin >= 18 && builtin <= 21) || (builtin >= 32 && builtin <= 35) || (builtin >= 45 && builtin <= 47) ||
      builtin == 55 || builtin == 56)
    return DateFormat::time;
  return builtin == 22 ? DateFormat::date_time : DateFormat::none;
}

std::optional<std::string> serial_literal(std::string_view written, DateFormat format, bool since_1904) {
  constexpr std::int64_t seconds_a_day = 86'400;
  constexpr std::int64_t day_1899_12_30 = -25'569, day_1904_01_01 = -24'107;
  constexpr double serial_max = 2'958'466;  // the day behind 9999-12-31
  const auto number = number_of(written);
  if (!number || *number < 0 || *number >= serial_max) return std::nullopt;
  auto days = static_cast<std::int64_t>(std::floor(*number));
  auto seconds = static_cast<std::int64_t>(std::llround((*number - std::floor(*number)) * seconds_a_day));
  if (seconds == seconds_a_day) {
    seconds = 0;
    ++days;
  }
  const std::string clock = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (format == DateFormat::time) {
    if (days != 0) return std::nullopt;
    return "@\"" + clock + "\"";
  }
  // Spreadsheets count a 29 February 1900 that never was: days up to it are one too low.
  if (!since_1904 && days == 60) return std::nullopt;
  if (!since_1904 && days < 60) ++days;
  const std::string day = Date{static_cast<std::int32_t>(days + (since_1904 ? day_1904_01_01 : day_1899_12_30))}.text();
  if (format == DateFormat::date && seconds == 0) return "@\"" + day + "\"";
  return "@\"" + day + "T" + clock + "\"";
}

}  // namespace yakuba::dmn::drg
