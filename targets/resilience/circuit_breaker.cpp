#include "targets/resilience/circuit_breaker.hpp"

#include <algorithm>
#include <utility>

#include <planted.hpp>

#include "harness/base/assert.hpp"

namespace seawall::resilience {

namespace {

using Mode = model::CircuitBreaker::State;
using WindowKind = model::CircuitBreaker::Window;

bool reaches(std::int64_t part, std::int64_t whole, const model::Switch<base::Share>& limit) {
  return limit && part * 1'000'000 >= limit->ppm * whole;
}

}  // namespace

CircuitBreaker::CircuitBreaker(const model::CircuitBreaker& settings, OnTransition on_transition)
    : settings_(settings), on_transition_(std::move(on_transition)), recent_(settings.window_time) {
  base::require(settings.size > 0 && settings.half_open_calls > 0,
                "a breaker's window and its number of probes are positive");
  // A window that is smaller than the minimum would never be judged.
  if (settings_.window == WindowKind::count)
    settings_.minimum_calls = std::min(settings_.minimum_calls, settings_.size);
}

std::optional<CircuitBreaker::Ticket> CircuitBreaker::admit(base::TimePoint now) {
  if (settings_.state == Mode::forced_open) return std::nullopt;
  catch_up(now);
  if (state_ == State::open) {
    if (now - since_ < settings_.open_for) return std::nullopt;
    enter(State::half_open, now);
  }
  if (state_ == State::closed) return Ticket{generation_, now, false};
  const std::int64_t used = probes_in_flight_ + probes_succeeded_;
  if (used >= settings_.half_open_calls && !planted(Bug::half_open_unlimited)) return std::nullopt;
  ++probes_in_flight_;
  return Ticket{generation_, now, true};
}

void CircuitBreaker::finish(base::TimePoint now, const Ticket& ticket, bool failed) {
  if (settings_.state == Mode::forced_open || settings_.state == Mode::disabled) return;
  catch_up(now);
  if (ticket.generation != generation_) return;
  const bool slow = settings_.slow_call_rate && now - ticket.started > settings_.slow_call;
  if (ticket.probe)
    finish_probe(now, {failed, slow});
  else
    finish_closed(now, {failed, slow});
}

void CircuitBreaker::cancel(const Ticket& ticket) {
  if (ticket.probe && ticket.generation == generation_) --probes_in_flight_;
}

void CircuitBreaker::finish_probe(base::TimePoint now, Result result) {
  --probes_in_flight_;
  if (result.failed || result.slow) return enter(State::open, now);
  if (++probes_succeeded_ >= settings_.half_open_calls) enter(State::closed, now);
}

void CircuitBreaker::finish_closed(base::TimePoint now, Result result) {
  consecutive_ = result.failed ? consecutive_ + 1 : 0;
  const Counts counts = remember(now, result);
  if (settings_.state == Mode::metrics_only) return;
  const bool too_long_a_run =
      settings_.consecutive_failures > 0 && consecutive_ >= settings_.consecutive_failures;
  if (too_long_a_run || too_many(counts)) enter(State::open, now);
}

CircuitBreaker::Counts CircuitBreaker::remember(base::TimePoint now, Result result) {
  if (settings_.window == WindowKind::time) {
    recent_.add(now, {1, result.failed ? 1 : 0, result.slow ? 1 : 0});
    const auto& [calls, failed, slow] = recent_.sums(now);
    return {calls, failed, slow};
  }
  const auto full = static_cast<std::size_t>(settings_.size);
  if (last_.size() < full) {
    last_.push_back(result);
    ++in_last_.calls;
  } else {
    const Result forgotten = std::exchange(last_[next_], result);
    in_last_.failed -= forgotten.failed;
    in_last_.slow -= forgotten.slow;
  }
  next_ = (next_ + 1) % full;
  in_last_.failed += result.failed;
  in_last_.slow += result.slow;
  return in_last_;
}

bool CircuitBreaker::too_many(const Counts& counts) const {
  if (counts.calls < settings_.minimum_calls) return false;
  return reaches(counts.failed, counts.calls, settings_.failure_rate) ||
         reaches(counts.slow, counts.calls, settings_.slow_call_rate);
}

// A half-open period that took too long ended when it was due, not when somebody looked.
void CircuitBreaker::catch_up(base::TimePoint now) {
  if (state_ != State::half_open || !settings_.half_open_max_wait) return;
  const base::TimePoint due = since_ + *settings_.half_open_max_wait;
  if (now >= due) enter(State::open, due);
}

void CircuitBreaker::enter(State next, base::TimePoint since) {
  const State before = std::exchange(state_, next);
  since_ = since;
  ++generation_;
  last_.clear();
  next_ = 0;
  in_last_ = {};
  recent_.clear();
  consecutive_ = 0;
  probes_in_flight_ = 0;
  probes_succeeded_ = 0;
  if (on_transition_) on_transition_(before, next);
}

}  // namespace seawall::resilience
