// Where the links of a target of the user's own lead to, and through which forward proxy a caller
// with `wiring = "http_proxy"` finds them.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "faults/http/forward_proxy.hpp"
#include "faults/proxy/link.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::worlds {

// `services`: where each service that is started listens. Names of hosts are resolved here, which
// may wait for a name server. The error is a sentence for the user, which names the link.
base::expected<std::map<base::Link, proxy::Way>, std::string> ways_of(
    const model::Scenario& scenario, const std::map<std::string, net::Address>& services);

// The proxy of this caller alone, started: the hosts of its [[link]]s lead to these links, what the
// blast radius allows is passed on as it is, and the rest is refused. The error names the caller.
base::expected<std::unique_ptr<http::ForwardProxy>, std::string> start_forward_proxy(
    const model::Scenario& scenario, const std::string& caller,
    const std::function<net::Address(const base::Link&)>& address_of);

// What a process has to find in its environment to use that proxy, and no other one.
std::map<std::string, std::string> proxy_environment(const http::ForwardProxy& proxy);

}  // namespace seawall::worlds
