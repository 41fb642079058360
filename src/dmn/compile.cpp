// Model → Criterion: names to slots, texts to programs, requirements to an order of evaluation.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "dmn/library.hpp"

namespace yakuba::dmn {
namespace {

Type type_from_feel(const feel::Type& inferred) {
  Type type;
  const bool list = inferred.kind() == feel::TypeKind::list;
  switch (list ? inferred.element().kind() : inferred.kind()) {
    case feel::TypeKind::boolean:
      type.base = Type::Base::boolean;
      break;
    case feel::TypeKind::number:
      type.base = Type::Base::number;
      break;
    case feel::TypeKind::string:
      type.base = Type::Base::string;
      break;
    case feel::TypeKind::date:
      type.base = Type::Base::date;
      break;
    case feel::TypeKind::time:
      type.base = Type::Base::time;
      break;
    case feel::TypeKind::date_time:
      type.base = Type::Base::date_and_time;
      break;
    case feel::TypeKind::days_duration:
      type.base = Type::Base::days_duration;
      break;
    case feel::TypeKind::months_duration:
      type.base = Type::Base::months_duration;
      break;
    case feel::TypeKind::context:
      type.base = Type::Base::context;
      break;
    default:
      break;
  }
  type.list = list;
  return type;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Compiler {
 public:
  Compiler(const Model& model, const CompileOptions& options)
      : options_(options), body_(std::make_shared<Criterion::Body>()) {
    body_->model = model;
    body_->version = options.version;
    if (options.places) body_->places = *options.places;
    body_->places.file = options.places ? options.places->file : model.about.id;
  }

  Compilation compile() {
    names();
    for (Node& node : body_->nodes) std::visit([&](auto& logic) { fill(node, logic); }, node.logic);
    order();
    check_examples();
    finish();
    Compilation out;
    out.faults = std::move(faults_);
    if (!has_errors(out.faults)) out.criterion = Criterion(std::shared_ptr<const Criterion::Body>(body_));
    return out;
  }

 private:
  Place place(const Ref& ref) const { return body_->places.at(ref); }
  void fault(std::string code, std::vector<std::pair<std::string, std::string>> arguments, const Ref& ref,
             Severity severity = Severity::error) {
    faults_.push_back({severity, std::move(code), std::move(arguments), place(ref)});
  }

  // ---- names
  void names() {
    auto scope = std::make_shared<feel::Scope>();
    body_->tested = scope->add("?");
    declare_types();
    declare_facts(*scope);
    if (options_.library) options_.library->add_to(*scope);
    feel::Scope functions_scope;
    if (options_.library) options_.library->add_to(functions_scope);
    for (auto& entry :
         compile_functions(source_functions(body_->model, body_->places), functions_scope, body_->types, faults_))
      scope->add_constant(entry.function.name, entry.value, entry.type);
    declare_nodes(*scope);
    body_->slot_count = scope->slot_count();
    body_->scope = scope;
  }

  void declare_types() {
    if (options_.schema) body_->types.add(options_.schema->types);
    for (const Block& block : body_->model.blocks)
      if (const auto* types = std::get_if<Types>(&block)) body_->types.add(types->types);
  }

  void declare_facts(feel::Scope& scope) {
    body_->as_of_name = options_.schema ? options_.schema->as_of_name : FactSchema{}.as_of_name;
    if (options_.schema)
      for (const TypedName& fact : options_.schema->facts) tree_.add(fact, body_->types);
    for (int b = 0; b < static_cast<int>(body_->model.blocks.size()); ++b) {
      const auto* inputs = std::get_if<Inputs>(&body_->model.blocks[static_cast<std::size_t>(b)]);
      for (int row = 0; inputs && row < static_cast<int>(inputs->inputs.size()); ++row) {
        const TypedName& input = inputs->inputs[static_cast<std::size_t>(row)];
        CheckedType::make(input.type, body_->types, place({b, row, 1}), faults_);
        tree_.add(input, body_->types);
      }
    }
    if (!body_->as_of_name.empty() && !tree_.roots().contains(body_->as_of_name)) {
      Type date;
      date.base = Type::Base::date;
      tree_.add({body_->as_of_name, date, ""}, body_->types);
    }
    for (const std::string& name : tree_.root_names())
      roots_[scope.add(name, feel_type(tree_.roots().at(name), body_->types).value_or(feel::Type::any()))] = name;
  }

  void declare_nodes(feel::Scope& scope) {
    for (int b = 0; b < static_cast<int>(body_->model.blocks.size()); ++b) {
      const Block& block = body_->model.blocks[static_cast<std::size_t>(b)];
      if (const auto* table = std::get_if<Terms>(&block)) {
        for (int row = 0; row < static_cast<int>(table->terms.size()); ++row)
          declare_term(scope, table->terms[static_cast<std::size_t>(row)], b, row);
      } else if (const auto* term = std::get_if<LongTerm>(&block)) {
        declare_term(scope, term->term, b, 0);
      } else if (const auto* decision = std::get_if<DecisionTable>(&block)) {
        declare_table(scope, *decision, b);
      }
    }
  }

  void declare(feel::Scope& scope, Node node, const feel::Type& type, const Ref& ref) {
    if (tree_.roots().contains(node.name)) fault("compile.shadows_fact", {{"name", node.name}}, ref);
    node.slot = scope.add(node.name, type);
    body_->node_by_name[node.name] = static_cast<int>(body_->nodes.size());
    node_of_slot_[node.slot] = static_cast<int>(body_->nodes.size());
    body_->nodes.push_back(std::move(node));
  }

  void declare_term(feel::Scope& scope, const Term& term, int block, int row) {
    Node node;
    node.name = term.name;
    node.block = block;
    node.type = CheckedType::make(term.type, body_->types, place({block, row, 1}), faults_);
    TermLogic logic{.term = &term, .expression = {}};
    logic.expression.ref = {block, row, 2};
    const feel::Type type = node.type.feel();
    node.logic = std::move(logic);
    declare(scope, std::move(node), type, {block, row, 0});
  }

  void declare_table(feel::Scope& scope, const DecisionTable& table, int block) {
    Node node;
    node.name = table.name;
    node.block = block;
    TableLogic logic;
    logic.table = &table;
    std::vector<feel::Field> fields;
    for (std::size_t i = 0; i < table.outputs.size(); ++i) {
      const Ref ref{block, Ref::row_types, static_cast<int>(1 + table.inputs.size() + i)};
      logic.output_types.push_back(
          CheckedType::make(table.outputs[i].type.value_or(Type{}), body_->types, place(ref), faults_));
      fields.push_back({table.outputs[i].name, logic.output_types.back().feel()});
    }
    check_policy(table, block);
    const bool several = table.hit_policy == HitPolicy::collect || table.hit_policy == HitPolicy::rule_order ||
                         table.hit_policy == HitPolicy::output_order;
    feel::Type type = fields.size() == 1 ? fields[0].type : feel::Type::context(std::move(fields));
    if (several)
      type = table.aggregation == Aggregation::none ? feel::Type::list(type) : feel::Type::any();
    else if (table.outputs.size() == 1)
      node.type = logic.output_types[0];
    node.logic = std::move(logic);
    declare(scope, std::move(node), type, {block, -1, -1});
  }

  void check_policy(const DecisionTable& table, int block) {
    const bool ordered = table.hit_policy == HitPolicy::priority || table.hit_policy == HitPolicy::output_order;
    const bool has_values = std::any_of(table.outputs.begin(), table.outputs.end(),
                                        [](const OutputClause& o) { return o.type && !o.type->values.empty(); });
    if (ordered && !has_values)
      fault("compile.priority_values", {{"policy", std::string(hit_policy_code(table.hit_policy, table.aggregation))}},
            {block, Ref::row_header, static_cast<int>(1 + table.inputs.size())});
    if (table.aggregation != Aggregation::none && table.outputs.size() > 1)
      fault("compile.aggregation_outputs",
            {{"policy", std::string(hit_policy_code(table.hit_policy, table.aggregation))}}, {block, -1, -1});
  }

  // ---- expressions
  Expression expression(const std::string& text, const Ref& ref, const std::string& owner, bool unary = false) {
    Expression out;
    out.ref = ref;
    if (const auto at = bare_date(text)) fault("compile.bare_date", {{"date", text.substr(*at, 10)}}, ref);
    const feel::CompileOptions options{.name = owner};
    auto compiled =
        unary ? feel::compile_unary_tests(text, *body_->scope, options) : feel::compile(text, *body_->scope, options);
    add_faults(compiled.faults, body_->places, ref, faults_);
    out.program = std::move(compiled.program);
    for (const feel::PathUsed& path : out.program.paths_used()) add_read(out, path, owner);
    return out;
  }

  void add_read(Expression& expression, const feel::PathUsed& path, const std::string& owner) {
    if (path.slot == body_->tested) return;
    if (const auto node = node_of_slot_.find(path.slot); node != node_of_slot_.end()) {
      if (std::find(expression.reads.nodes.begin(), expression.reads.nodes.end(), node->second) ==
          expression.reads.nodes.end())
        expression.reads.nodes.push_back(node->second);
      return;
    }
    const auto root = roots_.find(path.slot);
    if (root == roots_.end()) return;
    std::size_t covered = 0;
    const FactNode* node = tree_.find(root->second, path.members, covered);
    if (covered < path.members.size() && !node->members.empty() && !node->type.list)
      fault("compile.unknown_member", {{"member", path.members[covered]}, {"of", node->name}}, expression.ref);
    const int fact = fact_index(path.slot, root->second,
                                {path.members.begin(), path.members.begin() + static_cast<std::ptrdiff_t>(covered)},
                                *node, expression.ref);
    auto& used_by = body_->facts[static_cast<std::size_t>(fact)].use.used_by;
    if (std::find(used_by.begin(), used_by.end(), owner) == used_by.end()) used_by.push_back(owner);
    if (std::find(expression.reads.facts.begin(), expression.reads.facts.end(), fact) == expression.reads.facts.end())
      expression.reads.facts.push_back(fact);
  }

  int fact_index(feel::Slot slot, const std::string& root, std::vector<std::string> members, const FactNode& node,
                 const Ref& ref) {
    for (std::size_t i = 0; i < body_->facts.size(); ++i)
      if (body_->facts[i].slot == slot && body_->facts[i].members == members) return static_cast<int>(i);
    Fact fact;
    fact.slot = slot;
    fact.use.path = root;
    for (const std::string& member : members) fact.use.path += '.' + member;
    fact.use.type = node.type;
    if (!node.declared && !node.members.empty()) fact.use.type.base = Type::Base::context;
    fact.type = CheckedType::make(fact.use.type, body_->types, place(ref), faults_);
    fact.members = std::move(members);
    fact.as_of = fact.use.path == body_->as_of_name;
    body_->facts.push_back(std::move(fact));
    return static_cast<int>(body_->facts.size()) - 1;
  }

  // ---- terms and tables
  void fill(Node& node, TermLogic& logic) {
    logic.expression = expression(logic.term->expression, logic.expression.ref, node.name);
    if (node.type.declared().base == Type::Base::any && !node.type.declared().list)
      node.type = CheckedType::make(type_from_feel(logic.expression.program.type()), body_->types, {}, faults_);
    else
      check_kind(node.type, logic.expression.program.type(), logic.expression.ref);
    need(node, logic.expression);
  }

  void check_kind(const CheckedType& declared, const feel::Type& inferred, const Ref& ref) {
    const feel::Type& wanted = declared.feel();
    if (wanted.is_any() || inferred.is_any() || inferred.kind() == feel::TypeKind::null) return;
    if (wanted.kind() == inferred.kind() || wanted.kind() == feel::TypeKind::list ||
        inferred.kind() == feel::TypeKind::list)
      return;
    if (wanted.kind() == feel::TypeKind::date_time && inferred.kind() == feel::TypeKind::date) return;
    fault("compile.type_differs", {{"declared", print_type(declared.declared())}, {"actual", inferred.text()}}, ref);
  }

  void fill(Node& node, TableLogic& logic) {
    const DecisionTable& table = *logic.table;
    for (std::size_t c = 0; c < table.inputs.size(); ++c) {
      logic.columns.push_back(column(node, table.inputs[c], static_cast<int>(c) + 1));
      need(node, logic.columns.back().expression);
    }
    for (std::size_t r = 0; r < table.rules.size(); ++r) logic.rows.push_back(row(node, logic, static_cast<int>(r)));
    const bool defaulted = std::any_of(table.outputs.begin(), table.outputs.end(),
                                       [](const OutputClause& o) { return !o.default_entry.empty(); });
    for (std::size_t o = 0; defaulted && o < table.outputs.size(); ++o)
      logic.defaults.push_back(
          output(node, logic, table.outputs[o].default_entry, static_cast<int>(o), Ref::row_default));
  }

  Column column(const Node& node, const InputClause& clause, int index) {
    Column out;
    const Ref ref{node.block, Ref::row_header, index};
    out.expression = expression(clause.expression, ref, node.name);
    const Reads& reads = out.expression.reads;
    if (reads.facts.size() == 1 && reads.nodes.empty() &&
        body_->facts[static_cast<std::size_t>(reads.facts[0])].use.path == clause.expression)
      out.direct_fact = reads.facts[0];
    if (reads.nodes.size() == 1 && reads.facts.empty() &&
        body_->nodes[static_cast<std::size_t>(reads.nodes[0])].name == clause.expression)
      out.direct_node = reads.nodes[0];
    Type type = type_from_feel(out.expression.program.type());
    if (clause.type)
      type = *clause.type;
    else if (out.direct_fact >= 0)
      type = body_->facts[static_cast<std::size_t>(out.direct_fact)].use.type;
    else if (out.direct_node >= 0 && node_type_known(out.direct_node))
      type = body_->nodes[static_cast<std::size_t>(out.direct_node)].type.declared();
    out.type = CheckedType::make(type, body_->types, place({node.block, Ref::row_types, index}), faults_);
    return out;
  }
  bool node_type_known(int node) const {
    const Type& type = body_->nodes[static_cast<std::size_t>(node)].type.declared();
    return type.base != Type::Base::any || type.list;
  }

  TableRow row(Node& node, const TableLogic& logic, int index) {
    const Rule& rule = logic.table->rules[static_cast<std::size_t>(index)];
    TableRow out;
    for (std::size_t c = 0; c < rule.inputs.size(); ++c) {
      Cell cell;
      cell.test = expression(rule.inputs[c], {node.block, index, static_cast<int>(c) + 1}, node.name, true);
      cell.set = feel::as_test_set(cell.test.program);
      cell.any = cell.set && cell.set->any && !cell.set->negated;
      if (cell.set) check_cell(*cell.set, logic.columns[c].type, cell.test.ref);
      need(node, cell.test);
      out.cells.push_back(std::move(cell));
    }
    out.reason = reason(node, logic, index);
    for (std::size_t o = 0; o < rule.outputs.size(); ++o)
      out.outputs.push_back(output(node, logic, rule.outputs[o], static_cast<int>(o), index));
    return out;
  }

  std::vector<ReasonPiece> reason(Node& node, const TableLogic& logic, int index) {
    const auto& names = logic.table->annotations;
    const auto column =
        std::find_if(names.begin(), names.end(), [](const std::string& n) { return n == "理由" || n == "reason"; });
    std::vector<ReasonPiece> pieces;
    if (column == names.end()) return pieces;
    const std::size_t at = static_cast<std::size_t>(column - names.begin());
    std::string_view text = logic.table->rules[static_cast<std::size_t>(index)].annotations[at];
    const Ref ref{node.block, index,
                  static_cast<int>(1 + logic.table->inputs.size() + logic.table->outputs.size() + at)};
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
      if (close == std::string_view::npos) break;
      ReasonPiece piece{std::string(text.substr(0, open)),
                        expression(std::string(text.substr(open + 1, close - open - 1)), ref, node.name)};
      for (const int other : piece.hole->reads.nodes)
        if (std::find(node.told.begin(), node.told.end(), other) == node.told.end()) node.told.push_back(other);
      pieces.push_back(std::move(piece));
      text.remove_prefix(close + 1);
    }
    if (!text.empty()) pieces.push_back({std::string(text), std::nullopt});
    return pieces;
  }

  void check_cell(const feel::TestSet& set, const CheckedType& type, const Ref& ref) {
    for (const feel::TestInterval& interval : set.intervals)
      for (const feel::Value* end : {&interval.low, &interval.high}) {
        if (end->is_null() || type.feel().is_any()) continue;
        const feel::Type actual = feel::type_of(*end);
        const bool one_point = interval.low == interval.high;
        if (actual.kind() != type.feel().kind() && type.feel().kind() != feel::TypeKind::list) {
          fault("compile.cell_type", {{"value", feel::literal(*end)}, {"type", print_type(type.declared())}}, ref);
          return;
        }
        const auto& values = type.declared().values;
        if (one_point && !values.empty() && std::find(values.begin(), values.end(), end->string()) == values.end()) {
          fault("compile.not_allowed", {{"value", feel::literal(*end)}, {"type", print_type(type.declared())}}, ref);
          return;
        }
      }
  }

  Expression output(Node& node, const TableLogic& logic, const std::string& text, int index, int row) {
    const Ref ref{node.block, row, static_cast<int>(1 + logic.table->inputs.size()) + index};
    Expression out = expression(text, ref, node.name);
    need(node, out);
    const CheckedType& type = logic.output_types[static_cast<std::size_t>(index)];
    if (out.program.constant()) {
      const feel::Value value = machine_.evaluate(out.program);
      if (!type.take(value, machine_))
        fault("compile.output_type", {{"value", feel::literal(value)}, {"type", print_type(type.declared())}}, ref);
      machine_.reset();
    } else {
      check_kind(type, out.program.type(), ref);
    }
    return out;
  }

  static void need(Node& node, const Expression& expression) {
    for (const int other : expression.reads.nodes)
      if (std::find(node.needs.begin(), node.needs.end(), other) == node.needs.end()) node.needs.push_back(other);
  }

  // ---- order
  void order() {
    std::vector<int> state(body_->nodes.size());  // 0 not seen, 1 on the path, 2 done
    std::vector<int> path;
    for (std::size_t i = 0; i < body_->nodes.size(); ++i) visit(static_cast<int>(i), state, path);
  }
  // Depth is bounded by the number of nodes, which ReadLimits bounds; an explicit stack keeps long chains off ours.
  void visit(int root, std::vector<int>& state, std::vector<int>& path) {
    std::vector<std::size_t> next;
    if (state[static_cast<std::size_t>(root)] != 0) return;
    path = {root};
    next = {0};
    state[static_cast<std::size_t>(root)] = 1;
    while (!path.empty()) {
      const Node& node = body_->nodes[static_cast<std::size_t>(path.back())];
      if (next.back() == node.needs.size()) {
        state[static_cast<std::size_t>(path.back())] = 2;
        body_->order.push_back(path.back());
        path.pop_back();
        next.pop_back();
        continue;
      }
      const int other = node.needs[next.back()++];
      int& seen = state[static_cast<std::size_t>(other)];
      if (seen == 1) cycle(path, other);
      if (seen != 0) continue;
      seen = 1;
      path.push_back(other);
      next.push_back(0);
    }
  }
  void cycle(const std::vector<int>& path, int to) {
    std::string names;
    for (auto at = std::find(path.begin(), path.end(), to); at != path.end(); ++at)
      names += body_->nodes[static_cast<std::size_t>(*at)].name + " → ";
    const Node& node = body_->nodes[static_cast<std::size_t>(path.back())];
    const Ref ref = node.term() ? node.term()->expression.ref : Ref{node.block, -1, -1};
    fault("compile.cycle", {{"path", names + body_->nodes[static_cast<std::size_t>(to)].name}}, ref);
  }

  // ---- examples
  void check_examples() {
    for (int b = 0; b < static_cast<int>(body_->model.blocks.size()); ++b) {
      const auto* examples = std::get_if<Examples>(&body_->model.blocks[static_cast<std::size_t>(b)]);
      if (!examples || !examples->of.empty()) continue;
      for (std::size_t c = 0; c < examples->inputs.size(); ++c)
        if (!known_input(examples->inputs[c]))
          fault("compile.example_input", {{"column", examples->inputs[c]}}, {b, Ref::row_header, static_cast<int>(c)});
      for (std::size_t c = 0; c < examples->outputs.size(); ++c)
        if (!known_output(examples->outputs[c]))
          fault("compile.example_output", {{"column", examples->outputs[c]}},
                {b, Ref::row_header, static_cast<int>(examples->inputs.size() + c)});
    }
  }
  bool known_input(const std::string& path) const {
    if (body_->node_by_name.contains(path)) return true;
    std::vector<std::string> parts;
    for (const std::string_view part : split(path, '.')) parts.emplace_back(part);
    std::size_t covered = 0;
    const FactNode* node = tree_.find(parts[0], std::span(parts).subspan(1), covered);
    return node && covered + 1 == parts.size();
  }
  bool known_output(const std::string& path) const {
    if (body_->node_by_name.contains(path)) return true;
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos) return false;
    const auto node = body_->node_by_name.find(path.substr(0, dot));
    if (node == body_->node_by_name.end()) return false;
    const TableLogic* table = body_->nodes[static_cast<std::size_t>(node->second)].table();
    return table && std::any_of(table->table->outputs.begin(), table->table->outputs.end(),
                                [&](const OutputClause& o) { return o.name == path.substr(dot + 1); });
  }

  void finish() {
    for (const Fact& fact : body_->facts)
      if (!fact.as_of) body_->fact_uses.push_back(fact.use);
    body_->hash = content_hash(body_->model);
    std::string all = body_->hash + '\n' + (options_.library ? options_.library->hash() : "") + '\n';
    for (const Fact& fact : body_->facts) all += fact.use.path + " : " + print_type(fact.type.declared()) + '\n';
    body_->program_hash = "sha256:" + hex(sha256(std::string_view(all)));
  }

  const CompileOptions& options_;
  std::shared_ptr<Criterion::Body> body_;
  Faults faults_;
  FactTree tree_;
  std::map<feel::Slot, std::string> roots_;
  std::map<feel::Slot, int> node_of_slot_;
  feel::Machine machine_;
};

}  // namespace

void add_faults(const std::vector<feel::Diagnostic>& diagnostics, const Places& places, const Ref& ref,
                Faults& faults) {
  for (const feel::Diagnostic& diagnostic : diagnostics) {
    Place place = places.at(ref);
    // A FEEL block begins in column 1 and keeps its lines; a cell is one line.
    if (diagnostic.position.line > 1 && place.column == 1) {
      place.line += diagnostic.position.line - 1;
      place.column = diagnostic.position.column;
    } else if (place.line > 0) {
      place = places.at(ref, diagnostic.position.line == 1 ? diagnostic.position.column - 1 : 0);
    }
    faults.push_back({Severity::error,
                      "feel." + std::string(feel::name_of(diagnostic.code)),
                      {{"subject", diagnostic.subject}, {"cause", diagnostic.detail}},
                      place});
  }
}

std::optional<std::size_t> bare_date(std::string_view text, std::size_t from) {
  constexpr std::size_t length = 10;  // 2024-06-15
  bool quoted = false;
  for (std::size_t i = 0; i + 1 <= text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (quoted || i < from || i + length > text.size() || !is_digit(text[i])) continue;
    if (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '-')) continue;
    if (i + length < text.size() && is_digit(text[i + length])) continue;
    if (Date::parse(text.substr(i, length))) return i;
  }
  return std::nullopt;
}

Compilation compile(const Model& model, const CompileOptions& options) {
  return Compiler(model, options).compile();
}

const Model& Criterion::model() const {
  return body_->model;
}
const Places& Criterion::places() const {
  return body_->places;
}
const std::string& Criterion::version() const {
  return body_->version;
}
const std::string& Criterion::hash() const {
  return body_->hash;
}
const std::string& Criterion::program_hash() const {
  return body_->program_hash;
}
const std::vector<FactUse>& Criterion::facts() const {
  return body_->fact_uses;
}
std::vector<std::string> Criterion::decisions() const {
  std::vector<std::string> out;
  for (const Node& node : body_->nodes)
    if (node.table()) out.push_back(node.name);
  return out;
}
std::vector<std::string> Criterion::result_decisions() const {
  std::set<int> needed;
  for (const Node& node : body_->nodes) needed.insert(node.needs.begin(), node.needs.end());
  std::vector<std::string> out;
  for (std::size_t i = 0; i < body_->nodes.size(); ++i)
    if (body_->nodes[i].table() && !needed.contains(static_cast<int>(i))) out.push_back(body_->nodes[i].name);
  return out;
}

}  // namespace yakuba::dmn
