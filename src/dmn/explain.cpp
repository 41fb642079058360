#include "dmn/explain.hpp"

#include "base/date.hpp"
#include "base/text.hpp"
#include "dmn/program.hpp"

namespace yakuba::dmn {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// "4300000" → "4,300,000", "-1234.5" → "-1,234.5"
std::string with_separators(const std::string& number) {
  const std::size_t begin = number.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(number.find_first_of(".E", begin), number.size());
  std::string out = number.substr(0, begin);
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin && (end - i) % 3 == 0) out += ',';
    out += number[i];
  }
  return out + number.substr(end);
}

std::string duration_words(const feel::Value& value) {
  if (value.kind() == feel::Kind::months_duration) {
    const std::int64_t months = value.months_duration().months;
    if (months % 12 == 0) return std::to_string(months / 12) + "年";
    return (months / 12 != 0 ? std::to_string(months / 12) + "年" : "") + std::to_string(months % 12) + "か月";
  }
  constexpr std::int64_t day = 86'400;
  const std::int64_t seconds = value.days_duration().seconds;
  return seconds % day == 0 ? std::to_string(seconds / day) + "日" : feel::text(value);
}

std::string date_words(const feel::Value& value) {
  const std::int64_t days = value.date().days;
  if (days < INT32_MIN || days > INT32_MAX) return feel::text(value);
  const Date date{static_cast<std::int32_t>(days)};
  return era_of(date) ? format_era(date) : date.text();
}

// A condition's end point: without unit but for money, as one reads it in a table's cell.
std::string end_words(const feel::Value& value, const Type& type) {
  if (value.kind() == feel::Kind::number)
    return with_separators(value.number().text()) + (type.base == Type::Base::yen ? "円" : "");
  return value_words(value, Type{});
}

bool is_point(const feel::TestInterval& i) {
  return !i.low.is_null() && i.low == i.high;
}

std::string interval_words(const feel::TestInterval& interval, const Type& type) {
  if (is_point(interval)) return end_words(interval.low, type);
  const bool temporal = interval.low.kind() == feel::Kind::date || interval.high.kind() == feel::Kind::date ||
                        interval.low.kind() == feel::Kind::date_time || interval.high.kind() == feel::Kind::date_time;
  const auto low = [&](bool closed) {
    return closed ? (temporal ? " 以後" : " 以上") : (temporal ? " より後" : " より上");
  };
  const auto high = [&](bool closed) {
    return closed ? (temporal ? " 以前" : " 以下") : (temporal ? " より前" : " 未満");
  };
  if (interval.high.is_null()) return end_words(interval.low, type) + low(interval.low_closed);
  if (interval.low.is_null()) return end_words(interval.high, type) + high(interval.high_closed);
  const std::string from = end_words(interval.low, type);
  const std::string to = end_words(interval.high, type);
  if (interval.low_closed && interval.high_closed && (type.discrete() || temporal)) {
    const auto a = interval.low.integer();
    const auto b = interval.high.integer();
    return a && b && *b == *a + 1 ? from + " か " + to : from + " から " + to;
  }
  return from + low(interval.low_closed) + " " + to + high(interval.high_closed);
}

std::string set_words(const feel::TestSet& set, const Type& type) {
  if (set.any && !set.negated) return "—";
  std::string out;
  for (const feel::TestInterval& interval : set.intervals)
    out += (out.empty() ? "" : " か ") + interval_words(interval, type);
  if (set.includes_null) out += (out.empty() ? "" : " か ") + std::string("なし");
  return set.negated ? out + " 以外" : out;
}

std::string cell_words_of(const Cell& cell, const std::string& written, const Type& type) {
  return cell.set ? set_words(*cell.set, type) : written;
}

// Words that are part of the grammar of a citation, so that a law is not named twice.
bool names_a_law(std::string_view text) {
  for (const std::string_view word : {"法", "令", "規則", "条例", "要綱", "要領", "規程"})
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}
std::string citation(const About& about, const std::string& row) {
  if (about.law.empty() || names_a_law(row)) return row;
  const std::string& law = about.law[0];
  if (row.empty()) return law;
  if (row.find("条") == std::string::npos) return law + " " + row;
  return law.substr(0, law.find(' ')) + " " + row;
}

class Explainer {
 public:
  Explainer(const Criterion& criterion, const Evaluation* evaluation, std::string_view decision)
      : criterion_(criterion), body_(criterion.body()), evaluation_(evaluation) {
    const auto found = body_.node_by_name.find(decision);
    if (found == body_.node_by_name.end()) return;
    node_ = &body_.nodes[at(found->second)];
    logic_ = node_->table();
    if (evaluation) trace_ = evaluation->find(decision);
  }

  TableView view() const {
    TableView out;
    if (!logic_) return out;
    const DecisionTable& table = *logic_->table;
    out.name = table.name;
    out.hit_policy_words = hit_policy_words(table.hit_policy, table.aggregation);
    out.caption = caption();
    for (std::size_t c = 0; c < table.inputs.size(); ++c) {
      ColumnView column{table.inputs[c].expression, {}};
      if (trace_ && c < trace_->inputs.size() && trace_->inputs[c].value)
        column.value = value_words(*trace_->inputs[c].value, column_type(c));
      out.inputs.push_back(std::move(column));
    }
    for (const OutputClause& output : table.outputs)
      out.outputs.push_back(output.name + (output.unit.empty() ? "" : "（" + output.unit + "）"));
    out.annotations = table.annotations;
    for (std::size_t r = 0; r < table.rules.size(); ++r) out.rows.push_back(row(r));
    return out;
  }

  Explanation explain() const {
    Explanation out;
    if (!trace_) return out;
    out.missing = missing();
    if (!logic_) return out;
    for (const int rule : trace_->matched) add_law(rule, out.law);
    if (trace_->by_default && !body_.model.about.law.empty()) out.law.push_back(body_.model.about.law[0]);
    out.reason = reason(out.law);
    for (const RuleTrace& rule : trace_->rules)
      if (auto sentence = not_matched(rule); !sentence.empty()) out.not_matched.push_back(std::move(sentence));
    for (const int term : terms_read()) out.terms.push_back(term_sentence(body_.nodes[at(term)]));
    return out;
  }

 private:
  const Type& column_type(std::size_t c) const { return logic_->columns[c].type.declared(); }
  std::string cell_text(std::size_t rule, std::size_t c) const {
    return cell_words_of(logic_->rows[rule].cells[c], logic_->table->rules[rule].inputs[c], column_type(c));
  }
  bool fired(int rule) const {
    return trace_ && std::find(trace_->matched.begin(), trace_->matched.end(), rule) != trace_->matched.end();
  }
  std::string row_name(int rule) const { return logic_->table->rules[at(rule)].id + "行目"; }

  std::string caption() const {
    if (!trace_) return {};
    std::string rows;
    for (const int rule : trace_->matched) rows += (rows.empty() ? "" : "、") + row_name(rule);
    switch (trace_->standing) {
      case Standing::decided:
        if (trace_->by_default) return "どの行にも当てはまらないため、既定の行";
        return rows.empty() ? "当てはまった行はありません" : "当てはまった行は、" + rows;
      case Standing::undecided:
        return "足りない入力があり、まだ1つに決まりません";
      case Standing::gap:
        return "どの行にも当てはまりません";
      case Standing::failed:
        return rows.empty() ? "計算できません" : "2つ以上の行が当てはまり、決まりません: " + rows;
    }
    return {};
  }

  RowView row(std::size_t r) const {
    const Rule& rule = logic_->table->rules[r];
    RowView out;
    out.id = rule.id;
    out.fired = fired(static_cast<int>(r));
    const RuleTrace* traced = trace_ && r < trace_->rules.size() ? &trace_->rules[r] : nullptr;
    out.possible = traced && traced->outcome == Outcome::unknown;
    for (std::size_t c = 0; c < rule.inputs.size(); ++c)
      out.cells.push_back({cell_text(r, c), traced ? traced->cells[c] : Outcome::not_evaluated});
    for (std::size_t o = 0; o < rule.outputs.size(); ++o)
      out.outputs.push_back(output_text(logic_->rows[r].outputs[o], rule.outputs[o], out.fired));
    out.annotations = rule.annotations;
    return out;
  }
  // In the table the unit stands in the heading. A formula is shown as written in the criterion itself, and as what it
  // came to for a case; nothing where facts for it are missing, or where it has no value in a row that did not fire.
  std::string output_text(const Expression& output, const std::string& written, bool fired) const {
    if (output.program.constant()) return value_words(feel::Machine().evaluate(output.program), Type{});
    if (!trace_) return written;
    if (!known(output.reads)) return {};
    const feel::Value value = value_of(output);
    return value.is_null() && !fired ? std::string() : value_words(value, Type{});
  }

  std::string output_words(const feel::Value& output) const {
    const DecisionTable& table = *logic_->table;
    if (table.outputs.size() == 1 || output.kind() != feel::Kind::context) {
      const std::string unit = table.outputs.size() == 1 ? table.outputs[0].unit : "";
      const Type type = table.outputs.size() == 1 ? logic_->output_types[0].declared() : Type{};
      return (table.outputs.size() == 1 ? table.outputs[0].name : table.name) + "は " + value_words(output, type, unit);
    }
    std::string out;
    for (std::size_t o = 0; o < table.outputs.size(); ++o)
      if (const feel::Value* part = output.find(table.outputs[o].name))
        out += (out.empty() ? "" : "、") + table.outputs[o].name + "は " +
               value_words(*part, logic_->output_types[o].declared(), table.outputs[o].unit);
    return out;
  }

  std::optional<std::size_t> annotation(std::initializer_list<std::string_view> names) const {
    const auto& list = logic_->table->annotations;
    for (std::size_t i = 0; i < list.size(); ++i)
      if (std::find(names.begin(), names.end(), list[i]) != names.end()) return i;
    return std::nullopt;
  }
  void add_law(int rule, std::vector<std::string>& law) const {
    const auto column = annotation({"根拠", "law", "条文"});
    const std::string cited =
        citation(body_.model.about, column ? logic_->table->rules[at(rule)].annotations[*column] : "");
    if (!cited.empty() && std::find(law.begin(), law.end(), cited) == law.end()) law.push_back(cited);
  }

  // One condition of a matched row: 「年度末年齢」が 7（18 以下）で / …であるため; 「三歳未満の月」に当てはまり /
  // …当てはまるため
  struct Clause {
    std::string linked, last;
  };
  Clause condition(std::size_t rule, std::size_t c) const {
    const std::string& name = logic_->table->inputs[c].expression;
    const std::string cell = cell_text(rule, c);
    const auto& value = trace_->inputs[c].value;
    if (value && value->kind() == feel::Kind::boolean) {
      const bool holds = value->is_true();
      const std::string about = "「" + name + "」に当てはま";
      return {about + (holds ? "り" : "らず"), about + (holds ? "る" : "らない")};
    }
    const std::string said = value ? value_words(*value, column_type(c)) : cell;
    const std::string about = "「" + name + "」が " + said + (said == cell ? "" : "（" + cell + "）");
    return {about + "で", about + "である"};
  }
  std::string conditions(int rule) const {
    std::vector<Clause> clauses;
    for (std::size_t c = 0; c < logic_->columns.size(); ++c)
      if (!logic_->rows[at(rule)].cells[c].any) clauses.push_back(condition(at(rule), c));
    std::string out;
    for (std::size_t i = 0; i < clauses.size(); ++i)
      out += i + 1 < clauses.size() ? clauses[i].linked + "、" : clauses[i].last + "ため、";
    return out;
  }

  std::string cited(const std::vector<std::string>& law) const {
    std::string out;
    for (const std::string& one : law) out += (out.empty() ? "（" : "、") + one;
    return out.empty() ? "" : out + "）";
  }

  std::string reason(const std::vector<std::string>& law) const {
    switch (trace_->standing) {
      case Standing::undecided:
        return missing();
      case Standing::gap: {
        const std::string& who = body_.model.about.gaps_decided_by;
        return "この場合に当てはまる行が表「" + logic_->table->name + "」にありません。" +
               (who.empty() ? "" : who + "が判断します。");
      }
      case Standing::failed:
        return caption() + "。";
      case Standing::decided:
        break;
    }
    if (trace_->by_default)
      return "どの行の条件にも当てはまらないため、" + output_words(trace_->output) + "です" + cited(law) + "。";
    std::string said;
    std::string why;
    for (const int rule : trace_->matched) {
      said += written_reason(rule);
      if (const std::string one = conditions(rule); !one.empty()) why += (why.empty() ? "" : "また、") + one;
    }
    if (!said.empty()) return said;
    return why + output_words(trace_->output) + "です" + cited(law) + "。";
  }

  // The document's own sentence for the row: 理由, with FEEL in braces. Nothing when a hole's value is not known.
  std::string written_reason(int rule) const {
    std::string out;
    for (const ReasonPiece& piece : logic_->rows[at(rule)].reason) {
      out += piece.text;
      if (!piece.hole) continue;
      if (!known(piece.hole->reads)) return {};
      out += hole(*piece.hole);
    }
    return out;
  }
  bool known(const Reads& reads) const {
    for (const int fact : reads.facts)
      for (const MissingFact& missing : evaluation_->missing)
        if (missing.path == body_.facts[at(fact)].use.path) return false;
    for (const int node : reads.nodes) {
      const DecisionTrace* trace = evaluation_->find(body_.nodes[at(node)].name);
      if (!trace || trace->standing != Standing::decided) return false;
    }
    return true;
  }
  feel::Value value_of(const Expression& expression) const {
    std::vector<feel::Value> slots(body_.slot_count);
    for (const Fact& fact : body_.facts)
      if (const feel::Value* root = evaluation_->facts.find(body_.scope->name_of(fact.slot))) slots[fact.slot] = *root;
    if (const auto as_of = body_.scope->find(body_.as_of_name)) slots[*as_of] = feel::Value::date(evaluation_->as_of);
    for (const DecisionTrace& trace : evaluation_->decisions)
      slots[body_.nodes[at(body_.node_by_name.find(trace.name)->second)].slot] = trace.output;
    return feel::Machine().evaluate(expression.program, slots);
  }
  std::string hole(const Expression& expression) const {
    const std::string& name = expression.program.text();
    return value_words(value_of(expression), type_named(name), unit_named(name));
  }
  Type type_named(const std::string& name) const {
    if (const auto node = body_.node_by_name.find(trim(name)); node != body_.node_by_name.end())
      return body_.nodes[at(node->second)].type.declared();
    for (const Fact& fact : body_.facts)
      if (fact.use.path == trim(name)) return fact.type.declared();
    return {};
  }
  std::string unit_named(const std::string& name) const {
    const DecisionTable* table = find_table(body_.model, trim(name));
    return table && table->outputs.size() == 1 ? table->outputs[0].unit : "";
  }

  std::string not_matched(const RuleTrace& rule) const {
    if (rule.outcome != Outcome::no) return {};
    for (std::size_t c = 0; c < rule.cells.size(); ++c) {
      if (rule.cells[c] != Outcome::no) continue;
      const std::string& name = logic_->table->inputs[c].expression;
      const std::string cell = cell_text(at(rule.row), c);
      const auto& value = trace_->inputs[c].value;
      if (!value)
        return row_name(rule.row) + "は、「" + name + "」がどの値でも" + cell + "にならないため、当てはまりません。";
      if (value->kind() == feel::Kind::boolean)
        return row_name(rule.row) + "は、「" + name + "」に" + value_words(*value, column_type(c)) +
               "ため、当てはまりません。";
      return row_name(rule.row) + "は、「" + name + "」が " + value_words(*value, column_type(c)) + " で、" + cell +
             " ではないため、当てはまりません。";
    }
    return {};
  }

  std::vector<int> terms_read() const {
    std::vector<int> out;
    for (const Column& column : logic_->columns)
      for (const int node : column.expression.reads.nodes)
        if (body_.nodes[at(node)].term() && std::find(out.begin(), out.end(), node) == out.end()) out.push_back(node);
    return out;
  }
  std::string term_sentence(const Node& node) const {
    const DecisionTrace* trace = evaluation_->find(node.name);
    const std::string formula = "（式: " + node.term()->term->expression + "）";
    if (!trace || trace->standing != Standing::decided)
      return "「" + node.name + "」はまだ分かりません" + formula + "。";
    if (trace->output.kind() == feel::Kind::boolean)
      return "「" + node.name + "」に" + value_words(trace->output, node.type.declared()) + formula + "。";
    return "「" + node.name + "」は " + value_words(trace->output, node.type.declared()) + "です" + formula + "。";
  }

  std::string missing() const {
    std::string matters;
    std::string idle;
    bool exact = true;
    for (const MissingFact& fact : evaluation_->missing) {
      std::string& list = fact.matters ? matters : idle;
      list += (list.empty() ? "「" : "、「") + fact.path + "」";
      exact = exact && fact.exact;
    }
    std::string out;
    if (!matters.empty()) {
      out =
          matters + "が足りません。" + (exact ? "その値で結論が変わります。" : "その値で結論が変わることがあります。");
      std::string ask;
      for (const std::string& path : evaluation_->ask_next) ask += (ask.empty() ? "「" : "、「") + path + "」";
      if (!ask.empty()) out += ask + "が分かれば決まります。";
    }
    if (!idle.empty()) out += idle + "は分かりませんが、どの値でも結論は同じです。";
    return out;
  }

  const Criterion& criterion_;
  const Criterion::Body& body_;
  const Evaluation* evaluation_;
  const Node* node_ = nullptr;
  const TableLogic* logic_ = nullptr;
  const DecisionTrace* trace_ = nullptr;
};

}  // namespace

std::string cell_words(std::string_view unary_tests, const Type& type) {
  feel::Scope scope;
  scope.add("?");
  const auto compiled = feel::compile_unary_tests(unary_tests, scope);
  const auto set = compiled.ok() ? feel::as_test_set(compiled.program) : std::nullopt;
  return set ? set_words(*set, type) : std::string(unary_tests);
}

std::string value_words(const feel::Value& value, const Type& type, std::string_view unit) {
  switch (value.kind()) {
    case feel::Kind::null:
      return "なし";
    case feel::Kind::boolean:
      return value.is_true() ? "当てはまる" : "当てはまらない";
    case feel::Kind::number: {
      const std::string_view own = type.base == Type::Base::yen ? "円" : type.base == Type::Base::age ? "歳" : "";
      return with_separators(value.number().text()) + std::string(unit.empty() ? own : unit);
    }
    case feel::Kind::string:
      return std::string(value.string()) + std::string(unit);
    case feel::Kind::date:
      return date_words(value);
    case feel::Kind::days_duration:
    case feel::Kind::months_duration:
      return duration_words(value);
    case feel::Kind::list: {
      std::string out;
      Type item = type;
      item.list = false;
      for (const feel::Value& one : value.items()) out += (out.empty() ? "" : "、") + value_words(one, item, unit);
      return out.empty() ? "なし" : out;
    }
    default:
      return feel::text(value);
  }
}

std::string hit_policy_words(HitPolicy policy, Aggregation aggregation) {
  const std::string code = "（" + std::string(hit_policy_code(policy, aggregation)) + "）";
  switch (policy) {
    case HitPolicy::unique:
      return "どの場合も1行だけが当てはまる" + code;
    case HitPolicy::any:
      return "いくつ当てはまっても結論は同じ" + code;
    case HitPolicy::priority:
      return "当てはまった行のうち、結論の順位が最も高いもの" + code;
    case HitPolicy::first:
      return "上から見て最初に当てはまった行" + code;
    case HitPolicy::rule_order:
      return "当てはまった行すべて、表の順" + code;
    case HitPolicy::output_order:
      return "当てはまった行すべて、結論の順位の順" + code;
    case HitPolicy::collect:
      break;
  }
  switch (aggregation) {
    case Aggregation::none:
      return "当てはまった行すべて" + code;
    case Aggregation::sum:
      return "当てはまった行の合計" + code;
    case Aggregation::min:
      return "当てはまった行の最小" + code;
    case Aggregation::max:
      return "当てはまった行の最大" + code;
    case Aggregation::count:
      return "当てはまった行の数" + code;
  }
  return code;
}

TableView table_view(const Criterion& criterion, const Evaluation& evaluation, std::string_view decision) {
  return Explainer(criterion, &evaluation, decision).view();
}
TableView table_view(const Criterion& criterion, std::string_view decision) {
  return Explainer(criterion, nullptr, decision).view();
}
Explanation explain(const Criterion& criterion, const Evaluation& evaluation, std::string_view decision) {
  return Explainer(criterion, &evaluation, decision).explain();
}

}  // namespace yakuba::dmn
