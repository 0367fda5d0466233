#include "targets/resilience/retry.hpp"

#include <algorithm>
#include <charconv>

#include "harness/base/integer_math.hpp"

namespace seawall::resilience {

namespace {

using base::Duration;
using Jitter = model::Retry::Jitter;

constexpr std::int64_t one = 1'000'000;  // in ppm

bool names(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Duration times(Duration value, std::int64_t ppm) {
  return Duration(base::scale(value.count(), ppm, one));
}

// Uniform in [least, most], both ends included.
Duration uniform(Duration least, Duration most, const base::KeyedRandom& draw) {
  return least + draw.within(most - least + Duration(1));
}

}  // namespace

// The multiplier is rounded once; from then on integers decide.
Retry::Retry(const model::Retry& settings)
    : settings_(settings),
      multiplier_ppm_(static_cast<std::int64_t>(settings.multiplier * one + 0.5)),
      statuses_(settings.retry_on),
      connect_(names(settings.retry_on, "connect")),
      reset_(names(settings.retry_on, "reset")),
      timeout_(names(settings.retry_on, "timeout")) {}

bool Retry::mends(const Attempt& attempt) const {
  if (attempt) return statuses_.has(attempt->status);
  switch (attempt.error()) {
    case model::Failure::refused:
    case model::Failure::unreachable:
      return connect_;
    case model::Failure::reset:
      return reset_;
    case model::Failure::timed_out:
      return timeout_;
    case model::Failure::conflict:
    case model::Failure::disk:
      break;  // of stores, never of calls
  }
  return false;
}

bool Retry::may_repeat(const model::Request& request) const {
  const bool has_effect =
      request.method == model::Method::post || request.method == model::Method::patch;
  return !settings_.idempotent_only || !has_effect || !request.idempotency_key.empty();
}

Duration Retry::wait(int attempt, Duration before, const base::KeyedRandom& draw) const {
  const Duration base = backoff(attempt);
  const Duration most = settings_.max_interval;
  switch (settings_.jitter) {
    case Jitter::none:
      return base;
    case Jitter::full:
      return uniform(Duration(0), base, draw);
    case Jitter::equal:
      return uniform(base - base / 2, base, draw);
    case Jitter::decorrelated: {
      const Duration least = std::min(settings_.initial_interval, most);
      const Duration last = std::max(before, least);
      return uniform(least, std::min(most, 3 * last), draw);
    }
    case Jitter::proportional:
      return std::min(most, uniform(base - base / 5, base + base / 5, draw));
  }
  return base;
}

Duration Retry::asked_for(const Attempt& attempt) const {
  if (!settings_.respect_retry_after || !attempt) return {};
  const std::string* text = attempt->header("Retry-After");
  if (!text) return {};
  constexpr std::int64_t one_day = 86'400;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || end != text->data() + text->size() || seconds < 0) return {};
  return std::chrono::seconds(std::min(seconds, one_day));
}

Duration Retry::backoff(int attempt) const {
  Duration interval = std::min(settings_.initial_interval, settings_.max_interval);
  for (int k = 1; k < attempt && interval < settings_.max_interval; ++k)
    interval = std::min(settings_.max_interval, times(interval, multiplier_ppm_));
  return interval;
}

bool Retry::loses(const Outcome& outcome) const {
  if (settings_.exhausted == model::Retry::Exhausted::tell) return false;
  if (outcome.response) return statuses_.has(outcome.response->status);
  return outcome.failure && mends(base::unexpected(*outcome.failure));
}

}  // namespace seawall::resilience
