// drg::Definitions as DMN XML. The parts that were kept as XML go out as they came in, but for the namespace of the
// diagrams, which follows the version.
#include "base/xml.hpp"
#include "dmn/drg.hpp"
#include "dmn/drg_names.hpp"
#include "dmn/xml.hpp"

namespace yakuba::dmn::drg {
namespace {

class Writer {
 public:
  explicit Writer(Version version) : names_(names::of(version)) {}
  std::string definitions(const Definitions& definitions);

 private:
  using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

  void line(std::string_view text) {
    out_.append(depth_ * 2, ' ');
    out_ += text;
    out_ += '\n';
  }
  // <name attributes>, with what every element carries; close() ends it.
  void open(std::string_view name, const Element& element, const Attributes& attributes);
  void close(std::string_view name) {
    --depth_;
    line("</" + std::string(name) + ">");
  }
  void empty(std::string_view name, const Attributes& attributes);
  void simple(std::string_view name, std::string_view text) {
    line("<" + std::string(name) + ">" + xml_text(text) + "</" + std::string(name) + ">");
  }
  void raw(std::string_view xml_text);
  void variable(std::string_view name, const Variable& variable);
  void text(std::string_view name, const Text& text, std::string_view type = {});
  void expression(const Expression& expression, std::string_view name = {});
  void logic(const Expression&, const Literal& literal);
  void logic(const Expression&, const Table& table);
  void logic(const Expression&, const Context& context);
  void logic(const Expression&, const List& list);
  void logic(const Expression&, const Relation& relation);
  void logic(const Expression&, const FunctionDefinition&) {}  // expression() writes it
  void logic(const Expression&, const Invocation& invocation);
  void logic(const Expression&, const Conditional& conditional);
  void logic(const Expression&, const Iterator& iterator);
  void logic(const Expression&, const Filter& filter);
  void logic(const Expression&, const std::monostate&) {}
  void part(std::string_view name, const Expression& inner, std::string_view type = {});
  void requirements(const std::vector<Requirement>& requirements);
  void hrefs(std::string_view name, const std::vector<std::string>& hrefs) {
    for (const std::string& href : hrefs) empty(name, {{"href", href}});
  }
  void item(std::string_view name, const ItemDefinition& item);
  std::string attributes_of(const Attributes& attributes) const;

  const names::VersionNames& names_;
  std::string out_;
  std::size_t depth_ = 0;
};

std::string Writer::attributes_of(const Attributes& attributes) const {
  std::string out;
  for (const auto& [name, value] : attributes)
    if (!value.empty()) out += " " + std::string(name) + "=\"" + xml_attribute(value) + "\"";
  return out;
}

void Writer::open(std::string_view name, const Element& element, const Attributes& attributes) {
  std::string head = "<" + std::string(name) + attributes_of({{"id", element.id}, {"label", element.label}}) +
                     attributes_of(attributes);
  for (const auto& [key, value] : element.attributes) head += " " + key + "=\"" + xml_attribute(value) + "\"";
  line(head + ">");
  ++depth_;
  if (!element.description.empty()) simple("description", element.description);
  if (!element.extension.empty()) raw(element.extension);
}
void Writer::empty(std::string_view name, const Attributes& attributes) {
  line("<" + std::string(name) + attributes_of(attributes) + "/>");
}

void Writer::raw(std::string_view xml_text) {
  std::string text(xml_text);
  for (const names::VersionNames& other : names::versions)
    for (const auto& [from, to] : {std::pair(other.model, names_.model), std::pair(other.diagram, names_.diagram)}) {
      if (from.empty() || from == to) continue;
      const std::string quoted_from = "\"" + std::string(from) + "\"", quoted_to = "\"" + std::string(to) + "\"";
      for (std::size_t at = 0; (at = text.find(quoted_from, at)) != std::string::npos; at += quoted_to.size())
        text.replace(at, quoted_from.size(), quoted_to);
    }
  line(text);
}

void Writer::variable(std::string_view name, const Variable& variable) {
  if (variable.name.empty() && variable.type.empty() && variable.id.empty()) return;
  open(name, variable, {{"name", variable.name}, {"typeRef", variable.type}});
  close(name);
}
void Writer::text(std::string_view name, const Text& value, std::string_view type) {
  open(name, value, {{"typeRef", type}, {"expressionLanguage", value.language}});
  simple("text", value.text);
  close(name);
}

void Writer::logic(const Expression& expression, const Literal& literal) {
  open("literalExpression", expression, {{"typeRef", expression.type}, {"expressionLanguage", literal.text.language}});
  if (literal.imported.empty())
    simple("text", literal.text.text);
  else
    raw(literal.imported);
  close("literalExpression");
}
void Writer::logic(const Expression& expression, const Table& table) {
  std::string_view policy;
  for (const names::PolicyName& name : names::policies)
    if (name.policy == table.hit_policy) policy = name.name;
  open("decisionTable", expression,
       {{"typeRef", expression.type},
        {"hitPolicy", policy},
        {"aggregation", names::aggregations[static_cast<std::size_t>(table.aggregation)]},
        {"preferredOrientation", table.orientation},
        {"outputLabel", table.output_label}});
  for (const TableInput& input : table.inputs) {
    open("input", input, {});
    text("inputExpression", input.expression, input.type);
    if (!input.values.text.empty()) text("inputValues", input.values);
    close("input");
  }
  for (const TableOutput& output : table.outputs) {
    open("output", output, {{"name", output.name}, {"typeRef", output.type}});
    if (!output.values.text.empty()) text("outputValues", output.values);
    if (output.default_entry) text("defaultOutputEntry", *output.default_entry);
    close("output");
  }
  for (const std::string& annotation : table.annotations)
    line("<annotation name=\"" + xml_attribute(annotation) + "\"/>");
  for (const TableRule& rule : table.rules) {
    open("rule", rule, {});
    for (const Text& cell : rule.inputs) text("inputEntry", cell);
    for (const Text& cell : rule.outputs) text("outputEntry", cell);
    for (const std::string& annotation : rule.annotations) text("annotationEntry", Text{{}, annotation, {}});
    close("rule");
  }
  close("decisionTable");
}
void Writer::logic(const Expression& expression, const Context& context) {
  open("context", expression, {{"typeRef", expression.type}});
  for (const ContextEntry& entry : context.entries) {
    open("contextEntry", entry, {});
    if (entry.variable) variable("variable", *entry.variable);
    this->expression(entry.value);
    close("contextEntry");
  }
  close("context");
}
void Writer::logic(const Expression& expression, const List& list) {
  open("list", expression, {{"typeRef", expression.type}});
  for (const Expression& item : list.items) this->expression(item);
  close("list");
}
void Writer::logic(const Expression& expression, const Relation& relation) {
  open("relation", expression, {{"typeRef", expression.type}});
  for (const Variable& column : relation.columns) variable("column", column);
  for (const RelationRow& row : relation.rows) {
    open("row", row, {});
    for (const Expression& cell : row.cells) this->expression(cell);
    close("row");
  }
  close("relation");
}
void Writer::logic(const Expression& expression, const Invocation& invocation) {
  open("invocation", expression, {{"typeRef", expression.type}});
  for (const Expression& callee : invocation.function) this->expression(callee);
  for (const Binding& binding : invocation.bindings) {
    line("<binding>");
    ++depth_;
    variable("parameter", binding.parameter);
    this->expression(binding.value);
    close("binding");
  }
  close("invocation");
}
void Writer::part(std::string_view name, const Expression& inner, std::string_view type) {
  line("<" + std::string(name) + attributes_of({{"typeRef", type}}) + ">");
  ++depth_;
  expression(inner);
  close(name);
}
void Writer::logic(const Expression& expression, const Conditional& conditional) {
  open("conditional", expression, {{"typeRef", expression.type}});
  part("if", conditional.parts[0]);
  part("then", conditional.parts[1]);
  part("else", conditional.parts[2]);
  close("conditional");
}
void Writer::logic(const Expression& expression, const Iterator& iterator) {
  const std::string_view name = iterator.kind == IteratorKind::for_each ? "for"
                                : iterator.kind == IteratorKind::some   ? "some"
                                                                        : "every";
  open(name, expression, {{"typeRef", expression.type}, {"iteratorVariable", iterator.variable}});
  part("in", iterator.parts[0], iterator.in_type);
  part(iterator.kind == IteratorKind::for_each ? "return" : "satisfies", iterator.parts[1]);
  close(name);
}
void Writer::logic(const Expression& expression, const Filter& filter) {
  open("filter", expression, {{"typeRef", expression.type}});
  part("in", filter.parts[0]);
  part("match", filter.parts[1]);
  close("filter");
}

// `name`: how a function definition is called where it stands (encapsulatedLogic); others have their own.
void Writer::expression(const Expression& expression, std::string_view name) {
  const auto* function = expression.as<FunctionDefinition>();
  if (!function) {
    std::visit([&](const auto& logic_of) { logic(expression, logic_of); }, expression.logic);
    return;
  }
  const std::string_view element = name.empty() ? "functionDefinition" : name;
  const std::string_view kind = function->kind == FunctionKind::java   ? "Java"
                                : function->kind == FunctionKind::pmml ? "PMML"
                                                                       : "FEEL";
  open(element, expression, {{"typeRef", expression.type}, {"kind", kind}});
  for (const Variable& parameter : function->parameters) variable("formalParameter", parameter);
  for (const Expression& body : function->body) this->expression(body);
  close(element);
}

void Writer::requirements(const std::vector<Requirement>& requirements) {
  for (const Requirement& requirement : requirements) {
    const bool knowledge = requirement.kind == RequirementKind::knowledge;
    const bool authority = requirement.kind == RequirementKind::authority;
    const std::string_view name = authority   ? "authorityRequirement"
                                  : knowledge ? "knowledgeRequirement"
                                              : "informationRequirement";
    open(name, requirement, {});
    empty(authority                                       ? std::string_view(requirement.authority)
          : knowledge                                     ? "requiredKnowledge"
          : requirement.kind == RequirementKind::decision ? "requiredDecision"
                                                          : "requiredInput",
          {{"href", requirement.href}});
    close(name);
  }
}

void Writer::item(std::string_view name, const ItemDefinition& item) {
  open(name, item, {{"name", item.name}, {"isCollection", item.collection ? "true" : ""}});
  if (!item.type.empty()) simple("typeRef", item.type);
  // 1.5 names what holds for the whole value; before, there were allowed values only.
  if (!item.allowed_values.text.empty()) text("allowedValues", item.allowed_values);
  if (!item.type_constraint.text.empty()) text("typeConstraint", item.type_constraint);
  for (const ItemDefinition& component : item.components) this->item("itemComponent", component);
  if (item.function) {
    line("<functionItem" + attributes_of({{"outputTypeRef", item.function->output_type}}) + ">");
    ++depth_;
    for (const Variable& parameter : item.function->parameters) variable("parameters", parameter);
    close("functionItem");
  }
  close(name);
}

std::string Writer::definitions(const Definitions& definitions) {
  out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::string head = "<definitions xmlns=\"" + std::string(names_.model) + "\"";
  for (const auto& [prefix, uri] : definitions.prefixes) {
    std::string_view as = uri;
    for (const names::VersionNames& other : names::versions) {
      if (uri == other.diagram) as = names_.diagram;
      if (uri == other.feel) as = names_.feel;
    }
    head += " xmlns:" + prefix + "=\"" + xml_attribute(as) + "\"";
  }
  head += attributes_of({{"id", definitions.id},
                         {"label", definitions.label},
                         {"name", definitions.name},
                         {"namespace", definitions.namespace_uri},
                         {"expressionLanguage", definitions.expression_language},
                         {"typeLanguage", definitions.type_language},
                         {"exporter", definitions.exporter},
                         {"exporterVersion", definitions.exporter_version}});
  for (const auto& [key, value] : definitions.attributes) head += " " + key + "=\"" + xml_attribute(value) + "\"";
  line(head + ">");
  ++depth_;
  if (!definitions.description.empty()) simple("description", definitions.description);
  if (!definitions.extension.empty()) raw(definitions.extension);
  for (const Import& import : definitions.imports) {
    open("import", import,
         {{"name", import.name},
          {"namespace", import.namespace_uri},
          {"locationURI", import.location},
          {"importType", names::version_of(import.import_type) ? names_.model : std::string_view(import.import_type)}});
    close("import");
  }
  for (const ItemDefinition& one : definitions.items) item("itemDefinition", one);
  for (const InputData& input : definitions.inputs) {
    open("inputData", input, {{"name", input.name}});
    variable("variable", input.variable);
    close("inputData");
  }
  for (const Decision& decision : definitions.decisions) {
    open("decision", decision, {{"name", decision.name}});
    if (!decision.question.empty()) simple("question", decision.question);
    if (!decision.allowed_answers.empty()) simple("allowedAnswers", decision.allowed_answers);
    variable("variable", decision.variable);
    requirements(decision.requirements);
    for (const std::string& kept : decision.kept) raw(kept);
    expression(decision.logic);
    close("decision");
  }
  for (const KnowledgeModel& model : definitions.knowledge) {
    open("businessKnowledgeModel", model, {{"name", model.name}});
    variable("variable", model.variable);
    if (!model.logic.empty()) expression(model.logic, "encapsulatedLogic");
    requirements(model.requirements);
    close("businessKnowledgeModel");
  }
  for (const DecisionService& service : definitions.services) {
    open("decisionService", service, {{"name", service.name}});
    variable("variable", service.variable);
    hrefs("outputDecision", service.outputs);
    hrefs("encapsulatedDecision", service.encapsulated);
    hrefs("inputDecision", service.input_decisions);
    hrefs("inputData", service.inputs);
    close("decisionService");
  }
  for (const std::string& kept : definitions.kept) raw(kept);
  --depth_;
  line("</definitions>");
  return std::move(out_);
}

}  // namespace

std::string write(const Definitions& definitions, Version version) {
  return Writer(version == Version::v1_3 ? Version::v1_3 : Version::v1_5).definitions(definitions);
}
std::string_view name_of(Version version) {
  return names::of(version).name;
}

}  // namespace yakuba::dmn::drg
