// office.toml (sections, ranks, posts, roles, routes, 代決), town.toml, calendars/*.toml.
#include <array>

#include "base/text.hpp"
#include "pack/read.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"日", "月", "火", "水", "木", "金", "土"};
constexpr std::array<std::string_view, 3> scopes{"own", "section", "town"};
constexpr std::array<std::string_view, 3> town_kinds{"市", "町", "村"};
// What hall/insight measures and a town may set a target for.
constexpr std::array<std::string_view, 5> measures{"online", "decision-days", "corrections", "returns", "by-rule"};

std::optional<int> weekday_of(std::string_view word) {
  for (int i = 0; i < 7; ++i)
    if (weekdays[static_cast<std::size_t>(i)] == word) return i;
  return std::nullopt;
}

// "8:30" → 510.
std::optional<int> minute_of(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 2) return std::nullopt;
  const auto hour = parse_integer(parts[0]), minute = parse_integer(parts[1]);
  if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59 || parts[1].size() != 2)
    return std::nullopt;
  return static_cast<int>(*hour * 60 + *minute);
}

// "12-29" → month and day.
bool month_day(std::string_view text, int& month, int& day) {
  const auto parts = split(text, '-');
  if (parts.size() != 2) return false;
  const auto m = parse_integer(parts[0]), d = parse_integer(parts[1]);
  if (!m || !d || !Date::of(2024, static_cast<int>(*m), static_cast<int>(*d))) return false;
  month = static_cast<int>(*m);
  day = static_cast<int>(*d);
  return true;
}

void read_holiday(const Node& node, CalendarRules& rules, std::vector<Fault>& faults) {
  HolidayRule rule;
  TableReader in(node, faults);
  std::string weekday;
  in.text("name", rule.name, Need::yes).integer("month", rule.month).integer("day", rule.day).integer("nth", rule.nth);
  in.word("weekday", weekday, weekdays).date("date", rule.date).integer("from_year", rule.from_year);
  in.integer("to_year", rule.to_year).text("law", rule.law);
  if (const Node* years = in.take("except_years", Node::Kind::array))
    for (const Node& year : years->items)
      if (year.kind == Node::Kind::integer) rule.except_years.push_back(static_cast<int>(year.integer));
  if (const Node* equinox = in.take("equinox", Node::Kind::array)) {
    if (equinox->items.size() == 2 && equinox->items[0].kind == Node::Kind::real &&
        equinox->items[1].kind == Node::Kind::real) {
      rule.kind = HolidayRule::Kind::equinox;
      rule.base = equinox->items[0].real;
      rule.drift = equinox->items[1].real;
    } else {
      in.fault("pack.holiday_rule", equinox->place, {{"name", rule.name}});
    }
  } else if (rule.date) {
    rule.kind = HolidayRule::Kind::once;
  } else if (rule.nth > 0) {
    rule.kind = HolidayRule::Kind::nth_weekday;
    rule.weekday = weekday_of(weekday).value_or(1);
  }
  in.finish();
  const bool fixed_wrong = rule.kind == HolidayRule::Kind::fixed && !Date::of(2024, rule.month, rule.day);
  const bool month_wrong = rule.kind != HolidayRule::Kind::once && (rule.month < 1 || rule.month > 12);
  const bool nth_wrong = rule.kind == HolidayRule::Kind::nth_weekday && (rule.nth > 5 || weekday.empty());
  if (fixed_wrong || month_wrong || nth_wrong) {
    in.fault("pack.holiday_rule", node.place, {{"name", rule.name}});
    return;
  }
  rules.holidays.push_back(std::move(rule));
}

void read_closed(const Node& node, CalendarRules& rules, std::vector<Fault>& faults) {
  ClosedRange range;
  TableReader in(node, faults);
  in.text("name", range.name, Need::yes);
  const Node *from = in.take("from"), *to = in.take("to");
  in.finish();
  bool right = from && to && from->kind == to->kind;
  if (right && from->kind == Node::Kind::date) {
    range.from = from->date;
    range.to = to->date;
    right = *range.from <= *range.to;
  } else if (right && from->kind == Node::Kind::string) {
    right =
        month_day(from->text, range.from_month, range.from_day) && month_day(to->text, range.to_month, range.to_day);
  } else {
    right = false;
  }
  if (right)
    rules.closed.push_back(std::move(range));
  else
    in.fault("pack.closed_range", node.place, {{"name", range.name}});
}

std::optional<Hours> hours_of(const Node& node, std::vector<Fault>& faults) {
  if (node.kind == Node::Kind::array && node.items.size() == 2) {
    const auto open = minute_of(node.items[0].text), close = minute_of(node.items[1].text);
    if (open && close && *open < *close) return Hours{*open, *close};
  }
  faults.push_back({"pack.hours", Severity::error, node.place, {}});
  return std::nullopt;
}

void read_hours(const Node& node, CalendarRules& rules, std::vector<Fault>& faults) {
  TableReader in(node, faults);
  if (const Node* all = in.take("weekdays"))
    if (const auto hours = hours_of(*all, faults)) rules.hours.fill(*hours);
  for (int i = 0; i < 7; ++i)
    if (const Node* one = in.take(weekdays[static_cast<std::size_t>(i)]))
      if (const auto hours = hours_of(*one, faults)) rules.hours[static_cast<std::size_t>(i)] = *hours;
  in.finish();
}

void read_extra(const Node& node, CalendarRules& rules, std::vector<Fault>& faults) {
  ExtraHours extra;
  TableReader in(node, faults);
  std::string weekday;
  in.text("name", extra.name, Need::yes).word("weekday", weekday, weekdays, Need::yes).integer("nth", extra.nth);
  if (const Node* hours = in.take("hours"))
    if (const auto read = hours_of(*hours, faults)) extra.hours = *read;
  in.finish();
  extra.weekday = weekday_of(weekday).value_or(0);
  rules.extra.push_back(std::move(extra));
}

CalendarRules read_calendar(const Node& node, const CalendarRules* base, std::vector<Fault>& faults) {
  CalendarRules rules = base ? *base : CalendarRules{};
  TableReader in(node, faults);
  std::string extends;
  in.text("id", rules.id, Need::yes).text("extends", extends).text("law", rules.law);
  in.integer("substitute_from_year", rules.substitute_from_year);
  in.integer("substitute_next_from_year", rules.substitute_next_from_year);
  in.integer("citizens_from_year", rules.citizens_from_year);
  std::vector<std::string> closed;
  in.texts("closed_weekdays", closed);
  if (node.find("closed_weekdays")) rules.closed_weekdays.clear();
  for (const std::string& word : closed) {
    if (const auto weekday = weekday_of(word))
      rules.closed_weekdays.push_back(*weekday);
    else
      in.fault("pack.unknown_word", node.find("closed_weekdays")->place,
               {{"key", "closed_weekdays"}, {"word", word}, {"allowed", "日 月 火 水 木 金 土"}});
  }
  if (const Node* hours = in.take("hours", Node::Kind::table)) read_hours(*hours, rules, faults);
  for (const Node* item : in.tables("holiday")) read_holiday(*item, rules, faults);
  for (const Node* item : in.tables("closed")) read_closed(*item, rules, faults);
  for (const Node* item : in.tables("extra")) read_extra(*item, rules, faults);
  in.finish();
  return rules;
}

template <class T>
void unique_ids(const std::vector<T>& items, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (items[i].id == items[j].id)
        faults.push_back({"pack.duplicate", Severity::error, items[i].place, {{"id", items[i].id}}});
}

}  // namespace

void read_calendars(const Sources& sources, std::map<std::string, Calendar, std::less<>>& calendars,
                    std::vector<Fault>& faults) {
  std::map<std::string, const Node*> waiting;
  for (const auto& [path, node] : sources.toml) {
    if (!path.starts_with("calendars/")) continue;
    const Node* id = node.find("id");
    if (!id || id->kind != Node::Kind::string) {
      faults.push_back({"pack.missing_key", Severity::error, node.place, {{"key", "id"}}});
      continue;
    }
    waiting[id->text] = &node;
  }
  for (bool progress = true; progress && !waiting.empty();) {
    progress = false;
    for (auto it = waiting.begin(); it != waiting.end();) {
      const Node* extends = it->second->find("extends");
      const auto base = extends ? calendars.find(extends->text) : calendars.end();
      if (extends && base == calendars.end()) {
        ++it;
        continue;
      }
      const CalendarRules rules = read_calendar(*it->second, extends ? &base->second.rules() : nullptr, faults);
      calendars.emplace(it->first, Calendar(rules));
      it = waiting.erase(it);
      progress = true;
    }
  }
  for (const auto& [id, node] : waiting)
    faults.push_back({"pack.unknown_reference",
                      Severity::error,
                      node->find("extends")->place,
                      {{"what", "calendar"}, {"id", node->find("extends")->text}, {"near", ""}}});
}

void read_office(const Node& node, Pack& pack, std::vector<Fault>& faults) {
  TableReader in(node, faults);
  for (const Node* item : in.tables("section")) {
    Section s;
    s.place = item->place;
    TableReader one(*item, faults);
    one.text("id", s.id, Need::yes).text("name", s.name, Need::yes).text("parent", s.parent).text("mark", s.mark);
    one.text("phone", s.phone).text("mail", s.mail).text("calendar", s.calendar).text("head_rank", s.head_rank);
    one.boolean("synthetic", s.synthetic);
    one.finish();
    pack.sections.push_back(std::move(s));
  }
  for (const Node* item : in.tables("rank")) {
    Rank r;
    r.place = item->place;
    TableReader one(*item, faults);
    one.text("id", r.id, Need::yes).text("name", r.name, Need::yes).integer("level", r.level, Need::yes);
    one.boolean("passes", r.passes);
    one.finish();
    pack.ranks.push_back(std::move(r));
  }
  for (const Node* item : in.tables("post")) {
    Post p;
    p.place = item->place;
    TableReader one(*item, faults);
    one.text("id", p.id, Need::yes).text("name", p.name, Need::yes).text("rank", p.rank, Need::yes);
    one.text("section", p.section);
    one.finish();
    pack.posts.push_back(std::move(p));
  }
  for (const Node* item : in.tables("role")) {
    Role r;
    r.place = item->place;
    TableReader one(*item, faults);
    one.text("id", r.id, Need::yes).text("name", r.name, Need::yes).word("scope", r.scope, scopes, Need::yes);
    one.texts("permissions", r.permissions, Need::yes);
    one.finish();
    pack.roles.push_back(std::move(r));
  }
  for (const Node* item : in.tables("route")) {
    Route r;
    r.place = item->place;
    TableReader one(*item, faults);
    one.text("id", r.id, Need::yes).text("rule", r.rule, Need::yes).text("criterion", r.criterion, Need::yes);
    one.finish();
    pack.routes.push_back(std::move(r));
  }
  for (const Node* item : in.tables("acting")) {
    ActingOrder a;
    a.place = item->place;
    TableReader one(*item, faults);
    one.text("id", a.rank, Need::yes).texts("by", a.by, Need::yes).text("law", a.law);
    one.finish();
    pack.acting.push_back(std::move(a));
  }
  in.finish();
  std::stable_sort(pack.ranks.begin(), pack.ranks.end(),
                   [](const Rank& a, const Rank& b) { return a.level > b.level; });
  unique_ids(pack.sections, faults);
  unique_ids(pack.ranks, faults);
  unique_ids(pack.posts, faults);
  unique_ids(pack.roles, faults);
  unique_ids(pack.routes, faults);
}

namespace {

void read_lists(TableReader& in, Town& town, std::vector<Fault>& faults) {
  for (const Node* item : in.tables("hours")) {
    OpeningHours hours;
    TableReader one(*item, faults);
    one.text("id", hours.id, Need::yes);
    one.finish();
    town.hours.push_back(std::move(hours));
  }
  for (const Node* item : in.tables("life_event")) {
    LifeEvent event;
    event.place = item->place;
    TableReader one(*item, faults);
    one.text("id", event.id, Need::yes).text("icon", event.icon, Need::yes).texts("procedures", event.procedures);
    one.text("page", event.page);
    one.finish();
    if (event.procedures.empty() && event.page.empty())
      one.fault("pack.life_event_empty", item->place, {{"id", event.id}});
    town.life_events.push_back(std::move(event));
  }
  for (const Node* item : in.tables("news")) {
    NewsItem news;
    news.place = item->place;
    TableReader one(*item, faults);
    one.text("id", news.id, Need::yes).date("date", news.date, Need::yes).text("tag", news.tag, Need::yes);
    one.date("until", news.until).boolean("emergency", news.emergency);
    one.finish();
    if (news.until && *news.until < news.date)
      one.fault("pack.news_until", item->place, {{"id", news.id}, {"until", news.until->text()}});
    town.news.push_back(std::move(news));
  }
  for (const Node* item : in.tables("page")) {
    InformationPage page;
    page.place = item->place;
    TableReader one(*item, faults);
    one.text("id", page.id, Need::yes);
    one.finish();
    town.pages.push_back(std::move(page));
  }
}

}  // namespace

void read_targets(const Node& node, std::vector<Target>& targets, std::vector<Fault>& faults) {
  TableReader in(node, faults);
  for (const Node* item : in.tables("target")) {
    Target target;
    target.place = item->place;
    TableReader one(*item, faults);
    one.text("id", target.id, Need::yes).word("measure", target.measure, measures, Need::yes);
    one.text("procedure", target.procedure).integer("value", target.value, Need::yes).date("by", target.by, Need::yes);
    one.text("source", target.source, Need::yes).boolean("confirmed", target.confirmed);
    one.finish();
    const bool share = target.measure != "decision-days";
    if (target.value < 0 || (share && target.value > 100))
      one.fault("pack.target_value", item->place, {{"id", target.id}, {"value", std::to_string(target.value)}});
    targets.push_back(std::move(target));
  }
  in.finish();
  unique_ids(targets, faults);
}

void read_town(const Node& node, Pack& pack, std::vector<Fault>& faults) {
  Town town;
  town.place = node.place;
  TableReader in(node, faults);
  in.text("id", town.id, Need::yes).text("code", town.code, Need::yes).text("name", town.name, Need::yes);
  in.word("kind", town.kind, town_kinds, Need::yes).text("office", town.office, Need::yes);
  in.text("host_mark", town.host_mark, Need::yes)
      .text("prefecture", town.prefecture, Need::yes)
      .text("county", town.county);
  in.text("mayor_title", town.mayor_title, Need::yes).text("mayor_name", town.mayor_name, Need::yes);
  in.text("governor", town.governor, Need::yes)
      .text("postal_code", town.postal_code)
      .text("address", town.address, Need::yes);
  in.text("phone", town.phone, Need::yes).text("mail", town.mail).text("calendar", town.calendar, Need::yes);
  in.text("language", town.language).texts("mark_paths", town.mark_paths);
  in.text_map("colours", town.colours).text_map("settings", town.settings);
  read_lists(in, town, faults);
  in.finish();
  if (!town.code.empty() && !is_municipality_code(town.code))
    in.fault("pack.municipality_code", node.find("code")->place, {{"code", town.code}});
  pack.town = std::move(town);
}

}  // namespace yakuba::pack
