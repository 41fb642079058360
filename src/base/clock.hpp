// Time and randomness enter as arguments, so a whole year of a town can be replayed from one seed.
// The real ones (SystemClock, SystemRandom) live in src/yakuba; tests use FixedClock and SeededRandom.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "base/date.hpp"

namespace yakuba {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;  // thread-safe
};

// A clock that stands where it was put and moves by hand. Thread-safe.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant start) : now_(start.microseconds) {}
  Instant now() const override { return Instant{now_.load()}; }
  void set(Instant instant) { now_.store(instant.microseconds); }
  void advance_seconds(std::int64_t seconds) { now_.fetch_add(seconds * 1'000'000); }

 private:
  std::atomic<std::int64_t> now_;
};

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;  // thread-safe
  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound); bound > 0
};

// xoshiro256** from a seed: the same bytes on every machine. For tests and synthetic people, never for secrets.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::mutex mutex_;
  std::uint64_t state_[4];
};

}  // namespace yakuba
