#define PCRE2_CODE_UNIT_WIDTH 8
#include "feel/regex.hpp"

#include <pcre2.h>

namespace yakuba::feel {
namespace {

constexpr std::size_t cached_max = 64;
constexpr std::uint32_t heap_kibibytes_max = 16 * 1024;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};

std::optional<RegexFlags> flags_from(std::string_view text) {
  RegexFlags out;
  for (char c : text) {
    switch (c) {
      case 's':
        out.dot_all = true;
        break;
      case 'm':
        out.lines = true;
        break;
      case 'i':
        out.no_case = true;
        break;
      case 'x':
        out.without_blanks = true;
        break;
      case 'q':
        out.literal = true;
        break;
      default:
        return std::nullopt;
    }
  }
  return out;
}

}  // namespace

class Regex {
 public:
  std::unique_ptr<pcre2_code_8, Release<pcre2_code_free_8>> code;
  std::unique_ptr<pcre2_match_data_8, Release<pcre2_match_data_free_8>> data;
  std::unique_ptr<pcre2_match_context_8, Release<pcre2_match_context_free_8>> context;
  int groups = 0;
  bool literal = false, empty = false;
};

RegexCache::RegexCache(std::uint32_t match_steps_max) : match_steps_max_(match_steps_max) {}
RegexCache::~RegexCache() = default;

const Regex* RegexCache::find(std::string_view pattern, std::string_view flag_text, RegexFault& fault) {
  std::string key = std::string(flag_text) + '/' + std::string(pattern);
  if (auto found = cache_.find(key); found != cache_.end()) return found->second.get();
  auto flags = flags_from(flag_text);
  if (!flags) {
    fault = RegexFault::invalid_flags;
    return nullptr;
  }
  fault = RegexFault::invalid_pattern;
  auto translated = translate_regex(pattern, *flags);
  if (!translated) return nullptr;
  std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
  if (flags->no_case) options |= PCRE2_CASELESS;
  int error = 0;
  std::size_t offset = 0;
  auto regex = std::make_unique<Regex>();
  regex->code.reset(pcre2_compile_8(reinterpret_cast<PCRE2_SPTR8>(translated->pattern.data()),
                                    translated->pattern.size(), options, &error, &offset, nullptr));
  if (!regex->code) {
    if (error == PCRE2_ERROR_PATTERN_TOO_LARGE || error == PCRE2_ERROR_HEAP_FAILED) fault = RegexFault::too_costly;
    return nullptr;
  }
  regex->data.reset(pcre2_match_data_create_from_pattern_8(regex->code.get(), nullptr));
  regex->context.reset(pcre2_match_context_create_8(nullptr));
  pcre2_set_match_limit_8(regex->context.get(), match_steps_max_);
  pcre2_set_depth_limit_8(regex->context.get(), match_steps_max_ / 10 + 1);
  pcre2_set_heap_limit_8(regex->context.get(), heap_kibibytes_max);
  regex->groups = translated->groups;
  regex->literal = flags->literal;
  auto on_nothing = search(*regex, "", 0);
  regex->empty = on_nothing && !on_nothing->groups.empty();
  if (cache_.size() >= cached_max) cache_.clear();
  return (cache_[key] = std::move(regex)).get();
}

std::optional<Match> search(const Regex& regex, std::string_view text, std::size_t from) {
  int count = pcre2_match_8(regex.code.get(), reinterpret_cast<PCRE2_SPTR8>(text.data()), text.size(), from,
                            from == 0 ? 0 : PCRE2_NO_UTF_CHECK, regex.data.get(), regex.context.get());
  Match out;
  if (count == PCRE2_ERROR_NOMATCH) return out;
  if (count < 0) return std::nullopt;
  const std::size_t* places = pcre2_get_ovector_pointer_8(regex.data.get());
  out.groups.resize(static_cast<std::size_t>(regex.groups) + 1, {std::string_view::npos, std::string_view::npos});
  for (int i = 0; i < count && i <= regex.groups; ++i)
    if (places[2 * i] != PCRE2_UNSET) out.groups[static_cast<std::size_t>(i)] = {places[2 * i], places[2 * i + 1]};
  return out;
}

bool matches_empty(const Regex& regex) {
  return regex.empty;
}
int group_count(const Regex& regex) {
  return regex.groups;
}
bool is_literal(const Regex& regex) {
  return regex.literal;
}

}  // namespace yakuba::feel
