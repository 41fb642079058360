// The desk's own pages: sign-in, sign-out, setting up, one's sessions, password and passkeys.
#include "base/text.hpp"
#include "hall/access/pages.hpp"

namespace yakuba::access {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

// Where a staff member begins his day: the first of these he may open.
Path home_of(const Actor& actor) {
  if (holds(actor, "case.list")) return Path::to("/inbox");
  if (holds(actor, "staff.read")) return Path::to("/staff");
  if (holds(actor, "person.find")) return Path::to("/people");
  return Path::to("/me");
}

// --- sign-in ---

Html passkey_form(const hall::Call& call, std::string_view to) {
  auto challenge = passkey_challenge(call.hall, call.town, call.form_token);
  if (!challenge) return {};
  const Words& words = call.words;
  Html fields;
  for (const char* name : {"credential", "client_data", "authenticator_data", "signature"})
    fields.add(hidden(name, ""));
  return h::form(
      h::id("passkey-sign-in"), h::hidden(true), h::method("post"), h::action("/login/passkey"), h::cls("stack"),
      hall::form_fields(call), hidden("to", to), hidden("challenge", *challenge),
      hidden("party", office_party(call.hall, call.town).id), fields,
      h::p(h::id("passkey-failed"), h::hidden(true), h::tabindex(-1), h::cls("error"), words(Text::passkey_failed)),
      h::p(web::action_button({.text = words(Text::with_passkey), .kind = web::ButtonKind::second})));
}

Response login_page(hall::Call& call, const Form& form, std::optional<Text> refused, int status) {
  const Words& words = call.words;
  const std::string_view to = asked_target(call);
  Html content =
      h::div(h::cls("wrap stack read"), h::when(refused.has_value(), [&] { return refusal(words, *refused); }),
             h::h1(words(Text::desk_sign_in)),
             h::form(h::id("form"), h::method("post"), h::action("/login"), h::cls("stack"), h::novalidate(true),
                     hall::form_fields(call), hidden("to", to),
                     web::text_field(words, {.name = "number",
                                             .label = words(Text::number),
                                             .value = std::string(form.typed("number")),
                                             .required = true,
                                             .autocomplete = "username",
                                             .width = "w-8"}),
                     password_field(form, words, "password", Text::password, "current-password"),
                     code_field(form, words, words(Text::code_hint)),
                     h::p(web::action_button({.text = words(Text::sign_in)}))),
             passkey_form(call, to));
  return hall::page(call, {.title = words(Text::desk_sign_in),
                           .content = content,
                           .has_errors = refused.has_value(),
                           .status = status,
                           .script = "passkey.js"});
}

Response show_login(hall::Call& call) {
  if (call.actor->staff()) return Response::see_other(onward(call, home_of(*call.actor)));
  return login_page(call, Form{web::Fields{}}, std::nullopt, 200);
}

Response after_sign_in(hall::Call& call, const Result<Token>& token) {
  if (token) {
    Response response =
        Response::see_other(onward(call, Path::to("/login")));  // which leads the signed-in to their desk
    response.with_cookie(session_cookie(web::Side::office_side, call.town.name(), *token));
    return response;
  }
  Form form(call.request);
  if (token.error().code == "access.sign_in_failed") return login_page(call, form, Text::sign_in_failed, 403);
  if (token.error().code == "access.too_many_attempts") return login_page(call, form, Text::too_many_attempts, 429);
  if (token.error().code == "access.busy") return login_page(call, form, Text::busy, 429);
  return hall::problem(call, token.error());
}

Response sign_in(hall::Call& call) {
  const web::Fields& typed = call.request.form;
  return after_sign_in(
      call, sign_in_with_password(call.hall, call.town, visitor_of(call.request), nfkc(trim(typed.first("number"))),
                                  typed.first("password"), typed.first("code")));
}

Response sign_in_by_passkey(hall::Call& call) {
  const web::Fields& typed = call.request.form;
  auto bytes = [&](std::string_view name) { return from_base64url(typed.first(name)).value_or(Bytes()); };
  Assertion assertion{std::string(typed.first("credential")), bytes("client_data"), bytes("authenticator_data"),
                      bytes("signature")};
  return after_sign_in(
      call, sign_in_with_passkey(call.hall, call.town, visitor_of(call.request), office_party(call.hall, call.town),
                                 typed.first("challenge"), call.form_token, assertion));
}

Response sign_out(hall::Call& call) {
  if (auto session = session_of(call)) {
    auto done = end_session(call.hall, call.town, *session, "signed-out", call.now);
    if (!done && done.error().kind != ErrorKind::not_found) return hall::problem(call, done.error());
  }
  Response response = Response::see_other(Path::to("/login"));
  response.with_cookie({.name = session_cookie_name(call.side, call.town.name()), .value = "", .age_seconds = 0});
  return response;
}

// --- setting up ---

Response enrol_page(hall::Call& call, const Form& form, const Enrolment& enrolment) {
  const Words& words = call.words;
  Html content =
      h::div(h::cls("wrap stack read"), web::error_summary(form, words), h::h1(words(Text::enrol_title)),
             h::p(words(Text::enrol_for, {{"name", enrolment.staff.name}, {"number", enrolment.staff.number}})),
             h::form(h::id("form"), h::method("post"), h::cls("stack"), h::novalidate(true), hall::form_fields(call),
                     h::input(h::type("text"), h::name("number"), h::value(enrolment.staff.number),
                              h::autocomplete("username"), h::hidden(true), h::readonly(true), h::tabindex(-1)),
                     password_field(form, words, "password", Text::enrol_password, "new-password",
                                    words(Text::enrol_password_hint)),
                     password_field(form, words, "again", Text::enrol_again, "new-password"),
                     factor_picture(call, enrolment.second_factor.reveal(), enrolment.staff.number),
                     code_field(form, words, words(Text::enrol_check)),
                     h::p(web::action_button({.text = words(Text::enrol_save)}))));
  return hall::page(call, {.title = words(Text::enrol_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422});
}

Response show_enrol(hall::Call& call) {
  auto enrolment = open_enrolment(call.hall, call.town, parameter(call, "token"));
  if (!enrolment)
    return enrolment.error().kind == ErrorKind::not_found ? link_invalid_page(call)
                                                          : hall::problem(call, enrolment.error());
  return enrol_page(call, Form{web::Fields{}}, *enrolment);
}

Response save_enrol(hall::Call& call) {
  std::string token = parameter(call, "token");
  auto enrolment = open_enrolment(call.hall, call.town, token);
  if (!enrolment)
    return enrolment.error().kind == ErrorKind::not_found ? link_invalid_page(call)
                                                          : hall::problem(call, enrolment.error());
  const Words& words = call.words;
  Form form(call.request);
  std::string password = new_password(form, words);
  if (!form.ok()) return enrol_page(call, form, *enrolment);
  auto done = complete_enrolment(call.hall, call.town, token, password, form.typed("code"), visitor_of(call.request));
  if (!done)
    return blame(form, call, done.error()) ? enrol_page(call, form, *enrolment) : hall::problem(call, done.error());
  Html content = h::div(h::cls("wrap stack read"),
                        web::done_panel({.title = words(Text::enrol_done), .body = h::p(words(Text::enrol_done_body))}),
                        h::p(web::link_button("/login", words(Text::sign_in), web::ButtonKind::main)));
  return hall::page(call, {.title = words(Text::enrol_done), .content = content});
}

// --- one's own ---

Html passkey_list(const hall::Call& call, const std::vector<PasskeyRow>& passkeys) {
  const Words& words = call.words;
  if (passkeys.empty()) return h::p(h::cls("muted"), words(Text::passkeys_none));
  std::vector<web::SummaryRow> rows;
  for (const PasskeyRow& row : passkeys)
    rows.push_back(
        {.term = Html(row.name),
         .value = words(Text::passkey_added, {{"day", format_era(date_in_japan(row.added))}}),
         .go =
             h::form(h::method("post"), h::action("/me/passkeys/" + row.id.text() + "/remove"), hall::form_fields(call),
                     web::action_button({.text = words(Text::passkey_remove), .kind = web::ButtonKind::second}))});
  return web::summary_list(rows);
}

struct Own {
  std::vector<Session> sessions;
  std::vector<PasskeyRow> passkeys;
};

Response show_own(hall::Call& call) {
  const Words& words = call.words;
  auto own = call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Own> {
    return Own{TRY(sessions_of(tx, *call.actor)), TRY(passkeys_of(tx, call.actor->staff()->id))};
  });
  if (!own) return hall::problem(call, own.error());
  Html content =
      h::div(h::cls("wrap stack"), h::h1(words(Text::own_title)),
             h::p(h::cls("row"), web::link_button("/me/password", words(Text::password_change)),
                  web::link_button("/me/passkeys/new", words(Text::passkey_new))),
             web::panel({.id = "sessions",
                         .title = words(Text::own_sessions),
                         .body = session_list(call, own->sessions, session_of(call), "/me")}),
             web::panel({.id = "passkeys", .title = words(Text::passkeys), .body = passkey_list(call, own->passkeys)}));
  return hall::page(call, {.title = words(Text::own_title), .content = content, .current_menu = "/me"});
}

Response end_own_session(hall::Call& call) {
  auto id = PublicId::parse(parameter(call, "session"));
  auto all = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return sessions_of(tx, *call.actor); });
  if (!all) return hall::problem(call, all.error());
  for (const Session& session : *all)
    if (id && session.id == *id) {
      auto done = end_session(call.hall, call.town, session, "ended-from-list", call.now);
      return done ? Response::see_other(Path::to(call.side == web::Side::office_side ? "/me" : "/account"))
                  : hall::problem(call, done.error());
    }
  return hall::problem(call, Error{ErrorKind::not_found, "access.no_such_session", {}, {}, {}});
}

Response password_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  Html content = h::div(h::cls("wrap stack read"), web::back_link("/me", words(Text::own_title)),
                        web::error_summary(form, words), h::h1(words(Text::password_change)),
                        h::form(h::method("post"), h::cls("stack"), h::novalidate(true), hall::form_fields(call),
                                password_field(form, words, "old_password", Text::password_old, "current-password"),
                                password_field(form, words, "password", Text::enrol_password, "new-password",
                                               words(Text::enrol_password_hint)),
                                password_field(form, words, "again", Text::enrol_again, "new-password"),
                                h::p(web::action_button({.text = words(Text::password_change)}))));
  return hall::page(call, {.title = words(Text::password_change),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/me"});
}

Response show_password(hall::Call& call) {
  return password_page(call, Form{web::Fields{}});
}

Response save_password(hall::Call& call) {
  Form form(call.request);
  std::string password = new_password(form, call.words);
  auto session = session_of(call);
  if (!form.ok() || !session) return password_page(call, form);
  auto done =
      change_password(call.hall, call.town, *call.actor->staff(), *session, form.typed("old_password"), password);
  if (done) return Response::see_other(Path::to("/me"));
  return blame(form, call, done.error()) ? password_page(call, form) : hall::problem(call, done.error());
}

Response passkey_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  auto challenge = passkey_challenge(call.hall, call.town, call.form_token);
  if (!challenge) return hall::problem(call, challenge.error());
  const Staff& staff = *call.actor->staff();
  RelyingParty party = office_party(call.hall, call.town);
  Html content = h::div(
      h::cls("wrap stack read"), web::back_link("/me", words(Text::own_title)), web::error_summary(form, words),
      h::h1(words(Text::passkey_new)), h::p(words(Text::passkey_lead)),
      h::p(h::id("passkey-without"), h::cls("muted"), words(Text::passkey_needs_script)),
      h::form(
          h::id("passkey-new"), h::hidden(true), h::method("post"), h::cls("stack"), hall::form_fields(call),
          hidden("challenge", *challenge), hidden("party", party.id), hidden("party_name", town_name(call)),
          hidden("user", base64url(staff.public_id.bytes)), hidden("user_name", staff.number),
          hidden("client_data", ""), hidden("attestation", ""),
          web::text_field(words, {.name = "name",
                                  .label = words(Text::passkey_name),
                                  .value = std::string(form.typed("name")),
                                  .error = web::error_for(form, "name", words),
                                  .required = true,
                                  .width = "w-20"}),
          h::p(h::id("passkey-failed"), h::hidden(true), h::tabindex(-1), h::cls("error"), words(Text::passkey_failed)),
          h::p(web::action_button({.text = words(Text::passkey_new)}))));
  return hall::page(call, {.title = words(Text::passkey_new),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/me",
                           .script = "passkey.js"});
}

Response show_passkey(hall::Call& call) {
  return passkey_page(call, Form{web::Fields{}});
}

Response save_passkey(hall::Call& call) {
  Form form(call.request);
  auto bytes = [&](std::string_view name) { return from_base64url(form.typed(name)).value_or(Bytes()); };
  auto done = add_passkey(call.hall, call.town, *call.actor->staff(), form.typed("name"), form.typed("challenge"),
                          call.form_token, bytes("client_data"), bytes("attestation"));
  if (done) return Response::see_other(Path::to("/me"));
  return blame(form, call, done.error()) ? passkey_page(call, form) : hall::problem(call, done.error());
}

Response take_passkey(hall::Call& call) {
  auto id = PublicId::parse(parameter(call, "passkey")).value_or(PublicId{});
  auto done = remove_passkey(call.hall, call.town, *call.actor->staff(), id);
  return done ? Response::see_other(Path::to("/me")) : hall::problem(call, done.error());
}

// --- showing a factor again ---

Response prove_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  const std::string_view to = asked_target(call);
  Html content =
      h::div(h::cls("wrap stack read"), web::error_summary(form, words), h::h1(words(Text::prove_title)),
             h::p(words(Text::prove_lead)),
             h::form(h::method("post"), h::action("/prove"), h::cls("stack"), h::novalidate(true),
                     hall::form_fields(call), hidden("to", to), code_field(form, words, words(Text::code_hint)),
                     h::p(web::action_button({.text = words(Text::prove_do)}))));
  return hall::page(call, {.title = words(Text::prove_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/me"});
}

Response show_prove(hall::Call& call) {
  return prove_page(call, Form{web::Fields{}});
}

Response save_prove(hall::Call& call) {
  Form form(call.request);
  auto session = session_of(call);
  if (!session) return Response::see_other(Path::to("/login"));
  auto proved = prove_again(call.hall, call.town, *session, form.typed("code"));
  if (proved) return Response::see_other(onward(call, Path::to("/me")));
  if (proved.error().code != "access.sign_in_failed") return hall::problem(call, proved.error());
  form.fault_words("code", call.words(Text::prove_failed).plain());
  return prove_page(call, form);
}

}  // namespace

std::vector<hall::Route> desk_routes() {
  using web::Fixture, web::Method, web::Side;
  const auto side = Side::office_side;
  const Permission staff("staff");
  const auto anyone = Permission::anyone();
  const auto clerk = Fixture::of("clerk");
  const auto writes = Fixture::none("writes");
  return {{Method::get, "/login", side, anyone, Fixture::of("anyone"), show_login},
          {Method::post, "/login", side, anyone, writes, sign_in},
          {Method::post, "/login/passkey", side, anyone, writes, sign_in_by_passkey},
          {Method::post, "/logout", side, staff, writes, sign_out},
          {Method::get, "/enrol/{token}", side, anyone, Fixture::of("anyone", {{"token", "enrolment"}}), show_enrol},
          {Method::post, "/enrol/{token}", side, anyone, writes, save_enrol},
          {Method::get, "/prove", side, staff, clerk, show_prove},
          {Method::post, "/prove", side, staff, writes, save_prove},
          {Method::get, "/me", side, staff, clerk, show_own},
          {Method::post, "/me/sessions/{session}/end", side, staff, writes, end_own_session},
          {Method::get, "/me/password", side, staff, clerk, show_password},
          {Method::post, "/me/password", side, staff, writes, save_password},
          {Method::get, "/me/passkeys/new", side, staff, clerk, show_passkey},
          {Method::post, "/me/passkeys/new", side, staff, writes, save_passkey},
          {Method::post, "/me/passkeys/{passkey}/remove", side, staff, writes, take_passkey},
          {Method::post, "/account/sessions/{session}/end", Side::public_side, Permission(permission_resident), writes,
           end_own_session},
          {Method::post, "/logout", Side::public_side, Permission(permission_resident), writes, sign_out}};
}

}  // namespace yakuba::access
