// What the pages of hall/application bring to its module; inside hall/application only.
#pragma once

#include "hall/application/answers.hpp"
#include "hall/page.hpp"

namespace yakuba::application {

// Who asks: his account, or the token that this device holds for this draft or case.
Holder holder_of(const hall::Call& call, PublicId object);
web::Cookie token_cookie(PublicId object, std::string token);
std::optional<PublicId> parameter(const hall::Call& call, std::size_t index = 0);

std::vector<hall::Route> home_routes();  // front page, catalogue, criteria, information pages, the town's stylesheet
std::vector<hall::Route> question_routes();  // one question a page
std::vector<hall::Route> draft_routes();     // start, resume, attachments
std::vector<hall::Route> check_routes();     // check, submit, receipt
std::vector<hall::Route> status_routes();    // status, corrections, withdrawal, my pages
std::vector<hall::Route> end_routes();       // the end of an account
std::vector<hall::Fixture> fixtures();

// The chapters of the questions, in the pack's order, with the one that `page` (one of the draft's) belongs to marked.
web::Html progress(const Context& context, const Page& page);

web::Response no_such_draft(hall::Call& call);
web::Response to_draft(PublicId id);
std::string kilobytes(std::int64_t bytes);
std::string day(const hall::Call& call, Date date);  // as this reader writes dates

// What the criterion would say now, and what is missing for it, beside the answers.
web::Html expected_panel(const Context& context);

// How the answer of the office will come, as hall/notice will choose it.
struct Reached {
  std::string mail;     // empty: none, or not agreed to
  std::string address;  // empty: not known to the public side
  bool account = false;
};
Reached reached(const Holder& holder, const pack::Facts& facts);
web::Html how_answered(const hall::Call& call, const Reached& party);
web::Html next_steps(const Context& context, const web::Html& how);

}  // namespace yakuba::application
