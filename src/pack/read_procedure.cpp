// procedures/<id>/procedure.toml and the words beside it.
#include <array>

#include "pack/parse_template.hpp"
#include "pack/read.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

struct AnswerName {
  std::string_view name;
  AnswerType type;
};
constexpr std::array answer_names{
    AnswerName{"text", AnswerType::text},
    AnswerName{"long text", AnswerType::long_text},
    AnswerName{"integer", AnswerType::integer},
    AnswerName{"yen", AnswerType::yen},
    AnswerName{"date", AnswerType::date},
    AnswerName{"yes-no", AnswerType::yes_no},
    AnswerName{"choice", AnswerType::choice},
    AnswerName{"multi-choice", AnswerType::multi_choice},
    AnswerName{"person", AnswerType::person},
    AnswerName{"list of person", AnswerType::list_of_person},
    AnswerName{"bank account", AnswerType::bank_account},
    AnswerName{"address", AnswerType::address},
    AnswerName{"phone", AnswerType::phone},
    AnswerName{"mail", AnswerType::mail},
    AnswerName{"file", AnswerType::file},
    AnswerName{"consent", AnswerType::consent},
};
constexpr std::array<std::string_view, 4> channels{"online", "counter", "post", "pittari"};
constexpr std::array<std::string_view, 2> file_types{"pdf", "image"};
constexpr std::array<std::string_view, 5> reason_uses{"correction", "return", "refusal", "depart", "withdrawal"};
constexpr std::array<std::string_view, 2> outcome_verbs{"granted", "rejected"};
constexpr std::array<std::string_view, 2> missing_ways{"ask the applicant", "ask the clerk"};
constexpr std::array<std::string_view, 2> needs{"required", "optional"};
constexpr std::int64_t days_max = 3'650;

Question read_question(const Node& node, std::vector<Fault>& faults) {
  Question q;
  q.place = node.place;
  TableReader in(node, faults);
  std::vector<std::string_view> names;
  for (const AnswerName& name : answer_names) names.push_back(name.name);
  std::string type;
  in.text("id", q.id, Need::yes).word("type", type, names, Need::yes).text("fact", q.fact, Need::yes);
  for (const AnswerName& name : answer_names)
    if (name.name == type) q.type = name.type;
  in.text("page", q.page).text("group", q.group, Need::yes).texts("choices", q.choices).texts("fields", q.fields);
  in.expression("when", q.when).text("for_each", q.for_each).text("item", q.item).text("from", q.from);
  in.expression("include", q.include).integer("min", q.min).integer("max", q.max);
  in.boolean("required", q.required).boolean("unknown", q.unknown).boolean("sensitive", q.sensitive).text("law", q.law);
  for (const Node* item : in.tables("check")) {
    Check check;
    check.place = item->place;
    TableReader one(*item, faults);
    one.text("id", check.id, Need::yes).expression("wrong_when", check.wrong_when, Need::yes);
    one.finish();
    q.checks.push_back(std::move(check));
  }
  in.finish();
  if (q.page.empty()) q.page = q.id;
  const bool chooses = q.type == AnswerType::choice || q.type == AnswerType::multi_choice;
  if (chooses && q.choices.empty()) in.fault("pack.missing_key", q.place, {{"key", "choices"}});
  if (!q.for_each.empty() && q.item.empty()) in.fault("pack.missing_key", q.place, {{"key", "item"}});
  if (q.include && q.from.empty()) in.fault("pack.missing_key", q.place, {{"key", "from"}});
  return q;
}

Attachment read_attachment(const Node& node, std::vector<Fault>& faults) {
  Attachment a;
  a.place = node.place;
  TableReader in(node, faults);
  in.text("id", a.id, Need::yes).expression("when", a.when).text("for_each", a.for_each).text("item", a.item);
  in.texts("types", a.types, Need::yes)
      .integer("count_max", a.count_max)
      .boolean("may_follow", a.may_follow)
      .text("law", a.law);
  in.finish();
  for (const std::string& type : a.types)
    if (std::find(file_types.begin(), file_types.end(), type) == file_types.end())
      in.fault("pack.unknown_word", node.find("types")->place,
               {{"key", "types"}, {"word", type}, {"allowed", "pdf, image"}});
  return a;
}

Step read_step(const Node& node, std::vector<Fault>& faults) {
  Step s;
  s.place = node.place;
  TableReader in(node, faults);
  in.text("id", s.id, Need::yes).text("role", s.by.role, Need::yes).text("section", s.by.section);
  in.text("criterion", s.criterion).word("missing", s.missing, missing_ways).text("route", s.route);
  in.integer("term_days_open", s.term_days_open).text("term", s.term).texts("verbs", s.verbs);
  in.text_map("moves", s.moves).boolean("terminal", s.terminal);
  if (const Node* depart = in.take("depart", Node::Kind::table)) {
    TableReader one(*depart, faults);
    std::string reason = "required";
    one.text("rank", s.depart.rank, Need::yes).word("reason", reason, needs);
    one.finish();
    s.depart.reason_required = reason == "required";
  }
  in.finish();
  if (s.moves.empty() && !s.terminal) in.fault("pack.step_without_end", s.place, {{"step", s.id}});
  return s;
}

Stage read_stage(const Node& node, std::vector<Fault>& faults) {
  Stage s;
  s.place = node.place;
  TableReader in(node, faults);
  in.text("criterion", s.criterion, Need::yes).text("for_each", s.for_each).text("item", s.item);
  in.expression("when", s.when).text("into", s.into, Need::yes);
  in.finish();
  if (!s.for_each.empty() && s.item.empty()) in.fault("pack.missing_key", s.place, {{"key", "item"}});
  return s;
}

Outcome read_outcome(const Node& node, std::vector<Fault>& faults) {
  Outcome o;
  o.place = node.place;
  TableReader in(node, faults);
  in.text("id", o.id, Need::yes).expression("when", o.when, Need::yes).word("verb", o.verb, outcome_verbs, Need::yes);
  in.boolean("adverse", o.adverse)
      .text("notice", o.notice)
      .text("kind", o.kind, Need::yes)
      .expression("amount", o.amount);
  in.finish();
  return o;
}

ReasonCode read_reason(const Node& node, std::vector<Fault>& faults) {
  ReasonCode r;
  r.place = node.place;
  TableReader in(node, faults);
  in.text("code", r.code, Need::yes).word("use", r.use, reason_uses, Need::yes).text("fact", r.fact).text("law", r.law);
  in.finish();
  return r;
}

Term read_term(const Node& node, std::vector<Fault>& faults) {
  Term t;
  t.place = node.place;
  TableReader in(node, faults);
  in.text("id", t.id, Need::yes).integer("days", t.days, Need::yes).boolean("open_days", t.open_days);
  in.expression("from", t.from).text("law", t.law);
  in.finish();
  if (t.days < 0 || t.days > days_max) in.fault("pack.out_of_range", t.place, {{"key", "days"}});
  return t;
}

void read_facts_about(TableReader& in, Procedure& p, std::vector<Fault>& faults) {
  in.text("id", p.id, Need::yes).text("section", p.section, Need::yes).texts("law", p.law, Need::yes);
  in.texts("channels", p.channels, Need::yes).integer("account_level", p.account_level).integer("minutes", p.minutes);
  in.texts("life_events", p.life_events).texts("search", p.search_words).boolean("listed", p.listed);
  in.integer("standard_days", p.standard_days).boolean("standard_days_confirmed", p.standard_days_confirmed);
  in.text("receipt_notice", p.receipt_notice, Need::yes).text("correction_notice", p.correction_notice);
  in.text("expected_notice", p.expected_notice);
  in.text("item_number_key", p.item_number_key).text("retired", p.retired);
  if (const Node* fee = in.take("fee", Node::Kind::table)) {
    TableReader one(*fee, faults);
    one.integer("yen", p.fee.yen, Need::yes).text("law", p.fee.law);
    one.finish();
  }
  if (const Node* retention = in.take("retention", Node::Kind::table)) {
    TableReader one(*retention, faults);
    one.integer("years", p.retention.years, Need::yes).text("from", p.retention.from);
    one.boolean("confirmed", p.retention.confirmed).text("source", p.retention.source);
    one.finish();
  }
  if (const Node* withdrawal = in.take("withdrawal", Node::Kind::table)) {
    TableReader one(*withdrawal, faults);
    one.boolean("allowed", p.withdrawal.allowed).texts("until_steps", p.withdrawal.until_steps);
    one.finish();
  }
  for (const std::string& channel : p.channels)
    if (std::find(channels.begin(), channels.end(), channel) == channels.end())
      in.fault("pack.unknown_word", in.node().find("channels")->place,
               {{"key", "channels"}, {"word", channel}, {"allowed", "online, counter, post, pittari"}});
}

template <class T, class Read>
void read_all(TableReader& in, std::string_view key, std::vector<T>& out, Read read, std::vector<Fault>& faults) {
  for (const Node* item : in.tables(key)) {
    if (const Node* retired = item->find("retired"); retired && retired->kind == Node::Kind::string) continue;
    out.push_back(read(*item, faults));
  }
}

template <class T, class Id>
void unique(const std::vector<T>& items, Id id, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (id(items[i]) == id(items[j]))
        faults.push_back({"pack.duplicate", Severity::error, items[i].place, {{"id", id(items[i])}}});
}

void flatten(const Node& node, const std::string& prefix, const std::string& language, Texts& texts,
             std::vector<Fault>& faults) {
  for (const Member& member : node.members) {
    const std::string key = prefix.empty() ? member.key : prefix + "." + member.key;
    if (member.value.kind == Node::Kind::table)
      flatten(member.value, key, language, texts, faults);
    else if (member.value.kind == Node::Kind::string)
      texts.set(key, language, member.value.text, member.value.place, faults);
    else
      faults.push_back({"pack.wrong_type",
                        Severity::error,
                        member.value.place,
                        {{"key", key}, {"expected", "文字列"}, {"actual", std::string(name_of(member.value.kind))}}});
  }
}

}  // namespace

void read_procedure(const Node& node, Procedure& p, std::vector<Fault>& faults) {
  p.place = node.place;
  TableReader in(node, faults);
  read_facts_about(in, p, faults);
  read_all(in, "question", p.questions, read_question, faults);
  read_all(in, "attachment", p.attachments, read_attachment, faults);
  read_all(in, "step", p.steps, read_step, faults);
  read_all(in, "decide", p.stages, read_stage, faults);
  read_all(in, "outcome", p.outcomes, read_outcome, faults);
  read_all(in, "reason", p.reasons, read_reason, faults);
  read_all(in, "term", p.terms, read_term, faults);
  in.finish();
  const auto id = [](const auto& item) { return item.id; };
  unique(p.questions, id, faults);
  unique(p.attachments, id, faults);
  unique(p.steps, id, faults);
  unique(p.outcomes, id, faults);
  unique(p.terms, id, faults);
  unique(p.reasons, [](const ReasonCode& reason) { return reason.code; }, faults);
}

void read_texts(const Node& node, const std::string& language, Texts& texts, std::vector<Fault>& faults) {
  flatten(node, "", language, texts, faults);
}

std::string language_tag(std::string_view part) {
  return part == "ja-easy" ? "ja-x-easy" : std::string(part);
}
std::string language_file_part(std::string_view tag) {
  return tag == "ja-x-easy" ? "ja-easy" : std::string(tag);
}

}  // namespace yakuba::pack
