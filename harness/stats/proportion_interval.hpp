// How far two shares lie apart, as an interval: Newcombe's hybrid score interval (method 10 of
// "Interval estimation for the difference between independent proportions", Statistics in Medicine
// 17, 1998), made from Wilson's interval of each (JASA 22, 1927). It holds where a share is 0 or 1,
// where the textbook's interval has no width at all.
//
// As in proportion.hpp, + - x / and sqrt alone, which are exact to the bit on every machine.
#pragma once
#include "harness/stats/proportion.hpp"

namespace seawall::stats {

struct Interval {
  double low = 0;
  double high = 0;
};

// Quantiles of the normal distribution: two-sided intervals of 95 % and 98 %, whose ends are
// one-sided bounds of 97.5 % and 99 %.
inline constexpr double z_of_95_percent = 1.959963984540054;
inline constexpr double z_of_98_percent = 2.3263478740408408;

// `share` has tries.
Interval wilson_interval(Proportion share, double z);
// Of `after` - `before`. Both have tries.
Interval newcombe_interval(Proportion before, Proportion after, double z);

}  // namespace seawall::stats
