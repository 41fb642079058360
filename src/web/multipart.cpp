#include "web/multipart.hpp"

#include <cctype>

#include "base/text.hpp"

namespace yakuba::web {

namespace {

std::unexpected<Error> malformed(std::string why) {
  return fail(ErrorKind::invalid, "multipart.malformed", std::move(why));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// One parameter of "form-data; name=\"a\"; filename=\"b\"": browsers percent-encode only CR, LF and quotes
// (HTML Living Standard, multipart/form-data encoding algorithm).
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
  auto at = header.find(';');
  while (at != std::string_view::npos) {
    auto rest = trim(header.substr(at + 1));
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return {};
    const auto name = lower(trim(rest.substr(0, equals)));
    rest.remove_prefix(equals + 1);
    std::string value;
    std::size_t used = 0;
    if (rest.starts_with('"')) {
      for (used = 1; used < rest.size() && rest[used] != '"'; ++used) {
        if (rest[used] == '\\' && used + 1 < rest.size() && (rest[used + 1] == '"' || rest[used + 1] == '\\')) ++used;
        value += rest[used];
      }
      if (used >= rest.size()) return {};  // the closing quote is missing
      ++used;
    } else {
      used = std::min(rest.find(';'), rest.size());
      value = std::string(trim(rest.substr(0, used)));
    }
    if (name == wanted) return value;
    const auto next = rest.find(';', used);
    if (next == std::string_view::npos) return {};
    at = static_cast<std::size_t>(rest.data() - header.data()) + next;
  }
  return {};
}

std::string decode_browser_escapes(std::string text) {
  for (const auto& [escape, character] : {std::pair{"%22", "\""}, std::pair{"%0D", "\r"}, std::pair{"%0A", "\n"}})
    for (std::size_t at = 0; (at = text.find(escape, at)) != std::string::npos; ++at) text.replace(at, 3, character);
  return text;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  if (lower(trim(content_type.substr(0, content_type.find(';')))) != "multipart/form-data") return {};
  auto boundary = parameter(content_type, "boundary");
  // RFC 2046 §5.1.1: 1 to 70 characters of bchars, not ending in a space.
  if (!boundary || boundary->empty() || boundary->size() > 70 || boundary->back() == ' ') return {};
  for (const unsigned char c : *boundary)
    if (!std::isalnum(c) && std::string_view("'()+_,-./:=? ").find(static_cast<char>(c)) == std::string_view::npos)
      return {};
  return boundary;
}

Result<PartHead> parse_part_head(std::string_view head) {
  PartHead part;
  bool named = false;
  for (auto line : split(head, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return malformed("a part header without a name");
    const auto name = lower(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (has_control_characters(value)) return malformed("control characters in a part header");
    if (name == "content-type") part.content_type = lower(value);
    if (name != "content-disposition") continue;
    if (named || lower(trim(value.substr(0, value.find(';')))) != "form-data") return malformed("not form-data");
    const auto field = parameter(value, "name");
    if (!field) return malformed("a part without a field name");
    part.name = decode_browser_escapes(*field);
    if (auto file = parameter(value, "filename")) part.file_name = decode_browser_escapes(*file);
    named = true;
  }
  if (!named) return malformed("a part without Content-Disposition");
  if (!is_utf8(part.name) || has_control_characters(part.name)) return malformed("a field name that is not text");
  return part;
}

MultipartReader::MultipartReader(std::string boundary, MultipartLimits limits, MultipartSink& sink)
    : delimiter_("\r\n--" + std::move(boundary)), limits_(limits), sink_(sink), buffer_("\r\n") {}
// The buffer starts with CR LF so that the first delimiter looks like all others.

Result<void> MultipartReader::feed(std::string_view bytes) {
  if (state_ == State::epilogue) return {};
  buffer_.append(bytes);
  while (TRY(step())) {
  }
  return {};
}

Result<void> MultipartReader::finish() {
  if (state_ != State::epilogue) return malformed("the closing boundary is missing");
  return {};
}

// One state's work on the buffer; false when it needs more bytes.
Result<bool> MultipartReader::step() {
  switch (state_) {
    case State::preamble: {
      const auto at = buffer_.find(delimiter_);
      if (at == std::string::npos) {
        if (buffer_.size() > limits_.part_header_bytes_max) return malformed("no boundary at the start");
        return false;
      }
      buffer_.erase(0, at + delimiter_.size());
      state_ = State::after_boundary;
      return true;
    }
    case State::after_boundary:
      return read_after_boundary();
    case State::head:
      return read_head();
    case State::body:
      return read_body();
    case State::epilogue:
      buffer_.clear();
      return false;
  }
  return false;
}

Result<bool> MultipartReader::read_after_boundary() {
  if (buffer_.size() < 2) return false;
  if (buffer_.starts_with("--")) {
    state_ = State::epilogue;
    return true;
  }
  const auto end = buffer_.find("\r\n");
  if (end == std::string::npos) {
    if (buffer_.size() > 256) return malformed("no line end after a boundary");
    return false;
  }
  if (buffer_.find_first_not_of(" \t") < end) return malformed("text after a boundary");
  buffer_.erase(0, end);  // the CR LF stays: it ends an empty head, too
  state_ = State::head;
  return true;
}

Result<bool> MultipartReader::read_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (std::min(end, buffer_.size()) > limits_.part_header_bytes_max)
    return fail(ErrorKind::too_large, "multipart.head", "part headers too long");
  if (end == std::string::npos) return false;
  if (++parts_ > limits_.parts_max) return fail(ErrorKind::too_large, "multipart.parts", "too many parts");
  const auto head = TRY(parse_part_head(std::string_view(buffer_).substr(0, end)));
  TRY(sink_.begin_part(head));
  buffer_.erase(0, end + 4);
  state_ = State::body;
  return true;
}

Result<bool> MultipartReader::read_body() {
  const auto at = buffer_.find(delimiter_);
  // Keep as many bytes back as could be the beginning of a delimiter.
  const std::size_t safe = at != std::string::npos              ? at
                           : buffer_.size() < delimiter_.size() ? 0
                                                                : buffer_.size() - delimiter_.size() + 1;
  if (safe > 0) TRY(sink_.part_bytes(std::string_view(buffer_).substr(0, safe)));
  if (at == std::string::npos) {
    buffer_.erase(0, safe);
    return false;
  }
  TRY(sink_.end_part());
  buffer_.erase(0, at + delimiter_.size());
  state_ = State::after_boundary;
  return true;
}

}  // namespace yakuba::web
