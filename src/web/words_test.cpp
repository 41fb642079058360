// Words: languages, furigana, arguments.
#include "web/words.hpp"

#include <set>

#include <gtest/gtest.h>

#include "web/texts.hpp"

namespace yakuba::web {
namespace {

using namespace html;

constexpr TextRow rows[] = {
    {"due", "{期限|きげん}は{date}です。", "{date}までに {出|だ}してください。", "Due on {date}."},
    {"only_japanese", "{補正|ほせい}", "{直|なお}す", ""},
};
enum class Sample { due, only_japanese };
std::span<const TextRow> catalogue(Sample) {
  return rows;
}

std::string shown(Reader reader, Sample key, std::initializer_list<TextArgument> arguments = {}) {
  return Html(Words(reader)(key, arguments)).markup();
}

TEST(Words, SpeakTheReadersLanguage) {
  const TextArgument date("date", "12月9日");
  EXPECT_EQ(shown({Language::ja}, Sample::due, {date}), "期限は12月9日です。");
  EXPECT_EQ(shown({Language::ja_easy}, Sample::due, {date}), "12月9日までに 出してください。");
  EXPECT_EQ(shown({Language::en}, Sample::due, {date}), "Due on 12月9日.");
}

TEST(Words, FuriganaIsRubyWhenAskedForAndNeverInAttributes) {
  const Words words({Language::ja, true});
  EXPECT_EQ(Html(words(Sample::only_japanese)).markup(), "<ruby>補正<rt>ほせい</rt></ruby>");
  EXPECT_EQ(Html(button(aria_label(words(Sample::only_japanese)), "x")).markup(),
            "<button aria-label=\"補正\">x</button>");
  EXPECT_EQ(words(Sample::only_japanese).plain(), "補正");
}

TEST(Words, MissingEnglishIsShownAsJapanese) {
  EXPECT_EQ(shown({Language::en}, Sample::only_japanese), "<span lang=\"ja\">補正</span>");
}

TEST(Words, ArgumentsAreTextWhateverTheyHold) {
  EXPECT_EQ(shown({Language::ja, true}, Sample::due, {{"date", "<b>{山|やま}{date}"}}),
            "<ruby>期限<rt>きげん</rt></ruby>は&lt;b&gt;{山|やま}{date}です。");
  EXPECT_EQ(Words()(Sample::due, {{"date", "{x|y}"}}).plain(), "期限は{x|y}です。");
}

TEST(Words, AMissingArgumentStaysVisible) {
  EXPECT_EQ(shown({}, Sample::due), "期限は{date}です。");
}

TEST(Words, IllFormedMarksAreShownAsWritten) {
  for (const std::string text : {"{", "}", "{|}", "{a|}", "{|b}", "{a|b|c}", "{{a|b}", "a}b{c"})
    EXPECT_EQ(Html(Phrase::of(text, {Language::ja, true})).markup().find("<ruby>") == std::string::npos,
              text != "{{a|b}")
        << text;
  EXPECT_EQ(Html(Phrase::of("{{a|b}", {Language::ja, true})).markup(), "{<ruby>a<rt>b</rt></ruby>");
}

TEST(Words, AcceptLanguageChoosesTheBestOfOurs) {
  EXPECT_EQ(language_accepted("en-GB,en;q=0.8,ja;q=0.5"), Language::en);
  EXPECT_EQ(language_accepted("vi,ja;q=0.9,en;q=0.8"), Language::ja);
  EXPECT_EQ(language_accepted("vi"), Language::ja);
  EXPECT_EQ(language_accepted(""), Language::ja);
  EXPECT_EQ(language_accepted("en;q=x,;;,,ja;q"), Language::ja);
  EXPECT_EQ(language_from("ja-x-easy"), Language::ja_easy);
  EXPECT_FALSE(language_from("xx"));
}

// The generator refuses missing keys and arguments; this shows that the pages' own words are sorted and complete.
TEST(Words, OurOwnCatalogueIsCompleteInThreeLanguages) {
  std::string_view before;
  for (const auto& row : text_rows) {
    EXPECT_LT(before, row.key);
    before = row.key;
    EXPECT_FALSE(row.ja.empty());
    EXPECT_FALSE(row.ja_easy.empty());
    EXPECT_FALSE(row.en.empty()) << row.key;
  }
  EXPECT_EQ(Words().find(text_rows, "error_required", std::vector{TextArgument("label", "氏名")})->plain(),
            "氏名を入れてください");
  EXPECT_FALSE(Words().find(text_rows, "no_such_key"));
}

}  // namespace
}  // namespace yakuba::web
