#include "dmn/analyse.hpp"

#include <unordered_set>

#include "dmn/partition.hpp"

namespace yakuba::dmn {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// One dimension of the search: a column cut into regions, or a condition that regions cannot express (holds / does
// not).
struct Axis {
  int column = -1;
  std::string condition;  // of an inexact cell; its regions are {holds, does not hold}
  Partition cut;
  std::vector<Bits> of_rule;   // regions a rule allows
  std::vector<Bits> rules_of;  // rules that allow a region
  std::size_t size() const { return condition.empty() ? cut.regions.size() : 2; }
};
using Box = std::vector<Bits>;  // regions for each axis

struct BitsHash {
  std::size_t operator()(const std::pair<std::size_t, Bits>& key) const { return key.second.hash() * 31 + key.first; }
};

class TableAnalyser {
 public:
  TableAnalyser(const Criterion& criterion, const Node& node, const AnalyseLimits& limits)
      : criterion_(criterion), node_(node), logic_(*node.table()), table_(*logic_.table), limits_(limits) {}

  TableAnalysis run() {
    out_.decision = node_.name;
    make_axes();
    find_unused();
    find_never();
    if (covers_everything()) {
      find_gaps();
    }
    find_overlaps();
    find_masked();
    find_unreachable();
    return std::move(out_);
  }

 private:
  std::size_t rules() const { return logic_.rows.size(); }

  // ---- axes
  void make_axes() {
    for (std::size_t c = 0; c < logic_.columns.size(); ++c) {
      std::vector<const feel::TestSet*> sets;
      std::map<std::string, std::vector<std::size_t>> conditions;
      for (std::size_t r = 0; r < rules(); ++r) {
        const Cell& cell = logic_.rows[r].cells[c];
        if (cell.any) continue;
        if (cell.set && has_regions(logic_.columns[c].type, *cell.set))
          sets.push_back(&*cell.set);
        else
          conditions[table_.rules[r].inputs[c]].push_back(r);
      }
      auto cut = partition(logic_.columns[c].type, sets);
      if (!cut) {  // kinds that do not fit together
        sets.clear();
        cut = partition(CheckedType(), sets);
        for (std::size_t r = 0; r < rules(); ++r)
          if (!logic_.rows[r].cells[c].any) conditions[table_.rules[r].inputs[c]].push_back(r);
        for (auto& [text, list] : conditions) {
          std::sort(list.begin(), list.end());
          list.erase(std::unique(list.begin(), list.end()), list.end());
        }
      }
      add_column(c, std::move(*cut), conditions);
      for (const auto& [text, list] : conditions) add_condition(c, text, list);
    }
    // full_from_[a]: rules that ask nothing of axis a and those behind it; one of them alive covers what is left.
    full_from_.assign(axes_.size() + 1, Bits(rules(), true));
    for (std::size_t a = axes_.size(); a-- > 0;) {
      full_from_[a] = full_from_[a + 1];
      for (std::size_t r = 0; r < rules(); ++r)
        if (!axes_[a].of_rule[r].all()) full_from_[a].clear(r);
    }
    out_.regions = 1;
    for (const Axis& axis : axes_)
      if (__builtin_mul_overflow(out_.regions, axis.size(), &out_.regions)) out_.regions = SIZE_MAX;
  }

  void add_column(std::size_t c, Partition cut, const std::map<std::string, std::vector<std::size_t>>& conditions) {
    Axis axis;
    axis.column = static_cast<int>(c);
    axis.cut = std::move(cut);
    const std::size_t size = axis.cut.regions.size();
    std::map<std::string_view, Bits> known;  // equal texts are equal sets
    for (std::size_t r = 0; r < rules(); ++r) {
      const std::string& text = table_.rules[r].inputs[c];
      const Cell& cell = logic_.rows[r].cells[c];
      const bool everything = cell.any || conditions.contains(text);
      auto found = known.find(text);
      if (found == known.end())
        found = known.emplace(text, everything ? Bits(size, true) : axis.cut.regions_of(*cell.set)).first;
      axis.of_rule.push_back(found->second);
    }
    finish(std::move(axis));
  }

  void add_condition(std::size_t c, const std::string& text, const std::vector<std::size_t>& list) {
    Axis axis;
    axis.column = static_cast<int>(c);
    axis.condition = text;
    axis.of_rule.assign(rules(), Bits(2, true));
    for (const std::size_t r : list) {
      axis.of_rule[r].clear(1);
      out_.inexact.push_back({logic_.rows[r].cells[c].test.ref, text});
    }
    finish(std::move(axis));
  }

  void finish(Axis axis) {
    axis.rules_of.assign(axis.size(), Bits(rules()));
    for (std::size_t r = 0; r < rules(); ++r)
      axis.of_rule[r].each([&](std::size_t region) { axis.rules_of[region].set(r); });
    axes_.push_back(std::move(axis));
  }

  Box box_of(std::size_t rule) const {
    Box box;
    for (const Axis& axis : axes_) box.push_back(axis.of_rule[rule]);
    return box;
  }
  Box whole() const {
    Box box;
    for (const Axis& axis : axes_) box.push_back(Bits(axis.size(), true));
    return box;
  }

  // ---- what boxes say
  std::vector<std::string> cells_of(const Box& box) const {
    std::vector<std::string> cells;
    for (std::size_t a = 0; a < axes_.size(); ++a)
      if (axes_[a].condition.empty()) cells.push_back(axes_[a].cut.as_cell(box[a]));
    return cells;
  }
  std::vector<feel::Value> example_of(const Box& box) const {
    std::vector<feel::Value> example;
    for (std::size_t a = 0; a < axes_.size(); ++a)
      if (axes_[a].condition.empty())
        example.push_back(axes_[a].cut.regions[std::min(box[a].first(), axes_[a].size() - 1)].sample);
    return example;
  }
  std::string conditions_of(const Box& box) const {
    std::string out;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      if (axes_[a].condition.empty() || box[a].all()) continue;
      const std::string test = table_.inputs[at(axes_[a].column)].expression + " in (" + axes_[a].condition + ")";
      out += (out.empty() ? "" : " and ") + (box[a].test(0) ? test : "not(" + test + ")");
    }
    return out;
  }

  // ---- never, unused
  void find_never() {
    for (std::size_t r = 0; r < rules(); ++r)
      if (std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) { return axis.of_rule[r].none(); }))
        out_.never.push_back(static_cast<int>(r));
  }
  void find_unused() {
    for (std::size_t c = 0; c < logic_.columns.size(); ++c)
      if (rules() > 0 &&
          std::all_of(logic_.rows.begin(), logic_.rows.end(), [&](const TableRow& row) { return row.cells[c].any; }))
        out_.unused_inputs.push_back(table_.inputs[c].expression);
  }

  // ---- gaps
  bool covers_everything() const {
    const bool single = table_.hit_policy == HitPolicy::unique || table_.hit_policy == HitPolicy::any ||
                        table_.hit_policy == HitPolicy::priority || table_.hit_policy == HitPolicy::first;
    return single && logic_.defaults.empty();
  }

  // Boxes inside `within` that no rule of `live` covers, until `stop` says enough. Regions with the same rules go
  // together.
  template <class Stop>
  void uncovered(const Box& within, const Bits& live, std::size_t axis, Box& box, Stop&& stop) {
    if (done_) return;
    if (++steps_ > limits_.steps_max) {
      out_.complete = false;
      done_ = true;
      return;
    }
    if (live.none()) {
      for (std::size_t a = axis; a < axes_.size(); ++a) box[a] = within[a];
      done_ = stop(box);
      return;
    }
    if (live.intersects(full_from_[axis]) || covered_.contains({axis, live})) return;
    const std::size_t found_before = found_;
    std::vector<std::pair<Bits, Bits>> groups;  // rules still alive → regions
    within[axis].each([&](std::size_t region) {
      Bits rest = live & axes_[axis].rules_of[region];
      for (auto& [rules, regions] : groups) {
        if (!(rules == rest)) continue;
        regions.set(region);
        return;
      }
      Bits regions(axes_[axis].size());
      regions.set(region);
      groups.emplace_back(std::move(rest), std::move(regions));
    });
    for (const auto& [rest, regions] : groups) {
      box[axis] = regions;
      uncovered(within, rest, axis + 1, box, stop);
    }
    if (found_ == found_before && !done_) covered_.insert({axis, live});
  }
  template <class Stop>
  void search(const Box& within, const Bits& live, Stop&& stop) {
    covered_.clear();
    done_ = false;
    found_ = 0;
    Box box = within;
    uncovered(within, live, 0, box, [&](const Box& found) {
      ++found_;
      return stop(found);
    });
  }

  bool touches_a_rule(const Box& box) const {
    Bits live(rules(), true);
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      Bits some(rules());
      box[a].each([&](std::size_t region) { some |= axes_[a].rules_of[region]; });
      live &= some;
      if (live.none()) return false;
    }
    return true;
  }

  // The largest box around a gap, so that one defect is one message.
  Box widened(Box box) const {
    for (std::size_t a = 0; a < axes_.size(); ++a)
      for (std::size_t region = 0; region < axes_[a].size(); ++region) {
        if (box[a].test(region)) continue;
        Box wider = box;
        wider[a].set(region);
        if (!touches_a_rule(wider)) box = std::move(wider);
      }
    return box;
  }

  void find_gaps() {
    std::vector<Box> gaps;
    search(whole(), Bits(rules(), true), [&](const Box& found) {
      const bool known = std::any_of(gaps.begin(), gaps.end(), [&](const Box& gap) {
        for (std::size_t a = 0; a < gap.size(); ++a)
          if (!found[a].within(gap[a])) return false;
        return true;
      });
      if (!known) gaps.push_back(widened(found));
      if (gaps.size() <= limits_.gaps_max) return false;
      gaps.pop_back();
      out_.complete = false;
      return true;
    });
    for (const std::vector<Box>& region : joined(std::move(gaps))) out_.gaps.push_back(gap_of(region));
  }

  static bool meet(const Box& a, const Box& b) {
    for (std::size_t x = 0; x < a.size(); ++x)
      if (!a[x].intersects(b[x])) return false;
    return true;
  }
  static double volume(const Box& box) {
    double product = 1;
    for (const Bits& regions : box) product *= static_cast<double>(regions.count());
    return product;
  }
  // Boxes that touch each other are one gap; its largest box comes first.
  static std::vector<std::vector<Box>> joined(std::vector<Box> boxes) {
    std::vector<std::vector<Box>> regions;
    for (Box& box : boxes) {
      std::vector<Box> region{std::move(box)};
      for (auto other = regions.begin(); other != regions.end();) {
        const bool touches = std::any_of(other->begin(), other->end(), [&](const Box& b) {
          return std::any_of(region.begin(), region.end(), [&](const Box& own) { return meet(own, b); });
        });
        if (!touches) {
          ++other;
          continue;
        }
        region.insert(region.begin(), std::make_move_iterator(other->begin()), std::make_move_iterator(other->end()));
        other = regions.erase(other);
      }
      regions.push_back(std::move(region));
    }
    for (std::vector<Box>& region : regions)
      std::stable_sort(region.begin(), region.end(), [](const Box& a, const Box& b) { return volume(a) > volume(b); });
    return regions;
  }

  // The part of a box that is in none of the others, as boxes that do not overlap.
  static std::vector<Box> without(Box box, std::span<const Box> others) {
    std::vector<Box> left{std::move(box)};
    for (const Box& other : others) {
      std::vector<Box> next;
      for (Box& piece : left) {
        if (!meet(piece, other)) {
          next.push_back(std::move(piece));
          continue;
        }
        for (std::size_t a = 0; a < piece.size(); ++a) {
          Box outside = piece;
          other[a].each([&](std::size_t region) { outside[a].clear(region); });
          if (!outside[a].none()) next.push_back(std::move(outside));
          piece[a] &= other[a];
        }
      }
      left = std::move(next);
    }
    return left;
  }

  Gap gap_of(const std::vector<Box>& boxes) const {
    Gap gap;
    gap.cells = cells_of(boxes[0]);
    gap.example = example_of(boxes[0]);
    gap.also = conditions_of(boxes[0]);
    for (std::size_t i = 1; i < boxes.size(); ++i) gap.further.push_back(cells_of(boxes[i]));
    for (std::size_t i = 0; i < boxes.size() && gap.proposed.size() < limits_.gaps_max; ++i)
      for (const Box& piece : without(boxes[i], std::span(boxes).first(i))) {
        Rule rule;
        rule.id = std::to_string(rules() + 1 + gap.proposed.size());
        rule.inputs = cells_of(piece);
        rule.outputs.assign(table_.outputs.size(), "?");
        rule.annotations.assign(table_.annotations.size(), "");
        gap.proposed.push_back(std::move(rule));
      }
    int best = -1;
    for (std::size_t r = 0; r < rules(); ++r) {
      int same = 0;
      for (std::size_t c = 0; c < gap.cells.size(); ++c) same += table_.rules[r].inputs[c] == gap.cells[c] ? 1 : 0;
      if (same < best) continue;
      best = same;
      gap.after_row = static_cast<int>(r);
    }
    return gap;
  }

  // ---- overlaps
  Bits rules_meeting(std::size_t rule) const {
    Bits meeting(rules(), true);
    for (const Axis& axis : axes_) {
      if (axis.of_rule[rule].all()) {
        // every rule with any region at all
        continue;
      }
      Bits some(rules());
      axis.of_rule[rule].each([&](std::size_t region) { some |= axis.rules_of[region]; });
      meeting &= some;
    }
    return meeting;
  }
  bool is_never(std::size_t rule) const {
    return std::find(out_.never.begin(), out_.never.end(), static_cast<int>(rule)) != out_.never.end();
  }
  bool same_output(std::size_t a, std::size_t b) const { return table_.rules[a].outputs == table_.rules[b].outputs; }

  void find_overlaps() {
    std::map<std::string, std::size_t> by_region;  // the same region once, with all its rules
    for (std::size_t a = 0; a < rules(); ++a) {
      if (is_never(a)) continue;
      Bits meeting = rules_meeting(a);
      meeting.each([&](std::size_t b) {
        if (b <= a || is_never(b)) return;
        if (out_.overlaps.size() >= limits_.overlaps_max) {
          out_.complete = false;
          return;
        }
        add_overlap(a, b, by_region);
      });
    }
  }
  void add_overlap(std::size_t a, std::size_t b, std::map<std::string, std::size_t>& by_region) {
    Box box = box_of(a);
    for (std::size_t x = 0; x < axes_.size(); ++x) box[x] &= axes_[x].of_rule[b];
    Overlap overlap;
    overlap.cells = cells_of(box);
    std::string key = conditions_of(box);
    for (const std::string& cell : overlap.cells) key += '\n' + cell;
    const auto [known, inserted] = by_region.emplace(std::move(key), out_.overlaps.size());
    if (!inserted) {
      Overlap& old = out_.overlaps[known->second];
      for (const std::size_t rule : {a, b})
        if (std::find(old.rules.begin(), old.rules.end(), static_cast<int>(rule)) == old.rules.end())
          old.rules.push_back(static_cast<int>(rule));
      std::sort(old.rules.begin(), old.rules.end());
      old.same_output = old.same_output && same_output(a, b);
      return;
    }
    overlap.rules = {static_cast<int>(a), static_cast<int>(b)};
    overlap.example = example_of(box);
    overlap.also = conditions_of(box);
    overlap.same_output = same_output(a, b);
    out_.overlaps.push_back(std::move(overlap));
  }

  // ---- masked
  // Position among the allowed values of the outputs; smaller wins under P.
  std::vector<std::size_t> priority(std::size_t rule) const {
    std::vector<std::size_t> out;
    for (std::size_t o = 0; o < table_.outputs.size(); ++o) {
      const auto& type = table_.outputs[o].type;
      if (!type || type->values.empty()) continue;
      const std::string& text = table_.rules[rule].outputs[o];
      std::size_t place = 0;
      while (place < type->values.size() && text != feel::literal(feel::Value::string(type->values[place]))) ++place;
      out.push_back(place);
    }
    return out;
  }

  void find_masked() {
    const HitPolicy policy = table_.hit_policy;
    for (std::size_t r = 0; r < rules(); ++r) {
      if (is_never(r)) continue;
      Bits winners(rules());
      Bits meeting = rules_meeting(r);
      meeting.each([&](std::size_t other) {
        if (other == r || is_never(other)) return;
        const bool earlier = other < r;
        const bool wins = policy == HitPolicy::first ? earlier
                          : policy == HitPolicy::priority
                              ? priority(other) < priority(r) || (priority(other) == priority(r) && earlier)
                          : policy == HitPolicy::any ? same_output(other, r)
                                                     : false;
        if (wins) winners.set(other);
      });
      if (winners.none()) continue;
      add_masked(r, winners);
    }
  }
  void add_masked(std::size_t rule, const Bits& winners) {
    const Box box = box_of(rule);
    // One rule that covers it alone is the clearest reason; for A nothing else makes a rule redundant for sure.
    std::optional<std::size_t> single;
    winners.each([&](std::size_t other) {
      bool within = !single;
      for (std::size_t a = 0; within && a < axes_.size(); ++a) within = box[a].within(axes_[a].of_rule[other]);
      const bool twin = table_.hit_policy == HitPolicy::any && other > rule && box_of(other) == box;
      if (within && !twin) single = other;
    });
    if (single) {
      out_.masked.push_back({static_cast<int>(rule), {static_cast<int>(*single)}, same_output(rule, *single)});
      return;
    }
    if (table_.hit_policy == HitPolicy::any) return;
    bool open = false;
    search(box, winners, [&](const Box&) { return open = true; });
    if (open || !out_.complete) return;
    MaskedRule masked{.rule = static_cast<int>(rule), .by = {}, .same_output = true};
    winners.each([&](std::size_t other) {
      masked.by.push_back(static_cast<int>(other));
      masked.same_output = masked.same_output && same_output(rule, other);
    });
    out_.masked.push_back(std::move(masked));
  }

  // ---- outputs
  void find_unreachable() {
    std::set<std::size_t> dead;
    for (const int rule : out_.never) dead.insert(at(rule));
    for (const MaskedRule& masked : out_.masked) dead.insert(at(masked.rule));
    for (std::size_t o = 0; o < table_.outputs.size(); ++o) {
      const std::vector<std::string> allowed = logic_.output_types[o].declared().values;
      std::set<std::string> given;
      bool computed = false;
      const auto note = [&](const Expression& output) {
        if (!output.program.constant())
          computed = true;
        else
          given.emplace(feel::Machine().evaluate(output.program).string());
      };
      if (allowed.empty()) continue;
      for (std::size_t r = 0; r < rules(); ++r)
        if (!dead.contains(r)) note(logic_.rows[r].outputs[o]);
      if (!logic_.defaults.empty()) note(logic_.defaults[o]);
      for (const std::string& value : allowed)
        if (!computed && !given.contains(value)) out_.unreachable_outputs.push_back(value);
    }
  }

  const Criterion& criterion_;
  const Node& node_;
  const TableLogic& logic_;
  const DecisionTable& table_;
  const AnalyseLimits& limits_;
  TableAnalysis out_;
  std::vector<Axis> axes_;
  std::vector<Bits> full_from_;
  std::unordered_set<std::pair<std::size_t, Bits>, BitsHash> covered_;
  std::size_t steps_ = 0, found_ = 0;
  bool done_ = false;
};

// ---- faults
std::string in_words(const DecisionTable& table, const std::vector<std::string>& cells, const std::string& also) {
  std::string out;
  for (std::size_t c = 0; c < cells.size(); ++c)
    if (cells[c] != "-") out += (out.empty() ? "" : "、") + table.inputs[c].expression + " = " + cells[c];
  if (!also.empty()) out += (out.empty() ? "" : "、") + also;
  return out.empty() ? "-" : out;
}
std::string in_words(const DecisionTable& table, const std::vector<feel::Value>& example) {
  std::string out;
  for (std::size_t c = 0; c < example.size(); ++c)
    out += (c ? "、" : "") + table.inputs[c].expression + " = " + feel::literal(example[c]);
  return out;
}
std::string row_ids(const DecisionTable& table, const std::vector<int>& rows) {
  std::string out;
  for (const int row : rows) out += (out.empty() ? "" : ", ") + table.rules[at(row)].id;
  return out;
}

class Reporter {
 public:
  Reporter(const Criterion& criterion, Analysis& analysis) : criterion_(criterion), analysis_(analysis) {}

  void table(const Node& node, const TableAnalysis& found) {
    const DecisionTable& table = *node.table()->table;
    const bool declared = criterion_.model().about.gaps_declared;
    for (const Gap& gap : found.gaps)
      add(!gap.also.empty() ? Severity::warning
          : declared        ? Severity::note
                            : Severity::error,
          declared ? "analysis.gap_declared" : "analysis.gap",
          {{"where", regions_in_words(table, gap)},
           {"example", in_words(table, gap.example)},
           {"row", print_rows(gap.proposed)},
           {"decided_by", criterion_.model().about.gaps_decided_by}},
          {node.block, gap.after_row, -1});
    for (const Overlap& overlap : found.overlaps) {
      const bool defect =
          table.hit_policy == HitPolicy::unique || (table.hit_policy == HitPolicy::any && !overlap.same_output);
      if (!defect) continue;
      add(overlap.also.empty() ? Severity::error : Severity::warning, "analysis.overlap",
          {{"rows", row_ids(table, overlap.rules)},
           {"where", in_words(table, overlap.cells, overlap.also)},
           {"example", in_words(table, overlap.example)}},
          {node.block, overlap.rules.back(), -1});
    }
    for (const MaskedRule& masked : found.masked)
      add(masked.same_output ? Severity::note : Severity::warning,
          masked.same_output ? "analysis.subsumed" : "analysis.masked",
          {{"row", table.rules[at(masked.rule)].id}, {"by", row_ids(table, masked.by)}}, {node.block, masked.rule, -1});
    for (const int rule : found.never)
      add(Severity::error, "analysis.never", {{"row", table.rules[at(rule)].id}}, {node.block, rule, -1});
    for (const std::string& value : found.unreachable_outputs)
      add(Severity::warning, "analysis.unreachable_output", {{"value", value}}, {node.block, -1, -1});
    for (std::size_t c = 0; c < table.inputs.size(); ++c)
      if (std::find(found.unused_inputs.begin(), found.unused_inputs.end(), table.inputs[c].expression) !=
          found.unused_inputs.end())
        add(Severity::warning, "analysis.unused_input", {{"column", table.inputs[c].expression}},
            {node.block, Ref::row_header, static_cast<int>(c) + 1});
    for (const InexactCell& cell : found.inexact)
      add(Severity::note, "analysis.inexact", {{"text", cell.text}}, cell.cell);
    if (!found.complete) add(Severity::warning, "analysis.incomplete", {}, {node.block, -1, -1});
  }
  void add(Severity severity, std::string code, std::vector<std::pair<std::string, std::string>> arguments,
           const Ref& ref) {
    analysis_.faults.push_back({severity, std::move(code), std::move(arguments), criterion_.places().at(ref)});
  }

 private:
  static std::string regions_in_words(const DecisionTable& table, const Gap& gap) {
    constexpr std::size_t shown_max = 4;
    std::string out = in_words(table, gap.cells, gap.also);
    for (std::size_t i = 0; i < gap.further.size() && i < shown_max; ++i)
      out += " または " + in_words(table, gap.further[i], "");
    return out + (gap.further.size() > shown_max ? " または …" : "");
  }
  static std::string print_rows(const std::vector<Rule>& rules) {
    std::string out;
    for (const Rule& rule : rules) out += (out.empty() ? "" : " ") + print_cells(rule);
    return out;
  }
  static std::string print_cells(const Rule& rule) {
    std::string out = "| " + rule.id + " |";
    for (const auto* list : {&rule.inputs, &rule.outputs, &rule.annotations})
      for (const std::string& cell : *list) out += cell.empty() ? " |" : " " + cell + " |";
    return out;
  }
  const Criterion& criterion_;
  Analysis& analysis_;
};

JsonArray texts(const std::vector<std::string>& list) {
  JsonArray out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}
JsonArray row_numbers(const std::vector<int>& rows) {
  JsonArray out;
  for (const int row : rows) out.emplace_back(row + 1);
  return out;
}
JsonArray values(const std::vector<feel::Value>& list) {
  JsonArray out;
  for (const feel::Value& value : list) out.push_back(to_record(value));
  return out;
}

JsonObject gap_json(const Gap& gap) {
  JsonArray further;
  JsonArray rows;
  for (const auto& cells : gap.further) further.emplace_back(texts(cells));
  for (const Rule& rule : gap.proposed) rows.emplace_back(texts(rule.inputs));
  return {{"cells", texts(gap.cells)}, {"further", std::move(further)}, {"example", values(gap.example)},
          {"also", gap.also},          {"proposed", std::move(rows)},   {"after_row", gap.after_row + 1}};
}

JsonObject to_json(const TableAnalysis& table) {
  JsonArray gaps;
  JsonArray overlaps;
  JsonArray masked;
  JsonArray inexact;
  for (const Gap& gap : table.gaps) gaps.emplace_back(gap_json(gap));
  for (const Overlap& overlap : table.overlaps)
    overlaps.emplace_back(JsonObject{{"rules", row_numbers(overlap.rules)},
                                     {"cells", texts(overlap.cells)},
                                     {"example", values(overlap.example)},
                                     {"also", overlap.also},
                                     {"same_output", overlap.same_output}});
  for (const MaskedRule& rule : table.masked)
    masked.emplace_back(
        JsonObject{{"rule", rule.rule + 1}, {"by", row_numbers(rule.by)}, {"same_output", rule.same_output}});
  for (const InexactCell& cell : table.inexact)
    inexact.emplace_back(JsonObject{{"rule", cell.cell.row + 1}, {"column", cell.cell.column}, {"text", cell.text}});
  return {{"decision", table.decision},
          {"gaps", std::move(gaps)},
          {"overlaps", std::move(overlaps)},
          {"masked", std::move(masked)},
          {"never", row_numbers(table.never)},
          {"unreachable_outputs", texts(table.unreachable_outputs)},
          {"unused_inputs", texts(table.unused_inputs)},
          {"inexact", std::move(inexact)},
          {"complete", table.complete}};
}

}  // namespace

Analysis analyse(const Criterion& criterion, const AnalyseLimits& limits) {
  Analysis analysis;
  const Criterion::Body& body = criterion.body();
  Reporter reporter(criterion, analysis);
  for (const Node& node : body.nodes) {
    if (!node.table()) continue;
    analysis.tables.push_back(TableAnalyser(criterion, node, limits).run());
    reporter.table(node, analysis.tables.back());
  }
  std::set<int> needed;
  for (const Node& node : body.nodes) {
    needed.insert(node.needs.begin(), node.needs.end());
    needed.insert(node.told.begin(), node.told.end());
  }
  for (std::size_t i = 0; i < body.nodes.size(); ++i) {
    const Node& node = body.nodes[i];
    if (!node.term() || needed.contains(static_cast<int>(i)) || analysis.tables.empty()) continue;
    analysis.unused_terms.push_back(node.name);
    Ref ref = node.term()->expression.ref;
    ref.column = 0;
    reporter.add(Severity::warning, "analysis.unused_term", {{"name", node.name}}, ref);
  }
  return analysis;
}

const TableAnalysis* Analysis::find(std::string_view decision) const {
  for (const TableAnalysis& table : tables)
    if (table.decision == decision) return &table;
  return nullptr;
}

JsonValue to_json(const Analysis& analysis) {
  JsonArray tables;
  for (const TableAnalysis& table : analysis.tables) tables.emplace_back(to_json(table));
  return JsonObject{{"tables", std::move(tables)}, {"unused_terms", texts(analysis.unused_terms)}};
}

}  // namespace yakuba::dmn
