// What the operator's console does: the first administrator of a town.
#include <fmt/format.h>

#include "hall/access/events.hpp"
#include "hall/access/staff_login.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

namespace {

// The section an administrator stands in: the first one, or a new one when the town has none yet.
Result<SectionId> any_section(store::Tx& tx, const section::Act& act, PublicId fresh) {
  auto sections = TRY(section::sections(tx, act.day()));
  if (!sections.empty()) return sections.front().id;
  return section::found(tx, act, {fresh, "administration", "情報管理", std::nullopt, "", {act.day(), std::nullopt}});
}

Result<> give_role(store::Tx& tx, const section::Act& act, const pack::Pack& pack, StaffId staff, PublicId fresh) {
  bool has_main = false;
  for (const section::Assignment& held : TRY(section::assignments_of(tx, staff, act.day()))) {
    for (const std::string& role : held.roles)
      if (role == administrator_role) return {};
    has_main |= !held.concurrent;
  }
  auto section = TRY(any_section(tx, act, fresh));
  TRY(section::assign(tx, act, pack,
                      {{}, staff, section, "", "", {std::string(administrator_role)}, has_main, {act.day(), {}}}));
  return {};
}

}  // namespace

Result<std::string> first_administrator_link(hall::Hall& hall, const store::Town& town, const Administrator& console,
                                             const FirstAdministrator& who) {
  Instant now = hall.clock.now();
  section::Act act{now, log_name(Actor{console})};
  PublicId staff_id = PublicId::random(hall.random), section_id = PublicId::random(hall.random);
  auto pack = hall.packs.in_force(town, act.day());
  static const pack::Pack no_pack;
  const pack::Pack& rules = pack && *pack ? **pack : no_pack;
  auto staff = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<StaffId> {
    auto known = TRY(section::staff_by_number(tx, who.number));
    if (known && !known->employed.contains(act.day()))
      return fail(ErrorKind::conflict, "access.not_employed", "this staff member is not employed today");
    StaffId id = known ? known->id
                       : TRY(section::employ(tx, act, {staff_id, who.number, who.name, who.kana, who.mail, act.day()}));
    TRY(give_role(tx, act, rules, id, section_id));
    return id;
  }));
  auto enrolment = TRY(draw_enrolment(hall, town, staff));
  return hall.store.change(town, [&](store::Tx& tx) -> Result<std::string> {
    TRY(make_enrolment(tx, enrolment, staff, log_name(Actor{console})));
    return enrolment.path;
  });
}

}  // namespace yakuba::access
