// Criteria are proved and their examples run before a pack comes into force.
#include "dmn/analyse.hpp"
#include "dmn/evaluate.hpp"
#include "pack/check_rules.hpp"
#include "pack/compile.hpp"
#include "pack/facts_in_feel.hpp"

namespace yakuba::pack {

void check_criteria(const Pack& pack, std::vector<Fault>& faults) {
  for (const auto& [id, criterion] : pack.compiled->criteria) {
    for (const dmn::Fault& fault : dmn::analyse(criterion).faults)
      if (fault.severity != dmn::Severity::note) faults.push_back(from_dmn(fault));
    Facts known;
    known.as_of = criterion.model().about.valid_from.value_or(Date{});
    const dmn::ExampleReport report = dmn::run_examples(criterion, known.as_of, FeelFacts(pack, known).tables());
    for (const dmn::Fault& fault : report.faults)
      if (fault.severity != dmn::Severity::note) faults.push_back(from_dmn(fault));
  }
  const dmn::ExampleReport report = dmn::run_examples(pack.compiled->library);
  for (const dmn::Fault& fault : report.faults)
    if (fault.severity != dmn::Severity::note) faults.push_back(from_dmn(fault));
}

}  // namespace yakuba::pack
