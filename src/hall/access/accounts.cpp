#include "hall/access/accounts.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "connect/mail.hpp"
#include "hall/access/events.hpp"
#include "hall/access/queries.hpp"
#include "hall/access/staff_login.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

namespace {

std::unexpected<Error> sign_in_failed() {
  return fail(ErrorKind::forbidden, "access.sign_in_failed");
}

std::string visitor_place(const Visitor& visitor) {
  return "address:" + hex(sha256(visitor.address)).substr(0, 32);
}

std::string folded_mail(std::string_view mail) {
  std::string folded;
  for (char c : mail) folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return folded;
}

Result<> check_limit(store::ReadTx& tx, const std::string& place, Instant now, std::int64_t attempts_max) {
  auto row = TRY(tx.one<sql::AccountAttempts>({.place = place, .time_window = attempt_window(now)}));
  if (row && row->attempts >= attempts_max) return fail(ErrorKind::too_many, "access.too_many_attempts");
  return {};
}

Result<> count_attempt(store::Tx& tx, const std::string& place, Instant now) {
  TRY(tx.one<sql::AccountAttemptAdd>({.place = place, .time_window = attempt_window(now)}));
  return {};
}

}  // namespace

std::string account_factor_context(const store::Town& town, AccountId account) {
  return fmt::format("{}|account|{}|second-factor", town.name(), account.value);
}

std::string_view purpose_name(MailPurpose purpose) {
  switch (purpose) {
    case MailPurpose::create:
      return "create";
    case MailPurpose::renew_password:
      return "renew-password";
    case MailPurpose::known_already:
      return "known-already";
  }
  return "";
}

// --- mail links ---

Result<> ask_for_mail(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view mail,
                      MailPurpose purpose, web::Language language) {
  auto address = connect::parse_mail_address(mail);
  if (!address) return fail(ErrorKind::invalid, "access.bad_mail", {}, Place{.field = "mail"});
  std::string folded = folded_mail(address->address);
  PublicId id = PublicId::random(hall.random);
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    std::string mail_place = "mail:" + hex(sha256(folded)).substr(0, 32);
    std::string visitor_mails = "mails-" + visitor_place(visitor);
    TRY(check_limit(tx, mail_place, now, mails_per_address_max));
    TRY(check_limit(tx, visitor_mails, now, mails_per_visitor_max));
    TRY(count_attempt(tx, mail_place, now));
    TRY(count_attempt(tx, visitor_mails, now));
    auto account = TRY(tx.one<sql::AccountByMail>({.mail_folded = folded}));
    MailPurpose meant = purpose;
    if (purpose == MailPurpose::create && account) meant = MailPurpose::known_already;
    if (purpose == MailPurpose::renew_password && !account) return {};  // nothing to renew, nothing to tell
    TRY(tx.run<sql::MailLinkInsert>({.public_id = id.text(),
                                     .purpose = purpose_name(meant),
                                     .mail = address->address,
                                     .reader_language = web::language_tag(language),
                                     .made_at = now.microseconds,
                                     .expires_at = now.plus_seconds(mail_link_seconds_max).microseconds}));
    TRY(tx.enqueue({.kind = "access.mail", .key = id.text(), .due = now, .payload = id.text()}));
    return {};
  });
}

Result<std::string> mail_link_path(hall::Hall& hall, const store::Town& town, PublicId link) {
  return "/account/mail/" + link_token(TRY(hall.keys.key(town, "session")), "mail", link);
}

namespace {
struct FoundLink {
  MailLink link;
  std::optional<sql::AccountByMail::Row> account;
};
Result<std::optional<FoundLink>> find_link(store::ReadTx& tx, PublicId id, Instant now) {
  auto row = TRY(tx.one<sql::MailLink>({.public_id = id.text()}));
  if (!row || row->used_at || row->expires_at < now.microseconds) return std::optional<FoundLink>();
  FoundLink found{{row->id, row->purpose, row->mail, row->language, false},
                  TRY(tx.one<sql::AccountByMail>({.mail_folded = folded_mail(row->mail)}))};
  found.link.second_factor_needed = found.account && found.account->second_factor.has_value();
  return std::optional(std::move(found));
}
Result<FoundLink> link_of_token(hall::Hall& hall, const store::Town& town, std::string_view token) {
  auto id = link_id(TRY(hall.keys.key(town, "session")), "mail", token);
  if (!id) return fail(ErrorKind::not_found, "access.link_invalid");
  Instant now = hall.clock.now();
  auto found = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return find_link(tx, *id, now); }));
  if (!found) return fail(ErrorKind::not_found, "access.link_invalid");
  return std::move(*found);
}
}  // namespace

Result<MailLink> open_mail_link(hall::Hall& hall, const store::Town& town, std::string_view token) {
  return TRY(link_of_token(hall, town, token)).link;
}

Result<Token> use_mail_link(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view token,
                            std::string_view password, std::string_view code) {
  FoundLink found = TRY(link_of_token(hall, town, token));
  int characters_min =
      found.link.second_factor_needed ? password_characters_min_with_second_factor : password_characters_min_alone;
  std::vector<std::string> context{town.name(), found.link.mail};
  for (std::string_view part : split(found.link.mail, '@')) context.emplace_back(part);
  TRY(check_new_password(password, characters_min, context));
  Instant now = hall.clock.now();
  std::optional<std::int64_t> step;
  if (found.link.second_factor_needed) {
    auto key = TRY(hall.keys.key(town, "second-factor"));
    Secret<Bytes> secret(
        TRY(unseal(key, *found.account->second_factor, account_factor_context(town, AccountId(found.account->id)))));
    step = totp_step_matching(secret.reveal(), code, now);
    if (!step) return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
  }
  std::string hash = TRY(hash_password(hall.gate.password_cost(), password));
  NewSession session = draw_session(hall, step ? Proof::password_totp : Proof::password, visitor);
  PublicId fresh = PublicId::random(hall.random);
  auto opened = hall.store.change(town, [&](store::Tx& tx) -> Result<AccountId> {
    if (TRY(tx.run<sql::MailLinkUse>({.id = found.link.id, .used_at = now.microseconds})) == 0)
      return fail(ErrorKind::not_found, "access.link_invalid");
    std::string folded = folded_mail(found.link.mail);
    auto account = TRY(tx.one<sql::AccountByMail>({.mail_folded = folded}));
    AccountId id;
    if (!account) {
      auto row = TRY(tx.one<sql::AccountInsert>({.public_id = fresh.text(),
                                                 .mail = found.link.mail,
                                                 .mail_folded = folded,
                                                 .password_hash = hash,
                                                 .created_at = now.microseconds}));
      id = AccountId(row->id);
    } else {
      id = AccountId(account->id);
      if (account->second_factor &&
          (!step || TRY(tx.run<sql::AccountUseStep>({.id = id.value, .totp_step = *step})) == 0))
        return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
      TRY(tx.run<sql::AccountPassword>({.id = id.value, .password_hash = hash}));
      TRY(end_sessions(tx, id));
    }
    TRY(append(tx, {.at = now,
                    .verb = account ? log::Verb::amended : log::Verb::recorded,
                    .actor = fmt::format("account:{}", id.value),
                    .object_kind = "account",
                    .object_id = std::to_string(id.value),
                    .reason_code = account ? "password" : "mail-confirmed"}));
    TRY(begin_resident_session(tx, session, id));
    return id;
  });
  if (!opened) return std::unexpected(opened.error());
  hall.gate.forget(town);
  return session.token;
}

// --- signing in ---

Result<Token> sign_in_resident(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view mail,
                               std::string_view password, std::string_view code) {
  Instant now = hall.clock.now();
  std::string folded = folded_mail(trim(mail));
  auto known = TRY(hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::optional<sql::AccountByMail::Row>> {
    TRY(check_limit(tx, visitor_place(visitor), now, resident_failures_per_address_max));
    return tx.one<sql::AccountByMail>({.mail_folded = folded});
  }));
  std::string hash = known ? known->password_hash : std::string();
  bool right = TRY(password_matches(hall.gate.password_cost(), hash, password));
  std::optional<std::int64_t> step;
  if (known && known->second_factor) {
    auto key = TRY(hall.keys.key(town, "second-factor"));
    Secret<Bytes> secret(TRY(unseal(key, *known->second_factor, account_factor_context(town, AccountId(known->id)))));
    step = totp_step_matching(secret.reveal(), code, now);
  }
  NewSession session = draw_session(hall, step ? Proof::password_totp : Proof::password, visitor);
  bool opened = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    auto account = TRY(tx.one<sql::AccountByMail>({.mail_folded = folded}));
    std::string reason;
    if (!account || account->password_hash != hash)
      reason = "unknown-mail";
    else if (account->locked_until > now.microseconds)
      reason = "locked";
    else if (!right)
      reason = "wrong-password";
    else if (account->second_factor && !step)
      reason = "wrong-code";
    else if (step && TRY(tx.run<sql::AccountUseStep>({.id = account->id, .totp_step = *step})) == 0)
      reason = "code-used-before";
    if (reason.empty()) {
      TRY(tx.run<sql::AccountSucceeded>({.id = account->id}));
      TRY(begin_resident_session(tx, session, AccountId(account->id)));
      return true;
    }
    TRY(count_attempt(tx, visitor_place(visitor), now));
    if (account && account->locked_until <= now.microseconds) {
      bool long_ago = now.microseconds - account->failed_at > failures_forgotten_seconds * 1'000'000;
      std::int64_t failures = long_ago ? 1 : account->failures + 1;
      std::int64_t lock = lock_seconds_after(failures);
      TRY(tx.run<sql::AccountFailed>({.id = account->id,
                                      .failures = failures,
                                      .failed_at = now.microseconds,
                                      .locked_until = lock ? now.plus_seconds(lock).microseconds : 0}));
    }
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::denied,
                    .actor = "anonymous",
                    .object_kind = "account",
                    .object_id = account ? std::to_string(account->id) : "unknown",
                    .reason_code = reason}));
    return false;
  }));
  if (!opened) return sign_in_failed();
  return session.token;
}

// --- second factor of an account ---

Result<NewFactor> draw_factor(hall::Hall& hall, const store::Town& town, AccountId account) {
  NewFactor drawn{Secret<Bytes>(new_totp_secret(hall.random)), {}};
  auto key = TRY(hall.keys.key(town, "second-factor"));
  drawn.sealed = base64url(TRY(seal(key, hall.random, drawn.secret.reveal(), account_factor_context(town, account))));
  return drawn;
}

Result<Secret<Bytes>> read_drawn_factor(hall::Hall& hall, const store::Town& town, AccountId account,
                                        std::string_view sealed) {
  auto box = from_base64url(sealed);
  if (!box) return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
  auto key = TRY(hall.keys.key(town, "second-factor"));
  auto secret = unseal(key, *box, account_factor_context(town, account));
  if (!secret) return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
  return Secret<Bytes>(std::move(*secret));
}

namespace {
Result<> put_factor(hall::Hall& hall, const store::Town& town, const Resident& resident, std::optional<BytesView> box,
                    std::int64_t step, const std::string& reason) {
  Instant now = hall.clock.now();
  auto done = hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (!box && TRY(tx.run<sql::AccountUseStep>({.id = resident.account.value, .totp_step = step})) == 0)
      return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
    TRY(tx.run<sql::AccountSecondFactor>({.id = resident.account.value, .second_factor = box, .totp_step = step}));
    TRY(bump_account_epoch(tx));
    return append(tx, {.at = now,
                       .verb = log::Verb::amended,
                       .actor = log_name(Actor{resident}),
                       .object_kind = "account",
                       .object_id = std::to_string(resident.account.value),
                       .reason_code = reason});
  });
  hall.gate.forget(town);
  return done;
}
}  // namespace

Result<> turn_on_factor(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view sealed,
                        std::string_view code) {
  auto secret = TRY(read_drawn_factor(hall, town, resident.account, sealed));
  auto step = totp_step_matching(secret.reveal(), code, hall.clock.now());
  if (!step) return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
  Bytes box = from_base64url(sealed).value_or(Bytes());
  return put_factor(hall, town, resident, BytesView(box), *step, "second-factor-on");
}

Result<> turn_off_factor(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view code) {
  auto account = TRY(hall.store.read(
      town, [&](store::ReadTx& tx) { return tx.one<sql::AccountById>({.id = resident.account.value}); }));
  if (!account || !account->second_factor) return fail(ErrorKind::conflict, "access.no_second_factor");
  auto key = TRY(hall.keys.key(town, "second-factor"));
  Secret<Bytes> secret(TRY(unseal(key, *account->second_factor, account_factor_context(town, resident.account))));
  auto step = totp_step_matching(secret.reveal(), code, hall.clock.now());
  if (!step) return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
  return put_factor(hall, town, resident, std::nullopt, *step, "second-factor-off");
}

Result<bool> has_factor(store::ReadTx& tx, AccountId account) {
  auto row = TRY(tx.one<sql::AccountById>({.id = account.value}));
  return row && row->second_factor.has_value();
}

}  // namespace yakuba::access
