// The reading of the log: events become stays in steps, stamps and sums of a case. One transaction per part, with its
// cursor.
#include "hall/insight/insight.hpp"
#include "hall/insight/queries.hpp"

namespace yakuba::insight {
namespace {

// Raised when events are read another way than before: every town then reads its log anew.
constexpr std::int64_t reading = 2;
constexpr int part_max = 500;  // events in one transaction

std::optional<Instant> instant(std::optional<std::int64_t> at) {
  return at ? std::optional(Instant{*at}) : std::nullopt;
}
std::optional<std::int64_t> number(std::optional<Instant> at) {
  return at ? std::optional(at->microseconds) : std::nullopt;
}

// One part of the log on its way into the rows.
class Reading {
 public:
  Reading(store::Tx& tx, const pack::Pack& pack) : tx_(tx), pack_(pack) {}

  Result<> take(const log::Event& event) {
    if (event.case_id.empty()) return {};
    if (event.object_kind == "case") return of_case(event);
    if (event.object_kind == "approval") return of_approval(event);
    return {};
  }

  Result<> keep_open() {
    for (const auto& [id, open] : open_)
      if (open) TRY(put(*open));
    return {};
  }

 private:
  Result<> of_case(const log::Event& event) {
    const JsonValue payload = TRY(event.payload.json());
    mining::Moment moment{.case_id = event.case_id,
                          .at = event.at,
                          .step = event.step,
                          .verb = std::string(log::verb_name(event.verb)),
                          .to = std::string(payload.text_or("to", "")),
                          .reason = event.reason_code};
    if (event.verb == log::Verb::submitted) {
      moment.kind = mining::Kind::submitted;
      TRY(begin(event, payload));
    } else if (event.verb == log::Verb::taken) {
      moment.kind = mining::Kind::taken;
    } else if (event.verb == log::Verb::closed) {
      moment.kind = mining::Kind::closed;
    } else if (moment.to.empty()) {  // says something of the case, but moves it nowhere (assigned names a person)
      return sums(event);
    }
    std::optional<mining::Interval>& open = *TRY(open_of(event.case_id));
    if (auto ended = mining::advance(open, moment)) {
      const pack::Calendar* calendar = TRY(calendar_of(event.case_id));
      mining::measure(*ended, minutes_of(calendar));
      TRY(put(*ended));
    }
    return sums(event);
  }

  Result<> begin(const log::Event& event, const JsonValue& payload) {
    const std::string procedure(payload.text_or("procedure", ""));
    const pack::Procedure* known = pack_.procedure(procedure);
    TRY(tx_.run<sql::InsertCase>({.case_id = event.case_id,
                                  .number = payload.text_or("number", ""),
                                  .procedure = procedure,
                                  .pack = payload.text_or("pack", ""),
                                  .channel = event.channel,
                                  .section = known ? known->section : event.section,
                                  .submitted_at = event.at.microseconds,
                                  .submitted_on = date_in_japan(event.at).text()}));
    return {};
  }

  Result<> sums(const log::Event& event) {
    using enum log::Verb;
    const std::string& id = event.case_id;
    switch (event.verb) {
      case granted:
      case rejected:
        TRY(tx_.run<sql::DecideCase>({.case_id = id,
                                      .decided_at = event.at.microseconds,
                                      .decided_on = date_in_japan(event.at).text(),
                                      .outcome = log::verb_name(event.verb)}));
        break;
      case decided_by_rule:
      case departed:  // the last draft counts: it is the one that was decided on
        TRY(tx_.run<sql::DepartCase>({.case_id = id, .departed = event.verb == departed ? 1 : 0}));
        break;
      case asked:
        TRY(tx_.run<sql::CountAsked>({.case_id = id}));
        break;
      case returned:
        TRY(tx_.run<sql::CountReturned>({.case_id = id}));
        break;
      case closed:
        TRY(tx_.run<sql::CloseCase>({.case_id = id, .closed_at = event.at.microseconds}));
        break;
      default:
        break;
    }
    return {};
  }

  // A stamp says since when its line waited, one that ended in 差し戻し too: the desk had it as long. 代決 writes a
  // second event (acted-for) beside the stamp: not counted.
  Result<> of_approval(const log::Event& event) {
    using enum log::Verb;
    if (event.verb != approved && event.verb != consented && event.verb != objected && event.verb != returned)
      return {};
    const JsonValue payload = TRY(event.payload.json());
    const auto since = payload.integer("waiting_since");
    if (!since) return {};
    const pack::Calendar* calendar = TRY(calendar_of(event.case_id));
    TRY(tx_.run<sql::PutStamp>({.sequence = event.sequence,
                                .case_id = event.case_id,
                                .kind = payload.text_or("kind", ""),
                                .rank = payload.text_or("rank", ""),
                                .waiting_since = *since,
                                .stamped_at = event.at.microseconds,
                                .minutes = minutes_of(calendar)(Instant{*since}, event.at)}));
    return {};
  }

  Result<std::optional<mining::Interval>*> open_of(const std::string& id) {
    const auto [at, fresh] = open_.try_emplace(id);
    if (!fresh) return &at->second;
    if (const auto row = TRY(tx_.one<sql::OpenInterval>({.case_id = id}))) {
      mining::Interval interval{.case_id = id, .place = row->place, .step = row->step};
      interval.offered = Instant{row->offered_at};
      interval.taken = instant(row->taken_at);
      at->second = std::move(interval);
    }
    return &at->second;
  }

  Result<const pack::Calendar*> calendar_of(const std::string& id) {
    const auto [at, fresh] = calendars_.try_emplace(id, nullptr);
    if (fresh)
      if (const auto row = TRY(tx_.one<sql::SectionOfCase>({.case_id = id})))
        at->second = pack_.calendar_of(row->section);
    return at->second;
  }

  static mining::Minutes minutes_of(const pack::Calendar* calendar) {
    if (!calendar) return mining::clock_minutes;
    return [calendar](Instant from, Instant to) { return calendar->open_minutes_between(from, to); };
  }

  Result<> put(const mining::Interval& i) {
    TRY(tx_.run<sql::PutInterval>({.case_id = i.case_id,
                                   .place = i.place,
                                   .step = i.step,
                                   .offered_at = i.offered.microseconds,
                                   .taken_at = number(i.taken),
                                   .ended_at = number(i.ended),
                                   .verb = i.verb,
                                   .to_step = i.to,
                                   .reason = i.reason,
                                   .waiting_minutes = i.waiting_minutes,
                                   .working_minutes = i.working_minutes}));
    return {};
  }

  store::Tx& tx_;
  const pack::Pack& pack_;
  std::map<std::string, std::optional<mining::Interval>> open_;
  std::map<std::string, const pack::Calendar*> calendars_;
};

Result<> forget(store::Tx& tx) {
  TRY(tx.run<sql::ForgetCases>());
  TRY(tx.run<sql::ForgetIntervals>());
  TRY(tx.run<sql::ForgetStamps>());
  return {};
}

// Reads one part; gives how many events it had, 0 at the end of the log.
Result<std::int64_t> read_part(store::Tx& tx, const pack::Pack& pack, Instant now) {
  const auto cursor = TRY(tx.one<sql::Cursor>());
  const bool anew = cursor && cursor->reading != reading;
  if (anew) TRY(forget(tx));
  std::int64_t last = cursor && !anew ? cursor->sequence : 0;
  const store::EventPage page = TRY(tx.events_since(last, part_max));
  Reading part(tx, pack);
  std::int64_t read = 0;
  for (const log::Event& event : page.events) {
    if (event.sequence == 0) break;  // not yet placed: it comes again, in its place
    TRY(part.take(event));
    last = event.sequence;
    ++read;
  }
  TRY(part.keep_open());
  TRY(tx.run<sql::PutCursor>(
      {.sequence = last, .reading = reading, .pack = hex(pack.version), .at = now.microseconds}));
  return read;
}

}  // namespace

Result<std::int64_t> derive(hall::Hall& hall, const store::Town& town) {
  std::int64_t all = 0;
  while (true) {
    const Instant now = hall.clock.now();
    const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(now)));
    const std::int64_t read = TRY(hall.store.change(town, [&](store::Tx& tx) { return read_part(tx, *pack, now); }));
    all += read;
    if (read < part_max) return all;
  }
}

Result<std::int64_t> rebuild(hall::Hall& hall, const store::Town& town) {
  TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    TRY(forget(tx));
    TRY(tx.run<sql::PutCursor>({.sequence = 0, .reading = reading, .pack = "", .at = hall.clock.now().microseconds}));
    return {};
  }));
  return derive(hall, town);
}

}  // namespace yakuba::insight
