#include "mining/course.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace yakuba::mining {
namespace {

constexpr std::int64_t microseconds_per_minute = 60'000'000;

Interval begin(const Moment& moment, const std::string& step, std::int64_t place) {
  Interval interval;
  interval.case_id = moment.case_id;
  interval.place = place;
  interval.step = step;
  interval.offered = moment.at;
  return interval;
}

std::optional<Interval> end(std::optional<Interval>& open, const Moment& moment) {
  if (!open) return std::nullopt;
  Interval ended = std::move(*open);
  open.reset();
  ended.ended = moment.at;
  ended.verb = moment.verb;
  ended.to = moment.to;
  ended.reason = moment.reason;
  return ended;
}

}  // namespace

std::optional<Interval> advance(std::optional<Interval>& open, const Moment& moment) {
  switch (moment.kind) {
    case Kind::submitted:
      if (!open) open = begin(moment, moment.step, 1);
      return std::nullopt;
    case Kind::taken:
      // The first 着手 counts: handing a file to a colleague is no new wait for the applicant.
      if (open && !open->taken) open->taken = moment.at;
      return std::nullopt;
    case Kind::moved: {
      const std::int64_t place = open ? open->place + 1 : 1;
      auto ended = end(open, moment);
      open = begin(moment, moment.to, place);
      return ended;
    }
    case Kind::closed:
      return end(open, moment);
  }
  return std::nullopt;
}

std::int64_t clock_minutes(Instant from, Instant to) {
  return to <= from ? 0 : (to.microseconds - from.microseconds) / microseconds_per_minute;
}

void measure(Interval& interval, const Minutes& minutes) {
  if (!interval.ended) return;
  // A hand that set its clock wrong may have taken the file before it came or after it went.
  const Instant last = std::max(*interval.ended, interval.offered);
  const Instant taken = std::clamp(interval.taken.value_or(last), interval.offered, last);
  interval.waiting_minutes = minutes(interval.offered, taken);
  interval.working_minutes = minutes(taken, last);
}

std::vector<Interval> intervals(std::span<const Moment> moments, const Minutes& minutes) {
  std::vector<Interval> done;
  std::unordered_map<std::string_view, std::size_t> places;  // case → index in `open`, in order of arrival
  std::vector<std::optional<Interval>> open;
  for (const Moment& moment : moments) {
    const auto [at, fresh] = places.try_emplace(moment.case_id, open.size());
    if (fresh) open.emplace_back();
    if (auto ended = advance(open[at->second], moment)) {
      measure(*ended, minutes);
      done.push_back(std::move(*ended));
    }
  }
  for (std::optional<Interval>& still : open)
    if (still) done.push_back(std::move(*still));
  return done;
}

}  // namespace yakuba::mining
