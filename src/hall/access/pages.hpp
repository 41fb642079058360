// What the pages of this folder share.
#pragma once

#include "hall/access/accounts.hpp"
#include "hall/access/parts.hpp"
#include "hall/access/staff_login.hpp"
#include "hall/access/texts.hpp"
#include "hall/hall.hpp"
#include "hall/page.hpp"
#include "web/components.hpp"
#include "web/form.hpp"

namespace yakuba::access {

std::string parameter(const hall::Call& call, std::string_view name);
// The words of a service's error at the field it belongs to; false when it is none of a form's.
bool blame(web::Form& form, const hall::Call& call, const Error& error, std::string_view otherwise = "password");
// A notice above a form whose whole was refused (sign-in), with the focus on it.
web::Html refusal(const web::Words& words, Text text);
web::Html password_field(const web::Form& form, const web::Words& words, std::string_view name, Text label,
                         std::string_view autocomplete, const web::Html& hint = {});
web::Html code_field(const web::Form& form, const web::Words& words, const web::Html& hint, bool required = true);
web::Html hidden(std::string_view name, std::string_view value);
// The new password, typed twice; a fault when the two differ.
std::string new_password(web::Form& form, const web::Words& words);
// Where to go after signing in: the page that was asked for, if it is one of ours.
web::Path onward(const hall::Call& call, const web::Path& otherwise);
// What `to` says, unchecked: for a hidden field that carries it on. Points into the request.
std::string_view asked_target(const hall::Call& call);
std::string shown_time(Instant at);
// QR code and secret of a second factor, in words and picture.
web::Html factor_picture(const hall::Call& call, BytesView secret, std::string_view account);
std::string town_name(const hall::Call& call);

web::Response link_invalid_page(hall::Call& call);
web::Html session_list(const hall::Call& call, const std::vector<Session>& sessions, const std::optional<Session>& own,
                       std::string_view path);

}  // namespace yakuba::access
