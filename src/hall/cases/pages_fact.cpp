// Finding out a fact: which ones the clerk may find out, a form by the fact's type with how and where, and the outcome
// that follows from it on the file's page.
#include "base/text.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::int64_t text_characters_max = 400;

std::string title_of(const File& file, const Findable& one) {
  const std::string name = fact_name(*file.pack, one.key, one.fact->name);
  return one.about.empty() || without_items(one.key) == one.key ? name : one.about + "さんの" + name;
}

const Findable* asked(const std::vector<Findable>& all, std::string_view key) {
  const auto found = std::ranges::find(all, key, &Findable::key);
  return found == all.end() ? nullptr : &*found;
}

// --- the value, by the fact's type ---

web::Field text_of(const hall::Call& call, const web::Form& form, const std::string& label) {
  web::Field field{.name = "value", .label = Html(label), .value = std::string(form.typed("value"))};
  field.error = web::error_for(form, "value", call.words);
  field.required = true;
  return field;
}

web::Choices choice_of(const hall::Call& call, const web::Form& form, const Findable& one, const std::string& label) {
  web::Choices choices{.name = "value",
                       .legend = Html(label),
                       .error = web::error_for(form, "value", call.words),
                       .required = true,
                       .several = one.fact->type.kind == pack::TypeKind::multi_choice,
                       .lines = true};
  if (one.fact->type.kind == pack::TypeKind::yes_no)
    choices.options = {{.value = "yes", .label = call.words(Text::yes), .chosen = form.was_chosen("value", "yes")},
                       {.value = "no", .label = call.words(Text::no), .chosen = form.was_chosen("value", "no")}};
  for (const std::string& choice : one.fact->type.choices)
    choices.options.push_back({.value = choice, .label = Html(choice), .chosen = form.was_chosen("value", choice)});
  return choices;
}

Html value_field(const hall::Call& call, const web::Form& form, const Findable& one, const std::string& label) {
  using enum pack::TypeKind;
  switch (one.fact->type.kind) {
    case yes_no:
    case choice:
    case multi_choice:
      return web::choice_field(call.words, choice_of(call, form, one, label));
    case date:
      return web::date_field(call.words, {.name = "value",
                                          .legend = Html(label),
                                          .year = std::string(form.typed("value-y")),
                                          .month = std::string(form.typed("value-m")),
                                          .day = std::string(form.typed("value-d")),
                                          .error = web::error_for(form, "value", call.words),
                                          .required = true});
    case integer:
    case yen:
    case number:
      return web::number_field(call.words, text_of(call, form, label), Html(one.fact->unit));
    case month: {
      web::Field field = text_of(call, form, label);
      field.hint = call.words(Text::month_hint);
      return web::text_field(call.words, field);
    }
    default:
      return web::text_field(call.words, text_of(call, form, label));
  }
}

JsonValue value_of(const hall::Call& call, web::Form& form, const Findable& one, const std::string& label) {
  using enum pack::TypeKind;
  const web::FieldRule rule{.label = label, .required = true};
  const pack::Type& type = one.fact->type;
  switch (type.kind) {
    case yes_no:
      return form.choice("value", {rule, {"yes", "no"}}) == "yes";
    case choice:
      return form.choice("value", {rule, type.choices});
    case multi_choice: {
      JsonArray chosen;
      for (std::string& word : form.choices("value", {rule, type.choices})) chosen.push_back(std::move(word));
      return chosen;
    }
    case date: {
      const auto day = form.date("value", {rule, std::nullopt, std::nullopt});
      return day ? JsonValue(day->text()) : JsonValue();
    }
    case integer:
    case yen: {
      web::NumberRule limits{rule};
      limits.min = std::max(type.minimum, type.kind == yen ? std::int64_t{0} : type.minimum);
      limits.max = std::min(type.maximum, limits.max);
      const auto typed = form.integer("value", limits);
      return typed ? JsonValue(*typed) : JsonValue();
    }
    case number:
      return JsonNumber{form.text("value", {rule, 0, text_characters_max})};
    case month: {
      const std::string typed = form.text("value", {rule, 0, text_characters_max});
      if (!typed.empty() && !Date::parse(typed + "-01"))
        form.fault_words("value", call.words(Text::month_wrong).plain());
      return typed;
    }
    default:
      return form.text("value", {rule, 0, text_characters_max});
  }
}

// --- the pages ---

Response list_page(hall::Call& call, const File& file, const std::vector<Findable>& all) {
  std::vector<web::SummaryRow> rows;
  for (const Findable& one : all) {
    const JsonValue* known = known_at(file.known.known, one.key);
    const web::Path to =
        web::Path::to("/cases/{case}/fact", {{"case", file.row.public_id.text()}}).with("key", one.key);
    rows.push_back(
        {.term = Html(title_of(file, one)),
         .value = known ? Html(call.words(Text::fact_known, {{"value", plain_value(call, *known)}}))
                        : Html(span(cls("small muted"), one.fact->how)),
         .go = Html(a(href(to.text()), call.words(Text::find_out), span(cls("vh"), "　", title_of(file, one))))});
  }
  const Html body = rows.empty() ? Html(p(call.words(Text::nothing_to_find))) : web::summary_list(rows);
  return hall::page(call,
                    {.title = call.words(Text::act_fact),
                     .content = Html(div(cls("wrap stack read"),
                                         web::back_link(file_path(file.row.public_id).text(), Html(file.row.number)),
                                         h1(call.words(Text::act_fact)), p(call.words(Text::fact_lead)), body)),
                     .current_menu = "/inbox"});
}

Response fact_page(hall::Call& call, const File& file, const Findable& one, const web::Form& form,
                   const std::optional<Error>& error = {}) {
  const std::string label = title_of(file, one);
  web::Choices source{.name = "source",
                      .legend = call.words(Text::fact_source),
                      .error = web::error_for(form, "source", call.words),
                      .required = true,
                      .lines = true};
  for (const std::string_view code : fact_sources)
    if (const auto words = call.words.find(catalogue(Text::found_paper), "found_" + std::string(code)))
      source.options.push_back(
          {.value = std::string(code), .label = Html(*words), .chosen = form.was_chosen("source", code)});
  const auto before = std::ranges::find(file.facts, one.key, &FactRow::key);
  return act_page(
      call, file, form,
      {.act = "fact",
       .title = call.words(Text::fact_title, {{"fact", label}}),
       .button = call.words(Text::fact_now),
       .fields = Html(
           group(when(!one.fact->how.empty(), [&] { return p(one.fact->how); }),
                 when(!one.fact->law.empty(), [&] { return p(cls("small muted"), one.fact->law); }),
                 when(before != file.facts.end(),
                      [&] { return p(call.words(Text::fact_before, {{"value", plain_value(call, before->value)}})); }),
                 input(type("hidden"), name("key"), web::html::value(one.key)), value_field(call, form, one, label),
                 web::choice_field(call.words, source),
                 web::text_area(call.words, area_of(call, form, "note", call.words(Text::fact_note),
                                                    call.words(Text::fact_note_hint)))))},
      error);
}

Response get_fact(hall::Call& call) {
  const auto file = open_for(call, "examine");
  if (!file) return hall::problem(call, file.error());
  const std::vector<Findable> all = findable(*file);
  const std::string_view key = call.request.query.first("key");
  if (key.empty()) return list_page(call, *file, all);
  const Findable* one = asked(all, key);
  if (!one) return hall::problem(call, {ErrorKind::not_found, "case.fact", {}, {}, {}});
  return fact_page(call, *file, *one, web::Form(web::Fields{}));
}

Response post_fact(hall::Call& call) {
  const auto file = open_for(call, "examine");
  if (!file) return hall::problem(call, file.error());
  const std::vector<Findable> all = findable(*file);
  const Findable* one = asked(all, call.request.form.first("key"));
  if (!one) return hall::problem(call, {ErrorKind::not_found, "case.fact", {}, {}, {}});
  web::Form form(call.request);
  Found found{.key = one->key, .value = value_of(call, form, *one, title_of(*file, *one))};
  found.source = form.choice("source", {{.label = call.words(Text::fact_source).plain(), .required = true},
                                        {fact_sources.begin(), fact_sources.end()}});
  found.note = form.text("note", {{.label = call.words(Text::fact_note).plain(), .required = true}, 0, 1000, true});
  if (form.ok() && !fits(*one->fact, found.value)) form.fault_words("value", call.words(Text::fact_wrong).plain());
  if (!form.ok()) return fact_page(call, *file, *one, form);
  const Act act = act_of(call);
  const auto done = do_act(call, "examine", [&](store::Tx& tx, const On& on) {
    return confirm_fact(call.hall, tx, call.town, act, on, found);
  });
  if (!done && done.error().kind == ErrorKind::conflict) return fact_page(call, *file, *one, form, done.error());
  return back_to_file(call, done);
}

}  // namespace

std::vector<hall::Route> fact_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission examine("case.examine");
  return {{Method::get, "/cases/{case}/fact", Side::office_side, examine,
           Fixture::of("clerk", {{"case", "case-examine"}}), get_fact},
          {Method::post, "/cases/{case}/fact", Side::office_side, examine, Fixture::none("writes"), post_fact}};
}

}  // namespace yakuba::cases
