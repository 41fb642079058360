// The values of the register: persons, households, organisations, relations and standing. Regular values without I/O.
//
// Words (Japanese term, name in code):
//   宛名番号 PartyNumber · 住登外 non_resident · 続柄 Relationship · 世帯主 head · 旧氏 PersonName::former_surname ·
//   通称 PersonName::common_name · 支援措置 StandingKind::support_measure · 抑止 StandingKind::suppression ·
//   異動事由 MoveReason · 監護 looks_after · 生計 shares_livelihood · 代理人 agent · 方書 Address::building
//
// Source: 住民基本台帳法 7条, 30条の45; 住民記録システム標準仕様書 第1.0版 ch. 1 and 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.hpp"
#include "base/id.hpp"
#include "base/name.hpp"
#include "hall/people/birth_date.hpp"
#include "hall/people/party_number.hpp"

namespace yakuba::people {

using PersonId = Id<struct PersonTag>;
using HouseholdId = Id<struct HouseholdTag>;
using OrganisationId = Id<struct OrganisationTag>;
using StandingId = Id<struct StandingTag>;
using RelationId = Id<struct RelationTag>;
using ContactId = Id<struct ContactTag>;

// A party is one of the three; applicant, payer, agent, addressee are roles of a party in a case, never columns.
using Party = std::variant<PersonId, HouseholdId, OrganisationId>;
std::string party_text(const Party& party);  // "person:12", "household:3", "organisation:7"
std::optional<Party> parse_party(std::string_view text);

// Every enum below is stored and exchanged by its `code()`, a stable lower-case word; `parse_…` is the way back.
enum class Sex { not_known, male, female, not_applicable };  // ISO 5218: 0, 1, 2, 9
enum class Status {
  resident,      // 住民
  moved_out,     // 転出
  dead,          // 死亡
  removed,       // 職権消除
  non_resident,  // 住登外: has a number because the office deals with him, was never on the register
};
std::string_view code(Sex sex);
std::string_view code(Status status);
std::optional<Sex> parse_sex(std::string_view code);
std::optional<Status> parse_status(std::string_view code);

// From one day to another, both days included. An absent day is open.
struct Period {
  std::optional<Date> from, until;
  bool contains(Date day) const { return (!from || *from <= day) && (!until || day <= *until); }
  bool operator==(const Period&) const = default;
};

enum class AddressKind { registered, previous, destination, mailing };  // 住所, 転入前, 転出先, 送付先
std::string_view code(AddressKind kind);
std::optional<AddressKind> parse_address_kind(std::string_view code);
struct Address {
  AddressKind kind = AddressKind::registered;
  std::string postal_code;   // seven digits or empty
  std::string municipality;  // 団体コード with check digit, "336238"; empty abroad
  std::string place;         // "岡山県勝田郡奈義町" or the country
  std::string area;          // 大字・町 "見本"
  std::string lot;           // 番地 "123番地4"
  std::string building;      // 方書; empty when none
  Period valid;
  std::string text() const;   // all in one line: "岡山県勝田郡奈義町見本123番地4 コーポ見本201号"
  std::string local() const;  // without the place: "見本123番地4 コーポ見本201号"
  bool operator==(const Address&) const = default;
};

enum class ContactKind { mail, telephone, mobile, line };
std::string_view code(ContactKind kind);
std::optional<ContactKind> parse_contact_kind(std::string_view code);
struct Contact {
  ContactId id;
  ContactKind kind = ContactKind::telephone;
  std::string value;                 // "0868-00-0001", "kenta@example.jp"
  std::optional<Date> consented_on;  // notices may be sent here since; none: kept, never used
  std::optional<Date> withdrawn_on;
  bool usable(Date day) const {
    return consented_on && *consented_on <= day && !(withdrawn_on && *withdrawn_on <= day);
  }
  bool operator==(const Contact&) const = default;
};

// Status of residence of a person without Japanese nationality (住民基本台帳法30条の45).
struct Residence {
  std::string nationality;       // as on the card: "ベトナム", "無国籍"
  std::string kind;              // 中長期在留者, 特別永住者, 一時庇護許可者, 出生による経過滞在者 …
  std::string residence_status;  // 在留資格 "技能実習2号ロ"; empty for special permanent residents
  std::optional<Date> until;     // 在留期間の満了の日, printed in the western calendar
  bool operator==(const Residence&) const = default;
};

struct Person {
  PersonId id;
  PartyNumber number;
  PersonName name;
  BirthDate birth;
  Sex sex = Sex::not_known;
  Status status = Status::resident;
  std::optional<Date> resident_since;  // 住民となった日 (the last time)
  std::optional<Date> ended_on;        // 転出, 死亡, 消除の異動日
  std::optional<Residence> residence;  // only for persons without Japanese nationality
  std::int64_t history = 1;            // 履歴番号
  std::optional<Date> copied_as_of;    // the day of the copy it came with; none for one registered here
  bool synthetic = false;              // invented for a demo; never in a real town
  bool operator==(const Person&) const = default;
};

// 続柄: at most four links joined by の ("子の妻"), or 縁故者, 同居人. Source: 住民記録システム標準仕様書 (allowed
// words; 祖父, 孫, おじ are forbidden: they are 父の父, 子の子, 父の兄).
Result<> check_relationship(std::string_view words);
// Order of members on a certificate: 1 head, spouse, head's children; 2 a child's family; 3 parents, siblings,
// grandparents; 4 other relatives, 縁故者, 同居人.
int relationship_rank(std::string_view words);
// 続柄 of the children of a member, seen from the head: of 世帯主 and 妻 "子", of 子 and 子の妻 "子の子".
std::string relationship_of_child(std::string_view parent);
bool is_spouse_of(std::string_view one, std::string_view other);  // "子" and "子の妻"; "世帯主" and "夫（未届）"

struct Member {
  PersonId person;
  PartyNumber number;
  PersonName name;
  BirthDate birth;
  Sex sex = Sex::not_known;
  Status status = Status::resident;
  std::string relationship;  // 続柄 to the head
  Period valid;
  bool operator==(const Member&) const = default;
};

enum class HouseholdKind { resident_register, health_insurance, benefit };  // three different groupings
std::string_view code(HouseholdKind kind);
std::optional<HouseholdKind> parse_household_kind(std::string_view code);
struct Household {
  HouseholdId id;
  PartyNumber number;  // 世帯番号
  HouseholdKind kind = HouseholdKind::resident_register;
  PersonId head;
  std::vector<Member> members;  // in the order of the certificate
  Period valid;
  bool operator==(const Household&) const = default;
};

// A dated relation: `person` stands in `kind` to `other`. A child's row says who its parents and guardians are.
enum class RelationKind {
  parent,                  // other is father or mother of person
  looks_after,             // 監護: other looks after person
  shares_livelihood,       // 生計同一: other shares a livelihood with person
  maintains,               // 生計維持
  legal_guardian,          // 未成年後見人, 成年後見人
  named_by_parents,        // 父母指定者
  spouse,                  // also without registration (未届)
  agent,                   // 代理人
  payer,                   // 納付義務者, 納税管理人
  nominal_head,            // 擬制世帯主
  same_household_insured,  // 特定同一世帯所属者
};
std::string_view code(RelationKind kind);
std::optional<RelationKind> parse_relation_kind(std::string_view code);
struct Relation {
  RelationId id;
  RelationKind kind = RelationKind::parent;
  PersonId person, other;
  PartyNumber other_number;
  std::string other_name;  // as shown; empty when the reader may not see it
  BirthDate other_birth;
  std::string words;  // "父", "母", "未成年後見人"; free of personal data
  Period valid;
  bool operator==(const Relation&) const = default;
};

struct Organisation {
  OrganisationId id;
  PartyNumber number;
  CorporateNumber corporate_number;
  std::string name, kana;
  std::string branch;  // empty for the head office
  Address address;
  std::string telephone;
  bool synthetic = false;
  bool operator==(const Organisation&) const = default;
};

// Standing: who may not see or issue what, until when.
enum class StandingKind { support_measure, suppression };  // 支援措置 (one year at a time), 抑止
enum class Process { inquiry, certificate, move };         // 照会, 証明, 異動
enum class Level { none, alert, error };                   // error: refused; alert: shown with a warning
std::string_view code(StandingKind kind);
std::string_view code(Process process);
std::string_view code(Level level);
std::optional<StandingKind> parse_standing_kind(std::string_view code);
std::optional<Process> parse_process(std::string_view code);
std::optional<Level> parse_level(std::string_view code);
struct Standing {
  StandingId id;
  StandingKind kind = StandingKind::support_measure;
  Process process = Process::inquiry;
  Level level = Level::error;
  Date from;
  // The last day. A support measure ends with it (one year: 2020-04-01 → 2021-03-31); a suppression does not end by
  // itself, its day only raises an alert.
  std::optional<Date> until;
  bool provisional = false;             // 仮支援措置, before the decision
  std::vector<std::string> sections;    // sections that may see in spite of it
  std::string basis;                    // "住民基本台帳事務処理要領（DV等支援措置）", never the person's story
  std::optional<Date> lifted_on;        // ended by decision
  std::optional<Instant> lifted_until;  // lifted for a moment (一時解除); returns by itself
  std::int64_t version = 1;             // the form carries it: two clerks, the second is told
  bool in_force(Instant now) const;
  bool operator==(const Standing&) const = default;
};

enum class MoveReason {
  moved_in,
  moved_in_from_abroad,
  born,
  entered_by_office,  // 記載
  moved_out,
  moved_abroad,
  died,
  removed_by_office,  // 消除
  moved_within,
  corrected,
  household_changed,
  name_changed,
  number_changed,  // 修正
  registered_as_non_resident,
  copied,  // 住登外登録; the copy differs, no reason came with it
};
std::string_view code(MoveReason reason);
std::optional<MoveReason> parse_move_reason(std::string_view code);

// One row of a person's history: the whole row as it was is in the store under (person, history).
struct HistoryEntry {
  std::int64_t history = 1;
  MoveReason reason = MoveReason::copied;
  std::optional<Date> moved_on;      // 異動日
  std::optional<Date> reported_on;   // 届出日
  Instant recorded_at;               // 処理日時
  std::vector<std::string> changed;  // which parts differ from the row before: "name", "address", "status" …
  bool operator==(const HistoryEntry&) const = default;
};

}  // namespace yakuba::people
