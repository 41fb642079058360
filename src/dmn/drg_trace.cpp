#include "dmn/drg_trace.hpp"

#include <algorithm>

#include "dmn/explain.hpp"

namespace yakuba::dmn::drg {
namespace {

using Named = std::vector<std::pair<std::string, feel::Value>>;

JsonObject named_json(const Named& values) {
  JsonObject out;
  for (const auto& [name, value] : values) out[name] = feel::to_json(value);
  return out;
}

JsonValue node_json(const feel::TraceNode& node) {
  JsonObject out;
  out["kind"] = std::string(node.kind);
  if (!node.subject.empty()) out["text"] = node.subject;
  out["value"] = feel::to_json(node.value);
  JsonArray parts;
  for (const feel::TraceNode& child : node.children) parts.push_back(node_json(child));
  if (!parts.empty()) out["parts"] = std::move(parts);
  return out;
}

JsonValue rule_json(const RuleTrace& rule) {
  JsonObject out;
  out["rule"] = rule.rule + 1;
  if (!rule.id.empty()) out["id"] = rule.id;
  if (!rule.annotations.empty()) {
    JsonArray annotations;
    for (const std::string& words : rule.annotations) annotations.emplace_back(words);
    out["annotations"] = std::move(annotations);
  }
  JsonArray cells;
  for (const CellTrace& cell : rule.cells) {
    JsonObject one;
    one["cell"] = cell.text;
    one["met"] = cell.met ? JsonValue(*cell.met) : JsonValue();
    cells.emplace_back(std::move(one));
  }
  out["cells"] = std::move(cells);
  out["met"] = rule.met;
  return out;
}

JsonValue table_json(const TableTrace& table) {
  JsonArray inputs, rules, matched;
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    JsonObject input;
    input["expression"] = table.headings[i];
    input["value"] = feel::to_json(table.inputs[i]);
    inputs.emplace_back(std::move(input));
  }
  for (const RuleTrace& rule : table.rules) rules.push_back(rule_json(rule));
  for (const int rule : table.matched) matched.emplace_back(rule + 1);
  JsonObject out;
  out["table"] = table.path;
  out["hit_policy"] = table.policy;
  out["inputs"] = std::move(inputs);
  out["rules"] = std::move(rules);
  out["matched"] = std::move(matched);
  out["by_default"] = table.by_default;
  out["output"] = feel::to_json(table.output);
  if (table.cut) out["cut"] = true;
  return out;
}

void add_inside(const Happenings& inside, JsonObject& out) {
  JsonArray tables, expressions, calls;
  for (const TableTrace& table : inside.tables) tables.push_back(table_json(table));
  for (const ExpressionTrace& expression : inside.expressions) {
    JsonObject one;
    one["expression"] = expression.text;
    one["path"] = expression.path;
    one["tree"] = node_json(expression.tree);
    if (expression.cut) one["cut"] = true;
    expressions.emplace_back(std::move(one));
  }
  for (const CallTrace& call : inside.calls) calls.push_back(to_json(call));
  out["tables"] = std::move(tables);
  out["expressions"] = std::move(expressions);
  out["calls"] = std::move(calls);
  if (inside.cut) out["cut"] = true;
}

}  // namespace

JsonValue to_json(const CallTrace& call) {
  JsonObject out;
  out["function"] = call.name;
  out["arguments"] = named_json(call.arguments);
  out["value"] = feel::to_json(call.value);
  if (!call.decisions.empty()) out["decisions"] = to_json(call.decisions);
  add_inside(call.inside, out);
  return out;
}

JsonValue to_json(const Trace& trace) {
  JsonArray out;
  for (const DecisionTrace& decision : trace) {
    JsonObject one;
    one["decision"] = decision.name;
    one["inputs"] = named_json(decision.inputs);
    one["value"] = feel::to_json(decision.value);
    add_inside(decision.inside, one);
    out.emplace_back(std::move(one));
  }
  return out;
}

// --- in words

namespace {

class Sentences {
 public:
  void trace(const Trace& trace) {
    for (const DecisionTrace& decision : trace) {
      inside(decision.inside);
      say("「" + decision.name + "」は " + words(decision.value) + " です。");
    }
  }
  std::vector<std::string> take() { return std::move(out_); }

 private:
  static std::string words(const feel::Value& value) { return value_words(value, Type{}); }
  // What happens inside a function stands further in.
  void say(const std::string& sentence) {
    std::string line;
    for (std::size_t i = 0; i < depth_; ++i) line += "　";
    out_.push_back(line + sentence);
  }

  void inside(const Happenings& happened) {
    for (const CallTrace& one : happened.calls) call(one);
    for (const ExpressionTrace& one : happened.expressions) expression(one);
    for (const TableTrace& one : happened.tables) table(one);
    if (happened.cut) say("このほかの計算は、長いため省きました。");
  }

  void call(const CallTrace& call) {
    std::string given;
    for (const auto& [name, value] : call.arguments) given += (given.empty() ? "" : "、") + name + " = " + words(value);
    say("関数「" + call.name + "」に " + (given.empty() ? "何も渡さず" : given + " を渡し") + "ました。");
    ++depth_;
    trace(call.decisions);
    inside(call.inside);
    --depth_;
    say("関数「" + call.name + "」の結果は " + words(call.value) + " です。");
  }

  // The names and members that were read, each once, with their values.
  static void readings(const feel::TraceNode& node, Named& out) {
    const bool is_name = node.kind == "name" || node.kind == "local" || node.kind == "member";
    if (is_name && node.value.kind() != feel::Kind::function && node.value.kind() != feel::Kind::context) {
      const bool known = std::ranges::any_of(out, [&](const auto& one) { return one.first == node.subject; });
      if (!known) out.emplace_back(node.subject, node.value);
      return;
    }
    for (const feel::TraceNode& child : node.children) readings(child, out);
  }
  void expression(const ExpressionTrace& one) {
    Named read;
    readings(one.tree, read);
    std::string because;
    for (const auto& [name, value] : read) because += (because.empty() ? "" : "、") + name + " は " + words(value);
    say("式「" + one.text + "」は " + words(one.tree.value) + " です" + (because.empty() ? "" : "（" + because + "）") +
        "。");
  }

  // 「age」が 40 で、6 未満 ではない
  static std::string condition(const TableTrace& table, const RuleTrace& rule, std::size_t c, bool met) {
    const std::string cell = cell_words(rule.cells[c].text, Type{});
    return "「" + table.headings[c] + "」が " + words(table.inputs[c]) +
           (met ? " で、" + cell + " に当たる" : " で、" + cell + " ではない");
  }
  void rule(const TableTrace& table, const RuleTrace& rule) {
    const std::string row = "表「" + table.path + "」: " + std::to_string(rule.rule + 1) + "行目";
    std::string why;
    for (std::size_t c = 0; c < rule.cells.size(); ++c) {
      const CellTrace& cell = rule.cells[c];
      if (!cell.met) return;  // nobody looked at it
      if (cell.text == "-" || *cell.met != rule.met) continue;
      if (!why.empty() && !rule.met) break;  // one reason is enough
      why += (why.empty() ? "" : "、") + condition(table, rule, c, rule.met);
    }
    if (rule.met)
      say(row + (why.empty() ? "は、どの値にも当てはまります。" : "は、" + why + "ため、当てはまります。"));
    else
      say(row + "は、" + why + "ため、当てはまりません。");
  }
  void table(const TableTrace& table) {
    for (const RuleTrace& one : table.rules) rule(table, one);
    if (table.cut) say("表「" + table.path + "」: このほかの行は、長いため省きました。");
    std::string rows;
    for (const int matched : table.matched) rows += (rows.empty() ? "" : "、") + std::to_string(matched + 1) + "行目";
    const std::string by = table.by_default ? "どの行にも当てはまらないため、既定の値の "
                           : rows.empty()   ? "当てはまる行がないため、"
                                            : rows + "により、";
    say("表「" + table.path + "」の結果は、" + by + words(table.output) + " です。");
  }

  std::vector<std::string> out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::vector<std::string> sentences(const Trace& trace) {
  Sentences out;
  out.trace(trace);
  return out.take();
}

}  // namespace yakuba::dmn::drg
