#include "hall/criteria/pages.hpp"

#include "hall/criteria/texts.hpp"
#include "hall/page.hpp"
#include "pack/criterion_view.hpp"

namespace yakuba::criteria {
namespace {

using web::Html, web::Response;
using namespace web::html;

bool may_show(const hall::Call& call, const pack::Criterion& criterion) {
  return criterion.retired.empty() && (criterion.public_ || call.side == web::Side::office_side);
}

Response list(hall::Call& call) {
  std::vector<web::Row> rows;
  for (const pack::Criterion& criterion : call.pack->criteria)
    if (may_show(call, criterion))
      rows.push_back({.cells = {Html(a(href("/criteria/" + criterion.id), criterion.title)), Html(criterion.law),
                                Html(format_resident(criterion.valid_from))}});
  const Html table = rows.empty() ? web::empty_state({.title = call.words(Text::none)})
                                  : web::table_of(call.words, {.id = "criteria",
                                                               .caption = call.words(Text::title),
                                                               .caption_hidden = true,
                                                               .columns = {{.title = call.words(Text::criterion)},
                                                                           {.title = call.words(Text::law)},
                                                                           {.title = call.words(Text::in_force)}},
                                                               .rows = std::move(rows)});
  const Html content(div(cls("wrap stack"), h1(call.words(Text::title)), p(call.words(Text::hint)), table));
  return hall::page(call, {.title = call.words(Text::title), .content = content, .current_menu = "/criteria"});
}

Html table_in_words(const hall::Call& call, const dmn::TableView& view, const std::string& id) {
  std::vector<web::Column> columns{{.title = call.words(Text::row)}};
  for (const dmn::ColumnView& input : view.inputs) columns.push_back({.title = Html(input.heading)});
  for (const std::string& output : view.outputs) columns.push_back({.title = Html("→ " + output), .group_start = true});
  for (const std::string& annotation : view.annotations) columns.push_back({.title = Html(annotation)});
  std::vector<web::Row> rows;
  for (const dmn::RowView& row : view.rows) {
    web::Row shown{.cells = {Html(row.id)}};
    for (const dmn::CellView& cell : row.cells) shown.cells.push_back(Html(cell.words));
    for (const std::string& output : row.outputs) shown.cells.push_back(Html(output));
    for (const std::string& annotation : row.annotations) shown.cells.push_back(Html(annotation));
    rows.push_back(std::move(shown));
  }
  return Html(web::html::section(cls("stack-s"), h2(view.name), p(cls("small muted"), view.hit_policy_words),
                                 web::table_of(call.words, {.id = id,
                                                            .caption = Html(view.name),
                                                            .caption_hidden = true,
                                                            .columns = std::move(columns),
                                                            .rows = std::move(rows),
                                                            .sticky = true})));
}

Html proof(const hall::Call& call, const pack::CriterionView& view) {
  const bool whole = view.gaps == 0 && view.overlaps == 0;
  return web::notice(
      {.kind = whole ? web::Tone::ok : web::Tone::warn,
       .title = call.words(
           whole ? Text::proof_whole : Text::proof_open,
           {{"gaps", static_cast<std::int64_t>(view.gaps)}, {"overlaps", static_cast<std::int64_t>(view.overlaps)}}),
       .body = Html(group(p(call.words(Text::examples, {{"passed", static_cast<std::int64_t>(view.examples_passed)},
                                                        {"all", static_cast<std::int64_t>(view.examples)}})),
                          when(!view.exact, [&] { return p(cls("small"), call.words(Text::inexact)); })))});
}

Response show(hall::Call& call) {
  const std::string id = call.parameters.empty() ? "" : call.parameters.front().second;
  const pack::Criterion* criterion = call.pack->criterion(id);
  if (!criterion || !may_show(call, *criterion))
    return hall::problem(call, {ErrorKind::not_found, "pack.no_criterion", {}, {}, {}});
  const auto view = pack::criterion_view(*call.pack, id);
  if (!view) return hall::problem(call, view.error());
  Html tables;
  int index = 0;
  for (const dmn::TableView& table : view->tables)
    tables = Html(group(tables, table_in_words(call, table, "table-" + std::to_string(++index))));
  std::vector<web::Row> terms;
  for (const dmn::Term& term : view->terms) {
    std::string law;
    for (const std::string& note : term.notes) law += (law.empty() ? "" : "、") + note;
    terms.push_back({.cells = {Html(term.name), Html(code(term.expression)), Html(law)}});
  }
  const Html term_table =
      terms.empty()
          ? Html()
          : Html(web::html::section(cls("stack-s"), h2(call.words(Text::terms)),
                                    web::table_of(call.words, {.id = "terms",
                                                               .caption = call.words(Text::terms),
                                                               .caption_hidden = true,
                                                               .columns = {{.title = call.words(Text::term)},
                                                                           {.title = call.words(Text::expression)},
                                                                           {.title = call.words(Text::law)}},
                                                               .rows = std::move(terms)})));
  const Html content(div(cls("wrap stack"), web::back_link("/criteria", call.words(Text::title)), h1(criterion->title),
                         p(cls("muted meta"), span(criterion->law),
                           span(call.words(Text::since, {{"date", format_resident(criterion->valid_from)}})),
                           span(call.words(Text::version, {{"hash", hex(criterion->hash).substr(0, 12)}}))),
                         proof(call, *view), tables, term_table));
  return hall::page(call, {.title = criterion->title, .content = content, .current_menu = "/criteria"});
}

}  // namespace

std::vector<hall::Route> routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto one = [](std::string actor) {
    return Fixture::of(std::move(actor), {{"criterion", "=jido-teate.monthly"}});
  };
  return {{Method::get, "/criteria", Side::public_side, Permission::anyone(), Fixture::of("anyone"), list},
          {Method::get, "/criteria/{criterion}", Side::public_side, Permission::anyone(), one("anyone"), show},
          {Method::get, "/criteria", Side::office_side, Permission("case.read"), Fixture::of("clerk"), list},
          {Method::get, "/criteria/{criterion}", Side::office_side, Permission("case.read"), one("clerk"), show}};
}

}  // namespace yakuba::criteria
