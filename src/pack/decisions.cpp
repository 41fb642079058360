// Running criteria over facts: one, all stages of a procedure, and the 専決 rule.
#include <algorithm>

#include "dmn/evaluate.hpp"
#include "dmn/explain.hpp"
#include "pack/facts_in_feel.hpp"

namespace yakuba::pack {
namespace {

// The item a criterion is run for: 児童 ← children[1].
struct Item {
  std::string name;      // FEEL name
  std::string fact_key;  // list
  std::size_t index = 0;
};

struct Run {
  Decision decision;
  dmn::Evaluation evaluation;
  std::string result;  // the table that answers
};

const std::string* how_of(const Pack& pack, std::string_view root, std::string_view member, const Item* item) {
  const Fact* fact = item && root == item->name ? pack.facts.by_key(item->fact_key) : pack.facts.by_name(root);
  if (!fact) return nullptr;
  if (member.empty()) return &fact->how;
  const Record* record = pack.facts.record(fact->type.record);
  const Fact* field = record ? record->field_by_name(member) : nullptr;
  return field ? &field->how : &fact->how;
}

std::string key_of(const Pack& pack, std::string_view root, std::string_view member, const Item* item) {
  const bool of_item = item && root == item->name;
  const Fact* fact = of_item ? pack.facts.by_key(item->fact_key) : pack.facts.by_name(root);
  if (!fact) return std::string(root);
  std::string key = fact->key;
  if (of_item) key += "." + std::to_string(item->index);
  const Record* record = member.empty() ? nullptr : pack.facts.record(fact->type.record);
  if (const Fact* field = record ? record->field_by_name(member) : nullptr) key += "." + field->key;
  return key;
}

MissingFact missing_of(const Pack& pack, const dmn::MissingFact& missing, const Item* item, const std::string& about) {
  const std::size_t dot = missing.path.find('.');
  const std::string_view root = std::string_view(missing.path).substr(0, dot);
  const std::string_view member =
      dot == std::string::npos ? std::string_view() : std::string_view(missing.path).substr(dot + 1);
  MissingFact out;
  out.key = key_of(pack, root, member, item);
  out.name = missing.path;
  out.about = item && root == item->name ? about : "";
  if (const std::string* how = how_of(pack, root, member, item)) out.how = *how;
  out.matters = missing.matters;
  return out;
}

void add_fired(const dmn::Model& model, const dmn::DecisionTrace& trace, Decision& out) {
  const dmn::DecisionTable* table = dmn::find_table(model, trace.name);
  if (!table) return;
  for (const int row : trace.matched) {
    const dmn::Rule& rule = table->rules[static_cast<std::size_t>(row)];
    out.fired.push_back({trace.name, rule.id, rule.annotations});
  }
}

// The worst standing of the tables that answer.
std::string standing_of(const dmn::Criterion& criterion, const dmn::Evaluation& evaluation) {
  dmn::Standing worst = dmn::Standing::decided;
  for (const std::string& name : criterion.result_decisions())
    if (const dmn::DecisionTrace* trace = evaluation.find(name))
      if (static_cast<int>(trace->standing) > static_cast<int>(worst)) worst = trace->standing;
  return std::string(dmn::name_of(worst));
}

// `wanted`: terms that are results too, beside the tables.
Result<Run> run(const Pack& pack, std::string_view id, const FeelFacts& facts, const Item* item,
                const std::string& about, const std::vector<std::string>& wanted = {}) {
  const auto found = pack.compiled->criteria.find(id);
  if (found == pack.compiled->criteria.end()) return fail(ErrorKind::not_found, "pack.no_criterion", std::string(id));
  const dmn::Criterion& criterion = found->second;
  dmn::Question question;
  question.as_of = facts.as_of();
  question.facts = facts.context();
  for (const dmn::FactUse& use : criterion.facts()) {
    const std::size_t dot = use.path.find('.');
    const std::string_view root = std::string_view(use.path).substr(0, dot);
    const std::string_view member =
        dot == std::string::npos ? std::string_view() : std::string_view(use.path).substr(dot + 1);
    if (const std::string* how = how_of(pack, root, member, item); how && !how->empty())
      question.missing[use.path] = *how;
  }
  question.goals = criterion.decisions();
  for (const dmn::Term* term : dmn::terms(criterion.model()))
    if (std::find(wanted.begin(), wanted.end(), term->name) != wanted.end()) question.goals.push_back(term->name);
  thread_local dmn::Evaluator evaluator;
  Run out;
  out.evaluation = evaluator.evaluate(criterion, question);
  Decision& decision = out.decision;
  decision.criterion = std::string(id);
  decision.title = criterion.model().about.title;
  decision.criterion_hash = sha256(criterion.program_hash());
  decision.as_of = facts.as_of();
  decision.about = about;
  if (item) decision.item = item->fact_key + "." + std::to_string(item->index);
  decision.standing = standing_of(criterion, out.evaluation);
  for (const dmn::DecisionTrace& trace : out.evaluation.decisions) {
    if (trace.standing == dmn::Standing::decided) decision.outputs[trace.name] = feel::to_json(trace.output);
    if (!trace.table) continue;
    add_fired(criterion.model(), trace, decision);
    decision.tables.push_back(dmn::table_view(criterion, out.evaluation, trace.name));
  }
  const std::vector<std::string> results = criterion.result_decisions();
  if (!results.empty()) {
    out.result = results.back();
    const dmn::Explanation explanation = dmn::explain(criterion, out.evaluation, out.result);
    decision.reason = explanation.reason;
    decision.law = explanation.law;
  }
  for (const dmn::MissingFact& missing : out.evaluation.missing)
    decision.missing.push_back(missing_of(pack, missing, item, about));
  decision.record = dmn::decision_record(criterion, out.evaluation);
  return out;
}

// 根拠 of the row that fired last, as the document writes it.
std::string article_of(const Pack& pack, const Run& run) {
  const dmn::Criterion& criterion = pack.compiled->criteria.find(run.decision.criterion)->second;
  const dmn::DecisionTable* table = dmn::find_table(criterion.model(), run.result);
  const dmn::DecisionTrace* trace = run.evaluation.find(run.result);
  if (!table || !trace || trace->matched.empty()) return "";
  const auto column = std::find_if(table->annotations.begin(), table->annotations.end(),
                                   [](const std::string& name) { return name == "根拠" || name == "law"; });
  if (column == table->annotations.end()) return "";
  const auto& row = table->rules[static_cast<std::size_t>(trace->matched.back())];
  return row.annotations[static_cast<std::size_t>(column - table->annotations.begin())];
}

// A value of a run by name: an output of the answering table, another table or term, the reason, the article.
feel::Value named(const Pack& pack, const Run& run, const std::string& name) {
  if (const dmn::DecisionTrace* trace = run.evaluation.find(run.result)) {
    if (const feel::Value* member = trace->output.find(name)) return *member;
    if (trace->name == name) return trace->output;
  }
  if (const dmn::DecisionTrace* trace = run.evaluation.find(name)) return trace->output;
  if (name == "理由") return feel::Value::string(run.decision.reason);
  if (name == "根拠") return feel::Value::string(article_of(pack, run));
  return {};
}

JsonValue result_json(const Pack& pack, const Run& run, const Type& type, const JsonValue* item, const Facts& facts) {
  const Record* record = type.kind == TypeKind::record ? pack.facts.record(type.record) : nullptr;
  if (!record) return from_feel(named(pack, run, run.result), type, pack.facts);
  JsonObject out;
  for (const Fact& field : record->fields) {
    const feel::Value value = named(pack, run, field.name);
    if (!value.is_null()) {
      out[field.key] = from_feel(value, field.type, pack.facts);
    } else if (const JsonValue* kept = item ? item->find(field.key) : nullptr) {
      out[field.key] = *kept;
    } else if (const Fact* fact = pack.facts.by_name(field.name)) {
      if (const auto known = facts.known.find(fact->key); known != facts.known.end()) out[field.key] = known->second;
    }
  }
  return out;
}

class Ruler {
 public:
  Ruler(const Pack& pack, const Procedure& procedure, const Facts& facts) : pack_(pack), procedure_(procedure) {
    ruling_.facts = facts;
  }

  Result<Ruling> run() {
    for (const Stage& stage : procedure_.stages) {
      TRY(stage_result(stage));
      if (stopped_) break;
      put_derived();
    }
    if (!stopped_) {
      const FeelFacts facts(pack_, ruling_.facts);
      for (const Outcome& outcome : procedure_.outcomes)
        if (TRY(facts.asked(outcome.when))) {
          ruling_.outcome = &outcome;
          break;
        }
    }
    std::stable_sort(ruling_.missing.begin(), ruling_.missing.end(),
                     [](const MissingFact& a, const MissingFact& b) { return a.matters > b.matters; });
    return std::move(ruling_);
  }

 private:
  Result<> stage_result(const Stage& stage) {
    const Fact* into = pack_.facts.by_key(stage.into);
    if (!into) return fail(ErrorKind::internal, "pack.no_fact", stage.into);
    const FeelFacts facts(pack_, ruling_.facts);
    Type type = into->type;
    type.list = false;
    std::vector<std::string> wanted;
    if (const Record* record = pack_.facts.record(type.record))
      for (const Fact& field : record->fields) wanted.push_back(field.name);
    if (stage.for_each.empty()) {
      const Run run = TRY(pack::run(pack_, stage.criterion, facts, nullptr, "", wanted));
      ruling_.facts.known[stage.into] = result_json(pack_, run, type, nullptr, ruling_.facts);
      keep(run);
      return {};
    }
    JsonArray results;
    if (TRY(facts.asked(stage.when))) {
      const auto list = ruling_.facts.known.find(stage.for_each);
      const JsonArray* items = list == ruling_.facts.known.end() ? nullptr : list->second.array();
      if (!items) return missing_list(stage);
      for (std::size_t i = 0; i < items->size(); ++i) {
        const Item item{stage.item, stage.for_each, i};
        const std::string about((*items)[i].text_or("name", ""));
        const Run run = TRY(
            pack::run(pack_, stage.criterion, facts.with_item(stage.item, stage.for_each, i), &item, about, wanted));
        results.push_back(result_json(pack_, run, type, &(*items)[i], ruling_.facts));
        keep(run);
      }
    }
    ruling_.facts.known[stage.into] = std::move(results);
    return {};
  }

  Result<> missing_list(const Stage& stage) {
    const Fact* fact = pack_.facts.by_key(stage.for_each);
    ruling_.missing.push_back({stage.for_each, fact ? fact->name : stage.for_each, "", fact ? fact->how : "", true});
    stopped_ = true;
    return {};
  }

  void keep(const Run& run) {
    ruling_.missing.insert(ruling_.missing.end(), run.decision.missing.begin(), run.decision.missing.end());
    if (!run.decision.decided()) stopped_ = true;
    ruling_.decisions.push_back(run.decision);
  }

  // Derived facts that the stages' results made computable are kept as facts, so that later stages can list them.
  void put_derived() {
    const FeelFacts facts(pack_, ruling_.facts);
    for (std::size_t i = 0; i < pack_.facts.facts.size(); ++i) {
      const Fact& fact = pack_.facts.facts[i];
      if (fact.derived && !ruling_.facts.known.contains(fact.key) && !facts.slot(i).is_null())
        ruling_.facts.known[fact.key] = from_feel(facts.slot(i), fact.type, pack_.facts);
    }
  }

  const Pack& pack_;
  const Procedure& procedure_;
  Ruling ruling_;
  bool stopped_ = false;
};

feel::Value matter_value(const Matter& matter) {
  return feel::Value::context({{"種別", feel::Value::string(matter.kind)},
                               {"不利益", feel::Value::boolean(matter.adverse)},
                               {"金額", feel::Value::number(matter.amount_yen)},
                               {"基準と異なる", feel::Value::boolean(matter.departs)},
                               {"重要または異例", feel::Value::boolean(matter.disputed)}});
}

int level_of(const Pack& pack, std::string_view rank) {
  const Rank* found = pack.rank(rank);
  return found ? found->level : -1;
}

}  // namespace

Result<Decision> decide(const Pack& pack, std::string_view criterion, const Facts& facts) {
  Run made = TRY(run(pack, criterion, FeelFacts(pack, facts), nullptr, ""));
  return std::move(made.decision);
}

Result<Ruling> rule(const Pack& pack, const Procedure& procedure, const Facts& facts) {
  Facts clean = facts;  // results of an earlier run never feed a new one
  for (const Stage& stage : procedure.stages) clean.known.erase(stage.into);
  for (const Fact& fact : pack.facts.facts)
    if (fact.derived) clean.known.erase(fact.key);
  return Ruler(pack, procedure, clean).run();
}

std::vector<std::string> facts_read(const Pack& pack, const Procedure& procedure) {
  std::vector<std::string> read;
  for (const Stage& stage : procedure.stages) {
    const auto found = pack.compiled->criteria.find(stage.criterion);
    if (found == pack.compiled->criteria.end()) continue;
    for (const dmn::FactUse& use : found->second.facts()) {
      const std::size_t dot = use.path.find('.');
      const std::string_view root = std::string_view(use.path).substr(0, dot);
      const std::string_view member =
          dot == std::string::npos ? std::string_view() : std::string_view(use.path).substr(dot + 1);
      const bool of_item = !stage.item.empty() && root == stage.item;
      const Fact* fact = of_item ? pack.facts.by_key(stage.for_each) : pack.facts.by_name(root);
      const Record* record = fact && !member.empty() ? pack.facts.record(fact->type.record) : nullptr;
      const Fact* field = record ? record->field_by_name(member) : nullptr;
      if (fact && (member.empty() || field)) read.push_back(field ? fact->key + "." + field->key : fact->key);
    }
  }
  std::vector<std::string> ordered;
  const auto add = [&](const std::string& key) {
    if (std::ranges::find(read, key) != read.end()) ordered.push_back(key);
  };
  for (const Fact& fact : pack.facts.facts) {
    add(fact.key);
    if (const Record* record = pack.facts.record(fact.type.record))
      for (const Fact& field : record->fields) add(fact.key + "." + field.key);
  }
  return ordered;
}

Result<RouteFound> find_route(const Pack& pack, std::string_view route_id, const Matter& matter) {
  const Route* route = pack.route(route_id);
  if (!route) return fail(ErrorKind::not_found, "pack.no_route", std::string(route_id));
  const FeelFacts facts = FeelFacts(pack, Facts{}).with_value("事案", matter_value(matter));
  const Run made = TRY(run(pack, route->criterion, facts, nullptr, ""));
  const feel::Value rank = named(pack, made, "決裁者");
  if (rank.kind() != feel::Kind::string)
    return fail(ErrorKind::invalid, "pack.route_undecided",
                "no row of " + route->criterion + " decides " + matter.kind);
  RouteFound out;
  out.rank = std::string(rank.string());
  if (!matter.at_least_rank.empty() && level_of(pack, out.rank) < level_of(pack, matter.at_least_rank))
    out.rank = matter.at_least_rank;
  const int decider = level_of(pack, out.rank), drafter = level_of(pack, matter.drafter_rank);
  if (decider < 0) return fail(ErrorKind::not_found, "pack.no_rank", out.rank);
  for (const feel::Value& section : named(pack, made, "合議").items()) out.consult.emplace_back(section.string());
  for (auto it = pack.ranks.rbegin(); it != pack.ranks.rend(); ++it)
    if (it->id == out.rank || (it->passes && it->level > drafter && it->level < decider)) out.through.push_back(it->id);
  out.rule = route->rule + " " + article_of(pack, made);
  out.delegated = !pack.ranks.empty() && pack.ranks.front().id != out.rank;
  out.criterion_hash = made.decision.criterion_hash;
  if (!made.decision.fired.empty()) out.row = made.decision.fired.back().row;
  return out;
}

std::vector<std::string> acting_for(const Pack& pack, std::string_view rank) {
  for (const ActingOrder& order : pack.acting)
    if (order.rank == rank) return order.by;
  return {};
}

}  // namespace yakuba::pack
