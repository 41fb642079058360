// Pages of the hall: the shell around a handler's content, and the one way in which errors become pages.
//
//   return hall::page(call, {.title = "受付箱", .content = …});
//   return hall::problem(call, error);          // 404, 409, 503 … in the reader's words, with what to do next
#pragma once

#include "hall/hall.hpp"
#include "web/components.hpp"
#include "web/html.hpp"

namespace yakuba::hall {

struct PageContent {
  web::Plain title;   // without the town's name; エラー is put in front when has_errors
  web::Html content;  // inside <main>
  bool has_errors = false;
  int status = 200;
  std::string current_menu;  // path of the menu entry that is open (office side)
  std::string reading_form;  // id of the page's form, so that switching the language keeps what was typed
  std::string main_class;    // "home"
  std::string script;        // asset name of an island; empty for none
  web::Privacy privacy = web::Privacy::personal;
};

// The resident's or the desk's shell by call.side, with town colours, menu, reading switches, footer.
web::Response page(Call& call, PageContent content);

web::Response problem(Call& call, const Error& error);

// The hidden fields that every form carries: the session's token and a fresh idempotency key (a double submit is one
// act).
web::Html form_fields(const Call& call);

// The reader's language as packs name theirs (BCP 47): "ja", "ja-x-easy", "en".
std::string pack_language(web::Language language);

// How this town looks: name, mark and colours from its pack.
web::TownFace face(const Call& call);

}  // namespace yakuba::hall
