// A compiled criterion: slots, programs and what each of them reads. Inside the folder only.
#pragma once

#include <variant>

#include "dmn/checked_type.hpp"
#include "dmn/evaluate.hpp"

namespace yakuba::dmn {

// What an expression reads, by index into Body::facts and Body::nodes.
struct Reads {
  std::vector<int> facts;
  std::vector<int> nodes;
  bool nothing() const { return facts.empty() && nodes.empty(); }
};
struct Expression {
  feel::Program program;
  Reads reads;
  Ref ref;
};

struct Cell {
  bool any = false;
  std::optional<feel::TestSet> set;  // when it is one: compared without running the program
  Expression test;
};
struct Column {
  Expression expression;
  CheckedType type;
  // The fact or node that the expression names, when it is nothing but a name; -1 else.
  int direct_fact = -1, direct_node = -1;
};
// A row's own sentence: text, then the value of a hole, and so on; the last piece has no hole.
struct ReasonPiece {
  std::string text;
  std::optional<Expression> hole;
};
struct TableRow {
  std::vector<Cell> cells;
  std::vector<Expression> outputs;
  std::vector<ReasonPiece> reason;  // from the annotation 理由; empty: none
};
struct TableLogic {
  const DecisionTable* table = nullptr;
  std::vector<Column> columns;
  std::vector<TableRow> rows;
  std::vector<CheckedType> output_types;
  std::vector<Expression> defaults;  // empty: none
};
struct TermLogic {
  const Term* term = nullptr;
  Expression expression;
};
struct Node {
  std::string name;
  int block = 0;
  feel::Slot slot = 0;
  CheckedType type;  // of a term, or of a table with one output
  std::variant<TermLogic, TableLogic> logic;
  std::vector<int> needs;  // nodes
  std::vector<int> told;   // nodes that only the rows' sentences name: computed with it, no part of its logic
  const TableLogic* table() const { return std::get_if<TableLogic>(&logic); }
  const TermLogic* term() const { return std::get_if<TermLogic>(&logic); }
};

struct Fact {
  FactUse use;
  feel::Slot slot = 0;
  std::vector<std::string> members;  // behind the root
  CheckedType type;
  bool as_of = false;  // the as-of date: always known
};

struct Criterion::Body {
  Model model;
  Places places;
  std::string version, hash, program_hash;
  std::string as_of_name;
  TypeTable types;
  std::vector<Fact> facts;
  std::vector<FactUse> fact_uses;  // without the as-of date
  std::vector<Node> nodes;         // in order of the document
  std::vector<int> order;          // of evaluation
  std::size_t slot_count = 0;
  feel::Slot tested = 0;                     // "?"
  std::shared_ptr<const feel::Scope> scope;  // for texts of the document that are compiled later: examples, reasons
  std::map<std::string, int, std::less<>> node_by_name;
};

// Does the value meet the set? Nothing when it cannot be said (null against an order).
std::optional<bool> in_set(const feel::TestSet& set, const feel::Value& value);

struct Library::Body {
  struct Entry {
    Function function;
    feel::Value value;
    feel::Type type;
  };
  std::vector<Entry> entries;  // in an order in which each finds those before it
  std::vector<Reading> documents;
  std::string hash;
};

// A fault for each diagnostic of a compilation, at its place in the cell.
void add_faults(const std::vector<feel::Diagnostic>& diagnostics, const Places& places, const Ref& ref, Faults& faults);
// "2024-06-15" outside of strings, which FEEL reads as a subtraction: where it begins.
std::optional<std::size_t> bare_date(std::string_view text, std::size_t from = 0);

}  // namespace yakuba::dmn
