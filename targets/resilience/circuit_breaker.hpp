// The circuit breaker as a pure machine over (now, result). After Nygard, "Release It!", with the
// parameters of Resilience4j.
//
//             rate or run of failures                 open_for has passed, a call comes
//   closed ----------------------------> open ----------------------------> half_open
//     ^                                   ^   a probe failed or was slow, or     |  |
//     |                                   +---- half_open_max_wait passed -------+  |
//     +----------------------- half_open_calls probes succeeded --------------------+
//
// Every state is a generation, and a result belongs to the generation that admitted its call: late
// ones change nothing. A probe that is cancelled gives its permit back. It has no timer: what is
// due is caught up with when the next call comes.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"
#include "targets/resilience/breaker_machine.hpp"
#include "targets/resilience/outcome.hpp"
#include "targets/resilience/sliding_window.hpp"
#include "targets/resilience/status_set.hpp"

namespace seawall::resilience {

// Which attempts are failures of the callee, by the `ignore` and `record` lists of a policy: an
// answer below 400 is none; 4xx and 5xx are, unless ignored and not recorded; no answer always is.
// A time-out is one whoever set the deadline: min_remaining keeps out what could not have ended. A
// call that its caller cancels has no result at all.
class FailureRule {
 public:
  explicit FailureRule(const model::CircuitBreaker& settings)
      : ignore_(settings.ignore), record_(settings.record) {}

  bool failed(const Attempt& attempt) const {
    if (!attempt || record_.has(attempt->status)) return true;
    return attempt->status >= 400 && !ignore_.has(attempt->status);
  }

 private:
  StatusSet ignore_;
  StatusSet record_;
};

class CircuitBreaker final : public BreakerMachine {
 public:
  explicit CircuitBreaker(const model::CircuitBreaker& settings, OnTransition on_transition = {});

  std::optional<Ticket> admit(base::TimePoint now) override;
  void finish(base::TimePoint now, const Ticket& ticket, bool failed) override;
  // Neither a success nor a failure.
  void cancel(const Ticket& ticket) override;

  State state() const override { return state_; }
  // Of this half-open period.
  std::int64_t probes_in_flight() const override { return probes_in_flight_; }

 private:
  struct Result {
    bool failed = false;
    bool slow = false;
  };
  struct Counts {
    std::int64_t calls = 0;
    std::int64_t failed = 0;
    std::int64_t slow = 0;
  };

  void enter(State next, base::TimePoint since);
  void catch_up(base::TimePoint now);
  void finish_probe(base::TimePoint now, Result result);
  void finish_closed(base::TimePoint now, Result result);
  Counts remember(base::TimePoint now, Result result);
  bool too_many(const Counts& counts) const;

  model::CircuitBreaker settings_;
  OnTransition on_transition_;
  State state_ = State::closed;
  base::TimePoint since_{};
  std::uint64_t generation_ = 1;

  std::vector<Result> last_;  // count window: a ring of the last `size` results
  std::size_t next_ = 0;      // where the next one goes
  Counts in_last_;
  SlidingWindow<3> recent_;  // time window
  std::int64_t consecutive_ = 0;

  std::int64_t probes_in_flight_ = 0;
  std::int64_t probes_succeeded_ = 0;
};

}  // namespace seawall::resilience
