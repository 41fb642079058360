// What is wrong with a document or a model: a code, its arguments and the place, down to the cell. Words in Japanese
// and English come from one table (fault.cpp), so that the editor, `yakuba pack check` and the log say the same thing.
//
//   for (const Fault& fault : reading.faults) std::puts(describe(fault, Words::ja).c_str());
//   // packs/common/criteria/jido-teate.md:31:20: 表「月額」3行目「年度末年齢」: … 直し方: …
//
// Values; no locks, no I/O. Columns are counted in code points, as editors do.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yakuba::dmn {

enum class Severity {
  error,    // the model cannot be put in force
  warning,  // it can, but somebody should look
  note,     // a proposal or a remark
};

struct Fault {
  Severity severity = Severity::error;
  std::string code;                                            // "criterion.unknown_key", "analysis.gap"
  std::vector<std::pair<std::string, std::string>> arguments;  // for the holes of the words
  Place place;  // place.field names the cell: 表「月額」3行目「年度末年齢」
  bool operator==(const Fault&) const = default;
};
using Faults = std::vector<Fault>;

bool has_errors(const Faults& faults);

enum class Words { ja, en };
std::string message(const Fault& fault, Words language);   // what is wrong
std::string remedy(const Fault& fault, Words language);    // what to do about it; empty when the message says it
std::string describe(const Fault& fault, Words language);  // "file:line:column: cell: message remedy"

// The first error of a list as an Error of the house (kind invalid, the fault's code and place).
Error as_error(const Faults& faults);

}  // namespace yakuba::dmn
