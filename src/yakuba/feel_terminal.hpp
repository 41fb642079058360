// `yakuba feel` at a terminal: lines are edited (emacs keys), Tab completes names, builtins and keywords, the arrow
// keys bring earlier lines back, in later sessions too. libedit does the editing; this file says what completes, and
// where the history lies.
//
//   if (feel_terminal_here()) return feel_terminal(context_json, show);
//
// The history is the user's: $XDG_STATE_HOME/yakuba/feel_history (else ~/.local/state/…), mode 0600, the last
// feel_history_lines_max lines; a line with a value of somebody is a value in a file, so lines that begin with a space
// are not kept. Nothing is written when there is no such folder to make. One at a time; it has the terminal to itself.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.hpp"

namespace yakuba {

inline constexpr int feel_history_lines_max = 1'000;
inline constexpr std::size_t feel_history_line_bytes_max = 4'096;

// All that a name can be completed to: members by their path ("世帯.所得"), builtins with their bracket, keywords.
std::vector<std::string> feel_words(const feel::Value& context);
// What the text before the cursor may go on to, each from the beginning of the word that is being written.
struct Completion {
  std::string written;             // the part of the text that the words begin with: "string le"
  std::vector<std::string> words;  // "string length("
  std::string common() const;      // what all of them go on with, behind `written`
};
Completion complete_feel(std::string_view before_cursor, const std::vector<std::string>& words);

// From the environment; empty: there is no home.
std::filesystem::path feel_history_file();
bool feel_terminal_here();  // both ends are a terminal
// Reads lines until the end (Ctrl-D); `evaluate` shows each and says whether it was good. True: all were.
bool feel_terminal(const feel::Value& context, const std::function<bool(const std::string&)>& evaluate);

}  // namespace yakuba
