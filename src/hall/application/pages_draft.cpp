// Start, resume, papers, check and submit.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/rows.hpp"
#include "hall/application/texts.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

Response not_found(hall::Call& call) {
  return hall::problem(call, {ErrorKind::not_found, "draft.not_found", {}, {}, {}});
}

Response to_draft(PublicId id) {
  return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id.text()}}));
}

std::string kilobytes(std::int64_t bytes) {
  return format_number((bytes + 1023) / 1024) + " KB";
}

// --- start ---

Response start(hall::Call& call) {
  const std::string procedure = call.parameters.empty() ? "" : call.parameters.front().second;
  const Holder holder = holder_of(call, PublicId{});
  auto begun =
      begin(call.hall, call.town, holder, *call.pack, procedure, web::language_tag(call.words.language()), call.now);
  if (!begun) {
    if (begun.error().code == "draft.level") return Response::see_other(web::Path::to("/login"));
    return hall::problem(call, begun.error());
  }
  if (!holder.account.empty()) return to_draft(begun->id);
  // Without an account the code is the only way back from another device: it is shown before the first question.
  call.cookies.push_back(token_cookie(begun->id, begun->token));
  const Html content(
      div(cls("wrap stack read"), h1(call.words(Text::resume_code_title)), p(call.words(Text::resume_code_hint)),
          div(cls("panel panel-tint"), p(cls("number"), b(begun->resume_code))),
          p(call.words(Text::resume_code_keep, {{"days", std::int64_t{draft_days_max}}})),
          p(cls("row"), web::link_button("/apply/" + begun->id.text(), Html(call.words(Text::start_answering)),
                                         web::ButtonKind::main))));
  return hall::page(call, {.title = call.words(Text::resume_code_title), .content = content});
}

Response resume_page(hall::Call& call, web::Form form, int status) {
  web::Field field{.name = "code",
                   .label = call.words(Text::resume_code),
                   .hint = call.words(Text::resume_code_example),
                   .value = std::string(form.typed("code")),
                   .error = web::error_for(form, "code", call.words),
                   .required = true};
  field.width = "w-20";
  const Html content(div(cls("wrap stack read"), web::error_summary(form, call.words),
                         h1(call.words(Text::resume_title)), p(call.words(Text::resume_hint)),
                         web::html::form(method("post"), action("/resume"), cls("stack"), id("resume"),
                                         novalidate(true), hall::form_fields(call), web::text_field(call.words, field),
                                         p(cls("row"), web::action_button({.text = call.words(Text::go_on)})))));
  return hall::page(call, {.title = call.words(Text::resume_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status,
                           .reading_form = "resume"});
}

Response get_resume(hall::Call& call) {
  return resume_page(call, web::Form(call.request), 200);
}

Response post_resume(hall::Call& call) {
  web::Form form(call.request);
  if (form.reading_switch(call.words.reader())) return resume_page(call, std::move(form), 200);
  auto begun = resume(call.hall, call.town, form.typed("code"), call.now);
  if (!begun) {
    if (begun.error().kind == ErrorKind::unavailable) return hall::problem(call, begun.error());
    form.fault_at("code", "code", call.words(Text::resume_wrong).plain());
    return resume_page(call, std::move(form), 422);
  }
  call.cookies.push_back(token_cookie(begun->id, begun->token));
  return to_draft(begun->id);
}

Response later(hall::Call& call) {
  const auto id = parameter(call);
  const auto draft =
      id ? open(call.hall, call.town, holder_of(call, *id), *id) : Result<Draft>(std::unexpected(Error{}));
  if (!draft) return not_found(call);
  const bool with_account = holder_of(call, *id).account.empty();
  const Html content(
      div(cls("wrap stack read"), h1(call.words(Text::later_title)),
          p(call.words(with_account ? Text::later_with_code : Text::later_with_account)),
          p(call.words(Text::later_uploads, {{"n", static_cast<std::int64_t>(draft->uploads.size())}})),
          p(cls("row"), web::link_button("/apply/" + id->text(), Html(call.words(Text::back_to_draft))),
            web::link_button(with_account ? "/resume" : "/me", Html(call.words(Text::where_to_continue))))));
  return hall::page(call, {.title = call.words(Text::later_title), .content = content});
}

// --- papers ---

web::FileField file_field_of(const Context& context, const pack::Needed& need, const web::Form& form) {
  web::FileField field;
  field.name = need.id();
  field.label = context.say(need, "attachment." + need.attachment->id + ".title");
  if (const std::string hint = "attachment." + need.attachment->id + ".hint"; context.has(hint))
    field.hint = context.say(need, hint);
  field.error = web::error_for(form, need.id(), context.words);
  field.multiple = need.attachment->count_max > 1;
  return field;
}

Html uploads_of(const Context& context, const pack::Needed& need, hall::Call& call) {
  Html rows;
  for (const Upload& upload : context.draft.uploads) {
    if (upload.need != need.id()) continue;
    rows = Html(group(
        rows,
        li(web::icon(web::Icon::file), span(upload.file_name), span(cls("small muted"), kilobytes(upload.blob.bytes)),
           web::html::form(method("post"), action("/apply/" + context.draft.id.text() + "/papers/remove"), cls("end"),
                           hall::form_fields(call), input(type("hidden"), name("blob"), value(upload.blob.id)),
                           web::action_button({.text = Html(group(context.words(Text::remove_file),
                                                                  span(cls("vh"), upload.file_name))),
                                               .kind = web::ButtonKind::second})))));
  }
  return rows;
}

Response papers_page(hall::Call& call, const Draft& draft, const web::Form& form, int status) {
  const Context context = context_of(call, draft);
  const auto needs = pack::attachments(context.pack, context.procedure, draft.facts);
  if (!needs) return hall::problem(call, needs.error());
  Html lists, fields;
  for (const pack::Needed& need : *needs) {
    const Html files = uploads_of(context, need, call);
    if (!files.empty())
      lists = Html(group(
          lists, web::html::section(cls("panel stack-s"),
                                    h2(cls("h"), context.say(need, "attachment." + need.attachment->id + ".title")),
                                    ul(cls("files"), files))));
    fields = Html(group(
        fields, web::file_field(context.words, file_field_of(context, need, form)),
        when(need.attachment->may_follow, [&] { return p(cls("small muted"), context.words(Text::may_follow)); })));
  }
  const std::string base = "/apply/" + draft.id.text();
  const Html body =
      needs->empty()
          ? Html(group(p(context.words(Text::no_papers)),
                       p(cls("row"),
                         web::link_button(base + "/check", Html(context.words(Text::go_on)), web::ButtonKind::main))))
          : Html(group(lists,
                       web::html::form(method("post"), action(base + "/papers"), enctype("multipart/form-data"),
                                       cls("stack"), id("papers"), novalidate(true), hall::form_fields(call), fields,
                                       p(cls("row"),
                                         web::action_button({.text = context.words(Text::send_files),
                                                             .kind = web::ButtonKind::second,
                                                             .name = "do",
                                                             .value = "more"}),
                                         web::action_button({.text = context.words(Text::go_on), .big = true})))));
  const Html content(div(cls("wrap stack read"), web::back_link(base, context.words(Text::back)),
                         web::error_summary(form, context.words), h1(context.words(Text::papers_title)),
                         p(context.words(Text::papers_hint)), body));
  return hall::page(call, {.title = context.words(Text::papers_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status,
                           .reading_form = needs->empty() ? "" : "papers"});
}

Response get_papers(hall::Call& call) {
  const auto id = parameter(call);
  const auto draft =
      id ? open(call.hall, call.town, holder_of(call, *id), *id) : Result<Draft>(std::unexpected(Error{}));
  if (!draft) return not_found(call);
  if (!draft->number.empty()) return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
  return papers_page(call, *draft, web::Form(call.request), 200);
}

web::Phrase upload_words(hall::Call& call, const Error& error) {
  if (error.code == "draft.upload") return call.words(Text::upload_kind, {{"file", error.detail}});
  if (error.code == "draft.upload_empty") return call.words(Text::upload_empty, {{"file", error.detail}});
  if (error.code == "draft.upload_count") return call.words(Text::upload_count);
  return call.words(Text::upload_large, {{"file", error.detail}, {"megabytes", upload_bytes_max / (1024 * 1024)}});
}

Response post_papers(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return not_found(call);
  const Holder holder = holder_of(call, *id);
  web::Form form(call.request);
  for (const web::Upload& file : call.request.uploads) {
    if (file.bytes == 0 && (file.file_name.empty() || file.file_name == "file")) continue;  // a field left empty
    const auto kept = upload(call.hall, call.town, holder, *id, file.field, file, call.now);
    if (kept) continue;
    if (kept.error().kind == ErrorKind::not_found || kept.error().kind == ErrorKind::unavailable)
      return hall::problem(call, kept.error());
    form.fault_at(file.field, file.field, upload_words(call, kept.error()).plain());
  }
  const auto draft = open(call.hall, call.town, holder, *id);
  if (!draft) return not_found(call);
  const auto missing = unanswered(*draft);
  const bool more = form.typed("do") == "more" || form.reading_switch(call.words.reader());
  if (missing && !more)
    for (const std::string& need : missing->needs)
      if (!form.error_of(need)) form.fault_at(need, need, call.words(Text::paper_needed).plain());
  if (!form.ok()) return papers_page(call, *draft, form, 422);
  if (more) return Response::see_other(web::Path::to("/apply/{draft}/papers", {{"draft", id->text()}}));
  return Response::see_other(web::Path::to("/apply/{draft}/check", {{"draft", id->text()}}));
}

Response post_remove(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return not_found(call);
  const auto removed = remove_upload(call.hall, call.town, holder_of(call, *id), *id, call.request.form.first("blob"));
  if (!removed) return hall::problem(call, removed.error());
  return Response::see_other(web::Path::to("/apply/{draft}/papers", {{"draft", id->text()}}));
}

// --- check and submit ---

// What the same criterion says of what is known now, in the words of the procedure.
Html expected_panel(const Context& context) {
  const auto ruling = pack::rule(context.pack, context.procedure, context.draft.facts);
  if (!ruling) return Html();
  Html lines;
  for (const pack::Decision& decision : ruling->decisions) {
    if (decision.reason.empty()) continue;
    lines = Html(
        group(lines, li(when(!decision.about.empty(), [&] { return b(decision.about + "　"); }), decision.reason)));
  }
  Html missing;
  for (const pack::MissingFact& fact : ruling->missing)
    missing = Html(group(missing, li(fact.name, " ",
                                     span(cls("small muted"), context.words(fact.matters ? Text::missing_matters
                                                                                         : Text::missing_does_not)))));
  const web::Phrase result =
      ruling->outcome ? context.say("outcome." + ruling->outcome->id) : context.words(Text::expected_open);
  return Html(web::html::section(
      cls("panel panel-tint stack-s"), aria_labelledby("expected"),
      h2(id("expected"), cls("h"), context.say("expected")), p(b(result)),
      when(!lines.empty(), [&] { return ul(lines); }),
      when(!missing.empty(), [&] { return group(p(context.words(Text::missing_title)), ul(missing)); }),
      p(cls("small muted"), context.say("expected_note"))));
}

Html answers_list(const Context& context, const std::vector<pack::Ask>& asks) {
  Html out;
  std::string group_name;
  std::vector<web::SummaryRow> rows;
  const auto flush = [&] {
    if (!rows.empty())
      out = Html(group(
          out, web::html::section(cls("stack-s"), h2(context.say("group." + group_name)), web::summary_list(rows))));
    rows.clear();
  };
  for (const Page& page : pages_of(asks))
    for (const pack::Ask& ask : page.asks) {
      if (ask.question->group != group_name) flush();
      group_name = ask.question->group;
      const auto given = pack::answered(context.procedure, ask, context.draft.facts);
      const std::string title = context.plain("question." + ask.question->id + ".title", &ask);
      rows.push_back(
          {.term = Html(context.say("question." + ask.question->id + ".title", &ask)),
           .value =
               given ? answer_words(context, ask, *given) : Html(span(cls("muted"), context.words(Text::not_answered))),
           .go = web::change_link(context.words, "/apply/" + context.draft.id.text() + "/" + page.name + "?from=check",
                                  title)});
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
      p(a(href("/apply/" + context.draft.id.text() + "/papers"), context.words(Text::change_papers)))));
}

Response check_page(hall::Call& call, const Draft& draft, const web::Form& form, int status) {
  const Context context = context_of(call, draft);
  const auto asks = pack::asks(context.pack, context.procedure, draft.facts);
  const auto missing = unanswered(draft);
  if (!asks || !missing) return hall::problem(call, asks ? missing.error() : asks.error());
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
      cls("wrap stack"), web::back_link("/apply/" + draft.id.text() + "/papers", context.words(Text::back)),
      web::error_summary(form, context.words), h1(context.words(Text::check_title)), p(context.words(Text::check_hint)),
      when(changed,
           [&] {
             return web::notice({.title = Html(context.words(Text::pack_changed)),
                                 .body = Html(p(context.words(Text::pack_changed_hint)))});
           }),
      div(cls("cols-main"), div(cls("stack"), answers_list(context, *asks), papers_list(context), send),
          expected_panel(context))));
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
  if (!draft) return not_found(call);
  if (!draft->number.empty()) return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
  return check_page(call, *draft, web::Form(call.request), 200);
}

Response post_submit(hall::Call& call) {
  const auto id = parameter(call);
  if (!id) return not_found(call);
  const Holder holder = holder_of(call, *id);
  const auto draft = open(call.hall, call.town, holder, *id);
  if (!draft) return not_found(call);
  if (draft->number.empty()) {
    web::Form form(call.request);
    if (form.reading_switch(call.words.reader())) return check_page(call, *draft, form, 200);
    if (!form.checked("declaration", {.required = true, .missing = call.words(Text::declare_first).plain()}))
      return check_page(call, *draft, form, 422);
  }
  const auto done = submit(call.hall, call.town, holder, *id, call.now);
  if (!done) {
    if (done.error().code == "draft.incomplete")
      return Response::see_other(web::Path::to("/apply/{draft}/check", {{"draft", id->text()}}));
    return hall::problem(call, done.error());
  }
  return Response::see_other(web::Path::to("/done/{draft}", {{"draft", id->text()}}));
}

Response get_done(hall::Call& call) {
  const auto id = parameter(call);
  const Holder holder = id ? holder_of(call, *id) : Holder{};
  const auto draft = id ? open(call.hall, call.town, holder, *id) : Result<Draft>(std::unexpected(Error{}));
  if (!draft) return not_found(call);
  if (draft->number.empty()) return to_draft(*id);
  const auto done = submit(call.hall, call.town, holder, *id, call.now);  // the first result again, never a second case
  const auto published = status(call.hall, call.town, holder, *id);
  if (!done || !published) return hall::problem(call, done ? published.error() : done.error());
  const Context context = context_of(call, *draft);
  Html next;
  for (int i = 1; context.has("next." + std::to_string(i)); ++i)
    next = Html(group(next, li(context.say("next." + std::to_string(i)))));
  const Html secret =
      done->secret.empty()
          ? Html()
          : Html(web::html::section(cls("panel stack-s"), h2(cls("h"), context.words(Text::secret_title)),
                                    p(context.words(Text::secret_hint)), p(cls("number"), b(done->secret))));
  const Html content(
      div(cls("wrap stack read"),
          web::done_panel(
              {.title = Html(context.say("done")),
               .number_label = Html(context.words(Text::receipt_number)),
               .number = Html(done->number),
               .body = Html(p(context.words(Text::received_on, {{"date", format_resident(published->received_on)}})))}),
          secret,
          web::html::section(cls("stack-s"), h2(context.words(Text::what_next)), ol(next),
                             p(context.words(Text::decided_by, {{"date", format_resident(published->due_on)}}))),
          p(cls("row"),
            web::link_button("/status/" + id->text(), Html(context.words(Text::see_status)), web::ButtonKind::main))));
  return hall::page(call, {.title = context.say("done"), .content = content});
}

}  // namespace

std::vector<hall::Route> draft_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto anyone = Permission::anyone();
  const auto page = [&](std::string_view pattern, Fixture fixture, hall::Handler handler) {
    return hall::Route(Method::get, pattern, Side::public_side, anyone, std::move(fixture), std::move(handler));
  };
  const auto act = [&](std::string_view pattern, hall::Handler handler) {
    return hall::Route(Method::post, pattern, Side::public_side, anyone, Fixture::none("writes"), std::move(handler));
  };
  const auto draft = [](std::string object) { return Fixture::of("resident", {{"draft", std::move(object)}}); };
  return {act("/procedures/{procedure}/start", start),
          page("/resume", Fixture::of("anyone"), get_resume),
          act("/resume", post_resume),
          page("/apply/{draft}/later", draft("draft"), later),
          page("/apply/{draft}/papers", draft("draft-complete"), get_papers),
          act("/apply/{draft}/papers", post_papers),
          act("/apply/{draft}/papers/remove", post_remove),
          page("/apply/{draft}/check", draft("draft-complete"), get_check),
          act("/apply/{draft}/submit", post_submit),
          page("/done/{draft}", draft("submitted"), get_done)};
}

}  // namespace yakuba::application
