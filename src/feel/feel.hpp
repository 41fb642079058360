// FEEL, the rule language of DMN 1.5 (§10): compile once against the names in scope, evaluate many times with slots.
//
//   Scope scope;
//   auto income = scope.add("世帯.所得合計", Type::number());
//   scope.add("児童", Type::context({{"生年月日", Type::date()}}));
//   Compilation compiled = compile("世帯.所得合計 * 0.1 + 1", scope);
//   if (!compiled.ok()) …describe(compiled.faults[0])…             // unknown names, wrong arity: line and column
//   std::vector<Value> slots(scope.slot_count());
//   slots[income] = Value::number(4'300'000);
//   Machine machine;                                                 // one per thread; reuse it
//   Value result = machine.evaluate(compiled.program, slots);        // 430001
//
// A unary test (a decision table's cell) reads the tested value from the name "?":
//   auto input = scope.add("?", Type::number());
//   Compilation cell = compile_unary_tests("[1..2], > 10", scope);   // gives true, false or null
//
// Errors: evaluation never throws and never fails; what the standard calls an error gives null and a Diagnostic in
// machine.diagnostics(). A text that cannot be parsed compiles to a program that gives null and says so.
// Names: longest match against what is in scope, so names may hold spaces and operators ("age on", "世帯.所得合計",
// "foo+bar"). Names in scope shadow builtins.
// Bounds: Limits; when one is reached evaluation ends with null and a diagnostic of code limit_*.
// Threads: Scope while building, Machine: one thread. Program, Value, Type: any number of threads at once.
// No clock: now() and today() give Machine::set_now(); without it they are null with a diagnostic.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yakuba::feel {

using Slot = std::uint32_t;

// What went wrong, as data. Words in ja and en are made from the code and operands by whoever shows it.
enum class Code : std::uint8_t {
  syntax,        // the text is not FEEL; the only code that stops compilation
  unknown_name,  // no such variable, function or member in scope
  unknown_function,
  unknown_parameter,  // a named argument that the function does not have
  unknown_type,
  argument_count,
  argument_type,  // an argument of a kind that the function does not take
  type_mismatch,  // an operator over kinds it is not defined for; a condition that is not boolean
  not_a_function,
  no_such_member,  // path into a value without that member
  duplicate_key,
  division_by_zero,
  out_of_range,  // index, number, date or scale outside its domain
  invalid_text,  // a text that is no number, date, time, duration, range
  invalid_regex,
  not_comparable,  // values without order or equality
  coercion,        // a value that does not conform to the declared type
  no_clock,        // now() or today() without a time given
  native,          // reported by native code (dmn): see detail
  limit_steps,
  limit_depth,
  limit_length,
  limit_time_regex,
  limit_text,
};
std::string_view name_of(Code code);  // "division_by_zero"

struct Position {
  std::uint32_t offset = 0;  // bytes from the beginning of the text
  std::uint32_t length = 0;  // bytes
  int line = 1;              // 1-based
  int column = 1;            // 1-based, in code points
};
struct Diagnostic {
  Code code = Code::syntax;
  Position position;
  std::string detail;           // English, one sentence, without values of persons
  std::vector<Value> operands;  // the values that met, at most three
  std::string source;           // name of the program (Program::name), e.g. a decision's cell
  std::string subject;          // the name, function or member it is about; may be empty
};
std::string describe(const Diagnostic& diagnostic);  // "cell B3:1:7: division_by_zero: …"

// The names that an expression may use. Slots are numbered in order of add().
class Scope {
 public:
  Slot add(std::string_view name, Type type = Type::any());
  // A fixed value: a library function, a table of parameters. Shadows builtins; a later add() of the name wins.
  void add_constant(std::string_view name, Value value, Type type = Type::any());
  void add_type(std::string_view name, Type type);
  std::size_t slot_count() const { return slot_names_.size(); }
  std::optional<Slot> find(std::string_view name) const;
  const std::string& name_of(Slot slot) const { return slot_names_[slot]; }
  const Type& type_of(Slot slot) const { return slot_types_[slot]; }
  // Only syntax is a fault; unknown names, wrong arity or types are null with a diagnostic at evaluation. Packs: false.
  bool lenient = false;

  struct Constant {
    Value value;
    Type type;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class T>
  using Table = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
  const Table<Slot>& slots() const { return slots_; }
  const Table<Constant>& constants() const { return constants_; }
  const Table<Type>& types() const { return types_; }
  // Length of the longest name in scope: the parser never looks further for a match.
  std::size_t longest_name_bytes() const { return longest_name_bytes_; }

 private:
  std::vector<std::string> slot_names_;
  std::vector<Type> slot_types_;
  Table<Slot> slots_;
  Table<Constant> constants_;
  Table<Type> types_;
  std::size_t longest_name_bytes_ = 0;
};

// One path that an expression reads: a slot and the members after it as far as they are written out.
struct PathUsed {
  Slot slot = 0;
  std::vector<std::string> members;  // 児童.生年月日 → slot of 児童, {"生年月日"}; empty: the whole value
  bool operator==(const PathUsed&) const = default;
};

// Compiled, immutable, shared: copying costs a pointer.
class Program {
 public:
  Program() = default;  // gives null
  const std::string& name() const;
  const std::string& text() const;
  const Type& type() const;              // inferred; Any when not known
  std::vector<Slot> slots_used() const;  // free names, ascending
  const std::vector<PathUsed>& paths_used() const;
  bool constant() const;  // reads no slot and no clock: same value always
  struct Body;
  const std::shared_ptr<const Body>& body() const { return body_; }
  explicit Program(std::shared_ptr<const Body> body) : body_(std::move(body)) {}

 private:
  std::shared_ptr<const Body> body_;
};

struct Compilation {
  Program program;
  std::vector<Diagnostic> faults;  // in order of position; empty: nothing to object to
  bool ok() const { return faults.empty(); }
};
struct CompileOptions {
  std::string name;                    // shown in diagnostics
  std::size_t depth_max = 200;         // nesting of the text
  std::size_t bytes_max = 256 * 1024;  // length of the text
};
Compilation compile(std::string_view text, const Scope& scope, const CompileOptions& options = {});
// `-`, comma separated tests, not(…). Needs "?" in scope.
Compilation compile_unary_tests(std::string_view text, const Scope& scope, const CompileOptions& options = {});

// A library function (a BKM with a FEEL body). It sees constants of the scope and itself, but no slots.
struct FunctionDefinition {
  std::string name;
  std::vector<Parameter> parameters;
  Type result;
  std::string body;
};
struct FunctionCompilation {
  Value function;
  Type type;
  std::vector<Diagnostic> faults;
  bool ok() const { return faults.empty(); }
};
FunctionCompilation compile_function(const FunctionDefinition& definition, const Scope& scope,
                                     const CompileOptions& options = {});
//   auto age = compile_function({"age on", {{"day", Type::date()}, {"born", Type::date()}}, Type::number(), "…"},
//   scope); scope.add_constant("age on", age.function, age.type);

// A cell as sets, for analysis and index tables: a union of intervals and single values, when all end points are
// constants. Nothing when the cell is beyond that (reads names, calls functions, is an expression over `?`).
struct TestInterval {
  Value low, high;  // null: unbounded
  bool low_closed = false, high_closed = false;
  bool operator==(const TestInterval&) const = default;
};
struct TestSet {
  bool any = false;                     // `-`
  bool negated = false;                 // not(…): the complement of the union
  bool includes_null = false;           // a test `null`
  std::vector<TestInterval> intervals;  // a single value v is [v..v]
};
std::optional<TestSet> as_test_set(const Program& unary_tests);

// Trace: what each sub-expression gave. Off (nullptr): costs nothing.
struct TraceNode {
  std::string_view kind;  // "multiplication", "comparison", "name", "function call" … (see docs of trace.cpp)
  std::string subject;    // name or function
  std::uint32_t offset = 0, length = 0;
  Value value;
  std::vector<TraceNode> children;
};
class Recorder {
 public:
  explicit Recorder(std::size_t nodes_max = 10'000) : nodes_max_(nodes_max) {}
  const std::vector<TraceNode>& roots() const { return roots_; }  // one for each evaluation, in order
  bool truncated() const { return truncated_; }
  void enter(std::string_view kind, std::string_view subject, std::uint32_t offset, std::uint32_t length);
  void leave(const Value& value);

 private:
  std::vector<TraceNode> roots_;
  std::vector<TraceNode> open_;
  std::size_t nodes_ = 0, nodes_max_, skipped_ = 0;
  bool truncated_ = false;
};

struct Limits {
  std::uint64_t steps_max = 10'000'000;     // sub-expressions and list items touched since the last reset()
  std::uint32_t depth_max = 400;            // nested calls and sub-expressions
  std::size_t list_length_max = 1'000'000;  // items of any list made
  std::size_t text_bytes_max = 16 * 1024 * 1024;
  std::uint64_t weight_max = 4'000'000;  // Value::weight() of any list or context made
  std::uint32_t regex_match_steps_max = 1'000'000;
  std::size_t diagnostics_max = 100;  // further ones are counted, not kept
};

// Which slots were read in the evaluation: one bit each.
using ReadSet = std::vector<std::uint64_t>;

// Runs programs. Keep one per thread; steps and diagnostics add up until reset().
class Machine {
 public:
  Machine() : Machine(Limits{}) {}
  explicit Machine(const Limits& limits);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void set_now(const DateTime& now);      // the case's time, with zone
  void set_recorder(Recorder* recorder);  // nullptr: off
  void set_reads(ReadSet* reads);         // nullptr: off; bits are added, never cleared

  // slots: at least as many as the program's scope had when it was compiled; missing ones are null.
  Value evaluate(const Program& program, std::span<const Value> slots = {});
  // Positional call; arguments are coerced to the declared parameter types.
  Value call(const Value& function, std::span<const Value> arguments);

  const std::vector<Diagnostic>& diagnostics() const;
  std::size_t diagnostics_dropped() const;
  std::vector<Diagnostic> take_diagnostics();
  void report(Diagnostic diagnostic);  // for native functions and dmn
  bool exhausted() const;              // a limit was reached; every evaluation gives null until reset()
  std::uint64_t steps() const;
  const Limits& limits() const;
  void reset();  // new budget, no diagnostics

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// The names of all builtins with their parameter lists ("substring(string, start position, length?)"): for help,
// completion and docs.
struct BuiltinInfo {
  std::string name;
  std::vector<std::string> signatures;
};
std::vector<BuiltinInfo> builtins();

}  // namespace yakuba::feel
