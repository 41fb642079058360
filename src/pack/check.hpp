// Faults of a pack: where, what, and how to mend it, in Japanese and English.
//
//   packs/nagi/criteria/kessai.md:31:12: 表「専決」のすき間: 金額 = 500000 のとき当てはまる行がありません。直し方:
//   行を足すか …  [pack.table_gap]
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yakuba::pack {

enum class Severity { error, warning };

struct Fault {
  std::string code;  // "pack.unknown_key"; stable
  Severity severity = Severity::error;
  Place place;                                                 // file with the layer's name, line, column, key or cell
  std::vector<std::pair<std::string, std::string>> arguments;  // words put into the message
  bool operator==(const Fault&) const = default;
};

// What is wrong, without place and remedy. Languages: "ja", "en" (anything else: en).
std::string message(const Fault& fault, std::string_view language);
std::string remedy(const Fault& fault, std::string_view language);
// "file:line:column: message 直し方: remedy [code]"
std::string describe(const Fault& fault, std::string_view language);

// Every code with its words, for docs/packs.md and for the test that each has both languages.
struct FaultText {
  std::string_view code, ja, ja_remedy, en, en_remedy;
};
std::vector<FaultText> fault_texts();

}  // namespace yakuba::pack
