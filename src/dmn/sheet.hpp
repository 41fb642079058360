// A decision table as a sheet of cells and back, the way people draw it: the hit policy in the corner, inputs, then
// outputs, then remarks. For CSV files that a spreadsheet opens; nothing of the table is lost.
//
//   U     | age    | → fee  | # why       first row: policy, inputs, outputs behind an arrow, remarks behind a "#"
//   type  | number | number |             declared types
//   values|        | 0, 500 |             allowed values; only when there are some
//   1     | < 6    | 0      | §3          the rules, in their order
//   default |      | 500    |             default outputs; only when there are some
//
//   drg::Sheet sheet = drg::to_sheet(*decision.logic.as<drg::Table>());
//   std::string csv = drg::to_csv(sheet);
//   auto again = drg::from_sheet(*drg::from_csv(csv), "fee", "fee.csv");    // a model with one decision
//
// from_sheet makes input data of the inputs that are names. Errors: sheet.empty, sheet.policy, sheet.no_output,
// sheet.cells, each with the row as its line; csv.unclosed. Limits: SheetLimits. Pure; any thread. Source: DMN 1.5 §8.1
// (horizontal tables), §8.2.10 (letters of the policies); RFC 4180.
#pragma once

#include "base/result.hpp"
#include "dmn/drg.hpp"

namespace yakuba::dmn::drg {

using Sheet = std::vector<std::vector<std::string>>;
struct SheetLimits {
  std::size_t rows_max = 100'000;
  std::size_t cells_max = 2'000'000;
};

Sheet to_sheet(const Table& table);
Result<Definitions> from_sheet(const Sheet& sheet, std::string_view decision, std::string_view file);
std::string to_csv(const Sheet& sheet);
Result<Sheet> from_csv(std::string_view csv, const SheetLimits& limits = {});

}  // namespace yakuba::dmn::drg
