#include "targets/resilience/bulkhead.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::resilience {

// What was freed for a waiter that has not run yet is not left over.
Bulkhead::Permit Bulkhead::try_acquire() {
  const auto promised = static_cast<std::int64_t>(freed_.pending());
  if (taken_ + promised >= settings_.max_concurrent) return Permit();
  return take();
}

runtime::Task<Bulkhead::Permit> Bulkhead::wait(base::TimePoint deadline) {
  const base::TimePoint until = std::min(deadline, env_.now() + settings_.max_wait);
  if (queued() >= settings_.max_queue || until <= env_.now()) co_return Permit();
  const bool freed = co_await freed_.wait(until);
  if (!freed) co_return Permit();
  co_return take();
}

Bulkhead::Permit Bulkhead::take() {
  base::require(taken_ < settings_.max_concurrent, "a bulkhead never gives more than it has");
  peak_ = std::max(peak_, ++taken_);
  return Permit(*this);
}

void Bulkhead::release() {
  --taken_;
  ++permits_.returned;
  freed_.notify_one();
}

void Bulkhead::tell(record::PatternUse& use) const {
  permits_.tell(use);
  use.peak_in_flight = peak_;
}

}  // namespace seawall::resilience
