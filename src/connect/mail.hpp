// Mail out: a message as RFC 5322 and MIME write it, handed to the town's mail server by SMTP (RFC 5321).
//
//   Mail mail{.from = TRY(parse_mail_address("kodomo@town.nagi.example.jp", "奈義町 こども課")),
//             .to = TRY(parse_mail_address("hanako@example.jp")), .subject = "児童手当のお知らせ", .text = body,
//             .message_id = "notice-3f8k…@town.nagi.example.jp", .at = clock.now()};
//   Result<Accepted> accepted = send_mail(server, mail);
//
// Injection-safe by construction: an address that is not exactly one plain mailbox, or a header text with a line break
// or another control character, never becomes a message (mail.bad_address, mail.control_character). Same mail, same
// bytes: boundary and date come from the input.
//
// Errors of sending tell what to do: `unavailable` (mail.unreachable, mail.deferred: 4yz) → try again later;
// `invalid` (mail.refused: 5yz, arguments reply_code) → bounced, do not try again; `forbidden` (mail.login);
// mail.tls (`unavailable`): the server could not prove who it is, nothing was sent.
// send_mail blocks up to timeout_seconds; thread-safe. It holds no state between calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/result.hpp"

namespace yakuba::connect {

inline constexpr std::size_t mail_bytes_max = 10 * 1024 * 1024;
inline constexpr std::size_t mail_address_bytes_max = 254;  // RFC 5321 §4.5.3.1.3
inline constexpr std::size_t mail_subject_bytes_max = 500;
inline constexpr std::size_t mail_attachments_max = 10;

struct MailAddress {
  std::string address;  // local@domain, ASCII
  std::string name;     // shown name, UTF-8, may be empty
  bool operator==(const MailAddress&) const = default;
};
// One mailbox of the plain dot-atom form; no quoted local parts, no comments, no lists, no address literals.
Result<MailAddress> parse_mail_address(std::string_view address, std::string_view name = {});

struct MailAttachment {
  std::string file_name;   // UTF-8; written by RFC 2231
  std::string media_type;  // "application/pdf"
  Bytes bytes;
  bool operator==(const MailAttachment&) const = default;
};

struct Mail {
  MailAddress from;
  MailAddress to;
  std::string reply_to;  // an address; empty when none
  std::string subject;
  std::string text;  // plain text, UTF-8, '\n' between lines
  std::vector<MailAttachment> attachments;
  std::string message_id;  // left@right without angle brackets; the idempotency key of the job
  Instant at;
  bool automatic = true;  // Auto-Submitted: auto-generated (RFC 3834), so that out-of-office replies stay away
  bool operator==(const Mail&) const = default;
};
// The whole message with CRLF line ends, every line at most 76 bytes, only ASCII.
Result<std::string> build_message(const Mail& mail);

struct MailServer {
  std::string host;
  int port = 25;
  enum class Tls { none, start_tls, implicit } tls = Tls::none;  // start_tls: required once asked for, never dropped
  std::string user;                                              // empty: no login
  Secret<std::string> password;
  std::string ca_file;         // PEM of the authorities to trust; empty: the system's
  std::string bounce_address;  // envelope sender; empty: the From address
  int timeout_seconds = 30;
};

struct Accepted {
  int reply_code = 0;  // 250
  std::string reply;   // the server's last line, usually with its queue id
};
Result<Accepted> send_mail(const MailServer& server, const Mail& mail);

}  // namespace yakuba::connect
