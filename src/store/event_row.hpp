// Internal: a row of the log as an event.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "log/event.hpp"

namespace yakuba::store {

Result<std::vector<log::Ref>> refs_from_json(std::string_view json);

// Takes any of the entries_* rows; they have the same members. Moves out of the row.
template <class Row>
Result<log::Event> event_of_row(Row& row) {
  auto verb = log::verb_from(row.verb);
  if (!verb) return fail(ErrorKind::corrupt, "store.log", "unknown verb in entry " + std::to_string(row.sequence));
  log::Event event;
  event.sequence = row.sequence;
  event.at = Instant{row.at};
  event.verb = *verb;
  event.object_kind = std::move(row.object_kind);
  event.object_id = std::move(row.object_id);
  if (row.case_id) event.case_id = std::move(*row.case_id);
  event.actor = std::move(row.actor);
  event.acting_for = std::move(row.acting_for);
  event.post = std::move(row.post);
  event.rank = row.rank;
  event.section = std::move(row.section);
  event.channel = std::move(row.channel);
  event.terminal = std::move(row.terminal);
  event.step = std::move(row.step);
  event.reason_code = std::move(row.reason_code);
  event.rule = {std::move(row.rule_id), std::move(row.rule_hash), row.rule_row};
  event.payload = log::Payload::from_store(std::move(row.payload));
  if (row.refs != "[]") event.refs = TRY(refs_from_json(row.refs));
  return event;
}

}  // namespace yakuba::store
