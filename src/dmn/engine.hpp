// One evaluation of a compiled criterion: slots, what is known, terms and tables in three-valued logic. Inside the
// folder only. A missing fact or an undecided decision is *unknown*; an expression is unknown only when it really read
// one.
#pragma once

#include "dmn/program.hpp"

namespace yakuba::dmn {

struct Result {
  bool known = true;  // false: depends on what is missing
  Standing standing = Standing::decided;
  feel::Value value;
  std::vector<int> matched;  // rules, in the order of the policy
  bool by_default = false;
  std::vector<int> candidates;  // not known: rules that may match
  bool gap_possible = false;    // not known: perhaps no rule matches
};

using ColumnValues = std::map<std::pair<int, int>, feel::Value>;  // (node, column) → value taken as given

class Engine {
 public:
  Engine(const Criterion::Body& body, feel::Machine& machine);

  // Takes the facts; what is missing or of the wrong type is unknown.
  void load(const Question& question, Evaluation& into);
  // Computes one node (those it needs before it) and keeps its value; with `trace` every cell is looked at.
  Result run(int node, DecisionTrace* trace = nullptr);

  // For what-if: values taken for missing facts and undecided nodes.
  void give_fact(int fact, const feel::Value& value);
  void give_node(int node, const feel::Value& value);
  void take_node_back(int node) { given_[static_cast<std::size_t>(node)] = false; }
  void forget_fact(int fact) { missing_[static_cast<std::size_t>(fact)] = true; }
  ColumnValues column_values;

  bool missing(int fact) const { return missing_[static_cast<std::size_t>(fact)]; }
  bool unknown(int node) const { return unknown_[static_cast<std::size_t>(node)]; }
  const feel::Value& value_of(int node) const { return slots_[body_.nodes[static_cast<std::size_t>(node)].slot]; }
  feel::Value fact_value(int fact) const;
  // The output of one rule; nothing when it reads something unknown.
  std::optional<feel::Value> output(const TableLogic& logic, int row, std::vector<Trouble>* troubles = nullptr);
  feel::Machine& machine() { return machine_; }

 private:
  Result run_term(int node, const TermLogic& logic, DecisionTrace* trace);
  Result run_table(int node, const TableLogic& logic, DecisionTrace* trace);
  Result settle(const TableLogic& logic, const std::vector<Outcome>& rules, std::vector<Trouble>* troubles);
  Result by_policy(const TableLogic& logic, std::vector<int> matched, std::vector<Trouble>* troubles);
  Result no_match(const TableLogic& logic, std::vector<Trouble>* troubles);
  Outcome cell(const Cell& cell, const std::optional<feel::Value>& value, const Column& column,
               std::vector<Trouble>* troubles);
  std::optional<feel::Value> evaluate(const Expression& expression, std::vector<Trouble>* troubles);
  bool any_unknown(const Reads& reads) const;
  std::optional<std::vector<feel::Value>> outputs(const std::vector<Expression>& expressions, const TableLogic& logic,
                                                  std::vector<Trouble>* troubles);
  void take_troubles(const Ref& ref, std::vector<Trouble>* troubles);
  void take_troubles(const std::vector<feel::Diagnostic>& diagnostics, const Ref& ref,
                     std::vector<Trouble>* troubles) const;
  static bool may_stand_alone(std::string_view text);
  bool stands_without_unknown(const Expression& expression, std::vector<feel::Diagnostic>& found);
  void trace_term_inputs(const Reads& reads, DecisionTrace& trace) const;

  const Criterion::Body& body_;
  feel::Machine& machine_;
  std::vector<feel::Value> slots_;
  std::vector<bool> missing_;  // facts
  std::vector<bool> unknown_;  // nodes
  std::vector<bool> given_;    // nodes whose value is given
  feel::ReadSet reads_;
};

}  // namespace yakuba::dmn
