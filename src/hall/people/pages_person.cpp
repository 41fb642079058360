// A person's record, and who looked at it.
#include "base/text.hpp"
#include "hall/people/copy.hpp"
#include "hall/people/pages.hpp"
#include "hall/section/section.hpp"

namespace yakuba::people {

namespace h = web::html;
using web::Form, web::Html, web::Permission, web::Response, web::Words;

namespace {

// Nothing is shown before it is said why; the choice is part of the address, what it opens is not.
Response ask_purpose(hall::Call& call, PartyNumber number) {
  const Words& words = call.words;
  Html content = h::div(
      h::cls("wrap stack read"), web::back_link("/people", words(Text::back_find)), h::h1(words(Text::open_title)),
      h::p(words(Text::open_lead)),
      h::form(h::method("get"), h::action(person_path(number)), h::cls("stack"),
              web::select_field(
                  words, {{.name = "for", .label = words(Text::field_purpose), .hint = words(Text::field_purpose_hint)},
                          purpose_options(words, "counter")}),
              h::p(web::action_button({.text = words(Text::open_button)}))));
  return hall::page(call, {.title = words(Text::open_title), .content = content, .current_menu = "/people"});
}

Html basic_facts(const hall::Call& call, const Person& p, const std::optional<CopyState>& copy) {
  const Words& words = call.words;
  auto text = [](std::string_view value) { return Html(h::span(h::lang("ja"), value)); };
  std::vector<web::Fact> list{
      {.term = words(Text::column_number), .value = Html(p.number.text())},
      {.term = words(Text::person_kana),
       .value =
           h::group(text(p.name.kana), " ",
                    web::tag(words(p.name.kana_confirmed ? Text::person_kana_confirmed : Text::person_kana_unconfirmed),
                             p.name.kana_confirmed ? web::Tone::ok : web::Tone::plain))}};
  if (!p.name.common_name.empty())
    list.push_back({.term = words(Text::person_registered), .value = text(p.name.registered)});
  if (!p.name.former_surname.empty())
    list.push_back({.term = words(Text::person_former_surname), .value = text(p.name.former_surname)});
  if (!p.name.romanised.empty())
    list.push_back({.term = words(Text::person_romanised), .value = Html(p.name.romanised)});
  list.push_back({.term = words(Text::column_birth),
                  .value = h::group(shown_birth(p.birth), " ", shown_age(words, p.birth, call.today))});
  list.push_back({.term = words(Text::column_sex), .value = coded(words, "sex_", code(p.sex))});
  list.push_back({.term = words(Text::column_status), .value = coded(words, "status_", code(p.status))});
  if (p.resident_since)
    list.push_back({.term = words(Text::person_resident_since), .value = Html(format_era(*p.resident_since))});
  if (p.ended_on) list.push_back({.term = words(Text::person_ended_on), .value = Html(format_era(*p.ended_on))});
  if (p.residence) {
    list.push_back({.term = words(Text::person_nationality), .value = text(p.residence->nationality)});
    list.push_back(
        {.term = words(Text::person_residence),
         .value = text(p.residence->residence_status.empty() ? p.residence->kind : p.residence->residence_status)});
    if (p.residence->until)  // printed in the western calendar (住民記録システム標準仕様書)
      list.push_back({.term = words(Text::person_residence_until), .value = Html(p.residence->until->text())});
  }
  if (p.copied_as_of && copy)
    list.push_back({.term = words(Text::person_copy),
                    .value = words(Text::person_copy_value, {{"date", format_era(copy->as_of)}})});
  return web::facts(list);
}

Html member_table(const hall::Call& call, const Household& household, std::string id, Purpose purpose, PersonId self) {
  const Words& words = call.words;
  web::Table table{.id = std::move(id), .caption = words(Text::household_caption), .caption_hidden = true};
  for (Text column :
       {Text::column_name, Text::column_relationship, Text::column_birth, Text::column_age, Text::column_sex})
    table.columns.push_back({.title = words(column)});
  for (const Member& m : household.members) {
    const std::string href = person_path(m.number) + "?for=" + std::string(code(purpose));
    Html name = m.person == self ? Html(h::b(shown_name(m.name))) : Html(h::a(h::href(href), shown_name(m.name)));
    table.rows.push_back({.cells = {name, Html(h::span(h::lang("ja"), m.relationship)), shown_birth(m.birth),
                                    shown_age(words, m.birth, call.today), coded(words, "sex_", code(m.sex))},
                          .tone = m.person == self ? web::RowTone::fired : web::RowTone::plain});
  }
  return web::table_of(words, table);
}

Html households(const hall::Call& call, const PersonFile& file, Purpose purpose) {
  const Words& words = call.words;
  Html out;
  if (file.household) {
    out.add(h::p(h::cls("small muted"), words(Text::household_number, {{"number", file.household->number.text()}})));
    out.add(member_table(call, *file.household, "household-now", purpose, file.person.id));
  } else {
    out.add(h::p(h::cls("muted"), words(Text::household_none)));
  }
  int n = 0;
  for (const Household& former : file.former_households)
    out.add(
        web::fold({.summary = h::group(words(Text::household_former), " ", shown_period(words, former.valid)),
                   .body = member_table(call, former, "household-" + std::to_string(++n), purpose, file.person.id)}));
  return out;
}

Html relation_table(const hall::Call& call, const PersonFile& file, Purpose purpose) {
  const Words& words = call.words;
  if (file.relations.empty()) return h::p(h::cls("muted"), words(Text::relations_none));
  web::Table table{.id = "relation-list", .caption = words(Text::relations), .caption_hidden = true};
  for (Text column : {Text::column_name, Text::column_relation, Text::column_birth, Text::column_period})
    table.columns.push_back({.title = words(column)});
  for (const Relation& r : file.relations) {
    const bool forward = r.person == file.person.id;
    const std::string kind =
        words.find(catalogue(Text{}), "kind_" + std::string(code(r.kind))).value_or(web::Phrase()).plain();
    Html name = r.other_number ? Html(h::a(h::href(person_path(r.other_number) + "?for=" + std::string(code(purpose))),
                                           h::lang("ja"), r.other_name))
                               : Html(words(Text::withheld));
    table.rows.push_back(
        {.cells = {name, words(forward ? Text::relation_of_this : Text::relation_of_other, {{"kind", kind}}),
                   r.other_number ? shown_birth(r.other_birth) : Html(), shown_period(words, r.valid)}});
  }
  return web::table_of(words, table);
}

Html address_rows(const Words& words, const std::vector<Address>& addresses) {
  std::vector<web::SummaryRow> list;
  for (const Address& a : addresses)
    list.push_back({.term = coded(words, "address_", code(a.kind)),
                    .value = shown_address(a),
                    .go = shown_period(words, a.valid)});
  return web::summary_list(list);
}
Html contact_rows(const hall::Call& call, const std::vector<Contact>& contacts) {
  const Words& words = call.words;
  if (contacts.empty()) return h::p(h::cls("muted"), words(Text::contacts_none));
  std::vector<web::Fact> list;
  for (const Contact& c : contacts) {
    const bool usable = c.usable(call.today);
    list.push_back({.term = coded(words, "contact_", code(c.kind)),
                    .value = h::group(c.value, h::br(),
                                      web::tag(words(usable ? Text::contact_consented : Text::contact_kept),
                                               usable ? web::Tone::ok : web::Tone::plain))});
  }
  return web::facts(list);
}

Html history_table(const Words& words, const std::vector<HistoryEntry>& history) {
  web::Table table{.id = "history-list", .caption = words(Text::history), .caption_hidden = true};
  table.columns.push_back({.title = words(Text::column_history), .align = web::Align::number});
  for (Text column : {Text::column_reason, Text::column_moved_on, Text::column_recorded})
    table.columns.push_back({.title = words(column)});
  for (const HistoryEntry& e : history)
    table.rows.push_back(
        {.cells = {Html(e.history), coded(words, "reason_", code(e.reason)),
                   e.moved_on ? Html(format_era(*e.moved_on)) : Html(), Html(shown_instant(e.recorded_at))}});
  return web::table_of(words, table);
}

Html standing_rows(const hall::Call& call, const PersonFile& file, bool may_change) {
  const Words& words = call.words;
  Html out;
  if (file.standings.empty()) out.add(h::p(h::cls("muted"), words(Text::standing_none)));
  std::vector<web::Fact> list;
  for (const Standing& s : file.standings) {
    Html term = coded(words, "standing_", code(s.kind));
    if (s.provisional) term.add(" ").add(web::tag(words(Text::standing_provisional)));
    Html go;
    if (may_change)
      go = h::a(h::href(person_path(file.person.number, "/standing/" + std::to_string(s.id.value) + "/lift")),
                words(Text::standing_lift));
    list.push_back(
        {.term = term,
         .value = h::group(coded(words, "process_", code(s.process)), " ", coded(words, "level_", code(s.level)),
                           h::br(), shown_period(words, {s.from, s.until}), h::br(),
                           h::span(h::cls("small muted"), h::lang("ja"), s.basis), " ", go)});
  }
  if (!list.empty()) out.add(web::facts(list));
  if (may_change)
    out.add(h::p(web::link_button(person_path(file.person.number, "/standing/new"), words(Text::standing_new))));
  return out;
}

Html protection_notice(const hall::Call& call, const PersonFile& file) {
  const Words& words = call.words;
  bool in_force = false;
  for (const Standing& s : file.standings) in_force |= s.in_force(call.now);
  if (!in_force) return Html();
  return web::notice({.kind = web::Tone::warn,
                      .title = words(Text::standing_notice),
                      .body = h::p(words(file.withheld ? Text::standing_notice_body : Text::standing_warning_body)),
                      .icon = web::Icon::alert});
}

Html head_of(const hall::Call& call, const Person& p) {
  const Words& words = call.words;
  Html tags;
  if (p.status != Status::resident) tags.add(web::tag(coded(words, "status_", code(p.status)), web::Tone::warn));
  if (p.synthetic) tags.add(" ").add(web::tag(words(Text::person_synthetic)));
  return h::div(h::cls("row row-between"), h::h1(shown_name(p.name)), h::p(h::cls("row"), tags));
}

Response show_file(hall::Call& call, const PersonFile& file, Purpose purpose, const std::optional<CopyState>& copy) {
  const Words& words = call.words;
  const bool may_protect = access::holds(*call.actor, "person.protect");
  Html main_column, side_column;
  main_column.add(
      web::panel({.id = "facts", .title = words(Text::person_facts), .body = basic_facts(call, file.person, copy)}));
  if (!file.withheld) {
    main_column.add(
        web::panel({.id = "household", .title = words(Text::household), .body = households(call, file, purpose)}));
    main_column.add(
        web::panel({.id = "relations", .title = words(Text::relations), .body = relation_table(call, file, purpose)}));
  }
  if (!file.withheld)
    main_column.add(
        web::panel({.id = "addresses", .title = words(Text::addresses), .body = address_rows(words, file.addresses)}));
  main_column.add(
      web::panel({.id = "history", .title = words(Text::history), .body = history_table(words, file.history)}));
  if (!file.withheld) {
    side_column.add(
        web::panel({.id = "contacts", .title = words(Text::contacts), .body = contact_rows(call, file.contacts)}));
  }
  side_column.add(
      web::panel({.id = "standing", .title = words(Text::standing), .body = standing_rows(call, file, may_protect)}));
  if (access::holds(*call.actor, "person.audit"))
    side_column.add(h::p(h::a(h::href(person_path(file.person.number, "/looks")), words(Text::looks_link))));
  Html content =
      h::div(h::cls("wrap stack"), web::back_link("/people", words(Text::back_find)), head_of(call, file.person),
             protection_notice(call, file),
             h::div(h::cls("cols-main"), h::div(h::cls("stack"), main_column), h::div(h::cls("stack"), side_column)));
  return hall::page(call, {.title = file.person.name.shown(), .content = content, .current_menu = "/people"});
}

Response show_person(hall::Call& call) {
  auto number = number_of_path(call);
  if (!number) return hall::problem(call, number.error());
  auto purpose = parse_purpose(call.request.query.first("for"));
  if (!purpose) return ask_purpose(call, *number);
  const Reader reader = reader_of(call, *purpose, {}, std::string(call.request.query.first("case").substr(0, 40)));
  std::optional<CopyState> copy;
  auto file = look(call.hall.store, call.town, [&](store::ReadTx& tx) -> Result<Sealed<PersonFile>> {
    copy = TRY(latest_copy(tx));
    return person(tx, reader, *number);
  });
  if (!file) return hall::problem(call, file.error());
  return show_file(call, *file, *purpose, copy);
}

// --- who looked ---

// "staff:12" and "child" as staff know one another; jobs and accounts keep their log name.
using Known = std::map<std::string, std::string>;
Result<Known> known_names(store::ReadTx& tx, const std::vector<Look>& looks) {
  Known names;
  for (const Look& look : looks) {
    if (!look.section.empty() && !names.contains(look.section)) {
      auto section = TRY(section::section_by_code(tx, look.section, date_in_japan(look.at)));
      names[look.section] = section ? section->name : look.section;
    }
    if (names.contains(look.actor) || !look.actor.starts_with("staff:")) continue;
    const auto id = parse_integer(std::string_view(look.actor).substr(std::string_view("staff:").size()));
    auto staff = id ? TRY(section::staff_by_id(tx, section::StaffId(*id))) : std::nullopt;
    names[look.actor] = staff ? staff->name : look.actor;
  }
  return names;
}
std::string name_in(const Known& names, const std::string& word) {
  auto found = names.find(word);
  return found == names.end() ? word : found->second;
}

Html looks_table(const Words& words, const Looks& looks, const Known& names) {
  web::Table table{.id = "looks", .caption = words(Text::looks_caption), .caption_hidden = true};
  for (Text column : {Text::column_when, Text::column_who, Text::column_why, Text::column_what, Text::column_case})
    table.columns.push_back({.title = words(column)});
  for (const Look& look : looks.rows) {
    Html why = coded(words, "purpose_", look.purpose);
    if (!look.law.empty()) why.add(h::br()).add(h::span(h::cls("small muted"), h::lang("ja"), look.law));
    table.rows.push_back(
        {.cells = {Html(shown_instant(look.at)),
                   h::group(name_in(names, look.actor), h::br(),
                            h::span(h::cls("small muted"), name_in(names, look.section))),
                   why, h::group(coded(words, "what_", look.what), " ", coded(words, "verb_", look.verb)),
                   Html(look.case_id)}});
  }
  return h::div(h::cls("panel stack-s"), web::table_of(words, table));
}

Response show_looks(hall::Call& call) {
  auto number = number_of_path(call);
  if (!number) return hall::problem(call, number.error());
  const Words& words = call.words;
  const Reader reader = reader_of(call, Purpose::audit);
  const std::int64_t before = parse_integer(call.request.query.first("before")).value_or(0);
  auto looks = look(call.hall.store, call.town, [&](store::ReadTx& tx) -> Result<Sealed<Looks>> {
    auto id = TRY(id_of(tx, *number));
    if (!id) return fail(ErrorKind::not_found, "people.not_found", "no person has this number");
    return who_looked(tx, reader, *id, before);
  });
  if (!looks) return hall::problem(call, looks.error());
  auto names = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return known_names(tx, looks->rows); });
  if (!names) return hall::problem(call, names.error());
  web::Pages pages;
  const std::string path = person_path(*number, "/looks");
  if (before > 0) pages.first = path;
  if (looks->before > 0) pages.next = path + "?before=" + std::to_string(looks->before);
  Html body =
      looks->rows.empty() ? web::empty_state({.title = words(Text::looks_none)}) : looks_table(words, *looks, *names);
  Html content = h::div(h::cls("wrap stack"), web::back_link(person_path(*number), words(Text::back_person)),
                        h::h1(words(Text::looks)), body, web::page_list(words, pages));
  return hall::page(call, {.title = words(Text::looks), .content = content, .current_menu = "/people"});
}

}  // namespace

std::vector<hall::Route> person_routes() {
  using web::Fixture, web::Method, web::Side;
  return {
      {Method::get, "/people/{person}", Side::office_side, Permission("person.read"),
       Fixture::of("clerk", {{"person", "demo-person"}, {"for", "=counter"}}), show_person},
      {Method::get, "/people/{person}/looks", Side::office_side, Permission("person.audit"),
       Fixture::of("administrator", {{"person", "demo-person"}}), show_looks},
  };
}

}  // namespace yakuba::people
