// How many times one time is another, as a logarithm in integers: ratios then add up, their
// averages are geometric, and "10 % slower" and "10 % faster" again cancel out.
#pragma once
#include <cmath>
#include <cstdint>

#include "harness/base/integer_math.hpp"
#include "harness/base/units.hpp"

namespace seawall::stats {

// Units of a logarithm: 2^-32. Errors of what is below are under 2^-27, a hundredth of a millionth.
inline constexpr double log_units = 4294967296.0;

// ln(to / from). What is below 1 ns counts as 1 ns.
inline std::int64_t log_ratio(base::Duration from, base::Duration to) {
  const auto minus_log = [](base::Duration time) {
    const std::int64_t ns = time.count() < 1 ? 1 : time.count();
    return static_cast<std::int64_t>(base::negative_log(static_cast<std::uint64_t>(ns)));
  };
  return minus_log(from) - minus_log(to);
}

// ln(1 + change): the ratio beyond which something is this share larger.
inline std::int64_t log_of_change(base::Share change) {
  return log_ratio(base::Duration(base::Share::all().ppm),
                   base::Duration(base::Share::all().ppm + change.ppm));
}

// The change that a logarithm stands for: 0.1 is 10 % more. For people.
inline double change_of_log(std::int64_t log) {
  return std::expm1(static_cast<double>(log) / log_units);
}

}  // namespace seawall::stats
