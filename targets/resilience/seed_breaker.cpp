#include "targets/resilience/seed_breaker.hpp"

#include <utility>

namespace seawall::resilience {

SeedBreaker::SeedBreaker(const model::CircuitBreaker& settings, OnTransition on_transition)
    : machine_(settings.machine),
      threshold_(settings.consecutive_failures),
      successes_to_close_(settings.half_open_calls),
      open_for_(settings.open_for),
      on_transition_(std::move(on_transition)) {}

std::optional<SeedBreaker::Ticket> SeedBreaker::admit(base::TimePoint now) {
  if (state_ == State::open) {
    if (now - opened_ <= open_for_) return std::nullopt;
    enter(State::half_open);
  }
  Ticket ticket;
  ticket.started = now;
  ticket.probe = state_ == State::half_open;
  probes_in_flight_ += ticket.probe;
  return ticket;
}

void SeedBreaker::finish(base::TimePoint now, const Ticket& ticket, bool failed) {
  probes_in_flight_ -= ticket.probe;
  if (failed)
    fail(now);
  else
    succeed();
}

void SeedBreaker::cancel(const Ticket& ticket) {
  probes_in_flight_ -= ticket.probe;
  if (machine_ == Machine::library) succeed();
}

void SeedBreaker::succeed() {
  failures_ = 0;
  if (machine_ == Machine::library) return enter(State::closed);
  if (state_ != State::half_open || ++successes_ < successes_to_close_) return;
  successes_ = 0;
  enter(State::closed);
}

// In 000 and in the library a failure in half-open is one more of the count. It opens again as long
// as no success has started the count anew.
void SeedBreaker::fail(base::TimePoint now) {
  ++failures_;
  const bool reopens = machine_ == Machine::seed_002 && state_ == State::half_open;
  if (failures_ < threshold_ && !reopens) return;
  opened_ = now;  // of one that is open already, too
  enter(State::open);
}

void SeedBreaker::enter(State next) {
  const State before = std::exchange(state_, next);
  if (before != next && on_transition_) on_transition_(before, next);
}

}  // namespace seawall::resilience
