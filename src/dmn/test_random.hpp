// Numbers that are the same in every run, for tests that damage documents (xorshift64: G. Marsaglia, 2003).
#pragma once

#include <cstddef>
#include <cstdint>

namespace yakuba::dmn::test {

class SameRandom {
 public:
  std::size_t operator()(std::size_t below) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::size_t>(state_ % below);
  }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

}  // namespace yakuba::dmn::test
