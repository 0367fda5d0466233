// The shipping service: sends what was sold, exactly once for each order.
//
//   POST /ship {order, sku, quantity}   200 created
//   GET  /shipments/{order}
#pragma once
#include <string>

#include "harness/base/text_map.hpp"
#include "harness/model/scenario.hpp"
#include "harness/runtime/service.hpp"
#include "targets/resilience/server.hpp"
#include "targets/shop/bodies.hpp"
#include "targets/shop/health.hpp"
#include "targets/shop/http.hpp"
#include "targets/shop/kept_answers.hpp"

namespace seawall::shop {

// What this service keeps of one order.
struct Shipment {
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t parcels = 0;  // more than one only where keys are ignored
};
template <class Visitor>
void describe(Visitor& visit, Shipment& shipment) {
  visit.field("sku", shipment.sku, {});
  visit.field("quantity", shipment.quantity, {});
  visit.field("parcels", shipment.parcels, {});
}

class ShippingService final : public runtime::Service {
 public:
  ShippingService(runtime::Env& env, const model::Scenario& scenario);

  runtime::Task<bool> start() override;
  runtime::Task<Response> handle(Request request) override;
  runtime::Admission* admission() override { return server_.admission(); }
  std::vector<record::PatternUse> patterns() const override;

 private:
  runtime::Task<Response> ship(Request request);
  Response read(const std::string& order) const;

  runtime::Env& env_;
  resilience::Server server_;
  HealthDesk health_;
  KeptAnswers answers_;
  base::TextMap<Shipment> shipments_;  // by order
};

}  // namespace seawall::shop
