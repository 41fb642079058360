// The services of a transaction that are the same on both databases: events, jobs, blobs, serials. Search: search.cpp.
#include "store/tx.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "log/tree.hpp"
#include "store/event_row.hpp"
#include "store/queries.hpp"
#include "store/session.hpp"

namespace yakuba::store {
namespace {

constexpr std::size_t job_payload_bytes_max = 64 * 1024;

std::string refs_to_json(const std::vector<log::Ref>& refs) {
  if (refs.empty()) return "[]";
  JsonWriter json;
  json.array([&] {
    for (const auto& ref : refs) json.object([&] { json.member("id", ref.id).member("kind", ref.kind); });
  });
  return std::move(json).text();
}

template <class Q>
Result<EventPage> page_of(ReadTx& tx, typename Q::In in, int limit) {
  in.rows = std::clamp(limit, 1, event_page_max);
  EventPage page;
  std::int64_t last = 0;
  for (auto& row : TRY(tx.all<Q>(in))) {
    page.events.push_back(TRY(event_of_row(row)));
    last = row.sequence;
  }
  if (static_cast<std::int64_t>(page.events.size()) == in.rows) page.next = last;
  return page;
}

Result<BlobInfo> blob_of(const std::string& id, std::int64_t bytes, const Bytes& sha256) {
  BlobInfo info{id, bytes, {}};
  if (sha256.size() != info.sha256.size())
    return fail(ErrorKind::corrupt, "store.blob", "a stored hash has not 32 bytes");
  std::copy(sha256.begin(), sha256.end(), info.sha256.begin());
  return info;
}

}  // namespace

Result<std::int64_t> ReadTx::execute(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row) {
  return session_->execute(statement, in, bind, out, row);
}

Result<> ReadTx::prepare(const Statement& statement) {
  return session_->prepare(statement);
}

// --- events ---

Result<EventPage> ReadTx::events_since(std::int64_t after, int limit) {
  return page_of<sql::EntriesSince>(*this, {.after = after}, limit);
}

Result<EventPage> ReadTx::events_of_case(std::string_view case_id, std::int64_t after, int limit) {
  return page_of<sql::EntriesOfCase>(*this, {.case_id = case_id, .after = after}, limit);
}

Result<EventPage> ReadTx::events_of_object(std::string_view kind, std::string_view id, std::int64_t after, int limit) {
  return page_of<sql::EntriesOfObject>(*this, {.kind = kind, .object = id, .after = after}, limit);
}

Result<EventPage> ReadTx::events_of_actor(std::string_view actor, std::int64_t after, int limit) {
  return page_of<sql::EntriesOfActor>(*this, {.actor = actor, .after = after}, limit);
}

Result<std::int64_t> ReadTx::last_sequence() {
  return TRY(one<sql::LastSequence>())->sequence;
}

Result<> Tx::append(const log::Event& event) {
  TRY(log::check_event(event));
  const Hash leaf = log::leaf_hash(event);
  const std::optional<std::int64_t> place = session_->take_place(leaf);
  session_->events_appended = true;
  TRY(run<sql::InsertEntry>(
      {.id = place,
       .at = event.at.microseconds,
       .verb = log::verb_name(event.verb),
       .object_kind = event.object_kind,
       .object_id = event.object_id,
       .case_id = event.case_id.empty() ? std::nullopt : std::optional<std::string_view>(event.case_id),
       .actor = event.actor,
       .acting_for = event.acting_for,
       .post = event.post,
       .rank = event.rank,
       .section = event.section,
       .channel = event.channel,
       .terminal = event.terminal,
       .step = event.step,
       .reason_code = event.reason_code,
       .rule_id = event.rule.id,
       .rule_hash = event.rule.hash,
       .rule_row = event.rule.row,
       .refs = refs_to_json(event.refs),
       .payload = event.payload.text(),
       .leaf = BytesView(leaf)}));
  if (place) {  // PostgreSQL writes the index of objects in the same statement
    TRY(run<sql::InsertObject>({.kind = event.object_kind, .object = event.object_id, .entry = *place}));
    for (const auto& ref : event.refs)
      TRY(run<sql::InsertObject>({.kind = ref.kind, .object = ref.id, .entry = *place}));
  }
  return {};
}

// --- jobs ---

Result<bool> Tx::enqueue(const Job& job) {
  if (job.kind.empty() || job.key.empty()) return fail(ErrorKind::invalid, "store.job", "a job has a kind and a key");
  if (job.payload.size() > job_payload_bytes_max)
    return fail(ErrorKind::too_large, "store.job", "the payload is too large");
  const Instant due = job.due == Instant{} ? session_->now : job.due;
  auto added = TRY(run<sql::EnqueueJob>({.kind = job.kind,
                                         .key = job.key,
                                         .due = due.microseconds,
                                         .payload = job.payload,
                                         .now = session_->now.microseconds}));
  if (added > 0) session_->jobs_enqueued = true;
  return added > 0;
}

Result<bool> Tx::retry_dead_job(std::int64_t id) {
  auto changed = TRY(run<sql::RetryDeadJob>({.id = id, .now = session_->now.microseconds}));
  if (changed > 0) session_->jobs_enqueued = true;
  return changed > 0;
}

Result<std::vector<DeadJob>> ReadTx::dead_jobs(int limit) {
  std::vector<DeadJob> jobs;
  for (auto& row : TRY(all<sql::DeadJobs>({.rows = limit}))) {
    jobs.push_back({row.id, std::move(row.kind), std::move(row.key), std::move(row.last_error),
                    static_cast<int>(row.attempts), Instant{row.changed_at}});
  }
  return jobs;
}

Result<std::int64_t> ReadTx::counted_jobs(std::string_view state) {
  return TRY(one<sql::CountJobs>({.state = state}))->jobs;
}

// --- blobs and serials ---

Result<std::optional<BlobInfo>> ReadTx::blob(std::string_view blob_id) {
  auto row = TRY(one<sql::BlobById>({.id = blob_id}));
  if (!row) return std::nullopt;
  return TRY(blob_of(row->id, row->bytes, row->sha256));
}

Result<std::vector<BlobInfo>> ReadTx::blobs_of(std::string_view owner_kind, std::string_view owner_id) {
  std::vector<BlobInfo> blobs;
  for (const auto& row : TRY(all<sql::BlobsOfOwner>({.owner_kind = owner_kind, .owner_id = owner_id}))) {
    blobs.push_back(TRY(blob_of(row.id, row.bytes, row.sha256)));
  }
  return blobs;
}

Result<> Tx::keep_blob(const BlobInfo& blob, std::string_view owner_kind, std::string_view owner_id) {
  TRY(run<sql::InsertBlob>({.id = blob.id,
                            .bytes = blob.bytes,
                            .sha256 = BytesView(blob.sha256),
                            .owner_kind = owner_kind,
                            .owner_id = owner_id,
                            .at = session_->now.microseconds}));
  return {};
}

Result<> Tx::drop_blob(std::string_view blob_id) {
  auto changed = TRY(run<sql::DeleteBlob>({.id = blob_id}));
  if (changed == 0) return fail(ErrorKind::not_found, "store.blob", "no such blob");
  return {};
}

Result<std::int64_t> Tx::next_serial(std::string_view kind, int fiscal_year) {
  if (session_->postgres()) return TRY(one<sql::NextSerial>({.kind = kind, .fiscal_year = fiscal_year}))->last;
  if (TRY(run<sql::RaiseSerial>({.kind = kind, .fiscal_year = fiscal_year})) == 0) {
    TRY(run<sql::BeginSerial>({.kind = kind, .fiscal_year = fiscal_year}));
    return 1;
  }
  return TRY(one<sql::LastSerial>({.kind = kind, .fiscal_year = fiscal_year}))->last;
}

}  // namespace yakuba::store
