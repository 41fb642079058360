#include "hall/application/answers.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/texts.hpp"
#include "hall/page.hpp"

namespace yakuba::application {
namespace {

using pack::AnswerType;
using web::Form, web::Html, web::Fields;

bool is_record(AnswerType type) {
  return type == AnswerType::person || type == AnswerType::bank_account || type == AnswerType::address;
}

std::string typed_text(const Form& form, std::string_view name) {
  return nfc(trim(form.typed(name)));
}

// A date out of its three fields: ISO when it is one, else what was typed, so that the fault is about that.
JsonValue typed_date(const Form& form, const std::string& name) {
  const std::string year = typed_text(form, name + "-y"), month = typed_text(form, name + "-m"),
                    day = typed_text(form, name + "-d");
  if (year.empty() && month.empty() && day.empty()) return JsonValue();
  const bool era = !year.empty() && nfkc(year).find_first_not_of("0123456789") != std::string::npos;
  const auto date = parse_any_date(era ? fmt::format("{}年{}月{}日", trim(year), month, day)
                                       : fmt::format("{}-{}-{}", year, month, day));
  return date ? JsonValue(date->text()) : JsonValue(fmt::format("{} {} {}", year, month, day));
}

void put_date(Fields& fields, const std::string& name, const JsonValue& value) {
  const auto date = value.string() ? Date::parse(*value.string()) : std::nullopt;
  if (!date) return;
  fields.add(name + "-y", std::to_string(date->year()));
  fields.add(name + "-m", std::to_string(date->month()));
  fields.add(name + "-d", std::to_string(date->day()));
}

JsonValue typed_number(const Form& form, const std::string& name) {
  std::string text = nfkc(typed_text(form, name));
  std::erase(text, ',');
  if (text.ends_with("円")) text.resize(text.size() - std::string_view("円").size());
  if (text.empty()) return JsonValue();
  const auto number = parse_integer(trim(text));
  return number ? JsonValue(*number) : JsonValue(text);
}

// One field of a record by the schema's type.
JsonValue typed_fact(const Form& form, const std::string& name, const pack::Fact& fact) {
  switch (fact.type.kind) {
    case pack::TypeKind::date:
      return typed_date(form, name);
    case pack::TypeKind::integer:
    case pack::TypeKind::number:
    case pack::TypeKind::yen:
      return typed_number(form, name);
    case pack::TypeKind::yes_no: {
      const std::string text = typed_text(form, name);
      return text.empty() ? JsonValue() : JsonValue(text == "yes");
    }
    default: {
      std::string text = typed_text(form, name);
      if (fact.key == "kana" || fact.key == "holder")
        text = to_katakana(text);  // half width and hiragana are understood
      if (fact.key == "number") text = nfkc(text);
      return text.empty() ? JsonValue() : JsonValue(std::move(text));
    }
  }
}

void put_fact(Fields& fields, const std::string& name, const pack::Fact& fact, const JsonValue& value) {
  if (fact.type.kind == pack::TypeKind::date) return put_date(fields, name, value);
  if (value.string()) fields.add(name, *value.string());
  if (value.number()) fields.add(name, value.number()->text);
  if (value.boolean()) fields.add(name, *value.boolean() ? "yes" : "no");
}

JsonValue typed_record(const Context& context, const pack::Question& question, const Form& form,
                       const std::string& prefix) {
  JsonObject record;
  for (const pack::Fact* fact : asked_fields(context.pack, question))
    if (JsonValue value = typed_fact(form, prefix + "." + fact->key, *fact); !value.is_null())
      record.emplace(fact->key, std::move(value));
  return record.empty() ? JsonValue() : JsonValue(std::move(record));
}

// The same person: by 宛名番号 when both have one, else by name and birth.
bool same_person(const JsonValue& a, const JsonValue& b) {
  const std::string_view one = a.text_or("person_id", ""), other = b.text_or("person_id", "");
  if (!one.empty() || !other.empty()) return one == other;
  return a.text_or("name", "") == b.text_or("name", "") && a.text_or("birth", "") == b.text_or("birth", "");
}

std::string new_row(const std::string& id, std::size_t row) {
  return fmt::format("{}.new.{}", id, row);
}

JsonValue typed_list(const Context& context, const pack::Ask& ask, const Form& form, const JsonArray& offered) {
  JsonArray list;
  const std::string id = ask.id();
  for (std::size_t i = 0; i < offered.size(); ++i)
    if (form.was_chosen(id + ".known", std::to_string(i))) list.push_back(offered[i]);
  for (std::size_t row = 0; row < rows_max; ++row)
    if (JsonValue person = typed_record(context, *ask.question, form, new_row(id, row)); !person.is_null())
      list.push_back(std::move(person));
  return list.empty() ? JsonValue() : JsonValue(std::move(list));
}

void put_list(const Context& context, const pack::Ask& ask, const JsonValue& value, const JsonArray& offered,
              Fields& fields) {
  if (!value.array()) return;
  const std::string id = ask.id();
  std::size_t row = 0;
  for (const JsonValue& person : *value.array()) {
    const auto known = std::ranges::find_if(offered, [&](const JsonValue& o) { return same_person(o, person); });
    if (known != offered.end()) {
      fields.add(id + ".known", std::to_string(known - offered.begin()));
      continue;
    }
    const std::string prefix = new_row(id, row++);
    for (const pack::Fact* fact : asked_fields(context.pack, *ask.question))
      if (const JsonValue* field = person.find(fact->key)) put_fact(fields, prefix + "." + fact->key, *fact, *field);
  }
}

// --- controls ---

std::string autocomplete_of(std::string_view key) {
  if (key == "name") return "name";
  if (key == "phone") return "tel";
  if (key == "mail") return "email";
  if (key == "address") return "street-address";
  return "";
}

Html record_field(const Context& context, const pack::Question& question, const pack::Fact& fact,
                  const std::string& name, const Form& form) {
  const std::string base = fmt::format("{}.{}", record_key(context.pack, question), fact.key);
  const web::Phrase label = context.say("field." + base);
  const auto error = web::error_for(form, name, context.words);
  if (fact.type.kind == pack::TypeKind::date)
    return web::date_field(context.words, {.name = name,
                                           .legend = label,
                                           .year = std::string(form.typed(name + "-y")),
                                           .month = std::string(form.typed(name + "-m")),
                                           .day = std::string(form.typed(name + "-d")),
                                           .error = error,
                                           .required = question.required});
  if (fact.type.kind == pack::TypeKind::choice) {
    web::Choices choices{.name = name, .legend = label, .error = error, .required = question.required, .lines = true};
    for (const std::string& value : fact.type.choices)
      choices.options.push_back({.value = value,
                                 .label = context.say("field_choice." + base + "." + value),
                                 .chosen = form.typed(name) == value});
    return web::choice_field(context.words, choices);
  }
  web::Field field{.name = name,
                   .label = label,
                   .value = std::string(form.typed(name)),
                   .error = error,
                   .required = question.required};
  field.autocomplete = autocomplete_of(fact.key);
  if (fact.key == "number") field.inputmode = "numeric";
  if (fact.key == "kana" || fact.key == "name" || fact.key == "holder") field.width = "w-20";
  return web::text_field(context.words, field);
}

Html record_fields(const Context& context, const pack::Question& question, const std::string& prefix,
                   const Form& form) {
  using namespace web::html;
  Html out;
  for (const pack::Fact* fact : asked_fields(context.pack, question))
    out.add(record_field(context, question, *fact, prefix + "." + fact->key, form));
  return out;
}

Html heading_of(bool heading, const Html& title) {
  using namespace web::html;
  return heading ? Html(h1(web::borrowed(title))) : title;
}

Html choice_control(const Context& context, const pack::Ask& ask, const Html& title, const Form& form, bool heading) {
  const std::string id = ask.id();
  const QuestionWords& words = context.of(ask);
  web::Choices choices{.name = id,
                       .legend = title,
                       .legend_is_heading = heading,
                       .error = web::error_for(form, id, context.words),
                       .required = ask.question->required,
                       .several = ask.question->type == AnswerType::multi_choice};
  if (words.hint.there()) choices.hint = context.html(words.hint, &ask);
  static const std::vector<std::string> yes_and_no{"yes", "no"};
  const auto& values = ask.question->type == AnswerType::yes_no ? yes_and_no : ask.question->choices;
  choices.options.reserve(values.size() + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    choices.options.push_back({.value = values[i],
                               .label = context.html(words.choices[i], &ask),
                               .chosen = form.was_chosen(id, values[i])});
    if (i < words.choice_hints.size() && words.choice_hints[i].there())
      choices.options.back().hint = context.html(words.choice_hints[i], &ask);
  }
  if (ask.question->unknown)
    choices.options.push_back(
        {.value = "?", .label = context.html(words.unknown, &ask), .chosen = form.was_chosen(id, "?")});
  return web::choice_field(context.words, choices);
}

Html text_control(const Context& context, const pack::Ask& ask, const Html& title, const Form& form, bool heading) {
  using namespace web::html;
  const std::string id = ask.id();
  const QuestionWords& words = context.of(ask);
  web::Area field;
  field.name = id;
  field.label = heading ? Html(context.words(Text::your_answer)) : title;
  if (words.hint.there()) field.hint = context.html(words.hint, &ask);
  field.value = std::string(form.typed(id));
  field.error = web::error_for(form, id, context.words);
  field.required = ask.question->required;
  field.autocomplete = autocomplete_of(ask.question->type == AnswerType::phone  ? "phone"
                                       : ask.question->type == AnswerType::mail ? "mail"
                                                                                : "");
  if (ask.question->type == AnswerType::phone) field.type = "tel";
  if (ask.question->type == AnswerType::mail) field.type = "email";
  const Html control =
      ask.question->type == AnswerType::long_text ? web::text_area(context.words, field)
      : ask.question->type == AnswerType::integer || ask.question->type == AnswerType::yen
          ? web::number_field(context.words, field, ask.question->type == AnswerType::yen ? Html("円") : Html())
          : web::text_field(context.words, field);
  return heading ? Html(group(h1(web::borrowed(title)), web::borrowed(control))) : control;
}

Html date_control(const Context& context, const pack::Ask& ask, const Html& title, const Form& form, bool heading) {
  const std::string id = ask.id();
  const QuestionWords& words = context.of(ask);
  web::DateField field{.name = id,
                       .legend = title,
                       .legend_is_heading = heading,
                       .year = std::string(form.typed(id + "-y")),
                       .month = std::string(form.typed(id + "-m")),
                       .day = std::string(form.typed(id + "-d")),
                       .error = web::error_for(form, id, context.words),
                       .required = ask.question->required};
  if (words.hint.there()) field.hint = context.html(words.hint, &ask);
  return web::date_field(context.words, field);
}

Html list_control(const Context& context, const pack::Ask& ask, const Html& title, const Form& form,
                  const JsonArray& offered, bool heading, std::size_t rows) {
  using namespace web::html;
  const std::string id = ask.id();
  const QuestionWords& words = context.of(ask);
  Html out;
  if (!offered.empty()) {
    web::Choices known{.name = id + ".known", .legend = title, .legend_is_heading = heading, .several = true};
    if (words.hint.there()) known.hint = context.html(words.hint, &ask);
    known.error = web::error_for(form, id, context.words);
    for (std::size_t i = 0; i < offered.size(); ++i) {
      const auto born = Date::parse(offered[i].text_or("birth", ""));
      known.options.push_back({.value = std::to_string(i),
                               .label = Html(offered[i].text_or("name", "")),
                               .hint = born ? Html(format_resident(*born)) : Html(),
                               .chosen = form.was_chosen(id + ".known", std::to_string(i))});
    }
    out = web::choice_field(context.words, known);
  } else {
    const auto error = web::error_for(form, id, context.words);
    out = Html(group(heading_of(heading, title),
                     when(words.hint.there(), [&] { return p(cls("hint"), context.html(words.hint, &ask)); }),
                     when(error.has_value(), [&] { return p(cls("error"), web::html::id(id + "-error"), *error); })));
  }
  for (std::size_t row = 0; row < rows; ++row)
    out.add(fieldset(
        cls("stack panel"),
        legend(cls("label"), context.words(Text::person_number, {{"number", static_cast<std::int64_t>(row + 1)}})),
        record_fields(context, *ask.question, new_row(id, row), form)));
  out.add(p(web::action_button(
      {.text = context.words(Text::add_person), .kind = web::ButtonKind::second, .name = "do", .value = "add"})));
  return out;
}

}  // namespace

Context context_of(const hall::Call& call, const Draft& draft) {
  return {call,
          draft,
          *draft.pack,
          *draft.procedure_model,
          hall::pack_language(call.words.language()),
          call.words,
          wording_of(draft.pack, *draft.procedure_model, call.words.reader()),
          "/apply/" + draft.id.text()};
}

web::Phrase Context::say(std::string_view key, const pack::Ask* ask) const {
  // Most words have no hole: they are shown as the pack holds them.
  if (const auto whole = whole_words(pack, procedure, key, words.reader())) return *whole;
  return web::Phrase::of(pack::words(pack, procedure, key, language, draft.seen(), ask), words.reader());
}
web::Phrase Context::say(const pack::Needed& need, std::string_view key) const {
  return web::Phrase::of(pack::words(pack, procedure, need, key, language, draft.seen()), words.reader());
}
std::string Context::plain(std::string_view key, const pack::Ask* ask) const {
  return say(key, ask).plain();
}
bool Context::has(std::string_view key) const {
  return procedure.texts.has(key) || pack.texts.has(key);
}

Html Context::html(const ReadyWords& ready, const pack::Ask* ask) const {
  return ready.html ? *ready.html : Html(say(ready.key, ask));
}

std::string_view record_key(const pack::Pack& pack, const pack::Question& question) {
  const pack::Fact* fact = pack.facts.by_key(question.fact.substr(0, question.fact.find('.')));
  const pack::Record* record = fact ? pack.facts.record(fact->type.record) : nullptr;
  return record ? std::string_view(record->key) : std::string_view();
}

std::vector<const pack::Fact*> asked_fields(const pack::Pack& pack, const pack::Question& question) {
  const pack::Fact* fact = pack.facts.by_key(question.fact.substr(0, question.fact.find('.')));
  const pack::Record* record = fact ? pack.facts.record(fact->type.record) : nullptr;
  std::vector<const pack::Fact*> fields;
  if (!record) return fields;
  if (question.fields.empty()) {
    for (const pack::Fact& field : record->fields) fields.push_back(&field);
    return fields;
  }
  for (const std::string& key : question.fields)
    if (const pack::Fact* field = record->field_by_key(key)) fields.push_back(field);
  return fields;
}

Fields to_fields(const Context& context, const pack::Ask& ask, const JsonValue& value, const JsonArray& offered) {
  Fields fields;
  const std::string id = ask.id();
  const AnswerType type = ask.question->type;
  if (value.is_null() && ask.question->unknown) return fields;
  if (type == AnswerType::list_of_person) {
    put_list(context, ask, value, offered, fields);
  } else if (is_record(type)) {
    for (const pack::Fact* fact : asked_fields(context.pack, *ask.question))
      if (const JsonValue* field = value.find(fact->key)) put_fact(fields, id + "." + fact->key, *fact, *field);
  } else if (type == AnswerType::date) {
    put_date(fields, id, value);
  } else if (value.array()) {
    for (const JsonValue& item : *value.array())
      if (item.string()) fields.add(id, *item.string());
  } else if (value.string()) {
    fields.add(id, *value.string());
  } else if (value.number()) {
    fields.add(id, value.number()->text);
  } else if (value.boolean()) {
    fields.add(id, type == AnswerType::consent ? (*value.boolean() ? "1" : "") : *value.boolean() ? "yes" : "no");
  }
  return fields;
}

JsonValue from_form(const Context& context, const pack::Ask& ask, const Form& form, const JsonArray& offered) {
  const std::string id = ask.id();
  switch (ask.question->type) {
    case AnswerType::list_of_person:
      return typed_list(context, ask, form, offered);
    case AnswerType::person:
    case AnswerType::bank_account:
    case AnswerType::address: {
      JsonValue record = typed_record(context, *ask.question, form, id);
      // Whom the town knows keeps his number: chosen, not typed.
      if (record.object())
        for (const JsonValue& known : offered)
          if (known.text_or("name", "") == record.text_or("name", "") &&
              known.text_or("birth", "") == record.text_or("birth", ""))
            if (const JsonValue* number = known.find("person_id"))
              record.object()->insert_or_assign("person_id", *number);
      return record;
    }
    case AnswerType::date:
      return typed_date(form, id);
    case AnswerType::integer:
    case AnswerType::yen:
      return typed_number(form, id);
    case AnswerType::yes_no: {
      const std::string_view typed = form.typed(id);
      return typed.empty() || typed == "?" ? JsonValue() : JsonValue(typed == "yes");
    }
    case AnswerType::consent:
      return form.typed(id).empty() ? JsonValue() : JsonValue(true);
    case AnswerType::multi_choice: {
      JsonArray list;
      for (const std::string_view value : form.typed().all(id)) list.push_back(std::string(value));
      return list.empty() ? JsonValue() : JsonValue(std::move(list));
    }
    default: {
      std::string text = typed_text(form, id);
      if (text == "?" && ask.question->unknown) return JsonValue();
      if (ask.question->type == AnswerType::phone || ask.question->type == AnswerType::mail) text = nfkc(text);
      return text.empty() ? JsonValue() : JsonValue(std::move(text));
    }
  }
}

void add_faults(const Context& context, const pack::Ask& ask, const JsonValue& value,
                const std::vector<pack::AnswerFault>& faults, const JsonArray& offered, Form& form) {
  const std::string id = ask.id();
  std::size_t known = 0;
  for (std::size_t i = 0; i < offered.size(); ++i) known += form.was_chosen(id + ".known", std::to_string(i));
  for (const pack::AnswerFault& fault : faults) {
    std::string field = fault.field.empty() ? id : fault.field;
    // "children.2.birth" is the third of the list: the first typed row when two were chosen.
    if (ask.question->type == AnswerType::list_of_person && field.starts_with(id + ".")) {
      const auto parts = split(std::string_view(field).substr(id.size() + 1), '.');
      if (const auto index = parse_integer(parts.front());
          index && parts.size() == 2 && std::cmp_greater_equal(*index, known))
        field = new_row(id, static_cast<std::size_t>(*index) - known) + "." + std::string(parts[1]);
    }
    const bool date = ask.question->type == AnswerType::date || field.ends_with(".birth");
    const bool choice = ask.question->type == AnswerType::choice || ask.question->type == AnswerType::yes_no ||
                        ask.question->type == AnswerType::multi_choice || field.ends_with(".residence") ||
                        field.ends_with(".kind");
    const std::string control = date ? field + "-y" : choice ? field + "-1" : field;
    form.fault_at(
        field,
        ask.question->type == AnswerType::list_of_person && field == id && !offered.empty() ? id + ".known-1" : control,
        std::string(context.say(fault.text_key, &ask).marked()));
  }
  (void)value;
}

Html ask_field(const Context& context, const pack::Ask& ask, const Html& title, const Form& form,
               const JsonArray& offered, bool heading, std::size_t rows) {
  using namespace web::html;
  const QuestionWords& words = context.of(ask);
  switch (ask.question->type) {
    case AnswerType::choice:
    case AnswerType::multi_choice:
    case AnswerType::yes_no:
      return choice_control(context, ask, title, form, heading);
    case AnswerType::date:
      return date_control(context, ask, title, form, heading);
    case AnswerType::list_of_person:
      return list_control(context, ask, title, form, offered, heading, rows);
    case AnswerType::person:
    case AnswerType::bank_account:
    case AnswerType::address:
      return Html(fieldset(cls("stack"), legend(heading_of(heading, title)),
                           when(words.hint.there(), [&] { return p(cls("hint"), context.html(words.hint, &ask)); }),
                           record_fields(context, *ask.question, ask.id(), form)));
    case AnswerType::consent: {
      const std::string id = ask.id();
      web::Field field{.name = id,
                       .label = context.html(words.hint, &ask),
                       .value = std::string(form.typed(id)),
                       .error = web::error_for(form, id, context.words),
                       .required = true};
      const Html control = web::declaration(context.words, field);
      return heading ? Html(group(h1(web::borrowed(title)), web::borrowed(control))) : control;
    }
    default:
      return text_control(context, ask, title, form, heading);
  }
}

std::size_t typed_rows(const pack::Ask& ask, const Form& form) {
  std::size_t rows = 0;
  for (const std::int64_t index : form.groups(ask.id() + ".new"))
    rows = std::max(rows, static_cast<std::size_t>(index) + 1);
  return std::min(rows, rows_max);
}

namespace {

std::string value_text(const Context& context, const pack::Ask& ask, const JsonValue& value) {
  const std::string key = "question." + ask.question->id;
  if (value.is_null()) return ask.question->unknown ? context.plain(key + ".unknown", &ask) : "";
  if (value.boolean())
    return ask.question->type == AnswerType::consent ? context.words(Text::agreed).plain()
                                                     : context.plain(*value.boolean() ? "word.yes" : "word.no");
  if (value.number()) {
    const auto number = parse_integer(value.number()->text);
    const std::string digits = number ? format_number(*number) : value.number()->text;
    return ask.question->type == AnswerType::yen ? digits + "円" : digits;
  }
  if (!value.string()) return "";
  if (ask.question->type == AnswerType::date)
    if (const auto date = Date::parse(*value.string()))
      return context.words.language() == web::Language::en ? format_english(*date) : format_resident(*date);
  const std::string choice = key + ".choice." + *value.string();
  return context.has(choice) ? context.plain(choice, &ask) : *value.string();
}

std::string record_text(const Context& context, const pack::Question& question, const JsonValue& record) {
  std::string out;
  for (const pack::Fact* fact : asked_fields(context.pack, question)) {
    const JsonValue* field = record.find(fact->key);
    if (!field) continue;
    std::string text = field->string() ? *field->string() : field->number() ? field->number()->text : "";
    if (fact->type.kind == pack::TypeKind::date)
      if (const auto date = Date::parse(text)) text = format_resident(*date);
    if (const std::string choice =
            fmt::format("field_choice.{}.{}.{}", record_key(context.pack, question), fact->key, text);
        context.has(choice))
      text = context.plain(choice);
    if (question.sensitive && fact->key == "number" && text.size() > 4) text = "…" + text.substr(text.size() - 4);
    if (!out.empty() && !text.empty()) out += "　";
    out += text;
  }
  return out;
}

}  // namespace

Html answer_words(const Context& context, const pack::Ask& ask, const JsonValue& value) {
  using namespace web::html;
  if (value.object()) return Html(record_text(context, *ask.question, value));
  if (value.array()) {
    Html out;
    for (const JsonValue& item : *value.array())
      out = Html(
          group(out, p(item.object() ? record_text(context, *ask.question, item) : value_text(context, ask, item))));
    return out;
  }
  return Html(value_text(context, ask, value));
}

}  // namespace yakuba::application
