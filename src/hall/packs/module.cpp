#include "hall/packs/packs.hpp"
#include "hall/packs/queries.hpp"

namespace yakuba::packs {

hall::Module module() {
  return {.name = "packs", .migrations = sql::migrations};
}

}  // namespace yakuba::packs
