// What the timeouts of the seeds do: they are for each read, and nobody else hears of them.
#include "targets/resilience/deadline.hpp"
#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using base::TimePoint;

const std::string link_to_payment = "order -> payment";

model::Scenario with_timeout_of_300ms(bool per_read) {
  model::Scenario scenario = field();
  model::LinkPolicy& policy = scenario.policy.links[{"order", "payment"}];
  policy.timeout->attempt = 300ms;
  policy.timeout->per_read = per_read;
  return scenario;
}

// Order 1, while the fault is armed. Its saga may go on for longer than its client waits.
void place_one(Shop& shop) {
  const runtime::Lease lease = shop.arm(0);
  shop.place(1);
}

// The first answer of payment about order 1, a byte every 50 ms: more than two seconds in all.
model::Fault drip() {
  model::Fault drip = shop_fault("drip", link_to_payment, "order 1: order->payment.charge #1");
  drip.gap = 50ms;
  return drip;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a drip passes a timeout of 0.3 s for each read for more than 2 s",
                        "[worlds][exhibit]", Worlds) {
  ShopRig<TestType> shop(with_timeout_of_300ms(true), {drip()});
  place_one(shop);
  shop.settle();
  CHECK(shop.broken().empty());
  const auto calls = shop.calls(link_to_payment, "charge");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].status == 200);
  CHECK(calls[0].ended - calls[0].sent > 2s);
}

TEMPLATE_LIST_TEST_CASE("a total deadline cuts the same drip", "[worlds][exhibit]", Worlds) {
  ShopRig<TestType> shop(with_timeout_of_300ms(false), {drip()});
  place_one(shop);
  shop.settle();
  CHECK(shop.broken().empty());
  const auto calls = shop.calls(link_to_payment, "charge");
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].failure == model::Failure::timed_out);
  CHECK(calls[1].status == 200);
}

TEMPLATE_LIST_TEST_CASE("a callee that says nothing is cut by a timeout for each read too",
                        "[worlds][exhibit]", Worlds) {
  model::Scenario scenario = with_timeout_of_300ms(true);
  const model::Fault silent =
      shop_fault("drop_reply", link_to_payment, "order 1: order->payment.charge #1");
  ShopRig<TestType> shop(scenario, {silent});
  place_one(shop);
  shop.settle();
  CHECK(shop.broken().empty());
  const auto calls = shop.calls(link_to_payment, "charge");
  REQUIRE(calls.size() == 2);
  // A link that hears of no deadline cannot tell whether its caller's has passed.
  CHECK(calls[0].failure);
  CHECK(calls[0].status == 0);
  CHECK(calls[1].status == 200);
}

TEST_CASE("a timeout for each read has no total, inherits nothing and passes nothing on",
          "[exhibit]") {
  model::Timeout settings;
  settings.attempt = 5s;
  settings.per_read = true;
  const TimePoint start{1h};
  const resilience::Deadline deadline(settings, start, start + 1s);
  CHECK(deadline.worth_starting(start + 30s));
  model::Request request(model::Method::get, "/");
  deadline.limit(request, start + 10s);
  CHECK(request.deadline == start + 15s);
  CHECK(request.read_timeout == 5s);
  CHECK_FALSE(request.pass_deadline);

  settings.per_read = false;
  const resilience::Deadline total(settings, start, start + 1s);
  CHECK_FALSE(total.worth_starting(start + 30s));
  total.limit(request, start);
  CHECK(request.deadline == start + 1s);
  CHECK(request.pass_deadline);
}

}  // namespace seawall::test
