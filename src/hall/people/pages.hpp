// What the pages of this folder share. Office side only.
#pragma once

#include <string>
#include <vector>

#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "hall/page.hpp"
#include "hall/people/people.hpp"
#include "hall/people/texts.hpp"
#include "web/components.hpp"
#include "web/form.hpp"

namespace yakuba::people {

// The word for a stored code: "status_" + "moved_out". Unknown codes are shown as they are.
web::Html coded(const web::Words& words, std::string_view prefix, std::string_view code);
// Puts a service's error to its field; false when it belongs to no field of a form.
bool blame(web::Form& form, const web::Words& words, const Error& error, std::string_view label);
store::ChangeKey key_of(const hall::Call& call);  // a double submit is one act

// Names may hold variation sequences; lang="ja" so that a screen reader and the font know.
web::Html shown_name(const PersonName& name);
web::Html shown_birth(const BirthDate& birth);  // "平成2年4月18日（1990年）", or the words of the register
web::Html shown_age(const web::Words& words, const BirthDate& birth, Date today);
web::Html shown_period(const web::Words& words, const Period& period);
web::Html shown_address(const Address& address);
std::string shown_instant(Instant at);  // "令和8年11月22日 11時32分"
std::string person_path(PartyNumber number, std::string_view below = {});

// The purposes a clerk may choose, as options; `chosen` is a code.
std::vector<web::Option> purpose_options(const web::Words& words, std::string_view chosen);
// The number in the path; not_found when it is none.
Result<PartyNumber> number_of_path(const hall::Call& call);

std::vector<hall::Route> finding_routes();
std::vector<hall::Route> person_routes();
std::vector<hall::Route> standing_routes();

// The demonstration and what goes outward (outward.cpp).
Result<> fill_demo_town(hall::Hall& hall, const store::Town& town);
Result<> release_looks(hall::Hall& hall, const store::Town& town);

}  // namespace yakuba::people
