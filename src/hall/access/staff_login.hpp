// How staff members sign in, are enrolled, and get a new second factor (inside this folder only).
//
// Every way in is one of two: password and TOTP, or a passkey with user verification. A wrong number, password or code,
// a lock, a code used before: one and the same error (access.sign_in_failed), the same work, and an event that tells
// the office which it was.
#pragma once

#include "hall/access/sessions.hpp"
#include "hall/access/webauthn.hpp"

namespace yakuba::access {

inline constexpr int failures_before_lock = 5;
inline constexpr std::int64_t lock_seconds_first = 30;  // doubles with each further failure
inline constexpr std::int64_t lock_seconds_max = 15 * 60;
inline constexpr std::int64_t failures_forgotten_seconds = 3600;
inline constexpr std::int64_t failures_per_address_max =
    100;  // in attempt_window_seconds; a whole office may share one

// The lock after so many failures; 0: none.
std::int64_t lock_seconds_after(std::int64_t failures);

Result<Token> sign_in_with_password(hall::Hall& hall, const store::Town& town, const Visitor& visitor,
                                    std::string_view number, std::string_view password, std::string_view code);
Result<Token> sign_in_with_passkey(hall::Hall& hall, const store::Town& town, const Visitor& visitor,
                                   const RelyingParty& party, std::string_view challenge, std::string_view binding,
                                   const Assertion& assertion);
// Shows a factor again before an act on rights: the code for his own account.
Result<> prove_again(hall::Hall& hall, const store::Town& town, const Session& session, std::string_view code);

// --- enrolment ---
struct Enrolment {
  std::int64_t id = 0;
  section::StaffMember staff;
  Secret<Bytes> second_factor;
  Instant expires;
};
// What is drawn before the transaction that makes a link.
struct NewEnrolment {
  PublicId id;
  Bytes sealed_second_factor;
  std::string path;  // "/enrol/…"
  Instant at;
};
Result<NewEnrolment> draw_enrolment(hall::Hall& hall, const store::Town& town, StaffId staff);
// Withdraws older links of the staff member.
Result<> make_enrolment(store::Tx& tx, const NewEnrolment& enrolment, StaffId staff, const std::string& made_by);
// For a staff member without credentials; who has some goes through the reset by two.
Result<std::string> invite(hall::Hall& hall, const store::Town& town, const Staff& administrator, StaffId staff);
Result<Enrolment> open_enrolment(hall::Hall& hall, const store::Town& town, std::string_view token);
Result<> complete_enrolment(hall::Hall& hall, const store::Town& town, std::string_view token,
                            std::string_view password, std::string_view code, const Visitor& visitor);

Result<> change_password(hall::Hall& hall, const store::Town& town, const Staff& staff, const Session& keep,
                         std::string_view old_password, std::string_view new_password);

// --- reset by two persons ---
struct Reset {
  std::int64_t id = 0;
  PublicId public_id;
  StaffId staff, asked_by;
  std::string reason_code;  // lost, broken, replaced
  Instant asked;
};
Result<PublicId> ask_reset(hall::Hall& hall, const store::Town& town, const Staff& administrator, StaffId staff,
                           std::string_view reason_code);
Result<std::vector<Reset>> open_resets(store::ReadTx& tx);
// The second person: not the one who asked, not the one whose factor it is. Ends sessions, removes factors, gives the
// path of the new enrolment link.
Result<std::string> confirm_reset(hall::Hall& hall, const store::Town& town, const Staff& administrator,
                                  PublicId reset);
Result<> refuse_reset(hall::Hall& hall, const store::Town& town, const Staff& administrator, PublicId reset);

// --- passkeys ---
struct PasskeyRow {
  PublicId id;
  std::string name, credential_id;
  Instant added;
  std::optional<Instant> used;
};
inline constexpr std::size_t passkeys_max = 10;
RelyingParty office_party(const hall::Hall& hall, const store::Town& town);
Result<std::string> passkey_challenge(hall::Hall& hall, const store::Town& town, std::string_view binding);
Result<std::vector<PasskeyRow>> passkeys_of(store::ReadTx& tx, StaffId staff);
Result<> add_passkey(hall::Hall& hall, const store::Town& town, const Staff& staff, std::string_view name,
                     std::string_view challenge, std::string_view binding, BytesView client_data,
                     BytesView attestation_object);
Result<> remove_passkey(hall::Hall& hall, const store::Town& town, const Staff& staff, PublicId passkey);

struct CredentialState {
  bool enrolled = false;
  bool locked = false;
  std::size_t passkeys = 0;
  std::optional<Instant> changed;
};
Result<CredentialState> credential_state(store::ReadTx& tx, StaffId staff, Instant now);

}  // namespace yakuba::access
