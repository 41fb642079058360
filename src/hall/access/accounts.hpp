// Residents' accounts on the public side, and the link between an account and a person (inside this folder only).
//
// Level 1: a mail address that was confirmed by a link that works once. Level 2: a code that a clerk printed for a
// person whose identity document he saw, or that went to the registered address. A match of name and birth date never
// links. Whether an address has an account is told to nobody: asking always answers alike, and the mail says the rest.
#pragma once

#include "hall/access/sessions.hpp"
#include "web/words.hpp"

namespace yakuba::access {

inline constexpr std::int64_t mail_link_seconds_max = 2 * 3600;
inline constexpr std::int64_t mails_per_address_max = 5;  // to one mail address in attempt_window_seconds
inline constexpr std::int64_t mails_per_visitor_max = 20;
inline constexpr std::int64_t resident_failures_per_address_max = 100;
inline constexpr std::int64_t link_tries_max = 5;  // wrong codes of an account in attempt_window_seconds
inline constexpr std::int64_t counter_code_seconds_max = 7 * 86'400;
inline constexpr std::int64_t posted_code_seconds_max = 30 * 86'400;

enum class MailPurpose { create, renew_password, known_already };
std::string_view purpose_name(MailPurpose purpose);

// Writes the mail link and enqueues the job "access.mail". The same answer whether or not the address has an account:
// for a known one the mail offers a new password instead.
Result<> ask_for_mail(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view mail,
                      MailPurpose purpose, web::Language language);

struct MailLink {
  std::int64_t id = 0;
  std::string purpose, mail, language;
  bool second_factor_needed = false;  // the account has one: a new password does not go around it
};
Result<MailLink> open_mail_link(hall::Hall& hall, const store::Town& town, std::string_view token);
// The path of a mail link, for the mail itself.
Result<std::string> mail_link_path(hall::Hall& hall, const store::Town& town, PublicId link);
// Makes the account, or sets its new password (then also the code, where the account has a second factor). Opens a
// session.
Result<Token> use_mail_link(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view token,
                            std::string_view password, std::string_view code);

Result<Token> sign_in_resident(hall::Hall& hall, const store::Town& town, const Visitor& visitor, std::string_view mail,
                               std::string_view password, std::string_view code);

// A second factor for an account: the secret to show (sealed into the form), then turned on with its first code.
struct NewFactor {
  Secret<Bytes> secret;
  std::string sealed;  // base64url: travels in the form
};
Result<NewFactor> draw_factor(hall::Hall& hall, const store::Town& town, AccountId account);
Result<Secret<Bytes>> read_drawn_factor(hall::Hall& hall, const store::Town& town, AccountId account,
                                        std::string_view sealed);
Result<> turn_on_factor(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view sealed,
                        std::string_view code);
Result<> turn_off_factor(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view code);
Result<bool> has_factor(store::ReadTx& tx, AccountId account);
// What the second factor of an account is sealed for.
std::string account_factor_context(const store::Town& town, AccountId account);

// --- level 2 ---

// As typed: upper or lower case, with or without hyphens, O for 0 and I or L for 1.
std::string normal_code(std::string_view typed);
std::string code_hash(std::string_view normal);

// Public side: the resident types the code. Wrong, used, or expired: one and the same error.
Result<> redeem_code(hall::Hall& hall, const store::Town& town, const Resident& resident, std::string_view code);
Result<> renounce_link(hall::Hall& hall, const store::Town& town, const Resident& resident);

// Office side.
struct Offer {
  PublicId id, reference;
  LinkWay way = LinkWay::counter;
  std::string document_code;
  StaffId made_by;
  Instant made, expires;
  std::string state;  // offered, linked, ended, renounced
};
Result<std::vector<Offer>> offers_of(store::ReadTx& tx, std::int64_t person);
Result<> end_link(hall::Hall& hall, const store::Town& town, const Staff& clerk, PublicId offer);

// The receivers of module.cpp.
Result<> receive_offer(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload);
Result<> receive_redeemed(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload);
Result<> receive_ended(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload);
Result<> receive_renounced(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload);
Result<> receive_read(hall::Hall& hall, store::Tx& tx, const store::Town& town, std::string_view payload);

}  // namespace yakuba::access
