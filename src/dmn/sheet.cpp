#include "dmn/sheet.hpp"

#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"

namespace yakuba::dmn::drg {
namespace {

constexpr std::string_view arrow = "→", remark = "#", type_word = "type", values_word = "values",
                           default_word = "default";

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

std::unexpected<Error> wrong(std::string code, std::string detail, std::string_view file, std::size_t row) {
  return fail(ErrorKind::invalid, std::move(code), std::move(detail),
              {std::string(file), static_cast<int>(row) + 1, 0, {}});
}

// A name that input data can be made of: no expression.
bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of("()[]{}+*/<>=\",?@") == std::string_view::npos;
}

Text text_of(std::string_view text) {
  Text out;
  out.text = text;
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

Result<Table> table_of(const Sheet& sheet, std::string_view file) {
  if (sheet.empty() || sheet[0].empty()) return wrong("sheet.empty", "the sheet has no first row", file, 0);
  const auto policy = policy_of(trim(sheet[0][0]));
  if (!policy)
    return wrong("sheet.policy", "the first cell is the hit policy: U, A, P, F, R, O, C, C+, C<, C> or C#", file, 0);
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
      out.inputs.emplace_back().expression = text_of(head);
    } else {
      return wrong("sheet.cells", "inputs stand before the outputs (→), remarks (#) behind them", file, 0);
    }
  }
  if (out.outputs.empty()) return wrong("sheet.no_output", "no heading of the first row begins with →", file, 0);
  const std::size_t inputs = out.inputs.size(), outputs = out.outputs.size(), width = sheet[0].size();
  for (std::size_t r = 1; r < sheet.size(); ++r) {
    std::vector<std::string> row = sheet[r];
    if (std::ranges::all_of(row, [](const std::string& cell) { return trim(cell).empty(); })) continue;
    if (row.size() > width)
      return wrong("sheet.cells",
                   "the row has " + std::to_string(row.size()) + " cells, the first row " + std::to_string(width), file,
                   r);
    row.resize(width);
    const std::string_view word = trim(row[0]);
    TableRule rule;
    for (std::size_t c = 0; c < inputs + outputs; ++c) {
      const std::string& cell = row[1 + c];
      TableOutput* output = c < inputs ? nullptr : &out.outputs[c - inputs];
      if (word == type_word)
        (output ? output->type : out.inputs[c].type) = trim(cell);
      else if (word == values_word)
        (output ? output->values : out.inputs[c].values) = text_of(cell);
      else if (word != default_word)
        (output ? rule.outputs : rule.inputs).push_back(text_of(cell));
      else if (output && !trim(cell).empty())
        output->default_entry = text_of(cell);
    }
    if (word == type_word || word == values_word || word == default_word) continue;
    rule.annotations.assign(row.begin() + static_cast<std::ptrdiff_t>(1 + inputs + outputs), row.end());
    out.rules.push_back(std::move(rule));
  }
  return out;
}

}  // namespace

Result<Definitions> from_sheet(const Sheet& sheet, std::string_view decision, std::string_view file) {
  Table table = TRY(table_of(sheet, file));
  Definitions out;
  out.name = out.id = decision;
  out.namespace_uri = "urn:sheet:" + std::string(decision);
  Decision made;
  made.name = made.variable.name = decision;
  made.id = "decision";
  for (const TableInput& input : table.inputs) {
    const std::string& name = input.expression.text;
    if (!is_name(name) || std::ranges::any_of(out.inputs, [&](const InputData& i) { return i.name == name; })) continue;
    InputData data;
    data.id = "input_" + std::to_string(out.inputs.size() + 1);
    data.name = data.variable.name = name;
    data.variable.type = input.type;
    Requirement requirement;
    requirement.kind = RequirementKind::input;
    requirement.href = "#" + data.id;
    made.requirements.push_back(std::move(requirement));
    out.inputs.push_back(std::move(data));
  }
  made.logic.logic = std::move(table);
  out.decisions.push_back(std::move(made));
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
        if (at >= csv.size()) return wrong("csv.unclosed", "a quotation mark is not closed", {}, out.size());
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
