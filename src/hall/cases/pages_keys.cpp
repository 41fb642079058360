// The keys of the desk (assets/desk.js): which ones, where they work, and how to switch them off.
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

struct Key {
  std::string_view key;
  Text does;
};
constexpr std::array<Key, 9> keys{{{"J", Text::key_down},
                                   {"K", Text::key_up},
                                   {"Enter", Text::key_open},
                                   {"X", Text::key_choose},
                                   {"/", Text::key_search},
                                   {"U", Text::key_back},
                                   {"A", Text::key_acts},
                                   {"N", Text::key_note},
                                   {"?", Text::key_help}}};

Response get_keys(hall::Call& call) {
  std::vector<web::Row> rows;
  for (const Key& one : keys) rows.push_back({.cells = {Html(kbd(one.key)), Html(call.words(one.does))}});
  const Html content(div(
      cls("wrap stack read"), h1(call.words(Text::keys)), p(call.words(Text::keys_lead)),
      web::table_of(call.words, {.id = "keys",
                                 .caption = call.words(Text::keys),
                                 .caption_hidden = true,
                                 .columns = {{.title = call.words(Text::key)}, {.title = call.words(Text::key_does)}},
                                 .rows = std::move(rows)}),
      // Only a page with the island has keys to switch off: it shows the one of the two that applies.
      p(button(cls("btn btn-2"), type("button"), id("keys-off"), hidden(true), call.words(Text::keys_off)),
        button(cls("btn btn-2"), type("button"), id("keys-on"), hidden(true), call.words(Text::keys_on))),
      p(cls("small muted"), call.words(Text::keys_note))));
  return hall::page(call, {.title = call.words(Text::keys), .content = content, .script = std::string(keys_island)});
}

}  // namespace

Html keys_line(const hall::Call& call) {
  const auto pair = [&](std::string_view key, Text does) { return group(span(kbd(key), " ", call.words(does))); };
  return Html(p(cls("keys"), hidden(true), span(kbd("J"), " ", kbd("K"), " ", call.words(Text::keys_move)),
                pair("X", Text::keys_choose), pair("Enter", Text::keys_open), pair("/", Text::search),
                span(a(href("/keys"), kbd("?"), " ", call.words(Text::keys_all)))));
}

std::vector<hall::Route> key_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  return {
      {Method::get, "/keys", Side::office_side, Permission(access::permission_staff), Fixture::of("clerk"), get_keys}};
}

}  // namespace yakuba::cases
