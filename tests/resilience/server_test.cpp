// The patterns of a service's own side, behind the capacity that asks them.
#include "targets/resilience/server.hpp"

#include <deque>
#include <map>

#include "harness/runtime/capacity.hpp"
#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using Serving = FakeEnv::Running<model::Response>;

const base::Link gateway_to_payment{"gateway", "payment"};

// Payment, which takes this long for each request.
class Slow final : public runtime::Service {
 public:
  Slow(FakeEnv& env, const model::Policy& policy, Duration work)
      : env_(env), work_(work), server(env, {order_to_payment, gateway_to_payment}, policy) {}
  runtime::Task<bool> start() override { co_return true; }
  runtime::Task<model::Response> handle(model::Request) override {
    ++handled;
    runtime::Sleep sleep(env_, env_.now() + work_);
    co_await sleep;
    co_return model::Response(200);
  }
  runtime::Admission* admission() override { return server.admission(); }
  std::vector<record::PatternUse> patterns() const override {
    std::vector<record::PatternUse> uses;
    server.collect(uses);
    return uses;
  }

 private:
  FakeEnv& env_;
  Duration work_;

 public:
  Server server;
  int handled = 0;
};

struct ServerBench {
  explicit ServerBench(const model::LinkPolicy& policy, Duration work = 10ms,
                       std::int64_t queue = 50)
      : slow(env, both(policy), work), capacity(env, "payment", settings(queue)) {}

  static model::Policy both(const model::LinkPolicy& of_link) {
    model::Policy policy;
    policy.links[order_to_payment] = policy.links[gateway_to_payment] = of_link;
    return policy;
  }
  static model::Capacity settings(std::int64_t queue) {
    model::Capacity capacity;
    capacity.queue = queue;
    capacity.service_time = 0s;
    capacity.deadline_margin = 0s;
    return capacity;
  }
  Serving& send(const std::string& caller, const std::string& client = {},
                const std::string& path = "/charge", TimePoint deadline = {}) {
    model::Request request(model::Method::post, path);
    request.deadline = deadline;
    request.index.subject = {base::Subject::Kind::order, 1};
    if (!caller.empty()) request.headers.emplace_back(caller_header, caller);
    if (!client.empty()) request.headers.emplace_back("x-client", client);
    return served.emplace_back(env, capacity.serve(slow, std::move(request)));
  }
  // How many of them were answered with this status.
  int count(int status) const {
    int n = 0;
    for (const Serving& one : served) n += one.ended() && one.value()->status == status;
    return n;
  }
  record::PatternUse use(std::string_view pattern, const base::Link& link) const {
    for (const record::PatternUse& one : slow.patterns())
      if (one.pattern == pattern && one.where == base::to_text(link)) return one;
    FAIL("no such pattern");
    return {};
  }

  FakeEnv env;
  Slow slow;
  runtime::Capacity capacity;
  std::deque<Serving> served;
};

model::LinkPolicy limited(const std::string& key, std::int64_t burst, Duration max_wait = 0s) {
  model::LinkPolicy policy;
  policy.rate_limiter.emplace().key = key;
  policy.rate_limiter->rate = base::Rate::per_second(10);
  policy.rate_limiter->burst = burst;
  policy.rate_limiter->max_wait = max_wait;
  return policy;
}

TEST_CASE("a service without patterns of its own is not asked") {
  model::LinkPolicy policy = field();
  policy.rate_limiter.emplace().side = model::RateLimiter::Side::client;
  ServerBench bench(policy);
  CHECK(bench.slow.admission() == nullptr);
  CHECK(bench.slow.patterns().empty());
}

TEST_CASE("one client too many is told when to come again and that nothing was started") {
  ServerBench bench(limited("X-Client", 2));
  for (int i = 0; i < 5; ++i) bench.send("gateway", "noisy");
  bench.send("gateway", "quiet");
  bench.env.run();
  CHECK(bench.count(200) == 3);
  CHECK(bench.slow.handled == 3);
  const model::Response refused = *bench.served[2].value();
  CHECK(refused.status == 429);
  CHECK(refused.body == R"({"accepted":false,"reason":"rate_limited"})");
  REQUIRE(refused.header("Retry-After"));
  CHECK(*refused.header("Retry-After") == "1");
  CHECK(bench.env.count(Kind::reject, "rate_limiter") == 3);
  CHECK(bench.env.events[0].where == "gateway -> payment");
  CHECK(bench.env.events[0].what == "callee");
  CHECK(bench.use("rate_limiter", gateway_to_payment).acted == 3);
}

TEST_CASE("a limit for each link tells callers apart and one for all does not") {
  ServerBench by_link(limited("link", 2));
  for (int i = 0; i < 3; ++i) by_link.send("gateway");
  for (int i = 0; i < 2; ++i) by_link.send("order");
  by_link.env.run();
  CHECK(by_link.count(200) == 4);
  ServerBench for_all(limited("all", 2));
  for (int i = 0; i < 3; ++i) for_all.send("gateway");
  for (int i = 0; i < 2; ++i) for_all.send("order");
  for_all.env.run();
  CHECK(for_all.count(200) == 2);
}

TEST_CASE("a request waits for its token, outside of the queue") {
  ServerBench bench(limited("all", 1, 1s), 0ms);
  for (int i = 0; i < 3; ++i) bench.send("order");
  bench.env.run_until(at(0s));
  CHECK(bench.count(200) == 1);
  CHECK(bench.capacity.in_flight() == 0);
  bench.env.run_until(at(100ms));
  CHECK(bench.count(200) == 2);
  bench.env.run();
  CHECK(bench.count(200) == 3);
  CHECK(bench.env.now() == at(200ms));
  CHECK(bench.use("rate_limiter", order_to_payment).acted == 2);
  CHECK(bench.use("rate_limiter", gateway_to_payment).acted == 0);  // told of each link by itself
}

TEST_CASE("who would be too late for its token is refused at once") {
  ServerBench bench(limited("all", 1, 1s), 0ms);
  bench.send("order");
  bench.send("order", {}, "/charge", at(50ms));
  CHECK(bench.count(429) == 1);
}

TEST_CASE("health is no work and has no limit") {
  ServerBench bench(limited("all", 1));
  for (int i = 0; i < 5; ++i) bench.send({}, {}, "/health/live");
  bench.env.run();
  CHECK(bench.count(200) == 5);
}

TEST_CASE("what clients reach directly is reached by clients alone, whatever a header says") {
  FakeEnv env;
  model::Policy policy;
  policy.links[{"client", "gateway"}] = limited("all", 1);
  Server server(env, {{"client", "gateway"}}, policy);
  model::Request request(model::Method::get, "/orders/1");
  request.headers.emplace_back(caller_header, "order");
  FakeEnv::Running<std::optional<model::Response>> first(env, server.arrive(request));
  FakeEnv::Running<std::optional<model::Response>> second(env, server.arrive(request));
  CHECK_FALSE(*first.value());
  REQUIRE(*second.value());
  CHECK((*second.value())->status == 429);
}

model::LinkPolicy bounded(std::int64_t limit) {
  model::LinkPolicy policy;
  policy.concurrency_limit.emplace().algorithm = model::ConcurrencyLimit::Algorithm::aimd;
  policy.concurrency_limit->initial = policy.concurrency_limit->max = limit;
  policy.concurrency_limit->min = 1;
  return policy;
}

TEST_CASE("more at a time than the limit is refused and permits come back") {
  ServerBench bench(bounded(2));
  for (int i = 0; i < 4; ++i) bench.send("order");
  CHECK(bench.count(503) == 2);
  const model::Response refused = *bench.served[3].value();
  CHECK(refused.body == R"({"accepted":false,"reason":"concurrency_limit"})");
  REQUIRE(refused.header("Retry-After"));
  bench.served[0].cancel();  // the node drops it
  bench.env.run();
  CHECK(bench.count(200) == 1);
  const record::PatternUse use = bench.use("concurrency_limit", order_to_payment);
  CHECK(use.acted == 2);
  CHECK(use.peak_in_flight == 2);
  CHECK(use.permits_taken == 2);
  CHECK(use.permits_returned == 2);
  CHECK(bench.env.count(Kind::reject, "concurrency_limit") == 2);
}

TEST_CASE("critical requests get in where others are refused") {
  model::LinkPolicy policy = bounded(5);
  policy.concurrency_limit->critical = {"POST /charge*"};
  policy.concurrency_limit->reserve = base::Share::percent(40);
  ServerBench bench(policy);
  for (int i = 0; i < 5; ++i) bench.send("gateway", {}, "/query");
  CHECK(bench.count(503) == 2);
  for (int i = 0; i < 2; ++i) bench.send("order", {}, "/charge");
  CHECK(bench.count(503) == 2);
  bench.send("order", {}, "/charge");
  CHECK(bench.count(503) == 3);  // the limit itself
}

TEST_CASE("what the queue turns away or answers late lowers the limit") {
  model::LinkPolicy policy = bounded(40);
  policy.concurrency_limit->max = 200;
  ServerBench bench(policy, 200ms);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 40; ++i) bench.send("order", {}, "/charge", bench.env.now() + 150ms);
    bench.env.run_until(bench.env.now() + 300ms);
  }
  const int before = bench.count(503);
  for (int i = 0; i < 60; ++i) bench.send("order");
  CHECK(bench.count(503) - before > 25);  // the limit was 40
}

}  // namespace
}  // namespace seawall::resilience
