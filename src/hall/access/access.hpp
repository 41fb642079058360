// Who may do what: actors, one explainable function `may`, logins, sessions, resident accounts.
//
//   access::Decision d = access::may(actor, "approve", {.kind = "case", .id = 42, .section = child, .drafter =
//   author}); if (!d.allowed) return refuse(d.reason);            // d.reason is a stable code, d.rule what spoke for
//   or against
//
// The dispatcher asks the gate before every handler:
//
//   access::Entry entry = hall.gate.open(hall, town, request, side, route.face());
//   call.actor = entry.actor.get();  call.form_token = entry.form_token;  call.cookies = entry.cookies;
//   if (entry.refusal != access::Refusal::none) return access::refuse(call, entry);      // sign-in, 403, 404, forged
//   form
//
// Rights come from roles of the pack (`roles/*.toml`), roles from dated assignments (hall/section). Denied by default.
// Sources: ASVS 5.0 V6 (authentication), V7 (sessions), V8 (authorization); NIST SP 800-63B-4; RFC 6238; WebAuthn L2.
// Threads: values are free; Gate is thread-safe; functions with `tx` are pure but for it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "hall/section/section.hpp"
#include "web/request.hpp"
#include "web/response.hpp"
#include "web/route.hpp"

namespace yakuba::store {
class Town;
}
namespace yakuba::hall {  // hall.hpp includes this header: an Actor and the Gate are parts of the hall
struct Hall;
struct Call;
struct Module;
}  // namespace yakuba::hall

namespace yakuba::access {

using section::SectionId;
using section::StaffId;
using AccountId = Id<struct AccountTag>;

// --- roles ---

// How far a permission reaches: what the actor owns; what his section and those below it own; the procedures the role
// names (pack: scope = "procedure:jido-teate-nintei shussho"); the whole town.
enum class Scope { own, section, procedure, town };

// "case.examine" in one scope. "case.*" names every verb on the kind; there is no permission for everything.
struct Grant {
  std::string permission;
  Scope scope = Scope::own;
  std::vector<std::string> procedures;  // only for Scope::procedure
  std::string role;                     // where it comes from, for explaining
  bool operator==(const Grant&) const = default;
};

// The role that the program brings, so that a town without packs can be set up: staff, sections, roles, accounts; no
// cases, no people. All other roles are the pack's.
using section::administrator_role;
// Grants of the roles named; names the pack does not know give nothing.
std::vector<Grant> grants_of(const pack::Pack& pack, const std::vector<std::string>& roles);

// --- actors ---

struct Anonymous {
  bool operator==(const Anonymous&) const = default;
};

// Level 1: confirmed mail. Level 2: linked to a person by proof. Level 3: card. (Level 0 has no account.)
struct Resident {
  AccountId account;
  PublicId public_id;
  int level = 1;
  std::optional<PublicId> person;  // opaque reference to a person of the register; only the office can resolve it
  std::string shown;               // what the head of the page says: the account's mail
  bool operator==(const Resident&) const = default;
};

// One thing a staff member stands on: a rank and roles in a section, his own or that of the person he acts for.
struct Standing {
  SectionId section;
  std::vector<SectionId> below;  // `section` and everything under it
  std::string section_name;
  std::string section_code;
  std::string rank;   // id of the pack's rank, the word of criteria and steps; empty: none
  std::string title;  // 職名 for pages: "課長"
  int level = 0;      // of the rank; 0: none
  std::vector<Grant> grants;
  std::optional<StaffId> acting_for;  // 代決 or delegated 専決: exercised in this person's place
  std::string acting_reason;          // code: business-trip, leave … vacancy
  section::DelegationKind acting_kind = section::DelegationKind::daiketsu;
  bool operator==(const Standing&) const = default;
};

struct Staff {
  StaffId id;
  PublicId public_id;
  std::string number, name;            // name parted by U+3000
  std::optional<std::int64_t> person;  // he is this person of the register himself
  std::vector<Standing> standings;     // own ones first, main assignment first
  bool operator==(const Staff&) const = default;
  const Standing* main() const { return standings.empty() ? nullptr : &standings.front(); }
};

struct System {
  std::string job;  // "print-notice"
  bool operator==(const System&) const = default;
};

// The operator at the installation's console (commands of `yakuba`): not a login, never reads cases.
struct Administrator {
  std::string name;
  bool operator==(const Administrator&) const = default;
};

struct Actor {
  std::variant<Anonymous, Resident, Staff, System, Administrator> is;
  bool operator==(const Actor&) const = default;
  const Staff* staff() const { return std::get_if<Staff>(&is); }
  const Resident* resident() const { return std::get_if<Resident>(&is); }
  bool anonymous() const { return std::holds_alternative<Anonymous>(is); }
};

// "staff:12", "account:7", "system:print-notice", "console:root", "anonymous": how the log names an actor.
std::string log_name(const Actor& actor);

// --- the one question ---

// What is acted on. Leave out what does not apply; a scope that needs a missing field does not match.
struct Object {
  std::string_view kind;  // "case", "staff", "person", "document", "page"
  std::int64_t id = 0;
  std::optional<SectionId> section;   // the section that owns it
  std::string_view procedure;         // its procedure, for scope `procedure`
  std::optional<StaffId> owner;       // the clerk who has it
  std::optional<StaffId> drafter;     // who drafted what is to be approved
  std::vector<std::int64_t> parties;  // people::PersonId values of the parties and of the members of their households
  std::optional<AccountId> account;   // the account it belongs to (resident side)
  std::optional<PublicId> person;     // the opaque reference it belongs to (resident side)
  int level_needed = 0;               // approve: least level of rank (pack ranks; 事務決裁規程)
  int account_level_needed = 0;       // resident side: level of the account that the page or procedure states
};

struct Decision {
  bool allowed = false;
  // allowed: "granted"; refused: "not-signed-in", "no-permission", "out-of-scope", "party-to-the-case", "own-draft",
  // "rank-too-low", "not-yours", "account-level". Words for each are in texts.*.toml under access.reason.
  std::string reason;
  std::string rule;  // "clerk: case.examine in section こども・長寿課", or the permission that was missing
  std::optional<StaffId> acting_for;  // the right is exercised in this person's place: the log keeps both
  std::string title, rank;            // of the standing that allowed it
  std::optional<SectionId> section;
  explicit operator bool() const { return allowed; }
  bool operator==(const Decision&) const = default;
};

// May `actor` do `verb` on `object`? The permission asked for is kind + "." + verb. Nobody examines, decides, drafts or
// approves what concerns himself or his household (行政手続: 除斥, and every town's 服務規程), nobody approves his own
// draft even in another's place. Own standings are tried before those for an absent colleague.
Decision may(const Actor& actor, std::string_view verb, const Object& object);

// Does the actor hold this permission in any scope? What routes and menus ask; objects are asked by `may`.
bool holds(const Actor& actor, std::string_view permission);

// The actor behind a staff member on a day: assignments, roles, delegations and the order of deputies, resolved.
// not_found when he is not employed on that day.
Result<Staff> staff_actor(store::ReadTx& tx, const pack::Pack& pack, StaffId staff, Date day);

// --- the gate: sessions and the protection of forms ---

enum class Proof { password, password_totp, passkey };  // how the session was opened

struct Session {
  PublicId id;  // for the list of one's sessions; the token itself is never stored
  web::Side side = web::Side::public_side;
  StaffId staff;      // office
  AccountId account;  // public
  Proof proof = Proof::password;
  Instant created, last_seen, proved;  // `proved`: last time a factor was shown (re-authentication)
  std::string agent, address;
  bool operator==(const Session&) const = default;
};

inline constexpr std::int64_t office_idle_seconds_max = 30 * 60;
inline constexpr std::int64_t office_session_seconds_max = 12 * 3600;
inline constexpr std::int64_t resident_idle_seconds_max = 30 * 60;
inline constexpr std::int64_t resident_session_seconds_max = 8 * 3600;
inline constexpr std::int64_t reproof_seconds_max = 10 * 60;  // acts on rights ask for a factor not older than this

// What a route's permission means. Office: "anyone" (sign-in itself), "staff" (any signed-in staff member), else the
// permission must be held in some scope, and the handler asks `may` for the object. Public side: "anyone", "resident"
// (an account, level 1), "resident.linked" (level 2), "resident.card" (level 3); ownership is asked by `may`.
inline constexpr std::string_view permission_staff = "staff";
inline constexpr std::string_view permission_resident = "resident";
inline constexpr std::string_view permission_linked = "resident.linked";
inline constexpr std::string_view permission_card = "resident.card";

enum class Refusal {
  none,
  sign_in,        // nobody is signed in: to the sign-in page and back
  forbidden,      // staff without the right: 403 with the reason
  hidden,         // residents: 404
  account_level,  // the account is not linked yet: to the page that says how
  forged,         // cross-site or without the session's form token: 403, nothing was done
};

struct Entry {
  std::shared_ptr<const Actor> actor;  // never null
  std::optional<Session> session;
  Refusal refusal = Refusal::none;
  std::string reason;                // code for words and log: "form-token", "cross-site", "no-permission" …
  std::string form_token;            // goes into every form as web::token_field: web::hidden_fields(token, key)
  std::vector<web::Cookie> cookies;  // the reply must carry them
};

// What one password costs whoever wants to know it: argon2id. The default is what a town runs with; only tests, which
// hash hundreds of passwords that nobody guards, ask for less.
struct PasswordCost {
  unsigned long long passes = 2;
  std::size_t memory_bytes = 64ULL * 1024 * 1024;
  bool operator==(const PasswordCost&) const = default;
};

// One per process, beside the Hall (hall.gate). Holds the cache of sessions and actors, checked against the town's
// rights epoch once a second, and writes `last_seen` behind, once a minute. Thread-safe; a hit costs two hashes and no
// store.
class Gate {
 public:
  explicit Gate(PasswordCost cost = {});
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Opens the session behind the cookie, builds the actor, checks the route's permission; for unsafe methods also the
  // origin and the form token. Refusals on the office side are events (denied). Never fails: a store that cannot answer
  // gives an anonymous actor and refusal sign_in.
  Entry open(hall::Hall& hall, const store::Town& town, const web::Request& request, web::Side side,
             const web::RouteFace& route);
  void forget(const store::Town& town);  // after a change of rights or sessions: look everything up again
  // The session behind the request's cookie, without any check of a route. Nothing when there is none in force.
  std::optional<Session> session(hall::Hall& hall, const store::Town& town, const web::Request& request,
                                 web::Side side);

  const PasswordCost& password_cost() const { return cost_; }

  struct State;

 private:
  std::unique_ptr<State> state_;
  PasswordCost cost_;
};

// The answer to a refused entry: redirect to sign-in (303), or a page in the reader's words.
web::Response refuse(hall::Call& call, const Entry& entry);
// The session of this call, for pages that list or end sessions. Nothing when nobody is signed in.
std::optional<Session> session_of(hall::Call& call);

// --- services that other parts call ---

// For the console: a one-time link path ("/enrol/…") with which the first administrator sets password and second
// factor. Makes the staff member `number` with the role `administrator` when he does not exist. An operator may use it
// again when every administrator has lost his second factor; the event says that it came from the console.
struct FirstAdministrator {
  std::string number, name, kana, mail;
};
Result<std::string> first_administrator_link(hall::Hall& hall, const store::Town& town, const Administrator& console,
                                             const FirstAdministrator& who);
inline constexpr std::int64_t enrolment_seconds_max = 72 * 3600;

// Sets password and TOTP secret without the page, for demo data and tests only (the caller checks that the folder is a
// demo's). `totp_secret` is 20 raw bytes.
Result<> enrol_directly(hall::Hall& hall, const store::Town& town, StaffId staff, const Secret<std::string>& password,
                        BytesView totp_secret);
// The logins of a demonstration, with the code of this moment: what `./run` prints. forbidden in a real town.
struct DemoLogin {
  web::Side side = web::Side::office_side;
  std::string part;   // administrator, clerk, approver, … as route fixtures name them; resident
  std::string login;  // staff number or mail address
  std::string name, title;
  std::string password;
  std::string factor, code;  // TOTP secret in base32 and its code now; empty: none
};
Result<std::vector<DemoLogin>> demo_logins(hall::Hall& hall, const store::Town& town);
// The account of one of the demonstration's residents; hall/application fills his drafts. Errors: access.demo.
Result<Resident> demo_resident(hall::Hall& hall, const store::Town& town, std::string_view mail);

// The six digits of RFC 6238 (SHA-1, 30 s) at an instant.
std::string totp_code(BytesView secret, Instant at);

// --- level 2: linking an account to a person ---

// Office side: the clerk saw an identity document (or the sheet goes to the registered address). The code is shown
// once, on the printed sheet; the public side receives only its hash and the opaque reference, by message.
enum class LinkWay { counter, post };
struct LinkOffer {
  PublicId reference;  // the person, as the public side will know him
  std::string code;    // "7K2M-9QTX-…": shown once
  Instant expires;
};
Result<LinkOffer> offer_link(hall::Hall& hall, const store::Town& town, const Staff& clerk, std::int64_t person,
                             LinkWay way, std::string_view document_code);
// Office side: who is behind a reference (for messages from the public side). Nothing when unlinked or unknown.
Result<std::optional<std::int64_t>> person_of_reference(store::ReadTx& tx, PublicId reference);
// Office side: the references under which a person is linked now (for released facts and notices going outward).
// The job that is enqueued at the office with each new link, key and payload the reference: whoever has something to
// release to the person does it then.
inline constexpr std::string_view linked_job = "access.linked";
Result<std::vector<PublicId>> references_of_person(store::ReadTx& tx, std::int64_t person);
// Office side: all of them, with their persons.
Result<std::vector<std::pair<PublicId, std::int64_t>>> linked_persons(store::ReadTx& tx);

// --- the end of an account ---

// Public side: is it he who sits there? His password and, where the account has one, the code of the second factor,
// with the same Argon2 work as signing in. Errors: access.wrong_password, access.wrong_code (invalid), too_many after
// proofs_max in a quarter of an hour.
Result<> prove_resident(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view password,
                        std::string_view code);
inline constexpr std::int64_t proofs_max = 10;
// Takes the account away: login, sessions, mail links, what was released to it, and the link to a person (the office is
// told and ends it there, too). For the caller who takes his own part away in the same transaction (hall/application:
// drafts); then gate.forget. The event is `destroyed` on the account.
Result<> end_account(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Resident& resident, Instant now);

// --- who looked ---

// One released read of a person's record, as the public side holds it. Released by the office by message, after the
// office's delay rules and 支援措置 were applied; other members of the household never see it.
struct ReleasedRead {
  Instant at;
  std::string section_name;
  std::string purpose;  // code: words in texts under access.purpose
  std::string subject;  // code: what was opened
  bool operator==(const ReleasedRead&) const = default;
};
Result<> release_read(hall::Hall& hall, store::Tx& office, const store::Town& town, PublicId reference,
                      std::string_view key, const ReleasedRead& read);
Result<std::vector<ReleasedRead>> released_reads(store::ReadTx& public_side, PublicId reference, Instant before,
                                                 int limit);

hall::Module module();

}  // namespace yakuba::access
