#include "store/postgres_town.hpp"

#include <fstream>
#include <thread>

#include "store/dialect.hpp"
#include "store/file.hpp"
#include "store/queries.hpp"
#include "store/spool.hpp"

namespace yakuba::store {
using std::chrono::steady_clock;

std::string schema_of(std::string_view town) {
  return "town_" + std::string(town);
}

class PostgresTown::TownSession final : public Session {
 public:
  TownSession(PostgresConnection& connection, int version, Instant at) : connection_(connection), version_(version) {
    now = at;
  }
  bool postgres() const override { return true; }
  Result<> prepare(const Statement& statement) override { return connection_.prepare(statement, version_); }
  std::optional<std::int64_t> take_place(const Hash&) override { return std::nullopt; }

 protected:
  Result<std::int64_t> run(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row) override {
    return connection_.execute(statement, version_, in, bind, out, row);
  }

 private:
  PostgresConnection& connection_;
  int version_;
};

// Role and path are set inside every transaction: a connection between transactions sees no town.
Result<> PostgresTown::begin(PostgresConnection& connection, const char* mode) const {
  const std::string schema = schema_of(name());
  return connection.script("BEGIN ISOLATION LEVEL " + std::string(mode) + "; SET LOCAL ROLE \"" + schema +
                           "\"; SET LOCAL search_path TO \"" + schema + "\"");
}

Result<> PostgresTown::check() {
  auto lease = TRY(pool_.take(this));
  auto begun = begin(*lease, "REPEATABLE READ READ ONLY");
  if (!begun) return begun;
  std::vector<RecordedMigration> recorded;
  for (auto& row : TRY(lease->query("select capability, number, hash from schema_migration"))) {
    recorded.push_back({row[0], std::stoi(row[1]), row[2]});
  }
  auto missing = TRY(missing_migrations(context_.migrations, recorded));
  if (!missing.empty()) {
    return fail(ErrorKind::conflict, "store.older",
                "the town " + name() + " lacks migration " + missing.front().capability + " " +
                    std::to_string(missing.front().migration->number) + "; run `yakuba migrate` as the owner first");
  }
  version_ = static_cast<int>(recorded.size());
  TownSession session(*lease, version_, context_.clock->now());
  ReadTx tx(session);
  if (TRY(tx.one<sql::XidIsAhead>())->ahead > 0) {
    return fail(ErrorKind::corrupt, "store.xid",
                "the log of " + name() + " comes from another cluster; bring it over with `yakuba restore`");
  }
  return {};
}

// --- changes ---

PostgresTown::Attempt PostgresTown::attempt(const ChangeKey& key, const detail::ChangeClosure& closure) {
  auto lease = pool_.take(this);
  if (!lease) return {{std::unexpected(lease.error())}, false};
  PostgresConnection& connection = **lease;
  auto failed = [&](Error error, bool at_commit) -> Attempt {
    bool again = worth_retry(error);
    if (error.code == "store.plan") connection.forget_statements();
    if (error.code == "store.lost") pool_.drop_idle();  // a restarted server left the others dead, too
    // A commit whose answer was lost may have happened: only a key can tell.
    if (at_commit && error.code == "store.lost") {
      again = !key.text.empty();
      if (!again) error.code = "store.commit_unknown";
    }
    return {{std::unexpected(std::move(error))}, again};
  };
  if (auto begun = begin(connection, "SERIALIZABLE"); !begun) return failed(begun.error(), false);
  TownSession session(connection, version_, context_.clock->now());
  detail::Changed changed = run_change(session, key, closure);
  if (!changed.note) {
    connection.roll_back();
    return failed(changed.note.error(), false);
  }
  if (session.jobs_enqueued) {
    Tx tx(session);
    if (auto told = tx.one<sql::NotifyJobs>({.town = name()}); !told) return failed(told.error(), false);
  }
  if (auto committed = connection.script("COMMIT"); !committed) return failed(committed.error(), true);
  ++counters.commits;
  if (session.events_appended) dirty_ = true;
  if (session.jobs_enqueued) context_.jobs.raise();
  return {std::move(changed), false};
}

detail::Changed PostgresTown::change(const ChangeKey& key, const detail::ChangeClosure& closure) {
  for (int tries = 0;; ++tries) {
    const bool alone = tries > 0;
    alone ? lane_.enter_alone() : lane_.enter_shared();
    Attempt done = attempt(key, closure);
    alone ? lane_.leave_alone() : lane_.leave_shared();
    if (!done.retry || tries >= context_.options.attempts_max) {
      ++(done.changed.note ? counters.changes : counters.failed_changes);
      if (!done.changed.note && done.changed.note.error().code == "store.serialization") {
        done.changed.note.error().code = "store.busy";
      }
      return std::move(done.changed);
    }
    ++counters.retries;
    // Against other processes: wait a little longer each time, not all alike.
    if (tries > 0) std::this_thread::sleep_for(std::chrono::microseconds(500 + context_.random->below(2000U << tries)));
  }
}

Result<> PostgresTown::read_once(const detail::ReadClosure& closure) {
  auto lease = TRY(pool_.take(this));
  TRY(begin(*lease, "REPEATABLE READ READ ONLY"));
  TownSession session(*lease, version_, context_.clock->now());
  auto done = run_read(session, closure);
  if (!done && done.error().code == "store.plan") lease->forget_statements();
  lease->roll_back();
  return done;
}

Result<> PostgresTown::read(const detail::ReadClosure& closure) {
  ++counters.reads;
  auto done = read_once(closure);
  if (done || !worth_retry(done.error())) return done;
  if (done.error().code == "store.lost") pool_.drop_idle();
  return read_once(closure);
}

// --- the sequencer ---

namespace {
// Advisory locks are numbers shared by the database: this one belongs to the sequencer of a town.
std::int64_t lock_number(const std::string& town) {
  const Hash hash = sha256("yakuba sequencer " + town);
  std::int64_t number = 0;
  for (int i = 0; i < 8; ++i)
    number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8 | hash[static_cast<std::size_t>(i)]);
  return number;
}
constexpr int placed_at_once_max = 5000;
}  // namespace

Result<bool> PostgresTown::place(Sign sign) {
  std::lock_guard guard(sequencer_);
  auto lease = TRY(pool_.take(this));
  // READ COMMITTED: behind the lock, each statement sees what the last holder committed.
  TRY(begin(*lease, "READ COMMITTED"));
  TownSession session(*lease, version_, context_.clock->now());
  Tx tx(session);
  if (TRY(tx.one<sql::TakeSequencer>({.town = lock_number(name())}))->taken == 0) return true;
  const auto last = static_cast<std::uint64_t>(TRY(tx.last_sequence()));
  LogTree tree = tree_;
  if (tree.frontier().size() != last) {  // another process numbered meanwhile
    tree = TRY(LogTree::load(tx, last));
    auto note = TRY(tx.one<sql::LastCheckpoint>());
    signed_size_ = note ? static_cast<std::uint64_t>(note->size) : 0;
  }
  auto entries = TRY(tx.all<sql::UnplacedEntries>({.rows = placed_at_once_max}));
  if (!entries.empty()) {
    std::string ids = "[";
    for (const auto& entry : entries) {
      if (entry.leaf.size() != sizeof(Hash))
        return fail(ErrorKind::corrupt, "store.log", "a stored hash has not 32 bytes");
      Hash leaf;
      std::copy(entry.leaf.begin(), entry.leaf.end(), leaf.begin());
      TRY(tree.append(tx, leaf));
      ids += (ids.size() > 1 ? "," : "") + std::to_string(entry.id);
    }
    TRY(tx.run<sql::PlaceEntries>({.first = static_cast<std::int64_t>(last) + 1, .ids = ids + "]"}));
  }
  const auto interval = std::chrono::milliseconds(context_.options.checkpoint_interval_ms);
  const bool due = sign == Sign::now || steady_clock::now() - signed_at_ >= interval;
  std::uint64_t signed_size = signed_size_;
  if (due && tree.frontier().size() > signed_size_) {
    if (auto key = context_.options.log_key ? context_.options.log_key(name()) : std::nullopt) {
      TRY(store_checkpoint(tx, tree, name(), *key, session.now));
    }
    signed_size = tree.frontier().size();
  }
  const bool waiting = TRY(tx.one<sql::WaitingEntries>())->waiting > 0;
  TRY(lease->script("COMMIT"));
  tree_ = std::move(tree);
  if (signed_size != signed_size_) signed_at_ = steady_clock::now();
  signed_size_ = signed_size;
  return waiting || signed_size_ < tree_.frontier().size();
}

void PostgresTown::turn(bool look) {
  if (look) {
    (void)drain_spool(folder(), [&](const std::string& mark, const log::Event& event) -> Result<> {
      auto done = change(ChangeKey{mark}, [&](Tx& tx) -> Result<std::string> {
        TRY(tx.append(event));
        return std::string();
      });
      if (!done.note) return std::unexpected(done.note.error());
      return {};
    });
  }
  if (!dirty_.exchange(false) && !look) return;
  auto more = place(Sign::when_due);
  if (!more || *more) dirty_ = true;
}

// Until every entry committed before the call has its place (a running transaction holds later ones back).
Result<> PostgresTown::place_now() {
  for (int i = 0; i < 2000; ++i) {
    if (!TRY(place(Sign::when_due))) return {};
    std::int64_t waiting = 0;
    TRY(read([&](ReadTx& tx) -> Result<> {
      waiting = TRY(tx.one<sql::WaitingEntries>())->waiting;
      return {};
    }));
    if (waiting == 0) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fail(ErrorKind::unavailable, "store.sequencer", "a long transaction holds back the log's sequencer");
}

Result<> PostgresTown::checkpoint_now() {
  TRY(place_now());
  for (int i = 0; i < 200; ++i) {
    auto more = TRY(place(Sign::now));
    if (!more) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

// --- backup ---

// One snapshot: every table of the schema as COPY text.
Result<std::vector<std::string>> PostgresTown::backup_database(const std::filesystem::path& folder) {
  auto lease = TRY(pool_.take(this));
  TRY(begin(*lease, "REPEATABLE READ READ ONLY"));
  auto tables = TRY(
      lease->query("select relname from pg_class where relnamespace = $1::regnamespace and relkind = 'r' order by 1",
                   {schema_of(name())}));
  for (const auto& row : tables) {
    std::string columns;
    // Numbers of transactions mean nothing in another cluster, so they stay behind.
    for (const auto& column :
         TRY(lease->query("select attname from pg_attribute where attrelid = $1::regclass and attnum > 0"
                          " and not attisdropped and atttypid <> 'xid8'::regtype order by attnum",
                          {schema_of(name()) + "." + row[0]}))) {
      columns += (columns.empty() ? "\"" : ", \"") + column[0] + "\"";
    }
    File file = TRY(File::open(folder / (row[0] + ".copy"), File::Mode::create));
    TRY(file.write(view(columns + "\n")));
    TRY(lease->copy_out("COPY \"" + row[0] + "\" (" + columns + ") TO STDOUT",
                        [&](std::string_view piece) { return file.write(view(piece)); }));
    TRY(file.sync());
  }
  std::vector<std::string> ids;
  for (auto& row : TRY(lease->query("select id from store_blob order by id"))) ids.push_back(row[0]);
  return ids;
}

}  // namespace yakuba::store
