// List functions (DMN 1.5 §10.3.4.4).
#include <algorithm>

#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

Value boolean(bool truth) {
  return Value::boolean(truth);
}

Value list_contains(Call& c) {
  if (!c.machine.work(c[0].items().size())) return {};
  return boolean(std::ranges::any_of(c[0].items(),
                                     [&](const Value& v) { return c.machine.equal(v, c[1]) == std::optional(true); }));
}

Value count(Call& c) {
  return Value::number(static_cast<std::int64_t>(c[0].items().size()));
}

// The least (-1) or greatest (1) item.
Value extreme(Call& c, int wanted) {
  std::span<const Value> items = c.items();
  if (items.empty() || !c.machine.work(items.size())) return {};
  const Value* best = nullptr;
  for (const Value& item : items) {
    if (best == nullptr) {
      if (!feel_compare(item, item)) return c.fault(Code::not_comparable, "an item has no order", {item});
      best = &item;
      continue;
    }
    auto order = c.machine.order(item, *best);
    if (!order) return c.fault(Code::not_comparable, "the items have no common order", {item, *best});
    if (*order == wanted) best = &item;
  }
  return *best;
}
Value min_code(Call& c) {
  return extreme(c, -1);
}
Value max_code(Call& c) {
  return extreme(c, 1);
}

// Adds up numbers; durations, too. Inline numbers of one exponent go without decimals.
std::optional<Value> sum_of(Call& c, std::span<const Value> items) {
  std::int64_t fast = 0;
  std::int32_t exponent = items[0].small_exponent();
  bool all_fast = true;
  for (const Value& item : items) {
    if (!item.is_small_number() || item.small_exponent() != exponent ||
        __builtin_add_overflow(fast, item.small_coefficient(), &fast)) {
      all_fast = false;
      break;
    }
  }
  if (all_fast) return Value::number(fast, exponent);
  Value total = items[0];
  if (total.kind() != Kind::number) {
    c.fault(Code::argument_type, "an item is no number", {total});
    return std::nullopt;
  }
  for (const Value& item : items.subspan(1)) {
    Arithmetic next =
        item.kind() == total.kind() ? arithmetic(Op::add, total, item) : Arithmetic{{}, Code::argument_type};
    if (next.fault) {
      c.fault(*next.fault, "the items cannot be added up", {total, item});
      return std::nullopt;
    }
    total = std::move(next.value);
  }
  return total;
}

Value sum(Call& c) {
  std::span<const Value> items = c.items();
  if (items.empty() || !c.machine.work(items.size())) return {};
  return sum_of(c, items).value_or(Value());
}

Value mean(Call& c) {
  std::span<const Value> items = c.items();
  if (items.empty() || !c.machine.work(items.size())) return {};
  auto total = sum_of(c, items);
  if (!total) return {};
  Arithmetic out = arithmetic(Op::divide, *total, Value::number(static_cast<std::int64_t>(items.size())));
  return out.fault ? c.fault(*out.fault, "the mean is out of range") : std::move(out.value);
}

// all: false wins; any: true wins; null when something else is among them.
Value junction(Call& c, bool conjunction) {
  if (c.count() == 1 && c[0].is_null()) return c.fault(Code::argument_type, "the list is null");
  bool unknown = false, wrong = false;
  const Value* bad = nullptr;
  for (const Value& item : c.items()) {
    if (item.kind() == Kind::boolean) {
      if (item.truth() != conjunction) return boolean(!conjunction);
    } else {
      unknown = true;
      if (!item.is_null()) {
        wrong = true;
        bad = &item;
      }
    }
  }
  if (wrong) return c.fault(Code::argument_type, "an item is not boolean", {*bad});
  return unknown ? Value() : boolean(conjunction);
}
Value all_code(Call& c) {
  return junction(c, true);
}
Value any_code(Call& c) {
  return junction(c, false);
}

// A position from 1, or negative from the end, as an index from 0; nothing outside 0 … size-1 (or size, when `end`).
// A fraction is cut off.
std::optional<std::size_t> index(const Value& position, std::size_t size, bool end = false) {
  auto whole = round(position.number(), 0, Rounding::down);
  auto n = whole ? whole->integer() : std::nullopt;
  if (!n || *n == 0) return std::nullopt;
  auto limit = static_cast<std::int64_t>(size) + (end ? 1 : 0);
  std::int64_t i = *n > 0 ? *n - 1 : static_cast<std::int64_t>(size) + *n;
  if (i < 0 || i >= limit) return std::nullopt;
  return static_cast<std::size_t>(i);
}

Value sublist(Call& c) {
  std::span<const Value> items = c[0].items();
  auto from = index(c[1], items.size());
  if (!from) return c.fault(Code::out_of_range, "the start position is outside the list", {c[1]});
  std::size_t length = items.size() - *from;
  if (c.has(2)) {
    auto wanted = c.integer(2);
    if (!wanted || *wanted < 0 || static_cast<std::uint64_t>(*wanted) > length)
      return c.fault(Code::out_of_range, "the list has not so many items", {c[2]});
    length = static_cast<std::size_t>(*wanted);
  }
  auto part = items.subspan(*from, length);
  return c.machine.make_list({part.begin(), part.end()});
}

Value append(Call& c) {
  std::vector<Value> out(c[0].items().begin(), c[0].items().end());
  out.insert(out.end(), c.given.begin() + 1, c.given.end());
  return c.machine.make_list(std::move(out));
}

Value concatenate(Call& c) {
  std::vector<Value> out;
  for (const Value& list : c.given) {
    if (!c.machine.length_allowed(out.size() + list.items().size())) return {};
    out.insert(out.end(), list.items().begin(), list.items().end());
  }
  return c.machine.make_list(std::move(out));
}

Value insert_before(Call& c) {
  auto at = index(c[1], c[0].items().size(), true);
  if (!at) return c.fault(Code::out_of_range, "the position is outside the list", {c[1]});
  std::vector<Value> out(c[0].items().begin(), c[0].items().end());
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(*at), c[2]);
  return c.machine.make_list(std::move(out));
}

Value remove_code(Call& c) {
  auto at = index(c[1], c[0].items().size());
  if (!at) return c.fault(Code::out_of_range, "the position is outside the list", {c[1]});
  std::vector<Value> out(c[0].items().begin(), c[0].items().end());
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(*at));
  return c.machine.make_list(std::move(out));
}

// list replace(list, position, newItem) or list replace(list, match, newItem) with match: function(item, newItem).
Value list_replace(Call& c) {
  std::vector<Value> out(c[0].items().begin(), c[0].items().end());
  if (c[1].kind() == Kind::number) {
    auto at = index(c[1], out.size());
    if (!at) return c.fault(Code::out_of_range, "the position is outside the list", {c[1]});
    out[*at] = c[2];
    return c.machine.make_list(std::move(out));
  }
  for (Value& item : out) {
    Value pair[] = {item, c[2]};
    Value same = c.machine.call(c[1], pair, c.at);
    if (c.machine.exhausted) return {};
    if (same.kind() != Kind::boolean) return c.fault(Code::argument_type, "match must give true or false", {same});
    if (same.truth()) item = c[2];
  }
  return c.machine.make_list(std::move(out));
}

Value reverse(Call& c) {
  return c.machine.make_list({c[0].items().rbegin(), c[0].items().rend()});
}

Value index_of(Call& c) {
  std::vector<Value> out;
  for (std::size_t i = 0; i < c[0].items().size(); ++i)
    if (c.machine.equal(c[0].items()[i], c[1]) == std::optional(true))
      out.push_back(Value::number(static_cast<std::int64_t>(i + 1)));
  return c.machine.make_list(std::move(out));
}

bool contains_equal(Call& c, const std::vector<Value>& list, const Value& value) {
  return std::ranges::any_of(list, [&](const Value& v) { return c.machine.equal(v, value) == std::optional(true); });
}

Value distinct(Call& c, std::span<const Value> lists) {
  std::vector<Value> out;
  for (const Value& list : lists)
    for (const Value& item : list.items()) {
      if (!contains_equal(c, out, item)) out.push_back(item);
      if (c.machine.exhausted) return {};
    }
  return c.machine.make_list(std::move(out));
}
Value union_code(Call& c) {
  return distinct(c, c.given);
}
Value distinct_values(Call& c) {
  return distinct(c, c.given.first(1));
}

void flatten_into(std::vector<Value>& out, const Value& list) {  // nesting is bounded by the machine
  for (const Value& item : list.items()) {
    if (item.kind() == Kind::list)
      flatten_into(out, item);
    else
      out.push_back(item);
  }
}
Value flatten(Call& c) {
  std::vector<Value> out;
  flatten_into(out, c[0]);
  return c.machine.make_list(std::move(out));
}

// The items as numbers; nothing, reported, when one is none.
std::optional<std::vector<Decimal>> numbers(Call& c) {
  std::vector<Decimal> out;
  for (const Value& item : c.items()) {
    if (item.kind() != Kind::number) {
      c.fault(Code::argument_type, "an item is no number", {item});
      return std::nullopt;
    }
    out.push_back(item.number());
  }
  c.machine.work(out.size());
  return out;
}

Value checked(Call& c, const std::optional<Decimal>& value) {
  return value ? Value::number(*value) : c.fault(Code::out_of_range, "the result is outside the numbers");
}

Value product_code(Call& c) {
  auto list = numbers(c);
  if (!list) return {};
  if (list->empty()) return c.fault(Code::out_of_range, "the list is empty");
  std::optional<Decimal> out = list->front();
  for (std::size_t i = 1; i < list->size() && out; ++i) out = multiply(*out, (*list)[i]);
  return checked(c, out);
}

Value median(Call& c) {
  auto list = numbers(c);
  if (!list || list->empty()) return {};
  std::ranges::sort(*list, [](const Decimal& a, const Decimal& b) { return compare(a, b) < 0; });
  std::size_t middle = list->size() / 2;
  if (list->size() % 2 != 0) return Value::number((*list)[middle]);
  auto total = add((*list)[middle - 1], (*list)[middle]);
  return checked(c, total ? divide(*total, Decimal::of(2)) : std::nullopt);
}

// Of a sample: the root of the squared differences over n - 1.
Value stddev(Call& c) {
  auto list = numbers(c);
  if (!list) return {};
  if (list->size() < 2) return c.fault(Code::out_of_range, "at least two numbers are needed");
  auto count = static_cast<std::int64_t>(list->size());
  std::optional<Decimal> total = Decimal{};
  for (const Decimal& n : *list) total = total ? add(*total, n) : total;
  auto average = total ? divide(*total, Decimal::of(count)) : std::nullopt;
  std::optional<Decimal> squares = Decimal{};
  for (const Decimal& n : *list) {
    auto difference = average ? subtract(n, *average) : std::nullopt;
    auto square = difference ? multiply(*difference, *difference) : std::nullopt;
    squares = square && squares ? add(*squares, *square) : std::nullopt;
  }
  auto variance = squares ? divide(*squares, Decimal::of(count - 1)) : std::nullopt;
  return checked(c, variance ? square_root(*variance) : std::nullopt);
}

Value mode(Call& c) {
  auto list = numbers(c);
  if (!list) return {};
  std::ranges::sort(*list, [](const Decimal& a, const Decimal& b) { return compare(a, b) < 0; });
  std::size_t best = 0;
  std::vector<Value> out;
  for (std::size_t i = 0; i < list->size();) {
    std::size_t j = i;
    while (j < list->size() && (*list)[j] == (*list)[i]) ++j;
    if (j - i > best) {
      best = j - i;
      out.clear();
    }
    if (j - i == best) out.push_back(Value::number((*list)[i]));
    i = j;
  }
  return c.machine.make_list(std::move(out));
}

// A merge sort: stable, and safe with a `precedes` that contradicts itself.
bool merge_sort(Call& c, std::vector<Value>& items, std::vector<Value>& spare, std::size_t begin, std::size_t end) {
  if (end - begin < 2) return true;
  std::size_t middle = begin + (end - begin) / 2;
  if (!merge_sort(c, items, spare, begin, middle) || !merge_sort(c, items, spare, middle, end)) return false;
  std::size_t a = begin, b = middle, out = begin;
  while (a < middle && b < end) {
    Value pair[] = {items[b], items[a]};
    Value precedes = c.machine.call(c[1], pair, c.at);
    if (c.machine.exhausted) return false;
    if (precedes.kind() != Kind::boolean) {
      c.fault(Code::argument_type, "precedes must give true or false", {precedes});
      return false;
    }
    spare[out++] = precedes.truth() ? items[b++] : items[a++];
  }
  while (a < middle) spare[out++] = items[a++];
  while (b < end) spare[out++] = items[b++];
  std::move(spare.begin() + static_cast<std::ptrdiff_t>(begin), spare.begin() + static_cast<std::ptrdiff_t>(end),
            items.begin() + static_cast<std::ptrdiff_t>(begin));
  return c.machine.work(end - begin);
}
Value sort(Call& c) {
  std::vector<Value> items(c[0].items().begin(), c[0].items().end()), spare(items.size());
  if (!merge_sort(c, items, spare, 0, items.size())) return {};
  return c.machine.make_list(std::move(items));
}

constexpr BuiltinRow rows[] = {
    {"list contains", "list:l, element:a", "boolean", list_contains},
    {"count", "list:l", "number", count},
    {"min", "list:l | c:a*", "", min_code},
    {"max", "list:l | c:a*", "", max_code},
    {"sum", "list:l | n:a*", "", sum},
    {"mean", "list:l | n:a*", "", mean},
    {"all", "list:l | b:a*", "boolean", all_code},
    {"any", "list:l | b:a*", "boolean", any_code},
    {"sublist", "list:l, start position:n, length:nz?", "list", sublist},
    {"append", "list:l, item:a*", "list", append},
    {"concatenate", "list:l*", "list", concatenate},
    {"insert before", "list:l, position:n, newItem:a", "list", insert_before},
    {"remove", "list:l, position:n", "list", remove_code},
    {"list replace", "list:l, position:n, newItem:a | list:l, match:f, newItem:a", "list", list_replace},
    {"reverse", "list:l", "list", reverse},
    {"index of", "list:l, match:a", "list<number>", index_of},
    {"union", "list:l*", "list", union_code},
    {"distinct values", "list:l", "list", distinct_values},
    {"flatten", "list:l", "list", flatten},
    {"product", "list:l | n:n*", "number", product_code},
    {"median", "list:l | n:n*", "number", median},
    {"stddev", "list:l | n:n*", "number", stddev},
    {"mode", "list:l | n:n*", "list<number>", mode},
    {"sort", "list:l, precedes:f", "list", sort},
};

}  // namespace

std::span<const BuiltinRow> list_builtins() {
  return rows;
}

}  // namespace yakuba::feel
