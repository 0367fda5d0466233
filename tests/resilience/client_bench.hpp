// A client over the fake world, with short ways to script its callee and to read what came of it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "targets/resilience/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {

using testing::at;
using testing::FakeEnv;
using Kind = record::Event::Kind;
using Calling = FakeEnv::Running<Outcome>;

inline const base::Link order_to_payment{"order", "payment"};

// A charge of an order, with its key.
inline model::Request charge(std::uint64_t order = 1) {
  model::Request request(model::Method::post, "/charge", "{}");
  request.idempotency_key = "o-" + std::to_string(order) + "/charge";
  request.index.subject = {base::Subject::Kind::order, order};
  request.index.operation = "charge";
  return request;
}

// The policy of order -> payment in the preset `field`.
inline model::LinkPolicy field() {
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.retry.emplace();
  policy.retry_budget.emplace();
  policy.circuit_breaker.emplace();
  policy.bulkhead.emplace();
  return policy;
}

// Answers the first calls one by one as listed, and all further ones like the last.
inline auto replies(std::vector<FakeEnv::Reply> list) {
  return [list = std::move(list), next = std::size_t{0}](const FakeEnv::Sent&) mutable {
    return list[next + 1 < list.size() ? next++ : next];
  };
}

inline Attempt failure(model::Failure what) { return base::unexpected<model::Failure>(what); }

// Calls, and lets the time pass until it has ended.
inline Outcome call(FakeEnv& env, Client& client, model::Request request = charge()) {
  Calling calling(env, client.call(std::move(request)));
  env.run();
  REQUIRE(calling.ended());
  return *calling.value();
}

inline std::map<std::string, record::PatternUse> uses_of(const Client& client) {
  std::vector<record::PatternUse> uses;
  client.collect(uses);
  std::map<std::string, record::PatternUse> by_pattern;
  for (record::PatternUse& use : uses) by_pattern[use.pattern] = use;
  return by_pattern;
}

}  // namespace seawall::resilience
