// How notices leave the house: jobs after the document is made, the copy on the public side, sheets for envelopes.
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "connect/mail.hpp"
#include "connect/mail_server.hpp"
#include "hall/notice/notice.hpp"
#include "hall/notice/queries.hpp"
#include "hall/notice/rows.hpp"
#include "hall/notice/texts.hpp"

namespace yakuba::notice {

namespace {

log::Event job_stamp(const hall::Hall& hall, std::string_view job) {
  return {.at = hall.clock.now(), .actor = "system:" + std::string(job), .channel = "job"};
}

std::string mail_payload(PublicId id, std::int64_t attempt) {
  return JsonValue(JsonObject{{"notice", id.text()}, {"attempt", attempt}}).canonical();
}

bool readable_online(const Notice& notice) {
  return notice.reach.online || !notice.reach.references.empty();
}

}  // namespace

Result<> publish(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Notice& notice) {
  const document::Copy copy = TRY(document::copy_for_public(tx, hall, town, notice.document, binding_of(notice)));
  JsonArray references;
  for (PublicId reference : notice.reach.references) references.push_back(reference.text());
  const JsonObject payload{{"id", notice.id.text()},
                           {"document", notice.document.text()},
                           {"token", copy.document.token},
                           {"kind_name", copy.document.kind_name},
                           {"number", copy.document.number},
                           {"case", notice.case_id},
                           {"party", notice.reach.party},
                           {"dated", copy.document.dated.text()},
                           {"sha256", hex(copy.blob.sha256)},
                           {"blob", copy.blob.id},
                           {"bytes", copy.blob.bytes},
                           {"key", hex(copy.key)},
                           {"references", std::move(references)}};
  return hall.exchange.send(tx, town,
                            {.kind = "notice.published",
                             .key = fmt::format("{}:{}", notice.id.text(), notice.attempt),
                             .payload = JsonValue(payload).canonical(),
                             .blobs = {copy.blob}});
}

Result<> dispatch(hall::Hall& hall, const store::Town& town, PublicId id) {
  const log::Event stamp = job_stamp(hall, "notice.dispatch");
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const Notice notice = TRY(must_find(tx, id));
    if (notice.state != DeliveryState::preparing) return {};
    if (readable_online(notice)) TRY(publish(tx, hall, town, notice));
    const std::string key = id.text();  // statements take views
    sql::SetReady::In ready{.id = key, .attempt = notice.attempt, .state = "to_post", .open_key = 1, .sent_at = {}};
    if (notice.channel == Channel::mail) {
      ready.state = "sending";
      ready.open_key = 0;
      TRY(tx.enqueue({.kind = "notice.mail",
                      .key = fmt::format("{}:{}", id.text(), notice.attempt),
                      .due = {},
                      .payload = mail_payload(id, notice.attempt)}));
    } else if (notice.channel == Channel::online) {
      ready.state = "sent";
      ready.open_key = 0;
      ready.sent_at = stamp.at.microseconds;
    }
    TRY(tx.run<sql::SetReady>(ready));
    if (notice.channel == Channel::online) return went_out(tx, hall, town, notice, log::Verb::notified, stamp);
    return {};
  });
}

// --- mail ---

namespace {

Result<connect::MailServer> mail_server(const hall::Settings& settings) {
  if (settings.mail_url.empty()) return fail(ErrorKind::unavailable, "notice.no_mail_server", "no mail server is set");
  connect::MailServer server = TRY(connect::parse_mail_server(settings.mail_url));
  server.user = settings.mail_user;
  server.password = settings.mail_password;
  return server;
}

Result<connect::Mail> mail_of(hall::Hall& hall, const store::Town& town, const Notice& notice, const Bytes& pdf) {
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(hall.clock.now())));
  const std::string town_name = pack->town ? pack->town->name : town.name();
  const pack::Section* section = pack->section(notice.section);
  const web::Words words({.language = web::language_from(notice.language).value_or(web::Language::ja)});
  connect::Mail mail;
  mail.from = TRY(connect::parse_mail_address(hall.settings.mail_from, town_name));
  mail.to = TRY(connect::parse_mail_address(notice.reach.mail));
  mail.subject = words(Text::mail_subject, {{"town", town_name}, {"title", notice.kind_name}}).plain();
  const std::string phone = section && !section->phone.empty() ? section->phone : pack->town ? pack->town->phone : "";
  mail.text = words(Text::mail_greeting, {{"name", notice.reach.name}, {"honorific", notice.reach.honorific}}).plain() +
              "\n\n" + words(Text::mail_body, {{"title", notice.kind_name}, {"number", notice.number}}).plain() +
              "\n\n";
  if (readable_online(notice))
    mail.text += words(Text::mail_online, {{"address", hall.public_url(hall.info(town), "/status")}}).plain() + "\n\n";
  mail.text +=
      words(Text::mail_foot, {{"town", town_name}, {"section", section ? section->name : ""}, {"phone", phone}})
          .plain() +
      "\n";
  mail.attachments = {{notice.kind_name + ".pdf", "application/pdf", pdf}};
  mail.message_id = fmt::format("notice-{}-{}@{}", notice.id.text(), notice.attempt,
                                mail.from.address.substr(mail.from.address.find('@') + 1));
  mail.at = notice.issued_at;
  return mail;
}

Result<> note_sent(hall::Hall& hall, const store::Town& town, const Notice& notice) {
  const log::Event stamp = job_stamp(hall, "notice.mail");
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const std::string id = notice.id.text();
    if (TRY(tx.run<sql::SetSentByMail>({.id = id, .attempt = notice.attempt, .sent_at = stamp.at.microseconds})) == 0)
      return {};
    return went_out(tx, hall, town, notice, log::Verb::notified, stamp);
  });
}

// The mailbox does not exist or takes nothing: to the post, where an address is known; else the office must act.
Result<> note_refused(hall::Hall& hall, const store::Town& town, const Notice& notice) {
  const log::Event stamp = job_stamp(hall, "notice.mail");
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const std::string id = notice.id.text();
    const std::int64_t at = stamp.at.microseconds;
    const bool by_post = !notice.reach.address_lines.empty();
    const std::int64_t changed =
        by_post ? TRY(tx.run<sql::SetMailToPost>({.id = id, .attempt = notice.attempt, .bounced_at = at}))
                : TRY(tx.run<sql::SetBouncedMail>({.id = id, .attempt = notice.attempt, .bounced_at = at}));
    if (changed == 0) return {};
    log::Event event = event_of(notice, log::Verb::bounced, stamp);
    event.reason_code = "mailbox";
    TRY(tx.append(event));
    if (!by_post) return {};
    Notice next = notice;
    next.channel = Channel::post;
    next.attempt += 1;
    event = event_of(next, log::Verb::amended, stamp);
    event.reason_code = "again";
    return tx.append(event);
  });
}

}  // namespace

Result<> send_by_mail(hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t attempt) {
  const Notice notice = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return must_find(tx, id); }));
  if (notice.state != DeliveryState::sending || notice.attempt != attempt) return {};
  if (!connect::parse_mail_address(notice.reach.mail)) return note_refused(hall, town, notice);
  const connect::MailServer server = TRY(mail_server(hall.settings));
  // Checked again here, at the moment of delivery: the file is this notice's and belongs to this party.
  const Bytes pdf = TRY(document::deliver(hall, town, notice.document, binding_of(notice)));
  const connect::Mail mail = TRY(mail_of(hall, town, notice, pdf));
  auto accepted = connect::send_mail(server, mail);
  if (!accepted && accepted.error().code == "mail.refused") return note_refused(hall, town, notice);
  if (!accepted) return std::unexpected(accepted.error());  // the runner tries again, later and later
  return note_sent(hall, town, notice);
}

// --- the public side ---

namespace {

constexpr std::string_view copy_key_purpose = "published-notice";

std::string copy_context(const store::Town& town, std::string_view id) {
  return town.name() + "|published-notice|" + std::string(id);
}

Result<> keep_published_blob(store::Tx& tx, const JsonValue& json, std::string_view id) {
  const std::string blob(json.text_or("blob", ""));
  if (TRY(tx.blob(blob))) return {};  // one process for both sides: it is kept already
  const auto hash = from_hex(json.text_or("sha256", ""));
  store::BlobInfo info{.id = blob, .bytes = json.integer("bytes").value_or(0)};
  if (!hash || hash->size() != info.sha256.size()) return fail(ErrorKind::invalid, "notice.message", "sha256");
  std::ranges::copy(*hash, info.sha256.begin());
  return tx.keep_blob(info, "published_notice", id);
}

Result<Published> published_one(store::ReadTx& tx, const std::string& id) {
  const auto row = TRY(tx.one<sql::PublishedById>({.id = id}));
  const auto notice = PublicId::parse(id);
  if (!row || !notice) return fail(ErrorKind::not_found, "notice.not_found", id);
  Published published{.id = *notice,
                      .kind_name = row->kind_name,
                      .number = row->number,
                      .case_id = row->case_id,
                      .sha256 = row->sha256,
                      .published_at = Instant{row->published_at}};
  if (auto dated = Date::parse(row->dated)) published.dated = *dated;
  if (row->opened_at) published.opened_at = Instant{*row->opened_at};
  published.withdrawn = TRY(document::verified(tx, row->token)).is == document::Genuineness::withdrawn;
  return published;
}

template <class Rows>
Result<std::vector<Published>> published_all(store::ReadTx& tx, const Rows& rows) {
  std::vector<Published> all;
  for (const auto& row : rows) all.push_back(TRY(published_one(tx, row.id)));
  return all;
}

}  // namespace

Result<> receive_published(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) {
  const JsonValue json = TRY(parse_json(message.payload));
  const std::string id(json.text_or("id", ""));
  const auto key = from_hex(json.text_or("key", ""));
  if (!PublicId::parse(id) || !key) return fail(ErrorKind::invalid, "notice.message", message.key);
  TRY(keep_published_blob(tx, json, id));
  const Key256 wrapping = TRY(hall.keys.key(town, copy_key_purpose));
  TRY(tx.run<sql::PutPublished>({.id = id,
                                 .document = std::string(json.text_or("document", "")),
                                 .token = std::string(json.text_or("token", "")),
                                 .kind_name = std::string(json.text_or("kind_name", "")),
                                 .number = std::string(json.text_or("number", "")),
                                 .case_id = std::string(json.text_or("case", "")),
                                 .party = std::string(json.text_or("party", "")),
                                 .dated = std::string(json.text_or("dated", "")),
                                 .sha256 = std::string(json.text_or("sha256", "")),
                                 .file_id = std::string(json.text_or("blob", "")),
                                 .bytes = json.integer("bytes").value_or(0),
                                 .file_key = TRY(seal(wrapping, hall.random, *key, copy_context(town, id))),
                                 .published_at = hall.clock.now().microseconds}));
  if (const JsonValue* references = json.find("references"); references && references->array())
    for (const JsonValue& reference : *references->array())
      if (reference.string()) TRY(tx.run<sql::PutReader>({.reference = *reference.string(), .notice = id}));
  return {};
}

Result<std::vector<Published>> published_of_case(store::ReadTx& tx, std::string_view case_id) {
  return published_all(tx, TRY(tx.all<sql::PublishedOfCase>({.case_id = std::string(case_id)})));
}

Result<std::vector<Published>> published_of_reference(store::ReadTx& tx, PublicId reference) {
  return published_all(tx, TRY(tx.all<sql::PublishedOfReader>({.reference = reference.text()})));
}

Result<Bytes> open_published(hall::Hall& hall, const store::Town& town, PublicId id, std::string_view case_id) {
  using Row = sql::PublishedById::Row;
  struct Found {
    Row row;
    store::BlobInfo blob;
  };
  const Found found = TRY(hall.store.read(town, [&](store::ReadTx& tx) -> Result<Found> {
    auto row = TRY(tx.one<sql::PublishedById>({.id = id.text()}));
    // Of another case: as if it were not there.
    if (!row || row->case_id != case_id) return fail(ErrorKind::not_found, "notice.not_found", id.text());
    auto blob = TRY(tx.blob(row->file_id));
    if (!blob) return fail(ErrorKind::corrupt, "document.corrupt", id.text());
    return Found{std::move(*row), *blob};
  }));
  const Key256 wrapping = TRY(hall.keys.key(town, copy_key_purpose));
  const Key256 key(TRY(unseal(wrapping, found.row.file_key, copy_context(town, id.text()))));
  Bytes pdf = TRY(hall.store.blobs(town).get(found.blob, key));
  const auto document = PublicId::parse(found.row.document);
  if (!document || hex(sha256(pdf)) != found.row.sha256) return fail(ErrorKind::corrupt, "document.corrupt", id.text());
  TRY(document::check_marker(pdf, town, *document, {found.row.case_id, found.row.party}));
  if (!found.row.opened_at) {
    const Instant now = hall.clock.now();
    TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<> {
      if (TRY(tx.run<sql::MarkOpened>({.id = id.text(), .opened_at = now.microseconds})) == 0) return {};
      const JsonObject payload{{"id", id.text()}, {"at", now.microseconds}};
      return hall.exchange.send(
          tx, town,
          {.kind = "notice.opened", .key = id.text(), .payload = JsonValue(payload).canonical(), .blobs = {}});
    }));
  }
  return pdf;
}

Result<> receive_opened(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) {
  const JsonValue json = TRY(parse_json(message.payload));
  const auto id = PublicId::parse(json.text_or("id", ""));
  const auto at = json.integer("at");
  if (!id || !at) return fail(ErrorKind::invalid, "notice.message", message.key);
  Notice notice = TRY(must_find(tx, *id));
  if (TRY(tx.run<sql::SetDelivered>({.id = id->text(), .delivered_at = *at})) == 0) return {};
  const log::Event stamp{.at = Instant{*at}, .actor = "resident"};
  // Opened while the letter still waited for the post: this is how it went out.
  const bool first = !notice.sent_at;
  notice.channel = Channel::online;
  if (first) return went_out(tx, hall, town, notice, log::Verb::delivered, stamp);
  return tx.append(event_of(notice, log::Verb::delivered, stamp));
}

// --- paper ---

Result<Bytes> address_sheets(hall::Hall& hall, const store::Town& town, const pack::Pack& pack,
                             const std::vector<PublicId>& ids, Date day) {
  const auto notices = TRY(hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::vector<Notice>> {
    std::vector<Notice> all;
    for (PublicId id : ids) all.push_back(TRY(must_find(tx, id)));
    return all;
  }));
  std::vector<print::AddressSheet> sheets;
  for (const Notice& notice : notices) {
    if (notice.state != DeliveryState::to_post) return fail(ErrorKind::conflict, "notice.conflict", notice.id.text());
    const pack::Section* section = pack.section(notice.section);
    print::AddressSheet sheet;
    sheet.addressee = {notice.reach.postal_code, notice.reach.address_lines, notice.reach.name, notice.reach.honorific};
    if (pack.town)
      sheet.sender = fmt::format("〒{} {}\n{} {}", pack.town->postal_code, pack.town->address, pack.town->office,
                                 section ? section->name : "");
    sheet.contents = {notice.number.empty() ? notice.kind_name : notice.number + "　" + notice.kind_name};
    sheet.reference = fmt::format("発送 {}-{}", notice.id.text().substr(0, 8), notice.attempt);
    sheets.push_back(std::move(sheet));
  }
  return TRY(document::press())->address_sheets(sheets, day);
}

std::string dispatch_csv(const std::vector<Notice>& rows) {
  std::string out(csv_begin);
  out += "文書番号,件名,受付番号,あて名,郵便番号,住所,方法,状態,回,確定日,発送日,返戻日,返戻の理由,次の対応\r\n";
  auto day = [](const std::optional<Date>& date) { return date ? date->text() : std::string(); };
  for (const Notice& notice : rows) {
    std::string address;
    for (const std::string& line : notice.reach.address_lines) address += (address.empty() ? "" : " ") + line;
    const std::string cells[] = {notice.number,
                                 notice.kind_name,
                                 notice.case_number,
                                 notice.reach.name,
                                 notice.reach.postal_code,
                                 address,
                                 std::string(channel_code(notice.channel)),
                                 std::string(state_code(notice.state)),
                                 std::to_string(notice.attempt),
                                 date_in_japan(notice.issued_at).text(),
                                 day(notice.posted_on),
                                 day(notice.returned_on),
                                 notice.bounce_reason,
                                 notice.next_act};
    bool first = true;
    for (const std::string& text : cells) {
      if (!first) out += ',';
      first = false;
      out += csv_cell(text);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace yakuba::notice
