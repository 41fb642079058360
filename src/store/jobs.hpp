// Work that follows a change: mail, documents, messages, deadlines. Rows are written by tx.enqueue in the change's own
// transaction; a JobRunner takes them when due. A handler may be called twice for one job (a kill between its work and
// the mark), so it is idempotent by job.key.
//
//   JobRunner runner(*store, {.workers = 2});
//   runner.handle("mail", [&](Town town, const Job& job) -> Result<> { return send(town, job); });
//   runner.handle_in_change("deadline", [](Tx& tx, const Job& job) -> Result<> { … });   // work and mark in one change
//   runner.start();   …   runner.stop();             // stop waits for running handlers
//   runner.run_due();                                // tests: everything due by the store's clock, on this thread
//
// An error puts the job off (retry_seconds_first · 2^(attempt−1), at most retry_seconds_max); after attempts_max it is
// dead: listed by tx.dead_jobs, started again by tx.retry_dead_job. A lease that ran out makes the job due again.
// Kinds without a handler in this process are left alone. Time is the store's clock; waiting is real.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/store.hpp"

namespace yakuba::store {

struct JobOptions {
  int workers = 2;
  int attempts_max = 10;
  int retry_seconds_first = 5;
  int retry_seconds_max = 6 * 3600;
  int lease_seconds = 300;
  int poll_ms = 1000;  // how long a worker sleeps at most before it looks for due jobs again
};

class JobRunner {
 public:
  JobRunner(Store& store, JobOptions options = {});
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  // Before start. A kind has one handler.
  void handle(std::string kind, std::function<Result<>(Town, const Job&)> handler);
  void handle_in_change(std::string kind, std::function<Result<>(Tx&, const Job&)> handler);

  void start();
  void stop();
  Result<int> run_due();  // number of handler calls; runs until nothing is due, jobs enqueued by handlers included

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yakuba::store
