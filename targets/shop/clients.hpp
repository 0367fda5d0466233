// The clients of one service: one for each link that leaves it, with the patterns of its policy.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "targets/resilience/client.hpp"

namespace seawall::shop {

class Clients {
 public:
  Clients(runtime::Env& env, const model::Scenario& scenario, const std::string& from,
          const std::vector<std::string>& to);
  Clients(const Clients&) = delete;

  // `service` is one of those it was made with.
  resilience::Client& to(std::string_view service);
  std::vector<resilience::Client*> all();
  void collect(std::vector<record::PatternUse>& uses) const;

 private:
  std::optional<resilience::Breaker> shared_;  // breaker_scope = "caller": one for all links
  std::deque<resilience::Client> clients_;
};

}  // namespace seawall::shop
