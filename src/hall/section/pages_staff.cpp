// Staff members: list, one of them, a new one.
#include <algorithm>

#include "base/text.hpp"
#include "hall/section/pages.hpp"

namespace yakuba::section {

namespace h = web::html;
using web::Form, web::Html, web::Link, web::Path, web::Permission, web::Response, web::Words;

namespace {

constexpr int staff_per_page = 50;

struct Listed {
  StaffMember staff;
  std::string place;
  bool absent = false;
};

Result<Listed> listed(store::ReadTx& tx, const pack::Pack& pack, const StaffMember& staff, Date day) {
  Listed row{staff, {}, TRY(is_absent(tx, staff.id, day))};
  for (const Assignment& held : TRY(assignments_of(tx, staff.id, day))) {
    auto section = TRY(section_by_id(tx, held.section));
    if (!row.place.empty()) row.place += "、";
    row.place += (section ? section->name : "") + " " + shown_rank(pack, held);
  }
  return row;
}

Html state_tag(const Words& words, const Listed& row, Date today) {
  const Period& employed = row.staff.employed;
  if (employed.from > today)
    return web::tag(words(Text::state_starts, {{"day", format_era(employed.from)}}), web::Tone::plain);
  if (employed.to) return web::tag(words(Text::state_leaves, {{"day", format_era(*employed.to)}}), web::Tone::warn);
  if (row.absent) return web::tag(words(Text::state_absent), web::Tone::accent);
  if (row.place.empty()) return web::tag(words(Text::state_none), web::Tone::plain);
  return web::tag(words(Text::state_here), web::Tone::ok);
}

std::string staff_path(const StaffMember& staff, std::string_view below = "") {
  return "/staff/" + staff.public_id.text() + std::string(below);
}

Html staff_table(const Words& words, const std::vector<Listed>& rows, Date today) {
  web::Table table{.id = "staff", .caption = words(Text::staff_title), .caption_hidden = true};
  for (Text column : {Text::staff_name, Text::staff_number, Text::staff_place, Text::staff_state})
    table.columns.push_back({.title = words(column)});
  for (const Listed& row : rows)
    table.rows.push_back({.cells = {h::a(h::href(staff_path(row.staff)), row.staff.name), Html(row.staff.number),
                                    Html(row.place), state_tag(words, row, today)}});
  return web::table_of(words, table);
}

Html staff_links(const hall::Call& call) {
  const Words& words = call.words;
  Html links;
  if (access::holds(*call.actor, "staff.change"))
    links.add(web::link_button("/staff/new", words(Text::staff_new), web::ButtonKind::main))
        .add(web::link_button("/staff/transfers", words(Text::transfers_title)));
  links.add(web::link_button("/sections", words(Text::tree_title)))
      .add(web::link_button("/ranks", words(Text::ranks_title)));
  return links;
}

Response list(hall::Call& call) {
  const Words& words = call.words;
  std::string after(call.request.query.first("after"));
  std::string wanted(trim(call.request.query.first("q")));
  bool missing = false;
  auto rows = call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<std::vector<Listed>> {
    std::vector<StaffMember> found;
    if (!wanted.empty()) {
      if (auto one = TRY(staff_by_number(tx, wanted))) found.push_back(std::move(*one));
      missing = found.empty();
    } else {
      found = TRY(staff_list(tx, call.today, after, staff_per_page + 1));
    }
    std::vector<Listed> all;
    for (const StaffMember& staff : found) all.push_back(TRY(listed(tx, *call.pack, staff, call.today)));
    return all;
  });
  if (!rows) return hall::problem(call, rows.error());
  web::Pages pages;
  if (!after.empty()) pages.first = Path::to("/staff").text();
  if (rows->size() > staff_per_page) {
    rows->pop_back();
    pages.next = Path::to("/staff").with("after", rows->back().staff.number).text();
  }
  Html body = rows->empty() ? web::empty_state({.title = words(missing ? Text::staff_not_found : Text::staff_empty)})
                            : staff_table(words, *rows, call.today);
  Html content =
      h::div(h::cls("wrap stack"),
             h::div(h::cls("row row-between"), h::h1(words(Text::staff_title)), h::p(h::cls("row"), staff_links(call))),
             web::search_form(words, {.action = "/staff", .label = words(Text::staff_find), .value = wanted}), body,
             web::page_list(words, pages));
  return hall::page(call, {.title = words(Text::staff_title), .content = content, .current_menu = "/staff"});
}

// --- one staff member ---

struct Shown {
  StaffMember staff;
  std::vector<Assignment> held, history;
  std::vector<Delegation> delegations;
  std::vector<Absence> absences;
  std::vector<Acting> acting;
  std::vector<Section> sections;    // those that assignments name
  std::vector<StaffMember> others;  // those that delegations name
};

std::string section_name(const Shown& shown, SectionId id) {
  for (const Section& row : shown.sections)
    if (row.id == id) return row.name;
  return {};
}
std::string staff_name(const Shown& shown, StaffId id) {
  if (shown.staff.id == id) return shown.staff.name;
  for (const StaffMember& row : shown.others)
    if (row.id == id) return row.name;
  return {};
}

Result<> name_the_rest(store::ReadTx& tx, Shown& shown) {
  auto section = [&](SectionId id) -> Result<> {
    if (section_name(shown, id).empty())
      if (auto row = TRY(section_by_id(tx, id))) shown.sections.push_back(std::move(*row));
    return {};
  };
  auto staff = [&](StaffId id) -> Result<> {
    if (id && staff_name(shown, id).empty())
      if (auto row = TRY(staff_by_id(tx, id))) shown.others.push_back(std::move(*row));
    return {};
  };
  for (const Assignment& row : shown.history) TRY(section(row.section));
  for (const Delegation& row : shown.delegations) {
    TRY(staff(row.principal));
    TRY(staff(row.delegate));
  }
  for (const Acting& row : shown.acting) {
    TRY(section(row.section));
    TRY(staff(row.principal));
  }
  return {};
}

Result<Shown> look_at(hall::Call& call) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Shown> {
    Shown shown{TRY(staff_of_path(call, tx))};
    shown.held = TRY(assignments_of(tx, shown.staff.id, call.today));
    shown.history = TRY(assignment_history(tx, shown.staff.id));
    shown.delegations = TRY(delegations_from(tx, shown.staff.id, call.today));
    shown.absences = TRY(absences_of(tx, shown.staff.id, call.today));
    shown.acting = TRY(acts_for(tx, *call.pack, shown.staff.id, call.today));
    TRY(name_the_rest(tx, shown));
    return shown;
  });
}

Html assignment_table(const hall::Call& call, const Shown& shown, bool may_change) {
  const Words& words = call.words;
  web::Table table{.id = "assignments", .caption = words(Text::history), .caption_hidden = true};
  for (Text column : {Text::section, Text::title, Text::roles, Text::from})
    table.columns.push_back({.title = words(column)});
  if (may_change) table.columns.push_back({.title = words(Text::assignment_end)});
  for (const Assignment& row : shown.history) {
    bool over = row.period.to && *row.period.to < call.today;
    std::string roles;
    for (const std::string& id : row.roles) {
      const pack::Role* role = call.pack->role(id);
      roles += (roles.empty() ? "" : "、") + (role ? role->name : id);
    }
    Html what = h::span(shown_rank(*call.pack, row),
                        h::when(row.concurrent, [&] { return web::tag(words(Text::concurrent)); }));
    std::vector<Html> cells{Html(section_name(shown, row.section)), what, Html(roles), shown_period(words, row.period)};
    if (may_change)
      cells.push_back(over ? Html()
                           : Html(h::a(h::href(staff_path(shown.staff, "/end/" + std::to_string(row.id.value))),
                                       words(Text::assignment_end))));
    table.rows.push_back({.cells = cells, .tone = over ? web::RowTone::idle : web::RowTone::plain});
  }
  return web::table_of(words, table);
}

Html delegation_list(const hall::Call& call, const Shown& shown, bool may_change) {
  const Words& words = call.words;
  if (shown.delegations.empty()) return h::p(h::cls("muted"), words(Text::delegation_none));
  std::vector<web::SummaryRow> rows;
  for (const Delegation& row : shown.delegations) {
    web::Phrase kind = words(row.kind == DelegationKind::senketsu ? Text::kind_senketsu : Text::kind_daiketsu);
    Html go;
    if (may_change)
      go = h::form(h::method("post"),
                   h::action(staff_path(shown.staff, "/delegations/" + std::to_string(row.id.value) + "/end")),
                   hall::form_fields(call),
                   web::action_button({.text = words(Text::delegation_end), .kind = web::ButtonKind::second}));
    rows.push_back({.term = words(Text::delegation_row, {{"principal", staff_name(shown, row.principal)},
                                                         {"delegate", staff_name(shown, row.delegate)},
                                                         {"kind", kind}}),
                    .value = h::group(shown_period(words, row.period), " ", reason_words(words, row.reason_code)),
                    .go = go});
  }
  return web::summary_list(rows);
}

Html absence_list(const hall::Call& call, const Shown& shown, bool may_change) {
  const Words& words = call.words;
  if (shown.absences.empty()) return h::p(h::cls("muted"), words(Text::absence_none));
  std::vector<web::SummaryRow> rows;
  for (const Absence& row : shown.absences) {
    Html go;
    if (may_change)
      go = h::form(h::method("post"),
                   h::action(staff_path(shown.staff, "/absences/" + std::to_string(row.id.value) + "/cancel")),
                   hall::form_fields(call),
                   web::action_button({.text = words(Text::absence_cancel), .kind = web::ButtonKind::second}));
    rows.push_back({.term = reason_words(words, row.reason_code), .value = shown_period(words, row.period), .go = go});
  }
  return web::summary_list(rows);
}

Html acting_list(const hall::Call& call, const Shown& shown) {
  std::vector<web::Fact> facts;
  for (const Acting& row : shown.acting) {
    const pack::Rank* rank = call.pack->rank(row.rank);
    std::string who = section_name(shown, row.section) + " " + (rank ? rank->name : row.rank) +
                      (row.principal ? " " + staff_name(shown, row.principal) : std::string());
    facts.push_back({.term = Html(who), .value = reason_words(call.words, row.reason_code)});
  }
  return web::facts(facts);
}

Html change_links(const hall::Call& call, const Shown& shown) {
  const Words& words = call.words;
  auto link = [&](std::string_view below, Text text) {
    return web::link_button(staff_path(shown.staff, below), words(text));
  };
  Html links;
  links.add(link("/assign", Text::assignment_new))
      .add(link("/delegate", Text::delegation_new))
      .add(link("/absence", Text::absence_new))
      .add(link("/correct", Text::correct))
      .add(link("/access", Text::access_title))
      .add(link("/leave", Text::leave));
  return h::p(h::cls("row"), links);
}

Response show(hall::Call& call) {
  auto shown = look_at(call);
  if (!shown) return hall::problem(call, shown.error());
  if (auto refused = unless_allowed(call, "staff", "read", main_section(shown->held))) return std::move(*refused);
  const Words& words = call.words;
  bool may_change = access::may(*call.actor, "change", {.kind = "staff", .section = main_section(shown->held)}).allowed;
  std::vector<web::Fact> facts{{.term = words(Text::staff_number), .value = Html(shown->staff.number)},
                               {.term = words(Text::staff_kana), .value = Html(shown->staff.kana)},
                               {.term = words(Text::staff_mail), .value = Html(shown->staff.mail)},
                               {.term = words(Text::staff_state), .value = shown_period(words, shown->staff.employed)}};
  Html content = h::div(
      h::cls("wrap stack"), web::back_link("/staff", words(Text::back_staff)), h::h1(shown->staff.name),
      h::when(may_change, [&] { return change_links(call, *shown); }), web::facts(facts),
      web::panel({.id = "held", .title = words(Text::assignments), .body = assignment_table(call, *shown, may_change)}),
      web::panel(
          {.id = "delegations", .title = words(Text::delegation), .body = delegation_list(call, *shown, may_change)}),
      web::panel({.id = "absences", .title = words(Text::absence), .body = absence_list(call, *shown, may_change)}),
      h::when(!shown->acting.empty(), [&] {
        return web::panel({.id = "acting", .title = words(Text::acts_now), .body = acting_list(call, *shown)});
      }));
  return hall::page(call, {.title = shown->staff.name, .content = content, .current_menu = "/staff"});
}

// --- a new one ---

Labels staff_labels(const Words& words) {
  return {{"number", words(Text::staff_number)},
          {"name", words(Text::staff_name)},
          {"kana", words(Text::staff_kana)},
          {"mail", words(Text::staff_mail)},
          {"from", words(Text::staff_from)}};
}

Response new_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  auto text = [&](const char* name, Text label, const char* width, bool required, const Html& hint = {}) {
    return text_field(form, words, name, label, width, required, hint);
  };
  Html fields = h::group(text("number", Text::staff_number, "w-8", true),
                         text("name", Text::staff_name, "w-20", true, words(Text::staff_name_hint)),
                         text("kana", Text::staff_kana, "w-20", false), text("mail", Text::staff_mail, "w-20", false),
                         day_field(form, words, "from", words(Text::staff_from), true));
  return form_page(call, form,
                   {.title = Text::staff_new,
                    .back_href = "/staff",
                    .back_text = words(Text::back_staff),
                    .fields = fields,
                    .buttons = web::action_button({.text = words(Text::staff_new_save)})});
}

Response show_new(hall::Call& call) {
  if (auto refused = unless_allowed(call, "staff", "change")) return std::move(*refused);
  Form form{web::Fields{}};
  prefill_day(form, "from", call.today);
  return new_page(call, form);
}

Response save_new(hall::Call& call) {
  if (auto refused = unless_allowed(call, "staff", "change")) return std::move(*refused);
  Form form(call.request);
  const Words& words = call.words;
  NewStaff staff{PublicId::random(call.hall.random)};
  staff.number = nfkc(form.text("number", {{.label = words(Text::staff_number).plain(), .required = true}}));
  staff.name = form.text("name", {{.label = words(Text::staff_name).plain(), .required = true}});
  staff.kana = to_katakana(form.text("kana", {{.label = words(Text::staff_kana).plain()}}));
  staff.mail = form.text("mail", {{.label = words(Text::staff_mail).plain()}});
  auto from = form.date("from", {{.label = words(Text::staff_from).plain(), .required = true}});
  if (!form.ok() || !from) return new_page(call, form);
  staff.from = *from;
  auto made = call.hall.store.change(call.town, key_of(call), [&](store::Tx& tx) -> Result<PublicId> {
    TRY(employ(tx, act_of(call), staff));
    return staff.public_id;
  });
  if (made) return Response::see_other(Path::to("/staff/{staff}", {{"staff", made->text()}}));
  if (blame(form, words, made.error(), staff_labels(words))) return new_page(call, form);
  return hall::problem(call, made.error());
}

}  // namespace

std::vector<hall::Route> staff_routes() {
  using web::Fixture, web::Method, web::Side;
  return {
      {Method::get, "/staff", Side::office_side, Permission("staff.read"), Fixture::of("administrator"), list},
      {Method::get, "/staff/new", Side::office_side, Permission("staff.change"), Fixture::of("administrator"),
       show_new},
      {Method::post, "/staff/new", Side::office_side, Permission("staff.change"), Fixture::none("writes"), save_new},
      {Method::get, "/staff/{staff}", Side::office_side, Permission("staff.read"),
       Fixture::of("administrator", {{"staff", "staff-member"}}), show}};
}

}  // namespace yakuba::section
