// One claim from the first question to the notice, with the packs of the repository.
#include "pack/evaluation.hpp"

#include <gtest/gtest.h>

#include "pack/load.hpp"
#include "pack/test_packs.hpp"

namespace yakuba::pack {
namespace {

Date day(std::string_view text) {
  return Date::parse(text).value();
}
JsonValue json(std::string_view text) {
  return parse_json(text).value();
}

class Claim : public ::testing::Test {
 protected:
  PackPtr pack = pack_of("nagi");
  const Procedure& procedure = *pack->procedure("jido-teate-nintei");
  Facts facts = start(*pack, day("2026-11-20"), &procedure);

  Claim() {
    facts.known["received_on"] = "2026-11-20";
    facts.known["account_level"] = 2;
    facts.known["claimant"] = json(
        R"({"person_id":"1001","name":"例示 健太","kana":"レイジ ケンタ","birth":"1990-05-18","address":"奈義町見本1","residence":"町内"})");
    facts.known["household"] = json(R"([
      {"person_id":"1001","name":"例示 健太","birth":"1990-05-18"},
      {"person_id":"1002","name":"例示 彩","kana":"レイジ アヤ","birth":"1991-06-01"},
      {"person_id":"1003","name":"例示 美月","kana":"レイジ ミヅキ","birth":"2019-08-03"},
      {"person_id":"1004","name":"例示 陽翔","kana":"レイジ ハルト","birth":"2025-02-11"}])");
  }

  std::vector<std::string> asked() {
    std::vector<std::string> out;
    const std::vector<Ask> all = asks(*pack, procedure, facts).value();
    for (const Ask& ask : all) out.push_back(ask.id());
    return out;
  }
  bool is_asked(std::string_view id) {
    const auto all = asked();
    return std::find(all.begin(), all.end(), id) != all.end();
  }
  std::vector<std::string> needed() {
    std::vector<std::string> out;
    const std::vector<Needed> all = attachments(*pack, procedure, facts).value();
    for (const Needed& one : all) out.push_back(one.id());
    return out;
  }
  Ask ask(std::string_view id) {
    const std::vector<Ask> all = asks(*pack, procedure, facts).value();
    for (const Ask& one : all)
      if (one.id() == id) return one;
    ADD_FAILURE() << "not asked: " << id;
    return {procedure.question("phone"), -1};
  }
  void answer(std::string_view id, JsonValue value) {
    const Ask one = ask(id);
    const auto faults = wrong(*pack, procedure, one, value, facts);
    for (const AnswerFault& fault : faults) ADD_FAILURE() << id << ": " << fault.text_key << " at " << fault.field;
    ASSERT_TRUE(put(*pack, procedure, one, std::move(value), facts));
  }
  std::vector<std::string> faults_of(std::string_view id, JsonValue value) {
    std::vector<std::string> out;
    for (const AnswerFault& fault : wrong(*pack, procedure, ask(id), value, facts))
      out.push_back(fault.field + " " + fault.text_key);
    return out;
  }

  // Two children at home, as on the reference pages.
  void answer_all() {
    answer("phone", "090-0000-1234");
    answer("standing", "父母");
    answer("occupation", "会社員");
    answer("has_spouse", true);
    answer("spouse", json(R"({"person_id":"1002","name":"例示 彩","kana":"レイジ アヤ","birth":"1991-06-01"})"));
    answer("parents_apart", false);
    answer("main_earner", "申請者");
    answer("cause", "転入");
    answer("cause_date", "2026-11-02");
    answer("children", json(R"([{"person_id":"1003","name":"例示 美月","kana":"レイジ ミヅキ","birth":"2019-08-03"},
                                {"person_id":"1004","name":"例示 陽翔","kana":"レイジ ハルト","birth":"2025-02-11"}])"));
    for (const char* item : {"0", "1"}) {
      answer(std::string("lives_with.") + item, "同居");
      answer(std::string("custody.") + item, true);
      answer(std::string("livelihood.") + item, "同一");
      answer(std::string("child_residence.") + item, "国内");
      answer(std::string("placement.") + item, "なし");
    }
    answer("has_elders", false);
    answer("pension", "厚生年金など");
    answer("account_way", "公金受取口座");
    answer("consent", true);
  }
};

TEST_F(Claim, AsksWhatDependsOnAnswersOnlyWhenTheyAreThere) {
  EXPECT_FALSE(is_asked("spouse"));
  answer("standing", "父母");
  answer("has_spouse", true);
  EXPECT_TRUE(is_asked("spouse"));
  EXPECT_FALSE(is_asked("main_earner"));
  answer("parents_apart", false);
  EXPECT_TRUE(is_asked("main_earner"));
  answer("parents_apart", true);
  EXPECT_FALSE(is_asked("main_earner"));
}

TEST_F(Claim, OffersTheHouseholdAndNumbersWhatIsChosen) {
  const JsonArray children = offered(*pack, *procedure.question("children"), facts).value();
  ASSERT_EQ(children.size(), 2u);
  EXPECT_EQ(children[0].text_or("name", ""), "例示 美月");
  answer("standing", "父母");
  answer("has_spouse", true);
  EXPECT_EQ(offered(*pack, *procedure.question("spouse"), facts)->size(), 1u);
  answer("children", children);
  EXPECT_EQ(facts.known.at("children").array()->at(1).integer("number"), 2);
}

TEST_F(Claim, AsksEachChildInTurnPageByPage) {
  answer("children", offered(*pack, *procedure.question("children"), facts).value());
  const auto all = asked();
  const auto at = [&](std::string_view id) { return std::find(all.begin(), all.end(), id) - all.begin(); };
  EXPECT_LT(at("lives_with.0"), at("lives_with.1"));
  EXPECT_EQ(at("livelihood.0"), at("custody.0") + 1);  // one page
  EXPECT_EQ(at("custody.1"), at("livelihood.0") + 1);
  EXPECT_EQ(of_page(asks(*pack, procedure, facts).value(), "care", 1).size(), 2u);
  EXPECT_EQ(words(*pack, procedure, "question.lives_with.title", "ja", facts,
                  &asks(*pack, procedure, facts)->at(static_cast<std::size_t>(at("lives_with.1")))),
            "例示 陽翔さんは、あなたと{一緒|いっしょ}に{住|す}んでいますか");
}

TEST_F(Claim, SaysWhatIsWrongAtTheField) {
  EXPECT_EQ(faults_of("phone", "call me"), (std::vector<std::string>{"phone answer.phone"}));
  EXPECT_EQ(faults_of("phone", nullptr), (std::vector<std::string>{"phone answer.required"}));
  EXPECT_EQ(faults_of("standing", "猫"), (std::vector<std::string>{"standing answer.choice"}));
  EXPECT_EQ(faults_of("children", json("[]")), (std::vector<std::string>{"children answer.choose"}));
  EXPECT_EQ(faults_of("children", json(R"([{"name":"子","kana":"こ","birth":"2027-01-01"}])")),
            (std::vector<std::string>{"children.0.kana answer.kana"}));
  EXPECT_EQ(faults_of("children", json(R"([{"name":"子","kana":"コ","birth":"2027-01-01"}])")),
            (std::vector<std::string>{"children question.children.check.future_birth"}));
  EXPECT_EQ(faults_of("children", json(R"([{"name":"子","kana":"コ","birth":"2026-02-30"}])")),
            (std::vector<std::string>{"children.0.birth answer.date"}));
  answer("account_way", "書く");
  EXPECT_EQ(
      faults_of("account",
                json(R"({"bank":"見本銀行","branch":"奈義","kind":"普通","number":"123","holder":"レイジ アヤ"})")),
      (std::vector<std::string>{"account question.account.check.number", "account question.account.check.holder"}));
  EXPECT_EQ(
      faults_of(
          "account",
          json(R"({"bank":"見本銀行","branch":"奈義","kind":"普通","number":"0001234","holder":"レイジ　ケンタ"})")),
      std::vector<std::string>{});
  EXPECT_EQ(faults_of("consent", false), (std::vector<std::string>{"consent answer.consent"}));
}

TEST_F(Claim, AnAnswerThatIsNoLongerAskedForIsTakenAway) {
  answer("account_way", "書く");
  answer("account",
         json(R"({"bank":"見本銀行","branch":"奈義","kind":"普通","number":"0001234","holder":"レイジ ケンタ"})"));
  EXPECT_TRUE(facts.known.contains("account"));
  answer("account_way", "公金受取口座");
  EXPECT_FALSE(facts.known.contains("account"));
}

TEST_F(Claim, AsksForPapersOnlyUnderTheirCondition) {
  answer_all();
  EXPECT_EQ(needed(), (std::vector<std::string>{"insurance"}));
  answer("lives_with.1", "児童の事情で別居");
  EXPECT_EQ(needed(), (std::vector<std::string>{"insurance", "apart_statement.1"}));
}

TEST_F(Claim, IsGrantedWithAmountsReasonAndDates) {
  answer_all();
  const Ruling ruling = rule(*pack, procedure, facts).value();
  ASSERT_TRUE(ruling.complete());
  EXPECT_EQ(ruling.outcome->id, "granted");
  const JsonValue& decision = ruling.facts.known.at("decision");
  EXPECT_EQ(decision.integer("total"), 25'000);
  EXPECT_EQ(decision.text_or("start_month", ""), "2026-12-01");
  EXPECT_EQ(decision.text_or("first_payment_month", ""), "2027-02-01");
  EXPECT_EQ(due(*pack, procedure, "standard", facts)->text(), "2026-12-21");  // 30 days end on a Sunday
  ASSERT_EQ(ruling.decisions.size(), 6u);  // start, two children, two amounts, decision
  EXPECT_EQ(ruling.decisions[2].about, "例示 陽翔");
  EXPECT_FALSE(ruling.decisions[3].tables.empty());
  EXPECT_EQ(ruling.decisions[3].fired.at(0).row, "3");
  EXPECT_EQ(ruling.decisions[3].reason.find("例示 美月さんは3歳以上で、1人目です"), 0u) << ruling.decisions[3].reason;
}

TEST_F(Claim, TheSameFactsGiveTheSameRecordToTheByte) {
  answer_all();
  const Ruling once = rule(*pack, procedure, facts).value(), again = rule(*pack, procedure, once.facts).value();
  ASSERT_EQ(once.decisions.size(), again.decisions.size());
  for (std::size_t i = 0; i < once.decisions.size(); ++i)
    EXPECT_EQ(once.decisions[i].record, again.decisions[i].record) << i;
}

TEST_F(Claim, SaysWhatIsMissingForWhomAndHowToGetIt) {
  answer_all();
  ASSERT_TRUE(put(*pack, procedure, ask("custody.1"), nullptr, facts));
  const Ruling ruling = rule(*pack, procedure, facts).value();
  EXPECT_FALSE(ruling.complete());
  ASSERT_FALSE(ruling.missing.empty());
  EXPECT_EQ(ruling.missing[0].key, "children.1.custody");
  EXPECT_EQ(ruling.missing[0].about, "例示 陽翔");
  EXPECT_EQ(ruling.missing[0].how, "申請者に聞きます（補正の理由 B-CARE）");
  EXPECT_TRUE(ruling.missing[0].matters);
}

TEST_F(Claim, NamesTheFactsThatItsCriteriaRead) {
  const std::vector<std::string> read = facts_read(*pack, procedure);
  const auto reads = [&](std::string_view key) { return std::ranges::count(read, key); };
  EXPECT_EQ(reads("paper_not_given"), 1);
  EXPECT_EQ(reads("children.study_abroad_meets"), 1) << "of an item of the list, under the list's key";
  EXPECT_EQ(reads("claimant.income"), 1);
  EXPECT_EQ(reads("phone"), 0) << "asked, but no criterion reads it";
}

TEST_F(Claim, WhatDoesNotMatterDoesNotHoldUpADecision) {
  answer_all();
  answer("occupation", "公務員");  // K8 whatever the rest is
  ASSERT_TRUE(put(*pack, procedure, ask("custody.1"), nullptr, facts));
  const Ruling ruling = rule(*pack, procedure, facts).value();
  ASSERT_TRUE(ruling.complete());
  EXPECT_EQ(ruling.outcome->id, "refused");
  EXPECT_EQ(ruling.facts.known.at("decision").text_or("code", ""), "K8");
}

TEST_F(Claim, NoticeOfTheGrantHoldsEveryElement) {
  answer_all();
  const Ruling ruling = rule(*pack, procedure, facts).value();
  const auto blocks = fill(*pack, procedure.notice("grant")->body, "ja", ruling.facts).value();
  std::string all;
  for (const Block& block : blocks)
    for (const std::string& cell : block.cells) all += cell + "\n";
  for (const char* words : {"令和8年（2026年）11月20日に請求のあった", "25,000円", "令和8年（2026年）12月分から",
                            "令和9年（2027年）2月", "国に登録した公金受取口座", "例示 美月", "15,000円",
                            "岡山県知事に対して審査請求", "奈義町を被告として", "こども・長寿課　電話 0868-00-1240"})
    EXPECT_NE(all.find(words), std::string::npos) << words << "\n" << all;
  EXPECT_EQ(all.find('{'), std::string::npos) << all;
}

TEST_F(Claim, NoticeOfARefusalStatesFactsAndClause) {
  answer_all();
  answer("main_earner", "配偶者");
  const Ruling ruling = rule(*pack, procedure, facts).value();
  ASSERT_TRUE(ruling.complete());
  EXPECT_EQ(ruling.outcome->notice, "refusal");
  const auto blocks = fill(*pack, procedure.notice("refusal")->body, "ja", ruling.facts).value();
  bool stated = false;
  for (const Block& block : blocks)
    stated = stated ||
             (block.section == "reason" &&
              block.cells[0].find("生計を維持する程度は、請求した方より配偶者のほうが高い") != std::string::npos &&
              block.cells[0].find("法4条2項") != std::string::npos && block.cells[0].find("K2") != std::string::npos);
  EXPECT_TRUE(stated);
}

TEST_F(Claim, NoticesAreWrittenInEveryLanguageOfThePack) {
  answer_all();
  facts.known["receipt"] = json(R"({"number":"26-1120-0047-F","date":"2026-11-20"})");
  const Ruling ruling = rule(*pack, procedure, facts).value();
  const auto english = fill(*pack, procedure.notice("grant")->plain.at("en"), "en", ruling.facts).value();
  bool found = false;
  for (const Block& block : english) found = found || block.cells[0] == "From: December 2026";
  EXPECT_TRUE(found);
  EXPECT_TRUE(fill(*pack, procedure.notice("grant")->plain.at("ja-x-easy"), "ja-x-easy", ruling.facts));
  EXPECT_TRUE(fill(*pack, procedure.notice("receipt")->body, "ja", ruling.facts));
  const auto without = fill(*pack, procedure.notice("correction")->body, "ja", ruling.facts);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, "pack.hole");
  const JsonObject extra{{"補正", json(R"({"理由":["口座を書いてください"],"期限":"2026-12-04"})")}};
  EXPECT_TRUE(fill(*pack, procedure.notice("correction")->body, "ja", ruling.facts, extra));
}

TEST_F(Claim, ANameWithBracesIsTextInANotice) {
  answer_all();
  (*facts.known["claimant"].object())["name"] = "{if}|<b>";
  const Ruling ruling = rule(*pack, procedure, facts).value();
  const auto blocks = fill(*pack, procedure.notice("grant")->body, "ja", ruling.facts).value();
  bool found = false;
  for (const Block& block : blocks)
    found = found ||
            (block.kind == Block::Kind::table_row && block.cells.size() == 2 && block.cells[1] == "｛if｝｜<b> 様");
  EXPECT_TRUE(found);
}

TEST(Routes, FollowTheTownsOwnApprovalRule) {
  const PackPtr nagi = pack_of("nagi"), kamiamakusa = pack_of("kamiamakusa");
  Matter matter{.kind = "児童手当の認定", .amount_yen = 300'000, .drafter_rank = "staff"};
  const RouteFound grant = find_route(*nagi, "senketsu", matter).value();
  EXPECT_EQ(grant.rank, "section-head");
  EXPECT_TRUE(grant.delegated);
  EXPECT_EQ(grant.through, (std::vector<std::string>{"unit-head", "assistant-head", "section-head"}));
  EXPECT_EQ(grant.rule, "奈義町事務決裁規程（見本） 別表第2の14（課長専決）");
  matter.kind = "児童手当の却下";
  matter.adverse = true;
  EXPECT_EQ(find_route(*nagi, "senketsu", matter)->rank, "deputy-mayor");
  EXPECT_EQ(find_route(*kamiamakusa, "senketsu", matter)->rank, "department-head");
  matter.disputed = true;
  const RouteFound hard = find_route(*nagi, "senketsu", matter).value();
  EXPECT_EQ(hard.rank, "mayor");
  EXPECT_FALSE(hard.delegated);
  EXPECT_EQ(hard.consult, (std::vector<std::string>{"general"}));
}

TEST(Routes, ADepartureNeverGoesBelowTheStepsRank) {
  Matter matter{
      .kind = "支出", .amount_yen = 1'000, .departs = true, .drafter_rank = "staff", .at_least_rank = "deputy-mayor"};
  EXPECT_EQ(find_route(*pack_of("nagi"), "senketsu", matter)->rank, "deputy-mayor");
}

TEST(Routes, RanksNeverFallAsTheAmountRises) {
  for (const char* town : {"nagi", "kamiamakusa"}) {
    const PackPtr pack = pack_of(town);
    int before = 0;
    for (std::int64_t amount = 0; amount <= 20'000'000; amount += 99'999) {
      const auto found = find_route(*pack, "senketsu", {.kind = "支出", .amount_yen = amount, .drafter_rank = "staff"});
      ASSERT_TRUE(found) << amount;
      const int level = pack->rank(found->rank)->level;
      EXPECT_GE(level, before) << amount;
      before = level;
    }
  }
}

TEST(Routes, ActingOrderWhenTheHolderIsAway) {
  EXPECT_EQ(acting_for(*pack_of("nagi"), "mayor"), (std::vector<std::string>{"deputy-mayor", "general-head"}));
  EXPECT_EQ(acting_for(*pack_of("nagi"), "nobody"), std::vector<std::string>{});
}

TEST(Versions, ChangeWithTheContentTheyPin) {
  const PackPtr nagi = pack_of("nagi"), kamiamakusa = pack_of("kamiamakusa");
  EXPECT_NE(nagi->version, kamiamakusa->version);
  EXPECT_EQ(nagi->procedure("jido-teate-nintei")->texts_hash, kamiamakusa->procedure("jido-teate-nintei")->texts_hash);
  LayerSource common = layer_on_disk("common");
  common.files.erase("procedures/jido-teate-nintei/examples.toml");
  std::string& words = common.files.at("procedures/jido-teate-nintei/texts.ja.toml");
  words.replace(words.find("およそ10"), std::string("およそ10").size(), "およそ15");
  const PackPtr changed = load(std::array{common, layer_on_disk("nagi")}).pack;
  ASSERT_TRUE(changed);
  EXPECT_NE(changed->version, nagi->version);
  EXPECT_NE(changed->procedure("jido-teate-nintei")->texts_hash, nagi->procedure("jido-teate-nintei")->texts_hash);
  EXPECT_EQ(changed->procedure("jido-teate-nintei")->hash, nagi->procedure("jido-teate-nintei")->hash);
}

TEST(Parameters, KeepTheMarkOfWhatIsNotConfirmed) {
  const PackPtr pack = pack_of("nagi");
  EXPECT_TRUE(pack->table("child-allowance")->as_of("三歳未満", day("2026-04-01"))->confirmed);
  const Parameter* home = pack->table("child-allowance")->as_of("施設三歳以上", day("2026-06-01"));
  EXPECT_EQ(home->value, "10000");  // example 27: the home's flat amount
  EXPECT_FALSE(home->confirmed);
  EXPECT_EQ(pack->table("child-allowance")->as_of("三歳未満", day("2024-09-30")), nullptr);
  EXPECT_FALSE(pack->procedure("jido-teate-nintei")->retention.confirmed);
}

}  // namespace
}  // namespace yakuba::pack
