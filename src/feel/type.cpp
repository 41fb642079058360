#include "feel/type.hpp"

#include <algorithm>

namespace yakuba::feel {
namespace {

std::string_view simple_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::any:
      return "Any";
    case TypeKind::null:
      return "Null";
    case TypeKind::boolean:
      return "boolean";
    case TypeKind::number:
      return "number";
    case TypeKind::string:
      return "string";
    case TypeKind::date:
      return "date";
    case TypeKind::time:
      return "time";
    case TypeKind::date_time:
      return "date and time";
    case TypeKind::days_duration:
      return "days and time duration";
    case TypeKind::months_duration:
      return "years and months duration";
    case TypeKind::range:
      return "range";
    case TypeKind::list:
      return "list";
    case TypeKind::context:
      return "context";
    case TypeKind::function:
      return "function";
  }
  return "";
}

// The kind of a value that a scalar type accepts.
std::optional<Kind> scalar(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
      return Kind::boolean;
    case TypeKind::number:
      return Kind::number;
    case TypeKind::string:
      return Kind::string;
    case TypeKind::date:
      return Kind::date;
    case TypeKind::time:
      return Kind::time;
    case TypeKind::date_time:
      return Kind::date_time;
    case TypeKind::days_duration:
      return Kind::days_duration;
    case TypeKind::months_duration:
      return Kind::months_duration;
    default:
      return std::nullopt;
  }
}

bool accepts_or_null(const Type& type, const Value& value) {
  return value.is_null() || type.is_any() || type.accepts(value);
}

bool accepts_function(const Type& type, const Function& function) {
  if (type.open()) return true;
  if (type.parameters().size() != function.parameters.size()) return false;
  for (std::size_t i = 0; i < function.parameters.size(); ++i)
    if (!type.parameters()[i].conforms_to(function.parameters[i].type)) return false;
  return function.result == nullptr || type.result().is_any() || function.result->conforms_to(type.result());
}

}  // namespace

Type Type::range(Type element) {
  Type out(TypeKind::range);
  out.detail_ = std::make_shared<Detail>(Detail{.element = std::move(element)});
  return out;
}
Type Type::list(Type element) {
  Type out(TypeKind::list);
  out.detail_ = std::make_shared<Detail>(Detail{.element = std::move(element)});
  return out;
}
Type Type::context(std::vector<Field> fields) {
  Type out(TypeKind::context);
  out.detail_ = std::make_shared<Detail>(Detail{.fields = std::move(fields)});
  return out;
}
Type Type::context() {
  Type out(TypeKind::context);
  out.detail_ = std::make_shared<Detail>(Detail{.open = true});
  return out;
}
Type Type::function(std::vector<Type> parameters, Type result) {
  Type out(TypeKind::function);
  out.detail_ = std::make_shared<Detail>(Detail{.parameters = std::move(parameters), .result = std::move(result)});
  return out;
}
Type Type::function() {
  Type out(TypeKind::function);
  out.detail_ = std::make_shared<Detail>(Detail{.open = true});
  return out;
}

std::optional<Type> Type::named(std::string_view name) {
  constexpr TypeKind scalars[] = {
      TypeKind::any,  TypeKind::null, TypeKind::boolean,   TypeKind::number,        TypeKind::string,
      TypeKind::date, TypeKind::time, TypeKind::date_time, TypeKind::days_duration, TypeKind::months_duration};
  for (TypeKind kind : scalars)
    if (simple_name(kind) == name) return Type(kind);
  if (name == "dateTime") return date_time();
  if (name == "dayTimeDuration") return days_duration();
  if (name == "yearMonthDuration") return months_duration();
  if (name == "list") return list(any());
  if (name == "range") return range(any());
  if (name == "context") return context();
  if (name == "function") return function();
  return std::nullopt;
}

Type Type::element() const {
  return detail_ ? detail_->element : Type();
}
const std::vector<Field>& Type::fields() const {
  static const std::vector<Field> none;
  return detail_ ? detail_->fields : none;
}
const std::vector<Type>& Type::parameters() const {
  static const std::vector<Type> none;
  return detail_ ? detail_->parameters : none;
}
Type Type::result() const {
  return detail_ ? detail_->result : Type();
}
bool Type::open() const {
  return (kind_ == TypeKind::context || kind_ == TypeKind::function) && (!detail_ || detail_->open);
}
const Type* Type::field(std::string_view name) const {
  for (const Field& field : fields())
    if (field.name == name) return &field.type;
  return nullptr;
}

std::string Type::text() const {
  std::string out(simple_name(kind_));
  if (open()) return out;
  auto joined = [](const auto& items, auto&& show) {
    std::string list;
    for (const auto& item : items) (list += list.empty() ? "" : ", ") += show(item);
    return list;
  };
  switch (kind_) {
    case TypeKind::range:
    case TypeKind::list:
      return out + "<" + element().text() + ">";
    case TypeKind::context:
      return out + "<" + joined(fields(), [](const Field& f) { return f.name + ": " + f.type.text(); }) + ">";
    case TypeKind::function:
      return out + "<" + joined(parameters(), [](const Type& t) { return t.text(); }) + "> -> " + result().text();
    default:
      return out;
  }
}

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_) return false;
  if (detail_ == other.detail_) return true;
  return element() == other.element() && fields() == other.fields() && parameters() == other.parameters() &&
         result() == other.result() && open() == other.open();
}

bool Type::conforms_to(const Type& other) const {
  if (other.is_any() || kind_ == TypeKind::null) return true;
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case TypeKind::list:
    case TypeKind::range:
      return element().conforms_to(other.element());
    case TypeKind::context:
      if (other.open()) return true;
      return std::ranges::all_of(other.fields(), [&](const Field& wanted) {
        const Type* own = field(wanted.name);
        return own != nullptr && own->conforms_to(wanted.type);
      });
    case TypeKind::function:
      if (other.open()) return true;
      if (open() || parameters().size() != other.parameters().size()) return false;
      for (std::size_t i = 0; i < parameters().size(); ++i)
        if (!other.parameters()[i].conforms_to(parameters()[i])) return false;
      return result().conforms_to(other.result());
    default:
      return true;
  }
}

bool Type::accepts(const Value& value) const {
  if (value.is_null()) return kind_ == TypeKind::null;
  if (auto kind = scalar(kind_)) return value.kind() == *kind;
  switch (kind_) {
    case TypeKind::any:
      return true;
    case TypeKind::list: {
      if (value.kind() != Kind::list) return false;
      Type of = element();
      return of.is_any() || std::ranges::all_of(value.items(), [&](const Value& v) { return accepts_or_null(of, v); });
    }
    case TypeKind::range: {
      if (value.kind() != Kind::range) return false;
      Type of = element();
      return accepts_or_null(of, value.range().low) && accepts_or_null(of, value.range().high);
    }
    case TypeKind::context: {
      if (value.kind() != Kind::context) return false;
      return std::ranges::all_of(fields(), [&](const Field& field) {
        const Value* member = value.find(field.name);
        return member != nullptr && accepts_or_null(field.type, *member);
      });
    }
    case TypeKind::function:
      return value.function() != nullptr && accepts_function(*this, *value.function());
    default:
      return false;
  }
}

Type type_of(const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      return Type::null();
    case Kind::boolean:
      return Type::boolean();
    case Kind::number:
      return Type::number();
    case Kind::string:
      return Type::string();
    case Kind::date:
      return Type::date();
    case Kind::time:
      return Type::time();
    case Kind::date_time:
      return Type::date_time();
    case Kind::days_duration:
      return Type::days_duration();
    case Kind::months_duration:
      return Type::months_duration();
    case Kind::range:
      return Type::range(type_of(value.range().low.is_null() ? value.range().high : value.range().low));
    case Kind::list: {
      std::optional<Type> common;
      for (const Value& item : value.items()) {
        if (item.is_null()) continue;
        Type type = type_of(item);
        if (common && !(*common == type)) return Type::list(Type::any());
        common = std::move(type);
      }
      return Type::list(common.value_or(Type::any()));
    }
    case Kind::context: {
      std::vector<Field> fields;
      for (const Entry& entry : value.entries())
        fields.push_back({std::string(entry.name()), entry.value.is_null() ? Type::any() : type_of(entry.value)});
      return Type::context(std::move(fields));
    }
    case Kind::function: {
      std::vector<Type> parameters;
      for (const Parameter& parameter : value.function()->parameters) parameters.push_back(parameter.type);
      return Type::function(std::move(parameters), value.function()->result ? *value.function()->result : Type::any());
    }
  }
  return Type::any();
}

namespace {
std::optional<Value> as_date_time(const Value& value, const Type& type) {
  if (value.is_null() || type.is_any() || type.accepts(value)) return value;
  if (type.kind() == TypeKind::date_time && value.kind() == Kind::date)
    return Value::date_time({value.date().days, 0, Zone::offset(0)});
  return std::nullopt;
}
}  // namespace

// Lists are wrapped and unwrapped once: [[10]] is no number.
std::optional<Value> coerce(const Value& value, const Type& type) {
  if (auto same = as_date_time(value, type)) return same;
  if (value.kind() == Kind::list && type.kind() != TypeKind::list && value.items().size() == 1)
    return as_date_time(value.items()[0], type);
  if (type.kind() == TypeKind::list && value.kind() != Kind::list)
    if (auto item = as_date_time(value, type.element())) return Value::list({*item});
  return std::nullopt;
}

}  // namespace yakuba::feel
