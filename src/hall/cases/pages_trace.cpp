// How the decision came about: one line for each criterion and each child on the file's page, and behind each line a
// page with every cell of its tables. What is missing, whether it matters, and what to do about it.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/cases/desk.hpp"
#include "hall/cases/texts.hpp"

namespace yakuba::cases {
namespace {

using web::Html, web::Response;
using namespace web::html;

constexpr std::string_view any_value = "—";  // dmn::cell_words of a condition that asks nothing

web::Path trace_path(const File& file, const pack::Decision& decision) {
  web::Path path =
      web::Path::to("/cases/{case}/trace", {{"case", file.row.public_id.text()}}).with("of", decision.criterion);
  return decision.item.empty() ? path : path.with("item", decision.item);
}

std::string with_honorific(const std::string& name) {
  return name + "さん";
}

std::string joined(const std::vector<std::string>& parts, std::string_view between = "、") {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

// --- one line for each decision ---

// 「支給 当てはまる」, 「月額（円） 10,000」: what the row that fired gives, its empty outputs left out.
std::string result_words(const dmn::TableView& table) {
  std::vector<std::string> parts;
  for (const dmn::RowView& row : table.rows) {
    if (!row.fired) continue;
    for (std::size_t i = 0; i < row.outputs.size() && i < table.outputs.size(); ++i)
      if (!row.outputs[i].empty() && row.outputs[i] != "なし") parts.push_back(table.outputs[i] + " " + row.outputs[i]);
  }
  return joined(parts);
}

Html standing_tag(hall::Call& call, const pack::Decision& decision) {
  const Text words = decision.standing == "undecided" ? Text::standing_undecided
                     : decision.standing == "gap"     ? Text::standing_gap
                                                      : Text::standing_failed;
  return web::tag(Html(call.words(words)), web::Tone::warn);
}

// Every table with the row that fired: 「1行目」; its name when there are several.
std::string fired_words(hall::Call& call, const pack::Decision& decision) {
  std::vector<std::string> parts;
  for (const dmn::TableView& table : decision.tables)
    for (const dmn::RowView& row : table.rows)
      if (row.fired)
        parts.push_back((decision.tables.size() > 1 ? table.name + " " : "") +
                        call.words(Text::row_number, {{"row", row.id}}).plain());
  return joined(parts);
}

Html result_of(hall::Call& call, const pack::Decision& decision) {
  if (!decision.decided()) return standing_tag(call, decision);
  std::vector<std::string> parts;
  for (const dmn::TableView& table : decision.tables)
    if (const std::string words = result_words(table); !words.empty()) parts.push_back(words);
  return Html(b(joined(parts)));
}

// --- the tables ---

Html outcome_cell(const web::Words& words, dmn::Outcome outcome) {
  switch (outcome) {
    case dmn::Outcome::yes:
      return web::judged(words, true);
    case dmn::Outcome::no:
      return web::judged(words, false);
    case dmn::Outcome::unknown:
      return Html(span(cls("tag tag-warn"), words(Text::cell_unknown)));
    case dmn::Outcome::not_evaluated:
      return Html("—");
  }
  return Html();
}

// An article ("法8条3項") stays on one line, a sentence takes as many as it needs.
constexpr std::size_t one_line_bytes_max = 36;

// Annotations that are sentences with holes are not shown: the row that fired has its sentence filled in above.
std::vector<std::size_t> annotations_shown(const dmn::TableView& view) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < view.annotations.size(); ++i)
    if (std::ranges::none_of(view.rows, [&](const dmn::RowView& row) {
          return i < row.annotations.size() && row.annotations[i].find('{') != std::string::npos;
        }))
      shown.push_back(i);
  return shown;
}

// One table with every cell: the condition, and beside it whether it fits what was found.
Html decision_table(hall::Call& call, const dmn::TableView& view, const std::string& id) {
  std::vector<web::Column> columns{{.title = call.words(Text::row)}};
  for (const dmn::ColumnView& input : view.inputs) {
    columns.push_back({.title = Html(input.heading), .group_start = true});
    columns.push_back({.title = Html(input.value.empty() ? call.words(Text::not_known).plain() : input.value),
                       .align = web::Align::middle});
  }
  for (const std::string& output : view.outputs) columns.push_back({.title = Html(output), .group_start = true});
  const std::vector<std::size_t> annotations = annotations_shown(view);
  for (const std::size_t i : annotations) columns.push_back({.title = Html(view.annotations[i])});
  std::vector<web::Row> rows;
  for (const dmn::RowView& row : view.rows) {
    web::Row shown{.cells = {Html(row.id)},
                   .tone = row.fired      ? web::RowTone::fired
                           : row.possible ? web::RowTone::proposed
                                          : web::RowTone::idle};
    for (const dmn::CellView& cell : row.cells) {
      shown.cells.push_back(Html(cell.words));
      // A condition that any value fits needs no mark.
      shown.cells.push_back(cell.words == any_value ? Html() : outcome_cell(call.words, cell.outcome));
    }
    for (const std::string& output : row.outputs) shown.cells.push_back(Html(output.empty() ? "—" : output));
    for (const std::size_t i : annotations) {
      const std::string note = i < row.annotations.size() ? row.annotations[i] : std::string();
      shown.cells.push_back(note.size() <= one_line_bytes_max ? Html(span(cls("nowrap"), note)) : Html(note));
    }
    rows.push_back(std::move(shown));
  }
  return web::table_of(call.words, {.id = id,
                                    .caption = Html(view.name + "。" + view.caption),
                                    .columns = std::move(columns),
                                    .rows = std::move(rows),
                                    .sticky = true});
}

// --- what is missing ---

struct Missing {
  const pack::Fact* fact = nullptr;
  std::string name, how;
  bool matters = false;
  std::vector<std::pair<std::string, std::string>> whose;  // key with the item, name; empty name: the case itself
};

// One entry for each fact, with everybody for whom it is missing.
std::vector<Missing> grouped(const File& file, const pack::Ruling& ruling) {
  std::vector<std::pair<std::string, Missing>> groups;
  for (const pack::MissingFact& fact : ruling.missing) {
    const std::string key = without_items(fact.key);
    auto found = std::ranges::find_if(
        groups, [&](const auto& group) { return group.first == key && group.second.matters == fact.matters; });
    if (found == groups.end())
      found = groups.insert(groups.end(), {key,
                                           {.fact = fact_at(*file.pack, fact.key),
                                            .name = fact_name(*file.pack, fact.key, fact.name),
                                            .how = fact.how,
                                            .matters = fact.matters,
                                            .whose = {}}});
    const std::pair<std::string, std::string> who{fact.key, fact.about};
    if (std::ranges::find(found->second.whose, who) == found->second.whose.end()) found->second.whose.push_back(who);
  }
  std::vector<Missing> out;
  for (auto& [key, missing] : groups) out.push_back(std::move(missing));
  return out;
}

std::string names_of(const Missing& missing) {
  std::vector<std::string> names;
  for (const auto& [key, name] : missing.whose)
    if (!name.empty()) names.push_back(with_honorific(name));
  return joined(names);
}

// The reason code by which the applicant is asked for this fact; nothing when it is not his to say.
const pack::ReasonCode* correction_of(const File& file, const Missing& missing) {
  if (!missing.fact || !has_source(*missing.fact, pack::Source::applicant)) return nullptr;
  const std::string key = without_items(missing.whose.front().first);
  for (const pack::ReasonCode& reason : file.procedure->reasons)
    if (reason.use == "correction" && reason.fact == key) return &reason;
  return nullptr;
}

// What the clerk does next: find it out, for each child, or ask the applicant.
Html ways_on(hall::Call& call, const File& file, const Missing& missing) {
  const std::string base = "/cases/" + file.row.public_id.text();
  Html out;
  if (missing.fact && has_source(*missing.fact, pack::Source::clerk))
    for (const auto& [key, name] : missing.whose)
      out.add(group(a(href(web::Path::to(base + "/fact").with("key", key).text()),
                      name.empty() ? call.words(Text::find_out)
                                   : call.words(Text::find_out_for, {{"name", with_honorific(name)}})),
                    " "));
  if (const pack::ReasonCode* reason = correction_of(file, missing))
    out.add(
        a(href(web::Path::to(base + "/correct").with("reason", reason->code).text()), call.words(Text::act_correct)));
  return out;
}

// --- the page of one decision ---

const pack::Decision* decision_asked(const hall::Call& call, const pack::Ruling& ruling) {
  const std::string_view of = call.request.query.first("of"), item = call.request.query.first("item");
  if (ruling.decisions.empty()) return nullptr;
  if (of.empty()) return &ruling.decisions.back();
  const auto found = std::ranges::find_if(ruling.decisions,
                                          [&](const pack::Decision& d) { return d.criterion == of && d.item == item; });
  return found == ruling.decisions.end() ? nullptr : &*found;
}

Response get_trace(hall::Call& call) {
  const auto file = open_for(call, "read");
  if (!file) return hall::problem(call, file.error());
  const auto ruling = rule(*file);
  if (!ruling) return hall::problem(call, ruling.error());
  const pack::Decision* decision = decision_asked(call, *ruling);
  if (!decision) return hall::problem(call, {ErrorKind::not_found, "case.decision", {}, {}, {}});
  Html tables;
  int index = 0;
  for (const dmn::TableView& table : decision->tables)
    tables.add(web::html::section(cls("panel"), decision_table(call, table, fmt::format("t{}", ++index)),
                                  p(cls("small muted"), table.hit_policy_words)));
  const pack::Criterion* criterion = file->pack->criterion(decision->criterion);
  const Html content(div(
      cls("wrap stack"), web::back_link(file_path(file->row.public_id).text(), Html(file->row.number)),
      div(h1(decision->title,
             when(!decision->about.empty(), [&] { return span(cls("who"), with_honorific(decision->about)); })),
          p(cls("muted meta"), span(call.words(Text::as_of, {{"date", format_resident(decision->as_of)}})),
            when(
                criterion != nullptr,
                [&] { return span(call.words(Text::valid_from, {{"date", format_resident(criterion->valid_from)}})); }),
            a(href("/criteria/" + decision->criterion), call.words(Text::the_criterion)))),
      p(result_of(call, *decision), " ", span(cls("muted"), fired_words(call, *decision))),
      when(!decision->reason.empty(), [&] { return p(decision->reason); }),
      when(!decision->law.empty(), [&] { return p(cls("small muted"), joined(decision->law)); }), tables));
  return hall::page(call, {.title = file->row.number + " " + decision->title,
                           .content = content,
                           .current_menu = "/inbox",
                           .script = std::string(keys_island)});
}

}  // namespace

Html decision_lines(hall::Call& call, const File& file, const pack::Ruling& ruling) {
  std::vector<web::SummaryRow> rows;
  for (const pack::Decision& decision : ruling.decisions) {
    const std::string title = decision.title + (decision.about.empty() ? "" : "　" + with_honorific(decision.about));
    const std::string law = decision.law.empty() ? "" : "（" + joined(decision.law) + "）";
    rows.push_back({.term = Html(a(href(trace_path(file, decision).text()), title)),
                    .value = Html(group(result_of(call, decision), br(), span(cls("small"), decision.reason, law))),
                    .go = Html(span(cls("small muted"), fired_words(call, decision)))});
  }
  if (rows.empty()) return Html();
  return Html(group(p(cls("small muted"), call.words(Text::decisions_caption)), web::summary_list(rows)));
}

Html missing_notice(hall::Call& call, const File& file, const pack::Ruling& ruling, bool may_examine) {
  const std::vector<Missing> all = grouped(file, ruling);
  if (all.empty()) return Html();
  Html list;
  std::vector<std::string> others;
  std::int64_t matter = 0;
  for (const Missing& missing : all) {
    const std::string names = names_of(missing);
    if (!missing.matters) {
      others.push_back(missing.name + (names.empty() ? "" : "（" + names + "）"));
      continue;
    }
    ++matter;
    list.add(li(b(missing.name), when(!names.empty(), [&] { return group("　", names); }), br(),
                span(cls("small"), missing.how),
                when(may_examine, [&] { return group(br(), ways_on(call, file, missing)); })));
  }
  return web::notice(
      {.kind = matter > 0 ? web::Tone::warn : web::Tone::plain,
       .title = Html(matter > 0 ? call.words(Text::missing_matters, {{"n", matter}})
                                : call.words(Text::missing_does_not, {{"n", static_cast<std::int64_t>(all.size())}})),
       .body = Html(
           group(when(!list.empty(), [&] { return ul(list); }),
                 when(!others.empty(), [&] { return p(joined(others), "。", call.words(Text::does_not_matter)); }))),
       .level = 3});
}

std::vector<hall::Route> trace_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  return {{Method::get, "/cases/{case}/trace", Side::office_side, Permission("case.read"),
           Fixture::of("clerk", {{"case", "case-examine"}}), get_trace}};
}

}  // namespace yakuba::cases
