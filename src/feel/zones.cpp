#include "feel/zones.hpp"

#include <array>

#include "feel/calendar.hpp"

namespace yakuba::feel::zones {
namespace {

// The n-th (5: last) Sunday of a month at a local standard or summer hour, as in a POSIX TZ rule.
struct Change {
  int month, week, hour;
};
struct Summer {
  Change begin, end;  // begin in standard time, end in summer time
};
constexpr Summer europe_west{{3, 5, 1}, {10, 5, 2}};
constexpr Summer europe_central{{3, 5, 2}, {10, 5, 3}};
constexpr Summer europe_east{{3, 5, 3}, {10, 5, 4}};
constexpr Summer america{{3, 2, 2}, {11, 1, 2}};
constexpr Summer australia{{10, 1, 2}, {4, 1, 3}};
constexpr Summer new_zealand{{9, 5, 2}, {4, 1, 3}};

struct Named {
  std::string_view name;
  int minutes;
  const Summer* summer = nullptr;
};
constexpr std::array table{
    Named{"UTC", 0},
    Named{"Etc/UTC", 0},
    Named{"Etc/GMT", 0},
    Named{"GMT", 0},
    Named{"Asia/Tokyo", 540},
    Named{"Japan", 540},
    Named{"Asia/Seoul", 540},
    Named{"Asia/Shanghai", 480},
    Named{"Asia/Taipei", 480},
    Named{"Asia/Hong_Kong", 480},
    Named{"Asia/Singapore", 480},
    Named{"Asia/Manila", 480},
    Named{"Asia/Bangkok", 420},
    Named{"Asia/Ho_Chi_Minh", 420},
    Named{"Asia/Jakarta", 420},
    Named{"Asia/Yangon", 390},
    Named{"Asia/Dhaka", 360},
    Named{"Asia/Kathmandu", 345},
    Named{"Asia/Kolkata", 330},
    Named{"Asia/Karachi", 300},
    Named{"Asia/Dubai", 240},
    Named{"Asia/Ulaanbaatar", 480},
    Named{"Africa/Johannesburg", 120},
    Named{"Africa/Lagos", 60},
    Named{"Africa/Nairobi", 180},
    Named{"Europe/London", 0, &europe_west},
    Named{"Europe/Lisbon", 0, &europe_west},
    Named{"Europe/Paris", 60, &europe_central},
    Named{"Europe/Berlin", 60, &europe_central},
    Named{"Europe/Rome", 60, &europe_central},
    Named{"Europe/Madrid", 60, &europe_central},
    Named{"Europe/Brussels", 60, &europe_central},
    Named{"Europe/Amsterdam", 60, &europe_central},
    Named{"Europe/Vienna", 60, &europe_central},
    Named{"Europe/Zurich", 60, &europe_central},
    Named{"Europe/Prague", 60, &europe_central},
    Named{"Europe/Warsaw", 60, &europe_central},
    Named{"Europe/Stockholm", 60, &europe_central},
    Named{"Europe/Oslo", 60, &europe_central},
    Named{"Europe/Copenhagen", 60, &europe_central},
    Named{"Europe/Athens", 120, &europe_east},
    Named{"Europe/Helsinki", 120, &europe_east},
    Named{"Europe/Kyiv", 120, &europe_east},
    Named{"Europe/Istanbul", 180},
    Named{"Europe/Moscow", 180},
    Named{"America/New_York", -300, &america},
    Named{"America/Toronto", -300, &america},
    Named{"America/Chicago", -360, &america},
    Named{"America/Denver", -420, &america},
    Named{"America/Phoenix", -420},
    Named{"America/Los_Angeles", -480, &america},
    Named{"America/Anchorage", -540, &america},
    Named{"America/Sao_Paulo", -180},
    Named{"America/Lima", -300},
    Named{"America/Mexico_City", -360},
    Named{"Pacific/Honolulu", -600},
    Named{"Pacific/Guam", 600},
    Named{"Australia/Brisbane", 600},
    Named{"Australia/Perth", 480},
    Named{"Australia/Sydney", 600, &australia},
    Named{"Australia/Melbourne", 600, &australia},
    Named{"Australia/Adelaide", 570, &australia},
    Named{"Pacific/Auckland", 720, &new_zealand},
};

std::int64_t seconds_at(std::int64_t year, const Change& change) {
  std::int64_t day;
  if (change.week == 5) {
    day = days_from_civil(year, change.month, days_in_month(year, change.month));
    day -= iso_weekday(day) % 7;
  } else {
    day = days_from_civil(year, change.month, 1);
    day += (7 - iso_weekday(day) % 7) % 7 + 7 * (change.week - 1);
  }
  return day * 86'400 + change.hour * 3'600;
}

}  // namespace

std::optional<std::uint16_t> find(std::string_view wanted) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].name == wanted) return static_cast<std::uint16_t>(i);
  return std::nullopt;
}

std::string_view name(std::uint16_t index) {
  return index < table.size() ? table[index].name : "UTC";
}

std::int32_t offset(std::uint16_t index, std::int64_t days, std::int64_t seconds_of_day) {
  if (index >= table.size()) return 0;
  const Named& zone = table[index];
  if (zone.summer == nullptr) return zone.minutes * 60;
  std::int64_t year = civil_from_days(days).year, now = days * 86'400 + seconds_of_day;
  // In the gap before summer begins the offset before it holds; in the repeated hour the first (summer) one does.
  std::int64_t begin = seconds_at(year, zone.summer->begin) + 3'600, end = seconds_at(year, zone.summer->end);
  bool summer = begin < end ? now >= begin && now < end : now >= begin || now < end;
  return zone.minutes * 60 + (summer ? 3'600 : 0);
}

}  // namespace yakuba::feel::zones
