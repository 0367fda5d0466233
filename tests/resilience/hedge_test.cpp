#include "targets/resilience/hedge.hpp"

#include <deque>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;

model::Hedge after(Duration delay) {
  model::Hedge settings;
  settings.delay.percentile = 0;
  settings.delay.time = delay;
  settings.share_retry_budget = false;
  return settings;
}

model::LinkPolicy with(const model::Hedge& hedge) {
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.hedge = hedge;
  return policy;
}

TEST_CASE("a percentile is known after twenty answers and follows the last two hundred") {
  Hedge hedge{model::Hedge{}};
  for (int i = 1; i <= 19; ++i) hedge.learn(1ms * i);
  CHECK_FALSE(hedge.delay());
  hedge.learn(20ms);
  CHECK(hedge.delay() == Duration(19ms));
  for (int i = 0; i < 200; ++i) hedge.learn(5ms);
  CHECK(hedge.delay() == Duration(5ms));
}

TEST_CASE("a call that is answered in time is sent once") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(49ms, 200)});
  Client client(env, order_to_payment, with(after(50ms)));
  CHECK(call(env, client).attempts == 1);
  CHECK(env.sent.size() == 1);
  CHECK(uses_of(client)["hedge"].acted == 0);
}

TEST_CASE("a slow call gets a copy and the first answer counts") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(400ms, 200), FakeEnv::answer(10ms, 200)});
  Client client(env, order_to_payment, with(after(50ms)));
  const Outcome outcome = call(env, client);
  CHECK(outcome.ok());
  CHECK(outcome.attempts == 2);
  CHECK(env.now() == at(60ms));  // the first copy is withdrawn
  REQUIRE(env.sent.size() == 2);
  CHECK(env.sent[1].t == at(50ms));
  CHECK(env.sent[1].request.index.label == "hedge");
  CHECK(env.sent[1].request.index.attempt == 2);
  CHECK(env.sent[1].request.idempotency_key == "o-1/charge");
  CHECK(env.count(Kind::retry, "hedge") == 1);
  CHECK(uses_of(client)["hedge"].acted == 1);
}

TEST_CASE("an answer that settles nothing waits for the other copy") {
  FakeEnv env;
  env.callee = replies(
      {FakeEnv::answer(400ms, 200), FakeEnv::answer(10ms, 409, R"({"reason":"key_in_flight"})")});
  Client client(env, order_to_payment, with(after(50ms)));
  const Outcome outcome = call(env, client);
  CHECK(outcome.ok());
  CHECK(outcome.attempts == 2);
  CHECK(env.now() == at(400ms));
}

TEST_CASE("an attempt that fails before its hedge is due is the retry's") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(10ms, 503)});
  Client client(env, order_to_payment, with(after(50ms)));
  CHECK(call(env, client).attempts == 1);
  CHECK(env.sent.size() == 1);
}

TEST_CASE("no more copies than may be and all of them end at their deadlines") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  model::Hedge hedge = after(50ms);
  hedge.max_hedges = 2;
  Client client(env, order_to_payment, with(hedge));
  const Outcome outcome = call(env, client);
  CHECK(env.sent.size() == 3);
  CHECK(env.sent[2].t == at(100ms));
  CHECK(outcome.attempts == 3);
  CHECK(outcome.call_class == CallClass::in_doubt);
  CHECK(env.now() == at(600ms));  // the last copy's attempt timeout
}

TEST_CASE("a POST without a key is not sent twice") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(400ms, 200)});
  Client client(env, order_to_payment, with(after(50ms)));
  model::Request request = charge();
  request.idempotency_key.clear();
  call(env, client, request);
  CHECK(env.sent.size() == 1);
}

TEST_CASE("hedges are paid from the retry budget") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  model::LinkPolicy policy = with(after(50ms));
  policy.hedge->share_retry_budget = true;
  policy.retry_budget.emplace();
  Client client(env, order_to_payment, policy);
  for (std::uint64_t i = 1; i <= 20; ++i) call(env, client, charge(i));
  CHECK(uses_of(client)["hedge"].acted == 2);  // each a token, and one for each of its failures
  CHECK(env.count(Kind::reject, "retry_budget") == 18);
}

TEST_CASE("a callee that is slow for all does not get every call twice") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::answer(100ms, 200); };
  model::LinkPolicy policy = with(after(50ms));
  policy.hedge->share_retry_budget = true;
  policy.retry_budget.emplace();
  Client client(env, order_to_payment, policy);
  for (std::uint64_t i = 1; i <= 200; ++i) CHECK(call(env, client, charge(i)).ok());
  CHECK(uses_of(client)["hedge"].acted <= 30);  // five of the full bucket, then a tenth
}

TEST_CASE("hedges after a percentile stay near their share of the calls") {
  FakeEnv env;
  env.callee = [n = 0](const FakeEnv::Sent&) mutable {
    return FakeEnv::answer(1ms * (10 + (++n * 7) % 100), 200);
  };
  model::LinkPolicy policy = with(model::Hedge{});
  policy.hedge->share_retry_budget = false;
  Client client(env, order_to_payment, policy);
  for (std::uint64_t i = 1; i <= 1000; ++i) call(env, client, charge(i));
  CHECK(uses_of(client)["hedge"].acted > 10);
  CHECK(uses_of(client)["hedge"].acted <= 80);
}

TEST_CASE("a breaker that is open lets no copy out either") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 500), FakeEnv::silence()});
  model::LinkPolicy policy = with(after(50ms));
  policy.circuit_breaker.emplace().consecutive_failures = 1;
  policy.circuit_breaker->ignore = {};
  Client client(env, order_to_payment, policy);
  CHECK(call(env, client).attempts == 1);
  const Outcome refused = call(env, client);
  CHECK(refused.rejected_by == "circuit_breaker");
  CHECK(refused.attempts == 0);
  CHECK(env.sent.size() == 1);
}

TEST_CASE("permits of withdrawn copies come back and count for nothing") {
  FakeEnv env;
  env.callee = replies({FakeEnv::silence(), FakeEnv::answer(10ms, 200)});
  model::LinkPolicy policy = with(after(50ms));
  policy.circuit_breaker.emplace();
  policy.bulkhead.emplace();
  Client client(env, order_to_payment, policy);
  CHECK(call(env, client).ok());
  const record::PatternUse breaker = uses_of(client)["circuit_breaker"];
  CHECK(breaker.permits_taken == 2);
  CHECK(breaker.permits_returned == 2);
  CHECK(uses_of(client)["bulkhead"].permits_taken == 1);
  CHECK(env.pending() == 0);
}

TEST_CASE("whoever goes away takes all copies along") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  model::LinkPolicy policy = with(after(50ms));
  policy.circuit_breaker.emplace();
  Client client(env, order_to_payment, policy);
  Calling calling(env, client.call(charge()));
  env.run_until(at(60ms));
  CHECK(env.sent.size() == 2);
  calling.cancel();
  CHECK(env.pending() == 0);
  CHECK(uses_of(client)["circuit_breaker"].permits_returned == 2);
}

TEST_CASE("a retry follows when all copies have failed and goes on numbering") {
  FakeEnv env;
  env.callee = replies(
      {FakeEnv::answer(100ms, 503), FakeEnv::answer(100ms, 503), FakeEnv::answer(1ms, 200)});
  model::LinkPolicy policy = with(after(50ms));
  policy.retry.emplace().jitter = model::Retry::Jitter::none;
  Client client(env, order_to_payment, policy);
  const Outcome outcome = call(env, client);
  CHECK(outcome.ok());
  CHECK(outcome.attempts == 3);
  REQUIRE(env.sent.size() == 3);
  CHECK(env.sent[2].t == at(250ms));  // the second copy ended at 150 ms
  CHECK(env.sent[2].request.index.attempt == 3);
  CHECK(env.sent[2].request.index.label.empty());
}

}  // namespace
}  // namespace seawall::resilience
