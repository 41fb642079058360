#include "feel/json_text.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace yakuba::feel {
namespace {

constexpr int depth_max = 32;
constexpr int digits_max = 18;  // fit an int64

// Reads what programs write: it gives up at everything else (escapes, exponents, faults), and the reader of
// base/json.hpp, which knows all of JSON and names places, begins anew.
class QuickReader {
 public:
  explicit QuickReader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool members(std::span<const Field> fields, std::span<Value> out) {
    std::ranges::fill(out, Value());
    if (!take('{') || !fields_of(fields, 0, [&](std::size_t i) -> Value& { return out[i]; })) return false;
    space();
    return at_ == end_;
  }

 private:
  // Names mostly come in the order of the fields.
  static std::size_t find(std::span<const Field> fields, std::string_view name, std::size_t guess) {
    if (guess < fields.size() && fields[guess].name == name) return guess;
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == name) return i;
    return fields.size();
  }
  // The members of an object behind its "{", each field at most once, in any order.
  template <class Into>
  bool fields_of(std::span<const Field> fields, int depth, Into&& into) {
    std::uint64_t seen = 0;
    if (fields.size() > 64) return false;
    if (take('}')) return true;
    std::size_t guess = 0;
    do {
      std::string_view name;
      if (!string(name) || !take(':')) return false;
      const std::size_t i = find(fields, name, guess);
      if (i == fields.size() || (seen >> i & 1) != 0) return false;
      seen |= std::uint64_t{1} << i;
      guess = i + 1;
      if (!value(fields[i].type, into(i), depth)) return false;
    } while (take(','));
    return take('}');
  }
  void space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }
  bool take(char c) {
    space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size() || std::string_view(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }
  bool string(std::string_view& out) {
    if (!take('"')) return false;
    const char* first = at_;
    bool ascii = true;
    for (; at_ != end_ && *at_ != '"'; ++at_) {
      if (*at_ == '\\' || static_cast<unsigned char>(*at_) < 0x20) return false;
      ascii = ascii && static_cast<unsigned char>(*at_) < 0x80;
    }
    if (at_ == end_) return false;
    out = {first, static_cast<std::size_t>(at_ - first)};
    ++at_;
    return ascii || is_utf8(out);
  }
  bool number(Value& out) {
    const bool negative = at_ != end_ && *at_ == '-';
    if (negative) ++at_;
    const char* first = at_;
    std::int64_t coefficient = 0;
    int digits = 0, places = 0;
    const auto is_digit = [&] { return at_ != end_ && *at_ >= '0' && *at_ <= '9'; };
    for (; is_digit(); ++at_, ++digits) {
      if (digits == digits_max) return false;
      coefficient = coefficient * 10 + (*at_ - '0');
    }
    if (digits == 0 || (digits > 1 && *first == '0')) return false;
    if (at_ != end_ && *at_ == '.') {
      for (++at_; is_digit(); ++at_, ++digits, ++places) {
        if (digits == digits_max) return false;
        coefficient = coefficient * 10 + (*at_ - '0');
      }
      if (places == 0) return false;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) return false;
    out = Value::number(negative ? -coefficient : coefficient, -places);
    return true;
  }
  bool text(const Type& type, Value& out) {
    std::string_view found;
    if (!string(found)) return false;
    if (type.kind() == TypeKind::string || type.is_any()) {
      out = Value::string(found);
      return true;
    }
    if (type.kind() != TypeKind::date) return false;
    const auto date = parse_date(found);
    if (date) out = Value::date(*date);
    return date.has_value();
  }
  bool list(const Type& type, Value& out, int depth) {
    if (!type.is_any() && type.kind() != TypeKind::list) return false;
    const Type element = type.element();
    std::vector<Value> items;
    if (!take(']')) {
      do {
        Value item;
        if (!value(element, item, depth + 1)) return false;
        items.push_back(std::move(item));
      } while (take(','));
      if (!take(']')) return false;
    }
    out = Value::list(std::move(items));
    return true;
  }
  bool context(const Type& type, Value& out, int depth) {
    if (type.kind() != TypeKind::context || type.open()) return false;
    const std::vector<Field>& fields = type.fields();
    std::vector<Entry> entries;
    entries.reserve(fields.size());
    for (const Field& field : fields) entries.emplace_back(field.name, Value());
    if (!fields_of(fields, depth + 1, [&](std::size_t i) -> Value& { return entries[i].value; })) return false;
    out = Value::context(std::move(entries));
    return true;
  }
  bool value(const Type& type, Value& out, int depth) {
    space();
    if (at_ == end_ || depth > depth_max) return false;
    switch (*at_) {
      case '"':
        return text(type, out);
      case '[':
        ++at_;
        return list(type, out, depth);
      case '{':
        ++at_;
        return context(type, out, depth);
      case 't':
        out = Value::boolean(true);
        return (type.is_any() || type.kind() == TypeKind::boolean) && word("true");
      case 'f':
        out = Value::boolean(false);
        return (type.is_any() || type.kind() == TypeKind::boolean) && word("false");
      case 'n':
        out = Value();
        return word("null");
      default:
        return (type.is_any() || type.kind() == TypeKind::number) && number(out);
    }
  }

  const char* at_;
  const char* end_;
};

Result<> read_slowly(std::string_view json, std::span<const Field> fields, std::span<Value> out) {
  const JsonValue whole = TRY(parse_json(json));
  if (whole.object() == nullptr)
    return fail(ErrorKind::invalid, "json.no_object", "expected a JSON object of values by name");
  for (const auto& [name, member] : *whole.object()) {
    const auto found = std::ranges::find(fields, name, &Field::name);
    if (found == fields.end())
      return fail(ErrorKind::invalid, "json.unknown_member", "nothing has this name: " + name, {{}, 0, 0, name});
    auto value = from_json(member, found->type);
    if (!value) {
      Error error = std::move(value).error();
      error.place.field = error.place.field.empty() ? name : name + "." + error.place.field;
      return std::unexpected(std::move(error));
    }
    out[static_cast<std::size_t>(found - fields.begin())] = std::move(*value);
  }
  return {};
}

void append_quoted(std::string& out, std::string_view text) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, plain)) {
    ((out += '"') += text) += '"';
    return;
  }
  JsonWriter writer;
  writer.value(text);
  out += writer.text();
}

void append_number(std::string& out, const Value& value) {
  if (!value.is_small_number() || value.small_exponent() > 0 || value.small_exponent() < -digits_max) {
    out += value.number().text();
    return;
  }
  char buffer[24];
  char* const end = buffer + sizeof buffer;
  char* at = end;
  std::int64_t rest = value.small_coefficient();
  std::int32_t places = -value.small_exponent();
  if (rest == 0) places = 0;
  for (; places > 0 && rest % 10 == 0; --places) rest /= 10;  // 0.50 is 0.5
  const bool negative = rest < 0;
  auto digits = static_cast<std::uint64_t>(negative ? -rest : rest);
  std::int32_t written = 0;
  do {
    *--at = static_cast<char>('0' + digits % 10);
    digits /= 10;
    if (++written == places) *--at = '.';
  } while (digits != 0 || written <= places);  // at least one digit stands before the point
  if (negative) *--at = '-';
  out.append(at, static_cast<std::size_t>(end - at));
}

}  // namespace

Result<> read_members(std::string_view json, std::span<const Field> fields, std::span<Value> out) {
  if (QuickReader(json).members(fields, out)) return {};
  std::ranges::fill(out, Value());
  return read_slowly(json, fields, out);
}

void write_json(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::null:
    case Kind::function:
      out += "null";
      return;
    case Kind::boolean:
      out += value.truth() ? "true" : "false";
      return;
    case Kind::number:
      append_number(out, value);
      return;
    case Kind::string:
      append_quoted(out, value.string());
      return;
    case Kind::list: {
      char before = '[';
      for (const Value& item : value.items()) {
        out += std::exchange(before, ',');
        write_json(item, out);
      }
      if (before == '[') out += '[';
      out += ']';
      return;
    }
    case Kind::context: {
      char before = '{';
      for (const Entry& entry : value.entries()) {
        out += std::exchange(before, ',');
        append_quoted(out, entry.name());
        out += ':';
        write_json(entry.value, out);
      }
      if (before == '{') out += '{';
      out += '}';
      return;
    }
    default:
      append_quoted(out, text(value));
  }
}

}  // namespace yakuba::feel
