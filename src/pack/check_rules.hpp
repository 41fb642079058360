// Rules that hold between the files of a pack, beyond what each file says alone. Internal to src/pack.
#pragma once

#include <vector>

#include "pack/read.hpp"

namespace yakuba::pack {

// References, reachability, words in every language, notices with reason and 教示, routes, criteria's examples and
// proofs.
void check_rules(const Pack& pack, const Sources& sources, std::vector<Fault>& faults);
void check_texts(const Pack& pack, std::vector<Fault>& faults);
void check_notices(const Pack& pack, std::vector<Fault>& faults);
void check_criteria(const Pack& pack, std::vector<Fault>& faults);
// procedures/<id>/examples.toml: whole claims with their expected decision, run through decide().
void check_examples(const Pack& pack, const Sources& sources, std::vector<Fault>& faults);

}  // namespace yakuba::pack
