// The demonstration's staff and residents with their logins: out of the pack's people/staff.toml, through the same
// services as a real town. Refused outside a demonstration.
#include <fmt/format.h>
#include <toml++/toml.h>

#include "hall/access/accounts.hpp"
#include "hall/access/parts.hpp"
#include "hall/access/queries.hpp"
#include "hall/access/staff_login.hpp"
#include "hall/hall.hpp"
#include "hall/people/people.hpp"

namespace yakuba::access {

namespace {

constexpr std::string_view file_name = "staff.toml";
constexpr std::string_view demo_password = "みほんの合言葉2026";  // for every invented person; printed by `yakuba demo`

struct DemoStaff {
  std::string number, name, kana, section, rank, title, part, birth;
  std::vector<std::string> roles;
};
struct DemoResident {
  std::string mail, name, birth;
};
// A post with rights that one administrator asked for and another has yet to confirm; people by their numbers.
struct DemoRequest {
  std::string staff, section, rank, asked_by;
  std::vector<std::string> roles;
};
struct DemoPeople {
  std::vector<DemoStaff> staff;
  std::vector<DemoResident> residents;
  std::vector<DemoRequest> requests;
};

std::string word(const toml::table& table, std::string_view key) {
  return std::string(table[key].value_or(std::string_view()));
}

std::vector<std::string> list_of_words(const toml::table& table, std::string_view key) {
  std::vector<std::string> list;
  if (const auto* words = table[key].as_array())
    for (const auto& one : *words) list.emplace_back(one.value_or(std::string_view()));
  return list;
}

Result<DemoPeople> read_people(const pack::Pack& pack) {
  DemoPeople found;
  auto file = pack.people.find(std::string(file_name));
  if (file == pack.people.end()) return found;
  try {
    toml::table root = toml::parse(std::string_view(file->second), std::string_view("people/staff.toml"));
    if (auto* rows = root["staff"].as_array())
      for (auto& node : *rows)
        if (auto* row = node.as_table()) {
          DemoStaff staff{word(*row, "number"), word(*row, "name"),  word(*row, "kana"), word(*row, "section"),
                          word(*row, "rank"),   word(*row, "title"), word(*row, "part"), word(*row, "birth")};
          staff.roles = list_of_words(*row, "roles");
          found.staff.push_back(std::move(staff));
        }
    if (auto* rows = root["resident"].as_array())
      for (auto& node : *rows)
        if (auto* row = node.as_table())
          found.residents.push_back({word(*row, "mail"), word(*row, "name"), word(*row, "birth")});
    if (auto* rows = root["request"].as_array())
      for (auto& node : *rows)
        if (auto* row = node.as_table())
          found.requests.push_back({word(*row, "staff"), word(*row, "section"), word(*row, "rank"),
                                    word(*row, "asked_by"), list_of_words(*row, "roles")});
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::invalid, "access.demo", std::string(error.description()),
                Place{.file = "people/staff.toml", .line = static_cast<int>(error.source().begin.line)});
  }
  return found;
}

Bytes demo_factor(const store::Town& town, std::string_view number) {
  Hash hash = sha256(fmt::format("yakuba demonstration|{}|{}", town.name(), number));
  return Bytes(hash.begin(), hash.begin() + 20);
}

Result<> refuse_real(hall::Hall& hall, const store::Town& town) {
  if (hall.settings.demo && hall.info(town).demo) return {};
  return fail(ErrorKind::forbidden, "access.demo", "logins of the demonstration are refused in a real town");
}

Result<pack::PackPtr> pack_of(hall::Hall& hall, const store::Town& town) {
  return hall.packs.in_force(town, date_in_japan(hall.clock.now()));
}

Result<StaffId> employ_one(store::Tx& tx, const section::Act& act, const pack::Pack& pack, const DemoStaff& row,
                           Date from, PublicId fresh) {
  if (auto known = TRY(section::staff_by_number(tx, row.number))) return known->id;
  auto place = TRY(section::section_by_code(tx, row.section, act.day()));
  if (!place)
    return fail(ErrorKind::invalid, "access.demo", "no section " + row.section, Place{.file = "people/staff.toml"});
  auto id = TRY(section::employ(tx, act, {fresh, row.number, row.name, row.kana, "", from}));
  TRY(section::assign(tx, act, pack, {{}, id, place->id, row.rank, row.title, row.roles, false, {from, {}}}));
  return id;
}

Result<> ask_one(store::Tx& tx, Instant now, const pack::Pack& pack, const DemoRequest& row, PublicId fresh) {
  const auto staff = TRY(section::staff_by_number(tx, row.staff));
  const auto asking = TRY(section::staff_by_number(tx, row.asked_by));
  const Date today = date_in_japan(now);
  const auto place = TRY(section::section_by_code(tx, row.section, today));
  if (!staff || !asking || !place)
    return fail(ErrorKind::invalid, "access.demo", "a request of or for nobody: " + row.staff,
                Place{.file = "people/staff.toml"});
  for (const section::AssignmentRequest& open : TRY(section::assignment_requests(tx)))
    if (open.assignment.staff == staff->id) return {};
  const section::Act act{now, "staff:" + std::to_string(asking->id.value)};
  const section::Assignment post{{}, staff->id, place->id, row.rank, "", row.roles, true, {today.plus_days(1), {}}};
  TRY(section::ask_assignment(tx, act, pack, post, fresh));
  return {};
}

// --- residents ---

Result<std::optional<std::int64_t>> person_named(hall::Hall& hall, const store::Town& town, const DemoResident& row) {
  people::Reader by{
      .actor = "system:demo", .channel = "job", .purpose = people::Purpose::maintenance, .at = hall.clock.now()};
  Bytes key(32);
  hall.random.fill(key);
  auto sealed = hall.store.read(
      town, [&](store::ReadTx& tx) { return people::search(tx, by, {.name = row.name, .birth = row.birth}, key); });
  auto found = TRY(people::reveal(hall.store, town, sealed));
  if (found.rows.size() != 1) return std::optional<std::int64_t>();
  return std::optional(found.rows.front().id.value);
}

Result<Resident> account_of(hall::Hall& hall, const store::Town& town, const DemoResident& row) {
  PublicId fresh = PublicId::random(hall.random);
  std::string hash = TRY(hash_password(hall.gate.password_cost(), demo_password));
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<Resident> {
    auto known = TRY(tx.one<sql::AccountByMail>({.mail_folded = row.mail}));
    if (!known) {
      TRY(tx.one<sql::AccountInsert>({.public_id = fresh.text(),
                                      .mail = row.mail,
                                      .mail_folded = row.mail,
                                      .password_hash = hash,
                                      .created_at = now.microseconds}));
      known = TRY(tx.one<sql::AccountByMail>({.mail_folded = row.mail}));
    }
    Resident resident{AccountId(known->id), PublicId::parse(known->public_id).value_or(PublicId{}),
                      static_cast<int>(known->level), std::nullopt, known->mail};
    if (known->reference) resident.person = PublicId::parse(*known->reference);
    return resident;
  });
}

// The whole way a resident goes: a clerk sees a card and prints a code, the resident types it.
Result<> link_one(hall::Hall& hall, const store::Town& town, const Staff& clerk, const DemoResident& row) {
  auto resident = TRY(account_of(hall, town, row));
  if (resident.person) return {};
  auto person = TRY(person_named(hall, town, row));
  if (!person) return fail(ErrorKind::not_found, "access.demo", "not exactly one person: " + row.mail);
  auto offer = TRY(offer_link(hall, town, clerk, *person, LinkWay::counter, "my-number-card"));
  return redeem_code(hall, town, resident, offer.code);
}

}  // namespace

Result<> fill_demo_staff(hall::Hall& hall, const store::Town& town) {
  TRY(refuse_real(hall, town));
  auto pack = TRY(pack_of(hall, town));
  auto people = TRY(read_people(*pack));
  section::Act act{hall.clock.now(), "system:demo"};
  Date from = Date{act.day()}.plus_days(-3 * 366).month_start();
  std::vector<PublicId> ids;
  for (std::size_t i = 0; i < pack->sections.size() + people.staff.size(); ++i)
    ids.push_back(PublicId::random(hall.random));
  TRY(hall.store.change(town, [&](store::Tx& tx) { return section::found_from_pack(tx, act, *pack, from, ids); }));
  for (std::size_t i = 0; i < people.staff.size(); ++i) {
    const DemoStaff& row = people.staff[i];
    auto staff = TRY(hall.store.change(
        town, [&](store::Tx& tx) { return employ_one(tx, act, *pack, row, from, ids[pack->sections.size() + i]); }));
    TRY(enrol_directly(hall, town, staff, Secret<std::string>(std::string(demo_password)),
                       demo_factor(town, row.number)));
  }
  for (const DemoRequest& row : people.requests) {
    const PublicId fresh = PublicId::random(hall.random);
    TRY(hall.store.change(town, [&](store::Tx& tx) { return ask_one(tx, act.at, *pack, row, fresh); }));
  }
  hall.gate.forget(town);
  return {};
}

namespace {

// Staff who are residents themselves.
Result<> link_staff(hall::Hall& hall, const store::Town& town, const DemoPeople& people) {
  section::Act act{hall.clock.now(), "system:demo"};
  for (const DemoStaff& row : people.staff) {
    if (row.birth.empty()) continue;
    auto person = TRY(person_named(hall, town, {"", row.name, row.birth}));
    if (!person) return fail(ErrorKind::not_found, "access.demo", "not exactly one person: staff " + row.number);
    TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<> {
      auto staff = TRY(section::staff_by_number(tx, row.number));
      if (!staff || staff->person == person) return {};
      return section::link_person(tx, act, staff->id, person);
    }));
  }
  hall.gate.forget(town);
  return {};
}

}  // namespace

Result<> fill_demo_accounts(hall::Hall& hall, const store::Town& town) {
  TRY(refuse_real(hall, town));
  auto pack = TRY(pack_of(hall, town));
  auto people = TRY(read_people(*pack));
  if (hall::serves(hall.settings.sides, web::Side::office_side)) TRY(link_staff(hall, town, people));
  // A public side alone has accounts, but nobody who could link them: a clerk of the office prints the codes.
  if (hall.settings.sides == hall::Sides::public_only)
    for (const DemoResident& resident : people.residents) TRY(account_of(hall, town, resident));
  if (hall.settings.sides != hall::Sides::both) return {};
  for (const DemoStaff& row : people.staff) {
    if (row.part != "clerk") continue;
    auto clerk = TRY(hall.store.read(town, [&](store::ReadTx& tx) -> Result<Staff> {
      auto staff = TRY(section::staff_by_number(tx, row.number));
      if (!staff) return fail(ErrorKind::not_found, "access.demo", "staff " + row.number);
      return staff_actor(tx, *pack, staff->id, date_in_japan(hall.clock.now()));
    }));
    for (const DemoResident& resident : people.residents) TRY(link_one(hall, town, clerk, resident));
    return {};
  }
  return {};
}

Result<Resident> demo_resident(hall::Hall& hall, const store::Town& town, std::string_view mail) {
  TRY(refuse_real(hall, town));
  auto pack = TRY(pack_of(hall, town));
  for (const DemoResident& row : TRY(read_people(*pack)).residents)
    if (row.mail == mail) return account_of(hall, town, row);
  return fail(ErrorKind::not_found, "access.demo", "no resident " + std::string(mail));
}

Result<std::vector<DemoLogin>> demo_logins(hall::Hall& hall, const store::Town& town) {
  TRY(refuse_real(hall, town));
  auto pack = TRY(pack_of(hall, town));
  auto people = TRY(read_people(*pack));
  std::vector<DemoLogin> logins;
  for (const DemoStaff& row : people.staff) {
    const pack::Section* place = pack->section(row.section);
    const pack::Rank* rank = pack->rank(row.rank);
    std::string title = (place ? place->name : row.section) + " " +
                        (!row.title.empty() ? row.title
                         : rank             ? rank->name
                                            : "");
    logins.push_back({web::Side::office_side, row.part, row.number, row.name, title, std::string(demo_password),
                      base32(demo_factor(town, row.number)),
                      totp_code(demo_factor(town, row.number), hall.clock.now())});
  }
  for (const DemoResident& row : people.residents)
    logins.push_back({web::Side::public_side, "resident", row.mail, row.name, "", std::string(demo_password), "", ""});
  return logins;
}

}  // namespace yakuba::access
