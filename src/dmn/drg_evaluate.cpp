#include <algorithm>

#include "dmn/drg_program.hpp"

namespace yakuba::dmn::drg {

std::optional<int> Graph::Body::find(NodeKind kind, std::string_view wanted, std::string_view uri) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeInfo& info = nodes[i].info;
    if (info.kind == kind && info.name == wanted && (uri.empty() || uri == info.namespace_uri))
      return static_cast<int>(i);
  }
  return std::nullopt;
}

namespace {
thread_local std::vector<std::vector<feel::Value>> ready_slots;
constexpr std::size_t ready_slots_max = 64;
}  // namespace

SlotLease::SlotLease(std::size_t count) {
  if (!ready_slots.empty()) {
    values = std::move(ready_slots.back());
    ready_slots.pop_back();
  }
  values.resize(count);
}
SlotLease::~SlotLease() {
  values.clear();
  if (ready_slots.size() < ready_slots_max) ready_slots.push_back(std::move(values));
}

constinit thread_local Tracing* Tracing::now_ = nullptr;

Tracing::Whole::Whole(Trace* into, feel::Machine& machine)
    : before_(now_), mine_(into != nullptr ? new Tracing(into, machine) : nullptr) {
  now_ = mine_.get();
}
// What was asked beside any decision stands as one without a name: a service's or function's own call.
Tracing::Whole::~Whole() {
  if (mine_ && !mine_->unasked_.calls.empty()) {
    CallTrace& call = mine_->unasked_.calls.front();
    DecisionTrace asked{call.name, call.arguments, call.value, {}};
    asked.inside = std::move(mine_->unasked_);
    mine_->decisions_->push_back(std::move(asked));
  }
  now_ = before_;
}

feel::Value Tracing::call(CallTrace call, const std::function<feel::Value()>& body) {
  Tracing& now = *now_;
  Happenings* const outer = now.here_;
  const bool kept = now.calls_++ < trace_calls_max;
  outer->cut = outer->cut || !kept;
  Trace* const decisions = std::exchange(now.decisions_, &call.decisions);
  feel::Recorder* const recorder = std::exchange(now.recorder_, nullptr);
  now.here_ = kept ? &call.inside : nullptr;
  now.machine_.set_recorder(nullptr);
  call.value = body();
  now.machine_.set_recorder(recorder);
  now.recorder_ = recorder;
  now.here_ = outer;
  now.decisions_ = decisions;
  feel::Value value = call.value;
  if (kept) outer->calls.push_back(std::move(call));
  return value;
}

feel::Value Tracing::expression(const feel::Program& program, Frame& frame) {
  Tracing& now = *now_;
  Happenings& here = *now.here_;
  if (here.expressions.size() >= trace_expressions_max) {
    here.cut = true;
    return frame.machine.evaluate(program, frame.slots);
  }
  feel::Recorder mine(trace_nodes_max);
  feel::Recorder* const before = std::exchange(now.recorder_, &mine);
  now.machine_.set_recorder(&mine);
  feel::Value value = frame.machine.evaluate(program, frame.slots);
  now.machine_.set_recorder(before);
  now.recorder_ = before;
  if (!mine.roots().empty())
    here.expressions.push_back({program.name(), program.text(), mine.roots().front(), mine.truncated()});
  return value;
}

void Run::bind(const Node& node, std::vector<feel::Value>& slots) {
  slots.resize(std::max(slots.size(), node.slot_count));
  for (const Bound& bound : node.bound) {
    if (bound.node >= 0) {
      slots[bound.slot] = value(bound.node);
      continue;
    }
    std::vector<feel::Entry> entries;
    for (const auto& [name, index] : bound.members) entries.emplace_back(name, value(index));
    slots[bound.slot] = feel::Value::context(std::move(entries));
  }
}

namespace {
void traced(const Node& node, const Frame& frame, feel::Value& out, const std::function<void()>& logic) {
  DecisionTrace trace{node.info.name, {}, {}, {}};
  for (const Bound& bound : node.bound)
    if (const feel::Value& read = frame.slots[bound.slot]; read.kind() != feel::Kind::function)
      trace.inputs.emplace_back(
          bound.node >= 0 ? frame.run.body()->nodes[static_cast<std::size_t>(bound.node)].info.name : "import", read);
  Tracing::decision(trace, [&] {
    logic();
    trace.value = out;
  });
}
}  // namespace

const feel::Value& Run::value(int index) {
  auto& known = values_[static_cast<std::size_t>(index)];
  if (known) return *known;
  const Node& node = body_->nodes[static_cast<std::size_t>(index)];
  feel::Value out;
  if (node.info.kind == NodeKind::knowledge || node.info.kind == NodeKind::service) {
    out = function_of(index);
  } else if (node.info.kind == NodeKind::decision && node.logic) {
    SlotLease slots(node.slot_count);
    Frame frame{*this, machine_, slots.values};
    bind(node, frame.slots);
    const auto logic = [&] {
      out = node.logic->run(frame);
      if (!node.held) out = conform(out, *node.type, node.info.name, machine_);
    };
    if (Tracing::here() == nullptr)
      logic();
    else
      traced(node, frame, out, logic);
  }
  known = std::move(out);
  return *known;
}

// Of a knowledge model or a decision service. It holds the graph, not this run: it may be the result of a decision.
feel::Value Run::function_of(int index) const {
  const Node& node = body_->nodes[static_cast<std::size_t>(index)];
  const auto owner = body_;
  if (node.info.kind == NodeKind::service)
    return native_function(
        node.info.name, node.parameters,
        [owner, index](feel::Machine& machine, std::span<const feel::Value> arguments) {
          const Node& service = owner->nodes[static_cast<std::size_t>(index)];
          Run run(owner, machine);
          for (std::size_t i = 0; i < arguments.size(); ++i) run.give(service.parameter_nodes[i], arguments[i]);
          if (service.outputs.size() == 1)
            return conform(run.value(service.outputs[0]), *service.type, service.info.name, machine);
          std::vector<feel::Entry> entries;
          for (const int output : service.outputs)
            entries.emplace_back(owner->nodes[static_cast<std::size_t>(output)].info.name, run.value(output));
          return conform(feel::Value::context(std::move(entries)), *service.type, service.info.name, machine);
        });
  if (node.logic && node.parameter_slots.size() != node.parameters.size()) {  // a function of another language
    Run run(owner, machine_);
    SlotLease slots(node.slot_count);
    Frame frame{run, machine_, slots.values};
    run.bind(node, frame.slots);
    return node.logic->run(frame);
  }
  return native_function(node.info.name, node.parameters,
                         [owner, index](feel::Machine& machine, std::span<const feel::Value> arguments) {
                           const Node& model = owner->nodes[static_cast<std::size_t>(index)];
                           if (!model.logic) return feel::Value();
                           Run run(owner, machine);
                           SlotLease slots(model.slot_count);
                           Frame frame{run, machine, slots.values};
                           run.bind(model, frame.slots);
                           for (std::size_t i = 0; i < arguments.size(); ++i)
                             frame.slots[model.parameter_slots[i]] = arguments[i];
                           feel::Value out = model.logic->run(frame);
                           return model.held ? out : conform(out, *model.type, model.info.name, machine);
                         });
}

// --- a decision made ready ---

struct Prepared::Body {
  std::shared_ptr<const Graph::Body> graph;
  int decision = 0;
  std::vector<NodeInfo> inputs;
  std::vector<int> input_nodes;
  std::vector<int> touched;  // all nodes that an evaluation gives a value
};

namespace {
// What a decision needs, at first hand or through other decisions; each once.
void gather(const Graph::Body& graph, int index, std::vector<bool>& seen, Prepared::Body& out) {
  if (seen[static_cast<std::size_t>(index)]) return;
  seen[static_cast<std::size_t>(index)] = true;
  out.touched.push_back(index);
  const Node& node = graph.nodes[static_cast<std::size_t>(index)];
  if (node.info.kind == NodeKind::input) {
    out.inputs.push_back(node.info);
    out.input_nodes.push_back(index);
  }
  if (node.info.kind != NodeKind::decision) return;
  for (const int next : node.requires_) gather(graph, next, seen, out);
}
}  // namespace

std::optional<Prepared> Prepared::make(const Graph& graph, std::string_view decision, std::string_view namespace_uri) {
  const auto node = graph.body()->find(NodeKind::decision, decision, namespace_uri);
  if (!node) return std::nullopt;
  auto body = std::make_shared<Body>();
  body->graph = graph.body();
  body->decision = *node;
  std::vector<bool> seen(graph.body()->nodes.size());
  gather(*graph.body(), *node, seen, *body);
  return Prepared(std::move(body));
}
const std::vector<NodeInfo>& Prepared::inputs() const {
  return body_->inputs;
}

// --- evaluation ---

struct GraphEvaluator::State {
  std::shared_ptr<const Graph::Body> graph;
  std::optional<Run> run;
};

GraphEvaluator::GraphEvaluator(const feel::Limits& limits) : machine_(limits), state_(std::make_unique<State>()) {}
GraphEvaluator::~GraphEvaluator() = default;

feel::Value GraphEvaluator::accept(const Prepared& prepared, std::size_t input, const feel::Value& value) {
  const Prepared::Body& body = prepared.body();
  const Node& node = body.graph->nodes[static_cast<std::size_t>(body.input_nodes[input])];
  return conform(value, *node.type, node.info.name, machine_);
}

feel::Value GraphEvaluator::decide(const Prepared& prepared, std::span<const feel::Value> inputs) {
  const Prepared::Body& body = prepared.body();
  machine_.reset();
  if (state_->graph != body.graph) {
    state_->run.reset();
    state_->graph = body.graph;
    state_->run.emplace(body.graph, machine_);
  }
  Run& run = *state_->run;
  const Tracing::Whole tracing(trace_, machine_);
  for (std::size_t i = 0; i < body.input_nodes.size() && i < inputs.size(); ++i)
    run.give(body.input_nodes[i], inputs[i]);
  feel::Value out = run.value(body.decision);
  run.forget(body.touched);
  return out;
}

const std::vector<feel::Diagnostic>& GraphEvaluator::diagnostics() const {
  return machine_.diagnostics();
}

namespace {
// Inputs as their types hold them; decisions that are given are taken as given.
void give_all(Run& run, const Graph::Body& body, std::span<const Given> inputs, feel::Machine& machine) {
  for (const Given& given : inputs) {
    auto node = body.find(NodeKind::input, given.name, given.namespace_uri);
    if (!node) node = body.find(NodeKind::decision, given.name, given.namespace_uri);
    if (!node) continue;
    const Node& of = body.nodes[static_cast<std::size_t>(*node)];
    run.give(*node, conform(given.value, *of.type, of.info.name, machine));
  }
}
}  // namespace

GraphResult GraphEvaluator::evaluate(const Graph& graph, std::string_view decision, std::span<const Given> inputs,
                                     std::string_view namespace_uri) {
  machine_.reset();
  const auto node = graph.body()->find(NodeKind::decision, decision, namespace_uri);
  if (!node) return {false, {}, {}};
  const Tracing::Whole tracing(trace_, machine_);
  Run run(graph.body(), machine_);
  give_all(run, *graph.body(), inputs, machine_);
  feel::Value value = run.value(*node);
  return {true, std::move(value), machine_.take_diagnostics()};
}

GraphResult GraphEvaluator::invoke(const Graph& graph, std::string_view invocable, std::span<const Given> arguments,
                                   std::string_view namespace_uri) {
  machine_.reset();
  auto node = graph.body()->find(NodeKind::service, invocable, namespace_uri);
  if (!node) node = graph.body()->find(NodeKind::knowledge, invocable, namespace_uri);
  if (!node) return {false, {}, {}};
  const Tracing::Whole tracing(trace_, machine_);
  Run run(graph.body(), machine_);
  const feel::Value function = run.function_of(*node);
  std::vector<feel::Value> values;
  if (const feel::Function* found = function.function())
    for (const feel::Parameter& parameter : found->parameters) {
      const auto given = std::ranges::find(arguments, parameter.name, &Given::name);
      values.push_back(given == arguments.end() ? feel::Value() : given->value);
    }
  feel::Value value = machine_.call(function, values);
  return {true, std::move(value), machine_.take_diagnostics()};
}

}  // namespace yakuba::dmn::drg
