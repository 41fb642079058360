#include "dmn/missing.hpp"

#include "dmn/partition.hpp"

namespace yakuba::dmn {
namespace {

constexpr std::int64_t finite_integers_max = 64;  // an integer fact with so few values is tried value by value
constexpr std::size_t exact_facts_max = 12;  // subsets of so many missing facts are searched for the smallest to ask
constexpr std::size_t subset_steps_max = 4'000'000;  // combinations times subsets

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// One thing that is tried with several values: a fact, an undecided term or table, or a table's column.
struct Variable {
  int fact = -1, node = -1, column = -1;
  std::vector<feel::Value> values;
  std::set<int> facts;  // missing facts behind it
};

struct Possible {  // of one goal in one combination
  Standing standing = Standing::decided;
  feel::Value value;
  std::vector<int> matched;
  bool by_default = false;
  bool operator==(const Possible& other) const { return standing == other.standing && value == other.value; }
};

class WhatIf {
 public:
  WhatIf(const Criterion::Body& body, Engine& engine, std::vector<int> goals, const EvaluateLimits& limits)
      : body_(body), engine_(engine), goals_(std::move(goals)), limits_(limits) {}

  void run(const Question& question, Evaluation& evaluation) {
    for (std::size_t f = 0; f < body_.facts.size(); ++f)
      if (engine_.missing(static_cast<int>(f))) missing_.push_back(static_cast<int>(f));
    std::erase_if(goals_, [&](int goal) { return !engine_.unknown(goal); });
    find_relevant();
    choose_variables();
    if (!goals_.empty()) try_all();
    report(question, evaluation);
  }

 private:
  template <class F>
  void each_expression(const Node& node, F&& visit) const {
    if (const TermLogic* term = node.term()) return visit(term->expression, -1);
    const TableLogic& table = *node.table();
    for (std::size_t c = 0; c < table.columns.size(); ++c) visit(table.columns[c].expression, static_cast<int>(c));
    for (const TableRow& row : table.rows) {
      for (const Cell& cell : row.cells) visit(cell.test, -1);
      for (const Expression& output : row.outputs) visit(output, -1);
    }
    for (const Expression& output : table.defaults) visit(output, -1);
  }

  // Undecided nodes that a goal needs, in order of evaluation.
  void find_relevant() {
    std::vector<bool> wanted(body_.nodes.size());
    for (const int goal : goals_) wanted[at(goal)] = true;
    for (auto it = body_.order.rbegin(); it != body_.order.rend(); ++it)
      if (wanted[at(*it)])
        for (const int other : body_.nodes[at(*it)].needs)
          if (engine_.unknown(other)) wanted[at(other)] = true;
    for (const int node : body_.order)
      if (wanted[at(node)] && engine_.unknown(node)) relevant_.push_back(node);
    for (const int node : relevant_)
      each_expression(body_.nodes[at(node)], [&](const Expression& expression, int) {
        for (const int fact : expression.reads.facts)
          if (engine_.missing(fact)) relevant_facts_.insert(fact);
      });
  }

  // All values of a type, when they are few.
  std::optional<std::vector<feel::Value>> finite_values(const CheckedType& type) const {
    if (type.declared().list) return std::nullopt;
    if (type.declared().base == Type::Base::boolean)
      return std::vector{feel::Value::boolean(true), feel::Value::boolean(false)};
    if (!type.declared().values.empty()) {
      std::vector<feel::Value> out;
      for (const std::string& value : type.declared().values) out.push_back(feel::Value::string(value));
      return out;
    }
    if (!type.declared().discrete() || !type.constraint_set()) return std::nullopt;
    const auto cut = partition(type, {});
    std::vector<feel::Value> out;
    for (const Region& region : cut ? cut->regions : std::vector<Region>{}) {
      const auto low = region.low.integer();
      const auto high = region.high.integer();
      if (!low || !high || *high - *low >= finite_integers_max) return std::nullopt;
      for (std::int64_t n = *low; n <= *high; ++n) out.push_back(feel::Value::number(n));
    }
    if (out.empty() || out.size() > static_cast<std::size_t>(finite_integers_max)) return std::nullopt;
    return out;
  }

  static bool exact_column(const TableLogic& table, std::size_t c) {
    return std::all_of(table.rows.begin(), table.rows.end(),
                       [&](const TableRow& row) { return row.cells[c].set.has_value(); });
  }
  static void column_sets(const TableLogic& table, std::size_t c, std::vector<const feel::TestSet*>& sets) {
    for (const TableRow& row : table.rows)
      if (row.cells[c].set) sets.push_back(&*row.cells[c].set);
  }
  static std::optional<std::vector<feel::Value>> samples(const CheckedType& type,
                                                         const std::vector<const feel::TestSet*>& sets) {
    const auto cut = partition(type, sets);
    if (!cut || cut->regions.empty()) return std::nullopt;
    std::vector<feel::Value> out;
    for (const Region& region : cut->regions) out.push_back(region.sample);
    return out;
  }

  // One value for each region, when everything that reads the source is a column of exact cells that names it.
  std::optional<std::vector<feel::Value>> direct_values(const CheckedType& type, bool is_fact, int source) const {
    std::vector<const feel::TestSet*> sets;
    bool only_direct = true;
    for (const int index : relevant_) {
      const Node& node = body_.nodes[at(index)];
      each_expression(node, [&](const Expression& expression, int c) {
        const auto& reads = is_fact ? expression.reads.facts : expression.reads.nodes;
        if (std::find(reads.begin(), reads.end(), source) == reads.end()) return;
        const bool direct = c >= 0 && (is_fact ? node.table()->columns[at(c)].direct_fact
                                               : node.table()->columns[at(c)].direct_node) == source;
        if (!direct || !exact_column(*node.table(), at(c)))
          only_direct = false;
        else
          column_sets(*node.table(), at(c), sets);
      });
    }
    return only_direct ? samples(type, sets) : std::nullopt;
  }

  bool unresolved(const Reads& reads) const {
    return std::any_of(reads.facts.begin(), reads.facts.end(),
                       [&](int f) { return engine_.missing(f) && !resolved_facts_.contains(f); }) ||
           std::any_of(reads.nodes.begin(), reads.nodes.end(), [&](int n) { return unresolved_nodes_.contains(n); });
  }

  // All missing facts that an expression depends on, through undecided nodes too.
  std::set<int> facts_behind(const Reads& reads) const {
    std::set<int> facts;
    std::vector<bool> seen(body_.nodes.size());
    std::vector<const Reads*> waiting{&reads};
    while (!waiting.empty()) {
      const Reads& next = *waiting.back();
      waiting.pop_back();
      for (const int fact : next.facts)
        if (engine_.missing(fact)) facts.insert(fact);
      for (const int node : next.nodes) {
        if (!engine_.unknown(node) || seen[at(node)]) continue;
        seen[at(node)] = true;
        each_expression(body_.nodes[at(node)],
                        [&](const Expression& expression, int) { waiting.push_back(&expression.reads); });
      }
    }
    return facts;
  }

  void choose_variables() {
    for (const int fact : relevant_facts_) {
      const Fact& known = body_.facts[at(fact)];
      auto values = finite_values(known.type);
      if (!values) values = direct_values(known.type, true, fact);
      if (!values) continue;
      resolved_facts_.insert(fact);
      variables_.push_back({.fact = fact, .node = -1, .column = -1, .values = std::move(*values), .facts = {fact}});
    }
    for (const int node : relevant_) choose_for(node);
  }

  void choose_for(int index) {
    const Node& node = body_.nodes[at(index)];
    bool open = false;
    each_expression(node, [&](const Expression& expression, int c) {
      if (!unresolved(expression.reads)) return;
      if (c < 0) {
        open = true;
        return;
      }
      const TableLogic& table = *node.table();
      std::vector<const feel::TestSet*> sets;
      column_sets(table, at(c), sets);
      auto values = exact_column(table, at(c)) ? samples(table.columns[at(c)].type, sets) : std::nullopt;
      if (!values) {
        open = true;
        return;
      }
      exact_ = false;
      variables_.push_back({.fact = -1,
                            .node = index,
                            .column = c,
                            .values = std::move(*values),
                            .facts = facts_behind(expression.reads)});
    });
    if (!open) return;
    const bool is_goal = std::find(goals_.begin(), goals_.end(), index) != goals_.end();
    auto values = is_goal ? std::nullopt : finite_values(node.type);
    if (!values && !is_goal) values = direct_values(node.type, false, index);
    if (!values) {
      unresolved_nodes_.insert(index);
      return;
    }
    exact_ = false;
    Reads self;
    self.nodes = {index};
    std::set<int> behind = facts_behind(self);
    std::erase_if(variables_, [&](const Variable& v) { return v.node == index; });
    variables_.push_back(
        {.fact = -1, .node = index, .column = -1, .values = std::move(*values), .facts = std::move(behind)});
  }

  // ---- trying
  void give(const Variable& variable, const feel::Value& value) {
    if (variable.fact >= 0)
      engine_.give_fact(variable.fact, value);
    else if (variable.column >= 0)
      engine_.column_values[{variable.node, variable.column}] = value;
    else
      engine_.give_node(variable.node, value);
  }

  void try_all() {
    std::size_t combinations = 1;
    for (const Variable& variable : variables_) {
      if (combinations > limits_.combinations_max / std::max<std::size_t>(variable.values.size(), 1)) {
        too_many_ = true;
        exact_ = false;
        break;
      }
      combinations *= variable.values.size();
    }
    if (too_many_) {
      variables_.clear();
      combinations = 1;
    }
    possible_.resize(goals_.size());
    open_.assign(goals_.size(), false);
    digits_.assign(variables_.size(), 0);
    for (std::size_t i = 0; i < combinations; ++i) {
      std::size_t rest = i;
      for (std::size_t v = 0; v < variables_.size(); ++v) {
        digits_[v] = rest % variables_[v].values.size();
        rest /= variables_[v].values.size();
        give(variables_[v], variables_[v].values[digits_[v]]);
      }
      outcomes_.push_back(try_one());
    }
    for (const Variable& variable : variables_) {
      if (variable.fact >= 0)
        engine_.forget_fact(variable.fact);
      else if (variable.column < 0)
        engine_.take_node_back(variable.node);
    }
    engine_.column_values.clear();
  }

  // Gives a number that stands for the results of all goals together; open ones never equal anything.
  std::size_t try_one() {
    std::map<int, Result> results;
    for (const int node : relevant_) results[node] = engine_.run(node);
    std::vector<std::size_t> key;
    for (std::size_t g = 0; g < goals_.size(); ++g) key.push_back(note(g, results[goals_[g]]));
    const auto [known, inserted] = keys_.emplace(std::move(key), keys_.size());
    return known->second;
  }

  std::size_t note(std::size_t goal, const Result& result) {
    if (result.known) return note(goal, Possible{result.standing, result.value, result.matched, result.by_default});
    open_[goal] = true;
    exact_ = false;
    const TableLogic* table = body_.nodes[at(goals_[goal])].table();
    for (const int row : result.candidates) {
      if (auto output = table ? engine_.output(*table, row) : std::nullopt)
        note(goal, Possible{Standing::decided, *output, {row}, false});
      else
        computed_.insert(goal);
    }
    if (result.gap_possible) note(goal, Possible{Standing::gap, {}, {}, false});
    if (!table) computed_.insert(goal);
    return SIZE_MAX - keys_.size();
  }
  std::size_t note(std::size_t goal, Possible possible) {
    auto& list = possible_[goal];
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!(list[i] == possible)) continue;
      if (list[i].matched != possible.matched) list[i].matched.clear();
      return i;
    }
    list.push_back(std::move(possible));
    return list.size() - 1;
  }

  // Does knowing these facts always decide every goal? Combinations that agree on what is known must agree on the
  // results.
  bool sufficient(const std::set<int>& facts) const {
    std::vector<std::size_t> weight;  // of each variable in the key; 0: not known
    std::size_t keys = 1;
    for (const Variable& variable : variables_) {
      const bool known = std::includes(facts.begin(), facts.end(), variable.facts.begin(), variable.facts.end());
      weight.push_back(known ? keys : 0);
      if (known) keys *= variable.values.size();
    }
    constexpr std::size_t none = SIZE_MAX;
    std::vector<std::size_t> seen(keys, none);
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      std::size_t key = 0;
      std::size_t rest = i;
      for (std::size_t v = 0; v < variables_.size(); ++v) {
        key += weight[v] * (rest % variables_[v].values.size());
        rest /= variables_[v].values.size();
      }
      if (seen[key] == none)
        seen[key] = outcomes_[i];
      else if (seen[key] != outcomes_[i])
        return false;
    }
    return true;
  }

  bool any_open() const { return std::find(open_.begin(), open_.end(), true) != open_.end(); }

  std::set<int> smallest(const std::vector<int>& candidates, bool& exact) const {
    if (candidates.size() > exact_facts_max || (outcomes_.size() << candidates.size()) > subset_steps_max) {
      exact = false;
      std::set<int> kept(candidates.begin(), candidates.end());
      for (const int fact : candidates) {
        std::set<int> fewer = kept;
        fewer.erase(fact);
        if (sufficient(fewer)) kept = std::move(fewer);
      }
      return kept;
    }
    std::vector<std::uint32_t> subsets;
    for (std::uint32_t mask = 0; mask < (1U << candidates.size()); ++mask) subsets.push_back(mask);
    std::stable_sort(subsets.begin(), subsets.end(),
                     [](auto a, auto b) { return std::popcount(a) < std::popcount(b); });
    for (const std::uint32_t mask : subsets) {
      std::set<int> facts;
      for (std::size_t i = 0; i < candidates.size(); ++i)
        if ((mask >> i & 1) != 0) facts.insert(candidates[i]);
      if (sufficient(facts)) return facts;
    }
    return {candidates.begin(), candidates.end()};
  }

  // ---- reporting
  void report(const Question& question, Evaluation& evaluation) {
    std::set<int> matters;
    if (!goals_.empty() && (any_open() || too_many_)) {
      matters = relevant_facts_;
    } else if (!goals_.empty()) {
      for (const int fact : relevant_facts_) {
        std::set<int> others = relevant_facts_;
        others.erase(fact);
        if (!sufficient(others)) matters.insert(fact);
      }
      // Two facts of which each can stand for the other: neither matters alone, one of them does.
      if (matters.empty() && !sufficient({})) matters = relevant_facts_;
    }
    std::set<int> ask = matters;
    if (!matters.empty() && !any_open() && !too_many_) {
      const std::vector<int> candidates(relevant_facts_.begin(), relevant_facts_.end());
      ask = smallest(candidates, evaluation.ask_next_exact);
    }
    evaluation.ask_next_exact = evaluation.ask_next_exact && exact_;
    for (const int fact : ask) evaluation.ask_next.push_back(body_.facts[at(fact)].use.path);
    for (const int fact : missing_) {
      const Fact& known = body_.facts[at(fact)];
      const auto reason = question.missing.find(known.use.path);
      evaluation.missing.push_back({known.use.path, known.type.declared(),
                                    reason == question.missing.end() ? "" : reason->second, matters.contains(fact),
                                    !matters.contains(fact) || exact_});
    }
    for (std::size_t g = 0; g < goals_.size(); ++g) report_goal(g, evaluation);
  }

  void report_goal(std::size_t goal, Evaluation& evaluation) {
    const std::string& name = body_.nodes[at(goals_[goal])].name;
    const auto trace = std::find_if(evaluation.decisions.begin(), evaluation.decisions.end(),
                                    [&](const DecisionTrace& t) { return t.name == name; });
    if (trace == evaluation.decisions.end()) return;
    const auto& possible = possible_[goal];
    if (possible.size() == 1 && !open_[goal]) {
      trace->standing = possible[0].standing;
      trace->output = possible[0].value;
      trace->matched = possible[0].matched;
      trace->by_default = possible[0].by_default;
      for (RuleTrace& rule : trace->rules)
        if (std::find(trace->matched.begin(), trace->matched.end(), rule.row) != trace->matched.end())
          rule.outcome = Outcome::yes;
      return;
    }
    for (const Possible& one : possible) {
      if (trace->possible.size() >= limits_.possible_max) break;
      const feel::Value value = one.standing == Standing::decided ? one.value : feel::Value();
      if (std::find(trace->possible.begin(), trace->possible.end(), value) == trace->possible.end())
        trace->possible.push_back(value);
    }
    trace->possible_exact = exact_ && !open_[goal];
    trace->possible_open = computed_.contains(goal) || possible.size() > limits_.possible_max;
  }

  const Criterion::Body& body_;
  Engine& engine_;
  std::vector<int> goals_;  // those that are undecided
  const EvaluateLimits& limits_;
  std::vector<int> missing_;
  std::vector<int> relevant_;
  std::set<int> relevant_facts_, resolved_facts_, unresolved_nodes_;
  std::vector<Variable> variables_;
  std::vector<std::size_t> digits_;
  std::vector<std::vector<Possible>> possible_;  // by goal
  std::vector<bool> open_;
  std::set<std::size_t> computed_;  // goals with results that cannot be listed
  std::map<std::vector<std::size_t>, std::size_t> keys_;
  std::vector<std::size_t> outcomes_;  // by combination
  bool exact_ = true, too_many_ = false;
};

}  // namespace

void what_if(const Criterion::Body& body, Engine& engine, const std::vector<int>& goals, const Question& question,
             const EvaluateLimits& limits, Evaluation& evaluation) {
  WhatIf(body, engine, goals, limits).run(question, evaluation);
}

}  // namespace yakuba::dmn
