#include "connect/http.hpp"

#include <memory>

#include <curl/curl.h>

#include "base/text.hpp"

namespace yakuba::connect {
namespace {

constexpr std::size_t headers_max = 200;

struct CurlFree {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Sink {
  std::string body;
  std::size_t bytes_max;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  if (sink.body.size() + size * count > sink.bytes_max) return 0;
  sink.body.append(data, size * count);
  return size * count;
}

// One header line; a line that is none (the status, the empty one at the end) is passed over.
std::size_t receive_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& reply = *static_cast<HttpReply*>(user);
  const std::string_view line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || reply.headers.size() >= headers_max) return size * count;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  reply.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  return size * count;
}

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

Result<HttpReply> http(const HttpRequest& request) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, CurlFree> curl(curl_easy_init());
  if (global != CURLE_OK || !curl) return fail(ErrorKind::internal, "connect.http", "libcurl cannot start");

  std::unique_ptr<curl_slist, ListFree> headers;
  const auto add_header = [&](const std::string& line) {
    headers.reset(curl_slist_append(headers.release(), line.c_str()));
  };
  add_header("Expect:");  // no 100-continue pause
  for (const auto& [name, value] : request.headers) {
    if (!is_clean(name) || !is_clean(value)) return fail(ErrorKind::invalid, "connect.http_header", name);
    add_header(name + ": " + value);
  }
  Sink sink{{}, request.reply_bytes_max};
  HttpReply reply;
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, static_cast<long>(request.timeout_seconds));
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.connect_seconds));
  if (!request.authority_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, request.authority_file.c_str());
  curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  if (request.method != "GET") {
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &sink);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, receive_header);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &reply);
  const CURLcode code = curl_easy_perform(c);
  if (code == CURLE_WRITE_ERROR) return fail(ErrorKind::too_large, "connect.http_size", "the reply is too long");
  if (code != CURLE_OK) return fail(ErrorKind::unavailable, "connect.http", curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  reply.body = std::move(sink.body);
  return reply;
}

std::string_view HttpReply::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

}  // namespace yakuba::connect
