// DMN models and criterion documents, each as the other: what other tools draw, and what people here read.
//
//   drg::Conversion conversion = drg::to_criterion(*reading.definitions);
//   print_criterion(conversion.model)                       // Markdown with types, inputs, terms, tables, functions
//   for (const Fault& fault : conversion.faults) …          // what a document has no form for, left out
//
//   drg::Definitions definitions = drg::from_criterion(criterion, &library);
//   drg::write(definitions)                                  // DMN 1.5: facts are input data, terms and tables
//   decisions
//
// Nothing is lost on the way there and back: the model carries the document in an extension element, with the hash of
// the logic that was made of it. As long as nobody changed the logic, to_criterion gives that very document again; when
// somebody did, the document is made anew from the logic, without prose, examples and units.
// To documents: literal decisions become terms, tables stay tables, knowledge models with a FEEL text functions, item
// definitions types. Contexts, lists, services and imports have no form in a document: dmn.no_document_form.
// To models: yen, age and integer are numbers with the constraint that they mean.
// Pure; any thread. Source: DMN 1.5 §7.3 (items), §8 (tables), §6.3.12 (extension elements).
#pragma once

#include "dmn/drg.hpp"
#include "dmn/evaluate.hpp"

namespace yakuba::dmn::drg {

struct Conversion {
  Model model;
  Faults faults;
};
Conversion to_criterion(const Definitions& definitions);
// `library`: the functions that the criterion was compiled with; nullptr when it uses none.
Definitions from_criterion(const Criterion& criterion, const Library* library = nullptr);

}  // namespace yakuba::dmn::drg
