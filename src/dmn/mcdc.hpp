// Test cases that show what each condition of a table does (modified condition/decision coverage): for each cell of
// each rule two cases that differ in that one input only, one inside the cell and one outside, with different results.
//
//   Mcdc found = mcdc(*reading.definitions, *compiled.graph, "loan.dmn");
//   tck::write(found.suite)            // a TCK file; `yakuba dmn test` runs it
//   found.shown, found.conditions      // 98 of 100: a condition that changes no result cannot be shown
//
// Inputs are taken from the regions into which the cells cut each column, results from the model as it is: the cases
// hold fast what the table does, so that a person reads them once and a change shows itself.
// Only tables whose inputs are input data by name and whose cells are sets; others are named in `faults`
// (mcdc.left_out). Limits: McdcLimits; what is not found within them counts as not shown. Pure; any thread.
#pragma once

#include "dmn/drg_graph.hpp"
#include "dmn/tck.hpp"

namespace yakuba::dmn {

struct McdcLimits {
  std::size_t tries_max = 2'000;  // pairs that are looked at for one condition
  std::size_t cases_max = 10'000;
};
struct Mcdc {
  tck::Suite suite;
  std::size_t conditions = 0, shown = 0;
  Faults faults;
};
Mcdc mcdc(const drg::Definitions& definitions, const drg::Graph& graph, std::string_view model_file,
          const McdcLimits& limits = {});

}  // namespace yakuba::dmn
