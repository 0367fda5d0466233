#include "targets/resilience/circuit_breaker.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Share;
using base::TimePoint;
using State = CircuitBreaker::State;
using Ticket = CircuitBreaker::Ticket;
using testing::at;

// A breaker, the moment, and what it told.
struct BreakerBench {
  explicit BreakerBench(const model::CircuitBreaker& settings)
      : breaker(settings, [this](State from, State to) {
          told.push_back(std::string(model::name_of(from)) + " " + std::string(model::name_of(to)));
        }) {}

  // One call that begins now and takes this long; false: refused.
  bool call(bool failed, Duration took = 1ms) {
    const std::optional<Ticket> ticket = breaker.admit(now);
    if (!ticket) return false;
    now += took;
    breaker.finish(now, *ticket, failed);
    return true;
  }
  void calls(int count, bool failed, Duration took = 1ms) {
    for (int i = 0; i < count; ++i) call(failed, took);
  }
  // Five failures in a row open the breaker of `in_a_row()`.
  void open() { calls(5, true); }

  std::vector<std::string> told;
  TimePoint now = at(0s);
  CircuitBreaker breaker;
};

constexpr bool fails = true;
constexpr bool succeeds = false;

model::CircuitBreaker in_a_row() {
  model::CircuitBreaker settings;
  settings.consecutive_failures = 5;
  settings.failure_rate = {};
  settings.slow_call_rate = {};
  return settings;
}

TEST_CASE("a breaker opens at the failure rate once it has seen enough calls") {
  BreakerBench bench{model::CircuitBreaker{}};
  bench.calls(19, fails);
  CHECK(bench.breaker.state() == State::closed);  // 20 is the minimum
  bench.call(fails);
  CHECK(bench.breaker.state() == State::open);
  CHECK_FALSE(bench.breaker.admit(bench.now));
  CHECK(bench.told == std::vector<std::string>{"closed open"});
}

TEST_CASE("a breaker stays closed just below the failure rate") {
  BreakerBench bench{model::CircuitBreaker{}};
  bench.calls(50, succeeds);
  for (int i = 0; i < 200; ++i) bench.call(i % 25 < 12);  // 48 % of any 50 calls
  CHECK(bench.breaker.state() == State::closed);
}

TEST_CASE("a count window forgets the results that have left it") {
  BreakerBench bench{model::CircuitBreaker{}};
  bench.calls(30, succeeds);
  bench.calls(24, fails);
  bench.calls(26, succeeds);  // the window: 24 failures and 26 successes
  CHECK(bench.breaker.state() == State::closed);
  bench.calls(24, succeeds);  // the failures have left it one by one
  bench.calls(24, fails);
  CHECK(bench.breaker.state() == State::closed);
  bench.call(fails);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("a minimum of calls that is larger than the window counts as the window") {
  model::CircuitBreaker settings;
  settings.size = 10;
  settings.minimum_calls = 20;
  BreakerBench bench(settings);
  bench.calls(9, fails);
  CHECK(bench.breaker.state() == State::closed);
  bench.call(fails);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("a time window forgets what is older than it") {
  model::CircuitBreaker settings;
  settings.window = model::CircuitBreaker::Window::time;
  settings.window_time = 10s;
  BreakerBench bench(settings);
  bench.calls(19, fails);
  bench.now += 11s;
  bench.calls(19, fails);
  CHECK(bench.breaker.state() == State::closed);
  bench.call(fails);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("a time window keeps what is younger than it") {
  model::CircuitBreaker settings;
  settings.window = model::CircuitBreaker::Window::time;
  settings.window_time = 10s;
  BreakerBench bench(settings);
  bench.calls(10, fails);
  bench.now += 8s;
  bench.calls(10, fails);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("eighty percent of failures open a breaker though they never come in a row of five") {
  BreakerBench bench{model::CircuitBreaker{}};
  for (int i = 0; i < 25; ++i) bench.call(i % 5 != 4);  // FFFFS FFFFS ...
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("a run of failures opens a breaker that counts them in a row") {
  BreakerBench bench(in_a_row());
  bench.calls(4, fails);
  bench.call(succeeds);
  bench.calls(4, fails);
  CHECK(bench.breaker.state() == State::closed);
  bench.call(fails);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("slow calls open a breaker though all of them succeed") {
  BreakerBench bench{model::CircuitBreaker{}};
  bench.calls(20, succeeds, 400ms);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("slow calls do not count where their rate is off") {
  model::CircuitBreaker settings;
  settings.slow_call_rate = {};
  BreakerBench bench(settings);
  bench.calls(100, succeeds, 400ms);
  CHECK(bench.breaker.state() == State::closed);
}

TEST_CASE("an open breaker lets a probe through after its time and not before") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s - 1ns;
  CHECK_FALSE(bench.breaker.admit(bench.now));
  CHECK(bench.breaker.state() == State::open);
  bench.now += 1ns;
  const std::optional<Ticket> probe = bench.breaker.admit(bench.now);
  REQUIRE(probe);
  CHECK(probe->probe);
  CHECK(bench.breaker.state() == State::half_open);
}

TEST_CASE("a half-open breaker lets no more probes through than it is told") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  int admitted = 0;
  for (int i = 0; i < 200; ++i) admitted += bench.breaker.admit(bench.now).has_value();
  CHECK(admitted == 3);
  CHECK(bench.breaker.probes_in_flight() == 3);
}

TEST_CASE("a probe that succeeded does not make room for another") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  const auto first = bench.breaker.admit(bench.now);
  const auto second = bench.breaker.admit(bench.now);
  REQUIRE((first && second));
  bench.breaker.finish(bench.now, *first, succeeds);
  CHECK(bench.breaker.admit(bench.now));
  CHECK_FALSE(bench.breaker.admit(bench.now));
}

TEST_CASE("as many successful probes as permits close a breaker") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  bench.calls(2, succeeds);
  CHECK(bench.breaker.state() == State::half_open);
  bench.call(succeeds);
  CHECK(bench.breaker.state() == State::closed);
  CHECK(bench.told ==
        std::vector<std::string>{"closed open", "open half_open", "half_open closed"});
}

TEST_CASE("one failure in half-open reopens a breaker for its whole time") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  bench.calls(2, succeeds);
  bench.call(fails);
  CHECK(bench.breaker.state() == State::open);
  bench.now += 4999ms;
  CHECK_FALSE(bench.breaker.admit(bench.now));
  bench.now += 1ms;
  CHECK(bench.breaker.admit(bench.now));
}

TEST_CASE("the successes of one half-open period do not count in the next") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  bench.calls(2, succeeds);
  bench.call(fails);
  bench.now += 5s;
  bench.calls(2, succeeds);
  CHECK(bench.breaker.state() == State::half_open);
  bench.call(succeeds);
  CHECK(bench.breaker.state() == State::closed);
}

TEST_CASE("a slow probe reopens a breaker that counts slow calls") {
  model::CircuitBreaker settings;
  settings.consecutive_failures = 5;
  BreakerBench bench(settings);
  bench.open();
  bench.now += 5s;
  bench.call(succeeds, 301ms);
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("a cancelled probe returns its permit") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  std::vector<Ticket> probes;
  while (const auto probe = bench.breaker.admit(bench.now)) probes.push_back(*probe);
  REQUIRE(probes.size() == 3);
  bench.breaker.cancel(probes[1]);
  CHECK(bench.breaker.state() == State::half_open);  // neither a success nor a failure
  CHECK(bench.breaker.probes_in_flight() == 2);
  CHECK(bench.breaker.admit(bench.now));
  CHECK_FALSE(bench.breaker.admit(bench.now));
}

TEST_CASE("a cancelled call counts neither for nor against a closed breaker") {
  BreakerBench bench(in_a_row());
  bench.calls(4, fails);
  const auto cancelled = bench.breaker.admit(bench.now);
  REQUIRE(cancelled);
  bench.breaker.cancel(*cancelled);
  CHECK(bench.breaker.state() == State::closed);
  bench.call(fails);  // the fifth in a row all the same
  CHECK(bench.breaker.state() == State::open);
}

TEST_CASE("late successes from before do not close a half-open breaker") {
  BreakerBench bench(in_a_row());
  std::vector<Ticket> old;
  for (int i = 0; i < 3; ++i) old.push_back(*bench.breaker.admit(bench.now));
  bench.open();
  bench.now += 5s;
  const auto probe = bench.breaker.admit(bench.now);
  REQUIRE(probe);
  for (const Ticket& ticket : old) bench.breaker.finish(bench.now, ticket, succeeds);
  CHECK(bench.breaker.state() == State::half_open);
  CHECK(bench.breaker.probes_in_flight() == 1);
}

TEST_CASE("late failures do not make an open breaker stay open for longer") {
  BreakerBench bench(in_a_row());
  std::vector<Ticket> old;
  for (int i = 0; i < 10; ++i) old.push_back(*bench.breaker.admit(bench.now));
  bench.open();
  bench.now += 3s;
  for (const Ticket& ticket : old) bench.breaker.finish(bench.now, ticket, fails);
  bench.now += 2s;
  CHECK(bench.breaker.admit(bench.now));
}

TEST_CASE("a late probe of an earlier half-open period changes nothing in the next") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  const auto late = bench.breaker.admit(bench.now);
  const auto cancelled = bench.breaker.admit(bench.now);
  bench.call(fails);  // reopens
  bench.now += 5s;
  const auto probe = bench.breaker.admit(bench.now);
  REQUIRE((late && cancelled && probe));
  bench.breaker.finish(bench.now, *late, fails);
  bench.breaker.cancel(*cancelled);
  CHECK(bench.breaker.state() == State::half_open);
  CHECK(bench.breaker.probes_in_flight() == 1);
}

TEST_CASE("a half-open breaker whose probes hang opens again") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  std::vector<Ticket> hung;
  while (const auto probe = bench.breaker.admit(bench.now)) hung.push_back(*probe);
  bench.now += 2s - 1ns;
  CHECK_FALSE(bench.breaker.admit(bench.now));
  CHECK(bench.breaker.state() == State::half_open);
  bench.now += 1ns;
  CHECK_FALSE(bench.breaker.admit(bench.now));
  CHECK(bench.breaker.state() == State::open);
  bench.now += 5s;
  CHECK(bench.breaker.admit(bench.now));
  for (const Ticket& ticket : hung) bench.breaker.finish(bench.now, ticket, succeeds);
  CHECK(bench.breaker.state() == State::half_open);
}

TEST_CASE("what was due while nobody called is caught up with") {
  BreakerBench bench(in_a_row());
  bench.open();
  bench.now += 5s;
  CHECK(bench.call(succeeds));
  bench.now += 1min;  // half-open ended after 2 s, open after 5 s more
  CHECK(bench.call(succeeds));
  CHECK(bench.told == std::vector<std::string>{"closed open", "open half_open", "half_open open",
                                               "open half_open"});
}

TEST_CASE("without a longest wait a breaker stays half-open while its probes hang") {
  model::CircuitBreaker settings = in_a_row();
  settings.half_open_max_wait = {};
  BreakerBench bench(settings);
  bench.open();
  bench.now += 5s;
  while (bench.breaker.admit(bench.now)) {
  }
  bench.now += 1h;
  CHECK_FALSE(bench.breaker.admit(bench.now));
  CHECK(bench.breaker.state() == State::half_open);
}

TEST_CASE("a closed breaker starts with an empty window") {
  BreakerBench bench{model::CircuitBreaker{}};
  bench.calls(20, fails);
  bench.now += 5s;
  bench.calls(3, succeeds);
  REQUIRE(bench.breaker.state() == State::closed);
  bench.calls(19, fails);
  CHECK(bench.breaker.state() == State::closed);
}

TEST_CASE("a breaker that is forced open refuses everything") {
  model::CircuitBreaker settings;
  settings.state = model::CircuitBreaker::State::forced_open;
  BreakerBench bench(settings);
  bench.now += 1h;
  CHECK_FALSE(bench.breaker.admit(bench.now));
}

TEST_CASE("a breaker that is disabled or only measures lets everything through") {
  model::CircuitBreaker settings;
  settings.state =
      GENERATE(model::CircuitBreaker::State::disabled, model::CircuitBreaker::State::metrics_only);
  BreakerBench bench(settings);
  for (int i = 0; i < 200; ++i) CHECK(bench.call(fails));
  CHECK(bench.told.empty());
}

TEST_CASE("business refusals are no failures but 408 and 429 and 5xx are") {
  const FailureRule rule{model::CircuitBreaker{}};
  const auto failed = [&](int status) { return rule.failed(model::Response(status)); };
  CHECK_FALSE(failed(200));
  CHECK_FALSE(failed(201));
  CHECK_FALSE(failed(402));
  CHECK_FALSE(failed(409));
  CHECK_FALSE(failed(422));
  CHECK(failed(408));
  CHECK(failed(429));
  CHECK(failed(500));
  CHECK(failed(503));
}

TEST_CASE("a status can be ignored by itself") {
  model::CircuitBreaker settings;
  settings.ignore = {"4xx", "503"};
  const FailureRule rule(settings);
  CHECK_FALSE(rule.failed(model::Response(503)));
  CHECK(rule.failed(model::Response(502)));
  settings.ignore = {};
  CHECK(FailureRule(settings).failed(model::Response(402)));
}

TEST_CASE("an attempt without an answer is a failure whatever is ignored") {
  model::CircuitBreaker settings;
  settings.ignore = {"4xx", "5xx"};
  const FailureRule rule(settings);
  for (const model::Failure failure : {model::Failure::refused, model::Failure::unreachable,
                                       model::Failure::reset, model::Failure::timed_out})
    CHECK(rule.failed(base::unexpected<model::Failure>(failure)));
}

// patterns.md: at 100 calls/s, with refused connections from a moment on, a breaker with the
// settings of the preset `field` opens after about a quarter of a second: half of its 50 calls.
TEST_CASE("a breaker as in the field opens within a quarter of a second of refused calls") {
  BreakerBench bench{model::CircuitBreaker{}};
  for (int i = 0; i < 100; ++i, bench.now += 10ms) bench.call(succeeds, 0ms);
  const TimePoint fault = bench.now;
  while (bench.breaker.state() == State::closed) {
    bench.call(fails, 0ms);
    bench.now += 10ms;
  }
  CHECK(bench.now - fault == 250ms);  // the 25th refusal came 240 ms after the first
  CHECK(bench.told.size() == 1);
}

TEST_CASE("a breaker as in the field closes within its open time after the heal") {
  for (const Duration phase : {0ms, 1700ms, 3300ms, 4990ms}) {
    BreakerBench bench{model::CircuitBreaker{}};
    const TimePoint heal = at(20s) + phase;
    while (bench.now < heal) {
      bench.call(fails, 0ms);
      bench.now += 10ms;
    }
    while (bench.breaker.state() != State::closed) {
      bench.call(succeeds, 0ms);
      bench.now += 10ms;
    }
    CHECK(bench.now - heal <= 5s + 50ms);
  }
}

}  // namespace
}  // namespace seawall::resilience
