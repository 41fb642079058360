// Relations between points and ranges (DMN 1.5 §10.3.4.9, after Allen and HL7 CQL), and range().
#include "feel/ast.hpp"
#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

// A point or a range with both ends; an open end at null reaches without bound.
struct Side {
  const Value* low;
  const Value* high;
  bool low_closed, high_closed;
  bool point;
};

Side side_of(const Value& value) {
  if (value.kind() != Kind::range) return {&value, &value, true, true, true};
  const Range& r = value.range();
  bool equal = r.form == Range::Form::equal;
  return {&r.low, &r.high, equal || r.low_closed, equal || r.high_closed, false};
}

// Order of two end points as the relations need them; the unbounded ends sort outermost.
struct Order {
  std::optional<int> value;
  bool less() const { return value && *value < 0; }
  bool greater() const { return value && *value > 0; }
  bool same() const { return value && *value == 0; }
};
enum class End { low, high };
Order order(const Value& a, End a_end, const Value& b, End b_end) {
  if (a.is_null() || b.is_null()) {
    int x = a.is_null() ? (a_end == End::low ? -1 : 1) : 0, y = b.is_null() ? (b_end == End::low ? -1 : 1) : 0;
    return {x < y ? -1 : x > y ? 1 : 0};
  }
  return {feel_compare(a, b)};
}

// A relation over two sides, or a fault when their ends have no order.
Value relate(Call& c, bool (*relation)(const Side&, const Side&)) {
  Side a = side_of(c[0]), b = side_of(c[1]);
  for (const Value* x : {a.low, a.high})
    for (const Value* y : {b.low, b.high})
      if (!x->is_null() && !y->is_null() && !feel_compare(*x, *y))
        return c.fault(Code::not_comparable, "the two have no order", {c[0], c[1]});
  if ((a.point && a.low->is_null()) || (b.point && b.low->is_null()))
    return c.fault(Code::argument_type, "a point is null", {c[0], c[1]});
  return Value::boolean(relation(a, b));
}

// a ends before b begins.
bool is_before(const Side& a, const Side& b) {
  Order o = order(*a.high, End::high, *b.low, End::low);
  return o.less() || (o.same() && !(a.high_closed && b.low_closed));
}
bool is_after(const Side& a, const Side& b) {
  return is_before(b, a);
}
bool does_meet(const Side& a, const Side& b) {
  return a.high_closed && b.low_closed && order(*a.high, End::high, *b.low, End::low).same();
}
bool is_met_by(const Side& a, const Side& b) {
  return does_meet(b, a);
}
bool does_overlap(const Side& a, const Side& b) {
  return !is_before(a, b) && !is_before(b, a);
}

Order lows(const Side& a, const Side& b) {
  return order(*a.low, End::low, *b.low, End::low);
}
Order highs(const Side& a, const Side& b) {
  return order(*a.high, End::high, *b.high, End::high);
}
bool begins_earlier(const Side& a, const Side& b) {
  return lows(a, b).less() || (lows(a, b).same() && a.low_closed && !b.low_closed);
}
bool ends_earlier(const Side& a, const Side& b) {
  return highs(a, b).less() || (highs(a, b).same() && !a.high_closed && b.high_closed);
}
bool begin_together(const Side& a, const Side& b) {
  return lows(a, b).same() && a.low_closed == b.low_closed;
}
bool end_together(const Side& a, const Side& b) {
  return highs(a, b).same() && a.high_closed == b.high_closed;
}

bool overlaps_in_front(const Side& a, const Side& b) {
  return begins_earlier(a, b) && !is_before(a, b) && (ends_earlier(a, b) || end_together(a, b));
}
bool overlaps_behind(const Side& a, const Side& b) {
  return overlaps_in_front(b, a);
}
bool holds(const Side& a, const Side& b) {
  return !begins_earlier(b, a) && !ends_earlier(a, b);
}
bool does_finish(const Side& a, const Side& b) {
  if (a.point) return b.high_closed && highs(a, b).same();
  return end_together(a, b) && !begins_earlier(a, b);
}
bool does_start(const Side& a, const Side& b) {
  if (a.point) return b.low_closed && lows(a, b).same();
  return begin_together(a, b) && !ends_earlier(b, a);
}
bool is_included(const Side& a, const Side& b) {
  return holds(b, a);
}
bool is_finished(const Side& a, const Side& b) {
  return does_finish(b, a);
}
bool is_started(const Side& a, const Side& b) {
  return does_start(b, a);
}
bool do_coincide(const Side& a, const Side& b) {
  return begin_together(a, b) && end_together(a, b);
}

Value before(Call& c) {
  return relate(c, is_before);
}
Value after(Call& c) {
  return relate(c, is_after);
}
Value meets(Call& c) {
  return relate(c, does_meet);
}
Value met_by(Call& c) {
  return relate(c, is_met_by);
}
Value overlaps(Call& c) {
  return relate(c, does_overlap);
}
Value overlaps_before(Call& c) {
  return relate(c, overlaps_in_front);
}
Value overlaps_after(Call& c) {
  return relate(c, overlaps_behind);
}
Value finishes(Call& c) {
  return relate(c, does_finish);
}
Value finished_by(Call& c) {
  return relate(c, is_finished);
}
Value includes(Call& c) {
  return relate(c, holds);
}
Value during(Call& c) {
  return relate(c, is_included);
}
Value starts(Call& c) {
  return relate(c, does_start);
}
Value started_by(Call& c) {
  return relate(c, is_started);
}
Value coincides(Call& c) {
  return relate(c, do_coincide);
}

// An end of range("…") must be a literal: a number, string, @ literal, or date(), time() … of a string literal.
std::optional<Value> literal_of(const Ast& ast) {
  auto scalar = [](const Value& v) {
    return v.kind() != Kind::null && v.kind() != Kind::boolean && v.kind() != Kind::list && v.kind() != Kind::context &&
           v.kind() != Kind::function && v.kind() != Kind::range;
  };
  if (ast.kind == AstKind::constant) {
    if (scalar(ast.value)) return ast.value;
    return std::nullopt;
  }
  if (ast.kind != AstKind::builtin_call || ast.children.size() != 1 || ast.children[0]->kind != AstKind::constant ||
      ast.children[0]->value.kind() != Kind::string)
    return std::nullopt;
  std::string_view text = ast.children[0]->value.string();
  if (ast.name == "date") {
    if (auto v = parse_date(text)) return Value::date(*v);
  } else if (ast.name == "time") {
    if (auto v = parse_time(text)) return Value::time(*v);
  } else if (ast.name == "date and time") {
    if (auto v = parse_date_time(text)) return Value::date_time(*v);
  } else if (ast.name == "duration") {
    if (auto v = parse_months_duration(text)) return Value::months_duration(*v);
    if (auto v = parse_days_duration(text)) return Value::days_duration(*v);
  }
  return std::nullopt;
}

Value range_code(Call& c) {
  auto invalid = [&] { return c.fault(Code::invalid_text, "this text is no range with literal ends", {c[0]}); };
  if (c[0].string().size() > 4'096 || !c.machine.work(c[0].string().size())) return invalid();
  Scope nothing;
  nothing.lenient = true;
  Parsed parsed = parse(c[0].string(), nothing, {}, Goal::expression);
  if (!parsed.root || parsed.root->kind != AstKind::range) return invalid();
  auto low = literal_of(*parsed.root->children[0]), high = literal_of(*parsed.root->children[1]);
  if (!low || !high) return invalid();
  auto order_of_ends = feel_compare(*low, *high);
  if (!order_of_ends || *order_of_ends > 0) return invalid();
  return Value::range({*low, *high, parsed.root->flag, parsed.root->flag_2, Range::Form::interval});
}

constexpr std::string_view two_points_or_ranges =
    "point1:nsdtDum, point2:nsdtDum | point:nsdtDum, range:r | range:r, point:nsdtDum | range1:r, range2:r";

constexpr BuiltinRow rows[] = {
    {"before", two_points_or_ranges, "boolean", before},
    {"after", two_points_or_ranges, "boolean", after},
    {"meets", "range1:r, range2:r", "boolean", meets},
    {"met by", "range1:r, range2:r", "boolean", met_by},
    {"overlaps", "range1:r, range2:r", "boolean", overlaps},
    {"overlaps before", "range1:r, range2:r", "boolean", overlaps_before},
    {"overlaps after", "range1:r, range2:r", "boolean", overlaps_after},
    {"finishes", "point:nsdtDum, range:r | range1:r, range2:r", "boolean", finishes},
    {"finished by", "range:r, point:nsdtDum | range1:r, range2:r", "boolean", finished_by},
    {"includes", "range:r, point:nsdtDum | range1:r, range2:r", "boolean", includes},
    {"during", "point:nsdtDum, range:r | range1:r, range2:r", "boolean", during},
    {"starts", "point:nsdtDum, range:r | range1:r, range2:r", "boolean", starts},
    {"started by", "range:r, point:nsdtDum | range1:r, range2:r", "boolean", started_by},
    {"coincides", "point1:nsdtDum, point2:nsdtDum | range1:r, range2:r", "boolean", coincides},
    {"range", "from:s", "range", range_code},
};

}  // namespace

std::span<const BuiltinRow> range_builtins() {
  return rows;
}

}  // namespace yakuba::feel
