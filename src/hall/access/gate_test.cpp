// The gate under attack: fixation, stolen and foreign cookies, forged forms, rights that were taken away.
#include "hall/access/access_test.hpp"

namespace yakuba::access {
namespace {

using web::Request;
using web::Side;

web::RouteFace route(web::Method method, std::string_view permission, Side side = Side::office_side) {
  return {method, "/x", side, web::Permission(permission), web::Fixture::none("test")};
}

class GateTest : public testing::AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    desk = session_cookie_name(Side::office_side, town().name());
    clerk = make_enrolled("1001", child, "officer", {"clerk"});
  }
  std::string sign_in(StaffId staff, const std::string& number) {
    next_code();
    auto token = sign_in_with_password(the_hall(), town(), visitor, number, password, code(staff));
    EXPECT_TRUE(token) << describe(token.error());
    return token ? token->text : std::string();
  }
  Request with_cookie(Request request, std::string_view name, std::string_view value) {
    request.cookies.add(std::string(name), std::string(value));
    request.host = "office.nagi.localhost";
    request.headers.add("host", "office.nagi.localhost");
    return request;
  }
  Entry get(const std::string& token, std::string_view permission = "staff") {
    return gate.open(the_hall(), town(), with_cookie(Request::get("/x"), desk, token), Side::office_side,
                     route(web::Method::get, permission));
  }
  std::string desk;
  StaffId clerk;
};
YAKUBA_ON_BOTH_DATABASES(GateTest);

TEST_P(GateTest, ASessionOpensForItsCookieAndNobodyElses) {
  std::string token = sign_in(clerk, "1001");
  Entry entry = get(token);
  ASSERT_EQ(entry.refusal, Refusal::none);
  ASSERT_TRUE(entry.actor->staff());
  EXPECT_EQ(entry.actor->staff()->id, clerk);
  EXPECT_EQ(get("").refusal, Refusal::sign_in);
  EXPECT_EQ(get(std::string(43, 'A')).refusal, Refusal::sign_in);
  EXPECT_EQ(get(token.substr(0, 42) + (token[42] == 'A' ? 'E' : 'A')).refusal, Refusal::sign_in);
  EXPECT_EQ(get("' or 1=1 --").refusal, Refusal::sign_in);
}

TEST_P(GateTest, TheStoreHoldsOnlyTheHashOfAToken) {
  std::string token = sign_in(clerk, "1001");
  auto bytes = *from_base64url(token);
  auto by_hash =
      read([&](store::ReadTx& tx) { return tx.one<sql::StaffSessionByToken>({.token_hash = hex(sha256(bytes))}); });
  EXPECT_TRUE(by_hash && *by_hash);
  auto by_token = read([&](store::ReadTx& tx) { return tx.one<sql::StaffSessionByToken>({.token_hash = token}); });
  EXPECT_FALSE(*by_token);
}

TEST_P(GateTest, ATokenChosenByAStrangerNeverBecomesASession) {
  std::string planted = base64url(Bytes(32, 7));
  EXPECT_EQ(get(planted).refusal, Refusal::sign_in);
  next_code();
  auto token = sign_in_with_password(the_hall(), town(), visitor, "1001", password, code(clerk));
  ASSERT_TRUE(token);
  EXPECT_NE(token->text, planted);
  EXPECT_EQ(get(planted).refusal, Refusal::sign_in) << "signing in rotates the token; the planted one stays nothing";
}

TEST_P(GateTest, ACookieOfAnotherTownOrSideOpensNothing) {
  std::string token = sign_in(clerk, "1001");
  auto other = installed().add_town("kamiamakusa");
  the_hall().towns.emplace("kamiamakusa", hall::TownInfo{.id = "kamiamakusa"});
  // Even under the other town's own cookie name.
  Request request = with_cookie(Request::get("/x"), session_cookie_name(Side::office_side, "kamiamakusa"), token);
  Entry entry = gate.open(the_hall(), other, request, Side::office_side, route(web::Method::get, "staff"));
  EXPECT_EQ(entry.refusal, Refusal::sign_in);
  Request resident = with_cookie(Request::get("/x"), session_cookie_name(Side::public_side, town().name()), token);
  Entry public_entry = gate.open(the_hall(), town(), resident, Side::public_side,
                                 route(web::Method::get, "resident", Side::public_side));
  EXPECT_EQ(public_entry.refusal, Refusal::sign_in);
  EXPECT_NE(session_cookie_name(Side::office_side, "nagi"), session_cookie_name(Side::public_side, "nagi"));
}

TEST_P(GateTest, OverTlsTheCookieIsAHostCookie) {
  std::string token = sign_in(clerk, "1001");
  Request request = with_cookie(Request::get("/x"), desk, token);
  request.secure = true;  // a plain cookie may have been planted by a neighbour host: not read over TLS
  EXPECT_EQ(gate.open(the_hall(), town(), request, Side::office_side, route(web::Method::get, "staff")).refusal,
            Refusal::sign_in);
  Request right = with_cookie(Request::get("/x"), "__Host-" + desk, token);
  right.secure = true;
  EXPECT_EQ(gate.open(the_hall(), town(), right, Side::office_side, route(web::Method::get, "staff")).refusal,
            Refusal::none);
}

TEST_P(GateTest, SessionsEndWhenIdleAndInAnyCaseAfterTheirTerm) {
  std::string token = sign_in(clerk, "1001");
  clock().advance_seconds(office_idle_seconds_max - 1);
  EXPECT_EQ(get(token).refusal, Refusal::none);
  clock().advance_seconds(office_idle_seconds_max + 1);
  Entry idle = get(token);
  EXPECT_EQ(idle.refusal, Refusal::sign_in);
  ASSERT_FALSE(idle.cookies.empty());
  EXPECT_EQ(idle.cookies.front().age_seconds, 0) << "the dead cookie is taken back";
  std::string busy = sign_in(clerk, "1001");
  for (std::int64_t passed = 0; passed < office_session_seconds_max - 1200; passed += 1200) {
    ASSERT_EQ(get(busy).refusal, Refusal::none) << passed;
    clock().advance_seconds(1200);
  }
  clock().advance_seconds(1200);
  EXPECT_EQ(get(busy).refusal, Refusal::sign_in);
}

TEST_P(GateTest, AnotherProcessSeesUseAndEndOfASession) {
  std::string token = sign_in(clerk, "1001");
  ASSERT_EQ(get(token).refusal, Refusal::none);
  Gate other;  // a second process over the same store
  auto ask = [&] {
    return other
        .open(the_hall(), town(), with_cookie(Request::get("/x"), desk, token), Side::office_side,
              route(web::Method::get, "staff"))
        .refusal;
  };
  EXPECT_EQ(ask(), Refusal::none);
  clock().advance_seconds(office_idle_seconds_max - 60);
  EXPECT_EQ(get(token).refusal, Refusal::none);  // used here; the other process has not seen it for long
  clock().advance_seconds(120);
  EXPECT_EQ(ask(), Refusal::none);
  ASSERT_TRUE(change([&](store::Tx& tx) { return end_sessions(tx, clerk); }));
  clock().advance_seconds(2);
  EXPECT_EQ(ask(), Refusal::sign_in) << "obeyed within a second or so";
  EXPECT_EQ(get(token).refusal, Refusal::sign_in);
}

TEST_P(GateTest, RightsAreThoseOfThisMoment) {
  std::string token = sign_in(clerk, "1001");
  EXPECT_EQ(get(token, "case.examine").refusal, Refusal::none);
  EXPECT_EQ(get(token, "case.approve").refusal, Refusal::forbidden);
  auto held = read([&](store::ReadTx& tx) { return section::assignments_of(tx, clerk, today()); });
  ASSERT_TRUE(change(
      [&](store::Tx& tx) { return section::end_assignment(tx, act(), held->front().id, today().plus_days(-1)); }));
  gate.forget(town());
  EXPECT_EQ(get(token, "case.examine").refusal, Refusal::forbidden);
  EXPECT_EQ(get(token).refusal, Refusal::none) << "still signed in, with nothing to do";
}

TEST_P(GateTest, RolesBeginAndEndAtMidnightWithoutAnybodyActing) {
  auto held = read([&](store::ReadTx& tx) { return section::assignments_of(tx, clerk, today()); });
  ASSERT_TRUE(change([&](store::Tx& tx) { return section::end_assignment(tx, act(), held->front().id, today()); }));
  clock().set(from_japan({today(), 23, 50, 0, 0}));
  std::string token = sign_in(clerk, "1001");
  EXPECT_EQ(get(token, "case.examine").refusal, Refusal::none);
  clock().advance_seconds(600);
  EXPECT_EQ(get(token, "case.examine").refusal, Refusal::forbidden);
}

TEST_P(GateTest, WhoHasLeftIsOutWithHisNextRequest) {
  std::string token = sign_in(clerk, "1001");
  ASSERT_EQ(get(token).refusal, Refusal::none);
  auto row = read([&](store::ReadTx& tx) { return section::staff_by_id(tx, clerk); });
  ASSERT_TRUE(
      change([&](store::Tx& tx) { return section::leave(tx, act(), clerk, (*row)->version, today().plus_days(-1)); }));
  clock().advance_seconds(2);
  EXPECT_EQ(get(token).refusal, Refusal::sign_in);
  auto sessions = read([&](store::ReadTx& tx) { return tx.all<sql::StaffSessionsOf>({.staff = clerk.value}); });
  EXPECT_TRUE(sessions->empty());
}

TEST_P(GateTest, ADeniedActIsAnEvent) {
  std::string token = sign_in(clerk, "1001");
  EXPECT_EQ(get(token, "case.approve").refusal, Refusal::forbidden);
  ASSERT_TRUE(store().place_now(town()));
  auto events = read([&](store::ReadTx& tx) { return tx.events_of_object("route", "/x"); });
  ASSERT_EQ(events->events.size(), 1u);
  EXPECT_EQ(events->events.front().verb, log::Verb::denied);
  EXPECT_EQ(events->events.front().actor, "staff:" + std::to_string(clerk.value));
}

TEST_P(GateTest, ResidentsSeeAMissingPageWhereStaffSeeARefusal) {
  Entry entry = gate.open(the_hall(), town(), with_cookie(Request::get("/x"), "x", "y"), Side::public_side,
                          route(web::Method::get, "case.read", Side::public_side));
  EXPECT_EQ(entry.refusal, Refusal::hidden);
}

// --- forged forms ---

TEST_P(GateTest, TheMatrixOfForgedForms) {
  std::string token = sign_in(clerk, "1001");
  std::string form_token = get(token).form_token;
  std::string others_token = get(sign_in(make_enrolled("1002", child, "officer", {"clerk"}), "1002")).form_token;
  ASSERT_NE(form_token, others_token);
  struct Row {
    const char* fetch_site;
    const char* origin;
    std::string sent;
    Refusal expected;
    const char* reason;
  };
  const std::string own = "http://office.nagi.localhost";
  const Row rows[] = {
      {"same-origin", nullptr, form_token, Refusal::none, ""},
      {"same-origin", own.c_str(), form_token, Refusal::none, ""},
      {nullptr, own.c_str(), form_token, Refusal::none, ""},
      {"cross-site", nullptr, form_token, Refusal::forged, "cross-site"},
      {"cross-site", own.c_str(), form_token, Refusal::forged, "cross-site"},
      {"same-site", nullptr, form_token, Refusal::forged, "cross-site"},
      {nullptr, "http://evil.example", form_token, Refusal::forged, "cross-site"},
      {nullptr, "http://nagi.localhost", form_token, Refusal::forged, "cross-site"},
      {nullptr, "null", form_token, Refusal::forged, "cross-site"},
      {nullptr, nullptr, form_token, Refusal::forged, "cross-site"},
      {"same-origin", nullptr, "", Refusal::forged, "form-token"},
      {"same-origin", nullptr, others_token, Refusal::forged, "form-token"},
      {"same-origin", nullptr, form_token + "A", Refusal::forged, "form-token"},
  };
  for (const Row& row : rows)
    for (web::Method method : {web::Method::post, web::Method::put, web::Method::delete_}) {
      Request request = with_cookie(Request::post("/x", {{std::string(web::token_field), row.sent}}), desk, token);
      request.method = method;
      if (row.fetch_site) request.headers.add("sec-fetch-site", row.fetch_site);
      if (row.origin) request.headers.add("origin", row.origin);
      Entry entry = gate.open(the_hall(), town(), request, Side::office_side, route(method, "staff"));
      std::string label =
          std::string(row.fetch_site ? row.fetch_site : "-") + " " + (row.origin ? row.origin : "-") + " " + row.sent;
      EXPECT_EQ(entry.refusal, row.expected) << label;
      EXPECT_EQ(entry.reason, row.reason) << label;
    }
}

TEST_P(GateTest, FormsOfStrangersAreBoundToTheirOwnCookie) {
  Request first = with_cookie(Request::get("/login"), "x", "y");
  Entry shown = gate.open(the_hall(), town(), first, Side::office_side, route(web::Method::get, "anyone"));
  ASSERT_EQ(shown.cookies.size(), 1u);
  auto post = [&](std::string_view cookie_value, std::string_view sent) {
    Request request = with_cookie(Request::post("/login", {{std::string(web::token_field), std::string(sent)}}),
                                  shown.cookies.front().name, cookie_value);
    request.headers.add("sec-fetch-site", "same-origin");
    return gate.open(the_hall(), town(), request, Side::office_side, route(web::Method::post, "anyone")).refusal;
  };
  EXPECT_EQ(post(shown.cookies.front().value, shown.form_token), Refusal::none);
  EXPECT_EQ(post(base64url(Bytes(32, 1)), shown.form_token), Refusal::forged);
  EXPECT_EQ(post(shown.cookies.front().value, ""), Refusal::forged);
}

}  // namespace
}  // namespace yakuba::access
