// `yakuba pack check FOLDER…`: needs no installation.
#include <fmt/format.h>

#include "yakuba/command.hpp"

namespace yakuba {

Result<bool> check_pack(const std::vector<std::filesystem::path>& folders, std::string_view language,
                        std::string& out) {
  const pack::Loaded loaded = pack::load(TRY(packs::read_layers(folders)));
  std::size_t errors = 0;
  for (const pack::Fault& fault : loaded.faults) {
    out += pack::describe(fault, language) + "\n";
    errors += fault.severity == pack::Severity::error;
  }
  if (loaded.pack)
    out += fmt::format("{}: {} procedures, {} criteria, {} sections; {} warnings\n", hex(loaded.pack->version),
                       loaded.pack->procedures.size(), loaded.pack->criteria.size(), loaded.pack->sections.size(),
                       loaded.faults.size());
  else
    out += fmt::format("{} faults\n", errors);
  return loaded.pack != nullptr;
}

}  // namespace yakuba
