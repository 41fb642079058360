// Mail as it arrives at a real SMTP server (aiosmtpd), and the ways in which nothing must arrive.
#include "connect/mail.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "connect/testing/smtp_server.hpp"

namespace yakuba::connect {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::SmtpServer;

Mail notice() {
  return {.from = {"kodomo@town.nagi.example.jp", "奈義町 こども・長寿課"},
          .to = {"hanako@example.jp", "渡邉　花子"},
          .subject = "児童手当についてのお知らせがあります（受付番号 26-1120-0047-F）",
          .text = "渡邉　花子　様\n\n通知書ができました。\n.\n点だけの行も、そのまま届きます。\n",
          .message_id = "notice-3f8k2m@town.nagi.example.jp",
          .at = *Instant::parse("2026-11-22T05:32:36Z")};
}

// What Python's own mail library understands of a message: the peer that reads us back.
JsonValue understood(const std::string& message) {
  std::string path = (std::filesystem::temp_directory_path() / "yakuba-message-XXXXXX").string();
  ::close(::mkstemp(path.data()));
  std::ofstream(path, std::ios::binary) << message;
  const std::string script =
      "import email,email.policy,json,sys,base64\n"
      "m=email.message_from_binary_file(open(sys.argv[1],'rb'),policy=email.policy.default)\n"
      "parts=[{'name':p.get_filename(),'type':p.get_content_type(),"
      "'bytes':base64.b64encode(p.get_content() if isinstance(p.get_content(),bytes) else b'').decode()}"
      " for p in m.iter_attachments()]\n"
      "print(json.dumps({'subject':m['subject'],'from':str(m['from']),'to':str(m['to']),'date':m['date'],"
      "'text':m.get_body().get_content(),'parts':parts,'keys':' '.join(m.keys()),"
      "'defects':len(m.defects)}))";
  FILE* pipe = ::popen(("/usr/bin/python3 -c \"" + script + "\" " + path).c_str(), "r");
  std::string out;
  char buffer[4096];
  while (std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  ::pclose(pipe);
  std::filesystem::remove(path);
  return parse_json(trim(out)).value_or(JsonValue{});
}

// --- the message ---

TEST(Message, AnotherProgramReadsSubjectNamesAndText) {
  const std::string message = build_message(notice()).value();
  const JsonValue read = understood(message);
  EXPECT_EQ(read.text_or("subject", ""), notice().subject);
  EXPECT_THAT(read.text_or("from", ""), HasSubstr("奈義町 こども・長寿課"));
  EXPECT_THAT(read.text_or("to", ""), HasSubstr("hanako@example.jp"));
  EXPECT_EQ(read.text_or("date", ""), "Sun, 22 Nov 2026 14:32:36 +0900");
  std::string text(read.text_or("text", ""));
  std::erase(text, '\r');
  EXPECT_EQ(text, notice().text);
  EXPECT_EQ(read.integer("defects"), 0);
}

TEST(Message, AnAttachmentKeepsItsJapaneseNameAndItsBytes) {
  Mail mail = notice();
  Bytes bytes;
  for (int i = 0; i < 5000; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 7));
  mail.attachments = {{"児童手当 認定通知書（令和8年11月22日）.pdf", "application/pdf", bytes}};
  const JsonValue read = understood(build_message(mail).value());
  const JsonArray& parts = *read.find("parts")->array();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].text_or("name", ""), "児童手当 認定通知書（令和8年11月22日）.pdf");
  EXPECT_EQ(from_base64(parts[0].text_or("bytes", "")), bytes);
}

TEST(Message, IsAsciiWithShortLinesAndTheSameEachTime) {
  Mail mail = notice();
  mail.attachments = {{"通知.pdf", "application/pdf", Bytes(1000, 0xFF)}};
  const std::string message = build_message(mail).value();
  EXPECT_EQ(message, build_message(mail).value());
  std::size_t at = 0;
  while (at < message.size()) {
    const std::size_t end = message.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 76u) << message.substr(at, end - at);
    at = end + 2;
  }
  for (unsigned char c : message) ASSERT_LT(c, 0x80);
}

class Injection : public ::testing::TestWithParam<const char*> {};
TEST_P(Injection, ABadAddressNeverBecomesAMessage) {
  EXPECT_EQ(parse_mail_address(GetParam()).error().code, "mail.bad_address");
  Mail mail = notice();
  mail.to.address = GetParam();
  EXPECT_FALSE(build_message(mail));
  mail = notice();
  mail.from.address = GetParam();
  EXPECT_FALSE(build_message(mail));
}
INSTANTIATE_TEST_SUITE_P(Addresses, Injection,
                         ::testing::Values("", "a", "@b", "a@", "a@b@c", "a b@c.jp", "a@c.jp\r\nBcc: x@y.jp",
                                           "a@c.jp\n", "a@c.jp>", "<a@c.jp>", "a@c.jp,b@d.jp", ".a@c.jp", "a.@c.jp",
                                           "a..b@c.jp", "\"a b\"@c.jp", "a@[127.0.0.1]", "a@-c.jp", "a@c-.jp",
                                           "a@c..jp", "a@花.jp", "花@c.jp", "a@c.jp SIZE=1", "a\0b@c.jp\x01"));

TEST(Message, LineBreaksInHeadersAreRefused) {
  for (const char* text : {"x\r\nBcc: a@b.jp", "x\nBcc: a@b.jp", "x\ry", "a\x01", "a\x7F", "a\u0085b"}) {
    Mail mail = notice();
    mail.subject = text;
    EXPECT_EQ(build_message(mail).error().code, "mail.control_character");
    mail = notice();
    mail.to.name = text;
    EXPECT_EQ(build_message(mail).error().code, "mail.control_character");
    mail = notice();
    mail.attachments = {{text, "application/pdf", {}}};
    EXPECT_EQ(build_message(mail).error().code, "mail.control_character");
  }
  Mail mail = notice();
  mail.message_id = "a@b>\r\nX: y";
  EXPECT_EQ(build_message(mail).error().code, "mail.message_id");
  mail = notice();
  mail.attachments = {{"a", "application/pdf\r\nX: y", {}}};
  EXPECT_EQ(build_message(mail).error().code, "mail.media_type");
  mail = notice();
  mail.subject = "\xFF";
  EXPECT_EQ(build_message(mail).error().code, "mail.not_utf8");
}

TEST(Message, LimitsHold) {
  Mail mail = notice();
  mail.attachments = {{"a.bin", "application/octet-stream", Bytes(mail_bytes_max)}};
  EXPECT_EQ(build_message(mail).error().code, "mail.too_large");
  mail.attachments.assign(mail_attachments_max + 1, {"a", "text/plain", {}});
  EXPECT_EQ(build_message(mail).error().code, "mail.too_many_attachments");
  mail = notice();
  mail.subject.assign(mail_subject_bytes_max + 1, 'a');
  EXPECT_EQ(build_message(mail).error().code, "mail.too_long");
}

// --- the journey ---

TEST(Sending, ArrivesAsBuilt) {
  SmtpServer server;
  const auto accepted = send_mail(server.address(), notice());
  ASSERT_TRUE(accepted) << describe(accepted.error());
  EXPECT_THAT(accepted->reply, HasSubstr("queued as 42"));
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0].text_or("from", ""), "kodomo@town.nagi.example.jp");
  EXPECT_EQ((*mails[0].find("to")->array())[0], JsonValue("hanako@example.jp"));
  EXPECT_EQ(mails[0].text_or("data", ""), build_message(notice()).value());
}

TEST(Sending, TheBounceAddressIsTheEnvelopeSender) {
  SmtpServer server;
  MailServer address = server.address();
  address.bounce_address = "bounce@town.nagi.example.jp";
  ASSERT_TRUE(send_mail(address, notice()));
  EXPECT_EQ(server.mails()[0].text_or("from", ""), "bounce@town.nagi.example.jp");
}

TEST(Sending, TellsABouncedMailFromOneToTryAgain) {
  SmtpServer server;
  Mail mail = notice();
  mail.to.address = "refused@example.jp";
  auto refused = send_mail(server.address(), mail);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "mail.refused");
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().arguments, ::testing::Contains(std::pair<std::string, std::string>("reply_code", "550")));
  mail.to.address = "toobig@example.jp";
  EXPECT_EQ(send_mail(server.address(), mail).error().code, "mail.refused");
  mail.to.address = "later@example.jp";
  auto later = send_mail(server.address(), mail);
  EXPECT_EQ(later.error().code, "mail.deferred");
  EXPECT_EQ(later.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(server.mails().empty());
}

TEST(Sending, NobodyThereIsUnavailable) {
  MailServer nobody{.host = "127.0.0.1", .port = 1, .timeout_seconds = 5};
  auto result = send_mail(nobody, notice());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "mail.unreachable");
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

TEST(Sending, AHostThatIsNotAHostIsRefused) {
  for (const char* host : {"", "a/b", "a@b", "a:1", "file:///etc/passwd", "a b", "a\r\nb"})
    EXPECT_EQ(send_mail({.host = host}, notice()).error().code, "mail.server") << host;
}

TEST(Sending, LogsInWhenTheServerAsks) {
  SmtpServer server({"--login", "yakuba", "correct"});
  MailServer address = server.address();
  EXPECT_FALSE(send_mail(address, notice()));
  address.user = "yakuba";
  address.password = Secret<std::string>("wrong");
  EXPECT_EQ(send_mail(address, notice()).error().code, "mail.login");
  address.password = Secret<std::string>("correct");
  auto accepted = send_mail(address, notice());
  ASSERT_TRUE(accepted) << describe(accepted.error());
  EXPECT_EQ(server.mails().size(), 1u);
}

class Certificate {
 public:
  Certificate() {
    std::string name = (std::filesystem::temp_directory_path() / "yakuba-tls-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    const std::string command = fmt::format(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1 -keyout {0}/key.pem -out {0}/cert.pem 2>/dev/null",
        folder_);
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  std::string file(const char* name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

TEST(Sending, StartTlsIsUsedAndTheServerMustProveItself) {
  Certificate certificate;
  SmtpServer server({"--tls", certificate.file("cert.pem"), certificate.file("key.pem")});
  MailServer address = server.address();
  address.tls = MailServer::Tls::start_tls;
  EXPECT_EQ(send_mail(address, notice()).error().code, "mail.tls") << "an unknown authority";
  EXPECT_TRUE(server.mails().empty());
  address.ca_file = certificate.file("cert.pem");
  auto accepted = send_mail(address, notice());
  ASSERT_TRUE(accepted) << describe(accepted.error());
  EXPECT_EQ(*server.mails()[0].find("tls"), JsonValue(true));
}

TEST(Sending, StartTlsThatIsNotOfferedIsNotDropped) {
  SmtpServer server;
  MailServer address = server.address();
  address.tls = MailServer::Tls::start_tls;
  EXPECT_EQ(send_mail(address, notice()).error().code, "mail.tls");
  EXPECT_TRUE(server.mails().empty());
}

}  // namespace
}  // namespace yakuba::connect
