#include "hall/access/sessions.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/access/events.hpp"
#include "hall/access/queries.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

std::string_view proof_name(Proof proof) {
  switch (proof) {
    case Proof::password:
      return "password";
    case Proof::password_totp:
      return "password-totp";
    case Proof::passkey:
      return "passkey";
  }
  return "";
}

Proof proof_from(std::string_view name) {
  if (name == "passkey") return Proof::passkey;
  return name == "password-totp" ? Proof::password_totp : Proof::password;
}

Visitor visitor_of(const web::Request& request) {
  std::string_view agent = request.header("user-agent");
  std::string shown;
  for (char c : agent.substr(0, 200))
    if (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f) shown += c;
  return {request.client_address, shown};
}

NewSession draw_session(hall::Hall& hall, Proof proof, const Visitor& visitor) {
  return {PublicId::random(hall.random), new_token(hall.random), proof, hall.clock.now(), visitor};
}

Result<> begin_staff_session(store::Tx& tx, const NewSession& session, StaffId staff) {
  TRY(tx.run<sql::StaffSessionInsert>({.public_id = session.id.text(),
                                       .token_hash = session.token.hash,
                                       .staff = staff.value,
                                       .proof = proof_name(session.proof),
                                       .at = session.at.microseconds,
                                       .agent = session.visitor.agent,
                                       .address = session.visitor.address}));
  return append(tx, {.at = session.at,
                     .verb = log::Verb::signed_in,
                     .actor = fmt::format("staff:{}", staff.value),
                     .object_kind = "staff",
                     .object_id = std::to_string(staff.value),
                     .reason_code = std::string(proof_name(session.proof)),
                     .terminal = session.visitor.address});
}

Result<> begin_resident_session(store::Tx& tx, const NewSession& session, AccountId account) {
  TRY(tx.run<sql::AccountSessionInsert>({.public_id = session.id.text(),
                                         .token_hash = session.token.hash,
                                         .account = account.value,
                                         .proof = proof_name(session.proof),
                                         .at = session.at.microseconds,
                                         .agent = session.visitor.agent,
                                         .address = session.visitor.address}));
  return append(tx, {.at = session.at,
                     .verb = log::Verb::signed_in,
                     .actor = fmt::format("account:{}", account.value),
                     .object_kind = "account",
                     .object_id = std::to_string(account.value),
                     .reason_code = std::string(proof_name(session.proof))});
}

web::Cookie session_cookie(web::Side side, std::string_view town, const Token& token) {
  // Lax on the public side: a link in a mail must find the resident signed in. Strict at the desk would lose staff who
  // come from the office's portal, and the form token guards unsafe methods on both.
  return {.name = session_cookie_name(side, town), .value = token.text, .same_site = web::SameSite::lax};
}

Result<std::vector<Session>> sessions_of(store::ReadTx& tx, const Actor& actor) {
  std::vector<Session> found;
  if (const Staff* staff = actor.staff())
    for (const auto& row : TRY(tx.all<sql::StaffSessionsOf>({.staff = staff->id.value})))
      found.push_back(session_from(row, web::Side::office_side));
  if (const Resident* resident = actor.resident())
    for (const auto& row : TRY(tx.all<sql::AccountSessionsOf>({.account = resident->account.value})))
      found.push_back(session_from(row, web::Side::public_side));
  return found;
}

Result<> end_session(hall::Hall& hall, const store::Town& town, const Session& session, std::string_view reason,
                     Instant now) {
  auto done = hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    bool office = session.side == web::Side::office_side;
    std::int64_t ended =
        office ? TRY(tx.run<sql::StaffSessionDelete>({.public_id = session.id.text(), .staff = session.staff.value}))
               : TRY(tx.run<sql::AccountSessionDelete>(
                     {.public_id = session.id.text(), .account = session.account.value}));
    if (ended == 0) return fail(ErrorKind::not_found, "access.no_such_session");
    std::string kind = office ? "staff" : "account";
    std::int64_t id = office ? session.staff.value : session.account.value;
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::signed_out,
                    .actor = fmt::format("{}:{}", kind, id),
                    .object_kind = kind,
                    .object_id = std::to_string(id),
                    .reason_code = std::string(reason)}));
    return office ? section::bump_rights_epoch(tx) : bump_account_epoch(tx);
  });
  hall.gate.forget(town);
  return done;
}

Result<std::int64_t> end_sessions(store::Tx& tx, StaffId staff) {
  auto ended = TRY(tx.run<sql::StaffSessionsDelete>({.staff = staff.value}));
  TRY(section::bump_rights_epoch(tx));
  return ended;
}

Result<std::int64_t> end_sessions(store::Tx& tx, AccountId account) {
  auto ended = TRY(tx.run<sql::AccountSessionsDelete>({.account = account.value}));
  TRY(bump_account_epoch(tx));
  return ended;
}

Result<> bump_account_epoch(store::Tx& tx) {
  TRY(tx.run<sql::AccountEpochBump>());
  return {};
}

Result<> sweep(hall::Hall& hall, const store::Town& town, web::Side side) {
  Instant now = hall.clock.now();
  Instant day_ago = now.plus_seconds(-86'400);
  constexpr std::int64_t slack_seconds = 120;  // the store's `seen_at` may lag behind by a minute
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (side == web::Side::office_side) {
      TRY(tx.run<sql::StaffSessionsExpire>(
          {.seen_before = now.plus_seconds(-office_idle_seconds_max - slack_seconds).microseconds,
           .created_before = now.plus_seconds(-office_session_seconds_max).microseconds}));
      TRY(tx.run<sql::ChallengesForget>({.before = day_ago.microseconds}));
      TRY(tx.run<sql::StaffAttemptsForget>({.before = attempt_window(day_ago)}));
    } else {
      TRY(tx.run<sql::AccountSessionsExpire>(
          {.seen_before = now.plus_seconds(-resident_idle_seconds_max - slack_seconds).microseconds,
           .created_before = now.plus_seconds(-resident_session_seconds_max).microseconds}));
      TRY(tx.run<sql::MailLinksForget>({.before = day_ago.microseconds}));
      TRY(tx.run<sql::AccountAttemptsForget>({.before = attempt_window(day_ago)}));
    }
    return {};
  });
}

}  // namespace yakuba::access
