// Telephone and mail. The numbers cannot be dialled (an exchange never begins with 0), the mail domain is reserved for
// examples (RFC 2606, JPRS: example.jp).
#include "hall/people/synthetic/town.hpp"

namespace yakuba::people::synthetic {
namespace {

std::string digits(Dice& dice, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>('0' + dice.below(10));
  return text;
}

void give(Town& town, Index index, const std::string& landline) {
  Soul& soul = town.souls[index];
  const Shares& shares = town.p.shares;
  auto consent = [&]() -> std::optional<Date> {
    if (!town.dice.chance(700)) return {};
    return town.day_in_years(0, 2);
  };
  if (!town.dice.chance(shares.no_telephone)) {
    const bool mobile = landline.empty() || town.dice.chance(700);
    if (!landline.empty())
      soul.record.contacts.push_back({.kind = ContactKind::telephone, .value = landline, .consented_on = consent()});
    if (mobile)
      soul.record.contacts.push_back({.kind = ContactKind::mobile,
                                      .value = "090-0" + digits(town.dice, 3) + "-" + digits(town.dice, 4),
                                      .consented_on = consent()});
  }
  if (!town.dice.chance(shares.no_mail))
    soul.record.contacts.push_back({.kind = ContactKind::mail,
                                    .value = "juumin" + std::to_string(index + 1) + "@example.jp",
                                    .consented_on = consent()});
}

}  // namespace

void give_contacts(Town& town) {
  for (const Home& home : town.homes) {
    std::string landline;
    if (!home.dormitory && town.dice.chance(650)) landline = town.p.telephone_prefix + "-" + digits(town.dice, 4);
    for (const Seat& seat : home.seats)
      if (town.is_resident(seat.soul) && town.souls[seat.soul].age >= 18 &&
          town.souls[seat.soul].record.contacts.empty())
        give(town, seat.soul, landline);
  }
}

}  // namespace yakuba::people::synthetic
