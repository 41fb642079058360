// The workers on which handlers run: a bounded queue, refused when full. Inside edge/ only.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace yakuba::edge {

class Pool {
 public:
  using Work = std::move_only_function<void()>;
  Pool(int workers, std::size_t queue_max) : queue_max_(queue_max) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Pool() { join(); }

  // False when the queue is full and the work need not be done (`must` overrides, for work already begun).
  bool push(Work&& work, bool must) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_ || (!must && queue_.size() >= queue_max_)) return false;
      queue_.push_back(std::move(work));
    }
    woken_.notify_one();
    return true;
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }
  void join() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    woken_.notify_all();
    for (auto& thread : threads_)
      if (thread.joinable()) thread.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      woken_.wait(lock, [&] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      Work work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  const std::size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Work> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace yakuba::edge
