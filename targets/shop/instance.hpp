// One of several instances of a service: what its callers reach. It has a queue and workers of its
// own, and patterns of the callee's side, and keeps nothing: what it is asked for is done at the
// node that has the service's state, as in a database that all instances share.
//
//   order -+-> payment/1 -+-> payment
//          +-> payment/2 -+
#pragma once
#include <string>

#include "harness/model/scenario.hpp"
#include "harness/runtime/service.hpp"
#include "targets/resilience/server.hpp"
#include "targets/shop/health.hpp"
#include "targets/shop/http.hpp"

namespace seawall::shop {

class Instance final : public runtime::Service {
 public:
  // `name`: "payment/2".
  Instance(runtime::Env& env, const std::string& name, const model::Scenario& scenario);

  runtime::Task<bool> start() override;
  runtime::Task<Response> handle(Request request) override;
  runtime::Admission* admission() override { return server_.admission(); }
  std::vector<record::PatternUse> patterns() const override;

 private:
  runtime::Task<Response> pass_on(Request request);

  runtime::Env& env_;
  std::string service_;
  resilience::Server server_;
  HealthDesk health_;
};

}  // namespace seawall::shop
