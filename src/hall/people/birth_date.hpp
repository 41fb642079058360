// Births as the residents' register holds them: most are days of the calendar, some are days that never were
// (2月29日 of a common year, entered long ago), some are known only in part (不詳).
//
//   BirthDate a = BirthDate::on(*Date::parse("2008-04-01"));
//   Result<BirthDate> b = parse_birth("昭和20年月日不詳");
//   b->text()             == "昭和20年月日不詳"
//   b->age(today)         == std::nullopt                 // 80 or 81: nobody knows
//   b->age_range(today)   == AgeRange{80, 81}
//   a.matches(*Date::parse("2008-04-01"))                 // also true for a 不詳 birth that could be that day
//
// Source: 住民記録システム標準仕様書 第1.0版 (dates: non-calendar and 不詳 forms); 年齢計算ニ関スル法律 for ages.
// Pure values; safe to share between threads.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.hpp"
#include "base/result.hpp"

namespace yakuba::people {

struct AgeRange {
  int least = 0, most = 0;  // years
  bool operator==(const AgeRange&) const = default;
};

class BirthDate {
 public:
  enum class Form { calendar, non_calendar, unclear };

  BirthDate() = default;  // 年月日不詳
  static BirthDate on(Date day);
  // What a store keeps and gives back. Errors: people.birth (earliest after latest; a text missing where one is
  // needed).
  static Result<BirthDate> restored(Form form, Date earliest, Date latest, std::string registered);

  Form form() const { return form_; }
  Date earliest() const { return earliest_; }  // of the days that the registered words allow
  Date latest() const { return latest_; }
  const std::string& registered() const { return registered_; }  // the words of the register; empty for calendar days
  std::optional<Date> day() const;                               // only for calendar births

  std::string text() const;               // "平成20年4月1日", or the words of the register
  std::string text_western() const;       // "2008-04-01" for calendar births, otherwise the words
  std::optional<int> age(Date on) const;  // attained age when it is certain
  AgeRange age_range(Date on) const;
  bool matches(Date day) const { return earliest_ <= day && day <= latest_; }

  auto operator<=>(const BirthDate&) const = default;  // by earliest day

 private:
  Date earliest_{-37231};  // 1868-01-25, the first day of 明治
  Date latest_{47481};     // 2099-12-31
  Form form_ = Form::unclear;
  std::string registered_ = "年月日不詳";
};

// Reads every form a clerk types or a file carries: "2008-04-01", "平成20年4月1日", "H20.4.1", "昭和30年2月29日"
// (non-calendar), "年月日不詳", "昭和20年月日不詳", "昭和20年5月日不詳", "昭和20年頃", "昭和20年春", "昭和20年5月上旬",
// "昭和20年5月5日頃", "推定昭和20年5月". Errors: people.birth.
Result<BirthDate> parse_birth(std::string_view text);

}  // namespace yakuba::people
