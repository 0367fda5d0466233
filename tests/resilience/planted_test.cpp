// Each bug that can be planted here, seen by the measure that is to find it, beside the same run
// without it.
#include <deque>

#include <planted.hpp>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;

model::LinkPolicy with_breaker() {
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.circuit_breaker.emplace().consecutive_failures = 5;
  return policy;
}

// A breaker opens, its time passes, ten calls come at once, and all of them are cancelled.
record::PatternUse cancelled_probes(FakeEnv& env) {
  env.callee = replies({FakeEnv::answer(1ms, 500)});
  Client client(env, order_to_payment, with_breaker());
  for (int i = 0; i < 5; ++i) {
    const Calling failing(env, client.call(charge()));
    env.run();
  }
  env.run_until(env.now() + 5s);
  env.callee = replies({FakeEnv::silence()});
  std::deque<Calling> calls;
  for (std::uint64_t i = 1; i <= 10; ++i) calls.emplace_back(env, client.call(charge(i)));
  calls.clear();
  return uses_of(client)["circuit_breaker"];
}

TEST_CASE("a leaked permit of a breaker shows in its counters") {
  FakeEnv sound, ill;
  const record::PatternUse good = cancelled_probes(sound);
  CHECK(good.permits_taken - good.permits_returned == 0);
  const Plant plant(Bug::breaker_permit_leaked);
  const record::PatternUse bad = cancelled_probes(ill);
  CHECK(bad.permits_taken - bad.permits_returned == 3);
}

TEST_CASE("a permit that leaks at a time-out shows in the counters of a breaker") {
  const auto leaked = [] {
    FakeEnv env;
    env.callee = replies({FakeEnv::silence()});
    Client client(env, order_to_payment, with_breaker());
    const Calling calling(env, client.call(charge()));
    env.run();
    const record::PatternUse use = uses_of(client)["circuit_breaker"];
    return use.permits_taken - use.permits_returned;
  };
  CHECK(leaked() == 0);
  const Plant plant(Bug::breaker_permit_leaked);
  CHECK(leaked() == 1);
}

TEST_CASE("a half-open breaker without a limit shows in its probes") {
  FakeEnv sound, ill;
  CHECK(cancelled_probes(sound).peak_in_flight == 3);
  const Plant plant(Bug::half_open_unlimited);
  CHECK(cancelled_probes(ill).peak_in_flight == 10);
  std::int64_t most = 0;
  for (const record::Event& event : ill.events)
    if (event.kind == Kind::probe) most = std::max(most, event.value);
  CHECK(most == 10);
}

TEST_CASE("a timeout that every read renews shows as a late call") {
  const auto late = [] {
    FakeEnv env;
    env.callee = replies({FakeEnv::answer(2300ms, 200)});  // a drip
    model::LinkPolicy policy;
    policy.timeout.emplace();
    Client client(env, order_to_payment, policy);
    const Calling calling(env, client.call(charge()));
    env.run();
    return env.count(Kind::late);
  };
  CHECK(late() == 0);
  const Plant plant(Bug::timeout_per_read);
  CHECK(late() == 1);
}

}  // namespace
}  // namespace seawall::resilience
