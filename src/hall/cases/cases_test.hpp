// A little office for the tests of cases, approval and application: the sections of the pack, the staff a matter needs.
#pragma once

#include <gtest/gtest.h>

#include "hall/access/access.hpp"
#include "hall/application/application.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/cases.hpp"
#include "hall/document/document.hpp"
#include "hall/notice/notice.hpp"
#include "hall/people/people.hpp"
#include "hall/section/section.hpp"
#include "hall/testing/hall.hpp"

namespace yakuba::people {
hall::Module module();
}

namespace yakuba::cases::testing {

inline std::vector<hall::Module> office_modules() {
  return {packs::module(),    exchange::module(), section::module(),  people::module(), access::module(),
          document::module(), notice::module(),   approval::module(), cases::module(),  application::module()};
}

// The demonstration's town: its invented people, staff and accounts, as `yakuba demo seed` makes them.
class DemoTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override { return office_modules(); }
  void SetUp() override {
    HallTest::SetUp();
    if (HasFatalFailure()) return;
    run(hall(), {people::module(), access::module()});
  }
  void run(hall::Hall& with, const std::vector<hall::Module>& modules) {
    for (const hall::Module& module : modules)
      for (const hall::DemoStep& step : module.demo) {
        const auto done = step.run(with, town());
        ASSERT_TRUE(done) << step.name << ": " << describe(done.error());
      }
  }
};

class OfficeTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override { return office_modules(); }
  template <class F>
  auto change(F&& f) {
    return hall().store.change(town(), [&](store::Tx& tx) { return f(tx); });
  }
  template <class F>
  auto read(F&& f) {
    return hall().store.read(town(), [&](store::ReadTx& tx) { return f(tx); });
  }
  void SetUp() override {
    HallTest::SetUp();
    if (HasFatalFailure()) return;
    std::vector<PublicId> ids;
    for (std::size_t i = 0; i < pack().sections.size(); ++i) ids.push_back(PublicId::random(random()));
    const Date from = *Date::parse("2024-10-01");
    ASSERT_TRUE(change([&](store::Tx& tx) { return section::found_from_pack(tx, desk(), pack(), from, ids); }));
    clerk = employ("1004", "child", "staff", {"clerk"});
    colleague = employ("1005", "child", "staff", {"clerk"});
    unit_head = employ("1003", "child", "unit-head", {"clerk", "approver"});
    assistant = employ("1002", "child", "assistant-head", {"approver", "clerk"});
    head = employ("1001", "child", "section-head", {"approver"});
    general = employ("2001", "general", "section-head", {"approver"});
    finance = employ("3001", "finance", "section-head", {"approver"});
    deputy_mayor = employ("0002", "mayor-office", "deputy-mayor", {"mayor"});
    mayor = employ("0001", "mayor-office", "mayor", {"mayor"});
  }

  section::Act desk() { return {clock().now(), "console:test"}; }
  section::StaffId employ(std::string number, std::string_view place, std::string rank,
                          std::vector<std::string> roles) {
    const PublicId fresh = PublicId::random(random());
    const Date from = *Date::parse("2024-10-01");
    auto made = change([&](store::Tx& tx) -> Result<section::StaffId> {
      const auto where = TRY(section::section_by_code(tx, place, today()));
      const auto id = TRY(section::employ(tx, desk(), {fresh, number, "見本　" + number, "ミホン", "", from}));
      TRY(section::assign(tx, desk(), pack(), {{}, id, where->id, rank, "", roles, false, {from, {}}}));
      return id;
    });
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(section::StaffId());
  }
  access::Staff staff(section::StaffId id) {
    auto made = read([&](store::ReadTx& tx) { return access::staff_actor(tx, pack(), id, today()); });
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(access::Staff{});
  }
  Act by(section::StaffId id) { return act_of(staff(id), clock().now()); }

  // The answers of the demonstration's case of this step: right for the pack.
  std::vector<Answer> answers_of(std::string_view name) {
    const auto matters = demo_matters(pack());
    EXPECT_TRUE(matters);
    for (const DemoCase& one : matters->cases)
      if (one.name == name) return one.answers;
    ADD_FAILURE() << "no such demo case";
    return {};
  }
  Submission submission(std::string_view name = "福元　隼人") {
    Submission s{.id = PublicId::random(random()),
                 .number = case_number(today(), ++serial_),
                 .procedure = "jido-teate-nintei",
                 .pack_hash = hex(pack().version),
                 .channel = "counter",
                 .language = "ja",
                 .submitted_at = clock().now()};
    s.applicant.name = name;
    s.applicant.kana = "フクモト　ハヤト";
    s.applicant.address = "岡山県勝田郡奈義町見本8番地3";
    s.answers = answers_of(name);
    s.key.resize(32);
    random().fill(s.key);
    return s;
  }
  PublicId received(std::string_view name = "福元　隼人") {
    const Submission s = submission(name);
    const auto made = change([&](store::Tx& tx) { return receive(hall(), tx, town(), s, by(clerk)); });
    EXPECT_TRUE(made) << describe(made.error());
    return s.id;
  }
  Case row(PublicId id) {
    const auto found = read([&](store::ReadTx& tx) { return find(tx, id); });
    EXPECT_TRUE(found && *found);
    return found && *found ? **found : Case{};
  }
  // One act on the case as it stands now.
  template <class F>
  Result<> act(PublicId id, F&& f, section::StaffId who = {}) {
    const Case now = row(id);
    const Act how = by(who.value ? who : clerk);
    return change([&](store::Tx& tx) -> Result<> { return f(tx, how, On{now.id, now.version}); });
  }
  Result<> accept_case(PublicId id) {
    return act(id, [&](store::Tx& tx, const Act& a, const On& on) { return accept(hall(), tx, town(), a, on); });
  }
  Result<> draft_case(PublicId id, const Draft& d = {}) {
    return act(id, [&](store::Tx& tx, const Act& a, const On& on) { return draft(hall(), tx, town(), a, on, d); });
  }
  Result<> propose_case(PublicId id) {
    return act(id, [&](store::Tx& tx, const Act& a, const On& on) { return propose(hall(), tx, town(), a, on); });
  }
  PublicId proposed(std::string_view name = "福元　隼人") {
    const PublicId id = received(name);
    EXPECT_TRUE(accept_case(id));
    auto drafted = draft_case(id);
    EXPECT_TRUE(drafted) << describe(drafted.error());
    auto done = propose_case(id);
    EXPECT_TRUE(done) << describe(done.error());
    return id;
  }
  approval::Sheet sheet(PublicId id) {
    const auto found = read([&](store::ReadTx& tx) { return approval::sheet(tx, "case", id.text()); });
    EXPECT_TRUE(found && *found);
    return found && *found ? **found : approval::Sheet{};
  }
  static std::vector<approval::Line> waiting(const approval::Sheet& sheet) {
    std::vector<approval::Line> lines;
    for (const approval::Line& line : sheet.lines)
      if (line.state == approval::LineState::waiting) lines.push_back(line);
    return lines;
  }
  approval::Act stamp(section::StaffId who) {
    const Act a = by(who);
    return {.actor = a.actor,
            .staff = who,
            .post = a.post,
            .section = a.section,
            .channel = "web",
            .rank = a.rank,
            .at = a.at};
  }
  Result<> approve(PublicId id, section::StaffId who, int line = 0) {
    const approval::Sheet now = sheet(id);
    const auto lines = waiting(now);
    if (lines.empty()) return fail(ErrorKind::conflict, "test.nothing_waits");
    const approval::On on{now.id, line ? line : lines.front().order, now.version};
    const access::Actor actor{staff(who)};
    return change([&](store::Tx& tx) { return approval::approve(hall(), tx, town(), actor, stamp(who), on, "よい"); });
  }
  // Stamps by whoever holds each line, until nothing waits.
  void approve_all(PublicId id) {
    for (int i = 0; i < 20 && sheet(id).state == "open"; ++i) {
      const auto lines = waiting(sheet(id));
      ASSERT_FALSE(lines.empty());
      ASSERT_TRUE(lines.front().holder) << lines.front().title;
      const auto done = approve(id, *lines.front().holder);
      ASSERT_TRUE(done) << describe(done.error());
    }
  }

  section::StaffId clerk, colleague, unit_head, assistant, head, general, finance, deputy_mayor, mayor;

 private:
  std::int64_t serial_ = 0;
};

inline std::string code_of(const Result<>& result) {
  return result ? "" : result.error().code;
}

}  // namespace yakuba::cases::testing
