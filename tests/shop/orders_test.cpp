// What the shop does when nothing goes wrong, and what its clients are told.
#include "tests/shop/stage.hpp"

namespace seawall::test {

using Machine = LedgerRow::Machine;

TEST_CASE("an order is confirmed and charged once and sold and shipped", "[shop]") {
  Stage stage(field_scenario());
  const Asked& asked = stage.place(4711);
  CHECK(asked.status() == 201);
  CHECK(asked.body == R"({"id":"4711","status":"confirmed","amount":3998})");
  CHECK(asked.row.told.kind == model::Told::Kind::confirmed);
  REQUIRE(stage.settle());
  CHECK(stage.count(Machine::charge, "captured", "4711") == 1);
  CHECK(stage.count(Machine::reservation, "sold", "4711") == 1);
  CHECK(stage.count(Machine::shipment, "created", "4711") == 1);
  CHECK(stage.count(Machine::saga, "completed", "4711") == 1);
  CHECK(stage.broken().empty());
}

TEST_CASE("an order and its payment and shipment and stock can be read", "[shop]") {
  Stage stage(field_scenario());
  stage.place(1);
  REQUIRE(stage.settle());
  CHECK(stage.get("/orders/1").body ==
        R"({"id":"1","status":"confirmed","amount":3998,"progress":"confirmed",)"
        R"("customer":"c-1","sku":"sku-1","quantity":2})");
  CHECK(stage.get("/skus/sku-1").body == R"({"sku":"sku-1","available":999998,"held":0,"sold":2})");
  const Asked& view = stage.get("/orders/1/view");
  CHECK(view.status() == 200);
  CHECK(view.says(R"("payment":{"order":"1","status":"captured","amount":3998})"));
  CHECK(view.says(R"("shipment":{"order":"1","status":"created",)"));
  CHECK(view.says(R"("degraded":[])"));
  CHECK(view.row.told.kind == model::Told::Kind::confirmed);
}

TEST_CASE("a declined card fails the order and gives the stock back", "[shop]") {
  model::Scenario scenario = field_scenario();
  scenario.target.declines = base::Share::all();
  Stage stage(scenario);
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 402);
  CHECK(asked.body == R"({"id":"1","status":"failed","reason":"declined"})");
  REQUIRE(stage.settle());
  CHECK(stage.get("/orders/1").says(R"("status":"failed")"));
  CHECK(stage.count(Machine::reservation, "released", "1") == 1);
  CHECK(stage.count(Machine::charge, "captured", "1") == 0);
  CHECK(stage.broken().empty());
}

TEST_CASE("an order of more than there is fails and holds nothing", "[shop]") {
  model::Scenario scenario = field_scenario();
  scenario.target.stock = {{"sku-1", 1}};
  Stage stage(scenario);
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 409);
  CHECK(asked.says(R"("reason":"out_of_stock")"));
  REQUIRE(stage.settle());
  CHECK(stage.count(Machine::charge, "captured") == 0);
  CHECK(stage.broken().empty());
}

TEST_CASE("the last piece is sold once however many want it", "[shop]") {
  model::Scenario scenario = field_scenario();
  scenario.target.stock = {{"sku-1", 10}};
  Stage stage(scenario);
  for (std::uint64_t number = 1; number <= 20; ++number) stage.send_order(number, {}, "sku-1", 1);
  stage.advance(3s);
  REQUIRE(stage.settle());
  CHECK(stage.count(Machine::reservation, "sold") == 10);
  CHECK(stage.get("/skus/sku-1").says(R"("available":0)"));
  CHECK(stage.broken().empty());
}

TEST_CASE("checking first and taking later oversells", "[shop]") {
  model::Scenario scenario = field_scenario();
  scenario.target.stock = {{"sku-1", 10}};
  scenario.target.reserve = model::Target::Reserve::check_then_act;
  Stage stage(scenario);
  for (std::uint64_t number = 1; number <= 30; ++number) stage.send_order(number, {}, "sku-1", 1);
  stage.advance(3s);
  stage.settle();
  const auto broken = stage.broken();
  CHECK(std::count(broken.begin(), broken.end(), "no-oversell") == 1);
}

TEST_CASE("the same key gives the same order and the same answer", "[shop]") {
  Stage stage(field_scenario());
  const std::string first = stage.place(1, "key").body;
  const Asked& again = stage.place(1, "key");
  CHECK(again.status() == 201);
  CHECK(again.body == first);
  REQUIRE(stage.settle());
  CHECK(stage.count(Machine::order, "pending") == 1);
  CHECK(stage.broken().empty());
}

TEST_CASE("a key that is in flight is busy and with another body it is refused", "[shop]") {
  Stage stage(field_scenario());
  const Asked& first = stage.send_order(1, "key");
  stage.advance(10ms);
  const Asked& twin = stage.send_order(1, "key");
  const Asked& other = stage.send_order(1, "key", "sku-2");
  REQUIRE(stage.until([&] { return first.ended && twin.ended && other.ended; }));
  CHECK(first.status() == 201);
  CHECK(twin.status() == 409);
  CHECK(twin.body == R"({"reason":"key_in_flight"})");
  CHECK(other.status() == 422);
  CHECK(other.body == R"({"reason":"key_reused"})");
  REQUIRE(stage.settle());
  CHECK(stage.broken().empty());
}

TEST_CASE("without keys a repeat makes a second order with a name of its own", "[shop]") {
  model::Scenario scenario = field_scenario();
  scenario.policy.links[{"gateway", "order"}].idempotency.reset();
  Stage stage(scenario);
  stage.place(7, "key");
  CHECK(stage.place(7, "key").says(R"("id":"7-2")"));
  REQUIRE(stage.settle());
  CHECK(stage.broken() == std::vector<std::string>{"one-order-per-request"});
}

TEST_CASE("an order that takes longer than its client waits is accepted and ends", "[shop]") {
  model::Fault slow = fault_at("latency", "order -> payment", "charge");
  slow.latency = 400ms;
  Stage stage(field_scenario(), {slow});
  Request request(Method::post, "/orders", R"({"customer":"c","sku":"sku-1","quantity":1})");
  request.idempotency_key = "key";
  request.index.subject = {base::Subject::Kind::order, 1};
  request.index.operation = "place-order";
  request.deadline = stage.world().now() + 300ms;
  const Asked& asked = stage.send(std::move(request));
  REQUIRE(stage.until([&] { return asked.ended; }));
  CHECK(asked.status() == 202);
  CHECK(asked.body == R"({"id":"1","status":"pending"})");
  REQUIRE(stage.settle());
  CHECK(stage.order_state("1") == "confirmed");
  CHECK(stage.broken().empty());
}

TEST_CASE("orders of the warm-up and of strangers have names of their own", "[shop]") {
  Stage stage(field_scenario());
  const auto place = [&stage](base::Subject::Kind kind, std::uint64_t number) {
    Request request(Method::post, "/orders", R"({"customer":"c","sku":"sku-1","quantity":1})");
    request.index.subject = {kind, number};
    Asked& asked = stage.send(std::move(request));
    REQUIRE(stage.until([&] { return asked.ended; }));
    return asked.row.told.order;
  };
  CHECK(place(base::Subject::Kind::warmup, 12) == "w12");
  CHECK(place(base::Subject::Kind::foreign, 5) == "x1");
  CHECK(place(base::Subject::Kind::foreign, 6) == "x2");
  REQUIRE(stage.settle());
  CHECK(stage.broken().empty());
}

TEST_CASE("what a service does not understand it says", "[shop]") {
  Stage stage(field_scenario());
  const Asked& bad = stage.post("gateway", "/orders", R"({"customer":"c","sku":"sku-1"})");
  CHECK(bad.status() == 400);
  CHECK(bad.says(R"("reason":"bad_request")"));
  CHECK(bad.says("quantity"));
  CHECK(stage.post("gateway", "/orders", "not json").status() == 400);
  CHECK(stage.post("gateway", "/orders", R"({"customer":"","sku":"s","quantity":1})").status() ==
        400);
  CHECK(stage.post("gateway", "/skus/sku-1", "{}").status() == 405);
  CHECK(stage.get("/orders").status() == 405);
  CHECK(stage.get("/orders/none").status() == 404);
  CHECK(stage.get("/nothing").status() == 404);
  CHECK(stage.get("/skus/none").status() == 404);
}

TEST_CASE("health shows what is needed and is not taken down with it", "[shop]") {
  Stage stage(field_scenario());
  CHECK(stage.get("/health/live").status() == 200);
  const Asked& ready = stage.get("/health/ready");
  CHECK(ready.status() == 200);
  CHECK(ready.says(R"("payment":"ready")"));
  model::Fault crash;
  crash.name = crash.type = "crash";
  crash.node = "payment";
  crash.restart.reset();
  Stage dark(field_scenario(), {crash});
  const auto lease = dark.arm(0);
  const Asked& without = dark.get("/health/ready");
  CHECK(without.status() == 200);
  CHECK(without.says(R"("payment":"refused")"));
}

TEST_CASE("the view leaves out what cannot be had and says so", "[shop]") {
  model::Fault crash;
  crash.name = crash.type = "crash";
  crash.node = "shipping";
  crash.restart.reset();
  model::Scenario scenario = field_scenario();
  Stage stage(scenario, {crash});
  stage.place(1);
  stage.advance(100ms);
  const auto lease = stage.arm(0);
  const Asked& view = stage.get("/orders/1/view");
  CHECK(view.status() == 200);
  CHECK(view.says(R"("shipment":null,"degraded":["shipment"])"));
  CHECK(view.row.told.degraded);
}

TEST_CASE("without a fallback the view fails as a whole", "[shop]") {
  model::Fault crash;
  crash.name = crash.type = "crash";
  crash.node = "shipping";
  crash.restart.reset();
  model::Scenario scenario = field_scenario();
  scenario.policy.links[{"gateway", "shipping"}].fallback.reset();
  Stage stage(scenario, {crash});
  stage.place(1);
  stage.advance(100ms);
  const auto lease = stage.arm(0);
  CHECK(stage.get("/orders/1/view").status() == 503);
}

}  // namespace seawall::test
