#include "targets/shop/instance.hpp"

#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

// Of a request that came without a deadline.
constexpr base::Duration longest = std::chrono::hours(1);

std::vector<base::Link> links_to_instance(const std::string& name) {
  std::vector<base::Link> links = links_to(base::service_of(name));
  for (base::Link& link : links) link.to = name;
  return links;
}

}  // namespace

Instance::Instance(runtime::Env& env, const std::string& name, const model::Scenario& scenario)
    : env_(env),
      service_(base::service_of(name)),
      server_(env, links_to_instance(name), scenario.policy),
      health_(env, scenario.target.readiness) {}

runtime::Task<bool> Instance::start() { co_return true; }

runtime::Task<Response> Instance::handle(Request request) {
  if (path_of(request).starts_with("/health/")) return health_.answer(std::move(request));
  return pass_on(std::move(request));
}

std::vector<record::PatternUse> Instance::patterns() const {
  std::vector<record::PatternUse> uses;
  server_.collect(uses);
  return uses;
}

runtime::Task<Response> Instance::pass_on(Request request) {
  request.pass_deadline = request.deadline != base::TimePoint{};
  if (!request.pass_deadline) request.deadline = env_.now() + longest;
  runtime::Call call(env_, service_, std::move(request));
  auto answer = co_await call;
  if (answer) co_return std::move(*answer);
  co_return refusal(504, "timeout");
}

}  // namespace seawall::shop
