// 代決: who acts for an absent holder, by written delegation or by the pack's order.
#include <algorithm>

#include "hall/section/rows.hpp"
#include "pack/pack.hpp"

namespace yakuba::section {

namespace {

struct Holder {
  StaffMember staff;
  SectionId section;  // where he holds the rank
};

// The section, then those above it, nearest first; a cycle in stored data ends the walk.
Result<std::vector<SectionId>> section_and_above(store::ReadTx& tx, SectionId section) {
  std::vector<SectionId> path;
  for (std::optional<SectionId> next = section; next && !has(path, *next);) {
    path.push_back(*next);
    auto row = TRY(section_by_id(tx, *next));
    next = row ? row->parent : std::nullopt;
  }
  return path;
}

// Holders in the nearest place: the section, a section above it, or the one section to which the pack's posts bind the
// rank (the mayor's).
Result<std::vector<Holder>> nearest_holders(store::ReadTx& tx, const pack::Pack& pack, std::string_view rank,
                                            SectionId section, Date day) {
  auto places = TRY(section_and_above(tx, section));
  std::vector<std::string> bound;
  for (const pack::Post& post : pack.posts)
    if (post.rank == rank && !has(bound, post.section)) bound.push_back(post.section);
  if (bound.size() == 1)
    if (auto only = TRY(section_by_code(tx, bound.front(), day))) places.push_back(only->id);
  for (SectionId place : places) {
    std::vector<Holder> found;
    for (StaffMember& staff : TRY(holders(tx, rank, place, day))) found.push_back({std::move(staff), place});
    if (!found.empty()) return found;
  }
  return std::vector<Holder>();
}

// The reason why somebody is away; nothing when he is present.
Result<std::optional<std::string>> why_absent(store::ReadTx& tx, StaffId staff, Date day) {
  for (const Absence& absence : TRY(absences_of(tx, staff, day)))
    if (absence.period.contains(day)) return std::optional(absence.reason_code);
  for (const Delegation& delegation : TRY(delegations_of(tx, staff, day)))
    if (delegation.principal == staff && delegation.kind == DelegationKind::daiketsu)
      return std::optional(delegation.reason_code);
  return std::optional<std::string>();
}

Result<std::optional<Acting>> by_written_delegation(store::ReadTx& tx, std::string_view rank, const Holder& absent,
                                                    Date day) {
  for (const Delegation& delegation : TRY(delegations_of(tx, absent.staff.id, day))) {
    if (delegation.principal != absent.staff.id || delegation.kind != DelegationKind::daiketsu) continue;
    auto deputy = TRY(staff_by_id(tx, delegation.delegate));
    if (!deputy || !deputy->employed.contains(day) || TRY(is_absent(tx, deputy->id, day))) continue;
    return std::optional(Acting{absent.staff.id, deputy->id, std::string(rank), absent.section, delegation.kind,
                                delegation.id, delegation.reason_code});
  }
  return std::optional<Acting>();
}

// `by` names a rank (held in or above the section) or a post of the pack.
Result<std::vector<StaffMember>> candidates(store::ReadTx& tx, const pack::Pack& pack, std::string_view by,
                                            SectionId section, Date day) {
  if (pack.post(by)) return holders_of_post(tx, pack, by, day);
  std::vector<StaffMember> found;
  for (Holder& holder : TRY(nearest_holders(tx, pack, by, section, day))) found.push_back(std::move(holder.staff));
  return found;
}

Result<std::optional<Acting>> by_order(store::ReadTx& tx, const pack::Pack& pack, std::string_view rank,
                                       StaffId principal, SectionId section, Date day, const std::string& reason) {
  for (const pack::ActingOrder& order : pack.acting) {
    if (order.rank != rank) continue;
    for (const std::string& by : order.by)
      for (const StaffMember& deputy : TRY(candidates(tx, pack, by, section, day)))
        if (deputy.id != principal && !TRY(is_absent(tx, deputy.id, day)))
          return std::optional(
              Acting{principal, deputy.id, std::string(rank), section, DelegationKind::daiketsu, std::nullopt, reason});
  }
  return std::optional<Acting>();
}

}  // namespace

Result<std::optional<Acting>> acting_for(store::ReadTx& tx, const pack::Pack& pack, std::string_view rank,
                                         SectionId section, Date day) {
  auto found = TRY(nearest_holders(tx, pack, rank, section, day));
  if (found.empty()) return by_order(tx, pack, rank, StaffId(), section, day, "vacancy");
  std::optional<std::string> first_reason;
  for (const Holder& holder : found) {
    auto reason = TRY(why_absent(tx, holder.staff.id, day));
    if (!reason) return std::optional<Acting>();
    if (!first_reason) first_reason = std::move(reason);
  }
  for (const Holder& holder : found)
    if (auto acting = TRY(by_written_delegation(tx, rank, holder, day))) return acting;
  return by_order(tx, pack, rank, found.front().staff.id, found.front().section, day, *first_reason);
}

Result<std::vector<Acting>> acts_for(store::ReadTx& tx, const pack::Pack& pack, StaffId delegate, Date day) {
  std::vector<Acting> acts;
  auto add = [&](Acting acting) {
    bool known = std::ranges::any_of(acts, [&](const Acting& a) {
      return a.principal == acting.principal && a.rank == acting.rank && a.section == acting.section;
    });
    if (!known) acts.push_back(std::move(acting));
  };
  // Written delegations, for every rank the principal holds.
  for (const Delegation& delegation : TRY(delegations_of(tx, delegate, day))) {
    if (delegation.delegate != delegate) continue;
    for (const Assignment& held : TRY(assignments_of(tx, delegation.principal, day)))
      if (!held.rank.empty())
        add({delegation.principal, delegate, held.rank, held.section, delegation.kind, delegation.id,
             delegation.reason_code});
  }
  // The pack's order: wherever this person, or somebody who is away, is assigned.
  std::vector<SectionId> places;
  auto visit = [&](SectionId place) {
    if (!has(places, place)) places.push_back(place);
  };
  for (const Assignment& own : TRY(assignments_of(tx, delegate, day))) visit(own.section);
  for (const auto& row : TRY(tx.all<sql::AbsentOn>({.day = day.text()})))
    for (const Assignment& held : TRY(assignments_of(tx, StaffId(row.staff), day))) visit(held.section);
  for (const pack::ActingOrder& order : pack.acting)
    for (SectionId place : places)
      if (auto acting = TRY(acting_for(tx, pack, order.rank, place, day)))
        if (acting->delegate == delegate) add(std::move(*acting));
  return acts;
}

}  // namespace yakuba::section
