// A real SMTP server for tests (smtp_server.py on aiosmtpd): a child process on a port of its own that ends with the
// object, and keeps each mail as a line of JSON.
//
//   SmtpServer server;                                   // {"--tls", certificate, key}, {"--login", user, password}
//   hall().settings.mail_url = server.url();
//   … server.mails().at(0).text_or("subject", "")
//
// Recipients "refused@…" get 550, "later@…" 451; data for "toobig@…" gets 552. Threads: one test at a time.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "connect/mail.hpp"

namespace yakuba::connect::testing {

class SmtpServer {
 public:
  explicit SmtpServer(std::vector<std::string> options = {});
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  MailServer address() const { return {.host = "127.0.0.1", .port = port_, .timeout_seconds = 10}; }
  std::string mails_path() const { return folder_ + "/mails"; }
  std::vector<JsonValue> mails() const;

 private:
  std::string folder_;
  int child_ = -1;
  int port_ = 0;
};

}  // namespace yakuba::connect::testing
