// What the desk pages of hall/cases share; inside hall/cases only.
#pragma once

#include "hall/cases/facts.hpp"
#include "hall/cases/pages.hpp"
#include "hall/cases/rows.hpp"
#include "hall/page.hpp"
#include "web/components.hpp"

namespace yakuba::cases {

std::vector<hall::Route> inbox_routes();
std::vector<hall::Route> bulk_routes();
std::vector<hall::Route> case_routes();
std::vector<hall::Route> trace_routes();
std::vector<hall::Route> answer_routes();
std::vector<hall::Route> fact_routes();
std::vector<hall::Route> act_routes();
std::vector<hall::Route> key_routes();

inline constexpr std::string_view keys_island = "desk.js";  // shortcuts of the lists and of the file (/keys says them)

web::Path file_path(PublicId id);
std::optional<PublicId> case_of(const hall::Call& call);  // of the address

// Asks access::may for this case; forbidden with the reason code as detail when not allowed.
Result<> allowed(hall::Call& call, store::ReadTx& tx, const Case& row, std::string_view verb);
// The file for a page that shows or is about to act; the right is asked first, the reading leaves its trace.
Result<File> open_for(hall::Call& call, std::string_view verb);
// Does the act in one change: the right is asked again inside it.
using ActStep = std::function<Result<>(store::Tx&, const On&)>;
Result<> do_act(hall::Call& call, std::string_view verb, const ActStep& act);

// A failed act without a form of its own: what happened and how to go on.
web::Response refused(hall::Call& call, const Error& error);
web::Response back_to_file(hall::Call& call, const Result<>& done);

// The page of one act: a form that carries the version the file was shown with.
struct ActPage {
  std::string_view act;  // last part of the address
  web::Phrase title, button;
  web::Html fields;
  bool warn = false;
};
web::Response act_page(hall::Call& call, const File& file, const web::Form& form, ActPage page,
                       const std::optional<Error>& error = {});

web::Area area_of(const hall::Call& call, const web::Form& form, std::string name, web::Phrase label, web::Phrase hint);

// What an error means in the reader's words, and what to do next.
web::Html error_words(const hall::Call& call, const Error& error);
// An event in words: "小林 恵が補正を求めた".
std::string event_words(const hall::Call& call, const File& file, const log::Event& event,
                        const std::map<std::string, std::string>& names);
std::string say(const File& file, std::string_view key);  // the procedure's words, without furigana
std::string clock_text(Instant at);                       // "11月20日 15:04"

// The decisions one line each (pages_trace.cpp), the missing facts, the answers (pages_answers.cpp).
web::Html decision_lines(hall::Call& call, const File& file, const pack::Ruling& ruling);
web::Html missing_notice(hall::Call& call, const File& file, const pack::Ruling& ruling, bool may_examine);
web::Html answers_list(hall::Call& call, const File& file);
std::string plain_value(const hall::Call& call, const JsonValue& value);
web::Html keys_line(const hall::Call& call);  // the keys of a list, shown by the island where they work

}  // namespace yakuba::cases
