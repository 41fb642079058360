#include "hall/people/pages.hpp"

#include <array>

#include <fmt/format.h>

namespace yakuba::people {

namespace h = web::html;
using web::Form, web::Html, web::Option, web::Words;

Html coded(const Words& words, std::string_view prefix, std::string_view code) {
  auto found = words.find(catalogue(Text{}), std::string(prefix) + std::string(code));
  return found ? Html(*found) : Html(code);
}

bool blame(Form& form, const Words& words, const Error& error, std::string_view label) {
  const bool of_a_form = error.kind == ErrorKind::invalid || error.kind == ErrorKind::conflict;
  if (!of_a_form || !error.code.starts_with("people.")) return false;
  std::string key = "error_" + error.code.substr(std::string_view("people.").size());
  for (char& c : key)
    if (c == '.') c = '_';
  const std::vector<web::TextArgument> arguments{{"label", label}};
  auto found = words.find(catalogue(Text{}), key, arguments);
  if (!found) return false;
  form.fault_words(error.place.field.empty() ? "name" : error.place.field, found->plain());
  return true;
}

store::ChangeKey key_of(const hall::Call& call) {
  std::string_view key = call.request.form.first(web::idempotency_field);
  if (key.empty() || key.size() > 64) return {};
  return {access::log_name(*call.actor) + "|" + call.request.path.substr(0, 80) + "|" + std::string(key)};
}

Reader reader_of(const hall::Call& call, Purpose purpose, std::string law, std::string case_id) {
  Reader reader{.actor = access::log_name(*call.actor),
                .channel = "web",
                .terminal = call.request.client_address,
                .purpose = purpose,
                .law = std::move(law),
                .case_id = std::move(case_id),
                .sees_protected = access::holds(*call.actor, "person.see_protected"),
                .at = call.now};
  const access::Staff* staff = call.actor->staff();
  const access::Standing* standing = staff ? staff->main() : nullptr;
  if (!standing) return reader;
  reader.post = standing->rank;
  reader.rank = standing->level;
  reader.section = standing->section_code;
  if (standing->acting_for) reader.acting_for = "staff:" + std::to_string(standing->acting_for->value);
  return reader;
}

Html shown_name(const PersonName& name) {
  return h::bdi(h::lang("ja"), name.shown());
}

Html shown_birth(const BirthDate& birth) {
  auto day = birth.day();
  if (!day) return Html(birth.registered());
  return Html(fmt::format("{}（{}年）", format_era(*day), day->year()));
}

Html shown_age(const Words& words, const BirthDate& birth, Date today) {
  if (auto age = birth.age(today)) return words(Text::age_years, {{"years", *age}});
  const AgeRange range = birth.age_range(today);
  return words(Text::age_between, {{"least", range.least}, {"most", range.most}});
}

Html shown_period(const Words& words, const Period& period) {
  if (period.from && period.until)
    return words(Text::period_between, {{"from", format_era(*period.from)}, {"until", format_era(*period.until)}});
  if (period.from) return words(Text::period_from, {{"from", format_era(*period.from)}});
  if (period.until) return words(Text::period_until, {{"until", format_era(*period.until)}});
  return words(Text::period_always);
}

Html shown_address(const Address& address) {
  return h::span(h::lang("ja"), address.text());
}

std::string shown_instant(Instant at) {
  const JapanTime time = in_japan(at);
  return fmt::format("{} {}時{:02}分", format_era(time.date), time.hour, time.minute);
}

std::string person_path(PartyNumber number, std::string_view below) {
  return "/people/" + number.text() + std::string(below);
}

std::vector<Option> purpose_options(const Words& words, std::string_view chosen) {
  std::vector<Option> options;
  for (Purpose purpose : {Purpose::counter, Purpose::reception, Purpose::examination, Purpose::approval,
                          Purpose::certificate, Purpose::payment, Purpose::maintenance, Purpose::audit})
    options.push_back({.value = std::string(code(purpose)),
                       .label = coded(words, "purpose_", code(purpose)),
                       .chosen = code(purpose) == chosen});
  return options;
}

Result<PartyNumber> number_of_path(const hall::Call& call) {
  for (const auto& [name, value] : call.parameters)
    if (name == "person")
      if (auto number = PartyNumber::parse(value)) return *number;
  return fail(ErrorKind::not_found, "people.not_found", "no person has this number");
}

}  // namespace yakuba::people
