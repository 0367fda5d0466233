// A budget for retries, so that they mend single failures and never double the load of a callee
// that is ill. Two kinds:
//
//   token   gRPC's retry throttling (gRFC A6): a bucket that failures drain by one and successes
//   fill
//           by `token_ratio`; no retry while it is half full or less. Counted in thousandths.
//   ratio   Finagle's and Envoy's: retries within `percent` of the first attempts of the last
//           `window`, plus `min_rate`.
#pragma once
#include <cstdint>

#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"
#include "targets/resilience/sliding_window.hpp"

namespace seawall::resilience {

class RetryBudget {
 public:
  explicit RetryBudget(const model::RetryBudget& settings);

  // A first attempt is made. A repeat of a saga's step is one.
  void on_first_attempt(base::TimePoint now);
  // An attempt was answered, or failed in a way that would be retried.
  void on_success();
  void on_failure();
  // Whether one more retry may be made now; it then counts as made.
  bool take(base::TimePoint now);
  // What was taken is a hedge. No failure came before it to drain the bucket, so it pays a token:
  // else a callee that is slow would get every call twice.
  void spend() { on_failure(); }

  std::int64_t denied() const { return denied_; }

 private:
  bool affords(base::TimePoint now);

  model::RetryBudget settings_;
  std::int64_t full_;          // token: thousandths
  std::int64_t refill_;        // token: thousandths for each success
  std::int64_t level_;         // token: thousandths
  SlidingWindow<2> attempts_;  // ratio: first attempts, retries
  std::int64_t denied_ = 0;
};

}  // namespace seawall::resilience
