#include "feel/calendar.hpp"

#include "feel/zones.hpp"

namespace yakuba::feel {
namespace {

// Reads ISO 8601 pieces from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() const { return at_ == text_.size(); }
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    if (!at(c)) return false;
    ++at_;
    return true;
  }
  std::string_view rest() const { return text_.substr(at_); }
  void skip_all() { at_ = text_.size(); }
  std::optional<int> two_digits() {
    if (at_ + 2 > text_.size() || !digit(text_[at_]) || !digit(text_[at_ + 1])) return std::nullopt;
    int value = (text_[at_] - '0') * 10 + text_[at_ + 1] - '0';
    at_ += 2;
    return value;
  }
  // Any number of digits up to `digits_max`; nothing when there is none or more.
  std::optional<std::int64_t> digits(int digits_max, int* count = nullptr) {
    std::int64_t value = 0;
    int n = 0;
    for (; at_ < text_.size() && digit(text_[at_]); ++at_, ++n) {
      if (n == digits_max) return std::nullopt;
      value = value * 10 + (text_[at_] - '0');
    }
    if (count != nullptr) *count = n;
    return n == 0 ? std::nullopt : std::optional(value);
  }
  // After a decimal point: nanoseconds; further digits are cut off.
  std::optional<std::int32_t> fraction(bool may_be_empty) {
    std::int32_t value = 0;
    int n = 0;
    for (; at_ < text_.size() && digit(text_[at_]); ++at_, ++n)
      if (n < 9) value = value * 10 + (text_[at_] - '0');
    if (n == 0 && !may_be_empty) return std::nullopt;
    for (; n < 9; ++n) value *= 10;
    return value;
  }

 private:
  static bool digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<Date> read_date(Reader& in) {
  bool negative = in.take('-');
  int count = 0;
  bool zero_first = in.at('0');
  auto year = in.digits(9, &count);
  if (!year || count < 4 || (count > 4 && zero_first) || !in.take('-')) return std::nullopt;
  auto month = in.two_digits();
  if (!month || !in.take('-')) return std::nullopt;
  auto day = in.two_digits();
  if (!day) return std::nullopt;
  return date_of(negative ? -*year : *year, *month, *day);
}

std::optional<Zone> read_zone(Reader& in) {
  if (in.done()) return Zone::none();
  if (in.take('Z')) return in.done() ? std::optional(Zone::offset(0)) : std::nullopt;
  if (in.take('@')) {
    auto zone = Zone::named(in.rest());
    in.skip_all();
    return zone;
  }
  bool negative = in.at('-');
  if (!in.take('+') && !in.take('-')) return std::nullopt;
  auto hours = in.two_digits();
  if (!hours || !in.take(':')) return std::nullopt;
  auto minutes = in.two_digits();
  if (!minutes) return std::nullopt;
  int seconds = 0;
  if (in.take(':')) {
    auto read = in.two_digits();
    if (!read) return std::nullopt;
    seconds = *read;
  }
  if (*hours > 18 || *minutes > 59 || seconds > 59 || !in.done()) return std::nullopt;
  std::int32_t total = *hours * 3'600 + *minutes * 60 + seconds;
  if (total > 18 * 3'600) return std::nullopt;
  return Zone::offset(negative ? -total : total);
}

struct TimeOfDay {
  std::int64_t nanoseconds = 0;
  bool next_day = false;  // 24:00:00
};
std::optional<TimeOfDay> read_time(Reader& in) {
  auto hour = in.two_digits();
  if (!hour || !in.take(':')) return std::nullopt;
  auto minute = in.two_digits();
  if (!minute || !in.take(':')) return std::nullopt;
  auto second = in.two_digits();
  if (!second) return std::nullopt;
  std::int64_t fraction = 0;
  if (in.take('.')) {
    auto read = in.fraction(false);
    if (!read) return std::nullopt;
    fraction = *read;
  }
  bool midnight = *hour == 24 && *minute == 0 && *second == 0 && fraction == 0;
  if ((*hour > 23 && !midnight) || *minute > 59 || *second > 59) return std::nullopt;
  std::int64_t seconds = (*hour % 24) * 3'600 + *minute * 60 + *second;
  return TimeOfDay{seconds * nanoseconds_per_second + fraction, midnight};
}

void append_digits(std::string& out, std::int64_t value, int width) {
  std::string digits = std::to_string(value);
  out.append(digits.size() < static_cast<std::size_t>(width) ? width - digits.size() : 0, '0') += digits;
}

void append_fraction(std::string& out, std::int64_t nanoseconds) {
  if (nanoseconds == 0) return;
  std::string digits = std::to_string(nanoseconds);
  digits.insert(0, 9 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  (out += '.') += digits;
}

void append_time(std::string& out, std::int64_t nanoseconds, const Zone& zone) {
  std::int64_t seconds = nanoseconds / nanoseconds_per_second;
  append_digits(out, seconds / 3'600, 2);
  out += ':';
  append_digits(out, seconds / 60 % 60, 2);
  out += ':';
  append_digits(out, seconds % 60, 2);
  append_fraction(out, nanoseconds % nanoseconds_per_second);
  out += zone.text();
}

}  // namespace

// Days from a civil date in eras of 400 years beginning on March 1st, so that a leap day is the last of its year.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2;
  std::int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719'468;
}

CivilDate civil_from_days(std::int64_t days) {
  days += 719'468;
  std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097, of_era = days - era * 146'097;
  std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  std::int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int shifted = static_cast<int>((5 * day_of_year + 2) / 153);
  int month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2), month, static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

int days_in_month(std::int64_t year, int month) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

int iso_weekday(std::int64_t days) {
  std::int64_t of_week = (days + 3) % 7;  // 1970-01-01 was a Thursday
  return static_cast<int>(of_week < 0 ? of_week + 7 : of_week) + 1;
}

int iso_week(std::int64_t days) {
  std::int64_t thursday = days - iso_weekday(days) + 4;
  return static_cast<int>((thursday - days_from_civil(civil_from_days(thursday).year, 1, 1)) / 7) + 1;
}

std::optional<Zone> Zone::named(std::string_view name) {
  if (auto index = zones::find(name)) return Zone{Kind::named, *index, 0};
  return std::nullopt;
}

std::string Zone::text() const {
  if (kind == Kind::none) return {};
  if (kind == Kind::named) return "@" + std::string(zones::name(name));
  if (offset_seconds == 0) return "Z";
  std::int32_t magnitude = offset_seconds < 0 ? -offset_seconds : offset_seconds;
  std::string out(1, offset_seconds < 0 ? '-' : '+');
  append_digits(out, magnitude / 3'600, 2);
  out += ':';
  append_digits(out, magnitude / 60 % 60, 2);
  if (magnitude % 60 != 0) {
    out += ':';
    append_digits(out, magnitude % 60, 2);
  }
  return out;
}

std::int32_t Zone::offset_at_local(std::int64_t days, std::int64_t nanoseconds) const {
  if (kind == Kind::named) return zones::offset(name, days, nanoseconds / nanoseconds_per_second);
  return kind == Kind::offset ? offset_seconds : 0;
}

__int128 DateTime::instant() const {
  __int128 local = static_cast<__int128>(days) * nanoseconds_per_day + nanoseconds;
  return local - static_cast<__int128>(zone.offset_at_local(days, nanoseconds)) * nanoseconds_per_second;
}

std::optional<DaysDuration> DaysDuration::of_nanoseconds(__int128 total) {
  __int128 seconds = total / nanoseconds_per_second, rest = total % nanoseconds_per_second;
  if (rest < 0) {
    rest += nanoseconds_per_second;
    --seconds;
  }
  if (seconds > INT64_MAX || seconds < INT64_MIN) return std::nullopt;
  return DaysDuration{static_cast<std::int64_t>(seconds), static_cast<std::int32_t>(rest)};
}

std::optional<Date> parse_date(std::string_view text) {
  Reader in(text);
  auto date = read_date(in);
  return date && in.done() ? date : std::nullopt;
}

std::optional<Time> parse_time(std::string_view text) {
  Reader in(text);
  auto time = read_time(in);
  if (!time) return std::nullopt;
  auto zone = read_zone(in);
  if (!zone) return std::nullopt;
  return Time{time->nanoseconds, *zone};
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  Reader in(text);
  auto date = read_date(in);
  if (!date) return std::nullopt;
  if (in.done()) return DateTime{date->days, 0, Zone::none()};
  if (!in.take('T')) return std::nullopt;
  auto time = read_time(in);
  if (!time) return std::nullopt;
  auto zone = read_zone(in);
  if (!zone) return std::nullopt;
  return DateTime{date->days + (time->next_day ? 1 : 0), time->nanoseconds, *zone};
}

std::optional<DaysDuration> parse_days_duration(std::string_view text) {
  Reader in(text);
  bool negative = in.take('-');
  if (!in.take('P')) return std::nullopt;
  __int128 total = 0;
  bool any = false;
  auto part = [&](std::int64_t value, std::int64_t seconds) {
    total += static_cast<__int128>(value) * seconds * nanoseconds_per_second;
    any = true;
  };
  if (!in.at('T')) {
    auto days = in.digits(15);
    if (!days || !in.take('D')) return std::nullopt;
    part(*days, 86'400);
  }
  if (in.take('T')) {
    bool any_time = false;
    int order = 0;  // H, M, S in this order, each once
    while (!in.done()) {
      auto value = in.digits(15);
      if (!value) return std::nullopt;
      any_time = true;
      if (order < 1 && in.take('H')) {
        part(*value, 3'600);
        order = 1;
      } else if (order < 2 && in.take('M')) {
        part(*value, 60);
        order = 2;
      } else {
        std::int32_t fraction = 0;
        if (in.take('.')) fraction = *in.fraction(true);
        if (!in.take('S') || !in.done()) return std::nullopt;
        part(*value, 1);
        total += fraction;
      }
    }
    if (!any_time) return std::nullopt;
  }
  if (!any || !in.done()) return std::nullopt;
  return DaysDuration::of_nanoseconds(negative ? -total : total);
}

std::optional<MonthsDuration> parse_months_duration(std::string_view text) {
  Reader in(text);
  bool negative = in.take('-');
  if (!in.take('P')) return std::nullopt;
  std::int64_t total = 0;
  auto value = in.digits(15);
  if (!value) return std::nullopt;
  if (in.take('Y')) {
    total = *value * 12;
    if (!in.done()) {
      value = in.digits(15);
      if (!value || !in.take('M')) return std::nullopt;
      total += *value;
    }
  } else if (in.take('M')) {
    total = *value;
  } else {
    return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  return MonthsDuration{negative ? -total : total};
}

std::string format(const Date& value) {
  CivilDate civil = civil_from_days(value.days);
  std::string out = civil.year < 0 ? "-" : "";
  append_digits(out, civil.year < 0 ? -civil.year : civil.year, 4);
  out += '-';
  append_digits(out, civil.month, 2);
  out += '-';
  append_digits(out, civil.day, 2);
  return out;
}

std::string format(const Time& value) {
  std::string out;
  append_time(out, value.nanoseconds, value.zone);
  return out;
}

std::string format(const DateTime& value) {
  std::string out = format(Date{value.days}) + "T";
  append_time(out, value.nanoseconds, value.zone);
  return out;
}

std::string format(const DaysDuration& value) {
  __int128 total = value.total();
  if (total == 0) return "PT0S";
  std::string out = total < 0 ? "-P" : "P";
  if (total < 0) total = -total;
  auto nanoseconds = static_cast<std::int64_t>(total % nanoseconds_per_second);
  auto seconds = static_cast<std::int64_t>(total / nanoseconds_per_second);
  if (seconds >= 86'400) (out += std::to_string(seconds / 86'400)) += 'D';
  seconds %= 86'400;
  if (seconds == 0 && nanoseconds == 0) return out;
  out += 'T';
  if (seconds >= 3'600) (out += std::to_string(seconds / 3'600)) += 'H';
  if (seconds / 60 % 60 != 0) (out += std::to_string(seconds / 60 % 60)) += 'M';
  if (seconds % 60 != 0 || nanoseconds != 0) {
    out += std::to_string(seconds % 60);
    append_fraction(out, nanoseconds);
    out += 'S';
  }
  return out;
}

std::string format(const MonthsDuration& value) {
  if (value.months == 0) return "P0M";
  std::string out = value.months < 0 ? "-P" : "P";
  std::int64_t months = value.months < 0 ? -value.months : value.months;
  if (months >= 12) (out += std::to_string(months / 12)) += 'Y';
  if (months % 12 != 0) (out += std::to_string(months % 12)) += 'M';
  return out;
}

std::optional<Date> plus_months(const Date& date, std::int64_t months) {
  CivilDate civil = civil_from_days(date.days);
  if (months > 12 * 3 * year_max || months < -12 * 3 * year_max) return std::nullopt;
  std::int64_t total = civil.year * 12 + civil.month - 1 + months;
  std::int64_t year = total / 12, month = total % 12;
  if (month < 0) {
    month += 12;
    --year;
  }
  int last = days_in_month(year, static_cast<int>(month) + 1);
  return date_of(year, month + 1, civil.day < last ? civil.day : last);
}

std::optional<Date> date_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year > year_max || year < -year_max || month < 1 || month > 12 || day < 1) return std::nullopt;
  if (day > days_in_month(year, static_cast<int>(month))) return std::nullopt;
  return Date{days_from_civil(year, static_cast<int>(month), static_cast<int>(day))};
}

}  // namespace yakuba::feel
