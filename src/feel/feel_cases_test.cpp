// Runs the tables of tests/feel: expression, expected value, expected diagnostic. Values are reasoned from the
// standard.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "feel/feel.hpp"

namespace yakuba::feel {
namespace {

struct Case {
  std::string file;
  int line;
  std::string expression, expected, code;
};

std::vector<Case> read_cases(const std::string& name) {
  std::ifstream in(std::string(YAKUBA_SOURCE_DIR) + "/tests/feel/" + name);
  EXPECT_TRUE(in.is_open()) << name;
  std::vector<Case> out;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells;
    std::stringstream cell_stream(line);
    for (std::string cell; std::getline(cell_stream, cell, '\t');) cells.push_back(cell);
    cells.resize(3);
    out.push_back({name, number, cells[0], cells[1], cells[2]});
  }
  return out;
}

class FeelCases : public testing::TestWithParam<const char*> {};

TEST_P(FeelCases, give_what_the_standard_says) {
  std::vector<Case> cases = read_cases(GetParam());
  ASSERT_GE(cases.size(), 50u);
  Scope scope;
  for (const Case& one : cases) {
    SCOPED_TRACE(one.file + ":" + std::to_string(one.line) + ": " + one.expression);
    Compilation compiled = compile(one.expression, scope);
    for (const Diagnostic& fault : compiled.faults) EXPECT_NE(fault.code, Code::syntax) << describe(fault);
    Machine machine;
    machine.set_now(*parse_date_time("2026-04-01T10:15:00+09:00"));
    Value value = machine.evaluate(compiled.program);
    EXPECT_EQ(literal(value), one.expected);
    std::string codes;
    bool found = false;
    for (const Diagnostic& diagnostic : machine.diagnostics()) {
      codes += describe(diagnostic) + "; ";
      found = found || name_of(diagnostic.code) == one.code;
    }
    if (one.code.empty())
      EXPECT_EQ(codes, "");
    else
      EXPECT_TRUE(found) << "expected " << one.code << ", got: " << codes;
    // A literal gives the same value again.
    if (value.kind() != Kind::function && value.kind() != Kind::range) {
      Machine again;
      EXPECT_EQ(again.evaluate(compile(literal(value), scope).program), value);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, FeelCases,
                         testing::Values("arithmetic.tsv", "logic.tsv", "strings.tsv", "lists.tsv", "temporal.tsv",
                                         "types.tsv", "contexts.tsv", "functions.tsv", "ranges.tsv"));

}  // namespace
}  // namespace yakuba::feel
