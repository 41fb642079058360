// `yakuba dmn convert`: DMN, criterion documents, workbooks and CSV, each as the other.
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "dmn/drg_criterion.hpp"
#include "dmn/xlsx.hpp"
#include "hall/packs/packs.hpp"
#include "pack/rules.hpp"
#include "yakuba/dmn_commands.hpp"
#include "yakuba/dmn_files.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;
namespace drg = dmn::drg;

// What is wrong beside the result: the terminal shows it, the output stays whole.
void warn(const dmn::Faults& faults) {
  std::string words;
  show(faults, dmn::Words::en, words);
  fmt::print(stderr, "{}", words);
}

Result<drg::Definitions> from_document(const ConvertOptions& options) {
  dmn::CompileOptions with;
  pack::Rules rules;
  std::vector<dmn::Reading> readings;
  if (!options.packs.empty()) {
    const pack::Loaded loaded = pack::load(TRY(packs::read_layers(options.packs)), {.run_examples = false});
    if (!loaded.pack) {
      const pack::Fault& first = loaded.faults.at(0);
      return fail(ErrorKind::invalid, first.code, "the pack has faults: yakuba pack check shows them", first.place);
    }
    rules = pack::rules_of(*loaded.pack);
    with.schema = &rules.schema;
    with.library = &rules.library;
  }
  dmn::LibraryCompilation functions;
  if (!options.libraries.empty()) {
    if (!options.packs.empty())
      return fail(ErrorKind::invalid, "dmn.convert", "give --pack or --library: a pack has its functions with it");
    for (const fs::path& library : options.libraries)
      readings.push_back(dmn::read_criterion(TRY(dmn_content(library)), library.string()));
    functions = dmn::compile_library(readings);
    if (dmn::has_errors(functions.faults)) return std::unexpected(dmn::as_error(functions.faults));
    with.library = &functions.library;
  }
  return drg::from_criterion(TRY(criterion_of(options.model, with)), with.library);
}

Result<drg::Definitions> from_workbook(const fs::path& file) {
  const drg::Workbook book = TRY(drg::from_xlsx(TRY(dmn_content(file)), file.string()));
  drg::Reading before;
  if (!book.model.empty()) before = drg::read(book.model, file.string());
  return drg::from_sheets(book.sheets, file.string(), before.definitions ? &*before.definitions : nullptr);
}

Result<drg::Definitions> to_convert(const ConvertOptions& options) {
  const fs::path& model = options.model;
  if (model.extension() == ".md") return from_document(options);
  if (model.extension() == ".csv" || model.extension() == ".xlsx") {
    const std::string name = options.decision.empty() ? model.stem().string() : options.decision;
    drg::Definitions made =
        model.extension() == ".xlsx"
            ? TRY(from_workbook(model))
            : TRY(drg::from_sheet(TRY(drg::from_csv(TRY(dmn_content(model)))), name, model.string()));
    warn(drg::compile(made).faults);
    return made;
  }
  drg::Reading reading = drg::read(TRY(dmn_content(model)), model.string());
  if (!reading.definitions) return std::unexpected(dmn::as_error(reading.faults));
  return std::move(*reading.definitions);
}

Result<const drg::Table*> only_table(const drg::Definitions& definitions, const std::string& decision) {
  const drg::Table* found = nullptr;
  for (const drg::Decision& one : definitions.decisions) {
    const auto* table = one.logic.as<drg::Table>();
    if (table == nullptr || (!decision.empty() && one.name != decision)) continue;
    if (found != nullptr)
      return fail(ErrorKind::invalid, "dmn.no_decision", "the model has several tables: name one by --decision");
    found = table;
  }
  if (found == nullptr)
    return fail(ErrorKind::not_found, "dmn.no_decision", "the model has no decision table of this name: " + decision);
  return found;
}

Result<std::string> converted(const drg::Definitions& definitions, const ConvertOptions& options) {
  if (options.version == "csv") return drg::to_csv(drg::to_sheet(*TRY(only_table(definitions, options.decision))));
  if (options.version == "xlsx") return drg::to_xlsx(drg::to_sheets(definitions), drg::write(definitions));
  if (options.version == "md") {
    const drg::Conversion conversion = drg::to_criterion(definitions);
    warn(conversion.faults);
    return dmn::print_criterion(conversion.model);
  }
  return drg::write(definitions, options.version == "1.3" ? drg::Version::v1_3 : drg::Version::v1_5);
}

}  // namespace

Result<> dmn_convert(const ConvertOptions& options, std::string& out) {
  const std::string& version = options.version;
  if (version != "1.3" && version != "1.5" && version != "md" && version != "csv" && version != "xlsx")
    return fail(ErrorKind::invalid, "dmn.version", "--to takes 1.3, 1.5, md, xlsx or csv");
  std::string written = TRY(converted(TRY(to_convert(options)), options));
  if (options.output.empty()) {
    if (version == "xlsx" && ::isatty(STDOUT_FILENO) != 0)
      return fail(ErrorKind::invalid, "dmn.output", "a workbook is nothing for a terminal: give --output FILE.xlsx");
    out += written;
    return {};
  }
  std::ofstream file(options.output, std::ios::binary);
  file << written;
  if (file.flush()) return {};
  return fail(ErrorKind::unavailable, "dmn.file", "this file cannot be written", {options.output.string(), 0, 0, {}});
}

}  // namespace yakuba
