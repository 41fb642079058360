// A ZIP archive in memory (libzip), read within limits and written always alike. Inside the folder only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct zip;

namespace yakuba::dmn::drg {

struct ZipLimits {
  std::size_t parts_max = 2'000;
  std::size_t unpacked_bytes_max = 256 * 1024 * 1024;  // of all parts read
};

class ZipReader {
 public:
  // The bytes must live as long as the reader. Errors: zip.unreadable, zip.too_many.
  static Result<ZipReader> open(std::string_view bytes, const ZipLimits& limits);
  bool has(const std::string& part) const;
  std::vector<std::string> names() const;
  // Errors: zip.no_part, zip.too_large, zip.damaged.
  Result<std::string> read(const std::string& part);

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };
  std::unique_ptr<zip, Discard> archive_;
  std::size_t left_bytes_ = 0;
};

struct ZipPart {
  std::string name, bytes;
};
// Errors: zip.unwritable.
Result<std::string> write_zip(const std::vector<ZipPart>& parts);

}  // namespace yakuba::dmn::drg
