// Commands about the two sides as two processes: their keys, their pairing, what was set aside; and what the doctor
// says.
#include <fmt/format.h>

#include "base/text.hpp"
#include "yakuba/command.hpp"

namespace yakuba {
namespace {

constexpr std::int64_t silence_seconds_max = 300;  // longer: something is broken
constexpr std::size_t messages_shown_max = 10;

Result<> need_two_sides(Installation& installation) {
  if (installation.hall().settings.sides != hall::Sides::both) return {};
  return fail(ErrorKind::conflict, "exchange.one_process",
              "this folder serves both sides in one process: nothing is exchanged. Folders of one side are made by "
              "`yakuba init DIR --side public` and `--side office`");
}

std::string in_words(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} seconds", seconds);
  if (seconds < 2 * 3600) return fmt::format("{} minutes", seconds / 60);
  return seconds < 2 * 86'400 ? fmt::format("{} hours", seconds / 3600) : fmt::format("{} days", seconds / 86'400);
}

std::string line_of(const exchange::SetAside& one) {
  return fmt::format("{} {} ({})", one.kind, one.key, one.refused);
}

Finding examine_queue(std::string_view whose, const exchange::Queue& queue, Instant now) {
  if (queue.waiting == 0) return {true, fmt::format("no message of the {} side waits", whose)};
  const std::int64_t age = queue.oldest ? (now.microseconds - queue.oldest->microseconds) / 1'000'000 : 0;
  return {age <= silence_seconds_max,
          fmt::format("{} messages of the {} side wait, the oldest for {}", queue.waiting, whose, in_words(age))};
}

std::vector<Finding> examine_pairing(const exchange::State& state, bool office, Instant now) {
  const std::string_view own = office ? "office" : "public", other = office ? "public" : "office";
  if (!state.paired)
    return {{false, fmt::format("the {} side is not paired: print the keys of each side with `yakuba exchange key` and "
                                "give them to the other with `yakuba exchange pair --key`",
                                own)}};
  std::vector<Finding> findings{
      {true, office ? "paired with the public side at " + state.public_url : std::string("paired with the office")}};
  if (!state.contact) {
    findings.push_back({false, fmt::format("nothing was ever exchanged with the {} side: is it served{}?", other,
                                           office ? "" : ", and paired with this side's keys and address")});
  } else {
    const std::int64_t silent = (now.microseconds - state.contact->microseconds) / 1'000'000;
    const bool good = silent <= silence_seconds_max;
    findings.push_back({good, fmt::format("last exchange with the {} side at {}{}", other, state.contact->text(),
                                          good ? ""
                                               : fmt::format(": nothing for {}; is it served, and reachable from "
                                                             "the office?",
                                                             in_words(silent)))});
  }
  return findings;
}

}  // namespace

std::vector<Finding> examine_sides(Installation& installation, const store::Town& town) {
  hall::Hall& hall = installation.hall();
  if (hall.settings.sides == hall::Sides::both) return {{true, "one process serves both sides"}};
  const auto state = exchange::state(hall, town);
  const auto aside = hall.store.read(town, exchange::set_aside);
  if (!state || !aside) return {{false, describe(!state ? state.error() : aside.error())}};
  const bool office = hall.settings.sides == hall::Sides::office_only;
  const Instant now = hall.clock.now();
  std::vector<Finding> findings = examine_pairing(*state, office, now);
  findings.push_back(examine_queue(office ? "office" : "public", state->own, now));
  if (state->other) findings.push_back(examine_queue("public", *state->other, now));
  std::string shown;
  for (std::size_t i = 0; i < aside->size() && i < messages_shown_max; ++i) shown += "\n  " + line_of((*aside)[i]);
  findings.push_back({aside->empty(), aside->empty()
                                          ? std::string("no message was set aside")
                                          : fmt::format("{} messages were set aside; mend the cause, then `yakuba "
                                                        "exchange retry --town {}`:{}",
                                                        state->own.set_aside, town.name(), shown)});
  if (state->other && state->other->set_aside > 0)
    findings.push_back({false, fmt::format("{} messages were set aside by the public side: see `yakuba doctor` there",
                                           state->other->set_aside)});
  return findings;
}

Result<> show_exchange_key(Installation& installation, const JsonValue& arguments, std::string& out) {
  TRY(need_two_sides(installation));
  out += TRY(exchange::own_key(installation.hall(), TRY(town_of(installation, arguments)))) + "\n";
  return {};
}

Result<> pair_sides(Installation& installation, const JsonValue& arguments, std::string& out) {
  TRY(need_two_sides(installation));
  hall::Hall& hall = installation.hall();
  const store::Town town = TRY(town_of(installation, arguments));
  const exchange::Pairing pairing{.peer_key = TRY(needed(arguments, "key")),
                                  .public_url = std::string(arguments.text_or("public-url", "")),
                                  .authority_file = std::string(arguments.text_or("public-ca", ""))};
  TRY(exchange::pair(hall, town, pairing));
  out += pairing.public_url.empty() ? "Paired: this public side now answers that office.\n"
                                    : "Paired: this office now fetches from " + pairing.public_url + ".\n";
  return {};
}

Result<> retry_messages(Installation& installation, const JsonValue& arguments, std::string& out) {
  TRY(need_two_sides(installation));
  const auto retried = TRY(exchange::retry(installation.hall(), TRY(town_of(installation, arguments))));
  out += fmt::format("{} received, {} set aside again\n", retried.received, retried.refused.size());
  for (const exchange::SetAside& one : retried.refused) out += "  " + line_of(one) + "\n";
  return {};
}

}  // namespace yakuba
