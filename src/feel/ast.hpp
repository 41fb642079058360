// The typed tree that the parser makes and the compiler lowers. Internal to feel.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "feel/builtin.hpp"
#include "feel/feel.hpp"

namespace yakuba::feel {

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};

enum class AstKind : std::uint8_t {
  constant,
  slot,       // index
  local,      // index into the frame of the function it stands in
  self,       // the function being defined
  builtin,    // a builtin as a value
  unknown,    // a name that nothing defines: null with a diagnostic; with one child: `item` may have the member
  member_or,  // [item, otherwise]: item's member `name` if it has one, else otherwise
  negate,
  arithmetic,
  comparison,
  conjunction,  // n children
  disjunction,
  condition,  // if
  between,
  in,        // [value, test…]
  test,      // unary test over [value, expression]: equal, in list, in range, or true
  range,     // [low, high]; flags
  range_of,  // operator (op) and one end point: (< 10)
  list,
  context,       // entries: children with `names`
  path,          // [value], name
  filter,        // [list, predicate]; index: local of item
  for_loop,      // iterators: 1 or 2 children each (domain or low and high), body last; locals in indices
  quantified,    // flags: every; iterators one child each, condition last
  instance_of,   // type in `target`
  function,      // a literal; own frame
  call,          // [callee, arguments…]; names for named arguments
  builtin_call,  // builtin; children by position; index: 1 + the form chosen by names, or 0
  unary_tests,   // [?, test…]; flags: negated
  any_test,      // `-`
};

struct Ast;
using AstPointer = std::unique_ptr<Ast>;

// What a function literal takes from the frame around it.
struct Capture {
  AstKind kind;  // slot, local or self, seen from the frame around
  std::uint32_t index;
  std::uint32_t local = 0;  // where it lies in the function's own frame
};

struct Ast {
  AstKind kind;
  Operator op = Operator::add;
  bool flag = false, flag_2 = false;
  std::uint32_t offset = 0, length = 0;
  std::uint32_t depth = 1;
  std::uint32_t index = 0;
  Type type;
  Value value;
  std::string name;
  std::vector<AstPointer> children;
  std::vector<std::string> names;      // of context entries, named arguments
  std::vector<std::uint32_t> indices;  // locals of iterators, entries
  std::vector<std::uint8_t> pairs;     // for_loop: 1 when an iterator has low and high
  const Builtin* builtin = nullptr;
  Type target;                        // instance_of; result of a function
  std::vector<Parameter> parameters;  // of a function
  std::vector<Capture> captures;
  std::uint32_t frame_size = 0;    // locals of a function
  Code code = Code::unknown_name;  // of an unknown: what to report
};

struct Parsed {
  AstPointer root;  // nullptr after a syntax error
  std::uint32_t frame_size = 0;
  std::vector<Diagnostic> faults;
};
enum class Goal : std::uint8_t { expression, unary_tests };
Parsed parse(std::string_view text, const Scope& scope, const CompileOptions& options, Goal goal);
Parsed parse_function(const FunctionDefinition& definition, const Scope& scope, const CompileOptions& options);

Position position_at(std::string_view text, std::uint32_t offset, std::uint32_t length);

}  // namespace yakuba::feel
