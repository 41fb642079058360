// The file of one case: what was decided and why, one line for each criterion; what is missing; the way to 決裁; the
// answers, papers, letters and events.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"
#include "hall/notice/notice.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::size_t events_shown = 6;

using Names = std::map<std::string, std::string>;

// Names of staff that the file's events speak of, by log name.
Result<Names> names_of(store::ReadTx& tx, const File& file) {
  Names names;
  const auto add = [&](const std::string& actor) -> Result<> {
    if (!actor.starts_with("staff:") || names.contains(actor)) return {};
    const auto id = parse_integer(std::string_view(actor).substr(6));
    const auto staff = id ? TRY(section::staff_by_id(tx, section::StaffId(*id))) : std::nullopt;
    names[actor] = staff ? staff->name : actor;
    return {};
  };
  for (const log::Event& event : file.events) {
    TRY(add(event.actor));
    TRY(add(event.acting_for));
  }
  for (const Note& note : file.notes) TRY(add(note.author));
  for (const Consultation& c : file.consultations) {
    TRY(add(c.asked_by));
    TRY(add(c.answered_by));
  }
  return names;
}

std::string name_of(const hall::Call& call, const Names& names, const std::string& actor) {
  if (const auto it = names.find(actor); it != names.end()) return it->second;
  if (actor == "applicant" || actor.starts_with("account:")) return call.words(Text::applicant).plain();
  if (actor.starts_with("system")) return call.words(Text::the_system).plain();
  return actor;
}

// --- the decision ---

Html verdict_of(hall::Call& call, const File& file, const pack::Ruling& ruling) {
  const pack::Outcome* outcome = file.drafted ? file.procedure->outcome(file.drafted->outcome) : ruling.outcome;
  if (!outcome)
    return web::verdict({.tone = web::Tone::warn, .mark = Html(call.words(Text::cannot_decide)), .main = Html()});
  const bool departs = file.drafted && file.drafted->departs;
  const Expected expected = departs || ruling.outcome != outcome ? Expected{} : expected_of(file, ruling);
  Html notes;
  for (const std::string& note : expected.notes) notes.add(group(br(), span(cls("small"), note)));
  return web::verdict({.tone = outcome->adverse ? web::Tone::bad : web::Tone::ok,
                       .mark = Html(say(file, "outcome." + outcome->id)),
                       .main = Html(expected.main),
                       .note = Html(group(call.words(departs ? Text::departs : Text::by_criterion), notes))});
}

// --- acts ---

struct Right {
  bool receive = false, examine = false, draft = false, assign = false, answer = false;
  std::string why_not;  // reason code when nothing may be done
};

Html act_form(hall::Call& call, const File& file, std::string_view act, Text text,
              web::ButtonKind kind = web::ButtonKind::main) {
  return Html(web::html::form(method("post"), action("/cases/" + file.row.public_id.text() + "/" + std::string(act)),
                              hall::form_fields(call),
                              input(type("hidden"), name("version"), value(std::to_string(file.row.version))),
                              web::action_button({.text = call.words(text), .kind = kind})));
}
Html act_link(const File& file, hall::Call& call, std::string_view act, Text text,
              web::ButtonKind kind = web::ButtonKind::second) {
  return web::link_button("/cases/" + file.row.public_id.text() + "/" + std::string(act), Html(call.words(text)), kind);
}

Html acts(hall::Call& call, const File& file, const Right& right) {
  const std::string& step = file.row.step;
  if (file.row.closed) return Html(p(cls("muted"), call.words(Text::is_closed)));
  if (!right.why_not.empty())
    return web::notice(
        {.title = Html(call.words(Text::you_may_not)),
         .body = Html(p(error_words(call, {ErrorKind::forbidden, "access." + right.why_not, {}, {}, {}}))),
         .level = 3});
  Html out;
  const auto add = [&](Html more) { out = Html(group(out, std::move(more))); };
  if (step == "accept" && right.receive) add(act_form(call, file, "accept", Text::act_accept));
  if (step == "examine" && right.examine) {
    if (right.draft) add(act_link(file, call, "draft", Text::act_draft, web::ButtonKind::main));
    add(act_link(file, call, "correct", Text::act_correct));
    add(act_link(file, call, "fact", Text::act_fact));
    add(act_link(file, call, "consult", Text::act_consult));
    add(act_link(file, call, "depart", Text::act_depart, web::ButtonKind::warn));
  }
  if (step == "consult" && right.answer) add(act_link(file, call, "answer", Text::act_answer, web::ButtonKind::main));
  if (step == "draft" && right.draft) {
    add(act_form(call, file, "propose", Text::act_propose));
    add(act_link(file, call, "preview", Text::act_preview));
    add(act_link(file, call, "draft", Text::act_redraft));
  }
  if (!file.row.taken_at && right.examine && step != "approve" && step != "correct")
    add(act_form(call, file, "take", Text::act_take, web::ButtonKind::second));
  if (right.assign) add(act_link(file, call, "assign", Text::act_assign));
  return Html(div(cls("row"), id("acts"), out));
}

// --- the approval route ---

Html seals(hall::Call& call, const std::optional<approval::Sheet>& sheet) {
  if (!sheet) return Html(p(cls("muted"), call.words(Text::not_proposed)));
  std::vector<web::Seal> out;
  const auto day = [](Instant at) {
    const Date d = date_in_japan(at);
    return fmt::format("{}.{}.{}", d.year() - 2018, d.month(), d.day());
  };
  const auto family = [](const std::string& name) { return name.substr(0, name.find("\u3000")); };
  out.push_back({.state = web::SealState::stamped,
                 .top = call.words(Text::seal_draft),
                 .middle = day(sheet->proposed_at),
                 .bottom = family(sheet->drafter_name),
                 .title = Html(group(call.words(Text::seal_draft), " ", sheet->drafter_name)),
                 .note = Html(clock_text(sheet->proposed_at))});
  for (const approval::Line& line : sheet->lines) {
    const Text kind = line.kind == approval::LineKind::review        ? Text::line_review
                      : line.kind == approval::LineKind::concurrence ? Text::line_concurrence
                      : line.senketsu                                ? Text::line_senketsu
                                                                     : Text::line_decision;
    web::Seal seal{.top = call.words(line.daiketsu ? Text::line_daiketsu : kind), .title = Html(line.title)};
    if (line.acted_at) {
      seal.state = web::SealState::stamped;
      seal.middle = day(*line.acted_at);
      seal.bottom = family(line.acted_name);
      seal.note = Html(line.daiketsu ? call.words(line.reviewed_at ? Text::reviewed : Text::review_waits,
                                                  {{"holder", line.holder_name}})
                                           .plain()
                                     : line.acted_name);
    } else {
      seal.state = line.state == approval::LineState::waiting   ? web::SealState::waiting
                   : line.state == approval::LineState::skipped ? web::SealState::not_needed
                                                                : web::SealState::later;
      seal.bottom = family(line.holder_name);
      seal.note = Html(call.words(line.state == approval::LineState::waiting   ? Text::line_waits
                                  : line.state == approval::LineState::skipped ? Text::line_skipped
                                                                               : Text::line_later));
    }
    out.push_back(std::move(seal));
  }
  return Html(group(web::approval_route(out), p(cls("small muted"), sheet->rule)));
}

// --- what was said ---

Html files_list(hall::Call& call, const File& file) {
  if (file.attachments.empty()) return Html(p(cls("muted"), call.words(Text::no_files)));
  std::vector<web::FileRow> rows;
  for (const Attachment& attachment : file.attachments) {
    const std::string need = attachment.need.substr(0, attachment.need.find('.'));
    rows.push_back({.name = Html(attachment.file_name),
                    .href = "/cases/" + file.row.public_id.text() + "/files/" + attachment.blob,
                    .detail = Html((need.empty() ? "" : say(file, "attachment." + need + ".title") + "　") +
                                   format_number((attachment.bytes + 1023) / 1024) + " KB")});
  }
  return web::file_list(rows);
}

Html household_panel(hall::Call& call, const File& file) {
  const auto household = file.known.known.find("household");
  if (household == file.known.known.end() || !household->second.array() || !file.row.applicant_person) return Html();
  std::vector<web::Row> rows;
  const auto add = [&](const JsonValue& person, bool applicant) {
    const auto born = Date::parse(person.text_or("birth", ""));
    rows.push_back(
        {.cells = {Html(group(b(person.text_or("name", "")),
                              when(applicant, [&] { return group(" ", call.words(Text::applicant)); }))),
                   Html(person.text_or("relationship", "")),
                   Html(born ? std::to_string(age_on(call.today, *born)) : person.text_or("birth_words", ""))}});
  };
  if (const auto claimant = file.known.known.find("claimant"); claimant != file.known.known.end())
    add(claimant->second, true);
  for (const JsonValue& member : *household->second.array()) add(member, false);
  return web::panel(
      {.id = "hh",
       .title = Html(call.words(Text::household)),
       .body = Html(
           group(web::table_of(call.words, {.id = "hht",
                                            .caption = Html(call.words(Text::household)),
                                            .caption_hidden = true,
                                            .columns = {{.title = call.words(Text::name)},
                                                        {.title = call.words(Text::relationship)},
                                                        {.title = call.words(Text::age), .align = web::Align::number}},
                                            .rows = std::move(rows)}),
                 p(cls("small"),
                   a(href("/people/" + std::to_string(*file.row.applicant_person)), call.words(Text::person_file)))))});
}

Html correspondence(hall::Call& call, const File& file, const Names& names) {
  Html out;
  for (const Correction& c : file.corrections) {
    std::string reasons;
    for (const std::string& code : c.reasons) reasons += (reasons.empty() ? "" : "、") + say(file, "reason." + code);
    out = Html(group(out, li(b(call.words(Text::correction)), " ", reasons, br(), c.message, br(),
                             span(cls("small muted"), call.words(c.answered_at ? Text::answered : Text::due_by,
                                                                 {{"date", format_month_day(c.due)}})))));
  }
  for (const Consultation& c : file.consultations) {
    const pack::Section* section = file.pack->section(c.section);
    out =
        Html(group(out, li(b(call.words(Text::consultation)), " ", section ? section->name : c.section, br(),
                           c.question, when(c.answered_at.has_value(), [&] {
                             return group(br(), call.words(c.objected ? Text::objected : Text::consented), " ",
                                          c.answer, " ", span(cls("small muted"), name_of(call, names, c.answered_by)));
                           }))));
  }
  return out;
}

Html notices_list(hall::Call& call, const File& file) {
  const auto notices = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) { return notice::of_case(tx, file.row.public_id.text()); });
  if (!notices || notices->empty()) return Html(p(cls("muted"), call.words(Text::no_notices)));
  Html rows;
  for (const notice::Notice& one : *notices)
    rows = Html(group(rows, li(web::icon(web::Icon::file), a(href("/notices/" + one.id.text()), one.kind_name), " ",
                               one.number, " ", notice::state_tag(call.words, one.state))));
  return Html(ul(cls("files"), rows));
}

// That the file was opened: in the log and among all events, but not between the acts.
bool opened_only(const log::Event& event) {
  if (event.verb != log::Verb::viewed) return false;
  const auto payload = event.payload.json();
  return payload && payload->text_or("what", "") == "case";
}

Html history(hall::Call& call, const File& file, const Names& names, bool all) {
  std::vector<web::LogRow> rows;
  for (auto event = file.events.rbegin(); event != file.events.rend(); ++event) {
    if (!all && rows.size() == events_shown) break;
    if (!all && opened_only(*event)) continue;
    rows.push_back({.time = Html(clock_text(event->at)),
                    .datetime = event->at.text(),
                    .text = Html(event_words(call, file, *event, names))});
  }
  return web::event_log(rows);
}

// What stands beside the file: names for its events, the sheet, what the reader may do, whose it is.
struct Beside {
  Names names;
  std::optional<approval::Sheet> sheet;
  Right right;
  std::string owner;
};
Result<Beside> beside_of(hall::Call& call, store::ReadTx& tx, const File& file) {
  Beside b{.names = TRY(names_of(tx, file)),
           .sheet = TRY(approval::sheet(tx, "case", file.row.public_id.text())),
           .right = {},
           .owner = {}};
  const auto may = [&](std::string_view verb) { return allowed(call, tx, file.row, verb); };
  const Result<> examine = may("examine");
  b.right = {may("receive").has_value(),
             examine.has_value(),
             may("draft").has_value(),
             may("assign").has_value(),
             file.row.step == "consult" && may("consent").has_value(),
             {}};
  if (!examine && !b.right.answer &&
      (examine.error().detail == "party-to-the-case" || examine.error().detail == "out-of-scope"))
    b.right.why_not = examine.error().detail;
  if (file.row.owner)
    if (const auto staff = TRY(section::staff_by_id(tx, *file.row.owner))) b.owner = staff->name;
  return b;
}

Html panel(std::string name, Html title, Html body) {
  return Html(web::html::section(cls("panel"), aria_labelledby(name), h2(web::html::id(name), title), body));
}

Html decision_panel(hall::Call& call, const File& file, const Beside& beside) {
  const auto ruling = rule(file);
  const pack::Ruling shown = ruling ? *ruling : pack::Ruling{};
  const bool examines = file.row.step == "examine" && beside.right.examine;
  Html drafted;
  if (file.drafted) {
    drafted.add(group(h3(call.words(Text::reason_title)), p(cls("pre"), file.drafted->reason)));
    if (file.drafted->departs) drafted.add(p(b(call.words(Text::depart_ground)), " ", file.drafted->depart_ground));
  }
  return Html(web::html::section(cls("panel stack"), aria_labelledby("dec"),
                                 h2(web::html::id("dec"), call.words(Text::decision)), verdict_of(call, file, shown),
                                 when(!ruling.has_value(),
                                      [&] {
                                        return web::notice({.kind = web::Tone::bad,
                                                            .title = Html(call.words(Text::rule_failed)),
                                                            .body = Html(p(describe(ruling.error()))),
                                                            .level = 3});
                                      }),
                                 decision_lines(call, file, shown), missing_notice(call, file, shown, examines),
                                 drafted, acts(call, file, beside.right)));
}

Html note_panel(hall::Call& call, const File& file, const Names& names) {
  Html notes;
  for (const Note& note : file.notes)
    notes.add(
        li(note.body, " ", span(cls("small muted"), name_of(call, names, note.author), " ", clock_text(note.at))));
  return Html(web::html::section(
      cls("panel stack-s"), aria_labelledby("memo"), h2(web::html::id("memo"), call.words(Text::notes)),
      when(!notes.empty(), [&] { return ul(notes); }),
      web::html::form(
          method("post"), action(file_path(file.row.public_id).text() + "/note"), cls("field"), hall::form_fields(call),
          input(type("hidden"), name("version"), value(std::to_string(file.row.version))),
          label(for_("note"), cls("small"), call.words(Text::note_hint)),
          textarea(cls("textarea"), web::html::id("note"), name("note"), rows("3")),
          p(cls("gap"), web::action_button({.text = call.words(Text::keep_note), .kind = web::ButtonKind::second})))));
}

Html head_of(hall::Call& call, const File& file, const Beside& beside) {
  const pack::Calendar* calendar = call.pack->calendar_of(file.row.section);
  const int left = calendar ? calendar->open_days_between(call.today, file.row.due_on) : 0;
  const auto channel = call.words.find(catalogue(Text::channel_online), "channel_" + file.row.channel);
  return Html(div(cls("row row-between"),
                  div(h1(say(file, "formal_title"), span(cls("who"), file.row.applicant_name)),
                      p(cls("muted meta"), span(file.row.number), span(channel.value_or(web::Phrase())),
                        span(call.words(Text::arrived, {{"when", clock_text(file.row.submitted_at)}})))),
                  p(cls("row"),
                    web::tag(Html(say(file, "step." + file.row.step)), web::Tone::key,
                             file.row.closed ? web::Icon::state_4 : web::Icon::state_2),
                    when(!file.row.closed,
                         [&] {
                           return span(call.words(Text::due_line, {{"date", format_month_day(file.row.due_on)},
                                                                   {"n", std::int64_t{left}}}));
                         }),
                    span(call.words(Text::owner), " ",
                         b(beside.owner.empty() ? call.words(Text::nobody).plain() : beside.owner)))));
}

Response get_case(hall::Call& call) {
  const auto file = open_for(call, "read");
  if (!file) return hall::problem(call, file.error());
  const auto beside = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return beside_of(call, tx, *file); });
  if (!beside) return hall::problem(call, beside.error());
  const Html letters = correspondence(call, *file, beside->names);
  const Html left_column(div(
      cls("stack"), decision_panel(call, *file, *beside),
      panel("route", Html(call.words(Text::route)), seals(call, beside->sheet)),
      panel("ans", Html(call.words(Text::what_was_said)), answers_list(call, *file)),
      when(!letters.empty(), [&] { return panel("letters", Html(call.words(Text::letters)), Html(ul(letters))); })));
  const auto files = static_cast<std::int64_t>(file->attachments.size());
  const auto events = static_cast<std::int64_t>(file->events.size());
  const bool all_events = call.request.query.first("events") == "all";
  const Html right_column(
      div(cls("stack"), household_panel(call, *file),
          panel("att", Html(call.words(Text::files, {{"n", files}})), files_list(call, *file)),
          panel("not", Html(call.words(Text::notices)), notices_list(call, *file)),
          panel("ev", Html(call.words(Text::history)),
                Html(group(history(call, *file, beside->names, all_events),
                           when(!all_events,
                                [&] {
                                  return p(cls("small"),
                                           a(href("?events=all"), call.words(Text::all_events, {{"n", events}})));
                                })))),
          note_panel(call, *file, beside->names)));
  const Html content(div(cls("wrap stack"), web::back_link("/inbox", call.words(Text::inbox)),
                         head_of(call, *file, *beside), div(cls("cols-main"), left_column, right_column)));
  return hall::page(call, {.title = file->row.number + " " + say(*file, "formal_title"),
                           .content = content,
                           .current_menu = "/inbox",
                           .script = std::string(keys_island)});
}

Response get_file(hall::Call& call) {
  const auto id = call.parameters.empty() ? std::nullopt : PublicId::parse(call.parameters[0].second);
  if (!id || call.parameters.size() < 2)
    return hall::problem(call, {ErrorKind::not_found, "case.not_found", {}, {}, {}});
  const std::string blob_id = call.parameters[1].second;
  struct Opened {
    store::BlobInfo blob;
    std::string name, media_type;
    Bytes key;
  };
  const Act act = act_of(call);
  const auto opened = call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<Opened> {
    const auto row = TRY(find(tx, *id));
    if (!row) return fail(ErrorKind::not_found, "case.not_found");
    TRY(allowed(call, tx, *row, "read"));
    for (const auto& a : TRY(tx.all<sql::Attachments>({.case_id = row->id.value}))) {
      if (a.blob != blob_id) continue;
      const auto blob = TRY(tx.blob(a.blob));
      if (!blob) return fail(ErrorKind::not_found, "case.attachment");
      log::Event event = event_of(act, *row, log::Verb::viewed);
      event.payload = JsonObject{{"what", "attachment"}, {"blob", a.blob}};
      TRY(tx.append(event));
      return Opened{*blob, a.file_name, a.media_type, TRY(case_key(call.hall, tx, call.town, *row)).reveal()};
    }
    return fail(ErrorKind::not_found, "case.attachment");
  });
  if (!opened) return hall::problem(call, opened.error());
  const auto bytes = call.hall.store.blobs(call.town).get(opened->blob, Key256(opened->key));
  if (!bytes) return hall::problem(call, bytes.error());
  return Response::attachment(opened->name, opened->media_type, std::string(bytes->begin(), bytes->end()));
}

}  // namespace

std::string event_words(const hall::Call& call, const File& file, const log::Event& event, const Names& names) {
  const auto own =
      call.words.find(catalogue(Text::event_submitted), "event_" + std::string(log::verb_name(event.verb)));
  std::string words = own ? own->plain() : std::string(log::verb_entry(event.verb).japanese);
  if (event.verb == log::Verb::viewed)
    if (const auto payload = event.payload.json()) {
      const std::string_view what = payload->text_or("what", "");
      if (what == "attachment") words = call.words(Text::event_viewed_file).plain();
      if (what == "answer") words = call.words(Text::event_viewed_answer).plain();
    }
  std::string who = name_of(call, names, event.actor);
  if (!event.acting_for.empty())
    who += call.words(Text::for_whom, {{"name", name_of(call, names, event.acting_for)}}).plain();
  std::string out = who + " " + words;
  if (!event.reason_code.empty()) out += "（" + say(file, "reason." + event.reason_code) + "）";
  return out;
}

std::vector<hall::Route> case_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission read("case.read");
  return {{Method::get, "/cases/{case}", Side::office_side, read, Fixture::of("clerk", {{"case", "case-examine"}}),
           get_case},
          {Method::get, "/cases/{case}/files/{blob}", Side::office_side, read, Fixture::none("a file"), get_file}};
}

}  // namespace yakuba::cases
