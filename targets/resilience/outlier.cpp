#include "targets/resilience/outlier.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"
#include "harness/base/integer_math.hpp"

namespace seawall::resilience {

namespace {

using base::Duration;
using base::TimePoint;

constexpr std::int64_t full = 1'000'000;
// An instance that returns starts with a tenth: with nothing it would never be called.
constexpr std::int64_t least = full / 10;

}  // namespace

Outlier::Outlier(const model::Outlier& settings, std::size_t hosts, OnChange on_change)
    : settings_(settings), on_change_(std::move(on_change)), hosts_(hosts) {
  base::require(hosts > 0, "a callee has at least one instance");
  base::require(settings.interval > Duration(0), "an interval is positive");
}

std::size_t Outlier::choose(TimePoint now, const base::KeyedRandom& draw) {
  catch_up(now);
  const bool panic = panics();
  const auto share_of = [&](std::size_t host) { return panic ? full : weight(now, host); };
  std::int64_t sum = 0;
  for (std::size_t host = 0; host < hosts_.size(); ++host) sum += share_of(host);
  auto place = static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(sum)));
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    place -= share_of(host);
    if (place < 0) return host;
  }
  return hosts_.size() - 1;
}

void Outlier::finish(TimePoint now, std::size_t host, bool failed) {
  catch_up(now);
  Host& at = hosts_[host];
  if (!failed) {
    if (!planted(Bug::outlier_never_forgives)) at.failures = 0;
    return;
  }
  ++at.failures;
  // What an ejected instance still answers, or answers in a panic, changes nothing.
  if (!at.ejected && at.failures >= settings_.consecutive_5xx && may_eject()) eject(now, host);
}

std::int64_t Outlier::weight(TimePoint now, std::size_t host) const {
  const Host& at = hosts_[host];
  if (at.ejected) return 0;
  const Duration in_use = now - at.since;
  if (at.since == TimePoint{} || in_use >= settings_.slow_start) return full;
  return std::max(least, base::scale(full, in_use.count(), settings_.slow_start.count()));
}

// With all of them ejected there is nobody left to call, whatever the threshold.
bool Outlier::panics() const {
  const auto all = static_cast<std::int64_t>(hosts_.size());
  const std::int64_t in_use = all - count_ejected();
  return in_use == 0 || in_use * full < settings_.panic_threshold.ppm * all;
}

// What was due is done as of the moment when it was due, not when somebody looked. After a long
// silence the looks that change nothing are left out.
void Outlier::catch_up(TimePoint now) {
  if (next_look_ == TimePoint{}) next_look_ = now + settings_.interval;
  while (next_look_ <= now) {
    look(next_look_);
    next_look_ += settings_.interval;
    const bool idle = std::all_of(hosts_.begin(), hosts_.end(), [](const Host& host) {
      return !host.ejected && host.times == 0;
    });
    if (!idle || next_look_ > now) continue;
    next_look_ += settings_.interval * ((now - next_look_) / settings_.interval + 1);
  }
}

void Outlier::look(TimePoint at) {
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    Host& one = hosts_[host];
    if (!one.ejected) {
      one.times = std::max<std::int64_t>(0, one.times - 1);
      continue;
    }
    if (at < one.until || planted(Bug::outlier_never_returns)) continue;
    one.ejected = false;
    one.failures = 0;
    one.since = at;
    if (on_change_) on_change_(host, Change::returned);
  }
}

void Outlier::eject(TimePoint now, std::size_t host) {
  Host& at = hosts_[host];
  at.ejected = true;
  at.failures = 0;
  ++at.times;
  const std::int64_t most = std::max<std::int64_t>(1, longest / settings_.base_ejection);
  at.until = now + settings_.base_ejection * std::min(at.times, most);
  if (on_change_) on_change_(host, Change::ejected);
}

bool Outlier::may_eject() const {
  const std::int64_t most = settings_.most_ejected(static_cast<std::int64_t>(hosts_.size()));
  if (planted(Bug::outlier_without_limit)) return most > 0;
  return count_ejected() < most;
}

std::int64_t Outlier::count_ejected() const {
  return std::count_if(hosts_.begin(), hosts_.end(), [](const Host& host) { return host.ejected; });
}

}  // namespace seawall::resilience
