// The office as people: who holds which rank where, who acts for whom, and the 1st of April.
#include "hall/section/section.hpp"

#include <gtest/gtest.h>

#include "hall/section/queries.hpp"
#include "pack/pack.hpp"
#include "store/store.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::section {
namespace {

Date day(std::string_view iso) {
  return *Date::parse(iso);
}

pack::Pack little_pack() {
  pack::Pack pack;
  auto rank = [&](std::string id, std::string name, int level) {
    pack::Rank r;
    r.id = id;
    r.name = name;
    r.level = level;
    pack.ranks.push_back(r);
  };
  rank("mayor", "町長", 90);
  rank("vice mayor", "副町長", 80);
  rank("section head", "課長", 50);
  rank("deputy head", "課長補佐", 40);
  rank("chief", "係長", 30);
  rank("officer", "主事", 10);
  auto role = [&](std::string id, std::string name, std::string scope, std::vector<std::string> permissions) {
    pack::Role r;
    r.id = id;
    r.name = name;
    r.scope = scope;
    r.permissions = permissions;
    pack.roles.push_back(r);
  };
  role("clerk", "担当", "section", {"case.read", "case.examine"});
  role("approver", "決裁者", "section", {"case.read", "case.approve"});
  auto section = [&](std::string id, std::string name, std::string parent) {
    pack::Section s;
    s.id = id;
    s.name = name;
    s.parent = parent;
    pack.sections.push_back(s);
  };
  section("child-care", "子育て支援係", "child");  // before its parent on purpose
  section("child", "こども・長寿課", "mayor");
  section("tax", "税務課", "mayor");
  section("mayor", "町長部局", "");
  pack::Post post;
  post.id = "mayor-post";
  post.rank = "mayor";
  post.section = "mayor";
  pack.posts.push_back(post);
  post.id = "tax-head";
  post.rank = "section head";
  post.section = "tax";
  pack.posts.push_back(post);
  post.id = "child-head";
  post.section = "child";
  pack.posts.push_back(post);
  pack.acting.push_back({"section head", {"deputy head", "chief"}, "事務決裁規程", {}});
  pack.acting.push_back({"mayor", {"vice mayor", "tax-head"}, "", {}});
  return pack;
}

class SectionTest : public store::testing::TownTest {
 protected:
  std::vector<store::MigrationSet> migrations() const override { return {{"section", sql::migrations}}; }

  void SetUp() override {
    TownTest::SetUp();
    std::vector<PublicId> ids;
    for (std::size_t i = 0; i < pack.sections.size(); ++i) ids.push_back(PublicId::random(random()));
    auto made =
        store().change(town(), [&](store::Tx& tx) { return found_from_pack(tx, act(), pack, day("2020-04-01"), ids); });
    ASSERT_TRUE(made) << describe(made.error());
    ASSERT_EQ(*made, 4);
  }

  Act act() { return {clock().now(), "staff:1"}; }

  template <class F>
  auto change(F f) {
    return store().change(town(), [&](store::Tx& tx) { return f(tx); });
  }
  template <class F>
  auto read(F f) {
    return store().read(town(), [&](store::ReadTx& tx) { return f(tx); });
  }

  SectionId section(std::string_view code, Date on = Date{0}) {
    auto found = read([&](store::ReadTx& tx) { return section_by_code(tx, code, on.days ? on : today); });
    return found && *found ? (*found)->id : SectionId();
  }
  StaffId hire(const std::string& number, const std::string& name, std::string_view from = "2020-04-01") {
    PublicId id = PublicId::random(random());
    auto made = change([&](store::Tx& tx) { return employ(tx, act(), {id, number, name, "", "", day(from)}); });
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(StaffId());
  }
  Result<AssignmentId> put(StaffId staff, std::string_view code, const std::string& rank,
                           std::vector<std::string> roles = {}, bool concurrent = false,
                           std::string_view from = "2020-04-01") {
    return change([&](store::Tx& tx) {
      return assign(tx, act(), pack,
                    {{}, staff, section(code), rank, "", roles, concurrent, {day(from), std::nullopt}});
    });
  }
  StaffId person(const std::string& number, const std::string& name, std::string_view code, const std::string& rank) {
    StaffId id = hire(number, name);
    auto done = put(id, code, rank);
    EXPECT_TRUE(done) << describe(done.error());
    return id;
  }
  void away(StaffId staff, std::string_view from, std::string_view to, std::string_view reason = "business-trip") {
    auto done = change([&](store::Tx& tx) {
      return enter_absence(tx, act(), {{}, staff, {day(from), day(to)}, std::string(reason)});
    });
    ASSERT_TRUE(done) << describe(done.error());
  }
  std::optional<Acting> acting(std::string_view rank, std::string_view code) {
    auto found = read([&](store::ReadTx& tx) { return acting_for(tx, pack, rank, section(code), today); });
    EXPECT_TRUE(found) << describe(found.error());
    return found ? *found : std::nullopt;
  }

  pack::Pack pack = little_pack();
  Date today = day("2026-11-22");
};
YAKUBA_ON_BOTH_DATABASES(SectionTest);

TEST_P(SectionTest, SectionsOfThePackAreFoundedOnceParentsFirst) {
  auto all = read([&](store::ReadTx& tx) { return sections(tx, today); });
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 4u);
  auto below = read([&](store::ReadTx& tx) { return section_and_below(tx, section("mayor"), today); });
  EXPECT_EQ(below->size(), 4u);
  std::vector<PublicId> ids(4, PublicId::random(random()));
  auto again = change([&](store::Tx& tx) { return found_from_pack(tx, act(), pack, today, ids); });
  EXPECT_EQ(again.value_or(-1), 0);
}

TEST_P(SectionTest, ASectionEndsOnlyWhenNobodyIsInIt) {
  person("1001", "小林　恵", "tax", "officer");
  auto tax = read([&](store::ReadTx& tx) { return section_by_id(tx, section("tax")); });
  auto refused = change([&](store::Tx& tx) { return dissolve(tx, act(), (*tax)->id, 1, day("2027-03-31")); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "section.still_staffed");
  auto child = section("child");
  auto below = change([&](store::Tx& tx) { return dissolve(tx, act(), child, 1, day("2027-03-31")); });
  EXPECT_EQ(below.error().code, "section.has_sections_below");
}

TEST_P(SectionTest, ACodeReturnsInALaterPeriodAndNotBefore) {
  auto tax = section("tax");
  ASSERT_TRUE(change([&](store::Tx& tx) { return dissolve(tx, act(), tax, 1, day("2027-03-31")); }));
  PublicId id = PublicId::random(random());
  auto early = change([&](store::Tx& tx) {
    return found(tx, act(), {id, "tax", "税務町民課", std::nullopt, "", {day("2027-03-31"), std::nullopt}});
  });
  EXPECT_EQ(early.error().code, "section.code_in_use");
  auto later = change([&](store::Tx& tx) {
    return found(tx, act(), {id, "tax", "税務町民課", std::nullopt, "", {day("2027-04-01"), std::nullopt}});
  });
  ASSERT_TRUE(later) << describe(later.error());
  EXPECT_EQ(section("tax", day("2027-03-31")), tax);
  EXPECT_EQ(section("tax", day("2027-04-01")), *later);
}

TEST_P(SectionTest, TwoAdministratorsOnOneSectionTheSecondIsTold) {
  auto tax = section("tax");
  ASSERT_TRUE(change([&](store::Tx& tx) { return rename(tx, act(), tax, 1, "税務町民課", "0868-36-4111"); }));
  auto second = change([&](store::Tx& tx) { return rename(tx, act(), tax, 1, "課税課", ""); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
}

TEST_P(SectionTest, OneMainAssignmentAndConcurrentOnesBesideIt) {
  StaffId id = person("1001", "小林　恵", "child", "officer");
  EXPECT_EQ(put(id, "tax", "officer").error().code, "section.already_assigned");
  EXPECT_TRUE(put(id, "tax", "officer", {}, true));
  EXPECT_EQ(put(id, "tax", "officer", {}, true).error().code, "section.same_assignment");
  EXPECT_EQ(put(id, "tax", "emperor", {}, true).error().code, "section.unknown_rank");
  EXPECT_EQ(put(id, "tax", "chief", {"wizard"}, true).error().code, "section.unknown_role");
  EXPECT_TRUE(put(id, "tax", "chief", {"clerk"}, true));
  EXPECT_EQ(read([&](store::ReadTx& tx) { return level_of(tx, pack, id, today); }).value_or(0), 30);
}

TEST_P(SectionTest, ARoleThatGivesRightsNeedsASecondPerson) {
  ASSERT_EQ(person("1000", "高取　純", "tax", "officer").value, 1) << "who asks is somebody else";
  const StaffId chief = person("1001", "小林　恵", "child", "officer");
  const Assignment wanted{.staff = chief,
                          .section = section("tax"),
                          .rank = "",
                          .title = "",
                          .roles = {std::string(administrator_role)},
                          .concurrent = true,
                          .period = {day("2026-04-01"), {}}};
  const auto alone = change([&](store::Tx& tx) { return assign(tx, act(), pack, wanted); });
  EXPECT_EQ(alone.error().code, "section.second_person_needed");
  EXPECT_EQ(alone.error().kind, ErrorKind::forbidden);
  const auto ask = [&] {
    const PublicId fresh = PublicId::random(random());
    return change([&](store::Tx& tx) { return ask_assignment(tx, act(), pack, wanted, fresh); });
  };
  const auto asked = ask();
  ASSERT_TRUE(asked) << describe(asked.error());
  EXPECT_EQ(ask().error().code, "section.asked_already");
  EXPECT_EQ(read([&](store::ReadTx& tx) { return assignments_of(tx, chief, day("2026-04-01")); })->size(), 1u)
      << "nothing is in force yet";
  const auto confirm = [&](const std::string& actor) {
    return change(
        [&](store::Tx& tx) { return confirm_assignment(tx, {.at = clock().now(), .actor = actor}, pack, *asked); });
  };
  EXPECT_EQ(confirm("staff:1").error().code, "section.second_person_needed") << "who asked";
  EXPECT_EQ(confirm("staff:" + std::to_string(chief.value)).error().code, "section.second_person_needed")
      << "whom it is about";
  const auto done = confirm("staff:3");
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(confirm("staff:3").error().code, "section.no_such_request") << "once";
  EXPECT_TRUE(read([&](store::ReadTx& tx) { return assignment_requests(tx); })->empty());
  EXPECT_EQ(read([&](store::ReadTx& tx) { return assignments_of(tx, chief, day("2026-04-01")); })->size(), 2u);
  // Who holds the role already keeps it in his next post without anybody's help.
  ASSERT_TRUE(change([&](store::Tx& tx) { return end_assignment(tx, act(), *done, day("2026-09-30")); }));
  Assignment next = wanted;
  next.period.from = day("2026-10-01");
  EXPECT_TRUE(change([&](store::Tx& tx) { return assign(tx, act(), pack, next); }));
}

TEST_P(SectionTest, ARefusedRequestGivesNothing) {
  const StaffId chief = person("1001", "小林　恵", "child", "officer");
  const Assignment wanted{.staff = chief,
                          .section = section("tax"),
                          .rank = "",
                          .title = "",
                          .roles = {std::string(administrator_role)},
                          .concurrent = true,
                          .period = {day("2026-04-01"), {}}};
  const PublicId fresh = PublicId::random(random());
  ASSERT_TRUE(change([&](store::Tx& tx) { return ask_assignment(tx, act(), pack, wanted, fresh); }));
  ASSERT_TRUE(change([&](store::Tx& tx) { return refuse_assignment(tx, act(), fresh); })) << "also by who asked";
  const Act other{.at = clock().now(), .actor = "staff:2"};
  EXPECT_EQ(change([&](store::Tx& tx) { return confirm_assignment(tx, other, pack, fresh); }).error().code,
            "section.no_such_request");
  EXPECT_EQ(read([&](store::ReadTx& tx) { return assignments_of(tx, chief, day("2026-04-01")); })->size(), 1u);
}

TEST_P(SectionTest, AFileOfTransfersGivesNoRights) {
  person("1001", "小林　恵", "child", "officer");
  const auto plan = read([&](store::ReadTx& tx) {
    return plan_transfer(tx, pack,
                         "区分,職員番号,氏名,所属,職,役割,発令日\n"
                         "兼務,1001,小林　恵,tax,officer,administrator,2027-04-01\n");
  });
  ASSERT_TRUE(plan) << describe(plan.error());
  ASSERT_EQ(plan->errors.size(), 1u);
  EXPECT_EQ(plan->errors[0].code, "section.csv.second_person");
  EXPECT_EQ(plan->errors[0].place.line, 2);
}

TEST_P(SectionTest, NamesArePartedAlikeHoweverTheyAreTyped) {
  for (const auto& [number, typed] : {std::pair("1001", "小林 恵"), {"1002", " 小林　恵 "}, {"1003", "小林   恵"}}) {
    StaffId id = hire(number, typed);
    auto staff = read([&](store::ReadTx& tx) { return staff_by_id(tx, id); });
    EXPECT_EQ((*staff)->name, "小林　恵");
  }
}

TEST_P(SectionTest, HoldersAreThoseOfThatDay) {
  StaffId old_head = hire("1001", "森岡　誠");
  auto held = put(old_head, "child", "section head");
  ASSERT_TRUE(held);
  ASSERT_TRUE(change([&](store::Tx& tx) { return end_assignment(tx, act(), *held, day("2026-03-31")); }));
  StaffId new_head = hire("1002", "高取　純");
  ASSERT_TRUE(put(new_head, "child", "section head", {}, false, "2026-04-01"));
  auto on = [&](std::string_view iso) {
    auto found = read([&](store::ReadTx& tx) { return holders(tx, "section head", section("child"), day(iso)); });
    return found && found->size() == 1 ? found->front().id : StaffId();
  };
  EXPECT_EQ(on("2026-03-31"), old_head);
  EXPECT_EQ(on("2026-04-01"), new_head);
  auto by_post = read([&](store::ReadTx& tx) { return holders_of_post(tx, pack, "child-head", today); });
  ASSERT_EQ(by_post->size(), 1u);
  EXPECT_EQ(by_post->front().id, new_head);
}

// --- 代決 ---

TEST_P(SectionTest, NobodyActsForAHolderWhoIsPresent) {
  person("1001", "森岡　誠", "child", "section head");
  person("1002", "高取　純", "child", "deputy head");
  EXPECT_FALSE(acting("section head", "child"));
}

TEST_P(SectionTest, TheOrderOfThePackNamesTheDeputy) {
  StaffId head = person("1001", "森岡　誠", "child", "section head");
  StaffId deputy = person("1002", "高取　純", "child", "deputy head");
  StaffId chief = person("1003", "小林　恵", "child", "chief");
  away(head, "2026-11-20", "2026-11-27");
  auto first = acting("section head", "child");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->delegate, deputy);
  EXPECT_EQ(first->principal, head);
  EXPECT_EQ(first->reason_code, "business-trip");
  away(deputy, "2026-11-22", "2026-11-22", "illness");
  EXPECT_EQ(acting("section head", "child")->delegate, chief);
  away(chief, "2026-11-22", "2026-11-22", "leave");
  EXPECT_FALSE(acting("section head", "child")) << "nobody left: the case waits";
}

TEST_P(SectionTest, ACaseOfASectionBelowGoesToTheHeadAboveAndHisDeputy) {
  StaffId head = person("1001", "森岡　誠", "child", "section head");
  StaffId deputy = person("1002", "高取　純", "child", "deputy head");
  EXPECT_FALSE(acting("section head", "child-care"));
  away(head, "2026-11-22", "2026-11-22");
  auto found = acting("section head", "child-care");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->delegate, deputy);
  EXPECT_EQ(found->section, section("child"));
}

TEST_P(SectionTest, AWrittenDelegationGoesBeforeTheOrder) {
  StaffId head = person("1001", "森岡　誠", "child", "section head");
  person("1002", "高取　純", "child", "deputy head");
  person("1003", "松浦　千尋", "tax", "section head");
  StaffId chosen = person("1004", "有本　彩", "tax", "chief");
  auto made = change([&](store::Tx& tx) {
    return delegate(tx, act(),
                    {{}, head, chosen, DelegationKind::daiketsu, {day("2026-11-20"), day("2026-11-27")}, "illness"});
  });
  ASSERT_TRUE(made) << describe(made.error());
  auto found = acting("section head", "child");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->delegate, chosen);
  EXPECT_EQ(found->delegation, *made);
  auto acts = read([&](store::ReadTx& tx) { return acts_for(tx, pack, chosen, today); });
  ASSERT_EQ(acts->size(), 1u);
  EXPECT_EQ(acts->front().principal, head);
  ASSERT_TRUE(change([&](store::Tx& tx) { return end_delegation(tx, act(), *made, day("2026-11-21")); }));
  EXPECT_FALSE(acting("section head", "child")) << "the delegation ended yesterday, so the head is back";
}

TEST_P(SectionTest, AnEmptyPostIsFilledByTheOrderAsVacancy) {
  StaffId deputy = person("1002", "高取　純", "child", "deputy head");
  auto found = acting("section head", "child");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->delegate, deputy);
  EXPECT_FALSE(found->principal);
  EXPECT_EQ(found->reason_code, "vacancy");
}

TEST_P(SectionTest, ForTheMayorThePostOfThePackIsAskedFromEverySection) {
  StaffId mayor = person("0001", "奈義　太郎", "mayor", "mayor");
  StaffId tax_head = person("1001", "森岡　誠", "tax", "section head");
  person("1005", "松浦　千尋", "child", "section head");
  EXPECT_FALSE(acting("mayor", "child-care"));
  away(mayor, "2026-11-22", "2026-11-22");
  auto found = acting("mayor", "child-care");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->delegate, tax_head) << "the vice mayor's post is empty; then the head of the tax section";
}

TEST_P(SectionTest, AnAbsenceThatBeganIsShortenedAndNotUndone) {
  StaffId head = person("1001", "森岡　誠", "child", "section head");
  auto id = change([&](store::Tx& tx) {
    return enter_absence(tx, act(), {{}, head, {day("2026-11-20"), day("2026-11-27")}, "illness"});
  });
  ASSERT_TRUE(id);
  ASSERT_TRUE(change([&](store::Tx& tx) { return cancel_absence(tx, act(), *id); }));
  EXPECT_FALSE(read([&](store::ReadTx& tx) { return is_absent(tx, head, today); }).value_or(true));
  EXPECT_TRUE(read([&](store::ReadTx& tx) { return is_absent(tx, head, day("2026-11-21")); }).value_or(false));
}

// --- leaving ---

TEST_P(SectionTest, WhoLeavesKeepsNothingAfterTheLastDay) {
  StaffId id = person("1001", "小林　恵", "child", "officer");
  ASSERT_TRUE(put(id, "tax", "officer", {"clerk"}, true));
  auto before = read([&](store::ReadTx& tx) { return rights_epoch(tx); });
  ASSERT_TRUE(change([&](store::Tx& tx) { return leave(tx, act(), id, 1, day("2026-12-31")); }));
  EXPECT_GT(*read([&](store::ReadTx& tx) { return rights_epoch(tx); }), *before);
  auto held = [&](std::string_view iso) {
    return read([&](store::ReadTx& tx) { return assignments_of(tx, id, day(iso)); })->size();
  };
  EXPECT_EQ(held("2026-12-31"), 2u);
  EXPECT_EQ(held("2027-01-01"), 0u);
  auto again = put(id, "child", "chief", {}, true, "2027-01-01");
  EXPECT_EQ(again.error().code, "section.not_employed_then");
}

TEST_P(SectionTest, EveryChangeIsAnEvent) {
  person("1001", "小林　恵", "child", "officer");
  ASSERT_TRUE(store().place_now(town()));
  auto events = read([&](store::ReadTx& tx) { return tx.events_of_actor("staff:1"); });
  ASSERT_TRUE(events);
  std::vector<log::Verb> verbs;
  for (const log::Event& event : events->events) verbs.push_back(event.verb);
  std::vector<log::Verb> expected(4, log::Verb::recorded);  // sections
  expected.push_back(log::Verb::recorded);                  // staff
  expected.push_back(log::Verb::appointed);
  EXPECT_EQ(verbs, expected);
}

// --- the 1st of April ---

class TransferTest : public SectionTest {
 protected:
  static constexpr std::string_view head = "区分,職員番号,氏名,フリガナ,メール,所属,職,役割,発令日\n";
  TransferPlan plan(const std::string& csv) {
    auto planned = read([&](store::ReadTx& tx) { return plan_transfer(tx, pack, csv); });
    EXPECT_TRUE(planned) << describe(planned.error());
    return planned.value_or(TransferPlan{});
  }
  Result<int> carry_out(const std::string& csv, const Hash& seen) {
    std::vector<PublicId> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(PublicId::random(random()));
    return change([&](store::Tx& tx) { return carry_out_transfer(tx, act(), pack, csv, seen, ids); });
  }
  std::vector<std::string> faults(const TransferPlan& plan) {
    std::vector<std::string> found;
    for (const Error& e : plan.errors)
      found.push_back(std::to_string(e.place.line) + " " + e.place.field + " " + e.code);
    return found;
  }
};
YAKUBA_ON_BOTH_DATABASES(TransferTest);

TEST_P(TransferTest, AFileIsShownAndThenCarriedOut) {
  StaffId moved = person("1001", "小林　恵", "child", "officer");
  StaffId gone = person("1002", "森岡　誠", "child", "section head");
  std::string csv = std::string(head) +
                    "異動,1001,小林 恵,,,税務課,係長,担当,R9.4.1\r\n"
                    "兼務,1001,,,,こども・長寿課,主事,,2027-04-01\r\n"
                    "退職,1002,,,,,,,2027-03-31\r\n"
                    "採用,1009,新見　花,ニイミ　ハナ,h@example.jp,child-care,主事,clerk,2027-04-01\r\n";
  TransferPlan planned = plan(csv);
  EXPECT_EQ(faults(planned), std::vector<std::string>{});
  ASSERT_EQ(planned.lines.size(), 4u);
  EXPECT_EQ(planned.lines[0].before, "こども・長寿課 主事");
  EXPECT_EQ(planned.lines[0].after, "税務課 係長");
  EXPECT_EQ(planned.lines[2].before, "こども・長寿課 課長");
  auto untouched = read([&](store::ReadTx& tx) { return assignments_of(tx, moved, day("2027-04-01")); });
  EXPECT_EQ(untouched->front().rank, "officer") << "planning changes nothing";

  auto done = carry_out(csv, planned.hash);
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(*done, 4);
  auto now_held = read([&](store::ReadTx& tx) { return assignments_of(tx, moved, day("2027-04-01")); });
  ASSERT_EQ(now_held->size(), 2u);
  EXPECT_EQ(now_held->front().section, section("tax"));
  EXPECT_EQ(now_held->front().roles, std::vector<std::string>{"clerk"});
  EXPECT_TRUE(now_held->back().concurrent);
  auto left = read([&](store::ReadTx& tx) { return staff_by_id(tx, gone); });
  EXPECT_EQ((*left)->employed.to, day("2027-03-31"));
  auto hired = read([&](store::ReadTx& tx) { return staff_by_number(tx, "1009"); });
  ASSERT_TRUE(hired && *hired);
  EXPECT_EQ((*hired)->kana, "ニイミ　ハナ");
  EXPECT_EQ(carry_out(csv, planned.hash).error().kind, ErrorKind::invalid) << "the same file again has faults now";
}

TEST_P(TransferTest, EveryFaultIsToldByLineAndColumnAndNothingIsHalf) {
  person("1001", "小林　恵", "child", "officer");
  std::string csv = std::string(head) +
                    "異動,1001,小林　恵,,,税務課,係長,,2027-04-01\n"
                    "昇格,1001,,,,税務課,係長,,2027-04-01\n"
                    "異動,9999,,,,税務課,係長,,2027-04-01\n"
                    "異動,1001,,,,宇宙課,係長,,2027-13-01\n"
                    "異動,1001,,,,宇宙課,大臣,魔法使い,2027-04-01\n"
                    "兼務解除,1001,,,,税務課,,,2027-04-01\n"
                    "採用,1001,同じ番号,,,税務課,主事,,2027-04-01\n"
                    "異動,1001,別人,,,税務課,主事,,2028-04-01\n";
  TransferPlan planned = plan(csv);
  std::vector<std::string> expected{"3 区分 section.csv.unknown_kind",       "4 職員番号 section.csv.unknown_number",
                                    "5 発令日 section.csv.bad_date",         "6 所属 section.csv.unknown_section",
                                    "6 職 section.csv.unknown_rank",         "6 役割 section.csv.unknown_role",
                                    "7 所属 section.csv.no_such_assignment", "8 職員番号 section.csv.number_in_use",
                                    "9 氏名 section.csv.other_name"};
  EXPECT_EQ(faults(planned), expected);
  EXPECT_FALSE(carry_out(csv, planned.hash));
  auto held = read([&](store::ReadTx& tx) { return staff_by_number(tx, "1001"); });
  auto assignments = read([&](store::ReadTx& tx) { return assignment_history(tx, (*held)->id); });
  EXPECT_EQ(assignments->size(), 1u) << "the good first line was not carried out either";
}

TEST_P(TransferTest, WhatWasSeenIsWhatIsCarriedOut) {
  StaffId id = person("1001", "小林　恵", "child", "officer");
  std::string csv = std::string(head) + "異動,1001,,,,税務課,係長,,2027-04-01\n";
  TransferPlan planned = plan(csv);
  auto held = read([&](store::ReadTx& tx) { return assignments_of(tx, id, today); });
  ASSERT_TRUE(change([&](store::Tx& tx) { return end_assignment(tx, act(), held->front().id, today); }));
  ASSERT_TRUE(put(id, "mayor", "chief", {}, false, "2026-11-23"));
  auto stale = carry_out(csv, planned.hash);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, "section.changed_meanwhile");
}

TEST_P(TransferTest, OfficeSoftwareWritesCp932AndQuotes) {
  // "区分,職員番号,氏名,所属,職,発令日" and one hire, in CP932 with a quoted cell.
  std::string csv =
      "\x8b\xe6\x95\xaa,\x90\x45\x88\xf5\x94\xd4\x8d\x86,\x8e\x81\x96\xbc,\x8f\x8a\x91\xae,\x90\x45,"
      "\x94\xad\x97\xdf\x93\xfa\r\n"
      "\x8d\xcc\x97\x70,1009,\"\x93\xde\x8b\x60,\x89\xd4\",\x90\xc5\x96\xb1\x89\xdb,\x8e\xe5\x8e\x96,2027-04-01\r\n";
  TransferPlan planned = plan(csv);
  EXPECT_EQ(faults(planned), std::vector<std::string>{});
  ASSERT_EQ(planned.lines.size(), 1u);
  EXPECT_EQ(planned.lines[0].name, "奈義,花");
}

TEST_P(TransferTest, AFileThatIsNoneIsRefusedWithWords) {
  EXPECT_EQ(faults(plan("区分,職員番号\n")).front(), "1 氏名 section.csv.missing_column");
  EXPECT_EQ(faults(plan("区分,職員番号,氏名,所属,職,発令日,血液型\n")).front(), "1 血液型 section.csv.unknown_column");
  EXPECT_EQ(plan("区分,\"職員").errors.front().code, "section.csv.quote");
  EXPECT_EQ(plan("\xff\xfe\xff").errors.front().code, "section.csv.encoding");
  EXPECT_EQ(faults(plan(std::string(head))).front(), "1 区分 section.csv.empty");
}

}  // namespace
}  // namespace yakuba::section
