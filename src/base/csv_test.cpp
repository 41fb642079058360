#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace yakuba {
namespace {

TEST(Csv, QuotesEveryCellAndDoublesQuotationMarks) {
  EXPECT_EQ(csv_cell(""), "\"\"");
  EXPECT_EQ(csv_cell("有本, 健太"), "\"有本, 健太\"");
  EXPECT_EQ(csv_cell("\"a\"\r\nb"), "\"\"\"a\"\"\r\nb\"");
}

TEST(Csv, ACellIsNeverAFormula) {
  for (const char* sign : {"=", "+", "-", "@", "\t", "\r"})
    EXPECT_EQ(csv_cell(std::string(sign) + "1"), "\"'" + std::string(sign) + "1\"");
  EXPECT_EQ(csv_cell("26-1120-0047-F"), "\"26-1120-0047-F\"") << "a sign within is none";
}

}  // namespace
}  // namespace yakuba
