// Internal: one town in one SQLite file. One writer thread groups changes into commits; readers have their own.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <thread>

#include <semaphore.h>

#include "store/installation.hpp"
#include "store/sqlite_connection.hpp"

namespace yakuba::store {

// Said once, heard once; whoever hears it may throw it away at once (sem_post(3) touches it no more). std::atomic::wait
// would give up the processor several times before it sleeps, and a byte shares its sleepers with others.
class Said {
 public:
  Said() { ::sem_init(&said_, 0, 0); }
  ~Said() { ::sem_destroy(&said_); }
  Said(const Said&) = delete;
  Said& operator=(const Said&) = delete;
  void say() { ::sem_post(&said_); }
  void hear() {
    while (::sem_wait(&said_) != 0) {  // only a signal interrupts it
    }
  }

 private:
  sem_t said_;
};

class SqliteTown final : public TownState {
 public:
  // Takes the town's lock, migrates, loads the tree, starts the writer.
  static Result<std::unique_ptr<SqliteTown>> open(Context& context, TownRecord record);
  ~SqliteTown() override;

  detail::Changed change(const ChangeKey& key, const detail::ChangeClosure& closure) override;
  Result<> read(const detail::ReadClosure& closure) override;
  Result<> place_now() override { return {}; }
  Result<> checkpoint_now() override;
  Result<std::vector<std::string>> backup_database(const std::filesystem::path& folder) override;

 private:
  struct Pending {
    const ChangeKey* key;
    const detail::ChangeClosure* closure;  // nothing: only sign a checkpoint
    detail::Changed result;
    bool ok = false;  // to be answered with its result once the group is durable
    Said done;
  };
  class WriterSession;
  class ReaderSession;
  class Reader;

  SqliteTown(Context& context, TownRecord record) : TownState(context, std::move(record)) {}
  Result<> take_lock();
  Result<> migrate();
  Result<> load_tree();
  // Is town.db still the file that was opened? What goes into a file that was moved away is lost with the next start.
  Result<> check_file() const;

  void submit(Pending& pending);
  void write_loop();
  void run_group(std::deque<Pending*> group);
  void put_back(const std::deque<Pending*>& left);
  Result<> run_members(std::deque<Pending*>& group, std::vector<Pending*>& taken);
  bool run_one(Pending& pending);
  bool run_apart(Pending& pending);
  Result<> grow_tree(bool sign);
  bool checkpoint_due() const;
  void answer(std::vector<Pending*>& taken, const Result<>& committed);

  int lock_ = -1;
  std::uint64_t file_device_ = 0, file_number_ = 0;  // of town.db as it was opened
  std::unique_ptr<SqliteConnection> writer_;
  std::thread thread_;

  // Only the writer thread touches these.
  LogTree tree_;
  std::vector<Hash> group_leaves_;
  std::uint64_t signed_size_ = 0;
  std::chrono::steady_clock::time_point signed_at_{};
  std::optional<Error>
      broken_;  // a failed sync, a replaced file: nothing is acknowledged any more until the town is opened again
  bool group_enqueued_ = false;

  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::deque<Pending*> queue_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_;
  int readers_ = 0;
};

}  // namespace yakuba::store
