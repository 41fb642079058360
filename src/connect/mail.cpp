#include "connect/mail.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/text.hpp"

namespace yakuba::connect {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t line_bytes_max = 76;

bool is_atom(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text, auto&& allowed) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::ranges::all_of(text, [&](char c) { return c == '.' || allowed(c); });
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

Result<> check_header_text(std::string_view text, std::string_view field, std::size_t bytes_max) {
  Place place{.field = std::string(field)};
  if (text.size() > bytes_max) return fail(ErrorKind::too_large, "mail.too_long", "", place);
  if (!is_utf8(text)) return fail(ErrorKind::invalid, "mail.not_utf8", "", place);
  const bool breaks = std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (breaks || has_control_characters(text)) return fail(ErrorKind::invalid, "mail.control_character", "", place);
  return {};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

// RFC 2047 §5: an unstructured text as encoded words of at most 75 characters, no character of UTF-8 divided.
std::string encoded_words(std::string_view text) {
  std::string out;
  constexpr std::size_t bytes_a_word = 39;  // 52 of base64, 12 around them, and the name of the field before the first
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.size(), at + bytes_a_word);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(view(text.substr(at, end - at))) + "?=";
    at = end;
  }
  return out;
}

std::string header_text(std::string_view text) {
  const bool plain = is_ascii(text) && text.find("=?") == std::string_view::npos && text.size() < 60;
  return plain ? std::string(text) : encoded_words(text);
}

std::string mailbox(const MailAddress& address) {
  if (address.name.empty()) return "<" + address.address + ">";
  return encoded_words(address.name) + "\r\n <" + address.address + ">";
}

std::string mail_date(Instant at) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const JapanTime time = in_japan(at);
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0900", days[static_cast<std::size_t>(time.date.weekday())],
                     time.date.day(), months[static_cast<std::size_t>(time.date.month() - 1)], time.date.year(),
                     time.hour, time.minute, time.second);
}

std::string base64_lines(BytesView bytes) {
  const std::string all = base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += line_bytes_max)
    out += all.substr(at, line_bytes_max) + std::string(line_end);
  return out;
}

// CRLF between lines whatever the text came with (RFC 5322 §2.3: no bare CR, no bare LF).
std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n' || text[i] == '\r')
      out += line_end;
    else
      out += text[i];
  }
  return out;
}

// RFC 2231 §3 and §4: a parameter in UTF-8, percent-encoded, in pieces.
std::string file_name_parameter(std::string_view name) {
  std::vector<std::string> pieces{"UTF-8''"};
  for (unsigned char c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    const std::string next = plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
    if (pieces.back().size() + next.size() > 50) pieces.emplace_back();
    pieces.back() += next;
  }
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) out += fmt::format(";\r\n filename*{}*={}", i, pieces[i]);
  return out;
}

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  auto token = [](std::string_view part) {
    return !part.empty() && part.size() <= 127 &&
           std::ranges::all_of(part, [](char c) { return is_host_character(c) || c == '.' || c == '+' || c == '_'; });
  };
  return slash != std::string_view::npos && token(text.substr(0, slash)) && token(text.substr(slash + 1));
}

Result<> check_mail(const Mail& mail) {
  TRY(parse_mail_address(mail.from.address, mail.from.name));
  TRY(parse_mail_address(mail.to.address, mail.to.name));
  if (!mail.reply_to.empty()) TRY(parse_mail_address(mail.reply_to));
  TRY(check_header_text(mail.subject, "subject", mail_subject_bytes_max));
  const std::size_t at = mail.message_id.find('@');
  if (mail.message_id.size() > mail_address_bytes_max || at == std::string::npos ||
      !is_dot_atom(std::string_view(mail.message_id).substr(0, at), is_atom) ||
      !is_dot_atom(std::string_view(mail.message_id).substr(at + 1), is_host_character))
    return fail(ErrorKind::invalid, "mail.message_id", "", {.field = "message_id"});
  if (!is_utf8(mail.text)) return fail(ErrorKind::invalid, "mail.not_utf8", "", {.field = "text"});
  if (mail.attachments.size() > mail_attachments_max) return fail(ErrorKind::too_large, "mail.too_many_attachments");
  std::size_t bytes = mail.text.size();
  for (const MailAttachment& attachment : mail.attachments) {
    TRY(check_header_text(attachment.file_name, "attachment", 200));
    if (!is_media_type(attachment.media_type))
      return fail(ErrorKind::invalid, "mail.media_type", "", {.field = attachment.file_name});
    bytes += attachment.bytes.size();
  }
  if (bytes > mail_bytes_max) return fail(ErrorKind::too_large, "mail.too_large", fmt::format("{} bytes", bytes));
  return {};
}

std::string text_part(const Mail& mail) {
  return "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         base64_lines(view(with_crlf(mail.text)));
}

}  // namespace

Result<MailAddress> parse_mail_address(std::string_view address, std::string_view name) {
  TRY(check_header_text(name, "name", 200));
  const std::size_t at = address.find('@');
  const bool shaped = address.size() <= mail_address_bytes_max && at != std::string_view::npos && at <= 64 &&
                      is_dot_atom(address.substr(0, at), is_atom) &&
                      is_dot_atom(address.substr(at + 1), is_host_character);
  // No word of a domain may begin or end with a hyphen (RFC 1123 §2.1).
  const bool sound_domain =
      shaped && std::ranges::all_of(split(address.substr(at + 1), '.'), [](std::string_view word) {
        return word.size() <= 63 && word.front() != '-' && word.back() != '-';
      });
  if (!sound_domain) return fail(ErrorKind::invalid, "mail.bad_address", "", {.field = "address"});
  return MailAddress{std::string(address), std::string(name)};
}

Result<std::string> build_message(const Mail& mail) {
  TRY(check_mail(mail));
  std::string out = "From: " + mailbox(mail.from) + "\r\nTo: " + mailbox(mail.to) + "\r\n";
  if (!mail.reply_to.empty()) out += "Reply-To: <" + mail.reply_to + ">\r\n";
  out += "Subject: " + header_text(mail.subject) + "\r\n";
  out += "Date: " + mail_date(mail.at) + "\r\n";
  out += "Message-ID: <" + mail.message_id + ">\r\nMIME-Version: 1.0\r\n";
  if (mail.automatic) out += "Auto-Submitted: auto-generated\r\n";
  if (mail.attachments.empty()) return out + text_part(mail);
  // '=_' cannot occur in base64 lines, so no part can hold the boundary (RFC 2045 §6.7).
  const std::string boundary = "=_" + hex(sha256(mail.message_id)).substr(0, 32);
  out += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n";
  out += text_part(mail);
  for (const MailAttachment& attachment : mail.attachments)
    out += "--" + boundary + "\r\nContent-Type: " + attachment.media_type +
           "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment" +
           file_name_parameter(attachment.file_name) + "\r\n\r\n" + base64_lines(attachment.bytes);
  return out + "--" + boundary + "--\r\n";
}

namespace {

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Upload {
  std::string_view rest;
};
std::size_t give(char* to, std::size_t size, std::size_t count, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const std::size_t bytes = std::min(size * count, upload.rest.size());
  std::copy_n(upload.rest.data(), bytes, to);
  upload.rest.remove_prefix(bytes);
  return bytes;
}

// Every line the server says, the newest 64 of them.
std::size_t keep_replies(char* line, std::size_t size, std::size_t count, void* to) {
  auto& lines = *static_cast<std::vector<std::string>*>(to);
  const std::string_view reply = trim(std::string_view(line, size * count));
  if (!reply.empty()) lines.emplace_back(reply.substr(0, 200));
  if (lines.size() > 64) lines.erase(lines.begin());
  return size * count;
}

Result<> check_server(const MailServer& server) {
  const bool sound = !server.host.empty() && server.host.size() <= 253 && server.port > 0 && server.port < 65536 &&
                     is_dot_atom(server.host, is_host_character);
  if (!sound) return fail(ErrorKind::invalid, "mail.server", "", {.field = "host"});
  if (!server.bounce_address.empty()) TRY(parse_mail_address(server.bounce_address));
  return {};
}

void set_up(CURL* curl, const MailServer& server, const Mail& mail, const curl_slist* recipients) {
  const std::string from = server.bounce_address.empty() ? mail.from.address : server.bounce_address;
  // The path of the address is the name given with EHLO: the sender's domain, not this machine's name.
  const std::string url = fmt::format("{}://{}:{}/{}", server.tls == MailServer::Tls::implicit ? "smtps" : "smtp",
                                      server.host, server.port, from.substr(from.find('@') + 1));
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // never by way of a proxy that the environment names
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(server.timeout_seconds));
  curl_easy_setopt(
      curl, CURLOPT_USE_SSL,
      server.tls == MailServer::Tls::none ? static_cast<long>(CURLUSESSL_NONE) : static_cast<long>(CURLUSESSL_ALL));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!server.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.reveal().c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
}

Error sending_error(CURLcode code, long reply, const std::string& last) {
  Error error{ErrorKind::unavailable, "mail.unreachable", curl_easy_strerror(code), {}, {}};
  error.arguments = {{"reply_code", std::to_string(reply)}};
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      error.code = "mail.tls";
      return error;
    case CURLE_LOGIN_DENIED:
      error.kind = ErrorKind::forbidden;
      error.code = "mail.login";
      return error;
    default:
      break;
  }
  if (reply >= 400) error.detail = last;
  if (reply >= 400 && reply < 500) error.code = "mail.deferred";
  if (reply >= 500) {
    error.kind = ErrorKind::invalid;
    error.code = "mail.refused";
  }
  return error;
}

}  // namespace

Result<Accepted> send_mail(const MailServer& server, const Mail& mail) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  TRY(check_server(server));
  const std::string message = TRY(build_message(mail));
  std::unique_ptr<CURL, CurlDeleter> curl(curl_easy_init());
  if (!curl) return fail(ErrorKind::unavailable, "mail.unreachable", "no libcurl handle");
  std::unique_ptr<curl_slist, CurlDeleter> recipients(
      curl_slist_append(nullptr, ("<" + mail.to.address + ">").c_str()));
  set_up(curl.get(), server, mail, recipients.get());
  Upload upload{message};
  std::vector<std::string> replies;
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, keep_replies);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &replies);
  const CURLcode code = curl_easy_perform(curl.get());
  long reply = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply);
  if (code != CURLE_OK) {
    // The last 4yz or 5yz is the reason; the answer to QUIT may stand after it.
    std::string reason;
    for (const std::string& line : replies)
      if (!line.empty() && (line[0] == '4' || line[0] == '5')) reason = line;
    if (!reason.empty()) reply = parse_integer(reason.substr(0, 3)).value_or(reply);
    return std::unexpected(sending_error(code, reply, reason));
  }
  std::string answer;
  for (const std::string& line : replies)
    if (line.starts_with("250")) answer = line;
  return Accepted{static_cast<int>(reply), answer};
}

}  // namespace yakuba::connect
