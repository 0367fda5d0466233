#include "harness/stats/proportion_interval.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/assert.hpp"

namespace seawall::stats {

Interval wilson_interval(Proportion share, double z) {
  base::require(share.tries > 0, "a share to compare has tries");
  const double p = share.value();
  const auto n = static_cast<double>(share.tries);
  const double middle = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (middle - half) / scale), std::min(1.0, (middle + half) / scale)};
}

Interval newcombe_interval(Proportion before, Proportion after, double z) {
  const Interval of_before = wilson_interval(before, z);
  const Interval of_after = wilson_interval(after, z);
  const auto root_of_squares = [](double a, double b) { return std::sqrt(a * a + b * b); };
  const double difference = after.value() - before.value();
  return {
      difference - root_of_squares(after.value() - of_after.low, of_before.high - before.value()),
      difference + root_of_squares(of_after.high - after.value(), before.value() - of_before.low)};
}

}  // namespace seawall::stats
