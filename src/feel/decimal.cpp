#include "feel/decimal.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "feel/wide.hpp"

namespace yakuba::feel {
namespace {

using Uint256 = Wide<4>;

constexpr std::array<std::uint64_t, 20> make_powers() {
  std::array<std::uint64_t, 20> out{};
  out[0] = 1;
  for (int i = 1; i < 20; ++i) out[i] = out[i - 1] * 10;
  return out;
}
constexpr auto powers_of_ten = make_powers();

constexpr Uint128 power_of_ten_128(int n) {
  return n < 20 ? Uint128{powers_of_ten[n]} : Uint128{powers_of_ten[19]} * powers_of_ten[n - 19];
}
constexpr Uint128 coefficient_limit = power_of_ten_128(34);

int digits_of(Uint128 value) {
  if (value < powers_of_ten[19]) {
    auto small = static_cast<std::uint64_t>(value);
    if (small == 0) return 1;
    int guess = (64 - std::countl_zero(small)) * 1233 >> 12;
    return guess + (small >= powers_of_ten[guess] ? 1 : 0);
  }
  int digits = 20;
  while (digits < 38 && value >= power_of_ten_128(digits)) ++digits;
  return digits == 38 && value / power_of_ten_128(37) >= 10 ? 39 : digits;
}

int digits_of(Uint256 value) {
  int digits = 0;
  while (!value.fits_128()) {
    value.divide(powers_of_ten[19]);
    digits += 19;
  }
  return digits + digits_of(value.low());
}

void scale_up(Uint256& value, int digits) {
  for (; digits > 19; digits -= 19) value.multiply(powers_of_ten[19]);
  value.multiply(powers_of_ten[digits]);
}

// Drops decimal digits; `sticky` becomes true when a nonzero digit below the last dropped one is lost. Gives the last
// dropped digit.
int scale_down(Uint256& value, std::int64_t digits, bool& sticky) {
  if (digits > 78) {
    sticky = sticky || !value.is_zero();
    value = {};
    return 0;
  }
  for (--digits; digits > 0;) {
    int step = static_cast<int>(std::min<std::int64_t>(digits, 19));
    if (value.divide(powers_of_ten[step]) != 0) sticky = true;
    digits -= step;
  }
  return static_cast<int>(value.divide(10));
}

bool rounds_up(Rounding rounding, bool negative, bool odd, int digit, bool sticky) {
  bool inexact = digit != 0 || sticky;
  bool above_half = digit > 5 || (digit == 5 && sticky);
  bool half = digit == 5 && !sticky;
  switch (rounding) {
    case Rounding::half_even:
      return above_half || (half && odd);
    case Rounding::half_up:
      return above_half || half;
    case Rounding::half_down:
      return above_half;
    case Rounding::up:
      return inexact;
    case Rounding::down:
      return false;
    case Rounding::floor:
      return inexact && negative;
    case Rounding::ceiling:
      return inexact && !negative;
  }
  return false;
}

// Rounds an exact (or sticky) result into 34 digits and the exponent range.
std::optional<Decimal> finish(Uint256 value, std::int64_t exponent, bool negative, bool sticky = false) {
  if (value.is_zero() && !sticky)
    return Decimal{
        0, static_cast<std::int32_t>(std::clamp<std::int64_t>(exponent, Decimal::exponent_min, Decimal::exponent_max)),
        false};
  int digits = digits_of(value);
  std::int64_t drop = std::max<std::int64_t>({0, digits - Decimal::digits_max, Decimal::exponent_min - exponent});
  if (drop > 0) {
    int digit = scale_down(value, drop, sticky);
    exponent += drop;
    if (rounds_up(Rounding::half_even, negative, value.limb[0] & 1, digit, sticky)) value.add(Uint256(1));
  }
  Uint128 coefficient = value.low();
  if (coefficient >= coefficient_limit) {
    coefficient /= 10;
    ++exponent;
  }
  if (coefficient == 0) return Decimal{0, static_cast<std::int32_t>(exponent), false};
  while (exponent > Decimal::exponent_max && coefficient < coefficient_limit / 10) {
    coefficient *= 10;
    --exponent;
  }
  if (exponent > Decimal::exponent_max) return std::nullopt;
  return Decimal{coefficient, static_cast<std::int32_t>(exponent), negative};
}

std::optional<Decimal> add_signed(const Decimal& a, const Decimal& b, bool b_negative) {
  if (a.exponent < b.exponent) {
    Decimal flipped = b;
    flipped.negative = b_negative;
    return add_signed(flipped, a, a.negative);
  }
  // a has the larger exponent from here on.
  std::int64_t gap = std::int64_t{a.exponent} - b.exponent;
  if (a.is_zero()) return finish(Uint256(b.coefficient), b.exponent, b_negative);
  if (b.is_zero()) {
    int room = Decimal::digits_max - digits_of(a.coefficient);
    int shift = static_cast<int>(std::min<std::int64_t>(gap, room));
    return Decimal{a.coefficient * power_of_ten_128(shift), a.exponent - shift, a.negative};
  }
  int shift = static_cast<int>(std::min<std::int64_t>(gap, 75 - digits_of(a.coefficient)));
  Uint256 left(a.coefficient), right(b.coefficient);
  scale_up(left, shift);
  bool sticky = false;
  if (gap > shift && scale_down(right, gap - shift, sticky) != 0) sticky = true;
  std::int64_t exponent = std::int64_t{a.exponent} - shift;
  if (a.negative == b_negative) {
    left.add(right);
    return finish(left, exponent, a.negative, sticky);
  }
  if (compare(left, right) >= 0) {
    left.subtract(right);
    if (sticky) left.subtract(Uint256(1));  // the lost part of b is taken from the last place; the rest is sticky
    return finish(left, exponent, a.negative, sticky);
  }
  right.subtract(left);
  return finish(right, exponent, b_negative, sticky);
}

// --- fixed point 128.384 for exp and log ---

using Fixed = Wide<8>;
constexpr int fraction_limbs = 6;
constexpr int fraction_bits = fraction_limbs * 64;

Fixed fixed_of(std::uint64_t integer) {
  Fixed out;
  out.limb[fraction_limbs] = integer;
  return out;
}
Fixed fixed_product(const Fixed& a, const Fixed& b) {
  auto wide = product(a, b);
  Fixed out;
  for (int i = 0; i < 8; ++i) out.limb[i] = wide.limb[i + fraction_limbs];
  return out;
}
Fixed fixed_quotient(const Fixed& a, const Fixed& b) {
  Wide<16> numerator, divisor;
  for (int i = 0; i < 8; ++i) {
    numerator.limb[i + fraction_limbs] = a.limb[i];
    divisor.limb[i] = b.limb[i];
  }
  auto quotient = divide(numerator, divisor);
  Fixed out;
  for (int i = 0; i < 8; ++i) out.limb[i] = quotient.limb[i];
  return out;
}
// ln((1 + y) / (1 - y)) = 2 (y + y³/3 + y⁵/5 + …)
Fixed twice_inverse_hyperbolic_tangent(const Fixed& y) {
  Fixed square = fixed_product(y, y), power = y, sum = y;
  for (std::uint64_t n = 3; !power.is_zero(); n += 2) {
    power = fixed_product(power, square);
    Fixed term = power;
    term.divide(n);
    sum.add(term);
  }
  sum.shift_left(1);
  return sum;
}
Fixed fixed_ratio(std::uint64_t a, std::uint64_t b) {
  Fixed out = fixed_of(a);
  out.divide(b);
  return out;
}
const Fixed& ln_2() {
  static const Fixed value = twice_inverse_hyperbolic_tangent(fixed_ratio(1, 3));
  return value;
}
const Fixed& ln_10() {  // 10 = 2³ × 5/4, and 5/4 = (1 + 1/9) / (1 - 1/9)
  static const Fixed value = [] {
    Fixed out = ln_2();
    out.multiply(3);
    out.add(twice_inverse_hyperbolic_tangent(fixed_ratio(1, 9)));
    return out;
  }();
  return value;
}

struct SignedFixed {
  Fixed magnitude;
  bool negative = false;
};
SignedFixed sum(const SignedFixed& a, const SignedFixed& b) {
  SignedFixed out = a;
  if (a.negative == b.negative) {
    out.magnitude.add(b.magnitude);
  } else if (compare(a.magnitude, b.magnitude) >= 0) {
    out.magnitude.subtract(b.magnitude);
  } else {
    out = b;
    out.magnitude.subtract(a.magnitude);
  }
  return out;
}
SignedFixed times(Fixed value, std::int64_t factor, bool negative = false) {
  value.multiply(static_cast<std::uint64_t>(factor < 0 ? -factor : factor));
  return {value, (factor < 0) != negative};
}

// |a| below 10^18 or so; digits below 2^-384 are lost.
Fixed fixed_magnitude(const Decimal& a) {
  Fixed out;
  Wide<8> coefficient{a.coefficient};
  if (a.exponent >= 0) {
    for (int i = 0; i < std::min(a.exponent, 38); ++i) coefficient.multiply(10);
    out = coefficient;
    out.shift_left(fraction_bits);
    return out;
  }
  coefficient.shift_left(fraction_bits);
  for (int left = -a.exponent; left > 0 && !coefficient.is_zero(); left -= 19)
    coefficient.divide(powers_of_ten[std::min(left, 19)]);
  return coefficient;
}

SignedFixed natural_logarithm_fixed(const Decimal& a) {
  int bits = Uint256(a.coefficient).bits();
  Fixed m{a.coefficient};
  m.shift_left(fraction_bits - (bits - 1));  // 1 ≤ m < 2
  Fixed above = m, below = m;
  above.subtract(fixed_of(1));
  below.add(fixed_of(1));
  SignedFixed out{twice_inverse_hyperbolic_tangent(fixed_quotient(above, below)), false};
  out = sum(out, times(ln_2(), bits - 1));
  return sum(out, times(ln_10(), a.exponent));
}

// Integer part of value × 10^digits with what is lost as sticky.
std::optional<Decimal> decimal_from_fixed(const Fixed& value, int digits, std::int64_t exponent, bool negative) {
  Uint256 scale(1);
  scale_up(scale, digits);
  auto scaled = product(value, scale);
  Uint256 integer;
  bool sticky = false;
  for (int i = 0; i < fraction_limbs; ++i) sticky = sticky || scaled.limb[i] != 0;
  for (int i = 0; i < 4; ++i) integer.limb[i] = scaled.limb[i + fraction_limbs];
  return finish(integer, exponent - digits, negative, sticky);
}

std::optional<Decimal> exponential_fixed(const SignedFixed& x) {
  if (x.magnitude.limb[7] != 0 || x.magnitude.limb[6] > 20'000)
    return x.negative ? std::optional(Decimal{0, Decimal::exponent_min, false}) : std::nullopt;
  Fixed rest = x.magnitude;
  std::int64_t n = 0;
  {
    Fixed numerator = rest;
    Fixed quotient = divide(numerator, ln_10());  // both have the same scale: an integer
    n = static_cast<std::int64_t>(quotient.limb[0]);
    rest = numerator;
  }
  if (x.negative && !rest.is_zero()) {
    Fixed complement = ln_10();
    complement.subtract(rest);
    rest = complement;
    n = -n - 1;
  } else if (x.negative) {
    n = -n;
  }
  constexpr int halvings = 8;
  rest.shift_right(halvings);
  Fixed total = fixed_of(1), term = fixed_of(1);
  for (std::uint64_t k = 1; !term.is_zero(); ++k) {
    term = fixed_product(term, rest);
    term.divide(k);
    total.add(term);
  }
  for (int i = 0; i < halvings; ++i) total = fixed_product(total, total);
  return decimal_from_fixed(total, 60, n, false);
}

Decimal tidy(const Decimal& a) {
  return a.exponent < 0 ? a.reduced() : a;
}

// Result of a transcendental function that lies within 10^-50 of a 34-digit number is taken for that number.
std::optional<Decimal> exact_power(const Decimal& base, std::int64_t n) {
  Decimal b = base.reduced();
  Uint256 result(1);
  std::int64_t exponent = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    if (result.bits() + Uint256(b.coefficient).bits() > 250) return std::nullopt;
    auto wide = product(result, Uint256(b.coefficient));
    for (int k = 0; k < 4; ++k) result.limb[k] = wide.limb[k];
    exponent += b.exponent;
  }
  return finish(result, exponent, b.negative && n % 2 != 0);
}

}  // namespace

Decimal Decimal::of(std::int64_t value) {
  return of(value, 0);
}

Decimal Decimal::of(std::int64_t coefficient, int exponent) {
  bool negative = coefficient < 0;
  Uint128 magnitude = negative ? -static_cast<Uint128>(coefficient) : static_cast<Uint128>(coefficient);
  return {magnitude, exponent, negative};
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  std::size_t i = 0;
  bool negative = false;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  Uint256 value;
  std::int64_t exponent = 0;
  int kept = 0;
  bool digits = false, point = false, sticky = false;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (c == '.') {
      if (point) return std::nullopt;
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    digits = true;
    if (kept < 70) {
      value.multiply(10);
      value.add(Uint256(static_cast<Uint128>(c - '0')));
      if (kept > 0 || c != '0') ++kept;
      if (point) --exponent;
    } else {
      sticky = sticky || c != '0';
      if (!point) ++exponent;
    }
  }
  if (!digits || text[i - 1] == '.') return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool minus = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) minus = text[i++] == '-';
    if (i == text.size()) return std::nullopt;
    std::int64_t written = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
      written = std::min<std::int64_t>(written * 10 + (text[i] - '0'), 1'000'000);
    exponent += minus ? -written : written;
  }
  if (i != text.size()) return std::nullopt;
  return finish(value, exponent, negative, sticky);
}

std::string Decimal::text() const {
  if (coefficient == 0) return "0";
  Decimal r = reduced();
  char buffer[40];
  int length = 0;
  for (Uint128 c = r.coefficient; c != 0; c /= 10) buffer[length++] = static_cast<char>('0' + static_cast<int>(c % 10));
  std::reverse(buffer, buffer + length);
  std::string_view digits(buffer, length);
  std::string out = r.negative ? "-" : "";
  int point = length + r.exponent;  // digits before the decimal point
  if (point > digits_max || point < -digits_max) {
    out += digits[0];
    if (length > 1) (out += '.') += digits.substr(1);
    return out + (point > 0 ? "E+" : "E-") + std::to_string(std::abs(point - 1));
  }
  if (point <= 0) return (out += "0.").append(-point, '0') += digits;
  if (point >= length) return (out += digits).append(point - length, '0');
  return ((out += digits.substr(0, point)) += '.') += digits.substr(point);
}

Decimal Decimal::reduced() const {
  if (coefficient == 0) return {};
  Decimal out = *this;
  while (out.coefficient % 10 == 0 && out.exponent < exponent_max) {
    out.coefficient /= 10;
    ++out.exponent;
  }
  return out;
}

Decimal Decimal::negated() const {
  return {coefficient, exponent, coefficient != 0 && !negative};
}

bool Decimal::is_integer() const {
  return exponent >= 0 || coefficient == 0 || reduced().exponent >= 0;
}

std::optional<std::int64_t> Decimal::integer() const {
  Decimal r = reduced();
  if (r.exponent < 0 || r.exponent > 19) return std::nullopt;
  if (r.coefficient > Uint128{1} << 63) return std::nullopt;
  Uint128 magnitude = r.coefficient * power_of_ten_128(r.exponent);
  if (magnitude > (Uint128{1} << 63) - (r.negative ? 0 : 1)) return std::nullopt;
  return static_cast<std::int64_t>(r.negative ? -magnitude : magnitude);
}

std::strong_ordering compare(const Decimal& a, const Decimal& b) {
  if (a.is_zero() || b.is_zero() || a.negative != b.negative) {
    int left = a.is_zero() ? 0 : a.negative ? -1 : 1, right = b.is_zero() ? 0 : b.negative ? -1 : 1;
    return left <=> right;
  }
  auto magnitude = [&]() -> std::strong_ordering {
    if (a.exponent == b.exponent) return a.coefficient <=> b.coefficient;
    int left = digits_of(a.coefficient) + a.exponent, right = digits_of(b.coefficient) + b.exponent;
    if (left != right) return left <=> right;
    Uint256 x(a.coefficient), y(b.coefficient);  // same magnitude: the exponents differ by less than 34
    if (a.exponent > b.exponent)
      scale_up(x, a.exponent - b.exponent);
    else
      scale_up(y, b.exponent - a.exponent);
    return compare(x, y) <=> 0;
  }();
  return a.negative ? 0 <=> magnitude : magnitude;
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
  return add_signed(a, b, b.negative);
}
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
  return add_signed(a, b, !b.negative);
}

std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
  auto wide = product(Wide<2>(a.coefficient), Wide<2>(b.coefficient));
  return finish(wide, std::int64_t{a.exponent} + b.exponent, a.negative != b.negative);
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return std::nullopt;
  std::int64_t ideal = std::int64_t{a.exponent} - b.exponent;
  if (a.is_zero()) return finish(Uint256{}, ideal, false);
  int shift = std::max(0, digits_of(b.coefficient) - digits_of(a.coefficient) + Decimal::digits_max + 2);
  Uint256 numerator(a.coefficient);
  scale_up(numerator, shift);
  Uint256 quotient;
  bool sticky;
  if (b.coefficient >> 64 == 0) {
    quotient = numerator;
    sticky = quotient.divide(static_cast<std::uint64_t>(b.coefficient)) != 0;
  } else {
    quotient = divide(numerator, Uint256(b.coefficient));
    sticky = !numerator.is_zero();
  }
  std::int64_t exponent = ideal - shift;
  if (!sticky) {  // exact: as near to the ideal exponent as possible
    while (exponent < ideal) {
      Uint256 tenth = quotient;
      if (tenth.divide(10) != 0) break;
      quotient = tenth;
      ++exponent;
    }
  }
  return finish(quotient, exponent, a.negative != b.negative, sticky);
}

std::optional<Decimal> modulo(const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return std::nullopt;
  if (a.is_zero()) return Decimal{};
  // Remainder of the magnitudes by repeated scaling, so that it is exact whatever the exponents are.
  std::int64_t exponent = std::min(a.exponent, b.exponent);
  if (std::int64_t{b.exponent} - exponent > 75) {  // |a| is far below |b|
    if (a.negative == b.negative) return a;
    return add(a, b);
  }
  Uint256 divisor(b.coefficient);
  scale_up(divisor, b.exponent - static_cast<int>(exponent));
  if (divisor.bits() > 248) return a.negative == b.negative ? std::optional(a) : add(a, b);
  Uint256 rest(a.coefficient);
  for (std::int64_t left = a.exponent - exponent; left > 0; --left) {
    divide(rest, divisor);
    rest.multiply(10);
  }
  divide(rest, divisor);
  if (!rest.is_zero() && a.negative != b.negative) {
    divisor.subtract(rest);
    rest = divisor;
  }
  return finish(rest, exponent, b.negative);
}

std::optional<Decimal> power(const Decimal& base, const Decimal& exponent) {
  if (exponent.is_zero()) return Decimal::of(1);
  if (base.is_zero()) return exponent.negative ? std::nullopt : std::optional(Decimal{});
  auto n = exponent.integer();
  bool integral = exponent.is_integer();
  if (base.negative && !integral) return std::nullopt;
  bool odd = integral && n && *n % 2 != 0;
  if (n && *n > 0 && *n <= 256) {
    if (auto exact = exact_power(base, *n)) return exact;
  }
  if (n && *n < 0 && *n >= -256) {
    if (auto exact = exact_power(base, -*n); exact && digits_of(exact->coefficient) < Decimal::digits_max)
      return divide(Decimal::of(1), *exact);
  }
  Decimal magnitude = base;
  magnitude.negative = false;
  SignedFixed logarithm = natural_logarithm_fixed(magnitude);
  if (logarithm.magnitude.is_zero()) return Decimal{1, 0, base.negative && odd};
  if (exponent.exponent + digits_of(exponent.coefficient) > 38)
    return logarithm.negative != exponent.negative ? std::optional(Decimal{0, Decimal::exponent_min}) : std::nullopt;
  Fixed factor = fixed_magnitude(exponent);
  if (logarithm.magnitude.bits() + factor.bits() > 2 * fraction_bits + 100)
    return logarithm.negative != exponent.negative ? std::optional(Decimal{0, Decimal::exponent_min}) : std::nullopt;
  SignedFixed x{fixed_product(logarithm.magnitude, factor), logarithm.negative != exponent.negative};
  auto result = exponential_fixed(x);
  if (!result) return result;
  result->negative = base.negative && odd && !result->is_zero();
  return tidy(*result);
}

std::optional<Decimal> square_root(const Decimal& a) {
  if (a.is_zero()) return Decimal{};
  if (a.negative) return std::nullopt;
  // 69 or 70 digits under an even exponent give 35 digits of root, and what is left makes it sticky.
  int shift = 70 - digits_of(a.coefficient);
  if ((a.exponent - shift) % 2 != 0) --shift;
  Uint256 rest(a.coefficient), root;
  scale_up(rest, shift);
  for (int bit = (rest.bits() - 1) / 2; bit >= 0; --bit) {
    Uint256 trial = root;  // (root + 2^bit)² ≤ n  ⇔  2^bit (2 root + 2^bit) ≤ rest
    trial.shift_left(1);
    Uint256 one(1);
    one.shift_left(bit);
    trial.add(one);
    trial.shift_left(bit);
    if (compare(trial, rest) > 0) continue;
    rest.subtract(trial);
    root.add(one);
  }
  auto result = finish(root, (std::int64_t{a.exponent} - shift) / 2, false, !rest.is_zero());
  return result && rest.is_zero() ? std::optional(tidy(*result)) : result;
}

std::optional<Decimal> exponential(const Decimal& a) {
  if (a.is_zero()) return Decimal::of(1);
  if (a.exponent + digits_of(a.coefficient) > 6)
    return a.negative ? std::optional(Decimal{0, Decimal::exponent_min, false}) : std::nullopt;
  if (a.exponent + digits_of(a.coefficient) < -100) return Decimal::of(1);
  return exponential_fixed({fixed_magnitude(a), a.negative});
}

std::optional<Decimal> natural_logarithm(const Decimal& a) {
  if (a.is_zero() || a.negative) return std::nullopt;
  SignedFixed out = natural_logarithm_fixed(a);
  if (out.magnitude.is_zero()) return Decimal{};
  return decimal_from_fixed(out.magnitude, 70, 0, out.negative);
}

std::optional<Decimal> round(const Decimal& a, std::int64_t scale, Rounding rounding) {
  if (scale < -Decimal::exponent_max || scale > -Decimal::exponent_min) return std::nullopt;
  if (a.is_zero() || -std::int64_t{a.exponent} <= scale) return a;  // no digits to drop
  bool sticky = false;
  Uint256 value(a.coefficient);
  int digit = scale_down(value, -scale - a.exponent, sticky);
  if (rounds_up(rounding, a.negative, value.limb[0] & 1, digit, sticky)) value.add(Uint256(1));
  return finish(value, -scale, a.negative);
}

}  // namespace yakuba::feel
