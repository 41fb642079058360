// An HTTP client for the few services Yakuba calls: the other side of its own town hall, later LINE, Web Push, OIDC.
//
//   connect::HttpReply reply = TRY(connect::http({.method = "GET", .url = "http://127.0.0.1:8081/healthz"}));
//
// No redirects, no proxies from the environment, only http and https; the address is the operator's configuration,
// never a user's input (SSRF). Errors: unavailable "connect.http" (no answer in time), too_large "connect.http_size".
// Threads: free of shared state; blocking. Source: RFC 9110.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yakuba::connect {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int timeout_seconds = 30;
  int connect_seconds = 5;
  std::size_t reply_bytes_max = 64 * 1024 * 1024;
  std::string authority_file;  // PEM of the authorities that are believed; empty: those of the system
};
struct HttpReply {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case

  std::string_view header(std::string_view lower_case_name) const;  // empty when there is none
};
Result<HttpReply> http(const HttpRequest& request);

}  // namespace yakuba::connect
