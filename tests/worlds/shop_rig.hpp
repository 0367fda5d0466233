// The shop in a world, with a client that places orders; for the suites of patterns and sagas.
//
//   ShopRig<Factory> shop(field(), {lost_reply_of_charge});
//   const auto lease = shop.arm(0);
//   CHECK(shop.place(1)->status() == 201);
//   shop.settle();                  // heals, and waits until every saga has ended
//   CHECK(shop.broken().empty());   // ends the world and judges what it recorded
//
// Live worlds run in real time on a busy machine: nothing here waits for less than half a minute.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/runtime/world.hpp"

namespace seawall::test {

// The shop with the preset "field".
model::Scenario field();

// A fault on a link or, where `on` is no link, on a node.
model::Fault shop_fault(const std::string& type, const std::string& on);
// At places of the execution: "order 1: order->payment.charge #1".
model::Fault shop_fault(const std::string& type, const std::string& on, const std::string& point);

// An order of the client, under way or answered. Its fields may be read once it has ended.
struct Placed {
  model::Request request{model::Method::post, "/orders"};
  record::Exchange seen;  // by the client
  std::string body;       // of its answer
  std::atomic<bool> ended = false;

  int status() const { return seen.status; }
};

using MakeWorld = std::function<std::unique_ptr<runtime::World>(const runtime::WorldSetup&)>;

class Shop {
 public:
  Shop(const model::Scenario& scenario, std::vector<model::Fault> faults, const MakeWorld& make);

  runtime::World& world() { return *world_; }
  [[nodiscard]] runtime::Lease arm(std::uint16_t position) { return world_->arm(position); }

  // Order `number`: 2 pieces of sku-1 under a key of its own.
  std::shared_ptr<Placed> send(std::uint64_t number);
  std::shared_ptr<Placed> place(std::uint64_t number);  // and waits for the answer
  // Request `number`: a read of this path.
  model::Request read_of(const std::string& path, std::uint64_t number) const;
  model::Request order_of(std::uint64_t number) const;
  std::shared_ptr<Placed> send(model::Request request);
  std::shared_ptr<Placed> ask(model::Request request);  // and waits for the answer

  // Lets the world run until `condition` holds; the test ends where it never does.
  void until(const std::function<bool()>& condition);
  // Durable rows so far; empty names stand for all.
  std::int64_t count(record::LedgerRow::Machine machine, std::string_view to,
                     std::string_view order = {});
  std::string state(std::string_view order);  // of the order; "absent" without a row
  // Ends what links hold and nodes suffer, and waits until every saga has its terminal row. Leases
  // end before.
  void settle();

  // The names of the broken invariants, after settle(). Ends the world; the record is there then.
  std::vector<std::string> broken();
  const record::Record& record() const { return record_; }
  // The row of a pattern on a link; the test ends where there is none.
  record::PatternUse use_of(const std::string& link, std::string_view pattern) const;
  // The calls of an operation that came to a link, in their order.
  std::vector<record::Exchange> calls(const std::string& link, std::string_view operation) const;
  // What the breaker of a link did: "closed open", "open half_open", ...
  std::vector<std::string> turns_of_breaker(const std::string& link) const;

 private:
  bool all_sagas_ended();

  model::Scenario scenario_;
  runtime::Target target_;
  std::vector<model::Fault> faults_;
  std::vector<std::shared_ptr<Placed>> placed_;  // outlives the world, whose client writes to it
  record::Record record_;
  std::unique_ptr<runtime::World> world_;
};

// What the factory keeps (a folder for stores) outlives the world.
template <class Factory>
struct WorldKeeper {
  Factory factory;
};

template <class Factory>
class ShopRig : private WorldKeeper<Factory>, public Shop {
 public:
  explicit ShopRig(const model::Scenario& scenario, std::vector<model::Fault> faults = {})
      : Shop(scenario, std::move(faults),
             [this](const runtime::WorldSetup& setup) { return this->factory.make(setup); }) {}
};

}  // namespace seawall::test
