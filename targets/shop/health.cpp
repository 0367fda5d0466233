#include "targets/shop/health.hpp"

#include "harness/base/text.hpp"

namespace seawall::shop {

namespace {

constexpr base::Duration no_timeout = std::chrono::hours(1);

runtime::Task<bool> store_answers(runtime::Env& env) {
  runtime::Read read(env, "health");
  const auto value = co_await read;
  co_return value.has_value();
}

}  // namespace

runtime::Task<Response> HealthDesk::answer(Request request) {
  if (request.method != Method::get) co_return not_allowed("GET");
  const std::string_view path = path_of(request);
  if (path == "/health/live") co_return Response(200, R"({"live":true})");
  if (path != "/health/ready") co_return not_found();
  const Health health = co_await own();
  co_return tell(health);
}

void HealthDesk::hear(Health& health, const std::string& service, const std::string& state) const {
  health.services[service] = state;
  if (!is_exhibit() || state == "ready") return;
  health.ready = false;
  health.reasons.push_back(base::concat({service, ": ", state}));
}

Response HealthDesk::tell(const Health& health) const {
  return json(health.ready || is_exhibit() ? 200 : 503, health);
}

base::TimePoint HealthDesk::patience() const {
  return env_.now() + (is_exhibit() ? no_timeout : ready_timeout);
}

runtime::Task<Health> HealthDesk::own() {
  runtime::Task<bool> question = store_answers(env_);
  const std::optional<bool> answer =
      co_await runtime::before(env_, patience(), std::move(question));
  Health health;
  if (!answer) health.reasons.emplace_back("store: no answer within 200 ms");
  if (answer && !*answer) health.reasons.emplace_back("store: it fails");
  health.ready = health.reasons.empty();
  co_return health;
}

}  // namespace seawall::shop
