// The mayor's board on both databases: a log written by hand with figures worked out by hand, the same rows after
// reading anew, pages whose every figure leads to its cases, and the demonstration's half year through the services.
#include "hall/insight/insight.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "hall/access/access.hpp"
#include "hall/application/application.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/cases.hpp"
#include "hall/document/document.hpp"
#include "hall/insight/queries.hpp"
#include "hall/notice/notice.hpp"
#include "hall/people/people.hpp"
#include "hall/section/section.hpp"
#include "hall/testing/hall.hpp"

namespace yakuba::insight {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// 奈義町's office is open 8:30–17:15 on working days; 2026-11-02 is a Monday, 11-03 文化の日.
Instant at(int day, int hour, int minute = 0) {
  return from_japan({.date = *Date::of(2026, 11, day), .hour = hour, .minute = minute});
}

access::Actor reader(access::Scope scope, std::string section_code = "child") {
  access::Staff staff{.id = section::StaffId(9), .number = "0001", .name = "見本　太郎"};
  access::Standing standing{.section_code = std::move(section_code)};
  standing.grants = {{.permission = "insight.read", .scope = scope, .procedures = {}, .role = "insight"}};
  staff.standings.push_back(standing);
  return {staff};
}

class InsightTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    return {packs::module(), exchange::module(), section::module(), insight::module()};
  }

  void write(const std::vector<log::Event>& events) {
    const auto done = hall().store.change(town(), [&](store::Tx& tx) -> Result<> {
      for (const log::Event& event : events) TRY(tx.append(event));
      return {};
    });
    ASSERT_TRUE(done) << describe(done.error());
  }
  std::int64_t read_log() {
    EXPECT_TRUE(store().place_now(town()));
    const auto read = derive(hall(), town());
    EXPECT_TRUE(read) << describe(read.error());
    return read.value_or(-1);
  }

  // Events as hall/cases and hall/approval write them.
  log::Event event(const std::string& id, Instant when, log::Verb verb, std::string step, JsonObject payload = {}) {
    log::Event e{.at = when, .verb = verb, .object_kind = "case", .object_id = id, .case_id = id, .actor = "staff:1"};
    e.section = "child";
    e.channel = "web";
    e.step = std::move(step);
    if (!payload.empty()) e.payload = std::move(payload);
    return e;
  }
  log::Event applied(const std::string& id, Instant when, std::string channel) {
    log::Event e =
        event(id, when, log::Verb::submitted, "accept",
              {{"number", "26-1102-" + id}, {"procedure", "jido-teate-nintei"}, {"pack", hex(pack().version)}});
    e.channel = std::move(channel);
    return e;
  }
  log::Event went(const std::string& id, Instant when, log::Verb verb, std::string from, std::string to,
                  std::string reason = "") {
    log::Event e = event(id, when, verb, std::move(from), {{"to", std::move(to)}});
    e.reason_code = std::move(reason);
    return e;
  }
  log::Event stamped(const std::string& id, Instant when, Instant since, std::string rank, log::Verb verb) {
    log::Event e =
        event(id, when, verb, "approve",
              {{"line", 1}, {"kind", "decision"}, {"rank", std::move(rank)}, {"waiting_since", since.microseconds}});
    e.object_kind = "approval";
    e.object_id = "1";
    return e;
  }

  // "a": online, returned once, decided on the 5th. "b": over the counter, a correction is open.
  void write_two_cases() {
    using enum log::Verb;
    write({applied("a", at(2, 9), "online"), went("a", at(2, 9, 30), received, "accept", "examine"),
           applied("b", at(2, 10), "counter"), went("b", at(2, 10), received, "accept", "examine"),
           event("b", at(2, 11), assigned, "examine", {{"to", 12}}), event("a", at(2, 16, 45), taken, "examine"),
           event("a", at(4, 9), decided_by_rule, "examine"), went("a", at(4, 9), examined, "examine", "draft"),
           went("a", at(4, 9), proposed, "draft", "approve"), stamped("a", at(4, 10), at(4, 9), "unit-head", consented),
           went("a", at(4, 11), returned, "approve", "draft", "R-REASON"),
           went("a", at(4, 13), proposed, "draft", "approve"),
           stamped("a", at(5, 9), at(4, 13), "section-head", approved),
           went("a", at(5, 9), approved, "approve", "decide"), went("a", at(5, 9), granted, "decide", "notify"),
           went("a", at(5, 10), notified, "notify", "close"), event("a", at(5, 10), closed, "close"),
           went("b", at(4, 9, 30), asked, "examine", "correct", "B-ACCOUNT")});
  }
  Scope november() {
    return {.from = *Date::of(2026, 11, 1), .until = *Date::of(2026, 11, 30), .procedure = "", .section = ""};
  }
  Board read_board(const Scope& scope) {
    auto found = hall().store.read(town(), [&](store::ReadTx& tx) { return board(tx, scope); });
    EXPECT_TRUE(found) << describe(found.error());
    return found.value_or(Board{});
  }
  std::vector<std::string> behind(const Behind& b) {
    auto page = hall().store.read(town(), [&](store::ReadTx& tx) { return cases_behind(tx, november(), b, "", 50); });
    EXPECT_TRUE(page) << describe(page.error());
    std::vector<std::string> ids;
    for (const CaseRow& row : page.value_or(CasePage{}).rows) ids.push_back(row.case_id);
    return ids;
  }
  // Every row of the reading, for comparing.
  std::string rows() {
    std::string all;
    const auto done = hall().store.read(town(), [&](store::ReadTx& tx) -> Result<> {
      const std::string from = "2026-01-01", until = "2026-12-31";
      for (const auto& i : TRY(tx.all<sql::IntervalsBetween>({.from_day = from, .until_day = until})))
        all += fmt::format("{} {} {} {} {} {} {} {} {}\n", i.case_id, i.place, i.step, i.offered_at,
                           i.ended_at.value_or(0), i.verb, i.to_step, i.waiting_minutes, i.working_minutes);
      for (const auto& c : TRY(tx.all<sql::CasesBetween>({.from_day = from, .until_day = until})))
        all += fmt::format("{} {} {} {} {} {}\n", c.case_id, c.number, c.channel, c.outcome, c.asked, c.returned);
      for (const auto& s : TRY(tx.all<sql::StampsBetween>({.from_day = from, .until_day = until})))
        all += fmt::format("{} {}\n", s.rank, s.minutes);
      return {};
    });
    EXPECT_TRUE(done);
    return all;
  }
};
YAKUBA_ON_BOTH_DATABASES(InsightTest);

TEST_P(InsightTest, EveryStatementFitsItsTables) {
  const auto done = hall().store.read(town(), [&](store::ReadTx& tx) -> Result<> {
    for (const store::Statement* statement : sql::statements) TRY(tx.prepare(*statement));
    return {};
  });
  EXPECT_TRUE(done) << describe(done.error());
}

TEST_P(InsightTest, TimesAreOpenOfficeMinutesWithoutHolidays) {
  write_two_cases();
  EXPECT_EQ(read_log(), 18);
  const mining::Graph graph = read_board(november()).graphs.at("jido-teate-nintei");
  EXPECT_EQ(graph.node("accept")->waiting.median, 15);  // a: 30 minutes, b: none
  // a waited from Monday 9:30 to 16:45; the work went on over the holiday to Wednesday 9:00: 30 + 30 minutes.
  // b waited from Monday 10:00 to Wednesday 9:30: 435 + 60 minutes, and nobody took it.
  EXPECT_EQ(graph.node("examine")->waiting.median, (435 + 495) / 2.0);
  EXPECT_EQ(graph.node("examine")->working.median, (60 + 0) / 2.0);
  EXPECT_EQ(graph.node("examine")->visits, 2);
  EXPECT_EQ(graph.node("draft")->visits, 2);
  EXPECT_EQ(graph.node("draft")->cases, 1);
}

TEST_P(InsightTest, FiguresOfThePeriod) {
  write_two_cases();
  read_log();
  const Board b = read_board(november());
  EXPECT_EQ(b.now.cases, 2);
  EXPECT_EQ(b.now.online.hits, 1);
  EXPECT_EQ(b.now.asked.value, 0.5);
  EXPECT_EQ(b.now.by_rule.of, 1);
  EXPECT_EQ(b.now.decided_days.median, 3);
  const mining::Reasons& returns = b.returns.at("jido-teate-nintei");
  EXPECT_EQ(returns.all.hits, 1);
  EXPECT_EQ(returns.all.of, 2);
  EXPECT_EQ(returns.by_reason.at(0).first, "R-REASON");
  EXPECT_EQ(b.corrections.at("jido-teate-nintei").by_reason.at(0).first, "B-ACCOUNT");
  ASSERT_EQ(b.ranks.size(), 2U);
  EXPECT_EQ(b.ranks[0].rank, "section-head");  // 13:00–17:15 and 8:30–9:00
  EXPECT_EQ(b.ranks[0].minutes.median, 285);
  EXPECT_EQ(b.ranks[1].minutes.median, 60);
  ASSERT_EQ(b.months.size(), 1U);
  EXPECT_EQ(b.months[0].submitted, 2);
  EXPECT_EQ(b.months[0].decided, 1);
  EXPECT_EQ(read_board({.from = *Date::of(2026, 10, 1), .until = *Date::of(2026, 10, 31)}).now.cases, 0);
}

TEST_P(InsightTest, WaitingByRankCountsWhatWasSentBack) {
  write_two_cases();
  write({stamped("a", at(4, 11), at(4, 10), "assistant-head", log::Verb::returned)});
  read_log();
  const Board b = read_board(november());
  const auto desk = std::ranges::find(b.ranks, "assistant-head", &RankRow::rank);
  ASSERT_NE(desk, b.ranks.end());
  EXPECT_EQ(desk->minutes.median, 60);
  EXPECT_THAT(behind({.rank = "assistant-head"}), ElementsAre("a"));
  EXPECT_EQ(b.now.returned.hits, 1);
  EXPECT_EQ(b.now.returned.of, 1) << "b was neither decided nor sent back";
  EXPECT_EQ(b.measured.at("jido-teate-nintei").returned.hits, 1);
}

TEST_P(InsightTest, TheLastDraftSaysWhetherTheDecisionDeparted) {
  write_two_cases();
  read_log();
  EXPECT_EQ(read_board(november()).now.by_rule.hits, 1);
  write({event("a", at(5, 8), log::Verb::departed, "draft")});
  read_log();
  const Board b = read_board(november());
  EXPECT_EQ(b.now.by_rule.hits, 0) << "decided otherwise than the criterion said";
  EXPECT_EQ(b.now.by_rule.of, 1);
  EXPECT_THAT(behind({.by_rule = true}), ElementsAre());
}

TEST_P(InsightTest, TheTownsTargetsStandBesideWhatWasReached) {
  write_two_cases();
  read_log();
  const std::string page =
      answer(web::Request::get("/insight?period=6m"), web::Side::office_side, reader(access::Scope::town)).body_text();
  EXPECT_THAT(page, HasSubstr("目標と実績"));
  for (const pack::Target& target : pack().targets) {
    EXPECT_THAT(page, HasSubstr(target.source));
    EXPECT_THAT(page, HasSubstr(format_resident(target.by)));
  }
  EXPECT_THAT(page, HasSubstr("数値は見本")) << "the plan states no numbers, and the page says so";
  EXPECT_THAT(page, HasSubstr("届いた")) << "3 days of 7";
  EXPECT_THAT(page, HasSubstr("まだ")) << "50 % of 70 % online";
}

TEST_P(InsightTest, TheMonthsAreAFileToo) {
  write_two_cases();
  read_log();
  const auto csv =
      answer(web::Request::get("/insight/months.csv?period=6m"), web::Side::office_side, reader(access::Scope::town));
  EXPECT_EQ(csv.status, 200);
  EXPECT_THAT(csv.body_text(), HasSubstr("\r\n2026-11,2,1,50,3,50,100,100\r\n"));
  EXPECT_THAT(csv.body_text(), HasSubstr("\r\n2026-10,0,0,,,,,\r\n")) << "a month without cases has no shares";
}

TEST_P(InsightTest, ReadingGoesOnWhereItStoppedAndAgainGivesTheSame) {
  write_two_cases();
  EXPECT_EQ(read_log(), 18);
  EXPECT_EQ(read_log(), 0);
  write({went("b", at(9, 9), log::Verb::corrected, "correct", "examine")});
  EXPECT_EQ(read_log(), 1);
  const std::string once = rows();
  EXPECT_THAT(once, HasSubstr("b 3 correct"));
  const auto again = rebuild(hall(), town());
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 19);
  EXPECT_EQ(rows(), once);
}

TEST_P(InsightTest, EveryFigureLeadsToItsCases) {
  write_two_cases();
  read_log();
  EXPECT_THAT(behind({}), ElementsAre("b", "a"));
  EXPECT_THAT(behind({.channel = "online"}), ElementsAre("a"));
  EXPECT_THAT(behind({.step = "approve", .verb = "returned", .reason = "R-REASON"}), ElementsAre("a"));
  EXPECT_THAT(behind({.step = "approve", .verb = "returned", .reason = "R-FACT"}), ElementsAre());
  EXPECT_THAT(behind({.step = "examine", .to = "correct"}), ElementsAre("b"));
  EXPECT_THAT(behind({.rank = "section-head"}), ElementsAre("a"));
  EXPECT_THAT(behind({.decided = true}), ElementsAre("a"));
  EXPECT_THAT(behind({.asked = true}), ElementsAre("b"));
  EXPECT_THAT(behind({.decided_month = "2026-11"}), ElementsAre("a"));
  EXPECT_THAT(behind({.month = "2026-10"}), ElementsAre());
}

TEST_P(InsightTest, TheListIsPagedByKey) {
  write_two_cases();
  read_log();
  const auto page = [&](std::string_view after) {
    return hall().store.read(town(), [&](store::ReadTx& tx) { return cases_behind(tx, november(), {}, after, 1); });
  };
  const auto first = page("");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->rows.at(0).case_id, "b");
  const auto second = page(first->next);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->rows.at(0).case_id, "a");
  EXPECT_EQ(second->next, "");
  EXPECT_EQ(page("nonsense").error().code, "insight.after");
  EXPECT_EQ(page("2026-13-40.a").error().code, "insight.after");
}

TEST_P(InsightTest, ThePageShowsFiguresAndNoNames) {
  write_two_cases();
  read_log();
  const auto page =
      answer(web::Request::get("/insight?period=6m"), web::Side::office_side, reader(access::Scope::town));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body_text(), HasSubstr("長の計測板"));
  EXPECT_THAT(page.body_text(), HasSubstr("/insight/cases?period=6m&amp;channel=online"));
  EXPECT_THAT(page.body_text(), HasSubstr("審査"));
  EXPECT_THAT(page.body_text(), HasSubstr("課長"));
  const auto list = answer(web::Request::get("/insight/cases?period=6m&asked=1"), web::Side::office_side,
                           reader(access::Scope::town));
  EXPECT_THAT(list.body_text(), HasSubstr("/cases/b"));
  EXPECT_THAT(list.body_text(), Not(HasSubstr("/cases/a\"")));
}

TEST_P(InsightTest, ARightOfOneSectionCountsThatSectionOnly) {
  write_two_cases();
  read_log();
  const auto there = answer(web::Request::get("/insight?period=6m"), web::Side::office_side,
                            reader(access::Scope::section, "general"));
  EXPECT_THAT(there.body_text(), HasSubstr("この期間に申請された案件はありません"));
  const auto here =
      answer(web::Request::get("/insight?period=6m"), web::Side::office_side, reader(access::Scope::section, "child"));
  EXPECT_THAT(here.body_text(), HasSubstr("2件"));
}

TEST_P(InsightTest, BadAddressesGiveAPage) {
  write_two_cases();
  read_log();
  for (const char* bad : {"/insight?period=fy99999999999999999999&procedure=%3Cscript%3E", "/insight?period=-1m",
                          "/insight/cases?period=&step=%27%20or%201=1&month=99"}) {
    const auto page = answer(web::Request::get(bad), web::Side::office_side, reader(access::Scope::town));
    EXPECT_EQ(page.status, 200) << bad;
    EXPECT_THAT(page.body_text(), Not(HasSubstr("<script>")));
  }
  EXPECT_EQ(
      answer(web::Request::get("/insight/cases?after=x"), web::Side::office_side, reader(access::Scope::town)).status,
      400);
}

TEST_P(InsightTest, TheFileHoldsEveryStayAndItsExportIsInTheLog) {
  write_two_cases();
  read_log();
  const auto file =
      answer(web::Request::get("/insight.csv?period=6m"), web::Side::office_side, reader(access::Scope::town));
  EXPECT_EQ(file.status, 200);
  EXPECT_THAT(file.body_text(),
              HasSubstr("\"26-1102-a\",\"examine\",2026-11-02 09:30,2026-11-02 16:45,2026-11-04 09:00,"
                        "\"examined\",\"draft\",\"\",435,60\r\n"));
  EXPECT_TRUE(store().place_now(town()));
  const auto events = hall().store.read(town(), [](store::ReadTx& tx) { return tx.events_of_object("insight", "6m"); });
  ASSERT_TRUE(events);
  ASSERT_EQ(events->events.size(), 1U);
  EXPECT_EQ(events->events[0].verb, log::Verb::exported);
}

TEST_P(InsightTest, ALogWithAHoleOrStrangeWordsStopsNothing) {
  write({went("z", at(2, 9), log::Verb::examined, "examine", "draft"),
         stamped("z", at(2, 10), at(2, 9), "no-such-rank", log::Verb::approved),
         event("y", at(2, 9), log::Verb::closed, "close")});
  EXPECT_EQ(read_log(), 3);
  EXPECT_EQ(read_board(november()).now.cases, 0);
}

// --- the demonstration ---

class InsightDemoTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    return {packs::module(),  exchange::module(),    section::module(), people::module(),
            access::module(), document::module(),    notice::module(),  approval::module(),
            cases::module(),  application::module(), insight::module()};
  }
};
YAKUBA_ON_BOTH_DATABASES(InsightDemoTest);

TEST_P(InsightDemoTest, HalfAYearOfClaimsGoesThroughTheServices) {
  const auto staff = access::module().demo.front().run(hall(), town());
  ASSERT_TRUE(staff) << describe(staff.error());
  if (town().name() != "nagi") GTEST_SKIP() << "the history is of nagi";
  const hall::DemoStep history = insight::module().demo.front();
  const auto done = history.run(hall(), town());
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_TRUE(store().place_now(town()));
  ASSERT_TRUE(derive(hall(), town()));
  const Scope half_year{.from = today().plus_months(-6), .until = today()};
  const auto read = [&] { return *hall().store.read(town(), [&](store::ReadTx& tx) { return board(tx, half_year); }); };
  const Board b = read();
  EXPECT_EQ(b.now.cases, 60);
  EXPECT_GT(b.now.decided_days.count, 50U);
  EXPECT_GT(b.now.asked.hits, 5);
  EXPECT_GT(b.returns.at("jido-teate-nintei").all.hits, 3);
  EXPECT_GE(b.ranks.size(), 2U);
  EXPECT_GT(b.graphs.at("jido-teate-nintei").node("examine")->working.median, 0);
  // A second run makes nothing twice.
  ASSERT_TRUE(history.run(hall(), town()));
  EXPECT_EQ(read().now.cases, 60);
}

}  // namespace
}  // namespace yakuba::insight
