#include "hall/people/party_number.hpp"

#include "base/text.hpp"

namespace yakuba::people {
namespace {

// Digits in any width, hyphens and spaces dropped; nothing when another character is among them.
std::optional<std::int64_t> digits_of(std::string_view text, std::size_t count) {
  std::int64_t value = 0;
  std::size_t seen = 0;
  for (char c : nfkc(trim(text))) {
    if (c == '-' || c == ' ') continue;
    if (c < '0' || c > '9' || ++seen > count) return {};
    value = value * 10 + (c - '0');
  }
  if (seen != count) return {};
  return value;
}
std::string padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

std::optional<int> check_digit_of(std::int64_t serial) {
  int sum = 0, weight = 2;
  for (std::int64_t rest = serial; rest > 0; rest /= 10) {
    sum += static_cast<int>(rest % 10) * weight;
    weight = weight == 7 ? 2 : weight + 1;
  }
  int remainder = sum % 11;
  if (remainder == 1) return {};
  return remainder == 0 ? 0 : 11 - remainder;
}
int corporate_check_digit_of(std::int64_t body) {
  int sum = 0, weight = 1;
  for (std::int64_t rest = body; rest > 0; rest /= 10) {
    sum += static_cast<int>(rest % 10) * weight;
    weight = 3 - weight;
  }
  return 9 - sum % 9;
}
constexpr std::int64_t serial_max = 999'999'999;
constexpr std::int64_t corporate_body_unit = 1'000'000'000'000;

}  // namespace

std::optional<PartyNumber> PartyNumber::of_serial(std::int64_t serial) {
  if (serial < 1 || serial > serial_max) return {};
  auto digit = check_digit_of(serial);
  if (!digit) return {};
  return PartyNumber(serial * 10 + *digit);
}
std::optional<PartyNumber> PartyNumber::parse(std::string_view text) {
  auto value = digits_of(text, 10);
  if (!value || *value / 10 < 1) return {};
  // Numbers issued before the rule may carry 0 where the remainder is 1: taken as they are, never issued.
  auto digit = check_digit_of(*value / 10);
  if (*value % 10 != digit.value_or(0)) return {};
  return PartyNumber(*value);
}
std::string PartyNumber::text() const {
  return value_ == 0 ? std::string() : padded(value_, 10);
}

std::optional<CorporateNumber> CorporateNumber::of_body(std::int64_t body) {
  if (body < 1 || body >= corporate_body_unit) return {};
  return CorporateNumber(corporate_check_digit_of(body) * corporate_body_unit + body);
}
std::optional<CorporateNumber> CorporateNumber::parse(std::string_view text) {
  auto value = digits_of(text, 13);
  if (!value) return {};
  auto made = of_body(*value % corporate_body_unit);
  if (!made || made->value_ != *value) return {};
  return made;
}
std::string CorporateNumber::text() const {
  return value_ == 0 ? std::string() : padded(value_, 13);
}

}  // namespace yakuba::people
