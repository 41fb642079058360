// The workers on which handlers run: a bounded queue, refused when full. Inside edge/ only.
//
// `workers` bounds how many handlers compute at a time. One that only waits for a commit (base/waiting.hpp) is not
// counted, so that many submissions wait for one sync of the disk. Threads are made when they are needed.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/waiting.hpp"

namespace yakuba::edge {

class Pool final : private Lender {
 public:
  using Work = std::move_only_function<void()>;
  static constexpr std::size_t waiting_max = 120;  // handlers that wait beside those that compute

  Pool(int workers, std::size_t queue_max)
      : workers_(static_cast<std::size_t>(std::max(1, workers))), queue_max_(queue_max) {
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

  // For what waits in the queue, as far as the bound allows: an idle thread, else a new one. Under the lock.
  void find_somebody() {
    if (queue_.empty() || working_ >= workers_) return;
    if (std::min(queue_.size(), workers_ - working_) > idle_ && threads_.size() < workers_ + waiting_max && !ending_) {
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
    of_this_thread() = this;
    std::unique_lock lock(mutex_);
    for (;;) {
      woken_.wait(lock, [&] { return ending_ || (!queue_.empty() && working_ < workers_); });
      if (queue_.empty()) return;
      --idle_;
      ++working_;
      Work work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
      --working_;
      ++idle_;
    }
  }

  const std::size_t workers_, queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Work> queue_;
  std::size_t working_ = 0, idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace yakuba::edge
