// The patterns of a service's own side, before its queue; the counterpart of a client.
//
//   request --> rate limit > (deadline margin) > adaptive limit and priority > (queue, workers)
//                   | 429                              | 503
//
// What stands in brackets is runtime::Capacity, which asks this (runtime/service.hpp). Links to the
// service whose policies have the same settings share one limiter: `[policy."* -> B"]` makes one
// for all callers, whose buckets its `key` tells apart; what it did is told of each link. A caller
// names itself (client.hpp); clients do not, and are the only callers of the service that they
// reach.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/model/policy.hpp"
#include "harness/runtime/service.hpp"
#include "targets/resilience/concurrency_limit.hpp"
#include "targets/resilience/permit_count.hpp"
#include "targets/resilience/rate_limiter.hpp"

namespace seawall::resilience {

class Server final : public runtime::Admission {
 public:
  // `links`: those that lead to the service.
  Server(runtime::Env& env, const std::vector<base::Link>& links, const model::Policy& policy);
  Server(const Server&) = delete;

  // This, or null where no link has a pattern for it: then it costs nothing.
  runtime::Admission* admission() { return limiters_.empty() && limits_.empty() ? nullptr : this; }

  runtime::Task<std::optional<model::Response>> arrive(const model::Request& request) override;
  base::expected<std::unique_ptr<Stay>, model::Response> enter(
      const model::Request& request) override;

  void collect(std::vector<record::PatternUse>& uses) const;

 private:
  struct Limiter {
    explicit Limiter(const model::RateLimiter& s) : settings(s), machine(s) {}
    model::RateLimiter settings;
    RateLimiter machine;
  };
  struct Limit {
    explicit Limit(const model::ConcurrencyLimit& s) : settings(s), machine(s) {}
    model::ConcurrencyLimit settings;
    ConcurrencyLimit machine;
  };
  class Held;
  // One link to the service, and what its limits did to the requests that came by it.
  struct Way {
    std::string where;  // "order -> payment"
    std::string caller;
    Limiter* limiter = nullptr;
    Limit* limit = nullptr;
    std::int64_t paced = 0;    // by the limiter: refused or made to wait
    std::int64_t refused = 0;  // by the limit
    PermitCount permits;       // of the limit
    std::int64_t peak = 0;     // in flight at once, by whatever link
  };

  Way* way_of(const model::Request& request);
  void tell(const Way& way, std::string_view pattern, const model::Request& request);

  runtime::Env& env_;
  std::deque<Limiter> limiters_;
  std::deque<Limit> limits_;
  std::map<std::string, Way, std::less<>> ways_;  // by caller
};

// The value of a header, whose name is written in any case; empty where there is none.
std::string_view header_of(const model::Request& request, std::string_view name);

}  // namespace seawall::resilience
