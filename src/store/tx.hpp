// What can be done inside a transaction. ReadTx reads from one consistent snapshot; Tx also changes. A function
// that only reads takes ReadTx&, so it serves both.
//
//   auto row = TRY(tx.one<sql::CaseByPublicId>({.public_id = id.text(), .limit = 1}));   // std::optional<Row>
//   auto rows = TRY(tx.all<sql::OpenCases>());                                           // std::vector<Row>
//   TRY(tx.each<sql::OpenCases>({}, [&](sql::OpenCases::Row&& row) { … }));              // row by row
//   std::int64_t changed = TRY(tx.run<sql::TakeCase>({.id = 7, .version = 3}));          // rows changed
//
// A statement that fails breaks its transaction on both databases: every later one gives the same error and the change
// fails. So conflicts that are expected are written into the SQL (on conflict do nothing).
//
// Lifetime: a Tx lives only during its closure. Threads: one. Errors: unavailable "store.busy", "store.disk_full",
// "store.lost"; conflict "store.unique", "store.reference", "store.check" (detail names the constraint);
// corrupt "store.column"; internal "store.statement".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "log/event.hpp"
#include "store/statement.hpp"

namespace yakuba::store {

class Session;  // one database's transaction (internal)

// --- what transactions carry ---

struct Job {
  std::string kind;     // names the handler: "mail", "document.print"
  std::string key;      // unique per kind in the town: the same key is enqueued once, ever (until swept)
  Instant due;          // {} means at once
  std::string payload;  // as the handler understands it; ids, no personal data; ≤ 64 KiB
  int attempts = 0;     // set when handed to the handler: 1 at the first try
  std::int64_t id = 0;  // row key
};

struct DeadJob {
  std::int64_t id = 0;
  std::string kind, key, last_error;
  int attempts = 0;
  Instant since;
};

struct BlobInfo {
  std::string id;          // public id, 26 characters
  std::int64_t bytes = 0;  // of the plaintext
  Hash sha256{};           // of the plaintext
  bool operator==(const BlobInfo&) const = default;
};

struct EventPage {
  std::vector<log::Event> events;  // by sequence; entries not yet placed (sequence 0) come last
  std::int64_t next = 0;           // pass as `after` for more; 0: no more
};

struct SearchHit {
  std::int64_t id = 0;  // pass the last one as `after` for the next page
  std::string object_kind, object_id, title;
};

struct SearchQuery {
  std::string words;                      // as typed; white space parts words, all must occur; 1 character is enough
  std::vector<std::string> object_kinds;  // empty: all kinds
  std::vector<std::string> scopes;        // the reader's scopes; an entry of another scope is not found. Empty: nothing
  int limit = 20;                         // ≤ search_limit_max
  std::int64_t after = 0;
};
inline constexpr int search_limit_max = 200;
inline constexpr int event_page_max = 1000;

// --- ReadTx ---

class ReadTx {
 public:
  explicit ReadTx(Session& session) : session_(&session) {}
  ReadTx(const ReadTx&) = delete;
  ReadTx& operator=(const ReadTx&) = delete;

  template <class Q>
  Result<std::optional<typename Q::Row>> one(const typename Q::In& in = {}) {
    static_assert(Q::kind != StatementKind::run, "a :run statement has no rows");
    std::optional<typename Q::Row> row;
    auto done = execute(Q::statement, &in, &bind_in<Q>, &row, [](void* out, const Columns& columns) {
      auto& slot = *static_cast<std::optional<typename Q::Row>*>(out);
      if (!slot) slot.emplace(Q::Row::read(columns));
    });
    if (!done) return std::unexpected(std::move(done).error());
    return row;
  }

  template <class Q>
  Result<std::vector<typename Q::Row>> all(const typename Q::In& in = {}) {
    static_assert(Q::kind != StatementKind::run, "a :run statement has no rows");
    std::vector<typename Q::Row> rows;
    auto done = execute(Q::statement, &in, &bind_in<Q>, &rows, [](void* out, const Columns& columns) {
      static_cast<std::vector<typename Q::Row>*>(out)->push_back(Q::Row::read(columns));
    });
    if (!done) return std::unexpected(std::move(done).error());
    return rows;
  }

  template <class Q, class F>
  Result<> each(const typename Q::In& in, F&& take) {
    static_assert(Q::kind != StatementKind::run, "a :run statement has no rows");
    auto done = execute(Q::statement, &in, &bind_in<Q>, &take, [](void* out, const Columns& columns) {
      (*static_cast<std::remove_reference_t<F>*>(out))(Q::Row::read(columns));
    });
    if (!done) return std::unexpected(std::move(done).error());
    return {};
  }

  // Prepares the statement and compares its columns with `out`: every capability's test does this for sql::statements.
  Result<> prepare(const Statement& statement);

  // Events, paged by sequence. `after` 0 starts at the beginning; limit ≤ event_page_max.
  Result<EventPage> events_since(std::int64_t after, int limit);
  Result<EventPage> events_of_case(std::string_view case_id, std::int64_t after = 0, int limit = event_page_max);
  // Also events that name the object only in refs: who looked at a person's record is events_of_object("person", id).
  Result<EventPage> events_of_object(std::string_view kind, std::string_view id, std::int64_t after = 0,
                                     int limit = event_page_max);
  Result<EventPage> events_of_actor(std::string_view actor, std::int64_t after = 0, int limit = event_page_max);
  Result<std::int64_t> last_sequence();

  // Bigram search; newest entries first; the rights scope is part of the query.
  Result<std::vector<SearchHit>> search(const SearchQuery& query);

  Result<std::optional<BlobInfo>> blob(std::string_view blob_id);
  Result<std::vector<BlobInfo>> blobs_of(std::string_view owner_kind, std::string_view owner_id);
  Result<std::vector<DeadJob>> dead_jobs(int limit = 100);
  Result<std::int64_t> counted_jobs(std::string_view state);  // "waiting", "leased", "done", "dead"

 protected:
  using BindFn = void (*)(const void* in, Binder& binder);
  using RowFn = void (*)(void* out, const Columns& columns);
  template <class Q>
  static void bind_in(const void* in, Binder& binder) {
    static_cast<const typename Q::In*>(in)->bind(binder);
  }
  Result<std::int64_t> execute(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row);
  Session* session_;
};

// --- Tx ---

class Tx : public ReadTx {
 public:
  explicit Tx(Session& session) : ReadTx(session) {}

  template <class Q>
  Result<std::int64_t> run(const typename Q::In& in = {}) {
    static_assert(Q::kind == StatementKind::run, "a statement with rows is asked by one or all");
    return execute(Q::statement, &in, &bind_in<Q>, nullptr, nullptr);
  }

  // The event stands in the log exactly when the change does. Its sequence is given after commit.
  Result<> append(const log::Event& event);

  // True when new; false when a job of this kind and key exists already (whatever its state).
  Result<bool> enqueue(const Job& job);
  Result<bool> retry_dead_job(std::int64_t id);

  // One entry per (kind, id); indexing again replaces it. `scope` is one right ("section:fukushi", "town").
  Result<> index(std::string_view object_kind, std::string_view object_id, std::string_view title,
                 std::string_view text, std::string_view scope);
  Result<> unindex(std::string_view object_kind, std::string_view object_id);

  // 1, 2, 3 … per kind and fiscal year, drawn in this transaction: a change that fails draws nothing.
  Result<std::int64_t> next_serial(std::string_view kind, int fiscal_year);

  // Makes a written blob (store/blobs.hpp) part of the town: without this row the file is swept after a day.
  Result<> keep_blob(const BlobInfo& blob, std::string_view owner_kind, std::string_view owner_id);
  // Removes the row now; the file goes with the sweep.
  Result<> drop_blob(std::string_view blob_id);

  // One statement for each of `ins` (bulk writing of generated or imported rows).
  template <class Q, class Range>
  Result<std::int64_t> run_each(const Range& ins) {
    std::int64_t changed = 0;
    for (const auto& in : ins) {
      auto done = run<Q>(in);
      if (!done) return std::unexpected(std::move(done).error());
      changed += *done;
    }
    return changed;
  }
};

}  // namespace yakuba::store
