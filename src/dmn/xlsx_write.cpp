// Workbooks, written: seven small parts, texts inside the cells, so that every program reads them.
#include <algorithm>

#include "base/text.hpp"
#include "base/xml.hpp"
#include "dmn/xlsx.hpp"
#include "dmn/xlsx_text.hpp"
#include "dmn/zip_archive.hpp"

namespace yakuba::dmn::drg {
namespace {

constexpr std::string_view head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view main_uri = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relation_uri = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view package_uri = "http://schemas.openxmlformats.org/package/2006/relationships";
constexpr std::size_t cell_units_max = 32'767;  // what spreadsheets hold in one cell

std::string text(std::string_view value) {
  return std::string(value);
}

std::string relation(const std::string& id, std::string_view kind, const std::string& target) {
  return "<Relationship Id=\"" + id + "\" Type=\"" + text(relation_uri) + "/" + text(kind) + "\" Target=\"" + target +
         "\"/>";
}
std::string relations(const std::string& all) {
  return text(head) + "<Relationships xmlns=\"" + text(package_uri) + "\">" + all + "</Relationships>";
}

std::string content_types(std::size_t sheets, bool model) {
  std::string out =
      text(head) +
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>";
  const std::string office = "application/vnd.openxmlformats-officedocument.";
  const auto add = [&](const std::string& part, const std::string& type) {
    out += "<Override PartName=\"" + part + "\" ContentType=\"" + office + type + "+xml\"/>";
  };
  add("/xl/workbook.xml", "spreadsheetml.sheet.main");
  for (std::size_t i = 1; i <= sheets; ++i)
    add("/xl/worksheets/sheet" + std::to_string(i) + ".xml", "spreadsheetml.worksheet");
  add("/xl/styles.xml", "spreadsheetml.styles");
  if (model) add("/customXml/itemProps1.xml", "customXmlProperties");
  return out + "</Types>";
}

std::string workbook(std::span<const NamedSheet> sheets) {
  std::string out =
      text(head) + "<workbook xmlns=\"" + text(main_uri) + "\" xmlns:r=\"" + text(relation_uri) + "\"><sheets>";
  for (std::size_t i = 0; i < sheets.size(); ++i)
    out += "<sheet name=\"" + xml_attribute(sheets[i].name) + "\" sheetId=\"" + std::to_string(i + 1) +
           "\" r:id=\"rId" + std::to_string(i + 1) + "\"/>";
  return out + "</sheets></workbook>";
}

// Two styles: all cells are texts that wrap; those of the first row are bold.
std::string styles() {
  return text(head) + "<styleSheet xmlns=\"" + text(main_uri) +
         "\"><fonts count=\"2\"><font><sz val=\"11\"/></font><font><b/><sz val=\"11\"/></font></fonts>"
         "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
         "patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders>"
         "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\">"
         "<xf numFmtId=\"0\" fontId=\"0\" applyAlignment=\"1\"><alignment vertical=\"top\"/></xf>"
         "<xf numFmtId=\"49\" fontId=\"0\" applyNumberFormat=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" "
         "wrapText=\"1\"/></xf><xf numFmtId=\"49\" fontId=\"1\" applyNumberFormat=\"1\" applyFont=\"1\" "
         "applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf></cellXfs></styleSheet>";
}

std::string cell(std::size_t row, std::size_t column, const std::string& value) {
  const std::string at = "<c r=\"" + cell_name(row, column) + "\" s=\"";
  // A number that is read back as it stands is a number, so that people can sort and add.
  if (row > 0 && is_plain_number(value)) return at + "0\"><v>" + value + "</v></c>";
  return at + (row == 0 ? "2" : "1") + "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" +
         xml_text(escape_xlsx(value)) + "</t></is></c>";
}

std::string worksheet(const Sheet& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.size());
  std::string out = text(head) + "<worksheet xmlns=\"" + text(main_uri) +
                    "\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
                    "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>";
  if (width > 1)
    out += "<cols><col min=\"2\" max=\"" + std::to_string(width) + "\" width=\"18\" customWidth=\"1\"/></cols>";
  out += "<sheetData>";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "<row r=\"" + std::to_string(r + 1) + "\">";
    for (std::size_t c = 0; c < rows[r].size(); ++c)
      if (!rows[r][c].empty()) out += cell(r, c, rows[r][c]);
    out += "</row>";
  }
  return out + "</sheetData></worksheet>";
}

Result<> check(const NamedSheet& sheet) {
  for (std::size_t r = 0; r < sheet.rows.size(); ++r)
    for (std::size_t c = 0; c < sheet.rows[r].size(); ++c)
      if (length_in_code_points(sheet.rows[r][c]) * 2 > cell_units_max && sheet.rows[r][c].size() > cell_units_max)
        return fail(ErrorKind::too_large, "xlsx.cell",
                    "a spreadsheet holds " + std::to_string(cell_units_max) +
                        " characters in a cell: write the model as DMN or shorten the text",
                    {{}, 0, 0, "sheet " + sheet.name + ", cell " + cell_name(r, c)});
  return {};
}

}  // namespace

Result<std::string> to_xlsx(std::span<const NamedSheet> sheets, std::string_view model) {
  if (sheets.empty())
    return fail(ErrorKind::invalid, "xlsx.no_sheet", "there is no decision table: write the model as DMN or md");
  std::vector<ZipPart> parts;
  std::string of_workbook;
  parts.push_back({"[Content_Types].xml", content_types(sheets.size(), !model.empty())});
  parts.push_back({"_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml"))});
  parts.push_back({"xl/workbook.xml", workbook(sheets)});
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    TRY(check(sheets[i]));
    const std::string name = "worksheets/sheet" + std::to_string(i + 1) + ".xml";
    of_workbook += relation("rId" + std::to_string(i + 1), "worksheet", name);
    parts.push_back({"xl/" + name, worksheet(sheets[i].rows)});
  }
  of_workbook += relation("rIdStyles", "styles", "styles.xml");
  parts.push_back({"xl/styles.xml", styles()});
  if (!model.empty()) {
    of_workbook += relation("rIdModel", "customXml", "../customXml/item1.xml");
    parts.push_back({"customXml/item1.xml", text(model)});
    parts.push_back(
        {"customXml/_rels/item1.xml.rels", relations(relation("rId1", "customXmlProps", "itemProps1.xml"))});
    parts.push_back({"customXml/itemProps1.xml",
                     text(head) + "<ds:datastoreItem ds:itemID=\"{5A4B0D3C-0D2E-4E6B-9C57-59414B554241}\" "
                                  "xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\">"
                                  "<ds:schemaRefs/></ds:datastoreItem>"});
  }
  parts.push_back({"xl/_rels/workbook.xml.rels", relations(of_workbook)});
  return write_zip(parts);
}

}  // namespace yakuba::dmn::drg
