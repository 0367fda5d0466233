// The patterns that cross the waist beside those of the preset `field`, in every world: at the
// callee's side, and at the caller's with more than one call at a time.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;

const std::string inventory_link = "gateway -> inventory";
const std::string limited_link = "order -> payment";
const std::string one_sku = "/skus/sku-1";

// Reads of stock without the patterns of `field`, and with time enough for a busy machine.
model::LinkPolicy& to_inventory(model::Scenario& scenario) {
  model::LinkPolicy& policy = scenario.policy.links.at({"gateway", "inventory"});
  policy = model::LinkPolicy();
  policy.timeout.emplace();
  policy.timeout->attempt = policy.timeout->total = 5s;
  return policy;
}

template <class Pointers>
void wait_for(Shop& shop, const Pointers& all) {
  for (const auto& one : all) shop.until([&] { return one->ended.load(); });
}

std::int64_t refused_by(const record::Record& record, std::string_view pattern) {
  return std::count_if(record.events.begin(), record.events.end(), [&](const auto& event) {
    return event.kind == record::Event::Kind::reject && event.name == pattern;
  });
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a client that sends too much is refused and another is not",
                        "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  auto& limiter = scenario.policy.links[{"client", "gateway"}].rate_limiter.emplace();
  limiter.rate = base::Rate{10'000};  // one in 100 s
  limiter.burst = 2;
  ShopRig<TestType> shop(scenario);
  std::vector<std::shared_ptr<Placed>> noisy;
  for (std::uint64_t number = 1; number <= 6; ++number) {
    model::Request request = shop.order_of(number);
    request.headers.emplace_back("X-Client", "noisy");
    noisy.push_back(shop.send(std::move(request)));
  }
  wait_for(shop, noisy);
  model::Request quiet = shop.order_of(7);
  quiet.headers.emplace_back("X-Client", "quiet");
  CHECK(shop.ask(std::move(quiet))->status() == 201);
  const auto done = [](const auto& placed) { return placed->status() == 201; };
  CHECK(std::count_if(noisy.begin(), noisy.end(), done) == 2);
  for (const auto& placed : noisy)
    if (placed->status() != 201) {
      CHECK(placed->status() == 429);
      CHECK(placed->seen.told.kind == model::Told::Kind::unaccepted);
    }
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(refused_by(shop.record(), "rate_limiter") == 4);
  CHECK(shop.use_of("client -> gateway", "rate_limiter").acted == 4);
}

TEMPLATE_LIST_TEST_CASE("a limit at the callee knows which of its callers it is",
                        "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  for (const char* caller : {"gateway", "order"}) {
    auto& limiter = scenario.policy.links.at({caller, "payment"}).rate_limiter.emplace();
    limiter.rate = base::Rate{10'000};
    limiter.burst = 1;
    limiter.key = "link";
  }
  scenario.policy.links.at({"gateway", "payment"}).retry.reset();
  ShopRig<TestType> shop(scenario);
  CHECK(shop.place(1)->status() == 201);
  CHECK_FALSE(shop.ask(shop.read_of("/orders/1/view", 1))->seen.told.degraded);
  CHECK(shop.ask(shop.read_of("/orders/1/view", 2))->seen.told.degraded);
  shop.settle();
  CHECK(shop.broken().empty());
  const auto reads = shop.calls("gateway -> payment", "read-payment");
  REQUIRE(reads.size() == 2);
  CHECK(reads[0].status == 200);
  CHECK(reads[1].status == 429);
}

TEMPLATE_LIST_TEST_CASE("a service takes no more at a time than its limit", "[worlds][pattern]",
                        Worlds) {
  model::Scenario scenario = field();
  auto& limit = scenario.policy.links.at({"order", "payment"}).concurrency_limit.emplace();
  limit.algorithm = model::ConcurrencyLimit::Algorithm::aimd;
  limit.initial = limit.min = limit.max = 2;
  scenario.target.capacity["payment"].service_time = 100ms;
  ShopRig<TestType> shop(scenario);
  std::vector<std::shared_ptr<Placed>> orders;
  for (std::uint64_t number = 1; number <= 8; ++number) orders.push_back(shop.send(number));
  wait_for(shop, orders);
  shop.settle();
  CHECK(shop.broken().empty());
  const record::PatternUse use = shop.use_of(limited_link, "concurrency_limit");
  CHECK(use.acted >= 1);
  CHECK(use.acted == refused_by(shop.record(), "concurrency_limit"));
  CHECK(use.peak_in_flight == 2);
  CHECK(use.permits_taken == use.permits_returned);
}

TEMPLATE_LIST_TEST_CASE("a stale answer stands in while the callee is gone and says so",
                        "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  auto& fallback = to_inventory(scenario).fallback.emplace();
  fallback.kind = model::Fallback::Kind::stale_cache;
  ShopRig<TestType> shop(scenario, {shop_fault("refuse", inventory_link)});
  const auto fresh = shop.ask(shop.read_of(one_sku, 1));
  CHECK(fresh->status() == 200);
  CHECK_FALSE(fresh->seen.told.degraded);
  {
    const runtime::Lease lease = shop.arm(0);
    const auto stale = shop.ask(shop.read_of(one_sku, 2));
    CHECK(stale->status() == 200);
    CHECK(stale->seen.told.degraded);
    CHECK(shop.ask(shop.read_of("/skus/sku-2", 3))->status() == 503);  // never asked for before
  }
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(shop.use_of(inventory_link, "fallback").acted == 1);
}

TEMPLATE_LIST_TEST_CASE("a caller throttles itself while its callee refuses", "[worlds][pattern]",
                        Worlds) {
  model::Scenario scenario = field();
  to_inventory(scenario).throttle.emplace().window = 60s;
  ShopRig<TestType> shop(scenario, {shop_fault("refuse", inventory_link)});
  {
    const runtime::Lease lease = shop.arm(0);
    for (std::uint64_t number = 1; number <= 60; ++number)
      CHECK(shop.ask(shop.read_of(one_sku, number))->status() == 503);
  }
  shop.settle();
  CHECK(shop.broken().empty());
  const record::PatternUse use = shop.use_of(inventory_link, "throttle");
  CHECK(use.acted >= 20);
  CHECK(use.acted == refused_by(shop.record(), "throttle"));
}

TEMPLATE_LIST_TEST_CASE("a hedge overtakes a call that takes long", "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  auto& hedge = to_inventory(scenario).hedge.emplace();
  hedge.delay = {0, 50ms};
  hedge.share_retry_budget = false;
  model::Fault slow =
      shop_fault("latency", inventory_link, "request 1: gateway->inventory.read-sku #1");
  slow.latency = 4s;
  ShopRig<TestType> shop(scenario, {slow});
  {
    const runtime::Lease lease = shop.arm(0);
    const auto answer = shop.ask(shop.read_of(one_sku, 1));
    CHECK(answer->status() == 200);
    CHECK(answer->seen.ended - answer->seen.sent < 3s);
  }
  shop.settle();
  CHECK(shop.broken().empty());
  const auto calls = shop.calls(inventory_link, "read-sku");
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].index.label.empty());
  CHECK(calls[1].index.label == "hedge");
  CHECK(calls[1].index.n == 1);
  CHECK(calls[1].index.attempt == 2);
  CHECK(shop.use_of(inventory_link, "hedge").acted == 1);
}

TEMPLATE_LIST_TEST_CASE("an empty cache asks its origin once for all who read", "[worlds][pattern]",
                        Worlds) {
  model::Scenario scenario = field();
  to_inventory(scenario).cache.emplace().ttl = 60s;
  model::Fault slow = shop_fault("latency", inventory_link);
  slow.latency = 2s;
  ShopRig<TestType> shop(scenario, {slow});
  std::vector<std::shared_ptr<Placed>> reads;
  {
    const runtime::Lease lease = shop.arm(0);
    for (std::uint64_t number = 1; number <= 20; ++number)
      reads.push_back(shop.send(shop.read_of(one_sku, number)));
    wait_for(shop, reads);
  }
  for (const auto& read : reads) CHECK(read->status() == 200);
  CHECK(shop.ask(shop.read_of(one_sku, 21))->status() == 200);
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(shop.calls(inventory_link, "read-sku").size() == 1);
  CHECK(shop.use_of(inventory_link, "coalescing").acted == 19);
  CHECK(shop.use_of(inventory_link, "cache").acted == 1);
}

}  // namespace seawall::test
