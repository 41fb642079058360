// Does what is missing matter? Inside the folder only.
//
// Missing facts are replaced by every value that could make a difference: both truths, each value of an enumeration,
// one value of each region of the columns that read the fact directly. Where a fact enters a computation (an age from a
// birth date), the computed term, or else the table's column, takes its place as if it were free; the answer may then
// name results that cannot come, never fewer, and says that it is not exact.
#pragma once

#include "dmn/engine.hpp"

namespace yakuba::dmn {

// Fills Evaluation::missing, ask_next and `possible` of undecided decisions; an undecided goal whose results are all
// the same becomes decided.
void what_if(const Criterion::Body& body, Engine& engine, const std::vector<int>& goals, const Question& question,
             const EvaluateLimits& limits, Evaluation& evaluation);

}  // namespace yakuba::dmn
