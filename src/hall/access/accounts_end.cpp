// The end of a resident's account, at his own wish. What he sent stays with the office; hall/application says which.
#include <fmt/format.h>

#include "base/json.hpp"
#include "hall/access/accounts.hpp"
#include "hall/access/events.hpp"
#include "hall/access/queries.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

namespace {

std::unexpected<Error> not_he(std::string_view code, std::string_view field) {
  return fail(ErrorKind::invalid, std::string(code), {}, Place{.field = std::string(field)});
}

// The step of the second factor that the code is of; nothing where the account has none.
Result<std::optional<std::int64_t>> step_of(hall::Hall& hall, const store::Town& town,
                                            const sql::AccountById::Row& account, std::string_view code, Instant now) {
  if (!account.second_factor) return std::optional<std::int64_t>();
  const auto key = TRY(hall.keys.key(town, "second-factor"));
  const Secret<Bytes> secret(
      TRY(unseal(key, *account.second_factor, account_factor_context(town, AccountId(account.id)))));
  const auto step = totp_step_matching(secret.reveal(), code, now);
  if (!step) return not_he("access.wrong_code", "code");
  return step;
}

}  // namespace

Result<> prove_resident(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view password,
                        std::string_view code) {
  const Instant now = hall.clock.now();
  const std::string place = fmt::format("prove-account:{}", resident.account.value);
  const auto account = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<sql::AccountById::Row> {
    const auto tries = TRY(tx.one<sql::AccountAttemptAdd>({.place = place, .time_window = attempt_window(now)}));
    if (tries && tries->attempts > proofs_max) return fail(ErrorKind::too_many, "access.too_many_attempts");
    auto row = TRY(tx.one<sql::AccountById>({.id = resident.account.value}));
    if (!row) return fail(ErrorKind::not_found, "access.no_such_account");
    return std::move(*row);
  }));
  if (!TRY(password_matches(hall.gate.password_cost(), account.password_hash, password)))
    return not_he("access.wrong_password", "password");
  const auto step = TRY(step_of(hall, town, account, code, now));
  if (!step) return {};
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (TRY(tx.run<sql::AccountUseStep>({.id = account.id, .totp_step = *step})) == 0)
      return not_he("access.wrong_code", "code");
    return {};
  });
}

Result<> end_account(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Resident& resident, Instant now) {
  const auto account = TRY(tx.one<sql::AccountById>({.id = resident.account.value}));
  if (!account) return fail(ErrorKind::not_found, "access.no_such_account");
  if (account->reference) {
    TRY(tx.run<sql::ReleasedReadsForget>({.reference = *account->reference}));
    TRY(hall.exchange.send(tx, town,
                           {.kind = "access.link-renounced",
                            .key = *account->reference,
                            .payload = JsonValue(JsonObject{{"reference", *account->reference}}).canonical()}));
  }
  TRY(end_sessions(tx, resident.account));
  TRY(tx.run<sql::MailLinksDelete>({.mail = account->mail}));
  if (TRY(tx.run<sql::AccountDelete>({.id = account->id})) == 0)
    return fail(ErrorKind::conflict, "access.no_such_account");
  return append(tx, {.at = now,
                     .verb = log::Verb::destroyed,
                     .actor = log_name(Actor{resident}),
                     .object_kind = "account",
                     .object_id = std::to_string(account->id),
                     .reason_code = "own-wish"});
}

}  // namespace yakuba::access
