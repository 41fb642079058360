// The register is kept by the vendor's core system; what lies here is a dated copy of it, filled from a file.
//
//   RegisterCopy copy = TRY(read_copy(files));                         // CSV → values; every fault names file and line
//   ImportReport report = TRY(store.change(town, key, [&](store::Tx& tx) { return import(tx, by, copy, options); }));
//
// A copy is full: who is in the store and not in it is reported, never removed. A person who differs gets a new history
// row with the whole row as it became. Contacts and standing that the office entered itself are kept.
// The demo towns are filled through the same function with the copy that synthetic::generate() made.
// Speed: 24,000 persons in less than 3 s on one core (release).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hall/people/people.hpp"

namespace yakuba::people {

struct PersonRecord {
  PartyNumber number;
  PersonName name;
  BirthDate birth;
  Sex sex = Sex::not_known;
  Status status = Status::resident;
  std::optional<Date> resident_since, ended_on;
  std::optional<Residence> residence;
  std::vector<Address> addresses;
  std::vector<Contact> contacts;
  MoveReason last_reason = MoveReason::copied;
  std::optional<Date> last_moved_on;
  bool operator==(const PersonRecord&) const = default;
};
struct MemberRecord {
  PartyNumber household, person;
  std::string relationship;
  Period valid;
  bool operator==(const MemberRecord&) const = default;
};
struct HouseholdRecord {
  PartyNumber number;
  HouseholdKind kind = HouseholdKind::resident_register;
  PartyNumber head;
  Period valid;
  bool operator==(const HouseholdRecord&) const = default;
};
struct RelationRecord {
  RelationKind kind = RelationKind::parent;
  PartyNumber person, other;
  std::string words;
  Period valid;
  bool operator==(const RelationRecord&) const = default;
};
struct StandingRecord {
  PartyNumber person;
  Standing standing;
  bool operator==(const StandingRecord&) const = default;
};
struct OrganisationRecord {
  PartyNumber number;
  CorporateNumber corporate_number;
  std::string name, kana, branch, telephone;
  Address address;
  bool operator==(const OrganisationRecord&) const = default;
};
struct RegisterCopy {
  Date as_of;  // the day whose end the copy shows
  bool synthetic = false;
  std::vector<PersonRecord> persons;
  std::vector<HouseholdRecord> households;
  std::vector<MemberRecord> members;
  std::vector<RelationRecord> relations;
  std::vector<StandingRecord> standings;
  std::vector<OrganisationRecord> organisations;
  bool operator==(const RegisterCopy&) const = default;
};

inline constexpr std::size_t copy_rows_max = 3'000'000;
inline constexpr std::size_t copy_faults_max = 200;  // after so many the reading stops

// Files by name: copy.csv (as_of, synthetic), persons.csv, addresses.csv, contacts.csv, households.csv, members.csv,
// relations.csv, standings.csv, organisations.csv; UTF-8 (BOM allowed), RFC 4180, first row names the columns.
using CopyFiles = std::map<std::string, std::string, std::less<>>;
CopyFiles write_copy(const RegisterCopy& copy);
struct CopyFault {
  std::string file;
  int line = 0;
  std::string column;
  std::string code;  // people.copy.number, people.copy.date, people.copy.unknown_person …
};
// Nothing half: with one fault nothing is returned; `faults` lists them all (up to copy_faults_max).
// Errors: people.copy.faulty (the first fault is the error's place).
Result<RegisterCopy> read_copy(const CopyFiles& files, std::vector<CopyFault>& faults);
// The same checks for a copy that did not come from files (numbers known, heads are members, dates in order).
std::vector<CopyFault> check_copy(const RegisterCopy& copy);

struct ImportOptions {
  bool demo_town = false;  // synthetic people are taken only here, and real ones never here
};
struct ImportReport {
  std::int64_t added = 0, changed = 0, unchanged = 0;
  std::vector<PartyNumber> missing;  // in the store, not in the copy
  std::int64_t households = 0, organisations = 0;
  bool operator==(const ImportReport&) const = default;
};
// Errors: people.copy.faulty, people.copy.synthetic_in_real_town, people.copy.real_in_demo_town,
// people.copy.older (the store has a newer copy: conflict).
Result<ImportReport> import(store::Tx& tx, const Reader& by, const RegisterCopy& copy, const ImportOptions& options);

struct CopyState {
  Date as_of;
  Instant imported_at;
  std::int64_t persons = 0;
  bool synthetic = false;
};
Result<std::optional<CopyState>> latest_copy(store::ReadTx& tx);

}  // namespace yakuba::people
