#include "hall/document/pages.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/document/document.hpp"
#include "hall/document/texts.hpp"
#include "hall/page.hpp"
#include "hall/section/section.hpp"
#include "print/sign.hpp"

namespace yakuba::document {

using namespace web::html;  // NOLINT: the words of markup
using hall::Call;
using web::Html, web::Method, web::Response, web::Side, web::Tone, web::Words;

namespace {

std::string_view parameter(const Call& call, std::string_view name) {
  for (const auto& [key, value] : call.parameters)
    if (key == name) return value;
  return {};
}

web::Phrase state_words(const Words& words, State state) {
  switch (state) {
    case State::ordered:
      return words(Text::state_ordered);
    case State::issued:
      return words(Text::state_issued);
    case State::withdrawn:
      return words(Text::state_withdrawn);
  }
  return {};
}

Html state_tag(const Words& words, State state) {
  const Tone tone = state == State::issued ? Tone::ok : state == State::withdrawn ? Tone::bad : Tone::plain;
  return web::tag(state_words(words, state), tone);
}

std::string day(const Words& words, Date date) {
  return words.language() == web::Language::en ? format_english(date) : format_resident(date);
}

std::string moment(const Words& words, Instant instant) {
  const JapanTime time = in_japan(instant);
  return fmt::format("{} {:02}:{:02}", day(words, time.date), time.hour, time.minute);
}

std::string withdrawn_words(const Words& words, const Document& document) {
  const auto reason = document.withdrawn_reason == "mistake"    ? Text::reason_mistake
                      : document.withdrawn_reason == "replaced" ? Text::reason_replaced
                                                                : Text::reason_revoked;
  return words(Text::withdrawn_on,
               {{"date", day(words, date_in_japan(*document.withdrawn_at))}, {"reason", words(reason)}})
      .plain();
}

// --- rights ---

Result<access::Decision> right_to(Call& call, store::ReadTx& tx, std::string_view verb, std::string_view section_code) {
  access::Object object{.kind = "document"};
  if (auto found = TRY(section::section_by_code(tx, section_code, call.today))) object.section = found->id;
  return access::may(*call.actor, verb, object);
}

// A document that this actor may not see does not exist for him.
Result<std::pair<Document, access::Decision>> opened(Call& call, std::string_view verb) {
  const auto id = PublicId::parse(parameter(call, "document"));
  if (!id) return fail(ErrorKind::not_found, "document.not_found");
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<std::pair<Document, access::Decision>> {
    auto document = TRY(find(tx, *id));
    if (!document) return fail(ErrorKind::not_found, "document.not_found");
    auto right = TRY(right_to(call, tx, verb, document->section));
    if (!right) return fail(ErrorKind::forbidden, "document.forbidden", right.reason);
    return std::pair(std::move(*document), std::move(right));
  });
}

Result<> note_read(Call& call, const access::Decision& right, log::Verb verb, const Document& document) {
  log::Event event = stamp_of(call, right);
  event.verb = verb;
  event.object_kind = "document";
  event.object_id = document.id.text();
  event.case_id = document.binding.case_id;
  return call.hall.store.append_read(call.town, event);
}

// --- the register ---

struct Register {
  Listed listed;
  access::Decision right;
};

Result<Register> register_of(Call& call, const Filter& filter) {
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<Register> {
    Register found{.listed = TRY(list(tx, filter))};
    std::map<std::string, access::Decision, std::less<>> rights;
    std::vector<Document> visible;
    for (Document& document : found.listed.rows) {
      auto at = rights.find(document.section);
      if (at == rights.end())
        at = rights.emplace(document.section, TRY(right_to(call, tx, "read", document.section))).first;
      if (!at->second) continue;
      found.right = at->second;
      visible.push_back(std::move(document));
    }
    found.listed.rows = std::move(visible);
    return found;
  });
}

// One event for a list that showed names: the ids and what was asked for.
Result<> note_list(Call& call, const Register& found) {
  if (found.listed.rows.empty()) return {};
  log::Event event = stamp_of(call, found.right);
  event.verb = log::Verb::viewed;
  event.object_kind = "document";
  event.object_id = "list";
  for (const Document& document : found.listed.rows) event.refs.push_back({"document", document.id.text()});
  return call.hall.store.append_read(call.town, event);
}

Html register_table(const Words& words, const std::vector<Document>& rows) {
  web::Table table{.id = "documents", .caption = words(Text::register_caption), .sticky = true};
  for (Text text : {Text::number, Text::dated, Text::title, Text::addressee, Text::case_number, Text::state})
    table.columns.push_back({.title = words(text)});
  for (const Document& document : rows) {
    const std::string path = "/documents/" + document.id.text();
    const Html number = document.number.empty() ? Html(words(Text::no_number)) : Html(document.number);
    table.rows.push_back({.cells = {a(href(path), number), day(words, document.dated), document.kind_name,
                                    document.addressee_name, document.case_number, state_tag(words, document.state)}});
  }
  return web::table_of(words, table);
}

Html register_filter(Call& call, const Filter& filter) {
  const Words& words = call.words;
  web::Select sections;
  sections.name = "section";
  sections.label = words(Text::section);
  sections.options.push_back({.value = "", .label = words(Text::all), .chosen = filter.section.empty()});
  if (call.pack)
    for (const pack::Section& section : call.pack->sections)
      sections.options.push_back({.value = section.id, .label = section.name, .chosen = section.id == filter.section});
  const Html fields =
      group(web::text_field(words, {.name = "number",
                                    .label = words(Text::number),
                                    .hint = words(Text::number_hint),
                                    .value = filter.number,
                                    .type = "search"}),
            web::text_field(words, {.name = "year",
                                    .label = words(Text::fiscal_year),
                                    .hint = words(Text::fiscal_year_hint),
                                    .value = filter.fiscal_year ? std::to_string(*filter.fiscal_year) : "",
                                    .inputmode = "numeric",
                                    .width = "w-8"}),
            web::select_field(words, sections));
  return web::filter_bar(
      words,
      {.label = words(Text::filter_label), .fields = fields, .submit = words(Text::filter), .reset = "/documents"});
}

Response show_register(Call& call) {
  const web::Fields& query = call.request.query;
  Filter filter{.section = std::string(query.first("section")),
                .number = std::string(trim(query.first("number"))),
                .after = std::string(query.first("after"))};
  if (auto year = parse_integer(nfkc(query.first("year"))); year && *year > 0 && *year < 10'000)
    filter.fiscal_year = static_cast<int>(*year);
  auto found = register_of(call, filter);
  if (!found) return hall::problem(call, found.error());
  if (auto noted = note_list(call, *found); !noted) return hall::problem(call, noted.error());
  const Words& words = call.words;
  Html body = found->listed.rows.empty()
                  ? web::empty_state({.title = words(Text::nothing_title), .body = p(words(Text::nothing_body))})
                  : register_table(words, found->listed.rows);
  if (!found->listed.next.empty()) {
    web::Path next = web::Path::to("/documents").with("after", found->listed.next);
    for (const char* name : {"section", "number", "year"})
      if (query.has(name)) next = next.with(name, query.first(name));
    body.add(web::page_list(words, {.next = next.text()}));
  }
  const Html content = div(cls("wrap stack"), h1(words(Text::register_title)),
                           div(cls("cols-side"), register_filter(call, filter), div(cls("stack"), body)));
  return hall::page(call, {.title = words(Text::register_title), .content = content, .current_menu = "/documents"});
}

// --- one document ---

Html about(Call& call, const Document& document) {
  const Words& words = call.words;
  std::vector<web::Fact> facts{{words(Text::kind), document.kind_name},
                               {words(Text::dated), day(words, document.dated)},
                               {words(Text::addressee), document.addressee_name},
                               {words(Text::state), state_tag(words, document.state)}};
  if (!document.binding.case_id.empty())
    facts.push_back({words(Text::case_number), a(href("/cases/" + document.binding.case_id), document.case_number)});
  facts.push_back({words(Text::ordered_at), moment(words, document.ordered_at)});
  if (document.issued_at) facts.push_back({words(Text::issued_at), moment(words, *document.issued_at)});
  if (document.sha256) {
    facts.push_back({words(Text::size), words(Text::bytes, {{"count", format_number(document.bytes)}})});
    facts.push_back({words(Text::hash), code(cls("break"), *document.sha256)});
  }
  if (document.retain_until)
    facts.push_back({words(Text::retention),
                     words(Text::retention_until,
                           {{"class", document.retention_class}, {"date", day(words, *document.retain_until)}})});
  facts.push_back({words(Text::text_version), code(document.template_hash.substr(0, 16))});
  const std::string address = call.hall.public_url(call.info, "/verify/" + document.token);
  facts.push_back({words(Text::verify_address), a(href(address), address)});
  return web::panel({.id = "about", .title = words(Text::about), .body = web::facts(facts)});
}

Html seal_panel(Call& call, const Document& document) {
  const Words& words = call.words;
  auto pdf = deliver(call.hall, call.town, document.id, document.binding);
  const auto report = pdf ? print::verify_signature(*pdf) : Result<print::SignatureReport>(print::SignatureReport{});
  const bool genuine = report && report->genuine();
  Html body = p(words(genuine ? Text::seal_genuine : Text::seal_broken));
  if (genuine)
    body.add(p(cls("small muted"),
               words(Text::seal_by, {{"signer", report->signer}, {"time", moment(words, *report->at)}})));
  return web::notice({.kind = genuine ? Tone::ok : Tone::bad, .title = words(Text::seal_title), .body = body});
}

Html withdraw_panel(Call& call, const Document& document, const web::Form& typed) {
  const Words& words = call.words;
  web::Choices reasons{.name = "reason",
                       .legend = words(Text::withdraw_reason),
                       .error = web::error_for(typed, "reason", words),
                       .required = true,
                       .lines = true};
  const auto reason = [&](const char* value, Text label) {
    return web::Option{.value = value, .label = words(label), .chosen = typed.was_chosen("reason", value)};
  };
  reasons.options = {reason("mistake", Text::reason_mistake), reason("replaced", Text::reason_replaced),
                     reason("revoked", Text::reason_revoked)};
  const std::string path = "/documents/" + document.id.text() + "/withdraw";
  const Html body = form(method("post"), action(path), cls("stack"), hall::form_fields(call),
                         input(type("hidden"), name("version"), value(std::to_string(document.version))),
                         p(words(Text::withdraw_body)), web::choice_field(words, reasons),
                         web::action_button({.text = words(Text::withdraw), .kind = web::ButtonKind::warn}));
  return web::panel({.id = "withdraw", .title = words(Text::withdraw_title), .body = body});
}

Response show_document(Call& call) {
  auto found = opened(call, "read");
  if (!found) return hall::problem(call, found.error());
  const auto& [document, right] = *found;
  if (auto noted = note_read(call, right, log::Verb::viewed, document); !noted)
    return hall::problem(call, noted.error());
  const Words& words = call.words;
  const std::string heading = document.number.empty() ? document.kind_name : document.number + " " + document.kind_name;
  Html main = about(call, document);
  Html side;
  if (document.state == State::ordered) side.add(web::notice({.title = words(Text::being_made)}));
  if (document.state == State::withdrawn)
    side.add(web::notice({.kind = Tone::bad, .title = withdrawn_words(words, document)}));
  if (document.state != State::ordered) {
    side.add(p(web::link_button("/documents/" + document.id.text() + "/file", words(Text::open_file))));
    side.add(seal_panel(call, document));
  }
  if (document.state == State::issued && access::holds(*call.actor, "document.issue"))
    side.add(withdraw_panel(call, document, web::Form(web::Fields{})));
  const Html content = div(cls("wrap stack"), web::back_link("/documents", words(Text::back_to_register)), h1(heading),
                           div(cls("cols-main"), main, div(cls("stack"), side)));
  return hall::page(call, {.title = heading, .content = content, .current_menu = "/documents"});
}

Response send_file(Call& call) {
  auto found = opened(call, "read");
  if (!found) return hall::problem(call, found.error());
  const auto& [document, right] = *found;
  auto pdf = deliver(call.hall, call.town, document.id, document.binding);
  if (!pdf) return hall::problem(call, pdf.error());
  if (auto noted = note_read(call, right, log::Verb::printed, document); !noted)
    return hall::problem(call, noted.error());
  const std::string name = (document.number.empty() ? document.kind_name : document.number) + ".pdf";
  return Response::attachment(name, "application/pdf", std::string(pdf->begin(), pdf->end()));
}

Response do_withdraw(Call& call) {
  web::Form form(call.request);
  const std::string reason = form.choice(
      "reason",
      {{.label = call.words(Text::withdraw_reason).plain(), .required = true}, {"mistake", "replaced", "revoked"}});
  const auto version = parse_integer(form.typed("version"));
  auto found = opened(call, "issue");
  if (!found) return hall::problem(call, found.error());
  const auto& [document, right] = *found;
  if (!version) return hall::problem(call, {ErrorKind::invalid, "document.version", "no version", {}, {}});
  if (!form.ok()) {
    const Html content = div(cls("wrap stack"), web::error_summary(form, call.words),
                             h1(call.words(Text::withdraw_title)), withdraw_panel(call, document, form));
    return hall::page(call, {.title = call.words(Text::withdraw_title),
                             .content = content,
                             .has_errors = true,
                             .status = 422,
                             .current_menu = "/documents"});
  }
  const log::Event stamp = stamp_of(call, right);
  const store::ChangeKey key{"document.withdraw:" + access::log_name(*call.actor) + ":" +
                             std::string(form.typed(web::idempotency_field))};
  auto done = call.hall.store.change(call.town, key, [&](store::Tx& tx) -> Result<> {
    return withdraw(tx, call.hall, call.town, document.id, *version, reason, stamp);
  });
  if (!done) return hall::problem(call, done.error());
  return Response::see_other(web::Path::to("/documents/{document}", {{"document", document.id.text()}}));
}

// --- is it genuine? ---

// As people type it from paper: any case, with spaces or hyphens.
std::string cleaned(std::string_view typed) {
  std::string out;
  for (char c : nfkc(typed))
    if (c != ' ' && c != '-' && c != '\t') out += c;
  return out;
}

Html code_form(const Words& words, std::string_view typed, std::optional<Html> error) {
  return form(method("get"), action("/verify"), cls("stack"),
              web::text_field(words, {.name = "code",
                                      .label = words(Text::verify_code),
                                      .hint = words(Text::verify_code_hint),
                                      .value = std::string(typed),
                                      .error = std::move(error),
                                      .autocomplete = "off",
                                      .width = "w-20",
                                      .characters_max = 60}),
              div(web::action_button({.text = words(Text::verify_submit)})));
}

Response ask_code(Call& call) {
  const Words& words = call.words;
  const std::string_view typed = call.request.query.first("code");
  std::optional<Html> error;
  if (!typed.empty()) {
    if (auto id = PublicId::parse(cleaned(typed)))
      return Response::see_other(web::Path::to("/verify/{token}", {{"token", id->text()}}));
    error = Html(words(Text::verify_wrong));
  }
  const bool wrong = error.has_value();
  const Html content =
      div(cls("wrap wrap-read stack"), h1(words(Text::verify_title)), p(words(Text::verify_lead)),
          code_form(words, typed, std::move(error)), p(cls("small muted"), words(Text::verify_privacy)));
  return hall::page(call, {.title = words(Text::verify_title),
                           .content = content,
                           .has_errors = wrong,
                           .status = wrong ? 422 : 200,
                           .privacy = web::Privacy::common});
}

Html verdict_of(Call& call, const Verified& found) {
  const Words& words = call.words;
  const std::string town = call.pack && call.pack->town ? call.pack->town->name : call.info.id;
  switch (found.is) {
    case Genuineness::genuine:
      return web::notice({.kind = Tone::ok,
                          .title = words(Text::verify_genuine),
                          .body = p(words(Text::verify_genuine_body, {{"town", town}}))});
    case Genuineness::withdrawn:
      return web::notice(
          {.kind = Tone::bad,
           .title = words(Text::verify_withdrawn),
           .body = p(words(Text::verify_withdrawn_body,
                           {{"town", town}, {"date", found.withdrawn_on ? day(words, *found.withdrawn_on) : ""}}))});
    case Genuineness::unknown:
      break;
  }
  return web::notice(
      {.kind = Tone::warn, .title = words(Text::verify_unknown), .body = p(words(Text::verify_unknown_body))});
}

Html file_check(Call& call, const Verified& found, std::string_view path) {
  const Words& words = call.words;
  const std::string typed = cleaned(call.request.query.first("sha256"));
  const auto bytes = from_hex(typed);
  const bool given = !typed.empty(), sound = bytes && bytes->size() == 32;
  std::optional<Html> error;
  if (given && !sound) error = Html(words(Text::verify_hash_wrong));
  Html result;
  if (sound) {
    const bool same = hex(*bytes) == found.sha256;
    result = web::notice(
        {.kind = same ? Tone::ok : Tone::bad, .title = words(same ? Text::verify_hash_same : Text::verify_hash_other)});
  }
  const Html ask = form(method("get"), action(path), cls("stack"), p(words(Text::verify_file_body)),
                        web::text_field(words, {.name = "sha256",
                                                .label = words(Text::verify_hash),
                                                .value = typed,
                                                .error = std::move(error),
                                                .autocomplete = "off",
                                                .characters_max = 80}),
                        div(web::action_button({.text = words(Text::verify_submit), .kind = web::ButtonKind::second})));
  return group(result, web::fold({.summary = words(Text::verify_file), .body = ask, .open = given}));
}

Response show_verified(Call& call) {
  const std::string token = cleaned(parameter(call, "token"));
  auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return verified(tx, token); });
  if (!found) return hall::problem(call, found.error());
  const Words& words = call.words;
  Html body = verdict_of(call, *found);
  if (found->is == Genuineness::unknown) {
    body.add(code_form(words, token, std::nullopt));
  } else {
    std::vector<web::Fact> facts{{words(Text::kind), found->kind_name}};
    if (!found->number.empty()) facts.push_back({words(Text::number), found->number});
    facts.push_back({words(Text::dated), day(words, found->dated)});
    facts.push_back({words(Text::hash), code(cls("break"), found->sha256)});
    body.add(web::facts(facts));
    body.add(file_check(call, *found, "/verify/" + token));
  }
  const Html content = div(cls("wrap wrap-read stack"), h1(words(Text::verify_title)), body,
                           p(cls("small muted"), words(Text::verify_privacy)));
  return hall::page(call, {.title = words(Text::verify_title),
                           .content = content,
                           .status = found->is == Genuineness::unknown ? 404 : 200,
                           .privacy = web::Privacy::common});
}

}  // namespace

log::Event stamp_of(const Call& call, const access::Decision& right) {
  log::Event stamp{.at = call.now, .actor = access::log_name(*call.actor), .channel = "web"};
  stamp.post = right.title;
  if (right.acting_for) stamp.acting_for = fmt::format("staff:{}", right.acting_for->value);
  if (const access::Staff* staff = call.actor->staff())
    for (const access::Standing& standing : staff->standings)
      if (stamp.section.empty() && (!right.section || standing.section == *right.section)) {
        stamp.section = standing.section_code;
        stamp.rank = standing.level;
      }
  return stamp;
}

std::string menu_label(Call& call) {
  return call.words(Text::menu).plain();
}

std::vector<hall::Route> routes() {
  using web::Fixture, web::Permission;
  const Permission reads("document.read"), issues("document.issue");
  return {
      {Method::get, "/documents", Side::office_side, reads, Fixture::of("clerk"), show_register},
      {Method::get, "/documents/{document}", Side::office_side, reads,
       Fixture::of("clerk", {{"document", "issued-document"}}), show_document},
      {Method::get, "/documents/{document}/file", Side::office_side, reads, Fixture::none("a PDF"), send_file},
      {Method::post, "/documents/{document}/withdraw", Side::office_side, issues, Fixture::none("writes"), do_withdraw},
      {Method::get, "/verify", Side::public_side, Permission::anyone(), Fixture::of("anyone"), ask_code},
      {Method::get, "/verify/{token}", Side::public_side, Permission::anyone(),
       Fixture::of("anyone", {{"token", "issued-document-token"}}), show_verified},
  };
}

}  // namespace yakuba::document
