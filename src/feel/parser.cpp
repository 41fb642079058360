// FEEL's grammar (DMN 1.5 §10.3.1.2). Binding, weakest first: or, and, comparison/between/in, + -, * /, **,
// instance of, unary minus, then path, filter and invocation. Every function gives nullptr after a syntax error.
#include "feel/parser.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yakuba::feel {
namespace {

constexpr std::uint32_t depth_of_tree_max = 300;  // also of chains of operators, which need no nesting in the text

bool is_type_kind(const Type& type, TypeKind kind) {
  return type.kind() == kind;
}

}  // namespace

Position position_at(std::string_view text, std::uint32_t offset, std::uint32_t length) {
  Position out{offset, length, 1, 1};
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++out.line;
      out.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
      ++out.column;
    }
  }
  return out;
}

Parser::Parser(std::string_view text, const Scope& scope, const CompileOptions& options)
    : in_(text), scope_(scope), options_(options) {
  longest_name_ = std::max(scope.longest_name_bytes(), longest_builtin_bytes());
}

// --- nodes and faults ---

AstPointer Parser::node(AstKind kind, std::uint32_t begin, Type type) {
  auto out = std::make_unique<Ast>(Ast{kind});
  out->offset = begin;
  out->length = in_.at() - begin;
  out->type = std::move(type);
  return out;
}

AstPointer Parser::node(AstKind kind, std::uint32_t begin, Type type, AstPointer a, AstPointer b) {
  auto out = node(kind, begin, std::move(type));
  if (!add(*out, std::move(a))) return nullptr;
  if (b && !add(*out, std::move(b))) return nullptr;
  return out;
}

AstPointer Parser::constant(Value value, std::uint32_t begin, Type type) {
  auto out = node(AstKind::constant, begin, std::move(type));
  out->value = std::move(value);
  return out;
}

bool Parser::add(Ast& parent, AstPointer child) {
  if (!child) return false;
  parent.depth = std::max(parent.depth, child->depth + 1);
  if (parent.depth > depth_of_tree_max) {
    failed_ = true;
    faults_.push_back({Code::limit_depth,
                       position_at(in_.text(), parent.offset, 1),
                       "the expression is nested too deeply",
                       {},
                       options_.name,
                       {}});
    return false;
  }
  parent.children.push_back(std::move(child));
  return true;
}

AstPointer Parser::error(std::string detail, std::uint32_t offset, std::uint32_t length) {
  if (!failed_)
    faults_.push_back(
        {Code::syntax, position_at(in_.text(), offset, length), std::move(detail), {}, options_.name, {}});
  failed_ = true;
  return nullptr;
}

AstPointer Parser::expected(std::string_view what) {
  in_.skip();
  std::string found = in_.done() ? "the end" : "\"" + std::string(in_.rest().substr(0, 1)) + "\"";
  if (!in_.done() && static_cast<unsigned char>(in_.peek()) >= 0x80) {
    std::size_t size = 1;
    while (size < in_.rest().size() && (static_cast<unsigned char>(in_.rest()[size]) & 0xc0) == 0x80) ++size;
    found = "\"" + std::string(in_.rest().substr(0, size)) + "\"";
  }
  return error("expected " + std::string(what) + ", found " + found, in_.at());
}

void Parser::fault(Code code, const Ast& at, std::string detail, std::string subject) {
  if (scope_.lenient || faults_.size() >= 100) return;
  faults_.push_back(
      {code, position_at(in_.text(), at.offset, at.length), std::move(detail), {}, options_.name, std::move(subject)});
}

// Names are looked up in lists and some texts are read twice, so hostile ones could ask for work without end.
bool Parser::spend(std::uint64_t work) const {
  constexpr std::uint64_t work_max = 10'000'000;
  work_ += work;
  return work_ <= work_max;
}

bool Parser::enter() {
  bool shallow = depth_ < options_.depth_max, cheap = spend(10);
  if (shallow && cheap) {
    ++depth_;
    return true;
  }
  if (!failed_)
    faults_.push_back({shallow ? Code::limit_steps : Code::limit_depth,
                       position_at(in_.text(), in_.at(), 1),
                       shallow ? "the expression is too complex" : "the expression is nested too deeply",
                       {},
                       options_.name,
                       {}});
  failed_ = true;
  return false;
}

Parsed Parser::finish(AstPointer root, std::uint32_t frame_size) {
  if (root && !failed_) {
    in_.skip();
    if (!in_.done()) root = expected("the end of the expression");
  }
  if (failed_) root = nullptr;
  std::ranges::stable_sort(faults_, {}, [](const Diagnostic& d) { return d.position.offset; });
  return {std::move(root), frame_size, std::move(faults_)};
}

// --- whole texts ---

Parsed Parser::expression() {
  auto root = parse_expression();
  return finish(std::move(root), root_.size);
}

Parsed Parser::unary_tests() {
  Type input = Type::any();
  if (auto slot = scope_.find("?")) input = scope_.type_of(*slot);
  in_.skip();
  std::uint32_t begin = in_.at();
  if (in_.take("-")) {
    in_.skip();
    if (in_.done()) return finish(node(AstKind::any_test, begin, Type::boolean()), root_.size);
    in_.move_to(begin);
  }
  auto tests = node(AstKind::unary_tests, begin, Type::boolean());
  AstPointer tested = resolve("?", begin, begin);
  if (!tested) return finish(nullptr, 0);
  add(*tests, std::move(tested));
  Scanner before = in_;
  if (in_.take_word("not") && in_.take("(")) {
    auto copy_of_faults = faults_;
    tests = parse_test_list(std::move(tests), ")");
    if (tests && in_.take(")")) {
      in_.skip();
      if (in_.done()) {
        tests->flag = true;
        return finish(std::move(tests), root_.size);
      }
    }
    // Not the negation of the whole cell: an expression that begins with not(…).
    failed_ = false;
    faults_ = std::move(copy_of_faults);
    tests = node(AstKind::unary_tests, begin, Type::boolean());
    add(*tests, resolve("?", begin, begin));
  }
  in_ = before;
  tests = parse_test_list(std::move(tests), "");
  if (tests) tests->length = in_.at() - begin;
  return finish(std::move(tests), root_.size);
}

AstPointer Parser::parse_test_list(AstPointer tests, std::string_view closing) {
  Type input = tests->children[0]->type;
  do {
    auto test = parse_test(input);
    if (!test || !add(*tests, std::move(test))) return nullptr;
  } while (in_.take(","));
  if (!closing.empty() && !in_.looking_at(closing)) return expected(closing);
  return tests;
}

// One test: `< 5`, a range, a value, a list, or an expression over `?`.
AstPointer Parser::parse_test(const Type& input) {
  in_.skip();
  std::uint32_t begin = in_.at();
  AstPointer value;
  if (auto op = take_comparison()) {
    auto end_point = parse_additive();
    if (!end_point) return nullptr;
    Type type = Type::range(end_point->type);
    value = node(AstKind::range_of, begin, type, std::move(end_point));
    if (!value) return nullptr;
    value->op = *op;
  } else {
    value = parse_expression();
  }
  if (!value) return nullptr;
  Type type = value->type;
  if (type.kind() == TypeKind::range || type.kind() == TypeKind::list) type = type.element();
  bool both_known =
      !type.is_any() && type.kind() != TypeKind::null && !input.is_any() && input.kind() != TypeKind::null;
  Type of_input = input.kind() == TypeKind::list ? input.element() : input;
  if (both_known && type.kind() != TypeKind::boolean && !of_input.is_any() && type.kind() != of_input.kind() &&
      type.kind() != TypeKind::range && type.kind() != TypeKind::list && type.kind() != TypeKind::context)
    fault(Code::not_comparable, *value, input.text() + " is tested against " + type.text());
  return node(AstKind::test, begin, Type::boolean(), std::move(value));
}

Parsed Parser::function(const FunctionDefinition& definition) {
  root_.hides_slots = true;
  root_.self = definition.name;
  std::vector<Type> types;
  for (const Parameter& parameter : definition.parameters) types.push_back(parameter.type);
  root_.self_type = Type::function(std::move(types), definition.result);
  longest_name_ = std::max(longest_name_, definition.name.size());
  for (const Parameter& parameter : definition.parameters) push(parameter.name, parameter.type);
  auto root = parse_expression();
  if (root && !root->type.is_any() && !definition.result.is_any() && !root->type.conforms_to(definition.result) &&
      root->type.kind() != TypeKind::list && definition.result.kind() != TypeKind::list)
    fault(Code::type_mismatch, *root,
          "the function gives " + root->type.text() + ", declared is " + definition.result.text());
  return finish(std::move(root), root_.size);
}

// --- operators ---

AstPointer Parser::parse_expression() {
  if (!enter()) return nullptr;
  Depth depth{*this};
  bool outside = std::exchange(in_range_end_, false);
  auto out = parse_disjunction();
  in_range_end_ = outside;
  return out;
}

// One operator that chains: `left word right word right …`, every operand a boolean.
AstPointer Parser::parse_chain(AstKind kind, std::string_view word, AstPointer (Parser::*operand)()) {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto left = (this->*operand)();
  if (!left || !in_.looking_at_word(word)) return left;
  const std::string role = "an operand of `" + std::string(word) + "`";
  check_boolean(left.get(), role);
  auto out = node(kind, begin, Type::boolean());
  if (!add(*out, std::move(left))) return nullptr;
  while (in_.take_word(word)) {
    auto right = (this->*operand)();
    check_boolean(right.get(), role);
    if (!right || !add(*out, std::move(right))) return nullptr;
  }
  out->length = in_.at() - begin;
  return out;
}

AstPointer Parser::parse_disjunction() {
  return parse_chain(AstKind::disjunction, "or", &Parser::parse_conjunction);
}

AstPointer Parser::parse_conjunction() {
  return parse_chain(AstKind::conjunction, "and", &Parser::parse_comparison);
}

std::optional<Operator> Parser::take_comparison() {
  if (in_.take("<=")) return Operator::less_equal;
  if (in_.take(">=")) return Operator::greater_equal;
  if (in_.take("!=")) return Operator::not_equal;
  if (in_.take("<")) return Operator::less;
  if (in_.take(">")) return Operator::greater;
  if (in_.take("=")) return Operator::equal;
  return std::nullopt;
}

AstPointer Parser::parse_comparison() {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto left = parse_additive();
  while (left) {
    if (in_.take_word("between")) {
      auto low = parse_additive();
      if (!low) return nullptr;
      if (!in_.take_word("and")) return expected("`and` of between");
      auto high = parse_additive();
      if (!high) return nullptr;
      left = node(AstKind::between, begin, Type::boolean(), std::move(left), std::move(low));
      if (!left || !add(*left, std::move(high))) return nullptr;
    } else if (in_.take_word("in")) {
      left = parse_in(std::move(left), begin);
    } else if (auto op = take_comparison()) {
      auto right = parse_additive();
      if (!right) return nullptr;
      left = node(AstKind::comparison, begin, Type::boolean(), std::move(left), std::move(right));
      if (!left) return nullptr;
      left->op = *op;
      check_comparison(*left);
    } else {
      break;
    }
  }
  return left;
}

// After a parenthesis: whether what follows belongs to the same operand.
bool Parser::expression_goes_on() {
  in_.skip();
  return std::string_view("+-*/.[(").find(in_.peek()) != std::string_view::npos && !in_.done();
}

// value in test, or value in (test, test…). A parenthesis may also begin a range or an ordinary expression.
AstPointer Parser::parse_in(AstPointer value, std::uint32_t begin) {
  Type input = value->type;
  auto out = node(AstKind::in, begin, Type::boolean(), std::move(value));
  if (!out) return nullptr;
  auto single = [&]() -> AstPointer {
    in_.skip();
    std::uint32_t at = in_.at();
    AstPointer test;
    if (auto op = take_comparison()) {
      auto end_point = parse_additive();
      if (!end_point) return nullptr;
      Type type = Type::range(end_point->type);
      test = node(AstKind::range_of, at, type, std::move(end_point));
      if (test) test->op = *op;
    } else {
      test = parse_additive();
    }
    if (!test) return nullptr;
    return node(AstKind::test, at, Type::boolean(), std::move(test));
  };
  Scanner before = in_;
  auto faults_before = faults_;
  if (in_.take("(")) {
    bool several = false;
    AstPointer list = node(AstKind::in, begin, Type::boolean());
    while (true) {
      auto test = parse_test(input);
      if (!test) break;
      list->children.push_back(std::move(test));
      list->depth = std::max(list->depth, list->children.back()->depth + 1);
      if (in_.take(",")) {
        several = true;
        continue;
      }
      if (several && in_.take(")")) {
        for (auto& child : list->children)
          if (!add(*out, std::move(child))) return nullptr;
        out->length = in_.at() - begin;
        return out;
      }
      break;
    }
    if (several && !failed_) return expected("\")\"");
    if (!failed_ && list->children.size() == 1 && in_.take(")") && !expression_goes_on()) {
      if (!add(*out, std::move(list->children[0]))) return nullptr;
      out->length = in_.at() - begin;
      return out;
    }
    // A range with open ends, or an expression that only begins with a parenthesis: read again as one test.
    if (!spend(40 * std::uint64_t{in_.at() - before.at()})) return error("the expression is too complex", begin);
    failed_ = false;
    in_ = before;
    faults_ = std::move(faults_before);
  }
  auto test = single();
  if (!test || !add(*out, std::move(test))) return nullptr;
  out->length = in_.at() - begin;
  return out;
}

AstPointer Parser::parse_additive() {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto left = parse_multiplicative();
  while (left) {
    Operator op;
    if (in_.take("+"))
      op = Operator::add;
    else if (in_.looking_at("->"))
      break;
    else if (in_.take("-"))
      op = Operator::subtract;
    else
      break;
    auto right = parse_multiplicative();
    if (!right) return nullptr;
    left = node(AstKind::arithmetic, begin, Type::any(), std::move(left), std::move(right));
    if (!left) return nullptr;
    left->op = op;
    left->type = arithmetic_type(*left);
  }
  return left;
}

AstPointer Parser::parse_multiplicative() {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto left = parse_power();
  while (left) {
    Operator op;
    if (in_.looking_at("**")) break;
    if (in_.take("*"))
      op = Operator::multiply;
    else if (in_.take("/"))
      op = Operator::divide;
    else
      break;
    auto right = parse_power();
    if (!right) return nullptr;
    left = node(AstKind::arithmetic, begin, Type::any(), std::move(left), std::move(right));
    if (!left) return nullptr;
    left->op = op;
    left->type = arithmetic_type(*left);
  }
  return left;
}

AstPointer Parser::parse_power() {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto left = parse_instance_of();
  while (left && in_.take("**")) {
    auto right = parse_instance_of();
    if (!right) return nullptr;
    left = node(AstKind::arithmetic, begin, Type::any(), std::move(left), std::move(right));
    if (!left) return nullptr;
    left->op = Operator::power;
    left->type = arithmetic_type(*left);
  }
  return left;
}

// A type that is none in the lattice: an unknown name, or list, context, range and function without their parameters
// (10.3.2.15, table 61). The instance of it is null.
AstPointer Parser::no_type(std::uint32_t begin, const Type& type) {
  const std::string text(trim(in_.text().substr(begin, in_.at() - begin)));
  const bool bare = text == "list" || text == "context" || text == "range" || text == "function";
  const bool unknown = type.kind() == TypeKind::null && text != "Null";
  if (!unknown && (!bare || scope_.types().contains(text))) return nullptr;
  AstPointer out = node(AstKind::unknown, begin);
  out->code = Code::unknown_type;
  out->name = text;
  if (bare) fault(Code::unknown_type, *out, "this type needs its parameters", text);
  return out;
}

AstPointer Parser::parse_instance_of() {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto value = parse_unary();
  while (value && in_.take_word("instance")) {
    if (!in_.take_word("of")) return expected("`of` of instance of");
    in_.skip();
    const std::uint32_t of_type = in_.at();
    auto type = parse_type();
    if (!type) return nullptr;
    if (auto none = no_type(of_type, *type)) {
      value = std::move(none);
      continue;
    }
    value = node(AstKind::instance_of, begin, Type::boolean(), std::move(value));
    if (!value) return nullptr;
    value->target = *type;
  }
  return value;
}

AstPointer Parser::parse_unary() {
  in_.skip();
  std::uint32_t begin = in_.at();
  if (!in_.take("-")) return parse_postfix();
  if (!enter()) return nullptr;
  Depth depth{*this};
  auto operand = parse_unary();
  if (!operand) return nullptr;
  if (operand->kind == AstKind::constant && operand->value.kind() == Kind::number)
    return constant(Value::number(operand->value.number().negated()), begin, Type::number());
  Type type = operand->type;
  auto out = node(AstKind::negate, begin, type, std::move(operand));
  if (out && !type.is_any() && !is_type_kind(type, TypeKind::number) && !is_type_kind(type, TypeKind::days_duration) &&
      !is_type_kind(type, TypeKind::months_duration) && !is_type_kind(type, TypeKind::null))
    fault(Code::type_mismatch, *out, "unary minus is not defined for " + type.text());
  return out;
}

AstPointer Parser::parse_postfix() {
  in_.skip();
  std::uint32_t begin = in_.at();
  auto value = parse_primary();
  while (value) {
    if (in_.looking_at(".") && !in_.looking_at(".."))
      value = parse_path(std::move(value), begin);
    else if (in_.looking_at("[") && !range_closes_here())
      value = parse_filter(std::move(value), begin);
    else if (in_.looking_at("("))
      value = parse_call(std::move(value), begin);
    else
      break;
  }
  return value;
}

// `[1..10[`: a bracket after the high end point closes the range unless what follows can only be a filter.
bool Parser::range_closes_here() {
  if (!in_range_end_) return false;
  Scanner after = in_;
  after.take("[");
  after.skip();
  if (after.done()) return true;
  if (std::string_view("\"({@?").find(after.peek()) != std::string_view::npos) return false;
  if (after.peek() == '-' || (after.peek() >= '0' && after.peek() <= '9')) return false;
  if (!after.at_name_start()) return true;
  std::string_view word = after.word();
  return is_keyword(word) && word != "true" && word != "false" && word != "not";
}

AstPointer Parser::parse_path(AstPointer value, std::uint32_t begin) {
  in_.take(".");
  in_.skip();
  std::uint32_t at = in_.at();
  std::string name = member_name(value->type);
  if (name.empty()) return error("expected the name of a member", at);
  auto out = node(AstKind::path, begin, Type::any(), std::move(value));
  if (!out) return nullptr;
  out->name = std::move(name);
  out->type = path_type(*out);
  return out;
}

AstPointer Parser::parse_filter(AstPointer value, std::uint32_t begin) {
  in_.take("[");
  Type of = value->type.kind() == TypeKind::list ? value->type.element() : value->type;
  std::uint32_t local = push("item", of, true);
  auto predicate = parse_expression();
  pop(1);
  if (!predicate) return nullptr;
  if (!in_.take("]")) return expected("\"]\"");
  Type list = value->type.kind() == TypeKind::list ? value->type : Type::list(value->type);
  Type type = is_type_kind(predicate->type, TypeKind::number)    ? of
              : is_type_kind(predicate->type, TypeKind::boolean) ? list
                                                                 : Type::any();
  if (!predicate->type.is_any() && type.is_any() && !of.is_any() && !is_type_kind(predicate->type, TypeKind::null))
    fault(Code::type_mismatch, *predicate, "a filter must be a number or a boolean, but is " + predicate->type.text());
  auto out = node(AstKind::filter, begin, type, std::move(value), std::move(predicate));
  if (out) out->index = local;
  return out;
}

AstPointer Parser::parse_call(AstPointer callee, std::uint32_t begin) {
  in_.take("(");
  auto call = node(AstKind::call, begin);
  std::vector<AstPointer> arguments;
  std::vector<std::string> names;
  while (!in_.looking_at(")")) {
    if (auto name = named_argument())
      names.push_back(*name);
    else if (!names.empty())
      return expected("a named argument");
    auto argument = parse_expression();
    if (!argument) return nullptr;
    arguments.push_back(std::move(argument));
    if (!in_.take(",")) break;
  }
  if (!in_.take(")")) return expected("\")\" or \",\"");
  if (!names.empty() && names.size() != arguments.size())
    return error("named and positional arguments are mixed", begin);
  call->length = in_.at() - begin;
  bool builtin = callee->kind == AstKind::builtin;
  Type function = callee->type;
  const Function* constant_function = callee->kind == AstKind::constant ? callee->value.function() : nullptr;
  if (!builtin) {
    std::size_t count = arguments.size();
    if (function.kind() == TypeKind::function && !function.open() && function.parameters().size() != count &&
        !(constant_function != nullptr && constant_function->variadic))
      fault(Code::argument_count, *call,
            "takes " + std::to_string(function.parameters().size()) + " arguments, given are " + std::to_string(count),
            callee->name);
    else if (constant_function != nullptr)
      for (const std::string& name : names)
        if (std::ranges::none_of(constant_function->parameters, [&](const Parameter& p) { return p.name == name; }))
          fault(Code::unknown_parameter, *call, "no parameter has this name", name);
    if (names.empty() && function.kind() == TypeKind::function && function.parameters().size() == count)
      for (std::size_t i = 0; i < count; ++i) {
        const Type &given = arguments[i]->type, &wanted = function.parameters()[i];
        bool lists = given.kind() == TypeKind::list || wanted.kind() == TypeKind::list;
        bool date_to_date_time = given.kind() == TypeKind::date && wanted.kind() == TypeKind::date_time;
        if (!given.is_any() && !lists && !date_to_date_time && !given.conforms_to(wanted))
          fault(Code::argument_type, *arguments[i], "expected " + wanted.text() + ", given is " + given.text(),
                callee->name);
      }
    bool callable = function.is_any() || function.kind() == TypeKind::function || function.kind() == TypeKind::null ||
                    function.kind() == TypeKind::list;
    if (!callable) fault(Code::not_a_function, *call, function.text() + " cannot be called", callee->name);
    call->type = function.kind() == TypeKind::function ? function.result() : Type::any();
    call->names = std::move(names);
    if (!add(*call, std::move(callee))) return nullptr;
    for (auto& argument : arguments)
      if (!add(*call, std::move(argument))) return nullptr;
    return call;
  }

  call->kind = AstKind::builtin_call;
  call->builtin = callee->builtin;
  call->name = callee->builtin->name;
  call->type = callee->builtin->result;
  const auto& signatures = call->builtin->signatures;
  if (names.empty()) {
    for (auto& argument : arguments)
      if (!add(*call, std::move(argument))) return nullptr;
    if (std::ranges::none_of(signatures, [&](const Signature& s) { return s.takes(call->children.size()); })) {
      fault(Code::argument_count, *call,
            "no form of this function takes " + std::to_string(call->children.size()) + " arguments", call->name);
      call->code = Code::argument_count;
      call->flag = true;
    } else {
      check_builtin_arguments(*call);
    }
    return call;
  }
  // Named: the first form that knows every name and gets what it requires.
  for (const Signature& signature : signatures) {
    std::vector<std::size_t> places;
    for (const std::string& name : names) {
      auto found = std::ranges::find(signature.parameters, name, &BuiltinParameter::name);
      if (found == signature.parameters.end()) break;
      places.push_back(static_cast<std::size_t>(found - signature.parameters.begin()));
    }
    if (places.size() != names.size()) continue;
    std::size_t count = std::ranges::max(places) + 1;
    std::vector<AstPointer> placed(count);
    bool twice = false;
    for (std::size_t i = 0; i < places.size(); ++i) twice = twice || std::ranges::count(places, places[i]) > 1;
    bool complete = !twice;
    for (std::size_t i = 0; i < signature.required && complete; ++i)
      complete = signature.at(i).null_when_unnamed || std::ranges::find(places, i) != places.end();
    if (!complete) continue;
    count = std::max(count, signature.required);
    placed.resize(count);
    call->index = static_cast<std::uint32_t>(&signature - signatures.data()) + 1;
    for (std::size_t i = 0; i < places.size(); ++i) placed[places[i]] = std::move(arguments[i]);
    for (auto& argument : placed) {
      if (!argument) argument = constant(Value::null(), begin, Type::null());
      if (!add(*call, std::move(argument))) return nullptr;
    }
    check_builtin_arguments(*call);
    return call;
  }
  fault(Code::unknown_parameter, *call, "no form of this function has these parameters", names.front());
  call->code = Code::unknown_parameter;
  call->flag = true;
  for (auto& argument : arguments)
    if (!add(*call, std::move(argument))) return nullptr;
  return call;
}

}  // namespace yakuba::feel
