// The front page, the catalogue, information pages and the town's own stylesheet: all of it the pack's content.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/texts.hpp"
#include "web/assets.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::size_t often_max = 6;
constexpr std::size_t sought_max = 5;
constexpr std::int64_t stylesheet_age_seconds = 365 * 86'400;

struct Speaker {  // the pack's words for this reader
  const hall::Call& call;
  std::string language = hall::pack_language(call.words.language());
  web::Phrase of(const pack::Texts& texts, std::string_view key) const {
    return web::Phrase::of(std::string(texts.say(key, language).text), call.words.reader());
  }
  web::Phrase town(std::string_view key) const { return of(call.pack->texts, key); }
  web::Phrase procedure(const pack::Procedure& p, std::string_view key) const { return of(p.texts, key); }
};

std::vector<const pack::Procedure*> listed(const pack::Pack& pack) {
  std::vector<const pack::Procedure*> out;
  for (const pack::Procedure& procedure : pack.procedures)
    if (procedure.listed && procedure.retired.empty() &&
        std::ranges::find(procedure.channels, "online") != procedure.channels.end())
      out.push_back(&procedure);
  return out;
}

// Everyday words find a procedure: its title, summary and the search words of the pack, folded.
std::vector<const pack::Procedure*> found(const hall::Call& call, std::string_view typed) {
  const std::string wanted = fold(typed);
  std::vector<const pack::Procedure*> out;
  for (const pack::Procedure* procedure : listed(*call.pack)) {
    std::string text;
    for (const std::string_view key : {"title", "formal_title", "summary"})
      for (const std::string_view language : {"ja", "ja-x-easy", "en"})
        text += fold(without_ruby(procedure->texts.say(key, language).text)) + " ";
    for (const std::string& word : procedure->search_words) text += fold(word) + " ";
    bool all = true;
    for (const std::string_view word : split(wanted, ' ')) all = all && text.find(word) != std::string::npos;
    const bool any_word = std::ranges::any_of(
        procedure->search_words, [&](const std::string& word) { return wanted.find(fold(word)) != std::string::npos; });
    if (wanted.empty() || all || any_word) out.push_back(procedure);
  }
  return out;
}

web::ProcedureRow row_of(const Speaker& say, const pack::Procedure& procedure) {
  web::ProcedureRow row{.href = "/procedures/" + procedure.id,
                        .title = say.procedure(procedure, "title"),
                        .note = say.procedure(procedure, "summary"),
                        .facts = {}};
  row.facts = {{web::Icon::clock, {say.call.words(Text::time), say.procedure(procedure, "time")}},
               {web::Icon::bag, {say.call.words(Text::needs), say.procedure(procedure, "needs")}},
               {web::Icon::yen, {say.call.words(Text::fee), say.procedure(procedure, "fee")}}};
  return row;
}

Html procedures_of(const Speaker& say, const std::vector<const pack::Procedure*>& procedures, std::size_t most,
                   int level) {
  std::vector<web::ProcedureRow> rows;
  for (const pack::Procedure* procedure : procedures) {
    if (rows.size() == most) break;
    rows.push_back(row_of(say, *procedure));
  }
  return web::procedure_list(rows, level);
}

std::string shown_date(const hall::Call& call, Date date) {
  return call.words.language() == web::Language::en ? format_english(date) : format_resident_weekday(date);
}

Html today_panel(const Speaker& say) {
  const hall::Call& call = say.call;
  const pack::Calendar* calendar = call.pack->calendar_of("");
  const bool open = calendar && calendar->is_open_at(call.now);
  const auto reason = calendar ? calendar->closed_reason(call.today) : std::nullopt;
  const std::string next = calendar ? shown_date(call, calendar->next_open_day(call.today.plus_days(1))) : "";
  return Html(web::html::section(
      cls("today stack-s"), aria_labelledby("today"),
      div(h2(id("today"), cls("h"), call.words(Text::today_title, {{"office", call.pack->town->office}})),
          p(cls("small muted"), time(datetime(call.today.text()), shown_date(call, call.today)))),
      p(cls("open"), web::icon(open ? web::Icon::ok : web::Icon::clock),
        web::together(call.words(open ? Text::open_now : Text::closed_now))),
      when(reason.has_value(), [&] { return p(*reason); }),
      when(open && !call.pack->town->hours.empty(),
           [&] { return p(say.town("hours." + call.pack->town->hours.front().id + ".time")); }),
      p(cls("small muted"), open ? call.words(Text::online_always) : call.words(Text::next_open, {{"date", next}}))));
}

// The first search words of the procedures, as links: an example of what may be typed. The pack's, so Japanese.
Html often_sought(const Speaker& say, const std::vector<const pack::Procedure*>& procedures) {
  Html links;
  std::size_t shown = 0;
  for (const pack::Procedure* procedure : procedures)
    for (const std::string& word : procedure->search_words) {
      if (shown == sought_max) break;
      ++shown;
      links.add(a(href("/procedures?q=" + web::percent_encode(word)), word)).add(" ");
    }
  if (links.empty()) return {};
  return Html(p(cls("row small"), span(cls("muted"), say.call.words(Text::often_sought)), links));
}

Html life_events(const Speaker& say) {
  std::vector<web::Event> events;
  for (const pack::LifeEvent& event : say.call.pack->town->life_events)
    events.push_back({.icon = web::icon_named(event.icon),
                      .href = "/life/" + event.id,
                      .title = say.town("life." + event.id + ".title"),
                      .text = say.town("life." + event.id + ".summary")});
  return web::event_cards(events);
}

Html news_of(const Speaker& say, bool emergencies) {
  std::vector<web::NewsRow> rows;
  Html alerts;
  for (const pack::NewsItem& item : say.call.pack->town->news) {
    if (!item.shown_on(say.call.today)) continue;
    const std::string address = "/news/" + item.id;
    if (item.emergency && emergencies)
      alerts = web::emergency({.id = "em",
                               .title = say.town("news." + item.id + ".title"),
                               .body = Html(p(say.town("news." + item.id + ".body"))),
                               .meta = {}});
    if (!emergencies)
      rows.push_back({.date = Html(format_month_day(item.date)),
                      .datetime = item.date.text(),
                      .kind = web::tag(Html(item.tag), item.emergency ? web::Tone::bad : web::Tone::plain),
                      .href = address,
                      .title = say.town("news." + item.id + ".title")});
  }
  return emergencies ? alerts : web::news_list(rows);
}

Html hours_panel(const Speaker& say) {
  std::vector<web::Fact> facts;
  for (const pack::OpeningHours& hours : say.call.pack->town->hours)
    facts.push_back({say.town("hours." + hours.id + ".place"), say.town("hours." + hours.id + ".time")});
  return web::panel({.id = "hours",
                     .title = say.call.words(Text::hours_title),
                     .body = web::facts(facts, true),
                     .ground = web::Tone::key});
}

Response front_page(hall::Call& call) {
  const Speaker say{call};
  const auto procedures = listed(*call.pack);
  const Html alerts = news_of(say, true);
  const Html content(
      group(when(!alerts.empty(), [&] { return div(cls("wrap"), alerts); }),
            div(cls("hero"),
                div(cls("wrap cols-main"),
                    div(cls("stack-s"),
                        web::search_form(call.words, {.action = "/procedures",
                                                      .label = call.words(Text::what_to_do),
                                                      .label_is_heading = true,
                                                      .hint = call.words(Text::search_hint)}),
                        often_sought(say, procedures)),
                    today_panel(say)),
                web::landscape()),
            div(cls("wrap"),
                web::html::section(aria_labelledby("life"),
                                   h2(id("life"), cls("section-head"), call.words(Text::life_title)), life_events(say)),
                web::html::section(
                    cls("section"), aria_labelledby("often"),
                    div(cls("row row-between section-head"), h2(id("often"), call.words(Text::often_title)),
                        a(href("/procedures"),
                          call.words(Text::all_procedures, {{"n", static_cast<std::int64_t>(procedures.size())}}))),
                    procedures_of(say, procedures, often_max, 3),
                    p(cls("row"), web::link_button("/resume", Html(call.words(Text::resume_title))),
                      web::link_button("/status", Html(call.words(Text::see_status))))),
                div(cls("section cols-main"),
                    web::html::section(aria_labelledby("news"),
                                       h2(id("news"), cls("section-head"), call.words(Text::news_title)),
                                       news_of(say, false)),
                    hours_panel(say)))));
  return hall::page(call, {.title = call.words(Text::what_to_do), .content = content, .main_class = "home"});
}

Response catalogue_page(hall::Call& call) {
  const Speaker say{call};
  const std::string typed(trim(call.request.query.first("q")));
  const auto procedures = found(call, typed);
  const Html results =
      procedures.empty()
          ? web::empty_state(
                {.title = call.words(Text::nothing_found),
                 .body = Html(p(call.words(Text::nothing_found_hint, {{"phone", call.pack->town->phone}}))),
                 .action = Html(a(href("/procedures"), call.words(Text::show_all)))})
          : procedures_of(say, procedures, procedures.size(), 2);
  const Html content(div(cls("wrap stack"),
                         web::search_form(call.words, {.action = "/procedures",
                                                       .label = call.words(Text::catalogue_title),
                                                       .label_is_heading = true,
                                                       .value = typed}),
                         p(cls("muted"), role("status"),
                           call.words(Text::found_count, {{"n", static_cast<std::int64_t>(procedures.size())}})),
                         results));
  return hall::page(call, {.title = call.words(Text::catalogue_title), .content = content});
}

Html channels_of(const Speaker& say, const pack::Procedure& procedure) {
  std::string out;
  for (const std::string& channel : procedure.channels) {
    if (!out.empty()) out += "、";
    out += say.call
               .words(channel == "online"    ? Text::channel_online
                      : channel == "counter" ? Text::channel_counter
                      : channel == "post"    ? Text::channel_post
                                             : Text::channel_other)
               .plain();
  }
  return Html(out);
}

Response procedure_page(hall::Call& call) {
  const pack::Procedure* procedure =
      call.parameters.empty() ? nullptr : call.pack->procedure(call.parameters.front().second);
  if (!procedure || !procedure->retired.empty())
    return hall::problem(call, {ErrorKind::not_found, "draft.procedure", {}, {}, {}});
  const Speaker say{call};
  const pack::Section* section = call.pack->section(procedure->section);
  std::string law;
  for (const std::string& article : procedure->law) law += (law.empty() ? "" : "、") + article;
  std::vector<web::Fact> facts{
      {call.words(Text::time), say.procedure(*procedure, "time")},
      {call.words(Text::needs), say.procedure(*procedure, "needs")},
      {call.words(Text::fee), say.procedure(*procedure, "fee")},
      {call.words(Text::period), call.words(Text::days, {{"n", std::int64_t{procedure->standard_days}}})},
      {call.words(Text::where), channels_of(say, *procedure)},
      {call.words(Text::law), Html(law)}};
  if (section)
    facts.push_back(
        {call.words(Text::section), Html(section->name + (section->phone.empty() ? "" : "　" + section->phone))});
  Html criteria;
  for (const pack::Stage& stage : procedure->stages)
    if (const pack::Criterion* criterion = call.pack->criterion(stage.criterion); criterion && criterion->public_)
      criteria = Html(group(criteria, li(a(href("/criteria/" + criterion->id), criterion->title))));
  const Html content(div(
      cls("wrap stack read"), web::back_link("/procedures", call.words(Text::catalogue_title)),
      h1(say.procedure(*procedure, "title")), p(say.procedure(*procedure, "summary")), web::facts(facts),
      web::html::form(method("post"), action("/procedures/" + procedure->id + "/start"), cls("stack-s"),
                      hall::form_fields(call),
                      p(cls("row"), web::action_button({.text = call.words(Text::start_now), .big = true})),
                      p(cls("small muted"), say.procedure(*procedure, "start_hint"))),
      p(a(href("/resume"), call.words(Text::resume_title))), when(!criteria.empty(), [&] {
        return web::html::section(cls("stack-s"), id("criteria"), h2(call.words(Text::criteria_title)), ul(criteria));
      })));
  return hall::page(call, {.title = say.procedure(*procedure, "title"), .content = content});
}

// Paragraphs and "- " lists, as the pack's pages are written.
Html paragraphs(const Speaker& say, std::string_view body) {
  Html out, items;
  const auto flush = [&] {
    if (!items.empty()) out = Html(group(out, ul(items)));
    items = Html();
  };
  for (const std::string_view line : split(body, '\n')) {
    const auto text = [&](std::string_view t) { return web::Phrase::of(std::string(t), say.call.words.reader()); };
    if (line.starts_with("- ")) {
      items = Html(group(items, li(text(line.substr(2)))));
      continue;
    }
    flush();
    if (!trim(line).empty()) out = Html(group(out, p(text(line))));
  }
  flush();
  return out;
}

Response text_page(hall::Call& call, const Speaker& say, const std::string& key,
                   const std::vector<const pack::Procedure*>& procedures) {
  const web::Phrase title = say.town(key + ".title");
  const Html content(
      div(cls("wrap stack read"), web::back_link("/", call.words(Text::front)), h1(title),
          paragraphs(say, call.pack->texts.say(key + ".body", say.language).text),
          when(!procedures.empty(), [&] { return procedures_of(say, procedures, procedures.size(), 2); })));
  return hall::page(call, {.title = title, .content = content});
}

Response life_page(hall::Call& call) {
  const Speaker say{call};
  for (const pack::LifeEvent& event : call.pack->town->life_events) {
    if (call.parameters.empty() || event.id != call.parameters.front().second) continue;
    std::vector<const pack::Procedure*> procedures;
    for (const std::string& id : event.procedures)
      if (const pack::Procedure* procedure = call.pack->procedure(id)) procedures.push_back(procedure);
    return text_page(call, say, event.page.empty() ? "life." + event.id : "page." + event.page, procedures);
  }
  return hall::problem(call, {ErrorKind::not_found, "web.no_such_page", {}, {}, {}});
}

Response news_page(hall::Call& call) {
  const Speaker say{call};
  for (const pack::NewsItem& item : call.pack->town->news)
    if (!call.parameters.empty() && item.id == call.parameters.front().second && item.shown_on(call.today))
      return text_page(call, say, "news." + item.id, {});
  return hall::problem(call, {ErrorKind::not_found, "web.no_such_page", {}, {}, {}});
}

Response about_page(hall::Call& call) {
  const std::string which = call.parameters.empty() ? "" : call.parameters.front().second;
  const bool accessibility = which == "accessibility";
  if (!accessibility && which != "privacy")
    return hall::problem(call, {ErrorKind::not_found, "web.no_such_page", {}, {}, {}});
  const web::Phrase title = call.words(accessibility ? Text::accessibility_title : Text::privacy_title);
  const Html body =
      accessibility
          ? Html(group(p(call.words(Text::accessibility_1)), p(call.words(Text::accessibility_2)),
                       p(call.words(Text::contact_us, {{"phone", call.pack->town->phone}}))))
          : Html(group(p(call.words(Text::privacy_1)), p(call.words(Text::privacy_2)), p(call.words(Text::privacy_3)),
                       p(a(href("/me/looks"), call.words(Text::who_looked)))));
  return hall::page(call, {.title = title, .content = Html(div(cls("wrap stack read"), h1(title), body))});
}

// --- the town's colours ---

// The value of a design token, as the stylesheet states it at its head.
std::string token_value(std::string_view token) {
  for (const web::Asset& asset : web::assets()) {
    if (asset.name != "yakuba.css") continue;
    const auto at = asset.bytes.find(std::string(token) + ":");
    if (at == std::string_view::npos) return "";
    const std::string_view rest = trim(asset.bytes.substr(at + token.size() + 1));
    return std::string(rest.substr(0, rest.find_first_of(";} ")));
  }
  return "";
}

Response town_css(hall::Call& call) {
  const auto& colours = call.pack->town->colours;
  const auto colour = [&](std::string_view name) {
    const auto it = colours.find(name);
    if (it == colours.end()) return std::string();
    return it->second.starts_with('#') ? it->second : token_value(it->second);
  };
  const auto sheet =
      web::town_stylesheet({colour("--town"), colour("--town-weak"), colour("--town-1"), colour("--town-2")});
  Response response = Response::text(sheet ? *sheet : std::string());
  response.with_header("content-type", "text/css; charset=utf-8");
  response.cache_for(stylesheet_age_seconds);
  return response;
}

}  // namespace

std::vector<hall::Route> home_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto page = [](std::string_view pattern, Fixture fixture, hall::Handler handler) {
    return hall::Route(Method::get, pattern, Side::public_side, Permission::anyone(), std::move(fixture),
                       std::move(handler));
  };
  return {page("/", Fixture::of("anyone"), front_page),
          page("/procedures", Fixture::of("anyone"), catalogue_page),
          page("/procedures/{procedure}", Fixture::of("anyone", {{"procedure", "=jido-teate-nintei"}}), procedure_page),
          page("/life/{event}", Fixture::of("anyone", {{"event", "=child"}}), life_page),
          page("/news/{item}", Fixture::of("anyone", {{"item", "news"}}), news_page),
          page("/about/{page}", Fixture::of("anyone", {{"page", "=accessibility"}}), about_page),
          page("/town.css", Fixture::none("a stylesheet"), town_css),
          hall::Route(Method::get, "/town.css", Side::office_side, Permission::anyone(), Fixture::none("a stylesheet"),
                      town_css)};
}

}  // namespace yakuba::application
