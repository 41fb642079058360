// The demonstration's people, and what the public side is told: who looked at a linked person's record.
#include "base/text.hpp"
#include "hall/people/copy.hpp"
#include "hall/people/pages.hpp"
#include "hall/people/rows.hpp"
#include "hall/people/synthetic/generator.hpp"
#include "hall/section/section.hpp"

namespace yakuba::people {
namespace {

constexpr int released_events_max = 500;  // in one transaction

std::string file_of(const pack::Pack& pack, std::string_view name) {
  auto found = pack.people.find(name);
  return found == pack.people.end() ? std::string() : found->second;
}

std::vector<PersonId> persons_in(const log::Event& event) {
  std::vector<PersonId> persons;
  auto add = [&](std::string_view id) {
    if (auto value = parse_integer(id)) persons.push_back(PersonId(*value));
  };
  if (event.object_kind == "person") add(event.object_id);
  for (const log::Ref& ref : event.refs)
    if (ref.kind == "person") add(ref.id);
  return persons;
}

bool is_read(const log::Event& event) {
  return event.verb == log::Verb::viewed || event.verb == log::Verb::exported || event.verb == log::Verb::printed;
}

class Release {
 public:
  Release(hall::Hall& hall, store::Tx& tx, const store::Town& town) : hall_(hall), tx_(tx), town_(town) {}

  // True when there may be more.
  Result<bool> run() {
    auto cursor = TRY(tx_.one<sql::ReleaseCursor>());
    const std::int64_t after = cursor ? cursor->after_sequence : 0;
    auto page = TRY(tx_.events_since(after, released_events_max));
    std::int64_t last = after;
    for (const log::Event& event : page.events) {
      if (event.sequence == 0) break;  // not placed yet: next time
      last = event.sequence;
      if (is_read(event)) TRY(release(event));
    }
    if (last == after) return false;
    TRY(tx_.run<sql::SetReleaseCursor>({.after_sequence = last}));
    return page.next != 0;
  }

 private:
  Result<> release(const log::Event& event) {
    auto payload = TRY(event.payload.json());
    const std::string purpose(payload.text_or("purpose", ""));
    if (purpose == code(Purpose::self)) return {};
    for (PersonId person : persons_in(event)) {
      const auto references = TRY(access::references_of_person(tx_, person.value));
      if (references.empty() || TRY(is_hidden(person))) continue;
      const access::ReleasedRead read{.at = event.at,
                                      .section_name = TRY(section_name(event.section)),
                                      .purpose = purpose,
                                      .subject = std::string(payload.text_or("what", event.object_kind))};
      const std::string key = std::to_string(event.sequence) + ":" + std::to_string(person.value);
      for (const PublicId& reference : references)
        TRY(access::release_read(hall_, tx_, town_, reference, key + ":" + reference.text(), read));
    }
    return {};
  }
  // 支援措置 hides all of it: somebody else may hold the account's password.
  Result<bool> is_hidden(PersonId person) {
    for (const Standing& standing : TRY(rows::standings(tx_, person)))
      if (standing.kind == StandingKind::support_measure && standing.in_force(hall_.clock.now())) return true;
    return false;
  }
  Result<std::string> section_name(const std::string& code) {
    if (code.empty()) return std::string();
    auto found = names_.find(code);
    if (found != names_.end()) return found->second;
    auto section = TRY(section::section_by_code(tx_, code, date_in_japan(hall_.clock.now())));
    return names_[code] = section ? section->name : code;
  }

  hall::Hall& hall_;
  store::Tx& tx_;
  const store::Town& town_;
  std::map<std::string, std::string> names_;
};

}  // namespace

Result<> release_looks(hall::Hall& hall, const store::Town& town) {
  const bool news = TRY(hall.store.read(town, [](store::ReadTx& tx) -> Result<bool> {
    const auto cursor = TRY(tx.one<sql::ReleaseCursor>());
    const auto page = TRY(tx.events_since(cursor ? cursor->after_sequence : 0, 1));
    return !page.events.empty() && page.events.front().sequence != 0;
  }));
  if (!news) return {};
  for (;;) {
    auto more = TRY(hall.store.change(town, [&](store::Tx& tx) { return Release(hall, tx, town).run(); }));
    if (!more) return {};
  }
}

Result<> fill_demo_town(hall::Hall& hall, const store::Town& town) {
  const Instant now = hall.clock.now();
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(now)));
  const auto parameters = TRY(synthetic::parse_parameters(file_of(*pack, "synthetic.toml"), "people/synthetic.toml"));
  const auto demo = TRY(synthetic::parse_demo_persons(file_of(*pack, "demo.toml"), "people/demo.toml", parameters));
  const RegisterCopy copy = TRY(synthetic::generate(parameters, demo));
  const Reader by{.actor = "system:demo", .channel = "job", .purpose = Purpose::maintenance, .at = now};
  const bool demo_town = hall.settings.demo && hall.info(town).demo;
  TRY(hall.store.change(town, [&](store::Tx& tx) { return import(tx, by, copy, {.demo_town = demo_town}); }));
  return {};
}

}  // namespace yakuba::people
