// DMN models: what is read from XML, what it means, what is written back, and what is refused.
#include "dmn/drg.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dmn/drg_graph.hpp"
#include "dmn/test_random.hpp"

namespace yakuba::dmn::drg {
namespace {

using testing::HasSubstr;

constexpr std::string_view uri_1_1 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd";
constexpr std::string_view uri_1_5 = "https://www.omg.org/spec/DMN/20230324/MODEL/";

std::string model(std::string_view inside, std::string_view uri = uri_1_5) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"" + std::string(uri) +
         "\" xmlns:feel=\"http://www.omg.org/spec/FEEL/20140401\" id=\"d\" name=\"m\" namespace=\"urn:m\">\n" +
         std::string(inside) + "\n</definitions>\n";
}
std::string literal(std::string_view text) {
  return "<literalExpression><text>" + std::string(text) + "</text></literalExpression>";
}
// One decision `d` with this logic, over the inputs `n` (number) and `people` (anything).
std::string decision(std::string_view logic, std::string_view type = "", std::string_view before = "") {
  return model(std::string(before) +
               "<inputData id='n' name='n'><variable name='n' typeRef='number'/></inputData>"
               "<inputData id='p' name='people'><variable name='people'/></inputData>"
               "<decision id='x' name='d'><variable name='d'" +
               (type.empty() ? "" : " typeRef='" + std::string(type) + "'") +
               "/><informationRequirement><requiredInput href='#n'/></informationRequirement>"
               "<informationRequirement><requiredInput href='#p'/></informationRequirement>" +
               std::string(logic) + "</decision>");
}

feel::Value value(std::string_view text) {
  feel::Machine machine;
  return machine.evaluate(feel::compile(text, {}).program);
}
struct Answer {
  std::string text;
  std::vector<feel::Diagnostic> diagnostics;
};
Answer answer(const std::string& xml, std::string_view n = "null", std::string_view people = "null",
              std::string_view wanted = "d") {
  const Reading reading = read(xml, "m.dmn");
  if (!reading.definitions) return {"not read: " + describe(reading.faults.at(0), Words::en), {}};
  const GraphCompilation compiled = compile(*reading.definitions);
  if (!compiled.graph) return {"not compiled: " + describe(compiled.faults.at(0), Words::en), {}};
  GraphEvaluator evaluator;
  const std::vector<Given> inputs{{"n", value(n)}, {"people", value(people)}};
  GraphResult result = evaluator.evaluate(*compiled.graph, wanted, inputs);
  return {feel::literal(result.value), std::move(result.diagnostics)};
}
std::string first_fault(const std::string& xml, const ReadLimits& limits = {}) {
  const Reading reading = read(xml, "m.dmn", limits);
  return reading.definitions ? "read" : describe(reading.faults.at(0), Words::en);
}
std::string compile_faults(const std::string& xml) {
  const Reading reading = read(xml, "m.dmn");
  if (!reading.definitions) return "not read";
  std::string out;
  for (const Fault& fault : compile(*reading.definitions).faults) out += describe(fault, Words::en) + "\n";
  return out;
}

// ---- boxed expressions

TEST(Boxed, literal_reads_the_inputs) {
  EXPECT_EQ(answer(decision(literal("n * 2")), "21").text, "42");
}
TEST(Boxed, context_gives_its_entries_or_its_result) {
  const std::string entries = "<contextEntry><variable name='a'/>" + literal("n + 1") +
                              "</contextEntry><contextEntry><variable name='b c'/>" + literal("a * 10") +
                              "</contextEntry>";
  EXPECT_EQ(answer(decision("<context>" + entries + "</context>"), "1").text, "{a: 2, b c: 20}");
  EXPECT_EQ(
      answer(decision("<context>" + entries + "<contextEntry>" + literal("b c + a") + "</contextEntry></context>"), "1")
          .text,
      "22");
}
TEST(Boxed, context_with_the_same_name_twice_is_null) {
  const std::string entry = "<contextEntry><variable name='a'/>" + literal("1") + "</contextEntry>";
  const Answer out = answer(decision("<context>" + entry + entry + "</context>"));
  EXPECT_EQ(out.text, "null");
  ASSERT_FALSE(out.diagnostics.empty());
  EXPECT_EQ(out.diagnostics[0].code, feel::Code::duplicate_key);
}
TEST(Boxed, list_and_relation) {
  EXPECT_EQ(answer(decision("<list>" + literal("1") + literal("n") + "</list>"), "7").text, "[1, 7]");
  EXPECT_EQ(answer(decision("<relation><column name='a'/><column name='b'/><row>" + literal("1") + literal("2") +
                            "</row><row>" + literal("3") + literal("n") + "</row></relation>"),
                   "4")
                .text,
            "[{a: 1, b: 2}, {a: 3, b: 4}]");
}
TEST(Boxed, conditional_decides_as_feels_if) {
  const std::string xml = decision("<conditional><if>" + literal("n > 3") + "</if><then>" + literal("\"more\"") +
                                   "</then><else>" + literal("\"less\"") + "</else></conditional>");
  EXPECT_EQ(answer(xml, "4").text, "\"more\"");
  EXPECT_EQ(answer(xml, "2").text, "\"less\"");
}
TEST(Boxed, iterators_see_their_variable_and_what_came_before) {
  const auto iterator = [](std::string_view name, std::string_view part, std::string_view text) {
    return "<" + std::string(name) + " iteratorVariable='i'><in>" + literal("people") + "</in><" + std::string(part) +
           ">" + literal(text) + "</" + std::string(part) + "></" + std::string(name) + ">";
  };
  EXPECT_EQ(answer(decision(iterator("for", "return", "i * n")), "2", "[1,2,3]").text, "[2, 4, 6]");
  EXPECT_EQ(answer(decision(iterator("for", "return", "count(partial)")), "2", "[1,2,3]").text, "[0, 1, 2]");
  EXPECT_EQ(answer(decision(iterator("some", "satisfies", "i > n")), "2", "[1,2,3]").text, "true");
  EXPECT_EQ(answer(decision(iterator("every", "satisfies", "i > n")), "2", "[1,2,3]").text, "false");
}
TEST(Boxed, filter_sees_members_of_the_items) {
  const std::string xml =
      decision("<filter><in>" + literal("people") + "</in><match>" + literal("age &gt; n") + "</match></filter>");
  EXPECT_EQ(answer(xml, "18", "[{age: 17}, {age: 20}]").text, "[{age: 20}]");
  EXPECT_EQ(answer(decision("<filter><in>" + literal("people") + "</in><match>" + literal("true] + people[true") +
                            "</match></filter>"),
                   "1", "[1]")
                .text,
            "null")
      << "a bracket of the match never closes the filter";
}
TEST(Boxed, functions_take_the_names_around_them_along_and_may_call_themselves) {
  const std::string function = "<functionDefinition><formalParameter name='k' typeRef='number'/>" +
                               literal("if k = 0 then n else fact(k - 1) * k") + "</functionDefinition>";
  EXPECT_EQ(answer(decision("<context><contextEntry><variable name='fact'/>" + function +
                            "</contextEntry><contextEntry>" + literal("fact(5)") + "</contextEntry></context>"),
                   "1")
                .text,
            "120");
}
TEST(Boxed, invocation_binds_by_name) {
  const std::string bkm =
      "<businessKnowledgeModel id='b' name='minus'><variable name='minus'/><encapsulatedLogic><formalParameter "
      "name='a' typeRef='number'/><formalParameter name='b' typeRef='number'/>" +
      literal("a - b") + "</encapsulatedLogic></businessKnowledgeModel>";
  const auto invoke = [&](std::string_view name) {
    return decision("<knowledgeRequirement><requiredKnowledge href='#b'/></knowledgeRequirement><invocation>" +
                        literal("minus") + "<binding><parameter name='" + std::string(name) + "'/>" + literal("1") +
                        "</binding><binding><parameter name='a'/>" + literal("n") + "</binding></invocation>",
                    "", bkm);
  };
  EXPECT_EQ(answer(invoke("b"), "10").text, "9");
  const Answer wrong = answer(invoke("c"), "10");
  EXPECT_EQ(wrong.text, "null");
  EXPECT_EQ(wrong.diagnostics.at(0).code, feel::Code::unknown_parameter);
}

// ---- tables

std::string table(std::string_view policy, std::string_view rules, std::string_view output = "<output/>",
                  std::string_view input_values = "") {
  return decision("<decisionTable hitPolicy='" + std::string(policy.substr(0, policy.find('+'))) + "'" +
                  (policy.find('+') != std::string_view::npos
                       ? " aggregation='" + std::string(policy.substr(policy.find('+') + 1)) + "'"
                       : "") +
                  "><input><inputExpression typeRef='number'><text>n</text></inputExpression>" +
                  std::string(input_values) + "</input>" + std::string(output) + std::string(rules) +
                  "</decisionTable>");
}
std::string rule(std::string_view in, std::string_view out) {
  return "<rule><inputEntry><text>" + std::string(in) + "</text></inputEntry><outputEntry><text>" + std::string(out) +
         "</text></outputEntry></rule>";
}
TEST(Table, each_hit_policy_means_what_the_standard_says) {
  const std::string rules = rule("[1..3]", "10") + rule("[2..5]", "30") + rule("3", "20");
  const std::string ordered = "<output><outputValues><text>30, 20, 10</text></outputValues></output>";
  EXPECT_EQ(answer(table("UNIQUE", rules), "1").text, "10");
  EXPECT_EQ(answer(table("UNIQUE", rules), "2").text, "null");
  EXPECT_EQ(answer(table("FIRST", rules), "3").text, "10");
  EXPECT_EQ(answer(table("PRIORITY", rules, ordered), "3").text, "30");
  EXPECT_EQ(answer(table("ANY", rules), "2").text, "null");
  EXPECT_EQ(answer(table("ANY", rule("&lt;5", "1") + rule("&gt;1", "1")), "3").text, "1");
  EXPECT_EQ(answer(table("RULE ORDER", rules), "3").text, "[10, 30, 20]");
  EXPECT_EQ(answer(table("OUTPUT ORDER", rules, ordered), "3").text, "[30, 20, 10]");
  EXPECT_EQ(answer(table("COLLECT", rules), "3").text, "[10, 30, 20]");
  EXPECT_EQ(answer(table("COLLECT+SUM", rules), "3").text, "60");
  EXPECT_EQ(answer(table("COLLECT+MIN", rules), "3").text, "10");
  EXPECT_EQ(answer(table("COLLECT+MAX", rules), "3").text, "30");
  EXPECT_EQ(answer(table("COLLECT+COUNT", rules), "3").text, "3");
}
TEST(Table, what_no_rule_covers_is_the_default_or_nothing) {
  const std::string rules = rule("1", "10");
  EXPECT_EQ(answer(table("UNIQUE", rules), "9").text, "null");
  EXPECT_EQ(
      answer(table("UNIQUE", rules, "<output><defaultOutputEntry><text>n + 1</text></defaultOutputEntry></output>"),
             "9")
          .text,
      "10");
  EXPECT_EQ(answer(table("COLLECT", rules), "9").text, "[]");
}
TEST(Table, an_input_outside_its_column_is_an_error) {
  const Answer out =
      answer(table("UNIQUE", rule("-", "1"), "<output/>", "<inputValues><text>[0..5]</text></inputValues>"), "6");
  EXPECT_EQ(out.text, "null");
  ASSERT_FALSE(out.diagnostics.empty());
}

// ---- types

constexpr std::string_view grade =
    "<itemDefinition name='tGrade'><typeRef>string</typeRef><allowedValues><text>\"A\", "
    "\"B\"</text></allowedValues></itemDefinition>"
    "<itemDefinition name='tGrades' isCollection='true'><typeRef>tGrade</typeRef><typeConstraint><text>count(?) &lt; "
    "3</text></typeConstraint></itemDefinition>"
    "<itemDefinition name='tPerson'><itemComponent name='name'><typeRef>string</typeRef></itemComponent><itemComponent "
    "name='grade'><typeRef>tGrade</typeRef></itemComponent></itemDefinition>";
TEST(Types, a_value_that_its_type_does_not_allow_is_null_with_a_diagnostic) {
  EXPECT_EQ(answer(decision(literal("\"A\""), "tGrade", grade)).text, "\"A\"");
  const Answer out = answer(decision(literal("\"C\""), "tGrade", grade));
  EXPECT_EQ(out.text, "null");
  ASSERT_EQ(out.diagnostics.size(), 1u);
  EXPECT_EQ(out.diagnostics[0].code, feel::Code::coercion);
  EXPECT_EQ(out.diagnostics[0].source, "d");
}
TEST(Types, allowed_values_hold_for_items_and_the_constraint_for_the_whole) {
  EXPECT_EQ(answer(decision(literal("[\"A\", \"B\"]"), "tGrades", grade)).text, "[\"A\", \"B\"]");
  EXPECT_EQ(answer(decision(literal("[\"A\", \"C\"]"), "tGrades", grade)).text, "null");
  EXPECT_EQ(answer(decision(literal("[\"A\", \"B\", \"A\"]"), "tGrades", grade)).text, "null");
  EXPECT_EQ(answer(decision(literal("\"A\""), "tGrades", grade)).text, "[\"A\"]") << "coerced to a list of one";
}
TEST(Types, members_are_checked) {
  EXPECT_EQ(answer(decision(literal("{name: \"x\", grade: \"B\"}"), "tPerson", grade)).text,
            "{name: \"x\", grade: \"B\"}");
  EXPECT_EQ(answer(decision(literal("{name: \"x\", grade: \"D\"}"), "tPerson", grade)).text, "null");
  EXPECT_EQ(answer(decision(literal("{name: \"x\"}"), "tPerson", grade)).text, "null");
}

// ---- services, imports, versions

TEST(Services, are_functions_of_inputs_and_input_decisions) {
  const std::string xml = model(
      "<inputData id='n' name='n'><variable name='n' typeRef='number'/></inputData>"
      "<decision id='a' name='a'><variable name='a'/>" +
      literal("1") +
      "</decision>"
      "<decision id='b' name='b'><variable name='b'/><informationRequirement><requiredInput href='#n'/>"
      "</informationRequirement><informationRequirement><requiredDecision href='#a'/></informationRequirement>" +
      literal("n + a") +
      "</decision>"
      "<decisionService id='s' name='s'><variable name='s'/><outputDecision href='#b'/><inputDecision href='#a'/>"
      "<inputData href='#n'/></decisionService>"
      "<decision id='x' name='d'><variable name='d'/><knowledgeRequirement><requiredKnowledge href='#s'/>"
      "</knowledgeRequirement>" +
      literal("[s(1, 100), s(a: 7, n: 1)]") + "</decision>");
  EXPECT_EQ(answer(xml).text, "[101, 8]");
}
TEST(Knowledge, named_as_a_builtin_may_use_the_builtin) {
  const std::string bkm = "<businessKnowledgeModel id='b' name='sum'><encapsulatedLogic><formalParameter name='a'/>" +
                          literal("sum(a) + 1") + "</encapsulatedLogic></businessKnowledgeModel>";
  const std::string use = "<knowledgeRequirement><requiredKnowledge href='#b'/></knowledgeRequirement>";
  EXPECT_EQ(answer(decision(use + literal("sum([1, 2])"), "", bkm)).text, "4");
}
TEST(Imports, stand_below_their_name) {
  const std::string other = model(
      "<itemDefinition name='tAge'><typeRef>number</typeRef></itemDefinition>"
      "<businessKnowledgeModel id='b' name='twice it'><variable name='twice it'/>"
      "<encapsulatedLogic><formalParameter name='a' typeRef='tAge'/>" +
      literal("a * 2") + "</encapsulatedLogic></businessKnowledgeModel>");
  std::string importing = decision(
      "<knowledgeRequirement><requiredKnowledge href='urn:o#b'/></knowledgeRequirement>" + literal("lib.twice it(n)"),
      "lib.tAge", "<import name='lib' namespace='urn:o' importType='" + std::string(uri_1_5) + "'/>");
  Definitions imported = *read(other, "o.dmn").definitions;
  imported.namespace_uri = "urn:o";
  const Definitions definitions = *read(importing, "m.dmn").definitions;
  const GraphCompilation compiled = compile(definitions, [&](const Import&) { return &imported; });
  ASSERT_TRUE(compiled.graph);
  for (const Fault& fault : compiled.faults) ADD_FAILURE() << describe(fault, Words::en);
  GraphEvaluator evaluator;
  const std::vector<Given> inputs{{"n", feel::Value::number(4)}};
  EXPECT_EQ(feel::literal(evaluator.evaluate(*compiled.graph, "d", inputs).value), "8");
  EXPECT_THAT(compile_faults(importing), HasSubstr("The import “lib” (urn:o) is not there."));
}
TEST(Versions, qualified_types_of_1_1_are_names) {
  const std::string xml =
      model("<inputData id='n' name='n'><variable name='n' typeRef='feel:number'/></inputData>", uri_1_1);
  const Reading reading = read(xml, "m.dmn");
  ASSERT_TRUE(reading.definitions);
  EXPECT_EQ(reading.definitions->version, Version::v1_1);
  EXPECT_EQ(reading.definitions->inputs.at(0).variable.type, "number");
}

// ---- writing

TEST(Write, gives_back_an_equal_model_with_diagrams_and_extensions) {
  const std::string xml =
      "<dmn:definitions xmlns:dmn='https://www.omg.org/spec/DMN/20191111/MODEL/' "
      "xmlns:dmndi='https://www.omg.org/spec/DMN/20191111/DMNDI/' xmlns:v='urn:vendor' id='d' name='m' "
      "namespace='urn:m' v:layout='wide'><dmn:extensionElements><v:note v:kind='x'>a &lt; b</v:note>"
      "</dmn:extensionElements>" +
      std::string(
          "<dmn:decision id='x' name='d' label='L'><dmn:variable name='d' typeRef='number'/>"
          "<dmn:decisionTable hitPolicy='COLLECT' aggregation='SUM'><dmn:input id='i'><dmn:inputExpression>"
          "<dmn:text>1 &lt; 2</dmn:text></dmn:inputExpression></dmn:input><dmn:output id='o'/>"
          "<dmn:annotation name='why'/><dmn:rule id='r'><dmn:inputEntry><dmn:text>true</dmn:text>"
          "</dmn:inputEntry><dmn:outputEntry><dmn:text>5</dmn:text></dmn:outputEntry><dmn:annotationEntry>"
          "<dmn:text>because</dmn:text></dmn:annotationEntry></dmn:rule></dmn:decisionTable></dmn:decision>"
          "<dmndi:DMNDI><dmndi:DMNDiagram id='g'/></dmndi:DMNDI></dmn:definitions>");
  const Reading reading = read(xml, "m.dmn");
  ASSERT_TRUE(reading.definitions) << describe(reading.faults.at(0), Words::en);
  for (const Version version : {Version::v1_3, Version::v1_5}) {
    const std::string written = write(*reading.definitions, version);
    const Reading again = read(written, "m.dmn");
    ASSERT_TRUE(again.definitions) << written;
    EXPECT_EQ(again.definitions->version, version);
    EXPECT_EQ(again.definitions->decisions, reading.definitions->decisions);
    EXPECT_EQ(again.definitions->attributes, reading.definitions->attributes);
    EXPECT_THAT(again.definitions->extension, HasSubstr("a &lt; b"));
    ASSERT_EQ(again.definitions->kept.size(), 1u);
    EXPECT_THAT(again.definitions->kept[0], HasSubstr(version == Version::v1_3 ? "20191111/DMNDI" : "20230324/DMNDI"));
    EXPECT_EQ(write(*again.definitions, version), written) << "written again it is the same text";
  }
}

// ---- bad input

TEST(Refusals, name_the_place_and_the_remedy) {
  EXPECT_EQ(first_fault("<a"),
            "m.dmn:1:2: This is not well-formed XML (Error parsing start element tag). Correct it at this place.");
  EXPECT_THAT(first_fault("<!DOCTYPE x [<!ENTITY e 'v'>]>" + model("").substr(39)), HasSubstr("DTD"));
  EXPECT_THAT(first_fault("<testCases/>"), HasSubstr("“testCases” is no model of DMN 1.1 to 1.5."));
  EXPECT_THAT(
      first_fault(model("<decision name='d'><decisionTable hitPolicy='BEST'><output/></decisionTable></decision>")),
      HasSubstr("m.dmn:3:20: hitPolicy cannot be “BEST”. Use one of UNIQUE"));
  EXPECT_THAT(
      first_fault(model("<decision name='d'><decisionTable><input/><output/><rule/></decisionTable></decision>")),
      HasSubstr("This row has 0 + 0 cells, the table has 1 + 1 columns."));
  EXPECT_THAT(first_fault(decision("<relation><column naee='a'/><row/></relation>")),
              HasSubstr("name cannot be “”. Use one of the name of the column"));
  EXPECT_THAT(first_fault("\xff\xfe\xff"), HasSubstr("m.dmn"));
}
TEST(Refusals, are_bounded) {
  std::string deep, end;
  for (int i = 0; i < 5000; ++i) {
    deep += "<list>";
    end += "</list>";
  }
  EXPECT_THAT(first_fault(decision(deep + end)), HasSubstr("nested too deeply (at most 200)"));
  EXPECT_THAT(first_fault(model(""), {.document_bytes_max = 100}), HasSubstr("too large"));
  EXPECT_THAT(first_fault(model("<a/><a/><a/>"), {.elements_max = 3}), HasSubstr("too many elements"));
}
// What fuzz/dmn_model_fuzz.cpp does for hours, for a second: seeds with pieces left out, doubled and exchanged.
TEST(Refusals, of_damaged_models_never_crash) {
  std::ifstream in(std::string(YAKUBA_SOURCE_DIR) + "/fuzz/corpus/dmn_model/everything.dmn");
  const std::string seed{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(seed.empty());
  test::SameRandom random;
  std::size_t read_well = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = seed;
    for (std::size_t change = 0; change <= random(3); ++change) {
      const std::size_t at = random(text.size()), length = random(std::min<std::size_t>(60, text.size() - at) + 1);
      switch (random(4)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, text.substr(at, length));
          break;
        case 2:
          text[at] = static_cast<char>(random(256));
          break;
        default:
          text.insert(at, text.substr(random(text.size() / 2), length));
      }
    }
    const Reading reading = read(text, "damaged.dmn");
    if (!reading.definitions) {
      EXPECT_FALSE(reading.faults.empty());
      continue;
    }
    ++read_well;
    const std::string written = write(*reading.definitions);
    const Reading again = read(written, "written.dmn");
    ASSERT_TRUE(again.definitions) << describe(again.faults.at(0), Words::en) << "\n" << written;
    EXPECT_EQ(write(*again.definitions), written);
    const GraphCompilation compiled = compile(*reading.definitions);
    if (!compiled.graph) continue;
    GraphEvaluator evaluator({.steps_max = 20'000});
    for (const NodeInfo& node : compiled.graph->nodes())
      if (node.kind == NodeKind::decision) evaluator.evaluate(*compiled.graph, node.name, {});
  }
  EXPECT_GT(read_well, 50u) << "most changes must not stop at the first brackets";
}
TEST(Faults, of_the_graph) {
  const auto needs = [](std::string_view id, std::string_view other) {
    return "<decision id='" + std::string(id) + "' name='" + std::string(id) +
           "'><informationRequirement><requiredDecision href='#" + std::string(other) + "'/></informationRequirement>" +
           literal(other) + "</decision>";
  };
  EXPECT_THAT(compile_faults(model(needs("a", "b") + needs("b", "a"))),
              HasSubstr("The definitions form a circle: a → b → a"));
  EXPECT_THAT(compile_faults(model(needs("a", "zzz"))), HasSubstr("The reference “#zzz” leads nowhere."));
  EXPECT_THAT(compile_faults(decision(literal("1"), "tNone")), HasSubstr("There is no type “tNone”."));
  EXPECT_THAT(compile_faults(decision(literal("n +"))), HasSubstr("m.dmn:"));
}

}  // namespace
}  // namespace yakuba::dmn::drg
