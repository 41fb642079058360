// Who may do what: scopes, ranks, one's own matters, one's own drafts, acting for others.
#include "hall/access/access_test.hpp"

namespace yakuba::access {
namespace {

class MayTest : public testing::AccessTest {
 protected:
  Object a_case(SectionId section) { return {.kind = "case", .id = 42, .section = section}; }
};
YAKUBA_ON_BOTH_DATABASES(MayTest);

TEST_P(MayTest, NobodyMayAnythingWithoutARole) {
  StaffId staff = make_staff("1001", child, "officer", {});
  Decision d = may(Actor{actor(staff)}, "read", a_case(child));
  EXPECT_FALSE(d);
  EXPECT_EQ(d.reason, "no-permission");
  EXPECT_EQ(d.rule, "case.read");
  EXPECT_EQ(may(Actor{Anonymous{}}, "read", a_case(child)).reason, "not-signed-in");
}

TEST_P(MayTest, ARoleReachesItsSectionAndThoseBelow) {
  PublicId id = PublicId::random(random());
  auto below = change([&](store::Tx& tx) {
    return section::found(tx, act(), {id, "child-care", "子育て支援係", child, "", {*Date::parse("2020-04-01"), {}}});
  });
  Actor clerk{actor(make_staff("1001", child, "officer", {"clerk"}))};
  Decision d = may(clerk, "examine", a_case(child));
  EXPECT_TRUE(d);
  EXPECT_EQ(d.rule, "担当: case.examine in section こども・長寿課");
  EXPECT_TRUE(may(clerk, "examine", a_case(*below)));
  EXPECT_EQ(may(clerk, "examine", a_case(tax)).reason, "out-of-scope");
  EXPECT_EQ(may(clerk, "examine", {.kind = "case"}).reason, "out-of-scope") << "a case without a section is nobody's";
  EXPECT_EQ(may(clerk, "approve", a_case(child)).reason, "no-permission");
}

TEST_P(MayTest, OwnAndProcedureScopes) {
  StaffId staff = make_staff("1001", child, "officer", {"own", "jido"});
  Actor clerk{actor(staff)};
  EXPECT_TRUE(may(clerk, "note", {.kind = "case", .owner = staff}));
  EXPECT_FALSE(may(clerk, "note", {.kind = "case", .owner = StaffId(999)}));
  EXPECT_TRUE(may(clerk, "examine", {.kind = "case", .section = tax, .procedure = "jido-teate-nintei"}));
  EXPECT_FALSE(may(clerk, "examine", {.kind = "case", .section = tax, .procedure = "jido-teate"}))
      << "no part of an id";
}

TEST_P(MayTest, AStarNamesVerbsOfItsKindOnly) {
  Actor auditor{actor(make_staff("1001", child, "officer", {"auditor"}))};
  EXPECT_TRUE(may(auditor, "read", {.kind = "audit"}));
  EXPECT_FALSE(may(auditor, "read", {.kind = "auditor"}));
  EXPECT_TRUE(holds(auditor, "audit.export"));
  EXPECT_FALSE(holds(auditor, "audit."));
  EXPECT_FALSE(holds(auditor, "case.read"));
}

TEST_P(MayTest, NobodyDecidesInHisOwnOrHisHouseholdsMatter) {
  StaffId staff = make_staff("1001", child, "section head", {"clerk", "approver"});
  ASSERT_TRUE(change([&](store::Tx& tx) { return section::link_person(tx, act(), staff, 77); }));
  Actor head{actor(staff)};
  Object his = a_case(child);
  his.parties = {5, 77, 8};
  EXPECT_EQ(may(head, "examine", his).reason, "party-to-the-case");
  EXPECT_EQ(may(head, "approve", his).reason, "party-to-the-case");
  EXPECT_TRUE(may(head, "read", his));
  his.parties = {5, 8};
  EXPECT_TRUE(may(head, "approve", his));
}

TEST_P(MayTest, NobodyApprovesHisOwnDraftAndTheRankMustSuffice) {
  make_staff("1000", child, "section head", {"approver"});
  StaffId staff = make_staff("1001", child, "chief", {"approver"});
  Actor chief{actor(staff)};
  Object draft = a_case(child);
  draft.drafter = staff;
  EXPECT_EQ(may(chief, "approve", draft).reason, "own-draft");
  draft.drafter = StaffId(999);
  draft.level_needed = 30;
  EXPECT_TRUE(may(chief, "approve", draft));
  draft.level_needed = 50;
  EXPECT_EQ(may(chief, "approve", draft).reason, "rank-too-low");
}

TEST_P(MayTest, InAnAbsentColleaguesPlaceWithBothNamesKept) {
  StaffId head = make_staff("1001", child, "section head", {"approver", "administrator"});
  StaffId chief = make_staff("1002", child, "chief", {"clerk"});
  Object draft = a_case(child);
  draft.level_needed = 50;
  draft.drafter = StaffId(999);
  EXPECT_FALSE(may(Actor{actor(chief)}, "approve", draft));
  ASSERT_TRUE(change([&](store::Tx& tx) {
    return section::enter_absence(tx, act(), {{}, head, {today(), today()}, "business-trip"});
  }));
  Actor deputy{actor(chief)};
  Decision d = may(deputy, "approve", draft);
  ASSERT_TRUE(d) << d.reason;
  EXPECT_EQ(d.acting_for, head);
  EXPECT_EQ(d.rank, "section head");
  EXPECT_FALSE(holds(deputy, "staff.change")) << "an administrator's rights are never lent";
  draft.drafter = chief;
  EXPECT_EQ(may(deputy, "approve", draft).reason, "own-draft") << "not even in another's place";
}

TEST_P(MayTest, AProgramDecidesNothingAndTheConsoleReadsNoCase) {
  EXPECT_TRUE(may(Actor{System{"print"}}, "print", a_case(child)));
  EXPECT_FALSE(may(Actor{System{"print"}}, "approve", a_case(child)));
  EXPECT_TRUE(may(Actor{Administrator{"root"}}, "change", {.kind = "staff"}));
  EXPECT_FALSE(may(Actor{Administrator{"root"}}, "read", a_case(child)));
}

TEST_P(MayTest, AResidentMayWhatIsHisFromTheLevelThePageStates) {
  Resident resident{.account = AccountId(7), .level = 1};
  EXPECT_TRUE(may(Actor{resident}, "read", {.kind = "case", .account = AccountId(7)}));
  EXPECT_EQ(may(Actor{resident}, "read", {.kind = "case", .account = AccountId(8)}).reason, "not-yours");
  EXPECT_EQ(may(Actor{resident}, "read", {.kind = "case"}).reason, "not-yours");
  EXPECT_EQ(may(Actor{resident}, "read", {.kind = "case", .account = AccountId(7), .account_level_needed = 2}).reason,
            "account-level");
  PublicId person = PublicId::random(random());
  EXPECT_EQ(may(Actor{resident}, "read", {.kind = "record", .person = person}).reason, "not-yours");
  resident.person = person;
  EXPECT_FALSE(holds(Actor{resident}, "resident.linked")) << "the level counts, not only the reference";
  resident.level = 2;
  EXPECT_TRUE(may(Actor{resident}, "read", {.kind = "record", .person = person, .account_level_needed = 2}));
  EXPECT_TRUE(holds(Actor{resident}, "resident.linked"));
  EXPECT_FALSE(holds(Actor{resident}, "staff.read"));
}

}  // namespace
}  // namespace yakuba::access
