// multipart/form-data as a stream: bytes in, events out, never more than one buffer in memory. Pure; edge/ puts the
// file bytes on disk. RFC 7578, RFC 2046 §5.1.
//
//   MultipartReader reader(boundary, limits, sink);     // sink: begin_part, part_bytes, end_part
//   TRY(reader.feed(chunk)); … TRY(reader.finish());
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yakuba::web {

struct MultipartLimits {
  std::size_t parts_max = 1'000;
  std::size_t part_header_bytes_max = 4'096;
};
struct PartHead {
  std::string name;
  std::optional<std::string> file_name;  // present: a file, even when empty
  std::string content_type;
};
class MultipartSink {
 public:
  virtual ~MultipartSink() = default;
  virtual Result<void> begin_part(const PartHead& head) = 0;
  virtual Result<void> part_bytes(std::string_view bytes) = 0;
  virtual Result<void> end_part() = 0;
};
// The boundary of a Content-Type header; nothing when it is not multipart/form-data or the boundary is illegal.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartReader {
 public:
  MultipartReader(std::string boundary, MultipartLimits limits, MultipartSink& sink);
  Result<void> feed(std::string_view bytes);
  Result<void> finish();  // invalid when the closing boundary never came

 private:
  enum class State { preamble, after_boundary, head, body, epilogue };
  Result<bool> step();
  Result<bool> read_head();
  Result<bool> read_body();
  Result<bool> read_after_boundary();
  std::string delimiter_;  // CR LF "--" boundary
  MultipartLimits limits_;
  MultipartSink& sink_;
  State state_ = State::preamble;
  std::string buffer_;
  std::size_t parts_ = 0;
};
Result<PartHead> parse_part_head(std::string_view head);

}  // namespace yakuba::web
