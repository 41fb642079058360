// Drafts: begin, resume on another device, answer, upload. Everything is saved at once.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/application/application.hpp"
#include "hall/application/rows.hpp"

namespace yakuba::application {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t code_characters = 12;  // 60 bits, read out and typed by people

std::unexpected<Error> no_such_draft() {
  return fail(ErrorKind::not_found, "draft.not_found");
}

std::string random_token(hall::Hall& hall) {
  Bytes bytes(token_bytes);
  hall.random.fill(bytes);
  return base64url(bytes);
}

std::string random_code(hall::Hall& hall) {
  Bytes bytes(8);
  hall.random.fill(bytes);
  const std::string letters = base32_crockford(bytes).substr(0, code_characters);
  std::string code;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i > 0 && i % 4 == 0) code += '-';
    const char c = letters[i];
    code += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return code;
}

// What somebody types for "7K2M-9QTX-4FWB": lower case, spaces, O for 0, I and L for 1.
std::string normal_code(std::string_view typed) {
  std::string out;
  for (char c : nfkc(typed)) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) out += c;
  }
  return out;
}

std::string hash_of(std::string_view secret) {
  return hex(sha256(secret));
}

Result<bool> is_holder(store::ReadTx& tx, const Holder& holder, std::string_view account, std::string_view id) {
  if (!account.empty()) return holder.account == account;
  if (holder.token.empty()) return false;
  return TRY(tx.one<sql::Token>({.hash = hash_of(holder.token), .kind = "draft", .object = id})).has_value();
}

Result<pack::PackPtr> pinned(hall::Hall& hall, const store::Town& town, std::string_view pack_hash) {
  const auto bytes = from_hex(pack_hash);
  if (!bytes || bytes->size() != std::tuple_size_v<Hash>) return fail(ErrorKind::corrupt, "draft.pack");
  Hash hash;
  std::ranges::copy(*bytes, hash.begin());
  return hall.packs.version(town, hash);
}

// Its papers changed: who read the draft before reads it again before he sends it.
Result<> touch(store::Tx& tx, PublicId id) {
  if (TRY(tx.run<sql::TouchDraft>({.id = id.text()})) == 0) return fail(ErrorKind::conflict, "draft.submitted");
  return {};
}

bool may_upload(const pack::Attachment& attachment, web::FileKind kind) {
  const auto allows = [&](std::string_view type) {
    return std::ranges::find(attachment.types, type) != attachment.types.end();
  };
  using enum web::FileKind;
  if (kind == pdf) return allows("pdf");
  return (kind == png || kind == jpeg || kind == heic || kind == webp) && allows("image");
}

}  // namespace

Result<std::vector<cases::Answer>> answers_from(std::string_view json) {
  std::vector<cases::Answer> answers;
  const JsonValue list = TRY(parse_json(json));
  if (list.array())
    for (const JsonValue& item : *list.array()) {
      const JsonValue* value = item.find("value");
      answers.push_back({std::string(item.text_or("ask", "")), value ? *value : JsonValue(),
                         std::string(item.text_or("source", "typed"))});
    }
  return answers;
}

std::string to_json(const std::vector<cases::Answer>& answers) {
  JsonArray list;
  for (const cases::Answer& answer : answers)
    list.push_back(JsonObject{{"ask", answer.ask}, {"value", answer.value}, {"source", answer.source}});
  return JsonValue(std::move(list)).canonical();
}

namespace {

Result<Draft> read_whole(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, PublicId id, Date today,
                         std::string released) {
  auto row = TRY(tx.one<sql::DraftById>({.id = id.text()}));
  if (!row) return no_such_draft();
  Draft draft{.id = id, .procedure = row->procedure};
  draft.pack = TRY(pinned(hall, town, row->pack_hash));
  draft.procedure_model = draft.pack->procedure(row->procedure);
  if (!draft.procedure_model) return fail(ErrorKind::corrupt, "draft.procedure", row->procedure);
  draft.language = row->language;
  for (const auto& u : TRY(tx.all<sql::Uploads>({.draft = row->id}))) {
    Upload upload{.need = u.need,
                  .blob = {.id = u.blob, .bytes = u.bytes},
                  .file_name = u.file_name,
                  .media_type = u.media_type,
                  .at = Instant{u.at}};
    if (const auto hash = from_hex(u.sha256); hash && hash->size() == upload.blob.sha256.size())
      std::ranges::copy(*hash, upload.blob.sha256.begin());
    draft.uploads.push_back(std::move(upload));
  }
  draft.meaning = TRY(meaning_of(id, {.pack = draft.pack,
                                      .procedure = draft.procedure_model,
                                      .as_of = today,
                                      .released = std::move(released),
                                      .answers = std::move(row->answers)}));
  draft.created = Instant{row->created_at};
  draft.updated = Instant{row->updated_at};
  draft.number = row->number;
  draft.version = row->version;
  draft.key_box = std::move(row->key_box);
  return draft;
}

}  // namespace

// One statement when nothing changed since the draft was read last: its version is raised by every answer and upload.
Result<Draft> load(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Holder& holder, PublicId id,
                   Keep keep) {
  const std::string_view reference = holder.level < 2 ? std::string_view() : std::string_view(holder.reference);
  auto head = TRY(tx.one<sql::DraftHead>({.id = id.text(), .reference = reference}));
  if (!head || !TRY(is_holder(tx, holder, head->account, id.text()))) return no_such_draft();
  const Date today = date_in_japan(hall.clock.now());
  const auto known = known_draft(id);
  if (known && known->draft.version == head->version && known->draft.updated.microseconds == head->updated_at &&
      known->draft.number == head->number && known->as_of == today && known->released == head->released)
    return known->draft;
  Draft draft = TRY(read_whole(hall, tx, town, id, today, head->released));
  if (keep == Keep::yes)
    keep_known(std::make_shared<const Known>(
        Known{.draft = draft, .released = std::move(head->released), .as_of = today}));
  return draft;
}

Result<Key256> draft_key(hall::Hall& hall, const store::Town& town, PublicId id, BytesView key_box) {
  return Key256(TRY(unseal(TRY(hall.keys.key(town, "draft")), key_box, "draft|" + id.text())));
}

Result<Key256> draft_key(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, PublicId id) {
  const auto row = TRY(tx.one<sql::DraftById>({.id = id.text()}));
  if (!row) return no_such_draft();
  return draft_key(hall, town, id, row->key_box);
}

Result<Begun> begin(hall::Hall& hall, const store::Town& town, const Holder& holder, const pack::Pack& pack,
                    std::string_view procedure, std::string_view language, Instant now) {
  const pack::Procedure* model = pack.procedure(procedure);
  if (!model || !model->retired.empty()) return fail(ErrorKind::not_found, "draft.procedure", std::string(procedure));
  if (holder.level < model->account_level)
    return fail(ErrorKind::forbidden, "draft.level", std::to_string(model->account_level));
  Begun begun{.id = PublicId::random(hall.random), .token = random_token(hall), .resume_code = random_code(hall)};
  Bytes key(32);
  hall.random.fill(key);
  const Bytes box = TRY(seal(TRY(hall.keys.key(town, "draft")), hall.random, key, "draft|" + begun.id.text()));
  TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    TRY(tx.run<sql::InsertDraft>({.id = begun.id.text(),
                                  .procedure = procedure,
                                  .pack_hash = hex(pack.version),
                                  .language = language,
                                  .account = holder.account,
                                  .resume_hash = hash_of(normal_code(begun.resume_code)),
                                  .key_box = box,
                                  .at = now.microseconds}));
    if (holder.account.empty())
      TRY(tx.run<sql::InsertToken>(
          {.hash = hash_of(begun.token), .kind = "draft", .object = begun.id.text(), .at = now.microseconds}));
    TRY(tx.append({.at = now,
                   .verb = log::Verb::drafted,
                   .object_kind = "draft",
                   .object_id = begun.id.text(),
                   .actor = holder.account.empty() ? "applicant" : "account:" + holder.account,
                   .channel = "online",
                   .payload = JsonObject{{"procedure", procedure}}}));
    return true;
  }));
  return begun;
}

Result<Begun> resume(hall::Hall& hall, const store::Town& town, std::string_view code, Instant now) {
  const std::string normal = normal_code(code);
  if (normal.size() != code_characters)
    return fail(ErrorKind::invalid, "draft.code", "twelve letters and digits", Place{.field = "code"});
  Begun begun{.token = random_token(hall)};
  begun.id = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<PublicId> {
    const auto row = TRY(tx.one<sql::DraftByResume>({.resume_hash = hash_of(normal)}));
    const auto id = row ? PublicId::parse(row->id) : std::nullopt;
    if (!id) return fail(ErrorKind::not_found, "draft.code", "no such draft", Place{.field = "code"});
    TRY(tx.run<sql::InsertToken>(
        {.hash = hash_of(begun.token), .kind = "draft", .object = id->text(), .at = now.microseconds}));
    return *id;
  }));
  return begun;
}

Result<Draft> open(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id) {
  return hall.store.read(town, [&](store::ReadTx& tx) { return load(hall, tx, town, holder, id, Keep::yes); });
}

Result<std::vector<Draft>> drafts_of(hall::Hall& hall, const store::Town& town, const Holder& holder) {
  if (holder.account.empty()) return std::vector<Draft>();
  return hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::vector<Draft>> {
    std::vector<Draft> drafts;
    for (const auto& row : TRY(tx.all<sql::DraftsOfAccount>({.account = holder.account})))
      if (const auto id = PublicId::parse(row.id)) drafts.push_back(TRY(load(hall, tx, town, holder, *id)));
    return drafts;
  });
}

Result<> answer(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id,
                const std::vector<cases::Answer>& given, Instant now) {
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const Draft draft = TRY(load(hall, tx, town, holder, id));
    if (!draft.number.empty()) return fail(ErrorKind::conflict, "draft.submitted");
    std::vector<cases::Answer> answers = draft.answers();
    for (const cases::Answer& fresh : given) {
      const auto old = std::ranges::find(answers, fresh.ask, &cases::Answer::ask);
      if (old == answers.end())
        answers.push_back(fresh);
      else
        *old = fresh;
    }
    const std::string json = to_json(answers);
    if (json.size() > answers_bytes_max) return fail(ErrorKind::too_large, "draft.full");
    TRY(tx.run<sql::SaveAnswers>({.id = id.text(), .answers = json, .updated_at = now.microseconds}));
    return {};
  });
}

Result<> upload(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id, std::string_view need,
                const web::Upload& file, Instant now) {
  const Place place{.field = std::string(need)};
  const Draft draft = TRY(open(hall, town, holder, id));
  if (!draft.number.empty()) return fail(ErrorKind::conflict, "draft.submitted");
  const pack::Attachment* attachment = draft.procedure_model->attachment(need.substr(0, need.find('.')));
  if (!attachment) return fail(ErrorKind::invalid, "draft.need", std::string(need), place);
  if (file.bytes == 0) return fail(ErrorKind::invalid, "draft.upload_empty", file.file_name, place);
  if (!may_upload(*attachment, file.kind)) return fail(ErrorKind::invalid, "draft.upload", file.file_name, place);
  std::int64_t total = file.bytes, same = 0;
  for (const Upload& other : draft.uploads) total += other.blob.bytes, same += other.need == need;
  if (file.bytes > upload_bytes_max || total > draft_uploads_bytes_max || draft.uploads.size() >= uploads_max)
    return fail(ErrorKind::too_large, "draft.full", file.file_name, place);
  if (same >= attachment->count_max) return fail(ErrorKind::too_large, "draft.upload_count", file.file_name, place);

  const Key256 key = TRY(draft_key(hall, town, id, draft.key_box));
  store::BlobWriter writer = TRY(hall.store.blobs(town).begin(key, upload_bytes_max));
  std::array<std::uint8_t, store::blob_chunk_bytes> chunk;
  for (std::int64_t at = 0; at < file.bytes;) {
    const std::size_t n = TRY(file.content->read(at, chunk));
    if (n == 0) break;
    TRY(writer.write({chunk.data(), n}));
    at += static_cast<std::int64_t>(n);
  }
  const store::BlobInfo blob = TRY(writer.finish());
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    TRY(load(hall, tx, town, holder, id));  // still ours
    TRY(touch(tx, id));
    TRY(tx.keep_blob(blob, "draft", id.text()));
    TRY(tx.run<sql::InsertUpload>({.draft = id.text(),
                                   .blob = blob.id,
                                   .need = need,
                                   .bytes = blob.bytes,
                                   .sha256 = hex(blob.sha256),
                                   .file_name = file.file_name,
                                   .media_type = web::media_type(file.kind),
                                   .at = now.microseconds}));
    return {};
  });
}

Result<> remove_upload(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id,
                       std::string_view blob) {
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    TRY(load(hall, tx, town, holder, id));
    if (TRY(tx.run<sql::DeleteUpload>({.draft = id.text(), .blob = blob})) == 0) return {};
    TRY(touch(tx, id));
    return tx.drop_blob(blob);
  });
}

Result<> discard(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id) {
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const Draft draft = TRY(load(hall, tx, town, holder, id));
    if (!draft.number.empty()) return fail(ErrorKind::conflict, "draft.submitted");
    return destroy(tx, id, draft.uploads);
  });
}

Result<> destroy(store::Tx& tx, PublicId id, const std::vector<Upload>& uploads) {
  for (const Upload& upload : uploads) TRY(tx.drop_blob(upload.blob.id));
  TRY(tx.run<sql::DeleteUploads>({.draft = id.text()}));
  TRY(tx.run<sql::DeleteTokens>({.kind = "draft", .object = id.text()}));
  TRY(tx.run<sql::DeleteDraft>({.id = id.text()}));
  return {};
}

Result<Unanswered> unanswered(const Draft& draft) {
  Unanswered missing{.asks = asks_missing(draft), .needs = {}};
  for (const pack::Needed& need : TRY(pack::attachments(*draft.procedure_model, draft.seen())))
    if (!need.attachment->may_follow &&
        std::ranges::find(draft.uploads, need.id(), &Upload::need) == draft.uploads.end())
      missing.needs.push_back(need.id());
  return missing;
}

}  // namespace yakuba::application
