// How messages look between the two sides; inside hall/exchange only.
#pragma once

#include "base/json.hpp"
#include "hall/exchange/exchange.hpp"

namespace yakuba::exchange {

inline constexpr int messages_per_batch_max = 100;
inline constexpr std::size_t batch_bytes_max = 700 * 1024;  // of sealed payloads; a request of the edge holds 1 MiB
inline constexpr std::size_t part_bytes_max = 512 * 1024;   // of a file, in one request
inline constexpr std::int64_t contact_seconds = 30;         // how far the noted last contact may lag behind

// A message on its way, sealed.
struct Envelope {
  std::int64_t serial = 0;  // of the sender
  std::string kind, key;
  std::string sealed;  // base64
  std::vector<store::BlobInfo> blobs;
};
// What became of it: `refused` is empty when it was received, else why it was set aside.
struct Done {
  std::int64_t serial = 0;
  std::string refused;
  bool operator==(const Done&) const = default;
};

// --- codec.cpp ---
JsonValue to_json(const std::vector<Envelope>& envelopes);
Result<std::vector<Envelope>> envelopes_from(const JsonValue* list);
JsonValue to_json(const std::vector<Done>& done);
Result<std::vector<Done>> done_from(const JsonValue* list);
JsonValue to_json(const Queue& queue);
Queue queue_from(const JsonValue& json);
std::string to_json(const std::vector<store::BlobInfo>& blobs, const std::vector<std::string>& ours);
Result<std::vector<store::BlobInfo>> blobs_from(std::string_view json);
// Those whose row belongs to the message itself, because no capability on this side keeps them.
Result<std::vector<std::string>> our_blobs_from(std::string_view json);

// --- keys.cpp ---
std::string identity_text(const Identity& identity);
std::optional<Identity> identity_from(std::string_view text);
// The other side's public halves, or nothing before pairing. exchange.key (invalid) when they are this side's own, as
// in a folder that was made by copying the other side's: who signs with that key is not another side.
Result<std::optional<Identity>> peer_of(hall::Hall& hall, const store::Town& town);
// X25519 sealed box (libsodium's crypto_box_seal) around kind, key and payload: only the receiving side opens it, and
// only as the message it was sealed as.
Result<std::string> seal_for(const Identity& receiver, const hall::Message& message);
Result<hall::Message> open_envelope(hall::Hall& hall, const store::Town& town, const Envelope& envelope);
// What is signed, so that no part can be used elsewhere; a reply is bound to its request.
std::string request_text(std::string_view method, std::string_view path, std::string_view time, std::string_view body);
std::string reply_text(std::string_view request_signature, int status, std::string_view body);
inline constexpr std::string_view time_header = "x-yakuba-time";
inline constexpr std::string_view signature_header = "x-yakuba-signature";

// --- service.cpp ---
// The oldest waiting messages that fit into one batch.
Result<std::vector<Envelope>> waiting(store::ReadTx& tx);
Result<Queue> queue(store::ReadTx& tx);
Result<bool> blob_is_waiting(store::ReadTx& tx, std::string_view id);
// Receives what came, or sets it aside. An error means that it must come again (the disk is full, the store is busy).
Result<Done> take(hall::Hall& hall, const store::Town& town, const Envelope& envelope);
// The other side has them: payloads are emptied, files that were kept only for them are removed.
Result<> confirm(hall::Hall& hall, const store::Town& town, const std::vector<Done>& done);
// Both sides note that they spoke; the office also what the public side said of its queue.
Result<> note_contact(hall::Hall& hall, const store::Town& town, const std::optional<Queue>& other);

}  // namespace yakuba::exchange
