#include "targets/resilience/coalescing.hpp"

#include <deque>

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using testing::at;
using testing::FakeEnv;
using Asking = FakeEnv::Running<std::optional<Outcome>>;

// A call that takes this long and ends with this status.
runtime::Task<Outcome> work(FakeEnv& env, Duration time, int status, int* started) {
  ++*started;
  runtime::Sleep sleep(env, env.now() + time);
  co_await sleep;
  Outcome outcome;
  outcome.add(model::Response(status));
  co_return outcome;
}

struct CoalescingBench {
  FakeEnv env;
  Coalescing coalescing{env};
  int started = 0;
  const std::string a = "/skus/a";
  const std::string b = "/skus/b";
  std::deque<Asking> askers;

  Asking& ask(const std::string& key, TimePoint until = at(1h), int status = 200) {
    return askers.emplace_back(env, coalescing.ask(key, until, work(env, 100ms, status, &started)));
  }
};

TEST_CASE("those who ask for the same at the same time share one call") {
  CoalescingBench bench;
  for (int i = 0; i < 100; ++i) bench.ask(bench.a);
  bench.ask(bench.b);
  CHECK(bench.started == 2);
  CHECK(bench.coalescing.joined() == 99);
  bench.env.run();
  for (const Asking& asker : bench.askers) {
    REQUIRE(asker.ended());
    CHECK((*asker.value())->ok());
  }
  CHECK(bench.coalescing.flights() == 0);
}

TEST_CASE("whoever asks after the answer makes a call of his own") {
  CoalescingBench bench;
  bench.ask(bench.a);
  bench.env.run();
  bench.ask(bench.a);
  CHECK(bench.started == 2);
  CHECK(bench.coalescing.joined() == 0);
}

TEST_CASE("the first to ask may go away and the others have their answer") {
  CoalescingBench bench;
  bench.ask(bench.a);
  bench.ask(bench.a);
  bench.env.run_until(at(50ms));
  bench.askers.front().cancel();
  bench.env.run();
  CHECK(bench.started == 1);
  REQUIRE(bench.askers.back().ended());
  CHECK((*bench.askers.back().value())->ok());
}

TEST_CASE("each waits until his own deadline and no longer") {
  CoalescingBench bench;
  bench.ask(bench.a, at(30ms));
  bench.ask(bench.a);
  bench.env.run_until(at(30ms));
  REQUIRE(bench.askers.front().ended());
  CHECK_FALSE(*bench.askers.front().value());
  CHECK_FALSE(bench.askers.back().ended());
  bench.env.run();
  CHECK(bench.askers.back().ended());
}

TEST_CASE("a failure is shared and not repeated by everybody") {
  CoalescingBench bench;
  for (int i = 0; i < 10; ++i) bench.ask(bench.a, at(1h), 503);
  bench.env.run();
  CHECK(bench.started == 1);
  for (const Asking& asker : bench.askers) CHECK_FALSE((*asker.value())->ok());
}

}  // namespace
}  // namespace seawall::resilience
