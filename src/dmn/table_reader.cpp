#include "dmn/table_reader.hpp"

#include "base/text.hpp"

namespace yakuba::dmn {
namespace {

constexpr std::string_view arrow = "→";

// Splits at `separator` outside of quotation marks and brackets.
std::vector<std::string> split_top_level(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quoted && i + 1 < text.size()) {
      parts.back() += c;
      parts.back() += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '(' || c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ')' || c == ']' || c == '}')) --depth;
    if (c == separator && !quoted && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string& part : parts) part = std::string(trim(part));
  return parts;
}

bool is_string_literal(std::string_view text) {
  constexpr std::string_view list_of = "list of ";
  if (text.starts_with(list_of)) text = trim(text.substr(list_of.size()));
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

// "→ 月額 (円)" → 月額, 円
void split_unit(std::string text, OutputClause& output) {
  const bool wide = text.ends_with("）");
  if (!wide && !text.ends_with(')')) {
    output.name = std::move(text);
    return;
  }
  constexpr std::string_view wide_open = "（";
  const std::size_t narrow_at = text.rfind('(');
  const std::size_t wide_at = text.rfind(wide_open);
  const bool use_wide = wide_at != std::string::npos && (narrow_at == std::string::npos || wide_at > narrow_at);
  const std::size_t open = use_wide ? wide_at : narrow_at;
  if (open == std::string::npos) {
    output.name = std::move(text);
    return;
  }
  const std::size_t begin = open + (use_wide ? wide_open.size() : 1);
  const std::size_t close = text.size() - (wide ? std::string_view("）").size() : 1);
  output.name = std::string(trim(std::string_view(text).substr(0, open)));
  if (close > begin) output.unit = std::string(trim(std::string_view(text).substr(begin, close - begin)));
}

struct PolicyCode {
  std::string_view code;
  HitPolicy policy;
  Aggregation aggregation;
};
constexpr PolicyCode policy_codes[] = {
    {"U", HitPolicy::unique, Aggregation::none},     {"A", HitPolicy::any, Aggregation::none},
    {"P", HitPolicy::priority, Aggregation::none},   {"F", HitPolicy::first, Aggregation::none},
    {"R", HitPolicy::rule_order, Aggregation::none}, {"O", HitPolicy::output_order, Aggregation::none},
    {"C", HitPolicy::collect, Aggregation::none},    {"C+", HitPolicy::collect, Aggregation::sum},
    {"C<", HitPolicy::collect, Aggregation::min},    {"C>", HitPolicy::collect, Aggregation::max},
    {"C#", HitPolicy::collect, Aggregation::count},
};

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}
bool is_dash(const std::string& text) {
  return text.empty() || text == "-";
}
std::string row_field(const std::string& subject, const std::string& row, const std::string& column) {
  return subject + row + (column.empty() ? "" : "「" + column + "」");
}

}  // namespace

void TableReader::fault(std::string code, Arguments arguments, Place place) {
  faults_.push_back({Severity::error, std::move(code), std::move(arguments), std::move(place)});
}

const MarkdownCell* TableReader::cell(const MarkdownRow& row, int role) const {
  for (std::size_t i = 0; i < columns_.size() && i < row.cells.size(); ++i)
    if (columns_[i].role == role) return &row.cells[i];
  return nullptr;
}
std::string TableReader::text(const MarkdownRow& row, int role) const {
  const MarkdownCell* found = cell(row, role);
  return found ? found->text : std::string();
}
std::vector<std::string> TableReader::notes(const MarkdownRow& row, std::size_t first_role, std::size_t count) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(text(row, static_cast<int>(first_role + i)));
  return out;
}

Place TableReader::place(const MarkdownRow& row, int role, const std::string& field) const {
  const MarkdownCell* found = cell(row, role);
  return {places_.file, row.line, found ? found->column : 1, field};
}

// Keeps the place of a row and its cells; `field` is the row's name, columns add theirs.
void TableReader::remember(const MarkdownRow& row, int index, const std::string& field) {
  places_.set({block_, index, -1}, {places_.file, row.line, 1, row_field(subject_, field, "")});
  for (const Column& column : columns_)
    places_.set({block_, index, column.role}, place(row, column.role, row_field(subject_, field, column.heading)));
}

// Cells of each row against the heading; a bare | between two strings of a type cell belongs to the type.
bool TableReader::shape(const std::vector<MarkdownRow>& rows, std::optional<int> type_column) {
  header_ = rows[0];
  for (std::size_t i = 2; i < rows.size(); ++i) {
    MarkdownRow row = rows[i];
    const std::size_t columns = header_.cells.size();
    while (type_column && row.cells.size() > columns) {
      const auto at = static_cast<std::size_t>(*type_column);
      if (at + 1 >= row.cells.size() || !is_string_literal(row.cells[at].text) ||
          !is_string_literal(row.cells[at + 1].text))
        break;
      row.cells[at].text += " | " + row.cells[at + 1].text;
      row.cells.erase(row.cells.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
    if (row.cells.size() != columns) {
      fault("criterion.cell_count", {{"cells", std::to_string(row.cells.size())}, {"columns", std::to_string(columns)}},
            {places_.file, row.line, 1, subject_});
      continue;
    }
    rows_.push_back(std::move(row));
  }
  return true;
}

bool TableReader::columns_by_word(const std::vector<std::vector<std::string>>& names, const std::vector<bool>& required,
                                  std::vector<std::string>& note_columns) {
  std::vector<bool> seen(names.size());
  int next_note = static_cast<int>(names.size());
  for (const MarkdownCell& heading : header_.cells) {
    int role = -1;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (std::find(names[i].begin(), names[i].end(), heading.text) != names[i].end() && !seen[i])
        role = static_cast<int>(i);
    if (role >= 0) {
      seen[static_cast<std::size_t>(role)] = true;
    } else {
      role = next_note++;
      note_columns.push_back(heading.text);
    }
    columns_.push_back({heading.text, role});
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (seen[i] || !required[i]) continue;
    fault("criterion.missing_column", {{"column", names[i].front()}}, {places_.file, header_.line, 1, subject_});
    return false;
  }
  return true;
}

std::optional<Type> TableReader::type_of(const std::string& text, const Place& place) {
  auto type = parse_type(text);
  if (type) return *type;
  fault("criterion.type_unknown", {{"type", text}}, place);
  return std::nullopt;
}
Type TableReader::type_at(const MarkdownRow& row, int role, const std::string& field) {
  return type_of(text(row, role), place(row, role, field)).value_or(Type{});
}

std::optional<Block> TableReader::read_block(TableKind kind, const std::string& rest, std::string note,
                                             const std::vector<MarkdownRow>& rows, const Place& heading) {
  subject_ = heading.field;
  std::optional<int> type_column;
  const bool typed = kind == TableKind::terms || kind == TableKind::inputs || kind == TableKind::types;
  for (std::size_t i = 0; typed && i < rows[0].cells.size(); ++i)
    if (one_of(rows[0].cells[i].text, {"type", "型", "definition", "定義"}) && i > 0) type_column = static_cast<int>(i);
  shape(rows, type_column);
  switch (kind) {
    case TableKind::terms:
      return terms(std::move(note));
    case TableKind::inputs:
      return inputs(std::move(note));
    case TableKind::types:
      return types(std::move(note));
    case TableKind::functions:
      return functions(std::move(note));
    case TableKind::examples:
      return examples(rest, std::move(note));
    case TableKind::decision:
      break;
  }
  return decision(rest, std::move(note), heading);
}

std::optional<Block> TableReader::terms(std::string note) {
  Terms block{.note = std::move(note), .note_columns = {}, .terms = {}};
  if (!columns_by_word({{"term", "用語", "語"}, {"type", "型"}, {"FEEL", "式", "定義"}}, {true, false, true},
                       block.note_columns))
    return std::nullopt;
  for (const MarkdownRow& row : rows_) {
    Term term{.name = text(row, 0),
              .type = {},
              .expression = text(row, 2),
              .notes = notes(row, 3, block.note_columns.size())};
    subject_ = "用語";
    const std::string field = "「" + term.name + "」";
    remember(row, static_cast<int>(block.terms.size()), field);
    if (term.name.empty()) fault("criterion.empty_cell", {{"column", "term"}}, place(row, 0, subject_));
    if (term.expression.empty()) fault("criterion.empty_cell", {{"column", "FEEL"}}, place(row, 2, subject_ + field));
    term.type = type_at(row, 1, subject_ + field);
    block.terms.push_back(std::move(term));
  }
  return block;
}

std::optional<Block> TableReader::inputs(std::string note) {
  Inputs block{.note = std::move(note), .inputs = {}};
  std::vector<std::string> others;
  if (!columns_by_word({{"input", "入力"}, {"type", "型"}, {"meaning", "意味"}}, {true, false, false}, others))
    return std::nullopt;
  if (!others.empty())
    fault("criterion.unknown_column", {{"column", others[0]}}, {places_.file, header_.line, 1, subject_});
  subject_ = "入力";
  for (const MarkdownRow& row : rows_) {
    const std::string field = "「" + text(row, 0) + "」";
    remember(row, static_cast<int>(block.inputs.size()), field);
    if (text(row, 0).empty()) fault("criterion.empty_cell", {{"column", "input"}}, place(row, 0, subject_));
    block.inputs.push_back({text(row, 0), type_at(row, 1, subject_ + field), text(row, 2)});
  }
  return block;
}

std::optional<ItemDefinition> TableReader::definition_at(const MarkdownRow& row, const std::string& name) {
  const std::string definition = text(row, 1);
  const Place at = place(row, 1, subject_ + "「" + name + "」");
  ItemDefinition item{.name = name, .type = {}, .members = {}, .meaning = text(row, 2)};
  if (!definition.starts_with('{')) {
    item.type = type_of(definition, at).value_or(Type{});
    return item;
  }
  if (!definition.ends_with('}')) {
    fault("criterion.type_unknown", {{"type", definition}}, at);
    return std::nullopt;
  }
  for (const std::string& part : split_top_level(std::string_view(definition).substr(1, definition.size() - 2), ',')) {
    const std::size_t colon = part.find(':');
    const std::string member(trim(std::string_view(part).substr(0, colon)));
    // An enumeration may itself hold commas: its later values have no colon of their own.
    if (colon == std::string::npos && is_string_literal(part) && !item.members.empty() &&
        !item.members.back().type.values.empty()) {
      auto more = parse_type(part);
      if (more)
        item.members.back().type.values.insert(item.members.back().type.values.end(), more->values.begin(),
                                               more->values.end());
      continue;
    }
    if (colon == std::string::npos || member.empty()) {
      fault("criterion.type_unknown", {{"type", part}}, at);
      return std::nullopt;
    }
    const std::string type(trim(std::string_view(part).substr(colon + 1)));
    item.members.push_back({member, type_of(type, at).value_or(Type{}), ""});
  }
  return item;
}

std::optional<Block> TableReader::types(std::string note) {
  Types block{.note = std::move(note), .types = {}};
  std::vector<std::string> others;
  if (!columns_by_word({{"type", "型"}, {"definition", "定義"}, {"meaning", "意味"}}, {true, true, false}, others))
    return std::nullopt;
  if (!others.empty())
    fault("criterion.unknown_column", {{"column", others[0]}}, {places_.file, header_.line, 1, subject_});
  subject_ = "型";
  for (const MarkdownRow& row : rows_) {
    const std::string name = text(row, 0);
    remember(row, static_cast<int>(block.types.size()), "「" + name + "」");
    if (name.empty()) fault("criterion.empty_cell", {{"column", "type"}}, place(row, 0, subject_));
    if (auto item = definition_at(row, name)) block.types.push_back(std::move(*item));
  }
  return block;
}

std::optional<Function> TableReader::signature(const std::string& text, const Place& place) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  Function function;
  if (open != std::string::npos) function.name = std::string(trim(std::string_view(text).substr(0, open)));
  if (open == std::string::npos || close == std::string::npos || close < open || function.name.empty()) {
    fault("criterion.signature", {{"text", text}}, place);
    return std::nullopt;
  }
  const std::string_view list = trim(std::string_view(text).substr(open + 1, close - open - 1));
  for (const std::string& part : list.empty() ? std::vector<std::string>{} : split_top_level(list, ',')) {
    const std::size_t colon = part.find(':');
    const std::string name(trim(std::string_view(part).substr(0, colon)));
    if (name.empty()) {
      fault("criterion.signature", {{"text", text}}, place);
      return std::nullopt;
    }
    const std::string type(colon == std::string::npos ? "" : trim(std::string_view(part).substr(colon + 1)));
    function.parameters.push_back({name, type_of(type, place).value_or(Type{}), ""});
  }
  std::string_view rest = trim(std::string_view(text).substr(close + 1));
  if (rest.starts_with(':'))
    rest = trim(rest.substr(1));
  else if (!rest.empty())
    fault("criterion.signature", {{"text", text}}, place);
  function.result = type_of(std::string(rest), place).value_or(Type{});
  return function;
}

std::optional<Block> TableReader::functions(std::string note) {
  Functions block{.note = std::move(note), .note_columns = {}, .functions = {}};
  if (!columns_by_word({{"function", "関数"}, {"FEEL", "式", "定義"}, {"law", "根拠"}}, {true, true, false},
                       block.note_columns))
    return std::nullopt;
  subject_ = "関数";
  for (const MarkdownRow& row : rows_) {
    remember(row, static_cast<int>(block.functions.size()), "「" + text(row, 0) + "」");
    auto function = signature(text(row, 0), place(row, 0, subject_));
    if (!function) continue;
    function->expression = text(row, 1);
    function->law = text(row, 2);
    function->notes = notes(row, 3, block.note_columns.size());
    if (function->expression.empty())
      fault("criterion.empty_cell", {{"column", "FEEL"}}, place(row, 1, subject_ + "「" + function->name + "」"));
    block.functions.push_back(std::move(*function));
  }
  return block;
}

std::optional<Block> TableReader::examples(const std::string& of, std::string note) {
  Examples block{.of = of, .note = std::move(note), .inputs = {}, .outputs = {}, .remarks = {}, .rows = {}};
  for (const MarkdownCell& heading : header_.cells) {
    const Place at{places_.file, header_.line, heading.column, subject_};
    const bool is_output = heading.text.starts_with(arrow);
    if (is_output && !block.remarks.empty()) fault("criterion.output_after_annotation", {{"column", heading.text}}, at);
    if (is_output)
      block.outputs.emplace_back(trim(std::string_view(heading.text).substr(arrow.size())));
    else if (block.outputs.empty())
      block.inputs.push_back(heading.text);
    else
      block.remarks.push_back(heading.text);
    columns_.push_back({heading.text, static_cast<int>(columns_.size())});
  }
  remember(header_, Ref::row_header, "の見出し");
  if (block.outputs.empty()) {
    fault("criterion.no_output_column", {}, {places_.file, header_.line, 1, subject_});
    return std::nullopt;
  }
  for (const MarkdownRow& row : rows_) {
    const int index = static_cast<int>(block.rows.size());
    remember(row, index, std::to_string(index + 1) + "行目");
    block.rows.push_back({notes(row, 0, block.inputs.size()), notes(row, block.inputs.size(), block.outputs.size()),
                          notes(row, block.inputs.size() + block.outputs.size(), block.remarks.size())});
  }
  return block;
}

bool TableReader::decision_heading(const std::string& rest, DecisionTable& table, const Place& heading) {
  const std::size_t blank = rest.find_last_of(" \t");
  const std::string_view last = std::string_view(rest).substr(blank == std::string::npos ? 0 : blank + 1);
  for (const PolicyCode& code : policy_codes) {
    if (code.code != last || blank == std::string::npos) continue;
    table.name = std::string(trim(std::string_view(rest).substr(0, blank)));
    table.hit_policy = code.policy;
    table.aggregation = code.aggregation;
    subject_ = "表「" + table.name + "」";
    return !table.name.empty();
  }
  fault(rest.empty() ? "criterion.no_name" : "criterion.hit_policy", {{"text", std::string(last)}}, heading);
  return false;
}

bool TableReader::decision_columns(DecisionTable& table) {
  for (std::size_t i = 0; i < header_.cells.size(); ++i) {
    const MarkdownCell& heading = header_.cells[i];
    const Place at{places_.file, header_.line, heading.column, subject_ + "の見出し"};
    columns_.push_back({heading.text, static_cast<int>(i)});
    if (i == 0) {
      if (!one_of(heading.text, {"", "行", "row", "#", "No."}))
        fault("criterion.first_column", {{"column", heading.text}}, at);
    } else if (heading.text.starts_with(arrow)) {
      if (!table.annotations.empty()) fault("criterion.output_after_annotation", {{"column", heading.text}}, at);
      OutputClause output;
      split_unit(std::string(trim(std::string_view(heading.text).substr(arrow.size()))), output);
      if (output.name.empty()) output.name = table.name;
      for (const OutputClause& other : table.outputs)
        if (other.name == output.name) fault("criterion.repeated_name", {{"name", output.name}}, at);
      table.outputs.push_back(std::move(output));
    } else if (table.outputs.empty()) {
      if (heading.text.empty()) fault("criterion.empty_cell", {{"column", std::to_string(i + 1)}}, at);
      table.inputs.push_back({heading.text, std::nullopt});
    } else {
      table.annotations.push_back(heading.text);
    }
  }
  remember(header_, Ref::row_header, "の見出し");
  if (!table.outputs.empty()) return true;
  fault("criterion.no_output_column", {}, {places_.file, header_.line, 1, subject_});
  return false;
}

void TableReader::type_row(const MarkdownRow& row, DecisionTable& table) {
  const std::string field = subject_ + "の型の行";
  remember(row, Ref::row_types, "の型の行");
  const std::size_t inputs = table.inputs.size();
  for (std::size_t i = 0; i + 1 < row.cells.size(); ++i) {
    const int role = static_cast<int>(i) + 1;
    const std::string written = text(row, role);
    if (written.empty()) continue;
    const Place at = place(row, role, field + "「" + columns_[i + 1].heading + "」");
    if (i >= inputs + table.outputs.size()) {
      fault("criterion.annotation_typed", {}, at);
      continue;
    }
    auto& type = i < inputs ? table.inputs[i].type : table.outputs[i - inputs].type;
    type = type_of(written, at);
  }
}

void TableReader::default_row(const MarkdownRow& row, DecisionTable& table) {
  remember(row, Ref::row_default, "の既定の行");
  const std::size_t inputs = table.inputs.size();
  for (std::size_t i = 0; i + 1 < row.cells.size(); ++i) {
    const int role = static_cast<int>(i) + 1;
    const bool is_output = i >= inputs && i < inputs + table.outputs.size();
    const Place at = place(row, role, subject_ + "の既定の行「" + columns_[i + 1].heading + "」");
    if (is_output) table.outputs[i - inputs].default_entry = text(row, role);
    if (is_output && text(row, role).empty()) fault("criterion.empty_cell", {{"column", columns_[i + 1].heading}}, at);
    if (!is_output && !is_dash(text(row, role))) fault("criterion.default_inputs", {}, at);
  }
}

void TableReader::decision_row(const MarkdownRow& row, DecisionTable& table, bool& typed, bool& defaulted) {
  const std::string first = text(row, 0);
  if (one_of(first, {"型", "type"}) || one_of(first, {"既定", "default"})) {
    const bool is_type = one_of(first, {"型", "type"});
    bool& seen = is_type ? typed : defaulted;
    if (seen) fault("criterion.repeated_row", {{"row", first}}, place(row, 0, subject_));
    seen = true;
    return is_type ? type_row(row, table) : default_row(row, table);
  }
  const int index = static_cast<int>(table.rules.size());
  Rule rule{.id = first.empty() ? std::to_string(index + 1) : first, .inputs = {}, .outputs = {}, .annotations = {}};
  remember(row, index, rule.id + "行目");
  for (const Rule& other : table.rules)
    if (other.id == rule.id) fault("criterion.repeated_row", {{"row", rule.id}}, place(row, 0, subject_));
  rule.inputs = notes(row, 1, table.inputs.size());
  for (std::string& input : rule.inputs)
    if (input.empty()) input = "-";
  const std::size_t first_output = 1 + table.inputs.size();
  rule.outputs = notes(row, first_output, table.outputs.size());
  for (std::size_t i = 0; i < rule.outputs.size(); ++i) {
    const int role = static_cast<int>(first_output + i);
    const std::string& heading = columns_[static_cast<std::size_t>(role)].heading;
    if (rule.outputs[i].empty())
      fault("criterion.empty_cell", {{"column", heading}},
            place(row, role, row_field(subject_, rule.id + "行目", heading)));
  }
  rule.annotations = notes(row, first_output + table.outputs.size(), table.annotations.size());
  table.rules.push_back(std::move(rule));
}

std::optional<Block> TableReader::decision(const std::string& rest, std::string note, const Place& heading) {
  DecisionTable table;
  table.note = std::move(note);
  if (!decision_heading(rest, table, heading) || !decision_columns(table)) return std::nullopt;
  bool typed = false;
  bool defaulted = false;
  for (const MarkdownRow& row : rows_) decision_row(row, table, typed, defaulted);
  return table;
}

std::optional<Term> TableReader::long_term(const std::string& rest, std::string body, const Place& heading,
                                           const Place& begin) {
  const std::size_t colon = rest.find(':');
  Term term{.name = std::string(trim(std::string_view(rest).substr(0, colon))),
            .type = {},
            .expression = std::move(body),
            .notes = {}};
  if (term.name.empty()) {
    fault("criterion.no_name", {}, heading);
    return std::nullopt;
  }
  if (colon != std::string::npos)
    term.type = type_of(std::string(trim(std::string_view(rest).substr(colon + 1))), heading).value_or(Type{});
  Place place = begin;
  place.field = "用語「" + term.name + "」";
  places_.set({block_, 0, 0}, {heading.file, heading.line, heading.column, place.field});
  places_.set({block_, 0, 1}, {heading.file, heading.line, heading.column, place.field});
  places_.set({block_, 0, 2}, place);
  return term;
}

std::optional<Function> TableReader::long_function(const std::string& rest, std::string body, std::string& note,
                                                   const Place& heading, const Place& begin) {
  auto function = signature(rest, heading);
  if (!function) return std::nullopt;
  function->expression = std::move(body);
  for (const std::string_view mark : {"根拠:", "根拠：", "law:"}) {
    if (!note.starts_with(mark)) continue;
    const std::size_t end = std::min(note.find('\n'), note.size());
    const std::string law(trim(std::string_view(note).substr(mark.size(), end - mark.size())));
    if (law.empty()) break;
    function->law = law;
    note.erase(0, end);
    note.erase(0, std::min(note.find_first_not_of('\n'), note.size()));
    break;
  }
  Place place = begin;
  place.field = "関数「" + function->name + "」";
  places_.set({block_, 0, 0}, {heading.file, heading.line, heading.column, place.field});
  places_.set({block_, 0, 1}, place);
  return function;
}

void check_names(const Model& model, const Places& places, Faults& faults) {
  std::set<std::string, std::less<>> values;
  std::set<std::string, std::less<>> types;
  const auto add = [&](auto& names, const std::string& name, const Ref& ref) {
    if (!name.empty() && !names.insert(name).second)
      faults.push_back({Severity::error, "criterion.repeated_name", {{"name", name}}, places.at(ref)});
  };
  for (int b = 0; b < static_cast<int>(model.blocks.size()); ++b) {
    const Block& block = model.blocks[static_cast<std::size_t>(b)];
    bool of_criterion = true;
    int row = 0;
    if (const auto* types_block = std::get_if<Types>(&block))
      for (const ItemDefinition& item : types_block->types) add(types, item.name, {b, row++, 0});
    if (const auto* inputs = std::get_if<Inputs>(&block))
      for (const TypedName& input : inputs->inputs) add(values, input.name, {b, row++, 0});
    else if (const auto* terms = std::get_if<Terms>(&block))
      for (const Term& term : terms->terms) add(values, term.name, {b, row++, 0});
    else if (const auto* term = std::get_if<LongTerm>(&block))
      add(values, term->term.name, {b, 0, 0});
    else if (const auto* table = std::get_if<DecisionTable>(&block))
      add(values, table->name, {b, -1, -1});
    else
      of_criterion = false;
    if (const auto* functions = std::get_if<Functions>(&block))
      for (const Function& function : functions->functions) add(values, function.name, {b, row++, 0});
    if (const auto* function = std::get_if<LongFunction>(&block)) add(values, function->function.name, {b, 0, 0});
    if (model.about.library && of_criterion)
      faults.push_back({Severity::error, "criterion.not_in_library", {}, places.at({b, -1, -1})});
  }
}

}  // namespace yakuba::dmn
