// Sagas of the shop, in every world.
#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using Machine = record::LedgerRow::Machine;

}  // namespace

TEMPLATE_LIST_TEST_CASE("an order is reserved then paid then sold then shipped", "[worlds][saga]",
                        Worlds) {
  ShopRig<TestType> shop(field());
  CHECK(shop.place(1)->status() == 201);
  shop.settle();
  CHECK(shop.state("1") == "confirmed");
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.count(Machine::reservation, "sold", "1") == 1);
  CHECK(shop.count(Machine::shipment, "created", "1") == 1);
  CHECK(shop.count(Machine::saga, "completed", "1") == 1);
  CHECK(shop.broken().empty());
}

TEMPLATE_LIST_TEST_CASE("a declined charge gives the reservation back", "[worlds][saga]", Worlds) {
  model::Scenario scenario = field();
  scenario.target.declines = base::Share::all();
  ShopRig<TestType> shop(scenario);
  CHECK(shop.place(1)->status() == 402);
  shop.settle();
  CHECK(shop.state("1") == "failed");
  CHECK(shop.count(Machine::charge, "declined", "1") == 1);
  CHECK(shop.count(Machine::reservation, "released", "1") == 1);
  CHECK(shop.count(Machine::saga, "compensated", "1") == 1);
  CHECK(shop.broken().empty());
}

TEMPLATE_LIST_TEST_CASE("a charge whose replies are all lost is given back", "[worlds][saga]",
                        Worlds) {
  const model::Fault lost =
      shop_fault("drop_reply", "order -> payment", "order 1: order->payment.charge #*");
  ShopRig<TestType> shop(field(), {lost});
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.place(1)->status() != 201);
    shop.until([&] { return shop.state("1") == "failed"; });
  }
  shop.settle();
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.count(Machine::charge, "refunded", "1") == 1);
  CHECK(shop.count(Machine::reservation, "released", "1") == 1);
  CHECK(shop.broken().empty());
}

TEMPLATE_LIST_TEST_CASE("a charge that comes after its order was given up is refused",
                        "[worlds][saga]", Worlds) {
  model::Scenario scenario = field();
  model::Timeout& timeout = *scenario.policy.links.at({"order", "payment"}).timeout;
  timeout.attempt = 300ms;
  timeout.total = 500ms;
  model::Fault late =
      shop_fault("late_request", "order -> payment", "order 1: order->payment.charge #*");
  late.delay = 2s;
  ShopRig<TestType> shop(scenario, {late});
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.place(1)->status() != 201);
    shop.until([&] { return shop.state("1") == "failed"; });
  }
  shop.settle();
  CHECK(shop.count(Machine::charge, "tombstone", "1") == 1);
  CHECK(shop.count(Machine::charge, "captured", "1") == 0);
  CHECK(shop.broken().empty());
}

TEMPLATE_LIST_TEST_CASE("a client that repeats its request gets the order that it has",
                        "[worlds][saga]", Worlds) {
  ShopRig<TestType> shop(field());
  CHECK(shop.place(1)->status() == 201);
  CHECK(shop.place(1)->status() == 201);
  shop.settle();
  CHECK(shop.count(Machine::order, "pending") == 1);
  CHECK(shop.count(Machine::charge, "captured") == 1);
  CHECK(shop.broken().empty());
}

// The answer to the charge dies with the order service: what it had meant to do is in its log.
TEMPLATE_LIST_TEST_CASE("an order service that dies at the charge recovers its orders",
                        "[worlds][saga]", Worlds) {
  model::Fault crash = shop_fault("crash", "order", "order 1: order->payment.charge #1");
  crash.effect = model::When::after;
  crash.restart = 200ms;
  ShopRig<TestType> shop(field(), {crash});
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.place(1)->status() != 201);
    shop.until([&] { return shop.state("1") == "failed"; });
  }
  CHECK(shop.place(2)->status() == 201);
  shop.settle();
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.count(Machine::charge, "refunded", "1") == 1);
  CHECK(shop.state("2") == "confirmed");
  CHECK(shop.broken().empty());
  bool recovered = false;
  for (const record::Event& event : shop.record().events)
    recovered |= event.kind == record::Event::Kind::saga && event.what == "recovered";
  CHECK(recovered);
}

TEMPLATE_LIST_TEST_CASE("an order that cannot be shipped for long is marked until it is",
                        "[worlds][saga]", Worlds) {
  model::Scenario scenario = field();
  scenario.saga.stuck_after = 500ms;
  scenario.saga.repeat.max = 200ms;
  ShopRig<TestType> shop(scenario, {shop_fault("refuse", "order -> shipping")});
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.place(1)->status() == 201);  // it is paid and sold: only the parcel is missing
    shop.until([&] { return shop.count(Machine::dead_letter, "open", "1") == 1; });
    CHECK(shop.count(Machine::shipment, "created", "1") == 0);
    CHECK(shop.count(Machine::dead_letter, "closed", "1") == 0);
  }
  shop.settle();
  CHECK(shop.count(Machine::shipment, "created", "1") == 1);
  CHECK(shop.count(Machine::dead_letter, "closed", "1") == 1);
  CHECK(shop.broken().empty());
}

}  // namespace seawall::test
