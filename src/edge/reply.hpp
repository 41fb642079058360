// A web::Response as bytes of HTTP/1.1. Inside edge/ only.
#pragma once

#include <string>

#include "web/request.hpp"
#include "web/response.hpp"

namespace yakuba::edge {

// Answers 304 when the client has this very entity, and gzips what may be gzipped. Runs on a worker.
void condense(const web::Request& request, web::Response& response);

struct ReplyHead {
  std::string_view date;  // IMF-fixdate
  bool secure = false;    // Secure and __Host- cookies, HSTS
  bool keep_alive = true;
  bool http_1_0 = false;
};
std::string reply_head(const web::Response& response, const ReplyHead& head);
std::int64_t body_bytes(const web::Response& response);
std::string http_date(std::int64_t unix_seconds);

}  // namespace yakuba::edge
