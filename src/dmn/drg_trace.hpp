// How a decision of a model came about: what it read, each cell of its tables, the values of its expressions, and the
// same of every function and service that was called on the way. Data first, as JSON, and as Japanese sentences.
//
//   drg::Trace trace;
//   evaluator.set_trace(&trace);
//   evaluator.evaluate(graph, "Fee", inputs);
//   drg::to_json(trace).canonical();
//   for (const std::string& sentence : drg::sentences(trace)) std::puts(sentence.c_str());
//   // 表「Fee」: 1行目は、「age」が 40 で、6 未満 ではないため、当てはまりません。
//
// Bounds: trace_*_max below; what is beyond is left out and said to be (`cut`). Off it costs nothing. Values; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn::drg {

inline constexpr std::size_t trace_calls_max = 1'000;        // of one evaluation
inline constexpr std::size_t trace_rules_max = 1'000;        // of one table, beside those that matched
inline constexpr std::size_t trace_nodes_max = 2'000;        // of one expression
inline constexpr std::size_t trace_expressions_max = 2'000;  // of one decision or call

struct CellTrace {
  std::string text;         // "< 6"; "-" for any value
  std::optional<bool> met;  // nothing: not looked at, an earlier rule had decided
};
struct RuleTrace {
  int rule = 0;  // from 0
  std::string id;
  std::vector<std::string> annotations;
  std::vector<CellTrace> cells;
  bool met = false;  // all of them
};
struct TableTrace {
  std::string path;    // "Approval", "Routing.limit"
  std::string policy;  // "U", "C+"
  std::vector<std::string> headings;
  std::vector<feel::Value> inputs;  // the values under the headings
  std::vector<RuleTrace> rules;
  std::vector<int> matched;  // rules that gave the output, in the order of the policy
  bool by_default = false;
  feel::Value output;
  bool cut = false;  // there were more rules
};
struct ExpressionTrace {
  std::string path, text;
  feel::TraceNode tree;
  bool cut = false;
};
struct CallTrace;
// What happened while one decision or function was evaluated, by kind, each in its order.
struct Happenings {
  std::vector<TableTrace> tables;
  std::vector<ExpressionTrace> expressions;
  std::vector<CallTrace> calls;
  bool cut = false;
};
struct DecisionTrace {
  std::string name;
  std::vector<std::pair<std::string, feel::Value>> inputs;  // what it requires, by name; functions are left out
  feel::Value value;
  Happenings inside;
};
// A knowledge model, a decision service, or a boxed function.
struct CallTrace {
  std::string name;
  std::vector<std::pair<std::string, feel::Value>> arguments;
  feel::Value value;
  std::vector<DecisionTrace> decisions;  // of a service, and those that a function needs
  Happenings inside;
};
using Trace = std::vector<DecisionTrace>;

JsonValue to_json(const Trace& trace);
JsonValue to_json(const CallTrace& call);
std::vector<std::string> sentences(const Trace& trace);

}  // namespace yakuba::dmn::drg
