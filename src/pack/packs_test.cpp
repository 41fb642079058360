// The packs of this repository: read from disk as the program does, proved, and used.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "pack/evaluation.hpp"
#include "pack/load.hpp"

namespace yakuba::pack {
namespace {

LayerSource layer(const std::string& name) {
  LayerSource out{"packs/" + name, {}};
  const std::filesystem::path root = std::filesystem::path(YAKUBA_SOURCE_DIR) / "packs" / name;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out.files[std::filesystem::relative(entry.path(), root).generic_string()] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

std::string faults_of(const Loaded& loaded) {
  std::string out;
  for (const Fault& fault : loaded.faults) out += describe(fault, "ja") + "\n";
  return out;
}

TEST(Packs, CommonWithNagiHasNoFault) {
  const Loaded loaded = load(std::array{layer("common"), layer("nagi")});
  EXPECT_EQ(faults_of(loaded), "");
  ASSERT_TRUE(loaded.pack);
}

}  // namespace
}  // namespace yakuba::pack
