// Words: every key a page needs, in every language of the pack; no key that no page needs; furigana in やさしい日本語.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "pack/check_rules.hpp"
#include "pack/parse_template.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

constexpr std::string_view easy = "ja-x-easy";

struct Keys {
  std::set<std::string> needed;
  std::set<std::string> allowed;  // may be there, in no language or in all
  void need(std::string key) { needed.insert(std::move(key)); }
  void allow(std::string key) { allowed.insert(std::move(key)); }
  // Without a town nobody can say which of its words are used; life events and pages of the common pack are an offer.
  std::vector<std::string_view> open_prefixes;
  bool open(std::string_view key) const {
    return std::any_of(open_prefixes.begin(), open_prefixes.end(),
                       [&](std::string_view p) { return key.starts_with(p); });
  }
};

void of_question(const Question& q, Keys& keys) {
  const std::string base = "question." + q.id;
  keys.need(base + ".title");
  keys.allow(base + ".hint");
  keys.allow(base + ".why");
  if (q.unknown) keys.need(base + ".unknown");
  for (const std::string& choice : q.choices) {
    keys.need(base + ".choice." + choice);
    keys.allow(base + ".choice_hint." + choice);
  }
  for (const Check& check : q.checks) keys.need(base + ".check." + check.id);
  if (!q.group.empty()) keys.need("group." + q.group);
}

Keys of_procedure(const Procedure& p) {
  Keys keys;
  for (const char* key :
       {"title", "formal_title", "summary", "time", "needs", "fee", "done", "declaration", "declaration_law"})
    keys.need(key);
  for (const char* key :
       {"start_hint", "expected", "expected_note", "withdraw_note", "next.1", "next.2", "next.3", "next.4"})
    keys.allow(key);
  for (const Question& question : p.questions) of_question(question, keys);
  for (const Attachment& attachment : p.attachments) {
    keys.need("attachment." + attachment.id + ".title");
    keys.allow("attachment." + attachment.id + ".hint");
  }
  for (const Step& step : p.steps) {
    keys.need("step." + step.id);
    keys.need("step_resident." + step.id);
  }
  for (const Outcome& outcome : p.outcomes) keys.need("outcome." + outcome.id);
  for (const ReasonCode& reason : p.reasons) keys.need("reason." + reason.code);
  for (const Term& term : p.terms) keys.need("term." + term.id);
  return keys;
}

Keys of_pack(const Pack& pack) {
  Keys keys;
  for (const char* key :
       {"required", "choose", "choice", "text", "too_long", "too_short", "integer", "too_small", "too_large", "date",
        "phone", "mail", "kana", "name", "items_min", "items_max", "consent", "wrong"})
    keys.need(std::string("answer.") + key);
  for (const char* key : {"yes", "no", "none"}) keys.need(std::string("word.") + key);
  for (const Procedure& p : pack.procedures)
    for (const Question& q : p.questions) {
      const Fact* fact = pack.facts.by_key(q.fact);
      const Record* record = fact ? pack.facts.record(fact->type.record) : nullptr;
      if (!record) continue;
      for (const Fact& field : record->fields) {
        const bool applicant =
            std::find(field.sources.begin(), field.sources.end(), Source::applicant) != field.sources.end();
        const bool asked = q.fields.empty() ? applicant && q.type == AnswerType::bank_account
                                            : std::find(q.fields.begin(), q.fields.end(), field.key) != q.fields.end();
        if (!asked) continue;
        keys.need("field." + record->key + "." + field.key);
        for (const std::string& choice : field.type.choices)
          keys.need("field_choice." + record->key + "." + field.key + "." + choice);
      }
    }
  keys.open_prefixes = {"life.", "page."};
  if (!pack.town) {
    keys.open_prefixes = {"life.", "page.", "town.", "hours.", "news."};
    return keys;
  }
  for (const char* key : {"town.name", "town.office", "town.online"}) keys.need(key);
  for (const OpeningHours& hours : pack.town->hours) {
    keys.need("hours." + hours.id + ".place");
    keys.need("hours." + hours.id + ".time");
  }
  for (const NewsItem& news : pack.town->news) {
    keys.need("news." + news.id + ".title");
    keys.need("news." + news.id + ".body");
  }
  for (const LifeEvent& event : pack.town->life_events) {
    keys.need("life." + event.id + ".title");
    keys.need("life." + event.id + ".summary");
  }
  for (const InformationPage& page : pack.town->pages) {
    keys.need("page." + page.id + ".title");
    keys.need("page." + page.id + ".body");
  }
  return keys;
}

void check_words(const Texts& texts, const Keys& keys, const std::vector<std::string>& languages, const Place& owner,
                 std::vector<Fault>& faults) {
  for (const std::string& key : keys.needed)
    for (const std::string& language : languages)
      if (!texts.has(key, language)) {
        Place place = owner;
        if (const Place* ja = texts.place(key, "ja")) place = *ja;
        place.field = key;
        faults.push_back({"pack.missing_text", Severity::error, place, {{"key", key}, {"language", language}}});
      }
  std::vector<std::string> known(keys.needed.begin(), keys.needed.end());
  known.insert(known.end(), keys.allowed.begin(), keys.allowed.end());
  for (const std::string& key : texts.keys()) {
    if (!keys.needed.contains(key) && !keys.allowed.contains(key) && !keys.open(key)) {
      const std::vector<std::string> in = texts.languages();
      for (const std::string& language : in)
        if (const Place* place = texts.place(key, language))
          faults.push_back(
              {"pack.unknown_text", Severity::error, *place, {{"key", key}, {"near", nearest(key, known)}}});
      continue;
    }
    for (const std::string& language : languages)
      if ((keys.allowed.contains(key) || keys.open(key)) && !keys.needed.contains(key) && !texts.has(key, language)) {
        Place place = owner;
        if (const Place* ja = texts.place(key, "ja")) place = *ja;
        place.field = key;
        faults.push_back({"pack.missing_text", Severity::error, place, {{"key", key}, {"language", language}}});
      }
    if (!texts.has(key, easy)) continue;
    if (const auto bare = bare_kanji(texts.say(key, easy).text)) {
      Place place = *texts.place(key, easy);
      place.column += bare->offset;
      faults.push_back({"pack.easy_kanji", Severity::error, place, {{"key", key}, {"character", bare->character}}});
    }
  }
}

}  // namespace

void check_texts(const Pack& pack, std::vector<Fault>& faults) {
  for (const Procedure& procedure : pack.procedures)
    check_words(procedure.texts, of_procedure(procedure), pack.languages, procedure.place, faults);
  check_words(pack.texts, of_pack(pack), pack.languages, pack.town ? pack.town->place : Place{}, faults);
}

}  // namespace yakuba::pack
