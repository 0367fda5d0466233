#include "targets/resilience/rate_limiter.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"

namespace seawall::resilience {

namespace {

using base::Duration;
using base::TimePoint;

constexpr std::int64_t micro_nano = 1'000'000'000'000'000;  // a second, in millionths of ns
constexpr Duration between_sweeps = std::chrono::milliseconds(100);

// Rounded up: in the long run never more than the rate.
Duration interval_of(base::Rate rate) {
  base::require(rate.micro_per_second > 0, "a rate limit is positive");
  return Duration((micro_nano + rate.micro_per_second - 1) / rate.micro_per_second);
}

// (burst - 1) intervals; a rate of one a year and a large burst would not fit.
Duration tolerance_of(std::int64_t burst, Duration interval) {
  constexpr Duration longest = std::chrono::hours(24 * 365);
  const std::int64_t most = longest / interval;
  return interval * std::min(std::max<std::int64_t>(burst, 1) - 1, most);
}

}  // namespace

RateLimiter::RateLimiter(const model::RateLimiter& settings)
    : interval_(interval_of(settings.rate)),
      tolerance_(tolerance_of(settings.burst, interval_)),
      max_wait_(settings.max_wait) {}

RateLimiter::Decision RateLimiter::take(TimePoint now, std::string_view key, TimePoint until) {
  TimePoint& due = bucket(now, key);
  const TimePoint full = std::max(due, now);
  const TimePoint token = std::max(full - tolerance_, now);
  const Duration wait = token - now;
  const bool too_late = wait > max_wait_ || token > until;
  if (too_late && !planted(Bug::rate_limit_open))
    return {false, std::max(wait - max_wait_, Duration(1))};
  due = full + interval_;
  return {true, wait};
}

TimePoint& RateLimiter::bucket(TimePoint now, std::string_view key) {
  if (planted(Bug::rate_limit_shared)) return left_over_;
  const auto known = due_.find(key);
  if (known != due_.end()) return known->second;
  if (due_.size() >= most_keys && now - swept_ >= between_sweeps) {
    std::erase_if(due_, [now](const auto& entry) { return entry.second <= now; });
    swept_ = now;
  }
  if (due_.size() >= most_keys) return left_over_;
  return due_[std::string(key)];
}

}  // namespace seawall::resilience
