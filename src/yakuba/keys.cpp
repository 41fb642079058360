#include "yakuba/keys.hpp"

#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "base/text.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_bytes_size = 32;
constexpr std::size_t key_file_bytes_max = 64 * 1024;

std::unexpected<Error> cannot_write(const fs::path& path) {
  return fail(ErrorKind::unavailable, "keys.write", "cannot write the key file", Place{.file = path.string()});
}

Result<std::optional<std::string>> read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::error_code error;
    if (!fs::exists(path, error)) return std::optional<std::string>();
    return fail(ErrorKind::unavailable, "keys.unreadable", "cannot read the key file", Place{.file = path.string()});
  }
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.size() > key_file_bytes_max) return fail(ErrorKind::corrupt, "keys.unreadable", "not a key file");
  return std::optional(std::move(text));
}

// Aside, synced, renamed, mode 0600: a key that was used once must never be lost to a power cut.
Result<> write_whole(const fs::path& path, BytesView bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  fs::permissions(path.parent_path(), fs::perms::owner_all, error);
  const fs::path aside = path.string() + ".new";
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return cannot_write(path);
  const bool written =
      ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) return cannot_write(path);
  fs::rename(aside, path, error);
  const int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (error || !synced) return cannot_write(path);
  return {};
}

Result<Key256> from_passphrase(std::string_view passphrase, const fs::path& salt_file, RandomSource& random) {
  auto salt = TRY(read_whole(salt_file));
  if (!salt) {
    Bytes fresh(crypto_pwhash_SALTBYTES);
    random.fill(fresh);
    TRY(write_whole(salt_file, fresh));
    salt = std::string(text_view(fresh));
  }
  if (salt->size() != crypto_pwhash_SALTBYTES || sodium_init() < 0)
    return fail(ErrorKind::corrupt, "keys.unreadable", "the salt file is damaged", Place{.file = salt_file.string()});
  Bytes key(key_bytes_size);
  if (crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(), view(*salt).data(),
                    crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE,
                    crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorKind::unavailable, "keys.memory", "not enough memory to derive the installation key");
  return Key256(std::move(key));
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.") == std::string_view::npos &&
         !name.starts_with('.');
}

}  // namespace

Result<std::unique_ptr<FileKeys>> FileKeys::open(fs::path folder, RandomSource& random) {
  const auto make = [&](Key256 key, Origin origin) {
    return std::unique_ptr<FileKeys>(new FileKeys(folder, random, std::move(key), origin));
  };
  if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
    if (const auto text = TRY(read_whole(fs::path(credentials) / "yakuba-key"))) {
      auto bytes = from_hex(trim(*text));
      if (!bytes || bytes->size() != key_bytes_size)
        return fail(ErrorKind::invalid, "keys.unreadable", "the credential yakuba-key must be 64 hexadecimal digits");
      return make(Key256(std::move(*bytes)), Origin::credential);
    }
  }
  if (const char* passphrase = std::getenv("YAKUBA_PASSPHRASE"))
    return make(TRY(from_passphrase(passphrase, folder / "salt", random)), Origin::passphrase);
  const fs::path file = folder / "installation.key";
  auto text = TRY(read_whole(file));
  if (!text) {
    Bytes fresh(key_bytes_size);
    random.fill(fresh);
    text = hex(fresh) + "\n";
    TRY(write_whole(file, view(*text)));
  }
  auto bytes = from_hex(trim(*text));
  if (!bytes || bytes->size() != key_bytes_size)
    return fail(ErrorKind::corrupt, "keys.unreadable", "the installation key is damaged", Place{.file = file.string()});
  return make(Key256(std::move(*bytes)), Origin::file);
}

Result<std::optional<Bytes>> FileKeys::read(const std::string& name) {
  const auto text = TRY(read_whole(folder_ / name));
  if (!text) return std::optional<Bytes>();
  auto plain = unseal(installation_, view(*text), "yakuba-key|" + name);
  if (!plain)
    return fail(ErrorKind::corrupt, "keys.wrong_key", "the installation key does not open this file",
                Place{.file = (folder_ / name).string()});
  return std::optional(std::move(*plain));
}

Result<> FileKeys::write(const std::string& name, BytesView plain) {
  const Bytes box = TRY(seal(installation_, random_, plain, "yakuba-key|" + name));
  return write_whole(folder_ / name, box);
}

Result<Bytes> FileKeys::key_bytes(std::string_view town, std::string_view purpose) {
  if (!is_plain_name(town) || !is_plain_name(purpose)) return fail(ErrorKind::internal, "keys.name");
  const std::string name = fmt::format("{}/{}.key", town, purpose);
  std::scoped_lock lock(mutex_);
  if (const auto it = cache_.find(name); it != cache_.end()) return it->second;
  auto plain = TRY(read(name));
  if (!plain) {
    plain = Bytes(key_bytes_size);
    random_.fill(*plain);
    TRY(write(name, *plain));
  }
  return cache_[name] = *plain;
}

Result<Key256> FileKeys::key(const store::Town& town, std::string_view purpose) {
  return Key256(TRY(key_bytes(town.name(), purpose)));
}

Result<SigningKey> FileKeys::signing_key(const store::Town& town, std::string_view purpose) {
  return signing_key(std::string_view(town.name()), purpose);
}

Result<SigningKey> FileKeys::signing_key(std::string_view town, std::string_view purpose) {
  return signing_key_from(Secret<Bytes>(TRY(key_bytes(town, "sign-" + std::string(purpose)))));
}

Result<std::optional<Secret<std::string>>> FileKeys::file(const store::Town& town, std::string_view name) {
  if (!is_plain_name(name)) return fail(ErrorKind::internal, "keys.name");
  const auto plain = TRY(read(fmt::format("{}/{}", town.name(), name)));
  if (!plain) return std::optional<Secret<std::string>>();
  return std::optional(Secret<std::string>(std::string(text_view(*plain))));
}

Result<> FileKeys::put_file(const store::Town& town, std::string_view name, const Secret<std::string>& content) {
  if (!is_plain_name(name)) return fail(ErrorKind::internal, "keys.name");
  return write(fmt::format("{}/{}", town.name(), name), view(content.reveal()));
}

std::vector<std::pair<std::string, bool>> FileKeys::list() {
  std::vector<std::pair<std::string, bool>> out;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder_, error)) {
    if (!entry.is_regular_file(error) || entry.path().parent_path() == folder_) continue;
    const std::string name = fs::relative(entry.path(), folder_, error).generic_string();
    out.emplace_back(name, read(name).has_value());
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace yakuba
