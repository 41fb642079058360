#include "yakuba/fixture.hpp"

#include <fmt/format.h>

namespace yakuba {

Result<std::string> fixture_path(hall::Hall& hall, const store::Town& town, const web::RouteFace& face) {
  std::string path = face.pattern;
  for (const auto& [name, object] : face.fixture.parameters()) {
    std::string value = object;
    if (object.starts_with('=')) {
      value = object.substr(1);
    } else {
      const hall::Fixture* fixture = nullptr;
      for (const hall::Module& module : *hall.modules)
        for (const hall::Fixture& candidate : module.fixtures)
          if (candidate.name == object) fixture = &candidate;
      if (!fixture)
        return fail(ErrorKind::not_found, "demo.fixture", fmt::format("{}: no fixture '{}'", face.pattern, object));
      value = TRY(fixture->resolve(hall, town));
    }
    const std::string hole = "{" + name + "}";
    const auto at = path.find(hole);
    if (at == std::string::npos)
      path += fmt::format("{}{}={}", path.find('?') == std::string::npos ? '?' : '&', name, web::percent_encode(value));
    else
      path.replace(at, hole.size(), web::percent_encode(value));
  }
  return path;
}

}  // namespace yakuba
