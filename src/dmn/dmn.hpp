// The decision engine as a library: DMN models, criterion documents and FEEL, without disk, network or clock. One
// header for whoever uses it from elsewhere; inside the house the headers below are included one by one.
//
// A model, its inputs as JSON, and what it decides:
//
//   std::string decide(std::string_view xml, std::string_view json) {
//     const dmn::drg::Reading reading = dmn::drg::read(xml, "model.dmn");
//     if (!reading.definitions) return dmn::describe(reading.faults.at(0), dmn::Words::en);
//     const dmn::drg::GraphCompilation compiled = dmn::drg::compile(*reading.definitions);
//     if (!compiled.graph) return dmn::describe(compiled.faults.at(0), dmn::Words::en);
//     const Result<JsonValue> input = parse_json(json);
//     if (!input) return describe(input.error());
//     const feel::Value context = feel::from_json(*input);
//     std::vector<dmn::drg::Given> given;
//     for (const feel::Entry& e : context.entries()) given.push_back({std::string(e.name()), e.value});
//     dmn::drg::GraphEvaluator evaluator;
//     std::string out;
//     for (const std::string& decision : compiled.graph->result_decisions()) {
//       const dmn::drg::GraphResult result = evaluator.evaluate(*compiled.graph, decision, given);
//       out += decision + " = " + feel::literal(result.value) + "\n";
//       for (const feel::Diagnostic& why : result.diagnostics) out += "  " + feel::describe(why) + "\n";
//     }
//     return out;
//   }
//
// (src/dmn/library_example_test.cpp compiles and runs these lines.) Errors, bounds and threads: see each header. What
// is supported: docs/dmn.md, docs/feel.md, docs/conformance.md.
#pragma once

#include "dmn/analyse.hpp"        // IWYU pragma: export
#include "dmn/criterion.hpp"      // IWYU pragma: export
#include "dmn/difference.hpp"     // IWYU pragma: export
#include "dmn/drg.hpp"            // IWYU pragma: export
#include "dmn/drg_criterion.hpp"  // IWYU pragma: export
#include "dmn/drg_graph.hpp"      // IWYU pragma: export
#include "dmn/evaluate.hpp"       // IWYU pragma: export
#include "dmn/explain.hpp"        // IWYU pragma: export
#include "dmn/mcdc.hpp"           // IWYU pragma: export
#include "dmn/tck.hpp"            // IWYU pragma: export
#include "dmn/xlsx.hpp"           // IWYU pragma: export
#include "feel/feel.hpp"          // IWYU pragma: export
