// What a handler answers.
//
//   return Response::page(resident_page(shell, main));                       // HTML with all security headers
//   return Response::see_other(Path::to("/cases/{case}", {{"case", id}}));   // 303; only to ourselves
//   return Response::attachment("通知書.pdf", "application/pdf", std::move(bytes));
//
// Header values never carry CR, LF or NUL: such a value is dropped with its header. Redirects take a Path, and a Path
// is same-origin by construction. Threads: a value. Sources: RFC 9110, RFC 6265bis (cookies), CSP 3, Trusted Types, RFC
// 6266 and 8187 (file names), OWASP ASVS 5 ch. 3.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "web/request.hpp"

namespace yakuba::web {

// A path on this very host, with query: "/cases/3f8k?view=mine".
class Path {
 public:
  Path() : text_("/") {}
  // Fills {name} with percent-encoded values; a pattern that is not a path is a programming fault and gives "/".
  static Path to(std::string_view pattern,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> values = {});
  // From outside (return_to fields): nothing unless it starts with one '/', and holds no '\\', no "//", no control
  // bytes.
  static std::optional<Path> parse(std::string_view text);
  Path with(std::string_view name, std::string_view value) const;  // adds a query field
  Path at(std::string_view fragment) const;                        // adds "#fragment"
  const std::string& text() const { return text_; }
  operator std::string_view() const { return text_; }
  bool operator==(const Path&) const = default;

 private:
  explicit Path(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

enum class SameSite : std::uint8_t { lax, strict };
struct Cookie {
  std::string name;  // without prefix; "__Host-" is put before it when the request was secure
  std::string value;
  std::optional<std::int64_t> age_seconds;  // none: until the browser closes; 0: remove now
  SameSite same_site = SameSite::lax;
};
// The name a cookie has on this request: "__Host-session" over TLS, "session" without.
std::string cookie_name(std::string_view name, bool secure);
std::string_view read_cookie(const Request& request, std::string_view name);

// Who may keep a page. Personal pages are never stored.
enum class Privacy : std::uint8_t { personal, common };

// A body produced in pieces by the edge's writer: called until it gives an empty piece. May throw nothing.
using BodySource = std::function<Result<std::string>(std::size_t bytes_max)>;
struct StreamBody {
  std::int64_t bytes = 0;  // the exact length, known before
  BodySource source;
};

// What the log line says instead of the path; never personal data.
struct Trail {
  std::string route;  // pattern: "/cases/{case}"
  std::string town;
  std::string side;
};

struct Response {
  int status = 200;
  Fields headers;  // names in lower case
  std::vector<Cookie> cookies;
  std::variant<std::string, std::shared_ptr<const std::string>, StreamBody> body;
  // gzip allowed. True for common pages only: a personal page holds its form token beside text that a stranger may have
  // chosen (BREACH), and packing costs more than the page itself.
  bool compressible = false;
  Trail trail;

  static Response page(std::string html, Privacy privacy = Privacy::personal, int status = 200);
  static Response text(std::string text, int status = 200);
  static Response json(std::string json, int status = 200);
  static Response see_other(const Path& path);  // 303
  static Response attachment(std::string_view file_name, std::string_view media_type, std::string bytes);
  static Response attachment(std::string_view file_name, std::string_view media_type, StreamBody stream);
  static Response empty(int status);

  Response& with_header(std::string_view name, std::string_view value);  // replaces; dropped when not a legal value
  // Dropped on an answer that shared caches keep (cache_for): one visitor's cookie would be handed to all others.
  Response& with_cookie(Cookie cookie);
  // A page that needs one script of ours: the nonce enters the Content-Security-Policy; nothing else changes.
  Response& with_script_nonce(std::string_view nonce);
  // For answers that are the same for everybody (stylesheets): shared caches may keep them; they carry no cookies.
  Response& cache_for(std::int64_t seconds);

  std::string_view header(std::string_view name) const { return headers.first(name); }
  const std::string& body_text() const;  // "" for streams
};

// The HTTP status of an error kind, as in base/result.hpp.
int status_of(ErrorKind kind);

}  // namespace yakuba::web
