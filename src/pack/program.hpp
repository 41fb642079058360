// An expression of a pack: FEEL text with the place it was written at, and its compiled form once the pack is loaded.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace yakuba::pack {

struct Program;  // a compiled FEEL expression with the names it uses; see pack/evaluation.hpp

struct Expression {
  std::string feel;
  Place place;                             // of the first character of the FEEL text
  std::shared_ptr<const Program> program;  // set by load(); immutable, shared by threads

  explicit operator bool() const { return !feel.empty(); }
  bool operator==(const Expression& other) const { return feel == other.feel; }
};

}  // namespace yakuba::pack
