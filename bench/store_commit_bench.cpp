// Claim: a change through the store (row + event + leaf hash + tree, idempotency key, durable) reaches at least 55 % of
// a bare group-commit loop over SQLite that writes the same rows with the same number of clients. Both run in this
// program, one after the other, twice; rows are counted before a figure is printed.
//
//   build/release/bin/store_commit_bench [clients] [seconds]
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sqlite3.h>

#include "base/clock.hpp"
#include "store/queries.hpp"
#include "store/store.hpp"

namespace {

using namespace yakuba;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* case_table =
    "create table bench_case (id integer primary key, number text not null, body text not null);";
constexpr const char* insert_case = "insert into bench_case (number, body) values ($1, $2);";
constexpr store::Migration migrations[] = {{1, "bench", case_table, "", ""}};
const std::string body(300, 'x');

struct InsertCase {
  static constexpr store::StatementKind kind = store::StatementKind::run;
  struct In {
    std::string_view number, body;
    void bind(store::Binder& B) const {
      B.text(0, number);
      B.text(1, body);
    }
  };
  static constexpr store::Statement statement{"bench/insert_case", kind, insert_case, insert_case, "tt", ""};
};

class WallClock final : public yakuba::Clock {
 public:
  Instant now() const override {
    return Instant{
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
  }
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "store_commit_bench: %s\n", why.c_str());
  std::exit(1);
}

// Runs `one(client, n)` on every client until the time is over; gives the number done.
template <class F>
std::int64_t drive(int clients, double seconds, F&& one) {
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> done{0};
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      for (std::int64_t n = 0; !stop; ++n) {
        one(c, n);
        ++done;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  for (auto& thread : threads) thread.join();
  return done;
}

double through_the_store(const fs::path& folder, int clients, double seconds) {
  WallClock clock;
  SeededRandom random(1);
  const SigningKey key = make_signing_key(random);
  store::StoreOptions options;
  options.folder = folder;
  options.migrations = {{"bench", migrations}};
  options.log_key = [&](std::string_view) { return std::optional(key); };
  if (!store::Store::create(options)) give_up("create");
  auto opened = store::Store::open(options, clock, random);
  if (!opened) give_up(describe(opened.error()));
  store::Store& store = **opened;
  auto town = store.create_town({"nagi", "336238", {}, key.public_key});
  if (!town) give_up(describe(town.error()));
  const std::int64_t done = drive(clients, seconds, [&](int c, std::int64_t n) {
    const std::string number = std::to_string(c) + "-" + std::to_string(n);
    auto result = store.change(*town, store::ChangeKey{number}, [&](store::Tx& tx) -> Result<> {
      TRY(tx.run<InsertCase>({.number = number, .body = body}));
      return tx.append({.at = clock.now(),
                        .verb = log::Verb::submitted,
                        .object_kind = "case",
                        .object_id = number,
                        .case_id = number,
                        .actor = "account:1",
                        .channel = "web",
                        .step = "submit"});
    });
    if (!result) give_up(describe(result.error()));
  });
  auto report = store.verify_log(*town);
  if (!report || !report->whole() || static_cast<std::int64_t>(report->events) != done) give_up("the log is not whole");
  std::printf("  store: %lld changes, largest group %llu\n", static_cast<long long>(done),
              static_cast<unsigned long long>(store.figures(*town).largest_group));
  return static_cast<double>(done) / seconds;
}

// The peer: the same tables and rows, one writer, group commit, nothing else.
class BareLoop {
 public:
  explicit BareLoop(const fs::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) give_up("open");
    run("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma mmap_size=268435456; pragma "
        "cache_size=-16000;");
    for (const auto& migration : store::sql::migrations) run(std::string(migration.sqlite));
    run(case_table);
    case_ = prepare(insert_case);
    entry_ = prepare(std::string(store::sql::InsertEntry::statement.sqlite));
    object_ = prepare(std::string(store::sql::InsertObject::statement.sqlite));
    key_ = prepare(std::string(store::sql::ClaimKey::statement.sqlite));
    thread_ = std::thread([this] { loop(); });
  }
  ~BareLoop() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
    for (auto* statement : {case_, entry_, object_, key_}) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  void change(const std::string& number) {
    Waiting waiting{&number, false};
    {
      std::lock_guard lock(mutex_);
      queue_.push_back(&waiting);
    }
    changed_.notify_one();
    waiting.done.wait(false);
  }
  std::int64_t events() const { return sequence_; }

 private:
  struct Waiting {
    const std::string* number;
    std::atomic<bool> done;
  };
  void run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
      give_up(sqlite3_errmsg(db_));
    return statement;
  }
  static void text(sqlite3_stmt* statement, const char* name, const std::string& value) {
    sqlite3_bind_text(statement, sqlite3_bind_parameter_index(statement, name), value.data(),
                      static_cast<int>(value.size()), SQLITE_STATIC);
  }
  static void integer(sqlite3_stmt* statement, const char* name, std::int64_t value) {
    sqlite3_bind_int64(statement, sqlite3_bind_parameter_index(statement, name), value);
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }
  void write(const std::string& number) {
    static const std::string empty, case_kind = "case", verb = "submitted", actor = "account:1", channel = "web",
                                    no_refs = "[]";
    static const std::uint8_t leaf[32] = {};
    text(key_, "$1", number);
    integer(key_, "$2", 1);
    step(key_);
    text(case_, "$1", number);
    text(case_, "$2", body);
    step(case_);
    integer(entry_, "$1", ++sequence_);
    integer(entry_, "$2", 1);
    text(entry_, "$3", verb);
    text(entry_, "$4", case_kind);
    text(entry_, "$5", number);
    text(entry_, "$6", number);
    text(entry_, "$7", actor);
    for (const char* name : {"$8", "$9", "$11", "$13", "$15", "$16", "$17", "$20"}) text(entry_, name, empty);
    integer(entry_, "$10", 0);
    text(entry_, "$12", channel);
    text(entry_, "$14", verb);
    integer(entry_, "$18", 0);
    text(entry_, "$19", no_refs);
    sqlite3_bind_blob(entry_, sqlite3_bind_parameter_index(entry_, "$21"), leaf, sizeof leaf, SQLITE_STATIC);
    step(entry_);
    text(object_, "$1", case_kind);
    text(object_, "$2", number);
    integer(object_, "$3", sequence_);
    step(object_);
  }
  void loop() {
    std::deque<Waiting*> group;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stop_ || !queue_.empty(); });
        if (queue_.empty()) return;
        group.swap(queue_);
      }
      run("begin immediate");
      for (auto* waiting : group) write(*waiting->number);
      run("commit");
      for (auto* waiting : group) {
        waiting->done.store(true);
        waiting->done.notify_one();
      }
      group.clear();
    }
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *case_ = nullptr, *entry_ = nullptr, *object_ = nullptr, *key_ = nullptr;
  std::int64_t sequence_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting*> queue_;
  bool stop_ = false;
  std::thread thread_;
};

double bare_loop(const fs::path& file, int clients, double seconds) {
  BareLoop loop(file);
  const std::int64_t done =
      drive(clients, seconds, [&](int c, std::int64_t n) { loop.change(std::to_string(c) + "-" + std::to_string(n)); });
  if (loop.events() != done) give_up("the bare loop lost rows");
  return static_cast<double>(done) / seconds;
}

}  // namespace

int main(int argc, char** argv) {
  const int clients = argc > 1 ? std::atoi(argv[1]) : 64;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 4;
  std::string name = (fs::temp_directory_path() / "yakuba-bench-XXXXXX").string();
  if (!::mkdtemp(name.data())) give_up("no folder");
  const fs::path folder = name;
  double best_store = 0, best_bare = 0;
  for (int round = 0; round < 2; ++round) {
    const double bare = bare_loop(folder / ("bare" + std::to_string(round) + ".db"), clients, seconds);
    const double store = through_the_store(folder / ("store" + std::to_string(round)), clients, seconds);
    std::printf("round %d, %d clients: bare group commit %.0f/s, store %.0f/s = %.0f %%\n", round + 1, clients, bare,
                store, 100 * store / bare);
    best_bare = std::max(best_bare, bare);
    best_store = std::max(best_store, store);
  }
  fs::remove_all(folder);
  const double part = 100 * best_store / best_bare;
  std::printf("store_commit: %.0f %% of the bare loop (bar 55 %%)\n", part);
  return part >= 55 ? 0 : 1;
}
