// A requirements graph, compiled once and evaluated many times: the decisions of a model and of all it imports.
//
//   drg::GraphCompilation compiled = drg::compile(*reading.definitions, resolver);
//   for (const Fault& fault : compiled.faults) std::puts(describe(fault, Words::en).c_str());
//   drg::GraphEvaluator evaluator;                              // one per thread
//   auto out = evaluator.evaluate(*compiled.graph, "Approval", {{"Applicant", value}});
//   out.value; out.diagnostics;                                 // null and why, as the standard says
//
// Errors: a model that contradicts itself (a reference to nothing, a circle, FEEL that cannot be read) has faults; what
// can be compiled is, and the rest gives null with a diagnostic. Evaluation never fails as a call. Bounds:
// feel::Limits. Inputs are coerced to their declared types and checked against allowed values: what does not conform is
// null with a diagnostic. Tables use the same policies as criteria (hit_policy.hpp), cells the same sets. Threads:
// Graph is an immutable handle, any thread; GraphEvaluator: one thread. Source: OMG DMN 1.5 §6.3, §7.3, §8.2,
// §10.2–10.4.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/drg.hpp"
#include "dmn/drg_trace.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn::drg {

// The model of an import, or nullptr when it is not there. What it points to must live until compile() returns.
using ImportResolver = std::function<const Definitions*(const Import&)>;

enum class NodeKind { input, decision, knowledge, service };
struct NodeInfo {
  NodeKind kind = NodeKind::decision;
  std::string name, namespace_uri, id;
  feel::Type type;
  std::vector<std::string> needs;  // names of what it requires directly
  bool required = false;           // some other decision needs it
};

class Graph {
 public:
  const std::string& name() const;
  const std::string& namespace_uri() const;
  const std::vector<NodeInfo>& nodes() const;         // of the model itself first, then those of its imports
  std::vector<std::string> result_decisions() const;  // of the model, which nothing else requires
  struct Body;
  explicit Graph(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  const std::shared_ptr<const Body>& body() const { return body_; }

 private:
  std::shared_ptr<const Body> body_;
};
struct GraphCompilation {
  std::optional<Graph> graph;  // absent when the requirements form a circle or imports do not end
  Faults faults;
};
GraphCompilation compile(const Definitions& definitions, const ImportResolver& resolver = {});

// A value for an input data or, by its name, for a decision that is given instead of computed.
struct Given {
  std::string name;
  feel::Value value;
  std::string namespace_uri = {};  // empty: the first of that name, the model's own before those of imports
};
struct GraphResult {
  bool found = true;  // false: the model has no such node
  feel::Value value;
  std::vector<feel::Diagnostic> diagnostics;
};

// A decision made ready to be asked many times: names are looked up once, inputs go by number.
//
//   auto prepared = drg::Prepared::make(graph, "Fee");
//   std::vector<feel::Value> inputs;                                         // as prepared->inputs() names them
//   for (std::size_t i = 0; i < values.size(); ++i) inputs.push_back(evaluator.accept(*prepared, i, values[i]));
//   feel::Value fee = evaluator.decide(*prepared, inputs);                   // again and again; makes no memory
//
// An immutable handle, for any number of threads (one evaluator each).
class Prepared {
 public:
  static std::optional<Prepared> make(const Graph& graph, std::string_view decision,
                                      std::string_view namespace_uri = {});
  const std::vector<NodeInfo>& inputs() const;  // the input data it needs, at first hand or through other decisions
  struct Body;
  const Body& body() const { return *body_; }

 private:
  explicit Prepared(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  std::shared_ptr<const Body> body_;
};

class GraphEvaluator {
 public:
  explicit GraphEvaluator(const feel::Limits& limits = {});
  ~GraphEvaluator();
  GraphEvaluator(const GraphEvaluator&) = delete;
  GraphEvaluator& operator=(const GraphEvaluator&) = delete;
  void set_now(const feel::DateTime& now) { machine_.set_now(now); }
  void set_trace(Trace* trace) { trace_ = trace; }  // nullptr: off; added to at each evaluate()
  // A decision, from inputs.
  GraphResult evaluate(const Graph& graph, std::string_view decision, std::span<const Given> inputs,
                       std::string_view namespace_uri = {});
  // A decision service or a business knowledge model, arguments by name.
  GraphResult invoke(const Graph& graph, std::string_view invocable, std::span<const Given> arguments,
                     std::string_view namespace_uri = {});

  // The value as the declared type of the input holds it; null, with a diagnostic, when it does not.
  feel::Value accept(const Prepared& prepared, std::size_t input, const feel::Value& value);
  // The decision of inputs that were accepted: they are not looked at again. Why it is null: diagnostics().
  feel::Value decide(const Prepared& prepared, std::span<const feel::Value> inputs);
  const std::vector<feel::Diagnostic>& diagnostics() const;  // of the last decide()

 private:
  struct State;
  feel::Machine machine_;
  Trace* trace_ = nullptr;
  std::unique_ptr<State> state_;
};

}  // namespace yakuba::dmn::drg
