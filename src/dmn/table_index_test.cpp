// The index of a table against the table itself: random rules, policies and values, the same outcome with and without.
#include "dmn/table_index.hpp"

#include <random>

#include <gtest/gtest.h>

#include "dmn/drg_table.hpp"

namespace yakuba::dmn::drg {
namespace {

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  template <class T>
  const T& one_of(const std::vector<T>& items) {
    return items[below(items.size())];
  }

  // An end or a value of the kind: close together, so that cells touch and overlap; some of another scale.
  std::string literal(char kind) {
    static const std::vector<std::string> numbers = {"0",
                                                     "1",
                                                     "1.5",
                                                     "2",
                                                     "2.50",
                                                     "2.5",
                                                     "3",
                                                     "-1",
                                                     "-1.5",
                                                     "10",
                                                     "1e30",
                                                     "-1e30",
                                                     "0.1",
                                                     "4",
                                                     "5",
                                                     "0.001",
                                                     "7",
                                                     "8",
                                                     "12345678901234567890",
                                                     "6",
                                                     "9",
                                                     "1e-25"};
    static const std::vector<std::string> texts = {"\"a\"",        "\"b\"", "\"c\"", "\"\"", "\"ひとり親世帯の児童\"",
                                                   "\"ひとり親\"", "\"ab\""};
    switch (kind) {
      case 'n':
        return one_of(numbers);
      case 's':
        return one_of(texts);
      case 'd':
        return "@\"2026-0" + std::to_string(1 + below(6)) + "-01\"";
      case 'm':
        return "@\"P" + std::to_string(1 + below(5)) + "M\"";
      case 't':
        return "@\"10:0" + std::to_string(below(3)) + ":00.5\"";
      default:
        return below(2) == 0 ? "true" : "false";
    }
  }
  std::string test(char kind) {
    if (kind == 'b') return literal(kind);
    switch (below(8)) {
      case 0:
        return "< " + literal(kind);
      case 1:
        return "<= " + literal(kind);
      case 2:
        return "> " + literal(kind);
      case 3:
        return ">= " + literal(kind);
      case 4: {
        static const std::vector<std::string> opening = {"[", "(", "]"}, closing = {"]", ")", "["};
        return one_of(opening) + literal(kind) + ".." + literal(kind) + one_of(closing);
      }
      case 5:
        return "null";
      default:
        return literal(kind);
    }
  }
  std::string cell(char kind) {
    if (below(4) == 0) return "-";
    if (below(12) == 0) return "? > other";                     // names something
    if (below(12) == 0) return "? in [" + literal(kind) + "]";  // an expression
    if (below(14) == 0) kind = "nsdb"[below(4)];                // of another kind than its column
    std::string out = test(kind);
    for (std::size_t more = below(3); more > 0; --more) out += ", " + test(kind);
    return below(4) == 0 ? "not(" + out + ")" : out;
  }

 private:
  std::mt19937 random_;
};

feel::Value value_of(const std::string& text) {
  feel::Machine machine;
  return machine.evaluate(feel::compile(text, {}).program);
}

struct Random {
  Expression expression;
  std::vector<char> kinds;
  std::string words;
};
Random random_table(Maker& make, std::size_t rules) {
  static const std::vector<HitPolicy> policies = {HitPolicy::unique, HitPolicy::any, HitPolicy::first,
                                                  HitPolicy::collect, HitPolicy::rule_order};
  Random out;
  Table table;
  table.hit_policy = make.one_of(policies);
  for (std::size_t c = 0, columns = 1 + make.below(4); c < columns; ++c) {
    out.kinds.push_back("nnsdbmt"[make.below(7)]);
    TableInput input;
    input.expression.text = "in" + std::to_string(c);
    table.inputs.push_back(std::move(input));
  }
  table.outputs.emplace_back();
  for (std::size_t r = 0; r < rules; ++r) {
    TableRule rule;
    for (const char kind : out.kinds) {
      Text text;
      text.text = make.cell(kind);
      out.words += text.text + " | ";
      rule.inputs.push_back(std::move(text));
    }
    Text output;
    output.text = make.below(5) == 0 ? "other + " + std::to_string(r) : std::to_string(r % 7);
    out.words += "→ " + output.text + "\n";
    rule.outputs.push_back(std::move(output));
    table.rules.push_back(std::move(rule));
  }
  out.expression.logic = std::move(table);
  return out;
}

// The value, and every diagnostic behind it.
std::string outcome(const Step& step, Run& run, feel::Machine& machine, std::vector<feel::Value> slots) {
  machine.reset();
  Frame frame{run, machine, slots};
  std::string out = feel::literal(step.run(frame));
  for (const feel::Diagnostic& diagnostic : machine.diagnostics()) out += "\n" + feel::describe(diagnostic);
  return out;
}

// Two lists of tables are compared: as they are, and with too little memory for sets of rules.
void compare(Maker& make, std::size_t rules, std::size_t questions) {
  const Random random = random_table(make, rules);
  Faults faults;
  TypeCatalog types;
  types.compile(faults);
  Surroundings around;
  std::size_t slot_count = 0;
  around.slot_count = &slot_count;
  around.path = "t";
  for (std::size_t c = 0; c < random.kinds.size(); ++c) add_slot(around, "in" + std::to_string(c), feel::Type::any());
  add_slot(around, "other", feel::Type::any());
  StepCompiler compiler(types, faults);
  const auto indexed = compiler.compile(random.expression, around), plain = compiler.compile(random.expression, around),
             sparing = compiler.compile(random.expression, around);
  dynamic_cast<TableStep&>(*plain).forget_index();
  dynamic_cast<TableStep&>(*sparing).make_index(0);

  feel::Machine machine;
  Run run(std::make_shared<Graph::Body>(), machine);
  for (std::size_t q = 0; q < questions; ++q) {
    std::vector<feel::Value> slots(slot_count);
    std::string asked;
    for (std::size_t c = 0; c < random.kinds.size(); ++c) {
      const std::size_t odd = make.below(16);
      const std::string text = odd == 0   ? "null"
                               : odd == 1 ? make.literal("nsdb"[make.below(4)])
                               : odd == 2 ? "[" + make.literal(random.kinds[c]) + "]"
                                          : make.literal(random.kinds[c]);
      asked += text + ", ";
      slots[c] = value_of(text);
    }
    slots[random.kinds.size()] = feel::Value::number(2);
    const std::string expected = outcome(*plain, run, machine, slots);
    ASSERT_EQ(outcome(*indexed, run, machine, slots), expected) << asked << "of\n" << random.words;
    ASSERT_EQ(outcome(*sparing, run, machine, slots), expected) << "without sets: " << asked << "of\n" << random.words;
  }
}

TEST(TableIndexProperty, RandomTablesDecideTheSameWithAndWithout) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Maker make(seed);
    compare(make, 1 + make.below(12), 30);
    if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(TableIndexProperty, SoDoTablesOfMoreThanOneWordOfRules) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Maker make(1'000 + seed);
    compare(make, 60 + make.below(140), 60);
    if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

feel::TestSet set_of(const std::string& cell) {
  feel::Scope scope;
  scope.add("?");
  return *feel::as_test_set(feel::compile_unary_tests(cell, scope).program);
}
std::vector<std::size_t> rows(const TableIndex& index, const feel::Value& value) {
  std::vector<std::size_t> out;
  const std::uint32_t positions[] = {*index.position(0, value)};
  index.each(positions, [&](std::size_t row) {
    out.push_back(row);
    return true;
  });
  return out;
}

TEST(TableIndex, FindsTheRowsOfAValueInOrder) {
  const std::vector<feel::TestSet> cells = {set_of("< 10"), set_of("[10..20)"), set_of(">= 10"), set_of("not(10)")};
  const TableIndex index = TableIndex::make(
      cells.size(), 1, [&](std::size_t row, std::size_t) { return TableIndex::Cell{false, &cells[row]}; });
  using Rows = std::vector<std::size_t>;
  EXPECT_EQ(rows(index, feel::Value::number(9)), (Rows{0, 3}));
  EXPECT_EQ(rows(index, feel::Value::number(10)), (Rows{1, 2}));
  EXPECT_EQ(rows(index, feel::Value::number(100, -1)), (Rows{1, 2})) << "10.0 is 10";
  EXPECT_EQ(rows(index, feel::Value::number(99'999, -4)), (Rows{0, 3})) << "9.9999";
  EXPECT_EQ(rows(index, feel::Value::number(1, 300)), (Rows{2, 3})) << "far beyond";
  EXPECT_EQ(rows(index, feel::Value::number(-1, -300)), (Rows{0, 3})) << "hardly below zero";
  EXPECT_EQ(rows(index, feel::Value()), Rows{}) << "null is in no order";
  EXPECT_EQ(rows(index, feel::Value::string("10")), Rows{}) << "another kind meets nothing, not even not(10)";
  EXPECT_FALSE(index.position(0, feel::Value::list({}))) << "a list is compared the plain way";
}

TEST(TableIndex, AnOpenIntervalOfOneEndHoldsNothing) {
  EXPECT_EQ(value_of("5 in (5..5)"), feel::Value::boolean(false));
  const feel::TestSet cell = set_of("(5..5)");
  const TableIndex index =
      TableIndex::make(1, 1, [&](std::size_t, std::size_t) { return TableIndex::Cell{false, &cell}; });
  EXPECT_TRUE(rows(index, feel::Value::number(5)).empty());
}

TEST(TableIndex, StopsWhereItIsToldTo) {
  const feel::TestSet cell = set_of("> 0");
  const TableIndex index =
      TableIndex::make(200, 1, [&](std::size_t, std::size_t) { return TableIndex::Cell{false, &cell}; });
  const std::uint32_t positions[] = {*index.position(0, feel::Value::number(1))};
  std::size_t visited = 0;
  index.each(positions, [&](std::size_t row) {
    ++visited;
    return row < 70;
  });
  EXPECT_EQ(visited, 71U);
}

}  // namespace
}  // namespace yakuba::dmn::drg
