// The repository's packs, read from disk as the program does. Only for tests of this folder.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "pack/load.hpp"

namespace yakuba::pack {

inline LayerSource layer_on_disk(const std::string& name) {
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

inline std::string words_of(const std::vector<Fault>& faults, std::string_view language = "ja") {
  std::string out;
  for (const Fault& fault : faults) out += describe(fault, language) + "\n";
  return out;
}

// A pack that tests stand on. When it is refused nothing else can be said: the faults are printed and the program ends.
inline PackPtr faultless(const Loaded& loaded) {
  if (loaded.pack) return loaded.pack;
  std::fprintf(stderr, "the packs of the repository are refused:\n%s", words_of(loaded.faults).c_str());
  std::exit(EXIT_FAILURE);
}

// The town's pack, loaded once for all tests.
inline PackPtr pack_of(const std::string& town) {
  static std::map<std::string, PackPtr> loaded;
  PackPtr& pack = loaded[town];
  if (!pack) {
    pack = faultless(load(std::array{layer_on_disk("common"), layer_on_disk(town)}));
  }
  return pack;
}

}  // namespace yakuba::pack
