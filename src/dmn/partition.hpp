// The values of one column cut into regions at the end points of its cells: every cell is a set of whole regions, so a
// table can be searched exactly. Inside the folder only.
//
//   integer >= 0, cells [1..2], >= 3, < 18  →  {0} {1} {2} {3} [4..17] {18} [19..  (integers: no region between 2 and
//   3) string, cells "父", not("母")            →  "父" "母" any other value
#pragma once

#include "dmn/bits.hpp"
#include "dmn/program.hpp"

namespace yakuba::dmn {

struct Region {
  feel::Value low, high;  // null: unbounded
  bool low_closed = false, high_closed = false;
  bool other = false;  // any value that is not mentioned
  bool null = false;   // nothing: a region of its own, and the first, when a cell asks for null
  feel::Value sample;  // one value in it
};
struct Partition {
  std::vector<Region> regions;  // ascending
  Bits regions_of(const feel::TestSet& set) const;
  std::string as_cell(const Bits& regions) const;  // FEEL unary tests
};

// Nothing when values of this type have no regions (lists, contexts, ordered strings, mixed kinds).
std::optional<Partition> partition(const CheckedType& type, std::span<const feel::TestSet* const> sets);
// Can this set be a set of regions of its column at all?
bool has_regions(const CheckedType& type, const feel::TestSet& set);
// A value that is not known, of this type, against one set: yes and no only when every value agrees.
Outcome outcome_over_all(const CheckedType& type, const feel::TestSet& set);

}  // namespace yakuba::dmn
