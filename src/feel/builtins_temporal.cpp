// Conversion to dates, times and durations, and temporal functions (DMN 1.5 §10.3.4.1, .7, .8).
#include <algorithm>

#include "feel/machine.hpp"

namespace yakuba::feel {
namespace {

Value invalid(Call& c, std::string detail) {
  return c.fault(Code::invalid_text, std::move(detail), {c[0]});
}

// An integer part of a date or time; nothing for a fraction or a number too large.
std::optional<std::int64_t> part(const Value& value) {
  return value.integer();
}

Value date_code(Call& c) {
  if (c.form == 0) {
    if (c[0].kind() == Kind::date) return c[0];
    if (c[0].kind() == Kind::date_time) return Value::date(Date{c[0].date_time().days});
    auto date = parse_date(c[0].string());
    return date ? Value::date(*date) : invalid(c, "this text is no date");
  }
  auto year = part(c[0]), month = part(c[1]), day = part(c[2]);
  auto date = year && month && day ? date_of(*year, *month, *day) : std::nullopt;
  return date ? Value::date(*date) : c.fault(Code::out_of_range, "there is no such day", {c[0], c[1], c[2]});
}

Value time_code(Call& c) {
  if (c.form == 0) {
    if (c[0].kind() == Kind::time) return c[0];
    if (c[0].kind() == Kind::date) return Value::time({0, Zone::offset(0)});
    if (c[0].kind() == Kind::date_time) return Value::time({c[0].date_time().nanoseconds, c[0].date_time().zone});
    auto time = parse_time(c[0].string());
    return time ? Value::time(*time) : invalid(c, "this text is no time");
  }
  auto hour = part(c[0]), minute = part(c[1]);
  auto nanoseconds = multiply(c[2].number(), Decimal::of(nanoseconds_per_second));
  auto second = nanoseconds ? round(*nanoseconds, 0, Rounding::down) : std::nullopt;
  std::int64_t of_minute = second ? second->integer().value_or(-1) : -1;
  if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || of_minute < 0 ||
      of_minute >= 60 * nanoseconds_per_second)
    return c.fault(Code::out_of_range, "there is no such time", {c[0], c[1], c[2]});
  Zone zone = Zone::none();
  if (c.has(3)) {
    std::int64_t seconds = c[3].days_duration().seconds;
    if (c[3].days_duration().nanoseconds != 0 || seconds > 18 * 3'600 || seconds < -18 * 3'600)
      return c.fault(Code::out_of_range, "the offset is out of range", {c[3]});
    zone = Zone::offset(static_cast<std::int32_t>(seconds));
  }
  return Value::time({(*hour * 3'600 + *minute * 60) * nanoseconds_per_second + of_minute, zone});
}

Value date_and_time(Call& c) {
  if (c.form == 0) {
    if (c[0].kind() == Kind::date_time) return c[0];
    auto value = parse_date_time(c[0].string());
    return value ? Value::date_time(*value) : invalid(c, "this text is no date and time");
  }
  if (c.form == 1) {
    std::int64_t days = c[0].kind() == Kind::date ? c[0].date().days : c[0].date_time().days;
    return Value::date_time({days, c[1].time().nanoseconds, c[1].time().zone});
  }
  // date and time(year, month, day, hour, minute, second[, offset or zone])
  auto year = part(c[0]), month = part(c[1]), day = part(c[2]), hour = part(c[3]), minute = part(c[4]),
       second = part(c[5]);
  auto date = year && month && day ? date_of(*year, *month, *day) : std::nullopt;
  if (!date || !hour || !minute || !second || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 ||
      *second > 59)
    return c.fault(Code::out_of_range, "there is no such date and time", {c[0], c[1], c[2]});
  Zone zone = Zone::none();
  if (c[6].kind() == Kind::number) {
    auto hours = part(c[6]);
    if (!hours || *hours < -18 || *hours > 18) return c.fault(Code::out_of_range, "the offset is out of range", {c[6]});
    zone = Zone::offset(static_cast<std::int32_t>(*hours * 3'600));
  } else if (c[6].kind() == Kind::string) {
    auto named = Zone::named(c[6].string());
    if (!named) return c.fault(Code::invalid_text, "no time zone has this name", {c[6]});
    zone = *named;
  }
  return Value::date_time({date->days, (*hour * 3'600 + *minute * 60 + *second) * nanoseconds_per_second, zone});
}

Value duration_code(Call& c) {
  if (c[0].kind() != Kind::string) return c[0];
  if (auto months = parse_months_duration(c[0].string())) return Value::months_duration(*months);
  if (auto days = parse_days_duration(c[0].string())) return Value::days_duration(*days);
  return invalid(c, "this text is no duration");
}

// Whole months from one day to another, toward zero.
Value years_and_months_duration(Call& c) {
  auto day_of = [](const Value& v) { return v.kind() == Kind::date ? v.date().days : v.date_time().days; };
  std::int64_t from = day_of(c[0]), to = day_of(c[1]);
  bool negative = to < from;
  if (negative) std::swap(from, to);
  CivilDate a = civil_from_days(from), b = civil_from_days(to);
  std::int64_t months = (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day ? 1 : 0);
  return Value::months_duration({negative ? -months : months});
}

Value now_code(Call& c) {
  if (!c.machine.now) return c.fault(Code::no_clock, "the time of this evaluation is not given");
  return Value::date_time(*c.machine.now);
}
Value today_code(Call& c) {
  if (!c.machine.now) return c.fault(Code::no_clock, "the time of this evaluation is not given");
  return Value::date(Date{c.machine.now->days});
}

std::int64_t day_number(const Value& v) {
  return v.kind() == Kind::date ? v.date().days : v.date_time().days;
}

Value day_of_year(Call& c) {
  std::int64_t days = day_number(c[0]);
  return Value::number(days - days_from_civil(civil_from_days(days).year, 1, 1) + 1);
}
Value day_of_week(Call& c) {
  static constexpr std::string_view names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                               "Friday", "Saturday", "Sunday"};
  return Value::string(names[iso_weekday(day_number(c[0])) - 1]);
}
Value month_of_year(Call& c) {
  static constexpr std::string_view names[] = {"January", "February", "March",     "April",   "May",      "June",
                                               "July",    "August",   "September", "October", "November", "December"};
  return Value::string(names[civil_from_days(day_number(c[0])).month - 1]);
}
Value week_of_year(Call& c) {
  return Value::number(iso_week(day_number(c[0])));
}

// is(a, b): the same element of the semantic domain: kinds, zones and fractions of a second count.
Value is_code(Call& c) {
  const Value &a = c[0], &b = c[1];
  if (a.kind() == Kind::time && b.kind() == Kind::time) {
    Time x = a.time(), y = b.time();
    auto offset = [](const Time& t) { return t.zone.offset_at_local(0, t.nanoseconds); };
    bool both = (x.zone.kind == Zone::Kind::none) == (y.zone.kind == Zone::Kind::none);
    bool named = x.zone.kind == Zone::Kind::named || y.zone.kind == Zone::Kind::named;
    return Value::boolean(both && x.nanoseconds == y.nanoseconds &&
                          (named ? x.zone == y.zone : offset(x) == offset(y)));
  }
  return c.machine.work(std::min(a.weight(), b.weight())) ? Value::boolean(a == b) : Value();
}

constexpr BuiltinRow rows[] = {
    {"date", "from:sdD | year:n, month:n, day:n", "date", date_code},
    {"time", "from:sdtD | hour:n, minute:n, second:n, offset:uz?", "time", time_code},
    {"date and time", "from:sD | date:dD, time:t | year:n, month:n, day:n, hour:n, minute:n, second:n, offset:nsz?",
     "date and time", date_and_time},
    {"duration", "from:sum", "", duration_code},
    {"years and months duration", "from:dD, to:dD", "years and months duration", years_and_months_duration},
    {"now", "", "date and time", now_code},
    {"today", "", "date", today_code},
    {"day of year", "date:dD", "number", day_of_year},
    {"day of week", "date:dD", "string", day_of_week},
    {"month of year", "date:dD", "string", month_of_year},
    {"week of year", "date:dD", "number", week_of_year},
    {"is", "value1:a~, value2:a~", "boolean", is_code},
};

}  // namespace

std::span<const BuiltinRow> temporal_builtins() {
  return rows;
}

}  // namespace yakuba::feel
