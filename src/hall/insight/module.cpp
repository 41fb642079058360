#include "hall/insight/pages.hpp"
#include "hall/insight/queries.hpp"
#include "hall/insight/texts.hpp"

namespace yakuba::insight {

namespace {
constexpr int seconds_between_readings = 20;
}

hall::Module module() {
  hall::Module m{.name = "insight", .side = web::Side::office_side, .migrations = sql::migrations};
  m.routes = routes();
  m.tasks = {{.name = "insight.derive",
              .seconds = seconds_between_readings,
              .side = web::Side::office_side,
              .run = [](hall::Hall& hall, const store::Town& town) -> Result<> {
                TRY(derive(hall, town));
                return {};
              }}};
  m.menu = {{.order = 90,
             .label = [](hall::Call& call) { return call.words(Text::insight).plain(); },
             .path = "/insight",
             .permission = "insight.read",
             .count = {}}};
  m.permissions = {{"insight.read", "See the figures of the work: counts, times, reasons; no names (計測)"}};
  m.demo = demo();
  return m;
}

}  // namespace yakuba::insight
