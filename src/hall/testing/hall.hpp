// For tests of capabilities: a whole hall on each database — real store, real packs of packs/, keys in memory, messages
// handed over at once, a clock that stands still.
//
//   class CasesTest : public hall::testing::HallTest {
//     std::vector<hall::Module> modules() const override { return {packs::module(), exchange::module(),
//     cases::module()}; }
//   };
//   YAKUBA_ON_BOTH_DATABASES(CasesTest);
//   TEST_P(CasesTest, OpensACase) { auto id = cases::receive(hall(), …); }
//
// Call a route's handler with `answer(request)`: as anonymous, or as `actor`. The town is nagi with packs/common and
// packs/nagi in force from 2024-10-01. Threads: one test at a time.
#pragma once

#include "hall/exchange/exchange.hpp"
#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "hall/packs/packs.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::hall::testing {

// Keys that are made once from a seed and live in memory.
class MemoryKeys final : public Keys {
 public:
  Result<Key256> key(const store::Town& town, std::string_view purpose) override;
  Result<SigningKey> signing_key(const store::Town& town, std::string_view purpose) override;
  Result<std::optional<Secret<std::string>>> file(const store::Town& town, std::string_view name) override;
  Result<> put_file(const store::Town& town, std::string_view name, const Secret<std::string>& content) override;

 private:
  Bytes bytes(const store::Town& town, std::string_view purpose);
  std::mutex mutex_;
  std::map<std::string, Bytes> keys_;
  std::map<std::string, std::string> files_;
};

// The packs of the source tree, read and proved once per test program.
pack::PackPtr nagi_pack();
std::vector<pack::LayerSource> nagi_layers();

// One pack in force for ever: proving a pack again in every test would take longer than the tests.
class OnePack final : public PackShelf {
 public:
  Result<pack::PackPtr> in_force(const store::Town&, Date) override { return nagi_pack(); }
  Result<pack::PackPtr> version(const store::Town&, const Hash& hash) override {
    if (hash != nagi_pack()->version) return fail(ErrorKind::not_found, "packs.version");
    return nagi_pack();
  }
};

class HallTest : public store::testing::TownTest {
 protected:
  virtual std::vector<Module> modules() const = 0;
  virtual Sides sides() const { return Sides::both; }

  std::vector<store::MigrationSet> migrations() const override;
  void SetUp() override;
  void TearDown() override;

  Hall& hall() { return *hall_; }
  const pack::Pack& pack() { return *nagi_pack(); }
  Date today() { return date_in_japan(clock().now()); }
  // The handler of the route that matches, run as `actor` (no gate, no session): for pages.
  web::Response answer(const web::Request& request, web::Side side = web::Side::office_side,
                       const access::Actor& actor = {});

 private:
  mutable std::vector<Module> modules_;
  MemoryKeys keys_;
  OnePack shelf_;
  exchange::Handover handover_;
  std::unique_ptr<access::Gate> gate_;
  std::unique_ptr<Hall> hall_;
};

}  // namespace yakuba::hall::testing
