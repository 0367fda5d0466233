#include "harness/stats/proportion.hpp"

#include <cmath>
#include <numbers>

#include "harness/base/assert.hpp"

namespace seawall::stats {

double p_value_of_drop(Proportion before, Proportion after) {
  base::require(before.tries > 0 && after.tries > 0, "a share to compare has tries");
  const Proportion both{before.hits + after.hits, before.tries + after.tries};
  const double pooled = both.value();
  const double spread = pooled * (1 - pooled);
  if (spread <= 0) return 0.5;
  const double variance =
      spread * (1 / static_cast<double>(before.tries) + 1 / static_cast<double>(after.tries));
  const double z = (before.value() - after.value()) / std::sqrt(variance);
  return std::erfc(z / std::numbers::sqrt2) / 2;
}

}  // namespace seawall::stats
