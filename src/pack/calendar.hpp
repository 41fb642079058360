// When an office is open: national holidays by law, the town's closed days, and hours. Compiled from calendars/*.toml.
//
//   const Calendar& office = pack.calendars.at("nagi");
//   office.is_closed(*Date::parse("2026-09-22"))                         == true   // 国民の休日
//   office.next_open_day(*Date::parse("2026-05-03"))                     == 2026-05-07
//   office.claim_deadline(*Date::parse("2026-04-20"))                    == 2026-05-07   // R21, 自治法4条の2④
//   office.open_minutes_between(submitted, accepted)                     // waiting time as the mayor's page counts it
//
// Sources: 国民の祝日に関する法律 (昭和23年法律第178号) 2条, 3条; 地方自治法 4条の2; the town's 休日条例. Equinox days
// are a formula valid for 1980–2099; outside it, and before 1948-07-20, no holiday is known. Immutable and thread-safe
// once made.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"

namespace yakuba::pack {

struct HolidayRule {
  enum class Kind { fixed, nth_weekday, equinox, once };
  std::string name;  // 成人の日
  Kind kind = Kind::fixed;
  int month = 0, day = 0;      // fixed
  int nth = 0, weekday = 0;    // nth_weekday: 2nd Monday = {2, 1}
  double base = 0, drift = 0;  // equinox: day = int(base + drift·(y−1980)) − int((y−1980)/4)
  std::optional<Date> date;    // once
  int from_year = 0, to_year = 9999;
  std::vector<int> except_years;  // years in which it was moved or left out
  std::string law;
};

struct Holiday {
  Date date;
  std::string name;
  auto operator<=>(const Holiday&) const = default;
};

struct ClosedRange {  // 12-29 to 01-03 each year, or one date range
  std::string name;
  int from_month = 0, from_day = 0, to_month = 0, to_day = 0;  // yearly when from_month > 0
  std::optional<Date> from, to;                                // once
};

struct Hours {  // minutes after midnight, Japan time
  int open_minute = 0, close_minute = 0;
  auto operator<=>(const Hours&) const = default;
};
struct ExtraHours {  // 木曜 19:00まで, 第2日曜 9:00–12:00: shown to residents, not counted as office time
  std::string name;
  int weekday = 0;
  int nth = 0;  // 0: every week
  Hours hours;
};

struct CalendarRules {
  std::string id;
  std::vector<HolidayRule> holidays;
  std::optional<int> substitute_from_year;       // 振替休日: next day only …
  std::optional<int> substitute_next_from_year;  // … and from 2007 the first later day that is no holiday
  std::optional<int> citizens_from_year;         // 国民の休日 (祝日法3条③)
  std::vector<int> closed_weekdays;              // 0 Sunday … 6 Saturday
  std::vector<ClosedRange> closed;
  std::array<Hours, 7> hours{};  // per weekday; {0,0} closed
  std::vector<ExtraHours> extra;
  std::string law;
};

class Calendar {
 public:
  Calendar() = default;
  explicit Calendar(CalendarRules rules);

  const CalendarRules& rules() const { return rules_; }
  std::vector<Holiday> holidays(int year) const;       // with 振替休日 and 国民の休日, in order of date
  std::optional<std::string> holiday(Date day) const;  // its name
  bool is_closed(Date day) const;
  std::optional<std::string> closed_reason(Date day) const;  // 土曜日, a holiday's name, 年末年始; nothing when open
  bool is_open_at(Instant instant) const;
  Date next_open_day(Date day) const;                   // the day itself when it is open
  Date previous_open_day(Date day) const;               // R22: payments go back
  Date plus_open_days(Date day, int n) const;           // the n-th open day after `day` (the day itself not counted)
  int open_days_between(Date after, Date until) const;  // open days d with after < d ≤ until
  Date last_open_day_of_month(Date day) const;
  std::int64_t open_minutes_between(Instant from, Instant to) const;  // whole minutes of office hours; 0 when to ≤ from
  // 到達日: a click at night or on a closed day is received that civil day (F.1); the counter's stamp may differ.
  Date received_on(Instant instant) const { return date_in_japan(instant); }
  // The last day on which a claim still counts for the event's month: 15 days after the event, moved to the next open
  // day (児童手当法8条3項, 地方自治法4条の2第4項), never before the month's last open day.
  Date claim_deadline(Date event, int days = 15) const;

 private:
  CalendarRules rules_;
  int first_year_ = 0;
  std::vector<std::vector<Holiday>> years_;  // 1948–2100, computed once
};

}  // namespace yakuba::pack
