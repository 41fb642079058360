// Reads XPath's regular expressions and writes PCRE2's (XML Schema part 2 appendix F; XPath functions 3.1 §5.6).
// Everything is read by this grammar first, so that what is no XPath pattern is refused, not guessed.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "feel/regex.hpp"

namespace yakuba::feel {
namespace {

constexpr int nesting_max = 100;
constexpr std::size_t pattern_bytes_max = 10'000;
constexpr int repeats_max = 1'000;

struct Block {
  std::string_view name;
  std::uint32_t first, last;
};
// Unicode blocks as XML Schema names them (without "Is").
constexpr std::array blocks{
    Block{"BasicLatin", 0x0, 0x7f},
    Block{"Latin-1Supplement", 0x80, 0xff},
    Block{"LatinExtended-A", 0x100, 0x17f},
    Block{"LatinExtended-B", 0x180, 0x24f},
    Block{"IPAExtensions", 0x250, 0x2af},
    Block{"SpacingModifierLetters", 0x2b0, 0x2ff},
    Block{"CombiningDiacriticalMarks", 0x300, 0x36f},
    Block{"Greek", 0x370, 0x3ff},
    Block{"GreekandCoptic", 0x370, 0x3ff},
    Block{"Cyrillic", 0x400, 0x4ff},
    Block{"Armenian", 0x530, 0x58f},
    Block{"Hebrew", 0x590, 0x5ff},
    Block{"Arabic", 0x600, 0x6ff},
    Block{"Devanagari", 0x900, 0x97f},
    Block{"Thai", 0xe00, 0xe7f},
    Block{"HangulJamo", 0x1100, 0x11ff},
    Block{"LatinExtendedAdditional", 0x1e00, 0x1eff},
    Block{"GreekExtended", 0x1f00, 0x1fff},
    Block{"GeneralPunctuation", 0x2000, 0x206f},
    Block{"SuperscriptsandSubscripts", 0x2070, 0x209f},
    Block{"CurrencySymbols", 0x20a0, 0x20cf},
    Block{"LetterlikeSymbols", 0x2100, 0x214f},
    Block{"NumberForms", 0x2150, 0x218f},
    Block{"Arrows", 0x2190, 0x21ff},
    Block{"MathematicalOperators", 0x2200, 0x22ff},
    Block{"MiscellaneousTechnical", 0x2300, 0x23ff},
    Block{"EnclosedAlphanumerics", 0x2460, 0x24ff},
    Block{"BoxDrawing", 0x2500, 0x257f},
    Block{"GeometricShapes", 0x25a0, 0x25ff},
    Block{"MiscellaneousSymbols", 0x2600, 0x26ff},
    Block{"CJKRadicalsSupplement", 0x2e80, 0x2eff},
    Block{"KangxiRadicals", 0x2f00, 0x2fdf},
    Block{"CJKSymbolsandPunctuation", 0x3000, 0x303f},
    Block{"Hiragana", 0x3040, 0x309f},
    Block{"Katakana", 0x30a0, 0x30ff},
    Block{"Bopomofo", 0x3100, 0x312f},
    Block{"HangulCompatibilityJamo", 0x3130, 0x318f},
    Block{"KatakanaPhoneticExtensions", 0x31f0, 0x31ff},
    Block{"EnclosedCJKLettersandMonths", 0x3200, 0x32ff},
    Block{"CJKCompatibility", 0x3300, 0x33ff},
    Block{"CJKUnifiedIdeographsExtensionA", 0x3400, 0x4dbf},
    Block{"CJKUnifiedIdeographs", 0x4e00, 0x9fff},
    Block{"HangulSyllables", 0xac00, 0xd7a3},
    Block{"PrivateUse", 0xe000, 0xf8ff},
    Block{"CJKCompatibilityIdeographs", 0xf900, 0xfaff},
    Block{"AlphabeticPresentationForms", 0xfb00, 0xfb4f},
    Block{"VariationSelectors", 0xfe00, 0xfe0f},
    Block{"CJKCompatibilityForms", 0xfe30, 0xfe4f},
    Block{"HalfwidthandFullwidthForms", 0xff00, 0xffef},
    Block{"CJKUnifiedIdeographsExtensionB", 0x20000, 0x2a6df},
    Block{"CJKCompatibilityIdeographsSupplement", 0x2f800, 0x2fa1f},
};
constexpr std::array<std::string_view, 37> categories{
    "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Z",  "Zs", "Zl", "Zp", "S",  "Sm", "Sc", "Sk", "So", "C",  "Cc", "Cf", "Co", "Cn", "Cs"};

using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
const Ranges name_start{{':', ':'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
                        {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
                        {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
                        {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};
const Ranges name_part{{'-', '.'},       {'0', ':'},       {'A', 'Z'},        {'_', '_'},       {'a', 'z'},
                       {0xb7, 0xb7},     {0xc0, 0xd6},     {0xd8, 0xf6},      {0xf8, 0x37d},    {0x37f, 0x1fff},
                       {0x200c, 0x200d}, {0x203f, 0x2040}, {0x2070, 0x218f},  {0x2c00, 0x2fef}, {0x3001, 0xd7ff},
                       {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};
const Ranges blank{{0x9, 0xa}, {0xd, 0xd}, {0x20, 0x20}};

std::string code(std::uint32_t c) {
  char buffer[16];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, c, 16).ptr;
  return "\\x{" + std::string(buffer, end) + "}";
}
// The inside of a class: the ranges, or all that is outside them. Surrogates are no characters.
std::string inside(const Ranges& ranges, bool complement) {
  std::string out;
  auto add = [&](std::uint32_t a, std::uint32_t b) {
    if (a > b) return;
    if (a < 0xd800 && b > 0xdfff) {
      out += code(a) + "-\\x{d7ff}\\x{e000}-" + code(b);
      return;
    }
    out += code(a);
    if (a != b) out += "-" + code(b);
  };
  if (!complement) {
    for (auto [a, b] : ranges) add(a, b);
    return out;
  }
  std::uint32_t next = 0;
  for (auto [a, b] : ranges) {
    if (a > next) add(next, a - 1);
    next = b + 1;
  }
  add(next, 0x10ffff);
  return out;
}

class Translator {
 public:
  Translator(std::string_view pattern, const RegexFlags& flags) : text_(pattern), flags_(flags) {}

  std::optional<Translated> run() {
    std::string out;
    if (!alternatives(out, 0) || at_ != text_.size()) return std::nullopt;
    return Translated{std::move(out), groups_};
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool done() const { return at_ >= text_.size(); }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }

  bool alternatives(std::string& out, int depth) {
    if (depth > nesting_max) return false;
    while (true) {
      while (!done() && peek() != '|' && peek() != ')')
        if (!piece(out, depth)) return false;
      if (!take('|')) return true;
      out += '|';
    }
  }

  bool piece(std::string& out, int depth) { return atom(out, depth) && quantifier(out); }

  bool quantifier(std::string& out) {
    char c = peek();
    if (done() || (c != '?' && c != '*' && c != '+' && c != '{')) return true;
    if (c != '{') {
      out += c;
      ++at_;
    } else {
      ++at_;
      auto least = number();
      if (!least) return false;
      std::string text = std::to_string(*least);
      if (take(',')) {
        text += ',';
        if (peek() != '}') {
          auto most = number();
          if (!most || *most < *least) return false;
          text += std::to_string(*most);
        }
      }
      if (!take('}')) return false;
      out += "{" + text + "}";
    }
    if (take('?')) out += '?';
    char next = peek();
    return done() || (next != '?' && next != '*' && next != '+' && next != '{');
  }
  std::optional<int> number() {
    int value = 0;
    std::size_t begin = at_;
    while (!done() && peek() >= '0' && peek() <= '9') {
      value = value * 10 + (text_[at_++] - '0');
      if (value > repeats_max) return std::nullopt;
    }
    return at_ == begin ? std::nullopt : std::optional(value);
  }

  bool atom(std::string& out, int depth) {
    char c = peek();
    switch (c) {
      case '.':
        ++at_;
        out += flags_.dot_all ? "(?s:.)" : "[^\\n\\r]";
        return true;
      case '^':
        ++at_;
        out += flags_.lines ? "(?m:^)" : "\\A";
        return true;
      case '$':
        ++at_;
        out += flags_.lines ? "(?m:$)" : "\\z";
        return true;
      case '(':
        return group(out, depth);
      case '[':
        return character_class(out, depth);
      case '\\':
        return escape(out);
      case '?':
      case '*':
      case '+':
      case '{':
      case '}':
      case ')':
      case ']':
        return false;
      default:
        return literal(out);
    }
  }

  bool literal(std::string& out) {
    auto c = code_point();
    if (!c) return false;
    out += code(*c);
    return true;
  }

  bool group(std::string& out, int depth) {
    ++at_;
    bool capturing = true;
    if (peek() == '?') {
      if (peek(1) != ':') return false;
      at_ += 2;
      capturing = false;
    }
    int number = 0;
    if (capturing) {
      number = ++groups_;
      closed_.push_back(false);
    }
    out += capturing ? "(" : "(?:";
    if (!alternatives(out, depth + 1) || !take(')')) return false;
    if (capturing) closed_[static_cast<std::size_t>(number) - 1] = true;
    out += ')';
    return true;
  }

  bool escape(std::string& out) {
    char c = peek(1);
    if (c >= '1' && c <= '9') return back_reference(out);
    std::string inner;
    if (!class_escape(inner)) return false;
    out += inner.starts_with("\\x{") && inner.find('}') == inner.size() - 1 ? inner : "[" + inner + "]";
    return true;
  }

  bool back_reference(std::string& out) {
    ++at_;
    int number = text_[at_++] - '0';
    while (peek() >= '0' && peek() <= '9' && number * 10 + (peek() - '0') <= groups_)
      number = number * 10 + (text_[at_++] - '0');
    if (number > groups_ || !closed_[static_cast<std::size_t>(number) - 1]) return false;
    out += "\\g{" + std::to_string(number) + "}";
    return true;
  }

  // An escape as it stands inside a class; `single` gets the character when it is one.
  bool class_escape(std::string& out, std::optional<std::uint32_t>* single = nullptr) {
    ++at_;
    if (done()) return false;
    char c = text_[at_++];
    auto one = [&](std::uint32_t value) {
      out += code(value);
      if (single != nullptr) *single = value;
      return true;
    };
    switch (c) {
      case 'n':
        return one('\n');
      case 'r':
        return one('\r');
      case 't':
        return one('\t');
      case '\\':
      case '|':
      case '.':
      case '-':
      case '^':
      case '?':
      case '*':
      case '+':
      case '{':
      case '}':
      case '(':
      case ')':
      case '[':
      case ']':
      case '$':
        return one(static_cast<unsigned char>(c));
      case 's':
        out += inside(blank, false);
        return true;
      case 'S':
        out += inside(blank, true);
        return true;
      case 'd':
        out += "\\p{Nd}";
        return true;
      case 'D':
        out += "\\P{Nd}";
        return true;
      case 'w':
        out += "\\p{L}\\p{M}\\p{N}\\p{S}";
        return true;
      case 'W':
        out += "\\p{P}\\p{Z}\\p{C}";
        return true;
      case 'i':
        out += inside(name_start, false);
        return true;
      case 'I':
        out += inside(name_start, true);
        return true;
      case 'c':
        out += inside(name_part, false);
        return true;
      case 'C':
        out += inside(name_part, true);
        return true;
      case 'p':
      case 'P':
        return property(out, c == 'P');
      default:
        return false;
    }
  }

  bool property(std::string& out, bool complement) {
    if (!take('{')) return false;
    auto end = text_.find('}', at_);
    if (end == std::string_view::npos) return false;
    std::string_view name = text_.substr(at_, end - at_);
    at_ = end + 1;
    if (std::ranges::find(categories, name) != categories.end()) {
      out += complement ? "\\P{" : "\\p{";
      (out += name) += '}';
      return true;
    }
    if (!name.starts_with("Is")) return false;
    auto block = std::ranges::find(blocks, name.substr(2), &Block::name);
    if (block == blocks.end()) return false;
    out += inside({{block->first, block->last}}, complement);
    return true;
  }

  // [a-z-[aeiou]] becomes (?:(?![aeiou])[a-z]).
  bool character_class(std::string& out, int depth) {
    if (depth > nesting_max) return false;
    ++at_;
    bool negated = take('^');
    std::string members, subtracted;
    bool any = false;
    while (true) {
      if (done()) return false;
      if (peek() == ']' && any) {
        ++at_;
        break;
      }
      if (peek() == '-' && peek(1) == '[' && any) {
        ++at_;
        if (!character_class(subtracted, depth + 1) || !take(']')) return false;
        break;
      }
      if (!class_member(members, any)) return false;
      any = true;
    }
    std::string positive = (negated ? "[^" : "[") + members + "]";
    out += subtracted.empty() ? positive : "(?:(?!" + subtracted + ")" + positive + ")";
    return true;
  }

  bool class_member(std::string& out, bool any) {
    char c = peek();
    if (c == '[' || c == ']') return false;
    std::optional<std::uint32_t> from;
    if (c == '\\') {
      if (!class_escape(out, &from)) return false;
      if (!from) return true;
    } else {
      if (c == '-' && any && peek(1) != ']' && peek(1) != '-') return false;  // a hyphen stands first or last
      from = code_point();
      if (!from) return false;
      out += code(*from);
    }
    if (peek() != '-' || peek(1) == ']' || peek(1) == '[' || peek(1) == '\0') return true;
    ++at_;
    std::optional<std::uint32_t> to;
    std::string ignored;
    if (peek() == '\\') {
      if (!class_escape(ignored, &to)) return false;
    } else {
      to = code_point();
    }
    if (!to || *to < *from) return false;
    out += "-" + code(*to);
    return true;
  }

  std::optional<std::uint32_t> code_point() {
    auto first = static_cast<unsigned char>(peek());
    int more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : -1;
    if (more < 0 || at_ + static_cast<std::size_t>(more) >= text_.size()) return std::nullopt;
    std::uint32_t c = more == 0 ? first : first & (0x3f >> more);
    for (int i = 1; i <= more; ++i)
      c = c << 6 | (static_cast<unsigned char>(text_[at_ + static_cast<std::size_t>(i)]) & 0x3f);
    at_ += static_cast<std::size_t>(more) + 1;
    return c;
  }

  std::string_view text_;
  const RegexFlags& flags_;
  std::size_t at_ = 0;
  int groups_ = 0;
  std::vector<bool> closed_;
};

// Flag x: blanks go, except inside a class.
std::string without_white_space(std::string_view pattern) {
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      out += c;
      std::size_t next = i + 1;
      while (depth == 0 && next < pattern.size() &&
             (pattern[next] == ' ' || pattern[next] == '\t' || pattern[next] == '\n' || pattern[next] == '\r'))
        ++next;
      if (next < pattern.size()) out += pattern[next];
      i = next;
      continue;
    }
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
    if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    out += c;
  }
  return out;
}

}  // namespace

std::optional<Translated> translate_regex(std::string_view pattern, const RegexFlags& flags) {
  if (pattern.size() > pattern_bytes_max) return std::nullopt;
  if (flags.literal) {
    std::string out;
    for (char c : pattern) {
      bool special = static_cast<unsigned char>(c) < 0x80 &&
                     std::string_view("\\^$.[]|()?*+{}-#").find(c) != std::string_view::npos;
      if (special) out += '\\';
      out += c;
    }
    return Translated{std::move(out), 0};
  }
  std::string stripped = flags.without_blanks ? without_white_space(pattern) : std::string(pattern);
  return Translator(stripped, flags).run();
}

}  // namespace yakuba::feel
