// Roles that give rights: asked for by one person of the administration, carried out by another.
#include <fmt/format.h>

#include "hall/section/service.hpp"
#include "pack/pack.hpp"

namespace yakuba::section {

namespace {

// Permissions with which somebody could give himself or others any role, or a way to sign in.
constexpr std::string_view rights_permissions[] = {"staff.change", "staff.*", "access.change", "access.*"};

Result<AssignmentRequest> request_from(const sql::RequestsOpen::Row& row) {
  return AssignmentRequest{row.id, TRY(public_id_from(row.public_id)), TRY(assignment_from(row)), row.asked_by,
                           Instant{row.asked_at}};
}

Result<AssignmentRequest> open_request(store::ReadTx& tx, PublicId id) {
  for (AssignmentRequest& request : TRY(assignment_requests(tx)))
    if (request.public_id == id) return std::move(request);
  return fail(ErrorKind::not_found, "section.no_such_request");
}

std::string actor_of(StaffId staff) {
  return fmt::format("staff:{}", staff.value);
}

}  // namespace

bool gives_rights(const pack::Pack& pack, std::string_view role) {
  if (role == administrator_role) return true;
  const pack::Role* known = pack.role(role);
  if (!known) return false;
  return std::ranges::any_of(known->permissions, [](const std::string& permission) {
    return std::ranges::find(rights_permissions, permission) != std::end(rights_permissions);
  });
}

Result<bool> needs_second_person(store::ReadTx& tx, const pack::Pack& pack, const Assignment& assignment) {
  std::vector<std::string> held_roles;  // up to the day before, or on that day in another post
  for (const Assignment& held : TRY(assignment_history(tx, assignment.staff)))
    if (held.period.contains(assignment.period.from) || held.period.contains(assignment.period.from.plus_days(-1)))
      held_roles.insert(held_roles.end(), held.roles.begin(), held.roles.end());
  return std::ranges::any_of(
      assignment.roles, [&](const std::string& role) { return gives_rights(pack, role) && !has(held_roles, role); });
}

Result<PublicId> ask_assignment(store::Tx& tx, const Act& act, const pack::Pack& pack, const Assignment& assignment,
                                PublicId fresh) {
  TRY(check_assignment(tx, pack, assignment));
  for (const AssignmentRequest& open : TRY(assignment_requests(tx)))
    if (open.assignment.staff == assignment.staff)
      return std::unexpected(Error{ErrorKind::conflict, "section.asked_already", {}, {.field = "roles"}, {}});
  TRY(tx.one<sql::RequestInsert>({.public_id = fresh.text(),
                                  .staff = assignment.staff.value,
                                  .section = assignment.section.value,
                                  .rank = assignment.rank,
                                  .title = assignment.title,
                                  .roles = joined_roles(assignment.roles),
                                  .concurrent = assignment.concurrent ? 1 : 0,
                                  .valid_from = assignment.period.from.text(),
                                  .valid_to = day_text(assignment.period.to),
                                  .asked_by = act.actor,
                                  .asked_at = act.at.microseconds}));
  TRY(record(tx, act, log::Verb::proposed, "staff", assignment.staff.value,
             {{"request", fresh.text()}, {"roles", joined_roles(assignment.roles)}}));
  return fresh;
}

Result<std::vector<AssignmentRequest>> assignment_requests(store::ReadTx& tx) {
  return all_from(TRY(tx.all<sql::RequestsOpen>()), request_from);
}

Result<AssignmentId> confirm_assignment(store::Tx& tx, const Act& act, const pack::Pack& pack, PublicId id) {
  const AssignmentRequest request = TRY(open_request(tx, id));
  if (act.actor == request.asked_by || act.actor == actor_of(request.assignment.staff))
    return fail(ErrorKind::forbidden, "section.second_person_needed");
  if (TRY(tx.run<sql::RequestEnd>(
          {.id = request.id, .ended_by = act.actor, .ended_at = act.at.microseconds, .outcome = "confirmed"})) == 0)
    return fail(ErrorKind::conflict, "section.changed_meanwhile");
  Act second = act;
  second.asked_by = request.asked_by;
  return assign(tx, second, pack, request.assignment);
}

Result<> refuse_assignment(store::Tx& tx, const Act& act, PublicId id) {
  const AssignmentRequest request = TRY(open_request(tx, id));
  if (TRY(tx.run<sql::RequestEnd>(
          {.id = request.id, .ended_by = act.actor, .ended_at = act.at.microseconds, .outcome = "refused"})) == 0)
    return fail(ErrorKind::conflict, "section.changed_meanwhile");
  return record(tx, act, log::Verb::rejected, "staff", request.assignment.staff.value, {{"request", id.text()}});
}

}  // namespace yakuba::section
