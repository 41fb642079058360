// Files of the rule engine's commands: models with those beside them, contexts, all as values. What is read is bounded;
// errors name the file and, where there is one, the line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "dmn/drg_graph.hpp"
#include "dmn/evaluate.hpp"

namespace yakuba {

// A file's bytes; at most 64 MB. Errors: dmn.file.
Result<std::string> dmn_content(const std::filesystem::path& path);
// A file, or standard input for "-".
Result<std::string> dmn_text(const std::string& file);
// One line a fault: file:line:column: what is wrong and the remedy.
void show(const dmn::Faults& faults, dmn::Words language, std::string& out);

// A model with those of its folder, to which its imports may lead.
struct LoadedModel {
  dmn::drg::Definitions definitions;
  std::vector<dmn::drg::Definitions> beside;
  dmn::Faults faults;
};
Result<LoadedModel> load_model(const std::filesystem::path& path, dmn::Words language, std::string& out);
dmn::drg::GraphCompilation compile_model(const LoadedModel& loaded);

// A criterion document (.md), or a DMN model taken as one.
Result<dmn::Criterion> criterion_of(const std::filesystem::path& path, const dmn::CompileOptions& options = {});

// A JSON list, one object, or one object a line.
Result<std::vector<JsonValue>> dmn_inputs(std::string_view text);

}  // namespace yakuba
