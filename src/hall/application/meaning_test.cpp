// What is kept of a draft from page to page must never differ from what its stored answers mean.
#include <gtest/gtest.h>

#include "hall/application/rows.hpp"
#include "hall/testing/hall.hpp"

namespace yakuba::application {
namespace {

class MeaningTest : public ::testing::Test {
 protected:
  using Meant = std::shared_ptr<const Meaning>;

  std::vector<cases::Answer> complete() const {
    const auto matters = cases::demo_matters(*pack_);
    EXPECT_TRUE(matters);
    return matters ? matters->drafts.back().answers : std::vector<cases::Answer>();
  }
  Meant meant(PublicId draft, const std::vector<cases::Answer>& answers, std::string released = "",
              std::string_view day = "2026-11-22") {
    auto made = meaning_of(draft, {.pack = pack_,
                                   .procedure = pack_->procedure("jido-teate-nintei"),
                                   .as_of = *Date::parse(day),
                                   .released = std::move(released),
                                   .answers = to_json(answers)});
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(nullptr);
  }
  // Of a draft that nobody has looked at before: nothing is kept of it.
  Meant fresh(const std::vector<cases::Answer>& answers, std::string released = "") {
    return meant(new_draft(), answers, std::move(released));
  }
  PublicId new_draft() { return PublicId::random(random_); }
  static void expect_same(const Meant& kept, const Meant& fresh) {
    EXPECT_EQ(kept->answers, fresh->answers);
    EXPECT_EQ(JsonValue(kept->understood.facts.known).canonical(),
              JsonValue(fresh->understood.facts.known).canonical());
    EXPECT_EQ(kept->understood.asked, fresh->understood.asked);
  }

 private:
  pack::PackPtr pack_ = hall::testing::nagi_pack();
  SeededRandom random_{7};
};

TEST_F(MeaningTest, OfAnswersGivenOneByOneIsThatOfAllAtOnce) {
  const std::vector<cases::Answer> all = complete();
  ASSERT_GT(all.size(), 10U);
  const PublicId draft = new_draft();
  for (std::size_t n = 0; n <= all.size(); ++n) {
    const std::vector<cases::Answer> given(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
    SCOPED_TRACE(n);
    expect_same(meant(draft, given), fresh(given));
  }
}

TEST_F(MeaningTest, AChangedAnswerIsUnderstoodAnewWithAllThatFollowsFromIt) {
  std::vector<cases::Answer> answers = complete();
  const PublicId draft = new_draft();
  const auto before = meant(draft, answers);
  const auto spouse = std::ranges::find(answers, "has_spouse", &cases::Answer::ask);
  ASSERT_NE(spouse, answers.end());
  const bool had = *spouse->value.boolean();
  spouse->value = JsonValue(!had);
  const auto after = meant(draft, answers);
  EXPECT_NE(before->understood.asked, after->understood.asked) << "other questions are asked";
  expect_same(after, fresh(answers));
  answers.pop_back();
  expect_same(meant(draft, answers), fresh(answers));
}

TEST_F(MeaningTest, WhatTheOfficeReleasesOrTheDayChangesCounts) {
  const std::vector<cases::Answer> none;
  const PublicId draft = new_draft();
  const std::string one = R"({"claimant":{"name":"見本　一郎"}})", other = R"({"claimant":{"name":"見本　二郎"}})";
  const auto name = [](const Meant& meaning) {
    return meaning->understood.facts.known.at("claimant").text_or("name", "");
  };
  EXPECT_EQ(name(meant(draft, none, one)), "見本　一郎");
  EXPECT_EQ(name(meant(draft, none, other)), "見本　二郎");
  EXPECT_FALSE(meant(draft, none)->understood.facts.known.contains("claimant"));
  const auto received = [&](std::string_view day) {
    return *meant(draft, none, "", day)->understood.facts.known.at("received_on").string();
  };
  EXPECT_EQ(received("2026-11-22"), "2026-11-22");
  EXPECT_EQ(received("2026-11-23"), "2026-11-23");
}

TEST_F(MeaningTest, TheSameTextsAreNotUnderstoodTwice) {
  const std::vector<cases::Answer> all = complete();
  const PublicId draft = new_draft();
  const auto first = meant(draft, all);
  EXPECT_EQ(meant(draft, all), first);
  for (std::size_t i = 0; i < 2 * meanings_max; ++i) meant(new_draft(), {});
  expect_same(meant(draft, all), first);  // kept or not: what it means stays
}

TEST_F(MeaningTest, OfTheDraftsUsedLastItIsKept) {
  const PublicId draft = new_draft(), left = new_draft();
  const auto first = meant(draft, {}), gone = meant(left, {});
  for (std::size_t i = 0; i < 2 * meanings_max; ++i) {
    const PublicId other = new_draft();
    const auto once = meant(other, {});
    ASSERT_EQ(meant(other, {}), once) << "the newest are kept, after " << i;
    if (i % 100 == 0) {
      ASSERT_EQ(meant(draft, {}), first) << "and those still in use, after " << i;
    }
  }
  EXPECT_NE(meant(left, {}), gone) << "not those nobody has opened since";
}

TEST_F(MeaningTest, AnswersThatAreNoListAreAFault) {
  for (const std::string broken : {"", "[", "{\"a\":", "[{\"ask\":\"x\"}"}) {
    const auto made = meaning_of(new_draft(), {.pack = hall::testing::nagi_pack(),
                                               .procedure = hall::testing::nagi_pack()->procedure("jido-teate-nintei"),
                                               .as_of = *Date::parse("2026-11-22"),
                                               .released = "",
                                               .answers = broken});
    EXPECT_FALSE(made) << broken;
  }
}

}  // namespace
}  // namespace yakuba::application
