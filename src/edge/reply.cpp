#include "edge/reply.hpp"

#include <ctime>
#include <memory>

#include <zlib.h>

#include "base/text.hpp"

namespace yakuba::edge {

namespace {

constexpr std::size_t gzip_bytes_min = 1024;

std::string_view reason(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

// One deflate stream per worker, reused: setting one up costs more than packing a page.
class Packer {
 public:
  Packer() { ready_ = deflateInit2(&stream_, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK; }
  ~Packer() {
    if (ready_) deflateEnd(&stream_);
  }
  std::string pack(const std::string& bytes) {
    if (!ready_ || deflateReset(&stream_) != Z_OK) return {};
    std::string out(deflateBound(&stream_, bytes.size()), '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const bool done = deflate(&stream_, Z_FINISH) == Z_STREAM_END;
    out.resize(done ? stream_.total_out : 0);
    return out;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

// RFC 9110 §12.5.3, as far as gzip goes.
bool accepts_gzip(std::string_view header) {
  for (const auto item : split(header, ',')) {
    const auto semicolon = item.find(';');
    const auto coding = trim(item.substr(0, semicolon));
    if (coding != "gzip" && coding != "*") continue;
    const auto weight =
        semicolon == std::string_view::npos ? std::string_view("q=1") : trim(item.substr(semicolon + 1));
    return !(weight.starts_with("q=0") && weight.find_first_of("123456789", 3) == std::string_view::npos);
  }
  return false;
}

bool same_entity(std::string_view if_none_match, std::string_view etag) {
  if (trim(if_none_match) == "*") return true;
  for (auto item : split(if_none_match, ',')) {
    item = trim(item);
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == etag) return true;
  }
  return false;
}

bool is_cookie_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
                              std::string_view::npos;
}

bool is_cookie_value(std::string_view text) {
  for (const unsigned char c : text)
    if (c <= 0x20 || c >= 0x7F || c == '"' || c == ',' || c == ';' || c == '\\') return false;
  return true;
}

void write_cookie(std::string& out, const web::Cookie& cookie, bool secure) {
  if (!is_cookie_name(cookie.name) || !is_cookie_value(cookie.value)) return;
  out.append("set-cookie: ").append(web::cookie_name(cookie.name, secure)).append("=").append(cookie.value);
  out.append("; Path=/; HttpOnly; SameSite=").append(cookie.same_site == web::SameSite::strict ? "Strict" : "Lax");
  if (secure) out.append("; Secure");
  if (cookie.age_seconds) out.append("; Max-Age=").append(std::to_string(*cookie.age_seconds));
  out.append("\r\n");
}

}  // namespace

void condense(const web::Request& request, web::Response& response) {
  const auto etag = response.header("etag");
  if (response.status == 200 && web::is_safe(request.method) && !etag.empty()) {
    const auto known = request.headers.find("if-none-match");
    if (known && same_entity(*known, etag)) {
      response.status = 304;
      response.body = std::string();
      return;
    }
  }
  if (!response.compressible) return;
  response.with_header("vary", "accept-encoding");
  const auto* text = std::get_if<std::string>(&response.body);
  if (!text || text->size() < gzip_bytes_min || !accepts_gzip(request.header("accept-encoding"))) return;
  thread_local Packer packer;
  std::string packed = packer.pack(*text);
  if (packed.empty() || packed.size() >= text->size()) return;
  response.body = std::move(packed);
  response.headers.add("content-encoding", "gzip");
}

std::int64_t body_bytes(const web::Response& response) {
  if (const auto* stream = std::get_if<web::StreamBody>(&response.body)) return stream->bytes;
  return static_cast<std::int64_t>(response.body_text().size());
}

std::string reply_head(const web::Response& response, const ReplyHead& head) {
  std::string out;
  out.reserve(1024);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason(response.status));
  out.append("\r\ndate: ").append(head.date).append("\r\n");
  for (const auto& [name, value] : response.headers.items) out.append(name).append(": ").append(value).append("\r\n");
  for (const auto& cookie : response.cookies) write_cookie(out, cookie, head.secure);
  if (head.secure) out.append("strict-transport-security: max-age=31536000\r\n");
  if (response.status != 304 && response.status != 204)
    out.append("content-length: ").append(std::to_string(body_bytes(response))).append("\r\n");
  if (!head.keep_alive) {
    out.append("connection: close\r\n");
  } else if (head.http_1_0) {
    out.append("connection: keep-alive\r\n");
  }
  return out.append("\r\n");
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t at = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&at, &parts);
  char text[40];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday], parts.tm_mday,
                months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text;
}

}  // namespace yakuba::edge
