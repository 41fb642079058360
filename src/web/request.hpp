// One HTTP request as handlers see it: parsed, bounded, decoded once. Built by edge/, or by tests:
//
//   Request r = Request::get("/cases?view=mine");      Request p = Request::post("/cases", {{"name", "有本"}});
//   r.query.first("view")                              // "mine"
//   p.form.all("child")                                // every value of a repeated field, in order
//
// Names of headers compare without case; cookies and fields with case. Text that is not UTF-8 or holds NUL never gets
// here (edge answers 400). Threads: a value; Upload handles may be read from any thread, one at a time.
// Sources: RFC 9110, RFC 9112, RFC 6265 §5.4, WHATWG URL (form-urlencoded), RFC 7578 (multipart/form-data).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace yakuba::web {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };
std::string_view method_name(Method method);
std::optional<Method> method_from(std::string_view name);  // nothing for TRACE, CONNECT and unknown words
constexpr bool is_safe(Method method) {
  return method == Method::get || method == Method::head;
}

// The two sides of a town hall (architecture §5).
enum class Side : std::uint8_t { public_side, office_side };
std::string_view side_name(Side side);  // "public", "office"

// Fields in the order they came; names repeat.
struct Fields {
  std::vector<std::pair<std::string, std::string>> items;
  Fields() = default;
  Fields(std::initializer_list<std::pair<std::string, std::string>> list) : items(list.begin(), list.end()) {}
  bool has(std::string_view name) const;
  std::string_view first(std::string_view name) const;  // "" when absent
  std::optional<std::string_view> find(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  void add(std::string name, std::string value) { items.emplace_back(std::move(name), std::move(value)); }
  bool empty() const { return items.empty(); }
  bool operator==(const Fields&) const = default;
};

// What a file is by its first bytes; the sender's claim and the name's ending are not believed.
enum class FileKind : std::uint8_t { unknown, pdf, png, jpeg, heic, webp, gif, tiff, zip, xlsx, docx, text };
std::string_view media_type(FileKind kind);    // "application/pdf"; application/octet-stream for unknown
FileKind sniff(std::string_view first_bytes);  // at least 4,096 bytes when the file has them

// The bytes of an uploaded file, wherever edge put them. Deleted with the last handle.
class Spool {
 public:
  virtual ~Spool() = default;
  virtual std::int64_t size() const = 0;
  virtual Result<std::size_t> read(std::int64_t offset, std::span<std::uint8_t> into) const = 0;
  Result<Bytes> read_all(std::int64_t bytes_max) const;  // too_large beyond the limit
};
std::shared_ptr<Spool> memory_spool(std::string bytes);

struct Upload {
  std::string field;
  std::string file_name;  // last part only, NFC, no control or path characters, ≤ 200 bytes; "file" when empty
  FileKind kind = FileKind::unknown;
  std::string declared_type;  // as sent; for the log only
  std::int64_t bytes = 0;
  Hash sha256{};
  std::shared_ptr<Spool> content;
};

struct Request {
  Method method = Method::get;
  std::string path = "/";    // decoded, starts with '/', no empty, "." or ".." segments
  std::string target = "/";  // as sent, for redirects back; never for logs
  Fields query;
  Fields headers;  // names in lower case
  Fields cookies;
  Fields form;  // urlencoded or multipart text fields of a body
  std::vector<Upload> uploads;
  std::string body;            // any other body (JSON), within body_bytes_max
  std::string host;            // lower case, no port
  std::string client_address;  // of the socket, or given by a trusted proxy
  bool secure = false;         // TLS here, or at a trusted proxy
  std::string id;              // random, in the log line and on problem pages

  std::string_view header(std::string_view lower_case_name) const { return headers.first(lower_case_name); }
  std::string_view cookie(std::string_view name) const { return cookies.first(name); }
  const Upload* upload(std::string_view field) const;

  static Request get(std::string_view target);
  static Request post(std::string_view target, Fields form = {});
};

struct ParseLimits {
  std::size_t fields_max = 2'000;
  std::size_t cookies_max = 60;
};
// Each decodes once; invalid: bad percent sequence, not UTF-8, NUL, or more than the limit.
Result<Fields> parse_urlencoded(std::string_view text, const ParseLimits& limits = {});
Result<Fields> parse_cookies(std::string_view header, const ParseLimits& limits = {});
struct Target {
  std::string path;
  Fields query;
};
Result<Target> parse_target(std::string_view target, const ParseLimits& limits = {});
std::string percent_encode(std::string_view text);  // everything but unreserved characters (RFC 3986 §2.3)
std::string clean_file_name(std::string_view name);

// Was this unsafe request sent by one of our own pages? Sec-Fetch-Site must be same-origin; where a browser sends none,
// Origin (or Referer) must name this host. Safe methods always pass. To be used together with the form token.
bool same_origin(const Request& request);

}  // namespace yakuba::web
