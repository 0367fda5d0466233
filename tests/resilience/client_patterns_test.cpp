// The layers of a client beside those of the preset `field`: rate limiter, throttle, cache,
// coalescing, fallback.
#include <deque>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;

model::Request read_of(std::string path = "/skus/sku-1") {
  model::Request request(model::Method::get, std::move(path));
  request.index.subject = {base::Subject::Kind::request, 1};
  request.index.operation = "read-sku";
  return request;
}

model::LinkPolicy with_timeout() {
  model::LinkPolicy policy;
  policy.timeout.emplace();
  return policy;
}

TEST_CASE("a caller that limits itself refuses or waits and sends nothing meanwhile") {
  FakeEnv env;
  model::LinkPolicy policy = with_timeout();
  policy.rate_limiter.emplace().side = model::RateLimiter::Side::client;
  policy.rate_limiter->rate = base::Rate::per_second(10);
  policy.rate_limiter->burst = 1;
  policy.rate_limiter->max_wait = 100ms;
  Client client(env, order_to_payment, policy);
  std::deque<Calling> calls;
  for (std::uint64_t i = 1; i <= 3; ++i) calls.emplace_back(env, client.call(charge(i)));
  REQUIRE(calls[2].ended());
  CHECK(calls[2].value()->rejected_by == "rate_limiter");
  CHECK(calls[2].value()->call_class == CallClass::not_sent);
  CHECK(env.sent.size() == 1);
  env.run();
  REQUIRE(env.sent.size() == 2);
  CHECK(env.sent[1].t == at(100ms));
  CHECK(env.count(Kind::reject, "rate_limiter") == 1);
  CHECK(uses_of(client)["rate_limiter"].acted == 2);
  CHECK(env.sent[0].request.headers.empty());  // the callee need not know who calls
}

TEST_CASE("a caller names itself where the callee must know it") {
  FakeEnv env;
  model::LinkPolicy policy = with_timeout();
  policy.rate_limiter.emplace();
  Client client(env, order_to_payment, policy);
  call(env, client, charge());
  REQUIRE(env.sent[0].request.headers.size() == 1);
  CHECK(env.sent[0].request.headers[0].name == caller_header);
  CHECK(env.sent[0].request.headers[0].value == "order");
  CHECK(uses_of(client).count("rate_limiter") == 0);
}

TEST_CASE("a throttled call is not sent, and not repeated") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 503)});
  model::LinkPolicy policy = with_timeout();
  policy.throttle.emplace();
  policy.retry.emplace();
  policy.retry->max_attempts = 1;
  Client client(env, order_to_payment, policy);
  int throttled = 0;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const Outcome outcome = call(env, client, charge(i));
    if (outcome.rejected_by != "throttle") continue;
    ++throttled;
    CHECK(outcome.call_class == CallClass::not_sent);
    CHECK(outcome.attempts == 0);
  }
  CHECK(throttled > 140);
  CHECK(env.sent.size() == std::size_t(200 - throttled));
  CHECK(env.count(Kind::reject, "throttle") == throttled);
  CHECK(uses_of(client)["throttle"].acted == throttled);
}

TEST_CASE("what a breaker refuses is no attempt for the throttle") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 200)});
  model::LinkPolicy policy = with_timeout();
  policy.throttle.emplace();
  policy.circuit_breaker.emplace().state = model::CircuitBreaker::State::forced_open;
  Client client(env, order_to_payment, policy);
  for (std::uint64_t i = 1; i <= 100; ++i) call(env, client, charge(i));
  CHECK(uses_of(client)["throttle"].acted == 0);
  CHECK(uses_of(client)["circuit_breaker"].acted == 100);
}

model::LinkPolicy with_cache(base::Duration ttl, bool coalesce) {
  model::LinkPolicy policy = with_timeout();
  policy.cache.emplace().ttl = ttl;
  policy.cache->coalesce = coalesce;
  return policy;
}

TEST_CASE("a fresh answer is given again and a stale one is not") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(10ms, 200, "one"), FakeEnv::answer(10ms, 200, "two")});
  Client client(env, order_to_payment, with_cache(1s, false));
  CHECK(call(env, client, read_of()).response->body == "one");
  env.run_until(at(1010ms));
  const Outcome kept = call(env, client, read_of());
  CHECK(kept.response->body == "one");
  CHECK(kept.ok());
  CHECK(kept.attempts == 0);
  env.run_until(at(1011ms));
  CHECK(call(env, client, read_of()).response->body == "two");
  CHECK(uses_of(client)["cache"].acted == 1);
}

TEST_CASE("neither failures nor effects are kept") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(10ms, 404), FakeEnv::answer(10ms, 200, "here")});
  Client client(env, order_to_payment, with_cache(1s, true));
  CHECK(call(env, client, read_of()).response->status == 404);
  CHECK(call(env, client, read_of()).response->body == "here");
  call(env, client, charge());
  call(env, client, charge());
  CHECK(env.sent.size() == 4);
}

TEST_CASE("an empty cache makes one call for all who ask") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(100ms, 200, "one")});
  Client client(env, order_to_payment, with_cache(1s, true));
  std::deque<Calling> calls;
  for (int i = 0; i < 50; ++i) calls.emplace_back(env, client.call(read_of()));
  env.run();
  CHECK(env.sent.size() == 1);
  for (const Calling& calling : calls) CHECK(calling.value()->response->body == "one");
  CHECK(uses_of(client)["coalescing"].acted == 49);
  CHECK(uses_of(client)["cache"].acted == 0);
}

TEST_CASE("the call for all has the link's own deadline, and each waits for his own") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(100ms, 200, "one")});
  Client client(env, order_to_payment, with_cache(1s, true));
  model::Request hurried = read_of();
  hurried.deadline = at(60ms);
  Calling first(env, client.call(model::Request(hurried)));
  Calling second(env, client.call(read_of()));
  env.run_until(at(60ms));
  REQUIRE(first.ended());
  CHECK(first.value()->failure == model::Failure::timed_out);
  CHECK(first.value()->call_class == CallClass::in_doubt);
  env.run();
  CHECK(second.value()->ok());
  CHECK(env.sent.size() == 1);
  CHECK(uses_of(client)["timeout"].acted == 1);
}

TEST_CASE("a time to live of nothing only coalesces") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(0ms, 200, "one"), FakeEnv::answer(0ms, 200, "two")});
  Client client(env, order_to_payment, with_cache(0s, true));
  CHECK(call(env, client, read_of()).response->body == "one");
  CHECK(call(env, client, read_of()).response->body == "two");
}

TEST_CASE("a stale answer stands in for a read that came to nothing until it is too old") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(0ms, 200, "{\"a\":1}"), FakeEnv::answer(0ms, 503)});
  model::LinkPolicy policy = with_timeout();
  policy.fallback.emplace().kind = model::Fallback::Kind::stale_cache;
  Client client(env, order_to_payment, policy);
  CHECK(client.has_substitutes());
  CHECK_FALSE(client.substitute("/skus/sku-1", "sku", {}));
  call(env, client, read_of());
  call(env, client, read_of());
  env.run_until(at(30s));
  const auto stale = client.substitute("/skus/sku-1", "sku", {});
  REQUIRE(stale);
  CHECK(stale->body == "{\"a\":1}");
  CHECK(stale->age == 30s);
  CHECK_FALSE(client.substitute("/skus/sku-2", "sku", {}));
  env.run_until(at(30001ms));
  CHECK_FALSE(client.substitute("/skus/sku-1", "sku", {}));
  CHECK(uses_of(client)["fallback"].acted == 1);
  REQUIRE(env.count(Kind::degraded, "sku") == 1);
  CHECK(env.events.back().what == "stale_cache");
  CHECK(env.events.back().where == "order");
}

TEST_CASE("a static answer is always there, and a partial one has no body of its own") {
  FakeEnv env;
  model::LinkPolicy policy = with_timeout();
  policy.fallback.emplace().kind = model::Fallback::Kind::fixed;
  policy.fallback->answer = "{\"available\":0}";
  Client client(env, order_to_payment, policy);
  const auto fixed = client.substitute("/skus/sku-1", "sku", {});
  REQUIRE(fixed);
  CHECK(fixed->body == "{\"available\":0}");
  CHECK(fixed->age == 0s);
  policy.fallback->kind = model::Fallback::Kind::partial;
  Client partial(env, order_to_payment, policy);
  CHECK_FALSE(partial.has_substitutes());
  CHECK_FALSE(partial.substitute("/skus/sku-1", "sku", {}));
  CHECK(partial.falls_back("sku", {}));
}

}  // namespace
}  // namespace seawall::resilience
