#include "yakuba/feel_terminal.hpp"

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "feel/feel.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t path_depth_max = 5;
constexpr std::size_t words_shown_max = 100;

void add_members(const feel::Value& value, const std::string& before, std::size_t depth,
                 std::vector<std::string>& out) {
  if (value.kind() != feel::Kind::context || depth == path_depth_max) return;
  for (const feel::Entry& entry : value.entries()) {
    out.push_back(before + std::string(entry.name()));
    add_members(entry.value, out.back() + ".", depth + 1, out);
  }
}

bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

struct Terminal {
  std::vector<std::string> words;
};

unsigned char on_tab(EditLine* editor, int) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  const LineInfo* line = el_line(editor);
  const std::string before(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer));
  const Completion found = complete_feel(before, static_cast<Terminal*>(data)->words);
  if (found.words.empty()) return CC_ERROR;
  if (const std::string more = found.common(); !more.empty())
    return el_insertstr(editor, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  if (found.words.size() == 1) return CC_NORM;
  fmt::print("\n");
  for (std::size_t i = 0; i < std::min(found.words.size(), words_shown_max); ++i) fmt::print("  {}\n", found.words[i]);
  if (found.words.size() > words_shown_max) fmt::print("  … {} more\n", found.words.size() - words_shown_max);
  std::fflush(stdout);
  return CC_REDISPLAY;
}

char* prompt(EditLine*) {
  static char text[] = "feel> ";
  return text;
}

struct EndEditor {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct EndHistory {
  void operator()(History* history) const { history_end(history); }
};

// The file and its folder, for the user alone. False: there is nowhere to keep it.
bool make_history(const fs::path& file) {
  std::error_code error;
  if (file.empty()) return false;
  fs::create_directories(file.parent_path(), error);
  return fs::is_directory(file.parent_path(), error);
}

}  // namespace

std::vector<std::string> feel_words(const feel::Value& context) {
  std::vector<std::string> out;
  add_members(context, "", 0, out);
  for (const feel::BuiltinInfo& builtin : feel::builtins()) out.push_back(builtin.name + "(");
  for (const std::string_view word :
       {"and",         "between", "else", "every", "external", "false",  "for",       "function", "if",   "in",
        "instance of", "not(",    "null", "or",    "partial",  "return", "satisfies", "some",     "then", "true"})
    out.emplace_back(word);
  std::ranges::sort(out);
  const auto rest = std::ranges::unique(out);
  out.erase(rest.begin(), rest.end());
  return out;
}

Completion complete_feel(std::string_view before, const std::vector<std::string>& words) {
  // Names have spaces in them: the word may have begun long ago. The longest beginning that is one wins.
  for (std::size_t start = 0; start < before.size(); ++start) {
    if (!in_word(before[start]) || (start > 0 && in_word(before[start - 1]))) continue;
    Completion out{std::string(before.substr(start)), {}};
    for (const std::string& word : words)
      if (word.size() > out.written.size() && word.starts_with(out.written)) out.words.push_back(word);
    if (!out.words.empty()) return out;
  }
  return {};
}

std::string Completion::common() const {
  if (words.empty()) return {};
  std::size_t length = words[0].size();
  for (const std::string& word : words) {
    const auto [a, b] = std::ranges::mismatch(words[0], word);
    length = std::min(length, static_cast<std::size_t>(a - words[0].begin()));
  }
  // Never half a character.
  while (length > written.size() && length < words[0].size() &&
         (static_cast<unsigned char>(words[0][length]) & 0xC0) == 0x80)
    --length;
  return words[0].substr(written.size(), length - std::min(length, written.size()));
}

fs::path feel_history_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (state != nullptr && fs::path(state).is_absolute())
    folder = state;
  else if (home != nullptr && fs::path(home).is_absolute())
    folder = fs::path(home) / ".local" / "state";
  else
    return {};
  return folder / "yakuba" / "feel_history";
}

bool feel_terminal_here() {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

bool feel_terminal(const feel::Value& context, const std::function<bool(const std::string&)>& evaluate) {
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) std::setlocale(LC_CTYPE, "");
  Terminal terminal{feel_words(context)};
  const std::unique_ptr<EditLine, EndEditor> editor(el_init("yakuba", stdin, stdout, stderr));
  const std::unique_ptr<History, EndHistory> past(history_init());
  if (!editor || !past) return false;
  HistEvent event;
  history(past.get(), &event, H_SETSIZE, feel_history_lines_max);
  history(past.get(), &event, H_SETUNIQUE, 1);
  el_set(editor.get(), EL_CLIENTDATA, &terminal);
  el_set(editor.get(), EL_PROMPT, prompt);
  el_set(editor.get(), EL_EDITOR, "emacs");
  el_set(editor.get(), EL_SIGNAL, 1);
  el_set(editor.get(), EL_HIST, history, past.get());
  el_set(editor.get(), EL_ADDFN, "feel-complete", "Complete a name", on_tab);
  el_set(editor.get(), EL_BIND, "^I", "feel-complete", nullptr);
  const fs::path file = feel_history_file();
  const bool kept = make_history(file);
  if (kept) history(past.get(), &event, H_LOAD, file.c_str());

  fmt::print("FEEL. Tab completes, Ctrl-D ends; a line that begins with a space is not remembered.\n");
  std::fflush(stdout);
  bool good = true;
  int length = 0;
  while (const char* read = el_gets(editor.get(), &length)) {
    const std::string line(read, static_cast<std::size_t>(std::max(length, 0)));
    if (trim(line).empty()) continue;
    if (line[0] != ' ' && line.size() <= feel_history_line_bytes_max)
      history(past.get(), &event, H_ENTER, std::string(trim(line)).c_str());
    good = evaluate(std::string(trim(line))) && good;
    std::fflush(stdout);
  }
  if (kept) {
    const ::mode_t before = ::umask(0077);
    history(past.get(), &event, H_SAVE, file.c_str());
    ::umask(before);
  }
  fmt::print("\n");
  return good;
}

}  // namespace yakuba
