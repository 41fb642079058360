// Packs in a town's store: immutable versions by hash, in force from a date; drafts and cases pin a hash.
//
//   auto layers = TRY(packs::read_layers({"packs/common", "packs/nagi"}));
//   packs::Imported done = packs::import(hall, town, layers, {.from = today, .actor = "console:root", .at = now});
//   for (const pack::Fault& fault : done.faults) …            // file, line, column, remedy; nothing was changed
//   pack::PackPtr pack = TRY(hall.packs.in_force(town, today)); // the last good one
//
// A faulty pack is refused whole; the town runs on with the version it had, and other towns notice nothing.
// Errors: packs.none (unavailable: nothing imported yet), packs.version (not_found), packs.folder (invalid).
// Threads: Shelf is shared by all; a version is read from the store once and kept.
#pragma once

#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "pack/load.hpp"

namespace yakuba::packs {

// Each folder is a layer; every regular file below it is read. Limits of pack::LoadLimits apply.
Result<std::vector<pack::LayerSource>> read_layers(const std::vector<std::filesystem::path>& folders);

struct Import {
  Date from;          // in force from this day
  std::string actor;  // who, for the log
  Instant at;
};
struct Imported {
  std::vector<pack::Fault> faults;
  pack::PackPtr pack;  // nothing when refused
  bool unchanged = false;
};
Result<Imported> import(store::Store& store, const store::Town& town, const std::vector<pack::LayerSource>& layers,
                        const Import& import);

class Shelf final : public hall::PackShelf {
 public:
  Shelf(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  Result<pack::PackPtr> in_force(const store::Town& town, Date day) override;
  Result<pack::PackPtr> version(const store::Town& town, const Hash& hash) override;

 private:
  struct InForce {
    Instant asked;
    Date day;
    std::string hash;
  };
  Result<std::string> hash_in_force(const store::Town& town, Date day);
  Result<pack::PackPtr> load(const store::Town& town, const std::string& hash);

  store::Store& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, InForce, std::less<>> in_force_;                   // by town
  std::map<std::pair<std::string, std::string>, pack::PackPtr> versions_;  // by town and hash
};

hall::Module module();

}  // namespace yakuba::packs
