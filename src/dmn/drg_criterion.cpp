#include "dmn/drg_criterion.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "dmn/drg_embedded.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn::drg {
namespace {

using Base = dmn::Type::Base;

struct BaseName {
  std::string_view name;
  Base base;
};
constexpr std::array<BaseName, 13> bases = {{{"", Base::any},
                                             {"Any", Base::any},
                                             {"boolean", Base::boolean},
                                             {"number", Base::number},
                                             {"string", Base::string},
                                             {"date", Base::date},
                                             {"time", Base::time},
                                             {"date and time", Base::date_and_time},
                                             {"dateTime", Base::date_and_time},
                                             {"days and time duration", Base::days_duration},
                                             {"dayTimeDuration", Base::days_duration},
                                             {"years and months duration", Base::months_duration},
                                             {"yearMonthDuration", Base::months_duration}}};

class Converter {
 public:
  explicit Converter(const Definitions& definitions) : definitions_(definitions) {}
  Conversion convert();

 private:
  dmn::Type type(std::string_view name) const;
  void constrain(dmn::Type& type, const Text& tests) const;
  void add_types();
  void add_inputs();
  void add_decision(const Decision& decision);
  void add_table(const Decision& decision, const Table& table);
  void add_function(const KnowledgeModel& model);
  void no_form(const Element& element, std::string name, std::string what) {
    out_.faults.push_back({Severity::note,
                           "dmn.no_document_form",
                           {{"name", std::move(name)}, {"what", std::move(what)}},
                           element.place});
  }

  const Definitions& definitions_;
  Conversion out_;
};

dmn::Type Converter::type(std::string_view name) const {
  dmn::Type out;
  name = trim(name);
  for (const BaseName& base : bases)
    if (base.name == name) {
      out.base = base.base;
      return out;
    }
  for (const ItemDefinition& item : definitions_.items) {
    if (item.name != name || item.function) continue;
    if (!item.components.empty() && !item.collection) {
      out.base = Base::named;
      out.name = name;
      return out;
    }
    if (!item.components.empty()) break;
    out = type(item.type == item.name ? "" : std::string_view(item.type));
    constrain(out, item.allowed_values);
    out.list = out.list || item.collection;
    return out;
  }
  return out;  // what a document has no word for may be anything
}

// Strings that are listed stay a list; other tests are a constraint.
void Converter::constrain(dmn::Type& out, const Text& tests) const {
  if (trim(tests.text).empty()) return;
  feel::Scope scope;
  scope.add("?");
  const auto set = feel::as_test_set(feel::compile_unary_tests(tests.text, scope).program);
  const auto is_string = [](const feel::TestInterval& one) {
    return one.low.kind() == feel::Kind::string && one.low == one.high;
  };
  if (set && !set->negated && !set->includes_null && !set->intervals.empty() &&
      std::ranges::all_of(set->intervals, is_string) && (out.base == Base::string || out.base == Base::any)) {
    out.base = Base::string;
    out.values.clear();
    for (const feel::TestInterval& one : set->intervals) out.values.emplace_back(one.low.string());
    return;
  }
  if (out.base != Base::any && tests.text.find('\n') == std::string::npos) out.constraint = trim(tests.text);
}

void Converter::add_types() {
  Types types;
  for (const ItemDefinition& item : definitions_.items) {
    if (item.components.empty() || item.collection) continue;
    dmn::ItemDefinition made;
    made.name = item.name;
    for (const ItemDefinition& component : item.components) {
      dmn::Type member = component.components.empty() ? type(component.type) : dmn::Type{.base = Base::context};
      constrain(member, component.allowed_values);
      member.list = member.list || component.collection;
      made.members.push_back({component.name, std::move(member), component.description});
    }
    made.meaning = item.description;
    types.types.push_back(std::move(made));
  }
  if (!types.types.empty()) out_.model.blocks.emplace_back(std::move(types));
}

void Converter::add_inputs() {
  Inputs inputs;
  for (const InputData& input : definitions_.inputs)
    inputs.inputs.push_back({input.name, type(input.variable.type), input.description});
  if (!inputs.inputs.empty()) out_.model.blocks.emplace_back(std::move(inputs));
}

void Converter::add_table(const Decision& decision, const Table& table) {
  DecisionTable made;
  made.name = decision.name;
  made.hit_policy = table.hit_policy;
  made.aggregation = table.aggregation;
  made.note = decision.description;
  made.annotations = table.annotations;
  for (const TableInput& input : table.inputs) {
    InputClause clause;
    clause.expression = trim(input.expression.text);
    if (!input.type.empty() || !input.values.text.empty()) {
      clause.type = type(input.type);
      constrain(*clause.type, input.values);
      if (clause.type->base == Base::any) clause.type.reset();
    }
    made.inputs.push_back(std::move(clause));
  }
  for (const TableOutput& output : table.outputs) {
    OutputClause clause;
    clause.name = output.name.empty() ? decision.name : output.name;
    dmn::Type declared =
        type(output.type.empty() && table.outputs.size() == 1 ? std::string_view(decision.variable.type)
                                                              : std::string_view(output.type));
    constrain(declared, output.values);
    if (declared.base != Base::any) clause.type = std::move(declared);
    if (output.default_entry) clause.default_entry = trim(output.default_entry->text);
    made.outputs.push_back(std::move(clause));
  }
  for (const TableRule& rule : table.rules) {
    Rule row;
    row.id = std::to_string(made.rules.size() + 1);
    for (const Text& cell : rule.inputs) row.inputs.emplace_back(trim(cell.text).empty() ? "-" : trim(cell.text));
    for (const Text& cell : rule.outputs) row.outputs.emplace_back(trim(cell.text));
    row.annotations = rule.annotations;
    row.annotations.resize(made.annotations.size());
    made.rules.push_back(std::move(row));
  }
  out_.model.blocks.emplace_back(std::move(made));
}

void Converter::add_decision(const Decision& decision) {
  if (const Table* table = decision.logic.as<Table>()) return add_table(decision, *table);
  if (const Literal* literal = decision.logic.as<Literal>()) {
    LongTerm term;
    term.note = decision.description;
    term.term = {decision.name, type(decision.variable.type), std::string(trim(literal->text.text)), {}};
    out_.model.blocks.emplace_back(std::move(term));
    return;
  }
  no_form(decision, decision.name, decision.logic.empty() ? "no logic" : "a boxed expression");
}

void Converter::add_function(const KnowledgeModel& model) {
  const auto* function = model.logic.as<FunctionDefinition>();
  const Literal* body = function && !function->body.empty() ? function->body[0].as<Literal>() : nullptr;
  if (!body || function->kind != FunctionKind::feel) return no_form(model, model.name, "a boxed expression");
  LongFunction made;
  made.function.name = model.name;
  for (const Variable& parameter : function->parameters)
    made.function.parameters.push_back({parameter.name, type(parameter.type), parameter.description});
  made.function.result = type(model.variable.type);
  made.function.expression = trim(body->text.text);
  made.note = model.description;
  out_.model.blocks.emplace_back(std::move(made));
}

Conversion Converter::convert() {
  out_.model.about.id = definitions_.id.empty() ? "model" : definitions_.id;
  out_.model.about.title = definitions_.name;
  add_types();
  add_inputs();
  for (const KnowledgeModel& model : definitions_.knowledge) add_function(model);
  for (const Decision& decision : definitions_.decisions) add_decision(decision);
  for (const DecisionService& service : definitions_.services) no_form(service, service.name, "a decision service");
  for (const Import& import : definitions_.imports) no_form(import, import.name, "an import");
  return std::move(out_);
}

}  // namespace

Conversion to_criterion(const Definitions& definitions) {
  if (auto document = embedded::document(definitions)) return {std::move(*document), {}};
  return Converter(definitions).convert();
}

}  // namespace yakuba::dmn::drg
