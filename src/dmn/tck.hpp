// Test cases of the DMN Technology Compatibility Kit: read, run against a graph, compared strictly.
//
//   tck::Reading tests = tck::read(xml, "0004-lending-test-01.xml");
//   tck::Report report = tck::run(*tests.suite, *compiled.graph);
//   report.passed; report.failed;                    // cases
//   for (const tck::NodeResult& node : report.failures) std::puts(tck::describe(node).c_str());
//
// Strictly: a value has exactly the expected kind; numbers are equal, or, where eight or more decimals are expected
// (values that were computed in binary), they differ by less than 1E-8; lists agree item by item, contexts in the same
// keys; a zone is the same as written. What is marked with `errorResult` must be null with a diagnostic; any other
// result must be the value. Where null is expected without the mark, the TCK contradicts itself (in 0082 the same error
// is marked in one case and not in another; the older folders mark nothing): null passes, and the nodes that gave a
// diagnostic are kept as `unmarked_nodes`, which the report explains by the clause. Models are run as they are.
// Pure. Faults of a test file name file, line and column. Source: testCases.xsd of the TCK; DMN 1.5 §10.3.2.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/drg_graph.hpp"

namespace yakuba::dmn::tck {

struct Expected {
  std::string name, namespace_uri;
  bool given = false;  // has an expected value
  bool error = false;  // errorResult
  feel::Value value;
  Place place;
};
struct Case {
  std::string id, description;
  enum class Kind { decision, knowledge, service } kind = Kind::decision;
  std::string invocable;
  std::vector<drg::Given> inputs;
  std::vector<Expected> results;
  Place place;
};
struct Suite {
  std::string model_name;
  std::vector<std::string> labels;
  std::vector<Case> cases;
};
struct Reading {
  std::optional<Suite> suite;  // absent when there was an error
  Faults faults;
};
struct ReadLimits {
  std::size_t document_bytes_max = 16 * 1024 * 1024;
  std::size_t elements_max = 1'000'000;
  std::size_t depth_max = 200;
};
Reading read(std::string_view xml, std::string_view file, const ReadLimits& limits = {});
// As a TCK file; read again it gives the same cases.
std::string write(const Suite& suite);

struct NodeResult {
  std::string test_case, node;
  Place place;
  std::string expected, actual;  // FEEL literals, with "(error)" where a diagnostic was given or is wanted
  std::string why;               // the first diagnostic
};
struct Report {
  std::size_t passed = 0, failed = 0;  // cases
  std::size_t nodes_passed = 0, nodes_failed = 0;
  std::size_t unmarked = 0;  // passed nodes: null expected without errorResult, and null with a diagnostic
  std::vector<NodeResult> failures;
  std::vector<NodeResult> unmarked_nodes;
};
struct Options {
  feel::Limits limits;
  feel::DateTime now;  // what now() and today() give; the beginning of 1970 when nothing is said
};
Report run(const Suite& suite, const drg::Graph& graph, const Options& options = {});
std::string describe(const NodeResult& node);

// A folder of the TCK: its models and test files, as texts. Models are known by their file's name and, to imports, by
// their namespace.
struct File {
  std::string name;  // "0004-lending.dmn"
  std::string text;
};
struct FolderReport {
  std::string name;
  Report report;
  Faults faults;  // files that cannot be read, models that cannot be compiled, tests without a model: cases that fail
};
FolderReport run_folder(std::string name, std::span<const File> files, const Options& options = {});
// The results as a document: a table by folder, then the nodes that fail.
std::string conformance(std::span<const FolderReport> folders);

// As the TCK compares; see above.
bool same(const feel::Value& expected, const feel::Value& actual);

}  // namespace yakuba::dmn::tck
