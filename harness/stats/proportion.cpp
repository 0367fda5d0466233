#include "harness/stats/proportion.hpp"

#include <cmath>

#include "harness/base/assert.hpp"

namespace seawall::stats {

double z_of_drop(Proportion before, Proportion after) {
  base::require(before.tries > 0 && after.tries > 0, "a share to compare has tries");
  const Proportion both{before.hits + after.hits, before.tries + after.tries};
  const double pooled = both.value();
  const double spread = pooled * (1 - pooled);
  if (spread <= 0) return 0;
  const double variance =
      spread * (1 / static_cast<double>(before.tries) + 1 / static_cast<double>(after.tries));
  return (before.value() - after.value()) / std::sqrt(variance);
}

bool is_significant_drop(Proportion before, Proportion after) {
  constexpr double z_of_one_percent = 2.3263478740408408;  // the normal quantile of 99 %
  return z_of_drop(before, after) > z_of_one_percent;
}

}  // namespace seawall::stats
