// What a Value points to when it is not held inline, and the ways around its counting. Internal to feel: value.cpp
// makes and drops boxes, the machine reads them in place.
#pragma once

#include <algorithm>

#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yakuba::feel {

struct NumberBox : detail::Payload {
  explicit NumberBox(const Decimal& d) : value(d) {}
  Decimal value;
};
// The bytes follow the header, so a string is one allocation.
struct StringBox : detail::Payload {
  std::uint32_t size = 0;
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
};
struct DateTimeBox : detail::Payload {
  explicit DateTimeBox(const DateTime& v) : value(v) {}
  DateTime value;
};
struct RangeBox : detail::Payload {
  explicit RangeBox(Range r) : value(std::move(r)) {
    depth = 1 + std::max(value.low.depth(), value.high.depth());
    weight = 1 + value.low.weight() + value.high.weight();
  }
  Range value;
};
struct ListBox : detail::Payload {
  explicit ListBox(std::vector<Value> v) : items(std::move(v)) {
    for (const Value& item : items) {
      depth = std::max(depth, 1 + item.depth());
      weight += item.weight();
    }
  }
  std::vector<Value> items;
};
struct ContextBox : detail::Payload {
  explicit ContextBox(std::vector<Entry> e) : entries(std::move(e)) {
    for (const Entry& entry : entries) {
      depth = std::max(depth, 1 + entry.value.depth());
      weight += entry.value.weight() + entry.key.weight();
    }
  }
  std::vector<Entry> entries;
};
struct FunctionBox : detail::Payload {
  explicit FunctionBox(Function f) : value(std::move(f)) {}
  Function value;
};

// Reads a Value's payload as the box that its kind says.
struct Payloads {
  template <class Box>
  static const Box* of(const Value& value) {
    return static_cast<const Box*>(value.payload_);
  }
  static bool boxed(const Value& value) { return value.boxed(); }
  // `to` stands for `from` without being counted, until take_back(). `to` must hold nothing that is counted.
  static void lend(Value& to, const Value& from) {
    std::memcpy(static_cast<void*>(&to), static_cast<const void*>(&from), sizeof from);
  }
  static void take_back(Value& lent) { lent.forget(); }
  static bool same_bits(const Value& a, const Value& b) {
    std::uint64_t x[2], y[2];
    std::memcpy(x, static_cast<const void*>(&a), sizeof x);
    std::memcpy(y, static_cast<const void*>(&b), sizeof y);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
  }
};

}  // namespace yakuba::feel
