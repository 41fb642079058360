// Absence and delegation: one's own by everybody, another's by the administration. Same forms, same services.
#include "base/text.hpp"
#include "hall/section/pages.hpp"

namespace yakuba::section {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

// Whose absence it is: the staff member of the path, or oneself.
std::expected<StaffMember, Response> subject_of(hall::Call& call) {
  bool own = parameter(call, "staff").empty();
  std::optional<SectionId> place;
  auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<StaffMember> {
    StaffMember staff;
    if (own) {
      auto self = TRY(staff_by_id(tx, call.actor->staff()->id));
      if (!self) return fail(ErrorKind::not_found, "section.no_such_staff");
      staff = std::move(*self);
    } else {
      staff = TRY(staff_of_path(call, tx));
      place = main_section(TRY(assignments_of(tx, staff.id, call.today)));
    }
    return staff;
  });
  if (!found) return std::unexpected(hall::problem(call, found.error()));
  if (!own)
    if (auto refused = unless_allowed(call, "staff", "change", place)) return std::unexpected(std::move(*refused));
  return std::move(*found);
}

bool is_own(const hall::Call& call) {
  return parameter(call, "staff").empty();
}
std::string home_of(const hall::Call& call, const StaffMember& staff) {
  return is_own(call) ? std::string("/absence") : "/staff/" + staff.public_id.text();
}
Response back_to(const hall::Call& call, const StaffMember& staff) {
  return Response::see_other(Path::parse(home_of(call, staff)).value_or(Path()));
}

Html reason_field(const Form& form, const Words& words) {
  web::Select field{{.name = "reason",
                     .label = words(Text::reason),
                     .error = web::error_for(form, "reason", words),
                     .required = true}};
  field.options = reason_options(form, words);
  return web::select_field(words, field);
}

// --- absence ---

Response absence_page(hall::Call& call, const Form& form, const StaffMember& staff) {
  const Words& words = call.words;
  Html fields = h::group(reason_field(form, words), day_field(form, words, "from", words(Text::from), true),
                         day_field(form, words, "to", words(Text::last_day), true));
  return form_page(call, form,
                   {.title = Text::absence_new,
                    .back_href = home_of(call, staff),
                    .back_text = Html(staff.name),
                    .fields = fields,
                    .buttons = web::action_button({.text = words(Text::absence_new)})});
}

Response show_absence(hall::Call& call) {
  auto staff = subject_of(call);
  if (!staff) return std::move(staff.error());
  Form form{web::Fields{}};
  prefill_day(form, "from", call.today);
  prefill_day(form, "to", call.today);
  return absence_page(call, form, *staff);
}

Response save_absence(hall::Call& call) {
  auto staff = subject_of(call);
  if (!staff) return std::move(staff.error());
  const Words& words = call.words;
  Form form(call.request);
  Absence absence{.staff = staff->id};
  absence.reason_code = form.text("reason", {{.label = words(Text::reason).plain(), .required = true}});
  auto from = form.date("from", {{.label = words(Text::from).plain(), .required = true}});
  absence.period.to = form.date("to", {{.label = words(Text::last_day).plain(), .required = true}});
  if (!form.ok() || !from) return absence_page(call, form, *staff);
  absence.period.from = *from;
  auto made = call.hall.store.change(call.town, key_of(call),
                                     [&](store::Tx& tx) { return enter_absence(tx, act_of(call), absence); });
  call.hall.gate.forget(call.town);
  if (made) return back_to(call, *staff);
  if (blame(form, words, made.error(),
            {{"reason", words(Text::reason)}, {"from", words(Text::from)}, {"to", words(Text::last_day)}}))
    return absence_page(call, form, *staff);
  return hall::problem(call, made.error());
}

Response cancel(hall::Call& call) {
  auto staff = subject_of(call);
  if (!staff) return std::move(staff.error());
  auto id = parse_integer(parameter(call, "absence"));
  auto done = call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<> {
    for (const Absence& row : TRY(absences_of(tx, staff->id, call.today)))
      if (id && row.id.value == *id) return cancel_absence(tx, act_of(call), row.id);
    return fail(ErrorKind::not_found, "section.no_such_absence");
  });
  call.hall.gate.forget(call.town);
  return done ? back_to(call, *staff) : hall::problem(call, done.error());
}

// --- delegation ---

Response delegate_page(hall::Call& call, const Form& form, const StaffMember& staff) {
  const Words& words = call.words;
  auto kind = [&](const char* value, Text label) {
    return web::Option{.value = value, .label = words(label), .chosen = form.typed("kind") == value};
  };
  Html fields = h::group(web::text_field(words, {.name = "delegate",
                                                 .label = words(Text::delegation_to),
                                                 .value = std::string(form.typed("delegate")),
                                                 .error = web::error_for(form, "delegate", words),
                                                 .required = true,
                                                 .width = "w-8"}),
                         web::choice_field(words, {.name = "kind",
                                                   .legend = words(Text::delegation_kind),
                                                   .options = {kind("daiketsu", Text::delegation_daiketsu),
                                                               kind("senketsu", Text::delegation_senketsu)},
                                                   .error = web::error_for(form, "kind", words),
                                                   .required = true,
                                                   .lines = true}),
                         reason_field(form, words), day_field(form, words, "from", words(Text::from), true),
                         day_field(form, words, "to", words(Text::to), false, words(Text::to_hint)));
  return form_page(call, form,
                   {.title = Text::delegation_new,
                    .back_href = home_of(call, staff),
                    .back_text = Html(staff.name),
                    .fields = fields,
                    .buttons = web::action_button({.text = words(Text::delegation_new)})});
}

Response show_delegate(hall::Call& call) {
  auto staff = subject_of(call);
  if (!staff) return std::move(staff.error());
  Form form{web::Fields{}};
  form.set("kind", "daiketsu");
  prefill_day(form, "from", call.today);
  return delegate_page(call, form, *staff);
}

Response save_delegate(hall::Call& call) {
  auto staff = subject_of(call);
  if (!staff) return std::move(staff.error());
  const Words& words = call.words;
  Form form(call.request);
  Delegation wanted{.principal = staff->id};
  std::string number = nfkc(form.text("delegate", {{.label = words(Text::delegation_to).plain(), .required = true}}));
  std::string kind = form.choice(
      "kind", {{.label = words(Text::delegation_kind).plain(), .required = true}, {"daiketsu", "senketsu"}});
  wanted.kind = kind == "senketsu" ? DelegationKind::senketsu : DelegationKind::daiketsu;
  wanted.reason_code = form.text("reason", {{.label = words(Text::reason).plain(), .required = true}});
  auto from = form.date("from", {{.label = words(Text::from).plain(), .required = true}});
  wanted.period.to = form.date("to", {{.label = words(Text::to).plain()}});
  if (!form.ok() || !from) return delegate_page(call, form, *staff);
  wanted.period.from = *from;
  auto made = call.hall.store.change(call.town, key_of(call), [&](store::Tx& tx) -> Result<DelegationId> {
    auto deputy = TRY(staff_by_number(tx, number));
    if (!deputy) return fail(ErrorKind::invalid, "section.no_such_staff", {}, Place{.field = "delegate"});
    Delegation row = wanted;
    row.delegate = deputy->id;
    return delegate(tx, act_of(call), row);
  });
  call.hall.gate.forget(call.town);
  if (made) return back_to(call, *staff);
  if (blame(form, words, made.error(),
            {{"delegate", words(Text::delegation_to)},
             {"reason", words(Text::reason)},
             {"from", words(Text::from)},
             {"to", words(Text::to)}}))
    return delegate_page(call, form, *staff);
  return hall::problem(call, made.error());
}

Response end(hall::Call& call) {
  auto staff = subject_of(call);
  if (!staff) return std::move(staff.error());
  auto id = parse_integer(parameter(call, "delegation"));
  auto done = call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<> {
    for (const Delegation& row : TRY(delegations_from(tx, staff->id, call.today)))
      if (id && row.id.value == *id && (row.principal == staff->id || !is_own(call)))
        return end_delegation(tx, act_of(call), row.id, call.today.plus_days(row.period.from == call.today ? -1 : 0));
    return fail(ErrorKind::not_found, "section.no_such_delegation");
  });
  call.hall.gate.forget(call.town);
  return done ? back_to(call, *staff) : hall::problem(call, done.error());
}

// --- one's own ---

struct Own {
  std::vector<Absence> absences;
  std::vector<Delegation> delegations;
  std::vector<Acting> acting;
  std::vector<std::pair<StaffId, std::string>> names;
};
std::string name_in(const Own& own, StaffId id) {
  for (const auto& [known, name] : own.names)
    if (known == id) return name;
  return {};
}

Result<Own> look_at_own(hall::Call& call, StaffId self) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Own> {
    Own own{TRY(absences_of(tx, self, call.today)),
            TRY(delegations_from(tx, self, call.today)),
            TRY(acts_for(tx, *call.pack, self, call.today)),
            {}};
    std::vector<StaffId> needed;
    for (const Delegation& row : own.delegations) needed.insert(needed.end(), {row.principal, row.delegate});
    for (const Acting& row : own.acting) needed.push_back(row.principal);
    for (StaffId id : needed)
      if (id && name_in(own, id).empty())
        if (auto staff = TRY(staff_by_id(tx, id))) own.names.emplace_back(id, staff->name);
    return own;
  });
}

Html own_absences(const hall::Call& call, const Own& own) {
  const Words& words = call.words;
  if (own.absences.empty()) return h::p(h::cls("muted"), words(Text::absence_none));
  std::vector<web::SummaryRow> rows;
  for (const Absence& row : own.absences)
    rows.push_back(
        {.term = reason_words(words, row.reason_code),
         .value = shown_period(words, row.period),
         .go = h::form(h::method("post"), h::action("/absence/" + std::to_string(row.id.value) + "/cancel"),
                       hall::form_fields(call),
                       web::action_button({.text = words(Text::absence_cancel), .kind = web::ButtonKind::second}))});
  return web::summary_list(rows);
}

Html own_delegations(const hall::Call& call, const Own& own, StaffId self) {
  const Words& words = call.words;
  if (own.delegations.empty()) return h::p(h::cls("muted"), words(Text::delegation_none));
  std::vector<web::SummaryRow> rows;
  for (const Delegation& row : own.delegations) {
    Html go;
    if (row.principal == self)
      go = h::form(h::method("post"), h::action("/absence/delegations/" + std::to_string(row.id.value) + "/end"),
                   hall::form_fields(call),
                   web::action_button({.text = words(Text::delegation_end), .kind = web::ButtonKind::second}));
    web::Phrase kind = words(row.kind == DelegationKind::senketsu ? Text::kind_senketsu : Text::kind_daiketsu);
    rows.push_back({.term = words(Text::delegation_row, {{"principal", name_in(own, row.principal)},
                                                         {"delegate", name_in(own, row.delegate)},
                                                         {"kind", kind}}),
                    .value = shown_period(words, row.period),
                    .go = go});
  }
  return web::summary_list(rows);
}

Response show_own(hall::Call& call) {
  StaffId self = call.actor->staff()->id;
  auto own = look_at_own(call, self);
  if (!own) return hall::problem(call, own.error());
  const Words& words = call.words;
  std::vector<web::Fact> acting;
  for (const Acting& row : own->acting) {
    const pack::Rank* rank = call.pack->rank(row.rank);
    acting.push_back({.term = Html((rank ? rank->name : row.rank) + " " + name_in(*own, row.principal)),
                      .value = reason_words(words, row.reason_code)});
  }
  Html content = h::div(
      h::cls("wrap stack"), h::h1(words(Text::absence_own)),
      h::p(h::cls("row"), web::link_button("/absence/new", words(Text::absence_new), web::ButtonKind::main),
           web::link_button("/absence/delegate", words(Text::delegation_new))),
      web::panel({.id = "absences", .title = words(Text::absence), .body = own_absences(call, *own)}),
      web::panel({.id = "delegations", .title = words(Text::delegation), .body = own_delegations(call, *own, self)}),
      h::when(!acting.empty(), [&] {
        return web::panel({.id = "acting", .title = words(Text::acts_now), .body = web::facts(acting)});
      }));
  return hall::page(call, {.title = words(Text::absence_own), .content = content, .current_menu = "/absence"});
}

}  // namespace

std::vector<hall::Route> absence_routes() {
  using web::Fixture, web::Method, web::Side;
  const Permission change("staff.change"), own("staff");
  const auto member = Fixture::of("administrator", {{"staff", "staff-member"}});
  const auto clerk = Fixture::of("clerk");
  const auto writes = Fixture::none("writes");
  const auto side = Side::office_side;
  return {{Method::get, "/absence", side, own, clerk, show_own},
          {Method::get, "/absence/new", side, own, clerk, show_absence},
          {Method::post, "/absence/new", side, own, writes, save_absence},
          {Method::post, "/absence/{absence}/cancel", side, own, writes, cancel},
          {Method::get, "/absence/delegate", side, own, clerk, show_delegate},
          {Method::post, "/absence/delegate", side, own, writes, save_delegate},
          {Method::post, "/absence/delegations/{delegation}/end", side, own, writes, end},
          {Method::get, "/staff/{staff}/absence", side, change, member, show_absence},
          {Method::post, "/staff/{staff}/absence", side, change, writes, save_absence},
          {Method::post, "/staff/{staff}/absences/{absence}/cancel", side, change, writes, cancel},
          {Method::get, "/staff/{staff}/delegate", side, change, member, show_delegate},
          {Method::post, "/staff/{staff}/delegate", side, change, writes, save_delegate},
          {Method::post, "/staff/{staff}/delegations/{delegation}/end", side, change, writes, end}};
}

}  // namespace yakuba::section
