#include "hall/people/synthetic/town.hpp"

namespace yakuba::people::synthetic {
namespace {

// A birthday such that the age on the day of the copy is exactly `age` (年齢計算法: attained the day before).
Date birthday_for(Dice& dice, Date as_of, int age) {
  for (int tries = 0;; ++tries) {
    const Date day = as_of.plus_months(-12 * age).plus_days(1 - dice.below(365));
    if (age_on(as_of, day) == age || tries > 20) return std::min(day, as_of);
  }
}

}  // namespace

Index Town::add_soul(int age, Sex sex) {
  Soul soul;
  soul.age = std::max(0, age);
  soul.record.sex = sex;
  soul.record.birth = BirthDate::on(birthday_for(dice, p.as_of, soul.age));
  soul.record.name.kana_confirmed = dice.chance(700);
  souls.push_back(std::move(soul));
  return souls.size() - 1;
}

Index Town::add_twin(Index other, Sex sex) {
  const Index twin = add_soul(souls[other].age, sex);
  souls[twin].record.birth = souls[other].record.birth;
  souls[twin].twin = souls[other].twin = true;
  return twin;
}

void Town::give_name(Index index, const std::string& surname, const std::string& kana, const std::string& usual) {
  Soul& soul = souls[index];
  if (soul.given.empty()) {
    const GivenName& given = draw_given_name(dice.source(), soul.record.sex, soul.record.birth.earliest().year());
    soul.given = given.written;
    soul.given_kana = given.kana;
  }
  soul.surname = surname;
  soul.surname_kana = kana;
  soul.usual_surname = usual;
  soul.record.name.registered = surname + "\u3000" + soul.given;
  soul.record.name.kana = kana + "\u3000" + soul.given_kana;
}

void Town::name_family(std::span<const Index> family) {
  const Surname& surname = draw_surname(dice.source());
  std::set<std::string> taken;
  for (Index index : family) {
    do {
      souls[index].given.clear();
      give_name(index, std::string(surname.written), std::string(surname.kana), std::string(surname.written));
    } while (!taken.insert(souls[index].given).second && taken.size() < 12);
  }
}

void Town::make_foreign(Index index, const ForeignName& name) {
  Soul& soul = souls[index];
  soul.foreign = true;
  soul.record.name.registered = name.romanised;
  soul.record.name.romanised = name.romanised;
  soul.record.name.kana = name.kana;
  soul.record.name.kana_confirmed = true;
  if (dice.chance(p.shares.foreigners_with_common_name)) soul.record.name.common_name = name.common_name;
  constexpr std::array<std::string_view, 6> kinds{"技能実習2号ロ", "特定技能1号", "技術・人文知識・国際業務",
                                                  "永住者",        "定住者",      "日本人の配偶者等"};
  Residence residence{.nationality = std::string(name.nationality),
                      .kind = "中長期在留者",
                      .residence_status = std::string(kinds[dice.weighted(std::array{30, 30, 12, 14, 8, 6})]),
                      .until = p.as_of.plus_days(dice.between(20, 1500))};
  if (name.nationality == "韓国" && dice.chance(600)) {
    residence.kind = "特別永住者";
    residence.residence_status.clear();
    residence.until.reset();
  } else if (residence.residence_status == "永住者") {
    residence.until.reset();
  }
  soul.record.residence = std::move(residence);
}

Index Town::add_home(std::vector<Seat> seats) {
  Home home{.seats = std::move(seats), .place = new_place(false)};
  if (dice.chance(380)) home.since = day_in_years(0, 25);
  for (const Seat& seat : home.seats)
    if (is_resident(seat.soul)) ++residents;
  homes.push_back(std::move(home));
  return homes.size() - 1;
}

House Town::new_place(bool flat) {
  std::vector<int> weights;
  for (const Area& area : p.areas) weights.push_back(area.weight);
  House place{.area = dice.weighted(weights)};
  do {
    place.lot = std::to_string(dice.between(1, 2400)) + "番地";
    if (dice.chance(550)) place.lot += std::to_string(dice.between(1, 12));
  } while (!lots_.insert({place.area, place.lot}).second);
  if (flat) {
    constexpr std::array<std::string_view, 4> houses{"見本コーポ", "ハイツ見本", "見本寮", "町営見本団地"};
    place.building = std::string(houses[static_cast<std::size_t>(dice.below(4))]) +
                     std::to_string(dice.between(1, 3) * 100 + dice.between(1, 8)) + "号";
  }
  return place;
}

Address Town::address_here(const House& place, Period valid) const {
  const Area& area = p.areas[place.area];
  return {.kind = AddressKind::registered,
          .postal_code = area.postal_code,
          .municipality = p.municipality,
          .place = p.place,
          .area = area.name,
          .lot = place.lot,
          .building = place.building,
          .valid = valid};
}

Address Town::address_elsewhere(AddressKind kind, Period valid) {
  const Neighbour& there = p.neighbours[static_cast<std::size_t>(dice.below(static_cast<int>(p.neighbours.size())))];
  return {.kind = kind,
          .postal_code = {},
          .municipality = there.municipality,
          .place = there.place,
          .area = "見本町",
          .lot = std::to_string(dice.between(1, 30)) + "番" + std::to_string(dice.between(1, 40)) + "号",
          .building = {},
          .valid = valid};
}

Date Town::day_in_years(int least, int most) {
  return p.as_of.plus_days(-dice.between(least * 365 + 1, most * 365 + 300));
}
Date Town::day_after(Date least) {
  return least.plus_days(dice.below(std::max(1, days_between(least, p.as_of))));
}

}  // namespace yakuba::people::synthetic
