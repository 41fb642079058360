// What is missing, whether it matters, and what to ask next.
#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;

// Eligibility by three facts: a boolean, an enumeration and two incomes compared by a term.
const std::string eligibility = front() + R"(## 入力 Inputs

| input | type |
| --- | --- |
| 監護 | boolean |
| 職業 | "会社員" | "公務員" | "自営" |
| 所得 | yen >= 0 |
| 配偶者の所得 | yen >= 0 |

## 用語 Terms

| term | type | FEEL |
| --- | --- | --- |
| 所得が高い | boolean | 所得 >= 配偶者の所得 |

## 表 Decision: 結論   U

| | 監護 | 職業 | 所得が高い | → 結論 | → 理由コード |
| --- | --- | --- | --- | --- | --- |
| 1 | false | - | - | "却下" | "K1" |
| 2 | true | "公務員" | - | "却下" | "K8" |
| 3 | true | not("公務員") | true | "認定" | null |
| 4 | true | not("公務員") | false | "却下" | "K2" |
)";

std::string possible(const DecisionTrace& trace) {
  std::string out;
  for (const feel::Value& value : trace.possible) out += (out.empty() ? "" : " / ") + feel::literal(value);
  return out;
}
std::string mattering(const Evaluation& e) {
  std::string out;
  for (const MissingFact& fact : e.missing) out += fact.path + (fact.matters ? "! " : " ");
  return out;
}
std::string asked(const Evaluation& e) {
  std::string out;
  for (const std::string& path : e.ask_next) out += path + " ";
  return out;
}

TEST(Missing, DoesNotMatterWhenAnotherFactDecides) {
  const Evaluation e = evaluated(compiled(eligibility), "{監護: false}");
  const DecisionTrace& trace = *e.find("結論");
  EXPECT_EQ(trace.standing, Standing::decided);
  EXPECT_EQ(trace.output.find("理由コード")->string(), "K1");
  EXPECT_EQ(trace.matched, std::vector<int>{0});
  EXPECT_EQ(mattering(e), "所得 配偶者の所得 職業 ");
  EXPECT_EQ(asked(e), "");
  EXPECT_EQ(trace.rules[2].cells, (std::vector<Outcome>{Outcome::no, Outcome::unknown, Outcome::unknown}));
}

TEST(Missing, MattersAndTheResultsStillPossibleAreNamed) {
  const Evaluation e = evaluated(compiled(eligibility), "{監護: true, 所得: 3000000, 配偶者の所得: 1000000}");
  const DecisionTrace& trace = *e.find("結論");
  EXPECT_EQ(trace.standing, Standing::undecided);
  EXPECT_EQ(possible(trace), "{結論: \"認定\", 理由コード: null} / {結論: \"却下\", 理由コード: \"K8\"}");
  EXPECT_TRUE(trace.possible_exact) << "booleans and enumerations are tried value by value";
  EXPECT_FALSE(trace.possible_open);
  EXPECT_EQ(mattering(e), "職業! ");
  EXPECT_EQ(asked(e), "職業 ");
  EXPECT_TRUE(e.ask_next_exact);
}

// Facts beside each other in one context: what is missing there matters only where it is really read.
TEST(Missing, ATermIsKnownWhenTheBranchThatItTakesIs) {
  const std::string households = front() + R"(## 入力 Inputs

| input | type |
| --- | --- |
| 世帯.区分 | "生活保護" | "一般" |
| 世帯.所得 | yen >= 0 |
| 世帯.人数 | integer [1..20] |

## 用語 Terms

| term | type | FEEL |
| --- | --- | --- |
| 算定額 | yen | if 世帯.区分 = "生活保護" then 0 else 世帯.所得 / 世帯.人数 |

## 表 Decision: 結論   F

| | 算定額 | → 結論 |
| --- | --- | --- |
| 1 | <= 100000 | "免除" |
| 2 | - | "徴収" |
)";
  const Evaluation known = evaluated(compiled(households), "{世帯: {区分: \"生活保護\"}}");
  EXPECT_EQ(known.find("算定額")->standing, Standing::decided);
  EXPECT_EQ(feel::literal(known.find("算定額")->output), "0");
  EXPECT_EQ(known.find("結論")->standing, Standing::decided);
  EXPECT_EQ(mattering(known), "世帯.人数 世帯.所得 ") << "neither is read, neither matters";
  EXPECT_EQ(asked(known), "");

  const Evaluation open = evaluated(compiled(households), "{世帯: {区分: \"一般\", 人数: 3}}");
  EXPECT_EQ(open.find("算定額")->standing, Standing::undecided);
  EXPECT_EQ(possible(*open.find("結論")), "\"免除\" / \"徴収\"");
  EXPECT_EQ(mattering(open), "世帯.所得! ");
  EXPECT_EQ(asked(open), "世帯.所得 ");
}

// Three-valued logic, whichever side is unknown (DMN 1.5 table 50).
TEST(Missing, OneKnownSideOfAndOrDecidesInAnyOrder) {
  const auto term = [](const std::string& feel, std::string_view facts) {
    const Criterion c =
        compiled(front() +
                 "## 入力 Inputs\n\n| input | type |\n|-|-|\n| a | boolean |\n| n | yen |\n"
                 "| 世帯.b | boolean |\n| 世帯.m | integer |\n\n## 用語 Terms\n\n| term | type | FEEL |\n|-|-|-|\n"
                 "| t | boolean | " +
                 feel +
                 " |\n\n## 表 Decision: y   F\n\n| | t | → y |\n|-|-|-|\n"
                 "| 1 | true | 1 |\n| 2 | - | 2 |\n");
    const Evaluation e = evaluated(c, std::string(facts));
    const DecisionTrace& trace = *e.find("t");
    if (!trace.troubles.empty()) return "trouble " + trace.troubles[0].code;
    return trace.standing == Standing::decided ? feel::literal(trace.output) : std::string("unknown");
  };
  EXPECT_EQ(term("a and n > 3", "{a: false}"), "false");
  EXPECT_EQ(term("n > 3 and a", "{a: false}"), "false") << "and no trouble about the number that is not there";
  EXPECT_EQ(term("n > 3 and a", "{a: true}"), "unknown");
  EXPECT_EQ(term("n > 3 or a", "{a: true}"), "true");
  EXPECT_EQ(term("n > 3 or a", "{a: false}"), "unknown");
  EXPECT_EQ(term("世帯.m > 3 and 世帯.b", "{世帯: {b: false}}"), "false");
  EXPECT_EQ(term("世帯.m > 3 or 世帯.b", "{世帯: {b: true}}"), "true");
  EXPECT_EQ(term("世帯.m > 3 or 世帯.b", "{世帯: {b: false}}"), "unknown");
  EXPECT_EQ(term("(n > 3 or a) and (世帯.m > 3 or 世帯.b)", "{a: true, 世帯: {b: true}}"), "true");
  EXPECT_EQ(term("not(n > 3 and a)", "{a: false}"), "true");
  EXPECT_EQ(term("(n > 3 and a) = false", "{a: false}"), "true");
  EXPECT_EQ(term("if n > 3 then a else a", "{a: false}"), "unknown") << "a condition that is unknown";
  EXPECT_EQ(term("null and (n > 3)", "{a: false}"), "unknown") << "nothing decides";
}

TEST(Missing, ACellIsMetWhenOneOfItsTestsIs) {
  const Criterion c = compiled(front() +
                               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer |\n| y | integer |\n\n"
                               "## 表 Decision: z   F\n\n| | x | → z |\n|-|-|-|\n| 1 | < y, 5 | 1 |\n| 2 | - | 2 |\n");
  EXPECT_EQ(feel::literal(evaluated(c, "{x: 5}").find("z")->output), "1");
  EXPECT_EQ(possible(*evaluated(c, "{x: 6}").find("z")), "1 / 2");
}

TEST(Missing, AComputedTermIsTakenAsFreeAndSaysSo) {
  const Evaluation e = evaluated(compiled(eligibility), "{監護: true, 職業: \"自営\", 所得: 3000000}");
  const DecisionTrace& trace = *e.find("結論");
  EXPECT_EQ(possible(trace), "{結論: \"認定\", 理由コード: null} / {結論: \"却下\", 理由コード: \"K2\"}");
  EXPECT_FALSE(trace.possible_exact);
  EXPECT_EQ(mattering(e), "配偶者の所得! ");
}

TEST(Missing, TheSmallestSetThatAlwaysDecides) {
  // Only the first column is needed when everything is asked: each later fact matters only sometimes.
  const Evaluation all = evaluated(compiled(eligibility), "{}");
  EXPECT_EQ(asked(all), "所得 配偶者の所得 監護 職業 ");
  // x and y both tell the same: either one is enough, and one is asked.
  const Criterion c =
      compiled(front() +
               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | boolean |\n| y | boolean |\n\n"
               "## 表 Decision: z   F\n\n| | x | y | → z |\n|-|-|-|-|\n| 1 | true | - | 1 |\n| 2 | - | - | 2 |\n");
  const Evaluation e = evaluated(c, "{}");
  EXPECT_EQ(mattering(e), "x! y ") << "y is in the table but never changes anything";
  EXPECT_EQ(asked(e), "x ");
}

TEST(Missing, NumbersOfAColumnAreCutAtItsCells) {
  const Criterion c =
      compiled(front() +
               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 所得 | yen >= 0 |\n| 人数 | integer >= 1 |\n\n"
               "## 表 Decision: 軽減   U\n\n| | 所得 | 人数 | → 割 |\n|-|-|-|-|\n| 1 | <= 430000 | - | 7 |\n| 2 | "
               "(430000..1000000] | < 3 | 0 |\n"
               "| 3 | (430000..1000000] | >= 3 | 5 |\n| 4 | > 1000000 | - | 0 |\n");
  Evaluation e = evaluated(c, "{所得: 430000}");
  EXPECT_EQ(e.find("軽減")->standing, Standing::decided);
  EXPECT_EQ(e.find("軽減")->output.integer(), 7);
  e = evaluated(c, "{人数: 2}");
  EXPECT_EQ(possible(*e.find("軽減")), "7 / 0");
  EXPECT_TRUE(e.find("軽減")->possible_exact);
  e = evaluated(c, "{所得: 500000}");
  EXPECT_EQ(possible(*e.find("軽減")), "0 / 5");
  EXPECT_EQ(asked(e), "人数 ");
}

TEST(Missing, AFactThatWasNotReadDoesNotMatter) {
  const Criterion c = compiled(
      front() +
      "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 既婚 | boolean |\n| 配偶者.所得 | yen |\n\n"
      "## 用語 Terms\n\n| term | type | FEEL |\n|-|-|-|\n| 合計 | yen | if 既婚 then 配偶者.所得 + 100 else 100 |\n\n"
      "## 表 Decision: y   U\n\n| | 合計 | → y |\n|-|-|-|\n| 1 | <= 100 | 1 |\n| 2 | > 100 | 2 |\n");
  EXPECT_EQ(evaluated(c, "{既婚: false}").find("y")->output.integer(), 1);
  const Evaluation e = evaluated(c, "{既婚: true}");
  EXPECT_EQ(e.find("y")->standing, Standing::undecided);
  EXPECT_EQ(mattering(e), "配偶者.所得! ");
}

TEST(Missing, ResultsThatCannotBeListedAreSaidToBeOpen) {
  const Criterion c =
      compiled(front() +
               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 所得 | yen |\n| 対象 | boolean |\n\n"
               "## 表 Decision: 額   U\n\n| | 対象 | → 額 |\n|-|-|-|\n| 1 | true | 所得 * 0.1 |\n| 2 | false | 0 |\n");
  EXPECT_EQ(evaluated(c, "{対象: false}").find("額")->output.integer(), 0);
  const Evaluation e = evaluated(c, "{対象: true}");
  EXPECT_EQ(e.find("額")->standing, Standing::undecided);
  EXPECT_TRUE(e.find("額")->possible_open);
  EXPECT_EQ(asked(e), "所得 ");
}

TEST(Missing, AGapIsAmongThePossibleResults) {
  const Criterion c = compiled(front("gaps = \"declared\"\ngaps_decided_by = \"課長\"\n") +
                               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer |\n\n## 表 Decision: y   "
                               "U\n\n| | x | → y |\n|-|-|-|\n| 1 | < 3 | 1 |\n");
  EXPECT_EQ(possible(*evaluated(c, "{}").find("y")), "1 / null");
}

TEST(Missing, TooManyCombinationsAreNotTriedAndSaidSo) {
  std::string inputs = "## 入力 Inputs\n\n| input | type |\n|-|-|\n";
  std::string heads = "| |";
  std::string line = "|-|";
  std::string ones = "| 1 |";
  std::string any = "| 2 |";
  for (int i = 0; i < 20; ++i) {
    const std::string name = "x" + std::to_string(i);
    inputs += "| " + name + " | boolean |\n";
    heads += " " + name + " |";
    line += "-|";
    ones += " true |";
    any += " - |";
  }
  const Criterion c = compiled(front() + inputs + "\n## 表 Decision: y   F\n\n" + heads + " → y |\n" + line + "-|\n" +
                               ones + " 1 |\n" + any + " 2 |\n");
  const Evaluation e = evaluated(c, "{}");
  EXPECT_EQ(possible(*e.find("y")), "1 / 2");
  EXPECT_FALSE(e.find("y")->possible_exact);
  EXPECT_EQ(e.ask_next.size(), 20u);
  EXPECT_EQ(evaluated(c, "{x3: false}").find("y")->output.integer(), 2);
}

TEST(Missing, TheReasonIsPassedOn) {
  const Evaluation e =
      Evaluator().evaluate(compiled(eligibility), {.as_of = day("2026-11-20"),
                                                   .facts = feel_value("{監護: true, 職業: \"自営\", 所得: 1}"),
                                                   .missing = {{"配偶者の所得", "税の記録がない"}},
                                                   .goals = {},
                                                   .given_terms = {}});
  ASSERT_EQ(e.missing.size(), 1u);
  EXPECT_EQ(e.missing[0].reason, "税の記録がない");
}

}  // namespace
}  // namespace yakuba::dmn
