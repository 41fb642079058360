// The register of persons, households, organisations, their relations and standing.
//
// Nobody reads without a trace. Whatever shows personal data comes out of the readers below as a Sealed<T>: it holds
// the data and what must be written about the reading. The only way to the data is reveal(), which needs a transaction
// that writes and appends the event in it. So the event is durable before the page is sent.
//
//   Reader reader{.actor = "staff:12", .section = "child", .purpose = Purpose::examination, .case_id =
//   "26-1120-0047-F"}; auto file = people::look(store, town, [&](auto& tx) { return people::person(tx, reader, id); });
//   // for pages
//
//   store.change(town, key, [&](store::Tx& tx) -> Result<Decision> { // the same inside a service's own transaction
//     JsonObject facts = TRY(people::reveal(tx, TRY(people::facts(tx, reader, applicant, as_of))));
//     …
//   });
//
// Standing (支援措置, 抑止) is respected here, never by pages: what the reader may not see is not in the value.
// Side: office. Threads: all functions are free of shared state. Errors are named at each function; besides, every one
// passes on the errors of the store.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "hall/people/values.hpp"
#include "store/store.hpp"

namespace yakuba::hall {
struct Call;
struct Module;
}  // namespace yakuba::hall

namespace yakuba::people {

// --- who reads, and why ---

enum class Purpose {
  counter,      // somebody stands at the counter or calls
  reception,    // taking in an application
  examination,  // examining or deciding a case
  approval,     // approving a case
  certificate,  // issuing a certificate
  payment,      // billing, paying, matching
  maintenance,  // keeping the register itself
  batch,        // a job decides many at once
  audit,        // looking at how others looked
  self,         // the person, through a linked account
};
std::string_view code(Purpose purpose);
std::optional<Purpose> parse_purpose(std::string_view code);

struct Reader {
  std::string actor;                             // "staff:12", "job:reminders", "account:…"
  std::string acting_for;                        // the other actor when acting for somebody
  std::string post, section, channel, terminal;  // as log::Event has them
  std::int64_t rank = 0;
  Purpose purpose = Purpose::counter;
  std::string law;              // "児童手当法 第7条": needed for Purpose::batch, otherwise where the purpose has one
  std::string case_id;          // public id of the case this reading serves; empty outside a case
  bool sees_protected = false;  // holds the permission people.see_protected
  Instant at;                   // clock.now()
};

// The reader behind a request: staff, post, section and permissions of its actor, terminal from the request.
Reader reader_of(const hall::Call& call, Purpose purpose, std::string law = {}, std::string case_id = {});

// What has been read, and the event that has to be written before it may be used.
struct Trace {
  Reader reader;
  log::Verb verb = log::Verb::viewed;     // or exported, printed
  std::vector<PersonId> persons;          // whose data is inside
  std::string what;                       // "person", "household", "search", "facts", "names", "history", "looks"
  std::string query;                      // what was typed, kept in a row that can be destroyed; the event has its HMAC
  std::vector<std::string> query_fields;  // "name", "birth" …: codes only
  Bytes query_key;                        // 32 random bytes for that HMAC
};
Result<> record(store::Tx& tx, const Trace& trace);  // errors: people.purpose (batch without a law)
Result<> record(store::Store& store, store::Town town, const Trace& trace);

template <class T>
class Sealed {
 public:
  Sealed(T value, Trace trace) : value_(std::move(value)), trace_(std::move(trace)) {}

 private:
  template <class U>
  friend Result<U> reveal(store::Tx& tx, const Sealed<U>& sealed);
  template <class U>
  friend Result<U> reveal(store::Store& store, store::Town town, const Result<Sealed<U>>& sealed);
  T value_;
  Trace trace_;
};
template <class T>
Result<T> reveal(store::Tx& tx, const Sealed<T>& sealed) {
  TRY(record(tx, sealed.trace_));
  return sealed.value_;
}
template <class T>
Result<T> reveal(store::Store& store, store::Town town, const Result<Sealed<T>>& sealed) {
  if (!sealed) return std::unexpected(sealed.error());
  TRY(record(store, town, sealed->trace_));
  return sealed->value_;
}

// --- finding ---

struct Query {
  std::string name;     // kanji or kana, from its beginning or a given name; variants folded (髙=高, 﨑=崎)
  std::string birth;    // any era form, "平成20年4月1日", "H20.4.1", "2008-04-01"; "平成20年" and "2008" mean the year
  std::string address;  // from the 大字 on: "見本123", "見本１２３番地"
  std::string number;   // 宛名番号
  std::string telephone;     // any writing
  bool also_former = false;  // also moved out, dead, removed
  std::string after;         // where the next page begins: Found::next
  bool empty() const { return name.empty() && birth.empty() && address.empty() && number.empty() && telephone.empty(); }
  bool operator==(const Query&) const = default;
};
inline constexpr int found_rows_max = 50;          // a page
inline constexpr int found_count_max = 1000;       // counted exactly up to here
inline constexpr int query_code_points_max = 100;  // of each field

struct FoundPerson {
  PersonId id;
  PartyNumber number;
  PersonName name;
  BirthDate birth;
  Sex sex = Sex::not_known;
  Status status = Status::resident;
  std::string address;    // the registered one, without the place; empty when withheld
  bool withheld = false;  // 支援措置 or 抑止: address and household are not shown to this reader
  bool warn = false;      // has a standing in force
  bool operator==(const FoundPerson&) const = default;
};
struct Found {
  std::vector<FoundPerson> rows;   // by kana, then number
  int count = 0;                   // exact up to found_count_max
  bool more_than_counted = false;  // 「1,000件以上」
  std::string next;                // give it as Query::after; empty on the last page
};
// Errors (all invalid, place.field names the field): people.query.empty, people.query.too_long, people.query.birth,
// people.query.number (check digit), people.query.telephone, people.query.after.
Result<Sealed<Found>> search(store::ReadTx& tx, const Reader& reader, const Query& query, const Bytes& query_key);

// The same as CSV bytes (UTF-8 with BOM, CRLF), at most found_count_max rows; the event's verb is `exported`.
// Errors: as search, and people.export.purpose when the reader gives no law and no case.
Result<Sealed<std::string>> search_csv(store::ReadTx& tx, const Reader& reader, const Query& query,
                                       const Bytes& query_key);

// --- reading ---

struct PersonFile {
  Person person;
  std::vector<Address> addresses;  // newest first; empty when withheld
  std::vector<Contact> contacts;   // empty when withheld
  std::vector<Relation> relations;
  std::optional<Household> household;  // as of the reader's day; none when withheld or not in one
  std::vector<Household> former_households;
  std::vector<HistoryEntry> history;  // newest first
  std::vector<Standing> standings;    // in force or to come; to others than see_protected only that there is one
  bool withheld = false;
};
// Errors: people.not_found; people.suppressed (forbidden) when an inquiry is suppressed with Level::error.
Result<Sealed<PersonFile>> person(store::ReadTx& tx, const Reader& reader, PersonId id);
Result<Sealed<PersonFile>> person(store::ReadTx& tx, const Reader& reader, PartyNumber number);

// The household a person belonged to on a day; people.not_found when in none.
Result<Sealed<Household>> household(store::ReadTx& tx, const Reader& reader, PersonId id, Date as_of);
// Children, elder first, twins in register order: by relation rows, and by 続柄 inside the household.
struct Child {
  Member member;          // relationship: 続柄 to the head of its own household
  bool together = false;  // 同居: in the same household of the register
  bool looked_after = false, shares_livelihood = false,
       maintained = false;  // dated relations; true for 同居 by default
  bool certain = true;      // false: only the 続柄 says so and another member could be the parent as well
  bool operator==(const Child&) const = default;
};
Result<Sealed<std::vector<Child>>> children(store::ReadTx& tx, const Reader& reader, PersonId parent, Date as_of);

// Names for a list (inbox, search results of others): one event for all of them.
struct Brief {
  PersonId id;
  PartyNumber number;
  PersonName name;
  std::string address;  // without the place; empty when withheld
  bool withheld = false;
};
Result<Sealed<std::vector<Brief>>> briefs(store::ReadTx& tx, const Reader& reader, std::span<const PersonId> ids);

Result<Sealed<Organisation>> organisation(store::ReadTx& tx, const Reader& reader, OrganisationId id);

// The whole person at an earlier history number, as the canonical JSON it was stored as.
Result<Sealed<JsonValue>> person_as_it_was(store::ReadTx& tx, const Reader& reader, PersonId id, std::int64_t history);

// Who looked at a person's record, newest first. The reading of this list is itself a trace.
struct Look {
  Instant at;
  std::string actor, section, post;
  std::string verb;     // viewed, exported, printed
  std::string what;     // Trace::what
  std::string purpose;  // code of Purpose
  std::string law, case_id;
};
struct Looks {
  std::vector<Look> rows;
  std::int64_t before = 0;  // give it as `before` for the next page; 0 at the end
};
Result<Sealed<Looks>> who_looked(store::ReadTx& tx, const Reader& reader, PersonId id, std::int64_t before = 0,
                                 int limit = 50);

// Questions whose answer shows no personal data, and which therefore leave no trace.
Result<std::optional<PersonId>> id_of(store::ReadTx& tx, PartyNumber number);
Result<std::optional<PartyNumber>> number_of(store::ReadTx& tx, PersonId id);
Result<bool> same_household(store::ReadTx& tx, PersonId one, PersonId other, Date as_of);
Result<std::optional<HouseholdId>> household_id_of(store::ReadTx& tx, PersonId id, Date as_of);  // of the register
Result<std::vector<PersonId>> persons_of(store::ReadTx& tx, HouseholdId household, Date as_of);

// --- facts for criteria ---
//
// The facts that the register can supply, as one JSON object by the ASCII keys of packs/common/facts.toml: what
// pack::Facts::known takes. Dates are "2026-11-22"; what is unknown is left out, so it is *missing*, never null by
// accident.
//
//   claimant 申請者       person
//   household 世帯        [person]: the others of the same household, in the order of the certificate
//   has_spouse 配偶者の有無, spouse 配偶者: a relation of kind spouse, or the 続柄 inside the household
//   children 対象児童     [child]: everybody whose parent or guardian the claimant is, elder first, without limit of
//   age
//                        (the pack's `include` filters), also those who live elsewhere
//   guardians 後見人      [person]: legal guardians of the claimant in force
//
//   person  person_id 宛名番号, name 氏名, kana フリガナ, birth 生年月日 (absent when no calendar day), birth_words
//           生年月日の表記 (only then), relationship 続柄 to the head, address 住所, residence 住所の区分 (町内,
//           国内の町外, 国外), sex 性別 (男, 女), together (same household)
//   child   as person, residence 国内 or 国外, parenthood_certain (false: only the 続柄 says so)
//
// `keys`: the facts a compiled criterion or a page names; exactly these are read. Empty: all.
Result<Sealed<JsonObject>> facts(store::ReadTx& tx, const Reader& reader, PersonId applicant, Date as_of,
                                 std::span<const std::string> keys = {});
// For a batch: in the order of `applicants`, with as few events as the log allows.
Result<Sealed<std::vector<JsonObject>>> facts_of(store::ReadTx& tx, const Reader& reader,
                                                 std::span<const PersonId> applicants, Date as_of,
                                                 std::span<const std::string> keys = {});

// --- keeping
// ---------------------------------------------------------------------------------------------------------- Every
// change appends its event and, for the register itself, a history row.

// 住登外登録: a person the office deals with who is not on the register; draws the next 宛名番号.
struct NewNonResident {
  PersonName name;
  BirthDate birth;
  Sex sex = Sex::not_known;
  Address address;
  std::optional<Residence> residence;
  bool synthetic = false;
};
Result<PersonId> register_non_resident(store::Tx& tx, const Reader& by, const NewNonResident& person);

// Contacts belong to the office, not to the copy. Errors: people.contact (place.field), people.not_found.
Result<ContactId> add_contact(store::Tx& tx, const Reader& by, PersonId person, const Contact& contact);
Result<> withdraw_consent(store::Tx& tx, const Reader& by, PersonId person, ContactId contact, Date on);

Result<RelationId> add_relation(store::Tx& tx, const Reader& by, const Relation& relation);  // people.relation
Result<> end_relation(store::Tx& tx, const Reader& by, RelationId relation, Date until);

// Errors: people.standing.dates, people.standing.basis, people.conflict when `version` is not the stored one.
Result<StandingId> set_standing(store::Tx& tx, const Reader& by, PersonId person, const Standing& standing);
Result<> extend_standing(store::Tx& tx, const Reader& by, StandingId id, std::int64_t version, Date until);
Result<> lift_standing(store::Tx& tx, const Reader& by, StandingId id, std::int64_t version, Date on);
Result<> lift_standing_until(store::Tx& tx, const Reader& by, StandingId id, std::int64_t version, Instant until);
// Refuses (forbidden, people.suppressed) when a process is suppressed for the person: certificates ask this again at
// the moment of delivery.
Result<> check_process(store::ReadTx& tx, const Reader& reader, PersonId person, Process process);

// --- for pages: read, write the trace, answer ---

// Reads from a snapshot, then writes the trace durably (to the store's spool when the primary is away), then answers.
template <class F>
auto look(store::Store& store, store::Town town, F&& reading) {
  auto sealed = store.read(town, std::forward<F>(reading));
  return reveal(store, town, sealed);
}

hall::Module module();

}  // namespace yakuba::people
