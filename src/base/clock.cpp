#include "base/clock.hpp"

#include <bit>
#include <cstring>

namespace yakuba {

std::uint64_t RandomSource::next() {
  std::uint64_t value = 0;
  fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
  return value;
}

std::uint64_t RandomSource::below(std::uint64_t bound) {
  // Rejection keeps the distribution uniform for every bound.
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = next();
    if (value >= threshold) return value % bound;
  }
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  // splitmix64 spreads the seed over the state (Steele, Lea, Flood 2014).
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15u;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    word = z ^ (z >> 31);
  }
}

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  // xoshiro256** (Blackman, Vigna 2018), eight bytes a step, little end first on every machine.
  std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < bytes.size();) {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    for (int k = 0; k < 8 && i < bytes.size(); ++k, ++i) bytes[i] = static_cast<std::uint8_t>(result >> (8 * k));
  }
}

}  // namespace yakuba
