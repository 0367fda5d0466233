#include "targets/resilience/concurrency_limit.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"
#include "harness/base/integer_math.hpp"

namespace seawall::resilience {

namespace {

using base::Duration;
using base::TimePoint;
using Algorithm = model::ConcurrencyLimit::Algorithm;

constexpr Duration shortest_window = std::chrono::milliseconds(100);
constexpr std::int64_t fewest_results = 10;
constexpr std::int64_t one = 1'000'000;  // in ppm

// Vegas' unit of growth: the digits of the limit, less one.
std::int64_t log10_of(std::int64_t limit) {
  std::int64_t digits = 0;
  for (; limit >= 10; limit /= 10) ++digits;
  return std::max<std::int64_t>(1, digits);
}

std::int64_t rounded_up(std::int64_t dividend, std::int64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

}  // namespace

ConcurrencyLimit::ConcurrencyLimit(const model::ConcurrencyLimit& settings)
    : settings_(settings), limit_(settings.initial * whole) {
  base::require(settings.min > 0 && settings.min <= settings.max,
                "a limit has room between its least and its most");
}

std::optional<ConcurrencyLimit::Ticket> ConcurrencyLimit::admit(TimePoint now, bool critical) {
  std::int64_t room = limit();
  const bool has_reserve = !settings_.critical.empty() && !planted(Bug::limit_without_reserve);
  if (!critical && has_reserve)
    room = std::max<std::int64_t>(1, base::scale(room, one - settings_.reserve.ppm, one));
  if (in_flight_ >= room) return std::nullopt;
  return Ticket{now, ++in_flight_};
}

void ConcurrencyLimit::cancel(const Ticket&) { --in_flight_; }

void ConcurrencyLimit::finish(TimePoint now, const Ticket& ticket, End end) {
  --in_flight_;
  if (window_.results == 0 && window_.start == TimePoint{}) window_.start = ticket.started;
  ++window_.results;
  window_.most_in_flight = std::max(window_.most_in_flight, ticket.in_flight);
  if (end == End::dropped) {
    window_.dropped = true;
  } else {
    ++window_.answers;
    window_.sum += now - ticket.started;
  }
  if (window_.results < fewest_results || now - window_.start < shortest_window) return;
  ++windows_;
  const Duration latency = window_.answers > 0 ? window_.sum / window_.answers : Duration(0);
  const std::int64_t next =
      std::clamp(after(window_, latency), settings_.min * whole, settings_.max * whole);
  if (next > limit_ || !planted(Bug::limit_never_shrinks)) limit_ = next;
  window_ = Window{};
  window_.start = now;
}

// A limit that was not reached says nothing of a higher one.
bool ConcurrencyLimit::was_used(const Window& window) const {
  return window.most_in_flight * 2 * whole >= limit_;
}

std::int64_t ConcurrencyLimit::after(const Window& window, Duration latency) {
  if (settings_.algorithm == Algorithm::aimd) return aimd(window);
  if (latency <= Duration(0)) return window.dropped ? aimd(window) : limit_;
  return settings_.algorithm == Algorithm::vegas ? vegas(window, latency)
                                                 : gradient2(window, latency);
}

std::int64_t ConcurrencyLimit::aimd(const Window& window) const {
  if (window.dropped) return limit_ * 9 / 10;
  return was_used(window) ? limit_ + whole : limit_;
}

// Brakmo and Peterson, "TCP Vegas" (1995). The least latency is forgotten now and then, else a
// callee that has become slower for good would keep the limit at its least.
std::int64_t ConcurrencyLimit::vegas(const Window& window, Duration latency) {
  constexpr std::int64_t forgotten_after = 300;  // windows
  if (least_ == Duration(0) || latency < least_ || windows_ % forgotten_after == 0)
    least_ = latency;
  const std::int64_t unit = log10_of(limit());
  if (window.dropped) return limit_ - unit * whole;
  if (!was_used(window)) return limit_;
  const std::int64_t queue =
      rounded_up(base::scale(limit_, (latency - least_).count(), latency.count()), whole);
  if (queue <= unit) return limit_ + 6 * unit * whole;
  if (queue < 3 * unit) return limit_ + unit * whole;
  return queue > 6 * unit ? limit_ - unit * whole : limit_;
}

std::int64_t ConcurrencyLimit::gradient2(const Window& window, Duration latency) {
  constexpr std::int64_t warm_up = 10;  // windows of plain average
  constexpr std::int64_t long_window = 600;
  constexpr std::int64_t queue = 4 * whole;
  if (windows_ <= warm_up)
    usual_ += (latency - usual_) / windows_;
  else
    usual_ += (latency - usual_) * 2 / (long_window + 1);
  // What was measured under load is forgotten sooner.
  if (usual_ > 2 * latency) usual_ = usual_ * 95 / 100;
  if (!was_used(window)) return limit_;
  const std::int64_t gradient =
      std::clamp(base::scale(one * 3 / 2, usual_.count(), latency.count()), one / 2, one);
  const std::int64_t next = base::scale(limit_, gradient, one) + queue;
  return (limit_ * 8 + next * 2) / 10;
}

}  // namespace seawall::resilience
