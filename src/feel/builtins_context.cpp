// Context functions (DMN 1.5 §10.3.4.10).
#include <algorithm>

#include "feel/external.hpp"
#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

Value get_value(Call& c) {
  const Value* found = c.machine.find(c[0], c[1]);
  return found != nullptr ? *found : c.fault(Code::no_such_member, "the context has no such entry", {c[1]});
}

Value get_entries(Call& c) {
  static const Value key = Value::string("key"), value = Value::string("value");
  std::vector<Value> out;
  for (const Entry& entry : c[0].entries()) out.push_back(Value::context({{key, entry.key}, {value, entry.value}}));
  return c.machine.make_list(std::move(out));
}

// The context with the value put at the end of the path; contexts on the way are made when they are missing.
std::optional<Value> put(Call& c, const Value& context, std::span<const Value> path, const Value& value) {
  if (path.empty()) return value;
  if (path[0].kind() != Kind::string) {
    c.fault(Code::argument_type, "a key is no string", {path[0]});
    return std::nullopt;
  }
  std::vector<Entry> entries(context.entries().begin(), context.entries().end());
  auto found = std::ranges::find_if(entries, [&](const Entry& e) { return e.name() == path[0].string(); });
  Value below = found != entries.end() ? found->value : Value();
  if (path.size() > 1 && below.kind() != Kind::context) {
    if (found != entries.end() && !below.is_null()) {
      c.fault(Code::argument_type, "the path leads through something that is no context", {below});
      return std::nullopt;
    }
    below = Value::context({});
  }
  auto inner = put(c, below, path.subspan(1), value);
  if (!inner) return std::nullopt;
  if (found != entries.end())
    found->value = *inner;
  else
    entries.emplace_back(path[0], *inner);
  return c.machine.make_context(std::move(entries));
}

Value context_put(Call& c) {
  if (c.form == 0) return put(c, c[0], c.given.subspan(1, 1), c[2]).value_or(Value());
  if (c[1].items().empty()) return c.fault(Code::argument_type, "the list of keys is empty");
  if (c[1].items().size() > 200) return c.fault(Code::limit_depth, "the list of keys is too long");
  std::vector<Value> keys(c[1].items().begin(), c[1].items().end());
  return put(c, c[0], keys, c[2]).value_or(Value());
}

Value context_merge(Call& c) {
  std::vector<Entry> out;
  for (const Value& context : c[0].items()) {
    if (context.kind() != Kind::context) return c.fault(Code::argument_type, "an item is no context", {context});
    if (!c.machine.length_allowed(out.size() + context.entries().size())) return {};
    out.insert(out.end(), context.entries().begin(), context.entries().end());
  }
  return c.machine.make_context(std::move(out));  // of equal keys the last value stays
}

Value context_code(Call& c) {
  std::vector<Entry> out;
  std::vector<std::string_view> keys;
  for (const Value& entry : c[0].items()) {
    static const Value key_name = Value::string("key"), value_name = Value::string("value");
    const Value *key = entry.find(key_name), *value = entry.find(value_name);
    if (key == nullptr || value == nullptr || key->kind() != Kind::string)
      return c.fault(Code::argument_type, "an entry needs a key (a string) and a value", {entry});
    out.emplace_back(*key, *value);
  }
  for (const Entry& entry : out) keys.push_back(entry.name());
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end()) return c.fault(Code::duplicate_key, "two entries have one key");
  return c.machine.make_context(std::move(out));
}

Value external_code(Call& c) {
  auto out = call_external(c[0], c.given.subspan(1));
  return out ? std::move(*out) : c.fault(Code::native, out.error().detail);
}

constexpr BuiltinRow rows[] = {
    {external_builtin, "where:a, argument:a?*", "", external_code},
    {"get value", "m:c, key:s", "", get_value},
    {"get entries", "m:c", "list", get_entries},
    {"context", "entries:l", "context", context_code},
    {"context put", "context:c, key:s, value:a | context:c, keys:l, value:a", "context", context_put},
    {"context merge", "contexts:l", "context", context_merge},
};

}  // namespace

std::span<const BuiltinRow> context_builtins() {
  return rows;
}

}  // namespace yakuba::feel
