#include "hall/hall.hpp"

#include <fmt/format.h>

namespace yakuba::hall {
namespace {

std::string absolute(const Settings& settings, std::string_view host, std::string_view path) {
  const int usual = settings.public_scheme == "https" ? 443 : 80;
  return settings.port == usual ? fmt::format("{}://{}{}", settings.public_scheme, host, path)
                                : fmt::format("{}://{}:{}{}", settings.public_scheme, host, settings.port, path);
}

}  // namespace

const TownInfo& Hall::info(const store::Town& town) const {
  return towns.find(town.name())->second;
}

std::string Hall::public_url(const TownInfo& town, std::string_view path) const {
  return absolute(settings, town.public_host, path);
}

std::string Hall::office_url(const TownInfo& town, std::string_view path) const {
  return absolute(settings, town.office_host, path);
}

}  // namespace yakuba::hall
