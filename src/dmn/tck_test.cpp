// The cases of the DMN TCK that lie beside the repository (../shared/tck): all folders, strictly. They are not part of
// the repository (docs/conformance.md); without them this test is skipped. YAKUBA_TCK names another folder.
#include "dmn/tck.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yakuba::dmn {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<fs::path> cases_folder() {
  if (const char* given = std::getenv("YAKUBA_TCK")) return fs::path(given);
  const fs::path beside = fs::path(YAKUBA_SOURCE_DIR) / ".." / "shared" / "tck";
  if (fs::is_directory(beside)) return beside;
  return std::nullopt;
}

TEST(Tck, all_cases_pass_strictly) {
  const auto folder = cases_folder();
  if (!folder) GTEST_SKIP() << "the cases of the TCK are not here";
  std::map<std::string, std::vector<tck::File>> folders;
  for (const auto& entry : fs::recursive_directory_iterator(*folder))
    if (entry.path().extension() == ".dmn" || entry.path().extension() == ".xml")
      folders[entry.path().parent_path().filename()].push_back({entry.path().filename(), content(entry.path())});
  std::size_t passed = 0, failed = 0;
  for (const auto& [name, files] : folders) {
    const tck::FolderReport report = tck::run_folder(name, files);
    passed += report.report.passed;
    failed += report.report.failed;
    for (const Fault& fault : report.faults)
      if (fault.severity == Severity::error) std::cout << describe(fault, Words::en) << "\n";
    for (const tck::NodeResult& node : report.report.failures) std::cout << tck::describe(node) << "\n";
    // Errors that the TCK does not mark: only those that are understood.
    for (const tck::NodeResult& node : report.report.unmarked_nodes)
      EXPECT_THAT(node.why, testing::ContainsRegex("division_by_zero|type_mismatch|coercion"))
          << name << "/" << node.node;
  }
  std::cout << passed << " passed, " << failed << " failed (" << folders.size() << " folders)\n";
  EXPECT_GT(passed, 1000u);
  EXPECT_EQ(failed, 0u);
}

// ---- the runner itself, over one decision per node: what it must not let pass

std::string decision(std::string_view name, std::string_view text) {
  return "<decision name='" + std::string(name) + "'><variable name='" + std::string(name) +
         "'/><literalExpression><text>" + std::string(text) + "</text></literalExpression></decision>";
}
tck::Report run_one(std::string_view expression, std::string_view expected, std::string_view attributes = "") {
  const std::string model =
      "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>" +
      decision("d", expression) + "</definitions>";
  const std::string tests =
      "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase' xmlns:xsi='http://www.w3.org/2001/"
      "XMLSchema-instance' xmlns:xsd='http://www.w3.org/2001/XMLSchema'><modelName>m.dmn</modelName><testCase "
      "id='1'><resultNode name='d' " +
      std::string(attributes) + "><expected>" + std::string(expected) +
      "</expected></resultNode></testCase></testCases>";
  const std::vector<tck::File> files{{"m.dmn", model}, {"m-test.xml", tests}};
  const tck::FolderReport report = tck::run_folder("m", files);
  for (const Fault& fault : report.faults) ADD_FAILURE() << describe(fault, Words::en);
  return report.report;
}
std::string typed(std::string_view type, std::string_view text) {
  return "<value xsi:type='xsd:" + std::string(type) + "'>" + std::string(text) + "</value>";
}
bool passes(std::string_view expression, std::string_view expected, std::string_view attributes = "") {
  return run_one(expression, expected, attributes).passed == 1;
}

TEST(TckRunner, wants_the_exact_kind) {
  EXPECT_TRUE(passes("1", typed("decimal", "1")));
  EXPECT_TRUE(passes("1", typed("decimal", "1.00"))) << "numbers are compared by value";
  EXPECT_FALSE(passes("\"1\"", typed("decimal", "1")));
  EXPECT_FALSE(passes("1", typed("string", "1")));
  EXPECT_FALSE(passes("@\"2026-04-01\"", typed("dateTime", "2026-04-01T00:00:00")));
  EXPECT_FALSE(passes("[1]", typed("decimal", "1"))) << "a list of one is not its item";
  EXPECT_FALSE(passes("null", typed("string", "null")));
}
TEST(TckRunner, wants_equal_numbers_but_for_those_computed_in_binary) {
  EXPECT_FALSE(passes("1.00000001", typed("decimal", "1")));
  EXPECT_FALSE(passes("0.3333", typed("decimal", "0.333")));
  EXPECT_TRUE(passes("1/3", typed("decimal", "0.33333333")));
  EXPECT_FALSE(passes("1/3 + 0.00000001", typed("decimal", "0.33333333")));
  EXPECT_FALSE(passes("0.33333332", typed("decimal", "0.33333333")));
}
TEST(TckRunner, wants_whole_lists_and_contexts) {
  const auto list = [](std::string_view items) { return "<list>" + std::string(items) + "</list>"; };
  const std::string one = "<item>" + typed("decimal", "1") + "</item>",
                    two = "<item>" + typed("decimal", "2") + "</item>";
  EXPECT_TRUE(passes("[1, 2]", list(one + two)));
  EXPECT_FALSE(passes("[2, 1]", list(one + two)));
  EXPECT_FALSE(passes("[1, 2, 2]", list(one + two)));
  const std::string a = "<component name='a'>" + typed("decimal", "1") + "</component>";
  EXPECT_TRUE(passes("{a: 1}", a));
  EXPECT_FALSE(passes("{a: 1, b: 2}", a));
  EXPECT_FALSE(passes("{b: 1}", a));
}
TEST(TckRunner, wants_errors_where_they_are_marked_and_nowhere_else) {
  const std::string null = "<value xsi:nil='true'/>";
  EXPECT_TRUE(passes("1 / 0", null, "errorResult='true'"));
  EXPECT_FALSE(passes("null", null, "errorResult='true'")) << "null without a diagnostic is no error";
  EXPECT_FALSE(passes("0", null, "errorResult='true'"));
  EXPECT_TRUE(passes("null", null));
  EXPECT_FALSE(passes("1 / 0", typed("decimal", "0")));
  const tck::Report unmarked = run_one("1 / 0", null);
  EXPECT_EQ(unmarked.passed, 1u);
  EXPECT_EQ(unmarked.unmarked, 1u) << "counted, so that the report shows it";
  EXPECT_THAT(tck::conformance(std::vector{tck::FolderReport{"m", unmarked, {}}}),
              testing::HasSubstr("| m | d | `d:1:1: division_by_zero: division by zero` | a division by zero is null "
                                 "(§10.3.2.15, table 59) |"));
}
TEST(TckRunner, says_which_node_fails_and_why) {
  const tck::Report report = run_one("1 / 0", typed("decimal", "7"));
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(tck::describe(report.failures[0]),
            "m-test.xml:1:210: case 1, d: expected 7, got null (error) — d:1:1: division_by_zero: division by zero");
}
TEST(TckRunner, fails_the_cases_of_a_file_without_its_model) {
  const std::vector<tck::File> files{{"x.xml",
                                      "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase'>"
                                      "<modelName>none</modelName><testCase/><testCase/></testCases>"}};
  const tck::FolderReport report = tck::run_folder("x", files);
  EXPECT_EQ(report.report.failed, 2u);
  ASSERT_EQ(report.faults.size(), 1u);
  EXPECT_EQ(describe(report.faults[0], Words::en),
            "x.xml: There is no model “none”. Let modelName be a file of the same folder.");
}
TEST(TckRunner, refuses_what_is_no_suite) {
  const auto first = [](std::string_view text) { return describe(tck::read(text, "x.xml").faults.at(0), Words::en); };
  EXPECT_EQ(first("<a/>"), "x.xml:1:1: “a” is no file of test cases. Look at the element testCases and its namespace.");
  EXPECT_EQ(first("<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase' xmlns:s='http://www.w3.org/2001/"
                  "XMLSchema' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><testCase><inputNode name='n'><value "
                  "i:type='s:date'>yesterday</value></inputNode></testCase></testCases>"),
            "x.xml:1:191: “yesterday” is no s:date. Write a value of its xsi:type.");
}

}  // namespace
}  // namespace yakuba::dmn
