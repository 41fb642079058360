// XPath regular expressions (XML Schema part 2 appendix F with XPath's additions), by translation to PCRE2 with limits.
// Internal to feel.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace yakuba::feel {

// The pattern in PCRE2's syntax; nothing when it is not valid XPath syntax.
struct Translated {
  std::string pattern;
  int groups = 0;
};
struct RegexFlags {
  bool dot_all = false, lines = false, no_case = false, without_blanks = false, literal = false;  // s m i x q
};
std::optional<Translated> translate_regex(std::string_view pattern, const RegexFlags& flags);

enum class RegexFault { invalid_flags, invalid_pattern, too_costly };

class Regex;
class RegexCache {
 public:
  explicit RegexCache(std::uint32_t match_steps_max);
  ~RegexCache();
  // nullptr with a fault when pattern or flags are invalid. Flags: s m i x q.
  const Regex* find(std::string_view pattern, std::string_view flags, RegexFault& fault);

 private:
  std::uint32_t match_steps_max_;
  std::unordered_map<std::string, std::unique_ptr<Regex>> cache_;
};

struct Match {
  std::vector<std::pair<std::size_t, std::size_t>> groups;  // begin and end; npos for one that took no part
};
// Nothing when the budget of the match is used up; no groups when there is no match.
std::optional<Match> search(const Regex& regex, std::string_view text, std::size_t from);
bool matches_empty(const Regex& regex);
int group_count(const Regex& regex);
bool is_literal(const Regex& regex);

}  // namespace yakuba::feel
