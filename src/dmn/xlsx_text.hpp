// Texts and numbers as workbooks write them. Inside the folder only. Source: ECMA-376 Part 1, §22.9.2.19 (ST_Xstring),
// §18.17.4 (serial dates), §18.8.30 (number formats).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yakuba::dmn::drg {

// Characters that XML forbids or changes as _x000D_; a text that looks like that is told apart.
std::string escape_xlsx(std::string_view text);
std::string unescape_xlsx(std::string_view text);

// Written so, it comes back the same through a spreadsheet's binary number: -1234.5, without a sign + or useless zeros.
bool is_plain_number(std::string_view text);
// The number of a cell as FEEL reads it, at 15 digits. Nothing when it is no number.
std::optional<std::string> plain_number(std::string_view written);

enum class DateFormat { none, date, time, date_time };
DateFormat date_format(std::string_view code);  // of a number format: "yyyy/mm/dd", "h:mm", "0.00"
DateFormat date_format(int builtin);            // of the formats that have numbers
// @"2026-04-01" of 46113. Nothing where the calendar of spreadsheets has no such day.
std::optional<std::string> serial_literal(std::string_view written, DateFormat format, bool since_1904);

}  // namespace yakuba::dmn::drg
