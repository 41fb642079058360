// Finding a person: the form, the table of those found, the export. What is typed is personal data, so it travels in
// the body of a POST and never stands in an address (ASVS 5.0 V14.2.1).
#include "hall/people/pages.hpp"

namespace yakuba::people {

namespace h = web::html;
using web::Form, web::Html, web::Permission, web::Response, web::Words;

namespace {

Query query_of(const web::Fields& typed) {
  return {.name = std::string(typed.first("name")),
          .birth = std::string(typed.first("birth")),
          .address = std::string(typed.first("address")),
          .number = std::string(typed.first("number")),
          .telephone = std::string(typed.first("telephone")),
          .also_former = typed.first("former") == "1",
          .after = std::string(typed.first("after"))};
}
Purpose purpose_of(const web::Fields& typed) {
  return parse_purpose(typed.first("purpose")).value_or(Purpose::counter);
}

Text label_of(std::string_view field) {
  if (field == "birth") return Text::field_birth;
  if (field == "address") return Text::field_address;
  if (field == "number") return Text::field_number;
  if (field == "telephone") return Text::field_telephone;
  if (field == "law") return Text::field_law;
  return Text::field_name;
}

Html field(const Form& form, const Words& words, std::string name, std::optional<Text> hint, std::string width,
           std::string inputmode = {}) {
  return web::text_field(words, {.name = name,
                                 .label = words(label_of(name)),
                                 .hint = hint ? Html(words(*hint)) : Html(),
                                 .value = std::string(form.typed(name)),
                                 .error = web::error_for(form, name, words),
                                 .inputmode = std::move(inputmode),
                                 .width = std::move(width),
                                 .characters_max = query_code_points_max});
}

Html find_form(const hall::Call& call, const Form& form) {
  const Words& words = call.words;
  return h::form(
      h::id("find"), h::method("post"), h::action("/people"), h::cls("panel stack"), h::role("search"),
      h::novalidate(true), field(form, words, "name", Text::field_name_hint, "w-20"),
      field(form, words, "birth", Text::field_birth_hint, "w-20"),
      field(form, words, "address", Text::field_address_hint, "w-20"),
      field(form, words, "number", std::nullopt, "w-20", "numeric"),
      field(form, words, "telephone", std::nullopt, "w-20", "tel"),
      web::choice_field(
          words,
          {.name = "former",
           .legend = words(Text::column_status),
           .options = {{.value = "1", .label = words(Text::field_former), .chosen = form.typed("former") == "1"}},
           .several = true,
           .lines = true}),
      web::select_field(
          words, {{.name = "purpose", .label = words(Text::field_purpose), .hint = words(Text::field_purpose_hint)},
                  purpose_options(words, form.typed("purpose"))}),
      h::p(h::cls("row"), web::action_button({.text = words(Text::find_button)}),
           h::a(h::cls("small"), h::href("/people"), words(Text::find_reset))),
      hall::form_fields(call));
}

// What was typed, kept for the next page and for the export.
Html carried(const web::Fields& typed) {
  Html fields;
  for (std::string_view name : {"name", "birth", "address", "number", "telephone", "former", "purpose"})
    if (!typed.first(name).empty()) fields.add(h::input(h::type("hidden"), h::name(name), h::value(typed.first(name))));
  return fields;
}

Html state_of(const Words& words, const FoundPerson& person) {
  Html state;
  if (person.warn) state.add(web::tag(words(Text::warn), web::Tone::warn, web::Icon::alert)).add(" ");
  if (person.status != Status::resident) state.add(web::tag(coded(words, "status_", code(person.status))));
  return state;
}

Html found_table(const hall::Call& call, const Found& found, Purpose purpose) {
  const Words& words = call.words;
  web::Table table{.id = "found", .caption = words(Text::found_caption), .sticky = true};
  for (Text column : {Text::column_name, Text::column_birth, Text::column_age, Text::column_sex, Text::column_address,
                      Text::column_status, Text::column_number})
    table.columns.push_back({.title = words(column)});
  for (const FoundPerson& p : found.rows) {
    const std::string href = person_path(p.number) + "?for=" + std::string(code(purpose));
    table.rows.push_back(
        {.cells = {Html(h::group(h::a(h::href(href), shown_name(p.name)), h::br(),
                                 h::span(h::cls("small muted"), h::lang("ja"), p.name.kana))),
                   shown_birth(p.birth), shown_age(words, p.birth, call.today), coded(words, "sex_", code(p.sex)),
                   p.withheld ? Html(h::span(h::cls("muted"), words(Text::withheld))) : Html(p.address),
                   state_of(words, p), Html(p.number.text())},
         .tone = p.warn ? web::RowTone::proposed : web::RowTone::plain});
  }
  return web::table_of(words, table);
}

Html results(const hall::Call& call, const web::Fields& typed, const Found& found) {
  const Words& words = call.words;
  if (found.rows.empty())
    return web::empty_state({.title = words(Text::found_none), .body = h::p(words(Text::found_none_body))});
  Html out;
  out.add(h::p(h::cls("meta"), h::role("status"),
               words(found.more_than_counted ? Text::found_many : Text::found_count, {{"count", found.count}})));
  out.add(h::div(h::cls("panel stack-s"), found_table(call, found, purpose_of(typed))));
  Html acts;
  if (!found.next.empty())
    acts.add(h::form(h::method("post"), h::action("/people"), hall::form_fields(call), carried(typed),
                     h::input(h::type("hidden"), h::name("after"), h::value(found.next)),
                     web::action_button({.text = words(Text::found_next, {{"count", found_rows_max}}),
                                         .kind = web::ButtonKind::second})));
  if (access::holds(*call.actor, "person.export"))
    acts.add(h::form(h::method("post"), h::action("/people/export"), hall::form_fields(call), carried(typed),
                     web::action_button({.text = words(Text::export_title), .kind = web::ButtonKind::second})));
  if (!acts.empty()) out.add(h::div(h::cls("row"), acts));
  return out;
}

Response find_page(hall::Call& call, const Form& form, const Html& below) {
  const Words& words = call.words;
  // Alone the form has the width to be read; beside results it stands in the narrow column.
  Html body = below.empty() ? find_form(call, form)
                            : Html(h::div(h::cls("cols-side"), find_form(call, form), h::div(h::cls("stack"), below)));
  Html content = h::div(h::cls(below.empty() ? "wrap stack read" : "wrap stack"), web::error_summary(form, words),
                        h::h1(words(Text::find_title)), h::p(h::cls("muted"), words(Text::find_lead)), body);
  return hall::page(call, {.title = words(Text::find_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/people",
                           .reading_form = "find"});
}

Response show_form(hall::Call& call) {
  return find_page(call, Form(web::Fields{}), Html());
}

Bytes fresh_key(hall::Call& call) {
  Bytes key(32);
  call.hall.random.fill(key);
  return key;
}

Response find(hall::Call& call) {
  Form form(call.request);
  if (form.reading_switch(call.words.reader())) return find_page(call, form, Html());
  const Query query = query_of(call.request.form);
  const Reader reader = reader_of(call, purpose_of(call.request.form));
  const Bytes key = fresh_key(call);
  auto found = look(call.hall.store, call.town, [&](store::ReadTx& tx) { return search(tx, reader, query, key); });
  if (!found) {
    const Words& words = call.words;
    if (blame(form, words, found.error(), words(label_of(found.error().place.field)).plain()))
      return find_page(call, form, Html());
    return hall::problem(call, found.error());
  }
  return find_page(call, form, results(call, call.request.form, *found));
}

Response export_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  Html content =
      h::div(h::cls("wrap stack read"), web::back_link("/people", words(Text::back_find)),
             web::error_summary(form, words), h::h1(words(Text::export_title)), h::p(words(Text::export_lead)),
             h::form(h::id("form"), h::method("post"), h::action("/people/export"), h::cls("stack"),
                     h::novalidate(true), hall::form_fields(call), carried(form.typed()),
                     h::input(h::type("hidden"), h::name("asked"), h::value("1")),
                     field(form, words, "law", Text::field_law_hint, "w-20"),
                     h::p(web::action_button({.text = words(Text::export_button)}))));
  return hall::page(call, {.title = words(Text::export_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/people",
                           .reading_form = "form"});
}

// First the page that asks for the ground, then the file.
Response export_names(hall::Call& call) {
  Form form(call.request);
  const Words& words = call.words;
  const web::Fields& typed = call.request.form;
  if (typed.first("asked") != "1" || form.reading_switch(words.reader())) return export_page(call, form);
  const std::string law = form.text("law", {{.label = words(Text::field_law).plain()}, 0, 100});
  if (!form.ok()) return export_page(call, form);
  const Reader reader = reader_of(call, purpose_of(typed), law);
  const Query query = query_of(typed);
  const Bytes key = fresh_key(call);
  auto csv = look(call.hall.store, call.town, [&](store::ReadTx& tx) { return search_csv(tx, reader, query, key); });
  if (csv) return Response::attachment(words(Text::export_file).plain(), "text/csv; charset=utf-8", std::move(*csv));
  Error error = csv.error();
  if (error.code != "people.export.purpose") error.place.field = "law";
  if (blame(form, words, error, words(Text::field_law).plain())) return export_page(call, form);
  return hall::problem(call, error);
}

}  // namespace

std::vector<hall::Route> finding_routes() {
  using web::Fixture, web::Method, web::Side;
  const Permission find_people("person.find"), take_out("person.export");
  return {
      {Method::get, "/people", Side::office_side, find_people, Fixture::of("clerk"), show_form},
      {Method::post, "/people", Side::office_side, find_people, Fixture::none("answers a search"), find},
      {Method::post, "/people/export", Side::office_side, take_out,
       Fixture::none("asks for the ground, then gives a file"), export_names},
  };
}

}  // namespace yakuba::people
