#include "hall/section/csv.hpp"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "base/text.hpp"

namespace yakuba::section {

namespace {

Result<std::string> to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (is_utf8(bytes)) return std::string(bytes);
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open("windows-31j", &status);
  if (U_FAILURE(status)) return fail(ErrorKind::internal, "section.csv.encoding", u_errorName(status));
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::u16string wide(bytes.size() + 1, u'\0');
  auto length = ucnv_toUChars(converter, wide.data(), static_cast<std::int32_t>(wide.size()), bytes.data(),
                              static_cast<std::int32_t>(bytes.size()), &status);
  ucnv_close(converter);
  if (U_FAILURE(status))
    return fail(ErrorKind::invalid, "section.csv.encoding", "neither UTF-8 nor CP932", Place{.line = 1});
  std::string text;
  icu::UnicodeString(wide.data(), length).toUTF8String(text);
  return text;
}

// One record from `at`, which moves behind it.
Result<CsvRow> read_record(std::string_view text, std::size_t& at, int& line, std::size_t cells_max) {
  CsvRow row{line, {""}};
  bool quoted = false;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (quoted) {
      if (c == '"' && at + 1 < text.size() && text[at + 1] == '"')
        row.cells.back() += text[++at];
      else if (c == '"')
        quoted = false;
      else {
        if (c == '\n') ++line;
        row.cells.back() += c;
      }
    } else if (c == '"' && row.cells.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      if (row.cells.size() == cells_max)
        return fail(ErrorKind::too_large, "section.csv.columns", "too many columns", Place{.line = row.line});
      row.cells.emplace_back();
    } else if (c == '\n') {
      ++at;
      ++line;
      return row;
    } else if (c != '\r') {
      row.cells.back() += c;
    }
  }
  if (quoted) return fail(ErrorKind::invalid, "section.csv.quote", "a quote is not closed", Place{.line = row.line});
  return row;
}

}  // namespace

Result<std::vector<CsvRow>> read_csv(std::string_view bytes, const CsvLimits& limits) {
  if (bytes.size() > limits.bytes_max) return fail(ErrorKind::too_large, "section.csv.size");
  auto text = TRY(to_utf8(bytes));
  std::vector<CsvRow> rows;
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    auto row = TRY(read_record(text, at, line, limits.cells_max));
    for (std::string& cell : row.cells) cell = std::string(trim(cell));
    if (row.cells.size() == 1 && row.cells[0].empty()) continue;
    if (rows.size() == limits.lines_max) return fail(ErrorKind::too_large, "section.csv.lines");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace yakuba::section
