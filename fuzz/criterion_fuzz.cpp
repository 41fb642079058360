// Any bytes as a criterion document: a model or faults, never a crash; what is read is printed and read again equal,
// and compiles, evaluates with nothing known, is analysed and recorded within its bounds.
#include <cstdlib>
#include <string_view>

#include "dmn/analyse.hpp"
#include "dmn/evaluate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba::dmn;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Reading reading = read_criterion(text, "fuzz.md");
  if (!reading.model) {
    if (reading.faults.empty()) std::abort();
    for (const Fault& fault : reading.faults) describe(fault, Words::ja);
    return 0;
  }
  const std::string printed = print_criterion(*reading.model);
  const Reading again = read_criterion(printed, "fuzz.md");
  if (!again.model || !(*again.model == *reading.model)) std::abort();

  const Compilation compilation = compile(*reading.model, {.places = &reading.places});
  if (!compilation.criterion) return 0;
  EvaluateLimits limits;
  limits.feel.steps_max = 20'000;
  limits.combinations_max = 200;
  const Evaluation evaluation = Evaluator(limits).evaluate(*compilation.criterion, {});
  decision_record(*compilation.criterion, evaluation);
  to_json(analyse(*compilation.criterion, {.gaps_max = 5, .overlaps_max = 5, .steps_max = 5'000})).canonical();
  return 0;
}
