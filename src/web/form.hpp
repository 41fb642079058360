// Reading a form: every field is parsed by type, every fault has a place, a reason and a remedy, and everything the
// person typed survives, right or wrong.
//
//   Form form(request);
//   std::string name = form.text("name", {.label = "氏名", .required = true, .characters_max = 100});
//   std::optional<Date> born = form.date("born", {.label = "生年月日", .required = true});
//   if (born && *born > today) form.fault("born", "error_future", {{"label", "生年月日"}});
//   if (!form.ok()) return show(form);                       // form.typed("name"), form.error_of("born")
//
// Faults carry keys of web/texts.*.toml ("error_required") whose words say what to do; a pack's own words override.
// Ids: the field's name; its first control has that id ("born-y" for dates, "lives-1" for choices) so that the summary
// can link to it. Threads: a value. Sources: WCAG 2.2 SC 3.3.1, 3.3.3, 3.3.7; GOV.UK error message pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "base/yen.hpp"
#include "web/request.hpp"
#include "web/words.hpp"

namespace yakuba::web {

struct Fault {
  std::string field;    // name of the field
  std::string control;  // id of the control to go to
  std::string key;      // of web/texts.*.toml, or empty when `words` is given
  std::vector<TextArgument> arguments;
  std::string words;  // in the reader's language, may hold furigana; shown instead of the key's words
};

struct FieldRule {
  std::string label;  // how faults name the field: 「{label}を入れてください」
  bool required = false;
  std::string missing;  // own words when it is missing
  std::string wrong;    // own words when it is ill-formed
};
struct TextRule : FieldRule {
  std::int64_t characters_min = 0;
  std::int64_t characters_max = 400;
  bool lines = false;  // may hold line breaks (CR LF becomes LF)
};
struct NumberRule : FieldRule {
  std::int64_t min = 0;
  std::int64_t max = 9'999'999'999'999;
};
struct ChoiceRule : FieldRule {
  std::vector<std::string> allowed;  // anything else is refused
  std::int64_t chosen_max = 100;
};
struct DateRule : FieldRule {
  std::optional<Date> earliest, latest;
};
struct FileRule : FieldRule {
  std::vector<FileKind> kinds = {FileKind::pdf, FileKind::png, FileKind::jpeg, FileKind::heic};
  std::int64_t bytes_max = 10 * 1024 * 1024;
  std::int64_t files_max = 1;
};

class Form {
 public:
  explicit Form(const Request& request);
  explicit Form(Fields typed);  // a draft, or a fresh form with known values

  // Trimmed, NFC; control characters are a fault. "" when absent or wrong.
  std::string text(std::string_view name, const TextRule& rule);
  // Full-width digits and thousands separators are read ("４，３００" is 4300).
  std::optional<std::int64_t> integer(std::string_view name, const NumberRule& rule);
  std::optional<Yen> yen(std::string_view name, const NumberRule& rule);  // also "円" behind the number
  // Three fields name-y, name-m, name-d, where the year may be 2026, 令和8 or R8; or one field `name` in any usual
  // form.
  std::optional<Date> date(std::string_view name, const DateRule& rule);
  std::string choice(std::string_view name, const ChoiceRule& rule);
  std::vector<std::string> choices(std::string_view name, const ChoiceRule& rule);
  bool checked(std::string_view name, const FieldRule& rule = {});  // a declaration: required means it must be ticked
  std::vector<const Upload*> files(std::string_view name, const FileRule& rule);
  // Repeated groups: fields "child.0.name", "child.1.name", …; the indices present, ascending, at most groups_max.
  std::vector<std::int64_t> groups(std::string_view name, std::int64_t groups_max = 50) const;

  void fault(std::string_view name, std::string_view key, std::vector<TextArgument> arguments = {});
  void fault_words(std::string_view name, std::string words);  // pack words
  void fault_at(std::string_view name, std::string_view control, std::string words);
  bool ok() const { return faults_.empty(); }
  const std::vector<Fault>& faults() const { return faults_; }
  const Fault* error_of(std::string_view name) const;

  std::string_view typed(std::string_view name) const { return typed_.first(name); }
  bool was_chosen(std::string_view name, std::string_view value) const;
  void set(std::string_view name, std::string value);  // prefill; replaces
  const Fields& typed() const { return typed_; }

  // Which reading switch was pressed in the page head ("easy", "ruby", "lang"), if any: show the form again as typed.
  std::optional<Reader> reading_switch(const Reader& now) const;

 private:
  Fields typed_;
  std::span<const Upload> uploads_;
  std::vector<Fault> faults_;
  void missing(std::string_view name, const FieldRule& rule, std::string_view control = {});
  void wrong(std::string_view name, const FieldRule& rule, std::string_view key, std::vector<TextArgument> more = {},
             std::string_view control = {});
};

// The words of a fault for this reader.
Phrase fault_words(const Fault& fault, const Words& words);

// --- the token of a form ---
// Bound to the session and to what the form is for: HMAC-SHA-256 of both. `version` is the row's version the form
// shows; it travels in the same signed field, so a stale page is told apart from a forged one.
struct FormSeal {
  std::string purpose;       // "case.approve:3f8k…"
  std::int64_t version = 0;  // of the row when the form was shown; 0: a new thing
};
std::string form_token(BytesView session_key, const FormSeal& seal);
// forbidden when it is not ours; the version shown when it is.
Result<std::int64_t> check_form_token(BytesView session_key, std::string_view purpose, std::string_view token);
// The hidden fields: _token, and _key (idempotency key, fresh for every form shown).
Html hidden_fields(std::string_view token, std::string_view idempotency_key);
inline constexpr std::string_view token_field = "_token";
inline constexpr std::string_view idempotency_field = "_key";

}  // namespace yakuba::web
