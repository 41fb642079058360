// Sealed files on their way between two installations: read in parts, gathered aside, checked, put in place.
#include <algorithm>

#include "base/id.hpp"
#include "store/blobs.hpp"
#include "store/file.hpp"

namespace yakuba::store {
namespace fs = std::filesystem;
namespace {

fs::path aside(const fs::path& path) {
  return fs::path(path) += ".incoming";
}

Result<> check_id(std::string_view id) {
  if (PublicId::parse(id)) return {};
  return fail(ErrorKind::not_found, "store.blob", "no such blob");
}

std::int64_t size_of(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

Result<std::optional<Blobs::SealedFile>> Blobs::sealed_file(std::string_view id) const {
  TRY(check_id(id));
  std::error_code error;
  const fs::path path = path_of(id);
  if (!fs::exists(path, error)) return std::optional<SealedFile>();
  return std::optional(SealedFile{size_of(path), TRY(sha256_of_file(path))});
}

Result<std::string> Blobs::read_sealed(std::string_view id, std::int64_t offset, std::size_t bytes_max) const {
  TRY(check_id(id));
  const fs::path path = path_of(id);
  const std::int64_t size = size_of(path);
  File file = TRY(File::open(path, File::Mode::read));
  if (offset < 0 || offset > size) return fail(ErrorKind::invalid, "store.blob_part", "beyond the end of the file");
  TRY(file.skip(offset));
  std::string part(
      static_cast<std::size_t>(std::min<std::int64_t>(size - offset, static_cast<std::int64_t>(bytes_max))), '\0');
  part.resize(TRY(file.read({reinterpret_cast<std::uint8_t*>(part.data()), part.size()})));
  return part;
}

std::int64_t Blobs::staged_bytes(std::string_view id) const {
  return check_id(id) ? size_of(aside(path_of(id))) : 0;
}

Result<> Blobs::stage_sealed(std::string_view id, std::int64_t offset, BytesView part) const {
  TRY(check_id(id));
  const fs::path path = aside(path_of(id));
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the folder of blobs: " + error.message());
  if (offset == 0) fs::remove(path, error);
  if (size_of(path) != offset)
    return fail(ErrorKind::conflict, "store.blob_part", "the parts of a file come one after the other");
  if (offset + static_cast<std::int64_t>(part.size()) > sealed_bytes_max)
    return fail(ErrorKind::too_large, "store.blob_size", "the file is larger than allowed");
  File file = TRY(File::open(path, offset == 0 ? File::Mode::create : File::Mode::append));
  return file.write(part);
}

Result<> Blobs::place_sealed(std::string_view id, const SealedFile& announced) const {
  TRY(check_id(id));
  const fs::path path = path_of(id), arrived = aside(path);
  std::error_code error;
  if (fs::exists(path, error)) {
    fs::remove(arrived, error);
    return {};
  }
  if (size_of(arrived) != announced.bytes || TRY(sha256_of_file(arrived)) != announced.sha256) {
    fs::remove(arrived, error);
    return fail(ErrorKind::corrupt, "store.blob", "not the file that was announced; it must be sent again");
  }
  TRY(TRY(File::open(arrived, File::Mode::append)).sync());
  fs::rename(arrived, path, error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the blob cannot be put in place: " + error.message());
  return sync_folder(path.parent_path());
}

}  // namespace yakuba::store
