// GET /health/live and GET /health/ready. A service is live when it answers at all, and ready when
// its own store answers in time. What it shares with others, a service that it calls say, is shown
// and does not count: else one that is down would take out all who need it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/runtime/task.hpp"
#include "targets/shop/http.hpp"

namespace seawall::shop {

// Of the readiness check, whatever the caller's deadline.
inline constexpr base::Duration ready_timeout = std::chrono::milliseconds(200);

struct Health {
  bool ready = true;
  std::vector<std::string> reasons;             // why it is not
  std::map<std::string, std::string> services;  // those that it needs: "ready", or what is wrong
};
template <class Visitor>
void describe(Visitor& visit, Health& health) {
  visit.field("ready", health.ready, {});
  visit.field("reasons", health.reasons, {});
  visit.field("services", health.services, {});
}

// What the store of this node says within the timeout.
runtime::Task<Health> own_health(runtime::Env& env);

Response health_answer(const Health& health);

// The answer to /health/... of a service that needs no others.
runtime::Task<Response> answer_health(runtime::Env& env, Request request);

}  // namespace seawall::shop
