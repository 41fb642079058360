// The mail with a link that works once. The job holds only the row's id; the link is made here, when it is sent.
#include <fmt/format.h>

#include "connect/mail_server.hpp"
#include "hall/access/accounts.hpp"
#include "hall/access/parts.hpp"
#include "hall/access/queries.hpp"
#include "hall/access/texts.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

namespace {

struct MailText {
  Text subject, body;
};
MailText text_for(std::string_view purpose) {
  if (purpose == purpose_name(MailPurpose::create)) return {Text::mail_create_subject, Text::mail_create_text};
  if (purpose == purpose_name(MailPurpose::known_already)) return {Text::mail_known_subject, Text::mail_known_text};
  return {Text::mail_renew_subject, Text::mail_renew_text};
}

Result<connect::Mail> letter(hall::Hall& hall, const store::Town& town, PublicId id, const sql::MailLink::Row& row) {
  auto pack = hall.packs.in_force(town, date_in_japan(hall.clock.now()));
  std::string town_name = pack && *pack && (*pack)->town ? (*pack)->town->name : town.name();
  std::string link = hall.public_url(hall.info(town), TRY(mail_link_path(hall, town, id)));
  web::Words words({.language = web::language_from(row.language).value_or(web::Language::ja)});
  MailText text = text_for(row.purpose);
  connect::Mail mail;
  mail.from = TRY(connect::parse_mail_address(hall.settings.mail_from, town_name));
  mail.to = TRY(connect::parse_mail_address(row.mail));
  mail.subject = words(text.subject, {{"town", town_name}}).plain();
  mail.text = words(text.body, {{"town", town_name}, {"link", link}}).plain();
  mail.message_id = fmt::format("account-{}@{}", id.text(), mail.from.address.substr(mail.from.address.find('@') + 1));
  mail.at = Instant{row.made_at};
  return mail;
}

Result<> send_link(hall::Hall& hall, const store::Town& town, const store::Job& job) {
  auto id = PublicId::parse(job.payload);
  if (!id) return fail(ErrorKind::corrupt, "access.mail", "the job names no mail link");
  auto row =
      TRY(hall.store.read(town, [&](store::ReadTx& tx) { return tx.one<sql::MailLink>({.public_id = id->text()}); }));
  if (!row || row->used_at || row->expires_at < hall.clock.now().microseconds) return {};  // too late to be of use
  if (hall.settings.mail_url.empty())
    return fail(ErrorKind::unavailable, "access.no_mail_server", "no mail server is set; the mail waits");
  connect::MailServer server = TRY(connect::parse_mail_server(hall.settings.mail_url));
  server.user = hall.settings.mail_user;
  server.password = hall.settings.mail_password;
  auto accepted = connect::send_mail(server, TRY(letter(hall, town, *id, *row)));
  // A refused address is nobody's fault to repeat: the link runs out by itself, and the person is told nothing wrong.
  if (!accepted && accepted.error().code != "mail.refused") return std::unexpected(accepted.error());
  return {};
}

}  // namespace

hall::JobHandler mail_job() {
  return {"access.mail", web::Side::public_side, send_link};
}

}  // namespace yakuba::access
