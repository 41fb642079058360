// Messages between the public side and the office side (三層の対策: the two may not share a process in a real town).
//
//   TRY(hall.exchange.send(tx, town, {.kind = "application.submitted", .key = draft.text(), .payload = json}));
//
// One process for both sides: the receiving capability runs in the sender's transaction. Two processes: the message
// waits in exchange_message; the office pulls what the public side wrote and pushes what it has to say, over HTTP, each
// request signed with the office's Ed25519 key whose public half the public side was given at pairing. The public side
// never calls the office. Both ways a message is received exactly once (kind and key), in the order it was written.
//
// Errors: exchange.receiver (internal: nobody receives this kind), exchange.signature (forbidden), exchange.peer
// (unavailable: the public side does not answer; the messages wait).
#pragma once

#include "hall/hall.hpp"
#include "hall/module.hpp"

namespace yakuba::exchange {

class Handover final : public hall::Exchange {
 public:
  // `hall` and its modules are set before the first message is sent.
  void attach(hall::Hall& hall) { hall_ = &hall; }
  Result<> send(store::Tx& tx, const store::Town& town, const hall::Message& message) override;

 private:
  hall::Hall* hall_ = nullptr;
};

// Office side of two processes: where the public side answers ("http://127.0.0.1:8081"), empty when there is one
// process.
inline constexpr std::string_view peer_setting = "exchange.public_url";
// Public side: the office's public key, base64, by town.
inline constexpr std::string_view office_key_setting = "exchange.office_key.";

// Receives one message on this side: once. Used by the transport and by tests.
Result<> receive(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message);

// Pulls and pushes until nothing is left; the number of messages moved. Office side.
Result<int> exchange_now(hall::Hall& hall, const store::Town& town);

hall::Module module();

}  // namespace yakuba::exchange
