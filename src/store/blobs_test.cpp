// Files of a town: what was put comes back, and nothing else ever does.
#include "store/blobs.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/store.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;
namespace fs = std::filesystem;

Key256 key_of(std::uint8_t fill) {
  return Key256(Bytes(32, fill));
}

Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 7);
  return bytes;
}

class BlobsTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  SeededRandom random{5};
  Blobs blobs{"nagi", folder.path() / "blobs", random};

  std::string file_bytes(const std::string& id) {
    std::ifstream in(blobs.path_of(id), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put_file(const std::string& id, const std::string& bytes) {
    std::ofstream(blobs.path_of(id), std::ios::binary) << bytes;
  }
};

TEST_F(BlobsTest, ComesBackAtEverySizeAroundTheChunks) {
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, blob_chunk_bytes - 1, blob_chunk_bytes, blob_chunk_bytes + 1,
                           2 * blob_chunk_bytes, 3 * blob_chunk_bytes + 17}) {
    Bytes bytes = pattern(size);
    auto info = blobs.put(bytes, key_of(1));
    ASSERT_TRUE(info) << describe(info.error());
    EXPECT_EQ(info->bytes, static_cast<std::int64_t>(size));
    EXPECT_EQ(info->sha256, sha256(BytesView(bytes)));
    auto back = blobs.get(*info, key_of(1));
    ASSERT_TRUE(back) << size << describe(back.error());
    EXPECT_EQ(*back, bytes) << size;
  }
}

TEST_F(BlobsTest, StreamsInPiecesOfAnySize) {
  Bytes bytes = pattern(300'001);
  auto writer = blobs.begin(key_of(1));
  ASSERT_TRUE(writer);
  for (std::size_t at = 0, step = 1; at < bytes.size(); step = step * 3 % 70'001 + 1) {
    const std::size_t size = std::min(step, bytes.size() - at);
    ASSERT_TRUE(writer->write(BytesView(bytes).subspan(at, size)));
    at += size;
  }
  auto info = writer->finish();
  ASSERT_TRUE(info);
  EXPECT_EQ(*blobs.get(*info, key_of(1)), bytes);
}

TEST_F(BlobsTest, HidesItsContentOnDisk) {
  std::string secret = "個人番号のかわりの目印";
  auto info = *blobs.put(view(secret), key_of(1));
  EXPECT_EQ(file_bytes(info.id).find(secret), std::string::npos);
}

TEST_F(BlobsTest, AnyFlippedBitIsFound) {
  auto info = *blobs.put(pattern(100), key_of(1));
  const std::string whole = file_bytes(info.id);
  for (std::size_t byte = 0; byte < whole.size(); ++byte) {
    std::string damaged = whole;
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << (byte % 8)));
    put_file(info.id, damaged);
    auto back = blobs.get(info, key_of(1));
    ASSERT_FALSE(back) << byte;
    EXPECT_EQ(back.error().kind, ErrorKind::corrupt);
  }
}

TEST_F(BlobsTest, CutMovedAndSwappedChunksAreFound) {
  auto info = *blobs.put(pattern(3 * blob_chunk_bytes), key_of(1));
  const std::string whole = file_bytes(info.id);
  const std::size_t box = blob_chunk_bytes + 28;
  for (std::size_t cut : {whole.size() - 1, 4 + 2 * box, 4 + box, std::size_t{4}, std::size_t{2}, std::size_t{0}}) {
    put_file(info.id, whole.substr(0, cut));
    EXPECT_FALSE(blobs.get(info, key_of(1))) << cut;
  }
  // Cut between two chunks: the chunk that poses as the last is not even handed out.
  put_file(info.id, whole.substr(0, 4 + 2 * box));
  std::size_t handed = 0;
  EXPECT_FALSE(blobs.read(info, key_of(1), [&](BytesView chunk) -> Result<> {
    handed += chunk.size();
    return {};
  }));
  EXPECT_EQ(handed, blob_chunk_bytes);
  put_file(info.id, whole.substr(0, 4) + whole.substr(4 + box, box) + whole.substr(4, box) + whole.substr(4 + 2 * box));
  EXPECT_FALSE(blobs.get(info, key_of(1)));
  put_file(info.id, whole + "x");
  EXPECT_FALSE(blobs.get(info, key_of(1)));
  put_file(info.id, whole);
  EXPECT_TRUE(blobs.get(info, key_of(1)));
}

TEST_F(BlobsTest, AnotherKeyAnotherTownOrAnotherFileIsRefused) {
  auto info = *blobs.put(pattern(10), key_of(1));
  auto other = *blobs.put(pattern(10), key_of(1));
  EXPECT_EQ(blobs.get(info, key_of(2)).error().code, "store.blob");
  EXPECT_FALSE((Blobs{"kamiamakusa", folder.path() / "blobs", random}.get(info, key_of(1))));
  put_file(info.id, file_bytes(other.id));
  EXPECT_FALSE(blobs.get(info, key_of(1))) << "one person's file in the place of another's";
  BlobInfo forged = other;
  forged.sha256[0] ^= 1;
  EXPECT_FALSE(blobs.get(forged, key_of(1)));
}

TEST_F(BlobsTest, NamesFromOutsideReachNoOtherFile) {
  for (std::string id : {"../../etc/passwd", "", "/etc/passwd", "0000"}) {
    EXPECT_EQ(blobs.get({id, 0, {}}, key_of(1)).error().kind, ErrorKind::not_found) << id;
    EXPECT_TRUE(blobs.remove(id));
  }
}

TEST_F(BlobsTest, AnUnfinishedOrTooLargeFileLeavesNothing) {
  {
    auto writer = blobs.begin(key_of(1), 100);
    ASSERT_TRUE(writer->write(pattern(60)));
    EXPECT_EQ(writer->write(pattern(60)).error().code, "store.blob_size");
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) EXPECT_FALSE(entry.is_regular_file());
  auto info = *blobs.put(pattern(10), key_of(1));
  ASSERT_TRUE(blobs.remove(info.id));
  EXPECT_EQ(blobs.get(info, key_of(1)).error().kind, ErrorKind::not_found);
}

// A full disk, as the limit on a file's size shows it: EFBIG comes from the same place as ENOSPC.
TEST_F(BlobsTest, AFullDiskIsAnErrorAndLeavesNothing) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit small{100'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  auto info = blobs.put(pattern(200'000), key_of(1));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, ErrorKind::unavailable);
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) EXPECT_FALSE(entry.is_regular_file());
  EXPECT_TRUE(blobs.put(pattern(200'000), key_of(1))) << "and it works again when there is room";
}

class BlobRowsTest : public TownTest {};
YAKUBA_ON_BOTH_DATABASES(BlobRowsTest);

TEST_P(BlobRowsTest, ARowKeepsAFileAndTheSweepTakesTheOthers) {
  Blobs blobs = store().blobs(town());
  auto kept = *blobs.put(pattern(100), key_of(1));
  auto orphan = *blobs.put(pattern(100), key_of(1));
  auto dropped = *blobs.put(pattern(100), key_of(1));
  ASSERT_TRUE(store().change(town(), [&](Tx& tx) -> Result<> {
    TRY(tx.keep_blob(kept, "case", "c1"));
    return tx.keep_blob(dropped, "case", "c1");
  }));
  EXPECT_EQ(*store().read(town(), [&](ReadTx& tx) { return tx.blob(kept.id); }), kept);
  EXPECT_EQ(store().read(town(), [&](ReadTx& tx) { return tx.blobs_of("case", "c1"); })->size(), 2U);
  ASSERT_TRUE(store().change(town(), [&](Tx& tx) { return tx.drop_blob(dropped.id); }));
  EXPECT_EQ(store().sweep(town(), clock().now())->blobs, 0) << "younger than a day";
  EXPECT_EQ(store().sweep(town(), clock().now(), -5)->blobs, 2);
  EXPECT_TRUE(blobs.get(kept, key_of(1)));
  EXPECT_FALSE(blobs.get(orphan, key_of(1)));
  EXPECT_FALSE(blobs.get(dropped, key_of(1)));
}

}  // namespace
}  // namespace yakuba::store
