#include "base/json.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace yakuba {
namespace {

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escaped(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t begin = 0;;) {
    std::size_t end = begin;
    while (end < text.size() && is_plain(text[end])) ++end;
    out.append(text.substr(begin, end - begin));
    if (end == text.size()) break;
    switch (const char c = text[end]) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    }
    begin = end + 1;
  }
  out += '"';
}

void append_canonical(std::string& out, const JsonValue& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* truth = value.boolean()) {
    out += *truth ? "true" : "false";
  } else if (const JsonNumber* number = value.number()) {
    out += number->text;
  } else if (const std::string* text = value.string()) {
    append_escaped(out, *text);
  } else if (const JsonArray* items = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      append_canonical(out, (*items)[i]);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : *value.object()) {  // std::map: sorted by bytes, which is by code point in UTF-8
      if (!first) out += ',';
      first = false;
      append_escaped(out, key);
      out += ':';
      append_canonical(out, member);
    }
    out += '}';
  }
}

// A recursive-descent reader of RFC 8259 that keeps line and column for its messages.
class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Result<JsonValue> document() {
    if (text_.size() > limits_.bytes_max)
      return fail(ErrorKind::too_large, "json.too_large", "the JSON text is too long");
    if (!is_utf8(text_)) return fail(ErrorKind::invalid, "json.not_utf8", "the JSON text is not valid UTF-8");
    JsonValue root = TRY(value(0));
    skip_space();
    if (at_ != text_.size()) return wrong("json.trailing", "something follows the JSON value");
    return root;
  }

 private:
  std::unexpected<Error> wrong(std::string code, std::string detail) const {
    int line = 1, column = 1;
    for (std::size_t i = 0; i < at_ && i < text_.size(); ++i) {
      if (text_[i] == '\n') {
        ++line;
        column = 1;
      } else if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) {
        ++column;
      }
    }
    return fail(ErrorKind::invalid, std::move(code), std::move(detail), Place{.line = line, .column = column});
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Result<JsonValue> value(std::size_t depth) {
    if (depth > limits_.depth_max) return wrong("json.too_deep", "the JSON text is nested too deeply");
    skip_space();
    if (at_ >= text_.size()) return wrong("json.unexpected_end", "the JSON text ends too early");
    switch (text_[at_]) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return JsonValue(TRY(string()));
      case 't':
        if (take_word("true")) return JsonValue(true);
        break;
      case 'f':
        if (take_word("false")) return JsonValue(false);
        break;
      case 'n':
        if (take_word("null")) return JsonValue(nullptr);
        break;
      default:
        return number();
    }
    return wrong("json.unexpected", "expected a JSON value");
  }

  Result<JsonValue> object(std::size_t depth) {
    ++at_;
    JsonObject members;
    if (take('}')) return JsonValue(std::move(members));
    do {
      skip_space();
      if (at_ >= text_.size() || text_[at_] != '"')
        return wrong("json.expected_key", "expected a member name in quotes");
      std::string key = TRY(string());
      if (!take(':')) return wrong("json.expected_colon", "expected ':' after the member name");
      JsonValue member = TRY(value(depth + 1));
      if (!members.emplace(std::move(key), std::move(member)).second)
        return wrong("json.duplicate_key", "the same member name stands twice");
    } while (take(','));
    if (!take('}')) return wrong("json.expected_close", "expected ',' or '}'");
    return JsonValue(std::move(members));
  }

  Result<JsonValue> array(std::size_t depth) {
    ++at_;
    JsonArray items;
    if (take(']')) return JsonValue(std::move(items));
    do items.push_back(TRY(value(depth + 1)));
    while (take(','));
    if (!take(']')) return wrong("json.expected_close", "expected ',' or ']'");
    return JsonValue(std::move(items));
  }

  Result<JsonValue> number() {
    const std::size_t start = at_;
    const auto digits = [&] {
      const std::size_t first = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      return at_ - first;
    };
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    const std::size_t integer = at_;
    const std::size_t count = digits();
    if (count == 0 || (count > 1 && text_[integer] == '0'))
      return wrong("json.bad_number", "this is not a JSON number");
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (digits() == 0) return wrong("json.bad_number", "digits must follow the decimal point");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (digits() == 0) return wrong("json.bad_number", "digits must follow the exponent");
    }
    return JsonValue(JsonNumber{std::string(text_.substr(start, at_ - start))});
  }

  Result<std::string> string() {
    ++at_;
    std::string out;
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
      out.append(text_.substr(begin, at_ - begin));
      if (at_ >= text_.size() || text_[at_] == '"') break;
      if (text_[at_] != '\\') return wrong("json.control_character", "a control character must be escaped");
      TRY(escape(out));
    }
    if (at_ >= text_.size()) return wrong("json.unexpected_end", "the string is not closed");
    ++at_;
    return out;
  }

  Result<> escape(std::string& out) {
    ++at_;
    if (at_ >= text_.size()) return wrong("json.unexpected_end", "the string is not closed");
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    const char c = text_[at_++];
    if (const auto i = names.find(c); i != std::string_view::npos) {
      out += values[i];
      return {};
    }
    if (c != 'u') return wrong("json.bad_escape", "unknown escape");
    std::uint32_t code = TRY(four_hex_digits());
    if (code >= 0xD800 && code < 0xDC00) {
      if (!take_word("\\u")) return wrong("json.lone_surrogate", "a lone surrogate");
      const std::uint32_t low = TRY(four_hex_digits());
      if (low < 0xDC00 || low > 0xDFFF) return wrong("json.lone_surrogate", "a lone surrogate");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      return wrong("json.lone_surrogate", "a lone surrogate");
    }
    append_code_point(out, code);
    return {};
  }

  Result<std::uint32_t> four_hex_digits() {
    std::uint32_t code = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc{} || end != digits.data() + 4)
      return wrong("json.bad_escape", "expected four hexadecimal digits");
    at_ += 4;
    return code;
  }

  static void append_code_point(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
};

}  // namespace

void JsonWriter::separate() {
  if (!first_ && !after_key_) out_ += ',';
  first_ = false;
  after_key_ = false;
}
JsonWriter& JsonWriter::open(char c) {
  separate();
  out_ += c;
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::close(char c) {
  out_ += c;
  first_ = false;
  return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_escaped(out_, name);
  out_ += ':';
  after_key_ = true;
  return *this;
}
JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_escaped(out_, text);
  return *this;
}
JsonWriter& JsonWriter::value(std::int64_t number) {
  return raw(std::to_string(number));
}
JsonWriter& JsonWriter::value(bool truth) {
  return raw(truth ? "true" : "false");
}
JsonWriter& JsonWriter::value(double number) {
  return raw(fmt::format("{}", number));
}
JsonWriter& JsonWriter::null() {
  return raw("null");
}
JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

bool JsonValue::operator==(const JsonValue&) const = default;

const JsonValue* JsonValue::find(std::string_view key) const {
  const JsonObject* members = object();
  if (!members) return nullptr;
  const auto it = members->find(key);
  return it == members->end() ? nullptr : &it->second;
}
std::string_view JsonValue::text_or(std::string_view key, std::string_view otherwise) const {
  const JsonValue* member = find(key);
  const std::string* text = member ? member->string() : nullptr;
  return text ? std::string_view(*text) : otherwise;
}
std::optional<std::int64_t> JsonValue::integer(std::string_view key) const {
  const JsonValue* member = find(key);
  const JsonNumber* number = member ? member->number() : nullptr;
  return number ? parse_integer(number->text) : std::nullopt;
}
std::string JsonValue::canonical() const {
  std::string out;
  append_canonical(out, *this);
  return out;
}

Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits) {
  return Reader(text, limits).document();
}

}  // namespace yakuba
