// The office's half: facts of the register released for linked persons, so that a household is offered and never asked
// again. Runs on the office side only; what it sends is kept by the public side under the opaque reference.
#include "hall/application/application.hpp"
#include "hall/people/people.hpp"

namespace yakuba::application {
namespace {

// What the form may offer: the facts that questions draw from, never more.
constexpr std::array<std::string_view, 3> released_keys{"claimant", "household", "children"};

// Once a day for each reference.
Result<> release_to(hall::Hall& hall, const store::Town& town, PublicId reference, people::PersonId person) {
  const Instant now = hall.clock.now();
  const Date today = date_in_japan(now);
  const std::vector<std::string> keys(released_keys.begin(), released_keys.end());
  TRY(hall.store.change(
      town, store::ChangeKey{"release:" + reference.text() + ":" + today.text()}, [&](store::Tx& tx) -> Result<bool> {
        people::Reader reader{.actor = "system:release"};
        reader.purpose = people::Purpose::self;
        reader.at = now;
        const JsonObject facts = TRY(people::reveal(tx, TRY(people::facts(tx, reader, person, today, keys))));
        TRY(hall.exchange.send(
            tx, town,
            {.kind = std::string(released_message),
             .key = reference.text() + ":" + today.text(),
             .payload =
                 JsonValue(JsonObject{{"reference", reference.text()}, {"as_of", today.text()}, {"facts", facts}})
                     .canonical(),
             .blobs = {}}));
        return true;
      }));
  return {};
}

}  // namespace

// Sends the facts of every linked person whose last release is of another day.
Result<> send_released(hall::Hall& hall, const store::Town& town) {
  const auto linked = TRY(hall.store.read(town, [](store::ReadTx& tx) { return access::linked_persons(tx); }));
  for (const auto& [reference, person] : linked) TRY(release_to(hall, town, reference, people::PersonId(person)));
  return {};
}

// Of the one who was linked just now: he need not wait for the next round.
Result<> release_to_linked(hall::Hall& hall, const store::Town& town, const store::Job& job) {
  const auto reference = PublicId::parse(job.payload);
  if (!reference) return fail(ErrorKind::corrupt, "application.release", job.key);
  const auto person =
      TRY(hall.store.read(town, [&](store::ReadTx& tx) { return access::person_of_reference(tx, *reference); }));
  return person ? release_to(hall, town, *reference, people::PersonId(*person)) : Result<>();
}

}  // namespace yakuba::application
