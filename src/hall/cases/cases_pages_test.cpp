// The clerk's pages on both databases: what he sees of a case and what he does not, what he finds out, what several
// cases at once come to, and who answers a consultation.
#include <gmock/gmock.h>

#include "hall/cases/cases_test.hpp"
#include "hall/cases/facts.hpp"

namespace yakuba::cases {
namespace {

using testing::code_of;
using ::testing::HasSubstr;
using ::testing::Not;

JsonValue json(std::string_view text) {
  return parse_json(text).value();
}

std::size_t times(std::string_view part, std::string_view text) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(FoundFacts, GoIntoTheRecordAndIntoTheItem) {
  JsonObject known{{"children", json(R"([{"name":"見本　花"},{"name":"見本　空"}])")}, {"claimant", json("{}")}};
  put_found(known, "paper_not_given", true);
  put_found(known, "children.1.study_abroad_meets", false);
  put_found(known, "claimant.income", 4'300'000);
  put_found(known, "spouse.income", 1);
  EXPECT_EQ(JsonValue(known).canonical(),
            R"({"children":[{"name":"見本　花"},{"name":"見本　空","study_abroad_meets":false}],)"
            R"("claimant":{"income":4300000},"paper_not_given":true,"spouse":{"income":1}})");
  const JsonObject before = known;
  for (const char* nowhere : {"children.9.study_abroad_meets", "children.-1.x", "elders.0.cared_for"})
    put_found(known, nowhere, true);
  EXPECT_EQ(known, before) << "an item that is not there takes nothing";
  ASSERT_NE(known_at(known, "children.1.study_abroad_meets"), nullptr);
  EXPECT_EQ(*known_at(known, "children.1.study_abroad_meets"), JsonValue(false));
  for (const char* nowhere : {"children.9.name", "children.name", "claimant.income.x", "nothing", ""})
    EXPECT_EQ(known_at(known, nowhere), nullptr) << nowhere;
}

TEST(FoundFacts, OneKeyForEveryItem) {
  EXPECT_EQ(without_items("children.12.study_abroad_meets"), "children.study_abroad_meets");
  EXPECT_EQ(without_items("paper_not_given"), "paper_not_given");
}

class DeskTest : public testing::OfficeTest {
 protected:
  web::Response see(std::string_view path, section::StaffId who = {}) {
    return answer(web::Request::get(path), web::Side::office_side, access::Actor{staff(who.value ? who : clerk)});
  }
  web::Response press(std::string_view path, web::Fields fields, section::StaffId who = {}) {
    return answer(web::Request::post(path, std::move(fields)), web::Side::office_side,
                  access::Actor{staff(who.value ? who : clerk)});
  }
  static std::string file(PublicId id, std::string_view more = "") { return "/cases/" + id.text() + std::string(more); }
  std::string version(PublicId id) { return std::to_string(row(id).version); }
  Result<> find_out(PublicId id, const Found& found) {
    return act(
        id, [&](store::Tx& tx, const Act& a, const On& on) { return confirm_fact(hall(), tx, town(), a, on, found); });
  }
  pack::Ruling ruling(PublicId id) {
    const auto opened = open(hall(), town(), by(clerk), id);
    EXPECT_TRUE(opened) << describe(opened.error());
    const auto ruled = rule(*opened);
    EXPECT_TRUE(ruled) << describe(ruled.error());
    return ruled.value_or(pack::Ruling{});
  }
  std::vector<log::Event> events(PublicId id) {
    EXPECT_TRUE(store().place_now(town()));
    const auto found = read([&](store::ReadTx& tx) { return tx.events_of_case(id.text()); });
    EXPECT_TRUE(found);
    return found ? found->events : std::vector<log::Event>();
  }
  PublicId examined(std::string_view name) {
    const PublicId id = received(name);
    EXPECT_TRUE(accept_case(id));
    return id;
  }
  // 岸本　浩二's claim with one more child.
  PublicId with_three_children() {
    Submission s = submission("岸本　浩二");
    const std::vector<Answer> two = s.answers;
    for (Answer& answer : s.answers)
      if (answer.ask == "children")
        answer.value.array()->push_back(json(R"({"name":"岸本　凪","kana":"キシモト ナギ","birth":"2019-04-01"})"));
    for (const Answer& answer : two)
      if (answer.ask.ends_with(".1"))
        s.answers.push_back({answer.ask.substr(0, answer.ask.size() - 1) + "2", answer.value, answer.source});
    const auto made = change([&](store::Tx& tx) { return receive(hall(), tx, town(), s, by(clerk)); });
    EXPECT_TRUE(made) << describe(made.error());
    EXPECT_TRUE(accept_case(s.id));
    return s.id;
  }
};
YAKUBA_ON_BOTH_DATABASES(DeskTest);

TEST_P(DeskTest, AFactIsFoundOutAndTheCriterionCountsWithIt) {
  const PublicId id = examined("国定　トメ子");  // named by the parents: the clerk must see the receipt
  ASSERT_EQ(ruling(id).outcome, nullptr);
  EXPECT_THAT(see(file(id)).body_text(), HasSubstr(file(id, "/fact?key=named_by_parents")));
  const web::Response form = see(file(id, "/fact?key=named_by_parents"));
  EXPECT_THAT(form.body_text(), HasSubstr("父母の指定"));
  EXPECT_EQ(press(file(id, "/fact"), {{"key", "named_by_parents"}, {"version", version(id)}}).status, 422);
  const web::Response done = press(file(id, "/fact"), {{"key", "named_by_parents"},
                                                       {"value", "yes"},
                                                       {"source", "paper"},
                                                       {"note", "受領証を見た"},
                                                       {"version", version(id)}});
  EXPECT_EQ(done.status, 303) << done.body_text();
  ASSERT_NE(ruling(id).outcome, nullptr);
  EXPECT_EQ(ruling(id).outcome->id, "granted");
  EXPECT_THAT(see(file(id)).body_text(), HasSubstr("受領証を見た"));
  const std::vector<log::Event> all = events(id);
  const auto recorded = std::ranges::find(all, log::Verb::recorded, &log::Event::verb);
  ASSERT_NE(recorded, all.end());
  const JsonValue payload = recorded->payload.json().value();
  EXPECT_EQ(payload.text_or("fact", ""), "named_by_parents");
  EXPECT_EQ(payload.text_or("source", ""), "paper");
  EXPECT_EQ(payload.text_or("hmac", "").size(), 64U);
  EXPECT_THAT(payload.canonical(), Not(HasSubstr("受領証"))) << "the log proves the words without holding them";
}

TEST_P(DeskTest, WhatIsNoFactOfTheClerkIsRefusedAtItsPlace) {
  const PublicId id = received("国定　トメ子");
  const Found right{"named_by_parents", true, "paper", "受領証"};
  EXPECT_EQ(code_of(find_out(id, right)), "case.step") << "nobody examines what was not accepted";
  ASSERT_TRUE(accept_case(id));
  const auto refused = [&](Found wrong) {
    const auto done = find_out(id, wrong);
    return done ? std::string("done") : done.error().code + " " + done.error().place.field;
  };
  EXPECT_EQ(refused({"phone", "090", "paper", "x"}), "case.fact key") << "asked of the applicant only";
  EXPECT_EQ(refused({"children.7.study_abroad_meets", true, "paper", "x"}), "case.fact key");
  EXPECT_EQ(refused({"named_by_parents", "yes", "paper", "x"}), "case.fact_value value");
  EXPECT_EQ(refused({"children.0.placement", "月", "paper", "x"}), "case.fact_value value");
  EXPECT_EQ(refused({"named_by_parents", true, "dream", "x"}), "case.fact_source source");
  EXPECT_EQ(refused({"named_by_parents", true, "paper", "  "}), "case.words_missing note");
  const Case seen = row(id);
  ASSERT_TRUE(find_out(id, right));
  const auto late = change(
      [&](store::Tx& tx) { return confirm_fact(hall(), tx, town(), by(colleague), {seen.id, seen.version}, right); });
  EXPECT_EQ(code_of(late), "case.changed");
  for (const char* bad : {"/fact?key=phone", "/fact?key=%3Cscript%3E", "/fact?key=children.99999999999999999999.x"})
    EXPECT_EQ(see(file(id, bad)).status, 404) << bad;
}

TEST_P(DeskTest, ASensitiveNumberIsMaskedUntilItIsSaidForWhat) {
  const PublicId id = examined("岸本　浩二");
  const std::string page = see(file(id)).body_text();
  EXPECT_THAT(page, Not(HasSubstr("1234567")));
  EXPECT_THAT(page, HasSubstr("****567"));
  EXPECT_THAT(see(file(id, "/reveal")).body_text(), Not(HasSubstr("1234567")));
  for (const char* purpose : {"", "curiosity"}) {
    const web::Response asked = press(file(id, "/reveal"), {{"ask", "account"}, {"purpose", purpose}});
    EXPECT_EQ(asked.status, 422);
    EXPECT_THAT(asked.body_text(), Not(HasSubstr("1234567")));
  }
  EXPECT_EQ(press(file(id, "/reveal"), {{"ask", "phone"}, {"purpose", "payment"}}).status, 404);
  EXPECT_EQ(press(file(id, "/reveal"), {{"ask", "account"}, {"purpose", "payment"}}, general).status, 403);
  const auto looked = [&] {
    std::int64_t count = 0;
    for (const log::Event& event : events(id)) {
      const JsonValue payload = event.payload.json().value_or(JsonValue());
      count += payload.text_or("what", "") == "answer" && payload.text_or("purpose", "") == "payment" &&
               event.actor == by(clerk).actor;
    }
    return count;
  };
  EXPECT_EQ(looked(), 0);
  const web::Response shown = press(file(id, "/reveal"), {{"ask", "account"}, {"purpose", "payment"}});
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body_text(), HasSubstr("1234567"));
  EXPECT_EQ(looked(), 1);
}

TEST_P(DeskTest, MissingFactsAreNamedOnceWithTheChildrenTheyBelongTo) {
  const PublicId id = examined("岸本　浩二");
  const std::string page = see(file(id)).body_text();
  EXPECT_EQ(times("留学の要件", page), 1U);
  EXPECT_EQ(times("父母の指定", page), 1U);
  EXPECT_THAT(page, HasSubstr("留学の要件（岸本　結衣さん、岸本　湊さん）"));
  EXPECT_THAT(page, Not(HasSubstr("児童.")));
}

TEST_P(DeskTest, TheFileSaysEachResultAndLeadsToEveryCell) {
  const PublicId id = with_three_children();
  const std::string page = see(file(id)).body_text();
  EXPECT_LE(page.size(), 22U * 1024) << "with three children";
  EXPECT_THAT(page, HasSubstr("月額（円） 10,000"));
  EXPECT_THAT(page, HasSubstr("12行目"));
  EXPECT_THAT(page, HasSubstr("岸本　浩二　キシモト コウジ　昭和50年")) << "in the order of the form";
  EXPECT_THAT(page, HasSubstr(file(id, "/trace?of=jido-teate.child&amp;item=children.2")));
  const std::string trace = see(file(id, "/trace?of=jido-teate.child&item=children.2")).body_text();
  EXPECT_THAT(trace, HasSubstr("岸本　凪さん"));
  EXPECT_GE(times("<tr", trace), 13U) << "every row of the table";
  const std::string start = see(file(id, "/trace?of=jido-teate.start")).body_text();
  EXPECT_THAT(start, Not(HasSubstr("months later"))) << "what the formula came to, not the formula";
  EXPECT_EQ(see(file(id, "/trace")).status, 200);
  for (const char* bad :
       {"/trace?of=jido-teate.child", "/trace?of=nothing", "/trace?of=jido-teate.child&item=children.9"})
    EXPECT_EQ(see(file(id, bad)).status, 404) << bad;
}

TEST_P(DeskTest, AConsultationIsAnsweredByTheAskedSectionOnly) {
  const section::StaffId asked = employ("2009", "general", "staff", {"consulted"});
  const section::StaffId other = employ("3009", "finance", "staff", {"consulted"});
  const PublicId id = examined("福元　隼人");
  EXPECT_EQ(see(file(id), asked).status, 403) << "nobody was asked yet";
  ASSERT_TRUE(act(id, [&](store::Tx& tx, const Act& a, const On& on) {
    return consult(hall(), tx, town(), a, on, "general", "記録はありますか");
  }));
  EXPECT_EQ(see(file(id), asked).status, 200);
  EXPECT_THAT(see("/inbox?view=consulted", asked).body_text(), HasSubstr(row(id).number));
  EXPECT_THAT(see("/inbox?view=consulted&q=" + row(id).number, asked).body_text(), HasSubstr(file(id)));
  for (const section::StaffId who : {other, mayor, clerk}) {
    EXPECT_EQ(see(file(id, "/answer"), who).status, 403);
    EXPECT_EQ(press(file(id, "/answer"), {{"agree", "yes"}, {"answer", "はい"}, {"version", version(id)}}, who).status,
              403);
  }
  EXPECT_EQ(see(file(id), other).status, 403);
  EXPECT_THAT(see("/inbox?view=consulted", other).body_text(), Not(HasSubstr(row(id).number)));
  EXPECT_EQ(
      press(file(id, "/answer"), {{"agree", "yes"}, {"answer", "あります"}, {"version", version(id)}}, asked).status,
      303);
  EXPECT_EQ(row(id).step, "examine");
  EXPECT_EQ(see(file(id), asked).status, 403) << "answered: the file is the section's own again";
}

TEST_P(DeskTest, SeveralAtOnceAreNamedBeforehandWithWhatCannotBeDone) {
  const PublicId done = examined("福元　隼人"), open_one = received("福元　隼人"), quick = received("福元　隼人");
  const auto chosen = [&](PublicId id) { return id.text() + ":" + version(id); };
  const std::string stale = chosen(quick);
  web::Fields fields{{"do", "accept"}, {"case", chosen(done)}, {"case", chosen(open_one)},
                     {"case", stale},  {"case", "nothing:1"},  {"case", "x"}};
  const web::Response confirm = press("/inbox/bulk", fields);
  EXPECT_EQ(confirm.status, 200);
  for (const PublicId id : {done, open_one, quick}) EXPECT_THAT(confirm.body_text(), HasSubstr(row(id).number));
  EXPECT_THAT(confirm.body_text(), HasSubstr("いまの段階では、この操作はできません"));
  EXPECT_THAT(confirm.body_text(), Not(HasSubstr("value=\"" + chosen(done) + "\""))) << "not sent again";
  EXPECT_THAT(confirm.body_text(), HasSubstr("value=\"" + chosen(open_one) + "\""));
  EXPECT_EQ(row(open_one).step, "accept") << "nothing happens before it is confirmed";

  ASSERT_TRUE(accept_case(quick));  // a colleague is faster
  const web::Response told =
      press("/inbox/bulk", {{"do", "accept"}, {"sure", "1"}, {"case", chosen(open_one)}, {"case", stale}});
  EXPECT_EQ(told.status, 409);
  EXPECT_THAT(told.body_text(), HasSubstr("ほかの職員がこの案件を変えました"));
  EXPECT_THAT(told.body_text(), HasSubstr("1件を処理しました"));
  EXPECT_EQ(row(open_one).step, "examine");
  EXPECT_THAT(press("/inbox/bulk", {{"do", "accept"}}).body_text(), HasSubstr("処理できる案件がありません"));
  const web::Response foreign = press("/inbox/bulk", {{"do", "take"}, {"case", chosen(open_one)}}, finance);
  EXPECT_THAT(foreign.body_text(), Not(HasSubstr("福元"))) << "an id that was typed shows no name";
}

TEST_P(DeskTest, WordsAreSearchedWithinTheView) {
  const PublicId id = examined("福元　隼人");
  const std::string number = row(id).number;
  EXPECT_THAT(see("/inbox?q=" + number).body_text(), HasSubstr(file(id)));
  EXPECT_THAT(see("/inbox?view=mine&q=" + number).body_text(), Not(HasSubstr(file(id)))) << "not his";
  EXPECT_THAT(see("/inbox?step=accept&q=" + number).body_text(), Not(HasSubstr(file(id)))) << "not in this step";
  EXPECT_THAT(see("/inbox?q=" + number, finance).body_text(), Not(HasSubstr(file(id)))) << "not of his section";
  EXPECT_THAT(see("/inbox?view=all&q=%E7%A6%8F%E5%85%83", mayor).body_text(), HasSubstr(file(id))) << "of the town";
}

TEST_P(DeskTest, TheKeysAreDocumentedAndCanBeSwitchedOff) {
  const std::string page = see("/keys").body_text();
  for (const char* key : {"<kbd>J</kbd>", "<kbd>K</kbd>", "<kbd>Enter</kbd>", "<kbd>/</kbd>", "<kbd>?</kbd>"})
    EXPECT_THAT(page, HasSubstr(key));
  EXPECT_THAT(page, HasSubstr("id=\"keys-off\""));
}

}  // namespace
}  // namespace yakuba::cases
