// One metric over pairs of runs, A and B side by side on one machine: how much slower B is, how
// sure that is, and whether it is beyond what is tolerated. It is B's ratio to A, pair by pair,
// that is looked at, because what disturbs a machine for a while disturbs both runs of a pair.
#pragma once
#include <optional>
#include <span>

#include "harness/compare/figures.hpp"
#include "harness/stats/proportion.hpp"
#include "harness/stats/proportion_interval.hpp"
#include "harness/stats/signed_rank.hpp"

namespace seawall::compare {

// The metrics that decide in wall time. Three quantiles and no more: with eighteen, a gate raises
// false alarms in 1.3 of 100 comparisons of equals.
inline constexpr std::array deciding_metrics = {Metric::p50, Metric::p90, Metric::p99,
                                                Metric::errors};

struct Pair {
  // ln(B / A) of p50, p90 and p99, in stats::log_units.
  std::array<std::int64_t, 3> log_ratios{};
  stats::Proportion errors_a, errors_b;  // without tries: not known
};

// Of whole runs, all request names together.
Pair pair_of(const RequestFigures& a, const RequestFigures& b);

struct Judgement {
  Metric metric = Metric::p50;
  bool is_known = true;  // errors, where nobody counted them: nothing else is set then
  // Quantiles: logarithms of B / A. Errors: differences of shares in parts per million.
  std::int64_t tolerated = 0;
  std::int64_t estimate = 0;  // Hodges and Lehmann's; of errors, the difference of all together
  std::optional<std::int64_t> low, high;  // two-sided, 95 %; none: too few pairs for one
  stats::SignChance chance;               // of such ranks or more extreme ones, were A and B equal

  // Slower beyond what is tolerated, and by chance less often than this.
  bool is_worse(base::Share chance_below) const;
  // Its one-sided bound of the confidence that judge() was asked for is below what is tolerated.
  bool is_within = false;
};

// At least one pair, at most 62. `pass_confidence`: of the bound that is_within looks at.
Judgement judge(Metric metric, std::span<const Pair> pairs, const Tolerances& tolerances,
                base::Share pass_confidence);

}  // namespace seawall::compare
