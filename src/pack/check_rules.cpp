#include "pack/check_rules.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "pack/compile.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

// The closed vocabulary of acts (log/event.hpp holds their meaning; engines do not include each other).
constexpr std::array<std::string_view, 57> verbs{"drafted",
                                                 "saved",
                                                 "submitted",
                                                 "received",
                                                 "assigned",
                                                 "taken",
                                                 "opened",
                                                 "examined",
                                                 "decided-by-rule",
                                                 "departed",
                                                 "asked",
                                                 "corrected",
                                                 "consulted",
                                                 "consented",
                                                 "objected",
                                                 "proposed",
                                                 "pulled-back",
                                                 "returned",
                                                 "approved",
                                                 "acted-for",
                                                 "reviewed-after",
                                                 "rejected",
                                                 "granted",
                                                 "issued",
                                                 "notified",
                                                 "delivered",
                                                 "bounced",
                                                 "booked",
                                                 "moved",
                                                 "cancelled",
                                                 "arrived",
                                                 "called",
                                                 "served",
                                                 "charged",
                                                 "paid",
                                                 "overpaid",
                                                 "refunded",
                                                 "dunned",
                                                 "written-off",
                                                 "filed",
                                                 "transferred",
                                                 "destroyed",
                                                 "imported",
                                                 "exported",
                                                 "linked",
                                                 "viewed",
                                                 "printed",
                                                 "exempted",
                                                 "suppressed",
                                                 "lifted",
                                                 "published",
                                                 "withdrawn",
                                                 "closed",
                                                 "reopened",
                                                 "",
                                                 "",
                                                 ""};

constexpr std::size_t combinations_max = 20'000;  // of values tried to show that a condition can hold

class Rules {
 public:
  Rules(const Pack& pack, std::vector<Fault>& faults) : pack_(pack), faults_(faults) {}

  void run() {
    for (const Procedure& procedure : pack_.procedures) check(procedure);
    check_office();
    check_town();
    for (const Route& route : pack_.routes) check(route);
    for (const Fact& fact : pack_.facts.facts) check_choices(fact);
  }

 private:
  void fault(std::string code, const Place& place, std::vector<std::pair<std::string, std::string>> arguments) {
    faults_.push_back({std::move(code), Severity::error, place, std::move(arguments)});
  }

  template <class T>
  void reference(std::string_view what, const std::string& id, const std::vector<T>& all, const Place& place) {
    if (id.empty()) return;
    std::vector<std::string> known;
    for (const T& one : all) {
      if (one.id == id) return;
      known.push_back(one.id);
    }
    fault("pack.unknown_reference", place, {{"what", std::string(what)}, {"id", id}, {"near", nearest(id, known)}});
  }

  // A path of keys: "children" or "children.lives_with". Gives the fact or field.
  const Fact* fact_path(const std::string& path, const Place& place) {
    const std::size_t dot = path.find('.');
    const Fact* fact = pack_.facts.by_key(path.substr(0, dot));
    const Record* record = fact && dot != std::string::npos ? pack_.facts.record(fact->type.record) : nullptr;
    const Fact* found = dot == std::string::npos ? fact : record ? record->field_by_key(path.substr(dot + 1)) : nullptr;
    if (found || path.empty()) return found;
    std::vector<std::string> known;
    for (const Fact& one : pack_.facts.facts) known.push_back(one.key);
    if (record)
      for (const Fact& one : record->fields) known.push_back(fact->key + "." + one.key);
    fault("pack.unknown_reference", place, {{"what", "fact"}, {"id", path}, {"near", nearest(path, known)}});
    return nullptr;
  }

  void check(const Procedure& p) {
    if (pack_.town) reference("section", p.section, pack_.sections, p.place);
    std::set<std::string> before;
    for (const Question& question : p.questions) {
      check(p, question, before);
      before.insert(question.id);
    }
    for (const Attachment& attachment : p.attachments) {
      if (!attachment.for_each.empty()) reference("question", attachment.for_each, p.questions, attachment.place);
      if (never(attachment.when, list_fact(p, attachment.for_each), attachment.item))
        fault("pack.never_required", attachment.when.place, {{"attachment", attachment.id}});
    }
    check_steps(p);
    for (const Stage& stage : p.stages) check(stage);
    for (const Outcome& outcome : p.outcomes) check(p, outcome);
    for (const ReasonCode& reason : p.reasons) fact_path(reason.fact, reason.place);
    if (!p.notice(p.receipt_notice))
      fault("pack.unknown_reference", p.place, {{"what", "notice"}, {"id", p.receipt_notice}, {"near", ""}});
    if (!p.correction_notice.empty() && !p.notice(p.correction_notice))
      fault("pack.unknown_reference", p.place, {{"what", "notice"}, {"id", p.correction_notice}, {"near", ""}});
    if (const Notice* expected = p.notice(p.expected_notice);
        !p.expected_notice.empty() && (!expected || expected->kind != "expected"))
      fault("pack.unknown_reference", p.place,
            {{"what", "notice of kind expected"}, {"id", p.expected_notice}, {"near", ""}});
    for (const std::string& step : p.withdrawal.until_steps) reference("step", step, p.steps, p.place);
    if (p.standard_days > 0 && !p.term("standard"))
      fault("pack.unknown_reference", p.place, {{"what", "term"}, {"id", "standard"}, {"near", ""}});
  }

  static const Question* list_question(const Procedure& p, const std::string& id) {
    return id.empty() ? nullptr : p.question(id);
  }
  const Fact* list_fact(const Procedure& p, const std::string& for_each) {
    const Question* list = list_question(p, for_each);
    return list ? pack_.facts.by_key(list->fact) : nullptr;
  }

  void check(const Procedure& p, const Question& q, const std::set<std::string>& before) {
    const Fact* fact = fact_path(q.fact, q.place);
    if (!q.for_each.empty()) {
      reference("question", q.for_each, p.questions, q.place);
      if (p.question(q.for_each) && !before.contains(q.for_each))
        fault("pack.list_later", q.place, {{"question", q.id}, {"list", q.for_each}});
    }
    if (!q.from.empty()) fact_path(q.from, q.place);
    if (fact && !q.choices.empty())
      for (const std::string& choice : q.choices)
        if (std::find(fact->type.choices.begin(), fact->type.choices.end(), choice) == fact->type.choices.end())
          fault("pack.choice_not_of_fact", q.place, {{"choice", choice}, {"fact", fact->name}});
    const Record* record = fact ? pack_.facts.record(fact->type.record) : nullptr;
    for (const std::string& field : q.fields)
      if (record && !record->field_by_key(field)) {
        std::vector<std::string> known;
        for (const Fact& one : record->fields) known.push_back(one.key);
        fault("pack.unknown_reference", q.place, {{"what", "field"}, {"id", field}, {"near", nearest(field, known)}});
      }
    if (fact && std::find(fact->sources.begin(), fact->sources.end(), Source::applicant) == fact->sources.end())
      fault("pack.not_the_applicants", q.place, {{"question", q.id}, {"fact", fact->name}});
    if (never(q.when, list_fact(p, q.for_each), q.item)) fault("pack.never_asked", q.when.place, {{"question", q.id}});
  }

  // ---- can a condition hold at all? Facts of choices and yes-no are tried out; anything else counts as "it may" ---

  std::optional<std::vector<feel::Value>> domain(const Fact& fact) {
    std::vector<feel::Value> out;
    if (fact.type.list) return std::nullopt;
    if (fact.type.kind == TypeKind::yes_no) {
      out = {feel::Value::boolean(true), feel::Value::boolean(false)};
      return out;
    }
    if (fact.type.kind != TypeKind::choice) return std::nullopt;
    for (const std::string& choice : fact.type.choices) out.push_back(feel::Value::string(choice));
    return out;
  }

  struct Variable {
    feel::Slot slot;
    std::string member;
    std::vector<feel::Value> values;
  };

  std::optional<std::vector<Variable>> variables(const Expression& expression, const Fact* list) {
    std::vector<Variable> out;
    const auto& names = pack_.compiled->slot_names;
    for (const feel::PathUsed& path : expression.program->program.paths_used()) {
      const Fact* root = path.slot < names.size() ? pack_.facts.by_name(names[path.slot]) : list;
      if (!root || path.members.size() > 1) return std::nullopt;
      const Fact* leaf = root;
      if (!path.members.empty()) {
        const Record* record = pack_.facts.record(root->type.record);
        leaf = record ? record->field_by_name(path.members[0]) : nullptr;
      }
      const auto values = leaf ? domain(*leaf) : std::nullopt;
      if (!values) return std::nullopt;
      out.push_back({path.slot, path.members.empty() ? "" : path.members[0], *values});
    }
    return out;
  }

  bool never(const Expression& expression, const Fact* list, const std::string&) {
    if (!expression || !expression.program) return false;
    const auto vary = variables(expression, list);
    if (!vary) return false;
    std::size_t combinations = 1;
    for (const Variable& variable : *vary) combinations *= variable.values.size();
    if (combinations > combinations_max) return false;
    feel::Machine machine;
    for (std::size_t n = 0; n < combinations; ++n) {
      std::vector<feel::Value> slots(pack_.compiled->slot_names.size() + expression.program->extra_names.size());
      std::size_t rest = n;
      for (const Variable& variable : *vary) {
        const feel::Value& value = variable.values[rest % variable.values.size()];
        rest /= variable.values.size();
        feel::Value& slot = slots[variable.slot];
        if (variable.member.empty()) {
          slot = value;
        } else {
          std::vector<feel::Entry> entries(slot.entries().begin(), slot.entries().end());
          entries.emplace_back(variable.member, value);
          slot = feel::Value::context(std::move(entries));
        }
      }
      machine.reset();
      if (machine.evaluate(expression.program->program, slots).is_true()) return false;
    }
    return true;
  }

  // ---- steps ---

  void check_steps(const Procedure& p) {
    if (p.steps.empty()) return fault("pack.no_steps", p.place, {{"procedure", p.id}});
    std::set<std::string> reached{p.steps.front().id};
    for (std::size_t round = 0; round < p.steps.size(); ++round)
      for (const Step& step : p.steps)
        if (reached.contains(step.id))
          for (const auto& [verb, target] : step.moves) reached.insert(target);
    bool ends = false;
    for (const Step& step : p.steps) {
      check(p, step);
      ends = ends || (step.terminal && reached.contains(step.id));
      if (!reached.contains(step.id)) fault("pack.step_unreachable", step.place, {{"step", step.id}});
    }
    if (!ends) fault("pack.no_end", p.place, {{"procedure", p.id}});
  }

  void check(const Procedure& p, const Step& step) {
    for (const auto& [verb, target] : step.moves) {
      reference("step", target, p.steps, step.place);
      check_verb(verb, step);
    }
    for (const std::string& verb : step.verbs) check_verb(verb, step);
    reference("role", step.by.role, pack_.roles, step.place);
    if (pack_.town && step.by.section != "any") reference("section", step.by.section, pack_.sections, step.place);
    if (!step.criterion.empty()) reference("criterion", step.criterion, pack_.criteria, step.place);
    reference("rank", step.depart.rank, pack_.ranks, step.place);
    reference("term", step.term, p.terms, step.place);
    if (pack_.town) reference("route", step.route, pack_.routes, step.place);
    const Role* role = pack_.role(step.by.role);
    if (role && role->permissions.empty()) fault("pack.nobody", step.place, {{"step", step.id}, {"role", role->id}});
    const bool decides = step.moves.contains("granted") || step.moves.contains("rejected");
    for (const Outcome& outcome : p.outcomes)
      if (decides && !step.moves.contains(outcome.verb))
        fault("pack.outcome_without_move", step.place, {{"outcome", outcome.id}, {"verb", outcome.verb}});
  }

  void check_verb(const std::string& verb, const Step& step) {
    if (std::find(verbs.begin(), verbs.end(), verb) != verbs.end() && !verb.empty()) return;
    const std::vector<std::string> known(verbs.begin(), verbs.end());
    fault("pack.unknown_reference", step.place, {{"what", "verb"}, {"id", verb}, {"near", nearest(verb, known)}});
  }

  void check(const Stage& stage) {
    reference("criterion", stage.criterion, pack_.criteria, stage.place);
    const Fact* into = fact_path(stage.into, stage.place);
    const Fact* list = stage.for_each.empty() ? nullptr : fact_path(stage.for_each, stage.place);
    if (into && std::find(into->sources.begin(), into->sources.end(), Source::decision) == into->sources.end())
      fault("pack.into_not_decision", stage.place, {{"fact", into->name}});
    if (list && !list->type.list) fault("pack.not_a_list", stage.place, {{"fact", list->name}});
    if (into && list && !into->type.list) fault("pack.not_a_list", stage.place, {{"fact", into->name}});
  }

  void check(const Procedure& p, const Outcome& outcome) {
    if (outcome.notice.empty()) return fault("pack.outcome_without_notice", outcome.place, {{"outcome", outcome.id}});
    const Notice* notice = p.notice(outcome.notice);
    if (!notice)
      return fault("pack.unknown_reference", outcome.place, {{"what", "notice"}, {"id", outcome.notice}, {"near", ""}});
    if (notice->kind != "decision") fault("pack.notice_not_decision", outcome.place, {{"notice", notice->id}});
    if (outcome.adverse && !notice->adverse)
      fault("pack.notice_not_adverse", notice->place, {{"notice", notice->id}, {"outcome", outcome.id}});
  }

  // ---- office and town ---

  void check_calendar(const std::string& id, const Place& place) {
    if (!id.empty() && !pack_.calendars.contains(id))
      fault("pack.unknown_reference", place, {{"what", "calendar"}, {"id", id}, {"near", ""}});
  }

  void check_office() {
    for (const Section& section : pack_.sections) {
      reference("section", section.parent, pack_.sections, section.place);
      reference("rank", section.head_rank, pack_.ranks, section.place);
      check_calendar(section.calendar, section.place);
    }
    for (const Post& post : pack_.posts) {
      reference("rank", post.rank, pack_.ranks, post.place);
      reference("section", post.section, pack_.sections, post.place);
    }
    for (const ActingOrder& order : pack_.acting) {
      reference("rank", order.rank, pack_.ranks, order.place);
      for (const std::string& by : order.by)
        if (!pack_.rank(by)) reference("post", by, pack_.posts, order.place);
    }
  }

  // Every rank that the 専決 rule may name exists and is held by a post; every section it asks exists.
  void check(const Route& route) {
    reference("criterion", route.criterion, pack_.criteria, route.place);
    const auto found = pack_.compiled->criteria.find(route.criterion);
    if (found == pack_.compiled->criteria.end()) return;
    bool decides = false;
    feel::Machine machine;
    for (const dmn::DecisionTable* table : dmn::decision_tables(found->second.model()))
      for (std::size_t column = 0; column < table->outputs.size(); ++column) {
        const std::string& name = table->outputs[column].name;
        if (name != "決裁者" && name != "合議") continue;
        decides = decides || name == "決裁者";
        for (const dmn::Rule& rule : table->rules) {
          const feel::Value value =
              machine.evaluate(feel::compile(rule.outputs[column], pack_.compiled->scope).program);
          if (name == "決裁者") check_decider(std::string(value.string()), rule.id, route);
          for (const feel::Value& section : value.items())
            check_consulted(std::string(section.string()), rule.id, route);
        }
      }
    if (!decides) fault("pack.route_without_decider", route.place, {{"criterion", route.criterion}});
  }

  void check_decider(const std::string& rank, const std::string& row, const Route& route) {
    const Place place{pack_.criterion(route.criterion)->place.file, 0, 0, row};
    if (!pack_.rank(rank)) return fault("pack.route_rank", place, {{"rank", rank}, {"row", row}});
    const bool held =
        std::any_of(pack_.posts.begin(), pack_.posts.end(), [&](const Post& post) { return post.rank == rank; });
    if (!held) fault("pack.rank_without_post", place, {{"rank", rank}, {"row", row}});
  }

  void check_consulted(const std::string& section, const std::string& row, const Route& route) {
    const Place place{pack_.criterion(route.criterion)->place.file, 0, 0, row};
    if (!pack_.section(section)) fault("pack.route_section", place, {{"section", section}, {"row", row}});
  }

  void check_town() {
    for (const Target& target : pack_.targets) reference("procedure", target.procedure, pack_.procedures, target.place);
    if (!pack_.town) return;
    const Town& town = *pack_.town;
    check_calendar(town.calendar, town.place);
    for (const LifeEvent& event : town.life_events) {
      for (const std::string& procedure : event.procedures)
        reference("procedure", procedure, pack_.procedures, event.place);
      reference("page", event.page, town.pages, event.place);
    }
  }

  void check_choices(const Fact& fact) {
    std::set<std::string> seen;
    for (const std::string& choice : fact.type.choices)
      if (!seen.insert(choice).second) fault("pack.duplicate", fact.place, {{"id", choice}});
  }

  const Pack& pack_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_rules(const Pack& pack, const Sources&, std::vector<Fault>& faults) {
  Rules(pack, faults).run();
  check_texts(pack, faults);
  check_notices(pack, faults);
  check_criteria(pack, faults);
}

}  // namespace yakuba::pack
