#include <fcntl.h>
#include <unistd.h>

#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

bool sync_path(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = ::fsync(fd) == 0;
  ::close(fd);
  return done;
}

}  // namespace

Result<> write_blob_file(const std::filesystem::path& path, std::string_view bytes) {
  const auto failed = [] { return fail(ErrorKind::unavailable, "store.disk", "a received file cannot be written"); };
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  const std::filesystem::path aside = path.string() + ".incoming";
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return failed();
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n <= 0) {
      ::close(fd);
      return failed();
    }
    done += static_cast<std::size_t>(n);
  }
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (!synced) return failed();
  std::filesystem::rename(aside, path, error);
  if (error || !sync_path(path.parent_path(), O_RDONLY | O_DIRECTORY)) return failed();
  return {};
}

}  // namespace yakuba::exchange
