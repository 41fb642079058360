#include "base/date.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"

namespace yakuba {
namespace {

struct Civil {
  int year, month, day;
};

// Days ↔ civil date over 400-year eras that begin on March 1st (Howard Hinnant, "chrono-compatible low-level date
// algorithms", 2013: the arithmetic, written anew).
constexpr std::int32_t days_from_civil(int year, int month, int day) {
  const int y = year - (month <= 2 ? 1 : 0);
  const int cycle = (y >= 0 ? y : y - 399) / 400;
  const int year_of_cycle = y - cycle * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * 146097 + day_of_cycle - 719468;
}

constexpr Civil civil_from_days(std::int32_t days) {
  const std::int32_t z = days + 719468;
  const std::int32_t cycle = (z >= 0 ? z : z - 146096) / 146097;
  const std::int32_t day_of_cycle = z - cycle * 146097;
  const std::int32_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
  const std::int32_t day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const int month = shifted_month + (shifted_month < 10 ? 3 : -9);
  return {year_of_cycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day};
}

constexpr bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
constexpr int days_in_month(int year, int month) {
  constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

struct Era {
  std::string_view name, letter;
  std::int32_t first_day;
  int first_year;
};
constexpr std::array eras{
    Era{"令和", "R", days_from_civil(2019, 5, 1), 2019},   Era{"平成", "H", days_from_civil(1989, 1, 8), 1989},
    Era{"昭和", "S", days_from_civil(1926, 12, 25), 1926}, Era{"大正", "T", days_from_civil(1912, 7, 30), 1912},
    Era{"明治", "M", days_from_civil(1868, 1, 25), 1868},
};

constexpr std::array<std::string_view, 7> weekdays{"日", "月", "火", "水", "木", "金", "土"};
constexpr std::array<std::string_view, 12> english_months{"January",   "February", "March",    "April",
                                                          "May",       "June",     "July",     "August",
                                                          "September", "October",  "November", "December"};

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

constexpr std::int64_t microseconds_per_day = 86'400'000'000;
constexpr std::int64_t japan_offset = 9 * 3'600'000'000LL;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// "05:32:36.123456" → microseconds of the day
std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  if (!all_digits(text.substr(0, 2)) || !all_digits(text.substr(3, 2)) || !all_digits(text.substr(6, 2)))
    return std::nullopt;
  const int hour = number(text.substr(0, 2)), minute = number(text.substr(3, 2)), second = number(text.substr(6, 2));
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  std::int64_t fraction = 0;
  if (text.size() > 8) {
    const std::string_view digits = text.substr(9);
    if (text[8] != '.' || !all_digits(digits) || digits.size() > 6) return std::nullopt;
    fraction = number(digits);
    for (std::size_t i = digits.size(); i < 6; ++i) fraction *= 10;
  }
  return (hour * 3600LL + minute * 60 + second) * 1'000'000 + fraction;
}

std::optional<std::int64_t> parse_offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  if (!all_digits(text.substr(1, 2)) || !all_digits(text.substr(4, 2))) return std::nullopt;
  const int hours = number(text.substr(1, 2)), minutes = number(text.substr(4, 2));
  if (hours > 14 || minutes > 59) return std::nullopt;
  const std::int64_t offset = (hours * 60LL + minutes) * 60'000'000;
  return text[0] == '-' ? -offset : offset;
}

// Reads an era prefix ("令和", "R", "r") and removes it.
const Era* take_era(std::string_view& text) {
  for (const Era& era : eras) {
    if (text.starts_with(era.name)) {
      text.remove_prefix(era.name.size());
      return &era;
    }
    if (!text.empty() && (text[0] == era.letter[0] || text[0] == era.letter[0] + 32)) {
      text.remove_prefix(1);
      return &era;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<Date> Date::of(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
    return std::nullopt;
  return Date{days_from_civil(year, month, day)};
}

std::optional<Date> Date::parse(std::string_view iso) {
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
  const auto year = iso.substr(0, 4), month = iso.substr(5, 2), day = iso.substr(8, 2);
  if (!all_digits(year) || !all_digits(month) || !all_digits(day)) return std::nullopt;
  return of(number(year), number(month), number(day));
}

std::string Date::text() const {
  const Civil c = civil_from_days(days);
  if (c.year < 0 || c.year > 9'999) return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
  std::string out = "0000-00-00";
  const auto put = [&](std::size_t end, int number) {
    for (; number > 0; number /= 10) out[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, c.year);
  put(7, c.month);
  put(10, c.day);
  return out;
}

int Date::year() const {
  return civil_from_days(days).year;
}
int Date::month() const {
  return civil_from_days(days).month;
}
int Date::day() const {
  return civil_from_days(days).day;
}
int Date::weekday() const {
  return static_cast<int>(((days % 7) + 7 + 4) % 7);
}

Date Date::plus_months(int n) const {
  const Civil c = civil_from_days(days);
  const int months = c.year * 12 + (c.month - 1) + n;
  const int year = static_cast<int>(floor_div(months, 12)), month = months - year * 12 + 1;
  return Date{days_from_civil(year, month, std::min(c.day, days_in_month(year, month)))};
}

Date Date::month_start() const {
  const Civil c = civil_from_days(days);
  return Date{days_from_civil(c.year, c.month, 1)};
}

Date Date::month_end() const {
  const Civil c = civil_from_days(days);
  return Date{days_from_civil(c.year, c.month, days_in_month(c.year, c.month))};
}

std::optional<Instant> Instant::parse(std::string_view iso) {
  if (iso.size() < 20 || iso[10] != 'T') return std::nullopt;
  const auto date = Date::parse(iso.substr(0, 10));
  const auto zone = iso.find_first_of("Z+-", 11);
  if (!date || zone == std::string_view::npos) return std::nullopt;
  const auto time = parse_time_of_day(iso.substr(11, zone - 11));
  const auto offset = parse_offset(iso.substr(zone));
  if (!time || !offset) return std::nullopt;
  return Instant{date->days * microseconds_per_day + *time - *offset};
}

std::string Instant::text() const {
  const std::int64_t day = floor_div(microseconds, microseconds_per_day);
  std::int64_t rest = microseconds - day * microseconds_per_day;
  std::string out = Date{static_cast<std::int32_t>(day)}.text();
  const std::size_t date = out.size();
  out += "T00:00:00.000000Z";
  // From the end, digit by digit: every line of the access log and every entry of the log has one.
  const auto put = [&](std::size_t end, int digits, std::int64_t base) {
    for (std::int64_t part = rest % base; digits > 0; --digits, part /= 10)
      out[date + --end] = static_cast<char>('0' + part % 10);
    rest /= base;
  };
  put(16, 6, 1'000'000);
  put(9, 2, 60);
  put(6, 2, 60);
  put(3, 2, 24);
  return out;
}

JapanTime in_japan(Instant instant) {
  const std::int64_t local = instant.microseconds + japan_offset;
  const std::int64_t day = floor_div(local, microseconds_per_day);
  const std::int64_t rest = local - day * microseconds_per_day;
  const auto seconds = static_cast<int>(rest / 1'000'000);
  return {Date{static_cast<std::int32_t>(day)}, seconds / 3600, seconds / 60 % 60, seconds % 60,
          static_cast<int>(rest % 1'000'000)};
}

Instant from_japan(const JapanTime& t) {
  const std::int64_t of_day = (t.hour * 3600LL + t.minute * 60 + t.second) * 1'000'000 + t.microsecond;
  return Instant{t.date.days * microseconds_per_day + of_day - japan_offset};
}

Date date_in_japan(Instant instant) {
  return in_japan(instant).date;
}

Date attains(Date born, int years) {
  const Civil c = civil_from_days(born.days);
  const int year = c.year + years;
  // No such day in the month (February 29th): the year ends with the last day of that month (民法143条2項但書).
  if (c.day > days_in_month(year, c.month)) return Date{days_from_civil(year, c.month, days_in_month(year, c.month))};
  return Date{days_from_civil(year, c.month, c.day) - 1};
}

int age_on(Date day, Date born) {
  int years = day.year() - born.year();
  if (attains(born, years + 1) <= day) return years + 1;
  return attains(born, years) <= day ? years : years - 1;
}

int fiscal_year(Date day) {
  const Civil c = civil_from_days(day.days);
  return c.month >= 4 ? c.year : c.year - 1;
}

Date fiscal_year_end(Date day) {
  return Date{days_from_civil(fiscal_year(day) + 1, 3, 31)};
}

std::optional<EraDate> era_of(Date date) {
  for (const Era& era : eras) {
    if (date.days < era.first_day) continue;
    const Civil c = civil_from_days(date.days);
    return EraDate{std::string(era.name), c.year - era.first_year + 1, c.month, c.day};
  }
  return std::nullopt;
}

std::optional<Date> from_era(const EraDate& date) {
  std::int32_t next_era_first_day = INT32_MAX;
  for (const Era& era : eras) {
    if (date.era == era.name) {
      if (date.year < 1) return std::nullopt;
      const auto day = Date::of(era.first_year + date.year - 1, date.month, date.day);
      if (!day || day->days < era.first_day || day->days >= next_era_first_day) return std::nullopt;
      return day;
    }
    next_era_first_day = era.first_day;
  }
  return std::nullopt;
}

std::string format_era(Date date) {
  const auto era = era_of(date);
  const Civil c = civil_from_days(date.days);
  if (!era) return fmt::format("{}年{}月{}日", c.year, c.month, c.day);
  return era->year == 1 ? fmt::format("{}元年{}月{}日", era->era, c.month, c.day)
                        : fmt::format("{}{}年{}月{}日", era->era, era->year, c.month, c.day);
}

std::string format_resident(Date date) {
  const auto era = era_of(date);
  const Civil c = civil_from_days(date.days);
  if (!era) return fmt::format("{}年{}月{}日", c.year, c.month, c.day);
  const std::string year = era->year == 1 ? "元" : std::to_string(era->year);
  return fmt::format("{}{}年（{}年）{}月{}日", era->era, year, c.year, c.month, c.day);
}

std::string format_resident_weekday(Date date) {
  return fmt::format("{}（{}）", format_resident(date), weekdays[static_cast<std::size_t>(date.weekday())]);
}

std::string format_month_day(Date date) {
  const Civil c = civil_from_days(date.days);
  return fmt::format("{}月{}日（{}）", c.month, c.day, weekdays[static_cast<std::size_t>(date.weekday())]);
}

std::string format_english(Date date) {
  const Civil c = civil_from_days(date.days);
  return fmt::format("{} {} {}", c.day, english_months[static_cast<std::size_t>(c.month - 1)], c.year);
}

std::optional<Date> parse_any_date(std::string_view typed) {
  const std::string normal = nfkc(trim(typed));
  std::string_view text = normal;
  const Era* era = take_era(text);
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text = trim(text);
    if (era && i == 0 && text.starts_with("元")) {
      parts[0] = 1;
      text.remove_prefix(std::string_view("元").size());
    } else {
      const auto end = text.find_first_not_of("0123456789");
      const std::string_view digits = text.substr(0, end);
      if (digits.empty() || digits.size() > 4) return std::nullopt;
      parts[i] = number(digits);
      text.remove_prefix(digits.size());
    }
    text = trim(text);
    constexpr std::array<std::string_view, 3> units{"年", "月", "日"};
    if (text.starts_with(units[i])) {
      text.remove_prefix(units[i].size());
    } else if (i < 2) {
      if (text.empty() || std::string_view("-/.").find(text[0]) == std::string_view::npos) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (!trim(text).empty()) return std::nullopt;
  if (era) return from_era({std::string(era->name), parts[0], parts[1], parts[2]});
  return parts[0] < 1000 ? std::nullopt : Date::of(parts[0], parts[1], parts[2]);
}

}  // namespace yakuba
