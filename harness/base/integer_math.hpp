// Logarithm and exponential in integers. libm's differ in the last bit between machines with and
// without fused multiply-add, and one bit in an arrival time changes every event that follows.
#pragma once
#include <cstdint>

namespace seawall::base {

// -ln(x / 2^64) for x > 0, in units of 2^-32; x = 0 counts as 1. Error below 2^-28.
std::uint64_t negative_log(std::uint64_t x);

// value * numerator / denominator without overflow in between; denominator > 0. Rounds down.
constexpr std::int64_t scale(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  __extension__ using Wide = __int128;
  return static_cast<std::int64_t>(static_cast<Wide>(value) * numerator / denominator);
}

}  // namespace seawall::base
