// Routes: what compiles, what matches, what is refused.
#include "web/route.hpp"

#include <gtest/gtest.h>

namespace yakuba::web {
namespace {

using Handler = int;
using R = Route<Handler>;

R route(Method method, std::string_view pattern, Side side, int handler) {
  return {method, pattern, side, Permission("case.read"), Fixture::of("clerk"), handler};
}

RouteTable<Handler> table() {
  return *RouteTable<Handler>::compile({
      route(Method::get, "/", Side::public_side, 1),
      route(Method::get, "/cases", Side::office_side, 2),
      route(Method::get, "/cases/new", Side::office_side, 3),
      route(Method::get, "/cases/{case}", Side::office_side, 4),
      route(Method::post, "/cases/{case}", Side::office_side, 5),
      route(Method::get, "/cases/{case}/files/{file}", Side::office_side, 6),
      route(Method::get, "/cases/new/files", Side::office_side, 7),
      route(Method::get, "/cases/{case}", Side::public_side, 8),
  });
}

int found(Method method, Side side, std::string_view path) {
  const auto routes = table();
  const auto match = routes.match(method, side, path);
  return match ? match.route->handler() : match.method_not_allowed() ? -405 : -404;
}

TEST(Routes, LiteralsWinOverParametersAndDeadEndsAreLeft) {
  EXPECT_EQ(found(Method::get, Side::public_side, "/"), 1);
  EXPECT_EQ(found(Method::get, Side::office_side, "/cases"), 2);
  EXPECT_EQ(found(Method::get, Side::office_side, "/cases/new"), 3);
  EXPECT_EQ(found(Method::get, Side::office_side, "/cases/26-1120-0047-F"), 4);
  EXPECT_EQ(found(Method::get, Side::office_side, "/cases/new/files"), 7);
  EXPECT_EQ(found(Method::get, Side::office_side, "/cases/new/files/3"), 6) << "new is a case's name there";
}

TEST(Routes, SidesDoNotSeeEachOther) {
  EXPECT_EQ(found(Method::get, Side::public_side, "/cases/3"), 8);
  EXPECT_EQ(found(Method::get, Side::public_side, "/cases"), -404);
  EXPECT_EQ(found(Method::post, Side::public_side, "/cases/3"), -405);
}

TEST(Routes, HeadIsAnsweredByGetAndOtherMethodsAreNamed) {
  EXPECT_EQ(found(Method::head, Side::office_side, "/cases"), 2);
  const auto routes = table();
  EXPECT_EQ(routes.match(Method::put, Side::office_side, "/cases/3").allow, "GET, HEAD, POST");
  EXPECT_EQ(routes.match(Method::put, Side::office_side, "/nowhere").allow, "");
}

TEST(Routes, ParametersCarryTheirNames) {
  const auto routes = table();
  const auto match = routes.match(Method::get, Side::office_side, "/cases/abc/files/x.pdf");
  EXPECT_EQ(match.parameter("case"), "abc");
  EXPECT_EQ(match.parameter("file"), "x.pdf");
  EXPECT_EQ(match.parameter("none"), "");
}

TEST(Routes, TheListTellsEverything) {
  const auto routes = table();
  ASSERT_EQ(routes.routes().size(), 8u);
  const auto& face = routes.routes()[3].face();
  EXPECT_EQ(face.pattern, "/cases/{case}");
  EXPECT_EQ(face.permission.name(), "case.read");
  EXPECT_EQ(face.fixture.actor(), "clerk");
  EXPECT_TRUE(face.fixture.opens());
  EXPECT_FALSE(Fixture::none("writes").opens());
}

TEST(Routes, FaultyPatternsAreRefused) {
  for (const char* bad : {"", "cases", "/a//b", "/a/", "/{}", "/{a}/{a}", "/x{a}", "/{a}x", "/{a{b}}"})
    EXPECT_FALSE(RouteTable<Handler>::compile({route(Method::get, bad, Side::public_side, 1)})) << bad;
  EXPECT_EQ(RouteTable<Handler>::compile({route(Method::get, "/a/{x}", Side::public_side, 1),
                                          route(Method::get, "/a/{y}", Side::public_side, 2)})
                .error()
                .code,
            "route.twice");
}

TEST(Routes, AVeryDeepPathIsSimplyNotFound) {
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "/x";
  EXPECT_EQ(found(Method::get, Side::office_side, path), -404);
}

// --- all six, or it does not compile ---
static_assert(std::constructible_from<R, Method, const char*, Side, Permission, Fixture, Handler>);
static_assert(!std::constructible_from<R, Method, const char*, Side, Fixture, Handler>,
              "no route without a permission");
static_assert(!std::constructible_from<R, Method, const char*, Side, Permission, Handler>,
              "no route without a fixture");
static_assert(!std::constructible_from<R, Method, const char*, Permission, Fixture, Handler>,
              "no route without a side");
static_assert(!std::constructible_from<R, Method, const char*, Side, const char*, Fixture, Handler>,
              "a permission is no string");
static_assert(!std::default_initializable<Permission> && !std::default_initializable<Fixture>);

}  // namespace
}  // namespace yakuba::web
