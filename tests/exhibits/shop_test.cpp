// What the gateways, the inventory and the readiness checks of the seeds do, in every world.
#include "targets/shop/shop.hpp"

#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using Gateway = model::Target::Gateway;
using Machine = record::LedgerRow::Machine;
using Readiness = model::Target::Readiness;

model::Scenario with_gateway(Gateway how) {
  model::Scenario scenario = field();
  scenario.target.gateway = how;
  return scenario;
}

model::Scenario with_readiness(Readiness how) {
  model::Scenario scenario = field();
  scenario.target.readiness = how;
  return scenario;
}

// An order, and then a view of it while these faults are armed.
template <class Factory>
std::string view_under(const model::Scenario& scenario, const std::vector<model::Fault>& faults) {
  ShopRig<Factory> shop(scenario, faults);
  CHECK(shop.place(1)->status() == 201);
  shop.until([&] { return shop.count(Machine::shipment, "created", "1") == 1; });
  std::string answer;
  {
    std::vector<runtime::Lease> leases;
    for (std::uint16_t position = 0; position < faults.size(); ++position)
      leases.push_back(shop.arm(position));
    const auto view = shop.ask(shop.read_of("/orders/1/view", 2));
    answer = std::to_string(view->status()) + ' ' + view->body;
  }
  shop.settle();
  return answer;
}

const std::vector<model::Fault> total_outage = {shop_fault("refuse", "gateway -> *")};
const std::vector<model::Fault> shipping_gone = {shop_fault("refuse", "gateway -> shipping")};

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("the view of 000 is 200 with nulls in a total outage", "[worlds][exhibit]",
                        Worlds) {
  CHECK(view_under<TestType>(with_gateway(Gateway::nulls), total_outage) ==
        R"(200 {"order":null,"payment":null,"shipment":null})");
  CHECK(view_under<TestType>(with_gateway(Gateway::truthful), total_outage).starts_with("503"));
}

TEMPLATE_LIST_TEST_CASE("the view of 002 shows the exception itself and leaves parts out",
                        "[worlds][exhibit]", Worlds) {
  CHECK(view_under<TestType>(with_gateway(Gateway::raises), total_outage) ==
        R"(200 {"order":"exception: refused"})");
  const std::string partial = view_under<TestType>(with_gateway(Gateway::raises), shipping_gone);
  CHECK(says(partial, R"("payment":{)"));
  CHECK_FALSE(says(partial, "shipment"));
  CHECK_FALSE(says(partial, "degraded"));
}

TEMPLATE_LIST_TEST_CASE("a refusal of order is 503 to a client of 002 and an open breaker 500",
                        "[worlds][exhibit]", Worlds) {
  model::Scenario scenario = with_gateway(Gateway::raises);
  scenario.target.declines = base::Share::all();
  model::CircuitBreaker& breaker = *scenario.policy.links[{"gateway", "order"}].circuit_breaker;
  breaker = *shop::presets().at("seed-002").policy.of({"gateway", "order"}).circuit_breaker;
  ShopRig<TestType> shop(scenario);
  for (std::uint64_t order = 1; order <= 5; ++order) {
    const auto declined = shop.place(order);
    CHECK(declined->status() == 503);
    CHECK(declined->body == R"({"detail":"Order service unavailable"})");
  }
  CHECK(shop.place(6)->status() == 500);  // five declined cards have opened it
  shop.settle();
  CHECK(shop.state("6") == "absent");
}

TEMPLATE_LIST_TEST_CASE("not ready is a 200 in 000 and one that is down takes the gateway out",
                        "[worlds][exhibit]", Worlds) {
  model::Fault crash = shop_fault("crash", "payment");
  crash.restart.reset();
  for (const Readiness how : {Readiness::shared, Readiness::own}) {
    ShopRig<TestType> shop(with_readiness(how), {crash});
    {
      const runtime::Lease lease = shop.arm(0);
      const auto ready = shop.ask(shop.read_of("/health/ready", 1));
      CHECK(ready->status() == 200);
      CHECK(says(ready->body, R"("ready":false)") == (how == Readiness::shared));
    }
    shop.settle();
  }
}

TEMPLATE_LIST_TEST_CASE("a check of 000 has no timeout", "[worlds][exhibit]", Worlds) {
  for (const Readiness how : {Readiness::shared, Readiness::own}) {
    ShopRig<TestType> shop(with_readiness(how), {shop_fault("blackhole", "gateway -> payment")});
    {
      const runtime::Lease lease = shop.arm(0);
      model::Request check = shop.read_of("/health/ready", 1);
      check.deadline = shop.world().now() + 1500ms;
      const auto ready = shop.ask(std::move(check));
      CHECK((ready->status() == 200) == (how == Readiness::own));
    }
    shop.world().heal_all();
  }
}

// In virtual time alone: over sockets a fast store may be through before the next one looks.
TEST_CASE("who checks and takes later sells a piece twice", "[exhibit]") {
  model::Scenario scenario = field();
  scenario.target.stock = {{"sku-1", 2}};  // one order of two pieces
  scenario.target.reserve = shop::presets().at("seed-002").reserve;
  ShopRig<SimWorld> shop(scenario);
  std::vector<std::shared_ptr<Placed>> placed;
  for (std::uint64_t order = 1; order <= 20; ++order) placed.push_back(shop.send(order));
  shop.until([&] {
    return std::all_of(placed.begin(), placed.end(), [](const auto& p) { return p->ended.load(); });
  });
  shop.settle();
  const std::vector<std::string> broken = shop.broken();
  CHECK(std::count(broken.begin(), broken.end(), "no-oversell") == 1);
}

TEMPLATE_LIST_TEST_CASE("a reservation that comes twice holds twice", "[worlds][exhibit]", Worlds) {
  const std::string link = "order -> inventory";
  for (const std::string preset : {"seed-000", "seed-002", "field"}) {
    model::Scenario scenario = field();
    const base::Link steps{"order", "inventory"};
    scenario.policy.links[steps].idempotency =
        shop::presets().at(preset).policy.of(steps).idempotency;
    ShopRig<TestType> shop(
        scenario, {shop_fault("duplicate_request", link, "order 1: order->inventory.reserve #1")});
    {
      const runtime::Lease lease = shop.arm(0);
      shop.place(1);
    }
    shop.settle();
    CHECK(shop.count(Machine::reservation, "held", "1") == (preset == "field" ? 1 : 2));
  }
}

}  // namespace seawall::test
