// Residents' pages: sign-in, an account by confirmed mail, password, second factor, the link to oneself.
#include "base/text.hpp"
#include "hall/access/pages.hpp"
#include "hall/access/queries.hpp"

namespace yakuba::access {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

constexpr auto side = web::Side::public_side;

Response with_session(hall::Call& call, const Token& token, const Path& onward_to) {
  Response response = Response::see_other(onward_to);
  response.with_cookie(session_cookie(side, call.town.name(), token));
  return response;
}

Response form_page(hall::Call& call, const Form& form, Text heading, const Html& lead, const Html& fields,
                   const Html& buttons, const Html& below = {}, std::string_view back = "/account") {
  const Words& words = call.words;
  Html content =
      h::div(h::cls("wrap stack read"),
             h::when(!call.actor->anonymous(), [&] { return web::back_link(back, words(Text::back_account)); }),
             web::error_summary(form, words), h::h1(words(heading)), lead,
             h::form(h::id("form"), h::method("post"), h::cls("stack"), h::novalidate(true), hall::form_fields(call),
                     fields, h::p(h::cls("row"), buttons)),
             below);
  return hall::page(call, {.title = words(heading),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .reading_form = "form"});
}

// --- sign-in ---

Response login_page(hall::Call& call, const Form& form, std::optional<Text> refused, int status) {
  const Words& words = call.words;
  const std::string_view to = asked_target(call);
  Html content =
      h::div(h::cls("wrap stack read"), h::when(refused.has_value(), [&] { return refusal(words, *refused); }),
             h::h1(words(Text::sign_in)),
             h::form(h::id("form"), h::method("post"), h::action("/login"), h::cls("stack"), h::novalidate(true),
                     hall::form_fields(call), hidden("to", to),
                     web::text_field(words, {.name = "mail",
                                             .label = words(Text::mail),
                                             .value = std::string(form.typed("mail")),
                                             .required = true,
                                             .type = "email",
                                             .autocomplete = "username",
                                             .width = "w-20"}),
                     password_field(form, words, "password", Text::password, "current-password"),
                     code_field(form, words, words(Text::code_hint_resident), false),
                     h::p(web::action_button({.text = words(Text::sign_in)}))),
             h::p(h::a(h::href("/account/renew"), words(Text::renew_title))),
             h::p(words(Text::no_account), " ", h::a(h::href("/account/new"), words(Text::account_new))));
  return hall::page(call, {.title = words(Text::sign_in),
                           .content = content,
                           .has_errors = refused.has_value(),
                           .status = status,
                           .reading_form = "form"});
}

Response show_login(hall::Call& call) {
  if (call.actor->resident()) return Response::see_other(onward(call, Path::to("/account")));
  return login_page(call, Form{web::Fields{}}, std::nullopt, 200);
}

Response sign_in(hall::Call& call) {
  const web::Fields& typed = call.request.form;
  auto token = sign_in_resident(call.hall, call.town, visitor_of(call.request), typed.first("mail"),
                                typed.first("password"), typed.first("code"));
  if (token) return with_session(call, *token, onward(call, Path::to("/me")));
  Form form(call.request);
  if (token.error().code == "access.sign_in_failed") return login_page(call, form, Text::sign_in_failed_resident, 403);
  if (token.error().code == "access.too_many_attempts") return login_page(call, form, Text::too_many_attempts, 429);
  if (token.error().code == "access.busy") return login_page(call, form, Text::busy, 429);
  return hall::problem(call, token.error());
}

// --- by mail ---

Response mail_page(hall::Call& call, const Form& form, MailPurpose purpose) {
  const Words& words = call.words;
  Html fields = web::text_field(words, {.name = "mail",
                                        .label = words(Text::mail),
                                        .value = std::string(form.typed("mail")),
                                        .error = web::error_for(form, "mail", words),
                                        .required = true,
                                        .type = "email",
                                        .autocomplete = "email",
                                        .width = "w-20"});
  bool create = purpose == MailPurpose::create;
  Html lead;
  if (create) lead = h::p(words(Text::account_new_lead));
  return form_page(call, form, create ? Text::account_new : Text::renew_title, lead, fields,
                   web::action_button({.text = words(Text::mail_send)}));
}

Response send_mail(hall::Call& call, MailPurpose purpose) {
  const Words& words = call.words;
  Form form(call.request);
  std::string mail = form.text("mail", {{.label = words(Text::mail).plain(), .required = true}, 0, 254});
  if (!form.ok()) return mail_page(call, form, purpose);
  auto asked = ask_for_mail(call.hall, call.town, visitor_of(call.request), mail, purpose, words.language());
  if (!asked)
    return blame(form, call, asked.error(), "mail") ? mail_page(call, form, purpose)
                                                    : hall::problem(call, asked.error());
  Html content = h::div(h::cls("wrap stack read"), h::h1(words(Text::mail_sent)),
                        h::p(words(Text::mail_sent_body, {{"mail", mail}})));
  return hall::page(call, {.title = words(Text::mail_sent), .content = content});
}

Response show_new(hall::Call& call) {
  return mail_page(call, Form{web::Fields{}}, MailPurpose::create);
}
Response save_new(hall::Call& call) {
  return send_mail(call, MailPurpose::create);
}
Response show_renew(hall::Call& call) {
  return mail_page(call, Form{web::Fields{}}, MailPurpose::renew_password);
}
Response save_renew(hall::Call& call) {
  return send_mail(call, MailPurpose::renew_password);
}

Response use_page(hall::Call& call, const Form& form, const MailLink& link) {
  const Words& words = call.words;
  Html fields = h::group(
      h::input(h::type("text"), h::name("mail"), h::value(link.mail), h::autocomplete("username"), h::hidden(true),
               h::readonly(true), h::tabindex(-1)),
      password_field(form, words, "password", Text::enrol_password, "new-password",
                     words(link.second_factor_needed ? Text::enrol_password_hint : Text::resident_password_hint)),
      password_field(form, words, "again", Text::enrol_again, "new-password"),
      h::when(link.second_factor_needed, [&] { return code_field(form, words, words(Text::code_hint)); }));
  Text heading = link.purpose == "create" ? Text::mail_use_create : Text::mail_use_renew;
  return form_page(call, form, heading, h::p(h::cls("muted"), link.mail), fields,
                   web::action_button({.text = words(Text::save_password)}));
}

Response show_use(hall::Call& call) {
  auto link = open_mail_link(call.hall, call.town, parameter(call, "token"));
  if (!link)
    return link.error().kind == ErrorKind::not_found ? link_invalid_page(call) : hall::problem(call, link.error());
  return use_page(call, Form{web::Fields{}}, *link);
}

Response save_use(hall::Call& call) {
  std::string token = parameter(call, "token");
  auto link = open_mail_link(call.hall, call.town, token);
  if (!link)
    return link.error().kind == ErrorKind::not_found ? link_invalid_page(call) : hall::problem(call, link.error());
  Form form(call.request);
  std::string password = new_password(form, call.words);
  if (!form.ok()) return use_page(call, form, *link);
  auto session = use_mail_link(call.hall, call.town, visitor_of(call.request), token, password, form.typed("code"));
  if (session) return with_session(call, *session, Path::to("/account"));
  return blame(form, call, session.error()) ? use_page(call, form, *link) : hall::problem(call, session.error());
}

// --- the account ---

Text level_text(int level) {
  return level >= 3 ? Text::level_3 : level == 2 ? Text::level_2 : Text::level_1;
}

struct Own {
  std::vector<Session> sessions;
  bool factor = false;
};

Response show_account(hall::Call& call) {
  const Words& words = call.words;
  const Resident& resident = *call.actor->resident();
  auto own = call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Own> {
    return Own{TRY(sessions_of(tx, *call.actor)), TRY(has_factor(tx, resident.account))};
  });
  if (!own) return hall::problem(call, own.error());
  Html content = h::div(
      h::cls("wrap stack read"), h::h1(words(Text::account_title)),
      web::summary_list(
          {{.term = words(Text::mail), .value = Html(resident.shown)},
           {.term = words(Text::level_title),
            .value = words(level_text(resident.level)),
            .go = h::a(h::href("/account/link"), words(Text::link_title))},
           {.term = words(Text::factor_title),
            .value = words(own->factor ? Text::factor_on : Text::factor_off),
            .go = h::a(h::href("/account/factor"), words(own->factor ? Text::factor_turn_off : Text::factor_turn_on))},
           {.term = words(Text::password),
            .value = Html("••••••"),
            .go = h::a(h::href("/account/renew"), words(Text::password_change))}}),
      web::panel({.id = "sessions",
                  .title = words(Text::own_sessions),
                  .body = session_list(call, own->sessions, session_of(call), "/account")}),
      h::form(h::method("post"), h::action("/logout"), hall::form_fields(call),
              web::action_button({.text = words(Text::sign_out), .kind = web::ButtonKind::second})),
      h::p(h::a(h::href("/account/end"), words(Text::account_end))));
  return hall::page(call, {.title = words(Text::account_title), .content = content});
}

// --- the link to oneself ---

Response link_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  const Resident& resident = *call.actor->resident();
  const std::string_view to = asked_target(call);
  if (resident.person) {
    Html content =
        h::div(h::cls("wrap stack read"), web::back_link("/account", words(Text::back_account)),
               h::h1(words(Text::link_title)), h::p(web::tag(words(level_text(resident.level)), web::Tone::ok)),
               h::p(words(Text::link_renounce_lead)),
               h::form(h::method("post"), h::action("/account/link/end"), hall::form_fields(call),
                       web::action_button({.text = words(Text::link_renounce), .kind = web::ButtonKind::warn})));
    return hall::page(call, {.title = words(Text::link_title), .content = content});
  }
  Html lead = h::group(
      h::when(!to.empty(), [&] { return web::notice({.kind = web::Tone::warn, .title = words(Text::link_needed)}); }),
      h::p(words(Text::link_lead)));
  Html fields = h::group(hidden("to", to), web::text_field(words, {.name = "code",
                                                                   .label = words(Text::link_code),
                                                                   .hint = words(Text::link_code_hint),
                                                                   .value = std::string(form.typed("code")),
                                                                   .error = web::error_for(form, "code", words),
                                                                   .required = true,
                                                                   .autocomplete = "off",
                                                                   .width = "w-20",
                                                                   .characters_max = 30}));
  return form_page(call, form, Text::link_title, lead, fields, web::action_button({.text = words(Text::link_do)}));
}

Response show_link(hall::Call& call) {
  return link_page(call, Form{web::Fields{}});
}

Response save_link(hall::Call& call) {
  Form form(call.request);
  std::string code = form.text("code", {{.label = call.words(Text::link_code).plain(), .required = true}});
  if (!form.ok()) return link_page(call, form);
  auto done = redeem_code(call.hall, call.town, *call.actor->resident(), code);
  if (done) return Response::see_other(onward(call, Path::to("/account")));
  return blame(form, call, done.error(), "code") ? link_page(call, form) : hall::problem(call, done.error());
}

Response end_own_link(hall::Call& call) {
  auto done = renounce_link(call.hall, call.town, *call.actor->resident());
  return done ? Response::see_other(Path::to("/account")) : hall::problem(call, done.error());
}

// --- second factor ---

Response factor_page(hall::Call& call, const Form& form, bool on, const NewFactor& drawn) {
  const Words& words = call.words;
  const Resident& resident = *call.actor->resident();
  Html fields;
  if (on)
    fields = code_field(form, words, words(Text::code_hint));
  else
    fields = h::group(hidden("factor", drawn.sealed), factor_picture(call, drawn.secret.reveal(), resident.shown),
                      code_field(form, words, words(Text::enrol_check)));
  return form_page(call, form, Text::factor_title, h::p(words(on ? Text::factor_on : Text::factor_off)), fields,
                   web::action_button({.text = words(on ? Text::factor_turn_off : Text::factor_turn_on),
                                       .kind = on ? web::ButtonKind::warn : web::ButtonKind::main}));
}

// The page with a secret drawn now, or with the one of the form that was refused.
Response factor_form(hall::Call& call, const Form& form) {
  AccountId account = call.actor->resident()->account;
  auto on = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return has_factor(tx, account); });
  if (!on) return hall::problem(call, on.error());
  std::string kept(form.typed("factor"));
  if (!kept.empty() && !*on)
    if (auto secret = read_drawn_factor(call.hall, call.town, account, kept))
      return factor_page(call, form, false, {*secret, kept});
  auto drawn = draw_factor(call.hall, call.town, account);
  return drawn ? factor_page(call, form, *on, *drawn) : hall::problem(call, drawn.error());
}

Response show_factor(hall::Call& call) {
  return factor_form(call, Form{web::Fields{}});
}

Response save_factor(hall::Call& call) {
  Form form(call.request);
  const Resident& resident = *call.actor->resident();
  auto done = form.typed("factor").empty()
                  ? turn_off_factor(call.hall, call.town, resident, form.typed("code"))
                  : turn_on_factor(call.hall, call.town, resident, form.typed("factor"), form.typed("code"));
  if (done) return Response::see_other(Path::to("/account"));
  return blame(form, call, done.error(), "code") ? factor_form(call, form) : hall::problem(call, done.error());
}

}  // namespace

std::vector<hall::Route> account_routes() {
  using web::Fixture, web::Method;
  const auto anyone = Permission::anyone();
  const Permission own(permission_resident);
  const auto stranger = Fixture::of("anyone");
  const auto resident = Fixture::of("resident");
  const auto writes = Fixture::none("writes");
  return {
      {Method::get, "/login", side, anyone, stranger, show_login},
      {Method::post, "/login", side, anyone, writes, sign_in},
      {Method::get, "/account/new", side, anyone, stranger, show_new},
      {Method::post, "/account/new", side, anyone, writes, save_new},
      {Method::get, "/account/renew", side, anyone, stranger, show_renew},
      {Method::post, "/account/renew", side, anyone, writes, save_renew},
      {Method::get, "/account/mail/{token}", side, anyone, Fixture::of("anyone", {{"token", "mail-link"}}), show_use},
      {Method::post, "/account/mail/{token}", side, anyone, writes, save_use},
      {Method::get, "/account", side, own, resident, show_account},
      {Method::get, "/account/link", side, own, resident, show_link},
      {Method::post, "/account/link", side, own, writes, save_link},
      {Method::post, "/account/link/end", side, own, writes, end_own_link},
      {Method::get, "/account/factor", side, own, resident, show_factor},
      {Method::post, "/account/factor", side, own, writes, save_factor}};
}

}  // namespace yakuba::access
