// Circuit breakers as they are often written by hand, as exhibits (`machine`): a count of failures
// in a row, a state and the time of opening. What is wrong with them is what they lack.
//
//   no generations   a late failure pushes the opening on, late successes close, and the count of
//                    successes survives from one half-open period to the next
//   no permits       half-open lets everybody through
//   no window        a success among the failures starts the count anew: 80 % of them never open it
//   wall clock       an hour back keeps it open for an hour, an hour forwards opens the way at once
//
// Of the settings they read consecutive_failures, open_for and half_open_calls (as the successes
// that close); slow calls are nothing to them. Pure, but for the clock that `now` is to come from.
#pragma once
#include <cstdint>
#include <optional>

#include "harness/model/policy.hpp"
#include "targets/resilience/breaker_machine.hpp"

namespace seawall::resilience {

class SeedBreaker final : public BreakerMachine {
 public:
  explicit SeedBreaker(const model::CircuitBreaker& settings, OnTransition on_transition = {});

  std::optional<Ticket> admit(base::TimePoint now) override;
  void finish(base::TimePoint now, const Ticket& ticket, bool failed) override;
  // Not seen; by the library taken for a success.
  void cancel(const Ticket& ticket) override;

  State state() const override { return state_; }
  std::int64_t probes_in_flight() const override { return probes_in_flight_; }

 private:
  using Machine = model::CircuitBreaker::Machine;

  void succeed();
  void fail(base::TimePoint now);
  void enter(State next);

  Machine machine_;
  std::int64_t threshold_;
  std::int64_t successes_to_close_;
  base::Duration open_for_;
  OnTransition on_transition_;
  State state_ = State::closed;
  base::TimePoint opened_{};
  std::int64_t failures_ = 0;   // in a row
  std::int64_t successes_ = 0;  // since it last closed
  std::int64_t probes_in_flight_ = 0;
};

}  // namespace seawall::resilience
