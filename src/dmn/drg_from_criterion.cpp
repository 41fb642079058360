// A compiled criterion as a DMN model: facts become input data, terms and tables decisions, functions knowledge models.
#include <algorithm>
#include <map>

#include "base/crypto.hpp"
#include "base/xml.hpp"
#include "dmn/drg_criterion.hpp"
#include "dmn/drg_embedded.hpp"
#include "dmn/drg_names.hpp"
#include "dmn/program.hpp"
#include "dmn/xml.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn::drg {
namespace {

using Base = dmn::Type::Base;

Text text(std::string value) {
  return Text{{}, std::move(value), {}};
}

class Maker {
 public:
  Maker(const Criterion& criterion, const Library* library)
      : criterion_(criterion), body_(criterion.body()), library_(library) {}
  Definitions make();

 private:
  std::string_view base_name(Base base) const;
  std::string tests_of(const dmn::Type& type) const;
  std::string type_name(const dmn::Type& type);
  void add_item(const std::string& name);
  void fill(ItemDefinition& item, const dmn::Type& type);
  void add_inputs();
  void add_functions();
  void add_function(const Function& function);
  Decision decision(const dmn::Node& node);
  Table table(const TableLogic& logic);
  void need(std::vector<Requirement>& requirements, RequirementKind kind, const std::string& id) const;
  void need_functions(std::vector<Requirement>& requirements, std::string_view expression) const;
  static std::string decision_id(int node) { return "_decision_" + std::to_string(node + 1); }
  std::string root_of(int fact) const { return body_.scope->name_of(body_.facts[static_cast<std::size_t>(fact)].slot); }

  const Criterion& criterion_;
  const Criterion::Body& body_;
  const Library* library_;
  Definitions out_;
  std::map<std::string, std::string> derived_;  // printed type → name of its item definition
  std::map<std::string, std::string> input_ids_;
  std::map<std::string, std::string> functions_;  // name → id
};

std::string_view Maker::base_name(Base base) const {
  switch (base) {
    case Base::boolean:
      return "boolean";
    case Base::integer:
    case Base::yen:
    case Base::age:
    case Base::number:
      return "number";
    case Base::string:
      return "string";
    case Base::date:
      return "date";
    case Base::time:
      return "time";
    case Base::date_and_time:
      return "date and time";
    case Base::days_duration:
      return "days and time duration";
    case Base::months_duration:
      return "years and months duration";
    case Base::context:
      return "context";
    case Base::any:
    case Base::named:
      break;
  }
  return "";
}

std::string Maker::tests_of(const dmn::Type& type) const {
  std::string out;
  for (const std::string& value : type.values)
    out += (out.empty() ? "" : ", ") + feel::literal(feel::Value::string(value));
  if (!out.empty()) return out;
  out = type.constraint;
  if (type.base == Base::age && out.empty()) out = ">= 0";
  if (type.discrete()) {
    const std::string whole = "floor(?) = ?";
    return out.empty() ? whole : "? in (" + out + ") and " + whole;
  }
  return out;
}

void Maker::fill(ItemDefinition& item, const dmn::Type& type) {
  item.collection = type.list;
  item.type = type.base == Base::named ? type.name : std::string(base_name(type.base));
  if (type.base == Base::named) add_item(type.name);
  if (item.type.empty()) item.type = "Any";
  item.allowed_values = text(tests_of(type));
}

// The name to write for a type; what is more than a name gets an item definition.
std::string Maker::type_name(const dmn::Type& type) {
  const std::string tests = tests_of(type);
  if (!type.list && tests.empty()) {
    if (type.base == Base::named) add_item(type.name);
    return type.base == Base::named ? type.name : std::string(base_name(type.base));
  }
  const auto [known, fresh] = derived_.try_emplace(print_type(type));
  if (!fresh) return known->second;
  const std::string name = known->second = "type " + std::to_string(derived_.size());
  ItemDefinition item;
  item.name = name;
  item.label = known->first;
  fill(item, type);
  out_.items.push_back(std::move(item));
  return name;
}

void Maker::add_item(const std::string& name) {
  if (std::ranges::find(out_.items, name, &ItemDefinition::name) != out_.items.end()) return;
  const dmn::ItemDefinition* source = body_.types.find(name);
  if (!source) return;
  ItemDefinition item;
  item.name = name;
  item.description = source->meaning;
  out_.items.push_back(item);  // before its members: a type may hold its own kind
  if (source->members.empty()) fill(item, source->type);
  for (const TypedName& member : source->members) {
    ItemDefinition component;
    component.name = member.name;
    component.description = member.meaning;
    fill(component, member.type);
    item.components.push_back(std::move(component));
  }
  *std::ranges::find(out_.items, name, &ItemDefinition::name) = std::move(item);
}

// Dotted facts of one root are the members of its type.
void Maker::add_inputs() {
  std::map<std::string, std::vector<const Fact*>> roots;
  for (std::size_t i = 0; i < body_.facts.size(); ++i) roots[root_of(static_cast<int>(i))].push_back(&body_.facts[i]);
  for (const auto& [name, facts] : roots) {
    InputData input;
    input.name = name;
    input.id = input_ids_[name] = "_input_" + std::to_string(out_.inputs.size() + 1);
    input.variable.name = name;
    if (facts[0]->members.empty()) {
      input.variable.type = type_name(facts[0]->type.declared());
    } else {
      ItemDefinition type;
      type.name = "facts of " + name;
      for (const Fact* fact : facts) {
        std::vector<ItemDefinition>* below = &type.components;
        for (std::size_t m = 0; m < fact->members.size(); ++m) {
          auto found = std::ranges::find(*below, fact->members[m], &ItemDefinition::name);
          if (found == below->end()) {
            below->push_back({});
            below->back().name = fact->members[m];
            found = below->end() - 1;
          }
          if (m + 1 == fact->members.size()) fill(*found, fact->type.declared());
          below = &found->components;
        }
      }
      input.variable.type = type.name;
      out_.items.push_back(std::move(type));
    }
    out_.inputs.push_back(std::move(input));
  }
}

void Maker::need(std::vector<Requirement>& requirements, RequirementKind kind, const std::string& id) const {
  const std::string href = "#" + id;
  if (std::ranges::find(requirements, href, &Requirement::href) != requirements.end()) return;
  Requirement made;
  made.kind = kind;
  made.href = href;
  requirements.push_back(std::move(made));
}
// Functions whose names stand in the text: one too many does no harm.
void Maker::need_functions(std::vector<Requirement>& requirements, std::string_view expression) const {
  for (const auto& [name, id] : functions_)
    if (expression.find(name) != std::string_view::npos) need(requirements, RequirementKind::knowledge, id);
}

void Maker::add_function(const Function& function) {
  KnowledgeModel model;
  model.name = function.name;
  model.id = functions_[function.name];
  model.description = function.law;
  model.variable.name = function.name;
  model.variable.type = type_name(function.result);
  FunctionDefinition logic;
  for (const TypedName& parameter : function.parameters) {
    Variable made;
    made.name = parameter.name;
    made.type = type_name(parameter.type);
    logic.parameters.push_back(std::move(made));
  }
  Expression body;
  body.logic = Literal{text(function.expression), {}};
  logic.body.push_back(std::move(body));
  need_functions(model.requirements, function.expression);
  std::erase_if(model.requirements, [&](const Requirement& one) { return one.href == "#" + model.id; });
  model.logic.logic = std::move(logic);
  out_.knowledge.push_back(std::move(model));
}

void Maker::add_functions() {
  std::vector<const Function*> all = functions(criterion_.model());
  if (library_)
    for (const Library::Body::Entry& entry : library_->body().entries) all.push_back(&entry.function);
  // Only those that are used, and what they use.
  std::vector<std::string> texts;
  for (const dmn::Node& node : body_.nodes) {
    if (node.term()) texts.push_back(node.term()->term->expression);
    if (!node.table()) continue;
    for (const InputClause& input : node.table()->table->inputs) texts.push_back(input.expression);
    for (const OutputClause& output : node.table()->table->outputs) texts.push_back(output.default_entry);
    for (const Rule& rule : node.table()->table->rules) {
      texts.insert(texts.end(), rule.inputs.begin(), rule.inputs.end());
      texts.insert(texts.end(), rule.outputs.begin(), rule.outputs.end());
    }
  }
  std::vector<const Function*> used;
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (const Function* function : all) {
      if (functions_.contains(function->name) || texts[i].find(function->name) == std::string::npos) continue;
      functions_[function->name] = "_function_" + std::to_string(functions_.size() + 1);
      used.push_back(function);
      texts.push_back(function->expression);
    }
  for (const Function* function : used) add_function(*function);
}

Table Maker::table(const TableLogic& logic) {
  const DecisionTable& source = *logic.table;
  Table out;
  out.hit_policy = source.hit_policy;
  out.aggregation = source.aggregation;
  out.annotations = source.annotations;
  for (std::size_t c = 0; c < source.inputs.size(); ++c) {
    TableInput input;
    input.expression = text(source.inputs[c].expression);
    input.type = type_name(source.inputs[c].type.value_or(logic.columns[c].type.declared()));
    out.inputs.push_back(std::move(input));
  }
  for (const OutputClause& clause : source.outputs) {
    TableOutput output;
    output.name = source.outputs.size() > 1 ? clause.name : "";
    output.label = clause.unit;
    if (clause.type) {
      output.type = type_name(*clause.type);
      if (!clause.type->values.empty()) output.values = text(tests_of(*clause.type));  // their order is that of P and O
    }
    if (!clause.default_entry.empty()) output.default_entry = text(clause.default_entry);
    out.outputs.push_back(std::move(output));
  }
  for (const Rule& row : source.rules) {
    TableRule rule;
    rule.label = row.id;
    for (const std::string& cell : row.inputs) rule.inputs.push_back(text(cell));
    for (const std::string& cell : row.outputs) rule.outputs.push_back(text(cell));
    rule.annotations = row.annotations;
    out.rules.push_back(std::move(rule));
  }
  return out;
}

Decision Maker::decision(const dmn::Node& node) {
  Decision out;
  out.name = node.name;
  out.id = decision_id(static_cast<int>(&node - body_.nodes.data()));
  out.variable.name = node.name;
  const auto needs = [&](const dmn::Expression& expression) {
    for (const int fact : expression.reads.facts)
      need(out.requirements, RequirementKind::input, input_ids_.at(root_of(fact)));
    for (const int other : expression.reads.nodes)
      need(out.requirements, RequirementKind::decision, decision_id(other));
    need_functions(out.requirements, expression.program.text());
  };
  if (const TermLogic* term = node.term()) {
    out.variable.type = type_name(node.type.declared());
    needs(term->expression);
    out.logic.logic = Literal{text(term->term->expression), {}};
    return out;
  }
  const TableLogic& logic = *node.table();
  for (const Column& column : logic.columns) needs(column.expression);
  for (const TableRow& row : logic.rows) {
    for (const Cell& cell : row.cells)
      if (!cell.any) needs(cell.test);
    for (const dmn::Expression& output : row.outputs) needs(output);
  }
  for (const dmn::Expression& output : logic.defaults) needs(output);
  out.logic.logic = table(logic);
  return out;
}

Definitions Maker::make() {
  const About& about = criterion_.model().about;
  out_.id = about.id;
  out_.name = about.title;
  out_.namespace_uri = "urn:yakuba:criterion:" + about.id;
  for (const std::string& law : about.law) out_.description += (out_.description.empty() ? "" : "、") + law;
  add_inputs();
  add_functions();
  for (const dmn::Node& node : body_.nodes) out_.decisions.push_back(decision(node));
  out_.extension = embedded::extension(criterion_.model(), out_);
  return std::move(out_);
}

}  // namespace

Definitions from_criterion(const Criterion& criterion, const Library* library) {
  return Maker(criterion, library).make();
}

namespace embedded {

namespace {
constexpr std::string_view uri = "urn:yakuba:criterion";
std::string hash_of(Definitions definitions) {
  definitions.extension.clear();
  return "sha256:" + hex(sha256(std::string_view(write(definitions, Version::v1_5))));
}
}  // namespace

std::string extension(const Model& model, const Definitions& definitions) {
  return "<extensionElements xmlns=\"" + std::string(names::of(Version::v1_5).model) + "\"><y:document xmlns:y=\"" +
         std::string(uri) + "\" hash=\"" + hash_of(definitions) + "\">" + xml_text(print_criterion(model)) +
         "</y:document></extensionElements>";
}

std::optional<Model> document(const Definitions& definitions) {
  if (definitions.extension.find(uri) == std::string::npos) return std::nullopt;
  xml::Document parsed(definitions.extension, "", {});
  if (!parsed.ok()) return std::nullopt;
  for (const pugi::xml_node node : parsed.root().children()) {
    if (xml::local_name(node) != "document" || xml::namespace_of(node) != uri) continue;
    if (node.attribute("hash").value() != hash_of(definitions)) return std::nullopt;
    return read_criterion(xml::text_of(node), "").model;
  }
  return std::nullopt;
}

}  // namespace embedded
}  // namespace yakuba::dmn::drg
