// What somebody with the database in his hands may try, what a kill leaves, and what a town's role may not do.
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/postgres_connection.hpp"
#include "store/sqlite_connection.hpp"
#include "store/testing/notes.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class AttackTest : public TownTest {
 protected:
  std::vector<MigrationSet> migrations() const override { return {{"testing", note_migrations}}; }

  void SetUp() override {
    TownTest::SetUp();
    auto done = store().change(town(), [&](Tx& tx) -> Result<> {
      for (int n = 1; n <= 300; ++n) {
        log::Event event = event_about(std::to_string(n), clock().now().plus_seconds(n));
        event.case_id = "c" + std::to_string(n % 7);
        event.refs = {{"person", "p" + std::to_string(n % 5)}};
        event.payload = JsonObject{{"n", n}};
        TRY(tx.append(event));
      }
      return {};
    });
    ASSERT_TRUE(done) << describe(done.error());
    note_ = **store().checkpoint_now(town());
  }

  // As the database's administrator, past every right and trigger.
  void tamper(const std::string& sql) {
    installed().close();
    if (on_postgres()) {
      auto owner = PostgresConnection::connect(installed().owner_url);
      ASSERT_TRUE(owner);
      ASSERT_TRUE((*owner)->script("set role town_nagi_owner; set search_path to town_nagi"));
      auto done = (*owner)->script(sql);
      ASSERT_TRUE(done) << describe(done.error());
    } else {
      auto db =
          SqliteConnection::open(installed().options.folder / "towns/nagi/town.db", SqliteConnection::Mode::writer);
      ASSERT_TRUE(db);
      ASSERT_TRUE(
          (*db)->script("drop trigger log_entry_no_update; drop trigger log_entry_no_delete; pragma foreign_keys=off"));
      auto done = (*db)->script(sql);
      ASSERT_TRUE(done) << describe(done.error());
    }
    installed().open();
  }
  std::string found(std::vector<std::string> witnessed = {}) {
    auto report = store().verify_log(*store().town("nagi"), {std::move(witnessed)});
    if (!report) return describe(report.error());
    std::string codes;
    for (const auto& finding : report->findings) {
      if (codes.find(finding.code) == std::string::npos) codes += finding.code + " ";
    }
    return codes;
  }
  std::string note_;
};
YAKUBA_ON_BOTH_DATABASES(AttackTest);

TEST_P(AttackTest, TheUntouchedLogIsWhole) {
  EXPECT_EQ(found({note_}), "");
}

TEST_P(AttackTest, AChangedColumnIsFoundInEveryColumn) {
  const std::vector<std::string> changes = {
      "at = at + 1",     "verb = 'approved'", "object_kind = 'other'", "object_id = '999'", "case_id = 'c9'",
      "case_id = null",  "actor = 'staff:2'", "acting_for = 'x'",      "post = 'x'",        "rank = 1",
      "section = 'x'",   "channel = 'x'",     "terminal = 'x'",        "step = 'x'",        "reason_code = 'x'",
      "rule_id = 'x'",   "rule_hash = 'x'",   "rule_row = 1",          "refs = '[]'",       "payload = '{\"n\":999}'",
      "verb = 'unknown'"};
  std::string undo = "create table kept as select * from log_entry where id = 5";
  tamper(undo);
  for (const auto& change : changes) {
    if (HasFatalFailure()) return;
    const std::string column = change.substr(0, change.find(' '));
    if (on_postgres()) {
      tamper("update log_entry set " + change + " where id = 5");
      EXPECT_NE(found().find("leaf"), std::string::npos) << change;
      tamper("update log_entry set " + column + " = (select " + column + " from kept) where id = 5");
    } else {
      installed().close();
      auto db =
          *SqliteConnection::open(installed().options.folder / "towns/nagi/town.db", SqliteConnection::Mode::writer);
      ASSERT_TRUE(db->script("update log_entry set " + change + " where id = 5"));
      installed().open();
      EXPECT_NE(found().find("leaf"), std::string::npos) << change;
      installed().close();
      ASSERT_TRUE(db->script("update log_entry set " + column + " = (select " + column + " from kept) where id = 5"));
      installed().open();
    }
  }
  EXPECT_EQ(found({note_}), "");
}

TEST_P(AttackTest, AnEventRewrittenWithItsHashIsFoundByTheCheckpoint) {
  log::Event forged = event_about("5", clock().now().plus_seconds(5), log::Verb::approved);
  forged.case_id = "c5";
  forged.refs = {{"person", "p0"}};
  forged.payload = JsonObject{{"n", 5}};
  const std::string leaf = hex(log::leaf_hash(forged));
  tamper("update log_entry set verb = 'approved', leaf = " + (on_postgres() ? "'\\x" + leaf + "'" : "x'" + leaf + "'") +
         " where id = 5");
  const std::string codes = found();
  EXPECT_NE(codes.find("checkpoint"), std::string::npos) << codes;
  EXPECT_EQ(codes.find("leaf"), std::string::npos) << "the row itself was made consistent";
}

TEST_P(AttackTest, DeletionReorderAndTruncationAreFound) {
  if (on_postgres()) {
    tamper(
        "update log_place set sequence = -1 where sequence = 10; update log_place set sequence = 10 where sequence = "
        "11;"
        "update log_place set sequence = 11 where sequence = -1");
    EXPECT_NE(found().find("checkpoint"), std::string::npos) << "two events changed places";
    tamper("delete from log_place where sequence = 20; delete from log_entry where id = 20");
    EXPECT_NE(found().find("place"), std::string::npos);
    tamper("delete from log_place where sequence > 290; delete from log_entry where id > 290");
    EXPECT_NE(found().find("truncated"), std::string::npos);
  } else {
    tamper(
        "update log_entry set id = -1 where id = 10; update log_entry set id = 10 where id = 11;"
        "update log_entry set id = 11 where id = -1; delete from log_entry where id = 20");
    const std::string codes = found();
    EXPECT_NE(codes.find("place"), std::string::npos) << codes;
    EXPECT_NE(codes.find("index"), std::string::npos) << codes;
    EXPECT_NE(codes.find("truncated"), std::string::npos) << "one event fewer than was signed";
  }
}

TEST_P(AttackTest, ATruncatedEndIsFoundByTheCheckpointAndWithoutItByTheOneKeptOutside) {
  const std::string cut = on_postgres()
                              ? "delete from log_place where sequence > 290; delete from log_entry where id > 290;"
                              : "delete from log_entry where id > 290;";
  tamper(cut + "delete from log_object where entry > 290");
  EXPECT_NE(found().find("truncated"), std::string::npos);
}

TEST_P(AttackTest, TheServersRoleMayNotChangeTheLog) {
  if (!on_postgres()) {
    auto db =
        *SqliteConnection::open(installed().options.folder / "towns/nagi/town.db", SqliteConnection::Mode::writer);
    EXPECT_FALSE(db->script("update log_entry set verb = 'approved' where id = 5"));
    EXPECT_FALSE(db->script("delete from log_entry where id = 5"));
    return;
  }
  auto login = *PostgresConnection::connect(installed().options.postgres_url);
  EXPECT_FALSE(login->query("select * from town_nagi.log_entry limit 1")) << "outside a town's transaction: no table";
  EXPECT_FALSE(login->query("select * from log_entry limit 1"));
  ASSERT_TRUE(login->script("begin; set local role town_nagi; set local search_path to town_nagi"));
  EXPECT_TRUE(login->query("select count(*) from log_entry"));
  for (std::string sql : {"update log_entry set verb = 'approved'", "delete from log_entry", "truncate log_entry",
                          "delete from log_place", "update log_checkpoint set note = ''", "delete from log_object",
                          "drop table note", "create table x (y int)", "delete from schema_migration",
                          "set local role town_nagi_owner", "set local role postgres"}) {
    ASSERT_TRUE(login->script("savepoint s")) << sql;
    EXPECT_FALSE(login->script(sql)) << sql;
    ASSERT_TRUE(login->script("rollback to s"));
  }
}

TEST_P(AttackTest, OneTownsRoleSeesNoOtherTown) {
  installed().add_town("kamiamakusa");
  if (!on_postgres()) return;  // another file
  auto login = *PostgresConnection::connect(installed().options.postgres_url);
  ASSERT_TRUE(login->script("begin; set local role town_nagi; set local search_path to town_nagi"));
  EXPECT_FALSE(login->query("select * from town_kamiamakusa.note"));
}

TEST(Start, RefusesASuperuserAnOwnerAndARoleThatInherits) {
  Installed installed(Database::postgres);
  installed.add_town("nagi");
  auto with_user = [&](const std::string& user) {
    StoreOptions options = installed.options;
    auto at = options.postgres_url.find("user=yakuba_login");
    options.postgres_url.replace(at, std::string("user=yakuba_login").size(), "user=" + user);
    auto opened = Store::open(options, installed.clock, installed.random);
    return opened ? std::string("opened") : opened.error().code;
  };
  EXPECT_EQ(with_user("yakuba_login"), "opened");
  EXPECT_EQ(with_user("postgres"), "store.superuser");
  EXPECT_EQ(with_user("yakuba_admin"), "store.superuser") << "may make roles";
  auto owner = *PostgresConnection::connect(installed.owner_url);
  auto made = owner->script(
      "create role inheriting login inherit; create role owning login noinherit;"
      "grant owning to current_user; create schema owned authorization owning");
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(with_user("owning"), "store.owner");
  EXPECT_EQ(with_user("inheriting"), "store.inherit");
  EXPECT_EQ(with_user("nobody_at_all"), "store.lost");
}

TEST(Lock, AnotherProcessCannotOpenATownThatIsServed) {
  Installed installed(Database::sqlite);
  installed.add_town("nagi");
  EXPECT_EQ(Store::open(installed.options, installed.clock, installed.random).error().code, "store.locked");
}

// --- kills ---

class KillTest : public TownTest {
 protected:
  std::vector<MigrationSet> migrations() const override { return {{"testing", note_migrations}}; }
};
YAKUBA_ON_BOTH_DATABASES(KillTest);

// The child acknowledges each change on a pipe after store.change returned; then it is killed in the middle of its
// work.
void write_until_killed(const StoreOptions& options, int pipe, int round) {
  FixedClock clock(Instant{1'795'314'756'000'000});
  SeededRandom random(static_cast<std::uint64_t>(round));
  auto store = Store::open(options, clock, random);
  if (!store) ::_exit(3);
  Town town = *(*store)->town("nagi");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        const std::string word = std::to_string(round) + "-" + std::to_string(t) + "-" + std::to_string(i);
        auto done = (*store)->change(town, ChangeKey{word}, [&](Tx& tx) -> Result<> {
          TRY(tx.run<AddNote>({.word = word, .amount = 1}));
          return tx.append(event_about(word, clock.now()));
        });
        if (!done) ::_exit(4);
        const std::string line = word + "\n";
        if (::write(pipe, line.data(), line.size()) < 0) ::_exit(5);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_P(KillTest, EverythingAcknowledgedBeforeAKillIsThereAndTheLogIsWhole) {
  std::set<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    installed().close();
    int pipes[2];
    ASSERT_EQ(::pipe(pipes), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipes[0]);
      write_until_killed(installed().options, pipes[1], round);
      ::_exit(0);
    }
    ::close(pipes[1]);
    std::string text;
    char buffer[4096];
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(150 + 40 * round);
    while (std::chrono::steady_clock::now() < until || text.empty()) {
      const ssize_t got = ::read(pipes[0], buffer, sizeof buffer);
      if (got <= 0) break;
      text.append(buffer, static_cast<std::size_t>(got));
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
    for (ssize_t got; (got = ::read(pipes[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    ::close(pipes[0]);
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      acknowledged.insert(text.substr(at, end - at));

    // A server that already got COMMIT ends it although its client is dead.
    if (on_postgres()) std::this_thread::sleep_for(std::chrono::milliseconds(300));
    installed().open();
    Town town = *store().town("nagi");
    std::set<std::string> stored;
    auto rows = store().read(town, [](ReadTx& tx) { return tx.all<Notes>(); });
    ASSERT_TRUE(rows) << describe(rows.error());
    for (auto& row : *rows) stored.insert(row.word);
    for (const auto& word : acknowledged) EXPECT_TRUE(stored.contains(word)) << word;
    auto report = store().verify_log(town);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_TRUE(report->whole()) << report->findings[0].detail;
    EXPECT_EQ(report->events, stored.size()) << "no change without its event, no event without its change";
  }
  EXPECT_GT(acknowledged.size(), 20U);
}

// --- a disk without room ---

class Room : public ::testing::Test {
 protected:
  Installed installed{Database::sqlite, {{"testing", note_migrations}}};
  Town town() { return *installed.store().town("nagi"); }
  Result<> add(const std::string& word, std::size_t bytes) {
    const Bytes body(bytes, 1);
    return installed.store().change(town(), [&](Tx& tx) -> Result<> {
      TRY(tx.run<AddNote>({.word = word, .amount = 1, .body = BytesView(body)}));
      return tx.append(event_about(word, installed.clock.now()));
    });
  }
  std::int64_t notes() {
    return installed.store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); }).value()->notes;
  }
};

TEST_F(Room, AFullDiskRefusesTheChangeServesReadsAndGoesOnWhenThereIsRoom) {
  installed.add_town("nagi");
  installed.close();
  installed.options.town_bytes_max = 1'000'000;  // SQLITE_FULL comes where a full disk gives it
  installed.open();
  ASSERT_TRUE(add("before", 1000));
  auto refused = add("too large", 2'000'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "store.disk_full");
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(notes(), 1);
  EXPECT_TRUE(add("small", 1000)) << "the town goes on by itself";
  auto report = installed.store().verify_log(town());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->events, 2U);
  EXPECT_TRUE(report->whole());
}

TEST_F(Room, AFailedWriteStopsAcknowledgingUntilTheTownIsOpenedAgain) {
  installed.add_town("nagi");
  ASSERT_TRUE(add("before", 1000));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit small{200'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);  // writing fails with EFBIG: an I/O error for SQLite
  auto failed = add("large", 2'000'000);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "store.disk");
  EXPECT_FALSE(add("after", 10)) << "nothing is acknowledged on a disk that lost a write";
  EXPECT_EQ(notes(), 1) << "reads go on";
  installed.close();
  installed.open();
  EXPECT_TRUE(add("again", 10));
  EXPECT_EQ(notes(), 2);
  auto report = installed.store().verify_log(town());
  EXPECT_TRUE(report && report->whole());
}

}  // namespace
}  // namespace yakuba::store
