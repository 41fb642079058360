// Cases on both databases: from the day they arrive to the day they are closed, and what must not happen on the way.
#include "hall/cases/cases_test.hpp"

namespace yakuba::cases {
namespace {

using testing::code_of;

TEST(CaseNumber, FindsEverySingleDigitFaultAndEverySwapOfNeighbours) {
  for (const std::int64_t serial : {1, 47, 980, 5001, 9999, 12345}) {
    const std::string right = case_number(*Date::parse("2026-11-20"), serial);
    EXPECT_TRUE(is_case_number(right)) << right;
    for (std::size_t i = 0; i + 2 < right.size(); ++i) {
      if (right[i] == '-') continue;
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string wrong = right;
        wrong[i] = digit;
        EXPECT_EQ(is_case_number(wrong), wrong == right) << wrong;
      }
      const std::size_t next = right[i + 1] == '-' ? i + 2 : i + 1;
      if (next + 1 >= right.size() || right[next] == right[i]) continue;
      std::string swapped = right;
      std::swap(swapped[i], swapped[next]);
      EXPECT_FALSE(is_case_number(swapped)) << swapped;
    }
  }
  for (const char* bad : {"", "-", "26-1120-0047", "26-1120-0047-f", "26-1120-0047-FF", "2６-1120-0047-F"})
    EXPECT_FALSE(is_case_number(bad)) << bad;
}

class CasesTest : public testing::OfficeTest {};
YAKUBA_ON_BOTH_DATABASES(CasesTest);

TEST_P(CasesTest, ASubmissionSurvivesItsWayBetweenTheSides) {
  Submission s = submission();
  s.attachments = {{"insurance", "blob-1", 12, std::string(64, 'a'), "保険.pdf", "application/pdf"}};
  s.expected = JsonObject{{"outcome", "granted"}};
  const auto back = submission_from(to_json(s));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(to_json(*back), to_json(s));
  EXPECT_EQ(back->answers, s.answers);
  EXPECT_EQ(back->attachments, s.attachments);
  EXPECT_EQ(back->applicant, s.applicant);
  EXPECT_EQ(back->key, s.key);
  for (const char* bad : {"", "{", "[]", "{}", R"({"id":"x"})"}) EXPECT_FALSE(submission_from(bad)) << bad;
}

TEST_P(CasesTest, GoesFromArrivalToTheNotice) {
  const PublicId id = received();
  EXPECT_EQ(row(id).step, "accept");
  EXPECT_EQ(row(id).received_on, today());
  ASSERT_TRUE(accept_case(id));
  EXPECT_EQ(row(id).step, "examine");
  const auto drafted = draft_case(id);
  ASSERT_TRUE(drafted) << describe(drafted.error());
  EXPECT_EQ(row(id).step, "draft");
  const auto proposed = propose_case(id);
  ASSERT_TRUE(proposed) << describe(proposed.error());
  EXPECT_EQ(row(id).step, "approve");
  approve_all(id);
  EXPECT_EQ(row(id).step, "notify");
  EXPECT_EQ(row(id).outcome, "granted");
  EXPECT_FALSE(row(id).closed);
  ASSERT_TRUE(change([&](store::Tx& tx) { return notified(hall(), tx, town(), by(clerk), id); }));
  EXPECT_TRUE(row(id).closed);
  EXPECT_EQ(code_of(accept_case(id)), "case.closed");
}

TEST_P(CasesTest, RefusesByTheCriterionAndClimbsHigher) {
  const PublicId id = proposed("大森　拓真");  // a civil servant
  const approval::Sheet route = sheet(id);
  ASSERT_FALSE(route.lines.empty());
  EXPECT_EQ(route.lines.back().rank, "deputy-mayor") << "別表第1の7";
  approve_all(id);
  EXPECT_EQ(row(id).outcome, "refused");
}

TEST_P(CasesTest, TwoClerksTheSecondIsTold) {
  const PublicId id = received();
  const Case seen = row(id);
  ASSERT_TRUE(change([&](store::Tx& tx) { return accept(hall(), tx, town(), by(clerk), {seen.id, seen.version}); }));
  const Case after = row(id);
  const auto late =
      change([&](store::Tx& tx) { return take(hall(), tx, town(), by(colleague), {seen.id, seen.version}); });
  EXPECT_EQ(code_of(late), "case.changed");
  EXPECT_EQ(row(id), after) << "nothing was overwritten";
}

TEST_P(CasesTest, TheSameSubmissionTwiceIsOneCase) {
  const Submission s = submission();
  const auto put = [&] { return change([&](store::Tx& tx) { return receive(hall(), tx, town(), s, by(clerk)); }); };
  const auto first = put(), second = put();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  const auto all = read([&](store::ReadTx& tx) { return inbox(tx, {.view = "all"}); });
  ASSERT_TRUE(all) << describe(all.error());
  EXPECT_EQ(all->rows.size(), 1u);
}

TEST_P(CasesTest, AConsultationComesBackWithItsAnswer) {
  const PublicId id = received();
  ASSERT_TRUE(accept_case(id));
  const auto ask = [&](std::string_view to) {
    return act(id, [&](store::Tx& tx, const Act& a, const On& on) {
      return consult(hall(), tx, town(), a, on, to, "記録はありますか");
    });
  };
  EXPECT_EQ(code_of(ask("nowhere")), "case.section");
  ASSERT_TRUE(ask("general"));
  EXPECT_EQ(row(id).step, "consult");
  ASSERT_TRUE(act(
      id,
      [&](store::Tx& tx, const Act& a, const On& on) {
        return answer_consultation(hall(), tx, town(), a, on, "ありません", true);
      },
      general));
  EXPECT_EQ(row(id).step, "examine");
  const auto file = open(hall(), town(), by(clerk), id);
  ASSERT_TRUE(file) << describe(file.error());
  ASSERT_EQ(file->consultations.size(), 1u);
  EXPECT_TRUE(file->consultations[0].objected);
  EXPECT_EQ(file->consultations[0].answer, "ありません");
}

TEST_P(CasesTest, DepartureNeedsGroundAndCode) {
  const PublicId id = received();
  ASSERT_TRUE(accept_case(id));
  Draft d{.outcome = "refused", .reason = "理由", .departs = true};
  EXPECT_EQ(code_of(draft_case(id, d)), "case.reason");
  d.depart_code = "K1";  // a code, but not of a departure
  d.depart_ground = "根拠";
  EXPECT_EQ(code_of(draft_case(id, d)), "case.reason");
  d.depart_code = "D-EVIDENCE";
  d.depart_ground = "  ";
  EXPECT_EQ(code_of(draft_case(id, d)), "case.ground_missing");
  d.depart_ground = "住民票と実際の暮らしが違う";
  const auto done = draft_case(id, d);
  ASSERT_TRUE(done) << describe(done.error());
  ASSERT_TRUE(propose_case(id));
  EXPECT_EQ(sheet(id).lines.back().rank, "mayor") << "基準と異なる却下は町長が決める";
}

TEST_P(CasesTest, WithdrawalOnlyUntilTheStepsThePackAllows) {
  const auto withdraw_case = [&](PublicId id, std::string_view reason) {
    return change([&](store::Tx& tx) { return withdraw(hall(), tx, town(), by(clerk), id, reason); });
  };
  const PublicId early = received(), late = proposed();
  EXPECT_EQ(code_of(withdraw_case(early, "K1")), "case.reason");
  ASSERT_TRUE(withdraw_case(early, "W-SELF"));
  EXPECT_TRUE(row(early).closed);
  EXPECT_EQ(row(early).outcome, "withdrawn");
  EXPECT_EQ(code_of(withdraw_case(late, "W-SELF")), "case.too_late");
}

// A town whose rules are in force since today only.
class NewTown final : public hall::PackShelf {
 public:
  NewTown(hall::PackShelf& inner, Date first) : inner_(inner), first_(first) {}
  Result<pack::PackPtr> in_force(const store::Town& town, Date day) override {
    if (day < first_) return fail(ErrorKind::unavailable, "packs.none");
    return inner_.in_force(town, day);
  }
  Result<pack::PackPtr> version(const store::Town& town, const Hash& hash) override {
    return inner_.version(town, hash);
  }

 private:
  hall::PackShelf& inner_;
  Date first_;
};

class DemoCasesTest : public testing::DemoTest {};
YAKUBA_ON_BOTH_DATABASES(DemoCasesTest);

TEST_P(DemoCasesTest, AreToldInATownThatBeganToday) {
  NewTown shelf(hall().packs, today());
  hall::Hall fresh{hall().store,    hall().clock, hall().random,   hall().keys,  shelf,
                   hall().exchange, hall().gate,  hall().settings, hall().towns, hall().modules};
  run(fresh, {cases::module()});
  std::vector<InboxRow> told;
  for (const char* view : {"all", "closed"}) {
    const auto found =
        hall().store.read(town(), [&](store::ReadTx& tx) { return inbox(tx, {.view = view, .limit = 50}); });
    ASSERT_TRUE(found) << describe(found.error());
    told.insert(told.end(), found->rows.begin(), found->rows.end());
  }
  EXPECT_EQ(told.size(), demo_matters(pack())->cases.size());
  ASSERT_TRUE(store().place_now(town()));
  const Instant midnight = from_japan({.date = today(), .hour = 0});
  for (const InboxRow& row : told) {
    const auto events =
        hall().store.read(town(), [&](store::ReadTx& tx) { return tx.events_of_case(row.row.public_id.text()); });
    ASSERT_TRUE(events);
    for (const log::Event& event : events->events) {
      EXPECT_GE(event.at, midnight) << "before the rules";
      EXPECT_LE(event.at, clock().now()) << "in the future";
    }
  }
}

}  // namespace
}  // namespace yakuba::cases
