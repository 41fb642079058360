// Messages between the public side and the office side (三層の対策: the two may not share a process in a real town).
//
//   TRY(hall.exchange.send(tx, town, {.kind = "case.submitted", .key = draft.text(), .payload = json, .blobs =
//   files}));
//
// One process for both sides: the receiving capability runs in the sender's transaction. Two processes: the message
// waits in exchange_message, sealed to the other side's key; the office pulls what the public side wrote and pushes
// what it has to say, over HTTP, each request signed by the office and each reply by the public side. The public side
// never calls the office. Both ways a message is received exactly once (kind and key), in the order it was written; one
// that the receiver refuses is set aside there, so that those behind it go on, and is tried again by retry().
//
// Keys: each side has an Ed25519 key (signs) and an X25519 key (opens), made on first use in its own key ring; their
// public halves are the text that pair() takes. Why: docs/decisions/0004-two-sides.md.
//
// Errors: exchange.receiver (internal: nobody receives this kind), exchange.unpaired (unavailable: pair the sides
// first), exchange.too_large (payload_bytes_max), exchange.peer (unavailable: the public side does not answer, or not
// with its own signature; the messages wait), exchange.key (invalid: not a key as own_key() gives it).
// Threads: everything here is safe to call from several at once.
#pragma once

#include <mutex>

#include "hall/hall.hpp"
#include "hall/module.hpp"

namespace yakuba::exchange {

inline constexpr std::size_t payload_bytes_max = 512 * 1024;

// The public halves of a side's keys.
struct Identity {
  Bytes signing;  // Ed25519, 32 bytes
  Bytes box;      // X25519, 32 bytes
  bool operator==(const Identity&) const = default;
};

class Handover final : public hall::Exchange {
 public:
  // `hall` and its modules are set before the first message is sent.
  void attach(hall::Hall& hall) { hall_ = &hall; }
  Result<> send(store::Tx& tx, const store::Town& town, const hall::Message& message) override;
  bool stays_here(std::string_view kind) const override;
  // The pairing changed: it is read again with the next message.
  void forget(const store::Town& town);

 private:
  Result<Identity> peer(const store::Town& town);
  hall::Hall* hall_ = nullptr;
  std::mutex mutex_;
  std::map<std::string, Identity> peers_;  // by town: no second look into the settings inside a transaction
};

// --- pairing: once, by an administrator on each side ---

// What the other side must be told: base64 of both public keys.
Result<std::string> own_key(hall::Hall& hall, const store::Town& town);

struct Pairing {
  std::string peer_key;  // as own_key() gives it on the other side
  // Office side only: where the public side answers ("https://nagi.example"), and a PEM file with the authorities whose
  // certificate it may show (empty: those of the system).
  std::string public_url, authority_file;
};
Result<> pair(hall::Hall& hall, const store::Town& town, const Pairing& pairing);
Result<std::optional<Pairing>> pairing(hall::Hall& hall, const store::Town& town);

// --- how it stands: for `yakuba doctor` and /metrics ---

struct Queue {
  std::int64_t waiting = 0;       // for the other side
  std::optional<Instant> oldest;  // of those
  std::int64_t set_aside = 0;     // came and were refused here
  bool operator==(const Queue&) const = default;
};
struct State {
  bool paired = false;
  std::string public_url;          // office side
  std::optional<Instant> contact;  // when the sides last spoke with each other, to half a minute
  Queue own;
  std::optional<Queue> other;  // office side: what the public side said at that time
};
Result<State> state(hall::Hall& hall, const store::Town& town);

struct SetAside {
  std::int64_t serial = 0;
  std::string kind, key, refused;  // the code of the error that the receiver gave
  Instant at;
};
Result<std::vector<SetAside>> set_aside(store::ReadTx& tx);

// Tries every message that was set aside once more, in their order.
struct Retried {
  std::int64_t received = 0;
  std::vector<SetAside> refused;  // again
};
Result<Retried> retry(hall::Hall& hall, const store::Town& town);

// Receives one message on this side: once.
Result<> receive(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message);

// Pulls and pushes until nothing is left; the number of messages moved. Office side; nothing to do elsewhere.
Result<int> exchange_now(hall::Hall& hall, const store::Town& town);

hall::Module module();

}  // namespace yakuba::exchange
