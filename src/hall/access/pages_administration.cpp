// The administration's pages: ways to sign in of others, resets by two persons, link codes for residents.
#include "base/text.hpp"
#include "hall/access/pages.hpp"
#include "hall/people/people.hpp"

namespace yakuba::access {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

Text reset_reason(std::string_view code) {
  if (code == "broken") return Text::reset_broken;
  return code == "replaced" ? Text::reset_replaced : Text::reset_lost;
}

// --- one staff member's ways to sign in ---

struct Subject {
  section::StaffMember staff;
  CredentialState state;
  std::optional<SectionId> place;
};
Result<Subject> look_at(hall::Call& call) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Subject> {
    auto id = PublicId::parse(parameter(call, "staff"));
    auto staff = id ? TRY(section::staff_by_public_id(tx, *id)) : std::nullopt;
    if (!staff) return fail(ErrorKind::not_found, "access.no_such_staff");
    Subject subject{std::move(*staff), {}, {}};
    subject.state = TRY(credential_state(tx, subject.staff.id, call.now));
    for (const section::Assignment& held : TRY(section::assignments_of(tx, subject.staff.id, call.today)))
      if (!subject.place) subject.place = held.section;
    return subject;
  });
}

std::optional<Response> unless_allowed(hall::Call& call, std::optional<SectionId> place) {
  auto decision = may(*call.actor, "change", {.kind = "access", .section = place});
  if (decision) return std::nullopt;
  return hall::problem(call, Error{ErrorKind::forbidden, "access." + decision.reason, decision.rule, {}, {}});
}

// Acts on somebody's ways in ask for a factor shown lately: an unattended desk is not enough. Back to `page`
// afterwards.
std::optional<Response> unless_proved(hall::Call& call, std::string_view page) {
  auto session = session_of(call);
  if (session && call.now.microseconds - session->proved.microseconds <= reproof_seconds_max * 1'000'000)
    return std::nullopt;
  return Response::see_other(Path::to("/prove").with("to", page));
}

Html invite_form(const hall::Call& call, const Subject& subject) {
  return h::form(h::method("post"), h::action("/staff/" + subject.staff.public_id.text() + "/access/invite"),
                 hall::form_fields(call), web::action_button({.text = call.words(Text::admin_invite)}));
}

Html reset_form(const hall::Call& call, const Form& form, const Subject& subject) {
  const Words& words = call.words;
  web::Choices reasons{.name = "reason",
                       .legend = words(Text::reset_reason),
                       .error = web::error_for(form, "reason", words),
                       .required = true,
                       .lines = true};
  for (const char* code : {"lost", "broken", "replaced"})
    reasons.options.push_back(
        {.value = code, .label = words(reset_reason(code)), .chosen = form.typed("reason") == code});
  return h::form(h::method("post"), h::action("/staff/" + subject.staff.public_id.text() + "/access/reset"),
                 h::cls("stack"), hall::form_fields(call), h::p(words(Text::admin_reset_lead)),
                 web::choice_field(words, reasons),
                 h::p(web::action_button({.text = words(Text::admin_reset_ask), .kind = web::ButtonKind::warn})));
}

Response access_page(hall::Call& call, const Form& form, const Subject& subject) {
  const Words& words = call.words;
  auto count = static_cast<std::int64_t>(subject.state.passkeys);
  Html state;
  if (subject.state.enrolled)
    state = h::p(words(Text::admin_enrolled, {{"count", count}}));
  else
    state = h::p(words(Text::admin_not_enrolled));
  bool own = call.actor->staff() && call.actor->staff()->id == subject.staff.id;
  Html content = h::div(
      h::cls("wrap stack read"), web::back_link("/staff/" + subject.staff.public_id.text(), subject.staff.name),
      web::error_summary(form, words), h::h1(words(Text::admin_title, {{"name", subject.staff.name}})), state,
      h::when(subject.state.locked,
              [&] { return web::notice({.kind = web::Tone::warn, .title = words(Text::admin_locked)}); }),
      h::when(!subject.state.enrolled, [&] { return invite_form(call, subject); }),
      h::when(subject.state.enrolled && !own, [&] {
        return web::panel({.id = "reset", .title = words(Text::admin_reset), .body = reset_form(call, form, subject)});
      }));
  return hall::page(call, {.title = words(Text::admin_title, {{"name", subject.staff.name}}),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/staff"});
}

Response show_access(hall::Call& call) {
  auto subject = look_at(call);
  if (!subject) return hall::problem(call, subject.error());
  if (auto refused = unless_allowed(call, subject->place)) return std::move(*refused);
  return access_page(call, Form{web::Fields{}}, *subject);
}

Response link_page(hall::Call& call, const std::string& path, std::string_view back) {
  const Words& words = call.words;
  std::string link = call.hall.office_url(call.info, path);
  Html content = h::div(
      h::cls("wrap stack read"), web::back_link(back, words(Text::own_title)), h::h1(words(Text::admin_link_title)),
      h::p(words(Text::admin_link_body, {{"hours", enrolment_seconds_max / 3600}})), h::p(h::code(link)));
  return hall::page(call, {.title = words(Text::admin_link_title), .content = content, .current_menu = "/staff"});
}

Response make_invitation(hall::Call& call) {
  auto subject = look_at(call);
  if (!subject) return hall::problem(call, subject.error());
  if (auto refused = unless_allowed(call, subject->place)) return std::move(*refused);
  if (auto first = unless_proved(call, "/staff/" + subject->staff.public_id.text() + "/access"))
    return std::move(*first);
  auto path = invite(call.hall, call.town, *call.actor->staff(), subject->staff.id);
  if (!path) return hall::problem(call, path.error());
  return link_page(call, *path, "/staff/" + subject->staff.public_id.text());
}

Response make_reset(hall::Call& call) {
  auto subject = look_at(call);
  if (!subject) return hall::problem(call, subject.error());
  if (auto refused = unless_allowed(call, subject->place)) return std::move(*refused);
  if (auto first = unless_proved(call, "/staff/" + subject->staff.public_id.text() + "/access"))
    return std::move(*first);
  Form form(call.request);
  std::string reason = form.choice(
      "reason", {{.label = call.words(Text::reset_reason).plain(), .required = true}, {"lost", "broken", "replaced"}});
  if (!form.ok()) return access_page(call, form, *subject);
  auto made = ask_reset(call.hall, call.town, *call.actor->staff(), subject->staff.id, reason);
  if (made) return Response::see_other(Path::to("/access/resets"));
  return blame(form, call, made.error(), "reason") ? access_page(call, form, *subject)
                                                   : hall::problem(call, made.error());
}

// --- resets ---

struct ResetShown {
  Reset reset;
  std::string name, by;
};
Result<std::vector<ResetShown>> resets_shown(hall::Call& call) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<std::vector<ResetShown>> {
    std::vector<ResetShown> shown;
    for (const Reset& reset : TRY(open_resets(tx))) {
      auto staff = TRY(section::staff_by_id(tx, reset.staff));
      auto by = TRY(section::staff_by_id(tx, reset.asked_by));
      shown.push_back({reset, staff ? staff->name : "", by ? by->name : ""});
    }
    return shown;
  });
}

Html reset_acts(const hall::Call& call, const ResetShown& row) {
  const Words& words = call.words;
  std::string path = "/access/resets/" + row.reset.public_id.text();
  auto act = [&](std::string_view below, Text text, web::ButtonKind kind) {
    return Html(h::form(h::method("post"), h::action(path + std::string(below)), hall::form_fields(call),
                        web::action_button({.text = words(text), .kind = kind})));
  };
  StaffId self = call.actor->staff()->id;
  bool second = self != row.reset.asked_by && self != row.reset.staff;
  Html acts;
  if (second)
    acts.add(act("/confirm", Text::reset_confirm, web::ButtonKind::warn));
  else
    acts.add(h::p(h::cls("small muted"), words(Text::reset_own_hint)));
  acts.add(act("/refuse", Text::reset_refuse, web::ButtonKind::second));
  return h::div(h::cls("row"), acts);
}

Response show_resets(hall::Call& call) {
  const Words& words = call.words;
  auto shown = resets_shown(call);
  if (!shown) return hall::problem(call, shown.error());
  std::vector<web::SummaryRow> rows;
  for (const ResetShown& row : *shown)
    rows.push_back(
        {.term = words(Text::resets_row,
                       {{"name", row.name}, {"reason", words(reset_reason(row.reset.reason_code))}, {"by", row.by}}),
         .value = Html(shown_time(row.reset.asked)),
         .go = reset_acts(call, row)});
  Html content = h::div(h::cls("wrap stack"), h::h1(words(Text::resets_title)), h::p(words(Text::admin_reset_lead)),
                        h::when(
                            rows.empty(), [&] { return web::empty_state({.title = words(Text::resets_none)}); },
                            [&] { return web::summary_list(rows); }));
  return hall::page(call, {.title = words(Text::resets_title), .content = content, .current_menu = "/access/resets"});
}

Response confirm(hall::Call& call) {
  if (auto first = unless_proved(call, "/access/resets")) return std::move(*first);
  auto id = PublicId::parse(parameter(call, "reset")).value_or(PublicId{});
  auto path = confirm_reset(call.hall, call.town, *call.actor->staff(), id);
  return path ? link_page(call, *path, "/access/resets") : hall::problem(call, path.error());
}

Response refuse_it(hall::Call& call) {
  auto id = PublicId::parse(parameter(call, "reset")).value_or(PublicId{});
  auto done = refuse_reset(call.hall, call.town, *call.actor->staff(), id);
  return done ? Response::see_other(Path::to("/access/resets")) : hall::problem(call, done.error());
}

// --- links for residents ---

struct DocumentText {
  std::string_view code;
  Text text;
};
constexpr DocumentText documents[] = {{"my-number-card", Text::document_my_number_card},
                                      {"driving-licence", Text::document_driving_licence},
                                      {"passport", Text::document_passport},
                                      {"residence-card", Text::document_residence_card},
                                      {"two-documents", Text::document_two_documents},
                                      {"registered-address", Text::document_registered_address}};

struct PersonShown {
  people::PersonId id;
  people::PartyNumber number;
  std::string name;
  std::vector<Offer> offers;
};
Result<PersonShown> person_of_path(hall::Call& call) {
  auto number = people::PartyNumber::parse(parameter(call, "person"));
  if (!number) return fail(ErrorKind::not_found, "people.not_found");
  people::Reader reader = people::reader_of(call, people::Purpose::counter);
  auto sealed = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return people::person(tx, reader, *number); });
  auto file = TRY(people::reveal(call.hall.store, call.town, sealed));
  auto offers =
      TRY(call.hall.store.read(call.town, [&](store::ReadTx& tx) { return offers_of(tx, file.person.id.value); }));
  return PersonShown{file.person.id, *number, std::string(file.person.name.shown()), std::move(offers)};
}

std::string person_path(const PersonShown& person) {
  return "/people/" + person.number.text();
}

Html offer_list(const hall::Call& call, const PersonShown& person) {
  const Words& words = call.words;
  if (person.offers.empty()) return h::p(h::cls("muted"), words(Text::links_none));
  std::vector<web::SummaryRow> rows;
  for (const Offer& offer : person.offers) {
    bool open = offer.state == "linked" || (offer.state == "offered" && offer.expires >= call.now);
    Html state = words(Text::links_row_ended), go;
    if (offer.state == "linked") state = words(Text::links_row_linked);
    if (offer.state == "offered" && open)
      state = words(Text::links_row_offered, {{"until", format_era(date_in_japan(offer.expires))}});
    if (open)
      go = h::form(h::method("post"), h::action(person_path(person) + "/account/" + offer.id.text() + "/end"),
                   hall::form_fields(call),
                   web::action_button({.text = words(Text::links_end), .kind = web::ButtonKind::second}));
    std::string_view document = offer.document_code;
    Html seen;
    for (const DocumentText& row : documents)
      if (row.code == document) seen = words(row.text);
    rows.push_back({.term = Html(shown_time(offer.made)), .value = h::group(state, " ", seen), .go = go});
  }
  return web::summary_list(rows);
}

Response links_page(hall::Call& call, const Form& form, const PersonShown& person) {
  const Words& words = call.words;
  web::Choices seen{.name = "document",
                    .legend = words(Text::links_document),
                    .error = web::error_for(form, "document", words),
                    .required = true,
                    .lines = true};
  for (const DocumentText& row : documents)
    seen.options.push_back(
        {.value = std::string(row.code), .label = words(row.text), .chosen = form.typed("document") == row.code});
  Html content =
      h::div(h::cls("wrap stack read"), web::back_link(person_path(person), words(Text::back_person)),
             web::error_summary(form, words), h::h1(words(Text::links_title, {{"name", person.name}})),
             h::p(words(Text::links_lead)), offer_list(call, person),
             h::form(h::id("form"), h::method("post"), h::cls("stack"), hall::form_fields(call),
                     web::choice_field(words, seen), h::p(web::action_button({.text = words(Text::links_offer)}))));
  return hall::page(call, {.title = words(Text::links_title, {{"name", person.name}}),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/people"});
}

Response show_links(hall::Call& call) {
  auto person = person_of_path(call);
  return person ? links_page(call, Form{web::Fields{}}, *person) : hall::problem(call, person.error());
}

// The sheet that is printed: the only place where the code is ever written.
Response sheet(hall::Call& call, const PersonShown& person, const LinkOffer& offer, LinkWay way) {
  const Words& words = call.words;
  Html content = h::div(
      h::cls("wrap stack read"), h::h1(words(Text::sheet_title)), h::p(words(Text::sheet_for, {{"name", person.name}})),
      h::p(words(Text::sheet_body, {{"until", format_resident(date_in_japan(offer.expires))}})),
      h::p(h::code(call.hall.public_url(call.info, "/account/link"))), h::p(h::cls("number"), offer.code),
      h::p(h::cls("small muted"), words(Text::sheet_print)),
      h::when(way == LinkWay::post, [&] { return h::p(h::cls("small muted"), words(Text::sheet_post)); }));
  return hall::page(call, {.title = words(Text::sheet_title), .content = content, .current_menu = "/people"});
}

Response save_link(hall::Call& call) {
  auto person = person_of_path(call);
  if (!person) return hall::problem(call, person.error());
  Form form(call.request);
  std::vector<std::string> known;
  for (const DocumentText& row : documents) known.emplace_back(row.code);
  std::string document =
      form.choice("document", {{.label = call.words(Text::links_document).plain(), .required = true}, known});
  if (!form.ok()) return links_page(call, form, *person);
  LinkWay way = document == "registered-address" ? LinkWay::post : LinkWay::counter;
  auto offer = offer_link(call.hall, call.town, *call.actor->staff(), person->id.value, way, document);
  return offer ? sheet(call, *person, *offer, way) : hall::problem(call, offer.error());
}

Response end_offer(hall::Call& call) {
  auto person = person_of_path(call);
  if (!person) return hall::problem(call, person.error());
  auto id = PublicId::parse(parameter(call, "offer"));
  for (const Offer& offer : person->offers)
    if (id && offer.id == *id) {
      auto done = end_link(call.hall, call.town, *call.actor->staff(), *id);
      return done ? Response::see_other(Path::to("/people/{person}/account", {{"person", person->number.text()}}))
                  : hall::problem(call, done.error());
    }
  return hall::problem(call, Error{ErrorKind::not_found, "access.no_such_link", {}, {}, {}});
}

}  // namespace

std::vector<hall::Route> administration_routes() {
  using web::Fixture, web::Method, web::Side;
  const auto side = Side::office_side;
  const Permission change("access.change"), link("account.link");
  const auto writes = Fixture::none("writes");
  return {{Method::get, "/staff/{staff}/access", side, change,
           Fixture::of("administrator", {{"staff", "staff-member"}}), show_access},
          {Method::post, "/staff/{staff}/access/invite", side, change, writes, make_invitation},
          {Method::post, "/staff/{staff}/access/reset", side, change, writes, make_reset},
          {Method::get, "/access/resets", side, change, Fixture::of("administrator"), show_resets},
          {Method::post, "/access/resets/{reset}/confirm", side, change, writes, confirm},
          {Method::post, "/access/resets/{reset}/refuse", side, change, writes, refuse_it},
          {Method::get, "/people/{person}/account", side, link, Fixture::of("clerk", {{"person", "demo-person"}}),
           show_links},
          {Method::post, "/people/{person}/account", side, link, writes, save_link},
          {Method::post, "/people/{person}/account/{offer}/end", side, link, writes, end_offer}};
}

}  // namespace yakuba::access
