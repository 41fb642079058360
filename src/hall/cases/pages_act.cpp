// Acts on a case: a short page that asks what the act needs, a POST that does it, 303 back to the file.
#include "base/text.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

web::Choices reason_choices(hall::Call& call, const File& file, const web::Form& form, std::string_view use,
                            std::string name, Text legend, bool several) {
  web::Choices choices{.name = name,
                       .legend = call.words(legend),
                       .error = web::error_for(form, name, call.words),
                       .required = true,
                       .several = several,
                       .lines = true};
  for (const pack::ReasonCode& reason : file.procedure->reasons)
    if (reason.use == use)
      choices.options.push_back({.value = reason.code,
                                 .label = Html(say(file, "reason." + reason.code)),
                                 .hint = Html(reason.law),
                                 .chosen = form.was_chosen(name, reason.code)});
  return choices;
}

// --- simple acts ---

Response post_accept(hall::Call& call) {
  const Act act = act_of(call);
  return back_to_file(call, do_act(call, "receive", [&](store::Tx& tx, const On& on) {
                        return accept(call.hall, tx, call.town, act, on);
                      }));
}
Response post_take(hall::Call& call) {
  const Act act = act_of(call);
  return back_to_file(call, do_act(call, "examine", [&](store::Tx& tx, const On& on) {
                        return take(call.hall, tx, call.town, act, on);
                      }));
}
Response post_note(hall::Call& call) {
  const Act act = act_of(call);
  const std::string body(call.request.form.first("note"));
  if (trim(body).empty()) return Response::see_other(file_path(case_of(call).value_or(PublicId{})));
  return back_to_file(call, do_act(call, "read", [&](store::Tx& tx, const On& on) {
                        return note(call.hall, tx, call.town, act, on, body);
                      }));
}
Response post_propose(hall::Call& call) {
  const Act act = act_of(call);
  return back_to_file(call, do_act(call, "draft", [&](store::Tx& tx, const On& on) {
                        return propose(call.hall, tx, call.town, act, on);
                      }));
}

// --- correction ---

Response correct_page(hall::Call& call, const File& file, const web::Form& form,
                      const std::optional<Error>& error = {}) {
  const web::DateField due{.name = "due",
                           .legend = call.words(Text::due_legend),
                           .hint = call.words(Text::due_hint),
                           .year = std::string(form.typed("due-y")),
                           .month = std::string(form.typed("due-m")),
                           .day = std::string(form.typed("due-d")),
                           .error = web::error_for(form, "due", call.words),
                           .required = true};
  return act_page(
      call, file, form,
      {.act = "correct",
       .title = call.words(Text::act_correct),
       .button = call.words(Text::ask_now),
       .fields = Html(group(web::choice_field(call.words, reason_choices(call, file, form, "correction", "reason",
                                                                         Text::correction_reason, true)),
                            web::text_area(call.words, area_of(call, form, "message", call.words(Text::message),
                                                               call.words(Text::message_hint))),
                            web::date_field(call.words, due)))},
      error);
}
Response get_correct(hall::Call& call) {
  const auto file = open_for(call, "examine");
  if (!file) return hall::problem(call, file.error());
  pack::Facts facts = file->known;
  facts.known.insert_or_assign("received_on", call.today.text());
  const Date due = pack::due(*file->pack, *file->procedure, "correction", facts).value_or(call.today.plus_days(14));
  // The facts that the criterion misses suggest the reasons.
  web::Fields typed{{"due-y", std::to_string(due.year())},
                    {"due-m", std::to_string(due.month())},
                    {"due-d", std::to_string(due.day())}};
  if (const auto ruling = rule(*file))
    for (const pack::MissingFact& missing : ruling->missing)
      for (const pack::ReasonCode& reason : file->procedure->reasons)
        if (reason.use == "correction" && !reason.fact.empty() && missing.matters &&
            without_items(missing.key) == reason.fact)
          typed.add("reason", reason.code);
  if (const std::string_view asked = call.request.query.first("reason"); !asked.empty())
    typed.add("reason", std::string(asked));
  return correct_page(call, *file, web::Form(std::move(typed)));
}
Response post_correct(hall::Call& call) {
  const auto file = open_for(call, "examine");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  std::vector<std::string> allowed_codes;
  for (const pack::ReasonCode& reason : file->procedure->reasons)
    if (reason.use == "correction") allowed_codes.push_back(reason.code);
  const auto reasons =
      form.choices("reason", {{.label = call.words(Text::correction_reason).plain(), .required = true}, allowed_codes});
  const std::string message =
      form.text("message", {{.label = call.words(Text::message).plain(), .required = true}, 0, 1000, true});
  const auto due = form.date(
      "due",
      {{.label = call.words(Text::due_legend).plain(), .required = true}, call.today.plus_days(1), std::nullopt});
  if (!form.ok()) return correct_page(call, *file, form);
  const Act act = act_of(call);
  const auto done = do_act(call, "examine", [&](store::Tx& tx, const On& on) {
    return ask_correction(call.hall, tx, call.town, act, on, reasons, message, *due);
  });
  if (!done && done.error().kind == ErrorKind::conflict) return correct_page(call, *file, form, done.error());
  return back_to_file(call, done);
}

// --- consultation ---

Response consult_page(hall::Call& call, const File& file, const web::Form& form,
                      const std::optional<Error>& error = {}) {
  web::Select section;
  section.name = "section";
  section.label = call.words(Text::asked_section);
  section.error = web::error_for(form, "section", call.words);
  for (const pack::Section& one : file.pack->sections)
    if (one.id != file.row.section)
      section.options.push_back({.value = one.id, .label = Html(one.name), .chosen = form.typed("section") == one.id});
  return act_page(
      call, file, form,
      {.act = "consult",
       .title = call.words(Text::act_consult),
       .button = call.words(Text::ask_now),
       .fields = Html(group(web::select_field(call.words, section),
                            web::text_area(call.words, area_of(call, form, "question", call.words(Text::question),
                                                               call.words(Text::question_hint)))))},
      error);
}
Response get_consult(hall::Call& call) {
  const auto file = open_for(call, "examine");
  if (!file) return hall::problem(call, file.error());
  return consult_page(call, *file, web::Form(web::Fields{}));
}
Response post_consult(hall::Call& call) {
  const auto file = open_for(call, "examine");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  std::vector<std::string> sections;
  for (const pack::Section& one : file->pack->sections) sections.push_back(one.id);
  const std::string section =
      form.choice("section", {{.label = call.words(Text::asked_section).plain(), .required = true}, sections});
  const std::string question =
      form.text("question", {{.label = call.words(Text::question).plain(), .required = true}, 0, 1000, true});
  if (!form.ok()) return consult_page(call, *file, form);
  const Act act = act_of(call);
  const auto done = do_act(call, "examine", [&](store::Tx& tx, const On& on) {
    return consult(call.hall, tx, call.town, act, on, section, question);
  });
  if (!done && done.error().kind == ErrorKind::conflict) return consult_page(call, *file, form, done.error());
  return back_to_file(call, done);
}

Response answer_page(hall::Call& call, const File& file, const web::Form& form,
                     const std::optional<Error>& error = {}) {
  Html questions;
  for (const Consultation& c : file.consultations)
    if (!c.answered_at) questions = Html(group(questions, p(c.question)));
  web::Choices agree{.name = "agree",
                     .legend = call.words(Text::agree_legend),
                     .error = web::error_for(form, "agree", call.words),
                     .required = true,
                     .lines = true};
  agree.options = {{.value = "yes", .label = call.words(Text::consented), .chosen = form.was_chosen("agree", "yes")},
                   {.value = "no", .label = call.words(Text::objected), .chosen = form.was_chosen("agree", "no")}};
  return act_page(
      call, file, form,
      {.act = "answer",
       .title = call.words(Text::act_answer),
       .button = call.words(Text::answer_now),
       .fields = Html(group(questions, web::choice_field(call.words, agree),
                            web::text_area(call.words, area_of(call, form, "answer", call.words(Text::answer),
                                                               call.words(Text::question_hint)))))},
      error);
}
Response get_answer(hall::Call& call) {
  const auto file = open_for(call, "consent");
  if (!file) return hall::problem(call, file.error());
  return answer_page(call, *file, web::Form(web::Fields{}));
}
Response post_answer(hall::Call& call) {
  const auto file = open_for(call, "consent");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  const std::string agree =
      form.choice("agree", {{.label = call.words(Text::agree_legend).plain(), .required = true}, {"yes", "no"}});
  const std::string answer =
      form.text("answer", {{.label = call.words(Text::answer).plain(), .required = true}, 0, 1000, true});
  if (!form.ok()) return answer_page(call, *file, form);
  const Act act = act_of(call);
  const auto done = do_act(call, "consent", [&](store::Tx& tx, const On& on) {
    return answer_consultation(call.hall, tx, call.town, act, on, answer, agree == "no");
  });
  if (!done && done.error().kind == ErrorKind::conflict) return answer_page(call, *file, form, done.error());
  return back_to_file(call, done);
}

// --- assigning ---

Response assign_page(hall::Call& call, const File& file, const web::Form& form,
                     const std::optional<Error>& error = {}) {
  const auto staff =
      call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<std::vector<section::StaffMember>> {
        const auto section = TRY(section::section_by_code(tx, file.row.section, call.today));
        if (!section) return std::vector<section::StaffMember>();
        return section::staff_of_section(tx, *call.pack, section->id, call.today);
      });
  web::Select to;
  to.name = "to";
  to.label = call.words(Text::colleague);
  to.error = web::error_for(form, "to", call.words);
  if (staff)
    for (const section::StaffMember& one : *staff)
      to.options.push_back({.value = std::to_string(one.id.value),
                            .label = Html(one.name),
                            .chosen = form.typed("to") == std::to_string(one.id.value)});
  return act_page(call, file, form,
                  {.act = "assign",
                   .title = call.words(Text::act_assign),
                   .button = call.words(Text::act_assign),
                   .fields = web::select_field(call.words, to)},
                  error);
}
Response get_assign(hall::Call& call) {
  const auto file = open_for(call, "assign");
  if (!file) return hall::problem(call, file.error());
  return assign_page(call, *file, web::Form(web::Fields{}));
}
Response post_assign(hall::Call& call) {
  const auto file = open_for(call, "assign");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  const auto to = form.integer("to", {{.label = call.words(Text::colleague).plain(), .required = true}, 1});
  if (!form.ok()) return assign_page(call, *file, form);
  const Act act = act_of(call);
  const auto done = do_act(call, "assign", [&](store::Tx& tx, const On& on) {
    return assign(call.hall, tx, call.town, act, on, section::StaffId(*to));
  });
  if (!done && done.error().kind == ErrorKind::conflict) return assign_page(call, *file, form, done.error());
  return back_to_file(call, done);
}

// --- drafting ---

Response draft_page(hall::Call& call, const File& file, const web::Form& form, const std::optional<Error>& error = {}) {
  web::Area reason = area_of(call, form, "reason", call.words(Text::reason_title), call.words(Text::reason_hint));
  reason.required = false;
  reason.rows = 8;
  return act_page(call, file, form,
                  {.act = "draft",
                   .title = call.words(Text::act_draft),
                   .button = call.words(Text::draft_now),
                   .fields = web::text_area(call.words, reason)},
                  error);
}
Response get_draft(hall::Call& call) {
  const auto file = open_for(call, "draft");
  if (!file) return hall::problem(call, file.error());
  return draft_page(call, *file,
                    web::Form(web::Fields{{"reason", file->drafted ? file->drafted->reason : std::string()}}));
}
Response post_draft(hall::Call& call) {
  const auto file = open_for(call, "draft");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  const std::string reason = form.text("reason", {{.label = call.words(Text::reason_title).plain()}, 0, 2000, true});
  if (!form.ok()) return draft_page(call, *file, form);
  const Act act = act_of(call);
  const auto done = do_act(call, "draft", [&](store::Tx& tx, const On& on) {
    return draft(call.hall, tx, call.town, act, on, {.reason = reason});
  });
  if (!done && done.error().kind == ErrorKind::conflict) return draft_page(call, *file, form, done.error());
  return back_to_file(call, done);
}

Response depart_page(hall::Call& call, const File& file, const web::Form& form,
                     const std::optional<Error>& error = {}) {
  const pack::Step* step = file.procedure->step(file.row.step);
  const pack::Rank* rank = step ? file.pack->rank(step->depart.rank) : nullptr;
  web::Choices outcome{.name = "outcome",
                       .legend = call.words(Text::depart_outcome),
                       .error = web::error_for(form, "outcome", call.words),
                       .required = true,
                       .lines = true};
  for (const pack::Outcome& one : file.procedure->outcomes)
    outcome.options.push_back(
        {.value = one.id, .label = Html(say(file, "outcome." + one.id)), .chosen = form.was_chosen("outcome", one.id)});
  return act_page(call, file, form,
                  {.act = "depart",
                   .title = call.words(Text::act_depart),
                   .button = call.words(Text::depart_now),
                   .fields = Html(group(
                       p(call.words(Text::depart_hint, {{"rank", rank ? rank->name : std::string()}})),
                       web::choice_field(call.words, outcome),
                       web::choice_field(call.words, reason_choices(call, file, form, "depart", "depart_code",
                                                                    Text::depart_code, false)),
                       web::text_area(call.words, area_of(call, form, "depart_ground", call.words(Text::depart_ground),
                                                          call.words(Text::depart_ground_hint))),
                       web::text_area(call.words, area_of(call, form, "reason", call.words(Text::reason_title),
                                                          call.words(Text::depart_reason_hint))))),
                   .warn = true},
                  error);
}
Response get_depart(hall::Call& call) {
  const auto file = open_for(call, "depart");
  if (!file) return hall::problem(call, file.error());
  return depart_page(call, *file, web::Form(web::Fields{}));
}
Response post_depart(hall::Call& call) {
  const auto file = open_for(call, "depart");
  if (!file) return hall::problem(call, file.error());
  web::Form form(call.request);
  std::vector<std::string> outcomes, codes;
  for (const pack::Outcome& one : file->procedure->outcomes) outcomes.push_back(one.id);
  for (const pack::ReasonCode& one : file->procedure->reasons)
    if (one.use == "depart") codes.push_back(one.code);
  Draft d{.departs = true};
  d.outcome = form.choice("outcome", {{.label = call.words(Text::depart_outcome).plain(), .required = true}, outcomes});
  d.depart_code =
      form.choice("depart_code", {{.label = call.words(Text::depart_code).plain(), .required = true}, codes});
  d.depart_ground =
      form.text("depart_ground", {{.label = call.words(Text::depart_ground).plain(), .required = true}, 0, 2000, true});
  d.reason = form.text("reason", {{.label = call.words(Text::reason_title).plain(), .required = true}, 0, 2000, true});
  if (!form.ok()) return depart_page(call, *file, form);
  const Act act = act_of(call);
  const auto done =
      do_act(call, "depart", [&](store::Tx& tx, const On& on) { return draft(call.hall, tx, call.town, act, on, d); });
  if (!done && done.error().kind == ErrorKind::conflict) return depart_page(call, *file, form, done.error());
  return back_to_file(call, done);
}

Response get_preview(hall::Call& call) {
  const auto file = open_for(call, "draft");
  if (!file) return hall::problem(call, file.error());
  const auto pdf = preview_of(call.hall, call.town, act_of(call), *file);
  if (!pdf) return refused(call, pdf.error());
  return Response::attachment(file->row.number + "-draft.pdf", "application/pdf",
                              std::string(pdf->begin(), pdf->end()));
}

}  // namespace

std::vector<hall::Route> act_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  std::vector<hall::Route> routes;
  const auto get = [&](std::string_view act, std::string_view permission, std::string object, hall::Handler handler) {
    routes.emplace_back(Method::get, "/cases/{case}/" + std::string(act), Side::office_side, Permission(permission),
                        Fixture::of("clerk", {{"case", std::move(object)}}), std::move(handler));
  };
  const auto post = [&](std::string_view act, std::string_view permission, hall::Handler handler) {
    routes.emplace_back(Method::post, "/cases/{case}/" + std::string(act), Side::office_side, Permission(permission),
                        Fixture::none("writes"), std::move(handler));
  };
  post("accept", "case.receive", post_accept);
  post("take", "case.examine", post_take);
  post("note", "case.read", post_note);
  get("correct", "case.examine", "case-examine", get_correct);
  post("correct", "case.examine", post_correct);
  get("consult", "case.examine", "case-examine", get_consult);
  post("consult", "case.examine", post_consult);
  // The section that was asked answers, not the one that asked.
  routes.emplace_back(Method::get, "/cases/{case}/answer", Side::office_side, Permission("case.consent"),
                      Fixture::of("general-head", {{"case", "case-consult"}}), get_answer);
  post("answer", "case.consent", post_answer);
  get("assign", "case.assign", "case-examine", get_assign);
  post("assign", "case.assign", post_assign);
  get("draft", "case.draft", "case-examine", get_draft);
  post("draft", "case.draft", post_draft);
  get("depart", "case.depart", "case-examine", get_depart);
  post("depart", "case.depart", post_depart);
  post("propose", "case.draft", post_propose);
  routes.emplace_back(Method::get, "/cases/{case}/preview", Side::office_side, Permission("case.draft"),
                      Fixture::none("a PDF"), get_preview);
  return routes;
}

std::vector<hall::Route> routes() {
  std::vector<hall::Route> all = inbox_routes();
  for (auto more :
       {bulk_routes(), case_routes(), trace_routes(), answer_routes(), fact_routes(), act_routes(), key_routes()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<hall::Fixture> fixtures() {
  std::vector<hall::Fixture> out;
  for (const std::string step : {"accept", "examine", "correct", "consult", "draft", "approve", "notify", "close"})
    out.push_back(
        {.name = "case-" + step, .resolve = [step](hall::Hall& hall, const store::Town& town) -> Result<std::string> {
           const auto row = TRY(hall.store.read(town, [&](store::ReadTx& tx) {
             return tx.one<sql::FirstInStep>({.procedure = "jido-teate-nintei", .step = step});
           }));
           if (!row) return fail(ErrorKind::not_found, "demo.fixture", "case-" + step);
           return row->public_id;
         }});
  return out;
}

}  // namespace yakuba::cases
