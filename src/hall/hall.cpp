#include "hall/hall.hpp"

#include <fmt/format.h>

namespace yakuba::hall {
namespace {

std::string absolute(std::string_view scheme, std::string_view host, int port, std::string_view path) {
  const int usual = scheme == "https" ? 443 : 80;
  return port == usual ? fmt::format("{}://{}{}", scheme, host, path)
                       : fmt::format("{}://{}:{}{}", scheme, host, port, path);
}

}  // namespace

const TownInfo& Hall::info(const store::Town& town) const {
  return towns.find(town.name())->second;
}

std::string Hall::public_url(const TownInfo& town, std::string_view path) const {
  return absolute(settings.public_scheme, town.public_host, settings.port, path);
}

std::string Hall::office_url(const TownInfo& town, std::string_view path) const {
  return absolute(settings.office_scheme.empty() ? settings.public_scheme : settings.office_scheme, town.office_host,
                  settings.office_port > 0 ? settings.office_port : settings.port, path);
}

}  // namespace yakuba::hall
