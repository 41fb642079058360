// Unsigned integers of fixed width for decimal arithmetic: 256 bits for products and quotients, and a fixed point
// number of 128.384 bits for exp and log. Internal to feel; every operation is exact or truncates.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace yakuba::feel {

using Uint128 = unsigned __int128;

template <int limbs>
struct Wide {
  std::array<std::uint64_t, limbs> limb{};  // least significant first

  Wide() = default;
  explicit constexpr Wide(Uint128 value) {
    limb[0] = static_cast<std::uint64_t>(value);
    limb[1] = static_cast<std::uint64_t>(value >> 64);
  }
  bool operator==(const Wide&) const = default;
  bool is_zero() const {
    for (auto l : limb)
      if (l != 0) return false;
    return true;
  }
  Uint128 low() const { return static_cast<Uint128>(limb[1]) << 64 | limb[0]; }
  bool fits_128() const {
    for (int i = 2; i < limbs; ++i)
      if (limb[i] != 0) return false;
    return true;
  }
  int bits() const {
    for (int i = limbs - 1; i >= 0; --i)
      if (limb[i] != 0) return i * 64 + 64 - std::countl_zero(limb[i]);
    return 0;
  }
  friend int compare(const Wide& a, const Wide& b) {
    for (int i = limbs - 1; i >= 0; --i)
      if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
    return 0;
  }
  void add(const Wide& other) {
    Uint128 carry = 0;
    for (int i = 0; i < limbs; ++i) {
      carry += static_cast<Uint128>(limb[i]) + other.limb[i];
      limb[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  void subtract(const Wide& other) {  // other is not larger
    std::uint64_t borrow = 0;
    for (int i = 0; i < limbs; ++i) {
      Uint128 difference = static_cast<Uint128>(limb[i]) - other.limb[i] - borrow;
      limb[i] = static_cast<std::uint64_t>(difference);
      borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
    }
  }
  void multiply(std::uint64_t factor) {  // the caller knows that it fits
    Uint128 carry = 0;
    for (int i = 0; i < limbs; ++i) {
      carry += static_cast<Uint128>(limb[i]) * factor;
      limb[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  std::uint64_t divide(std::uint64_t divisor) {  // gives the remainder
    Uint128 rest = 0;
    int i = limbs - 1;
    while (i > 0 && limb[i] == 0) --i;
    for (; i >= 0; --i) {
      rest = rest << 64 | limb[i];
      limb[i] = static_cast<std::uint64_t>(rest / divisor);
      rest %= divisor;
    }
    return static_cast<std::uint64_t>(rest);
  }
  void shift_left(int count) {
    int words = count / 64, bits = count % 64;
    for (int i = limbs - 1; i >= 0; --i) {
      std::uint64_t high = i - words >= 0 ? limb[i - words] : 0;
      std::uint64_t low = i - words - 1 >= 0 ? limb[i - words - 1] : 0;
      limb[i] = bits == 0 ? high : high << bits | low >> (64 - bits);
    }
  }
  void shift_right(int count) {
    int words = count / 64, bits = count % 64;
    for (int i = 0; i < limbs; ++i) {
      std::uint64_t low = i + words < limbs ? limb[i + words] : 0;
      std::uint64_t high = i + words + 1 < limbs ? limb[i + words + 1] : 0;
      limb[i] = bits == 0 ? low : low >> bits | high << (64 - bits);
    }
  }
};

template <int a_limbs, int b_limbs>
Wide<a_limbs + b_limbs> product(const Wide<a_limbs>& a, const Wide<b_limbs>& b) {
  Wide<a_limbs + b_limbs> out;
  for (int i = 0; i < a_limbs; ++i) {
    Uint128 carry = 0;
    for (int j = 0; j < b_limbs; ++j) {
      carry += static_cast<Uint128>(a.limb[i]) * b.limb[j] + out.limb[i + j];
      out.limb[i + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    out.limb[i + b_limbs] = static_cast<std::uint64_t>(carry);
  }
  return out;
}

// quotient = numerator / divisor by binary long division over the bits that differ; numerator becomes the remainder.
template <int limbs>
Wide<limbs> divide(Wide<limbs>& numerator, Wide<limbs> divisor) {
  Wide<limbs> quotient;
  int shift = numerator.bits() - divisor.bits();
  if (shift < 0) return quotient;
  divisor.shift_left(shift);
  for (int i = shift; i >= 0; --i) {
    if (compare(numerator, divisor) >= 0) {
      numerator.subtract(divisor);
      quotient.limb[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    divisor.shift_right(1);
  }
  return quotient;
}

}  // namespace yakuba::feel
