// Numeric functions (DMN 1.5 §10.3.4.4–5), conversion of numbers, and boolean not.
#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

Value result(Call& c, const std::optional<Decimal>& value) {
  return value ? Value::number(*value) : c.fault(Code::out_of_range, "the result is outside the numbers", {c[0]});
}

Value rounded(Call& c, Rounding rounding, bool scale_required) {
  std::int64_t scale = 0;
  if (c.has(1)) {
    auto whole = round(c[1].number(), 0, Rounding::down);
    auto integer = whole ? whole->integer() : std::nullopt;
    if (!integer) return c.fault(Code::out_of_range, "the scale is not a small integer", {c[1]});
    scale = *integer;
  } else if (scale_required || c.count() > 1) {
    return c.fault(Code::argument_type, "the scale is null");
  }
  auto out = round(c[0].number(), scale, rounding);
  return out ? Value::number(*out)
             : c.fault(Code::out_of_range, "the scale or the result is out of range", {c[0], c[1]});
}

Value decimal_code(Call& c) {
  return rounded(c, Rounding::half_even, true);
}
Value floor_code(Call& c) {
  return rounded(c, Rounding::floor, false);
}
Value ceiling_code(Call& c) {
  return rounded(c, Rounding::ceiling, false);
}
Value round_up(Call& c) {
  return rounded(c, Rounding::up, false);
}
Value round_down(Call& c) {
  return rounded(c, Rounding::down, false);
}
Value round_half_up(Call& c) {
  return rounded(c, Rounding::half_up, false);
}
Value round_half_down(Call& c) {
  return rounded(c, Rounding::half_down, false);
}

Value abs_code(Call& c) {
  switch (c[0].kind()) {
    case Kind::number: {
      Decimal value = c[0].number();
      value.negative = false;
      return Value::number(value);
    }
    case Kind::months_duration: {
      std::int64_t months = c[0].months_duration().months;
      return Value::months_duration({months < 0 ? -months : months});
    }
    default: {
      __int128 total = c[0].days_duration().total();
      return Value::days_duration(*DaysDuration::of_nanoseconds(total < 0 ? -total : total));
    }
  }
}

Value modulo_code(Call& c) {
  if (c[1].number().is_zero()) return c.fault(Code::division_by_zero, "the divisor is zero", {c[0], c[1]});
  if (c[0].is_small_number() && c[1].is_small_number() && c[0].small_exponent() == 0 && c[1].small_exponent() == 0) {
    std::int64_t a = c[0].small_coefficient(), b = c[1].small_coefficient(), rest = a % b;
    return Value::number(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
  }
  return result(c, modulo(c[0].number(), c[1].number()));
}
Value sqrt_code(Call& c) {
  return result(c, square_root(c[0].number()));
}
Value log_code(Call& c) {
  return result(c, natural_logarithm(c[0].number()));
}
Value exp_code(Call& c) {
  return result(c, exponential(c[0].number()));
}

// Whether the integer is odd; nothing for a number with a fraction.
std::optional<bool> is_odd(const Decimal& value) {
  if (!value.is_integer()) return std::nullopt;
  Decimal reduced = value.reduced();
  return reduced.exponent == 0 && reduced.coefficient % 2 != 0;
}
Value odd_code(Call& c) {
  auto odd = is_odd(c[0].number());
  return Value::boolean(odd.value_or(false));
}
Value even_code(Call& c) {
  auto odd = is_odd(c[0].number());
  return Value::boolean(odd && !*odd);
}

Value not_code(Call& c) {
  if (c[0].kind() == Kind::boolean) return Value::boolean(!c[0].truth());
  if (c[0].is_null()) return {};
  return c.fault(Code::argument_type, "not() takes a boolean", {c[0]});
}

// number(from), number(from, grouping separator, decimal separator).
Value number_code(Call& c) {
  if (c.form == 0) {
    if (c[0].kind() == Kind::number) return c[0];
    auto value = Decimal::parse(c[0].string());
    return value ? Value::number(*value) : c.fault(Code::invalid_text, "this text is no number", {c[0]});
  }
  std::string_view grouping = c[1].string(), point = c.has(2) ? c[2].string() : ".";
  bool grouping_known = c[1].is_null() || grouping == " " || grouping == "," || grouping == ".";
  if (!grouping_known)
    return c.fault(Code::argument_type, "the grouping separator must be a space, comma or point", {c[1]});
  if (point != "." && point != ",")
    return c.fault(Code::argument_type, "the decimal separator must be a point or comma", {c[2]});
  if (c.has(1) && grouping == point)
    return c.fault(Code::argument_type, "the two separators are the same", {c[1], c[2]});
  std::string text;
  for (char ch : c[0].string()) {
    if (c.has(1) && ch == grouping[0]) continue;
    if (ch == '.' && point != ".") return c.fault(Code::invalid_text, "this text is no number", {c[0]});
    text += ch == point[0] ? '.' : ch;
  }
  auto value = Decimal::parse(text);
  return value ? Value::number(*value) : c.fault(Code::invalid_text, "this text is no number", {c[0]});
}

constexpr BuiltinRow rows[] = {
    {"decimal", "n:n, scale:n", "number", decimal_code},
    {"floor", "n:n, scale:n?", "number", floor_code},
    {"ceiling", "n:n, scale:n?", "number", ceiling_code},
    {"round up", "n:n, scale:n?", "number", round_up},
    {"round down", "n:n, scale:n?", "number", round_down},
    {"round half up", "n:n, scale:n?", "number", round_half_up},
    {"round half down", "n:n, scale:n?", "number", round_half_down},
    {"abs", "n:num", "", abs_code},
    {"modulo", "dividend:n, divisor:n", "number", modulo_code},
    {"sqrt", "number:n", "number", sqrt_code},
    {"log", "number:n", "number", log_code},
    {"exp", "number:n", "number", exp_code},
    {"odd", "number:n", "boolean", odd_code},
    {"even", "number:n", "boolean", even_code},
    {"not", "negand:a", "boolean", not_code},
    {"number", "from:sn | from:s, grouping separator:sz, decimal separator:sz", "number", number_code},
};

}  // namespace

std::span<const BuiltinRow> number_builtins() {
  return rows;
}

}  // namespace yakuba::feel
