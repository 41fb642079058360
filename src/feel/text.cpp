// Values as text: what string() gives, FEEL literals, and JSON in both directions.
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yakuba::feel {
namespace {

constexpr int depth_max = 200;  // deeper values are cut: a value cannot be cyclic, but a program may nest it

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
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
        out += c;
    }
  }
  out += '"';
}

// A key that can be written without quotation marks: letters, digits, _, spaces inside, any character beyond ASCII.
bool plain_key(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9') || key.front() == ' ' || key.back() == ' ') return false;
  for (char c : key) {
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ';
    if (!word && static_cast<unsigned char>(c) < 0x80) return false;
  }
  return true;
}

// literal: dates as @"…"; otherwise as plain text inside lists and contexts.
void append(std::string& out, const Value& value, bool literal, int depth);

void append_range(std::string& out, const Range& range, bool literal, int depth) {
  if (range.form == Range::Form::interval) {
    out += range.low_closed ? '[' : '(';
    append(out, range.low, literal, depth);
    out += "..";
    append(out, range.high, literal, depth);
    out += range.high_closed ? ']' : ')';
    return;
  }
  out += '(';
  if (range.form == Range::Form::equal || range.form == Range::Form::not_equal) {
    out += range.form == Range::Form::equal ? "=" : "!=";
    append(out, range.low, literal, depth);
  } else if (range.low.is_null()) {
    out += range.high_closed ? "<=" : "<";
    append(out, range.high, literal, depth);
  } else {
    out += range.low_closed ? ">=" : ">";
    append(out, range.low, literal, depth);
  }
  out += ')';
}

void append(std::string& out, const Value& value, bool literal, int depth) {
  if (depth > depth_max) {
    out += "…";
    return;
  }
  auto temporal = [&](const std::string& text) { literal ? (out += "@\"" + text + "\"") : (out += text); };
  switch (value.kind()) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += value.truth() ? "true" : "false";
      return;
    case Kind::number:
      out += value.number().text();
      return;
    case Kind::string:
      append_quoted(out, value.string());
      return;
    case Kind::date:
      return temporal(format(value.date()));
    case Kind::time:
      return temporal(format(value.time()));
    case Kind::date_time:
      return temporal(format(value.date_time()));
    case Kind::days_duration:
      return temporal(format(value.days_duration()));
    case Kind::months_duration:
      return temporal(format(value.months_duration()));
    case Kind::range:
      return append_range(out, value.range(), literal, depth + 1);
    case Kind::list: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ", ";
        first = false;
        append(out, item, literal, depth + 1);
      }
      out += ']';
      return;
    }
    case Kind::context: {
      out += '{';
      bool first = true;
      for (const Entry& entry : value.entries()) {
        if (!first) out += ", ";
        first = false;
        if (plain_key(entry.name()))
          out += entry.name();
        else
          append_quoted(out, entry.name());
        out += ": ";
        append(out, entry.value, literal, depth + 1);
      }
      out += '}';
      return;
    }
    case Kind::function: {
      out += "function(";
      bool first = true;
      for (const Parameter& parameter : value.function()->parameters) {
        if (!first) out += ", ";
        first = false;
        out += parameter.name;
      }
      out += ")";
      return;
    }
  }
}

Error mismatch(const std::string& place, const Type& type) {
  return Error{ErrorKind::invalid,
               "feel.type_mismatch",
               "expected " + type.text() + (place.empty() ? "" : " at " + place),
               Place{{}, 0, 0, place},
               {{"type", type.text()}}};
}

std::optional<Value> scalar_from_text(std::string_view text, TypeKind kind) {
  switch (kind) {
    case TypeKind::string:
      return Value::string(text);
    case TypeKind::date:
      if (auto date = parse_date(text)) return Value::date(*date);
      return std::nullopt;
    case TypeKind::time:
      if (auto time = parse_time(text)) return Value::time(*time);
      return std::nullopt;
    case TypeKind::date_time:
      if (auto value = parse_date_time(text)) return Value::date_time(*value);
      return std::nullopt;
    case TypeKind::days_duration:
      if (auto value = parse_days_duration(text)) return Value::days_duration(*value);
      return std::nullopt;
    case TypeKind::months_duration:
      if (auto value = parse_months_duration(text)) return Value::months_duration(*value);
      return std::nullopt;
    case TypeKind::number:
      if (auto value = Decimal::parse(text)) return Value::number(*value);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Result<Value> typed(const JsonValue& json, const Type& type, const std::string& place);

Result<Value> typed_context(const JsonObject& members, const Type& type, const std::string& place) {
  std::vector<Entry> entries;
  for (const Field& field : type.fields()) {  // in the order of the type; a missing member is null
    auto found = members.find(field.name);
    Value value;
    if (found != members.end())
      value = TRY(typed(found->second, field.type, place.empty() ? field.name : place + "." + field.name));
    entries.emplace_back(field.name, std::move(value));
  }
  for (const auto& [name, member] : members)
    if (type.field(name) == nullptr) entries.emplace_back(name, from_json(member));
  return Value::context(std::move(entries));
}

Result<Value> typed(const JsonValue& json, const Type& type, const std::string& place) {
  if (json.is_null()) return Value::null();
  if (type.is_any()) return from_json(json);
  if (type.kind() == TypeKind::list) {
    const JsonArray* items = json.array();
    if (items == nullptr) return std::unexpected(mismatch(place, type));
    std::vector<Value> out;
    out.reserve(items->size());
    for (std::size_t i = 0; i < items->size(); ++i)
      out.push_back(TRY(typed((*items)[i], type.element(), place + "[" + std::to_string(i + 1) + "]")));
    return Value::list(std::move(out));
  }
  if (type.kind() == TypeKind::context) {
    const JsonObject* members = json.object();
    if (members == nullptr) return std::unexpected(mismatch(place, type));
    return typed_context(*members, type, place);
  }
  if (const std::string* text = json.string(); text != nullptr && type.kind() != TypeKind::number) {
    if (auto value = scalar_from_text(*text, type.kind())) return *value;
    return std::unexpected(mismatch(place, type));
  }
  Value plain = from_json(json);
  if (!type.accepts(plain)) return std::unexpected(mismatch(place, type));
  return plain;
}

}  // namespace

std::string text(const Value& value) {
  if (value.kind() == Kind::string) return std::string(value.string());
  std::string out;
  append(out, value, false, 0);
  return out;
}

std::string literal(const Value& value) {
  std::string out;
  append(out, value, true, 0);
  return out;
}

Value from_json(const JsonValue& json) {
  if (const bool* truth = json.boolean()) return Value::boolean(*truth);
  if (const JsonNumber* number = json.number()) {
    auto parsed = Decimal::parse(number->text);
    return parsed ? Value::number(*parsed) : Value::null();
  }
  if (const std::string* string = json.string()) return Value::string(*string);
  if (const JsonArray* array = json.array()) {
    std::vector<Value> items;
    items.reserve(array->size());
    for (const JsonValue& item : *array) items.push_back(from_json(item));
    return Value::list(std::move(items));
  }
  if (const JsonObject* object = json.object()) {
    std::vector<Entry> entries;
    entries.reserve(object->size());
    for (const auto& [name, member] : *object) entries.emplace_back(name, from_json(member));
    return Value::context(std::move(entries));
  }
  return Value::null();
}

Result<Value> from_json(const JsonValue& json, const Type& type) {
  return typed(json, type, "");
}

JsonValue to_json(const Value& value) {
  switch (value.kind()) {
    case Kind::null:
    case Kind::function:
      return nullptr;
    case Kind::boolean:
      return value.truth();
    case Kind::number:
      return JsonNumber{value.number().text()};
    case Kind::list: {
      JsonArray out;
      for (const Value& item : value.items()) out.push_back(to_json(item));
      return out;
    }
    case Kind::context: {
      JsonObject out;
      for (const Entry& entry : value.entries()) out.emplace(entry.name(), to_json(entry.value));
      return out;
    }
    default:
      return text(value);
  }
}

}  // namespace yakuba::feel
