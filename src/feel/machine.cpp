// Evaluation of the compiled form. Every operation is total: what the standard calls an error is null and a diagnostic.
#include "feel/machine.hpp"

#include <algorithm>

namespace yakuba::feel {

// --- Machine ---

Machine::Machine(const Limits& limits) : state_(std::make_unique<State>(*this, limits)) {}
Machine::~Machine() = default;
void Machine::set_now(const DateTime& now) {
  state_->now = now;
}
void Machine::set_recorder(Recorder* recorder) {
  state_->recorder = recorder;
}
void Machine::set_reads(ReadSet* reads) {
  state_->reads = reads;
}
Value Machine::evaluate(const Program& program, std::span<const Value> slots) {
  return state_->evaluate(program, slots);
}
Value Machine::call(const Value& function, std::span<const Value> arguments) {
  Taken copies(state_->stack, arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) copies[i] = arguments[i];
  return state_->call(function, copies.all(), none);
}
const std::vector<Diagnostic>& Machine::diagnostics() const {
  return state_->diagnostics;
}
std::size_t Machine::diagnostics_dropped() const {
  return state_->dropped;
}
std::vector<Diagnostic> Machine::take_diagnostics() {
  return std::exchange(state_->diagnostics, {});
}
bool Machine::exhausted() const {
  return state_->exhausted;
}
std::uint64_t Machine::steps() const {
  return state_->steps;
}
const Limits& Machine::limits() const {
  return state_->limits;
}
void Machine::report(Diagnostic diagnostic) {
  if (state_->diagnostics.size() < state_->limits.diagnostics_max)
    state_->diagnostics.push_back(std::move(diagnostic));
  else
    ++state_->dropped;
}
void Machine::reset() {
  state_->steps = 0;
  state_->exhausted = false;
  state_->diagnostics.clear();
  state_->dropped = 0;
}

// --- faults and bounds ---

void Machine::State::report(Code code, std::uint32_t at, std::string detail, std::vector<Value> operands,
                            std::string subject) {
  if (diagnostics.size() >= limits.diagnostics_max) {
    ++dropped;
    return;
  }
  Diagnostic out{code, {}, std::move(detail), std::move(operands), {}, std::move(subject)};
  if (act.body != nullptr) {
    out.source = act.body->name;
    if (at != none) {
      Span span = act.body->spans[at];
      out.position = position_at(act.body->text, span.offset, span.length);
    }
  }
  diagnostics.push_back(std::move(out));
}

Value Machine::State::null(Code code, std::uint32_t at, std::string detail, std::vector<Value> operands,
                           std::string subject) {
  if (!exhausted) report(code, at, std::move(detail), std::move(operands), std::move(subject));
  return {};
}

Value Machine::State::exhaust(Code code, std::string detail) {
  if (!exhausted) {  // the reason of the end is kept, however full the list is
    if (!diagnostics.empty() && diagnostics.size() >= limits.diagnostics_max) {
      diagnostics.pop_back();
      ++dropped;
    }
    report(code, none, std::move(detail), {}, {});
  }
  exhausted = true;
  return {};
}

bool Machine::State::length_allowed(std::size_t length) {
  if (length <= limits.list_length_max) return true;
  exhaust(Code::limit_length, "a list may have at most " + std::to_string(limits.list_length_max) + " items");
  return false;
}

namespace {
constexpr std::uint32_t value_depth_max = 1'000;
}

Value Machine::State::bounded(Value made) {
  if (made.depth() > value_depth_max) return exhaust(Code::limit_depth, "a value is nested too deeply");
  if (made.weight() > limits.weight_max) return exhaust(Code::limit_length, "a value holds too much");
  return made;
}

std::optional<bool> Machine::State::equal(const Value& a, const Value& b) {
  if (!work(std::min(a.weight(), b.weight()))) return std::nullopt;
  return feel_equal(a, b);
}

std::optional<int> Machine::State::order(const Value& a, const Value& b) {
  if (!work(std::min(a.weight(), b.weight()))) return std::nullopt;
  return feel_compare(a, b);
}

const Value* Machine::State::find(const Value& in, const Value& key) {
  steps += in.entries().size() / 8;
  return in.find(key);
}

Value Machine::State::make_list(std::vector<Value> items) {
  if (!length_allowed(items.size()) || !work(items.size())) return {};
  return bounded(Value::list(std::move(items)));
}

Value Machine::State::make_context(std::vector<Entry> entries) {
  if (!length_allowed(entries.size()) || !work(entries.size())) return {};
  return bounded(Value::context(std::move(entries)));
}

Value Machine::State::make_string(std::string_view text) {
  if (text.size() > limits.text_bytes_max) return exhaust(Code::limit_text, "a text is too long");
  if (!work(text.size() / 64)) return {};
  return Value::string(text);
}

// --- the walk ---

Value Machine::State::evaluate(const Program& program, std::span<const Value> slots) {
  const Program::Body* body = program.body().get();
  if (body == nullptr || exhausted) return {};
  if (body->root == none) {
    for (const Diagnostic& failure : body->failures) machine.report(failure);
    return {};
  }
  Activation before = act;
  std::uint32_t quiet_before = std::exchange(quiet, 0);
  Taken locals(stack, body->frame_size);
  act = {body, slots, locals.data(), nullptr};
  Value out = eval(body->root);
  act = before;
  quiet = quiet_before;
  return exhausted ? Value() : out;
}

const Value& Machine::State::load_slot(std::uint32_t slot) {
  static const Value absent{};
  if (reads != nullptr) {
    if (reads->size() <= slot / 64) reads->resize(slot / 64 + 1);
    (*reads)[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  return slot < act.slots.size() ? act.slots[slot] : absent;
}

Value Machine::State::eval(std::uint32_t n) {
  if (++steps > limits.steps_max || exhausted) [[unlikely]]
    return exhaust(Code::limit_steps, "the budget of steps is used up");
  if (depth >= limits.depth_max) [[unlikely]]
    return exhaust(Code::limit_depth, "the evaluation is nested too deeply");
  ++depth;
  Value out = recorder == nullptr ? dispatch(n) : eval_traced(n);
  --depth;
  return out;
}

namespace {
constexpr std::size_t trace_text_bytes_max = 200;
}

Value Machine::State::eval_traced(std::uint32_t n) {
  const Node& at = node(n);
  Span span = act.body->spans[n];
  std::string_view subject;
  switch (at.op) {
    case Op::path:
      subject = act.body->constants[at.b].string();
      break;
    case Op::member_or:
      subject = act.body->constants[at.b].string();
      break;
    case Op::builtin_call:
      subject = builtin_table()[at.a].name;
      break;
    default:  // a name, or what was written; the whole text of a long part stands with its own parts
      subject = std::string_view(act.body->text).substr(span.offset, span.length);
      if (at.op != Op::slot && at.op != Op::local && subject.size() > trace_text_bytes_max) subject = {};
      break;
  }
  recorder->enter(trace_kind(at), subject, span.offset, span.length);
  Value out = dispatch(n);
  recorder->leave(out);
  return out;
}

const Value& Machine::State::ref(std::uint32_t n, Value& scratch) {
  if (recorder == nullptr) {
    const Node& at = node(n);
    if (at.op == Op::local) return act.locals[at.a];
    if (at.op == Op::slot) return load_slot(at.a);
    if (at.op == Op::constant) return act.body->constants[at.a];
    if (at.op == Op::path || at.op == Op::member_or) {  // a member that is there is read in place
      const Node& of = node(at.a);
      const Value* base = of.op == Op::local ? &act.locals[of.a] : of.op == Op::slot ? &load_slot(of.a) : nullptr;
      if (base != nullptr) {
        ++steps;
        if (const Value* found = find_at(*base, at)) return *found;
      }
    }
  }
  scratch = eval(n);
  return scratch;
}

Value Machine::State::dispatch(std::uint32_t n) {
  const Node& at = node(n);
  switch (at.op) {
    case Op::constant:
      return act.body->constants[at.a];
    case Op::slot:
      return load_slot(at.a);
    case Op::local:
      return act.locals[at.a];
    case Op::self:
      return act.self != nullptr ? *act.self : Value();
    case Op::builtin_value:
      return eval_function(n);
    case Op::unknown:
      return null(static_cast<Code>(at.flag), n, "nothing has this name or value", {},
                  std::string(act.body->constants[at.a].string()));
    case Op::member_or:
      return eval_member_or(at);
    case Op::negate:
      return eval_negate(n);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::power:
      return eval_arithmetic(n);
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return eval_comparison(n);
    case Op::conjunction:
      return eval_junction(n, true);
    case Op::disjunction:
      return eval_junction(n, false);
    case Op::condition:
      return eval_condition(n);
    case Op::between:
      return eval_between(n);
    case Op::in:
      return eval_in(n);
    case Op::test:
      return eval_test(Value(), n, false);
    case Op::range:
      return eval_range(n);
    case Op::range_of:
      return eval_range_of(n);
    case Op::list:
      return eval_list(at, n);
    case Op::context:
      return eval_context(n);
    case Op::path:
      return eval_path(n);
    case Op::filter:
      return eval_filter(n);
    case Op::for_loop:
      return eval_for(n);
    case Op::quantified:
      return eval_quantified(n);
    case Op::instance_of: {
      Value scratch;
      return Value::boolean(act.body->types[at.b].accepts(ref(at.a, scratch)));
    }
    case Op::function:
      return eval_function(n);
    case Op::call:
      return eval_call(n);
    case Op::builtin_call:
    case Op::bad_call:
      return eval_builtin(n);
    case Op::unary_tests:
      return eval_unary_tests(n);
    case Op::any_test:
      return Value::boolean(true);
  }
  return {};
}

Value Machine::State::eval_member_or(const Node& at) {
  Value scratch;
  const Value& item = ref(at.a, scratch);
  if (const Value* found = find_at(item, at)) return *found;
  return at.c == none ? Value() : eval(at.c);
}

namespace {

// A list of one stands for its item where a test wants an item.
const Value& single(const Value& value) {
  return value.kind() == Kind::list && value.items().size() == 1 ? value.items()[0] : value;
}

std::string kinds_of(const Value& a, const Value& b) {
  return std::string(name_of(a.kind())) + " and " + std::string(name_of(b.kind()));
}

// Both inline with one exponent, no overflow: the way of nearly all sums of money.
bool align(std::int64_t& coefficient, std::int32_t& exponent, std::int32_t wanted) {
  static constexpr std::int64_t powers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
  if (exponent - wanted > 8) return false;
  bool fits = !__builtin_mul_overflow(coefficient, powers[exponent - wanted], &coefficient);
  exponent = wanted;
  return fits;
}

bool fast_arithmetic(Op op, const Value& a, const Value& b, Value& out) {
  if (!a.is_small_number() || !b.is_small_number()) return false;
  std::int64_t x = a.small_coefficient(), y = b.small_coefficient(), result;
  std::int32_t e = a.small_exponent(), f = b.small_exponent();
  if (e != f && (op == Op::add || op == Op::subtract)) {
    if (e > f ? !align(x, e, f) : !align(y, f, e)) return false;
  }
  switch (op) {
    case Op::add:
      if (e != f || __builtin_add_overflow(x, y, &result)) return false;
      break;
    case Op::subtract:
      if (e != f || __builtin_sub_overflow(x, y, &result)) return false;
      break;
    case Op::multiply:
      e += f;
      if (__builtin_mul_overflow(x, y, &result) || e < -6'000 || e > 6'000) return false;
      break;
    case Op::divide:
      if (e != f || y == 0 || x % y != 0) return false;
      result = x / y;
      e = 0;
      break;
    default:
      return false;
  }
  out = Value::number(result, e);
  return true;
}

}  // namespace

Value Machine::State::eval_negate(std::uint32_t n) {
  Value scratch;
  const Value& value = ref(node(n).a, scratch);
  switch (value.kind()) {
    case Kind::number:
      return Value::number(value.number().negated());
    case Kind::months_duration:
      return Value::months_duration({-value.months_duration().months});
    case Kind::days_duration:
      if (auto out = DaysDuration::of_nanoseconds(-value.days_duration().total())) return Value::days_duration(*out);
      return null(Code::out_of_range, n, "the duration is too long");
    default:
      return null(Code::type_mismatch, n, "unary minus is not defined for " + std::string(name_of(value.kind())),
                  {value});
  }
}

Value Machine::State::eval_arithmetic(std::uint32_t n) {
  const Node& at = node(n);
  Value left, right, out;
  const Value& a = ref(at.a, left);
  const Value& b = ref(at.b, right);
  if (fast_arithmetic(at.op, a, b, out)) return out;
  if (at.op == Op::add && a.kind() == Kind::string && b.kind() == Kind::string) {
    std::string joined(a.string());
    return make_string(joined += b.string());
  }
  Arithmetic result = arithmetic(at.op, a, b);
  if (!result.fault) return std::move(result.value);
  std::string detail = *result.fault == Code::type_mismatch      ? "this operator is not defined for " + kinds_of(a, b)
                       : *result.fault == Code::division_by_zero ? "division by zero"
                                                                 : "the result is outside its domain";
  return null(*result.fault, n, std::move(detail), {a, b});
}

Value Machine::State::eval_comparison(std::uint32_t n) {
  const Node& at = node(n);
  Value left, right;
  const Value& a = ref(at.a, left);
  const Value& b = ref(at.b, right);
  if (at.op == Op::equal || at.op == Op::not_equal) {
    auto same = equal(a, b);
    if (!same) {
      if (a.kind() == b.kind()) return {};
      return null(Code::not_comparable, n, kinds_of(a, b) + " cannot be compared", {a, b});
    }
    return Value::boolean(*same == (at.op == Op::equal));
  }
  auto order = this->order(a, b);
  if (!order) {
    if (quiet != 0 && (a.is_null() || b.is_null())) return {};
    return null(Code::not_comparable, n, kinds_of(a, b) + " have no order", {a, b});
  }
  switch (at.op) {
    case Op::less:
      return Value::boolean(*order < 0);
    case Op::less_equal:
      return Value::boolean(*order <= 0);
    case Op::greater:
      return Value::boolean(*order > 0);
    default:
      return Value::boolean(*order >= 0);
  }
}

Value Machine::State::eval_junction(std::uint32_t n, bool conjunction) {
  const Node& at = node(n);
  bool unknown = false;
  for (std::uint32_t i = 0; i < at.b; ++i) {
    Value scratch;
    const Value& value = ref(operand(at.a + i), scratch);
    if (value.kind() != Kind::boolean)
      unknown = true;  // null by table 50, whatever it is
    else if (value.truth() != conjunction)
      return Value::boolean(!conjunction);
  }
  return unknown ? Value() : Value::boolean(conjunction);
}

Value Machine::State::eval_condition(std::uint32_t n) {
  const Node& at = node(n);
  Value scratch;
  const Value& condition = ref(at.a, scratch);
  if (condition.kind() != Kind::boolean && !condition.is_null())
    report(Code::type_mismatch, at.a, "the condition is " + std::string(name_of(condition.kind())) + ", not boolean",
           {condition}, {});
  return eval(condition.is_true() ? at.b : at.c);
}

Value Machine::State::eval_between(std::uint32_t n) {
  const Node& at = node(n);
  Value v, l, h;
  const Value& value = ref(at.a, v);
  const Value& low = ref(at.b, l);
  const Value& high = ref(at.c, h);
  auto above = order(value, low), below = order(value, high);
  if (!above || !below) {
    const Value& other = above ? high : low;
    return null(Code::not_comparable, n, kinds_of(value, other) + " have no order", {value, low, high});
  }
  return Value::boolean(*above >= 0 && *below <= 0);
}

// --- tests ---

// Is input in value: a range that holds it, a list with it or with a range that holds it, or the same value.
Value Machine::State::test_value(const Value& input, const Value& value, std::uint32_t at, bool in_list) {
  if (value.kind() == Kind::range) {
    const Range& range = value.range();
    if (input.kind() == Kind::range && range.form == Range::Form::interval) {
      if (auto same = feel_equal(input, value); same == std::optional(true)) return Value::boolean(true);
    }
    if (auto inside = in_range(input, range)) return Value::boolean(*inside);
    if (in_list) return Value::boolean(false);
    bool open_end = range.form == Range::Form::interval &&
                    ((range.low.is_null() && !range.low_closed) || (range.high.is_null() && !range.high_closed));
    if (open_end && !input.is_null()) return {};
    if (quiet != 0 && input.is_null()) return {};
    return null(Code::not_comparable, at, std::string(name_of(input.kind())) + " cannot be in this range",
                {input, value});
  }
  if (value.kind() == Kind::list) {
    if (!work(value.items().size())) return {};
    for (const Value& item : value.items()) {
      bool range_or_scalar = item.kind() != Kind::list;
      if (range_or_scalar ? test_value(input, item, at, true).is_true() : equal(input, item) == std::optional(true))
        return Value::boolean(true);
    }
    return Value::boolean(input.kind() == Kind::list && equal(input, value) == std::optional(true));
  }
  if (auto same = equal(input, value)) return Value::boolean(*same);
  if (auto same = equal(single(input), value)) return Value::boolean(*same);
  if (in_list) return Value::boolean(false);
  return null(Code::not_comparable, at, kinds_of(input, value) + " cannot be compared", {input, value});
}

Value Machine::State::eval_test(const Value& input, std::uint32_t n, bool of_cell) {
  const Node& at = node(n);
  Value scratch;
  const Value& value = ref(at.a, scratch);
  if (exhausted) return {};
  if (at.flag != 0) {  // the expression speaks of `?` itself
    if (value.kind() == Kind::boolean || value.is_null()) return value;
    return test_value(input, value, n, false);
  }
  if (of_cell && value.kind() == Kind::boolean && !input.is_null() && input.kind() != Kind::boolean &&
      input.kind() != Kind::list)
    return value;
  return test_value(input, value, n, false);
}

Value Machine::State::eval_in(std::uint32_t n) {
  const Node& at = node(n);
  Value scratch;
  const Value& input = ref(at.a, scratch);
  bool unknown = false;
  for (std::uint32_t i = 0; i < at.c; ++i) {
    Value one = eval_test(input, operand(at.b + i), false);
    if (one.is_true()) return one;
    unknown = unknown || one.is_null();
  }
  return unknown ? Value() : Value::boolean(false);
}

Value Machine::State::eval_unary_tests(std::uint32_t n) {
  const Node& at = node(n);
  Value scratch;
  const Value& input = ref(at.a, scratch);
  bool unknown = false, any = false;
  for (std::uint32_t i = 0; i < at.c && !any; ++i) {
    if (recorder != nullptr)
      recorder->enter("test", {}, act.body->spans[operand(at.b + i)].offset, act.body->spans[operand(at.b + i)].length);
    Value one = eval_test(input, operand(at.b + i), true);
    if (recorder != nullptr) recorder->leave(one);
    any = one.is_true();
    unknown = unknown || one.is_null();
  }
  if (any) return Value::boolean(at.flag == 0);
  return unknown ? Value() : Value::boolean(at.flag != 0);
}

// --- values made ---

Value Machine::State::eval_range(std::uint32_t n) {
  const Node& at = node(n);
  Range range{eval(at.a), eval(at.b), (at.flag & 1) != 0, (at.flag & 2) != 0, Range::Form::interval};
  auto allowed = [](const Value& v) {
    return v.kind() != Kind::boolean && v.kind() != Kind::list && v.kind() != Kind::context &&
           v.kind() != Kind::function && v.kind() != Kind::range;
  };
  if (!allowed(range.low) || !allowed(range.high))
    return null(Code::type_mismatch, n, "a range cannot begin or end with " + kinds_of(range.low, range.high));
  if (!range.low.is_null() && !range.high.is_null()) {
    auto order = feel_compare(range.low, range.high);
    if (!order)
      return null(Code::type_mismatch, n, "a range cannot go between " + kinds_of(range.low, range.high),
                  {range.low, range.high});
    if (*order > 0) return null(Code::out_of_range, n, "the range ends before it begins", {range.low, range.high});
  }
  return Value::range(std::move(range));
}

Value Machine::State::eval_range_of(std::uint32_t n) {
  const Node& at = node(n);
  Value point = eval(at.a);
  Range range;
  range.form = Range::Form::comparison;
  switch (static_cast<Operator>(at.flag)) {
    case Operator::less:
      range.high = point;
      break;
    case Operator::less_equal:
      range.high = point;
      range.high_closed = true;
      break;
    case Operator::greater:
      range.low = point;
      break;
    case Operator::greater_equal:
      range.low = point;
      range.low_closed = true;
      break;
    default:
      range.low = range.high = point;
      range.form = static_cast<Operator>(at.flag) == Operator::equal ? Range::Form::equal : Range::Form::not_equal;
      return Value::range(std::move(range));
  }
  if (point.is_null()) return null(Code::not_comparable, n, "null has no order");
  return Value::range(std::move(range));
}

Value Machine::State::eval_list(const Node& at, std::uint32_t n) {
  (void)n;
  std::vector<Value> items;
  items.reserve(at.b);
  for (std::uint32_t i = 0; i < at.b; ++i) items.push_back(eval(operand(at.a + i)));
  return exhausted ? Value() : make_list(std::move(items));
}

Value Machine::State::eval_context(std::uint32_t n) {
  const Node& at = node(n);
  std::vector<Entry> entries;
  entries.reserve(at.b);
  for (std::uint32_t i = 0; i < at.b; ++i) {
    std::uint32_t key = operand(at.a + 3 * i), local = operand(at.a + 3 * i + 2);
    Value value = eval(operand(at.a + 3 * i + 1));
    if (exhausted) return {};
    if (local != none) act.locals[local] = value;
    entries.emplace_back(act.body->constants[key], std::move(value));
  }
  if (at.flag != 0) return null(Code::duplicate_key, n, "an entry has the key of another");
  return make_context(std::move(entries));
}

// --- paths ---

Value Machine::State::eval_path(std::uint32_t n) {
  const Node& at = node(n);
  Value scratch;
  const Value& of = ref(at.a, scratch);
  const Value& key = act.body->constants[at.b];
  if (const Value* found = find_at(of, at)) return *found;
  if (of.kind() == Kind::list) {  // of each item
    if (!work(of.items().size())) return {};
    std::vector<Value> out;
    out.reserve(of.items().size());
    for (const Value& item : of.items()) {
      const Value* found = find(item, key);
      out.push_back(found != nullptr || item.kind() == Kind::context || item.kind() == Kind::list
                        ? (found != nullptr ? *found : Value())
                        : member(item, key, n, true));
    }
    return make_list(std::move(out));
  }
  return member(of, key, n, at.flag != 0 || quiet != 0);
}

namespace {

// The components of temporal values and ranges (table 53); nothing when there is no such one.
std::optional<Value> property(const Value& of, std::string_view key) {
  auto number = [](std::int64_t n) { return Value::number(n); };
  auto of_date = [&](std::int64_t days) -> std::optional<Value> {
    if (key == "weekday") return number(iso_weekday(days));
    CivilDate civil = civil_from_days(days);
    if (key == "year") return number(civil.year);
    if (key == "month") return number(civil.month);
    if (key == "day") return number(civil.day);
    return std::nullopt;
  };
  auto of_time = [&](std::int64_t days, std::int64_t nanoseconds, const Zone& zone) -> std::optional<Value> {
    std::int64_t seconds = nanoseconds / nanoseconds_per_second;
    if (key == "hour") return number(seconds / 3'600);
    if (key == "minute") return number(seconds / 60 % 60);
    if (key == "second") return number(seconds % 60);
    if (key == "time offset") {
      if (zone.kind == Zone::Kind::none) return Value();
      return Value::days_duration({zone.offset_at_local(days, nanoseconds), 0});
    }
    if (key == "timezone") {
      if (zone.kind != Zone::Kind::named) return Value();
      return Value::string(zone.text().substr(1));
    }
    return std::nullopt;
  };
  switch (of.kind()) {
    case Kind::date:
      return of_date(of.date().days);
    case Kind::date_time: {
      DateTime v = of.date_time();
      if (auto out = of_date(v.days)) return out;
      return of_time(v.days, v.nanoseconds, v.zone);
    }
    case Kind::time:
      return of_time(0, of.time().nanoseconds, of.time().zone);
    case Kind::days_duration: {
      __int128 total = of.days_duration().total() / nanoseconds_per_second;  // toward zero, sign kept in each part
      auto seconds = static_cast<std::int64_t>(total);
      if (key == "days") return number(seconds / 86'400);
      if (key == "hours") return number(seconds / 3'600 % 24);
      if (key == "minutes") return number(seconds / 60 % 60);
      if (key == "seconds") return number(seconds % 60);
      return std::nullopt;
    }
    case Kind::months_duration:
      if (key == "years") return number(of.months_duration().months / 12);
      if (key == "months") return number(of.months_duration().months % 12);
      return std::nullopt;
    case Kind::range: {
      const Range& range = of.range();
      if (key == "start") return range.low;
      if (key == "end") return range.high;
      const bool point = range.form == Range::Form::equal;  // (=10) holds its one end
      if (key == "start included") return Value::boolean(point || range.low_closed);
      if (key == "end included") return Value::boolean(point || range.high_closed);
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

Value Machine::State::member(const Value& of, const Value& key, std::uint32_t at, bool quietly) {
  if (auto found = property(of, key.string())) return *found;
  if (quietly) return {};
  return null(Code::no_such_member, at, std::string(name_of(of.kind())) + " has no such member", {of},
              std::string(key.string()));
}

}  // namespace yakuba::feel
