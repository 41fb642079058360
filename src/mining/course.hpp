// A case as the log tells it: in which step it was, from when to when, and when somebody began to work on it.
//
//   std::optional<Interval> open;                              // the step a case is in
//   for (const Moment& moment : moments_of_one_case)
//     if (auto ended = advance(open, moment)) keep(*ended);    // left the step: offered, taken, ended are known
//   measure(interval, [&](Instant from, Instant to) { return calendar.open_minutes_between(from, to); });
//
// An activity is (step of the pack, verb). A step begins when the case comes to it (offered); work begins with `taken`
// (着手); it ends with the verb that moves the case on. From offered to taken is waiting, from taken to the end is
// working; a step that nobody took is waiting throughout. Times are minutes of open offices, by a calendar given as a
// function; without one, minutes of the clock.
//
// Pure: no clock, no store. Threads: values. Errors: none; what cannot follow (a verb for a step the case is not in) is
// taken as the log says it, so that a log with a hole still gives the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/date.hpp"

namespace yakuba::mining {

// One event of a case, as far as it moves the case.
enum class Kind {
  submitted,  // the case begins in `step`
  taken,      // 着手
  moved,      // left `step` for `to` by `verb`
  closed,     // the case is finished
};
struct Moment {
  std::string case_id;
  Instant at;
  Kind kind = Kind::moved;
  std::string step;
  std::string verb;    // "examined"
  std::string to;      // step after it; only for moved
  std::string reason;  // reason code: of a correction, a return
};

// One stay of a case in a step.
struct Interval {
  std::string case_id;
  std::int64_t place = 1;  // 1st, 2nd … step of the case; a step comes again after a return
  std::string step;
  Instant offered;
  std::optional<Instant> taken, ended;
  std::string verb, to, reason;      // how it ended; empty while open
  std::int64_t waiting_minutes = 0;  // by measure()
  std::int64_t working_minutes = 0;
  std::int64_t minutes() const { return waiting_minutes + working_minutes; }
  bool operator==(const Interval&) const = default;
};

// Applies one event to the case's open step. Gives the stay that ended, if one did.
std::optional<Interval> advance(std::optional<Interval>& open, const Moment& moment);

// Minutes of open offices between two instants; 0 when the second is not later.
using Minutes = std::function<std::int64_t(Instant from, Instant to)>;
std::int64_t clock_minutes(Instant from, Instant to);
// Fills waiting and working of an ended stay; an open one stays at 0.
void measure(Interval& interval, const Minutes& minutes);

// A whole log, in its order, many cases mixed: the ended stays in the order in which they ended, then the open ones.
std::vector<Interval> intervals(std::span<const Moment> moments, const Minutes& minutes = clock_minutes);

}  // namespace yakuba::mining
