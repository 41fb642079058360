// After the submission: where the matter stands, what to do, the documents, withdrawal; my page; who looked.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/rows.hpp"
#include "hall/application/texts.hpp"
#include "hall/notice/notice.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr int looks_shown_max = 50;

Response not_found(hall::Call& call) {
  return hall::problem(call, {ErrorKind::not_found, "case.not_found", {}, {}, {}});
}

// --- number and secret ---

Response status_form(hall::Call& call, const web::Form& form, int status_code) {
  web::Field number{.name = "number",
                    .label = call.words(Text::receipt_number),
                    .hint = call.words(Text::number_example),
                    .value = std::string(form.typed("number")),
                    .error = web::error_for(form, "number", call.words),
                    .required = true};
  web::Field secret{.name = "secret",
                    .label = call.words(Text::secret_title),
                    .value = std::string(form.typed("secret")),
                    .error = web::error_for(form, "secret", call.words),
                    .required = true};
  number.width = secret.width = "w-20";
  const Html content(div(
      cls("wrap stack read"), web::error_summary(form, call.words), h1(call.words(Text::see_status)),
      p(call.words(Text::status_hint)),
      web::html::form(method("post"), action("/status"), cls("stack"), id("status"), novalidate(true),
                      hall::form_fields(call), web::text_field(call.words, number), web::text_field(call.words, secret),
                      p(cls("row"), web::action_button({.text = call.words(Text::see)}))),
      p(cls("small muted"), call.words(Text::lost_secret, {{"phone", call.pack->town->phone}}))));
  return hall::page(call, {.title = call.words(Text::see_status),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status_code,
                           .reading_form = "status"});
}

Response get_status_form(hall::Call& call) {
  return status_form(call, web::Form(call.request), 200);
}

Response post_status_form(hall::Call& call) {
  web::Form form(call.request);
  if (form.reading_switch(call.words.reader())) return status_form(call, form, 200);
  const std::string number =
      form.text("number", {{.label = call.words(Text::receipt_number).plain(), .required = true}});
  const std::string secret = form.text("secret", {{.label = call.words(Text::secret_title).plain(), .required = true}});
  if (!form.ok()) return status_form(call, form, 422);
  const auto token = show_status(call.hall, call.town, number, secret, call.request.client_address, call.now);
  if (!token) {
    if (token.error().kind == ErrorKind::unavailable) return hall::problem(call, token.error());
    const bool too_many = token.error().kind == ErrorKind::too_many;
    form.fault_at("secret", "secret", call.words(too_many ? Text::status_too_many : Text::status_wrong).plain());
    return status_form(call, form, too_many ? 429 : 422);
  }
  std::string upper = nfkc(trim(number));
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  const auto found = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) { return tx.one<sql::PublishedByNumber>({.number = upper}); });
  const auto id = found && *found ? PublicId::parse((*found)->id) : std::nullopt;
  if (!id) return not_found(call);
  call.cookies.push_back(token_cookie(*id, *token));
  return Response::see_other(web::Path::to("/status/{case}", {{"case", id->text()}}));
}

// --- the page of a case ---

struct Shown {
  cases::Published published;
  pack::PackPtr pack;
  const pack::Procedure* procedure = nullptr;
};
Result<Shown> shown_of(hall::Call& call, PublicId id) {
  Shown shown{.published = TRY(status(call.hall, call.town, holder_of(call, id), id)), .pack = {}};
  const auto bytes = from_hex(shown.published.pack_hash);
  Hash hash{};
  if (bytes && bytes->size() == hash.size()) std::ranges::copy(*bytes, hash.begin());
  shown.pack = TRY(call.hall.packs.version(call.town, hash));
  shown.procedure = shown.pack->procedure(shown.published.procedure);
  if (!shown.procedure) return fail(ErrorKind::corrupt, "case.procedure", shown.published.procedure);
  return shown;
}

web::Phrase say(const hall::Call& call, const Shown& shown, std::string_view key) {
  return web::Phrase::of(std::string(shown.procedure->texts.say(key, hall::pack_language(call.words.language())).text),
                         call.words.reader());
}

const cases::PublishedCorrection* open_correction(const cases::Published& p) {
  for (const cases::PublishedCorrection& correction : p.corrections)
    if (!correction.answered) return &correction;
  return nullptr;
}

Html what_to_do(hall::Call& call, const Shown& shown) {
  const cases::Published& p = shown.published;
  if (const cases::PublishedCorrection* correction = open_correction(p)) {
    Html reasons;
    for (const std::string& code : correction->reasons)
      reasons = Html(group(reasons, li(say(call, shown, "reason." + code))));
    return web::notice(
        {.kind = web::Tone::warn,
         .title = call.words(Text::please_correct, {{"date", day(call, correction->due)}}),
         .body = Html(group(ul(reasons), web::html::p(correction->message),
                            web::html::p(web::link_button("/status/" + p.id.text() + "/correct",
                                                          call.words(Text::answer_now), web::ButtonKind::main))))});
  }
  if (p.closed || !p.outcome.empty())
    return web::notice({.kind = web::Tone::ok,
                        .title = Html(p.outcome == "withdrawn" ? call.words(Text::withdrawn)
                                                               : say(call, shown, "outcome." + p.outcome)),
                        .body = Html(web::html::p(call.words(Text::see_documents)))});
  return web::notice({.title = Html(call.words(Text::nothing_to_do)),
                      .body = Html(web::html::p(call.words(Text::decided_by, {{"date", day(call, p.due_on)}})))});
}

// The steps that are still to come when everything goes its way: from each step to the furthest that it leads to but by
// withdrawal; who must first answer or be asked comes back to where he left.
std::vector<const pack::Step*> still_to_come(const pack::Procedure& procedure, std::string_view current) {
  const auto place_of = [&](std::string_view id) { return std::ranges::find(procedure.steps, id, &pack::Step::id); };
  std::vector<const pack::Step*> coming;
  for (auto at = place_of(current); at != procedure.steps.end() && coming.size() < procedure.steps.size();) {
    auto furthest = procedure.steps.end();
    for (const auto& [verb, next] : at->moves)
      if (const auto to = place_of(next); verb != "withdrawn" && to != procedure.steps.end())
        if (furthest == procedure.steps.end() || to > furthest) furthest = to;
    if (furthest == procedure.steps.end() || std::ranges::find(coming, &*furthest) != coming.end()) break;
    coming.push_back(&*furthest);
    at = furthest;
  }
  return coming;
}

bool decides(const pack::Step& step) {
  return step.moves.contains("granted") || step.moves.contains("rejected");
}

Html moments_of(hall::Call& call, const Shown& shown) {
  std::vector<web::Moment> moments;
  for (const cases::PublishedMoment& moment : shown.published.moments) {
    const JapanTime at = in_japan(moment.at);
    const auto verb = log::verb_from(moment.verb);
    const auto words = call.words.find(catalogue(Text::moment_submitted), "moment_" + moment.verb);
    moments.push_back({.when = web::Tense::past,
                       .time = Html(fmt::format("{} {:02}:{:02}", day(call, at.date), at.hour, at.minute)),
                       .datetime = moment.at.text(),
                       .title = words ? Html(*words) : Html(verb ? log::verb_entry(*verb).japanese : moment.verb)});
  }
  if (!shown.published.closed)
    moments.push_back({.when = web::Tense::now,
                       .time = Html(call.words(Text::now)),
                       .datetime = {},
                       .title = say(call, shown, "step_resident." + shown.published.step)});
  if (!shown.published.closed)
    for (const pack::Step* step : still_to_come(*shown.procedure, shown.published.step))
      moments.push_back({.when = web::Tense::next,
                         .time = decides(*step) ? Html(day(call, shown.published.due_on)) : Html(),
                         .datetime = {},
                         .title = say(call, shown, "step." + step->id)});
  return web::timeline(call.words, moments);
}

Html documents_of(hall::Call& call, const Shown& shown) {
  const auto published = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) { return notice::published_of_case(tx, shown.published.id.text()); });
  if (!published || published->empty()) return Html(p(cls("muted"), call.words(Text::no_documents)));
  std::vector<web::FileRow> rows;
  for (const notice::Published& document : *published)
    rows.push_back(
        {.name = Html(document.kind_name),
         .href = "/status/" + shown.published.id.text() + "/documents/" + document.id.text(),
         .detail = Html(document.number + "　" + day(call, document.dated)),
         .end = document.withdrawn ? web::tag(call.words(Text::document_withdrawn), web::Tone::bad) : Html()});
  return web::file_list(rows);
}

// How the result will come; who has no account is led back to number and secret while this device still shows them.
Html answer_of(const hall::Call& call, const cases::Published& published, const Holder& holder) {
  const bool account = !published.account.empty();
  const Reached party{.mail = account ? holder.mail : "", .account = account};
  return Html(group(h2(cls("h"), call.words(Text::answer_title)), how_answered(call, party),
                    when(!account && !holder.token.empty(),
                         [&] { return p(a(href("/done/" + published.id.text()), call.words(Text::see_secret))); })));
}

// What to say when asking about it, and where it stands.
Html number_panel(const hall::Call& call, const cases::Published& published) {
  const bool waits = open_correction(published) != nullptr;
  const bool done = published.closed || !published.outcome.empty();
  const Text state = waits ? Text::your_turn : done ? Text::state_done : Text::state_under_way;
  return Html(
      web::html::section(cls("panel panel-tint row row-between"), aria_label(call.words(Text::receipt_number).plain()),
                         div(p(cls("small"), call.words(Text::receipt_number)), p(b(cls("number"), published.number)),
                             p(cls("small"), call.words(Text::number_use))),
                         web::tag(call.words(state), waits  ? web::Tone::warn
                                                     : done ? web::Tone::ok
                                                            : web::Tone::key)));
}

Response get_case(hall::Call& call) {
  const auto id = parameter(call);
  const auto shown = id ? shown_of(call, *id) : Result<Shown>(std::unexpected(Error{}));
  if (!shown) return not_found(call);
  const cases::Published& published = shown->published;
  const pack::Section* section = shown->pack->section(published.section);
  std::vector<web::Fact> facts{{call.words(Text::received_title), Html(day(call, published.received_on))},
                               {call.words(Text::period), Html(day(call, published.due_on))}};
  if (section)
    facts.push_back(
        {call.words(Text::section), Html(section->name + (section->phone.empty() ? "" : "　" + section->phone))});
  const Holder holder = holder_of(call, published.id);
  const Html content(div(
      cls("wrap stack"),
      when(!holder.account.empty(), [&] { return web::back_link("/me", call.words(Text::my_cases)); }),
      h1(say(call, *shown, "title")), number_panel(call, published), what_to_do(call, *shown),
      div(cls("cols-main"),
          div(cls("stack"),
              web::html::section(cls("stack-s"), h2(call.words(Text::progress_title)), moments_of(call, *shown)),
              web::html::section(cls("stack-s"), web::html::id("documents"), h2(call.words(Text::documents_title)),
                                 documents_of(call, *shown))),
          aside(
              cls("panel panel-tint stack-s"), aria_label(call.words(Text::about_case).plain()),
              web::facts(facts, true),
              when(!published.closed && published.outcome.empty(), [&] { return answer_of(call, published, holder); }),
              when(published.may_withdraw && !published.closed, [&] {
                return p(a(href("/status/" + published.id.text() + "/withdraw"), call.words(Text::withdraw_link)));
              })))));
  return hall::page(call, {.title = published.number, .content = content});
}

Response get_document(hall::Call& call) {
  const auto id = parameter(call, 0), document = parameter(call, 1);
  const auto shown = id && document ? shown_of(call, *id) : Result<Shown>(std::unexpected(Error{}));
  if (!shown) return not_found(call);
  const auto pdf = notice::open_published(call.hall, call.town, *document, id->text());
  if (!pdf) return hall::problem(call, pdf.error());
  return Response::attachment(shown->published.number + ".pdf", "application/pdf",
                              std::string(pdf->begin(), pdf->end()));
}

// --- correction ---

// The questions that the reasons are about, asked again; papers when a reason is about papers.
struct Asked {
  std::vector<pack::Ask> asks;
  std::vector<pack::Needed> needs;
};
Result<Asked> asked_again(const Draft& draft, const cases::PublishedCorrection& correction) {
  Asked asked;
  for (const std::string& code : correction.reasons) {
    const pack::ReasonCode* reason = draft.procedure_model->reason(code);
    if (!reason) continue;
    for (const pack::Ask& ask : draft.asks())
      if (ask.question->fact == reason->fact && std::ranges::find(asked.asks, ask) == asked.asks.end())
        asked.asks.push_back(ask);
  }
  asked.needs = TRY(pack::attachments(*draft.procedure_model, draft.seen()));
  return asked;
}

// A draft's shape over the published case, so that the same fields ask again. Answers are the office's now: fields
// begin empty.
Result<Draft> asked_draft(const Shown& shown) {
  Draft draft{.id = shown.published.id,
              .procedure = shown.procedure->id,
              .pack = shown.pack,
              .procedure_model = shown.procedure};
  pack::Facts facts = pack::start(*shown.pack, shown.published.received_on, shown.procedure);
  draft.meaning = std::make_shared<const Meaning>(
      Meaning{.pack = shown.pack,
              .answers = {},
              .released = {},
              .understood = TRY(pack::begin_answers(*shown.pack, *shown.procedure, std::move(facts)))});
  return draft;
}

Response correction_page(hall::Call& call, const Shown& shown, const web::Form& form, int status_code) {
  const cases::PublishedCorrection* correction = open_correction(shown.published);
  if (!correction) return Response::see_other(web::Path::to("/status/{case}", {{"case", shown.published.id.text()}}));
  const auto draft = asked_draft(shown);
  if (!draft) return hall::problem(call, draft.error());
  const Context context = context_of(call, *draft);
  const auto asked = asked_again(*draft, *correction);
  if (!asked) return hall::problem(call, asked.error());
  Html fields, reasons;
  for (const std::string& code : correction->reasons)
    reasons = Html(group(reasons, li(say(call, shown, "reason." + code))));
  for (const pack::Ask& ask : asked->asks)
    fields.add(ask_field(context, ask, context.html(context.of(ask).title, &ask), form, {}, false, 1));
  web::FileField file;
  file.name = "papers";
  file.label = call.words(Text::papers_title);
  file.hint = call.words(Text::papers_hint);
  file.error = web::error_for(form, "papers", call.words);
  file.multiple = true;
  web::Area note;
  note.name = "note";
  note.label = call.words(Text::correction_note);
  note.value = std::string(form.typed("note"));
  note.error = web::error_for(form, "note", call.words);
  const std::string base = "/status/" + shown.published.id.text();
  const Html content(div(
      cls("wrap stack read"), web::back_link(base, call.words(Text::see_status)), web::error_summary(form, call.words),
      h1(call.words(Text::please_correct, {{"date", day(call, correction->due)}})), ul(reasons), p(correction->message),
      web::html::form(method("post"), action(base + "/correct"), enctype("multipart/form-data"), cls("stack"),
                      id("correct"), novalidate(true), hall::form_fields(call), fields,
                      web::text_area(call.words, note), web::file_field(call.words, file),
                      p(cls("row"), web::action_button({.text = call.words(Text::send), .big = true})))));
  return hall::page(call, {.title = call.words(Text::answer_now),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = status_code,
                           .reading_form = "correct"});
}

Response get_correction(hall::Call& call) {
  const auto id = parameter(call);
  const auto shown = id ? shown_of(call, *id) : Result<Shown>(std::unexpected(Error{}));
  if (!shown) return not_found(call);
  return correction_page(call, *shown, web::Form(call.request), 200);
}

Response post_correction(hall::Call& call) {
  const auto id = parameter(call);
  const auto shown = id ? shown_of(call, *id) : Result<Shown>(std::unexpected(Error{}));
  if (!shown) return not_found(call);
  const cases::PublishedCorrection* correction = open_correction(shown->published);
  if (!correction) return Response::see_other(web::Path::to("/status/{case}", {{"case", id->text()}}));
  web::Form form(call.request);
  if (form.reading_switch(call.words.reader())) return correction_page(call, *shown, form, 200);
  const auto draft = asked_draft(*shown);
  if (!draft) return hall::problem(call, draft.error());
  const Context context = context_of(call, *draft);
  const auto asked = asked_again(*draft, *correction);
  if (!asked) return hall::problem(call, asked.error());
  std::vector<cases::Answer> answers;
  for (const pack::Ask& ask : asked->asks) {
    JsonValue value = from_form(context, ask, form, {});
    add_faults(context, ask, value, pack::wrong(context.pack, context.procedure, ask, value, draft->seen()), {}, form);
    answers.push_back({ask.id(), std::move(value), "typed"});
  }
  const std::string note = form.text("note", {{.label = call.words(Text::correction_note).plain()}, 0, 1000, true});
  if (!note.empty()) answers.push_back({"correction_note", JsonValue(note), "typed"});
  std::vector<web::Upload> files;
  for (const web::Upload* file :
       form.files("papers", {{.label = call.words(Text::papers_title).plain()},
                             {web::FileKind::pdf, web::FileKind::png, web::FileKind::jpeg, web::FileKind::heic},
                             upload_bytes_max,
                             10}))
    files.push_back(*file);
  if (answers.empty() && files.empty()) form.fault_at("note", "note", call.words(Text::say_something).plain());
  if (!form.ok()) return correction_page(call, *shown, form, 422);
  const auto sent =
      send_correction(call.hall, call.town, holder_of(call, *id), *id, correction->id, answers, files, call.now);
  if (!sent) return hall::problem(call, sent.error());
  return Response::see_other(web::Path::to("/status/{case}", {{"case", id->text()}}));
}

// --- withdrawal ---

Response withdrawal_page(hall::Call& call, const Shown& shown, const web::Form& form, int status_code) {
  if (!shown.published.may_withdraw)
    return Response::see_other(web::Path::to("/status/{case}", {{"case", shown.published.id.text()}}));
  web::Choices reasons{.name = "reason",
                       .legend = call.words(Text::withdraw_reason),
                       .error = web::error_for(form, "reason", call.words),
                       .required = true};
  for (const pack::ReasonCode& reason : shown.procedure->reasons)
    if (reason.use == "withdrawal")
      reasons.options.push_back({.value = reason.code,
                                 .label = say(call, shown, "reason." + reason.code),
                                 .chosen = form.was_chosen("reason", reason.code)});
  const std::string base = "/status/" + shown.published.id.text();
  const Html content(div(cls("wrap stack read"), web::error_summary(form, call.words),
                         web::confirm_panel({.id = "withdraw",
                                             .action = base + "/withdraw",
                                             .title = Html(call.words(Text::withdraw_title)),
                                             .body = Html(p(say(call, shown, "withdraw_note"))),
                                             .hidden = hall::form_fields(call),
                                             .fields = web::choice_field(call.words, reasons),
                                             .yes = Html(call.words(Text::withdraw_yes)),
                                             .back = base,
                                             .back_text = Html(call.words(Text::withdraw_no))})));
  return hall::page(
      call,
      {.title = call.words(Text::withdraw_title), .content = content, .has_errors = !form.ok(), .status = status_code});
}

Response get_withdrawal(hall::Call& call) {
  const auto id = parameter(call);
  const auto shown = id ? shown_of(call, *id) : Result<Shown>(std::unexpected(Error{}));
  if (!shown) return not_found(call);
  return withdrawal_page(call, *shown, web::Form(call.request), 200);
}

Response post_withdrawal(hall::Call& call) {
  const auto id = parameter(call);
  const auto shown = id ? shown_of(call, *id) : Result<Shown>(std::unexpected(Error{}));
  if (!shown) return not_found(call);
  web::Form form(call.request);
  std::vector<std::string> allowed;
  for (const pack::ReasonCode& reason : shown->procedure->reasons)
    if (reason.use == "withdrawal") allowed.push_back(reason.code);
  const std::string reason =
      form.choice("reason", {{.label = call.words(Text::withdraw_reason).plain(), .required = true}, allowed});
  if (!form.ok()) return withdrawal_page(call, *shown, form, 422);
  const auto done = withdraw(call.hall, call.town, holder_of(call, *id), *id, reason, call.now);
  if (!done && done.error().kind != ErrorKind::conflict) return hall::problem(call, done.error());
  return Response::see_other(web::Path::to("/status/{case}", {{"case", id->text()}}));
}

// --- my pages ---

Response my_page(hall::Call& call) {
  const Holder holder = holder_of(call, PublicId{});
  const auto drafts = drafts_of(call.hall, call.town, holder);
  const auto mine = cases_of(call.hall, call.town, holder);
  if (!drafts || !mine) return hall::problem(call, drafts ? mine.error() : drafts.error());
  const std::string language = hall::pack_language(call.words.language());
  std::vector<web::Row> rows;
  for (const cases::Published& one : *mine) {
    const pack::Procedure* procedure = call.pack->procedure(one.procedure);
    const web::Phrase title =
        procedure ? web::Phrase::of(std::string(procedure->texts.say("title", language).text), call.words.reader())
                  : web::Phrase();
    const web::Phrase step =
        procedure ? web::Phrase::of(std::string(procedure->texts.say("step_resident." + one.step, language).text),
                                    call.words.reader())
                  : web::Phrase();
    rows.push_back(
        {.cells = {Html(a(href("/status/" + one.id.text()), title)), Html(one.number), Html(day(call, one.received_on)),
                   open_correction(one) ? web::tag(call.words(Text::your_turn), web::Tone::warn) : Html(step)}});
  }
  Html unfinished;
  for (const Draft& draft : *drafts)
    unfinished = Html(
        group(unfinished, li(a(href("/apply/" + draft.id.text()),
                               web::Phrase::of(std::string(draft.procedure_model->texts.say("title", language).text),
                                               call.words.reader())),
                             " ", span(cls("small muted"), day(call, date_in_japan(draft.updated))))));
  const Html table = rows.empty()
                         ? web::empty_state({.title = call.words(Text::no_cases),
                                             .action = Html(a(href("/procedures"), call.words(Text::catalogue_title)))})
                         : web::table_of(call.words, {.id = "mine",
                                                      .caption = call.words(Text::my_cases),
                                                      .caption_hidden = true,
                                                      .columns = {{.title = call.words(Text::procedure)},
                                                                  {.title = call.words(Text::receipt_number)},
                                                                  {.title = call.words(Text::received_title)},
                                                                  {.title = call.words(Text::state)}},
                                                      .rows = std::move(rows)});
  const Html content(
      div(cls("wrap stack"), h1(call.words(Text::my_cases)),
          when(!unfinished.empty(),
               [&] { return web::html::section(cls("stack-s"), h2(call.words(Text::my_drafts)), ul(unfinished)); }),
          table,
          p(cls("row"), web::link_button("/me/looks", Html(call.words(Text::who_looked))),
            web::link_button("/me/notices", Html(call.words(Text::documents_title))))));
  return hall::page(call, {.title = call.words(Text::my_cases), .content = content});
}

Response looks_page(hall::Call& call) {
  const access::Resident* resident = call.actor->resident();
  if (!resident || !resident->person) return not_found(call);
  const auto before = parse_integer(call.request.query.first("before"));
  const Instant until{before.value_or(call.now.microseconds + 1)};
  const auto looks = call.hall.store.read(call.town, [&](store::ReadTx& tx) {
    return access::released_reads(tx, *resident->person, until, looks_shown_max + 1);
  });
  if (!looks) return hall::problem(call, looks.error());
  std::vector<web::Row> rows;
  for (const access::ReleasedRead& look : *looks) {
    if (rows.size() == looks_shown_max) break;
    const JapanTime at = in_japan(look.at);
    const auto purpose = call.words.find(catalogue(Text::purpose_counter), "purpose_" + look.purpose);
    const auto subject = call.words.find(catalogue(Text::purpose_counter), "subject_" + look.subject);
    rows.push_back(
        {.cells = {Html(fmt::format("{} {:02}:{:02}", day(call, at.date), at.hour, at.minute)), Html(look.section_name),
                   purpose ? Html(*purpose) : Html(look.purpose), subject ? Html(*subject) : Html(look.subject)}});
  }
  web::Pages pages;
  if (std::cmp_greater(looks->size(), looks_shown_max))
    pages.next = "/me/looks?before=" + std::to_string((*looks)[looks_shown_max - 1].at.microseconds);
  const Html table = rows.empty() ? web::empty_state({.title = call.words(Text::nobody_looked)})
                                  : web::table_of(call.words, {.id = "looks",
                                                               .caption = call.words(Text::who_looked),
                                                               .caption_hidden = true,
                                                               .columns = {{.title = call.words(Text::when_title)},
                                                                           {.title = call.words(Text::section)},
                                                                           {.title = call.words(Text::purpose_title)},
                                                                           {.title = call.words(Text::subject_title)}},
                                                               .rows = std::move(rows)});
  const Html content(div(cls("wrap stack"), web::back_link("/me", call.words(Text::my_cases)),
                         h1(call.words(Text::who_looked)), p(call.words(Text::looks_hint)), table,
                         web::page_list(call.words, pages)));
  return hall::page(call, {.title = call.words(Text::who_looked), .content = content});
}

}  // namespace

std::string day(const hall::Call& call, Date date) {
  return call.words.language() == web::Language::en ? format_english(date) : format_resident(date);
}

std::vector<hall::Route> status_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto route = [](Method method, std::string_view pattern, Permission permission, Fixture fixture,
                        hall::Handler handler) {
    return hall::Route(method, pattern, Side::public_side, permission, std::move(fixture), std::move(handler));
  };
  const Permission anyone = Permission::anyone(), account(access::permission_resident),
                   linked(access::permission_linked);
  const auto one = [](std::string object) { return Fixture::of("resident", {{"case", std::move(object)}}); };
  return {route(Method::get, "/status", anyone, Fixture::of("anyone"), get_status_form),
          route(Method::post, "/status", anyone, Fixture::none("writes"), post_status_form),
          route(Method::get, "/status/{case}", anyone, one("submitted"), get_case),
          route(Method::get, "/status/{case}/documents/{document}", anyone, Fixture::none("a PDF"), get_document),
          route(Method::get, "/status/{case}/correct", anyone, one("to-correct"), get_correction),
          route(Method::post, "/status/{case}/correct", anyone, Fixture::none("writes"), post_correction),
          route(Method::get, "/status/{case}/withdraw", anyone, one("submitted"), get_withdrawal),
          route(Method::post, "/status/{case}/withdraw", anyone, Fixture::none("writes"), post_withdrawal),
          route(Method::get, "/me", account, Fixture::of("resident"), my_page),
          route(Method::get, "/me/looks", linked, Fixture::of("resident"), looks_page)};
}

}  // namespace yakuba::application
