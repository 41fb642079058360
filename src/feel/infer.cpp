// Types of expressions, as far as they can be told without running them, and the faults that follow from them.
#include <algorithm>

#include "feel/parser.hpp"

namespace yakuba::feel {
namespace {

bool known(const Type& type) {
  return !type.is_any() && type.kind() != TypeKind::null;
}
bool is_scalar(const Type& type) {
  return type.kind() != TypeKind::list && type.kind() != TypeKind::context && type.kind() != TypeKind::function &&
         type.kind() != TypeKind::range;
}
bool temporal(TypeKind kind) {
  return kind == TypeKind::date || kind == TypeKind::date_time;
}

// The type of `a op b` by the standard's tables; Null when the operator is not defined for the two.
Type result_of(Operator op, TypeKind a, TypeKind b) {
  using enum TypeKind;
  bool sum = op == Operator::add, difference = op == Operator::subtract;
  if (a == number && b == number) return Type::number();
  if (sum && a == string && b == string) return Type::string();
  bool a_duration = a == days_duration || a == months_duration, b_duration = b == days_duration || b == months_duration;
  if (difference && temporal(a) && temporal(b)) return Type::days_duration();
  if (difference && a == time && b == time) return Type::days_duration();
  if ((sum || difference) && a == b && a == days_duration) return Type::days_duration();
  if ((sum || difference) && a == b && a == months_duration) return Type::months_duration();
  if ((sum || difference) && a == date && b_duration) return Type::date();
  if ((sum || difference) && a == date_time && b_duration) return Type::date_time();
  if ((sum || difference) && a == time && b == days_duration) return Type::time();
  if (sum && a_duration && (temporal(b) || b == time)) return result_of(op, b, a);
  bool scale = op == Operator::multiply || op == Operator::divide;
  if (scale && a_duration && b == number) return a == days_duration ? Type::days_duration() : Type::months_duration();
  if (op == Operator::multiply && a == number && b_duration) return result_of(op, b, a);
  if (op == Operator::divide && a_duration && a == b) return Type::number();
  return Type::null();
}

}  // namespace

Type Parser::arithmetic_type(const Ast& node) {
  const Type &a = node.children[0]->type, &b = node.children[1]->type;
  if (!known(a) || !known(b)) return Type::any();
  Type result = result_of(node.op, a.kind(), b.kind());
  if (result.kind() != TypeKind::null) return result;
  fault(Code::type_mismatch, node, "this operator is not defined for " + a.text() + " and " + b.text());
  return Type::any();
}

void Parser::check_comparison(const Ast& node) {
  const Type &a = node.children[0]->type, &b = node.children[1]->type;
  if (!known(a) || !known(b) || !is_scalar(a) || !is_scalar(b)) return;
  bool ordered = node.op != Operator::equal && node.op != Operator::not_equal;
  if (a.kind() != b.kind() || (ordered && a.kind() == TypeKind::boolean))
    fault(Code::not_comparable, node, a.text() + " and " + b.text() + " cannot be compared");
}

void Parser::check_boolean(const Ast* node, std::string_view what) {
  if (node == nullptr || !known(node->type) || node->type.kind() == TypeKind::boolean) return;
  fault(Code::type_mismatch, *node, std::string(what) + " must be boolean, but is " + node->type.text());
}

Type Parser::path_type(const Ast& node) {
  const Type& of = node.children[0]->type;
  const std::string& name = node.name;
  auto one_of = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
  };
  switch (of.kind()) {
    case TypeKind::any:
    case TypeKind::null:
      return Type::any();
    case TypeKind::context:
      if (const Type* field = of.field(name)) return *field;
      if (of.open()) return Type::any();
      break;
    case TypeKind::list: {
      Type element = of.element();
      if (element.kind() != TypeKind::context) return Type::any();
      if (const Type* field = element.field(name)) return Type::list(*field);
      if (element.open()) return Type::list(Type::any());
      break;
    }
    case TypeKind::date:
      if (one_of({"year", "month", "day", "weekday"})) return Type::number();
      break;
    case TypeKind::date_time:
      if (one_of({"year", "month", "day", "weekday", "hour", "minute", "second"})) return Type::number();
      if (name == "time offset") return Type::days_duration();
      if (name == "timezone") return Type::string();
      break;
    case TypeKind::time:
      if (one_of({"hour", "minute", "second"})) return Type::number();
      if (name == "time offset") return Type::days_duration();
      if (name == "timezone") return Type::string();
      break;
    case TypeKind::days_duration:
      if (one_of({"days", "hours", "minutes", "seconds"})) return Type::number();
      break;
    case TypeKind::months_duration:
      if (one_of({"years", "months"})) return Type::number();
      break;
    case TypeKind::range:
      if (one_of({"start", "end"})) return of.element();
      if (one_of({"start included", "end included"})) return Type::boolean();
      break;
    default:
      break;
  }
  fault(Code::no_such_member, node, of.text() + " has no such member", name);
  return Type::any();
}

Type Parser::common(const Type& a, const Type& b) {
  if (a == b || b.kind() == TypeKind::null) return a;
  if (a.kind() == TypeKind::null) return b;
  if (a.kind() == TypeKind::list && b.kind() == TypeKind::list) return Type::list(common(a.element(), b.element()));
  return Type::any();
}

Type Parser::item_type(const Type& domain) {
  if (domain.kind() == TypeKind::list || domain.kind() == TypeKind::range) return domain.element();
  return domain;
}

void Parser::check_builtin_arguments(const Ast& call) {
  const Builtin& builtin = *call.builtin;
  auto fits = [&](const Signature& signature) {
    if (!signature.takes(call.children.size())) return false;
    for (std::size_t i = 0; i < call.children.size(); ++i) {
      if (!call.children[i]) continue;
      Type type = call.children[i]->type;
      std::uint32_t kinds = signature.at(i).kinds;
      if (!known(type) || kinds == any_kind || (kinds & bit(Kind::list)) != 0) continue;  // items become lists
      if (type.kind() == TypeKind::list) type = type.element();                           // lists of one become items
      if (!known(type)) continue;
      auto kind = static_cast<Kind>(type.kind() == TypeKind::null ? 0 : static_cast<int>(type.kind()) - 1);
      if ((kinds & bit(kind)) == 0) return false;
    }
    return true;
  };
  if (std::ranges::any_of(builtin.signatures, fits)) return;
  std::string given;
  for (const AstPointer& argument : call.children)
    if (argument) (given += given.empty() ? "" : ", ") += argument->type.text();
  fault(Code::argument_type, call, "no form of this function takes (" + given + ")", builtin.name);
}

}  // namespace yakuba::feel
