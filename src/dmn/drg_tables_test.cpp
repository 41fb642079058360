// The decision tables of tests/dmn: each is read, made a model, and gives what its lines say. The form is described in
// tests/dmn/edges.txt.
#include <fstream>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "dmn/drg_graph.hpp"
#include "dmn/xlsx.hpp"

namespace yakuba::dmn::drg {
namespace {

struct Question {
  int line = 0;
  std::vector<std::string> inputs;
  std::string expected;
};
struct Written {
  int line = 0;
  std::string name;
  std::vector<std::pair<std::string, std::string>> facts;  // name, type
  Table table;
  std::vector<Question> questions;
};

std::vector<std::string> cells_of(std::string_view given) {
  const std::string padded = " " + std::string(given) + " ";  // the first and the last cell may be empty
  const std::string_view text = padded;
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(" | ", from)) != std::string_view::npos; from = at + 3)
    out.emplace_back(trim(text.substr(from, at - from)));
  out.emplace_back(trim(text.substr(from)));
  return out;
}
std::pair<std::string, std::string> cut(std::string_view text, std::string_view at) {
  const auto found = text.find(at);
  if (found == std::string_view::npos) return {std::string(trim(text)), ""};
  return {std::string(trim(text.substr(0, found))), std::string(trim(text.substr(found + at.size())))};
}

void policy(std::string_view code, Table& table) {
  const std::string_view codes = "UAPFROC";
  table.hit_policy = static_cast<HitPolicy>(codes.find(code[0]));
  if (code.size() > 1)
    table.aggregation = code[1] == '+'   ? Aggregation::sum
                        : code[1] == '<' ? Aggregation::min
                        : code[1] == '>' ? Aggregation::max
                                         : Aggregation::count;
}

// A fact for each name that a heading is, unless it was written.
void add_fact(Written& table, const std::string& name, const std::string& type) {
  const bool known = std::ranges::any_of(table.facts, [&](const auto& fact) { return fact.first == name; });
  const bool plain = name.find_first_of(" .(*+=?") == std::string::npos;
  if (!known && plain) table.facts.emplace_back(name, type);
}

void take_line(std::string_view line, int number, std::vector<Written>& tables) {
  const auto starts = [&](std::string_view word) { return line.starts_with(word); };
  if (starts("table ")) {
    tables.emplace_back();
    tables.back().line = number;
    tables.back().name = line.substr(6);
    policy(line.substr(6, line.find(' ', 6) - 6), tables.back().table);
    return;
  }
  ASSERT_FALSE(tables.empty()) << "line " << number;
  Written& table = tables.back();
  if (starts("fact ")) {
    const auto [name, type] = cut(line.substr(5), ":");
    table.facts.emplace_back(name, type);
  } else if (starts("in ")) {
    const auto [head, values] = cut(line.substr(3), " among ");
    const auto [expression, type] = cut(head, ":");
    TableInput input;
    input.expression.text = expression;
    input.type = type;
    input.values.text = values;
    table.table.inputs.push_back(std::move(input));
    add_fact(table, expression, type);
  } else if (starts("out ")) {
    const auto [head, standard] = cut(line.substr(4), " default ");
    const auto [typed, values] = cut(head, " among ");
    const auto [name, type] = cut(typed, ":");
    TableOutput output;
    output.name = name;
    output.type = type;
    output.values.text = values;
    if (!standard.empty()) output.default_entry = Text{{}, standard, {}};
    table.table.outputs.push_back(std::move(output));
  } else {
    const bool question = starts("? ") && line.rfind(" => ") != std::string_view::npos &&
                          cells_of(line.substr(2, line.rfind(" => ") - 2)).size() == table.facts.size() &&
                          !table.table.rules.empty() && line.find("? =") != 0 && line.find("? *") != 0;
    const auto at = line.rfind(" => ");
    ASSERT_NE(at, std::string_view::npos) << "line " << number << ": " << line;
    if (question) {
      table.questions.push_back({number, cells_of(line.substr(2, at - 2)), std::string(trim(line.substr(at + 4)))});
      return;
    }
    TableRule rule;
    for (const std::string& cell : cells_of(line.substr(0, at))) rule.inputs.push_back(Text{{}, cell, {}});
    for (const std::string& cell : cells_of(line.substr(at + 4))) rule.outputs.push_back(Text{{}, cell, {}});
    ASSERT_EQ(rule.inputs.size(), table.table.inputs.size()) << "line " << number << ": " << line;
    ASSERT_EQ(rule.outputs.size(), table.table.outputs.size()) << "line " << number << ": " << line;
    table.table.rules.push_back(std::move(rule));
  }
}

Definitions as_model(const Written& table) {
  Definitions out;
  out.namespace_uri = "urn:test";
  Decision decision;
  decision.name = decision.id = "result of the table";
  for (const auto& [name, type] : table.facts) {
    InputData input;
    input.name = input.id = name;
    input.variable.name = name;
    input.variable.type = type;
    out.inputs.push_back(std::move(input));
    Requirement requirement;
    requirement.href = "#" + name;
    decision.requirements.push_back(std::move(requirement));
  }
  decision.logic.logic = table.table;
  out.decisions.push_back(std::move(decision));
  return out;
}

feel::Value value(std::string_view text) {
  feel::Machine machine;
  return machine.evaluate(feel::compile(text, {}).program);
}

class Tables : public testing::TestWithParam<const char*> {};

std::vector<Written> tables_of(const std::string& name) {
  const std::string path = std::string(YAKUBA_SOURCE_DIR) + "/tests/dmn/" + name;
  std::ifstream in(path);
  EXPECT_TRUE(in.is_open()) << path;
  std::vector<Written> tables;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line[0] != '#') take_line(line, number, tables);
  }
  return tables;
}

TEST_P(Tables, give_what_their_lines_say) {
  const std::vector<Written> tables = tables_of(GetParam());
  ASSERT_GE(tables.size(), 50u);
  for (const Written& table : tables) {
    SCOPED_TRACE(std::string(GetParam()) + ":" + std::to_string(table.line) + ": " + table.name);
    ASSERT_FALSE(table.questions.empty());
    const Definitions definitions = as_model(table);
    // The model goes through XML and back, as every model does.
    const Reading again = read(write(definitions), "table.dmn");
    ASSERT_TRUE(again.definitions) << describe(again.faults.at(0), Words::en);
    const GraphCompilation compiled = compile(*again.definitions);
    for (const Fault& fault : compiled.faults)
      if (fault.code == "feel.syntax") ADD_FAILURE() << describe(fault, Words::en);
    ASSERT_TRUE(compiled.graph);
    GraphEvaluator evaluator;
    for (const Question& question : table.questions) {
      std::vector<Given> inputs;
      for (std::size_t i = 0; i < table.facts.size(); ++i)
        inputs.push_back({table.facts[i].first, value(question.inputs[i])});
      const GraphResult result = evaluator.evaluate(*compiled.graph, "result of the table", inputs);
      EXPECT_EQ(feel::literal(result.value), feel::literal(value(question.expected))) << "line " << question.line;
    }
  }
}

// What decides of a table, without what has no cell.
Table bare(const Table& table) {
  Table out = *from_sheet(to_sheet(table), "t", "t")->decisions[0].logic.as<Table>();
  EXPECT_EQ(out.hit_policy, table.hit_policy);
  EXPECT_EQ(out.aggregation, table.aggregation);
  return out;
}

// Into a workbook and a CSV file and back: the same table, in each cell the same text.
TEST_P(Tables, come_back_from_sheets) {
  for (const Written& table : tables_of(GetParam())) {
    SCOPED_TRACE(std::string(GetParam()) + ":" + std::to_string(table.line) + ": " + table.name);
    const Definitions definitions = as_model(table);
    const std::vector<NamedSheet> sheets = to_sheets(definitions);
    const auto bytes = to_xlsx(sheets, write(definitions));
    ASSERT_TRUE(bytes) << describe(bytes.error());
    const auto book = from_xlsx(*bytes, "t.xlsx");
    ASSERT_TRUE(book) << describe(book.error());
    // Empty cells at the end of a row are not written.
    const auto alone = from_sheets(book->sheets, "t.xlsx");
    ASSERT_TRUE(alone) << describe(alone.error());
    ASSERT_EQ(alone->decisions.size(), 1u);
    EXPECT_EQ(alone->decisions[0].name, "result of the table");
    EXPECT_EQ(*alone->decisions[0].logic.as<Table>(), bare(table.table));
    const Reading carried = read(book->model, "t.xlsx");
    ASSERT_TRUE(carried.definitions);
    const auto whole = from_sheets(book->sheets, "t.xlsx", &*carried.definitions);
    ASSERT_TRUE(whole) << describe(whole.error());
    EXPECT_EQ(write(*whole), write(definitions)) << "the model that travels along comes back whole";

    const auto csv = from_sheet(*from_csv(to_csv(to_sheet(table.table))), "result of the table", "t.csv");
    ASSERT_TRUE(csv) << describe(csv.error());
    EXPECT_EQ(*csv->decisions[0].logic.as<Table>(), bare(table.table));
  }
}
INSTANTIATE_TEST_SUITE_P(Files, Tables, testing::Values("edges.txt", "ordered.txt"));

}  // namespace
}  // namespace yakuba::dmn::drg
