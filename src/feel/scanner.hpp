// Characters, blanks and literals of FEEL (DMN 1.5 §10.3.1.2, grammar rules 20–61). Internal to feel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yakuba::feel {

// A cursor over UTF-8 text. It never reads beyond the end; invalid UTF-8 is passed byte by byte.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  std::string_view text() const { return text_; }
  std::uint32_t at() const { return at_; }
  void move_to(std::uint32_t at) { at_ = at; }
  bool done() const { return at_ >= text_.size(); }
  char peek(std::uint32_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  std::string_view rest() const { return text_.substr(at_); }

  // Blanks and comments. False when a comment is not closed.
  bool skip();
  bool take(std::string_view symbol);        // after blanks; the symbol's text
  bool looking_at(std::string_view symbol);  // after blanks
  bool take_word(std::string_view word);     // after blanks; a whole word
  bool looking_at_word(std::string_view word);

  bool at_name_start() const;
  std::string_view word();  // letters, digits, any character beyond ASCII that is no blank
  static std::uint32_t blank_length(std::string_view text);  // of the blank at the front, 0 if none

  std::optional<std::string_view> number();  // digits, fraction, exponent; not the first point of ".."
  // After the opening quotation mark: the text with its escapes resolved; nothing when it is not closed.
  std::optional<std::string> string_body();

 private:
  std::string_view text_;
  std::uint32_t at_ = 0;
};

bool is_keyword(std::string_view word);
// Blanks inside collapsed to one space, none at the ends.
std::string normal_name(std::string_view name);
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace yakuba::feel
