// Civil dates in Asia/Tokyo, instants in UTC microseconds, Japanese eras, ages and fiscal years.
//
//   Date born = *Date::parse("2008-04-01");
//   age_on(*Date::parse("2026-03-31"), born)         == 18   // attained the day before the birthday
//   format_era(born)                                  == "平成20年4月1日"
//   date_in_japan(clock.now())                                // the civil day of an instant
//
// Sources: 年齢計算ニ関スル法律 (明治35年法律第50号), 民法143条, 元号法; Gregorian calendar proleptic.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yakuba {

// One civil day. A regular value of 4 bytes: days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  auto operator<=>(const Date&) const = default;

  static std::optional<Date> of(int year, int month, int day);  // nothing for 2023-02-29
  static std::optional<Date> parse(std::string_view iso);       // "2026-11-22" only
  std::string text() const;                                     // "2026-11-22"
  int year() const;
  int month() const;    // 1–12
  int day() const;      // 1–31
  int weekday() const;  // 0 Sunday … 6 Saturday

  constexpr Date plus_days(int n) const { return Date{days + n}; }
  Date plus_months(int n) const;  // end of month kept: Jan 31 + 1 = Feb 28/29
  Date month_start() const;
  Date month_end() const;
};
constexpr int days_between(Date from, Date to) {
  return to.days - from.days;
}

// An instant: microseconds since 1970-01-01T00:00Z.
struct Instant {
  std::int64_t microseconds = 0;
  auto operator<=>(const Instant&) const = default;
  constexpr Instant plus_seconds(std::int64_t n) const { return Instant{microseconds + n * 1'000'000}; }
  static std::optional<Instant> parse(std::string_view iso);  // "2026-11-22T05:32:36Z", "…+09:00", fractions to µs
  std::string text() const;                                   // always UTC with microseconds and Z
};

// Wall time in Japan (+09:00, no summer time since 1951).
struct JapanTime {
  Date date;
  int hour = 0, minute = 0, second = 0, microsecond = 0;
  auto operator<=>(const JapanTime&) const = default;
};
JapanTime in_japan(Instant instant);
Instant from_japan(const JapanTime& time);
Date date_in_japan(Instant instant);

// Age attained on `day`: a year of age is complete at the end of the day before the birthday, so a person born on
// April 1st is one year older already on March 31st. A birthday on February 29th counts as February 28th + 1.
int age_on(Date day, Date born);
Date attains(Date born, int years);  // the day on which that age is attained (birthday − 1 day)
int fiscal_year(Date day);           // April to March: 2026-03-31 → 2025
Date fiscal_year_end(Date day);      // the first March 31st on or after the day

// Eras: 明治 from 1868-01-25 (by law 太政官布告), 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01.
struct EraDate {
  std::string era;  // "令和"
  int year = 0;     // 1 is 元年
  int month = 0, day = 0;
  bool operator==(const EraDate&) const = default;
};
std::optional<EraDate> era_of(Date date);           // nothing before 明治
std::optional<Date> from_era(const EraDate& date);  // nothing when the day is outside the era
std::string format_era(Date date);                  // "令和8年11月22日", "令和元年5月1日"
std::string format_resident(Date date);             // "令和8年（2026年）11月22日"
std::string format_resident_weekday(Date date);     // "令和8年（2026年）11月22日（日）"
std::string format_month_day(Date date);            // "11月22日（日）"
std::string format_english(Date date);              // "22 November 2026"
// Reads what people type: "2026-11-22", "2026/11/22", "R8.11.22", "令和8年11月22日", "H元.5.1", full-width digits.
std::optional<Date> parse_any_date(std::string_view text);

}  // namespace yakuba
