#include "hall/module.hpp"

#include "hall/people/pages.hpp"
#include "hall/people/queries.hpp"
#include "hall/people/synthetic/generator.hpp"

namespace yakuba::people {
namespace {

std::vector<hall::Route> routes() {
  std::vector<hall::Route> all;
  for (auto&& some : {finding_routes(), person_routes(), standing_routes()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

// The number of a person of people/demo.toml, for the pages that tests open.
Result<PartyNumber> demo_number(hall::Hall& hall, const store::Town& town, std::string_view key) {
  const auto pack = TRY(hall.packs.in_force(town, date_in_japan(hall.clock.now())));
  auto text = [&](std::string_view name) {
    auto found = pack->people.find(name);
    return found == pack->people.end() ? std::string() : found->second;
  };
  const auto parameters = TRY(synthetic::parse_parameters(text("synthetic.toml"), "people/synthetic.toml"));
  const auto demo = TRY(synthetic::parse_demo_persons(text("demo.toml"), "people/demo.toml", parameters));
  auto found = key.empty() ? demo.by_key.begin() : demo.by_key.find(key);
  if (found == demo.by_key.end())
    return fail(ErrorKind::not_found, "people.not_found", "no such person in people/demo.toml");
  return found->second;
}

// The first demo person with a standing in force, and that standing.
Result<std::pair<PartyNumber, StandingId>> demo_standing(hall::Hall& hall, const store::Town& town) {
  const PartyNumber number = TRY(demo_number(hall, town, "kuroiwa.mayu"));
  const Reader reader{
      .actor = "system:fixtures", .purpose = Purpose::audit, .sees_protected = true, .at = hall.clock.now()};
  auto file = TRY(look(hall.store, town, [&](store::ReadTx& tx) { return person(tx, reader, number); }));
  if (file.standings.empty()) return fail(ErrorKind::not_found, "people.not_found", "no standing in the demo data");
  return std::pair(number, file.standings.front().id);
}

}  // namespace

hall::Module module() {
  using web::Side;
  return {
      .name = "people",
      .side = Side::office_side,
      .routes = routes(),
      .migrations = sql::migrations,
      .tasks = {{.name = "people.release_looks", .seconds = 5, .side = Side::office_side, .run = release_looks}},
      .menu = {{.order = 40,
                .side = Side::office_side,
                .label = [](hall::Call& call) { return call.words(Text::menu).plain(); },
                .path = "/people",
                .permission = "person.find"}},
      .permissions = {{"person.find", "search for persons; the search is recorded"},
                      {"person.read", "open a person's record; the reading is recorded"},
                      {"person.export", "take out a list of names, with its legal ground"},
                      {"person.see_protected", "see address and household in spite of a support measure"},
                      {"person.protect", "enter and lift support measures and suppressions"},
                      {"person.audit", "see who looked at a person's record"}},
      .fixtures = {{"demo-person",
                    [](hall::Hall& hall, const store::Town& town) -> Result<std::string> {
                      return TRY(demo_number(hall, town, "")).text();
                    }},
                   {"demo-protected-person",
                    [](hall::Hall& hall, const store::Town& town) -> Result<std::string> {
                      return TRY(demo_standing(hall, town)).first.text();
                    }},
                   {"demo-standing",
                    [](hall::Hall& hall, const store::Town& town) -> Result<std::string> {
                      return std::to_string(TRY(demo_standing(hall, town)).second.value);
                    }}},
      .demo = {{"synthetic residents", fill_demo_town, Side::office_side}},
  };
}

}  // namespace yakuba::people
