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

std::string address(const Draft& draft, std::string_view page) {
  return "/apply/" + draft.id.text() + "/" + std::string(page);
}

Html known_panel(const Context& context) {
  const auto claimant = context.draft.released().find("claimant");
  std::vector<web::Fact> facts;
  if (claimant != context.draft.released().end()) {
    facts.push_back({context.words(Text::known_you), Html(claimant->second.text_or("name", ""))});
    facts.push_back({context.words(Text::known_address), Html(claimant->second.text_or("address", ""))});
  }
  const JapanTime saved = in_japan(context.draft.updated);
  const web::Phrase kept =
      context.words(Text::saved_at, {{"clock", fmt::format("{}:{:02}", saved.hour, saved.minute)}});
  const Html later = Html(
      p(cls("small muted"), kept, br(), a(href(address(context.draft, "later")), context.words(Text::continue_later))));
  if (facts.empty())
    return Html(aside(cls("panel panel-tint stack-s"), aria_label(context.words(Text::saved).plain()), later));
  return Html(aside(cls("panel panel-tint stack-s"), aria_labelledby("known"),
                    h2(id("known"), cls("h"), context.words(Text::known_title)),
                    p(cls("small"), context.words(Text::known_hint)), web::facts(facts, true), later));
}

Html why_of(const Context& context, const Page& page) {
  Html out;
  for (const pack::Ask& ask : page.asks) {
    const std::string key = "question." + ask.question->id + ".why";
    if (context.has(key))
      out.add(web::fold({.summary = context.words(Text::why), .body = Html(p(context.say(key, &ask)))}));
  }
  return out;
}

struct Neighbours {
  std::string back, next;  // addresses
};
Neighbours neighbours(const Draft& draft, const std::vector<Page>& pages, std::string_view name) {
  Neighbours out{.back = "/apply/" + draft.id.text(), .next = address(draft, papers_page)};
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (pages[i].name != name) continue;
    if (i > 0) out.back = address(draft, pages[i - 1].name);
    if (i + 1 < pages.size()) out.next = address(draft, pages[i + 1].name);
  }
  return out;
}

Response show(hall::Call& call, const Context& context, const std::vector<Page>& pages, const Page& page,
              const web::Form& form, std::size_t extra_rows) {
  const Neighbours around = neighbours(context.draft, pages, page.name);
  Html fields;
  bool heading = true;
  for (const pack::Ask& ask : page.asks) {
    const auto offered = pack::offered(context.pack, *ask.question, context.draft.facts(), context.draft.seen());
    const JsonArray known = offered ? *offered : JsonArray();
    std::size_t rows = typed_rows(ask, form) + extra_rows;
    if (known.empty()) rows = std::max<std::size_t>(rows, 1);
    fields.add(ask_field(context, ask, form, known, heading, std::min(rows, rows_max)));
    heading = false;
  }
  const bool back_to_check = call.request.query.first("from") == "check";
  const std::string action_path = address(context.draft, page.name) + (back_to_check ? "?from=check" : "");
  const Html content(
      div(cls("wrap stack"),
          div(cls("row row-between"), web::back_link(around.back, context.words(Text::back)),
              p(cls("small muted"), context.say("formal_title"))),
          web::error_summary(form, context.words), progress(context, pages, page),
          div(cls("cols-main"),
              web::html::form(method("post"), action(action_path), cls("stack question"), id("question"),
                              novalidate(true), hall::form_fields(call), fields, why_of(context, page),
                              p(cls("row"), web::action_button({.text = context.words(Text::go_on), .big = true}))),
              known_panel(context))));
  const pack::Ask& first = page.asks.front();
  return hall::page(call, {.title = context.plain("question." + first.question->id + ".title", &first) + " | " +
                                    context.plain("title"),
                           .content = content,
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
  const std::vector<Page> pages = pages_of(draft->asks());
  const Page* page = find_page(pages, call.parameters.at(1).second);
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
  return show(call, context, pages, *page, web::Form(std::move(typed)), 0);
}

Response post_question(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return hall::problem(call, {ErrorKind::not_found, "draft.not_found", {}, {}, {}});
  const Holder holder = holder_of(call, *id);
  const auto draft = open(call.hall, call.town, holder, *id);
  if (!draft) return hall::problem(call, draft.error());
  const Context context = context_of(call, *draft);
  const std::vector<Page> pages = pages_of(draft->asks());
  const Page* page = find_page(pages, call.parameters.at(1).second);
  if (!page) return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id->text()}}));

  web::Form form(call.request);
  if (form.reading_switch(call.words.reader())) return show(call, context, pages, *page, form, 0);
  if (call.request.form.first("do") == "add") return show(call, context, pages, *page, form, 1);
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
  if (!form.ok()) return show(call, context, pages, *page, form, 0);
  const Result<> kept = answer(call.hall, call.town, holder, *id, answers, call.now);
  if (!kept) return hall::problem(call, kept.error());
  if (call.request.query.first("from") == "check")
    return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id->text()}}).with("from", "check"));

  // What is asked next may follow from what was just said.
  const auto after = open(call.hall, call.town, holder, *id);
  if (!after) return hall::problem(call, after.error());
  const std::string next = neighbours(*after, pages_of(after->asks()), page->name).next;
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
  for (const Page& page : pages_of(draft->asks()))
    for (const pack::Ask& ask : page.asks)
      if (std::ranges::find(missing->asks, ask.id()) != missing->asks.end()) {
        auto path = web::Path::parse(address(*draft, page.name)).value_or(web::Path());
        return Response::see_other(call.request.query.first("from") == "check" ? path.with("from", "check") : path);
      }
  return Response::see_other(
      web::Path::parse(address(*draft, missing->needs.empty() ? "check" : papers_page)).value_or(web::Path()));
}

}  // namespace

// The chapters of the progress list, in order of the pack's questions.
web::Html progress(const Context& context, const std::vector<Page>& pages, const Page& page) {
  std::vector<std::string_view> groups;
  for (const pack::Ask& ask : context.draft.asks())
    if (std::ranges::find(groups, ask.question->group) == groups.end()) groups.push_back(ask.question->group);
  const std::string_view current = page.asks.empty() ? std::string_view() : page.asks.front().question->group;
  std::vector<web::Step> steps;
  steps.reserve(groups.size());
  bool before = true;
  for (const std::string_view group : groups) {
    web::Step step{.name = context.say("group." + std::string(group))};
    step.current = group == current;
    if (step.current) {
      before = false;
      std::int64_t all = 0, at = 0;
      for (const Page& other : pages) {
        if (other.asks.front().question->group != group) continue;
        ++all;
        if (other.name == page.name) at = all;
      }
      if (all > 1) step.note = context.words(Text::question_of, {{"n", at}, {"all", all}});
    }
    step.done = before;
    steps.push_back(std::move(step));
  }
  return web::steps(context.words, steps);
}

std::vector<Page> pages_of(const std::vector<pack::Ask>& asks) {
  std::vector<Page> pages;
  pages.reserve(asks.size());
  for (const pack::Ask& ask : asks) {
    const std::string& base = ask.question->page.empty() ? ask.question->id : ask.question->page;
    std::string name = ask.item < 0 ? base : base + "." + std::to_string(ask.item);
    const auto known = std::ranges::find(pages, name, &Page::name);
    if (known == pages.end())
      pages.push_back({std::move(name), {ask}});
    else
      known->asks.push_back(ask);
  }
  return pages;
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
