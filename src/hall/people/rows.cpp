#include "hall/people/rows.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yakuba::people::rows {

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorKind::corrupt, "people.row", "a stored row has an unknown " + std::string(what));
}

Result<PartyNumber> number_from(std::int64_t column) {
  return whole(PartyNumber::parse(std::string(10 - std::min<std::size_t>(10, std::to_string(column).size()), '0') +
                                  std::to_string(column)),
               "number");
}

Result<Person> person(store::ReadTx& tx, PersonId id) {
  auto row = TRY(tx.one<sql::PersonById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "people.not_found", "no such person");
  return person_from(*row);
}

Result<std::vector<Address>> addresses(store::ReadTx& tx, PersonId id) {
  std::vector<Address> all;
  for (auto& row : TRY(tx.all<sql::AddressesOf>({.person = id.value}))) {
    all.push_back({.kind = TRY(whole(parse_address_kind(row.kind), "kind of address")),
                   .postal_code = std::move(row.postal_code),
                   .municipality = std::move(row.municipality),
                   .place = std::move(row.place),
                   .area = std::move(row.area),
                   .lot = std::move(row.lot),
                   .building = std::move(row.building),
                   .valid = period_of(row.valid_from, row.valid_to)});
  }
  return all;
}

Result<std::vector<Contact>> contacts(store::ReadTx& tx, PersonId id) {
  std::vector<Contact> all;
  for (auto& row : TRY(tx.all<sql::ContactsOf>({.person = id.value}))) {
    all.push_back({.id = ContactId(row.id),
                   .kind = TRY(whole(parse_contact_kind(row.kind), "kind of contact")),
                   .value = std::move(row.value),
                   .consented_on = optional_day(row.consented_on),
                   .withdrawn_on = optional_day(row.withdrawn_on)});
  }
  return all;
}

Result<Standing> standing_from(const sql::StandingsOf::Row& row) {
  Standing standing;
  standing.id = StandingId(row.id);
  standing.kind = TRY(whole(parse_standing_kind(row.kind), "kind of standing"));
  standing.process = TRY(whole(parse_process(row.process), "process"));
  standing.level = TRY(whole(parse_level(row.level), "level"));
  standing.from = Date{static_cast<std::int32_t>(row.valid_from)};
  standing.until = day_of(row.valid_to);
  standing.provisional = row.provisional != 0;
  if (!row.sections.empty())
    for (auto section : split(row.sections, ' ')) standing.sections.emplace_back(section);
  standing.basis = row.basis;
  standing.lifted_on = optional_day(row.lifted_on);
  if (row.lifted_until) standing.lifted_until = Instant{*row.lifted_until};
  standing.version = row.version;
  return standing;
}

Result<std::vector<Standing>> standings(store::ReadTx& tx, PersonId id) {
  std::vector<Standing> all;
  for (const auto& row : TRY(tx.all<sql::StandingsOf>({.person = id.value}))) all.push_back(TRY(standing_from(row)));
  return all;
}

Sight sight(const std::vector<Standing>& standings, const Reader& reader) {
  Sight sight{.all = reader.sees_protected};
  for (const Standing& standing : standings) {
    if (!standing.in_force(reader.at)) continue;
    sight.warn = true;
    const bool named = std::ranges::find(standing.sections, reader.section) != standing.sections.end();
    if (named && !reader.section.empty()) {
      sight.all = true;
      continue;
    }
    if (reader.sees_protected) continue;
    if (standing.kind == StandingKind::support_measure) sight.withheld = true;
    if (standing.kind == StandingKind::suppression && standing.process == Process::inquiry &&
        standing.level == Level::error)
      sight.refused = true;
  }
  return sight;
}

Result<std::optional<HouseholdId>> household_of(store::ReadTx& tx, PersonId id, HouseholdKind kind, Date day) {
  auto row = TRY(tx.one<sql::HouseholdOf>({.person = id.value, .kind = std::string(code(kind)), .day = day.days}));
  if (!row) return std::optional<HouseholdId>();
  return std::optional(HouseholdId(row->id));
}

Result<Household> household(store::ReadTx& tx, HouseholdId id, Date day) {
  auto row = TRY(tx.one<sql::HouseholdById>({.id = id.value}));
  if (!row) return fail(ErrorKind::not_found, "people.not_found", "no such household");
  Household household{.id = id,
                      .number = TRY(number_from(row->number)),
                      .kind = TRY(whole(parse_household_kind(row->kind), "kind of household")),
                      .head = PersonId(row->head),
                      .valid = period_of(row->valid_from, row->valid_to)};
  for (auto& m : TRY(tx.all<sql::MembersOn>({.household = id.value, .day = day.days}))) {
    household.members.push_back({.person = PersonId(m.person),
                                 .number = TRY(number_from(m.number)),
                                 .name = name_from(m),
                                 .birth = TRY(birth_from(m)),
                                 .sex = TRY(whole(parse_sex(m.sex), "sex")),
                                 .status = TRY(whole(parse_status(m.status), "status")),
                                 .relationship = m.relationship,
                                 .valid = period_of(m.valid_from, m.valid_to)});
    if (m.relationship == "世帯主") household.head = PersonId(m.person);  // as of the day
  }
  // The order of the certificate; ties by birth, then 宛名番号 (twins keep the order of the register).
  std::ranges::stable_sort(household.members, {}, [](const Member& m) {
    const bool head = m.relationship == "世帯主";
    const bool partner = is_spouse_of("世帯主", m.relationship);
    return std::tuple(relationship_rank(m.relationship), head ? 0 : partner ? 1 : 2, m.birth.earliest(), m.number);
  });
  return household;
}

Result<std::vector<RelationRow>> relations(store::ReadTx& tx, PersonId id) {
  std::vector<RelationRow> all;
  for (auto& row : TRY(tx.all<sql::RelationsOf>({.person = id.value}))) {
    all.push_back({.id = RelationId(row.id),
                   .kind = TRY(whole(parse_relation_kind(row.kind), "kind of relation")),
                   .person = PersonId(row.person),
                   .other = PersonId(row.other),
                   .words = std::move(row.words),
                   .valid = period_of(row.valid_from, row.valid_to)});
  }
  return all;
}

Result<std::vector<HistoryEntry>> history(store::ReadTx& tx, PersonId id) {
  std::vector<HistoryEntry> all;
  for (auto& row : TRY(tx.all<sql::HistoryOf>({.person = id.value}))) {
    HistoryEntry entry{.history = row.history,
                       .reason = TRY(whole(parse_move_reason(row.reason), "reason")),
                       .moved_on = optional_day(row.moved_on),
                       .reported_on = optional_day(row.reported_on),
                       .recorded_at = Instant{row.recorded_at}};
    if (!row.changed.empty())
      for (auto part : split(row.changed, ' ')) entry.changed.emplace_back(part);
    all.push_back(std::move(entry));
  }
  return all;
}

std::optional<Address> registered_on(const std::vector<Address>& addresses, Date day) {
  for (const Address& address : addresses)
    if (address.kind == AddressKind::registered && address.valid.contains(day)) return address;
  return {};
}

bool resident_on(const Person& person, Date day) {
  if (person.status == Status::non_resident) return false;
  if (person.resident_since && day < *person.resident_since) return false;
  if (person.status == Status::resident) return true;
  return person.ended_on && day < *person.ended_on;
}

Member member_of(const Person& person) {
  return {.person = person.id,
          .number = person.number,
          .name = person.name,
          .birth = person.birth,
          .sex = person.sex,
          .status = person.status,
          .relationship = {},
          .valid = {}};
}

// --- writing ---

Result<Writer> Writer::for_many(store::Tx& tx) {
  Writer writer(tx);
  writer.bulk_ = TRY(tx.one<sql::BulkWanted>())->wanted != 0;
  return writer;
}
Result<> Writer::send(Waiting& waiting) {
  if (waiting.count == 0) return {};
  waiting.rows += ']';
  auto done = waiting.run(tx_, waiting.rows);
  if (!done) return std::unexpected(std::move(done).error());
  waiting.rows = "[";
  waiting.count = 0;
  return {};
}
Result<> Writer::flush() {
  for (auto& [statement, waiting] : waiting_) TRY(send(waiting));
  return {};
}

void RowAsJson::integer(int index, std::int64_t value) {
  if (index > 0) out_ += ',';
  out_ += std::to_string(value);
}
void RowAsJson::text(int index, std::string_view value) {
  if (index > 0) out_ += ',';
  JsonWriter json;
  json.value(value);
  out_ += json.text();
}
void RowAsJson::null(int index) {
  out_ += index > 0 ? ",null" : "null";
}

bool is_former(Status status) {
  return status != Status::resident && status != Status::non_resident;
}

Result<> insert_name_keys(Writer& out, PersonId id, const PersonName& name, Status status) {
  const std::int64_t former = is_former(status) ? 1 : 0;
  for (const auto& key : name_keys(name))
    TRY(out.put<sql::InsertNameKey>({.person = id.value, .key = view(key), .former = former}));
  return {};
}

Result<> insert_person(Writer& out, const NewRow& row) {
  const Residence residence = row.residence.value_or(Residence{});
  TRY(out.put<sql::InsertPerson>({.id = row.id.value,
                                  .number = row.number.value(),
                                  .name = row.name.registered,
                                  .kana = row.name.kana,
                                  .kana_confirmed = row.name.kana_confirmed ? 1 : 0,
                                  .former_surname = row.name.former_surname,
                                  .common_name = row.name.common_name,
                                  .romanised = row.name.romanised,
                                  .birth_form = static_cast<std::int64_t>(row.birth.form()),
                                  .birth_from = row.birth.earliest().days,
                                  .birth_to = row.birth.latest().days,
                                  .birth_words = row.birth.registered(),
                                  .sex = std::string(code(row.sex)),
                                  .status = std::string(code(row.status)),
                                  .resident_since = column_of(row.resident_since),
                                  .ended_on = column_of(row.ended_on),
                                  .nationality = residence.nationality,
                                  .residence_kind = residence.kind,
                                  .residence_status = residence.residence_status,
                                  .residence_until = column_of(residence.until),
                                  .address = row.address,
                                  .kana_key = key_bytes(fold(row.name.kana)),
                                  .standings = row.standings,
                                  .history = row.history,
                                  .copied_as_of = column_of(row.copied_as_of),
                                  .synthetic = row.synthetic ? 1 : 0,
                                  .source_hash = row.source_hash}));
  return insert_name_keys(out, row.id, row.name, row.status);
}

Result<> update_person(Writer& out, const NewRow& row) {
  const Residence residence = row.residence.value_or(Residence{});
  TRY(out.tx().run<sql::UpdatePerson>({.id = row.id.value,
                                       .name = row.name.registered,
                                       .kana = row.name.kana,
                                       .kana_confirmed = row.name.kana_confirmed ? 1 : 0,
                                       .former_surname = row.name.former_surname,
                                       .common_name = row.name.common_name,
                                       .romanised = row.name.romanised,
                                       .birth_form = static_cast<std::int64_t>(row.birth.form()),
                                       .birth_from = row.birth.earliest().days,
                                       .birth_to = row.birth.latest().days,
                                       .birth_words = row.birth.registered(),
                                       .sex = std::string(code(row.sex)),
                                       .status = std::string(code(row.status)),
                                       .resident_since = column_of(row.resident_since),
                                       .ended_on = column_of(row.ended_on),
                                       .nationality = residence.nationality,
                                       .residence_kind = residence.kind,
                                       .residence_status = residence.residence_status,
                                       .residence_until = column_of(residence.until),
                                       .address = row.address,
                                       .kana_key = key_bytes(fold(row.name.kana)),
                                       .history = row.history,
                                       .copied_as_of = column_of(row.copied_as_of),
                                       .source_hash = row.source_hash}));
  TRY(out.tx().run<sql::DeleteNameKeys>({.person = row.id.value}));
  return insert_name_keys(out, row.id, row.name, row.status);
}

Result<> insert_address(Writer& out, PersonId id, std::int64_t position, const Address& address) {
  const bool findable = address.kind == AddressKind::registered && !address.valid.until;
  TRY(out.put<sql::InsertAddress>(
      {.person = id.value,
       .position = position,
       .kind = std::string(code(address.kind)),
       .postal_code = address.postal_code,
       .municipality = address.municipality,
       .place = address.place,
       .area = address.area,
       .lot = address.lot,
       .building = address.building,
       .key = findable ? std::optional(key_bytes(address_key(address.local()))) : std::nullopt,
       .valid_from = from_column(address.valid.from),
       .valid_to = until_column(address.valid.until)}));
  return {};
}

Result<> insert_contact(Writer& out, PersonId id, const Contact& contact, bool of_copy) {
  const bool number = contact.kind == ContactKind::telephone || contact.kind == ContactKind::mobile;
  TRY(out.put<sql::InsertContact>(
      {.id = contact.id.value,
       .person = id.value,
       .kind = std::string(code(contact.kind)),
       .value = contact.value,
       .key = number ? std::optional(key_bytes(telephone_key(contact.value))) : std::nullopt,
       .consented_on = column_of(contact.consented_on),
       .withdrawn_on = column_of(contact.withdrawn_on),
       .of_copy = of_copy ? 1 : 0}));
  return {};
}

Result<> insert_standing(Writer& out, PersonId id, const Standing& standing, bool of_copy) {
  std::string sections;
  for (const auto& section : standing.sections) sections += (sections.empty() ? "" : " ") + section;
  TRY(out.put<sql::InsertStanding>(
      {.id = standing.id.value,
       .person = id.value,
       .kind = std::string(code(standing.kind)),
       .process = std::string(code(standing.process)),
       .level = std::string(code(standing.level)),
       .valid_from = standing.from.days,
       .valid_to = until_column(standing.until),
       .provisional = standing.provisional ? 1 : 0,
       .sections = sections,
       .basis = standing.basis,
       .lifted_on = column_of(standing.lifted_on),
       .lifted_until = standing.lifted_until ? std::optional(standing.lifted_until->microseconds) : std::nullopt,
       .version = standing.version,
       .of_copy = of_copy ? 1 : 0}));
  return {};
}

// --- keys ---

Bytes key_bytes(std::string_view key) {
  return Bytes(key.begin(), key.end());
}

// 0xFF is in no UTF-8 text, so it stands behind everything that begins with `key`.
Bytes after_prefix(std::string_view key) {
  Bytes bytes = key_bytes(key);
  bytes.push_back(0xFF);
  return bytes;
}

namespace {
// A name and its given name alone: 「有本　健太」 is found by 有本, 有本健太 and 健太.
void add_with_given_name(std::vector<std::string>& keys, std::string_view name) {
  if (name.empty()) return;
  keys.push_back(fold(name));
  constexpr std::string_view gap = "\u3000";
  for (auto at = name.find(gap); at != std::string_view::npos; at = name.find(gap, at + gap.size()))
    keys.push_back(fold(name.substr(at + gap.size())));
}
}  // namespace

std::vector<std::string> name_keys(const PersonName& name) {
  std::vector<std::string> keys;
  add_with_given_name(keys, name.registered);
  add_with_given_name(keys, name.kana);
  add_with_given_name(keys, name.common_name);
  if (!name.romanised.empty() && name.romanised != name.registered) keys.push_back(fold(name.romanised));
  if (!name.former_surname.empty()) {
    auto gap = name.registered.find("\u3000");
    std::string given = gap == std::string::npos ? "" : name.registered.substr(gap);
    keys.push_back(fold(name.former_surname + given));
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::erase_if(keys, [](const std::string& key) { return key.empty(); });
  return keys;
}

namespace {
bool take_word(std::string_view& text, std::initializer_list<std::string_view> words) {
  for (auto word : words) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    return true;
  }
  return false;
}

// What stands before the 大字 when the address was written from the prefecture on.
std::string_view without_place(std::string_view text) {
  const auto prefecture = text.find("県");
  if (prefecture == std::string_view::npos) return text;
  std::string_view rest = text.substr(prefecture + std::string_view("県").size());
  const auto district = rest.find("郡");
  if (district != std::string_view::npos) rest.remove_prefix(district + std::string_view("郡").size());
  std::size_t end = std::string_view::npos;
  for (std::string_view word : {"市", "町", "村"})
    if (auto at = rest.find(word); at != std::string_view::npos) end = std::min(end, at + word.size());
  if (end != std::string_view::npos) rest.remove_prefix(end);
  return rest;
}
}  // namespace

std::string address_key(std::string_view address) {
  const std::string folded = fold(address);
  std::string_view rest = without_place(folded);
  take_word(rest, {"大字", "字"});
  std::string key;
  while (!rest.empty()) {
    const bool after_digit = !key.empty() && key.back() >= '0' && key.back() <= '9';
    if (after_digit && take_word(rest, {"番地の", "番地", "番", "丁目", "号", "の", "ー", "−", "‐", "–", "—", "-"})) {
      key += '-';
      continue;
    }
    key += rest.front();
    rest.remove_prefix(1);
  }
  while (key.ends_with('-')) key.pop_back();
  return key;
}

std::string telephone_key(std::string_view number) {
  std::string digits;
  std::string narrow = nfkc(number);
  if (narrow.starts_with("+81")) narrow = "0" + narrow.substr(3);
  for (char c : narrow)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

}  // namespace yakuba::people::rows
