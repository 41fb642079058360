#include "pack/rules.hpp"

#include "pack/compile.hpp"

namespace yakuba::pack {

Rules rules_of(const Pack& pack) {
  if (!pack.compiled) return {};
  return {pack.compiled->schema, pack.compiled->library};
}

}  // namespace yakuba::pack
