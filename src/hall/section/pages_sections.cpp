// Sections as a tree, one of them, a new one; ranks and the order of deputies as the pack says them.
#include <algorithm>

#include "base/text.hpp"
#include "hall/section/pages.hpp"

namespace yakuba::section {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

std::string path_of(const Section& row) {
  return "/sections/" + row.public_id.text();
}

Html branch(const std::vector<Section>& all, std::optional<SectionId> above, int depth) {
  Html items;
  if (depth > 10) return items;
  for (const Section& row : all)
    if (row.parent == above)
      items.add(h::li(h::a(h::href(path_of(row)), row.name), " ", h::span(h::cls("small muted"), row.code),
                      branch(all, row.id, depth + 1)));
  return items.empty() ? items : Html(h::ul(items));
}

Response list(hall::Call& call) {
  const Words& words = call.words;
  auto all = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return sections(tx, call.today); });
  if (!all) return hall::problem(call, all.error());
  bool may_change = access::holds(*call.actor, "section.change");
  bool pack_has_more = std::ranges::any_of(call.pack->sections, [&](const pack::Section& seed) {
    return std::ranges::none_of(*all, [&](const Section& row) { return row.code == seed.id; });
  });
  Html acts;
  if (may_change) acts.add(web::link_button("/sections/new", words(Text::section_new), web::ButtonKind::main));
  if (may_change && pack_has_more)
    acts.add(h::form(h::method("post"), h::action("/sections/from-pack"), hall::form_fields(call),
                     web::action_button({.text = words(Text::sections_from_pack), .kind = web::ButtonKind::second})));
  Html content = h::div(h::cls("wrap stack"), web::back_link("/staff", words(Text::back_staff)),
                        h::div(h::cls("row row-between"), h::h1(words(Text::tree_title)), h::div(h::cls("row"), acts)),
                        h::when(
                            all->empty(), [&] { return web::empty_state({.title = words(Text::sections_empty)}); },
                            [&] { return branch(*all, std::nullopt, 0); }));
  return hall::page(call, {.title = words(Text::tree_title), .content = content, .current_menu = "/staff"});
}

Response bring_from_pack(hall::Call& call) {
  std::vector<PublicId> ids;
  for (std::size_t i = 0; i < call.pack->sections.size(); ++i) ids.push_back(PublicId::random(call.hall.random));
  auto made = call.hall.store.change(
      call.town, [&](store::Tx& tx) { return found_from_pack(tx, act_of(call), *call.pack, call.today, ids); });
  call.hall.gate.forget(call.town);
  return made ? Response::see_other(Path::to("/sections")) : hall::problem(call, made.error());
}

// --- a new section ---

Response new_page(hall::Call& call, const Form& form, const std::vector<Section>& all) {
  const Words& words = call.words;
  auto text = [&](const char* name, Text label, const char* width, bool required, const Html& hint = {}) {
    return text_field(form, words, name, label, width, required, hint);
  };
  web::Select parent{
      {.name = "parent", .label = words(Text::section_parent), .error = web::error_for(form, "parent", words)}};
  parent.options = section_options(all, form.typed("parent"));
  parent.options.insert(parent.options.begin(),
                        {.value = "", .label = words(Text::section_top), .chosen = form.typed("parent").empty()});
  Html fields = h::group(text("name", Text::section_name, "w-20", true),
                         text("code", Text::section_code, "w-8", true, words(Text::section_code_hint)),
                         web::select_field(words, parent), text("telephone", Text::section_phone, "w-8", false),
                         day_field(form, words, "from", words(Text::from), true),
                         day_field(form, words, "to", words(Text::to), false, words(Text::to_hint)));
  return form_page(call, form,
                   {.title = Text::section_new,
                    .back_href = "/sections",
                    .back_text = words(Text::back_sections),
                    .fields = fields,
                    .buttons = web::action_button({.text = words(Text::section_new_save)})});
}

Response show_new(hall::Call& call) {
  auto all = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return sections(tx, call.today); });
  if (!all) return hall::problem(call, all.error());
  Form form{web::Fields{}};
  prefill_day(form, "from", call.today);
  return new_page(call, form, *all);
}

Response save_new(hall::Call& call) {
  auto all = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return sections(tx, call.today); });
  if (!all) return hall::problem(call, all.error());
  const Words& words = call.words;
  Form form(call.request);
  NewSection wanted{.public_id = PublicId::random(call.hall.random)};
  wanted.name = form.text("name", {{.label = words(Text::section_name).plain(), .required = true}});
  wanted.code = form.text("code", {{.label = words(Text::section_code).plain(), .required = true}});
  wanted.telephone = form.text("telephone", {{.label = words(Text::section_phone).plain()}});
  std::vector<std::string> known{""};
  for (const Section& row : *all) known.push_back(row.public_id.text());
  std::string parent = form.choice("parent", {{.label = words(Text::section_parent).plain()}, known});
  for (const Section& row : *all)
    if (row.public_id.text() == parent) wanted.parent = row.id;
  auto from = form.date("from", {{.label = words(Text::from).plain(), .required = true}});
  wanted.period.to = form.date("to", {{.label = words(Text::to).plain()}});
  if (!form.ok() || !from) return new_page(call, form, *all);
  wanted.period.from = *from;
  auto made =
      call.hall.store.change(call.town, key_of(call), [&](store::Tx& tx) { return found(tx, act_of(call), wanted); });
  call.hall.gate.forget(call.town);
  if (made) return Response::see_other(Path::to("/sections"));
  if (blame(form, words, made.error(),
            {{"name", words(Text::section_name)},
             {"code", words(Text::section_code)},
             {"parent", words(Text::section_parent)},
             {"telephone", words(Text::section_phone)},
             {"from", words(Text::from)},
             {"to", words(Text::to)}}))
    return new_page(call, form, *all);
  return hall::problem(call, made.error());
}

// --- one section ---

struct Shown {
  Section row;
  std::vector<StaffMember> staff;
};
Result<Shown> look_at(hall::Call& call) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Shown> {
    auto id = PublicId::parse(parameter(call, "section"));
    auto row = id ? TRY(section_by_public_id(tx, *id)) : std::nullopt;
    if (!row) return fail(ErrorKind::not_found, "section.no_such_section");
    SectionId key = row->id;
    return Shown{std::move(*row), TRY(staff_of_section(tx, *call.pack, key, call.today))};
  });
}

Html change_form(const hall::Call& call, const Form& form, const Section& row) {
  const Words& words = call.words;
  auto text = [&](const char* name, Text label) { return text_field(form, words, name, label, "w-20"); };
  return h::form(h::id("form"), h::method("post"), h::action(path_of(row)), h::cls("stack"), h::novalidate(true),
                 hall::form_fields(call),
                 h::input(h::type("hidden"), h::name("version"), h::value(form.typed("version"))),
                 text("name", Text::section_name), text("telephone", Text::section_phone),
                 h::p(web::action_button({.text = words(Text::section_change)})));
}

Html end_form(const hall::Call& call, const Form& form, const Section& row) {
  const Words& words = call.words;
  return h::form(h::method("post"), h::action(path_of(row) + "/end"), h::cls("stack"), h::novalidate(true),
                 hall::form_fields(call), h::input(h::type("hidden"), h::name("version"), h::value(row.version)),
                 h::p(words(Text::section_end_body)), day_field(form, words, "to", words(Text::last_day), true),
                 h::p(web::action_button({.text = words(Text::section_end), .kind = web::ButtonKind::warn})));
}

Response section_page(hall::Call& call, const Form& form, const Shown& shown) {
  const Words& words = call.words;
  bool may_change = access::may(*call.actor, "change", {.kind = "section", .section = shown.row.id}).allowed;
  Html people;
  for (const StaffMember& staff : shown.staff)
    people.add(h::li(h::a(h::href("/staff/" + staff.public_id.text()), staff.name), " ",
                     h::span(h::cls("small muted"), staff.number)));
  Html content = h::div(
      h::cls("wrap stack"), web::back_link("/sections", words(Text::back_sections)), web::error_summary(form, words),
      h::h1(shown.row.name),
      web::facts({{.term = words(Text::section_code), .value = Html(shown.row.code)},
                  {.term = words(Text::section_phone), .value = Html(shown.row.telephone)},
                  {.term = words(Text::from), .value = shown_period(words, shown.row.period)}}),
      web::panel(
          {.id = "people",
           .title = words(Text::section_staff),
           .body = people.empty() ? Html(h::p(h::cls("muted"), words(Text::staff_empty))) : Html(h::ul(people))}),
      h::when(may_change,
              [&] {
                return web::panel(
                    {.id = "change", .title = words(Text::section_change), .body = change_form(call, form, shown.row)});
              }),
      h::when(may_change && !shown.row.period.to, [&] {
        return web::fold({.summary = words(Text::section_end),
                          .body = end_form(call, form, shown.row),
                          .open = form.error_of("to") != nullptr});
      }));
  return hall::page(call, {.title = shown.row.name,
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/staff",
                           .reading_form = "form"});
}

Response show(hall::Call& call) {
  auto shown = look_at(call);
  if (!shown) return hall::problem(call, shown.error());
  Form form{web::Fields{}};
  form.set("name", shown->row.name);
  form.set("telephone", shown->row.telephone);
  form.set("version", std::to_string(shown->row.version));
  return section_page(call, form, *shown);
}

Response save(hall::Call& call) {
  auto shown = look_at(call);
  if (!shown) return hall::problem(call, shown.error());
  if (auto refused = unless_allowed(call, "section", "change", shown->row.id)) return std::move(*refused);
  const Words& words = call.words;
  Form form(call.request);
  std::string name = form.text("name", {{.label = words(Text::section_name).plain(), .required = true}});
  std::string telephone = form.text("telephone", {{.label = words(Text::section_phone).plain()}});
  std::int64_t version = parse_integer(form.typed("version")).value_or(-1);
  if (!form.ok()) return section_page(call, form, *shown);
  auto done = call.hall.store.change(
      call.town, [&](store::Tx& tx) { return rename(tx, act_of(call), shown->row.id, version, name, telephone); });
  call.hall.gate.forget(call.town);
  if (done) return Response::see_other(Path::to("/sections"));
  if (blame(form, words, done.error(),
            {{"name", words(Text::section_name)}, {"telephone", words(Text::section_phone)}}))
    return section_page(call, form, *shown);
  return hall::problem(call, done.error());
}

Response save_end(hall::Call& call) {
  auto shown = look_at(call);
  if (!shown) return hall::problem(call, shown.error());
  if (auto refused = unless_allowed(call, "section", "change", shown->row.id)) return std::move(*refused);
  const Words& words = call.words;
  Form form(call.request);
  form.set("name", shown->row.name);
  form.set("telephone", shown->row.telephone);
  auto to = form.date("to", {{.label = words(Text::last_day).plain(), .required = true}});
  if (!form.ok() || !to) return section_page(call, form, *shown);
  std::int64_t version = parse_integer(form.typed("version")).value_or(-1);
  auto done = call.hall.store.change(
      call.town, [&](store::Tx& tx) { return dissolve(tx, act_of(call), shown->row.id, version, *to); });
  call.hall.gate.forget(call.town);
  if (done) return Response::see_other(Path::to("/sections"));
  if (blame(form, words, done.error(), {{"to", words(Text::last_day)}})) return section_page(call, form, *shown);
  return hall::problem(call, done.error());
}

// --- ranks ---

std::string deputies_of(const pack::Pack& pack, std::string_view rank) {
  std::string names;
  for (const pack::ActingOrder& order : pack.acting)
    if (order.rank == rank)
      for (const std::string& by : order.by) {
        const pack::Rank* known = pack.rank(by);
        const pack::Post* post = pack.post(by);
        names += (names.empty() ? "" : "、") + (known ? known->name : post ? post->name : by);
      }
  return names;
}

Response ranks(hall::Call& call) {
  const Words& words = call.words;
  web::Table table{.id = "ranks", .caption = words(Text::ranks_title), .caption_hidden = true};
  table.columns = {{.title = words(Text::rank)},
                   {.title = words(Text::rank_level), .align = web::Align::number},
                   {.title = words(Text::rank_deputies)}};
  for (const pack::Rank& rank : call.pack->ranks)
    table.rows.push_back(
        {.cells = {Html(rank.name), Html(std::to_string(rank.level)), Html(deputies_of(*call.pack, rank.id))}});
  Html content =
      h::div(h::cls("wrap stack"), web::back_link("/staff", words(Text::back_staff)), h::h1(words(Text::ranks_title)),
             h::p(words(Text::rank_from_pack)), web::table_of(words, table));
  return hall::page(call, {.title = words(Text::ranks_title), .content = content, .current_menu = "/staff"});
}

}  // namespace

std::vector<hall::Route> section_routes() {
  using web::Fixture, web::Method, web::Side;
  const auto side = Side::office_side;
  const Permission read("staff.read"), change("section.change");
  const auto one = Fixture::of("administrator", {{"section", "section"}});
  const auto writes = Fixture::none("writes");
  return {{Method::get, "/sections", side, read, Fixture::of("administrator"), list},
          {Method::post, "/sections/from-pack", side, change, writes, bring_from_pack},
          {Method::get, "/sections/new", side, change, Fixture::of("administrator"), show_new},
          {Method::post, "/sections/new", side, change, writes, save_new},
          {Method::get, "/sections/{section}", side, read, one, show},
          {Method::post, "/sections/{section}", side, change, writes, save},
          {Method::post, "/sections/{section}/end", side, change, writes, save_end},
          {Method::get, "/ranks", side, read, Fixture::of("administrator"), ranks}};
}

}  // namespace yakuba::section
