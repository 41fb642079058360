// JSON out (streaming, ordered as written) and small JSON in. Large or hostile JSON is read by the folder that needs
// it.
//
//   JsonWriter json;
//   json.object([&] { json.member("id", 7).member("name", "有本"); json.key("rows").array([&] { json.value(1); }); });
//   json.text()                                       // {"id":7,"name":"有本","rows":[1]}
//
// Canonical JSON (events, decision records): JsonValue::canonical(): keys sorted by code point, no spaces, integers and
// strings only where possible; the same value always gives the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace yakuba {

class JsonWriter {
 public:
  template <class F>
  JsonWriter& object(F&& body) {
    open('{');
    body();
    return close('}');
  }
  template <class F>
  JsonWriter& array(F&& body) {
    open('[');
    body();
    return close(']');
  }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(std::int64_t{number}); }
  JsonWriter& value(bool truth);
  JsonWriter& value(double number);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // already JSON
  template <class T>
  JsonWriter& member(std::string_view name, T&& v) {
    return key(name).value(std::forward<T>(v));
  }
  const std::string& text() const& { return out_; }
  std::string text() && { return std::move(out_); }

 private:
  JsonWriter& open(char c);
  JsonWriter& close(char c);
  void separate();
  std::string out_;
  bool first_ = true;
  bool after_key_ = false;
};

// A small JSON value. Numbers keep their text (decimal), so nothing is rounded.
struct JsonValue;
using JsonArray = std::vector<JsonValue>;
using JsonObject = std::map<std::string, JsonValue, std::less<>>;
struct JsonNumber {
  std::string text;
  bool operator==(const JsonNumber&) const = default;
};
struct JsonValue {
  std::variant<std::nullptr_t, bool, JsonNumber, std::string, JsonArray, JsonObject> data = nullptr;

  JsonValue() = default;
  JsonValue(std::nullptr_t) {}
  JsonValue(bool truth) : data(truth) {}
  JsonValue(std::int64_t number) : data(JsonNumber{std::to_string(number)}) {}
  JsonValue(int number) : JsonValue(std::int64_t{number}) {}
  JsonValue(JsonNumber number) : data(std::move(number)) {}
  JsonValue(std::string text) : data(std::move(text)) {}
  JsonValue(std::string_view text) : data(std::string(text)) {}
  JsonValue(const char* text) : data(std::string(text)) {}
  JsonValue(JsonArray items) : data(std::move(items)) {}
  JsonValue(JsonObject members) : data(std::move(members)) {}

  bool operator==(const JsonValue&) const;
  bool is_null() const { return data.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&data); }
  const JsonNumber* number() const { return std::get_if<JsonNumber>(&data); }
  const std::string* string() const { return std::get_if<std::string>(&data); }
  const JsonArray* array() const { return std::get_if<JsonArray>(&data); }
  const JsonObject* object() const { return std::get_if<JsonObject>(&data); }
  JsonArray* array() { return std::get_if<JsonArray>(&data); }
  JsonObject* object() { return std::get_if<JsonObject>(&data); }
  const JsonValue* find(std::string_view key) const;  // nothing when not an object or no such key
  std::string_view text_or(std::string_view key, std::string_view otherwise) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::string canonical() const;
};

struct JsonLimits {
  std::size_t depth_max = 64;
  std::size_t bytes_max = 16 * 1024 * 1024;
};
// Strict RFC 8259: no comments, no trailing commas, no duplicate keys, valid UTF-8. Errors name line and column.
Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace yakuba
