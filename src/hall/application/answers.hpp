// Between a form's fields and an answer's JSON; inside hall/application only. One way in, one way out, so that a page
// shows again exactly what was typed, right or wrong.
//
//   Fields fields = to_fields(context, ask, answer);            // to show
//   JsonValue value = from_form(context, ask, form);             // to check with pack::wrong and to keep
//
// Names: the ask's id, then the record's field: "cause_date-y", "claimant.birth-m", "lives_with.1"; people of a list
// that the town knows are "children.known" (their index), others "children.new.0.name". What cannot be read is kept as
// typed: pack::wrong says what is wrong with it.
#pragma once

#include "hall/application/application.hpp"
#include "hall/application/wording.hpp"
#include "web/components.hpp"
#include "web/form.hpp"

namespace yakuba::application {

// What every page of a draft needs.
struct Context {
  const hall::Call& call;
  const Draft& draft;
  const pack::Pack& pack;
  const pack::Procedure& procedure;
  std::string language;  // of packs: ja, ja-x-easy, en
  const web::Words& words;
  std::shared_ptr<const Wording> wording;
  std::string address;  // of the draft: "/apply/ID"

  // Words of the pack for this reader: furigana as he wants it, holes filled.
  web::Phrase say(std::string_view key, const pack::Ask* ask = nullptr) const;
  std::string plain(std::string_view key, const pack::Ask* ask = nullptr) const;
  bool has(std::string_view key) const;
  // Words that are ready or are filled now.
  web::Html html(const ReadyWords& ready, const pack::Ask* ask = nullptr) const;
  const QuestionWords& of(const pack::Ask& ask) const { return wording->of(*ask.question); }
  web::Phrase say(const pack::Needed& need, std::string_view key) const;
};
Context context_of(const hall::Call& call, const Draft& draft);

// The record of the schema that a person, bank account or list question asks for, and the fields asked.
std::vector<const pack::Fact*> asked_fields(const pack::Pack& pack, const pack::Question& question);
std::string_view record_key(const pack::Pack& pack, const pack::Question& question);

web::Fields to_fields(const Context& context, const pack::Ask& ask, const JsonValue& value, const JsonArray& offered);
JsonValue from_form(const Context& context, const pack::Ask& ask, const web::Form& form, const JsonArray& offered);

// Puts the pack's faults beside the fields they are about.
void add_faults(const Context& context, const pack::Ask& ask, const JsonValue& value,
                const std::vector<pack::AnswerFault>& faults, const JsonArray& offered, web::Form& form);

// The control of one ask, filled from the form; `title`: the question in words, the heading of its page or a label.
web::Html ask_field(const Context& context, const pack::Ask& ask, const web::Html& title, const web::Form& form,
                    const JsonArray& offered, bool heading, std::size_t rows);
inline constexpr std::size_t rows_max = 20;
std::size_t typed_rows(const pack::Ask& ask, const web::Form& form);

// An answer in words, for check and status pages: 「令和7年（2025年）2月11日」「一緒に住んでいる」.
web::Html answer_words(const Context& context, const pack::Ask& ask, const JsonValue& value);

}  // namespace yakuba::application
