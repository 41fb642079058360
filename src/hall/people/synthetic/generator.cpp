// From souls and homes to the copy: dates of residence, addresses, numbers, relations, organisations.
#include "hall/people/synthetic/generator.hpp"

#include <array>
#include <unordered_set>

#include "hall/people/synthetic/town.hpp"

namespace yakuba::people::synthetic {
namespace {

constexpr std::int64_t first_serial = 100'000;
constexpr std::int64_t first_household_serial = 500'000;

// Draws numbers in order with gaps, as a register that has lived has them; fixed numbers of demo persons are left out.
class Numbers {
 public:
  Numbers(Dice& dice, std::int64_t first, std::unordered_set<PartyNumber> taken)
      : dice_(dice), serial_(first), taken_(std::move(taken)) {}
  PartyNumber next() {
    for (;;) {
      serial_ += dice_.between(1, 4);
      auto number = PartyNumber::of_serial(serial_);
      if (number && !taken_.contains(*number)) return *number;
    }
  }

 private:
  Dice& dice_;
  std::int64_t serial_;
  std::unordered_set<PartyNumber> taken_;
};

// Where a soul of this home has lived, and since when it is a resident.
void write_residence(Town& town, const Home& home, Index index) {
  Soul& soul = town.souls[index];
  PersonRecord& record = soul.record;
  const Date born = record.birth.earliest();
  const bool came = home.since && born < *home.since;
  const Date since = came ? *home.since : born;
  record.resident_since = since;
  if (record.status == Status::resident) {
    record.last_reason = came ? MoveReason::moved_in : MoveReason::born;
    if (came && soul.foreign && town.dice.chance(500)) record.last_reason = MoveReason::moved_in_from_abroad;
    record.last_moved_on = since;
  }
  if (soul.away) {
    const auto [out, back] = *soul.away;
    record.resident_since = back;
    record.last_reason = MoveReason::moved_in;
    record.last_moved_on = back;
    record.addresses.push_back(town.address_here(home.place, {back, {}}));
    record.addresses.push_back(town.address_elsewhere(AddressKind::previous, {out, back.plus_days(-1)}));
    record.addresses.push_back(town.address_here(home.place, {since, out.plus_days(-1)}));
    return;
  }
  Period here{since, {}};
  if (record.status == Status::dead) here.until = record.ended_on;
  if (record.status == Status::moved_out) here.until = record.ended_on->plus_days(-1);
  if (here.until && *here.until < since) here.from.reset();
  if (record.status == Status::moved_out)
    record.addresses.push_back(town.address_elsewhere(AddressKind::destination, {record.ended_on, {}}));
  record.addresses.push_back(town.address_here(home.place, here));
  if (came) record.addresses.push_back(town.address_elsewhere(AddressKind::previous, {{}, since.plus_days(-1)}));
}

class Writer {
 public:
  Writer(Town& town, RegisterCopy& copy, std::unordered_set<PartyNumber> taken,
         std::unordered_set<PartyNumber> households)
      : t_(town),
        copy_(copy),
        numbers_(town.dice, first_serial, std::move(taken)),
        household_numbers_(town.dice, first_household_serial, std::move(households)),
        written_(town.souls.size(), false) {}

  void run() {
    for (const Home& home : t_.homes) write_home(home);
    for (Index i = 0; i < t_.souls.size(); ++i)
      if (!written_[i]) write_person(i);  // 住登外
    write_ties();
    for (const Measure& measure : t_.measures) copy_.standings.push_back({number(measure.soul), measure.standing});
    write_organisations();
  }

 private:
  PartyNumber number(Index i) const { return t_.souls[i].record.number; }

  void write_person(Index i) {
    PersonRecord& record = t_.souls[i].record;
    record.number = numbers_.next();
    copy_.persons.push_back(record);
    written_[i] = true;
  }

  void write_home(const Home& home) {
    for (const Seat& seat : home.seats) {
      if (written_[seat.soul]) continue;
      write_residence(t_, home, seat.soul);
      write_person(seat.soul);
    }
    HouseholdRecord household{.number = household_numbers_.next(), .head = {}, .valid = {home.since, home.until}};
    for (const Seat& seat : home.seats)
      if (seat.relationship == "世帯主" && (!seat.valid.until || !household.head)) household.head = number(seat.soul);
    for (const Seat& seat : home.seats) {
      Period valid = seat.valid;
      const Date born = t_.souls[seat.soul].record.birth.earliest();
      if (!valid.from) valid.from = std::max(born, home.since.value_or(born));
      if (t_.souls[seat.soul].away) valid.from = t_.souls[seat.soul].away->second;
      if (valid.until && *valid.until < *valid.from) valid.from.reset();
      copy_.members.push_back({household.number, number(seat.soul), seat.relationship, valid});
    }
    copy_.households.push_back(std::move(household));
  }

  void write_ties() {
    for (Index i = 0; i < t_.souls.size(); ++i) {
      const Soul& child = t_.souls[i];
      if (child.age > 24) continue;
      for (Index parent : child.parents)
        copy_.relations.push_back({RelationKind::parent,
                                   number(i),
                                   number(parent),
                                   t_.souls[parent].record.sex == Sex::female ? "母" : "父",
                                   {child.record.birth.earliest(), {}}});
    }
    for (const Tie& tie : t_.ties)
      copy_.relations.push_back({tie.kind, number(tie.person), number(tie.other), tie.words, tie.valid});
  }

  void write_organisations() {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> forms{
        {{"株式会社", "カブシキガイシャ"},
         {"有限会社", "ユウゲンガイシャ"},
         {"合同会社", "ゴウドウガイシャ"},
         {"農事組合法人", "ノウジクミアイホウジン"},
         {"社会福祉法人", "シャカイフクシホウジン"},
         {"医療法人", "イリョウホウジン"}}};
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> trades{{{"工務店", "コウムテン"},
                                                                                    {"建設", "ケンセツ"},
                                                                                    {"農園", "ノウエン"},
                                                                                    {"商店", "ショウテン"},
                                                                                    {"製作所", "セイサクショ"},
                                                                                    {"運輸", "ウンユ"},
                                                                                    {"水産", "スイサン"},
                                                                                    {"電機", "デンキ"},
                                                                                    {"食品", "ショクヒン"},
                                                                                    {"自動車", "ジドウシャ"},
                                                                                    {"酒造", "シュゾウ"},
                                                                                    {"会", "カイ"},
                                                                                    {"牧場", "ボクジョウ"},
                                                                                    {"設備", "セツビ"}}};
    const int wanted = t_.p.residents * t_.p.shares.organisations / 1000;
    for (int i = 0; i < wanted; ++i) {
      const auto& form = forms[static_cast<std::size_t>(t_.dice.below(static_cast<int>(forms.size())))];
      const auto& trade = trades[static_cast<std::size_t>(t_.dice.below(static_cast<int>(trades.size())))];
      const Surname& name = draw_surname(t_.dice.source());
      OrganisationRecord organisation;
      organisation.number = numbers_.next();
      // No registry has the code 9999: such a 法人番号 belongs to nobody.
      organisation.corporate_number = CorporateNumber::of_body(999'900'000'000 + i + 1).value_or(CorporateNumber());
      organisation.name = std::string(form.first) + std::string(name.written) + std::string(trade.first);
      organisation.kana = std::string(form.second) + std::string(name.kana) + std::string(trade.second);
      organisation.address = t_.address_here(t_.new_place(false), {});
      organisation.telephone = t_.p.telephone_prefix + "-" + std::to_string(1000 + t_.dice.below(9000));
      if (t_.dice.chance(80)) organisation.branch = "見本営業所";
      copy_.organisations.push_back(std::move(organisation));
    }
  }

  Town& t_;
  RegisterCopy& copy_;
  Numbers numbers_, household_numbers_;
  std::vector<bool> written_;
};

Result<> check(const Parameters& p) {
  auto bad = [](std::string_view field, std::string_view why) {
    return fail(ErrorKind::invalid, "people.synthetic.parameters", std::string(why),
                Place{.field = std::string(field)});
  };
  if (p.residents < 1 || p.residents > residents_max) return bad("residents", "1 to 1,000,000 residents");
  if (p.areas.empty()) return bad("area", "at least one 大字");
  if (p.neighbours.empty()) return bad("neighbour", "at least one place elsewhere");
  if (p.pyramid.size() != 21) return bad("pyramid", "21 weights, for the ages 0–4 to 100–104");
  int total = 0;
  for (int weight : p.pyramid) {
    if (weight < 0 || weight > 1'000'000) return bad("pyramid", "a weight is 0 to 1,000,000");
    total += weight;
  }
  if (total == 0) return bad("pyramid", "a weight above 0");
  return {};
}

}  // namespace

Result<RegisterCopy> generate(const Parameters& parameters, const DemoPersons& demo) {
  TRY(check(parameters));
  RegisterCopy copy = demo.copy;
  copy.as_of = parameters.as_of;
  copy.synthetic = true;
  std::unordered_set<PartyNumber> taken, households;
  int known = 0;
  for (const auto& person : copy.persons) {
    taken.insert(person.number);
    if (person.status == Status::resident) ++known;
  }
  for (const auto& household : copy.households) households.insert(household.number);
  Town town(parameters);
  town.residents = known;
  settle(town);
  make_it_bite(town);
  give_contacts(town);
  Writer(town, copy, std::move(taken), std::move(households)).run();
  return copy;
}

}  // namespace yakuba::people::synthetic
