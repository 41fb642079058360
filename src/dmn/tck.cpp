#include "dmn/tck.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "dmn/xml.hpp"

namespace yakuba::dmn::tck {
namespace {

using pugi::xml_node;
using xml::local_name;

constexpr std::string_view test_uri = "http://www.omg.org/spec/DMN/20160719/testcase";
constexpr std::string_view schema_uri = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view instance_uri = "http://www.w3.org/2001/XMLSchema-instance";

xml_node child(xml_node of, std::string_view name) {
  for (const xml_node node : of.children())
    if (node.type() == pugi::node_element && local_name(node) == name) return node;
  return {};
}
bool is_true(std::string_view text) {
  return text == "true" || text == "1";
}

// An attribute of XML Schema's instance namespace, whatever its prefix.
std::string_view instance_attribute(xml_node node, std::string_view name) {
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view full = attribute.name();
    const std::string_view prefix = xml::prefix_of(full);
    if (!prefix.empty() && full.substr(prefix.size() + 1) == name && xml::namespace_of(node, prefix) == instance_uri)
      return attribute.value();
  }
  return {};
}

class Reader {
 public:
  explicit Reader(xml::Document& document) : document_(document) {}
  Suite read();

 private:
  feel::Value value(xml_node of);
  feel::Value simple(xml_node node);
  void bad_value(xml_node node, std::string_view type) {
    document_.fault(node, "tck.value", {{"text", xml::text_of(node)}, {"type", std::string(type)}});
  }
  xml::Document& document_;
};

feel::Value Reader::simple(xml_node node) {
  if (is_true(instance_attribute(node, "nil"))) return {};
  const std::string text = xml::text_of(node);
  const std::string_view full = instance_attribute(node, "type");
  const std::string_view prefix = xml::prefix_of(full);
  const std::string_view type = prefix.empty() ? full : full.substr(prefix.size() + 1);
  if (type.empty() || type == "string") return feel::Value::string(text);
  if (xml::namespace_of(node, prefix) != schema_uri) {
    bad_value(node, full);
    return {};
  }
  const std::string_view trimmed = trim(text);
  const auto typed = [&](std::initializer_list<feel::Type> types) -> feel::Value {
    for (const feel::Type& one : types)
      if (auto found = feel::from_json(JsonValue(std::string(trimmed)), one)) return *found;
    bad_value(node, full);
    return {};
  };
  if (type == "boolean") {
    if (trimmed != "true" && trimmed != "false" && trimmed != "0" && trimmed != "1") bad_value(node, full);
    return feel::Value::boolean(is_true(trimmed));
  }
  if (type == "decimal" || type == "double" || type == "float" || type == "integer" || type == "int" ||
      type == "long" || type == "short") {
    if (const auto number = feel::Decimal::parse(trimmed)) return feel::Value::number(*number);
    bad_value(node, full);
    return {};
  }
  if (type == "date") return typed({feel::Type::date()});
  if (type == "time") return typed({feel::Type::time()});
  if (type == "dateTime") return typed({feel::Type::date_time()});
  if (type == "duration" || type == "dayTimeDuration" || type == "yearMonthDuration")
    return typed({feel::Type::days_duration(), feel::Type::months_duration()});
  bad_value(node, full);
  return {};
}

feel::Value Reader::value(xml_node of) {
  std::vector<feel::Entry> entries;
  bool context = false;
  for (const xml_node node : of.children()) {
    if (node.type() != pugi::node_element) continue;
    const std::string_view name = local_name(node);
    if (name == "value") return simple(node);
    if (name == "list") {
      if (is_true(instance_attribute(node, "nil"))) return {};
      std::vector<feel::Value> items;
      for (const xml_node item : node.children())
        if (item.type() == pugi::node_element && local_name(item) == "item") items.push_back(value(item));
      return feel::Value::list(std::move(items));
    }
    if (name != "component") continue;
    context = true;
    entries.emplace_back(node.attribute("name").value(),
                         is_true(instance_attribute(node, "nil")) ? feel::Value() : value(node));
  }
  return context ? feel::Value::context(std::move(entries)) : feel::Value();
}

Suite Reader::read() {
  Suite out;
  const xml_node root = document_.root();
  out.model_name = trim(xml::text_of(child(root, "modelName")));
  for (const xml_node label : child(root, "labels").children())
    if (label.type() == pugi::node_element) out.labels.emplace_back(trim(xml::text_of(label)));
  for (const xml_node node : root.children()) {
    if (node.type() != pugi::node_element || local_name(node) != "testCase") continue;
    Case test;
    test.place = document_.place(node);
    test.id = node.attribute("id").value();
    test.description = trim(xml::text_of(child(node, "description")));
    test.invocable = node.attribute("invocableName").value();
    const std::string_view kind = node.attribute("type").value();
    if (kind == "decisionService")
      test.kind = Case::Kind::service;
    else if (kind == "bkm")
      test.kind = Case::Kind::knowledge;
    else if (!kind.empty() && kind != "decision")
      document_.fault(node, "dmn.bad_value",
                      {{"key", "type"}, {"value", std::string(kind)}, {"expects", "decision, bkm, decisionService"}});
    for (const xml_node part : node.children()) {
      if (part.type() != pugi::node_element) continue;
      if (local_name(part) == "inputNode") {
        test.inputs.push_back({part.attribute("name").value(), value(part), part.attribute("namespace").value()});
      } else if (local_name(part) == "resultNode") {
        Expected expected;
        expected.place = document_.place(part);
        expected.name = part.attribute("name").value();
        expected.namespace_uri = part.attribute("namespace").value();
        expected.error = is_true(part.attribute("errorResult").value());
        if (const xml_node wanted = child(part, "expected")) {
          expected.given = true;
          expected.value = value(wanted);
        }
        test.results.push_back(std::move(expected));
      }
    }
    out.cases.push_back(std::move(test));
  }
  return out;
}

bool same_number(const feel::Decimal& expected, const feel::Decimal& actual) {
  if (expected == actual) return true;
  constexpr int decimals_of_binary = 8;
  if (expected.exponent > -decimals_of_binary) return false;
  const auto difference = feel::subtract(expected, actual);
  if (!difference) return false;
  feel::Decimal size = *difference;
  size.negative = false;
  return feel::compare(size, feel::Decimal::of(1, -decimals_of_binary)) < 0;
}

}  // namespace

bool same(const feel::Value& expected, const feel::Value& actual) {
  if (expected.kind() != actual.kind()) return false;
  switch (expected.kind()) {
    case feel::Kind::number:
      return same_number(expected.number(), actual.number());
    case feel::Kind::list:
      return std::ranges::equal(expected.items(), actual.items(), same);
    case feel::Kind::context:
      return expected.entries().size() == actual.entries().size() &&
             std::ranges::all_of(expected.entries(), [&](const feel::Entry& entry) {
               const feel::Value* found = actual.find(entry.name());
               return found && same(entry.value, *found);
             });
    case feel::Kind::function:
      return false;
    default:
      return expected == actual;
  }
}

Reading read(std::string_view text, std::string_view file, const ReadLimits& limits) {
  Reading out;
  xml::Document document(text, file, {limits.document_bytes_max, limits.elements_max, limits.depth_max, 200});
  if (document.ok()) {
    if (local_name(document.root()) != "testCases" || xml::namespace_of(document.root()) != test_uri) {
      document.fault(document.root(), "tck.not_a_suite", {{"element", document.root().name()}});
    } else {
      Suite suite = Reader(document).read();
      if (!has_errors(document.faults)) out.suite = std::move(suite);
    }
  }
  out.faults = std::move(document.faults);
  return out;
}

namespace {

drg::GraphResult evaluate(const Case& test, const Expected& expected, const drg::Graph& graph,
                          drg::GraphEvaluator& evaluator) {
  if (test.kind == Case::Kind::decision)
    return evaluator.evaluate(graph, expected.name, test.inputs, expected.namespace_uri);
  drg::GraphResult out = evaluator.invoke(graph, test.invocable.empty() ? expected.name : test.invocable, test.inputs);
  // Of several outputs the result node names one.
  if (test.kind == Case::Kind::service && out.value.kind() == feel::Kind::context)
    for (const drg::NodeInfo& node : graph.nodes())
      if (node.kind == drg::NodeKind::service && node.name == test.invocable && node.needs.size() > 1)
        if (const feel::Value* part = out.value.find(expected.name)) {
          feel::Value value = *part;
          out.value = std::move(value);
        }
  return out;
}

std::string shown(const feel::Value& value, bool error) {
  return feel::literal(value) + (error ? " (error)" : "");
}

}  // namespace

Report run(const Suite& suite, const drg::Graph& graph, const Options& options) {
  Report out;
  drg::GraphEvaluator evaluator(options.limits);
  evaluator.set_now(options.now);
  for (const Case& test : suite.cases) {
    bool passed = true;
    for (const Expected& expected : test.results) {
      const drg::GraphResult result = evaluate(test, expected, graph, evaluator);
      const bool error = result.value.is_null() && !result.diagnostics.empty();
      const bool value = !expected.given || same(expected.value, result.value);
      const bool null_expected = expected.given && expected.value.is_null();
      if (result.found && value && (expected.error ? error : (null_expected || !error))) {
        ++out.nodes_passed;
        if (error && !expected.error) {
          ++out.unmarked;
          out.unmarked_nodes.push_back({test.id, expected.name, expected.place, shown(expected.value, false),
                                        shown(result.value, true), feel::describe(result.diagnostics[0])});
        }
        continue;
      }
      passed = false;
      ++out.nodes_failed;
      out.failures.push_back({test.id, expected.name, expected.place, shown(expected.value, expected.error),
                              result.found ? shown(result.value, error) : "no such node in the model",
                              result.diagnostics.empty() ? "" : feel::describe(result.diagnostics[0])});
    }
    ++(passed ? out.passed : out.failed);
  }
  return out;
}

std::string describe(const NodeResult& node) {
  std::string out = node.place.file + ":" + std::to_string(node.place.line) + ":" + std::to_string(node.place.column) +
                    ": case " + node.test_case + ", " + node.node + ": expected " + node.expected + ", got " +
                    node.actual;
  if (!node.why.empty()) out += " — " + node.why;
  return out;
}

namespace {

struct LoadedModel {
  std::string stem;
  drg::Definitions definitions;
};
std::string stem_of(std::string_view name) {
  return std::string(name.substr(0, name.rfind('.')));
}

// The model a suite names; the only one, when it names none that is here.
const LoadedModel* model_of(const Suite& suite, const std::vector<LoadedModel>& models) {
  const std::string wanted = suite.model_name.ends_with(".dmn") ? stem_of(suite.model_name) : suite.model_name;
  for (const LoadedModel& model : models)
    if (model.stem == wanted) return &model;
  return models.size() == 1 ? &models[0] : nullptr;
}

void add(Report& total, Report&& one) {
  total.passed += one.passed;
  total.failed += one.failed;
  total.nodes_passed += one.nodes_passed;
  total.nodes_failed += one.nodes_failed;
  total.unmarked += one.unmarked;
  std::ranges::move(one.failures, std::back_inserter(total.failures));
  std::ranges::move(one.unmarked_nodes, std::back_inserter(total.unmarked_nodes));
}

void run_file(const File& file, const std::vector<LoadedModel>& models, const Options& options, FolderReport& out) {
  Reading reading = read(file.text, file.name);
  std::ranges::move(reading.faults, std::back_inserter(out.faults));
  if (!reading.suite) {
    ++out.report.failed;
    return;
  }
  const LoadedModel* model = model_of(*reading.suite, models);
  drg::GraphCompilation compiled;
  if (model) {
    compiled = drg::compile(model->definitions, [&](const drg::Import& import) -> const drg::Definitions* {
      for (const LoadedModel& one : models)
        if (one.definitions.namespace_uri == import.namespace_uri) return &one.definitions;
      return nullptr;
    });
  } else {
    out.faults.push_back(
        {Severity::error, "tck.no_model", {{"name", reading.suite->model_name}}, Place{file.name, 0, 0, {}}});
  }
  if (compiled.graph) {
    add(out.report, run(*reading.suite, *compiled.graph, options));
    return;
  }
  std::ranges::move(compiled.faults, std::back_inserter(out.faults));
  out.report.failed += reading.suite->cases.size();
}

}  // namespace

FolderReport run_folder(std::string name, std::span<const File> files, const Options& options) {
  FolderReport out;
  out.name = std::move(name);
  std::vector<LoadedModel> models;
  for (const File& file : files) {
    if (!file.name.ends_with(".dmn")) continue;
    drg::Reading reading = drg::read(file.text, file.name);
    std::ranges::move(reading.faults, std::back_inserter(out.faults));
    if (reading.definitions) models.push_back({stem_of(file.name), std::move(*reading.definitions)});
  }
  for (const File& file : files)
    if (file.name.ends_with(".xml")) run_file(file, models, options, out);
  return out;
}

namespace {
// Why a node that the TCK does not mark has a diagnostic all the same.
std::string_view clause_of(std::string_view diagnostic) {
  const auto about = [&](feel::Code code) { return diagnostic.find(feel::name_of(code)) != std::string_view::npos; };
  if (about(feel::Code::division_by_zero)) return "a division by zero is null (§10.3.2.15, table 59)";
  if (about(feel::Code::type_mismatch))
    return "operands of types that are not listed give null (§10.3.2.15, table 56 to 59)";
  if (about(feel::Code::coercion)) return "a value that does not conform to the declared type is null (§10.3.2.9.4)";
  return "not explained";
}
}  // namespace

std::string conformance(std::span<const FolderReport> folders) {
  std::string table =
      "| folder | cases passed | cases failed | nodes passed | nodes failed | unmarked |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: |\n";
  std::string failures, unmarked;
  Report total;
  for (const FolderReport& folder : folders) {
    const Report& report = folder.report;
    table += "| " + folder.name + " | " + std::to_string(report.passed) + " | " + std::to_string(report.failed) +
             " | " + std::to_string(report.nodes_passed) + " | " + std::to_string(report.nodes_failed) + " | " +
             std::to_string(report.unmarked) + " |\n";
    total.passed += report.passed;
    total.failed += report.failed;
    total.nodes_passed += report.nodes_passed;
    total.nodes_failed += report.nodes_failed;
    total.unmarked += report.unmarked;
    for (const Fault& fault : folder.faults)
      if (fault.severity == Severity::error) failures += "- " + dmn::describe(fault, Words::en) + "\n";
    for (const NodeResult& node : report.failures) failures += "- " + describe(node) + "\n";
    for (const NodeResult& node : report.unmarked_nodes)
      unmarked += "| " + folder.name + " | " + node.node + " | `" + node.why + "` | " +
                  std::string(clause_of(node.why)) + " |\n";
  }
  std::string out =
      "# Conformance to DMN\n\n"
      "Generated by `yakuba dmn tck DIR --report docs/conformance.md`; not edited by hand. The cases are those of the "
      "DMN\n"
      "Technology Compatibility Kit (dmn-tck/tck); they are no part of this repository. Compared strictly: exact "
      "types,\n"
      "numbers equal (within 1E-8 where eight or more decimals are expected), models as they are, and what is marked "
      "with\n"
      "errorResult must be null with a diagnostic. *unmarked*: nodes that pass with null and a diagnostic where the "
      "TCK\n"
      "expects null without that mark; they stand below, each with the clause of DMN 1.5 that makes it an error.\n\n";
  out += "**" + std::to_string(total.passed) + " cases passed, " + std::to_string(total.failed) + " failed** (" +
         std::to_string(total.nodes_passed) + " result nodes passed, " + std::to_string(total.nodes_failed) +
         " failed, " + std::to_string(total.unmarked) + " unmarked) in " + std::to_string(folders.size()) +
         " folders.\n\n" + table;
  if (!failures.empty()) out += "\n## What fails\n\n" + failures;
  if (!unmarked.empty())
    out +=
        "\n## Unmarked\n\nIn all of these the value is null, as the TCK expects, and there is a diagnostic, as for the "
        "same "
        "errors elsewhere.\n\n| folder | node | diagnostic | why it is an error |\n| --- | --- | --- | --- |\n" +
        unmarked;
  return out;
}

}  // namespace yakuba::dmn::tck
