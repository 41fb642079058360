// From assignments, roles, delegations and the order of deputies to the actor that `may` asks.
#include <algorithm>

#include "base/text.hpp"
#include "hall/access/access.hpp"
#include "pack/pack.hpp"
#include "store/tx.hpp"

namespace yakuba::access {

namespace {

// What setting up and looking after a town needs; no case, no person, no register.
constexpr std::string_view administrator_permissions[] = {"staff.*", "section.*", "access.*",  "pack.*",
                                                          "town.*",  "job.*",     "exchange.*"};

Grant grant_from(const pack::Role& role, const std::string& permission) {
  Grant grant{permission, Scope::own, {}, role.name.empty() ? role.id : role.name};
  if (role.scope == "town")
    grant.scope = Scope::town;
  else if (role.scope == "section")
    grant.scope = Scope::section;
  else if (role.scope.starts_with("procedure:")) {
    grant.scope = Scope::procedure;
    for (std::string_view id : split(std::string_view(role.scope).substr(10), ' '))
      if (!id.empty()) grant.procedures.emplace_back(id);
  }
  return grant;
}

Result<Standing> standing_of(store::ReadTx& tx, const pack::Pack& pack, const section::Assignment& held, Date day) {
  Standing standing;
  standing.section = held.section;
  standing.below = TRY(section::section_and_below(tx, held.section, day));
  if (auto row = TRY(section::section_by_id(tx, held.section))) {
    standing.section_name = row->name;
    standing.section_code = row->code;
  }
  standing.rank = held.rank;
  standing.title = held.title;
  if (const pack::Rank* rank = pack.rank(held.rank)) {
    standing.level = rank->level;
    if (standing.title.empty()) standing.title = rank->name;
  }
  standing.grants = grants_of(pack, held.roles);
  return standing;
}

// In whose place, with which rights: those of the principal's own assignment there, but none to give rights; for
// a post that nobody holds, the deputy's own rights with the rank of the post.
Result<Standing> acting_standing(store::ReadTx& tx, const pack::Pack& pack, const section::Acting& acting,
                                 const std::vector<Standing>& own, Date day) {
  section::Assignment held{.section = acting.section, .rank = acting.rank};
  if (acting.principal)
    for (const section::Assignment& row : TRY(section::assignments_of(tx, acting.principal, day)))
      if (row.section == acting.section && row.rank == acting.rank) held = row;
  std::erase_if(held.roles, [&](const std::string& role) { return section::gives_rights(pack, role); });
  auto standing = TRY(standing_of(tx, pack, held, day));
  if (!acting.principal && !own.empty()) standing.grants = own.front().grants;
  standing.acting_for = acting.principal;
  standing.acting_reason = acting.reason_code;
  standing.acting_kind = acting.kind;
  return standing;
}

}  // namespace

std::vector<Grant> grants_of(const pack::Pack& pack, const std::vector<std::string>& roles) {
  std::vector<Grant> grants;
  for (const std::string& id : roles) {
    if (id == administrator_role)
      for (std::string_view permission : administrator_permissions)
        grants.push_back({std::string(permission), Scope::town, {}, id});
    if (const pack::Role* role = pack.role(id))
      for (const std::string& permission : role->permissions) grants.push_back(grant_from(*role, permission));
  }
  return grants;
}

Result<Staff> staff_actor(store::ReadTx& tx, const pack::Pack& pack, StaffId id, Date day) {
  auto row = TRY(section::staff_by_id(tx, id));
  if (!row || !row->employed.contains(day)) return fail(ErrorKind::not_found, "access.not_employed");
  Staff staff{row->id, row->public_id, row->number, row->name, row->person, {}};
  for (const section::Assignment& held : TRY(section::assignments_of(tx, id, day)))
    staff.standings.push_back(TRY(standing_of(tx, pack, held, day)));
  std::vector<Standing> own = staff.standings;
  for (const section::Acting& acting : TRY(section::acts_for(tx, pack, id, day)))
    staff.standings.push_back(TRY(acting_standing(tx, pack, acting, own, day)));
  return staff;
}

}  // namespace yakuba::access
