// Common Japanese names as facts: surnames with their readings and variant writings, given names by the years in which
// they were common, names of residents from abroad.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "hall/people/values.hpp"

namespace yakuba::people::synthetic {

struct Surname {
  std::string_view written, kana;
  int weight;
};
struct GivenName {
  std::string_view written, kana;
};
// A surname written with an uncommon character. `sequence`: with a Moji_Joho variation selector that IPAmj Mincho draws
// as another shape (its cmap, format 14).
struct VariantSurname {
  std::string_view usual, written;
  bool sequence;
};
struct ForeignName {
  std::string_view romanised;    // surname first, as on the residence card
  std::string_view kana;         // parted by U+3000
  std::string_view common_name;  // 通称, parted by U+3000
  std::string_view nationality;
  Sex sex;
};

std::span<const Surname> surnames();
std::span<const VariantSurname> variant_surnames();
std::span<const ForeignName> foreign_names();
std::span<const GivenName> given_names(Sex sex, int birth_year);

const Surname& draw_surname(RandomSource& random);
const GivenName& draw_given_name(RandomSource& random, Sex sex, int birth_year);

}  // namespace yakuba::people::synthetic
