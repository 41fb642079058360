// Bad input to every page and every form of the program, on both databases: whatever is typed, doubled, left out or put
// into an address, the answer is a page that says what is wrong. Never 500, nothing of the machinery in its words, and
// a form with faults holds again what was typed.
//
// Which pages and fields there are is not listed here: the routes name their pages, the pages hold the links and forms,
// and a POST route whose form is on no page fails the test unless it is named below with the reason.
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.hpp"
#include "web/form.hpp"
#include "yakuba/fixture.hpp"
#include "yakuba/testing/visitor.hpp"

namespace yakuba::testing {
namespace {

constexpr std::size_t pages_per_actor_max = 60;
constexpr std::size_t complaints_max = 60;

struct Hostile {
  std::string_view name;
  std::string value;
  bool for_choices = false;  // also tried where nothing is typed: hidden fields, choices, and on the second database
};
const std::vector<Hostile>& hostile_values() {
  static const std::vector<Hostile> all = [] {
    std::string long_text;
    for (int i = 0; i < 10'000; ++i) long_text += "あ";
    return std::vector<Hostile>{{"empty", "", true},
                                {"blanks", " 　 "},
                                {"10,000 characters", long_text},
                                {"control characters", "a\x01\x1B[31mb\x7F"},
                                {"emoji and variation sequences", "👩‍👧葛󠄀🏴"},
                                {"right to left", "\u202Eلا إله\u202C"},
                                {"markup", "\"><script>alert(1)</script>&amp;", true},
                                {"SQL", "'; drop table case_file; --%_\\"},
                                {"number out of range", "99999999999999999999999", true},
                                {"negative number", "-9223372036854775808"},
                                {"no number", "１２三"},
                                {"day that is none", "2026-02-30"},
                                {"far day", "99999-12-31"},
                                {"id of nothing", "00000000000000000000000000"},
                                {"line breaks", "a\r\nSet-Cookie: x=1\r\n\r\nb"}};
  }();
  return all;
}

struct Known {
  Visitor* who;
  std::string page;    // where the form stands
  std::string action;  // where it goes
};

class HostileTest : public ::testing::TestWithParam<store::testing::Database> {
 protected:
  void SetUp() override {
    demo_ = std::make_unique<DemoHall>(GetParam());
    demo_->seed();
    demo_->settle();
    demo_->places_by_itself = false;  // thousands of answers, and nobody asks for the log's order
    std::vector<web::RouteFace> faces;
    for (const hall::Route& route : demo_->dispatcher().routes()) faces.push_back(route.face());
    auto tree = web::PatternTree::compile(faces);
    ASSERT_TRUE(tree);
    tree_.emplace(std::move(*tree));
    faces_ = std::move(faces);
    for (const web::RouteFace& face : faces_)
      if (face.method == web::Method::get && face.fixture.opens()) open_fixture(face);
    visitor(web::Side::office_side, "unit-head");  // whose turn it is on the sheet that waits
    starts_["office unit-head"] = {"/approvals", "/inbox?view=all"};
    starts_["office clerk"].insert(starts_["office clerk"].begin(), "/inbox?view=all");
    for (auto& [key, visitor] : visitors_) crawl(*visitor, key);
  }

  Visitor& visitor(web::Side side, const std::string& actor) {
    auto& slot = visitors_[std::string(web::side_name(side)) + " " + actor];
    if (!slot) {
      slot = std::make_unique<Visitor>(*demo_, side);
      if (actor != "anyone") slot->sign_in(actor == "resident" ? "kenta.arimoto@example.jp" : actor);
    }
    return *slot;
  }

  void open_fixture(const web::RouteFace& face) {
    const auto path = fixture_path(demo_->hall(), demo_->town(), face);
    ASSERT_TRUE(path) << face.pattern << ": " << describe(path.error());
    visitor(face.side, face.fixture.actor());
    starts_[std::string(web::side_name(face.side)) + " " + face.fixture.actor()].push_back(*path);
  }

  // Everything that leads on from the pages of this actor, each route a few times: another case is another state.
  void crawl(Visitor& who, const std::string& key) {
    std::vector<std::string> waiting = starts_[key];
    std::set<std::string> seen(waiting.begin(), waiting.end());
    std::map<std::string, int> opened;
    for (std::size_t i = 0; i < waiting.size() && i < pages_per_actor_max; ++i) {
      const Page page = who.get(waiting[i]);
      judge(page, "GET " + waiting[i], {});
      if (!page.ok()) continue;
      read_forms(who, page);
      for (const std::string& link : page.links()) {
        const std::string pattern = pattern_of(web::Method::get, who.side(), link);
        const int most = pattern == "/cases/{case}" ? 12 : 3;  // one in every step
        if (pattern.empty() || seen.contains(link) || opened[pattern] >= most) continue;
        ++opened[pattern];
        seen.insert(link);
        waiting.push_back(link);
        read_query(who.side(), pattern, link);
      }
    }
  }
  void read_forms(Visitor& who, const Page& page) {
    for (const PageForm& form : page.forms()) {
      std::set<std::string> actions{form.action};
      for (const Control& control : form.controls)
        if (!control.form_action.empty()) actions.insert(control.form_action);
      if (form.method != "post") {
        const std::string pattern = pattern_of(web::Method::get, who.side(), form.action);
        for (const Control& control : form.controls)
          if (!control.name.empty()) queries_[{who.side(), pattern}].insert(control.name);
        continue;
      }
      for (const std::string& action : actions) {
        const std::string pattern = pattern_of(web::Method::post, who.side(), action);
        if (pattern.empty()) {
          ADD_FAILURE() << page.address << " has a form that leads nowhere: " << action;
          continue;
        }
        auto& known = forms_[{who.side(), pattern}];
        if (known.size() < 4) known.push_back({&who, page.address, action});
      }
    }
  }
  void read_query(web::Side side, const std::string& pattern, const std::string& link) {
    const web::Request request = web::Request::get(link);
    for (const auto& [name, value] : request.query.items) queries_[{side, pattern}].insert(name);
  }
  std::string pattern_of(web::Method method, web::Side side, std::string_view target) const {
    const web::Request request = web::Request::get(target);
    const auto found = tree_->match(method, side, request.path);
    return found.index ? faces_[*found.index].pattern : std::string();
  }

  // --- judging an answer ---

  void complain(std::string words) {
    if (++complaints_ <= complaints_max) ADD_FAILURE() << words;
  }
  void judge(const Page& page, const std::string& what, const std::set<int>& allowed) {
    ++answers_;
    static const std::set<int> always{200, 303, 400, 403, 404, 409, 413, 422, 429};
    if (!(allowed.empty() ? always : allowed).contains(page.status))
      complain(fmt::format("{} gave {}: {}", what, page.status, page.text().substr(0, 300)));
    if (page.status < 400) return;
    if (page.html.find("<h1") == std::string::npos)
      complain(what + fmt::format(" gave {} without a page", page.status));
    const std::string words = page.text();
    for (const char* machinery : {"store.", "SQL", "exception", "nullptr", "internal error"})
      if (words.find(machinery) != std::string::npos) complain(what + " shows machinery: " + machinery);
    for (const auto& [name, value] : page.headers.items)
      if (value.find_first_of("\r\n") != std::string::npos) complain(what + " breaks the header " + name);
    if (page.html.find("<script>alert") != std::string::npos) complain(what + " let markup through");
  }
  // What was typed into fields that a person sees is in the page again.
  void judge_kept(const Page& page, const PageForm& form, const web::Fields& sent, const std::string& what) {
    const std::vector<PageForm> again = page.forms();
    for (const Control& control : form.controls) {
      if (control.type != "text" && control.type != "textarea" && control.type != "search" && control.type != "email")
        continue;
      const auto typed = sent.find(control.name);
      if (!typed || has_control_characters(*typed)) continue;
      const bool kept = std::ranges::any_of(again, [&](const PageForm& one) {
        return std::ranges::any_of(one.controls,
                                   [&](const Control& c) { return c.name == control.name && c.value == *typed; });
      });
      if (!kept && secrets_.count(control.name) == 0)
        complain(fmt::format("{}: what was typed into {} is gone: {}", what, control.name, typed->substr(0, 40)));
    }
  }

  // --- sending ---

  static bool fills(const Control& control) { return control.type != "hidden" && control.type != "button"; }
  // The form with something plausible in every field, so that the service behind it is reached.
  static web::Fields filled(const PageForm& form) {
    web::Fields typed;
    std::set<std::string> done;
    for (const Control& control : form.controls) {
      if (control.name.empty() || !fills(control) || done.contains(control.name)) continue;
      const bool empty_option = (control.type == "select" || control.type == "radio") && control.value.empty();
      if (empty_option || control.type == "file") continue;
      done.insert(control.name);
      std::string value = control.value;
      if (value.empty()) {
        value = "見本";
        if (control.name.ends_with("-y")) value = "2026";
        if (control.name.ends_with("-m")) value = "12";
        if (control.name.ends_with("-d")) value = "24";
        if (control.name == "mail") value = "mihon@example.jp";
      }
      typed.add(control.name, value);
    }
    return typed;
  }
  static web::Fields with(web::Fields fields, const std::string& name, std::optional<std::string> value) {
    std::erase_if(fields.items, [&](const auto& item) { return item.first == name; });
    if (value) fields.add(name, *value);
    return fields;
  }

  std::optional<PageForm> form_now(const Known& known) {
    for (PageForm& form : known.who->get(known.page).forms()) {
      if (form.method != "post") continue;
      if (form.action == known.action) return std::move(form);
      for (const Control& control : form.controls)
        if (control.form_action == known.action) return std::move(form);
    }
    return std::nullopt;
  }

  // One form, each of its fields with each hostile value, left out and doubled. What is taken (303) is done, and the
  // form may be gone with it: then another one of the same route is used, until none is left.
  void attack(const std::string& pattern, const std::vector<Known>& all) {
    auto known = all.begin();
    std::optional<PageForm> form = form_now(*known);
    const auto next_form = [&] {
      for (form = form_now(*known); !form && ++known != all.end();) form = form_now(*known);
      return form.has_value();
    };
    if (!form && !next_form()) return;
    std::set<std::string> names;
    for (const Control& control : form->controls)
      if (!control.name.empty()) names.insert(control.name);
    for (const std::string& name : names)
      for (const auto& [kind, fields] : variants(*form, name)) {
        const std::string what = fmt::format("POST {} ({}: {})", pattern, name, kind);
        web::Fields sent = form->as_sent(filled(*form));
        std::erase_if(sent.items, [&](const auto& item) { return item.first == name; });
        for (const std::string& value : fields) sent.add(name, value);
        const Page page = known->who->post(known->action, sent);
        judge(page, what, {});
        if (page.status == 422) judge_kept(page, *form, sent, what);
        if (page.status == 303 && !next_form()) return;
      }
    send_nothing(pattern, *known);
  }
  // What is sent under this name, by what is wrong with it.
  std::vector<std::pair<std::string, std::vector<std::string>>> variants(const PageForm& form,
                                                                         const std::string& name) const {
    const bool typed = std::ranges::any_of(form.controls, [&](const Control& control) {
      return control.name == name && (control.type == "text" || control.type == "textarea");
    });
    const std::string right(form.as_sent(filled(form)).first(name));
    std::vector<std::pair<std::string, std::vector<std::string>>> all;
    for (const Hostile& hostile : hostile_values())
      if (hostile.for_choices || (typed && GetParam() == store::testing::Database::sqlite))
        all.push_back({std::string(hostile.name), {hostile.value}});
    all.push_back({"left out", {}});
    all.push_back({"tripled", {right, right, "見本"}});
    return all;
  }
  void send_nothing(const std::string& pattern, const Known& known) {
    const Page page = known.who->post(known.action, {});
    judge(page, "POST " + pattern + " (no field at all)", {303, 400, 403, 404});
  }

  // The token that this visitor's forms carry, from whatever page has one.
  std::string token_of(Visitor& who) {
    for (const char* page : {"/me", "/status", "/login"})
      for (const PageForm& form : who.follow(who.get(page)).forms())
        for (const Control& control : form.controls)
          if (control.name == web::token_field) return control.value;
    return "";
  }
  void post_by_hand(Visitor& who, const std::string& pattern) {
    const std::string token = token_of(who);
    for (const Hostile& hostile : hostile_values()) {
      if (!hostile.for_choices) continue;
      for (const std::string& object : {std::string("1"), std::string("00000000000000000000000000"), hostile.value}) {
        std::string path = pattern;
        for (std::size_t at; (at = path.find('{')) != std::string::npos;)
          path.replace(at, path.find('}') + 1 - at, object.empty() ? "0" : web::percent_encode(object));
        if (!web::parse_target(path)) continue;
        web::Fields fields{{std::string(web::token_field), token}};
        for (const char* name : {"version", "line", "reason", "comment", "note", "name", "purpose", "ground", "day",
                                 "to", "from", "code", "seen", "blob", "channel", "address", "asked"})
          fields.add(name, hostile.value);
        const Page page = who.post(path, fields);
        judge(page, fmt::format("POST {} by hand ({})", pattern, hostile.name), {});
      }
    }
  }

  void every_address();
  void every_other_form();
  void what_belongs_to_another();
  void every_field_of_every_form();

  std::unique_ptr<DemoHall> demo_;
  std::optional<web::PatternTree> tree_;
  std::vector<web::RouteFace> faces_;
  std::map<std::string, std::unique_ptr<Visitor>> visitors_;
  std::map<std::string, std::vector<std::string>> starts_;
  std::map<std::pair<web::Side, std::string>, std::vector<Known>> forms_;
  std::map<std::pair<web::Side, std::string>, std::set<std::string>> queries_;
  std::set<std::string, std::less<>> secrets_{"code", "secret"};  // never written back into a page
  std::size_t answers_ = 0, complaints_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Both, HostileTest,
                         ::testing::Values(store::testing::Database::sqlite, store::testing::Database::postgres),
                         store::testing::database_name);

// Forms that stand on no page of the demonstration, because nothing is there to end, confirm or send again: posted by
// hand, with a right token, at things that do not exist and at things of another kind.
void HostileTest::every_other_form() {
  std::size_t seen = 0;
  for (const web::RouteFace& face : faces_) {
    if (face.method != web::Method::post || face.pattern.starts_with("/exchange/")) continue;
    if (forms_.contains({face.side, face.pattern})) {
      ++seen;
      continue;
    }
    for (auto& [key, visitor] : visitors_)
      if (visitor->side() == face.side) post_by_hand(*visitor, face.pattern);
  }
  EXPECT_GT(seen, 40u) << "forms that the pages show";
}

void HostileTest::every_field_of_every_form() {
  for (const auto& [key, known] : forms_)
    if (key.second != "/logout") attack(key.second, known);
}

void HostileTest::every_address() {
  const std::set<int> allowed{200, 303, 400, 403, 404, 413, 422};
  for (const web::RouteFace& face : faces_) {
    if (face.method != web::Method::get || face.pattern.starts_with("/exchange/")) continue;
    Visitor& who = visitor(face.side, face.fixture.opens()                  ? face.fixture.actor()
                                      : face.side == web::Side::office_side ? std::string("clerk")
                                                                            : std::string("resident"));
    for (const Hostile& hostile : hostile_values()) {
      if (!hostile.for_choices && GetParam() == store::testing::Database::postgres) continue;
      const std::string value = web::percent_encode(hostile.value);
      std::string path = face.pattern;
      for (std::size_t at; (at = path.find('{')) != std::string::npos;)
        path.replace(at, path.find('}') + 1 - at, value.empty() ? "0" : value);
      if (path != face.pattern) {
        const auto target = web::parse_target(path);
        if (target) judge(who.get(path), fmt::format("GET {} ({})", face.pattern, hostile.name), allowed);
      }
      if (!face.fixture.opens() && face.pattern.find('{') != std::string::npos) continue;
      const auto whole = fixture_path(demo_->hall(), demo_->town(), face);
      if (!whole) continue;
      const std::string plain = whole->substr(0, whole->find('?'));
      for (const std::string& name : queries_[{face.side, face.pattern}])
        judge(who.get(plain + "?" + web::percent_encode(name) + "=" + value),
              fmt::format("GET {}?{} ({})", face.pattern, name, hostile.name), allowed);
    }
  }
}

// Bytes that are no text, and names that are too many, end before a handler: what edge answers with 400 (edge's tests).
TEST(HostileText, NeverBecomesARequest) {
  for (const char* body : {"a=%00", "a=%ff", "a=%c0%af", "a=%ed%a0%80", "a=%zz", "%00=a"}) {
    EXPECT_FALSE(web::parse_urlencoded(body)) << body;
    EXPECT_FALSE(web::parse_target("/procedures?" + std::string(body))) << body;
  }
  std::string many;
  for (int i = 0; i < 3'000; ++i) many += "a=1&";
  EXPECT_FALSE(web::parse_urlencoded(many));
}

// What belongs to another: the id of a case or a draft in an address gives nothing, whoever asks.
void HostileTest::what_belongs_to_another() {
  Visitor stranger(*demo_, web::Side::public_side);
  Visitor& other = visitor(web::Side::public_side, "yuka.hayase@example.jp");
  Visitor& counter = visitor(web::Side::office_side, "counter");
  for (const web::RouteFace& face : faces_) {
    const bool theirs = face.pattern.starts_with("/apply/{draft}") || face.pattern.starts_with("/status/{case}");
    const bool office = face.pattern.starts_with("/cases/{case}");
    if (!theirs && !office) continue;
    if (face.permission.name() == "case.receive") continue;  // the counter receives for every section
    const auto object = [&](std::string_view name) -> std::string {
      for (const hall::Module& module : *demo_->hall().modules)
        for (const hall::Fixture& fixture : module.fixtures)
          if (fixture.name == name)
            if (auto value = fixture.resolve(demo_->hall(), demo_->town())) return *value;
      ADD_FAILURE() << "no fixture " << name;
      return "";
    };
    std::string path = face.pattern;
    const std::string id = object(office                                 ? "case-examine"
                                  : theirs && path.starts_with("/apply") ? "draft"
                                                                         : "submitted");
    path.replace(path.find('{'), path.find('}') + 1 - path.find('{'), id);
    for (std::size_t at; (at = path.find('{')) != std::string::npos;)
      path.replace(at, path.find('}') + 1 - at, face.pattern.find("{page}") != std::string::npos ? "claimant" : id);
    for (Visitor* who : office ? std::vector{&counter} : std::vector{&stranger, &other}) {
      Page page;
      if (face.method == web::Method::get) {
        page = who->get(path);
      } else {
        const auto token = who->get(office ? "/me" : "/status").forms();
        web::Fields fields{{"version", "1"}, {"declaration", "1"}, {"note", "見本"}};
        for (const PageForm& form : token)
          for (const Control& control : form.controls)
            if (control.name == web::token_field) fields = with(fields, control.name, control.value);
        page = who->post(path, fields);
      }
      EXPECT_TRUE(page.status == 403 || page.status == 404)
          << web::method_name(face.method) << " " << path << ": " << page.status;
      EXPECT_EQ(page.html.find("有本　美月"), std::string::npos) << path;
      EXPECT_EQ(page.html.find("岸本"), std::string::npos) << path;
    }
  }
}

// One town for all of it: to fill it and to walk through it takes longer than the attacks.
TEST_P(HostileTest, WhateverIsSentTheAnswerIsAPageThatSaysWhatIsWrong) {
  what_belongs_to_another();
  every_address();
  every_other_form();
  every_field_of_every_form();
  EXPECT_GT(answers_, 1'500u);
  EXPECT_EQ(complaints_, 0u) << "of " << answers_ << " answers";
  RecordProperty("answers", static_cast<int>(answers_));
}

}  // namespace
}  // namespace yakuba::testing
