// For tests: a town on each database, from nothing, with a clock that stands still and seeded randomness.
//
//   class CasesTest : public store::testing::TownTest {            // runs every test on SQLite and on PostgreSQL
//     std::vector<store::MigrationSet> migrations() const override { return {{"cases", cases::sql::migrations}}; }
//   };
//   YAKUBA_ON_BOTH_DATABASES(CasesTest);
//   TEST_P(CasesTest, OpensACase) {
//     auto id = store().change(town(), [&](store::Tx& tx) { … });
//   }
//
// PostgreSQL 15 is started once per test program as a private cluster in a temporary folder on a Unix socket, as user
// `postgres` when the tests run as root, and ends with the program (even when that is killed). Not installed: the test
// fails, it is never skipped. Every test has a database of its own: a copy of one that was made once with the same
// migrations. Folders lie in /dev/shm where 2 GB are free there.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace yakuba::store::testing {

enum class Database { sqlite, postgres };
std::string database_name(const ::testing::TestParamInfo<Database>& info);

// A folder that is removed with its content.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// An installation on one database: options, owner URL, clock, randomness. Opens, closes and opens again.
class Installed {
 public:
  // With `town` there already, made from nothing like any other; none: add_town makes the first.
  explicit Installed(Database database, std::vector<MigrationSet> migrations = {}, const std::string& town = {});
  ~Installed();
  Installed(const Installed&) = delete;
  Installed& operator=(const Installed&) = delete;

  Store& store() { return *store_; }
  Town add_town(const std::string& name);
  void close() { store_.reset(); }
  void open();  // again, after close()
  StoreOptions options;
  std::string owner_url;  // empty on SQLite
  TemporaryFolder folder;
  FixedClock clock{Instant{1'795'314'756'000'000}};  // 2026-11-22T02:32:36Z
  SeededRandom random{20261122};

 private:
  std::unique_ptr<Store> store_;
  std::string database_;  // PostgreSQL's; dropped at the end
};

SigningKey test_log_key(std::string_view town);  // deterministic; never outside tests

class TownTest : public ::testing::TestWithParam<Database> {
 protected:
  void SetUp() override;
  void TearDown() override;
  virtual std::vector<MigrationSet> migrations() const { return {}; }

  Store& store() { return installed_->store(); }
  Town town() { return *town_; }
  FixedClock& clock() { return installed_->clock; }
  SeededRandom& random() { return installed_->random; }
  Installed& installed() { return *installed_; }
  bool on_postgres() const { return GetParam() == Database::postgres; }

 private:
  std::unique_ptr<Installed> installed_;
  std::optional<Town> town_;
};

#define YAKUBA_ON_BOTH_DATABASES(Fixture)                                                                          \
  INSTANTIATE_TEST_SUITE_P(                                                                                        \
      Both, Fixture,                                                                                               \
      ::testing::Values(::yakuba::store::testing::Database::sqlite, ::yakuba::store::testing::Database::postgres), \
      ::yakuba::store::testing::database_name)

}  // namespace yakuba::store::testing
