// Files of a town: uploads, documents. Each has a random id, one owner, and is encrypted with the owner's (case's) key,
// so destroying the key destroys the file. The file is written and synced (with its folder) before any row names it.
//
//   BlobWriter writer = TRY(store.blobs(town).begin(case_key));
//   while (chunk arrives) TRY(writer.write(chunk));              // 64 KiB in memory at a time
//   BlobInfo info = TRY(writer.finish());                        // synced
//   store.change(town, [&](Tx& tx) { return tx.keep_blob(info, "case", id); });
//   Bytes bytes = TRY(store.blobs(town).get(info, case_key));    // SHA-256 checked
//
// Form on disk: "YKB1", then chunks of ≤ 64 KiB plaintext, each sealed with AES-256-GCM under the context
// town ‖ blob id ‖ chunk number ‖ whether it is the last: a chunk cannot be changed, moved, dropped or cut off.
// Errors: not_found "store.blob", corrupt "store.blob" (changed on disk, wrong key, wrong town), too_large
// "store.blob_size", unavailable "store.disk_full", "store.disk".
// Threads: Blobs is thread-safe; a BlobWriter belongs to one thread. A writer destroyed before finish() leaves nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "store/tx.hpp"

namespace yakuba::store {

inline constexpr std::int64_t blob_bytes_max = 512LL * 1024 * 1024;
inline constexpr std::size_t blob_chunk_bytes = 64 * 1024;
inline constexpr std::int64_t sealed_bytes_max =
    blob_bytes_max + blob_bytes_max / 1024;  // with the seals of its chunks

class BlobWriter {
 public:
  BlobWriter(BlobWriter&&) noexcept;
  BlobWriter& operator=(BlobWriter&&) noexcept;
  ~BlobWriter();
  const std::string& id() const;
  Result<> write(BytesView bytes);
  Result<BlobInfo> finish();

 private:
  friend class Blobs;
  struct State;
  explicit BlobWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Blobs {
 public:
  Blobs(std::string town, std::filesystem::path folder, RandomSource& random)
      : town_(std::move(town)), folder_(std::move(folder)), random_(&random) {}

  Result<BlobWriter> begin(const Key256& key, std::int64_t bytes_max = blob_bytes_max) const;
  Result<BlobInfo> put(BytesView bytes, const Key256& key) const;
  Result<Bytes> get(const BlobInfo& info, const Key256& key) const;
  // Chunk by chunk. Every chunk is authentic when handed out; the whole is known to be the right one when this returns.
  Result<> read(const BlobInfo& info, const Key256& key, const std::function<Result<>(BytesView)>& take) const;
  Result<> remove(std::string_view id) const;  // at once; gone already is no error
  std::filesystem::path path_of(std::string_view id) const;

  // --- a sealed file moves between two installations of one town (hall/exchange), as it lies on the disk ---
  struct SealedFile {
    std::int64_t bytes = 0;  // of the file, seals included
    std::string sha256;      // hex, of the file
    bool operator==(const SealedFile&) const = default;
  };
  // Nothing when there is no such file.
  Result<std::optional<SealedFile>> sealed_file(std::string_view id) const;
  // At most `bytes_max` bytes from `offset`; empty at the end.
  Result<std::string> read_sealed(std::string_view id, std::int64_t offset, std::size_t bytes_max) const;
  // How much of it has arrived so far, aside.
  std::int64_t staged_bytes(std::string_view id) const;
  // The next part. It must begin where the last one ended (conflict "store.blob_part"); offset 0 begins anew.
  Result<> stage_sealed(std::string_view id, std::int64_t offset, BytesView part) const;
  // The whole is there: checked, synced, put in its place. corrupt "store.blob" and nothing left aside when it is not
  // the file that was announced. A file that is in its place already stays as it is.
  Result<> place_sealed(std::string_view id, const SealedFile& announced) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::string town_;
  std::filesystem::path folder_;
  RandomSource* random_;
};

}  // namespace yakuba::store
