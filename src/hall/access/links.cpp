// Level 2: offers on the office side, codes on the public side, messages between them; and released reads.
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "hall/access/accounts.hpp"
#include "hall/access/events.hpp"
#include "hall/access/queries.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

namespace {

constexpr std::size_t code_characters = 12;  // 60 bits

std::string shown_code(std::string_view normal) {
  return fmt::format("{}-{}-{}", normal.substr(0, 4), normal.substr(4, 4), normal.substr(8, 4));
}

Result<JsonValue> read_payload(std::string_view payload) {
  auto json = parse_json(payload);
  if (!json || !json->object())
    return fail(ErrorKind::corrupt, "access.message", "the message is not what it should be");
  return std::move(*json);
}

Result<PublicId> reference_in(const JsonValue& message) {
  auto reference = PublicId::parse(message.text_or("reference", ""));
  if (!reference) return fail(ErrorKind::corrupt, "access.message", "no reference");
  return *reference;
}

std::string_view way_name(LinkWay way) {
  return way == LinkWay::post ? "post" : "counter";
}

bool is_document_code(std::string_view code) {  // 本人確認書類, as far as a clerk may accept one alone
  for (std::string_view known :
       {"my-number-card", "driving-licence", "passport", "residence-card", "two-documents", "registered-address"})
    if (code == known) return true;
  return false;
}

}  // namespace

std::string normal_code(std::string_view typed) {
  std::string normal;
  for (char c : nfkc(typed)) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) normal += c;
  }
  return normal;
}

std::string code_hash(std::string_view normal) {
  return hex(sha256("yakuba link code|" + std::string(normal)));
}

// --- office side ---

Result<LinkOffer> offer_link(hall::Hall& hall, const store::Town& town, const Staff& clerk, std::int64_t person,
                             LinkWay way, std::string_view document_code) {
  if (!is_document_code(document_code) || (document_code == "registered-address") != (way == LinkWay::post))
    return fail(ErrorKind::invalid, "access.unknown_document", {}, Place{.field = "document"});
  if (clerk.person == person) return fail(ErrorKind::forbidden, "access.own_link");
  Instant now = hall.clock.now();
  Bytes random(8);
  hall.random.fill(random);
  std::string code = normal_code(base32_crockford(random)).substr(0, code_characters);
  PublicId id = PublicId::random(hall.random), reference = PublicId::random(hall.random);
  Instant expires = now.plus_seconds(way == LinkWay::post ? posted_code_seconds_max : counter_code_seconds_max);
  return hall.store.change(town, [&](store::Tx& tx) -> Result<LinkOffer> {
    TRY(tx.run<sql::OfferInsert>({.public_id = id.text(),
                                  .reference = reference.text(),
                                  .person = person,
                                  .way = way_name(way),
                                  .document = document_code,
                                  .made_by = clerk.id.value,
                                  .made_at = now.microseconds,
                                  .expires_at = expires.microseconds}));
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::issued,
                    .actor = log_name(Actor{clerk}),
                    .object_kind = "link-offer",
                    .object_id = id.text(),
                    .reason_code = std::string(document_code),
                    .refs = {{"person", std::to_string(person)}},
                    .section = clerk.main() ? clerk.main()->section_code : ""}));
    JsonObject payload{
        {"code_hash", code_hash(code)}, {"reference", reference.text()}, {"expires", expires.microseconds}};
    TRY(hall.exchange.send(
        tx, town,
        {.kind = "access.link-offered", .key = id.text(), .payload = JsonValue(std::move(payload)).canonical()}));
    return LinkOffer{reference, shown_code(code), expires};
  });
}

Result<std::optional<std::int64_t>> person_of_reference(store::ReadTx& tx, PublicId reference) {
  auto row = TRY(tx.one<sql::OfferByReference>({.reference = reference.text()}));
  if (!row || row->state != "linked") return std::optional<std::int64_t>();
  return std::optional(row->person);
}

Result<std::vector<PublicId>> references_of_person(store::ReadTx& tx, std::int64_t person) {
  std::vector<PublicId> found;
  for (const auto& row : TRY(tx.all<sql::OffersOfPerson>({.person = person})))
    if (auto reference = PublicId::parse(row.reference); reference && row.state == "linked")
      found.push_back(*reference);
  return found;
}

Result<std::vector<std::pair<PublicId, std::int64_t>>> linked_persons(store::ReadTx& tx) {
  std::vector<std::pair<PublicId, std::int64_t>> found;
  for (const auto& row : TRY(tx.all<sql::LinkedOffers>()))
    if (const auto reference = PublicId::parse(row.reference)) found.emplace_back(*reference, row.person);
  return found;
}

Result<std::vector<Offer>> offers_of(store::ReadTx& tx, std::int64_t person) {
  std::vector<Offer> found;
  for (const auto& row : TRY(tx.all<sql::OffersOfPerson>({.person = person})))
    found.push_back({PublicId::parse(row.public_id).value_or(PublicId{}),
                     PublicId::parse(row.reference).value_or(PublicId{}),
                     row.way == "post" ? LinkWay::post : LinkWay::counter, row.document, StaffId(row.made_by),
                     Instant{row.made_at}, Instant{row.expires_at}, row.state});
  return found;
}

namespace {
// Ends an offer or a link on the office side and tells the public side.
Result<> end_offer(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::int64_t id,
                   const std::string& public_id, const std::string& reference, std::int64_t person, Instant now,
                   const std::string& actor, const std::string& reason) {
  if (TRY(tx.run<sql::OfferEnd>({.id = id, .state = "ended", .ended_at = now.microseconds})) == 0)
    return fail(ErrorKind::conflict, "access.link_ended_already");
  TRY(append(tx, {.at = now,
                  .verb = log::Verb::unlinked,
                  .actor = actor,
                  .object_kind = "link-offer",
                  .object_id = public_id,
                  .reason_code = reason,
                  .refs = {{"person", std::to_string(person)}}}));
  return hall.exchange.send(tx, town,
                            {.kind = "access.link-ended",
                             .key = reference,
                             .payload = JsonValue(JsonObject{{"reference", reference}}).canonical()});
}
}  // namespace

Result<> end_link(hall::Hall& hall, const store::Town& town, const Staff& clerk, PublicId offer) {
  Instant now = hall.clock.now();
  auto done = hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    auto row = TRY(tx.one<sql::OfferByPublicId>({.public_id = offer.text()}));
    if (!row) return fail(ErrorKind::not_found, "access.no_such_link");
    return end_offer(hall, tx, town, row->id, offer.text(), row->reference, row->person, now, log_name(Actor{clerk}),
                     "ended-by-office");
  });
  hall.gate.forget(town);
  return done;
}

Result<> receive_redeemed(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload) {
  auto message = TRY(read_payload(payload));
  auto reference = TRY(reference_in(message));
  std::string account(message.text_or("account", ""));
  Instant now = hall.clock.now();
  auto row = TRY(tx.one<sql::OfferByReference>({.reference = reference.text()}));
  if (!row) return fail(ErrorKind::corrupt, "access.message", "no offer has this reference");
  if (TRY(tx.run<sql::OfferLinked>({.id = row->id, .account = account, .ended_at = now.microseconds})) == 0)
    return {};  // ended at the office meanwhile; the public side learns that from its own message
  // One person, one account: an older link gives way to the newly proven one.
  for (const auto& other : TRY(tx.all<sql::OffersOfPerson>({.person = row->person})))
    if (other.id != row->id && (other.state == "linked" || other.state == "offered"))
      TRY(end_offer(hall, tx, town, other.id, other.public_id, other.reference, row->person, now, "system:access",
                    "replaced"));
  TRY(tx.enqueue({.kind = std::string(linked_job), .key = reference.text(), .due = {}, .payload = reference.text()}));
  return append(tx, {.at = now,
                     .verb = log::Verb::linked,
                     .actor = "account:" + account,
                     .object_kind = "link-offer",
                     .object_id = row->public_id,
                     .refs = {{"person", std::to_string(row->person)}}});
}

Result<> receive_renounced(hall::Hall& hall, store::Tx& tx, const store::Town&, std::string_view payload) {
  auto reference = TRY(reference_in(TRY(read_payload(payload))));
  auto row = TRY(tx.one<sql::OfferByReference>({.reference = reference.text()}));
  if (!row) return {};
  Instant now = hall.clock.now();
  if (TRY(tx.run<sql::OfferEnd>({.id = row->id, .state = "renounced", .ended_at = now.microseconds})) == 0) return {};
  return append(tx, {.at = now,
                     .verb = log::Verb::unlinked,
                     .actor = "account:" + row->account,
                     .object_kind = "link-offer",
                     .object_id = row->public_id,
                     .reason_code = "renounced",
                     .refs = {{"person", std::to_string(row->person)}}});
}

// --- public side ---

Result<> receive_offer(hall::Hall&, store::Tx& tx, const store::Town&, std::string_view payload) {
  auto message = TRY(read_payload(payload));
  auto reference = TRY(reference_in(message));
  auto expires = message.integer("expires");
  std::string hash(message.text_or("code_hash", ""));
  if (!expires || hash.size() != 64) return fail(ErrorKind::corrupt, "access.message", "an incomplete offer");
  TRY(tx.run<sql::LinkCodeInsert>({.code_hash = hash, .reference = reference.text(), .expires_at = *expires}));
  return {};
}

Result<> redeem_code(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view code) {
  std::string normal = normal_code(code);
  Instant now = hall.clock.now();
  std::string place = fmt::format("link-account:{}", resident.account.value);
  bool linked = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    auto tries = TRY(tx.one<sql::AccountAttempts>({.place = place, .time_window = attempt_window(now)}));
    if (tries && tries->attempts >= link_tries_max) return fail(ErrorKind::too_many, "access.too_many_attempts");
    auto account = TRY(tx.one<sql::AccountById>({.id = resident.account.value}));
    if (!account) return fail(ErrorKind::not_found, "access.no_such_account");
    if (account->reference) return fail(ErrorKind::conflict, "access.linked_already");
    auto row = TRY(tx.one<sql::LinkCode>({.code_hash = code_hash(normal)}));
    bool good = normal.size() == code_characters && row && !row->used_at && row->expires_at >= now.microseconds &&
                TRY(tx.run<sql::LinkCodeUse>({.id = row->id, .used_at = now.microseconds})) == 1;
    if (!good) {
      TRY(tx.one<sql::AccountAttemptAdd>({.place = place, .time_window = attempt_window(now)}));
      TRY(append(tx, {.at = now,
                      .verb = log::Verb::denied,
                      .actor = log_name(Actor{resident}),
                      .object_kind = "account",
                      .object_id = std::to_string(resident.account.value),
                      .reason_code = "wrong-link-code"}));
      return false;
    }
    TRY(tx.run<sql::AccountLink>(
        {.id = resident.account.value, .reference = row->reference, .linked_at = now.microseconds}));
    TRY(bump_account_epoch(tx));
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::linked,
                    .actor = log_name(Actor{resident}),
                    .object_kind = "account",
                    .object_id = std::to_string(resident.account.value)}));
    JsonObject payload{{"reference", row->reference}, {"account", account->public_id}};
    TRY(hall.exchange.send(
        tx, town,
        {.kind = "access.link-redeemed", .key = row->reference, .payload = JsonValue(std::move(payload)).canonical()}));
    return true;
  }));
  hall.gate.forget(town);
  if (!linked) return fail(ErrorKind::invalid, "access.wrong_link_code", {}, Place{.field = "code"});
  return {};
}

Result<> renounce_link(hall::Hall& hall, const store::Town& town, const Resident& resident) {
  if (!resident.person) return fail(ErrorKind::conflict, "access.not_linked");
  Instant now = hall.clock.now();
  auto done = hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (TRY(tx.run<sql::AccountUnlink>({.reference = resident.person->text()})) == 0)
      return fail(ErrorKind::conflict, "access.not_linked");
    TRY(bump_account_epoch(tx));
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::unlinked,
                    .actor = log_name(Actor{resident}),
                    .object_kind = "account",
                    .object_id = std::to_string(resident.account.value),
                    .reason_code = "renounced"}));
    JsonObject payload{{"reference", resident.person->text()}};
    return hall.exchange.send(tx, town,
                              {.kind = "access.link-renounced",
                               .key = resident.person->text(),
                               .payload = JsonValue(std::move(payload)).canonical()});
  });
  hall.gate.forget(town);
  return done;
}

Result<> receive_ended(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload) {
  auto reference = TRY(reference_in(TRY(read_payload(payload))));
  Instant now = hall.clock.now();
  TRY(tx.run<sql::LinkCodesWithdraw>({.reference = reference.text(), .used_at = now.microseconds}));
  auto account = TRY(tx.one<sql::AccountByReference>({.reference = reference.text()}));
  if (!account) return {};
  TRY(tx.run<sql::AccountUnlink>({.reference = reference.text()}));
  TRY(bump_account_epoch(tx));
  (void)town;
  return append(tx, {.at = now,
                     .verb = log::Verb::unlinked,
                     .actor = "system:access",
                     .object_kind = "account",
                     .object_id = std::to_string(account->id),
                     .reason_code = "ended-by-office"});
}

// --- who looked ---

Result<> release_read(hall::Hall& hall, store::Tx& office, const store::Town& town, PublicId reference,
                      std::string_view key, const ReleasedRead& read) {
  JsonObject payload{{"key", key},
                     {"reference", reference.text()},
                     {"at", read.at.microseconds},
                     {"section", read.section_name},
                     {"purpose", read.purpose},
                     {"subject", read.subject}};
  return hall.exchange.send(
      office, town,
      {.kind = "access.read-released", .key = std::string(key), .payload = JsonValue(std::move(payload)).canonical()});
}

Result<> receive_read(hall::Hall&, store::Tx& tx, const store::Town&, std::string_view payload) {
  auto message = TRY(read_payload(payload));
  auto reference = TRY(reference_in(message));
  auto at = message.integer("at");
  if (!at) return fail(ErrorKind::corrupt, "access.message", "a read without its time");
  TRY(tx.run<sql::ReleasedReadInsert>({.message_key = message.text_or("key", ""),
                                       .reference = reference.text(),
                                       .at = *at,
                                       .section_name = message.text_or("section", ""),
                                       .purpose = message.text_or("purpose", ""),
                                       .subject = message.text_or("subject", "")}));
  return {};
}

Result<std::vector<ReleasedRead>> released_reads(store::ReadTx& tx, PublicId reference, Instant before, int limit) {
  std::vector<ReleasedRead> found;
  for (const auto& row : TRY(tx.all<sql::ReleasedReads>(
           {.reference = reference.text(), .before = before.microseconds, .rows_max = limit})))
    found.push_back({Instant{row.at}, row.section_name, row.purpose, row.subject});
  return found;
}

}  // namespace yakuba::access
