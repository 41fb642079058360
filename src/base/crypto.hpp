// The few cryptographic acts of the house, over OpenSSL 3 (no I/O; keys come from hall/access and the installation).
//
//   Hash leaf = sha256(bytes);
//   Bytes box = seal(key, random, plaintext, "nagi|case|42");        // AES-256-GCM, nonce first
//   Result<Bytes> plain = unseal(key, box, "nagi|case|42");
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace yakuba {

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(BytesView bytes);
Hash sha256(std::string_view text);
Hash hmac_sha256(BytesView key, BytesView message);
bool equal_in_constant_time(BytesView a, BytesView b);

// A value that cannot be printed by accident: no operator<<, no fmt, cleared when destroyed.
template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret() {
    volatile auto* p = reinterpret_cast<volatile unsigned char*>(value_.data());
    for (std::size_t i = 0; i < value_.size() * sizeof(value_.data()[0]); ++i) p[i] = 0;
  }
  const T& reveal() const { return value_; }

 private:
  T value_{};
};
using Key256 = Secret<Bytes>;  // 32 bytes

// AES-256-GCM: 12-byte nonce ‖ ciphertext ‖ 16-byte tag. `context` is authenticated, not stored.
Result<Bytes> seal(const Key256& key, RandomSource& random, BytesView plaintext, std::string_view context);
Result<Bytes> unseal(const Key256& key, BytesView box, std::string_view context);

// Ed25519 keys as 32 raw bytes; signatures of 64 bytes. Used for checkpoints and messages between sides.
struct SigningKey {
  Secret<Bytes> private_key;
  Bytes public_key;
};
SigningKey make_signing_key(RandomSource& random);
SigningKey signing_key_from(Secret<Bytes> seed);  // 32 bytes, as RFC 8032 §5.1.5 calls the private key
Bytes sign(const SigningKey& key, BytesView message);
bool verify(BytesView public_key, BytesView message, BytesView signature);

}  // namespace yakuba
