// A thread that only waits gives its place to another. Whoever lends out a bounded number of threads (edge's pool of
// workers) learns when one of them has nothing to compute, so that the bound counts work and not waiting.
//
//   { const Waiting waiting; done.wait(false); }   // the store, until the commit is durable
//
// Without a lender on this thread (tests, commands, the store's own threads) Waiting does nothing.
// Threads: a Lender is told on the thread that waits. Lifetime: the lender outlives its threads.
#pragma once

namespace yakuba {

class Lender {
 public:
  virtual void begins_to_wait() = 0;
  virtual void goes_on() = 0;
  static Lender*& of_this_thread() {
    thread_local Lender* lender = nullptr;
    return lender;
  }

 protected:
  ~Lender() = default;
};

class Waiting {
 public:
  Waiting() : lender_(Lender::of_this_thread()) {
    if (lender_) lender_->begins_to_wait();
  }
  ~Waiting() {
    if (lender_) lender_->goes_on();
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Lender* lender_;
};

}  // namespace yakuba
