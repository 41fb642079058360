// A person's name as the register holds it (住民記録システム標準仕様書: 氏名, 旧氏, 通称, ローマ字).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yakuba {

struct PersonName {
  std::string registered;       // with Moji_Joho variation sequences, family name and given name parted by U+3000
  std::string kana;             // full-width katakana, parted by U+3000
  bool kana_confirmed = false;  // confirmed by the person (戸籍法 2025-05-26)
  std::string former_surname;   // 旧氏; empty when none
  std::string common_name;      // 通称; empty when none
  std::string romanised;        // as on the residence card, "NGUYEN VAN A"; empty when none
  bool operator==(const PersonName&) const = default;

  std::string_view shown() const { return common_name.empty() ? registered : common_name; }
};

// Valid UTF-8, no control characters, at most 100 graphemes; a variation selector only after an ideograph.
Result<> check_name(std::string_view registered, std::string_view field);

}  // namespace yakuba
