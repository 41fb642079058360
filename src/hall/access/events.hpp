// Events of this folder, and the windows in which attempts are counted.
#pragma once

#include "log/event.hpp"
#include "store/tx.hpp"

namespace yakuba::access {

inline constexpr std::int64_t attempt_window_seconds = 15 * 60;
inline std::int64_t attempt_window(Instant at) {
  return at.microseconds / 1'000'000 / attempt_window_seconds;
}

struct Happened {
  Instant at;
  log::Verb verb;
  std::string actor;
  std::string object_kind, object_id;
  std::string reason_code = {};
  std::string terminal = {};
  std::vector<log::Ref> refs = {};
  std::string section = {};
};
inline Result<> append(store::Tx& tx, const Happened& what) {
  log::Event event;
  event.at = what.at;
  event.verb = what.verb;
  event.actor = what.actor;
  event.object_kind = what.object_kind;
  event.object_id = what.object_id;
  event.reason_code = what.reason_code;
  event.terminal = what.terminal;
  event.refs = what.refs;
  event.section = what.section;
  event.channel = what.actor.starts_with("system:") || what.actor.starts_with("console:") ? "job" : "web";
  return tx.append(event);
}

}  // namespace yakuba::access
