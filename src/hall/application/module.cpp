#include "hall/application/pages.hpp"
#include "hall/application/rows.hpp"

namespace yakuba::application {

// office.cpp
Result<> send_released(hall::Hall& hall, const store::Town& town);
Result<> release_to_linked(hall::Hall& hall, const store::Town& town, const store::Job& job);
Result<> fill_demo(hall::Hall& hall, const store::Town& town);  // demo.cpp

namespace {

constexpr int clean_seconds = 3600;
constexpr int release_seconds = 60;
constexpr std::int64_t token_age_seconds = draft_days_max * 86'400LL;

Result<> take_published(hall::Hall&, store::Tx& tx, const store::Town&, const hall::Message& message) {
  const auto fresh = TRY(hall::message_value<cases::Published>(message, cases::published_from));
  // Messages come in order but for one that was set aside and received later (hall/exchange).
  if (const auto known = TRY(tx.one<sql::PublishedById>({.id = fresh->id.text()})))
    if (TRY(cases::published_from(known->body)).version > fresh->version) return {};
  return keep_published(tx, *fresh);
}

Result<> take_released(hall::Hall&, store::Tx& tx, const store::Town&, const hall::Message& message) {
  const JsonValue json = TRY(parse_json(message.payload));
  const JsonValue* facts = json.find("facts");
  TRY(tx.run<sql::PutReleased>({.reference = json.text_or("reference", ""),
                                .as_of = json.text_or("as_of", ""),
                                .body = facts ? facts->canonical() : std::string("{}")}));
  return {};
}

// Drafts that nobody touched for draft_days_max are destroyed with their uploads; counters of wrong tries are
// forgotten.
Result<> clean(hall::Hall& hall, const store::Town& town) {
  const Instant now = hall.clock.now();
  const Instant before = now.plus_seconds(-token_age_seconds);
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    TRY(tx.run<sql::ForgetTries>({.hour = now.microseconds / 3'600'000'000 - 1}));
    for (const auto& row : TRY(tx.all<sql::OldDrafts>({.before = before.microseconds}))) {
      const auto id = PublicId::parse(row.id);
      if (!id) continue;
      std::vector<Upload> uploads;
      for (const auto& u : TRY(tx.all<sql::Uploads>({.draft = row.id})))
        uploads.push_back({.need = u.need, .blob = {.id = u.blob}});
      TRY(destroy(tx, *id, uploads));
      TRY(tx.append({.at = now,
                     .verb = log::Verb::destroyed,
                     .object_kind = "draft",
                     .object_id = row.id,
                     .actor = "system:drafts",
                     .channel = "job"}));
    }
    return {};
  });
}

hall::Fixture fixture(std::string name, std::function<Result<std::optional<std::string>>(store::ReadTx&)> find) {
  return {.name = name, .resolve = [name, find](hall::Hall& hall, const store::Town& town) -> Result<std::string> {
            const auto id = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return find(tx); }));
            if (!id) return fail(ErrorKind::not_found, "demo.fixture", name);
            return *id;
          }};
}

// News come and go; any that is shown today will do.
Result<std::string> any_news(hall::Hall& hall, const store::Town& town) {
  const Date today = date_in_japan(hall.clock.now());
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, today));
  if (pack->town)
    for (const pack::NewsItem& item : pack->town->news)
      if (item.shown_on(today)) return item.id;
  return fail(ErrorKind::not_found, "demo.fixture", "no news today");
}

Result<std::optional<std::string>> published_like(store::ReadTx& tx, std::string_view pattern) {
  const auto row = TRY(tx.one<sql::FirstPublished>({.pattern = pattern}));
  return row ? std::optional(row->id) : std::nullopt;
}

}  // namespace

std::optional<PublicId> parameter(const hall::Call& call, std::size_t index) {
  return index < call.parameters.size() ? PublicId::parse(call.parameters[index].second) : std::nullopt;
}

// One cookie per draft or case, named by it: a device may hold several, and each proves one object only.
web::Cookie token_cookie(PublicId object, std::string token) {
  return {.name = "held-" + object.text(),
          .value = std::move(token),
          .age_seconds = token_age_seconds,
          .same_site = web::SameSite::lax};
}

Holder holder_of(const hall::Call& call, PublicId object) {
  Holder holder{.language = std::string(web::language_tag(call.words.language())),
                .token = std::string(web::read_cookie(call.request, "held-" + object.text()))};
  if (const access::Resident* resident = call.actor->resident()) {
    holder.account = resident->public_id.text();
    holder.level = resident->level;
    if (resident->person) holder.reference = resident->person->text();
    holder.mail = resident->shown;
  }
  return holder;
}

std::vector<hall::Fixture> fixtures() {
  return {{"news", any_news},
          fixture("draft",
                  [](store::ReadTx& tx) -> Result<std::optional<std::string>> {
                    const auto row = TRY(tx.one<sql::FirstDraft>({.procedure = "jido-teate-nintei"}));
                    return row ? std::optional(row->id) : std::nullopt;
                  }),
          fixture("draft-complete",
                  [](store::ReadTx& tx) -> Result<std::optional<std::string>> {
                    const auto row = TRY(tx.one<sql::LastDraft>({.procedure = "jido-teate-nintei"}));
                    return row ? std::optional(row->id) : std::nullopt;
                  }),
          fixture("submitted", [](store::ReadTx& tx) { return published_like(tx, "%\"may_withdraw\":true%"); }),
          fixture("to-correct", [](store::ReadTx& tx) { return published_like(tx, "%\"answered\":false%"); })};
}

hall::Module module() {
  hall::Module m{.name = "application", .migrations = sql::migrations};
  for (auto routes : {home_routes(), question_routes(), draft_routes(), check_routes(), status_routes(), end_routes()})
    m.routes.insert(m.routes.end(), routes.begin(), routes.end());
  m.receivers = {
      {.kind = std::string(cases::published_message), .side = web::Side::public_side, .receive = take_published},
      {.kind = std::string(released_message), .side = web::Side::public_side, .receive = take_released}};
  m.jobs = {{std::string(access::linked_job), web::Side::office_side, release_to_linked}};
  m.tasks = {{.name = "application.clean", .seconds = clean_seconds, .side = web::Side::public_side, .run = clean},
             {.name = "application.release",
              .seconds = release_seconds,
              .side = web::Side::office_side,
              .run = send_released}};
  m.fixtures = fixtures();
  m.demo = {{"drafts and a submission of a resident", fill_demo}};
  return m;
}

}  // namespace yakuba::application
