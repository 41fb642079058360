// 送信 and what comes after it: one case however often the button is pressed, its state, corrections, withdrawal.
#include "base/text.hpp"
#include "hall/application/rows.hpp"

namespace yakuba::application {
namespace {

constexpr std::size_t secret_bytes = 8;
constexpr std::int64_t microseconds_per_hour = 3'600'000'000;

std::string normal_secret(std::string_view typed) {
  std::string out;
  for (char c : nfkc(typed)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'o') c = '0';
    if (c == 'i' || c == 'l') c = '1';
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) out += c;
  }
  return out;
}

// What the resident was shown as the expected result, for the file.
JsonValue expected_of(const Draft& draft) {
  const auto expected = expectation_of(draft);
  if (!expected) return JsonValue();
  return JsonObject{{"outcome", expected->outcome}, {"missing", expected->missing}};
}

// A draft ready to be sent, all but its number: what can be worked out side by side with other submissions.
struct Ready {
  std::int64_t version = 0;  // of the draft it was made from
  std::shared_ptr<cases::Submission> submission;
  std::vector<store::BlobInfo> blobs;
};

Result<Ready> make_ready(hall::Hall& hall, const store::Town& town, const Draft& draft, const Holder& holder,
                         Instant now, std::string_view secret) {
  const Unanswered missing = TRY(unanswered(draft));
  if (!missing.asks.empty() || !missing.needs.empty()) return fail(ErrorKind::conflict, "draft.incomplete");
  Ready ready{.version = draft.version, .submission = std::make_shared<cases::Submission>(), .blobs = {}};
  cases::Submission& s = *ready.submission;
  s = {.id = draft.id,
       .procedure = draft.procedure,
       .pack_hash = hex(draft.pack->version),
       .channel = "online",
       .language = holder.language.empty() ? draft.language : holder.language,
       .submitted_at = now,
       .applicant = applicant_of(draft.facts(), holder),
       .answers = draft.answers()};
  for (const Upload& u : draft.uploads) {
    s.attachments.push_back({u.need, u.blob.id, u.blob.bytes, hex(u.blob.sha256), u.file_name, u.media_type});
    ready.blobs.push_back(u.blob);
  }
  s.key = TRY(draft_key(hall, town, draft.id, draft.key_box)).reveal();
  if (!secret.empty()) s.secret_hash = hex(sha256(secret));
  s.expected = expected_of(draft);
  return ready;
}

// The state as the public side knows it until the office has said more: at once where both sides are one process.
Result<> keep_first(store::Tx& tx, const Draft& draft, const cases::Submission& sent, const Holder& holder) {
  if (TRY(tx.one<sql::PublishedById>({.id = sent.id.text()}))) return {};
  cases::Published first{
      .id = sent.id, .number = sent.number, .procedure = sent.procedure, .pack_hash = sent.pack_hash};
  first.received_on = date_in_japan(sent.submitted_at);
  first.due_on = TRY(pack::due(*draft.pack, *draft.procedure_model, "standard", draft.facts()));
  first.section = draft.procedure_model->section;
  first.reference = holder.reference;
  first.account = holder.account;
  first.secret_hash = sent.secret_hash;
  first.applicant_name = sent.applicant.name;
  if (!draft.procedure_model->steps.empty()) first.step = draft.procedure_model->steps.front().id;
  first.moments = {{sent.submitted_at, "submitted", first.step}};
  return keep_published(tx, first);
}

// In the transaction in which the draft was found unchanged.
Result<> send_in(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Draft& draft, const Holder& holder,
                 const Ready& ready) {
  cases::Submission& s = *ready.submission;
  const std::string id = draft.id.text();
  const Date today = date_in_japan(s.submitted_at);
  s.number = cases::case_number(today, TRY(tx.next_serial("case-online", fiscal_year(today))));
  for (const store::BlobInfo& blob : ready.blobs)
    TRY(tx.drop_blob(blob.id));  // from now on the case's: the receiver keeps it under the case
  const std::int64_t at = s.submitted_at.microseconds;
  TRY(tx.run<sql::MarkSubmitted>({.id = id, .number = s.number, .updated_at = at}));
  if (!holder.token.empty())
    TRY(tx.run<sql::InsertToken>({.hash = hex(sha256(holder.token)), .kind = "case", .object = id, .at = at}));
  hall::Message message = hall::message_of(hall.exchange, cases::submitted_message, id,
                                           std::shared_ptr<const cases::Submission>(ready.submission));
  message.blobs = ready.blobs;
  TRY(hall.exchange.send(tx, town, message));
  return keep_first(tx, draft, s, holder);
}

// The case's own page may be seen by the account, by whoever was linked, or with a token of this device.
Result<bool> may_see(store::ReadTx& tx, const Holder& holder, const sql::PublishedById::Row& row, std::string_view id) {
  if (!row.account.empty() && row.account == holder.account) return true;
  if (holder.level >= 2 && !row.reference.empty() && row.reference == holder.reference) return true;
  if (holder.token.empty()) return false;
  return TRY(tx.one<sql::Token>({.hash = hex(sha256(holder.token)), .kind = "case", .object = id})).has_value();
}

Result<cases::Published> published(store::ReadTx& tx, const Holder& holder, PublicId id) {
  const auto row = TRY(tx.one<sql::PublishedById>({.id = id.text()}));
  if (!row || !TRY(may_see(tx, holder, *row, id.text()))) return fail(ErrorKind::not_found, "case.not_found");
  cases::Published found = TRY(cases::published_from(row->body));
  found.account = row->account;  // ended here, the office may still write the old one
  return found;
}

}  // namespace

// Derived, not drawn: whoever pressed the button twice, or reloads the page of his own draft, sees the same secret
// again.
Result<std::string> secret_of(hall::Hall& hall, const store::Town& town, PublicId id) {
  const Key256 key = TRY(hall.keys.key(town, "status"));
  const Hash hash = hmac_sha256(key.reveal(), view("status secret " + id.text()));
  return base32_crockford(BytesView(hash).first(secret_bytes));
}

cases::Applicant applicant_of(const pack::Facts& facts, const Holder& holder) {
  cases::Applicant applicant{.mail = holder.mail,
                             .mail_consent = !holder.mail.empty(),
                             .reference = holder.reference,
                             .account = holder.account};
  const auto known = [&](std::string_view key) -> const JsonValue* {
    const auto it = facts.known.find(key);
    return it == facts.known.end() ? nullptr : &it->second;
  };
  if (const JsonValue* claimant = known("claimant")) {
    applicant.name = claimant->text_or("name", "");
    applicant.kana = claimant->text_or("kana", "");
    applicant.address = claimant->text_or("address", "");
  }
  if (const JsonValue* phone = known("phone"); phone && phone->string()) applicant.phone = *phone->string();
  if (const JsonValue* mail = known("mail"); mail && mail->string() && !mail->string()->empty()) {
    applicant.mail = *mail->string();
    const JsonValue* consent = known("mail_consent");
    applicant.mail_consent = consent && consent->boolean() && *consent->boolean();
  }
  return applicant;
}

std::string Submitted::note() const {
  return case_id.text() + " " + number;
}

std::optional<Submitted> Submitted::from_note(std::string_view text) {
  const auto space = text.find(' ');
  const auto id = space == std::string_view::npos ? std::nullopt : PublicId::parse(text.substr(0, space));
  if (!id) return std::nullopt;
  return Submitted{*id, std::string(text.substr(space + 1)), ""};
}

Result<Submitted> submit(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId id, Instant now) {
  // Who does not hold the draft learns nothing, whether it was sent or not.
  return submit(hall, town, holder, TRY(open(hall, town, holder, id)), now);
}

Result<Submitted> submit(hall::Hall& hall, const store::Town& town, const Holder& holder, const Draft& opened,
                         Instant now) {
  const PublicId id = opened.id;
  const std::string secret = holder.account.empty() ? TRY(secret_of(hall, town, id)) : "";
  if (!opened.number.empty()) return Submitted{id, opened.number, secret};
  const Ready prepared = TRY(make_ready(hall, town, opened, holder, now, secret));
  Submitted done =
      TRY(hall.store.change(town, store::ChangeKey{"submit:" + id.text()}, [&](store::Tx& tx) -> Result<Submitted> {
        const auto state = TRY(tx.one<sql::DraftState>({.id = id.text()}));
        if (state && !state->number.empty()) return Submitted{id, state->number, ""};
        if (state && state->version == prepared.version) {
          TRY(send_in(hall, tx, town, opened, holder, prepared));
          return Submitted{id, prepared.submission->number, ""};
        }
        // Somebody answered in the meantime: what is sent is what lies there now.
        const Draft draft = TRY(load(hall, tx, town, holder, id));
        const Ready ready = TRY(make_ready(hall, town, draft, holder, now, secret));
        TRY(send_in(hall, tx, town, draft, holder, ready));
        return Submitted{id, ready.submission->number, ""};
      }));
  done.secret = secret;
  return done;
}

Result<std::vector<StillThere>> end_account(hall::Hall& hall, const store::Town& town, const access::Resident& resident,
                                            Instant now) {
  const Holder holder{.account = resident.public_id.text()};
  auto done = hall.store.change(town, [&](store::Tx& tx) -> Result<std::vector<StillThere>> {
    for (;;) {  // the list comes in parts
      const auto rows = TRY(tx.all<sql::DraftsOfAccount>({.account = holder.account}));
      if (rows.empty()) break;
      for (const auto& row : rows) {
        const auto id = PublicId::parse(row.id);
        if (!id) return fail(ErrorKind::corrupt, "draft.row", row.id);
        TRY(destroy(tx, *id, TRY(load(hall, tx, town, holder, *id)).uploads));
      }
    }
    std::vector<StillThere> kept;
    for (const auto& row : TRY(tx.all<sql::PublishedIdsOfAccount>({.account = holder.account}))) {
      const auto id = PublicId::parse(row.id);
      if (!id) return fail(ErrorKind::corrupt, "case.row", row.id);
      kept.push_back({row.number, TRY(secret_of(hall, town, *id))});
      TRY(tx.run<sql::GiveSecret>({.id = row.id, .secret_hash = hex(sha256(kept.back().secret))}));
    }
    if (resident.person) TRY(tx.run<sql::ForgetReleased>({.reference = resident.person->text()}));
    TRY(access::end_account(tx, hall, town, resident, now));
    return kept;
  });
  hall.gate.forget(town);
  return done;
}

Result<> keep_published(store::Tx& tx, const cases::Published& published) {
  TRY(tx.run<sql::PutPublished>({.id = published.id.text(),
                                 .number = published.number,
                                 .account = published.account,
                                 .reference = published.reference,
                                 .secret_hash = published.secret_hash,
                                 .body = cases::to_json(published),
                                 .serial = TRY(tx.next_serial("published_case", 0))}));
  return {};
}

Result<std::string> show_status(hall::Hall& hall, const store::Town& town, std::string_view number,
                                std::string_view secret, std::string_view address, Instant now) {
  Bytes bytes(32);
  hall.random.fill(bytes);
  const std::string token = base64url(bytes);
  const std::int64_t hour = now.microseconds / microseconds_per_hour;
  const std::string normal = normal_secret(secret);
  std::string typed_number = nfkc(trim(number));
  for (char& c : typed_number) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  const bool right = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
    for (const std::string& key : {"number:" + typed_number, "address:" + std::string(address)}) {
      const auto tries = TRY(tx.one<sql::Tries>({.key = key, .hour = hour}));
      if (tries && tries->tries >= status_tries_max)
        return fail(ErrorKind::too_many, "status.too_many", "wait an hour", Place{.field = "secret"});
    }
    const auto row = TRY(tx.one<sql::PublishedByNumber>({.number = typed_number}));
    const std::string hash = hex(sha256(normal));
    if (row && !row->secret_hash.empty() && equal_in_constant_time(view(hash), view(row->secret_hash))) {
      TRY(tx.run<sql::InsertToken>(
          {.hash = hex(sha256(token)), .kind = "case", .object = row->id, .at = now.microseconds}));
      return true;
    }
    TRY(tx.run<sql::CountTry>({.key = "number:" + typed_number, .hour = hour}));
    TRY(tx.run<sql::CountTry>({.key = "address:" + std::string(address), .hour = hour}));
    return false;
  }));
  // One message for a wrong number and a wrong secret: nobody learns which numbers exist.
  if (!right)
    return fail(ErrorKind::forbidden, "status.wrong", "number and secret do not fit", Place{.field = "secret"});
  return token;
}

Result<cases::Published> status(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId case_id) {
  return hall.store.read(town, [&](store::ReadTx& tx) { return published(tx, holder, case_id); });
}

Result<std::vector<cases::Published>> cases_of(hall::Hall& hall, const store::Town& town, const Holder& holder) {
  if (holder.account.empty()) return std::vector<cases::Published>();
  return hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::vector<cases::Published>> {
    std::vector<cases::Published> list;
    const std::string_view reference = holder.level >= 2 ? std::string_view(holder.reference) : std::string_view();
    for (const auto& row : TRY(tx.all<sql::PublishedOfAccount>({.account = holder.account, .reference = reference})))
      list.push_back(TRY(cases::published_from(row.body)));
    return list;
  });
}

Result<> send_correction(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId case_id,
                         std::string_view correction, const std::vector<cases::Answer>& answers,
                         const std::vector<web::Upload>& files, Instant now) {
  const Key256 key = TRY(hall.store.read(town, [&](store::ReadTx& tx) -> Result<Key256> {
    TRY(published(tx, holder, case_id));
    return draft_key(hall, tx, town, case_id);
  }));
  cases::Corrected answer{.case_id = case_id, .correction = std::string(correction), .answers = answers, .at = now};
  std::vector<store::BlobInfo> blobs;
  for (const web::Upload& file : files) {
    if (file.bytes > upload_bytes_max)
      return fail(ErrorKind::too_large, "draft.full", file.file_name, Place{.field = file.field});
    const Bytes bytes = TRY(file.content->read_all(upload_bytes_max));
    const store::BlobInfo blob = TRY(hall.store.blobs(town).put(bytes, key));
    answer.attachments.push_back(
        {file.field, blob.id, blob.bytes, hex(blob.sha256), file.file_name, std::string(web::media_type(file.kind))});
    blobs.push_back(blob);
  }
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    cases::Published p = TRY(published(tx, holder, case_id));
    const auto open = std::ranges::find(p.corrections, correction, &cases::PublishedCorrection::id);
    if (open == p.corrections.end() || open->answered) return fail(ErrorKind::conflict, "case.correction_answered");
    hall::Message message{.kind = std::string(cases::corrected_message),
                          .key = std::string(correction),
                          .payload = cases::to_json(answer),
                          .blobs = blobs};
    open->answered = true;
    TRY(keep_published(tx, p));
    return hall.exchange.send(tx, town, message);
  });
}

Result<> withdraw(hall::Hall& hall, const store::Town& town, const Holder& holder, PublicId case_id,
                  std::string_view reason, Instant now) {
  return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    const cases::Published p = TRY(published(tx, holder, case_id));
    if (!p.may_withdraw) return fail(ErrorKind::conflict, "case.too_late");
    return hall.exchange.send(
        tx, town,
        {.kind = std::string(cases::withdrawn_message),
         .key = case_id.text(),
         .payload =
             JsonValue(JsonObject{{"case", case_id.text()}, {"reason", reason}, {"at", now.microseconds}}).canonical(),
         .blobs = {}});
  });
}

}  // namespace yakuba::application
