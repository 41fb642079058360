// A FEEL value: 16 bytes, cheap to copy, immutable. Numbers that fit an int64 with an exponent, short strings (14 bytes
// of UTF-8), booleans, dates, times and durations are held inline; everything else shares a counted payload.
//
//   Value household = Value::context({{"所得合計", Value::number(4'300'000)}, {"人数", Value::number(3)}});
//   household.find("所得合計")->number().text() == "4300000"
//   text(household) == "{所得合計: 4300000, 人数: 3}"
//   from_json(*parse_json(R"({"a":[1,"x"]})"))        // JSON has no dates: strings stay strings
//   from_json(json, Type::date())                     // a declared type turns "2026-11-22" into a date
//
// Threads: a Value may be copied, read and dropped from any thread at once (counts are atomic); it never changes.
// Lifetime: text(), items(), entries() are views into this Value or its payload; do not outlive the Value.
// Accessors for the wrong kind return an empty value of that kind, never undefined behaviour: look at kind() first.
// Source: DMN 1.5 §10.3.2 (semantic domains), tables 53–54.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/single_threaded.h>

#include "base/date.hpp"
#include "base/json.hpp"
#include "feel/calendar.hpp"
#include "feel/decimal.hpp"

namespace yakuba::feel {

class Type;
class Machine;
struct Entry;
struct Range;
struct Function;

enum class Kind : std::uint8_t {
  null,
  boolean,
  number,
  string,
  date,
  time,
  date_time,
  days_duration,
  months_duration,
  range,
  list,
  context,
  function,
};
std::string_view name_of(Kind kind);  // as FEEL writes it: "date and time", "days and time duration"

namespace detail {
struct Payload {
  mutable std::atomic<std::uint32_t> count{1};
  std::uint32_t depth = 1;   // of nested lists, contexts and ranges: bounded by the machine, since dropping recurses
  std::uint64_t weight = 1;  // scalars and 64-byte pieces of text in it, shared parts counted each time they occur
};
void destroy(Kind kind, const Payload* payload);
}  // namespace detail

class Value {
 public:
  Value() = default;  // null
  Value(const Value& other) noexcept {
    std::memcpy(static_cast<void*>(this), &other, sizeof *this);
    retain();
  }
  Value(Value&& other) noexcept {
    std::memcpy(static_cast<void*>(this), &other, sizeof *this);
    other.forget();
  }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Value() { release(); }

  static Value null() { return {}; }
  static Value boolean(bool truth);
  static Value number(std::int64_t value) { return number(value, 0); }
  static Value number(std::int64_t coefficient, int exponent);  // coefficient × 10^exponent
  static Value number(const Decimal& value);
  static Value string(std::string_view utf8);
  static Value date(Date date);
  static Value date(yakuba::Date date) { return Value::date(Date{date.days}); }
  static Value time(const Time& time);
  static Value date_time(const DateTime& value);
  static Value days_duration(DaysDuration value);
  static Value months_duration(MonthsDuration value);
  static Value range(Range range);
  static Value list(std::vector<Value> items);
  static Value context(std::vector<Entry> entries);  // keys must differ; the last of equal keys wins
  static Value function(Function function);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_true() const { return kind_ == Kind::boolean && major_ != 0; }
  bool is_false() const { return kind_ == Kind::boolean && major_ == 0; }

  bool truth() const { return is_true(); }
  Decimal number() const;
  std::optional<std::int64_t> integer() const;  // an integer number that fits, else nothing
  std::string_view string() const;
  Date date() const { return Date{kind_ == Kind::date ? major_ : 0}; }
  Time time() const;
  DateTime date_time() const;
  DaysDuration days_duration() const;
  MonthsDuration months_duration() const { return {kind_ == Kind::months_duration ? major_ : 0}; }
  const Range& range() const;
  std::span<const Value> items() const;           // of a list
  std::span<const Entry> entries() const;         // of a context, in order of entry
  const Value* find(std::string_view key) const;  // of a context; nullptr when absent
  const Value* find(const Value& key) const;      // key: a string value; the fast form
  const Function* function() const;
  std::uint32_t depth() const { return boxed() ? payload_->depth : 0; }
  std::uint64_t weight() const { return boxed() ? payload_->weight : 1; }  // what comparing or printing it costs

  // Inline number: true when coefficient and exponent are held without a payload.
  bool is_small_number() const { return kind_ == Kind::number && !boxed(); }
  std::int64_t small_coefficient() const { return major_; }
  std::int32_t small_exponent() const { return minor_; }

  // Structural sameness for tests, sets and change detection: numbers by value, texts by code point, contexts by
  // entries regardless of order, zones as written. FEEL's own `=` is feel_equal().
  friend bool operator==(const Value& a, const Value& b);

  void swap(Value& other) noexcept {
    unsigned char held[sizeof(Value)];
    std::memcpy(held, static_cast<const void*>(this), sizeof held);
    std::memcpy(static_cast<void*>(this), static_cast<const void*>(&other), sizeof held);
    std::memcpy(static_cast<void*>(&other), held, sizeof held);
  }

 private:
  static constexpr std::uint8_t boxed_tag = 0x80;
  bool boxed() const { return (tag_ & boxed_tag) != 0; }
  // A program with one thread counts without locked instructions (as libstdc++'s shared_ptr does).
  void retain() const {
    if (!boxed()) return;
    if (__libc_single_threaded)
      payload_->count.store(payload_->count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    else
      payload_->count.fetch_add(1, std::memory_order_relaxed);
  }
  void release() {
    if (!boxed()) return;
    std::uint32_t before;
    if (__libc_single_threaded) {
      before = payload_->count.load(std::memory_order_relaxed);
      payload_->count.store(before - 1, std::memory_order_relaxed);
    } else {
      before = payload_->count.fetch_sub(1, std::memory_order_acq_rel);
    }
    if (before == 1) detail::destroy(kind_, payload_);
  }
  void forget() {
    kind_ = Kind::null;
    tag_ = 0;
  }
  char* short_text() { return reinterpret_cast<char*>(this) + 2; }
  const char* short_text() const { return reinterpret_cast<const char*>(this) + 2; }
  static Value box(Kind kind, const detail::Payload* payload);
  friend struct Payloads;  // value.cpp

  Kind kind_ = Kind::null;
  std::uint8_t tag_ = 0;    // boxed_tag, or the length of a short string
  std::uint16_t zone_ = 0;  // kind and name of a time's zone
  std::int32_t minor_ = 0;  // exponent, offset, or nanoseconds
  union {
    std::int64_t major_ = 0;
    const detail::Payload* payload_;
  };
};
static_assert(sizeof(Value) == 16);

struct Entry {
  Value key;  // a string
  Value value;
  Entry() = default;
  Entry(std::string_view name, Value v) : key(Value::string(name)), value(std::move(v)) {}
  Entry(Value name, Value v) : key(std::move(name)), value(std::move(v)) {}
  std::string_view name() const { return key.string(); }
};

struct Range {
  Value low, high;  // null: unbounded on that side
  bool low_closed = false, high_closed = false;
  // How it was written: `(<10)` is not the same value as `(null..10)`; `(=10)` and `(!=10)` are ranges, too.
  enum class Form : std::uint8_t { interval, comparison, equal, not_equal } form = Form::interval;
};

struct Parameter;
// Something callable: a FEEL function (body compiled), or native code (a decision service, a BKM with a table).
// Native code gets as many arguments as it has parameters, already coerced to the declared types; it reports trouble
// through the machine and returns null, it never throws.
using NativeBody = std::function<Value(Machine&, std::span<const Value>)>;
struct Function {
  std::string name;  // for messages; may be empty
  std::vector<Parameter> parameters;
  std::shared_ptr<const Type> result;  // nullptr: Any
  NativeBody native;                   // empty: compiled code
  std::shared_ptr<const struct Closure> closure;
  bool variadic = false;  // native only: the last parameter may be repeated
};

// FEEL `=`: true, false, or nothing (null) when the kinds cannot be compared. null = null is true.
std::optional<bool> feel_equal(const Value& a, const Value& b);
// FEEL order: -1, 0, 1, or nothing when the two have no order.
std::optional<int> feel_compare(const Value& a, const Value& b);
// FEEL in: is the value inside the range; nothing when it cannot be said.
std::optional<bool> in_range(const Value& value, const Range& range);

// What string() gives: strings without quotation marks at top level; lists and contexts as FEEL literals.
std::string text(const Value& value);
// A FEEL expression that gives the same value again: strings quoted, dates as @"…".
std::string literal(const Value& value);

// JSON without a type: numbers, strings, booleans, null, arrays, objects as they are.
Value from_json(const JsonValue& json);
// By declared type: strings become dates, times, durations; a mismatch is an error naming the place
// ("児童[2].生年月日").
Result<Value> from_json(const JsonValue& json, const Type& type);
// Dates and durations become ISO strings; functions become null.
JsonValue to_json(const Value& value);

}  // namespace yakuba::feel
