// The front matter of a document (a subset of TOML between two `+++` lines); inside the folder only.
#pragma once

#include <string>
#include <vector>

#include "dmn/criterion.hpp"
#include "dmn/markdown.hpp"

namespace yakuba::dmn {

// Reads lines[0 …] up to the closing `+++`; returns the index of the first line behind it.
std::size_t read_front_matter(const std::vector<LineView>& lines, About& about, Places& places, Faults& faults);
std::string print_front_matter(const About& about);

}  // namespace yakuba::dmn
