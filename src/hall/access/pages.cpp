#include "hall/access/pages.hpp"

#include <fmt/format.h>

#include "print/qr.hpp"

namespace yakuba::access {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Response, web::Words;

std::string parameter(const hall::Call& call, std::string_view name) {
  for (const auto& [key, value] : call.parameters)
    if (key == name) return value;
  return {};
}

namespace {
struct ErrorText {
  std::string_view code;
  Text text;
  std::string_view field;  // empty: where the error says
};
constexpr ErrorText error_texts[] = {
    {"access.password.too_short", Text::password_too_short, "password"},
    {"access.password.too_long", Text::password_too_long, "password"},
    {"access.password.ill_formed", Text::password_ill_formed, "password"},
    {"access.password.guessable", Text::password_guessable, "password"},
    {"access.wrong_code", Text::code_wrong, "code"},
    {"access.wrong_password", Text::password_wrong, "old_password"},
    {"access.wrong_link_code", Text::link_code_wrong, "code"},
    {"access.too_many_attempts", Text::too_many_attempts, ""},
    {"access.busy", Text::busy, ""},
    {"access.bad_mail", Text::mail_bad, "mail"},
    {"access.reset_asked_already", Text::reset_asked_already, "reason"},
};
}  // namespace

bool blame(Form& form, const hall::Call& call, const Error& error, std::string_view otherwise) {
  for (const ErrorText& row : error_texts) {
    if (row.code != error.code) continue;
    std::string characters;
    for (const auto& [name, value] : error.arguments)
      if (name == "characters") characters = value;
    std::string said = row.text == Text::password_too_short ? call.words(row.text, {{"characters", characters}}).plain()
                                                            : call.words(row.text).plain();
    form.fault_words(row.field.empty() ? otherwise : row.field, said);
    return true;
  }
  if (error.code.starts_with("access.passkey.")) {
    form.fault_words("name", call.words(Text::passkey_failed).plain());
    return true;
  }
  return false;
}

Html refusal(const Words& words, Text text) {
  return h::div(h::role("alert"), h::tabindex(-1), h::autofocus(true),
                web::notice({.kind = web::Tone::bad, .title = words(text)}));
}

Html password_field(const Form& form, const Words& words, std::string_view name, Text label,
                    std::string_view autocomplete, const Html& hint) {
  return web::text_field(words, {.name = std::string(name),
                                 .label = words(label),
                                 .hint = hint,
                                 .error = web::error_for(form, name, words),
                                 .required = true,
                                 .type = "password",
                                 .autocomplete = std::string(autocomplete),
                                 .width = "w-20"});  // never sent back
}

Html code_field(const Form& form, const Words& words, const Html& hint, bool required) {
  return web::text_field(words, {.name = "code",
                                 .label = words(Text::code),
                                 .hint = hint,
                                 .error = web::error_for(form, "code", words),
                                 .required = required,
                                 .autocomplete = "one-time-code",
                                 .inputmode = "numeric",
                                 .width = "w-8"});
}

Html hidden(std::string_view name, std::string_view value) {
  return h::input(h::type("hidden"), h::name(name), h::value(value));
}

std::string new_password(Form& form, const Words& words) {
  std::string password(form.typed("password"));
  if (password.empty())
    form.fault("password", "error_required", {{"label", words(Text::enrol_password)}});
  else if (password != form.typed("again"))
    form.fault_words("again", words(Text::password_differs).plain());
  return password;
}

std::string_view asked_target(const hall::Call& call) {
  const std::string_view typed = call.request.form.first("to");
  return typed.empty() ? call.request.query.first("to") : typed;
}

Path onward(const hall::Call& call, const Path& otherwise) {
  const std::string_view to = asked_target(call);
  auto path = Path::parse(to);
  return path && to != "/login" ? *path : otherwise;
}

std::string shown_time(Instant at) {
  JapanTime time = in_japan(at);
  return fmt::format("{} {}:{:02}", format_month_day(time.date), time.hour, time.minute);
}

std::string town_name(const hall::Call& call) {
  return call.pack && call.pack->town ? call.pack->town->name : call.info.id;
}

Html factor_picture(const hall::Call& call, BytesView secret, std::string_view account) {
  const Words& words = call.words;
  auto code = print::encode_qr(totp_uri(secret, town_name(call), account));
  std::string letters = base32(secret), grouped;
  for (std::size_t i = 0; i < letters.size(); i += 4) grouped += (i ? " " : "") + letters.substr(i, 4);
  Html picture;
  if (code) picture = web::qr_code(code->dark, code->width, words(Text::enrol_qr));
  return h::div(h::cls("stack-s"), h::p(words(Text::enrol_scan)), picture,
                h::p(h::cls("small"), words(Text::enrol_secret), ": ", h::code(grouped)));
}

Response link_invalid_page(hall::Call& call) {
  const Words& words = call.words;
  Html content =
      h::div(h::cls("wrap stack read"), h::h1(words(Text::link_invalid_title)), h::p(words(Text::link_invalid)));
  return hall::page(call, {.title = words(Text::link_invalid_title), .content = content, .status = 404});
}

namespace {
// "Chrome, Windows": enough for its owner to know it again. The order matters: every browser says it is others too.
std::string device_name(std::string_view agent) {
  constexpr std::pair<std::string_view, std::string_view> browsers[] = {
      {"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}};
  constexpr std::pair<std::string_view, std::string_view> systems[] = {{"Windows", "Windows"}, {"Android", "Android"},
                                                                       {"iPhone", "iPhone"},   {"iPad", "iPad"},
                                                                       {"Mac OS", "Mac"},      {"Linux", "Linux"}};
  std::string name;
  for (const auto& [mark, browser] : browsers)
    if (name.empty() && agent.find(mark) != std::string_view::npos) name = browser;
  for (const auto& [mark, system] : systems)
    if (agent.find(mark) != std::string_view::npos)
      return name.empty() ? std::string(system) : name + ", " + std::string(system);
  return name;
}
}  // namespace

Html session_list(const hall::Call& call, const std::vector<Session>& sessions, const std::optional<Session>& own,
                  std::string_view path) {
  const Words& words = call.words;
  std::vector<web::SummaryRow> rows;
  for (const Session& session : sessions) {
    bool here = own && session.id == own->id;
    Html go;
    if (here)
      go = web::tag(words(Text::session_this), web::Tone::ok);
    else
      go = h::form(h::method("post"), h::action(std::string(path) + "/sessions/" + session.id.text() + "/end"),
                   hall::form_fields(call),
                   web::action_button({.text = words(Text::session_end), .kind = web::ButtonKind::second}));
    std::string device = device_name(session.agent);
    rows.push_back({.term = Html(device.empty() ? session.address : device + " " + session.address),
                    .value = words(Text::session_since,
                                   {{"from", shown_time(session.created)}, {"seen", shown_time(session.last_seen)}}),
                    .go = go});
  }
  return web::summary_list(rows);
}

}  // namespace yakuba::access
