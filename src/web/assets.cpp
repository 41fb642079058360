#include "web/assets.hpp"

namespace yakuba::web {

const Asset* asset_at(std::string_view path) {
  for (const auto& asset : assets())
    if (asset.path == path) return &asset;
  return nullptr;
}

std::string_view asset_href(std::string_view name) {
  for (const auto& asset : assets())
    if (asset.name == name) return asset.path;
  return "/assets/missing";
}

}  // namespace yakuba::web
