#include "hall/section/pages.hpp"

namespace yakuba::section {

using web::Form, web::Html, web::Option, web::Phrase, web::Response, web::Words;

store::ChangeKey key_of(const hall::Call& call) {
  std::string_view key = call.request.form.first(web::idempotency_field);
  if (key.empty() || key.size() > 64) return {};
  return {access::log_name(*call.actor) + "|" + call.request.path.substr(0, 100) + "|" + std::string(key)};
}

Phrase words_of(const Words& words, const Error& error, const web::Plain& label) {
  // "section.csv.bad_date" → csv_bad_date; "section.missing" → error_missing.
  std::string_view code = error.code;
  if (code.starts_with("section.")) code.remove_prefix(8);
  std::string key = code.starts_with("csv.") ? "csv_" + std::string(code.substr(4)) : "error_" + std::string(code);
  std::string value;
  for (const auto& [name, text] : error.arguments)
    if (name == "value") value = text;
  std::vector<web::TextArgument> arguments{{"label", label.text}, {"field", error.place.field}, {"value", value}};
  auto found = words.find(catalogue(Text{}), key, arguments);
  return found ? *found : words(Text::error_changed_meanwhile);
}

bool blame(Form& form, const Words& words, const Error& error, const Labels& labels) {
  if (error.kind == ErrorKind::conflict && error.code.starts_with("section.") && !labels.empty()) {
    form.fault_words(labels.front().first, words_of(words, error, "").plain());
    return true;
  }
  if (error.kind != ErrorKind::invalid) return false;
  for (const auto& [field, label] : labels)
    if (field == error.place.field) {
      form.fault_words(field, words_of(words, error, label).plain());
      return true;
    }
  return false;
}

Html shown_period(const Words& words, const Period& period) {
  if (!period.to) return words(Text::period_open, {{"from", format_era(period.from)}});
  return words(Text::period, {{"from", format_era(period.from)}, {"to", format_era(*period.to)}});
}

std::string shown_rank(const pack::Pack& pack, const Assignment& assignment) {
  if (!assignment.title.empty()) return assignment.title;
  const pack::Rank* rank = pack.rank(assignment.rank);
  return rank ? rank->name : assignment.rank;
}

namespace {
struct ReasonRow {
  std::string_view code;
  Text text;
};
constexpr ReasonRow reasons[] = {{"business-trip", Text::reason_business_trip},
                                 {"leave", Text::reason_leave},
                                 {"illness", Text::reason_illness},
                                 {"childcare", Text::reason_childcare},
                                 {"training", Text::reason_training},
                                 {"other", Text::reason_other},
                                 {"vacancy", Text::reason_vacancy}};
}  // namespace

Html reason_words(const Words& words, std::string_view code) {
  for (const ReasonRow& row : reasons)
    if (row.code == code) return words(row.text);
  return words(Text::reason_other);
}

std::vector<Option> reason_options(const Form& form, const Words& words) {
  std::vector<Option> options;
  for (const ReasonRow& row : reasons)
    if (row.code != "vacancy")
      options.push_back(
          {.value = std::string(row.code), .label = words(row.text), .chosen = form.typed("reason") == row.code});
  return options;
}

std::vector<Option> section_options(const std::vector<Section>& sections, std::string_view chosen) {
  std::vector<Option> options;
  for (const Section& row : sections)
    options.push_back(
        {.value = row.public_id.text(), .label = Html(row.name), .chosen = row.public_id.text() == chosen});
  return options;
}

Html day_field(const Form& form, const Words& words, std::string_view name, const Html& legend, bool required,
               const Html& hint) {
  std::string n(name);
  return web::date_field(words, {.name = n,
                                 .legend = legend,
                                 .hint = hint,
                                 .year = std::string(form.typed(n + "-y")),
                                 .month = std::string(form.typed(n + "-m")),
                                 .day = std::string(form.typed(n + "-d")),
                                 .error = web::error_for(form, name, words),
                                 .required = required});
}

Html text_field(const Form& form, const Words& words, std::string_view name, Text label, std::string_view width,
                bool required, const Html& hint) {
  return web::text_field(words, {.name = std::string(name),
                                 .label = words(label),
                                 .hint = hint,
                                 .value = std::string(form.typed(name)),
                                 .error = web::error_for(form, name, words),
                                 .required = required,
                                 .width = std::string(width)});
}

void prefill_day(Form& form, std::string_view name, Date day) {
  std::string n(name);
  form.set(n + "-y", std::to_string(day.year()));
  form.set(n + "-m", std::to_string(day.month()));
  form.set(n + "-d", std::to_string(day.day()));
}

std::optional<Response> unless_allowed(hall::Call& call, std::string_view kind, std::string_view verb,
                                       std::optional<SectionId> section) {
  auto decision = access::may(*call.actor, verb, {.kind = kind, .section = section});
  if (decision) return std::nullopt;
  return hall::problem(call, Error{ErrorKind::forbidden, "access." + decision.reason, decision.rule, {}, {}});
}

Response form_page(hall::Call& call, const Form& form, const FormPage& page) {
  namespace h = web::html;
  const Words& words = call.words;
  Html content = h::div(h::cls("wrap stack read"), web::back_link(page.back_href, page.back_text),
                        web::error_summary(form, words), h::h1(words(page.title)), page.lead,
                        h::form(h::id("form"), h::method("post"), h::cls("stack"), h::novalidate(true),
                                hall::form_fields(call), page.fields, h::p(h::cls("row"), page.buttons)));
  return hall::page(call, {.title = words(page.title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/staff",
                           .reading_form = "form"});
}

std::string parameter(const hall::Call& call, std::string_view name) {
  for (const auto& [key, value] : call.parameters)
    if (key == name) return value;
  return {};
}

Result<StaffMember> staff_of_path(hall::Call& call, store::ReadTx& tx) {
  auto id = PublicId::parse(parameter(call, "staff"));
  auto staff = id ? TRY(staff_by_public_id(tx, *id)) : std::nullopt;
  if (!staff) return fail(ErrorKind::not_found, "section.no_such_staff");
  return std::move(*staff);
}

std::optional<SectionId> main_section(const std::vector<Assignment>& assignments) {
  for (const Assignment& row : assignments)
    if (!row.concurrent) return row.section;
  return assignments.empty() ? std::nullopt : std::optional(assignments.front().section);
}

}  // namespace yakuba::section
