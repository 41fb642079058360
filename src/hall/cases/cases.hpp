// Cases: every matter of the office from the day it arrives to the day it is closed. Applications, internal drafts,
// claims and corrections are all cases; there is no second workflow. Steps come from the pack, each move is an event.
//
//   CaseId id = TRY(cases::receive(hall, tx, town, submission));                  // from the public side or the
//   counter cases::File file = TRY(cases::open(hall, town, actor, public_id, purpose));   // a read: durable in the log
//   before it shows TRY(cases::examine(hall, tx, town, act, {.case_id = id, .version = file.row.version}));
//
// A case pins the version of its pack; it changes only by an event. Every act names the version of the case that the
// page showed: when somebody was faster, it answers conflict "case.changed" and nothing is overwritten.
// Errors: case.not_found, case.changed (conflict), case.step (conflict: not allowed in this step), case.reason
// (invalid), case.party (forbidden: own household), case.closed (conflict). Side: office. Threads: free of shared
// state. Law: 行政手続法 5–9条 (standards, period, correction, reasons, information), 地方自治法 149条.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "pack/evaluation.hpp"

namespace yakuba::cases {

using CaseId = Id<struct CaseTag>;

// --- what arrives ---

struct Attachment {
  std::string need;  // pack::Needed::id: "kango-moushitate.1"; empty: sent of one's own accord
  std::string blob;  // id in the store's blobs, sealed with the case's key
  std::int64_t bytes = 0;
  std::string sha256;  // hex
  std::string file_name;
  std::string media_type;
  bool operator==(const Attachment&) const = default;
};
struct Answer {
  std::string ask;  // pack::Ask::id: "children", "lives_with.1"
  JsonValue value;
  std::string source;  // typed | register | counter | clerk | card | reading
  bool operator==(const Answer&) const = default;
};
struct Applicant {
  std::string name, kana, address, phone, mail;
  bool mail_consent = false;           // notices may come by mail
  std::string reference;               // opaque reference of a linked account (access level 2); empty otherwise
  std::string account;                 // public id of the account; empty: number and secret
  std::optional<std::int64_t> person;  // office channels: the clerk found the person
  bool operator==(const Applicant&) const = default;
};
// What the public side hands over when a resident presses 送信, or what a clerk enters at the counter.
struct Submission {
  PublicId id;         // of the draft; becomes the case's public id
  std::string number;  // drawn where it was submitted: "26-1120-0047-F"
  std::string procedure;
  std::string pack_hash;  // hex
  std::string channel;    // online | counter | post | telephone | pittari
  std::string language;   // of the applicant: ja, ja-easy, en
  Instant submitted_at;
  Applicant applicant;
  std::vector<Answer> answers;
  std::vector<Attachment> attachments;
  Bytes key;                // 32 bytes: seals the attachments; becomes the key of the case
  std::string secret_hash;  // hex SHA-256 of the status secret; empty with an account
  JsonValue expected;       // what the resident was shown as the expected result
};
std::string to_json(const Submission& submission);
Result<Submission> submission_from(std::string_view json);

// "26-1120-0047-F": fiscal year, month and day, serial, check character. Serials of the public side begin at 1, those
// of the office at 5001 in each fiscal year, so that two processes never draw the same number.
std::string case_number(Date day, std::int64_t serial);
bool is_case_number(std::string_view text);  // with a right check character
inline constexpr std::int64_t office_serial_offset = 5000;

// Kinds of messages between the sides (hall/exchange).
inline constexpr std::string_view submitted_message = "case.submitted";  // inward: Submission
inline constexpr std::string_view corrected_message = "case.corrected";  // inward: Correction answered
inline constexpr std::string_view withdrawn_message = "case.withdrawn";  // inward: {case, reason, at}
inline constexpr std::string_view published_message = "case.published";  // outward: Published

// What a resident sees of his case, sent outward after every change. Words are chosen by the public side from codes.
struct PublishedMoment {
  Instant at;
  std::string verb;  // submitted, received, asked, corrected, granted, rejected, notified, withdrawn …
  std::string step;  // pack step
};
struct PublishedCorrection {
  std::string id;                    // public id
  std::vector<std::string> reasons;  // reason codes of the pack
  std::string message;               // the clerk's words
  Date due;
  bool answered = false;
};
struct Published {
  PublicId id;
  std::int64_t version = 0;  // of the case: an older copy that comes late changes nothing
  std::string number, procedure, pack_hash, step, outcome;
  bool closed = false;
  bool may_withdraw = false;
  Date received_on, due_on;
  std::string section;  // pack section id
  std::string reference, account, secret_hash;
  std::string applicant_name;
  std::vector<PublishedMoment> moments;
  std::vector<PublishedCorrection> corrections;
};
std::string to_json(const Published& published);
Result<Published> published_from(std::string_view json);

// The answer to a correction, inward.
struct Corrected {
  PublicId case_id;
  std::string correction;  // public id
  std::vector<Answer> answers;
  std::vector<Attachment> attachments;
  Instant at;
};
std::string to_json(const Corrected& corrected);
Result<Corrected> corrected_from(std::string_view json);

// --- the row and the file ---

struct Case {
  CaseId id;
  PublicId public_id;
  std::string number, procedure, pack_hash, channel, language;
  std::string step;  // pack step id
  Instant step_since;
  std::optional<Instant> taken_at;  // 着手 in this step
  std::string section;              // pack section id
  std::optional<section::StaffId> owner;
  Date received_on;  // 到達日
  Instant submitted_at;
  Date due_on;          // 標準処理期間
  std::string outcome;  // pack outcome id; empty: not decided
  bool closed = false;
  std::string applicant_name, applicant_kana;
  std::optional<std::int64_t> applicant_person;
  std::string reference;  // linked account's reference
  std::int64_t version = 0;
  bool operator==(const Case&) const = default;
};

struct AnswerRow {
  std::string ask;
  JsonValue value;
  std::string source, confirmed_by;
  Instant at;
};
// What the office found out: a fact by its key path ("paper_not_given", "children.1.study_abroad_meets"), how, and in
// the clerk's words where and from whom.
struct Found {
  std::string key;
  JsonValue value;
  std::string source;  // paper | inquiry | applicant | visit | other
  std::string note;
};
struct FactRow : Found {
  std::string by;
  Instant at;
};
struct Note {
  std::string author;
  std::string body;
  Instant at;
};
struct Correction {
  std::string id;
  std::vector<std::string> reasons;
  std::string message;
  Date due;
  std::string asked_by;
  Instant asked_at;
  std::optional<Instant> answered_at;
};
struct Consultation {
  std::string id;
  std::string section;  // asked section
  std::string question, asked_by, answer, answered_by;
  Instant asked_at;
  std::optional<Instant> answered_at;
  bool objected = false;
};
// What the office means to decide: by the criterion, or departing from it with a ground.
struct Drafted {
  std::string outcome;  // pack outcome id
  std::int64_t amount_yen = 0;
  std::string reason;  // goes into the notice as it is
  bool departs = false;
  std::string depart_code;  // reason code of the pack
  std::string depart_ground;
  std::string record;  // canonical JSON of the decisions: replayable
  std::string drafted_by;
  Instant drafted_at;
};
struct File {
  Case row;
  pack::PackPtr pack;  // the pinned version
  const pack::Procedure* procedure = nullptr;
  Applicant applicant;
  std::vector<AnswerRow> answers;
  std::vector<FactRow> facts;
  std::vector<Attachment> attachments;
  std::vector<Note> notes;
  std::vector<Correction> corrections;
  std::vector<Consultation> consultations;
  std::optional<Drafted> drafted;
  std::vector<log::Event> events;  // newest last
  pack::Facts known;               // everything known now: register, answers, office; as of received_on
};

// --- who acts ---

// The actor of one act: what the event will say of him. Made from the call by `act_of`.
struct Act {
  std::string actor;  // access::log_name
  std::optional<section::StaffId> staff;
  std::string acting_for, post, section, channel;
  std::int64_t rank = 0;
  Instant at;
};
Act act_of(const hall::Call& call);

// --- acts ---

// Makes the case, its parties, key and first events. Receiving the same submission again gives the same case.
Result<CaseId> receive(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Submission& submission,
                       const Act& act);

struct On {  // which case, and the version that the page showed
  CaseId id;
  std::int64_t version = 0;
};
Result<> accept(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&);  // 受付 → 審査
Result<> take(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&);    // 着手, and own it
Result<> assign(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&, section::StaffId to);
Result<> note(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&, std::string_view body);
// Records a fact that the clerk found out; the criterion then counts with it. Only facts that the procedure's criteria
// read and that have the clerk as source, while a criterion is being applied (審査). case.fact (no such fact for the
// clerk), case.fact_value (not of its type), case.fact_source, case.words_missing (the note): invalid, with the field.
Result<> confirm_fact(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&, const Found& found);
inline constexpr std::array<std::string_view, 5> fact_sources{"paper", "inquiry", "applicant", "visit", "other"};
// An answer to a sensitive question (an account number) as it was given; elsewhere it is masked. The reading is an
// event with its purpose: examination | payment | counter. case.purpose (invalid), case.not_found.
Result<JsonValue> reveal_answer(hall::Hall&, store::Tx&, const store::Town&, const Act&, PublicId id,
                                std::string_view ask, std::string_view purpose);
inline constexpr std::array<std::string_view, 3> reveal_purposes{"examination", "payment", "counter"};
Result<> ask_correction(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&,
                        const std::vector<std::string>& reasons, std::string_view message, Date due);  // 補正
Result<> corrected(hall::Hall&, store::Tx&, const store::Town&, const Act&, const Corrected& answer);
Result<> consult(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&, std::string_view section,
                 std::string_view question);  // 協議
Result<> answer_consultation(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&,
                             std::string_view answer, bool objected);
struct Draft {
  std::string outcome;  // only when it departs; empty: what the criterion says
  std::string reason;   // empty: the criterion's words
  bool departs = false;
  std::string depart_code, depart_ground;
};
Result<> draft(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&, const Draft&);  // 審査 → 起案
Result<> propose(hall::Hall&, store::Tx&, const store::Town&, const Act&, const On&);              // 起案 → 決裁
Result<> withdraw(hall::Hall&, store::Tx&, const store::Town&, const Act&, PublicId id, std::string_view reason);
// Called by hall/approval when the last act was done.
Result<> settled(hall::Hall&, store::Tx&, const store::Town&, const hall::Settlement&);
// Called when the notice went out (mail accepted, copy online, given to the post): the case is closed by it.
Result<> notified(hall::Hall&, store::Tx&, const store::Town&, const Act&, PublicId case_id);

// --- questions ---

Result<std::optional<Case>> find(store::ReadTx& tx, PublicId id);
Result<std::optional<Case>> find_by_number(store::ReadTx& tx, std::string_view number);
// The whole file for a staff member; appends the read event durably before answering. `may_read` must have been asked.
Result<File> open(hall::Hall& hall, const store::Town& town, const Act& act, PublicId id);
// The same inside a transaction, without a trace of its own: for acts.
Result<File> load(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Case& row);
// What access::may needs to know of a case: section, owner, drafter, parties with their households.
Result<access::Object> object_of(hall::Hall& hall, store::ReadTx& tx, const Case& row,
                                 std::vector<std::int64_t>& parties);

// The procedure's criteria over the facts known now. The outcome points into the file's pack.
Result<pack::Ruling> rule(const File& file);

// --- the inbox ---

struct InboxQuery {
  std::string view;  // mine | section | unowned | consulted | closed | all; consulted: the section is asked (協議)
  std::string procedure, step;
  std::string sort;     // due | received | number | step
  std::string section;  // pack section id of the reader; empty: whole town
  std::optional<section::StaffId> staff;
  std::string words;                  // search: number, name, kana; the filters hold, cases of every step are found
  std::vector<std::string> sections;  // searched by words: pack section ids
  std::string after;                  // key of the last row shown
  int limit = 50;
};
struct InboxRow {
  Case row;
  std::string owner_name;
};
struct Inbox {
  std::vector<InboxRow> rows;
  std::string next;
  std::int64_t count = 0;  // exact up to 1,000
  bool more_than_counted = false;
};
Result<Inbox> inbox(store::ReadTx& tx, const InboxQuery& query);
Result<std::int64_t> count_inbox(store::ReadTx& tx, const InboxQuery& query);  // up to 1,000

// The demonstration's matters as the pack's people/cases.toml tells them: for this capability's step and that of
// hall/application. Nothing when the town's pack has no such file. Errors: case.demo (invalid, with the line).
struct DemoCase {
  std::string step, name, birth, channel;
  std::string question;  // to another section, for the step consult
  int days = 0;          // before today
  std::vector<Answer> answers;
  std::vector<Found> found;  // by the clerk while examining
};
struct DemoDraft {
  std::string holder, procedure;  // mail address of the account
  std::vector<Answer> answers;
  bool submit = false;
  std::string reason, message;  // a correction is asked for when it was submitted
  int days = 0;                 // until the correction is due
};
struct DemoMatters {
  std::vector<DemoCase> cases;
  std::vector<DemoDraft> drafts;
};
Result<DemoMatters> demo_matters(const pack::Pack& pack);
// The staff member who plays a part of the demonstration ("clerk", "second-clerk") and how his acts are written.
Result<access::Staff> demo_staff(hall::Hall& hall, const store::Town& town, std::string_view part);
Act act_of(const access::Staff& staff, Instant at);

hall::Module module();

}  // namespace yakuba::cases
