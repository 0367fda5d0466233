// A rate limiter as a pure machine over (now, key): a token bucket for each key, kept as the one
// number that the "generic cell rate algorithm" needs (ATM Forum, Traffic Management 4.0).
//
//   due(key): when its bucket is full again           interval = 1 / rate
//   now >= due - (burst - 1) * interval : a token is there; due moves on by one interval
//   else the next token comes at that moment: wait for it, or refuse if that is past max_wait
//
// A call that waits has its token already, and keeps its place. A bucket that is full again is
// forgotten, so the memory is bounded by the rate; past `most_keys` the keys that are left over
// share one bucket, else a client that makes up names would have no limit.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "harness/model/policy.hpp"

namespace seawall::resilience {

class RateLimiter {
 public:
  explicit RateLimiter(const model::RateLimiter& settings);

  struct Decision {
    bool admitted = false;
    // Admitted: before it may start. Refused: before one more call would be admitted.
    base::Duration wait{};
  };
  // Takes a token where it admits. It does not where it would have to wait past `until`.
  Decision take(base::TimePoint now, std::string_view key, base::TimePoint until);

  std::size_t keys() const { return due_.size(); }
  static constexpr std::size_t most_keys = 10'000;

 private:
  base::TimePoint& bucket(base::TimePoint now, std::string_view key);

  base::Duration interval_;
  base::Duration tolerance_;  // (burst - 1) * interval
  base::Duration max_wait_;
  std::map<std::string, base::TimePoint, std::less<>> due_;  // of buckets that may not be full
  base::TimePoint left_over_{};
  base::TimePoint swept_{};
};

}  // namespace seawall::resilience
