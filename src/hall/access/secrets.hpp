// Passwords, one-time codes and tokens (inside this folder only).
//
// Passwords: argon2id by libsodium at the cost of the gate (64 MiB and 2 passes, ASVS 5.0 11.4.2), at most four at once
// because of that memory. Codes: TOTP of RFC 6238 (SHA-1, 6 digits, 30 s), one step of clock difference either way.
// Tokens: 256 random bits; what is stored is their SHA-256. Links: derived from a row's public id and the town's key,
// so a stolen database opens none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "hall/access/access.hpp"

namespace yakuba::access {

inline constexpr int password_characters_min_with_second_factor = 8;  // NIST SP 800-63B-4 §3.1.1.2
inline constexpr int password_characters_min_alone = 15;
inline constexpr std::size_t password_bytes_max = 512;
inline constexpr int hashing_places = 4;
inline constexpr int hashing_waiting_max = 32;

// Errors: access.password.too_short (argument characters), access.password.too_long, access.password.ill_formed,
// access.password.guessable. `context`: words an attacker would try first (town, number, name, mail).
Result<> check_new_password(std::string_view password, int characters_min, std::span<const std::string> context);
// too_many "access.busy" when too many wait for a place.
Result<std::string> hash_password(const PasswordCost& cost, std::string_view password);
// False also for an empty or foreign hash, after the same work as for one made at this cost.
Result<bool> password_matches(const PasswordCost& cost, std::string_view hash, std::string_view password);

Bytes new_totp_secret(RandomSource& random);  // 20 bytes
std::string totp_code_at(BytesView secret, std::int64_t step);
std::int64_t totp_step_of(Instant at);
// The step the code belongs to, if it is one near `at`. The caller makes sure that a step counts once.
std::optional<std::int64_t> totp_step_matching(BytesView secret, std::string_view code, Instant at);
std::string base32(BytesView bytes);  // RFC 4648 §6, without padding
std::string totp_uri(BytesView secret, std::string_view issuer, std::string_view account);

struct Token {
  std::string text;  // for the cookie: base64url of 32 bytes
  std::string hash;  // for the store: hex of SHA-256 of the bytes
};
Token new_token(RandomSource& random);
std::optional<Bytes> token_bytes(std::string_view text);  // nothing unless exactly 32 bytes
std::string token_hash(BytesView bytes);
std::string form_token_of(BytesView token);  // bound to the session, for its forms

std::string link_token(const Key256& key, std::string_view purpose, PublicId id);
std::optional<PublicId> link_id(const Key256& key, std::string_view purpose, std::string_view token);

}  // namespace yakuba::access
