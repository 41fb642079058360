// The key ring of an installation: files under keys/, each wrapped by the installation key.
//
//   FileKeys keys = TRY(FileKeys::open(folder / "keys", random));
//   Key256 key = TRY(keys.key(town, "case"));       // made on first use, the same ever after
//
// The installation key comes from $CREDENTIALS_DIRECTORY/yakuba-key (systemd), from $YAKUBA_PASSPHRASE (argon2id), or,
// in a trial and in the demo, from keys/installation.key (mode 0600; `yakuba doctor` says that it lies beside the
// data). Back the folder up apart from the data. Errors: keys.unreadable, keys.wrong_key (corrupt), keys.write
// (unavailable). Threads: safe.
#pragma once

#include <filesystem>
#include <mutex>

#include "hall/hall.hpp"

namespace yakuba {

class FileKeys final : public hall::Keys {
 public:
  enum class Origin { credential, passphrase, file };

  static Result<std::unique_ptr<FileKeys>> open(std::filesystem::path folder, RandomSource& random);
  Result<Key256> key(const store::Town& town, std::string_view purpose) override;
  Result<SigningKey> signing_key(const store::Town& town, std::string_view purpose) override;
  Result<std::optional<Secret<std::string>>> file(const store::Town& town, std::string_view name) override;
  Result<> put_file(const store::Town& town, std::string_view name, const Secret<std::string>& content) override;

  // By name, before the store is open: the key that signs a town's log.
  Result<SigningKey> signing_key(std::string_view town, std::string_view purpose);
  Origin origin() const { return origin_; }
  // Every wrapped file, relative to the folder, and whether it opens: for `yakuba doctor`.
  std::vector<std::pair<std::string, bool>> list();

 private:
  FileKeys(std::filesystem::path folder, RandomSource& random, Key256 installation, Origin origin)
      : folder_(std::move(folder)), random_(random), installation_(std::move(installation)), origin_(origin) {}
  Result<std::optional<Bytes>> read(const std::string& name);
  Result<> write(const std::string& name, BytesView plain);
  Result<Bytes> key_bytes(std::string_view town, std::string_view purpose);

  std::filesystem::path folder_;
  RandomSource& random_;
  Key256 installation_;
  Origin origin_;
  std::mutex mutex_;
  std::map<std::string, Bytes> cache_;
};

}  // namespace yakuba
