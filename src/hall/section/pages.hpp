// What the pages of this folder share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "hall/page.hpp"
#include "hall/section/section.hpp"
#include "hall/section/texts.hpp"
#include "web/components.hpp"
#include "web/form.hpp"

namespace yakuba::section {

inline Act act_of(const hall::Call& call) {
  return {call.now, access::log_name(*call.actor)};
}
// The form's idempotency key, bound to who sends it: a double submit is one act.
store::ChangeKey key_of(const hall::Call& call);

// The words of a service's error, in the reader's language; the label of the field fills {label}.
web::Phrase words_of(const web::Words& words, const Error& error, const web::Plain& label);
using Labels = std::vector<std::pair<std::string_view, web::Phrase>>;
// Puts a service's error to its field in the form; false when it is none of a form (then hall::problem).
bool blame(web::Form& form, const web::Words& words, const Error& error, const Labels& labels);

web::Html shown_period(const web::Words& words, const Period& period);
std::string shown_rank(const pack::Pack& pack, const Assignment& assignment);
web::Html reason_words(const web::Words& words, std::string_view code);
std::vector<web::Option> reason_options(const web::Form& form, const web::Words& words);
std::vector<web::Option> section_options(const std::vector<Section>& sections, std::string_view chosen);

// One day in three fields, as it was typed.
web::Html day_field(const web::Form& form, const web::Words& words, std::string_view name, const web::Html& legend,
                    bool required, const web::Html& hint = {});
// One line of text, as it was typed; `width` is a class of the stylesheet ("w-20").
web::Html text_field(const web::Form& form, const web::Words& words, std::string_view name, Text label,
                     std::string_view width, bool required = false, const web::Html& hint = {});
void prefill_day(web::Form& form, std::string_view name, Date day);

// May the actor do this to staff and sections? Otherwise the page of refusal.
std::optional<web::Response> unless_allowed(hall::Call& call, std::string_view kind, std::string_view verb,
                                            std::optional<SectionId> section = {});

struct FormPage {
  Text title;
  std::string back_href;
  web::Html back_text;
  web::Html lead = {};
  web::Html fields;
  web::Html buttons;
};
// The frame of every form page of this folder: back link, heading, summary of faults, the form.
web::Response form_page(hall::Call& call, const web::Form& form, const FormPage& page);

Result<StaffMember> staff_of_path(hall::Call& call, store::ReadTx& tx);
std::optional<SectionId> main_section(const std::vector<Assignment>& assignments);
std::string parameter(const hall::Call& call, std::string_view name);

std::vector<hall::Route> staff_routes();
std::vector<hall::Route> staff_change_routes();
std::vector<hall::Route> section_routes();
std::vector<hall::Route> transfer_routes();
std::vector<hall::Route> absence_routes();
std::vector<hall::Route> request_routes();

}  // namespace yakuba::section
