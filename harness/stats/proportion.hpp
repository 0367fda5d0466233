// Whether one share is really lower than another. Floating point is in order here: a verdict looks
// at the result, nothing that happens inside a run does.
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

// One-sided two-proportion z test with a pooled variance: the probability of a drop from `before`
// to `after` at least this large, were the true shares equal. Both have tries, and enough of them
// for the normal approximation (hundreds). 0.5 where both shares are 0, or both are 1.
double p_value_of_drop(Proportion before, Proportion after);

}  // namespace seawall::stats
