// 審査基準 in public: every criterion that the town has in force, as a table in words with its law, terms and proof.
//
// Both sides: residents read what is public (行政手続法5条3項), staff read all. The text is the pack's; nothing is
// stored here. Routes: GET /criteria, GET /criteria/{criterion}. Threads: free of shared state.
#pragma once

#include "hall/module.hpp"

namespace yakuba::criteria {

hall::Module module();

}  // namespace yakuba::criteria
