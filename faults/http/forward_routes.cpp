#include "faults/http/forward_routes.hpp"

#include "faults/http/forward_head.hpp"
#include "harness/base/text.hpp"

namespace seawall::http {

std::string to_text(const ForwardRoute& route) {
  const std::string text = to_text(relay::Endpoint{route.host, route.port.value_or(0)});
  return route.port ? text : text.substr(0, text.size() - 2);
}

const ForwardRoute* ForwardRoutes::find(const relay::Endpoint& authority) const {
  const ForwardRoute* of_any_port = nullptr;
  for (const ForwardRoute& route : routes) {
    if (route.host != authority.host) continue;
    if (route.port == authority.port) return &route;
    if (!route.port) of_any_port = &route;
  }
  return of_any_port;
}

std::string ForwardRoutes::known() const {
  if (routes.empty()) return "nothing";
  std::vector<std::string> names;
  for (const ForwardRoute& route : routes) names.push_back(to_text(route));
  return base::join(names, ", ");
}

base::expected<ForwardRoute, std::string> make_route(std::string_view authority, std::string link) {
  auto endpoint = parse_authority(authority);
  if (!endpoint) return base::unexpected(endpoint.error());
  ForwardRoute route{std::move(endpoint->host), {}, std::move(link), {}};
  if (endpoint->port != 0) route.port = endpoint->port;
  return route;
}

}  // namespace seawall::http
