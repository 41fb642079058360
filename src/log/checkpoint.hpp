// Checkpoints: the size and root of a log at a moment, signed (C2SP tlog-checkpoint in a C2SP signed note, Ed25519).
//
//   yakuba/nagi            ← origin: names the log, and is the name of its key
//   1742                   ← number of events
//   3Vh…=                  ← root hash, base64
//                          ← empty line
//   — yakuba/nagi Wd3…=    ← base64(key id, 4 bytes ‖ Ed25519 signature, 64 bytes)
//
// A receipt is one event with its inclusion proof and a checkpoint: its holder can prove, without the town's help,
// that the event stands in the log (C2SP tlog-proof form with the event in front). Pure: keys enter as arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/result.hpp"
#include "log/event.hpp"
#include "log/tree.hpp"

namespace yakuba::log {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  bool operator==(const Checkpoint&) const = default;
};

std::string origin_of(std::string_view town);  // "yakuba/nagi"

std::string sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key);
// Errors: invalid "log.note" (not a note), corrupt "log.signature" (no valid signature by this key, or other origin).
Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin, BytesView public_key);
Result<Checkpoint> read_checkpoint_unverified(std::string_view note);

// The text above the signatures of any C2SP signed note that `name` signed with this key, its last line feed included.
Result<std::string> open_note(std::string_view note, std::string_view name, BytesView public_key);

struct Receipt {
  Event event;
  std::uint64_t index = 0;  // sequence − 1
  Proof proof;
  std::string checkpoint;  // signed note
};
std::string write_receipt(const Receipt& receipt);
Result<Receipt> parse_receipt(std::string_view text);
// The event stands at its place under a checkpoint signed by this key. Errors: corrupt "log.receipt", "log.signature".
Result<> verify_receipt(const Receipt& receipt, std::string_view origin, BytesView public_key);

}  // namespace yakuba::log
