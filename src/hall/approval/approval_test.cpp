// 決裁 on both databases: who may stamp, what waits together, what comes back, who acts for whom.
#include "hall/cases/cases_test.hpp"

namespace yakuba::approval {
namespace {

using cases::testing::code_of;

class ApprovalTest : public cases::testing::OfficeTest {
 protected:
  // A sheet of its own, for a matter that must be agreed by two sections (支出, 500万円以上).
  PublicId spent(std::int64_t yen, std::vector<std::int64_t> parties = {}) {
    const PublicId id = received("福元　隼人");
    EXPECT_TRUE(accept_case(id));
    EXPECT_TRUE(draft_case(id));
    Proposal p{.subject_kind = "case",
               .subject_id = id.text(),
               .title = "見本",
               .procedure = "jido-teate-nintei",
               .route = "senketsu",
               .section = "child",
               .drafter = clerk,
               .parties = std::move(parties),
               .return_steps = "draft examine"};
    p.matter = {.kind = "支出", .amount_yen = yen, .drafter_rank = "staff"};
    const auto made = change([&](store::Tx& tx) { return propose(hall(), tx, town(), stamp(clerk), pack(), p); });
    EXPECT_TRUE(made) << describe(made.error());
    return id;
  }
  void absent(section::StaffId who) {
    ASSERT_TRUE(change([&](store::Tx& tx) {
      return section::enter_absence(tx, desk(), {{}, who, {today(), today().plus_days(1)}, "business-trip"});
    }));
  }
};
YAKUBA_ON_BOTH_DATABASES(ApprovalTest);

TEST_P(ApprovalTest, NobodyApprovesHisOwnDraft) {
  const PublicId id = received();
  ASSERT_TRUE(accept_case(id));
  // The head of the section drafts himself, and is then the one who would decide.
  ASSERT_TRUE(act(
      id,
      [&](store::Tx& tx, const cases::Act& a, const cases::On& on) {
        return cases::draft(hall(), tx, town(), a, on, cases::Draft{});
      },
      head));
  ASSERT_TRUE(act(
      id,
      [&](store::Tx& tx, const cases::Act& a, const cases::On& on) {
        return cases::propose(hall(), tx, town(), a, on);
      },
      head));
  const auto refused = approve(id, head);
  EXPECT_EQ(code_of(refused), "approval.not_yours");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "own-draft");
}

TEST_P(ApprovalTest, NobodyApprovesWhatConcernsHisOwnHousehold) {
  ASSERT_TRUE(change([&](store::Tx& tx) { return section::link_person(tx, desk(), unit_head, 77); }));
  const PublicId id = spent(100'000, {12, 77});
  const auto refused = approve(id, unit_head);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "approval.not_yours");
  EXPECT_EQ(refused.error().detail, "party-to-the-case");
}

TEST_P(ApprovalTest, AHigherRankDoesNotTakeAnothersLine) {
  const PublicId id = proposed();
  ASSERT_NE(waiting(sheet(id)).front().rank, "mayor");
  const auto refused = approve(id, mayor);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "other-rank");
}

TEST_P(ApprovalTest, SectionsAgreeAtTheSameTime) {
  const PublicId id = spent(6'000'000);
  while (!waiting(sheet(id)).empty() && waiting(sheet(id)).front().kind == LineKind::review)
    ASSERT_TRUE(approve(id, *waiting(sheet(id)).front().holder));
  const auto both = waiting(sheet(id));
  ASSERT_EQ(both.size(), 2u) << "合議 of two sections waits together";
  EXPECT_EQ(both[0].kind, LineKind::concurrence);
  ASSERT_TRUE(approve(id, *both[1].holder, both[1].order)) << "the second may be first";
  EXPECT_EQ(waiting(sheet(id)).size(), 1u);
  ASSERT_TRUE(approve(id, *both[0].holder, both[0].order));
  ASSERT_EQ(waiting(sheet(id)).size(), 1u);
  EXPECT_EQ(waiting(sheet(id)).front().kind, LineKind::decision);
  EXPECT_EQ(waiting(sheet(id)).front().rank, "mayor");
}

TEST_P(ApprovalTest, SentBackWithAReasonToTheChosenStep) {
  const PublicId id = proposed();
  const auto back = [&](std::string_view step, std::string_view reason) {
    const Sheet now = sheet(id);
    const Line line = waiting(now).front();
    const access::Actor actor{staff(*line.holder)};
    return change([&](store::Tx& tx) {
      return send_back(hall(), tx, town(), actor, stamp(*line.holder), {now.id, line.order, now.version}, step, reason,
                       "直してください");
    });
  };
  EXPECT_EQ(code_of(back("examine", "")), "approval.reason");
  EXPECT_FALSE(back("notify", "R-FACT")) << "not a step it may be returned to";
  const auto done = back("examine", "R-FACT");
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(row(id).step, "examine");
  EXPECT_EQ(sheet(id).state, "returned");
  EXPECT_TRUE(waiting(sheet(id)).empty());
}

TEST_P(ApprovalTest, TheSheetSaysWhatIsDecided) {
  const PublicId id = proposed();
  const std::string path = "/approvals/" + std::to_string(sheet(id).id.value);
  const std::string page =
      answer(web::Request::get(path), web::Side::office_side, access::Actor{staff(unit_head)}).body_text();
  EXPECT_NE(page.find("認定"), std::string::npos);
  EXPECT_NE(page.find("円"), std::string::npos) << "what it comes to";
  EXPECT_NE(page.find("支給の条件に当てはまる"), std::string::npos) << "why";
}

TEST_P(ApprovalTest, WhatIsSentBackSaysHowLongItWaited) {
  const PublicId id = proposed();
  const Sheet now = sheet(id);
  const Line line = waiting(now).front();
  const access::Actor actor{staff(*line.holder)};
  ASSERT_TRUE(change([&](store::Tx& tx) {
    return send_back(hall(), tx, town(), actor, stamp(*line.holder), {now.id, line.order, now.version}, "examine",
                     "R-FACT", "");
  }));
  ASSERT_TRUE(store().place_now(town()));
  const auto events = read([&](store::ReadTx& tx) { return tx.events_of_case(id.text()); });
  ASSERT_TRUE(events);
  const auto back = std::ranges::find_if(events->events, [](const log::Event& event) {
    return event.verb == log::Verb::returned && event.object_kind == "approval";
  });
  ASSERT_NE(back, events->events.end());
  const JsonValue payload = back->payload.json().value();
  EXPECT_EQ(payload.text_or("rank", ""), line.rank);
  EXPECT_EQ(payload.integer("waiting_since"), line.waiting_since->microseconds);
}

TEST_P(ApprovalTest, TheSheetAndTheMatterAreForThoseWhoTakePart) {
  const PublicId id = proposed();
  const std::string path = "/approvals/" + std::to_string(sheet(id).id.value);
  const auto status = [&](std::string_view address, section::StaffId who) {
    return answer(web::Request::get(address), web::Side::office_side, access::Actor{staff(who)}).status;
  };
  for (const section::StaffId who : {clerk, unit_head, head, mayor}) EXPECT_EQ(status(path, who), 200);
  EXPECT_EQ(status(path, finance), 403) << "another section that was not asked to agree";
  EXPECT_EQ(status("/cases/" + id.text(), finance), 403);

  const PublicId spending = spent(6'000'000);  // 合議 of two sections
  EXPECT_EQ(status("/approvals/" + std::to_string(sheet(spending).id.value), finance), 200);
  EXPECT_EQ(status("/cases/" + spending.text(), finance), 200) << "who is to agree may read the matter";
}

TEST_P(ApprovalTest, PulledBackByTheDrafterOnly) {
  const PublicId id = proposed();
  const Sheet now = sheet(id);
  const auto pull = [&](section::StaffId who) {
    return change([&](store::Tx& tx) { return pull_back(hall(), tx, town(), stamp(who), now.id, now.version); });
  };
  EXPECT_EQ(code_of(pull(colleague)), "approval.not_yours");
  ASSERT_TRUE(pull(clerk));
  EXPECT_EQ(row(id).step, "draft");
  EXPECT_EQ(code_of(pull(clerk)), "approval.changed");
}

TEST_P(ApprovalTest, TheDeputyActsForTheAbsentAndTheHolderLooksAfterwards) {
  absent(head);
  const PublicId id = proposed();
  while (sheet(id).state == "open" && waiting(sheet(id)).front().kind == LineKind::review)
    ASSERT_TRUE(approve(id, *waiting(sheet(id)).front().holder));
  const Sheet before = sheet(id);
  const Line decision = waiting(before).front();
  ASSERT_EQ(decision.rank, "section-head");
  const auto done = approve(id, assistant);
  ASSERT_TRUE(done) << describe(done.error());
  const Sheet after = sheet(id);
  EXPECT_EQ(after.state, "approved");
  EXPECT_TRUE(after.lines.back().daiketsu);
  EXPECT_EQ(after.lines.back().acted, assistant);
  EXPECT_EQ(after.lines.back().holder, head);
  EXPECT_FALSE(after.lines.back().reviewed_at);
  // The stamp and the 代決 beside it name both: who acted, and whom it was for.
  const auto log = read([&](store::ReadTx& tx) { return tx.events_of_case(id.text()); });
  ASSERT_TRUE(log) << describe(log.error());
  const std::string actor = stamp(assistant).actor, absent_holder = "staff:" + std::to_string(head.value);
  for (const log::Verb verb : {log::Verb::approved, log::Verb::acted_for})
    EXPECT_EQ(std::ranges::count_if(log->events,
                                    [&](const log::Event& event) {
                                      return event.object_kind == "approval" && event.verb == verb &&
                                             event.actor == actor && event.acting_for == absent_holder;
                                    }),
              1)
        << log::verb_name(verb);

  const auto look = [&](section::StaffId who) {
    return change([&](store::Tx& tx) {
      return review_after(hall(), tx, town(), stamp(who), {after.id, decision.order, after.version});
    });
  };
  EXPECT_EQ(code_of(look(assistant)), "approval.not_yours");
  const auto to_look_at = [&](section::StaffId who) {
    const auto box = read([&](store::ReadTx& tx) { return waiting_for(hall(), tx, staff(who), today(), 100); });
    EXPECT_TRUE(box);
    return std::ranges::count_if(*box, &Waiting::review_after);
  };
  EXPECT_EQ(to_look_at(head), 1) << "it waits in his box";
  EXPECT_EQ(to_look_at(assistant), 0);
  ASSERT_TRUE(look(head));
  EXPECT_EQ(to_look_at(head), 0);
  EXPECT_TRUE(sheet(id).lines.back().reviewed_at);
  EXPECT_EQ(code_of(look(head)), "approval.not_waiting");
}

TEST_P(ApprovalTest, TwoStampsOnOneLineTheSecondIsTold) {
  const PublicId id = proposed();
  const Sheet seen = sheet(id);
  const Line line = waiting(seen).front();
  const access::Actor actor{staff(*line.holder)};
  const auto press = [&] {
    return change([&](store::Tx& tx) {
      return approval::approve(hall(), tx, town(), actor, stamp(*line.holder), {seen.id, line.order, seen.version}, "");
    });
  };
  ASSERT_TRUE(press());
  EXPECT_EQ(code_of(press()), "approval.changed");
}

}  // namespace
}  // namespace yakuba::approval
