// One cell of a CSV file that people open in a spreadsheet (RFC 4180).
//
//   csv_cell("有本 \"健太\"") == "\"有本 \"\"健太\"\"\""
//   csv_cell("=1+1")            == "\"'=1+1\""            a leading sign would be a formula: it gets an apostrophe
//
// Rows end in CR LF; a file begins with csv_begin, so that spreadsheets read it as UTF-8. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace yakuba {

inline constexpr std::string_view csv_begin = "\xEF\xBB\xBF";
std::string csv_cell(std::string_view text);

}  // namespace yakuba
