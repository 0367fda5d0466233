#include "targets/shop/health.hpp"

namespace seawall::shop {

namespace {

runtime::Task<bool> store_answers(runtime::Env& env) {
  runtime::Read read(env, "health");
  const auto value = co_await read;
  co_return value.has_value();
}

}  // namespace

runtime::Task<Health> own_health(runtime::Env& env) {
  runtime::Task<bool> question = store_answers(env);
  const std::optional<bool> answer =
      co_await runtime::before(env, env.now() + ready_timeout, std::move(question));
  Health health;
  if (!answer) health.reasons.emplace_back("store: no answer within 200 ms");
  if (answer && !*answer) health.reasons.emplace_back("store: it fails");
  health.ready = health.reasons.empty();
  co_return health;
}

Response health_answer(const Health& health) { return json(health.ready ? 200 : 503, health); }

runtime::Task<Response> answer_health(runtime::Env& env, Request request) {
  if (request.method != Method::get) co_return not_allowed("GET");
  const std::string_view path = path_of(request);
  if (path == "/health/live") co_return Response(200, R"({"live":true})");
  if (path != "/health/ready") co_return not_found();
  const Health health = co_await own_health(env);
  co_return health_answer(health);
}

}  // namespace seawall::shop
