// Workbooks, read: relations lead from part to part, cells become the text that FEEL reads.
#include "dmn/xlsx.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.hpp"
#include "dmn/xlsx_text.hpp"
#include "dmn/xml.hpp"
#include "dmn/zip_archive.hpp"

namespace yakuba::dmn::drg {
namespace {

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// "C7" as row 6, column 2.
std::optional<std::pair<std::size_t, std::size_t>> cell_at(std::string_view name) {
  constexpr std::size_t letters_max = 3;
  std::size_t column = 0, letters = 0;
  for (; letters < name.size() && name[letters] >= 'A' && name[letters] <= 'Z'; ++letters)
    column = column * 26 + static_cast<std::size_t>(name[letters] - 'A') + 1;
  const auto row = index_of(name.substr(letters));
  if (letters == 0 || letters > letters_max || !row || *row == 0) return std::nullopt;
  return std::pair(*row - 1, column - 1);
}

// The part that a relation names, from the folder of the part that has it: "xl" and "../customXml/item1.xml".
std::string part_at(std::string_view folder, std::string_view target) {
  std::vector<std::string_view> steps;
  if (!target.starts_with('/'))
    for (const std::string_view step : split(folder, '/'))
      if (!step.empty()) steps.push_back(step);
  for (const std::string_view step : split(target, '/')) {
    if (step.empty() || step == ".") continue;
    if (step != "..")
      steps.push_back(step);
    else if (!steps.empty())
      steps.pop_back();
  }
  std::string out;
  for (const std::string_view step : steps) (out += out.empty() ? "" : "/") += step;
  return out;
}

struct Relation {
  std::string kind, part;  // "worksheet"
};

class XlsxReader {
 public:
  XlsxReader(ZipReader archive, std::string_view file, const XlsxLimits& limits)
      : archive_(std::move(archive)), file_(file), limits_(limits) {}
  Result<Workbook> read();

 private:
  std::unexpected<Error> wrong(ErrorKind kind, std::string code, std::string detail, std::string field = {}) const {
    return fail(kind, std::move(code), std::move(detail), {file_, 0, 0, std::move(field)});
  }
  std::unexpected<Error> wrong_cell(const std::string& sheet, std::size_t row, std::size_t column,
                                    std::string detail) const {
    return wrong(ErrorKind::invalid, "xlsx.cell", std::move(detail),
                 "sheet " + sheet + ", cell " + cell_name(row, column));
  }
  Result<std::string> part(const std::string& name);
  // A part as XML. The text lives in the document.
  Result<std::unique_ptr<xml::Document>> document(const std::string& name);
  Result<std::map<std::string, Relation>> relations(const std::string& of);
  Result<> read_strings(const std::string& name);
  Result<> read_styles(const std::string& name);
  Result<Sheet> read_sheet(const std::string& name, const std::string& sheet);
  Result<> read_row(pugi::xml_node row, const std::string& sheet, std::size_t at, Sheet& out);
  Result<std::string> value(pugi::xml_node cell, const std::string& sheet, std::size_t row, std::size_t column) const;
  Result<std::string> number(pugi::xml_node cell, const std::string& written, const std::string& sheet, std::size_t row,
                             std::size_t column) const;
  Result<> find_model(const std::map<std::string, Relation>& related, Workbook& out);

  ZipReader archive_;
  std::string file_;
  XlsxLimits limits_;
  std::vector<std::string> strings_;
  std::vector<DateFormat> styles_;
  bool since_1904_ = false;
  std::size_t cells_ = 0, rows_ = 0;
};

Result<std::string> XlsxReader::part(const std::string& name) {
  auto bytes = archive_.read(name);
  if (bytes) return bytes;
  if (bytes.error().code == "zip.too_large")
    return wrong(ErrorKind::too_large, "xlsx.too_large",
                 "the part " + name + " is too large unpacked (at most " + std::to_string(limits_.unpacked_bytes_max) +
                     " bytes in all): divide the workbook");
  return wrong(ErrorKind::invalid, "xlsx.part",
               "the part " + name + " is missing or damaged: save the workbook anew as .xlsx");
}

Result<std::unique_ptr<xml::Document>> XlsxReader::document(const std::string& name) {
  const std::string text = TRY(part(name));
  auto out = std::make_unique<xml::Document>(
      text, file_,
      xml::Limits{
          .document_bytes_max = limits_.unpacked_bytes_max, .elements_max = limits_.elements_max, .depth_max = 100});
  if (out->ok()) return out;
  return wrong(ErrorKind::invalid, "xlsx.part",
               "the part " + name + " cannot be read: " + message(out->faults.at(0), Words::en) +
                   " Save the workbook anew as .xlsx.");
}

Result<std::map<std::string, Relation>> XlsxReader::relations(const std::string& of) {
  const auto slash = of.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : of.substr(0, slash);
  const std::string name = (folder.empty() ? "" : folder + "/") + "_rels/" +
                           (slash == std::string::npos ? of : of.substr(slash + 1)) + ".rels";
  std::map<std::string, Relation> out;
  if (!archive_.has(name)) return out;
  const auto parsed = TRY(document(name));
  for (const pugi::xml_node node : parsed->root().children()) {
    if (xml::local_name(node) != "Relationship") continue;
    if (std::string_view(node.attribute("TargetMode").value()) == "External") continue;
    const std::string_view type = node.attribute("Type").value();
    out[node.attribute("Id").value()] = {std::string(type.substr(type.rfind('/') + 1)),
                                         part_at(folder, node.attribute("Target").value())};
  }
  return out;
}

// The text of an <si> or <is>: its <t> and those of its runs; furigana (<rPh>) is not part of it.
std::string string_of(pugi::xml_node node) {
  std::string out;
  for (const pugi::xml_node child : node.children()) {
    if (xml::local_name(child) == "t") out += xml::text_of(child);
    if (xml::local_name(child) == "r")
      for (const pugi::xml_node piece : child.children())
        if (xml::local_name(piece) == "t") out += xml::text_of(piece);
  }
  return unescape_xlsx(out);
}

Result<> XlsxReader::read_strings(const std::string& name) {
  const auto parsed = TRY(document(name));
  for (const pugi::xml_node node : parsed->root().children())
    if (xml::local_name(node) == "si") strings_.push_back(string_of(node));
  return {};
}

pugi::xml_node child_named(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_node child : node.children())
    if (xml::local_name(child) == name) return child;
  return {};
}

// Which styles show a number as a date.
Result<> XlsxReader::read_styles(const std::string& name) {
  constexpr int builtin_max = 163;  // own formats begin behind it
  const auto parsed = TRY(document(name));
  std::map<int, DateFormat> own;
  for (const pugi::xml_node node : child_named(parsed->root(), "numFmts").children())
    own[node.attribute("numFmtId").as_int(-1)] = date_format(std::string_view(node.attribute("formatCode").value()));
  for (const pugi::xml_node node : child_named(parsed->root(), "cellXfs").children()) {
    if (xml::local_name(node) != "xf") continue;
    const int id = node.attribute("numFmtId").as_int(0);
    const auto found = own.find(id);
    styles_.push_back(found != own.end() ? found->second : id <= builtin_max ? date_format(id) : DateFormat::none);
  }
  return {};
}

Result<std::string> XlsxReader::number(pugi::xml_node cell, const std::string& written, const std::string& sheet,
                                       std::size_t row, std::size_t column) const {
  const auto style = index_of(cell.attribute("s").value());
  const DateFormat format = style && *style < styles_.size() ? styles_[*style] : DateFormat::none;
  if (format != DateFormat::none) {
    if (auto literal = serial_literal(written, format, since_1904_)) return *literal;
    return wrong_cell(sheet, row, column,
                      "“" + written + "” is no day of the calendar: write it as a text, @\"2026-04-01\"");
  }
  if (auto plain = plain_number(written)) return *plain;
  return wrong_cell(sheet, row, column, "“" + written + "” is no number: enter it again");
}

Result<std::string> XlsxReader::value(pugi::xml_node cell, const std::string& sheet, std::size_t row,
                                      std::size_t column) const {
  const std::string_view type = cell.attribute("t").value();
  if (type == "inlineStr") return string_of(child_named(cell, "is"));
  const pugi::xml_node node = child_named(cell, "v");
  if (!node) {
    if (!child_named(cell, "f")) return std::string();
    return wrong_cell(sheet, row, column, "the formula has no value: open the workbook, let it compute and save it");
  }
  const std::string written = xml::text_of(node);
  if (type == "s") {
    const auto index = index_of(trim(written));
    if (index && *index < strings_.size()) return strings_[*index];
    return wrong_cell(sheet, row, column, "the text is missing in the workbook: save it anew");
  }
  if (type == "str") return unescape_xlsx(written);
  if (type == "b") return std::string(trim(written) == "1" || trim(written) == "true" ? "true" : "false");
  if (type == "e")
    return wrong_cell(sheet, row, column, "the cell holds the error " + written + ": write a value instead");
  if (type == "d") return "@\"" + std::string(trim(written)) + "\"";
  if (trim(written).empty()) return std::string();
  return number(cell, std::string(trim(written)), sheet, row, column);
}

Result<> XlsxReader::read_row(pugi::xml_node node, const std::string& sheet, std::size_t at, Sheet& out) {
  const auto too_large = [&](std::size_t column) {
    return wrong(ErrorKind::too_large, "xlsx.too_large",
                 "a table may have " + std::to_string(limits_.columns_max) + " columns, all tables together " +
                     std::to_string(limits_.sheet.rows_max) + " rows and " + std::to_string(limits_.sheet.cells_max) +
                     " cells: clear what lies beyond the table",
                 "sheet " + sheet + ", cell " + cell_name(at, column));
  };
  std::size_t next = 0;
  std::vector<std::string> row;
  for (const pugi::xml_node cell : node.children()) {
    if (xml::local_name(cell) != "c") continue;
    std::size_t column = next;
    if (const std::string_view name = cell.attribute("r").value(); !name.empty()) {
      const auto place = cell_at(name);
      if (!place || place->first != at || place->second < next)
        return wrong_cell(sheet, at, next, "the cell calls itself “" + std::string(name) + "”: save the workbook anew");
      column = place->second;
    }
    next = column + 1;
    std::string text = TRY(value(cell, sheet, at, column));
    if (text.empty()) continue;
    if (column >= limits_.columns_max) return too_large(column);
    row.resize(column + 1);
    row[column] = std::move(text);
  }
  if (row.empty()) return {};
  cells_ += row.size();
  rows_ += at + 1 - out.size();
  if (rows_ > limits_.sheet.rows_max || cells_ > limits_.sheet.cells_max) return too_large(row.size() - 1);
  out.resize(at + 1);
  out[at] = std::move(row);
  return {};
}

Result<Sheet> XlsxReader::read_sheet(const std::string& name, const std::string& sheet) {
  const auto parsed = TRY(document(name));
  for (const pugi::xml_node merged : child_named(parsed->root(), "mergeCells").children()) {
    const std::string_view range = merged.attribute("ref").value();
    const auto first = cell_at(range.substr(0, range.find(':'))).value_or(std::pair<std::size_t, std::size_t>());
    return wrong_cell(sheet, first.first, first.second,
                      "the cells " + std::string(range) + " are merged: part them and write the value into each");
  }
  Sheet out;
  std::size_t at = 0;
  for (const pugi::xml_node row : child_named(parsed->root(), "sheetData").children()) {
    if (xml::local_name(row) != "row") continue;
    if (const std::string_view written = row.attribute("r").value(); !written.empty()) {
      const auto number = index_of(written);
      if (!number || *number <= at)
        return wrong_cell(sheet, at, 0, "the row calls itself “" + std::string(written) + "”: save the workbook anew");
      at = *number - 1;
    }
    TRY(read_row(row, sheet, at++, out));
  }
  return out;
}

// The part below customXml that is a model: programs number such parts anew.
Result<> XlsxReader::find_model(const std::map<std::string, Relation>& related, Workbook& out) {
  for (const auto& [id, relation] : related) {
    if (relation.kind != "customXml" || !archive_.has(relation.part)) continue;
    std::string text = TRY(part(relation.part));
    if (text.find("definitions") == std::string::npos || text.find("/DMN/") == std::string::npos) continue;
    out.model = std::move(text);
    return {};
  }
  return {};
}

Result<Workbook> XlsxReader::read() {
  std::string main = "xl/workbook.xml";
  for (const auto& [id, relation] : TRY(relations("")))
    if (relation.kind == "officeDocument") main = relation.part;
  if (!archive_.has(main))
    return wrong(ErrorKind::invalid, "xlsx.not_a_workbook", "this is no workbook: save the table as .xlsx");
  const auto parsed = TRY(document(main));
  const auto related = TRY(relations(main));
  const std::string_view since = child_named(parsed->root(), "workbookPr").attribute("date1904").value();
  since_1904_ = since == "1" || since == "true";
  for (const auto& [id, relation] : related) {
    if (relation.kind == "sharedStrings") TRY(read_strings(relation.part));
    if (relation.kind == "styles") TRY(read_styles(relation.part));
  }
  Workbook out;
  std::size_t sheets = 0;
  for (const pugi::xml_node node : child_named(parsed->root(), "sheets").children()) {
    if (xml::local_name(node) != "sheet") continue;
    if (++sheets > limits_.sheets_max)
      return wrong(ErrorKind::too_large, "xlsx.too_large",
                   "a workbook may have " + std::to_string(limits_.sheets_max) + " sheets: divide it");
    const std::string name = node.attribute("name").value();
    std::string id;  // r:id, whatever the prefix
    for (const pugi::xml_attribute attribute : node.attributes())
      if (std::string_view(attribute.name()).ends_with(":id")) id = attribute.value();
    const auto found = related.find(id);
    if (found == related.end() || found->second.kind != "worksheet") continue;  // charts have no cells
    Sheet rows = TRY(read_sheet(found->second.part, name));
    if (!rows.empty()) out.sheets.push_back({name, std::move(rows)});
  }
  TRY(find_model(related, out));
  return out;
}

}  // namespace

Result<Workbook> from_xlsx(std::string_view bytes, std::string_view file, const XlsxLimits& limits) {
  const Place place{std::string(file), 0, 0, {}};
  if (bytes.size() > limits.workbook_bytes_max)
    return fail(ErrorKind::too_large, "xlsx.too_large",
                "a workbook may have " + std::to_string(limits.workbook_bytes_max) + " bytes: divide it", place);
  auto archive =
      ZipReader::open(bytes, {.parts_max = limits.parts_max, .unpacked_bytes_max = limits.unpacked_bytes_max});
  if (!archive)
    return fail(ErrorKind::invalid, "xlsx.not_a_workbook",
                "this is no workbook (" + archive.error().detail + "): save the table as .xlsx", place);
  return XlsxReader(std::move(*archive), file, limits).read();
}

}  // namespace yakuba::dmn::drg
