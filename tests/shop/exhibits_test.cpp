// Settings that take something away on purpose, and what then breaks; and the ways of the saga that
// only time opens.
#include "tests/shop/stage.hpp"

namespace seawall::test {

namespace {

using Machine = LedgerRow::Machine;
using model::When;

bool breaks(Stage& stage, const std::string& invariant) {
  const std::vector<std::string> broken = stage.broken();
  return std::find(broken.begin(), broken.end(), invariant) != broken.end();
}

Fault every_reply_of_charge() {
  return fault_at("drop_reply", "order -> payment", "charge", 1, every_one);
}

Fault node_fault(const std::string& node) {
  Fault fault;
  fault.name = fault.type = "crash";
  fault.node = node;
  fault.restart.reset();
  return fault;
}

}  // namespace

TEST_CASE("without keys a lost reply charges again", "[shop][exhibit]") {
  model::Scenario scenario = field_scenario();
  scenario.policy.links[{"order", "payment"}].idempotency.reset();
  Stage stage(scenario, {fault_at("drop_reply", "order -> payment", "charge")});
  stage.place(1);
  stage.settle();
  CHECK(breaks(stage, "no-double-charge"));
}

TEST_CASE("an order whose doubts are taken for no is charged and failed", "[shop][exhibit]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.in_doubt = model::Saga::InDoubt::assume_not_done;
  Stage stage(scenario, {every_reply_of_charge()});
  stage.send_order(1);
  stage.advance(6s);
  REQUIRE(stage.settle());
  CHECK(breaks(stage, "all-or-nothing"));
}

TEST_CASE("with its log in memory a crash of the order service leaves an order stuck",
          "[shop][exhibit]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.log = model::Saga::Log::memory;
  scenario.run.settle = 5s;
  Stage calm(scenario);
  CHECK(calm.place(1).status() == 201);
  REQUIRE(calm.settle());
  CHECK(calm.broken().empty());

  Stage stage(scenario, {crash_at_call("order", When::before, "order -> payment", "charge")});
  stage.send_order(1);
  stage.advance(2s);
  CHECK_FALSE(stage.settle());
  const std::vector<std::string> broken = stage.broken();
  CHECK(std::count(broken.begin(), broken.end(), "every-saga-settled") == 1);
  CHECK(std::count(broken.begin(), broken.end(), "no-leaked-reservation") == 1);
}

TEST_CASE("without compensation a hold leaks", "[shop][exhibit]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.compensation = false;
  scenario.target.declines = base::Share::all();
  Stage stage(scenario);
  CHECK(stage.place(1).status() == 402);
  REQUIRE(stage.settle());
  CHECK(breaks(stage, "no-leaked-reservation"));
}

TEST_CASE("a saga that ends with its client is abandoned", "[shop][exhibit]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.outlives_client = false;
  scenario.run.settle = 5s;
  Stage stage(scenario, {fault_at("drop_request", "order -> inventory", "confirm", 1, every_one)});
  CHECK(stage.place(1).status() == 202);
  stage.advance(3s);
  CHECK_FALSE(stage.settle());
  CHECK(breaks(stage, "every-saga-settled"));
}

TEST_CASE("a compensation that is given up is parked with a dead letter", "[shop][exhibit]") {
  model::Scenario scenario = field_scenario();
  scenario.target.declines = base::Share::all();
  scenario.saga.compensation_max_attempts = 1;
  scenario.run.settle = 5s;
  Stage stage(scenario, {fault_at("http_abort", "order -> inventory", "release", 1, every_one)});
  CHECK(stage.place(1).status() == 402);
  stage.advance(3s);
  CHECK_FALSE(stage.settle());
  CHECK(stage.count(Machine::dead_letter, "open", "1") == 1);
  const std::vector<std::string> broken = stage.broken();
  CHECK(std::count(broken.begin(), broken.end(), "every-saga-settled") == 1);
  CHECK(std::count(broken.begin(), broken.end(), "no-leaked-reservation") == 1);
}

TEST_CASE("a hold that expires before it is confirmed gives the money back", "[shop][saga]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.hold_ttl = 2s;
  Stage stage(scenario, {fault_at("drop_request", "order -> inventory", "confirm", 1, every_one)});
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 202);
  stage.advance(4s);
  REQUIRE(stage.settle());
  CHECK(stage.order_state("1") == "failed");
  CHECK(stage.count(Machine::charge, "refunded", "1") == 1);
  CHECK(stage.get("/orders/1").says(R"("reason":"commit-refused")"));
  CHECK(stage.broken().empty());
}

TEST_CASE("a saga that is stuck gets a dead letter which closes when it ends", "[shop][saga]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.stuck_after = 2s;
  Stage stage(scenario, {node_fault("shipping")});
  auto lease = stage.arm(0);
  CHECK(stage.place(1).status() == 201);
  stage.advance(3s);
  CHECK(stage.count(Machine::dead_letter, "open", "1") == 1);
  CHECK(stage.get("/orders/1").says(R"("dead_letter":true)"));
  lease = {};
  REQUIRE(stage.settle());
  CHECK(stage.count(Machine::dead_letter, "closed", "1") == 1);
  CHECK(stage.count(Machine::shipment, "created", "1") == 1);
  CHECK(stage.broken().empty());
}

TEST_CASE("the age of a saga survives a restart and does not count the time down", "[shop][saga]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.stuck_after = 4s;
  Fault order_down = node_fault("order");
  order_down.restart = 5s;
  Stage stage(scenario, {node_fault("shipping"), order_down});
  auto shipping = stage.arm(0);
  CHECK(stage.place(1).status() == 201);
  stage.advance(2s);
  auto order = stage.arm(1);
  stage.advance(6s);  // down for 5 s: three of the four seconds of up-time have passed
  CHECK(stage.count(Machine::dead_letter, "open", "1") == 0);
  stage.advance(2s);
  CHECK(stage.count(Machine::dead_letter, "open", "1") == 1);
  shipping = {};
  order = {};
  REQUIRE(stage.settle());
  CHECK(stage.broken().empty());
}

TEST_CASE("an order whose charge never left owes no refund", "[shop][saga]") {
  Stage stage(field_scenario(), {node_fault("payment")});
  auto lease = stage.arm(0);
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 503);
  CHECK(asked.body == R"({"id":"1","status":"failed","reason":"payment_unavailable"})");
  lease = {};
  REQUIRE(stage.settle());
  CHECK(stage.count(Machine::saga, "refund", "1") == 0);
  CHECK(stage.count(Machine::saga, "release", "1") == 1);
  CHECK(stage.broken().empty());
}

TEST_CASE("an order that nothing left for fails at once", "[shop][saga]") {
  Stage stage(field_scenario(), {node_fault("inventory")});
  auto lease = stage.arm(0);
  CHECK(stage.place(1).status() == 503);
  CHECK(stage.count(Machine::order, "compensating", "1") == 0);
  CHECK(stage.order_state("1") == "failed");
  lease = {};
  REQUIRE(stage.settle());
  CHECK(stage.broken().empty());
}

TEST_CASE("the gateway says that nothing was started when the order service is down", "[shop]") {
  Stage stage(field_scenario(), {node_fault("order")});
  auto lease = stage.arm(0);
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 503);
  CHECK(asked.body == R"({"accepted":false,"reason":"order_unavailable"})");
  CHECK(asked.row.told.kind == model::Told::Kind::unaccepted);
}

TEST_CASE("the gateway does not know when the order service is silent", "[shop]") {
  Stage stage(field_scenario(), {fault_at("drop_reply", "gateway -> order", "place-order")});
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 504);
  CHECK(asked.row.told.kind == model::Told::Kind::other);
  REQUIRE(stage.settle());
  CHECK(stage.order_state("1") == "confirmed");
  CHECK(stage.place(1).status() == 201);
}

TEST_CASE("an answer that is not the shop's own tells nothing", "[shop]") {
  Fault abort = fault_at("http_abort", "gateway -> order", "place-order");
  abort.body = "proxy error";
  Stage stage(field_scenario(), {abort});
  const Asked& asked = stage.place(1);
  CHECK(asked.status() == 502);
  CHECK(asked.body == R"({"reason":"bad_answer"})");
}

}  // namespace seawall::test
