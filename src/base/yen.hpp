// Money: whole yen, never a floating-point number, arithmetic checked.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace yakuba {

struct Yen {
  std::int64_t amount = 0;
  auto operator<=>(const Yen&) const = default;
  std::string text() const;  // "25,000円"
};
std::optional<Yen> add(Yen a, Yen b);  // nothing on overflow
std::optional<Yen> multiply(Yen a, std::int64_t times);

}  // namespace yakuba
