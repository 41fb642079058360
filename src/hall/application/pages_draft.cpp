// Start, resume and papers.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/rows.hpp"
#include "hall/application/texts.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

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
  if (!draft) return no_such_draft(call);
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
  const auto needs = pack::attachments(context.procedure, draft.seen());
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
  if (!draft) return no_such_draft(call);
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
  if (!id) return no_such_draft(call);
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
  if (!draft) return no_such_draft(call);
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
  if (!id) return no_such_draft(call);
  const auto removed = remove_upload(call.hall, call.town, holder_of(call, *id), *id, call.request.form.first("blob"));
  if (!removed) return hall::problem(call, removed.error());
  return Response::see_other(web::Path::to("/apply/{draft}/papers", {{"draft", id->text()}}));
}

}  // namespace

Response no_such_draft(hall::Call& call) {
  return hall::problem(call, {ErrorKind::not_found, "draft.not_found", {}, {}, {}});
}

Response to_draft(PublicId id) {
  return Response::see_other(web::Path::to("/apply/{draft}", {{"draft", id.text()}}));
}

std::string kilobytes(std::int64_t bytes) {
  return format_number((bytes + 1023) / 1024) + " KB";
}

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
          act("/apply/{draft}/papers/remove", post_remove)};
}

}  // namespace yakuba::application
