#include "targets/shop/shop.hpp"

#include "targets/shop/gateway/gateway.hpp"
#include "targets/shop/inventory/inventory.hpp"
#include "targets/shop/order/order.hpp"
#include "targets/shop/payment/payment.hpp"
#include "targets/shop/shipping/shipping.hpp"
#include "targets/shop/told.hpp"

namespace seawall::shop {

namespace {

using SharedScenario = std::shared_ptr<const model::Scenario>;

template <class Service>
runtime::Node node(std::string name, const SharedScenario& scenario) {
  runtime::Node node;
  const auto& given = scenario->target.capacity;
  const auto own = given.find(name);
  node.capacity = own == given.end() ? capacity().at(name) : own->second;
  node.name = std::move(name);
  node.make = [scenario](runtime::Env& env) -> std::unique_ptr<runtime::Service> {
    return std::make_unique<Service>(env, *scenario);
  };
  return node;
}

}  // namespace

runtime::Target make_target(const model::Scenario& scenario) {
  auto own = std::make_shared<model::Scenario>(scenario);
  if (own->target.stock.empty()) own->target.stock = stock();
  const SharedScenario shared = std::move(own);
  runtime::Target target;
  target.nodes.push_back(node<PaymentService>("payment", shared));
  target.nodes.push_back(node<InventoryService>("inventory", shared));
  target.nodes.push_back(node<ShippingService>("shipping", shared));
  target.nodes.push_back(node<OrderService>("order", shared));
  target.nodes.push_back(node<Gateway>("gateway", shared));
  target.links = links();
  target.one_database = shared->target.database == model::Target::Database::shared;
  target.told = told;
  target.operation = operation_of;
  return target;
}

}  // namespace seawall::shop
