// Synthetic people: a whole town's register from one seed, pure, the same on every machine, and made to bite.
//
//   Parameters p = TRY(parse_parameters(toml_text, "packs/nagi/people/synthetic.toml"));
//   RegisterCopy copy = TRY(generate(p, demo_persons));
//
// It belongs to hall/people because its output is exactly people::RegisterCopy; nothing else is made here. What bites:
// births on 2/29, 4/1, 4/2 and the first of a month; twins; non-calendar and 不詳 births; 髙 﨑 𠮷 and Moji_Joho
// variation sequences; foreigners with 通称; 旧氏; households of 1–9 and two in one house; guardians apart; 支援措置;
// dead, moved out, moved back, 住登外; organisations; persons with no mail and no telephone. All names are drawn from
// lists of common names; any likeness is chance. Marked synthetic everywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "hall/people/copy.hpp"

namespace yakuba::people::synthetic {

// A share in parts of a thousand of the residents (or of what the name says).
struct Shares {
  int variant_names = 30;        // surnames written with 髙 﨑 𠮷 … or a variation sequence
  int variation_sequences = 12;  // of these persons at least so many with a real variation sequence
  int foreigners = 25;
  int foreigners_with_common_name = 800;  // of the foreigners
  int former_surnames = 12;               // 旧氏
  int births_on_edge_days = 30;           // 2/29, 4/1, 4/2, first of a month, beyond chance
  int twins = 12;                         // of births in families with children
  int unclear_births = 2;                 // 不詳 and non-calendar, among the old and the foreign
  int two_households_in_a_house = 40;     // of households
  int guardians_apart = 20;               // of children: a parent or guardian lives elsewhere
  int support_measures = 3;
  int suppressions = 2;
  int moved_back = 15;
  int no_mail = 450;
  int no_telephone = 60;
  int dead = 60;  // kept beside the residents
  int moved_out = 110;
  int non_residents = 40;
  int organisations = 35;
  bool operator==(const Shares&) const = default;
};

struct Area {
  std::string name;  // 大字, invented
  std::string kana;
  std::string postal_code;
  int weight = 1;
  bool operator==(const Area&) const = default;
};

struct Neighbour {
  std::string place;         // "岡山県津山市"
  std::string municipality;  // 団体コード with check digit
  bool operator==(const Neighbour&) const = default;
};

struct Parameters {
  std::uint64_t seed = 0;
  int residents = 0;  // about; the last household is kept whole
  Date as_of;
  std::string municipality;      // 団体コード with check digit
  std::string place;             // "岡山県勝田郡奈義町"
  std::string telephone_prefix;  // "0868-00"; numbers that are never given to anyone
  std::vector<Area> areas;
  std::vector<int> pyramid;           // weights of the ages 0–4, 5–9 … 100–104
  std::vector<Neighbour> neighbours;  // where people come from and go to
  Shares shares;
  bool operator==(const Parameters&) const = default;
};
inline constexpr int residents_max = 1'000'000;

// Errors: people.synthetic.parameters with file, line and key.
Result<Parameters> parse_parameters(std::string_view toml, std::string_view file);

// Persons that tests and journeys know by name: whole households with fixed 宛名番号, put before the drawn ones.
// The file has the same fields as the copy; see packs/nagi/people/demo.toml. Errors: people.synthetic.demo.
struct DemoPersons {
  RegisterCopy copy;
  std::map<std::string, PartyNumber, std::less<>> by_key;  // "arimoto.kenta" → number
};
Result<DemoPersons> parse_demo_persons(std::string_view toml, std::string_view file, const Parameters& parameters);

// Errors: people.synthetic.parameters (sizes out of bounds). Time: about 0.2 s for 24,000 residents (release).
Result<RegisterCopy> generate(const Parameters& parameters, const DemoPersons& demo = {});

}  // namespace yakuba::people::synthetic
