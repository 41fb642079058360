// A criterion as people read it: its tables in words, its terms, the proof and the examples — without a case.
//
//   CriterionView view = TRY(criterion_view(pack, "jido-teate.monthly"));
//   for (const dmn::TableView& table : view.tables) …
//
// What an authority must keep public (行政手続法5条: 審査基準) and what a clerk checks before a change. Pure; any
// thread. Errors: pack.no_criterion (not_found).
#pragma once

#include <string_view>
#include <vector>

#include "dmn/explain.hpp"
#include "pack/pack.hpp"

namespace yakuba::pack {

struct CriterionView {
  const Criterion* criterion = nullptr;  // lives as long as the pack
  std::vector<dmn::Term> terms;
  std::vector<dmn::TableView> tables;
  std::size_t examples = 0, examples_passed = 0;
  std::size_t gaps = 0, overlaps = 0;  // defects found by the analysis
  bool exact = true;                   // false: some cells are beyond the exact analysis
};
Result<CriterionView> criterion_view(const Pack& pack, std::string_view id);

}  // namespace yakuba::pack
