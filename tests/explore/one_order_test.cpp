// What of a scenario is explored.
#include "harness/explore/one_order.hpp"

#include "harness/scenario/reader.hpp"
#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

model::Scenario read(const std::string& text) {
  auto reading = scenario::read_scenario_text("one.toml", text, {}, words());
  REQUIRE(reading.has_value());
  return std::move(reading->scenario);
}

}  // namespace

TEST_CASE("an order is explored with the policy of its scenario and nothing else", "[explore]") {
  const model::Scenario whole = shop_scenario(R"(
[policy."order -> payment"]
idempotency = false
[saga]
stuck_after = "3s"
[[fault]]
type = "refuse"
on = "order -> payment"
at = "1s"
for = "1s"
[[slo]]
that = "ok_share >= 99%"
)");
  const model::Scenario one = read(*explore::one_order(whole, 1));
  CHECK(one.target.mode == model::Mode::sim);
  CHECK(one.faults.empty());
  CHECK(one.levels.empty());
  CHECK(one.run.seed == 1);
  CHECK(one.saga.stuck_after == std::chrono::seconds(3));
  CHECK_FALSE(one.policy.links.at({"order", "payment"}).idempotency);
  REQUIRE(one.loads.size() == 1);
  REQUIRE(one.loads[0].requests.size() == 1);
  CHECK(one.loads[0].requests[0].name == "place-order");
  CHECK_FALSE(one.loads[0].burst);
}

TEST_CASE("several orders come in the same moment", "[explore]") {
  const model::Scenario three = read(*explore::one_order(shop_scenario(), 3));
  REQUIRE(three.loads[0].burst);
  CHECK(three.loads[0].burst->count == 2);
}

TEST_CASE("a load without an order cannot be explored", "[explore]") {
  model::Scenario scenario = shop_scenario();
  scenario.loads[0].requests.resize(1);
  const auto text = explore::one_order(scenario, 1);
  REQUIRE_FALSE(text.has_value());
  CHECK(text.error().message.starts_with("no POST request in its load"));
}

}  // namespace seawall::test
