#include "yakuba/system.hpp"

#include <chrono>

#include <sodium.h>

namespace yakuba {

Instant SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  static const int ready = sodium_init();  // safe to call from several threads once; negative only without entropy
  if (ready < 0) std::abort();
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace yakuba
