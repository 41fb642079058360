#include "hall/criteria/criteria.hpp"
#include "hall/criteria/pages.hpp"
#include "hall/criteria/texts.hpp"

namespace yakuba::criteria {

hall::Module module() {
  hall::Module m{.name = "criteria", .routes = routes()};
  m.menu = {{.order = 30,
             .label = [](hall::Call& call) { return call.words(Text::menu).plain(); },
             .path = "/criteria",
             .permission = "case.read",
             .count = nullptr}};
  return m;
}

}  // namespace yakuba::criteria
