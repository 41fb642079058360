// Search finds Japanese as people write it, and never beyond the reader's rights.
#include <gtest/gtest.h>

#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;

class SearchTest : public TownTest {
 protected:
  void index(std::string id, std::string title, std::string text, std::string scope = "town",
             std::string kind = "page") {
    auto done = store().change(town(), [&](Tx& tx) { return tx.index(kind, id, title, text, scope); });
    ASSERT_TRUE(done) << describe(done.error());
  }
  std::vector<std::string> find(const SearchQuery& query) {
    auto hits = store().read(town(), [&](ReadTx& tx) { return tx.search(query); });
    EXPECT_TRUE(hits) << describe(hits.error());
    std::vector<std::string> ids;
    for (const auto& hit : *hits) ids.push_back(hit.object_id);
    return ids;
  }
  std::vector<std::string> find(std::string words) {
    return find(SearchQuery{.words = std::move(words), .scopes = {"town"}});
  }
  using Ids = std::vector<std::string>;
};
YAKUBA_ON_BOTH_DATABASES(SearchTest);

TEST_P(SearchTest, FindsWordsOfTwoCharactersAndOfOne) {
  index("1", "転入届", "引っ越してきたとき");
  index("2", "児童手当", "子どもを育てる人へ");
  index("3", "水道の転", "終わりの一字");
  EXPECT_EQ(find("転入"), Ids{"1"});
  EXPECT_EQ(find("手当"), Ids{"2"});
  EXPECT_EQ(find("転"), (Ids{"3", "1"})) << "newest first, the last character of a line too";
  EXPECT_EQ(find("入転"), Ids{});
  EXPECT_EQ(find("届引"), Ids{}) << "title and text do not run together";
}

TEST_P(SearchTest, IsExactWhereBigramsAloneWouldNotBe) {
  index("1", "", "東京京都");
  index("2", "", "東京都");
  EXPECT_EQ(find("東京都"), Ids{"2"}) << "東京 and 京都 both occur in 東京京都, 東京都 does not";
}

TEST_P(SearchTest, FoldsKanaWidthCaseAndNameVariants) {
  index("1", "ﾅｷﾞﾁｮｳ", "髙橋　ＴＡＲＯ");
  EXPECT_EQ(find("なぎ"), Ids{"1"});
  EXPECT_EQ(find("高橋"), Ids{"1"});
  EXPECT_EQ(find("taro"), Ids{"1"});
}

TEST_P(SearchTest, AllWordsMustOccurAndMarksAreOrdinaryCharacters) {
  index("1", "令和8年度 予算", "C++ & \"引用\" 100% a_b 'x' \\ * OR");
  index("2", "令和8年度 決算", "別のもの");
  EXPECT_EQ(find("令和8 予算"), Ids{"1"});
  EXPECT_EQ(find("令和8　年度"), (Ids{"2", "1"})) << "parted by an ideographic space";
  for (std::string mark : {"C++", "\"引用", "100%", "a_b", "'x'", "\\", "*", "&", "100_"}) {
    EXPECT_EQ(find(mark), mark == "100_" ? Ids{} : Ids{"1"}) << mark;
  }
  EXPECT_EQ(find("別 OR 予算"), Ids{}) << "OR is a word like any other";
}

TEST_P(SearchTest, EmptyAndHostileQueriesFindNothingAndBreakNothing) {
  index("1", "転入届", "");
  for (std::string words : {"", " ", "　", "\n\t"}) EXPECT_EQ(find(words), Ids{});
  for (std::string words :
       {"'; drop table search_entry; --", "NEAR(a b)", "转:*", "a & | !", "{\"x\"}", "title:転入"}) {
    EXPECT_EQ(find(words), Ids{}) << words;
  }
  auto long_word =
      store().read(town(), [](ReadTx& tx) { return tx.search({.words = std::string(1000, 'x'), .scopes = {"town"}}); });
  EXPECT_EQ(long_word.error().kind, ErrorKind::too_large);
  EXPECT_EQ(find("転入"), Ids{"1"});
}

TEST_P(SearchTest, RightsArePartOfTheQuery) {
  index("1", "転入届", "", "section:fukushi");
  index("2", "転入届", "", "town");
  EXPECT_EQ(find(SearchQuery{.words = "転入", .scopes = {"town"}}), Ids{"2"});
  EXPECT_EQ(find(SearchQuery{.words = "転入", .scopes = {"town", "section:fukushi"}}), (Ids{"2", "1"}));
  EXPECT_EQ(find(SearchQuery{.words = "転入", .scopes = {"section"}}), Ids{});
  EXPECT_EQ(find(SearchQuery{.words = "転入", .scopes = {}}), Ids{});
}

TEST_P(SearchTest, ReplacesAndRemovesEntries) {
  index("1", "転入届", "古い文");
  index("1", "転出届", "新しい文", "town");
  EXPECT_EQ(find("転入"), Ids{});
  EXPECT_EQ(find("古い"), Ids{});
  EXPECT_EQ(find("転出"), Ids{"1"});
  ASSERT_TRUE(store().change(town(), [](Tx& tx) { return tx.unindex("page", "1"); }));
  ASSERT_TRUE(store().change(town(), [](Tx& tx) { return tx.unindex("page", "1"); })) << "twice is no error";
  EXPECT_EQ(find("転出"), Ids{});
}

TEST_P(SearchTest, PagesByKeyAndByKind) {
  for (int i = 0; i < 7; ++i) index(std::to_string(i), "申請" + std::to_string(i), "", "town", i % 2 ? "case" : "page");
  EXPECT_EQ(find(SearchQuery{.words = "申請", .object_kinds = {"case"}, .scopes = {"town"}}), (Ids{"5", "3", "1"}));
  SearchQuery query{.words = "申請", .scopes = {"town"}, .limit = 3};
  Ids all;
  while (true) {
    auto hits = *store().read(town(), [&](ReadTx& tx) { return tx.search(query); });
    if (hits.empty()) break;
    for (const auto& hit : hits) all.push_back(hit.object_id);
    query.after = hits.back().id;
  }
  EXPECT_EQ(all, (Ids{"6", "5", "4", "3", "2", "1", "0"}));
}

TEST_P(SearchTest, AFailedChangeLeavesTheIndexAsItWas) {
  index("1", "転入届", "");
  EXPECT_FALSE(store().change(town(), [](Tx& tx) -> Result<> {
    TRY(tx.index("page", "1", "別の題", "", "town"));
    TRY(tx.index("page", "2", "転入届", "", "town"));
    return fail(ErrorKind::conflict, "test.refused");
  }));
  EXPECT_EQ(find("転入"), Ids{"1"});
  index("1", "三つ目", "");
  EXPECT_EQ(find("転入"), Ids{});
}

}  // namespace
}  // namespace yakuba::store
