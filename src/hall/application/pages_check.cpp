// Check, submit and the receipt.
#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/rows.hpp"
#include "hall/application/texts.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

Html answers_list(const Context& context) {
  Html out;
  std::string group_name;
  std::vector<web::SummaryRow> rows;
  const auto flush = [&] {
    if (!rows.empty())
      out = Html(group(
          out, web::html::section(cls("stack-s"), h2(context.say("group." + group_name)), web::summary_list(rows))));
    rows.clear();
  };
  for (const Page& page : context.draft.pages())
    for (const pack::Ask& ask : page.asks) {
      if (ask.question->group != group_name) flush();
      group_name = ask.question->group;
      const auto given = pack::answered(context.procedure, ask, context.draft.facts());
      const auto& answers = context.draft.answers();
      const bool cannot_say =
          !given && ask.question->unknown && std::ranges::find(answers, ask.id(), &cases::Answer::ask) != answers.end();
      const web::Phrase title = context.say(context.of(ask).title.key, &ask);
      rows.push_back(
          {.term = title,
           .value = given || cannot_say ? answer_words(context, ask, given.value_or(JsonValue()))
                                        : Html(span(cls("muted"), context.words(Text::not_answered))),
           .go = web::change_link(context.words, context.address + "/" + page.name + "?from=check", title)});
    }
  flush();
  return out;
}

Html papers_list(const Context& context) {
  std::vector<web::FileRow> files;
  for (const Upload& upload : context.draft.uploads)
    files.push_back({.name = Html(upload.file_name), .detail = Html(kilobytes(upload.blob.bytes))});
  return Html(web::html::section(
      cls("stack-s"), h2(context.words(Text::papers_title)),
      when(files.empty(), [&] { return p(cls("muted"), context.words(Text::no_files)); }),
      when(!files.empty(), [&] { return web::file_list(files); }),
      p(a(href(context.address + "/papers"), context.words(Text::change_papers)))));
}

Response check_page(hall::Call& call, const Draft& draft, const web::Form& form, int status) {
  const Context context = context_of(call, draft);
  const std::vector<Page>& pages = draft.pages();
  const auto missing = unanswered(draft);
  if (!missing) return hall::problem(call, missing.error());
  const bool complete = missing->asks.empty() && missing->needs.empty();
  const bool changed = call.pack && draft.pack->version != call.pack->version;
  web::Field declared{.name = "declaration",
                      .label = context.say("declaration"),
                      .value = std::string(form.typed("declaration")),
                      .error = web::error_for(form, "declaration", context.words),
                      .required = true};
  const Html send =
      complete
          ? Html(web::html::form(method("post"), action("/apply/" + draft.id.text() + "/submit"), cls("stack"),
                                 id("check"), novalidate(true), hall::form_fields(call),
                                 web::declaration(context.words, declared),
                                 when(context.has("declaration_law"),
                                      [&] { return p(cls("law small"), context.say("declaration_law")); }),
                                 p(cls("row"), web::action_button({.text = context.words(Text::send), .big = true}))))
          : web::notice({.kind = web::Tone::warn,
                         .title = Html(context.words(Text::incomplete_title)),
                         .body = Html(p(a(href("/apply/" + draft.id.text()), context.words(Text::incomplete_link))))});
  const Html content(div(
      cls("wrap stack"),
      div(cls("row row-between"), web::back_link("/apply/" + draft.id.text() + "/papers", context.words(Text::back)),
          p(cls("small muted"), context.say("formal_title"))),
      web::error_summary(form, context.words),
      when(!pages.empty(), [&] { return progress(context, pages.back()); }),
      h1(context.words(Text::check_title)), p(context.words(Text::check_hint)),
      when(changed,
           [&] {
             return web::notice({.title = Html(context.words(Text::pack_changed)),
                                 .body = Html(p(context.words(Text::pack_changed_hint)))});
           }),
      div(cls("cols-main"), div(cls("stack"), answers_list(context), papers_list(context), send),
          aside(cls("stack"), aria_label(context.words(Text::check_aside).plain()), expected_panel(context),
                next_steps(context, how_answered(call, reached(holder_of(call, draft.id), draft.facts())))))));
  return hall::page(call, {.title = context.words(Text::check_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status,
                           .reading_form = complete ? "check" : ""});
}

Response get_check(hall::Call& call) {
  const auto id = parameter(call);
  const auto draft =
      id ? open(call.hall, call.town, holder_of(call, *id), *id) : Result<Draft>(std::unexpected(Error{}));
  if (!draft) return no_such_draft(call);
  if (!draft->number.empty()) return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
  return check_page(call, *draft, web::Form(call.request), 200);
}

Response post_submit(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return no_such_draft(call);
  const Holder holder = holder_of(call, *id);
  const auto draft = open(call.hall, call.town, holder, *id);
  if (!draft) return no_such_draft(call);
  if (draft->number.empty()) {
    web::Form form(call.request);
    if (form.reading_switch(call.words.reader())) return check_page(call, *draft, form, 200);
    if (!form.checked("declaration", {.required = true, .missing = call.words(Text::declare_first).plain()}))
      return check_page(call, *draft, form, 422);
  }
  const auto done = submit(call.hall, call.town, holder, *draft, call.now);
  if (!done) {
    if (done.error().code == "draft.incomplete")
      return Response::see_other(web::Path::to("/apply/{draft}/check", {{"draft", id->text()}}));
    return hall::problem(call, done.error());
  }
  return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
}

// Without an account nobody can be asked for the number again: it is to be printed or written down, with its secret.
Html secret_panel(const Context& context, const std::string& secret) {
  if (secret.empty()) return Html();
  return Html(web::html::section(cls("panel stack-s"), h2(cls("h"), context.words(Text::secret_title)),
                                 p(context.words(Text::secret_hint)), p(cls("number"), b(secret)),
                                 p(context.words(Text::print_hint))));
}

Response get_done(hall::Call& call) {
  const auto id = parameter(call);
  const Holder holder = id ? holder_of(call, *id) : Holder{};
  const auto draft = id ? open(call.hall, call.town, holder, *id) : Result<Draft>(std::unexpected(Error{}));
  if (!draft) return no_such_draft(call);
  if (draft->number.empty()) return to_draft(*id);
  const auto done = submit(call.hall, call.town, holder, *draft, call.now);  // the first result again
  const auto published = status(call.hall, call.town, holder, *id);
  if (!done || !published) return hall::problem(call, done ? published.error() : done.error());
  const Context context = context_of(call, *draft);
  const Reached party = reached(holder, draft->facts());
  const Html content(div(
      cls("wrap stack read"),
      web::done_panel(
          {.title = Html(context.say("done")),
           .number_label = Html(context.words(Text::receipt_number)),
           .number = Html(done->number),
           .body = Html(p(context.words(Text::received_on, {{"date", day(call, published->received_on)}})))}),
      secret_panel(context, done->secret),
      next_steps(context, Html(group(how_answered(call, party),
                                     p(context.words(Text::decided_by, {{"date", day(call, published->due_on)}}))))),
      p(cls("row"),
        web::link_button("/status/" + id->text(), Html(context.words(Text::see_status)), web::ButtonKind::main))));
  return hall::page(call, {.title = context.say("done"), .content = content});
}

}  // namespace

std::vector<hall::Route> check_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto anyone = Permission::anyone();
  const auto page = [&](std::string_view pattern, std::string object, hall::Handler handler) {
    return hall::Route(Method::get, pattern, Side::public_side, anyone,
                       Fixture::of("resident", {{"draft", std::move(object)}}), std::move(handler));
  };
  return {page("/apply/{draft}/check", "draft-complete", get_check),
          hall::Route(Method::post, "/apply/{draft}/submit", Side::public_side, anyone, Fixture::none("writes"),
                      post_submit),
          page("/done/{draft}", "submitted", get_done)};
}

}  // namespace yakuba::application
