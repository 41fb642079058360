// FEEL types: what a name may hold. Used for `instance of`, coercion at boundaries, and the compile-time check of
// packs.
//
//   Type child = Type::context({{"氏名", Type::string()}, {"生年月日", Type::date()}});
//   Type::list(child).text() == "list<context<氏名: string, 生年月日: date>>"
//   child.accepts(value)                       // every field present and accepted
//   coerce(value, Type::list(Type::number()))  // 1 becomes [1]; nothing when it does not fit
//
// A Type is a small shared value, immutable, usable from any thread. Source: DMN 1.5 §10.3.2.9 (conformance, coercion).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.hpp"

namespace yakuba::feel {

enum class TypeKind : std::uint8_t {
  any,
  null,
  boolean,
  number,
  string,
  date,
  time,
  date_time,
  days_duration,
  months_duration,
  range,
  list,
  context,
  function,
};

struct Field;

class Type {
 public:
  Type() = default;  // Any
  static Type any() { return {}; }
  static Type null() { return Type(TypeKind::null); }
  static Type boolean() { return Type(TypeKind::boolean); }
  static Type number() { return Type(TypeKind::number); }
  static Type string() { return Type(TypeKind::string); }
  static Type date() { return Type(TypeKind::date); }
  static Type time() { return Type(TypeKind::time); }
  static Type date_time() { return Type(TypeKind::date_time); }
  static Type days_duration() { return Type(TypeKind::days_duration); }
  static Type months_duration() { return Type(TypeKind::months_duration); }
  static Type range(Type element);
  static Type list(Type element);
  static Type context(std::vector<Field> fields);
  static Type context();  // a context of any entries
  static Type function(std::vector<Type> parameters, Type result);
  static Type function();  // any function
  // "number", "date and time", "list" …: the built-in simple names; nothing for others.
  static std::optional<Type> named(std::string_view name);

  TypeKind kind() const { return kind_; }
  bool is_any() const { return kind_ == TypeKind::any; }
  Type element() const;                      // of list and range; Any else
  const std::vector<Field>& fields() const;  // of context
  const Type* field(std::string_view name) const;
  bool open() const;  // context or function of which nothing is known
  const std::vector<Type>& parameters() const;
  Type result() const;
  std::string text() const;
  bool operator==(const Type& other) const;
  bool conforms_to(const Type& other) const;  // DMN 1.5 §10.3.2.9.1
  bool accepts(const Value& value) const;     // `value instance of this`; null is an instance of Null only

 private:
  explicit Type(TypeKind kind) : kind_(kind) {}
  struct Detail;
  TypeKind kind_ = TypeKind::any;
  std::shared_ptr<const Detail> detail_;
};

struct Field {
  std::string name;
  Type type;
  bool operator==(const Field&) const = default;
};
struct Type::Detail {
  Type element;
  std::vector<Field> fields;
  std::vector<Type> parameters;
  Type result;
  bool open = false;
};

struct Parameter {
  std::string name;
  Type type;
  bool operator==(const Parameter&) const = default;
};

Type type_of(const Value& value);
// Coercion at a boundary (DMN 1.5 §10.3.2.9.4): as it is when accepted; list of one → item; item → list of one;
// date → date and time at midnight UTC. null stays null. Nothing when it does not conform.
std::optional<Value> coerce(const Value& value, const Type& type);

}  // namespace yakuba::feel
