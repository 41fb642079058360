#include "pack/csv.hpp"

#include "base/text.hpp"

namespace yakuba::pack {
namespace {

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, std::vector<Fault>& faults)
      : text_(text), file_(file), faults_(faults) {}

  bool done() const { return at_ >= text_.size(); }
  Place here() const { return {file_, line_, column_, ""}; }

  // One record: cells up to the line's end; a quoted cell may hold line breaks.
  std::vector<CsvCell> record() {
    std::vector<CsvCell> cells;
    for (;;) {
      CsvCell cell{"", here()};
      if (peek() == '"')
        quoted(cell);
      else
        plain(cell);
      cells.push_back(std::move(cell));
      if (done()) return cells;
      const char next = peek();
      take();
      if (next == ',') continue;
      return cells;  // the line's end
    }
  }

 private:
  char peek() const { return done() ? '\0' : text_[at_]; }
  char take() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column_;
    }
    return c;
  }
  void plain(CsvCell& cell) {
    while (!done() && peek() != ',' && peek() != '\n') cell.text += take();
    if (!cell.text.empty() && cell.text.back() == '\r') cell.text.pop_back();
  }
  void quoted(CsvCell& cell) {
    take();
    while (!done()) {
      const char c = take();
      if (c != '"') {
        cell.text += c;
      } else if (peek() == '"') {
        cell.text += take();
      } else {
        if (peek() == '\r') take();
        if (done() || peek() == ',' || peek() == '\n') return;
        faults_.push_back({"pack.csv_quote", Severity::error, here(), {}});
        while (!done() && peek() != ',' && peek() != '\n') take();
        return;
      }
    }
    faults_.push_back({"pack.csv_quote", Severity::error, cell.place, {}});
  }

  std::string_view text_;
  const std::string& file_;
  std::vector<Fault>& faults_;
  std::size_t at_ = 0;
  int line_ = 1, column_ = 1;
};

}  // namespace

Csv read_csv(std::string_view text, const std::string& file, std::vector<Fault>& faults, const CsvLimits& limits) {
  Csv csv;
  if (!is_utf8(text)) {
    faults.push_back({"pack.not_utf8", Severity::error, {file, 0, 0, ""}, {}});
    return csv;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Reader reader(text, file, faults);
  if (reader.done()) {
    faults.push_back({"pack.csv_empty", Severity::error, {file, 1, 1, ""}, {}});
    return csv;
  }
  csv.header = reader.record();
  if (csv.header.size() > limits.columns_max) {
    faults.push_back(
        {"pack.csv_columns", Severity::error, {file, 1, 1, ""}, {{"columns_max", std::to_string(limits.columns_max)}}});
    return csv;
  }
  while (!reader.done()) {
    const Place place = reader.here();
    std::vector<CsvCell> row = reader.record();
    if (row.size() == 1 && trim(row[0].text).empty()) continue;
    if (csv.rows.size() >= limits.rows_max) {
      faults.push_back({"pack.csv_rows", Severity::error, place, {{"rows_max", std::to_string(limits.rows_max)}}});
      return csv;
    }
    if (row.size() != csv.header.size()) {
      faults.push_back({"pack.csv_length",
                        Severity::error,
                        place,
                        {{"cells", std::to_string(row.size())}, {"columns", std::to_string(csv.header.size())}}});
      continue;
    }
    csv.rows.push_back(std::move(row));
  }
  return csv;
}

}  // namespace yakuba::pack
