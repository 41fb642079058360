#include "web/words.hpp"

#include "base/text.hpp"

namespace yakuba::web {

namespace {

constexpr char hidden_open = '\x01';
constexpr char hidden_close = '\x02';

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// One {base|reading}, or nothing when `text` does not start with a well-formed one.
struct Mark {
  std::string_view base, reading;
  std::size_t length = 0;
};
std::optional<Mark> mark_at(std::string_view text) {
  std::size_t bar = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{' || (c == '|' && (bar > 0 || i == 1))) return {};
    if (c == '|') bar = i;
    if (c != '}') continue;
    if (bar == 0 || bar + 1 == i) return {};
    return Mark{text.substr(1, bar - 1), text.substr(bar + 1, i - bar - 1), i + 1};
  }
  return {};
}

// Calls text(piece) for plain text and mark(base, reading) for furigana, in order.
template <class T, class M>
void walk_marks(std::string_view marked, T&& text, M&& on_mark) {
  while (!marked.empty()) {
    const auto brace = marked.find('{');
    if (brace == std::string_view::npos) return text(marked);
    if (brace > 0) text(marked.substr(0, brace));
    marked.remove_prefix(brace);
    if (const auto mark = mark_at(marked)) {
      on_mark(mark->base, mark->reading);
      marked.remove_prefix(mark->length);
    } else {
      text(marked.substr(0, 1));
      marked.remove_prefix(1);
    }
  }
}

// Escaped, with a person's braces shown as braces again.
void escape_text(Writer& out, std::string_view text) {
  const bool plain =
      text.find(hidden_open) == std::string_view::npos && text.find(hidden_close) == std::string_view::npos;
  if (plain) return out.escape(text);
  while (!text.empty()) {
    const auto hidden = text.find_first_of("\x01\x02");
    out.escape(text.substr(0, hidden));
    if (hidden == std::string_view::npos) return;
    out.literal(text[hidden] == hidden_open ? "{" : "}");
    text.remove_prefix(hidden + 1);
  }
}

}  // namespace

std::string without_marks_meaning(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '{') c = hidden_open;
    if (c == '}') c = hidden_close;
  }
  return out;
}

std::string_view language_tag(Language language) {
  switch (language) {
    case Language::ja:
      return "ja";
    case Language::ja_easy:
      return "ja-easy";
    case Language::en:
      return "en";
  }
  return "ja";
}

std::string_view html_lang(Language language) {
  return language == Language::en ? "en" : "ja";
}

std::optional<Language> language_from(std::string_view tag) {
  if (equal_without_case(tag, "ja-easy") || equal_without_case(tag, "ja-x-easy")) return Language::ja_easy;
  const auto primary = tag.substr(0, tag.find('-'));
  if (equal_without_case(primary, "ja")) return Language::ja;
  if (equal_without_case(primary, "en")) return Language::en;
  return {};
}

Language language_accepted(std::string_view accept_language) {
  std::optional<Language> best;
  double best_weight = 0;
  for (const auto item : split(accept_language, ',')) {
    const auto semicolon = item.find(';');
    double weight = 1;
    if (semicolon != std::string_view::npos) {
      const auto q = trim(item.substr(semicolon + 1));
      if (!q.starts_with("q=") || std::from_chars(q.data() + 2, q.data() + q.size(), weight).ec != std::errc{})
        continue;
    }
    const auto language = language_from(trim(item.substr(0, semicolon)));
    if (language && weight > best_weight) best = language, best_weight = weight;
  }
  return best.value_or(Language::ja);
}

void write_ruby(Writer& out, std::string_view marked) {
  walk_marks(
      marked, [&](std::string_view text) { escape_text(out, text); },
      [&](std::string_view base, std::string_view reading) {
        out.literal("<ruby>");
        escape_text(out, base);
        out.literal("<rt>");
        escape_text(out, reading);
        out.literal("</rt></ruby>");
      });
}

Phrase Phrase::of_constant(std::string_view marked, bool furigana, Language written_in, Language wanted) {
  Phrase phrase;
  phrase.view_ = marked;
  phrase.furigana_ = furigana;
  phrase.foreign_ = html_lang(written_in) != html_lang(wanted);
  return phrase;
}

Phrase Phrase::of(std::string marked, const Reader& reader) {
  Phrase phrase;
  phrase.owned_ = std::move(marked);
  phrase.furigana_ = reader.furigana;
  return phrase;
}

void Phrase::write_plain(Writer& out) const {
  const std::string_view all = marked();
  if (all.find('{') == std::string_view::npos) return escape_text(out, all);
  // Every word of a text may have its reading: the words are put together first and escaped once.
  thread_local std::string words;
  words.clear();
  walk_marks(
      all, [&](std::string_view text) { words += text; },
      [&](std::string_view base, std::string_view) { words += base; });
  escape_text(out, words);
}

void Phrase::write(Writer& out) const {
  if (foreign_) out.literal("<span lang=\"ja\">");
  if (furigana_) {
    write_ruby(out, marked());
  } else {
    write_plain(out);
  }
  if (foreign_) out.literal("</span>");
}

std::string Phrase::plain() const {
  std::string out;
  walk_marks(
      marked(), [&](std::string_view text) { out += text; },
      [&](std::string_view base, std::string_view) { out += base; });
  for (char& c : out) {
    if (c == hidden_open) c = '{';
    if (c == hidden_close) c = '}';
  }
  return out;
}

Phrase Words::constant(const TextRow& row) const {
  // Most readers want no furigana: the words without marks stand ready.
  const auto japanese = [&](std::string_view marked, std::string_view plain) {
    const bool marks = reader_.furigana || plain.empty();
    return Phrase::of_constant(marks ? marked : plain, reader_.furigana, Language::ja, reader_.language);
  };
  switch (reader_.language) {
    case Language::ja_easy:
      return japanese(row.ja_easy, row.ja_easy_plain);
    case Language::en:
      if (!row.en.empty()) return Phrase::of_constant(row.en, false, Language::en, Language::en);
      return japanese(row.ja, row.ja_plain);
    case Language::ja:
      break;
  }
  return japanese(row.ja, row.ja_plain);
}

Phrase Words::filled(const TextRow& row, std::span<const TextArgument> arguments) const {
  Phrase phrase = constant(row);
  const std::string_view pattern = phrase.view_;
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto open = pattern.find('{', at);
    const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
    text.append(pattern.substr(at, open == std::string_view::npos ? open : open - at));
    if (close == std::string_view::npos) break;
    const auto inside = pattern.substr(open + 1, close - open - 1);
    const auto argument =
        std::find_if(arguments.begin(), arguments.end(), [&](const auto& a) { return a.name == inside; });
    text.append(argument == arguments.end() ? pattern.substr(open, close - open + 1)
                                            : std::string_view(argument->value));
    at = close + 1;
  }
  phrase.owned_ = std::move(text);
  return phrase;
}

std::optional<Phrase> Words::find(std::span<const TextRow> rows, std::string_view key,
                                  std::span<const TextArgument> arguments) const {
  // Generated tables are in order of their keys.
  const auto row =
      std::lower_bound(rows.begin(), rows.end(), key, [](const TextRow& r, std::string_view k) { return r.key < k; });
  if (row == rows.end() || row->key != key) return {};
  return filled(*row, arguments);
}

}  // namespace yakuba::web
