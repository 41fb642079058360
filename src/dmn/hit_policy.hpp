// What a decision table does with the rules that match: one place for criteria and for DMN models. Inside the folder
// only. Source: OMG DMN 1.5 §8.2.10 (policies), §8.2.11 (no rule matches).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/model.hpp"
#include "feel/value.hpp"

namespace yakuba::dmn {

struct Settled {
  std::optional<feel::Value> value;  // nothing: an output is not known yet
  std::vector<int> matched;          // rules that gave it, in the order of the policy
  std::string_view fault;            // "rules_overlap", "outputs_differ", "no_rule"; empty: none
};

// One value of several by C+, C<, C>, C#; null when they have no sum or order.
feel::Value aggregated(Aggregation aggregation, const std::vector<feel::Value>& values);
// A table in which no rule matches and that has no default row.
Settled settle_without_match(HitPolicy policy, Aggregation aggregation);

// output(row) gives a rule's output or nothing; rank(output) its place in the order of outputs, smaller is better.
template <class Output, class Rank>
Settled settle(HitPolicy policy, Aggregation aggregation, std::vector<int> matched, Output&& output, Rank&& rank) {
  Settled out;
  if (policy == HitPolicy::unique && matched.size() > 1) {
    out.matched = std::move(matched);
    out.fault = "rules_overlap";
    return out;
  }
  if (policy == HitPolicy::first) matched.resize(1);
  std::vector<feel::Value> values;
  for (const int row : matched) {
    auto value = output(row);
    if (!value) {
      out.matched = std::move(matched);
      return out;
    }
    values.push_back(std::move(*value));
  }
  if (policy == HitPolicy::priority || policy == HitPolicy::output_order) {
    std::vector<std::size_t> order(matched.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rank(values[a]) < rank(values[b]); });
    std::vector<feel::Value> sorted;
    std::vector<int> rows;
    for (const std::size_t i : order) {
      sorted.push_back(values[i]);
      rows.push_back(matched[i]);
    }
    values = std::move(sorted);
    matched = std::move(rows);
    if (policy == HitPolicy::priority) matched.resize(1);
  }
  out.matched = std::move(matched);
  if (policy == HitPolicy::any &&
      !std::all_of(values.begin(), values.end(), [&](const feel::Value& v) { return v == values[0]; })) {
    out.fault = "outputs_differ";
    return out;
  }
  const bool single = policy == HitPolicy::unique || policy == HitPolicy::any || policy == HitPolicy::priority ||
                      policy == HitPolicy::first;
  if (single)
    out.value = values[0];
  else if (aggregation == Aggregation::none)
    out.value = feel::Value::list(std::move(values));
  else
    out.value = aggregated(aggregation, values);
  return out;
}

}  // namespace yakuba::dmn
