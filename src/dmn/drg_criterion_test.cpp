// Criterion documents as DMN models and back: the same decisions, and nothing lost.
#include "dmn/drg_criterion.hpp"

#include <gmock/gmock.h>

#include "dmn/difference.hpp"
#include "dmn/drg_graph.hpp"
#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;
using testing::HasSubstr;

Criterion child(const Library& functions) {
  return compiled(child_allowance, {.library = &functions});
}

TEST(CriterionAsModel, decides_the_same) {
  const Library functions = library();
  const Criterion criterion = child(functions);
  const drg::Definitions definitions = drg::from_criterion(criterion, &functions);
  const drg::GraphCompilation model = drg::compile(definitions);
  ASSERT_TRUE(model.graph);
  EXPECT_EQ(faults_text(model.faults, Words::en), "");
  EXPECT_EQ(model.graph->result_decisions(), std::vector<std::string>{"月額"});
  drg::GraphEvaluator evaluator;
  std::size_t amounts = 0;
  for (const std::string_view born :
       {"2026-06-10", "2008-04-01", "2008-04-02", "2023-06-01", "2024-02-29", "2016-05-05"})
    for (const std::string_view month : {"2026-03-01", "2026-04-01", "2026-06-01", "2026-07-01", "2027-02-01"})
      for (const int place : {1, 3}) {
        const std::string facts = "{対象月: @\"" + std::string(month) + "\", 児童: {生年月日: @\"" + std::string(born) +
                                  "\", 同日の順: " + std::to_string(place) + "}, 算定対象: [@\"" + std::string(born) +
                                  "\"]}";
        const feel::Value context = feel_value(facts);
        std::vector<drg::Given> inputs;
        for (const feel::Entry& entry : context.entries()) inputs.push_back({std::string(entry.name()), entry.value});
        const feel::Value expected = evaluated(criterion, facts).find("月額")->output;
        const drg::GraphResult found = evaluator.evaluate(*model.graph, "月額", inputs);
        EXPECT_EQ(found.value, expected) << facts;
        amounts += expected.integer().value_or(0) > 0;
      }
  EXPECT_GT(amounts, 10u);
}
TEST(CriterionAsModel, gives_the_very_document_back) {
  const Library functions = library();
  const Criterion criterion = child(functions);
  const std::string xml = drg::write(drg::from_criterion(criterion, &functions));
  const drg::Reading again = drg::read(xml, "child.dmn");
  ASSERT_TRUE(again.definitions) << faults_text(again.faults);
  const drg::Conversion back = drg::to_criterion(*again.definitions);
  EXPECT_TRUE(back.faults.empty());
  EXPECT_EQ(print_criterion(back.model), child_allowance);
}
TEST(CriterionAsModel, whose_logic_was_changed_is_made_anew) {
  const Library functions = library();
  drg::Definitions definitions = drg::from_criterion(child(functions), &functions);
  for (drg::Decision& decision : definitions.decisions)
    if (decision.name == "月額") std::get<drg::Table>(decision.logic.logic).rules[4].outputs[0].text = "1000";
  const drg::Conversion back = drg::to_criterion(definitions);
  const DecisionTable* table = find_table(back.model, "月額");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rules[4].outputs, std::vector<std::string>{"1000"});
  EXPECT_EQ(table->annotations, std::vector<std::string>{"根拠"});
  EXPECT_THAT(print_criterion(back.model), testing::Not(HasSubstr("第六条")));
}
TEST(ModelAsCriterion, says_what_a_document_has_no_form_for) {
  const std::string xml =
      "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='urn:m'>"
      "<decision id='a' name='a'><variable name='a' typeRef='number'/><literalExpression><text>1 + 1</text>"
      "</literalExpression></decision><decision id='b' name='b'><list/></decision>"
      "<decisionService id='s' name='s'><outputDecision href='#a'/></decisionService></definitions>";
  const drg::Conversion made = drg::to_criterion(*drg::read(xml, "m.dmn").definitions);
  ASSERT_EQ(terms(made.model).size(), 1u);
  EXPECT_EQ(terms(made.model)[0]->expression, "1 + 1");
  ASSERT_EQ(made.faults.size(), 2u);
  EXPECT_THAT(describe(made.faults[0], Words::en), HasSubstr("“b” (a boxed expression) has no form"));
  EXPECT_THAT(describe(made.faults[1], Words::en), HasSubstr("“s” (a decision service) has no form"));
}

}  // namespace
}  // namespace yakuba::dmn
