#include "targets/shop/shop.hpp"

#include <limits>

#include "targets/shop/gateway/gateway.hpp"
#include "targets/shop/instance.hpp"
#include "targets/shop/inventory/inventory.hpp"
#include "targets/shop/order/order.hpp"
#include "targets/shop/payment/payment.hpp"
#include "targets/shop/shipping/shipping.hpp"
#include "targets/shop/told.hpp"

namespace seawall::shop {

namespace {

using SharedScenario = std::shared_ptr<const model::Scenario>;

model::Capacity capacity_of(const std::string& service, const model::Scenario& scenario) {
  const auto& given = scenario.target.capacity;
  const auto own = given.find(service);
  return own == given.end() ? capacity().at(service) : own->second;
}

template <class Service>
runtime::Node node(std::string name, const model::Capacity& capacity,
                   const SharedScenario& scenario) {
  runtime::Node node;
  node.name = std::move(name);
  node.capacity = capacity;
  node.make = [scenario](runtime::Env& env) -> std::unique_ptr<runtime::Service> {
    return std::make_unique<Service>(env, *scenario);
  };
  return node;
}

runtime::Node instance(const std::string& name, const model::Capacity& capacity,
                       const SharedScenario& scenario) {
  runtime::Node node;
  node.name = name;
  node.capacity = capacity;
  node.make = [scenario, name](runtime::Env& env) -> std::unique_ptr<runtime::Service> {
    return std::make_unique<Instance>(env, name, *scenario);
  };
  return node;
}

// What turns work away stands before each instance, and nothing behind them.
SharedScenario behind_instances(const model::Scenario& scenario) {
  auto behind = std::make_shared<model::Scenario>(scenario);
  for (auto& [link, policy] : behind->policy.links) {
    policy.rate_limiter.reset();
    policy.concurrency_limit.reset();
  }
  return behind;
}

model::Capacity without_limit() {
  model::Capacity capacity;
  capacity.workers = std::numeric_limits<std::int64_t>::max();
  capacity.service_time = base::Duration::zero();
  capacity.deadline_margin = base::Duration::zero();
  return capacity;
}

// The service as a node, or the node with its state and the instances before that.
template <class Service>
void add(runtime::Target& target, const std::string& service, const SharedScenario& scenario) {
  const auto names = scenario->target.instances.nodes_of(service);
  const model::Capacity capacity = capacity_of(service, *scenario);
  if (names.size() == 1) {
    target.nodes.push_back(node<Service>(service, capacity, scenario));
    return;
  }
  target.nodes.push_back(node<Service>(service, without_limit(), behind_instances(*scenario)));
  for (const std::string& name : names) {
    target.nodes.push_back(instance(name, capacity, scenario));
    target.links.push_back({name, service});
  }
}

}  // namespace

runtime::Target make_target(const model::Scenario& scenario) {
  auto own = std::make_shared<model::Scenario>(scenario);
  if (own->target.stock.empty()) own->target.stock = stock();
  const SharedScenario shared = std::move(own);
  runtime::Target target;
  add<PaymentService>(target, "payment", shared);
  add<InventoryService>(target, "inventory", shared);
  add<ShippingService>(target, "shipping", shared);
  add<OrderService>(target, "order", shared);
  add<Gateway>(target, "gateway", shared);
  for (const base::Link& link : links())
    for (const std::string& node : shared->target.instances.nodes_of(link.to))
      target.links.push_back({link.from, node});
  target.one_database = shared->target.database == model::Target::Database::shared;
  target.told = told;
  target.operation = operation_of;
  return target;
}

}  // namespace seawall::shop
