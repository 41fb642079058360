// The compiled graph: one step for each boxed expression, slots for names. Inside the folder only.
#pragma once

#include <map>

#include "dmn/drg_graph.hpp"
#include "dmn/drg_types.hpp"

namespace yakuba::dmn::drg {

class Run;

// The values of the names in scope, while one decision or function is evaluated.
struct Frame {
  Run& run;
  feel::Machine& machine;
  std::vector<feel::Value>& slots;
};

// A boxed expression, ready to run.
class Step {
 public:
  virtual ~Step() = default;
  virtual feel::Value run(Frame& frame) const = 0;
  // When every value that it gives can be made to hold the type beforehand it does so and says true: nobody needs to
  // look at its values again.
  virtual bool hold(const ItemType&, feel::Machine&) { return false; }
};
using StepPointer = std::unique_ptr<Step>;

// The slots of a frame, taken from those that lie ready in this thread: an evaluation makes no memory of its own.
class SlotLease {
 public:
  explicit SlotLease(std::size_t count);
  ~SlotLease();
  SlotLease(const SlotLease&) = delete;
  SlotLease& operator=(const SlotLease&) = delete;
  std::vector<feel::Value> values;
};

struct TypedParameter {
  std::string name;
  std::shared_ptr<const ItemType> type;
};

// A name in the scope of a node's logic: a node, or the context of an import with the nodes that are required of it.
struct Bound {
  feel::Slot slot = 0;
  int node = -1;
  std::vector<std::pair<std::string, int>> members;
};

struct Node {
  NodeInfo info;
  std::shared_ptr<const ItemType> type;
  std::vector<int> requires_;  // nodes, as written
  std::vector<Bound> bound;
  StepPointer logic;                        // of a decision, or the body of a knowledge model
  bool held = false;                        // the values of the logic hold the type already
  std::size_t slot_count = 0;               // of the logic
  std::vector<TypedParameter> parameters;   // of what can be invoked
  std::vector<feel::Slot> parameter_slots;  // of a knowledge model
  std::vector<int> parameter_nodes;         // of a service
  std::vector<int> outputs;                 // of a service
};

struct Graph::Body : std::enable_shared_from_this<Graph::Body> {
  std::string name, namespace_uri;
  std::vector<Node> nodes;
  std::vector<NodeInfo> infos;
  std::optional<int> find(NodeKind kind, std::string_view name, std::string_view namespace_uri) const;
};

// Where what happens is written down, while an evaluation is traced. A function that is called in the middle knows
// nothing of the evaluation around it: so there is one for each thread.
class Tracing {
 public:
  // nullptr: nobody wants to know, or there is too much already.
  static Happenings* here() { return now_ != nullptr ? now_->here_ : nullptr; }

  // From the beginning to the end of an evaluation. `into` may be nullptr: nothing is traced.
  class Whole {
   public:
    Whole(Trace* into, feel::Machine& machine);
    ~Whole();
    Whole(const Whole&) = delete;
    Whole& operator=(const Whole&) = delete;

   private:
    Tracing* before_;
    std::unique_ptr<Tracing> mine_;
  };
  // The logic of one decision.
  static void decision(DecisionTrace& into, auto&& logic) {
    Happenings* before = std::exchange(now_->here_, &into.inside);
    logic();
    now_->here_ = before;
    now_->decisions_->push_back(std::move(into));
  }
  // A function: what `body` gives, with all that happens in it.
  static feel::Value call(CallTrace call, const std::function<feel::Value()>& body);
  // A text of FEEL, with the values of its parts.
  static feel::Value expression(const feel::Program& program, Frame& frame);

 private:
  Tracing(Trace* into, feel::Machine& machine) : machine_(machine), decisions_(into) {}
  feel::Machine& machine_;
  Trace* decisions_;
  Happenings unasked_;  // beside any decision: a service or function that is asked itself
  Happenings* here_ = &unasked_;
  feel::Recorder* recorder_ = nullptr;
  std::size_t calls_ = 0;
  static constinit thread_local Tracing* now_;
};

// One evaluation: what was given and computed so far.
class Run {
 public:
  Run(std::shared_ptr<const Graph::Body> body, feel::Machine& machine)
      : body_(std::move(body)), machine_(machine), values_(body_->nodes.size()) {}
  // Takes back what is known of these nodes, for the next evaluation.
  void forget(std::span<const int> nodes) {
    for (const int node : nodes) values_[static_cast<std::size_t>(node)].reset();
  }
  void give(int node, feel::Value value) { values_[static_cast<std::size_t>(node)] = std::move(value); }
  const feel::Value& value(int node);
  const std::shared_ptr<const Graph::Body>& body() const { return body_; }
  feel::Value function_of(int node) const;
  void bind(const Node& node, std::vector<feel::Value>& slots);

 private:
  std::shared_ptr<const Graph::Body> body_;
  feel::Machine& machine_;
  std::vector<std::optional<feel::Value>> values_;
};

// The value as the type holds it; null and a diagnostic when it does not.
feel::Value conform(const feel::Value& value, const ItemType& type, std::string_view what, feel::Machine& machine);
// Makes a function of native code whose arguments are checked against their item definitions, too.
feel::Value native_function(std::string name, const std::vector<TypedParameter>& parameters, feel::NativeBody body);

void report(feel::Machine& machine, feel::Code code, std::string detail, std::string source, std::string subject = {});

// What compiling an expression needs to know around it.
struct Surroundings {
  feel::Scope scope;
  std::string path;  // for diagnostics: "Approval.Score"
  std::size_t* slot_count = nullptr;
};
feel::Slot add_slot(Surroundings& around, std::string_view name, feel::Type type);

class StepCompiler {
 public:
  StepCompiler(const TypeCatalog& types, Faults& faults) : types_(types), faults_(faults) {}
  StepPointer compile(const Expression& expression, const Surroundings& around);
  feel::Type type_of_last() const { return last_type_; }
  feel::Machine& machine();  // for what is constant; empty of diagnostics

 private:
  StepPointer make(const Expression& expression, const Surroundings& around);
  StepPointer literal(const Text& text, const Surroundings& around);
  StepPointer table(const Expression& expression, const Table& table, const Surroundings& around);
  StepPointer context(const Context& context, const Surroundings& around);
  StepPointer function(const FunctionDefinition& function, const Surroundings& around);
  StepPointer invocation(const Invocation& invocation, const Surroundings& around);
  StepPointer conditional(const Conditional& conditional, const Surroundings& around);
  StepPointer iterator(const Iterator& iterator, const Surroundings& around);
  StepPointer filter(const Filter& filter, const Surroundings& around);
  StepPointer relation(const Relation& relation, const Surroundings& around);
  StepPointer list(const List& list, const Surroundings& around);
  feel::Program program(const Text& text, const feel::Scope& scope, const std::string& path);
  std::shared_ptr<const ItemType> type(std::string_view name, const Place& place) {
    return types_.find(name, place, faults_);
  }

  const TypeCatalog& types_;
  Faults& faults_;
  feel::Type last_type_;
  std::unique_ptr<feel::Machine> machine_;
};

}  // namespace yakuba::dmn::drg
