// 計測: what the log says of the work of the house. The mayor sees how many cases came by which way, how long each step
// took in hours of open offices, how much of it was waiting, what was sent back and why, and at whose desk it waited.
//
//   TRY(insight::derive(hall, town));                         // the periodic task: reads on from where it stopped
//   Board board = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return insight::board(tx, scope); }));
//   board.graph.node("examine")->waiting.median               // minutes of open offices
//
// The rows behind the page (insight_case, insight_interval, insight_stamp) are a reading of the log: idempotent by a
// cursor that moves in the same transaction, the same again after `rebuild`. Nothing is measured a second time. Names
// of people are not in these rows; a case number leads to the file, which asks for its own right and leaves its trace.
//
// A case belongs to the period in which it was submitted. Errors: those of the store; packs.none. Side: office.
// Threads: free of shared state. Law: 行政手続法6条 (標準処理期間), 地方自治法2条14項 (最少の経費で最大の効果).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "mining/figures.hpp"

namespace yakuba::insight {

// Reads the log on from the cursor until its placed end. Starts anew by itself when this program reads events another
// way than the one that wrote the rows. Gives how many events were read.
Result<std::int64_t> derive(hall::Hall& hall, const store::Town& town);
// Empties the rows and reads the whole log again.
Result<std::int64_t> rebuild(hall::Hall& hall, const store::Town& town);

// What the reader asked for. Days are of submission, both included.
struct Scope {
  Date from, until;
  std::string procedure;  // empty: all
  std::string section;    // pack section id; empty: the whole town
  bool operator==(const Scope&) const = default;
};

struct CaseFigures {
  std::int64_t cases = 0;
  mining::Share online;         // of all cases
  mining::Share asked;          // cases in which a correction was asked for (補正), of all cases
  mining::Share returned;       // cases sent back from 決裁 at least once (差し戻し), of those sent back or decided
  mining::Share by_rule;        // decisions as the criterion says, of all decisions
  mining::Spread decided_days;  // from submission to decision, calendar days
};
struct MonthRow {
  Date month;                  // its first day
  std::int64_t submitted = 0;  // submitted in this month
  std::int64_t decided = 0;    // decided in this month, of the scope's cases
  CaseFigures figures;         // of those submitted in it
};
struct RankRow {
  std::string rank;  // pack rank id
  mining::Spread minutes;
};
// Decisions sent back, under one version of the pack.
struct VersionRow {
  std::string pack;
  Date first, last;  // days of submission
  mining::Share returned;
};
struct Board {
  Scope scope;
  CaseFigures now, before;  // before: the same length of time just before
  std::vector<MonthRow> months;
  std::map<std::string, CaseFigures> measured;                       // by procedure
  std::map<std::pair<std::string, std::string>, std::int64_t> ways;  // procedure, channel → cases
  std::map<std::string, mining::Graph> graphs;                       // by procedure
  std::map<std::string, mining::Reasons> corrections, returns;       // by procedure
  std::vector<RankRow> ranks;                                        // slowest first
  std::vector<VersionRow> versions;                                  // oldest first; of scope.procedure only
  std::optional<Instant> read_until;                                 // how new the reading is
};
Result<Board> board(store::ReadTx& tx, const Scope& scope);

// The cases behind one figure of the board. Empty members do not narrow.
struct Behind {
  std::string channel, pack, month, decided_month;  // months "2026-04"
  std::string step, verb, to, reason, rank;
  bool decided = false, asked = false, returned = false, by_rule = false;
};
struct CaseRow {
  std::string case_id, number, procedure, channel, submitted_on, decided_on, outcome;
  std::int64_t asked = 0, returned = 0;
};
struct CasePage {
  std::vector<CaseRow> rows;
  std::string next;  // pass as `after`; empty: no more
};
// invalid "insight.after": not a page of this list.
Result<CasePage> cases_behind(store::ReadTx& tx, const Scope& scope, const Behind& behind, std::string_view after,
                              int limit);

hall::Module module();

}  // namespace yakuba::insight
