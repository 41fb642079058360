// Rows of sessions, and how sessions begin and end (inside this folder only).
#pragma once

#include <string>

#include "hall/access/access.hpp"
#include "hall/access/secrets.hpp"
#include "store/store.hpp"

namespace yakuba::access {

// One cookie per side and town: the towns share a program, never a session. web adds "__Host-" over TLS.
inline std::string session_cookie_name(web::Side side, std::string_view town) {
  return std::string(side == web::Side::office_side ? "desk-" : "me-") + std::string(town);
}
inline std::string form_cookie_name(web::Side side, std::string_view town) {
  return std::string(side == web::Side::office_side ? "desk-form-" : "form-") + std::string(town);
}

std::string_view proof_name(Proof proof);
Proof proof_from(std::string_view name);

template <class Row>
Session session_from(const Row& row, web::Side side) {
  Session session;
  session.id = PublicId::parse(row.public_id).value_or(PublicId{});
  session.side = side;
  if (side == web::Side::office_side)
    session.staff = StaffId(row.who);
  else
    session.account = AccountId(row.who);
  session.proof = proof_from(row.proof);
  session.created = Instant{row.created_at};
  session.last_seen = Instant{row.seen_at};
  session.proved = Instant{row.proved_at};
  session.agent = row.agent;
  session.address = row.address;
  return session;
}

// Who knocks: for the list of sessions and for limits.
struct Visitor {
  std::string address, agent;
};
Visitor visitor_of(const web::Request& request);

// A new session in the same transaction as the proof. The token was drawn outside, because closures may run twice.
struct NewSession {
  PublicId id;
  Token token;
  Proof proof = Proof::password;
  Instant at;
  Visitor visitor;
};
NewSession draw_session(hall::Hall& hall, Proof proof, const Visitor& visitor);
Result<> begin_staff_session(store::Tx& tx, const NewSession& session, StaffId staff);
Result<> begin_resident_session(store::Tx& tx, const NewSession& session, AccountId account);
web::Cookie session_cookie(web::Side side, std::string_view town, const Token& token);

Result<std::vector<Session>> sessions_of(store::ReadTx& tx, const Actor& actor);
// Ends one of the actor's own sessions; not_found for somebody else's.
Result<> end_session(hall::Hall& hall, const store::Town& town, const Session& session, std::string_view reason,
                     Instant now);
// All sessions of a staff member or account, in the caller's transaction; call gate.forget afterwards.
Result<std::int64_t> end_sessions(store::Tx& tx, StaffId staff);
Result<std::int64_t> end_sessions(store::Tx& tx, AccountId account);
Result<> bump_account_epoch(store::Tx& tx);

// Removes what has run out: sessions, used challenges, attempts, mail links. Called by a periodic task on each side.
Result<> sweep(hall::Hall& hall, const store::Town& town, web::Side side);

}  // namespace yakuba::access
