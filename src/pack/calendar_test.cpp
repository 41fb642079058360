// Holidays by law, closed days, deadlines and office time, against the vectors of published calendars.
#include <algorithm>

#include <gtest/gtest.h>

#include "pack/load.hpp"
#include "pack/test_packs.hpp"

namespace yakuba::pack {
namespace {

Date day(std::string_view text) {
  return Date::parse(text).value();
}

const Calendar& national() {
  static const PackPtr common = faultless(load(std::array{layer_on_disk("common")}));
  return common->calendars.at("national");
}
const Calendar& nagi() {
  return pack_of("nagi")->calendars.at("nagi");
}

std::vector<int> years_with(int from, int to, int month, int wanted, std::string_view name) {
  std::vector<int> out;
  for (int year = from; year <= to; ++year)
    if (national().holiday(*Date::of(year, month, wanted)) == name) out.push_back(year);
  return out;
}

TEST(Holidays, AreAsManyAsPublishedInEachYear) {
  const std::pair<int, std::size_t> counts[] = {{2019, 22}, {2020, 18}, {2021, 17}, {2024, 21},
                                                {2025, 19}, {2026, 18}, {2027, 17}};
  for (const auto& [year, count] : counts) EXPECT_EQ(national().holidays(year).size(), count) << year;
}

TEST(Holidays, AreEightHundredAndNinetyFiveFrom2000To2050) {
  std::size_t sum = 0;
  for (int year = 2000; year <= 2050; ++year) sum += national().holidays(year).size();
  EXPECT_EQ(sum, 895u);
}

TEST(Holidays, EquinoxesFallAsTheAlmanacSays) {
  const std::vector<int> march_20{2000, 2001, 2004, 2005, 2008, 2009, 2012, 2013, 2016, 2017, 2020,
                                  2021, 2024, 2025, 2026, 2028, 2029, 2030, 2032, 2033, 2034, 2036,
                                  2037, 2038, 2040, 2041, 2042, 2044, 2045, 2046, 2048, 2049, 2050};
  EXPECT_EQ(years_with(2000, 2050, 3, 20, "春分の日"), march_20);
  EXPECT_EQ(years_with(2000, 2050, 3, 21, "春分の日").size(), 51 - march_20.size());
  const std::vector<int> september_22{2012, 2016, 2020, 2024, 2028, 2032, 2036, 2040, 2044, 2045, 2048, 2049};
  EXPECT_EQ(years_with(2000, 2050, 9, 22, "秋分の日"), september_22);
  EXPECT_EQ(years_with(2000, 2050, 9, 23, "秋分の日").size(), 51 - september_22.size());
}

TEST(Holidays, SubstituteOnMay6WhenMay3Or4IsASunday) {
  const std::vector<int> years{2008, 2009, 2014, 2015, 2020, 2025, 2026, 2031, 2036, 2037, 2042, 2043, 2048};
  std::vector<int> found = years_with(2007, 2050, 5, 6, "振替休日");
  std::erase_if(found, [](int year) { return Date::of(year, 5, 6)->weekday() == 1; });  // Mondays follow May 5 itself
  EXPECT_EQ(found, years);
}

TEST(Holidays, CitizensDaysBetweenTwoHolidays) {
  std::vector<std::string> found;
  for (int year = 2007; year <= 2050; ++year)
    for (const Holiday& holiday : national().holidays(year))
      if (holiday.name == "国民の休日") found.push_back(holiday.date.text());
  EXPECT_EQ(found, (std::vector<std::string>{"2009-09-22", "2015-09-22", "2019-04-30", "2019-05-02", "2026-09-22",
                                             "2032-09-21", "2037-09-22", "2043-09-22", "2049-09-21"}));
}

TEST(Holidays, May4Until2006IsNoCitizensDayOnASundayOrAfterOne) {
  EXPECT_EQ(national().holiday(day("2000-05-04")), "国民の休日");
  EXPECT_EQ(national().holiday(day("2003-05-04")), std::nullopt);  // a Sunday
  EXPECT_EQ(national().holiday(day("1998-05-04")), "振替休日");    // May 3 was a Sunday
}

TEST(Holidays, OfTheOlympicYearsAndTheAccession) {
  EXPECT_EQ(national().holiday(day("2020-07-23")), "海の日");
  EXPECT_EQ(national().holiday(day("2020-07-24")), "スポーツの日");
  EXPECT_EQ(national().holiday(day("2020-08-10")), "山の日");
  EXPECT_EQ(national().holiday(day("2021-08-08")), "山の日");
  EXPECT_EQ(national().holiday(day("2021-08-09")), "振替休日");
  EXPECT_EQ(national().holiday(day("2021-08-11")), std::nullopt);
  EXPECT_EQ(national().holiday(day("2019-05-01")), "即位の日");
  EXPECT_EQ(national().holiday(day("2019-12-23")), std::nullopt);
}

TEST(ClosedDays, WeekendsHolidaysAndTheTurnOfTheYear) {
  EXPECT_EQ(nagi().closed_reason(day("2026-11-21")), "土曜日");
  EXPECT_EQ(nagi().closed_reason(day("2026-11-23")), "勤労感謝の日");
  EXPECT_EQ(nagi().closed_reason(day("2026-12-29")), "年末年始");
  EXPECT_EQ(nagi().closed_reason(day("2027-01-01")), "元日");
  EXPECT_EQ(nagi().closed_reason(day("2027-01-03")), "年末年始");
  EXPECT_EQ(nagi().closed_reason(day("2027-01-04")), std::nullopt);
  EXPECT_EQ(nagi().next_open_day(day("2026-12-31")).text(), "2027-01-04");
  EXPECT_EQ(nagi().previous_open_day(day("2027-01-03")).text(), "2026-12-28");
}

TEST(Deadlines, FifteenDaysMoveToTheNextOpenDay) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-04-30", "2026-05-15"}, {"2026-04-25", "2026-05-11"}, {"2026-04-20", "2026-05-07"},
      {"2026-12-16", "2027-01-04"}, {"2026-03-31", "2026-04-15"},
  };
  for (const auto& [event, last] : cases) EXPECT_EQ(nagi().claim_deadline(day(event)).text(), last) << event;
}

TEST(Deadlines, AClaimInTheMonthOfTheEventIsNeverLate) {
  EXPECT_EQ(nagi().claim_deadline(day("2026-06-01")).text(), "2026-06-30");
  EXPECT_EQ(nagi().claim_deadline(day("2026-05-01")).text(), "2026-05-29");  // the 30th and 31st are a weekend
}

TEST(OpenDays, AreCountedWithoutTheFirst) {
  EXPECT_EQ(nagi().plus_open_days(day("2026-11-20"), 1).text(),
            "2026-11-24");  // Friday → Tuesday after a holiday Monday
  EXPECT_EQ(nagi().open_days_between(day("2026-11-20"), day("2026-11-24")), 1);
  EXPECT_EQ(nagi().open_days_between(day("2026-11-24"), day("2026-11-20")), 0);
}

TEST(OfficeTime, CountsOnlyOpenHours) {
  const auto at = [](std::string_view text) { return Instant::parse(text).value(); };
  // Friday 16:15 to Tuesday 9:30 over a weekend and 勤労感謝の日: one hour and one hour.
  EXPECT_EQ(nagi().open_minutes_between(at("2026-11-20T16:15:00+09:00"), at("2026-11-24T09:30:00+09:00")), 120);
  EXPECT_EQ(nagi().open_minutes_between(at("2026-11-20T20:00:00+09:00"), at("2026-11-23T20:00:00+09:00")), 0);
  EXPECT_EQ(nagi().open_minutes_between(at("2026-11-24T00:00:00+09:00"), at("2026-11-25T00:00:00+09:00")), 525);
  EXPECT_EQ(nagi().open_minutes_between(at("2026-11-25T00:00:00+09:00"), at("2026-11-24T00:00:00+09:00")), 0);
  EXPECT_TRUE(nagi().is_open_at(at("2026-11-24T08:30:00+09:00")));
  EXPECT_FALSE(nagi().is_open_at(at("2026-11-24T17:15:00+09:00")));
  EXPECT_EQ(nagi().received_on(at("2026-11-20T23:59:00+09:00")).text(), "2026-11-20");
}

}  // namespace
}  // namespace yakuba::pack
