// The table of builtin functions: names, signatures, code. Internal to feel.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yakuba::feel {

struct Call;  // machine.hpp

constexpr std::uint32_t bit(Kind kind) {
  return std::uint32_t{1} << static_cast<int>(kind);
}
constexpr std::uint32_t any_kind = 0xffff;

struct BuiltinParameter {
  std::string name;
  std::uint32_t kinds = any_kind;  // kinds that the code takes
  bool optional = false;
  bool repeated = false;           // the last one may come again
  bool null_when_unnamed = false;  // a call with names may leave it out: it is null
};
struct Signature {
  std::vector<BuiltinParameter> parameters;
  std::size_t required = 0;
  bool repeated = false;
  bool takes(std::size_t count) const { return count >= required && (repeated || count <= parameters.size()); }
  const BuiltinParameter& at(std::size_t i) const {
    return parameters[i < parameters.size() ? i : parameters.size() - 1];
  }
};
struct Builtin {
  std::string name;
  std::vector<Signature> signatures;
  Type result;
  Value (*code)(Call&);
};

// A row as the folder's builtins_*.cpp write it: signatures separated by '|', parameters by ',', each
// "name:kinds" with kinds of b n s d t D u m r l c f a (a: anything with null), z: null too, '?' optional, '*'
// repeated,
// '~' null when a call with names leaves it out.
struct BuiltinRow {
  std::string_view name, signatures, result;
  Value (*code)(Call&);
};
std::span<const BuiltinRow> number_builtins();
std::span<const BuiltinRow> string_builtins();
std::span<const BuiltinRow> list_builtins();
std::span<const BuiltinRow> temporal_builtins();
std::span<const BuiltinRow> range_builtins();
std::span<const BuiltinRow> context_builtins();

// What a function literal's word `external` calls: no text can name it.
inline constexpr std::string_view external_builtin = "(external)";

const std::vector<Builtin>& builtin_table();
const Builtin* find_builtin(std::string_view name);
std::size_t longest_builtin_bytes();

}  // namespace yakuba::feel
