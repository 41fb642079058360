// Internal: one town in one PostgreSQL schema, served through the process's pool of connections.
#pragma once

#include <condition_variable>
#include <mutex>

#include "store/installation.hpp"
#include "store/postgres_connection.hpp"

namespace yakuba::store {

// First attempts run side by side. A change that met another is tried again alone, so it cannot lose for ever.
class Lane {
 public:
  void enter_shared() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return alone_waiting_ == 0 && !alone_; });
    ++shared_;
  }
  void leave_shared() {
    std::lock_guard lock(mutex_);
    --shared_;
    changed_.notify_all();
  }
  void enter_alone() {
    std::unique_lock lock(mutex_);
    ++alone_waiting_;
    changed_.wait(lock, [&] { return shared_ == 0 && !alone_; });
    --alone_waiting_;
    alone_ = true;
  }
  void leave_alone() {
    std::lock_guard lock(mutex_);
    alone_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int shared_ = 0, alone_waiting_ = 0;
  bool alone_ = false;
};

class PostgresTown final : public TownState {
 public:
  PostgresTown(Context& context, TownRecord record, PostgresPool& pool)
      : TownState(context, std::move(record)), pool_(pool) {}

  // Reads the schema's version and refuses one that does not fit the program.
  Result<> check();

  detail::Changed change(const ChangeKey& key, const detail::ChangeClosure& closure) override;
  Result<> read(const detail::ReadClosure& closure) override;
  Result<> place_now() override;
  Result<> checkpoint_now() override;
  Result<std::vector<std::string>> backup_database(const std::filesystem::path& folder) override;

  // One turn of the sequencer; called every sequencer_interval_ms. `look` checks even when this process wrote nothing.
  void turn(bool look);

 private:
  class TownSession;
  struct Attempt {
    detail::Changed changed;
    bool retry = false;
  };
  Attempt attempt(const ChangeKey& key, const detail::ChangeClosure& closure);
  Result<> begin(PostgresConnection& connection, const char* mode) const;
  Result<> read_once(const detail::ReadClosure& closure);
  enum class Sign { when_due, now };
  // Places what can be placed; tells whether entries wait for a transaction that still runs, or for the lock.
  Result<bool> place(Sign sign);

  PostgresPool& pool_;
  int version_ = 0;  // of the schema
  Lane lane_;
  std::atomic<bool> dirty_{true};

  std::mutex sequencer_;  // one turn at a time in this process
  LogTree tree_;
  std::uint64_t signed_size_ = 0;
  std::chrono::steady_clock::time_point signed_at_{};
};

std::string schema_of(std::string_view town);  // "town_nagi", also the role without DDL; the owner's is town_nagi_owner

}  // namespace yakuba::store
