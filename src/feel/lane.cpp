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
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const Value& there = entries[i].key;
    if (!Payloads::same_bits(there, key) && !(Payloads::boxed(key) && there.string() == key.string())) continue;
    __atomic_store_n(&at.extra, i, __ATOMIC_RELAXED);
    return &entries[i].value;
  }
  return nullptr;
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

int order_of(std::int64_t a, std::int64_t b) {
  return (a > b) - (a < b);
}

// What becomes of the items of a stream.
struct Collected {
  enum class How : std::uint8_t { count, sum, min, max } how;
  std::int64_t count = 0;
  InlineNumber number;

  // False: not for the short way.
  [[gnu::always_inline]] inline bool take(const InlineNumber& one) {
    if (count++ == 0) {
      number = one;
      return true;
    }
    if (how == How::sum) {
      if (one.exponent == number.exponent)
        return !__builtin_add_overflow(number.coefficient, one.coefficient, &number.coefficient);
      return joined(Op::add, number, one, number);
    }
    InlineNumber held = number, other = one;
    if (other.exponent != held.exponent && !align(other, held)) return false;
    if (order_of(other.coefficient, held.coefficient) == (how == How::max ? 1 : -1)) number = one;
    return true;
  }
};

// A member of the items, looked for where the one before had it.
struct Member {
  const Node* path = nullptr;
  const Value* key = nullptr;
  std::uint32_t guess = none;
};
// A member against a constant: `accepted` has a bit for each order that is true: below, same, above.
struct Test {
  Member member;
  const Value* constant = nullptr;
  std::uint8_t accepted = 0;
  bool number = false;      // an inline number
  bool short_text = false;  // a text that is held inline, for equality alone
};
// One stage of a stream, from the items on: what passes, or what becomes of them.
struct Stage {
  enum class What : std::uint8_t { tests, predicate, member, number } what = What::tests;
  std::uint8_t first_test = 0, end_test = 0;
  const Node* node = nullptr;  // predicate or body
  Value* local = nullptr;
  Member member;
};

enum class Truth : std::uint8_t { no, yes, given_up };
Truth as_truth(bool truth) {
  return truth ? Truth::yes : Truth::no;
}

// One attempt: what the nodes read lies at hand.
class Lane {
 public:
  explicit Lane(Machine::State& state)
      : state_(state),
        nodes_(state.act.body->nodes.data()),
        operands_(state.act.body->operands.data()),
        constants_(state.act.body->constants.data()),
        locals_(state.act.locals),
        slots_(state.act.slots) {}

  // Where the value of the node lies; nullptr when nowhere.
  [[gnu::always_inline]] inline const Value* reference(const Node& at) {
    if (at.op == Op::constant) return &constants_[at.a];
    if (at.op == Op::local) return &locals_[at.a];
    if (at.op == Op::slot) return at.a < slots_.size() ? &slots_[at.a] : nullptr;
    const Node& of = nodes_[at.a];  // path, member_or
    const Value* base = of.op == Op::local ? &locals_[of.a] : behind(of);
    if (base == nullptr || base->kind() != Kind::context) return nullptr;
    const std::vector<Entry>& entries = Payloads::of<ContextBox>(*base)->entries;
    const std::uint32_t guess = __atomic_load_n(&at.extra, __ATOMIC_RELAXED);
    if (guess < entries.size() && Payloads::same_bits(entries[guess].key, constants_[at.b]))
      return &entries[guess].value;
    return state_.find_at(*base, at);
  }

  bool number(const Node& at, InlineNumber& out) {
    if (has(at, lane::reference)) {
      const Value* there = reference(at);
      if (there == nullptr || !there->is_small_number()) return false;
      out = {there->small_coefficient(), there->small_exponent()};
      return true;
    }
    InlineNumber left;
    if (!number(nodes_[at.a], left)) return false;
    if (at.op == Op::negate) {
      out = {-left.coefficient, left.exponent};
      return left.coefficient != INT64_MIN;
    }
    InlineNumber right;
    return number(nodes_[at.b], right) && joined(at.op, left, right, out) && out.coefficient != INT64_MIN;
  }

  // -1, 0 or 1 into `out`; false when it is not for the short way.
  [[gnu::always_inline]] inline bool order(const Node& a, const Node& b, int& out) {
    if (has(a, lane::reference) && has(b, lane::reference)) {
      const Value* x = reference(a);
      if (x == nullptr) return false;
      const Value* y = reference(b);
      if (y == nullptr) return false;
      if (x->is_small_number() && y->is_small_number()) {
        if (x->small_exponent() == y->small_exponent()) {
          out = order_of(x->small_coefficient(), y->small_coefficient());
          return true;
        }
      } else {
        return order_of_others(*x, *y, out);
      }
    }
    return order_of_numbers(a, b, out);
  }

  Truth truth(const Node& at) {
    if (at.op >= Op::equal && at.op <= Op::greater_equal) return comparison(at);
    if (at.op == Op::conjunction || at.op == Op::disjunction) {
      const Truth ends = at.op == Op::conjunction ? Truth::no : Truth::yes;
      for (std::uint32_t i = 0; i < at.b; ++i) {
        const Node& child = nodes_[operands_[at.a + i]];
        const Truth one = child.op >= Op::equal && child.op <= Op::greater_equal ? comparison(child) : truth(child);
        if (one == Truth::given_up || one == ends) return one;
      }
      return ends == Truth::no ? Truth::yes : Truth::no;
    }
    if (at.op == Op::between) {
      int low = 0, high = 0;
      if (!order(nodes_[at.a], nodes_[at.b], low) || !order(nodes_[at.a], nodes_[at.c], high)) return Truth::given_up;
      return as_truth(low >= 0 && high <= 0);
    }
    const Value* there = reference(at);
    if (there == nullptr || there->kind() != Kind::boolean) return Truth::given_up;
    return as_truth(there->truth());
  }

 protected:
  [[gnu::noinline]] const Value* behind(const Node& at) { return reference_again(at); }
  const Value* reference_again(const Node& at) {
    switch (at.op) {
      case Op::constant:
        return &constants_[at.a];
      case Op::local:
        return &locals_[at.a];
      case Op::slot:
        return at.a < slots_.size() ? &slots_[at.a] : nullptr;
      default: {
        const Value* base = reference_again(nodes_[at.a]);
        return base != nullptr ? state_.find_at(*base, at) : nullptr;
      }
    }
  }

  [[gnu::noinline]] bool order_of_others(const Value& x, const Value& y, int& out) {
    if (x.kind() == Kind::string && y.kind() == Kind::string && !Payloads::boxed(x) && Payloads::same_bits(x, y)) {
      out = 0;
      return true;
    }
    if (x.kind() != y.kind() || (x.kind() != Kind::string && x.kind() != Kind::date)) return false;
    out = *feel_compare(x, y);
    return true;
  }
  [[gnu::noinline]] bool order_of_numbers(const Node& a, const Node& b, int& out) {
    InlineNumber x, y;
    if (!number(a, x) || !number(b, y)) return false;
    if (x.exponent != y.exponent && !align(x, y)) return false;
    out = order_of(x.coefficient, y.coefficient);
    return true;
  }

  [[gnu::always_inline]] inline Truth comparison(const Node& at) {
    const Node &a = nodes_[at.a], &b = nodes_[at.b];
    if (at.op <= Op::not_equal && has(a, lane::reference) && has(b, lane::reference)) {
      // Short texts that differ need no order: the usual test of a code or a name.
      const Value *x = reference(a), *y = reference(b);
      if (x == nullptr || y == nullptr) return Truth::given_up;
      if (x->kind() == Kind::string && y->kind() == Kind::string && !Payloads::boxed(*x) && !Payloads::boxed(*y))
        return as_truth(Payloads::same_bits(*x, *y) == (at.op == Op::equal));
    }
    int found = 0;
    if (!order(a, b, found)) return Truth::given_up;
    switch (at.op) {
      case Op::equal:
        return as_truth(found == 0);
      case Op::not_equal:
        return as_truth(found != 0);
      case Op::less:
        return as_truth(found < 0);
      case Op::less_equal:
        return as_truth(found <= 0);
      case Op::greater:
        return as_truth(found > 0);
      default:
        return as_truth(found >= 0);
    }
  }

  Machine::State& state_;
  const Node* nodes_;
  const std::uint32_t* operands_;
  const Value* constants_;
  Value* locals_;
  std::span<const Value> slots_;
};

// A list that is not made: its items go through the stages one by one.
class Stream : Lane {
 public:
  explicit Stream(Machine::State& state) : Lane(state) {}

  // All items of a stream into `out`; false: not for the short way.
  bool collect(const Node& stream, Collected& out) {
    const Node* at = &stream;
    while (has(*at, lane::stream)) {
      if (stage_count_ == stages_max) return false;
      Stage& stage = stages_[stage_count_++];
      const bool filter = at->op == Op::filter;
      stage.local = &locals_[filter ? at->c : operands_[at->a]];
      stage.node = &nodes_[filter ? at->b : at->c];
      if (filter)
        stage.what = simple(stage) ? Stage::What::tests : Stage::What::predicate;
      else if (member_of_local(*stage.node, stage, stage.member))
        stage.what = Stage::What::member;
      else
        stage.what = Stage::What::number;
      // What a number becomes is no item that a stage could look into.
      if (stage.what == Stage::What::number && stage_count_ > 1) return false;
      at = &nodes_[filter ? at->a : operands_[at->a + 1]];
    }
    const Value* list = reference(*at);
    if (list == nullptr || list->kind() != Kind::list) return false;
    const std::span<const Value> items(Payloads::of<ListBox>(*list)->items);
    state_.steps += 4 * items.size();  // what the long way would count at least
    if (state_.steps > state_.limits.steps_max || items.size() > state_.limits.list_length_max) return false;
    for (std::size_t s = 0; s < stage_count_; ++s) *stages_[s].local = Value();
    const bool good = pass_all(items, out);
    for (std::size_t s = 0; s < stage_count_; ++s) Payloads::take_back(*stages_[s].local);
    return good;
  }

 private:
  // --- stages ---

  bool member_of_local(const Node& at, const Stage& stage, Member& out) const {
    if (at.op != Op::path && at.op != Op::member_or) return false;
    const Node& of = nodes_[at.a];
    if (of.op != Op::local || &locals_[of.a] != stage.local) return false;
    out = {&at, &constants_[at.b], __atomic_load_n(&at.extra, __ATOMIC_RELAXED)};
    return true;
  }
  // The predicate as tests of members against constants, all of which must hold.
  bool simple(Stage& stage) {
    const Node& predicate = *stage.node;
    stage.first_test = stage.end_test = test_count_;
    if (predicate.op != Op::conjunction) return add_test(predicate, stage);
    for (std::uint32_t i = 0; i < predicate.b; ++i)
      if (!add_test(nodes_[operands_[predicate.a + i]], stage)) return false;
    return true;
  }
  bool add_test(const Node& at, Stage& stage) {
    static constexpr std::uint8_t accepted[] = {2, 5, 1, 3, 4, 6};  // = != < <= > >=
    if (at.op < Op::equal || at.op > Op::greater_equal || test_count_ == tests_max) return false;
    const Node& right = nodes_[at.b];
    Test& test = tests_[test_count_];
    if (right.op != Op::constant || !member_of_local(nodes_[at.a], stage, test.member)) return false;
    test.constant = &constants_[right.a];
    test.accepted = accepted[static_cast<int>(at.op) - static_cast<int>(Op::equal)];
    test.number = test.constant->is_small_number();
    test.short_text = test.constant->kind() == Kind::string && !Payloads::boxed(*test.constant) &&
                      (at.op == Op::equal || at.op == Op::not_equal);
    stage.end_test = ++test_count_;
    return true;
  }
  [[gnu::always_inline]] inline const Value* find(const Value& in, Member& member) {
    if (in.kind() != Kind::context) return nullptr;
    const std::vector<Entry>& entries = Payloads::of<ContextBox>(in)->entries;
    if (member.guess < entries.size() && Payloads::same_bits(entries[member.guess].key, *member.key))
      return &entries[member.guess].value;
    return find_slowly(in, member);
  }
  [[gnu::noinline]] const Value* find_slowly(const Value& in, Member& member) {
    const Value* found = state_.find_at(in, *member.path);
    member.guess = __atomic_load_n(&member.path->extra, __ATOMIC_RELAXED);
    return found;
  }
  [[gnu::always_inline]] inline Truth holds(const Value& item, Test& test) {
    const Value* value = find(item, test.member);
    if (value == nullptr) return Truth::given_up;
    const Value& constant = *test.constant;
    int order = 0;
    if (test.number && Payloads::head(*value) == Payloads::head(constant)) {
      order = order_of(value->small_coefficient(), constant.small_coefficient());
    } else if (test.short_text && value->kind() == Kind::string && !Payloads::boxed(*value)) {
      order = Payloads::same_bits(*value, constant) ? 0 : 1;
    } else if (!order_of_values(*value, constant, order)) {
      return Truth::given_up;
    }
    return as_truth((test.accepted >> (order + 1) & 1) != 0);
  }
  [[gnu::noinline]] bool order_of_values(const Value& x, const Value& y, int& out) {
    if (!x.is_small_number() || !y.is_small_number()) return order_of_others(x, y, out);
    InlineNumber a{x.small_coefficient(), x.small_exponent()}, b{y.small_coefficient(), y.small_exponent()};
    if (a.exponent != b.exponent && !align(a, b)) return false;
    out = order_of(a.coefficient, b.coefficient);
    return true;
  }

  // The first stage has a loop of its own: a filter of plain tests, or nothing but a member of each item.
  bool pass_all(std::span<const Value> items, Collected& out) {
    Stage& first = stages_[stage_count_ - 1];
    if (first.what == Stage::What::tests) {
      for (const Value& item : items) {
        const Truth kept = all_hold(first, item);
        if (kept == Truth::given_up || (kept == Truth::yes && !pass(item, stage_count_ - 1, out))) return false;
      }
      return true;
    }
    if (first.what == Stage::What::member && stage_count_ == 1 && out.how != Collected::How::count) {
      for (const Value& item : items) {
        const Value* there = find(item, first.member);
        if (there == nullptr || !there->is_small_number() ||
            !out.take({there->small_coefficient(), there->small_exponent()}))
          return false;
      }
      return true;
    }
    for (const Value& item : items)
      if (!pass(item, stage_count_, out)) return false;
    return true;
  }
  [[gnu::always_inline]] inline Truth all_hold(const Stage& stage, const Value& item) {
    for (std::size_t t = stage.first_test; t < stage.end_test; ++t)
      if (const Truth truth = holds(item, tests_[t]); truth != Truth::yes) return truth;
    return Truth::yes;
  }

  // One item through the first `count` stages (as they are written: the innermost comes first).
  bool pass(const Value& item, std::size_t count, Collected& out) {
    const Value* now = &item;
    for (std::size_t s = count; s-- > 0;) {
      Stage& stage = stages_[s];
      switch (stage.what) {
        case Stage::What::tests: {
          const Truth kept = all_hold(stage, *now);
          if (kept == Truth::no) return true;
          if (kept == Truth::given_up) return false;
          break;
        }
        case Stage::What::predicate: {
          Payloads::lend(*stage.local, *now);
          const Truth kept = truth(*stage.node);
          if (kept == Truth::no) return true;
          if (kept == Truth::given_up) return false;
          break;
        }
        case Stage::What::member:
          now = find(*now, stage.member);
          if (now == nullptr) return false;
          break;
        case Stage::What::number: {
          Payloads::lend(*stage.local, *now);
          InlineNumber one;
          return number(*stage.node, one) && out.take(one);
        }
      }
    }
    if (out.how == Collected::How::count) return ++out.count > 0;
    return now->is_small_number() && out.take({now->small_coefficient(), now->small_exponent()});
  }

  static constexpr std::size_t stages_max = 6, tests_max = 8;
  Stage stages_[stages_max];  // the outermost first
  Test tests_[tests_max];
  std::size_t stage_count_ = 0;
  std::uint8_t test_count_ = 0;
};

}  // namespace

std::optional<bool> Machine::State::lane_truth(const Node& at) {
  const Truth truth = Lane(*this).truth(at);
  if (truth == Truth::given_up) return std::nullopt;
  return truth == Truth::yes;
}

bool Machine::State::lane_number(const Node& at, InlineNumber& out) {
  return Lane(*this).number(at, out);
}

std::optional<Value> Machine::State::lane_aggregate(const Node& at) {
  const std::uint64_t steps_before = steps;
  using How = Collected::How;
  const char second = builtin_table()[at.a].name[1];  // count, sum, min, max
  Collected out{second == 'o' ? How::count : second == 'u' ? How::sum : second == 'i' ? How::min : How::max};
  if (!Stream(*this).collect(node(operand(at.b)), out)) {
    steps = steps_before;
    return std::nullopt;
  }
  if (out.how == How::count) return Value::number(out.count);
  if (out.count == 0) return Value();
  return Value::number(out.number.coefficient, out.number.exponent);
}

}  // namespace yakuba::feel
