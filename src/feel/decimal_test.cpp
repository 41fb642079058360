// Decimal arithmetic against vectors computed by Python's decimal module (tools/decimal_vectors.py).
#include "feel/decimal.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace yakuba::feel {
namespace {

std::optional<Decimal> apply(const std::string& operation, const Decimal& a, const Decimal& b) {
  if (operation == "add") return add(a, b);
  if (operation == "subtract") return subtract(a, b);
  if (operation == "multiply") return multiply(a, b);
  if (operation == "divide") return divide(a, b);
  if (operation == "sqrt") return square_root(a);
  if (operation == "exp") return exponential(a);
  if (operation == "log") return natural_logarithm(a);
  if (operation == "power") return power(a, b);
  if (operation == "modulo") return modulo(a, b);
  constexpr std::pair<const char*, Rounding> modes[] = {
      {"round_half_even", Rounding::half_even}, {"round_half_up", Rounding::half_up},
      {"round_half_down", Rounding::half_down}, {"round_up", Rounding::up},
      {"round_down", Rounding::down},           {"round_floor", Rounding::floor},
      {"round_ceiling", Rounding::ceiling}};
  for (auto [name, mode] : modes)
    if (operation == name) return round(a, *b.integer(), mode);
  ADD_FAILURE() << "unknown operation " << operation;
  return std::nullopt;
}

// YAKUBA_DECIMAL_VECTORS names another file, for long runs.
TEST(Decimal, agrees_with_python_to_the_last_digit) {
  const char* other = std::getenv("YAKUBA_DECIMAL_VECTORS");
  std::ifstream in(other != nullptr ? other : std::string(YAKUBA_SOURCE_DIR) + "/tests/feel/decimal_vectors.tsv");
  ASSERT_TRUE(in.is_open());
  int count = 0, wrong = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::stringstream cells(line);
    std::string operation, left, right, expected;
    cells >> operation >> left >> right >> expected;
    auto a = Decimal::parse(left), b = Decimal::parse(right);
    ASSERT_TRUE(a && b) << line;
    ++count;
    auto result = apply(operation, *a, *b);
    bool same = expected == "none" ? !result : result && *result == *Decimal::parse(expected);
    if (!same && ++wrong <= 20) ADD_FAILURE() << line << "\n  got " << (result ? result->text() : "none");
    if (!result) continue;
    EXPECT_EQ(*Decimal::parse(result->text()), *result) << line;  // its own text gives it back
    EXPECT_LE(result->exponent, Decimal::exponent_max);
    EXPECT_GE(result->exponent, Decimal::exponent_min);
  }
  EXPECT_GE(count, 1000);
  EXPECT_EQ(wrong, 0);
}

TEST(Decimal, is_an_ordered_field_where_nothing_is_rounded) {
  std::uint64_t state = 42;
  auto next = [&](int digits) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::int64_t limit = 1;
    for (int i = 0; i < digits; ++i) limit *= 10;
    return Decimal::of(static_cast<std::int64_t>(state >> 8) % limit - limit / 2, -static_cast<int>(state % 4));
  };
  for (int i = 0; i < 2'000; ++i) {
    Decimal a = next(9), b = next(9), c = next(9);
    EXPECT_EQ(*add(a, b), *add(b, a));
    EXPECT_EQ(*add(*add(a, b), c), *add(a, *add(b, c)));
    EXPECT_EQ(*multiply(a, *add(b, c)), *add(*multiply(a, b), *multiply(a, c)));
    EXPECT_EQ(*subtract(*add(a, b), b), a);
    EXPECT_EQ(compare(a, b) < 0, subtract(a, b)->negative);
    if (!b.is_zero()) {
      EXPECT_EQ(*divide(*multiply(a, b), b), a);
    }
  }
}

TEST(Decimal, reads_and_writes_texts) {
  for (const char* same :
       {"0", "1", "-1", "0.5", "1234567890123456789012345678901234", "0.001", "1E+34", "1E-40", "-12.5"})
    EXPECT_EQ(Decimal::parse(same)->text(), same);
  EXPECT_EQ(Decimal::parse("1.500")->text(), "1.5");
  EXPECT_EQ(Decimal::parse("+.5")->text(), "0.5");
  EXPECT_EQ(Decimal::parse("1e3")->text(), "1000");
  EXPECT_EQ(Decimal::parse("-0")->text(), "0");
  EXPECT_EQ(Decimal::parse("12345678901234567890123456789012345")->text(), "1.234567890123456789012345678901234E+34");
  for (const char* wrong : {"", "-", ".", "1.", "1e", "1e+", "1.2.3", "abc", "1 ", " 1", "1_000", "0x10", "1e7000",
                            "NaN", "Infinity", "--1"})
    EXPECT_FALSE(Decimal::parse(wrong)) << wrong;
  EXPECT_TRUE(Decimal::parse("1e-7000")->is_zero());
  EXPECT_EQ(Decimal::parse("9223372036854775807")->integer(), INT64_MAX);
  EXPECT_EQ(Decimal::parse("-9223372036854775808")->integer(), INT64_MIN);
  EXPECT_FALSE(Decimal::parse("9223372036854775808")->integer());
  EXPECT_FALSE(Decimal::parse("1.5")->integer());
}

}  // namespace
}  // namespace yakuba::feel
