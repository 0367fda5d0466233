#include "targets/shop/clients.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::shop {

Clients::Clients(runtime::Env& env, const model::Scenario& scenario, const std::string& from,
                 const std::vector<std::string>& to) {
  const model::Policy& policy = scenario.policy;
  const bool share = policy.breaker_scope == model::Policy::BreakerScope::caller;
  for (const std::string& service : to) {
    const base::Link link{from, service};
    const model::LinkPolicy& of_link = policy.of(link);
    if (share && !shared_ && of_link.circuit_breaker)
      shared_.emplace(env, from + " -> *", *of_link.circuit_breaker);
    clients_.emplace_back(env, link, of_link, shared_ ? &*shared_ : nullptr,
                          scenario.target.instances.nodes_of(service));
  }
}

resilience::Client& Clients::to(std::string_view service) {
  const auto leads = [service](const resilience::Client& client) {
    return client.link().to == service;
  };
  const auto client = std::find_if(clients_.begin(), clients_.end(), leads);
  base::require(client != clients_.end(), "a service calls only those it has a link to");
  return *client;
}

std::vector<resilience::Client*> Clients::all() {
  std::vector<resilience::Client*> all;
  for (resilience::Client& client : clients_) all.push_back(&client);
  return all;
}

void Clients::collect(std::vector<record::PatternUse>& uses) const {
  for (const resilience::Client& client : clients_) client.collect(uses);
  if (shared_) shared_->collect(uses);
}

}  // namespace seawall::shop
