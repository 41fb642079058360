// Workers: how many compute, who is let in beside them, what is refused.
#include "edge/pool.hpp"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace yakuba::edge {
namespace {

using namespace std::chrono_literals;

// Work that ends when it is told to.
struct Held {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<std::size_t> at_work = 0;

  Pool::Work work() {
    return [this] {
      ++at_work;
      released.wait();
    };
  }
  bool reaches(std::size_t count) const {
    for (int i = 0; i < 500 && at_work < count; ++i) std::this_thread::sleep_for(10ms);
    return at_work == count;
  }
};

TEST(PoolTest, WhoComputesLongDoesNotHoldTheOthers) {
  Held held;
  Pool pool(1, 100);  // ends before what its work uses
  ASSERT_TRUE(pool.push(held.work(), false));
  ASSERT_TRUE(held.reaches(1));
  for (int round = 0; round < 3; ++round) {
    auto done = std::make_shared<std::promise<void>>();  // who hears of it may be gone before set_value ends
    auto heard = done->get_future();
    ASSERT_TRUE(pool.push([done] { done->set_value(); }, false));
    EXPECT_EQ(heard.wait_for(5s), std::future_status::ready);
  }
  held.release.set_value();
}

TEST(PoolTest, NoMoreThanItsBoundComputeAndTheQueueIsRefusedWhenFull) {
  Held held;
  Pool pool(2, 1);
  for (std::size_t i = 0; i < 2 + Pool::long_max; ++i) {
    ASSERT_TRUE(pool.push(held.work(), false));
    ASSERT_TRUE(held.reaches(i + 1)) << "a long one lets another in";
  }
  EXPECT_TRUE(pool.push(held.work(), false)) << "waits";
  EXPECT_FALSE(pool.push(held.work(), false)) << "one too many";
  EXPECT_TRUE(pool.push(held.work(), true)) << "what was begun goes on";
  std::this_thread::sleep_for(5 * Pool::patience);
  EXPECT_EQ(held.at_work, 2 + Pool::long_max);
  EXPECT_EQ(pool.waiting(), 2u);
  held.release.set_value();
  EXPECT_TRUE(held.reaches(4 + Pool::long_max));
}

// A worker that waits for a commit gives his place away at once, without anybody's patience.
TEST(PoolTest, WhoOnlyWaitsIsNotCounted) {
  std::atomic<std::size_t> waiting = 0;
  Pool pool(1, 100);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(pool.push(
        [&] {
          const Waiting lent;
          ++waiting;
          for (int k = 0; k < 500 && waiting < 20; ++k) std::this_thread::sleep_for(10ms);
        },
        false));
  for (int i = 0; i < 500 && waiting < 20; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(waiting, 20u);
}

}  // namespace
}  // namespace yakuba::edge
