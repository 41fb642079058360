// Questions about sections, staff and assignments.
#include <algorithm>

#include "hall/section/rows.hpp"
#include "pack/pack.hpp"

namespace yakuba::section {

namespace {
constexpr auto to_section = [](const auto& row) { return section_from(row); };
constexpr auto to_staff = [](const auto& row) { return staff_from(row); };
constexpr auto to_assignment = [](const auto& row) { return assignment_from(row); };
constexpr auto to_delegation = [](const auto& row) { return delegation_from(row); };
constexpr auto to_absence = [](const auto& row) { return absence_from(row); };
}  // namespace

Result<std::vector<Section>> sections(store::ReadTx& tx, Date day) {
  return all_from(TRY(tx.all<sql::SectionsOn>({.day = day.text()})), to_section);
}

Result<std::optional<Section>> section_by_id(store::ReadTx& tx, SectionId id) {
  return maybe_from(TRY(tx.one<sql::SectionById>({.id = id.value})), to_section);
}

Result<std::optional<Section>> section_by_public_id(store::ReadTx& tx, PublicId id) {
  return maybe_from(TRY(tx.one<sql::SectionByPublicId>({.public_id = id.text()})), to_section);
}

Result<std::optional<Section>> section_by_code(store::ReadTx& tx, std::string_view code, Date day) {
  return maybe_from(TRY(tx.one<sql::SectionByCode>({.code = std::string(code), .day = day.text()})), to_section);
}

Result<std::vector<SectionId>> section_and_below(store::ReadTx& tx, SectionId section, Date day) {
  auto rows = TRY(sections(tx, day));
  std::vector<SectionId> found{section};
  // Parents may come after children in the list, so look until nothing new is found; a cycle cannot add anything.
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const Section& row : rows)
      if (row.parent && has(found, *row.parent) && !has(found, row.id)) found.push_back(row.id);
  }
  return found;
}

Result<std::optional<StaffMember>> staff_by_id(store::ReadTx& tx, StaffId id) {
  return maybe_from(TRY(tx.one<sql::StaffById>({.id = id.value})), to_staff);
}

Result<std::optional<StaffMember>> staff_by_public_id(store::ReadTx& tx, PublicId id) {
  return maybe_from(TRY(tx.one<sql::StaffByPublicId>({.public_id = id.text()})), to_staff);
}

Result<std::optional<StaffMember>> staff_by_number(store::ReadTx& tx, std::string_view number) {
  return maybe_from(TRY(tx.one<sql::StaffByNumber>({.number = std::string(number)})), to_staff);
}

Result<std::vector<StaffMember>> staff_list(store::ReadTx& tx, Date day, std::string_view after_number, int limit) {
  return all_from(
      TRY(tx.all<sql::StaffList>({.day = day.text(), .after_number = std::string(after_number), .rows_max = limit})),
      to_staff);
}

Result<std::vector<StaffMember>> staff_of_section(store::ReadTx& tx, const pack::Pack& pack, SectionId section,
                                                  Date day) {
  auto assignments = TRY(
      all_from(TRY(tx.all<sql::AssignmentsInSection>({.section = section.value, .day = day.text()})), to_assignment));
  auto level = [&](const Assignment& a) {
    const pack::Rank* rank = pack.rank(a.rank);
    return rank ? rank->level : 0;
  };
  std::ranges::stable_sort(assignments, [&](const auto& a, const auto& b) { return level(a) > level(b); });
  std::vector<StaffMember> found;
  for (const Assignment& assignment : assignments) {
    auto staff = TRY(staff_by_id(tx, assignment.staff));
    if (staff && staff->employed.contains(day) &&
        std::ranges::none_of(found, [&](const StaffMember& s) { return s.id == staff->id; }))
      found.push_back(std::move(*staff));
  }
  return found;
}

Result<std::vector<Assignment>> assignments_of(store::ReadTx& tx, StaffId staff, Date day) {
  return all_from(TRY(tx.all<sql::AssignmentsOf>({.staff = staff.value, .day = day.text()})), to_assignment);
}

Result<std::vector<Assignment>> assignment_history(store::ReadTx& tx, StaffId staff) {
  return all_from(TRY(tx.all<sql::AssignmentsEver>({.staff = staff.value})), to_assignment);
}

Result<std::vector<Delegation>> delegations_of(store::ReadTx& tx, StaffId staff, Date day) {
  return all_from(TRY(tx.all<sql::DelegationsOf>({.staff = staff.value, .day = day.text()})), to_delegation);
}

Result<std::vector<Delegation>> delegations_from(store::ReadTx& tx, StaffId staff, Date from) {
  return all_from(TRY(tx.all<sql::DelegationsFrom>({.staff = staff.value, .day = from.text()})), to_delegation);
}

Result<std::vector<Absence>> absences_of(store::ReadTx& tx, StaffId staff, Date from) {
  return all_from(TRY(tx.all<sql::AbsencesOf>({.staff = staff.value, .day = from.text()})), to_absence);
}

Result<bool> is_absent(store::ReadTx& tx, StaffId staff, Date day) {
  auto absences = TRY(absences_of(tx, staff, day));
  if (std::ranges::any_of(absences, [&](const Absence& a) { return a.period.contains(day); })) return true;
  auto delegations = TRY(delegations_of(tx, staff, day));
  return std::ranges::any_of(delegations, [&](const Delegation& d) {
    return d.principal == staff && d.kind == DelegationKind::daiketsu;  // a written 代決 says that he is away
  });
}

Result<std::vector<StaffMember>> holders(store::ReadTx& tx, std::string_view rank, SectionId section, Date day) {
  return all_from(
      TRY(tx.all<sql::HoldersInSection>({.rank = std::string(rank), .section = section.value, .day = day.text()})),
      to_staff);
}

Result<std::vector<StaffMember>> holders_anywhere(store::ReadTx& tx, std::string_view rank, Date day) {
  return all_from(TRY(tx.all<sql::HoldersAnywhere>({.rank = std::string(rank), .day = day.text()})), to_staff);
}

Result<std::vector<StaffMember>> holders_of_post(store::ReadTx& tx, const pack::Pack& pack, std::string_view post,
                                                 Date day) {
  const pack::Post* found = pack.post(post);
  if (!found) return fail(ErrorKind::invalid, "section.unknown_post", std::string(post));
  auto section = TRY(section_by_code(tx, found->section, day));
  if (!section) return std::vector<StaffMember>();
  return holders(tx, found->rank, section->id, day);
}

Result<const pack::Rank*> highest_rank(store::ReadTx& tx, const pack::Pack& pack, StaffId staff, Date day) {
  const pack::Rank* highest = nullptr;
  for (const Assignment& assignment : TRY(assignments_of(tx, staff, day))) {
    const pack::Rank* rank = pack.rank(assignment.rank);
    if (rank && (!highest || rank->level > highest->level)) highest = rank;
  }
  return highest;
}

Result<int> level_of(store::ReadTx& tx, const pack::Pack& pack, StaffId staff, Date day) {
  const pack::Rank* rank = TRY(highest_rank(tx, pack, staff, day));
  return rank ? rank->level : 0;
}

Result<std::int64_t> rights_epoch(store::ReadTx& tx) {
  auto row = TRY(tx.one<sql::RightsEpoch>());
  if (!row) return fail(ErrorKind::corrupt, "section.epoch", "the row of the rights epoch is gone");
  return row->value;
}

Result<> bump_rights_epoch(store::Tx& tx) {
  TRY(tx.run<sql::RightsEpochBump>());
  return {};
}

}  // namespace yakuba::section
