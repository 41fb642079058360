// A DMN model as a criterion document: what people read and what the analysis of criteria works on.
//
//   drg::Conversion conversion = drg::to_criterion(*reading.definitions);
//   print_criterion(conversion.model)                       // Markdown with types, inputs, terms, tables, functions
//   for (const Fault& fault : conversion.faults) …          // what a document has no form for, left out
//
// Literal decisions become terms, tables stay tables, knowledge models with a FEEL text become functions, item
// definitions become types. Contexts, lists, services and imports have no form in a document: dmn.no_document_form.
// Pure; any thread.
#pragma once

#include "dmn/drg.hpp"
#include "dmn/model.hpp"

namespace yakuba::dmn::drg {

struct Conversion {
  Model model;
  Faults faults;
};
Conversion to_criterion(const Definitions& definitions);

}  // namespace yakuba::dmn::drg
