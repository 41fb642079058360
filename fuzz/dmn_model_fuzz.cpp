// Any bytes as a DMN model: definitions or faults, never a crash; what is read is written and read again equal,
// compiles without its imports, and every decision and service is evaluated with nothing known, within its bounds.
#include <cstdlib>
#include <string_view>

#include "dmn/drg_graph.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba::dmn;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const drg::Reading reading = drg::read(text, "fuzz.dmn", {.elements_max = 2'000});
  if (!reading.definitions) {
    if (reading.faults.empty()) std::abort();
    for (const Fault& fault : reading.faults) describe(fault, Words::ja);
    return 0;
  }
  const std::string written = drg::write(*reading.definitions);
  const drg::Reading again = drg::read(written, "fuzz.dmn");
  if (!again.definitions || drg::write(*again.definitions) != written) std::abort();

  const drg::GraphCompilation compiled = drg::compile(*reading.definitions);
  for (const Fault& fault : compiled.faults) describe(fault, Words::en);
  if (!compiled.graph) return 0;
  drg::GraphEvaluator evaluator({.steps_max = 20'000, .list_length_max = 10'000});
  std::size_t left = 20;
  for (const drg::NodeInfo& node : compiled.graph->nodes()) {
    if (left-- == 0) break;
    if (node.kind == drg::NodeKind::decision)
      evaluator.evaluate(*compiled.graph, node.name, {});
    else if (node.kind != drg::NodeKind::input)
      evaluator.invoke(*compiled.graph, node.name, {});
  }
  return 0;
}
