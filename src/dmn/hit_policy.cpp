#include "dmn/hit_policy.hpp"

namespace yakuba::dmn {

feel::Value aggregated(Aggregation aggregation, const std::vector<feel::Value>& values) {
  if (aggregation == Aggregation::count) return feel::Value::number(static_cast<std::int64_t>(values.size()));
  if (values.empty()) return {};
  feel::Value best = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (aggregation == Aggregation::sum) {
      if (best.kind() != feel::Kind::number || values[i].kind() != feel::Kind::number) return {};
      const auto sum = feel::add(best.number(), values[i].number());
      if (!sum) return {};
      best = feel::Value::number(*sum);
      continue;
    }
    const auto order = feel::feel_compare(values[i], best);
    if (!order) return {};
    if (aggregation == Aggregation::min ? *order < 0 : *order > 0) best = values[i];
  }
  return best;
}

Settled settle_without_match(HitPolicy policy, Aggregation aggregation) {
  Settled out;
  const bool lists =
      policy == HitPolicy::rule_order || policy == HitPolicy::output_order || policy == HitPolicy::collect;
  out.value = feel::Value();
  if (lists && aggregation == Aggregation::none)
    out.value = feel::Value::list({});
  else if (aggregation == Aggregation::count)
    out.value = feel::Value::number(0);
  else
    out.fault = "no_rule";
  return out;
}

}  // namespace yakuba::dmn
