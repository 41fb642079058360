// Passkeys: registration and sign-in by WebAuthn Level 2 (§7.1, §7.2), attestation "none"; signatures by libfido2.
//
//   std::string challenge = make_challenge(key, random, session_binding, now);       // into the page
//   Passkey added = TRY(verify_registration(party, challenge, client_data, attestation_object));
//   std::int64_t count = TRY(verify_assertion(party, challenge, added, assertion));
//
// A challenge is stateless: random bytes, term and a MAC that binds it to the visitor's cookie; the caller keeps the
// hash of a used one, so that none counts twice. User verification is required: a passkey is two factors in one.
// Errors: invalid access.passkey.* ; nothing here throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

namespace yakuba::access {

struct RelyingParty {
  std::string id;      // host without port: "office.nagi.localhost"
  std::string origin;  // "http://office.nagi.localhost:8080"
};

struct Passkey {
  std::string credential_id;  // base64url
  int algorithm = 0;          // COSE: -7 ES256, -8 EdDSA, -257 RS256
  Bytes public_key;           // as libfido2 gives it
  std::int64_t sign_count = 0;
};

struct Assertion {
  std::string credential_id;  // base64url
  Bytes client_data, authenticator_data, signature;
};

inline constexpr std::int64_t challenge_seconds_max = 10 * 60;
inline constexpr std::size_t webauthn_bytes_max = 16 * 1024;

std::string make_challenge(const Key256& key, RandomSource& random, std::string_view binding,
                           Instant now);  // base64url
// Ours, bound to this visitor, and not too old.
Result<> check_challenge(const Key256& key, std::string_view challenge, std::string_view binding, Instant now);

Result<Passkey> verify_registration(const RelyingParty& party, std::string_view challenge, BytesView client_data,
                                    BytesView attestation_object);
// The new signature counter. A counter that does not move forward (and is not always 0) tells of a copied key: refused.
Result<std::int64_t> verify_assertion(const RelyingParty& party, std::string_view challenge, const Passkey& passkey,
                                      const Assertion& assertion);

}  // namespace yakuba::access
