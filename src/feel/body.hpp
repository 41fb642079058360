// The compiled form: a flat, immutable array of nodes with interned keys, numbered locals and resolved builtins, which
// the machine walks by index. Internal to feel.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feel/ast.hpp"

namespace yakuba::feel {

// Where the three numbers of a node mean: a first child, b second, c third, unless said otherwise.
enum class Op : std::uint8_t {
  constant,  // a: constant
  slot,      // a: slot
  local,     // a: local
  self,
  builtin_value,  // a: builtin
  unknown,        // a: constant (the name); flag: Code
  member_or,      // a: item, b: constant (the key), c: otherwise or none
  negate,         // a
  add,
  subtract,
  multiply,
  divide,
  power,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  conjunction,  // a: first operand, b: count
  disjunction,
  condition,     // a, b, c
  between,       // a, b, c
  in,            // a: value, b: first operand (tests), c: count
  test,          // a: expression; flag: reads `?`
  range,         // a, b; flag: 1 low closed, 2 high closed
  range_of,      // a; flag: Operator
  list,          // a: first operand, b: count
  context,       // a: first operand (key, value, local)*, b: count; flag: duplicate key
  path,          // a: value, b: constant (the key); flag: quiet
  filter,        // a: list, b: predicate, c: local
  for_loop,      // a: first operand (pair, local, low, high)*, b: count, c: body; extra: local of partial, or none
  quantified,    // as for_loop; flag: every
  instance_of,   // a: value, b: type
  function,      // a: function
  call,          // a: callee, b: first operand, c: count; flag: named, then operands are followed by names
  builtin_call,  // a: builtin, b: first operand, c: count; flag: 1 + the form chosen by names, or 0
  bad_call,      // flag: Code; b, c: as builtin_call; a: builtin
  unary_tests,   // a: `?`, b: first operand, c: count; flag: negated
  any_test,
};
inline constexpr std::uint32_t none = UINT32_MAX;

// How far the short way (lane.cpp) goes through a node.
namespace lane {
inline constexpr std::uint8_t reference = 1;   // a value that lies somewhere: read in place
inline constexpr std::uint8_t number = 2;      // of inline numbers only
inline constexpr std::uint8_t truth = 4;       // comparisons and what joins them
inline constexpr std::uint8_t stream = 8;      // a list that need not be made: a filter or a loop over one
inline constexpr std::uint8_t aggregate = 16;  // sum, min, max or count of a stream
}  // namespace lane

struct Node {
  Op op = Op::constant;
  std::uint8_t flag = 0;
  std::uint8_t lane = 0;
  // Of a path: the place where its member was last found, a guess that threads share (__atomic, relaxed).
  mutable std::uint32_t extra = none;
  std::uint32_t a = none, b = none, c = none;
};
struct Span {
  std::uint32_t offset = 0, length = 0;
};
struct FunctionCode {
  std::string name;
  std::vector<Parameter> parameters;  // locals 0 … n-1
  std::shared_ptr<const Type> result;
  std::vector<Capture> captures;
  std::uint32_t root = none, frame_size = 0;
};

struct Program::Body : std::enable_shared_from_this<Program::Body> {
  std::string name, text;
  Type type;
  std::vector<Node> nodes;
  std::vector<Span> spans;  // of each node
  std::vector<std::uint32_t> operands;
  std::vector<Value> constants;
  std::vector<Type> types;
  std::vector<FunctionCode> functions;
  std::uint32_t root = none;  // none: the text is not FEEL, see failures
  std::uint32_t frame_size = 0;
  std::vector<PathUsed> paths;
  bool reads_clock = false;
  std::vector<Diagnostic> failures;
  std::optional<TestSet> tests;
};

// A function made by a program: its code and what it took with it.
struct Closure {
  std::shared_ptr<const Program::Body> body;
  std::uint32_t function = 0;
  std::vector<Value> captured;
};

std::string_view trace_kind(const Node& node);
// Marks the nodes from `first` on; children stand before their parents.
void mark_lanes(Program::Body& body);

}  // namespace yakuba::feel
