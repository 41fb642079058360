// What a reading leaves behind: events for the log, and for a search a row with what was typed.
#include <algorithm>
#include <array>

#include "hall/people/rows.hpp"

namespace yakuba::people {
namespace {

constexpr std::array<std::string_view, 10> purposes{"counter", "reception",   "examination", "approval", "certificate",
                                                    "payment", "maintenance", "batch",       "audit",    "self"};

Result<> check(const Trace& trace) {
  const Reader& reader = trace.reader;
  if (reader.actor.empty()) return fail(ErrorKind::internal, "people.purpose", "a reading without an actor");
  if (reader.purpose == Purpose::batch && reader.law.empty())
    return fail(ErrorKind::internal, "people.purpose", "a batch must name its law");
  if (!trace.query.empty() && trace.query_key.size() != 32)
    return fail(ErrorKind::internal, "people.purpose", "a search needs a key of 32 bytes for its HMAC");
  return {};
}

// An inquiry is named by its key, so the same reading told twice (a retried transaction) is one row.
std::string inquiry_id(const Trace& trace) {
  return hex(sha256(trace.query_key)).substr(0, 32);
}

log::Event event_of(const Trace& trace) {
  const Reader& reader = trace.reader;
  JsonObject payload{{"purpose", std::string(code(reader.purpose))}, {"what", trace.what}};
  if (!reader.law.empty()) payload["law"] = reader.law;
  log::Event event{.at = reader.at,
                   .verb = trace.verb,
                   .object_kind = "person",
                   .object_id = {},
                   .case_id = reader.case_id,
                   .actor = reader.actor,
                   .acting_for = reader.acting_for,
                   .post = reader.post,
                   .rank = reader.rank,
                   .section = reader.section,
                   .channel = reader.channel,
                   .terminal = reader.terminal};
  if (!trace.query.empty()) {
    event.object_kind = "inquiry";
    event.object_id = inquiry_id(trace);
    JsonArray fields;
    for (const auto& field : trace.query_fields) fields.push_back(field);
    payload["fields"] = std::move(fields);
    payload["query_hmac"] = hex(hmac_sha256(trace.query_key, view(trace.query)));
    payload["count"] = static_cast<std::int64_t>(trace.persons.size());
  } else if (reader.purpose == Purpose::batch) {
    event.object_kind = "batch";
    event.object_id = trace.what;
  }
  event.payload = std::move(payload);
  return event;
}

// One event; several only when more persons were shown than an event may name.
std::vector<log::Event> events_of(const Trace& trace) {
  log::Event event = event_of(trace);
  auto persons = std::span(trace.persons);
  if (event.object_kind == "person") {
    if (persons.empty()) return {};  // nothing was shown
    event.object_id = std::to_string(persons.front().value);
    persons = persons.subspan(1);
  }
  std::vector<log::Event> events;
  do {
    auto part = persons.first(std::min(persons.size(), log::refs_max));
    persons = persons.subspan(part.size());
    event.refs.clear();
    for (PersonId id : part) event.refs.push_back({"person", std::to_string(id.value)});
    events.push_back(event);
  } while (!persons.empty());
  return events;
}

Result<> keep_inquiry(store::Tx& tx, const Trace& trace) {
  std::string fields;
  for (const auto& field : trace.query_fields) fields += (fields.empty() ? "" : " ") + field;
  TRY(tx.run<sql::InsertInquiry>({.id = inquiry_id(trace),
                                  .at = trace.reader.at.microseconds,
                                  .actor = trace.reader.actor,
                                  .fields = fields,
                                  .query = trace.query,
                                  .hmac_key = trace.query_key}));
  return {};
}

std::optional<Look> look_from(const log::Event& event) {
  if (event.verb != log::Verb::viewed && event.verb != log::Verb::exported && event.verb != log::Verb::printed)
    return {};
  Look look{.at = event.at,
            .actor = event.actor,
            .section = event.section,
            .post = event.post,
            .verb = std::string(log::verb_name(event.verb)),
            .what = {},
            .purpose = {},
            .law = {},
            .case_id = event.case_id};
  auto payload = event.payload.json();
  if (!payload) return look;
  look.what = payload->text_or("what", event.object_kind);
  look.purpose = payload->text_or("purpose", "");
  look.law = payload->text_or("law", "");
  return look;
}

}  // namespace

std::string_view code(Purpose purpose) {
  return purposes[static_cast<std::size_t>(purpose)];
}
std::optional<Purpose> parse_purpose(std::string_view word) {
  auto found = std::ranges::find(purposes, word);
  if (found == purposes.end()) return {};
  return static_cast<Purpose>(found - purposes.begin());
}

Result<> record(store::Tx& tx, const Trace& trace) {
  TRY(check(trace));
  if (!trace.query.empty()) TRY(keep_inquiry(tx, trace));
  for (const log::Event& event : events_of(trace)) TRY(tx.append(event));
  return {};
}

Result<> record(store::Store& store, store::Town town, const Trace& trace) {
  TRY(check(trace));
  if (!trace.query.empty()) return store.change(town, [&](store::Tx& tx) -> Result<> { return record(tx, trace); });
  for (const log::Event& event : events_of(trace)) TRY(store.append_read(town, event));
  return {};
}

Result<Sealed<Looks>> who_looked(store::ReadTx& tx, const Reader& reader, PersonId id, std::int64_t before, int limit) {
  TRY(rows::person(tx, id));
  const std::string object = std::to_string(id.value);
  struct Numbered {
    std::int64_t sequence;
    Look look;
  };
  std::vector<Numbered> all;  // the log gives the oldest first; the newest `limit` before `before` are wanted
  for (std::int64_t after = 0;;) {
    auto page = TRY(tx.events_of_object("person", object, after));
    for (const log::Event& event : page.events) {
      const bool too_new = before > 0 && (event.sequence == 0 || event.sequence >= before);
      if (too_new) continue;
      if (auto look = look_from(event)) all.push_back({event.sequence, std::move(*look)});
    }
    if (page.next == 0) break;
    after = page.next;
  }
  Looks looks;
  const auto shown = std::min<std::size_t>(all.size(), static_cast<std::size_t>(std::max(1, limit)));
  for (std::size_t i = 0; i < shown; ++i) looks.rows.push_back(std::move(all[all.size() - 1 - i].look));
  if (shown < all.size()) looks.before = all[all.size() - shown].sequence;
  return Sealed<Looks>(std::move(looks), Trace{.reader = reader, .persons = {id}, .what = "looks"});
}

}  // namespace yakuba::people
