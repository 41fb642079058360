// Rows of a Markdown table → blocks of a model, with a place for each cell; inside the folder only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dmn/criterion.hpp"
#include "dmn/markdown.hpp"

namespace yakuba::dmn {

enum class TableKind { terms, inputs, types, decision, functions, examples };

class TableReader {
 public:
  TableReader(Places& places, Faults& faults, int block) : places_(places), faults_(faults), block_(block) {}

  std::optional<Block> read_block(TableKind kind, const std::string& rest, std::string note,
                                  const std::vector<MarkdownRow>& rows, const Place& heading);
  std::optional<Term> long_term(const std::string& rest, std::string body, const Place& heading, const Place& begin);
  // Takes the line `根拠: …` out of the note.
  std::optional<Function> long_function(const std::string& rest, std::string body, std::string& note,
                                        const Place& heading, const Place& begin);

 private:
  using Arguments = std::vector<std::pair<std::string, std::string>>;
  struct Column {
    std::string heading;
    int role = -1;  // the column in Ref and in the printed form
  };

  std::optional<Block> terms(std::string note);
  std::optional<Block> inputs(std::string note);
  std::optional<Block> types(std::string note);
  std::optional<Block> functions(std::string note);
  std::optional<Block> examples(const std::string& of, std::string note);
  std::optional<Block> decision(const std::string& rest, std::string note, const Place& heading);
  bool decision_heading(const std::string& rest, DecisionTable& table, const Place& heading);
  bool decision_columns(DecisionTable& table);
  void decision_row(const MarkdownRow& row, DecisionTable& table, bool& typed, bool& defaulted);
  void type_row(const MarkdownRow& row, DecisionTable& table);
  void default_row(const MarkdownRow& row, DecisionTable& table);

  // The columns of a table whose headings are words: `names[i]` lists the words of role i; others are note columns.
  bool columns_by_word(const std::vector<std::vector<std::string>>& names, const std::vector<bool>& required,
                       std::vector<std::string>& note_columns);
  const MarkdownCell* cell(const MarkdownRow& row, int role) const;
  std::string text(const MarkdownRow& row, int role) const;
  std::vector<std::string> notes(const MarkdownRow& row, std::size_t first_role, std::size_t count) const;
  Type type_at(const MarkdownRow& row, int role, const std::string& field);
  std::optional<ItemDefinition> definition_at(const MarkdownRow& row, const std::string& name);
  std::optional<Function> signature(const std::string& text, const Place& place);
  std::optional<Type> type_of(const std::string& text, const Place& place);

  bool shape(const std::vector<MarkdownRow>& rows, std::optional<int> type_column);
  Place place(const MarkdownRow& row, int role, const std::string& field) const;
  void remember(const MarkdownRow& row, int index, const std::string& field);
  void fault(std::string code, Arguments arguments, Place place);

  Places& places_;
  Faults& faults_;
  int block_;
  std::vector<Column> columns_;
  std::vector<MarkdownRow> rows_;  // of the body
  MarkdownRow header_;
  std::string subject_;  // 表「月額」
};

// Names used twice, and blocks that have no place in a library.
void check_names(const Model& model, const Places& places, Faults& faults);

}  // namespace yakuba::dmn
