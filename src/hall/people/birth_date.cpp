#include "hall/people/birth_date.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace yakuba::people {
namespace {

struct Era {
  std::string_view name;
  int first_year;  // western year of 元年
  Date first, last;
};
const std::array<Era, 5>& eras() {
  static const std::array<Era, 5> all{{
      {"明治", 1868, *Date::of(1868, 1, 25), *Date::of(1912, 7, 30)},
      {"大正", 1912, *Date::of(1912, 7, 30), *Date::of(1926, 12, 25)},
      {"昭和", 1926, *Date::of(1926, 12, 25), *Date::of(1989, 1, 7)},
      {"平成", 1989, *Date::of(1989, 1, 8), *Date::of(2019, 4, 30)},
      {"令和", 2019, *Date::of(2019, 5, 1), *Date::of(2099, 12, 31)},
  }};
  return all;
}

std::unexpected<Error> bad_birth(std::string_view why) {
  return fail(ErrorKind::invalid, "people.birth", std::string(why), Place{.field = "birth"});
}

// A cursor over the words of the register; full-width digits are already narrow.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::optional<int> number() {
    if (take("元")) return 1;
    std::size_t n = 0;
    while (n < rest_.size() && n < 4 && rest_[n] >= '0' && rest_[n] <= '9') ++n;
    if (n == 0) return {};
    int value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value * 10 + (rest_[i] - '0');
    rest_.remove_prefix(n);
    return value;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

struct Span {
  Date from, until;
};
Span whole_year(int year) {
  return {*Date::of(year, 1, 1), *Date::of(year, 12, 31)};
}
Span whole_month(int year, int month) {
  Date first = *Date::of(year, month, 1);
  return {first, first.month_end()};
}
std::optional<Span> season(int year, Words& words) {
  constexpr std::array<std::pair<std::string_view, int>, 4> starts{{{"春", 3}, {"夏", 6}, {"秋", 9}, {"冬", 12}}};
  for (auto [word, month] : starts) {
    if (!words.take(word)) continue;
    if (month == 12) return Span{*Date::of(year, 1, 1), *Date::of(year, 12, 31)};  // either end of the year
    Date first = *Date::of(year, month, 1);
    return Span{first, first.plus_months(2).month_end()};
  }
  return {};
}
std::optional<Span> third_of_month(int year, int month, Words& words) {
  Span all = whole_month(year, month);
  if (words.take("上旬")) return Span{all.from, all.from.plus_days(9)};
  if (words.take("中旬")) return Span{all.from.plus_days(10), all.from.plus_days(19)};
  if (words.take("下旬")) return Span{all.from.plus_days(20), all.until};
  return {};
}

// After the year: 月日不詳, 頃, a season, or a month and what follows. Nothing: not a form of the register.
std::optional<Span> after_month(int year, int month, Words& words) {
  if (month < 1 || month > 12) return {};
  if (words.take("日不詳") || words.take("頃") || words.done()) return whole_month(year, month);
  if (auto third = third_of_month(year, month, words)) return third;
  auto day = words.number();
  if (!day || *day < 1 || *day > 31 || !words.take("日")) return {};
  words.take("頃");
  if (auto date = Date::of(year, month, *day)) return Span{*date, *date};
  Date end = whole_month(year, month).until;  // 2月29日 of a common year, 31日 of a short month: a day that never was
  return Span{end, end.plus_days(1)};
}
std::optional<Span> after_year(int year, Words& words) {
  if (words.take("月日不詳") || words.take("頃") || words.done()) return whole_year(year);
  if (auto found = season(year, words)) return found;
  auto month = words.number();
  if (!month || !words.take("月")) return {};
  return after_month(year, *month, words);
}

std::string cleaned(std::string_view text) {
  std::string narrow = nfkc(trim(text));
  std::string out;
  for (std::size_t i = 0; i < narrow.size();) {
    if (narrow[i] == ' ') {
      ++i;
    } else if (std::string_view(narrow).substr(i).starts_with("ころ")) {
      out += "頃";
      i += 6;
    } else {
      out += narrow[i++];
    }
  }
  return out;
}

// A whole date that the calendar has is a calendar birth (also 明治45年7月30日: a day of two eras); one that it has not
// is non-calendar; the rest is known in part.
Result<BirthDate> classified(const Span& span, const std::string& words) {
  const bool whole_date = words.ends_with("日") && !words.starts_with("推定");
  if (whole_date && span.from == span.until) return BirthDate::on(span.from);
  return BirthDate::restored(whole_date ? BirthDate::Form::non_calendar : BirthDate::Form::unclear, span.from,
                             span.until, words);
}

Result<BirthDate> parse_words(const std::string& text) {
  Words words(text);
  if (text == "年月日不詳" || text == "不詳") return BirthDate();
  words.take("推定");
  for (const Era& era : eras()) {
    if (!words.take(era.name)) continue;
    if (words.take("年月日不詳")) return BirthDate::restored(BirthDate::Form::unclear, era.first, era.last, text);
    auto year = words.number();
    if (!year || *year < 1 || *year > 99 || !words.take("年")) return bad_birth("no year after the era");
    auto span = after_year(era.first_year + *year - 1, words);
    if (!span || !words.done()) return bad_birth("not a form of birth that the register knows");
    if (span->until < era.first || era.last < span->from) return bad_birth("the era had ended or not begun");
    return classified(*span, text);
  }
  auto year = words.number();  // foreigners: western years
  if (!year || *year < 1868 || *year > 2099 || !words.take("年")) return bad_birth("no era and no year");
  auto span = after_year(*year, words);
  if (!span || !words.done()) return bad_birth("not a form of birth that the register knows");
  return classified(*span, text);
}

}  // namespace

BirthDate BirthDate::on(Date day) {
  BirthDate birth;
  birth.form_ = Form::calendar;
  birth.earliest_ = birth.latest_ = day;
  birth.registered_.clear();
  return birth;
}

Result<BirthDate> BirthDate::restored(Form form, Date earliest, Date latest, std::string registered) {
  if (latest < earliest) return bad_birth("the earliest day is after the latest");
  if (form == Form::calendar && (earliest != latest || !registered.empty()))
    return bad_birth("a calendar birth is one day without other words");
  if (form != Form::calendar && registered.empty()) return bad_birth("the words of the register are missing");
  BirthDate birth;
  birth.form_ = form;
  birth.earliest_ = earliest;
  birth.latest_ = latest;
  birth.registered_ = std::move(registered);
  return birth;
}

std::optional<Date> BirthDate::day() const {
  if (form_ != Form::calendar) return {};
  return earliest_;
}
std::string BirthDate::text() const {
  return form_ == Form::calendar ? format_era(earliest_) : registered_;
}
std::string BirthDate::text_western() const {
  return form_ == Form::calendar ? earliest_.text() : registered_;
}

std::optional<int> BirthDate::age(Date on) const {
  AgeRange range = age_range(on);
  if (range.least != range.most) return {};
  return range.least;
}
AgeRange BirthDate::age_range(Date on) const {
  int least = latest_ > on ? 0 : age_on(on, latest_);
  return {std::max(0, least), std::max(0, earliest_ > on ? 0 : age_on(on, earliest_))};
}

Result<BirthDate> parse_birth(std::string_view text) {
  if (length_in_code_points(text) > 40) return bad_birth("too long for a birth");
  if (auto date = parse_any_date(text)) return BirthDate::on(*date);
  std::string words = cleaned(text);
  if (words.empty()) return bad_birth("nothing was given");
  return parse_words(words);
}

}  // namespace yakuba::people
