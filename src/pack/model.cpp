// Look-ups of the model.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "pack/pack.hpp"
#include "pack/parse_template.hpp"

namespace yakuba::pack {
namespace {

template <class T, class Member>
const T* find_by(const std::vector<T>& items, Member member, std::string_view wanted) {
  for (const T& item : items)
    if (item.*member == wanted) return &item;
  return nullptr;
}

}  // namespace

const Texts::Languages::value_type* Texts::of(const Languages& languages, std::string_view language) {
  const auto found = std::ranges::find(languages, language, &Languages::value_type::first);
  return found == languages.end() ? nullptr : &*found;
}

const Texts::Entry* Texts::find(std::string_view key, std::string_view language, std::string_view* found) const {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return nullptr;
  // Plain Japanese falls back to Japanese, everything else too: the office's own language is always complete.
  for (std::string_view wanted : {language, std::string_view("ja"), std::string_view("en")}) {
    const auto* one = of(entry->second, wanted);
    if (!one) continue;
    if (found) *found = one->first;
    return &one->second;
  }
  return nullptr;
}

bool Texts::has(std::string_view key, std::string_view language) const {
  const auto entry = entries_.find(key);
  return entry != entries_.end() && of(entry->second, language);
}

Said Texts::say(std::string_view key, std::string_view language) const {
  std::string_view found;
  const Entry* entry = find(key, language, &found);
  if (!entry) return {key, language, true};
  return {entry->text, found, found != language};
}

const std::vector<TemplatePart>* Texts::parts(std::string_view key, std::string_view language) const {
  const Entry* entry = find(key, language, nullptr);
  return entry ? &entry->parts : nullptr;
}

std::optional<std::string_view> Texts::whole(std::string_view key, std::string_view language, bool furigana) const {
  const Entry* entry = find(key, language, nullptr);
  if (!entry || !entry->whole) return {};
  return furigana || entry->plain.empty() ? std::string_view(*entry->whole) : std::string_view(entry->plain);
}

void Texts::set(std::string key, std::string language, std::string text, Place place, std::vector<Fault>& faults) {
  Entry entry{text, place, {}, std::string(), {}};
  Place line_place = place;
  bool first = true;
  for (std::string_view line : split(text, '\n')) {
    if (!first) entry.parts.push_back({TemplatePart::Kind::text, "\n", {}, {}});
    for (TemplatePart& part : parse_parts(line, line_place, faults)) entry.parts.push_back(std::move(part));
    first = false;
    ++line_place.line;
    line_place.column = 1;
  }
  for (const TemplatePart& part : entry.parts) {
    if (part.kind != TemplatePart::Kind::text) {
      entry.whole.reset();
      break;
    }
    *entry.whole += part.text;
  }
  if (entry.whole && entry.whole->find('{') != std::string::npos) entry.plain = without_ruby(*entry.whole);
  Languages& languages = entries_[std::move(key)];
  for (auto& [tag, known] : languages)
    if (tag == language) return void(known = std::move(entry));
  languages.emplace_back(std::move(language), std::move(entry));
}

const Place* Texts::place(std::string_view key, std::string_view language) const {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return nullptr;
  const auto* one = of(entry->second, language);
  return one ? &one->second.place : nullptr;
}

std::vector<std::string> Texts::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, entry] : entries_) out.push_back(key);
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> Texts::languages() const {
  std::set<std::string> out;
  for (const auto& [key, languages] : entries_)
    for (const auto& [language, text] : languages) out.insert(language);
  return {out.begin(), out.end()};
}

const Fact* Record::field_by_key(std::string_view wanted) const {
  return find_by(fields, &Fact::key, wanted);
}
const Fact* Record::field_by_name(std::string_view wanted) const {
  return find_by(fields, &Fact::name, wanted);
}
const Fact* FactSchema::by_key(std::string_view wanted) const {
  return find_by(facts, &Fact::key, wanted);
}
const Fact* FactSchema::by_name(std::string_view wanted) const {
  return find_by(facts, &Fact::name, wanted);
}
const Record* FactSchema::record(std::string_view wanted) const {
  return find_by(records, &Record::name, wanted);
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> out;
  for (const Parameter& row : rows)
    if (std::find(out.begin(), out.end(), row.name) == out.end()) out.push_back(row.name);
  return out;
}

const Parameter* Table::as_of(std::string_view wanted, Date day) const {
  for (const Parameter& row : rows)
    if (row.name == wanted && row.valid_from <= day && (!row.valid_to || day <= *row.valid_to)) return &row;
  return nullptr;
}

const Question* Procedure::question(std::string_view wanted) const {
  return find_by(questions, &Question::id, wanted);
}
const Attachment* Procedure::attachment(std::string_view wanted) const {
  return find_by(attachments, &Attachment::id, wanted);
}
const Step* Procedure::step(std::string_view wanted) const {
  return find_by(steps, &Step::id, wanted);
}
const Outcome* Procedure::outcome(std::string_view wanted) const {
  return find_by(outcomes, &Outcome::id, wanted);
}
const ReasonCode* Procedure::reason(std::string_view code) const {
  return find_by(reasons, &ReasonCode::code, code);
}
const Term* Procedure::term(std::string_view wanted) const {
  return find_by(terms, &Term::id, wanted);
}
const Notice* Procedure::notice(std::string_view wanted) const {
  return find_by(notices, &Notice::id, wanted);
}

const Procedure* Pack::procedure(std::string_view wanted) const {
  return find_by(procedures, &Procedure::id, wanted);
}
const Criterion* Pack::criterion(std::string_view wanted) const {
  return find_by(criteria, &Criterion::id, wanted);
}
const Section* Pack::section(std::string_view wanted) const {
  return find_by(sections, &Section::id, wanted);
}
const Rank* Pack::rank(std::string_view wanted) const {
  return find_by(ranks, &Rank::id, wanted);
}
const Post* Pack::post(std::string_view wanted) const {
  return find_by(posts, &Post::id, wanted);
}
const Role* Pack::role(std::string_view wanted) const {
  return find_by(roles, &Role::id, wanted);
}
const Route* Pack::route(std::string_view wanted) const {
  return find_by(routes, &Route::id, wanted);
}
const Table* Pack::table(std::string_view wanted) const {
  return find_by(tables, &Table::id, wanted);
}

const Calendar* Pack::calendar_of(std::string_view section_id) const {
  const Section* found = section(section_id);
  for (const std::string& id : {found ? found->calendar : std::string(), town ? town->calendar : std::string(),
                                std::string("office"), std::string("national")}) {
    const auto calendar = calendars.find(id);
    if (calendar != calendars.end()) return &calendar->second;
  }
  return nullptr;
}

bool is_municipality_code(std::string_view code) {
  if (code.size() != 6 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  int sum = 0;
  for (int i = 0; i < 5; ++i) sum += (code[static_cast<std::size_t>(i)] - '0') * (6 - i);
  return (11 - sum % 11) % 10 == code[5] - '0';
}

}  // namespace yakuba::pack
