#include "dmn/markdown.hpp"

#include "base/text.hpp"

namespace yakuba::dmn {

std::vector<LineView> split_lines(std::string_view text) {
  std::vector<LineView> lines;
  int number = 1;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({line, number++});
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool is_blank(std::string_view line) {
  return trim(line).empty();
}

bool is_table_line(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && line[first] == '|';
}

MarkdownRow parse_row(const LineView& line) {
  constexpr std::string_view line_break = "<br>";
  MarkdownRow row{line.number, {}};
  const std::string_view text = line.text;
  std::size_t at = text.find('|') + 1;
  int column = static_cast<int>(length_in_code_points(text.substr(0, at))) + 1;
  while (at < text.size()) {
    const std::size_t begin = at;
    std::string raw;
    for (; at < text.size() && text[at] != '|'; ++at) {
      const std::string_view rest = text.substr(at);
      if (rest.starts_with("\\|")) {
        raw += text[++at];
      } else if (rest.starts_with("\\<br>")) {
        raw += line_break;
        at += line_break.size();
      } else if (rest.starts_with(line_break)) {
        raw += '\n';
        at += line_break.size() - 1;
      } else {
        raw += text[at];
      }
    }
    const bool closed = at < text.size();
    const std::string_view source = text.substr(begin, at - begin);
    if (!closed && is_blank(source)) break;  // blanks behind the last |
    const std::string_view trimmed = trim(source);
    const std::size_t lead = trimmed.empty() ? (source.empty() ? 0 : 1) : trimmed.data() - source.data();
    row.cells.push_back(
        {std::string(trim(raw)), column + static_cast<int>(length_in_code_points(source.substr(0, lead)))});
    column += static_cast<int>(length_in_code_points(source)) + 1;
    ++at;
  }
  return row;
}

bool is_separator(const MarkdownRow& row) {
  for (const MarkdownCell& cell : row.cells)
    if (cell.text.empty() || cell.text.find_first_not_of("-: ") != std::string::npos ||
        cell.text.find('-') == std::string::npos)
      return false;
  return !row.cells.empty();
}

std::string escape_cell(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '|') {
      out += "\\|";
    } else if (text[at] == '\n') {
      out += "<br>";
    } else if (text.substr(at).starts_with("<br>")) {
      out += "\\<";
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string print_row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += cell.empty() ? " |" : ' ' + escape_cell(cell) + " |";
  return out + '\n';
}

}  // namespace yakuba::dmn
