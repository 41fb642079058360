// Lines and pipe tables of Markdown with their places; inside the folder only. (GitHub Flavored Markdown, tables
// extension.)
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yakuba::dmn {

struct LineView {  // into the document's text
  std::string_view text;
  int number = 0;  // 1-based
};
std::vector<LineView> split_lines(std::string_view text);
bool is_blank(std::string_view line);

struct MarkdownCell {
  std::string text;  // unescaped, trimmed
  int column = 1;    // of its first character, in code points
};
struct MarkdownRow {
  int line = 0;
  std::vector<MarkdownCell> cells;
};
bool is_table_line(std::string_view line);
MarkdownRow parse_row(const LineView& line);
bool is_separator(const MarkdownRow& row);  // | --- | :-: |

std::string escape_cell(std::string_view text);
std::string print_row(const std::vector<std::string>& cells);  // "| a | b |\n"

}  // namespace yakuba::dmn
