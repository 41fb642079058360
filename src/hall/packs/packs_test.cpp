// Packs of a town on both databases: brought in, refused whole, found again by their hash.
#include "hall/packs/packs.hpp"

#include <gtest/gtest.h>

#include "hall/testing/hall.hpp"

namespace yakuba::packs {
namespace {

class PacksTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override { return {module()}; }
  Imported imported(const std::vector<pack::LayerSource>& layers, std::string_view from) {
    auto done =
        import(store(), town(), layers, {.from = *Date::parse(from), .actor = "console:test", .at = clock().now()});
    EXPECT_TRUE(done) << describe(done.error());
    return done ? std::move(*done) : Imported{};
  }
};
YAKUBA_ON_BOTH_DATABASES(PacksTest);

TEST_P(PacksTest, AFaultyPackIsRefusedWholeAndTheLastGoodOneStays) {
  Shelf shelf(store(), clock());
  EXPECT_EQ(shelf.in_force(town(), today()).error().code, "packs.none");
  const auto layers = hall::testing::nagi_layers();
  const Imported good = imported(layers, "2026-04-01");
  ASSERT_TRUE(good.pack);
  EXPECT_FALSE(good.unchanged);
  EXPECT_TRUE(imported(layers, "2026-04-01").unchanged) << "the same pack again changes nothing";

  auto broken = layers;
  broken.back().files["criteria/kessai.md"] = "+++\nid = \"kessai.senketsu\"\n+++\n# ?\n";
  const Imported refused = imported(broken, "2026-05-01");
  EXPECT_FALSE(refused.pack);
  ASSERT_FALSE(refused.faults.empty());
  const auto still = shelf.in_force(town(), today());
  ASSERT_TRUE(still) << describe(still.error());
  EXPECT_EQ((*still)->version, good.pack->version);
  EXPECT_FALSE(shelf.in_force(town(), *Date::parse("2026-03-31"))) << "not in force yet";
}

TEST_P(PacksTest, AnOldVersionIsFoundByItsHash) {
  const auto layers = hall::testing::nagi_layers();
  const Imported first = imported(layers, "2026-04-01");
  auto changed = layers;
  changed.back().files["people/staff.toml"] += "\n# changed\n";
  const Imported second = imported(changed, "2026-10-01");
  ASSERT_TRUE(first.pack && second.pack);
  EXPECT_NE(first.pack->version, second.pack->version);

  Shelf fresh(store(), clock());  // as after a restart: out of the store
  EXPECT_EQ((*fresh.in_force(town(), today()))->version, second.pack->version);
  const auto old = fresh.version(town(), first.pack->version);
  ASSERT_TRUE(old) << describe(old.error());
  EXPECT_EQ((*old)->version, first.pack->version);
  EXPECT_EQ(fresh.version(town(), Hash{}).error().code, "packs.version");
}

TEST_P(PacksTest, AFolderThatIsNotThereIsSaid) {
  const auto missing = read_layers({"no/such/folder"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "packs.folder");
}

}  // namespace
}  // namespace yakuba::packs
