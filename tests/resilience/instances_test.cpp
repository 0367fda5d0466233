// A client whose callee has instances.
#include "targets/resilience/instances.hpp"

#include <set>

#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> three = {"payment/1", "payment/2", "payment/3"};

// 500 from payment/2, after `time`.
auto gray_second(base::Duration time = 1ms) {
  return [time](const FakeEnv::Sent& sent) {
    return FakeEnv::answer(time, sent.to == "payment/2" ? 500 : 200);
  };
}

std::map<std::string, int> reached(const FakeEnv& env) {
  std::map<std::string, int> count;
  for (const FakeEnv::Sent& sent : env.sent) ++count[sent.to];
  return count;
}

// Calls one after the other, each of an order of its own.
void call(FakeEnv& env, Client& client, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) {
    const Calling calling(env, client.call(charge(env.sent.size() + 1)));
    env.run();
  }
}

TEST_CASE("calls go to all instances, and are those of one link") {
  FakeEnv env;
  Client client(env, order_to_payment, {}, nullptr, three);
  call(env, client, 300);
  for (const auto& [node, count] : reached(env)) CHECK(count > 70);
  CHECK(reached(env).size() == 3);
  CHECK(client.link() == order_to_payment);
  CHECK(uses_of(client).count("outlier") == 0);
}

TEST_CASE("a callee without instances is called by its name") {
  FakeEnv env;
  model::LinkPolicy policy;
  policy.outlier.emplace();
  env.callee = replies({FakeEnv::answer(1ms, 500)});
  Client client(env, order_to_payment, policy);
  call(env, client, 10);
  CHECK(reached(env) == std::map<std::string, int>{{"payment", 10}});
  CHECK(uses_of(client)["outlier"].acted == 0);
}

TEST_CASE("a retry goes to another instance than the attempt before") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(1ms, 503)});
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.retry.emplace();
  Client client(env, order_to_payment, policy, nullptr, three);
  call(env, client, 30);
  std::size_t same = 0;
  for (std::size_t i = 1; i < env.sent.size(); ++i)
    if (env.sent[i].request.index.attempt > 1 && env.sent[i].to == env.sent[i - 1].to) ++same;
  CHECK(env.sent.size() == 90);
  CHECK(same <= 3);  // one in 81, by the draw
}

TEST_CASE("a hedge goes to another instance than the first copy") {
  FakeEnv env;
  env.callee = replies({FakeEnv::answer(200ms, 200)});
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.hedge.emplace().delay = {0, 50ms};
  Client client(env, order_to_payment, policy, nullptr, three);
  call(env, client, 1);
  REQUIRE(env.sent.size() == 2);
  CHECK(env.sent[0].to != env.sent[1].to);
}

TEST_CASE("an instance that fails is left alone, and returns") {
  FakeEnv env;
  env.callee = gray_second();
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.outlier.emplace().consecutive_5xx = 3;
  Client client(env, order_to_payment, policy, nullptr, three);
  call(env, client, 100);
  CHECK(reached(env)["payment/2"] == 3);
  CHECK(env.count(Kind::outlier, "ejected") == 1);
  CHECK(env.events.back().where == "order -> payment/2");
  CHECK(uses_of(client)["outlier"].acted == 1);
  CHECK(uses_of(client)["outlier"].where == "order -> payment");

  env.callee = replies({FakeEnv::answer(1ms, 200)});
  env.run_until(at(10s));
  call(env, client, 100);
  CHECK(env.count(Kind::outlier, "returned") == 1);
  CHECK(reached(env)["payment/2"] > 3);
}

TEST_CASE("no answer counts like a bad one, and a call that is withdrawn not at all") {
  FakeEnv env;
  env.callee = replies({FakeEnv::silence()});
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.outlier.emplace().consecutive_5xx = 1;
  Client client(env, order_to_payment, policy, nullptr, three);
  {
    Calling given_up(env, client.call(charge()));
    env.run_until(at(100ms));
    given_up.cancel();
  }
  env.run_until(at(1s));
  CHECK(env.count(Kind::outlier) == 0);
  call(env, client, 1);
  CHECK(env.count(Kind::outlier, "ejected") == 1);
}

}  // namespace
}  // namespace seawall::resilience
