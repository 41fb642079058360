// A decision table as a sheet of cells and back, the way people draw it: the hit policy in the corner, inputs, then
// outputs, then remarks. For CSV files and workbooks (dmn/xlsx.hpp) that a spreadsheet opens; nothing that decides is
// lost. Ids, labels and drawings have no cell.
//
//   U     | age    | → fee  | # why       first row: policy, inputs, outputs behind an arrow, remarks behind a "#"
//   type  | number | number |             declared types
//   values|        | 0, 500 |             allowed values; only when there are some
//   1     | < 6    | 0      | §3          the rules, in their order
//   default |      | 500    |             default outputs; only when there are some
//   decision| fee per month | |           whose table it is; only where the sheet's own name cannot say it
//
//   drg::Sheet sheet = drg::to_sheet(*decision.logic.as<drg::Table>());
//   std::string csv = drg::to_csv(sheet);
//   auto again = drg::from_sheet(*drg::from_csv(csv), "fee", "fee.csv");    // a model with one decision
//   auto model = drg::from_sheets(drg::to_sheets(definitions), "fee.xlsx", &definitions);   // changed tables go in
//
// from_sheet makes input data of the inputs that are names; from_sheets requires the decision of that name when a sheet
// has it. Errors: sheet.empty, sheet.policy, sheet.no_output, sheet.cells, sheet.two, each with the row as its line or,
// of a workbook, with sheet and cell in its field; csv.unclosed. Limits: SheetLimits. Pure; any thread. Source: DMN 1.5
// §8.1 (horizontal tables), §8.2.10 (letters of the policies); RFC 4180.
#pragma once

#include <span>

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

struct NamedSheet {
  std::string name;
  Sheet rows;
  bool operator==(const NamedSheet&) const = default;
};
// The tables that are decisions of a model, in its order. Names are fit for a workbook: at most 31 UTF-16 units, none
// of them twice.
std::vector<NamedSheet> to_sheets(const Definitions& definitions);
// The model of the sheets. `before`: the model that they were once made of; what is no table stays as it was, and so
// does a table that nobody changed.
Result<Definitions> from_sheets(std::span<const NamedSheet> sheets, std::string_view file,
                                const Definitions* before = nullptr);
std::string cell_name(std::size_t row, std::size_t column);  // "C7", counted from 0

std::string to_csv(const Sheet& sheet);
Result<Sheet> from_csv(std::string_view csv, const SheetLimits& limits = {});

}  // namespace yakuba::dmn::drg
