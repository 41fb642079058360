// The demonstration: filled through the capabilities' own services, refused in a real folder.
#include <fmt/format.h>

#include "yakuba/command.hpp"
#include "yakuba/fixture.hpp"

namespace yakuba {

Result<> seed_demo(Installation& installation, const JsonValue& arguments, std::string& out) {
  if (!installation.config().demo)
    return fail(
        ErrorKind::forbidden, "demo.real_folder",
        "this is a real installation: synthetic residents are refused. Make a demo folder: yakuba init DIR --demo");
  hall::Hall& hall = installation.hall();
  const store::Town town = TRY(town_of(installation, arguments));
  for (const hall::Module& module : *hall.modules)
    for (const hall::DemoStep& step : module.demo) {
      if (step.side && !hall::serves(hall.settings.sides, *step.side)) continue;
      const auto began = std::chrono::steady_clock::now();
      auto done = step.run(hall, town);
      if (!done) {
        done.error().detail = fmt::format("{} ({}): {}", step.name, module.name, done.error().detail);
        return done;
      }
      const auto took = std::chrono::steady_clock::now() - began;
      out += fmt::format("{}: {} ({:.1f} s)\n", town.name(), step.name, std::chrono::duration<double>(took).count());
    }
  return {};
}

Result<> list_logins(Installation& installation, const JsonValue& arguments, std::string& out) {
  hall::Hall& hall = installation.hall();
  const std::string_view only = arguments.text_or("town", "");
  if (!only.empty()) TRY(hall.store.town(only));
  for (const store::Town& town : hall.store.towns()) {
    if (!only.empty() && town.name() != only) continue;
    const hall::TownInfo& info = hall.info(town);
    out += fmt::format("{} — {} , {}\n", town.name(), hall.public_url(info, "/"), hall.office_url(info, "/"));
    for (const access::DemoLogin& login : TRY(access::demo_logins(hall, town)))
      out += fmt::format("  {:<14} {:<22} {}  {}{}{}\n", login.part, login.login, login.password, login.name,
                         login.title.empty() ? "" : "（" + login.title + "）",
                         login.code.empty() ? "" : fmt::format("  code now {} (secret {})", login.code, login.factor));
  }
  return {};
}

// One JSON line per route: the page list of the accessibility test and the route reference are made from it.
Result<> list_pages(Installation& installation, const JsonValue& arguments, std::string& out) {
  hall::Hall& hall = installation.hall();
  const store::Town town = TRY(town_of(installation, arguments));
  for (const hall::Module& module : *hall.modules)
    for (const hall::Route& route : module.routes) {
      const web::RouteFace& face = route.face();
      if (!hall::serves(hall.settings.sides, face.side)) continue;
      JsonObject line{{"capability", module.name},
                      {"method", web::method_name(face.method)},
                      {"pattern", face.pattern},
                      {"side", web::side_name(face.side)},
                      {"permission", face.permission.name()}};
      if (face.fixture.opens()) {
        line.emplace("actor", face.fixture.actor());
        if (const auto path = fixture_path(hall, town, face))
          line.emplace("path", *path);
        else
          line.emplace("missing", path.error().detail);
      } else {
        line.emplace("reason", face.fixture.reason());
      }
      out += JsonValue(std::move(line)).canonical() + "\n";
    }
  return {};
}

}  // namespace yakuba
