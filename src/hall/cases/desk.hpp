// What the desk pages of hall/cases share; inside hall/cases only.
#pragma once

#include "hall/cases/pages.hpp"
#include "hall/cases/rows.hpp"
#include "hall/page.hpp"
#include "web/components.hpp"

namespace yakuba::cases {

std::vector<hall::Route> inbox_routes();
std::vector<hall::Route> case_routes();
std::vector<hall::Route> act_routes();

// Asks access::may for this case; forbidden with the reason code as detail when not allowed.
Result<> allowed(hall::Call& call, store::ReadTx& tx, const Case& row, std::string_view verb);
// What an error means in the reader's words, and what to do next.
web::Html error_words(const hall::Call& call, const Error& error);
// An event in words: "小林 恵が補正を求めた".
std::string event_words(const hall::Call& call, const File& file, const log::Event& event,
                        const std::map<std::string, std::string>& names);

}  // namespace yakuba::cases
