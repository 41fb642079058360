#include "yakuba/system.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <sodium.h>

namespace yakuba {

Instant SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

namespace {

// The system is asked for many bytes at once. What was given is wiped at once: it cannot be read out of memory later.
class Drawn {
 public:
  void take(std::span<std::uint8_t> bytes) {
    if (bytes.size() > store_.size() - at_) {
      randombytes_buf(store_.data(), store_.size());
      at_ = 0;
    }
    std::ranges::copy(std::span(store_).subspan(at_, bytes.size()), bytes.begin());
    sodium_memzero(store_.data() + at_, bytes.size());
    at_ += bytes.size();
  }
  static constexpr std::size_t bytes_max = 64;  // larger requests go to the system themselves

 private:
  std::array<std::uint8_t, 1'024> store_;
  std::size_t at_ = store_.size();
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  static const int ready = sodium_init();  // safe to call from several threads once; negative only without entropy
  if (ready < 0) std::abort();
  if (bytes.size() > Drawn::bytes_max) return randombytes_buf(bytes.data(), bytes.size());
  thread_local Drawn drawn;
  drawn.take(bytes);
}

}  // namespace yakuba
