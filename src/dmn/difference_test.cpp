// Two versions compared: what is written otherwise and means the same is no difference; what means something else is
// shown with its region and both results.
#include "dmn/difference.hpp"

#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;

Criterion table(const std::string& policy, const std::string& rows, const std::string& types = "integer") {
  return compiled(front("gaps = \"declared\"\ngaps_decided_by = \"課長\"\n") +
                  "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | " + types +
                  " |\n| s | string |\n\n## 表 Decision: y   " + policy + "\n\n| | x | s | → y |\n|-|-|-|-|\n" + rows);
}
std::string differences(const Criterion& before, const Criterion& after) {
  std::string out;
  for (const TableDifference& found : compare(before, after).tables)
    for (const Difference& one : found.differences) {
      out += out.empty() ? "" : "; ";
      for (const std::string& cell : one.cells) out += cell + " & ";
      if (!one.also.empty()) out += "if " + one.also + " ";
      out += one.before + " → " + one.after;
    }
  return out;
}

TEST(Difference, none_between_rows_in_another_order_split_or_joined) {
  const Criterion one = table("U", "| 1 | < 10 | - | 1 |\n| 2 | >= 10 | - | 2 |\n");
  EXPECT_EQ(differences(one, table("U", "| a | >= 10 | - | 2 |\n| b | < 10 | - | 1 |\n")), "");
  EXPECT_EQ(differences(one, table("F", "| 1 | < 10 | - | 0 + 1 |\n| 2 | - | - | 2 |\n")), "")
      << "another policy, a computed constant";
  EXPECT_EQ(differences(one, table("U", "| 1 | < 5 | - | 1 |\n| 2 | [5..9] | - | 1 |\n| 3 | > 9 | - | 2 |\n")), "")
      << "integers are discrete";
  EXPECT_TRUE(compare(one, one).none());
}
TEST(Difference, is_one_region_with_both_results) {
  const Criterion one = table("U", "| 1 | < 10 | - | 1 |\n| 2 | >= 10 | - | 2 |\n");
  EXPECT_EQ(differences(one, table("U", "| 1 | < 12 | - | 1 |\n| 2 | >= 12 | - | 2 |\n")), "[10..11] & - & 2 → 1");
  EXPECT_EQ(differences(one, table("U", "| 1 | < 10 | - | 1 |\n| 2 | > 10 | - | 2 |\n")), "10 & - & 2 → no rule");
  EXPECT_EQ(differences(one, table("U", "| 1 | <= 10 | - | 1 |\n| 2 | >= 10 | - | 2 |\n")),
            "10 & - & 2 → rules 1, 2 overlap");
  EXPECT_EQ(
      differences(one, table("U", "| 1 | < 10 | \"a\" | 1 |\n| 2 | < 10 | not(\"a\") | 5 |\n| 3 | >= 10 | - | 2 |\n")),
      "<= 9 & not(\"a\") & 1 → 5");
}
TEST(Difference, that_ends_in_one_result_still_tells_the_former_ones) {
  const Criterion one = table("U", "| 1 | < 10 | - | 1 |\n| 2 | >= 10 | - | 2 |\n");
  EXPECT_EQ(differences(one, table("U", "| 1 | - | - | 3 |\n")), "<= 9 & - & 1 → 3; >= 10 & - & 2 → 3");
}
TEST(Difference, of_lists_and_sums_is_that_of_what_they_hold) {
  const Criterion one = table("C+", "| 1 | > 0 | - | 1 |\n| 2 | > 5 | - | 2 |\n");
  EXPECT_EQ(differences(one, table("C+", "| 1 | [1..5] | - | 1 |\n| 2 | > 5 | - | 3 |\n")), "");
  EXPECT_EQ(differences(one, table("C+", "| 1 | > 0 | - | 1 |\n")), ">= 6 & - & 3 → 1");
}
TEST(Difference, beyond_regions_is_a_condition) {
  const Criterion one = table("F", "| 1 | - | starts with(?, \"a\") | 1 |\n| 2 | - | - | 2 |\n");
  EXPECT_EQ(differences(one, one), "");
  EXPECT_EQ(differences(one, table("F", "| 1 | - | starts with(?, \"a\") | 7 |\n| 2 | - | - | 2 |\n")),
            "- & - & if s in (starts with(?, \"a\")) 1 → 7");
}
TEST(Difference, of_names_is_told) {
  const Criterion one = table("U", "| 1 | - | - | 1 |\n");
  const Criterion other = compiled(front() +
                                   "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer |\n\n## 表 "
                                   "Decision: z   U\n\n| | x | → z |\n|-|-|-|\n| 1 | - | 1 |\n");
  const Differences found = compare(one, other);
  EXPECT_EQ(found.only_before, std::vector<std::string>{"y"});
  EXPECT_EQ(found.only_after, std::vector<std::string>{"z"});
  EXPECT_FALSE(found.none());
}

}  // namespace
}  // namespace yakuba::dmn
