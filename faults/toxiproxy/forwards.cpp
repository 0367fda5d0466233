#include "faults/toxiproxy/forwards.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"

namespace seawall::toxiproxy {
namespace {

constexpr std::size_t most_forwards = 100;  // each has a thread

}  // namespace

std::string to_json(const ForwardState& forward) {
  std::vector<std::string> routes;
  for (const auto& [authority, proxy] : forward.routes)
    routes.push_back(model::json_string(authority) + ":" + model::json_string(proxy));
  const http::ForwardProxy::Counters& counters = forward.counters;
  return fmt::format(
      "{{\"name\":{},\"listen\":{},\"routes\":{{{}}},\"unknown\":\"{}\","
      "\"connections\":{{\"accepted\":{},\"open\":{}}},\"requests\":{},\"tunnels\":{},"
      "\"refused\":{}}}",
      model::json_string(forward.name), model::json_string(forward.listen), base::join(routes, ","),
      forward.passes_unknown ? "pass" : "refuse", counters.accepted, counters.open,
      counters.requests, counters.tunnels, counters.refused);
}

std::string to_json(const std::vector<ForwardState>& forwards) {
  std::vector<std::string> elements;
  for (const ForwardState& forward : forwards) elements.push_back(to_json(forward));
  return "[" + base::join(elements, ",") + "]";
}

Outcome<ForwardState> Forwards::create(const ForwardInput& input) {
  if (input.name.empty()) return refuse(400, "missing required field: name", input.offset);
  const auto listen = relay::parse_endpoint(input.listen.empty() ? "127.0.0.1:0" : input.listen);
  if (!listen) return refuse(400, "listen: " + listen.error(), input.offset);
  auto routes = check(input);
  if (!routes) return base::unexpected(routes.error());

  const std::lock_guard lock(mutex_);
  if (table_.contains(input.name)) return refuse(409, "forward already exists", input.offset);
  if (table_.size() == most_forwards)
    return refuse(400, fmt::format("expected no more than {} forwards", most_forwards),
                  input.offset);
  http::ForwardProxy::Settings settings;
  settings.caller = input.name;
  settings.listen = *listen;
  settings.may_pass = [&proxies = proxies_](const std::string& host) {
    return proxies.allowed_hosts().allows(host);
  };
  Forward forward{input, *std::move(routes), lines_.add_forward(std::move(settings))};
  lead(forward);
  if (const auto started = forward.line->start(); !started)
    return base::unexpected(refusal_of(started.error(), to_text(*listen)));
  const ForwardState state = state_of(forward);
  table_.emplace(input.name, std::move(forward));
  return state;
}

Outcome<std::vector<http::ForwardRoute>> Forwards::check(const ForwardInput& input) const {
  std::vector<http::ForwardRoute> routes;
  for (const auto& [authority, proxy] : input.routes) {
    auto route = http::make_route(authority, proxy);
    if (!route) return refuse(400, "routes: " + route.error(), input.offset);
    const auto same = [&](const http::ForwardRoute& other) {
      return other.host == route->host && other.port == route->port;
    };
    if (std::any_of(routes.begin(), routes.end(), same))
      return refuse(400,
                    fmt::format("routes: '{}' is there in another way of writing it", authority),
                    input.offset);
    if (!proxies_.get(proxy))
      return refuse(400,
                    fmt::format("routes: '{}' leads to the proxy '{}', and there is none of that "
                                "name",
                                authority, proxy),
                    input.offset);
    routes.push_back(*std::move(route));
  }
  return routes;
}

// Where a proxy is disabled, nobody listens there, and its callers see that.
void Forwards::lead(const Forward& forward) const {
  http::ForwardRoutes routes;
  routes.passes_unknown = forward.input.passes_unknown;
  routes.routes = forward.routes;
  for (http::ForwardRoute& route : routes.routes) route.at = proxies_.listens_at(route.link);
  forward.line->set_routes(std::move(routes));
}

ForwardState Forwards::state_of(const Forward& forward) {
  return {forward.input.name, to_text(forward.line->listen()), forward.input.routes,
          forward.input.passes_unknown, forward.line->counters()};
}

std::vector<ForwardState> Forwards::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<ForwardState> states;
  for (const auto& [name, forward] : table_) states.push_back(state_of(forward));
  return states;
}

Outcome<ForwardState> Forwards::get(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = table_.find(name);
  if (found == table_.end()) return refuse(404, "forward not found");
  return state_of(found->second);
}

Outcome<void> Forwards::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = table_.find(name);
  if (found == table_.end()) return refuse(404, "forward not found");
  table_.erase(found);
  return {};
}

void Forwards::follow() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, forward] : table_) lead(forward);
}

}  // namespace seawall::toxiproxy
