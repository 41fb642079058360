// The pages of staff, sections, sign-in and accounts, opened as a browser opens them: through the gate, with cookies
// and the tokens of the forms that were shown.
#include "hall/access/access_test.hpp"
#include "hall/people/people.hpp"
#include "store/jobs.hpp"

namespace yakuba::access {
namespace {

class PagesTest : public testing::AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    for (const hall::Module& module : {section::module(), access::module()})
      for (const hall::Route& route : module.routes) routes.push_back(route);
    table = std::make_unique<web::RouteTable<hall::Handler>>(*web::RouteTable<hall::Handler>::compile(routes));
    administrator = make_enrolled("0001", child, "", {"administrator"});
    next_code();
  }

  struct Seen {
    int status = 0;
    std::string location, html;
  };
  Seen open(web::Request request) {
    request.host = side == web::Side::office_side ? "office.nagi.localhost" : "nagi.localhost";
    for (const auto& [name, value] : cookies) request.cookies.add(name, value);
    auto match = table->match(request.method, side, request.path);
    if (!match) return {404, "", ""};
    web::Words words;
    hall::Call call{.hall = the_hall(),
                    .request = request,
                    .town = town(),
                    .info = the_hall().info(town()),
                    .pack = shelf.pack,
                    .now = now(),
                    .today = today(),
                    .side = side,
                    .words = words,
                    .parameters = match.parameters};
    Entry entry = gate.open(the_hall(), town(), request, side, match.route->face());
    call.actor = entry.actor.get();
    call.form_token = entry.form_token;
    web::Response response = entry.refusal == Refusal::none ? match.route->handler()(call) : refuse(call, entry);
    for (const auto* set : {&entry.cookies, &response.cookies})
      for (const web::Cookie& cookie : *set) {
        if (cookie.age_seconds == 0)
          cookies.erase(cookie.name);
        else
          cookies[cookie.name] = cookie.value;
      }
    return {response.status, std::string(response.header("location")), response.body_text()};
  }
  Seen get(std::string_view target) { return last = open(web::Request::get(target)); }
  // Sends the form of the page that was seen last.
  Seen post(std::string_view target, web::Fields fields, bool with_token = true) {
    if (with_token) fields.add(std::string(web::token_field), value_of(web::token_field));
    fields.add(std::string(web::idempotency_field), value_of(web::idempotency_field));
    web::Request request = web::Request::post(target, fields);
    request.headers.add("sec-fetch-site", "same-origin");
    Seen seen = open(request);
    if (!seen.html.empty()) last = seen;
    return seen;
  }
  std::string value_of(std::string_view name) {
    std::string mark = "name=\"" + std::string(name) + "\" value=\"";
    std::size_t at = last.html.find(mark);
    if (at == std::string::npos) return {};
    at += mark.size();
    return last.html.substr(at, last.html.find('"', at) - at);
  }
  bool says(std::string_view words) { return last.html.find(words) != std::string::npos; }
  void sign_in() {
    get("/login");
    Seen seen =
        post("/login", {{"number", "0001"}, {"password", std::string(password)}, {"code", code(administrator)}});
    ASSERT_EQ(seen.status, 303) << seen.html;
  }

  std::vector<hall::Route> routes;
  std::unique_ptr<web::RouteTable<hall::Handler>> table;
  std::map<std::string, std::string> cookies;
  web::Side side = web::Side::office_side;
  StaffId administrator;
  Seen last;
};
YAKUBA_ON_BOTH_DATABASES(PagesTest);

TEST_P(PagesTest, EveryPageAsksAStrangerToSignInOrIsOpenToAll) {
  for (const hall::Route& route : routes) {
    if (route.face().side != web::Side::office_side || route.face().method != web::Method::get) continue;
    cookies.clear();
    std::string path = route.face().pattern;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "x");
    Seen seen = open(web::Request::get(path));
    if (route.face().permission == web::Permission::anyone())
      EXPECT_NE(seen.status, 500) << path;
    else
      EXPECT_TRUE(seen.status == 303 && seen.location.starts_with("/login?to=")) << path << " " << seen.status;
  }
}

TEST_P(PagesTest, SigningInLeadsBackToThePageThatWasAskedForAndNowhereElse) {
  get("/staff");
  EXPECT_EQ(last.location, "/login?to=%2Fstaff");
  get("/login?to=%2Fstaff");
  EXPECT_EQ(post("/login", {{"number", "0001"}, {"password", "wrong"}, {"code", "1"}, {"to", "/staff"}}).status, 403);
  EXPECT_TRUE(says("ログインできませんでした"));
  EXPECT_FALSE(says("wrong")) << "a password is never sent back";
  EXPECT_EQ(post("/login", {{"number", "０００１"},
                            {"password", std::string(password)},
                            {"code", code(administrator)},
                            {"to", "/staff"}})
                .location,
            "/staff");
  get("/staff");
  EXPECT_EQ(last.status, 200);
  cookies.clear();
  next_code();
  get("/login");
  std::string away = post("/login", {{"number", "0001"},
                                     {"password", std::string(password)},
                                     {"code", code(administrator)},
                                     {"to", "//evil.example/"}})
                         .location;
  EXPECT_TRUE(away.starts_with("/") && !away.starts_with("//")) << away;
}

TEST_P(PagesTest, AnAdministratorHiresAssignsAndInvites) {
  sign_in();
  get("/staff/new");
  EXPECT_EQ(
      post(
          "/staff/new",
          {{"number", "1009"}, {"name", ""}, {"kana", "にいみ"}, {"from-y", "2026"}, {"from-m", "13"}, {"from-d", "1"}})
          .status,
      422);
  EXPECT_TRUE(says("value=\"1009\"") && says("value=\"13\"")) << "what was typed survives";
  Seen made = post("/staff/new", {{"number", "1009"},
                                  {"name", "新見　花"},
                                  {"kana", "にいみ　はな"},
                                  {"from-y", "令和8"},
                                  {"from-m", "11"},
                                  {"from-d", "1"}});
  ASSERT_EQ(made.status, 303) << made.html;
  std::string path = made.location;
  get(path);
  EXPECT_TRUE(says("ニイミ　ハナ"));
  get(path + "/assign");
  std::size_t option = last.html.find("<option value=\"", last.html.find("id=\"section\""));
  std::string place = last.html.substr(option + 15, 26);
  Seen assigned = post(path + "/assign", {{"section", place},
                                          {"rank", "officer"},
                                          {"roles", "clerk"},
                                          {"from-y", "2026"},
                                          {"from-m", "11"},
                                          {"from-d", "1"}});
  ASSERT_EQ(assigned.status, 303) << assigned.html;
  get(path + "/access");
  ASSERT_EQ(post(path + "/access/invite", {}).status, 200);
  std::size_t at = last.html.find("/enrol/");
  ASSERT_NE(at, std::string::npos);
  std::string link = last.html.substr(at, 7 + 48);
  cookies.clear();
  get(link);
  EXPECT_TRUE(says("<svg class=\"qr\""));
  EXPECT_EQ(post(link, {{"password", "長い合言葉を考えた"}, {"again", "ちがう"}, {"code", "1"}}).status, 422);
  auto enrolment = open_enrolment(the_hall(), town(), link.substr(7));
  ASSERT_TRUE(enrolment);
  std::string good = totp_code(enrolment->second_factor.reveal(), now());
  EXPECT_EQ(post(link, {{"password", "長い合言葉を考えた"}, {"again", "長い合言葉を考えた"}, {"code", good}}).status,
            200);
  EXPECT_EQ(get(link).status, 404) << "once";
  next_code();
  get("/login");
  EXPECT_EQ(post("/login", {{"number", "1009"},
                            {"password", "長い合言葉を考えた"},
                            {"code", totp_code(enrolment->second_factor.reveal(), now())}})
                .status,
            303);
  EXPECT_EQ(get("/staff").status, 403) << "a clerk is no administrator";
  EXPECT_EQ(get("/absence").status, 200);
}

TEST_P(PagesTest, ADoubleSubmitHiresOnce) {
  sign_in();
  get("/staff/new");
  web::Fields fields{{"number", "1009"}, {"name", "新見　花"}, {"from-y", "2026"}, {"from-m", "11"}, {"from-d", "1"}};
  Seen first = post("/staff/new", fields), second = post("/staff/new", fields);
  EXPECT_EQ(first.status, 303);
  EXPECT_EQ(second.location, first.location);
}

TEST_P(PagesTest, AnUnattendedDeskMakesNoLinks) {
  StaffId staff = make_staff("1009", child, "officer", {"clerk"});
  std::string path = "/staff/" + actor(staff).public_id.text() + "/access";
  sign_in();
  clock().advance_seconds(reproof_seconds_max + 60);
  get(path);
  Seen asked = post(path + "/invite", {});
  ASSERT_EQ(asked.status, 303);
  EXPECT_TRUE(asked.location.starts_with("/prove?to=")) << asked.location;
  get(asked.location);
  EXPECT_EQ(post("/prove", {{"code", "000000"}, {"to", path}}).status, 422);
  next_code();
  EXPECT_EQ(post("/prove", {{"code", code(administrator)}, {"to", path}}).location, path);
  get(path);
  EXPECT_EQ(post(path + "/invite", {}).status, 200);
}

TEST_P(PagesTest, WithoutTheFormsTokenNothingHappens) {
  sign_in();
  get("/staff/new");
  EXPECT_EQ(
      post("/staff/new",
           {{"number", "1009"}, {"name", "新見　花"}, {"from-y", "2026"}, {"from-m", "11"}, {"from-d", "1"}}, false)
          .status,
      403);
  auto staff = read([&](store::ReadTx& tx) { return section::staff_by_number(tx, "1009"); });
  EXPECT_FALSE(*staff);
}

TEST_P(PagesTest, SigningOutEndsTheSessionAndNotOnlyTheCookie) {
  sign_in();
  get("/me");
  auto stolen = cookies;
  EXPECT_EQ(post("/logout", {}).status, 303);
  cookies = stolen;
  EXPECT_EQ(get("/me").status, 303);
}

TEST_P(PagesTest, AResidentMakesAnAccountAndSignsInAgain) {
  side = web::Side::public_side;
  get("/account/new");
  EXPECT_EQ(post("/account/new", {{"mail", "no address"}}).status, 422);
  EXPECT_TRUE(says("value=\"no address\""));
  EXPECT_EQ(post("/account/new", {{"mail", "hanako@example.jp"}}).status, 200);
  std::string link;
  store::JobRunner runner(store());
  runner.handle("access.mail", [&](store::Town, const store::Job& job) -> Result<> {
    link = TRY(mail_link_path(the_hall(), town(), *PublicId::parse(job.payload)));
    return {};
  });
  ASSERT_TRUE(runner.run_due());
  get(link);
  EXPECT_EQ(post(link, {{"password", "short"}, {"again", "short"}}).status, 422);
  EXPECT_EQ(post(link, {{"password", std::string(password)}, {"again", std::string(password)}}).status, 303);
  EXPECT_EQ(get("/account").status, 200);
  EXPECT_TRUE(says("hanako@example.jp"));
  get("/account/link");
  EXPECT_EQ(post("/account/link", {{"code", "AAAA-BBBB-CCCC"}}).status, 422);
  get("/account");
  EXPECT_EQ(post("/logout", {}).status, 303);
  EXPECT_EQ(get("/account").status, 303);
  get("/login");
  EXPECT_EQ(post("/login",
                 {{"mail", "hanako@example.jp"}, {"password", std::string(password)}, {"code", ""}, {"to", "/account"}})
                .location,
            "/account");
}

}  // namespace
}  // namespace yakuba::access
