// CSV as packs write it (RFC 4180, UTF-8, optional BOM, CRLF or LF): a header line, then rows of the same length.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pack/check.hpp"

namespace yakuba::pack {

struct CsvCell {
  std::string text;
  Place place;
};
struct Csv {
  std::vector<CsvCell> header;
  std::vector<std::vector<CsvCell>> rows;  // each as long as the header
};
struct CsvLimits {
  std::size_t rows_max = 100'000;
  std::size_t columns_max = 100;
};
// Rows that do not fit are left out, with a fault each.
Csv read_csv(std::string_view text, const std::string& file, std::vector<Fault>& faults, const CsvLimits& limits = {});

}  // namespace yakuba::pack
