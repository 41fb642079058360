// How a decision came about: every cell, expression and call, in data and in words; and off it changes nothing.
#include "dmn/drg_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dmn/drg_graph.hpp"

namespace yakuba::dmn::drg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A fee by a table, over an age that a knowledge model works out, a rate that a service gives, and a function value.
const std::string fee =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='urn:m'>"
    "<inputData id='b' name='born'><variable name='born' typeRef='number'/></inputData>"
    "<inputData id='y' name='year'><variable name='year' typeRef='number'/></inputData>"
    "<businessKnowledgeModel id='k' name='age in'><variable name='age in'/><encapsulatedLogic>"
    "<formalParameter name='y' typeRef='number'/><formalParameter name='b' typeRef='number'/>"
    "<literalExpression><text>y - b</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    "<decision id='r' name='rate'><variable name='rate'/><informationRequirement><requiredInput href='#y'/>"
    "</informationRequirement><decisionTable hitPolicy='FIRST'><input><inputExpression><text>year</text>"
    "</inputExpression></input><output/><annotation name='law'/>"
    "<rule id='old'><inputEntry><text>&lt; 2000</text></inputEntry><outputEntry><text>1</text></outputEntry>"
    "<annotationEntry><text>旧法</text></annotationEntry></rule>"
    "<rule id='new'><inputEntry><text>-</text></inputEntry><outputEntry><text>1.5</text></outputEntry>"
    "<annotationEntry><text>法3条</text></annotationEntry></rule>"
    "<rule id='never'><inputEntry><text>&lt; 1 / 0</text></inputEntry><outputEntry><text>2</text></outputEntry>"
    "<annotationEntry><text/></annotationEntry></rule></decisionTable></decision>"
    "<decisionService id='s' name='rates'><outputDecision href='#r'/><inputData href='#y'/></decisionService>"
    "<decision id='d' name='twice'><variable name='twice'/><functionDefinition><formalParameter name='n'/>"
    "<literalExpression><text>n * 2</text></literalExpression></functionDefinition></decision>"
    "<decision id='f' name='fee'><variable name='fee'/>"
    "<informationRequirement><requiredInput href='#b'/></informationRequirement>"
    "<informationRequirement><requiredInput href='#y'/></informationRequirement>"
    "<informationRequirement><requiredDecision href='#d'/></informationRequirement>"
    "<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>"
    "<knowledgeRequirement><requiredKnowledge href='#s'/></knowledgeRequirement>"
    "<literalExpression><text>twice(age in(year, born)) * rates(year)</text></literalExpression></decision>"
    "</definitions>";

struct Traced {
  feel::Value value;
  std::vector<feel::Diagnostic> diagnostics;
  Trace trace;
};
Traced decided(const std::string& xml, std::string_view name, bool traced = true, bool invoked = false) {
  const GraphCompilation compiled = compile(*read(xml, "m.dmn").definitions);
  GraphEvaluator evaluator;
  Traced out;
  evaluator.set_trace(traced ? &out.trace : nullptr);
  const std::vector<Given> inputs = {{"born", feel::Value::number(1980)}, {"year", feel::Value::number(2026)}};
  GraphResult result =
      invoked ? evaluator.invoke(*compiled.graph, name, inputs) : evaluator.evaluate(*compiled.graph, name, inputs);
  out.value = std::move(result.value);
  out.diagnostics = std::move(result.diagnostics);
  return out;
}

TEST(DecisionTrace, FollowsKnowledgeModelsFunctionValuesAndServices) {
  const Traced traced = decided(fee, "fee");
  EXPECT_EQ(feel::literal(traced.value), "138");
  ASSERT_EQ(traced.trace.size(), 2u);
  EXPECT_EQ(traced.trace[0].name, "twice") << "what it requires comes before";
  const DecisionTrace& decision = traced.trace[1];
  ASSERT_EQ(decision.inputs.size(), 2u);
  EXPECT_EQ(decision.inputs[0].first, "born");
  EXPECT_EQ(feel::literal(decision.inputs[0].second), "1980");

  const Happenings& inside = decision.inside;
  ASSERT_EQ(inside.calls.size(), 3u);
  EXPECT_EQ(inside.calls[0].name, "age in");
  EXPECT_EQ(inside.calls[0].arguments[1].first, "b");
  EXPECT_EQ(feel::literal(inside.calls[0].value), "46");
  ASSERT_EQ(inside.calls[0].inside.expressions.size(), 1u);
  EXPECT_EQ(inside.calls[0].inside.expressions[0].text, "y - b");
  EXPECT_EQ(feel::literal(inside.calls[0].inside.expressions[0].tree.children.at(1).value), "1980");
  EXPECT_EQ(inside.calls[1].name, "twice");
  EXPECT_EQ(inside.calls[1].inside.expressions.at(0).text, "n * 2");
  EXPECT_EQ(inside.calls[2].name, "rates");
  ASSERT_EQ(inside.calls[2].decisions.size(), 1u) << "the decisions of the service";
  EXPECT_EQ(inside.calls[2].decisions[0].inside.tables.at(0).matched, std::vector<int>{1});

  ASSERT_EQ(inside.expressions.size(), 1u);
  EXPECT_EQ(inside.expressions[0].tree.kind, "arithmetic");
  EXPECT_EQ(feel::literal(inside.expressions[0].tree.children.at(0).value), "92");
  EXPECT_EQ(inside.expressions[0].tree.children[0].subject, "twice(age in(year, born))");
}

TEST(DecisionTrace, ShowsEveryCellWithIdsAndAnnotations) {
  const Traced traced = decided(fee, "rate");
  const TableTrace& table = traced.trace.at(0).inside.tables.at(0);
  EXPECT_EQ(table.policy, "F");
  ASSERT_EQ(table.rules.size(), 3u);
  EXPECT_EQ(table.rules[0].id, "old");
  EXPECT_EQ(table.rules[0].cells[0].text, "< 2000");
  EXPECT_EQ(table.rules[0].cells[0].met, false);
  EXPECT_EQ(table.rules[1].cells[0].met, true);
  EXPECT_EQ(table.rules[1].annotations, std::vector<std::string>{"法3条"});
  EXPECT_EQ(table.rules[2].cells[0].met, std::nullopt) << "FIRST had its rule";
  EXPECT_TRUE(traced.diagnostics.empty()) << "and so nobody divided by zero";
  EXPECT_EQ(feel::literal(table.output), "1.5");
}

TEST(DecisionTrace, SpeaksJapanese) {
  EXPECT_THAT(sentences(decided(fee, "rate").trace),
              ElementsAre("表「rate」: 1行目は、「year」が 2,026 で、2,000 未満 ではないため、当てはまりません。",
                          "表「rate」: 2行目は、どの値にも当てはまります。",
                          "表「rate」の結果は、2行目により、1.5 です。", "「rate」は 1.5 です。"));
  const std::vector<std::string> all = sentences(decided(fee, "fee").trace);
  EXPECT_THAT(all, testing::Contains("関数「age in」に y = 2,026、b = 1,980 を渡しました。"));
  EXPECT_THAT(all, testing::Contains("　式「y - b」は 46 です（y は 2,026、b は 1,980）。"));
  EXPECT_THAT(all, testing::Contains("　「rate」は 1.5 です。"));
  EXPECT_THAT(all, testing::Contains("関数「twice」の結果は 92 です。"));
  EXPECT_EQ(all.back(), "「fee」は 138 です。");
}

TEST(DecisionTrace, IsJson) {
  const std::string json = to_json(decided(fee, "fee").trace).canonical();
  EXPECT_THAT(json, HasSubstr(R"("decision":"fee")"));
  EXPECT_THAT(json, HasSubstr(R"("function":"rates")"));
  EXPECT_THAT(
      json,
      HasSubstr(R"({"annotations":["旧法"],"cells":[{"cell":"< 2000","met":false}],"id":"old","met":false,"rule":1})"));
  EXPECT_THAT(json, HasSubstr(R"({"kind":"name","text":"n","value":46})"));
  EXPECT_TRUE(parse_json(json));
}

TEST(DecisionTrace, OfAServiceThatIsAskedItself) {
  const Traced traced = decided(fee, "rates", true, true);
  ASSERT_EQ(traced.trace.size(), 1u);
  EXPECT_EQ(traced.trace[0].name, "rates");
  EXPECT_EQ(traced.trace[0].inside.calls.at(0).decisions.at(0).name, "rate");
}

TEST(DecisionTrace, ChangesNoResultAndIsBounded) {
  const std::string recursive =
      "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='urn:m'>"
      "<inputData id='b' name='born'><variable name='born'/></inputData>"
      "<inputData id='y' name='year'><variable name='year'/></inputData>"
      "<businessKnowledgeModel id='k' name='up'><variable name='up'/><encapsulatedLogic><formalParameter name='n'/>"
      "<literalExpression><text>n + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
      "<decision id='d' name='d'><variable name='d'/><knowledgeRequirement><requiredKnowledge href='#k'/>"
      "</knowledgeRequirement><literalExpression><text>sum(for i in 1..3000 return up(i))</text></literalExpression>"
      "</decision></definitions>";
  const Traced with = decided(recursive, "d"), without = decided(recursive, "d", false);
  EXPECT_EQ(feel::literal(with.value), "4504500");
  EXPECT_EQ(with.value, without.value);
  EXPECT_TRUE(without.trace.empty());
  const Happenings& inside = with.trace.at(0).inside;
  EXPECT_EQ(inside.calls.size(), trace_calls_max);
  EXPECT_TRUE(inside.cut);
  EXPECT_TRUE(inside.expressions.at(0).cut);
  EXPECT_THAT(sentences(with.trace), testing::Contains("このほかの計算は、長いため省きました。"));
  EXPECT_EQ(decided(fee, "fee", false).value, decided(fee, "fee").value);
}

}  // namespace
}  // namespace yakuba::dmn::drg
