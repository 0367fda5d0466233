#include "targets/resilience/concurrency_limit.hpp"

#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using testing::at;
using Algorithm = model::ConcurrencyLimit::Algorithm;
using End = ConcurrencyLimit::End;

model::ConcurrencyLimit of(Algorithm algorithm, std::int64_t initial = 20) {
  model::ConcurrencyLimit settings;
  settings.algorithm = algorithm;
  settings.initial = initial;
  return settings;
}

// A callee under full load, in windows of 100 ms: as many calls at once as the limit lets in, each
// of which takes as long as `latency` says for that many.
template <class Latency>
void saturate(ConcurrencyLimit& limit, TimePoint& now, int windows, Latency latency,
              End end = End::answered) {
  for (int i = 0; i < windows; ++i) {
    std::vector<ConcurrencyLimit::Ticket> tickets;
    while (const auto ticket = limit.admit(now, true)) tickets.push_back(*ticket);
    const Duration took = latency(std::int64_t(tickets.size()));
    for (std::size_t k = 0; k < 10 || k < tickets.size(); ++k) {
      if (k >= tickets.size()) tickets.push_back(*limit.admit(now, true));
      limit.finish(now + took, tickets[k], end);
    }
    now += std::max<Duration>(took, 100ms);
  }
}

// Ten workers of 10 ms: what is more waits.
Duration ten_workers(std::int64_t in_flight) {
  return 10ms * std::max<std::int64_t>(1, in_flight / 10);
}

TEST_CASE("no more are let in than the limit, and a place is free again after its end") {
  ConcurrencyLimit limit(of(Algorithm::aimd, 2));
  const auto one = limit.admit(at(0s), false);
  const auto two = limit.admit(at(0s), false);
  REQUIRE(one);
  REQUIRE(two);
  CHECK_FALSE(limit.admit(at(0s), false));
  limit.finish(at(10ms), *one, End::answered);
  CHECK(limit.admit(at(10ms), false));
  limit.cancel(*two);
  CHECK(limit.admit(at(10ms), false));
  CHECK(limit.in_flight() == 2);
}

TEST_CASE("what is critical may use all of the limit and the rest leaves its reserve") {
  model::ConcurrencyLimit settings = of(Algorithm::aimd, 10);
  settings.critical = {"POST /charge"};
  ConcurrencyLimit limit(settings);
  int others = 0;
  while (limit.admit(at(0s), false)) ++others;
  CHECK(others == 8);
  int critical = 0;
  while (limit.admit(at(0s), true)) ++critical;
  CHECK(critical == 2);
}

TEST_CASE("a limit of one still lets others in where nothing critical is there") {
  model::ConcurrencyLimit settings = of(Algorithm::aimd, 1);
  settings.min = 1;
  settings.critical = {"POST /charge"};
  ConcurrencyLimit limit(settings);
  CHECK(limit.admit(at(0s), false));
}

TEST_CASE("aimd grows by one a window and falls by a tenth where calls were dropped") {
  ConcurrencyLimit limit(of(Algorithm::aimd, 20));
  TimePoint now = at(0s);
  saturate(limit, now, 10, [](std::int64_t) { return Duration(10ms); });
  CHECK(limit.limit() >= 27);
  CHECK(limit.limit() <= 30);
  const std::int64_t before = limit.limit();
  saturate(limit, now, 2, [](std::int64_t) { return Duration(10ms); }, End::dropped);
  CHECK(limit.limit() < before);
  CHECK(limit.limit() >= before * 8 / 10 - 1);
}

TEST_CASE("no limit grows while it is not used") {
  for (const Algorithm algorithm : {Algorithm::aimd, Algorithm::vegas, Algorithm::gradient2}) {
    ConcurrencyLimit limit(of(algorithm, 50));
    for (TimePoint now = at(0s); now < at(20s); now += 10ms) {
      const auto ticket = limit.admit(now, false);
      REQUIRE(ticket);
      limit.finish(now + 5ms, *ticket, End::answered);
    }
    CHECK(limit.limit() == 50);
  }
}

TEST_CASE("vegas and gradient2 settle near what the callee can do at a time") {
  for (const Algorithm algorithm : {Algorithm::vegas, Algorithm::gradient2}) {
    ConcurrencyLimit limit(of(algorithm, 4));
    TimePoint now = at(0s);
    saturate(limit, now, 200, ten_workers);
    CHECK(limit.limit() >= 8);
    CHECK(limit.limit() <= 40);
  }
}

TEST_CASE("gradient2 shrinks when calls take longer and grows back when they do not") {
  ConcurrencyLimit limit(of(Algorithm::gradient2, 20));
  TimePoint now = at(0s);
  saturate(limit, now, 50, [](std::int64_t) { return Duration(10ms); });
  const std::int64_t well = limit.limit();
  saturate(limit, now, 30, [](std::int64_t) { return Duration(200ms); });
  CHECK(limit.limit() <= well / 2);
  saturate(limit, now, 100, [](std::int64_t) { return Duration(10ms); });
  CHECK(limit.limit() >= well * 9 / 10);
}

TEST_CASE("a limit stays between its least and its most") {
  for (const Algorithm algorithm : {Algorithm::aimd, Algorithm::vegas, Algorithm::gradient2}) {
    model::ConcurrencyLimit settings = of(algorithm, 20);
    settings.min = 15;
    settings.max = 25;
    ConcurrencyLimit limit(settings);
    TimePoint now = at(0s);
    saturate(limit, now, 50, [](std::int64_t) { return Duration(5ms); });
    CHECK(limit.limit() == 25);
    saturate(limit, now, 100, [](std::int64_t) { return Duration(500ms); }, End::dropped);
    CHECK(limit.limit() >= 15);
    CHECK(limit.limit() <= 25);
  }
}

TEST_CASE("vegas forgets a least latency that is long gone") {
  ConcurrencyLimit limit(of(Algorithm::vegas, 20));
  TimePoint now = at(0s);
  saturate(limit, now, 20, [](std::int64_t) { return Duration(5ms); });
  saturate(limit, now, 100, [](std::int64_t) { return Duration(20ms); });  // slower for good
  const std::int64_t low = limit.limit();
  saturate(limit, now, 600, [](std::int64_t) { return Duration(20ms); });
  CHECK(limit.limit() > low);
}

}  // namespace
}  // namespace seawall::resilience
