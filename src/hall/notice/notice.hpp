// Notices: a decision, a request or a receipt told to a party over a channel, with what became of it.
//
//   notice::Request request{.key = "decision:" + case_id, .pack = pinned, .procedure = …, .notice = outcome->notice,
//       .adverse = outcome->adverse, .section = "child", .case_id = …, .case_number = …, .facts = facts,
//       .reach = reach, .stamp = stamp};
//   PublicId id = TRY(notice::issue(tx, hall, town, request));      // in the transaction that decides
//
// issue() fills the pack's template, asserts what the law asks for (reason, 教示), chooses the channel and orders the
// document; the document is made by its job, then the notice goes out by another: mail by SMTP, online as a copy on the
// public side, post through the 発送 register. A bounced or returned notice waits for the next act of the office.
//
// State of a delivery: preparing → sending → sent → delivered
//                     ↘ to_post → sent → delivered      sending, sent → bounced → (another attempt: preparing)
// A mailbox that refuses (5yz) sends the notice to the post at once, where an address is known: it waits in the
// register with the reason, and is `bounced` only without one.
// A document that a party can open online is published there whatever the channel is; opening it says delivered.
// Events on object "notice": notified (went out), delivered (opened online, handed over), bounced. Whoever listens
// (hall::Module::notice_listeners: cases) hears in the same transaction that it went out.
//
// Errors: notice.unknown (not_found: the pack has no such notice), notice.reason, notice.appeal, notice.suit (invalid:
// a decision without reason or 教示; place.field names the section), pack.hole, print.no_glyph, notice.unreachable
// (invalid: neither mail nor online nor a postal address), notice.not_found, notice.conflict, document.*.
// Source: 行政手続法8条, 行政不服審査法82条, 行政事件訴訟法46条; arrival: 民法97条.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "hall/document/document.hpp"
#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "pack/evaluation.hpp"
#include "store/store.hpp"

namespace yakuba::notice {

enum class Channel { mail, online, post, counter };
std::string_view channel_code(Channel channel);
std::optional<Channel> parse_channel(std::string_view code);

// How the party can be reached, gathered by the caller from people's contacts and the application.
struct Reach {
  std::string party;  // "person:12"
  std::string name;   // with variation sequences
  std::string honorific = "様";
  std::string postal_code;
  std::vector<std::string> address_lines;  // empty: no postal address known (or withheld)
  std::string mail;
  bool mail_consented = false;       // to notices by mail (people::Contact::usable)
  bool online = false;               // applied online: may open the status page with number and secret, or account
  bool account = false;              // has an account: is asked to look there; without one the letter goes by post
  std::vector<PublicId> references;  // linked accounts (access::references_of_person)
};
// The first of the town's order that can be used (town setting "notice-channels", "mail online post" by default). Who
// holds only a number and a secret is not told by a page that nobody reminds him of: for him online comes last.
std::optional<Channel> choose_channel(const Reach& reach, const pack::Pack& pack);

struct Request {
  std::string key;                // unique in the town; issuing again gives the first notice
  pack::PackPtr pack;             // the version the case is pinned to
  std::string procedure, notice;  // ids of the pack: a notice belongs to its procedure
  std::string step;
  bool adverse = false;  // Outcome::adverse, together with Notice::adverse
  std::string section;   // id of the pack's section
  std::string case_id, case_number;
  std::string language = "ja";  // of the party's pages (web::language_tag): of the mail and of the plain version
  pack::Facts facts;            // of the decision record
  JsonObject extra;             // facts of the case itself by key: receipt 受付, correction 補正, reason 申請の理由 …
  std::optional<int> retention_years;
  Reach reach;
  std::optional<Channel> channel;  // a clerk's choice; nothing: choose_channel
  log::Event stamp;                // actor, acting_for, post, rank, section, channel, terminal, at
};
// Fills the template and asserts its completeness. Pure. Adds the fact notice 通知.
Result<document::Content> compose(const Request& request);
// The watermarked PDF of what would be sent.
Result<Bytes> preview(hall::Hall& hall, const store::Town& town, const Request& request);
Result<PublicId> issue(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Request& request);

enum class DeliveryState { preparing, sending, to_post, sent, delivered, bounced };
std::string_view state_code(DeliveryState state);
// Its words with their colour, the same on every page.
web::Html state_tag(const web::Words& words, DeliveryState state);

struct Notice {
  PublicId id;
  PublicId document;
  std::string kind, kind_name, number;
  std::string case_id, case_number, section;
  Reach reach;  // of the last attempt
  Channel channel = Channel::post;
  DeliveryState state = DeliveryState::preparing;
  std::int64_t attempt = 1;  // deliveries so far
  std::int64_t version = 1;
  Instant issued_at;
  std::optional<Instant> sent_at, delivered_at, bounced_at;
  std::optional<Date> posted_on, returned_on;
  std::string bounce_reason;  // address-unknown, moved, not-collected, refused, mailbox, other
  std::string language;       // as in Request
  std::string next_act;       // resend-post, resend-mail, counter, inquiry, public-notice; empty: not yet chosen
};
// These show names: a page that calls them appends its read event.
Result<std::optional<Notice>> find(store::ReadTx& tx, PublicId id);
Result<std::vector<Notice>> of_case(store::ReadTx& tx, std::string_view case_id);
struct Filter {
  std::string state;  // code of a DeliveryState, "open" (to_post and bounced), or empty for all
  std::string section;
  std::string after;  // Listed::next
};
struct Listed {
  std::vector<Notice> rows;  // oldest first while open, rows_max
  std::string next;
};
inline constexpr int rows_max = 50;
Result<Listed> register_of_dispatch(store::ReadTx& tx, const Filter& filter);
Result<std::int64_t> count_open(store::ReadTx& tx);  // to_post and bounced

// 発送: given to the post on a day. conflict when it is not waiting for the post or `version` is old.
Result<> mark_posted(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                     Date day, const log::Event& stamp);
// 返戻: came back. Reason codes as in Notice::bounce_reason.
Result<> mark_returned(store::Tx& tx, PublicId id, std::int64_t version, Date day, std::string_view reason,
                       std::string_view next_act, const log::Event& stamp);
Result<> mark_handed_over(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                          const log::Event& stamp);
// What the office will do about a bounced notice; codes as in Notice::next_act.
Result<> choose_next_act(store::Tx& tx, PublicId id, std::int64_t version, std::string_view next_act,
                         const log::Event& stamp);
// Another delivery of the same document (never a new rendering) to what is known now of the party.
Result<> send_again(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                    Channel channel, const Reach& reach, const log::Event& stamp);
// One sheet for each, in this order. All must be waiting for the post.
Result<Bytes> address_sheets(hall::Hall& hall, const store::Town& town, const pack::Pack& pack,
                             const std::vector<PublicId>& ids, Date day);
// The rows as CSV (UTF-8 with BOM, CRLF; no cell can be read as a formula).
std::string dispatch_csv(const std::vector<Notice>& rows);

// The jobs, for the runner and for tests.
Result<> dispatch(hall::Hall& hall, const store::Town& town, PublicId id);                            // notice.dispatch
Result<> send_by_mail(hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t attempt);  // notice.mail

// --- public side ---
struct Published {
  PublicId id;
  std::string kind_name, number, case_id;
  Date dated;
  std::string sha256;
  Instant published_at;
  std::optional<Instant> opened_at;
  bool withdrawn = false;
};
// For the status page (application): the caller has proved number and secret, or the account.
Result<std::vector<Published>> published_of_case(store::ReadTx& tx, std::string_view case_id);
Result<std::vector<Published>> published_of_reference(store::ReadTx& tx, PublicId reference);
// The bytes for a reader who has proved that the case is his. Checks hash and marker; tells the office (delivered).
Result<Bytes> open_published(hall::Hall& hall, const store::Town& town, PublicId id, std::string_view case_id);

hall::Module module();

}  // namespace yakuba::notice
