// Arithmetic over every kind (DMN 1.5 §10.3.2.3, tables 52–57).
#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

Arithmetic fault(Code code) {
  return {{}, code};
}
Arithmetic mismatch() {
  return fault(Code::type_mismatch);
}
Arithmetic number_or_fault(const std::optional<Decimal>& value) {
  return value ? Arithmetic{Value::number(*value), {}} : fault(Code::out_of_range);
}

Arithmetic numbers(Op op, const Decimal& a, const Decimal& b) {
  switch (op) {
    case Op::add:
      return number_or_fault(add(a, b));
    case Op::subtract:
      return number_or_fault(subtract(a, b));
    case Op::multiply:
      return number_or_fault(multiply(a, b));
    case Op::divide:
      return b.is_zero() ? fault(Code::division_by_zero) : number_or_fault(divide(a, b));
    case Op::power:
      return number_or_fault(power(a, b));
    default:
      return mismatch();
  }
}

Arithmetic duration_of(__int128 nanoseconds) {
  auto out = DaysDuration::of_nanoseconds(nanoseconds);
  return out ? Arithmetic{Value::days_duration(*out), {}} : fault(Code::out_of_range);
}

std::int64_t months_max = 12 * year_max * 2;
Arithmetic months_of(__int128 months) {
  if (months > months_max * 100 || months < -months_max * 100) return fault(Code::out_of_range);
  return {Value::months_duration({static_cast<std::int64_t>(months)}), {}};
}

bool day_in_range(std::int64_t days) {
  static const std::int64_t first = days_from_civil(-year_max, 1, 1), last = days_from_civil(year_max, 12, 31);
  return days >= first && days <= last;
}

// A point in civil time moved by nanoseconds; the zone stays.
Arithmetic moved(const DateTime& from, __int128 nanoseconds) {
  __int128 local = static_cast<__int128>(from.days) * nanoseconds_per_day + from.nanoseconds + nanoseconds;
  __int128 days = local / nanoseconds_per_day, rest = local % nanoseconds_per_day;
  if (rest < 0) {
    rest += nanoseconds_per_day;
    --days;
  }
  if (days > INT64_MAX / 2 || days < INT64_MIN / 2 || !day_in_range(static_cast<std::int64_t>(days)))
    return fault(Code::out_of_range);
  return {Value::date_time({static_cast<std::int64_t>(days), static_cast<std::int64_t>(rest), from.zone}), {}};
}

Arithmetic plus_days_duration(const Value& a, __int128 nanoseconds) {
  switch (a.kind()) {
    case Kind::date: {  // the day that the moved midnight falls on
      Arithmetic out = moved({a.date().days, 0, {}}, nanoseconds);
      if (!out.fault) out.value = Value::date(Date{out.value.date_time().days});
      return out;
    }
    case Kind::date_time:
      return moved(a.date_time(), nanoseconds);
    case Kind::time: {
      Time time = a.time();
      __int128 rest = (static_cast<__int128>(time.nanoseconds) + nanoseconds) % nanoseconds_per_day;
      if (rest < 0) rest += nanoseconds_per_day;
      return {Value::time({static_cast<std::int64_t>(rest), time.zone}), {}};
    }
    default:
      return mismatch();
  }
}

Arithmetic plus_months_duration(const Value& a, std::int64_t months) {
  if (a.kind() == Kind::date) {
    auto out = plus_months(a.date(), months);
    return out ? Arithmetic{Value::date(*out), {}} : fault(Code::out_of_range);
  }
  if (a.kind() != Kind::date_time) return mismatch();
  DateTime value = a.date_time();
  auto day = plus_months(Date{value.days}, months);
  if (!day) return fault(Code::out_of_range);
  value.days = day->days;
  return {Value::date_time(value), {}};
}

Arithmetic difference(const Value& a, const Value& b) {
  if (a.kind() == Kind::time && b.kind() == Kind::time) {
    Time x = a.time(), y = b.time();
    if ((x.zone.kind == Zone::Kind::none) != (y.zone.kind == Zone::Kind::none)) return mismatch();
    auto utc = [](const Time& t) {
      return static_cast<__int128>(t.nanoseconds) -
             static_cast<__int128>(t.zone.offset_at_local(0, t.nanoseconds)) * nanoseconds_per_second;
    };
    return duration_of(utc(x) - utc(y));
  }
  auto date_time = [](const Value& v, const Value& other) {
    if (v.kind() == Kind::date_time) return v.date_time();
    // A date beside a date and time is midnight UTC; two dates are local midnights.
    return DateTime{v.date().days, 0, other.kind() == Kind::date_time ? Zone::offset(0) : Zone::none()};
  };
  DateTime x = date_time(a, b), y = date_time(b, a);
  if ((x.zone.kind == Zone::Kind::none) != (y.zone.kind == Zone::Kind::none)) return mismatch();
  return duration_of(x.instant() - y.instant());
}

// duration × number and duration ÷ number, rounded toward zero to a nanosecond or a month.
Arithmetic scaled(Op op, const Value& duration, const Decimal& by) {
  bool days = duration.kind() == Kind::days_duration;
  __int128 amount = days ? duration.days_duration().total() : duration.months_duration().months;
  Decimal base{static_cast<unsigned __int128>(amount < 0 ? -amount : amount), 0, amount < 0};
  if (op == Op::divide && by.is_zero()) return fault(Code::division_by_zero);
  auto exact = op == Op::multiply ? multiply(base, by) : divide(base, by);
  if (!exact) return fault(Code::out_of_range);
  auto whole = round(*exact, 0, Rounding::down);
  if (!whole || (!whole->is_zero() && whole->exponent > 10)) return fault(Code::out_of_range);
  unsigned __int128 magnitude = whole->coefficient;
  for (std::int32_t e = whole->exponent; e > 0; --e) {
    if (magnitude > static_cast<unsigned __int128>(1) << 100) return fault(Code::out_of_range);
    magnitude *= 10;
  }
  __int128 signed_amount = whole->negative ? -static_cast<__int128>(magnitude) : static_cast<__int128>(magnitude);
  return days ? duration_of(signed_amount) : months_of(signed_amount);
}

bool is_point(Kind kind) {
  return kind == Kind::date || kind == Kind::date_time || kind == Kind::time;
}
bool is_duration(Kind kind) {
  return kind == Kind::days_duration || kind == Kind::months_duration;
}

Arithmetic plus_duration(const Value& point, const Value& duration, int sign) {
  if (duration.kind() == Kind::days_duration) return plus_days_duration(point, sign * duration.days_duration().total());
  return plus_months_duration(point, sign * duration.months_duration().months);
}

Arithmetic sum(Op op, const Value& a, const Value& b) {
  int sign = op == Op::add ? 1 : -1;
  if (is_point(a.kind()) && is_duration(b.kind())) return plus_duration(a, b, sign);
  if (op == Op::add && is_duration(a.kind()) && is_point(b.kind())) return plus_duration(b, a, 1);
  if (a.kind() == b.kind() && a.kind() == Kind::days_duration)
    return duration_of(a.days_duration().total() + sign * b.days_duration().total());
  if (a.kind() == b.kind() && a.kind() == Kind::months_duration)
    return months_of(static_cast<__int128>(a.months_duration().months) + sign * b.months_duration().months);
  bool both_times = a.kind() == Kind::time && b.kind() == Kind::time;
  bool both_days = (a.kind() == Kind::date || a.kind() == Kind::date_time) &&
                   (b.kind() == Kind::date || b.kind() == Kind::date_time);
  if (op == Op::subtract && (both_times || both_days)) return difference(a, b);
  return mismatch();
}

Arithmetic ratio(const Value& a, const Value& b) {
  auto decimal = [](const Value& v) {
    __int128 amount = v.kind() == Kind::days_duration ? v.days_duration().total() : v.months_duration().months;
    return Decimal{static_cast<unsigned __int128>(amount < 0 ? -amount : amount), 0, amount < 0};
  };
  Decimal by = decimal(b);
  return by.is_zero() ? fault(Code::division_by_zero) : number_or_fault(divide(decimal(a), by));
}

}  // namespace

Arithmetic arithmetic(Op op, const Value& a, const Value& b) {
  if (a.kind() == Kind::number && b.kind() == Kind::number) return numbers(op, a.number(), b.number());
  if (op == Op::add || op == Op::subtract) return sum(op, a, b);
  if ((op == Op::multiply || op == Op::divide) && is_duration(a.kind()) && b.kind() == Kind::number)
    return scaled(op, a, b.number());
  if (op == Op::multiply && a.kind() == Kind::number && is_duration(b.kind())) return scaled(op, b, a.number());
  if (op == Op::divide && is_duration(a.kind()) && a.kind() == b.kind()) return ratio(a, b);
  return mismatch();
}

}  // namespace yakuba::feel
