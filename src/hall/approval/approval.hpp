// 決裁: 起案 → 回議 → 合議 → 決裁, by the town's 事務決裁規程, which is itself a criterion of the pack (kind, amount →
// rank).
//
//   ApprovalId id = TRY(approval::propose(hall, tx, town, act, {.subject_kind = "case", .subject_id = "3f8k…", …}));
//   Sheet sheet = TRY(approval::sheet(tx, posts, "case", "3f8k…"));     // the stamps so far and who is next
//   TRY(approval::approve(hall, tx, town, act, {.sheet = sheet.id, .line = 2, .version = sheet.version}));
//
// A sheet has lines in order: every rank on the way up (回議), the sections whose agreement the rule names (合議), and
// the decider (決裁; 専決 when it is not the mayor). One line waits at a time, but all 合議 lines wait together. The
// holder of the line's rank in the line's section acts; when he is absent, his deputy acts for him (代決), both names
// are kept, and the holder is asked to look at it afterwards (後閲). Nobody approves his own draft or what concerns his
// own household (access::may). The capability whose matter it is learns of the end by hall::ApprovalSubject::settled.
//
// Errors: approval.not_found, approval.changed (conflict), approval.not_yours (forbidden, detail: the reason code of
// access::may), approval.not_waiting (conflict), approval.reason (invalid), approval.nobody (unavailable: no holder, no
// deputy). Side: office. Law: 地方自治法 149条, 152–154条; the town's 事務決裁規程 (専決, 代決, 後閲). Threads: free of
// shared state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "hall/section/section.hpp"
#include "pack/evaluation.hpp"

namespace yakuba::approval {

using SheetId = Id<struct ApprovalSheetTag>;

struct Proposal {
  std::string subject_kind, subject_id;  // "case", its public id
  std::string title;                     // 「児童手当 認定請求 26-1120-0047-F」
  std::string procedure;                 // for scope `procedure` of a right
  std::string route;                     // pack route id: "senketsu"
  pack::Matter matter;                   // kind, amount, adverse, departs …
  std::string section;                   // pack section id of the matter
  section::StaffId drafter;
  std::vector<std::int64_t> parties;  // people::PersonId values whose matter it is, with their households
  std::string return_steps;           // pack steps it may be returned to, parted by spaces: "draft examine"
  std::string brief;                  // what is to be decided and why, for the sheet; lines parted by \n
};

// Who acts: as hall/cases writes its events.
struct Act {
  std::string actor;
  section::StaffId staff;
  std::string acting_for, post, section, channel;
  std::int64_t rank = 0;
  Instant at;
};

enum class LineKind { review, concurrence, decision };  // 回議, 合議, 決裁
enum class LineState { later, waiting, done, objected, skipped };
struct Line {
  int order = 0;
  LineKind kind = LineKind::review;
  LineState state = LineState::later;
  std::string rank;                        // pack rank id
  std::string section;                     // pack section id; empty: wherever that rank is held (mayor)
  std::string title;                       // 「こども・長寿課長」
  std::optional<section::StaffId> holder;  // whose line it is, as resolved when it began to wait
  std::string holder_name;
  std::optional<section::StaffId> acted;  // who stamped
  std::string acted_name;
  bool daiketsu = false;                                        // 代決
  bool senketsu = false;                                        // 専決 (decision below the mayor)
  std::optional<Instant> waiting_since, acted_at, reviewed_at;  // reviewed: 後閲
  std::string comment;
};
struct Sheet {
  SheetId id;
  std::string subject_kind, subject_id, title;
  std::string brief;  // as it was when it was proposed
  std::string rule;   // 「奈義町事務決裁規程（見本）別表の14（課長専決）」
  std::string drafter_name;
  section::StaffId drafter;
  Instant proposed_at;
  std::string state;  // open | approved | returned | pulled-back
  std::vector<Line> lines;
  std::vector<std::string> return_steps;
  std::int64_t version = 0;
};

Result<SheetId> propose(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act,
                        const pack::Pack& pack, const Proposal& proposal);
// The newest sheet of a matter; nothing when it was never proposed.
Result<std::optional<Sheet>> sheet(store::ReadTx& tx, std::string_view subject_kind, std::string_view subject_id);

// Is he the drafter, the holder of a line, who stamped it, or does he stand (also for an absent colleague) where a line
// of the newest sheet belongs? Whoever takes part may read the matter: 合議 goes to other sections.
Result<bool> takes_part(store::ReadTx& tx, const access::Staff& staff, std::string_view subject_kind,
                        std::string_view subject_id);

struct On {
  SheetId sheet;
  int line = 0;
  std::int64_t version = 0;
};
// Stamps the line (回議 or 合議), or decides when it is the decision line.
Result<> approve(hall::Hall&, store::Tx&, const store::Town&, const access::Actor&, const Act&, const On&,
                 std::string_view comment);
Result<> object(hall::Hall&, store::Tx&, const store::Town&, const access::Actor&, const Act&, const On&,
                std::string_view comment);  // 合議: does not agree; goes on with the objection on the sheet
Result<> send_back(hall::Hall&, store::Tx&, const store::Town&, const access::Actor&, const Act&, const On&,
                   std::string_view to_step, std::string_view reason_code, std::string_view comment);        // 差し戻し
Result<> pull_back(hall::Hall&, store::Tx&, const store::Town&, const Act&, SheetId, std::int64_t version);  // 引き戻し
Result<> review_after(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&);                   // 後閲

// What waits for this staff member: own lines, lines he may stamp for an absent colleague, 後閲.
struct Waiting {
  Sheet sheet;
  Line line;
  bool for_absent = false;  // 代決
  bool review_after = false;
};
Result<std::vector<Waiting>> waiting_for(hall::Hall& hall, store::ReadTx& tx, const access::Staff& staff, Date today,
                                         int limit);
Result<std::int64_t> count_waiting(hall::Hall& hall, store::ReadTx& tx, const access::Staff& staff, Date today);

hall::Module module();

}  // namespace yakuba::approval
