// Whether one share is really lower than another. A verdict looks at the result, and must be the
// same on every machine: it is decided with + - x / and sqrt alone, which are exact to the bit
// everywhere, and against a quantile instead of by a probability, which would take erfc.
#pragma once
#include <cstdint>

namespace seawall::stats {

// `hits` of `tries`.
struct Proportion {
  std::int64_t hits = 0;
  std::int64_t tries = 0;
  // 0 for no tries.
  double value() const {
    return tries == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(tries);
  }
};

// One-sided two-proportion z test with a pooled variance: how many standard deviations `after` lies
// below `before`, were the true shares equal. Both have tries, and enough of them for the normal
// approximation (hundreds). 0 where both shares are 0, or both are 1.
double z_of_drop(Proportion before, Proportion after);

// Whether the drop is one that chance brings about with a probability below 1 %.
bool is_significant_drop(Proportion before, Proportion after);

}  // namespace seawall::stats
