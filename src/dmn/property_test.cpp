// Random small tables against brute force: every point of the domain is looked at, by rules the test made itself.
#include <random>

#include "dmn/test_documents.hpp"

namespace yakuba::dmn {
namespace {

using namespace test;

constexpr int numbers = 7;  // x: integer [0..6]
const std::vector<std::string> kinds = {"甲", "乙", "丙"};

struct Point {
  int x = 0, kind = 0;
  bool truth = false;
};
struct RandomRule {
  std::set<int> xs, ks, bs;
  std::string cells;
  bool covers(const Point& p) const { return xs.contains(p.x) && ks.contains(p.kind) && bs.contains(p.truth); }
};

std::vector<Point> all_points() {
  std::vector<Point> points;
  for (int x = 0; x < numbers; ++x)
    for (int k = 0; k < static_cast<int>(kinds.size()); ++k)
      for (const bool b : {true, false}) points.push_back({x, k, b});
  return points;
}

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  RandomRule rule() {
    RandomRule out;
    out.cells = number_cell(out.xs) + " | " + kind_cell(out.ks) + " | ";
    const int b = below(3);
    if (b != 1) out.bs.insert(1);
    if (b != 0) out.bs.insert(0);
    out.cells += b == 0 ? "true" : b == 1 ? "false" : "-";
    return out;
  }

 private:
  std::string number_cell(std::set<int>& xs) {
    const int a = below(numbers);
    const int b = a + below(numbers - a);
    const auto fill = [&](auto&& test) {
      for (int x = 0; x < numbers; ++x)
        if (test(x)) xs.insert(x);
    };
    switch (below(7)) {
      case 0:
        fill([](int) { return true; });
        return "-";
      case 1:
        fill([&](int x) { return x >= a; });
        return ">= " + std::to_string(a);
      case 2:
        fill([&](int x) { return x < a; });
        return "< " + std::to_string(a);
      case 3:
        fill([&](int x) { return x >= a && x <= b; });
        return "[" + std::to_string(a) + ".." + std::to_string(b) + "]";
      case 4:
        fill([&](int x) { return x == a || x == b; });
        return std::to_string(a) + ", " + std::to_string(b);
      case 5:
        fill([&](int x) { return x != a; });
        return "not(" + std::to_string(a) + ")";
      default:
        fill([&](int x) { return x > a && x <= b + 1; });
        return "(" + std::to_string(a) + ".." + std::to_string(b + 1) + "]";
    }
  }
  std::string kind_cell(std::set<int>& ks) {
    const int k = below(5);
    for (int i = 0; i < static_cast<int>(kinds.size()); ++i)
      if (k >= 3 ? k == 3 || i != 0 : i == k) ks.insert(i);
    return k == 3 ? "-" : k == 4 ? "not(\"" + kinds[0] + "\")" : "\"" + kinds[static_cast<std::size_t>(k)] + "\"";
  }
  std::mt19937 random_;
};

struct RandomTable {
  std::vector<RandomRule> rules;
  std::vector<int> outputs;
  std::optional<Criterion> criterion;
};
RandomTable random_table(Maker& maker, std::string_view policy) {
  RandomTable out;
  std::string text = front() +
                     "## 入力 Inputs\n\n| input | type |\n|-|-|\n| x | integer [0..6] |\n| k | \"甲\" | \"乙\" | "
                     "\"丙\" |\n| b | boolean |\n\n## 表 Decision: y   " +
                     std::string(policy) + "\n\n| | x | k | b | → y |\n|-|-|-|-|-|\n";
  const int count = 2 + maker.below(6);
  for (int r = 0; r < count; ++r) {
    out.rules.push_back(maker.rule());
    out.outputs.push_back(maker.below(3));
    text += "| " + std::to_string(r + 1) + " | " + out.rules.back().cells + " | " + std::to_string(out.outputs.back()) +
            " |\n";
  }
  out.criterion = compiled(text);
  return out;
}

bool in_cells(const std::vector<std::string>& cells, const Point& p) {
  const feel::Value values[] = {feel::Value::number(p.x), feel::Value::string(kinds[static_cast<std::size_t>(p.kind)]),
                                feel::Value::boolean(p.truth)};
  feel::Scope scope;
  scope.add("?");
  feel::Machine machine;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const feel::Value slots[] = {values[c]};
    if (!machine.evaluate(feel::compile_unary_tests(cells[c], scope).program, slots).is_true()) return false;
  }
  return true;
}

TEST(Property, GapsAndOverlapsAreExactlyThoseOfBruteForce) {
  Maker maker(20261122);
  for (int round = 0; round < 60; ++round) {
    const RandomTable table = random_table(maker, "U");
    const Analysis analysis = analyse(*table.criterion);
    const TableAnalysis& found = analysis.tables[0];
    for (const Point& p : all_points()) {
      const auto matches =
          std::count_if(table.rules.begin(), table.rules.end(), [&](const RandomRule& r) { return r.covers(p); });
      int regions = 0;
      int proposed = 0;
      for (const Gap& gap : found.gaps) {
        bool inside = in_cells(gap.cells, p);
        for (const auto& cells : gap.further) inside = inside || in_cells(cells, p);
        regions += inside ? 1 : 0;
        for (const Rule& rule : gap.proposed) proposed += in_cells(rule.inputs, p) ? 1 : 0;
      }
      EXPECT_EQ(regions, matches == 0 ? 1 : 0)
          << "round " << round << " x=" << p.x << " k=" << p.kind << " b=" << p.truth;
      EXPECT_EQ(proposed, matches == 0 ? 1 : 0) << "the proposed rows close the gap once";
      const bool overlapping = std::any_of(found.overlaps.begin(), found.overlaps.end(),
                                           [&](const Overlap& o) { return in_cells(o.cells, p); });
      EXPECT_EQ(overlapping, matches > 1) << "round " << round;
    }
  }
}

TEST(Property, MaskedRulesAreExactlyThoseThatNeverWin) {
  Maker maker(7);
  for (int round = 0; round < 60; ++round) {
    const RandomTable table = random_table(maker, "F");
    std::set<int> winners;
    for (const Point& p : all_points())
      for (int r = 0; r < static_cast<int>(table.rules.size()); ++r)
        if (table.rules[static_cast<std::size_t>(r)].covers(p)) {
          winners.insert(r);
          break;
        }
    const Analysis analysis = analyse(*table.criterion);
    std::set<int> dead(analysis.tables[0].never.begin(), analysis.tables[0].never.end());
    for (const MaskedRule& masked : analysis.tables[0].masked) dead.insert(masked.rule);
    for (int r = 0; r < static_cast<int>(table.rules.size()); ++r)
      EXPECT_EQ(dead.contains(r), !winners.contains(r)) << "round " << round << " rule " << r + 1;
  }
}

// Facts are taken away; the results still possible, what matters and what to ask are compared with trying everything.
TEST(Property, WhatIsPossibleWithMissingFactsIsExact) {
  Maker maker(42);
  for (int round = 0; round < 60; ++round) {
    const RandomTable table = random_table(maker, "F");
    const Point known{maker.below(numbers), maker.below(3), maker.below(2) == 1};
    const int missing = 1 + maker.below(7);  // bits: x, k, b
    std::vector<feel::Entry> entries;
    if (!(missing & 1)) entries.emplace_back("x", feel::Value::number(known.x));
    if (!(missing & 2)) entries.emplace_back("k", feel::Value::string(kinds[static_cast<std::size_t>(known.kind)]));
    if (!(missing & 4)) entries.emplace_back("b", feel::Value::boolean(known.truth));
    std::map<std::tuple<int, int, bool>, int> results;  // by the missing facts; -1: a gap
    std::set<int> expected;
    for (const Point& p : all_points()) {
      if ((!(missing & 1) && p.x != known.x) || (!(missing & 2) && p.kind != known.kind) ||
          (!(missing & 4) && p.truth != known.truth))
        continue;
      int result = -1;
      for (std::size_t r = 0; r < table.rules.size() && result < 0; ++r)
        if (table.rules[r].covers(p)) result = table.outputs[r];
      results[{p.x, p.kind, p.truth}] = result;
      expected.insert(result);
    }
    const Evaluation e = Evaluator().evaluate(*table.criterion, {.as_of = day("2026-11-20"),
                                                                 .facts = feel::Value::context(std::move(entries)),
                                                                 .missing = {},
                                                                 .goals = {},
                                                                 .given_terms = {}});
    const DecisionTrace& trace = *e.find("y");
    std::set<int> actual;
    for (const feel::Value& value : trace.possible) actual.insert(static_cast<int>(value.integer().value_or(-1)));
    if (trace.standing == Standing::decided) actual.insert(static_cast<int>(*trace.output.integer()));
    if (trace.standing == Standing::gap) actual.insert(-1);
    EXPECT_EQ(actual, expected) << "round " << round;
    EXPECT_TRUE(trace.possible_exact);

    // A fact matters when two points that differ in nothing else differ in result.
    const auto matters = [&](const std::string& path) {
      for (const auto& [a, result] : results)
        for (const auto& [b, other] : results) {
          const bool same = (path == "x" || std::get<0>(a) == std::get<0>(b)) &&
                            (path == "k" || std::get<1>(a) == std::get<1>(b)) &&
                            (path == "b" || std::get<2>(a) == std::get<2>(b));
          if (same && result != other) return true;
        }
      return false;
    };
    for (const MissingFact& fact : e.missing)
      EXPECT_EQ(fact.matters, matters(fact.path)) << "round " << round << ' ' << fact.path;
  }
}

}  // namespace
}  // namespace yakuba::dmn
