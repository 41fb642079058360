// What the criteria of a pack are compiled against, for whoever compiles one beside the pack (`yakuba dmn convert`).
//
//   const pack::Rules rules = pack::rules_of(*loaded.pack);
//   dmn::compile(model, {.library = &rules.library, .schema = &rules.schema});
//
// Values of their own: they may outlive the pack. Pure; any thread.
#pragma once

#include "dmn/evaluate.hpp"
#include "pack/pack.hpp"

namespace yakuba::pack {

struct Rules {
  dmn::FactSchema schema;  // facts and parameter tables
  dmn::Library library;
};
Rules rules_of(const Pack& pack);

}  // namespace yakuba::pack
