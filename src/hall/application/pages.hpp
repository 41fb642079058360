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
std::vector<hall::Route> draft_routes();     // start, resume, attachments, check, submit
std::vector<hall::Route> status_routes();    // status, corrections, withdrawal, my pages
std::vector<hall::Fixture> fixtures();

// One page of a draft: its name in the address ("lives_with.1", "papers", "check") and its asks.
struct Page {
  std::string name;
  std::vector<pack::Ask> asks;
};
std::vector<Page> pages_of(const std::vector<pack::Ask>& asks);

}  // namespace yakuba::application
