// Pages for what went wrong: real pages in the reader's language that say what to do next.
//
//   return problem_response({.status = 404, .request_id = request.id}, shell);
//   return problem_response({.status = status_of(error.kind), .request_id = request.id}, shell);
//
// They never show an error's English detail; the request's id is on the page so that the office can find the log line.
#pragma once

#include <string>

#include "base/result.hpp"
#include "web/components.hpp"
#include "web/response.hpp"

namespace yakuba::web {

struct ProblemPage {
  int status = 500;  // 400, 403, 404, 405, 409, 413, 429, 500, 503 have their own words; others use 500's
  std::string request_id;
  std::string allow;                     // for 405
  std::int64_t retry_after_seconds = 0;  // 429 and 503
};
// Inside the page head of a town and side …
Response problem_response(const ProblemPage& problem, const ResidentShell& shell);
Response problem_response(const ProblemPage& problem, const DeskShell& shell);
Html problem_main(const ProblemPage& problem, const Words& words);
// … or before a town is known (edge, unknown host).
Response problem_response(const ProblemPage& problem, const Words& words = Words());

}  // namespace yakuba::web
