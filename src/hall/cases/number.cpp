// Case numbers: "26-1120-0047-F". The check letter covers every digit, so that a number read out on the telephone or
// copied by hand is found wrong at once. Letters that look like digits (I, O, Q) do not occur.
#include <fmt/format.h>

#include "hall/cases/cases.hpp"

namespace yakuba::cases {
namespace {

// 23 letters without I, O, Q: one for each remainder, so that every single-digit fault and every swap of neighbours
// changes the letter (23 is prime and greater than 9, and the weights 2^n mod 23 differ from neighbour to neighbour).
constexpr std::string_view letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
static_assert(letters.size() == 23);

char check_character(std::string_view digits) {
  int sum = 0;
  for (const char c : digits) sum = (sum * 2 + (c - '0') + 1) % 23;
  return letters[static_cast<std::size_t>(sum)];
}

std::optional<std::string> digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  return digits;
}

}  // namespace

std::string case_number(Date day, std::int64_t serial) {
  const std::string body =
      fmt::format("{:02}-{:02}{:02}-{:04}", fiscal_year(day) % 100, day.month(), day.day(), serial);
  return fmt::format("{}-{}", body, check_character(*digits_of(body)));
}

bool is_case_number(std::string_view text) {
  const auto last = text.rfind('-');
  if (last == std::string_view::npos || last + 2 != text.size()) return false;
  const std::string_view body = text.substr(0, last);
  if (body.size() < 12 || body.size() > 18 || body[2] != '-' || body[7] != '-') return false;
  const auto digits = digits_of(body);
  return digits && digits->size() == body.size() - 2 && check_character(*digits) == text.back();
}

}  // namespace yakuba::cases
