// `yakuba feel` and `yakuba dmn …`: the rule engine for whoever has a model and no town. They need no installation;
// files are read here, everything else is src/dmn.
//
//   std::string out;
//   Result<bool> good = dmn_tck("tck/TestCases", "docs/conformance.md", out);   // false: some case failed
//
// Errors: a file that cannot be read (not_found), a model or text with faults (invalid; `out` holds them, one a line,
// as file:line:column: what is wrong and the remedy).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace yakuba {

// Runs every folder below `folder` that holds test files, strictly. `report`: file to write, or empty.
Result<bool> dmn_tck(const std::filesystem::path& folder, const std::filesystem::path& report, std::string& out);
// One test file against its model (beside it, by modelName).
Result<bool> dmn_test(const std::filesystem::path& tests, std::string& out);
// Everything wrong with a model that can be told without running it.
Result<bool> dmn_check(const std::filesystem::path& model, std::string_view language, bool json, std::string& out);
// Test cases that show what each condition of a model's tables does, as a TCK file beside the model. false: some table
// was left out or some condition changes no result.
Result<bool> dmn_mcdc(const std::filesystem::path& model, const std::filesystem::path& file, std::string& out);

// Where two versions (each a .dmn model or a .md criterion) decide differently. false: they differ.
Result<bool> dmn_diff(const std::filesystem::path& before, const std::filesystem::path& after, bool json,
                      std::string& out);

struct EvalOptions {
  std::filesystem::path model;
  std::string input = "{}";  // JSON: an object, or one object a line
  std::string decision;      // empty: those that nothing else requires
  std::string service;
  std::string as_of;   // "2026-11-22": what today() gives
  bool trace = false;  // with "trace" (dmn/drg_trace.hpp) and "explanation": the same as Japanese sentences
  std::function<void(const std::string&)> progress;  // shown by a terminal: how far a long batch is
};
// One JSON line for each input: {"outputs":{…},"diagnostics":[…]}. false: some input gave a diagnostic.
Result<bool> dmn_eval(const EvalOptions& options, std::string& out);
struct BenchOptions {
  std::filesystem::path model, contexts;
  std::string decision;          // empty: the one that no other requires
  std::string as;                // the file of contexts is the value of this name, in one context
  std::filesystem::path expect;  // results, one for each context; empty: any but null
  double seconds = 2;            // of the decisions; JSON and loading take a quarter each
};
// One JSON line: decisions_per_s, cpu_us (of a decision, the least of five repetitions), checked, json_cpu_us (JSON in,
// decision, JSON out), load_cpu_us (read and compile). false: a result differs or is null; nothing was timed.
Result<bool> dmn_bench(const BenchOptions& options, std::string& out);
struct ConvertOptions {
  std::filesystem::path
      model;  // .dmn, a criterion document (.md), a workbook (.xlsx) or a table as .csv (dmn/sheet.hpp)
  std::string version = "1.5";  // "1.3", "1.5", "md", "xlsx", or "csv" for one table
  std::string decision;         // to csv: whose table; empty: the only one. From csv: its name, else the file's
  std::vector<std::filesystem::path> libraries;  // documents with the functions that a criterion uses
  std::vector<std::filesystem::path> packs;      // layers whose facts and functions it uses, the lowest first
  std::filesystem::path output;                  // empty: `out`
};
Result<> dmn_convert(const ConvertOptions& options, std::string& out);
// A FEEL expression over the members of a JSON object; the value as FEEL writes it, diagnostics behind it.
Result<bool> feel_evaluate(std::string_view expression, std::string_view context_json, std::string& out);

// Adds the commands to the command line; what was chosen is put into `action` (its result is the exit code: 0 good,
// 1 something is wrong with what was looked at, 2 misused).
void add_dmn_commands(CLI::App& app, std::function<int()>& action);

}  // namespace yakuba
