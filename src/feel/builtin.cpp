// The table of builtins, put together from the folder's builtins_*.cpp at first use.
#include "feel/builtin.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_map>

#include "base/text.hpp"
#include "feel/feel.hpp"

namespace yakuba::feel {
namespace {

std::uint32_t kinds_from(std::string_view letters) {
  std::uint32_t out = 0;
  for (char c : letters) {
    switch (c) {
      case 'b':
        out |= bit(Kind::boolean);
        break;
      case 'n':
        out |= bit(Kind::number);
        break;
      case 's':
        out |= bit(Kind::string);
        break;
      case 'd':
        out |= bit(Kind::date);
        break;
      case 't':
        out |= bit(Kind::time);
        break;
      case 'D':
        out |= bit(Kind::date_time);
        break;
      case 'u':
        out |= bit(Kind::days_duration);
        break;
      case 'm':
        out |= bit(Kind::months_duration);
        break;
      case 'r':
        out |= bit(Kind::range);
        break;
      case 'l':
        out |= bit(Kind::list);
        break;
      case 'c':
        out |= bit(Kind::context);
        break;
      case 'f':
        out |= bit(Kind::function);
        break;
      case 'z':
        out |= bit(Kind::null);
        break;
      case 'a':
        out = any_kind;
        break;
      default:
        break;
    }
  }
  return out;
}

Signature signature_from(std::string_view text) {
  Signature out;
  if (trim(text).empty()) return out;
  for (std::string_view part : split(text, ',')) {
    part = trim(part);
    auto colon = part.rfind(':');
    BuiltinParameter parameter;
    parameter.name = part.substr(0, colon);
    std::string_view kinds = part.substr(colon + 1);
    parameter.kinds = kinds_from(kinds);
    parameter.optional = kinds.find('?') != std::string_view::npos;
    parameter.repeated = kinds.find('*') != std::string_view::npos;
    parameter.null_when_unnamed = kinds.find('~') != std::string_view::npos;
    out.repeated = out.repeated || parameter.repeated;
    if (!parameter.optional) ++out.required;
    out.parameters.push_back(std::move(parameter));
  }
  return out;
}

Type type_from(std::string_view name) {
  if (name == "list<string>") return Type::list(Type::string());
  if (name == "list<number>") return Type::list(Type::number());
  if (name.empty()) return Type::any();
  return Type::named(name).value_or(Type::any());
}

std::vector<Builtin> make_table() {
  std::vector<Builtin> out;
  for (auto rows : {number_builtins(), string_builtins(), list_builtins(), temporal_builtins(), range_builtins(),
                    context_builtins()}) {
    for (const BuiltinRow& row : rows) {
      Builtin builtin{std::string(row.name), {}, type_from(row.result), row.code};
      for (std::string_view text : split(row.signatures, '|')) builtin.signatures.push_back(signature_from(text));
      out.push_back(std::move(builtin));
    }
  }
  std::ranges::sort(out, {}, &Builtin::name);
  return out;
}

}  // namespace

const std::vector<Builtin>& builtin_table() {
  static const std::vector<Builtin> table = make_table();
  return table;
}

const Builtin* find_builtin(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const Builtin*> out;
    for (const Builtin& builtin : builtin_table()) out.emplace(builtin.name, &builtin);
    return out;
  }();
  auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

std::size_t longest_builtin_bytes() {
  static const std::size_t longest = [] {
    std::size_t out = 0;
    for (const Builtin& builtin : builtin_table()) out = std::max(out, builtin.name.size());
    return out;
  }();
  return longest;
}

std::vector<BuiltinInfo> builtins() {
  std::vector<BuiltinInfo> out;
  for (const Builtin& builtin : builtin_table()) {
    if (builtin.name == external_builtin) continue;
    BuiltinInfo info{builtin.name, {}};
    for (const Signature& signature : builtin.signatures) {
      std::string text = builtin.name + "(";
      for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const BuiltinParameter& parameter = signature.parameters[i];
        if (i != 0) text += ", ";
        text += parameter.name;
        if (parameter.optional) text += "?";
        if (parameter.repeated) text += "…";
      }
      info.signatures.push_back(text + ")");
    }
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace yakuba::feel
