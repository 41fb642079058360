// Jobs follow their change, run once by key, come again after an error, and are never lost by a worker that dies.
#include "store/jobs.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "store/testing/notes.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

using namespace testing;

class JobsTest : public TownTest {
 protected:
  std::vector<MigrationSet> migrations() const override { return {{"testing", note_migrations}}; }
  bool enqueue(const Job& job) {
    return *store().change(town(), [&](Tx& tx) { return tx.enqueue(job); });
  }
  std::int64_t jobs(std::string_view state) {
    return *store().read(town(), [&](ReadTx& tx) { return tx.counted_jobs(state); });
  }
};
YAKUBA_ON_BOTH_DATABASES(JobsTest);

TEST_P(JobsTest, AKeyIsEnqueuedOnceAndRunsOnce) {
  EXPECT_TRUE(enqueue({.kind = "mail", .key = "case1", .payload = "宛先 7"}));
  EXPECT_FALSE(enqueue({.kind = "mail", .key = "case1", .payload = "other"}));
  EXPECT_TRUE(enqueue({.kind = "print", .key = "case1"}));
  std::vector<std::string> ran;
  JobRunner runner(store());
  runner.handle("mail", [&](Town, const Job& job) -> Result<> {
    ran.push_back(job.key + " " + job.payload + " " + std::to_string(job.attempts));
    return {};
  });
  EXPECT_EQ(*runner.run_due(), 1);
  EXPECT_EQ(*runner.run_due(), 0);
  EXPECT_EQ(ran, (std::vector<std::string>{"case1 宛先 7 1"}));
  EXPECT_FALSE(enqueue({.kind = "mail", .key = "case1"})) << "done jobs keep their key";
  EXPECT_EQ(jobs("waiting"), 1) << "a kind without a handler here is left alone";
}

TEST_P(JobsTest, AJobOfAFailedChangeNeverExisted) {
  EXPECT_FALSE(store().change(town(), [&](Tx& tx) -> Result<> {
    TRY(tx.enqueue({.kind = "mail", .key = "1"}));
    return fail(ErrorKind::conflict, "test.refused");
  }));
  EXPECT_EQ(jobs("waiting"), 0);
}

TEST_P(JobsTest, ComesWhenDueAndAfterErrorsLaterAndLaterUntilItIsDead) {
  EXPECT_TRUE(enqueue({.kind = "mail", .key = "1", .due = clock().now().plus_seconds(60)}));
  int calls = 0;
  JobRunner runner(store(), {.attempts_max = 3, .retry_seconds_first = 10});
  runner.handle("mail", [&](Town, const Job&) -> Result<> {
    ++calls;
    return fail(ErrorKind::unavailable, "mail.down", "郵便サーバー");
  });
  EXPECT_EQ(*runner.run_due(), 0);
  clock().advance_seconds(60);
  EXPECT_EQ(*runner.run_due(), 1);
  clock().advance_seconds(9);
  EXPECT_EQ(*runner.run_due(), 0);
  clock().advance_seconds(1);
  EXPECT_EQ(*runner.run_due(), 1);
  clock().advance_seconds(19);
  EXPECT_EQ(*runner.run_due(), 0) << "the second wait is twice the first";
  clock().advance_seconds(1);
  EXPECT_EQ(*runner.run_due(), 1);
  EXPECT_EQ(jobs("dead"), 1);
  auto dead = *store().read(town(), [](ReadTx& tx) { return tx.dead_jobs(); });
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].attempts, 3);
  EXPECT_NE(dead[0].last_error.find("mail.down"), std::string::npos);
  clock().advance_seconds(1'000'000);
  EXPECT_EQ(*runner.run_due(), 0);
  EXPECT_TRUE(*store().change(town(), [&](Tx& tx) { return tx.retry_dead_job(dead[0].id); }));
  EXPECT_EQ(*runner.run_due(), 1);
  EXPECT_EQ(calls, 4);
}

TEST_P(JobsTest, WorkInTheChangeAndItsMarkAreOne) {
  EXPECT_TRUE(enqueue({.kind = "deadline", .key = "1"}));
  int calls = 0;
  JobRunner runner(store(), {.retry_seconds_first = 1});
  runner.handle_in_change("deadline", [&](Tx& tx, const Job&) -> Result<> {
    TRY(tx.run<AddNote>({.word = "from the job", .amount = 1}));
    if (++calls == 1) return fail(ErrorKind::conflict, "test.first");
    TRY(tx.enqueue({.kind = "deadline", .key = "2"}));
    return {};
  });
  EXPECT_EQ(*runner.run_due(), 1);
  EXPECT_EQ(store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); }).value()->notes, 0);
  clock().advance_seconds(1);
  // The second run adds the note and the next job, whose note breaks the unique word and is put off.
  EXPECT_EQ(*runner.run_due(), 2);
  EXPECT_EQ(jobs("done"), 1);
  EXPECT_EQ(jobs("waiting"), 1);
  EXPECT_EQ(store().read(town(), [](ReadTx& tx) { return tx.one<CountNotes>(); }).value()->notes, 1);
}

TEST_P(JobsTest, ALeaseThatRanOutGivesTheJobToAnotherAndTheLateOneDoesNotEndIt) {
  EXPECT_TRUE(enqueue({.kind = "slow", .key = "1"}));
  JobRunner second(store(), {.lease_seconds = 60});
  int second_calls = 0;
  second.handle("slow", [&](Town, const Job& job) -> Result<> {
    ++second_calls;
    EXPECT_EQ(job.attempts, 2);
    return fail(ErrorKind::unavailable, "test.later");
  });
  JobRunner first(store(), {.lease_seconds = 60});
  first.handle("slow", [&](Town, const Job&) -> Result<> {
    clock().advance_seconds(61);  // this worker sleeps past its lease
    EXPECT_EQ(*second.run_due(), 1);
    return {};
  });
  EXPECT_EQ(*first.run_due(), 1);
  EXPECT_EQ(second_calls, 1);
  EXPECT_EQ(jobs("done"), 0) << "the late worker's success does not end the second attempt";
  EXPECT_EQ(jobs("waiting"), 1);
}

TEST_P(JobsTest, WorkersWakeAtOnceAndShareTheWork) {
  std::mutex mutex;
  std::multiset<std::string> ran;
  JobRunner runner(store(), {.workers = 3, .poll_ms = 60'000});
  runner.handle("mail", [&](Town, const Job& job) -> Result<> {
    std::lock_guard lock(mutex);
    ran.insert(job.key);
    return {};
  });
  runner.start();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(enqueue({.kind = "mail", .key = std::to_string(i)}));
  for (int i = 0; i < 500 && jobs("done") < 30; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  runner.stop();
  EXPECT_EQ(ran.size(), 30U) << "woken by the enqueue, not by the poll of a minute";
  EXPECT_EQ(std::set(ran.begin(), ran.end()).size(), 30U);
}

TEST_P(JobsTest, RefusesJobsWithoutKindOrKeyOrTooLarge) {
  auto code = [&](const Job& job) {
    return store().change(town(), [&](Tx& tx) { return tx.enqueue(job); }).error().code;
  };
  EXPECT_EQ(code({.kind = "", .key = "1"}), "store.job");
  EXPECT_EQ(code({.kind = "mail", .key = ""}), "store.job");
  EXPECT_EQ(code({.kind = "mail", .key = "1", .payload = std::string(65 * 1024, 'x')}), "store.job");
}

}  // namespace
}  // namespace yakuba::store
