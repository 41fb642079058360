// Two versions of a criterion compared by what they decide, not by how they are written: the regions of the inputs in
// which a table gives something else, with both results. Rows in another order, split or joined, make no difference.
//
//   Differences found = compare(before, after);
//   for (const TableDifference& table : found.tables)
//     for (const Difference& d : table.differences) show(d.cells, d.before, d.after);   // {">= 18", "-"}: 0 → 5000
//
// How: both tables' cells cut each column into regions (dmn/partition); the product of regions is searched with the
// rules of both still alive, equal parts joined. Exact for intervals, sets and negations; a cell beyond that is a
// condition which may hold or not, the same in both versions when its text is the same. Outputs that are constant are
// compared by value, others by their text. Columns count as independent. Limits: DifferenceLimits; `complete` is false
// when one was met. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "dmn/evaluate.hpp"

namespace yakuba::dmn {

struct DifferenceLimits {
  std::size_t differences_max = 200;  // of one table
  std::size_t steps_max = 1'000'000;  // of the search in one table
};
struct Difference {
  std::vector<std::string> cells;    // unary tests, one for each of TableDifference::inputs
  std::vector<feel::Value> example;  // one point in it
  std::string also;                  // conditions beyond regions, as FEEL; then it is a suspicion
  std::string before, after;         // outputs as FEEL; "no rule", "rules 1, 3 overlap"
};
struct TableDifference {
  std::string decision;
  std::vector<std::string> inputs;  // headings of both versions
  std::vector<Difference> differences;
  bool complete = true;
};
struct Differences {
  std::vector<TableDifference> tables;               // of both versions, by name; without differences, too
  std::vector<std::string> only_before, only_after;  // decisions and terms that the other version has not
  std::vector<std::string> terms;                    // whose expression is another
  bool none() const;
};
Differences compare(const Criterion& before, const Criterion& after, const DifferenceLimits& limits = {});
JsonValue to_json(const Differences& differences);

}  // namespace yakuba::dmn
