// The resident's side of a procedure: drafts that survive everything, one question a page, check, submit, status.
//
//   Draft draft = TRY(application::begin(hall, town, holder, *pack, "jido-teate-nintei", "ja"));
//   TRY(application::answer(hall, town, holder, draft.id, ask, value));      // saved at once; facts follow from
//   answers Submitted done = TRY(application::submit(hall, town, holder, draft.id, key));   // one case, however often
//   it is pressed
//
// Public side only: it holds accounts' drafts, sealed uploads, the newest published state of a case and released facts,
// never registers or cases. What the office must know travels in messages (hall/cases/cases.hpp).
// A draft pins the version of its pack; answers are kept by question id, facts are recomputed from them by the server.
// Errors: draft.not_found (also for somebody else's), draft.submitted (conflict), draft.full (too_large), draft.upload
// (invalid: kind of file, with the need in place.field), draft.incomplete (conflict), status.wrong (forbidden).
// Threads: free of shared state. Law: 行政手続法 7条 (arrival), デジタル手続法 6条.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hall/cases/cases.hpp"
#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "pack/evaluation.hpp"

namespace yakuba::application {

// Who holds a draft or looks at a case: an account, or whoever showed the code (its hash is in the cookie's session).
struct Holder {
  std::string account;  // public id of the account; empty: none
  int level = 0;
  std::string reference;  // opaque reference of a linked person (level 2)
  std::string mail;       // of the account, confirmed
  std::string language;   // of the page on which he acts (web::language_tag): what he sends is answered in it
  std::string token;      // the draft's or case's token out of the cookie; empty: none
};

struct Upload {
  std::string need;  // pack::Needed::id
  store::BlobInfo blob;
  std::string file_name, media_type;
  Instant at;
};

// One page of a draft: its name in the address ("lives_with.1", "papers", "check") and its asks.
struct Page {
  std::string name;
  std::vector<pack::Ask> asks;
};

// What the answers of a draft mean under its pack on a day: recomputed by the server from pack, released register facts
// and answers, never taken from a form. Shared and immutable; the draft and its pages point into it.
struct Meaning {
  pack::PackPtr pack;
  std::vector<cases::Answer> answers;  // in the order in which they were given
  JsonObject released;                 // what the office released about the linked person
  pack::Answered understood;
  std::vector<Page> pages;  // of what is asked now, in order
  // What follows from these and was asked for already (expectation_of, unanswered).
  std::shared_ptr<class WorkedOut> worked_out = {};
};

// The expected result as the file of the case keeps it.
struct Expectation {
  std::string outcome;  // Outcome::id; empty: not decided
  std::int64_t missing = 0;
  bool operator==(const Expectation&) const = default;
};

struct Draft {
  PublicId id;
  std::string procedure;
  pack::PackPtr pack;
  const pack::Procedure* procedure_model = nullptr;
  std::string language;
  std::vector<Upload> uploads;
  std::shared_ptr<const Meaning> meaning;  // never null in an opened draft
  Instant created, updated;
  std::string number;        // empty until submitted
  std::int64_t version = 0;  // raised by every answer and upload
  Bytes key_box;             // the draft's own key, sealed

  const std::vector<cases::Answer>& answers() const { return meaning->answers; }
  const JsonObject& released() const { return meaning->released; }
  const pack::Facts& facts() const { return meaning->understood.facts; }
  const pack::Seen& seen() const { return meaning->understood.seen; }
  const std::vector<pack::Ask>& asks() const { return meaning->understood.asked; }  // what is asked now, in order
  const std::vector<Page>& pages() const { return meaning->pages; }
};

inline constexpr std::size_t answers_bytes_max = 256 * 1024;
inline constexpr std::size_t uploads_max = 40;
inline constexpr std::int64_t upload_bytes_max = 20 * 1024 * 1024;
inline constexpr std::int64_t draft_uploads_bytes_max = 100 * 1024 * 1024;
inline constexpr int draft_days_max = 90;  // an untouched draft is destroyed after this

// A new draft. Without an account the caller sets `token` as a cookie and shows `resume_code` ("7K2M-9QTX-4FWB") once.
struct Begun {
  PublicId id;
  std::string token, resume_code;
};
Result<Begun> begin(hall::Hall& hall, const store::Town& town, const Holder& holder, const pack::Pack& pack,
                    std::string_view procedure, std::string_view language, Instant now);
// With the code that was shown: a new token for this device.
Result<Begun> resume(hall::Hall& hall, const store::Town& town, std::string_view code, Instant now);
Result<Draft> open(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id);
// What the same criteria would decide now. The expectation alone is remembered with the draft's meaning.
Result<pack::Ruling> rule(const Draft& draft);
Result<Expectation> expectation_of(const Draft& draft);
Result<std::vector<Draft>> drafts_of(hall::Hall& hall, const store::Town& town, const Holder& holder);

// Replaces the answers of one page. What follows from the register or is derived is never taken from the form.
Result<> answer(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id,
                const std::vector<cases::Answer>& answers, Instant now);
// Seals the file with the draft's key and keeps it. Errors: draft.upload, draft.full.
Result<> upload(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id, std::string_view need,
                const web::Upload& file, Instant now);
Result<> remove_upload(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id,
                       std::string_view blob);
Result<> discard(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id);

struct Unanswered {                // why a draft cannot be sent yet
  std::vector<std::string> asks;   // pack::Ask::id
  std::vector<std::string> needs;  // attachments that may not follow
};
Result<Unanswered> unanswered(const Draft& draft);

struct Submitted {
  PublicId case_id;
  std::string number;
  std::string secret;  // with the number it opens the status; empty with an account
  std::string note() const;
  static std::optional<Submitted> from_note(std::string_view text);
};
Result<Submitted> submit(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id, Instant now);
// The same of a draft that was opened by this holder a moment ago; one that changed since then is opened again.
Result<Submitted> submit(hall::Hall& hall, const store::Town& town, const Holder& holder, const Draft& opened,
                         Instant now);

// --- after the submission ---

// Number and secret → a token for the cookie. At most status_tries_max wrong tries an hour per number and address.
inline constexpr int status_tries_max = 10;
Result<std::string> show_status(hall::Hall& hall, const store::Town& town, std::string_view number,
                                std::string_view secret, std::string_view address, Instant now);
Result<cases::Published> status(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId case_id);
Result<std::vector<cases::Published>> cases_of(hall::Hall& hall, const store::Town& town, const Holder& holder);

Result<> send_correction(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId case_id,
                         std::string_view correction, const std::vector<cases::Answer>& answers,
                         const std::vector<web::Upload>& files, Instant now);
Result<> withdraw(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId case_id,
                  std::string_view reason, Instant now);

// The end of an account: its drafts with their papers and what the office released are destroyed, access takes the
// login and the link away, in one transaction. Cases stay, as the law keeps them; each gets the secret with which,
// beside its number, its state can still be seen. Errors: those of access::end_account.
struct StillThere {
  std::string number, secret;
};
Result<std::vector<StillThere>> end_account(hall::Hall& hall, const store::Town& town, const access::Resident& resident,
                                            Instant now);

// Office → public: the register's facts of a linked person, by reference. Sent when an account is linked and nightly.
inline constexpr std::string_view released_message = "application.released";

hall::Module module();

}  // namespace yakuba::application
