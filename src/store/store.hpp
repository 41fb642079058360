// The installation's stores: one SQLite file or one PostgreSQL schema per town, behind one way in.
//
//   auto store = TRY(Store::open(options, clock, random));
//   Town nagi = TRY(store->town("nagi"));
//   auto number = store->change(nagi, ChangeKey{form.key}, [&](Tx& tx) -> Result<std::string> {
//     TRY(tx.run<sql::InsertCase>({…}));
//     TRY(tx.append(event));
//     return number;
//   });
//   auto rows = store->read(nagi, [&](ReadTx& tx) { return tx.all<sql::OpenCases>(); });
//
// change: answered after the change is durable. SQLite: run by the town's writer thread in the current group
// commit (WAL, synchronous=FULL), which begins again, each change in a SAVEPOINT, when one of them fails; PostgreSQL:
// SERIALIZABLE, retried up to attempts_max. The closure may run twice, does nothing but Tx and pure code, and must not call change again (internal "store.nested").
// A closure that returns an error leaves nothing behind, its key included.
//
// ChangeKey: unique in the town. A second change with the same key does not run; it returns the first result, which is
// stored as a small text, the *note* (≤ note_bytes_max). So with a key T must be Noted: void, bool, std::int64_t,
// std::string, PublicId, Id<Tag>, or a type with `std::string note() const` and
// `static std::optional<T> from_note(std::string_view)`. Put the actor into the key: who sends a key gets its result.
//
// Isolation of towns: no SQL names a town. A Town is the only way to a transaction. On PostgreSQL every transaction
// begins with SET LOCAL ROLE and search_path; the login role owns and inherits nothing, so a missing setting sees
// no table; open() refuses a superuser, an owner, and a database newer than the program.
//
// Threads: everything here is thread-safe. Lifetime: a Town must not outlive its Store.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "log/checkpoint.hpp"
#include "log/export.hpp"
#include "store/blobs.hpp"
#include "store/statement.hpp"
#include "store/tx.hpp"

namespace yakuba::store {

class TownState;
class Installation;

inline constexpr std::size_t note_bytes_max = 4096;
inline constexpr std::size_t change_key_bytes_max = 200;

struct ChangeKey {
  std::string text;  // empty: none; longer than change_key_bytes_max: kept as its SHA-256
};

// A town as the installation lists it. No personal data.
struct TownRecord {
  std::string name;               // [a-z][a-z0-9_]{1,30}: "nagi"; names files, schemas and roles
  std::string municipality_code;  // 団体コード, 6 digits
  std::vector<std::string> hosts;
  Bytes log_public_key;  // Ed25519, checks checkpoints; empty: log not signed yet
  bool operator==(const TownRecord&) const = default;
};

// A cheap value: pass it by copy.
class Town {
 public:
  const std::string& name() const;
  bool operator==(const Town&) const = default;

 private:
  friend class Store;
  friend class JobRunner;
  explicit Town(TownState* state) : state_(state) {}
  TownState* state_;
};

struct StoreOptions {
  std::filesystem::path folder;          // SQLite files, blobs of both databases, spools
  std::string postgres_url;              // empty: SQLite. The server's login: no superuser, no owner, NOINHERIT
  std::vector<MigrationSet> migrations;  // of the capabilities, in order; the store's own come first by themselves
  // The key that signs a town's checkpoints; nothing: the log is kept but not signed.
  std::function<std::optional<SigningKey>(std::string_view town)> log_key;

  std::int64_t town_bytes_max = 0;  // SQLite: a file grows no further ("store.disk_full"); 0: no limit
  int readers_per_town_max = 8;     // SQLite connections
  int postgres_connections_max = 16;
  int group_changes_max = 256;     // changes in one commit
  int waiting_changes_max = 4096;  // further ones are refused: too_many "store.queue"
  int attempts_max = 5;            // PostgreSQL serialisation failures
  int checkpoint_interval_ms = 1000;
  int sequencer_interval_ms = 50;  // PostgreSQL: entries are placed within 100 ms
  bool sequencer = true;           // PostgreSQL: this process may number entries
};

// For /metrics.
struct StoreFigures {
  std::uint64_t changes = 0, failed_changes = 0, commits = 0, retries = 0, reads = 0;
  std::uint64_t largest_group = 0;
};

struct VerifyOptions {
  std::vector<std::string> witnessed;  // checkpoints kept outside
};

namespace detail {
// What a change gave: the note of its result, and whether it had been done before under the same key.
struct Changed {
  Result<std::string> note;
  bool repeated = false;
};
using ChangeClosure = std::function<Result<std::string>(Tx&)>;
using ReadClosure = std::function<Result<>(ReadTx&)>;

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;
template <class T>
concept HasNote = requires(const T& value, std::string_view text) {
  { value.note() } -> std::convertible_to<std::string>;
  { T::from_note(text) } -> std::same_as<std::optional<T>>;
};
}  // namespace detail

template <class T>
concept Noted = std::is_void_v<T> || std::same_as<T, bool> || std::same_as<T, std::int64_t> ||
                std::same_as<T, std::string> || std::same_as<T, PublicId> || detail::is_id<T> || detail::HasNote<T>;

template <Noted T>
  requires(!std::is_void_v<T>)
std::string note_of(const T& value) {
  if constexpr (std::same_as<T, bool>)
    return value ? "1" : "0";
  else if constexpr (std::same_as<T, std::int64_t>)
    return std::to_string(value);
  else if constexpr (std::same_as<T, std::string>)
    return value;
  else if constexpr (std::same_as<T, PublicId>)
    return value.text();
  else if constexpr (detail::is_id<T>)
    return std::to_string(value.value);
  else
    return value.note();
}
std::optional<std::int64_t> note_integer(std::string_view note);
template <Noted T>
  requires(!std::is_void_v<T>)
std::optional<T> from_note(std::string_view note) {
  if constexpr (std::same_as<T, bool>)
    return note == "1";
  else if constexpr (std::same_as<T, std::int64_t>)
    return note_integer(note);
  else if constexpr (std::same_as<T, std::string>)
    return std::string(note);
  else if constexpr (std::same_as<T, PublicId>)
    return PublicId::parse(note);
  else if constexpr (detail::is_id<T>) {
    auto value = note_integer(note);
    return value ? std::optional<T>(T(*value)) : std::nullopt;
  } else
    return T::from_note(note);
}

class Store {
 public:
  // Makes an installation: SQLite: the folder; PostgreSQL: schema `yakuba`, with the owner's URL, for the login role of
  // options.postgres_url. Done twice it changes nothing.
  static Result<> create(const StoreOptions& options, const std::string& owner_url = {});
  // Opens it, takes the lock of every SQLite town, migrates SQLite towns, checks PostgreSQL towns. Errors: unavailable
  // "store.locked" (another process has it), "store.lost"; forbidden "store.superuser", "store.owner", "store.inherit";
  // conflict "store.newer" (database newer than the program), "store.older" (run migrate first);
  // corrupt "store.migration" (a recorded migration differs from the program's).
  static Result<std::unique_ptr<Store>> open(StoreOptions options, const Clock& clock, RandomSource& random);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // --- towns ---
  // owner_url: PostgreSQL only (creates two roles and a schema). conflict "store.town_exists".
  Result<Town> create_town(const TownRecord& record, const std::string& owner_url = {});
  Result<> update_town(const TownRecord& record, const std::string& owner_url = {});
  Result<Town> town(std::string_view name);          // not_found "store.town"
  Result<Town> town_by_host(std::string_view host);  // lower case, without port
  std::vector<Town> towns() const;
  TownRecord record(Town town) const;
  // PostgreSQL: brings every town to this program's version, as owner, before the servers start.
  static Result<> migrate(const StoreOptions& options, const std::string& owner_url);

  // Key-value settings of the installation (no personal data, no keys).
  Result<std::optional<std::string>> setting(std::string_view key);
  Result<> set_setting(std::string_view key, std::string_view value);

  // --- transactions ---
  template <class F>
  std::invoke_result_t<F, Tx&> change(Town town, const ChangeKey& key, F&& closure) {
    using R = std::invoke_result_t<F, Tx&>;
    using T = typename R::value_type;
    static_assert(Noted<T>, "the result of a keyed change must have a note (store.hpp); or use change(town, closure)");
    if constexpr (std::is_void_v<T>) {
      auto done = change_erased(town, key, [&](Tx& tx) -> Result<std::string> {
        auto result = closure(tx);
        if (!result) return std::unexpected(std::move(result).error());
        return std::string();
      });
      if (!done.note) return std::unexpected(std::move(done.note).error());
      return {};
    } else {
      std::optional<T> value;
      auto done = change_erased(town, key, [&](Tx& tx) -> Result<std::string> {
        value.reset();
        auto result = closure(tx);
        if (!result) return std::unexpected(std::move(result).error());
        value.emplace(std::move(*result));
        return key.text.empty() ? std::string() : note_of<T>(*value);
      });
      if (!done.note) return std::unexpected(std::move(done.note).error());
      if (!done.repeated) return std::move(*value);
      auto first = from_note<T>(*done.note);
      if (!first) return fail(ErrorKind::corrupt, "store.note", "the stored note cannot be read");
      return std::move(*first);
    }
  }
  template <class F>
  std::invoke_result_t<F, Tx&> change(Town town, F&& closure) {
    using R = std::invoke_result_t<F, Tx&>;
    std::optional<R> result;
    auto done = change_erased(town, {}, [&](Tx& tx) -> Result<std::string> {
      result.emplace(closure(tx));
      if (!*result) return std::unexpected(result->error());
      return std::string();
    });
    if (!done.note) return std::unexpected(std::move(done.note).error());
    return std::move(*result);
  }

  template <class F>
  std::invoke_result_t<F, ReadTx&> read(Town town, F&& closure) {
    using R = std::invoke_result_t<F, ReadTx&>;
    std::optional<R> result;
    auto done = read_erased(town, [&](ReadTx& tx) -> Result<> {
      result.emplace(closure(tx));
      if (!*result) return std::unexpected(result->error());
      return {};
    });
    if (!done) return std::unexpected(std::move(done).error());
    return std::move(*result);
  }

  // A read is an event: durable before this returns, group committed with everything else. When PostgreSQL cannot be
  // reached it goes to the fsynced spool in options.folder and is appended later with its own time; without a spool the
  // error says that the page must be refused.
  Result<> append_read(Town town, const log::Event& event);

  // --- the log ---
  Result<log::VerifyReport> verify_log(Town town, const VerifyOptions& options = {});
  Result<> export_log(Town town, const std::function<Result<>(std::string_view)>& out);
  Result<std::optional<std::string>> last_checkpoint(Town town);
  Result<std::optional<std::string>> checkpoint_now(Town town);  // places and signs what is committed; newest note
  Result<log::Receipt> receipt(Town town, std::int64_t sequence);
  // PostgreSQL: numbers what is committed now (the sequencer does it by itself within 100 ms). SQLite: nothing to do.
  Result<> place_now(Town town);

  // --- blobs, backups, housekeeping ---
  Blobs blobs(Town town);
  // A consistent copy while the town works: database and blobs, with a manifest of hashes. The folder must not exist.
  Result<> backup_town(Town town, const std::filesystem::path& folder);
  // Into an installation that has no town of that name; checks the manifest and the log. Owner URL on PostgreSQL.
  Result<Town> restore_town(const std::filesystem::path& folder, const std::string& owner_url = {});
  // Removes blob files without a row that are older than `age_seconds`, done jobs and change keys older than `before`.
  struct Swept {
    std::int64_t blobs = 0, jobs = 0, change_keys = 0;
  };
  Result<Swept> sweep(Town town, Instant before, std::int64_t blob_age_seconds = 86'400);

  StoreFigures figures(Town town) const;
  const Clock& clock() const;
  bool on_postgres() const;

 private:
  friend class JobRunner;
  explicit Store(std::unique_ptr<Installation> installation);
  detail::Changed change_erased(Town town, const ChangeKey& key, const detail::ChangeClosure& closure);
  Result<> read_erased(Town town, const detail::ReadClosure& closure);
  std::unique_ptr<Installation> installation_;
};

}  // namespace yakuba::store
