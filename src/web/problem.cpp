#include "web/problem.hpp"

#include <array>

#include "base/text.hpp"
#include "web/texts.hpp"

namespace yakuba::web {

using namespace html;

namespace {

struct ProblemWords {
  int status;
  Text title, body;
};
constexpr std::array problem_words = {
    ProblemWords{400, Text::problem_400_title, Text::problem_400_body},
    ProblemWords{403, Text::problem_403_title, Text::problem_403_body},
    ProblemWords{404, Text::problem_404_title, Text::problem_404_body},
    ProblemWords{405, Text::problem_405_title, Text::problem_405_body},
    ProblemWords{409, Text::problem_409_title, Text::problem_409_body},
    ProblemWords{413, Text::problem_413_title, Text::problem_413_body},
    ProblemWords{429, Text::problem_429_title, Text::problem_429_body},
    ProblemWords{503, Text::problem_503_title, Text::problem_503_body},
    ProblemWords{500, Text::problem_500_title, Text::problem_500_body},  // last: for all others
};

const ProblemWords& words_of(int status) {
  for (const auto& row : problem_words)
    if (row.status == status) return row;
  // 414 and 431 are sizes, 401 is a right; other 4xx, 501 and 505 are what was sent; the rest is ours.
  if (status == 414 || status == 431) return words_of(413);
  if (status == 401) return words_of(403);
  return (status >= 400 && status < 500) || status == 501 || status == 505 ? words_of(400) : problem_words.back();
}

Response answer(const ProblemPage& problem, std::string html) {
  Response response = Response::page(std::move(html), Privacy::personal, problem.status);
  if (!problem.allow.empty()) response.with_header("allow", problem.allow);
  if (problem.retry_after_seconds > 0) response.with_header("retry-after", std::to_string(problem.retry_after_seconds));
  return response;
}

}  // namespace

Html problem_main(const ProblemPage& problem, const Words& words) {
  const auto& row = words_of(problem.status);
  return div(cls("wrap stack read"), h1(words(row.title)), p(words(row.body)),
             when(problem.retry_after_seconds > 0,
                  [&] { return p(words(Text::problem_retry, {{"count", problem.retry_after_seconds}})); }),
             p(a(cls("btn btn-2"), href("/"), words(Text::problem_home))), when(!problem.request_id.empty(), [&] {
               return p(cls("small muted"), words(Text::problem_request, {{"id", problem.request_id}}));
             }));
}

Response problem_response(const ProblemPage& problem, const ResidentShell& shell) {
  ResidentShell titled = shell;
  titled.title = shell.words(words_of(problem.status).title);
  return answer(problem, resident_page(titled, problem_main(problem, shell.words)));
}

Response problem_response(const ProblemPage& problem, const DeskShell& shell) {
  DeskShell titled = shell;
  titled.title = shell.words(words_of(problem.status).title);
  return answer(problem, desk_page(titled, problem_main(problem, shell.words)));
}

Response problem_response(const ProblemPage& problem, const Words& words) {
  return problem_response(problem, ResidentShell{.words = words,
                                                 .frame = resident_frame(words, {.name = "Yakuba"}, {}, {}),
                                                 .title = {},
                                                 .can_log_in = false});
}

}  // namespace yakuba::web
