#include "dmn/front_matter.hpp"

#include "base/text.hpp"

namespace yakuba::dmn {
namespace {

constexpr std::string_view fence = "+++";

struct Value {
  enum class Kind { text, list, truth, date } kind = Kind::text;
  std::string text;
  std::vector<std::string> list;
  bool truth = false;
  Date date;
};

// One value of the subset; `at` ends behind it. Nothing when it cannot be read.
class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : text_(text) {}

  std::optional<Value> read() {
    skip_blanks();
    if (peek() == '"') return string_value();
    if (peek() == '[') return list_value();
    return bare_value();
  }
  // What is left must be blank or a comment; gives the comment.
  std::optional<std::string> rest() {
    skip_blanks();
    if (at_ == text_.size()) return std::string();
    if (text_[at_] != '#') return std::nullopt;
    return std::string(trim(text_.substr(at_)));
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  std::optional<std::string> string_literal() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
        if (peek() != '"' && peek() != '\\') return std::nullopt;
      }
      out += text_[at_];
    }
    if (peek() != '"') return std::nullopt;
    ++at_;
    return out;
  }
  std::optional<Value> string_value() {
    auto text = string_literal();
    if (!text) return std::nullopt;
    return Value{.kind = Value::Kind::text, .text = std::move(*text), .list = {}, .date = {}};
  }
  std::optional<Value> list_value() {
    Value value{.kind = Value::Kind::list, .text = {}, .list = {}, .date = {}};
    ++at_;
    while (true) {
      skip_blanks();
      if (peek() == ']') break;
      if (peek() != '"') return std::nullopt;
      auto text = string_literal();
      if (!text) return std::nullopt;
      value.list.push_back(std::move(*text));
      skip_blanks();
      if (peek() == ',')
        ++at_;
      else if (peek() != ']')
        return std::nullopt;
    }
    ++at_;
    return value;
  }
  std::optional<Value> bare_value() {
    const std::size_t end = std::min(text_.find_first_of(" \t#", at_), text_.size());
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    if (word == "true" || word == "false")
      return Value{.kind = Value::Kind::truth, .text = {}, .list = {}, .truth = word == "true", .date = {}};
    if (const auto date = Date::parse(word))
      return Value{.kind = Value::Kind::date, .text = {}, .list = {}, .date = *date};
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool take_text(const Value& value, std::string& into) {
  if (value.kind != Value::Kind::text) return false;
  into = value.text;
  return true;
}
bool take_date(const Value& value, std::optional<Date>& into) {
  if (value.kind != Value::Kind::date) return false;
  into = value.date;
  return true;
}
bool take_truth(const Value& value, bool& into) {
  if (value.kind != Value::Kind::truth) return false;
  into = value.truth;
  return true;
}
bool take_choice(const Value& value, std::string_view no, std::string_view yes, bool& into) {
  if (value.kind != Value::Kind::text || (value.text != no && value.text != yes)) return false;
  into = value.text == yes;
  return true;
}
bool take_law(const Value& value, std::vector<std::string>& into) {
  if (value.kind == Value::Kind::text)
    into = {value.text};
  else if (value.kind == Value::Kind::list)
    into = value.list;
  return value.kind == Value::Kind::text || value.kind == Value::Kind::list;
}

struct Key {
  std::string_view name;
  std::string_view expects;
  bool (*take)(const Value&, About&);
};
constexpr std::string_view a_text = "\"…\"";
constexpr std::string_view a_date = "2024-10-01";
const Key keys[] = {
    {"id", a_text, [](const Value& v, About& a) { return take_text(v, a.id); }},
    {"title", a_text, [](const Value& v, About& a) { return take_text(v, a.title); }},
    {"law", "\"…\" / [\"…\", \"…\"]", [](const Value& v, About& a) { return take_law(v, a.law); }},
    {"owner", a_text, [](const Value& v, About& a) { return take_text(v, a.owner); }},
    {"public", "true / false", [](const Value& v, About& a) { return take_truth(v, a.is_public); }},
    {"valid_from", a_date, [](const Value& v, About& a) { return take_date(v, a.valid_from); }},
    {"valid_to", a_date, [](const Value& v, About& a) { return take_date(v, a.valid_to); }},
    {"gaps", "\"none\" / \"declared\"",
     [](const Value& v, About& a) { return take_choice(v, "none", "declared", a.gaps_declared); }},
    {"gaps_decided_by", a_text, [](const Value& v, About& a) { return take_text(v, a.gaps_decided_by); }},
    {"kind", "\"criterion\" / \"library\"",
     [](const Value& v, About& a) { return take_choice(v, "criterion", "library", a.library); }},
};
std::string known_keys() {
  std::string out;
  for (const Key& key : keys) out += (out.empty() ? "" : ", ") + std::string(key.name);
  return out;
}

class Reader {
 public:
  Reader(About& about, Places& places, Faults& faults) : about_(about), places_(places), faults_(faults) {}

  void read(const LineView& line) {
    const std::string_view text = trim(line.text);
    if (text.empty() || text.starts_with('#')) {
      if (!text.empty()) about_.comments.emplace_back("", std::string(text));
      return;
    }
    const std::size_t equals = line.text.find('=');
    const std::string_view name = trim(line.text.substr(0, equals));
    const Place place{places_.file, line.number, 1, std::string(name)};
    if (equals == std::string_view::npos) return add("criterion.front_line", {{"line", std::string(text)}}, place);
    const Key* key = std::find_if(std::begin(keys), std::end(keys), [&](const Key& k) { return k.name == name; });
    if (key == std::end(keys))
      return add("criterion.unknown_key", {{"key", std::string(name)}, {"known", known_keys()}}, place);
    if (places_.at_key(name).line != 0) return add("criterion.repeated_key", {{"key", std::string(name)}}, place);
    places_.set_key(std::string(name), place);
    take(*key, line, equals + 1);
  }

 private:
  void take(const Key& key, const LineView& line, std::size_t begin) {
    ValueReader reader(line.text.substr(begin));
    const auto value = reader.read();
    const auto comment = value ? reader.rest() : std::nullopt;
    Place place{places_.file, line.number, static_cast<int>(length_in_code_points(line.text.substr(0, begin))) + 2,
                std::string(key.name)};
    if (!value || !comment || !key.take(*value, about_))
      return add("criterion.bad_value", {{"key", std::string(key.name)}, {"expects", std::string(key.expects)}}, place);
    if (!comment->empty()) about_.comments.emplace_back(std::string(key.name), *comment);
  }
  void add(std::string code, std::vector<std::pair<std::string, std::string>> arguments, Place place) {
    faults_.push_back({Severity::error, std::move(code), std::move(arguments), std::move(place)});
  }

  About& about_;
  Places& places_;
  Faults& faults_;
};

void check(const About& about, const Places& places, Faults& faults) {
  const auto require = [&](std::string_view key, bool present) {
    if (present) return;
    Place place = places.at_key(key);
    if (place.line == 0) place = {places.file, 1, 1, std::string(key)};
    faults.push_back({Severity::error, "criterion.missing_key", {{"key", std::string(key)}}, place});
  };
  require("id", !about.id.empty());
  require("title", !about.title.empty());
  if (about.gaps_declared) require("gaps_decided_by", !about.gaps_decided_by.empty());
  if (about.valid_from && about.valid_to && *about.valid_to < *about.valid_from)
    faults.push_back({Severity::error, "criterion.dates_reversed", {}, places.at_key("valid_to")});
}

// Comments of their own first, then by key as printed, so that order in the file does not make a difference.
void order_comments(About& about) {
  const auto rank = [](const std::string& key) {
    if (key.empty()) return std::ptrdiff_t{-1};
    return std::find_if(std::begin(keys), std::end(keys), [&](const Key& k) { return k.name == key; }) -
           std::begin(keys);
  };
  std::stable_sort(about.comments.begin(), about.comments.end(),
                   [&](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::size_t read_front_matter(const std::vector<LineView>& lines, About& about, Places& places, Faults& faults) {
  if (lines.empty() || trim(lines[0].text) != fence) {
    faults.push_back({Severity::error, "criterion.no_front_matter", {}, {places.file, 1, 1, ""}});
    return 0;
  }
  Reader reader(about, places, faults);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (trim(lines[i].text) == fence) {
      order_comments(about);
      check(about, places, faults);
      return i + 1;
    }
    reader.read(lines[i]);
  }
  faults.push_back({Severity::error, "criterion.front_matter_open", {}, {places.file, 1, 1, ""}});
  return lines.size();
}

std::string print_front_matter(const About& about) {
  std::string out = "+++\n";
  for (const auto& [key, comment] : about.comments)
    if (key.empty()) out += comment + '\n';
  // A key stands when it says something or carries a comment.
  const auto line = [&](std::string_view key, bool says, const std::string& value) {
    const auto comment =
        std::find_if(about.comments.begin(), about.comments.end(), [&](auto& c) { return c.first == key; });
    if (comment != about.comments.end())
      out += std::string(key) + " = " + value + "  " + comment->second + '\n';
    else if (says)
      out += std::string(key) + " = " + value + '\n';
  };
  const auto text = [&](std::string_view key, const std::string& value) { line(key, !value.empty(), quoted(value)); };
  std::string law = about.law.size() == 1 ? quoted(about.law[0]) : "[";
  if (about.law.size() != 1) {
    for (const std::string& one : about.law) law += (law.size() == 1 ? "" : ", ") + quoted(one);
    law += ']';
  }
  text("id", about.id);
  text("title", about.title);
  line("law", !about.law.empty(), law);
  text("owner", about.owner);
  line("public", about.is_public, about.is_public ? "true" : "false");
  line("valid_from", about.valid_from.has_value(), about.valid_from.value_or(Date{}).text());
  line("valid_to", about.valid_to.has_value(), about.valid_to.value_or(Date{}).text());
  line("kind", about.library, quoted(about.library ? "library" : "criterion"));
  line("gaps", !about.library || about.gaps_declared, quoted(about.gaps_declared ? "declared" : "none"));
  text("gaps_decided_by", about.gaps_decided_by);
  return out + "+++\n";
}

}  // namespace yakuba::dmn
