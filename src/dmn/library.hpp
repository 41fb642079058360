// Functions of documents, before and after compilation. Inside the folder only.
#pragma once

#include "dmn/program.hpp"

namespace yakuba::dmn {

struct SourceFunction {
  const Function* function;
  const Places* places;
  Ref heading, body;
};
std::vector<SourceFunction> source_functions(const Model& model, const Places& places);
// Adds each to the scope as a constant; faults at the functions' places.
std::vector<Library::Body::Entry> compile_functions(std::vector<SourceFunction> waiting, feel::Scope& scope,
                                                    const TypeTable& types, Faults& faults);

}  // namespace yakuba::dmn
