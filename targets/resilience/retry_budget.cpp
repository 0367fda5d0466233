#include "targets/resilience/retry_budget.hpp"

#include <algorithm>

#include "harness/base/integer_math.hpp"

namespace seawall::resilience {

namespace {

constexpr std::int64_t whole_token = 1000;

// One rounding of the setting; from then on integers decide.
std::int64_t in_thousandths(double ratio) { return static_cast<std::int64_t>(ratio * 1000 + 0.5); }

}  // namespace

RetryBudget::RetryBudget(const model::RetryBudget& settings)
    : settings_(settings),
      full_(settings.max_tokens * whole_token),
      refill_(in_thousandths(settings.token_ratio)),
      level_(full_),
      attempts_(settings.window) {}

void RetryBudget::on_first_attempt(base::TimePoint now) {
  if (settings_.kind == model::RetryBudget::Kind::ratio) attempts_.add(now, {1, 0});
}

void RetryBudget::on_success() { level_ = std::min(full_, level_ + refill_); }

void RetryBudget::on_failure() { level_ = std::max<std::int64_t>(0, level_ - whole_token); }

bool RetryBudget::take(base::TimePoint now) {
  if (!affords(now)) {
    ++denied_;
    return false;
  }
  if (settings_.kind == model::RetryBudget::Kind::ratio) attempts_.add(now, {0, 1});
  return true;
}

bool RetryBudget::affords(base::TimePoint now) {
  if (settings_.kind == model::RetryBudget::Kind::token) return level_ > full_ / 2;
  const auto& [first, retries] = attempts_.sums(now);
  const std::int64_t always =  // in millionths of a retry
      base::scale(settings_.min_rate.micro_per_second, settings_.window.count(), 1'000'000'000);
  return (retries + 1) * 1'000'000 <= settings_.percent.ppm * first + always;
}

}  // namespace seawall::resilience
