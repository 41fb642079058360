// Packs with one planted fault each, and exactly what is said about it: file, line, column, message, remedy.
#include <gtest/gtest.h>

#include "pack/evaluation.hpp"
#include "pack/load.hpp"
#include "pack/test_packs.hpp"

namespace yakuba::pack {
namespace {

const std::string procedure_file = "procedures/jido-teate-nintei/procedure.toml";

// The common pack and 奈義町's with one text replaced by another in one file of the common layer.
struct Planted {
  LayerSource common = layer_on_disk("common");
  LayerSource town = layer_on_disk("nagi");

  Planted() { common.files.erase("procedures/jido-teate-nintei/examples.toml"); }  // proved in packs_test; slow here
  Planted& change(const std::string& path, const std::string& from, const std::string& to) {
    return change_in(common, path, from, to);
  }
  Planted& change_town(const std::string& path, const std::string& from, const std::string& to) {
    return change_in(town, path, from, to);
  }
  std::string faults(std::string_view language = "ja") const {
    const Loaded loaded = load(std::array{common, town});
    const bool any_error = std::any_of(loaded.faults.begin(), loaded.faults.end(),
                                       [](const Fault& fault) { return fault.severity == Severity::error; });
    EXPECT_EQ(loaded.pack == nullptr, any_error);
    return words_of(loaded.faults, language);
  }

 private:
  Planted& change_in(LayerSource& layer, const std::string& path, const std::string& from, const std::string& to) {
    std::string& text = layer.files.at(path);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return *this;
  }
};

TEST(FaultyPack, AnUnknownKeyIsShownWithTheNearestKnownOne) {
  Planted pack;
  pack.change(procedure_file, "account_level = 0", "acount_level = 0");
  EXPECT_EQ(pack.faults(),
            "packs/common/procedures/jido-teate-nintei/procedure.toml:6:1: 知らないキー「acount_level」です。 "
            "直し方: 「account_level」のことなら直し、そうでなければ消してください。 [pack.unknown_key]\n");
  EXPECT_EQ(pack.faults("en"),
            "packs/common/procedures/jido-teate-nintei/procedure.toml:6:1: Unknown key \"acount_level\". "
            "Remedy: Did you mean \"account_level\"? Otherwise remove it. [pack.unknown_key]\n");
}

TEST(FaultyPack, AWrongKindOfValue) {
  Planted pack;
  pack.change(procedure_file, "minutes = 10", "minutes = \"10\"");
  EXPECT_EQ(pack.faults(),
            "packs/common/procedures/jido-teate-nintei/procedure.toml:7:12: 「minutes」は整数のはずですが文字列です。 "
            "直し方: 値の形を直してください。 [pack.wrong_type]\n");
}

TEST(FaultyPack, TextThatIsNoToml) {
  Planted pack;
  pack.change_town("town.toml", "[colours]", "[colours");
  const std::string faults = pack.faults();
  EXPECT_TRUE(faults.starts_with("packs/nagi/town.toml:20:9: TOMLとして読めません: ")) << faults;
}

TEST(FaultyPack, KeysInJapaneseNeedQuotationMarks) {
  Planted pack;
  pack.change_town("town.toml", "host_mark = \"nagi\"", "host_mark = \"奈義\" # 奈\n名前 = 1");
  EXPECT_NE(pack.faults().find("packs/nagi/town.toml:8:1: TOMLとして読めません: "), std::string::npos) << pack.faults();
}

TEST(FaultyPack, TextsThatOnceBrokeTheTomlReaderAreFaults) {
  for (const char* hostile : {"[;", "\xEF\xB3\xBF = 1", "a=-=\xEF\xB3\xBF", "m=3Ae2'\xE3\x80\x8A'"}) {
    Planted pack;
    pack.town.files["facts.toml"] = hostile;
    EXPECT_NE(pack.faults().find("packs/nagi/facts.toml:1:"), std::string::npos) << hostile;
  }
}

TEST(FaultyPack, FeelThatNamesAnUnknownFact) {
  Planted pack;
  pack.change(procedure_file, "when = \"離婚協議中の別居\"", "when = \"離婚協議の別居\"");
  const std::string faults = pack.faults();
  EXPECT_TRUE(faults.starts_with(
      "packs/common/procedures/jido-teate-nintei/procedure.toml:340:9: 式が読めません（unknown_name）: "
      "離婚協議の別居"))
      << faults;
}

TEST(FaultyPack, FaultsInALongExpressionPointAtTheCharacter) {
  Planted pack;
  pack.change(procedure_file, "when = '申請者の立場 = \"父母\" or 申請者の立場 = \"未成年後見人\"'",
              "when = '申請者の立場 = \"父母\" or 申請者の立ち場 = \"未成年後見人\"'");
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("procedure.toml:71:26: 式が読めません"), std::string::npos) << faults;
}

TEST(FaultyPack, AConditionThatNoAnswerMeets) {
  Planted pack;
  pack.change(procedure_file, "when = '口座の選び方 = \"書く\"'", "when = '口座の選び方 = \"書きます\"'");
  EXPECT_NE(pack.faults().find(
                "質問「account」は、どの答えのときも聞かれません。 直し方: when を直すか、質問を消してください。 "
                "[pack.never_asked]"),
            std::string::npos);
}

TEST(FaultyPack, AnAttachmentThatIsNeverRequired) {
  Planted pack;
  pack.change(procedure_file, "when = '申請者の立場 = \"養育者\"'\ntypes", "when = '申請者の立場 = \"祖父母\"'\ntypes");
  EXPECT_NE(pack.faults().find("添付「maintenance_statement」は、どの答えのときも求められません。"), std::string::npos);
}

TEST(FaultyPack, ATableWithAGapIsRefusedWithTheMissingRow) {
  Planted pack;
  pack.change("criteria/jido-teate-monthly.md", "| 2 | true | <= 18 | >= 3 |", "| 2 | true | <= 18 | >= 4 |");
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("packs/common/criteria/jido-teate-monthly.md:"), std::string::npos) << faults;
  EXPECT_NE(faults.find("[analysis.gap]"), std::string::npos) << faults;
}

TEST(FaultyPack, TwoRowsThatMatchTogether) {
  Planted pack;
  pack.change("criteria/jido-teate-monthly.md", "| 3 | false | <= 18 | [1..2] |", "| 3 | false | <= 18 | [1..3] |");
  EXPECT_NE(pack.faults().find("[analysis.overlap]"), std::string::npos) << pack.faults();
}

TEST(FaultyPack, AnExampleThatDoesNotComeOut) {
  Planted pack;
  pack.change("criteria/jido-teate-monthly.md", "| 2024-06-15 | 2025-04-01 | 1 | 15000 | |",
              "| 2024-06-15 | 2025-04-01 | 1 | 16000 | |");
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("jido-teate-monthly.md:45:33: "), std::string::npos) << faults;
  EXPECT_NE(faults.find("期待は 16000、結果は 15000 です。"), std::string::npos) << faults;
}

TEST(FaultyPack, ARefusalWithoutReasonBreaksTheAdministrativeProcedureAct) {
  Planted pack;
  pack.change("procedures/jido-teate-nintei/notices/refusal.md", "## 理由 {#reason}", "## 理由");
  EXPECT_EQ(pack.faults(),
            "packs/common/procedures/jido-teate-nintei/notices/refusal.md:1:1: "
            "決定の通知「refusal」に理由がありません（行政手続法 "
            "第8条）。 直し方: 「## 理由 {#reason}」の節を書いてください。 [pack.notice_reason]\n");
}

TEST(FaultyPack, AFixedSentenceIsNoReason) {
  Planted pack;
  LayerSource& common = pack.common;
  std::string& text = common.files.at("procedures/jido-teate-nintei/notices/refusal.md");
  const std::size_t from = text.find("{決定.理由}"), to = text.find("審査の基準は");
  text.replace(from, to - from, "法第4条に当たらないため。\n");
  EXPECT_NE(pack.faults().find("[pack.notice_reason_fixed]"), std::string::npos) << pack.faults();
}

TEST(FaultyPack, ADecisionWithoutTheWayToAppeal) {
  Planted pack;
  pack.change("procedures/jido-teate-nintei/notices/refusal.md", "{include kyouji}\n", "");
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("「審査請求」がありません（行政不服審査法 第82条）"), std::string::npos) << faults;
  EXPECT_NE(faults.find("「取消しの訴え」がありません（行政事件訴訟法 第46条）"), std::string::npos) << faults;
}

TEST(FaultyPack, AnAppealToTheMayorWhereTheGovernorDecides) {
  Planted pack;
  pack.change("notices/parts/kyouji.md", "{役場.知事}に対して", "{役場.長}に対して");
  EXPECT_NE(pack.faults().find("教示に審査庁 {役場.知事} がありません"), std::string::npos) << pack.faults();
}

TEST(FaultyPack, WordsMissingInOneLanguage) {
  Planted pack;
  pack.change("procedures/jido-teate-nintei/texts.en.toml", "time = \"About 10 minutes\"\n", "");
  EXPECT_EQ(pack.faults(),
            "packs/common/procedures/jido-teate-nintei/texts.ja.toml:5:9: ことば「time」がenにありません。 直し方: "
            "その言語のファイルに書き足してください。 [pack.missing_text]\n");
}

TEST(FaultyPack, PlainJapaneseWithKanjiThatHasNoFurigana) {
  Planted pack;
  pack.change("procedures/jido-teate-nintei/texts.ja-easy.toml", "time = \"{約|やく}10{分|ぷん}\"",
              "time = \"{約|やく}10分\"");
  EXPECT_EQ(pack.faults(),
            "packs/common/procedures/jido-teate-nintei/texts.ja-easy.toml:5:17: "
            "やさしい日本語の「time」で、漢字「分」にふりがなが"
            "ありません。 直し方: {漢字|かんじ} の形でふりがなを付けてください。 [pack.easy_kanji]\n");
}

TEST(FaultyPack, FuriganaThatIsNoKana) {
  Planted pack;
  pack.change("procedures/jido-teate-nintei/texts.ja-easy.toml", "{約|やく}10", "{約|yaku}10");
  EXPECT_NE(pack.faults().find("texts.ja-easy.toml:5:9: ふりがなの書き方が違います: {約|yaku}"), std::string::npos)
      << pack.faults();
}

TEST(FaultyPack, WordsThatNothingUses) {
  Planted pack;
  pack.change("procedures/jido-teate-nintei/texts.ja.toml", "[group]\nyou =", "[group]\nyuo = \"x\"\nyou =");
  EXPECT_NE(pack.faults().find("ことば「group.yuo」は使われません。 直し方: 「group.you」のことなら直し"),
            std::string::npos)
      << pack.faults();
}

TEST(FaultyPack, ParametersWhoseDatesOverlap) {
  Planted pack;
  pack.change("tables/child-allowance.csv", "三歳以上,2024-10-01,,10000", "三歳未満,2026-10-01,,10000");
  EXPECT_NE(
      pack.faults().find("packs/common/tables/child-allowance.csv:3:1: 「三歳未満」の期間が2行目と重なっています。"),
      std::string::npos)
      << pack.faults();
}

TEST(FaultyPack, CellsOfATable) {
  Planted pack;
  pack.change("tables/child-allowance.csv", "三歳未満,2024-10-01,,15000,", "三歳未満,2024-10-32,,15千,");
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("packs/common/tables/child-allowance.csv:2:6: 「2024-10-32」は日付ではありません。"),
            std::string::npos)
      << faults;
  EXPECT_NE(faults.find("packs/common/tables/child-allowance.csv:2:18: 「15千」は数ではありません。"),
            std::string::npos)
      << faults;
}

TEST(FaultyPack, AnApprovalRuleThatNamesARankNobodyHolds) {
  Planted pack;
  pack.change_town("office.toml", "id = \"deputy-mayor\"\nname = \"副町長\"\nrank = \"deputy-mayor\"",
                   "id = \"deputy-mayor\"\nname = \"副町長\"\nrank = \"section-head\"");
  EXPECT_NE(pack.faults().find("専決の表の3行目の職位「deputy-mayor」に就く職がありません。"), std::string::npos)
      << pack.faults();
}

TEST(FaultyPack, AStepWithoutAWayInAndAnOutcomeWithoutNotice) {
  Planted pack;
  pack.change(procedure_file, "consulted = \"consult\", ", "");
  pack.change(procedure_file, "notice = \"refusal\"\n", "");
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("段階「consult」には、どこからも進めません。"), std::string::npos) << faults;
  EXPECT_NE(faults.find("結果「refused」に通知がありません。"), std::string::npos) << faults;
}

TEST(FaultyPack, NewsThatEndBeforeTheyBegin) {
  Planted pack;
  pack.change_town("town.toml", "until = 2026-11-30", "until = 2026-11-15");
  EXPECT_NE(pack.faults("en").find("The news \"tax\" end before they begin (2026-11-15)"), std::string::npos);
}

TEST(FaultyPack, TheExpectedResultIsANoticeOfThatKind) {
  Planted pack;
  pack.change(procedure_file, "expected_notice = \"expected\"", "expected_notice = \"grant\"");
  EXPECT_NE(pack.faults("en").find("notice of kind expected"), std::string::npos);
}

TEST(FaultyPack, ATargetThatCannotBeMeasured) {
  Planted pack;
  pack.change_town("kpi.toml", "value = 70", "value = 170");
  EXPECT_NE(pack.faults("en").find("The value 170 of the target \"online\" cannot be measured"), std::string::npos);
  Planted other;
  other.change_town("kpi.toml", "measure = \"decision-days\"", "measure = \"happiness\"");
  EXPECT_NE(other.faults("en").find("\"happiness\""), std::string::npos) << other.faults("en");
  Planted third;
  third.change_town("kpi.toml", "by = 2030-03-31", "procedure = \"jido-teate\"\nby = 2030-03-31");
  EXPECT_NE(third.faults("en").find("\"jido-teate\""), std::string::npos) << third.faults("en");
}

TEST(FaultyPack, AWrongCheckDigit) {
  Planted pack;
  pack.change_town("town.toml", "336238", "336237");
  EXPECT_EQ(pack.faults(),
            "packs/nagi/town.toml:3:9: 団体コード「336237」の検査数字が合いません。 直し方: "
            "6桁の全国地方公共団体コードを確かめてください。 "
            "[pack.municipality_code]\n");
}

TEST(FaultyPack, AllFaultsAreSaidAtOnce) {
  Planted pack;
  pack.change(procedure_file, "minutes = 10", "minutes = \"10\"");
  pack.change_town("town.toml", "336238", "336237");
  pack.change("procedures/jido-teate-nintei/texts.en.toml", "time = \"About 10 minutes\"\n", "");
  const std::string faults = pack.faults();
  EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 3) << faults;
}

TEST(FaultyPack, HostileBytesAreFaultsNotCrashes) {
  Planted pack;
  pack.town.files["facts.toml"] = std::string("\xff\xfe\x00[[fact]]", 11);
  pack.town.files["criteria/x.md"] = "+++\nid = \n";
  pack.town.files["tables/x.csv"] = "\"";
  pack.town.files["procedures/none/texts.ja.toml"] = "a = 1";
  pack.town.files["evil/../../etc"] = "";
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("packs/nagi/facts.toml: UTF-8の文字ではありません。"), std::string::npos) << faults;
  EXPECT_NE(faults.find("packs/nagi/evil/../../etc: このファイルはパックでは使われません。"), std::string::npos)
      << faults;
}

TEST(FaultyPack, EveryCodeHasWordsInBothLanguages) {
  for (const FaultText& text : fault_texts()) {
    EXPECT_FALSE(text.ja.empty() || text.ja_remedy.empty() || text.en.empty() || text.en_remedy.empty()) << text.code;
    EXPECT_TRUE(text.code.starts_with("pack.")) << text.code;
  }
}

TEST(Layers, ATownRetiresAQuestionAndChangesAWord) {
  Planted pack;
  pack.town.files["procedures/jido-teate-nintei/procedure.toml"] = R"(
[[question]]
id = "phone"
retired = "電話は使わない"

[[term]]
id = "standard"
days = 20
)";
  pack.town.files["procedures/jido-teate-nintei/texts.ja.toml"] = "time = \"5分ほど\"\n";
  const std::string faults = pack.faults();
  EXPECT_NE(faults.find("ことば「question.phone.title」は使われません。"), std::string::npos) << faults;
  EXPECT_EQ(faults.find("standard"), std::string::npos) << faults;
}

TEST(Layers, MustExtendTheOneBelow) {
  Planted pack;
  pack.change_town("pack.toml", "extends = \"common\"", "extends = \"commons\"");
  EXPECT_NE(pack.faults().find("packs/nagi/pack.toml:4:12: extends は「common」のはずですが「commons」です。"),
            std::string::npos)
      << pack.faults();
}

TEST(Signature, IsOverTheContentAndNothingElse) {
  LayerSource layer{"packs/x", {{"pack.toml", "id = 1"}}};
  SeededRandom random(7);
  const SigningKey key = make_signing_key(random);
  EXPECT_EQ(check_signature(layer, key.public_key), SignatureState::unsigned_);
  layer.files["signature"] = base64(sign(key, content_hash(layer)));
  EXPECT_EQ(check_signature(layer, key.public_key), SignatureState::valid);
  layer.files["pack.toml"] = "id = 2";
  EXPECT_EQ(check_signature(layer, key.public_key), SignatureState::wrong);
}

}  // namespace
}  // namespace yakuba::pack
