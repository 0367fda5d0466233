// The layers of a client beside those of the preset `field`: rate limiter,
#include <deque>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;

Outcome call(FakeEnv& env, Client& client, model::Request request) {
  Calling calling(env, client.call(std::move(request)));
  env.run();
  REQUIRE(calling.ended());
  return *calling.value();
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

}  // namespace
}  // namespace seawall::resilience
