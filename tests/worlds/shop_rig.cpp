#include "tests/worlds/shop_rig.hpp"

#include <set>
#include <utility>

#include "faults/kinds/kind.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/check/invariants.hpp"
#include "harness/model/point.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;
using record::LedgerRow;

// The target's function that says what a reply told of an order.
using TellOf = decltype(runtime::Target::told);

runtime::Task<> ask_gateway(runtime::Env& env, Placed* placed, TellOf told) {
  record::Exchange& seen = placed->seen;
  seen.intended = seen.sent = env.now();
  runtime::Call call(env, "gateway", model::Request(placed->request));
  const auto answer = co_await call;
  seen.ended = env.now();
  if (answer) {
    seen.status = answer->status;
    seen.told = told(seen.method, seen.path, seen.status, answer->body);
    placed->body = answer->body;
  } else {
    seen.failure = answer.error();
  }
  placed->ended = true;
  co_return {};
}

record::Exchange exchange_of(const model::Request& request) {
  record::Exchange seen;
  seen.observer = record::Exchange::Observer::client;
  seen.link = {"client", "gateway"};
  seen.index = request.index;
  seen.method = request.method;
  seen.path = request.path;
  seen.key = request.idempotency_key;
  seen.payload_hash = base::hash_bytes(request.body);
  seen.deadline = request.deadline;
  return seen;
}

}  // namespace

model::Scenario field() {
  model::Scenario scenario;
  const model::Preset field = shop::presets().at("field");
  scenario.policy = field.policy;
  scenario.saga = field.saga;
  scenario.target.stock = shop::stock();
  scenario.target.capacity = shop::capacity();
  scenario.run.settle = 60s;
  return scenario;
}

model::Fault shop_fault(const std::string& type, const std::string& on) {
  model::Fault fault;
  fault.name = type;
  fault.type = type;
  fault.link = base::parse_link(on);
  if (!fault.link) fault.node = on;
  return fault;
}

model::Fault shop_fault(const std::string& type, const std::string& on, const std::string& point) {
  model::Fault fault = shop_fault(type, on);
  const auto item = model::parse_plan_item(point);
  REQUIRE(item);
  fault.at_call = {item->point};
  return fault;
}

Shop::Shop(const model::Scenario& scenario, std::vector<model::Fault> faults, const MakeWorld& make)
    : scenario_(scenario), target_(shop::make_target(scenario)), faults_(std::move(faults)) {
  runtime::WorldSetup setup;
  setup.target = &target_;
  setup.faults = kinds::arm_all(faults_);
  world_ = make(setup);
  const auto started = world_->start();
  REQUIRE(started);
  record_.warmup_start = record_.time_zero = world_->now();
}

model::Request Shop::order_of(std::uint64_t number) const {
  model::Request request(model::Method::post, "/orders");
  request.body = R"({"customer":"c-1","sku":"sku-1","quantity":2})";
  request.idempotency_key = "k-" + std::to_string(number);
  request.index.subject = {base::Subject::Kind::order, number};
  request.index.operation = "place-order";
  request.deadline = world_->now() + 10s;
  return request;
}

model::Request Shop::read_of(const std::string& path, std::uint64_t number) const {
  model::Request request(model::Method::get, path);
  request.index.subject = {base::Subject::Kind::request, number};
  request.index.operation = target_.operation(request);
  request.deadline = world_->now() + 10s;
  return request;
}

std::shared_ptr<Placed> Shop::send(std::uint64_t number) { return send(order_of(number)); }

std::shared_ptr<Placed> Shop::send(model::Request request) {
  auto placed = std::make_shared<Placed>();
  placed->request = std::move(request);
  placed->seen = exchange_of(placed->request);
  placed_.push_back(placed);
  world_->drive([placed, told = target_.told](runtime::Env& env) {
    return ask_gateway(env, placed.get(), told);
  });
  return placed;
}

std::shared_ptr<Placed> Shop::place(std::uint64_t number) { return ask(order_of(number)); }

std::shared_ptr<Placed> Shop::ask(model::Request request) {
  auto placed = send(std::move(request));
  until([&] { return placed->ended.load(); });
  return placed;
}

void Shop::until(const std::function<bool()>& condition) {
  const base::TimePoint limit = world_->now() + 40s;
  bool holds = condition();
  for (; !holds && world_->now() < limit; holds = condition()) world_->advance(world_->now() + 5ms);
  REQUIRE(holds);
}

std::int64_t Shop::count(LedgerRow::Machine machine, std::string_view to, std::string_view order) {
  world_->read_ledger(record_.ledger);
  std::int64_t rows = 0;
  for (const LedgerRow& row : record_.ledger)
    if (row.machine == machine && row.to == to && (order.empty() || row.order == order)) ++rows;
  return rows;
}

std::string Shop::state(std::string_view order) {
  world_->read_ledger(record_.ledger);
  std::string state = "absent";
  for (const LedgerRow& row : record_.ledger)
    if (row.machine == LedgerRow::Machine::order && row.order == order) state = row.to;
  return state;
}

bool Shop::all_sagas_ended() {
  world_->read_ledger(record_.ledger);
  std::set<std::string_view> open;
  for (const LedgerRow& row : record_.ledger)
    if (row.machine == LedgerRow::Machine::order && row.to == "pending") open.insert(row.order);
  for (const LedgerRow& row : record_.ledger)
    if (row.machine == LedgerRow::Machine::saga &&
        (row.to == "completed" || row.to == "compensated"))
      open.erase(row.order);
  return open.empty();
}

void Shop::settle() {
  world_->heal_all();
  record_.healed = record_.load_end = world_->now();
  until([&] { return world_->quiet() && all_sagas_ended(); });
  record_.settled = world_->now();
}

std::vector<std::string> Shop::broken() {
  record_.end = world_->now();
  world_->finish(record_);
  world_.reset();
  for (const auto& placed : placed_) record_.history.push_back(placed->seen);
  record_.sort();
  const check::Evidence evidence(scenario_, record_);
  std::vector<std::string> names;
  for (const check::Invariant& invariant : check::invariants()) {
    const record::Finding finding = check::judge(invariant, evidence);
    if (finding.status != record::Finding::Status::broken) continue;
    names.push_back(finding.name);
    UNSCOPED_INFO(finding.name << ": " << finding.why);
  }
  return names;
}

record::PatternUse Shop::use_of(const std::string& link, std::string_view pattern) const {
  for (const record::PatternUse& use : record_.patterns)
    if (use.pattern == pattern && use.where == link) return use;
  FAIL("no pattern " << pattern << " on " << link);
  return {};
}

std::vector<record::Exchange> Shop::calls(const std::string& link,
                                          std::string_view operation) const {
  std::vector<record::Exchange> calls;
  for (const record::Exchange& row : record_.exchanges)
    if (base::to_text(row.link) == link && row.index.operation == operation) calls.push_back(row);
  return calls;
}

std::vector<std::string> Shop::turns_of_breaker(const std::string& link) const {
  std::vector<std::string> turns;
  for (const record::Event& event : record_.events)
    if (event.kind == record::Event::Kind::breaker && event.where == link)
      turns.push_back(event.what);
  return turns;
}

}  // namespace seawall::test
