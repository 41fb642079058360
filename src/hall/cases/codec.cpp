// The values of cases.hpp as JSON: what travels between the sides, with strict reading.
#include "base/json.hpp"
#include "hall/cases/cases.hpp"

namespace yakuba::cases {
namespace {

std::vector<std::string> texts_from(const JsonValue* json) {
  std::vector<std::string> out;
  if (json && json->array())
    for (const JsonValue& item : *json->array())
      if (item.string()) out.push_back(*item.string());
  return out;
}

std::string text(const JsonValue& json, std::string_view key) {
  return std::string(json.text_or(key, ""));
}

bool truth(const JsonValue& json, std::string_view key) {
  const JsonValue* value = json.find(key);
  return value && value->boolean() && *value->boolean();
}

Result<Instant> instant(const JsonValue& json, std::string_view key) {
  const auto value = json.integer(key);
  if (!value) return fail(ErrorKind::invalid, "case.message", "no instant", Place{.field = std::string(key)});
  return Instant{*value};
}

Result<Date> date(const JsonValue& json, std::string_view key) {
  const auto value = Date::parse(json.text_or(key, ""));
  if (!value) return fail(ErrorKind::invalid, "case.message", "no date", Place{.field = std::string(key)});
  return *value;
}

Result<PublicId> public_id(const JsonValue& json, std::string_view key) {
  const auto value = PublicId::parse(json.text_or(key, ""));
  if (!value) return fail(ErrorKind::invalid, "case.message", "no id", Place{.field = std::string(key)});
  return *value;
}

JsonArray encode(const std::vector<Answer>& answers) {
  JsonArray out;
  for (const Answer& answer : answers)
    out.push_back(JsonObject{{"ask", answer.ask}, {"value", answer.value}, {"source", answer.source}});
  return out;
}

std::vector<Answer> answers_from(const JsonValue* json) {
  std::vector<Answer> out;
  if (json && json->array())
    for (const JsonValue& item : *json->array()) {
      const JsonValue* value = item.find("value");
      out.push_back({text(item, "ask"), value ? *value : JsonValue(), text(item, "source")});
    }
  return out;
}

JsonArray encode(const std::vector<Attachment>& attachments) {
  JsonArray out;
  for (const Attachment& a : attachments)
    out.push_back(JsonObject{{"need", a.need},
                             {"blob", a.blob},
                             {"bytes", a.bytes},
                             {"sha256", a.sha256},
                             {"file_name", a.file_name},
                             {"media_type", a.media_type}});
  return out;
}

std::vector<Attachment> attachments_from(const JsonValue* json) {
  std::vector<Attachment> out;
  if (json && json->array())
    for (const JsonValue& item : *json->array())
      out.push_back({text(item, "need"), text(item, "blob"), item.integer("bytes").value_or(0), text(item, "sha256"),
                     text(item, "file_name"), text(item, "media_type")});
  return out;
}

}  // namespace

std::string to_json(const Submission& s) {
  const Applicant& a = s.applicant;
  JsonObject applicant{{"name", a.name},       {"kana", a.kana},          {"address", a.address},
                       {"phone", a.phone},     {"mail", a.mail},          {"mail_consent", a.mail_consent},
                       {"account", a.account}, {"reference", a.reference}};
  if (a.person) applicant.emplace("person", *a.person);
  return JsonValue(JsonObject{{"id", s.id.text()},
                              {"number", s.number},
                              {"procedure", s.procedure},
                              {"pack", s.pack_hash},
                              {"channel", s.channel},
                              {"language", s.language},
                              {"submitted_at", s.submitted_at.microseconds},
                              {"applicant", std::move(applicant)},
                              {"answers", encode(s.answers)},
                              {"attachments", encode(s.attachments)},
                              {"key", hex(s.key)},
                              {"secret_hash", s.secret_hash},
                              {"expected", s.expected}})
      .canonical();
}

Result<Submission> submission_from(std::string_view line) {
  const JsonValue json = TRY(parse_json(line));
  Submission s{.id = TRY(public_id(json, "id")),
               .number = text(json, "number"),
               .procedure = text(json, "procedure"),
               .pack_hash = text(json, "pack"),
               .channel = text(json, "channel"),
               .language = text(json, "language"),
               .submitted_at = TRY(instant(json, "submitted_at")),
               .answers = answers_from(json.find("answers")),
               .attachments = attachments_from(json.find("attachments")),
               .secret_hash = text(json, "secret_hash")};
  if (const JsonValue* a = json.find("applicant"))
    s.applicant = {.name = text(*a, "name"),
                   .kana = text(*a, "kana"),
                   .address = text(*a, "address"),
                   .phone = text(*a, "phone"),
                   .mail = text(*a, "mail"),
                   .mail_consent = truth(*a, "mail_consent"),
                   .reference = text(*a, "reference"),
                   .account = text(*a, "account"),
                   .person = a->integer("person")};
  const auto key = from_hex(json.text_or("key", ""));
  if (!key || key->size() != 32) return fail(ErrorKind::invalid, "case.message", "no key", Place{.field = "key"});
  s.key = *key;
  if (const JsonValue* expected = json.find("expected")) s.expected = *expected;
  if (!is_case_number(s.number))
    return fail(ErrorKind::invalid, "case.number", "not a case number", Place{.field = "number"});
  return s;
}

// Written at once, without a tree: every submission and every step writes one. Members in the canonical order, by name.
std::string to_json(const Published& p) {
  JsonWriter json;
  json.object([&] {
    json.member("account", p.account).member("applicant_name", p.applicant_name).member("closed", p.closed);
    json.key("corrections").array([&] {
      for (const PublishedCorrection& c : p.corrections)
        json.object([&] {
          json.member("answered", c.answered).member("due", c.due.text()).member("id", c.id);
          json.member("message", c.message).key("reasons").array([&] {
            for (const std::string& reason : c.reasons) json.value(std::string_view(reason));
          });
        });
    });
    json.member("due_on", p.due_on.text()).member("id", p.id.text()).member("may_withdraw", p.may_withdraw);
    json.key("moments").array([&] {
      for (const PublishedMoment& m : p.moments)
        json.object([&] { json.member("at", m.at.microseconds).member("step", m.step).member("verb", m.verb); });
    });
    json.member("number", p.number).member("outcome", p.outcome).member("pack", p.pack_hash);
    json.member("procedure", p.procedure).member("received_on", p.received_on.text());
    json.member("reference", p.reference).member("secret_hash", p.secret_hash).member("section", p.section);
    json.member("step", p.step).member("version", p.version);
  });
  return std::move(json).text();
}

Result<Published> published_from(std::string_view line) {
  const JsonValue json = TRY(parse_json(line));
  Published p{.id = TRY(public_id(json, "id")),
              .version = json.integer("version").value_or(0),
              .number = text(json, "number"),
              .procedure = text(json, "procedure"),
              .pack_hash = text(json, "pack"),
              .step = text(json, "step"),
              .outcome = text(json, "outcome"),
              .closed = truth(json, "closed"),
              .may_withdraw = truth(json, "may_withdraw"),
              .received_on = TRY(date(json, "received_on")),
              .due_on = TRY(date(json, "due_on")),
              .section = text(json, "section"),
              .reference = text(json, "reference"),
              .account = text(json, "account"),
              .secret_hash = text(json, "secret_hash"),
              .applicant_name = text(json, "applicant_name")};
  const auto items = [&](std::string_view key) -> JsonArray {
    const JsonValue* list = json.find(key);
    return list && list->array() ? *list->array() : JsonArray();
  };
  for (const JsonValue& item : items("moments"))
    p.moments.push_back({TRY(instant(item, "at")), text(item, "verb"), text(item, "step")});
  for (const JsonValue& item : items("corrections"))
    p.corrections.push_back({text(item, "id"), texts_from(item.find("reasons")), text(item, "message"),
                             TRY(date(item, "due")), truth(item, "answered")});
  return p;
}

std::string to_json(const Corrected& c) {
  return JsonValue(JsonObject{{"case", c.case_id.text()},
                              {"correction", c.correction},
                              {"answers", encode(c.answers)},
                              {"attachments", encode(c.attachments)},
                              {"at", c.at.microseconds}})
      .canonical();
}

Result<Corrected> corrected_from(std::string_view line) {
  const JsonValue json = TRY(parse_json(line));
  return Corrected{.case_id = TRY(public_id(json, "case")),
                   .correction = text(json, "correction"),
                   .answers = answers_from(json.find("answers")),
                   .attachments = attachments_from(json.find("attachments")),
                   .at = TRY(instant(json, "at"))};
}

}  // namespace yakuba::cases
