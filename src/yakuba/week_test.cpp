// One scripted week of a town hall, told twice: on SQLite and on PostgreSQL. Everything that residents and staff were
// shown and every leaf of the log must be the same, byte for byte.
//
// Monday 23 November 2026 is 勤労感謝の日, Saturday and Sunday are closed: residents write, nobody answers. The people
// are the demonstration's of packs/nagi and three invented families. Nothing is masked: time and randomness are given.
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.hpp"
#include "connect/testing/smtp_server.hpp"
#include "log/tree.hpp"
#include "yakuba/fixture.hpp"
#include "yakuba/testing/visitor.hpp"

namespace yakuba::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t differences_shown_max = 5;

// What one family answers, by the names of the fields of the questions.
web::Fields family(std::string_view name, std::string_view kana, std::string_view occupation) {
  const std::string person(name), reading(kana);
  const std::string surname = person.substr(0, person.find("　")), surname_kana = reading.substr(0, reading.find("　"));
  return {{"claimant.name", person},
          {"claimant.kana", reading},
          {"claimant.birth-y", "1990"},
          {"claimant.birth-m", "4"},
          {"claimant.birth-d", "18"},
          {"claimant.address", "岡山県勝田郡奈義町見本12番地3"},
          {"claimant.residence", "町内"},
          {"phone", "0868-00-5555"},
          {"standing", "父母"},
          {"occupation", std::string(occupation)},
          {"has_spouse", "yes"},
          {"spouse.name", surname + "　花子"},
          {"spouse.kana", surname_kana + "　ハナコ"},
          {"spouse.birth-y", "1991"},
          {"spouse.birth-m", "7"},
          {"spouse.birth-d", "2"},
          {"parents_apart", "no"},
          {"main_earner", "申請者"},
          {"cause", "出生"},
          {"cause_date-y", "2026"},
          {"cause_date-m", "11"},
          {"cause_date-d", "15"},
          {"children.new.0.name", surname + "　つくし"},
          {"children.new.0.kana", surname_kana + "　ツクシ"},
          {"children.new.0.birth-y", "2026"},
          {"children.new.0.birth-m", "11"},
          {"children.new.0.birth-d", "15"},
          {"lives_with.0", "同居"},
          {"custody.0", "yes"},
          {"livelihood.0", "同一"},
          {"child_residence.0", "国内"},
          {"placement.0", "なし"},
          {"has_elders", "no"},
          {"pension", "厚生年金など"},
          {"account_way", "書く"},
          {"account.bank", "見本銀行"},
          {"account.bank_code", "0001"},
          {"account.branch", "奈義支店"},
          {"account.branch_code", "001"},
          {"account.kind", "普通"},
          {"account.number", "1234567"},
          {"account.holder", reading},
          {"consent", "1"}};
}

struct Shown {
  std::string who, what;  // "clerk", "POST /cases/…/accept"
  std::string answer;     // status, headers and body
};
struct Told {
  std::vector<Shown> shown;
  std::vector<std::string> events;  // canonical, in the order of the tree
  std::vector<Hash> leaves;
  std::vector<std::string> mails;
  std::set<std::string> opened, with_fixture;  // side and pattern
};

// --- the week ---

class Week {
 public:
  explicit Week(store::testing::Database database) : demo_(database) {
    demo_.hall().settings.mail_url = mail_.url();
    demo_.hall().settings.mail_from = "kodomo@town.nagi.example.jp";
  }

  Told tell() {
    demo_.seed();
    for (const auto day : {&Week::monday, &Week::tuesday, &Week::wednesday, &Week::thursday, &Week::friday,
                           &Week::weekend, &Week::every_page}) {
      if (::testing::Test::HasFatalFailure() || ::testing::Test::HasNonfatalFailure()) break;
      (this->*day)();
    }
    for (const log::Event& event : demo_.events()) {
      told_.events.push_back(log::canonical(event));
      told_.leaves.push_back(log::leaf_hash(event));
    }
    return std::move(told_);
  }

 private:
  struct Claim {
    std::string id, number, secret;
  };

  void at(std::string_view day, int hour, int minute = 0) {
    demo_.clock().set(from_japan({.date = *Date::parse(day), .hour = hour, .minute = minute}));
  }
  std::unique_ptr<Visitor> visitor(web::Side side, std::string name) {
    auto made = std::make_unique<Visitor>(demo_, side);
    made->on_page = [this, name](const web::Request& request, const Page& page) {
      std::string answer = fmt::format("{}\n", page.status);
      for (const auto& [key, value] : page.headers.items) answer += key + ": " + value + "\n";
      told_.shown.push_back(
          {name, fmt::format("{} {}", web::method_name(request.method), request.target), answer + "\n" + page.html});
    };
    return made;
  }
  std::unique_ptr<Visitor> desk(std::string_view part) {
    auto made = visitor(web::Side::office_side, std::string(part));
    made->sign_in(part);
    return made;
  }
  std::unique_ptr<Visitor> stranger(std::string name) { return visitor(web::Side::public_side, std::move(name)); }

  // A page with the form that ends so, filled in and sent; the next page.
  static Page send(Visitor& who, const Page& page, std::string_view action_end, const web::Fields& typed = {},
                   std::vector<web::Upload> uploads = {}) {
    const auto form = page.form(action_end);
    if (!form) {
      ADD_FAILURE() << page.address << " (" << page.status << ") has no form …" << action_end << "\n" << page.text();
      return page;
    }
    const Page sent = who.submit(*form, typed, std::move(uploads));
    EXPECT_EQ(sent.status, 303) << form->action << "\n" << sent.text();
    return who.follow(sent);
  }
  // An act that has a page of its own: opened, filled in, sent.
  static Page act(Visitor& who, const std::string& path, const web::Fields& typed) {
    return send(who, who.get(path), path, typed);
  }
  static Page press(Visitor& who, const Claim& claim, std::string_view act) {
    return send(who, who.get("/cases/" + claim.id), "/" + std::string(act));
  }

  Claim claims(Visitor& who, const web::Fields& answers) {
    Page page = who.get("/procedures/jido-teate-nintei");
    const auto begin = page.form("");
    EXPECT_TRUE(begin);
    page = who.follow(who.submit(*begin));
    // Without an account the code for going on elsewhere is shown first.
    for (const std::string& link : page.links())
      if (!page.address.starts_with("/apply/") && link.starts_with("/apply/")) page = who.follow(who.get(link));
    Claim claim{.id = page.address.substr(7, 26), .number = {}, .secret = {}};
    for (int i = 0; i < 40 && !page.address.ends_with("/papers"); ++i) {
      const std::string before = page.address;
      const auto form = page.form(before);
      if (!form) {
        ADD_FAILURE() << before << ": " << page.text();
        return claim;
      }
      web::Fields typed;
      for (const auto& [name, value] : answers.items)
        if (form->has(name)) typed.add(name, value);
      page = send(who, page, before, typed);
      if (page.address == before) {
        ADD_FAILURE() << before << " was not accepted: " << page.text();
        return claim;
      }
    }
    page = send(who, page, "/papers", {}, {small_pdf("identity", claim.id), small_pdf("insurance", claim.id)});
    return handed_in(who, claim.id, page);
  }
  Claim handed_in(Visitor& who, std::string id, const Page& check) {
    EXPECT_TRUE(check.address.ends_with("/check")) << check.address << check.text();
    std::optional<PageForm> last;
    for (PageForm& form : check.forms())
      if (form.has("declaration")) last = std::move(form);
    if (!last) {
      ADD_FAILURE() << "no declaration on " << check.address << check.text();
      return {};
    }
    const Page refused = who.submit(*last);
    EXPECT_EQ(refused.status, 422) << "without the declaration";
    const Page done = who.follow(who.submit(*last, {{"declaration", "1"}}));
    EXPECT_TRUE(done.ok()) << done.text();
    const Page again = who.submit(*last, {{"declaration", "1"}});
    EXPECT_EQ(again.status, 303) << "pressed twice";
    return {std::move(id), numbers_of(done, 0), numbers_of(done, 1)};
  }
  // The nth number that the page shows in its large letters.
  static std::string numbers_of(const Page& page, int nth) {
    std::size_t at = 0;
    for (int i = 0; i <= nth; ++i) {
      at = page.html.find("class=\"number", at);
      if (at == std::string::npos) return "";
      do at = page.html.find('>', at) + 1;
      while (page.html[at] == '<');
    }
    return page.html.substr(at, page.html.find('<', at) - at);
  }

  // The nth thing that may be chosen in a field, but for an empty one.
  static std::string option_of(const Page& page, std::string_view action_end, std::string_view field, int nth) {
    if (const auto form = page.form(action_end))
      for (const Control& control : form->controls)
        if (control.name == field && !control.value.empty() && nth-- == 0) return control.value;
    ADD_FAILURE() << page.address << " has no such choice in " << field;
    return "";
  }
  static std::string notice_of(Visitor& clerk, const Claim& claim) {
    for (const std::string& link : clerk.get("/cases/" + claim.id).links())
      if (link.starts_with("/notices/")) return link.substr(9);
    ADD_FAILURE() << "no notice of " << claim.number << clerk.get("/cases/" + claim.id).text();
    return "";
  }
  static Page act_on_notice(Visitor& clerk, const std::string& notice, std::string_view act,
                            const web::Fields& typed = {}) {
    return send(clerk, clerk.get("/notices/" + notice), "/" + std::string(act), typed);
  }

  // Who has the sheet of this claim in his box stamps it.
  Page sheet(Visitor& who, const Claim& claim) {
    for (const std::string& link : who.get("/approvals").links()) {
      if (!link.starts_with("/approvals/")) continue;
      Page page = who.get(link);
      if (page.html.find("/cases/" + claim.id) != std::string::npos) return page;
    }
    ADD_FAILURE() << "no sheet of " << claim.number;
    return {};
  }
  void stamp(std::string_view part, const Claim& claim) {
    const auto who = desk(part);
    send(*who, sheet(*who, claim), "/approve", {{"comment", "異議ありません。"}});
  }
  // The whole route: whoever has the sheet in his box stamps it, in the order of the ranks.
  void pass(const Claim& claim) {
    for (const char* part :
         {"unit-head", "deputy", "general-head", "consulted", "approver", "deputy-mayor", "general-head", "mayor"}) {
      const auto who = desk(part);
      for (const std::string& link : who->get("/approvals").links()) {
        if (!link.starts_with("/approvals/")) continue;
        const Page page = who->get(link);
        if (page.html.find("/cases/" + claim.id) != std::string::npos && page.form("/approve"))
          send(*who, page, "/approve", {{"comment", "認めます。"}});
      }
    }
  }
  void propose(Visitor& clerk, const Claim& claim, std::string_view reason = "") {
    const Page page = clerk.get("/cases/" + claim.id + "/draft");
    web::Fields typed;
    if (!reason.empty()) typed.add("reason", std::string(reason));
    send(clerk, page, "/draft", typed);
    press(clerk, claim, "propose");
  }

  void monday();
  void tuesday();
  void wednesday();
  void thursday();
  void friday();
  void weekend();
  void every_page();
  void open_route(Visitor& who, const hall::Route& route);
  static bool shown_to_these(std::string_view actor) {
    constexpr std::array these{"anyone", "resident", "clerk", "approver", "administrator"};
    return std::ranges::find(these, actor) != these.end();
  }

  connect::testing::SmtpServer mail_;
  DemoHall demo_;
  Told told_;
  Claim granted_, refused_, withdrawn_, departed_;
};

// 勤労感謝の日: the hall is closed, three families and a linked resident write.
void Week::monday() {
  at("2026-11-23", 10);
  auto one = stranger("見本　一郎");
  granted_ = claims(*one, family("見本　一郎", "ミホン　イチロウ", "会社員"));
  at("2026-11-23", 13);
  auto two = stranger("試作　二郎");
  refused_ = claims(*two, family("試作　二郎", "シサク　ジロウ", "公務員"));
  at("2026-11-23", 20);
  auto three = stranger("架空　三郎");
  withdrawn_ = claims(*three, family("架空　三郎", "カクウ　サブロウ", "会社員"));

  at("2026-11-23", 21);
  auto kenta = stranger("有本　健太");
  kenta->sign_in("kenta.arimoto@example.jp");
  for (const std::string& link : kenta->get("/me").links()) {
    if (!link.starts_with("/apply/")) continue;
    const std::string id = link.substr(7, 26);
    const Page check = kenta->get("/apply/" + id + "/check");
    if (!check.ok()) continue;
    departed_ = handed_in(*kenta, id, check);
    break;
  }
  EXPECT_FALSE(departed_.id.empty()) << "the demonstration's complete draft";
  demo_.settle();
}

// 受付, 着手, 補正 and its answer, 協議.
void Week::tuesday() {
  at("2026-11-24", 8, 40);
  auto clerk = desk("clerk");
  clerk->get("/inbox");
  for (const Claim* claim : {&granted_, &refused_, &departed_}) {
    press(*clerk, *claim, "accept");
    press(*clerk, *claim, "take");
  }
  act(*clerk, "/cases/" + granted_.id + "/correct",
      {{"reason", "B-WORK"}, {"message", "お勤め先をもう一度教えてください。"}});
  act(*clerk, "/cases/" + departed_.id + "/consult",
      {{"section", "general"}, {"question", "転入前の町の記録の確認をお願いします。"}});
  demo_.settle();

  at("2026-11-24", 19);
  auto one = stranger("見本　一郎, another device");
  Page page = one->get("/status");
  page = send(*one, page, "/status", {{"number", granted_.number}, {"secret", granted_.secret}});
  EXPECT_THAT(page.text(), HasSubstr("お勤め先をもう一度教えてください。"));
  act(*one, "/status/" + granted_.id + "/correct", {{"occupation", "会社員"}, {"note", "変わっていません。"}});
  demo_.settle();
}

// 差し戻し; a wrong try with somebody's number; a withdrawal; the answer of the section that was asked.
void Week::wednesday() {
  at("2026-11-25", 9);
  auto clerk = desk("clerk");
  propose(*clerk, granted_);
  auto unit_head = desk("unit-head");
  send(*unit_head, sheet(*unit_head, granted_), "/approve", {{"comment", ""}});
  auto deputy = desk("deputy");
  const Page seen = sheet(*deputy, granted_);
  act(*deputy, seen.address + "/return",
      {{"to_step", "draft"}, {"reason", "R-REASON"}, {"comment", "理由をもう少し詳しく。"}});
  propose(*clerk, granted_, "受給資格があると認めます。\n請求の日の翌月から支給します。");

  at("2026-11-25", 11);
  auto general = desk("general-head");
  act(*general, "/cases/" + departed_.id + "/answer", {{"agree", "yes"}, {"answer", "記録はありませんでした。"}});
  demo_.settle();

  at("2026-11-25", 12);
  auto thief = stranger("a stranger");
  const auto form = thief->get("/status").form("/status");
  const Page wrong = thief->submit(*form, {{"number", withdrawn_.number}, {"secret", granted_.secret}});
  EXPECT_NE(wrong.status, 303);
  auto three = stranger("架空　三郎");
  send(*three, three->get("/status"), "/status", {{"number", withdrawn_.number}, {"secret", withdrawn_.secret}});
  act(*three, "/status/" + withdrawn_.id + "/withdraw", {{"reason", "W-SELF"}});
  demo_.settle();
}

// The section head is away: 代決. The refusal and the departure are proposed. A clerk looks at a person's record.
void Week::thursday() {
  at("2026-11-26", 8, 35);
  {
    auto head = desk("approver");
    const Page page = head->get("/absence/new");
    send(*head, page, "/absence/new", {{"reason", option_of(page, "/absence/new", "reason", 0)}});
  }
  at("2026-11-26", 10);
  stamp("unit-head", granted_);
  stamp("deputy", granted_);
  stamp("deputy", granted_);  // 代決 for the section head
  demo_.settle();

  at("2026-11-26", 14);
  auto clerk = desk("clerk");
  EXPECT_THAT(clerk->get("/cases/" + granted_.id).text(), HasSubstr("代決"));
  propose(*clerk, refused_);
  const Page depart = clerk->get("/cases/" + departed_.id + "/depart");
  send(*clerk, depart, "/depart",
       {{"outcome", option_of(depart, "/depart", "outcome", 1)},
        {"depart_code", option_of(depart, "/depart", "depart_code", 0)},
        {"depart_ground", "基準が見ない事情があるため。"},
        {"reason", "基準によらず、事情を認めて決めます。"}});
  press(*clerk, departed_, "propose");

  Page found = clerk->get("/people");
  found = clerk->submit(*found.form("/people"), {{"name", "有本　健太"}});
  for (const std::string& link : found.links())
    if (link.starts_with("/people/") && link.find('/', 8) == std::string::npos) {
      EXPECT_TRUE(clerk->follow(clerk->get(link)).ok());
      break;
    }
  demo_.settle();
}

// 後閲, 決裁 of the refusal and of the departure, letters to the post, one comes back.
void Week::friday() {
  at("2026-11-27", 8, 45);
  auto head = desk("approver");
  send(*head, sheet(*head, granted_), "/review");
  for (const Claim* claim : {&refused_, &departed_}) pass(*claim);
  demo_.settle();

  at("2026-11-27", 14);
  auto clerk = desk("clerk");
  for (const Claim* claim : {&granted_, &refused_, &departed_}) EXPECT_NE(notice_of(*clerk, *claim), "");
  const std::string letter = notice_of(*clerk, refused_);
  const Page dispatch = clerk->get("/dispatch");
  std::optional<PageForm> form = dispatch.form("/dispatch");
  ASSERT_TRUE(form);
  const Page sheets = clerk->submit(*form, {{"notice", letter}, {"do", "sheets"}});
  EXPECT_TRUE(sheets.html.starts_with("%PDF-")) << sheets.text();
  const Page posted = clerk->submit(*form, {{"notice", letter}, {"posted", "2026-11-27"}, {"do", "posted"}});
  EXPECT_EQ(posted.status, 303) << posted.text();
  demo_.settle();
  act_on_notice(*clerk, letter, "returned");
  act_on_notice(*clerk, letter, "again");
  demo_.settle();
}

// Residents read what became of it, on days when nobody is at his desk; the person sees who looked at his record.
void Week::weekend() {
  at("2026-11-28", 10);
  auto one = stranger("見本　一郎");
  Page page = send(*one, one->get("/status"), "/status", {{"number", granted_.number}, {"secret", granted_.secret}});
  EXPECT_THAT(page.text(), HasSubstr("認定"));
  for (const std::string& link : page.links())
    if (link.find("/documents/") != std::string::npos) {
      EXPECT_TRUE(one->get(link).html.starts_with("%PDF-")) << link;
    }
  at("2026-11-29", 18);
  auto kenta = stranger("有本　健太");
  kenta->sign_in("kenta.arimoto@example.jp");
  EXPECT_THAT(kenta->get("/me/looks").text(), HasSubstr("こども・長寿課"));
  for (const std::string& link : kenta->get("/me/notices").links())
    if (link.starts_with("/me/notices/")) {
      EXPECT_TRUE(kenta->get(link).html.starts_with("%PDF-")) << link;
    }
  demo_.settle();
  for (const JsonValue& mail : mail_.mails()) told_.mails.push_back(mail.canonical());
  EXPECT_FALSE(told_.mails.empty()) << "a notice by mail";
}

// Monday again: every page that the routes name, as each of those who may be there; and every list as a file.
void Week::every_page() {
  at("2026-11-30", 9);
  auto anyone = stranger("anyone"), resident = stranger("resident");
  resident->sign_in("kenta.arimoto@example.jp");
  const auto outside = visitor(web::Side::office_side, "nobody at the desk"), clerk = desk("clerk"),
             unit_head = desk("unit-head"), approver = desk("approver"), administrator = desk("administrator");
  for (const hall::Module& module : *demo_.hall().modules)
    for (const hall::Route& route : module.routes) {
      if (route.face().method != web::Method::get) continue;
      const bool office = route.face().side == web::Side::office_side;
      const std::vector<Visitor*> all =
          office ? std::vector{outside.get(), clerk.get(), unit_head.get(), approver.get(), administrator.get()}
                 : std::vector{anyone.get(), resident.get()};
      for (Visitor* who : all) open_route(*who, route);
    }
}

void Week::open_route(Visitor& who, const hall::Route& route) {
  const web::RouteFace& face = route.face();
  if (!face.fixture.opens() && face.pattern.find('{') != std::string::npos) return;  // files: opened in the week
  const auto path = fixture_path(demo_.hall(), demo_.town(), face);
  ASSERT_TRUE(path) << face.pattern << ": " << describe(path.error());
  demo_.place();
  const Page page = who.get(*path);
  EXPECT_TRUE(page.status < 500) << face.pattern << ": " << page.status;
  const std::string name = std::string(web::side_name(face.side)) + face.pattern;
  if (page.ok()) told_.opened.insert(name);
  if (shown_to_these(face.fixture.actor())) told_.with_fixture.insert(name);
}

// Where two texts part, with what stands around it.
std::string difference(std::string_view a, std::string_view b) {
  const std::size_t at = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  const std::size_t from = at < 60 ? 0 : at - 60;
  return fmt::format("at byte {}:\n  SQLite     …{}…\n  PostgreSQL …{}…", at, a.substr(from, 160), b.substr(from, 160));
}

TEST(Week, GivesTheSamePagesAndLeavesOnBothDatabases) {
  const Told one = Week(store::testing::Database::sqlite).tell();
  ASSERT_FALSE(HasFailure()) << "on SQLite";
  const Told other = Week(store::testing::Database::postgres).tell();
  ASSERT_FALSE(HasFailure()) << "on PostgreSQL";

  ASSERT_EQ(one.shown.size(), other.shown.size());
  EXPECT_GT(one.shown.size(), 500u);
  std::size_t different = 0;
  for (std::size_t i = 0; i < one.shown.size(); ++i) {
    ASSERT_EQ(one.shown[i].what, other.shown[i].what) << i;
    if (one.shown[i].answer == other.shown[i].answer) continue;
    if (++different <= differences_shown_max)
      ADD_FAILURE() << one.shown[i].who << ": " << one.shown[i].what << " differs "
                    << difference(one.shown[i].answer, other.shown[i].answer);
  }
  EXPECT_EQ(different, 0u) << "of " << one.shown.size() << " answers";
  EXPECT_GT(one.leaves.size(), 200u);
  EXPECT_EQ(one.events.size(), other.events.size());
  for (std::size_t i = 0; i < std::min(one.events.size(), other.events.size()); ++i)
    if (one.events[i] != other.events[i] && ++different <= differences_shown_max)
      ADD_FAILURE() << "event " << i << " differs " << difference(one.events[i], other.events[i]);
  EXPECT_TRUE(one.leaves == other.leaves);
  EXPECT_EQ(one.mails, other.mails);
  EXPECT_EQ(one.opened, other.opened);
  for (const std::string& route : one.with_fixture)
    EXPECT_TRUE(one.opened.contains(route)) << route << " was shown to nobody";
  RecordProperty("answers", static_cast<int>(one.shown.size()));
  RecordProperty("leaves", static_cast<int>(one.leaves.size()));
}

}  // namespace
}  // namespace yakuba::testing
