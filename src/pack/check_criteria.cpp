// Criteria are proved and their examples run before a pack comes into force.
#include "dmn/analyse.hpp"
#include "dmn/evaluate.hpp"
#include "pack/check_rules.hpp"
#include "pack/compile.hpp"
#include "pack/facts_in_feel.hpp"

namespace yakuba::pack {
namespace {

// A term that no table reads may still be a result: a stage keeps it in a field of that name.
bool kept_by_a_stage(const Pack& pack, std::string_view criterion, const dmn::Fault& fault) {
  if (fault.code != "analysis.unused_term") return false;
  for (const Procedure& procedure : pack.procedures)
    for (const Stage& stage : procedure.stages) {
      const Fact* into = stage.criterion == criterion ? pack.facts.by_key(stage.into) : nullptr;
      const Record* record = into ? pack.facts.record(into->type.record) : nullptr;
      for (const auto& [name, value] : fault.arguments)
        if (record && record->field_by_name(value)) return true;
    }
  return false;
}

}  // namespace

void check_criteria(const Pack& pack, std::vector<Fault>& faults) {
  for (const auto& [id, criterion] : pack.compiled->criteria) {
    for (const dmn::Fault& fault : dmn::analyse(criterion).faults)
      if (fault.severity != dmn::Severity::note && !kept_by_a_stage(pack, id, fault)) faults.push_back(from_dmn(fault));
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
