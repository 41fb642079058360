// Forms: typed fields, faults with place and remedy, tokens.
#include "web/form.hpp"

#include <gtest/gtest.h>

namespace yakuba::web {
namespace {

std::string fault_of(const Form& form, std::string_view field) {
  const auto* fault = form.error_of(field);
  return fault ? fault_words(*fault, Words()).plain() : "";
}

TEST(Form, TextIsTrimmedComposedAndBounded) {
  Form form(Fields{{"name", " 　有本 健太　"},
                   {"long", std::string(401, 'a')},
                   {"short", "ab"},
                   {"bell", "a\ab"},
                   {"two", "a\nb"},
                   {"note", "a\r\nb"}});
  EXPECT_EQ(form.text("name", {{.label = "氏名", .required = true}}), "有本 健太");
  EXPECT_EQ(form.text("note", {{.label = "メモ"}, 0, 400, true}), "a\nb");
  EXPECT_TRUE(form.ok());
  form.text("long", {{.label = "メモ"}});
  form.text("short", {{.label = "理由"}, 3});
  form.text("bell", {{.label = "番号"}});
  form.text("two", {{.label = "住所"}});
  form.text("absent", {{.label = "電話", .required = true}});
  EXPECT_EQ(fault_of(form, "long"), "メモは400字までで書いてください（いま401字）");
  EXPECT_EQ(fault_of(form, "short"), "理由は3字以上で書いてください（いま2字）");
  EXPECT_EQ(fault_of(form, "bell"), "番号に、使えない文字が入っています。その文字を消してください");
  EXPECT_EQ(fault_of(form, "two"), "住所に、使えない文字が入っています。その文字を消してください");
  EXPECT_EQ(fault_of(form, "absent"), "電話を入れてください");
  EXPECT_EQ(form.typed("long").size(), 401u) << "what was typed survives";
}

TEST(Form, AVariationSequenceIsOneCharacter) {
  Form form(Fields{{"name", "渡邉\xF3\xA0\x84\x8F"}});
  EXPECT_NE(form.text("name", {{.label = "氏"}, 0, 2}), "");
}

TEST(Form, NumbersAreReadAsPeopleTypeThem) {
  Form form(Fields{{"a", "４，３００，０００"},
                   {"b", "¥25,000円"},
                   {"c", "12a"},
                   {"d", "-1"},
                   {"e", "99999999999999999999"},
                   {"f", ""}});
  EXPECT_EQ(form.integer("a", {{.label = "所得"}}), 4'300'000);
  EXPECT_EQ(form.yen("b", {{.label = "金額"}}), Yen{25'000});
  EXPECT_FALSE(form.integer("c", {{.label = "数"}}));
  EXPECT_FALSE(form.integer("d", {{.label = "数"}}));
  EXPECT_FALSE(form.integer("e", {{.label = "数"}}));
  EXPECT_FALSE(form.integer("f", {{.label = "数"}}));
  EXPECT_EQ(fault_of(form, "c"), "数は数字で入れてください。例 4300");
  EXPECT_EQ(fault_of(form, "d"), "数は0以上の数字を入れてください");
  EXPECT_EQ(form.faults().size(), 3u);
}

TEST(Form, DatesInThreeFieldsWithWesternOrEraYears) {
  Form form(Fields{{"a-y", "2026"},
                   {"a-m", "4"},
                   {"a-d", "1"},
                   {"b-y", "昭和60"},
                   {"b-m", "5"},
                   {"b-d", "1"},
                   {"c-y", "Ｓ６０年"},
                   {"c-m", "５月"},
                   {"c-d", "１日"},
                   {"d", "令和8年4月1日"}});
  EXPECT_EQ(form.date("a", {{.label = "日"}}), Date::of(2026, 4, 1));
  EXPECT_EQ(form.date("b", {{.label = "日"}}), Date::of(1985, 5, 1));
  EXPECT_EQ(form.date("c", {{.label = "日"}}), Date::of(1985, 5, 1));
  EXPECT_EQ(form.date("d", {{.label = "日"}}), Date::of(2026, 4, 1));
  EXPECT_TRUE(form.ok());
}

TEST(Form, WrongDatesPointAtThePartThatIsWrong) {
  Form form(Fields{{"a-y", ""},
                   {"a-m", "4"},
                   {"a-d", "1"},
                   {"b-y", "2023"},
                   {"b-m", "2"},
                   {"b-d", "29"},
                   {"c-y", "2030"},
                   {"c-m", "1"},
                   {"c-d", "1"}});
  EXPECT_FALSE(form.date("a", {{.label = "生年月日"}}));
  EXPECT_EQ(form.error_of("a")->control, "a-y");
  EXPECT_EQ(fault_of(form, "a"), "生年月日の年を入れてください。例 2026、令和8");
  EXPECT_FALSE(form.date("b", {{.label = "日"}}));
  EXPECT_FALSE(form.date("c", {{.label = "日"}, {}, Date::of(2026, 11, 22)}));
  EXPECT_EQ(fault_of(form, "c"), "日は令和8年（2026年）11月22日か、それより前の日を入れてください");
  EXPECT_FALSE(form.date("absent", {{.label = "日", .required = true}}));
  EXPECT_EQ(form.error_of("absent")->control, "absent");
}

TEST(Form, OnlyOfferedChoicesAreTaken) {
  Form form(Fields{{"how", "post"}, {"bad", "<script>"}, {"many", "a"}, {"many", "b"}, {"many", "a"}, {"agree", ""}});
  EXPECT_EQ(form.choice("how", {{.label = "受け取り方"}, {"post", "counter"}}), "post");
  EXPECT_EQ(form.choices("many", {{.label = "知らせ"}, {"a", "b"}}), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(form.ok());
  EXPECT_EQ(form.choice("bad", {{.label = "受け取り方"}, {"post"}}), "");
  EXPECT_EQ(form.error_of("bad")->control, "bad-1");
  EXPECT_FALSE(form.checked("agree", {.label = "事実です", .required = true}));
  EXPECT_EQ(fault_of(form, "agree"), "「事実です」に印をつけてください");
  form.choice("none", {{.label = "受け取り方", .required = true}, {"post"}});
  EXPECT_EQ(fault_of(form, "none"), "受け取り方を選んでください");
}

TEST(Form, FilesAreJudgedByWhatTheyAre) {
  Request request = Request::post("/x");
  const auto add = [&](std::string field, std::string file, std::string content, bool kept = true) {
    request.uploads.push_back({field,
                               file,
                               sniff(content),
                               "image/png",
                               static_cast<std::int64_t>(content.size()),
                               {},
                               kept ? memory_spool(content) : nullptr});
  };
  add("good", "a.pdf", "%PDF-1.7 x");
  add("liar", "a.pdf", "<html>");
  add("empty", "b.pdf", "");
  add("big", "c.pdf", "%PDF-1.7 x", false);
  Form form(request);
  EXPECT_EQ(form.files("good", {{.label = "書類"}}).size(), 1u);
  EXPECT_TRUE(form.ok());
  form.files("liar", {{.label = "書類"}});
  form.files("empty", {{.label = "書類"}});
  form.files("big", {{.label = "書類"}});
  form.files("absent", {{.label = "書類", .required = true}});
  EXPECT_EQ(fault_of(form, "liar"),
            "「a.pdf」は送れない種類のファイルです。PDFか写真（JPEG、PNG）にして選び直してください");
  EXPECT_EQ(fault_of(form, "empty"), "「b.pdf」は中身がありません。選び直してください");
  EXPECT_EQ(fault_of(form, "big"), "「c.pdf」は大きすぎます。10MBまでのファイルを選び直してください");
  EXPECT_EQ(fault_of(form, "absent"), "書類を入れてください");
}

TEST(Form, RepeatedGroupsAreFoundByTheirIndex) {
  Form form(Fields{{"child.2.name", "x"},
                   {"child.0.name", "y"},
                   {"child.0.born-y", ""},
                   {"child.99.name", "z"},
                   {"child.x.name", ""},
                   {"child.1", ""}});
  EXPECT_EQ(form.groups("child"), (std::vector<std::int64_t>{0, 2}));
}

TEST(Form, PackWordsOverrideOurs) {
  Form form(Fields{});
  form.choice(
      "lives",
      {{.label = "x", .required = true, .missing = "{陽翔|はると}さんと一緒に住んでいるかを選んでください"}, {"a"}});
  EXPECT_EQ(fault_of(form, "lives"), "陽翔さんと一緒に住んでいるかを選んでください");
}

TEST(Form, ReadingSwitchesAreToldApartFromAnswers) {
  EXPECT_FALSE(Form(Fields{{"name", "x"}}).reading_switch({}));
  EXPECT_EQ(Form(Fields{{"easy", "1"}}).reading_switch({Language::ja, true}), (Reader{Language::ja_easy, true}));
  EXPECT_EQ(Form(Fields{{"ruby", "0"}}).reading_switch({Language::ja, true}), (Reader{Language::ja, false}));
  EXPECT_EQ(Form(Fields{{"lang", "en"}}).reading_switch({}), (Reader{Language::en, false}));
  EXPECT_FALSE(Form(Fields{{"lang", "tlh"}}).reading_switch({}));
}

TEST(FormToken, BelongsToASessionAPurposeAndAVersion) {
  const Bytes mine = {1, 2, 3}, other = {1, 2, 4};
  const auto token = form_token(mine, {"case.approve:7", 12});
  EXPECT_EQ(check_form_token(mine, "case.approve:7", token), 12);
  EXPECT_EQ(check_form_token(other, "case.approve:7", token).error().kind, ErrorKind::forbidden);
  EXPECT_FALSE(check_form_token(mine, "case.approve:8", token));
  EXPECT_FALSE(check_form_token(mine, "case.approve:7", "13" + token.substr(2)));
  for (const char* bad : {"", ".", "12.", "x.y", "12.AAAA"})
    EXPECT_FALSE(check_form_token(mine, "case.approve:7", bad)) << bad;
}

}  // namespace
}  // namespace yakuba::web
