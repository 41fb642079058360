// One act on several cases: first a page that names them, says which cannot and why; then one change for each case, so
// that a colleague who was faster on one of them stops that one only.
#include "base/text.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::size_t chosen_max = 50;  // a page of the inbox

struct Chosen {
  PublicId id;
  std::int64_t version = 0;
  std::string field() const { return id.text() + ":" + std::to_string(version); }
};
std::vector<Chosen> chosen_of(const web::Request& request) {
  std::vector<Chosen> chosen;
  for (const std::string_view text : request.form.all("case")) {
    const auto colon = text.find(':');
    const auto id = colon == std::string_view::npos ? std::nullopt : PublicId::parse(text.substr(0, colon));
    const auto version = id ? parse_integer(text.substr(colon + 1)) : std::nullopt;
    const bool known = id && std::ranges::find(chosen, *id, &Chosen::id) != chosen.end();
    if (version && !known && chosen.size() < chosen_max) chosen.push_back({*id, *version});
  }
  return chosen;
}

std::string_view verb_of(std::string_view what) {
  return what == "accept" ? "receive" : "examine";
}
Text words_of(std::string_view what) {
  return what == "accept" ? Text::bulk_accept : Text::bulk_take;
}

// What stands against the act now, without doing it: the same questions that the act asks.
Result<> may_do(hall::Call& call, store::ReadTx& tx, const Case& row, const Chosen& one, std::string_view what) {
  TRY(allowed(call, tx, row, verb_of(what)));
  if (row.closed) return fail(ErrorKind::conflict, "case.closed");
  if (row.version != one.version) return fail(ErrorKind::conflict, "case.changed");
  if (what == "take") {
    if (row.taken_at && call.actor->staff() && row.owner == call.actor->staff()->id)
      return fail(ErrorKind::conflict, "case.taken_already");
    return {};
  }
  const pack::PackPtr pack = TRY(pinned_pack(call.hall, call.town, row));
  const pack::Procedure* procedure = pack->procedure(row.procedure);
  const pack::Step* step = procedure ? procedure->step(row.step) : nullptr;
  if (!step || !step->moves.contains(log::verb_name(log::Verb::received)))
    return fail(ErrorKind::conflict, "case.step");
  return {};
}

struct Looked {
  Chosen chosen;
  std::optional<Case> row;
  std::optional<Error> against;
};
Result<std::vector<Looked>> look(hall::Call& call, const std::vector<Chosen>& chosen, std::string_view what) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<std::vector<Looked>> {
    std::vector<Looked> out;
    for (const Chosen& one : chosen) {
      Looked looked{.chosen = one, .row = TRY(find(tx, one.id)), .against = {}};
      if (!looked.row) continue;  // an address that was never on the page
      if (const auto may = may_do(call, tx, *looked.row, one, what); !may) looked.against = may.error();
      out.push_back(std::move(looked));
    }
    return out;
  });
}

// Name only of cases that the reader may read: an id can be typed.
Html line_of(hall::Call& call, const Looked& one) {
  const bool hidden_from_him = one.against && one.against->kind == ErrorKind::forbidden;
  return Html(li(b(one.row->number), when(!hidden_from_him, [&] { return group("　", one.row->applicant_name); }),
                 when(one.against.has_value(), [&] { return group(br(), error_words(call, *one.against)); })));
}

Response confirm(hall::Call& call, const std::vector<Looked>& all, std::string_view what) {
  Html hidden = hall::form_fields(call), able, unable;
  hidden.add(group(input(type("hidden"), name("do"), value(what)), input(type("hidden"), name("sure"), value("1"))));
  std::int64_t count = 0;
  for (const Looked& one : all) {
    (one.against ? unable : able).add(line_of(call, one));
    if (one.against) continue;
    ++count;
    hidden.add(input(type("hidden"), name("case"), value(one.chosen.field())));
  }
  const Text title = words_of(what);
  const Html refused =
      unable.empty()
          ? Html()
          : web::notice({.kind = web::Tone::warn, .title = call.words(Text::bulk_unable), .body = Html(ul(unable))});
  const Html panel =
      count == 0 ? Html(group(h1(call.words(Text::bulk_none)),
                              p(web::link_button("/inbox", Html(call.words(Text::go_back)), web::ButtonKind::main))))
                 : web::confirm_panel(
                       {.id = "bulk",
                        .action = "/inbox/bulk",
                        .title = Html(call.words(Text::bulk_title, {{"what", call.words(title)}, {"n", count}})),
                        .body = Html(ul(able)),
                        .hidden = hidden,
                        .yes = Html(call.words(title)),
                        .warn = false,
                        .back = "/inbox",
                        .back_text = Html(call.words(Text::go_back))});
  return hall::page(call, {.title = call.words(title),
                           .content = Html(div(cls("wrap stack read"), panel, refused)),
                           .current_menu = "/inbox"});
}

Response do_all(hall::Call& call, const std::vector<Looked>& all, std::string_view what) {
  const Act act = act_of(call);
  Html refused;
  std::int64_t count = 0;
  for (Looked one : all) {
    const auto result = call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<> {
      const auto row = TRY(find(tx, one.chosen.id));
      if (!row) return fail(ErrorKind::not_found, "case.not_found");
      TRY(allowed(call, tx, *row, verb_of(what)));
      const On on{row->id, one.chosen.version};
      return what == "accept" ? accept(call.hall, tx, call.town, act, on) : take(call.hall, tx, call.town, act, on);
    });
    if (result) {
      ++count;
      continue;
    }
    one.against = result.error();
    refused.add(line_of(call, one));
  }
  if (refused.empty()) return Response::see_other(web::Path::to("/inbox"));
  const Html content(
      div(cls("wrap stack read"), h1(call.words(Text::bulk_done, {{"n", count}})),
          web::notice({.kind = web::Tone::warn, .title = call.words(Text::bulk_refused), .body = Html(ul(refused))}),
          p(call.words(Text::nothing_overwritten)), p(a(href("/inbox"), call.words(Text::inbox)))));
  return hall::page(call, {.title = call.words(Text::bulk_refused),
                           .content = content,
                           .status = web::status_of(ErrorKind::conflict),
                           .current_menu = "/inbox"});
}

Response post_bulk(hall::Call& call) {
  const std::vector<Chosen> chosen = chosen_of(call.request);
  const std::string_view what = call.request.form.first("do");
  if (what != "take" && what != "accept") return Response::see_other(web::Path::to("/inbox"));
  const auto all = look(call, chosen, what);
  if (!all) return hall::problem(call, all.error());
  return call.request.form.first("sure") == "1" ? do_all(call, *all, what) : confirm(call, *all, what);
}

}  // namespace

std::vector<hall::Route> bulk_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  return {
      {Method::post, "/inbox/bulk", Side::office_side, Permission("case.read"), Fixture::none("writes"), post_bulk}};
}

}  // namespace yakuba::cases
