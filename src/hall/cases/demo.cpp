// The demonstration's cases: one in every step, brought there by the invented staff through the same services as in a
// real town. What they are about is data of the pack (people/cases.toml).
#include <toml++/toml.h>

#include "hall/approval/approval.hpp"
#include "hall/cases/pages.hpp"
#include "hall/cases/rows.hpp"
#include "hall/people/people.hpp"

namespace yakuba::cases {
namespace {

constexpr std::string_view file_name = "cases.toml";
constexpr std::string_view demo_procedure = "jido-teate-nintei";
constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t act_seconds = 1'800;  // between two acts of the demonstration
constexpr int acts_max = 40;                 // of one case
constexpr int stamps_max = 20;

std::string word(const toml::table& table, std::string_view key) {
  return std::string(table[key].value_or(std::string_view()));
}

JsonValue json_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* yes = node.as_boolean()) return yes->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* list = node.as_array()) {
    JsonArray items;
    for (const toml::node& item : *list) items.push_back(json_of(item));
    return items;
  }
  JsonObject record;
  if (const auto* table = node.as_table())
    for (const auto& [key, value] : *table) record.emplace(std::string(key.str()), json_of(value));
  return record;
}

std::vector<Answer> answers_of(const toml::table& table, std::string_view source) {
  std::vector<Answer> answers;
  if (const toml::array* rows = table["answers"].as_array())
    for (const toml::node& node : *rows)
      if (const toml::table* row = node.as_table(); row && row->contains("ask"))
        if (const toml::node* value = row->get("value"))
          answers.push_back({word(*row, "ask"), json_of(*value), std::string(source)});
  return answers;
}

// What the clerk finds out while examining.
std::vector<Found> found_of(const toml::table& table) {
  std::vector<Found> facts;
  if (const toml::array* rows = table["answers"].as_array())
    for (const toml::node& node : *rows)
      if (const toml::table* row = node.as_table(); row && row->contains("fact"))
        if (const toml::node* value = row->get("value"))
          facts.push_back({word(*row, "fact"), json_of(*value), word(*row, "how"), word(*row, "note")});
  return facts;
}

template <class F>
void each_table(const toml::table& root, std::string_view key, F&& read) {
  if (const toml::array* rows = root[key].as_array())
    for (const toml::node& node : *rows)
      if (const toml::table* row = node.as_table()) read(*row);
}

// --- the story of one case ---

struct Teller {
  hall::Hall& hall;
  store::Town town;
  pack::PackPtr pack;
  access::Staff clerk;
  Instant at;  // moves on with every act
  std::int64_t seconds = act_seconds;

  Act act() {
    at = at.plus_seconds(seconds);
    return act_of(clerk, at);
  }
  Result<Case> found(PublicId id) const {
    const auto row = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return find(tx, id); }));
    if (!row) return fail(ErrorKind::not_found, "case.not_found");
    return *row;
  }
  template <class F>
  Result<> change(PublicId id, F&& f) {
    const Case row = TRY(found(id));
    const Act by = act();
    return hall.store.change(town, [&](store::Tx& tx) -> Result<> { return f(tx, by, On{row.id, row.version}); });
  }
};

Result<std::int64_t> person_named(hall::Hall& hall, const store::Town& town, const DemoCase& one) {
  const people::Reader by{
      .actor = "system:demo", .channel = "job", .purpose = people::Purpose::maintenance, .at = hall.clock.now()};
  Bytes key(32);
  hall.random.fill(key);
  const auto sealed = hall.store.read(
      town, [&](store::ReadTx& tx) { return people::search(tx, by, {.name = one.name, .birth = one.birth}, key); });
  const people::Found found = TRY(people::reveal(hall.store, town, sealed));
  if (found.rows.size() != 1)
    return fail(ErrorKind::not_found, "case.demo", "not exactly one person: " + one.name,
                Place{.file = "people/cases.toml"});
  return found.rows.front().id.value;
}

// As a clerk enters it at the counter: with the person found, without an account and without a secret.
Submission submission_of(hall::Hall& hall, const pack::Pack& pack, const DemoCase& one, std::int64_t person,
                         Instant at) {
  Submission s{.id = PublicId::random(hall.random),
               .procedure = std::string(demo_procedure),
               .pack_hash = hex(pack.version),
               .channel = one.channel,
               .language = "ja",
               .submitted_at = at};
  s.applicant.person = person;
  for (const Answer& answer : one.answers) {
    s.answers.push_back(answer);
    if (answer.ask == "claimant") {
      s.applicant.name = answer.value.text_or("name", "");
      s.applicant.kana = answer.value.text_or("kana", "");
      s.applicant.address = answer.value.text_or("address", "");
    }
    if (answer.ask == "phone" && answer.value.string()) s.applicant.phone = *answer.value.string();
  }
  s.key.resize(32);
  hall.random.fill(s.key);
  return s;
}

// Who holds the waiting line, and his actor.
Result<access::Staff> holder_of(Teller& teller, const approval::Line& line) {
  if (!line.holder) return fail(ErrorKind::unavailable, "approval.nobody", line.title);
  return teller.hall.store.read(teller.town, [&](store::ReadTx& tx) {
    return access::staff_actor(tx, *teller.pack, *line.holder, date_in_japan(teller.hall.clock.now()));
  });
}

Result<> stamp_all(Teller& teller, PublicId id) {
  for (int i = 0; i < stamps_max; ++i) {
    const auto sheet = TRY(
        teller.hall.store.read(teller.town, [&](store::ReadTx& tx) { return approval::sheet(tx, "case", id.text()); }));
    if (!sheet || sheet->state != "open") return {};
    const auto line = std::ranges::find(sheet->lines, approval::LineState::waiting, &approval::Line::state);
    if (line == sheet->lines.end())
      return fail(ErrorKind::corrupt, "case.demo", "an open sheet without a waiting line");
    const access::Staff holder = TRY(holder_of(teller, *line));
    teller.at = teller.at.plus_seconds(teller.seconds);
    const Act by = act_of(holder, teller.at);
    const approval::Act stamp{.actor = by.actor,
                              .staff = holder.id,
                              .post = by.post,
                              .section = by.section,
                              .channel = by.channel,
                              .rank = by.rank,
                              .at = by.at};
    TRY(teller.hall.store.change(teller.town, [&](store::Tx& tx) {
      return approval::approve(teller.hall, tx, teller.town, access::Actor{holder}, stamp,
                               {sheet->id, line->order, sheet->version}, "");
    }));
  }
  return {};
}

Result<> hand_to_post(Teller& teller, PublicId id) {
  const Act by = teller.act();
  return teller.hall.store.change(teller.town,
                                  [&](store::Tx& tx) { return notified(teller.hall, tx, teller.town, by, id); });
}

// The first section that is not the case's own: whom a clerk of the demonstration asks.
std::string other_section(const pack::Pack& pack, std::string_view own) {
  for (const pack::Section& section : pack.sections)
    if (section.id != own) return section.id;
  return std::string(own);
}

Result<> tell(Teller& teller, const DemoCase& one) {
  hall::Hall& hall = teller.hall;
  const store::Town& town = teller.town;
  const std::int64_t person = TRY(person_named(hall, town, one));
  Submission submission = submission_of(hall, *teller.pack, one, person, teller.at);
  const PublicId id = submission.id;
  const Act by = act_of(teller.clerk, teller.at);
  TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<CaseId> {
    const Date day = date_in_japan(submission.submitted_at);
    const std::int64_t serial = TRY(tx.next_serial("case-office", fiscal_year(day)));
    submission.number = case_number(day, office_serial_offset + serial);
    return receive(hall, tx, town, submission, by);
  }));
  if (one.step == "accept") return {};

  TRY(teller.change(id, [&](store::Tx& tx, const Act& act, const On& on) { return accept(hall, tx, town, act, on); }));
  TRY(teller.change(id, [&](store::Tx& tx, const Act& act, const On& on) { return take(hall, tx, town, act, on); }));
  if (one.step == "examine") return {};
  if (one.step == "consult") {
    const std::string asked = other_section(*teller.pack, TRY(teller.found(id)).section);
    return teller.change(id, [&](store::Tx& tx, const Act& act, const On& on) {
      return consult(hall, tx, town, act, on, asked, one.question);
    });
  }
  for (const Found& fact : one.found)
    TRY(teller.change(
        id, [&](store::Tx& tx, const Act& act, const On& on) { return confirm_fact(hall, tx, town, act, on, fact); }));
  TRY(teller.change(
      id, [&](store::Tx& tx, const Act& act, const On& on) { return draft(hall, tx, town, act, on, Draft{}); }));
  if (one.step == "draft") return {};
  TRY(teller.change(id, [&](store::Tx& tx, const Act& act, const On& on) { return propose(hall, tx, town, act, on); }));
  if (one.step == "approve") return {};
  TRY(stamp_all(teller, id));
  if (one.step == "notify") return {};
  return hand_to_post(teller, id);
}

// Sets the story's clock to `days` before now, but never before the town had rules: a matter of a town whose pack is in
// force since today happens today, its acts close together, and none of them in the future.
Result<> begin_story(Teller& teller, std::int64_t days) {
  const Instant now = teller.hall.clock.now();
  teller.at = now.plus_seconds(-(days + 1) * day_seconds + day_seconds / 2);
  teller.seconds = act_seconds;
  Date first = date_in_japan(teller.at);
  while (first < date_in_japan(now) && !teller.hall.packs.in_force(teller.town, first)) first = first.plus_days(1);
  TRY(teller.hall.packs.in_force(teller.town, first));
  if (first == date_in_japan(teller.at)) return {};
  const std::int64_t since_midnight = in_japan(now).hour * 3'600LL + in_japan(now).minute * 60LL;
  const std::int64_t whole_days = days_between(first, date_in_japan(now));
  const std::int64_t story_seconds =
      std::min<std::int64_t>(acts_max * act_seconds, whole_days * day_seconds + since_midnight);
  teller.at = now.plus_seconds(-story_seconds);
  teller.seconds = story_seconds / acts_max;
  return {};
}

Result<> fill(hall::Hall& hall, const store::Town& town) {
  const Instant now = hall.clock.now();
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(now)));
  const DemoMatters matters = TRY(demo_matters(*pack));
  const Inbox known =
      TRY(hall.store.read(town, [](store::ReadTx& tx) { return inbox(tx, {.view = "all", .limit = 1}); }));
  if (matters.cases.empty() || !known.rows.empty()) return {};  // seeded before
  Teller teller{hall, town, pack, TRY(demo_staff(hall, town, "clerk")), now};
  for (const DemoCase& one : matters.cases) {
    TRY(begin_story(teller, one.days));
    auto done = tell(teller, one);
    if (!done) {
      done.error().detail = one.name + " (" + one.step + "): " + done.error().code + " " + done.error().detail;
      return done;
    }
  }
  return {};
}

}  // namespace

Act act_of(const access::Staff& staff, Instant at) {
  Act act{.actor = access::log_name(access::Actor{staff}), .staff = staff.id, .at = at};
  act.channel = "web";
  if (const access::Standing* main = staff.main()) {
    act.post = main->title;
    act.section = main->section_code;
    act.rank = main->level;
  }
  return act;
}

Result<access::Staff> demo_staff(hall::Hall& hall, const store::Town& town, std::string_view part) {
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(hall.clock.now())));
  for (const access::DemoLogin& login : TRY(access::demo_logins(hall, town)))
    if (login.part == part && login.side == web::Side::office_side)
      return hall.store.read(town, [&](store::ReadTx& tx) -> Result<access::Staff> {
        const auto staff = TRY(section::staff_by_number(tx, login.login));
        if (!staff) return fail(ErrorKind::not_found, "case.demo", "staff " + login.login);
        return access::staff_actor(tx, *pack, staff->id, date_in_japan(hall.clock.now()));
      });
  return fail(ErrorKind::not_found, "case.demo", "no staff for the part " + std::string(part));
}

Result<DemoMatters> demo_matters(const pack::Pack& pack) {
  DemoMatters matters;
  const auto file = pack.people.find(std::string(file_name));
  if (file == pack.people.end()) return matters;
  try {
    const toml::table root = toml::parse(std::string_view(file->second), std::string_view("people/cases.toml"));
    each_table(root, "case", [&](const toml::table& row) {
      matters.cases.push_back({word(row, "step"), word(row, "name"), word(row, "birth"), word(row, "channel"),
                               word(row, "question"), row["days"].value_or(0), answers_of(row, "clerk"),
                               found_of(row)});
    });
    each_table(root, "draft", [&](const toml::table& row) {
      DemoDraft draft{word(row, "holder"), word(row, "procedure"), answers_of(row, "typed"),
                      row["submit"].value_or(false)};
      if (const toml::table* ask = row["ask"].as_table()) {
        draft.reason = word(*ask, "reason");
        draft.message = word(*ask, "message");
        draft.days = (*ask)["days"].value_or(0);
      }
      matters.drafts.push_back(std::move(draft));
    });
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::invalid, "case.demo", std::string(error.description()),
                Place{.file = "people/cases.toml", .line = static_cast<int>(error.source().begin.line)});
  }
  return matters;
}

std::vector<hall::DemoStep> demo_steps() {
  return {{"cases in every step", fill, web::Side::office_side}};
}

}  // namespace yakuba::cases
