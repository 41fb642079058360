// The real clock and the real randomness: the only place where they enter the program.
#pragma once

#include "base/clock.hpp"

namespace yakuba {

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

class SystemRandom final : public RandomSource {  // the kernel's (libsodium)
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace yakuba
