// The order service: takes orders, and leads the saga of each.
//
//   POST /orders {customer, sku, quantity}   answers by the caller's deadline: 201, a failure, or
//                                            202 when the saga needs longer
//   GET  /orders/{id}
//
// A client's key makes at most one order; what comes again under it gets the same answer.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "harness/base/text_map.hpp"
#include "harness/model/scenario.hpp"
#include "harness/runtime/service.hpp"
#include "targets/resilience/server.hpp"
#include "targets/saga/engine.hpp"
#include "targets/shop/bodies.hpp"
#include "targets/shop/clients.hpp"
#include "targets/shop/health.hpp"
#include "targets/shop/http.hpp"

namespace seawall::shop {

// What was ordered; it never changes. How far the order is stands in the saga's log.
struct OrderData {
  std::string customer;
  std::string sku;
  std::int64_t quantity = 0;
  base::Money amount;
  std::string client_key;
  std::uint64_t payload_hash = 0;  // of the body that the key came with
  base::TimePoint placed{};
};
template <class Visitor>
void describe(Visitor& visit, OrderData& data) {
  visit.field("customer", data.customer, {});
  visit.field("sku", data.sku, {});
  visit.field("quantity", data.quantity, {});
  visit.field("amount", data.amount, {});
  visit.field("client_key", data.client_key, {});
  visit.field("payload_hash", data.payload_hash, {});
  visit.field("placed", data.placed, {});
}

struct Order final : saga::Saga {
  using Saga::Saga;
  OrderData data;
  int waiting = 0;  // requests that wait for its outcome
};

class OrderService final : public runtime::Service, private saga::Owner {
 public:
  OrderService(runtime::Env& env, const model::Scenario& scenario);

  runtime::Task<bool> start() override;
  runtime::Task<Response> handle(Request request) override;
  runtime::Admission* admission() override { return server_.admission(); }
  std::vector<record::PatternUse> patterns() const override;

 private:
  runtime::Task<Response> place(Request request);
  // The order that this key has made; null: none that is remembered.
  Order* order_of_key(const std::string& key);
  Order& make(const Request& request, PlaceOrder& body);
  std::string next_id(base::Subject subject);
  runtime::Task<bool> save(Order& order);
  void forget(const Order& order);
  // Waits for the outcome until the caller's deadline, and tells how the order stands.
  runtime::Task<Response> answer(Order& order, base::TimePoint deadline);
  Order* order_of(std::string_view id) const;
  Response read(const std::string& id) const;

  using Arguments = model::Saga::Arguments;
  std::string name_for(std::string_view operation, std::string_view id) const;

  saga::Saga* find(std::string_view id) override;
  Request request(const saga::Saga& saga, std::string_view operation) override;
  std::string reason(const Response& answer) override;
  saga::Found found(const Response& answer) override;
  void fill(const saga::Saga& saga, record::LedgerRow& row) override;

  runtime::Env& env_;
  resilience::Server server_;
  HealthDesk health_;
  std::map<std::string, base::Money> prices_;
  bool outlives_client_;
  Arguments arguments_;
  model::Switch<model::Idempotency> keys_;
  std::int64_t keys_acted_ = 0;
  Clients clients_;
  base::TextMap<std::unique_ptr<Order>> orders_;  // by id; null: not saved
  base::TextMap<Order*> by_key_;                  // by client key; null: not saved
  std::uint64_t foreign_ = 0;  // the last number given to an order that brought none
  saga::Engine engine_;
};

}  // namespace seawall::shop
