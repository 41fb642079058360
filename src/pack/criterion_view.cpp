#include "pack/criterion_view.hpp"

#include "dmn/analyse.hpp"
#include "pack/compile.hpp"
#include "pack/facts_in_feel.hpp"

namespace yakuba::pack {

Result<CriterionView> criterion_view(const Pack& pack, std::string_view id) {
  CriterionView view{.criterion = pack.criterion(id)};
  const auto compiled = pack.compiled->criteria.find(id);
  if (!view.criterion || compiled == pack.compiled->criteria.end())
    return fail(ErrorKind::not_found, "pack.no_criterion", std::string(id));
  const dmn::Criterion& criterion = compiled->second;
  for (const dmn::Block& element : criterion.model().blocks) {
    if (const auto* terms = std::get_if<dmn::Terms>(&element))
      view.terms.insert(view.terms.end(), terms->terms.begin(), terms->terms.end());
    if (const auto* term = std::get_if<dmn::LongTerm>(&element)) view.terms.push_back(term->term);
  }
  for (const std::string& decision : criterion.decisions()) view.tables.push_back(dmn::table_view(criterion, decision));
  Facts known;
  known.as_of = view.criterion->valid_from;
  const dmn::ExampleReport report = dmn::run_examples(criterion, known.as_of, FeelFacts(pack, known).tables());
  view.examples = report.results.size();
  view.examples_passed = report.passed();
  const dmn::Analysis analysis = dmn::analyse(criterion);
  for (const dmn::TableAnalysis& table : analysis.tables) {
    view.gaps += table.gaps.size();
    for (const dmn::Overlap& overlap : table.overlaps) view.overlaps += !overlap.same_output;
    view.exact = view.exact && table.inexact.empty() && table.complete;
  }
  return view;
}

}  // namespace yakuba::pack
