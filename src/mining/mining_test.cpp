// What the log of a process says, on logs written by hand with answers worked out by hand.
#include <chrono>

#include <gmock/gmock.h>

#include "mining/figures.hpp"

namespace yakuba::mining {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instant minute(std::int64_t n) {
  return Instant{n * 60'000'000};
}
Moment submitted(std::string id, std::int64_t at) {
  return {.case_id = std::move(id), .at = minute(at), .kind = Kind::submitted, .step = "accept", .verb = "submitted"};
}
Moment taken(std::string id, std::int64_t at) {
  return {.case_id = std::move(id), .at = minute(at), .kind = Kind::taken, .verb = "taken"};
}
Moment moved(std::string id, std::int64_t at, std::string from, std::string verb, std::string to,
             std::string reason = "") {
  return {.case_id = std::move(id),
          .at = minute(at),
          .step = std::move(from),
          .verb = std::move(verb),
          .to = std::move(to),
          .reason = std::move(reason)};
}
Moment closed(std::string id, std::int64_t at) {
  return {.case_id = std::move(id), .at = minute(at), .kind = Kind::closed, .step = "close", .verb = "closed"};
}

// Two cases, mixed. "a" is returned once; "b" is still in examination.
std::vector<Moment> a_small_log() {
  return {submitted("a", 0),
          submitted("b", 5),
          taken("a", 10),
          moved("a", 12, "accept", "received", "examine"),
          taken("a", 42),
          moved("a", 72, "examine", "examined", "approve"),
          moved("b", 80, "accept", "received", "examine"),
          moved("a", 100, "approve", "returned", "examine", "R-REASON"),
          taken("a", 101),
          moved("a", 111, "examine", "examined", "approve"),
          moved("a", 131, "approve", "approved", "close"),
          closed("a", 131)};
}

TEST(Course, TimesOfAStepArePartedAtTheMomentItWasTaken) {
  const auto stays = intervals(a_small_log());
  ASSERT_EQ(stays.size(), 8U);
  const Interval& first = stays[0];
  EXPECT_EQ(first.case_id, "a");
  EXPECT_EQ(first.step, "accept");
  EXPECT_EQ(first.waiting_minutes, 10);
  EXPECT_EQ(first.working_minutes, 2);
  EXPECT_EQ(first.to, "examine");
  const Interval& examined = stays[1];
  EXPECT_EQ(examined.place, 2);
  EXPECT_EQ(examined.waiting_minutes, 30);
  EXPECT_EQ(examined.working_minutes, 30);
}

TEST(Course, AStepThatNobodyTookIsWaitingThroughout) {
  const auto stays = intervals(a_small_log());
  const Interval& b = stays[2];
  EXPECT_EQ(b.case_id, "b");
  EXPECT_EQ(b.waiting_minutes, 75);
  EXPECT_EQ(b.working_minutes, 0);
}

TEST(Course, AnOpenStepIsListedLastAndNotMeasured) {
  const auto stays = intervals(a_small_log());
  EXPECT_EQ(stays.back().case_id, "b");
  EXPECT_EQ(stays.back().step, "examine");
  EXPECT_FALSE(stays.back().ended);
  EXPECT_EQ(stays.back().minutes(), 0);
}

TEST(Course, TheFirstTakingCounts) {
  std::vector<Moment> log = {submitted("a", 0), taken("a", 10), taken("a", 50),
                             moved("a", 60, "accept", "received", "examine")};
  EXPECT_EQ(intervals(log)[0].waiting_minutes, 10);
}

TEST(Course, OnlyOpenOfficeHoursCount) {
  // An office that is open during the first half of every hundred minutes.
  const Minutes half = [](Instant from, Instant to) {
    std::int64_t open = 0;
    for (std::int64_t at = from.microseconds / 60'000'000; at < to.microseconds / 60'000'000; ++at)
      open += at % 100 < 50;
    return open;
  };
  std::vector<Moment> log = {submitted("a", 40), taken("a", 110), moved("a", 160, "accept", "received", "examine")};
  const auto stays = intervals(log, half);
  EXPECT_EQ(stays[0].waiting_minutes, 20);  // 40–50 and 100–110
  EXPECT_EQ(stays[0].working_minutes, 40);  // 110–150
}

TEST(Course, AWrongClockGivesNoNegativeTime) {
  std::vector<Moment> early = {submitted("a", 100), taken("a", 50), moved("a", 90, "accept", "received", "examine")};
  EXPECT_EQ(intervals(early)[0].minutes(), 0);
  std::vector<Moment> late = {submitted("a", 0), taken("a", 500), moved("a", 90, "accept", "received", "examine")};
  EXPECT_EQ(intervals(late)[0].waiting_minutes, 90);
  EXPECT_EQ(intervals(late)[0].working_minutes, 0);
}

TEST(Course, ALogWithAHoleGivesTheRest) {
  std::vector<Moment> log = {taken("a", 3), moved("a", 10, "examine", "examined", "draft"),
                             moved("a", 14, "draft", "proposed", "approve"), closed("z", 20)};
  const auto stays = intervals(log);
  ASSERT_EQ(stays.size(), 2U);
  EXPECT_EQ(stays[0].step, "draft");
  EXPECT_EQ(stays[0].minutes(), 4);
  EXPECT_THAT(intervals({}), IsEmpty());
}

TEST(Figures, MedianAndPercentile) {
  EXPECT_EQ(spread({3, 1, 2}).median, 2);
  EXPECT_EQ(spread({4, 1, 2, 3}).median, 2.5);
  EXPECT_EQ(spread({7}).high, 7);
  EXPECT_EQ(spread({}).median, 0);
  EXPECT_THAT(spread({0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}).high, DoubleNear(90, 1e-9));
}

// Conover's table: n = 6 gives the extremes (97 %), n = 10 the 2nd and 9th, n = 20 the 6th and 15th.
TEST(Figures, IntervalOfAMedianByOrderStatistics) {
  const auto ranks = [](int n) {
    std::vector<double> values;
    for (int i = 1; i <= n; ++i) values.push_back(i);
    return spread(values).between;
  };
  EXPECT_FALSE(ranks(5));
  EXPECT_EQ(ranks(6), std::pair(1.0, 6.0));
  EXPECT_EQ(ranks(10), std::pair(2.0, 9.0));
  EXPECT_EQ(ranks(20), std::pair(6.0, 15.0));
  EXPECT_EQ(ranks(100), std::pair(40.0, 61.0));
  EXPECT_EQ(ranks(2000), std::pair(956.0, 1045.0));
}

// The mock of the mayor's page: 49 of 502 and 17 of 412.
TEST(Figures, SharesWithWilsonsInterval) {
  const Share before = share(49, 502), after = share(17, 412);
  EXPECT_THAT(before.value, DoubleNear(0.0976, 5e-5));
  EXPECT_THAT(before.low, DoubleNear(0.0746, 5e-4));
  EXPECT_THAT(before.high, DoubleNear(0.1268, 5e-4));
  EXPECT_THAT(after.low, DoubleNear(0.0259, 5e-4));
  EXPECT_THAT(after.high, DoubleNear(0.0651, 5e-4));
  const Difference d = difference(before, after);
  EXPECT_THAT(d.value, DoubleNear(-0.0563, 5e-4));
  EXPECT_TRUE(d.certain());
  EXPECT_EQ(share(0, 10).low, 0);
  EXPECT_EQ(share(10, 10).high, 1);
  EXPECT_EQ(share(0, 0), Share{});
  EXPECT_FALSE(difference(share(1, 10), share(2, 10)).certain());
}

TEST(Figures, WhoFollowsWhom) {
  const Graph g = graph(intervals(a_small_log()));
  const Node* examine = g.node("examine");
  ASSERT_TRUE(examine);
  EXPECT_EQ(examine->visits, 2);  // b has not left it yet
  EXPECT_EQ(examine->cases, 2);
  EXPECT_EQ(examine->minutes.median, 35.5);  // 60 and 11
  EXPECT_EQ(g.node("nowhere"), nullptr);
  std::vector<std::string> ways;
  for (const Edge& e : g.edges) ways.push_back(e.from + ">" + e.to + " " + std::to_string(e.count));
  EXPECT_THAT(ways, ElementsAre("accept>examine 2", "approve>close 1", "approve>examine 1", "examine>approve 2"));
}

TEST(Figures, ReturnsByReasonAreAShareOfAllThatEndedThere) {
  const Reasons r = reasons(intervals(a_small_log()), "approve", "returned");
  EXPECT_EQ(r.all.hits, 1);
  EXPECT_EQ(r.all.of, 2);
  ASSERT_EQ(r.by_reason.size(), 1U);
  EXPECT_EQ(r.by_reason[0].first, "R-REASON");
  EXPECT_EQ(r.by_reason[0].second.value, 0.5);
}

TEST(Figures, NoMonthIsLeftOut) {
  const std::vector<std::pair<Date, double>> values = {
      {*Date::parse("2026-04-30"), 3}, {*Date::parse("2026-06-01"), 5}, {*Date::parse("2027-01-01"), 9}};
  const Months m = by_month(values, *Date::parse("2026-04-15"), *Date::parse("2026-06-20"));
  ASSERT_EQ(m.months.size(), 3U);
  EXPECT_THAT(m.months[0].second, ElementsAre(3));
  EXPECT_THAT(m.months[1].second, IsEmpty());
  EXPECT_THAT(m.months[2].second, ElementsAre(5));
}

// A million events in a second is the aim of a release build; an unoptimised one on a busy machine stays far below.
TEST(Figures, AHundredThousandEventsAreQuick) {
  std::vector<Moment> log;
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = "case-" + std::to_string(i);
    log.push_back(submitted(id, i));
    log.push_back(taken(id, i + 1));
    log.push_back(moved(id, i + 2, "accept", "received", "examine"));
    log.push_back(moved(id, i + 9, "examine", "examined", "close"));
    log.push_back(closed(id, i + 9));
  }
  const auto began = std::chrono::steady_clock::now();
  const Graph g = graph(intervals(log));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(g.node("accept")->visits, 20'000);
  RecordProperty("events_per_second", std::to_string(static_cast<double>(log.size()) / took.count()));
  EXPECT_LT(took.count(), 10.0);
}

}  // namespace
}  // namespace yakuba::mining
