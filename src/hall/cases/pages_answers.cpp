// What was said and found out, as the clerk reads it: under the facts' own names, one row for each child, sensitive
// numbers masked until somebody says for what he looks.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::size_t digits_masked_min = 5;  // longer than the codes of banks and branches

const pack::Question* question_of(const File& file, std::string_view ask) {
  return file.procedure->question(ask.substr(0, ask.find('.')));
}

// The item that an answer is about: "lives_with.1" is 1; −1: none.
int item_of(std::string_view ask) {
  const auto dot = ask.find('.');
  return dot == std::string_view::npos ? -1 : static_cast<int>(parse_integer(ask.substr(dot + 1)).value_or(-1));
}

bool is_number_to_hide(std::string_view text) {
  return text.size() >= digits_masked_min &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
}

// The fields of a record in the order of the form; what the form did not ask follows in the schema's.
std::vector<const pack::Fact*> fields_in_order(const File& file, const pack::Question& question) {
  const pack::Fact* fact = fact_at(*file.pack, question.fact);
  const pack::Record* record = fact ? file.pack->facts.record(fact->type.record) : nullptr;
  std::vector<const pack::Fact*> fields;
  if (!record) return fields;
  for (const std::string& key : question.fields)
    if (const pack::Fact* field = record->field_by_key(key)) fields.push_back(field);
  for (const pack::Fact& field : record->fields)
    if (std::ranges::find(fields, &field) == fields.end() && has_source(field, pack::Source::applicant))
      fields.push_back(&field);
  return fields;
}

std::string record_words(const hall::Call& call, const File& file, const pack::Question& question,
                         const JsonValue& record, bool masked) {
  std::string out;
  for (const pack::Fact* field : fields_in_order(file, question)) {
    const JsonValue* value = record.find(field->key);
    std::string text = value ? plain_value(call, *value) : std::string();
    if (text.empty()) continue;
    if (masked && is_number_to_hide(text)) text = pack::masked(text);
    out += (out.empty() ? "" : "　") + text;
  }
  return out;
}

// An answer in the words of the form.
std::string answer_words(const hall::Call& call, const File& file, const AnswerRow& answer, bool masked) {
  const pack::Question* question = question_of(file, answer.ask);
  if (!question) return plain_value(call, answer.value);
  if (answer.value.object()) return record_words(call, file, *question, answer.value, masked);
  if (const JsonArray* items = answer.value.array()) {
    std::string out;
    for (const JsonValue& item : *items) {
      const std::string text =
          item.object() ? record_words(call, file, *question, item, masked) : plain_value(call, item);
      out += (out.empty() ? "" : "、") + text;
    }
    return out;
  }
  if (const std::string* text = answer.value.string()) {
    const std::string key = "question." + question->id + ".choice." + *text;
    pack::Ask ask{.question = question, .item = item_of(answer.ask)};
    if (file.procedure->texts.has(key))
      return without_ruby(pack::words(*file.pack, *file.procedure, key, "ja", file.known, &ask));
    if (masked && is_number_to_hide(*text)) return pack::masked(*text);
  }
  return plain_value(call, answer.value);
}

// 「勤め先の区分」: the fact that the question supplies.
std::string term_of(const File& file, const AnswerRow& answer) {
  const pack::Question* question = question_of(file, answer.ask);
  const pack::Fact* fact = question ? fact_at(*file.pack, question->fact) : nullptr;
  return fact ? fact->name : answer.ask;
}

Html source_tag(hall::Call& call, std::string_view source) {
  const bool registered = source == "register";
  return web::tag(Html(call.words(registered          ? Text::source_register
                                  : source == "card"  ? Text::source_card
                                  : source == "clerk" ? Text::source_entered
                                                      : Text::source_typed)),
                  registered ? web::Tone::ok : web::Tone::plain);
}

bool is_masked(const File& file, const AnswerRow& answer) {
  const pack::Question* question = question_of(file, answer.ask);
  return question && question->sensitive;
}

// One child, or one elder child: the list's own answer names him, the questions asked for each follow.
struct ItemRow {
  std::string list;  // question id of the list
  int item = 0;
  std::string words, source;
};

std::vector<ItemRow> item_rows(const hall::Call& call, const File& file, const AnswerRow& list) {
  std::vector<ItemRow> rows;
  const pack::Question* question = question_of(file, list.ask);
  const JsonArray* people = list.value.array();
  if (!question || !people) return rows;
  for (std::size_t i = 0; i < people->size(); ++i)
    rows.push_back({.list = question->id,
                    .item = static_cast<int>(i),
                    .words = record_words(call, file, *question, (*people)[i], false),
                    .source = list.source});
  for (const AnswerRow& answer : file.answers) {
    const pack::Question* each = question_of(file, answer.ask);
    const int item = item_of(answer.ask);
    if (!each || each->for_each != question->id || item < 0 || std::cmp_greater_equal(item, rows.size())) continue;
    rows[static_cast<std::size_t>(item)].words +=
        "　" + term_of(file, answer) + ": " + answer_words(call, file, answer, is_masked(file, answer));
  }
  return rows;
}

Html masked_value(hall::Call& call, const File& file, const AnswerRow& answer, const std::string& words) {
  const web::Path reveal =
      web::Path::to("/cases/{case}/reveal", {{"case", file.row.public_id.text()}}).with("ask", answer.ask);
  return Html(group(words, "　", a(href(reveal.text()), call.words(Text::reveal))));
}

void add_answer(hall::Call& call, const File& file, const AnswerRow& answer, std::vector<web::SummaryRow>& rows) {
  const pack::Question* question = question_of(file, answer.ask);
  if (question && !question->for_each.empty() && item_of(answer.ask) >= 0) return;  // stands in its item's row
  const std::string term = term_of(file, answer);
  if (const std::vector<ItemRow> items = item_rows(call, file, answer); !items.empty()) {
    for (const ItemRow& item : items)
      rows.push_back({.term = Html(items.size() == 1 ? term : fmt::format("{} {}", term, item.item + 1)),
                      .value = Html(item.words),
                      .go = source_tag(call, item.source)});
    return;
  }
  const bool masked = is_masked(file, answer);
  const std::string words = answer_words(call, file, answer, masked);
  rows.push_back({.term = Html(term),
                  .value = words.empty() ? Html(span(cls("muted"), call.words(Text::unanswered)))
                           : masked      ? masked_value(call, file, answer, words)
                                         : Html(words),
                  .go = source_tag(call, answer.source)});
}

void add_found(hall::Call& call, const File& file, const FactRow& fact, std::vector<web::SummaryRow>& rows) {
  std::string whose;
  for (const Findable& one : findable(file))
    if (one.key == fact.key && !one.about.empty() && without_items(fact.key) != fact.key) whose = one.about + "さんの";
  const auto how = call.words.find(catalogue(Text::found_paper), "found_" + fact.source);
  rows.push_back(
      {.term = Html(whose + fact_name(*file.pack, fact.key, fact.key)),
       .value = Html(group(plain_value(call, fact.value),
                           when(!fact.note.empty(), [&] { return group(br(), span(cls("small muted"), fact.note)); }))),
       .go = web::tag(how ? Html(*how) : Html(call.words(Text::source_clerk)), web::Tone::ok)});
}

// --- looking at a masked answer ---

const AnswerRow* masked_answer(const File& file, std::string_view ask) {
  for (const AnswerRow& answer : file.answers)
    if (is_masked(file, answer) && !answer.value.is_null() && (ask.empty() || answer.ask == ask)) return &answer;
  return nullptr;
}

Response reveal_page(hall::Call& call, const File& file, const AnswerRow* answer, const web::Form& form) {
  web::Choices purpose{.name = "purpose",
                       .legend = call.words(Text::purpose),
                       .error = web::error_for(form, "purpose", call.words),
                       .required = true,
                       .lines = true};
  for (const std::string_view code : reveal_purposes)
    if (const auto words = call.words.find(catalogue(Text::purpose_examination), "purpose_" + std::string(code)))
      purpose.options.push_back(
          {.value = std::string(code), .label = Html(*words), .chosen = form.was_chosen("purpose", code)});
  if (!answer)
    return hall::page(call,
                      {.title = call.words(Text::reveal_title),
                       .content = Html(div(cls("wrap stack read"),
                                           web::back_link(file_path(file.row.public_id).text(), Html(file.row.number)),
                                           h1(call.words(Text::reveal_title)), p(call.words(Text::nothing_masked)))),
                       .current_menu = "/inbox"});
  return act_page(
      call, file, form,
      {.act = "reveal",
       .title = call.words(Text::reveal_title),
       .button = call.words(Text::reveal_now),
       .fields = Html(group(p(b(term_of(file, *answer)), "　", answer_words(call, file, *answer, true)),
                            p(call.words(Text::reveal_hint)), input(type("hidden"), name("ask"), value(answer->ask)),
                            web::choice_field(call.words, purpose)))});
}

Response get_reveal(hall::Call& call) {
  const auto file = open_for(call, "read");
  if (!file) return hall::problem(call, file.error());
  return reveal_page(call, *file, masked_answer(*file, call.request.query.first("ask")), web::Form(web::Fields{}));
}

// The value stands on the answer to the POST only: it has no address that could be kept or sent on.
Response post_reveal(hall::Call& call) {
  const auto file = open_for(call, "read");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  const AnswerRow* answer = masked_answer(*file, call.request.form.first("ask"));
  if (!answer) return hall::problem(call, {ErrorKind::not_found, "case.answer", {}, {}, {}});
  const std::string purpose = form.choice("purpose", {{.label = call.words(Text::purpose).plain(), .required = true},
                                                      {reveal_purposes.begin(), reveal_purposes.end()}});
  if (!form.ok()) return reveal_page(call, *file, answer, form);
  const Act act = act_of(call);
  const auto shown = call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<JsonValue> {
    TRY(allowed(call, tx, file->row, "read"));
    return reveal_answer(call.hall, tx, call.town, act, file->row.public_id, answer->ask, purpose);
  });
  if (!shown) return hall::problem(call, shown.error());
  AnswerRow whole = *answer;
  whole.value = *shown;
  const Html content(div(cls("wrap stack read"),
                         web::back_link(file_path(file->row.public_id).text(), Html(file->row.number)),
                         h1(term_of(*file, whole)), p(cls("number"), answer_words(call, *file, whole, false)),
                         p(cls("small muted"), call.words(Text::reveal_recorded))));
  return hall::page(call, {.title = term_of(*file, whole), .content = content, .current_menu = "/inbox"});
}

}  // namespace

std::string plain_value(const hall::Call& call, const JsonValue& value) {
  if (const std::string* text = value.string()) {
    const auto date = Date::parse(*text);
    return date ? format_resident(*date) : *text;
  }
  if (const JsonNumber* number = value.number()) return number->text;
  if (const bool* truth = value.boolean()) return call.words(*truth ? Text::yes : Text::no).plain();
  std::string out;
  if (const JsonObject* members = value.object())
    for (const auto& [key, member] : *members)
      if (const std::string part = key == "person_id" ? std::string() : plain_value(call, member); !part.empty())
        out += (out.empty() ? "" : "　") + part;
  if (const JsonArray* items = value.array())
    for (const JsonValue& item : *items) out += (out.empty() ? "" : "、") + plain_value(call, item);
  return out;
}

Html answers_list(hall::Call& call, const File& file) {
  std::vector<web::SummaryRow> rows;
  for (const AnswerRow& answer : file.answers) add_answer(call, file, answer, rows);
  for (const FactRow& fact : file.facts) add_found(call, file, fact, rows);
  return web::summary_list(rows);
}

std::vector<hall::Route> answer_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission read("case.read");
  return {{Method::get, "/cases/{case}/reveal", Side::office_side, read,
           Fixture::of("clerk", {{"case", "case-examine"}}), get_reveal},
          {Method::post, "/cases/{case}/reveal", Side::office_side, read, Fixture::none("writes"), post_reveal}};
}

}  // namespace yakuba::cases
