#include "tests/shop/sweep.hpp"

#include <set>
#include <tuple>

#include "harness/base/text.hpp"

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
  if (row.node == "order" && row.machine == Machine::order) return base::concat({"saga.", row.to});
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
  std::set<std::pair<std::string, std::uint64_t>> named;  // batches: their first row names them
  for (const LedgerRow& row : record.ledger) {
    const std::string name = write_class_of(row);
    if (row.order != "1" || name.empty() || !named.emplace(row.node, row.batch).second) continue;
    points.writes.insert({row.node, name});
  }
  return points;
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

}  // namespace

std::string text_of(const Fault& fault) {
  return fault.type + (fault.node.empty() ? "" : " of " + fault.node) +
         (fault.effect == When::after ? " after " : " before ") +
         model::to_text(fault.at_call.front());
}

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

std::vector<Fault> single_faults(const model::Scenario& scenario) {
  return faults_at(points_of(play(scenario, {}).record));
}

}  // namespace seawall::test
