#include "web/response.hpp"

#include <cctype>

#include "base/text.hpp"

namespace yakuba::web {

namespace {

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const unsigned char c : text)
    if (!std::isalnum(c) && std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) == std::string_view::npos)
      return false;
  return true;
}

bool is_header_value(std::string_view text) {
  for (const unsigned char c : text)
    if ((c < 0x20 && c != '\t') || c == 0x7F) return false;
  return true;
}

// No script at all, or one by nonce; no inline style; nothing from elsewhere (specs §2.2).
std::string content_security_policy(std::string_view nonce) {
  std::string policy = "default-src 'none'; ";
  if (!nonce.empty()) policy.append("script-src 'nonce-").append(nonce).append("'; connect-src 'self'; ");
  policy +=
      "style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'";
  return policy;
}

void add_page_headers(Response& response, Privacy privacy) {
  static const std::string policy = content_security_policy("");
  response.headers.add("content-type", "text/html; charset=utf-8");
  response.headers.add("content-security-policy", policy);
  response.headers.add("cross-origin-opener-policy", "same-origin");
  response.headers.add("cross-origin-resource-policy", "same-origin");
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("x-frame-options", "DENY");
  response.headers.add("referrer-policy", "same-origin");
  response.headers.add("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  response.headers.add("cache-control", privacy == Privacy::personal ? "no-store" : "private, no-cache");
}

// RFC 6266: an ASCII fallback and the UTF-8 name of RFC 8187.
std::string content_disposition(std::string_view file_name) {
  const std::string clean = clean_file_name(file_name);
  std::string ascii;
  for (const unsigned char c : clean)
    if (c < 0x80) ascii += c == '"' || c == '\\' || c == '%' ? '_' : static_cast<char>(c);
  if (ascii.empty() || ascii.front() == '.') ascii = "file" + ascii;
  return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + percent_encode(clean);
}

Response attachment_without_body(std::string_view file_name, std::string_view media_type) {
  Response response;
  response.with_header("content-type", media_type);
  response.headers.add("content-disposition", content_disposition(file_name));
  response.headers.add("content-security-policy", "default-src 'none'; sandbox");
  response.headers.add("cross-origin-resource-policy", "same-origin");
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("cache-control", "no-store");
  return response;
}

}  // namespace

Path Path::to(std::string_view pattern, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto open = pattern.find('{', at);
    const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
    text.append(pattern.substr(at, open == std::string_view::npos ? open : open - at));
    if (close == std::string_view::npos) break;
    const auto name = pattern.substr(open + 1, close - open - 1);
    const auto value = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
    if (value == values.end() || value->second.empty()) return Path();
    text += percent_encode(value->second);
    at = close + 1;
  }
  return parse(text).value_or(Path());
}

std::optional<Path> Path::parse(std::string_view text) {
  if (!text.starts_with('/') || text.starts_with("//") || text.size() > 4'000) return {};
  for (const unsigned char c : text)
    if (c <= 0x20 || c == 0x7F || c == '\\' || c == '"' || c == '<' || c == '>') return {};
  if (text.find("//") < text.find_first_of("?#")) return {};
  if (!is_utf8(text)) return {};
  return Path(std::string(text));
}

Path Path::with(std::string_view name, std::string_view value) const {
  const auto hash = text_.find('#');
  std::string text = text_.substr(0, hash);
  text += text.find('?') == std::string::npos ? '?' : '&';
  text.append(percent_encode(name)).append("=").append(percent_encode(value));
  if (hash != std::string::npos) text += text_.substr(hash);
  return Path(std::move(text));
}

Path Path::at(std::string_view fragment) const {
  return Path(text_.substr(0, text_.find('#')) + "#" + percent_encode(fragment));
}

std::string cookie_name(std::string_view name, bool secure) {
  return secure ? "__Host-" + std::string(name) : std::string(name);
}

std::string_view read_cookie(const Request& request, std::string_view name) {
  return request.cookies.first(cookie_name(name, request.secure));
}

Response Response::page(std::string html, Privacy privacy, int status) {
  Response response;
  response.status = status;
  response.headers.items.reserve(12);
  add_page_headers(response, privacy);
  response.compressible = privacy == Privacy::common;
  response.body = std::move(html);
  return response;
}

Response Response::text(std::string text, int status) {
  Response response;
  response.status = status;
  response.headers = {{"content-type", "text/plain; charset=utf-8"},
                      {"x-content-type-options", "nosniff"},
                      {"cache-control", "no-store"}};
  response.body = std::move(text);
  return response;
}

Response Response::json(std::string json, int status) {
  Response response = text(std::move(json), status);
  response.with_header("content-type", "application/json");
  response.headers.add("cross-origin-resource-policy", "same-origin");
  return response;
}

Response Response::see_other(const Path& path) {
  Response response = empty(303);
  response.headers.add("location", path.text());
  return response;
}

Response Response::attachment(std::string_view file_name, std::string_view media_type, std::string bytes) {
  Response response = attachment_without_body(file_name, media_type);
  response.body = std::move(bytes);
  return response;
}

Response Response::attachment(std::string_view file_name, std::string_view media_type, StreamBody stream) {
  Response response = attachment_without_body(file_name, media_type);
  response.body = std::move(stream);
  return response;
}

Response Response::empty(int status) {
  Response response;
  response.status = status;
  response.headers = {{"cache-control", "no-store"}};
  return response;
}

Response& Response::with_header(std::string_view name, std::string_view value) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::erase_if(headers.items, [&](const auto& header) { return header.first == lower; });
  if (is_token(lower) && is_header_value(value)) headers.add(std::move(lower), std::string(value));
  return *this;
}

Response& Response::with_cookie(Cookie cookie) {
  if (!header("cache-control").starts_with("public")) cookies.push_back(std::move(cookie));
  return *this;
}

Response& Response::with_script_nonce(std::string_view nonce) {
  const bool legal = !nonce.empty() && nonce.find_first_not_of(
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789+/-_=") == std::string_view::npos;
  return legal ? with_header("content-security-policy", content_security_policy(nonce)) : *this;
}

Response& Response::cache_for(std::int64_t seconds) {
  cookies.clear();
  return with_header("cache-control", "public, max-age=" + std::to_string(seconds));
}

const std::string& Response::body_text() const {
  static const std::string none;
  if (const auto* text = std::get_if<std::string>(&body)) return *text;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body)) return *shared ? **shared : none;
  return none;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::too_many:
      return 429;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::corrupt:
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

}  // namespace yakuba::web
