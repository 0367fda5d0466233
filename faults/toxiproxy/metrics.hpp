// What the proxies carried, in the text format of Prometheus (0.0.4). The first two names are
// Toxiproxy's, and dashboards know them; the others are our own.
#pragma once
#include <string>
#include <vector>

#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

std::string proxy_metrics(const std::vector<ProxyNumbers>& proxies);

// Of this process, under the names that Prometheus' own clients use. What the system does not tell
// is left out.
std::string process_metrics();

}  // namespace seawall::toxiproxy
