// The resident's side on both databases: drafts that are nobody else's, one case however often it is sent, its state.
#include <gmock/gmock.h>

#include "base/text.hpp"
#include "hall/cases/cases_test.hpp"

namespace yakuba::application {
namespace {

using cases::testing::code_of;
using ::testing::HasSubstr;
using ::testing::Not;

class ApplicationTest : public cases::testing::OfficeTest {
 protected:
  Begun begun() {
    const auto done = begin(hall(), town(), {}, pack(), "jido-teate-nintei", "ja", clock().now());
    EXPECT_TRUE(done) << describe(done.error());
    return done.value_or(Begun{});
  }
  static Holder with(const Begun& begun) { return {.token = begun.token}; }
  // The complete draft of the demonstration's resident.
  std::vector<cases::Answer> complete() {
    const auto matters = cases::demo_matters(pack());
    EXPECT_TRUE(matters);
    return matters ? matters->drafts.back().answers : std::vector<cases::Answer>();
  }
  Begun filled() {
    const Begun one = begun();
    for (const cases::Answer& given : complete()) {
      const auto done = application::answer(hall(), town(), with(one), one.id, {given}, clock().now());
      EXPECT_TRUE(done) << given.ask << ": " << describe(done.error());
    }
    return one;
  }
  Result<Submitted> send(const Begun& one) { return submit(hall(), town(), with(one), one.id, clock().now()); }
  // The public page as the device that holds this draft or case sees it.
  std::string get(const std::string& path, const Begun& held) {
    web::Request request = web::Request::get(path);
    request.cookies.add("held-" + held.id.text(), held.token);
    return answer(request, web::Side::public_side).body_text();
  }
  web::Upload file(web::FileKind kind, std::string bytes = "%PDF-1.7 sample") {
    const auto size = static_cast<std::int64_t>(bytes.size());
    return {.field = "insurance",
            .file_name = "保険.pdf",
            .kind = kind,
            .bytes = size,
            .sha256 = sha256(bytes),
            .content = web::memory_spool(std::move(bytes))};
  }
};
YAKUBA_ON_BOTH_DATABASES(ApplicationTest);

TEST_P(ApplicationTest, SomebodyElsesDraftDoesNotExist) {
  const Begun mine = begun();
  EXPECT_TRUE(open(hall(), town(), with(mine), mine.id));
  for (const Holder& stranger : {Holder{}, Holder{.token = begun().token}, Holder{.account = "an-account"}}) {
    const auto seen = open(hall(), town(), stranger, mine.id);
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().code, "draft.not_found");
    EXPECT_EQ(code_of(application::answer(hall(), town(), stranger, mine.id, complete(), clock().now())),
              "draft.not_found");
    EXPECT_EQ(code_of(discard(hall(), town(), stranger, mine.id)), "draft.not_found");
  }
}

TEST_P(ApplicationTest, TheCodeOpensTheDraftOnAnotherDevice) {
  const Begun mine = begun();
  std::string typed = mine.resume_code;
  for (char& c : typed) c = static_cast<char>(c == '-' ? ' ' : std::tolower(static_cast<unsigned char>(c)));
  const auto other = resume(hall(), town(), typed, clock().now());
  ASSERT_TRUE(other) << describe(other.error());
  EXPECT_EQ(other->id, mine.id);
  EXPECT_NE(other->token, mine.token);
  EXPECT_TRUE(open(hall(), town(), with(*other), mine.id));
  EXPECT_EQ(resume(hall(), town(), "7K2M", clock().now()).error().kind, ErrorKind::invalid);
  EXPECT_EQ(resume(hall(), town(), "0000-0000-0000", clock().now()).error().kind, ErrorKind::not_found);
}

TEST_P(ApplicationTest, OnlyTheKindsOfFileThatThePaperAllows) {
  const Begun mine = filled();
  const auto put = [&](std::string_view need, const web::Upload& one) {
    return code_of(upload(hall(), town(), with(mine), mine.id, need, one, clock().now()));
  };
  EXPECT_EQ(put("insurance", file(web::FileKind::unknown)), "draft.upload");
  EXPECT_EQ(put("insurance", file(web::FileKind::pdf, "")), "draft.upload_empty");
  EXPECT_EQ(put("no-such-paper", file(web::FileKind::pdf)), "draft.need");
  EXPECT_EQ(put("insurance", file(web::FileKind::pdf)), "");
  ASSERT_EQ(open(hall(), town(), with(mine), mine.id)->uploads.size(), 1u);
}

TEST_P(ApplicationTest, WhatTheTownDerivesIsNotBelieved) {
  const Begun mine = begun();
  ASSERT_TRUE(application::answer(
      hall(), town(), with(mine), mine.id,
      {{"decision", JsonObject{{"conclusion", "認定"}}, "typed"}, {"start_month", "2020-01-01", "typed"}},
      clock().now()));
  const auto draft = open(hall(), town(), with(mine), mine.id);
  ASSERT_TRUE(draft) << describe(draft.error());
  EXPECT_FALSE(draft->facts().known.contains("decision"));
  EXPECT_FALSE(draft->facts().known.contains("start_month"));
}

TEST_P(ApplicationTest, AnUnfinishedDraftSaysWhatIsMissing) {
  const Begun mine = begun();
  const auto missing = unanswered(*open(hall(), town(), with(mine), mine.id));
  ASSERT_TRUE(missing) << describe(missing.error());
  EXPECT_TRUE(std::ranges::find(missing->asks, "claimant") != missing->asks.end());
  EXPECT_EQ(send(mine).error().code, "draft.incomplete");
  const Begun done = filled();
  const auto nothing = unanswered(*open(hall(), town(), with(done), done.id));
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->asks.empty()) << nothing->asks.front();
}

TEST_P(ApplicationTest, PressedTwiceItIsOneCaseWithOneNumber) {
  const Begun mine = filled();
  const auto first = send(mine), second = send(mine);
  ASSERT_TRUE(first) << describe(first.error());
  ASSERT_TRUE(second) << describe(second.error());
  EXPECT_EQ(first->number, second->number);
  EXPECT_EQ(first->secret, second->secret);
  EXPECT_TRUE(cases::is_case_number(first->number));
  EXPECT_EQ(read([](store::ReadTx& tx) { return cases::inbox(tx, {.view = "all"}); })->rows.size(), 1u);
  EXPECT_EQ(code_of(application::answer(hall(), town(), with(mine), mine.id, complete(), clock().now())),
            "draft.submitted");
}

TEST_P(ApplicationTest, WhatWasAnsweredAfterThePageWasOpenedIsSentToo) {
  const Begun mine = filled();
  const auto opened = open(hall(), town(), with(mine), mine.id);
  ASSERT_TRUE(opened) << describe(opened.error());
  cases::Answer changed = opened->answers().front();
  ASSERT_EQ(changed.ask, "claimant");
  changed.value.object()->insert_or_assign("name", "青森　太郎");
  ASSERT_EQ(code_of(application::answer(hall(), town(), with(mine), mine.id, {changed}, clock().now())), "");
  ASSERT_EQ(code_of(upload(hall(), town(), with(mine), mine.id, "insurance", file(web::FileKind::pdf), clock().now())),
            "");
  ASSERT_TRUE(submit(hall(), town(), with(mine), *opened, clock().now()));
  const auto found = read([&](store::ReadTx& tx) { return cases::find(tx, mine.id); });
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->applicant_name, "青森　太郎");
  const auto papers = read([&](store::ReadTx& tx) { return tx.blobs_of("case", mine.id.text()); });
  EXPECT_EQ(papers->size(), 1u);
}

TEST_P(ApplicationTest, APaperThatComesAfterTheSubmissionIsRefused) {
  const Begun mine = filled();
  const auto before = open(hall(), town(), with(mine), mine.id);
  ASSERT_TRUE(send(mine));
  EXPECT_EQ(code_of(upload(hall(), town(), with(mine), mine.id, "insurance", file(web::FileKind::pdf), clock().now())),
            "draft.submitted");
  const auto again = submit(hall(), town(), with(mine), *before, clock().now());
  ASSERT_TRUE(again) << "as opened before it was sent";
  EXPECT_EQ(again->number, send(mine)->number);
}

TEST_P(ApplicationTest, NumberAndSecretOpenTheStateAndGuessingIsLimited) {
  const Begun mine = filled();
  const auto sent = send(mine);
  ASSERT_TRUE(sent) << describe(sent.error());
  const auto token = show_status(hall(), town(), sent->number, sent->secret, "192.0.2.1", clock().now());
  ASSERT_TRUE(token) << describe(token.error());
  EXPECT_TRUE(status(hall(), town(), {.token = *token}, sent->case_id));
  EXPECT_FALSE(status(hall(), town(), {}, sent->case_id));
  for (int i = 0; i < status_tries_max; ++i)
    EXPECT_EQ(show_status(hall(), town(), sent->number, "wrong", "192.0.2.2", clock().now()).error().code,
              "status.wrong");
  EXPECT_EQ(show_status(hall(), town(), sent->number, sent->secret, "192.0.2.3", clock().now()).error().code,
            "status.too_many");
}

TEST_P(ApplicationTest, ACorrectionIsAskedAndAnswered) {
  const Begun mine = filled();
  const auto sent = send(mine);
  ASSERT_TRUE(sent) << describe(sent.error());
  ASSERT_TRUE(accept_case(sent->case_id));
  const auto ask = [&](const std::vector<std::string>& reasons, Date due) {
    return act(sent->case_id, [&](store::Tx& tx, const cases::Act& a, const cases::On& on) {
      return cases::ask_correction(hall(), tx, town(), a, on, reasons, "書類をお送りください。", due);
    });
  };
  EXPECT_EQ(code_of(ask({}, today().plus_days(14))), "case.reason");
  EXPECT_EQ(code_of(ask({"K1"}, today().plus_days(14))), "case.reason");
  EXPECT_EQ(code_of(ask({"B-PAPER"}, today())), "case.due_past");
  const auto asked = ask({"B-PAPER"}, today().plus_days(14));
  ASSERT_TRUE(asked) << describe(asked.error());

  const auto seen = status(hall(), town(), with(mine), sent->case_id);
  ASSERT_TRUE(seen) << describe(seen.error());
  ASSERT_EQ(seen->corrections.size(), 1u);
  EXPECT_FALSE(seen->corrections[0].answered);
  const auto reply = [&](const Holder& holder) {
    return send_correction(hall(), town(), holder, sent->case_id, seen->corrections[0].id, {},
                           {file(web::FileKind::pdf)}, clock().now());
  };
  EXPECT_EQ(code_of(reply({})), "case.not_found");
  const auto replied = reply(with(mine));
  ASSERT_TRUE(replied) << describe(replied.error());
  EXPECT_EQ(row(sent->case_id).step, "examine");
  EXPECT_TRUE(status(hall(), town(), with(mine), sent->case_id)->corrections[0].answered);
  EXPECT_EQ(code_of(reply(with(mine))), "case.correction_answered");
  const auto opened = cases::open(hall(), town(), by(clerk), sent->case_id);
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_EQ(opened->attachments.size(), 1u);
}

TEST_P(ApplicationTest, TheResidentTakesItBack) {
  const Begun mine = filled();
  const auto sent = send(mine);
  ASSERT_TRUE(sent) << describe(sent.error());
  ASSERT_TRUE(withdraw(hall(), town(), with(mine), sent->case_id, "W-SELF", clock().now()));
  EXPECT_TRUE(row(sent->case_id).closed);
  EXPECT_EQ(code_of(withdraw(hall(), town(), with(mine), sent->case_id, "W-SELF", clock().now())), "case.too_late");
}

TEST_P(ApplicationTest, AForgottenDraftIsDestroyed) {
  const Begun old = begun();
  clock().advance_seconds((draft_days_max + 1) * 86'400LL);
  const Begun fresh = begun();
  const hall::Module here = application::module();
  const auto task = std::ranges::find(here.tasks, "application.clean", &hall::PeriodicTask::name);
  ASSERT_NE(task, here.tasks.end());
  ASSERT_TRUE(task->run(hall(), town()));
  EXPECT_EQ(open(hall(), town(), with(old), old.id).error().code, "draft.not_found");
  EXPECT_TRUE(open(hall(), town(), with(fresh), fresh.id));
}

// --- what the pages say ---

TEST_P(ApplicationTest, TheCheckPageSaysAmountAndMonthAndHowTheAnswerComes) {
  const Begun mine = filled();
  const std::string page = get("/apply/" + mine.id.text() + "/check", mine);
  const auto draft = open(hall(), town(), with(mine), mine.id);
  ASSERT_TRUE(draft) << describe(draft.error());
  const auto ruling = pack::rule(pack(), *draft->procedure_model, draft->facts());
  ASSERT_TRUE(ruling && ruling->outcome);
  const JsonValue& decision = ruling->facts.known.at("decision");
  const auto total = decision.integer("total");
  ASSERT_TRUE(total && *total > 0);
  EXPECT_THAT(page, HasSubstr("1か月に" + format_number(*total) + "円"));
  const std::string start(decision.text_or("start_month", ""));  // "2026-12" or its first day
  const auto month = parse_integer(start.substr(5, 2));
  ASSERT_TRUE(month) << start;
  EXPECT_THAT(page, HasSubstr(std::to_string(*month) + "月分から"));
  EXPECT_THAT(page, HasSubstr("決定ではありません"));
  EXPECT_THAT(page, HasSubstr("結果は、郵便で届きます（岡山県勝田郡奈義町"));
}

TEST_P(ApplicationTest, WhatIsMissingIsSaidAsItWasAskedWithTheWayThere) {
  const Begun mine = begun();
  for (const cases::Answer& given : complete()) {
    if (given.ask == "lives_with.0" || given.ask == "main_earner") continue;
    (void)application::answer(hall(), town(), with(mine), mine.id, {given}, clock().now());
  }
  const std::string page = get("/apply/" + mine.id.text() + "/check", mine);
  EXPECT_THAT(page, HasSubstr("まだ見込みを出せません"));
  const auto draft = open(hall(), town(), with(mine), mine.id);
  ASSERT_TRUE(draft) << describe(draft.error());
  const std::string name((*draft->facts().known.at("children").array())[0].text_or("name", ""));
  EXPECT_THAT(page, HasSubstr("<a href=\"/apply/" + mine.id.text() + "/lives_with.0?from=check\">" + name +
                              "さんは、あなたと一緒に住んでいますか</a>"));
  EXPECT_THAT(page, HasSubstr("（結果に関わります）"));
  EXPECT_THAT(page, Not(HasSubstr("児童.同居"))) << "names of facts are the rules' own";
}

TEST_P(ApplicationTest, ABlankIsNoAnswerAlsoWhereOneMayNotKnow) {
  const Begun mine = filled();
  const auto say = [&](web::Fields typed) {
    web::Request request = web::Request::post("/apply/" + mine.id.text() + "/lives_with.0", std::move(typed));
    request.cookies.add("held-" + mine.id.text(), mine.token);
    return answer(request, web::Side::public_side);
  };
  const web::Response blank = say({});
  EXPECT_EQ(blank.status, 422);
  EXPECT_THAT(blank.body_text(), HasSubstr("どれか1つを選んでください"));
  EXPECT_EQ(say({{"lives_with.0", "?"}}).status, 303);
  EXPECT_THAT(get("/apply/" + mine.id.text() + "/check", mine), HasSubstr("どれにも当てはまらない、分からない"));
}

TEST_P(ApplicationTest, WithoutAnAccountTheReceiptIsToBePrintedAndTheAnswerComesByPost) {
  const Begun mine = filled();
  const auto sent = send(mine);
  ASSERT_TRUE(sent) << describe(sent.error());
  const std::string receipt = get("/done/" + mine.id.text(), mine);
  for (const std::string& needed :
       {sent->number, sent->secret, std::string("印刷するか"), std::string("郵便で届きます")})
    EXPECT_THAT(receipt, HasSubstr(needed));
  const std::string state = get("/status/" + mine.id.text(), mine);
  EXPECT_THAT(state, HasSubstr("郵便で届きます"));
  EXPECT_THAT(state, HasSubstr("/done/" + mine.id.text())) << "back to number and secret on this device";
}

TEST_P(ApplicationTest, NewsAreShownFromTheirDayToTheirLast) {
  const auto tax = std::ranges::find(pack().town->news, "tax", &pack::NewsItem::id);
  ASSERT_NE(tax, pack().town->news.end());
  ASSERT_TRUE(tax->until);
  const std::string title = "固定資産税";
  const auto on = [&](Date day) { clock().set(from_japan({.date = day, .hour = 10})); };
  for (const Date day : {tax->date, *tax->until}) {
    on(day);
    EXPECT_THAT(get("/", {}), HasSubstr(title)) << day.text();
    EXPECT_THAT(get("/news/tax", {}), HasSubstr(title));
  }
  for (const Date day : {tax->date.plus_days(-1), tax->until->plus_days(1)}) {
    on(day);
    EXPECT_THAT(get("/", {}), Not(HasSubstr(title))) << day.text();
    EXPECT_EQ(answer(web::Request::get("/news/tax"), web::Side::public_side).status, 404);
  }
}

// --- the end of an account ---

class AccountEndTest : public cases::testing::DemoTest {};
YAKUBA_ON_BOTH_DATABASES(AccountEndTest);

TEST_P(AccountEndTest, ItsCasesStayAndEverythingElseGoes) {
  const auto resident = access::demo_resident(hall(), town(), "kenta.arimoto@example.jp");
  ASSERT_TRUE(resident) << describe(resident.error());
  const Holder holder{.account = resident->public_id.text(), .level = resident->level, .mail = resident->shown};
  const auto draft = begin(hall(), town(), holder, pack(), "jido-teate-nintei", "ja", clock().now());
  const auto sent = begin(hall(), town(), holder, pack(), "jido-teate-nintei", "ja", clock().now());
  ASSERT_TRUE(draft && sent);
  const auto matters = cases::demo_matters(pack());
  ASSERT_TRUE(matters) << describe(matters.error());
  for (const cases::Answer& given : matters->drafts.back().answers)
    ASSERT_TRUE(application::answer(hall(), town(), holder, sent->id, {given}, clock().now()));
  const auto done = submit(hall(), town(), holder, sent->id, clock().now());
  ASSERT_TRUE(done) << describe(done.error());

  const access::Actor actor{*resident};
  const auto end = [&](const char* password) {
    return answer(web::Request::post("/account/end", {{"password", password}}), web::Side::public_side, actor);
  };
  const web::Response refused = end("guess");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body_text(), HasSubstr("パスワードが違います"));
  EXPECT_TRUE(open(hall(), town(), holder, draft->id)) << "nothing is gone yet";
  std::string password;
  const auto logins = access::demo_logins(hall(), town());
  ASSERT_TRUE(logins) << describe(logins.error());
  for (const access::DemoLogin& login : *logins)
    if (login.login == "kenta.arimoto@example.jp") password = login.password;
  const web::Response ended = end(password.c_str());
  ASSERT_EQ(ended.status, 200) << ended.body_text();
  EXPECT_THAT(ended.body_text(), HasSubstr(done->number));

  EXPECT_EQ(open(hall(), town(), holder, draft->id).error().code, "draft.not_found");
  EXPECT_TRUE(cases_of(hall(), town(), holder)->empty());
  const auto find_case = [&](store::ReadTx& tx) { return cases::find(tx, sent->id); };
  const auto row = hall().store.read(town(), find_case);
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->number, done->number) << "the office keeps what was sent";
  const std::string page = ended.body_text();
  const auto at = page.find("<b>", page.find(done->number));
  const std::string secret = page.substr(at + 3, page.find("</b>", at) - at - 3);
  const auto token = show_status(hall(), town(), done->number, secret, "192.0.2.1", clock().now());
  ASSERT_TRUE(token) << secret;
  // A later word of the office does not give the case back to the account.
  const auto clerk = cases::demo_staff(hall(), town(), "clerk");
  ASSERT_TRUE(clerk) << describe(clerk.error());
  ASSERT_TRUE(hall().store.change(town(), [&](store::Tx& tx) {
    return cases::accept(hall(), tx, town(), cases::act_of(*clerk, clock().now()), {(*row)->id, (*row)->version});
  }));
  EXPECT_TRUE(cases_of(hall(), town(), holder)->empty());
  EXPECT_TRUE(status(hall(), town(), {.token = *token}, sent->id));
}

}  // namespace
}  // namespace yakuba::application
