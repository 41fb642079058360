#include "dmn/mcdc.hpp"

#include <algorithm>

#include "dmn/drg_criterion.hpp"
#include "dmn/partition.hpp"

namespace yakuba::dmn {
namespace {

using Point = std::vector<std::size_t>;  // a region for each column

struct Axis {
  std::string input;  // name of the input data
  Partition cut;
  std::vector<Bits> of_rule;
};

class TableCases {
 public:
  TableCases(const Node& node, const drg::Prepared& prepared, const McdcLimits& limits, Mcdc& out)
      : node_(node), logic_(*node.table()), prepared_(prepared), limits_(limits), out_(out) {}

  void run(std::vector<Axis> axes) {
    axes_ = std::move(axes);
    for (std::size_t rule = 0; rule < logic_.rows.size(); ++rule)
      for (std::size_t column = 0; column < axes_.size(); ++column) {
        if (logic_.rows[rule].cells[column].any) continue;
        ++out_.conditions;
        if (show(rule, column)) ++out_.shown;
      }
  }

 private:
  struct Outcome {
    feel::Value value;
    bool error = false;
  };

  Outcome decide(const Point& point) {
    std::vector<feel::Value> inputs;
    for (const drg::NodeInfo& input : prepared_.inputs()) {
      const auto axis = std::ranges::find(axes_, input.name, &Axis::input);
      inputs.push_back(axis == axes_.end() ? feel::Value()
                                           : axis->cut.regions[point[static_cast<std::size_t>(axis - axes_.begin())]].sample);
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = evaluator_.accept(prepared_, i, inputs[i]);
    Outcome out{evaluator_.decide(prepared_, inputs), false};
    out.error = out.value.is_null() && !evaluator_.diagnostics().empty();
    return out;
  }

  // Two points that differ in the column alone, the first inside the rule's cells, with different results.
  bool show(std::size_t rule, std::size_t column) {
    std::vector<std::vector<std::size_t>> choices;  // of the other columns: regions inside the rule's cells
    for (std::size_t c = 0; c < axes_.size(); ++c) {
      choices.emplace_back();
      axes_[c].of_rule[rule].each([&](std::size_t region) { choices.back().push_back(region); });
      if (choices.back().empty()) return false;  // a cell that no value meets
    }
    const Bits& inside = axes_[column].of_rule[rule];
    std::size_t tries = 0;
    std::vector<std::size_t> digits(axes_.size());
    do {
      Point point(axes_.size());
      for (std::size_t c = 0; c < axes_.size(); ++c) point[c] = choices[c][digits[c]];
      const Outcome within = decide(point);
      for (std::size_t region = 0; region < axes_[column].cut.regions.size(); ++region) {
        if (inside.test(region) || axes_[column].cut.regions[region].null) continue;
        if (++tries > limits_.tries_max) return false;
        Point beside = point;
        beside[column] = region;
        if (decide(beside).value == within.value) continue;
        return add(point, rule, column, true) && add(beside, rule, column, false);
      }
    } while (next(digits, choices));
    return false;
  }
  static bool next(std::vector<std::size_t>& digits, const std::vector<std::vector<std::size_t>>& choices) {
    for (std::size_t c = 0; c < digits.size(); ++c) {
      if (++digits[c] < choices[c].size()) return true;
      digits[c] = 0;
    }
    return false;
  }

  bool add(const Point& point, std::size_t rule, std::size_t column, bool inside) {
    const std::string why = node_.name + ", rule " + std::to_string(rule + 1) + ": " + axes_[column].input +
                            (inside ? " is " : " is not ") + logic_.table->rules[rule].inputs[column];
    if (const auto known = known_.find(point); known != known_.end()) {
      std::string& words = out_.suite.cases[known->second].description;
      if (words.find(why) == std::string::npos) words += "; " + why;
      return true;
    }
    if (out_.suite.cases.size() >= limits_.cases_max) return false;
    known_.emplace(point, out_.suite.cases.size());
    tck::Case made;
    made.id = std::to_string(out_.suite.cases.size() + 1);
    made.description = why;
    for (std::size_t c = 0; c < axes_.size(); ++c)
      made.inputs.push_back({axes_[c].input, axes_[c].cut.regions[point[c]].sample});
    const Outcome outcome = decide(point);
    made.results.push_back({node_.name, {}, true, outcome.error, outcome.value, {}});
    out_.suite.cases.push_back(std::move(made));
    return true;
  }

  const Node& node_;
  const TableLogic& logic_;
  const drg::Prepared& prepared_;
  const McdcLimits& limits_;
  Mcdc& out_;
  std::vector<Axis> axes_;
  std::map<Point, std::size_t> known_;  // cases
  drg::GraphEvaluator evaluator_;
};

// The columns as axes; nothing when one is beyond regions.
std::optional<std::vector<Axis>> axes_of(const Criterion::Body& body, const TableLogic& logic) {
  std::vector<Axis> out;
  for (std::size_t c = 0; c < logic.columns.size(); ++c) {
    const Column& column = logic.columns[c];
    if (column.direct_fact < 0 || !body.facts[static_cast<std::size_t>(column.direct_fact)].members.empty())
      return std::nullopt;
    std::vector<const feel::TestSet*> sets;
    for (const TableRow& row : logic.rows) {
      const Cell& cell = row.cells[c];
      if (cell.any) continue;
      if (!cell.set || !has_regions(column.type, *cell.set)) return std::nullopt;
      sets.push_back(&*cell.set);
    }
    auto cut = partition(column.type, sets);
    if (!cut || cut->regions.empty()) return std::nullopt;
    Axis axis{body.facts[static_cast<std::size_t>(column.direct_fact)].use.path, std::move(*cut), {}};
    for (const TableRow& row : logic.rows)
      axis.of_rule.push_back(row.cells[c].any ? Bits(axis.cut.regions.size(), true)
                                              : axis.cut.regions_of(*row.cells[c].set));
    out.push_back(std::move(axis));
  }
  return out;
}

}  // namespace

Mcdc mcdc(const drg::Definitions& definitions, const drg::Graph& graph, std::string_view model_file,
          const McdcLimits& limits) {
  Mcdc out;
  out.suite.model_name = model_file;
  out.suite.labels = {"MC/DC"};
  const Compilation compiled = compile(drg::to_criterion(definitions).model);
  for (const drg::Decision& decision : definitions.decisions) {
    if (decision.logic.as<drg::Table>() == nullptr) continue;
    const auto left_out = [&] {
      out.faults.push_back({Severity::warning, "mcdc.left_out", {{"decision", decision.name}}, decision.place});
    };
    if (!compiled.criterion) {
      left_out();
      continue;
    }
    const Criterion::Body& body = compiled.criterion->body();
    const auto found = body.node_by_name.find(decision.name);
    const auto prepared = drg::Prepared::make(graph, decision.name, definitions.namespace_uri);
    const Node* node = found != body.node_by_name.end() ? &body.nodes[static_cast<std::size_t>(found->second)] : nullptr;
    auto axes = node && node->table() && prepared ? axes_of(body, *node->table()) : std::nullopt;
    const bool known = axes && std::ranges::all_of(*axes, [&](const Axis& axis) {
                         return std::ranges::find(prepared->inputs(), axis.input, &drg::NodeInfo::name) !=
                                prepared->inputs().end();
                       });
    if (!known) {
      left_out();
      continue;
    }
    TableCases(*node, *prepared, limits, out).run(std::move(*axes));
  }
  return out;
}

}  // namespace yakuba::dmn
