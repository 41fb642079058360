#include <fmt/format.h>

#include "base/result.hpp"

namespace yakuba {

std::string describe(const Error& error) {
  std::string out;
  const Place& place = error.place;
  if (!place.file.empty()) out += place.file;
  if (place.line > 0) out += fmt::format("{}{}", out.empty() ? "line " : ":", place.line);
  if (place.column > 0) out += fmt::format(":{}", place.column);
  if (!place.field.empty()) out += fmt::format("{}[{}]", out.empty() ? "" : " ", place.field);
  if (!out.empty()) out += ": ";
  out += error.code;
  if (!error.detail.empty()) out += ": " + error.detail;
  return out;
}

}  // namespace yakuba
