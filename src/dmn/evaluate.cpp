#include "dmn/evaluate.hpp"

#include "dmn/missing.hpp"

namespace yakuba::dmn {

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::decided:
      return "decided";
    case Standing::undecided:
      return "undecided";
    case Standing::gap:
      return "gap";
    case Standing::failed:
      return "failed";
  }
  return "";
}
std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::yes:
      return "yes";
    case Outcome::no:
      return "no";
    case Outcome::not_evaluated:
      return "not evaluated";
    case Outcome::unknown:
      return "unknown";
  }
  return "";
}

const DecisionTrace* Evaluation::find(std::string_view decision) const {
  for (const DecisionTrace& trace : decisions)
    if (trace.name == decision) return &trace;
  return nullptr;
}
bool Evaluation::decided() const {
  return std::all_of(goals.begin(), goals.end(), [&](const std::string& goal) {
    const DecisionTrace* trace = find(goal);
    return trace && trace->standing == Standing::decided;
  });
}

struct Evaluator::State {
  EvaluateLimits limits;
  feel::Machine machine;
  explicit State(const EvaluateLimits& l) : limits(l), machine(l.feel) {}
};
Evaluator::Evaluator(const EvaluateLimits& limits) : state_(std::make_unique<State>(limits)) {}
Evaluator::~Evaluator() = default;

namespace {

// The goals and everything they need, in order of evaluation.
std::vector<int> wanted_nodes(const Criterion::Body& body, const std::vector<int>& goals) {
  std::vector<bool> wanted(body.nodes.size());
  for (const int goal : goals) {
    wanted[static_cast<std::size_t>(goal)] = true;
    for (const int told : body.nodes[static_cast<std::size_t>(goal)].told)
      wanted[static_cast<std::size_t>(told)] = true;
  }
  for (auto it = body.order.rbegin(); it != body.order.rend(); ++it)
    if (wanted[static_cast<std::size_t>(*it)])
      for (const int other : body.nodes[static_cast<std::size_t>(*it)].needs)
        wanted[static_cast<std::size_t>(other)] = true;
  std::vector<int> nodes;
  for (const int node : body.order)
    if (wanted[static_cast<std::size_t>(node)]) nodes.push_back(node);
  return nodes;
}

}  // namespace

Evaluation Evaluator::evaluate(const Criterion& criterion, const Question& question) {
  const Criterion::Body& body = criterion.body();
  state_->machine.reset();
  Evaluation out;
  Engine engine(body, state_->machine);
  engine.load(question, out);
  std::vector<int> goals;
  for (std::size_t i = 0; i < body.nodes.size(); ++i) {
    const Node& node = body.nodes[i];
    const bool wanted = question.goals.empty() ? node.table() != nullptr
                                               : std::find(question.goals.begin(), question.goals.end(), node.name) !=
                                                     question.goals.end();
    if (wanted) goals.push_back(static_cast<int>(i));
  }
  for (const std::string& goal : question.goals)
    if (!body.node_by_name.contains(goal)) out.troubles.push_back({"no_such_decision", goal, {}});
  // Without a table (a document of terms only) every term is a goal.
  if (goals.empty() && question.goals.empty()) goals = body.order;
  for (const int goal : goals) out.goals.push_back(body.nodes[static_cast<std::size_t>(goal)].name);
  for (const int node : wanted_nodes(body, goals)) engine.run(node, &out.decisions.emplace_back());
  what_if(body, engine, goals, question, state_->limits, out);
  if (state_->machine.exhausted()) out.troubles.push_back({"limit_steps", body.model.about.id, {}});
  return out;
}

feel::Value Evaluator::decide(const Criterion& criterion, const Question& question, std::string_view decision) {
  const Criterion::Body& body = criterion.body();
  state_->machine.reset();
  Evaluation scratch;
  Engine engine(body, state_->machine);
  engine.load(question, scratch);
  const auto goal = body.node_by_name.find(decision);
  if (goal == body.node_by_name.end()) return {};
  Result result;
  for (const int node : wanted_nodes(body, {goal->second})) result = engine.run(node);
  return result.known ? result.value : feel::Value();
}

}  // namespace yakuba::dmn
