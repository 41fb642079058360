// PostgreSQL behind a wire that breaks: the server away, the connection cut in a change, before a commit and after it,
// a read-only database, a full disk, another process at the same row. What was answered is there once; what is not
// known is said to be unknown. Reads that could not be written wait in the spool, through a kill, and come once with
// their time.
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/postgres_connection.hpp"
#include "store/spool.hpp"
#include "store/testing/notes.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;
namespace fs = std::filesystem;

// A wire to the server that a test cuts where it likes: a Unix socket in a folder of its own, one thread.
class Wire {
 public:
  explicit Wire(std::string server) : server_(std::move(server)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un here = address(folder_.path() / ".s.PGSQL.5432");
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 || ::listen(listener_, 64) != 0)
      ADD_FAILURE() << "no socket";
    thread_ = std::thread([this] { run(); });
  }
  ~Wire() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  std::string folder() const { return folder_.path().string(); }

  void down() {  // every connection ends, and none begins
    is_down_ = true;
    wait_until([this] { return connections_ == 0; });
  }
  void up() { is_down_ = false; }
  void cut() {  // every connection ends
    down();
    up();
  }
  enum class Commit { pass, never_arrives, answer_is_lost };
  void next_commit(Commit what) { next_commit_ = what; }
  int connections() const { return connections_; }

 private:
  struct Pair {
    int client, server;
    bool loses_answer = false;
  };

  static sockaddr_un address(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }
  template <class F>
  static void wait_until(F&& f) {
    for (int i = 0; i < 2000 && !f(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_TRUE(f());
  }
  static bool send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void take() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un there = address(fs::path(server_) / ".s.PGSQL.5432");
    if (is_down_ || ::connect(server, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) {
      ::close(client);
      ::close(server);
      return;
    }
    pairs_.push_back({client, server});
  }
  // False ends the pair.
  bool pass(Pair& pair, bool from_client) {
    char buffer[16384];
    const ssize_t n = ::recv(from_client ? pair.client : pair.server, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    const std::string_view bytes(buffer, static_cast<std::size_t>(n));
    if (!from_client && pair.loses_answer) return false;  // the server did it; nobody hears of it
    if (from_client && bytes.find(std::string_view("COMMIT\0", 7)) != std::string_view::npos) {
      const Commit what = next_commit_.exchange(Commit::pass);
      if (what == Commit::never_arrives) return false;
      pair.loses_answer = what == Commit::answer_is_lost;
    }
    return send_all(from_client ? pair.server : pair.client, bytes);
  }
  void run() {
    while (!stopping_) {
      if (is_down_) drop_all();
      std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
      for (const Pair& pair : pairs_) {
        waiting.push_back({pair.client, POLLIN, 0});
        waiting.push_back({pair.server, POLLIN, 0});
      }
      if (::poll(waiting.data(), waiting.size(), 2) <= 0) continue;
      const std::size_t known = pairs_.size();
      std::vector<std::size_t> ended;
      for (std::size_t i = 0; i < known; ++i)
        for (const bool from_client : {true, false})
          if (waiting[1 + 2 * i + (from_client ? 0 : 1)].revents != 0 && !pass(pairs_[i], from_client)) {
            ended.push_back(i);
            break;
          }
      for (auto it = ended.rbegin(); it != ended.rend(); ++it) drop(*it);
      if (waiting[0].revents != 0) take();
      connections_ = static_cast<int>(pairs_.size());
    }
    drop_all();
  }
  void drop(std::size_t i) {
    ::close(pairs_[i].client);
    ::close(pairs_[i].server);
    pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  void drop_all() {
    while (!pairs_.empty()) drop(0);
    connections_ = 0;
  }

  TemporaryFolder folder_;
  std::string server_;
  int listener_ = -1;
  std::vector<Pair> pairs_;  // of the thread
  std::atomic<bool> stopping_{false}, is_down_{false};
  std::atomic<int> connections_{0};
  std::atomic<Commit> next_commit_{Commit::pass};
  std::thread thread_;
};

class ConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    installed.add_town("nagi");
    installed.close();
    const std::string direct = installed.options.postgres_url;
    const std::size_t from = direct.find("host=") + 5, to = direct.find(' ', from);
    wire = std::make_unique<Wire>(direct.substr(from, to - from));
    installed.options.postgres_url = std::string(direct).replace(from, to - from, wire->folder());
    installed.options.sequencer = false;  // its commits would take a cut that is meant for a change
    installed.open();
  }
  void TearDown() override { installed.close(); }

  Town town() { return *installed.store().town("nagi"); }
  Result<> add(std::string_view word, std::string key = {}) {
    return installed.store().change(town(), ChangeKey{std::move(key)}, [&](Tx& tx) -> Result<> {
      TRY(tx.run<AddNote>({.word = word, .amount = 1}));
      return tx.append(event_about(word, installed.clock.now()));
    });
  }
  // Seen by another connection, past the wire.
  std::int64_t notes() {
    auto owner = PostgresConnection::connect(installed.owner_url);
    EXPECT_TRUE(owner && (*owner)->script("set role town_nagi_owner; set search_path to town_nagi"));
    return std::stoll((*owner)->query("select count(*) from note").value()[0][0]);
  }
  void as_owner(const std::string& sql) {
    auto owner = PostgresConnection::connect(installed.owner_url);
    ASSERT_TRUE(owner && (*owner)->script("set default_transaction_read_only = off"));
    ASSERT_TRUE((*owner)->script("set role town_nagi_owner; set search_path to town_nagi"));
    const auto done = (*owner)->script(sql);
    ASSERT_TRUE(done) << describe(done.error());
  }

  static std::string this_database(const std::string& setting) {
    return "reset role; do $$ begin execute format('alter database %I " + setting + "', current_database()); end $$";
  }

  Installed installed{Database::postgres, {{"testing", note_migrations}}};
  std::unique_ptr<Wire> wire;
};

TEST_F(ConnectionTest, CutInTheMiddleOfAChangeItIsDoneAgainAndOnce) {
  int ran = 0;
  const auto done = installed.store().change(town(), [&](Tx& tx) -> Result<> {
    TRY(tx.run<AddNote>({.word = "one", .amount = 1}));
    if (++ran == 1) wire->cut();
    TRY(tx.run<AddNote>({.word = "two", .amount = 2}));
    return {};
  });
  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(notes(), 2);
}

TEST_F(ConnectionTest, ACommitWhoseAnswerWasLostIsNotDoneTwiceWhenItHasAKey) {
  wire->next_commit(Wire::Commit::answer_is_lost);
  const auto done = add("one", "form-1");
  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(notes(), 1);
  EXPECT_TRUE(add("one", "form-1")) << "sent again by the person: the first result";
  EXPECT_EQ(notes(), 1);
}

TEST_F(ConnectionTest, ACommitWhoseAnswerWasLostIsSaidToBeUnknownWithoutAKey) {
  wire->next_commit(Wire::Commit::answer_is_lost);
  const auto done = add("one");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "store.commit_unknown");
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(notes(), 1) << "it had happened; doing it again would have made two";
}

TEST_F(ConnectionTest, ACommitThatNeverArrivedIsDoneWithAKeyAndUnknownWithoutOne) {
  wire->next_commit(Wire::Commit::never_arrives);
  const auto keyed = add("one", "form-1");
  EXPECT_TRUE(keyed) << describe(keyed.error());
  EXPECT_EQ(notes(), 1);
  wire->next_commit(Wire::Commit::never_arrives);
  const auto bare = add("two");
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error().code, "store.commit_unknown");
  EXPECT_EQ(notes(), 1);
}

// A restarted server leaves every pooled connection dead, more of them than a change is tried.
TEST_F(ConnectionTest, TheFirstChangeAfterARestartOfTheServerSucceeds) {
  std::vector<std::thread> readers;
  std::atomic<int> inside{0};
  for (int i = 0; i < 12; ++i)
    readers.emplace_back([&] {
      const auto done = installed.store().read(town(), [&](ReadTx&) -> Result<> {
        ++inside;
        for (int wait = 0; wait < 2000 && inside < 12; ++wait)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return {};
      });
      EXPECT_TRUE(done) << describe(done.error());
    });
  for (std::thread& reader : readers) reader.join();
  ASSERT_GE(wire->connections(), 12);
  wire->cut();
  const auto done = add("after");
  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(notes(), 1);
}

TEST_F(ConnectionTest, AServerThatIsAwayIsSaidAndWorkGoesOnWhenItIsBack) {
  wire->down();
  const auto refused = add("away");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(refused.error().code, "store.lost");
  const auto unread = installed.store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); });
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, "store.lost");
  wire->up();
  EXPECT_TRUE(add("back"));
  EXPECT_EQ(notes(), 1);
}

TEST_F(ConnectionTest, AReadOnlyDatabaseRefusesChangesAndServesReads) {
  ASSERT_TRUE(add("before"));
  as_owner(this_database("set default_transaction_read_only = on"));
  wire->cut();
  const auto refused = add("after");
  EXPECT_FALSE(refused);
  if (!refused) {
    EXPECT_EQ(refused.error().code, "store.read_only");
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  }
  EXPECT_EQ(installed.store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); }).value()->notes, 1);
  as_owner(this_database("reset default_transaction_read_only"));
  wire->cut();
  EXPECT_TRUE(add("writable again"));
}

TEST_F(ConnectionTest, AFullDiskRefusesTheWholeChange) {
  as_owner(
      "create function full_disk() returns trigger language plpgsql as $$ begin if new.word = 'large' then"
      " raise exception 'could not extend file' using errcode = 'disk_full'; end if; return new; end $$;"
      "create trigger full_disk before insert on note for each row execute function full_disk()");
  const auto refused = installed.store().change(town(), [&](Tx& tx) -> Result<> {
    TRY(tx.run<AddNote>({.word = "small", .amount = 1}));
    TRY(tx.run<AddNote>({.word = "large", .amount = 1}));
    return {};
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "store.disk_full");
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(notes(), 0) << "nothing half";
}

TEST_F(ConnectionTest, TwoProcessesAtOneRowLoseNothingAndAreTriedAgain) {
  ASSERT_TRUE(add("counter"));
  auto other = Store::open(installed.options, installed.clock, installed.random);
  ASSERT_TRUE(other) << describe(other.error());
  constexpr int rounds = 40;
  std::vector<std::thread> writers;
  std::atomic<int> acknowledged{0};
  for (Store* store : {&installed.store(), other->get()})
    for (int thread = 0; thread < 2; ++thread)
      writers.emplace_back([&, store] {
        const Town here = *store->town("nagi");
        for (int i = 0; i < rounds; ++i)
          if (store->change(here, [](Tx& tx) { return tx.one<RaiseNote>({.word = "counter"}); })) ++acknowledged;
      });
  for (std::thread& writer : writers) writer.join();
  const auto sum = installed.store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); });
  ASSERT_TRUE(sum) << describe(sum.error());
  EXPECT_EQ((*sum)->total, 1 + acknowledged) << "each acknowledged raise once, none that was refused";
  EXPECT_GT(acknowledged, 4 * rounds / 2);
  EXPECT_GT(installed.store().figures(town()).retries + (*other)->figures(*(*other)->town("nagi")).retries, 0U);
}

// --- the spool of reads ---

class SpoolTest : public ConnectionTest {
 protected:
  fs::path spool() { return installed.options.folder / "towns/nagi/reads.spool"; }
  log::Event a_read(std::string_view id) { return event_about(id, installed.clock.now(), log::Verb::viewed); }
  // How often the log has this object.
  std::size_t times(std::string_view id) {
    const auto page =
        installed.store().read(town(), [&](ReadTx& tx) { return tx.events_of_object("note", id, 0, event_page_max); });
    EXPECT_TRUE(page) << describe(page.error());
    return page ? page->events.size() : 0;
  }
  Result<> append(const std::string& mark, const log::Event& event) {
    return installed.store().change(town(), ChangeKey{mark}, [&](Tx& tx) -> Result<> { return tx.append(event); });
  }
  Result<int> drain() {
    return drain_spool(spool().parent_path(),
                       [&](const std::string& mark, const log::Event& event) { return append(mark, event); });
  }
};

TEST_F(SpoolTest, AReadThatCannotReachTheDatabaseIsKeptAndComesWithItsOwnTime) {
  const Instant then = installed.clock.now();
  wire->down();
  const auto kept = installed.store().append_read(town(), a_read("seen"));
  ASSERT_TRUE(kept) << describe(kept.error());
  EXPECT_GT(fs::file_size(spool()), 0U) << "durable before the page is shown";
  installed.clock.advance_seconds(3600);
  wire->up();
  installed.close();
  installed.options.sequencer = true;  // the server's own thread looks after the spool
  installed.open();
  for (int i = 0; i < 100 && times("seen") == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto page =
      installed.store().read(town(), [](ReadTx& tx) { return tx.events_of_object("note", "seen", 0, 10); });
  ASSERT_TRUE(page);
  ASSERT_EQ(page->events.size(), 1U);
  EXPECT_EQ(page->events[0].at, then) << "when it was read, not when it was written";
  for (int i = 0; i < 100 && fs::file_size(spool()) > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(fs::file_size(spool()), 0U);
}

// After a failover to a copy that may only be read, pages go on being shown, each with its trace.
TEST_F(SpoolTest, AReadOnlyDatabaseStillShowsPagesAndKeepsTheirTrace) {
  as_owner(this_database("set default_transaction_read_only = on"));
  wire->cut();
  ASSERT_TRUE(installed.store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); }));
  const auto kept = installed.store().append_read(town(), a_read("seen"));
  EXPECT_TRUE(kept) << describe(kept.error());
  EXPECT_EQ(times("seen"), 0U);
  as_owner(this_database("reset default_transaction_read_only"));
  wire->cut();
  EXPECT_EQ(*drain(), 1);
  EXPECT_EQ(times("seen"), 1U);
}

TEST_F(SpoolTest, AKillBetweenTheAppendAndTheEmptyingWritesNothingTwice) {
  wire->down();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(installed.store().append_read(town(), a_read(id)));
  wire->up();
  // A child hands over two of three and is killed, as by a power cut.
  installed.close();
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = Store::open(installed.options, installed.clock, installed.random);
    int count = 0;
    if (store)
      (void)drain_spool(spool().parent_path(), [&](const std::string& mark, const log::Event& event) -> Result<> {
        if (++count > 2) ::kill(::getpid(), SIGKILL);
        return (*store)->change(*(*store)->town("nagi"), ChangeKey{mark},
                                [&](Tx& tx) -> Result<> { return tx.append(event); });
      });
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  installed.open();
  EXPECT_EQ(times("a") + times("b") + times("c"), 2U) << "before the spool is looked at again";
  const auto drained = drain();
  ASSERT_TRUE(drained) << describe(drained.error());
  EXPECT_EQ(*drained, 3);
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(times(id), 1U) << id;
  EXPECT_EQ(*drain(), 0);
}

TEST_F(SpoolTest, ALineThatAKillCutOffIsPassedOverAndTheNextOneIsWhole) {
  wire->down();
  ASSERT_TRUE(installed.store().append_read(town(), a_read("before")));
  std::ofstream(spool(), std::ios::app) << "\nspool:77:abcd {\"actor\":\"staff:1\",\"at\":\"2026-";
  ASSERT_TRUE(installed.store().append_read(town(), a_read("after")));
  wire->up();
  EXPECT_EQ(*drain(), 2);
  EXPECT_EQ(times("before"), 1U);
  EXPECT_EQ(times("after"), 1U);
}

TEST_F(SpoolTest, WhatTheDatabaseStillRefusesStays) {
  wire->down();
  ASSERT_TRUE(installed.store().append_read(town(), a_read("waiting")));
  const auto size = fs::file_size(spool());
  EXPECT_FALSE(drain()) << "the server is still away";
  EXPECT_EQ(fs::file_size(spool()), size);
  wire->up();
  EXPECT_EQ(*drain(), 1);
}

TEST_F(SpoolTest, WithoutRoomForTheSpoolThePageIsRefused) {
  wire->down();
  ASSERT_TRUE(installed.store().append_read(town(), a_read("fits")));
  fs::resize_file(spool(), 300LL * 1024 * 1024);  // more than it may grow to; takes no room on the disk
  const auto refused = installed.store().append_read(town(), a_read("too many"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(refused.error().code, "store.spool_full");
}

TEST_F(SpoolTest, AFaultyEventIsRefusedAndNeverSpooled) {
  log::Event bad = a_read("");
  wire->down();
  EXPECT_FALSE(installed.store().append_read(town(), bad));
  EXPECT_FALSE(fs::exists(spool()));
}

}  // namespace
}  // namespace yakuba::store
