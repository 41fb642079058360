#include "yakuba/dmn_files.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dmn/drg_criterion.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;
namespace drg = dmn::drg;

constexpr std::uintmax_t file_bytes_max = 64 * 1024 * 1024;

}  // namespace

Result<std::string> dmn_content(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return fail(ErrorKind::not_found, "dmn.file", "this file cannot be read", {path.string(), 0, 0, {}});
  if (size > file_bytes_max)
    return fail(ErrorKind::too_large, "dmn.file", fmt::format("a file may have at most {} bytes", file_bytes_max),
                {path.string(), 0, 0, {}});
  std::ifstream in(path, std::ios::binary);
  std::string out{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof())
    return fail(ErrorKind::unavailable, "dmn.file", "this file cannot be read", {path.string(), 0, 0, {}});
  return out;
}

Result<std::string> dmn_text(const std::string& file) {
  if (file != "-") return dmn_content(file);
  return std::string{std::istreambuf_iterator<char>(std::cin), {}};
}

void show(const dmn::Faults& faults, dmn::Words language, std::string& out) {
  for (const dmn::Fault& fault : faults) out += dmn::describe(fault, language) + "\n";
}

Result<LoadedModel> load_model(const fs::path& path, dmn::Words language, std::string& out) {
  drg::Reading reading = drg::read(TRY(dmn_content(path)), path.string());
  if (!reading.definitions) {
    show(reading.faults, language, out);
    return std::unexpected(dmn::as_error(reading.faults));
  }
  LoadedModel loaded{std::move(*reading.definitions), {}, std::move(reading.faults)};
  if (loaded.definitions.imports.empty()) return loaded;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", error)) {
    if (entry.path().extension() != ".dmn" || fs::equivalent(entry.path(), path, error)) continue;
    drg::Reading other = drg::read(TRY(dmn_content(entry.path())), entry.path().string());
    if (other.definitions) loaded.beside.push_back(std::move(*other.definitions));
  }
  return loaded;
}
drg::GraphCompilation compile_model(const LoadedModel& loaded) {
  return drg::compile(loaded.definitions, [&](const drg::Import& import) -> const drg::Definitions* {
    for (const drg::Definitions& one : loaded.beside)
      if (one.namespace_uri == import.namespace_uri) return &one;
    return nullptr;
  });
}

Result<dmn::Criterion> criterion_of(const fs::path& path, const dmn::CompileOptions& options) {
  dmn::Model model;
  dmn::Reading reading;
  if (path.extension() == ".md") {
    reading = dmn::read_criterion(TRY(dmn_content(path)), path.string());
    if (!reading.model) return std::unexpected(dmn::as_error(reading.faults));
    model = std::move(*reading.model);
  } else {
    drg::Reading definitions = drg::read(TRY(dmn_content(path)), path.string());
    if (!definitions.definitions) return std::unexpected(dmn::as_error(definitions.faults));
    model = drg::to_criterion(*definitions.definitions).model;
  }
  dmn::CompileOptions with_places = options;
  with_places.places = &reading.places;
  dmn::Compilation compiled = dmn::compile(model, with_places);
  if (!compiled.criterion) {
    Error error = dmn::as_error(compiled.faults);
    if (error.place.file.empty()) error.place.file = path.string();
    return std::unexpected(std::move(error));
  }
  return *compiled.criterion;
}

Result<std::vector<JsonValue>> dmn_inputs(std::string_view text) {
  if (auto whole = parse_json(text)) {
    if (whole->array()) return std::vector<JsonValue>(whole->array()->begin(), whole->array()->end());
    return std::vector<JsonValue>{std::move(*whole)};
  }
  std::vector<JsonValue> out;
  int line = 0;
  for (const std::string_view one : split(text, '\n')) {
    ++line;
    if (trim(one).empty()) continue;
    auto value = parse_json(one);
    if (!value) {
      value.error().place.line = line;
      return std::unexpected(std::move(value).error());
    }
    out.push_back(std::move(*value));
  }
  return out;
}

}  // namespace yakuba
