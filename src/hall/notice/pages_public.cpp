// What a linked resident sees of his notices.
#include "hall/notice/notice.hpp"
#include "hall/notice/pages.hpp"
#include "hall/notice/texts.hpp"
#include "hall/page.hpp"

namespace yakuba::notice {

using namespace web::html;
using hall::Call;
using web::Html, web::Method, web::Response, web::Side, web::Words;

namespace {

std::optional<PublicId> reader_of(const Call& call) {
  const access::Resident* resident = call.actor->resident();
  return resident ? resident->person : std::nullopt;
}

Result<std::vector<Published>> mine(Call& call) {
  const auto reference = reader_of(call);
  if (!reference) return std::vector<Published>{};
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) { return published_of_reference(tx, *reference); });
}

Response list_mine(Call& call) {
  auto notices = mine(call);
  if (!notices) return hall::problem(call, notices.error());
  const Words& words = call.words;
  const bool english = words.language() == web::Language::en;
  std::vector<web::FileRow> rows;
  for (auto published = notices->rbegin(); published != notices->rend(); ++published) {
    const std::string dated = english ? format_english(published->dated) : format_resident(published->dated);
    const Text state = published->withdrawn   ? Text::my_withdrawn
                       : published->opened_at ? Text::my_opened
                                              : Text::my_new;
    const web::Tone tone = published->withdrawn   ? web::Tone::bad
                           : published->opened_at ? web::Tone::plain
                                                  : web::Tone::key;
    rows.push_back({.name = published->kind_name,
                    .href = "/me/notices/" + published->id.text(),
                    .detail = group(published->number, " ", words(Text::my_dated, {{"date", dated}})),
                    .end = web::tag(words(state), tone)});
  }
  const Html body = rows.empty()
                        ? web::empty_state({.title = words(Text::my_empty), .body = p(words(Text::my_empty_body))})
                        : web::file_list(rows);
  return hall::page(call, {.title = words(Text::my_title),
                           .content = div(cls("wrap wrap-read stack"), h1(words(Text::my_title)), body)});
}

Response open_mine(Call& call) {
  std::string_view wanted;
  for (const auto& [name, value] : call.parameters)
    if (name == "notice") wanted = value;
  const auto id = PublicId::parse(wanted);
  auto notices = mine(call);
  if (!notices) return hall::problem(call, notices.error());
  for (const Published& published : *notices) {
    if (!id || published.id != *id) continue;
    auto pdf = open_published(call.hall, call.town, published.id, published.case_id);
    if (!pdf) return hall::problem(call, pdf.error());
    return Response::attachment(published.kind_name + ".pdf", "application/pdf", std::string(pdf->begin(), pdf->end()));
  }
  return hall::problem(call, {ErrorKind::not_found, "notice.not_found", "", {}, {}});
}

}  // namespace

std::vector<hall::Route> public_routes() {
  const web::Permission linked(access::permission_linked);
  return {
      {Method::get, "/me/notices", Side::public_side, linked, web::Fixture::of("resident"), list_mine},
      {Method::get, "/me/notices/{notice}", Side::public_side, linked, web::Fixture::none("a PDF"), open_mine},
  };
}

}  // namespace yakuba::notice
