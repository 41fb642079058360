// What every page of a case does alike: find it, ask the right, act in one change, say what went wrong.
#include "hall/cases/desk.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {

using web::Html, web::Response;
using namespace web::html;

web::Path file_path(PublicId id) {
  return web::Path::to("/cases/{case}", {{"case", id.text()}});
}

std::optional<PublicId> case_of(const hall::Call& call) {
  return call.parameters.empty() ? std::nullopt : PublicId::parse(call.parameters.front().second);
}

Result<File> open_for(hall::Call& call, std::string_view verb) {
  const auto id = case_of(call);
  if (!id) return fail(ErrorKind::not_found, "case.not_found");
  TRY(call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<> {
    const auto row = TRY(find(tx, *id));
    if (!row) return fail(ErrorKind::not_found, "case.not_found");
    return allowed(call, tx, *row, verb);
  }));
  return open(call.hall, call.town, act_of(call), *id);
}

Result<> do_act(hall::Call& call, std::string_view verb, const ActStep& act) {
  const auto id = case_of(call);
  const auto version = parse_integer(call.request.form.first("version"));
  if (!id || !version) return fail(ErrorKind::not_found, "case.not_found");
  const std::string key = std::string(call.request.form.first(web::idempotency_field));
  return call.hall.store.change(call.town,
                                store::ChangeKey{key.empty() ? "" : access::log_name(*call.actor) + ":" + key},
                                [&](store::Tx& tx) -> Result<> {
                                  const auto row = TRY(find(tx, *id));
                                  if (!row) return fail(ErrorKind::not_found, "case.not_found");
                                  TRY(allowed(call, tx, *row, verb));
                                  return act(tx, On{row->id, *version});
                                });
}

Response refused(hall::Call& call, const Error& error) {
  const auto id = case_of(call);
  if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::not_found || !id)
    return hall::problem(call, error);
  const Html content(div(cls("wrap stack read"), h1(call.words(Text::not_done)),
                         web::notice({.kind = web::Tone::warn,
                                      .title = Html(error_words(call, error)),
                                      .body = Html(p(call.words(Text::nothing_overwritten)))}),
                         p(cls("row"), web::link_button(file_path(*id).text(), Html(call.words(Text::open_again)),
                                                        web::ButtonKind::main))));
  return hall::page(call, {.title = call.words(Text::not_done),
                           .content = content,
                           .status = web::status_of(error.kind),
                           .current_menu = "/inbox"});
}

Response back_to_file(hall::Call& call, const Result<>& done) {
  return done ? Response::see_other(file_path(*case_of(call))) : refused(call, done.error());
}

Response act_page(hall::Call& call, const File& file, const web::Form& form, ActPage page,
                  const std::optional<Error>& error) {
  const std::string path = "/cases/" + file.row.public_id.text() + "/" + std::string(page.act);
  // After a conflict the form goes on with the version that is there now; what was typed stands.
  const Html changed = error ? web::notice({.kind = web::Tone::warn,
                                            .title = Html(error_words(call, *error)),
                                            .body = Html(p(call.words(Text::look_again)))})
                             : Html();
  const Html content(div(
      cls("wrap stack read"), web::back_link(file_path(file.row.public_id).text(), Html(file.row.number)),
      web::error_summary(form, call.words), changed, h1(page.title),
      web::html::form(method("post"), action(path), cls("stack"), id("act"), novalidate(true), hall::form_fields(call),
                      input(type("hidden"), name("version"), value(std::to_string(file.row.version))), page.fields,
                      p(cls("row"),
                        web::action_button(
                            {.text = page.button, .kind = page.warn ? web::ButtonKind::warn : web::ButtonKind::main}),
                        web::link_button(file_path(file.row.public_id).text(), Html(call.words(Text::go_back)))))));
  const int status = !form.ok() ? 422 : error ? 409 : 200;
  return hall::page(
      call,
      {.title = page.title, .content = content, .has_errors = !form.ok(), .status = status, .current_menu = "/inbox"});
}

std::string say(const File& file, std::string_view key) {
  return without_ruby(file.procedure->texts.say(key, "ja").text);
}

web::Area area_of(const hall::Call& call, const web::Form& form, std::string name, web::Phrase label,
                  web::Phrase hint) {
  web::Area field;
  field.name = name;
  field.label = label;
  field.hint = hint;
  field.value = std::string(form.typed(name));
  field.error = web::error_for(form, name, call.words);
  field.required = true;
  return field;
}

namespace {

// A consultation is answered by the section that was asked, and by no other, however far a role reaches elsewhere; the
// section may read the file for that.
Result<bool> asked_here(const hall::Call& call, store::ReadTx& tx, const Case& row, const access::Object& object,
                        std::string_view verb) {
  const access::Staff* staff = call.actor->staff();
  if (!staff || row.step != "consult") return false;
  for (const auto& c : TRY(tx.all<sql::Consultations>({.case_id = row.id.value}))) {
    if (c.answered_at) continue;
    const auto asked = TRY(section::section_by_code(tx, c.section, call.today));
    const bool stands_there = std::ranges::any_of(
        staff->standings, [&](const access::Standing& standing) { return standing.section_code == c.section; });
    if (!asked || !stands_there) continue;
    access::Object at_asked = object;
    at_asked.section = asked->id;
    if (access::may(*call.actor, verb, at_asked)) return true;
  }
  return false;
}

}  // namespace

Result<> allowed(hall::Call& call, store::ReadTx& tx, const Case& row, std::string_view verb) {
  std::vector<std::int64_t> parties;
  access::Object object = TRY(object_of(call.hall, tx, row, parties));
  object.parties = parties;
  if (verb == "consent") {
    if (TRY(asked_here(call, tx, row, object, verb))) return {};
    const access::Decision by_right = access::may(*call.actor, verb, object);
    const std::string reason = by_right.reason == "party-to-the-case" ? by_right.reason : "out-of-scope";
    return fail(ErrorKind::forbidden, "access." + reason, reason);
  }
  const access::Decision decision = access::may(*call.actor, verb, object);
  if (decision) return {};
  if (verb == "read") {
    if (TRY(asked_here(call, tx, row, object, verb))) return {};
    const access::Staff* staff = call.actor->staff();
    if (staff && TRY(approval::takes_part(tx, *staff, "case", row.public_id.text()))) return {};
  }
  return fail(ErrorKind::forbidden, "access." + decision.reason, decision.reason);
}

web::Html error_words(const hall::Call& call, const Error& error) {
  std::string key = "error_" + error.code;
  for (char& c : key) c = c == '.' || c == '-' ? '_' : c;
  if (const auto words = call.words.find(catalogue(Text::error_case_changed), key)) return Html(*words);
  return Html(call.words(Text::error_other, {{"code", error.code}}));
}

std::string clock_text(Instant at) {
  const JapanTime t = in_japan(at);
  return fmt::format("{}月{}日 {:02}:{:02}", t.date.month(), t.date.day(), t.hour, t.minute);
}

}  // namespace yakuba::cases
