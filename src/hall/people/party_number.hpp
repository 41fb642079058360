// 宛名番号 and 世帯番号: nine digits drawn in order and one check digit; 法人番号: thirteen digits, check digit first.
//
//   PartyNumber n = *PartyNumber::of_serial(123456);       // nothing for a serial whose remainder is 1: it is skipped
//   n.text() == "0001234565"
//   PartyNumber::parse("0001234566")                       // nothing: the check digit is wrong
//
// Source: 住民記録システム標準仕様書 第1.0版 1.1.13 (modulus 11, weights 2–7 from the right, remainder 0 → 0). The text
// is silent about remainder 1, which would need the digit 10; such serials are never issued here. 法人番号:
// 法人番号の指定等に関する省令 別表 (modulus 9, weights 1 and 2 from the right).
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace yakuba::people {

class PartyNumber {
 public:
  PartyNumber() = default;                                           // none
  static std::optional<PartyNumber> of_serial(std::int64_t serial);  // 1 … 999,999,999
  static std::optional<PartyNumber> parse(std::string_view text);    // digits in any width; spaces around allowed
  std::string text() const;                                          // ten digits; empty for none
  std::int64_t serial() const { return value_ / 10; }
  std::int64_t value() const { return value_; }
  explicit operator bool() const { return value_ != 0; }
  auto operator<=>(const PartyNumber&) const = default;

 private:
  explicit PartyNumber(std::int64_t value) : value_(value) {}
  std::int64_t value_ = 0;
};

class CorporateNumber {
 public:
  CorporateNumber() = default;  // none
  static std::optional<CorporateNumber> of_body(std::int64_t twelve_digits);
  static std::optional<CorporateNumber> parse(std::string_view text);
  std::string text() const;  // thirteen digits; empty for none
  explicit operator bool() const { return value_ != 0; }
  auto operator<=>(const CorporateNumber&) const = default;

 private:
  explicit CorporateNumber(std::int64_t value) : value_(value) {}
  std::int64_t value_ = 0;
};

}  // namespace yakuba::people

template <>
struct std::hash<yakuba::people::PartyNumber> {
  std::size_t operator()(yakuba::people::PartyNumber n) const noexcept { return std::hash<std::int64_t>{}(n.value()); }
};
