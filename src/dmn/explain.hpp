// From a trace to plain Japanese: cells in words (「3 未満」「1 か 2」), one sentence for the reason with the law of
// the row, and the data of the table that a case file shows (design/pages/staff-case.html). All words of a subject come
// from the criterion; this file knows only the grammar of conditions.
//
//   cell_words("[1..2]", type)                     == "1 か 2"
//   TableView view = table_view(criterion, evaluation, "月額");
//   view.rows[0].cells[1].words, .outcome;  view.rows[0].fired
//   explain(criterion, evaluation, "月額").reason
//     == "「三歳未満の月」に当てはまらず、「年度末年齢」が 7（18 以下）で、「算定順」が 1（1 か 2）であるため、月額は
//     10,000円です（児童手当法 6条）。"
//   2）のため、月額は15,000円です（児童手当法 第6条第1項1号イ）。"
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dmn/evaluate.hpp"

namespace yakuba::dmn {

// A condition cell in words; what has no words is given as written. "—" for any value.
std::string cell_words(std::string_view unary_tests, const Type& type);
// A value in words: 15,000円 (unit or yen), 7歳, 令和6年6月15日, 当てはまる / 当てはまらない, 「なし」 for null, lists
// with 、.
std::string value_words(const feel::Value& value, const Type& type, std::string_view unit = {});

struct CellView {
  std::string words;
  Outcome outcome = Outcome::not_evaluated;
};
struct RowView {
  std::string id;  // as in the document
  bool fired = false;
  bool possible = false;  // may still fire, depending on missing facts
  std::vector<CellView> cells;
  // In words, with thousands separators. Of a case: what a formula came to, empty when facts for it are missing.
  std::vector<std::string> outputs;
  std::vector<std::string> annotations;
};
struct ColumnView {
  std::string heading;
  std::string value;  // in words; empty: not known
};
struct TableView {
  std::string name;
  std::string caption;           // 「当てはまった行は、1行目」
  std::string hit_policy_words;  // 「どの場合も1行だけが当てはまる（U）」
  std::vector<ColumnView> inputs;
  std::vector<std::string> outputs;      // headings with unit
  std::vector<std::string> annotations;  // headings
  std::vector<RowView> rows;
};
TableView table_view(const Criterion& criterion, const Evaluation& evaluation, std::string_view decision);
// The table as it stands, without a case: for the page of the criterion.
TableView table_view(const Criterion& criterion, std::string_view decision);

struct Explanation {
  std::string reason;                    // why this result: from the row's 理由 when the document has one, else made
  std::vector<std::string> law;          // what the matched rows cite, joined with the criterion's law
  std::vector<std::string> not_matched;  // one sentence for each other row: the first condition that failed
  std::vector<std::string> terms;  // 「年度末年齢は 7歳です。」 for each term that the table reads, with its formula
  std::string missing;             // what is missing and whether it matters; empty when nothing is
};
Explanation explain(const Criterion& criterion, const Evaluation& evaluation, std::string_view decision);

std::string hit_policy_words(HitPolicy policy, Aggregation aggregation);

}  // namespace yakuba::dmn
