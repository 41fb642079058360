#include "store/spool.hpp"

#include <sys/file.h>
#include <unistd.h>

#include "base/text.hpp"
#include "store/file.hpp"

namespace yakuba::store {
namespace {

constexpr std::size_t spool_bytes_max = 256 * 1024 * 1024;

std::filesystem::path spool_of(const std::filesystem::path& town_folder) {
  return town_folder / "reads.spool";
}

}  // namespace

Result<> spool_event(const std::filesystem::path& town_folder, const log::Event& event) {
  std::error_code error;
  std::filesystem::create_directories(town_folder, error);
  File file = TRY(File::open(spool_of(town_folder), File::Mode::append));
  if (::flock(file.descriptor(), LOCK_EX) != 0)
    return fail(ErrorKind::unavailable, "store.disk", "the spool cannot be locked");
  const auto size = ::lseek(file.descriptor(), 0, SEEK_END);
  if (size < 0 || static_cast<std::size_t>(size) > spool_bytes_max) {
    return fail(ErrorKind::unavailable, "store.spool_full", "the spool of reads is full: refuse the page");
  }
  // The place in the file makes the mark unique; the hash makes it the event's own.
  std::string line = log::canonical(event);
  std::string mark = "spool:" + std::to_string(size) + ":" + hex(log::leaf_hash(event)).substr(0, 32);
  TRY(file.write(view("\n" + mark + " " + line + "\n")));  // behind a line that a kill cut off, a new one begins
  TRY(file.sync());
  return sync_folder(town_folder);
}

Result<int> drain_spool(const std::filesystem::path& town_folder,
                        const std::function<Result<>(const std::string&, const log::Event&)>& append) {
  if (!std::filesystem::exists(spool_of(town_folder))) return 0;
  File lock = TRY(File::open(spool_of(town_folder), File::Mode::append));
  if (::flock(lock.descriptor(), LOCK_EX) != 0)
    return fail(ErrorKind::unavailable, "store.disk", "the spool cannot be locked");
  const std::string text = TRY(read_file(spool_of(town_folder), 2 * spool_bytes_max));
  int count = 0;
  for (auto line : split(text, '\n')) {
    auto gap = line.find(' ');
    if (line.empty()) continue;
    if (gap == std::string_view::npos) continue;  // a line cut off by a kill was never answered
    auto event = log::parse_event(line.substr(gap + 1));
    if (!event) continue;
    TRY(append(std::string(line.substr(0, gap)), *event));
    ++count;
  }
  if (::ftruncate(lock.descriptor(), 0) != 0)
    return fail(ErrorKind::unavailable, "store.disk", "the spool cannot be emptied");
  TRY(lock.sync());
  return count;
}

}  // namespace yakuba::store
