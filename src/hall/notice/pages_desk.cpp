// 発送 register: what waits for the post, what came back, and the acts on it.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/notice/notice.hpp"
#include "hall/notice/pages.hpp"
#include "hall/notice/rows.hpp"
#include "hall/notice/texts.hpp"
#include "hall/page.hpp"
#include "hall/section/section.hpp"

namespace yakuba::notice {

using namespace web::html;
using hall::Call;
using web::Html, web::Method, web::Response, web::Side, web::Tone, web::Words;

namespace {

struct Word {
  std::string_view code;
  Text text;
};
constexpr Word state_words[] = {{"preparing", Text::state_preparing}, {"sending", Text::state_sending},
                                {"to_post", Text::state_to_post},     {"sent", Text::state_sent},
                                {"delivered", Text::state_delivered}, {"bounced", Text::state_bounced}};
constexpr Word channel_words[] = {{"post", Text::channel_post},
                                  {"mail", Text::channel_mail},
                                  {"online", Text::channel_online},
                                  {"counter", Text::channel_counter}};
constexpr Word reason_words[] = {{"address-unknown", Text::reason_address_unknown},
                                 {"moved", Text::reason_moved},
                                 {"not-collected", Text::reason_not_collected},
                                 {"refused", Text::reason_refused},
                                 {"other", Text::reason_other},
                                 {"mailbox", Text::reason_mailbox}};
constexpr Word act_words[] = {{"", Text::next_none},
                              {"resend-post", Text::next_resend_post},
                              {"resend-mail", Text::next_resend_mail},
                              {"counter", Text::next_counter},
                              {"inquiry", Text::next_inquiry},
                              {"public-notice", Text::next_public_notice}};

web::Phrase say(const Words& words, std::span<const Word> table, std::string_view code) {
  for (const Word& word : table)
    if (word.code == code) return words(word.text);
  return {};
}

std::vector<web::Option> options(const Words& words, std::span<const Word> table, std::string_view chosen) {
  std::vector<web::Option> all;
  for (const Word& word : table)
    all.push_back({.value = std::string(word.code), .label = words(word.text), .chosen = word.code == chosen});
  return all;
}

std::string day(const Words& words, Date date) {
  return words.language() == web::Language::en ? format_english(date) : format_resident(date);
}

std::string moment(const Words& words, Instant instant) {
  const JapanTime time = in_japan(instant);
  return fmt::format("{} {:02}:{:02}", day(words, time.date), time.hour, time.minute);
}

}  // namespace

Html state_tag(const Words& words, DeliveryState state) {
  const Tone tone = state == DeliveryState::bounced     ? Tone::bad
                    : state == DeliveryState::to_post   ? Tone::warn
                    : state == DeliveryState::delivered ? Tone::ok
                                                        : Tone::plain;
  return web::tag(say(words, state_words, state_code(state)), tone);
}

namespace {

// Why it waits: a letter that goes by post because the mailbox refused it, or one that came back.
Html state_with_reason(const Words& words, const Notice& notice) {
  const bool waits = notice.state == DeliveryState::to_post || notice.state == DeliveryState::bounced;
  return group(state_tag(words, notice.state), when(waits && !notice.bounce_reason.empty(), [&] {
                 return span(cls("small"), " ", say(words, reason_words, notice.bounce_reason));
               }));
}

// --- rights ---

Result<access::Decision> right_to(Call& call, store::ReadTx& tx, std::string_view verb, std::string_view section_code) {
  // Reading a notice is reading its document; sending is a right of its own.
  access::Object object{.kind = verb == "read" ? "document" : "notice"};
  if (auto found = TRY(section::section_by_code(tx, section_code, call.today))) object.section = found->id;
  return access::may(*call.actor, verb, object);
}

struct Opened {
  Notice notice;
  access::Decision right;
};

Result<Opened> opened_by(Call& call, std::string_view verb, std::string_view id_text) {
  const auto id = PublicId::parse(id_text);
  if (!id) return fail(ErrorKind::not_found, "notice.not_found");
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Opened> {
    Opened opened{.notice = TRY(must_find(tx, *id)), .right = {}};
    opened.right = TRY(right_to(call, tx, verb, opened.notice.section));
    if (!opened.right) return fail(ErrorKind::forbidden, "notice.forbidden", opened.right.reason);
    return opened;
  });
}

Result<Opened> opened(Call& call, std::string_view verb) {
  std::string_view id;
  for (const auto& [name, value] : call.parameters)
    if (name == "notice") id = value;
  return opened_by(call, verb, id);
}

struct Register {
  Listed listed;
  access::Decision right;
};

Result<Register> register_of(Call& call, const Filter& filter) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Register> {
    Register found{.listed = TRY(register_of_dispatch(tx, filter)), .right = {}};
    std::map<std::string, access::Decision, std::less<>> rights;
    std::vector<Notice> visible;
    for (Notice& notice : found.listed.rows) {
      auto at = rights.find(notice.section);
      if (at == rights.end())
        at = rights.emplace(notice.section, TRY(right_to(call, tx, "read", notice.section))).first;
      if (!at->second) continue;
      found.right = at->second;
      visible.push_back(std::move(notice));
    }
    found.listed.rows = std::move(visible);
    return found;
  });
}

Result<> note_list(Call& call, const Register& found, log::Verb verb) {
  if (found.listed.rows.empty()) return {};
  log::Event event = document::stamp_of(call, found.right);
  event.verb = verb;
  event.object_kind = "notice";
  event.object_id = "list";
  for (const Notice& notice : found.listed.rows) event.refs.push_back({"notice", notice.id.text()});
  return call.hall.store.append_read(call.town, event);
}

Filter filter_of(const Call& call) {
  const web::Fields& query = call.request.query;
  Filter filter{
      .state = "open", .section = std::string(query.first("section")), .after = std::string(query.first("after"))};
  const std::string_view state = query.first("state");
  if (state == "all") filter.state.clear();
  for (const Word& word : state_words)
    if (word.code == state) filter.state = state;
  return filter;
}

// --- the register ---

Html filter_panel(Call& call, const Filter& filter) {
  const Words& words = call.words;
  web::Select state;
  state.name = "state";
  state.label = words(Text::state);
  state.options.push_back({.value = "open", .label = words(Text::open), .chosen = filter.state == "open"});
  state.options.push_back({.value = "all", .label = words(Text::all), .chosen = filter.state.empty()});
  for (web::Option& option : options(words, state_words, filter.state)) state.options.push_back(std::move(option));
  web::Select sections;
  sections.name = "section";
  sections.label = words(Text::section);
  sections.options.push_back({.value = "", .label = words(Text::all), .chosen = filter.section.empty()});
  if (call.pack)
    for (const pack::Section& section : call.pack->sections)
      sections.options.push_back({.value = section.id, .label = section.name, .chosen = section.id == filter.section});
  return web::filter_bar(words, {.label = words(Text::filter_label),
                                 .fields = group(web::select_field(words, state), web::select_field(words, sections)),
                                 .submit = words(Text::filter),
                                 .reset = "/dispatch"});
}

Html register_table(const Words& words, const std::vector<Notice>& rows, const web::Form& typed) {
  web::Table table{.id = "notices", .caption = words(Text::register_caption), .sticky = true};
  for (Text text : {Text::number, Text::title, Text::addressee, Text::channel, Text::issued_on, Text::state})
    table.columns.push_back({.title = words(text)});
  for (const Notice& notice : rows) {
    const std::string id_text = notice.id.text(), path = "/notices/" + id_text;
    const std::string shown = notice.number.empty() ? notice.kind_name : notice.number;
    const web::Phrase choose = words(Text::choose_row, {{"number", shown}, {"name", notice.reach.name}});
    const Html box = when(notice.state == DeliveryState::to_post, [&] {
      return label(input(cls("check"), type("checkbox"), name("notice"), value(id_text),
                         checked(typed.was_chosen("notice", id_text))),
                   span(cls("vh"), choose));
    });
    table.rows.push_back({.cells = {group(box, " ", a(href(path), shown)), notice.kind_name, notice.reach.name,
                                    say(words, channel_words, channel_code(notice.channel)),
                                    day(words, date_in_japan(notice.issued_at)), state_with_reason(words, notice)}});
  }
  return web::table_of(words, table);
}

Html bulk_bar(const Words& words, Date today, const web::Form& typed) {
  const std::string posted = typed.typed("posted").empty() ? today.text() : std::string(typed.typed("posted"));
  return div(cls("bulk"), role("group"), aria_label(words(Text::bulk)), b(words(Text::bulk)),
             web::action_button(
                 {.text = words(Text::make_sheets), .kind = web::ButtonKind::second, .name = "do", .value = "sheets"}),
             web::text_field(words, {.name = "posted",
                                     .label = words(Text::day_posted),
                                     .value = posted,
                                     .error = web::error_for(typed, "posted", words),
                                     .width = "w-8"}),
             web::action_button(
                 {.text = words(Text::mark_posted), .kind = web::ButtonKind::second, .name = "do", .value = "posted"}));
}

Response register_page(Call& call, const web::Form& typed, const Html& told = {}) {
  const Filter filter = filter_of(call);
  auto found = register_of(call, filter);
  if (!found) return hall::problem(call, found.error());
  if (auto noted = note_list(call, *found, log::Verb::viewed); !noted) return hall::problem(call, noted.error());
  const Words& words = call.words;
  Html list;
  if (found->listed.rows.empty())
    list = web::empty_state({.title = words(Text::nothing_title), .body = p(words(Text::nothing_body))});
  else
    list = form(method("post"), action("/dispatch"), cls("stack"), hall::form_fields(call),
                div(cls("panel stack-s"), bulk_bar(words, call.today, typed),
                    register_table(words, found->listed.rows, typed)));
  web::Path csv = web::Path::to("/dispatch.csv"), next = web::Path::to("/dispatch");
  for (const char* field : {"state", "section"})
    if (call.request.query.has(field)) {
      csv = csv.with(field, call.request.query.first(field));
      next = next.with(field, call.request.query.first(field));
    }
  if (!found->listed.next.empty())
    list.add(web::page_list(words, {.next = next.with("after", found->listed.next).text()}));
  const Html content = div(cls("wrap stack"), web::error_summary(typed, words), told, h1(words(Text::register_title)),
                           div(cls("cols-side"), filter_panel(call, filter),
                               div(cls("stack"), list, p(a(href(csv.text()), words(Text::download_csv))))));
  return hall::page(call, {.title = words(Text::register_title),
                           .content = content,
                           .has_errors = !typed.ok(),
                           .status = typed.ok() ? 200 : 422,
                           .current_menu = "/dispatch"});
}

Response show_register(Call& call) {
  return register_page(call, web::Form(web::Fields{}));
}

Response send_csv(Call& call) {
  Filter filter = filter_of(call);
  Register all;
  for (int pages = 0; pages < 100; ++pages) {
    auto found = register_of(call, filter);
    if (!found) return hall::problem(call, found.error());
    if (auto noted = note_list(call, *found, log::Verb::exported); !noted) return hall::problem(call, noted.error());
    std::ranges::move(found->listed.rows, std::back_inserter(all.listed.rows));
    if (found->listed.next.empty()) break;
    filter.after = found->listed.next;
  }
  return Response::attachment("dispatch-" + call.today.text() + ".csv", "text/csv; charset=utf-8",
                              dispatch_csv(all.listed.rows));
}

// --- acts on chosen rows ---

Response make_sheets(Call& call, const std::vector<Opened>& chosen, web::Form& typed) {
  std::vector<PublicId> ids;
  for (const Opened& one : chosen) ids.push_back(one.notice.id);
  auto pdf = address_sheets(call.hall, call.town, *call.pack, ids, call.today);
  if (!pdf && pdf.error().kind == ErrorKind::conflict) {
    typed.fault_words("notice", call.words(Text::not_waiting).plain());
    return register_page(call, typed);
  }
  if (!pdf) return hall::problem(call, pdf.error());
  for (const Opened& one : chosen) {
    log::Event event = event_of(one.notice, log::Verb::printed, document::stamp_of(call, one.right));
    if (auto noted = call.hall.store.append_read(call.town, event); !noted) return hall::problem(call, noted.error());
  }
  return Response::attachment("address-sheets-" + call.today.text() + ".pdf", "application/pdf",
                              std::string(pdf->begin(), pdf->end()));
}

Response post_all(Call& call, const std::vector<Opened>& chosen, Date posted, const web::Form& typed) {
  const store::ChangeKey key{"notice.posted:" + access::log_name(*call.actor) + ":" +
                             std::string(typed.typed(web::idempotency_field))};
  auto done = call.hall.store.change(call.town, key, [&](store::Tx& tx) -> Result<> {
    for (const Opened& one : chosen)
      TRY(mark_posted(tx, call.hall, call.town, one.notice.id, one.notice.version, posted,
                      document::stamp_of(call, one.right)));
    return {};
  });
  if (!done) return hall::problem(call, done.error());
  return Response::see_other(web::Path::to("/dispatch"));
}

Response act_on_chosen(Call& call) {
  web::Form typed(call.request);
  std::vector<Opened> chosen;
  for (std::string_view id : call.request.form.all("notice")) {
    auto one = opened_by(call, "send", id);
    if (!one) return hall::problem(call, one.error());
    chosen.push_back(std::move(*one));
    if (chosen.size() > static_cast<std::size_t>(rows_max)) break;
  }
  if (chosen.empty()) typed.fault_words("notice", call.words(Text::none_chosen).plain());
  for (const Opened& one : chosen)
    if (one.notice.state != DeliveryState::to_post && typed.ok())
      typed.fault_words("notice", call.words(Text::not_waiting).plain());
  if (typed.typed("do") == "sheets") return typed.ok() ? make_sheets(call, chosen, typed) : register_page(call, typed);
  const auto posted = typed.date(
      "posted", {{.label = call.words(Text::day_posted).plain(), .required = true}, std::nullopt, call.today});
  if (!typed.ok() || !posted) return register_page(call, typed);
  return post_all(call, chosen, *posted, typed);
}

// --- one notice ---

std::string address_text(const Notice& notice) {
  std::string text = notice.reach.postal_code.empty() ? "" : "〒" + notice.reach.postal_code + " ";
  for (const std::string& line : notice.reach.address_lines) text += line + " ";
  return text;
}

Html about(const Words& words, const Notice& notice) {
  std::vector<web::Fact> facts{
      {words(Text::number), notice.number},
      {words(Text::title), notice.kind_name},
      {words(Text::document), a(href("/documents/" + notice.document.text()), words(Text::open_document))},
      {words(Text::case_number), a(href("/cases/" + notice.case_id), notice.case_number)},
      {words(Text::addressee), notice.reach.name},
      {words(Text::channel), say(words, channel_words, channel_code(notice.channel))},
      {words(Text::state), state_tag(words, notice.state)},
      {words(Text::attempt), notice.attempt}};
  if (notice.channel == Channel::post) facts.push_back({words(Text::address), address_text(notice)});
  if (notice.channel == Channel::mail) facts.push_back({words(Text::mail_address), notice.reach.mail});
  if (notice.sent_at) facts.push_back({words(Text::sent_at), moment(words, *notice.sent_at)});
  if (notice.posted_on) facts.push_back({words(Text::posted_on), day(words, *notice.posted_on)});
  if (notice.delivered_at) facts.push_back({words(Text::delivered_at), moment(words, *notice.delivered_at)});
  if (notice.bounced_at) facts.push_back({words(Text::bounced_at), moment(words, *notice.bounced_at)});
  if (notice.returned_on) facts.push_back({words(Text::returned_on), day(words, *notice.returned_on)});
  if (!notice.bounce_reason.empty())
    facts.push_back({words(Text::return_reason), say(words, reason_words, notice.bounce_reason)});
  if (notice.state == DeliveryState::bounced)
    facts.push_back({words(Text::next_act), say(words, act_words, notice.next_act)});
  return web::panel({.id = "about", .title = words(Text::about), .body = web::facts(facts)});
}

// The frame of each act: where it posts, and the version that this page shows.
Html act_form(Call& call, const Notice& notice, std::string_view act, const Html& fields, Text submit) {
  const std::string path = "/notices/" + notice.id.text() + "/" + std::string(act);
  return form(method("post"), action(path), cls("stack"), hall::form_fields(call),
              input(type("hidden"), name("version"), value(std::to_string(notice.version))), fields,
              web::action_button({.text = call.words(submit), .kind = web::ButtonKind::second}));
}

web::Select select(const web::Form& typed, const Words& words, std::string name_of, Text label_of,
                   std::vector<web::Option> list) {
  web::Select field;
  field.name = std::move(name_of);
  field.label = words(label_of);
  field.error = web::error_for(typed, field.name, words);
  field.options = std::move(list);
  return field;
}

Html returned_panel(Call& call, const Notice& notice, const web::Form& typed) {
  const Words& words = call.words;
  const std::string shown = typed.typed("day").empty() ? call.today.text() : std::string(typed.typed("day"));
  const Html fields =
      group(web::text_field(words, {.name = "day",
                                    .label = words(Text::returned_on),
                                    .value = shown,
                                    .error = web::error_for(typed, "day", words),
                                    .required = true,
                                    .width = "w-8"}),
            web::select_field(words, select(typed, words, "reason", Text::return_reason,
                                            options(words, std::span(reason_words).first(5), typed.typed("reason")))),
            web::select_field(
                words, select(typed, words, "next", Text::next_act, options(words, act_words, typed.typed("next")))));
  return web::panel({.id = "returned",
                     .title = words(Text::returned_title),
                     .body = act_form(call, notice, "returned", fields, Text::returned)});
}

Html handed_panel(Call& call, const Notice& notice) {
  return web::panel(
      {.id = "handed",
       .title = call.words(Text::handed_title),
       .body = act_form(call, notice, "handed-over", p(call.words(Text::handed_body)), Text::handed_over)});
}

Html again_panel(Call& call, const Notice& notice, const web::Form& typed) {
  const Words& words = call.words;
  auto known = [&](std::string_view field, std::string value_now) {
    return typed.typed().has(field) ? std::string(typed.typed(field)) : std::move(value_now);
  };
  std::string lines;
  for (const std::string& line : notice.reach.address_lines) lines += line + "\n";
  web::Area area;
  area.name = "address";
  area.label = words(Text::address);
  area.hint = words(Text::address_hint);
  area.value = known("address", lines);
  area.error = web::error_for(typed, "address", words);
  const Html fields = group(p(words(Text::again_body)),
                            web::select_field(words, select(typed, words, "channel", Text::channel,
                                                            options(words, channel_words, known("channel", "post")))),
                            web::text_field(words, {.name = "postal_code",
                                                    .label = words(Text::postal_code),
                                                    .hint = words(Text::postal_code_hint),
                                                    .value = known("postal_code", notice.reach.postal_code),
                                                    .error = web::error_for(typed, "postal_code", words),
                                                    .width = "w-8"}),
                            web::text_area(words, area),
                            web::text_field(words, {.name = "mail",
                                                    .label = words(Text::mail_address),
                                                    .value = known("mail", notice.reach.mail),
                                                    .error = web::error_for(typed, "mail", words),
                                                    .type = "email"}));
  return web::panel(
      {.id = "again", .title = words(Text::again_title), .body = act_form(call, notice, "again", fields, Text::again)});
}

Response notice_page(Call& call, const Opened& opened, const web::Form& typed) {
  const Words& words = call.words;
  const Notice& notice = opened.notice;
  log::Event event = event_of(notice, log::Verb::viewed, document::stamp_of(call, opened.right));
  event.channel = "web";
  if (auto noted = call.hall.store.append_read(call.town, event); !noted) return hall::problem(call, noted.error());
  Html acts;
  if (access::holds(*call.actor, "notice.send")) {
    if (notice.state == DeliveryState::sent && notice.channel == Channel::post)
      acts.add(returned_panel(call, notice, typed));
    if (notice.state == DeliveryState::bounced) acts.add(again_panel(call, notice, typed));
    if (notice.state == DeliveryState::bounced || notice.state == DeliveryState::to_post)
      acts.add(handed_panel(call, notice));
  }
  const std::string heading = notice.number.empty() ? notice.kind_name : notice.number + " " + notice.kind_name;
  const Html content = div(cls("wrap stack"), web::error_summary(typed, words),
                           web::back_link("/dispatch", words(Text::back_to_register)), h1(heading),
                           div(cls("cols-main"), about(words, notice), div(cls("stack"), acts)));
  return hall::page(call, {.title = heading,
                           .content = content,
                           .has_errors = !typed.ok(),
                           .status = typed.ok() ? 200 : 422,
                           .current_menu = "/dispatch"});
}

Response show_notice(Call& call) {
  auto found = opened(call, "read");
  if (!found) return hall::problem(call, found.error());
  return notice_page(call, *found, web::Form(web::Fields{}));
}

// Runs one act; what it finds wrong in the form goes back to the form with everything typed.
Response run_act(Call& call, const Opened& opened, web::Form& typed,
                 const std::function<Result<>(store::Tx&, std::int64_t version, const log::Event&)>& act) {
  const auto version = parse_integer(typed.typed("version"));
  if (!typed.ok() || !version) return notice_page(call, opened, typed);
  const log::Event stamp = document::stamp_of(call, opened.right);
  const store::ChangeKey key{"notice.act:" + access::log_name(*call.actor) + ":" +
                             std::string(typed.typed(web::idempotency_field))};
  auto done = call.hall.store.change(call.town, key, [&](store::Tx& tx) { return act(tx, *version, stamp); });
  if (!done && done.error().kind == ErrorKind::invalid && !done.error().place.field.empty()) {
    typed.fault_words(
        done.error().place.field,
        call.words(done.error().place.field == "day" ? Text::returned_too_early : Text::unreachable).plain());
    return notice_page(call, opened, typed);
  }
  if (!done) return hall::problem(call, done.error());
  return Response::see_other(web::Path::to("/notices/{notice}", {{"notice", opened.notice.id.text()}}));
}

std::vector<std::string> codes(std::span<const Word> table) {
  std::vector<std::string> all;
  for (const Word& word : table) all.emplace_back(word.code);
  return all;
}

Response do_returned(Call& call) {
  web::Form typed(call.request);
  const auto day_of =
      typed.date("day", {{.label = call.words(Text::returned_on).plain(), .required = true}, std::nullopt, call.today});
  const std::string reason = typed.choice(
      "reason",
      {{.label = call.words(Text::return_reason).plain(), .required = true}, codes(std::span(reason_words).first(5))});
  const std::string next = typed.choice("next", {{.label = call.words(Text::next_act).plain()}, codes(act_words)});
  auto found = opened(call, "send");
  if (!found) return hall::problem(call, found.error());
  return run_act(call, *found, typed, [&](store::Tx& tx, std::int64_t version, const log::Event& stamp) {
    return mark_returned(tx, found->notice.id, version, *day_of, reason, next, stamp);
  });
}

Response do_handed_over(Call& call) {
  web::Form typed(call.request);
  auto found = opened(call, "send");
  if (!found) return hall::problem(call, found.error());
  return run_act(call, *found, typed, [&](store::Tx& tx, std::int64_t version, const log::Event& stamp) {
    return mark_handed_over(tx, call.hall, call.town, found->notice.id, version, stamp);
  });
}

Response do_again(Call& call) {
  web::Form typed(call.request);
  const std::string channel =
      typed.choice("channel", {{.label = call.words(Text::channel).plain(), .required = true}, codes(channel_words)});
  const std::string postal = typed.text("postal_code", {{.label = call.words(Text::postal_code).plain()}, 0, 10});
  const std::string lines = typed.text(
      "address", {{.label = call.words(Text::address).plain(), .required = channel == "post"}, 0, 400, true});
  const std::string mail =
      typed.text("mail", {{.label = call.words(Text::mail_address).plain(), .required = channel == "mail"}, 0, 254});
  auto found = opened(call, "send");
  if (!found) return hall::problem(call, found.error());
  Reach reach = found->notice.reach;
  reach.postal_code = postal;
  reach.address_lines.clear();
  for (std::string_view line : split(lines, '\n'))
    if (!trim(line).empty()) reach.address_lines.emplace_back(trim(line));
  reach.mail = mail;
  reach.mail_consented = !mail.empty();
  return run_act(call, *found, typed, [&](store::Tx& tx, std::int64_t version, const log::Event& stamp) {
    return send_again(tx, call.hall, call.town, found->notice.id, version, *parse_channel(channel), reach, stamp);
  });
}

}  // namespace

std::string menu_label(Call& call) {
  return call.words(Text::menu).plain();
}

std::optional<std::int64_t> menu_count(Call& call) {
  auto count = call.hall.store.read(call.town, [](store::ReadTx& tx) { return count_open(tx); });
  if (!count || *count == 0) return std::nullopt;
  return *count;
}

std::vector<hall::Route> desk_routes() {
  using web::Fixture, web::Permission;
  const Permission reads("document.read"), sends("notice.send");
  return {
      {Method::get, "/dispatch", Side::office_side, reads, Fixture::of("clerk"), show_register},
      {Method::get, "/dispatch.csv", Side::office_side, reads, Fixture::none("a CSV file"), send_csv},
      {Method::post, "/dispatch", Side::office_side, sends, Fixture::none("writes"), act_on_chosen},
      {Method::get, "/notices/{notice}", Side::office_side, reads, Fixture::of("clerk", {{"notice", "notice"}}),
       show_notice},
      {Method::post, "/notices/{notice}/returned", Side::office_side, sends, Fixture::none("writes"), do_returned},
      {Method::post, "/notices/{notice}/handed-over", Side::office_side, sends, Fixture::none("writes"),
       do_handed_over},
      {Method::post, "/notices/{notice}/again", Side::office_side, sends, Fixture::none("writes"), do_again},
  };
}

}  // namespace yakuba::notice
