// Every component once, as in the reference page: golden snippets for their shape, and the whole page in a file for the
// eye (YAKUBA_GALLERY=folder web_test --gtest_filter=Gallery.*).
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/assets.hpp"
#include "web/charts.hpp"
#include "web/components.hpp"
#include "web/problem.hpp"

namespace yakuba::web {
namespace {

using namespace html;
using testing::HasSubstr;
using testing::Not;

TownFace nagi() {
  return {.name = "奈義町",
          .office = "奈義町役場",
          .window = "オンライン役場",
          .mark = {{"M22 2a20 20 0 1 1 0 40 20 20 0 0 1 0-40z", false, 2},
                   {"M4.5 30 15 16l6 7 6-10 12.5 17z", true},
                   {"M8 35h28M13 39h18", false, 1.8}},
          .stylesheet = "/town.css",
          .home = "/"};
}
constexpr std::string_view nagi_colours[] = {"#0c472a", "#e6f5ec", "#c2e5d1", "#9bd4b5"};

Html telling(const Words& words) {
  return group(
      section(
          cls("section stack"), h2("知らせ"),
          notice({.title = "来庁は1回で終わります",
                  .body = p("先に書いておくと、窓口では確認と署名だけです。"),
                  .level = 3}),
          notice({.kind = Tone::ok, .title = "保存しました", .body = p("10時12分。"), .level = 3}),
          notice({.kind = Tone::warn,
                  .title = "書類が1つ足りません",
                  .body = p("12月9日までに送ってください。"),
                  .level = 3}),
          notice({.kind = Tone::bad, .title = "送れませんでした", .body = p("もう一度送ってください。"), .level = 3}),
          emergency({.id = "em",
                     .title = "避難指示 高円地区",
                     .body = "全員、いますぐ避難してください。",
                     .meta = a(href("#shelter"), "開いている避難所")})),
      section(cls("section stack"), h2("状態の札"),
              p(cls("row"), tag("未受付", Tone::plain, Icon::state_0), tag("受付", Tone::plain, Icon::state_1),
                tag("審査中", Tone::key, Icon::state_2), tag("補正待ち", Tone::warn, Icon::returned),
                tag("協議中", Tone::accent, Icon::state_2), tag("完了", Tone::ok, Icon::state_4),
                tag("期限超過", Tone::bad, Icon::alert), tag("いまの様子", Tone::solid, Icon::state_3))),
      section(
          cls("section stack"), h2("経過と段階"),
          steps(words, {{.name = "あなたのこと", .done = true},
                        {.name = "お子さんのこと", .note = "3問中の2問目", .current = true},
                        {.name = "振込先"},
                        {.name = "確認と送信"}}),
          div(cls("halves"),
              timeline(words,
                       {{.time = "11月20日（金）", .datetime = "2026-11-20", .title = "受け付けました"},
                        {.when = Tense::now, .time = "いま", .datetime = "2026-11-25", .title = "内容を確かめています"},
                        {.when = Tense::next, .time = "支払いの翌開庁日まで", .title = "結果をお知らせします"}}),
              summary_list({{"連絡先", "090-0000-1234", change_link(words, "#c", "連絡先")},
                            {"受け取り方", "郵便", change_link(words, "#c", "受け取り方")}}))),
      section(cls("section stack"), h2("決裁の印"),
              approval_route({{SealState::stamped, "起案", "8.11.25", "小林", "起案", "小林 恵 済み"},
                              {SealState::stamped, "代決", "8.11.25", "高取", "代決", "課長の代わりに決めた"},
                              {SealState::later, "後閲", "8.11.27", "森岡", "後閲", "あとで確かめた"},
                              {SealState::waiting, "決裁", "次", "町長", "決裁待ち", "点線はまだの印"},
                              {SealState::not_needed, "", "専決", "", "専決", "ここへは回らない"}}),
              version_list({{"第1版", "終わった版"},
                            {"第2版 いまの版", "令和4年4月1日から", true},
                            {"第3版 案", "意見募集中", false, true}})),
      section(
          cls("section stack"), h2("ほか"),
          tabs({"手続の中の見方", {{"#t1", "様子", true}, {"#t2", "書類", false, 3}}}),
          fold({.summary = "くわしい説明を開く", .body = p("短い補足だけを畳みます。")}),
          law_quote("条文は明朝で書く。", "この窓口の決まり"),
          panel({.id = "known",
                 .title = "役場が知っていること",
                 .body = facts({{"あなた", "有本 健太"}, {"住所", "見本123番地4"}}, true),
                 .ground = Tone::key}),
          verdict({.mark = "認定", .main = "月額 25,000円", .note = "12月分から"}),
          file_list({{"在職証明.pdf", "#a1", "PDF、184 KB", change_link(words, "#c7", "在職証明.pdf")}}),
          event_log({{"25日 10:14", "2026-11-25T10:14", "小林 恵が起案"}}),
          event_cards(
              {{Icon::move, "#move", "引越し", "転入、転出、転居"}, {Icon::pram, "#birth", "妊娠・出産", "母子手帳"}}),
          procedure_list({{"#q",
                           "児童手当を受ける",
                           "オンラインで最後までできます",
                           {{Icon::clock, {"時間", "およそ10分"}},
                            {Icon::bag, {"いるもの", "口座"}},
                            {Icon::yen, {"手数料", "かかりません"}}}}}),
          news_list({{"11月25日", "2026-11-25", tag("防災", Tone::bad, Icon::alert), "#n1", "町道の通行止め"}}),
          page_list(words, {.previous = "?before=3", .next = "?after=9", .first = "?", .shown = "21件目から40件目"}),
          empty_state({.title = "待っている案件はありません", .body = "申請が届くと、ここに並びます。", .level = 3}),
          qr_code({true, true, false, true, false, true, true, false, true}, 3, "見本の符号")));
}

Html asking(const Words& words) {
  Form form(Fields{{"zip", "70813"}, {"lives", ""}, {"from-m", "4"}, {"from-d", "1"}});
  form.fault("zip", "error_digits", {{"label", "郵便番号"}, {"count", 7}});
  form.choice("lives", {{.label = "一緒に住んでいるかどうか", .required = true}, {"together", "work"}});
  form.date("from", {{.label = "離れて住み始めた日", .required = true}});
  return section(
      cls("section stack"), h2("入力"), error_summary(form, words),
      web::html::form(
          cls("stack read"), method("post"), id("question"), novalidate(true), hidden_fields("0.token", "key"),
          text_field(words, {.name = "name",
                             .label = "氏名",
                             .hint = "住民票と同じ字で書いてください。",
                             .required = true,
                             .autocomplete = "name",
                             .width = "w-20"}),
          text_field(words, {.name = "zip",
                             .label = "郵便番号",
                             .value = std::string(form.typed("zip")),
                             .error = error_for(form, "zip", words),
                             .inputmode = "numeric",
                             .width = "w-8"}),
          number_field(words, {.name = "income", .label = "所得", .width = "w-20"}, "円"),
          choice_field(words,
                       {.name = "lives",
                        .legend = "陽翔さんと一緒に住んでいますか",
                        .hint = "いま実際に住んでいる場所で答えてください。",
                        .options = {{"together", "一緒に住んでいる"}, {"work", "離れて住んでいる", "単身赴任など。"}},
                        .error = error_for(form, "lives", words),
                        .required = true}),
          date_field(words, {.name = "from",
                             .legend = "いつからですか",
                             .hint = "西暦でも、昭和60、S60でも書けます。",
                             .year = std::string(form.typed("from-y")),
                             .month = std::string(form.typed("from-m")),
                             .day = std::string(form.typed("from-d")),
                             .error = error_for(form, "from", words)}),
          choice_field(words, {.name = "tell",
                               .legend = "知らせてほしいこと",
                               .options = {{"decided", "決まったとき"}, {"due", "期限が近いとき", {}, true, 3}},
                               .several = true,
                               .lines = true}),
          select_field(words, {{.name = "area", .label = "地区", .width = "w-20"},
                               {{"", "選んでください"}, {"toyosawa", "豊沢", {}, true}}}),
          file_field(words, {{.name = "file", .label = "書類を添える", .hint = "PDFか写真。1つ10MBまで。"}}),
          text_area(words, {{.name = "note", .label = "伝えたいこと", .value = "\n一行目"}}),
          declaration(words, {.name = "agree", .label = "書いた内容は事実です。", .required = true}),
          p(cls("row"), action_button({.text = "役場に送る", .big = true}),
            action_button({.text = "あとで続ける", .kind = ButtonKind::second, .name = "do", .value = "later"}),
            action_button({.text = "取り下げる", .kind = ButtonKind::warn}))),
      search_form(words, {.action = "/search", .label = "何をしたいですか", .hint = "ふだんの言葉で探せます。"}));
}

Html tables(const Words& words) {
  return section(
      cls("section stack"), h2("表と図"),
      table_of(words, {.id = "fees",
                       .caption = "証明書の手数料",
                       .columns = {{.title = "証明書", .sort_href = "?s=n", .sorted = Sorted::ascending},
                                   {.title = "取れる所"},
                                   {.title = "1通（円）", .align = Align::number, .sort_href = "?s=f"}},
                       .rows = {{{"住民票の写し", "窓口", "300"}}, {{"戸籍", "窓口", "450"}, RowTone::selected}}}),
      table_of(words,
               {.id = "rules",
                .caption = "判断の表",
                .columns = {{.title = "行"}, {.title = "児童の年齢"}, {.title = "月額（円）", .align = Align::number}},
                .rows = {{{"1", group("3 未満 ", judged(words, true)), "15,000"}, RowTone::fired},
                         {{"2", group("3 以上 ", judged(words, false)), "10,000"}, RowTone::idle},
                         {{"提案", "ちょうど 3", "10,000"}, RowTone::proposed}},
                .sticky = true}),
      p(cls("row small"), waiting_bar(words, {.days = 5, .standard_days = 30}),
        waiting_bar(words, {.days = 34, .standard_days = 30})),
      bar_chart(words, {.id = "rank",
                        .title = "だれの机で待っているか",
                        .unit = "時間",
                        .bars = {{"係長", 4.2, false, 3118},
                                 {"課長", 11.6, false, 2840},
                                 {"部長", 19.8, true, 407},
                                 {"市長", 9.3, false, 61}},
                        .goal = 9,
                        .count_column = "件数"}),
      figure_cards({{"オンライン申請の割合", "64.2", "%", tag("前年より9.1ポイント増", Tone::ok, Icon::up),
                     trend_line(words, {.id = "online",
                                        .title = "オンライン申請の割合",
                                        .unit = "%",
                                        .points = {{"4月", 55}, {"5月", 58}, {"6月", 57}, {"7月", 64.2}},
                                        .goal = 70}),
                     "目標 70%（破線）"}}),
      interval_chart(words, {.id = "before",
                             .title = "差戻しの割合",
                             .unit = "%",
                             .rows = {{"前の版", 7.5, 9.8, 12.7}, {"いまの版", 2.6, 4.1, 6.5, true}}}),
      process_map(words, {.id = "map",
                          .title = "児童手当の手続の地図",
                          .steps = {{"a", "申請", 412},
                                    {"b", "受付", 412, "2.1時間"},
                                    {"c", "審査", 412, "18.4時間"},
                                    {"d", "起案", 409, "1.2時間"},
                                    {"e", "決裁", 409, "26.0時間"},
                                    {"f", "通知", 409, "3.5時間"},
                                    {"g", "補正", 46, "71.5時間", true},
                                    {"h", "協議", 23, "31.0時間", true}},
                          .edges = {{"a", "b", 412},
                                    {"b", "c", 412},
                                    {"c", "d", 409},
                                    {"d", "e", 409},
                                    {"e", "f", 409},
                                    {"c", "g", 46, "71.5時間"},
                                    {"g", "c", 46},
                                    {"c", "h", 23},
                                    {"h", "d", 23},
                                    {"e", "c", 17}}}));
}

ResidentShell shell(Reader reader = {}) {
  return {.words = Words(reader),
          .frame = resident_frame(
              Words(reader), nagi(), {.office_lines = {"岡山県勝田郡奈義町", group("電話 ", a(href("tel:0868001234"), "0868-00-1234"))},
                       .columns = {{"手続のこと", {{"#all", "すべての手続"}}}, {"あなたのこと", {{"#cases", "わたしの手続"}}}},
                       .note = "この画面は見本です。"},
              {{"ja", "日本語", true}, {"en", "English"}, {"vi", "Tiếng Việt"}}),
          .title = "部品の見本帳"};
}

TEST(Gallery, EveryComponentOnOnePage) {
  const Words words;
  const Html main = div(cls("wrap"), h1("部品の見本帳"), telling(words), asking(words), tables(words));
  const std::string html = resident_page(shell(), main);
  EXPECT_THAT(html, HasSubstr("<symbol id=\"i-alert\""));
  EXPECT_THAT(html, Not(HasSubstr("<symbol id=\"i-bin\"")));
  EXPECT_THAT(html, Not(HasSubstr("style=\"")));
  EXPECT_THAT(html, Not(HasSubstr("#refused")));
  // Each id once, and whatever is pointed at is there.
  std::map<std::string, int> ids;
  for (std::size_t at = 0; (at = html.find(" id=\"", at)) != std::string::npos;)
    at += 5, ++ids[html.substr(at, html.find('"', at) - at)];
  for (const auto& [name, count] : ids) EXPECT_EQ(count, 1) << name;
  for (const std::string reference : {"for=\"", "aria-labelledby=\"", "aria-describedby=\"", "<use href=\"#"})
    for (std::size_t at = 0; (at = html.find(reference, at)) != std::string::npos;) {
      at += reference.size();
      std::istringstream names(html.substr(at, html.find('"', at) - at));
      for (std::string name; names >> name;) EXPECT_TRUE(ids.contains(name)) << reference << name;
    }
  if (const char* folder = std::getenv("YAKUBA_GALLERY")) {
    std::string local = html;
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{std::string(asset_href("yakuba.css")), "yakuba.css"},
          {"/town.css", "town.css"}})
      local.replace(local.find(from), from.size(), to);
    std::ofstream(std::string(folder) + "/gallery.html") << local;
    std::ofstream(std::string(folder) + "/yakuba.css") << assets()[0].bytes;
    std::ofstream(std::string(folder) + "/town.css")
        << *town_stylesheet({std::string(nagi_colours[0]), std::string(nagi_colours[1]), std::string(nagi_colours[2]),
                             std::string(nagi_colours[3])});
    std::string desk = desk_page({.words = words,
                                  .face = nagi(),
                                  .title = "受付箱",
                                  .menu = {{"/inbox", "受付箱", true, 41}, {"/approve", "決裁", false, 3}},
                                  .section = "こども・長寿課",
                                  .person = "小林 恵",
                                  .foot_note = "見るだけでも記録に残ります。"},
                                 div(cls("wrap stack"), h1("受付箱"), telling(words), tables(words)));
    desk.replace(desk.find(asset_href("yakuba.css")), asset_href("yakuba.css").size(), "yakuba.css");
    desk.replace(desk.find("/town.css"), 9, "town.css");
    std::ofstream(std::string(folder) + "/desk.html") << desk;
  }
}

TEST(Components, FieldWithFaultNamesItTwiceAndKeepsWhatWasTyped) {
  const Words words;
  Form form(Fields{{"zip", "70813"}});
  form.fault("zip", "error_digits", {{"label", "郵便番号"}, {"count", 7}});
  const Html field = text_field(words, {.name = "zip",
                                        .label = "郵便番号",
                                        .value = std::string(form.typed("zip")),
                                        .error = error_for(form, "zip", words),
                                        .inputmode = "numeric",
                                        .width = "w-8"});
  EXPECT_EQ(field.markup(),
            "<div class=\"field invalid\"><label for=\"zip\">郵便番号</label><p class=\"error\" id=\"zip-error\"><svg "
            "class=\"i\" "
            "aria-hidden=\"true\"><use href=\"#i-alert\"/></svg><span><span class=\"vh\">エラー: "
            "</span>郵便番号は7桁の数字で入れてください</span></p><input class=\"input w-8\" id=\"zip\" name=\"zip\" "
            "type=\"text\" value=\"70813\" "
            "inputmode=\"numeric\" aria-invalid=\"true\" aria-describedby=\"zip-error\"></div>");
  EXPECT_THAT(error_summary(form, words).markup(),
              HasSubstr("<li><a href=\"#zip\">郵便番号は7桁の数字で入れてください</a></li>"));
  EXPECT_THAT(error_summary(form, words).markup(), HasSubstr("role=\"alert\" tabindex=\"-1\" autofocus"));
  EXPECT_TRUE(error_summary(Form(Fields{}), words).empty());
}

TEST(Components, SwitchesSendTheFormTheyWouldOtherwiseLose) {
  auto with_form = shell();
  with_form.reading_form = "question";
  const auto html = resident_page(with_form, p("x"));
  EXPECT_THAT(html, HasSubstr("<button class=\"toggle\" form=\"question\" formnovalidate name=\"easy\" value=\"1\" "
                              "aria-pressed=\"false\">"));
  EXPECT_LT(html.find("<button form=\"question\" hidden>"), html.find("name=\"easy\""))
      << "Enter must not press a switch";
  auto with_query = shell();
  with_query.query = {{"q", "住民票 & <b>"}, {"easy", "1"}};
  const auto list = resident_page(with_query, p("x"));
  EXPECT_THAT(list, HasSubstr("<input type=\"hidden\" name=\"q\" value=\"住民票 &amp; &lt;b&gt;\">"));
  EXPECT_THAT(list, Not(HasSubstr("<input type=\"hidden\" name=\"easy\"")));
  EXPECT_THAT(list, HasSubstr("href=\"?q=%E4%BD%8F%E6%B0%91%E7%A5%A8%20%26%20%3Cb%3E&amp;lang=en\""));
}

TEST(Components, TitleSaysErrorFirstAndTheTownLast) {
  auto faulty = shell();
  faulty.has_errors = true;
  EXPECT_THAT(resident_page(faulty, p("x")), HasSubstr("<title>エラー: 部品の見本帳 - 奈義町</title>"));
}

TEST(Components, MarksOfATownAreOnlyPathData) {
  EXPECT_THAT(town_mark({{"M0 0h1"}, {"M0 0\" onload=\"alert(1)"}}).markup(), Not(HasSubstr("onload")));
}

TEST(Components, TownColoursMustBeColoursAndReadable) {
  EXPECT_EQ(*town_stylesheet({"#0c472a", "#e6f5ec", "#c2e5d1", "#9bd4b5"}),
            ":root{--town:#0c472a;--town-weak:#e6f5ec;--town-1:#c2e5d1;--town-2:#9bd4b5}\n");
  EXPECT_EQ(town_stylesheet({"#9bd4b5", "#e6f5ec", "#c2e5d1", "#9bd4b5"}).error().code, "town.contrast");
  EXPECT_EQ(town_stylesheet({"red}body{display:none", "#e6f5ec", "#c2e5d1", "#9bd4b5"}).error().code, "town.colour");
  EXPECT_NEAR(contrast_ratio("#000000", "#ffffff"), 21, 0.01);
}

TEST(Components, QrCodeHasItsQuietZone) {
  EXPECT_THAT(qr_code({true, true, false, true}, 2, "符号").markup(), HasSubstr("viewBox=\"0 0 10 10\""));
  EXPECT_THAT(qr_code({true, true, false, true}, 2, "符号").markup(), HasSubstr("d=\"M4 4h2v1h-2zM5 5h1v1h-1z\""));
}

TEST(Problems, EachHasItsOwnWordsAndAWayOn) {
  std::set<std::string> titles;
  for (const int status : {400, 403, 404, 405, 409, 413, 429, 500, 503})
    for (const auto language : {Language::ja, Language::ja_easy, Language::en}) {
      const auto response = problem_response({.status = status, .request_id = "abc"}, shell({language}));
      EXPECT_EQ(response.status, status);
      const auto& html = response.body_text();
      const auto at = html.find("<h1>");
      EXPECT_TRUE(titles.insert(html.substr(at, html.find("</h1>") - at)).second) << status;
      EXPECT_THAT(html, HasSubstr("href=\"/\""));
      EXPECT_THAT(html, HasSubstr("abc"));
    }
  EXPECT_EQ(problem_response({.status = 405, .allow = "GET, HEAD"}, shell()).header("allow"), "GET, HEAD");
}

}  // namespace
}  // namespace yakuba::web
