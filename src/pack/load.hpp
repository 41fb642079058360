// Reading and checking packs. No disk: the caller gives each layer as path → bytes.
//
//   pack::Loaded loaded = pack::load({{.name = "packs/common", .files = common}, {.name = "packs/nagi", .files =
//   nagi}}); for (const pack::Fault& fault : loaded.faults) fmt::print("{}\n", pack::describe(fault, "ja")); if
//   (loaded.pack) shelf.put("nagi", loaded.pack);
//
// Nothing throws and nothing stops at the first fault. A pack with any fault of severity `error` is not returned: the
// town runs on with its last good one. Pure and thread-safe; a pack of 200 files is read and proved in well under a
// second.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "pack/check.hpp"
#include "pack/pack.hpp"

namespace yakuba::pack {

struct LayerSource {
  std::string name;                                       // prefix shown in faults: "packs/nagi"
  std::map<std::string, std::string, std::less<>> files;  // path inside the layer, '/' separated → bytes
};

struct Loaded {
  PackPtr pack;               // nothing when a fault of severity error was found
  std::vector<Fault> faults;  // errors and warnings, ordered by file, line, column
};

struct LoadLimits {
  std::size_t files_max = 5'000;
  std::size_t file_bytes_max = 4 * 1024 * 1024;
  std::size_t faults_max = 1'000;
  // False: skip the examples of procedures, most of the time of a load. For a version that was proved when it was
  // imported.
  bool run_examples = true;
};

// Layers lowest first; each but the first must extend the one before it.
Loaded load(std::span<const LayerSource> layers, const LoadLimits& limits = {});

// Content hash of one layer: SHA-256 over sorted (path, SHA-256 of bytes), without the file "signature".
// A signed layer carries "signature": base64 of an Ed25519 signature over this hash.
Hash content_hash(const LayerSource& layer);
enum class SignatureState { unsigned_, valid, wrong };
SignatureState check_signature(const LayerSource& layer, BytesView public_key);

}  // namespace yakuba::pack
