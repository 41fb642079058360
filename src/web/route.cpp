#include "web/route.hpp"

#include <map>
#include <set>

#include "base/text.hpp"

namespace yakuba::web {

Fixture Fixture::of(std::string actor, std::vector<std::pair<std::string, std::string>> parameters) {
  Fixture fixture;
  fixture.actor_ = std::move(actor);
  fixture.parameters_ = std::move(parameters);
  return fixture;
}

Fixture Fixture::none(std::string reason) {
  Fixture fixture;
  fixture.reason_ = reason.empty() ? "not a page" : std::move(reason);
  return fixture;
}

// One segment of a path. What hangs on a node: for each side and method the route that ends here.
struct PatternTree::Node {
  struct End {
    Method method;
    Side side;
    std::size_t index;
    std::vector<std::string> names;  // of the parameters, in order
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
  std::unique_ptr<Node> parameter;
  std::vector<End> ends;
};

namespace {

// "case" for "{case}", nothing for a literal segment.
std::optional<std::string_view> parameter_name(std::string_view segment) {
  if (segment.size() < 2 || segment.front() != '{' || segment.back() != '}') return {};
  return segment.substr(1, segment.size() - 2);
}

Result<std::vector<std::string_view>> segments_of(std::string_view pattern) {
  const auto wrong = [&](std::string why) {
    return fail(ErrorKind::invalid, "route.pattern", std::string(pattern) + ": " + why);
  };
  if (!pattern.starts_with('/')) return wrong("must start with '/'");
  std::vector<std::string_view> segments;
  if (pattern == "/") return segments;
  std::set<std::string_view> names;
  for (const auto segment : split(pattern.substr(1), '/')) {
    if (segment.empty()) return wrong("empty segment");
    const auto name = parameter_name(segment);
    if (name && name->empty()) return wrong("parameter without a name");
    if (name && !names.insert(*name).second) return wrong("parameter named twice");
    if ((name ? *name : segment).find_first_of("{}") != std::string_view::npos)
      return wrong("a parameter is a whole segment");
    segments.push_back(segment);
  }
  return segments;
}

constexpr std::size_t segments_max = 24;

}  // namespace

PatternTree::PatternTree() : root_(std::make_unique<Node>()) {}
PatternTree::~PatternTree() = default;
PatternTree::PatternTree(PatternTree&&) noexcept = default;
PatternTree& PatternTree::operator=(PatternTree&&) noexcept = default;

Result<PatternTree> PatternTree::compile(const std::vector<RouteFace>& faces) {
  PatternTree tree;
  for (std::size_t index = 0; index < faces.size(); ++index) {
    const auto& face = faces[index];
    const auto segments = TRY(segments_of(face.pattern));
    if (segments.size() > segments_max) return fail(ErrorKind::invalid, "route.pattern", face.pattern + ": too deep");
    Node* node = tree.root_.get();
    std::vector<std::string> names;
    for (const auto segment : segments) {
      auto& next = parameter_name(segment) ? node->parameter : node->literal[std::string(segment)];
      if (const auto name = parameter_name(segment)) names.emplace_back(*name);
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    for (const auto& end : node->ends)
      if (end.method == face.method && end.side == face.side)
        return fail(ErrorKind::invalid, "route.twice", face.pattern + " and " + faces[end.index].pattern);
    node->ends.push_back({face.method, face.side, index, std::move(names)});
  }
  return tree;
}

namespace {

// The node where a path ends on this side: literals first, then parameters, backing out of dead ends.
template <class Node>
const Node* walk(const Node* node, Side side, std::span<const std::string_view> path,
                 std::vector<std::string_view>& values) {
  if (path.empty()) {
    const bool ends_here =
        std::any_of(node->ends.begin(), node->ends.end(), [&](const auto& e) { return e.side == side; });
    return ends_here ? node : nullptr;
  }
  if (const auto next = node->literal.find(path[0]); next != node->literal.end())
    if (const auto* found = walk(next->second.get(), side, path.subspan(1), values)) return found;
  if (!node->parameter) return nullptr;
  values.push_back(path[0]);
  if (const auto* found = walk(node->parameter.get(), side, path.subspan(1), values)) return found;
  values.pop_back();
  return nullptr;
}

}  // namespace

PatternTree::Found PatternTree::match(Method method, Side side, std::string_view path) const {
  std::vector<std::string_view> segments;
  if (path.size() > 1) segments = split(path.substr(1), '/');
  if (segments.size() > segments_max) return {};
  std::vector<std::string_view> values;
  const Node* node = walk(root_.get(), side, segments, values);
  if (!node) return {};
  const auto take = [&](Method wanted) -> std::optional<Found> {
    for (const auto& end : node->ends) {
      if (end.method != wanted || end.side != side) continue;
      Found found{end.index, {}, {}};
      for (std::size_t i = 0; i < end.names.size(); ++i) found.parameters.emplace_back(end.names[i], values[i]);
      return found;
    }
    return {};
  };
  if (auto found = take(method)) return std::move(*found);
  if (method == Method::head)
    if (auto found = take(Method::get)) return std::move(*found);
  Found found;
  for (const auto known : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_})
    if (take(known) || (known == Method::head && take(Method::get)))
      found.allow.append(found.allow.empty() ? "" : ", ").append(method_name(known));
  return found;
}

}  // namespace yakuba::web
