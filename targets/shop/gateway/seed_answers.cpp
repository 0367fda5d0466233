#include "targets/shop/gateway/seed_answers.hpp"

#include "harness/base/text.hpp"

namespace seawall::shop {

Response seed_view(model::Target::Gateway how, std::span<const SeedPart> parts) {
  const bool raises = how == model::Target::Gateway::raises;
  std::string body("{");
  for (const SeedPart& part : parts) {
    const bool is_order = &part == &parts.front();
    const bool failed = raises && !part.exception.empty();
    if (failed && !is_order) continue;
    body.append(is_order ? "\"" : ",\"").append(part.name).append("\":");
    if (failed)
      body.append("\"").append(part.exception).append("\"");
    else
      body.append(part.json);
  }
  body += '}';
  return Response(200, std::move(body));
}

Response seed_placed(resilience::Outcome outcome) {
  if (outcome.ok()) return std::move(*outcome.response);
  if (outcome.rejected_by == "circuit_breaker") return Response(500, "Internal Server Error");
  return Response(503, R"({"detail":"Order service unavailable"})");
}

std::string exception_of(const resilience::Outcome& outcome) {
  if (outcome.response)
    return base::concat({"exception: status ", std::to_string(outcome.response->status)});
  const std::string_view what =
      outcome.failure ? model::name_of(*outcome.failure) : std::string_view(outcome.rejected_by);
  return base::concat({"exception: ", what});
}

}  // namespace seawall::shop
