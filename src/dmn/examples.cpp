// Examples of a document run as tests, and which rules they reach.
#include "base/text.hpp"
#include "dmn/library.hpp"

namespace yakuba::dmn {
namespace {

constexpr std::string_view unknown_cell = "-";

// A cell as a value: FEEL without names; a bare date is a date; a bare word is a string.
class CellReader {
 public:
  explicit CellReader(const feel::Scope& scope) : scope_(scope) {}

  std::optional<feel::Value> read(const std::string& text, const Type& type) {
    const auto compiled = feel::compile(with_dates(text), scope_);
    if (compiled.ok() && compiled.program.constant()) {
      machine_.reset();
      feel::Value value = machine_.evaluate(compiled.program);
      if (machine_.diagnostics().empty()) return value;
      return std::nullopt;
    }
    const bool may_be_string = type.base == Type::Base::string || type.base == Type::Base::any;
    if (may_be_string && !type.list && text.find_first_of("\"[]{}()") == std::string::npos)
      return feel::Value::string(text);
    return std::nullopt;
  }

 private:
  static std::string with_dates(std::string text) {
    constexpr std::size_t date_bytes = 10;
    for (std::size_t from = 0; const auto at = bare_date(text, from);) {
      text.insert(*at + date_bytes, "\"");
      text.insert(*at, "@\"");
      from = *at + date_bytes + 3;
    }
    return text;
  }

  const feel::Scope& scope_;
  feel::Machine machine_;
};

bool is_unknown(const std::string& cell) {
  return cell.empty() || cell == unknown_cell;
}

feel::Value placed(const feel::Value& context, std::span<const std::string_view> path, const feel::Value& value) {
  if (path.empty()) return value;
  std::vector<feel::Entry> entries(context.entries().begin(), context.entries().end());
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const feel::Entry& e) { return e.name() == path[0]; });
  const feel::Value inner = placed(found == entries.end() ? feel::Value() : found->value, path.subspan(1), value);
  if (found == entries.end())
    entries.emplace_back(path[0], inner);
  else
    found->value = inner;
  return feel::Value::context(std::move(entries));
}

class Runner {
 public:
  Runner(const Criterion& criterion, Date as_of, feel::Value known)
      : criterion_(criterion), body_(criterion.body()), as_of_(as_of), known_(std::move(known)), cells_(*body_.scope) {
    for (const Node& node : body_.nodes)
      if (const TableLogic* table = node.table())
        report_.coverage.push_back({node.name, std::vector<std::size_t>(table->rows.size())});
  }

  ExampleReport run() {
    bool any = false;
    for (int b = 0; b < static_cast<int>(body_.model.blocks.size()); ++b) {
      const auto* examples = std::get_if<Examples>(&body_.model.blocks[static_cast<std::size_t>(b)]);
      if (!examples || !examples->of.empty()) continue;
      for (int row = 0; row < static_cast<int>(examples->rows.size()); ++row) run_row(*examples, b, row);
      any = true;
    }
    if (any)
      uncovered();
    else
      fault("example.none", {}, {-1, -1, -1}, Severity::note);
    return std::move(report_);
  }

 private:
  void fault(std::string code, std::vector<std::pair<std::string, std::string>> arguments, const Ref& ref,
             Severity severity) {
    report_.faults.push_back({severity, std::move(code), std::move(arguments), body_.places.at(ref)});
  }

  Type input_type(const std::string& column) const {
    const auto node = body_.node_by_name.find(column);
    if (node != body_.node_by_name.end()) return body_.nodes[static_cast<std::size_t>(node->second)].type.declared();
    for (const Fact& fact : body_.facts)
      if (fact.use.path == column) return fact.type.declared();
    return {};
  }

  std::optional<Question> question(const Examples& examples, const Example& row, const Ref& ref) {
    Question out;
    out.as_of = as_of_;
    out.facts = known_;
    out.given_terms = feel::Value::context({});
    for (std::size_t c = 0; c < examples.inputs.size(); ++c) {
      if (is_unknown(row.inputs[c])) continue;
      const std::string& column = examples.inputs[c];
      const auto value = cells_.read(row.inputs[c], input_type(column));
      if (!value) {
        fault("example.unreadable", {{"text", row.inputs[c]}}, {ref.block, ref.row, static_cast<int>(c)},
              Severity::error);
        return std::nullopt;
      }
      if (column == body_.as_of_name && value->kind() == feel::Kind::date)
        out.as_of = Date{static_cast<std::int32_t>(value->date().days)};
      const bool term = body_.node_by_name.contains(column);
      const auto path = term ? std::vector<std::string_view>{column} : split(column, '.');
      (term ? out.given_terms : out.facts) = placed(term ? out.given_terms : out.facts, path, *value);
    }
    for (const std::string& output : examples.outputs) {
      const std::string goal = node_of(output);
      if (std::find(out.goals.begin(), out.goals.end(), goal) == out.goals.end()) out.goals.push_back(goal);
    }
    return out;
  }
  std::string node_of(const std::string& output) const {
    return body_.node_by_name.contains(output) ? output : output.substr(0, output.rfind('.'));
  }

  void run_row(const Examples& examples, int block, int index) {
    const Ref ref{block, index, -1};
    const Example& row = examples.rows[static_cast<std::size_t>(index)];
    ExampleResult result{
        .row = ref, .place = body_.places.at(ref), .passed = false, .column = {}, .expected = {}, .actual = {}};
    if (const auto asked = question(examples, row, ref)) {
      const Evaluation evaluation = evaluator_.evaluate(criterion_, *asked);
      cover(evaluation);
      result.passed = true;
      for (std::size_t o = 0; o < examples.outputs.size() && result.passed; ++o)
        compare(examples, row, o, evaluation, {block, index, static_cast<int>(examples.inputs.size() + o)}, result);
    }
    report_.results.push_back(std::move(result));
  }

  void compare(const Examples& examples, const Example& row, std::size_t o, const Evaluation& evaluation,
               const Ref& ref, ExampleResult& result) {
    if (is_unknown(row.outputs[o])) return;
    const std::string& column = examples.outputs[o];
    const DecisionTrace* trace = evaluation.find(node_of(column));
    const feel::Value* actual = trace ? &trace->output : nullptr;
    if (actual && node_of(column) != column) actual = actual->find(column.substr(column.rfind('.') + 1));
    const Type type = output_type(column);
    const auto expected = cells_.read(row.outputs[o], type);
    if (!expected) {
      result.passed = false;
      result.place = body_.places.at(ref);
      return fault("example.unreadable", {{"text", row.outputs[o]}}, ref, Severity::error);
    }
    const bool decided = trace && trace->standing != Standing::undecided && trace->standing != Standing::failed;
    if (decided && (actual ? *actual : feel::Value()) == *expected) return;
    result.passed = false;
    result.place = body_.places.at(ref);
    result.column = column;
    result.expected = feel::literal(*expected);
    result.actual = actual_text(trace, actual, evaluation);
    fault("example.failed", {{"expected", result.expected}, {"actual", result.actual}}, ref, Severity::error);
  }

  Type output_type(const std::string& column) const {
    const auto node = body_.node_by_name.find(node_of(column));
    if (node == body_.node_by_name.end()) return {};
    const Node& found = body_.nodes[static_cast<std::size_t>(node->second)];
    const TableLogic* table = found.table();
    if (!table || node_of(column) == column) return found.type.declared();
    for (std::size_t o = 0; o < table->table->outputs.size(); ++o)
      if (column.ends_with('.' + table->table->outputs[o].name)) return table->output_types[o].declared();
    return {};
  }

  static std::string actual_text(const DecisionTrace* trace, const feel::Value* actual, const Evaluation& evaluation) {
    if (!trace) return "null";
    std::string out = trace->standing == Standing::decided ? feel::literal(actual ? *actual : feel::Value())
                                                           : std::string(name_of(trace->standing));
    std::string missing;
    for (const MissingFact& fact : evaluation.missing)
      if (trace->standing == Standing::undecided && fact.matters)
        missing += (missing.empty() ? ": " : ", ") + fact.path;
    std::string troubles;
    for (const Trouble& trouble : trace->troubles) troubles += (troubles.empty() ? " (" : ", ") + trouble.code;
    return out + missing + troubles + (troubles.empty() ? "" : ")");
  }

  void cover(const Evaluation& evaluation) {
    for (RuleCoverage& coverage : report_.coverage)
      if (const DecisionTrace* trace = evaluation.find(coverage.decision);
          trace && trace->standing == Standing::decided)
        for (const int row : trace->matched) ++coverage.hits[static_cast<std::size_t>(row)];
  }
  void uncovered() {
    for (const RuleCoverage& coverage : report_.coverage) {
      const Node& node = body_.nodes[static_cast<std::size_t>(body_.node_by_name.find(coverage.decision)->second)];
      for (std::size_t r = 0; r < coverage.hits.size(); ++r)
        if (coverage.hits[r] == 0)
          fault("example.uncovered_rule", {{"row", node.table()->table->rules[r].id}},
                {node.block, static_cast<int>(r), -1}, Severity::note);
    }
  }

  const Criterion& criterion_;
  const Criterion::Body& body_;
  Date as_of_;
  feel::Value known_;
  CellReader cells_;
  Evaluator evaluator_;
  ExampleReport report_;
};

// Examples of functions: parameters by name, the result by "→".
class FunctionRunner {
 public:
  FunctionRunner(const feel::Scope& scope, ExampleReport& report) : scope_(scope), cells_(scope), report_(report) {}

  void run(const Model& model, const Places& places, const std::function<const Function*(std::string_view)>& find) {
    for (int b = 0; b < static_cast<int>(model.blocks.size()); ++b) {
      const auto* examples = std::get_if<Examples>(&model.blocks[static_cast<std::size_t>(b)]);
      if (!examples || examples->of.empty()) continue;
      const Function* function = find(examples->of);
      const auto value = scope_.constants().find(examples->of);
      if (!function || value == scope_.constants().end()) {
        report_.faults.push_back(
            {Severity::error, "example.no_function", {{"name", examples->of}}, places.at({b, -1, -1})});
        continue;
      }
      for (int row = 0; row < static_cast<int>(examples->rows.size()); ++row)
        run_row(*examples, *function, value->second.value, places, {b, row, -1});
    }
  }

 private:
  void run_row(const Examples& examples, const Function& function, const feel::Value& value, const Places& places,
               const Ref& ref) {
    const Example& row = examples.rows[static_cast<std::size_t>(ref.row)];
    std::vector<feel::Value> arguments(function.parameters.size());
    ExampleResult result{
        .row = ref, .place = places.at(ref), .passed = false, .column = {}, .expected = {}, .actual = {}};
    const auto broken = [&](std::string code, const std::string& text, int column) {
      result.place = places.at({ref.block, ref.row, column});
      report_.faults.push_back({Severity::error, std::move(code), {{"text", text}, {"column", text}}, result.place});
      report_.results.push_back(result);
    };
    for (std::size_t c = 0; c < examples.inputs.size(); ++c) {
      const auto parameter = std::find_if(function.parameters.begin(), function.parameters.end(),
                                          [&](const TypedName& p) { return p.name == examples.inputs[c]; });
      if (parameter == function.parameters.end())
        return broken("compile.example_input", examples.inputs[c], static_cast<int>(c));
      if (is_unknown(row.inputs[c])) continue;
      const auto argument = cells_.read(row.inputs[c], parameter->type);
      if (!argument) return broken("example.unreadable", row.inputs[c], static_cast<int>(c));
      arguments[static_cast<std::size_t>(parameter - function.parameters.begin())] = *argument;
    }
    const int column = static_cast<int>(examples.inputs.size());
    const auto expected = cells_.read(row.outputs[0], function.result);
    if (!expected) return broken("example.unreadable", row.outputs[0], column);
    feel::Machine machine;
    const feel::Value actual = machine.call(value, arguments);
    result.passed = actual == *expected;
    result.expected = feel::literal(*expected);
    result.actual = feel::literal(actual);
    if (!result.passed) {
      if (!machine.diagnostics().empty()) result.actual += " (" + feel::describe(machine.diagnostics()[0]) + ")";
      result.place = places.at({ref.block, ref.row, column});
      report_.faults.push_back({Severity::error,
                                "example.failed",
                                {{"expected", result.expected}, {"actual", result.actual}},
                                result.place});
    }
    report_.results.push_back(std::move(result));
  }

  const feel::Scope& scope_;
  CellReader cells_;
  ExampleReport& report_;
};

}  // namespace

std::size_t ExampleReport::passed() const {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [](const ExampleResult& r) { return r.passed; }));
}

ExampleReport run_examples(const Criterion& criterion, Date as_of, const feel::Value& known) {
  ExampleReport report = Runner(criterion, as_of, known).run();
  const Criterion::Body& body = criterion.body();
  const auto own = functions(body.model);
  FunctionRunner(*body.scope, report).run(body.model, body.places, [&](std::string_view name) {
    const auto found = std::find_if(own.begin(), own.end(), [&](const Function* f) { return f->name == name; });
    return found == own.end() ? nullptr : *found;
  });
  return report;
}

ExampleReport run_examples(const Library& library) {
  ExampleReport report;
  feel::Scope scope;
  library.add_to(scope);
  for (const Reading& document : library.body().documents)
    if (document.model)
      FunctionRunner(scope, report).run(*document.model, document.places, [&](std::string_view name) {
        return library.find(name);
      });
  return report;
}

}  // namespace yakuba::dmn
