// `yakuba feel` and `yakuba dmn …` as somebody at a terminal meets them: what is printed, and what is good or not.
#include "yakuba/dmn_commands.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "dmn/criterion.hpp"

namespace yakuba {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class DmnCommands : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("dmn-commands-" + std::to_string(::getpid()) + "-" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  // A table over an age; `rules` as cell, output.
  static std::string model(const std::vector<std::pair<std::string, std::string>>& rules) {
    std::string out =
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='fee' name='fee' namespace='urn:fee'>\n"
        "<inputData id='b' name='born'><variable name='born' typeRef='date'/></inputData>\n"
        "<inputData id='a' name='age'><variable name='age' typeRef='number'/></inputData>\n"
        "<decision id='f' name='fee'><variable name='fee' typeRef='number'/>"
        "<informationRequirement><requiredInput href='#a'/></informationRequirement>\n"
        "<decisionTable hitPolicy='UNIQUE'><input><inputExpression typeRef='number'><text>age</text></inputExpression>"
        "</input><output/>\n";
    for (const auto& [cell, output] : rules)
      out += "<rule><inputEntry><text>" + cell + "</text></inputEntry><outputEntry><text>" + output +
             "</text></outputEntry></rule>\n";
    return out +
           "</decisionTable></decision>\n"
           "<decision id='y' name='year'><variable name='year'/><informationRequirement><requiredInput href='#b'/>"
           "</informationRequirement><literalExpression><text>born.year</text></literalExpression></decision>\n"
           "</definitions>\n";
  }
  static std::string tests(const std::string& expected) {
    return "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase' xmlns:xsi='http://www.w3.org/2001/"
           "XMLSchema-instance' xmlns:xsd='http://www.w3.org/2001/XMLSchema'><modelName>fee.dmn</modelName>\n<testCase "
           "id='1'><inputNode name='age'><value xsi:type='xsd:decimal'>3</value></inputNode>\n<resultNode "
           "name='fee'><expected><value xsi:type='xsd:decimal'>" +
           expected + "</value></expected></resultNode></testCase></testCases>\n";
  }
  fs::path folder_;
  std::string out_;
};

TEST_F(DmnCommands, FeelPrintsTheValueAndWhyItIsNull) {
  EXPECT_TRUE(*feel_evaluate("sum([1, 2]) * a.b", R"({"a":{"b":3}})", out_));
  EXPECT_EQ(out_, "9\n");
  out_.clear();
  EXPECT_FALSE(*feel_evaluate("1 / 0", "{}", out_));
  EXPECT_EQ(out_, "null\n  1:1: division_by_zero: division by zero\n");
  EXPECT_EQ(feel_evaluate("1", "[1]", out_).error().code, "feel.context");
  EXPECT_FALSE(feel_evaluate("1", "{", out_)) << "the context is no JSON";
}

TEST_F(DmnCommands, BenchChecksEveryResultBeforeItTimes) {
  BenchOptions options{.model = write("fee.dmn", model({{"&lt; 6", "0"}, {"[6..90]", "500.5"}})),
                       .contexts = write("contexts.json", R"([{"age":3},{"age":40}])"),
                       .decision = "fee",
                       .expect = write("expected.json", "[0, 500.50]"),
                       .seconds = 0.01};
  EXPECT_TRUE(*dmn_bench(options, out_)) << out_;
  EXPECT_THAT(out_, HasSubstr("\"checked\":2"));
  EXPECT_THAT(out_, HasSubstr("\"decisions_per_s\":"));
  EXPECT_THAT(out_, HasSubstr("\"cpu_us\":"));

  out_.clear();
  options.expect = write("expected.json", "[0, 500.4]");
  EXPECT_FALSE(*dmn_bench(options, out_)) << "a result differs";
  EXPECT_THAT(out_, HasSubstr("context 2: 500.5, expected 500.4\n"));
  EXPECT_EQ(out_.find("cpu_us"), std::string::npos) << "nothing is timed";

  out_.clear();
  options.expect.clear();
  options.contexts = write("contexts.json", R"([{"age":3},{"age":100}])");
  EXPECT_FALSE(*dmn_bench(options, out_)) << "a null is not expected";
  EXPECT_THAT(out_, HasSubstr("context 2: null"));

  options.expect = write("expected.json", "[0, null]");
  EXPECT_TRUE(*dmn_bench(options, out_)) << "now it is";
  options.expect = write("expected.json", "[0]");
  EXPECT_EQ(dmn_bench(options, out_).error().code, "dmn.expect");
  options.decision.clear();
  EXPECT_EQ(dmn_bench(options, out_).error().code, "dmn.no_decision") << "two decisions are required by nobody";
}

TEST_F(DmnCommands, BenchReadsValuesByTheirDeclaredTypes) {
  BenchOptions options{.model = write("fee.dmn", model({{"-", "0"}})),
                       .contexts = write("born.json", R"("2023-04-01")"),
                       .decision = "year",
                       .as = "born",
                       .expect = write("expected.json", "2023"),
                       .seconds = 0.01};
  EXPECT_TRUE(*dmn_bench(options, out_)) << "an ISO text is a date: " << out_;
  options.contexts = write("born.json", R"("2023-02-30")");
  EXPECT_EQ(dmn_bench(options, out_).error().code, "feel.type_mismatch");
  options.as.clear();
  options.expect.clear();
  options.contexts = write("born.json", R"({"born":"2023-04-01","age":3})");
  EXPECT_TRUE(*dmn_bench(options, out_)) << "an input of the model that the decision does not need";
  options.contexts = write("born.json", R"({"borne":"2023-04-01"})");
  EXPECT_EQ(dmn_bench(options, out_).error().code, "json.unknown_member");
}

TEST_F(DmnCommands, ConvertGivesATableAsASheetAndBack) {
  const fs::path file = write("fee.dmn", model({{"&lt; 6", "0"}, {"-", "500"}}));
  EXPECT_TRUE(dmn_convert({.model = file, .version = "csv"}, out_));
  EXPECT_THAT(
      out_,
      HasSubstr("\"U\",\"age\",\"→\"\r\n\"type\",\"number\",\"\"\r\n\"1\",\"< 6\",\"0\"\r\n\"2\",\"'-\",\"500\"\r\n"));
  std::string again, sheet_again;
  EXPECT_TRUE(dmn_convert({.model = write("fee.csv", out_)}, again));
  EXPECT_THAT(again, HasSubstr("hitPolicy=\"UNIQUE\""));
  EXPECT_TRUE(dmn_convert({.model = write("again.dmn", again), .version = "csv"}, sheet_again));
  EXPECT_EQ(sheet_again, out_);
  EXPECT_EQ(dmn_convert({.model = file, .version = "csv", .decision = "other"}, out_).error().code, "dmn.no_decision");
}

TEST_F(DmnCommands, ConvertGivesAWorkbookThatCarriesTheModel) {
  const fs::path file = write("fee.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500.50"}}));
  const fs::path book = folder_ / "fee.xlsx";
  ASSERT_TRUE(dmn_convert({.model = file, .version = "xlsx", .output = book}, out_));
  EXPECT_EQ(out_, "") << "it went into the file";
  std::string from_book, from_file;
  ASSERT_TRUE(dmn_convert({.model = book}, from_book));
  ASSERT_TRUE(dmn_convert({.model = file}, from_file));
  EXPECT_EQ(from_book, from_file) << "the whole model, with what is no table";
  std::string csv;
  EXPECT_TRUE(dmn_convert({.model = book, .version = "csv", .decision = "fee"}, csv));
  EXPECT_THAT(csv, HasSubstr("\"500.50\"")) << "digits as they were written";

  // Through a criterion document and back: document → model → workbook → document.
  std::string document, again;
  ASSERT_TRUE(dmn_convert({.model = file, .version = "md"}, document));
  const fs::path written = write("fee.md", document);
  ASSERT_TRUE(dmn_convert({.model = written, .version = "xlsx", .output = book}, out_));
  ASSERT_TRUE(dmn_convert({.model = book, .version = "md"}, again));
  EXPECT_EQ(again, document);

  EXPECT_EQ(dmn_convert({.model = write("bad.xlsx", "no zip")}, out_).error().code, "xlsx.not_a_workbook");
  EXPECT_EQ(dmn_convert({.model = file, .version = "xlsx", .output = folder_ / "none" / "x.xlsx"}, out_).error().code,
            "dmn.file");
}

// The criteria of the packs, whose terms read the pack's facts, parameters and functions.
TEST_F(DmnCommands, ConvertKnowsTheFactsOfAPack) {
  const fs::path packs = fs::path(YAKUBA_SOURCE_DIR) / "packs" / "common";
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(packs / "criteria")) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream in(entry.path());
    const std::string document{std::istreambuf_iterator<char>(in), {}};
    std::string model_text, back;
    const auto converted = dmn_convert({.model = entry.path(), .packs = {packs}}, model_text);
    ASSERT_TRUE(converted) << describe(converted.error());
    const fs::path file = write("model.dmn", model_text);
    std::string faults;
    EXPECT_TRUE(*dmn_check(file, "en", false, faults)) << faults;
    ASSERT_TRUE(dmn_convert({.model = file, .version = "md"}, back));
    EXPECT_EQ(back, dmn::print_criterion(*dmn::read_criterion(document, "").model)) << "as documents are printed";
    ++count;
  }
  EXPECT_GE(count, 5u);
  const fs::path one = packs / "criteria" / "jido-teate-monthly.md";
  EXPECT_FALSE(dmn_convert({.model = one}, out_)) << "without the pack its facts are not known";
  EXPECT_EQ(dmn_convert({.model = one, .libraries = {one}, .packs = {packs}}, out_).error().code, "dmn.convert");
}

TEST_F(DmnCommands, CheckWritesTestCasesThatTheModelPasses) {
  const fs::path file = write("fee.dmn", model({{"&lt; 6", "0"}, {"[6..90]", "500"}, {"&gt; 90", "500"}}));
  EXPECT_TRUE(*dmn_mcdc(file, folder_ / "mcdc.xml", out_));
  EXPECT_EQ(out_, "3 test cases show 3 of 3 conditions\n");
  out_.clear();
  EXPECT_TRUE(*dmn_test(folder_ / "mcdc.xml", out_)) << out_;

  out_.clear();
  write("fee.dmn", model({{"&lt; 7", "0"}, {"[7..90]", "500"}, {"&gt; 90", "500"}}));
  EXPECT_FALSE(*dmn_test(folder_ / "mcdc.xml", out_)) << "a limit was moved by one";

  out_.clear();
  EXPECT_FALSE(*dmn_mcdc(write("flat.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "0"}})), folder_ / "flat.xml", out_));
  EXPECT_EQ(out_, "0 test cases show 0 of 2 conditions\n") << "a condition that changes no result cannot be shown";
}

TEST_F(DmnCommands, EvalReadsValuesByTheirDeclaredTypesAndGivesALineForEachInput) {
  const fs::path file = write("fee.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500"}}));
  EvalOptions options{.model = file,
                      .input = "{\"age\":3,\"born\":\"2023-04-01\"}\n{\"age\":40,\"born\":\"1986-04-01\"}\n"};
  EXPECT_TRUE(*dmn_eval(options, out_));
  EXPECT_EQ(out_,
            "{\"diagnostics\":[],\"outputs\":{\"fee\":0,\"year\":2023}}\n"
            "{\"diagnostics\":[],\"outputs\":{\"fee\":500,\"year\":1986}}\n");
  out_.clear();
  options.input = "{\"age\":3}";
  options.decision = "fee";
  EXPECT_TRUE(*dmn_eval(options, out_));
  EXPECT_EQ(out_, "{\"diagnostics\":[],\"outputs\":{\"fee\":0}}\n");
  out_.clear();
  options.trace = true;
  EXPECT_TRUE(*dmn_eval(options, out_));
  EXPECT_THAT(
      out_, HasSubstr(R"("explanation":["表「fee」: 1行目は、「age」が 3 で、6 未満 に当たるため、当てはまります。")"));
  EXPECT_THAT(out_, HasSubstr(R"("cells":[{"cell":">= 6","met":false}],"met":false,"rule":2)"));
  EXPECT_THAT(out_, HasSubstr(R"("matched":[1],"output":0,)"));
  options.trace = false;
  options.input = "[";
  for (int i = 0; i < 300; ++i) options.input += (i > 0 ? "," : "") + std::string("{\"age\":3}");
  options.input += "]";
  std::string shown;
  options.progress = [&](const std::string& line) { shown += line; };
  out_.clear();
  EXPECT_TRUE(*dmn_eval(options, out_));
  EXPECT_EQ(shown, "\r256 of 300 (85 %)\r\x1b[K") << "a long batch says how far it is, and clears its line";
  options.decision = "none";
  EXPECT_EQ(dmn_eval(options, out_).error().code, "dmn.no_decision");
  options.input = "{\"height\":3}";
  EXPECT_THAT(dmn_eval(options, out_).error().detail, HasSubstr("no input of this name: height"));
  options.input = "{\"age\":3}\n{\"age\"";
  EXPECT_EQ(dmn_eval(options, out_).error().place.line, 2);
}

TEST_F(DmnCommands, CheckNamesFaultsGapsAndOverlaps) {
  const fs::path good = write("good.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500"}}));
  EXPECT_TRUE(*dmn_check(good, "en", false, out_)) << out_;
  out_.clear();
  const fs::path gap = write("gap.dmn", model({{"&lt; 6", "0"}, {"&gt; 6", "500"}}));
  EXPECT_FALSE(*dmn_check(gap, "en", false, out_));
  EXPECT_THAT(out_, HasSubstr("There is a gap: no rule covers"));
  out_.clear();
  EXPECT_FALSE(*dmn_check(gap, "en", true, out_));
  EXPECT_THAT(out_, HasSubstr("\"code\":\"analysis.gap\""));
  out_.clear();
  EXPECT_FALSE(*dmn_check(write("bad.dmn", "<definitions>"), "ja", false, out_));
  EXPECT_THAT(out_, HasSubstr("XML として読めません"));
  EXPECT_EQ(dmn_check(folder_ / "none.dmn", "en", false, out_).error().kind, ErrorKind::not_found);
}

TEST_F(DmnCommands, DiffShowsTheRegionWithBothResults) {
  const fs::path before = write("a.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500"}}));
  const fs::path other = write("b.dmn", model({{"&gt;= 6", "500"}, {"&lt; 6", "10 - 10"}}));
  EXPECT_TRUE(*dmn_diff(before, other, false, out_)) << out_;
  EXPECT_EQ(out_, "They decide the same.\n");
  out_.clear();
  const fs::path after = write("c.dmn", model({{"&lt; 7", "0"}, {"&gt;= 7", "500"}}));
  EXPECT_FALSE(*dmn_diff(before, after, false, out_));
  EXPECT_EQ(out_, "fee: age [6..7): 500 → 0\n");
}

TEST_F(DmnCommands, TestAndTckCountCasesAndSayWhichNodeFails) {
  write("one/fee.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500"}}));
  const fs::path good = write("one/fee-test-01.xml", tests("0"));
  EXPECT_TRUE(*dmn_test(good, out_));
  EXPECT_EQ(out_, "1 passed, 0 failed\n");
  out_.clear();
  write("two/fee.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500"}}));
  write("two/fee-test-01.xml", tests("1"));
  EXPECT_FALSE(*dmn_tck(folder_, folder_ / "report.md", out_));
  EXPECT_EQ(out_, "two/fee-test-01.xml:3:1: case 1, fee: expected 1, got 0\n1 passed, 1 failed\n");
  std::ifstream in(folder_ / "report.md");
  const std::string report{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(report, HasSubstr("**1 cases passed, 1 failed**"));
  EXPECT_THAT(report, HasSubstr("| two | 0 | 1 | 0 | 1 | 0 |"));
  EXPECT_EQ(dmn_tck(folder_ / "none", "", out_).error().code, "dmn.folder");
}

TEST_F(DmnCommands, ConvertKeepsTheModel) {
  const fs::path file = write("fee.dmn", model({{"&lt; 6", "0"}, {"&gt;= 6", "500"}}));
  EXPECT_TRUE(dmn_convert({.model = file, .version = "1.3"}, out_));
  EXPECT_THAT(out_, HasSubstr("https://www.omg.org/spec/DMN/20191111/MODEL/"));
  const fs::path again = write("again.dmn", out_);
  std::string same;
  EXPECT_TRUE(*dmn_diff(file, again, false, same)) << same;
  std::string document;
  EXPECT_TRUE(dmn_convert({.model = file, .version = "md"}, document));
  EXPECT_THAT(document, HasSubstr("fee   U"));
  EXPECT_TRUE(*dmn_diff(file, write("fee.md", document), false, same)) << same;
  std::string model_of_document, document_again;
  EXPECT_TRUE(dmn_convert({.model = folder_ / "fee.md", .version = "1.5"}, model_of_document));
  EXPECT_TRUE(dmn_convert({.model = write("fee-again.dmn", model_of_document), .version = "md"}, document_again));
  EXPECT_EQ(document_again, document) << "the document travels with the model";
  EXPECT_EQ(dmn_convert({.model = file, .version = "0.9"}, out_).error().code, "dmn.version");
}

}  // namespace
}  // namespace yakuba
