#include "hall/page.hpp"

#include <mutex>

#include "hall/module.hpp"
#include "hall/texts.hpp"
#include "web/problem.hpp"

namespace yakuba::hall {
namespace {

using web::Html, web::Link, web::Words;

std::vector<web::LanguageChoice> languages(const Call& call) {
  const bool english = call.words.language() == web::Language::en;
  return {{"ja", "日本語", !english}, {"en", "English", english}};
}

std::optional<Link> person_link(Call& call) {
  if (!call.actor) return std::nullopt;
  const auto* resident = call.actor->resident();
  if (!resident) return std::nullopt;
  return Link{.href = "/me", .text = call.words(Text::person_signed_in, {{"name", resident->shown}})};
}

std::vector<web::FootColumn> make_foot(const Words& words) {
  const auto link = [](std::string_view href, web::Phrase text) { return Link{.href = href, .text = text}; };
  return {{words(Text::foot_procedures),
           {link("/procedures", words(Text::foot_all_procedures)), link("/criteria", words(Text::foot_criteria)),
            link("/verify", words(Text::foot_verify))}},
          {words(Text::foot_yours),
           {link("/status", words(Text::foot_status)), link("/me", words(Text::foot_mine)),
            link("/me/looks", words(Text::foot_looks))}},
          {words(Text::foot_about),
           {link("/about/accessibility", words(Text::foot_accessibility)),
            link("/about/privacy", words(Text::foot_privacy))}}};
}

std::vector<Html> office_lines(const Call& call) {
  if (!call.pack || !call.pack->town) return {};
  const pack::Town& town = *call.pack->town;
  std::vector<Html> lines{Html(town.address), call.words(Text::foot_phone, {{"phone", town.phone}})};
  if (!town.hours.empty()) {  // the first place's: the main office
    const auto said =
        call.pack->texts.say("hours." + town.hours.front().id + ".time", pack_language(call.words.language()));
    lines.push_back(web::Phrase::of(std::string(said.text), call.words.reader()));
  }
  return lines;
}

std::shared_ptr<const web::ResidentFrame> make_frame(const Call& call) {
  return web::resident_frame(call.words, face(call),
                             {.office_lines = office_lines(call),
                              .columns = make_foot(call.words),
                              .note = call.hall.settings.demo ? Html(call.words(Text::foot_demo)) : Html()},
                             languages(call));
}

// A pack's version is the hash of all it says: what is made of it stays right for as long as it is kept.
std::shared_ptr<const web::ResidentFrame> frame_of(const Call& call) {
  if (!call.pack || !call.pack->town) return make_frame(call);  // then the town is not in its version
  using Key = std::tuple<Hash, web::Language, bool, bool>;
  constexpr std::size_t frames_max = 512;  // towns × ways of reading, with some versions of each
  static std::mutex mutex;
  static std::map<Key, std::shared_ptr<const web::ResidentFrame>> frames;
  const Key key{call.pack->version, call.words.language(), call.words.reader().furigana, call.hall.settings.demo};
  {
    const std::lock_guard lock(mutex);
    if (const auto known = frames.find(key); known != frames.end()) return known->second;
  }
  auto made = make_frame(call);
  const std::lock_guard lock(mutex);
  if (frames.size() >= frames_max) frames.clear();
  return frames.emplace(key, std::move(made)).first->second;
}

web::ResidentShell resident_shell(Call& call, const PageContent& content) {
  web::ResidentShell shell{.words = call.words, .frame = frame_of(call), .title = content.title};
  shell.has_errors = content.has_errors;
  shell.query = call.request.query;
  shell.reading_form = content.reading_form;
  shell.person = person_link(call);
  shell.main_class = content.main_class;
  shell.script = content.script;
  return shell;
}

std::vector<Link> menu_of(Call& call, std::string_view current) {
  std::vector<const MenuEntry*> entries;
  if (call.hall.modules)
    for (const Module& module : *call.hall.modules)
      for (const MenuEntry& entry : module.menu)
        if (entry.side == call.side && (entry.permission.empty() || access::holds(*call.actor, entry.permission)))
          entries.push_back(&entry);
  std::ranges::stable_sort(entries, {}, &MenuEntry::order);
  std::vector<Link> links;
  for (const MenuEntry* entry : entries)
    links.push_back({.href = entry->path,
                     .text = Html(entry->label(call)),
                     .current = entry->path == current,
                     .count = entry->count ? entry->count(call) : std::nullopt});
  return links;
}

web::DeskShell desk_shell(Call& call, const PageContent& content) {
  web::DeskShell shell{.words = call.words, .face = face(call), .title = content.title};
  shell.has_errors = content.has_errors;
  shell.leave_token = call.form_token;
  shell.foot_note = call.words(Text::desk_foot);
  shell.script = content.script;
  const auto* staff = call.actor ? call.actor->staff() : nullptr;
  if (staff) {
    shell.menu = menu_of(call, content.current_menu);
    shell.person = Html(staff->name);
    if (const access::Standing* main = staff->main()) shell.section = Html(main->section_name);
  }
  return shell;
}

}  // namespace

std::string pack_language(web::Language language) {
  return language == web::Language::ja_easy ? "ja-x-easy" : std::string(web::language_tag(language));
}

web::TownFace face(const Call& call) {
  web::TownFace face{.name = call.info.id, .office = call.info.id, .window = call.words(Text::window).plain()};
  if (!call.pack || !call.pack->town) return face;
  const pack::Town& town = *call.pack->town;
  face.name = town.name;
  face.office = town.office;
  // A pack draws its mark as paths: "stroke M22 2…" or "fill M4…".
  for (const std::string& drawn : town.mark_paths) {
    const auto space = drawn.find(' ');
    const bool filled = drawn.starts_with("fill ");
    face.mark.push_back(
        {.path = drawn.substr(space + 1), .filled = filled, .stroke_width = face.mark.empty() ? 2.0 : 1.8});
  }
  face.stylesheet = "/town.css?v=" + hex(call.pack->version).substr(0, 12);
  if (call.side == web::Side::office_side)
    face.home = call.actor && access::holds(*call.actor, "case.read") ? "/inbox" : "/me";
  return face;
}

web::Html form_fields(const Call& call) {
  return web::hidden_fields(call.form_token, PublicId::random(call.hall.random).text());
}

web::Response page(Call& call, PageContent content) {
  const bool office = call.side == web::Side::office_side;
  // A page with an island of ours names it by a nonce, drawn anew for every answer (CSP 3 §6.7.2).
  const std::string nonce = content.script.empty() ? std::string() : PublicId::random(call.hall.random).text();
  std::string html;
  if (office) {
    web::DeskShell shell = desk_shell(call, content);
    shell.nonce = nonce;
    html = web::desk_page(shell, content.content);
  } else {
    web::ResidentShell shell = resident_shell(call, content);
    shell.nonce = nonce;
    html = web::resident_page(shell, content.content);
  }
  web::Response response = web::Response::page(std::move(html), content.privacy, content.status);
  if (!nonce.empty()) response.with_script_nonce(nonce);
  return response;
}

web::Response problem(Call& call, const Error& error) {
  const web::ProblemPage problem{.status = web::status_of(error.kind), .request_id = call.request.id};
  const PageContent content{};
  if (call.side == web::Side::office_side) return web::problem_response(problem, desk_shell(call, content));
  return web::problem_response(problem, resident_shell(call, content));
}

}  // namespace yakuba::hall
