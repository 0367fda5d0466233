#include "targets/resilience/rate_limiter.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using testing::at;

model::RateLimiter of(std::int64_t per_second, std::int64_t burst, Duration max_wait = 0s) {
  model::RateLimiter settings;
  settings.rate = base::Rate::per_second(per_second);
  settings.burst = burst;
  settings.max_wait = max_wait;
  return settings;
}

bool takes(RateLimiter& limiter, TimePoint now, std::string_view key = "a") {
  return limiter.take(now, key, TimePoint::max()).admitted;
}

int admitted(RateLimiter& limiter, TimePoint now, int calls, std::string_view key = "a") {
  int count = 0;
  for (int i = 0; i < calls; ++i) count += takes(limiter, now, key);
  return count;
}

TEST_CASE("a bucket holds its burst and is filled at its rate") {
  RateLimiter limiter(of(10, 3));
  CHECK(admitted(limiter, at(0s), 10) == 3);
  CHECK_FALSE(takes(limiter, at(99ms)));
  CHECK(takes(limiter, at(100ms)));
  CHECK_FALSE(takes(limiter, at(100ms)));
  CHECK(admitted(limiter, at(10s), 10) == 3);  // never more than the burst
}

TEST_CASE("in the long run never more than the rate passes") {
  RateLimiter limiter(of(7, 1));
  int count = 0;
  for (Duration t = 0s; t < 100s; t += 1ms) count += takes(limiter, at(t));
  CHECK(count <= 701);
  CHECK(count >= 695);
}

TEST_CASE("each key has a bucket of its own") {
  RateLimiter limiter(of(10, 2));
  CHECK(admitted(limiter, at(0s), 100, "noisy") == 2);
  CHECK(admitted(limiter, at(0s), 2, "quiet") == 2);
}

TEST_CASE("a call waits for its token no longer than it may") {
  RateLimiter limiter(of(10, 1, 250ms));
  CHECK(limiter.take(at(0s), "a", TimePoint::max()).wait == 0s);
  CHECK(limiter.take(at(0s), "a", TimePoint::max()).wait == 100ms);
  CHECK(limiter.take(at(0s), "a", TimePoint::max()).wait == 200ms);
  const RateLimiter::Decision refused = limiter.take(at(0s), "a", TimePoint::max());
  CHECK_FALSE(refused.admitted);
  CHECK(refused.wait == 50ms);  // then one more may wait
  CHECK(limiter.take(at(50ms), "a", TimePoint::max()).wait == 250ms);
}

TEST_CASE("what is refused takes no token") {
  RateLimiter limiter(of(10, 1));
  CHECK(takes(limiter, at(0s)));
  for (Duration t = 1ms; t < 100ms; t += 1ms) CHECK_FALSE(takes(limiter, at(t)));
  CHECK(takes(limiter, at(100ms)));
}

TEST_CASE("a token that would come past the deadline is not taken") {
  RateLimiter limiter(of(10, 1, 1s));
  CHECK(takes(limiter, at(0s)));
  CHECK_FALSE(limiter.take(at(0s), "a", at(99ms)).admitted);
  CHECK(limiter.take(at(0s), "a", at(100ms)).wait == 100ms);
}

TEST_CASE("a clock that stands still or a bucket of one is no special case") {
  RateLimiter limiter(of(1'000'000, 1));
  CHECK(admitted(limiter, at(0s), 5) == 1);
  CHECK(takes(limiter, at(1us)));
}

TEST_CASE("a client that makes up names is limited all the same and bounded in memory") {
  RateLimiter limiter(of(1, 1));
  int count = 0;
  for (std::size_t i = 0; i < RateLimiter::most_keys + 500; ++i)
    count += takes(limiter, at(0s), std::to_string(i));
  CHECK(count == int(RateLimiter::most_keys) + 1);
  CHECK(limiter.keys() == RateLimiter::most_keys);
  CHECK(takes(limiter, at(5s), "new"));  // the full buckets are forgotten
  CHECK(limiter.keys() == 1);
}

}  // namespace
}  // namespace seawall::resilience
