// The workers on which handlers run: a bounded queue, refused when full. Inside edge/ only.
//
// `workers` bounds how many handlers compute at a time: as many as there are processors, so that they do not push each
// other aside. One that only waits for a commit (base/waiting.hpp) is not counted, so that many submissions wait for
// one sync of the disk. When something waits and nobody takes it for `patience`, somebody computes long (a batch, a
// large letter): then one more may compute beside him, `long_max` at most. Threads are made when they are needed.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <sched.h>

#include "base/waiting.hpp"

namespace yakuba::edge {

// Who is woken waits for his turn instead of pushing aside whoever is at work (SCHED_BATCH, sched(7)): the loops and
// the workers hand each other many requests at a turn. Refused by the system, it only costs turns.
inline void let_others_finish() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_BATCH, &none);
}

class Pool final : private Lender {
 public:
  using Work = std::move_only_function<void()>;
  static constexpr std::size_t waiting_max = 120;  // handlers that wait beside those that compute
  static constexpr std::size_t long_max = 4;       // handlers that compute beside those of the bound
  static constexpr std::chrono::milliseconds patience{10};

  Pool(int workers, std::size_t queue_max)
      : workers_(static_cast<std::size_t>(std::max(1, workers))), queue_max_(queue_max) {
    threads_.emplace_back([this] { watch(); });
    add_thread();
  }
  ~Pool() { join(); }

  // False when the queue is full and the work need not be done (`must` overrides, for work already begun).
  bool push(Work&& work, bool must) {
    const std::lock_guard lock(mutex_);
    if (ending_ || (!must && queue_.size() >= queue_max_)) return false;
    queue_.push_back(std::move(work));
    find_somebody();
    return true;
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }
  void join() {
    std::vector<std::thread> threads;
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      threads.swap(threads_);
    }
    woken_.notify_all();
    watched_.notify_all();
    for (auto& thread : threads) thread.join();
  }

 private:
  void begins_to_wait() override {
    const std::lock_guard lock(mutex_);
    --working_;
    find_somebody();
  }
  void goes_on() override {  // at once, even when others took its place: its work is nearly done
    const std::lock_guard lock(mutex_);
    ++working_;
  }

  std::size_t bound() const { return workers_ + beside_; }

  // For what waits in the queue, as far as the bound allows: an idle thread, else a new one. Under the lock.
  void find_somebody() {
    if (queue_.empty()) return;
    if (working_ >= bound()) {
      if (!watching_) watched_.notify_one();
      watching_ = true;
      return;
    }
    if (std::min(queue_.size(), bound() - working_) > idle_ && threads_.size() < workers_ + waiting_max && !ending_) {
      try {
        add_thread();
      } catch (const std::system_error&) {  // the machine gives no more: those that are there take turns
      }
    }
    woken_.notify_one();
  }
  void add_thread() {
    threads_.emplace_back([this] { run(); });
    ++idle_;
  }

  void run() {
    let_others_finish();
    of_this_thread() = this;
    std::unique_lock lock(mutex_);
    for (;;) {
      woken_.wait(lock, [&] { return ending_ || (!queue_.empty() && working_ < bound()); });
      if (queue_.empty()) return;
      --idle_;
      ++working_;
      ++taken_;
      Work work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      const auto began = std::chrono::steady_clock::now();
      work();
      work = nullptr;
      const bool long_work = std::chrono::steady_clock::now() - began > patience;
      lock.lock();
      --working_;
      ++idle_;
      if (long_work && beside_ > 0) --beside_;
    }
  }

  // Asleep while the workers keep up; else it looks whether the queue moves.
  void watch() {
    std::unique_lock lock(mutex_);
    for (;;) {
      watched_.wait(lock, [&] { return ending_ || watching_; });
      const std::uint64_t taken = taken_;
      if (watched_.wait_for(lock, patience, [&] { return ending_; })) return;
      watching_ = !queue_.empty();
      if (!watching_ || taken != taken_ || beside_ == long_max || working_ < bound()) continue;
      ++beside_;
      find_somebody();
    }
  }

  const std::size_t workers_, queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable woken_, watched_;
  std::deque<Work> queue_;
  std::size_t working_ = 0, idle_ = 0, beside_ = 0;
  std::uint64_t taken_ = 0;
  bool watching_ = false, ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace yakuba::edge
