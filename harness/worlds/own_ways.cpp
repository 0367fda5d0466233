#include "harness/worlds/own_ways.hpp"

#include <algorithm>

#include "harness/live/clock.hpp"
#include "harness/net/resolve.hpp"
#include "harness/net/url.hpp"
#include "harness/scenario/own_rules.hpp"

namespace seawall::worlds {

namespace {

using Result = base::expected<proxy::Way, std::string>;

// A caller knows it as HOST:PORT; a file may say of localhost what it means.
base::expected<std::uint16_t, std::string> port_of(const model::HostPort& listen) {
  if (listen.host == "127.0.0.1" || listen.host == "localhost") return listen.port;
  return base::unexpected("it is to listen on " + model::to_text(listen) +
                          "; expected 127.0.0.1 or localhost");
}

// To what runs already.
Result way_outside(const std::string& host, std::uint16_t port, bool tls) {
  proxy::Way way;
  const auto numeric = net::resolve(host);
  if (!numeric)
    return base::unexpected("the host " + host +
                            " is unknown here; expected a name that this machine can resolve");
  way.callee = {*numeric, port};
  if (!tls) return way;
  auto settings = relay::TlsSettings::client(host, "");
  if (!settings) return base::unexpected(settings.error());
  way.callee_tls = std::move(*settings);
  return way;
}

Result way_of_external(const model::Target& target, const model::LinkSpec& link) {
  Result way;
  if (link.upstream) {
    way = way_outside(link.upstream->host, link.upstream->port, link.tls);
  } else {
    const auto base = net::parse_url(target.base.value_or(""));
    if (!base) return base::unexpected(base.error());
    way = way_outside(base->host, base->port, base->tls);
  }
  if (!way || !link.listen) return way;
  const auto port = port_of(*link.listen);
  if (!port) return base::unexpected(port.error());
  way->port = *port;
  return way;
}

// A server that we started proves to nobody who it is.
proxy::Way way_within(const model::LinkSpec& link, const net::Address& callee) {
  proxy::Way way;
  way.callee = callee;
  if (link.tls) way.callee_tls = relay::TlsSettings::trusting_client("localhost");
  return way;
}

bool is_builtin(const model::Scenario& scenario, const std::string& name) {
  return std::ranges::any_of(scenario.services, [&](const model::Service& service) {
    return service.name == name && service.builtin;
  });
}

// Where the file names no hosts, it may harm this machine alone.
bool is_allowed(const std::vector<std::string>& hosts, const std::string& host) {
  return hosts.empty() ? scenario::is_this_machine(host)
                       : std::ranges::find(hosts, host) != hosts.end();
}

}  // namespace

base::expected<std::map<base::Link, proxy::Way>, std::string> ways_of(
    const model::Scenario& scenario, const std::map<std::string, net::Address>& services) {
  std::map<base::Link, proxy::Way> ways;
  for (const model::LinkSpec& link : scenario.links) {
    Result way = scenario.target.is_external() ? way_of_external(scenario.target, link)
                                               : way_within(link, services.at(link.to));
    if (!way)
      return base::unexpected("the link " + base::to_text(link.link()) + ": " + way.error());
    // The servers that we know speak something else, and may speak first.
    way->reads_http =
        link.protocol != model::LinkSpec::Protocol::tcp && !is_builtin(scenario, link.to);
    way->callers_tell = link.from == model::client_name;
    way->callee_finishes = false;
    ways.emplace(link.link(), std::move(*way));
  }
  return ways;
}

base::expected<std::unique_ptr<http::ForwardProxy>, std::string> start_forward_proxy(
    const model::Scenario& scenario, const std::string& caller,
    const std::function<net::Address(const base::Link&)>& address_of) {
  http::ForwardRoutes routes;
  routes.passes_unknown = true;
  for (const model::LinkSpec& link : scenario.links) {
    if (link.from != caller) continue;
    const net::Address address = address_of(link.link());
    // It may use templates too, and then asks for the link itself.
    std::vector<std::string> hosts = {net::to_text(address)};
    if (!link.host.empty()) hosts.push_back(link.host);
    for (const std::string& host : hosts) {
      auto route = http::make_route(host, base::to_text(link.link()));
      if (!route) return base::unexpected(caller + ": the host " + host + ": " + route.error());
      route->at = {address.host, address.port};
      routes.routes.push_back(std::move(*route));
    }
  }
  http::ForwardProxy::Settings settings;
  settings.caller = caller;
  settings.listen = {"127.0.0.1", 0};
  settings.may_pass = [hosts = scenario.hosts](const std::string& host) {
    return is_allowed(hosts, host);
  };
  auto proxy = std::make_unique<http::ForwardProxy>(live::steady_now, std::move(settings));
  proxy->set_routes(std::move(routes));
  if (const auto started = proxy->start(); !started)
    return base::unexpected(caller + ": its http_proxy cannot " + started.error().operation + ": " +
                            started.error().reason);
  return proxy;
}

std::map<std::string, std::string> proxy_environment(const http::ForwardProxy& proxy) {
  const std::string url = "http://" + relay::to_text(proxy.listen());
  return {{"http_proxy", url}, {"HTTP_PROXY", url}, {"no_proxy", ""}, {"NO_PROXY", ""}};
}

}  // namespace seawall::worlds
