// FEEL's number: IEEE 754-2008 decimal128 semantics (34 digits, round half to even), written by ourselves because
// Debian's libbidgcc000 defines libgcc's symbols with another ABI (stack.md) and most municipal numbers fit an int64.
//
//   Decimal rate = *Decimal::parse("0.1");
//   multiply(rate, Decimal::of(430000))->text() == "43000"
//   divide(Decimal::of(1), Decimal::of(3))->text() == "0.3333333333333333333333333333333333"
//
// A result outside ±9.99…E6144 is nothing; below 1E-6176 it is rounded to a subnormal or zero. No NaN, no infinities.
// Pure values, no state, usable from any thread. Source: DMN 1.5 §10.3.2.3.1 (number), IEEE 754-2008 §3.6, §5.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yakuba::feel {

enum class Rounding { half_even, half_up, half_down, up, down, floor, ceiling };

struct Decimal {
  unsigned __int128 coefficient = 0;  // below 10^34
  std::int32_t exponent = 0;          // -6176 … 6111
  bool negative = false;              // never with coefficient 0

  static constexpr int digits_max = 34;
  static constexpr int exponent_min = -6176;
  static constexpr int exponent_max = 6111;

  static Decimal of(std::int64_t value);
  static Decimal of(std::int64_t coefficient, int exponent);
  static std::optional<Decimal> parse(std::string_view text);  // "12", "-0.50", ".5", "1e10", "1.2E-3"; whole text
  std::string text() const;                     // plain notation without trailing zeros; scientific beyond 34 places
  std::optional<std::int64_t> integer() const;  // when it is an integer that fits
  bool is_integer() const;
  bool is_zero() const { return coefficient == 0; }
  Decimal negated() const;
  Decimal reduced() const;  // trailing zeros moved into the exponent
};

// Numeric order: 1.0 equals 1.
std::strong_ordering compare(const Decimal& a, const Decimal& b);
inline bool operator==(const Decimal& a, const Decimal& b) {
  return compare(a, b) == 0;
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
std::optional<Decimal> divide(const Decimal& a, const Decimal& b);  // nothing for a divisor of zero
std::optional<Decimal> modulo(const Decimal& a, const Decimal& b);  // a - b * floor(a / b): sign of the divisor
std::optional<Decimal> power(const Decimal& base, const Decimal& exponent);
std::optional<Decimal> square_root(const Decimal& a);  // nothing below zero
std::optional<Decimal> exponential(const Decimal& a);
std::optional<Decimal> natural_logarithm(const Decimal& a);  // nothing at or below zero
// To `scale` digits after the point (negative: before it). Nothing when scale is outside -6111 … 6176 or the result
// has no place in 34 digits.
std::optional<Decimal> round(const Decimal& a, std::int64_t scale, Rounding rounding);

}  // namespace yakuba::feel
