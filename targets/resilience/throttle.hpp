// Adaptive throttling at the client, as a pure machine over (now, result): "Site Reliability
// Engineering" (Google), chapter 21, "Handling Overload".
//
//   rejection = max(0, (attempts - k * accepted) / (attempts + 1)), at most max_rejection
//
// Both are counted over the last `window`; attempts that it refuses itself count too, so that more
// is refused the more is tried. What is not refused probes the callee: without the cap on rejection
// nearly nothing would, and a callee that is well again would wait for its calls.
#pragma once
#include <cstdint>

#include "harness/base/keyed_random.hpp"
#include "harness/model/policy.hpp"
#include "targets/resilience/outcome.hpp"
#include "targets/resilience/sliding_window.hpp"

namespace seawall::resilience {

class Throttle {
 public:
  explicit Throttle(const model::Throttle& settings);

  // One attempt is wanted; false: it is refused. Either way it is counted.
  bool admit(base::TimePoint now, const base::KeyedRandom& draw);
  // An admitted attempt was not sent after all: it does not count.
  void take_back(base::TimePoint now);
  // How an admitted attempt ended. One whose caller went away has no result.
  void finish(base::TimePoint now, const Attempt& result);

  // The share of the attempts that are refused now.
  base::Share rejection(base::TimePoint now);

 private:
  std::int64_t k_thousandths_;
  std::int64_t most_ppm_;
  SlidingWindow<2> recent_;  // attempts, accepted
};

}  // namespace seawall::resilience
