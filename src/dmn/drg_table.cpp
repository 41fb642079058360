#include "dmn/drg_table.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "dmn/program.hpp"

namespace yakuba::dmn::drg {

// What one evaluation of a table writes down on the way.
struct TableStep::Room {
  std::vector<feel::Value> made;           // input values that had to be computed
  std::vector<const feel::Value*> values;  // of each input
  std::vector<std::uint32_t> positions;    // of the values in the index
  std::vector<int> matched;                // rules
};

// Rooms lie ready in each thread; tables inside of tables take one each.
class TableStep::RoomLease {
 public:
  RoomLease() {
    if (taken_ == rooms_.size()) rooms_.push_back(std::make_unique<Room>());
    room_ = rooms_[taken_++].get();
  }
  ~RoomLease() {
    room_->made.clear();
    room_->values.clear();
    room_->positions.clear();
    room_->matched.clear();
    --taken_;
  }
  RoomLease(const RoomLease&) = delete;
  RoomLease& operator=(const RoomLease&) = delete;
  Room& operator*() { return *room_; }

 private:
  static thread_local std::vector<std::unique_ptr<Room>> rooms_;
  static thread_local std::size_t taken_;
  Room* room_ = nullptr;
};
thread_local std::vector<std::unique_ptr<TableStep::Room>> TableStep::RoomLease::rooms_;
thread_local std::size_t TableStep::RoomLease::taken_ = 0;

void TableStep::make_ready(feel::Machine& machine) {
  const auto constant = [](const feel::Program& program) { return program.constant(); };
  for (Rule& rule : rules) {
    if (!std::ranges::all_of(rule.outputs, constant)) continue;
    feel::Value value = joined(machine, {}, [&](std::size_t o) -> const feel::Program& { return rule.outputs[o]; });
    if (machine.diagnostics().empty())
      rule.constant = std::move(value);
    else
      machine.reset();
  }
  make_index();
}

void TableStep::make_index(std::size_t budget_bytes) {
  const auto cell_at = [&](std::size_t row, std::size_t column) {
    const Cell& cell = rules[row].cells[column];
    return TableIndex::Cell{cell.any, cell.set ? &*cell.set : nullptr};
  };
  index_ = TableIndex::make(rules.size(), inputs.size(), cell_at, budget_bytes);
}

bool TableStep::gives_one() const {
  return policy == HitPolicy::unique || policy == HitPolicy::any || policy == HitPolicy::priority ||
         policy == HitPolicy::first;
}

bool TableStep::hold(const ItemType& type, feel::Machine& machine) {
  if (!gives_one() || has_default()) return false;
  std::vector<feel::Value> held;
  for (const Rule& rule : rules) {
    if (!rule.constant) return false;
    auto taken = type.take(*rule.constant, machine);
    if (!taken || !machine.diagnostics().empty()) return false;
    held.push_back(std::move(*taken));
  }
  for (std::size_t r = 0; r < rules.size(); ++r) rules[r].constant = std::move(held[r]);
  return true;
}

feel::Value TableStep::run(Frame& frame) const {
  RoomLease lease;
  Room& room = *lease;
  room.made.reserve(inputs.size());  // values point into it
  for (std::size_t c = 0; c < inputs.size(); ++c)
    if (!read_input(c, room, frame)) return {};
  if (!find_by_index(room, frame)) find_one_by_one(room, frame);
  if (room.matched.size() == 1 && gives_one() && Tracing::here() == nullptr) return output(room.matched[0], frame);

  const bool nothing = room.matched.empty();
  const Settled settled = nothing ? without_match(frame) : by_policy(room.matched, frame);
  if (Happenings* here = Tracing::here()) {
    TableTrace trace = traced(room, frame);
    trace.matched = settled.matched;
    trace.by_default = nothing && has_default();
    trace.output = settled.value.value_or(feel::Value());
    here->tables.push_back(std::move(trace));
  }
  if (settled.fault == "rules_overlap")
    report(frame.machine, feel::Code::native, "several rules match, but the hit policy is UNIQUE", path);
  else if (settled.fault == "outputs_differ")
    report(frame.machine, feel::Code::native, "the rules that match differ in their outputs under ANY", path);
  else if (aggregation != Aggregation::none && !nothing && settled.value && settled.value->is_null())
    report(frame.machine, feel::Code::type_mismatch, "the outputs that match cannot be aggregated", path);
  return settled.value.value_or(feel::Value());
}

TableTrace TableStep::traced(const Room& room, Frame& frame) const {
  TableTrace out;
  out.path = path;
  out.policy = hit_policy_code(policy, aggregation);
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    out.headings.push_back(inputs[c].text);
    out.inputs.push_back(*room.values[c]);
  }
  const std::vector<feel::Diagnostic> known = frame.machine.take_diagnostics();
  bool settled = false;  // FIRST has its rule
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const bool met = std::ranges::find(room.matched, static_cast<int>(r)) != room.matched.end();
    if (r >= trace_rules_max && !met) {
      out.cut = true;
      continue;
    }
    RuleTrace rule{static_cast<int>(r), rules[r].id, rules[r].annotations, {}, met};
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      const Cell& cell = rules[r].cells[c];
      CellTrace& one = rule.cells.emplace_back(CellTrace{cell.any ? "-" : cell.test.text(), std::nullopt});
      if (!settled) one.met = cell_met(r, c, *room.values[c], frame);
    }
    settled = settled || (met && policy == HitPolicy::first);
    out.rules.push_back(std::move(rule));
  }
  frame.machine.take_diagnostics();
  for (const feel::Diagnostic& diagnostic : known) frame.machine.report(diagnostic);
  return out;
}

// False: the table has no value, and why is reported.
bool TableStep::read_input(std::size_t column, Room& room, Frame& frame) const {
  const Input& input = inputs[column];
  if (input.direct && !input.values) {
    const feel::Value& there = frame.slots[*input.direct];
    if (input.type->any() || input.type->plain_kind() == there.kind()) {
      room.values.push_back(&there);
      return true;
    }
  }
  feel::Value value = frame.machine.evaluate(input.expression, frame.slots);
  if (!input.type->any()) value = conform(value, *input.type, path + ": " + input.text, frame.machine);
  const auto fits = [&](const feel::Value& one) { return one.is_null() || input.values->holds(one, frame.machine); };
  const bool good =
      !input.values || fits(value) || (value.kind() == feel::Kind::list && std::ranges::all_of(value.items(), fits));
  if (!good) {
    report(frame.machine, feel::Code::native, "the input is not among the values of its column", path, input.text);
    return false;
  }
  room.made.push_back(std::move(value));
  room.values.push_back(&room.made.back());
  return true;
}

bool TableStep::find_by_index(Room& room, Frame& frame) const {
  if (!index_) return false;
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    const auto position = index_->position(c, *room.values[c]);
    if (!position) return false;
    room.positions.push_back(*position);
  }
  index_->each(room.positions, [&](std::size_t row) {
    const std::size_t from = index_->first_plain(row);
    if (from < inputs.size() && !matches(row, from, room, frame)) return true;
    room.matched.push_back(static_cast<int>(row));
    return policy != HitPolicy::first;
  });
  return true;
}

void TableStep::find_one_by_one(Room& room, Frame& frame) const {
  for (std::size_t r = 0; r < rules.size(); ++r) {
    if (!matches(r, 0, room, frame)) continue;
    room.matched.push_back(static_cast<int>(r));
    if (policy == HitPolicy::first) break;
  }
}

bool TableStep::matches(std::size_t row, std::size_t from, const Room& room, Frame& frame) const {
  for (std::size_t c = from; c < inputs.size(); ++c)
    if (!cell_met(row, c, *room.values[c], frame)) return false;
  return true;
}

bool TableStep::cell_met(std::size_t row, std::size_t column, const feel::Value& value, Frame& frame) const {
  const Cell& cell = rules[row].cells[column];
  if (cell.any) return true;
  if (cell.set && value.kind() != feel::Kind::list) return in_set(*cell.set, value).value_or(false);
  return meets(row, column, value, frame);
}

namespace {
std::string cell_name(const std::string& path, std::size_t row, std::size_t column) {
  return path + ": rule " + std::to_string(row + 1) + ", input " + std::to_string(column + 1);
}
}  // namespace

bool TableStep::meets(std::size_t row, std::size_t column, const feel::Value& value, Frame& frame) const {
  const Cell& cell = rules[row].cells[column];
  feel::Machine& machine = frame.machine;
  const std::size_t known = machine.diagnostics().size();
  frame.slots[tested] = value;
  const bool met = machine.evaluate(cell.test, frame.slots).is_true();
  frame.slots[tested] = feel::Value();
  if (cell.shared && machine.diagnostics().size() > known) {
    std::vector<feel::Diagnostic> all = machine.take_diagnostics();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i >= known) all[i].source = cell_name(path, row, column);
      machine.report(std::move(all[i]));
    }
  }
  return met;
}

template <class ProgramOf>
feel::Value TableStep::joined(feel::Machine& machine, std::span<const feel::Value> slots,
                              ProgramOf&& program_of) const {
  std::vector<feel::Entry> entries;
  for (const Output& output : outputs) {
    const feel::Program& program = program_of(static_cast<std::size_t>(&output - outputs.data()));
    feel::Value value = machine.evaluate(program, slots);
    if (!output.type->any()) value = conform(value, *output.type, path + ": " + output.name, machine);
    if (output.values && !value.is_null() && !output.values->holds(value, machine)) {
      report(machine, feel::Code::native, "the output is not among the values of its column", path, output.name);
      value = feel::Value();
    }
    if (outputs.size() == 1) return value;
    entries.emplace_back(output.name, std::move(value));
  }
  return feel::Value::context(std::move(entries));
}

feel::Value TableStep::output(int row, Frame& frame) const {
  const Rule& rule = rules[static_cast<std::size_t>(row)];
  if (rule.constant) return *rule.constant;
  return joined(frame.machine, frame.slots, [&](std::size_t o) -> const feel::Program& { return rule.outputs[o]; });
}

bool TableStep::has_default() const {
  return std::ranges::any_of(outputs, [](const Output& o) { return o.default_entry.has_value(); });
}

Settled TableStep::without_match(Frame& frame) const {
  Settled out = settle_without_match(policy, aggregation);
  if (!has_default()) return out;
  static const feel::Program nothing;
  out.value = joined(frame.machine, frame.slots, [&](std::size_t o) -> const feel::Program& {
    return outputs[o].default_entry ? *outputs[o].default_entry : nothing;
  });
  out.fault = {};
  return out;
}

Settled TableStep::by_policy(std::vector<int> matched, Frame& frame) const {
  const auto rank = [&](const feel::Value& value) {
    std::vector<std::size_t> out;
    for (const Output& clause : outputs) {
      if (!clause.values) continue;
      const feel::Value* part = outputs.size() == 1 ? &value : value.find(clause.name);
      out.push_back(part ? clause.values->rank(*part) : 0);
    }
    return out;
  };
  return settle(
      policy, aggregation, std::move(matched),
      [&](int row) -> std::optional<feel::Value> { return output(row, frame); }, rank);
}

namespace {
bool is_literal(const feel::Program& program) {
  const feel::TypeKind kind = program.type().kind();
  const std::string_view text = trim(program.text());
  return program.constant() &&
         (kind == feel::TypeKind::number || kind == feel::TypeKind::string || kind == feel::TypeKind::boolean) &&
         text.find_first_of("(+-*/[{") == std::string_view::npos;
}
// The text is a name in scope: what it reads says whether it means that slot.
bool reads_only(const feel::Program& program, feel::Slot slot) {
  const auto& paths = program.paths_used();
  return paths.size() == 1 && paths[0].slot == slot && paths[0].members.empty();
}
}  // namespace

StepPointer StepCompiler::table(const Expression& expression, const Table& table, const Surroundings& outside) {
  auto out = std::make_unique<TableStep>();
  out->policy = table.hit_policy;
  out->aggregation = table.hit_policy == HitPolicy::collect ? table.aggregation : Aggregation::none;
  out->path = outside.path;
  std::vector<feel::Scope> cell_scopes;
  std::vector<feel::Type> input_types;
  for (const TableInput& input : table.inputs) {
    TableStep::Input clause;
    clause.type = type(input.type, input.place);
    clause.expression = program(input.expression, outside.scope, outside.path + ": " + input.expression.text);
    clause.text = input.expression.text;
    if (const auto slot = outside.scope.find(trim(input.expression.text)); slot && reads_only(clause.expression, *slot))
      clause.direct = slot;
    input_types.push_back(clause.type->any() ? last_type_ : clause.type->type());
    const feel::Type item =
        input_types.back().kind() == feel::TypeKind::list ? input_types.back().element() : input_types.back();
    clause.values = types_.constraint(input.values, item, faults_);
    out->inputs.push_back(std::move(clause));
  }
  for (std::size_t c = 0; c < table.inputs.size(); ++c) {
    Surroundings inside = outside;
    out->tested = add_slot(inside, "?", input_types[c]);
    cell_scopes.push_back(std::move(inside.scope));
  }
  if (table.inputs.empty()) {
    Surroundings inside = outside;
    out->tested = add_slot(inside, "?", feel::Type::any());
  }
  for (std::size_t o = 0; o < table.outputs.size(); ++o) {
    const TableOutput& output = table.outputs[o];
    TableStep::Output clause;
    clause.name = output.name;
    clause.type = type(output.type.empty() && table.outputs.size() == 1 && table.hit_policy != HitPolicy::collect &&
                               table.hit_policy != HitPolicy::rule_order && table.hit_policy != HitPolicy::output_order
                           ? expression.type
                           : output.type,
                       output.place);
    clause.values = types_.constraint(output.values, clause.type->type(), faults_);
    if (output.default_entry)
      clause.default_entry = program(*output.default_entry, outside.scope, outside.path + ": default");
    out->outputs.push_back(std::move(clause));
  }
  // Rules repeat the cells of each other: each text of a column is compiled once.
  std::vector<std::map<std::string_view, const TableStep::Cell*>> cells(table.inputs.size());
  std::vector<std::map<std::string_view, feel::Program>> constants(table.outputs.size());
  out->rules.reserve(table.rules.size());  // cells are pointed to
  for (std::size_t r = 0; r < table.rules.size(); ++r) {
    const TableRule& rule = table.rules[r];
    TableStep::Rule& made = out->rules.emplace_back();
    made.id = rule.id;
    made.annotations = rule.annotations;
    made.cells.reserve(table.inputs.size());
    for (std::size_t c = 0; c < table.inputs.size(); ++c) {
      const Text& text = rule.inputs[c];
      if (const auto known = cells[c].find(text.text); known != cells[c].end()) {
        made.cells.push_back(*known->second);
        made.cells.back().shared = true;
        continue;
      }
      TableStep::Cell& cell = made.cells.emplace_back();
      cell.any = trim(text.text).empty() || trim(text.text) == "-";
      if (cell.any) continue;
      std::optional<feel::Scope> held;
      feel::Compilation compiled = feel::compile_unary_tests(
          text.text, types_.scope_for(text.text, cell_scopes[c], held), {.name = cell_name(outside.path, r, c)});
      add_feel_faults(compiled.faults, text, Severity::error, faults_);
      cell.set = feel::as_test_set(compiled.program);
      cell.test = std::move(compiled.program);
      if (compiled.faults.empty()) cells[c].emplace(text.text, &cell);
    }
    for (std::size_t o = 0; o < table.outputs.size(); ++o) {
      const Text& text = rule.outputs[o];
      const auto known = constants[o].find(text.text);
      if (known != constants[o].end()) {
        made.outputs.push_back(known->second);
        continue;
      }
      const std::size_t faults_before = faults_.size();
      const std::string name = outside.path + ": rule " + std::to_string(r + 1) + ", output " + std::to_string(o + 1);
      made.outputs.push_back(program(text, outside.scope, name));
      // A literal reports nothing, under whatever name.
      if (faults_.size() == faults_before && is_literal(made.outputs.back()))
        constants[o].emplace(text.text, made.outputs.back());
    }
  }
  out->make_ready(machine());
  last_type_ = feel::Type::any();
  return out;
}

}  // namespace yakuba::dmn::drg
