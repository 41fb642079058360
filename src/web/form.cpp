#include "web/form.hpp"

#include <set>

#include "base/text.hpp"
#include "web/texts.hpp"

namespace yakuba::web {

namespace {

constexpr std::size_t faults_max = 200;

// What people type for a number: full-width digits, thousands separators, a yen sign before or 円 behind.
std::string number_text(std::string_view typed) {
  std::string text;
  for (const char c : nfkc(trim(typed)))
    if (c != ',' && c != ' ') text += c;
  for (const std::string_view before : {"¥", "\\"})
    if (text.starts_with(before)) text.erase(0, before.size());
  if (text.ends_with("円")) text.erase(text.size() - std::string_view("円").size());
  return text;
}

std::string clean_lines(std::string_view typed) {
  std::string text;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (typed[i] == '\r' && i + 1 < typed.size() && typed[i + 1] == '\n') continue;
    text += typed[i] == '\r' ? '\n' : typed[i];
  }
  return text;
}

std::string megabytes(std::int64_t bytes) {
  const auto tenths = bytes * 10 / (1024 * 1024);
  return tenths % 10 == 0 ? std::to_string(tenths / 10)
                          : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string without_ending(std::string text, std::string_view ending) {
  if (text.ends_with(ending)) text.erase(text.size() - ending.size());
  return text;
}

}  // namespace

Form::Form(const Request& request)
    : typed_(is_safe(request.method) ? request.query : request.form), uploads_(request.uploads) {}
Form::Form(Fields typed) : typed_(std::move(typed)) {}

void Form::fault(std::string_view name, std::string_view key, std::vector<TextArgument> arguments) {
  if (faults_.size() < faults_max)
    faults_.push_back({std::string(name), std::string(name), std::string(key), std::move(arguments), {}});
}

void Form::fault_words(std::string_view name, std::string words) {
  fault_at(name, name, std::move(words));
}

void Form::fault_at(std::string_view name, std::string_view control, std::string words) {
  if (faults_.size() < faults_max)
    faults_.push_back({std::string(name), std::string(control), {}, {}, std::move(words)});
}

void Form::missing(std::string_view name, const FieldRule& rule, std::string_view control) {
  fault(name, "error_required", {{"label", rule.label}});
  faults_.back().control = control.empty() ? name : control;
  faults_.back().words = rule.missing;
}

void Form::wrong(std::string_view name, const FieldRule& rule, std::string_view key, std::vector<TextArgument> more,
                 std::string_view control) {
  more.emplace_back("label", rule.label);
  fault(name, key, std::move(more));
  faults_.back().control = control.empty() ? name : control;
  faults_.back().words = rule.wrong;
}

const Fault* Form::error_of(std::string_view name) const {
  for (const auto& fault : faults_)
    if (fault.field == name) return &fault;
  return nullptr;
}

std::string Form::text(std::string_view name, const TextRule& rule) {
  const std::string value = nfc(trim(clean_lines(typed(name))));
  if (value.empty()) {
    if (rule.required) missing(name, rule);
    return {};
  }
  if (has_control_characters(value) || (!rule.lines && value.find_first_of("\n\t") != std::string::npos)) {
    wrong(name, rule, "error_characters");
    return {};
  }
  const auto length = static_cast<std::int64_t>(length_in_graphemes(value));
  if (length > rule.characters_max) {
    wrong(name, rule, "error_too_long", {{"max", rule.characters_max}, {"now", length}});
    return {};
  }
  if (length < rule.characters_min) {
    wrong(name, rule, "error_too_short", {{"min", rule.characters_min}, {"now", length}});
    return {};
  }
  return value;
}

std::optional<std::int64_t> Form::integer(std::string_view name, const NumberRule& rule) {
  const std::string value = number_text(typed(name));
  if (value.empty()) {
    if (rule.required) missing(name, rule);
    return {};
  }
  const auto number = parse_integer(value);
  if (!number) {
    wrong(name, rule, "error_number");
  } else if (*number < rule.min) {
    wrong(name, rule, "error_too_small", {{"min", format_number(rule.min)}});
  } else if (*number > rule.max) {
    wrong(name, rule, "error_too_big", {{"max", format_number(rule.max)}});
  } else {
    return number;
  }
  return {};
}

std::optional<Yen> Form::yen(std::string_view name, const NumberRule& rule) {
  const auto number = integer(name, rule);
  return number ? std::optional(Yen{*number}) : std::nullopt;
}

std::optional<Date> Form::date(std::string_view name, const DateRule& rule) {
  const std::string base(name);
  const auto part = [&](std::string_view suffix, std::string_view unit) {
    return without_ending(nfkc(trim(typed(base + std::string(suffix)))), unit);
  };
  const std::string year = part("-y", "年"), month = part("-m", "月"), day = part("-d", "日");
  const bool in_parts = typed_.has(base + "-y") || typed_.has(base + "-m") || typed_.has(base + "-d");
  const std::string first = in_parts ? base + "-y" : base;
  const std::string whole = in_parts ? "" : std::string(trim(typed(name)));
  if (year.empty() && month.empty() && day.empty() && whole.empty()) {
    if (rule.required) missing(name, rule, first);
    return {};
  }
  std::optional<Date> date;
  if (in_parts) {
    for (const auto& [value, suffix, key] :
         {std::tuple{&year, "-y", "error_date_year"}, std::tuple{&month, "-m", "error_date_month"},
          std::tuple{&day, "-d", "error_date_day"}})
      if (value->empty()) {
        wrong(name, rule, key, {}, base + suffix);
        return {};
      }
    // "昭和60" and "S60" need the forms that eras are written in.
    const bool kanji_era = static_cast<unsigned char>(year[0]) >= 0x80;
    date = parse_any_date(kanji_era                                           ? year + "年" + month + "月" + day + "日"
                          : std::isalpha(static_cast<unsigned char>(year[0])) ? year + "." + month + "." + day
                                                                              : year + "/" + month + "/" + day);
  } else {
    date = parse_any_date(whole);
  }
  if (!date) {
    wrong(name, rule, "error_date", {}, first);
  } else if (rule.earliest && *date < *rule.earliest) {
    wrong(name, rule, "error_date_early", {{"date", format_resident(*rule.earliest)}}, first);
    date.reset();
  } else if (rule.latest && *date > *rule.latest) {
    wrong(name, rule, "error_date_late", {{"date", format_resident(*rule.latest)}}, first);
    date.reset();
  }
  return date;
}

std::string Form::choice(std::string_view name, const ChoiceRule& rule) {
  const auto value = typed(name);
  const std::string first = std::string(name) + "-1";
  if (value.empty()) {
    if (rule.required) {
      missing(name, rule, first);
      faults_.back().key = "error_choose";
    }
    return {};
  }
  if (std::find(rule.allowed.begin(), rule.allowed.end(), value) == rule.allowed.end()) {
    wrong(name, rule, "error_not_offered", {}, first);
    return {};
  }
  return std::string(value);
}

std::vector<std::string> Form::choices(std::string_view name, const ChoiceRule& rule) {
  const std::string first = std::string(name) + "-1";
  std::vector<std::string> chosen;
  for (const auto value : typed_.all(name)) {
    if (value.empty()) continue;
    if (std::find(rule.allowed.begin(), rule.allowed.end(), value) == rule.allowed.end()) {
      wrong(name, rule, "error_not_offered", {}, first);
      return {};
    }
    if (std::find(chosen.begin(), chosen.end(), value) == chosen.end()) chosen.emplace_back(value);
  }
  if (chosen.empty() && rule.required) {
    missing(name, rule, first);
    faults_.back().key = "error_choose";
  }
  if (static_cast<std::int64_t>(chosen.size()) > rule.chosen_max) {
    wrong(name, rule, "error_too_many_chosen", {{"max", rule.chosen_max}}, first);
    return {};
  }
  return chosen;
}

bool Form::checked(std::string_view name, const FieldRule& rule) {
  const bool ticked = !typed(name).empty();
  if (!ticked && rule.required) {
    missing(name, rule);
    faults_.back().key = "error_agree";
  }
  return ticked;
}

std::vector<const Upload*> Form::files(std::string_view name, const FileRule& rule) {
  std::vector<const Upload*> good;
  std::int64_t sent = 0;
  for (const auto& upload : uploads_) {
    if (upload.field != name) continue;
    if (upload.bytes == 0 && upload.file_name == "file") continue;  // the control was left empty
    ++sent;
    if (upload.bytes == 0) {
      wrong(name, rule, "error_file_empty", {{"file", upload.file_name}});
    } else if (upload.bytes > rule.bytes_max || !upload.content) {  // the server keeps no file beyond its own limit
      wrong(name, rule, "error_file_big", {{"file", upload.file_name}, {"max", megabytes(rule.bytes_max)}});
    } else if (std::find(rule.kinds.begin(), rule.kinds.end(), upload.kind) == rule.kinds.end()) {
      wrong(name, rule, "error_file_kind", {{"file", upload.file_name}});
    } else {
      good.push_back(&upload);
    }
  }
  if (sent == 0 && rule.required) missing(name, rule);
  if (sent > rule.files_max) wrong(name, rule, "error_file_many", {{"max", rule.files_max}});
  return good;
}

std::vector<std::int64_t> Form::groups(std::string_view name, std::int64_t groups_max) const {
  const std::string before = std::string(name) + ".";
  std::set<std::int64_t> found;
  for (const auto& [key, value] : typed_.items) {
    if (!key.starts_with(before)) continue;
    const auto rest = std::string_view(key).substr(before.size());
    const auto number = parse_integer(rest.substr(0, rest.find('.')));
    if (number && *number >= 0 && *number < groups_max && rest.find('.') != std::string_view::npos)
      found.insert(*number);
  }
  return {found.begin(), found.end()};
}

bool Form::was_chosen(std::string_view name, std::string_view value) const {
  const auto values = typed_.all(name);
  return std::find(values.begin(), values.end(), value) != values.end();
}

void Form::set(std::string_view name, std::string value) {
  std::erase_if(typed_.items, [&](const auto& item) { return item.first == name; });
  typed_.add(std::string(name), std::move(value));
}

std::optional<Reader> Form::reading_switch(const Reader& now) const {
  Reader wanted = now;
  bool pressed = false;
  if (const auto lang = typed_.find("lang"))
    if (const auto language = language_from(*lang)) wanted.language = *language, pressed = true;
  if (const auto easy = typed_.find("easy"))
    wanted.language = *easy == "1" ? Language::ja_easy : Language::ja, pressed = true;
  if (const auto ruby = typed_.find("ruby")) wanted.furigana = *ruby == "1", pressed = true;
  return pressed ? std::optional(wanted) : std::nullopt;
}

Phrase fault_words(const Fault& fault, const Words& words) {
  if (!fault.words.empty()) return Phrase::of(fault.words, words.reader());
  if (auto phrase = words.find(text_rows, fault.key, fault.arguments)) return *phrase;
  return words(Text::error_required, {{"label", fault.field}});
}

namespace {

Hash form_mac(BytesView session_key, std::string_view purpose, std::int64_t version) {
  std::string message = "yakuba form\n";
  message.append(purpose).append("\n").append(std::to_string(version));
  return hmac_sha256(session_key, view(message));
}

}  // namespace

std::string form_token(BytesView session_key, const FormSeal& seal) {
  return std::to_string(seal.version) + "." + base64url(form_mac(session_key, seal.purpose, seal.version));
}

Result<std::int64_t> check_form_token(BytesView session_key, std::string_view purpose, std::string_view token) {
  const auto refused = [] { return fail(ErrorKind::forbidden, "form.token", "not a token of this session and form"); };
  const auto dot = token.find('.');
  if (dot == std::string_view::npos) return refused();
  const auto version = parse_integer(token.substr(0, dot));
  const auto mac = from_base64url(token.substr(dot + 1));
  if (!version || !mac) return refused();
  if (!equal_in_constant_time(*mac, form_mac(session_key, purpose, *version))) return refused();
  return *version;
}

Html hidden_fields(std::string_view token, std::string_view idempotency_key) {
  using namespace html;
  return group(input(type("hidden"), name(token_field), value(token)), when(!idempotency_key.empty(), [&] {
                 return input(type("hidden"), name(idempotency_field), value(idempotency_key));
               }));
}

}  // namespace yakuba::web
