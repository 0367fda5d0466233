// Proxies, toxics and refusals as JSON, with the keys that Toxiproxy's clients read.
#pragma once
#include <string>
#include <vector>

#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

std::string to_json(const Toxic& toxic);
std::string to_json(const std::vector<Toxic>& toxics);
std::string to_json(const ProxyState& proxy);
// An object by name, as GET /proxies answers.
std::string to_json(const std::vector<ProxyState>& proxies);
std::string to_json(const Refusal& refusal);
// What POST /populate answers.
std::string to_json(const Proxies::Populated& populated);
std::string to_json(const HttpFaultState& fault);
std::string to_json(const std::vector<HttpFaultState>& faults);
// Our own: the proxy, what it carried, and how exact its delays were.
std::string to_json(const ProxyNumbers& numbers);

std::string to_json(const CutState& cut);
std::string to_json(const std::vector<CutState>& cuts);
std::string to_json(const std::vector<relay::Draw>& draws);

}  // namespace seawall::toxiproxy
