// A mail server out of one address, as the installation's settings hold it:
//   "smtp://127.0.0.1:2525"   "smtp+starttls://mail.example.jp"   "smtps://mail.example.jp:465"
// Errors: mail.server (invalid).
#pragma once

#include <string_view>

#include "connect/mail.hpp"

namespace yakuba::connect {

Result<MailServer> parse_mail_server(std::string_view url);

}  // namespace yakuba::connect
