#include "dmn/sheet.hpp"

#include <algorithm>
#include <set>

#include "base/csv.hpp"
#include "base/text.hpp"

namespace yakuba::dmn::drg {
namespace {

constexpr std::string_view arrow = "→", remark = "#", type_word = "type", values_word = "values",
                           default_word = "default", decision_word = "decision";

std::optional<std::pair<HitPolicy, Aggregation>> policy_of(std::string_view code) {
  for (const HitPolicy policy : {HitPolicy::unique, HitPolicy::any, HitPolicy::priority, HitPolicy::first,
                                 HitPolicy::rule_order, HitPolicy::output_order, HitPolicy::collect})
    for (const Aggregation aggregation :
         {Aggregation::none, Aggregation::sum, Aggregation::min, Aggregation::max, Aggregation::count})
      if (hit_policy_code(policy, aggregation) == code &&
          (policy == HitPolicy::collect || aggregation == Aggregation::none))
        return std::pair(policy, aggregation);
  return std::nullopt;
}

// Where a sheet lies: a file of its own, with lines, or a workbook, with sheets and cells.
struct Origin {
  std::string_view file, sheet;
  Place place(std::size_t row, std::size_t column) const {
    if (sheet.empty()) return {std::string(file), static_cast<int>(row) + 1, 0, {}};
    return {std::string(file), 0, 0, "sheet " + std::string(sheet) + ", cell " + cell_name(row, column)};
  }
};

std::unexpected<Error> wrong(std::string code, std::string detail, const Origin& origin, std::size_t row,
                             std::size_t column = 0) {
  return fail(ErrorKind::invalid, std::move(code), std::move(detail), origin.place(row, column));
}

// A name that input data can be made of: no expression.
bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of("()[]{}+*/<>=\",?@") == std::string_view::npos;
}

Text text_of(std::string_view text, Place place) {
  Text out;
  out.text = text;
  out.place = std::move(place);
  return out;
}

}  // namespace

std::string cell_name(std::size_t row, std::size_t column) {
  std::string out;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return out + std::to_string(row + 1);
}

namespace {

// A name that workbooks take, none of `taken`: 31 UTF-16 units, without []:*?/\\ and outer apostrophes.
std::string fit_name(std::string_view name, const std::vector<NamedSheet>& taken) {
  const auto made = [&](std::size_t units_max, const std::string& tail) {
    std::string out;
    std::size_t units = 0;
    for (std::size_t at = 0; at < name.size();) {
      const auto lead = static_cast<unsigned char>(name[at]);
      const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      units += length == 4 ? 2 : 1;
      if (units > units_max) break;
      const std::string_view one = name.substr(at, length);
      out += one.size() == 1 && (std::string_view("[]:*?/\\'").find(one[0]) != std::string_view::npos ||
                                 static_cast<unsigned char>(one[0]) < 0x20)
                 ? "_"
                 : one;
      at += length;
    }
    return (out.empty() ? "table" : out) + tail;
  };
  std::string out = made(31, "");
  // Workbooks do not tell capitals from small letters.
  for (int n = 2; std::ranges::any_of(taken, [&](const NamedSheet& one) { return fold(one.name) == fold(out); }); ++n)
    out = made(26, " (" + std::to_string(n) + ")");
  return out;
}

}  // namespace

Sheet to_sheet(const Table& table) {
  Sheet out;
  std::vector<std::string> head{std::string(hit_policy_code(table.hit_policy, table.aggregation))};
  std::vector<std::string> types{std::string(type_word)}, values{std::string(values_word)},
      defaults{std::string(default_word)};
  bool has_values = false, has_default = false;
  for (const TableInput& input : table.inputs) {
    head.push_back(input.expression.text);
    types.push_back(input.type);
    values.push_back(input.values.text);
    defaults.emplace_back();
    has_values = has_values || !input.values.text.empty();
  }
  for (const TableOutput& output : table.outputs) {
    head.push_back(std::string(arrow) + (output.name.empty() ? "" : " ") + output.name);
    types.push_back(output.type);
    values.push_back(output.values.text);
    defaults.push_back(output.default_entry ? output.default_entry->text : "");
    has_values = has_values || !output.values.text.empty();
    has_default = has_default || output.default_entry.has_value();
  }
  std::size_t remarks = table.annotations.size();
  for (const TableRule& rule : table.rules) remarks = std::max(remarks, rule.annotations.size());
  for (std::size_t a = 0; a < remarks; ++a)
    head.push_back(std::string(remark) +
                   (a < table.annotations.size() && !table.annotations[a].empty() ? " " + table.annotations[a] : ""));
  const std::size_t width = head.size();
  out.push_back(std::move(head));
  out.push_back(std::move(types));
  if (has_values) out.push_back(std::move(values));
  for (std::size_t r = 0; r < table.rules.size(); ++r) {
    const TableRule& rule = table.rules[r];
    std::vector<std::string> row{std::to_string(r + 1)};
    for (const Text& cell : rule.inputs) row.push_back(cell.text);
    for (const Text& cell : rule.outputs) row.push_back(cell.text);
    for (const std::string& words : rule.annotations) row.push_back(words);
    out.push_back(std::move(row));
  }
  if (has_default) out.push_back(std::move(defaults));
  for (auto& row : out) row.resize(width);
  return out;
}

namespace {

Result<Table> heading_of(const Sheet& sheet, const Origin& origin) {
  if (sheet.empty() || sheet[0].empty()) return wrong("sheet.empty", "the sheet has no first row", origin, 0);
  const auto policy = policy_of(trim(sheet[0][0]));
  if (!policy)
    return wrong("sheet.policy", "the first cell is the hit policy: U, A, P, F, R, O, C, C+, C<, C> or C#", origin, 0);
  Table out;
  out.hit_policy = policy->first;
  out.aggregation = policy->second;
  for (std::size_t c = 1; c < sheet[0].size(); ++c) {
    const std::string_view head = trim(sheet[0][c]);
    if (head.starts_with(arrow)) {
      out.outputs.emplace_back().name = trim(head.substr(arrow.size()));
    } else if (head.starts_with(remark)) {
      out.annotations.emplace_back(trim(head.substr(remark.size())));
    } else if (out.outputs.empty() && out.annotations.empty()) {
      out.inputs.emplace_back().expression = text_of(head, origin.place(0, c));
    } else {
      return wrong("sheet.cells", "inputs stand before the outputs (→), remarks (#) behind them: move this column",
                   origin, 0, c);
    }
  }
  if (out.outputs.empty())
    return wrong("sheet.no_output", "no heading of the first row begins with →: write it before the outputs", origin,
                 0);
  return out;
}

Result<Table> table_of(const Sheet& sheet, const Origin& origin) {
  Table out = TRY(heading_of(sheet, origin));
  const std::size_t inputs = out.inputs.size(), outputs = out.outputs.size(), width = sheet[0].size();
  for (std::size_t r = 1; r < sheet.size(); ++r) {
    std::vector<std::string> row = sheet[r];
    if (std::ranges::all_of(row, [](const std::string& cell) { return trim(cell).empty(); })) continue;
    const std::string word(trim(row[0]));
    if (word == decision_word) continue;
    if (row.size() > width)
      return wrong("sheet.cells",
                   "the row has " + std::to_string(row.size()) + " cells, the first row " + std::to_string(width) +
                       ": give the column a heading or empty the cell",
                   origin, r, width);
    row.resize(width);
    TableRule rule;
    for (std::size_t c = 0; c < inputs + outputs; ++c) {
      const std::string& cell = row[1 + c];
      TableOutput* output = c < inputs ? nullptr : &out.outputs[c - inputs];
      if (word == type_word)
        (output ? output->type : out.inputs[c].type) = trim(cell);
      else if (word == values_word)
        (output ? output->values : out.inputs[c].values) = text_of(cell, origin.place(r, 1 + c));
      else if (word != default_word)
        (output ? rule.outputs : rule.inputs).push_back(text_of(cell, origin.place(r, 1 + c)));
      else if (output && !trim(cell).empty())
        output->default_entry = text_of(cell, origin.place(r, 1 + c));
    }
    if (word == type_word || word == values_word || word == default_word) continue;
    rule.annotations.assign(row.begin() + static_cast<std::ptrdiff_t>(1 + inputs + outputs), row.end());
    out.rules.push_back(std::move(rule));
  }
  return out;
}

bool requires_(const Decision& decision, std::string_view id) {
  return std::ranges::any_of(decision.requirements,
                             [&](const Requirement& one) { return one.href.ends_with("#" + std::string(id)); });
}

// An id that nothing else in the model has: "input_3".
std::string fresh_id(const Definitions& model, const std::string& word) {
  const auto taken = [&](const std::string& id) {
    const auto same = [&](const auto& one) { return one.id == id; };
    return std::ranges::any_of(model.inputs, same) || std::ranges::any_of(model.decisions, same) ||
           std::ranges::any_of(model.knowledge, same) || std::ranges::any_of(model.services, same);
  };
  std::size_t n = (word == "input" ? model.inputs.size() : model.decisions.size()) + 1;
  while (taken(word + "_" + std::to_string(n))) ++n;
  return word + "_" + std::to_string(n);
}

// The decision requires what its inputs name: another decision, or input data, which is made when it is not there.
void require_inputs(Definitions& model, std::size_t index) {
  const std::vector<TableInput> inputs = std::get<Table>(model.decisions[index].logic.logic).inputs;
  for (const TableInput& input : inputs) {
    const std::string name(trim(input.expression.text));
    if (name == model.decisions[index].name) continue;
    Requirement requirement;
    const auto decision = std::ranges::find(model.decisions, name, &Decision::name);
    std::string id;
    if (decision != model.decisions.end()) {
      requirement.kind = RequirementKind::decision;
      id = decision->id;
    } else if (const auto data = std::ranges::find(model.inputs, name, &InputData::name); data != model.inputs.end()) {
      id = data->id;
    } else {
      if (!is_name(name)) continue;
      InputData made;
      made.id = id = fresh_id(model, "input");
      made.name = made.variable.name = name;
      made.variable.type = input.type;
      model.inputs.push_back(std::move(made));
    }
    requirement.href = "#" + id;
    if (!requires_(model.decisions[index], id)) model.decisions[index].requirements.push_back(std::move(requirement));
  }
}

// The name that a sheet gives its decision: its own, or that of the row `decision`.
std::string decision_of(const NamedSheet& sheet) {
  for (const auto& row : sheet.rows)
    if (row.size() > 1 && trim(row[0]) == decision_word) return std::string(trim(row[1]));
  return sheet.name;
}

// Programs leave out empty cells at the end of a row and empty rows at the end of a sheet.
bool same_cells(const NamedSheet& a, const NamedSheet& b) {
  const auto cell = [](const NamedSheet& sheet, std::size_t r, std::size_t c) -> std::string_view {
    return r < sheet.rows.size() && c < sheet.rows[r].size() ? std::string_view(sheet.rows[r][c]) : std::string_view();
  };
  if (a.name != b.name) return false;
  for (std::size_t r = 0; r < std::max(a.rows.size(), b.rows.size()); ++r) {
    const std::size_t width =
        std::max(r < a.rows.size() ? a.rows[r].size() : 0, r < b.rows.size() ? b.rows[r].size() : 0);
    for (std::size_t c = 0; c < width; ++c)
      if (cell(a, r, c) != cell(b, r, c)) return false;
  }
  return true;
}

// What a sheet does not show stays as it was, with the rules that are the same as before.
void keep_unseen(Table& table, const Table& before) {
  table.orientation = before.orientation;
  table.output_label = before.output_label;
  const auto same_texts = [](const std::vector<Text>& a, const std::vector<Text>& b) {
    return std::ranges::equal(a, b, {}, &Text::text, &Text::text);
  };
  for (TableRule& rule : table.rules)
    for (const TableRule& old : before.rules)
      if (same_texts(rule.inputs, old.inputs) && same_texts(rule.outputs, old.outputs) &&
          rule.annotations == old.annotations) {
        rule = old;
        break;
      }
}

}  // namespace

std::vector<NamedSheet> to_sheets(const Definitions& definitions) {
  std::vector<NamedSheet> out;
  for (const Decision& decision : definitions.decisions) {
    const auto* table = decision.logic.as<Table>();
    if (table == nullptr) continue;
    NamedSheet sheet{fit_name(decision.name, out), to_sheet(*table)};
    if (sheet.name != decision.name) {
      std::vector<std::string> row{std::string(decision_word), decision.name};
      row.resize(std::max(row.size(), sheet.rows[0].size()));
      sheet.rows.insert(sheet.rows.begin() + 1, std::move(row));
    }
    out.push_back(std::move(sheet));
  }
  return out;
}

Result<Definitions> from_sheet(const Sheet& sheet, std::string_view decision, std::string_view file) {
  Definitions out;
  out.name = out.id = decision;
  out.namespace_uri = "urn:sheet:" + std::string(decision);
  Decision made;
  made.name = made.variable.name = decision;
  made.id = "decision";
  made.logic.logic = TRY(table_of(sheet, {file, {}}));
  out.decisions.push_back(std::move(made));
  require_inputs(out, 0);
  return out;
}

Result<Definitions> from_sheets(std::span<const NamedSheet> sheets, std::string_view file, const Definitions* before) {
  Definitions out;
  if (before) {
    out = *before;
  } else if (!sheets.empty()) {
    out.name = out.id = decision_of(sheets[0]);
    out.namespace_uri = "urn:sheet:" + out.name;
  }
  const std::vector<NamedSheet> shown = to_sheets(out);
  std::set<std::string> seen;
  std::vector<std::size_t> changed;
  for (const NamedSheet& sheet : sheets) {
    const std::string name = decision_of(sheet);
    if (!seen.insert(name).second)
      return wrong("sheet.two", "another sheet is about “" + name + "”, too: remove one", {file, sheet.name}, 0);
    if (std::ranges::any_of(shown, [&](const NamedSheet& one) { return same_cells(one, sheet); })) continue;
    Table table = TRY(table_of(sheet.rows, {file, sheet.name}));
    auto decision = std::ranges::find(out.decisions, name, &Decision::name);
    if (decision == out.decisions.end()) {
      Decision made;
      made.name = made.variable.name = name;
      made.id = fresh_id(out, "decision");
      decision = out.decisions.insert(out.decisions.end(), std::move(made));
    }
    if (const auto* old = decision->logic.as<Table>()) keep_unseen(table, *old);
    decision->logic.logic = std::move(table);
    changed.push_back(static_cast<std::size_t>(decision - out.decisions.begin()));
  }
  if (out.decisions.empty()) return wrong("sheet.empty", "the workbook has no sheet with a table", {file, {}}, 0);
  for (const std::size_t index : changed) require_inputs(out, index);
  return out;
}

std::string to_csv(const Sheet& sheet) {
  std::string out(csv_begin);
  for (const auto& row : sheet) {
    for (std::size_t c = 0; c < row.size(); ++c) out += (c > 0 ? "," : "") + csv_cell(row[c]);
    out += "\r\n";
  }
  return out;
}

Result<Sheet> from_csv(std::string_view csv, const SheetLimits& limits) {
  if (csv.starts_with(csv_begin)) csv.remove_prefix(csv_begin.size());
  Sheet out;
  std::vector<std::string> row;
  std::string cell;
  std::size_t cells = 0, at = 0;
  const auto end_cell = [&] {
    // The apostrophe that keeps a sign from being a formula (csv_cell).
    if (cell.size() > 1 && cell[0] == '\'' && std::string_view("=+-@\t\r").find(cell[1]) != std::string_view::npos)
      cell.erase(0, 1);
    row.push_back(std::exchange(cell, {}));
    return ++cells <= limits.cells_max;
  };
  const auto end_row = [&] {
    out.push_back(std::exchange(row, {}));
    return out.size() <= limits.rows_max;
  };
  while (at < csv.size()) {
    if (csv[at] == '"') {
      for (++at;; ++at) {
        if (at >= csv.size()) return wrong("csv.unclosed", "a quotation mark is not closed", {{}, {}}, out.size());
        if (csv[at] != '"')
          cell += csv[at];
        else if (at + 1 < csv.size() && csv[at + 1] == '"')
          cell += csv[at++];
        else
          break;
      }
      ++at;
    }
    while (at < csv.size() && csv[at] != ',' && csv[at] != '\n' && csv[at] != '\r') cell += csv[at++];
    bool good = end_cell();
    if (at < csv.size() && csv[at] == ',') {
      ++at;
      if (at == csv.size()) good = end_cell() && good;
    } else {
      if (at < csv.size() && csv[at] == '\r') ++at;
      if (at < csv.size() && csv[at] == '\n') ++at;
      good = end_row() && good;
    }
    if (!good)
      return fail(ErrorKind::too_large, "csv.too_large", "the file has too many rows or cells",
                  {{}, static_cast<int>(out.size()), 0, {}});
  }
  if (!row.empty()) end_row();
  return out;
}

}  // namespace yakuba::dmn::drg
