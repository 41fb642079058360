#include "web/request.hpp"

#include <cctype>

#include "base/text.hpp"

namespace yakuba::web {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(ErrorKind::invalid, "request.percent", "broken percent sequence");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (out.find('\0') != std::string::npos) return fail(ErrorKind::invalid, "request.nul", "NUL in a field");
  if (!is_utf8(out)) return fail(ErrorKind::invalid, "request.utf8", "not UTF-8");
  return out;
}

bool same_text_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// "https://host:port/…" → "host:port"; nothing for "null" and other words.
std::optional<std::string_view> authority_of(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto start = scheme + 3;
  return address.substr(start, address.find_first_of("/?#", start) - start);
}

class MemorySpool final : public Spool {
 public:
  explicit MemorySpool(std::string bytes) : bytes_(std::move(bytes)) {}
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }
  Result<std::size_t> read(std::int64_t offset, std::span<std::uint8_t> into) const override {
    if (offset < 0 || offset >= size()) return std::size_t{0};
    const auto count = std::min(into.size(), bytes_.size() - static_cast<std::size_t>(offset));
    std::copy_n(bytes_.begin() + offset, count, into.begin());
    return count;
  }

 private:
  std::string bytes_;
};

constexpr std::pair<Method, std::string_view> methods[] = {
    {Method::get, "GET"},     {Method::head, "HEAD"},      {Method::post, "POST"},      {Method::put, "PUT"},
    {Method::patch, "PATCH"}, {Method::delete_, "DELETE"}, {Method::options, "OPTIONS"}};

}  // namespace

std::string_view method_name(Method method) {
  for (const auto& [m, name] : methods)
    if (m == method) return name;
  return "GET";
}

std::optional<Method> method_from(std::string_view name) {
  for (const auto& [m, known] : methods)
    if (known == name) return m;
  return {};
}

std::string_view side_name(Side side) {
  return side == Side::public_side ? "public" : "office";
}

bool Fields::has(std::string_view name) const {
  return find(name).has_value();
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
  for (const auto& [key, value] : items)
    if (key == name) return std::string_view(value);
  return {};
}

std::string_view Fields::first(std::string_view name) const {
  return find(name).value_or(std::string_view{});
}

std::vector<std::string_view> Fields::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : items)
    if (key == name) values.emplace_back(value);
  return values;
}

Result<Bytes> Spool::read_all(std::int64_t bytes_max) const {
  if (size() > bytes_max) return fail(ErrorKind::too_large, "upload.too_large", "larger than the reader allows");
  Bytes bytes(static_cast<std::size_t>(size()));
  for (std::size_t at = 0; at < bytes.size();) {
    const auto count = TRY(read(static_cast<std::int64_t>(at), std::span(bytes).subspan(at)));
    if (count == 0) return fail(ErrorKind::unavailable, "upload.short", "the spooled file ended early");
    at += count;
  }
  return bytes;
}

std::shared_ptr<Spool> memory_spool(std::string bytes) {
  return std::make_shared<MemorySpool>(std::move(bytes));
}

const Upload* Request::upload(std::string_view field) const {
  for (const auto& upload : uploads)
    if (upload.field == field) return &upload;
  return nullptr;
}

Request Request::get(std::string_view target) {
  Request request;
  request.target = std::string(target);
  if (auto parsed = parse_target(target)) {
    request.path = std::move(parsed->path);
    request.query = std::move(parsed->query);
  }
  return request;
}

Request Request::post(std::string_view target, Fields form) {
  Request request = get(target);
  request.method = Method::post;
  request.form = std::move(form);
  return request;
}

Result<Fields> parse_urlencoded(std::string_view text, const ParseLimits& limits) {
  Fields fields;
  for (const auto item : split(text, '&')) {
    if (item.empty()) continue;
    if (fields.items.size() == limits.fields_max)
      return fail(ErrorKind::too_large, "request.fields", "too many fields");
    const auto equals = item.find('=');
    auto name = TRY(percent_decode(item.substr(0, equals), true));
    auto value = equals == std::string_view::npos ? std::string() : TRY(percent_decode(item.substr(equals + 1), true));
    fields.add(std::move(name), std::move(value));
  }
  return fields;
}

Result<Fields> parse_cookies(std::string_view header, const ParseLimits& limits) {
  Fields cookies;
  const bool clean = is_utf8(header) && !has_control_characters(header);
  for (std::string_view rest = header; !rest.empty();) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto pair = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    if (cookies.items.size() == limits.cookies_max)
      return fail(ErrorKind::too_large, "request.cookies", "too many cookies");
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;  // other programs of the host may set odd ones
    auto value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    const auto name = pair.substr(0, equals);
    // A bad one of another program that is passed over does no harm: only then each is looked at for itself.
    if (!clean && (!is_utf8(value) || has_control_characters(value) || !is_utf8(name) || has_control_characters(name)))
      return fail(ErrorKind::invalid, "request.cookie", "control characters in a cookie");
    cookies.add(std::string(name), std::string(value));
  }
  return cookies;
}

namespace {

// A path as our own links write it: nothing to decode, no empty segment, none that begins with a dot.
bool is_simple_path(std::string_view path) {
  char before = '\0';
  for (const char c : path) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '~';
    if (!plain && !((c == '/' || c == '.') && before != '/')) return false;
    before = c;
  }
  return before != '/' || path.size() == 1;
}

}  // namespace

Result<Target> parse_target(std::string_view target, const ParseLimits& limits) {
  if (!target.starts_with('/')) return fail(ErrorKind::invalid, "request.target", "not a path");
  const auto question = target.find('?');
  const auto raw_path = target.substr(0, question);
  if (raw_path.find('\\') != std::string_view::npos || raw_path.find('#') != std::string_view::npos)
    return fail(ErrorKind::invalid, "request.target", "a character that no path has");
  Target result;
  if (is_simple_path(raw_path)) {
    result.path = raw_path;
  } else {
    for (const auto raw : split(raw_path.substr(1), '/')) {
      auto segment = TRY(percent_decode(raw, false));
      const bool last = raw.data() + raw.size() == raw_path.data() + raw_path.size();
      if (segment.empty() && last && !result.path.empty()) break;  // "/cases/" is "/cases"
      if (segment.empty() || segment == "." || segment == ".." || segment.find_first_of("/\\") != std::string::npos ||
          has_control_characters(segment) || segment.find_first_of("\t\r\n") != std::string::npos)
        return fail(ErrorKind::invalid, "request.target", "a segment that no path of ours has");
      result.path += '/';
      result.path += segment;
    }
  }
  if (question != std::string_view::npos) result.query = TRY(parse_urlencoded(target.substr(question + 1), limits));
  return result;
}

std::string percent_encode(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

bool same_origin(const Request& request) {
  if (is_safe(request.method) || request.method == Method::options) return true;
  const auto host = request.header("host");
  if (const auto site = request.headers.find("sec-fetch-site")) return *site == "same-origin";
  for (const std::string_view name : {"origin", "referer"})
    if (const auto value = request.headers.find(name)) {
      const auto authority = authority_of(*value);
      return authority && !host.empty() && same_text_without_case(*authority, host);
    }
  return false;
}

}  // namespace yakuba::web
