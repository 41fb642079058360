// Notices on both databases: composed from the pack, complete in law, sent by mail, online or post, back when returned.
#include "hall/notice/notice.hpp"

#include <csignal>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connect/testing/smtp_server.hpp"
#include "hall/notice/rows.hpp"
#include "hall/section/section.hpp"
#include "hall/testing/hall.hpp"
#include "print/sign.hpp"
#include "store/jobs.hpp"

namespace yakuba::notice {
namespace {

using connect::testing::SmtpServer;
using ::testing::HasSubstr;
using ::testing::Not;

class NoticeTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    hall::Module listener{.name = "listener"};
    listener.notice_listeners = {[this](hall::Hall&, store::Tx&, const store::Town&, const hall::NoticeSent& sent) {
      heard_.push_back(sent.case_id + " " + sent.channel);
      return Result<>();
    }};
    return {packs::module(), exchange::module(), section::module(), document::module(), notice::module(), listener};
  }

  mutable std::vector<std::string> heard_;  // what listeners were told
  std::vector<std::string> put_off_;        // codes with which jobs failed
  void SetUp() override {
    HallTest::SetUp();
    if (HasFatalFailure()) return;
    // One sealing key for all tests: making an RSA key takes a second.
    static const Secret<std::string> pem =
        print::to_pem(print::make_demo_seal_key("奈義町", clock().now().plus_seconds(-86400),
                                                clock().now().plus_seconds(86400 * 365))
                          .value())
            .value();
    ASSERT_TRUE(hall().keys.put_file(town(), "seal.pem", pem));
  }

  Reach reach() {
    return {.party = "person:1",
            .name = "有本　健太",
            .postal_code = "708-1323",
            .address_lines = {"岡山県勝田郡奈義町見本123番地4"}};
  }
  Request refusal(std::string key = "decision:1") {
    Request request{.key = std::move(key),
                    .pack = hall::testing::nagi_pack(),
                    .procedure = "jido-teate-nintei",
                    .notice = "refusal"};
    request.adverse = true;
    request.section = "child";
    request.case_id = "case-1";
    request.case_number = "26-1120-0047-F";
    request.retention_years = 5;
    request.facts = pack::start(*request.pack, today());
    request.facts.known["received_on"] = "2026-11-04";
    request.facts.known["decision"] =
        JsonObject{{"conclusion", "却下"}, {"reason", "支給の対象となる児童がいません。"}};
    request.facts.known["child_findings"] =
        JsonArray{JsonObject{{"number", 1},
                             {"name", "有本　美月"},
                             {"birth", "2007-04-01"},
                             {"payable", false},
                             {"code", "K2"},
                             {"reason", "18歳に達した日の後の最初の3月31日を過ぎています"},
                             {"article", "児童手当法 第3条第1項"}}};
    request.reach = reach();
    request.stamp = {.at = clock().now(), .actor = "staff:1", .section = "child", .channel = "web"};
    return request;
  }
  PublicId issued(const Request& request) {
    auto id = hall().store.change(town(), [&](store::Tx& tx) { return issue(tx, hall(), town(), request); });
    EXPECT_TRUE(id) << describe(id.error());
    return id.value_or(PublicId{});
  }
  // All that is due now, as the server's runner does it.
  void work() {
    store::JobRunner runner(store(), {.workers = 1});
    for (const hall::Module& module : modules())
      for (const hall::JobHandler& job : module.jobs)
        runner.handle(job.kind, [this, job](store::Town town, const store::Job& due) {
          auto done = job.run(hall(), town, due);
          if (!done) put_off_.push_back(done.error().code);
          return done;
        });
    const auto done = runner.run_due();
    EXPECT_TRUE(done) << describe(done.error());
    for (const std::string& code : put_off_)
      EXPECT_THAT(code, ::testing::AnyOf("notice.no_mail_server", "mail.deferred"));
  }
  Notice found(PublicId id) {
    return **hall().store.read(town(), [&](store::ReadTx& tx) { return find(tx, id); });
  }
  std::vector<log::Verb> verbs(PublicId id) {
    EXPECT_TRUE(store().place_now(town()));
    std::vector<log::Verb> all;
    const auto page =
        hall().store.read(town(), [&](store::ReadTx& tx) { return tx.events_of_object("notice", id.text()); });
    for (const log::Event& event : page->events) all.push_back(event.verb);
    return all;
  }
  template <class F>
  Result<> changed(F&& act) {
    return hall().store.change(town(), [&](store::Tx& tx) -> Result<> { return act(tx); });
  }
  log::Event stamp() { return {.at = clock().now(), .actor = "staff:1", .section = "child", .channel = "web"}; }
  access::Actor clerk() {
    access::Standing standing{.section_name = "こども・長寿課", .section_code = "child", .title = "主事"};
    for (const char* permission : {"document.read", "notice.send"})
      standing.grants.push_back(
          {.permission = permission, .scope = access::Scope::town, .procedures = {}, .role = "clerk"});
    return {access::Staff{.id = access::StaffId(1), .name = "小林　恵", .standings = {standing}}};
  }
  web::Response get(const std::string& path) {
    return answer(web::Request::get(path), web::Side::office_side, clerk());
  }
  web::Response post(const std::string& path, web::Fields form) {
    form.add("_key", PublicId::random(random()).text());
    return answer(web::Request::post(path, std::move(form)), web::Side::office_side, clerk());
  }
};
YAKUBA_ON_BOTH_DATABASES(NoticeTest);

// The text part of a mail: base64 between the first blank line after its head and the next boundary.
std::string mail_text(std::string_view data) {
  const std::size_t part = data.find("text/plain"), begin = data.find("\r\n\r\n", part);
  std::string packed;
  for (const char c : data.substr(begin, data.find("\r\n--", begin) - begin))
    if (c != '\r' && c != '\n') packed += c;
  const auto bytes = from_base64(packed);
  return bytes ? std::string(text_view(*bytes)) : std::string(data);
}

std::string section_words(const document::Content& content, std::string_view section) {
  std::string words;
  for (const pack::Block& block : content.body)
    if (block.section == section)
      for (const std::string& cell : block.cells) words += cell;
  return words;
}

// --- what it says ---

TEST_P(NoticeTest, ARefusalNamesFactsReasonGovernorAndDefendant) {
  const auto content = compose(refusal());
  ASSERT_TRUE(content) << describe(content.error());
  EXPECT_EQ(content->title, "児童手当認定請求却下通知書");
  EXPECT_EQ(content->sender_title, pack().town->mayor_title);
  EXPECT_THAT(section_words(*content, "reason"), HasSubstr("K2"));
  EXPECT_THAT(section_words(*content, "reason"), HasSubstr("児童手当法 第3条第1項"));
  EXPECT_THAT(section_words(*content, "review"), HasSubstr("岡山県知事"));
  EXPECT_THAT(section_words(*content, "review"), Not(HasSubstr("奈義町長に対して")));
  EXPECT_THAT(section_words(*content, "suit"), HasSubstr("奈義町を被告"));
  EXPECT_FALSE(content->plain.empty());
  EXPECT_THAT(section_words(*content, "contact"), HasSubstr("こども・長寿課"));
  EXPECT_THAT(section_words(*content, "contact"), HasSubstr("0868-00-1240"));
}

// A pack that lost a section after it was checked must not come out of the house either.
Request with_notice(const Request& request, const std::function<void(pack::Notice&)>& spoil) {
  auto spoilt = std::make_shared<pack::Pack>(*request.pack);
  for (pack::Procedure& procedure : spoilt->procedures)
    for (pack::Notice& notice : procedure.notices)
      if (notice.id == request.notice) spoil(notice);
  Request result = request;
  result.pack = spoilt;
  return result;
}

void drop_section(pack::Template& text, std::string_view words_inside) {
  std::erase_if(text.lines, [&](const pack::TemplateLine& line) {
    for (const pack::TemplatePart& part : line.parts)
      if (part.text.find(words_inside) != std::string::npos ||
          part.expression.feel.find(words_inside) != std::string::npos)
        return true;
    return false;
  });
}

TEST_P(NoticeTest, WithoutReasonOrRemediesNothingIsSealed) {
  auto no_remedy = with_notice(refusal(), [](pack::Notice& notice) { drop_section(notice.body, "役場.知事"); });
  EXPECT_EQ(compose(no_remedy).error().code, "notice.appeal");
  auto no_suit = with_notice(refusal(), [](pack::Notice& notice) { drop_section(notice.body, "役場.名称"); });
  EXPECT_EQ(compose(no_suit).error().code, "notice.suit");
  auto no_reason = with_notice(refusal(), [](pack::Notice& notice) {
    drop_section(notice.body, "決定.理由");
    drop_section(notice.body, "子.理由");
    drop_section(notice.body, "審査の基準");
  });
  EXPECT_EQ(compose(no_reason).error().code, "notice.reason");
  auto wrong_authority = with_notice(refusal(), [](pack::Notice& notice) { notice.appeal_to = "none"; });
  EXPECT_EQ(compose(wrong_authority).error().code, "notice.appeal");
  auto change = hall().store.change(town(), [&](store::Tx& tx) { return issue(tx, hall(), town(), no_reason); });
  EXPECT_EQ(change.error().code, "notice.reason");
  EXPECT_TRUE(hall().store.read(town(), [](store::ReadTx& tx) { return document::list(tx, {}); })->rows.empty());
}

TEST_P(NoticeTest, AHoleWithoutAValueIsAnErrorAndNotABlank) {
  Request request = refusal();
  request.facts.known.erase("received_on");
  EXPECT_EQ(compose(request).error().code, "pack.hole");
}

TEST_P(NoticeTest, AnUnknownNoticeIsRefused) {
  Request request = refusal();
  request.notice = "love-letter";
  EXPECT_EQ(compose(request).error().code, "notice.unknown");
}

// --- the channel ---

TEST_P(NoticeTest, ChannelFollowsConsentAccountAndAddress) {
  Reach known = reach();
  known.mail = "kenta@example.jp";
  EXPECT_EQ(choose_channel(known, pack()), Channel::post) << "a mail address alone is no consent";
  known.account = true;
  EXPECT_EQ(choose_channel(known, pack()), Channel::online);
  known.mail_consented = true;
  EXPECT_EQ(choose_channel(known, pack()), Channel::mail);
  EXPECT_EQ(choose_channel({.party = "person:1", .name = "x"}, pack()), std::nullopt);
  Request request = refusal();
  request.reach = {.party = "person:1", .name = "有本　健太"};
  auto refused = hall().store.change(town(), [&](store::Tx& tx) { return issue(tx, hall(), town(), request); });
  EXPECT_EQ(refused.error().code, "notice.unreachable");
}

TEST_P(NoticeTest, IssuingTwiceIsOneNotice) {
  const PublicId id = issued(refusal());
  EXPECT_EQ(issued(refusal()), id);
  EXPECT_EQ(hall().store.read(town(), [](store::ReadTx& tx) { return of_case(tx, "case-1"); })->size(), 1u);
}

TEST_P(NoticeTest, WithoutAnAccountItGoesByPost) {
  Reach party = reach();
  party.online = true;
  EXPECT_EQ(choose_channel(party, pack()), Channel::post) << "number and secret: nobody reminds him to look";
  party.account = true;
  EXPECT_EQ(choose_channel(party, pack()), Channel::online);
  party.account = false;
  party.address_lines.clear();
  EXPECT_EQ(choose_channel(party, pack()), Channel::online) << "better than nothing";
  party.online = false;
  EXPECT_FALSE(choose_channel(party, pack()));
}

// --- mail ---

TEST_P(NoticeTest, GoesByMailWithItsPdf) {
  SmtpServer server;
  hall().settings.mail_url = server.url();
  hall().settings.mail_from = "kodomo@town.nagi.example.jp";
  Request request = refusal();
  request.reach.mail = "kenta@example.jp";
  request.reach.mail_consented = true;
  const PublicId id = issued(request);
  EXPECT_EQ(found(id).state, DeliveryState::preparing);
  work();
  EXPECT_EQ(found(id).state, DeliveryState::sent);
  ASSERT_EQ(server.mails().size(), 1u);
  const std::string data(server.mails()[0].text_or("data", ""));
  EXPECT_THAT(data, HasSubstr("application/pdf"));
  EXPECT_THAT(data, HasSubstr("To: <kenta@example.jp>"));
  EXPECT_THAT(data, HasSubstr("Auto-Submitted: auto-generated"));
  EXPECT_EQ(verbs(id), std::vector{log::Verb::notified});
  EXPECT_EQ(heard_, std::vector<std::string>{"case-1 mail"});
  ASSERT_TRUE(send_by_mail(hall(), town(), id, 1));
  EXPECT_EQ(server.mails().size(), 1u) << "the job run again sends nothing";
}

TEST_P(NoticeTest, ARefusedMailboxSendsItToThePostAndTheRegisterSaysWhy) {
  SmtpServer server;
  hall().settings.mail_url = server.url();
  Request request = refusal();
  request.reach.mail = "refused@example.jp";
  request.reach.mail_consented = true;
  const PublicId id = issued(request);
  work();
  const Notice waiting = found(id);
  EXPECT_EQ(waiting.state, DeliveryState::to_post);
  EXPECT_EQ(waiting.channel, Channel::post);
  EXPECT_EQ(waiting.attempt, 2);
  EXPECT_EQ(waiting.bounce_reason, "mailbox");
  EXPECT_EQ(verbs(id), (std::vector{log::Verb::bounced, log::Verb::amended}));
  EXPECT_TRUE(heard_.empty()) << "it did not go out yet";
  EXPECT_EQ(hall().store.read(town(), [](store::ReadTx& tx) { return count_open(tx); }), 1);
  EXPECT_THAT(get("/dispatch").body_text(), HasSubstr("メールが届かない"));
  ASSERT_TRUE(
      changed([&](store::Tx& tx) { return mark_posted(tx, hall(), town(), id, waiting.version, today(), stamp()); }));
  EXPECT_EQ(heard_, std::vector<std::string>{"case-1 post"});
  ASSERT_TRUE(send_by_mail(hall(), town(), id, 1)) << "the mail's job run again";
  EXPECT_EQ(found(id).state, DeliveryState::sent);
}

TEST_P(NoticeTest, ARefusedMailboxWithoutAnAddressWaitsForTheOffice) {
  SmtpServer server;
  hall().settings.mail_url = server.url();
  Request request = refusal();
  request.reach.mail = "refused@example.jp";
  request.reach.mail_consented = true;
  request.reach.address_lines.clear();
  const PublicId id = issued(request);
  work();
  EXPECT_EQ(found(id).state, DeliveryState::bounced);
  EXPECT_EQ(found(id).bounce_reason, "mailbox");
  EXPECT_EQ(hall().store.read(town(), [](store::ReadTx& tx) { return count_open(tx); }), 1);
  const std::string hash =
      *hall()
           .store.read(town(), [&](store::ReadTx& tx) { return document::find(tx, found(id).document); })
           .value()
           ->sha256;
  const auto before = found(id);
  ASSERT_TRUE(changed([&](store::Tx& tx) {
    return send_again(tx, hall(), town(), id, before.version, Channel::post, reach(), stamp());
  }));
  work();
  EXPECT_EQ(found(id).state, DeliveryState::to_post);
  EXPECT_EQ(found(id).attempt, 2);
  const auto document =
      hall().store.read(town(), [&](store::ReadTx& tx) { return document::find(tx, before.document); });
  EXPECT_EQ((*document)->sha256, hash) << "never rendered again";
}

TEST_P(NoticeTest, AnAddressThatIsNoneGoesToThePostWithoutAnyServer) {
  Request request = refusal();
  request.reach.mail = "kenta@example.jp\r\nBcc: all@example.jp";
  request.reach.mail_consented = true;
  const PublicId id = issued(request);
  work();
  EXPECT_EQ(found(id).state, DeliveryState::to_post);
  EXPECT_TRUE(put_off_.empty());
}

TEST_P(NoticeTest, MailAndPlainVersionAreInTheLanguageOfTheParty) {
  SmtpServer server;
  hall().settings.mail_url = server.url();
  hall().settings.mail_from = "kodomo@town.nagi.example.jp";
  Request request = refusal();
  request.language = "en";
  request.reach.mail = "lan@example.jp";
  request.reach.mail_consented = true;
  const auto english = compose(request);
  ASSERT_TRUE(english) << describe(english.error());
  request.language = "ja";
  const auto japanese = compose(request);
  ASSERT_TRUE(japanese) << describe(japanese.error());
  EXPECT_EQ(english->body, japanese->body) << "what is decided is said in Japanese";
  ASSERT_FALSE(english->plain.empty());
  EXPECT_EQ(english->plain.front().cells.front(), "Decision");
  EXPECT_THAT(japanese->plain.front().cells.front(), HasSubstr("{"));
  request.language = "en";
  const PublicId id = issued(request);
  EXPECT_EQ(found(id).language, "en");
  work();
  ASSERT_EQ(server.mails().size(), 1u);
  const std::string data(server.mails()[0].text_or("data", ""));
  EXPECT_THAT(mail_text(data), HasSubstr("Please find"));
}

TEST_P(NoticeTest, WithoutAMailServerTheMailWaitsInTheOutbox) {
  Request request = refusal();
  request.reach.mail = "kenta@example.jp";
  request.reach.mail_consented = true;
  const PublicId id = issued(request);
  work();
  EXPECT_EQ(found(id).state, DeliveryState::sending);
  EXPECT_EQ(put_off_, std::vector<std::string>{"notice.no_mail_server"});
  EXPECT_TRUE(verbs(id).empty());
}

TEST_P(NoticeTest, AServerThatAsksForPatienceIsTriedAgain) {
  SmtpServer server;
  hall().settings.mail_url = server.url();
  Request request = refusal();
  request.reach.mail = "later@example.jp";
  request.reach.mail_consented = true;
  const PublicId id = issued(request);
  work();
  EXPECT_EQ(found(id).state, DeliveryState::sending);
  EXPECT_EQ(put_off_, std::vector<std::string>{"mail.deferred"});
}

// --- online ---

TEST_P(NoticeTest, OnlineItIsPublishedAndOpeningItSaysDelivered) {
  const PublicId reference = PublicId::random(random());
  Request request = refusal();
  request.reach.online = true;
  request.reach.references = {reference};
  const PublicId id = issued(request);
  work();
  EXPECT_EQ(found(id).state, DeliveryState::sent);
  const auto of_case = hall().store.read(town(), [](store::ReadTx& tx) { return published_of_case(tx, "case-1"); });
  ASSERT_EQ(of_case->size(), 1u);
  EXPECT_FALSE((*of_case)[0].opened_at);
  EXPECT_EQ(open_published(hall(), town(), id, "case-2").error().code, "notice.not_found");
  EXPECT_EQ(found(id).state, DeliveryState::sent);
  const auto pdf = open_published(hall(), town(), id, "case-1");
  ASSERT_TRUE(pdf) << describe(pdf.error());
  EXPECT_EQ(hex(sha256(*pdf)), (*of_case)[0].sha256);
  EXPECT_EQ(found(id).state, DeliveryState::delivered);
  ASSERT_TRUE(open_published(hall(), town(), id, "case-1"));
  EXPECT_EQ(verbs(id), (std::vector{log::Verb::notified, log::Verb::delivered}));
}

TEST_P(NoticeTest, OpenedOnlineBeforeItIsPostedItHasGoneOut) {
  Request request = refusal();
  request.reach.online = true;  // number and secret: a letter, and the page
  const PublicId id = issued(request);
  work();
  ASSERT_EQ(found(id).state, DeliveryState::to_post);
  ASSERT_TRUE(open_published(hall(), town(), id, "case-1"));
  EXPECT_EQ(found(id).state, DeliveryState::delivered);
  EXPECT_EQ(heard_, std::vector<std::string>{"case-1 online"}) << "the case need not wait for the post";
  EXPECT_EQ(hall().store.read(town(), [](store::ReadTx& tx) { return count_open(tx); }), 0);
}

TEST_P(NoticeTest, OnlyTheLinkedPersonSeesItAmongHisNotices) {
  const PublicId reference = PublicId::random(random());
  Request request = refusal();
  request.reach.references = {reference};
  const PublicId id = issued(request);
  work();
  auto as = [&](PublicId person, const std::string& path) {
    const access::Actor actor{
        access::Resident{.account = access::AccountId(1), .level = 2, .person = person, .shown = "a"}};
    return answer(web::Request::get(path), web::Side::public_side, actor);
  };
  EXPECT_THAT(as(reference, "/me/notices").body_text(), HasSubstr("奈こ第1号"));
  EXPECT_EQ(as(reference, "/me/notices/" + id.text()).header("content-type"), "application/pdf");
  const PublicId other = PublicId::random(random());
  EXPECT_THAT(as(other, "/me/notices").body_text(), Not(HasSubstr("奈こ第1号")));
  EXPECT_EQ(as(other, "/me/notices/" + id.text()).status, 404);
}

// --- post ---

TEST_P(NoticeTest, PostedReturnedAndHandedOver) {
  const PublicId id = issued(refusal());
  work();
  ASSERT_EQ(found(id).state, DeliveryState::to_post);
  auto post_it = [&](std::int64_t version) {
    return changed([&](store::Tx& tx) { return mark_posted(tx, hall(), town(), id, version, today(), stamp()); });
  };
  EXPECT_EQ(post_it(found(id).version + 5).error().code, "notice.conflict");
  ASSERT_TRUE(post_it(found(id).version));
  EXPECT_EQ(post_it(found(id).version).error().code, "notice.conflict");
  auto came_back = [&](Date day, std::string_view reason) {
    return changed(
        [&](store::Tx& tx) { return mark_returned(tx, id, found(id).version, day, reason, "inquiry", stamp()); });
  };
  EXPECT_EQ(came_back(today().plus_days(-1), "moved").error().code, "notice.returned_before_posted");
  EXPECT_EQ(came_back(today(), "eaten-by-goat").error().code, "notice.bounce_reason");
  ASSERT_TRUE(came_back(today().plus_days(3), "address-unknown"));
  EXPECT_EQ(found(id).next_act, "inquiry");
  ASSERT_TRUE(
      changed([&](store::Tx& tx) { return mark_handed_over(tx, hall(), town(), id, found(id).version, stamp()); }));
  EXPECT_EQ(found(id).state, DeliveryState::delivered);
  EXPECT_EQ(verbs(id), (std::vector{log::Verb::notified, log::Verb::bounced, log::Verb::delivered}));
  EXPECT_EQ(heard_, (std::vector<std::string>{"case-1 post", "case-1 counter"}));
}

TEST_P(NoticeTest, SendingAgainToAnotherPartyIsRefused) {
  const PublicId id = issued(refusal());
  work();
  Reach other = reach();
  other.party = "person:2";
  const auto refused = changed([&](store::Tx& tx) {
    return send_again(tx, hall(), town(), id, found(id).version, Channel::post, other, stamp());
  });
  EXPECT_EQ(refused.error().code, "document.not_yours");
}

// YAKUBA_KEEP=folder keeps the papers for the eye.
void keep(const char* name, std::string_view bytes) {
  if (const char* folder = std::getenv("YAKUBA_KEEP"))
    std::ofstream(std::string(folder) + "/" + name, std::ios::binary) << bytes;
}

TEST_P(NoticeTest, TheRegisterMakesSheetsMarksPostedAndGivesCsv) {
  std::vector<PublicId> ids{issued(refusal("decision:1")), issued(refusal("decision:2"))};
  work();
  keep("refusal.pdf",
       text_view(document::deliver(hall(), town(), found(ids[0]).document, binding_of(found(ids[0]))).value()));
  const auto page = get("/dispatch");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body_text(), HasSubstr("奈こ第1号"));
  EXPECT_THAT(page.body_text(), HasSubstr("有本"));
  EXPECT_EQ(post("/dispatch", {{"do", "sheets"}}).status, 422);
  const auto sheets = post("/dispatch", {{"do", "sheets"}, {"notice", ids[0].text()}, {"notice", ids[1].text()}});
  EXPECT_EQ(sheets.header("content-type"), "application/pdf");
  keep("sheets.pdf", sheets.body_text());
  keep("dispatch.html", page.body_text());
  keep("notice.html", get("/notices/" + ids[0].text()).body_text());
  EXPECT_EQ(post("/dispatch", {{"do", "posted"}, {"notice", ids[0].text()}, {"posted", "きのう"}}).status, 422);
  EXPECT_EQ(post("/dispatch", {{"do", "posted"}, {"notice", ids[0].text()}, {"posted", "2999-01-01"}}).status, 422);
  EXPECT_EQ(found(ids[0]).state, DeliveryState::to_post);
  EXPECT_EQ(post("/dispatch", {{"do", "posted"}, {"notice", ids[0].text()}, {"posted", today().text()}}).status, 303);
  EXPECT_EQ(found(ids[0]).state, DeliveryState::sent);
  EXPECT_EQ(post("/dispatch", {{"do", "sheets"}, {"notice", ids[0].text()}}).status, 422) << "no longer waiting";
  const std::string csv = get("/dispatch.csv?state=all").body_text();
  EXPECT_THAT(csv, HasSubstr("\"奈こ第2号\""));
  EXPECT_EQ(get("/dispatch?state=bounced").status, 200);
}

TEST_P(NoticeTest, ReturnedMailIsEnteredOnThePageAndNothingTypedIsLost) {
  const PublicId id = issued(refusal());
  work();
  ASSERT_TRUE(
      changed([&](store::Tx& tx) { return mark_posted(tx, hall(), town(), id, found(id).version, today(), stamp()); }));
  const std::string path = "/notices/" + id.text();
  EXPECT_THAT(get(path).body_text(), HasSubstr("返戻を記録する"));
  const std::string version = std::to_string(found(id).version);
  const auto wrong =
      post(path + "/returned", {{"version", version}, {"day", "2020-01-01"}, {"reason", "moved"}, {"next", "inquiry"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body_text(), HasSubstr("2020-01-01"));
  EXPECT_EQ(post(path + "/returned",
                 {{"version", version}, {"day", today().text()}, {"reason", "moved"}, {"next", "inquiry"}})
                .status,
            303);
  EXPECT_EQ(found(id).state, DeliveryState::bounced);
  EXPECT_EQ(post(path + "/returned", {{"version", version}, {"day", today().text()}, {"reason", "moved"}, {"next", ""}})
                .status,
            409)
      << "the second clerk is told";
  EXPECT_EQ(post(path + "/again", {{"version", std::to_string(found(id).version)}, {"channel", "post"}}).status, 422);
  EXPECT_EQ(post(path + "/again", {{"version", std::to_string(found(id).version)},
                                   {"channel", "post"},
                                   {"postal_code", "708-1300"},
                                   {"address", "岡山県津山市見本町2番地\n見本荘3号"}})
                .status,
            303);
  work();
  EXPECT_EQ(found(id).reach.address_lines, (std::vector<std::string>{"岡山県津山市見本町2番地", "見本荘3号"}));
  EXPECT_EQ(found(id).state, DeliveryState::to_post);
}

TEST_P(NoticeTest, WithoutTheRightNothingIsShownOrDone) {
  const PublicId id = issued(refusal());
  work();
  const access::Actor nobody{access::Staff{.id = access::StaffId(2)}};
  EXPECT_THAT(answer(web::Request::get("/dispatch"), web::Side::office_side, nobody).body_text(),
              Not(HasSubstr("有本")));
  EXPECT_EQ(answer(web::Request::get("/notices/" + id.text()), web::Side::office_side, nobody).status, 403);
  web::Fields form{{"do", "posted"}, {"notice", id.text()}, {"posted", today().text()}};
  EXPECT_EQ(answer(web::Request::post("/dispatch", form), web::Side::office_side, nobody).status, 403);
  EXPECT_EQ(found(id).state, DeliveryState::to_post);
}

TEST(DispatchCsv, HoldsNoFormulas) {
  Notice notice{.kind_name = "=1+1", .number = "奈こ\"第1号"};
  notice.reach.name = "@evil";
  const std::string csv = dispatch_csv({notice});
  EXPECT_THAT(csv, HasSubstr("\"'=1+1\""));
  EXPECT_THAT(csv, HasSubstr("\"'@evil\""));
  EXPECT_THAT(csv, HasSubstr("\"奈こ\"\"第1号\""));
}

}  // namespace
}  // namespace yakuba::notice
