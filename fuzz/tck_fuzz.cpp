// Any bytes as a file of TCK test cases: cases or faults, never a crash; they run against a model that has none of
// their nodes, and values compare with themselves.
#include <cstdlib>
#include <string_view>

#include "dmn/tck.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba::dmn;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const tck::Reading reading = tck::read(text, "fuzz.xml", {.elements_max = 2'000});
  if (!reading.suite) {
    if (reading.faults.empty()) std::abort();
    for (const Fault& fault : reading.faults) describe(fault, Words::ja);
    return 0;
  }
  static const drg::GraphCompilation compiled = drg::compile({});
  const tck::Report report = tck::run(*reading.suite, *compiled.graph);
  for (const tck::NodeResult& node : report.failures) tck::describe(node);
  for (const tck::Case& test : reading.suite->cases)
    for (const tck::Expected& expected : test.results)
      if (!tck::same(expected.value, expected.value)) std::abort();
  return 0;
}
