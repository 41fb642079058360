// Primary expressions: literals, lists, ranges, contexts, if, for, some, every, function.
#include <algorithm>

#include "feel/parser.hpp"

namespace yakuba::feel {
namespace {

std::optional<Value> at_literal(std::string_view text) {
  if (auto date = parse_date(text)) return Value::date(*date);
  if (auto value = parse_date_time(text)) return Value::date_time(*value);
  if (auto time = parse_time(text)) return Value::time(*time);
  if (auto duration = parse_months_duration(text)) return Value::months_duration(*duration);
  if (auto duration = parse_days_duration(text)) return Value::days_duration(*duration);
  return std::nullopt;
}

}  // namespace

AstPointer Parser::parse_primary() {
  in_.skip();
  if (in_.done()) return expected("an expression");
  if (!enter()) return nullptr;
  Depth depth{*this};
  std::uint32_t begin = in_.at();
  char c = in_.peek();
  if ((c >= '0' && c <= '9') || (c == '.' && in_.peek(1) >= '0' && in_.peek(1) <= '9')) return parse_number();
  if (c == '"') return parse_string();
  if (c == '@') return parse_at_literal();
  if (c == '(') return parse_parenthesis();
  if (c == '[' || c == ']') return parse_bracket();
  if (c == '{') return parse_context();
  if (c == '?') return parse_name();
  if (!in_.at_name_start()) return expected("an expression");
  Scanner scan = in_;
  std::string_view word = scan.word();
  if (word == "true" || word == "false" || word == "null") {
    in_ = scan;
    return constant(word == "null" ? Value::null() : Value::boolean(word == "true"), begin,
                    word == "null" ? Type::null() : Type::boolean());
  }
  if (is_keyword(word) && !longest_name(true)) {
    in_ = scan;
    if (word == "if") return parse_if();
    if (word == "for") return parse_for();
    if (word == "some" || word == "every") return parse_quantified(word == "every");
    if (word == "function") return parse_function_literal({});
    in_.move_to(begin);
    return expected("an expression");
  }
  return parse_name();
}

AstPointer Parser::parse_number() {
  std::uint32_t begin = in_.at();
  auto text = in_.number();
  auto value = text ? Decimal::parse(*text) : std::nullopt;
  if (!value) return error("this number is too large", begin);
  if (in_.at_name_start()) return error("a name cannot begin with a digit", begin);
  return constant(Value::number(*value), begin, Type::number());
}

AstPointer Parser::parse_string() {
  std::uint32_t begin = in_.at();
  in_.move_to(begin + 1);
  auto text = in_.string_body();
  if (!text) return error("this string is not closed", begin);
  return constant(Value::string(*text), begin, Type::string());
}

AstPointer Parser::parse_at_literal() {
  std::uint32_t begin = in_.at();
  in_.move_to(begin + 1);
  if (!in_.take("\"")) return expected("a text after @");
  auto text = in_.string_body();
  if (!text) return error("this literal is not closed", begin);
  auto value = at_literal(*text);
  if (value) return constant(*value, begin, feel::type_of(*value));
  auto out = node(AstKind::unknown, begin);
  out->code = Code::invalid_text;
  out->name = *text;
  fault(Code::invalid_text, *out, "this is no date, time, date and time or duration", *text);
  return out;
}

AstPointer Parser::parse_operator_range(std::uint32_t begin) {
  auto op = take_comparison();
  if (!op) return nullptr;
  auto end_point = parse_additive();
  if (!end_point) return nullptr;
  if (!in_.take(")")) return expected("\")\"");
  Type type = Type::range(end_point->type);
  auto out = node(AstKind::range_of, begin, type, std::move(end_point));
  if (out) out->op = *op;
  return out;
}

AstPointer Parser::parse_parenthesis() {
  std::uint32_t begin = in_.at();
  in_.take("(");
  Scanner before = in_;
  if (take_comparison()) {
    in_ = before;
    return parse_operator_range(begin);
  }
  auto inner = parse_expression();
  if (!inner) return nullptr;
  if (in_.looking_at("..")) return parse_range_end(std::move(inner), false, begin);
  if (!in_.take(")")) return expected("\")\"");
  return inner;
}

AstPointer Parser::parse_range_end(AstPointer low, bool low_closed, std::uint32_t begin) {
  in_.take("..");
  bool outside = std::exchange(in_range_end_, true);
  auto high = parse_additive();
  in_range_end_ = outside;
  if (!high) return nullptr;
  bool high_closed = in_.take("]");
  if (!high_closed && !in_.take(")") && !in_.take("[")) return expected("the end of the range");
  Type type = Type::range(common(low->type, high->type));
  bool known = !low->type.is_any() && !high->type.is_any() && low->type.kind() != TypeKind::null &&
               high->type.kind() != TypeKind::null;
  bool differ = known && low->type.kind() != high->type.kind();
  std::string types = low->type.text() + " and " + high->type.text();
  auto out = node(AstKind::range, begin, type, std::move(low), std::move(high));
  if (!out) return nullptr;
  out->flag = low_closed;
  out->flag_2 = high_closed;
  if (differ) fault(Code::type_mismatch, *out, "a range cannot go between " + types);
  return out;
}

AstPointer Parser::parse_bracket() {
  std::uint32_t begin = in_.at();
  if (in_.take("]")) {
    auto low = parse_expression();
    if (!low) return nullptr;
    if (!in_.looking_at("..")) return expected("\"..\"");
    return parse_range_end(std::move(low), false, begin);
  }
  in_.take("[");
  auto out = node(AstKind::list, begin, Type::list(Type::any()));
  if (in_.take("]")) return out;
  std::optional<Type> element;
  while (true) {
    auto item = parse_expression();
    if (!item) return nullptr;
    if (out->children.empty() && in_.looking_at("..")) return parse_range_end(std::move(item), true, begin);
    if (in_.looking_at("..")) {
      // A range without brackets inside a list is no value; the iteration domain of `for` reads it itself.
      return expected("\",\" or \"]\"");
    }
    element = element ? common(*element, item->type) : item->type;
    if (!add(*out, std::move(item))) return nullptr;
    if (!in_.take(",")) break;
  }
  if (!in_.take("]")) return expected("\",\" or \"]\"");
  out->length = in_.at() - begin;
  out->type = Type::list(element->kind() == TypeKind::null ? Type::any() : *element);
  return out;
}

AstPointer Parser::parse_context() {
  std::uint32_t begin = in_.at();
  in_.take("{");
  auto out = node(AstKind::context, begin);
  std::vector<Field> fields;
  std::size_t pushed = 0;
  while (!in_.looking_at("}")) {
    in_.skip();
    std::uint32_t at = in_.at();
    std::string name;
    if (in_.take("\"")) {
      auto text = in_.string_body();
      if (!text) return error("this key is not closed", at);
      name = *text;
    } else {
      name = parse_new_name("an entry", {":", ",", "}"});
      if (failed_) return nullptr;
    }
    if (!in_.take(":")) return expected("\":\"");
    in_.skip();
    AstPointer value;
    Scanner scan = in_;
    std::uint32_t value_at = in_.at();
    if (scan.take_word("function") && scan.looking_at("(")) {
      in_ = scan;
      value = parse_function_literal(name);
      if (value) value->offset = value_at;
    } else {
      value = parse_expression();
    }
    if (!value) return nullptr;
    if (!spend(out->names.size())) return error("the context has too many entries", at);
    if (std::ranges::find(out->names, name) != out->names.end()) {
      out->flag = true;  // the same key twice: null at evaluation
      out->code = Code::duplicate_key;
      Ast place{AstKind::unknown};
      place.offset = at;
      place.length = in_.at() - at;
      fault(Code::duplicate_key, place, "this key is there already", name);
    }
    fields.push_back({name, value->type});
    out->indices.push_back(push(name, value->type));
    ++pushed;
    out->names.push_back(std::move(name));
    if (!add(*out, std::move(value))) return nullptr;
    if (!in_.take(",")) break;
  }
  if (!in_.take("}")) return expected("\",\" or \"}\"");
  // An entry whose local nothing reads needs no place in the frame.
  for (std::size_t i = 0; i < pushed; ++i)
    if (!frame_->variables[frame_->variables.size() - pushed + i].used) out->indices[i] = UINT32_MAX;
  pop(pushed);
  out->length = in_.at() - begin;
  out->type = Type::context(std::move(fields));
  return out;
}

AstPointer Parser::parse_if() {
  std::uint32_t begin = in_.at() - 2;
  auto condition = parse_expression();
  if (!condition) return nullptr;
  check_boolean(condition.get(), "the condition of `if`");
  if (!in_.take_word("then")) return expected("`then`");
  auto yes = parse_expression();
  if (!yes) return nullptr;
  if (!in_.take_word("else")) return expected("`else`");
  auto no = parse_expression();
  if (!no) return nullptr;
  Type type = common(yes->type, no->type);
  auto out = node(AstKind::condition, begin, type, std::move(condition), std::move(yes));
  if (!out || !add(*out, std::move(no))) return nullptr;
  return out;
}

AstPointer Parser::parse_for() {
  std::uint32_t begin = in_.at() - 3;
  auto out = node(AstKind::for_loop, begin);
  std::size_t pushed = 0;
  do {
    std::string name = parse_new_name("an iterator", {"in"});
    if (failed_) return nullptr;
    if (!in_.take_word("in")) return expected("`in`");
    auto domain = parse_expression();
    if (!domain) return nullptr;
    Type type = item_type(domain->type);
    bool pair = in_.take("..");
    if (!add(*out, std::move(domain))) return nullptr;
    if (pair) {
      auto high = parse_expression();
      if (!high || !add(*out, std::move(high))) return nullptr;
    }
    out->pairs.push_back(pair ? 1 : 0);
    out->indices.push_back(push(name, type));
    ++pushed;
  } while (in_.take(","));
  if (!in_.take_word("return")) return expected("`return`");
  out->index = push("partial", Type::list(Type::any()));
  ++pushed;
  auto body = parse_expression();
  out->flag = frame_->variables.back().used;
  pop(pushed);
  if (!body) return nullptr;
  out->type = Type::list(body->type.kind() == TypeKind::null ? Type::any() : body->type);
  if (!add(*out, std::move(body))) return nullptr;
  out->length = in_.at() - begin;
  return out;
}

AstPointer Parser::parse_quantified(bool every) {
  std::uint32_t begin = in_.at() - (every ? 5 : 4);
  auto out = node(AstKind::quantified, begin, Type::boolean());
  out->flag = every;
  std::size_t pushed = 0;
  do {
    std::string name = parse_new_name("an iterator", {"in"});
    if (failed_) return nullptr;
    if (!in_.take_word("in")) return expected("`in`");
    auto domain = parse_expression();
    if (!domain) return nullptr;
    Type type = item_type(domain->type);
    bool pair = in_.take("..");
    if (!add(*out, std::move(domain))) return nullptr;
    if (pair) {
      auto high = parse_expression();
      if (!high || !add(*out, std::move(high))) return nullptr;
    }
    out->pairs.push_back(pair ? 1 : 0);
    out->indices.push_back(push(name, type));
    ++pushed;
  } while (in_.take(","));
  if (!in_.take_word("satisfies")) return expected("`satisfies`");
  auto condition = parse_expression();
  check_boolean(condition.get(), every ? "the condition of `every`" : "the condition of `some`");
  pop(pushed);
  if (!condition || !add(*out, std::move(condition))) return nullptr;
  out->length = in_.at() - begin;
  return out;
}

bool Parser::parse_parameters(std::vector<Parameter>& out) {
  if (!in_.take("(")) return expected("\"(\""), false;
  while (!in_.looking_at(")")) {
    std::string name = parse_new_name("a parameter", {":", ",", ")"});
    if (failed_) return false;
    Type type;
    if (in_.take(":")) {
      auto read = parse_type();
      if (!read) return false;
      type = *read;
    }
    out.push_back({std::move(name), std::move(type)});
    if (!in_.take(",")) break;
  }
  if (!in_.take(")")) return expected("\")\""), false;
  return true;
}

// After the word `function`.
AstPointer Parser::parse_function_literal(std::string self_name) {
  std::uint32_t begin = in_.at() - 8;
  auto out = node(AstKind::function, begin);
  if (!parse_parameters(out->parameters)) return nullptr;
  if (in_.take(":")) {
    auto result = parse_type();
    if (!result) return nullptr;
    out->target = *result;
  }
  bool external = in_.take_word("external");
  Frame frame;
  frame.outer = frame_;
  frame.self = std::move(self_name);
  frame.self_type = Type::function();
  longest_name_ = std::max(longest_name_, frame.self.size());
  frame_ = &frame;
  for (const Parameter& parameter : out->parameters) push(parameter.name, parameter.type);
  auto body = parse_expression();
  frame_ = frame.outer;
  if (!body) return nullptr;
  if (external) {  // the context that was read names it; the arguments follow as they are
    auto call = node(AstKind::builtin_call, begin);
    call->builtin = find_builtin(external_builtin);
    if (!add(*call, std::move(body))) return nullptr;
    for (std::uint32_t i = 0; i < out->parameters.size(); ++i) {
      auto argument = node(AstKind::local, begin, out->parameters[i].type);
      argument->index = i;
      argument->name = out->parameters[i].name;
      if (!add(*call, std::move(argument))) return nullptr;
    }
    body = std::move(call);
  }
  std::vector<Type> types;
  for (const Parameter& parameter : out->parameters) types.push_back(parameter.type);
  out->type = Type::function(std::move(types), out->target.is_any() ? body->type : out->target);
  out->captures = std::move(frame.captures);
  out->frame_size = frame.size;
  if (!add(*out, std::move(body))) return nullptr;
  out->length = in_.at() - begin;
  return out;
}

Parsed parse(std::string_view text, const Scope& scope, const CompileOptions& options, Goal goal) {
  Parser parser(text, scope, options);
  return goal == Goal::unary_tests ? parser.unary_tests() : parser.expression();
}

Parsed parse_function(const FunctionDefinition& definition, const Scope& scope, const CompileOptions& options) {
  return Parser(definition.body, scope, options).function(definition);
}

}  // namespace yakuba::feel
