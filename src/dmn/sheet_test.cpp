// Tables as sheets: what is drawn is what comes back, with the hit policy in its corner.
#include "dmn/sheet.hpp"

#include <gtest/gtest.h>

#include "dmn/drg_graph.hpp"

namespace yakuba::dmn::drg {
namespace {

const std::string drawn =
    "\xEF\xBB\xBF"
    "F,age,kind of town,→ fee,→ reason,# law\r\n"
    "type,number,string,number,string,\r\n"
    "values,,\"\"\"village\"\",\"\"city\"\"\",,,\r\n"
    "1,< 6,-,0,\"\"\"a, b\"\"\",§3\r\n"
    "2,'-1,\"not(\"\"city\"\")\",500,null,\r\n"
    "default,,,900,,\r\n";

TEST(Sheet, ComesBackAsItWasDrawn) {
  const Definitions made = *from_sheet(*from_csv(drawn), "fee", "fee.csv");
  const Table& table = *made.decisions[0].logic.as<Table>();
  EXPECT_EQ(table.hit_policy, HitPolicy::first);
  EXPECT_EQ(table.inputs[1].values.text, R"("village","city")");
  EXPECT_EQ(table.rules[0].outputs[1].text, R"("a, b")");
  EXPECT_EQ(table.rules[1].inputs[0].text, "-1") << "the apostrophe of the spreadsheet is gone";
  EXPECT_EQ(table.rules[0].annotations, std::vector<std::string>{"§3"});
  EXPECT_EQ(made.inputs[1].name, "kind of town");
  const Definitions again = *from_sheet(*from_csv(to_csv(to_sheet(table))), "fee", "fee.csv");
  EXPECT_EQ(again, made);

  const GraphCompilation compiled = compile(made);
  ASSERT_TRUE(compiled.graph && compiled.faults.empty());
  GraphEvaluator evaluator;
  const std::vector<Given> inputs = {{"age", feel::Value::number(3)}, {"kind of town", feel::Value::string("city")}};
  EXPECT_EQ(feel::literal(evaluator.evaluate(*compiled.graph, "fee", inputs).value), R"({fee: 0, reason: "a, b"})");
  EXPECT_EQ(feel::literal(evaluator.evaluate(*compiled.graph, "fee", {}).value), "{fee: 900, reason: null}");
}

TEST(Sheet, KeepsEveryHitPolicy) {
  for (const std::string code : {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"}) {
    const auto made = from_sheet({{code, "a", "→"}, {"1", "-", "2"}}, "d", "d.csv");
    ASSERT_TRUE(made) << code;
    EXPECT_EQ(to_sheet(*made->decisions[0].logic.as<Table>())[0][0], code);
  }
}

TEST(Sheet, RefusesWhatIsNoTable) {
  const auto code = [](const Sheet& sheet) {
    const auto made = from_sheet(sheet, "d", "d.csv");
    return made ? "" : made.error().code + ":" + std::to_string(made.error().place.line);
  };
  EXPECT_EQ(code({}), "sheet.empty:1");
  EXPECT_EQ(code({{"X", "a", "→"}}), "sheet.policy:1");
  EXPECT_EQ(code({{"U", "a", "b"}}), "sheet.no_output:1");
  EXPECT_EQ(code({{"U", "→ a", "b"}}), "sheet.cells:1");
  EXPECT_EQ(code({{"U", "a", "→"}, {"1", "2", "3", "4"}}), "sheet.cells:2");
  EXPECT_EQ(from_csv("a,\"b").error().code, "csv.unclosed");
  EXPECT_EQ(from_csv("a,b,c", {.cells_max = 2}).error().code, "csv.too_large");
  EXPECT_EQ(*from_csv("a,\"b\n\"\"c\"\"\"\nd,"), (Sheet{{"a", "b\n\"c\""}, {"d", ""}}));
}

}  // namespace
}  // namespace yakuba::dmn::drg
