// A criterion is one readable document: what is read, what is printed, and what is said about mistakes.
#include "dmn/criterion.hpp"

#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;

std::string first_fault(const std::string& document, Words language = Words::ja) {
  const Reading reading = read_criterion(document, "t.md");
  EXPECT_FALSE(reading.model) << "read without a fault";
  return reading.faults.empty() ? "" : describe(reading.faults[0], language);
}

Model model_of(std::string_view document) {
  Reading reading = read_criterion(document, "t.md");
  EXPECT_TRUE(reading.model) << faults_text(reading.faults);
  return reading.model.value_or(Model{});
}

TEST(CriterionDocument, GivesWhatItSays) {
  const Model model = model_of(child_allowance);
  EXPECT_EQ(model.about.id, "test.child-allowance");
  EXPECT_EQ(model.about.law, std::vector<std::string>{"児童手当法 第6条第1項"});
  EXPECT_TRUE(model.about.is_public);
  EXPECT_EQ(model.about.valid_from, Date::parse("2024-10-01"));
  EXPECT_FALSE(model.about.gaps_declared);

  ASSERT_EQ(terms(model).size(), 3u);
  EXPECT_EQ(terms(model)[2]->name, "算定順");
  EXPECT_EQ(terms(model)[2]->type.base, Type::Base::integer);
  EXPECT_EQ(terms(model)[2]->type.constraint, ">= 1");

  const DecisionTable* table = find_table(model, "月額");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->hit_policy, HitPolicy::unique);
  ASSERT_EQ(table->outputs.size(), 1u);
  EXPECT_EQ(table->outputs[0].name, "月額");
  EXPECT_EQ(table->outputs[0].unit, "円");
  EXPECT_EQ(table->annotations, std::vector<std::string>{"根拠"});
  ASSERT_EQ(table->rules.size(), 5u);
  EXPECT_EQ(table->rules[2].inputs, (std::vector<std::string>{"false", "<= 18", "[1..2]"}));
  EXPECT_EQ(table->rules[4].annotations, std::vector<std::string>{"第3条第1項"});
}

TEST(CriterionDocument, IsPrintedAndReadAgainWithoutLoss) {
  for (const std::string_view document : {child_allowance, child_library}) {
    const Model model = model_of(document);
    const std::string printed = print_criterion(model);
    EXPECT_EQ(printed, document) << "the test documents are written in canonical form";
    EXPECT_EQ(model_of(printed), model);
    EXPECT_EQ(content_hash(model_of(printed)), content_hash(model));
  }
}

TEST(CriterionDocument, KeepsWhatIsHardToKeep) {
  const std::string document =
      front("law = [\"甲法 第1条\", \"乙\\\"法\\\"\"]  # 二つ\npublic = false # まだ\n") +
      "前書き\n\n    字下げ\n\n```\n## 表 Decision: これは表ではない U\n```\n"
      "> 引用\n>\n>  字下げ\n"
      "## 型 Types\n\n| 型 | 定義 | 意味 |\n|--|--|--|\n| 人 | {生年月日: date, 続柄: \"子\" \\| \"孫\", 数: list of "
      "integer [1..9]} | |\n"
      "| 率 | number [0..1] | 割合 |\n"
      "## 入力\n\n| 入力 | 型 |\n| --- | --- |\n| 区分 | \"甲\" | \"乙\" |\n"
      "## 用語 Terms\n説明\n\n| 語 | 式 | 備考 |\n|-|-|-|\n| a | \"x \\| y\"<br>+ \"\\<br>\" | メモ \\| |\n"
      "## 用語 Term: 長い語 : list of \"a\" | \"b\"\n\n説明\n```feel\nif 区分 = \"甲\"\n  then []\n  else []\n```\n"
      "## 表 Decision: 額(月) C+\n\n| 行 | 区分 | 長い語 | → | → 率 (割) |  注 |\n|-|-|-|-|-|-|\n"
      "| 型 | | | yen | number | |\n| い | \"甲\" | | 1 | 2 | \\<br> |\n|| - | - | 2 | 3 | |\n| 既定 | | | 0 | 0 | |\n"
      "## 例\n\n| 区分 | → 額(月) |\n|-|-|\n| 甲 | 1 |\n\n後書き\n";
  const Model model = model_of(document);
  const std::string printed = print_criterion(model);
  EXPECT_EQ(model_of(printed), model) << printed;
  EXPECT_EQ(print_criterion(model_of(printed)), printed);

  EXPECT_EQ(model.about.law, (std::vector<std::string>{"甲法 第1条", "乙\"法\""}));
  EXPECT_EQ(terms(model)[0]->expression, "\"x | y\"\n+ \"<br>\"");
  EXPECT_EQ(terms(model)[1]->type.values, (std::vector<std::string>{"a", "b"}));
  const DecisionTable* table = find_table(model, "額(月)");
  ASSERT_TRUE(table) << printed;
  EXPECT_EQ(table->outputs[0].name, "額(月)");
  EXPECT_EQ(table->outputs[0].unit, "");
  EXPECT_EQ(table->rules[1].id, "2");
  EXPECT_EQ(table->rules[1].inputs, (std::vector<std::string>{"-", "-"}));
  EXPECT_EQ(table->outputs[1].default_entry, "0");
}

TEST(CriterionDocument, KnowsTypesAsPeopleWriteThem) {
  const auto read = [](std::string_view text) { return parse_type(text).value(); };
  EXPECT_EQ(read("integer >= 0").constraint, ">= 0");
  EXPECT_EQ(read("integer[1..3]").constraint, "[1..3]");
  EXPECT_EQ(read("\"父\" | \"母\"").values, (std::vector<std::string>{"父", "母"}));
  EXPECT_EQ(read("string \"a\", \"b\"").values, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(read("list of yen").list);
  EXPECT_EQ(read("date and time").base, Type::Base::date_and_time);
  EXPECT_EQ(read("児童").base, Type::Base::named);
  EXPECT_EQ(read("dated thing").base, Type::Base::named) << "a name may begin like a type";
  EXPECT_FALSE(parse_type("児童 >= 3").has_value());
  for (const char* text : {"integer >= 0", "\"a\" | \"b\"", "list of 児童", "age", "number [0..1]", "any"})
    EXPECT_EQ(print_type(read(text)), text);
}

TEST(CriterionFaults, PointAtTheCellAndSayWhatToDo) {
  const std::string table =
      front() + "## 表 Decision: 額   U\n\n| | 年齢 | → 額 (円) | 根拠 |\n| --- | --- | --- | --- |\n";
  EXPECT_EQ(first_fault(table + "| 1 | < 3 | | 1条 |\n"),
            "t.md:10:13: 表「額」1行目「→ 額 (円)」: 「→ 額 (円)」が空です。 値を書いてください。何もないことが値なら "
            "null と書きます。");
  EXPECT_EQ(first_fault(table + "| 1 | < 3 | 1 |\n"),
            "t.md:10:1: 表 Decision: 額   U: この行は 3 個のセルですが、見出しは 4 列です。 | "
            "の数を見出しに合わせてください。セルの中の | は \\| と書きます。");
  EXPECT_EQ(first_fault(table + "| 1 | < 3 | 1 | |\n| 1 | >= 3 | 2 | |\n"),
            "t.md:11:3: 表「額」: 行「1」が2回あります。 行の番号を変えてください。");
  EXPECT_EQ(first_fault(table + "| 型 | agee < | | |\n"),
            "t.md:10:7: 表「額」の型の行「年齢」: 「agee <」という型はありません。 integer yen age number boolean "
            "string date などか、\"甲\" \\| \"乙\"、list of …、または型の表にある名前を書いてください。");
}

TEST(CriterionFaults, SpeakEnglishToo) {
  EXPECT_EQ(first_fault(front() + "## 表 Decision: 額   X\n\n| | a | → b |\n| --- | --- | --- |\n", Words::en),
            "t.md:6:1: 表 Decision: 額   X: “X” is not a hit policy. Write one of U A P F R O C C+ C< C> C# behind the "
            "name and a blank.");
}

TEST(CriterionFaults, OfTheFrontMatter) {
  EXPECT_EQ(first_fault("# 見出し\n"),
            "t.md:1:1: 文書の最初に +++ がありません。 1行目を +++ とし、id と title を書いて +++ で閉じてください。");
  EXPECT_EQ(first_fault("+++\nid = \"a\"\n"),
            "t.md:1:1: 最初の +++ が閉じられていません。 項目のあとに +++ だけの行を足してください。");
  EXPECT_EQ(first_fault("+++\nid = \"a\"\n+++\n"),
            "t.md:1:1: title: 「title」がありません。 最初の +++ の間に title = \"…\" を足してください。");
  EXPECT_EQ(first_fault(front("ower = \"child\"\n")),
            "t.md:4:1: ower: 「ower」という項目はありません。 使える項目: id, title, law, owner, public, valid_from, "
            "valid_to, gaps, gaps_decided_by, kind。");
  EXPECT_EQ(first_fault(front("valid_from = 2026-02-30\n")),
            "t.md:4:14: valid_from: 「valid_from」の値を読めません。 2024-10-01 の形で書いてください。");
  EXPECT_EQ(first_fault(front("public = yes\n")),
            "t.md:4:10: public: 「public」の値を読めません。 true / false の形で書いてください。");
  EXPECT_EQ(first_fault(front("gaps = \"declared\"\n")).substr(0, 60),
            std::string("t.md:1:1: gaps_decided_by: 「gaps_decided_by」がありません。").substr(0, 60));
  EXPECT_EQ(first_fault(front("valid_from = 2026-04-01\nvalid_to = 2026-03-31\n")),
            "t.md:5:1: valid_to: valid_to が valid_from より前です。 期間の終わりを始まり以後にしてください。");
}

TEST(CriterionFaults, OfBlocks) {
  const auto code = [](const std::string& body) {
    const Reading reading = read_criterion(front() + body, "t.md");
    return reading.faults.empty() ? std::string() : reading.faults[0].code;
  };
  EXPECT_EQ(code("## 用語 Terms\n\nまだ\n"), "criterion.no_table");
  EXPECT_EQ(code("## 用語 Terms\n\n| term | FEEL |\n| a | 1 |\n"), "criterion.no_separator");
  EXPECT_EQ(code("## 用語 Terms\n\n| term | 型 |\n|-|-|\n| a | integer |\n"), "criterion.missing_column");
  EXPECT_EQ(code("## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | 1 |\n| a | 2 |\n"), "criterion.repeated_name");
  EXPECT_EQ(code("## 用語 Term: a\n\n式がない\n"), "criterion.no_feel_block");
  EXPECT_EQ(code("## 用語 Term: a\n\n```feel\n1 + 1\n"), "criterion.feel_block_open");
  EXPECT_EQ(code("## 表 Decision: a   U\n\n| | b | 根拠 |\n|-|-|-|\n"), "criterion.no_output_column");
  EXPECT_EQ(code("## 表 Decision: a   U\n\n| 年齢 | → b |\n|-|-|\n"), "criterion.first_column");
  EXPECT_EQ(code("## 表 Decision: a   U\n\n| | b | → c | 注 | → d |\n|-|-|-|-|-|\n"),
            "criterion.output_after_annotation");
  EXPECT_EQ(code("## 関数 Function: 名前だけ\n\n```feel\n1\n```\n"), "criterion.signature");
  EXPECT_EQ(code("## 例 Examples\n\n| a |\n|-|\n| 1 |\n"), "criterion.no_output_column");
  EXPECT_EQ(
      read_criterion(
          "+++\nid=\"a\"\ntitle=\"b\"\nkind=\"library\"\n+++\n## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | 1 |\n",
          "t.md")
          .faults.at(0)
          .code,
      "criterion.not_in_library");
}

TEST(CriterionFaults, OfHostileInput) {
  const auto code = [](const std::string& text, const ReadLimits& limits = {}) {
    const Reading reading = read_criterion(text, "t.md", limits);
    EXPECT_FALSE(reading.model);
    return reading.faults.empty() ? std::string() : reading.faults[0].code;
  };
  EXPECT_EQ(code(""), "criterion.no_front_matter");
  EXPECT_EQ(code(front() + "\xff\xfe"), "criterion.not_utf8");
  EXPECT_EQ(code(front() + std::string("a\x01")), "criterion.control_character");
  EXPECT_EQ(code(front(), {.document_bytes_max = 10}), "criterion.too_large");
  const std::string rows = front() + "## 用語 Terms\n\n| term | FEEL |\n|-|-|\n| a | 1 |\n| b | 2 |\n";
  EXPECT_EQ(code(rows, {.rows_per_table_max = 1}), "criterion.too_long");
  EXPECT_EQ(code(rows, {.columns_per_table_max = 1}), "criterion.too_wide");
  EXPECT_EQ(code(rows, {.cell_bytes_max = 2}), "criterion.cell_too_long");
  EXPECT_EQ(code(rows + "\n文\n", {.blocks_max = 1}), "criterion.too_long");
  std::string many;
  for (int i = 0; i < 500; ++i) many += "x" + std::to_string(i) + " = 1\n";
  EXPECT_EQ(read_criterion(front(many), "t.md", {.faults_max = 20}).faults.size(), 20u);
}

TEST(CriterionDocument, WithCarriageReturnsAndByteOrderMarkIsTheSame) {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : std::string(child_allowance)) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(model_of(windows), model_of(child_allowance));
}

}  // namespace
}  // namespace yakuba::dmn
