// The files of assets/, inside the program: minified, gzipped, named by their content ("/assets/yakuba.3f9c1a2b.css").
// edge/ serves them with Cache-Control: immutable; pages name them by asset_href("yakuba.css").
// Threads: constants.
#pragma once

#include <span>
#include <string_view>

namespace yakuba::web {

struct Asset {
  std::string_view name;        // "yakuba.css"
  std::string_view path;        // "/assets/yakuba.3f9c1a2b.css"
  std::string_view media_type;  // "text/css; charset=utf-8"
  std::string_view etag;        // "\"3f9c1a2b…\""
  std::string_view bytes;
  std::string_view gzip;  // empty when it would not be smaller
};
std::span<const Asset> assets();
const Asset* asset_at(std::string_view path);
std::string_view asset_href(std::string_view name);  // "/assets/missing" for an unknown name; a test walks all pages

}  // namespace yakuba::web
