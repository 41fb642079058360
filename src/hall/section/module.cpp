// Sections, staff, assignments, delegation, absence: what the program registers.
#include "hall/section/pages.hpp"
#include "hall/section/queries.hpp"

namespace yakuba::section {

namespace {

std::function<std::string(hall::Call&)> label(Text text) {
  return [text](hall::Call& call) { return call.words(text).plain(); };
}

// The first staff member who stands somewhere, with that assignment.
Result<std::pair<StaffMember, Assignment>> first_assigned(hall::Hall& hall, const store::Town& town) {
  Date day = date_in_japan(hall.clock.now());
  return hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::pair<StaffMember, Assignment>> {
    for (const StaffMember& staff : TRY(staff_list(tx, day, "", 200)))
      for (const Assignment& held : TRY(assignments_of(tx, staff.id, day))) return std::pair(staff, held);
    return fail(ErrorKind::not_found, "section.no_such_staff");
  });
}

Result<std::string> a_staff_member(hall::Hall& hall, const store::Town& town) {
  return TRY(first_assigned(hall, town)).first.public_id.text();
}
Result<std::string> an_assignment(hall::Hall& hall, const store::Town& town) {
  return std::to_string(TRY(first_assigned(hall, town)).second.id.value);
}

Result<std::string> a_section(hall::Hall& hall, const store::Town& town) {
  Date day = date_in_japan(hall.clock.now());
  auto all = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return sections(tx, day); }));
  if (all.empty()) return fail(ErrorKind::not_found, "section.no_such_section");
  return all.front().public_id.text();
}

// A file with a faulty line, so that the page shows its table.
Result<std::string> a_staged_transfer(hall::Hall& hall, const store::Town& town) {
  PublicId id = PublicId::random(hall.random);
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<std::string> {
    TRY(tx.one<sql::TransferInsert>({.public_id = id.text(),
                                     .csv = "区分,職員番号,氏名,所属,職,発令日\n退職,0,見本　職員,,,2027-03-31\n",
                                     .actor = "system:fixture",
                                     .entered_at = now.microseconds}));
    return id.text();
  });
}

}  // namespace

hall::Module module() {
  hall::Module module{.name = "section", .side = web::Side::office_side};
  for (auto part : {staff_routes, staff_change_routes, section_routes, transfer_routes, absence_routes, request_routes})
    for (hall::Route& route : part()) module.routes.push_back(std::move(route));
  module.migrations = sql::migrations;
  module.menu = {{.order = 800,
                  .side = web::Side::office_side,
                  .label = label(Text::menu_staff),
                  .path = "/staff",
                  .permission = "staff.read",
                  .count = {}},
                 {.order = 805,
                  .side = web::Side::office_side,
                  .label = label(Text::menu_requests),
                  .path = "/staff/requests",
                  .permission = "staff.change",
                  .count = [](hall::Call& call) -> std::optional<std::int64_t> {
                    auto open =
                        call.hall.store.read(call.town, [](store::ReadTx& tx) { return assignment_requests(tx); });
                    if (!open || open->empty()) return std::nullopt;
                    return static_cast<std::int64_t>(open->size());
                  }},
                 {.order = 810,
                  .side = web::Side::office_side,
                  .label = label(Text::menu_absence),
                  .path = "/absence",
                  .permission = "staff",
                  .count = {}}};
  module.permissions = {{"staff.read", "See staff members, sections, ranks"},
                        {"staff.change", "Employ, assign, relieve, delegate for others, carry out transfers"},
                        {"section.change", "Found, rename and dissolve sections"},
                        {"staff", "Any signed-in staff member: own absence and delegation"}};
  module.fixtures = {{"staff-member", a_staff_member},
                     {"assignment-of-staff-member", an_assignment},
                     {"section", a_section},
                     {"staged-transfer", a_staged_transfer}};
  return module;
}

}  // namespace yakuba::section
