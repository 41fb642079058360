// Signing in under attack: brute force, codes used twice, links used twice, and the reset that takes two persons.
#include "hall/access/access_test.hpp"

namespace yakuba::access {
namespace {

class StaffLoginTest : public testing::AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    clerk = make_enrolled("1001", child, "officer", {"clerk"});
    next_code();
  }
  Result<Token> sign_in(std::string_view number, std::string_view pass, std::string_view code) {
    return sign_in_with_password(the_hall(), town(), visitor, number, pass, code);
  }
  std::vector<std::string> denials() {
    EXPECT_TRUE(store().place_now(town()));
    std::vector<std::string> reasons;
    auto events = read([&](store::ReadTx& tx) { return tx.events_since(0, 1000); });
    for (const log::Event& event : events->events)
      if (event.verb == log::Verb::denied) reasons.push_back(event.reason_code);
    return reasons;
  }
  StaffId clerk;
};
YAKUBA_ON_BOTH_DATABASES(StaffLoginTest);

TEST_P(StaffLoginTest, BothFactorsOrNothingAndOneErrorForAll) {
  std::string good = code(clerk);
  std::vector<Result<Token>> wrong{sign_in("9999", password, good), sign_in("1001", "wrong", good),
                                   sign_in("1001", password, "000000"), sign_in("1001", password, ""),
                                   sign_in("", "", "")};
  for (const auto& result : wrong) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), wrong.front().error()) << "a stranger learns nothing from the error";
  }
  EXPECT_EQ(denials(), (std::vector<std::string>{"unknown-number", "wrong-password", "wrong-code", "wrong-code",
                                                 "unknown-number"}))
      << "the office learns everything from the log";
  EXPECT_TRUE(sign_in("1001", password, good));
}

TEST_P(StaffLoginTest, ACodeCountsOnce) {
  std::string good = code(clerk);
  ASSERT_TRUE(sign_in("1001", password, good));
  ASSERT_FALSE(sign_in("1001", password, good));
  EXPECT_EQ(denials().back(), "code-used-before");
  std::string before = totp_code(factor(clerk), now().plus_seconds(-30));
  EXPECT_FALSE(sign_in("1001", password, before)) << "nor one from before the one that was used";
  next_code();
  EXPECT_TRUE(sign_in("1001", password, code(clerk)));
}

TEST_P(StaffLoginTest, CodesAreReadAsPeopleTypeThem) {
  std::string good = code(clerk);
  EXPECT_TRUE(sign_in("1001", password, good.substr(0, 3) + " " + good.substr(3)));
}

TEST_P(StaffLoginTest, PasswordsAreComparedAsPeopleTypeThem) {
  EXPECT_TRUE(sign_in("1001", "ｃorrect horse 電池 staple", code(clerk))) << "NFKC";
}

TEST_P(StaffLoginTest, GuessingLocksAndTheLockHealsItself) {
  for (int i = 0; i < failures_before_lock; ++i) EXPECT_FALSE(sign_in("1001", "guess", code(clerk)));
  EXPECT_FALSE(sign_in("1001", password, code(clerk))) << "locked, even with the right password";
  EXPECT_EQ(denials().back(), "locked");
  clock().advance_seconds(lock_seconds_first + 1);
  EXPECT_TRUE(sign_in("1001", password, code(clerk)));
}

TEST(Passwords, CostInATownWhatTheStandardAsksWhateverTestsAskFor) {
  constexpr std::string_view phrase = "correct horse 電池 staple";
  const Gate of_a_town;
  const auto hash = hash_password(of_a_town.password_cost(), phrase);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << *hash;
  const PasswordCost cheaper{.passes = 1, .memory_bytes = 8 * 1024};
  EXPECT_TRUE(*password_matches(cheaper, *hash, phrase)) << "a hash says what it was made with";
  EXPECT_FALSE(*password_matches(cheaper, *hash, "correct horse"));
}

TEST_P(StaffLoginTest, LocksGrowButNeverForEver) {
  EXPECT_EQ(lock_seconds_after(4), 0);
  EXPECT_EQ(lock_seconds_after(5), 30);
  EXPECT_EQ(lock_seconds_after(6), 60);
  EXPECT_EQ(lock_seconds_after(1000), lock_seconds_max);
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(sign_in("1001", "guess", "1"));
  clock().advance_seconds(lock_seconds_max + 1);
  EXPECT_TRUE(sign_in("1001", password, code(clerk))) << "tries during a lock do not make it longer";
}

TEST_P(StaffLoginTest, OneAddressCannotTryNumbersWithoutEnd) {
  for (std::int64_t i = 0; i < failures_per_address_max; ++i) {
    // Counted as the service counts, without a hundred hashes of 64 MiB.
    ASSERT_TRUE(change([&](store::Tx& tx) {
      return tx.one<sql::StaffAttemptAdd>({.place = "address:" + hex(sha256(visitor.address)).substr(0, 32),
                                           .time_window = now().microseconds / 1'000'000 / 900});
    }));
  }
  auto refused = sign_in("1001", password, code(clerk));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_many);
  visitor.address = "192.0.2.8";
  EXPECT_TRUE(sign_in("1001", password, code(clerk))) << "other addresses go on";
}

TEST_P(StaffLoginTest, WhoHasLeftCannotSignIn) {
  auto row = read([&](store::ReadTx& tx) { return section::staff_by_id(tx, clerk); });
  ASSERT_TRUE(
      change([&](store::Tx& tx) { return section::leave(tx, act(), clerk, (*row)->version, today().plus_days(-1)); }));
  EXPECT_FALSE(sign_in("1001", password, code(clerk)));
}

// --- enrolment ---

TEST_P(StaffLoginTest, TheFirstAdministratorComesInByALinkThatWorksOnce) {
  auto path = first_administrator_link(the_hall(), town(), Administrator{"root"}, {"0001", "管理　太郎", "", ""});
  ASSERT_TRUE(path) << describe(path.error());
  ASSERT_TRUE(path->starts_with("/enrol/"));
  std::string token = path->substr(7);
  auto opened = open_enrolment(the_hall(), town(), token);
  ASSERT_TRUE(opened) << describe(opened.error());
  std::string good = totp_code(opened->second_factor.reveal(), now());
  EXPECT_EQ(complete_enrolment(the_hall(), town(), token, "short", good, visitor).error().code,
            "access.password.too_short");
  EXPECT_EQ(complete_enrolment(the_hall(), town(), token, "0001-0001!", good, visitor).error().code,
            "access.password.guessable");
  EXPECT_EQ(complete_enrolment(the_hall(), town(), token, "坂の上の雲と虹", "000000", visitor).error().code,
            "access.password.too_short");
  EXPECT_EQ(complete_enrolment(the_hall(), town(), token, "坂の上の雲と虹の橋", "000000", visitor).error().code,
            "access.wrong_code");
  ASSERT_TRUE(complete_enrolment(the_hall(), town(), token, "坂の上の雲と虹の橋", good, visitor));
  EXPECT_EQ(complete_enrolment(the_hall(), town(), token, "坂の上の雲と虹の橋", good, visitor).error().kind,
            ErrorKind::not_found);
  EXPECT_FALSE(sign_in("0001", "坂の上の雲と虹の橋", good)) << "the code of the enrolment is used up too";
  next_code();
  auto session = sign_in("0001", "坂の上の雲と虹の橋", totp_code(opened->second_factor.reveal(), now()));
  ASSERT_TRUE(session);
  Actor admin{actor(opened->staff.id)};
  EXPECT_TRUE(holds(admin, "staff.change"));
  EXPECT_FALSE(holds(admin, "case.read")) << "an administrator sets up, and sees no cases";
}

TEST_P(StaffLoginTest, LinksExpireAndCannotBeMade) {
  auto path = first_administrator_link(the_hall(), town(), Administrator{"root"}, {"0001", "管理　太郎", "", ""});
  std::string token = path->substr(7);
  std::string forged = token;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_FALSE(open_enrolment(the_hall(), town(), forged));
  EXPECT_FALSE(open_enrolment(the_hall(), town(), PublicId::random(random()).text() + token.substr(26)));
  EXPECT_FALSE(open_enrolment(the_hall(), town(), ""));
  auto again = first_administrator_link(the_hall(), town(), Administrator{"root"}, {"0001", "管理　太郎", "", ""});
  EXPECT_FALSE(open_enrolment(the_hall(), town(), token)) << "a newer link withdraws the older";
  EXPECT_TRUE(open_enrolment(the_hall(), town(), again->substr(7)));
  clock().advance_seconds(enrolment_seconds_max + 1);
  EXPECT_FALSE(open_enrolment(the_hall(), town(), again->substr(7)));
}

// --- reset by two ---

TEST_P(StaffLoginTest, AResetTakesTwoPersonsAndEndsEverythingOld) {
  Staff first = actor(make_staff("0001", child, "", {"administrator"}));
  Staff second = actor(make_staff("0002", child, "", {"administrator"}));
  auto session = sign_in("1001", password, code(clerk));
  ASSERT_TRUE(session);
  EXPECT_EQ(invite(the_hall(), town(), first, clerk).error().code, "access.enrolled_already")
      << "no way around the two";
  auto reset = ask_reset(the_hall(), town(), first, clerk, "lost");
  ASSERT_TRUE(reset);
  EXPECT_EQ(ask_reset(the_hall(), town(), second, clerk, "lost").error().code, "access.reset_asked_already");
  EXPECT_EQ(confirm_reset(the_hall(), town(), first, *reset).error().code, "access.second_person_needed");
  EXPECT_EQ(confirm_reset(the_hall(), town(), actor(clerk), *reset).error().code, "access.second_person_needed");
  auto path = confirm_reset(the_hall(), town(), second, *reset);
  ASSERT_TRUE(path) << describe(path.error());
  EXPECT_FALSE(confirm_reset(the_hall(), town(), second, *reset));
  auto sessions = read([&](store::ReadTx& tx) { return tx.all<sql::StaffSessionsOf>({.staff = clerk.value}); });
  EXPECT_TRUE(sessions->empty());
  next_code();
  EXPECT_FALSE(sign_in("1001", password, code(clerk))) << "the old factors are gone";
  auto opened = open_enrolment(the_hall(), town(), path->substr(7));
  ASSERT_TRUE(opened);
  EXPECT_NE(opened->second_factor.reveal(), factor(clerk));
}

TEST_P(StaffLoginTest, NobodyAsksForHisOwnReset) {
  Staff admin = actor(make_staff("0001", child, "", {"administrator"}));
  EXPECT_EQ(ask_reset(the_hall(), town(), admin, admin.id, "lost").error().code, "access.own_reset");
}

TEST_P(StaffLoginTest, ANewPasswordEndsAllOtherSessions) {
  auto one = sign_in("1001", password, code(clerk));
  next_code();
  auto two = sign_in("1001", password, code(clerk));
  ASSERT_TRUE(one && two);
  auto rows = read([&](store::ReadTx& tx) { return sessions_of(tx, Actor{actor(clerk)}); });
  ASSERT_EQ(rows->size(), 2u);
  Session keep = rows->front();
  EXPECT_FALSE(change_password(the_hall(), town(), actor(clerk), keep, "wrong", "新しい合言葉は長くする"));
  ASSERT_TRUE(change_password(the_hall(), town(), actor(clerk), keep, password, "新しい合言葉は長くする"));
  rows = read([&](store::ReadTx& tx) { return sessions_of(tx, Actor{actor(clerk)}); });
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().id, keep.id);
}

// --- words that anybody would guess ---

TEST(PasswordTest, LongIsGoodAndGuessableIsNot) {
  std::vector<std::string> context{"nagi", "1001", "小林", "コバヤシ　メグミ"};
  auto code = [&](std::string_view text) {
    auto checked = check_new_password(text, 8, context);
    return checked ? std::string() : checked.error().code;
  };
  EXPECT_EQ(code("七文字の合言葉"), "access.password.too_short");
  for (std::string_view bad : {"password", "Password123!", "12345678", "87654321", "aaaaaaaa", "abcabcabc", "nagi2026",
                               "NAGI!!!!", "ｐａｓｓｗｏｒｄ", "小林小林小林小林", "コバヤシ　メグミ", "yakuba2026"})
    EXPECT_EQ(code(bad), "access.password.guessable") << bad;
  for (std::string_view good : {"correct horse battery", "雨のち晴れ、橋の下", "nagi no yama ni noboru", "x7#Qp2!m"})
    EXPECT_EQ(code(good), "") << good;
  EXPECT_EQ(code(std::string(600, 'x')), "access.password.too_long");
  EXPECT_EQ(code("abc\x01"
                 "defghi"),
            "access.password.ill_formed");
}

TEST(TotpTest, TheVectorsOfRfc6238) {
  std::string secret = "12345678901234567890";
  // Appendix B, SHA-1, last six of eight digits.
  EXPECT_EQ(totp_code(view(secret), Instant{59'000'000}), "287082");
  EXPECT_EQ(totp_code(view(secret), Instant{1'111'111'109'000'000}), "081804");
  EXPECT_EQ(totp_code(view(secret), Instant{20'000'000'000'000'000}), "353130");
  EXPECT_EQ(base32(view(std::string_view("foobar"))), "MZXW6YTBOI");  // RFC 4648 §10
  Instant at{1'111'111'109'000'000};
  EXPECT_EQ(totp_step_matching(view(secret), "081804", at.plus_seconds(30)), totp_step_of(at));
  EXPECT_FALSE(totp_step_matching(view(secret), "081804", at.plus_seconds(90)));
}

}  // namespace
}  // namespace yakuba::access
