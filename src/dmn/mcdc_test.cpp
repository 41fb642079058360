// Test cases made of tables: each condition is shown by two cases that differ in one input, and the file holds them.
#include "dmn/mcdc.hpp"

#include <gtest/gtest.h>

namespace yakuba::dmn {
namespace {

std::string model(const std::string& policy, const std::vector<std::vector<std::string>>& rules) {
  std::string out =
      "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='urn:m'>"
      "<inputData id='a' name='age'><variable name='age' typeRef='number'/></inputData>"
      "<inputData id='k' name='kind'><variable name='kind' typeRef='string'/></inputData>"
      "<decision id='f' name='fee'><variable name='fee'/>"
      "<informationRequirement><requiredInput href='#a'/></informationRequirement>"
      "<informationRequirement><requiredInput href='#k'/></informationRequirement><decisionTable hitPolicy='" +
      policy +
      "'><input><inputExpression typeRef='number'><text>age</text></inputExpression></input>"
      "<input><inputExpression typeRef='string'><text>kind</text></inputExpression></input><output/>";
  for (const auto& rule : rules)
    out += "<rule><inputEntry><text>" + rule[0] + "</text></inputEntry><inputEntry><text>" + rule[1] +
           "</text></inputEntry><outputEntry><text>" + rule[2] + "</text></outputEntry></rule>";
  return out + "</decisionTable></decision></definitions>";
}
struct Made {
  drg::Reading reading;
  drg::GraphCompilation compiled;
  Mcdc found;
};
Made made(const std::string& xml) {
  Made out{drg::read(xml, "m.dmn"), {}, {}};
  out.compiled = drg::compile(*out.reading.definitions);
  out.found = mcdc(*out.reading.definitions, *out.compiled.graph, "m.dmn");
  return out;
}

TEST(Mcdc, ShowsEachConditionByTwoCasesThatDifferInOneInput) {
  const Made m = made(model("UNIQUE", {{"&lt; 6", "\"a\"", "1"}, {"&gt;= 6", "\"a\"", "2"}, {"-", "not(\"a\")", "3"}}));
  EXPECT_EQ(m.found.conditions, 5U);
  EXPECT_EQ(m.found.shown, 5U);
  EXPECT_TRUE(m.found.faults.empty());
  for (const tck::Case& one : m.found.suite.cases) {
    bool paired = false;
    for (const tck::Case& other : m.found.suite.cases) {
      std::size_t different = 0;
      for (std::size_t i = 0; i < one.inputs.size(); ++i)
        different += one.inputs[i].value == other.inputs[i].value ? 0 : 1;
      paired = paired || (different == 1 && !(one.results[0].value == other.results[0].value));
    }
    EXPECT_TRUE(paired) << one.description;
  }
  const tck::Report report = tck::run(m.found.suite, *m.compiled.graph);
  EXPECT_EQ(report.failed, 0U);
}

TEST(Mcdc, TheFileReadAgainHoldsTheSameCases) {
  const Made m = made(model("FIRST", {{"&lt; 6", "\"&lt;a &amp; b\"", "{x: [1, null], d: @\"2026-04-01\"}"},
                                      {"-", "\"c\"", "\"&lt;&amp;\""}}));
  EXPECT_EQ(m.found.shown, 3U);
  const std::string xml = tck::write(m.found.suite);
  const tck::Reading again = tck::read(xml, "again.xml");
  ASSERT_TRUE(again.suite) << xml;
  ASSERT_EQ(again.suite->cases.size(), m.found.suite.cases.size());
  EXPECT_EQ(tck::write(*again.suite), xml);
  EXPECT_EQ(tck::run(*again.suite, *m.compiled.graph).failed, 0U);
}

TEST(Mcdc, AConditionThatChangesNoResultIsNotShownAndOthersAreNamed) {
  const Made same = made(model("FIRST", {{"&lt; 6", "-", "1"}, {"-", "-", "1"}}));
  EXPECT_EQ(same.found.conditions, 1U);
  EXPECT_EQ(same.found.shown, 0U);
  const Made computed = made(model("FIRST", {{"? * 2 &lt; 6", "-", "1"}, {"-", "-", "2"}}));
  ASSERT_EQ(computed.found.faults.size(), 1U);
  EXPECT_EQ(computed.found.faults[0].code, "mcdc.left_out");
  EXPECT_FALSE(message(computed.found.faults[0], Words::ja).empty());
}

}  // namespace
}  // namespace yakuba::dmn
