// Strong ids. A row key is Id<Tag> (64 bits, inside one store only); what leaves the house is a PublicId
// (128 random bits, base32 without look-alikes) or an office number.
//
//   using CaseId = Id<struct CaseTag>;      // comparing a CaseId with a PersonId does not compile
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace yakuba {

template <class Tag>
struct Id {
  std::int64_t value = 0;  // 0 means "none yet"; stores number from 1
  constexpr Id() = default;
  constexpr explicit Id(std::int64_t v) : value(v) {}
  constexpr explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

class RandomSource;

// 128 random bits, written as 26 characters of Crockford base32, lower case ("3f8k…"). Unguessable; safe in a URL.
struct PublicId {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const PublicId&) const = default;
  static PublicId random(RandomSource& random);
  static std::optional<PublicId> parse(std::string_view text);  // accepts upper case; refuses any other length
  std::string text() const;
};

}  // namespace yakuba

template <class Tag>
struct std::hash<yakuba::Id<Tag>> {
  std::size_t operator()(yakuba::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
