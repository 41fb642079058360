// Decisions: every hit policy, the trace, errors as values, records that replay.
#include "dmn/evaluate.hpp"

#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;

// One table of one integer column `x`, with the policy and rows given.
Criterion table(std::string_view policy, std::string_view rows, std::string_view heading = "| | x | → y |\n|-|-|-|\n") {
  return compiled(front() + "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer |\n\n## 表 Decision: y   " +
                  std::string(policy) + "\n\n" + std::string(heading) + std::string(rows));
}
std::string result(const Criterion& criterion, int x) {
  const Evaluation evaluation = evaluated(criterion, "{x: " + std::to_string(x) + "}");
  const DecisionTrace& trace = *evaluation.find("y");
  std::string out =
      trace.standing == Standing::decided ? feel::literal(trace.output) : std::string(name_of(trace.standing));
  for (const Trouble& trouble : trace.troubles) out += " " + trouble.code;
  return out;
}

TEST(HitPolicy, Unique) {
  const Criterion c = table("U", "| 1 | < 3 | 10 |\n| 2 | [2..5] | 20 |\n");
  EXPECT_EQ(result(c, 1), "10");
  EXPECT_EQ(result(c, 4), "20");
  EXPECT_EQ(result(c, 2), "failed rules_overlap");
  EXPECT_EQ(result(c, 9), "gap no_rule");
}
TEST(HitPolicy, UniqueWithDefault) {
  const Criterion c = table("U", "| 1 | < 3 | 10 |\n| 既定 | | 0 |\n");
  EXPECT_EQ(result(c, 9), "0");
  EXPECT_TRUE(evaluated(c, "{x: 9}").find("y")->by_default);
}
TEST(HitPolicy, Any) {
  const Criterion c = table("A", "| 1 | < 3 | 10 |\n| 2 | < 5 | 10 |\n| 3 | 1 | 11 |\n");
  EXPECT_EQ(result(c, 2), "10");
  EXPECT_EQ(result(c, 1), "failed outputs_differ");
}
TEST(HitPolicy, First) {
  const Criterion c = table("F", "| 1 | > 10 | 1 |\n| 2 | > 5 | 2 |\n| 3 | - | 3 |\n");
  EXPECT_EQ(result(c, 11), "1");
  EXPECT_EQ(result(c, 6), "2");
  EXPECT_EQ(result(c, 0), "3");
  const Evaluation e = evaluated(c, "{x: 11}");
  EXPECT_EQ(e.find("y")->rules[0].outcome, Outcome::yes);
  EXPECT_EQ(e.find("y")->rules[1].outcome, Outcome::not_evaluated) << "FIRST ends with the first match";
}
TEST(HitPolicy, PriorityAndOutputOrderFollowTheListedOutputs) {
  const std::string_view rows =
      "| 型 | | \"高\" \\| \"中\" \\| \"低\" |\n| 1 | > 0 | \"低\" |\n| 2 | > 5 | \"高\" |\n| 3 | > 3 | \"中\" |\n";
  EXPECT_EQ(result(table("P", rows), 9), "\"高\"");
  EXPECT_EQ(result(table("P", rows), 4), "\"中\"");
  EXPECT_EQ(result(table("O", rows), 9), "[\"高\", \"中\", \"低\"]");
  EXPECT_EQ(evaluated(table("O", rows), "{x: 9}").find("y")->matched, (std::vector<int>{1, 2, 0}));
}
TEST(HitPolicy, RuleOrderAndCollect) {
  const std::string_view rows = "| 1 | > 0 | 5 |\n| 2 | > 5 | 2 |\n| 3 | > 3 | 9 |\n";
  EXPECT_EQ(result(table("R", rows), 9), "[5, 2, 9]");
  EXPECT_EQ(result(table("C", rows), 4), "[5, 9]");
  EXPECT_EQ(result(table("C", rows), 0), "[]") << "collecting nothing is a result";
  EXPECT_EQ(result(table("C+", rows), 9), "16");
  EXPECT_EQ(result(table("C<", rows), 9), "2");
  EXPECT_EQ(result(table("C>", rows), 9), "9");
  EXPECT_EQ(result(table("C#", rows), 9), "3");
  EXPECT_EQ(result(table("C#", rows), 0), "0");
  EXPECT_EQ(result(table("C+", rows), 0), "gap no_rule");
}
TEST(HitPolicy, SeveralOutputsMakeAContext) {
  const Criterion c = table("U", "| 1 | < 3 | \"却下\" | \"K6\" | 3条 |\n| 2 | >= 3 | \"認定\" | null | |\n",
                            "| | x | → 結論 | → 理由コード | 根拠 |\n|-|-|-|-|-|\n");
  EXPECT_EQ(result(c, 1), "{結論: \"却下\", 理由コード: \"K6\"}");
  EXPECT_EQ(result(c, 3), "{結論: \"認定\", 理由コード: null}");
  const Evaluation e = evaluated(table("C", "| 1 | > 0 | 1 | 2 |\n", "| | x | → a | → b |\n|-|-|-|-|\n"), "{x: 1}");
  EXPECT_EQ(feel::literal(e.find("y")->output), "[{a: 1, b: 2}]");
}

TEST(Cells, TestWhatFeelTests) {
  const auto hits = [](std::string_view cell, std::string_view type, std::string_view value) {
    const Criterion c = compiled(front() + "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | " + std::string(type) +
                                 " |\n| 基準額 | number |\n\n## 表 Decision: y   F\n\n| | x | → y |\n|-|-|-|\n| 1 | " +
                                 std::string(cell) + " | true |\n| 2 | - | false |\n");
    return evaluated(c, "{x: " + std::string(value) + ", 基準額: 100}").find("y")->output.is_true();
  };
  EXPECT_TRUE(hits("1, 3", "integer", "3"));
  EXPECT_FALSE(hits("not(1, 3)", "integer", "3"));
  EXPECT_TRUE(hits("(1..3]", "number", "3"));
  EXPECT_FALSE(hits("]1..3[", "number", "3"));
  EXPECT_TRUE(hits("> 基準額", "number", "100.01")) << "a cell may use other names";
  EXPECT_FALSE(hits("> 基準額", "number", "100"));
  EXPECT_TRUE(hits("? * 2 > 基準額", "number", "51"));
  EXPECT_TRUE(hits("\"父\", \"母\"", "string", "\"母\""));
  EXPECT_TRUE(hits(">= @\"2024-10-01\"", "date", "@\"2024-10-01\""));
  EXPECT_FALSE(hits("< @\"2024-10-01\"", "date", "@\"2024-10-01\""));
  EXPECT_TRUE(hits("null", "string", "null"));
  EXPECT_FALSE(hits("> 1", "number", "null")) << "null has no order";
  EXPECT_TRUE(hits("list contains(?, \"a\")", "list of string", "[\"a\", \"b\"]"));
}

TEST(Evaluate, NamesExactlyTheFactsItNeeds) {
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  std::vector<std::string> paths;
  for (const FactUse& fact : criterion.facts()) paths.push_back(fact.path + " : " + print_type(fact.type));
  EXPECT_EQ(paths, (std::vector<std::string>{"対象月 : date", "児童.生年月日 : date", "児童.同日の順 : integer >= 1",
                                             "算定対象 : list of date"}));
  EXPECT_EQ(criterion.facts()[1].used_by, (std::vector<std::string>{"三歳未満の月", "年度末年齢", "算定順"}));
}

TEST(Evaluate, ChildAllowanceByTheWorkedExamples) {
  const Library functions = library();
  const ExampleReport of_library = run_examples(functions);
  EXPECT_EQ(of_library.passed(), of_library.results.size()) << faults_text(of_library.faults);
  EXPECT_EQ(of_library.results.size(), 4u);

  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  const ExampleReport report = run_examples(criterion, day("2026-11-20"));
  EXPECT_EQ(report.passed(), 11u) << faults_text(report.faults);
  EXPECT_EQ(report.coverage[0].hits, (std::vector<std::size_t>{3, 1, 4, 1, 2}));
}

TEST(Evaluate, TwinsAndElders) {  // A.8 rows 15, 17 and 19: whole families, the rank computed
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  const auto amount = [&](std::string_view born, int order, std::string_view all) {
    return evaluated(criterion, "{対象月: @\"2026-07-01\", 児童: {生年月日: @\"" + std::string(born) +
                                    "\", 同日の順: " + std::to_string(order) + "}, 算定対象: " + std::string(all) + "}")
        .find("月額")
        ->output.integer();
  };
  const std::string_view with_twins = "[@\"2021-01-10\", @\"2026-06-10\", @\"2026-06-10\"]";
  EXPECT_EQ(amount("2021-01-10", 1, with_twins), 10000);
  EXPECT_EQ(amount("2026-06-10", 1, with_twins), 15000);
  EXPECT_EQ(amount("2026-06-10", 2, with_twins), 30000);
  const std::string_view with_elder = "[@\"2006-05-01\", @\"2010-05-01\", @\"2016-05-01\"]";
  EXPECT_EQ(amount("2010-05-01", 1, with_elder), 10000);
  EXPECT_EQ(amount("2016-05-01", 1, with_elder), 30000);
  EXPECT_EQ(amount("2016-05-01", 1, "[@\"2010-05-01\", @\"2016-05-01\"]"), 10000);
}

TEST(Evaluate, TraceShowsEveryCell) {
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  const Evaluation e = evaluated(criterion,
                                 "{対象月: @\"2026-12-01\", 児童: {生年月日: @\"2019-08-03\", 同日の順: 1}, 算定対象: "
                                 "[@\"2019-08-03\", @\"2025-02-11\"]}");
  const DecisionTrace& trace = *e.find("月額");
  EXPECT_EQ(trace.standing, Standing::decided);
  EXPECT_EQ(trace.matched, std::vector<int>{2});
  EXPECT_EQ(feel::literal(*trace.inputs[1].value), "7");
  EXPECT_EQ(trace.rules[0].cells, (std::vector<Outcome>{Outcome::no, Outcome::yes, Outcome::yes}));
  EXPECT_EQ(trace.rules[2].cells, (std::vector<Outcome>{Outcome::yes, Outcome::yes, Outcome::yes}));
  EXPECT_EQ(trace.rules[4].cells, (std::vector<Outcome>{Outcome::yes, Outcome::no, Outcome::yes}));
  EXPECT_TRUE(e.missing.empty());
  EXPECT_TRUE(e.decided());
}

TEST(Evaluate, TermsMayUseDecisionsAndDecisionsTerms) {
  const Criterion c = compiled(
      front() +
      "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 人数 | integer >= 1 |\n\n"
      "## 表 Decision: 一人分   U\n\n| | 人数 | → 額 |\n|-|-|-|\n| 1 | 1 | 1000 |\n| 2 | > 1 | 800 |\n\n"
      "## 用語 Terms\n\n| term | type | FEEL |\n|-|-|-|\n| 合計 | yen | 一人分 * 人数 |\n\n"
      "## 表 Decision: 区分   U\n\n| | 合計 | → 区分 |\n|-|-|-|\n| 1 | < 2000 | \"小\" |\n| 2 | >= 2000 | \"大\" |\n");
  EXPECT_EQ(evaluated(c, "{人数: 3}").find("区分")->output.string(), "大");
  EXPECT_EQ(evaluated(c, "{人数: 3}").find("合計")->output.integer(), 2400);
  EXPECT_EQ(c.result_decisions(), std::vector<std::string>{"区分"});
}

TEST(Evaluate, AsOfDateIsAFactAndToday) {
  const Criterion c = compiled(
      front() +
      "## 用語 Terms\n\n| term | type | FEEL |\n|-|-|-|\n| a | date | 基準日 |\n| b | boolean | today() = 基準日 |\n");
  const Evaluation e = evaluated(c, "{}", "2026-04-01");
  EXPECT_EQ(feel::literal(e.find("a")->output), "@\"2026-04-01\"");
  EXPECT_TRUE(e.find("b")->output.is_true());
  EXPECT_TRUE(c.facts().empty());
}

TEST(Evaluate, WrongFactsAndFailingRulesAreSaidNotThrown) {
  const Criterion c = compiled(
      front() +
      "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer [0..10] |\n\n"
      "## 表 Decision: y   U\n\n| | x | → y |\n|-|-|-|\n| 型 | | integer |\n| 1 | < 5 | 10 / x |\n| 2 | >= 5 | 1 |\n");
  Evaluation e = evaluated(c, "{x: 4}");
  ASSERT_EQ(e.find("y")->troubles.size(), 1u) << "2.5 is no integer";
  EXPECT_EQ(e.find("y")->troubles[0].code, "output_not_allowed");
  EXPECT_EQ(e.find("y")->troubles[0].place.line, 17);
  EXPECT_EQ(e.find("y")->troubles[0].place.column, 13);
  e = evaluated(c, "{x: 0}");
  ASSERT_FALSE(e.find("y")->troubles.empty());
  EXPECT_EQ(e.find("y")->troubles[0].code, "division_by_zero");
  e = evaluated(c, "{x: 11}");
  ASSERT_EQ(e.troubles.size(), 1u);
  EXPECT_EQ(e.troubles[0].code, "fact_type");
  EXPECT_EQ(e.troubles[0].subject, "x");
  EXPECT_EQ(e.find("y")->standing, Standing::undecided) << "a value that cannot be is not known";
}

TEST(Compile, FaultsPointIntoTheCell) {
  const auto first = [](const std::string& body) {
    const Reading reading = read_criterion(front() + body, "t.md");
    EXPECT_TRUE(reading.model) << faults_text(reading.faults);
    const Compilation c = compile(*reading.model, {.places = &reading.places});
    EXPECT_FALSE(c.criterion);
    return c.faults.empty() ? std::string() : describe(c.faults[0], Words::ja);
  };
  const std::string inputs =
      "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer |\n| 区分 | \"甲\" \\| \"乙\" |\n\n";
  const std::string y = inputs + "## 表 Decision: y   U\n\n| | x | 区分 | → y |\n|-|-|-|-|\n";
  EXPECT_EQ(first("## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | 1 + 所得 |\n"),
            "t.md:10:11: 用語「a」「FEEL」: 「所得」という名前はありません。 "
            "用語に足すか、事実の一覧かライブラリにある名前を書いてください。");
  EXPECT_EQ(first(y + "| 1 | \"a\" | - | 1 |\n"),
            "t.md:17:7: 表「y」1行目「x」: \"a\" は integer の列の値ではありません。 列の型に合う値を書いてください。");
  EXPECT_EQ(first(y + "| 1 | - | \"丙\" | 1 |\n"),
            "t.md:17:11: 表「y」1行目「区分」: \"丙\" は \"甲\" | \"乙\" にありません。 "
            "列挙された値のどれかを書くか、型に足してください。");
  EXPECT_EQ(first(y + "| 型 | | | yen |\n| 1 | - | - | \"高\" |\n"),
            "t.md:18:15: 表「y」1行目「→ y」: 結論 \"高\" は yen ではありません。 型に合う値にしてください。");
  EXPECT_EQ(first(inputs + "## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | b |\n| b | c |\n| c | a + x |\n"),
            "t.md:19:7: 用語「c」「FEEL」: 定義が輪になっています: a → b → c → a "
            "どれか1つを、ほかを使わない式にしてください。");
  EXPECT_EQ(first("## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | 基準日 >= 2024-10-01 |\n"),
            "t.md:10:7: 用語「a」「FEEL」: 2024-10-01 は引き算になります。 日付は @\"2024-10-01\" と書いてください。");
  EXPECT_EQ(
      first("## 用語 Terms\n\n| term | type | FEEL |\n|-|-|-|\n| a | date | 1 + 1 |\n"),
      "t.md:10:14: 用語「a」「FEEL」: date と書かれていますが、式は number です。 型か式のどちらかを直してください。");
  EXPECT_EQ(first(inputs + "## 表 Decision: y   P\n\n| | x | → y |\n|-|-|-|\n| 1 | - | \"a\" |\n").substr(0, 60),
            std::string("t.md:15:9: 表「y」の見出し「→ y」: P の表には結論の順位が要ります。").substr(0, 60));
  EXPECT_EQ(first(inputs + "## 用語 Term: a\n\n説明\n\n```feel\nif true\nthen 1\nelse なにか\n```\n"),
            "t.md:20:6: 用語「a」: 「なにか」という名前はありません。 "
            "用語に足すか、事実の一覧かライブラリにある名前を書いてください。");
  EXPECT_EQ(first(y + "| 1 | - | - | 1 |\n\n## 例 Examples\n\n| 所得 | → y |\n|-|-|\n| 1 | 1 |\n").substr(0, 20),
            std::string("t.md:21:3: 例 Examplesの見出し").substr(0, 20));
}

TEST(Compile, UsesTheSchemaOfTheTown) {
  FactSchema schema;
  schema.types.push_back(
      {"人", {}, {{"生年月日", parse_type("date").value(), ""}, {"同居", parse_type("boolean").value(), ""}}, ""});
  schema.facts.push_back({"児童", parse_type("人").value(), ""});
  schema.facts.push_back({"世帯.所得合計", parse_type("yen >= 0").value(), ""});
  schema.facts.push_back({"世帯.人", parse_type("list of 人").value(), ""});
  const Criterion c = compiled(front() +
                                   "## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | 世帯.所得合計 > 100 and 児童.同居 "
                                   "|\n| n | count(世帯.人[同居]) |\n",
                               {.schema = &schema});
  std::vector<std::string> paths;
  for (const FactUse& fact : c.facts()) paths.push_back(fact.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"児童.同居", "世帯.所得合計", "世帯.人"}));
  const Evaluation e = evaluated(
      c, "{世帯: {所得合計: 200, 人: [{同居: true}, {同居: false}]}, 児童: {同居: true, 生年月日: @\"2020-01-01\"}}");
  EXPECT_TRUE(e.find("a")->output.is_true());
  EXPECT_EQ(e.find("n")->output.integer(), 1);
  EXPECT_EQ(e.facts.find("児童")->find("生年月日"), nullptr) << "the snapshot holds what was needed, no more";
}

TEST(Record, ReplaysToTheSameBytes) {
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions, .version = "3"});
  for (const std::string_view facts :
       {"{対象月: @\"2026-12-01\", 児童: {生年月日: @\"2019-08-03\", 同日の順: 1}, 算定対象: [@\"2019-08-03\"]}",
        "{対象月: @\"2026-12-01\", 児童: {同日の順: 0}}", "{}"}) {
    const Evaluation e = evaluated(criterion, facts);
    const std::string record = decision_record(criterion, e);
    const auto again = replay(criterion, record);
    ASSERT_TRUE(again) << again.error().code << ' ' << again.error().detail << '\n' << record;
    EXPECT_EQ(decision_record(criterion, *again), record);
  }
  const std::string record = decision_record(criterion, evaluated(criterion, "{}"));
  std::string changed = record;
  changed.replace(changed.find("undecided"), 9, "decided00");
  EXPECT_EQ(replay(criterion, changed).error().code, "dmn.record_differs");
  std::string text(child_allowance);
  text.replace(text.find("15000"), 5, "15001");
  const Criterion other = compiled(text, {.library = &functions});
  EXPECT_EQ(replay(other, record).error().code, "dmn.record_other_criterion");
  EXPECT_EQ(replay(criterion, "{").error().code, "dmn.record_unreadable");
}

TEST(Record, KeepsEveryKindOfValue) {
  for (const char* text : {"null", "true", "\"@\"", "1.50", "-0.000001", "@\"2024-02-29\"", "@\"12:30:00+09:00\"",
                           "@\"2024-02-29T10:00:00\"", "@\"P1Y2M\"", "@\"P3DT4H\"", "[1, [\"a\"], {}]",
                           "{a: {b: @\"2020-01-01\"}}", "{\"@\": 1}", "{\"feel\": \"x\"}", "[1..3)"}) {
    const feel::Value value = feel_value(text);
    const auto json = parse_json(to_record(value).canonical());
    ASSERT_TRUE(json) << text;
    const auto back = from_record(*json);
    ASSERT_TRUE(back) << text << ' ' << back.error().detail;
    EXPECT_TRUE(*back == value) << text << " became " << feel::literal(*back);
  }
}

TEST(Examples, FailAtTheCell) {
  std::string text(child_allowance);
  const std::string_view row = "| 2016-05-05 | 2026-07-01 | 3 | 30000 |";
  text.replace(text.find(row), row.size(), "| 2016-05-05 | 2026-07-01 | - | 30001 |");
  const Library functions = library();
  const Reading reading = read_criterion(text, "t.md");
  ASSERT_TRUE(reading.model) << faults_text(reading.faults);
  const Compilation compilation = compile(*reading.model, {.places = &reading.places, .library = &functions});
  ASSERT_TRUE(compilation.criterion);
  const ExampleReport report = run_examples(*compilation.criterion, day("2026-11-20"));
  EXPECT_EQ(report.passed(), 10u);
  ASSERT_FALSE(report.faults.empty());
  EXPECT_EQ(describe(report.faults[0], Words::ja),
            "t.md:56:33: 例 Examples11行目「→ 月額」: 例が合いません。期待は 30001、結果は undecided: 児童.同日の順, "
            "算定対象 です。 例か表のどちらかを直してください。");
  EXPECT_EQ(report.faults[1].code, "example.uncovered_rule");
}

TEST(Examples, ReadWordsAndDatesInsideLists) {
  const Criterion c = compiled(front() +
                               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 続柄 | string |\n| 日 | list of date |\n\n"
                               "## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| n | if 続柄 = \"子\" then count(日[item >= "
                               "@\"2020-01-01\"]) else 0 |\n\n"
                               "## 例 Examples\n\n| 続柄 | 日 | → n |\n|-|-|-|\n| 子 | [2019-12-31, 2020-01-01] | 1 "
                               "|\n| \"妻\" | [] | 0 |\n| 子 | [ | 0 |\n");
  const ExampleReport report = run_examples(c, day("2026-11-20"));
  EXPECT_EQ(report.passed(), 2u) << faults_text(report.faults);
  EXPECT_EQ(report.faults.at(0).code, "example.unreadable");
}

TEST(Evaluate, ABatchGivesOnlyTheResult) {
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  Evaluator evaluator;
  const Question question{
      .as_of = day("2026-11-20"),
      .facts = feel_value(
          "{対象月: @\"2026-12-01\", 児童: {生年月日: @\"2019-08-03\", 同日の順: 1}, 算定対象: [@\"2019-08-03\"]}"),
      .missing = {},
      .goals = {},
      .given_terms = {}};
  EXPECT_EQ(evaluator.decide(criterion, question, "月額").integer(), 10000);
  EXPECT_TRUE(evaluator.decide(criterion, question, "ないもの").is_null());
}

}  // namespace
}  // namespace yakuba::dmn
