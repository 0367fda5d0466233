#include "faults/plan/delay.hpp"

#include <algorithm>
#include <cstdlib>

#include "tests/support/catch.hpp"

namespace seawall::plan {

namespace {

using namespace std::chrono_literals;

const base::KeyedRandom key(1);

}  // namespace

TEST_CASE("each distribution has its mean and its deviation", "[plan][delay]") {
  using Distribution = Delay::Distribution;
  for (const auto distribution :
       {Distribution::normal, Distribution::lognormal, Distribution::pareto}) {
    const Delay delay{100ms, 10ms, distribution};
    const int draws = 20'000;
    std::int64_t sum = 0;
    std::int64_t squares = 0;  // of microseconds
    for (int i = 0; i < draws; ++i) {
      const std::int64_t us = (draw(delay, key.with(i)) - 100ms) / 1us;
      sum += us;
      squares += us * us;
    }
    CHECK(std::abs(sum / draws) < 300);
    CHECK(squares / draws > 90'000'000);
    CHECK(squares / draws < 110'000'000);
  }
}

TEST_CASE("no delay is negative", "[plan][delay]") {
  const Delay delay{1ms, 100ms, Delay::Distribution::normal};
  for (int i = 0; i < 1000; ++i) CHECK(draw(delay, key.with(i)) >= 0ms);
}

TEST_CASE("a uniform delay stays within its jitter", "[plan][delay]") {
  const Delay delay{100ms, 10ms};
  Duration least = 1s;
  Duration most{};
  for (int i = 0; i < 1000; ++i) {
    least = std::min(least, draw(delay, key.with(i)));
    most = std::max(most, draw(delay, key.with(i)));
  }
  CHECK(least >= 90ms);
  CHECK(least < 91ms);
  CHECK(most <= 110ms);
  CHECK(most > 109ms);
}

TEST_CASE("a table gives its quantiles, and what lies between them", "[plan][delay]") {
  const Delay delay{5ms, {}, Delay::Distribution::table, {0ms, 10ms, 1s}};
  int below = 0;
  int upper = 0;  // of the upper half, in its lower half
  for (int i = 0; i < 10'000; ++i) {
    const Duration drawn = draw(delay, key.with(i));
    CHECK(drawn >= 5ms);
    CHECK(drawn <= 1005ms);
    if (drawn < 15ms) ++below;
    if (drawn >= 15ms && drawn < 510ms) ++upper;
  }
  CHECK(std::abs(below - 5000) < 250);
  CHECK(std::abs(upper - 2500) < 250);
  const Delay steady{0ms, {}, Delay::Distribution::table, {7ms, 7ms}};
  CHECK(draw(steady, key) == 7ms);
}

TEST_CASE("a lost packet comes after the timer, and after twice that when it is lost again",
          "[plan][delay]") {
  const Loss always{base::Share::all(), {}, 200ms};
  CHECK(draw(always, key) == 200ms);
  const Loss never{{}, base::Share::all(), 200ms};
  CHECK(draw(never, key) == 0ms);
  const Loss dead{base::Share::all(), base::Share::all(), 200ms};
  CHECK(draw(dead, key) == 200ms * ((1 << most_losses) - 1));

  const Loss bursts{base::Share::percent(10), base::Share::percent(50), 100ms};
  int lost = 0;
  int twice = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Duration stall = draw(bursts, key.with(i));
    if (stall > 0ms) ++lost;
    if (stall > 100ms) ++twice;
  }
  CHECK(std::abs(lost - 1000) < 150);
  CHECK(std::abs(twice - 500) < 110);
}

}  // namespace seawall::plan
