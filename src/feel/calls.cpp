// Functions: literals, calls of closures, native code and builtins, coercion of arguments and results.
#include <algorithm>

#include "feel/machine.hpp"

namespace yakuba::feel {

Value Machine::State::eval_function(std::uint32_t n) {
  const Node& at = node(n);
  Function function;
  if (at.op == Op::builtin_value) {
    const Builtin* builtin = &builtin_table()[at.a];
    function.name = builtin->name;
    function.variadic = true;
    for (const BuiltinParameter& parameter : builtin->signatures[0].parameters)
      function.parameters.push_back({parameter.name, Type::any()});
    function.native = [builtin](Machine& machine, std::span<const Value> arguments) {
      Taken copies(machine.state().stack, arguments.size());
      for (std::size_t i = 0; i < arguments.size(); ++i) copies[i] = arguments[i];
      return machine.state().call_builtin(*builtin, copies.all(), none);
    };
    return Value::function(std::move(function));
  }
  const FunctionCode& code = act.body->functions[at.a];
  auto closure = std::make_shared<Closure>();
  closure->body = act.body->shared_from_this();
  closure->function = at.a;
  for (const Capture& capture : code.captures) {
    if (capture.kind == AstKind::slot)
      closure->captured.push_back(load_slot(capture.index));
    else if (capture.kind == AstKind::self)
      closure->captured.push_back(act.self != nullptr ? *act.self : Value());
    else
      closure->captured.push_back(act.locals[capture.index]);
  }
  function.name = code.name;
  function.parameters = code.parameters;
  function.result = code.result;
  function.closure = std::move(closure);
  return Value::function(std::move(function));
}

Value Machine::State::eval_call(std::uint32_t n) {
  const Node& at = node(n);
  Value callee = eval(at.a);
  if (callee.kind() == Kind::list && callee.items().size() == 1) callee = Value(callee.items()[0]);
  std::uint32_t first = at.b, count = at.c;
  if (at.flag == 0 || callee.function() == nullptr) {
    Taken arguments(stack, count);
    for (std::uint32_t i = 0; i < count; ++i) arguments[i] = eval(operand(first + i));
    return exhausted ? Value() : call(callee, arguments.all(), n);
  }
  // Named: to their places; a parameter without an argument makes the call invalid.
  const std::vector<Parameter>& parameters = callee.function()->parameters;
  Taken arguments(stack, parameters.size());
  std::vector<bool> given(parameters.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view name = act.body->constants[operand(first + count + i)].string();
    auto found = std::ranges::find(parameters, name, &Parameter::name);
    if (found == parameters.end())
      return null(Code::unknown_parameter, n, "no parameter has this name", {}, std::string(name));
    auto place = static_cast<std::size_t>(found - parameters.begin());
    if (given[place]) return null(Code::argument_count, n, "this parameter is given twice", {}, std::string(name));
    given[place] = true;
    arguments[place] = eval(operand(first + i));
  }
  if (exhausted) return {};
  if (auto missing = std::ranges::find(given, false); missing != given.end())
    return null(Code::argument_count, n, "this parameter is not given", {},
                parameters[static_cast<std::size_t>(missing - given.begin())].name);
  return call(callee, arguments.all(), n);
}

Value Machine::State::call(const Value& value, std::span<Value> arguments, std::uint32_t at) {
  const Function* function = value.function();
  if (function == nullptr) {
    if (value.is_null() && at != none && node(at).op == Op::call && node(node(at).a).op == Op::unknown)
      return {};  // reported where it was read
    return null(Code::not_a_function, at, std::string(name_of(value.kind())) + " cannot be called", {value});
  }
  if (arguments.size() != function->parameters.size() && !function->variadic)
    return null(Code::argument_count, at,
                "takes " + std::to_string(function->parameters.size()) + " arguments, given are " +
                    std::to_string(arguments.size()),
                {}, function->name);
  for (std::size_t i = 0; i < arguments.size() && i < function->parameters.size(); ++i) {
    const Type& type = function->parameters[i].type;
    if (type.is_any()) continue;
    auto fitting = coerce(arguments[i], type);
    if (!fitting)
      return null(Code::coercion, at,
                  "the argument is " + std::string(name_of(arguments[i].kind())) + ", expected is " + type.text(),
                  {arguments[i]}, function->parameters[i].name);
    arguments[i] = std::move(*fitting);
  }
  if (depth >= limits.depth_max) return exhaust(Code::limit_depth, "the evaluation is nested too deeply");
  ++depth;
  Value out;
  if (function->closure) {
    out = run_closure(value, arguments);
  } else if (function->native) {
    Activation before = act;
    out = function->native(machine, arguments);
    act = before;
  }
  --depth;
  if (exhausted) return {};
  if (function->result != nullptr && !out.is_null()) {
    auto fitting = coerce(out, *function->result);
    if (!fitting)
      return null(Code::coercion, at,
                  "the result is " + std::string(name_of(out.kind())) + ", declared is " + function->result->text(),
                  {out}, function->name);
    out = std::move(*fitting);
  }
  return out;
}

Value Machine::State::run_closure(const Value& value, std::span<Value> arguments) {
  const Closure& closure = *value.function()->closure;
  const FunctionCode& code = closure.body->functions[closure.function];
  if (code.root == none) {
    for (const Diagnostic& failure : closure.body->failures) machine.report(failure);
    return {};
  }
  Taken locals(stack, code.frame_size);
  for (std::size_t i = 0; i < arguments.size(); ++i) locals[i] = arguments[i];
  for (std::size_t i = 0; i < closure.captured.size(); ++i) locals[code.captures[i].local] = closure.captured[i];
  Activation before = act;
  std::uint32_t quiet_before = std::exchange(quiet, 0);
  act = {closure.body.get(), {}, locals.data(), &value};
  Value out = eval(code.root);
  act = before;
  quiet = quiet_before;
  return out;
}

Value Machine::State::eval_builtin(std::uint32_t n) {
  const Node& at = node(n);
  const Builtin& builtin = builtin_table()[at.a];
  if ((at.lane & lane::aggregate) != 0 && lane_open())
    if (auto short_way = lane_aggregate(at)) return std::move(*short_way);
  Taken arguments(stack, at.c);
  for (std::uint32_t i = 0; i < at.c; ++i) arguments[i] = eval(operand(at.b + i));
  if (exhausted) return {};
  if (at.op == Op::bad_call) {
    bool count = static_cast<Code>(at.flag) == Code::argument_count;
    return null(static_cast<Code>(at.flag), n,
                count ? "no form of this function takes " + std::to_string(at.c) + " arguments"
                      : "no form of this function has these parameters",
                {}, builtin.name);
  }
  return call_builtin(builtin, arguments.all(), n, at.flag);
}

namespace {

// Whether the argument fits the parameter, as it is or coerced; coerced in place when `apply`.
bool fits(const BuiltinParameter& parameter, Value& argument, bool apply) {
  if ((parameter.kinds & bit(argument.kind())) != 0) return true;
  if (argument.is_null()) return parameter.optional;
  if (argument.kind() == Kind::list && argument.items().size() == 1 &&
      (parameter.kinds & bit(argument.items()[0].kind())) != 0) {
    if (apply) argument = Value(argument.items()[0]);
    return true;
  }
  if ((parameter.kinds & bit(Kind::list)) != 0 && argument.kind() != Kind::list) {
    if (apply) argument = Value::list({argument});
    return true;
  }
  if ((parameter.kinds & bit(Kind::date_time)) != 0 && argument.kind() == Kind::date) {
    if (apply) argument = Value::date_time({argument.date().days, 0, Zone::offset(0)});
    return true;
  }
  return false;
}

}  // namespace

// only_form: 1 + the form that names chose, or 0 for the first that fits.
Value Machine::State::call_builtin(const Builtin& builtin, std::span<Value> arguments, std::uint32_t at,
                                   std::size_t only_form) {
  bool counted = false;
  for (std::size_t form = 0; form < builtin.signatures.size(); ++form) {
    if (only_form != 0 && form + 1 != only_form) continue;
    const Signature& signature = builtin.signatures[form];
    if (!signature.takes(arguments.size())) continue;
    counted = true;
    bool all = true;
    for (std::size_t i = 0; i < arguments.size() && all; ++i) all = fits(signature.at(i), arguments[i], false);
    if (!all) continue;
    for (std::size_t i = 0; i < arguments.size(); ++i) fits(signature.at(i), arguments[i], true);
    for (const Value& argument : arguments)
      if (argument.kind() == Kind::string && !work(argument.weight())) return {};
    Call call{*this, builtin, arguments, form, at};
    return builtin.code(call);
  }
  if (!counted)
    return null(Code::argument_count, at,
                "no form of this function takes " + std::to_string(arguments.size()) + " arguments", {}, builtin.name);
  std::string kinds;
  for (const Value& argument : arguments) (kinds += kinds.empty() ? "" : ", ") += name_of(argument.kind());
  std::vector<Value> operands(arguments.begin(), arguments.begin() + std::min<std::size_t>(arguments.size(), 3));
  return null(Code::argument_type, at, "no form of this function takes (" + kinds + ")", std::move(operands),
              builtin.name);
}

}  // namespace yakuba::feel
