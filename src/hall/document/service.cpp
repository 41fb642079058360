#include <mutex>

#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/document/document.hpp"
#include "hall/document/letter.hpp"
#include "hall/document/queries.hpp"

namespace yakuba::document {

namespace {

constexpr std::string_view key_purpose = "document";  // wraps the keys of the files
constexpr std::string_view seal_file = "seal.pem";
constexpr std::int64_t seal_key_seconds = 10LL * 365 * 86400;

std::string key_context(const store::Town& town, PublicId id) {
  return town.name() + "|document|" + id.text();
}

Result<Key256> open_key(hall::Hall& hall, const store::Town& town, PublicId id, BytesView wrapped) {
  const Key256 wrapping = TRY(hall.keys.key(town, key_purpose));
  return Key256(TRY(unseal(wrapping, wrapped, key_context(town, id))));
}

// 「{mark}第{serial}号」 unless the town's pack says otherwise.
std::string number_words(const pack::Pack& pack, std::string_view mark, std::int64_t serial) {
  std::string form = "{mark}第{serial}号";
  if (pack.town)
    if (auto at = pack.town->settings.find("document-number"); at != pack.town->settings.end()) form = at->second;
  auto put = [&](std::string_view hole, std::string_view value) {
    if (const std::size_t at = form.find(hole); at != std::string::npos) form.replace(at, hole.size(), value);
  };
  put("{mark}", mark);
  put("{serial}", std::to_string(serial));
  return form;
}

Result<std::string> draw_number(store::Tx& tx, const pack::Pack& pack, const Order& order) {
  const pack::Section* section = pack.section(order.section);
  if (!section) return fail(ErrorKind::invalid, "document.section", order.section, {.field = "section"});
  if (!order.numbered) return std::string();
  if (section->mark.empty())
    return fail(ErrorKind::invalid, "document.section", "the section has no mark: " + order.section);
  const int year = fiscal_year(order.content.dated);
  return number_words(pack, section->mark, TRY(tx.next_serial("document:" + section->mark, year)));
}

std::string job_text(const std::optional<store::Job>& job) {
  if (!job) return {};
  return JsonValue(JsonObject{{"kind", job->kind}, {"key", job->key}, {"payload", job->payload}}).canonical();
}

Result<std::optional<store::Job>> job_from(std::string_view text) {
  if (text.empty()) return std::optional<store::Job>();
  const JsonValue json = TRY(parse_json(text));
  return std::optional(store::Job{.kind = std::string(json.text_or("kind", "")),
                                  .key = std::string(json.text_or("key", "")),
                                  .payload = std::string(json.text_or("payload", ""))});
}

Look look_of(const hall::Hall& hall, const pack::Pack& pack, const Content& content) {
  Look look{.authority = pack.town ? pack.town->name : std::string()};
  look.seal_columns = seal_columns(content.sender_title);
  look.demo = hall.settings.demo;
  return look;
}

log::Event event_of(const Document& document, log::Verb verb, const log::Event& stamp) {
  log::Event event = stamp;
  event.verb = verb;
  event.object_kind = "document";
  event.object_id = document.id.text();
  event.case_id = document.binding.case_id;
  if (event.section.empty()) event.section = document.section;
  return event;
}

Instant instant(std::int64_t microseconds) {
  return Instant{microseconds};
}

template <class Row>
Result<Document> document_of(const Row& row) {
  const auto id = PublicId::parse(row.id);
  const auto dated = Date::parse(row.dated);
  if (!id || !dated) return fail(ErrorKind::corrupt, "document.row", row.id);
  Document document{.id = *id,
                    .kind = row.kind,
                    .kind_name = row.kind_name,
                    .number = row.number,
                    .section = row.section,
                    .dated = *dated,
                    .binding = {row.case_id, row.addressee}};
  document.case_number = row.case_number;
  document.procedure = row.procedure;
  document.addressee_name = row.addressee_name;
  document.retention_class = row.retention_class;
  if (row.retain_until) document.retain_until = Date::parse(*row.retain_until);
  document.state = row.state == "issued" ? State::issued : row.state == "withdrawn" ? State::withdrawn : State::ordered;
  document.version = row.version;
  document.token = row.token;
  document.sha256 = row.sha256;
  document.bytes = row.bytes;
  document.pack_version = row.pack_version;
  document.template_hash = row.template_hash;
  document.ordered_at = instant(row.ordered_at);
  if (row.issued_at) document.issued_at = instant(*row.issued_at);
  if (row.withdrawn_at) document.withdrawn_at = instant(*row.withdrawn_at);
  document.withdrawn_reason = row.withdrawn_reason;
  return document;
}

Result<Document> must_find(store::ReadTx& tx, PublicId id) {
  auto found = TRY(find(tx, id));
  if (!found) return fail(ErrorKind::not_found, "document.not_found", id.text());
  return std::move(*found);
}

// Which document, of which case, to whom: a mismatch is an accident in the making and never only a wrong address.
Result<> check_binding(const Document& document, const Binding& binding) {
  if (document.binding != binding) return fail(ErrorKind::forbidden, "document.not_yours", document.id.text());
  return {};
}

std::string message_of(const Document& document, std::string_view sha256, State state, Date day) {
  return JsonValue(JsonObject{{"token", document.token},
                              {"kind_name", document.kind_name},
                              {"number", document.number},
                              {"dated", document.dated.text()},
                              {"sha256", sha256},
                              {"state", state_code(state)},
                              {"changed_on", day.text()}})
      .canonical();
}

Result<> tell_public(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Document& document,
                     std::string_view sha256, State state) {
  return hall.exchange.send(tx, town,
                            {.kind = "document.verified",
                             .key = document.token + ":" + std::string(state_code(state)),
                             .payload = message_of(document, sha256, state, date_in_japan(hall.clock.now())),
                             .blobs = {}});
}

}  // namespace

std::string_view state_code(State state) {
  return state == State::issued ? "issued" : state == State::withdrawn ? "withdrawn" : "ordered";
}

Result<print::Press*> press() {
  static std::mutex mutex;
  static std::unique_ptr<print::Press> shared;
  std::lock_guard lock(mutex);
  if (!shared) shared = std::make_unique<print::Press>(TRY(print::Press::open()));
  return shared.get();
}

Result<print::SealKey> seal_key(hall::Hall& hall, const store::Town& town, std::string_view organisation) {
  static std::mutex mutex;  // one key is made, not two
  std::lock_guard lock(mutex);
  if (auto pem = TRY(hall.keys.file(town, seal_file))) return print::load_seal_key(pem->reveal());
  const Instant now = hall.clock.now();
  auto key =
      TRY(print::make_self_signed_seal_key(organisation, hall.settings.demo ? "見本 SPECIMEN" : "自己署名 self-signed",
                                           now.plus_seconds(-86400), now.plus_seconds(seal_key_seconds)));
  TRY(hall.keys.put_file(town, seal_file, TRY(print::to_pem(key))));
  return key;
}

Result<PublicId> order(store::Tx& tx, hall::Hall& hall, const store::Town& town, const pack::Pack& pack,
                       const Order& order) {
  if (auto first = TRY(tx.one<sql::IdByOrderKey>({.order_key = order.key}))) {
    if (auto id = PublicId::parse(first->id)) return *id;
    return fail(ErrorKind::corrupt, "document.row", first->id);
  }
  const std::string number = TRY(draw_number(tx, pack, order));
  Look look = look_of(hall, pack, order.content);
  look.number = number;
  TRY(TRY(press())->check(letter_of(order.content, look)));

  const PublicId id = PublicId::random(hall.random);
  Bytes file_key(32);
  hall.random.fill(file_key);
  const Key256 wrapping = TRY(hall.keys.key(town, key_purpose));
  TRY(tx.run<sql::InsertDocument>({
      .id = id.text(),
      .order_key = order.key,
      .kind = order.kind,
      .kind_name = without_ruby(order.kind_name),
      .number = number,
      .fiscal_year = fiscal_year(order.content.dated),
      .section = order.section,
      .dated = order.content.dated.text(),
      .case_id = order.binding.case_id,
      .addressee = order.binding.addressee,
      .case_number = order.case_number,
      .procedure = order.procedure,
      .step = order.step,
      .addressee_name = order.content.name,
      .retention_class = order.retention_class,
      .retain_until = order.retain_until ? std::optional(order.retain_until->text()) : std::nullopt,
      .pack_version = hex(order.pack_version),
      .template_hash = hex(order.template_hash),
      .content = to_json(order.content).canonical(),
      .stamp = order.stamp.actor,
      .then_job = job_text(order.then),
      .token = PublicId::random(hall.random).text(),
      .file_key = TRY(seal(wrapping, hall.random, file_key, key_context(town, id))),
      .ordered_at = order.stamp.at.microseconds,
  }));
  log::Event event = order.stamp;
  event.verb = log::Verb::recorded;
  event.object_kind = "document";
  event.object_id = id.text();
  event.case_id = order.binding.case_id;
  event.step = order.step;
  event.rule = {order.kind, hex(order.template_hash), 0};
  event.payload = JsonObject{{"number", number}, {"kind", order.kind}};
  TRY(tx.append(event));
  TRY(tx.enqueue({.kind = "document.make", .key = id.text(), .due = {}, .payload = id.text()}));
  return id;
}

Result<Bytes> draft(hall::Hall& hall, const store::Town&, const pack::Pack& pack, const Content& content) {
  Look look = look_of(hall, pack, content);
  look.draft = true;
  return TRY(press())->letter(letter_of(content, look));
}

Result<std::optional<Document>> find(store::ReadTx& tx, PublicId id) {
  auto row = TRY(tx.one<sql::DocumentById>({.id = id.text()}));
  if (!row) return std::optional<Document>();
  return std::optional(TRY(document_of(*row)));
}

namespace {

template <class Rows>
Result<std::vector<Document>> documents(store::ReadTx& tx, const Rows& rows) {
  std::vector<Document> found;
  for (const auto& row : rows)
    if (auto full = TRY(tx.one<sql::DocumentById>({.id = row.id}))) found.push_back(TRY(document_of(*full)));
  return found;
}

}  // namespace

Result<std::vector<Document>> of_case(store::ReadTx& tx, std::string_view case_id) {
  return documents(tx, TRY(tx.all<sql::DocumentsOfCase>({.case_id = std::string(case_id)})));
}

Result<Listed> list(store::ReadTx& tx, const Filter& filter) {
  std::int64_t before_at = INT64_MAX;
  std::string before_id;
  if (const std::size_t colon = filter.after.find(':'); colon != std::string::npos) {
    before_at = parse_integer(filter.after.substr(0, colon)).value_or(INT64_MAX);
    before_id = filter.after.substr(colon + 1);
  }
  Listed listed{
      .rows = TRY(documents(tx, TRY(tx.all<sql::DocumentsBefore>({.section = filter.section,
                                                                  .number_prefix = filter.number,
                                                                  .fiscal_year = filter.fiscal_year.value_or(0),
                                                                  .before_at = before_at,
                                                                  .before_id = before_id,
                                                                  .limit = rows_max + 1})))),
      .next = {}};
  if (listed.rows.size() > static_cast<std::size_t>(rows_max)) {
    listed.rows.resize(rows_max);
    listed.next = fmt::format("{}:{}", listed.rows.back().ordered_at.microseconds, listed.rows.back().id.text());
  }
  return listed;
}

// --- making ---

namespace {

struct Making {
  Document document;
  Content content;
  std::optional<store::Job> then;
  Bytes wrapped_key;
  std::string ordered_by;
};

Result<Making> making_of(store::ReadTx& tx, PublicId id) {
  Making making{.document = TRY(must_find(tx, id))};
  auto row = TRY(tx.one<sql::MakingOf>({.id = id.text()}));
  if (!row) return fail(ErrorKind::not_found, "document.not_found", id.text());
  making.content = TRY(content_from(TRY(parse_json(row->content))));
  making.then = TRY(job_from(row->then_job));
  making.wrapped_key = row->file_key;
  making.ordered_by = row->stamp;
  return making;
}

// Drawn and sealed. Everything that enters is frozen in the order, so a second try gives the same bytes.
Result<Bytes> drawn(hall::Hall& hall, const store::Town& town, const Making& making) {
  const Document& document = making.document;
  const auto version = from_hex(document.pack_version);
  Hash pinned{};
  if (version && version->size() == pinned.size()) std::copy(version->begin(), version->end(), pinned.begin());
  const pack::PackPtr pack = TRY(hall.packs.version(town, pinned));
  Look look = look_of(hall, *pack, making.content);
  look.number = document.number;
  look.verify_url = hall.public_url(hall.info(town), "/verify/" + document.token);
  JsonValue marker = marker_json(town.name(), document.id, document.binding);
  JsonObject copy = *marker.object();
  copy["content"] = to_json(making.content);
  look.marker = JsonValue(std::move(copy)).canonical();
  const Bytes pdf = TRY(TRY(press())->letter(letter_of(making.content, look)));
  const print::SealKey key = TRY(seal_key(hall, town, look.authority));
  const std::string place = pack->town ? pack->town->prefecture + pack->town->county + pack->town->name : "";
  return print::sign_pdf(pdf, key,
                         {.name = making.content.sender_title,
                          .reason = document.number + "　" + document.kind_name,
                          .location = place,
                          .at = document.ordered_at});
}

}  // namespace

Result<> make(hall::Hall& hall, const store::Town& town, PublicId id) {
  const Making making = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return making_of(tx, id); }));
  if (making.document.state != State::ordered) return {};
  const Bytes pdf = TRY(drawn(hall, town, making));
  const std::string hash = hex(sha256(pdf));
  const Key256 key = TRY(open_key(hall, town, id, making.wrapped_key));
  const store::BlobInfo blob = TRY(hall.store.blobs(town).put(pdf, key));
  const Instant now = hall.clock.now();
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const auto changed = TRY(tx.run<sql::MarkIssued>(
        {.id = id.text(), .file_id = blob.id, .bytes = blob.bytes, .sha256 = hash, .issued_at = now.microseconds}));
    if (changed == 0) return {};  // another worker was first: its bytes stand, ours are swept
    TRY(tx.keep_blob(blob, "document", id.text()));
    log::Event event =
        event_of(making.document, log::Verb::issued, {.at = now, .actor = "system:document.make", .channel = "job"});
    event.payload = JsonObject{{"sha256", hash}, {"number", making.document.number}, {"ordered_by", making.ordered_by}};
    TRY(tx.append(event));
    TRY(tell_public(tx, hall, town, making.document, hash, State::issued));
    if (making.then) TRY(tx.enqueue(*making.then));
    return {};
  });
}

// --- delivering ---

Result<> check_marker(BytesView pdf, const store::Town& town, PublicId id, const Binding& binding) {
  const Bytes text = TRY(print::attachment_of(pdf, "document.json"));
  const JsonValue found = TRY(parse_json(text_view(text)));
  const JsonValue wanted = marker_json(town.name(), id, binding);
  for (const auto& [name, value] : *wanted.object())
    if (found.text_or(name, "") != *value.string())
      return fail(ErrorKind::corrupt, "document.corrupt",
                  fmt::format("{}: the file names another {}", id.text(), name));
  return {};
}

namespace {

struct File {
  Document document;
  store::BlobInfo blob;
  Bytes wrapped_key;
};

Result<File> file_of(store::ReadTx& tx, PublicId id, const Binding& binding) {
  File file{.document = TRY(must_find(tx, id))};
  TRY(check_binding(file.document, binding));
  auto row = TRY(tx.one<sql::FileOf>({.id = id.text()}));
  if (!row || !row->file_id || !row->sha256) return fail(ErrorKind::conflict, "document.not_ready", id.text());
  auto blob = TRY(tx.blob(*row->file_id));
  if (!blob) return fail(ErrorKind::corrupt, "document.corrupt", id.text() + ": its file is not in the store");
  file.blob = *blob;
  if (hex(blob->sha256) != *row->sha256) return fail(ErrorKind::corrupt, "document.corrupt", id.text() + ": hash");
  file.wrapped_key = row->file_key;
  return file;
}

}  // namespace

Result<Bytes> deliver(hall::Hall& hall, const store::Town& town, PublicId id, const Binding& binding) {
  const File file = TRY(hall.store.read(town, [&](store::ReadTx& tx) { return file_of(tx, id, binding); }));
  Bytes pdf = TRY(hall.store.blobs(town).get(file.blob, TRY(open_key(hall, town, id, file.wrapped_key))));
  if (hex(sha256(pdf)) != *file.document.sha256) return fail(ErrorKind::corrupt, "document.corrupt", id.text());
  TRY(check_marker(pdf, town, id, binding));
  return pdf;
}

Result<Content> content_of(store::ReadTx& tx, PublicId id, const Binding& binding) {
  TRY(check_binding(TRY(must_find(tx, id)), binding));
  auto row = TRY(tx.one<sql::FileOf>({.id = id.text()}));
  return content_from(TRY(parse_json(row->content)));
}

Result<Copy> copy_for_public(store::ReadTx& tx, hall::Hall& hall, const store::Town& town, PublicId id,
                             const Binding& binding) {
  File file = TRY(file_of(tx, id, binding));
  const Key256 key = TRY(open_key(hall, town, id, file.wrapped_key));
  return Copy{file.blob, key.reveal(), std::move(file.document)};
}

Result<> withdraw(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                  std::string_view reason_code, const log::Event& stamp) {
  const Document document = TRY(must_find(tx, id));
  if (document.state == State::withdrawn) return fail(ErrorKind::conflict, "document.withdrawn", id.text());
  if (document.state == State::ordered) return fail(ErrorKind::conflict, "document.not_ready", id.text());
  const auto changed = TRY(tx.run<sql::MarkWithdrawn>({.id = id.text(),
                                                       .version = version,
                                                       .withdrawn_at = stamp.at.microseconds,
                                                       .reason = std::string(reason_code)}));
  if (changed == 0) return fail(ErrorKind::conflict, "document.conflict", id.text());
  log::Event event = event_of(document, log::Verb::withdrawn, stamp);
  event.reason_code = reason_code;
  TRY(tx.append(event));
  return tell_public(tx, hall, town, document, document.sha256.value_or(""), State::withdrawn);
}

// --- public side ---

Result<Verified> verified(store::ReadTx& tx, std::string_view token) {
  const auto id = PublicId::parse(token);
  if (!id) return Verified{};
  const auto row = TRY(tx.one<sql::VerifiedByToken>({.token = id->text()}));
  if (!row) return Verified{};
  Verified result{.is = row->state == "issued" ? Genuineness::genuine : Genuineness::withdrawn,
                  .kind_name = row->kind_name,
                  .number = row->number,
                  .sha256 = row->sha256};
  if (auto dated = Date::parse(row->dated)) result.dated = *dated;
  if (result.is == Genuineness::withdrawn) result.withdrawn_on = Date::parse(row->changed_on);
  return result;
}

}  // namespace yakuba::document
