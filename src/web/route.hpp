// Routes: method, pattern, side, permission, fixture and handler — all six or it does not compile.
//
//   using Handler = Response (*)(Call&);
//   std::vector<Route<Handler>> routes = {
//       {Method::get, "/cases/{case}", Side::office_side, Permission("case.read"), Fixture::of("clerk", {{"case",
//       "examined"}}), show}, {Method::post, "/cases/{case}/approve", Side::office_side, Permission("case.approve"),
//       Fixture::none("writes"), approve},
//   };
//   auto table = TRY(RouteTable<Handler>::compile(std::move(routes)));
//   auto match = table.match(Method::get, Side::office_side, "/cases/26-1120-0047-F");
//   if (match) match.route->handler()(call);          // match.parameter("case")
//
// A literal segment wins over a parameter; HEAD is answered by GET's handler; a known path with another method gives
// 405 and `allow`. Matching walks a compiled tree, no regular expressions, no allocation but the parameters.
// The list itself feeds the reference pages and the list of pages for axe. Threads: compiled once, then read only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace yakuba::web {

// What an actor must be allowed to do; decided by access::may. "anyone" is said aloud, too.
class Permission {
 public:
  constexpr explicit Permission(std::string_view name) : name_(name) {}
  static constexpr Permission anyone() { return Permission("anyone"); }
  // A machine that proves itself with each request: no session and no form; the handler checks its signature.
  static constexpr Permission signature() { return Permission("signature"); }
  constexpr std::string_view name() const { return name_; }
  bool operator==(const Permission&) const = default;

 private:
  std::string_view name_;  // a literal
};

// How a test opens this page: as whom, and which demo object fills each parameter.
class Fixture {
 public:
  // actor: anyone, resident, clerk, approver, administrator. A value is the name of a demo object, or "=text"
  // literally.
  static Fixture of(std::string actor, std::vector<std::pair<std::string, std::string>> parameters = {});
  // Not a page to look at (writes, downloads, machine answers); the reason is shown in the route reference.
  static Fixture none(std::string reason);
  bool opens() const { return reason_.empty(); }
  const std::string& actor() const { return actor_; }
  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }
  const std::string& reason() const { return reason_; }

 private:
  Fixture() = default;
  std::string actor_, reason_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// The part of a route that does not depend on the handler's type.
struct RouteFace {
  Method method;
  std::string pattern;
  Side side;
  Permission permission;
  Fixture fixture;
};

template <class Handler>
class Route {
 public:
  Route(Method method, std::string_view pattern, Side side, Permission permission, Fixture fixture, Handler handler)
      : face_{method, std::string(pattern), side, permission, std::move(fixture)}, handler_(std::move(handler)) {}
  const RouteFace& face() const { return face_; }
  const Handler& handler() const { return handler_; }

 private:
  RouteFace face_;
  Handler handler_;
};

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

// The tree of patterns, without handlers: index into the list it was compiled from.
class PatternTree {
 public:
  struct Found {
    std::optional<std::size_t> index;
    Parameters parameters;
    std::string allow;  // "GET, HEAD, POST" when the path is known but not the method
  };
  // invalid: a pattern that does not start with '/', an empty or repeated parameter, "{a}b" inside a segment, two
  // routes with the same method, side and shape.
  static Result<PatternTree> compile(const std::vector<RouteFace>& faces);
  Found match(Method method, Side side, std::string_view path) const;
  ~PatternTree();
  PatternTree(PatternTree&&) noexcept;
  PatternTree& operator=(PatternTree&&) noexcept;

 private:
  struct Node;
  PatternTree();
  std::unique_ptr<Node> root_;
};

template <class Handler>
class RouteTable {
 public:
  struct Match {
    const Route<Handler>* route = nullptr;
    Parameters parameters;
    std::string allow;
    explicit operator bool() const { return route != nullptr; }
    bool method_not_allowed() const { return route == nullptr && !allow.empty(); }
    std::string_view parameter(std::string_view name) const {
      for (const auto& [key, value] : parameters)
        if (key == name) return value;
      return {};
    }
  };

  static Result<RouteTable> compile(std::vector<Route<Handler>> routes) {
    std::vector<RouteFace> faces;
    for (const auto& route : routes) faces.push_back(route.face());
    return RouteTable(std::move(routes), TRY(PatternTree::compile(faces)));
  }
  Match match(Method method, Side side, std::string_view path) const {
    auto found = tree_.match(method, side, path);
    return {found.index ? &routes_[*found.index] : nullptr, std::move(found.parameters), std::move(found.allow)};
  }
  const std::vector<Route<Handler>>& routes() const { return routes_; }

 private:
  RouteTable(std::vector<Route<Handler>> routes, PatternTree tree)
      : routes_(std::move(routes)), tree_(std::move(tree)) {}
  std::vector<Route<Handler>> routes_;
  PatternTree tree_;
};

}  // namespace yakuba::web
