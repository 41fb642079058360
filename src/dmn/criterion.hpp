// Criterion documents: one readable Markdown file with the law, the terms, the tables and the examples ↔ Model.
//
//   Reading reading = read_criterion(text, "packs/common/criteria/jido-teate.md");
//   if (!reading.model) for (const Fault& f : reading.faults) print(describe(f, Words::ja));
//   print_criterion(*reading.model)                    // canonical text; read again it gives an equal model
//
// The document
//   +++                                   front matter, one `key = value` a line (a subset of TOML: strings,
//   true/false, id = "jido-teate.monthly"             dates, lists of strings, comments) title = "児童手当の月額"
//   required: id, title. Others: law (text or list), owner, public, valid_from, law = "児童手当法 第6条第1項" valid_to,
//   gaps ("none" or "declared", then gaps_decided_by = "課長"), valid_from = 2024-10-01               kind ("criterion"
//   or "library") gaps = "none"
//   +++
//   # 児童手当の月額                       any Markdown is kept as it is (Prose); `>` lines are Quotations of the law
//
//   ## 入力 Inputs                         | input | type | meaning |        facts a document declares itself
//   (optional)
//   ## 型 Types                            | type | definition | meaning |   definition: a type, or members with their
//                                         types: {生年月日: date, 続柄: "子" \| "孫"}
//   ## 用語 Terms                          | term | type | FEEL | any note columns … |
//   ## 用語 Term: 名前 : type              a long term: prose, then its FEEL in a ```feel block
//   ## 表 Decision: 月額   U               prose or law, then the table. Hit policies U A P F R O C C+ C< C> C#
//     | | 年齢 | 算定順 | → 月額 (円) | 根拠 |     first column: row number. Inputs are FEEL, outputs begin with →
//     | --- | --- | --- | --- | --- |             (unit in brackets), the columns behind them are annotations
//     | 型 | age | integer >= 1 | yen | |          optional: row `型` (or `type`): types and ordered allowed values
//     | 1 | < 3 | [1..2] | 15000 | 6条 |           FEEL unary tests, FEEL outputs, text
//     | 既定 | | | 0 | |                           optional: row `既定` (or `default`): outputs when no row matches
//   ## 例 Examples                         | 児童.生年月日 | 算定順 | → 月額 | remark |   run by run_examples
//   ## 関数 Functions                      | function | FEEL | law |    month start(day: date) : date
//   ## 関数 Function: age on(day: date, born: date) : integer          optional line `根拠: …`, prose, ```feel block
//   ## 例 Examples: age on                 | day | born | → | remark |
//
// Headings are known by the Japanese or the English word; both are printed. `|` inside a cell is written `\|` (between
// two strings of a type column it may stay bare), a line break inside a cell `<br>`. A date in an example is written
// 2024-06-15. Annotation columns with a meaning to dmn/explain: 根拠 (or law) is cited; 理由 (or reason) is a sentence
// with {FEEL} holes.
//
// Faults name file, line, column and cell, with a remedy. Input of any kind ends in a model or in faults, never in a
// crash; limits are below. Pure; no state between calls.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "dmn/fault.hpp"
#include "dmn/model.hpp"

namespace yakuba::dmn {

struct ReadLimits {
  std::size_t document_bytes_max = 4 * 1024 * 1024;
  std::size_t rows_per_table_max = 10'000;
  std::size_t columns_per_table_max = 200;
  std::size_t cell_bytes_max = 16 * 1024;
  std::size_t blocks_max = 2'000;
  std::size_t faults_max = 200;
};

// Where each part of a model stood in its file.
class Places {
 public:
  std::string file;
  void set(const Ref& ref, Place place) { places_[ref] = std::move(place); }
  void set_key(std::string key, Place place) { keys_[std::move(key)] = std::move(place); }
  // The nearest known place: the cell, else its row, else its block, else the file. `offset` is counted in code points
  // from the cell's first character.
  Place at(const Ref& ref, int offset = 0) const;
  Place at_key(std::string_view key) const;

 private:
  std::map<Ref, Place> places_;
  std::map<std::string, Place, std::less<>> keys_;
};

struct Reading {
  std::optional<Model> model;  // absent when there was an error
  Places places;
  Faults faults;
};

Reading read_criterion(std::string_view text, std::string_view file, const ReadLimits& limits = {});
std::string print_criterion(const Model& model);

}  // namespace yakuba::dmn
