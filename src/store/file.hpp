// Internal: files that stay. POSIX calls with Results; a failed sync is an error, never tried again.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

namespace yakuba::store {

class File {
 public:
  enum class Mode { read, create, append };
  static Result<File> open(const std::filesystem::path& path, Mode mode);
  File(File&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  File& operator=(File&& other) noexcept;
  ~File();
  Result<> write(BytesView bytes);
  Result<std::size_t> read(std::span<std::uint8_t> into);  // fewer only at the end of the file
  Result<> skip(std::int64_t bytes);                       // reading goes on so far from here
  Result<> sync();
  int descriptor() const { return descriptor_; }

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// SHA-256 of what comes in pieces.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void update(BytesView bytes);
  Hash finish();

 private:
  void* state_;
};

Result<> sync_folder(const std::filesystem::path& folder);
Result<> write_file(const std::filesystem::path& path, std::string_view text);  // synced, with its folder
Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);
Result<std::string> sha256_of_file(const std::filesystem::path& path);  // hex

}  // namespace yakuba::store
