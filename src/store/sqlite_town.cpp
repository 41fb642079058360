#include "store/sqlite_town.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/waiting.hpp"
#include "store/dialect.hpp"
#include "store/queries.hpp"

namespace yakuba::store {
namespace fs = std::filesystem;
using std::chrono::steady_clock;

// The writer's view of its connection: gives out places in the log, which a failed change gives back.
class SqliteTown::WriterSession final : public Session {
 public:
  explicit WriterSession(SqliteTown& town) : town_(town), leaves_before_(town.group_leaves_.size()) {
    now = town.context_.clock->now();
  }
  bool postgres() const override { return false; }
  Result<> prepare(const Statement& statement) override { return (*town_.writer_).prepare(statement); }
  std::optional<std::int64_t> take_place(const Hash& leaf) override {
    town_.group_leaves_.push_back(leaf);
    return static_cast<std::int64_t>(town_.tree_.frontier().size() + town_.group_leaves_.size());
  }
  void give_back() { town_.group_leaves_.resize(leaves_before_); }

 protected:
  Result<std::int64_t> run(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row) override {
    return town_.writer_->execute(statement, in, bind, out, row);
  }

 private:
  SqliteTown& town_;
  std::size_t leaves_before_;
};

class SqliteTown::ReaderSession final : public Session {
 public:
  explicit ReaderSession(SqliteConnection& connection) : connection_(connection) {}
  bool postgres() const override { return false; }
  Result<> prepare(const Statement& statement) override { return connection_.prepare(statement); }
  std::optional<std::int64_t> take_place(const Hash&) override { return std::nullopt; }

 protected:
  Result<std::int64_t> run(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row) override {
    return connection_.execute(statement, in, bind, out, row);
  }

 private:
  SqliteConnection& connection_;
};

// --- opening ---

Result<std::unique_ptr<SqliteTown>> SqliteTown::open(Context& context, TownRecord record) {
  auto town = std::unique_ptr<SqliteTown>(new SqliteTown(context, std::move(record)));
  std::error_code error;
  fs::create_directories(town->folder() / "blobs", error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the town's folder: " + error.message());
  TRY(town->take_lock());
  town->writer_ = TRY(SqliteConnection::open(town->folder() / "town.db", SqliteConnection::Mode::writer));
  if (const auto bytes = context.options.town_bytes_max; bytes > 0) {
    TRY(town->writer_->script("pragma max_page_count=" + std::to_string(bytes / 4096 + 1)));
  }
  struct stat file;
  if (::stat((town->folder() / "town.db").c_str(), &file) != 0)
    return fail(ErrorKind::unavailable, "store.disk", "town.db of " + town->name() + " cannot be seen");
  town->file_device_ = file.st_dev;
  town->file_number_ = file.st_ino;
  TRY(town->migrate());
  TRY(town->load_tree());
  town->thread_ = std::thread([raw = town.get()] { raw->write_loop(); });
  return town;
}

SqliteTown::~SqliteTown() {
  {
    std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  idle_readers_.clear();
  writer_.reset();
  if (lock_ >= 0) ::close(lock_);
}

Result<> SqliteTown::take_lock() {
  lock_ = ::open((folder() / "town.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return fail(ErrorKind::unavailable, "store.disk", "the lock file of " + name() + " cannot be opened");
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::unavailable, "store.locked",
                "another process owns the town " + name() + "; give commands to the running server");
  }
  return {};
}

Result<> SqliteTown::migrate() {
  TRY(writer_->script(
      "create table if not exists schema_migration (capability text not null, number integer not null,"
      " name text not null, hash text not null, at integer not null, primary key (capability, number)) strict"));
  std::vector<RecordedMigration> recorded;
  for (auto& row : TRY(writer_->query("select capability, number, hash from schema_migration"))) {
    recorded.push_back({row[0], std::stoi(row[1]), row[2]});
  }
  for (const auto& step : TRY(missing_migrations(context_.migrations, recorded))) {
    TRY(writer_->script("begin immediate"));
    auto done = [&]() -> Result<> {
      TRY(writer_->script(migration_text(*step.migration, false)));
      TRY(writer_->query("insert into schema_migration values (?1, cast(?2 as integer), ?3, ?4, cast(?5 as integer))",
                         {step.capability, std::to_string(step.migration->number), std::string(step.migration->name),
                          migration_hash(*step.migration), std::to_string(context_.clock->now().microseconds)}));
      return writer_->script("commit");
    }();
    if (!done) {
      if (writer_->in_transaction()) (void)writer_->script("rollback");
      done.error().detail = step.capability + " " + std::to_string(step.migration->number) + ": " + done.error().detail;
      return done;
    }
  }
  return {};
}

Result<> SqliteTown::load_tree() {
  ReaderSession session(*writer_);
  ReadTx tx(session);
  const auto size = TRY(tx.last_sequence());
  tree_ = TRY(LogTree::load(tx, static_cast<std::uint64_t>(size)));
  auto last = TRY(tx.one<sql::LastCheckpoint>());
  signed_size_ = last ? static_cast<std::uint64_t>(last->size) : 0;
  return {};
}

Result<> SqliteTown::check_file() const {
  struct stat file;
  if (::stat((folder() / "town.db").c_str(), &file) == 0 && file.st_dev == file_device_ && file.st_ino == file_number_)
    return {};
  return fail(ErrorKind::corrupt, "store.replaced",
              "town.db of " + name() +
                  " was moved or replaced while it is served: nothing more is acknowledged. Stop the server, put the "
                  "file back that was served, start again",
              Place{.file = (folder() / "town.db").string()});
}

// --- changes ---

detail::Changed SqliteTown::change(const ChangeKey& key, const detail::ChangeClosure& closure) {
  Pending pending{.key = &key, .closure = &closure, .result = {}};
  submit(pending);
  return std::move(pending.result);
}

Result<> SqliteTown::checkpoint_now() {
  Pending pending{.key = nullptr, .closure = nullptr, .result = {}};
  submit(pending);
  if (!pending.result.note) return std::unexpected(pending.result.note.error());
  return {};
}

void SqliteTown::submit(Pending& pending) {
  {
    std::lock_guard lock(queue_mutex_);
    if (static_cast<int>(queue_.size()) >= context_.options.waiting_changes_max) {
      pending.result.note = fail(ErrorKind::too_many, "store.queue", "too many changes wait for the town " + name());
      return;
    }
    queue_.push_back(&pending);
  }
  queue_changed_.notify_one();
  const Waiting waiting;
  pending.done.hear();
}

bool SqliteTown::checkpoint_due() const {
  return tree_.frontier().size() + group_leaves_.size() > signed_size_ &&
         steady_clock::now() - signed_at_ >= std::chrono::milliseconds(context_.options.checkpoint_interval_ms);
}

void SqliteTown::write_loop() {
  const auto interval = std::chrono::milliseconds(context_.options.checkpoint_interval_ms);
  while (true) {
    std::deque<Pending*> group;
    {
      std::unique_lock lock(queue_mutex_);
      auto awake = [&] { return stopping_ || !queue_.empty(); };
      if (tree_.frontier().size() > signed_size_ && !broken_) {
        queue_changed_.wait_until(lock, signed_at_ + interval, awake);
      } else {
        queue_changed_.wait(lock, awake);
      }
      if (stopping_ && queue_.empty()) break;
      group.swap(queue_);
    }
    run_group(std::move(group));
  }
  // What is committed is signed before the town closes.
  if (tree_.frontier().size() > signed_size_ && !broken_) {
    signed_at_ = {};
    run_group({});
  }
}

// One commit. Everyone is answered after it, so an answer means durable.
void SqliteTown::run_group(std::deque<Pending*> group) {
  std::vector<Pending*> taken;
  const LogTree tree_before = tree_;
  const std::uint64_t signed_before = signed_size_;
  group_leaves_.clear();
  group_enqueued_ = false;
  Result<> committed = broken_ ? Result<>(std::unexpected(*broken_)) : run_members(group, taken);
  if (committed) {
    put_back(group);  // not reached in this group's time: they lead the next one
  } else {
    for (Pending* left : group) taken.push_back(left);  // not reached: they share the failure
    if (writer_->in_transaction()) (void)writer_->script("rollback");
    tree_ = tree_before;
    signed_size_ = signed_before;
    // After a failed sync the kernel may have dropped what it could not write: trying again would acknowledge a loss.
    if (committed.error().code == "store.disk" || committed.error().kind == ErrorKind::corrupt)
      broken_ = committed.error();
  }
  answer(taken, committed);
}

void SqliteTown::put_back(const std::deque<Pending*>& left) {
  std::lock_guard lock(queue_mutex_);
  queue_.insert(queue_.begin(), left.begin(), left.end());
}

// Nearly every change succeeds, so at first none has a savepoint: one would copy each page that is touched and write
// out the search index with each change. When one fails, what stands before it in the transaction is undone with it and
// all begin again, each in a savepoint of its own. (Closures may run again: PostgreSQL's serialisation asks the same.)
Result<> SqliteTown::run_members(std::deque<Pending*>& group, std::vector<Pending*>& taken) {
  constexpr auto group_time_max = std::chrono::milliseconds(20);
  auto started = steady_clock::now();
  bool sign = false, apart = false;
  TRY(writer_->control("begin immediate"));
  while (true) {
    if (group.empty()) {
      std::lock_guard lock(queue_mutex_);
      group.swap(queue_);
    }
    if (group.empty()) break;
    Pending* pending = group.front();
    group.pop_front();
    taken.push_back(pending);
    if (!pending->closure) {
      sign = true;
      pending->ok = true;
      pending->result.note = std::string();
    } else {
      pending->ok = apart ? run_apart(*pending) : run_one(*pending);
    }
    if (!writer_->in_transaction()) {  // a full disk or an I/O error ends the whole transaction
      if (!pending->result.note) return std::unexpected(pending->result.note.error());
      return fail(ErrorKind::unavailable, "store.disk", "the transaction ended by itself");
    }
    if (!pending->ok && !apart) {
      TRY(writer_->control("rollback"));
      TRY(writer_->control("begin immediate"));
      if (taken.size() > 1) {
        group.insert(group.begin(), taken.begin(), taken.end());
        taken.clear();
        group_leaves_.clear();
        group_enqueued_ = sign = false;
        apart = true;
        started = steady_clock::now();
        continue;
      }
    }
    if (static_cast<int>(taken.size()) >= context_.options.group_changes_max ||
        steady_clock::now() - started > group_time_max)
      break;
  }
  TRY(grow_tree(sign));
  TRY(check_file());
  return writer_->control("commit");
}

// True when the change is to be kept. What a failed one wrote is still there, but for its places in the log.
bool SqliteTown::run_one(Pending& pending) {
  WriterSession session(*this);
  pending.result = run_change(session, *pending.key, *pending.closure);
  const bool keep = pending.result.note.has_value();
  if (!keep) session.give_back();
  if (keep && session.jobs_enqueued) group_enqueued_ = true;
  return keep;
}

// In a savepoint: what a failed change wrote is undone alone.
bool SqliteTown::run_apart(Pending& pending) {
  if (auto begun = writer_->control("savepoint change"); !begun) {
    pending.result.note = std::unexpected(begun.error());
    return false;
  }
  const auto leaves_before = group_leaves_.size();
  const bool keep = run_one(pending);
  if (!writer_->in_transaction()) return false;
  if (!keep) (void)writer_->control("rollback to change");
  auto released = writer_->control("release change");
  if (keep && !released) {
    group_leaves_.resize(leaves_before);
    pending.result.note = std::unexpected(released.error());
    (void)writer_->control("rollback to change");
    (void)writer_->control("release change");
    return false;
  }
  return keep;
}

Result<> SqliteTown::grow_tree(bool sign) {
  sign = sign || checkpoint_due();
  if (group_leaves_.empty() && !sign) return {};
  WriterSession session(*this);
  Tx tx(session);
  for (const Hash& leaf : group_leaves_) TRY(tree_.append(tx, leaf));
  group_leaves_.clear();
  if (sign && tree_.frontier().size() > signed_size_) {
    if (auto key = context_.options.log_key ? context_.options.log_key(name()) : std::nullopt) {
      TRY(store_checkpoint(tx, tree_, name(), *key, session.now));
    }
    signed_size_ = tree_.frontier().size();
    signed_at_ = steady_clock::now();
  }
  return {};
}

void SqliteTown::answer(std::vector<Pending*>& taken, const Result<>& committed) {
  std::uint64_t done = 0, failed = 0;
  for (Pending* pending : taken) {
    if (!committed && (pending->ok || pending->result.note)) pending->result = {std::unexpected(committed.error())};
    (pending->result.note ? done : failed) += 1;
  }
  counters.changes += done;
  counters.failed_changes += failed;
  counters.commits += 1;
  if (taken.size() > counters.largest_group) counters.largest_group = taken.size();
  const bool wake = committed && group_enqueued_;
  for (Pending* pending : taken) pending->done.say();  // after this the waiting thread may be gone with its Pending
  if (wake) context_.jobs.raise();
}

// --- reads ---

// A reader connection for the time of one read.
class SqliteTown::Reader {
 public:
  explicit Reader(SqliteTown& town) : town_(town) {}
  ~Reader() {
    if (!connection) return;
    std::lock_guard lock(town_.readers_mutex_);
    town_.idle_readers_.push_back(std::move(connection));
    town_.reader_free_.notify_one();
  }
  Result<> take() {
    std::unique_lock lock(town_.readers_mutex_);
    auto ready = [&] {
      return !town_.idle_readers_.empty() || town_.readers_ < town_.context_.options.readers_per_town_max;
    };
    if (!town_.reader_free_.wait_for(lock, std::chrono::seconds(10), ready)) {
      return fail(ErrorKind::unavailable, "store.busy", "every reader of the town " + town_.name() + " is in use");
    }
    if (!town_.idle_readers_.empty()) {
      connection = std::move(town_.idle_readers_.back());
      town_.idle_readers_.pop_back();
      return {};
    }
    TRY(town_.check_file());  // a new connection would be to another file
    ++town_.readers_;
    lock.unlock();
    auto opened = SqliteConnection::open(town_.folder() / "town.db", SqliteConnection::Mode::reader);
    if (!opened) {
      lock.lock();
      --town_.readers_;
      return std::unexpected(std::move(opened).error());
    }
    connection = std::move(*opened);
    return {};
  }
  std::unique_ptr<SqliteConnection> connection;

 private:
  SqliteTown& town_;
};

Result<> SqliteTown::read(const detail::ReadClosure& closure) {
  Reader reader(*this);
  TRY(reader.take());
  ++counters.reads;
  TRY(reader.connection->control("begin"));
  ReaderSession session(*reader.connection);
  session.now = context_.clock->now();
  auto done = run_read(session, closure);
  auto ended = reader.connection->control("commit");
  if (!ended && reader.connection->in_transaction()) (void)reader.connection->script("rollback");
  return done;
}

Result<std::vector<std::string>> SqliteTown::backup_database(const fs::path& folder) {
  Reader reader(*this);
  TRY(reader.take());
  // The copy uses the transaction that is open on the connection, so both see the same moment.
  TRY(reader.connection->control("begin"));
  auto done = [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> ids;
    for (auto& row : TRY(reader.connection->query("select id from store_blob order by id"))) ids.push_back(row[0]);
    TRY(reader.connection->backup_to(folder / "town.db"));
    return ids;
  }();
  if (reader.connection->in_transaction()) (void)reader.connection->script("rollback");
  return done;
}

}  // namespace yakuba::store
