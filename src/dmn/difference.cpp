#include "dmn/difference.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <unordered_set>

#include "dmn/hit_policy.hpp"
#include "dmn/partition.hpp"

namespace yakuba::dmn {
namespace {

struct Axis {
  std::size_t input = 0;  // of the headings of both
  std::string condition;  // of a cell that regions cannot express: its regions are {holds, does not hold}
  Partition cut;
  std::array<std::vector<Bits>, 2> rules_of;  // version → region → rules that allow it
  std::size_t size() const { return condition.empty() ? cut.regions.size() : 2; }
};
struct Piece {
  std::vector<Bits> box;
  std::string before, after;
  bool operator==(const Piece&) const = default;
};

// Rules of both that are still alive at an axis.
struct Alive {
  std::size_t axis;
  Bits before, after;
  bool operator==(const Alive&) const = default;
};
struct AliveHash {
  std::size_t operator()(const Alive& key) const { return (key.before.hash() * 31 + key.after.hash()) * 31 + key.axis; }
};

class Comparer {
 public:
  Comparer(const TableLogic& before, const TableLogic& after, const DifferenceLimits& limits)
      : versions_{&before, &after}, limits_(limits) {}
  TableDifference run(std::string name);

 private:
  const Cell* cell(int version, std::size_t rule, std::size_t input) const {
    const int column = column_of_[static_cast<std::size_t>(version)][input];
    return column < 0
               ? nullptr
               : &versions_[static_cast<std::size_t>(version)]->rows[rule].cells[static_cast<std::size_t>(column)];
  }
  const std::string& text(int version, std::size_t rule, std::size_t input) const {
    const auto v = static_cast<std::size_t>(version);
    return versions_[v]->table->rules[rule].inputs[static_cast<std::size_t>(column_of_[v][input])];
  }
  std::size_t rules(int version) const { return versions_[static_cast<std::size_t>(version)]->rows.size(); }
  void match_headings();
  void make_axes(std::size_t input);
  void add_axis(Axis axis, const std::function<bool(int, std::size_t, std::size_t)>& allows);
  std::string outcome(int version, const Bits& alive);
  std::string output(int version, std::size_t rule);
  std::vector<Piece> search(std::size_t axis, const Bits& before, const Bits& after);
  Difference shown(const Piece& piece) const;

  std::array<const TableLogic*, 2> versions_;
  DifferenceLimits limits_;
  TableDifference out_;
  std::array<std::vector<int>, 2> column_of_;  // version → input → column, or -1
  std::vector<Axis> axes_;
  std::map<std::pair<int, std::size_t>, std::string> outputs_;
  std::unordered_set<Alive, AliveHash> same_;  // from where on nothing differs
  std::size_t steps_ = 0;
  feel::Machine machine_;
};

void Comparer::match_headings() {
  for (std::size_t version = 0; version < 2; ++version)
    for (const InputClause& input : versions_[version]->table->inputs)
      if (std::ranges::find(out_.inputs, input.expression) == out_.inputs.end())
        out_.inputs.push_back(input.expression);
  for (std::size_t version = 0; version < 2; ++version)
    for (const std::string& input : out_.inputs) {
      const auto& clauses = versions_[version]->table->inputs;
      const auto found = std::ranges::find(clauses, input, &InputClause::expression);
      column_of_[version].push_back(found == clauses.end() ? -1 : static_cast<int>(found - clauses.begin()));
    }
}

void Comparer::add_axis(Axis axis, const std::function<bool(int, std::size_t, std::size_t)>& allows) {
  for (const int version : {0, 1})
    for (std::size_t region = 0; region < axis.size(); ++region) {
      Bits bits(rules(version));
      for (std::size_t rule = 0; rule < rules(version); ++rule)
        if (allows(version, rule, region)) bits.set(rule);
      axis.rules_of[static_cast<std::size_t>(version)].push_back(std::move(bits));
    }
  axes_.push_back(std::move(axis));
}

void Comparer::make_axes(std::size_t input) {
  const std::size_t typed = column_of_[1][input] >= 0 ? 1 : 0;
  const CheckedType& type = versions_[typed]->columns[static_cast<std::size_t>(column_of_[typed][input])].type;
  std::vector<const feel::TestSet*> sets;
  std::vector<std::string> conditions;
  const auto add_condition = [&](const std::string& one) {
    if (std::ranges::find(conditions, one) == conditions.end()) conditions.push_back(one);
  };
  const auto each = [&](auto&& visit) {
    for (const int version : {0, 1})
      for (std::size_t rule = 0; rule < rules(version); ++rule)
        if (const Cell* found = cell(version, rule, input); found && !found->any) visit(version, rule, *found);
  };
  each([&](int version, std::size_t rule, const Cell& found) {
    if (found.set && has_regions(type, *found.set))
      sets.push_back(&*found.set);
    else
      add_condition(text(version, rule, input));
  });
  auto cut = partition(type, sets);
  if (!cut) {  // kinds that do not fit together: every cell is a condition
    sets.clear();
    cut = partition(CheckedType(), sets);
    each([&](int version, std::size_t rule, const Cell&) { add_condition(text(version, rule, input)); });
  }
  const auto conditional = [&](int version, std::size_t rule) {
    return std::ranges::find(conditions, text(version, rule, input)) != conditions.end();
  };
  Axis column;
  column.input = input;
  column.cut = *cut;
  add_axis(std::move(column), [&](int version, std::size_t rule, std::size_t region) {
    const Cell* found = cell(version, rule, input);
    return !found || found->any || conditional(version, rule) || cut->regions_of(*found->set).test(region);
  });
  for (const std::string& condition : conditions) {
    Axis axis;
    axis.input = input;
    axis.condition = condition;
    add_axis(std::move(axis), [&](int version, std::size_t rule, std::size_t region) {
      const Cell* found = cell(version, rule, input);
      return !found || found->any || text(version, rule, input) != condition || region == 0;
    });
  }
}

// Outputs as FEEL: the value when it is constant, the text when it reads something.
std::string Comparer::output(int version, std::size_t rule) {
  auto [known, fresh] = outputs_.try_emplace({version, rule});
  if (!fresh) return known->second;
  const TableLogic& logic = *versions_[static_cast<std::size_t>(version)];
  std::string joined;
  const auto& expressions = rule < logic.rows.size() ? logic.rows[rule].outputs : logic.defaults;
  for (std::size_t o = 0; o < expressions.size(); ++o) {
    const feel::Program& program = expressions[o].program;
    if (!joined.empty()) joined += ", ";
    if (expressions.size() > 1) joined += logic.table->outputs[o].name + ": ";
    joined += program.constant() ? feel::literal(machine_.evaluate(program)) : program.text();
    machine_.reset();
  }
  return known->second = expressions.size() > 1 ? "{" + joined + "}" : joined;
}

std::string Comparer::outcome(int version, const Bits& alive) {
  const TableLogic& logic = *versions_[static_cast<std::size_t>(version)];
  const HitPolicy policy = logic.table->hit_policy;
  if (alive.none()) return logic.defaults.empty() ? "no rule" : output(version, rules(version));
  std::vector<std::string> values;
  std::string ids;
  alive.each([&](std::size_t rule) {
    values.push_back(output(version, rule));
    ids += (ids.empty() ? "" : ", ") + logic.table->rules[rule].id;
  });
  const bool same = std::ranges::all_of(values, [&](const std::string& v) { return v == values[0]; });
  if (policy == HitPolicy::first || values.size() == 1) {
    if (policy == HitPolicy::first || policy == HitPolicy::unique || policy == HitPolicy::any ||
        policy == HitPolicy::priority)
      return values[0];
  } else if (policy == HitPolicy::unique || (policy == HitPolicy::any && !same)) {
    return "rules " + ids + " overlap";
  } else if (policy == HitPolicy::any) {
    return values[0];
  }
  const auto& allowed =
      logic.table->outputs[0].type ? logic.table->outputs[0].type->values : std::vector<std::string>{};
  const auto rank = [&](const std::string& value) {
    return std::ranges::find_if(
               allowed, [&](const std::string& one) { return feel::literal(feel::Value::string(one)) == value; }) -
           allowed.begin();
  };
  if (policy == HitPolicy::priority || policy == HitPolicy::output_order)
    std::ranges::stable_sort(values, {}, rank);
  else if (policy == HitPolicy::collect)
    std::ranges::sort(values);  // in any order
  if (policy == HitPolicy::priority) return values[0];
  if (const Aggregation aggregation = logic.table->aggregation; aggregation != Aggregation::none) {
    std::vector<feel::Value> numbers;
    for (const std::string& value : values) numbers.push_back(machine_.evaluate(feel::compile(value, {}).program));
    machine_.reset();
    const feel::Value total = aggregated(aggregation, numbers);
    if (!total.is_null()) return feel::literal(total);
  }
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + value;
  return std::string(hit_policy_code(policy, logic.table->aggregation)) + "[" + list + "]";
}

std::vector<Piece> Comparer::search(std::size_t axis, const Bits& before, const Bits& after) {
  if (++steps_ > limits_.steps_max) {
    out_.complete = false;
    return {};
  }
  if (axis == axes_.size() || (before.none() && after.none())) {
    Piece piece{{}, outcome(0, before), outcome(1, after)};
    if (piece.before == piece.after) return {};
    // From the last axis to the first, as the search returns.
    for (std::size_t a = axis; a < axes_.size(); ++a) piece.box.insert(piece.box.begin(), Bits(axes_[a].size(), true));
    return {std::move(piece)};
  }
  if (same_.contains({axis, before, after})) return {};
  const Axis& here = axes_[axis];
  std::vector<std::pair<std::pair<Bits, Bits>, Bits>> groups;  // rules of both still alive → regions
  for (std::size_t region = 0; region < here.size(); ++region) {
    std::pair rest{before & here.rules_of[0][region], after & here.rules_of[1][region]};
    auto found = std::ranges::find(groups, rest, &std::pair<std::pair<Bits, Bits>, Bits>::first);
    if (found == groups.end()) {
      groups.emplace_back(std::move(rest), Bits(here.size()));
      found = groups.end() - 1;
    }
    found->second.set(region);
  }
  std::vector<Piece> out;
  for (const auto& [rest, regions] : groups) {
    for (Piece& piece : search(axis + 1, rest.first, rest.second)) {
      const auto joins = [&](const Piece& other) {
        return other.before == piece.before && other.after == piece.after &&
               std::equal(piece.box.begin(), piece.box.end(), other.box.begin());
      };
      const auto twin = std::ranges::find_if(out, joins);
      if (twin != out.end()) {
        twin->box.back() |= regions;
        continue;
      }
      if (out.size() >= limits_.differences_max) {
        out_.complete = false;
        return out;
      }
      piece.box.push_back(regions);
      out.push_back(std::move(piece));
    }
  }
  if (out.empty() && out_.complete) same_.insert({axis, before, after});
  return out;
}

Difference Comparer::shown(const Piece& piece) const {
  Difference out;
  out.before = piece.before;
  out.after = piece.after;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    const Bits& regions = piece.box[axes_.size() - 1 - a];
    const Axis& axis = axes_[a];
    if (axis.condition.empty()) {
      out.cells.push_back(axis.cut.as_cell(regions));
      out.example.push_back(axis.cut.regions[std::min(regions.first(), axis.size() - 1)].sample);
    } else if (!regions.all()) {
      const std::string test = out_.inputs[axis.input] + " in (" + axis.condition + ")";
      out.also += (out.also.empty() ? "" : " and ") + (regions.test(0) ? test : "not(" + test + ")");
    }
  }
  return out;
}

TableDifference Comparer::run(std::string name) {
  out_.decision = std::move(name);
  match_headings();
  for (std::size_t input = 0; input < out_.inputs.size(); ++input) make_axes(input);
  for (const Piece& piece : search(0, Bits(rules(0), true), Bits(rules(1), true)))
    out_.differences.push_back(shown(piece));
  return std::move(out_);
}

const Node* node_of(const Criterion& criterion, const std::string& name) {
  const auto found = criterion.body().node_by_name.find(name);
  return found == criterion.body().node_by_name.end()
             ? nullptr
             : &criterion.body().nodes[static_cast<std::size_t>(found->second)];
}

}  // namespace

bool Differences::none() const {
  return only_before.empty() && only_after.empty() && terms.empty() &&
         std::ranges::all_of(tables, [](const TableDifference& t) { return t.differences.empty() && t.complete; });
}

Differences compare(const Criterion& before, const Criterion& after, const DifferenceLimits& limits) {
  Differences out;
  for (const Node& node : after.body().nodes)
    if (!node_of(before, node.name)) out.only_after.push_back(node.name);
  for (const Node& node : before.body().nodes) {
    const Node* other = node_of(after, node.name);
    if (!other) {
      out.only_before.push_back(node.name);
    } else if (node.table() && other->table()) {
      out.tables.push_back(Comparer(*node.table(), *other->table(), limits).run(node.name));
    } else if (node.table() || other->table() || node.term()->term->expression != other->term()->term->expression) {
      out.terms.push_back(node.name);
    }
  }
  return out;
}

JsonValue to_json(const Differences& differences) {
  const auto texts = [](const std::vector<std::string>& list) {
    JsonArray out;
    for (const std::string& text : list) out.emplace_back(text);
    return out;
  };
  JsonArray tables;
  for (const TableDifference& table : differences.tables) {
    JsonArray list;
    for (const Difference& one : table.differences) {
      JsonObject object;
      object["cells"] = texts(one.cells);
      JsonArray example;
      for (const feel::Value& value : one.example) example.push_back(feel::to_json(value));
      object["example"] = std::move(example);
      object["also"] = one.also;
      object["before"] = one.before;
      object["after"] = one.after;
      list.emplace_back(std::move(object));
    }
    JsonObject object;
    object["decision"] = table.decision;
    object["inputs"] = texts(table.inputs);
    object["differences"] = std::move(list);
    object["complete"] = table.complete;
    tables.emplace_back(std::move(object));
  }
  JsonObject out;
  out["tables"] = std::move(tables);
  out["only_before"] = texts(differences.only_before);
  out["only_after"] = texts(differences.only_after);
  out["terms"] = texts(differences.terms);
  return out;
}

}  // namespace yakuba::dmn
