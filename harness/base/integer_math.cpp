#include "harness/base/integer_math.hpp"

#include <bit>

namespace seawall::base {

// ln(x) = ln(2) * log2(x). The integer part of log2 is the position of the highest bit; the
// fraction comes bit by bit from squaring the mantissa (Knuth, TAOCP 1, 1.2.2, exercise 25).
std::uint64_t negative_log(std::uint64_t x) {
  __extension__ using Wide = unsigned __int128;
  if (x == 0) x = 1;
  const int leading = std::countl_zero(x);
  std::uint64_t mantissa = x << leading;  // in [2^63, 2^64): 1.0 to 2.0
  std::uint64_t fraction = 0;             // of log2, in units of 2^-34
  for (int bit = 0; bit < 34; ++bit) {
    const Wide square = static_cast<Wide>(mantissa) * mantissa;  // in [2^126, 2^128)
    fraction <<= 1;
    if (square >> 127) {
      fraction |= 1;
      mantissa = static_cast<std::uint64_t>(square >> 64);
    } else {
      mantissa = static_cast<std::uint64_t>(square >> 63);
    }
  }
  // log2(x / 2^64) = (63 - leading) + fraction - 64 = -(leading + 1) + fraction.
  const std::uint64_t negative_log2 = (static_cast<std::uint64_t>(leading + 1) << 34) - fraction;
  constexpr std::uint64_t ln2 = 12786308645202655660ULL;  // ln(2) * 2^64
  return static_cast<std::uint64_t>((static_cast<Wide>(negative_log2) * ln2) >> 66);
}

}  // namespace seawall::base
