// A workbook of sheets (.xlsx, ECMA-376 Office Open XML) as values and back, in memory: what Excel, LibreOffice and
// Gnumeric open and write.
//
//   Result<std::string> bytes = drg::to_xlsx(drg::to_sheets(definitions), drg::write(definitions));
//   Result<drg::Workbook> book = drg::from_xlsx(*bytes, "fee.xlsx");
//   book->sheets[0].rows[6][2];                            // cell C7 as text: what FEEL reads
//   book->model;                                           // the XML that was put along, or empty
//
// Cells come as the text that FEEL reads: texts as they are, numbers at the 15 digits that spreadsheets keep, dates and
// times (serial numbers with a date's format) as @"2026-04-01", truths as true and false, formulas as their last value.
// Read again, a workbook gives exactly the texts that went in. Furigana of cells is left out.
// Errors: xlsx.not_a_workbook, xlsx.too_large, xlsx.part, xlsx.cell, each with file, and with sheet and cell in the
// field
// ("sheet 判定, cell C7"), and the remedy. Bounds: XlsxLimits, counted before anything is unpacked (zip bombs) and
// while it is. Merged cells are refused: which rows they mean is not written in the file. Pure; any thread. Source:
// ECMA-376 Part 1, §18.2 (workbook), §18.3 (worksheets), §18.4 (strings), §18.8.30 (number formats), §22.9.2.19
// (escapes); Part 2 (packages).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/sheet.hpp"

namespace yakuba::dmn::drg {

struct XlsxLimits {
  std::size_t workbook_bytes_max = 64 * 1024 * 1024;
  std::size_t parts_max = 2'000;
  std::size_t unpacked_bytes_max = 64 * 1024 * 1024;  // of all parts that are read
  std::size_t sheets_max = 200;
  std::size_t columns_max = 2'000;
  std::size_t elements_max = 2'000'000;                             // of one part
  SheetLimits sheet = {.rows_max = 100'000, .cells_max = 500'000};  // of all sheets together
};

struct Workbook {
  std::vector<NamedSheet> sheets;  // those that are not empty, in their order
  std::string model;               // XML of a DMN model that to_xlsx was given
};
Result<Workbook> from_xlsx(std::string_view bytes, std::string_view file, const XlsxLimits& limits = {});
// The same sheets always give the same bytes. `model`: XML that travels along, not shown.
Result<std::string> to_xlsx(std::span<const NamedSheet> sheets, std::string_view model = {});

}  // namespace yakuba::dmn::drg
