// The short way of the machine (lane.cpp) against its long way, which tracing always takes: random lists and random
// filters, loops and sums over them give the same values and the same diagnostics.
#include <random>

#include <gtest/gtest.h>

#include "feel/feel.hpp"
#include "feel/json_text.hpp"

namespace yakuba::feel {
namespace {

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  template <std::size_t N>
  std::string one_of(const char* const (&items)[N]) {
    return items[below(N)];
  }

  // Mostly what a list of cases holds; sometimes what it should not.
  std::string scalar() {
    static constexpr const char* plain[] = {"0", "1", "2", "3", "1000", "2.50", "0.1", "-7", "12"};
    static constexpr const char* odd[] = {"null",
                                          "\"x\"",
                                          "true",
                                          "[1, 2]",
                                          "12345678901234567890123",
                                          "1e300",
                                          "@\"2026-01-01\"",
                                          "9223372036854775807",
                                          "{a: 1}",
                                          "1e-200",
                                          "-1e6100",
                                          "\"a text that is longer than fourteen bytes\""};
    return below(odd_in_) == 0 ? one_of(odd) : one_of(plain);
  }
  std::string item() {
    if (below(odd_in_ * 2) == 0) return scalar();
    static constexpr const char* kinds[] = {"\"medical\"", "\"school\"",
                                            "\"a text that is longer than fourteen bytes\""};
    std::string out = "{";
    if (below(3) == 0) out += "before: 1, ";  // members lie at different places
    if (below(odd_in_) != 0) out += "kind: " + one_of(kinds) + ", ";
    if (below(odd_in_) != 0) out += "amount: " + scalar() + ", ";
    if (below(odd_in_) != 0) out += "所得の金額の合計: " + scalar() + ", ";
    return out + "flag: " + (below(2) == 0 ? "true" : "false") + ", qty: " + scalar() + "}";
  }
  std::string list() {
    odd_in_ = below(3) == 0 ? 6 : 60;
    if (below(12) == 0) return item();  // no list at all
    if (below(25) == 0) return "null";
    std::string out = "[";
    for (std::size_t n = below(9); n > 0; --n) out += item() + (n > 1 ? ", " : "");
    return out + "]";
  }
  std::string member() {
    static constexpr const char* names[] = {"amount", "qty", "所得の金額の合計", "amount", "qty"};
    return one_of(names);
  }
  std::string number(const std::string& of, int depth) {
    static constexpr const char* ops[] = {" + ", " - ", " * ", " / "};
    if (depth == 0 || below(3) == 0) {
      if (below(4) == 0) return scalar();
      return of + member();
    }
    if (below(8) == 0) return "-" + number(of, depth - 1);
    return "(" + number(of, depth - 1) + one_of(ops) + number(of, depth - 1) + ")";
  }
  std::string test(const std::string& of, int depth) {
    static constexpr const char* ops[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
    if (depth > 0 && below(3) == 0)
      return "(" + test(of, depth - 1) + (below(2) == 0 ? " and " : " or ") + test(of, depth - 1) + ")";
    switch (below(6)) {
      case 0:
        return of + "kind" + one_of(ops) +
               (below(2) == 0 ? "\"medical\"" : "\"a text that is longer than fourteen bytes\"");
      case 1:
        return number(of, 1) + " between " + scalar() + " and " + scalar();
      case 2:
        return of + "flag";
      default:
        return number(of, below(2) == 0 ? 0 : 1) + one_of(ops) + (below(3) == 0 ? number(of, 1) : scalar());
    }
  }
  std::string stream(int depth) {
    const std::string domain = depth > 0 && below(3) == 0 ? stream(depth - 1) : below(6) == 0 ? "Other" : "Items";
    if (below(2) == 0) return domain + "[" + test(below(2) == 0 ? "" : "item.", 2) + "]";
    if (below(5) == 0) return "(for i in " + domain + " return i)";
    return "(for i in " + domain + " return " + number("i.", 2) + ")";
  }
  std::string expression() {
    static constexpr const char* aggregates[] = {"sum", "count", "min", "max", "mean"};
    switch (below(8)) {
      case 0:
        return stream(1);
      case 1:
        return "some i in " + stream(0) + " satisfies " + test("i.", 1);
      case 2:
        return "every i in Items satisfies " + test("i.", 1);
      case 3:
        return one_of(aggregates) + "(" + stream(1) + ") - " + one_of(aggregates) + "(" + stream(1) + ")";
      default:
        return one_of(aggregates) + "(" + stream(2) + ")";
    }
  }

 private:
  std::mt19937 random_;
  std::size_t odd_in_ = 10;
};

std::string outcome(const Program& program, std::span<const Value> slots, bool traced, const Limits& limits = {}) {
  Machine machine(limits);
  Recorder recorder;
  if (traced) machine.set_recorder(&recorder);
  std::string out = literal(machine.evaluate(program, slots));
  for (const Diagnostic& diagnostic : machine.diagnostics()) out += "\n" + describe(diagnostic);
  return out;
}

Value value_of(const std::string& text) {
  Machine machine;
  return machine.evaluate(compile(text, {}).program);
}

TEST(Lane, RandomExpressionsGiveTheSameBothWays) {
  Scope scope;
  scope.add("Items");
  scope.add("Other", Type::list(Type::context({{"kind", Type::string()},
                                               {"amount", Type::number()},
                                               {"qty", Type::number()},
                                               {"flag", Type::boolean()},
                                               {"所得の金額の合計", Type::number()}})));
  scope.lenient = true;
  std::size_t values = 0;
  for (unsigned seed = 1; seed <= 6'000; ++seed) {
    Maker make(seed);
    const std::string items = make.list(), other = make.list(), text = make.expression();
    const std::vector<Value> slots = {value_of(items), value_of(other)};
    const Program program = compile(text, scope).program;
    const std::string expected = outcome(program, slots, true);
    ASSERT_EQ(outcome(program, slots, false), expected)
        << "seed " << seed << ": " << text << "\nItems " << items << "\nOther " << other;
    if (!expected.starts_with("null")) ++values;
  }
  EXPECT_GT(values, 2'000U) << "most of the expressions must give something";
}

TEST(Lane, StaysInsideTheBudgets) {
  Scope scope;
  scope.add("Items");
  std::vector<Value> items(1'000, Value::context({{"a", Value::number(1)}}));
  const std::vector<Value> slots = {Value::list(std::move(items))};
  const Program program = compile("sum(for i in Items[a > 0] return i.a)", scope).program;
  EXPECT_EQ(outcome(program, slots, false), "1000");
  const std::string ended = outcome(program, slots, false, {.steps_max = 500});
  EXPECT_TRUE(ended.starts_with("null\n")) << ended;
  EXPECT_NE(ended.find("limit_steps"), std::string::npos);
  const std::string too_long = outcome(program, slots, false, {.list_length_max = 10});
  EXPECT_NE(too_long.find("limit_length"), std::string::npos) << too_long;
}

TEST(Lane, PathsFindTheirMembersWhereverTheyLie) {
  Scope scope;
  scope.add("Items");
  const Program program = compile("sum(Items[kind = \"k\"].a) + sum(for i in Items return i.a)", scope).program;
  const Value items = value_of(R"([{kind: "k", a: 1}, {a: 2, kind: "k"}, {x: 0, y: 0, z: 0, kind: "k", a: 3}])");
  EXPECT_EQ(outcome(program, std::span(&items, 1), false), "12");
}

// --- JSON without a tree ---

TEST(JsonText, ReadsWhatTheTreeReads) {
  const std::vector<Field> fields = {
      {"n", Type::number()}, {"s", Type::string()},
      {"d", Type::date()},   {"b", Type::boolean()},
      {"any", Type::any()},  {"l", Type::list(Type::context({{"a", Type::number()}, {"d", Type::date()}}))},
      {"t", Type::time()}};
  const std::vector<std::string> texts = {
      R"({"n":1.50,"s":"x","d":"2026-04-01","b":true,"any":"2026-04-01","l":[{"a":-2,"d":"2026-01-31"},{"d":null}]})",
      R"( { "s" : "役場" , "n" : -0 } )",
      R"({})",
      R"({"n":0.10,"any":[1,"a",null,[true]]})",
      R"({"n":12345678901234567890.5,"any":{"z":1,"a":{"b":[2]}}})",
      R"({"n":1e3,"s":"a\u0041\n"})",
      R"({"l":[{"a":1,"extra":2}],"t":"10:00:00"})",
  };
  for (const std::string& text : texts) {
    std::vector<Value> out(fields.size());
    ASSERT_TRUE(read_members(text, fields, out)) << text;
    const JsonValue tree = *parse_json(text);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const JsonValue* member = tree.find(fields[i].name);
      const Value expected = member ? *from_json(*member, fields[i].type) : Value();
      EXPECT_EQ(out[i], expected) << text << ": " << fields[i].name << " is " << literal(out[i]);
    }
  }
}

TEST(JsonText, RefusesWhatTheTreeRefuses) {
  const std::vector<Field> fields = {{"n", Type::number()}, {"d", Type::date()}};
  const std::vector<std::pair<std::string, std::string>> texts = {
      {R"({"n":1)", "json.expected_close"},
      {R"({"n":01})", "json.bad_number"},
      {R"({"n":1,"n":2})", "json.duplicate_key"},
      {R"({"m":1})", "json.unknown_member"},
      {R"({"n":"1"})", "feel.type_mismatch"},
      {R"({"d":"2026-02-30"})", "feel.type_mismatch"},
      {"[1]", "json.no_object"},
      {"{\"n\":1}x", "json.trailing"},
      {"{\"n\":\"\xff\"}", "json.not_utf8"},
      {R"({"n":-})", "json.bad_number"},
  };
  for (const auto& [text, code] : texts) {
    std::vector<Value> out(fields.size());
    const auto result = read_members(text, fields, out);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, code) << text;
  }
}

TEST(JsonText, WritesWhatTheTreeWrites) {
  for (const std::string text : {"1",
                                 "-1.50",
                                 "0.5",
                                 "100",
                                 "-0.001",
                                 "1e30",
                                 "1e-30",
                                 "12345678901234567890.25",
                                 "0.00",
                                 "\"a\\\"b\"",
                                 "\"役場\"",
                                 "[]",
                                 "[1, [2], null]",
                                 "{}",
                                 "{a: 1, b: {c: [true, \"x\"]}}",
                                 "@\"2026-04-01\"",
                                 "@\"PT1H\"",
                                 "null",
                                 "function(x) x",
                                 "7",
                                 "-7",
                                 "1000000",
                                 "0.10",
                                 "99.90"}) {
    const Value value = value_of(text);
    std::string out;
    write_json(value, out);
    EXPECT_EQ(out, to_json(value).canonical()) << text;
  }
}

}  // namespace
}  // namespace yakuba::feel
