#include "yakuba/dmn_commands.hpp"

#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "dmn/analyse.hpp"
#include "dmn/difference.hpp"
#include "dmn/drg_criterion.hpp"
#include "dmn/drg_graph.hpp"
#include "dmn/mcdc.hpp"
#include "dmn/tck.hpp"
#include "yakuba/dmn_files.hpp"
#include "yakuba/feel_terminal.hpp"

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

Result<bool> dmn_mcdc(const fs::path& model, const fs::path& file, std::string& out) {
  const LoadedModel loaded = TRY(load_model(model, dmn::Words::en, out));
  const drg::GraphCompilation compiled = compile_model(loaded);
  if (!compiled.graph) {
    show(compiled.faults, dmn::Words::en, out);
    return std::unexpected(dmn::as_error(compiled.faults));
  }
  const dmn::Mcdc found = dmn::mcdc(loaded.definitions, *compiled.graph, model.filename().string());
  show(found.faults, dmn::Words::en, out);
  std::ofstream written(file, std::ios::binary);
  written << dmn::tck::write(found.suite);
  if (!written.flush())
    return fail(ErrorKind::unavailable, "dmn.file", "this file cannot be written", {file.string(), 0, 0, {}});
  out +=
      fmt::format("{} test cases show {} of {} conditions\n", found.suite.cases.size(), found.shown, found.conditions);
  return found.faults.empty() && found.shown == found.conditions;
}

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

namespace {

// How far a long batch is, in one line that is written over, at most five times a second; only for people.
class Progress {
 public:
  Progress(std::size_t count, const std::function<void(const std::string&)>& show) : count_(count), show_(show) {}
  ~Progress() {
    if (shown_) show_("\r\x1b[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void step() {
    ++done_;
    if (!show_ || done_ % 256 != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    shown_ = true;
    show_(fmt::format("\r{} of {} ({} %)", done_, count_, done_ * 100 / count_));
  }

 private:
  std::size_t count_, done_ = 0;
  std::chrono::steady_clock::time_point last_;
  bool shown_ = false;
  const std::function<void(const std::string&)>& show_;
};

}  // namespace

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
  const std::vector<JsonValue> inputs = TRY(dmn_inputs(options.input));
  Progress progress(inputs.size(), options.progress);
  for (const JsonValue& input : inputs) {
    progress.step();
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
    if (options.trace) {
      JsonArray words;
      for (std::string& sentence : drg::sentences(trace)) words.emplace_back(std::move(sentence));
      line["explanation"] = std::move(words);
      line["trace"] = drg::to_json(trace);
    }
    out += JsonValue(std::move(line)).canonical() + "\n";
  }
  return good;
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

// Expressions line by line, until the end of the input; edited ones at a terminal.
int feel_lines(const std::string& context) {
  if (feel_terminal_here()) {
    const auto json = parse_json(context);
    if (!json) return finish(std::unexpected(json.error()), "");
    return feel_terminal(feel::from_json(*json),
                         [&](const std::string& line) {
                           std::string out;
                           return finish(feel_evaluate(line, context, out), out) == 0;
                         })
               ? 0
               : 1;
  }
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
  std::string language = "ja", format = "text", expression, context_file, input_file;
  EvalOptions eval;
  BenchOptions bench;
  ConvertOptions convert;
};

void add_feel(CLI::App& app, const std::shared_ptr<Chosen>& chosen, std::function<int()>& action) {
  CLI::App* feel =
      app.add_subcommand("feel", "Evaluate FEEL: one expression, lines of standard input, or a dialogue at a terminal");
  feel->add_option("expression", chosen->expression, "Such as: sum([1,2]) * 2");
  feel->add_option("--context", chosen->context_file, "JSON file with an object: its members are names; - for input");
  feel->footer(
      "Exit 0: all values without a diagnostic; 1: some gave one; 2: misused, or a file that cannot be read.\n"
      "Examples: yakuba feel 'date(\"2026-11-22\") + duration(\"P1D\")'\n"
      "          yakuba feel 'sum(incomes)' --context household.json\n"
      "          yakuba feel                      (Tab completes, the arrow keys bring earlier lines back)");
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
  tck->footer(
      "Ends with `N passed, N failed`. Exit 0: all passed; 1: a case fails; 2: a folder that cannot be read.\n"
      "Example: yakuba dmn tck tck/TestCases --report docs/conformance.md");
  tck->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_tck(chosen->path, chosen->report, out);
      return finish(result, out);
    };
  });
  CLI::App* test = dmn.add_subcommand("test", "Run one file of test cases against the model beside it");
  test->add_option("tests", chosen->path, "testCases file (XML)")->required();
  test->footer(
      "Exit 0: all passed; 1: a case fails; 2: a file that cannot be read.\n"
      "Example: yakuba dmn test loan-test-01.xml");
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
  eval->add_flag("--trace", chosen->eval.trace,
                 "How it came about: every cell, expression and call, as data and as Japanese sentences");
  eval->footer(
      "Exit 0: all decided; 1: some input gave a diagnostic; 2: misused, or a file that cannot be read.\n"
      "At a terminal, long batches say on standard error how far they are.\n"
      "Examples: yakuba dmn eval loan.dmn --input applicant.json --decision Approval\n"
      "          yakuba dmn eval loan.dmn --input batch.jsonl --as-of 2026-04-01 > decided.jsonl\n"
      "          yakuba dmn eval loan.dmn --input applicant.json --trace");
  eval->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      auto text = dmn_text(chosen->input_file);
      if (!text) return finish(std::unexpected(text.error()), "");
      chosen->eval.input = std::move(*text);
      if (::isatty(STDERR_FILENO) != 0)
        chosen->eval.progress = [](const std::string& line) { fmt::print(stderr, "{}", line); };
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
      "Exit 0: timed; 1: a result differs from --expect or, without it, is null; 2: misused, or a file that cannot be "
      "read.\n"
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
  check->add_option("--mcdc", chosen->report, "Write test cases that show what each condition does, as a TCK file");
  check->footer(
      "Exit 0: no errors; 1: errors, or with --mcdc a condition that cannot be shown; 2: a file that cannot be read.\n"
      "Examples: yakuba dmn check loan.dmn --format json\n"
      "          yakuba dmn check loan.dmn --lang en --mcdc loan-mcdc.xml");
  check->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      if (!chosen->report.empty()) {
        const auto shown = dmn_mcdc(chosen->path, chosen->report, out);
        return finish(shown, out);
      }
      const auto result = dmn_check(chosen->path, chosen->language, chosen->format == "json", out);
      return finish(result, out);
    };
  });
  CLI::App* diff = dmn->add_subcommand("diff", "Where two versions decide differently, with both results");
  diff->add_option("before", chosen->path, "DMN file or criterion document (.md)")->required();
  diff->add_option("after", chosen->second, "The other version")->required();
  diff->add_option("--format", chosen->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  diff->footer(
      "Exit 0: they decide the same; 1: they differ; 2: a file that cannot be read.\n"
      "Example: yakuba dmn diff loan-2025.dmn loan-2026.dmn");
  diff->callback([chosen, &action] {
    action = [chosen] {
      std::string out;
      const auto result = dmn_diff(chosen->path, chosen->second, chosen->format == "json", out);
      return finish(result, out);
    };
  });
  CLI::App* convert =
      dmn->add_subcommand("convert", "Write a model as DMN of a version, a criterion document or a sheet");
  convert->add_option("model", chosen->convert.model, "DMN file, criterion document (.md), workbook (.xlsx) or .csv")
      ->required();
  convert->add_option("--library", chosen->convert.libraries,
                      "Document with functions that the criterion uses; repeat");
  convert->add_option("--pack", chosen->convert.packs,
                      "Folder of a pack whose facts and functions the criterion uses; repeat, the lowest layer first");
  convert->add_option("--to", chosen->convert.version, "1.3, 1.5, md for a criterion document, xlsx, csv for one table")
      ->check(CLI::IsMember({"1.3", "1.5", "md", "xlsx", "csv"}));
  convert->add_option("--decision", chosen->convert.decision, "To csv: whose table. From csv: the decision's name");
  convert->add_option("--output", chosen->report, "File to write; standard output when it is not given");
  convert->footer(
      "A workbook shows each table on a sheet and carries the whole model: what was changed in the sheets comes back.\n"
      "Exit 0: written; 2: the command was misused or a file could not be read or written.\n"
      "Examples: yakuba dmn convert fee.dmn --to csv --decision Fee > fee.csv\n"
      "          yakuba dmn convert fee.dmn --to xlsx --output fee.xlsx\n"
      "          yakuba dmn convert fee.xlsx --to 1.5 --output fee.dmn\n"
      "          yakuba dmn convert allowance.md --pack packs/common --to 1.5");
  convert->callback([chosen, &action] {
    action = [chosen] {
      chosen->convert.output = chosen->report;
      std::string out;
      const auto result = dmn_convert(chosen->convert, out);
      return finish(result ? Result<bool>(true) : Result<bool>(std::unexpected(result.error())), out);
    };
  });
}

}  // namespace yakuba
