// The shop on a stage: in the simulated world, with a client that keeps a history, and judged by
// the real judge at the end.
//
//   Stage stage(field_scenario(), {fault_at("drop_reply", "order -> payment", "charge")});
//   const auto answer = stage.place(1);      // order 1: 2 pieces of sku-1
//   CHECK(stage.settle());                   // heals, and waits until every saga has ended
//   CHECK(stage.broken().empty());           // names of broken invariants
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "faults/kinds/kind.hpp"
#include "harness/check/invariants.hpp"
#include "harness/model/point.hpp"
#include "harness/sim/world.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

using namespace std::chrono_literals;
using model::Fault;
using model::Method;
using model::Request;
using record::LedgerRow;

inline model::Scenario field_scenario() {
  model::Scenario scenario;
  const model::Preset field = shop::presets().at("field");
  scenario.policy = field.policy;
  scenario.saga = field.saga;
  scenario.target.stock = shop::stock();
  scenario.target.capacity = shop::capacity();
  scenario.run.settle = 60s;
  return scenario;
}

// A request of the client, under way or ended.
struct Asked {
  record::Exchange row;
  std::string body;
  bool ended = false;

  int status() const { return row.status; }
  bool says(std::string_view text) const { return body.find(text) != std::string::npos; }
};

class Stage {
 public:
  explicit Stage(model::Scenario scenario, std::vector<Fault> faults = {}, std::uint64_t seed = 1);

  const model::Scenario& scenario() const { return scenario_; }
  runtime::World& world() { return *world_; }

  // Places order `number` under this key (empty: "k-" and the number), as request "order <number>".
  Asked& send_order(std::uint64_t number, std::string key = {}, std::string sku = "sku-1",
                    std::int64_t quantity = 2);
  Asked& send(Request request, const std::string& to = "gateway");
  // The same, and waits for the answer.
  Asked& place(std::uint64_t number, std::string key = {}, std::string sku = "sku-1",
               std::int64_t quantity = 2);
  Asked& get(const std::string& path, const std::string& to = "gateway");
  Asked& post(const std::string& to, const std::string& path, const std::string& body,
              const std::string& key = {});

  [[nodiscard]] runtime::Lease arm(std::uint16_t position) { return world_->arm(position); }
  void advance(base::Duration time) { world_->advance(world_->now() + time); }
  template <class Condition>
  bool until(Condition condition, base::Duration limit = 30s) {
    const base::TimePoint end = world_->now() + limit;
    while (!condition() && world_->now() < end) world_->advance(world_->now() + 10ms);
    return condition();
  }

  // Ends every fault, and waits until every saga has its terminal row and everything is quiet;
  // false: one is still open after the scenario's `settle`.
  bool settle();
  // The durable rows so far.
  const std::vector<LedgerRow>& ledger();
  std::int64_t count(LedgerRow::Machine machine, std::string_view to, std::string_view order = {});
  std::string order_state(const std::string& order);

  // Ends the world. The names of the broken invariants, after settle(); `why` says what broke them.
  std::vector<std::string> broken();
  const record::Record& record() const { return record_; }
  std::string why;

 private:
  static runtime::Task<> ask(runtime::Env& env, std::pair<Stage*, Asked*> of,
                             const Request& request, const std::string& to);
  bool all_sagas_ended();

  model::Scenario scenario_;
  runtime::Target target_;
  std::vector<Fault> faults_;
  std::deque<Asked> asked_;
  std::deque<std::pair<Request, std::string>> requests_;
  record::Record record_;
  std::unique_ptr<runtime::World> world_;
  std::vector<runtime::Lease> leases_;  // end before the world
};

// A fault at the calls of order 1 on a link, from the first to the last of these.
Fault fault_at(const std::string& type, const std::string& link, const std::string& operation,
               std::uint32_t first = 1, std::uint32_t last = 1);
// A crash of this node before or after that call, or that durable write of its own.
Fault crash_at_call(const std::string& node, model::When when, const std::string& link,
                    const std::string& operation, std::uint32_t n = 1);
Fault crash_at_write(const std::string& node, model::When when, const std::string& write_class);

inline constexpr std::uint32_t every_one = UINT32_MAX;

}  // namespace seawall::test
