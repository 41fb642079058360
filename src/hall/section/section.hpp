// The office as people: sections (課), posts (職), staff members, dated assignments (発令), absence and delegation.
//
//   auto heads = TRY(section::holders(tx, "section head", child_section, today));              // who holds the rank
//   there auto acting = TRY(section::acting_for(tx, pack, "section head", child_section, today));    // 代決, when he
//   is away int level = TRY(section::level_of(tx, pack, staff, today));                                // rank for 決裁
//
// Everything is dated in valid time and append-only: a transfer ends one row and begins another, nobody is deleted.
// Ranks (職位), named posts and the order of deputies (代決順) are data of the town's pack; sections, people and
// assignments are rows of the town's store (office side), because they change on any day by 辞令 and not by a release.
// A post is held by holding its rank in its section: pack post "child-head" is rank "section head" in section "child".
//
// Sources: 地方自治法 153条 (delegation to staff), 158条 (internal organisation), 各団体の事務決裁規程
// (専決・代決・後閲). Errors: `section.*` codes; ErrorKind::conflict when a row's version moved. Threads: functions are
// pure but for `tx`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace yakuba::store {
class Tx;
class ReadTx;
}  // namespace yakuba::store
namespace yakuba::pack {
struct Pack;
struct Rank;
}  // namespace yakuba::pack
namespace yakuba::hall {
struct Module;
}

namespace yakuba::section {

using StaffId = Id<struct StaffTag>;
using SectionId = Id<struct SectionTag>;
using AssignmentId = Id<struct AssignmentTag>;
using DelegationId = Id<struct DelegationTag>;
using AbsenceId = Id<struct AbsenceTag>;

// Civil days, both ends included: an assignment "to 2027-03-31" is still held on that day. No end means open.
struct Period {
  Date from;
  std::optional<Date> to;
  bool operator==(const Period&) const = default;
  bool contains(Date day) const { return from <= day && (!to || day <= *to); }
};

// The role that the program brings, so that a town without packs can be set up (its permissions: access.hpp). All other
// roles are the pack's.
inline constexpr std::string_view administrator_role = "administrator";

// --- rows ---

struct Section {
  SectionId id;
  PublicId public_id;
  std::string code;  // what procedures name ("child"); the same code may return in a later period
  std::string name;  // "こども・長寿課"
  std::optional<SectionId> parent;
  std::string telephone;
  std::int64_t order = 0;
  Period period;
  std::int64_t version = 0;
  bool operator==(const Section&) const = default;
};

struct StaffMember {
  StaffId id;
  PublicId public_id;
  std::string number;  // 職員番号, unique in the town
  std::string name;    // parted by U+3000
  std::string kana;
  std::string mail;
  std::optional<std::int64_t> person;  // people::PersonId value when the staff member is a resident himself
  Period employed;
  std::int64_t version = 0;
  bool operator==(const StaffMember&) const = default;
};

struct Assignment {
  AssignmentId id;
  StaffId staff;
  SectionId section;
  std::string rank;                // id of the pack's rank ("section head"); empty: none (a role without a 職位)
  std::string title;               // 職名 as the 辞令 says it; empty: the rank's name
  std::vector<std::string> roles;  // ids of the pack's roles
  bool concurrent = false;         // 兼務
  Period period;
  bool operator==(const Assignment&) const = default;
};

enum class DelegationKind { senketsu, daiketsu };  // 専決: decides in his own right; 代決: for the absent holder
struct Delegation {
  DelegationId id;
  StaffId principal;  // for whom
  StaffId delegate;   // who acts
  DelegationKind kind = DelegationKind::daiketsu;
  Period period;
  std::string reason_code;  // business-trip, leave, illness, childcare, training, vacancy, other
  bool operator==(const Delegation&) const = default;
};

struct Absence {
  AbsenceId id;
  StaffId staff;
  Period period;            // always with an end
  std::string reason_code;  // as above
  bool operator==(const Absence&) const = default;
};

// Who makes a change and when; `actor` is the name in the log (access::log_name).
struct Act {
  Instant at;
  std::string actor;
  std::string asked_by = {};  // who asked for it, where a second person carries it out
  Date day() const { return date_in_japan(at); }
};

// --- questions ---

Result<std::vector<Section>> sections(store::ReadTx& tx, Date day);
Result<std::optional<Section>> section_by_id(store::ReadTx& tx, SectionId id);
Result<std::optional<Section>> section_by_public_id(store::ReadTx& tx, PublicId id);
// The section that bears this code on that day.
Result<std::optional<Section>> section_by_code(store::ReadTx& tx, std::string_view code, Date day);
// `section` and everything below it on that day.
Result<std::vector<SectionId>> section_and_below(store::ReadTx& tx, SectionId section, Date day);

Result<std::optional<StaffMember>> staff_by_id(store::ReadTx& tx, StaffId id);
Result<std::optional<StaffMember>> staff_by_public_id(store::ReadTx& tx, PublicId id);
Result<std::optional<StaffMember>> staff_by_number(store::ReadTx& tx, std::string_view number);
// In order of number, pages of `limit` after `after_number`; `day` leaves out those not employed then.
Result<std::vector<StaffMember>> staff_list(store::ReadTx& tx, Date day, std::string_view after_number, int limit);
// Those assigned to the section on that day, highest rank first.
Result<std::vector<StaffMember>> staff_of_section(store::ReadTx& tx, const pack::Pack& pack, SectionId section,
                                                  Date day);

Result<std::vector<Assignment>> assignments_of(store::ReadTx& tx, StaffId staff, Date day);
Result<std::vector<Assignment>> assignment_history(store::ReadTx& tx, StaffId staff);        // newest first
Result<std::vector<Delegation>> delegations_of(store::ReadTx& tx, StaffId staff, Date day);  // as principal or delegate
Result<std::vector<Delegation>> delegations_from(store::ReadTx& tx, StaffId staff, Date from);  // that end on or after
Result<std::vector<Absence>> absences_of(store::ReadTx& tx, StaffId staff, Date from);  // that end on or after `from`
Result<bool> is_absent(store::ReadTx& tx, StaffId staff, Date day);

// Who holds a rank in a section on a day, by number. Ranks above sections (mayor) are held wherever the town put them:
// ask `holders_anywhere`.
Result<std::vector<StaffMember>> holders(store::ReadTx& tx, std::string_view rank, SectionId section, Date day);
Result<std::vector<StaffMember>> holders_anywhere(store::ReadTx& tx, std::string_view rank, Date day);
Result<std::vector<StaffMember>> holders_of_post(store::ReadTx& tx, const pack::Pack& pack, std::string_view post,
                                                 Date day);

// Highest level of the ranks held that day (0: none), and that rank (into `pack`; null: none).
Result<int> level_of(store::ReadTx& tx, const pack::Pack& pack, StaffId staff, Date day);
Result<const pack::Rank*> highest_rank(store::ReadTx& tx, const pack::Pack& pack, StaffId staff, Date day);

struct Acting {
  StaffId principal;  // none (0) when nobody holds the rank
  StaffId delegate;
  std::string rank;  // the principal's rank that is exercised
  SectionId section;
  DelegationKind kind = DelegationKind::daiketsu;
  std::optional<DelegationId> delegation;  // none: by the pack's order of deputies
  std::string reason_code;                 // of the delegation or the absence; "vacancy" when nobody holds the post
  bool operator==(const Acting&) const = default;
};
// Who decides in place of an absent holder (or an empty post): a written delegation first, then the pack's order.
// Nothing when a holder is present, or when nobody may act: the case then waits and the page says so. For a rank that
// nobody holds in `section` but somebody holds elsewhere (mayor), that holder is meant.
Result<std::optional<Acting>> acting_for(store::ReadTx& tx, const pack::Pack& pack, std::string_view rank,
                                         SectionId section, Date day);
// For whom this staff member acts on that day.
Result<std::vector<Acting>> acts_for(store::ReadTx& tx, const pack::Pack& pack, StaffId delegate, Date day);

// Moves by one with every change of somebody's rights (roles, leave, delegation, killed session): caches of rights
// compare it once a second, so another process obeys within that second and this one at once.
Result<std::int64_t> rights_epoch(store::ReadTx& tx);
Result<> bump_rights_epoch(store::Tx& tx);

// --- changes (each appends its event) ---

struct NewSection {
  PublicId public_id;  // drawn by the caller: closures may run twice
  std::string code, name;
  std::optional<SectionId> parent;
  std::string telephone;
  Period period;
};
Result<SectionId> found(store::Tx& tx, const Act& act, const NewSection& section);
// Brings in the sections a town's pack names and the store does not have yet, parents first; `public_ids` one per
// section of the pack. Gives the number of new ones.
Result<int> found_from_pack(store::Tx& tx, const Act& act, const pack::Pack& pack, Date from,
                            const std::vector<PublicId>& public_ids);
Result<> rename(store::Tx& tx, const Act& act, SectionId id, std::int64_t version, std::string_view name,
                std::string_view telephone);
// Ends a section on `last_day`. Refused while somebody is assigned to it or a section below it exists after that day.
Result<> dissolve(store::Tx& tx, const Act& act, SectionId id, std::int64_t version, Date last_day);

struct NewStaff {
  PublicId public_id;
  std::string number, name, kana, mail;
  Date from;
};
Result<StaffId> employ(store::Tx& tx, const Act& act, const NewStaff& staff);
Result<> correct_staff(store::Tx& tx, const Act& act, const StaffMember& staff);  // name, kana, mail; by id and version
Result<> link_person(store::Tx& tx, const Act& act, StaffId staff, std::optional<std::int64_t> person);
// Ends everything on `last_day`: assignments, delegations, absence. Sessions end with the first request after it.
Result<> leave(store::Tx& tx, const Act& act, StaffId staff, std::int64_t version, Date last_day);

// Refused (forbidden, section.second_person_needed) when a staff member by himself gives a role that gives rights to
// somebody who does not hold it already: ask_assignment and another's confirm_assignment do that. The console and the
// demonstration act alone: who holds the machine holds everything.
Result<AssignmentId> assign(store::Tx& tx, const Act& act, const pack::Pack& pack, const Assignment& assignment);
Result<> end_assignment(store::Tx& tx, const Act& act, AssignmentId id, Date last_day);
Result<DelegationId> delegate(store::Tx& tx, const Act& act, const Delegation& delegation);
Result<> end_delegation(store::Tx& tx, const Act& act, DelegationId id, Date last_day);
Result<AbsenceId> enter_absence(store::Tx& tx, const Act& act, const Absence& absence);
Result<> cancel_absence(store::Tx& tx, const Act& act, AbsenceId id);

// --- roles that give rights, by two persons ---

// The administrator's, and roles of the pack that may change staff or their ways to sign in.
bool gives_rights(const pack::Pack& pack, std::string_view role);
Result<bool> needs_second_person(store::ReadTx& tx, const pack::Pack& pack, const Assignment& assignment);

struct AssignmentRequest {
  std::int64_t id = 0;
  PublicId public_id;
  Assignment assignment;
  std::string asked_by;  // as the log names him
  Instant asked;
};
// Checked as `assign` does, then waits. One request for a staff member at a time (conflict, section.asked_already).
Result<PublicId> ask_assignment(store::Tx& tx, const Act& act, const pack::Pack& pack, const Assignment& assignment,
                                PublicId fresh);
Result<std::vector<AssignmentRequest>> assignment_requests(store::ReadTx& tx);  // oldest first
// Neither who asked nor whom it is about (forbidden, section.second_person_needed).
Result<AssignmentId> confirm_assignment(store::Tx& tx, const Act& act, const pack::Pack& pack, PublicId request);
Result<> refuse_assignment(store::Tx& tx, const Act& act, PublicId request);

// --- the 1st of April ---

// A CSV of changes (UTF-8 or CP932), one line each: 区分,職員番号,氏名,フリガナ,メール,所属,職,役割,発令日
//   採用 new staff member with first post   異動 main post ends the day before, a new one begins   兼務 / 兼務解除
//   退職 everything ends on 発令日 (the last day)
// 所属 is a section's code or name on 発令日, 職 a rank's id or name, 役割 role ids
// or names parted by spaces.
enum class TransferKind { hire, move, add, end, leave };
struct TransferLine {
  int line = 0;  // 1-based line of the file
  TransferKind kind = TransferKind::move;
  std::string number, name;
  std::string before, after;  // what a reader compares: "こども・長寿課 主事" → "税務課 主任"
  Date day;
  bool operator==(const TransferLine&) const = default;
};
struct TransferPlan {
  std::vector<TransferLine> lines;
  std::vector<Error> errors;  // place.line and place.field filled; with any error nothing can be carried out
  Hash hash{};                // of the lines and of what they change
};
inline constexpr std::size_t transfer_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t transfer_lines_max = 20'000;
// Compares the file with the store as it stands; changes nothing.
Result<TransferPlan> plan_transfer(store::ReadTx& tx, const pack::Pack& pack, std::string_view csv);
// The whole file or nothing: plans again inside the transaction and refuses (conflict) when `seen` is not its hash.
// `public_ids` has one fresh id per line.
Result<int> carry_out_transfer(store::Tx& tx, const Act& act, const pack::Pack& pack, std::string_view csv,
                               const Hash& seen, const std::vector<PublicId>& public_ids);

hall::Module module();

}  // namespace yakuba::section
