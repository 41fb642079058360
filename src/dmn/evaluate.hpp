// Compile a criterion once, evaluate it many times, with the trace that a case file shows, what is missing and whether
// it matters, and a record that replays to the same bytes.
//
//   LibraryCompilation library = compile_library(library_readings);          // common/library/*.md
//   Compilation compiled = compile(*reading.model, {.places = &reading.places, .library = &library.library,
//                                                   .schema = &schema, .version = "3"});
//   compiled.criterion->facts()                        // exactly the facts it needs: 児童.生年月日 : date, 対象月 :
//   date Evaluator evaluator;                               // one per thread Evaluation e =
//   evaluator.evaluate(*compiled.criterion, {.as_of = day, .facts = facts}); e.find("月額")->standing ==
//   Standing::decided;  e.find("月額")->output.integer() == 15000 for (const MissingFact& m : e.missing) if (m.matters)
//   ask(m.path);       // e.ask_next: the smallest set to ask std::string record = decision_record(*compiled.criterion,
//   e);            // canonical JSON replay(*compiled.criterion, record)                                      // error
//   unless the same bytes come out
//
// Facts are one FEEL context: {児童: {生年月日: …}, 対象月: …}. A key that is absent is *missing*; null is known to be
// nothing. The as-of date is the fact named by the schema (基準日) and what today() gives.
// Errors of the rules themselves (no row, two rows under U, a cell that fails) are part of the Evaluation: standing and
// troubles; evaluation never fails as a call. Bounded by EvaluateLimits.
// Threads: Criterion and Library are immutable handles, any thread; Evaluator: one thread.
// Source: OMG DMN 1.5 §8.2.10 (hit policies), §8.2.11 (default output), §7.3 (requirements).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "dmn/criterion.hpp"
#include "dmn/fault.hpp"
#include "dmn/model.hpp"
#include "feel/feel.hpp"

namespace yakuba::dmn {

// ---- libraries and schema
class Library {  // compiled functions (BKMs); also for procedures, forms and notices: add_to(scope)
 public:
  Library();
  void add_to(feel::Scope& scope) const;
  std::vector<std::string> names() const;
  const Function* find(std::string_view name) const;  // with its law and parameters
  const std::string& hash() const;                    // of all documents in order
  struct Body;
  explicit Library(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  const Body& body() const { return *body_; }

 private:
  std::shared_ptr<const Body> body_;
};
struct LibraryCompilation {
  Library library;  // what could be compiled
  Faults faults;
};
LibraryCompilation compile_library(std::span<const Reading> documents);

// The FEEL type of a declared type; named types are looked up in `types`. Errors: unknown names.
Result<feel::Type> feel_type(const Type& type, std::span<const ItemDefinition> types);
// All facts of a schema as one context type: for reading JSON, CSV and forms, and for scopes of other FEEL texts.
Result<feel::Type> feel_type(const FactSchema& schema);
void add_facts(feel::Scope& scope, const FactSchema& schema);  // one name for each root

// ---- compile
// A context or list that an expression takes as a whole (an argument of a function) is one fact: it is missing when the
// whole is absent; what its inner members lack is for the expression to say.
struct FactUse {
  std::string path;  // "児童.生年月日"
  Type type;
  std::vector<std::string> used_by;  // names of terms and decisions
  bool operator==(const FactUse&) const = default;
};

class Criterion {
 public:
  const Model& model() const;
  const Places& places() const;
  const std::string& version() const;
  const std::string& hash() const;                    // content_hash of the document
  const std::string& program_hash() const;            // of the document and all it was compiled with (library, schema)
  const std::vector<FactUse>& facts() const;          // what evaluation may need, in order of first use and declaration
  std::vector<std::string> decisions() const;         // names of its tables, in order of the document
  std::vector<std::string> result_decisions() const;  // tables that no other table needs
  struct Body;
  explicit Criterion(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  const Body& body() const { return *body_; }

 private:
  std::shared_ptr<const Body> body_;
};
struct CompileOptions {
  const Places* places = nullptr;  // so that faults point at cells
  const Library* library = nullptr;
  const FactSchema* schema = nullptr;
  std::string version;  // the pack's, for the record
};
struct Compilation {
  std::optional<Criterion> criterion;  // absent when there was an error
  Faults faults;
};
Compilation compile(const Model& model, const CompileOptions& options = {});

// ---- evaluate
enum class Standing {
  decided,    // `output` is the result, whatever the missing facts are
  undecided,  // depends on missing facts: `possible` are the results still possible
  gap,        // no row covers the facts and there is no default (about.gaps_decided_by says who decides)
  failed,     // the rules contradict themselves or a cell failed: see troubles
};
enum class Outcome : std::uint8_t { yes, no, not_evaluated, unknown };
std::string_view name_of(Standing standing);
std::string_view name_of(Outcome outcome);

struct Trouble {
  std::string code;  // FEEL's ("division_by_zero") or "rules_overlap", "no_rule", "output_not_allowed", "fact_type" …
  std::string subject;
  Place place;  // the cell
  bool operator==(const Trouble&) const = default;
};
struct InputTrace {
  std::string expression;  // column heading, or the fact or term that a term reads
  Type type;
  std::optional<feel::Value> value;  // nothing: not known
};
struct RuleTrace {
  int row = 0;  // index into DecisionTable::rules
  Outcome outcome = Outcome::not_evaluated;
  std::vector<Outcome> cells;  // one for each input clause
};
struct DecisionTrace {
  std::string name;
  bool table = false;  // else a term
  Standing standing = Standing::decided;
  feel::Value output;  // decided; a context when the table has several outputs; null otherwise
  std::vector<InputTrace> inputs;
  std::vector<RuleTrace> rules;       // of a table, all of them
  std::vector<int> matched;           // indices of the rules that gave the output, in the order the policy says
  bool by_default = false;            // the default row gave it
  std::vector<feel::Value> possible;  // undecided: distinct results; null among them: a gap is possible
  bool possible_exact = true;         // false: `possible` may hold results that cannot come (never the other way)
  bool possible_open = false;         // results cannot be listed (computed from what is missing)
  std::vector<Trouble> troubles;
};

struct MissingFact {
  std::string path;
  Type type;
  std::string reason;    // from Question::missing, as the caller gave it
  bool matters = false;  // some result depends on it
  bool exact = true;     // false: it was not possible to prove that it does not matter
};

struct Question {
  Date as_of;
  feel::Value facts;                           // a context
  std::map<std::string, std::string> missing;  // path → why it is missing and how to get it
  std::vector<std::string> goals;              // decisions wanted; empty: all tables
  feel::Value given_terms;                     // a context: terms given instead of computed (examples)
};

struct Evaluation {
  Date as_of;
  feel::Value facts;                     // exactly the facts the criterion names, typed
  std::vector<DecisionTrace> decisions;  // terms and tables, in order of evaluation
  std::vector<std::string> goals;        // the decisions that were asked for
  std::vector<std::string> given;        // terms that were given instead of computed
  std::vector<MissingFact> missing;
  std::vector<std::string> ask_next;  // the smallest set of facts which, once known, always decides; empty: nothing
  bool ask_next_exact = true;
  std::vector<Trouble> troubles;  // of facts; those of decisions are with them
  const DecisionTrace* find(std::string_view decision) const;
  bool decided() const;  // all goals
};

struct EvaluateLimits {
  feel::Limits feel;
  std::size_t combinations_max = 20'000;  // of values of missing facts that are tried; beyond: not exact
  std::size_t possible_max = 200;         // results listed
};

class Evaluator {
 public:
  explicit Evaluator(const EvaluateLimits& limits = {});
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  Evaluation evaluate(const Criterion& criterion, const Question& question);
  // Only the result of one decision, no trace: for batches. Missing facts are null.
  feel::Value decide(const Criterion& criterion, const Question& question, std::string_view decision);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---- record
// ---------------------------------------------------------------------------------------------------------- Canonical
// JSON: criterion (id, version, hashes), as_of, facts, outputs, trace. The same evaluation always gives the same bytes.
// Values: JSON where JSON has the kind, else {"@": "2024-06-15"} (FEEL's at-literal).
std::string decision_record(const Criterion& criterion, const Evaluation& evaluation);
// Evaluates again from the record's facts. Errors: dmn.record_unreadable, dmn.record_other_criterion (hash differs),
// dmn.record_differs (detail says where).
Result<Evaluation> replay(const Criterion& criterion, std::string_view record);
JsonValue to_record(const feel::Value& value);
Result<feel::Value> from_record(const JsonValue& json);

// ---- examples
struct ExampleResult {
  Ref row;      // the example
  Place place;  // of the first cell that differs, else of the row
  bool passed = false;
  std::string column;            // the output that differs
  std::string expected, actual;  // FEEL literals; actual may name what is missing
  bool operator==(const ExampleResult&) const = default;
};
struct RuleCoverage {
  std::string decision;
  std::vector<std::size_t> hits;  // for each rule: examples in which it matched
};
struct ExampleReport {
  std::vector<ExampleResult> results;
  std::vector<RuleCoverage> coverage;
  Faults faults;  // examples that cannot be read, failing examples (with their cell), rules never covered
  std::size_t passed() const;
};
// Examples without the as-of column are evaluated as of `as_of`. `known`: facts that hold for every example unless its
// row says otherwise (a context; the dated parameters of the pack).
ExampleReport run_examples(const Criterion& criterion, Date as_of, const feel::Value& known = feel::Value::context({}));
// Examples of library functions.
ExampleReport run_examples(const Library& library);

}  // namespace yakuba::dmn
