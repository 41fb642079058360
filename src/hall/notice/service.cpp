#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/notice/notice.hpp"
#include "hall/notice/queries.hpp"
#include "hall/notice/rows.hpp"

namespace yakuba::notice {

namespace {

constexpr std::pair<Channel, std::string_view> channels[] = {
    {Channel::mail, "mail"}, {Channel::online, "online"}, {Channel::post, "post"}, {Channel::counter, "counter"}};
constexpr std::pair<DeliveryState, std::string_view> states[] = {
    {DeliveryState::preparing, "preparing"}, {DeliveryState::sending, "sending"},
    {DeliveryState::to_post, "to_post"},     {DeliveryState::sent, "sent"},
    {DeliveryState::delivered, "delivered"}, {DeliveryState::bounced, "bounced"}};
constexpr std::string_view bounce_reasons[] = {"address-unknown", "moved", "not-collected", "refused", "other"};
constexpr std::string_view next_acts[] = {"", "resend-post", "resend-mail", "counter", "inquiry", "public-notice"};

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::vector<std::string> lines_from(std::string_view text) {
  std::vector<std::string> lines;
  if (!text.empty())
    for (std::string_view line : split(text, '\n')) lines.emplace_back(line);
  return lines;
}

template <class Row>
Result<Notice> notice_of(const Row& row) {
  const auto id = PublicId::parse(row.id), document = PublicId::parse(row.document);
  const auto channel = parse_channel(row.channel);
  const auto state = std::ranges::find(states, row.state, &std::pair<DeliveryState, std::string_view>::second);
  if (!id || !document || !channel || state == std::end(states)) return fail(ErrorKind::corrupt, "notice.row", row.id);
  Notice notice{.id = *id,
                .document = *document,
                .kind = row.kind,
                .kind_name = row.kind_name,
                .number = row.number,
                .case_id = row.case_id,
                .case_number = row.case_number,
                .section = row.section};
  notice.reach = {.party = row.party,
                  .name = row.name,
                  .honorific = row.honorific,
                  .postal_code = row.postal_code,
                  .address_lines = lines_from(row.address),
                  .mail = row.mail,
                  .mail_consented = !row.mail.empty(),
                  .online = row.online != 0,
                  .references = references_from(row.reader_refs)};
  notice.channel = *channel;
  notice.state = state->first;
  notice.attempt = row.attempt;
  notice.version = row.version;
  notice.issued_at = Instant{row.issued_at};
  auto instant = [](const std::optional<std::int64_t>& at) {
    return at ? std::optional(Instant{*at}) : std::optional<Instant>();
  };
  notice.sent_at = instant(row.sent_at);
  notice.delivered_at = instant(row.delivered_at);
  notice.bounced_at = instant(row.bounced_at);
  if (row.posted_on) notice.posted_on = Date::parse(*row.posted_on);
  if (row.returned_on) notice.returned_on = Date::parse(*row.returned_on);
  notice.bounce_reason = row.bounce_reason;
  notice.next_act = row.next_act;
  notice.language = row.language;
  return notice;
}

template <class Rows>
Result<std::vector<Notice>> notices(store::ReadTx& tx, const Rows& rows) {
  std::vector<Notice> found;
  for (const auto& row : rows)
    if (auto full = TRY(tx.one<sql::NoticeById>({.id = row.id}))) found.push_back(TRY(notice_of(*full)));
  return found;
}

Result<> conflict_unless(std::int64_t changed, PublicId id) {
  if (changed == 0) return fail(ErrorKind::conflict, "notice.conflict", id.text());
  return {};
}

Result<> append(store::Tx& tx, const Notice& notice, log::Verb verb, const log::Event& stamp,
                std::string_view reason = {}) {
  log::Event event = event_of(notice, verb, stamp);
  event.reason_code = reason;
  return tx.append(event);
}

store::Job dispatch_job(PublicId id, std::int64_t attempt) {
  return {.kind = "notice.dispatch", .key = fmt::format("{}:{}", id.text(), attempt), .due = {}, .payload = id.text()};
}

}  // namespace

std::string_view channel_code(Channel channel) {
  return std::ranges::find(channels, channel, &std::pair<Channel, std::string_view>::first)->second;
}

std::optional<Channel> parse_channel(std::string_view code) {
  for (const auto& [channel, word] : channels)
    if (word == code) return channel;
  return std::nullopt;
}

std::string_view state_code(DeliveryState state) {
  return std::ranges::find(states, state, &std::pair<DeliveryState, std::string_view>::first)->second;
}

document::Binding binding_of(const Notice& notice) {
  return {notice.case_id, notice.reach.party};
}

std::string references_text(const std::vector<PublicId>& references) {
  std::string text;
  for (PublicId reference : references) text += (text.empty() ? "" : " ") + reference.text();
  return text;
}

std::vector<PublicId> references_from(std::string_view text) {
  std::vector<PublicId> references;
  for (std::string_view word : split(text, ' '))
    if (auto reference = PublicId::parse(word)) references.push_back(*reference);
  return references;
}

log::Event event_of(const Notice& notice, log::Verb verb, const log::Event& stamp) {
  log::Event event = stamp;
  event.verb = verb;
  event.object_kind = "notice";
  event.object_id = notice.id.text();
  event.case_id = notice.case_id;
  event.channel = channel_code(notice.channel);
  if (event.section.empty()) event.section = notice.section;
  event.refs = {{"document", notice.document.text()}};
  event.payload = JsonObject{{"attempt", notice.attempt}, {"number", notice.number}};
  return event;
}

Result<PublicId> issue(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Request& request) {
  if (auto first = TRY(tx.one<sql::IdByRequestKey>({.request_key = request.key}))) {
    if (auto id = PublicId::parse(first->id)) return *id;
    return fail(ErrorKind::corrupt, "notice.row", first->id);
  }
  document::Content content = TRY(compose(request));
  const pack::Notice& notice = *TRY(notice_of_pack(request));
  const auto channel = request.channel ? request.channel : choose_channel(request.reach, *request.pack);
  if (!channel) return fail(ErrorKind::invalid, "notice.unreachable", request.case_id);
  const PublicId id = PublicId::random(hall.random);

  document::Order order{.key = "notice:" + request.key,
                        .kind = notice.id,
                        .kind_name = notice.title,
                        .section = request.section,
                        .numbered = notice.numbered,
                        .binding = {request.case_id, request.reach.party}};
  order.case_number = request.case_number;
  order.procedure = request.procedure;
  order.step = request.step;
  order.retention_class = notice.retention_class;
  if (request.retention_years)  // kept from the fiscal year after completion (F.4 of the law facts)
    order.retain_until = Date::of(fiscal_year(content.dated) + 1 + *request.retention_years, 3, 31);
  order.pack_version = request.pack->version;
  order.template_hash = notice.hash;
  order.content = std::move(content);
  order.then = dispatch_job(id, 1);
  order.stamp = request.stamp;
  const PublicId document = TRY(document::order(tx, hall, town, *request.pack, order));
  const auto ordered = TRY(document::find(tx, document));
  TRY(tx.run<sql::InsertNotice>({.id = id.text(),
                                 .request_key = request.key,
                                 .document = document.text(),
                                 .kind = notice.id,
                                 .kind_name = without_ruby(notice.title),
                                 .number = ordered->number,
                                 .case_id = request.case_id,
                                 .case_number = request.case_number,
                                 .section = request.section,
                                 .party = request.reach.party,
                                 .name = request.reach.name,
                                 .honorific = request.reach.honorific,
                                 .postal_code = request.reach.postal_code,
                                 .address = lines_text(request.reach.address_lines),
                                 .mail = request.reach.mail_consented ? request.reach.mail : std::string(),
                                 .online = request.reach.online ? 1 : 0,
                                 .reader_refs = references_text(request.reach.references),
                                 .channel = std::string(channel_code(*channel)),
                                 .issued_at = request.stamp.at.microseconds,
                                 .reader_language = request.language}));
  return id;
}

// --- looking ---

Result<std::optional<Notice>> find(store::ReadTx& tx, PublicId id) {
  auto row = TRY(tx.one<sql::NoticeById>({.id = id.text()}));
  if (!row) return std::optional<Notice>();
  return std::optional(TRY(notice_of(*row)));
}

Result<Notice> must_find(store::ReadTx& tx, PublicId id) {
  auto found = TRY(find(tx, id));
  if (!found) return fail(ErrorKind::not_found, "notice.not_found", id.text());
  return std::move(*found);
}

Result<std::vector<Notice>> of_case(store::ReadTx& tx, std::string_view case_id) {
  return notices(tx, TRY(tx.all<sql::NoticesOfCase>({.case_id = std::string(case_id)})));
}

Result<Listed> register_of_dispatch(store::ReadTx& tx, const Filter& filter) {
  std::int64_t after_at = INT64_MIN;
  std::string after_id;
  if (const std::size_t colon = filter.after.find(':'); colon != std::string::npos) {
    after_at = parse_integer(filter.after.substr(0, colon)).value_or(INT64_MIN);
    after_id = filter.after.substr(colon + 1);
  }
  Listed listed;
  if (filter.state == "open") {
    listed.rows = TRY(notices(
        tx, TRY(tx.all<sql::OpenNoticesAfter>(
                {.section = filter.section, .after_at = after_at, .after_id = after_id, .limit = rows_max + 1}))));
  } else {
    listed.rows = TRY(notices(tx, TRY(tx.all<sql::NoticesAfter>({.state = filter.state,
                                                                 .section = filter.section,
                                                                 .after_at = after_at,
                                                                 .after_id = after_id,
                                                                 .limit = rows_max + 1}))));
  }
  if (listed.rows.size() > static_cast<std::size_t>(rows_max)) {
    listed.rows.resize(rows_max);
    listed.next = fmt::format("{}:{}", listed.rows.back().issued_at.microseconds, listed.rows.back().id.text());
  }
  return listed;
}

Result<std::int64_t> count_open(store::ReadTx& tx) {
  const auto row = TRY(tx.one<sql::CountOpen>());
  return row ? row->count : 0;
}

// --- what the office does ---

Result<> went_out(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Notice& notice, log::Verb verb,
                  const log::Event& stamp) {
  TRY(append(tx, notice, verb, stamp));
  if (!hall.modules) return {};
  const hall::NoticeSent sent{.case_id = notice.case_id,
                              .notice = notice.id.text(),
                              .channel = std::string(channel_code(notice.channel)),
                              .actor = stamp.actor,
                              .at = stamp.at};
  for (const hall::Module& module : *hall.modules)
    for (const hall::NoticeListener& listener : module.notice_listeners) TRY(listener(hall, tx, town, sent));
  return {};
}

Result<> mark_posted(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                     Date day, const log::Event& stamp) {
  const Notice notice = TRY(must_find(tx, id));
  TRY(conflict_unless(
      TRY(tx.run<sql::SetPosted>(
          {.id = id.text(), .version = version, .sent_at = stamp.at.microseconds, .posted_on = day.text()})),
      id));
  return went_out(tx, hall, town, notice, log::Verb::notified, stamp);
}

Result<> mark_returned(store::Tx& tx, PublicId id, std::int64_t version, Date day, std::string_view reason,
                       std::string_view next_act, const log::Event& stamp) {
  if (std::ranges::find(bounce_reasons, reason) == std::end(bounce_reasons))
    return fail(ErrorKind::invalid, "notice.bounce_reason", std::string(reason), {.field = "reason"});
  if (std::ranges::find(next_acts, next_act) == std::end(next_acts))
    return fail(ErrorKind::invalid, "notice.next_act", std::string(next_act), {.field = "next"});
  const Notice notice = TRY(must_find(tx, id));
  if (notice.posted_on && day < *notice.posted_on)
    return fail(ErrorKind::invalid, "notice.returned_before_posted", "", {.field = "day"});
  TRY(conflict_unless(TRY(tx.run<sql::SetReturned>({.id = id.text(),
                                                    .version = version,
                                                    .bounced_at = stamp.at.microseconds,
                                                    .returned_on = day.text(),
                                                    .reason = std::string(reason),
                                                    .next_act = std::string(next_act)})),
                      id));
  return append(tx, notice, log::Verb::bounced, stamp, reason);
}

Result<> mark_handed_over(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                          const log::Event& stamp) {
  Notice notice = TRY(must_find(tx, id));
  TRY(conflict_unless(
      TRY(tx.run<sql::SetHandedOver>({.id = id.text(), .version = version, .delivered_at = stamp.at.microseconds})),
      id));
  notice.channel = Channel::counter;
  return went_out(tx, hall, town, notice, log::Verb::delivered, stamp);
}

Result<> choose_next_act(store::Tx& tx, PublicId id, std::int64_t version, std::string_view next_act,
                         const log::Event& stamp) {
  if (std::ranges::find(next_acts, next_act) == std::end(next_acts))
    return fail(ErrorKind::invalid, "notice.next_act", std::string(next_act), {.field = "next"});
  const Notice notice = TRY(must_find(tx, id));
  TRY(conflict_unless(
      TRY(tx.run<sql::SetNextAct>({.id = id.text(), .version = version, .next_act = std::string(next_act)})), id));
  return append(tx, notice, log::Verb::amended, stamp, next_act);
}

Result<> send_again(store::Tx& tx, hall::Hall&, const store::Town&, PublicId id, std::int64_t version, Channel channel,
                    const Reach& reach, const log::Event& stamp) {
  Notice notice = TRY(must_find(tx, id));
  if (reach.party != notice.reach.party)
    return fail(ErrorKind::forbidden, "document.not_yours", id.text() + ": another party");
  const bool reachable = channel == Channel::mail     ? !reach.mail.empty() && reach.mail_consented
                         : channel == Channel::online ? reach.online || !reach.references.empty()
                         : channel == Channel::post   ? !reach.address_lines.empty()
                                                      : true;
  if (!reachable) return fail(ErrorKind::invalid, "notice.unreachable", id.text(), {.field = "channel"});
  TRY(conflict_unless(TRY(tx.run<sql::SetAgain>({.id = id.text(),
                                                 .version = version,
                                                 .channel = std::string(channel_code(channel)),
                                                 .postal_code = reach.postal_code,
                                                 .address = lines_text(reach.address_lines),
                                                 .mail = reach.mail_consented ? reach.mail : std::string(),
                                                 .online = reach.online ? 1 : 0,
                                                 .reader_refs = references_text(reach.references)})),
                      id));
  notice.attempt += 1;
  notice.channel = channel;
  TRY(append(tx, notice, log::Verb::amended, stamp, "again"));
  TRY(tx.enqueue(dispatch_job(id, notice.attempt)));
  return {};
}

}  // namespace yakuba::notice
