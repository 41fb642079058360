// Changes of one staff member: assignments, name, leaving, delegation and absence entered by the administration.
#include <algorithm>

#include "base/text.hpp"
#include "hall/section/pages.hpp"

namespace yakuba::section {

namespace h = web::html;
using web::Form, web::Html, web::Option, web::Path, web::Permission, web::Response, web::Words;

namespace {

// What every page here starts from; refused, or not found, becomes the page to show.
struct Subject {
  StaffMember staff;
  std::vector<Assignment> held;
  std::vector<Section> sections;
};
std::expected<Subject, Response> subject_of(hall::Call& call, std::string_view verb = "change") {
  auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Subject> {
    Subject subject{TRY(staff_of_path(call, tx)), {}, TRY(sections(tx, call.today))};
    subject.held = TRY(assignments_of(tx, subject.staff.id, call.today));
    return subject;
  });
  if (!found) return std::unexpected(hall::problem(call, found.error()));
  if (auto refused = unless_allowed(call, "staff", verb, main_section(found->held)))
    return std::unexpected(std::move(*refused));
  return std::move(*found);
}

std::string path_of(const StaffMember& staff) {
  return "/staff/" + staff.public_id.text();
}

Response back_to(const StaffMember& staff) {
  return Response::see_other(Path::to("/staff/{staff}", {{"staff", staff.public_id.text()}}));
}

FormPage frame(const StaffMember& staff, Text heading, Html fields, Html lead = {}) {
  return {.title = heading,
          .back_href = path_of(staff),
          .back_text = Html(staff.name),
          .lead = std::move(lead),
          .fields = std::move(fields),
          .buttons = {}};
}

// --- an assignment ---

std::vector<Option> rank_options(const hall::Call& call, const Form& form) {
  std::vector<Option> options{
      {.value = "", .label = call.words(Text::rank_none), .chosen = form.typed("rank").empty()}};
  for (const pack::Rank& rank : call.pack->ranks)
    options.push_back({.value = rank.id, .label = Html(rank.name), .chosen = form.typed("rank") == rank.id});
  return options;
}

std::vector<Option> role_options(const hall::Call& call, const Form& form) {
  std::vector<Option> options;
  for (const pack::Role& role : call.pack->roles)
    options.push_back({.value = role.id, .label = Html(role.name), .chosen = form.was_chosen("roles", role.id)});
  options.push_back({.value = std::string(administrator_role),
                     .label = call.words(Text::role_administrator),
                     .chosen = form.was_chosen("roles", administrator_role)});
  return options;
}

Response assign_page(hall::Call& call, const Form& form, const Subject& subject) {
  const Words& words = call.words;
  web::Select where{{.name = "section",
                     .label = words(Text::section),
                     .error = web::error_for(form, "section", words),
                     .required = true}};
  where.options = section_options(subject.sections, form.typed("section"));
  web::Select rank{{.name = "rank", .label = words(Text::rank), .error = web::error_for(form, "rank", words)}};
  rank.options = rank_options(call, form);
  Html fields = h::group(web::select_field(words, where), web::select_field(words, rank),
                         web::text_field(words, {.name = "title",
                                                 .label = words(Text::title),
                                                 .hint = words(Text::title_hint),
                                                 .value = std::string(form.typed("title")),
                                                 .error = web::error_for(form, "title", words),
                                                 .width = "w-20"}),
                         web::choice_field(words, {.name = "roles",
                                                   .legend = words(Text::roles),
                                                   .hint = words(Text::roles_hint),
                                                   .options = role_options(call, form),
                                                   .error = web::error_for(form, "roles", words),
                                                   .several = true,
                                                   .lines = true}),
                         web::choice_field(words, {.name = "concurrent",
                                                   .legend = words(Text::concurrent),
                                                   .options = {{.value = "yes",
                                                                .label = words(Text::concurrent_label),
                                                                .chosen = form.was_chosen("concurrent", "yes")}},
                                                   .several = true,
                                                   .lines = true}),
                         day_field(form, words, "from", words(Text::from), true),
                         day_field(form, words, "to", words(Text::to), false, words(Text::to_hint)));
  FormPage page = frame(subject.staff, Text::assignment_new, fields);
  page.buttons = web::action_button({.text = words(Text::assignment_save)});
  return form_page(call, form, page);
}

Response show_assign(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  Form form{web::Fields{}};
  prefill_day(form, "from", call.today);
  return assign_page(call, form, *subject);
}

Response save_assign(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  const Words& words = call.words;
  Form form(call.request);
  Assignment wanted{.staff = subject->staff.id};
  std::vector<std::string> places, ranks{""}, roles{std::string(administrator_role)};
  for (const Section& row : subject->sections) places.push_back(row.public_id.text());
  for (const pack::Rank& rank : call.pack->ranks) ranks.push_back(rank.id);
  for (const pack::Role& role : call.pack->roles) roles.push_back(role.id);
  std::string place = form.choice("section", {{.label = words(Text::section).plain(), .required = true}, places});
  for (const Section& row : subject->sections)
    if (row.public_id.text() == place) wanted.section = row.id;
  wanted.rank = form.choice("rank", {{.label = words(Text::rank).plain()}, ranks});
  wanted.title = form.text("title", {{.label = words(Text::title).plain()}});
  wanted.roles = form.choices("roles", {{.label = words(Text::roles).plain()}, roles});
  wanted.concurrent = form.was_chosen("concurrent", "yes");
  auto from = form.date("from", {{.label = words(Text::from).plain(), .required = true}});
  wanted.period.to = form.date("to", {{.label = words(Text::to).plain()}});
  if (!form.ok() || !from) return assign_page(call, form, *subject);
  wanted.period.from = *from;
  // A role that gives rights waits for a second person; everything else is in force at once.
  const PublicId fresh = PublicId::random(call.hall.random);
  auto made = call.hall.store.change(call.town, key_of(call), [&](store::Tx& tx) -> Result<bool> {
    const bool waits = TRY(needs_second_person(tx, *call.pack, wanted));
    if (waits)
      TRY(ask_assignment(tx, act_of(call), *call.pack, wanted, fresh));
    else
      TRY(assign(tx, act_of(call), *call.pack, wanted));
    return waits;
  });
  call.hall.gate.forget(call.town);
  if (made && *made) return Response::see_other(Path::to("/staff/requests"));
  if (made) return back_to(subject->staff);
  if (blame(form, words, made.error(),
            {{"section", words(Text::section)},
             {"rank", words(Text::rank)},
             {"title", words(Text::title)},
             {"roles", words(Text::roles)},
             {"from", words(Text::from)},
             {"to", words(Text::to)}}))
    return assign_page(call, form, *subject);
  return hall::problem(call, made.error());
}

// --- ends ---

Result<Assignment> assignment_of_path(hall::Call& call, const StaffMember& staff) {
  auto id = parse_integer(parameter(call, "assignment"));
  auto rows = TRY(call.hall.store.read(call.town, [&](store::ReadTx& tx) { return assignment_history(tx, staff.id); }));
  for (Assignment& row : rows)
    if (id && row.id.value == *id) return std::move(row);
  return fail(ErrorKind::not_found, "section.no_such_assignment");
}

Response end_page(hall::Call& call, const Form& form, const Subject& subject, const Assignment& held) {
  const Words& words = call.words;
  std::string what = shown_rank(*call.pack, held);
  for (const Section& row : subject.sections)
    if (row.id == held.section) what = row.name + " " + what;
  FormPage page = frame(subject.staff, Text::assignment_end, day_field(form, words, "to", words(Text::last_day), true),
                        h::p(words(Text::assignment_end_body, {{"what", what}})));
  page.buttons = web::action_button({.text = words(Text::assignment_end), .kind = web::ButtonKind::warn});
  return form_page(call, form, page);
}

Response show_end(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  auto held = assignment_of_path(call, subject->staff);
  if (!held) return hall::problem(call, held.error());
  Form form{web::Fields{}};
  prefill_day(form, "to", call.today);
  return end_page(call, form, *subject, *held);
}

Response save_end(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  auto held = assignment_of_path(call, subject->staff);
  if (!held) return hall::problem(call, held.error());
  Form form(call.request);
  auto to = form.date("to", {{.label = call.words(Text::last_day).plain(), .required = true}});
  if (!form.ok() || !to) return end_page(call, form, *subject, *held);
  auto done =
      call.hall.store.change(call.town, [&](store::Tx& tx) { return end_assignment(tx, act_of(call), held->id, *to); });
  call.hall.gate.forget(call.town);
  if (done) return back_to(subject->staff);
  if (blame(form, call.words, done.error(), {{"to", call.words(Text::last_day)}}))
    return end_page(call, form, *subject, *held);
  return hall::problem(call, done.error());
}

Response leave_page(hall::Call& call, const Form& form, const Subject& subject) {
  const Words& words = call.words;
  FormPage page = frame(subject.staff, Text::leave, day_field(form, words, "to", words(Text::last_day), true),
                        h::p(words(Text::leave_body, {{"name", subject.staff.name}})));
  page.buttons = web::action_button({.text = words(Text::leave_save), .kind = web::ButtonKind::warn});
  return form_page(call, form, page);
}

Response show_leave(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  Form form{web::Fields{}};
  prefill_day(form, "to", fiscal_year_end(call.today));
  form.set("version", std::to_string(subject->staff.version));
  return leave_page(call, form, *subject);
}

Response save_leave(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  Form form(call.request);
  auto to = form.date("to", {{.label = call.words(Text::last_day).plain(), .required = true}});
  if (!form.ok() || !to) return leave_page(call, form, *subject);
  auto done = call.hall.store.change(call.town, [&](store::Tx& tx) {
    return leave(tx, act_of(call), subject->staff.id, subject->staff.version, *to);
  });
  call.hall.gate.forget(call.town);
  if (done) return back_to(subject->staff);
  if (blame(form, call.words, done.error(), {{"to", call.words(Text::last_day)}}))
    return leave_page(call, form, *subject);
  return hall::problem(call, done.error());
}

// --- name, reading, mail ---

Response correct_page(hall::Call& call, const Form& form, const Subject& subject) {
  const Words& words = call.words;
  auto text = [&](const char* name, Text label) { return text_field(form, words, name, label, "w-20"); };
  Html fields =
      h::group(h::input(h::type("hidden"), h::name("version"), h::value(form.typed("version"))),
               text("name", Text::staff_name), text("kana", Text::staff_kana), text("mail", Text::staff_mail));
  FormPage page = frame(subject.staff, Text::correct, fields);
  page.buttons = web::action_button({.text = words(Text::correct_save)});
  return form_page(call, form, page);
}

Response show_correct(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  Form form{web::Fields{}};
  form.set("name", subject->staff.name);
  form.set("kana", subject->staff.kana);
  form.set("mail", subject->staff.mail);
  form.set("version", std::to_string(subject->staff.version));
  return correct_page(call, form, *subject);
}

Response save_correct(hall::Call& call) {
  auto subject = subject_of(call);
  if (!subject) return std::move(subject.error());
  const Words& words = call.words;
  Form form(call.request);
  StaffMember wanted = subject->staff;
  wanted.name = form.text("name", {{.label = words(Text::staff_name).plain(), .required = true}});
  wanted.kana = to_katakana(form.text("kana", {{.label = words(Text::staff_kana).plain()}}));
  wanted.mail = form.text("mail", {{.label = words(Text::staff_mail).plain()}});
  wanted.version = parse_integer(form.typed("version")).value_or(-1);
  if (!form.ok()) return correct_page(call, form, *subject);
  auto done = call.hall.store.change(call.town, [&](store::Tx& tx) { return correct_staff(tx, act_of(call), wanted); });
  call.hall.gate.forget(call.town);
  if (done) return back_to(subject->staff);
  if (blame(form, words, done.error(),
            {{"name", words(Text::staff_name)}, {"kana", words(Text::staff_kana)}, {"mail", words(Text::staff_mail)}}))
    return correct_page(call, form, *subject);
  return hall::problem(call, done.error());
}

}  // namespace

std::vector<hall::Route> staff_change_routes() {
  using web::Fixture, web::Method, web::Side;
  const Permission change("staff.change");
  const auto member = Fixture::of("administrator", {{"staff", "staff-member"}});
  const auto held =
      Fixture::of("administrator", {{"staff", "staff-member"}, {"assignment", "assignment-of-staff-member"}});
  const auto writes = Fixture::none("writes");
  const auto side = Side::office_side;
  return {{Method::get, "/staff/{staff}/assign", side, change, member, show_assign},
          {Method::post, "/staff/{staff}/assign", side, change, writes, save_assign},
          {Method::get, "/staff/{staff}/end/{assignment}", side, change, held, show_end},
          {Method::post, "/staff/{staff}/end/{assignment}", side, change, writes, save_end},
          {Method::get, "/staff/{staff}/leave", side, change, member, show_leave},
          {Method::post, "/staff/{staff}/leave", side, change, writes, save_leave},
          {Method::get, "/staff/{staff}/correct", side, change, member, show_correct},
          {Method::post, "/staff/{staff}/correct", side, change, writes, save_correct}};
}

}  // namespace yakuba::section
