// When an attempt is repeated, and after which wait. Pure: the draw of the jitter comes in.
//
//   base(k) = min(max_interval, initial_interval * multiplier^(k-1))   after the k-th attempt
//   none          base                    full   uniform in [0, base]
//   equal         base/2 + uniform in [0, base/2]
//   decorrelated  uniform in [initial_interval, 3 * the wait before]   (the first: initial * 3)
//   proportional  uniform in base +- 20 %, as gRPC has it
//
// The names full, equal and decorrelated are those of "Exponential Backoff And Jitter" (AWS, 2015).
// No wait is longer than max_interval, but for a Retry-After that asks for more.
#pragma once
#include <optional>

#include "harness/base/keyed_random.hpp"
#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"
#include "targets/resilience/outcome.hpp"
#include "targets/resilience/status_set.hpp"

namespace seawall::resilience {

class Retry {
 public:
  explicit Retry(const model::Retry& settings);

  // Whether this result is one of `retry_on`.
  bool mends(const Attempt& attempt) const;
  // Whether the request may be sent twice at all: with `idempotent_only`, a POST or a PATCH needs
  // an idempotency key.
  bool may_repeat(const model::Request& request) const;
  std::int64_t max_attempts() const { return settings_.max_attempts; }
  bool when_open() const { return settings_.retry_when_open; }

  // The wait after the `attempt`-th attempt, from 1. `before` is the wait before that attempt (0
  // for the first).
  base::Duration wait(int attempt, base::Duration before, const base::KeyedRandom& draw) const;
  // What the answer asks for, where the policy respects it: Retry-After in seconds. Its other form,
  // a date, is not obeyed: no wall clock decides here.
  base::Duration asked_for(const Attempt& attempt) const;

  // The same without jitter and without a header's wish.
  base::Duration backoff(int attempt) const;

  // An exhibit: whether its caller, out of attempts, waits once more and loses what became of them.
  bool loses(const Outcome& outcome) const;

 private:
  model::Retry settings_;
  std::int64_t multiplier_ppm_;
  StatusSet statuses_;
  bool connect_ = false;
  bool reset_ = false;
  bool timeout_ = false;
};

}  // namespace seawall::resilience
