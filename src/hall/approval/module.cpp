#include "hall/approval/pages.hpp"
#include "hall/approval/queries.hpp"

namespace yakuba::approval {

hall::Module module() {
  hall::Module m{.name = "approval", .side = web::Side::office_side, .migrations = sql::migrations};
  m.routes = routes();
  m.menu = menu();
  m.fixtures = fixtures();
  return m;
}

}  // namespace yakuba::approval
