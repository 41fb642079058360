#include "log/event.hpp"

#include "base/text.hpp"
#include "log/tree.hpp"

namespace yakuba::log {
namespace {

std::unexpected<Error> wrong(std::string_view field, std::string detail) {
  return fail(ErrorKind::invalid, "log.event", std::move(detail), Place{.field = std::string(field)});
}

Result<> check_word(std::string_view field, std::string_view word, bool required = false) {
  if (word.empty()) {
    if (required) return wrong(field, std::string(field) + " is required");
    return {};
  }
  if (word.size() > word_bytes_max) {
    return fail(ErrorKind::too_large, "log.event_size", std::string(field) + " is too long",
                Place{.field = std::string(field)});
  }
  // The common case (ASCII ids and codes) costs one pass.
  bool ascii = true;
  for (unsigned char c : word) {
    if (c < 0x20 || c == 0x7F) return wrong(field, std::string(field) + " has a control character");
    ascii &= c < 0x80;
  }
  if (!ascii && (!is_utf8(word) || has_control_characters(word)))
    return wrong(field, std::string(field) + " is not clean UTF-8");
  return {};
}

void word(JsonWriter& json, std::string_view key, const std::string& value) {
  if (!value.empty()) json.key(key).value(value);
}

void write_refs(JsonWriter& json, const std::vector<Ref>& refs) {
  json.key("refs").array([&] {
    for (const auto& ref : refs) json.object([&] { json.member("id", ref.id).member("kind", ref.kind); });
  });
}

void write_rule(JsonWriter& json, const RuleRef& rule) {
  json.key("rule").object([&] {
    word(json, "hash", rule.hash);
    word(json, "id", rule.id);
    if (rule.row != 0) json.member("row", rule.row);
  });
}

// Reads one member and remembers how many were understood, so that an unknown one is an error.
class Reader {
 public:
  explicit Reader(const JsonValue& value) : value_(value) {}

  void take(std::string_view key, std::string& out) {
    const JsonValue* found = value_.find(key);
    if (!found) return;
    ++understood_;
    if (const std::string* text = found->string(); text && !text->empty())
      out = *text;
    else
      wrong_ = key;
  }
  void take(std::string_view key, std::int64_t& out) {
    if (!value_.find(key)) return;
    ++understood_;
    if (auto number = value_.integer(key); number && *number != 0)
      out = *number;
    else
      wrong_ = key;
  }
  const JsonValue* take(std::string_view key) {
    const JsonValue* found = value_.find(key);
    understood_ += found != nullptr;
    return found;
  }
  Result<> done() const {
    if (!wrong_.empty()) return wrong(wrong_, "member " + wrong_ + " has another type");
    if (!value_.object()) return wrong("", "not an object");
    if (value_.object()->size() != understood_) return wrong("", "a member is unknown");
    return {};
  }

 private:
  const JsonValue& value_;
  std::size_t understood_ = 0;
  std::string wrong_;
};

Result<std::vector<Ref>> read_refs(const JsonValue& value) {
  if (!value.array()) return wrong("refs", "refs is not a list");
  std::vector<Ref> refs;
  for (const auto& item : *value.array()) {
    Ref ref;
    Reader reader(item);
    reader.take("id", ref.id);
    reader.take("kind", ref.kind);
    TRY(reader.done());
    refs.push_back(std::move(ref));
  }
  return refs;
}

Result<RuleRef> read_rule(const JsonValue& value) {
  RuleRef rule;
  Reader reader(value);
  reader.take("hash", rule.hash);
  reader.take("id", rule.id);
  reader.take("row", rule.row);
  TRY(reader.done());
  return rule;
}

}  // namespace

Result<JsonValue> Payload::json() const {
  if (text_.empty()) return JsonValue();
  return parse_json(text_);
}

Result<> check_event(const Event& event) {
  if (event.at == Instant{}) return wrong("at", "at is required");
  TRY(check_word("object_kind", event.object_kind, true));
  TRY(check_word("object_id", event.object_id, true));
  TRY(check_word("actor", event.actor, true));
  TRY(check_word("case_id", event.case_id));
  TRY(check_word("acting_for", event.acting_for));
  TRY(check_word("post", event.post));
  TRY(check_word("section", event.section));
  TRY(check_word("channel", event.channel));
  TRY(check_word("terminal", event.terminal));
  TRY(check_word("step", event.step));
  TRY(check_word("reason_code", event.reason_code));
  TRY(check_word("rule.id", event.rule.id));
  TRY(check_word("rule.hash", event.rule.hash));
  if (event.refs.size() > refs_max)
    return fail(ErrorKind::too_large, "log.event_size", "too many refs", Place{.field = "refs"});
  for (const auto& ref : event.refs) {
    TRY(check_word("refs.kind", ref.kind, true));
    TRY(check_word("refs.id", ref.id, true));
  }
  const std::string& payload = event.payload.text();
  if (payload.size() > payload_bytes_max) {
    return fail(ErrorKind::too_large, "log.event_size", "the payload is too large", Place{.field = "payload"});
  }
  if (!payload.empty() && payload.front() != '{') return wrong("payload", "the payload is not an object");
  return {};
}

std::string canonical(const Event& event) {
  JsonWriter json;
  json.object([&] {  // keys in the order of code points
    word(json, "acting_for", event.acting_for);
    json.member("actor", event.actor).member("at", event.at.microseconds);
    word(json, "case", event.case_id);
    word(json, "channel", event.channel);
    json.key("object").object([&] { json.member("id", event.object_id).member("kind", event.object_kind); });
    if (!event.payload.empty()) json.key("payload").raw(event.payload.text());
    word(json, "post", event.post);
    if (event.rank != 0) json.member("rank", event.rank);
    word(json, "reason", event.reason_code);
    if (!event.refs.empty()) write_refs(json, event.refs);
    if (event.rule != RuleRef{}) write_rule(json, event.rule);
    word(json, "section", event.section);
    word(json, "step", event.step);
    word(json, "terminal", event.terminal);
    json.member("verb", verb_name(event.verb));
  });
  return std::move(json).text();
}

Result<Event> parse_event(std::string_view text) {
  JsonValue value = TRY(parse_json(text));
  Event event;
  std::string verb;
  Reader reader(value);
  reader.take("acting_for", event.acting_for);
  reader.take("actor", event.actor);
  reader.take("at", event.at.microseconds);
  reader.take("case", event.case_id);
  reader.take("channel", event.channel);
  reader.take("post", event.post);
  reader.take("rank", event.rank);
  reader.take("reason", event.reason_code);
  reader.take("section", event.section);
  reader.take("step", event.step);
  reader.take("terminal", event.terminal);
  reader.take("verb", verb);
  if (const JsonValue* object = reader.take("object")) {
    Reader inner(*object);
    inner.take("id", event.object_id);
    inner.take("kind", event.object_kind);
    TRY(inner.done());
  }
  if (const JsonValue* payload = reader.take("payload")) event.payload = Payload(*payload);
  if (const JsonValue* refs = reader.take("refs")) event.refs = TRY(read_refs(*refs));
  if (const JsonValue* rule = reader.take("rule")) event.rule = TRY(read_rule(*rule));
  TRY(reader.done());
  auto known = verb_from(verb);
  if (!known) return wrong("verb", "the verb is unknown");
  event.verb = *known;
  TRY(check_event(event));
  if (canonical(event) != text) return wrong("", "the encoding is not canonical");
  return event;
}

Hash leaf_hash(const Event& event) {
  return leaf_hash(view(canonical(event)));
}

}  // namespace yakuba::log
