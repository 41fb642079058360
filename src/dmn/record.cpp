// Decision records: canonical JSON that gives the same bytes when it is evaluated again.
#include "dmn/evaluate.hpp"
#include "feel/calendar.hpp"

namespace yakuba::dmn {
namespace {

constexpr std::string_view format_name = "yakuba decision record 1";
constexpr int value_depth_max = 64;
// Objects of one of these keys are not plain contexts.
constexpr std::string_view at_key = "@";         // FEEL's at-literal
constexpr std::string_view feel_key = "feel";    // any other FEEL value
constexpr std::string_view pairs_key = "pairs";  // a context whose keys would be mistaken for these

JsonValue context_record(const feel::Value& value) {
  JsonObject plain;
  JsonArray pairs;
  bool reserved = false;
  for (const feel::Entry& entry : value.entries()) {
    const std::string name(entry.name());
    reserved |= name == at_key || name == feel_key || name == pairs_key;
    pairs.push_back(JsonArray{name, to_record(entry.value)});
    plain[name] = to_record(entry.value);
  }
  if (!reserved) return plain;
  JsonObject out;
  out[std::string(pairs_key)] = std::move(pairs);
  return out;
}

std::optional<feel::Value> at_literal(const std::string& text) {
  if (const auto date = feel::parse_date(text)) return feel::Value::date(*date);
  if (const auto moment = feel::parse_date_time(text)) return feel::Value::date_time(*moment);
  if (const auto time = feel::parse_time(text)) return feel::Value::time(*time);
  if (const auto days = feel::parse_days_duration(text)) return feel::Value::days_duration(*days);
  if (const auto months = feel::parse_months_duration(text)) return feel::Value::months_duration(*months);
  return std::nullopt;
}

std::unexpected<Error> unreadable(std::string detail) {
  return fail(ErrorKind::corrupt, "dmn.record_unreadable", std::move(detail));
}

Result<feel::Value> value_of(const JsonValue& json, int depth);

Result<feel::Value> context_of(const JsonObject& object, int depth) {
  std::vector<feel::Entry> entries;
  if (object.size() == 1) {
    const auto& [key, value] = *object.begin();
    if (key == at_key && value.string()) {
      const auto literal = at_literal(*value.string());
      if (!literal) return unreadable("not an at-literal: " + *value.string());
      return *literal;
    }
    if (key == feel_key && value.string()) {
      const auto compiled = feel::compile(*value.string(), feel::Scope{});
      if (!compiled.ok() || !compiled.program.constant()) return unreadable("not a FEEL value");
      feel::Machine machine;
      return machine.evaluate(compiled.program);
    }
    if (key == pairs_key && value.array()) {
      for (const JsonValue& pair : *value.array()) {
        const JsonArray* both = pair.array();
        if (!both || both->size() != 2 || !(*both)[0].string()) return unreadable("pairs");
        entries.emplace_back(*(*both)[0].string(), TRY(value_of((*both)[1], depth + 1)));
      }
      return feel::Value::context(std::move(entries));
    }
  }
  for (const auto& [key, value] : object) entries.emplace_back(key, TRY(value_of(value, depth + 1)));
  return feel::Value::context(std::move(entries));
}

Result<feel::Value> value_of(const JsonValue& json, int depth) {
  if (depth > value_depth_max) return unreadable("nested too deep");
  if (const bool* truth = json.boolean()) return feel::Value::boolean(*truth);
  if (const std::string* text = json.string()) return feel::Value::string(*text);
  if (const JsonNumber* number = json.number()) {
    const auto decimal = feel::Decimal::parse(number->text);
    if (!decimal) return unreadable("number " + number->text);
    return feel::Value::number(*decimal);
  }
  if (const JsonArray* items = json.array()) {
    std::vector<feel::Value> out;
    for (const JsonValue& item : *items) out.push_back(TRY(value_of(item, depth + 1)));
    return feel::Value::list(std::move(out));
  }
  if (const JsonObject* object = json.object()) return context_of(*object, depth);
  return feel::Value::null();
}

char mark(Outcome outcome) {
  switch (outcome) {
    case Outcome::yes:
      return 'y';
    case Outcome::no:
      return 'n';
    case Outcome::unknown:
      return '?';
    case Outcome::not_evaluated:
      break;
  }
  return '-';
}

JsonArray texts(const std::vector<std::string>& list) {
  JsonArray out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

JsonArray trouble_records(const std::vector<Trouble>& troubles) {
  JsonArray out;
  for (const Trouble& trouble : troubles)
    out.emplace_back(JsonObject{{"code", trouble.code},
                                {"subject", trouble.subject},
                                {"line", trouble.place.line},
                                {"column", trouble.place.column}});
  return out;
}

JsonObject table_record(const DecisionTrace& trace, const DecisionTable& table) {
  JsonObject out;
  JsonArray rules;
  for (const RuleTrace& rule : trace.rules) {
    std::string cells;
    for (const Outcome cell : rule.cells) cells += mark(cell);
    rules.emplace_back(JsonObject{{"id", table.rules[static_cast<std::size_t>(rule.row)].id},
                                  {"outcome", name_of(rule.outcome)},
                                  {"cells", cells}});
  }
  JsonArray matched;
  for (const int row : trace.matched) matched.emplace_back(table.rules[static_cast<std::size_t>(row)].id);
  out["rules"] = std::move(rules);
  out["matched"] = std::move(matched);
  if (trace.by_default) out["by_default"] = true;
  return out;
}

JsonObject decision_trace_record(const Criterion& criterion, const DecisionTrace& trace) {
  const DecisionTable* table = find_table(criterion.model(), trace.name);
  JsonObject out = table ? table_record(trace, *table) : JsonObject{};
  out["name"] = trace.name;
  out["standing"] = name_of(trace.standing);
  out["output"] = to_record(trace.output);
  JsonArray inputs;
  for (const InputTrace& input : trace.inputs) {
    JsonObject one{{"of", input.expression}};
    if (input.value) one["value"] = to_record(*input.value);
    inputs.emplace_back(std::move(one));
  }
  out["inputs"] = std::move(inputs);
  if (trace.standing == Standing::undecided) {
    JsonArray possible;
    for (const feel::Value& value : trace.possible) possible.push_back(to_record(value));
    out["possible"] = std::move(possible);
    out["possible_exact"] = trace.possible_exact;
    out["possible_open"] = trace.possible_open;
  }
  if (!trace.troubles.empty()) out["troubles"] = trouble_records(trace.troubles);
  return out;
}

JsonObject missing_record(const MissingFact& fact) {
  JsonObject out{{"path", fact.path}, {"matters", fact.matters}, {"exact", fact.exact}};
  if (!fact.reason.empty()) out["reason"] = fact.reason;
  return out;
}

Result<std::vector<std::string>> read_texts(const JsonValue& json, std::string_view key) {
  std::vector<std::string> out;
  const JsonValue* list = json.find(key);
  if (!list || !list->array()) return unreadable(std::string(key));
  for (const JsonValue& item : *list->array()) {
    if (!item.string()) return unreadable(std::string(key));
    out.push_back(*item.string());
  }
  return out;
}

Result<Question> read_question(const JsonValue& json) {
  Question question;
  const auto as_of = Date::parse(json.text_or("as_of", ""));
  const JsonValue* facts = json.find("facts");
  const JsonValue* missing = json.find("missing");
  if (!as_of || !facts || !missing || !missing->array()) return unreadable("as_of, facts or missing");
  question.as_of = *as_of;
  question.facts = TRY(from_record(*facts));
  question.goals = TRY(read_texts(json, "goals"));
  for (const JsonValue& one : *missing->array())
    if (const auto reason = one.text_or("reason", ""); !reason.empty())
      question.missing[std::string(one.text_or("path", ""))] = std::string(reason);
  if (const JsonValue* given = json.find("given")) question.given_terms = TRY(from_record(*given));
  return question;
}

}  // namespace

JsonValue to_record(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::null:
    case feel::Kind::function:
      return nullptr;
    case feel::Kind::boolean:
      return value.is_true();
    case feel::Kind::number:
      return JsonNumber{value.number().text()};
    case feel::Kind::string:
      return value.string();
    case feel::Kind::context:
      return context_record(value);
    case feel::Kind::list: {
      JsonArray items;
      for (const feel::Value& item : value.items()) items.push_back(to_record(item));
      return items;
    }
    case feel::Kind::range:
      return JsonObject{{std::string(feel_key), feel::literal(value)}};
    default:
      return JsonObject{{std::string(at_key), feel::text(value)}};
  }
}

Result<feel::Value> from_record(const JsonValue& json) {
  return value_of(json, 0);
}

std::string decision_record(const Criterion& criterion, const Evaluation& evaluation) {
  JsonArray decisions;
  JsonObject given;
  for (const DecisionTrace& trace : evaluation.decisions) {
    decisions.emplace_back(decision_trace_record(criterion, trace));
    if (std::find(evaluation.given.begin(), evaluation.given.end(), trace.name) != evaluation.given.end())
      given[trace.name] = to_record(trace.output);
  }
  JsonArray missing;
  for (const MissingFact& fact : evaluation.missing) missing.emplace_back(missing_record(fact));
  JsonObject record{
      {"format", format_name},
      {"criterion", JsonObject{{"id", criterion.model().about.id},
                               {"version", criterion.version()},
                               {"hash", criterion.hash()},
                               {"program", criterion.program_hash()}}},
      {"as_of", evaluation.as_of.text()},
      {"facts", to_record(evaluation.facts)},
      {"missing", std::move(missing)},
      {"ask_next", texts(evaluation.ask_next)},
      {"goals", texts(evaluation.goals)},
      {"decisions", std::move(decisions)},
  };
  if (!given.empty()) record["given"] = std::move(given);
  if (!evaluation.troubles.empty()) record["troubles"] = trouble_records(evaluation.troubles);
  return JsonValue(std::move(record)).canonical();
}

Result<Evaluation> replay(const Criterion& criterion, std::string_view record) {
  const auto json = parse_json(record);
  if (!json) return unreadable(json.error().detail);
  if (json->text_or("format", "") != format_name) return unreadable("format");
  const JsonValue* of = json->find("criterion");
  if (!of || of->text_or("program", "") != criterion.program_hash() || of->text_or("hash", "") != criterion.hash())
    return fail(ErrorKind::conflict, "dmn.record_other_criterion",
                "the record was made with another version: " + std::string(of ? of->text_or("hash", "") : ""));
  const Question question = TRY(read_question(*json));
  Evaluation evaluation = Evaluator().evaluate(criterion, question);
  const std::string again = decision_record(criterion, evaluation);
  if (again == record) return evaluation;
  const std::size_t differs = static_cast<std::size_t>(
      std::mismatch(again.begin(), again.end(), record.begin(), record.end()).first - again.begin());
  return fail(ErrorKind::corrupt, "dmn.record_differs", "first difference at byte " + std::to_string(differs));
}

}  // namespace yakuba::dmn
