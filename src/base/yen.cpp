#include "base/yen.hpp"

#include "base/text.hpp"

namespace yakuba {

std::string Yen::text() const {
  return format_number(amount) + "円";
}

std::optional<Yen> add(Yen a, Yen b) {
  Yen sum;
  if (__builtin_add_overflow(a.amount, b.amount, &sum.amount)) return std::nullopt;
  return sum;
}

std::optional<Yen> multiply(Yen a, std::int64_t times) {
  Yen product;
  if (__builtin_mul_overflow(a.amount, times, &product.amount)) return std::nullopt;
  return product;
}

}  // namespace yakuba
