// A town that was backed up while it worked comes back whole, and a damaged backup never becomes a town.
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "store/testing/notes.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class BackupTest : public TownTest {
 protected:
  std::vector<MigrationSet> migrations() const override { return {{"testing", note_migrations}}; }
  Key256 key{Bytes(32, 7)};
  TemporaryFolder place;
  fs::path backup = place.path() / "backup";

  Result<> add(Store& store, Town town, const std::string& word) {
    return store.change(town, [&](Tx& tx) -> Result<> {
      TRY(tx.run<AddNote>({.word = word, .amount = 1, .body = BytesView(Bytes{0, '\\', '\t'})}));
      TRY(tx.index("note", word, "転入\t" + word, "改行\nと\\", "town"));
      TRY(tx.next_serial("note", 2026));
      return tx.append(event_about(word, clock().now()));
    });
  }
};
YAKUBA_ON_BOTH_DATABASES(BackupTest);

TEST_P(BackupTest, ComesBackWithRowsFilesLogSearchAndSerials) {
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(add(store(), town(), "n" + std::to_string(i)));
  auto blob = *store().blobs(town()).put(view("添付"), key);
  ASSERT_TRUE(store().change(town(), [&](Tx& tx) { return tx.keep_blob(blob, "case", "1"); }));
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    for (int i = 0; !stop; ++i) (void)add(store(), town(), "busy" + std::to_string(i));
  });
  auto done = store().backup_town(town(), backup);
  stop = true;
  busy.join();
  ASSERT_TRUE(done) << describe(done.error());
  const Hash before = store().verify_log(town())->root;

  Installed other(GetParam(), migrations());
  auto restored = other.store().restore_town(backup, other.owner_url);
  ASSERT_TRUE(restored) << describe(restored.error());
  EXPECT_EQ(other.store().record(*restored), store().record(town()));
  auto rows = *other.store().read(*restored, [](ReadTx& tx) { return tx.all<Notes>(); });
  EXPECT_GE(rows.size(), 300U);
  EXPECT_EQ(rows[7], (Notes::Row{"n7", 1, Bytes{0, '\\', '\t'}}));
  EXPECT_EQ(*other.store().blobs(*restored).get(blob, key), Bytes(view("添付").begin(), view("添付").end()));
  auto hits =
      other.store().read(*restored, [](ReadTx& tx) { return tx.search({.words = "n299", .scopes = {"town"}}); });
  ASSERT_TRUE(hits) << describe(hits.error());
  EXPECT_EQ(hits->size(), 1U);
  auto report = other.store().verify_log(*restored);
  ASSERT_TRUE(report && report->whole());
  EXPECT_EQ(report->events, rows.size()) << "one snapshot: as many events as notes";
  (void)before;
  // Life goes on: new rows get new keys, serials and places.
  ASSERT_TRUE(add(other.store(), *restored, "after"));
  EXPECT_EQ(*other.store().change(*restored, [](Tx& tx) { return tx.next_serial("note", 2026); }),
            static_cast<std::int64_t>(rows.size()) + 2);
  EXPECT_TRUE(other.store().verify_log(*restored)->whole());
  EXPECT_EQ(other.store().restore_town(backup, other.owner_url).error().code, "store.town_exists");
  EXPECT_EQ(store().backup_town(town(), backup).error().code, "store.backup_exists");
}

TEST_P(BackupTest, ADamagedBackupIsRefusedBeforeAnythingIsMade) {
  ASSERT_TRUE(add(store(), town(), "one"));
  auto blob = *store().blobs(town()).put(view("添付"), key);
  ASSERT_TRUE(store().change(town(), [&](Tx& tx) { return tx.keep_blob(blob, "case", "1"); }));
  ASSERT_TRUE(store().backup_town(town(), backup));
  Installed other(GetParam(), migrations());
  for (const auto& entry : fs::recursive_directory_iterator(backup)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    if (whole.empty()) continue;
    std::string damaged = whole;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    std::ofstream(entry.path(), std::ios::binary) << damaged;
    auto restored = other.store().restore_town(backup, other.owner_url);
    EXPECT_FALSE(restored) << entry.path();
    EXPECT_FALSE(other.store().town("nagi"));
    std::ofstream(entry.path(), std::ios::binary) << whole;
  }
  fs::rename(backup / "blobs" / blob.id, place.path() / "away");
  EXPECT_EQ(other.store().restore_town(backup, other.owner_url).error().code, "store.backup");
  fs::rename(place.path() / "away", backup / "blobs" / blob.id);
  EXPECT_TRUE(other.store().restore_town(backup, other.owner_url));
}

TEST(Backup, OfTheOtherDatabaseIsRefused) {
  Installed sqlite(Database::sqlite), postgres(Database::postgres);
  TemporaryFolder place;
  ASSERT_TRUE(sqlite.store().backup_town(sqlite.add_town("nagi"), place.path() / "b"));
  EXPECT_EQ(postgres.store().restore_town(place.path() / "b", postgres.owner_url).error().code,
            "store.backup_database");
}

}  // namespace
}  // namespace yakuba::store
