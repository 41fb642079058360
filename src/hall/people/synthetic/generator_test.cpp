// Does the invented town bite? Each thing that a register must survive is counted against its share.
#include "hall/people/synthetic/generator.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unordered_map>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace yakuba::people::synthetic {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(std::string(YAKUBA_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

struct Made {
  Parameters parameters;
  DemoPersons demo;
  RegisterCopy copy;
};
Made make(const std::string& town) {
  const std::string folder = "packs/" + town + "/people/";
  auto parameters = parse_parameters(file_text(folder + "synthetic.toml"), folder + "synthetic.toml");
  if (!parameters) throw std::runtime_error(describe(parameters.error()));
  auto demo = parse_demo_persons(file_text(folder + "demo.toml"), folder + "demo.toml", *parameters);
  if (!demo) throw std::runtime_error(describe(demo.error()));
  auto copy = generate(*parameters, *demo);
  if (!copy) throw std::runtime_error(describe(copy.error()));
  return {*parameters, *demo, *copy};
}
const Made& nagi() {
  static const Made made = make("nagi");
  return made;
}

bool has_selector(std::string_view text) {
  return text.find("\xF3\xA0") != std::string_view::npos;
}
bool has_variant(std::string_view text) {
  if (has_selector(text)) return true;
  for (std::string_view c : {"髙", "﨑", "𠮷", "邊", "邉", "齋", "濵", "桒", "𡈽", "澤", "廣", "櫻", "國", "嶋"})
    if (text.find(c) != std::string_view::npos) return true;
  return false;
}
struct Counted {
  int residents = 0, with_variant = 0, with_selector = 0, foreign = 0, with_common_name = 0, former_surname = 0;
  int unclear = 0, non_calendar = 0, leap = 0, april_first = 0, april_second = 0, first_of_month = 0;
  int adults = 0, no_mail = 0, no_telephone = 0, nothing = 0, moved_back = 0, dead = 0, moved_out = 0, non_resident = 0;
};
Counted count(const RegisterCopy& copy) {
  Counted n;
  for (const PersonRecord& p : copy.persons) {
    n.dead += p.status == Status::dead;
    n.moved_out += p.status == Status::moved_out;
    n.non_resident += p.status == Status::non_resident;
    if (p.status != Status::resident) continue;
    ++n.residents;
    n.with_variant += has_variant(p.name.registered);
    n.with_selector += has_selector(p.name.registered);
    n.foreign += p.residence.has_value();
    n.with_common_name += !p.name.common_name.empty();
    n.former_surname += !p.name.former_surname.empty();
    n.unclear += p.birth.form() == BirthDate::Form::unclear;
    n.non_calendar += p.birth.form() == BirthDate::Form::non_calendar;
    if (auto day = p.birth.day()) {
      n.leap += day->month() == 2 && day->day() == 29;
      n.april_first += day->month() == 4 && day->day() == 1;
      n.april_second += day->month() == 4 && day->day() == 2;
      n.first_of_month += day->day() == 1;
    }
    bool mail = false, telephone = false, away = false;
    for (const Contact& c : p.contacts) {
      mail |= c.kind == ContactKind::mail;
      telephone |= c.kind == ContactKind::telephone || c.kind == ContactKind::mobile;
    }
    for (const Address& a : p.addresses) away |= a.kind == AddressKind::registered && a.valid.until.has_value();
    n.moved_back += away;
    if (p.birth.age_range(copy.as_of).least < 18) continue;
    ++n.adults;
    n.no_mail += !mail;
    n.no_telephone += !telephone;
    n.nothing += !mail && !telephone;
  }
  return n;
}
int per_thousand(int part, int whole) {
  return whole == 0 ? 0 : part * 1000 / whole;
}

TEST(SyntheticPeople, AreTheSameFromTheSameSeedAndOthersFromAnother) {
  auto again = generate(nagi().parameters, nagi().demo);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, nagi().copy);
  Parameters other = nagi().parameters;
  other.seed += 1;
  EXPECT_NE(*generate(other, nagi().demo), nagi().copy);
}

TEST(SyntheticPeople, FillTheTownAndAreMarked) {
  const Counted n = count(nagi().copy);
  EXPECT_NEAR(n.residents, 5700, 20) << "about: families stay whole, some fathers are posted elsewhere";
  EXPECT_TRUE(nagi().copy.synthetic);
  EXPECT_EQ(check_copy(nagi().copy).size(), 0U);
}

TEST(SyntheticPeople, CarryNamesThatBite) {
  const Counted n = count(nagi().copy);
  EXPECT_GE(per_thousand(n.with_selector, n.residents), 10) << "variation sequences, 1 %";
  EXPECT_GE(per_thousand(n.with_variant, n.residents), 20);
  EXPECT_LE(per_thousand(n.with_variant, n.residents), 60);
  EXPECT_GE(per_thousand(n.with_common_name, n.residents), 20) << "foreigners with 通称, 2 %";
  EXPECT_GE(n.foreign, n.with_common_name);
  EXPECT_GE(per_thousand(n.former_surname, n.residents), 10);
  bool high = false, cape = false, fortune = false;
  for (const auto& p : nagi().copy.persons) {
    high |= p.name.registered.find("髙") != std::string::npos;
    cape |= p.name.registered.find("﨑") != std::string::npos;
    fortune |= p.name.registered.find("𠮷") != std::string::npos;
    EXPECT_TRUE(check_name(p.name.registered, "name")) << p.name.registered;
  }
  EXPECT_TRUE(high && cape && fortune);
}

TEST(SyntheticPeople, AreBornOnDaysThatBite) {
  const Counted n = count(nagi().copy);
  EXPECT_GE(n.leap, 30) << "chance alone gives four";
  EXPECT_GE(n.april_first, 40) << "chance alone gives sixteen";
  EXPECT_GE(n.april_second, 40);
  EXPECT_GE(per_thousand(n.first_of_month, n.residents), 40);
  EXPECT_GE(n.unclear, 4);
  EXPECT_GE(n.non_calendar, 1);
}

TEST(SyntheticPeople, HaveTwinsInRegisterOrder) {
  std::map<PartyNumber, std::map<std::int32_t, int>> births;  // household → day → children
  std::map<PartyNumber, const PersonRecord*> persons;
  for (const auto& p : nagi().copy.persons) persons[p.number] = &p;
  int twins = 0;
  for (const auto& m : nagi().copy.members)
    if (m.relationship == "子" || m.relationship == "子の子")
      if (++births[m.household][persons[m.person]->birth.earliest().days] == 2) ++twins;
  EXPECT_GE(twins, 4);
  EXPECT_LE(twins, 80);
}

TEST(SyntheticPeople, LiveInHouseholdsFromOneToNine) {
  std::map<PartyNumber, int> size;
  std::map<std::string, std::set<PartyNumber>> houses;
  std::map<PartyNumber, std::string> where;
  for (const auto& p : nagi().copy.persons)
    if (p.status == Status::resident)
      for (const auto& a : p.addresses)
        if (a.kind == AddressKind::registered && !a.valid.until) where[p.number] = a.area + a.lot;
  for (const auto& m : nagi().copy.members) {
    if (m.valid.until || !where.contains(m.person)) continue;
    size[m.household] += 1;
    houses[where[m.person]].insert(m.household);
  }
  std::map<int, int> sizes;
  int shared = 0;
  for (const auto& [household, members] : size) ++sizes[members];
  for (const auto& [house, households] : houses) shared += households.size() > 1;
  EXPECT_GT(sizes[1], 400);
  EXPECT_GT(sizes[4], 100);
  for (int members = 1; members <= 9; ++members) EXPECT_GT(sizes[members], 0) << members;
  EXPECT_GE(per_thousand(shared, static_cast<int>(size.size())), 20) << "two households in one house";
}

TEST(SyntheticPeople, HaveParentsAndGuardiansApart) {
  std::map<PartyNumber, Status> status;
  for (const auto& p : nagi().copy.persons) status[p.number] = p.status;
  std::set<PartyNumber> apart, guarded;
  for (const auto& r : nagi().copy.relations) {
    if (r.kind == RelationKind::parent && status[r.person] == Status::resident && status[r.other] != Status::resident)
      apart.insert(r.person);
    if (r.kind == RelationKind::legal_guardian) guarded.insert(r.person);
  }
  EXPECT_GE(apart.size(), 8U);
  EXPECT_GE(guarded.size(), 2U);
}

TEST(SyntheticPeople, IncludeThoseWhoAreGoneThoseWhoCameBackAndThoseWhoWereNeverHere) {
  const Counted n = count(nagi().copy);
  EXPECT_GE(per_thousand(n.dead, n.residents), 50);
  EXPECT_GE(per_thousand(n.moved_out, n.residents), 90);
  EXPECT_GE(per_thousand(n.non_resident, n.residents), 35);
  EXPECT_GE(per_thousand(n.moved_back, n.residents), 12);
  EXPECT_GE(nagi().copy.organisations.size(), 150U);
  for (const auto& o : nagi().copy.organisations) EXPECT_TRUE(CorporateNumber::parse(o.corporate_number.text()));
}

TEST(SyntheticPeople, IncludeProtectedPersonsAndThoseWithoutMailOrTelephone) {
  const Counted n = count(nagi().copy);
  int measures = 0, inquiries = 0;
  for (const auto& s : nagi().copy.standings) {
    measures += s.standing.kind == StandingKind::support_measure;
    inquiries += s.standing.process == Process::inquiry && s.standing.level == Level::error;
  }
  EXPECT_GE(per_thousand(measures, n.residents), 2);
  EXPECT_GE(inquiries, 1);
  EXPECT_NEAR(per_thousand(n.no_mail, n.adults), 450, 40);
  EXPECT_NEAR(per_thousand(n.no_telephone, n.adults), 60, 20);
  EXPECT_GT(n.nothing, 50);
}

TEST(SyntheticPeople, FollowThePyramidOfASmallTown) {
  const auto& pyramid = nagi().parameters.pyramid;
  std::array<int, 21> bands{};
  int residents = 0, weights = 0;
  for (int weight : pyramid) weights += weight;
  for (const auto& p : nagi().copy.persons) {
    if (p.status != Status::resident) continue;
    bands[static_cast<std::size_t>(std::min(20, p.birth.age_range(nagi().copy.as_of).least / 5))] += 1;
    ++residents;
  }
  int difference = 0;
  for (std::size_t i = 0; i < bands.size(); ++i) difference += std::abs(bands[i] - residents * pyramid[i] / weights);
  EXPECT_LT(difference, residents / 8) << "people in a wrong five-year band, both ways counted";
}

TEST(SyntheticPeople, HaveAHeadInEveryLivingHouseholdAndNobodyLivesTwice) {
  std::map<PartyNumber, int> heads, homes;
  std::map<PartyNumber, Status> status;
  for (const auto& p : nagi().copy.persons) status[p.number] = p.status;
  for (const auto& m : nagi().copy.members) {
    if (m.valid.until) continue;
    heads[m.household] += m.relationship == "世帯主";
    homes[m.person] += 1;
  }
  for (const auto& [household, number] : heads) EXPECT_EQ(number, 1) << household.text();
  for (const auto& [person, number] : homes) EXPECT_EQ(number, 1) << person.text();
  for (const auto& [person, s] : status) EXPECT_EQ(homes.contains(person), s == Status::resident) << person.text();
}

TEST(SyntheticPeople, NumberThemselvesOnce) {
  std::set<PartyNumber> numbers;
  for (const auto& p : nagi().copy.persons) EXPECT_TRUE(numbers.insert(p.number).second);
  for (const auto& o : nagi().copy.organisations) EXPECT_TRUE(numbers.insert(o.number).second);
}

TEST(DemoPersons, KeepTheirNumbersForTheJourneys) {
  const auto& by_key = nagi().demo.by_key;
  ASSERT_TRUE(by_key.contains("arimoto.kenta"));
  EXPECT_EQ(by_key.at("arimoto.kenta").serial(), 1001);
  const PersonRecord& kenta = nagi().copy.persons.front();
  EXPECT_EQ(kenta.name.registered, "有本　健太");
  EXPECT_EQ(kenta.number, by_key.at("arimoto.kenta"));
  EXPECT_EQ(kenta.addresses.front().text(), "岡山県勝田郡奈義町見本123番地4");
  for (std::string_view key : {"hayase.yuka", "kishimoto.wataru", "omori.aoi", "fukumoto.dan", "nguyen.lan",
                               "kuroiwa.mayu", "kunisada.rin", "watanabe.ayaka", "kobayashi.megumi"})
    EXPECT_TRUE(by_key.contains(key)) << key;
}

TEST(SyntheticPeople, FillABiggerTownToo) {
  const Made made = make("kamiamakusa");
  const Counted n = count(made.copy);
  EXPECT_NEAR(n.residents, 24'000, 60);
  EXPECT_GE(per_thousand(n.with_selector, n.residents), 10);
  EXPECT_GE(per_thousand(n.with_common_name, n.residents), 20);
}

TEST(SyntheticPeople, EveryMethodOfWritingTheCopyReadsBackTheSame) {
  std::vector<CopyFault> faults;
  auto read = read_copy(write_copy(nagi().copy), faults);
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(*read, nagi().copy);
}

TEST(Parameters, NameFileLineAndKeyOfEveryFault) {
  const std::string good = file_text("packs/nagi/people/synthetic.toml");
  auto line_of = [&](std::string bad) { return parse_parameters(bad, "synthetic.toml"); };
  auto fault = line_of(good + "\nresidentz = 3\n");
  ASSERT_FALSE(fault);
  EXPECT_EQ(fault.error().code, "people.synthetic.parameters");
  EXPECT_EQ(fault.error().place.file, "synthetic.toml");
  EXPECT_EQ(fault.error().place.field, "residentz");
  EXPECT_GT(fault.error().place.line, 10);
  EXPECT_FALSE(line_of("seed = 1"));
  EXPECT_FALSE(line_of("seed = "));
  EXPECT_FALSE(line_of("pyramid = [1, 2]"));
  Parameters nobody_home = nagi().parameters;
  nobody_home.residents = 0;
  EXPECT_FALSE(generate(nobody_home, {}));
  nobody_home = nagi().parameters;
  nobody_home.areas.clear();
  EXPECT_FALSE(generate(nobody_home, {}));
}

TEST(DemoPersons, RefuseAFamilyWithoutAHead) {
  auto refused = parse_demo_persons(R"([[household]]
serial = 91
area = "見本"
lot = "1番地"
  [[household.member]]
  key = "a"
  serial = 1001
  name = "有本　健太"
  kana = "アリモト　ケンタ"
  birth = "1990-04-18"
  sex = "male"
  relationship = "子"
)",
                                    "demo.toml", nagi().parameters);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "people.synthetic.demo");
  EXPECT_EQ(refused.error().place.field, "member");
}

}  // namespace
}  // namespace yakuba::people::synthetic
