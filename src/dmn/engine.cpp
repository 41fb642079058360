#include "dmn/engine.hpp"

#include "dmn/hit_policy.hpp"
#include "dmn/partition.hpp"

namespace yakuba::dmn {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// The same context with one value at a path, contexts made on the way.
feel::Value with(const feel::Value& context, std::span<const std::string> path, const feel::Value& value) {
  if (path.empty()) return value;
  std::vector<feel::Entry> entries(context.entries().begin(), context.entries().end());
  for (feel::Entry& entry : entries) {
    if (entry.name() != path[0]) continue;
    entry.value = with(entry.value, path.subspan(1), value);
    return feel::Value::context(std::move(entries));
  }
  entries.emplace_back(path[0], with(feel::Value::context({}), path.subspan(1), value));
  return feel::Value::context(std::move(entries));
}

// Contexts in order of their keys, all the way down: a record (canonical JSON) gives back exactly what was decided on.
feel::Value in_key_order(const feel::Value& value) {
  if (value.kind() == feel::Kind::list) {
    const auto nested = [](const feel::Value& item) {
      return item.kind() == feel::Kind::list || item.kind() == feel::Kind::context;
    };
    if (std::none_of(value.items().begin(), value.items().end(), nested)) return value;
    std::vector<feel::Value> items;
    for (const feel::Value& item : value.items()) items.push_back(in_key_order(item));
    return feel::Value::list(std::move(items));
  }
  if (value.kind() != feel::Kind::context) return value;
  std::vector<feel::Entry> entries;
  for (const feel::Entry& entry : value.entries()) entries.emplace_back(entry.key, in_key_order(entry.value));
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return feel::Value::context(std::move(entries));
}

feel::Value as_of_value(Date date) {
  return feel::Value::date(date);
}

feel::DateTime midnight_in_japan(Date date) {
  constexpr std::int32_t japan_seconds = 9 * 3600;
  return {date.days, 0, feel::Zone::offset(japan_seconds)};
}

// Position of each output among its allowed values: smaller is better; unknown values come last.
std::vector<std::size_t> priority(const TableLogic& logic, const feel::Value& output) {
  std::vector<std::size_t> out;
  const auto& clauses = logic.table->outputs;
  for (std::size_t o = 0; o < clauses.size(); ++o) {
    if (!clauses[o].type || clauses[o].type->values.empty()) continue;
    const auto& values = clauses[o].type->values;
    const feel::Value* part = clauses.size() == 1 ? &output : output.find(clauses[o].name);
    out.push_back(
        static_cast<std::size_t>(std::find(values.begin(), values.end(), part ? part->string() : "") - values.begin()));
  }
  return out;
}

}  // namespace

std::optional<bool> in_set(const feel::TestSet& set, const feel::Value& value) {
  std::optional<bool> met = set.any || (value.is_null() && set.includes_null);
  for (const feel::TestInterval& interval : set.intervals) {
    if (met.value_or(false)) break;
    if (value.is_null()) {
      met = std::nullopt;
      break;
    }
    std::optional<bool> inside = true;
    if (interval.low_closed && interval.high_closed && interval.low == interval.high) {
      inside = feel::feel_equal(value, interval.low);
    } else {
      const auto side = [&](const feel::Value& end, bool closed, int wrong) {
        if (end.is_null()) return;
        const auto order = feel::feel_compare(value, end);
        if (!order)
          inside = std::nullopt;
        else if (*order == wrong || (*order == 0 && !closed))
          inside = inside ? std::optional(false) : inside;
      };
      side(interval.low, interval.low_closed, -1);
      side(interval.high, interval.high_closed, 1);
    }
    if (!inside)
      met = std::nullopt;
    else if (*inside)
      met = true;
  }
  if (met && set.negated) return !*met;
  return met;
}

Engine::Engine(const Criterion::Body& body, feel::Machine& machine)
    : body_(body),
      machine_(machine),
      slots_(body.slot_count),
      missing_(body.facts.size()),
      unknown_(body.nodes.size()),
      given_(body.nodes.size()),
      reads_((body.slot_count + 63) / 64) {}

void Engine::load(const Question& question, Evaluation& into) {
  machine_.set_now(midnight_in_japan(question.as_of));
  into.as_of = question.as_of;
  into.facts = feel::Value::context({});
  std::vector<std::size_t> order(body_.facts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  // Wholes before their parts, so that a part never hides the whole.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return body_.facts[a].members.size() < body_.facts[b].members.size();
  });
  for (const std::size_t i : order) {
    const Fact& fact = body_.facts[i];
    std::vector<std::string> path{body_.scope->name_of(fact.slot)};
    path.insert(path.end(), fact.members.begin(), fact.members.end());
    feel::Value found;
    const feel::Value* value = &question.facts;
    for (const std::string& part : path) value = value ? value->find(part) : nullptr;
    if (value) found = in_key_order(*value);
    if (!value && fact.as_of) found = as_of_value(question.as_of);
    missing_[i] = !value && !fact.as_of;
    if (missing_[i]) continue;
    const auto taken = fact.type.take(found, machine_);
    machine_.take_diagnostics();
    if (!taken) {
      // Kept as given, so that a record shows and replays what was refused.
      into.troubles.push_back({"fact_type", fact.use.path, {}});
      into.facts = with(into.facts, path, found);
      missing_[i] = true;
      continue;
    }
    slots_[fact.slot] = with(slots_[fact.slot], std::span(path).subspan(1), *taken);
    if (!fact.as_of) into.facts = with(into.facts, path, *taken);
  }
  for (const feel::Entry& entry : question.given_terms.entries()) {
    const auto node = body_.node_by_name.find(entry.name());
    if (node == body_.node_by_name.end()) continue;
    give_node(node->second, in_key_order(entry.value));
    into.given.push_back(std::string(entry.name()));
  }
}

void Engine::give_fact(int fact, const feel::Value& value) {
  const Fact& known = body_.facts[at(fact)];
  slots_[known.slot] = with(slots_[known.slot], known.members, value);
  missing_[at(fact)] = false;
}
void Engine::give_node(int node, const feel::Value& value) {
  slots_[body_.nodes[at(node)].slot] = value;
  unknown_[at(node)] = false;
  given_[at(node)] = true;
}
feel::Value Engine::fact_value(int fact) const {
  const feel::Value* value = &slots_[body_.facts[at(fact)].slot];
  for (const std::string& member : body_.facts[at(fact)].members) value = value ? value->find(member) : nullptr;
  return value ? *value : feel::Value();
}

bool Engine::any_unknown(const Reads& reads) const {
  return std::any_of(reads.facts.begin(), reads.facts.end(), [&](int f) { return missing_[at(f)]; }) ||
         std::any_of(reads.nodes.begin(), reads.nodes.end(), [&](int n) { return unknown_[at(n)]; });
}

void Engine::take_troubles(const Ref& ref, std::vector<Trouble>* troubles) {
  if (!machine_.diagnostics().empty()) take_troubles(machine_.take_diagnostics(), ref, troubles);
}

void Engine::take_troubles(const std::vector<feel::Diagnostic>& diagnostics, const Ref& ref,
                           std::vector<Trouble>* troubles) const {
  if (!troubles) return;
  for (const feel::Diagnostic& diagnostic : diagnostics)
    troubles->push_back({std::string(feel::name_of(diagnostic.code)), diagnostic.subject, body_.places.at(ref)});
}

std::optional<feel::Value> Engine::evaluate(const Expression& expression, std::vector<Trouble>* troubles) {
  if (!any_unknown(expression.reads)) {
    feel::Value value = machine_.evaluate(expression.program, slots_);
    take_troubles(expression.ref, troubles);
    return value;
  }
  std::fill(reads_.begin(), reads_.end(), 0);
  machine_.set_reads(&reads_);
  feel::Value value = machine_.evaluate(expression.program, slots_);
  machine_.set_reads(nullptr);
  std::vector<feel::Diagnostic> found = machine_.take_diagnostics();
  const auto was_read = [&](feel::Slot slot) { return (reads_[slot / 64] >> (slot % 64) & 1) != 0; };
  bool whole = false, part = false;  // read: something unknown, or perhaps only what lies beside it
  for (const int fact : expression.reads.facts)
    if (missing_[at(fact)] && was_read(body_.facts[at(fact)].slot))
      (body_.facts[at(fact)].members.empty() ? whole : part) = true;
  for (const int node : expression.reads.nodes)
    whole = whole || (unknown_[at(node)] && was_read(body_.nodes[at(node)].slot));
  if (whole && !may_stand_alone(expression.program.text())) return std::nullopt;
  if ((whole || part) && !stands_without_unknown(expression, found)) return std::nullopt;
  take_troubles(found, expression.ref, troubles);
  return value;
}

namespace {

// The path that a trace node reads, when it is members of a name: 世帯.所得 → {"世帯", "所得"}.
std::optional<std::vector<std::string>> path_of(const feel::TraceNode& node) {
  if (node.kind == "name") return std::vector<std::string>{node.subject};
  if (node.kind != "member" || node.children.size() != 1) return std::nullopt;
  auto path = path_of(node.children[0]);
  if (path) path->push_back(node.subject);
  return path;
}

// Whether the value of a trace node is the same whatever the unknown is. `reads_unknown(path)`; parts whose value
// hangs on the unknown go into `open`.
template <class ReadsUnknown>
bool certain(const feel::TraceNode& node, const ReadsUnknown& reads_unknown,
             std::vector<const feel::TraceNode*>& open) {
  if (const auto path = path_of(node)) {
    if (!reads_unknown(*path)) return true;
    open.push_back(&node);
    return false;
  }
  // One known side decides: false and unknown is false, true or unknown is true, a cell's tests are an or.
  const bool conjunction = node.kind == "and", disjunction = node.kind == "or" || node.kind == "tests";
  bool all = true, decided = false;
  for (const feel::TraceNode& child : node.children) {
    if (!certain(child, reads_unknown, open)) {
      all = false;
      continue;
    }
    const bool truth = child.value.kind() == feel::Kind::boolean && (node.kind != "tests" || child.kind == "test");
    decided = decided || (truth && (conjunction ? !child.value.truth() : disjunction && child.value.truth()));
  }
  if (all || decided) return true;
  open.push_back(&node);
  return false;
}

}  // namespace

// Without a logical connective or a second test, whatever is read matters.
bool Engine::may_stand_alone(std::string_view text) {
  return text.find("and") != std::string_view::npos || text.find("or") != std::string_view::npos ||
         text.find(',') != std::string_view::npos;
}

// The value does not hang on what is unknown: facts lie beside each other in one context, a slot is read for any of
// them, and one known side of an `and` or `or` can decide (table 50). The trace says which; what it does not tell for
// certain hangs. Diagnostics of parts that hang on the unknown are taken out of `found`.
bool Engine::stands_without_unknown(const Expression& expression, std::vector<feel::Diagnostic>& found) {
  feel::Recorder recorder;
  machine_.set_recorder(&recorder);
  machine_.evaluate(expression.program, slots_);
  machine_.set_recorder(nullptr);
  machine_.take_diagnostics();
  if (recorder.truncated() || recorder.roots().size() != 1) return false;
  const auto reads_unknown = [&](const std::vector<std::string>& path) {
    const auto root = body_.scope->find(path[0]);
    if (!root) return true;
    for (const int n : expression.reads.nodes)
      if (unknown_[at(n)] && body_.nodes[at(n)].slot == *root) return true;
    for (const int f : expression.reads.facts) {
      const Fact& fact = body_.facts[at(f)];
      if (!missing_[at(f)] || *root != fact.slot) continue;
      // One is inside the other: the path ends above the fact, or goes on into it.
      const auto length = static_cast<std::ptrdiff_t>(std::min(path.size() - 1, fact.members.size()));
      if (std::equal(path.begin() + 1, path.begin() + 1 + length, fact.members.begin())) return true;
    }
    return false;
  };
  std::vector<const feel::TraceNode*> open;
  if (!certain(recorder.roots()[0], reads_unknown, open)) return false;
  std::erase_if(found, [&](const feel::Diagnostic& diagnostic) {
    return std::ranges::any_of(open, [&](const feel::TraceNode* node) {
      return diagnostic.source != expression.program.name() ||
             (diagnostic.position.offset >= node->offset && diagnostic.position.offset < node->offset + node->length);
    });
  });
  return true;
}

Result Engine::run(int index, DecisionTrace* trace) {
  const Node& node = body_.nodes[at(index)];
  if (trace) {
    trace->name = node.name;
    trace->table = node.table() != nullptr;
  }
  Result result;
  if (given_[at(index)]) {
    result.value = slots_[node.slot];
  } else {
    result = node.table() ? run_table(index, *node.table(), trace) : run_term(index, *node.term(), trace);
    unknown_[at(index)] = !result.known;
    slots_[node.slot] = result.known ? result.value : feel::Value();
  }
  if (trace) {
    trace->standing = result.known ? result.standing : Standing::undecided;
    trace->output = result.known ? result.value : feel::Value();
    trace->matched = result.matched;
    trace->by_default = result.by_default;
  }
  return result;
}

void Engine::trace_term_inputs(const Reads& reads, DecisionTrace& trace) const {
  for (const int f : reads.facts) {
    const Fact& fact = body_.facts[at(f)];
    InputTrace input{fact.use.path, fact.type.declared(), std::nullopt};
    if (!missing_[at(f)]) input.value = fact_value(f);
    trace.inputs.push_back(std::move(input));
  }
  for (const int n : reads.nodes) {
    InputTrace input{body_.nodes[at(n)].name, body_.nodes[at(n)].type.declared(), std::nullopt};
    if (!unknown_[at(n)]) input.value = value_of(n);
    trace.inputs.push_back(std::move(input));
  }
}

Result Engine::run_term(int index, const TermLogic& logic, DecisionTrace* trace) {
  if (trace) trace_term_inputs(logic.expression.reads, *trace);
  Result result;
  const auto value = evaluate(logic.expression, trace ? &trace->troubles : nullptr);
  result.known = value.has_value();
  if (!value) return result;
  const auto taken = body_.nodes[at(index)].type.take(*value, machine_);
  machine_.take_diagnostics();
  result.value = taken.value_or(feel::Value());
  if (taken) return result;
  result.standing = Standing::failed;
  if (trace) trace->troubles.push_back({"term_type", logic.term->name, body_.places.at(logic.expression.ref)});
  return result;
}

Outcome Engine::cell(const Cell& cell, const std::optional<feel::Value>& value, const Column& column,
                     std::vector<Trouble>* troubles) {
  if (cell.any) return Outcome::yes;
  if (!value) return cell.set ? outcome_over_all(column.type, *cell.set) : Outcome::unknown;
  if (cell.set && value->kind() != feel::Kind::list)
    return in_set(*cell.set, *value).value_or(false) ? Outcome::yes : Outcome::no;
  slots_[body_.tested] = *value;
  const auto met = evaluate(cell.test, troubles);
  slots_[body_.tested] = feel::Value();
  if (!met) return Outcome::unknown;
  return met->is_true() ? Outcome::yes : Outcome::no;
}

Result Engine::run_table(int index, const TableLogic& logic, DecisionTrace* trace) {
  std::vector<Trouble>* troubles = trace ? &trace->troubles : nullptr;
  std::vector<std::optional<feel::Value>> values;
  for (std::size_t c = 0; c < logic.columns.size(); ++c) {
    const auto given = column_values.find({index, static_cast<int>(c)});
    values.push_back(given != column_values.end() ? std::optional(given->second)
                                                  : evaluate(logic.columns[c].expression, troubles));
    if (trace)
      trace->inputs.push_back({logic.table->inputs[c].expression, logic.columns[c].type.declared(), values.back()});
  }
  std::vector<Outcome> rules(logic.rows.size(), Outcome::not_evaluated);
  bool settled = false;  // FIRST has its rule
  for (std::size_t r = 0; r < logic.rows.size(); ++r) {
    RuleTrace row{.row = static_cast<int>(r), .outcome = Outcome::not_evaluated, .cells = {}};
    row.cells.assign(logic.columns.size(), Outcome::not_evaluated);
    if (!settled) {
      rules[r] = Outcome::yes;
      for (std::size_t c = 0; c < logic.columns.size(); ++c) {
        row.cells[c] = cell(logic.rows[r].cells[c], values[c], logic.columns[c], troubles);
        if (row.cells[c] == Outcome::no)
          rules[r] = Outcome::no;
        else if (row.cells[c] == Outcome::unknown && rules[r] == Outcome::yes)
          rules[r] = Outcome::unknown;
        if (rules[r] == Outcome::no && !trace) break;
      }
      settled = logic.table->hit_policy == HitPolicy::first && rules[r] == Outcome::yes;
    }
    if (!trace) continue;
    row.outcome = rules[r];
    trace->rules.push_back(std::move(row));
  }
  return settle(logic, rules, troubles);
}

Result Engine::settle(const TableLogic& logic, const std::vector<Outcome>& rules, std::vector<Trouble>* troubles) {
  std::vector<int> yes;
  std::vector<int> candidates;
  for (std::size_t r = 0; r < rules.size(); ++r) {
    if (rules[r] == Outcome::yes) yes.push_back(static_cast<int>(r));
    if (rules[r] == Outcome::yes || rules[r] == Outcome::unknown) candidates.push_back(static_cast<int>(r));
  }
  const bool first_known =
      logic.table->hit_policy == HitPolicy::first && !yes.empty() && candidates.front() == yes.front();
  if (candidates.size() == yes.size() || first_known) return by_policy(logic, std::move(yes), troubles);
  Result result;
  result.known = false;
  result.gap_possible = yes.empty();
  result.candidates = std::move(candidates);
  return result;
}

std::optional<std::vector<feel::Value>> Engine::outputs(const std::vector<Expression>& expressions,
                                                        const TableLogic& logic, std::vector<Trouble>* troubles) {
  std::vector<feel::Value> out;
  for (std::size_t o = 0; o < expressions.size(); ++o) {
    const auto value = evaluate(expressions[o], troubles);
    if (!value) return std::nullopt;
    const auto taken = logic.output_types[o].take(*value, machine_);
    machine_.take_diagnostics();
    if (!taken && troubles)
      troubles->push_back({"output_not_allowed", logic.table->outputs[o].name, body_.places.at(expressions[o].ref)});
    out.push_back(taken.value_or(feel::Value()));
  }
  return out;
}

namespace {
feel::Value joined(const TableLogic& logic, std::vector<feel::Value> parts) {
  if (parts.size() == 1) return parts[0];
  std::vector<feel::Entry> entries;
  for (std::size_t o = 0; o < parts.size(); ++o)
    entries.emplace_back(logic.table->outputs[o].name, std::move(parts[o]));
  return feel::Value::context(std::move(entries));
}

}  // namespace

std::optional<feel::Value> Engine::output(const TableLogic& logic, int row, std::vector<Trouble>* troubles) {
  auto parts = outputs(logic.rows[at(row)].outputs, logic, troubles);
  if (!parts) return std::nullopt;
  return joined(logic, std::move(*parts));
}

Result Engine::no_match(const TableLogic& logic, std::vector<Trouble>* troubles) {
  Result result;
  if (!logic.defaults.empty()) {
    auto parts = outputs(logic.defaults, logic, troubles);
    result.known = parts.has_value();
    result.by_default = true;
    if (parts) result.value = joined(logic, std::move(*parts));
    return result;
  }
  Settled settled = settle_without_match(logic.table->hit_policy, logic.table->aggregation);
  result.value = std::move(*settled.value);
  if (settled.fault.empty()) return result;
  result.standing = Standing::gap;
  if (troubles) troubles->push_back({std::string(settled.fault), logic.table->name, {}});
  return result;
}

Result Engine::by_policy(const TableLogic& logic, std::vector<int> matched, std::vector<Trouble>* troubles) {
  if (matched.empty()) return no_match(logic, troubles);
  Settled settled = dmn::settle(
      logic.table->hit_policy, logic.table->aggregation, std::move(matched),
      [&](int row) { return output(logic, row, troubles); },
      [&](const feel::Value& value) { return priority(logic, value); });
  Result result;
  if (!settled.fault.empty()) {
    result.standing = Standing::failed;
    result.matched = std::move(settled.matched);
    if (troubles) troubles->push_back({std::string(settled.fault), logic.table->name, {}});
    return result;
  }
  result.known = settled.value.has_value();
  (result.known ? result.matched : result.candidates) = std::move(settled.matched);
  if (result.known) result.value = std::move(*settled.value);
  return result;
}

}  // namespace yakuba::dmn
