// Between rows and values: what the files of this folder share. Nothing here leaves a trace, so nothing here is public.
#pragma once

#include <string>
#include <vector>

#include "hall/people/people.hpp"
#include "hall/people/queries.hpp"

namespace yakuba::people::rows {

// An open end of a period as the tables hold it.
inline constexpr std::int64_t open_from = -1'000'000, open_until = 1'000'000;
inline std::int64_t from_column(const std::optional<Date>& day) {
  return day ? day->days : open_from;
}
inline std::int64_t until_column(const std::optional<Date>& day) {
  return day ? day->days : open_until;
}
inline std::optional<Date> day_of(std::int64_t column) {
  if (column == open_from || column == open_until) return {};
  return Date{static_cast<std::int32_t>(column)};
}
inline Period period_of(std::int64_t from, std::int64_t until) {
  return {day_of(from), day_of(until)};
}
inline std::optional<std::int64_t> column_of(const std::optional<Date>& day) {
  if (!day) return {};
  return day->days;
}
inline std::optional<Date> optional_day(const std::optional<std::int64_t>& column) {
  if (!column) return {};
  return Date{static_cast<std::int32_t>(*column)};
}

std::unexpected<Error> corrupt(std::string_view what);
template <class T>
Result<T> whole(std::optional<T> value, std::string_view what) {
  if (!value) return corrupt(what);
  return std::move(*value);
}

template <class Row>
PersonName name_from(const Row& row) {
  return {.registered = row.name,
          .kana = row.kana,
          .kana_confirmed = row.kana_confirmed != 0,
          .former_surname = row.former_surname,
          .common_name = row.common_name,
          .romanised = row.romanised};
}
template <class Row>
Result<BirthDate> birth_from(const Row& row) {
  return BirthDate::restored(static_cast<BirthDate::Form>(row.birth_form),
                             Date{static_cast<std::int32_t>(row.birth_from)},
                             Date{static_cast<std::int32_t>(row.birth_to)}, row.birth_words);
}
Result<PartyNumber> number_from(std::int64_t column);

template <class Row>
Result<Person> person_from(const Row& row) {
  Person person;
  person.id = PersonId(row.id);
  person.number = TRY(number_from(row.number));
  person.name = name_from(row);
  person.birth = TRY(birth_from(row));
  person.sex = TRY(whole(parse_sex(row.sex), "sex"));
  person.status = TRY(whole(parse_status(row.status), "status"));
  person.resident_since = optional_day(row.resident_since);
  person.ended_on = optional_day(row.ended_on);
  if (!row.nationality.empty())
    person.residence =
        Residence{row.nationality, row.residence_kind, row.residence_status, optional_day(row.residence_until)};
  person.history = row.history;
  person.copied_as_of = optional_day(row.copied_as_of);
  person.synthetic = row.synthetic != 0;
  return person;
}

// --- loading ---
Result<Person> person(store::ReadTx& tx, PersonId id);  // people.not_found
Result<std::vector<Address>> addresses(store::ReadTx& tx, PersonId id);
Result<std::vector<Contact>> contacts(store::ReadTx& tx, PersonId id);
Result<std::vector<Standing>> standings(store::ReadTx& tx, PersonId id);
Result<Standing> standing_from(const sql::StandingsOf::Row& row);
Result<std::optional<HouseholdId>> household_of(store::ReadTx& tx, PersonId id, HouseholdKind kind, Date day);
Result<Household> household(store::ReadTx& tx, HouseholdId id, Date day);  // members valid on the day, in order
struct RelationRow {
  RelationId id;
  RelationKind kind;
  PersonId person, other;
  std::string words;
  Period valid;
};
Result<std::vector<RelationRow>> relations(store::ReadTx& tx, PersonId id);  // both directions
Result<std::vector<HistoryEntry>> history(store::ReadTx& tx, PersonId id);
std::optional<Address> registered_on(const std::vector<Address>& addresses, Date day);
bool resident_on(const Person& person, Date day);
Result<std::vector<Child>> children(store::ReadTx& tx, PersonId parent, Date as_of);
Result<std::optional<Member>> spouse(store::ReadTx& tx, PersonId id, const std::optional<Household>& household,
                                     Date as_of);
Member member_of(const Person& person);

// --- standing ---
// What this reader may see of this person, by the person's standing at the reader's instant.
struct Sight {
  bool withheld = false;  // address, contacts, household
  bool warn = false;      // there is something in force
  bool refused = false;   // nothing at all: an inquiry is suppressed with Level::error
  bool all = false;       // sees the standing rows themselves
};
Sight sight(const std::vector<Standing>& standings, const Reader& reader);

// --- writing what both the copy and the office write ---

// Writes rows one by one, or (where the database is a round trip away, and only when asked to) many in one statement.
// Rows wait until flush(): nothing that was put may be read before it.
class Writer {
 public:
  explicit Writer(store::Tx& tx) : tx_(tx) {}
  static Result<Writer> for_many(store::Tx& tx);

  template <class Q>
  Result<> put(const typename Q::In& in);
  Result<> flush();
  store::Tx& tx() { return tx_; }

 private:
  struct Waiting {
    std::string rows = "[";
    int count = 0;
    Result<std::int64_t> (*run)(store::Tx& tx, const std::string& rows) = nullptr;
  };
  Result<> send(Waiting& waiting);

  store::Tx& tx_;
  bool bulk_ = false;
  std::map<const store::Statement*, Waiting> waiting_;
};
inline constexpr int bulk_rows_max = 2000;

template <class Q>
struct BulkOf;  // the statement that takes many of Q's rows
template <class Q>
concept HasBulk = requires { typename BulkOf<Q>::type; };
template <>
struct BulkOf<sql::InsertPerson> {
  using type = sql::InsertPersonsBulk;
};
template <>
struct BulkOf<sql::InsertNameKey> {
  using type = sql::InsertNameKeysBulk;
};
template <>
struct BulkOf<sql::InsertHistory> {
  using type = sql::InsertHistoryBulk;
};
template <>
struct BulkOf<sql::InsertAddress> {
  using type = sql::InsertAddressesBulk;
};
template <>
struct BulkOf<sql::InsertContact> {
  using type = sql::InsertContactsBulk;
};
template <>
struct BulkOf<sql::InsertHousehold> {
  using type = sql::InsertHouseholdsBulk;
};
template <>
struct BulkOf<sql::InsertMember> {
  using type = sql::InsertMembersBulk;
};
template <>
struct BulkOf<sql::InsertRelation> {
  using type = sql::InsertRelationsBulk;
};

// A row as a JSON array of its arguments. Blobs of these tables are text as bytes (keys), and go as text.
class RowAsJson final : public store::Binder {
 public:
  explicit RowAsJson(std::string& out) : out_(out) { out_ += '['; }
  void integer(int index, std::int64_t value) override;
  void text(int index, std::string_view value) override;
  void blob(int index, BytesView value) override { text(index, text_view(value)); }
  void null(int index) override;
  void done() { out_ += ']'; }

 private:
  std::string& out_;
};

template <class Q>
Result<> Writer::put(const typename Q::In& in) {
  if constexpr (HasBulk<Q>) {
    if (bulk_) {
      using Bulk = typename BulkOf<Q>::type;
      Waiting& waiting = waiting_[&Bulk::statement];
      waiting.run = [](store::Tx& tx, const std::string& rows) { return tx.run<Bulk>({.rows = rows}); };
      if (waiting.count > 0) waiting.rows += ',';
      RowAsJson row(waiting.rows);
      in.bind(row);
      row.done();
      return ++waiting.count < bulk_rows_max ? Result<>() : send(waiting);
    }
  }
  auto done = tx_.run<Q>(in);
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

struct NewRow {
  PersonId id;
  PartyNumber number;
  PersonName name;
  BirthDate birth;
  Sex sex = Sex::not_known;
  Status status = Status::resident;
  std::optional<Date> resident_since, ended_on, copied_as_of;
  std::optional<Residence> residence;
  std::string address;  // the registered one, without the place
  std::int64_t standings = 0, history = 1;
  bool synthetic = false;
  std::string source_hash;
};
Result<> insert_person(Writer& out, const NewRow& row);
Result<> update_person(Writer& out, const NewRow& row);  // all but number, standings, synthetic
bool is_former(Status status);                           // not found unless asked for
Result<> insert_name_keys(Writer& out, PersonId id, const PersonName& name, Status status);
Result<> insert_address(Writer& out, PersonId id, std::int64_t position, const Address& address);
Result<> insert_contact(Writer& out, PersonId id, const Contact& contact, bool of_copy);
Result<> insert_standing(Writer& out, PersonId id, const Standing& standing, bool of_copy);

// --- keys for finding: folded text as bytes ---
std::vector<std::string> name_keys(const PersonName& name);
std::string address_key(std::string_view address);   // "見本123-4"; prefecture, 大字, 番地 and の folded away
std::string telephone_key(std::string_view number);  // digits only
Bytes key_bytes(std::string_view key);
Bytes after_prefix(std::string_view key);  // the first key that does not begin with `key`

}  // namespace yakuba::people::rows
