// Filters, for, some and every.
#include "feel/boxes.hpp"
#include "feel/machine.hpp"

namespace yakuba::feel {

// --- filter ---

namespace {

// list[n]: from 1, negative from the end, null outside.
Value item_at(std::span<const Value> items, const Value& index) {
  auto n = index.integer();
  auto size = static_cast<std::int64_t>(items.size());
  if (!n || *n == 0 || *n > size || *n < -size) return {};
  return items[static_cast<std::size_t>(*n > 0 ? *n - 1 : size + *n)];
}

}  // namespace

Value Machine::State::eval_filter(std::uint32_t n) {
  const Node& at = node(n);
  Value scratch;
  const Value& of = ref(at.a, scratch);
  if (exhausted) return {};
  Value held = of;  // the list must outlive the predicate's evaluation
  std::span<const Value> items = held.kind() == Kind::list ? held.items() : std::span<const Value>(&held, 1);
  if (held.is_null()) items = {};
  const Node& predicate = node(at.b);
  if (predicate.op == Op::constant && act.body->constants[predicate.a].kind() == Kind::number)
    return item_at(items, act.body->constants[predicate.a]);

  Value& item = act.locals[at.c];
  struct Quiet {
    std::uint32_t& count;
    explicit Quiet(std::uint32_t& c) : count(c) { ++count; }
    ~Quiet() { --count; }
  } hush(quiet);
  if (items.empty()) {  // only a number tells that an item was asked for
    if (predicate.op == Op::equal || (predicate.op >= Op::not_equal && predicate.op <= Op::disjunction))
      return Value::list({});
    std::size_t known = diagnostics.size();
    item = Value();
    Value probe = eval(at.b);
    if (diagnostics.size() > known && !exhausted) diagnostics.resize(known);
    return probe.kind() == Kind::number ? Value() : Value::list({});
  }
  std::vector<Value> out;
  const bool short_way = (predicate.lane & lane::truth) != 0 && lane_open();
  for (std::size_t i = 0; i < items.size(); ++i) {
    item = items[i];
    if (short_way && work(2))
      if (const auto truth = lane_truth(predicate)) {
        if (*truth) out.push_back(items[i]);
        continue;
      }
    Value keep = eval(at.b);
    if (exhausted) return {};
    if (keep.kind() == Kind::boolean) {
      if (keep.truth()) out.push_back(items[i]);
    } else if (keep.kind() == Kind::number && i == 0) {
      item = Value();
      return item_at(items, keep);
    } else if (!keep.is_null()) {
      item = Value();
      return null(Code::type_mismatch, at.b,
                  "a filter must be a number or a boolean, but is " + std::string(name_of(keep.kind())), {keep});
    }
  }
  item = Value();
  return make_list(std::move(out));
}

// --- iteration ---

struct Machine::State::Loop {
  std::uint32_t node = none;           // for positions
  std::uint32_t first = 0, count = 0;  // operands of the iterators
  bool failed = false;
  std::uint32_t body = none, partial = none;
  std::vector<Value> results;  // of for
  bool quantified = false, every = false, decided = false, unknown = false;
};

// Steps through the iterators from number `iterator` on; false ends the whole loop.
bool Machine::State::iterate(Loop& loop, std::uint32_t iterator) {
  if (exhausted) return false;
  if (iterator == loop.count) {
    const Node& body = node(loop.body);
    if (loop.quantified && (body.lane & lane::truth) != 0 && lane_open() && work(2))
      if (const auto truth = lane_truth(body)) {
        loop.decided = *truth != loop.every;
        return !loop.decided;
      }
    if (loop.quantified) {
      Value scratch;
      const Value& one = ref(loop.body, scratch);
      if (one.kind() == Kind::boolean) {
        loop.decided = one.truth() != loop.every;
      } else if (one.is_null()) {
        loop.unknown = true;
      } else {  // no answer at all, whatever the other items say
        null(Code::type_mismatch, loop.body, "satisfies must be boolean, but is " + std::string(name_of(one.kind())),
             {one});
        loop.failed = true;
        return false;
      }
      return !loop.decided;
    }
    if (loop.partial != none) {
      if (!work(loop.results.size())) return false;
      act.locals[loop.partial] = Value::list(loop.results);
    }
    InlineNumber number;
    const bool short_way = (body.lane & lane::number) != 0 && lane_open() && work(2) && lane_number(body, number);
    Value one = short_way ? Value::number(number.coefficient, number.exponent) : eval(loop.body);
    if (!length_allowed(loop.results.size() + 1) || exhausted) return false;
    loop.results.push_back(std::move(one));
    return true;
  }
  std::uint32_t local = operand(loop.first + 3 * iterator), low = operand(loop.first + 3 * iterator + 1),
                high = operand(loop.first + 3 * iterator + 2);
  Value domain = eval(low);
  if (exhausted) return false;
  if (high != none) return iterate_pair(loop, iterator, domain, eval(high), true, true);
  if (domain.kind() == Kind::range) {
    const Range& range = domain.range();
    if (range.form != Range::Form::interval || range.low.is_null() || range.high.is_null()) {
      null(Code::type_mismatch, low, "this range cannot be iterated", {domain});
      loop.failed = true;
      return false;
    }
    return iterate_pair(loop, iterator, range.low, range.high, range.low_closed, range.high_closed);
  }
  if (domain.kind() != Kind::list) {  // not a place where one item stands for its list (10.3.2.9.4)
    null(Code::type_mismatch, low, std::string(name_of(domain.kind())) + " cannot be iterated", {domain});
    loop.failed = true;
    return false;
  }
  for (const Value& item : domain.items()) {
    act.locals[local] = item;
    if (!iterate(loop, iterator + 1)) return false;
  }
  return true;
}

bool Machine::State::iterate_pair(Loop& loop, std::uint32_t iterator, const Value& low, const Value& high, bool low_in,
                                  bool high_in) {
  std::uint32_t local = operand(loop.first + 3 * iterator), at = operand(loop.first + 3 * iterator + 1);
  bool dates = low.kind() == Kind::date && high.kind() == Kind::date;
  auto from = dates ? std::optional(low.date().days) : low.integer();
  auto to = dates ? std::optional(high.date().days) : high.integer();
  if (!from || !to) {
    null(Code::type_mismatch, at, "only integers and dates can be iterated from one to another", {low, high});
    loop.failed = true;
    return false;
  }
  std::int64_t step = *from <= *to ? 1 : -1;
  __int128 distance = static_cast<__int128>(*to) - *from;
  if ((distance < 0 ? -distance : distance) >= static_cast<__int128>(limits.list_length_max)) {
    exhaust(Code::limit_length, "an iteration may have at most " + std::to_string(limits.list_length_max) + " rounds");
    return false;
  }
  for (std::int64_t i = *from;; i += step) {
    if ((i != *from || low_in) && (i != *to || high_in)) {
      act.locals[local] = dates ? Value::date(Date{i}) : Value::number(i);
      if (!iterate(loop, iterator + 1)) return false;
    }
    if (i == *to) return true;
  }
}

Value Machine::State::eval_for(std::uint32_t n) {
  const Node& at = node(n);
  Loop loop;
  loop.node = n;
  loop.first = at.a;
  loop.count = at.b;
  loop.body = at.c;
  loop.partial = at.extra;
  iterate(loop, 0);
  if (loop.partial != none) act.locals[loop.partial] = Value();
  if (loop.failed || exhausted) return {};
  return make_list(std::move(loop.results));
}

Value Machine::State::eval_quantified(std::uint32_t n) {
  const Node& at = node(n);
  Loop loop;
  loop.node = n;
  loop.first = at.a;
  loop.count = at.b;
  loop.body = at.c;
  loop.quantified = true;
  loop.every = at.flag != 0;
  iterate(loop, 0);
  if (loop.failed || exhausted) return {};
  if (loop.decided) return Value::boolean(!loop.every);
  return loop.unknown ? Value() : Value::boolean(loop.every);
}

}  // namespace yakuba::feel
