#include "hall/people/birth_date.hpp"

#include <gtest/gtest.h>

#include "hall/people/party_number.hpp"
#include "hall/people/values.hpp"

namespace yakuba::people {
namespace {

Date day(std::string_view iso) {
  return *Date::parse(iso);
}

TEST(BirthDate, ReadsEveryWritingOfACalendarDay) {
  for (std::string_view typed : {"2008-04-01", "平成20年4月1日", "H20.4.1", "平成２０年４月１日", "2008/4/1"}) {
    auto birth = parse_birth(typed);
    ASSERT_TRUE(birth) << typed;
    EXPECT_EQ(*birth, BirthDate::on(day("2008-04-01"))) << typed;
  }
}

TEST(BirthDate, AcceptsTheLastDayOfAnEraInBothEras) {
  EXPECT_EQ(parse_birth("明治45年7月30日")->day(), day("1912-07-30"));
  EXPECT_EQ(parse_birth("大正元年7月30日")->day(), day("1912-07-30"));
  EXPECT_EQ(parse_birth("大正15年12月25日")->day(), day("1926-12-25"));
}

TEST(BirthDate, KeepsADayThatTheCalendarNeverHad) {
  auto birth = parse_birth("昭和30年2月29日");
  ASSERT_TRUE(birth);
  EXPECT_EQ(birth->form(), BirthDate::Form::non_calendar);
  EXPECT_EQ(birth->text(), "昭和30年2月29日");
  EXPECT_FALSE(birth->day());
  EXPECT_TRUE(birth->matches(day("1955-02-28")));
  EXPECT_TRUE(birth->matches(day("1955-03-01")));
  EXPECT_EQ(parse_birth("昭和31年2月29日")->form(), BirthDate::Form::calendar) << "1956 was a leap year";
}

struct Unclear {
  std::string_view words, earliest, latest;
};
class UnclearBirths : public ::testing::TestWithParam<Unclear> {};
INSTANTIATE_TEST_SUITE_P(Forms, UnclearBirths,
                         ::testing::Values(Unclear{"昭和20年月日不詳", "1945-01-01", "1945-12-31"},
                                           Unclear{"昭和20年5月日不詳", "1945-05-01", "1945-05-31"},
                                           Unclear{"昭和20年頃", "1945-01-01", "1945-12-31"},
                                           Unclear{"昭和20年春", "1945-03-01", "1945-05-31"},
                                           Unclear{"昭和20年秋", "1945-09-01", "1945-11-30"},
                                           Unclear{"昭和20年5月上旬", "1945-05-01", "1945-05-10"},
                                           Unclear{"昭和20年2月下旬", "1945-02-21", "1945-02-28"},
                                           Unclear{"昭和20年5月5日頃", "1945-05-05", "1945-05-05"},
                                           Unclear{"推定昭和20年5月", "1945-05-01", "1945-05-31"},
                                           Unclear{"昭和年月日不詳", "1926-12-25", "1989-01-07"},
                                           Unclear{"1990年月日不詳", "1990-01-01", "1990-12-31"},
                                           Unclear{"年月日不詳", "1868-01-25", "2099-12-31"}));
TEST_P(UnclearBirths, KeepTheirWordsAndTheDaysTheyAllow) {
  auto birth = parse_birth(GetParam().words);
  ASSERT_TRUE(birth) << GetParam().words;
  EXPECT_EQ(birth->form(), BirthDate::Form::unclear);
  EXPECT_EQ(birth->text(), GetParam().words);
  EXPECT_EQ(birth->earliest(), day(GetParam().earliest));
  EXPECT_EQ(birth->latest(), day(GetParam().latest));
  EXPECT_EQ(parse_birth(birth->text_western()), *birth) << "the file's form reads back the same";
}

TEST(BirthDate, AnUnclearBirthHasARangeOfAges) {
  auto birth = parse_birth("昭和20年月日不詳");
  EXPECT_EQ(birth->age(day("2026-11-22")), std::nullopt);
  EXPECT_EQ(birth->age_range(day("2026-11-22")), (AgeRange{80, 81}));
  EXPECT_EQ(birth->age(day("2026-12-30")), 81) << "on that day alone everybody born in the year has the same age";
}

TEST(BirthDate, AgeIsAttainedTheDayBeforeTheBirthday) {
  EXPECT_EQ(BirthDate::on(day("2008-04-01")).age(day("2026-03-31")), 18);
  EXPECT_EQ(BirthDate::on(day("2008-04-02")).age(day("2026-03-31")), 17);
  EXPECT_EQ(BirthDate::on(day("2024-02-29")).age(day("2027-02-28")), 3);
}

TEST(BirthDate, RefusesWhatNoRegisterHolds) {
  for (std::string_view typed : {"", "昨日", "昭和70年1月1日", "平成20年13月1日", "平成20年4月32日", "昭和20年夏至",
                                 "令和元年4月30日", "20", "\xff"})
    EXPECT_FALSE(parse_birth(typed)) << typed;
  EXPECT_FALSE(parse_birth(std::string(1000, '1')));
  EXPECT_FALSE(BirthDate::restored(BirthDate::Form::unclear, day("2000-01-02"), day("2000-01-01"), "x"));
  EXPECT_FALSE(BirthDate::restored(BirthDate::Form::unclear, day("2000-01-01"), day("2000-01-02"), ""));
}

TEST(PartyNumber, HasACheckDigitModulusEleven) {
  auto number = PartyNumber::of_serial(123456);
  ASSERT_TRUE(number);
  EXPECT_EQ(number->text(), "0001234560");
  EXPECT_EQ(PartyNumber::parse("0001234560"), *number);
  EXPECT_EQ(PartyNumber::parse("０００１２３-４５６０"), *number);
  EXPECT_FALSE(PartyNumber::parse("0001234561"));
  EXPECT_FALSE(PartyNumber::parse("123456"));
  EXPECT_FALSE(PartyNumber::parse("00012345x0"));
  EXPECT_FALSE(PartyNumber::of_serial(0));
  EXPECT_FALSE(PartyNumber::of_serial(1'000'000'000));
}

TEST(PartyNumber, FindsEverySingleWrongDigitAndEverySwapOfNeighbours) {
  for (std::int64_t serial = 100'000; serial < 100'400; ++serial) {
    auto number = PartyNumber::of_serial(serial);
    if (!number) continue;
    const std::string right = number->text();
    for (std::size_t i = 0; i < right.size(); ++i) {
      std::string wrong = right;
      wrong[i] = static_cast<char>('0' + (right[i] - '0' + 1) % 10);
      // Where the right remainder is 1 the old rule accepts 0: one in eleven, and only on taking a number over.
      const auto other = PartyNumber::parse(wrong);
      EXPECT_TRUE(!other || !PartyNumber::of_serial(other->serial())) << wrong;
    }
    for (std::size_t i = 0; i + 1 < right.size(); ++i) {
      if (right[i] == right[i + 1]) continue;
      std::string swapped = right;
      std::swap(swapped[i], swapped[i + 1]);
      const auto other = PartyNumber::parse(swapped);
      EXPECT_TRUE(!other || !PartyNumber::of_serial(other->serial())) << swapped;
    }
  }
}

TEST(CorporateNumber, ChecksTheDigitInFront) {
  EXPECT_TRUE(CorporateNumber::parse("7000012050002")) << "国税庁";
  EXPECT_FALSE(CorporateNumber::parse("8000012050002"));
  EXPECT_EQ(CorporateNumber::of_body(999'900'000'001)->text().size(), 13U);
}

TEST(Relationship, KnowsTheWordsOfTheRegister) {
  for (std::string_view words :
       {"世帯主", "妻", "夫（未届）", "子", "子の妻", "父の父", "妻の母", "子の子の子の子", "縁故者", "同居人"})
    EXPECT_TRUE(check_relationship(words)) << words;
  for (std::string_view words : {"", "孫", "祖父", "おじ", "子の", "の子", "子の子の子の子の子"})
    EXPECT_FALSE(check_relationship(words)) << words;
}

TEST(Relationship, OrdersMembersAsOnTheCertificate) {
  EXPECT_EQ(relationship_rank("世帯主"), 1);
  EXPECT_EQ(relationship_rank("妻"), 1);
  EXPECT_EQ(relationship_rank("子"), 1);
  EXPECT_EQ(relationship_rank("子の妻"), 2);
  EXPECT_EQ(relationship_rank("子の子"), 2);
  EXPECT_EQ(relationship_rank("母"), 3);
  EXPECT_EQ(relationship_rank("弟"), 3);
  EXPECT_EQ(relationship_rank("父の父"), 3);
  EXPECT_EQ(relationship_rank("妻の弟"), 4);
  EXPECT_EQ(relationship_rank("同居人"), 4);
}

TEST(Relationship, LeadsFromParentToChildAndBetweenSpouses) {
  EXPECT_EQ(relationship_of_child("世帯主"), "子");
  EXPECT_EQ(relationship_of_child("妻（未届）"), "子");
  EXPECT_EQ(relationship_of_child("子"), "子の子");
  EXPECT_EQ(relationship_of_child("子の妻"), "子の子");
  EXPECT_EQ(relationship_of_child("子の子の子の子"), "縁故者") << "a fifth link is not written";
  EXPECT_TRUE(is_spouse_of("世帯主", "夫（未届）"));
  EXPECT_TRUE(is_spouse_of("子の妻", "子"));
  EXPECT_TRUE(is_spouse_of("父", "母"));
  EXPECT_FALSE(is_spouse_of("子", "妻"));
  EXPECT_FALSE(is_spouse_of("世帯主", "子の妻"));
}

TEST(Standing, ASupportMeasureEndsWithItsYearASuppressionDoesNot) {
  const Instant noon = from_japan({day("2027-04-01"), 12});
  Standing measure{.kind = StandingKind::support_measure, .from = day("2026-04-01"), .until = day("2027-03-31")};
  EXPECT_FALSE(measure.in_force(noon));
  EXPECT_TRUE(measure.in_force(noon.plus_seconds(-86'400)));
  Standing suppression = measure;
  suppression.kind = StandingKind::suppression;
  EXPECT_TRUE(suppression.in_force(noon)) << "it only raises an alert at its date";
  suppression.lifted_until = noon.plus_seconds(60);
  EXPECT_FALSE(suppression.in_force(noon));
  EXPECT_TRUE(suppression.in_force(noon.plus_seconds(60))) << "a lifting for a moment returns by itself";
}

TEST(Party, IsWrittenAndReadBack) {
  EXPECT_EQ(party_text(PersonId(12)), "person:12");
  EXPECT_EQ(parse_party("household:3"), Party(HouseholdId(3)));
  EXPECT_FALSE(parse_party("person:0"));
  EXPECT_FALSE(parse_party("person"));
  EXPECT_FALSE(parse_party("alien:1"));
}

}  // namespace
}  // namespace yakuba::people
