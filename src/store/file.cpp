#include "store/file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace yakuba::store {
namespace {

std::unexpected<Error> disk_error(const std::string& what) {
  const int code = errno;
  std::string detail = what + ": " + std::strerror(code);
  if (code == ENOENT) return fail(ErrorKind::not_found, "store.file", detail);
  if (code == ENOSPC || code == EDQUOT) return fail(ErrorKind::unavailable, "store.disk_full", detail);
  return fail(ErrorKind::unavailable, "store.disk", detail);
}

}  // namespace

Result<File> File::open(const std::filesystem::path& path, Mode mode) {
  const int flags = mode == Mode::read     ? O_RDONLY
                    : mode == Mode::create ? O_WRONLY | O_CREAT | O_EXCL
                                           : O_WRONLY | O_CREAT | O_APPEND;
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return disk_error("open " + path.filename().string());
  return File(descriptor);
}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> File::write(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_error("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> File::read(std::span<std::uint8_t> into) {
  std::size_t total = 0;
  while (total < into.size()) {
    const ssize_t got = ::read(descriptor_, into.data() + total, into.size() - total);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read");
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
  }
  return total;
}

Result<> File::skip(std::int64_t bytes) {
  if (::lseek(descriptor_, bytes, SEEK_CUR) < 0) return disk_error("skip");
  return {};
}

Result<> File::sync() {
  if (::fdatasync(descriptor_) != 0) return disk_error("sync");
  return {};
}

Digest::Digest() : state_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(state_), EVP_sha256(), nullptr);
}
Digest::~Digest() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state_));
}
void Digest::update(BytesView bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(state_), bytes.data(), bytes.size());
}
Hash Digest::finish() {
  Hash hash{};
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(state_), hash.data(), nullptr);
  return hash;
}

Result<> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return disk_error("open folder");
  const int done = ::fsync(descriptor);
  ::close(descriptor);
  if (done != 0) return disk_error("sync folder");
  return {};
}

Result<> write_file(const std::filesystem::path& path, std::string_view text) {
  File file = TRY(File::open(path, File::Mode::create));
  TRY(file.write(view(text)));
  TRY(file.sync());
  return sync_folder(path.parent_path());
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  File file = TRY(File::open(path, File::Mode::read));
  struct stat info{};
  if (::fstat(file.descriptor(), &info) != 0) return disk_error("stat");
  if (static_cast<std::size_t>(info.st_size) > bytes_max)
    return fail(ErrorKind::too_large, "store.file", "the file is too large");
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  const std::size_t got = TRY(file.read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  text.resize(got);
  return text;
}

Result<std::string> sha256_of_file(const std::filesystem::path& path) {
  File file = TRY(File::open(path, File::Mode::read));
  Digest digest;
  Bytes buffer(256 * 1024);
  while (std::size_t got = TRY(file.read(buffer))) digest.update(BytesView(buffer).first(got));
  return hex(digest.finish());
}

}  // namespace yakuba::store
