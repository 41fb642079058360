// The copy as files: one CSV a table, read and checked as a whole.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.hpp"
#include "hall/people/copy.hpp"

namespace yakuba::people {
namespace {

// --- CSV (RFC 4180) ---

struct Record {
  int line = 0;  // where it begins
  std::vector<std::string> cells;
};

// Splits a file into records; nothing when a quoted cell never ends or a quote stands inside a bare cell.
std::optional<std::vector<Record>> records_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Record> records;
  int line = 1;
  for (std::size_t i = 0; i < text.size();) {
    Record record{.line = line, .cells = {}};
    for (bool more = true; more;) {
      std::string cell;
      if (i < text.size() && text[i] == '"') {
        for (++i;; ++i) {
          if (i >= text.size()) return {};
          if (text[i] == '"' && (i + 1 >= text.size() || text[i + 1] != '"')) break;
          if (text[i] == '"') ++i;
          if (text[i] == '\n') ++line;
          cell += text[i];
        }
        ++i;
      } else {
        while (i < text.size() && text[i] != ',' && text[i] != '\n' && text[i] != '\r') {
          if (text[i] == '"') return {};
          cell += text[i++];
        }
      }
      record.cells.push_back(std::move(cell));
      more = i < text.size() && text[i] == ',';
      if (more) ++i;
    }
    if (i < text.size() && text[i] == '\r') ++i;
    if (i < text.size() && text[i] != '\n') return {};
    if (i < text.size()) ++i, ++line;
    const bool blank = record.cells.size() == 1 && record.cells[0].empty();
    if (!blank) records.push_back(std::move(record));
    if (records.size() > copy_rows_max) return {};
  }
  return records;
}

void write_cell(std::string& out, std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  out += '"';
}
void write_row(std::string& out, std::initializer_list<std::string_view> cells) {
  bool first = true;
  for (auto cell : cells) {
    if (!first) out += ',';
    write_cell(out, cell);
    first = false;
  }
  out += "\r\n";
}
std::string day_text(const std::optional<Date>& day) {
  return day ? day->text() : std::string();
}
std::string_view flag(bool set) {
  return set ? "1" : "0";
}

constexpr std::string_view copy_columns = "as_of,synthetic";
constexpr std::string_view person_columns =
    "number,name,kana,kana_confirmed,former_surname,common_name,romanised,birth,sex,status,resident_since,ended_on,"
    "nationality,residence_kind,residence_status,residence_until,last_reason,last_moved_on";
constexpr std::string_view address_columns =
    "person,kind,postal_code,municipality,place,area,lot,building,valid_from,valid_until";
constexpr std::string_view contact_columns = "person,kind,value,consented_on,withdrawn_on";
constexpr std::string_view household_columns = "number,kind,head,valid_from,valid_until";
constexpr std::string_view member_columns = "household,person,relationship,valid_from,valid_until";
constexpr std::string_view relation_columns = "kind,person,other,words,valid_from,valid_until";
constexpr std::string_view standing_columns =
    "person,kind,process,level,from,until,provisional,sections,basis,lifted_on,version";
constexpr std::string_view organisation_columns =
    "number,corporate_number,name,kana,branch,telephone,postal_code,municipality,place,area,lot,building";

std::string header(std::string_view columns) {
  return "\xEF\xBB\xBF" + std::string(columns) + "\r\n";
}

// --- reading cells ---

// One row being read; what is wrong goes to the list of faults with file, line and column.
class Row {
 public:
  Row(std::string_view file, const Record& record, const std::vector<std::string>& names,
      std::vector<CopyFault>& faults)
      : file_(file), record_(record), names_(names), faults_(faults) {}

  const std::string& text(std::string_view column) const {
    static const std::string none;
    auto found = std::ranges::find(names_, column);
    const auto index = static_cast<std::size_t>(found - names_.begin());
    return index < record_.cells.size() ? record_.cells[index] : none;
  }
  void fault(std::string_view column, std::string_view code) {
    if (faults_.size() < copy_faults_max)
      faults_.push_back({std::string(file_), record_.line, std::string(column), "people.copy." + std::string(code)});
  }
  std::optional<Date> day(std::string_view column) {
    if (text(column).empty()) return {};
    auto day = Date::parse(text(column));
    if (!day) fault(column, "date");
    return day;
  }
  Period period() { return {day("valid_from"), day("valid_until")}; }
  PartyNumber number(std::string_view column) {
    auto number = PartyNumber::parse(text(column));
    if (!number) fault(column, "number");
    return number.value_or(PartyNumber());
  }
  bool truth(std::string_view column) {
    if (text(column) != "0" && text(column) != "1") fault(column, "truth");
    return text(column) == "1";
  }
  template <class E>
  E word(std::string_view column, std::optional<E> (*parse)(std::string_view)) {
    auto value = parse(text(column));
    if (!value) fault(column, "word");
    return value.value_or(E{});
  }

 private:
  std::string_view file_;
  const Record& record_;
  const std::vector<std::string>& names_;
  std::vector<CopyFault>& faults_;
};

template <class F>
void each_row(const CopyFiles& files, std::string_view file, std::string_view columns, std::vector<CopyFault>& faults,
              F&& take) {
  auto fault = [&](int line, std::string_view column, std::string_view code) {
    faults.push_back({std::string(file), line, std::string(column), "people.copy." + std::string(code)});
  };
  auto found = files.find(file);
  if (found == files.end()) return fault(0, "", "missing_file");
  if (!is_utf8(found->second)) return fault(0, "", "not_utf8");
  auto records = records_of(found->second);
  if (!records) return fault(0, "", "not_csv");
  if (records->empty()) return fault(1, "", "columns");
  const std::vector<std::string>& names = records->front().cells;
  for (auto column : split(columns, ','))
    if (std::ranges::find(names, column) == names.end()) return fault(1, column, "columns");
  for (std::size_t i = 1; i < records->size() && faults.size() < copy_faults_max; ++i) {
    const Record& record = (*records)[i];
    if (record.cells.size() != names.size()) {
      fault(record.line, "", "cells");
      continue;
    }
    Row row(file, record, names, faults);
    take(row);
  }
}

Address address_from(Row& row) {
  return {.kind = AddressKind::registered,
          .postal_code = row.text("postal_code"),
          .municipality = row.text("municipality"),
          .place = row.text("place"),
          .area = row.text("area"),
          .lot = row.text("lot"),
          .building = row.text("building"),
          .valid = {}};
}

PersonRecord person_from(Row& row) {
  PersonRecord person;
  person.number = row.number("number");
  person.name = {.registered = row.text("name"),
                 .kana = row.text("kana"),
                 .kana_confirmed = row.truth("kana_confirmed"),
                 .former_surname = row.text("former_surname"),
                 .common_name = row.text("common_name"),
                 .romanised = row.text("romanised")};
  if (auto birth = parse_birth(row.text("birth"))) {
    person.birth = *birth;
  } else {
    row.fault("birth", "birth");
  }
  person.sex = row.word("sex", parse_sex);
  person.status = row.word("status", parse_status);
  person.resident_since = row.day("resident_since");
  person.ended_on = row.day("ended_on");
  if (!row.text("nationality").empty())
    person.residence = Residence{row.text("nationality"), row.text("residence_kind"), row.text("residence_status"),
                                 row.day("residence_until")};
  person.last_reason = row.word("last_reason", parse_move_reason);
  person.last_moved_on = row.day("last_moved_on");
  return person;
}

Standing standing_from(Row& row) {
  Standing standing;
  standing.kind = row.word("kind", parse_standing_kind);
  standing.process = row.word("process", parse_process);
  standing.level = row.word("level", parse_level);
  if (auto from = row.day("from")) {
    standing.from = *from;
  } else {
    row.fault("from", "date");
  }
  standing.until = row.day("until");
  standing.provisional = row.truth("provisional");
  if (!row.text("sections").empty())
    for (auto section : split(row.text("sections"), ' ')) standing.sections.emplace_back(section);
  standing.basis = row.text("basis");
  standing.lifted_on = row.day("lifted_on");
  standing.version = parse_integer(row.text("version")).value_or(0);
  if (standing.version < 1) row.fault("version", "word");
  return standing;
}

void read_persons(const CopyFiles& files, RegisterCopy& copy, std::vector<CopyFault>& faults) {
  std::unordered_map<PartyNumber, std::size_t> at;
  each_row(files, "persons.csv", person_columns, faults, [&](Row& row) {
    copy.persons.push_back(person_from(row));
    at.emplace(copy.persons.back().number, copy.persons.size() - 1);
  });
  auto owner = [&](Row& row) -> PersonRecord* {
    auto found = at.find(row.number("person"));
    if (found == at.end()) row.fault("person", "unknown_person");
    return found == at.end() ? nullptr : &copy.persons[found->second];
  };
  each_row(files, "addresses.csv", address_columns, faults, [&](Row& row) {
    Address address = address_from(row);
    address.kind = row.word("kind", parse_address_kind);
    address.valid = row.period();
    if (auto* person = owner(row)) person->addresses.push_back(std::move(address));
  });
  each_row(files, "contacts.csv", contact_columns, faults, [&](Row& row) {
    Contact contact{.id = {},
                    .kind = row.word("kind", parse_contact_kind),
                    .value = row.text("value"),
                    .consented_on = row.day("consented_on"),
                    .withdrawn_on = row.day("withdrawn_on")};
    if (auto* person = owner(row)) person->contacts.push_back(std::move(contact));
  });
}

void read_the_rest(const CopyFiles& files, RegisterCopy& copy, std::vector<CopyFault>& faults) {
  each_row(files, "households.csv", household_columns, faults, [&](Row& row) {
    copy.households.push_back({.number = row.number("number"),
                               .kind = row.word("kind", parse_household_kind),
                               .head = row.number("head"),
                               .valid = row.period()});
  });
  each_row(files, "members.csv", member_columns, faults, [&](Row& row) {
    copy.members.push_back({.household = row.number("household"),
                            .person = row.number("person"),
                            .relationship = row.text("relationship"),
                            .valid = row.period()});
  });
  each_row(files, "relations.csv", relation_columns, faults, [&](Row& row) {
    copy.relations.push_back({.kind = row.word("kind", parse_relation_kind),
                              .person = row.number("person"),
                              .other = row.number("other"),
                              .words = row.text("words"),
                              .valid = row.period()});
  });
  each_row(files, "standings.csv", standing_columns, faults, [&](Row& row) {
    copy.standings.push_back({.person = row.number("person"), .standing = standing_from(row)});
  });
  each_row(files, "organisations.csv", organisation_columns, faults, [&](Row& row) {
    auto corporate = CorporateNumber::parse(row.text("corporate_number"));
    if (!corporate && !row.text("corporate_number").empty()) row.fault("corporate_number", "number");
    copy.organisations.push_back({.number = row.number("number"),
                                  .corporate_number = corporate.value_or(CorporateNumber()),
                                  .name = row.text("name"),
                                  .kana = row.text("kana"),
                                  .branch = row.text("branch"),
                                  .telephone = row.text("telephone"),
                                  .address = address_from(row)});
  });
}

// --- checking values ---

class Checker {
 public:
  explicit Checker(const RegisterCopy& copy) : copy_(copy) {}

  std::vector<CopyFault> run() {
    check_persons();
    check_households();
    check_members();
    check_relations_and_standings();
    return std::move(faults_);
  }

 private:
  // A value's line in its file: the columns stand in line 1.
  void fault(std::string_view file, std::size_t index, std::string_view column, std::string_view code) {
    if (faults_.size() < copy_faults_max)
      faults_.push_back(
          {std::string(file), static_cast<int>(index) + 2, std::string(column), "people.copy." + std::string(code)});
  }
  static bool upright(const Period& period) { return !period.from || !period.until || *period.from <= *period.until; }

  void check_persons() {
    for (std::size_t i = 0; i < copy_.persons.size(); ++i) {
      const PersonRecord& person = copy_.persons[i];
      if (!person.number) fault("persons.csv", i, "number", "number");
      if (!persons_.insert(person.number).second) fault("persons.csv", i, "number", "twice");
      if (person.name.registered.empty() || !check_name(person.name.registered, "name"))
        fault("persons.csv", i, "name", "name");
      if (!check_name(person.name.kana, "kana")) fault("persons.csv", i, "kana", "name");
      if (copy_.as_of < person.birth.earliest()) fault("persons.csv", i, "birth", "after_the_copy");
      const bool ended =
          person.status == Status::moved_out || person.status == Status::dead || person.status == Status::removed;
      if (ended && !person.ended_on) fault("persons.csv", i, "ended_on", "date");
      for (const Address& address : person.addresses)
        if (!upright(address.valid)) fault("persons.csv", i, "address", "period");
    }
    for (std::size_t i = 0; i < copy_.organisations.size(); ++i) {
      const OrganisationRecord& organisation = copy_.organisations[i];
      if (!organisation.number) fault("organisations.csv", i, "number", "number");
      if (!persons_.insert(organisation.number).second) fault("organisations.csv", i, "number", "twice");
      if (organisation.name.empty()) fault("organisations.csv", i, "name", "name");
      others_.insert(organisation.number);
    }
  }
  bool known(PartyNumber number) const { return persons_.contains(number) && !others_.contains(number); }

  void check_households() {
    for (std::size_t i = 0; i < copy_.households.size(); ++i) {
      const HouseholdRecord& household = copy_.households[i];
      if (!household.number) fault("households.csv", i, "number", "number");
      if (!households_.insert(household.number).second) fault("households.csv", i, "number", "twice");
      if (!known(household.head)) fault("households.csv", i, "head", "unknown_person");
      if (!upright(household.valid)) fault("households.csv", i, "valid_until", "period");
    }
  }
  void check_members() {
    for (std::size_t i = 0; i < copy_.members.size(); ++i) {
      const MemberRecord& member = copy_.members[i];
      if (!households_.contains(member.household)) fault("members.csv", i, "household", "unknown_household");
      if (!known(member.person)) fault("members.csv", i, "person", "unknown_person");
      if (!check_relationship(member.relationship)) fault("members.csv", i, "relationship", "relationship");
      if (!upright(member.valid)) fault("members.csv", i, "valid_until", "period");
    }
  }
  void check_relations_and_standings() {
    for (std::size_t i = 0; i < copy_.relations.size(); ++i) {
      const RelationRecord& relation = copy_.relations[i];
      if (!known(relation.person)) fault("relations.csv", i, "person", "unknown_person");
      if (!known(relation.other) || relation.other == relation.person)
        fault("relations.csv", i, "other", "unknown_person");
      if (!upright(relation.valid)) fault("relations.csv", i, "valid_until", "period");
    }
    for (std::size_t i = 0; i < copy_.standings.size(); ++i) {
      const StandingRecord& row = copy_.standings[i];
      if (!known(row.person)) fault("standings.csv", i, "person", "unknown_person");
      if (row.standing.until && *row.standing.until < row.standing.from) fault("standings.csv", i, "until", "period");
    }
  }

  const RegisterCopy& copy_;
  std::unordered_set<PartyNumber> persons_, households_, others_;
  std::vector<CopyFault> faults_;
};

}  // namespace

std::vector<CopyFault> check_copy(const RegisterCopy& copy) {
  return Checker(copy).run();
}

Result<RegisterCopy> read_copy(const CopyFiles& files, std::vector<CopyFault>& faults) {
  faults.clear();
  RegisterCopy copy;
  int dates = 0;
  each_row(files, "copy.csv", copy_columns, faults, [&](Row& row) {
    ++dates;
    copy.as_of = row.day("as_of").value_or(Date{});
    if (row.text("as_of").empty() || dates > 1) row.fault("as_of", "date");
    copy.synthetic = row.truth("synthetic");
  });
  if (dates == 0 && faults.empty()) faults.push_back({"copy.csv", 2, "as_of", "people.copy.date"});
  read_persons(files, copy, faults);
  read_the_rest(files, copy, faults);
  if (faults.empty()) faults = check_copy(copy);
  if (faults.empty()) return copy;
  const CopyFault& first = faults.front();
  return fail(ErrorKind::invalid, "people.copy.faulty", first.code, Place{first.file, first.line, 0, first.column});
}

namespace {
std::string persons_file(const RegisterCopy& copy) {
  std::string out = header(person_columns);
  for (const PersonRecord& p : copy.persons) {
    const Residence residence = p.residence.value_or(Residence{});
    write_row(out,
              {p.number.text(), p.name.registered, p.name.kana, flag(p.name.kana_confirmed), p.name.former_surname,
               p.name.common_name, p.name.romanised, p.birth.text_western(), code(p.sex), code(p.status),
               day_text(p.resident_since), day_text(p.ended_on), residence.nationality, residence.kind,
               residence.residence_status, day_text(residence.until), code(p.last_reason), day_text(p.last_moved_on)});
  }
  return out;
}
void write_person_parts(const RegisterCopy& copy, CopyFiles& files) {
  std::string addresses = header(address_columns), contacts = header(contact_columns);
  for (const PersonRecord& p : copy.persons) {
    for (const Address& a : p.addresses)
      write_row(addresses, {p.number.text(), code(a.kind), a.postal_code, a.municipality, a.place, a.area, a.lot,
                            a.building, day_text(a.valid.from), day_text(a.valid.until)});
    for (const Contact& c : p.contacts)
      write_row(contacts, {p.number.text(), code(c.kind), c.value, day_text(c.consented_on), day_text(c.withdrawn_on)});
  }
  files["addresses.csv"] = std::move(addresses);
  files["contacts.csv"] = std::move(contacts);
}
void write_groups(const RegisterCopy& copy, CopyFiles& files) {
  std::string households = header(household_columns), members = header(member_columns);
  for (const HouseholdRecord& h : copy.households)
    write_row(households,
              {h.number.text(), code(h.kind), h.head.text(), day_text(h.valid.from), day_text(h.valid.until)});
  for (const MemberRecord& m : copy.members)
    write_row(members,
              {m.household.text(), m.person.text(), m.relationship, day_text(m.valid.from), day_text(m.valid.until)});
  files["households.csv"] = std::move(households);
  files["members.csv"] = std::move(members);
}
void write_ties(const RegisterCopy& copy, CopyFiles& files) {
  std::string relations = header(relation_columns), standings = header(standing_columns);
  for (const RelationRecord& r : copy.relations)
    write_row(relations, {code(r.kind), r.person.text(), r.other.text(), r.words, day_text(r.valid.from),
                          day_text(r.valid.until)});
  for (const auto& [person, s] : copy.standings) {
    std::string sections;
    for (const auto& section : s.sections) sections += (sections.empty() ? "" : " ") + section;
    write_row(standings, {person.text(), code(s.kind), code(s.process), code(s.level), s.from.text(), day_text(s.until),
                          flag(s.provisional), sections, s.basis, day_text(s.lifted_on), std::to_string(s.version)});
  }
  files["relations.csv"] = std::move(relations);
  files["standings.csv"] = std::move(standings);
}
}  // namespace

CopyFiles write_copy(const RegisterCopy& copy) {
  CopyFiles files;
  files["copy.csv"] = header(copy_columns) + copy.as_of.text() + "," + std::string(flag(copy.synthetic)) + "\r\n";
  files["persons.csv"] = persons_file(copy);
  write_person_parts(copy, files);
  write_groups(copy, files);
  write_ties(copy, files);
  std::string organisations = header(organisation_columns);
  for (const OrganisationRecord& o : copy.organisations)
    write_row(organisations,
              {o.number.text(), o.corporate_number.text(), o.name, o.kana, o.branch, o.telephone, o.address.postal_code,
               o.address.municipality, o.address.place, o.address.area, o.address.lot, o.address.building});
  files["organisations.csv"] = std::move(organisations);
  return files;
}

}  // namespace yakuba::people
