// Lowers the typed tree into the compiled form, and reads from it what callers ask about a program.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "feel/body.hpp"
#include "feel/scanner.hpp"

namespace yakuba::feel {
namespace {

class Compiler {
 public:
  explicit Compiler(Program::Body& body) : body_(body) {}

  std::uint32_t lower(const Ast& ast) {
    switch (ast.kind) {
      case AstKind::constant:
        return emit(ast, {Op::constant, 0, 0, none, constant(ast.value)});
      case AstKind::slot:
        use({ast.index, {}});
        return emit(ast, {Op::slot, 0, 0, none, ast.index});
      case AstKind::local:
        return emit(ast, {Op::local, 0, 0, none, ast.index});
      case AstKind::self:
        return emit(ast, {.op = Op::self});
      case AstKind::builtin:
        return emit(ast, {Op::builtin_value, 0, 0, none, number_of(ast.builtin)});
      case AstKind::unknown:
        return emit(ast,
                    {Op::unknown, static_cast<std::uint8_t>(ast.code), 0, none, constant(Value::string(ast.name))});
      case AstKind::member_or:
        return lower_member_or(ast);
      case AstKind::negate:
        return emit(ast, {Op::negate, 0, 0, none, lower(*ast.children[0])});
      case AstKind::arithmetic:
      case AstKind::comparison:
        return lower_binary(ast);
      case AstKind::conjunction:
      case AstKind::disjunction:
        return lower_many(ast, ast.kind == AstKind::conjunction ? Op::conjunction : Op::disjunction);
      case AstKind::condition:
        return lower_three(ast, Op::condition);
      case AstKind::between:
        return lower_three(ast, Op::between);
      case AstKind::in:
        return lower_tests(ast, Op::in);
      case AstKind::unary_tests:
        return lower_tests(ast, Op::unary_tests);
      case AstKind::any_test:
        return emit(ast, {.op = Op::any_test});
      case AstKind::test:
        return emit(ast, {Op::test, reads_input(*ast.children[0]), 0, none, lower(*ast.children[0])});
      case AstKind::range: {
        auto flag = static_cast<std::uint8_t>((ast.flag ? 1 : 0) | (ast.flag_2 ? 2 : 0));
        std::uint32_t low = lower(*ast.children[0]), high = lower(*ast.children[1]);
        return emit(ast, {Op::range, flag, 0, none, low, high});
      }
      case AstKind::range_of:
        return emit(ast, {Op::range_of, static_cast<std::uint8_t>(ast.op), 0, none, lower(*ast.children[0])});
      case AstKind::list:
        return lower_many(ast, Op::list);
      case AstKind::context:
        return lower_context(ast);
      case AstKind::path:
        return lower_path(ast);
      case AstKind::filter: {
        std::uint32_t list = lower(*ast.children[0]), predicate = lower(*ast.children[1]);
        return emit(ast, {Op::filter, 0, 0, none, list, predicate, ast.index});
      }
      case AstKind::for_loop:
        return lower_loop(ast, Op::for_loop);
      case AstKind::quantified:
        return lower_loop(ast, Op::quantified);
      case AstKind::instance_of: {
        std::uint32_t value = lower(*ast.children[0]);
        body_.types.push_back(ast.target);
        return emit(ast, {Op::instance_of, 0, 0, none, value, static_cast<std::uint32_t>(body_.types.size() - 1)});
      }
      case AstKind::function:
        return lower_function(ast);
      case AstKind::call:
        return lower_call(ast);
      case AstKind::builtin_call:
        return lower_builtin(ast);
    }
    return none;
  }

 private:
  std::uint32_t emit(const Ast& ast, Node node) {
    body_.nodes.push_back(std::move(node));
    body_.spans.push_back({ast.offset, ast.length});
    return static_cast<std::uint32_t>(body_.nodes.size() - 1);
  }
  std::uint32_t constant(const Value& value) {
    for (std::size_t i = 0; i < body_.constants.size() && i < 32; ++i)
      if (value.kind() == Kind::string && body_.constants[i] == value) return static_cast<std::uint32_t>(i);
    body_.constants.push_back(value);
    return static_cast<std::uint32_t>(body_.constants.size() - 1);
  }
  std::uint32_t operands(const std::vector<std::uint32_t>& list) {
    auto first = static_cast<std::uint32_t>(body_.operands.size());
    body_.operands.insert(body_.operands.end(), list.begin(), list.end());
    return first;
  }
  std::uint32_t number_of(const Builtin* builtin) {
    if (builtin->name == "now" || builtin->name == "today") body_.reads_clock = true;
    return static_cast<std::uint32_t>(builtin - builtin_table().data());
  }
  void use(PathUsed path) {
    if (used_.emplace(path.slot, path.members).second) body_.paths.push_back(std::move(path));
  }

  std::uint32_t lower_member_or(const Ast& ast) {
    std::uint32_t item = lower(*ast.children[0]);
    std::uint32_t otherwise = ast.children.size() > 1 ? lower(*ast.children[1]) : none;
    return emit(ast, {Op::member_or, 0, 0, none, item, constant(Value::string(ast.name)), otherwise});
  }
  std::uint32_t lower_binary(const Ast& ast) {
    static constexpr Op ops[] = {Op::add,   Op::subtract,   Op::multiply, Op::divide,
                                 Op::power, Op::negate,     Op::equal,    Op::not_equal,
                                 Op::less,  Op::less_equal, Op::greater,  Op::greater_equal};
    std::uint32_t a = lower(*ast.children[0]), b = lower(*ast.children[1]);
    return emit(ast, {ops[static_cast<int>(ast.op)], 0, 0, none, a, b});
  }
  std::uint32_t lower_three(const Ast& ast, Op op) {
    std::uint32_t a = lower(*ast.children[0]), b = lower(*ast.children[1]), c = lower(*ast.children[2]);
    return emit(ast, {op, 0, 0, none, a, b, c});
  }
  std::uint32_t lower_many(const Ast& ast, Op op) {
    std::vector<std::uint32_t> list;
    for (const AstPointer& child : ast.children) list.push_back(lower(*child));
    std::uint32_t first = operands(list);
    return emit(ast, {op, 0, 0, none, first, static_cast<std::uint32_t>(list.size())});
  }
  std::uint32_t lower_tests(const Ast& ast, Op op) {
    std::uint32_t value = lower(*ast.children[0]);
    std::vector<std::uint32_t> list;
    for (std::size_t i = 1; i < ast.children.size(); ++i) list.push_back(lower(*ast.children[i]));
    std::uint32_t first = operands(list);
    return emit(
        ast, {op, static_cast<std::uint8_t>(ast.flag), 0, none, value, first, static_cast<std::uint32_t>(list.size())});
  }
  std::uint32_t lower_context(const Ast& ast) {
    std::vector<std::uint32_t> list;
    for (std::size_t i = 0; i < ast.children.size(); ++i) {
      std::uint32_t value = lower(*ast.children[i]);
      list.insert(list.end(), {constant(Value::string(ast.names[i])), value, ast.indices[i]});
    }
    std::uint32_t first = operands(list);
    return emit(ast, {Op::context, static_cast<std::uint8_t>(ast.flag), 0, none, first,
                      static_cast<std::uint32_t>(ast.children.size())});
  }
  // A path over a slot is noted whole, so that a service can load just that fact.
  std::uint32_t lower_path(const Ast& ast) {
    std::vector<const Ast*> chain{&ast};
    while (chain.back()->kind == AstKind::path) chain.push_back(chain.back()->children[0].get());
    std::uint32_t value;
    if (chain.back()->kind == AstKind::slot) {
      PathUsed used{chain.back()->index, {}};
      for (std::size_t i = chain.size() - 1; i-- > 0;) used.members.push_back(chain[i]->name);
      use(std::move(used));
      value = emit(*chain.back(), {Op::slot, 0, 0, none, chain.back()->index});
    } else {
      value = lower(*chain.back());
    }
    for (std::size_t i = chain.size() - 1; i-- > 0;)
      value = emit(*chain[i], {Op::path, static_cast<std::uint8_t>(chain[i]->flag), 0, none, value,
                               constant(Value::string(chain[i]->name))});
    return value;
  }
  std::uint32_t lower_loop(const Ast& ast, Op op) {
    std::vector<std::uint32_t> list;
    std::size_t child = 0;
    for (std::size_t i = 0; i < ast.pairs.size(); ++i) {
      std::uint32_t low = lower(*ast.children[child++]);
      std::uint32_t high = ast.pairs[i] != 0 ? lower(*ast.children[child++]) : none;
      list.insert(list.end(), {ast.indices[i], low, high});
    }
    std::uint32_t body = lower(*ast.children[child]);
    std::uint32_t first = operands(list);
    std::uint32_t partial = op == Op::for_loop && ast.flag ? ast.index : none;
    return emit(ast, {op, static_cast<std::uint8_t>(ast.flag), 0, partial, first,
                      static_cast<std::uint32_t>(ast.pairs.size()), body});
  }
  std::uint32_t lower_function(const Ast& ast) {
    FunctionCode code;
    code.name = ast.name;
    code.parameters = ast.parameters;
    if (!ast.target.is_any()) code.result = std::make_shared<const Type>(ast.target);
    code.captures = ast.captures;
    code.frame_size = ast.frame_size;
    for (const Capture& capture : ast.captures)
      if (capture.kind == AstKind::slot) use({capture.index, {}});
    code.root = lower(*ast.children[0]);
    body_.functions.push_back(std::move(code));
    return emit(ast, {Op::function, 0, 0, none, static_cast<std::uint32_t>(body_.functions.size() - 1)});
  }
  std::uint32_t lower_call(const Ast& ast) {
    std::uint32_t callee = lower(*ast.children[0]);
    std::vector<std::uint32_t> list;
    for (std::size_t i = 1; i < ast.children.size(); ++i) list.push_back(lower(*ast.children[i]));
    auto count = static_cast<std::uint32_t>(list.size());
    for (const std::string& name : ast.names) list.push_back(constant(Value::string(name)));
    std::uint32_t first = operands(list);
    return emit(ast, {Op::call, static_cast<std::uint8_t>(!ast.names.empty()), 0, none, callee, first, count});
  }
  std::uint32_t lower_builtin(const Ast& ast) {
    std::vector<std::uint32_t> list;
    for (const AstPointer& child : ast.children) list.push_back(lower(*child));
    std::uint32_t first = operands(list), builtin = number_of(ast.builtin);
    auto count = static_cast<std::uint32_t>(list.size());
    if (ast.flag) return emit(ast, {Op::bad_call, static_cast<std::uint8_t>(ast.code), 0, none, builtin, first, count});
    return emit(ast, {Op::builtin_call, static_cast<std::uint8_t>(ast.index), 0, none, builtin, first, count});
  }

  // Whether an expression mentions `?` (not inside a test of its own).
  static bool reads_input(const Ast& ast) {
    if (ast.name == "?" && (ast.kind == AstKind::slot || ast.kind == AstKind::local)) return true;
    return std::ranges::any_of(ast.children, [](const AstPointer& child) { return child && reads_input(*child); });
  }

  Program::Body& body_;
  std::set<std::pair<Slot, std::vector<std::string>>> used_;
};

// --- a cell as sets ---

bool ordered(Kind kind) {
  return kind == Kind::number || kind == Kind::string || kind == Kind::date || kind == Kind::time ||
         kind == Kind::date_time || kind == Kind::days_duration || kind == Kind::months_duration;
}

// Date and duration texts written as calls of constants count as constants.
std::optional<Value> constant_of(const Ast& ast) {
  if (ast.kind == AstKind::constant) return ast.value;
  if (ast.kind == AstKind::builtin_call && ast.children.size() == 1 && ast.children[0]->kind == AstKind::constant &&
      ast.children[0]->value.kind() == Kind::string) {
    std::string_view text = ast.children[0]->value.string();
    if (ast.name == "date") {
      if (auto date = parse_date(text)) return Value::date(*date);
    } else if (ast.name == "date and time") {
      if (auto value = parse_date_time(text)) return Value::date_time(*value);
    } else if (ast.name == "time") {
      if (auto time = parse_time(text)) return Value::time(*time);
    } else if (ast.name == "duration") {
      if (auto duration = parse_months_duration(text)) return Value::months_duration(*duration);
      if (auto duration = parse_days_duration(text)) return Value::days_duration(*duration);
    }
  }
  return std::nullopt;
}

bool add_test(const Ast& ast, TestSet& out) {
  if (auto value = constant_of(ast)) {
    if (value->is_null())
      out.includes_null = true;
    else if (value->kind() == Kind::function || value->kind() == Kind::context)
      return false;
    else if (value->kind() == Kind::list)
      return false;
    else if (value->kind() == Kind::range)
      return false;
    else
      out.intervals.push_back({*value, *value, true, true});
    return true;
  }
  if (ast.kind == AstKind::range) {
    auto low = constant_of(*ast.children[0]), high = constant_of(*ast.children[1]);
    if (!low || !high || !ordered(low->kind()) || low->kind() != high->kind()) return false;
    if (feel_compare(*low, *high) == 1) return false;
    out.intervals.push_back({*low, *high, ast.flag, ast.flag_2});
    return true;
  }
  if (ast.kind == AstKind::range_of) {
    auto point = constant_of(*ast.children[0]);
    if (!point || point->is_null()) return false;
    switch (ast.op) {
      case Operator::less:
        out.intervals.push_back({{}, *point, false, false});
        break;
      case Operator::less_equal:
        out.intervals.push_back({{}, *point, false, true});
        break;
      case Operator::greater:
        out.intervals.push_back({*point, {}, false, false});
        break;
      case Operator::greater_equal:
        out.intervals.push_back({*point, {}, true, false});
        break;
      case Operator::equal:
        out.intervals.push_back({*point, *point, true, true});
        break;
      default:
        if (!ordered(point->kind())) return false;
        out.intervals.push_back({{}, *point, false, false});
        out.intervals.push_back({*point, {}, false, false});
    }
    return ordered(point->kind()) || ast.op == Operator::equal;
  }
  if (ast.kind == AstKind::list)
    return std::ranges::all_of(ast.children, [&](const AstPointer& child) { return add_test(*child, out); });
  return false;
}

std::optional<TestSet> test_set(const Ast& root) {
  TestSet out;
  if (root.kind == AstKind::any_test) {
    out.any = true;
    return out;
  }
  if (root.kind != AstKind::unary_tests) return std::nullopt;
  out.negated = root.flag;
  for (std::size_t i = 1; i < root.children.size(); ++i)
    if (!add_test(*root.children[i]->children[0], out)) return std::nullopt;
  return out;
}

Compilation compile_parsed(std::string_view text, Parsed parsed, const CompileOptions& options, Goal goal) {
  auto body = std::make_shared<Program::Body>();
  body->name = options.name;
  body->text = text;
  if (parsed.root) {
    body->type = parsed.root->type;
    body->frame_size = parsed.frame_size;
    body->root = Compiler(*body).lower(*parsed.root);
    mark_lanes(*body);
    if (goal == Goal::unary_tests) body->tests = test_set(*parsed.root);
  } else {
    body->failures = parsed.faults;
  }
  std::ranges::sort(body->paths, [](const PathUsed& a, const PathUsed& b) {
    return std::tie(a.slot, a.members) < std::tie(b.slot, b.members);
  });
  return {Program(std::move(body)), std::move(parsed.faults)};
}

std::optional<Diagnostic> unreadable(std::string_view text, const CompileOptions& options) {
  if (text.size() <= options.bytes_max) {
    if (is_utf8(text)) return std::nullopt;
    return Diagnostic{Code::syntax, {}, "the text is not UTF-8: save it in that encoding", {}, options.name, {}};
  }
  return Diagnostic{Code::limit_text, {}, "the text is longer than " + std::to_string(options.bytes_max) + " bytes", {},
                    options.name,     {}};
}

Compilation compile_goal(std::string_view text, const Scope& scope, const CompileOptions& options, Goal goal) {
  if (auto fault = unreadable(text, options)) {
    Parsed parsed;
    parsed.faults.push_back(*fault);
    return compile_parsed(text.substr(0, 80), std::move(parsed), options, goal);
  }
  return compile_parsed(text, parse(text, scope, options, goal), options, goal);
}

}  // namespace

Compilation compile(std::string_view text, const Scope& scope, const CompileOptions& options) {
  return compile_goal(text, scope, options, Goal::expression);
}

Compilation compile_unary_tests(std::string_view text, const Scope& scope, const CompileOptions& options) {
  return compile_goal(text, scope, options, Goal::unary_tests);
}

FunctionCompilation compile_function(const FunctionDefinition& definition, const Scope& scope,
                                     const CompileOptions& given) {
  CompileOptions options = given;
  if (options.name.empty()) options.name = definition.name;
  std::vector<Type> types;
  for (const Parameter& parameter : definition.parameters) types.push_back(parameter.type);
  FunctionCompilation out;
  Parsed parsed;
  if (auto fault = unreadable(definition.body, options))
    parsed.faults.push_back(*fault);
  else
    parsed = parse_function(definition, scope, options);
  auto body = std::make_shared<Program::Body>();
  body->name = options.name;
  body->text = definition.body;
  FunctionCode code;
  code.name = definition.name;
  code.parameters = definition.parameters;
  if (!definition.result.is_any()) code.result = std::make_shared<const Type>(definition.result);
  Type result = definition.result;
  if (parsed.root) {
    if (result.is_any()) result = parsed.root->type;
    code.frame_size = parsed.frame_size;
    code.root = Compiler(*body).lower(*parsed.root);
    mark_lanes(*body);
  } else {
    body->failures = parsed.faults;
  }
  body->functions.push_back(code);
  auto closure = std::make_shared<Closure>();
  closure->function = static_cast<std::uint32_t>(body->functions.size() - 1);
  closure->body = std::move(body);
  Function function;
  function.name = definition.name;
  function.parameters = definition.parameters;
  function.result = code.result;
  function.closure = std::move(closure);
  out.function = Value::function(std::move(function));
  out.type = Type::function(std::move(types), std::move(result));
  out.faults = std::move(parsed.faults);
  return out;
}

// --- Program ---

namespace {
const std::string empty_text;
const Type any_type;
const std::vector<PathUsed> no_paths;
}  // namespace

const std::string& Program::name() const {
  return body_ ? body_->name : empty_text;
}
const std::string& Program::text() const {
  return body_ ? body_->text : empty_text;
}
const Type& Program::type() const {
  return body_ ? body_->type : any_type;
}
const std::vector<PathUsed>& Program::paths_used() const {
  return body_ ? body_->paths : no_paths;
}
bool Program::constant() const {
  return !body_ || (body_->paths.empty() && !body_->reads_clock);
}
std::vector<Slot> Program::slots_used() const {
  std::set<Slot> slots;
  for (const PathUsed& path : paths_used()) slots.insert(path.slot);
  return {slots.begin(), slots.end()};
}
std::optional<TestSet> as_test_set(const Program& unary_tests) {
  return unary_tests.body() ? unary_tests.body()->tests : std::nullopt;
}

// --- Scope ---

Slot Scope::add(std::string_view given, Type type) {
  std::string name = normal_name(given);
  longest_name_bytes_ = std::max(longest_name_bytes_, name.size());
  for (const Field& field : type.fields()) longest_name_bytes_ = std::max(longest_name_bytes_, field.name.size());
  auto slot = static_cast<Slot>(slot_names_.size());
  slot_names_.push_back(name);
  slot_types_.push_back(std::move(type));
  constants_.erase(name);
  slots_[std::move(name)] = slot;
  return slot;
}

void Scope::add_constant(std::string_view given, Value value, Type type) {
  std::string name = normal_name(given);
  longest_name_bytes_ = std::max(longest_name_bytes_, name.size());
  if (type.is_any() && !value.is_null()) type = feel::type_of(value);
  slots_.erase(name);
  constants_.insert_or_assign(std::move(name), Constant{std::move(value), std::move(type)});
}

void Scope::add_type(std::string_view name, Type type) {
  types_.insert_or_assign(normal_name(name), std::move(type));
}

std::optional<Slot> Scope::find(std::string_view name) const {
  auto found = slots_.find(name);
  if (found == slots_.end()) return std::nullopt;
  return found->second;
}

}  // namespace yakuba::feel
