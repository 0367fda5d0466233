// GET /health/live and GET /health/ready. A service is live when it answers at all, and ready when
// its own store answers in time. What it shares with others, a service that it calls say, is shown
// and does not count: else one that is down would take out all who need it. (`target.readiness =
// "shared"` shows that, with the other mistakes that readiness checks have.)
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"
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

// Where a service answers for its health.
class HealthDesk {
 public:
  HealthDesk(runtime::Env& env, model::Target::Readiness readiness)
      : env_(env), readiness_(readiness) {}

  // The answer to /health/... of a service that needs no others.
  runtime::Task<Response> answer(Request request);
  // Takes in what a service says that this one needs.
  void hear(Health& health, const std::string& service, const std::string& state) const;
  Response tell(const Health& health) const;
  // Until when a check that begins now has to end.
  base::TimePoint patience() const;

 private:
  bool is_exhibit() const { return readiness_ == model::Target::Readiness::shared; }
  // What the store of this node says in time.
  runtime::Task<Health> own();

  runtime::Env& env_;
  model::Target::Readiness readiness_;
};

}  // namespace seawall::shop
