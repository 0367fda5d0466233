// Instances of a service behind one link, in every world: which of them is called, which is left
// alone, and what dies with one of them. Over sockets chance says which one is called, so whoever
// waits for an instance to be called places that many orders that it is missed less than once in a
// million times.
#include <algorithm>
#include <map>

#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using Machine = record::LedgerRow::Machine;

const base::Link order_to_payment{"order", "payment"};

model::Scenario with_instances(std::int64_t count) {
  model::Scenario scenario = field();
  scenario.target.instances.count["payment"] = count;
  // Nothing here is about breakers, and the stalls of a busy machine open them. Nor about budgets:
  // over sockets chance says which instance is called, and six of seven calls may meet a dead one.
  for (auto& [link, policy] : scenario.policy.links) {
    policy.circuit_breaker.reset();
    policy.retry_budget.reset();
  }
  return scenario;
}

// The charges that came to payment, in their order, whichever instance they came to.
std::vector<record::Exchange> charges(const Shop& shop) {
  std::vector<record::Exchange> rows;
  for (const record::Exchange& row : shop.record().exchanges)
    if (order_to_payment.covers(row.link) && row.index.operation == "charge") rows.push_back(row);
  return rows;
}

std::map<std::string, int> reached(const Shop& shop) {
  std::map<std::string, int> count;
  for (const record::Exchange& row : charges(shop)) ++count[row.link.to];
  return count;
}

std::int64_t told(const Shop& shop, record::Event::Kind kind, const std::string& where,
                  std::string_view what) {
  const auto& events = shop.record().events;
  return std::count_if(events.begin(), events.end(), [&](const record::Event& event) {
    return event.kind == kind && event.where == where && event.what == what;
  });
}

// Orders one after the other.
void place(Shop& shop, std::uint64_t from, std::uint64_t to, int status) {
  for (std::uint64_t number = from; number <= to; ++number) {
    INFO("order " << number);
    CHECK(shop.place(number)->status() == status);
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("orders are charged by all instances and stand in one ledger",
                        "[worlds][instances]", Worlds) {
  ShopRig<TestType> shop(with_instances(3));
  place(shop, 1, 40, 201);
  CHECK(shop.ask(shop.read_of("/orders/1/view", 41))->status() == 200);
  CHECK(shop.ask(shop.read_of("/health/ready", 42))->status() == 200);
  shop.settle();
  CHECK(shop.count(Machine::charge, "captured") == 40);
  CHECK(shop.broken().empty());
  CHECK(reached(shop).size() == 3);
  for (const record::LedgerRow& row : shop.record().ledger)
    if (row.machine == Machine::charge) CHECK(row.node == "payment");
}

TEMPLATE_LIST_TEST_CASE("a retry goes to another instance and counts on", "[worlds][instances]",
                        Worlds) {
  const model::Fault lost =
      shop_fault("drop_reply", "order -> payment", "order 1: order->payment.charge #1");
  ShopRig<TestType> shop(with_instances(3), {lost});
  {
    const runtime::Lease lease = shop.arm(0);
    place(shop, 1, 1, 201);
  }
  shop.settle();
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.broken().empty());
  const auto rows = charges(shop);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].failure);
  CHECK(rows[0].index.n == 1);
  CHECK(rows[1].index.n == 2);
  CHECK(rows[0].link.to != rows[1].link.to);
}

TEMPLATE_LIST_TEST_CASE("an instance that answers errors is left alone until it is well",
                        "[worlds][instances]", Worlds) {
  model::Scenario scenario = with_instances(3);
  model::Outlier& outlier = scenario.policy.links.at(order_to_payment).outlier.emplace();
  outlier.consecutive_5xx = 2;
  outlier.interval = 50ms;
  outlier.base_ejection = 500ms;  // and longer each time
  model::Fault errors = shop_fault("http_abort", "order -> payment/2");
  errors.status = 500;
  ShopRig<TestType> shop(scenario, {errors});
  {
    const runtime::Lease lease = shop.arm(0);
    for (std::uint64_t number = 1; number <= 40; ++number) shop.place(number);
  }
  shop.world().advance(shop.world().now() + 2500ms);
  place(shop, 41, 42, 201);
  shop.settle();
  CHECK(shop.broken().empty());
  const auto ejected = told(shop, record::Event::Kind::outlier, "order -> payment/2", "ejected");
  CHECK(ejected >= 1);
  CHECK(told(shop, record::Event::Kind::outlier, "order -> payment/2", "returned") == ejected);
  CHECK(shop.use_of("order -> payment", "outlier").acted == ejected);
  const auto rows = charges(shop);
  CHECK(std::count_if(rows.begin(), rows.end(), [](const record::Exchange& row) {
          return row.status == 500;
        }) <= 2 * ejected + 1);
}

TEMPLATE_LIST_TEST_CASE("with one instance dead the others serve", "[worlds][instances][crash]",
                        Worlds) {
  model::Fault crash = shop_fault("crash", "payment/2");
  crash.restart.reset();
  ShopRig<TestType> shop(with_instances(3), {crash});
  {
    const runtime::Lease lease = shop.arm(0);
    place(shop, 1, 8, 201);
  }
  shop.settle();
  place(shop, 9, 40, 201);
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(told(shop, record::Event::Kind::node, "payment/2", "down") == 1);
  CHECK(told(shop, record::Event::Kind::node, "payment", "down") == 0);
  CHECK(reached(shop)["payment/2"] > 0);
}

TEMPLATE_LIST_TEST_CASE("the instance that a call came to dies after its work and nothing is lost",
                        "[worlds][instances][crash]", Worlds) {
  model::Fault crash = shop_fault("crash", "payment", "order 1: order->payment.charge #1");
  crash.effect = model::When::after;
  crash.restart = 50ms;
  ShopRig<TestType> shop(with_instances(3), {crash});
  {
    const runtime::Lease lease = shop.arm(0);
    place(shop, 1, 1, 201);
  }
  shop.settle();
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.broken().empty());
  const auto rows = charges(shop);
  REQUIRE(rows.size() == 2);
  CHECK(told(shop, record::Event::Kind::node, rows[0].link.to, "down") == 1);
  CHECK(shop.record().faults[0].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("an instance that is asked to end finishes what it has",
                        "[worlds][instances][crash]", Worlds) {
  model::Scenario scenario = with_instances(3);
  model::LinkPolicy& policy = scenario.policy.links.at(order_to_payment);
  policy.retry->retry_on = {"connect", "503"};  // what promises that nothing was done
  for (const base::Link& link : {order_to_payment, base::Link{"gateway", "order"}}) {
    model::Timeout& timeout = *scenario.policy.links.at(link).timeout;
    timeout.attempt = timeout.total = 8s;
  }
  policy.outlier.emplace().consecutive_5xx = 2;
  scenario.target.capacity.at("payment").service_time = 100ms;
  model::Fault restart = shop_fault("restart", "payment/2");
  restart.drain = 1500ms;
  restart.restart = 50ms;
  ShopRig<TestType> shop(scenario, {restart});
  std::vector<std::shared_ptr<Placed>> sent;
  for (std::uint64_t number = 1; number <= 12; ++number) sent.push_back(shop.send(number));
  shop.until([&] { return shop.count(Machine::reservation, "held") == 12; });
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.world().active(0));
    place(shop, 13, 16, 201);
  }
  shop.until([&] { return !shop.world().active(0); });
  for (const auto& one : sent) {
    shop.until([&] { return one->ended.load(); });
    CHECK(one->status() == 201);
  }
  shop.settle();
  CHECK(shop.broken().empty());
  for (const char* what : {"draining", "down"})
    CHECK(told(shop, record::Event::Kind::node, "payment/2", what) == 1);
  CHECK(told(shop, record::Event::Kind::node, "payment/2", "up") == 2);
  CHECK(shop.record().faults[0].hit == 1);
  for (const record::Exchange& row : charges(shop)) CHECK_FALSE(row.failure);
}

TEMPLATE_LIST_TEST_CASE("what drains serves on when all faults end", "[worlds][instances]",
                        Worlds) {
  model::Fault restart = shop_fault("restart", "payment/2");
  restart.drain = 1h;
  restart.restart.reset();
  ShopRig<TestType> shop(with_instances(2), {restart});
  {
    const runtime::Lease lease = shop.arm(0);
    shop.until([&] { return shop.world().active(0); });
    CHECK_FALSE(shop.world().quiet());
  }
  shop.settle();
  CHECK_FALSE(shop.world().active(0));
  place(shop, 1, 30, 201);
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(reached(shop)["payment/2"] > 0);
  CHECK(told(shop, record::Event::Kind::node, "payment/2", "down") == 0);
  CHECK(shop.record().faults[0].hit == 0);
}

TEMPLATE_LIST_TEST_CASE("the first that drains a node is not disturbed by a second or by a pause",
                        "[worlds][instances]", Worlds) {
  model::Fault first = shop_fault("restart", "payment/2");
  first.drain = 1500ms;
  first.restart = 50ms;
  model::Fault second = first;
  second.drain = 1h;
  ShopRig<TestType> shop(with_instances(2), {first, second, shop_fault("pause", "payment/2")});
  {
    const runtime::Lease lease = shop.arm(0);
    const runtime::Lease late = shop.arm(1);
    const runtime::Lease pause = shop.arm(2);
    CHECK_FALSE(shop.world().active(1));
    shop.until([&] { return !shop.world().active(0); });
  }
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(told(shop, record::Event::Kind::node, "payment/2", "down") == 1);
  CHECK(told(shop, record::Event::Kind::node, "payment/2", "draining") == 1);
  const std::vector<record::FaultUse>& uses = shop.record().faults;
  CHECK(uses[0].hit == 1);
  CHECK(uses[1].hit == 0);
  CHECK(uses[2].hit == 0);
}

TEMPLATE_LIST_TEST_CASE("a crash that is quicker than a drain takes its hit", "[worlds][instances]",
                        Worlds) {
  model::Fault restart = shop_fault("restart", "payment/2");
  restart.drain = 1h;
  restart.restart = 50ms;
  model::Fault crash = shop_fault("crash", "payment/2");
  crash.restart = 500ms;
  ShopRig<TestType> shop(with_instances(2), {restart, crash});
  {
    const runtime::Lease lease = shop.arm(0);
    const runtime::Lease killer = shop.arm(1);
    shop.until([&] { return !shop.world().active(1); });
    CHECK_FALSE(shop.world().active(0));
  }
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(told(shop, record::Event::Kind::node, "payment/2", "down") == 1);
  CHECK(shop.record().faults[0].hit == 0);
  CHECK(shop.record().faults[1].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a fault in a zone meets the instances that stand there",
                        "[worlds][instances]", Worlds) {
  model::Scenario scenario = with_instances(4);
  scenario.target.instances.zones = 2;
  model::Fault refuse = shop_fault("refuse", "* -> payment");
  refuse.zone = model::Zone{2, 2};
  ShopRig<TestType> shop(scenario, {refuse});
  {
    const runtime::Lease lease = shop.arm(0);
    for (std::uint64_t number = 1; number <= 40; ++number) shop.place(number);
  }
  shop.settle();
  CHECK(shop.broken().empty());
  CHECK(reached(shop).size() == 4);
  for (const record::Exchange& row : charges(shop)) {
    const bool cut = row.link.to == "payment/2" || row.link.to == "payment/4";
    CHECK(row.faults.empty() == !cut);
  }
}

TEMPLATE_LIST_TEST_CASE("each instance has a rate limit of its own", "[worlds][instances]",
                        Worlds) {
  model::Scenario scenario = with_instances(2);
  model::LinkPolicy& policy = scenario.policy.links.at({"gateway", "payment"});
  policy = model::LinkPolicy();
  policy.timeout.emplace();
  policy.fallback.emplace();
  auto& limiter = policy.rate_limiter.emplace();
  limiter.rate = base::Rate{10'000};  // one in 100 s
  limiter.burst = 1;
  ShopRig<TestType> shop(scenario);
  place(shop, 1, 1, 201);
  for (std::uint64_t number = 2; number <= 30; ++number)
    CHECK(shop.ask(shop.read_of("/orders/1/view", number))->status() == 200);
  shop.settle();
  CHECK(shop.broken().empty());
  std::map<std::string, int> admitted;
  for (const record::Exchange& row : shop.record().exchanges)
    if (row.link.from == "gateway" && row.index.operation == "read-payment" && row.status == 200)
      ++admitted[row.link.to];
  CHECK(admitted == std::map<std::string, int>{{"payment/1", 1}, {"payment/2", 1}});
  CHECK(shop.use_of("gateway -> payment/1", "rate_limiter").acted > 0);
}

}  // namespace seawall::test
