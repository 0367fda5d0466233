// What the circuit breakers of the seeds do: written by hand, with a count, a state and a time.
#include "targets/resilience/breaker.hpp"

#include <deque>
#include <string>
#include <vector>

#include "targets/resilience/circuit_breaker.hpp"
#include "targets/resilience/seed_breaker.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using Machine = model::CircuitBreaker::Machine;
using State = BreakerMachine::State;
using Ticket = BreakerMachine::Ticket;
using testing::at;

// As the seeds set it: 5 failures in a row open it for 30 s, 2 successes close it.
model::CircuitBreaker by_hand(Machine machine) {
  model::CircuitBreaker settings;
  settings.machine = machine;
  settings.consecutive_failures = 5;
  settings.open_for = 30s;
  settings.half_open_calls = 2;
  return settings;
}

constexpr bool fails = true;
constexpr bool succeeds = false;

struct Bench {
  explicit Bench(Machine machine) : breaker(by_hand(machine)) {}

  Ticket begin() {
    const std::optional<Ticket> ticket = breaker.admit(now);
    REQUIRE(ticket);
    return *ticket;
  }
  void end(const Ticket& ticket, bool failed) { breaker.finish(now, ticket, failed); }
  // A call; false: it was refused.
  bool call(bool failed) {
    const std::optional<Ticket> ticket = breaker.admit(now);
    if (ticket) end(*ticket, failed);
    return ticket.has_value();
  }
  // Calls as in "FFFFS".
  void calls(std::string_view results) {
    for (const char result : results) call(result == 'F');
  }
  State state() const { return breaker.state(); }
  // Opens it, and lets the time pass after which it is tried again.
  void open_and_wait() {
    calls("FFFFF");
    REQUIRE(state() == State::open);
    now += 31s;
  }

  TimePoint now = at(0s);
  SeedBreaker breaker;
};

}  // namespace

TEST_CASE("both hand-written breakers open after five failures in a row, for 30 s", "[exhibit]") {
  for (const Machine machine : {Machine::seed_000, Machine::seed_002}) {
    Bench bench(machine);
    bench.calls("FFFF");
    CHECK(bench.state() == State::closed);
    bench.calls("F");
    CHECK(bench.state() == State::open);
    bench.now += 30s;
    CHECK_FALSE(bench.call(succeeds));
    bench.now += 1ms;
    CHECK(bench.call(succeeds));
    CHECK(bench.state() == State::half_open);
    CHECK(bench.call(succeeds));
    CHECK(bench.state() == State::closed);
  }
}

TEST_CASE("000 closes on a success and four failures and a success where 002 opens again",
          "[exhibit]") {
  Bench first(Machine::seed_000);
  first.open_and_wait();
  first.calls("SFFFF");
  CHECK(first.state() == State::half_open);
  first.calls("S");
  CHECK(first.state() == State::closed);

  Bench second(Machine::seed_002);
  second.open_and_wait();
  second.calls("SF");
  CHECK(second.state() == State::open);
}

TEST_CASE("a success of one half-open period counts in the next", "[exhibit]") {
  Bench bench(Machine::seed_002);
  bench.open_and_wait();
  bench.calls("SF");
  REQUIRE(bench.state() == State::open);
  bench.now += 31s;
  bench.calls("S");
  CHECK(bench.state() == State::closed);
}

TEST_CASE("half-open lets two hundred through at once", "[exhibit]") {
  for (const Machine machine : {Machine::seed_000, Machine::seed_002, Machine::library}) {
    Bench bench(machine);
    bench.open_and_wait();
    for (int i = 0; i < 200; ++i) CHECK(bench.begin().probe);
    CHECK(bench.breaker.probes_in_flight() == 200);
  }
}

TEST_CASE("four failures and a success, for ever, never open it", "[exhibit]") {
  for (const Machine machine : {Machine::seed_000, Machine::seed_002}) {
    Bench bench(machine);
    for (int i = 0; i < 1000; ++i) bench.calls("FFFFS");
    CHECK(bench.state() == State::closed);
  }
  // The sound one, by its rate of failures.
  CircuitBreaker sound{model::CircuitBreaker{}};
  for (int i = 0; i < 20; ++i) {
    const auto ticket = sound.admit(at(0s));
    REQUIRE(ticket);
    sound.finish(at(1ms), *ticket, i % 5 != 4);
  }
  CHECK(sound.state() == State::open);
}

TEST_CASE("failures that come late push the time of opening on", "[exhibit]") {
  Bench bench(Machine::seed_002);
  const Ticket late = bench.begin();
  bench.calls("FFFFF");
  bench.now += 29s;
  bench.end(late, fails);
  bench.now += 2s;
  CHECK_FALSE(bench.call(succeeds));
  bench.now += 29s;
  CHECK(bench.call(succeeds));
}

TEST_CASE("two successes of calls from before it opened close it", "[exhibit]") {
  Bench bench(Machine::seed_002);
  const Ticket first = bench.begin();
  const Ticket second = bench.begin();
  bench.open_and_wait();
  const Ticket probe = bench.begin();
  CHECK(bench.state() == State::half_open);
  bench.end(first, succeeds);
  bench.end(second, succeeds);
  CHECK(bench.state() == State::closed);
  bench.end(probe, fails);
  CHECK(bench.state() == State::closed);
}

TEST_CASE("what its caller cancels is not seen, but by the library as a success", "[exhibit]") {
  for (const Machine machine : {Machine::seed_000, Machine::seed_002}) {
    Bench bench(machine);
    bench.calls("FFFF");
    bench.breaker.cancel(bench.begin());
    bench.calls("F");
    CHECK(bench.state() == State::open);
  }
  Bench bench(Machine::library);
  bench.calls("FFFF");
  bench.breaker.cancel(bench.begin());
  bench.calls("FFFF");
  CHECK(bench.state() == State::closed);
  bench.calls("F");
  CHECK(bench.state() == State::open);
  bench.now += 31s;
  bench.calls("S");
  CHECK(bench.state() == State::closed);
}

TEST_CASE("slow calls are nothing to it", "[exhibit]") {
  Bench bench(Machine::seed_002);
  for (int i = 0; i < 1000; ++i) {
    const Ticket slow = bench.begin();
    bench.now += 1h;
    bench.end(slow, succeeds);
  }
  CHECK(bench.state() == State::closed);
}

TEST_CASE("every answer but a good one is a failure to the seeds", "[exhibit]") {
  model::CircuitBreaker settings = by_hand(Machine::seed_002);
  settings.ignore = {};
  const FailureRule all(settings);
  const FailureRule field{model::CircuitBreaker{}};
  for (const int status : {400, 402, 404, 409, 422}) {
    CHECK(all.failed(model::Response(status)));
    CHECK_FALSE(field.failed(model::Response(status)));
  }
}

namespace {

// A breaker of this machine that has opened, in a world whose wall clock may jump.
struct Opened {
  explicit Opened(Machine machine) : breaker(env, "order -> payment", by_hand(machine)) {
    for (int i = 0; i < 5; ++i) breaker.enter()->finish(fails);
    REQUIRE(breaker.state() == State::open);
  }
  bool refuses_at(Duration since_start) {
    env.run_until(at(since_start));
    return !breaker.enter().has_value();
  }

  testing::FakeEnv env;
  Breaker breaker;
};

}  // namespace

TEST_CASE("an hour back keeps it open for an hour, an hour forwards ends it at once", "[exhibit]") {
  for (const Machine machine : {Machine::seed_000, Machine::seed_002}) {
    Opened back(machine);
    back.env.wall_offset = -1h;
    CHECK(back.refuses_at(31s));
    CHECK(back.refuses_at(1h));
    CHECK_FALSE(back.refuses_at(1h + 31s));

    Opened forwards(machine);
    CHECK(forwards.refuses_at(1s));
    forwards.env.wall_offset = 1h;
    CHECK_FALSE(forwards.refuses_at(2s));
  }
  for (const Machine machine : {Machine::sound, Machine::library}) {
    Opened back(machine);
    back.env.wall_offset = -1h;
    CHECK_FALSE(back.refuses_at(31s));

    Opened forwards(machine);
    forwards.env.wall_offset = 1h;
    CHECK(forwards.refuses_at(2s));
  }
}

}  // namespace seawall::resilience
