// Sign-in, rights, sessions, residents' accounts: what the program registers.
#include "hall/access/accounts.hpp"
#include "hall/access/parts.hpp"
#include "hall/access/queries.hpp"
#include "hall/access/staff_login.hpp"
#include "hall/access/texts.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

namespace {

std::function<std::string(hall::Call&)> label(Text text) {
  return [text](hall::Call& call) { return call.words(text).plain(); };
}

// A fresh link for the first staff member, for the page behind it. The older ones are withdrawn, as always.
Result<std::string> an_enrolment(hall::Hall& hall, const store::Town& town) {
  Date day = date_in_japan(hall.clock.now());
  auto staff = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return section::staff_list(tx, day, "", 1); }));
  if (staff.empty()) return fail(ErrorKind::not_found, "access.no_such_staff");
  auto enrolment = TRY(draw_enrolment(hall, town, staff.front().id));
  TRY(hall.store.change(
      town, [&](store::Tx& tx) { return make_enrolment(tx, enrolment, staff.front().id, "system:fixture"); }));
  return enrolment.path.substr(std::string_view("/enrol/").size());
}

Result<std::string> a_mail_link(hall::Hall& hall, const store::Town& town) {
  PublicId id = PublicId::random(hall.random);
  Instant now = hall.clock.now();
  TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    TRY(tx.run<sql::MailLinkInsert>({.public_id = id.text(),
                                     .purpose = purpose_name(MailPurpose::create),
                                     .mail = "fixture@example.jp",
                                     .reader_language = "ja",
                                     .made_at = now.microseconds,
                                     .expires_at = now.plus_seconds(mail_link_seconds_max).microseconds}));
    return true;
  }));
  return TRY(mail_link_path(hall, town, id)).substr(std::string_view("/account/mail/").size());
}

hall::PeriodicTask sweeping(std::string name, web::Side side) {
  return {std::move(name), 600, side,
          [side](hall::Hall& hall, const store::Town& town) { return sweep(hall, town, side); }};
}

}  // namespace

hall::Module module() {
  hall::Module module{.name = "access"};
  for (auto part : {desk_routes, administration_routes, account_routes})
    for (hall::Route& route : part()) module.routes.push_back(std::move(route));
  module.migrations = sql::migrations;
  module.jobs.push_back(mail_job());
  module.tasks = {sweeping("access.sweep-desk", web::Side::office_side),
                  sweeping("access.sweep-accounts", web::Side::public_side)};
  module.menu = {{.order = 820,
                  .side = web::Side::office_side,
                  .label = label(Text::menu_resets),
                  .path = "/access/resets",
                  .permission = "access.change",
                  .count = [](hall::Call& call) -> std::optional<std::int64_t> {
                    auto open = call.hall.store.read(call.town, [](store::ReadTx& tx) { return open_resets(tx); });
                    if (!open || open->empty()) return std::nullopt;
                    return static_cast<std::int64_t>(open->size());
                  }},
                 {.order = 900,
                  .side = web::Side::office_side,
                  .label = label(Text::menu_own),
                  .path = "/me",
                  .permission = "staff",
                  .count = {}}};
  module.permissions = {
      {"anyone", "No sign-in is needed"},
      {"staff", "Any signed-in staff member"},
      {"resident", "A resident's account, level 1: mail confirmed"},
      {"resident.linked", "Level 2: linked to a person by proof"},
      {"resident.card", "Level 3: card"},
      {"access.change", "Make links for setting up sign-in; ask for and confirm second-factor resets"},
      {"account.link", "Give out link codes to persons whose identity document was seen"}};
  module.receivers = receivers();
  module.fixtures = {{"enrolment", an_enrolment}, {"mail-link", a_mail_link}};
  module.demo = {{"staff and their logins", fill_demo_staff, web::Side::office_side},
                 {"accounts of residents", fill_demo_accounts}};
  return module;
}

}  // namespace yakuba::access
