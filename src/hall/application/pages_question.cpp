// One question a page. GET shows what is kept; POST keeps what is right, and shows again what is not, exactly as typed.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/texts.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::string_view papers_page = "papers";

std::string address(const Context& context, std::string_view page) {
  return context.address + "/" + std::string(page);
}

Html known_panel(const Context& context) {
  const auto claimant = context.draft.released().find("claimant");
  const bool known = claimant != context.draft.released().end();
  const auto fact = [&](std::string_view key) { return known ? claimant->second.text_or(key, "") : ""; };
  const JapanTime saved = in_japan(context.draft.updated);
  const web::Phrase kept =
      context.words(Text::saved_at, {{"clock", fmt::format("{}:{:02}", saved.hour, saved.minute)}});
  const auto later =
      p(cls("small muted"), kept, br(), a(href(address(context, "later")), context.words(Text::continue_later)));
  if (!known)
    return Html(aside(cls("panel panel-tint stack-s"), aria_label(context.words(Text::saved).plain()), later));
  return Html(aside(cls("panel panel-tint stack-s"), aria_labelledby("known"),
                    h2(id("known"), cls("h"), context.words(Text::known_title)),
                    p(cls("small"), context.words(Text::known_hint)),
                    dl(cls("facts small"), dt(context.words(Text::known_you)), dd(fact("name")),
                       dt(context.words(Text::known_address)), dd(fact("address"))),
                    later));
}

Html why_of(const Context& context, const Page& page) {
  Html out;
  for (const pack::Ask& ask : page.asks)
    if (const ReadyWords& why = context.of(ask).why; why.there())
      out.add(web::fold({.summary = context.words(Text::why), .body = Html(p(context.html(why, &ask)))}));
  return out;
}

struct Neighbours {
  std::string back, next;  // addresses
};
Neighbours neighbours(const Context& context, const Page& page) {
  const std::vector<Page>& pages = context.draft.pages();
  const auto at = static_cast<std::size_t>(&page - pages.data());
  return {.back = at == 0 ? context.address : address(context, pages[at - 1].name),
          .next = address(context, at + 1 < pages.size() ? std::string_view(pages[at + 1].name) : papers_page)};
}

// `page` is one of the draft's.
Response show(hall::Call& call, const Context& context, const Page& page, const web::Form& form,
              std::size_t extra_rows) {
  Html fields;
  std::string title_of_page;
  for (const pack::Ask& ask : page.asks) {
    const auto offered = pack::offered(context.pack, *ask.question, context.draft.facts(), context.draft.seen());
    const JsonArray known = offered ? *offered : JsonArray();
    std::size_t rows = typed_rows(ask, form) + extra_rows;
    if (known.empty()) rows = std::max<std::size_t>(rows, 1);
    const bool first = &ask == &page.asks.front();
    const web::Phrase title = context.say(context.of(ask).title.key, &ask);
    fields.add(ask_field(context, ask, title, form, known, first, std::min(rows, rows_max)));
    if (first) title_of_page = title.plain() + " | " + context.plain("title");
  }
  const bool back_to_check = call.request.query.first("from") == "check";
  const std::string action_path = address(context, page.name) + (back_to_check ? "?from=check" : "");
  Html content(
      div(cls("wrap stack"),
          div(cls("row row-between"), web::back_link(neighbours(context, page).back, context.words(Text::back)),
              p(cls("small muted"), context.html(context.wording->formal_title))),
          web::error_summary(form, context.words), progress(context, page),
          div(cls("cols-main"),
              web::html::form(method("post"), action(std::string_view(action_path)), cls("stack question"),
                              id("question"), novalidate(true), hall::form_fields(call), web::borrowed(fields),
                              why_of(context, page),
                              p(cls("row"), web::action_button({.text = context.words(Text::go_on), .big = true}))),
              known_panel(context))));
  return hall::page(call, {.title = title_of_page,
                           .content = std::move(content),
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .reading_form = "question"});
}

// The page named in the address, among those that are asked now.
const Page* find_page(const std::vector<Page>& pages, std::string_view name) {
  const auto found = std::ranges::find(pages, name, &Page::name);
  return found == pages.end() ? nullptr : &*found;
}

Response get_question(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return hall::problem(call, {ErrorKind::not_found, "draft.not_found", {}, {}, {}});
  const auto draft = open(call.hall, call.town, holder_of(call, *id), *id);
  if (!draft) return hall::problem(call, draft.error());
  if (!draft->number.empty()) return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
  const Context context = context_of(call, *draft);
  const Page* page = find_page(draft->pages(), call.parameters.at(1).second);
  if (!page) return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id->text()}}));
  web::Fields typed;
  for (const pack::Ask& ask : page->asks) {
    const JsonArray offered =
        pack::offered(context.pack, *ask.question, draft->facts(), draft->seen()).value_or(JsonArray());
    auto value = pack::answered(context.procedure, ask, draft->facts());
    // What the town knows is chosen beforehand; it is never asked again.
    if (!value && ask.question->type == pack::AnswerType::list_of_person && !offered.empty())
      value = JsonValue(offered);
    if (!value && !ask.question->from.empty() && offered.size() == 1) value = offered.front();
    if (!value) continue;
    for (auto& [name, text] : to_fields(context, ask, *value, offered).items)
      typed.add(std::move(name), std::move(text));
  }
  return show(call, context, *page, web::Form(std::move(typed)), 0);
}

Response post_question(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return hall::problem(call, {ErrorKind::not_found, "draft.not_found", {}, {}, {}});
  const Holder holder = holder_of(call, *id);
  const auto draft = open(call.hall, call.town, holder, *id);
  if (!draft) return hall::problem(call, draft.error());
  const Context context = context_of(call, *draft);
  const Page* page = find_page(draft->pages(), call.parameters.at(1).second);
  if (!page) return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id->text()}}));

  web::Form form(call.request);
  if (form.reading_switch(call.words.reader())) return show(call, context, *page, form, 0);
  if (call.request.form.first("do") == "add") return show(call, context, *page, form, 1);
  std::vector<cases::Answer> answers;
  for (const pack::Ask& ask : page->asks) {
    const JsonArray offered =
        pack::offered(context.pack, *ask.question, draft->facts(), draft->seen()).value_or(JsonArray());
    JsonValue value = from_form(context, ask, form, offered);
    const bool said_unknown = ask.question->unknown && form.typed(ask.id()) == "?";
    if (!said_unknown) {
      std::vector<pack::AnswerFault> faults = pack::wrong(context.pack, context.procedure, ask, value, draft->seen());
      // A blank is no "cannot say": that is chosen, too.
      if (faults.empty() && value.is_null() && ask.question->unknown && ask.question->required)
        faults.push_back({"answer.choose", ask.id()});
      add_faults(context, ask, value, faults, offered, form);
    }
    answers.push_back({ask.id(), std::move(value), "typed"});
  }
  if (!form.ok()) return show(call, context, *page, form, 0);
  const Result<> kept = answer(call.hall, call.town, holder, *id, answers, call.now);
  if (!kept) return hall::problem(call, kept.error());
  if (call.request.query.first("from") == "check")
    return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id->text()}}).with("from", "check"));

  // What is asked next may follow from what was just said.
  const auto after = open(call.hall, call.town, holder, *id);
  if (!after) return hall::problem(call, after.error());
  const Page* answered = find_page(after->pages(), page->name);
  const Context then = context_of(call, *after);
  const std::string next = answered ? neighbours(then, *answered).next : address(then, papers_page);
  return Response::see_other(web::Path::parse(next).value_or(web::Path()));
}

// The way into a draft: the first page that is not answered rightly, else the papers, else the check page.
Response get_draft(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return hall::problem(call, {ErrorKind::not_found, "draft.not_found", {}, {}, {}});
  const auto draft = open(call.hall, call.town, holder_of(call, *id), *id);
  if (!draft) return hall::problem(call, draft.error());
  if (!draft->number.empty()) return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
  const auto missing = unanswered(*draft);
  if (!missing) return hall::problem(call, missing.error());
  const Context context = context_of(call, *draft);
  for (const Page& page : draft->pages())
    for (const pack::Ask& ask : page.asks)
      if (std::ranges::find(missing->asks, ask.id()) != missing->asks.end()) {
        auto path = web::Path::parse(address(context, page.name)).value_or(web::Path());
        return Response::see_other(call.request.query.first("from") == "check" ? path.with("from", "check") : path);
      }
  return Response::see_other(
      web::Path::parse(address(context, missing->needs.empty() ? "check" : papers_page)).value_or(web::Path()));
}

}  // namespace

// The chapters of the progress list, in order of the pack's questions.
web::Html progress(const Context& context, const Page& page) {
  const std::vector<Page>& pages = context.draft.pages();
  const auto chapter_of = [](const Page& one) -> const std::string& { return one.asks.front().question->group; };
  std::vector<const std::string*> chapters;
  for (const pack::Ask& ask : context.draft.asks())
    if (std::ranges::none_of(chapters, [&](const std::string* known) { return *known == ask.question->group; }))
      chapters.push_back(&ask.question->group);
  std::vector<web::Step> steps;
  steps.reserve(chapters.size());
  bool before = true;
  for (const std::string* chapter : chapters) {
    const auto words =
        std::ranges::find(context.wording->chapters, *chapter, &std::pair<std::string, ReadyWords>::first);
    web::Step step{.name = context.html(words->second)};
    step.current = !page.asks.empty() && chapter_of(page) == *chapter;
    if (step.current) {
      before = false;
      std::int64_t all = 0, at = 0;
      for (const Page& other : pages) {
        if (chapter_of(other) != *chapter) continue;
        ++all;
        if (&other == &page) at = all;
      }
      if (all > 1) step.note = context.words(Text::question_of, {{"n", at}, {"all", all}});
    }
    step.done = before;
    steps.push_back(std::move(step));
  }
  return web::steps(context.words, steps);
}

std::vector<hall::Route> question_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto anyone = Permission::anyone();
  return {{Method::get, "/apply/{draft}", Side::public_side, anyone, Fixture::none("leads on to the first open page"),
           get_draft},
          {Method::get, "/apply/{draft}/{page}", Side::public_side, anyone,
           Fixture::of("resident", {{"draft", "draft"}, {"page", "=occupation"}}), get_question},
          {Method::post, "/apply/{draft}/{page}", Side::public_side, anyone, Fixture::none("writes"), post_question}};
}

}  // namespace yakuba::application
