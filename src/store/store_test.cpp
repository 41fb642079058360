// What every town can rely on, the same on SQLite and PostgreSQL: changes, keys, reads, the log, serials.
#include "store/store.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "store/jobs.hpp"
#include "store/queries.hpp"
#include "store/testing/notes.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;

class StoreTest : public TownTest {
 protected:
  std::vector<MigrationSet> migrations() const override { return {{"testing", note_migrations}}; }

  Result<std::int64_t> add(std::string_view word, std::int64_t amount = 1) {
    return store().change(town(), [&](Tx& tx) { return tx.run<AddNote>({.word = word, .amount = amount}); });
  }
  std::vector<Notes::Row> notes() {
    return *store().read(town(), [](ReadTx& tx) { return tx.all<Notes>(); });
  }
  std::int64_t count() {
    return store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); }).value()->notes;
  }
};
YAKUBA_ON_BOTH_DATABASES(StoreTest);

TEST_P(StoreTest, EveryStatementOfTheStorePrepares) {
  auto done = store().read(town(), [](ReadTx& tx) -> Result<> {
    for (const Statement* statement : sql::statements) {
      auto prepared = tx.prepare(*statement);
      EXPECT_TRUE(prepared) << describe(prepared.error());
    }
    EXPECT_EQ(tx.prepare(AddNote::statement).has_value(), true);
    return {};
  });
  EXPECT_TRUE(done) << describe(done.error());
}

TEST_P(StoreTest, KeepsWhatAChangeWroteAndGivesItsResult) {
  const Bytes body = {0, 1, 0xff};
  auto result = store().change(town(), [&](Tx& tx) -> Result<std::string> {
    TRY(tx.run<AddNote>({.word = "転入", .amount = 4'300'000'000, .body = BytesView(body)}));
    TRY(tx.run<AddNote>({.word = "", .amount = 0, .body = BytesView()}));
    TRY(tx.run<AddNote>({.word = "𠮷\xF3\xA0\x84\x81", .amount = 7}));
    return "done";
  });
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(*result, "done");
  EXPECT_EQ(notes(),
            (std::vector<Notes::Row>{{"転入", 4'300'000'000, body}, {"", 0, Bytes()}, {"𠮷\xF3\xA0\x84\x81", 7, {}}}));
}

TEST_P(StoreTest, AFailedChangeLeavesNothingAndItsNeighboursStay) {
  ASSERT_TRUE(add("before"));
  auto failed = store().change(town(), [&](Tx& tx) -> Result<> {
    TRY(tx.run<AddNote>({.word = "lost", .amount = 1}));
    TRY(tx.append(event_about("lost", clock().now())));
    return fail(ErrorKind::conflict, "test.refused");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "test.refused");
  ASSERT_TRUE(add("after"));
  EXPECT_EQ(count(), 2);
  ASSERT_TRUE(store().place_now(town()));
  EXPECT_EQ(*store().read(town(), [](ReadTx& tx) { return tx.last_sequence(); }), 0);
}

TEST_P(StoreTest, NamesTheConstraintThatWasBroken) {
  ASSERT_TRUE(add("one"));
  EXPECT_EQ(add("one").error().code, "store.unique");
  EXPECT_EQ(add("two", -1).error().code, "store.check");
  auto orphan = store().change(town(), [](Tx& tx) { return tx.run<AddNote>({.word = "x", .folder = 99}); });
  ASSERT_FALSE(orphan);
  EXPECT_EQ(orphan.error().code, "store.reference");
  EXPECT_EQ(orphan.error().kind, ErrorKind::conflict);
}

TEST_P(StoreTest, ABrokenStatementBreaksTheChangeEvenWhenTheClosureIgnoresIt) {
  ASSERT_TRUE(add("one"));
  auto done = store().change(town(), [](Tx& tx) -> Result<std::string> {
    (void)tx.run<AddNote>({.word = "one", .amount = 1});
    EXPECT_FALSE(tx.run<AddNote>({.word = "two", .amount = 1}));
    return "as if nothing had happened";
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "store.unique");
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreTest, AColumnOfAnotherTypeIsAnError) {
  ASSERT_TRUE(add("one"));
  auto rows = store().read(town(), [](ReadTx& tx) { return tx.all<WrongNotes>(); });
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, "store.column");
}

TEST_P(StoreTest, AReadCannotWriteAndAThrownExceptionStaysInside) {
  auto written = store().read(town(), [](ReadTx& tx) -> Result<std::int64_t> {
    return static_cast<Tx&>(tx).run<AddNote>({.word = "sneaked", .amount = 1});
  });
  EXPECT_FALSE(written);
  auto thrown = store().change(town(), [](Tx&) -> Result<> { throw std::runtime_error("library"); });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, "store.exception");
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreTest, AChangeInsideAChangeIsRefusedNotHung) {
  auto done = store().change(
      town(), [&](Tx&) -> Result<> { return store().change(town(), [](Tx&) -> Result<> { return {}; }); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "store.nested");
}

// --- keys of changes ---

struct Placed {
  std::int64_t number = 0;
  std::string note() const { return "no " + std::to_string(number); }
  static std::optional<Placed> from_note(std::string_view text) {
    auto number = text.starts_with("no ") ? note_integer(text.substr(3)) : std::nullopt;
    return number ? std::optional(Placed{*number}) : std::nullopt;
  }
};

TEST_P(StoreTest, ARepeatedKeyDoesNotRunAgainAndGivesTheFirstResult) {
  int runs = 0;
  auto submit = [&](std::int64_t number) {
    return store().change(town(), ChangeKey{"account:1|form-77"}, [&](Tx& tx) -> Result<Placed> {
      ++runs;
      TRY(tx.run<AddNote>({.word = "case" + std::to_string(number), .amount = number}));
      return Placed{number};
    });
  };
  EXPECT_EQ(submit(1)->number, 1);
  EXPECT_EQ(submit(2)->number, 1);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(store().change(town(), ChangeKey{}, [](Tx&) -> Result<bool> { return true; }), true);
}

TEST_P(StoreTest, AFailedChangeDoesNotUseUpItsKey) {
  ChangeKey key{"once"};
  EXPECT_FALSE(store().change(town(), key, [](Tx&) -> Result<> { return fail(ErrorKind::invalid, "x"); }));
  EXPECT_TRUE(store().change(town(), key, [](Tx& tx) -> Result<> {
    TRY(tx.run<AddNote>({.word = "one", .amount = 1}));
    return {};
  }));
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreTest, SixteenAtOnceWithOneKeyMakeOne) {
  std::vector<std::thread> threads;
  std::atomic<int> same{0};
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      auto got = store().change(town(), ChangeKey{"double-click"}, [&](Tx& tx) -> Result<std::int64_t> {
        TRY(tx.run<AddNote>({.word = "word" + std::to_string(i), .amount = i}));
        return i;
      });
      if (got && notes().front().amount == *got) ++same;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(same, 16);
  EXPECT_EQ(count(), 1);
}

// --- many at once ---

TEST_P(StoreTest, ConcurrentChangesLoseNothingAndSerialsHaveNoGap) {
  ASSERT_TRUE(add("counter", 0));
  constexpr int threads_count = 8, each = 25;
  std::mutex mutex;
  std::set<std::int64_t> serials;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        auto serial = store().change(town(), [&](Tx& tx) -> Result<std::int64_t> {
          auto number = TRY(tx.next_serial("case", 2026));
          TRY(tx.one<RaiseNote>({.word = "counter"}));
          TRY(tx.append(event_about(std::to_string(t) + "-" + std::to_string(i), clock().now())));
          if (i % 5 == 4) return fail(ErrorKind::conflict, "test.refused");
          return number;
        });
        if (serial) {
          std::lock_guard lock(mutex);
          serials.insert(*serial);
        } else if (serial.error().code != "test.refused") {
          ++failures;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  const std::int64_t kept = threads_count * each * 4 / 5;
  EXPECT_EQ(static_cast<std::int64_t>(serials.size()), kept);
  EXPECT_EQ(*serials.rbegin(), kept) << "1 to n without a gap";
  EXPECT_EQ(notes().front().amount, kept);
  auto report = store().verify_log(town());
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(static_cast<std::int64_t>(report->events), kept);
  EXPECT_TRUE(report->whole()) << report->findings.front().detail;
}

// On SQLite these stand in one transaction, which begins again when one of them fails.
TEST_P(StoreTest, AFailureAmongThoseWhoWaitedForOneCommitUndoesItselfAlone) {
  std::atomic<bool> running{false}, go_on{false};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    EXPECT_TRUE(store().change(town(), [&](Tx& tx) -> Result<> {
      running = true;
      while (!go_on) std::this_thread::yield();
      TRY(tx.run<AddNote>({.word = "blocks", .amount = 0}));
      return {};
    }));
  });
  while (!running) std::this_thread::yield();
  std::mutex mutex;
  std::set<std::int64_t> serials;
  for (int i = 0; i < 9; ++i)
    threads.emplace_back([&, i] {
      const std::string word = "word" + std::to_string(i);
      const auto done = store().change(town(), ChangeKey{word}, [&](Tx& tx) -> Result<std::int64_t> {
        const std::int64_t serial = TRY(tx.next_serial("case", 2026));
        TRY(tx.run<AddNote>({.word = word, .amount = i}));
        TRY(tx.append(event_about(word, clock().now())));
        TRY(tx.enqueue({.kind = "mail", .key = word}));
        TRY(tx.index("note", word, word, "本文", "town"));
        if (i % 3 == 1) return fail(ErrorKind::conflict, "test.refused");
        return serial;
      });
      EXPECT_EQ(done.has_value(), i % 3 != 1);
      const std::lock_guard lock(mutex);
      if (done) serials.insert(*done);
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // they wait
  go_on = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(serials, (std::set<std::int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(count(), 7);
  EXPECT_EQ(*store().read(town(), [](ReadTx& tx) { return tx.counted_jobs("waiting"); }), 6);
  const auto hits = store().read(town(), [](ReadTx& tx) { return tx.search({.words = "word", .scopes = {"town"}}); });
  EXPECT_EQ(hits->size(), 6u);
  ASSERT_TRUE(store().place_now(town()));
  const auto report = store().verify_log(town());
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report->events, 6u);
  EXPECT_TRUE(report->whole());
}

// A group ends after 20 ms: who was waiting in it leads the next one, and is never answered unheard.
TEST_P(StoreTest, SlowNeighboursDelayButNobodyIsAnsweredUnheard) {
  constexpr int threads_count = 6, each = 4;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        auto done = store().change(town(), [&](Tx& tx) -> Result<> {
          std::this_thread::sleep_for(std::chrono::milliseconds(25));
          TRY(tx.run<AddNote>({.word = std::to_string(t) + "-" + std::to_string(i), .amount = i}));
          return {};
        });
        if (done) ++answered;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, threads_count * each);
  EXPECT_EQ(count(), threads_count * each);
}

TEST_P(StoreTest, ReadersSeeOneMomentWhileOthersWrite) {
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; i < 200 && !stop; ++i) {
      (void)store().change(town(), [&](Tx& tx) -> Result<> {  // always in pairs
        TRY(tx.run<AddNote>({.word = "a" + std::to_string(i), .amount = 1}));
        TRY(tx.run<AddNote>({.word = "b" + std::to_string(i), .amount = 1}));
        return {};
      });
    }
  });
  for (int i = 0; i < 50; ++i) {
    auto same = store().read(town(), [](ReadTx& tx) -> Result<bool> {
      auto first = TRY(tx.one<CountNotes>());
      auto second = TRY(tx.all<Notes>());
      return first->notes % 2 == 0 && first->notes == static_cast<std::int64_t>(second.size());
    });
    EXPECT_TRUE(same && *same);
  }
  stop = true;
  writer.join();
}

TEST_P(StoreTest, SerialsBeginAgainForEachKindAndFiscalYear) {
  auto next = [&](std::string_view kind, int year) {
    return *store().change(town(), [&](Tx& tx) { return tx.next_serial(kind, year); });
  };
  EXPECT_EQ(next("case", 2026), 1);
  EXPECT_EQ(next("case", 2026), 2);
  EXPECT_EQ(next("case", 2027), 1);
  EXPECT_EQ(next("document", 2026), 1);
}

// --- the log ---

class LogTest : public StoreTest {
 protected:
  void append(log::Event event) {
    auto done = store().change(town(), [&](Tx& tx) { return tx.append(event); });
    ASSERT_TRUE(done) << describe(done.error());
  }
  log::Event numbered(int n) {
    log::Event event = event_about("note" + std::to_string(n % 3), clock().now().plus_seconds(n), log::Verb::viewed);
    event.case_id = n % 2 ? "case1" : "";
    event.actor = "staff:" + std::to_string(n % 2);
    event.refs = {{"person", std::to_string(n % 5)}};
    event.payload = JsonObject{{"n", n}};
    event.rule = {"rule", "ab", n};
    return event;
  }
  void append_many(int count) {
    for (int n = 1; n <= count; ++n) append(numbered(n));
    ASSERT_TRUE(store().place_now(town()));
  }
};
YAKUBA_ON_BOTH_DATABASES(LogTest);

TEST_P(LogTest, ReadsEventsBackInOrderByEveryQuestion) {
  append_many(30);
  auto page = store().read(town(), [](ReadTx& tx) { return tx.events_since(10, 5); });
  ASSERT_TRUE(page) << describe(page.error());
  ASSERT_EQ(page->events.size(), 5U);
  EXPECT_EQ(page->events[0].sequence, 11);
  EXPECT_EQ(page->next, 15);
  log::Event expected = numbered(11);
  expected.sequence = 11;
  EXPECT_EQ(page->events[0], expected);
  auto size = [&](auto question) { return store().read(town(), question)->events.size(); };
  EXPECT_EQ(size([](ReadTx& tx) { return tx.events_of_case("case1"); }), 15U);
  EXPECT_EQ(size([](ReadTx& tx) { return tx.events_of_object("note", "note0"); }), 10U);
  EXPECT_EQ(size([](ReadTx& tx) { return tx.events_of_object("person", "3"); }), 6U) << "named only in refs";
  EXPECT_EQ(size([](ReadTx& tx) { return tx.events_of_actor("staff:0", 20); }), 5U);
  EXPECT_EQ(size([](ReadTx& tx) { return tx.events_since(30, 10); }), 0U);
}

TEST_P(LogTest, PagesReachTheEndWithoutGapsOrRepeats) {
  append_many(25);
  std::vector<std::int64_t> seen;
  std::int64_t after = 0;
  do {
    auto page = *store().read(town(), [&](ReadTx& tx) { return tx.events_of_case("case1", after, 4); });
    for (const auto& event : page.events) seen.push_back(event.sequence);
    after = page.next;
  } while (after != 0);
  EXPECT_EQ(seen.size(), 13U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
}

TEST_P(LogTest, AFreshEventIsSeenAtOnceInItsCaseEvenBeforeItHasItsPlace) {
  append(numbered(1));
  auto page = store().read(town(), [](ReadTx& tx) { return tx.events_of_case("case1"); });
  EXPECT_EQ(page->events.size(), 1U);
}

TEST_P(LogTest, EntriesGetTheirPlaceWithinTheTimeThatIsPromised) {
  append(numbered(1));
  const auto started = std::chrono::steady_clock::now();
  while (*store().read(town(), [](ReadTx& tx) { return tx.last_sequence(); }) < 1) {
    ASSERT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(3));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(500));
}

TEST_P(LogTest, AReadEventIsDurableWhenItReturns) {
  ASSERT_TRUE(store().append_read(town(), numbered(1)));
  EXPECT_EQ(store().read(town(), [](ReadTx& tx) { return tx.events_of_object("person", "1"); })->events.size(), 1U);
  log::Event wrong = numbered(1);
  wrong.actor.clear();
  EXPECT_FALSE(store().append_read(town(), wrong));
}

TEST_P(LogTest, SignsACheckpointByItselfWithinSeconds) {
  append_many(3);
  std::optional<std::string> note;
  for (int i = 0; i < 300 && !note; ++i) {
    note = *store().last_checkpoint(town());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(note);
  auto checkpoint = log::open_checkpoint(*note, "yakuba/nagi", test_log_key("nagi").public_key);
  ASSERT_TRUE(checkpoint);
  EXPECT_GE(checkpoint->size, 1U);
}

TEST_P(LogTest, GivesReceiptsThatVerifyAcrossTiles) {
  auto done = store().change(town(), [&](Tx& tx) -> Result<> {
    for (int n = 1; n <= 600; ++n) TRY(tx.append(numbered(n)));
    return {};
  });
  ASSERT_TRUE(done) << describe(done.error());
  for (std::int64_t sequence : {1, 2, 255, 256, 257, 512, 513, 600}) {
    auto receipt = store().receipt(town(), sequence);
    ASSERT_TRUE(receipt) << sequence << ": " << describe(receipt.error());
    EXPECT_EQ(receipt->event.payload, numbered(static_cast<int>(sequence)).payload);
    EXPECT_TRUE(log::verify_receipt(*receipt, "yakuba/nagi", test_log_key("nagi").public_key)) << sequence;
  }
  EXPECT_EQ(store().receipt(town(), 601).error().kind, ErrorKind::not_found);
}

TEST_P(LogTest, GrowsOnAfterTheStoreIsOpenedAgain) {
  append_many(300);
  auto before = store().verify_log(town());
  installed().close();
  installed().open();
  Town again = *installed().store().town("nagi");
  auto grown = installed().store().change(again, [&](Tx& tx) -> Result<> {
    for (int n = 301; n <= 520; ++n) TRY(tx.append(numbered(n)));
    return {};
  });
  ASSERT_TRUE(grown);
  auto report = installed().store().verify_log(again);
  ASSERT_TRUE(report && report->whole()) << (report ? report->findings[0].detail : describe(report.error()));
  EXPECT_EQ(report->events, 520U);
  EXPECT_GE(before->covered, 1U);
}

TEST_P(LogTest, TheExportedFileVerifiesWithoutTheDatabase) {
  append_many(10);
  std::string text;
  auto done = store().export_log(town(), [&](std::string_view piece) -> Result<> {
    text += piece;
    return {};
  });
  ASSERT_TRUE(done) << describe(done.error());
  std::size_t at = 0;
  auto report = log::verify_export(
      [&]() -> std::optional<std::string> {
        if (at >= text.size()) return std::nullopt;
        auto end = text.find('\n', at);
        std::string line = text.substr(at, end - at);
        at = end + 1;
        return line;
      },
      test_log_key("nagi").public_key);
  EXPECT_TRUE(report.whole()) << report.findings[0].detail;
  EXPECT_EQ(report.events, 10U);
  EXPECT_EQ(report.covered, 10U);
}

// The promise of the two databases: one script, the same leaves.
TEST(BothDatabases, GiveTheSameRootForTheSameWeek) {
  std::vector<Hash> roots;
  for (Database database : {Database::sqlite, Database::postgres}) {
    Installed installed(database, {{"testing", note_migrations}});
    Town town = installed.add_town("nagi");
    for (int day = 0; day < 7; ++day) {
      for (int n = 0; n < 40; ++n) {
        auto done = installed.store().change(town, [&](Tx& tx) -> Result<> {
          const auto serial = TRY(tx.next_serial("case", 2026));
          log::Event event = event_about(std::to_string(serial), installed.clock.now(), log::Verb::received);
          event.post = "課長";
          event.payload = JsonObject{{"serial", serial}, {"理由", "転入"}};
          return tx.append(event);
        });
        ASSERT_TRUE(done);
        installed.clock.advance_seconds(60);
      }
      installed.clock.advance_seconds(80'000);
    }
    auto report = installed.store().verify_log(town);
    ASSERT_TRUE(report && report->whole());
    EXPECT_EQ(report->events, 280U);
    roots.push_back(report->root);
  }
  EXPECT_EQ(roots[0], roots[1]);
}

// --- the installation ---

TEST_P(StoreTest, TownsAreFoundByNameAndHostAndShareNothing) {
  Town other = installed().add_town("kamiamakusa");
  ASSERT_TRUE(add("only in nagi"));
  EXPECT_EQ(store().read(other, [](ReadTx& tx) { return tx.one<CountNotes>(); }).value()->notes, 0);
  EXPECT_EQ(store().town_by_host("office.kamiamakusa.localhost")->name(), "kamiamakusa");
  EXPECT_EQ(store().town_by_host("nowhere.localhost").error().kind, ErrorKind::not_found);
  EXPECT_EQ(store().towns().size(), 2U);
  TownRecord record = store().record(other);
  record.hosts = {"amakusa.example.jp"};
  ASSERT_TRUE(store().update_town(record, installed().owner_url));
  installed().close();
  installed().open();
  EXPECT_EQ(store().town_by_host("amakusa.example.jp")->name(), "kamiamakusa");
  EXPECT_EQ(store().record(*store().town("kamiamakusa")), record);
}

TEST_P(StoreTest, RefusesBadTownsAndTheSameTownTwice) {
  for (const std::string& name :
       std::vector<std::string>{"", "a", "Nagi", "nagi-town", "1nagi", "na gi", "nagi\"; drop", std::string(32, 'a')}) {
    EXPECT_EQ(store().create_town({name, "336238", {}, {}}, installed().owner_url).error().code, "store.town_record")
        << name;
  }
  EXPECT_EQ(store().create_town({"nagi", "336238", {}, {}}, installed().owner_url).error().code, "store.town_exists");
}

TEST_P(StoreTest, SettingsStay) {
  EXPECT_FALSE(*store().setting("theme"));
  ASSERT_TRUE(store().set_setting("theme", "青"));
  ASSERT_TRUE(store().set_setting("theme", "緑"));
  EXPECT_EQ(**store().setting("theme"), "緑");
}

TEST_P(StoreTest, RefusesADatabaseNewerThanTheProgram) {
  installed().close();
  StoreOptions older = installed().options;
  const Migration only_first[] = {note_migrations[0]};
  older.migrations = {{"testing", only_first}};
  EXPECT_EQ(Store::open(older, installed().clock, installed().random).error().code, "store.newer");
  const Migration changed[] = {{1, "notes", "create table other (id integer primary key);", "", ""},
                               note_migrations[1]};
  older.migrations = {{"testing", changed}};
  EXPECT_EQ(Store::open(older, installed().clock, installed().random).error().code, "store.migration");
}

TEST_P(StoreTest, AnOlderDatabaseIsBroughtForward) {
  installed().close();
  const Migration three[] = {note_migrations[0],
                             note_migrations[1],
                             {3, "extra", "create table extra (id integer primary key, x blob);", "", ""}};
  installed().options.migrations = {{"testing", three}};
  if (on_postgres()) {
    EXPECT_EQ(Store::open(installed().options, installed().clock, installed().random).error().code, "store.older");
    ASSERT_TRUE(Store::migrate(installed().options, installed().owner_url));
  }
  installed().open();
  EXPECT_TRUE(store().town("nagi"));
}

TEST_P(StoreTest, AFaultyMigrationIsNamedAndLeavesNothingHalf) {
  installed().close();
  const Migration faulty[] = {note_migrations[0],
                              note_migrations[1],
                              {3, "bad", "create table half (id integer primary key); create tabel x;", "", ""}};
  StoreOptions bad = installed().options;
  bad.migrations = {{"testing", faulty}};
  auto error = on_postgres() ? Store::migrate(bad, installed().owner_url).error()
                             : Store::open(bad, installed().clock, installed().random).error();
  EXPECT_NE(error.detail.find("testing 3"), std::string::npos) << error.detail;
  const Migration repaired[] = {
      note_migrations[0], note_migrations[1], {3, "good", "create table half (id integer primary key);", "", ""}};
  installed().options.migrations = {{"testing", repaired}};
  if (on_postgres()) {
    ASSERT_TRUE(Store::migrate(installed().options, installed().owner_url));
  }
  installed().open();
}

TEST_P(StoreTest, SweepsOldKeysAndDoneJobsOnly) {
  ASSERT_TRUE(store().change(town(), ChangeKey{"old"}, [](Tx& tx) -> Result<> {
    TRY(tx.enqueue({.kind = "done", .key = "1"}));
    TRY(tx.enqueue({.kind = "waiting", .key = "1"}));
    return {};
  }));
  JobRunner runner(store());
  runner.handle("done", [](Town, const Job&) -> Result<> { return {}; });
  EXPECT_EQ(*runner.run_due(), 1);
  clock().advance_seconds(1000);
  ASSERT_TRUE(store().change(town(), ChangeKey{"new"}, [](Tx&) -> Result<> { return {}; }));
  auto swept = store().sweep(town(), clock().now().plus_seconds(-500));
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->change_keys, 1);
  EXPECT_EQ(swept->jobs, 1);
  EXPECT_EQ(*store().read(town(), [](ReadTx& tx) { return tx.counted_jobs("waiting"); }), 1);
}

}  // namespace
}  // namespace yakuba::store
