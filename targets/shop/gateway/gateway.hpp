// The gateway: the one service that clients see. It keeps nothing that it could not lose: answers
// to reads, where a link's policy has a cache or a fallback to stale ones.
//
//   POST /orders, GET /orders/{id}   -> order
//   GET  /orders/{id}/view           -> order, and side by side payment and shipping
//   GET  /skus/{sku}                 -> inventory
//   GET  /health/ready               shows the services it needs, and is ready without them
//
// It says what it knows: 503 with "accepted": false when nothing left it, 502 or 504 when the order
// may have been taken.
#pragma once
#include <string>

#include "harness/model/scenario.hpp"
#include "harness/runtime/service.hpp"
#include "targets/resilience/server.hpp"
#include "targets/shop/clients.hpp"
#include "targets/shop/health.hpp"
#include "targets/shop/http.hpp"

namespace seawall::shop {

struct SeedPart;

class Gateway final : public runtime::Service {
 public:
  Gateway(runtime::Env& env, const model::Scenario& scenario);

  runtime::Task<bool> start() override;
  runtime::Task<Response> handle(Request request) override;
  runtime::Admission* admission() override { return server_.admission(); }
  std::vector<record::PatternUse> patterns() const override;

 private:
  struct Part;
  struct Probe;
  using Answers = model::Target::Gateway;

  runtime::Task<Response> place(Request request);
  // `part`: what it is about ("order", "sku"); a fallback names it in the answer.
  runtime::Task<Response> read(Request request, resilience::Client& client, const char* part);
  runtime::Task<Response> view(Request request);
  runtime::Task<> fetch(Part& part, const Request& request);
  static SeedPart as_seen(const Part& part);
  runtime::Task<Response> ready();
  runtime::Task<> probe(Probe& probe);

  runtime::Env& env_;
  resilience::Server server_;
  HealthDesk health_;
  Answers answers_;
  const model::Instances instances_;
  Clients clients_;
  resilience::Client& order_;
  resilience::Client& payment_;
  resilience::Client& shipping_;
  resilience::Client& inventory_;
};

}  // namespace seawall::shop
