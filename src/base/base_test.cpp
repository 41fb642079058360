#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/name.hpp"
#include "base/text.hpp"
#include "base/yen.hpp"

namespace yakuba {
namespace {

Date day(std::string_view iso) {
  return *Date::parse(iso);
}

TEST(Date, CountsEveryDayOfFourCenturies) {
  Date date = day("1800-01-01");
  for (int year = 1800; year < 2200; ++year)
    for (int month = 1; month <= 12; ++month)
      for (int d = 1; Date::of(year, month, d); ++d) {
        ASSERT_EQ(*Date::of(year, month, d), date);
        ASSERT_EQ(Date::parse(date.text()), date);
        ASSERT_EQ(date.day(), d);
        date = date.plus_days(1);
      }
  EXPECT_EQ(date, day("2200-01-01"));
}

TEST(Date, RefusesDaysThatAreNotInTheCalendar) {
  for (const char* text : {"2023-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "2026/01/01", "", "2026-01-01 "})
    EXPECT_FALSE(Date::parse(text)) << text;
}

TEST(Date, KnowsWeekdaysAndMonthEnds) {
  EXPECT_EQ(day("2026-11-22").weekday(), 0);
  EXPECT_EQ(day("2024-01-31").plus_months(1), day("2024-02-29"));
  EXPECT_EQ(day("2024-03-31").plus_months(-13), day("2023-02-28"));
  EXPECT_EQ(day("2024-02-10").month_end(), day("2024-02-29"));
}

// 年齢計算ニ関スル法律: a year of age is complete the day before the birthday.
TEST(Age, IsAttainedTheDayBeforeTheBirthday) {
  EXPECT_EQ(age_on(day("2026-03-31"), day("2008-04-01")), 18);
  EXPECT_EQ(age_on(day("2026-03-31"), day("2008-04-02")), 17);
  EXPECT_EQ(attains(day("2008-04-01"), 18), day("2026-03-31"));
}

// 民法143条2項但書
TEST(Age, OfAChildBornOnFebruary29EndsWithFebruary28) {
  EXPECT_EQ(attains(day("2024-02-29"), 3), day("2027-02-28"));
  EXPECT_EQ(attains(day("2024-02-29"), 4), day("2028-02-28"));
  EXPECT_EQ(age_on(day("2027-02-27"), day("2024-02-29")), 2);
}

TEST(FiscalYear, RunsFromAprilToMarch) {
  EXPECT_EQ(fiscal_year(day("2026-03-31")), 2025);
  EXPECT_EQ(fiscal_year(day("2026-04-01")), 2026);
  EXPECT_EQ(fiscal_year_end(day("2026-03-31")), day("2026-03-31"));
  EXPECT_EQ(fiscal_year_end(day("2026-04-01")), day("2027-03-31"));
}

TEST(Era, ChangesOnTheDayOfTheLaw) {
  EXPECT_EQ(format_era(day("2019-04-30")), "平成31年4月30日");
  EXPECT_EQ(format_era(day("2019-05-01")), "令和元年5月1日");
  EXPECT_EQ(format_resident_weekday(day("2026-11-22")), "令和8年（2026年）11月22日（日）");
  EXPECT_FALSE(from_era({"平成", 31, 5, 1}));
  EXPECT_EQ(from_era({"昭和", 64, 1, 7}), day("1989-01-07"));
}

TEST(Era, ReadsWhatPeopleType) {
  for (const char* typed :
       {"2019-05-01", "2019/5/1", "令和元年5月1日", "R1.5.1", "ｒ元.5.1", "令和 1 年 5 月 1 日", "２０１９年５月１日"})
    EXPECT_EQ(parse_any_date(typed), day("2019-05-01")) << typed;
  for (const char* typed : {"", "5月1日", "19/5/1", "令和0年1月1日", "2019-02-30", "2019-05-01x", "平成31年5月1日"})
    EXPECT_FALSE(parse_any_date(typed)) << typed;
}

TEST(Instant, IsWrittenInUtcAndShownInJapan) {
  const Instant night = *Instant::parse("2026-11-22T16:30:00Z");
  EXPECT_EQ(date_in_japan(night), day("2026-11-23"));
  EXPECT_EQ(Instant::parse("2026-11-23T01:30:00+09:00"), night);
  EXPECT_EQ(night.text(), "2026-11-22T16:30:00.000000Z");
  EXPECT_EQ(from_japan(in_japan(night)), night);
  EXPECT_EQ(in_japan(Instant{-1}).date, day("1970-01-01"));
}

TEST(Text, RefusesBrokenUtf8) {
  EXPECT_TRUE(is_utf8("奈義町𠮷"));
  for (std::string_view bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE3\x81", "\x80", "\xFF", "\xE3"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(Text, FoldsWhatPeopleTypeForTheSameName) {
  EXPECT_EQ(fold("ﾅｷﾞ ﾁｮｳ"), fold("なぎちょう"));
  EXPECT_EQ(fold("髙﨑"), fold("高崎"));
  EXPECT_EQ(fold("𠮷田"), fold("吉田"));
  EXPECT_EQ(fold("渡邉\U000E010F"), fold("渡辺"));
  EXPECT_EQ(fold("ＡＢＣ"), "abc");
}

TEST(Text, MakesBigramsForTwoCharacterWords) {
  EXPECT_THAT(bigrams("児童手当"), testing::ElementsAre("児童", "童手", "手当"));
  EXPECT_THAT(bigrams("税"), testing::ElementsAre("税"));
  EXPECT_THAT(bigrams(""), testing::IsEmpty());
}

TEST(Text, CountsAVariationSequenceAsOneCharacter) {
  EXPECT_EQ(length_in_graphemes("邉\U000E010F"), 1u);
  EXPECT_EQ(length_in_code_points("邉\U000E010F"), 2u);
}

TEST(Text, SeparatesFuriganaFromItsBase) {
  EXPECT_EQ(without_ruby("{児童|じどう}{手当|てあて}を{受|う}ける"), "児童手当を受ける");
  EXPECT_EQ(only_ruby("{児童|じどう}{手当|てあて}を{受|う}ける"), "じどうてあてをうける");
  EXPECT_EQ(without_ruby("{開いた"), "{開いた");
}

TEST(Text, WritesThousands) {
  EXPECT_EQ(format_number(4300000), "4,300,000");
  EXPECT_EQ(format_number(-1000), "-1,000");
  EXPECT_EQ(format_number(999), "999");
  EXPECT_EQ(Yen{25000}.text(), "25,000円");
  EXPECT_FALSE(add(Yen{INT64_MAX}, Yen{1}));
}

TEST(Bytes, AreWrittenAndReadBack) {
  SeededRandom random(7);
  for (std::size_t size = 0; size < 80; ++size) {
    Bytes bytes(size);
    random.fill(bytes);
    EXPECT_EQ(from_hex(hex(bytes)), bytes);
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
    EXPECT_EQ(from_base32_crockford(base32_crockford(bytes)), bytes);
  }
  EXPECT_EQ(base64(view("foob")), "Zm9vYg==");  // RFC 4648 §10
  EXPECT_EQ(base64url(view("foob")), "Zm9vYg");
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_base64("Zm9vYh=="));  // stray bits
}

TEST(PublicId, IsReadBackInAnyCaseButInOneSpellingOnly) {
  SeededRandom random(1);
  const PublicId id = PublicId::random(random);
  EXPECT_EQ(id.text().size(), 26u);
  EXPECT_EQ(PublicId::parse(id.text()), id);
  EXPECT_FALSE(PublicId::parse(id.text() + "0"));
  EXPECT_FALSE(PublicId::parse("zzzzzzzzzzzzzzzzzzzzzzzzzz"));  // more than 128 bits
}

TEST(SeededRandomSource, GivesTheSameBytesForTheSameSeed) {
  SeededRandom a(42), b(42), c(43);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.below(7), 7u);
}

TEST(Crypto, KnowsItsPublishedAnswers) {
  // FIPS 180-4 example; RFC 4231 test case 2
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(hmac_sha256(view("Jefe"), view("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, OpensABoxOnlyWithItsKeyAndInItsPlace) {
  SeededRandom random(3);
  Bytes raw(32);
  random.fill(raw);
  const Key256 key(raw);
  const Bytes box = *seal(key, random, view("秘密"), "nagi|case|1");
  EXPECT_EQ(text_view(*unseal(key, box, "nagi|case|1")), "秘密");
  EXPECT_FALSE(unseal(key, box, "nagi|case|2"));
  for (std::size_t i = 0; i < box.size(); ++i) {
    Bytes changed = box;
    changed[i] ^= 1;
    EXPECT_FALSE(unseal(key, changed, "nagi|case|1")) << i;
  }
  EXPECT_FALSE(unseal(key, Bytes(5), "nagi|case|1"));
}

TEST(Crypto, VerifiesOnlyWhatWasSigned) {
  SeededRandom random(4);
  const SigningKey key = make_signing_key(random);
  const Bytes signature = sign(key, view("checkpoint"));
  EXPECT_TRUE(verify(key.public_key, view("checkpoint"), signature));
  EXPECT_FALSE(verify(key.public_key, view("checkpoinT"), signature));
  EXPECT_FALSE(verify(make_signing_key(random).public_key, view("checkpoint"), signature));
}

TEST(Json, WritesWhatItIsTold) {
  JsonWriter json;
  json.object([&] {
    json.member("id", 7).member("name", "有本\n");
    json.key("rows").array([&] { json.value(1).value(true).null(); });
    json.key("empty").object([] {});
  });
  EXPECT_EQ(json.text(), R"({"id":7,"name":"有本\n","rows":[1,true,null],"empty":{}})");
}

TEST(Json, ReadsStrictlyAndWritesCanonically) {
  const auto value = parse_json(R"( {"b":[1,2.50,"x"],"a":{"z":null,"y":true}} )");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->canonical(), R"({"a":{"y":true,"z":null},"b":[1,2.50,"x"]})");
  EXPECT_EQ(*parse_json(value->canonical()), *value);
  EXPECT_EQ(*parse_json(R"("\ud842\udfb7\u304b")")->string(), "𠮷か");
}

TEST(Json, NamesThePlaceOfAFault) {
  struct Bad {
    const char* text;
    const char* code;
  };
  for (const Bad& bad :
       {Bad{"{\"a\":1,}", "json.expected_key"}, Bad{"[1,]", "json.bad_number"}, Bad{"01", "json.bad_number"},
        Bad{"{\"a\":1,\"a\":2}", "json.duplicate_key"}, Bad{"\"\\ud800\"", "json.lone_surrogate"},
        Bad{"1 2", "json.trailing"}, Bad{"", "json.unexpected_end"}, Bad{"nul", "json.unexpected"}}) {
    const auto value = parse_json(bad.text);
    ASSERT_FALSE(value) << bad.text;
    EXPECT_EQ(value.error().code, bad.code) << bad.text;
  }
  const auto value = parse_json("{\n  \"a\": x}");
  EXPECT_EQ(value.error().place.line, 2);
  EXPECT_EQ(value.error().place.column, 8);
  EXPECT_FALSE(parse_json(std::string(100, '[')));
}

TEST(Name, AcceptsSequencesAndRefusesStraySelectors) {
  EXPECT_TRUE(check_name("渡邉\U000E010F　太郎", "name"));
  EXPECT_FALSE(check_name("\U000E010F", "name"));
  EXPECT_FALSE(check_name("a\U000E010F", "name"));
  EXPECT_FALSE(check_name("山\n田", "name"));
  EXPECT_FALSE(check_name(std::string(101 * 3, 'a'), "name"));
}

TEST(Error, DescribesItsPlaceAsEditorsUnderstandIt) {
  EXPECT_EQ(describe({ErrorKind::invalid, "pack.unknown_key", "no such key", {"packs/x.toml", 3, 7, ""}, {}}),
            "packs/x.toml:3:7: pack.unknown_key: no such key");
}

}  // namespace
}  // namespace yakuba
