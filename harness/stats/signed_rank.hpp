// Whether paired differences lie above zero, by how much, and how sure that is, without any
// assumption but that they scatter evenly around their middle. Everything is counted in integers,
// so that a verdict is the same on every machine.
//
//   test      Wilcoxon's signed rank, one-sided, exact: Wilcoxon, Biometrics Bulletin 1 (1945).
//             Zeros keep their ranks and count for neither side: Pratt, JASA 54 (1959). Ties get
//             the middle of their ranks.
//   estimate  the median of all (d_i + d_j) / 2, i <= j: Hodges and Lehmann, Annals of Mathematical
//             Statistics 34 (1963)
//   bounds    those averages in order (Walsh; Tukey 1949), as Hollander, Wolfe and Chicken,
//             "Nonparametric Statistical Methods", section 3.3, have them
//
// Differences are in any unit, and so are estimate and bounds. There are 1 to 62 of them, each
// below 2^61 in magnitude.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "harness/base/units.hpp"

namespace seawall::stats {

// So many of the 2^signs ways to give every difference a sign, all of them equally likely where
// nothing differs.
struct SignChance {
  std::uint64_t ways = 1;
  int signs = 0;
  bool is_below(base::Share share) const;
  bool is_above(base::Share share) const;
  double value() const;  // for people
};

// How likely a sum of the positive ranks is that is at least as large, were there no difference.
SignChance chance_of_signed_rank(std::span<const std::int64_t> differences);

// Rounded towards zero.
std::int64_t hodges_lehmann(std::span<const std::int64_t> differences);

// What the true difference exceeds, or stays below, with at least this confidence, of one side; a
// two-sided interval of 95 % has the bounds of 97.5 %. None: that many differences cannot say it.
std::optional<std::int64_t> lower_bound(std::span<const std::int64_t> differences,
                                        base::Share confidence);
std::optional<std::int64_t> upper_bound(std::span<const std::int64_t> differences,
                                        base::Share confidence);

}  // namespace seawall::stats
