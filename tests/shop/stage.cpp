#include "tests/shop/stage.hpp"

#include <set>

#include "harness/base/keyed_random.hpp"

namespace seawall::test {

namespace {

using Machine = LedgerRow::Machine;

constexpr base::Duration client_timeout = 5s;

}  // namespace

Stage::Stage(model::Scenario scenario, std::vector<Fault> faults, std::uint64_t seed)
    : scenario_(std::move(scenario)),
      target_(shop::make_target(scenario_)),
      faults_(std::move(faults)) {
  runtime::WorldSetup setup;
  setup.target = &target_;
  setup.seed = seed;
  setup.faults = kinds::arm_all(faults_);
  world_ = std::make_unique<sim::World>(setup);
  REQUIRE(world_->start());
  record_.warmup_start = record_.time_zero = world_->now();
  for (std::uint16_t i = 0; i < faults_.size(); ++i)
    if (!faults_[i].at_call.empty()) leases_.push_back(world_->arm(i));
}

Asked& Stage::send_order(std::uint64_t number, std::string key, std::string sku,
                         std::int64_t quantity) {
  Request request(Method::post, "/orders");
  request.body =
      R"({"customer":"c-1","sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) + "}";
  request.idempotency_key = key.empty() ? "k-" + std::to_string(number) : std::move(key);
  request.index.subject = {base::Subject::Kind::order, number};
  request.index.operation = "place-order";
  return send(std::move(request));
}

Asked& Stage::send(Request request, const std::string& to) {
  if (request.deadline == base::TimePoint{}) request.deadline = world_->now() + client_timeout;
  Asked& asked = asked_.emplace_back();
  auto& [kept, callee] = requests_.emplace_back(std::move(request), to);
  asked.row.observer = record::Exchange::Observer::client;
  asked.row.link = {"client", to};
  asked.row.index = kept.index;
  asked.row.method = kept.method;
  asked.row.path = kept.path;
  asked.row.key = kept.idempotency_key;
  asked.row.payload_hash = base::hash_bytes(kept.body);
  asked.row.intended = asked.row.sent = world_->now();
  asked.row.deadline = kept.deadline;
  const std::pair<Stage*, Asked*> of{this, &asked};
  world_->drive(
      [of, &sent = kept, &at = callee](runtime::Env& env) { return ask(env, of, sent, at); });
  return asked;
}

runtime::Task<> Stage::ask(runtime::Env& env, std::pair<Stage*, Asked*> of, const Request& request,
                           const std::string& to) {
  Request sent = request;
  runtime::Call call(env, to, std::move(sent));
  const auto answer = co_await call;
  Asked& asked = *of.second;
  asked.ended = true;
  asked.row.ended = env.now();
  if (answer) {
    asked.row.status = answer->status;
    asked.row.told =
        of.first->target_.told(request.method, request.path, answer->status, answer->body);
    asked.body = answer->body;
  } else {
    asked.row.failure = answer.error();
  }
  co_return {};
}

Asked& Stage::place(std::uint64_t number, std::string key, std::string sku, std::int64_t quantity) {
  Asked& asked = send_order(number, std::move(key), std::move(sku), quantity);
  REQUIRE(until([&] { return asked.ended; }));
  return asked;
}

Asked& Stage::get(const std::string& path, const std::string& to) {
  Asked& asked = send(Request(Method::get, path), to);
  REQUIRE(until([&] { return asked.ended; }));
  return asked;
}

Asked& Stage::post(const std::string& to, const std::string& path, const std::string& body,
                   const std::string& key) {
  Request request(Method::post, path, body);
  request.idempotency_key = key;
  Asked& asked = send(std::move(request), to);
  REQUIRE(until([&] { return asked.ended; }));
  return asked;
}

const std::vector<LedgerRow>& Stage::ledger() {
  if (world_) world_->read_ledger(record_.ledger);
  return record_.ledger;
}

std::int64_t Stage::count(Machine machine, std::string_view to, std::string_view order) {
  std::int64_t rows = 0;
  for (const LedgerRow& row : ledger())
    if (row.machine == machine && row.to == to && (order.empty() || row.order == order)) ++rows;
  return rows;
}

std::string Stage::order_state(const std::string& order) {
  std::string state = "absent";
  for (const LedgerRow& row : ledger())
    if (row.machine == Machine::order && row.order == order) state = row.to;
  return state;
}

bool Stage::all_sagas_ended() {
  std::set<std::string_view> open;
  for (const LedgerRow& row : ledger())
    if (row.machine == Machine::order && row.to == "pending") open.insert(row.order);
  for (const LedgerRow& row : record_.ledger)
    if (row.machine == Machine::saga && (row.to == "completed" || row.to == "compensated"))
      open.erase(row.order);
  return open.empty();
}

bool Stage::settle() {
  leases_.clear();
  world_->heal_all();
  record_.healed = record_.load_end = world_->now();
  const auto at_rest = [&] { return world_->quiet() && all_sagas_ended(); };
  const bool rested = until(at_rest, scenario_.run.settle);
  // Nothing may be under way for twice the longest attempt.
  advance(1s);
  const bool settled = rested && until(at_rest, scenario_.run.settle);
  if (settled) record_.settled = world_->now();
  return settled;
}

std::vector<std::string> Stage::broken() {
  record_.end = world_->now();
  world_->finish(record_);
  for (const Asked& asked : asked_)
    if (asked.row.link.to == "gateway") record_.history.push_back(asked.row);
  record_.sort();
  world_.reset();
  const check::Evidence evidence(scenario_, record_);
  std::vector<std::string> names;
  for (const check::Invariant& invariant : check::invariants()) {
    const record::Finding finding = check::judge(invariant, evidence);
    if (finding.status != record::Finding::Status::broken) continue;
    names.push_back(finding.name);
    why += finding.name + ": " + finding.why + "\n";
  }
  UNSCOPED_INFO(why);
  return names;
}

Fault fault_at(const std::string& type, const std::string& link, const std::string& operation,
               std::uint32_t first, std::uint32_t last) {
  model::Point point;
  point.subject = {base::Subject::Kind::order, 1};
  point.link = *base::parse_link(link);
  point.operation = operation;
  point.first = first;
  point.last = last;
  Fault fault;
  fault.name = fault.type = type;
  fault.link = point.link;
  fault.at_call = {point};
  fault.status = 503;
  return fault;
}

Fault crash_at_call(const std::string& node, model::When when, const std::string& link,
                    const std::string& operation, std::uint32_t n) {
  Fault fault = fault_at("crash", link, operation, n, n);
  fault.link.reset();
  fault.node = node;
  fault.effect = when;
  return fault;
}

Fault crash_at_write(const std::string& node, model::When when, const std::string& write_class) {
  model::Point point;
  point.subject = {base::Subject::Kind::order, 1};
  point.durable_write = true;
  point.link.from = node;
  point.operation = write_class;
  Fault fault;
  fault.name = fault.type = "crash";
  fault.node = node;
  fault.effect = when;
  fault.at_call = {point};
  return fault;
}

}  // namespace seawall::test
