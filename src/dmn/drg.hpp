// DMN models as the standard's XML has them: definitions with decisions, input data, business knowledge models,
// services, item definitions and imports, and every boxed expression. (A criterion document, dmn/model.hpp, is the
// town's own form.)
//
//   drg::Reading reading = drg::read(xml, "loan.dmn");                       // DMN 1.1 to 1.5
//   if (!reading.definitions) for (const Fault& f : reading.faults) print(describe(f, Words::en));  // file:line:column
//   reading.definitions->decisions[0].logic.is<drg::Literal>();
//   std::string xml = drg::write(*reading.definitions, drg::Version::v1_5);  // diagram and extensions as they were
//
// Input of any kind ends in definitions or faults: no DTD, no entities, limits on bytes, depth and elements.
// Regular values: copy, compare, move between threads. Nothing is checked here but the form; drg_graph.hpp compiles.
// Source: OMG DMN 1.5, clauses 6 (DRG), 7.3 (items, imports), 8 (tables), 10.2 (boxed expressions), 13 (DI, as it is).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dmn/fault.hpp"
#include "dmn/model.hpp"

namespace yakuba::dmn::drg {

enum class Version { v1_1, v1_2, v1_3, v1_4, v1_5 };
std::string_view name_of(Version version);  // "1.3"

// What every element may carry. `extension` is the XML of its extensionElements, with the namespaces it needs;
// `attributes` are those of other vendors' namespaces, by their written name.
struct Element {
  std::string id, label, description, extension;
  std::vector<std::pair<std::string, std::string>> attributes;
  Place place;  // of the element in its file; not compared
  bool operator==(const Element& o) const {
    return id == o.id && label == o.label && description == o.description && extension == o.extension &&
           attributes == o.attributes;
  }
};

struct Expression;
// The name and declared type of a value: `type` as written, "number", "tLoan", "import.tLoan", "feel:string" in 1.1
// becomes "string". Empty: not declared.
struct Variable : Element {
  std::string name, type;
  bool operator==(const Variable&) const = default;
};
// FEEL text. `language` is empty for FEEL.
struct Text : Element {
  std::string text, language;
  bool operator==(const Text&) const = default;
};

struct Literal {
  Text text;
  std::string imported;  // XML of importedValues, kept, not run
  bool operator==(const Literal&) const = default;
};
struct TableInput : Element {
  Text expression;
  std::string type;  // of the input expression
  Text values;       // inputValues; empty text: none
  bool operator==(const TableInput&) const = default;
};
struct TableOutput : Element {
  std::string name, type;
  Text values;  // outputValues, best first
  std::optional<Text> default_entry;
  bool operator==(const TableOutput&) const = default;
};
struct TableRule : Element {
  std::vector<Text> inputs, outputs;
  std::vector<std::string> annotations;
  bool operator==(const TableRule&) const = default;
};
struct Table {
  HitPolicy hit_policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::string orientation, output_label;
  std::vector<TableInput> inputs;
  std::vector<TableOutput> outputs;
  std::vector<std::string> annotations;  // names of the columns
  std::vector<TableRule> rules;
  bool operator==(const Table&) const = default;
};
struct ContextEntry;
struct Context {
  std::vector<ContextEntry> entries;
  bool operator==(const Context&) const;
};
struct List {
  std::vector<Expression> items;
  bool operator==(const List&) const;
};
struct RelationRow;
struct Relation {
  std::vector<Variable> columns;
  std::vector<RelationRow> rows;
  bool operator==(const Relation&) const;
};
enum class FunctionKind { feel, java, pmml };
struct FunctionDefinition {
  FunctionKind kind = FunctionKind::feel;
  std::vector<Variable> parameters;
  std::vector<Expression> body;  // one, or none
  bool operator==(const FunctionDefinition&) const;
};
struct Binding;
struct Invocation {
  std::vector<Expression> function;  // one, or none
  std::vector<Binding> bindings;
  bool operator==(const Invocation&) const;
};
// Parts that hold one expression each: condition, then, else; the list and what is done with each item.
struct Conditional {
  std::vector<Expression> parts;  // if, then, else
  bool operator==(const Conditional&) const;
};
enum class IteratorKind { for_each, some, every };
struct Iterator {
  IteratorKind kind = IteratorKind::for_each;
  std::string variable;
  std::vector<Expression> parts;  // in, return or satisfies
  std::string in_type;            // declared of the items' list; may be empty
  bool operator==(const Iterator&) const;
};
struct Filter {
  std::vector<Expression> parts;  // in, match
  bool operator==(const Filter&) const;
};

// A boxed expression; monostate: none was given (a decision without logic).
struct Expression : Element {
  std::string type;
  std::variant<std::monostate, Literal, Table, Context, List, Relation, FunctionDefinition, Invocation, Conditional,
               Iterator, Filter>
      logic;
  bool empty() const { return std::holds_alternative<std::monostate>(logic); }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&logic);
  }
  bool operator==(const Expression&) const = default;
};
struct ContextEntry : Element {
  std::optional<Variable> variable;  // none: the result of the context
  Expression value;
  bool operator==(const ContextEntry&) const = default;
};
struct RelationRow : Element {
  std::vector<Expression> cells;
  bool operator==(const RelationRow&) const = default;
};
struct Binding {
  Variable parameter;
  Expression value;
  bool operator==(const Binding&) const = default;
};

// ---- the requirements graph
enum class RequirementKind { input, decision, knowledge, authority };
struct Requirement : Element {
  RequirementKind kind = RequirementKind::input;
  std::string href;       // "#id" or "namespace#id"
  std::string authority;  // which element an authority requirement names: "requiredAuthority", "requiredInput" …
  bool operator==(const Requirement&) const = default;
};
struct InputData : Element {
  std::string name;
  Variable variable;
  bool operator==(const InputData&) const = default;
};
struct Decision : Element {
  std::string name;
  std::string question, allowed_answers;
  Variable variable;
  std::vector<Requirement> requirements;
  std::vector<std::string> kept;  // other children (supportedObjective, decisionMaker …) as XML
  Expression logic;
  bool operator==(const Decision&) const = default;
};
struct KnowledgeModel : Element {
  std::string name;
  Variable variable;
  std::vector<Requirement> requirements;
  Expression logic;  // a FunctionDefinition, or nothing
  bool operator==(const KnowledgeModel&) const = default;
};
struct DecisionService : Element {
  std::string name;
  Variable variable;
  std::vector<std::string> outputs, encapsulated, input_decisions, inputs;  // hrefs
  bool operator==(const DecisionService&) const = default;
};
struct ItemDefinition : Element {
  std::string name, type;
  bool collection = false;
  Text allowed_values, type_constraint;
  std::vector<ItemDefinition> components;
  struct FunctionItem {
    std::vector<Variable> parameters;
    std::string output_type;
    bool operator==(const FunctionItem&) const = default;
  };
  std::optional<FunctionItem> function;
  bool operator==(const ItemDefinition&) const = default;
};
struct Import : Element {
  std::string name, namespace_uri, location, import_type;
  bool operator==(const Import&) const = default;
};

struct Definitions : Element {
  Version version = Version::v1_5;  // it was read in
  std::string name, namespace_uri, expression_language, type_language, exporter, exporter_version;
  std::vector<std::pair<std::string, std::string>> prefixes;  // xmlns:… of the root, but those of DMN itself
  std::vector<Import> imports;
  std::vector<ItemDefinition> items;
  std::vector<InputData> inputs;
  std::vector<Decision> decisions;
  std::vector<KnowledgeModel> knowledge;
  std::vector<DecisionService> services;
  std::vector<std::string> kept;  // knowledge sources, groups, artifacts, DMNDI: as XML
  bool operator==(const Definitions&) const = default;
};

struct ReadLimits {
  std::size_t document_bytes_max = 64 * 1024 * 1024;
  std::size_t elements_max = 1'000'000;
  std::size_t depth_max = 200;
  std::size_t faults_max = 200;
};
struct Reading {
  std::optional<Definitions> definitions;  // absent when there was an error
  Faults faults;
};
Reading read(std::string_view xml, std::string_view file, const ReadLimits& limits = {});
// As DMN 1.3 or 1.5 (others are written as 1.5). Read again it gives equal definitions but for the version.
std::string write(const Definitions& definitions, Version version = Version::v1_5);

}  // namespace yakuba::dmn::drg
