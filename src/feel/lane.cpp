// The short way through an expression: numbers, comparisons and loops over lists that are worked out in place, without
// a Value, a list or a count for each step. It gives an answer or it gives up, never another answer than the machine's
// own way (property test: feel_lane_test.cpp); giving up leaves nothing behind, and the machine begins anew.
//
// Which nodes it may enter is marked when a program is compiled (mark_lanes), so that a hopeless attempt costs nothing
// and attempts never lie inside of attempts. Tracing and the noting of reads take the long way always.
#include "feel/boxes.hpp"
#include "feel/machine.hpp"

namespace yakuba::feel {

// --- marks ---

namespace {

bool has(const Node& node, std::uint8_t marks) {
  return (node.lane & marks) != 0;
}

std::uint8_t marks_of(const Program::Body& body, const Node& at) {
  const auto marked = [&](std::uint32_t child, std::uint8_t marks) { return has(body.nodes[child], marks); };
  constexpr std::uint8_t value = lane::reference | lane::number;
  switch (at.op) {
    case Op::constant:
    case Op::slot:
    case Op::local:
      return lane::reference;
    case Op::path:
      return marked(at.a, lane::reference) ? lane::reference : 0;
    case Op::member_or:
      return marked(at.a, lane::reference) ? lane::reference : 0;
    case Op::negate:
      return marked(at.a, value) ? lane::number : 0;
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
      return marked(at.a, value) && marked(at.b, value) ? lane::number : 0;
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return marked(at.a, value) && marked(at.b, value) ? lane::truth : 0;
    case Op::between:
      return marked(at.a, value) && marked(at.b, value) && marked(at.c, value) ? lane::truth : 0;
    case Op::conjunction:
    case Op::disjunction:
      for (std::uint32_t i = 0; i < at.b; ++i)
        if (!marked(body.operands[at.a + i], lane::truth | lane::reference)) return 0;
      return lane::truth;
    case Op::filter:
      return marked(at.a, lane::reference | lane::stream) && marked(at.b, lane::truth) ? lane::stream : 0;
    case Op::for_loop: {
      if (at.b != 1 || at.extra != none || body.operands[at.a + 2] != none) return 0;
      const bool domain = marked(body.operands[at.a + 1], lane::reference | lane::stream);
      return domain && marked(at.c, value) ? lane::stream : 0;
    }
    case Op::builtin_call: {
      const std::string& name = builtin_table()[at.a].name;
      const bool known = name == "sum" || name == "count" || name == "min" || name == "max";
      return known && at.flag == 0 && at.c == 1 && marked(body.operands[at.b], lane::stream) ? lane::aggregate : 0;
    }
    default:
      return 0;
  }
}

}  // namespace

void mark_lanes(Program::Body& body) {
  for (Node& node : body.nodes) node.lane = marks_of(body, node);
}

// --- values in place ---

const Value* Machine::State::find_at(const Value& in, const Node& at) {
  if (in.kind() != Kind::context) return nullptr;
  const std::vector<Entry>& entries = Payloads::of<ContextBox>(in)->entries;
  const Value& key = act.body->constants[at.b];
  const std::uint32_t guess = __atomic_load_n(&at.extra, __ATOMIC_RELAXED);
  if (guess < entries.size()) {
    const Value& there = entries[guess].key;
    if (Payloads::same_bits(there, key) || (Payloads::boxed(key) && there.string() == key.string()))
      return &entries[guess].value;
  }
  steps += entries.size() / 8;
  const Value* found = in.find(key);
  if (found != nullptr)
    __atomic_store_n(&at.extra,
                     static_cast<std::uint32_t>(
                         reinterpret_cast<const Entry*>(reinterpret_cast<const char*>(found) - offsetof(Entry, value)) -
                         entries.data()),
                     __ATOMIC_RELAXED);
  return found;
}

const Value* Machine::State::lane_reference(const Node& at) {
  switch (at.op) {
    case Op::local:
      return &act.locals[at.a];
    case Op::slot:
      return at.a < act.slots.size() ? &act.slots[at.a] : nullptr;
    case Op::constant:
      return &act.body->constants[at.a];
    default: {  // path, member_or
      const Value* base = lane_reference(node(at.a));
      return base != nullptr ? find_at(*base, at) : nullptr;
    }
  }
}

namespace {

// To the smaller exponent, as decimals do.
bool align(InlineNumber& a, InlineNumber& b) {
  static constexpr std::int64_t powers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
  InlineNumber& wide = a.exponent > b.exponent ? a : b;
  const std::int32_t narrow = std::min(a.exponent, b.exponent);
  if (wide.exponent - narrow > 8) return false;
  if (__builtin_mul_overflow(wide.coefficient, powers[wide.exponent - narrow], &wide.coefficient)) return false;
  wide.exponent = narrow;
  return true;
}

bool joined(Op op, InlineNumber a, InlineNumber b, InlineNumber& out) {
  switch (op) {
    case Op::add:
    case Op::subtract:
      if (a.exponent != b.exponent && !align(a, b)) return false;
      out.exponent = a.exponent;
      return !(op == Op::add ? __builtin_add_overflow(a.coefficient, b.coefficient, &out.coefficient)
                             : __builtin_sub_overflow(a.coefficient, b.coefficient, &out.coefficient));
    case Op::multiply:
      out.exponent = a.exponent + b.exponent;
      return !__builtin_mul_overflow(a.coefficient, b.coefficient, &out.coefficient) && out.exponent >= -6'000 &&
             out.exponent <= 6'000;
    default:  // divide
      if (a.exponent != b.exponent || b.coefficient == 0 || a.coefficient % b.coefficient != 0) return false;
      out = {a.coefficient / b.coefficient, 0};
      return true;
  }
}

}  // namespace

bool Machine::State::lane_number(const Node& at, InlineNumber& out) {
  if (has(at, lane::reference)) {
    const Value* there = lane_reference(at);
    if (there == nullptr || !there->is_small_number()) return false;
    out = {there->small_coefficient(), there->small_exponent()};
    return true;
  }
  InlineNumber left;
  if (!lane_number(node(at.a), left)) return false;
  if (at.op == Op::negate) {
    out = {-left.coefficient, left.exponent};
    return left.coefficient != INT64_MIN;
  }
  InlineNumber right;
  return lane_number(node(at.b), right) && joined(at.op, left, right, out) && out.coefficient != INT64_MIN;
}

// --- truths ---

// -1, 0 or 1; nothing when it is not for the short way.
std::optional<int> Machine::State::lane_order(const Node& a, const Node& b) {
  if (has(a, lane::reference) && has(b, lane::reference)) {
    const Value *x = lane_reference(a), *y = lane_reference(b);
    if (x == nullptr || y == nullptr || x->kind() != y->kind()) return std::nullopt;
    switch (x->kind()) {
      case Kind::number:
        break;
      case Kind::string:
        if (!Payloads::boxed(*x) && Payloads::same_bits(*x, *y)) return 0;
        return feel_compare(*x, *y);
      case Kind::date:
        return feel_compare(*x, *y);
      default:
        return std::nullopt;
    }
    if (!x->is_small_number() || !y->is_small_number()) return std::nullopt;
    if (x->small_exponent() == y->small_exponent())
      return (x->small_coefficient() > y->small_coefficient()) - (x->small_coefficient() < y->small_coefficient());
  }
  InlineNumber x, y;
  if (!lane_number(a, x) || !lane_number(b, y)) return std::nullopt;
  if (x.exponent != y.exponent && !align(x, y)) return std::nullopt;
  return (x.coefficient > y.coefficient) - (x.coefficient < y.coefficient);
}

Machine::State::Lane Machine::State::lane_truth(const Node& at) {
  const auto as_lane = [](bool truth) { return truth ? Lane::yes : Lane::no; };
  if (has(at, lane::reference)) {
    const Value* there = lane_reference(at);
    if (there == nullptr || there->kind() != Kind::boolean) return Lane::given_up;
    return as_lane(there->truth());
  }
  if (at.op == Op::conjunction || at.op == Op::disjunction) {
    const bool conjunction = at.op == Op::conjunction;
    for (std::uint32_t i = 0; i < at.b; ++i) {
      const Lane one = lane_truth(node(operand(at.a + i)));
      if (one == Lane::given_up) return one;
      if ((one == Lane::yes) != conjunction) return one;
    }
    return as_lane(conjunction);
  }
  const auto order = lane_order(node(at.a), node(at.b));
  if (!order) return Lane::given_up;
  switch (at.op) {
    case Op::equal:
      return as_lane(*order == 0);
    case Op::not_equal:
      return as_lane(*order != 0);
    case Op::less:
      return as_lane(*order < 0);
    case Op::less_equal:
      return as_lane(*order <= 0);
    case Op::greater:
      return as_lane(*order > 0);
    case Op::greater_equal:
      return as_lane(*order >= 0);
    default: {  // between
      const auto below = lane_order(node(at.a), node(at.c));
      if (!below) return Lane::given_up;
      return as_lane(*order >= 0 && *below <= 0);
    }
  }
}

// --- lists that are not made ---

bool Machine::State::lane_stream(const Node& at, TakeItem take) {
  if (!has(at, lane::stream)) {  // where the items lie
    const Value* list = lane_reference(at);
    if (list == nullptr || list->is_null() || list->kind() == Kind::range) return false;
    const std::span<const Value> items = list->kind() == Kind::list
                                             ? std::span<const Value>(Payloads::of<ListBox>(*list)->items)
                                             : std::span<const Value>(list, 1);
    steps += 4 * items.size();  // what the long way would count at least
    if (steps > limits.steps_max) return false;
    for (const Value& item : items)
      if (!take(item)) return false;
    return true;
  }
  const bool filter = at.op == Op::filter;
  const Node& domain = node(filter ? at.a : operand(at.a + 1));
  Lent local(act.locals[filter ? at.c : operand(at.a)]);
  if (filter) {
    const Node& predicate = node(at.b);
    return lane_stream(domain, [&](const Value& item) {
      local.to(item);
      const Lane truth = lane_truth(predicate);
      return truth == Lane::no || (truth == Lane::yes && take(item));
    });
  }
  const Node& body = node(at.c);
  if (has(body, lane::reference))
    return lane_stream(domain, [&](const Value& item) {
      local.to(item);
      const Value* there = lane_reference(body);
      return there != nullptr && take(*there);
    });
  return lane_stream(domain, [&](const Value& item) {
    local.to(item);
    InlineNumber number;
    return lane_number(body, number) && take(Value::number(number.coefficient, number.exponent));
  });
}

std::optional<Value> Machine::State::lane_aggregate(const Node& at) {
  const Node& list = node(operand(at.b));
  const std::string& name = builtin_table()[at.a].name;
  std::int64_t count = 0;
  const std::uint64_t steps_before = steps;
  const auto given_up = [&] {
    steps = steps_before;
    return std::optional<Value>();
  };
  if (name == "count") {
    if (!lane_stream(list, [&](const Value&) { return ++count <= static_cast<std::int64_t>(limits.list_length_max); }))
      return given_up();
    return Value::number(count);
  }
  const bool sum = name == "sum";
  const int wanted = name == "max" ? 1 : -1;
  InlineNumber best;
  const auto take = [&](const Value& value) {
    if (!value.is_small_number()) return false;
    InlineNumber one{value.small_coefficient(), value.small_exponent()};
    if (count++ == 0) {
      best = one;
      return true;
    }
    if (sum) return joined(Op::add, best, one, best);
    InlineNumber held = best;
    if (one.exponent != held.exponent && !align(one, held)) return false;
    if ((one.coefficient > held.coefficient) - (one.coefficient < held.coefficient) == wanted)
      best = {value.small_coefficient(), value.small_exponent()};
    return true;
  };
  if (!lane_stream(list, take)) return given_up();
  if (count == 0) return Value();
  return Value::number(best.coefficient, best.exponent);
}

}  // namespace yakuba::feel
