// An event: who did what to which object, when, as whom, under which version of which rule.
//
//   log::Event event{.at = clock.now(), .verb = log::Verb::approved, .object_kind = "case", .object_id = id.text(),
//                    .case_id = id.text(), .actor = "staff:12", .post = "kacho", .step = "approval",
//                    .payload = JsonObject{{"rank", 3}}};
//   TRY(tx.append(event));                     // same transaction as the change (store/store.hpp)
//
// The event holds ids and codes only. Personal data and free text stay in the rows they belong to; where a text must be
// provable, the event holds HMAC(key of the row, text), so the row can be destroyed and the tree still verifies.
//
// Canonical encoding: one JSON object, keys sorted, no spaces, empty members left out (so a member added later does not
// change old leaves), `at` in microseconds. The sequence is not encoded: the place in the tree says it. The same event
// gives the same bytes on both databases and in the exported file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "log/verb.hpp"

namespace yakuba::log {

// A further object the event touched (OCEL): a person shown in a list, a document, a payment, a decision.
struct Ref {
  std::string kind;
  std::string id;
  bool operator==(const Ref&) const = default;
};

// The version of a rule under which something was done. row 0: the whole rule.
struct RuleRef {
  std::string id;
  std::string hash;  // hex
  std::int64_t row = 0;
  bool operator==(const RuleRef&) const = default;
};

// A small JSON object in canonical form. Made from a JsonValue, so its bytes are always canonical.
class Payload {
 public:
  Payload() = default;
  Payload(const JsonValue& value) : text_(value.is_null() ? std::string() : value.canonical()) {}
  Payload(JsonObject members) : Payload(JsonValue(std::move(members))) {}
  static Payload from_store(std::string canonical) {
    Payload payload;
    payload.text_ = std::move(canonical);
    return payload;
  }
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  Result<JsonValue> json() const;  // null when empty
  bool operator==(const Payload&) const = default;

 private:
  std::string text_;
};

inline constexpr std::size_t payload_bytes_max = 16 * 1024;
inline constexpr std::size_t word_bytes_max = 200;  // every id and code of an event
inline constexpr std::size_t refs_max = 1000;

struct Event {
  std::int64_t sequence = 0;  // place in the town's log from 1; 0 while not yet placed
  Instant at;
  Verb verb = Verb::saved;
  std::string object_kind;  // "case", "person", "document", "register.resident" …
  std::string object_id;    // public id, or the row key as decimal text
  std::string case_id;      // public id of the case; empty when it belongs to none
  std::string actor;        // "staff:12", "account:7", "system", "system:deadline"
  std::string acting_for;   // 代決, 代理: in whose name; empty when for oneself
  std::string post;         // 職 at that moment
  std::int64_t rank = 0;    // 決裁 rank of the post; 0 unknown
  std::string section;
  std::string channel;  // "web", "counter", "post", "telephone", "job" …
  std::string terminal;
  std::string step;  // step id of the pack
  std::string reason_code;
  RuleRef rule;
  std::vector<Ref> refs;
  Payload payload;
  bool operator==(const Event&) const = default;
};

// Required: at, object_kind, object_id, actor. Words: valid UTF-8, no control characters, word_bytes_max.
// Errors: invalid "log.event" with the field in place.field; too_large "log.event_size".
Result<> check_event(const Event& event);

std::string canonical(const Event& event);              // the bytes of the leaf
Result<Event> parse_event(std::string_view canonical);  // strict: unknown members are an error ("log.event")
Hash leaf_hash(const Event& event);                     // SHA-256(0x00 ‖ canonical(event))

}  // namespace yakuba::log
