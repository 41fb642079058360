// What the check page says before anything is sent: the result that the same criterion would give now, and what is not
// known yet, in the procedure's own words and with the way to its question.
#include "base/text.hpp"
#include "hall/application/pages.hpp"
#include "hall/application/rows.hpp"
#include "hall/application/texts.hpp"
#include "hall/notice/notice.hpp"

namespace yakuba::application {
namespace {

using web::Html;
using namespace web::html;

// --- the result ---

// The pack's preview: headings large, rows of two cells as a list of facts, everything else as text.
Html preview_of(const Context& context, const std::vector<pack::Block>& blocks) {
  using Kind = pack::Block::Kind;
  const auto text = [&](const std::string& marked) { return web::Phrase::of(marked, context.words.reader()); };
  Html out, items;
  std::vector<web::Fact> rows;
  const auto flush = [&] {
    if (!rows.empty()) out.add(web::facts(rows, true));
    if (!items.empty()) out.add(ul(items));
    rows.clear();
    items = Html();
  };
  for (const pack::Block& block : blocks) {
    const bool row = (block.kind == Kind::table_head || block.kind == Kind::table_row) && block.cells.size() == 2;
    if (row) {
      rows.push_back({text(block.cells[0]), text(block.cells[1])});
    } else if (block.kind == Kind::item || block.kind == Kind::numbered) {
      items.add(li(text(block.cells.front())));
    } else {
      flush();
      for (const std::string& cell : block.cells)
        block.kind == Kind::heading ? out.add(p(cls("money"), text(cell))) : out.add(p(text(cell)));
    }
  }
  flush();
  return out;
}

// A result without a preview of the pack: what was found for each, with its reason.
Html reasons_of(const pack::Ruling& ruling) {
  Html lines;
  for (const pack::Decision& decision : ruling.decisions)
    if (!decision.reason.empty())
      lines.add(li(when(!decision.about.empty(), [&] { return b(decision.about + "　"); }), decision.reason));
  return lines.empty() ? Html() : Html(ul(lines));
}

Html result_of(const Context& context, const pack::Ruling& ruling) {
  if (!ruling.outcome) return Html(p(b(context.words(Text::expected_open))));
  if (const pack::Notice* words = context.procedure.notice(context.procedure.expected_notice)) {
    const auto plain = words->plain.find(context.language);
    const bool own = plain != words->plain.end();
    const auto blocks =
        pack::fill(context.pack, own ? plain->second : words->body, own ? context.language : "ja", ruling.facts);
    if (blocks) return preview_of(context, *blocks);
  }
  return Html(group(p(b(context.say("outcome." + ruling.outcome->id))), reasons_of(ruling)));
}

// --- what is missing ---

// A missing fact as the procedure asks for it.
struct Missing {
  std::optional<pack::Ask> ask;  // nothing: no question asks for it, the office finds it out
  std::string name;              // of the fact, for those
  bool matters = false;
};

// "children.1.lives_with" → "children.lives_with" and 1.
std::pair<std::string, int> key_and_item(std::string_view path) {
  std::string key;
  int item = -1;
  for (const std::string_view part : split(path, '.')) {
    const auto index = parse_integer(part);
    if (index) {
      item = static_cast<int>(*index);
      continue;
    }
    if (!key.empty()) key += ".";
    key += part;
  }
  return {key, item};
}

std::optional<pack::Ask> asked_for(const Context& context, std::string_view path) {
  const auto [key, item] = key_and_item(path);
  const pack::Question* found = nullptr;
  for (const pack::Question& question : context.procedure.questions)  // the field itself, else the whole it belongs to
    if (question.fact == key || (!found && key.starts_with(question.fact + "."))) found = &question;
  if (!found) return std::nullopt;
  return pack::Ask{found, found->for_each.empty() ? -1 : item};
}

std::vector<Missing> missing_of(const Context& context, const pack::Ruling& ruling) {
  std::vector<Missing> list;
  for (const pack::MissingFact& fact : ruling.missing) {
    Missing one{asked_for(context, fact.key), fact.name.substr(fact.name.rfind('.') + 1), fact.matters};
    if (!one.ask && !one.matters) continue;  // nothing that he could do, nothing that it would change
    const auto same = std::ranges::find_if(
        list, [&](const Missing& other) { return one.ask ? other.ask == one.ask : other.name == one.name; });
    if (same == list.end())
      list.push_back(std::move(one));
    else
      same->matters = same->matters || one.matters;
  }
  return list;
}

// The page that asks it now; a question that only follows from another answer is met by going on from the first gap.
std::string way_to(const Context& context, const pack::Ask& ask) {
  for (const Page& page : context.draft.pages())
    if (std::ranges::find(page.asks, ask) != page.asks.end()) return context.address + "/" + page.name + "?from=check";
  return context.address + "?from=check";
}

Html missing_list(const Context& context, const std::vector<Missing>& missing) {
  Html out;
  for (const Missing& one : missing) {
    const web::Phrase matters = context.words(one.matters ? Text::missing_matters : Text::missing_does_not);
    if (one.ask)
      out.add(li(a(href(way_to(context, *one.ask)),
                   context.html(context.of(*one.ask).title, &*one.ask)),
                 " ", span(cls("small muted"), matters)));
    else
      out.add(li(context.words(Text::missing_office, {{"fact", one.name}}), " ", span(cls("small muted"), matters)));
  }
  return out;
}

}  // namespace

Html expected_panel(const Context& context) {
  const auto ruling = rule(context.draft);
  if (!ruling) return Html();
  const std::vector<Missing> missing = missing_of(context, *ruling);
  return Html(web::html::section(
      cls("panel panel-tint stack-s"), aria_labelledby("expected"),
      h2(id("expected"), cls("h"), context.say("expected")), result_of(context, *ruling),
      when(!missing.empty(),
           [&] {
             return group(h3(cls("h"), context.words(Text::missing_title)), ul(missing_list(context, missing)));
           }),
      p(cls("small"), context.say("expected_note"), " ",
        a(href("/procedures/" + context.procedure.id + "#criteria"), context.words(Text::see_criteria)))));
}

// --- after sending ---

Html how_answered(const hall::Call& call, const Reached& party) {
  notice::Reach reach{.mail = party.mail, .mail_consented = !party.mail.empty(), .account = party.account};
  if (!party.address.empty()) reach.address_lines = {party.address};
  switch (notice::choose_channel(reach, *call.pack).value_or(notice::Channel::post)) {
    case notice::Channel::mail:
      return Html(p(call.words(Text::answer_by_mail, {{"mail", party.mail}})));
    case notice::Channel::online:
      return Html(p(call.words(Text::answer_online)));
    default:
      break;
  }
  if (party.address.empty()) return Html(p(call.words(Text::answer_by_post)));
  return Html(p(call.words(Text::answer_by_post_to, {{"address", party.address}})));
}

Reached reached(const Holder& holder, const pack::Facts& facts) {
  const cases::Applicant applicant = applicant_of(facts, holder);
  return {.mail = applicant.mail_consent ? applicant.mail : "",
          .address = applicant.address,
          .account = !holder.account.empty()};
}

Html next_steps(const Context& context, const Html& how) {
  Html next;
  for (int i = 1; context.has("next." + std::to_string(i)); ++i) next.add(li(context.say("next." + std::to_string(i))));
  return Html(web::html::section(cls("panel stack-s"), aria_labelledby("next"),
                                 h2(web::html::id("next"), cls("h"), context.words(Text::what_next)), ol(next), how));
}

}  // namespace yakuba::application
