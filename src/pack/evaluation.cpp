// Facts as JSON into FEEL, expressions over them, questions and attachments.
#include "pack/evaluation.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "pack/facts_in_feel.hpp"

namespace yakuba::pack {
namespace {

// Closed days given to rules: enough for every 15-day term that can still be open on the day and for terms of months
// ahead, few enough for a decision record. An event longer ago than this is late whatever day its term ended on.
constexpr int closed_days_back = 62;
constexpr int closed_days_ahead = 186;

const std::string* list_fact(const Procedure& procedure, std::string_view for_each) {
  const Question* question = procedure.question(for_each);
  return question ? &question->fact : nullptr;
}

JsonArray closed_days_around(const Calendar& calendar, Date as_of) {
  JsonArray closed;
  const Date from = as_of.plus_days(-closed_days_back), to = as_of.plus_days(closed_days_ahead);
  for (Date day = from; day <= to; day = day.plus_days(1))
    if (calendar.is_closed(day)) closed.emplace_back(day.text());
  return closed;
}

// A day's facts are asked for all day long: the last list is kept, with what makes sure that it is of this very pack.
JsonArray closed_days(const Pack& pack, const Calendar& calendar, Date as_of) {
  struct Last {
    std::shared_ptr<const Compiled> pack;
    const Calendar* calendar = nullptr;
    Date as_of;
    JsonArray closed;
  };
  thread_local Last last;
  if (!pack.compiled) return closed_days_around(calendar, as_of);
  if (last.pack != pack.compiled || last.calendar != &calendar || last.as_of != as_of)
    last = {pack.compiled, &calendar, as_of, closed_days_around(calendar, as_of)};
  return last.closed;
}

JsonValue office_of(const Pack& pack, const Procedure* procedure) {
  if (!pack.town) return nullptr;
  const Town& town = *pack.town;
  const Section* section = procedure ? pack.section(procedure->section) : nullptr;
  const auto payment = town.settings.find("payment_day");
  JsonObject out{{"town", town.name},
                 {"office", town.office},
                 {"mayor", town.mayor_title},
                 {"mayor_name", town.mayor_name},
                 {"governor", town.governor},
                 {"address", town.address},
                 {"section", section ? section->name : ""},
                 {"phone", section && !section->phone.empty() ? section->phone : town.phone}};
  if (payment != town.settings.end())
    if (const auto day = parse_integer(payment->second)) out["payment_day"] = *day;
  return out;
}

// Does the fact still belong to a question that is asked? Facts of other sources always stay.
// True when one went.
bool drop_unasked(const Pack& pack, const Procedure& procedure, Facts& facts, const std::vector<Ask>& asked) {
  bool dropped = false;
  for (const Question& question : procedure.questions) {
    if (!question.for_each.empty() || !question.when) continue;
    const bool still =
        std::any_of(asked.begin(), asked.end(), [&](const Ask& ask) { return ask.question == &question; });
    const Fact* fact = pack.facts.by_key(question.fact);
    const bool only_applicant = fact && fact->sources == std::vector{Source::applicant};
    if (!still && only_applicant) dropped |= facts.known.erase(question.fact) > 0;
  }
  return dropped;
}

std::int64_t digits(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string Ask::id() const {
  return item < 0 ? question->id : question->id + "." + std::to_string(item);
}
std::string Needed::id() const {
  return item < 0 ? attachment->id : attachment->id + "." + std::to_string(item);
}

Facts start(const Pack& pack, Date as_of, const Procedure* procedure) {
  Facts facts;
  facts.as_of = as_of;
  facts.known["as_of"] = as_of.text();
  if (const Calendar* calendar = pack.calendar_of(procedure ? procedure->section : "")) {
    facts.known["closed_days"] = closed_days(pack, *calendar, as_of);
  }
  if (JsonValue office = office_of(pack, procedure); !office.is_null()) facts.known["office"] = std::move(office);
  return facts;
}

Seen see(const Pack& pack, const Facts& facts) {
  return std::make_shared<const FeelFacts>(pack, facts);
}

Result<std::vector<Ask>> asks(const Pack& pack, const Procedure& procedure, const Facts& facts) {
  return asks(procedure, see(pack, facts));
}

Result<std::vector<Ask>> asks(const Procedure& procedure, const Seen& seen) {
  std::vector<Ask> out;
  const FeelFacts& base = *seen;
  std::string page_done;
  std::vector<const Question*> page;
  // Questions of one page and list are asked item by item: page of child 1, page of child 2.
  const auto flush = [&]() -> Result<> {
    if (page.empty()) return {};
    const Question& first = *page.front();
    if (first.for_each.empty()) {
      for (const Question* question : page)
        if (TRY(base.asked(question->when))) out.push_back({question, -1});
    } else {
      const std::string* list = list_fact(procedure, first.for_each);
      const std::size_t items = list ? base.item_count(*list) : 0;
      for (std::size_t i = 0; i < items; ++i)
        for (const Question* question : page) {
          const FeelFacts inner = base.with_item(question->item, *list, i);
          if (TRY(inner.asked(question->when))) out.push_back({question, static_cast<int>(i)});
        }
    }
    page.clear();
    return {};
  };
  for (const Question& question : procedure.questions) {
    if (!page.empty() && page.front()->page != question.page) TRY(flush());
    page.push_back(&question);
  }
  TRY(flush());
  return out;
}

std::vector<Ask> of_page(const std::vector<Ask>& asks, std::string_view page, int item) {
  std::vector<Ask> out;
  std::copy_if(asks.begin(), asks.end(), std::back_inserter(out),
               [&](const Ask& ask) { return ask.question->page == page && ask.item == item; });
  return out;
}

Result<JsonArray> offered(const Pack& pack, const Question& question, const Facts& facts, const Seen& seen) {
  JsonArray out;
  if (question.from.empty()) return out;
  const auto known = facts.known.find(question.from);
  if (known == facts.known.end()) return out;
  const JsonArray* items = known->second.array();
  if (!items) {
    out.push_back(known->second);
    return out;
  }
  if (!question.include) return *items;
  const FeelFacts base = seen ? *seen : FeelFacts(pack, facts);
  for (std::size_t i = 0; i < items->size(); ++i)
    if (TRY(base.with_item("item", question.from, i).asked(question.include))) out.push_back((*items)[i]);
  return out;
}

std::optional<JsonValue> answered(const Procedure& procedure, const Ask& ask, const Facts& facts) {
  const std::string& path = ask.question->fact;
  const std::size_t dot = path.find('.');
  const auto root = facts.known.find(path.substr(0, dot));
  if (root == facts.known.end() || root->second.is_null()) return std::nullopt;
  if (dot == std::string::npos) return root->second;
  const JsonValue* holder = &root->second;
  if (ask.item >= 0) {
    const JsonArray* items = holder->array();
    if (!items || static_cast<std::size_t>(ask.item) >= items->size()) return std::nullopt;
    holder = &(*items)[static_cast<std::size_t>(ask.item)];
  }
  const JsonValue* field = holder->find(path.substr(dot + 1));
  if (!field || field->is_null()) return std::nullopt;
  (void)procedure;
  return *field;
}

namespace {

// Writes the answer where its question says; what is asked by now is another matter.
Result<> write(const Procedure& procedure, const Ask& ask, JsonValue answer, Facts& facts) {
  const std::string& path = ask.question->fact;
  const std::size_t dot = path.find('.');
  const std::string root = path.substr(0, dot);
  if (JsonArray* items = answer.array();
      items && !procedure.item_number_key.empty() && ask.question->type == AnswerType::list_of_person)
    for (std::size_t i = 0; i < items->size(); ++i)
      if (JsonObject* item = (*items)[i].object())
        (*item)[procedure.item_number_key] = static_cast<std::int64_t>(i + 1);
  if (dot == std::string::npos) {
    facts.known[root] = std::move(answer);
  } else {
    JsonValue& holder = facts.known[root];
    JsonObject* target = nullptr;
    if (ask.item >= 0) {
      JsonArray* items = holder.array();
      if (!items || static_cast<std::size_t>(ask.item) >= items->size())
        return fail(ErrorKind::not_found, "pack.no_item", "the list has no item " + std::to_string(ask.item));
      target = (*items)[static_cast<std::size_t>(ask.item)].object();
    } else {
      if (holder.is_null()) holder = JsonObject{};
      target = holder.object();
    }
    if (!target) return fail(ErrorKind::invalid, "pack.wrong_shape", "a record is expected at " + root);
    (*target)[path.substr(dot + 1)] = std::move(answer);
  }
  return {};
}

}  // namespace

Result<> put(const Pack& pack, const Procedure& procedure, const Ask& ask, JsonValue answer, Facts& facts) {
  TRY(write(procedure, ask, std::move(answer), facts));
  drop_unasked(pack, procedure, facts, TRY(asks(pack, procedure, facts)));
  return {};
}

Result<Answered> begin_answers(const Pack& pack, const Procedure& procedure, Facts facts) {
  Answered begun{.facts = std::move(facts), .asked = {}, .seen = {}};
  begun.seen = see(pack, begun.facts);
  begun.asked = TRY(asks(procedure, begun.seen));
  return begun;
}

Result<> put(const Pack& pack, const Procedure& procedure, std::string_view ask, JsonValue answer, Answered& so_far) {
  const auto asked = std::ranges::find(so_far.asked, ask, &Ask::id);
  if (asked == so_far.asked.end()) return {};
  TRY(write(procedure, *asked, std::move(answer), so_far.facts));
  const auto look = [&]() -> Result<> {
    so_far.seen = see(pack, so_far.facts);
    so_far.asked = TRY(asks(procedure, so_far.seen));
    return {};
  };
  TRY(look());
  if (drop_unasked(pack, procedure, so_far.facts, so_far.asked)) TRY(look());
  return {};
}

Result<std::vector<Needed>> attachments(const Pack& pack, const Procedure& procedure, const Facts& facts) {
  return attachments(procedure, see(pack, facts));
}

Result<std::vector<Needed>> attachments(const Procedure& procedure, const Seen& seen) {
  std::vector<Needed> out;
  const FeelFacts& base = *seen;
  for (const Attachment& attachment : procedure.attachments) {
    if (attachment.for_each.empty()) {
      if (TRY(base.asked(attachment.when))) out.push_back({&attachment, -1});
      continue;
    }
    const std::string* list = list_fact(procedure, attachment.for_each);
    const std::size_t items = list ? base.item_count(*list) : 0;
    for (std::size_t i = 0; i < items; ++i)
      if (TRY(base.with_item(attachment.item, *list, i).asked(attachment.when)))
        out.push_back({&attachment, static_cast<int>(i)});
  }
  return out;
}

Result<std::optional<bool>> holds(const Pack& pack, const Expression& expression, const Facts& facts) {
  return FeelFacts(pack, facts).holds(expression);
}

Result<JsonValue> value(const Pack& pack, const Expression& expression, const Facts& facts) {
  const feel::Value result = TRY(FeelFacts(pack, facts).evaluate(expression));
  return feel::to_json(result);
}

Result<Date> due(const Pack& pack, const Procedure& procedure, std::string_view term_id, const Facts& facts) {
  const Term* term = procedure.term(term_id);
  if (!term) return fail(ErrorKind::not_found, "pack.no_term", std::string(term_id));
  Date from = facts.as_of;
  if (term->from) {
    const feel::Value value = TRY(FeelFacts(pack, facts).evaluate(term->from));
    if (value.kind() == feel::Kind::date) from = Date{static_cast<std::int32_t>(value.date().days)};
  }
  const Calendar* calendar = pack.calendar_of(procedure.section);
  if (!calendar) return fail(ErrorKind::not_found, "pack.no_calendar", procedure.section);
  if (term->open_days) return calendar->plus_open_days(from, term->days);
  return calendar->next_open_day(from.plus_days(term->days));
}

namespace {

// The form of one value by its answer type; the checks of the pack come after.
class AnswerChecker {
 public:
  AnswerChecker(const Pack& pack, const Ask& ask) : pack_(pack), question_(*ask.question), field_(ask.id()) {}

  void check(const JsonValue& answer) {
    if (empty(answer)) {
      if (question_.required && !question_.unknown) fault(chooses() ? "answer.choose" : "answer.required", field_);
      return;
    }
    switch (question_.type) {
      case AnswerType::text:
        return text(answer, 200);
      case AnswerType::long_text:
        return text(answer, 4000);
      case AnswerType::integer:
      case AnswerType::yen:
        return integer(answer);
      case AnswerType::date:
        return date(answer, field_);
      case AnswerType::yes_no:
        return answer.boolean() ? void() : fault("answer.choose", field_);
      case AnswerType::consent:
        return answer.boolean() && *answer.boolean() ? void() : fault("answer.consent", field_);
      case AnswerType::choice:
        return choice(answer);
      case AnswerType::multi_choice:
        return choices(answer);
      case AnswerType::person:
        return record(answer, field_);
      case AnswerType::list_of_person:
        return people(answer);
      case AnswerType::bank_account:
        return record(answer, field_);
      case AnswerType::address:
        return text(answer, 200);
      case AnswerType::phone:
        return phone(answer);
      case AnswerType::mail:
        return mail(answer);
      case AnswerType::file:
        return;
    }
  }
  std::vector<AnswerFault> faults;

 private:
  void fault(std::string key, std::string field) { faults.push_back({std::move(key), std::move(field)}); }
  static bool empty(const JsonValue& value) {
    if (value.is_null()) return true;
    if (const std::string* text = value.string()) return trim(*text).empty();
    if (const JsonArray* items = value.array()) return items->empty();
    return false;
  }
  bool chooses() const {
    return question_.type == AnswerType::choice || question_.type == AnswerType::yes_no ||
           question_.type == AnswerType::multi_choice || question_.type == AnswerType::list_of_person;
  }
  void text(const JsonValue& answer, std::size_t limit) {
    const std::string* value = answer.string();
    if (!value || !is_utf8(*value) || has_control_characters(*value)) return fault("answer.text", field_);
    const std::size_t length = length_in_graphemes(*value);
    if (length > (question_.max > 0 ? static_cast<std::size_t>(question_.max) : limit))
      fault("answer.too_long", field_);
    if (question_.min > 0 && length < static_cast<std::size_t>(question_.min)) fault("answer.too_short", field_);
  }
  void integer(const JsonValue& answer) {
    const JsonNumber* number = answer.number();
    const auto value = number ? parse_integer(number->text) : std::nullopt;
    if (!value) return fault("answer.integer", field_);
    if (*value < question_.min) fault("answer.too_small", field_);
    if (question_.max > 0 && *value > question_.max) fault("answer.too_large", field_);
  }
  void date(const JsonValue& answer, const std::string& field) {
    const std::string* value = answer.string();
    const auto day = value ? Date::parse(*value) : std::nullopt;
    if (!day || day->year() < 1868 || day->year() > 2200) fault("answer.date", field);
  }
  void choice(const JsonValue& answer) {
    const std::string* value = answer.string();
    if (!value || std::find(question_.choices.begin(), question_.choices.end(), *value) == question_.choices.end())
      fault("answer.choice", field_);
  }
  void choices(const JsonValue& answer) {
    const JsonArray* items = answer.array();
    if (!items) return fault("answer.choice", field_);
    for (const JsonValue& item : *items) choice(item);
  }
  void phone(const JsonValue& answer) {
    const std::string* value = answer.string();
    const bool right = value && value->find_first_not_of("0123456789-() +") == std::string::npos &&
                       digits(*value) >= 9 && digits(*value) <= 15;
    if (!right) fault("answer.phone", field_);
  }
  void mail(const JsonValue& answer) {
    const std::string* value = answer.string();
    const std::size_t at = value ? value->find('@') : std::string::npos;
    if (at == std::string::npos || at == 0 || value->find('.', at) == std::string::npos || value->size() > 254 ||
        value->find_first_of(" \t\r\n<>,;") != std::string::npos)
      fault("answer.mail", field_);
  }
  void people(const JsonValue& answer) {
    const JsonArray* items = answer.array();
    if (!items) return fault("answer.required", field_);
    if (question_.min > 0 && items->size() < static_cast<std::size_t>(question_.min)) fault("answer.items_min", field_);
    if (question_.max > 0 && items->size() > static_cast<std::size_t>(question_.max)) fault("answer.items_max", field_);
    for (std::size_t i = 0; i < items->size(); ++i) record((*items)[i], field_ + "." + std::to_string(i));
  }
  const Record* record_type() const {
    const Fact* fact = pack_.facts.by_key(question_.fact.substr(0, question_.fact.find('.')));
    return fact ? pack_.facts.record(fact->type.record) : nullptr;
  }
  void record(const JsonValue& answer, const std::string& field) {
    const Record* type = record_type();
    if (!type || !answer.object()) return fault("answer.required", field);
    for (const Fact& member : type->fields) {
      const bool asked =
          question_.fields.empty()
              ? std::find(member.sources.begin(), member.sources.end(), Source::applicant) != member.sources.end()
              : std::find(question_.fields.begin(), question_.fields.end(), member.key) != question_.fields.end();
      if (asked) one_field(member, answer.find(member.key), field + "." + member.key);
    }
  }
  void one_field(const Fact& member, const JsonValue* value, const std::string& field) {
    if (!value || empty(*value))
      return fault(member.type.kind == TypeKind::choice ? "answer.choose" : "answer.required", field);
    if (member.type.kind == TypeKind::date) return date(*value, field);
    const std::string* text = value->string();
    if (!text || !is_utf8(*text) || has_control_characters(*text)) return fault("answer.text", field);
    if (length_in_graphemes(*text) > 200) return fault("answer.too_long", field);
    if (member.type.kind == TypeKind::choice &&
        std::find(member.type.choices.begin(), member.type.choices.end(), *text) == member.type.choices.end())
      return fault("answer.choice", field);
    // The register parts names by U+3000, which is a space here; hiragana is what is refused.
    if (member.key == "kana" && to_katakana(*text) != nfkc(*text)) fault("answer.kana", field);
    if (member.key == "name" && !check_name(*text, field)) fault("answer.name", field);
  }

  const Pack& pack_;
  const Question& question_;
  std::string field_;
};

}  // namespace

std::vector<AnswerFault> wrong(const Pack& pack, const Procedure& procedure, const Ask& ask, const JsonValue& answer,
                               const Facts& facts) {
  return wrong(pack, procedure, ask, answer, see(pack, facts));
}

std::vector<AnswerFault> wrong(const Pack& pack, const Procedure& procedure, const Ask& ask, const JsonValue& answer,
                               const Seen& seen) {
  AnswerChecker checker(pack, ask);
  checker.check(answer);
  if (!checker.faults.empty() || answer.is_null()) return std::move(checker.faults);
  const Question& question = *ask.question;
  if (question.checks.empty()) return {};
  FeelFacts base = *seen;
  if (const std::string* list = ask.item >= 0 ? list_fact(procedure, question.for_each) : nullptr)
    base = base.with_item(question.item, *list, static_cast<std::size_t>(ask.item));
  const FeelFacts with = base.with_answer(question.fact, answer);
  for (const Check& check : question.checks) {
    const auto holds = with.holds(check.wrong_when);
    if (holds && *holds && **holds)
      checker.faults.push_back({"question." + question.id + ".check." + check.id, ask.id()});
  }
  return std::move(checker.faults);
}

}  // namespace yakuba::pack
