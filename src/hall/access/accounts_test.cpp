// Residents' accounts and the link to a person: what proves, what never does, and what the office and the public side
// know.
#include "hall/access/access_test.hpp"
#include "store/jobs.hpp"

namespace yakuba::access {
namespace {

class AccountTest : public testing::AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    clerk = actor(make_staff("1001", child, "officer", {"clerk"}));
  }
  // The link of the newest mail to this address, as its job would write it.
  std::string link_to(std::string_view mail, MailPurpose purpose = MailPurpose::create) {
    auto asked = ask_for_mail(the_hall(), town(), visitor, mail, purpose, web::Language::ja);
    EXPECT_TRUE(asked) << describe(asked.error());
    if (!asked) return {};
    auto path = mail_link_path(the_hall(), town(), newest_link());
    return path->substr(std::string_view("/account/mail/").size());
  }
  PublicId newest_link() {
    // The jobs of the outbox name the rows; the last one is the newest.
    PublicId found{};
    store::JobRunner runner(store());
    runner.handle("access.mail", [&](store::Town, const store::Job& job) -> Result<> {
      found = PublicId::parse(job.payload).value_or(PublicId{});
      ++mails;
      return {};
    });
    EXPECT_TRUE(runner.run_due());
    return found;
  }
  Resident account(const std::string& mail) {
    auto token = use_mail_link(the_hall(), town(), visitor, link_to(mail), password, "");
    EXPECT_TRUE(token) << describe(token.error());
    return resident_of(mail);
  }
  Resident resident_of(const std::string& mail) {
    auto row = read([&](store::ReadTx& tx) { return tx.one<sql::AccountByMail>({.mail_folded = mail}); });
    Resident resident{
        AccountId((*row)->id), *PublicId::parse((*row)->public_id), static_cast<int>((*row)->level), {}, mail};
    if ((*row)->reference) resident.person = PublicId::parse(*(*row)->reference);
    return resident;
  }
  LinkOffer offer(std::int64_t person) {
    auto made = offer_link(the_hall(), town(), clerk, person, LinkWay::counter, "my-number-card");
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(LinkOffer{});
  }
  Staff clerk;
  int mails = 0;
};
YAKUBA_ON_BOTH_DATABASES(AccountTest);

TEST_P(AccountTest, AnAccountBeginsWithAMailThatWorksOnce) {
  std::string link = link_to("Hanako@Example.jp");
  EXPECT_EQ(use_mail_link(the_hall(), town(), visitor, link, "tooshort", "").error().code, "access.password.too_short");
  EXPECT_EQ(use_mail_link(the_hall(), town(), visitor, link, "hanako@example.jp", "").error().code,
            "access.password.guessable");
  ASSERT_TRUE(use_mail_link(the_hall(), town(), visitor, link, password, ""));
  EXPECT_FALSE(use_mail_link(the_hall(), town(), visitor, link, password, "")) << "used";
  auto token = sign_in_resident(the_hall(), town(), visitor, " HANAKO@example.JP ", password, "");
  EXPECT_TRUE(token);
  EXPECT_FALSE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", "wrong", ""));
  EXPECT_EQ(sign_in_resident(the_hall(), town(), visitor, "nobody@example.jp", password, "").error().code,
            "access.sign_in_failed");
}

TEST_P(AccountTest, LinksRunOutAndCannotBeMade) {
  std::string link = link_to("hanako@example.jp");
  std::string forged = link;
  forged[30] = forged[30] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(open_mail_link(the_hall(), town(), forged));
  EXPECT_FALSE(open_mail_link(the_hall(), town(), "x"));
  EXPECT_TRUE(open_mail_link(the_hall(), town(), link));
  clock().advance_seconds(mail_link_seconds_max + 1);
  EXPECT_FALSE(open_mail_link(the_hall(), town(), link));
}

TEST_P(AccountTest, NobodyLearnsWhetherAnAddressHasAnAccount) {
  account("hanako@example.jp");
  EXPECT_TRUE(ask_for_mail(the_hall(), town(), visitor, "hanako@example.jp", MailPurpose::create, web::Language::ja));
  PublicId link = newest_link();
  auto row = read([&](store::ReadTx& tx) { return tx.one<sql::MailLink>({.public_id = link.text()}); });
  EXPECT_EQ((*row)->purpose, "known-already") << "the mail says it, the page does not";
  int before = mails;
  EXPECT_TRUE(
      ask_for_mail(the_hall(), town(), visitor, "stranger@example.jp", MailPurpose::renew_password, web::Language::ja));
  newest_link();
  EXPECT_EQ(mails, before) << "no mail to strangers, and the same answer";
}

TEST_P(AccountTest, MailsAreLimitedAndAddressesChecked) {
  for (int i = 0; i < mails_per_address_max; ++i) link_to("hanako@example.jp");
  auto more = ask_for_mail(the_hall(), town(), visitor, "hanako@example.jp", MailPurpose::create, web::Language::ja);
  EXPECT_EQ(more.error().kind, ErrorKind::too_many);
  for (std::string_view bad : {"", "hanako", "a@b@c", "hanako@example.jp\r\nBcc: all@example.jp", "<a@example.jp>"})
    EXPECT_EQ(ask_for_mail(the_hall(), town(), visitor, bad, MailPurpose::create, web::Language::ja).error().code,
              "access.bad_mail")
        << bad;
}

TEST_P(AccountTest, ANewPasswordDoesNotGoAroundTheSecondFactor) {
  Resident hanako = account("hanako@example.jp");
  auto drawn = draw_factor(the_hall(), town(), hanako.account);
  ASSERT_TRUE(drawn);
  EXPECT_FALSE(turn_on_factor(the_hall(), town(), hanako, drawn->sealed, "000000"));
  Bytes secret = drawn->secret.reveal();
  ASSERT_TRUE(turn_on_factor(the_hall(), town(), hanako, drawn->sealed, totp_code(secret, now())));
  next_code();
  EXPECT_FALSE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", password, ""));
  ASSERT_TRUE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", password, totp_code(secret, now())));
  std::string link = link_to("hanako@example.jp", MailPurpose::renew_password);
  EXPECT_EQ(use_mail_link(the_hall(), town(), visitor, link, "まったく新しい長い合言葉です", "").error().code,
            "access.wrong_code");
  next_code();
  EXPECT_TRUE(
      use_mail_link(the_hall(), town(), visitor, link, "まったく新しい長い合言葉です", totp_code(secret, now())));
  Resident other = account("taro@example.jp");
  EXPECT_FALSE(turn_on_factor(the_hall(), town(), other, drawn->sealed, totp_code(secret, now())))
      << "sealed for one account";
}

TEST_P(AccountTest, WhoEndsHisAccountProvesThatItIsHis) {
  const Resident hanako = account("hanako@example.jp");
  EXPECT_EQ(prove_resident(the_hall(), town(), hanako, "guess", "").error().code, "access.wrong_password");
  EXPECT_TRUE(prove_resident(the_hall(), town(), hanako, password, ""));
  auto drawn = draw_factor(the_hall(), town(), hanako.account);
  ASSERT_TRUE(drawn);
  const Bytes secret = drawn->secret.reveal();
  ASSERT_TRUE(turn_on_factor(the_hall(), town(), hanako, drawn->sealed, totp_code(secret, now())));
  next_code();
  EXPECT_EQ(prove_resident(the_hall(), town(), hanako, password, "").error().code, "access.wrong_code");
  EXPECT_TRUE(prove_resident(the_hall(), town(), hanako, password, totp_code(secret, now())));
  EXPECT_EQ(prove_resident(the_hall(), town(), hanako, password, totp_code(secret, now())).error().code,
            "access.wrong_code")
      << "a code proves once";
  for (int i = 0; i < proofs_max; ++i) (void)prove_resident(the_hall(), town(), hanako, "guess", "");
  EXPECT_EQ(prove_resident(the_hall(), town(), hanako, password, "").error().kind, ErrorKind::too_many);
}

TEST_P(AccountTest, AnEndedAccountIsGoneOnBothSides) {
  const Resident before = account("hanako@example.jp");
  const LinkOffer code = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), before, code.code));
  const Resident hanako = resident_of("hanako@example.jp");
  ASSERT_TRUE(change([&](store::Tx& tx) {
    return release_read(the_hall(), tx, town(), code.reference, "read-1", {now(), "税務課", "counter", "person"});
  }));
  const std::string open_link = link_to("hanako@example.jp", MailPurpose::renew_password);
  ASSERT_TRUE(change([&](store::Tx& tx) { return end_account(tx, the_hall(), town(), hanako, now()); }));
  the_hall().gate.forget(town());

  EXPECT_FALSE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", password, ""));
  EXPECT_FALSE(open_mail_link(the_hall(), town(), open_link)) << "no way back by an older mail";
  EXPECT_TRUE(read([&](store::ReadTx& tx) { return references_of_person(tx, 77); })->empty());
  EXPECT_TRUE(
      read([&](store::ReadTx& tx) { return released_reads(tx, code.reference, now().plus_seconds(60), 10); })->empty());
  const auto again = change([&](store::Tx& tx) { return end_account(tx, the_hall(), town(), hanako, now()); });
  EXPECT_EQ(again.error().code, "access.no_such_account");
  const Resident fresh = account("hanako@example.jp");
  EXPECT_NE(fresh.public_id, hanako.public_id);
  EXPECT_EQ(fresh.level, 1);
}

TEST_P(AccountTest, GuessingAPasswordLocksAndHeals) {
  account("hanako@example.jp");
  for (int i = 0; i < failures_before_lock; ++i)
    EXPECT_FALSE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", "guess", ""));
  EXPECT_FALSE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", password, ""));
  clock().advance_seconds(lock_seconds_first + 1);
  EXPECT_TRUE(sign_in_resident(the_hall(), town(), visitor, "hanako@example.jp", password, ""));
}

// --- level 2 ---

TEST_P(AccountTest, ACodeLinksTheAccountToThePersonAndBothSidesKnow) {
  Resident hanako = account("hanako@example.jp");
  EXPECT_EQ(hanako.level, 1);
  LinkOffer code = offer(77);
  EXPECT_FALSE(*read([&](store::ReadTx& tx) { return person_of_reference(tx, code.reference); }))
      << "not before it is redeemed";
  std::string typed;
  for (char c : code.code) typed += c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  auto done = redeem_code(the_hall(), town(), hanako, typed);
  ASSERT_TRUE(done) << describe(done.error());
  hanako = resident_of("hanako@example.jp");
  EXPECT_EQ(hanako.level, 2);
  EXPECT_EQ(hanako.person, code.reference);
  EXPECT_EQ(*read([&](store::ReadTx& tx) { return person_of_reference(tx, code.reference); }), 77);
  EXPECT_EQ(*read([&](store::ReadTx& tx) { return references_of_person(tx, 77); }),
            std::vector<PublicId>{code.reference});
}

TEST_P(AccountTest, TheCodeIsNowhereInTheMessages) {
  LinkOffer code = offer(77);
  for (const hall::Message& message : exchange.sent) {
    EXPECT_EQ(message.payload.find(normal_code(code.code)), std::string::npos);
    EXPECT_EQ(message.payload.find(code.code), std::string::npos);
    EXPECT_EQ(message.payload.find("77\""), std::string::npos) << "nor the person";
  }
}

TEST_P(AccountTest, ACodeWorksOnceForOneAccountAndRunsOut) {
  Resident hanako = account("hanako@example.jp"), taro = account("taro@example.jp");
  LinkOffer code = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), hanako, code.code));
  EXPECT_EQ(redeem_code(the_hall(), town(), taro, code.code).error().code, "access.wrong_link_code");
  EXPECT_EQ(redeem_code(the_hall(), town(), hanako, offer(78).code).error().code, "access.linked_already");
  LinkOffer late = offer(79);
  clock().advance_seconds(counter_code_seconds_max + 1);
  EXPECT_EQ(redeem_code(the_hall(), town(), taro, late.code).error().code, "access.wrong_link_code");
}

TEST_P(AccountTest, GuessingCodesIsStopped) {
  Resident taro = account("taro@example.jp");
  LinkOffer code = offer(77);
  for (int i = 0; i < link_tries_max; ++i)
    EXPECT_EQ(redeem_code(the_hall(), town(), taro, "AAAA-BBBB-CCC" + std::to_string(i)).error().code,
              "access.wrong_link_code");
  EXPECT_EQ(redeem_code(the_hall(), town(), taro, code.code).error().kind, ErrorKind::too_many);
  clock().advance_seconds(3600);
  EXPECT_TRUE(redeem_code(the_hall(), town(), taro, code.code));
}

TEST_P(AccountTest, TheNewerProofReplacesTheOlderLink) {
  Resident old_one = account("old@example.jp"), new_one = account("new@example.jp");
  ASSERT_TRUE(redeem_code(the_hall(), town(), old_one, offer(77).code));
  LinkOffer second = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), new_one, second.code));
  EXPECT_EQ(resident_of("old@example.jp").level, 1);
  EXPECT_FALSE(resident_of("old@example.jp").person);
  EXPECT_EQ(*read([&](store::ReadTx& tx) { return references_of_person(tx, 77); }),
            std::vector<PublicId>{second.reference});
}

TEST_P(AccountTest, EitherSideEndsALink) {
  Resident hanako = account("hanako@example.jp");
  LinkOffer first = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), hanako, first.code));
  ASSERT_TRUE(renounce_link(the_hall(), town(), resident_of("hanako@example.jp")));
  EXPECT_FALSE(*read([&](store::ReadTx& tx) { return person_of_reference(tx, first.reference); }));
  LinkOffer second = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), hanako, second.code));
  auto offers = read([&](store::ReadTx& tx) { return offers_of(tx, 77); });
  ASSERT_TRUE(end_link(the_hall(), town(), clerk, offers->front().id));
  EXPECT_EQ(resident_of("hanako@example.jp").level, 1);
  LinkOffer third = offer(77);
  offers = read([&](store::ReadTx& tx) { return offers_of(tx, 77); });
  ASSERT_TRUE(end_link(the_hall(), town(), clerk, offers->front().id));
  EXPECT_FALSE(redeem_code(the_hall(), town(), hanako, third.code)) << "an offer that was taken back";
}

TEST_P(AccountTest, NobodyGivesHimselfACode) {
  clerk.person = 77;
  EXPECT_EQ(offer_link(the_hall(), town(), clerk, 77, LinkWay::counter, "my-number-card").error().code,
            "access.own_link");
  EXPECT_EQ(offer_link(the_hall(), town(), clerk, 78, LinkWay::counter, "name-and-birth").error().code,
            "access.unknown_document");
  EXPECT_EQ(offer_link(the_hall(), town(), clerk, 78, LinkWay::counter, "registered-address").error().code,
            "access.unknown_document");
}

TEST_P(AccountTest, ReleasedReadsReachOnlyTheirReference) {
  Resident hanako = account("hanako@example.jp");
  LinkOffer code = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), hanako, code.code));
  ReleasedRead read_once{now(), "こども・長寿課", "examination", "case"};
  for (int i = 0; i < 2; ++i)  // the same key twice is one
    ASSERT_TRUE(change(
        [&](store::Tx& tx) { return release_read(the_hall(), tx, town(), code.reference, "event-9", read_once); }));
  auto seen = read([&](store::ReadTx& tx) { return released_reads(tx, code.reference, now().plus_seconds(1), 10); });
  EXPECT_EQ(*seen, std::vector<ReleasedRead>{read_once});
  auto others = read(
      [&](store::ReadTx& tx) { return released_reads(tx, PublicId::random(random()), now().plus_seconds(1), 10); });
  EXPECT_TRUE(others->empty());
}

TEST_P(AccountTest, TheGateKnowsTheLevelOfThisMoment) {
  auto token = use_mail_link(the_hall(), town(), visitor, link_to("hanako@example.jp"), password, "");
  ASSERT_TRUE(token);
  auto ask = [&](std::string_view permission) {
    web::Request request = web::Request::get("/x");
    request.cookies.add(session_cookie_name(web::Side::public_side, town().name()), token->text);
    return gate
        .open(the_hall(), town(), request, web::Side::public_side,
              {web::Method::get, "/x", web::Side::public_side, web::Permission(permission), web::Fixture::none("test")})
        .refusal;
  };
  EXPECT_EQ(ask("resident"), Refusal::none);
  EXPECT_EQ(ask("resident.linked"), Refusal::account_level);
  EXPECT_EQ(ask("case.read"), Refusal::hidden);
  LinkOffer code = offer(77);
  ASSERT_TRUE(redeem_code(the_hall(), town(), resident_of("hanako@example.jp"), code.code));
  EXPECT_EQ(ask("resident.linked"), Refusal::none);
  EXPECT_EQ(ask("resident.card"), Refusal::account_level);
  auto offers = read([&](store::ReadTx& tx) { return offers_of(tx, 77); });
  ASSERT_TRUE(end_link(the_hall(), town(), clerk, offers->front().id));
  EXPECT_EQ(ask("resident.linked"), Refusal::account_level);
}

}  // namespace
}  // namespace yakuba::access
