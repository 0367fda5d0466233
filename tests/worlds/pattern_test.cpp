// The patterns on the links of the shop, in every world.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/shop_rig.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using Machine = record::LedgerRow::Machine;

const std::string payment_link = "order -> payment";

model::LinkPolicy& policy_to_payment(model::Scenario& scenario) {
  return scenario.policy.links.at({"order", "payment"});
}

// The most of these calls that were under way at the same time.
std::int64_t most_at_once(const std::vector<record::Exchange>& calls) {
  std::int64_t most = 0;
  for (const record::Exchange& call : calls) {
    const auto under_way = [&](const record::Exchange& other) {
      return other.sent <= call.sent && call.sent < other.ended;
    };
    most = std::max<std::int64_t>(most, std::count_if(calls.begin(), calls.end(), under_way));
  }
  return most;
}

const record::PatternUse* use_of(const record::Record& record, std::string_view pattern) {
  for (const record::PatternUse& use : record.patterns)
    if (use.pattern == pattern && use.where == payment_link) return &use;
  return nullptr;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a retry under the same key after a lost reply has one effect",
                        "[worlds][pattern]", Worlds) {
  const model::Fault lost =
      shop_fault("drop_reply", payment_link, "order 1: order->payment.charge #1");
  ShopRig<TestType> shop(field(), {lost});
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.place(1)->status() == 201);
  }
  shop.settle();
  CHECK(shop.count(Machine::charge, "captured", "1") == 1);
  CHECK(shop.broken().empty());
  const auto charges = shop.calls(payment_link, "charge");
  REQUIRE(charges.size() >= 2);
  CHECK(charges[0].failure);
  CHECK(charges[1].index.attempt == 2);
  CHECK(charges[1].key == charges[0].key);
}

TEMPLATE_LIST_TEST_CASE("a breaker opens on refusals and closes after the heal",
                        "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  policy_to_payment(scenario).retry.reset();
  policy_to_payment(scenario).retry_budget.reset();
  policy_to_payment(scenario).circuit_breaker->minimum_calls = 3;
  policy_to_payment(scenario).circuit_breaker->open_for = 300ms;
  policy_to_payment(scenario).circuit_breaker->half_open_calls = 1;
  ShopRig<TestType> shop(scenario, {shop_fault("refuse", payment_link)});
  std::uint64_t number = 0;
  {
    const runtime::Lease lease = shop.arm(0);
    while (number < 5) CHECK(shop.place(++number)->status() == 503);
  }
  shop.until([&] { return shop.place(++number)->status() == 201; });
  shop.settle();
  CHECK(shop.broken().empty());
  const auto turns = shop.turns_of_breaker(payment_link);
  REQUIRE(turns.size() >= 3);
  CHECK(turns.front() == "closed open");
  CHECK(turns.back() == "half_open closed");
  const record::PatternUse* breaker = use_of(shop.record(), "circuit_breaker");
  REQUIRE(breaker);
  CHECK(breaker->acted >= 1);
  CHECK(breaker->permits_taken == breaker->permits_returned);
}

TEMPLATE_LIST_TEST_CASE("a bulkhead bounds what one callee can hold", "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  policy_to_payment(scenario).bulkhead->max_concurrent = 2;
  model::Fault slow = shop_fault("latency", payment_link);
  slow.latency = 400ms;
  ShopRig<TestType> shop(scenario, {slow});
  std::vector<std::shared_ptr<Placed>> orders;
  {
    const runtime::Lease lease = shop.arm(0);
    for (std::uint64_t number = 1; number <= 8; ++number) orders.push_back(shop.send(number));
    for (const auto& order : orders) shop.until([&] { return order->ended.load(); });
  }
  shop.settle();
  CHECK(shop.broken().empty());
  const auto charges = shop.calls(payment_link, "charge");
  REQUIRE_FALSE(charges.empty());
  CHECK(most_at_once(charges) <= 2);
  const record::PatternUse* bulkhead = use_of(shop.record(), "bulkhead");
  REQUIRE(bulkhead);
  CHECK(bulkhead->peak_in_flight == 2);
  CHECK(bulkhead->acted >= 1);
  CHECK(bulkhead->permits_taken == bulkhead->permits_returned);
}

// Were each attempt given its whole second, three of them would take three.
TEMPLATE_LIST_TEST_CASE("a timeout is a total over all attempts", "[worlds][pattern]", Worlds) {
  model::Scenario scenario = field();
  policy_to_payment(scenario).timeout->attempt = 1s;
  policy_to_payment(scenario).timeout->total = 1500ms;
  const model::Fault silent =
      shop_fault("blackhole", payment_link, "order 1: order->payment.charge #*");
  ShopRig<TestType> shop(scenario, {silent});
  {
    const runtime::Lease lease = shop.arm(0);
    CHECK(shop.place(1)->status() != 201);
    shop.until([&] { return shop.state("1") == "failed"; });
  }
  shop.settle();
  CHECK(shop.broken().empty());
  const auto charges = shop.calls(payment_link, "charge");
  REQUIRE(charges.size() >= 2);
  const base::Duration slack = 1s;  // of links, which read a deadline a little later than it is set
  for (const record::Exchange& charge : charges) {
    // A link of a busy machine may read a request so late that its caller seems to have left early.
    const bool seems_to_leave =
        !std::is_same_v<TestType, SimWorld> && charge.failure == model::Failure::reset;
    CHECK((charge.failure == model::Failure::timed_out || seems_to_leave));
    CHECK(charge.deadline <= charges.front().sent + 1500ms + slack);
  }
  const record::PatternUse* breaker = use_of(shop.record(), "circuit_breaker");
  REQUIRE(breaker);
  CHECK(breaker->permits_taken >= 2);
  CHECK(breaker->permits_taken == breaker->permits_returned);  // those of calls cut short too
}

}  // namespace seawall::test
