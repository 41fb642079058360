#include "hall/access/staff_login.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/access/events.hpp"
#include "hall/access/queries.hpp"
#include "hall/hall.hpp"

namespace yakuba::access {

std::int64_t lock_seconds_after(std::int64_t failures) {
  if (failures < failures_before_lock) return 0;
  std::int64_t doublings = std::min<std::int64_t>(failures - failures_before_lock, 10);
  return std::min(lock_seconds_max, lock_seconds_first << doublings);
}

namespace {

std::unexpected<Error> sign_in_failed() {
  return fail(ErrorKind::forbidden, "access.sign_in_failed");
}

std::string address_place(const Visitor& visitor) {
  return "address:" + hex(sha256(visitor.address)).substr(0, 32);
}

Result<> check_address(store::ReadTx& tx, const Visitor& visitor, Instant now) {
  auto row = TRY(tx.one<sql::StaffAttempts>({.place = address_place(visitor), .time_window = attempt_window(now)}));
  if (row && row->attempts >= failures_per_address_max) return fail(ErrorKind::too_many, "access.too_many_attempts");
  return {};
}

// A failed try: counted for the address and, when known and not locked, for the staff member; always an event.
Result<> note_failure(store::Tx& tx, const Visitor& visitor, Instant now, std::optional<StaffId> staff,
                      const std::optional<sql::Credential::Row>& credential, const std::string& reason) {
  TRY(tx.one<sql::StaffAttemptAdd>({.place = address_place(visitor), .time_window = attempt_window(now)}));
  if (staff && credential && credential->locked_until <= now.microseconds) {
    bool long_ago = now.microseconds - credential->failed_at > failures_forgotten_seconds * 1'000'000;
    std::int64_t failures = long_ago ? 1 : credential->failures + 1;
    std::int64_t lock = lock_seconds_after(failures);
    TRY(tx.run<sql::CredentialFailed>({.staff = staff->value,
                                       .failures = failures,
                                       .failed_at = now.microseconds,
                                       .locked_until = lock ? now.plus_seconds(lock).microseconds : 0}));
  }
  return append(tx, {.at = now,
                     .verb = log::Verb::denied,
                     .actor = "anonymous",
                     .object_kind = "staff",
                     .object_id = staff ? std::to_string(staff->value) : "unknown",
                     .reason_code = reason,
                     .terminal = visitor.address});
}

struct Known {
  std::optional<section::StaffMember> staff;
  std::optional<sql::Credential::Row> credential;
};

Result<Known> look_up(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view number) {
  Instant now = hall.clock.now();
  return hall.store.read(town, [&](store::ReadTx& tx) -> Result<Known> {
    TRY(check_address(tx, visitor, now));
    Known known{TRY(section::staff_by_number(tx, number)), std::nullopt};
    if (known.staff && !known.staff->employed.contains(date_in_japan(now))) known.staff.reset();
    if (known.staff) known.credential = TRY(tx.one<sql::Credential>({.staff = known.staff->id.value}));
    return known;
  });
}

std::string factor_context(const store::Town& town, StaffId staff) {
  return fmt::format("{}|staff|{}|second-factor", town.name(), staff.value);
}

Result<Secret<Bytes>> open_factor(hall::Hall& hall, const store::Town& town, StaffId staff, BytesView box) {
  auto key = TRY(hall.keys.key(town, "second-factor"));
  return Secret<Bytes>(TRY(unseal(key, box, factor_context(town, staff))));
}

Result<Bytes> seal_factor(hall::Hall& hall, const store::Town& town, StaffId staff, BytesView secret) {
  auto key = TRY(hall.keys.key(town, "second-factor"));
  return seal(key, hall.random, secret, factor_context(town, staff));
}

std::vector<std::string> password_context(const hall::Hall& hall, const store::Town& town,
                                          const section::StaffMember& staff) {
  std::vector<std::string> words{town.name(), staff.number, staff.mail};
  for (std::string_view part : split(staff.mail, '@')) words.emplace_back(part);
  for (const std::string& name : {staff.name, staff.kana}) {
    words.push_back(name);
    std::size_t gap = name.find("　");
    if (gap != std::string::npos) {
      words.push_back(name.substr(0, gap));
      words.push_back(name.substr(gap + std::string_view("　").size()));
    }
  }
  if (auto pack = hall.packs.in_force(town, date_in_japan(hall.clock.now())); pack && *pack && (*pack)->town)
    words.push_back((*pack)->town->name);
  return words;
}

}  // namespace

// --- signing in ---

Result<Token> sign_in_with_password(hall::Hall& hall, const store::Town& town, const Visitor& visitor,
                                    std::string_view number, std::string_view password, std::string_view code) {
  Known known = TRY(look_up(hall, town, visitor, number));
  std::string hash = known.credential ? known.credential->password_hash : std::string();
  bool password_right = TRY(password_matches(hall.gate.password_cost(), hash, password));
  Instant now = hall.clock.now();
  std::optional<std::int64_t> step;
  if (known.credential && known.credential->second_factor) {
    auto secret = TRY(open_factor(hall, town, known.staff->id, *known.credential->second_factor));
    step = totp_step_matching(secret.reveal(), code, now);
  }
  NewSession session = draw_session(hall, Proof::password_totp, visitor);
  bool opened = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    if (!known.staff) {
      TRY(note_failure(tx, visitor, now, std::nullopt, std::nullopt, "unknown-number"));
      return false;
    }
    StaffId staff = known.staff->id;
    auto credential = TRY(tx.one<sql::Credential>({.staff = staff.value}));
    std::string reason;
    if (!credential || credential->password_hash != hash)
      reason = "not-enrolled";
    else if (credential->locked_until > now.microseconds)
      reason = "locked";
    else if (!password_right)
      reason = "wrong-password";
    else if (!step)
      reason = "wrong-code";
    else if (TRY(tx.run<sql::CredentialUseStep>({.staff = staff.value, .totp_step = *step})) == 0)
      reason = "code-used-before";
    if (!reason.empty()) {
      TRY(note_failure(tx, visitor, now, staff, credential, reason));
      return false;
    }
    TRY(tx.run<sql::CredentialSucceeded>({.staff = staff.value}));
    TRY(begin_staff_session(tx, session, staff));
    return true;
  }));
  if (!opened) return sign_in_failed();
  return session.token;
}

Result<Token> sign_in_with_passkey(hall::Hall& hall, const store::Town& town, const Visitor& visitor,
                                   const RelyingParty& party, std::string_view challenge, std::string_view binding,
                                   const Assertion& assertion) {
  Instant now = hall.clock.now();
  auto key = TRY(hall.keys.key(town, "session"));
  NewSession session = draw_session(hall, Proof::passkey, visitor);
  auto fresh = check_challenge(key, challenge, binding, now);
  bool opened = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    TRY(check_address(tx, visitor, now));
    auto row = TRY(tx.one<sql::PasskeyByCredential>({.credential_id = assertion.credential_id}));
    std::optional<StaffId> staff = row ? std::optional(StaffId(row->staff)) : std::nullopt;
    auto member = staff ? TRY(section::staff_by_id(tx, *staff)) : std::nullopt;
    std::string reason;
    std::int64_t count = 0;
    if (!row)
      reason = "unknown-passkey";
    else if (!member || !member->employed.contains(date_in_japan(now)))
      reason = "not-employed";
    else if (!fresh)
      reason = "stale-challenge";
    else {
      Passkey passkey{assertion.credential_id, static_cast<int>(row->algorithm), row->public_key, row->sign_count};
      auto verified = verify_assertion(party, challenge, passkey, assertion);
      if (!verified)
        reason = verified.error().code == "access.passkey.copied" ? "copied-passkey" : "wrong-passkey";
      else if (TRY(tx.run<sql::ChallengeUse>({.hash = hex(sha256(challenge)), .used_at = now.microseconds})) == 0)
        reason = "challenge-used-before";
      else
        count = *verified;
    }
    if (!reason.empty()) {
      TRY(note_failure(tx, visitor, now, staff, std::nullopt, reason));
      return false;
    }
    TRY(tx.run<sql::PasskeyUsed>({.id = row->id, .sign_count = count, .used_at = now.microseconds}));
    TRY(begin_staff_session(tx, session, *staff));
    return true;
  }));
  if (!opened) return sign_in_failed();
  return session.token;
}

Result<> prove_again(hall::Hall& hall, const store::Town& town, const Session& session, std::string_view code) {
  Instant now = hall.clock.now();
  auto credential = TRY(hall.store.read(
      town, [&](store::ReadTx& tx) { return tx.one<sql::Credential>({.staff = session.staff.value}); }));
  if (!credential || !credential->second_factor) return sign_in_failed();
  auto secret = TRY(open_factor(hall, town, session.staff, *credential->second_factor));
  auto step = totp_step_matching(secret.reveal(), code, now);
  bool proved = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    auto now_held = TRY(tx.one<sql::Credential>({.staff = session.staff.value}));
    bool locked = !now_held || now_held->locked_until > now.microseconds;
    bool used =
        !step || locked || TRY(tx.run<sql::CredentialUseStep>({.staff = session.staff.value, .totp_step = *step})) == 0;
    if (used) {
      TRY(note_failure(tx, {session.address, session.agent}, now, session.staff, now_held, "wrong-code"));
      return false;
    }
    TRY(tx.run<sql::CredentialSucceeded>({.staff = session.staff.value}));
    TRY(tx.run<sql::StaffSessionProved>({.public_id = session.id.text(), .proved_at = now.microseconds}));
    TRY(section::bump_rights_epoch(tx));
    return true;
  }));
  hall.gate.forget(town);
  if (!proved) return sign_in_failed();
  return {};
}

// --- enrolment ---

Result<NewEnrolment> draw_enrolment(hall::Hall& hall, const store::Town& town, StaffId staff) {
  auto key = TRY(hall.keys.key(town, "session"));
  PublicId id = PublicId::random(hall.random);
  Secret<Bytes> factor(new_totp_secret(hall.random));
  return NewEnrolment{id, TRY(seal_factor(hall, town, staff, factor.reveal())),
                      "/enrol/" + link_token(key, "enrol", id), hall.clock.now()};
}

Result<> make_enrolment(store::Tx& tx, const NewEnrolment& enrolment, StaffId staff, const std::string& made_by) {
  TRY(tx.run<sql::EnrolmentsWithdraw>({.staff = staff.value, .used_at = enrolment.at.microseconds}));
  TRY(tx.run<sql::EnrolmentInsert>({.public_id = enrolment.id.text(),
                                    .staff = staff.value,
                                    .second_factor = enrolment.sealed_second_factor,
                                    .made_by = made_by,
                                    .made_at = enrolment.at.microseconds,
                                    .expires_at = enrolment.at.plus_seconds(enrolment_seconds_max).microseconds}));
  return append(tx, {.at = enrolment.at,
                     .verb = log::Verb::issued,
                     .actor = made_by,
                     .object_kind = "enrolment",
                     .object_id = enrolment.id.text(),
                     .refs = {{"staff", std::to_string(staff.value)}}});
}

Result<std::string> invite(hall::Hall& hall, const store::Town& town, const Staff& administrator, StaffId staff) {
  auto enrolment = TRY(draw_enrolment(hall, town, staff));
  return hall.store.change(town, [&](store::Tx& tx) -> Result<std::string> {
    auto member = TRY(section::staff_by_id(tx, staff));
    if (!member || (member->employed.to && *member->employed.to < date_in_japan(enrolment.at)))
      return fail(ErrorKind::not_found, "access.not_employed");
    bool enrolled = TRY(tx.one<sql::Credential>({.staff = staff.value})).has_value() ||
                    !TRY(tx.all<sql::PasskeysOf>({.staff = staff.value})).empty();
    if (enrolled) return fail(ErrorKind::conflict, "access.enrolled_already");
    TRY(make_enrolment(tx, enrolment, staff, fmt::format("staff:{}", administrator.id.value)));
    return enrolment.path;
  });
}

namespace {
Result<std::optional<sql::EnrolmentByPublicId::Row>> valid_enrolment(store::ReadTx& tx, PublicId id, Instant now) {
  auto row = TRY(tx.one<sql::EnrolmentByPublicId>({.public_id = id.text()}));
  if (row && (row->used_at || row->expires_at < now.microseconds)) row.reset();
  return row;
}
}  // namespace

Result<Enrolment> open_enrolment(hall::Hall& hall, const store::Town& town, std::string_view token) {
  auto key = TRY(hall.keys.key(town, "session"));
  auto id = link_id(key, "enrol", token);
  if (!id) return fail(ErrorKind::not_found, "access.link_invalid");
  Instant now = hall.clock.now();
  struct Found {
    sql::EnrolmentByPublicId::Row row;
    section::StaffMember staff;
  };
  auto found = TRY(hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::optional<Found>> {
    auto row = TRY(valid_enrolment(tx, *id, now));
    if (!row) return std::optional<Found>();
    auto staff = TRY(section::staff_by_id(tx, StaffId(row->staff)));
    if (!staff) return std::optional<Found>();
    return std::optional(Found{std::move(*row), std::move(*staff)});
  }));
  if (!found) return fail(ErrorKind::not_found, "access.link_invalid");
  auto factor = TRY(open_factor(hall, town, found->staff.id, found->row.second_factor));
  return Enrolment{found->row.id, std::move(found->staff), std::move(factor), Instant{found->row.expires_at}};
}

Result<> complete_enrolment(hall::Hall& hall, const store::Town& town, std::string_view token,
                            std::string_view password, std::string_view code, const Visitor& visitor) {
  Enrolment enrolment = TRY(open_enrolment(hall, town, token));
  TRY(check_new_password(password, password_characters_min_with_second_factor,
                         password_context(hall, town, enrolment.staff)));
  Instant now = hall.clock.now();
  auto step = totp_step_matching(enrolment.second_factor.reveal(), code, now);
  if (!step) return fail(ErrorKind::invalid, "access.wrong_code", {}, Place{.field = "code"});
  std::string hash = TRY(hash_password(hall.gate.password_cost(), password));
  StaffId staff = enrolment.staff.id;
  Bytes sealed = TRY(seal_factor(hall, town, staff, enrolment.second_factor.reveal()));
  auto done = hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (TRY(tx.run<sql::EnrolmentUse>({.id = enrolment.id, .used_at = now.microseconds})) == 0)
      return fail(ErrorKind::not_found, "access.link_invalid");
    TRY(tx.run<sql::PasskeysDelete>({.staff = staff.value}));
    TRY(tx.run<sql::CredentialPut>({.staff = staff.value,
                                    .password_hash = hash,
                                    .second_factor = sealed,
                                    .totp_step = *step,
                                    .changed_at = now.microseconds}));
    TRY(end_sessions(tx, staff));
    return append(tx, {.at = now,
                       .verb = log::Verb::recorded,
                       .actor = fmt::format("staff:{}", staff.value),
                       .object_kind = "credential",
                       .object_id = std::to_string(staff.value),
                       .reason_code = "enrolled",
                       .terminal = visitor.address});
  });
  hall.gate.forget(town);
  return done;
}

Result<> enrol_directly(hall::Hall& hall, const store::Town& town, StaffId staff, const Secret<std::string>& password,
                        BytesView totp_secret) {
  std::string hash = TRY(hash_password(hall.gate.password_cost(), password.reveal()));
  Bytes sealed = TRY(seal_factor(hall, town, staff, totp_secret));
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    TRY(tx.run<sql::CredentialPut>({.staff = staff.value,
                                    .password_hash = hash,
                                    .second_factor = sealed,
                                    .totp_step = 0,
                                    .changed_at = now.microseconds}));
    return append(tx, {.at = now,
                       .verb = log::Verb::recorded,
                       .actor = "system:demo",
                       .object_kind = "credential",
                       .object_id = std::to_string(staff.value),
                       .reason_code = "demo"});
  });
}

Result<> change_password(hall::Hall& hall, const store::Town& town, const Staff& staff, const Session& keep,
                         std::string_view old_password, std::string_view new_password) {
  auto known = TRY(look_up(hall, town, {keep.address, keep.agent}, staff.number));
  if (!known.staff || !known.credential) return sign_in_failed();
  TRY(check_new_password(new_password, password_characters_min_with_second_factor,
                         password_context(hall, town, *known.staff)));
  bool right = TRY(password_matches(hall.gate.password_cost(), known.credential->password_hash, old_password));
  std::string hash = right ? TRY(hash_password(hall.gate.password_cost(), new_password)) : std::string();
  Instant now = hall.clock.now();
  bool changed = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    auto credential = TRY(tx.one<sql::Credential>({.staff = staff.id.value}));
    if (!right || !credential || credential->locked_until > now.microseconds ||
        credential->password_hash != known.credential->password_hash) {
      TRY(note_failure(tx, {keep.address, keep.agent}, now, staff.id, credential, "wrong-password"));
      return false;
    }
    TRY(tx.run<sql::CredentialPassword>(
        {.staff = staff.id.value, .password_hash = hash, .changed_at = now.microseconds}));
    for (const Session& session : TRY(sessions_of(tx, Actor{staff})))  // all others end
      if (session.id != keep.id)
        TRY(tx.run<sql::StaffSessionDelete>({.public_id = session.id.text(), .staff = staff.id.value}));
    TRY(section::bump_rights_epoch(tx));
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::amended,
                    .actor = log_name(Actor{staff}),
                    .object_kind = "credential",
                    .object_id = std::to_string(staff.id.value),
                    .reason_code = "password"}));
    return true;
  }));
  hall.gate.forget(town);
  if (!changed) return fail(ErrorKind::invalid, "access.wrong_password", {}, Place{.field = "old_password"});
  return {};
}

// --- reset by two persons ---

Result<PublicId> ask_reset(hall::Hall& hall, const store::Town& town, const Staff& administrator, StaffId staff,
                           std::string_view reason_code) {
  if (reason_code != "lost" && reason_code != "broken" && reason_code != "replaced")
    return fail(ErrorKind::invalid, "access.unknown_reason", {}, Place{.field = "reason"});
  if (administrator.id == staff) return fail(ErrorKind::forbidden, "access.own_reset");
  PublicId id = PublicId::random(hall.random);
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<PublicId> {
    if (!TRY(section::staff_by_id(tx, staff))) return fail(ErrorKind::not_found, "access.no_such_staff");
    for (const Reset& open : TRY(open_resets(tx)))
      if (open.staff == staff) return fail(ErrorKind::conflict, "access.reset_asked_already");
    TRY(tx.run<sql::ResetInsert>({.public_id = id.text(),
                                  .staff = staff.value,
                                  .reason = reason_code,
                                  .asked_by = administrator.id.value,
                                  .asked_at = now.microseconds}));
    TRY(append(tx, {.at = now,
                    .verb = log::Verb::proposed,
                    .actor = log_name(Actor{administrator}),
                    .object_kind = "factor-reset",
                    .object_id = id.text(),
                    .reason_code = std::string(reason_code),
                    .refs = {{"staff", std::to_string(staff.value)}}}));
    return id;
  });
}

Result<std::vector<Reset>> open_resets(store::ReadTx& tx) {
  std::vector<Reset> found;
  for (const auto& row : TRY(tx.all<sql::ResetsOpen>()))
    found.push_back({row.id, PublicId::parse(row.public_id).value_or(PublicId{}), StaffId(row.staff),
                     StaffId(row.asked_by), row.reason, Instant{row.asked_at}});
  return found;
}

namespace {
Result<sql::ResetByPublicId::Row> reset_for(store::ReadTx& tx, PublicId id, StaffId second) {
  auto row = TRY(tx.one<sql::ResetByPublicId>({.public_id = id.text()}));
  if (!row || row->outcome != "open") return fail(ErrorKind::not_found, "access.no_such_reset");
  if (row->asked_by == second.value || row->staff == second.value)
    return fail(ErrorKind::forbidden, "access.second_person_needed");
  return std::move(*row);
}
}  // namespace

Result<std::string> confirm_reset(hall::Hall& hall, const store::Town& town, const Staff& administrator, PublicId id) {
  auto seen = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return reset_for(tx, id, administrator.id); }));
  StaffId staff(seen.staff);
  auto enrolment = TRY(draw_enrolment(hall, town, staff));
  auto path = hall.store.change(town, [&](store::Tx& tx) -> Result<std::string> {
    auto row = TRY(reset_for(tx, id, administrator.id));
    if (TRY(tx.run<sql::ResetEnd>({.id = row.id,
                                   .ended_by = administrator.id.value,
                                   .ended_at = enrolment.at.microseconds,
                                   .outcome = "confirmed"})) == 0)
      return fail(ErrorKind::conflict, "access.no_such_reset");
    TRY(tx.run<sql::CredentialDelete>({.staff = staff.value}));
    TRY(tx.run<sql::PasskeysDelete>({.staff = staff.value}));
    TRY(end_sessions(tx, staff));
    TRY(make_enrolment(tx, enrolment, staff, log_name(Actor{administrator})));
    TRY(append(tx, {.at = enrolment.at,
                    .verb = log::Verb::approved,
                    .actor = log_name(Actor{administrator}),
                    .object_kind = "factor-reset",
                    .object_id = id.text(),
                    .refs = {{"staff", std::to_string(staff.value)}}}));
    return enrolment.path;
  });
  hall.gate.forget(town);
  return path;
}

Result<> refuse_reset(hall::Hall& hall, const store::Town& town, const Staff& administrator, PublicId id) {
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    auto row = TRY(tx.one<sql::ResetByPublicId>({.public_id = id.text()}));
    if (!row || row->outcome != "open") return fail(ErrorKind::not_found, "access.no_such_reset");
    TRY(tx.run<sql::ResetEnd>(
        {.id = row->id, .ended_by = administrator.id.value, .ended_at = now.microseconds, .outcome = "refused"}));
    return append(tx, {.at = now,
                       .verb = log::Verb::rejected,
                       .actor = log_name(Actor{administrator}),
                       .object_kind = "factor-reset",
                       .object_id = id.text(),
                       .refs = {{"staff", std::to_string(row->staff)}}});
  });
}

// --- passkeys ---

RelyingParty office_party(const hall::Hall& hall, const store::Town& town) {
  const hall::TownInfo& info = hall.info(town);
  std::string origin = hall.office_url(info, "/");
  if (origin.ends_with('/')) origin.pop_back();
  return {info.office_host, origin};
}

Result<std::string> passkey_challenge(hall::Hall& hall, const store::Town& town, std::string_view binding) {
  return make_challenge(TRY(hall.keys.key(town, "session")), hall.random, binding, hall.clock.now());
}

Result<std::vector<PasskeyRow>> passkeys_of(store::ReadTx& tx, StaffId staff) {
  std::vector<PasskeyRow> found;
  for (const auto& row : TRY(tx.all<sql::PasskeysOf>({.staff = staff.value})))
    found.push_back({PublicId::parse(row.public_id).value_or(PublicId{}), row.name, row.credential_id,
                     Instant{row.added_at}, row.used_at ? std::optional(Instant{row.used_at}) : std::nullopt});
  return found;
}

Result<> add_passkey(hall::Hall& hall, const store::Town& town, const Staff& staff, std::string_view name,
                     std::string_view challenge, std::string_view binding, BytesView client_data,
                     BytesView attestation_object) {
  if (trim(name).empty() || length_in_graphemes(name) > 60 || has_control_characters(name))
    return fail(ErrorKind::invalid, "access.passkey.name", {}, Place{.field = "name"});
  Instant now = hall.clock.now();
  TRY(check_challenge(TRY(hall.keys.key(town, "session")), challenge, binding, now));
  Passkey passkey = TRY(verify_registration(office_party(hall, town), challenge, client_data, attestation_object));
  PublicId id = PublicId::random(hall.random);
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (TRY(tx.run<sql::ChallengeUse>({.hash = hex(sha256(challenge)), .used_at = now.microseconds})) == 0)
      return fail(ErrorKind::invalid, "access.passkey.challenge");
    if (TRY(tx.all<sql::PasskeysOf>({.staff = staff.id.value})).size() >= passkeys_max)
      return fail(ErrorKind::too_many, "access.passkey.too_many");
    if (TRY(tx.one<sql::PasskeyByCredential>({.credential_id = passkey.credential_id})))
      return fail(ErrorKind::conflict, "access.passkey.known");
    TRY(tx.run<sql::PasskeyInsert>({.public_id = id.text(),
                                    .staff = staff.id.value,
                                    .credential_id = passkey.credential_id,
                                    .algorithm = passkey.algorithm,
                                    .public_key = passkey.public_key,
                                    .sign_count = passkey.sign_count,
                                    .passkey_name = trim(name),
                                    .added_at = now.microseconds}));
    return append(tx, {.at = now,
                       .verb = log::Verb::recorded,
                       .actor = log_name(Actor{staff}),
                       .object_kind = "passkey",
                       .object_id = id.text(),
                       .refs = {{"staff", std::to_string(staff.id.value)}}});
  });
}

Result<> remove_passkey(hall::Hall& hall, const store::Town& town, const Staff& staff, PublicId passkey) {
  Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    if (TRY(tx.run<sql::PasskeyDelete>({.public_id = passkey.text(), .staff = staff.id.value})) == 0)
      return fail(ErrorKind::not_found, "access.passkey.unknown");
    return append(tx, {.at = now,
                       .verb = log::Verb::withdrawn,
                       .actor = log_name(Actor{staff}),
                       .object_kind = "passkey",
                       .object_id = passkey.text(),
                       .refs = {{"staff", std::to_string(staff.id.value)}}});
  });
}

Result<CredentialState> credential_state(store::ReadTx& tx, StaffId staff, Instant now) {
  CredentialState state;
  if (auto row = TRY(tx.one<sql::Credential>({.staff = staff.value}))) {
    state.enrolled = true;
    state.locked = row->locked_until > now.microseconds;
    state.changed = Instant{row->changed_at};
  }
  state.passkeys = TRY(tx.all<sql::PasskeysOf>({.staff = staff.value})).size();
  return state;
}

}  // namespace yakuba::access
