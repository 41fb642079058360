// What can be proved of a criterion before it is in force: gaps and overlaps with one merged witness each, rules that
// never count, outputs that never come, inputs that are never used, and the row that would close a gap.
//
//   Analysis analysis = analyse(criterion);
//   for (const Gap& gap : analysis.tables[0].gaps)   // gap.cells == {"36", "-", "-"}; gap.example == {36, 0, 1}
//     propose(gap.proposed);                         // Rules with the missing cells
//   analysis.faults                                  // the same as Faults with file, line, column, for `pack check`
//
// How: each column's values are cut at the end points of its cells into regions (integers, ages, yen, dates and months
// are discrete; a string without enumeration has one region "any other value"); a rule is a product of region sets;
// gaps and covers are found on the product by rule bitsets, memoised on the rules still alive. Exact for intervals,
// sets and negations. A cell beyond that (it reads names or computes) becomes a condition of its own that may hold or
// not, and the table says so in `inexact`. Columns are taken as independent of each other; null is outside (a fact is
// of its type). Limits: AnalyseLimits; when one is met the table's `complete` is false. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "dmn/evaluate.hpp"

namespace yakuba::dmn {

struct AnalyseLimits {
  std::size_t gaps_max = 50;  // reported for one table
  std::size_t overlaps_max = 200;
  std::size_t steps_max = 2'000'000;  // of the search in one table
};

struct Gap {
  std::vector<std::string> cells;  // unary tests, one for each input clause: the largest region of the gap
  std::vector<std::vector<std::string>> further;  // more regions that touch it: still one defect
  std::vector<feel::Value> example;               // one point in it
  std::string also;                               // conditions of inexact cells in it, as FEEL: then it is a suspicion
  std::vector<Rule> proposed;                     // rows that close it without overlapping; outputs are left as "?"
  int after_row = -1;                             // where they belong: behind this rule
};
struct Overlap {
  std::vector<int> rules;  // indices, ascending
  std::vector<std::string> cells;
  std::vector<feel::Value> example;
  std::string also;  // conditions of inexact cells in it; then it is a suspicion, not a proof
  bool same_output = false;
};
struct MaskedRule {
  int rule = 0;
  std::vector<int> by;       // the rules that always win over it or match wherever it does
  bool same_output = false;  // then it is only redundant (subsumed)
};
struct InexactCell {
  Ref cell;
  std::string text;
};
struct TableAnalysis {
  std::string decision;
  std::vector<Gap> gaps;
  std::vector<Overlap> overlaps;  // a defect under U; under A when outputs differ; else for information
  std::vector<MaskedRule> masked;
  std::vector<int> never;                        // rules with a condition that no value meets
  std::vector<std::string> unreachable_outputs;  // allowed values that no rule gives
  std::vector<std::string> unused_inputs;        // columns with "-" only
  std::vector<InexactCell> inexact;
  bool complete = true;     // false: a limit was met, there may be more
  std::size_t regions = 0;  // product of the columns' regions (saturating)
};
struct Analysis {
  std::vector<TableAnalysis> tables;
  std::vector<std::string> unused_terms;
  Faults faults;
  const TableAnalysis* find(std::string_view decision) const;
};
Analysis analyse(const Criterion& criterion, const AnalyseLimits& limits = {});
JsonValue to_json(const Analysis& analysis);  // {"tables":[{"gaps":[…],"overlaps":[…],…}]}

}  // namespace yakuba::dmn
