// Boxed expressions as steps. Wherever FEEL has the same construct the step runs FEEL's own code over native parts, so
// that iteration, conditions and filters mean the same in a box and in a text.
#include <algorithm>

#include "base/text.hpp"
#include "dmn/drg_program.hpp"
#include "feel/external.hpp"

namespace yakuba::dmn::drg {
namespace {

class LiteralStep : public Step {
 public:
  explicit LiteralStep(feel::Program program) : program_(std::move(program)) {}
  feel::Value run(Frame& frame) const override {
    if (Tracing::here() != nullptr) [[unlikely]]
      return Tracing::expression(program_, frame);
    return frame.machine.evaluate(program_, frame.slots);
  }

 private:
  feel::Program program_;
};

class NothingStep : public Step {
 public:
  NothingStep(std::string path, std::string why) : path_(std::move(path)), why_(std::move(why)) {}
  feel::Value run(Frame& frame) const override {
    if (!why_.empty()) report(frame.machine, feel::Code::native, why_, path_);
    return {};
  }

 private:
  std::string path_, why_;
};

// Checks the value of another step against a declared type.
class TypedStep : public Step {
 public:
  TypedStep(StepPointer inner, std::shared_ptr<const ItemType> type, std::string path)
      : inner_(std::move(inner)), type_(std::move(type)), path_(std::move(path)) {}
  feel::Value run(Frame& frame) const override { return conform(inner_->run(frame), *type_, path_, frame.machine); }

 private:
  StepPointer inner_;
  std::shared_ptr<const ItemType> type_;
  std::string path_;
};

class ContextStep : public Step {
 public:
  struct Entry {
    std::string name;  // empty: the result
    feel::Slot slot = 0;
    StepPointer value;
  };
  std::vector<Entry> entries;
  std::string path;
  bool repeated = false;

  feel::Value run(Frame& frame) const override {
    if (repeated) {
      report(frame.machine, feel::Code::duplicate_key, "two entries of the context have the same name", path);
      return {};
    }
    std::vector<feel::Entry> made;
    for (const Entry& entry : entries) {
      feel::Value value = entry.value->run(frame);
      if (entry.name.empty()) return value;
      frame.slots[entry.slot] = value;
      made.emplace_back(entry.name, std::move(value));
    }
    return feel::Value::context(std::move(made));
  }
};

class ListStep : public Step {
 public:
  std::vector<StepPointer> items;
  feel::Value run(Frame& frame) const override {
    std::vector<feel::Value> made;
    for (const StepPointer& item : items) made.push_back(item->run(frame));
    return feel::Value::list(std::move(made));
  }
};

class RelationStep : public Step {
 public:
  std::vector<std::string> columns;
  std::vector<std::vector<StepPointer>> rows;
  feel::Value run(Frame& frame) const override {
    std::vector<feel::Value> made;
    for (const auto& row : rows) {
      std::vector<feel::Entry> entries;
      for (std::size_t c = 0; c < row.size() && c < columns.size(); ++c)
        entries.emplace_back(columns[c], row[c]->run(frame));
      made.push_back(feel::Value::context(std::move(entries)));
    }
    return feel::Value::list(std::move(made));
  }
};

// A function that takes the names around it along. Owned by the graph, which its values keep alive.
class FunctionStep : public Step {
 public:
  std::vector<TypedParameter> parameters;
  std::vector<feel::Slot> slots;
  std::optional<feel::Slot> self;
  StepPointer body;
  std::size_t slot_count = 0;
  std::string path;

  feel::Value run(Frame& frame) const override { return value(frame.run.body(), frame.slots); }

 private:
  feel::Value value(std::shared_ptr<const Graph::Body> owner, std::vector<feel::Value> around) const {
    return native_function(path, parameters,
                           [this, owner, around](feel::Machine& machine, std::span<const feel::Value> arguments) {
                             Run run(owner, machine);
                             SlotLease slots_of_call(std::max(slot_count, around.size()));
                             std::ranges::copy(around, slots_of_call.values.begin());
                             Frame frame{run, machine, slots_of_call.values};
                             if (self) frame.slots[*self] = value(owner, around);
                             for (std::size_t i = 0; i < slots.size(); ++i) frame.slots[slots[i]] = arguments[i];
                             return body->run(frame);
                           });
  }
};

// Native stand-ins for external functions: the body is a context that names them.
class ExternalStep : public Step {
 public:
  std::vector<TypedParameter> parameters;
  StepPointer described;
  FunctionKind kind = FunctionKind::java;
  std::string path;
  feel::Value run(Frame& frame) const override {
    const feel::Value where = described ? described->run(frame) : feel::Value();
    return native_function(
        path, parameters,
        [this, owner = frame.run.body(), where](feel::Machine& machine, std::span<const feel::Value> arguments) {
          if (kind == FunctionKind::java) {
            auto found = feel::call_external(where, arguments);
            if (found) return std::move(*found);
            report(machine, feel::Code::native, found.error().detail, path);
            return feel::Value();
          }
          report(machine, feel::Code::native, "models of PMML are not run by this engine", path);
          return feel::Value();
        });
  }
};

class InvocationStep : public Step {
 public:
  StepPointer callee;
  std::vector<std::pair<std::string, StepPointer>> bindings;
  std::string path;
  feel::Value run(Frame& frame) const override {
    feel::Value function = callee->run(frame);
    std::vector<std::pair<std::string_view, feel::Value>> given;
    for (const auto& [name, step] : bindings) given.emplace_back(name, step->run(frame));
    if (function.function() == nullptr) {
      report(frame.machine, feel::Code::not_a_function, "what is invoked is no function", path);
      return {};
    }
    const auto& parameters = function.function()->parameters;
    std::vector<feel::Value> arguments(parameters.size());
    for (auto& [name, value] : given) {
      const auto found = std::ranges::find(parameters, name, &feel::Parameter::name);
      if (found == parameters.end()) {
        report(frame.machine, feel::Code::unknown_parameter, "no parameter has this name", path, std::string(name));
        return {};
      }
      arguments[static_cast<std::size_t>(found - parameters.begin())] = std::move(value);
    }
    return frame.machine.call(function, arguments);
  }
};

// FEEL code over parts that are boxes: `if condition then part(2) else part(3)`.
class LoweredStep : public Step {
 public:
  std::vector<StepPointer> values;  // evaluated at once, into slots 0 …
  struct Part {                     // called by the code, with arguments into slots of the frame
    StepPointer step;
    std::vector<feel::Slot> slots;
  };
  std::vector<Part> parts;
  feel::Program code;
  feel::Value run(Frame& frame) const override {
    std::vector<feel::Value> slots;
    for (const StepPointer& value : values) slots.push_back(value->run(frame));
    for (const Part& part : parts) {
      feel::Function function;
      for (std::size_t i = 0; i < part.slots.size(); ++i)
        function.parameters.push_back({"p" + std::to_string(i + 1), feel::Type::any()});
      // Lives no longer than this call: the code gives values, never these functions.
      function.native = [&part, &frame](feel::Machine&, std::span<const feel::Value> arguments) {
        for (std::size_t i = 0; i < part.slots.size(); ++i) frame.slots[part.slots[i]] = arguments[i];
        return part.step->run(frame);
      };
      slots.push_back(feel::Value::function(std::move(function)));
    }
    return frame.machine.evaluate(code, slots);
  }
};

// A filter whose match is a text: FEEL's own, since names in it may be members of the items.
class FilterTextStep : public Step {
 public:
  StepPointer domain;
  feel::Slot slot = 0;
  feel::Program code;
  feel::Value run(Frame& frame) const override {
    frame.slots[slot] = domain->run(frame);
    return frame.machine.evaluate(code, frame.slots);
  }
};

}  // namespace

void report(feel::Machine& machine, feel::Code code, std::string detail, std::string source, std::string subject) {
  machine.report({code, {}, std::move(detail), {}, std::move(source), std::move(subject)});
}

feel::Slot add_slot(Surroundings& around, std::string_view name, feel::Type type) {
  const feel::Slot slot = around.scope.add(name, std::move(type));
  *around.slot_count = std::max(*around.slot_count, around.scope.slot_count());
  return slot;
}

feel::Value conform(const feel::Value& value, const ItemType& type, std::string_view what, feel::Machine& machine) {
  if (type.any()) return value;
  auto taken = type.take(value, machine);
  if (taken) return std::move(*taken);
  const bool kind = !feel::coerce(value, type.type()).has_value();
  machine.report({feel::Code::coercion,
                  {},
                  kind ? "the value is " + feel::type_of(value).text() + ", declared is " + type.type().text()
                       : "the value is not among those that its type allows",
                  {},
                  std::string(what),
                  {}});
  return {};
}

feel::Value native_function(std::string name, const std::vector<TypedParameter>& parameters, feel::NativeBody body) {
  feel::Function function;
  function.name = name;
  for (const TypedParameter& parameter : parameters)
    function.parameters.push_back({parameter.name, parameter.type->type()});
  std::vector<TypedParameter> checked = parameters;
  function.native = [name = std::move(name), checked = std::move(checked), body = std::move(body)](
                        feel::Machine& machine, std::span<const feel::Value> arguments) -> feel::Value {
    for (std::size_t i = 0; i < checked.size(); ++i) {
      if (checked[i].type->any() || arguments[i].is_null()) continue;
      if (conform(arguments[i], *checked[i].type, name + ": " + checked[i].name, machine).is_null()) return {};
    }
    if (Tracing::here() == nullptr) return body(machine, arguments);
    CallTrace call{name, {}, {}, {}, {}};
    for (std::size_t i = 0; i < checked.size(); ++i) call.arguments.emplace_back(checked[i].name, arguments[i]);
    return Tracing::call(std::move(call), [&] { return body(machine, arguments); });
  };
  return feel::Value::function(std::move(function));
}

feel::Machine& StepCompiler::machine() {
  if (!machine_) machine_ = std::make_unique<feel::Machine>();
  machine_->reset();
  return *machine_;
}

feel::Program StepCompiler::program(const Text& text, const feel::Scope& scope, const std::string& path) {
  std::optional<feel::Scope> held;
  feel::Compilation compiled = feel::compile(text.text, types_.scope_for(text.text, scope, held), {.name = path});
  add_feel_faults(compiled.faults, text, Severity::error, faults_);
  last_type_ = compiled.program.type();
  return std::move(compiled.program);
}

StepPointer StepCompiler::literal(const Text& text, const Surroundings& around) {
  const bool feel_text = text.language.empty() || text.language.find("FEEL") != std::string::npos ||
                         text.language.find("feel") != std::string::npos;
  if (!feel_text) {
    faults_.push_back({Severity::error, "dmn.language", {{"language", text.language}}, text.place});
    return std::make_unique<NothingStep>(around.path, "the expression is not FEEL but " + text.language);
  }
  return std::make_unique<LiteralStep>(program(text, around.scope, around.path));
}

StepPointer StepCompiler::context(const Context& context, const Surroundings& outside) {
  auto out = std::make_unique<ContextStep>();
  Surroundings inside = outside;
  out->path = outside.path;
  std::vector<feel::Field> fields;
  std::optional<feel::Type> result;
  for (const ContextEntry& entry : context.entries) {
    ContextStep::Entry made;
    const bool named = entry.variable && !entry.variable->name.empty();
    if (named) made.name = entry.variable->name;
    if (named) inside.path = outside.path + "." + made.name;
    const auto declared = type(named ? entry.variable->type : "", entry.place);
    // A function may call itself by the name of its entry. Scopes are copied for these only: contexts may be long.
    if (named && entry.value.as<FunctionDefinition>() != nullptr) {
      Surroundings with_itself = inside;
      made.slot = add_slot(with_itself, made.name, feel::Type::function());
      made.value = compile(entry.value, with_itself);
    } else {
      made.value = compile(entry.value, inside);
    }
    feel::Type known = declared->any() ? last_type_ : declared->type();
    if (!declared->any()) made.value = std::make_unique<TypedStep>(std::move(made.value), declared, inside.path);
    inside.path = outside.path;
    if (named) {
      out->repeated = out->repeated || std::ranges::find(fields, made.name, &feel::Field::name) != fields.end();
      fields.push_back({made.name, known});
      made.slot = add_slot(inside, made.name, known);
    } else {
      result = known;
    }
    out->entries.push_back(std::move(made));
  }
  last_type_ = result ? *result : feel::Type::context(std::move(fields));
  return out;
}

StepPointer StepCompiler::list(const List& list, const Surroundings& around) {
  auto out = std::make_unique<ListStep>();
  for (const Expression& item : list.items) out->items.push_back(compile(item, around));
  last_type_ = feel::Type::list(feel::Type::any());
  return out;
}

StepPointer StepCompiler::relation(const Relation& relation, const Surroundings& around) {
  auto out = std::make_unique<RelationStep>();
  std::vector<std::shared_ptr<const ItemType>> types;
  std::vector<feel::Field> fields;
  for (const Variable& column : relation.columns) {
    out->columns.push_back(column.name);
    types.push_back(type(column.type, column.place));
    fields.push_back({column.name, types.back()->type()});
  }
  for (const RelationRow& row : relation.rows) {
    std::vector<StepPointer> cells;
    for (std::size_t c = 0; c < row.cells.size() && c < types.size(); ++c) {
      StepPointer cell = compile(row.cells[c], around);
      if (!types[c]->any())
        cell = std::make_unique<TypedStep>(std::move(cell), types[c], around.path + "." + out->columns[c]);
      cells.push_back(std::move(cell));
    }
    out->rows.push_back(std::move(cells));
  }
  last_type_ = feel::Type::list(feel::Type::context(std::move(fields)));
  return out;
}

StepPointer StepCompiler::function(const FunctionDefinition& function, const Surroundings& outside) {
  Surroundings inside = outside;
  std::vector<TypedParameter> parameters;
  std::vector<feel::Slot> slots;
  std::vector<feel::Type> types;
  for (const Variable& parameter : function.parameters) {
    parameters.push_back({parameter.name, type(parameter.type, parameter.place)});
    types.push_back(parameters.back().type->type());
    slots.push_back(add_slot(inside, parameter.name, types.back()));
  }
  if (function.kind != FunctionKind::feel) {
    auto out = std::make_unique<ExternalStep>();
    out->parameters = std::move(parameters);
    out->kind = function.kind;
    out->path = outside.path;
    if (!function.body.empty()) out->described = compile(function.body[0], outside);
    last_type_ = feel::Type::function(std::move(types), feel::Type::any());
    return out;
  }
  auto out = std::make_unique<FunctionStep>();
  out->parameters = std::move(parameters);
  out->slots = std::move(slots);
  out->path = outside.path;
  // The name of the entry that holds the function is the last one that was added around it.
  const std::size_t point = outside.path.rfind('.');
  if (point != std::string::npos) out->self = outside.scope.find(std::string_view(outside.path).substr(point + 1));
  if (out->self && !(outside.scope.type_of(*out->self) == feel::Type::function())) out->self.reset();
  out->body = function.body.empty() ? std::make_unique<NothingStep>(outside.path, "the function has no body")
                                    : compile(function.body[0], inside);
  out->slot_count = *outside.slot_count;
  last_type_ = feel::Type::function(std::move(types), last_type_);
  return out;
}

StepPointer StepCompiler::invocation(const Invocation& invocation, const Surroundings& around) {
  auto out = std::make_unique<InvocationStep>();
  out->path = around.path;
  for (const Binding& binding : invocation.bindings)
    out->bindings.emplace_back(binding.parameter.name, compile(binding.value, around));
  out->callee = invocation.function.empty() ? std::make_unique<NothingStep>(around.path, "nothing is invoked")
                                            : compile(invocation.function[0], around);
  last_type_ = last_type_.kind() == feel::TypeKind::function ? last_type_.result() : feel::Type::any();
  return out;
}

StepPointer StepCompiler::conditional(const Conditional& conditional, const Surroundings& around) {
  auto out = std::make_unique<LoweredStep>();
  out->values.push_back(compile(conditional.parts[0], around));
  out->parts.push_back({compile(conditional.parts[1], around), {}});
  out->parts.push_back({compile(conditional.parts[2], around), {}});
  feel::Scope scope;
  scope.add("condition");
  scope.add("yes");
  scope.add("no");
  out->code = feel::compile("if condition then yes() else no()", scope, {.name = around.path}).program;
  last_type_ = feel::Type::any();
  return out;
}

StepPointer StepCompiler::iterator(const Iterator& iterator, const Surroundings& outside) {
  auto out = std::make_unique<LoweredStep>();
  out->values.push_back(compile(iterator.parts[0], outside));
  const feel::Type domain = iterator.in_type.empty() ? last_type_ : type(iterator.in_type, {})->type();
  const bool known = domain.kind() == feel::TypeKind::list || domain.kind() == feel::TypeKind::range;
  Surroundings inside = outside;
  LoweredStep::Part part;
  part.slots.push_back(add_slot(inside, iterator.variable, known ? domain.element() : feel::Type::any()));
  const bool loop = iterator.kind == IteratorKind::for_each;
  if (loop) part.slots.push_back(add_slot(inside, "partial", feel::Type::list(feel::Type::any())));
  part.step = compile(iterator.parts[1], inside);
  out->parts.push_back(std::move(part));
  feel::Scope scope;
  scope.add("domain");
  scope.add("part");
  const std::string_view code = loop                                  ? "for p in domain return part(p, partial)"
                                : iterator.kind == IteratorKind::some ? "some p in domain satisfies part(p)"
                                                                      : "every p in domain satisfies part(p)";
  out->code = feel::compile(code, scope, {.name = outside.path}).program;
  last_type_ = loop ? feel::Type::list(last_type_) : feel::Type::boolean();
  return out;
}

StepPointer StepCompiler::filter(const Filter& filter, const Surroundings& outside) {
  StepPointer domain = compile(filter.parts[0], outside);
  const feel::Type type = last_type_;
  Surroundings inside = outside;
  if (const Literal* match = filter.parts[1].as<Literal>()) {
    auto out = std::make_unique<FilterTextStep>();
    out->domain = std::move(domain);
    constexpr std::string_view name = "filtered list of the box";
    out->slot = add_slot(inside, name, type);
    Text text = match->text;
    text.text = std::string(name) + "[" + match->text.text + "\n]";
    // Read for itself first, so that no bracket of it closes the filter.
    Surroundings alone = inside;
    add_slot(alone, "item", feel::Type::any());
    alone.scope.lenient = true;
    const feel::Compilation checked = feel::compile(match->text.text, alone.scope, {.name = outside.path});
    if (!checked.ok()) return std::make_unique<LiteralStep>(program(match->text, alone.scope, outside.path));
    out->code = program(text, inside.scope, outside.path);
    last_type_ = type;
    return out;
  }
  auto out = std::make_unique<LoweredStep>();
  out->values.push_back(std::move(domain));
  LoweredStep::Part part;
  part.slots.push_back(
      add_slot(inside, "item", type.kind() == feel::TypeKind::list ? type.element() : feel::Type::any()));
  part.step = compile(filter.parts[1], inside);
  out->parts.push_back(std::move(part));
  feel::Scope scope;
  scope.add("domain");
  scope.add("part");
  out->code = feel::compile("domain[part(item)]", scope, {.name = outside.path}).program;
  last_type_ = type;
  return out;
}

StepPointer StepCompiler::make(const Expression& expression, const Surroundings& around) {
  if (const Literal* found = expression.as<Literal>()) return literal(found->text, around);
  if (const Table* found = expression.as<Table>()) return table(expression, *found, around);
  if (const Context* found = expression.as<Context>()) return context(*found, around);
  if (const List* found = expression.as<List>()) return list(*found, around);
  if (const Relation* found = expression.as<Relation>()) return relation(*found, around);
  if (const FunctionDefinition* found = expression.as<FunctionDefinition>()) return function(*found, around);
  if (const Invocation* found = expression.as<Invocation>()) return invocation(*found, around);
  if (const Conditional* found = expression.as<Conditional>()) return conditional(*found, around);
  if (const Iterator* found = expression.as<Iterator>()) return iterator(*found, around);
  if (const Filter* found = expression.as<Filter>()) return filter(*found, around);
  last_type_ = feel::Type::any();
  return std::make_unique<NothingStep>(around.path, "there is no expression");
}

StepPointer StepCompiler::compile(const Expression& expression, const Surroundings& around) {
  *around.slot_count = std::max(*around.slot_count, around.scope.slot_count());
  StepPointer out = make(expression, around);
  // Tables look at the declared type themselves: under COLLECT it is that of the items.
  if (expression.type.empty() || expression.as<Table>() || expression.empty()) return out;
  const auto declared = type(expression.type, expression.place);
  if (declared->any()) return out;
  last_type_ = declared->type();
  return std::make_unique<TypedStep>(std::move(out), declared, around.path);
}

}  // namespace yakuba::dmn::drg
