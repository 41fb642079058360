// String functions (DMN 1.5 §10.3.4.3), by code point, and string().
#include <algorithm>

#include "base/text.hpp"
#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

bool continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::int64_t length_of(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return !continuation(c); });
}

// Byte offset of the n-th code point, from 0; the size beyond the end.
std::size_t offset_of(std::string_view text, std::int64_t n) {
  std::size_t i = 0;
  for (; i < text.size() && n > 0; --n) {
    ++i;
    while (i < text.size() && continuation(text[i])) ++i;
  }
  return i;
}

std::optional<std::int64_t> whole(const Value& value) {
  auto rounded = round(value.number(), 0, Rounding::down);
  return rounded ? rounded->integer() : std::nullopt;
}

Value substring(Call& c) {
  std::string_view text = c[0].string();
  auto start = whole(c[1]);
  std::int64_t size = length_of(text);
  if (!start || *start == 0 || *start > size || *start < -size)
    return c.fault(Code::out_of_range, "the start position is outside the text", {c[0], c[1]});
  std::int64_t from = *start > 0 ? *start - 1 : size + *start, count = size - from;
  if (c.has(2)) {
    auto length = whole(c[2]);
    if (!length || *length < 1) return c.fault(Code::out_of_range, "the length must be at least 1", {c[2]});
    count = std::min(count, *length);
  }
  std::size_t begin = offset_of(text, from);
  return c.machine.make_string(text.substr(begin, offset_of(text.substr(begin), count)));
}

Value string_length(Call& c) {
  return Value::number(length_of(c[0].string()));
}
Value upper_case_code(Call& c) {
  return c.machine.make_string(upper_case(c[0].string()));
}
Value lower_case_code(Call& c) {
  return c.machine.make_string(lower_case(c[0].string()));
}

Value substring_before(Call& c) {
  auto at = c[0].string().find(c[1].string());
  return c.machine.make_string(at == std::string_view::npos ? std::string_view() : c[0].string().substr(0, at));
}
Value substring_after(Call& c) {
  auto at = c[0].string().find(c[1].string());
  return c.machine.make_string(at == std::string_view::npos ? std::string_view()
                                                            : c[0].string().substr(at + c[1].string().size()));
}
Value contains(Call& c) {
  return Value::boolean(c[0].string().find(c[1].string()) != std::string_view::npos);
}
Value starts_with(Call& c) {
  return Value::boolean(c[0].string().starts_with(c[1].string()));
}
Value ends_with(Call& c) {
  return Value::boolean(c[0].string().ends_with(c[1].string()));
}

// --- regular expressions

const Regex* compiled(Call& c, std::string_view flags) {
  RegexFault fault = RegexFault::invalid_pattern;
  const Regex* regex = c.machine.regexes.find(c[1].string(), flags, fault);
  if (regex == nullptr)
    c.fault(Code::invalid_regex,
            fault == RegexFault::invalid_flags ? "only the flags s m i x q are known"
            : fault == RegexFault::too_costly  ? "this pattern is too large"
                                               : "this pattern is not a regular expression",
            {c[1]});
  return regex;
}

Value too_costly(Call& c) {
  return c.fault(Code::limit_time_regex, "matching this pattern takes too many steps", {c[1]});
}

Value matches(Call& c) {
  const Regex* regex = compiled(c, c[2].string());
  if (regex == nullptr || !c.machine.work(c[0].string().size() / 16 + 10)) return {};
  auto match = search(*regex, c[0].string(), 0);
  return match ? Value::boolean(!match->groups.empty()) : too_costly(c);
}

// $0 … $99 and \$ \\ as XPath's replacement; nothing when it is malformed.
bool append_replacement(std::string& out, std::string_view replacement, const Match& match, std::string_view text,
                        int groups) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    char ch = replacement[i];
    char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (ch == '\\') {
      if (next != '\\' && next != '$') return false;
      out += next;
      ++i;
    } else if (ch == '$') {
      if (next < '0' || next > '9') return false;
      int group = 0;
      // As many digits as still name a group.
      do {
        group = group * 10 + (replacement[++i] - '0');
      } while (i + 1 < replacement.size() && replacement[i + 1] >= '0' && replacement[i + 1] <= '9' &&
               group * 10 + (replacement[i + 1] - '0') <= groups);
      if (group < static_cast<int>(match.groups.size()) && match.groups[group].first != std::string_view::npos)
        out += text.substr(match.groups[group].first, match.groups[group].second - match.groups[group].first);
    } else {
      out += ch;
    }
  }
  return true;
}

Value replace(Call& c) {
  const Regex* regex = compiled(c, c[3].string());
  if (regex == nullptr) return {};
  if (matches_empty(*regex)) return c.fault(Code::invalid_regex, "the pattern matches the empty text", {c[1]});
  std::string_view text = c[0].string(), replacement = c[2].string();
  std::string out;
  std::size_t at = 0;
  while (at <= text.size()) {
    if (!c.machine.work(10)) return {};
    auto match = search(*regex, text, at);
    if (!match) return too_costly(c);
    if (match->groups.empty()) break;
    auto [begin, end] = match->groups[0];
    out += text.substr(at, begin - at);
    if (is_literal(*regex))
      out += replacement;
    else if (!append_replacement(out, replacement, *match, text, group_count(*regex)))
      return c.fault(Code::invalid_regex, "the replacement is malformed", {c[2]});
    if (end == begin) {  // cannot be, but must not loop
      if (begin < text.size()) out += text[begin];
      at = begin + 1;
    } else {
      at = end;
    }
    if (out.size() > c.machine.limits.text_bytes_max) return c.machine.exhaust(Code::limit_text, "a text is too long");
  }
  if (at < text.size()) out += text.substr(at);
  return c.machine.make_string(out);
}

Value split_code(Call& c) {
  const Regex* regex = compiled(c, {});
  if (regex == nullptr) return {};
  if (matches_empty(*regex)) return c.fault(Code::invalid_regex, "the delimiter matches the empty text", {c[1]});
  std::string_view text = c[0].string();
  std::vector<Value> out;
  std::size_t at = 0;
  while (true) {
    if (!c.machine.work(10) || !c.machine.length_allowed(out.size() + 1)) return {};
    auto match = search(*regex, text, at);
    if (!match) return too_costly(c);
    if (match->groups.empty() || match->groups[0].second == match->groups[0].first) break;
    out.push_back(Value::string(text.substr(at, match->groups[0].first - at)));
    at = match->groups[0].second;
  }
  out.push_back(Value::string(text.substr(at)));
  return c.machine.make_list(std::move(out));
}

Value string_join(Call& c) {
  std::string out;
  bool first = true;
  for (const Value& item : c[0].items()) {
    if (item.is_null()) continue;
    if (item.kind() != Kind::string) return c.fault(Code::argument_type, "an item is no string", {item});
    if (!first) out += c[1].string();
    first = false;
    out += item.string();
    if (out.size() > c.machine.limits.text_bytes_max) return c.machine.exhaust(Code::limit_text, "a text is too long");
  }
  return c.machine.make_string(out);
}

Value string_code(Call& c) {
  return c[0].is_null() ? Value() : c.machine.make_string(text(c[0]));
}

constexpr BuiltinRow rows[] = {
    {"substring", "string:s, start position:n, length:n?", "string", substring},
    {"string length", "string:s", "number", string_length},
    {"upper case", "string:s", "string", upper_case_code},
    {"lower case", "string:s", "string", lower_case_code},
    {"substring before", "string:s, match:s", "string", substring_before},
    {"substring after", "string:s, match:s", "string", substring_after},
    {"replace", "input:s, pattern:s, replacement:s, flags:sz?", "string", replace},
    {"contains", "string:s, match:s", "boolean", contains},
    {"starts with", "string:s, match:s", "boolean", starts_with},
    {"ends with", "string:s, match:s", "boolean", ends_with},
    {"matches", "input:s, pattern:s, flags:sz?", "boolean", matches},
    {"split", "string:s, delimiter:s", "list<string>", split_code},
    {"string join", "list:l, delimiter:sz?", "string", string_join},
    {"string", "from:a", "string", string_code},
};

}  // namespace

std::span<const BuiltinRow> string_builtins() {
  return rows;
}

}  // namespace yakuba::feel
