// For tests of the whole program without a socket: the demonstration of 奈義町 as `yakuba demo seed` makes it, with few
// residents and without the past half year, on one database; requests go through the program's own dispatcher.
//
//   DemoHall demo(store::testing::Database::sqlite);
//   demo.seed();                                            // staff, residents, a case in every step, drafts
//   Visitor clerk(demo, web::Side::office_side);            // testing/visitor.hpp
//   clerk.sign_in("clerk");
//   demo.settle();                                          // what the server's workers would have done meanwhile
//
// Nothing is left to chance: the clock stands where it was put, randomness is seeded, the town's seal is one key for
// the whole test program, PostgreSQL's log entries are numbered by settle() and not by a thread of their own. So two of
// these that are treated alike give the same bytes. Threads: one test at a time.
#pragma once

#include "hall/testing/hall.hpp"
#include "yakuba/dispatch.hpp"

namespace yakuba::testing {

// The pack of the source tree with a town of a few residents; its version is that of the real one.
pack::PackPtr small_pack();

class SmallTown final : public hall::PackShelf {
 public:
  Result<pack::PackPtr> in_force(const store::Town&, Date) override { return small_pack(); }
  Result<pack::PackPtr> version(const store::Town&, const Hash& hash) override {
    if (hash != small_pack()->version) return fail(ErrorKind::not_found, "packs.version");
    return small_pack();
  }
};

class DemoHall {
 public:
  explicit DemoHall(store::testing::Database database);
  ~DemoHall();
  DemoHall(const DemoHall&) = delete;
  DemoHall& operator=(const DemoHall&) = delete;

  void seed();
  // Jobs that are due, periodic tasks once each, jobs again: a calm minute of the server.
  void settle();
  // PostgreSQL: numbers what was committed; the sequencer's work between two requests.
  void place();

  hall::Hall& hall() { return *hall_; }
  store::Town town() { return *town_; }
  store::Store& store() { return installed_.store(); }
  FixedClock& clock() { return installed_.clock; }
  const Dispatcher& dispatcher() const { return *dispatcher_; }
  web::Response answer(web::Request request);  // with an id of its own, as the edge gives one
  std::vector<log::Event> events();            // the whole log, in order
  bool places_by_itself = true;                // place() behind every request that may write

 private:
  std::vector<hall::Module> modules_;
  store::testing::Installed installed_;
  hall::testing::MemoryKeys keys_;
  SmallTown shelf_;
  exchange::Handover handover_;
  access::Gate gate_{access::PasswordCost{.passes = 1, .memory_bytes = 8192}};  // hundreds of wrong passwords
  std::optional<store::Town> town_;
  std::unique_ptr<hall::Hall> hall_;
  std::optional<Dispatcher> dispatcher_;
  int requests_ = 0;
};

}  // namespace yakuba::testing
