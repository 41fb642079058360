// The machine's inside: what evaluation and the builtins share. Internal to feel.
#pragma once

#include <concepts>
#include <memory>
#include <vector>

#include "feel/body.hpp"
#include "feel/regex.hpp"

namespace yakuba::feel {

// Locals and arguments: chunks that never move, so a frame can be held by pointer.
class ValueStack {
 public:
  Value* take(std::size_t count) {
    while (true) {
      if (chunk_ == chunks_.size())
        chunks_.push_back({std::make_unique<Value[]>(std::max(count, chunk_values)), std::max(count, chunk_values)});
      Chunk& chunk = chunks_[chunk_];
      if (used_ + count <= chunk.size) break;
      marks_.push_back({chunk_, used_});
      ++chunk_;
      used_ = 0;
    }
    Value* out = chunks_[chunk_].values.get() + used_;
    used_ += count;
    return out;
  }
  void give_back(Value* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) values[i] = Value();
    used_ -= count;
    while (used_ == 0 && !marks_.empty() && chunk_ > marks_.back().chunk) {
      chunk_ = marks_.back().chunk;
      used_ = marks_.back().used;
      marks_.pop_back();
    }
  }

 private:
  static constexpr std::size_t chunk_values = 256;
  struct Chunk {
    std::unique_ptr<Value[]> values;
    std::size_t size;
  };
  struct Mark {
    std::size_t chunk, used;
  };
  std::vector<Chunk> chunks_;
  std::vector<Mark> marks_;
  std::size_t chunk_ = 0, used_ = 0;
};

// Arguments or locals for the time of one call.
class Taken {
 public:
  Taken(ValueStack& stack, std::size_t count) : stack_(stack), count_(count), values_(stack.take(count)) {}
  ~Taken() { stack_.give_back(values_, count_); }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  Value& operator[](std::size_t i) { return values_[i]; }
  Value* data() { return values_; }
  std::span<Value> all() { return {values_, count_}; }

 private:
  ValueStack& stack_;
  std::size_t count_;
  Value* values_;
};

// A number that is held inline: coefficient × 10^exponent.
struct InlineNumber {
  std::int64_t coefficient = 0;
  std::int32_t exponent = 0;
};

struct Activation {
  const Program::Body* body = nullptr;
  std::span<const Value> slots;
  Value* locals = nullptr;
  const Value* self = nullptr;
};

struct Machine::State {
  State(Machine& m, const Limits& l) : machine(m), limits(l), regexes(l.regex_match_steps_max) {}

  Machine& machine;
  Limits limits;
  std::uint64_t steps = 0;
  std::uint32_t depth = 0;
  bool exhausted = false;
  std::uint32_t quiet = 0;  // inside a filter a missing member or null operand is no fault
  std::vector<Diagnostic> diagnostics;
  std::size_t dropped = 0;
  Recorder* recorder = nullptr;
  ReadSet* reads = nullptr;
  std::optional<DateTime> now;
  ValueStack stack;
  Activation act;
  RegexCache regexes;

  // --- machine.cpp
  Value evaluate(const Program& program, std::span<const Value> slots);
  Value eval(std::uint32_t n);
  Value eval_traced(std::uint32_t n);
  Value dispatch(std::uint32_t n);
  // Without copying where the value lies in a slot, local or constant.
  const Value& ref(std::uint32_t n, Value& scratch);
  const Node& node(std::uint32_t n) const { return act.body->nodes[n]; }
  std::uint32_t operand(std::uint32_t i) const { return act.body->operands[i]; }
  const Value& load_slot(std::uint32_t slot);
  Value eval_member_or(const Node& n);
  Value eval_negate(std::uint32_t n);
  Value eval_arithmetic(std::uint32_t n);
  Value eval_comparison(std::uint32_t n);
  Value eval_junction(std::uint32_t n, bool conjunction);
  Value eval_condition(std::uint32_t n);
  Value eval_between(std::uint32_t n);
  Value eval_in(std::uint32_t n);
  Value eval_unary_tests(std::uint32_t n);
  Value eval_test(const Value& input, std::uint32_t test, bool of_cell);
  Value test_value(const Value& input, const Value& value, std::uint32_t at, bool in_list);
  Value eval_range(std::uint32_t n);
  Value eval_range_of(std::uint32_t n);
  Value eval_list(const Node& n, std::uint32_t at);
  Value eval_context(std::uint32_t n);
  Value eval_path(std::uint32_t n);
  Value member(const Value& of, const Value& key, std::uint32_t at, bool quietly);
  // --- loops.cpp
  Value eval_filter(std::uint32_t n);
  Value eval_for(std::uint32_t n);
  Value eval_quantified(std::uint32_t n);
  struct Loop;
  bool iterate(Loop& loop, std::uint32_t iterator);
  bool iterate_pair(Loop& loop, std::uint32_t iterator, const Value& low, const Value& high, bool low_in, bool high_in);
  // --- lane.cpp: the short way
  bool lane_open() const { return recorder == nullptr && reads == nullptr; }
  // The member that a path names, looked for first where it was the last time.
  const Value* find_at(const Value& in, const Node& path);
  bool lane_number(const Node& n, InlineNumber& out);  // false: not for the short way
  std::optional<bool> lane_truth(const Node& n);       // nothing: likewise
  std::optional<Value> lane_aggregate(const Node& n);
  // --- calls.cpp
  Value eval_function(std::uint32_t n);
  Value eval_call(std::uint32_t n);
  Value eval_builtin(std::uint32_t n);
  Value call(const Value& function, std::span<Value> arguments, std::uint32_t at);
  Value call_builtin(const Builtin& builtin, std::span<Value> arguments, std::uint32_t at, std::size_t only_form = 0);
  Value run_closure(const Value& function, std::span<Value> arguments);

  // --- faults and bounds
  Value null(Code code, std::uint32_t at, std::string detail, std::vector<Value> operands = {},
             std::string subject = {});
  void report(Code code, std::uint32_t at, std::string detail, std::vector<Value> operands, std::string subject);
  Value exhaust(Code code, std::string detail);
  // Counts work done outside eval: items copied, compared. False when the budget is gone.
  bool work(std::uint64_t count) {
    steps += count;
    if (steps <= limits.steps_max) return !exhausted;
    exhaust(Code::limit_steps, "the budget of steps is used up");
    return false;
  }
  bool length_allowed(std::size_t length);
  Value bounded(Value made);
  // Equality, order and look-up that count what they cost.
  std::optional<bool> equal(const Value& a, const Value& b);
  std::optional<int> order(const Value& a, const Value& b);
  const Value* find(const Value& in, const Value& key);
  Value make_list(std::vector<Value> items);
  Value make_context(std::vector<Entry> entries);
  Value make_string(std::string_view text);
};

// Arithmetic on two values: numbers, strings, dates and durations by the standard's tables. Gives nothing for kinds
// without this operator; `fault` tells of a result outside its domain.
struct Arithmetic {
  Value value;
  std::optional<Code> fault;
};
Arithmetic arithmetic(Op op, const Value& a, const Value& b);

// What a builtin gets: its arguments, coerced to the kinds of the chosen form; absent optional ones are null.
struct Call {
  Machine::State& machine;
  const Builtin& builtin;
  std::span<Value> given;   // as many as were given
  std::size_t form = 0;     // index of the signature
  std::uint32_t at = none;  // node, for positions

  std::size_t count() const { return given.size(); }
  const Value& operator[](std::size_t i) const {
    static const Value absent{};
    return i < given.size() ? given[i] : absent;
  }
  bool has(std::size_t i) const { return i < given.size() && !given[i].is_null(); }
  Value fault(Code code, std::string detail, std::vector<Value> operands = {}) const {
    return machine.null(code, at, std::move(detail), std::move(operands), builtin.name);
  }
  // The items of a list function: of the one list, or all arguments.
  std::span<const Value> items() const {
    if (given.size() == 1 && given[0].kind() == Kind::list) return given[0].items();
    return given;
  }
  std::optional<std::int64_t> integer(std::size_t i) const { return (*this)[i].integer(); }
};

}  // namespace yakuba::feel
