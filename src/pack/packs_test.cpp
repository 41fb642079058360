// The packs of this repository: read from disk as the program does, proved, and used.
#include <gtest/gtest.h>

#include "pack/evaluation.hpp"
#include "pack/load.hpp"
#include "pack/test_packs.hpp"

namespace yakuba::pack {
namespace {

TEST(Packs, CommonAloneHasNoFault) {
  EXPECT_EQ(words_of(load(std::array{layer_on_disk("common")}).faults), "");
}

TEST(Packs, CommonWithNagiHasNoFault) {
  const Loaded loaded = load(std::array{layer_on_disk("common"), layer_on_disk("nagi")});
  EXPECT_EQ(words_of(loaded.faults), "");
  ASSERT_TRUE(loaded.pack);
}

TEST(Packs, CommonWithKamiamakusaHasNoFault) {
  const Loaded loaded = load(std::array{layer_on_disk("common"), layer_on_disk("kamiamakusa")});
  EXPECT_EQ(words_of(loaded.faults), "");
  ASSERT_TRUE(loaded.pack);
}

}  // namespace
}  // namespace yakuba::pack
