// One order, one fault: every kind at every call and every durable write that the order makes, and
// all of the calls of one operation as a unit. Whatever happens, the order is all or nothing,
// nothing is held, and nobody was told anything that is not so.
#include <set>
#include <tuple>

#include "tests/shop/stage.hpp"

namespace seawall::test {

namespace {

using model::When;

// Where an order can be hit: its calls and its durable writes.
struct Points {
  struct Call {
    std::string from, to, operation;
    std::uint32_t n;
    auto operator<=>(const Call&) const = default;
  };
  std::set<Call> calls;
  std::set<std::pair<std::string, std::string>> writes;  // node and class
};

using Machine = LedgerRow::Machine;

// The write classes by what a batch tells; the record has no classes.
std::string write_class_of(const LedgerRow& row) {
  if (row.node == "order" && row.machine == Machine::order) return "saga." + row.to;
  if (row.node == "order" && row.machine == Machine::saga && row.to == "completed")
    return "saga.completed";
  if (row.node == "order" && row.machine == Machine::saga && row.to == "release")
    return "saga.release";
  if (row.node == "order" && row.machine == Machine::dead_letter && row.to == "open")
    return "saga.dead_letter";
  if (row.machine == Machine::charge)
    return row.to == "captured"   ? "capture"
           : row.to == "refunded" ? "refund"
           : row.to == "declined" ? "decline"
                                  : "tombstone";
  if (row.machine == Machine::reservation)
    return row.to == "held"       ? "reserve"
           : row.to == "sold"     ? "confirm"
           : row.to == "released" ? "release"
           : row.to == "refused"  ? "refuse"
                                  : "tombstone";
  if (row.machine == Machine::shipment) return "ship";
  return {};
}

Points points_of(const record::Record& record) {
  Points points;
  for (const record::Exchange& row : record.exchanges)
    points.calls.insert({row.link.from, row.link.to, row.index.operation, row.index.n});
  for (const LedgerRow& row : record.ledger)
    if (const std::string name = write_class_of(row); !name.empty() && row.order == "1")
      points.writes.insert({row.node, name});
  return points;
}

std::string text_of(const Fault& fault) {
  return fault.type + (fault.node.empty() ? "" : " of " + fault.node) +
         (fault.effect == When::after ? " after " : " before ") +
         model::to_text(fault.at_call.front());
}

std::vector<Fault> faults_at(const Points::Call& call) {
  std::vector<Fault> faults;
  const std::string link = call.from + " -> " + call.to;
  const auto add = [&](const std::string& type) -> Fault& {
    return faults.emplace_back(fault_at(type, link, call.operation, call.n, call.n));
  };
  add("drop_request");
  add("drop_reply");
  add("reset_peer");
  add("http_abort");
  add("http_abort").effect = When::after;
  add("duplicate_request");
  add("duplicate_request").gap = 700ms;
  add("duplicate_request").gap = 4s;
  add("late_request").delay = 3s;
  add("latency").latency = 700ms;
  for (const std::string& node : {call.from, call.to}) {
    if (node == "client") continue;
    for (const When when : {When::before, When::after})
      faults.push_back(crash_at_call(node, when, link, call.operation, call.n));
  }
  if (call.n > 1) return faults;
  for (const char* type : {"drop_request", "drop_reply", "http_abort", "late_request"}) {
    Fault unit = fault_at(type, link, call.operation, 1, every_one);
    unit.delay = 3s;
    faults.push_back(unit);
    unit.effect = When::after;
    if (unit.type == "http_abort") faults.push_back(unit);
  }
  return faults;
}

std::vector<Fault> faults_at(const Points& points) {
  std::vector<Fault> faults;
  for (const Points::Call& call : points.calls)
    for (Fault& fault : faults_at(call)) faults.push_back(std::move(fault));
  for (const auto& [node, write_class] : points.writes)
    for (const When when : {When::before, When::after})
      faults.push_back(crash_at_write(node, when, write_class));
  return faults;
}

struct Played {
  record::Record record;
  std::string wrong;  // empty: nothing
  std::int64_t hit = 0;
};

Played play(const model::Scenario& scenario, std::vector<Fault> faults) {
  Stage stage(scenario, std::move(faults));
  stage.send_order(1);
  stage.advance(6s);
  Played played;
  const bool settled = stage.settle();
  stage.broken();
  played.wrong = stage.why;
  if (!settled) played.wrong += "it never settled\n";
  played.record = stage.record();
  for (const record::FaultUse& use : played.record.faults) played.hit += use.hit;
  return played;
}

// Every single fault of this scenario's order.
void sweep(const model::Scenario& scenario) {
  const Played calm = play(scenario, {});
  REQUIRE(calm.wrong.empty());
  const std::vector<Fault> faults = faults_at(points_of(calm.record));
  std::int64_t hits = 0;
  for (const Fault& fault : faults) {
    const Played played = play(scenario, {fault});
    hits += played.hit > 0;
    CAPTURE(text_of(fault), played.wrong);
    CHECK(played.wrong.empty());
  }
  CHECK(hits == static_cast<std::int64_t>(faults.size()));
}

}  // namespace

TEST_CASE("no single fault of an order that succeeds leaves anything half done", "[shop][sweep]") {
  sweep(field_scenario());
}

TEST_CASE("no single fault of an order that is declined leaves anything half done",
          "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.target.declines = base::Share::all();
  sweep(scenario);
}

TEST_CASE("no single fault of an order without stock leaves anything half done", "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.target.stock = {{"sku-1", 1}};
  sweep(scenario);
}

TEST_CASE("no single fault leaves anything half done when doubts are asked about",
          "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.in_doubt = model::Saga::InDoubt::query;
  sweep(scenario);
}

TEST_CASE("no single fault leaves anything half done when doubts are repeated", "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.in_doubt = model::Saga::InDoubt::retry;
  sweep(scenario);
}

TEST_CASE("no single fault leaves anything half done where nothing is retried", "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  for (auto& [link, policy] : scenario.policy.links) {
    policy.retry.reset();
    policy.retry_budget.reset();
  }
  sweep(scenario);
}

}  // namespace seawall::test
