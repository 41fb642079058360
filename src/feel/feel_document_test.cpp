// docs/feel.md: every example gives what it says, every builtin has a row.
#include <fstream>

#include <gtest/gtest.h>

#include "feel/feel.hpp"

namespace yakuba::feel {
namespace {

// The texts in backquotes of a table row, `\|` read as `|`.
std::vector<std::string> in_backquotes(std::string_view row) {
  std::vector<std::string> out;
  bool inside = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '`') {
      if (!inside) out.emplace_back();
      inside = !inside;
    } else if (inside && !(row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|')) {
      out.back() += row[i];
    }
  }
  return out;
}
std::vector<std::string> rows() {
  std::ifstream in(std::string(YAKUBA_SOURCE_DIR) + "/docs/feel.md");
  EXPECT_TRUE(in.is_open());
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("| ") && !line.starts_with("| ---") && line.find('`') != std::string::npos)
      out.push_back(line);
  return out;
}

TEST(FeelDocument, every_example_gives_what_it_says) {
  std::size_t examples = 0;
  std::string diagnostics_seen;
  for (const std::string& row : rows()) {
    const std::vector<std::string> texts = in_backquotes(row);
    ASSERT_GE(texts.size(), 2u) << row;
    Machine machine;
    machine.set_now(*parse_date_time("2026-04-01T10:15:00+09:00"));
    const Value value = machine.evaluate(compile(texts[texts.size() - 2], {}).program);
    EXPECT_EQ(literal(value), texts.back()) << row;
    ++examples;
    // A row of the diagnostics names the code that its example gives.
    if (texts.size() != 2 || texts.back() != "null" || row.starts_with("| `")) continue;
    const std::string code = row.substr(2, row.find(' ', 2) - 2);
    bool found = false;
    for (const Diagnostic& diagnostic : machine.diagnostics()) found = found || name_of(diagnostic.code) == code;
    EXPECT_TRUE(found) << row;
  }
  EXPECT_GE(examples, 120u);
}
TEST(FeelDocument, names_every_builtin) {
  const std::vector<std::string> all = rows();
  for (const BuiltinInfo& builtin : builtins())
    EXPECT_TRUE(std::ranges::any_of(all, [&](const std::string& row) {
      return row.starts_with("| `" + builtin.name + "(");
    })) << builtin.name;
}

}  // namespace
}  // namespace yakuba::feel
