// DMN XML of versions 1.1 to 1.5 into drg::Definitions. What is not part of the logic is kept as XML.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "dmn/drg.hpp"
#include "dmn/drg_names.hpp"
#include "dmn/xml.hpp"

namespace yakuba::dmn::drg {
namespace {

using pugi::xml_node;
using xml::local_name;

class Reader {
 public:
  Reader(xml::Document& document, Version version, std::string model_uri)
      : document_(document), model_uri_(std::move(model_uri)) {
    out_.version = version;
  }
  Definitions read();

 private:
  bool is_model(xml_node node) const {
    if (node.type() != pugi::node_element) return false;
    if (!document_.one_scope()) return xml::namespace_of(node) == model_uri_;
    const std::string_view prefix = xml::prefix_of(node.name());
    if (!asked_ || prefix != asked_prefix_) {
      asked_ = true;
      asked_prefix_ = prefix;
      asked_is_model_ = xml::namespace_of(document_.root(), prefix) == model_uri_;
    }
    return asked_is_model_;
  }
  xml_node child(xml_node of, std::string_view name) const {
    for (xml_node node = of.first_child(); node; node = node.next_sibling())
      if (local_name(node) == name && is_model(node)) return node;
    return {};
  }
  template <class F>
  void each(xml_node of, std::string_view name, F&& visit) const {
    for (const xml_node node : of.children())
      if (local_name(node) == name && is_model(node)) visit(node);
  }
  std::string child_text(xml_node of, std::string_view name) const {
    const xml_node node = child(of, name);
    return node ? std::string(trim(xml::text_of(node))) : std::string();
  }

  void element(xml_node node, Element& out);
  std::string type_name(xml_node at, std::string_view written) const;
  std::string type_of(xml_node node) const;  // attribute or child typeRef
  Variable variable(xml_node node);
  Text text(xml_node node);
  Expression expression(xml_node node);
  Expression only_expression(xml_node parent, std::initializer_list<std::string_view> others);
  static bool is_expression(std::string_view name);
  std::vector<Expression> part(xml_node parent, std::string_view name);
  Table table(xml_node node);
  Context context(xml_node node);
  Relation relation(xml_node node);
  FunctionDefinition function(xml_node node);
  Invocation invocation(xml_node node);
  Iterator iterator(xml_node node, IteratorKind kind);
  std::vector<Requirement> requirements(xml_node node);
  std::vector<std::string> hrefs(xml_node node, std::string_view name);
  ItemDefinition item(xml_node node);
  Decision decision(xml_node node);
  KnowledgeModel knowledge(xml_node node);
  DecisionService service(xml_node node);
  void invalid(xml_node node, std::string_view attribute, std::string_view value, std::string_view expects) {
    document_.fault(
        node, "dmn.bad_value",
        {{"key", std::string(attribute)}, {"value", std::string(value)}, {"expects", std::string(expects)}});
  }

  xml::Document& document_;
  std::string model_uri_;
  Definitions out_;
  // The last prefix that was looked up, when prefixes mean the same everywhere; it lies in the document.
  mutable bool asked_ = false, asked_is_model_ = false;
  mutable std::string_view asked_prefix_;
};

void Reader::element(xml_node node, Element& out) {
  out.place = document_.place(node);
  out.id = node.attribute("id").value();
  out.label = node.attribute("label").value();
  if (const xml_node description = child(node, "description")) out.description = xml::text_of(description);
  if (const xml_node extension = child(node, "extensionElements")) out.extension = xml::standalone(extension);
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view prefix = xml::prefix_of(attribute.name());
    if (prefix.empty() || prefix == "xmlns") continue;
    out.attributes.emplace_back(attribute.name(), attribute.value());
    // A prefix that is declared further in is declared at the root when written again.
    const auto known = [&](const auto& declared) { return declared.first == prefix; };
    if (const std::string_view uri = xml::namespace_of(node, prefix);
        !uri.empty() && !names::version_of(uri) && std::ranges::none_of(out_.prefixes, known))
      out_.prefixes.emplace_back(prefix, uri);
  }
}

// DMN 1.1 writes types as qualified names; since 1.2 they are names, with the import's name before a point.
std::string Reader::type_name(xml_node at, std::string_view written) const {
  written = trim(written);
  const std::string_view prefix = xml::prefix_of(written);
  if (prefix.empty()) return std::string(written);
  const std::string_view uri = xml::namespace_of(at, prefix);
  const std::string local(written.substr(prefix.size() + 1));
  if (uri.empty()) return prefix == "feel" ? local : std::string(written);
  if (uri == out_.namespace_uri || names::is_feel_uri(uri) || names::version_of(uri)) return local;
  for (const Import& import : out_.imports)
    if (import.namespace_uri == uri) return import.name.empty() ? local : import.name + "." + local;
  return local;
}
std::string Reader::type_of(xml_node node) const {
  if (const pugi::xml_attribute attribute = node.attribute("typeRef")) return type_name(node, attribute.value());
  if (const xml_node written = child(node, "typeRef")) return type_name(written, xml::text_of(written));
  return {};
}

Variable Reader::variable(xml_node node) {
  Variable out;
  if (!node) return out;
  element(node, out);
  out.name = node.attribute("name").value();
  out.type = type_of(node);
  return out;
}

Text Reader::text(xml_node node) {
  Text out;
  if (!node) return out;
  element(node, out);
  out.language = node.attribute("expressionLanguage").value();
  if (const xml_node inner = child(node, "text")) {
    out.text = xml::text_of(inner);
    out.place = document_.place(inner);
  }
  return out;
}

bool Reader::is_expression(std::string_view name) {
  static constexpr std::array known = {
      "literalExpression", "decisionTable", "context", "list", "relation", "functionDefinition",
      "invocation",        "conditional",   "for",     "some", "every",    "filter"};
  return std::ranges::find(known, name) != known.end();
}

Expression Reader::expression(xml_node node) {
  Expression out;
  if (!node) return out;
  element(node, out);
  out.type = type_of(node);
  const std::string_view name = local_name(node);
  if (name == "literalExpression") {
    Literal literal{text(node), {}};
    if (const xml_node imported = child(node, "importedValues")) literal.imported = xml::standalone(imported);
    // What belongs to the expression is not said again by its text.
    static_cast<Element&>(literal.text) = Element{.place = literal.text.place};
    out.logic = std::move(literal);
  } else if (name == "decisionTable") {
    out.logic = table(node);
  } else if (name == "context") {
    out.logic = context(node);
  } else if (name == "list") {
    List list;
    for (const xml_node item : node.children())
      if (is_model(item) && is_expression(local_name(item))) list.items.push_back(expression(item));
    out.logic = std::move(list);
  } else if (name == "relation") {
    out.logic = relation(node);
  } else if (name == "functionDefinition") {
    out.logic = function(node);
  } else if (name == "invocation") {
    out.logic = invocation(node);
  } else if (name == "conditional") {
    Conditional conditional;
    for (const std::string_view part_name : {"if", "then", "else"})
      for (Expression& part_found : part(node, part_name)) conditional.parts.push_back(std::move(part_found));
    if (conditional.parts.size() == 3) out.logic = std::move(conditional);
  } else if (name == "for") {
    out.logic = iterator(node, IteratorKind::for_each);
  } else if (name == "some") {
    out.logic = iterator(node, IteratorKind::some);
  } else if (name == "every") {
    out.logic = iterator(node, IteratorKind::every);
  } else if (name == "filter") {
    Filter filter;
    for (const std::string_view part_name : {"in", "match"})
      for (Expression& part_found : part(node, part_name)) filter.parts.push_back(std::move(part_found));
    if (filter.parts.size() == 2) out.logic = std::move(filter);
  }
  return out;
}

// The one expression among the children of an element, whatever else stands there.
Expression Reader::only_expression(xml_node parent, std::initializer_list<std::string_view> others) {
  for (const xml_node node : parent.children()) {
    if (!is_model(node)) continue;
    const std::string_view name = local_name(node);
    if (std::ranges::find(others, name) != others.end()) continue;
    if (is_expression(name)) return expression(node);
  }
  return {};
}

std::vector<Expression> Reader::part(xml_node parent, std::string_view name) {
  const xml_node node = child(parent, name);
  if (!node) {
    document_.fault(parent, "dmn.part_missing",
                    {{"element", std::string(local_name(parent))}, {"part", std::string(name)}});
    return {};
  }
  std::vector<Expression> out;
  out.push_back(only_expression(node, {}));
  return out;
}

Table Reader::table(xml_node node) {
  Table out;
  if (const std::string_view policy = node.attribute("hitPolicy").value(); !policy.empty()) {
    const auto found = names::hit_policy(policy);
    if (!found) invalid(node, "hitPolicy", policy, "UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT ORDER, COLLECT");
    out.hit_policy = found.value_or(HitPolicy::unique);
  }
  if (const std::string_view aggregation = node.attribute("aggregation").value(); !aggregation.empty()) {
    const auto found = names::aggregation(aggregation);
    if (!found) invalid(node, "aggregation", aggregation, "SUM, COUNT, MIN, MAX");
    out.aggregation = found.value_or(Aggregation::none);
  }
  out.orientation = node.attribute("preferredOrientation").value();
  out.output_label = node.attribute("outputLabel").value();
  each(node, "input", [&](xml_node input) {
    TableInput clause;
    element(input, clause);
    const xml_node inner = child(input, "inputExpression");
    clause.expression = text(inner);
    if (inner) clause.type = type_of(inner);
    clause.values = text(child(input, "inputValues"));
    out.inputs.push_back(std::move(clause));
  });
  each(node, "output", [&](xml_node output) {
    TableOutput clause;
    element(output, clause);
    clause.name = output.attribute("name").value();
    clause.type = type_of(output);
    clause.values = text(child(output, "outputValues"));
    if (const xml_node entry = child(output, "defaultOutputEntry")) clause.default_entry = text(entry);
    out.outputs.push_back(std::move(clause));
  });
  each(node, "annotation", [&](xml_node column) { out.annotations.push_back(column.attribute("name").value()); });
  each(node, "rule", [&](xml_node row) {
    TableRule rule;
    element(row, rule);
    rule.inputs.reserve(out.inputs.size());
    rule.outputs.reserve(out.outputs.size());
    each(row, "inputEntry", [&](xml_node cell) { rule.inputs.push_back(text(cell)); });
    each(row, "outputEntry", [&](xml_node cell) { rule.outputs.push_back(text(cell)); });
    each(row, "annotationEntry", [&](xml_node cell) { rule.annotations.push_back(text(cell).text); });
    if (rule.inputs.size() != out.inputs.size() || rule.outputs.size() != out.outputs.size())
      document_.fault(row, "dmn.rule_cells",
                      {{"cells", std::to_string(rule.inputs.size()) + " + " + std::to_string(rule.outputs.size())},
                       {"columns", std::to_string(out.inputs.size()) + " + " + std::to_string(out.outputs.size())}});
    out.rules.push_back(std::move(rule));
  });
  if (out.outputs.empty())
    document_.fault(node, "dmn.part_missing", {{"element", "decisionTable"}, {"part", "output"}});
  return out;
}

Context Reader::context(xml_node node) {
  Context out;
  each(node, "contextEntry", [&](xml_node entry) {
    ContextEntry made;
    element(entry, made);
    if (const xml_node named = child(entry, "variable")) made.variable = variable(named);
    made.value = only_expression(entry, {"variable"});
    out.entries.push_back(std::move(made));
  });
  return out;
}

Relation Reader::relation(xml_node node) {
  Relation out;
  each(node, "column", [&](xml_node column) { out.columns.push_back(variable(column)); });
  each(node, "row", [&](xml_node row) {
    RelationRow made;
    element(row, made);
    for (const xml_node cell : row.children())
      if (is_model(cell) && is_expression(local_name(cell))) made.cells.push_back(expression(cell));
    if (made.cells.size() != out.columns.size())
      document_.fault(row, "dmn.rule_cells",
                      {{"cells", std::to_string(made.cells.size())}, {"columns", std::to_string(out.columns.size())}});
    out.rows.push_back(std::move(made));
  });
  return out;
}

FunctionDefinition Reader::function(xml_node node) {
  FunctionDefinition out;
  const std::string_view kind = node.attribute("kind").value();
  if (kind == "Java" || kind == "J")
    out.kind = FunctionKind::java;
  else if (kind == "PMML" || kind == "P")
    out.kind = FunctionKind::pmml;
  else if (!kind.empty() && kind != "FEEL" && kind != "F")
    invalid(node, "kind", kind, "FEEL, Java, PMML");
  each(node, "formalParameter", [&](xml_node parameter) { out.parameters.push_back(variable(parameter)); });
  if (Expression body = only_expression(node, {}); !body.empty()) out.body.push_back(std::move(body));
  return out;
}

Invocation Reader::invocation(xml_node node) {
  Invocation out;
  if (Expression callee = only_expression(node, {}); !callee.empty()) out.function.push_back(std::move(callee));
  each(node, "binding", [&](xml_node binding) {
    out.bindings.push_back({variable(child(binding, "parameter")), only_expression(binding, {})});
  });
  return out;
}

Iterator Reader::iterator(xml_node node, IteratorKind kind) {
  Iterator out;
  out.kind = kind;
  out.variable = node.attribute("iteratorVariable").value();
  for (const std::string_view name :
       {std::string_view("in"),
        kind == IteratorKind::for_each ? std::string_view("return") : std::string_view("satisfies")})
    for (Expression& found : part(node, name)) out.parts.push_back(std::move(found));
  if (const xml_node in = child(node, "in")) out.in_type = type_of(in);
  return out;
}

std::vector<Requirement> Reader::requirements(xml_node node) {
  std::vector<Requirement> out;
  for (const xml_node requirement : node.children()) {
    if (!is_model(requirement)) continue;
    const std::string_view name = local_name(requirement);
    if (name != "informationRequirement" && name != "knowledgeRequirement" && name != "authorityRequirement") continue;
    for (const xml_node required : requirement.children()) {
      if (!is_model(required) || !required.attribute("href")) continue;
      Requirement made;
      element(requirement, made);
      made.href = trim(required.attribute("href").value());
      made.authority = name == "authorityRequirement" ? std::string(local_name(required)) : std::string();
      made.kind = name == "authorityRequirement"            ? RequirementKind::authority
                  : name == "knowledgeRequirement"          ? RequirementKind::knowledge
                  : local_name(required) == "requiredInput" ? RequirementKind::input
                                                            : RequirementKind::decision;
      out.push_back(std::move(made));
    }
  }
  return out;
}

std::vector<std::string> Reader::hrefs(xml_node node, std::string_view name) {
  std::vector<std::string> out;
  each(node, name, [&](xml_node one) { out.emplace_back(trim(one.attribute("href").value())); });
  return out;
}

ItemDefinition Reader::item(xml_node node) {
  ItemDefinition out;
  element(node, out);
  out.name = node.attribute("name").value();
  out.type = type_of(node);
  const std::string_view collection = node.attribute("isCollection").value();
  out.collection = collection == "true" || collection == "1";
  out.allowed_values = text(child(node, "allowedValues"));
  out.type_constraint = text(child(node, "typeConstraint"));
  each(node, "itemComponent", [&](xml_node component) { out.components.push_back(item(component)); });
  if (const xml_node function_item = child(node, "functionItem")) {
    ItemDefinition::FunctionItem made;
    made.output_type = type_name(function_item, function_item.attribute("outputTypeRef").value());
    each(function_item, "parameters", [&](xml_node parameter) { made.parameters.push_back(variable(parameter)); });
    out.function = std::move(made);
  }
  return out;
}

Decision Reader::decision(xml_node node) {
  Decision out;
  element(node, out);
  out.name = node.attribute("name").value();
  out.question = child_text(node, "question");
  out.allowed_answers = child_text(node, "allowedAnswers");
  out.variable = variable(child(node, "variable"));
  out.requirements = requirements(node);
  out.logic = only_expression(node, {});
  static constexpr std::array kept = {"supportedObjective", "impactedPerformanceIndicator",
                                      "decisionMaker",      "decisionOwner",
                                      "usingProcess",       "usingTask"};
  for (const xml_node other : node.children())
    if (is_model(other) && std::ranges::find(kept, local_name(other)) != kept.end())
      out.kept.push_back(xml::standalone(other));
  return out;
}

KnowledgeModel Reader::knowledge(xml_node node) {
  KnowledgeModel out;
  element(node, out);
  out.name = node.attribute("name").value();
  out.variable = variable(child(node, "variable"));
  out.requirements = requirements(node);
  if (const xml_node logic = child(node, "encapsulatedLogic")) {
    element(logic, out.logic);
    out.logic.type = type_of(logic);
    out.logic.logic = function(logic);
  }
  return out;
}

DecisionService Reader::service(xml_node node) {
  DecisionService out;
  element(node, out);
  out.name = node.attribute("name").value();
  out.variable = variable(child(node, "variable"));
  out.outputs = hrefs(node, "outputDecision");
  out.encapsulated = hrefs(node, "encapsulatedDecision");
  out.input_decisions = hrefs(node, "inputDecision");
  out.inputs = hrefs(node, "inputData");
  return out;
}

Definitions Reader::read() {
  const xml_node root = document_.root();
  for (const pugi::xml_attribute attribute : root.attributes()) {
    const std::string_view name = attribute.name();
    if (name.starts_with("xmlns:") && !names::version_of(attribute.value()))
      out_.prefixes.emplace_back(name.substr(6), attribute.value());
  }
  element(root, out_);
  out_.name = root.attribute("name").value();
  out_.namespace_uri = root.attribute("namespace").value();
  out_.expression_language = root.attribute("expressionLanguage").value();
  out_.type_language = root.attribute("typeLanguage").value();
  out_.exporter = root.attribute("exporter").value();
  out_.exporter_version = root.attribute("exporterVersion").value();
  each(root, "import", [&](xml_node node) {
    Import import;
    element(node, import);
    import.name = node.attribute("name").value();
    import.namespace_uri = node.attribute("namespace").value();
    import.location = node.attribute("locationURI").value();
    import.import_type = node.attribute("importType").value();
    out_.imports.push_back(std::move(import));
  });
  for (const xml_node node : root.children()) {
    if (node.type() != pugi::node_element) continue;
    const std::string_view name = local_name(node);
    if (!is_model(node)) {
      out_.kept.push_back(xml::standalone(node));
    } else if (name == "itemDefinition") {
      out_.items.push_back(item(node));
    } else if (name == "inputData") {
      InputData input;
      element(node, input);
      input.name = node.attribute("name").value();
      input.variable = variable(child(node, "variable"));
      out_.inputs.push_back(std::move(input));
    } else if (name == "decision") {
      out_.decisions.push_back(decision(node));
    } else if (name == "businessKnowledgeModel") {
      out_.knowledge.push_back(knowledge(node));
    } else if (name == "decisionService") {
      out_.services.push_back(service(node));
    } else if (name != "import" && name != "description" && name != "extensionElements") {
      out_.kept.push_back(xml::standalone(node));
    }
  }
  return std::move(out_);
}

}  // namespace

Reading read(std::string_view text, std::string_view file, const ReadLimits& limits) {
  Reading out;
  xml::Document document(text, file,
                         {limits.document_bytes_max, limits.elements_max, limits.depth_max, limits.faults_max});
  if (document.ok()) {
    const auto version = names::version_of(xml::namespace_of(document.root()));
    if (local_name(document.root()) != "definitions" || !version) {
      document.fault(document.root(), "dmn.not_a_model", {{"element", document.root().name()}});
    } else {
      Definitions read = Reader(document, *version, std::string(xml::namespace_of(document.root()))).read();
      if (!has_errors(document.faults)) out.definitions = std::move(read);
    }
  }
  out.faults = std::move(document.faults);
  return out;
}

// ---- recursive parts compare when all are complete
bool Context::operator==(const Context&) const = default;
bool List::operator==(const List&) const = default;
bool Relation::operator==(const Relation&) const = default;
bool FunctionDefinition::operator==(const FunctionDefinition&) const = default;
bool Invocation::operator==(const Invocation&) const = default;
bool Conditional::operator==(const Conditional&) const = default;
bool Iterator::operator==(const Iterator&) const = default;
bool Filter::operator==(const Filter&) const = default;

}  // namespace yakuba::dmn::drg
