// procedures/<id>/examples.toml: whole claims with what must come out, run through the same rule() as cases.
#include "base/text.hpp"
#include "pack/check_rules.hpp"
#include "pack/evaluation.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

JsonValue json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::string:
      return node.text;
    case Node::Kind::integer:
      return node.integer;
    case Node::Kind::boolean:
      return node.integer != 0;
    case Node::Kind::date:
      return node.date.text();
    case Node::Kind::real:
      return JsonNumber{std::to_string(node.real)};
    case Node::Kind::array: {
      JsonArray out;
      for (const Node& item : node.items) out.push_back(json_of(item));
      return out;
    }
    case Node::Kind::table: {
      JsonObject out;
      for (const Member& member : node.members) out[member.key] = json_of(member.value);
      return out;
    }
  }
  return nullptr;
}

void lay_under(const JsonObject& base, JsonValue& value) {
  JsonObject* members = value.object();
  if (!members) return;
  for (const auto& [key, base_value] : base) {
    const auto found = members->find(key);
    if (found == members->end())
      (*members)[key] = base_value;
    else if (base_value.object())
      lay_under(*base_value.object(), found->second);
  }
}

class Examples {
 public:
  Examples(const Pack& pack, const Procedure& procedure, const Node& file, std::vector<Fault>& faults)
      : pack_(pack), procedure_(procedure), file_(file), faults_(faults) {}

  void run() {
    TableReader in(file_, faults_);
    if (const Node* base = in.take("base", Node::Kind::table)) base_ = *json_of(*base).object();
    // [base_item.children]: what every item of that list has unless it says otherwise.
    if (const Node* items = in.take("base_item", Node::Kind::table)) base_item_ = *json_of(*items).object();
    for (const Node* item : in.tables("example")) one(*item);
    in.finish();
  }

 private:
  void one(const Node& node) {
    TableReader in(node, faults_);
    std::string id, title;
    Date as_of{};
    in.text("id", id, Need::yes).text("title", title).date("as_of", as_of, Need::yes);
    const Node* given = in.take("facts", Node::Kind::table);
    const Node* expected = in.take("expect", Node::Kind::table);
    in.finish();
    if (!expected) return in.fault("pack.missing_key", node.place, {{"key", "expect"}});
    Facts facts = start(pack_, as_of, &procedure_);
    facts.known["received_on"] = as_of.text();
    JsonValue merged = given ? json_of(*given) : JsonValue(JsonObject{});
    lay_under(base_, merged);
    for (auto& [key, value] : *merged.object()) facts.known[key] = items_of(key, value);
    const auto ruling = rule(pack_, procedure_, facts);
    if (!ruling)
      return in.fault("pack.example_undecided", node.place, {{"id", id}, {"missing", describe(ruling.error())}});
    compare(*ruling, *expected, id);
  }

  JsonValue items_of(const std::string& key, JsonValue value) const {
    JsonArray* items = value.array();
    if (!items) return value;
    const auto base = base_item_.find(key);
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (base != base_item_.end()) lay_under(*base->second.object(), (*items)[i]);
      if (JsonObject* members = (*items)[i].object(); members && !procedure_.item_number_key.empty())
        (*members)[procedure_.item_number_key] = static_cast<std::int64_t>(i + 1);
    }
    return value;
  }

  void compare(const Ruling& ruling, const Node& expected, const std::string& id) {
    if (!ruling.complete()) {
      std::string missing;
      for (const MissingFact& fact : ruling.missing)
        if (fact.matters) missing += (missing.empty() ? "" : "、") + fact.name;
      for (const Decision& decision : ruling.decisions)
        if (!decision.decided()) missing += "（" + decision.title + ": " + decision.standing + "）";
      faults_.push_back(
          {"pack.example_undecided", Severity::error, expected.place, {{"id", id}, {"missing", missing}}});
      return;
    }
    for (const Member& member : expected.members) {
      const std::string actual = member.key == "outcome" ? ruling.outcome->id : actual_of(ruling.facts, member.key);
      const JsonValue json = json_of(member.value);
      const std::string wanted = json.string() ? *json.string() : json.canonical();
      if (actual != wanted)
        faults_.push_back({"pack.example_failed",
                           Severity::error,
                           member.place,
                           {{"id", id}, {"what", member.key}, {"expected", wanted}, {"actual", actual}}});
    }
  }

  // "decision.total", or "amount_findings.amount": of a list, the values of all items.
  static std::string actual_of(const Facts& facts, const std::string& path) {
    const auto parts = split(path, '.');
    const auto root = facts.known.find(parts[0]);
    if (root == facts.known.end()) return "null";
    const JsonValue* value = &root->second;
    if (const JsonArray* items = value->array(); items && parts.size() > 1) {
      JsonArray out;
      for (const JsonValue& item : *items)
        out.push_back(item.find(parts[1]) ? *item.find(parts[1]) : JsonValue(""));  // TOML has no null
      return JsonValue(out).canonical();
    }
    if (parts.size() > 1) value = value->find(parts[1]);
    if (!value) return "null";
    return value->string() ? *value->string() : value->canonical();
  }

  const Pack& pack_;
  const Procedure& procedure_;
  const Node& file_;
  std::vector<Fault>& faults_;
  JsonObject base_, base_item_;
};

}  // namespace

void check_examples(const Pack& pack, const Sources& sources, std::vector<Fault>& faults) {
  for (const Procedure& procedure : pack.procedures) {
    const auto file = sources.toml.find("procedures/" + procedure.id + "/examples.toml");
    if (file != sources.toml.end()) Examples(pack, procedure, file->second, faults).run();
  }
}

}  // namespace yakuba::pack
