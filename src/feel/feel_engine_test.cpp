// Scopes, names, compile-time faults, unary tests, functions, traces, reads and bounds.
#include <gtest/gtest.h>

#include "feel/feel.hpp"

namespace yakuba::feel {
namespace {

Value number(std::int64_t n) {
  return Value::number(n);
}
Value text_value(std::string_view text) {
  return Value::string(text);
}
Value day(std::string_view text) {
  return Value::date(*parse_date(text));
}

// A town's facts as a pack declares them.
struct Town {
  Scope scope;
  std::vector<Value> slots;

  Town() {
    Type child = Type::context({{"氏名", Type::string()}, {"生年月日", Type::date()}, {"同居", Type::boolean()}});
    set("世帯", Type::context({{"所得合計", Type::number()}, {"人数", Type::number()}}),
        Value::context({{"所得合計", number(4'300'000)}, {"人数", number(3)}}));
    set("児童", child, one_child("花子", "2022-04-01", true));
    set("対象児童", Type::list(child),
        Value::list({one_child("花子", "2022-04-01", true), one_child("太郎", "2018-05-05", false)}));
    set("基準日", Type::date(), day("2025-04-01"));
    set("foo+bar", Type::number(), number(7));
    set("foo", Type::number(), number(1));
    set("bar", Type::number(), number(2));
    set("days in weekend", Type::list(Type::string()), Value::list({text_value("土"), text_value("日")}));
    set("何か", Type::any(), Value::list({Value::context({{"額", number(5)}}), Value::context({{"額", number(9)}})}));
    set("額", Type::number(), number(100));
    set("?", Type::number(), number(5));
  }
  static Value one_child(std::string_view name, std::string_view born, bool here) {
    return Value::context({{"氏名", text_value(name)}, {"生年月日", day(born)}, {"同居", Value::boolean(here)}});
  }
  void set(std::string_view name, Type type, Value value) {
    scope.add(name, std::move(type));
    slots.push_back(std::move(value));
  }
  std::string run(std::string_view expression) {
    Compilation compiled = compile(expression, scope);
    if (!compiled.ok()) return describe(compiled.faults[0]);
    Machine machine;
    Value value = machine.evaluate(compiled.program, slots);
    for (const Diagnostic& d : machine.diagnostics()) return literal(value) + " " + describe(d);
    return literal(value);
  }
  std::string fault(std::string_view expression) {
    Compilation compiled = compile(expression, scope);
    return compiled.ok() ? "" : describe(compiled.faults[0]);
  }
};

TEST(Names, japanese_paths) {
  Town town;
  EXPECT_EQ(town.run("世帯.所得合計"), "4300000");
  EXPECT_EQ(town.run("世帯.所得合計*0.1+世帯.人数"), "430003");
  EXPECT_EQ(town.run("児童.生年月日 + duration(\"P3Y\") <= 基準日"), "true");
  EXPECT_EQ(town.run("世帯　.　人数　＝　3").find("syntax") != std::string::npos, true);  // full-width = is no operator
  EXPECT_EQ(town.run("世帯　.　人数　=　3"), "true");                                     // full-width space is a blank
}

TEST(Names, longest_match_wins) {
  Town town;
  EXPECT_EQ(town.run("foo+bar"), "7");
  EXPECT_EQ(town.run("foo + bar"), "3");
  EXPECT_EQ(town.run("foo+1"), "2");
  EXPECT_EQ(town.run("bar-foo"), "1");
  EXPECT_EQ(town.run("for d in days in weekend return d"), "[\"土\", \"日\"]");
  EXPECT_EQ(town.run("\"土\" in days in weekend"), "true");
}

TEST(Names, members_of_items_are_names_inside_a_filter) {
  Town town;
  EXPECT_EQ(town.run("対象児童[同居].氏名"), "[\"花子\"]");
  EXPECT_EQ(town.run("対象児童[not(同居)][1].氏名"), "\"太郎\"");
  EXPECT_EQ(town.run("対象児童[item.同居 = false][1].氏名"), "\"太郎\"");
  EXPECT_EQ(town.run("対象児童[生年月日 < 基準日 - @\"P5Y\"].氏名"), "[\"太郎\"]");
  EXPECT_EQ(town.run("some c in 対象児童 satisfies not(c.同居)"), "true");
  EXPECT_EQ(town.run("count(対象児童[生年月日 <= 児童.生年月日])"), "2");
}

TEST(Names, of_items_of_unknown_type_are_found_at_evaluation) {
  Town town;
  EXPECT_EQ(town.run("何か[額 > 6]"), "[{額: 9}]");  // the member hides the variable
  EXPECT_EQ(town.run("[1, 2][額 > 6]"), "[1, 2]");   // no member: the variable
  EXPECT_EQ(town.run("何か[名 の 無い 員 = null]"), "[{額: 5}, {額: 9}]");
}

TEST(Names, in_scope_shadow_builtins) {
  Scope scope;
  scope.add("count", Type::number());
  scope.add("date", Type::date());
  std::vector<Value> slots{number(3), day("2024-04-01")};
  Machine machine;
  EXPECT_EQ(machine.evaluate(compile("count + 1", scope).program, slots), number(4));
  EXPECT_EQ(machine.evaluate(compile("date and time(\"2024-04-01T00:00:00\").year + date.month", scope).program, slots),
            number(2028));
}

TEST(Faults, name_line_and_column_in_code_points) {
  Town town;
  EXPECT_EQ(town.fault("世帯.所得合計 +\n  知らない名"), "2:3: unknown_name `知らない名`: no variable has this name");
  EXPECT_EQ(town.fault("児童.氏"),
            "1:1: no_such_member `氏`: context<氏名: string, 生年月日: date, 同居: boolean> has no such member");
  EXPECT_EQ(town.fault("対象児童[年齢 > 3]").find("unknown_name `年齢`") != std::string::npos, true);
  EXPECT_EQ(town.fault("nanika(1)"), "1:1: unknown_function `nanika`: no function has this name");
  EXPECT_EQ(town.fault("substring(\"a\")"),
            "1:1: argument_count `substring`: no form of this function takes 1 arguments");
  EXPECT_EQ(town.fault("substring(1, 2)"),
            "1:1: argument_type `substring`: no form of this function takes (number, number)");
  EXPECT_EQ(town.fault("児童.生年月日 + 1"), "1:1: type_mismatch: this operator is not defined for date and number");
  EXPECT_EQ(town.fault("児童.生年月日 < \"2024-01-01\""), "1:1: not_comparable: date and string cannot be compared");
  EXPECT_EQ(town.fault("if 世帯.人数 then 1 else 2"),
            "1:4: type_mismatch: the condition of `if` must be boolean, but is number");
  EXPECT_EQ(town.fault("1 instance of 謎の型"), "1:15: unknown_type `謎の型`: no type has this name");
  EXPECT_EQ(town.fault("{a: 1, a: 2}"), "1:8: duplicate_key `a`: this key is there already");
  EXPECT_EQ(town.fault("@\"2024-99-01\"").find("invalid_text") != std::string::npos, true);
  EXPECT_EQ(town.fault("世帯(1)"),
            "1:1: not_a_function `世帯`: context<所得合計: number, 人数: number> cannot be called");
}

TEST(Faults, of_syntax_say_what_was_expected) {
  Town town;
  EXPECT_EQ(town.fault("1 +"), "1:4: syntax: expected an expression, found the end");
  EXPECT_EQ(town.fault("(1 + 2"), "1:7: syntax: expected \")\", found the end");
  EXPECT_EQ(town.fault("[1, 2"), "1:6: syntax: expected \",\" or \"]\", found the end");
  EXPECT_EQ(town.fault("if true then 1"), "1:15: syntax: expected `else`, found the end");
  EXPECT_EQ(town.fault("\"abc"), "1:1: syntax: this string is not closed");
  EXPECT_EQ(town.fault("1 2"), "1:3: syntax: expected the end of the expression, found \"2\"");
  EXPECT_EQ(town.fault(""), "1:1: syntax: expected an expression, found the end");
  EXPECT_EQ(town.fault("foo bar baz"), "1:5: syntax: expected the end of the expression, found \"b\"");
  EXPECT_EQ(town.fault("12ab"), "1:1: syntax: a name cannot begin with a digit");
  for (const char* wrong : {")",         "]",  "}",    "..", "for",    "for x",       "for x in",   "some x in [1]",
                            "function(", "{a", "{a:}", "@",  "f(",     "1 between 2", "1 instance", "=",
                            "1 in",      "a.", "[1..", "?.", "/* open"}) {
    SCOPED_TRACE(wrong);
    Compilation compiled = compile(wrong, town.scope);
    EXPECT_FALSE(compiled.ok());
    Machine machine;
    EXPECT_TRUE(machine.evaluate(compiled.program, town.slots).is_null());
    EXPECT_FALSE(machine.diagnostics().empty());
  }
}

TEST(Faults, are_left_to_evaluation_when_lenient) {
  Scope scope;
  scope.lenient = true;
  Compilation compiled = compile("unknown + 1", scope);
  EXPECT_TRUE(compiled.ok());
  Machine machine;
  EXPECT_TRUE(machine.evaluate(compiled.program).is_null());
  ASSERT_GE(machine.diagnostics().size(), 1u);
  EXPECT_EQ(machine.diagnostics()[0].code, Code::unknown_name);
  EXPECT_EQ(machine.diagnostics()[0].subject, "unknown");
}

TEST(Types, are_inferred) {
  Town town;
  auto type = [&](const char* expression) { return compile(expression, town.scope).program.type().text(); };
  EXPECT_EQ(type("世帯.所得合計 * 2"), "number");
  EXPECT_EQ(type("児童.生年月日 + @\"P1Y\""), "date");
  EXPECT_EQ(type("基準日 - 児童.生年月日"), "days and time duration");
  EXPECT_EQ(type("対象児童.氏名"), "list<string>");
  EXPECT_EQ(type("対象児童[1].氏名"), "string");
  EXPECT_EQ(type("対象児童[同居]"), "list<context<氏名: string, 生年月日: date, 同居: boolean>>");
  EXPECT_EQ(type("for c in 対象児童 return c.生年月日"), "list<date>");
  EXPECT_EQ(type("if true then 1 else null"), "number");
  EXPECT_EQ(type("{a: 1, b: \"x\"}"), "context<a: number, b: string>");
  EXPECT_EQ(type("(function(x: number) x > 1)(2)"), "boolean");
}

struct CellCase {
  const char* cell;
  Value input;
  const char* expected;
};

TEST(UnaryTests, of_cells) {
  std::vector<CellCase> cases{
      {"-", number(5), "true"},
      {"-", Value(), "true"},
      {"5", number(5), "true"},
      {"5", number(6), "false"},
      {"5", Value(), "false"},
      {"< 5", number(4), "true"},
      {"< 5", number(5), "false"},
      {">= 5", number(5), "true"},
      {"< 5", Value(), "null"},
      {"[1..3]", number(3), "true"},
      {"[1..3)", number(3), "false"},
      {"1, 3, 5", number(3), "true"},
      {"< 1, > 9", number(5), "false"},
      {"not(1, 2)", number(3), "true"},
      {"not(1, 2)", number(2), "false"},
      {"not(< 5)", number(5), "true"},
      {"null", Value(), "true"},
      {"null", number(1), "false"},
      {"\"a\", \"b\"", text_value("b"), "true"},
      {"not(\"a\")", text_value("b"), "true"},
      {"true", Value::boolean(true), "true"},
      {"true", Value::boolean(false), "false"},
      {"false", Value::boolean(false), "true"},
      {"? > 3 and ? < 6", number(5), "true"},
      {"? > 3", number(2), "false"},
      {"starts with(?, \"奈\")", text_value("奈義町"), "true"},
      {"limit", number(7), "true"},
      {"< limit", number(6), "true"},
      {"limit > 3", number(1), "true"},
      {"[1, 2]", number(2), "true"},
      {"[[1..2], [5..6]]", number(6), "true"},
      {"@\"2024-04-01\"", day("2024-04-01"), "true"},
      {"[@\"2024-04-01\"..@\"2025-03-31\"]", day("2024-12-01"), "true"},
      {"> date(\"2024-01-01\")", day("2024-12-01"), "true"},
      {"-5", number(-5), "true"},
      {"- 5", number(-5), "true"},
      {"(1..3)", number(2), "true"},
      {"!= 5", number(4), "true"},
      {"= 5", number(5), "true"},
      {"\"a\"", number(5), "null"},
      {"not(true)", Value::boolean(false), "true"},
      {"not(?)", Value::boolean(false), "true"},
  };
  Scope scope;
  scope.add("?");
  scope.add("limit", Type::number());
  for (const CellCase& one : cases) {
    SCOPED_TRACE(one.cell);
    Compilation compiled = compile_unary_tests(one.cell, scope);
    for (const Diagnostic& fault : compiled.faults) ADD_FAILURE() << describe(fault);
    Machine machine;
    std::vector<Value> slots{one.input, number(7)};
    EXPECT_EQ(literal(machine.evaluate(compiled.program, slots)), one.expected);
  }
}

TEST(UnaryTests, tell_a_cell_of_the_wrong_type) {
  Scope scope;
  scope.add("?", Type::number());
  EXPECT_EQ(describe(compile_unary_tests("1, \"a\"", scope).faults.at(0)),
            "1:4: not_comparable: number is tested against string");
  EXPECT_FALSE(compile_unary_tests("1,,2", scope).ok());
  EXPECT_FALSE(compile_unary_tests("", scope).ok());
  EXPECT_TRUE(compile_unary_tests("< 5, [7..9]", scope).ok());
}

TEST(UnaryTests, as_sets_for_analysis) {
  Scope scope;
  scope.add("?", Type::number());
  scope.add("x", Type::number());
  auto set = [&](const char* cell) { return as_test_set(compile_unary_tests(cell, scope).program); };
  EXPECT_TRUE(set("-")->any);
  auto two = set("[1..2], > 5");
  ASSERT_TRUE(two);
  ASSERT_EQ(two->intervals.size(), 2u);
  EXPECT_EQ(two->intervals[0], (TestInterval{number(1), number(2), true, true}));
  EXPECT_EQ(two->intervals[1], (TestInterval{number(5), Value(), false, false}));
  EXPECT_TRUE(set("not(3)")->negated);
  EXPECT_TRUE(set("null")->includes_null);
  EXPECT_EQ(set("!= 3")->intervals.size(), 2u);
  EXPECT_EQ(set("date(\"2024-04-01\")")->intervals[0].low, day("2024-04-01"));
  EXPECT_FALSE(set("x"));
  EXPECT_FALSE(set("? > 3"));
  EXPECT_FALSE(set("< x"));
  EXPECT_FALSE(set("[3..1]"));
}

TEST(Functions, of_the_library_call_each_other_and_themselves) {
  Scope scope;
  auto define = [&](FunctionDefinition definition) {
    FunctionCompilation compiled = compile_function(definition, scope);
    EXPECT_TRUE(compiled.ok()) << describe(compiled.faults.empty() ? Diagnostic{} : compiled.faults[0]);
    scope.add_constant(definition.name, compiled.function, compiled.type);
  };
  // 年齢計算法: attained the day before the birthday.
  define({"age on",
          {{"day", Type::date()}, {"born", Type::date()}},
          Type::number(),
          "years and months duration(born, day + @\"P1D\").years"});
  define({"fiscal year end",
          {{"day", Type::date()}},
          Type::date(),
          "date(if day.month > 3 then day.year + 1 else day.year, 3, 31)"});
  define({"gcd",
          {{"a", Type::number()}, {"b", Type::number()}},
          Type::number(),
          "if b = 0 then a else gcd(b, modulo(a, b))"});
  scope.add("児童", Type::context({{"生年月日", Type::date()}}));
  std::vector<Value> slots{Value::context({{"生年月日", day("2008-04-01")}})};
  Machine machine;
  auto run = [&](const char* expression) {
    Compilation compiled = compile(expression, scope);
    EXPECT_TRUE(compiled.ok()) << describe(compiled.faults.empty() ? Diagnostic{} : compiled.faults[0]);
    return literal(machine.evaluate(compiled.program, slots));
  };
  EXPECT_EQ(run("age on(@\"2026-03-31\", 児童.生年月日)"), "18");
  EXPECT_EQ(run("age on(@\"2026-03-30\", 児童.生年月日)"), "17");
  EXPECT_EQ(run("age on(fiscal year end(@\"2025-04-01\"), 児童.生年月日)"), "18");
  EXPECT_EQ(run("age on(born: 児童.生年月日, day: @\"2026-03-31\")"), "18");
  EXPECT_EQ(run("gcd(48, 36)"), "12");
  EXPECT_EQ(run("for f in [gcd] return f(10, 4)"), "[2]");
  EXPECT_EQ(describe(compile("age on(1)", scope).faults.at(0)),
            "1:1: argument_count `age on`: takes 2 arguments, given are 1");
  EXPECT_EQ(describe(compile("age on(1, 2)", scope).faults.at(0)),
            "1:8: argument_type `age on`: expected date, given is number");
  EXPECT_FALSE(compile("age on(day: @\"2024-01-01\", birth: @\"2024-01-01\")", scope).ok());
  EXPECT_EQ(compile("gcd(4, 2)", scope).program.type().text(), "number");
  // A library function sees no facts.
  FunctionCompilation peek = compile_function({"peek", {}, Type::any(), "児童.生年月日"}, scope);
  EXPECT_FALSE(peek.ok());
}

TEST(Functions, native_code_is_called_with_coerced_arguments) {
  Scope scope;
  Function native;
  native.name = "twice";
  native.parameters = {{"n", Type::number()}};
  native.native = [](Machine& machine, std::span<const Value> arguments) {
    if (arguments[0].is_null()) {
      machine.report({Code::native, {}, "nothing to double", {}, "twice", {}});
      return Value();
    }
    return Value::number(*arguments[0].integer() * 2);
  };
  scope.add_constant("twice", Value::function(native));
  Machine machine;
  EXPECT_EQ(machine.evaluate(compile("twice(twice([4]))", scope).program), number(16));
  EXPECT_TRUE(machine.evaluate(compile("twice(null)", scope).program).is_null());
  EXPECT_EQ(machine.diagnostics().at(0).code, Code::native);
  Value arguments[] = {number(21)};
  EXPECT_EQ(machine.call(Value::function(native), arguments), number(42));
}

TEST(Functions, outlive_the_program_that_made_them) {
  Value made;
  {
    Scope scope;
    scope.add("k");
    std::vector<Value> slots{number(10)};
    Machine machine;
    made = machine.evaluate(compile("function(x) function(y) x * k + y", scope).program, slots);
  }
  Machine machine;
  Value four[] = {number(4)}, two[] = {number(2)};
  EXPECT_EQ(machine.call(machine.call(made, four), two), number(42));
}

TEST(Programs, tell_what_they_read) {
  Town town;
  Program program =
      compile("if 児童.同居 then 世帯.所得合計 else count(対象児童.氏名) + 児童.生年月日.year", town.scope).program;
  EXPECT_EQ(program.slots_used(), (std::vector<Slot>{0, 1, 2}));
  EXPECT_EQ(program.paths_used(),
            (std::vector<PathUsed>{{0, {"所得合計"}}, {1, {"同居"}}, {1, {"生年月日", "year"}}, {2, {"氏名"}}}));
  EXPECT_FALSE(program.constant());
  EXPECT_TRUE(compile("1 + 2", town.scope).program.constant());
  EXPECT_FALSE(compile("today()", town.scope).program.constant());

  ReadSet reads;
  Machine machine;
  machine.set_reads(&reads);
  machine.evaluate(program, town.slots);  // 同居 is true: 対象児童 is not looked at
  EXPECT_EQ(reads, (ReadSet{0b011}));
}

TEST(Trace, gives_the_value_of_every_part) {
  Town town;
  Recorder recorder;
  Machine machine;
  machine.set_recorder(&recorder);
  machine.evaluate(compile("世帯.所得合計 <= 430000 + 100000 * (世帯.人数 - 1)", town.scope).program, town.slots);
  ASSERT_EQ(recorder.roots().size(), 1u);
  const TraceNode& root = recorder.roots()[0];
  EXPECT_EQ(root.kind, "comparison");
  EXPECT_EQ(root.value, Value::boolean(false));
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.children[0].kind, "member");
  EXPECT_EQ(root.children[0].subject, "所得合計");
  EXPECT_EQ(root.children[0].value, number(4'300'000));
  EXPECT_EQ(root.children[1].value, number(630'000));
  Recorder small(3);
  machine.set_recorder(&small);
  machine.evaluate(compile("1 + 2 + 3 + 4", town.scope).program, town.slots);
  EXPECT_TRUE(small.truncated());
}

TEST(Json, in_both_directions_by_declared_type) {
  Type child = Type::context({{"氏名", Type::string()}, {"生年月日", Type::date()}, {"額", Type::number()}});
  auto json =
      parse_json(R"({"児童":[{"氏名":"花子","生年月日":"2022-04-01","額":1.50},{"氏名":"太郎","生年月日":null}]})");
  ASSERT_TRUE(json);
  Type type = Type::context({{"児童", Type::list(child)}});
  auto value = from_json(*json, type);
  ASSERT_TRUE(value) << describe(value.error());
  EXPECT_EQ(
      literal(*value),
      "{児童: [{氏名: \"花子\", 生年月日: @\"2022-04-01\", 額: 1.5}, {氏名: \"太郎\", 生年月日: null, 額: null}]}");
  EXPECT_EQ(to_json(*value).canonical(),
            R"({"児童":[{"氏名":"花子","生年月日":"2022-04-01","額":1.5},{"氏名":"太郎","生年月日":null,"額":null}]})");
  auto wrong = from_json(*parse_json(R"({"児童":[{"生年月日":"2022-02-30"}]})"), type);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place.field, "児童[1].生年月日");
}

TEST(Values, are_small_and_compare_by_content) {
  EXPECT_EQ(sizeof(Value), 16u);
  Value long_text = text_value("十四バイトより長い文字列");
  Value copy = long_text;
  EXPECT_EQ(copy, long_text);
  copy = number(1);
  copy = std::move(long_text);
  EXPECT_EQ(copy.string(), "十四バイトより長い文字列");
  EXPECT_EQ(Value::context({{"a", number(1)}, {"a", number(2)}, {"b", number(3)}}),
            Value::context({{"b", number(3)}, {"a", number(2)}}));
  EXPECT_EQ(number(0).integer(), 0);
  EXPECT_EQ(Value::number(INT64_MIN, 0).integer(), INT64_MIN);
  EXPECT_EQ(text_value("x").number().text(), "0");  // the wrong kind: empty, never undefined
  EXPECT_TRUE(number(1).items().empty());
}

// --- hostile input ---

std::string repeated(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

struct Hostile {
  std::string expression;
  const char* code;
};

TEST(Bounds, end_what_would_not_end) {
  std::vector<Hostile> cases{
      {"for i in 1..1000000000 return i", "limit_length"},
      {"for i in 1..100000, j in 1..100000 return i", "limit_length"},
      {"some i in 1..1000000, j in 1..1000000 satisfies i + j < 0", "limit_steps"},
      {"count(for i in 1..900000 return partial)", "limit_steps"},
      {"{f: function(n) f(n + 1), x: f(1)}.x", "limit_depth"},
      {"{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), x: f(60)}.x", "limit_steps"},
      {"for i in 1..5000 return [partial]", "limit_length"},
      {"{f: function(l, n) if n = 0 then l else f([l], n - 1), x: f([], 5000)}.x", "limit_depth"},
      {"string(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])", "limit_length"},
      {"{l: for i in 1..20 return if i = 1 then [1] else [partial[-1], partial[-1]], x: for j in 1..1000000 return l = "
       "l}.x",
       "limit_steps"},
      {"{c: context(for i in 1..50000 return {key: string(i), value: i}), x: for j in 1..1000000 return c.z}.x",
       "limit_steps"},
      {"{s: string join(for i in 1..100000 return \"0123456789\"), x: for j in 1..1000000 return contains(s, \"x\")}.x",
       "limit_steps"},
      {"matches(\"" + repeated("a", 60) + "!\", \"^(a|a|aa)+$\")", "limit_time_regex"},
      {"for i in 1..40 return if i = 1 then \"aaaaaaaaaaaaaaaa\" else partial[-1] + partial[-1]", "limit_text"},
      {"for i in 1..40 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])", "limit_length"},
      {"replace(\"" + repeated("a", 1000) + "\", \"a\", \"" + repeated("b", 100'000) + "\")", "limit_text"},
  };
  Scope scope;
  for (const Hostile& one : cases) {
    SCOPED_TRACE(one.expression.substr(0, 100));
    Limits limits;
    limits.steps_max = 2'000'000;
    Machine machine(limits);
    EXPECT_TRUE(machine.evaluate(compile(one.expression, scope).program).is_null());
    std::string codes;
    for (const Diagnostic& d : machine.diagnostics()) codes += std::string(name_of(d.code)) + " ";
    EXPECT_NE(codes.find(one.code), std::string::npos) << codes;
    machine.reset();
    EXPECT_EQ(machine.evaluate(compile("1 + 1", scope).program), number(2));  // usable again
  }
}

TEST(Bounds, of_texts) {
  Scope scope;
  for (std::string text :
       {repeated("(", 100'000), repeated("[", 100'000), repeated("{a:", 50'000), repeated("-", 100'000),
        "1" + repeated("+1", 50'000), repeated("if true then ", 20'000), repeated("not(", 50'000),
        "1" + repeated("[1]", 30'000), "a" + repeated(".a", 50'000), repeated("function() ", 10'000),
        repeated("for i in ", 10'000), repeated("1 in (", 150),
        repeated("1 in (1 in (", 40) + "1" + repeated(")+1)", 40), "{" + repeated("a: 1, ", 30'000) + "}",
        std::string(300'000, '1'), repeated("a ", 100'000)}) {
    SCOPED_TRACE(text.substr(0, 20));
    Compilation compiled = compile(text, scope);
    EXPECT_FALSE(compiled.ok());
    Machine machine;
    EXPECT_TRUE(machine.evaluate(compiled.program).is_null());
  }
  // What people write is far inside the bounds.
  EXPECT_TRUE(compile("1" + repeated(" + 1", 200), scope).ok());
  EXPECT_TRUE(compile(repeated("(", 90) + "1" + repeated(")", 90), scope).ok());
  EXPECT_TRUE(compile("true" + repeated(" and true", 5'000), scope).ok());
}

TEST(Bounds, keep_few_diagnostics_of_many) {
  Machine machine;
  Scope scope;
  machine.evaluate(compile("for i in 1..1000 return 1 / 0", scope).program);
  EXPECT_EQ(machine.diagnostics().size(), machine.limits().diagnostics_max);
  EXPECT_EQ(machine.diagnostics_dropped(), 900u);
}

TEST(Builtins, are_all_of_the_standard) {
  std::vector<std::string> names;
  for (const BuiltinInfo& info : builtins()) names.push_back(info.name);
  EXPECT_EQ(names.size(), 86u);
  for (const char* wanted : {"date and time", "years and months duration", "string length", "list replace",
                             "round half down", "context merge", "started by", "week of year", "range", "is"})
    EXPECT_NE(std::ranges::find(names, wanted), names.end()) << wanted;
}

}  // namespace
}  // namespace yakuba::feel
