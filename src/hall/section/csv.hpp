// Comma-separated values as office software writes them (RFC 4180; UTF-8 with or without mark, or CP932).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yakuba::section {

struct CsvRow {
  int line = 0;  // of the file, 1-based; a quoted line break counts
  std::vector<std::string> cells;
};
struct CsvLimits {
  std::size_t bytes_max = 4 * 1024 * 1024;
  std::size_t lines_max = 20'000;
  std::size_t cells_max = 50;
};
// Empty lines are left out. Errors: too_large, invalid with place.line ("section.csv.quote", "section.csv.encoding").
Result<std::vector<CsvRow>> read_csv(std::string_view bytes, const CsvLimits& limits = {});

}  // namespace yakuba::section
