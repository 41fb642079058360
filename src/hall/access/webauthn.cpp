#include "hall/access/webauthn.hpp"

#include <memory>
#include <optional>

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <fmt/format.h>

#include "base/json.hpp"

namespace yakuba::access {

namespace {

std::unexpected<Error> bad(std::string code, std::string detail = {}) {
  return fail(ErrorKind::invalid, "access.passkey." + std::move(code), std::move(detail));
}

// --- CBOR: only as much as an attestation object needs (RFC 8949, definite lengths) ---
class Cbor {
 public:
  explicit Cbor(BytesView bytes) : rest_(bytes) {}

  struct Head {
    int major = 0;
    std::uint64_t value = 0;
  };
  std::optional<Head> head() {
    if (rest_.empty()) return std::nullopt;
    Head head{rest_[0] >> 5, static_cast<std::uint64_t>(rest_[0] & 31)};
    rest_ = rest_.subspan(1);
    if (head.value < 24) return head;
    if (head.value > 27) return std::nullopt;  // indefinite lengths are not canonical
    std::size_t bytes = std::size_t{1} << (head.value - 24);
    if (rest_.size() < bytes) return std::nullopt;
    head.value = 0;
    for (std::size_t i = 0; i < bytes; ++i) head.value = head.value << 8 | rest_[i];
    rest_ = rest_.subspan(bytes);
    return head;
  }
  std::optional<BytesView> take(std::uint64_t bytes) {
    if (bytes > rest_.size()) return std::nullopt;
    BytesView taken = rest_.first(static_cast<std::size_t>(bytes));
    rest_ = rest_.subspan(static_cast<std::size_t>(bytes));
    return taken;
  }
  bool skip(int depth = 0) {
    if (depth > 8) return false;
    auto item = head();
    if (!item) return false;
    switch (item->major) {
      case 0:
      case 1:
      case 7:
        return true;
      case 2:
      case 3:
        return take(item->value).has_value();
      case 4:
        return skip_items(item->value, depth);
      case 5:
        return item->value <= rest_.size() && skip_items(item->value * 2, depth);
      default:
        return skip(depth + 1);  // a tag and its item
    }
  }
  bool at_end() const { return rest_.empty(); }

 private:
  bool skip_items(std::uint64_t count, int depth) {
    if (count > rest_.size()) return false;  // every item takes a byte at least
    for (std::uint64_t i = 0; i < count; ++i)
      if (!skip(depth + 1)) return false;
    return true;
  }
  BytesView rest_;
};

struct Attestation {
  std::string format;
  Bytes authenticator_data;
};

Result<Attestation> read_attestation(BytesView object) {
  if (object.size() > webauthn_bytes_max) return bad("too_large");
  Cbor cbor(object);
  auto map = cbor.head();
  if (!map || map->major != 5 || map->value > 8) return bad("attestation");
  Attestation found;
  for (std::uint64_t i = 0; i < map->value; ++i) {
    auto key = cbor.head();
    if (!key || key->major != 3) return bad("attestation");
    auto name = cbor.take(key->value);
    if (!name) return bad("attestation");
    if (text_view(*name) == "attStmt") {
      if (!cbor.skip()) return bad("attestation");
      continue;
    }
    auto head = cbor.head();
    if (!head || (head->major != 2 && head->major != 3)) return bad("attestation");
    auto value = cbor.take(head->value);
    if (!value) return bad("attestation");
    if (text_view(*name) == "fmt" && head->major == 3) found.format = text_view(*value);
    if (text_view(*name) == "authData" && head->major == 2)
      found.authenticator_data.assign(value->begin(), value->end());
  }
  if (!cbor.at_end() || found.format.empty() || found.authenticator_data.empty()) return bad("attestation");
  return found;
}

// --- what both ceremonies check ---

Result<> check_client_data(const RelyingParty& party, std::string_view type, std::string_view challenge,
                           BytesView bytes) {
  if (bytes.size() > webauthn_bytes_max) return bad("too_large");
  auto json = parse_json(text_view(bytes));
  if (!json || !json->object()) return bad("client_data");
  if (json->text_or("type", "") != type) return bad("type");
  if (json->text_or("challenge", "") != challenge) return bad("challenge");
  if (json->text_or("origin", "") != party.origin) return bad("origin");
  const JsonValue* cross = json->find("crossOrigin");
  if (cross && cross->boolean() && *cross->boolean()) return bad("origin");
  return {};
}

constexpr std::uint8_t user_present = 0x01, user_verified = 0x04, has_credential = 0x40;

Result<> check_authenticator_data(const RelyingParty& party, BytesView data, std::uint8_t flags_needed) {
  if (data.size() < 37) return bad("authenticator_data");
  Hash expected = sha256(party.id);
  if (!equal_in_constant_time(expected, data.first(32))) return bad("relying_party");
  if ((data[32] & user_verified) == 0) return bad("not_verified");
  if ((data[32] & flags_needed) != flags_needed) return bad("authenticator_data");
  return {};
}

void start_fido() {
  static const bool started = [] {
    fido_init(0);
    return true;
  }();
  (void)started;
}

struct FreeCred {
  void operator()(fido_cred_t* p) const { fido_cred_free(&p); }
};
struct FreeAssert {
  void operator()(fido_assert_t* p) const { fido_assert_free(&p); }
};
using Cred = std::unique_ptr<fido_cred_t, FreeCred>;
using Assert = std::unique_ptr<fido_assert_t, FreeAssert>;

int verify_with_key(fido_assert_t* assertion, const Passkey& passkey) {
  const auto* bytes = passkey.public_key.data();
  std::size_t size = passkey.public_key.size();
  int result = FIDO_ERR_INVALID_ARGUMENT;
  if (passkey.algorithm == COSE_ES256) {
    es256_pk_t* key = es256_pk_new();
    if (key && es256_pk_from_ptr(key, bytes, size) == FIDO_OK)
      result = fido_assert_verify(assertion, 0, COSE_ES256, key);
    es256_pk_free(&key);
  } else if (passkey.algorithm == COSE_EDDSA) {
    eddsa_pk_t* key = eddsa_pk_new();
    if (key && eddsa_pk_from_ptr(key, bytes, size) == FIDO_OK)
      result = fido_assert_verify(assertion, 0, COSE_EDDSA, key);
    eddsa_pk_free(&key);
  } else if (passkey.algorithm == COSE_RS256) {
    rs256_pk_t* key = rs256_pk_new();
    if (key && rs256_pk_from_ptr(key, bytes, size) == FIDO_OK)
      result = fido_assert_verify(assertion, 0, COSE_RS256, key);
    rs256_pk_free(&key);
  }
  return result;
}

constexpr std::size_t challenge_random_bytes = 16;

Hash challenge_mac(const Key256& key, BytesView body, std::string_view binding) {
  std::string message = fmt::format("yakuba passkey|{}|{}", base64url(body), binding);
  return hmac_sha256(key.reveal(), view(message));
}

}  // namespace

// --- challenges ---
// 16 random bytes ‖ 8 bytes of the second it was made ‖ 16 bytes of MAC.
std::string make_challenge(const Key256& key, RandomSource& random, std::string_view binding, Instant now) {
  Bytes bytes(challenge_random_bytes);
  random.fill(bytes);
  auto second = static_cast<std::uint64_t>(now.microseconds / 1'000'000);
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(second >> shift));
  Hash mac = challenge_mac(key, bytes, binding);
  bytes.insert(bytes.end(), mac.begin(), mac.begin() + 16);
  return base64url(bytes);
}

Result<> check_challenge(const Key256& key, std::string_view challenge, std::string_view binding, Instant now) {
  auto bytes = from_base64url(challenge);
  if (!bytes || bytes->size() != challenge_random_bytes + 8 + 16) return bad("challenge");
  BytesView body = BytesView(*bytes).first(challenge_random_bytes + 8);
  Hash mac = challenge_mac(key, body, binding);
  if (!equal_in_constant_time(BytesView(mac).first(16), BytesView(*bytes).subspan(body.size())))
    return bad("challenge");
  std::uint64_t second = 0;
  for (std::size_t i = 0; i < 8; ++i) second = second << 8 | body[challenge_random_bytes + i];
  std::int64_t age = now.microseconds / 1'000'000 - static_cast<std::int64_t>(second);
  if (age < 0 || age > challenge_seconds_max) return bad("challenge_expired");
  return {};
}

// --- ceremonies ---

Result<Passkey> verify_registration(const RelyingParty& party, std::string_view challenge, BytesView client_data,
                                    BytesView attestation_object) {
  TRY(check_client_data(party, "webauthn.create", challenge, client_data));
  auto attestation = TRY(read_attestation(attestation_object));
  const Bytes& data = attestation.authenticator_data;
  TRY(check_authenticator_data(party, data, user_present | has_credential));
  start_fido();
  // The attested key says its algorithm; libfido2 wants to be told which one to expect.
  for (int algorithm : {COSE_ES256, COSE_EDDSA, COSE_RS256}) {
    Cred cred(fido_cred_new());
    if (!cred || fido_cred_set_type(cred.get(), algorithm) != FIDO_OK) return bad("library");
    if (fido_cred_set_authdata_raw(cred.get(), data.data(), data.size()) != FIDO_OK) continue;
    const auto* id = fido_cred_id_ptr(cred.get());
    const auto* key = fido_cred_pubkey_ptr(cred.get());
    std::size_t id_size = fido_cred_id_len(cred.get());
    if (!id || !key || id_size == 0 || id_size > 1023) return bad("credential");
    Passkey passkey{base64url({id, id_size}), algorithm, {}, fido_cred_sigcount(cred.get())};
    passkey.public_key.assign(key, key + fido_cred_pubkey_len(cred.get()));
    return passkey;
  }
  return bad("algorithm");
}

Result<std::int64_t> verify_assertion(const RelyingParty& party, std::string_view challenge, const Passkey& passkey,
                                      const Assertion& assertion) {
  TRY(check_client_data(party, "webauthn.get", challenge, assertion.client_data));
  if (assertion.authenticator_data.size() > webauthn_bytes_max || assertion.signature.size() > 2048)
    return bad("too_large");
  TRY(check_authenticator_data(party, assertion.authenticator_data, user_present));
  start_fido();
  Assert verified(fido_assert_new());
  Hash hash = sha256(assertion.client_data);
  bool ready =
      verified && fido_assert_set_clientdata_hash(verified.get(), hash.data(), hash.size()) == FIDO_OK &&
      fido_assert_set_rp(verified.get(), party.id.c_str()) == FIDO_OK &&
      fido_assert_set_count(verified.get(), 1) == FIDO_OK &&
      fido_assert_set_authdata_raw(verified.get(), 0, assertion.authenticator_data.data(),
                                   assertion.authenticator_data.size()) == FIDO_OK &&
      fido_assert_set_up(verified.get(), FIDO_OPT_TRUE) == FIDO_OK &&
      fido_assert_set_uv(verified.get(), FIDO_OPT_TRUE) == FIDO_OK &&
      fido_assert_set_sig(verified.get(), 0, assertion.signature.data(), assertion.signature.size()) == FIDO_OK;
  if (!ready) return bad("assertion");
  if (verify_with_key(verified.get(), passkey) != FIDO_OK) return bad("signature");
  auto count = static_cast<std::int64_t>(fido_assert_sigcount(verified.get(), 0));
  if (count != 0 && count <= passkey.sign_count) return bad("copied");
  if (count == 0 && passkey.sign_count != 0) return bad("copied");
  return count;
}

}  // namespace yakuba::access
