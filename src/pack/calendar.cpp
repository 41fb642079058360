#include "pack/calendar.hpp"

#include <algorithm>
#include <cmath>

namespace yakuba::pack {
namespace {

constexpr int first_year = 1948;
constexpr int last_year = 2100;
constexpr int closed_run_max = 400;  // no office is closed for longer; guards against rules that never open

constexpr std::array<std::string_view, 7> weekday_names{"日曜日", "月曜日", "火曜日", "水曜日",
                                                        "木曜日", "金曜日", "土曜日"};

std::optional<Date> nth_weekday(int year, const HolidayRule& rule) {
  const auto first = Date::of(year, rule.month, 1);
  if (!first) return std::nullopt;
  const int to_weekday = (rule.weekday - first->weekday() + 7) % 7;
  const Date day = first->plus_days(to_weekday + 7 * (rule.nth - 1));
  if (day.month() != rule.month) return std::nullopt;
  return day;
}

// 新こよみ便利帳 formula, valid 1980–2099: int(B + drift·(y − 1980)) − int((y − 1980)/4).
std::optional<Date> equinox(int year, const HolidayRule& rule) {
  if (year < 1980 || year > 2099) return std::nullopt;
  const int day = static_cast<int>(std::floor(rule.base + rule.drift * (year - 1980))) - (year - 1980) / 4;
  return Date::of(year, rule.month, day);
}

std::optional<Date> day_in(int year, const HolidayRule& rule) {
  if (year < rule.from_year || year > rule.to_year) return std::nullopt;
  if (std::find(rule.except_years.begin(), rule.except_years.end(), year) != rule.except_years.end())
    return std::nullopt;
  switch (rule.kind) {
    case HolidayRule::Kind::fixed:
      return Date::of(year, rule.month, rule.day);
    case HolidayRule::Kind::nth_weekday:
      return nth_weekday(year, rule);
    case HolidayRule::Kind::equinox:
      return equinox(year, rule);
    case HolidayRule::Kind::once:
      return rule.date && rule.date->year() == year ? rule.date : std::nullopt;
  }
  return std::nullopt;
}

bool holds(const std::vector<Holiday>& days, Date day) {
  return std::any_of(days.begin(), days.end(), [&](const Holiday& h) { return h.date == day; });
}

// 祝日法3条3項: a day that is no holiday between two holidays named by law. 2000–2006 not a Sunday nor a substitute
// day.
void add_citizens_days(const CalendarRules& rules, int year, std::vector<Holiday>& days) {
  if (!rules.citizens_from_year || year < *rules.citizens_from_year) return;
  const std::vector<Holiday> by_law = days;
  for (const Holiday& holiday : by_law) {
    const Date between = holiday.date.plus_days(1);
    if (!holds(by_law, between.plus_days(1)) || holds(by_law, between)) continue;
    if (between.year() != year || between.weekday() == 0) continue;
    days.push_back({between, "国民の休日"});
  }
}

// 祝日法3条2項. Only holidays named by law on a Sunday move; until 2006 to the next day, from 2007 to the first later
// day that is no holiday named by law.
void add_substitute_days(const CalendarRules& rules, int year, std::vector<Holiday>& days) {
  if (!rules.substitute_from_year || year < *rules.substitute_from_year) return;
  const bool skips = rules.substitute_next_from_year && year >= *rules.substitute_next_from_year;
  const std::vector<Holiday> by_law = days;
  for (const Holiday& holiday : by_law) {
    if (holiday.date.weekday() != 0) continue;
    Date day = holiday.date.plus_days(1);
    while (skips && holds(by_law, day)) day = day.plus_days(1);
    if (!holds(by_law, day)) days.push_back({day, "振替休日"});
  }
}

std::vector<Holiday> compute(const CalendarRules& rules, int year) {
  std::vector<Holiday> by_law;
  for (const HolidayRule& rule : rules.holidays)
    if (const auto day = day_in(year, rule)) by_law.push_back({*day, rule.name});
  std::vector<Holiday> substitutes = by_law, all = by_law;
  add_substitute_days(rules, year, substitutes);
  add_citizens_days(rules, year, all);
  for (std::size_t i = by_law.size(); i < substitutes.size(); ++i)
    if (!holds(all, substitutes[i].date)) {
      all.push_back(substitutes[i]);
    } else {  // the day would be both: 振替休日 comes first (2000–2006: May 4 after a Sunday May 3)
      for (Holiday& holiday : all)
        if (holiday.date == substitutes[i].date && holiday.name == "国民の休日") holiday.name = "振替休日";
    }
  std::sort(all.begin(), all.end());
  return all;
}

bool in_yearly_range(Date day, const ClosedRange& range) {
  const int at = day.month() * 100 + day.day();
  const int from = range.from_month * 100 + range.from_day, to = range.to_month * 100 + range.to_day;
  return from <= to ? at >= from && at <= to : at >= from || at <= to;
}

}  // namespace

Calendar::Calendar(CalendarRules rules) : rules_(std::move(rules)), first_year_(first_year) {
  years_.reserve(last_year - first_year + 1);
  for (int year = first_year; year <= last_year; ++year) years_.push_back(compute(rules_, year));
}

std::vector<Holiday> Calendar::holidays(int year) const {
  if (years_.empty() || year < first_year_ || year > last_year) return {};
  return years_[static_cast<std::size_t>(year - first_year_)];
}

std::optional<std::string> Calendar::holiday(Date day) const {
  const int year = day.year();
  if (years_.empty() || year < first_year_ || year > last_year) return std::nullopt;
  for (const Holiday& holiday : years_[static_cast<std::size_t>(year - first_year_)])
    if (holiday.date == day) return holiday.name;
  return std::nullopt;
}

std::optional<std::string> Calendar::closed_reason(Date day) const {
  const int weekday = day.weekday();
  if (auto name = holiday(day)) return name;
  for (const ClosedRange& range : rules_.closed) {
    if (range.from_month > 0 && in_yearly_range(day, range)) return range.name;
    if (range.from && range.to && day >= *range.from && day <= *range.to) return range.name;
  }
  if (std::find(rules_.closed_weekdays.begin(), rules_.closed_weekdays.end(), weekday) != rules_.closed_weekdays.end())
    return std::string(weekday_names[static_cast<std::size_t>(weekday)]);
  return std::nullopt;
}

bool Calendar::is_closed(Date day) const {
  return closed_reason(day).has_value();
}

bool Calendar::is_open_at(Instant instant) const {
  const JapanTime time = in_japan(instant);
  if (is_closed(time.date)) return false;
  const Hours hours = rules_.hours[static_cast<std::size_t>(time.date.weekday())];
  const int minute = time.hour * 60 + time.minute;
  return minute >= hours.open_minute && minute < hours.close_minute;
}

Date Calendar::next_open_day(Date day) const {
  for (int i = 0; i < closed_run_max && is_closed(day); ++i) day = day.plus_days(1);
  return day;
}

Date Calendar::previous_open_day(Date day) const {
  for (int i = 0; i < closed_run_max && is_closed(day); ++i) day = day.plus_days(-1);
  return day;
}

Date Calendar::plus_open_days(Date day, int n) const {
  for (int i = 0; i < n; ++i) day = next_open_day(day.plus_days(1));
  return day;
}

int Calendar::open_days_between(Date after, Date until) const {
  int days = 0;
  for (Date day = after.plus_days(1); day <= until; day = day.plus_days(1)) days += is_closed(day) ? 0 : 1;
  return days;
}

Date Calendar::last_open_day_of_month(Date day) const {
  return previous_open_day(day.month_end());
}

std::int64_t Calendar::open_minutes_between(Instant from, Instant to) const {
  if (to <= from) return 0;
  const Date first = date_in_japan(from), last = date_in_japan(to);
  std::int64_t microseconds = 0;
  for (Date day = first; day <= last; day = day.plus_days(1)) {
    if (is_closed(day)) continue;
    const Hours hours = rules_.hours[static_cast<std::size_t>(day.weekday())];
    const Instant midnight = from_japan({day, 0, 0, 0, 0});
    const Instant open = std::max(from, midnight.plus_seconds(hours.open_minute * 60));
    const Instant close = std::min(to, midnight.plus_seconds(hours.close_minute * 60));
    if (close > open) microseconds += close.microseconds - open.microseconds;
  }
  return microseconds / 60'000'000;
}

Date Calendar::claim_deadline(Date event, int days) const {
  return std::max(last_open_day_of_month(event), next_open_day(event.plus_days(days)));
}

}  // namespace yakuba::pack
