// 支援措置 and 抑止: a clerk with the permission enters one and lifts it.
#include "base/text.hpp"
#include "hall/people/pages.hpp"

namespace yakuba::people {

namespace h = web::html;
using web::Form, web::Html, web::Permission, web::Response, web::Words;

namespace {

template <class E>
std::vector<web::Option> options_of(const Words& words, std::string_view prefix, std::initializer_list<E> values,
                                    std::string_view chosen) {
  std::vector<web::Option> options;
  for (E value : values)
    options.push_back({.value = std::string(code(value)),
                       .label = coded(words, prefix, code(value)),
                       .chosen = code(value) == chosen});
  return options;
}
template <class E>
web::ChoiceRule rule_of(const Words& words, Text label, std::initializer_list<E> values) {
  web::ChoiceRule rule;
  rule.label = words(label).plain();
  rule.required = true;
  for (E value : values) rule.allowed.emplace_back(code(value));
  return rule;
}
constexpr std::initializer_list<StandingKind> kinds{StandingKind::support_measure, StandingKind::suppression};
constexpr std::initializer_list<Process> processes{Process::inquiry, Process::certificate, Process::move};
constexpr std::initializer_list<Level> levels{Level::alert, Level::error};

template <class E>
Html choice(const Form& form, const Words& words, std::string name, Text legend, std::string_view prefix,
            std::initializer_list<E> values) {
  return web::choice_field(words, {.name = name,
                                   .legend = words(legend),
                                   .options = options_of(words, prefix, values, form.typed(name)),
                                   .error = web::error_for(form, name, words),
                                   .required = true,
                                   .lines = true});
}
Html day(const Form& form, const Words& words, std::string name, Text legend, std::optional<Text> hint) {
  return web::date_field(words, {.name = name,
                                 .legend = words(legend),
                                 .hint = hint ? Html(words(*hint)) : Html(),
                                 .year = std::string(form.typed(name + "-y")),
                                 .month = std::string(form.typed(name + "-m")),
                                 .day = std::string(form.typed(name + "-d")),
                                 .error = web::error_for(form, name, words)});
}
Html text(const Form& form, const Words& words, std::string name, Text label, Text hint, bool required) {
  return web::text_field(words, {.name = name,
                                 .label = words(label),
                                 .hint = words(hint),
                                 .value = std::string(form.typed(name)),
                                 .error = web::error_for(form, name, words),
                                 .required = required});
}

Response new_page(hall::Call& call, PartyNumber number, const Form& form) {
  const Words& words = call.words;
  Html content =
      h::div(h::cls("wrap stack read"), web::back_link(person_path(number), words(Text::back_person)),
             web::error_summary(form, words), h::h1(words(Text::standing_new)),
             h::form(h::id("form"), h::method("post"), h::cls("panel stack"), h::novalidate(true),
                     choice(form, words, "kind", Text::standing_kind, "standing_", kinds),
                     choice(form, words, "process", Text::standing_process, "process_", processes),
                     choice(form, words, "level", Text::standing_level, "level_", levels),
                     day(form, words, "from", Text::standing_from, std::nullopt),
                     day(form, words, "until", Text::standing_until, Text::standing_until_hint),
                     text(form, words, "sections", Text::standing_sections, Text::standing_sections_hint, false),
                     text(form, words, "basis", Text::standing_basis, Text::standing_basis_hint, true),
                     h::p(web::action_button({.text = words(Text::standing_save)})), hall::form_fields(call)));
  return hall::page(call, {.title = words(Text::standing_new),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/people",
                           .reading_form = "form"});
}

void prefill(Form& form, std::string_view name, Date date) {
  const std::string n(name);
  form.set(n + "-y", std::to_string(date.year()));
  form.set(n + "-m", std::to_string(date.month()));
  form.set(n + "-d", std::to_string(date.day()));
}

Response show_new(hall::Call& call) {
  auto number = number_of_path(call);
  if (!number) return hall::problem(call, number.error());
  Form form{web::Fields{}};
  prefill(form, "from", call.today);
  prefill(form, "until", call.today.plus_months(12).plus_days(-1));
  return new_page(call, *number, form);
}

Standing read_standing(Form& form, const Words& words, Date today) {
  Standing standing;
  standing.kind = parse_standing_kind(form.choice("kind", rule_of(words, Text::standing_kind, kinds)))
                      .value_or(StandingKind::support_measure);
  standing.process = parse_process(form.choice("process", rule_of(words, Text::standing_process, processes)))
                         .value_or(Process::certificate);
  standing.level =
      parse_level(form.choice("level", rule_of(words, Text::standing_level, levels))).value_or(Level::error);
  standing.from = form.date("from", {{.label = words(Text::standing_from).plain(), .required = true}}).value_or(today);
  standing.until = form.date("until", {{.label = words(Text::standing_until).plain()}});
  const std::string sections = form.text("sections", {{.label = words(Text::standing_sections).plain()}, 0, 200});
  for (auto section : split(sections, ' '))
    if (!trim(section).empty()) standing.sections.emplace_back(trim(section));
  standing.basis = form.text("basis", {{.label = words(Text::standing_basis).plain(), .required = true}, 0, 200});
  return standing;
}

Response save_new(hall::Call& call) {
  auto number = number_of_path(call);
  if (!number) return hall::problem(call, number.error());
  Form form(call.request);
  const Words& words = call.words;
  if (form.reading_switch(words.reader())) return new_page(call, *number, form);
  const Standing standing = read_standing(form, words, call.today);
  if (!form.ok()) return new_page(call, *number, form);
  const Reader by = reader_of(call, Purpose::maintenance);
  auto done = call.hall.store.change(call.town, key_of(call), [&](store::Tx& tx) -> Result<StandingId> {
    auto id = TRY(id_of(tx, *number));
    if (!id) return fail(ErrorKind::not_found, "people.not_found", "no person has this number");
    return set_standing(tx, by, *id, standing);
  });
  if (!done) {
    if (blame(form, words, done.error(), words(Text::standing_basis).plain())) return new_page(call, *number, form);
    return hall::problem(call, done.error());
  }
  return Response::see_other(
      web::Path::to("/people/{person}", {{"person", number->text()}}).with("for", "maintenance"));
}

// --- lifting ---

Result<Standing> standing_of_path(hall::Call& call, PartyNumber number) {
  std::optional<std::int64_t> wanted;
  for (const auto& [name, value] : call.parameters)
    if (name == "standing") wanted = parse_integer(value);
  const Reader reader = reader_of(call, Purpose::maintenance);
  auto file = TRY(look(call.hall.store, call.town, [&](store::ReadTx& tx) { return person(tx, reader, number); }));
  for (const Standing& standing : file.standings)
    if (wanted && standing.id.value == *wanted) return standing;
  return fail(ErrorKind::not_found, "people.not_found", "no such standing of this person");
}

Response show_lift(hall::Call& call) {
  auto number = number_of_path(call);
  if (!number) return hall::problem(call, number.error());
  auto standing = standing_of_path(call, *number);
  if (!standing) return hall::problem(call, standing.error());
  const Words& words = call.words;
  Html hidden = h::group(hall::form_fields(call),
                         h::input(h::type("hidden"), h::name("version"), h::value(std::to_string(standing->version))));
  Html what =
      h::p(coded(words, "standing_", code(standing->kind)), " ", coded(words, "process_", code(standing->process)), " ",
           shown_period(words, {standing->from, standing->until}));
  Html content = h::div(
      h::cls("wrap stack read"),
      web::confirm_panel({.id = "lift",
                          .action = person_path(*number, "/standing/" + std::to_string(standing->id.value) + "/lift"),
                          .title = words(Text::standing_lift_title),
                          .body = h::group(what, h::p(words(Text::standing_lift_body))),
                          .hidden = hidden,
                          .yes = words(Text::standing_lift),
                          .warn = true,
                          .back = person_path(*number),
                          .back_text = words(Text::standing_keep)}));
  return hall::page(call, {.title = words(Text::standing_lift_title), .content = content, .current_menu = "/people"});
}

Response lift(hall::Call& call) {
  auto number = number_of_path(call);
  if (!number) return hall::problem(call, number.error());
  auto standing = standing_of_path(call, *number);
  if (!standing) return hall::problem(call, standing.error());
  const std::int64_t version = parse_integer(call.request.form.first("version")).value_or(0);
  const Reader by = reader_of(call, Purpose::maintenance);
  auto done = call.hall.store.change(
      call.town, key_of(call), [&](store::Tx& tx) { return lift_standing(tx, by, standing->id, version, call.today); });
  if (!done) return hall::problem(call, done.error());
  return Response::see_other(
      web::Path::to("/people/{person}", {{"person", number->text()}}).with("for", "maintenance"));
}

}  // namespace

std::vector<hall::Route> standing_routes() {
  using web::Fixture, web::Method, web::Side;
  const Permission protect("person.protect");
  return {
      {Method::get, "/people/{person}/standing/new", Side::office_side, protect,
       Fixture::of("counter", {{"person", "demo-person"}}), show_new},
      {Method::post, "/people/{person}/standing/new", Side::office_side, protect, Fixture::none("enters a standing"),
       save_new},
      {Method::get, "/people/{person}/standing/{standing}/lift", Side::office_side, protect,
       Fixture::of("counter", {{"person", "demo-protected-person"}, {"standing", "demo-standing"}}), show_lift},
      {Method::post, "/people/{person}/standing/{standing}/lift", Side::office_side, protect,
       Fixture::none("lifts a standing"), lift},
  };
}

}  // namespace yakuba::people
