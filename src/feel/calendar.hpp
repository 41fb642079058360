// Civil days, times of day and zones for FEEL: years from -999,999,999 to 999,999,999 and nanoseconds, which neither
// base/date.hpp (what people live) nor std::chrono can hold. Proleptic Gregorian calendar (ISO 8601), no leap seconds.
//
//   days_from_civil(1970, 1, 1) == 0
//   parse_date("2026-11-22")->days
//
// Zones: an offset (+09:00, Z) or a name (Asia/Tokyo). Names are known by a small table of today's POSIX rules
// (zones.cpp), since an engine reads no files: a named zone is right for present rules, not for historical changes.
// Pure functions; thread safe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yakuba::feel {

inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::int64_t nanoseconds_per_day = 86'400 * nanoseconds_per_second;
inline constexpr std::int64_t year_max = 999'999'999;

struct CivilDate {
  std::int64_t year = 1970;
  int month = 1, day = 1;
  bool operator==(const CivilDate&) const = default;
};
std::int64_t days_from_civil(std::int64_t year, int month, int day);
CivilDate civil_from_days(std::int64_t days);
int days_in_month(std::int64_t year, int month);
int iso_weekday(std::int64_t days);  // 1 Monday … 7 Sunday
int iso_week(std::int64_t days);     // 1 … 53

// No zone, an offset, or a named zone (index into the table of zones.cpp).
struct Zone {
  enum class Kind : std::uint8_t { none, offset, named };
  Kind kind = Kind::none;
  std::uint16_t name = 0;
  std::int32_t offset_seconds = 0;  // of Kind::offset
  bool operator==(const Zone&) const = default;

  static Zone none() { return {}; }
  static Zone offset(std::int32_t seconds) { return {Kind::offset, 0, seconds}; }
  static std::optional<Zone> named(std::string_view name);
  std::string text() const;  // "", "Z", "+09:00", "@Asia/Tokyo"
  // Offset from UTC at a local civil time (of a gap: the offset before it).
  std::int32_t offset_at_local(std::int64_t days, std::int64_t nanoseconds) const;
};

struct Date {
  std::int64_t days = 0;  // since 1970-01-01
  auto operator<=>(const Date&) const = default;
};
struct Time {
  std::int64_t nanoseconds = 0;  // since midnight
  Zone zone;
  bool operator==(const Time&) const = default;
};
struct DateTime {
  std::int64_t days = 0;
  std::int64_t nanoseconds = 0;  // since midnight of the local day
  Zone zone;
  bool operator==(const DateTime&) const = default;
  __int128 instant() const;  // nanoseconds since 1970-01-01T00:00Z; a local time counts as UTC
};
// Days and time duration.
struct DaysDuration {
  std::int64_t seconds = 0;      // floor
  std::int32_t nanoseconds = 0;  // 0 … 999,999,999
  auto operator<=>(const DaysDuration&) const = default;
  __int128 total() const { return static_cast<__int128>(seconds) * nanoseconds_per_second + nanoseconds; }
  static std::optional<DaysDuration> of_nanoseconds(__int128 total);
};
// Years and months duration.
struct MonthsDuration {
  std::int64_t months = 0;
  auto operator<=>(const MonthsDuration&) const = default;
};

// ISO 8601 as FEEL's date(), time(), date and time(), duration() read it. Whole text, nothing else accepted.
std::optional<Date> parse_date(std::string_view text);
std::optional<Time> parse_time(std::string_view text);
std::optional<DateTime> parse_date_time(std::string_view text);  // also a date alone: midnight without zone
std::optional<DaysDuration> parse_days_duration(std::string_view text);
std::optional<MonthsDuration> parse_months_duration(std::string_view text);
std::string format(const Date& value);
std::string format(const Time& value);
std::string format(const DateTime& value);
std::string format(const DaysDuration& value);
std::string format(const MonthsDuration& value);

std::optional<Date> plus_months(const Date& date, std::int64_t months);  // 31 January + 1 month = 28 or 29 February
std::optional<Date> date_of(std::int64_t year, std::int64_t month, std::int64_t day);

}  // namespace yakuba::feel
