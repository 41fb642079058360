#include "yakuba/dmn_commands.hpp"

#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "dmn/analyse.hpp"
#include "dmn/difference.hpp"
#include "dmn/drg_criterion.hpp"
#include "dmn/drg_graph.hpp"
#include "dmn/tck.hpp"
#include "yakuba/dmn_files.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;
namespace drg = dmn::drg;

JsonValue as_json(const dmn::Fault& fault) {
  JsonObject out;
  out["severity"] = fault.severity == dmn::Severity::error     ? "error"
                    : fault.severity == dmn::Severity::warning ? "warning"
                                                               : "note";
  out["code"] = fault.code;
  out["message"] = dmn::message(fault, dmn::Words::en);
  out["remedy"] = dmn::remedy(fault, dmn::Words::en);
  out["file"] = fault.place.file;
  out["line"] = fault.place.line;
  out["column"] = fault.place.column;
  return out;
}

feel::DateTime now() {
  const Instant instant{
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
  return *feel::parse_date_time(instant.text());
}

// Inputs by their declared types, so that an ISO string becomes a date.
Result<std::vector<drg::Given>> given_of(const drg::Graph& graph, const JsonValue& json) {
  if (!json.object()) return fail(ErrorKind::invalid, "dmn.input", "an input is a JSON object of values by name");
  std::vector<drg::Given> out;
  for (const auto& [name, value] : *json.object()) {
    const drg::NodeInfo* found = nullptr;
    for (const drg::NodeInfo& node : graph.nodes())
      if (!found && node.name == name && (node.kind == drg::NodeKind::input || node.kind == drg::NodeKind::decision))
        found = &node;
    if (!found) return fail(ErrorKind::invalid, "dmn.input", "the model has no input of this name: " + name);
    out.push_back({name, TRY(feel::from_json(value, found->type)), found->namespace_uri});
  }
  return out;
}

JsonArray as_json(const drg::Trace& trace) {
  JsonArray out;
  for (const drg::DecisionTrace& decision : trace) {
    JsonArray tables;
    for (const drg::TableTrace& table : decision.tables) {
      JsonArray inputs, matched;
      for (std::size_t i = 0; i < table.inputs.size(); ++i) {
        JsonObject input;
        input["expression"] = table.headings[i];
        input["value"] = feel::to_json(table.inputs[i]);
        inputs.emplace_back(std::move(input));
      }
      for (const int rule : table.matched) matched.emplace_back(rule + 1);
      JsonObject one;
      one["table"] = table.path;
      one["inputs"] = std::move(inputs);
      one["matched"] = std::move(matched);
      one["by_default"] = table.by_default;
      tables.emplace_back(std::move(one));
    }
    JsonObject one;
    one["decision"] = decision.name;
    one["value"] = feel::to_json(decision.value);
    one["tables"] = std::move(tables);
    out.emplace_back(std::move(one));
  }
  return out;
}

JsonArray diagnostics_of(const std::vector<feel::Diagnostic>& diagnostics) {
  JsonArray out;
  for (const feel::Diagnostic& diagnostic : diagnostics) out.emplace_back(feel::describe(diagnostic));
  return out;
}

}  // namespace

Result<bool> dmn_tck(const fs::path& folder, const fs::path& report, std::string& out) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return fail(ErrorKind::not_found, "dmn.folder", "this is no folder; give the one that holds the TCK's folders",
                {folder.string(), 0, 0, {}});
  std::map<std::string, std::vector<dmn::tck::File>> folders;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".dmn" && path.extension() != ".xml") continue;
    folders[fs::relative(path.parent_path(), folder, error).generic_string()].push_back(
        {path.filename().string(), TRY(dmn_content(path))});
  }
  std::vector<dmn::tck::FolderReport> reports;
  std::size_t passed = 0, failed = 0;
  for (const auto& [name, files] : folders) {
    dmn::tck::FolderReport one = dmn::tck::run_folder(name, files, {.now = now()});
    show(one.faults, dmn::Words::en, out);
    for (const dmn::tck::NodeResult& node : one.report.failures) out += name + "/" + dmn::tck::describe(node) + "\n";
    passed += one.report.passed;
    failed += one.report.failed;
    if (one.report.passed + one.report.failed > 0) reports.push_back(std::move(one));
  }
  if (!report.empty()) {
    std::ofstream file(report, std::ios::binary);
    file << dmn::tck::conformance(reports);
    if (!file.flush())
      return fail(ErrorKind::unavailable, "dmn.file", "this file cannot be written", {report.string(), 0, 0, {}});
  }
  out += fmt::format("{} passed, {} failed\n", passed, failed);
  return failed == 0 && passed > 0;
}

Result<bool> dmn_test(const fs::path& tests, std::string& out) {
  std::vector<dmn::tck::File> files{{tests.filename().string(), TRY(dmn_content(tests))}};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(tests.has_parent_path() ? tests.parent_path() : ".", error))
    if (entry.path().extension() == ".dmn")
      files.push_back({entry.path().filename().string(), TRY(dmn_content(entry.path()))});
  const dmn::tck::FolderReport report = dmn::tck::run_folder("", files, {.now = now()});
  show(report.faults, dmn::Words::en, out);
  for (const dmn::tck::NodeResult& node : report.report.failures) out += dmn::tck::describe(node) + "\n";
  out += fmt::format("{} passed, {} failed\n", report.report.passed, report.report.failed);
  return report.report.failed == 0 && report.report.passed > 0;
}

Result<bool> dmn_check(const fs::path& model, std::string_view language, bool json, std::string& out) {
  const dmn::Words words = language == "ja" ? dmn::Words::ja : dmn::Words::en;
  drg::Reading reading = drg::read(TRY(dmn_content(model)), model.string());
  dmn::Faults faults = std::move(reading.faults);
  JsonValue analysis(JsonObject{});
  if (reading.definitions) {
    std::string nothing;
    drg::GraphCompilation compiled = compile_model(TRY(load_model(model, words, nothing)));
    std::ranges::move(compiled.faults, std::back_inserter(faults));
    // The tables are analysed as those of a criterion document.
    const drg::Conversion conversion = drg::to_criterion(*reading.definitions);
    if (const dmn::Compilation criterion = dmn::compile(conversion.model); criterion.criterion) {
      dmn::Analysis analysed = dmn::analyse(*criterion.criterion);
      for (dmn::Fault& fault : analysed.faults) {
        fault.place.file = model.string();
        faults.push_back(std::move(fault));
      }
      analysis = dmn::to_json(analysed);
    }
  }
  if (json) {
    JsonArray list;
    for (const dmn::Fault& fault : faults) list.push_back(as_json(fault));
    JsonObject object;
    object["faults"] = std::move(list);
    object["analysis"] = std::move(analysis);
    out += JsonValue(std::move(object)).canonical() + "\n";
  } else {
    show(faults, words, out);
    out += fmt::format("{} faults\n", faults.size());
  }
  return !dmn::has_errors(faults);
}

namespace {

// A criterion document, or a DMN model taken as one.
Result<dmn::Criterion> criterion_of(const fs::path& path, const dmn::Library* library = nullptr) {
  dmn::Model model;
  if (path.extension() == ".md") {
    dmn::Reading reading = dmn::read_criterion(TRY(dmn_content(path)), path.string());
    if (!reading.model) return std::unexpected(dmn::as_error(reading.faults));
    model = std::move(*reading.model);
  } else {
    drg::Reading reading = drg::read(TRY(dmn_content(path)), path.string());
    if (!reading.definitions) return std::unexpected(dmn::as_error(reading.faults));
    model = drg::to_criterion(*reading.definitions).model;
  }
  dmn::Compilation compiled = dmn::compile(model, {.library = library});
  if (!compiled.criterion) {
    Error error = dmn::as_error(compiled.faults);
    if (error.place.file.empty()) error.place.file = path.string();
    return std::unexpected(std::move(error));
  }
  return *compiled.criterion;
}

}  // namespace

Result<bool> dmn_diff(const fs::path& before, const fs::path& after, bool json, std::string& out) {
  const dmn::Criterion first = TRY(criterion_of(before)), second = TRY(criterion_of(after));
  const dmn::Differences found = dmn::compare(first, second);
  if (json) {
    out += dmn::to_json(found).canonical() + "\n";
    return found.none();
  }
  for (const std::string& name : found.only_before) out += name + ": only in the first\n";
  for (const std::string& name : found.only_after) out += name + ": only in the second\n";
  for (const std::string& name : found.terms) out += name + ": another expression\n";
  for (const dmn::TableDifference& table : found.tables) {
    for (const dmn::Difference& one : table.differences) {
      std::string where;
      for (std::size_t i = 0; i < one.cells.size(); ++i)
        if (one.cells[i] != "-") where += (where.empty() ? "" : ", ") + table.inputs[i] + " " + one.cells[i];
      if (!one.also.empty()) where += (where.empty() ? "perhaps where " : ", perhaps where ") + one.also;
      out += fmt::format("{}: {}: {} → {}\n", table.decision, where.empty() ? "always" : where, one.before, one.after);
    }
    if (!table.complete) out += table.decision + ": too large to compare whole; there may be more\n";
  }
  out += found.none() ? "They decide the same.\n" : "";
  return found.none();
}

Result<bool> dmn_eval(const EvalOptions& options, std::string& out) {
  const LoadedModel loaded = TRY(load_model(options.model, dmn::Words::en, out));
  const drg::GraphCompilation compiled = compile_model(loaded);
  if (!compiled.graph) {
    show(compiled.faults, dmn::Words::en, out);
    return std::unexpected(dmn::as_error(compiled.faults));
  }
  const drg::Graph& graph = *compiled.graph;
  drg::GraphEvaluator evaluator;
  if (!options.as_of.empty()) {
    const auto day = Date::parse(options.as_of);
    if (!day) return fail(ErrorKind::invalid, "dmn.as_of", "--as-of takes a day such as 2026-11-22");
    evaluator.set_now({day->days, 0, feel::Zone::offset(9 * 3600)});
  }
  std::vector<std::string> wanted = graph.result_decisions();
  if (!options.decision.empty()) wanted = {options.decision};
  if (!options.service.empty()) wanted = {options.service};
  bool good = true;
  for (const JsonValue& input : TRY(dmn_inputs(options.input))) {
    const std::vector<drg::Given> given = TRY(given_of(graph, input));
    JsonObject outputs;
    JsonArray diagnostics;
    drg::Trace trace;
    evaluator.set_trace(options.trace ? &trace : nullptr);
    for (const std::string& name : wanted) {
      const drg::GraphResult result =
          options.service.empty() ? evaluator.evaluate(graph, name, given) : evaluator.invoke(graph, name, given);
      if (!result.found)
        return fail(ErrorKind::not_found, "dmn.no_decision",
                    "the model has no decision or service of this name: " + name);
      outputs[name] = feel::to_json(result.value);
      for (JsonValue& one : diagnostics_of(result.diagnostics)) diagnostics.push_back(std::move(one));
    }
    good = good && diagnostics.empty();
    JsonObject line;
    line["diagnostics"] = std::move(diagnostics);
    line["outputs"] = std::move(outputs);
    if (options.trace) line["trace"] = as_json(trace);
    out += JsonValue(std::move(line)).canonical() + "\n";
  }
  return good;
}

Result<> dmn_convert(const fs::path& model, std::string_view version, const std::vector<fs::path>& libraries,
                     std::string& out) {
  if (version != "1.3" && version != "1.5" && version != "md")
    return fail(ErrorKind::invalid, "dmn.version", "--to takes 1.3, 1.5 or md");
  drg::Definitions definitions;
  if (model.extension() == ".md") {
    std::vector<dmn::Reading> readings;
    for (const fs::path& library : libraries)
      readings.push_back(dmn::read_criterion(TRY(dmn_content(library)), library.string()));
    const dmn::LibraryCompilation functions = dmn::compile_library(readings);
    if (dmn::has_errors(functions.faults)) return std::unexpected(dmn::as_error(functions.faults));
    definitions = drg::from_criterion(TRY(criterion_of(model, &functions.library)), &functions.library);
  } else {
    drg::Reading reading = drg::read(TRY(dmn_content(model)), model.string());
    if (!reading.definitions) return std::unexpected(dmn::as_error(reading.faults));
    definitions = std::move(*reading.definitions);
  }
  if (version == "md") {
    const drg::Conversion conversion = drg::to_criterion(definitions);
    out += dmn::print_criterion(conversion.model);
    std::string left_out;
    show(conversion.faults, dmn::Words::en, left_out);
    fmt::print(stderr, "{}", left_out);
    return {};
  }
  out += drg::write(definitions, version == "1.3" ? drg::Version::v1_3 : drg::Version::v1_5);
  return {};
}

Result<bool> feel_evaluate(std::string_view expression, std::string_view context_json, std::string& out) {
  const JsonValue json = TRY(parse_json(context_json));
  const feel::Value context = feel::from_json(json);
  if (context.kind() != feel::Kind::context)
    return fail(ErrorKind::invalid, "feel.context", "--context holds a JSON object of values by name");
  feel::Scope scope;
  std::vector<feel::Value> slots;
  for (const feel::Entry& entry : context.entries()) {
    scope.add(entry.name(), feel::type_of(entry.value));
    slots.push_back(entry.value);
  }
  const feel::Compilation compiled = feel::compile(expression, scope);
  feel::Machine machine;
  const feel::Value value = machine.evaluate(compiled.program, slots);
  out += feel::literal(value) + "\n";
  const auto& diagnostics = machine.diagnostics().empty() ? compiled.faults : machine.diagnostics();
  for (const feel::Diagnostic& diagnostic : diagnostics) out += "  " + feel::describe(diagnostic) + "\n";
  return diagnostics.empty();
}

namespace {

int finish(const Result<bool>& result, const std::string& out) {
  fmt::print("{}", out);
  if (result) return *result ? 0 : 1;
  fmt::print(stderr, "yakuba: {}\n", describe(result.error()));
  return 2;
}

// Expressions line by line, until the end of the input.
int feel_lines(const std::string& context) {
  bool good = true;
  for (std::string line; std::getline(std::cin, line);) {
    if (trim(line).empty()) continue;
    std::string out;
    const auto result = feel_evaluate(line, context, out);
    if (finish(result, out) == 2) return 2;
    good = good && *result;
  }
  return good ? 0 : 1;
}

struct Chosen {  // what the command line gave
  fs::path path, second, report;
  std::string language = "ja", format = "text", version = "1.5", expression, context_file, input_file;
  std::vector<fs::path> libraries;
  EvalOptions eval;
  BenchOptions bench;
};

void add_feel(CLI::App& app, const std::shared_ptr<Chosen>& chosen, std::function<int()>& action) {
  CLI::App* feel = app.add_subcommand("feel", "Evaluate FEEL: one expression, or lines of standard input");
  feel->add_option("expression", chosen->expression, "Such as: sum([1,2]) * 2");
  feel->add_option("--context", chosen->context_file, "JSON file with an object: its members are names; - for input");
  feel->footer("Example: yakuba feel 'date(\"2026-11-22\") + duration(\"P1D\")'");
  feel->callback([chosen, &action] {
    action = [chosen] {
      std::string context = "{}";
      if (!chosen->context_file.empty()) {
        auto text = dmn_text(chosen->context_file);
        if (!text) return finish(std::unexpected(text.error()), "");
        context = std::move(*text);
      }
      if (chosen->expression.empty()) return feel_lines(context);
      std::string out;
      const auto result = feel_evaluate(chosen->expression, context, out);
      return finish(result, out);
    };
  });
}

void add_runs(CLI::App& dmn, const std::shared_ptr<Chosen>& chosen, std::function<int()>& action) {
  CLI::App* tck = dmn.add_subcommand("tck", "Run folders of the DMN TCK, strictly");
  tck->add_option("folder", chosen->path, "Folder below which the test files lie")->required();
  tck->add_option("--report", chosen->report, "Write the result by folder to this file");
  tck->footer("Ends with `N passed, N failed`; exit 1 when a case fails.");
  tck->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_tck(chosen->path, chosen->report, out);
      return finish(result, out);
    };
  });
  CLI::App* test = dmn.add_subcommand("test", "Run one file of test cases against the model beside it");
  test->add_option("tests", chosen->path, "testCases file (XML)")->required();
  test->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_test(chosen->path, out);
      return finish(result, out);
    };
  });
  CLI::App* eval = dmn.add_subcommand("eval", "Decide: a JSON line out for each input");
  eval->add_option("model", chosen->eval.model, "DMN file")->required();
  eval->add_option("--input", chosen->input_file, "JSON: an object, a list, or one object a line; - for input")
      ->required();
  eval->add_option("--decision", chosen->eval.decision, "Name; by default those that nothing else requires");
  eval->add_option("--service", chosen->eval.service, "Name of a decision service or a knowledge model to invoke");
  eval->add_option("--as-of", chosen->eval.as_of, "Day that today() gives, such as 2026-11-22");
  eval->add_flag("--trace", chosen->eval.trace, "With each decision's value, its tables' inputs and matching rules");
  eval->footer("Example: yakuba dmn eval loan.dmn --input applicant.json --decision Approval");
  eval->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      auto text = dmn_text(chosen->input_file);
      if (!text) return finish(std::unexpected(text.error()), "");
      chosen->eval.input = std::move(*text);
      const auto result = dmn_eval(chosen->eval, out);
      return finish(result, out);
    };
  });
}

void add_bench(CLI::App& dmn, const std::shared_ptr<Chosen>& chosen, std::function<int()>& action) {
  CLI::App* bench =
      dmn.add_subcommand("bench", "What a decision costs: results are checked, then timed; one JSON line");
  bench->add_option("--model", chosen->bench.model, "DMN file")->required();
  bench->add_option("--contexts", chosen->bench.contexts, "JSON: a list of contexts, one, or one a line")->required();
  bench->add_option("--decision", chosen->bench.decision, "Name; by default the one that nothing else requires");
  bench->add_option("--as", chosen->bench.as, "The whole file is the value of this input, in one context");
  bench->add_option("--expect", chosen->bench.expect, "JSON: the result for each context (with --as: the one result)");
  bench->add_option("--seconds", chosen->bench.seconds, "Time for the decisions, in five repetitions");
  bench->footer(
      "Exit 1 when a result differs from --expect or, without it, is null.\n"
      "Examples: yakuba dmn bench --model table.dmn --contexts contexts.json --expect expected.json\n"
      "          yakuba dmn bench --model feel.dmn --contexts items.json --as Items --seconds 5");
  bench->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_bench(chosen->bench, out);
      return finish(result, out);
    };
  });
}

}  // namespace

void add_dmn_commands(CLI::App& app, std::function<int()>& action) {
  const auto chosen = std::make_shared<Chosen>();
  add_feel(app, chosen, action);
  CLI::App* dmn = app.add_subcommand("dmn", "Decision models (DMN 1.1 to 1.5)")->require_subcommand(1);
  add_runs(*dmn, chosen, action);
  add_bench(*dmn, chosen, action);
  CLI::App* check = dmn->add_subcommand("check", "Say what is wrong with a model: file, line, column, remedy");
  check->add_option("model", chosen->path, "DMN file")->required();
  check->add_option("--format", chosen->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  check->add_option("--lang", chosen->language, "ja or en")->check(CLI::IsMember({"ja", "en"}));
  check->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_check(chosen->path, chosen->language, chosen->format == "json", out);
      return finish(result, out);
    };
  });
  CLI::App* diff = dmn->add_subcommand("diff", "Where two versions decide differently, with both results");
  diff->add_option("before", chosen->path, "DMN file or criterion document (.md)")->required();
  diff->add_option("after", chosen->second, "The other version")->required();
  diff->add_option("--format", chosen->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  diff->footer("Exit 1 when they differ.");
  diff->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_diff(chosen->path, chosen->second, chosen->format == "json", out);
      return finish(result, out);
    };
  });
  CLI::App* convert = dmn->add_subcommand("convert", "Write a model as DMN of a version, or as a criterion document");
  convert->add_option("model", chosen->path, "DMN file or criterion document (.md)")->required();
  convert->add_option("--library", chosen->libraries, "Document with functions that the criterion uses; repeat");
  convert->add_option("--to", chosen->version, "1.3, 1.5, or md for a criterion document")
      ->check(CLI::IsMember({"1.3", "1.5", "md"}));
  convert->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_convert(chosen->path, chosen->version, chosen->libraries, out);
      return finish(result ? Result<bool>(true) : Result<bool>(std::unexpected(result.error())), out);
    };
  });
}

}  // namespace yakuba
