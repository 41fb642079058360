// Workbooks: what goes in comes out, what other programs write is read, and what is broken is refused with its cell.
#include "dmn/xlsx.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dmn/drg_graph.hpp"
#include "dmn/test_random.hpp"
#include "dmn/xlsx_text.hpp"
#include "dmn/zip_archive.hpp"

namespace yakuba::dmn::drg {
namespace {

using testing::HasSubstr;

// A workbook as other programs write it: parts by name; each test gives those that it is about.
struct Parts {
  std::string cells = "<row r='1'><c r='A1' t='inlineStr'><is><t>U</t></is></c></row>";
  std::string strings, formats, styles, merged;
  std::string prefix;  // of the elements of the sheet: "x:"
  bool since_1904 = false;
};
std::string workbook(const Parts& parts) {
  const std::string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const std::string relations = "http://schemas.openxmlformats.org/package/2006/relationships";
  const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const std::string& x = parts.prefix;
  const std::string declared = x.empty() ? "xmlns" : "xmlns:" + x.substr(0, x.size() - 1);
  std::vector<ZipPart> out{
      {"_rels/.rels", "<Relationships xmlns='" + relations + "'><Relationship Id='R' Type='" + office +
                          "/officeDocument' Target='/book/main.xml'/></Relationships>"},
      {"book/main.xml", "<workbook xmlns='" + main + "' xmlns:q='" + office + "'><workbookPr date1904='" +
                            (parts.since_1904 ? "1" : "0") +
                            "'/><sheets><sheet name='判定' sheetId='9' q:id='s1'/></sheets></workbook>"},
      {"book/_rels/main.xml.rels", "<Relationships xmlns='" + relations + "'><Relationship Id='s1' Type='" + office +
                                       "/worksheet' Target='../sheets/one.xml'/><Relationship Id='t' Type='" + office +
                                       "/sharedStrings' Target='/book/strings.xml'/><Relationship Id='u' Type='" +
                                       office + "/styles' Target='styles.xml'/></Relationships>"},
      {"book/strings.xml", "<sst xmlns='" + main + "'>" + parts.strings + "</sst>"},
      {"book/styles.xml", "<styleSheet xmlns='" + main + "'><numFmts>" + parts.formats + "</numFmts><cellXfs>" +
                              parts.styles + "</cellXfs></styleSheet>"},
      {"sheets/one.xml", "<" + x + "worksheet " + declared + "='" + main + "'><" + x + "sheetData>" + parts.cells +
                             "</" + x + "sheetData>" + parts.merged + "</" + x + "worksheet>"}};
  return *write_zip(out);
}
Sheet cells(const Parts& parts) {
  const auto book = from_xlsx(workbook(parts), "t.xlsx");
  EXPECT_TRUE(book) << describe(book.error());
  return book && !book->sheets.empty() ? book->sheets[0].rows : Sheet{};
}
std::string refusal(const std::string& bytes, const XlsxLimits& limits = {}) {
  const auto book = from_xlsx(bytes, "t.xlsx", limits);
  return book ? "read" : describe(book.error());
}
std::string refused_row(const std::string& row, const Parts& with = {}) {
  Parts parts = with;
  parts.cells = row;
  return refusal(workbook(parts));
}

TEST(Xlsx, GivesTheVeryTextsBack) {
  const std::vector<NamedSheet> sheets = {
      {"判定", {{"U", "age", "→"}, {"1", "< 6", "0.10"}, {"2", "-", "\"a\nb\""}, {"", "", " x "}}},
      {"2", {{"_x000D_", "a\rb", "\x01", "𠮷野家"}, {"-1234.5", "1e3", "007", "1.0"}, {}, {"+1", "=1+1"}}}};
  const auto bytes = to_xlsx(sheets);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*to_xlsx(sheets), *bytes) << "the same sheets, the same bytes";
  const auto book = from_xlsx(*bytes, "t.xlsx");
  ASSERT_TRUE(book) << describe(book.error());
  EXPECT_EQ(book->sheets, sheets);
  EXPECT_EQ(book->model, "");
}

TEST(Xlsx, ReadsTextsOfEveryKind) {
  EXPECT_EQ(cells({.cells = "<row><c t='s'><v>1</v></c><c t='s'><v>0</v></c><c t='str'><f>A1</f><v>z</v></c><c "
                            "t='b'><v>1</v></c><c t='b'><v>0</v></c></row>",
                   .strings = "<si><t>奈義町</t><rPh sb='0' eb='3'><t>ナギチョウ</t></rPh></si><si><r><rPr/><t>\"a"
                              "</t></r><r><t xml:space='preserve'> b\"</t></r></si>"}),
            (Sheet{{"\"a b\"", "奈義町", "z", "true", "false"}}))
      << "runs are joined, furigana is not part of a text, cells without a name follow each other";
  EXPECT_EQ(cells({.cells = "<x:row r='2'><x:c r='C2'><x:v>5</x:v></x:c><x:c r='E2' s='3'/></x:row>", .prefix = "x:"}),
            (Sheet{{}, {"", "", "5"}}))
      << "empty cells with a style are empty";
}

TEST(Xlsx, ReadsNumbersAtTheDigitsThatSpreadsheetsKeep) {
  EXPECT_EQ(cells({.cells = "<row><c><v>0.10000000000000001</v></c><c><v>1.1000000000000001</v></c><c><v>-430000</v>"
                            "</c><c><v>1E+20</v></c><c t='n'><v>0.30000000000000004</v></c><c><v>-0</v></c></row>"}),
            (Sheet{{"0.1", "1.1", "-430000", "1e+20", "0.3", "0"}}));
}

TEST(Xlsx, ReadsDatesByTheirFormat) {
  const Parts parts{.cells =
                        "<row><c s='1'><v>46113</v></c><c s='2'><v>46113.520833333336</v></c><c s='3'><v>0.75</v>"
                        "</c><c s='4'><v>46113</v></c><c s='0'><v>46113</v></c><c s='5'><v>46113</v></c><c "
                        "s='1'><v>59</v></c><c s='1'><v>61</v></c><c t='d'><v>2026-04-01</v></c></row>",
                    .formats =
                        "<numFmt numFmtId='164' formatCode='[$-411]ggge\"年\"m\"月\"d\"日\"'/>"
                        "<numFmt numFmtId='165' formatCode='#,##0\" days\"'/>",
                    .styles =
                        "<xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='22'/><xf numFmtId='20'/><xf "
                        "numFmtId='164'/><xf numFmtId='165'/>"};
  EXPECT_EQ(cells(parts), (Sheet{{"@\"2026-04-01\"", "@\"2026-04-01T12:30:00\"", "@\"18:00:00\"", "@\"2026-04-01\"",
                                  "46113", "46113", "@\"1900-02-28\"", "@\"1900-03-01\"", "@\"2026-04-01\""}}));
  Parts mac = parts;
  mac.cells = "<row><c s='1'><v>44651</v></c></row>";
  mac.since_1904 = true;
  EXPECT_EQ(cells(mac), (Sheet{{"@\"2026-04-01\""}}));
  EXPECT_EQ(date_format("yyyy/mm/dd hh:mm"), DateFormat::date_time);
  EXPECT_EQ(date_format("[h]:mm:ss"), DateFormat::time);
  EXPECT_EQ(date_format("0.00E+00"), DateFormat::none);
  EXPECT_EQ(date_format("[Red]#,##0;yyyy"), DateFormat::none) << "the format of negative numbers does not count";
  EXPECT_EQ(date_format("\\d\\a\\y 0"), DateFormat::none);
}

TEST(Xlsx, ATableThatGnumericWroteDecides) {
  std::ifstream in(std::string(YAKUBA_SOURCE_DIR) + "/tests/dmn/gnumeric.xlsx", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto book = from_xlsx(bytes, "gnumeric.xlsx");
  ASSERT_TRUE(book) << describe(book.error());
  const auto made = from_sheets(book->sheets, "gnumeric.xlsx");
  ASSERT_TRUE(made) << describe(made.error());
  const GraphCompilation compiled = compile(*made);
  ASSERT_TRUE(compiled.graph);
  EXPECT_TRUE(compiled.faults.empty()) << describe(compiled.faults.at(0), Words::en);
  GraphEvaluator evaluator;
  const auto fee = [&](std::int64_t age, std::string_view town) {
    const std::vector<Given> inputs = {{"age", feel::Value::number(age)}, {"kind of town", feel::Value::string(town)}};
    return feel::literal(evaluator.evaluate(*compiled.graph, made->decisions[0].name, inputs).value);
  };
  EXPECT_EQ(fee(3, "city"), "{fee: 0, since: @\"2026-04-01\"}");
  EXPECT_EQ(fee(40, "village"), "{fee: 500.5, since: @\"2026-04-01\"}");
  EXPECT_EQ(fee(40, "city"), "{fee: 900, since: null}");
}

// --- a model in a workbook

Definitions two_tables() {
  const std::string xml =
      "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='urn:m'>"
      "<itemDefinition name='tAge'><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues>"
      "</itemDefinition><inputData id='a' name='age'><variable name='age' typeRef='tAge'/></inputData>"
      "<decision id='g' name='group: young/old'><variable name='group: young/old'/><informationRequirement>"
      "<requiredInput href='#a'/></informationRequirement><decisionTable id='t1' preferredOrientation='Rule-as-Row'>"
      "<input><inputExpression typeRef='tAge'><text>age</text></inputExpression></input><output/>"
      "<rule id='r1'><inputEntry><text>&lt; 20</text></inputEntry><outputEntry><text>\"young\"</text></outputEntry>"
      "</rule><rule id='r2'><inputEntry><text>&gt;= 20</text></inputEntry><outputEntry><text>\"old\"</text>"
      "</outputEntry></rule></decisionTable></decision>"
      "<decision id='h' name='half'><variable name='half'/><literalExpression><text>0.5</text></literalExpression>"
      "</decision></definitions>";
  return *read(xml, "m.dmn").definitions;
}

TEST(Workbook, CarriesTheWholeModelAndTakesWhatWasChangedInTheSheets) {
  const Definitions model = two_tables();
  const auto bytes = to_xlsx(to_sheets(model), write(model));
  auto book = from_xlsx(*bytes, "m.xlsx");
  ASSERT_TRUE(book) << describe(book.error());
  ASSERT_EQ(book->sheets.size(), 1u);
  EXPECT_EQ(book->sheets[0].name, "group_ young_old") << "what no name of a sheet may hold";
  const Definitions carried = *read(book->model, "m.xlsx").definitions;
  EXPECT_EQ(*from_sheets(book->sheets, "m.xlsx", &carried), model);

  // Somebody moves the limit to 18, adds a rule and a column, and a sheet of their own.
  Sheet& rows = book->sheets[0].rows;
  ASSERT_EQ(rows[1][0], "decision");
  ASSERT_EQ(rows[3][1], "< 20");
  rows[3][1] = "< 18";
  rows.push_back({"3", "[18..20)", "\"between\""});
  book->sheets.push_back({"fee", {{"U", "group: young/old", "place", "→"}, {"1", "\"young\"", "-", "0"}}});
  const auto changed = from_sheets(book->sheets, "m.xlsx", &carried);
  ASSERT_TRUE(changed) << describe(changed.error());
  const Table& table = *changed->decisions[0].logic.as<Table>();
  EXPECT_EQ(table.rules.size(), 3u);
  EXPECT_EQ(table.rules[0].inputs[0].text, "< 18");
  EXPECT_EQ(table.rules[1].id, "r2") << "a rule that stayed is the same rule";
  EXPECT_EQ(table.orientation, "Rule-as-Row");
  EXPECT_EQ(changed->items, model.items);
  EXPECT_EQ(changed->decisions[1], model.decisions[1]) << "what is no table is not touched";
  const Decision& fee = changed->decisions.at(2);
  ASSERT_EQ(fee.requirements.size(), 2u);
  EXPECT_EQ(fee.requirements[0].href, "#g") << "an input of the name of a decision requires it";
  EXPECT_EQ(fee.requirements[0].kind, RequirementKind::decision);
  EXPECT_EQ(changed->inputs.back().name, "place");
}

TEST(Workbook, NamesOfSheetsFitAndAreDifferent) {
  Definitions model = two_tables();
  model.decisions[1].logic = model.decisions[0].logic;
  model.decisions[0].name = "A very long name of a decision about money";
  model.decisions[1].name = "a very long name of a decision about people";
  const std::vector<NamedSheet> sheets = to_sheets(model);
  EXPECT_EQ(sheets[0].name, "A very long name of a decision ");
  EXPECT_EQ(sheets[1].name, "a very long name of a deci (2)");
  const auto again = from_sheets(sheets, "m.xlsx");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->decisions[1].name, model.decisions[1].name);
}

TEST(Workbook, FaultsNameSheetAndCell) {
  const auto fault = [](const Sheet& rows) {
    const std::vector<NamedSheet> sheets = {{"判定", rows}};
    const auto made = from_sheets(sheets, "t.xlsx");
    if (!made) return describe(made.error());
    const GraphCompilation compiled = compile(*made);
    return compiled.faults.empty() ? "none" : describe(compiled.faults[0], Words::en);
  };
  EXPECT_THAT(fault({{"X", "a", "→"}}),
              HasSubstr("t.xlsx [sheet 判定, cell A1]: sheet.policy: the first cell is the hit policy"));
  EXPECT_THAT(fault({{"U", "→ a", "b"}}), HasSubstr("move this column"));
  EXPECT_THAT(fault({{"U", "a", "→"}, {"1", "2", "3", "4"}}), HasSubstr("the row has 4 cells, the first row 3"));
  EXPECT_THAT(fault({{"U", "a", "→"}, {"1", "2", "3"}, {"2", "< (", "1"}}),
              testing::StartsWith("t.xlsx: sheet 判定, cell B3: "));
  const std::vector<NamedSheet> twice = {{"a", {{"U", "→"}}}, {"b", {{"U", "→"}, {"decision", "a"}}}};
  EXPECT_EQ(from_sheets(twice, "t.xlsx").error().code, "sheet.two");
  EXPECT_EQ(from_sheets(twice, "t.xlsx").error().place.field, "sheet b, cell A1");
  EXPECT_EQ(from_sheets({}, "t.xlsx").error().code, "sheet.empty");
}

// --- bad input

TEST(XlsxRefuses, WhatIsNoWorkbook) {
  EXPECT_THAT(refusal(""), HasSubstr("t.xlsx: xlsx.not_a_workbook"));
  EXPECT_THAT(refusal("U,age"), HasSubstr("save the table as .xlsx"));
  EXPECT_THAT(refusal(*write_zip({{"readme.txt", "no"}})), HasSubstr("xlsx.not_a_workbook"));
  std::string cut = workbook({});
  EXPECT_THAT(refusal(cut.substr(0, cut.size() / 2)), HasSubstr("xlsx.not_a_workbook"));
  EXPECT_THAT(refused_row("<row><c>"), HasSubstr("the part sheets/one.xml cannot be read"));
  EXPECT_THAT(refused_row("</sheetData><!DOCTYPE x [<!ENTITY e 'v'>]><sheetData>"), HasSubstr("xlsx.part"));
}

TEST(XlsxRefuses, CellsThatSayNothing) {
  EXPECT_EQ(refused_row("<row r='7'><c r='C7' t='e'><v>#N/A</v></c></row>"),
            "t.xlsx [sheet 判定, cell C7]: xlsx.cell: the cell holds the error #N/A: write a value instead");
  EXPECT_THAT(refused_row("<row><c t='s'><v>5</v></c></row>"), HasSubstr("cell A1"));
  EXPECT_THAT(refused_row("<row><c><v>five</v></c></row>"), HasSubstr("“five” is no number"));
  EXPECT_THAT(refused_row("<row><c><f>NOW()</f></c></row>"), HasSubstr("the formula has no value"));
  EXPECT_THAT(refused_row("<row><c s='0'><v>60</v></c></row>", {.styles = "<xf numFmtId='14'/>"}),
              HasSubstr("is no day of the calendar"));
  EXPECT_THAT(refused_row("<row r='2'><c r='B3'><v>1</v></c></row>"), HasSubstr("calls itself “B3”"));
  EXPECT_THAT(refused_row("<row r='2'/><row r='2'/>"), HasSubstr("the row calls itself “2”"));
  EXPECT_THAT(refused_row("<row r='1'><c r='A1'><v>1</v></c></row>",
                          {.merged = "<mergeCells><mergeCell ref='B3:B5'/></mergeCells>"}),
              HasSubstr("the cells B3:B5 are merged"));
}

TEST(XlsxRefuses, MoreThanItsLimits) {
  const std::string one = workbook({});
  EXPECT_THAT(refusal(one, {.workbook_bytes_max = 100}), HasSubstr("xlsx.too_large"));
  EXPECT_THAT(refusal(one, {.parts_max = 3}), HasSubstr("xlsx.not_a_workbook"));
  EXPECT_THAT(refusal(one, {.sheets_max = 0}), HasSubstr("a workbook may have 0 sheets"));
  EXPECT_THAT(refused_row("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"), HasSubstr("cell XFD1048576"));
  EXPECT_THAT(refused_row("<row r='99999999'><c r='A99999999'><v>1</v></c></row>"), HasSubstr("xlsx.too_large"));
  // A part of 100 MB that is 100 kB in the archive.
  EXPECT_THAT(refused_row("<row>" + std::string(100'000'000, ' ') + "</row>"), HasSubstr("xlsx.too_large"));
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "<row><c><v>1</v></c></row>";
  EXPECT_THAT(refusal(workbook({.cells = many}), {.elements_max = 1'000}), HasSubstr("xlsx.part"));
  EXPECT_THAT(refusal(workbook({.cells = many}), {.sheet = {.rows_max = 1'999}}), HasSubstr("cell A2000"));
}

TEST(XlsxRefuses, DamagedWorkbooksWithoutACrash) {
  const Definitions model = two_tables();
  const std::string seed = *to_xlsx(to_sheets(model), write(model));
  test::SameRandom random;
  std::size_t refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = seed;
    for (std::size_t change = 0; change <= random(4); ++change)
      bytes[random(bytes.size())] = static_cast<char>(random(256));
    const auto book = from_xlsx(bytes, "t.xlsx");
    refused += !book;
    if (book) from_sheets(book->sheets, "t.xlsx");
  }
  EXPECT_GT(refused, 500u);
}

}  // namespace
}  // namespace yakuba::dmn::drg
