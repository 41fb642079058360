// Decision models as values: what a criterion says, before it is compiled. A Model is an ordered list of blocks,
// because a criterion is a document that people read from top to bottom (law, terms, tables, examples) and nothing of
// it may be lost when it is edited, printed or exchanged.
//
//   Model model = *read_criterion(text, "criteria/jido-teate.md").model;     // dmn/criterion.hpp
//   for (const DecisionTable* table : decision_tables(model)) use(table->name, table->rules.size());
//   content_hash(model)                                                       // "sha256:…", the same for the same
//   content
//
// Expressions and cells are FEEL text as written (DMN 1.5 §10: S-FEEL unary tests in input cells, expressions in output
// cells). `-` in an input cell is "any value". Source of the table notions: OMG DMN 1.5, clause 8 (hit
// policies 8.2.10). Regular values: copy, compare, move between threads as you like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"

namespace yakuba::dmn {

// ---- types
// ----------------------------------------------------------------------------------------------------------- Written
// form: `integer`, `integer >= 0`, `yen`, `age`, `number [0..1]`, `boolean`, `string`, `"父" | "母"`, `date`, `time`,
// `date and time`, `days duration`, `months duration`, `context`, `any`, `list of date`, `list of 児童` (a named type
// of the fact schema or of a Types block). integer, yen and age are discrete: between 2 and 3 there is nothing (so `<=
// 2` and `>= 3` leave no gap). yen and age are shown with 円 and 歳; age is never negative.
struct Type {
  enum class Base {
    any,
    boolean,
    integer,
    yen,
    age,
    number,
    string,
    date,
    time,
    date_and_time,
    days_duration,
    months_duration,
    context,
    named,
  };
  Base base = Base::any;
  bool list = false;                // list of `base`
  std::string name;                 // of a named type
  std::vector<std::string> values;  // an enumeration of strings, in their order (best first for hit policies P and O)
  std::string constraint;           // FEEL unary tests every value satisfies: ">= 0", "[1..12]"
  bool operator==(const Type&) const = default;

  bool discrete() const { return base == Base::integer || base == Base::yen || base == Base::age; }
  bool numeric() const { return discrete() || base == Base::number; }
};
Result<Type> parse_type(std::string_view text);
std::string print_type(const Type& type);

struct TypedName {
  std::string name;
  Type type;
  std::string meaning;  // for people
  bool operator==(const TypedName&) const = default;
};

// A named type: either another type with a constraint or a context with members (DMN: itemDefinition).
struct ItemDefinition {
  std::string name;
  Type type;                       // used when there are no members
  std::vector<TypedName> members;  // a context
  std::string meaning;
  bool operator==(const ItemDefinition&) const = default;
};

// The facts that a municipality knows how to supply. Names may be dotted: "児童.生年月日" says that 児童 is a context.
struct FactSchema {
  std::vector<ItemDefinition> types;
  std::vector<TypedName> facts;
  std::string as_of_name = "基準日";  // the as-of date of a decision is a fact of this name, always known
  bool operator==(const FactSchema&) const = default;
};

// ---- blocks of a document
struct Prose {  // Markdown as written: headings, paragraphs, tables that are no part of the model
  std::string text;
  bool operator==(const Prose&) const = default;
};
struct Quotation {  // of the law; lines without their "> "
  std::string text;
  bool operator==(const Quotation&) const = default;
};

struct Types {  // ## 型 Types
  std::string note;
  std::vector<ItemDefinition> types;
  bool operator==(const Types&) const = default;
};
struct Inputs {  // ## 入力 Inputs: facts a document declares itself (a schema is not needed for them)
  std::string note;
  std::vector<TypedName> inputs;
  bool operator==(const Inputs&) const = default;
};

// A decision whose logic is one FEEL expression. Terms may use facts, functions, earlier and later terms and decisions,
// never themselves.
struct Term {
  std::string name;
  Type type;
  std::string expression;
  std::vector<std::string> notes;  // one for each note column of its table
  bool operator==(const Term&) const = default;
};
struct Terms {  // ## 用語 Terms: a table of short terms
  std::string note;
  std::vector<std::string> note_columns;  // e.g. 根拠
  std::vector<Term> terms;
  bool operator==(const Terms&) const = default;
};
struct LongTerm {  // ## 用語 Term: name : type, its FEEL in a fenced block of several lines
  std::string note;
  Term term;
  bool operator==(const LongTerm&) const = default;
};

enum class HitPolicy { unique, any, priority, first, rule_order, output_order, collect };
enum class Aggregation { none, sum, min, max, count };
std::string_view hit_policy_code(HitPolicy policy, Aggregation aggregation);  // "U" … "C#"

struct InputClause {
  std::string expression;    // FEEL; usually the name of a term or fact
  std::optional<Type> type;  // from the type row; otherwise that of the expression
  bool operator==(const InputClause&) const = default;
};
struct OutputClause {
  std::string name;           // the table's own name when the document gives none
  std::string unit;           // 円, 歳, か月 …: how a person reads the value
  std::optional<Type> type;   // from the type row; enumerated values are in order of priority
  std::string default_entry;  // FEEL; empty: none. The result when no rule matches
  bool operator==(const OutputClause&) const = default;
};
struct Rule {
  std::string id;                        // as written in the first column, unique in the table
  std::vector<std::string> inputs;       // unary tests, one for each input clause
  std::vector<std::string> outputs;      // FEEL, one for each output clause
  std::vector<std::string> annotations;  // text, one for each annotation column
  bool operator==(const Rule&) const = default;
};
struct DecisionTable {  // ## 表 Decision: name   U
  std::string name;
  HitPolicy hit_policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::string note;  // Markdown between heading and table, usually the quoted law
  std::vector<InputClause> inputs;
  std::vector<OutputClause> outputs;
  std::vector<std::string> annotations;  // column names: 根拠, 理由, …
  std::vector<Rule> rules;
  bool operator==(const DecisionTable&) const = default;
};

struct Function {  // a business knowledge model (BKM): name(parameters) = FEEL
  std::string name;
  std::vector<TypedName> parameters;
  Type result;
  std::string law;
  std::string expression;
  std::vector<std::string> notes;  // note columns of a table of functions
  bool operator==(const Function&) const = default;
};
struct Functions {  // ## 関数 Functions: a table of short ones
  std::string note;
  std::vector<std::string> note_columns;
  std::vector<Function> functions;
  bool operator==(const Functions&) const = default;
};
struct LongFunction {  // ## 関数 Function: age on(day: date, born: date) : integer
  std::string note;
  Function function;
  bool operator==(const LongFunction&) const = default;
};

struct Example {
  std::vector<std::string> inputs;   // FEEL values; `-` or empty: not known
  std::vector<std::string> outputs;  // FEEL values; `-`: not checked
  std::vector<std::string> remarks;
  bool operator==(const Example&) const = default;
};
struct Examples {  // ## 例 Examples
  std::string of;  // the function they belong to; empty for decisions
  std::string note;
  std::vector<std::string>
      inputs;  // facts (児童.生年月日), terms given instead of computed, the as-of date, parameters
  std::vector<std::string> outputs;  // decisions, terms, or one part: 受給資格.結論; empty name: the function's result
  std::vector<std::string> remarks;
  std::vector<Example> rows;
  bool operator==(const Examples&) const = default;
};

using Block =
    std::variant<Prose, Quotation, Types, Inputs, Terms, LongTerm, DecisionTable, Functions, LongFunction, Examples>;

// ---- the model
struct About {
  std::string id;  // "jido-teate.monthly"
  std::string title;
  std::vector<std::string> law;
  std::string owner;  // the section's id in the pack
  bool is_public = false;
  std::optional<Date> valid_from;
  std::optional<Date> valid_to;
  bool gaps_declared = false;  // false: a gap is an error. true: the rank below decides what no row covers
  std::string gaps_decided_by;
  bool library = false;                                       // kind = "library": functions only
  std::vector<std::pair<std::string, std::string>> comments;  // key → "# …" behind it
  bool operator==(const About&) const = default;
};

struct Model {
  About about;
  std::vector<Block> blocks;
  bool operator==(const Model&) const = default;
};

// Where in a model: block, row, column (each -1 when the whole is meant). Rows and columns are those of the block's
// table as written; row_header, row_types and row_default name the special rows.
struct Ref {
  static constexpr int row_header = -2, row_types = -3, row_default = -4;
  int block = -1;
  int row = -1;
  int column = -1;
  auto operator<=>(const Ref&) const = default;
};

std::vector<const DecisionTable*> decision_tables(const Model& model);
std::vector<const Term*> terms(const Model& model);
std::vector<const Function*> functions(const Model& model);
const DecisionTable* find_table(const Model& model, std::string_view name);

// "sha256:" + hex of the canonical document (print_criterion). Two models with the same content have the same hash.
std::string content_hash(const Model& model);

}  // namespace yakuba::dmn
