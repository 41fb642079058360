// Model → canonical document. The order of columns and the words of headings are fixed here; criterion_read.cpp accepts
// more than is printed, never less.
#include "base/text.hpp"
#include "dmn/criterion.hpp"
#include "dmn/front_matter.hpp"
#include "dmn/markdown.hpp"

namespace yakuba::dmn {
namespace {

using Row = std::vector<std::string>;

class Table {
 public:
  explicit Table(const Row& header) : columns_(header.size()) {
    text_ = print_row(header) + print_row(Row(columns_, "---"));
  }
  void add(Row row) {
    row.resize(columns_);
    text_ += print_row(row);
  }
  const std::string& text() const { return text_; }

 private:
  std::size_t columns_;
  std::string text_;
};

Row joined(Row row, const std::vector<std::string>& more) {
  row.insert(row.end(), more.begin(), more.end());
  return row;
}
std::string headed(const std::string& heading, const std::string& note, const std::string& body) {
  return heading + "\n\n" + (note.empty() ? "" : note + "\n\n") + body;
}
std::string fenced(const std::string& expression) {
  return "```feel\n" + expression + "\n```\n";
}

std::string definition(const ItemDefinition& item) {
  if (item.members.empty()) return print_type(item.type);
  std::string out;
  for (const TypedName& member : item.members)
    out += (out.empty() ? "{" : ", ") + member.name + ": " + print_type(member.type);
  return out + '}';
}

std::string signature(const Function& function) {
  std::string out = function.name + '(';
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const TypedName& parameter = function.parameters[i];
    out += (i ? ", " : "") + parameter.name;
    if (parameter.type != Type{}) out += ": " + print_type(parameter.type);
  }
  return out + ')' + (function.result == Type{} ? "" : " : " + print_type(function.result));
}

std::string print(const Prose& prose) {
  return prose.text + '\n';
}

std::string print(const Quotation& quotation) {
  std::string out;
  for (const std::string_view line : split(quotation.text, '\n'))
    out += line.empty() ? ">\n" : "> " + std::string(line) + '\n';
  return out;
}

std::string print(const Types& block) {
  Table table({"type", "definition", "meaning"});
  for (const ItemDefinition& item : block.types) table.add({item.name, definition(item), item.meaning});
  return headed("## 型 Types", block.note, table.text());
}

std::string print(const Inputs& block) {
  Table table({"input", "type", "meaning"});
  for (const TypedName& input : block.inputs) table.add({input.name, print_type(input.type), input.meaning});
  return headed("## 入力 Inputs", block.note, table.text());
}

std::string print(const Terms& block) {
  Table table(joined({"term", "type", "FEEL"}, block.note_columns));
  for (const Term& term : block.terms)
    table.add(joined({term.name, print_type(term.type), term.expression}, term.notes));
  return headed("## 用語 Terms", block.note, table.text());
}

std::string print(const LongTerm& block) {
  const std::string type = block.term.type == Type{} ? "" : " : " + print_type(block.term.type);
  return headed("## 用語 Term: " + block.term.name + type, block.note, fenced(block.term.expression));
}

// A name that itself ends in a bracket would be read as having a unit: it gets an empty one.
std::string printed_unit(const OutputClause& output) {
  if (!output.unit.empty()) return " (" + output.unit + ")";
  return output.name.ends_with(')') || output.name.ends_with("）") ? " ()" : "";
}

Row type_row(const DecisionTable& table) {
  Row row{"型"};
  for (const InputClause& input : table.inputs) row.push_back(input.type ? print_type(*input.type) : "");
  for (const OutputClause& output : table.outputs) row.push_back(output.type ? print_type(*output.type) : "");
  return row;
}

std::string print(const DecisionTable& table) {
  Row header{""};
  Row defaults{"既定"};
  bool typed = false;
  bool defaulted = false;
  for (const InputClause& input : table.inputs) {
    header.push_back(input.expression);
    defaults.emplace_back();
    typed |= input.type.has_value();
  }
  for (const OutputClause& output : table.outputs) {
    header.push_back("→ " + output.name + printed_unit(output));
    defaults.push_back(output.default_entry);
    typed |= output.type.has_value();
    defaulted |= !output.default_entry.empty();
  }
  Table out(joined(header, table.annotations));
  if (typed) out.add(type_row(table));
  for (const Rule& rule : table.rules)
    out.add(joined(joined(joined({rule.id}, rule.inputs), rule.outputs), rule.annotations));
  if (defaulted) out.add(defaults);
  const std::string policy(hit_policy_code(table.hit_policy, table.aggregation));
  return headed("## 表 Decision: " + table.name + "   " + policy, table.note, out.text());
}

std::string print(const Functions& block) {
  Table table(joined({"function", "FEEL", "law"}, block.note_columns));
  for (const Function& function : block.functions)
    table.add(joined({signature(function), function.expression, function.law}, function.notes));
  return headed("## 関数 Functions", block.note, table.text());
}

std::string print(const LongFunction& block) {
  const Function& function = block.function;
  std::string note = function.law.empty() ? "" : "根拠: " + function.law;
  if (!block.note.empty()) note += (note.empty() ? "" : "\n\n") + block.note;
  return headed("## 関数 Function: " + signature(function), note, fenced(function.expression));
}

std::string print(const Examples& block) {
  Row header = block.inputs;
  for (const std::string& output : block.outputs) header.push_back(output.empty() ? "→" : "→ " + output);
  Table table(joined(header, block.remarks));
  for (const Example& row : block.rows) table.add(joined(joined(row.inputs, row.outputs), row.remarks));
  return headed("## 例 Examples" + (block.of.empty() ? "" : ": " + block.of), block.note, table.text());
}

}  // namespace

std::string print_criterion(const Model& model) {
  std::string out = print_front_matter(model.about);
  for (const Block& block : model.blocks) out += '\n' + std::visit([](const auto& b) { return print(b); }, block);
  return out;
}

}  // namespace yakuba::dmn
