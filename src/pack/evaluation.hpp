// Evaluating a pack: which questions are asked, what is offered, what is wrong, which papers are needed, what is
// decided. Application, counter and cases share these functions, so the resident's preview and the clerk's decision
// cannot differ.
//
//   Facts facts = start(pack, *Date::parse("2026-11-20"));           // 基準日, parameters, calendar, town
//   facts.known["claimant"] = claimant_json;                          // from the register, by the schema's keys
//   for (const Ask& ask : *asks(pack, procedure, facts)) …             // questions asked now, in order, one per item
//   of for_each auto faults = wrong(pack, procedure, ask, answer, facts);         // words by text key; empty when
//   right TRY(put(pack, procedure, ask, answer, facts));                    // the answer becomes a fact Decision
//   decision = TRY(decide(pack, "jido-teate.eligibility", facts));
//
// Facts travel as JSON with the schema's ASCII keys (dates "2026-11-20", months "2026-11", yen and integers as
// numbers); FEEL sees the Japanese names. A fact that is not there is *missing*, never false. Pure, thread-safe, no
// clock: `as_of` is given. Errors: pack.no_criterion, pack.no_question (not_found); pack.feel (invalid: a runtime fault
// of an expression, with place).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/name.hpp"
#include "dmn/explain.hpp"
#include "pack/pack.hpp"

namespace yakuba::pack {

struct Facts {
  JsonObject known;  // by key; records are objects, lists arrays; absent or null: missing
  Date as_of;        // 基準日
};

// Facts that the pack itself supplies as of a day: 基準日, the parameter tables, closed days, the town.
// With a procedure: by the calendar and telephone of its section.
Facts start(const Pack& pack, Date as_of, const Procedure* procedure = nullptr);

// Facts made ready for many questions about them: whoever asks for questions, words and checks of the same facts makes
// them once. Immutable; points into the pack, which must live as long.
class FeelFacts;
using Seen = std::shared_ptr<const FeelFacts>;
Seen see(const Pack& pack, const Facts& facts);

// One question as it is asked now: for a question with for_each, once per item of that list.
struct Ask {
  const Question* question = nullptr;
  int item = -1;           // index in the for_each list; −1: none
  std::string id() const;  // "lives_with" or "lives_with.1": field name prefix, answer key
  bool operator==(const Ask&) const = default;
};
// Questions whose `when` holds with what is known so far. A `when` over a missing fact counts as not yet asked.
Result<std::vector<Ask>> asks(const Pack& pack, const Procedure& procedure, const Facts& facts);
Result<std::vector<Ask>> asks(const Procedure& procedure, const Seen& seen);
// All items of one page: the asks whose question has that page, in order.
std::vector<Ask> of_page(const std::vector<Ask>& asks, std::string_view page, int item = -1);
// Known items offered by `from`, filtered by `include`.
Result<JsonArray> offered(const Pack& pack, const Question& question, const Facts& facts, const Seen& seen = {});
// The answer already given to an ask, out of the facts; nothing when unanswered.
std::optional<JsonValue> answered(const Procedure& procedure, const Ask& ask, const Facts& facts);

struct AnswerFault {
  std::string
      text_key;       // "question.children.check.none" or "answer.required"; words in procedure.texts, then pack.texts
  std::string field;  // "children.0.birth": the field at fault, as named in the form
  bool operator==(const AnswerFault&) const = default;
};
std::vector<AnswerFault> wrong(const Pack& pack, const Procedure& procedure, const Ask& ask, const JsonValue& answer,
                               const Facts& facts);
std::vector<AnswerFault> wrong(const Pack& pack, const Procedure& procedure, const Ask& ask, const JsonValue& answer,
                               const Seen& seen);
// Writes a right answer into the facts; facts of questions that are no longer asked are taken away.
Result<> put(const Pack& pack, const Procedure& procedure, const Ask& ask, JsonValue answer, Facts& facts);

// Facts with answers in them, the questions they lead to, and both made ready.
struct Answered {
  Facts facts;
  std::vector<Ask> asked;
  Seen seen;
};
Result<Answered> begin_answers(const Pack& pack, const Procedure& procedure, Facts facts);
// One more answer, by Ask::id; of a question that is not asked by now it is passed over.
Result<> put(const Pack& pack, const Procedure& procedure, std::string_view ask, JsonValue answer, Answered& so_far);

struct Needed {
  const Attachment* attachment = nullptr;
  int item = -1;
  std::string id() const;
  bool operator==(const Needed&) const = default;
};
Result<std::vector<Needed>> attachments(const Pack& pack, const Procedure& procedure, const Facts& facts);
Result<std::vector<Needed>> attachments(const Procedure& procedure, const Seen& seen);

// ---- decisions ---

struct FiredRow {
  std::string table;                     // decision name: 月額
  std::string row;                       // id of the row as written in the document
  std::vector<std::string> annotations;  // 根拠 and the like
  bool operator==(const FiredRow&) const = default;
};
struct MissingFact {
  std::string key;      // schema key path: "main_earner", "children.1.lives_with"
  std::string name;     // 生計の中心, 児童.同居
  std::string about;    // the item it is missing for ("陽翔"); empty: none
  std::string how;      // how to get it
  bool matters = true;  // false: the result is the same for every value it could take
  bool operator==(const MissingFact&) const = default;
};
// One run of one criterion: a stage of a procedure (once, or for one item of its list), or a criterion by itself.
struct Decision {
  std::string criterion;  // id
  std::string title;
  Hash criterion_hash{};
  Date as_of;
  std::string item;      // key path of the item it was run for: "children.1"; empty: none
  std::string about;     // that item's name, for people: "陽翔"
  std::string standing;  // decided | undecided | gap | failed
  JsonObject outputs;    // results of tables and terms by their Japanese name, JSON values
  std::vector<FiredRow> fired;
  std::string reason;            // the row's 理由, filled
  std::vector<std::string> law;  // what the fired rows and the criterion cite
  std::vector<MissingFact> missing;
  std::vector<dmn::TableView> tables;  // every table with cells ✓ ✗ in words, for the case file
  std::string record;                  // canonical JSON of dmn::decision_record: replays to the same bytes
  bool decided() const { return standing == "decided"; }
};
// Runs one criterion over the facts. Same facts and pack version → the same record.
Result<Decision> decide(const Pack& pack, std::string_view criterion, const Facts& facts);

// All stages of a procedure, in order; each result becomes a fact for the next ones. Stops at the first stage that
// stays undecided because a missing fact matters; `missing` then says what to ask.
struct Ruling {
  std::vector<Decision> decisions;   // in order of stages and items
  Facts facts;                       // the facts given, with every result and derived fact put in
  std::vector<MissingFact> missing;  // of all decisions, those that matter first
  const Outcome* outcome = nullptr;  // nothing when not complete; lives as long as the pack
  bool complete() const { return outcome != nullptr; }
};
Result<Ruling> rule(const Pack& pack, const Procedure& procedure, const Facts& facts);

// The facts that the procedure's criteria read, as key paths of the schema without items ("paper_not_given",
// "children.study_abroad_meets"), in the schema's order: what may matter in a case of it.
std::vector<std::string> facts_read(const Pack& pack, const Procedure& procedure);

// 事務決裁規程: who decides this matter, who must agree first, and by which row.
struct RouteFound {
  std::string rank;                  // decider
  std::vector<std::string> consult;  // 合議: section ids
  std::vector<std::string> through;  // ranks from the drafter's next rank up to the decider, in order
  std::string rule;                  // sentence for the sheet: 奈義町事務決裁規程（見本）別表の3（課長専決）
  bool delegated = false;            // 専決: decided below the mayor in the mayor's name
  Hash criterion_hash{};
  std::string row;
  bool operator==(const RouteFound&) const = default;
};
struct Matter {
  std::string kind;  // Outcome::kind
  std::int64_t amount_yen = 0;
  bool adverse = false;
  bool departs = false;   // departs from the criterion: never below the step's rank
  bool disputed = false;  // 重要、異例、疑義、争い
  std::string drafter_rank{};
  std::string at_least_rank{};  // Step::depart.rank when the criterion was departed from; empty: none
};
Result<RouteFound> find_route(const Pack& pack, std::string_view route, const Matter& matter);
// 代決: ranks that may act for an absent decider, in order.
std::vector<std::string> acting_for(const Pack& pack, std::string_view rank);

// The day a term ends, by the section's calendar.
Result<Date> due(const Pack& pack, const Procedure& procedure, std::string_view term, const Facts& facts);

// ---- texts with holes ---

// Fills a notice: blocks with furigana marks kept, ready for print and web. Lists, dates, months and numbers are
// written in the form of the language. Facts of the case itself (通知 "notice", 宛先 "addressee", 補正 "correction",
// 受付 "receipt", 申請の理由 …) are put into facts.known by their keys before. Errors: pack.hole (a hole without a
// value; place).
// `extra` overrides facts, by key or Japanese name.
Result<std::vector<Block>> fill(const Pack& pack, const Template& text, std::string_view language, const Facts& facts,
                                const JsonObject& extra = {});
// Fills the words of one key ("{児童.氏名}さんは、あなたと一緒に住んでいますか"); a hole without a value becomes "".
std::string words(const Pack& pack, const Procedure& procedure, std::string_view text_key, std::string_view language,
                  const Facts& facts, const Ask* ask = nullptr);
std::string words(const Pack& pack, const Procedure& procedure, std::string_view text_key, std::string_view language,
                  const Seen& seen, const Ask* ask = nullptr);
std::string words(const Pack& pack, const Procedure& procedure, const Needed& needed, std::string_view text_key,
                  std::string_view language, const Facts& facts);
std::string words(const Pack& pack, const Procedure& procedure, const Needed& needed, std::string_view text_key,
                  std::string_view language, const Seen& seen);

// "1234567" → "****567": enough for the owner to know it, too little for anyone else.
std::string masked(std::string_view text);

// True or false of an expression over the facts; nothing when a fact it needs is missing.
Result<std::optional<bool>> holds(const Pack& pack, const Expression& expression, const Facts& facts);
// Any value of an expression, as JSON (dates as text).
Result<JsonValue> value(const Pack& pack, const Expression& expression, const Facts& facts);

}  // namespace yakuba::pack
