// What the sagas of the seeds do with an order that goes wrong, in every world.
#include <algorithm>

#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using Machine = record::LedgerRow::Machine;

const std::string payment_link = "order -> payment";
const std::string to_inventory = "order -> inventory";

// The shop of the field, but for its saga. Attempts are short, for real time is spent on them.
model::Scenario with_saga_of(const std::string& preset) {
  model::Scenario scenario = field();
  scenario.saga = shop::presets().at(preset).saga;
  scenario.saga.outlives_client = true;
  scenario.policy.links[{"order", "payment"}].retry.reset();
  scenario.policy.links[{"order", "inventory"}].retry.reset();
  return scenario;
}

// Every attempt of an operation on order 1.
model::Fault at_every(const std::string& type, const std::string& link, const std::string& point) {
  return shop_fault(type, link, "order 1: " + point + " #*");
}

// Order 1 while all faults are armed, and how it reads when they are over.
struct Story {
  int status = 0;
  std::string state;
  std::vector<std::string> broken;

  bool breaks(const std::string& invariant) const {
    return std::find(broken.begin(), broken.end(), invariant) != broken.end();
  }
};

Story tell(Shop& shop, std::uint16_t faults) {
  Story story;
  {
    std::vector<runtime::Lease> leases;
    for (std::uint16_t position = 0; position < faults; ++position)
      leases.push_back(shop.arm(position));
    story.status = shop.place(1)->status();
  }
  shop.settle();
  story.state = shop.state("1");
  story.broken = shop.broken();
  return story;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a charge whose reply is lost is on no list and never refunded",
                        "[worlds][exhibit]", Worlds) {
  ShopRig<TestType> shop(with_saga_of("seed-002"),
                         {at_every("drop_reply", payment_link, "order->payment.charge")});
  const Story story = tell(shop, 1);
  CHECK(story.status == 503);
  CHECK(story.state == "failed");
  CHECK(story.breaks("all-or-nothing"));
  CHECK(shop.calls(payment_link, "charge").size() == 1);
  CHECK(shop.calls(payment_link, "refund").empty());
  CHECK(shop.calls(to_inventory, "release").size() == 1);  // that one was on the list
}

TEMPLATE_LIST_TEST_CASE("a compensation that fails is forgotten and the order reads failed",
                        "[worlds][exhibit]", Worlds) {
  model::Scenario scenario = with_saga_of("seed-002");
  scenario.target.declines = base::Share::all();
  model::Fault fails = at_every("http_abort", to_inventory, "order->inventory.release");
  fails.status = 503;
  ShopRig<TestType> shop(scenario, {fails});
  const Story story = tell(shop, 1);
  CHECK(story.status == 402);  // as after a clean rollback
  CHECK(story.state == "failed");
  CHECK(story.breaks("no-leaked-reservation"));
  CHECK(shop.calls(to_inventory, "release").size() == 1);
}

TEMPLATE_LIST_TEST_CASE("a confirmation whose reply is lost is refunded though it is done",
                        "[worlds][exhibit]", Worlds) {
  ShopRig<TestType> shop(with_saga_of("seed-002"),
                         {at_every("drop_reply", to_inventory, "order->inventory.confirm")});
  const Story story = tell(shop, 1);
  CHECK(story.status == 503);
  CHECK(story.state == "failed");
  CHECK(story.breaks("all-or-nothing"));
  const auto releases = shop.calls(to_inventory, "release");
  REQUIRE(releases.size() == 1);
  CHECK(releases[0].status == 409);  // it is sold
  CHECK(shop.calls(payment_link, "refund").size() == 1);
}

TEMPLATE_LIST_TEST_CASE("nothing of a saga is kept but in memory", "[worlds][exhibit]", Worlds) {
  model::Fault crash = shop_fault("crash", "order", "order 1: order->payment.charge #1");
  crash.effect = model::When::after;
  model::Scenario scenario = with_saga_of("seed-002");
  scenario.run.settle = 5s;
  ShopRig<TestType> shop(scenario, {crash});
  {
    const runtime::Lease lease = shop.arm(0);
    shop.send(1);
    shop.until([&] { return shop.world().fault_uses()[0].hit == 1; });
  }
  shop.until([&] { return shop.world().quiet(); });
  CHECK(shop.state("1") == "pending");
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.count(Machine::saga, "compensated", "1") == 0);
}

TEMPLATE_LIST_TEST_CASE("compensations of 003 name the result of the step before",
                        "[worlds][exhibit]", Worlds) {
  model::Scenario scenario = with_saga_of("seed-003");
  scenario.target.declines = base::Share::all();
  ShopRig<TestType> shop(scenario);
  const Story story = tell(shop, 0);
  CHECK(story.status == 402);        // what its client is told
  CHECK(story.state == "reserved");  // the order itself is never cancelled
  CHECK(story.breaks("client-truth"));
  CHECK(story.breaks("no-leaked-reservation"));
  std::vector<std::string> named;
  for (const record::LedgerRow& row : shop.record().ledger)
    if (row.to == "tombstone") named.emplace_back(row.order);
  std::sort(named.begin(), named.end());
  CHECK(named == std::vector<std::string>{"order:1", "reservation:1"});
}

TEMPLATE_LIST_TEST_CASE("as 003 is written every saga fails", "[worlds][exhibit]", Worlds) {
  model::Scenario scenario = with_saga_of("seed-003");
  scenario.saga.arguments = model::Saga::Arguments::none;
  ShopRig<TestType> shop(scenario);
  const Story story = tell(shop, 0);
  CHECK(story.status == 503);
  CHECK(story.state == "failed");
  CHECK(shop.calls(payment_link, "charge").empty());
}

TEMPLATE_LIST_TEST_CASE("a client that leaves ends the saga without compensation",
                        "[worlds][exhibit]", Worlds) {
  model::Scenario scenario = with_saga_of("seed-002");
  scenario.saga.outlives_client = false;
  ShopRig<TestType> shop(scenario, {at_every("drop_reply", payment_link, "order->payment.charge")});
  {
    const runtime::Lease lease = shop.arm(0);
    model::Request order = shop.order_of(1);
    order.deadline = shop.world().now() + 300ms;
    shop.ask(std::move(order));
  }
  shop.until([&] { return shop.world().quiet(); });
  CHECK(shop.state("1") == "pending");
  CHECK(shop.count(Machine::reservation, "held", "1") == 1);
  CHECK(shop.count(Machine::reservation, "released", "1") == 0);
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
}

TEMPLATE_LIST_TEST_CASE("nobody is ever told that an order is compensating", "[worlds][exhibit]",
                        Worlds) {
  model::Scenario scenario = with_saga_of("seed-002");
  scenario.target.declines = base::Share::all();
  model::Fault slow = at_every("latency", to_inventory, "order->inventory.release");
  slow.latency = 300ms;
  ShopRig<TestType> shop(scenario, {slow});
  {
    const runtime::Lease lease = shop.arm(0);
    const auto placed = shop.send(1);
    shop.until([&] { return shop.count(Machine::reservation, "released", "1") == 1; });
    CHECK_FALSE(placed->ended.load());
    CHECK(shop.state("1") == "pending");
    const auto read = shop.ask(shop.read_of("/orders/1", 2));
    CHECK(read->seen.told.state == "pending");
  }
  shop.settle();
  CHECK(shop.state("1") == "failed");
}

}  // namespace seawall::test
