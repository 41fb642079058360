// Full text for Japanese: pairs of neighbouring characters (bigrams) of the folded text find candidates, and a look at
// the folded text itself makes the answer exact. One character is found too: a pair begins with it, or it ends a line
// (a line's last character is indexed alone). FTS5 and tsvector get the same pairs.
#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/queries.hpp"
#include "store/session.hpp"
#include "store/tx.hpp"

namespace yakuba::store {
namespace {

constexpr std::size_t search_text_bytes_max = 256 * 1024;
constexpr std::size_t search_words_max = 10;
constexpr std::size_t search_word_bytes_max = 200;

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    characters.push_back(text.substr(i, end - i));
    i = end;
  }
  return characters;
}

// FTS5's ascii tokenizer parts words at ASCII marks: these become private characters (U+E000 + mark).
std::string safe(std::string_view gram) {
  std::string out;
  for (char c : gram) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte)) {
      out += c;
    } else {
      out += '\xEE';
      out += static_cast<char>(0x80 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

// Of text that is folded already, so the pairs of a stored text stay the same in every later version.
void add_grams_of_line(std::string_view folded, bool last_alone, std::vector<std::string_view>& grams) {
  const auto characters = characters_of(folded);
  for (std::size_t i = 0; i + 1 < characters.size(); ++i)
    grams.emplace_back(characters[i].data(), characters[i].size() + characters[i + 1].size());
  if (last_alone && !characters.empty()) grams.push_back(characters.back());
}

// Each once, in order, as the index writes them.
std::vector<std::string> each_once(std::vector<std::string_view> grams) {
  std::ranges::sort(grams);
  const auto rest = std::ranges::unique(grams);
  grams.erase(rest.begin(), rest.end());
  std::vector<std::string> out;
  out.reserve(grams.size());
  for (const std::string_view gram : grams) out.push_back(safe(gram));
  return out;
}

std::vector<std::string> grams_of_word(std::string_view folded) {
  std::vector<std::string_view> grams;
  add_grams_of_line(folded, false, grams);
  return each_once(std::move(grams));
}

std::vector<std::string> grams_of(std::string_view body) {
  std::vector<std::string_view> grams;
  for (auto line : split(body, '\n')) add_grams_of_line(line, true, grams);
  return each_once(std::move(grams));
}

std::string as_words(const std::vector<std::string>& grams) {
  std::string out;
  for (const auto& gram : grams) {
    if (!out.empty()) out += ' ';
    out += gram;
  }
  return out;
}

template <class Strings>
std::string as_json(const Strings& strings) {
  JsonWriter json;
  json.array([&] {
    for (const auto& text : strings) json.value(std::string_view(text));
  });
  return std::move(json).text();
}

std::vector<std::string> words_of(std::string_view typed) {
  std::vector<std::string> words;
  std::string spaced;
  for (auto c : characters_of(typed))
    spaced +=
        c == "\xE3\x80\x80" || (c.size() == 1 && std::isspace(static_cast<unsigned char>(c[0]))) ? " " : std::string(c);
  for (auto part : split(spaced, ' ')) {
    std::string word = fold(part);
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

// What the index is asked: every pair of every word; for a word of one character, everything that begins with it.
std::string fts_query(const std::vector<std::string>& words) {
  std::string query;
  auto add = [&](const std::string& part) { query += (query.empty() ? "" : " AND ") + part; };
  for (const auto& word : words) {
    auto grams = grams_of_word(word);
    for (const auto& gram : grams) add("\"" + gram + "\"");
    if (grams.empty()) add("\"" + safe(word) + "\" *");
  }
  return query;
}

std::string tsquery(const std::vector<std::string>& words) {
  std::string query;
  auto quoted = [](const std::string& gram) {  // grams have no ASCII marks, so nothing needs an escape
    return "'" + gram + "'";
  };
  auto add = [&](const std::string& part) { query += (query.empty() ? "" : " & ") + part; };
  for (const auto& word : words) {
    auto grams = grams_of_word(word);
    for (const auto& gram : grams) add(quoted(gram));
    if (grams.empty()) add(quoted(safe(word)) + ":*");
  }
  return query;
}

}  // namespace

Result<> Tx::index(std::string_view object_kind, std::string_view object_id, std::string_view title,
                   std::string_view text, std::string_view scope) {
  if (scope.empty()) return fail(ErrorKind::invalid, "store.search_scope", "an entry of the search has a scope");
  if (title.size() + text.size() > search_text_bytes_max) {
    return fail(ErrorKind::too_large, "store.search_size", "the text for the search is too long");
  }
  std::string body = fold(title);
  for (auto line : split(text, '\n')) body += "\n" + fold(line);
  auto grams = grams_of(body);
  if (session_->postgres()) {
    TRY(run<sql::IndexEntry>({.object_kind = object_kind,
                              .object_id = object_id,
                              .scope = scope,
                              .title = title,
                              .body = body,
                              .grams = as_json(grams)}));
    return {};
  }
  auto old = TRY(one<sql::SearchEntryBody>({.object_kind = object_kind, .object_id = object_id}));
  if (!old) {
    TRY(run<sql::InsertSearchEntry>(
        {.object_kind = object_kind, .object_id = object_id, .scope = scope, .title = title, .body = body}));
    TRY(run<sql::AddWordsOfNew>({.words = as_words(grams)}));
    return {};
  }
  TRY(run<sql::RemoveWords>({.id = old->id, .words = as_words(grams_of(old->body))}));
  TRY(run<sql::UpdateSearchEntry>({.id = old->id, .scope = scope, .title = title, .body = body}));
  TRY(run<sql::AddWords>({.id = old->id, .words = as_words(grams)}));
  return {};
}

Result<> Tx::unindex(std::string_view object_kind, std::string_view object_id) {
  if (!session_->postgres()) {
    auto old = TRY(one<sql::SearchEntryBody>({.object_kind = object_kind, .object_id = object_id}));
    if (!old) return {};
    TRY(run<sql::RemoveWords>({.id = old->id, .words = as_words(grams_of(old->body))}));
  }
  TRY(run<sql::DeleteSearchEntry>({.object_kind = object_kind, .object_id = object_id}));
  return {};
}

Result<std::vector<SearchHit>> ReadTx::search(const SearchQuery& query) {
  auto words = words_of(query.words);
  if (words.empty() || query.scopes.empty()) return std::vector<SearchHit>();
  if (words.size() > search_words_max) return fail(ErrorKind::too_large, "store.search_words", "too many words");
  for (const auto& word : words) {
    if (word.size() > search_word_bytes_max)
      return fail(ErrorKind::too_large, "store.search_words", "a word is too long");
  }
  std::vector<SearchHit> hits;
  auto rows = TRY(all<sql::SearchEntries>({.words = session_->postgres() ? tsquery(words) : fts_query(words),
                                           .before = query.after > 0 ? query.after : INT64_MAX,
                                           .scopes = as_json(query.scopes),
                                           .kinds = as_json(query.object_kinds),
                                           .substrings = as_json(words),
                                           .rows = std::clamp(query.limit, 1, search_limit_max)}));
  for (auto& row : rows) {
    hits.push_back({row.id, std::move(row.object_kind), std::move(row.object_id), std::move(row.title)});
  }
  return hits;
}

}  // namespace yakuba::store
