// Changes of sections, staff, assignments, delegations and absence. Each appends its event and moves the rights epoch
// when somebody's rights may have changed.
#include "hall/section/service.hpp"

#include "pack/pack.hpp"

namespace yakuba::section {

namespace {

constexpr std::size_t name_graphemes_max = 100;

Error wrong(std::string field, std::string code, std::string detail = {}) {
  return Error{ErrorKind::invalid, std::move(code), std::move(detail), Place{.field = std::move(field)}, {}};
}

Result<> check_words(std::string_view text, std::string field, bool required) {
  if (required && trim(text).empty()) return std::unexpected(wrong(std::move(field), "section.missing"));
  if (!is_utf8(text) || has_control_characters(text) || length_in_graphemes(text) > name_graphemes_max ||
      text.find('\n') != std::string_view::npos)
    return std::unexpected(wrong(std::move(field), "section.ill_formed"));
  return {};
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

bool is_staff_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ==
             std::string_view::npos;
}

// Family name and given name are parted by one ideographic space, whatever was typed between them.
std::string parted(std::string_view name) {
  constexpr std::string_view wide = "　";
  std::string found;
  bool gap = false;
  for (name = trim(name); !name.empty();) {
    if (name.front() == ' ' || name.starts_with(wide)) {
      gap = true;
      name.remove_prefix(name.front() == ' ' ? 1 : wide.size());
      continue;
    }
    if (gap) found += wide;
    gap = false;
    found += name.front();
    name.remove_prefix(1);
  }
  return found;
}

Result<> check_period(const Period& period) {
  if (period.to && *period.to < period.from) return std::unexpected(wrong("to", "section.ends_before_it_begins"));
  return {};
}

Result<StaffMember> staff_or_fail(store::ReadTx& tx, StaffId id) {
  auto staff = TRY(staff_by_id(tx, id));
  if (!staff) return fail(ErrorKind::not_found, "section.no_such_staff");
  return std::move(*staff);
}

}  // namespace

bool is_reason_code(std::string_view code) {
  static constexpr std::string_view codes[] = {"business-trip", "leave",   "illness", "childcare",
                                               "training",      "vacancy", "other"};
  return std::ranges::find(codes, code) != std::end(codes);
}

bool is_known_role(const pack::Pack& pack, std::string_view role) {
  return role == administrator_role || pack.role(role) != nullptr;
}

std::string joined_roles(const std::vector<std::string>& roles) {
  std::string text;
  for (const std::string& role : roles) text += (text.empty() ? "" : " ") + role;
  return text;
}

Result<> record(store::Tx& tx, const Act& act, log::Verb verb, std::string_view kind, std::int64_t id,
                JsonObject payload, std::vector<log::Ref> refs, std::string reason_code) {
  log::Event event;
  event.at = act.at;
  event.verb = verb;
  event.object_kind = kind;
  event.object_id = std::to_string(id);
  event.actor = act.actor;
  event.reason_code = std::move(reason_code);
  event.refs = std::move(refs);
  if (!payload.empty()) event.payload = log::Payload(std::move(payload));
  return tx.append(event);
}

// --- sections ---

Result<SectionId> found(store::Tx& tx, const Act& act, const NewSection& section) {
  if (!is_code(section.code)) return std::unexpected(wrong("code", "section.bad_code"));
  TRY(check_words(section.name, "name", true));
  TRY(check_words(section.telephone, "telephone", false));
  TRY(check_period(section.period));
  auto overlaps = TRY(tx.one<sql::SectionOverlaps>({.code = section.code, .valid_from = section.period.from.text()}));
  if (overlaps && overlaps->count > 0) return std::unexpected(wrong("code", "section.code_in_use"));
  std::optional<std::int64_t> parent;
  if (section.parent) {
    auto above = TRY(section_by_id(tx, *section.parent));
    if (!above || !above->period.contains(section.period.from))
      return std::unexpected(wrong("parent", "section.no_such_section"));
    parent = above->id.value;
  }
  auto place = TRY(tx.all<sql::SectionsAll>()).size();
  auto row = TRY(tx.one<sql::SectionInsert>({.public_id = section.public_id.text(),
                                             .code = section.code,
                                             .name = section.name,
                                             .parent = parent,
                                             .telephone = section.telephone,
                                             .place = static_cast<std::int64_t>(place) + 1,
                                             .valid_from = section.period.from.text(),
                                             .valid_to = day_text(section.period.to)}));
  TRY(record(tx, act, log::Verb::recorded, "section", row->id,
             {{"code", section.code}, {"from", section.period.from.text()}}));
  TRY(bump_rights_epoch(tx));
  return SectionId(row->id);
}

Result<int> found_from_pack(store::Tx& tx, const Act& act, const pack::Pack& pack, Date from,
                            const std::vector<PublicId>& public_ids) {
  int made = 0;
  // A pack's list is short; parents may stand after children, so go round until nothing new can be founded.
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t i = 0; i < pack.sections.size() && i < public_ids.size(); ++i) {
      const pack::Section& seed = pack.sections[i];
      if (TRY(section_by_code(tx, seed.id, from))) continue;
      std::optional<SectionId> parent;
      if (!seed.parent.empty()) {
        auto above = TRY(section_by_code(tx, seed.parent, from));
        if (!above) continue;
        parent = above->id;
      }
      TRY(found(tx, act, {public_ids[i], seed.id, seed.name, parent, seed.phone, {from, std::nullopt}}));
      ++made;
      progress = true;
    }
  }
  return made;
}

Result<> rename(store::Tx& tx, const Act& act, SectionId id, std::int64_t version, std::string_view name,
                std::string_view telephone) {
  TRY(check_words(name, "name", true));
  TRY(check_words(telephone, "telephone", false));
  auto changed = TRY(tx.run<sql::SectionRename>(
      {.id = id.value, .version = version, .name = std::string(name), .telephone = std::string(telephone)}));
  if (changed == 0) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  TRY(record(tx, act, log::Verb::amended, "section", id.value));
  return bump_rights_epoch(tx);
}

Result<> dissolve(store::Tx& tx, const Act& act, SectionId id, std::int64_t version, Date last_day) {
  auto section = TRY(section_by_id(tx, id));
  if (!section) return fail(ErrorKind::not_found, "section.no_such_section");
  if (last_day < section->period.from) return std::unexpected(wrong("to", "section.ends_before_it_begins"));
  auto used = TRY(tx.one<sql::SectionInUseAfter>({.id = id.value, .day = last_day.text()}));
  if (used && used->assigned > 0) return std::unexpected(wrong("to", "section.still_staffed"));
  if (used && used->below > 0) return std::unexpected(wrong("to", "section.has_sections_below"));
  auto changed = TRY(tx.run<sql::SectionEnd>({.id = id.value, .version = version, .valid_to = last_day.text()}));
  if (changed == 0) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  TRY(record(tx, act, log::Verb::closed, "section", id.value, {{"to", last_day.text()}}));
  return bump_rights_epoch(tx);
}

// --- staff ---

Result<StaffId> employ(store::Tx& tx, const Act& act, const NewStaff& staff) {
  if (!is_staff_number(staff.number)) return std::unexpected(wrong("number", "section.bad_number"));
  TRY(check_words(staff.name, "name", true));
  TRY(check_words(staff.kana, "kana", false));
  TRY(check_words(staff.mail, "mail", false));
  if (TRY(staff_by_number(tx, staff.number))) return std::unexpected(wrong("number", "section.number_in_use"));
  auto row = TRY(tx.one<sql::StaffInsert>({.public_id = staff.public_id.text(),
                                           .number = staff.number,
                                           .name = parted(staff.name),
                                           .kana = parted(staff.kana),
                                           .mail = staff.mail,
                                           .valid_from = staff.from.text()}));
  TRY(record(tx, act, log::Verb::recorded, "staff", row->id, {{"from", staff.from.text()}}));
  return StaffId(row->id);
}

Result<> correct_staff(store::Tx& tx, const Act& act, const StaffMember& staff) {
  TRY(check_words(staff.name, "name", true));
  TRY(check_words(staff.kana, "kana", false));
  TRY(check_words(staff.mail, "mail", false));
  auto changed = TRY(tx.run<sql::StaffCorrect>({.id = staff.id.value,
                                                .version = staff.version,
                                                .name = parted(staff.name),
                                                .kana = parted(staff.kana),
                                                .mail = staff.mail}));
  if (changed == 0) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  TRY(record(tx, act, log::Verb::amended, "staff", staff.id.value));
  return bump_rights_epoch(tx);
}

Result<> link_person(store::Tx& tx, const Act& act, StaffId staff, std::optional<std::int64_t> person) {
  TRY(staff_or_fail(tx, staff));
  TRY(tx.run<sql::StaffPerson>({.id = staff.value, .person = person}));
  std::vector<log::Ref> refs;
  if (person) refs.push_back({"person", std::to_string(*person)});
  TRY(record(tx, act, person ? log::Verb::linked : log::Verb::unlinked, "staff", staff.value, {}, std::move(refs)));
  return bump_rights_epoch(tx);
}

Result<> leave(store::Tx& tx, const Act& act, StaffId id, std::int64_t version, Date last_day) {
  auto staff = TRY(staff_or_fail(tx, id));
  if (last_day < staff.employed.from) return std::unexpected(wrong("to", "section.ends_before_it_begins"));
  auto changed = TRY(tx.run<sql::StaffLeave>({.id = id.value, .version = version, .valid_to = last_day.text()}));
  if (changed == 0) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  TRY(tx.run<sql::AssignmentsEndAll>({.staff = id.value, .valid_to = last_day.text()}));
  TRY(tx.run<sql::DelegationsEndAll>({.staff = id.value, .valid_to = last_day.text()}));
  TRY(tx.run<sql::AbsencesEndAll>({.staff = id.value, .valid_to = last_day.text()}));
  TRY(record(tx, act, log::Verb::relieved, "staff", id.value, {{"to", last_day.text()}}));
  return bump_rights_epoch(tx);
}

// --- assignments ---

Result<Section> check_assignment(store::ReadTx& tx, const pack::Pack& pack, const Assignment& assignment) {
  auto staff = TRY(staff_or_fail(tx, assignment.staff));
  if (!staff.employed.contains(assignment.period.from))
    return std::unexpected(wrong("from", "section.not_employed_then"));
  TRY(check_period(assignment.period));
  TRY(check_words(assignment.title, "title", false));
  auto section = TRY(section_by_id(tx, assignment.section));
  if (!section || !section->period.contains(assignment.period.from))
    return std::unexpected(wrong("section", "section.no_such_section"));
  if (!assignment.rank.empty() && !pack.rank(assignment.rank))
    return std::unexpected(wrong("rank", "section.unknown_rank", assignment.rank));
  for (const std::string& role : assignment.roles)
    if (!is_known_role(pack, role)) return std::unexpected(wrong("roles", "section.unknown_role", role));
  for (const Assignment& held : TRY(assignment_history(tx, assignment.staff))) {
    bool overlap = (!held.period.to || *held.period.to >= assignment.period.from) &&
                   (!assignment.period.to || held.period.from <= *assignment.period.to);
    if (overlap && !held.concurrent && !assignment.concurrent)
      return std::unexpected(wrong("from", "section.already_assigned"));
    if (overlap && held.section == assignment.section && held.rank == assignment.rank)
      return std::unexpected(wrong("section", "section.same_assignment"));
  }
  return std::move(*section);
}

Result<AssignmentId> assign(store::Tx& tx, const Act& act, const pack::Pack& pack, const Assignment& assignment) {
  const Section section = TRY(check_assignment(tx, pack, assignment));
  const bool alone = act.actor.starts_with("staff:") && act.asked_by.empty();
  if (alone && TRY(needs_second_person(tx, pack, assignment)))
    return fail(ErrorKind::forbidden, "section.second_person_needed", {}, {.field = "roles"});
  auto row = TRY(tx.one<sql::AssignmentInsert>({.staff = assignment.staff.value,
                                                .section = assignment.section.value,
                                                .rank = assignment.rank,
                                                .title = assignment.title,
                                                .roles = joined_roles(assignment.roles),
                                                .concurrent = assignment.concurrent ? 1 : 0,
                                                .valid_from = assignment.period.from.text(),
                                                .valid_to = day_text(assignment.period.to)}));
  JsonObject payload{{"assignment", row->id},
                     {"section", section.code},
                     {"rank", assignment.rank},
                     {"roles", joined_roles(assignment.roles)},
                     {"from", assignment.period.from.text()}};
  if (assignment.period.to) payload["to"] = assignment.period.to->text();
  if (assignment.concurrent) payload["concurrent"] = true;
  if (!act.asked_by.empty()) payload["asked_by"] = act.asked_by;
  TRY(record(tx, act, log::Verb::appointed, "staff", assignment.staff.value, std::move(payload)));
  TRY(bump_rights_epoch(tx));
  return AssignmentId(row->id);
}

Result<> end_assignment(store::Tx& tx, const Act& act, AssignmentId id, Date last_day) {
  auto row = TRY(tx.one<sql::AssignmentById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "section.no_such_assignment");
  auto held = TRY(assignment_from(*row));
  // The day before it begins is allowed: an assignment that never came into force.
  if (last_day < held.period.from.plus_days(-1)) return std::unexpected(wrong("to", "section.ends_before_it_begins"));
  auto changed = TRY(tx.run<sql::AssignmentEnd>({.id = id.value, .valid_to = last_day.text()}));
  if (changed == 0) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  TRY(record(tx, act, log::Verb::relieved, "staff", held.staff.value,
             {{"assignment", id.value}, {"to", last_day.text()}}));
  return bump_rights_epoch(tx);
}

// --- delegation and absence ---

Result<DelegationId> delegate(store::Tx& tx, const Act& act, const Delegation& delegation) {
  if (delegation.principal == delegation.delegate)
    return std::unexpected(wrong("delegate", "section.delegates_to_himself"));
  TRY(check_period(delegation.period));
  if (!is_reason_code(delegation.reason_code)) return std::unexpected(wrong("reason", "section.unknown_reason"));
  auto principal = TRY(staff_or_fail(tx, delegation.principal));
  auto deputy = TRY(staff_or_fail(tx, delegation.delegate));
  if (!principal.employed.contains(delegation.period.from) || !deputy.employed.contains(delegation.period.from))
    return std::unexpected(wrong("from", "section.not_employed_then"));
  std::string kind = delegation.kind == DelegationKind::senketsu ? "senketsu" : "daiketsu";
  auto row = TRY(tx.one<sql::DelegationInsert>({.principal = delegation.principal.value,
                                                .delegate = delegation.delegate.value,
                                                .kind = kind,
                                                .reason = delegation.reason_code,
                                                .valid_from = delegation.period.from.text(),
                                                .valid_to = day_text(delegation.period.to)}));
  JsonObject payload{{"delegation", row->id}, {"kind", kind}, {"from", delegation.period.from.text()}};
  if (delegation.period.to) payload["to"] = delegation.period.to->text();
  TRY(record(
      tx, act, log::Verb::granted, "delegation", row->id, std::move(payload),
      {{"staff", std::to_string(delegation.principal.value)}, {"staff", std::to_string(delegation.delegate.value)}},
      delegation.reason_code));
  TRY(bump_rights_epoch(tx));
  return DelegationId(row->id);
}

Result<> end_delegation(store::Tx& tx, const Act& act, DelegationId id, Date last_day) {
  auto row = TRY(tx.one<sql::DelegationById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "section.no_such_delegation");
  auto held = TRY(delegation_from(*row));
  if (last_day < held.period.from.plus_days(-1)) return std::unexpected(wrong("to", "section.ends_before_it_begins"));
  auto changed = TRY(tx.run<sql::DelegationEnd>({.id = id.value, .valid_to = last_day.text()}));
  if (changed == 0) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  TRY(record(tx, act, log::Verb::withdrawn, "delegation", id.value, {{"to", last_day.text()}}));
  return bump_rights_epoch(tx);
}

Result<AbsenceId> enter_absence(store::Tx& tx, const Act& act, const Absence& absence) {
  TRY(staff_or_fail(tx, absence.staff));
  if (!absence.period.to) return std::unexpected(wrong("to", "section.missing"));
  TRY(check_period(absence.period));
  if (!is_reason_code(absence.reason_code)) return std::unexpected(wrong("reason", "section.unknown_reason"));
  auto row = TRY(tx.one<sql::AbsenceInsert>({.staff = absence.staff.value,
                                             .reason = absence.reason_code,
                                             .valid_from = absence.period.from.text(),
                                             .valid_to = absence.period.to->text()}));
  TRY(record(tx, act, log::Verb::recorded, "absence", row->id,
             {{"from", absence.period.from.text()}, {"to", absence.period.to->text()}},
             {{"staff", std::to_string(absence.staff.value)}}, absence.reason_code));
  TRY(bump_rights_epoch(tx));
  return AbsenceId(row->id);
}

Result<> cancel_absence(store::Tx& tx, const Act& act, AbsenceId id) {
  auto row = TRY(tx.one<sql::AbsenceById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "section.no_such_absence");
  // What has already passed stays true: an absence that began ends yesterday instead of vanishing.
  if (TRY(day_from(row->valid_from)) < act.day())
    TRY(tx.run<sql::AbsenceEnd>({.id = id.value, .valid_to = act.day().plus_days(-1).text()}));
  else
    TRY(tx.run<sql::AbsenceDelete>({.id = id.value}));
  TRY(record(tx, act, log::Verb::cancelled, "absence", id.value, {}, {{"staff", std::to_string(row->staff)}}));
  return bump_rights_epoch(tx);
}

}  // namespace yakuba::section
