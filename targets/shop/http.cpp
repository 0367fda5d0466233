#include "targets/shop/http.hpp"

#include "targets/shop/bodies.hpp"

namespace seawall::shop {

std::string_view last_segment(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return {};
  const std::string_view rest = path.substr(prefix.size());
  return rest.find('/') == std::string_view::npos ? rest : std::string_view{};
}

Response refusal(int status, std::string_view reason) {
  Refusal body;
  body.reason = reason;
  return json(status, body);
}

Response bad_request(std::string_view detail) {
  Refusal body;
  body.reason = "bad_request";
  body.detail = detail;
  return json(400, body);
}

Response not_accepted(std::string_view reason) {
  Refusal body;
  body.accepted = false;
  body.reason = reason;
  Response response = json(503, body);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response store_failed() { return refusal(500, "store_failed"); }

Response not_found() { return refusal(404, "not_found"); }

Response not_allowed(std::string_view allowed) {
  Response response = refusal(405, "method_not_allowed");
  response.headers.emplace_back("Allow", std::string(allowed));
  return response;
}

runtime::Task<Response> answered(Response response) { co_return response; }

}  // namespace seawall::shop
