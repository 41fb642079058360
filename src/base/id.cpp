#include "base/id.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace yakuba {

PublicId PublicId::random(RandomSource& random) {
  PublicId id;
  random.fill(id.bytes);
  return id;
}

std::optional<PublicId> PublicId::parse(std::string_view text) {
  if (text.size() != 26) return std::nullopt;
  auto bytes = from_base32_crockford(text);
  if (!bytes || bytes->size() != 16) return std::nullopt;
  PublicId id;
  std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
  // One spelling (and its upper case) names an object: from_base32_crockford refuses bits that text() would not write.
  return id;
}

std::string PublicId::text() const {
  return base32_crockford(bytes);
}

}  // namespace yakuba
