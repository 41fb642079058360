// Diagnostics as text, and the recorder of a trace.
//
// Kinds of trace nodes: constant, name, local, member, arithmetic, comparison, and, or, if, between, in, test, range,
// list, context, filter, for, quantified, instance of, function, call, builtin, tests, negation, unknown.
#include "feel/body.hpp"

namespace yakuba::feel {

std::string_view trace_kind(const Node& node) {
  switch (node.op) {
    case Op::constant:
      return "constant";
    case Op::slot:
      return "name";
    case Op::local:
    case Op::self:
      return "local";
    case Op::builtin_value:
    case Op::function:
      return "function";
    case Op::unknown:
      return "unknown";
    case Op::member_or:
    case Op::path:
      return "member";
    case Op::negate:
      return "negation";
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::power:
      return "arithmetic";
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return "comparison";
    case Op::conjunction:
      return "and";
    case Op::disjunction:
      return "or";
    case Op::condition:
      return "if";
    case Op::between:
      return "between";
    case Op::in:
      return "in";
    case Op::test:
    case Op::any_test:
      return "test";
    case Op::range:
    case Op::range_of:
      return "range";
    case Op::list:
      return "list";
    case Op::context:
      return "context";
    case Op::filter:
      return "filter";
    case Op::for_loop:
      return "for";
    case Op::quantified:
      return "quantified";
    case Op::instance_of:
      return "instance of";
    case Op::call:
      return "call";
    case Op::builtin_call:
    case Op::bad_call:
      return "builtin";
    case Op::unary_tests:
      return "tests";
  }
  return "";
}

std::string_view name_of(Code code) {
  switch (code) {
    case Code::syntax:
      return "syntax";
    case Code::unknown_name:
      return "unknown_name";
    case Code::unknown_function:
      return "unknown_function";
    case Code::unknown_parameter:
      return "unknown_parameter";
    case Code::unknown_type:
      return "unknown_type";
    case Code::argument_count:
      return "argument_count";
    case Code::argument_type:
      return "argument_type";
    case Code::type_mismatch:
      return "type_mismatch";
    case Code::not_a_function:
      return "not_a_function";
    case Code::no_such_member:
      return "no_such_member";
    case Code::duplicate_key:
      return "duplicate_key";
    case Code::division_by_zero:
      return "division_by_zero";
    case Code::out_of_range:
      return "out_of_range";
    case Code::invalid_text:
      return "invalid_text";
    case Code::invalid_regex:
      return "invalid_regex";
    case Code::not_comparable:
      return "not_comparable";
    case Code::coercion:
      return "coercion";
    case Code::no_clock:
      return "no_clock";
    case Code::native:
      return "native";
    case Code::limit_steps:
      return "limit_steps";
    case Code::limit_depth:
      return "limit_depth";
    case Code::limit_length:
      return "limit_length";
    case Code::limit_time_regex:
      return "limit_time_regex";
    case Code::limit_text:
      return "limit_text";
  }
  return "";
}

std::string describe(const Diagnostic& d) {
  std::string out = d.source.empty() ? "" : d.source + ":";
  out += std::to_string(d.position.line) + ":" + std::to_string(d.position.column) + ": ";
  out += name_of(d.code);
  if (!d.subject.empty()) out += " `" + d.subject + "`";
  if (!d.detail.empty()) out += ": " + d.detail;
  return out;
}

void Recorder::enter(std::string_view kind, std::string_view subject, std::uint32_t offset, std::uint32_t length) {
  if (skipped_ != 0 || nodes_ >= nodes_max_) {  // beyond the limit only the depth is counted
    ++skipped_;
    truncated_ = true;
    return;
  }
  ++nodes_;
  open_.push_back({kind, std::string(subject), offset, length, {}, {}});
}

void Recorder::leave(const Value& value) {
  if (skipped_ != 0) {
    --skipped_;
    return;
  }
  if (open_.empty()) return;
  TraceNode done = std::move(open_.back());
  open_.pop_back();
  done.value = value;
  (open_.empty() ? roots_ : open_.back().children).push_back(std::move(done));
}

}  // namespace yakuba::feel
