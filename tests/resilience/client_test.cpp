#include "targets/resilience/client.hpp"

#include <deque>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;

model::LinkPolicy only_timeout() {
  model::LinkPolicy policy;
  policy.timeout.emplace();
  return policy;
}

model::LinkPolicy with_retry(model::Retry::Jitter jitter = model::Retry::Jitter::none) {
  model::LinkPolicy policy = only_timeout();
  policy.retry.emplace().jitter = jitter;
  return policy;
}

model::LinkPolicy with_breaker() {
  model::LinkPolicy policy = only_timeout();
  policy.circuit_breaker.emplace().consecutive_failures = 5;
  return policy;
}

TEST_CASE("a call without any pattern is one attempt that is answered") {
  FakeEnv env;
  Client client(env, order_to_payment, {});
  const Outcome outcome = call(env, client);
  CHECK(outcome.ok());
  CHECK(outcome.attempts == 1);
  REQUIRE(outcome.response);
  CHECK(outcome.response->status == 200);
  REQUIRE(env.sent.size() == 1);
  CHECK(env.sent[0].to == "payment");
  CHECK(env.sent[0].request.index.attempt == 1);
  CHECK(env.sent[0].request.idempotency_key == "o-1/charge");
  CHECK(env.events.empty());
  CHECK(uses_of(client).empty());
}

TEST_CASE("without a timeout the deadline is an hour and neither inherited nor passed on") {
  FakeEnv env;
  Client client(env, order_to_payment, {});
  model::Request request = charge();
  request.deadline = at(1s);
  call(env, client, request);
  CHECK(env.sent[0].request.deadline == at(1h));
  CHECK(env.sent[0].request.connect_by == TimePoint{});
  CHECK_FALSE(env.sent[0].request.pass_deadline);
}

TEST_CASE("an attempt ends at its deadline and a connect has less") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  Client client(env, order_to_payment, only_timeout());
  const Outcome outcome = call(env, client);
  CHECK(env.now() == at(500ms));
  CHECK(outcome.call_class == CallClass::in_doubt);
  CHECK(outcome.failure == model::Failure::timed_out);
  CHECK(env.sent[0].request.connect_by == at(200ms));
  CHECK(env.sent[0].request.pass_deadline);
  CHECK(uses_of(client)["timeout"].acted == 1);
  CHECK(env.count(Kind::late) == 0);
}

TEST_CASE("the deadline of the caller bounds the call") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  Client client(env, order_to_payment, with_retry());
  model::Request request = charge();
  request.deadline = at(300ms);
  const Outcome outcome = call(env, client, request);
  CHECK(env.now() == at(300ms));
  CHECK(outcome.attempts == 1);
}

TEST_CASE("the total deadline bounds all attempts and their waits together") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  model::LinkPolicy policy = with_retry();
  policy.retry->max_attempts = 100;
  policy.retry->initial_interval = 10ms;
  Client client(env, order_to_payment, policy);
  const Outcome outcome = call(env, client);
  CHECK(env.now() == at(2s));
  CHECK(outcome.attempts == 4);
  for (const FakeEnv::Sent& sent : env.sent) CHECK(sent.request.deadline <= at(2s));
}

TEST_CASE("with too little time left a call is not even tried") {
  FakeEnv env;
  Client client(env, order_to_payment, field());
  model::Request request = charge();
  request.deadline = at(49ms);
  const Outcome outcome = call(env, client, request);
  CHECK(env.sent.empty());
  CHECK(outcome.call_class == CallClass::not_sent);
  CHECK(outcome.rejected_by == "timeout");
  CHECK(env.count(Kind::reject, "timeout") == 1);
}

TEST_CASE("a deadline that has passed is not tried either") {
  FakeEnv env;
  model::LinkPolicy policy = only_timeout();
  policy.timeout->min_remaining = 0s;
  Client client(env, order_to_payment, policy);
  model::Request request = charge();
  request.deadline = at(0s);
  CHECK(call(env, client, request).rejected_by == "timeout");
}

TEST_CASE("what fails once is repeated and numbered") {
  FakeEnv env;
  env.callee = replies({FakeEnv::fails(5ms, model::Failure::reset), FakeEnv::answer(5ms, 200)});
  Client client(env, order_to_payment, with_retry());
  const Outcome outcome = call(env, client);
  CHECK(outcome.ok());
  CHECK(outcome.attempts == 2);
  REQUIRE(env.sent.size() == 2);
  CHECK(env.sent[1].t == at(105ms));
  CHECK(env.sent[1].request.index.attempt == 2);
  CHECK(env.sent[1].request.idempotency_key == "o-1/charge");
  CHECK(env.sent[1].request.body == "{}");
  REQUIRE(env.count(Kind::retry) == 1);
  CHECK(env.events[0].value == 2);
  CHECK(env.events[0].where == "order -> payment");
  CHECK(env.events[0].subject == charge().index.subject);
  CHECK(uses_of(client)["retry"].acted == 1);
}

TEST_CASE("a POST without a key is sent once") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 503)});
  Client client(env, order_to_payment, with_retry());
  model::Request request = charge();
  request.idempotency_key.clear();
  call(env, client, request);
  CHECK(env.sent.size() == 1);
}

TEST_CASE("a refusal of the business is not repeated") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 402)});
  Client client(env, order_to_payment, with_retry());
  CHECK(call(env, client).call_class == CallClass::refused);
  CHECK(env.sent.size() == 1);
}

TEST_CASE("attempts end at their greatest number") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 503)});
  Client client(env, order_to_payment, with_retry());
  const Outcome outcome = call(env, client);
  CHECK(outcome.attempts == 3);
  CHECK(outcome.call_class == CallClass::in_doubt);
  REQUIRE(outcome.response);
  CHECK(outcome.response->status == 503);
}

TEST_CASE("a callee that asks for time gets it") {
  FakeEnv env;
  FakeEnv::Reply busy = FakeEnv::answer(1ms, 503);
  busy.result->headers.emplace_back("Retry-After", "1");
  env.callee = replies({busy, FakeEnv::answer(1ms, 200)});
  Client client(env, order_to_payment, with_retry());
  CHECK(call(env, client).ok());
  CHECK(env.sent[1].t == at(1001ms));
}

TEST_CASE("a callee that asks for more time than is left is not called again") {
  FakeEnv env;
  FakeEnv::Reply busy = FakeEnv::answer(1ms, 503);
  busy.result->headers.emplace_back("Retry-After", "2");
  env.callee = replies({busy});
  Client client(env, order_to_payment, with_retry());
  CHECK(call(env, client).attempts == 1);
  CHECK(env.now() == at(1ms));
}

TEST_CASE("jitter spreads the retries of calls that failed together") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::fails(0ms, model::Failure::refused); };
  model::LinkPolicy policy = with_retry(model::Retry::Jitter::full);
  policy.retry->max_attempts = 2;
  Client client(env, order_to_payment, policy);
  std::deque<Calling> calls;
  for (std::uint64_t i = 1; i <= 100; ++i) calls.emplace_back(env, client.call(charge(i)));
  env.run_until(at(0s));
  std::map<TimePoint, int> retries;
  const std::size_t first = env.sent.size();
  env.run();
  for (std::size_t i = first; i < env.sent.size(); ++i) ++retries[env.sent[i].t];
  CHECK(retries.size() == 100);
}

TEST_CASE("the same seed gives the same waits and another seed others") {
  const auto times = [](std::uint64_t seed) {
    FakeEnv env;
    env.run_seed = seed;
    env.callee = replies({FakeEnv::answer(1ms, 503)});
    Client client(env, order_to_payment, with_retry(model::Retry::Jitter::full));
    call(env, client);
    std::vector<TimePoint> t;
    for (const FakeEnv::Sent& sent : env.sent) t.push_back(sent.t);
    return t;
  };
  CHECK(times(1) == times(1));
  CHECK(times(1) != times(2));
}

TEST_CASE("the retry budget ends a storm of retries and is told") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 503)});
  model::LinkPolicy policy = with_retry();
  policy.retry_budget.emplace();
  Client client(env, order_to_payment, policy);
  for (std::uint64_t i = 1; i <= 100; ++i) call(env, client, charge(i));
  CHECK(env.sent.size() == 103);  // three retries in all
  CHECK(env.count(Kind::reject, "retry_budget") == 99);
  CHECK(uses_of(client)["retry_budget"].acted == 99);
  const Outcome last = call(env, client);
  CHECK(last.rejected_by.empty());  // it was sent, and answered
  CHECK(last.response->status == 503);
}

TEST_CASE("a breaker that opened refuses calls which are then not-sent") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 500)});
  Client client(env, order_to_payment, with_breaker());
  for (int i = 0; i < 5; ++i) call(env, client);
  const Outcome refused = call(env, client);
  CHECK(env.sent.size() == 5);
  CHECK(refused.call_class == CallClass::not_sent);
  CHECK(refused.rejected_by == "circuit_breaker");
  CHECK(refused.attempts == 0);
  CHECK(env.count(Kind::breaker, "closed open") == 1);
  CHECK(env.count(Kind::reject, "circuit_breaker") == 1);
  CHECK(uses_of(client)["circuit_breaker"].acted == 1);
}

TEST_CASE("half-open probes are told with how many are in flight") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 500)});
  Client client(env, order_to_payment, with_breaker());
  for (int i = 0; i < 5; ++i) call(env, client);
  env.run_until(env.now() + 5s);
  env.callee = replies({FakeEnv::answer(1ms, 200)});
  std::deque<Calling> calls;
  for (std::uint64_t i = 1; i <= 10; ++i) calls.emplace_back(env, client.call(charge(i)));
  CHECK(env.sent.size() == 8);
  CHECK(env.count(Kind::probe) == 3);
  CHECK(env.events.back().name == "circuit_breaker");
  env.run();
  CHECK(env.count(Kind::breaker, "half_open closed") == 1);
  const record::PatternUse use = uses_of(client)["circuit_breaker"];
  CHECK(use.peak_in_flight == 3);
  CHECK(use.permits_taken == 8);
  CHECK(use.permits_returned == 8);
}

TEST_CASE("a time-out of our own is a failure to the breaker") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  Client client(env, order_to_payment, with_breaker());
  for (int i = 0; i < 5; ++i) call(env, client);
  CHECK(env.count(Kind::breaker, "closed open") == 1);
}

TEST_CASE("declines do not open a breaker") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 402)});
  Client client(env, order_to_payment, field());
  for (std::uint64_t i = 1; i <= 200; ++i) CHECK(call(env, client, charge(i)).attempts == 1);
  CHECK(env.events.empty());
}

TEST_CASE("what the breaker refuses is retried only where the policy says so") {
  FakeEnv env;
  env.callee = replies({FakeEnv::fails(0ms, model::Failure::refused), FakeEnv::answer(1ms, 200)});
  model::LinkPolicy policy = with_retry();
  policy.circuit_breaker.emplace().consecutive_failures = 1;
  policy.circuit_breaker->open_for = 150ms;
  SECTION("it is not") {
    Client client(env, order_to_payment, policy);
    const Outcome outcome = call(env, client);
    CHECK(env.now() == at(100ms));
    CHECK(outcome.attempts == 1);
    CHECK(outcome.call_class == CallClass::not_sent);
    CHECK(outcome.rejected_by == "circuit_breaker");
  }
  SECTION("it is") {
    policy.retry->retry_when_open = true;
    Client client(env, order_to_payment, policy);
    const Outcome outcome = call(env, client);
    CHECK(env.sent.back().t == at(300ms));
    CHECK(env.sent.back().request.index.attempt == 2);  // what was refused here has no number
    CHECK(outcome.ok());
    CHECK(outcome.rejected_by.empty());
  }
}

TEST_CASE("a call whose attempt timed out and whose retry was refused here is in doubt") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  model::LinkPolicy policy = with_breaker();
  policy.circuit_breaker->consecutive_failures = 1;
  policy.retry.emplace();
  Client client(env, order_to_payment, policy);
  const Outcome outcome = call(env, client);
  CHECK(outcome.attempts == 1);
  CHECK(outcome.rejected_by == "circuit_breaker");
  CHECK(outcome.call_class == CallClass::in_doubt);
  CHECK(outcome.failure == model::Failure::timed_out);
}

TEST_CASE("a full bulkhead refuses a call which is then not-sent") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(100ms, 200)});
  model::LinkPolicy policy = only_timeout();
  policy.bulkhead.emplace().max_concurrent = 2;
  Client client(env, order_to_payment, policy);
  Calling one(env, client.call(charge(1))), two(env, client.call(charge(2)));
  Calling three(env, client.call(charge(3)));
  REQUIRE(three.ended());
  CHECK(three.value()->call_class == CallClass::not_sent);
  CHECK(three.value()->rejected_by == "bulkhead");
  CHECK(env.count(Kind::reject, "bulkhead") == 1);
  env.run();
  CHECK(one.value()->ok());
  CHECK(call(env, client).ok());
  const record::PatternUse use = uses_of(client)["bulkhead"];
  CHECK(use.acted == 1);
  CHECK(use.peak_in_flight == 2);
  CHECK(use.permits_taken == 3);
  CHECK(use.permits_returned == 3);
}

TEST_CASE("a call that waited for its permit has the rest of its time") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(400ms, 200)});
  model::LinkPolicy policy = only_timeout();
  policy.bulkhead.emplace().max_concurrent = 1;
  policy.bulkhead->max_wait = 1s;
  policy.bulkhead->max_queue = 5;
  Client client(env, order_to_payment, policy);
  Calling one(env, client.call(charge(1)));
  Calling two(env, client.call(charge(2)));
  env.run();
  CHECK(two.value()->ok());
  CHECK(env.sent[1].t == at(400ms));
  CHECK(uses_of(client)["bulkhead"].acted == 1);
}

TEST_CASE("a breaker that is shared is opened by one link and refuses the other") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent& sent) {
    return FakeEnv::answer(1ms, sent.to == "payment" ? 500 : 200);
  };
  Breaker shared(env, "gateway -> *", *with_breaker().circuit_breaker);
  Client payment(env, {"gateway", "payment"}, with_breaker(), &shared);
  Client shipping(env, {"gateway", "shipping"}, with_breaker(), &shared);
  Client inventory(env, {"gateway", "inventory"}, only_timeout(), &shared);
  CHECK(call(env, shipping).ok());
  for (int i = 0; i < 5; ++i) call(env, payment);
  CHECK(call(env, shipping).rejected_by == "circuit_breaker");
  CHECK(call(env, inventory).ok());  // its link has no breaker
  CHECK(env.events.front().where == "gateway -> *");
  CHECK(env.events.back().where == "gateway -> shipping");
  CHECK(uses_of(shipping).count("circuit_breaker") == 0);
  std::vector<record::PatternUse> uses;
  shared.collect(uses);
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].acted == 1);
  CHECK(uses[0].permits_taken == uses[0].permits_returned);
}

TEST_CASE("a link with a fallback leaves a part out and says so") {
  FakeEnv env;
  model::LinkPolicy policy;
  Client without(env, {"gateway", "shipping"}, policy);
  CHECK_FALSE(without.falls_back("shipment", {}));
  CHECK(env.events.empty());

  policy.fallback.emplace();
  Client with(env, {"gateway", "shipping"}, policy);
  CHECK(with.falls_back("shipment", {}));
  CHECK(with.marks_degraded());
  REQUIRE(env.count(Kind::degraded, "shipment") == 1);
  CHECK(env.events[0].where == "gateway");
  CHECK(uses_of(with)["fallback"].acted == 1);
}

TEST_CASE("permits that calls under way hold have not leaked") {
  FakeEnv env;
  env.callee = [](const FakeEnv::Sent&) { return FakeEnv::silence(); };
  Client client(env, order_to_payment, field());
  const Calling one(env, client.call(charge(1))), two(env, client.call(charge(2)));
  auto uses = uses_of(client);
  CHECK(uses["bulkhead"].permits_taken == 2);
  CHECK(uses["bulkhead"].permits_returned == 2);
  CHECK(uses["circuit_breaker"].permits_taken == 2);
  CHECK(uses["circuit_breaker"].permits_returned == 2);
}

// Calls that overlap, some answered, some refused, some silent, each destroyed after a drawn time:
// at every point where a call can wait (for a permit, for an answer, for its next attempt).
TEST_CASE("a call that is destroyed anywhere gives back what it holds") {
  for (int round = 0; round < 100; ++round) {
    const base::KeyedRandom draw = base::KeyedRandom(11).with(round);
    FakeEnv env;
    env.callee = [&](const FakeEnv::Sent&) {
      const base::KeyedRandom here = draw.with("reply").with(env.sent.size());
      switch (here.below(4)) {
        case 0:
          return FakeEnv::silence();
        case 1:
          return FakeEnv::fails(1ms, model::Failure::refused);
        default:
          return FakeEnv::answer(here.with(1).within(50ms), 200);
      }
    };
    model::LinkPolicy policy = field();
    policy.circuit_breaker->consecutive_failures = 2;
    policy.circuit_breaker->open_for = 50ms;
    policy.circuit_breaker->half_open_max_wait = {};  // nothing but returned permits can heal it
    policy.retry->initial_interval = 20ms;
    policy.retry->retry_when_open = true;
    policy.bulkhead->max_concurrent = 4;
    policy.bulkhead->max_wait = 30ms;
    policy.bulkhead->max_queue = 4;
    Client client(env, order_to_payment, policy);
    std::deque<Calling> calls;
    for (std::uint64_t step = 0; step < 100; ++step) {
      const base::KeyedRandom here = draw.with("step").with(step);
      calls.emplace_back(env, client.call(charge(step)));
      env.run_until(env.now() + here.within(20ms));
      if (here.with(1).below(2) == 0)
        calls.erase(calls.begin() + static_cast<int>(here.with(2).below(calls.size())));
    }
    calls.clear();
    auto uses = uses_of(client);
    CHECK(uses["bulkhead"].permits_taken == uses["bulkhead"].permits_returned);
    CHECK(uses["circuit_breaker"].permits_taken == uses["circuit_breaker"].permits_returned);
    CHECK(uses["circuit_breaker"].peak_in_flight <= 3);
    CHECK(env.pending() == 0);

    // And it works again: a permit that leaked would keep the breaker half-open for ever.
    env.callee = replies({FakeEnv::answer(1ms, 200)});
    env.run_until(env.now() + 1s);
    for (int i = 0; i < 3; ++i) call(env, client);
    CHECK(call(env, client).ok());
  }
}

// patterns.md: 100 calls/s, refused connections from a moment on, the preset `field`.
TEST_CASE("a client as in the field stops calling a dead service within a quarter of a second") {
  FakeEnv env;
  const TimePoint fault = at(2s), heal = at(12s);
  env.callee = [&](const FakeEnv::Sent& sent) {
    const bool dead = sent.t >= fault && sent.t < heal;
    return dead ? FakeEnv::fails(0ms, model::Failure::refused) : FakeEnv::answer(5ms, 200);
  };
  Client client(env, order_to_payment, field());
  std::deque<Calling> calls;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    env.run_until(at(10ms * i));
    calls.emplace_back(env, client.call(charge(i + 1)));
  }
  env.run();
  std::vector<std::pair<TimePoint, std::string>> told;
  for (const record::Event& event : env.events)
    if (event.kind == Kind::breaker) told.emplace_back(event.t, event.what);
  REQUIRE(told.size() >= 3);
  CHECK(told.front().second == "closed open");
  CHECK(told.front().first - fault > 150ms);
  CHECK(told.front().first - fault < 250ms);
  CHECK(told.back().second == "half_open closed");
  CHECK(told.back().first - heal < 5100ms);
  std::size_t to_the_dead = 0;
  for (const FakeEnv::Sent& sent : env.sent) to_the_dead += sent.t >= fault && sent.t < heal;
  CHECK(to_the_dead < 50);  // 5 % of the 1000 calls
}

}  // namespace
}  // namespace seawall::resilience
