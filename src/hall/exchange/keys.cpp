// Keys of the two sides: what is signed, what is sealed.
#include <fmt/format.h>
#include <sodium.h>

#include "base/text.hpp"
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

constexpr std::string_view signing_purpose = "exchange";
constexpr std::string_view box_purpose = "exchange-box";

struct BoxKeys {
  Bytes open_half;
  Secret<Bytes> secret_half;
};

Result<BoxKeys> box_keys(hall::Hall& hall, const store::Town& town) {
  if (sodium_init() < 0) return fail(ErrorKind::internal, "exchange.sodium", "libsodium cannot start");
  const Key256 seed = TRY(hall.keys.key(town, box_purpose));
  Bytes open_half(crypto_box_PUBLICKEYBYTES), secret_half(crypto_box_SECRETKEYBYTES);
  static_assert(crypto_box_SEEDBYTES == 32);
  crypto_box_seed_keypair(open_half.data(), secret_half.data(), seed.reveal().data());
  return BoxKeys{std::move(open_half), Secret<Bytes>(std::move(secret_half))};
}

// Named inside, so that nobody who can write to the table can hand in one message as another.
std::string head_of(std::string_view kind, std::string_view key) {
  return fmt::format("yakuba-message\n{}\n{}\n", kind, key);
}

}  // namespace

Result<std::string> own_key(hall::Hall& hall, const store::Town& town) {
  return identity_text(
      {TRY(hall.keys.signing_key(town, signing_purpose)).public_key, TRY(box_keys(hall, town)).open_half});
}

std::string identity_text(const Identity& identity) {
  Bytes both = identity.signing;
  both.insert(both.end(), identity.box.begin(), identity.box.end());
  return base64(both);
}

std::optional<Identity> identity_from(std::string_view text) {
  const auto both = from_base64(trim(text));
  if (!both || both->size() != 64) return std::nullopt;
  return Identity{Bytes(both->begin(), both->begin() + 32), Bytes(both->begin() + 32, both->end())};
}

Result<std::string> seal_for(const Identity& receiver, const hall::Message& message) {
  if (message.payload.size() > payload_bytes_max)
    return fail(ErrorKind::too_large, "exchange.too_large",
                fmt::format("{}: a message holds at most {} bytes", message.kind, payload_bytes_max));
  if (sodium_init() < 0) return fail(ErrorKind::internal, "exchange.sodium", "libsodium cannot start");
  const std::string plain = head_of(message.kind, message.key) + message.payload;
  Bytes box(plain.size() + crypto_box_SEALBYTES);
  if (receiver.box.size() != crypto_box_PUBLICKEYBYTES ||
      crypto_box_seal(box.data(), view(plain).data(), plain.size(), receiver.box.data()) != 0)
    return fail(ErrorKind::internal, "exchange.sealed", "the message cannot be sealed");
  return base64(box);
}

Result<hall::Message> open_envelope(hall::Hall& hall, const store::Town& town, const Envelope& envelope) {
  const auto refuse = [&] {
    return fail(ErrorKind::corrupt, "exchange.sealed", "not sealed to this side as this message: " + envelope.kind);
  };
  const auto box = from_base64(envelope.sealed);
  if (!box || box->size() < crypto_box_SEALBYTES) return refuse();
  const BoxKeys keys = TRY(box_keys(hall, town));
  std::string plain(box->size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(reinterpret_cast<unsigned char*>(plain.data()), box->data(), box->size(),
                           keys.open_half.data(), keys.secret_half.reveal().data()) != 0)
    return refuse();
  const std::string head = head_of(envelope.kind, envelope.key);
  if (!plain.starts_with(head)) return refuse();
  return hall::Message{envelope.kind, envelope.key, plain.substr(head.size()), envelope.blobs};
}

std::string request_text(std::string_view method, std::string_view path, std::string_view time, std::string_view body) {
  return fmt::format("yakuba-exchange request\n{}\n{}\n{}\n{}", method, path, time, hex(sha256(body)));
}

std::string reply_text(std::string_view request_signature, int status, std::string_view body) {
  return fmt::format("yakuba-exchange reply\n{}\n{}\n{}", request_signature, status, hex(sha256(body)));
}

}  // namespace yakuba::exchange
