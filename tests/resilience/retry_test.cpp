#include "targets/resilience/retry.hpp"

#include <set>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::KeyedRandom;
using Jitter = model::Retry::Jitter;

model::Retry with(Jitter jitter) {
  model::Retry settings;
  settings.jitter = jitter;
  return settings;
}

KeyedRandom draw(int i) { return KeyedRandom(7).with("backoff").with(i); }

// The least and the greatest wait after `attempt` over many draws.
std::pair<Duration, Duration> range(const Retry& retry, int attempt, Duration before = {}) {
  Duration least = Duration::max(), most = Duration::min();
  for (int i = 0; i < 2000; ++i) {
    const Duration wait = retry.wait(attempt, before, draw(i));
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  return {least, most};
}

TEST_CASE("waits without jitter grow by the multiplier up to the longest") {
  const Retry retry(with(Jitter::none));
  CHECK(retry.wait(1, {}, draw(0)) == 100ms);
  CHECK(retry.wait(2, {}, draw(0)) == 200ms);
  CHECK(retry.wait(3, {}, draw(0)) == 400ms);
  CHECK(retry.wait(5, {}, draw(0)) == 1600ms);
  CHECK(retry.wait(6, {}, draw(0)) == 2s);
  CHECK(retry.wait(100, {}, draw(0)) == 2s);
}

TEST_CASE("a multiplier that is no whole number is exact to the millionth") {
  model::Retry settings = with(Jitter::none);
  settings.multiplier = 1.1;
  settings.max_interval = 1h;
  const Retry retry(settings);
  CHECK(retry.wait(2, {}, draw(0)) == 110ms);
  CHECK(retry.wait(4, {}, draw(0)) == 133'100us);
}

TEST_CASE("the greatest waits a policy can state do not overflow") {
  model::Retry settings = with(Jitter::none);
  settings.initial_interval = 24h * 300;
  settings.multiplier = 100;
  settings.max_interval = 24h * 365;
  const Retry retry(settings);
  CHECK(retry.wait(100, {}, draw(0)) == 24h * 365);
}

TEST_CASE("a first wait is never longer than the longest") {
  model::Retry settings = with(Jitter::none);
  settings.initial_interval = 5s;
  CHECK(Retry(settings).wait(1, {}, draw(0)) == 2s);
}

TEST_CASE("full jitter draws from nothing to the whole wait") {
  const auto [least, most] = range(Retry(with(Jitter::full)), 2);
  CHECK(least < 2ms);
  CHECK((most > 198ms && most <= 200ms));
}

TEST_CASE("equal jitter keeps half of the wait") {
  const auto [least, most] = range(Retry(with(Jitter::equal)), 2);
  CHECK((least >= 100ms && least < 102ms));
  CHECK((most > 198ms && most <= 200ms));
}

TEST_CASE("proportional jitter stays within a fifth of the wait") {
  const auto [least, most] = range(Retry(with(Jitter::proportional)), 2);
  CHECK((least >= 160ms && least < 162ms));
  CHECK((most > 238ms && most <= 240ms));
  CHECK(range(Retry(with(Jitter::proportional)), 20).second <= 2s);
}

TEST_CASE("decorrelated jitter draws up to three times the wait before") {
  const Retry retry(with(Jitter::decorrelated));
  const auto [first_least, first_most] = range(retry, 1);
  CHECK((first_least >= 100ms && first_least < 102ms));
  CHECK((first_most > 295ms && first_most <= 300ms));
  const auto [least, most] = range(retry, 2, 250ms);
  CHECK((least >= 100ms && least < 102ms));
  CHECK((most > 740ms && most <= 750ms));
  CHECK(range(retry, 3, 2s).second <= 2s);
}

TEST_CASE("the same draw gives the same wait and another draw another") {
  const Retry retry(with(Jitter::full));
  CHECK(retry.wait(1, {}, draw(3)) == retry.wait(1, {}, draw(3)));
  std::set<Duration> waits;
  for (int i = 0; i < 100; ++i) waits.insert(retry.wait(1, {}, draw(i)));
  CHECK(waits.size() == 100);
}

TEST_CASE("only what retry_on names is repeated") {
  const Retry retry{model::Retry{}};
  CHECK(retry.mends(failure(model::Failure::refused)));
  CHECK(retry.mends(failure(model::Failure::unreachable)));
  CHECK(retry.mends(failure(model::Failure::reset)));
  CHECK(retry.mends(failure(model::Failure::timed_out)));
  CHECK(retry.mends(model::Response(503)));
  CHECK(retry.mends(model::Response(429)));
  CHECK_FALSE(retry.mends(model::Response(200)));
  CHECK_FALSE(retry.mends(model::Response(402)));
  CHECK_FALSE(retry.mends(model::Response(409)));
  CHECK_FALSE(retry.mends(model::Response(500)));

  model::Retry settings;
  settings.retry_on = {"reset", "5xx"};
  const Retry other(settings);
  CHECK(other.mends(model::Response(500)));
  CHECK(other.mends(failure(model::Failure::reset)));
  CHECK_FALSE(other.mends(failure(model::Failure::refused)));
  CHECK_FALSE(other.mends(failure(model::Failure::timed_out)));
  CHECK_FALSE(other.mends(model::Response(429)));
}

TEST_CASE("a POST without an idempotency key is never repeated") {
  const Retry retry{model::Retry{}};
  model::Request charge(model::Method::post, "/charge");
  CHECK_FALSE(retry.may_repeat(charge));
  charge.idempotency_key = "o-1/charge";
  CHECK(retry.may_repeat(charge));
  CHECK_FALSE(retry.may_repeat(model::Request(model::Method::patch, "/orders/1")));
  CHECK(retry.may_repeat(model::Request(model::Method::get, "/orders/1")));
  CHECK(retry.may_repeat(model::Request(model::Method::put, "/orders/1")));

  model::Retry reckless;
  reckless.idempotent_only = false;
  CHECK(Retry(reckless).may_repeat(model::Request(model::Method::post, "/charge")));
}

TEST_CASE("Retry-After is obeyed in seconds and only there") {
  model::Response busy(503);
  busy.headers.emplace_back("Retry-After", "3");
  const Retry retry{model::Retry{}};
  CHECK(retry.asked_for(busy) == 3s);
  CHECK(retry.asked_for(model::Response(503)) == 0s);
  CHECK(retry.asked_for(failure(model::Failure::reset)) == 0s);

  for (const char* text : {"", "-1", "3s", "Wed, 21 Oct 2015 07:28:00 GMT"}) {
    model::Response odd(503);
    odd.headers.emplace_back("Retry-After", text);
    CHECK(retry.asked_for(odd) == 0s);
  }
  model::Retry deaf;
  deaf.respect_retry_after = false;
  CHECK(Retry(deaf).asked_for(busy) == 0s);
}

}  // namespace
}  // namespace seawall::resilience
