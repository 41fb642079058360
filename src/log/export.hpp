// The exported log: one text file that a separate program (yakuba-verify) checks without the database.
//
//   yakuba-log 1
//   origin yakuba/nagi
//   key <base64 of the Ed25519 public key>
//   {"actor":…}              one canonical event a line, in order
//   …
//   checkpoints 2            then each signed note, each ended by a line "."
//   end <events> <hex root>
//
// Found by the check: a flipped bit (root differs), a deleted, moved or inserted line, a cut file, a foreign
// or missing signature, and, against a checkpoint kept elsewhere (a neighbour town, a printed sheet), a new history.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "log/checkpoint.hpp"

namespace yakuba::log {

struct Finding {
  std::int64_t sequence = 0;  // 0: the log as a whole
  std::string code;           // "leaf", "place", "checkpoint", "signature", "truncated", "index", "form"
  std::string detail;         // English, no personal data
  bool operator==(const Finding&) const = default;
};

struct VerifyReport {
  std::uint64_t events = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t covered = 0;  // events under the newest valid checkpoint
  Hash root{};
  std::vector<Finding> findings;  // empty: the log is whole
  bool whole() const { return findings.empty(); }
};

// Checks events in order against checkpoints in order of size. Used by the store, the exported file and the verifier.
class Verifier {
 public:
  // witnessed: notes kept outside; each must agree with this log.
  Verifier(std::string origin, Bytes public_key, std::vector<std::string> notes,
           std::vector<std::string> witnessed = {});
  void next(std::int64_t sequence, const Hash& leaf);
  void report(Finding finding);
  VerifyReport finish();

 private:
  void check_due();
  struct Expected {
    Checkpoint checkpoint;
    bool witnessed;
  };
  static constexpr std::size_t findings_max = 100;
  std::vector<Expected> expected_;  // by size
  std::size_t next_expected_ = 0;
  std::int64_t last_sequence_ = 0;
  Frontier tree_;
  VerifyReport report_;
};

class ExportWriter {  // lines go to `out`; the caller owns the file
 public:
  using Out = std::function<Result<>(std::string_view)>;
  explicit ExportWriter(Out out) : out_(std::move(out)) {}
  Result<> begin(std::string_view origin, BytesView public_key);
  Result<> event(const Event& event);
  Result<> end(const std::vector<std::string>& notes);

 private:
  Out out_;
  Frontier tree_;
};

// `lines` gives the next line without its line feed, nothing at the end. With `public_key` the file's own key
// must be the same (otherwise the file vouches for itself only, and the report says so nowhere: pass the key).
VerifyReport verify_export(const std::function<std::optional<std::string>()>& lines, std::optional<Bytes> public_key,
                           std::vector<std::string> witnessed = {});

}  // namespace yakuba::log
