// A SQLite file that somebody replaced, moved away or damaged: said at once and in its place, and nothing that was
// acknowledged is lost. (A disk without room: attack_test.cpp.)
#include <fstream>

#include <gtest/gtest.h>

#include "store/testing/notes.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override { installed.add_town("nagi"); }
  Town town() { return *installed.store().town("nagi"); }
  fs::path file() { return installed.options.folder / "towns/nagi/town.db"; }
  Result<> add(std::string_view word) {
    return installed.store().change(town(), [&](Tx& tx) -> Result<> {
      TRY(tx.run<AddNote>({.word = word, .amount = 1, .body = BytesView(body)}));
      return tx.append(event_about(word, installed.clock.now()));
    });
  }
  Result<std::int64_t> notes() {
    auto row = installed.store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); });
    if (!row) return std::unexpected(row.error());
    return (*row)->notes;
  }
  std::string open_error() {
    auto opened = Store::open(installed.options, installed.clock, installed.random);
    return opened ? "" : opened.error().code;
  }

  Installed installed{Database::sqlite, {{"testing", note_migrations}}};
  Bytes body = Bytes(3000, 7);
};

TEST_F(DamageTest, AReplacedFileStopsTheTownAndPutBackNothingIsLost) {
  ASSERT_TRUE(add("before"));
  const fs::path kept = file().parent_path() / "served.db";
  fs::rename(file(), kept);
  fs::copy_file(kept, file());
  const auto refused = add("after");
  ASSERT_FALSE(refused) << "it would be lost with the next start";
  EXPECT_EQ(refused.error().code, "store.replaced");
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(fs::path(refused.error().place.file).filename(), "town.db");
  EXPECT_FALSE(add("again"));

  fs::rename(kept, file());
  EXPECT_FALSE(add("put back")) << "only a new start looks at the whole file again";
  installed.close();
  installed.open();
  EXPECT_EQ(notes().value_or(-1), 1);
  EXPECT_TRUE(add("after the start"));
  auto report = installed.store().verify_log(town());
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->whole());
}

TEST_F(DamageTest, AFileThatWasMovedAwayIsNotMadeAnew) {
  ASSERT_TRUE(add("before"));
  const fs::path kept = file().parent_path() / "moved.db";
  fs::rename(file(), kept);
  EXPECT_FALSE(add("after"));
  const auto read = notes();
  EXPECT_TRUE(!read || *read == 1) << "never an empty town";
  EXPECT_FALSE(fs::exists(file()));
  fs::rename(kept, file());
  installed.close();
  installed.open();
  EXPECT_EQ(notes().value_or(-1), 1);
}

TEST_F(DamageTest, ADamagedPageIsAnErrorNeverAWrongAnswer) {
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(add("note " + std::to_string(i)));
  installed.close();
  // Whatever page is damaged, the town either does not open, or says so, or the damage lies in free space.
  const auto size = static_cast<std::int64_t>(fs::file_size(file()));
  const fs::path whole = file().parent_path() / "whole.db";
  fs::copy_file(file(), whole);
  int said = 0, pages = 0;
  for (std::int64_t at = 4096; at + 4096 <= size; at += 4096 * 7) {
    ++pages;
    {
      std::fstream page(file(), std::ios::in | std::ios::out | std::ios::binary);
      page.seekp(at);
      page << std::string(512, '\xA5');
    }
    auto opened = Store::open(installed.options, installed.clock, installed.random);
    if (!opened) {
      EXPECT_EQ(opened.error().kind, ErrorKind::corrupt) << describe(opened.error());
      ++said;
    } else {
      const Town here = *(*opened)->town("nagi");
      const auto rows = (*opened)->read(here, [](ReadTx& tx) { return tx.all<Notes>(); });
      const auto report = (*opened)->verify_log(here);
      if (!rows) {
        EXPECT_EQ(rows.error().kind, ErrorKind::corrupt) << describe(rows.error());
      } else {
        EXPECT_EQ(rows->size(), 200U) << "rows are missing in silence, page at " << at;
        for (const Notes::Row& row : *rows) EXPECT_EQ(row.body, body) << "page at " << at;
      }
      if (report && report->whole()) {
        EXPECT_EQ(report->events, 200U) << "page at " << at;
      }
      if (!rows || !report || !report->whole()) ++said;
    }
    opened = fail(ErrorKind::invalid, "closed");
    fs::remove(file().string() + "-wal");
    fs::remove(file().string() + "-shm");
    fs::copy_file(whole, file(), fs::copy_options::overwrite_existing);
  }
  EXPECT_GT(pages, 10);
  EXPECT_GT(said, 0);
  installed.open();
  EXPECT_EQ(notes().value_or(-1), 200);
}

TEST_F(DamageTest, WhatIsNoDatabaseIsNamed) {
  installed.close();
  std::ofstream(file(), std::ios::trunc) << std::string(8192, 'x');
  EXPECT_EQ(open_error(), "store.corrupt");
}

}  // namespace
}  // namespace yakuba::store
