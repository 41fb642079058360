// Cells, values, reasons and missing facts in words.
#include "dmn/explain.hpp"

#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;

TEST(Words, OfConditionCells) {
  const auto words = [](std::string_view cell, std::string_view type) {
    return cell_words(cell, parse_type(type).value());
  };
  EXPECT_EQ(words("-", "age"), "—");
  EXPECT_EQ(words("< 3", "age"), "3 未満");
  EXPECT_EQ(words(">= 3", "age"), "3 以上");
  EXPECT_EQ(words("<= 18", "age"), "18 以下");
  EXPECT_EQ(words("> 18", "age"), "18 より上");
  EXPECT_EQ(words("[1..2]", "integer"), "1 か 2");
  EXPECT_EQ(words("[1..10]", "integer"), "1 から 10");
  EXPECT_EQ(words("[7..36)", "integer"), "7 以上 36 未満");
  EXPECT_EQ(words("[0..0.5]", "number"), "0 以上 0.5 以下");
  EXPECT_EQ(words("1, 2, 3", "integer"), "1 か 2 か 3");
  EXPECT_EQ(words("not(\"父\", \"母\")", "string"), "父 か 母 以外");
  EXPECT_EQ(words("<= 4300000", "yen"), "4,300,000円 以下");
  EXPECT_EQ(words(">= @\"2024-10-01\"", "date"), "令和6年10月1日 以後");
  EXPECT_EQ(words("true", "boolean"), "当てはまる");
  EXPECT_EQ(words("null", "string"), "なし");
  EXPECT_EQ(words("> 基準額", "yen"), "> 基準額") << "what has no words is given as written";
}

TEST(Words, OfValues) {
  const auto words = [](std::string_view value, std::string_view type, std::string_view unit = "") {
    return value_words(feel_value(value), parse_type(type).value(), unit);
  };
  EXPECT_EQ(words("15000", "yen"), "15,000円");
  EXPECT_EQ(words("-1234567.5", "number"), "-1,234,567.5");
  EXPECT_EQ(words("999", "number", "か月"), "999か月");
  EXPECT_EQ(words("7", "age"), "7歳");
  EXPECT_EQ(words("@\"2019-05-01\"", "date"), "令和元年5月1日");
  EXPECT_EQ(words("[1, 2]", "list of age"), "1歳、2歳");
  EXPECT_EQ(words("null", "any"), "なし");
  EXPECT_EQ(words("@\"P1Y6M\"", "months duration"), "1年6か月");
  EXPECT_EQ(words("@\"P15D\"", "days duration"), "15日");
}

TEST(Explain, TheTableOfACaseFile) {
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  const Evaluation e = evaluated(criterion,
                                 "{対象月: @\"2026-12-01\", 児童: {生年月日: @\"2019-08-03\", 同日の順: 1}, 算定対象: "
                                 "[@\"2019-08-03\", @\"2025-02-11\"]}");
  const TableView view = table_view(criterion, e, "月額");
  EXPECT_EQ(view.caption, "当てはまった行は、3行目");
  EXPECT_EQ(view.hit_policy_words, "どの場合も1行だけが当てはまる（U）");
  EXPECT_EQ(view.outputs, std::vector<std::string>{"月額（円）"});
  EXPECT_EQ(view.inputs[1].heading, "年度末年齢");
  EXPECT_EQ(view.inputs[1].value, "7歳");
  ASSERT_EQ(view.rows.size(), 5u);
  EXPECT_TRUE(view.rows[2].fired);
  EXPECT_FALSE(view.rows[0].fired);
  EXPECT_EQ(view.rows[0].cells[0].words, "当てはまる");
  EXPECT_EQ(view.rows[0].cells[0].outcome, Outcome::no);
  EXPECT_EQ(view.rows[2].cells[2].words, "1 か 2");
  EXPECT_EQ(view.rows[2].outputs, std::vector<std::string>{"10,000"});
  EXPECT_EQ(view.rows[2].annotations, std::vector<std::string>{"2号イ"});
  EXPECT_EQ(table_view(criterion, "月額").rows[4].cells[1].words, "18 より上") << "also without a case";
}

TEST(Explain, AFormulaIsShownAsWhatItCameTo) {
  const Criterion c = compiled(front() +
                               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 期限内 | boolean |\n| 事由の日 | date |\n"
                               "| 受付日 | date |\n\n## 表 Decision: 開始   U\n\n| | 期限内 | → 開始 |\n|-|-|-|\n"
                               "| 1 | true | 事由の日 + @\"P1D\" |\n| 2 | false | 受付日 + @\"P1D\" |\n");
  const auto outputs = [&](std::string_view facts) {
    std::vector<std::string> out;
    for (const RowView& row : table_view(c, evaluated(c, facts), "開始").rows) out.push_back(row.outputs.at(0));
    return out;
  };
  using Outputs = std::vector<std::string>;
  EXPECT_EQ(table_view(c, "開始").rows[0].outputs, Outputs{"事由の日 + @\"P1D\""}) << "the criterion itself";
  EXPECT_EQ(outputs("{期限内: true, 事由の日: @\"2026-11-02\", 受付日: @\"2026-11-20\"}"),
            (Outputs{"令和8年11月3日", "令和8年11月21日"}));
  EXPECT_EQ(outputs("{期限内: false, 受付日: @\"2026-11-20\"}"), (Outputs{"", "令和8年11月21日"}))
      << "what needs a missing fact has no value";
}

TEST(Explain, TheReasonCitesTheRow) {
  const Library functions = library();
  const Criterion criterion = compiled(child_allowance, {.library = &functions});
  Explanation said = explain(
      criterion,
      evaluated(
          criterion,
          "{対象月: @\"2026-12-01\", 児童: {生年月日: @\"2019-08-03\", 同日の順: 1}, 算定対象: [@\"2019-08-03\"]}"),
      "月額");
  EXPECT_EQ(said.reason,
            "「三歳未満の月」に当てはまらず、「年度末年齢」が 7歳（18 以下）で、「算定順」が 1（1 か "
            "2）であるため、月額は 10,000円です（児童手当法 第6条第1項 2号イ）。");
  EXPECT_EQ(said.law, std::vector<std::string>{"児童手当法 第6条第1項 2号イ"});
  ASSERT_EQ(said.not_matched.size(), 4u);
  EXPECT_EQ(said.not_matched[0], "1行目は、「三歳未満の月」に当てはまらないため、当てはまりません。");
  EXPECT_EQ(said.not_matched[3], "5行目は、「年度末年齢」が 7歳 で、18 より上 ではないため、当てはまりません。");
  EXPECT_EQ(said.terms[1], "「年度末年齢」は 7歳です（式: age on(fiscal year end(対象月), 児童.生年月日)）。");
  EXPECT_EQ(said.missing, "");

  said = explain(
      criterion,
      evaluated(criterion, "{対象月: @\"2026-12-01\", 児童: {生年月日: @\"2000-08-03\", 同日の順: 1}, 算定対象: []}"),
      "月額");
  EXPECT_EQ(said.reason, "「年度末年齢」が 26歳（18 より上）であるため、月額は 0円です（児童手当法 第3条第1項）。");
}

TEST(Explain, ARowMayBringItsOwnSentence) {
  const Criterion c =
      compiled(front("law = \"条例 第2条\"\n") +
               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 児童.年齢 | age |\n| 児童.名 | string |\n\n"
               "## 表 Decision: 月額   U\n\n| | 児童.年齢 | → 月額 (円) | 理由 | 根拠 |\n|-|-|-|-|-|\n"
               "| 1 | < 3 | 15000 | {児童.名}さんは{児童.年齢}で、3歳に達していないため、月額は{月額}です。 | 条例 "
               "第2条 |\n| 2 | >= 3 | 10000 | | |\n");
  EXPECT_EQ(explain(c, evaluated(c, "{児童: {年齢: 1, 名: \"陽翔\"}}"), "月額").reason,
            "陽翔さんは1歳で、3歳に達していないため、月額は15,000円です。");
  EXPECT_EQ(explain(c, evaluated(c, "{児童: {年齢: 5, 名: \"美月\"}}"), "月額").reason,
            "「児童.年齢」が 5歳（3 以上）であるため、月額は 10,000円です（条例 第2条）。");
}

TEST(Explain, SeveralOutputsGapsAndContradictions) {
  const Criterion c =
      compiled(front("gaps = \"declared\"\ngaps_decided_by = \"課長\"\n") +
               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer |\n\n## 表 Decision: 判断   U\n\n| | x | → "
               "結論 | → 理由コード |\n|-|-|-|-|\n"
               "| 1 | 1 | \"認定\" | null |\n| 2 | [2..3] | \"却下\" | \"K1\" |\n| 3 | 3 | \"却下\" | \"K2\" |\n");
  EXPECT_EQ(explain(c, evaluated(c, "{x: 2}"), "判断").reason,
            "「x」が 2（2 か 3）であるため、結論は 却下、理由コードは K1です。");
  EXPECT_EQ(explain(c, evaluated(c, "{x: 9}"), "判断").reason,
            "この場合に当てはまる行が表「判断」にありません。課長が判断します。");
  EXPECT_EQ(explain(c, evaluated(c, "{x: 3}"), "判断").reason, "2つ以上の行が当てはまり、決まりません: 2行目、3行目。");
  EXPECT_EQ(explain(c, evaluated(c, "{}"), "判断").reason,
            "「x」が足りません。その値で結論が変わります。「x」が分かれば決まります。");
}

TEST(Explain, WhatIsMissingButDoesNotMatter) {
  const Criterion c =
      compiled(front() +
               "## 入力 Inputs\n\n| input | type |\n|-|-|\n| 監護 | boolean |\n| 配偶者の所得 | yen |\n\n"
               "## 表 Decision: 判断   F\n\n| | 監護 | 配偶者の所得 | → 結論 |\n|-|-|-|-|\n| 1 | false | - | \"却下\" "
               "|\n| 2 | true | < 1000 | \"認定\" |\n| 3 | true | >= 1000 | \"却下\" |\n");
  EXPECT_EQ(explain(c, evaluated(c, "{監護: false}"), "判断").missing,
            "「配偶者の所得」は分かりませんが、どの値でも結論は同じです。");
}

}  // namespace
}  // namespace yakuba::dmn
