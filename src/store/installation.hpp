// Internal: what stands behind Store. One Installation per process, one TownState per town, on either database.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/session.hpp"
#include "store/store.hpp"

namespace yakuba::store {

// Wakes job workers: a counter that grows whenever there may be something to do.
class Signal {
 public:
  void raise() {
    {
      std::lock_guard lock(mutex_);
      ++count_;
    }
    changed_.notify_all();
  }
  std::uint64_t count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }
  // Until the counter differs from `seen` or the time is over.
  void wait(std::uint64_t seen, std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, most, [&] { return count_ != seen; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t count_ = 0;
};

struct Context {
  StoreOptions options;
  const Clock* clock;
  RandomSource* random;
  std::vector<MigrationSet> migrations;  // the store's own first
  Signal jobs;
};

struct Counters {
  std::atomic<std::uint64_t> changes{0}, failed_changes{0}, commits{0}, retries{0}, reads{0}, largest_group{0};
};

class TownState {
 public:
  TownState(Context& context, TownRecord record) : context_(context), record_(std::move(record)) {}
  virtual ~TownState() = default;

  virtual detail::Changed change(const ChangeKey& key, const detail::ChangeClosure& closure) = 0;
  virtual Result<> read(const detail::ReadClosure& closure) = 0;
  virtual Result<> place_now() = 0;
  virtual Result<> checkpoint_now() = 0;  // places, signs and stores
  // The ids of the blobs that the snapshot names.
  virtual Result<std::vector<std::string>> backup_database(const std::filesystem::path& folder) = 0;

  const std::string& name() const { return record_.name; }  // never changes
  TownRecord record() const {
    std::lock_guard lock(mutex_);
    return record_;
  }
  void set_record(TownRecord record) {
    std::lock_guard lock(mutex_);
    record_ = std::move(record);
  }
  std::filesystem::path folder() const { return context_.options.folder / "towns" / record_.name; }
  Context& context() { return context_; }
  Counters counters;
  std::mutex files;  // backup and sweep exclude each other

 protected:
  Context& context_;

 private:
  mutable std::mutex mutex_;
  TownRecord record_;
};

class Installation {
 public:
  explicit Installation(std::unique_ptr<Context> context) : context_(std::move(context)) {}
  virtual ~Installation() = default;

  virtual Result<TownState*> create_town(const TownRecord& record, const std::string& owner_url) = 0;
  virtual Result<> update_town(const TownRecord& record, const std::string& owner_url) = 0;
  virtual Result<std::optional<std::string>> setting(std::string_view key) = 0;
  virtual Result<> set_setting(std::string_view key, std::string_view value) = 0;
  // Looks for towns that another process added meanwhile.
  virtual Result<> refresh() = 0;
  virtual Result<TownState*> restore_database(const TownRecord& record, const std::filesystem::path& folder,
                                              const std::string& owner_url) = 0;

  Context& context() { return *context_; }
  TownState* find(std::string_view name) const {
    std::lock_guard lock(mutex_);
    auto found = towns_.find(name);
    return found == towns_.end() ? nullptr : found->second.get();
  }
  TownState* find_host(std::string_view host) const;
  std::vector<TownState*> all() const {
    std::lock_guard lock(mutex_);
    std::vector<TownState*> states;
    for (const auto& [name, state] : towns_) states.push_back(state.get());
    return states;
  }

 protected:
  TownState* add(std::unique_ptr<TownState> state) {
    std::lock_guard lock(mutex_);
    auto& slot = towns_[state->name()];
    slot = std::move(state);
    return slot.get();
  }
  std::unique_ptr<Context> context_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<TownState>, std::less<>> towns_;
};

Result<> create_sqlite_installation(const StoreOptions& options);
Result<std::unique_ptr<Installation>> open_sqlite_installation(std::unique_ptr<Context> context);
Result<> create_postgres_installation(const StoreOptions& options, const std::string& owner_url);
Result<std::unique_ptr<Installation>> open_postgres_installation(std::unique_ptr<Context> context);
Result<> migrate_postgres(const StoreOptions& options, const std::string& owner_url);

// --- shared by both ---

std::vector<MigrationSet> with_own_migrations(const std::vector<MigrationSet>& sets);
Result<> check_town_record(const TownRecord& record);
std::string hosts_to_json(const std::vector<std::string>& hosts);
std::vector<std::string> hosts_from_json(std::string_view json);

// Runs one keyed change in an open transaction; the caller commits or rolls back.
detail::Changed run_change(Session& session, const ChangeKey& key, const detail::ChangeClosure& closure);
Result<> run_read(Session& session, const detail::ReadClosure& closure);

struct MigrationStep {
  std::string capability;
  const Migration* migration;
};
struct RecordedMigration {
  std::string capability;
  int number;
  std::string hash;
};
// What is still to run, in order. Errors: conflict "store.newer", corrupt "store.migration".
Result<std::vector<MigrationStep>> missing_migrations(const std::vector<MigrationSet>& sets,
                                                      const std::vector<RecordedMigration>& recorded);

// The town's tree while it grows: keeps the right edge in memory and stores the nodes of every eighth level.
class LogTree {
 public:
  const log::Frontier& frontier() const { return frontier_; }
  Result<> append(Tx& tx, const Hash& leaf);
  static Result<LogTree> load(ReadTx& tx, std::uint64_t size);
  bool operator==(const LogTree&) const = default;

 private:
  log::Frontier frontier_;
};
// The signed note of this tree, stored; nothing without a key. `at` is the store's clock.
Result<> store_checkpoint(Tx& tx, const LogTree& tree, const std::string& town, const SigningKey& key, Instant at);
log::PerfectNodes stored_nodes(ReadTx& tx);

bool inside_change();  // this thread is running a change's closure

}  // namespace yakuba::store
